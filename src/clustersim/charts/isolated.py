"""One treated firm alone, over time and by size, beside what is published and the whole economy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from clustersim.charts.lettering import fill
from clustersim.charts.style import ARM, INK, MUTED, REFERENCE, bare, picture
from clustersim.errors import InputError
from clustersim.language import later, tr
from clustersim.validation.isolated_page import at_horizon, per_cent
from clustersim.validation.published import published
from clustersim.validation.treatments import INSTRUMENTS, Tasks
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray

__all__ = ["isolated", "services"]

_TWO = 1.96
"""Standard errors on either side of a mean, for an interval of 95 %."""

_SMALL: dict[str, Any] = {"fontsize": 7, "color": MUTED}


@picture
def isolated(
    alone: pd.DataFrame,
    among: pd.DataFrame | None = None,
    *,
    complexes: tuple[str, ...] = (),
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Draw what networks, research and Inno-Core do to one firm, each in a column of its own.

    Services that are handed out task by task are in a picture of their own, `services`.

    Parameters
    ----------
    alone, among
        What `validation.isolated` and `validation.in_economy` return of one scenario; without the
        second the whole economy is left out.
    complexes
        Each instrument is drawn for the first of these that gets it; unless told, for the first in
        the table.
    titles
        What complexes are called; by their names unless told.

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
    columns = _chosen(alone, complexes, are_tasks=False)
    width = 1.0 + 2.9 * max(len(columns), 2)
    figure = Figure(figsize=(width, 7.0), layout="constrained")
    grid = figure.subplots(2, max(len(columns), 1), squeeze=False)
    for number, (name, place) in enumerate(columns):
        mine, theirs = _mine(alone, among, name, place)
        above, below = bare(grid[0, number]), bare(grid[1, number])
        _over_time(above, mine, theirs)
        _ranges(above, name, mine)
        above.set_xlabel(tr("months after treatment began"))
        _by_size(below, mine, theirs)
        kind = tr("scaled to, no finding") if INSTRUMENTS[name].is_scaled else tr("a result")
        about = [kind, *([] if mine["announced"].all() else [tr("not announced")])]
        title = tr("{instrument}, {place}", instrument=_title(name), place=_called(place, titles))
        above.set_title(f"{title}\n({', '.join(about)})", fontsize=9.5)
    grid[0, 0].set_ylabel(tr("effect on sales, per cent"))
    grid[1, 0].set_ylabel(tr("the same at the horizon, per cent"))
    _around(
        figure,
        tr("One treated firm alone, and treated firms among all"),
        tr(
            "Blue: an average firm with all else frozen, at central values (line, dots) and the "
            "middle 90 % of draws of the uncertain parameters (band, thin lines; most are skewed, "
            "so that modes can lie at the edge); hollow: the instrument's terms leave such a firm "
            "out."
        ),
        *([] if among is None else [tr(_ORANGE)]),
        tr(_GREY),
        tr("Mind the scales: they differ."),
    )
    return figure


@picture
def services(
    alone: pd.DataFrame,
    among: pd.DataFrame | None = None,
    *,
    complexes: tuple[str, ...] = (),
    titles: Mapping[str, str] | None = None,
) -> Figure | None:
    """Draw what one task of each service does to one firm over time, in small pictures.

    Parameters and errors are those of `isolated`.

    Returns
    -------
    matplotlib.figure.Figure or None
        A picture for each service, families together, all on one scale; None if there is no
        service. How an effect falls with size is one rule for all of them, and not drawn.
    """
    each = _chosen(alone, complexes, are_tasks=True)
    if not each:
        return None
    rows = -(-len(each) // _ABREAST)
    figure = Figure(figsize=(11.5, 0.9 + 2.5 * rows), layout="constrained")
    grid = figure.subplots(rows, _ABREAST, squeeze=False, sharex=True, sharey=True).ravel()
    ends = []
    for ax, (name, place) in zip(grid, each, strict=False):
        mine, theirs = _mine(alone, among, name, place)
        _over_time(bare(ax), mine, theirs)
        ends += list(ax.get_ylim())
        ax.tick_params(labelbottom=True)
        about = [words(INSTRUMENTS[name].family), _called(place, titles)]
        about += [] if mine["announced"].all() else [tr("not announced")]
        ax.set_title(f"{_title(name)}\n({', '.join(about)})", fontsize=9)
    for ax in grid[len(each) :]:
        ax.set_visible(False)
    grid[0].set_ylim(min(ends), max(ends))
    for ax, (name, place) in zip(grid, each, strict=False):
        _ranges(ax, name, _mine(alone, None, name, place)[0])
    figure.supylabel(tr("effect of one task on sales, per cent"), fontsize=9)
    _around(
        figure,
        tr(
            "Services: one treated firm alone, and treated firms among all. All are scaled to a "
            "total: no findings"
        ),
        tr(
            "By months after treatment began. Blue: an average firm with all else frozen, at "
            "central values (line) and the middle 90 % of draws of the uncertain parameters (band)."
        ),
        *([] if among is None else [tr(_ORANGE)]),
        tr(_GREY),
        tr(
            "Where there is none, nothing is published and the total is an assumption. Ranges of "
            "marketing are of exports, and not drawn."
        ),
    )
    return figure


_ABREAST = 4
"""Pictures of services side by side."""

_ORANGE = later(
    "Orange: mean of treated firms in whole worlds with that family alone, with its 95 % Monte "
    "Carlo interval; they may get it again, and others of the family."
)
_GREY = later(
    "Grey bars: published or judged ranges, cut where they leave the picture, with the keys of "
    "their sources."
)


def _chosen(
    alone: pd.DataFrame, complexes: tuple[str, ...], *, are_tasks: bool
) -> list[tuple[str, str]]:
    """Return the instruments to draw, each with the complex it is drawn for."""
    known = alone["complex"].unique().tolist()
    for place in complexes:
        if place not in known:
            raise InputError(f"no isolated firm of {place!r}", f"the table has: {', '.join(known)}")
    return [
        (name, here[0])
        for name, each in INSTRUMENTS.items()
        if isinstance(each, Tasks) == are_tasks
        if (here := _places(alone, name, complexes or tuple(known)))
    ]


def _mine(
    alone: pd.DataFrame, among: pd.DataFrame | None, name: str, place: str
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the rows of an instrument in a complex."""

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[(table["instrument"] == name) & (table["complex"] == place)]

    return of(alone), None if among is None else of(among)


