"""The past of a complex as simulated in hindsight, beside what was published."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from clustersim.calendar import parse_month
from clustersim.charts import names
from clustersim.charts.style import (
    ARM,
    INK,
    MUTED,
    PURPOSES,
    REFERENCE,
    bare,
    picture,
    years,
)
from clustersim.language import later, tr
from clustersim.units import FIRST_YEAR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray

__all__ = ["fit"]

_PANELS = {
    "output": (later("Output a year"), later("tn KRW, prices of the time"), 1e12),
    "workers": (later("Workers"), later("thousands"), 1e3),
    "utilisation": (later("Capacity utilisation"), later("per cent"), 0.01),
    "firms": (later("Operating firms"), later("firms"), 1.0),
}
_MARKS = {"complex": "o", "nation": "s", "other": "^"}
_SIZES = dict(zip(("1-49", "50-299", "300+"), PURPOSES[1:4], strict=True))


@picture
def fit(table: pd.DataFrame, complex: str) -> Figure:  # noqa: A002 - the project's word
    """Draw a complex's simulated past as bands over luck, and what was published as points.

    Parameters
    ----------
    table
        As `clustersim.validation.fit.fit` returns it.
    complex
        Which complex.

    Returns
    -------
    matplotlib.figure.Figure
        Output, workers, utilisation, firms and utilisation by size, by quarter: the median, and the
        middle 90 % of lucks. A full point is one the residual was solved from; a grey one went into
        the population or into who moves in; hollow ones are news. Round ones are the complex's own,
        square the nation's, a triangle another perimeter. A point that counts from another period
        stands on what is simulated for that one, and where a level was published, hollow at that
        level too.
    """
    rows = table.loc[table["complex"] == complex]
    figure = Figure(figsize=(11, 9.5), layout="constrained")
    axes = [bare(ax) for ax in figure.subplots(3, 2).flat]
    for ax, (quantity, (title, unit, scale)) in zip(axes, _PANELS.items(), strict=False):
        here = rows.loc[(rows["quantity"] == quantity) & (rows["size"] == "")]
        _panel(ax, here, scale, ARM)
        ax.set_title(tr(title), fontsize=10)
        ax.set_ylabel(tr(unit))
    _by_size(axes[4], rows.loc[rows["size"] != ""])
    _legend(axes[5])
    title = tr(
        "{place}: fit of the past, not validation",
        place=names.said(rows.iloc[0].to_dict(), "title"),
    )
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure


def _panel(ax: Axes, rows: pd.DataFrame, scale: float, color: str) -> None:
    """Draw the band of the quarters, and every point at the middle of its period."""
    quarters = rows.loc[rows["tag"] == ""]
    at, factor = _middle(quarters), _yearly(quarters) / scale
    low, median, high = (quarters[name].to_numpy(float) * factor for name in ("p05", "p50", "p95"))
    ax.fill_between(at, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(at, median, color=color, linewidth=1.8)
    published = rows.loc[rows["tag"] != ""]
    for of, rests in product(_MARKS, ("", "residual", "figures", "moving_in")):
        points = published.loc[(published["of"] == of) & (published["rests_on"] == rests)]
        solved = rests == "residual"
        ink = color if rows["size"].any() else INK if of == "complex" else REFERENCE
        x, factor = _middle(points), _yearly(points) / scale
        levels = points["observed"].where(points["unit"] != "growth", points["expected"])
        for heights, full in ((levels, False), (points["expected"], True)):
            if solved or not full:
                ax.plot(
                    x,
                    heights.to_numpy(float) * factor,
                    linestyle="",
                    marker=_MARKS[of],
                    markersize=5.0,
                    markeredgecolor=ink,
                    markerfacecolor=ink if full else MUTED if rests and not solved else "white",
                    zorder=3,
                )
    if scale >= 1.0:
        ax.set_ylim(0.0, 1.05 * ax.get_ylim()[1])  # no mark is cut in half
    years(ax)


def _by_size(ax: Axes, rows: pd.DataFrame) -> None:
    for size, color in _SIZES.items():
        _panel(ax, rows.loc[rows["size"] == size], 0.01, color)
    title = tr("Capacity utilisation by workers (points: all national complexes)")
    ax.set_title(title, fontsize=10)
    ax.set_ylabel(tr("per cent"))


def _legend(ax: Axes) -> None:
    """Say what the marks mean, in a panel of its own."""
    ax.set_axis_off()
    said = [
        ("o", INK, INK, tr("published, the residual is solved from it")),
        ("o", MUTED, INK, tr("published, the population or moving in stands on it")),
        ("o", "white", INK, tr("published, not used")),
        ("s", "white", REFERENCE, tr("all national complexes, not used")),
        ("^", "white", REFERENCE, tr("another perimeter, not used")),
    ]
    handles: list[Artist] = [
        Patch(facecolor=ARM, alpha=0.2, label=tr("simulated: middle 90 % of lucks")),
        Line2D([], [], color=ARM, linewidth=1.8, label=tr("simulated: median")),
        *(
            Line2D(
                [],
                [],
                linestyle="",
                marker=mark,
                markerfacecolor=fill,
                markeredgecolor=edge,
                label=text,
            )
            for mark, fill, edge, text in said
        ),
    ]
    handles += [
        Line2D([], [], color=color, linewidth=1.8, label=tr("firms of {size} workers", size=size))
        for size, color in _SIZES.items()
    ]
    ax.legend(handles=handles, frameon=False, loc="upper left")
    ax.text(
        0.02,
        0.02,
        tr(
            "What happened, in hindsight, at central values. The residual of the complex is made\n"
            "to meet the full points; only the hollow ones say anything of the model. A point "
            "solved\nfrom its growth is full on top of the simulated base, and hollow at its "
            "published level."
        ),
        transform=ax.transAxes,
        fontsize=8,
        color=MUTED,
        va="bottom",
    )


def _place(month: int) -> float:
    """Return where a month begins on an axis on which the middle of a year is over its number."""
    return FIRST_YEAR + month / 12.0 - 0.5


def _months(rows: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    first, last = ([parse_month(text) for text in rows[name]] for name in ("first", "last"))
    return np.array(first, dtype=np.float64), np.array(last, dtype=np.float64)


def _middle(rows: pd.DataFrame) -> FloatArray:
    """Return the middle of each period on that axis."""
    first, last = _months(rows)
    middle: FloatArray = _place(0) + (first + last + 1.0) / 24.0
    return middle


def _yearly(rows: pd.DataFrame) -> FloatArray:
    """Return what a flow of the period is multiplied with for a year's; 1 for the rest."""
    first, last = _months(rows)
    return np.where(rows["quantity"].to_numpy() == "output", 12.0 / (last - first + 1.0), 1.0)
