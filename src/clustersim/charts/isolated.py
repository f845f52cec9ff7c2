"""One treated firm alone, over time and by size, beside what is published and the whole economy."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from clustersim.charts.style import ARM, INK, MUTED, REFERENCE, STYLE, bare
from clustersim.errors import InputError
from clustersim.validation.isolated_page import at_horizon, per_cent
from clustersim.validation.published import published
from clustersim.validation.treatments import INSTRUMENTS
from clustersim.words import words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray

__all__ = ["isolated"]

_TWO = 1.96
"""Standard errors on either side of a mean, for an interval of 95 %."""

_SMALL: dict[str, Any] = {"fontsize": 7, "color": MUTED}


@rc_context(STYLE)
def isolated(
    alone: pd.DataFrame, among: pd.DataFrame | None = None, *, complexes: tuple[str, ...] = ()
) -> Figure:
    """Draw what each instrument does to one firm, in a column of its own.

    Parameters
    ----------
    alone, among
        What `validation.isolated` and `validation.in_economy` return of one scenario; without the
        second the whole economy is left out.
    complexes
        Each instrument is drawn for the first of these that gets it; unless told, for the first in
        the table.

    Returns
    -------
    matplotlib.figure.Figure
        Above, sales by month: central value (line) and the middle 90 % of draws (band) of the firm
        alone, the mean of treated firms among all (broken line) with its 95 % interval, and the
        published ranges as bars. Below, the same at the horizon by size of the firm.

    Raises
    ------
    InputError
        The table has no such complex.
    """
    known = alone["complex"].unique().tolist()
    for place in complexes:
        if place not in known:
            raise InputError(f"no isolated firm of {place!r}", f"the table has: {', '.join(known)}")
    columns = [
        (name, here[0])
        for name in INSTRUMENTS
        if (here := _places(alone, name, complexes or tuple(known)))
    ]
    width = 1.0 + 2.9 * max(len(columns), 2)
    figure = Figure(figsize=(width, 7.0), layout="constrained")
    grid = figure.subplots(2, len(columns), squeeze=False)
    for number, (name, place) in enumerate(columns):
        mine = alone[(alone["instrument"] == name) & (alone["complex"] == place)]
        theirs = None
        if among is not None:
            theirs = among[(among["instrument"] == name) & (among["complex"] == place)]
        above, below = bare(grid[0, number]), bare(grid[1, number])
        _over_time(above, name, mine, theirs)
        _by_size(below, mine, theirs)
        kind = "scaled to, no finding" if INSTRUMENTS[name].is_scaled else "a result"
        title = words(name)
        above.set_title(
            f"{title[0].upper()}{title[1:]}, {words(place).title()}\n({kind})", fontsize=9.5
        )
    grid[0, 0].set_ylabel("effect on sales, per cent")
    grid[1, 0].set_ylabel("the same at the horizon, per cent")
    figure.suptitle(
        "One treated firm alone, and treated firms among all",
        x=0.01,
        ha="left",
        fontsize=12,
        fontweight="bold",
    )
    text = (
        "Blue: an average firm with all else frozen, at central values (line, dots) and the middle "
        "90 % of draws of the uncertain parameters (band, thin lines; most are skewed, so that "
        "modes can lie at the edge); hollow: the instrument's "
        "terms leave such a firm out. "
        + (
            "Orange: mean of treated firms in whole worlds with that instrument alone, with its "
            "95 % Monte Carlo interval; they may get it again. "
            if among is not None
            else ""
        )
        + "Grey bars: published or judged ranges, cut where they leave the picture, with the keys "
        "of their sources. Mind the scales: they differ."
    )
    figure.supxlabel(
        textwrap.fill(text, int(17 * width)), x=0.01, ha="left", fontsize=7.5, color=MUTED
    )
    return figure


def _places(alone: pd.DataFrame, instrument: str, order: tuple[str, ...]) -> list[str]:
    here = set(alone.loc[alone["instrument"] == instrument, "complex"])
    return [place for place in order if place in here]


def _over_time(ax: Axes, name: str, alone: pd.DataFrame, among: pd.DataFrame | None) -> None:
    rows = alone[alone["average"] & (alone["measure"] == "sales")]
    months = rows["month"].to_numpy(float)
    low, middle, high = (_shown(rows, column) for column in ("p05", "central", "p95"))
    ends = [low.min(), high.max(), middle.max()]
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.fill_between(months, low, high, color=ARM, alpha=0.18, linewidth=0)
    ax.plot(months, middle, color=ARM, linewidth=2)
    if among is not None and len(among):
        path = among[among["measure"] == "sales"]
        age, mean = path["month"].to_numpy(float), _shown(path, "estimate")
        error = 100.0 * _TWO * path["mc_error"].fillna(0.0).to_numpy(float)
        ax.fill_between(age, mean - error, mean + error, color=REFERENCE, alpha=0.2, linewidth=0)
        ax.plot(age, mean, color=REFERENCE, linewidth=1.5, linestyle=(0, (4, 1.5)))
        ends += [mean.min(), mean.max()]
    _limits(ax, ends)
    _ranges(ax, name)
    ax.set_xlim(-3, months.max() + 3)
    ax.set_xticks(np.arange(0, months.max() + 1, 24))
    ax.set_xlabel("months after treatment began")


def _ranges(ax: Axes, name: str) -> None:
    """Draw published ranges, each at the month it holds for, with its key and its ends."""
    bottom, top = ax.get_ylim()
    for number, each in enumerate(published(name, "sales")):
        low, high = per_cent(each.low), per_cent(each.high)
        ax.plot(
            [each.month, each.month],
            [max(low, bottom), min(high, top)],
            color=INK,
            alpha=0.35,
            linewidth=5,
            solid_capstyle="butt",
        )
        text = f"{each.source}: {low:+.2g} to {high:+.2g} (month {each.month})"
        ax.text(
            0.99, 0.99 - 0.06 * number, text, ha="right", va="top", transform=ax.transAxes, **_SMALL
        )


def _by_size(ax: Axes, alone: pd.DataFrame, among: pd.DataFrame | None) -> None:
    rows = alone[~alone["average"] & (alone["measure"] == "sales")]
    sizes, middle = rows["workers"].to_numpy(float), _shown(rows, "central")
    low, high = _shown(rows, "p05"), _shown(rows, "p95")
    eligible = rows["eligible"].to_numpy(bool)
    ends = [low.min(), high.max()]
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.vlines(sizes[eligible], low[eligible], high[eligible], color=ARM, linewidth=1)
    ax.plot(sizes[eligible], middle[eligible], "o", color=ARM, markersize=5)
    ax.plot(sizes[~eligible], middle[~eligible], "o", color=ARM, markersize=5, fillstyle="none")
    horizon = at_horizon(alone)["month"].iloc[0]
    if among is not None and len(among):
        known = among[among["month"].isin([0, horizon])].set_index(["measure", "month"])
        row = known.loc["sales", horizon]
        mean, error = per_cent(row["estimate"]), 100.0 * _TWO * np.nan_to_num(row["mc_error"])
        workers = float(known["estimate"].loc["workers", 0])
        ax.errorbar(workers, mean, error, color=REFERENCE, fmt="s", markersize=5, capsize=3)
        ends += [mean - error, mean + error]
    _limits(ax, ends)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator([10, 30, 60, 150, 300]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.set_xlim(8, 400)
    ax.set_xlabel(f"workers (month {horizon})")


def _limits(ax: Axes, ends: list[float]) -> None:
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - room, high + 2.5 * room)


def _shown(rows: pd.DataFrame, column: str) -> FloatArray:
    values: FloatArray = 100.0 * np.expm1(rows[column].to_numpy(float))
    return values