def _title(name: str) -> str:
    title = words(name)
    return title[0].upper() + title[1:]


def _called(place: str, titles: Mapping[str, str] | None) -> str:
    return (titles or {}).get(place) or words(place).title()


def _around(figure: Figure, title: str, *sentences: str) -> None:
    """Write a title above the pictures, and below them what they show."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    text = fill(" ".join(sentences), 17 * figure.get_figwidth())
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=MUTED)


def _places(alone: pd.DataFrame, instrument: str, order: tuple[str, ...]) -> list[str]:
    here = set(alone.loc[alone["instrument"] == instrument, "complex"])
    return [place for place in order if place in here]


def _over_time(ax: Axes, alone: pd.DataFrame, among: pd.DataFrame | None) -> None:
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
    ax.set_xlim(-3, months.max() + 3)
    ax.set_xticks(np.arange(0, months.max() + 1, 24))


def _ranges(ax: Axes, name: str, alone: pd.DataFrame) -> None:
    """Draw published ranges, each at the month it holds for, with its key and its ends."""
    bottom, top = ax.get_ylim()
    for number, each in enumerate(published(name, "sales")):
        low, high = per_cent(each.low), per_cent(each.high)
        month = at_horizon(alone)["month"].iloc[0] if each.month is None else each.month
        ax.plot(
            [month, month],
            [max(low, bottom), min(high, top)],
            color=INK,
            alpha=0.35,
            linewidth=5,
            solid_capstyle="butt",
        )
        keys = tr(" to ").join(each.source.split(" to "))
        text = tr(
            "{source}: {low} to {high} (month {month})",
            source=keys,
            low=f"{low:+.2g}",
            high=f"{high:+.2g}",
            month=month,
        )
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
    ax.set_xlabel(tr("workers (month {month})", month=horizon))


def _limits(ax: Axes, ends: list[float]) -> None:
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - room, high + 2.5 * room)


def _shown(rows: pd.DataFrame, column: str) -> FloatArray:
    values: FloatArray = 100.0 * np.expm1(rows[column].to_numpy(float))
    return values
