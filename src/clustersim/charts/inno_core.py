"""The sales of Inno-Core firms, with and without the programme, on their way to 100 bn won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import LogLocator, NullLocator

from clustersim.charts.style import (
    ARM,
    INK,
    NOTHING,
    REFERENCE,
    Label,
    billions,
    canvas,
    choose,
    draw_arm,
    draw_reference,
    footnote,
    heading,
    label_right,
    picture,
    say,
    years,
)
from clustersim.evaluation.bands import inno_core_bands, inno_core_paths
from clustersim.language import later, tr

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.charts.style import Results, Site

__all__ = ["inno_core"]

TITLE = later("Sales of Inno-Core firms")
LINES = {
    15e9: later("15 bn: lower limit to enter"),
    20e9: later("20 bn: upper limit to enter"),
    100e9: later("100 bn: the goal"),
}
"""The scheme's lines in won of the year (sources N16, N17)."""


@picture
def inno_core(
    results: Results,
    *,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
    ax: Axes | None = None,
) -> Axes:
    """Draw the yearly sales of Inno-Core firms in both worlds on a log axis.

    Parameters
    ----------
    results
        The results of a run.
    arm
        The arm; ``as_announced`` or the only one unless told.
    complex
        The complex; the only one unless told.
    ax
        Axes to draw into; a figure of its own, with a footnote, unless told.

    Returns
    -------
    matplotlib.axes.Axes
        Median (line), the middle half and the middle 90 % (bands) of all Inno-Core firms of all
        replicates that operated through the year, three single firms in both worlds (thin lines),
        and the lines of the scheme. Sales in bn won of the year, in
        Korean in 억원.

    Raises
    ------
    InputError
        The results hold no such arm or complex, or several of which one must be named.
    """
    axes = canvas(ax, height=6)
    site = choose(results, arm, complex)
    if site is None:
        say(axes, tr(TITLE), tr(NOTHING))
    else:
        _draw(axes, results, site)
    if ax is None:
        footnote(axes.figure, results, site)
    return axes


def _draw(ax: Axes, results: Results, site: Site) -> None:
    bands = site.rows(inno_core_bands(results.store))
    paths = site.rows(inno_core_paths(results.store))
    called, title = site.names(results), site.title(results, tr(TITLE))
    if bands.empty:
        say(ax, title, tr("No firm entered Inno-Core in any replicate."))
        return
    worlds = {
        "arm": (ARM, draw_arm),
        "reference": (REFERENCE, draw_reference),
    }
    first, last = bands["year"].min(), bands["year"].max()
    size, unit = billions()
    labels = [Label(height / size, tr(text), INK) for height, text in LINES.items()]
    ax.set_yscale("log")
    for height in LINES:
        ax.axhline(height / size, color=INK, linewidth=0.8, zorder=1.5)
    for world, (color, draw) in worlds.items():
        rows = bands[bands["world"] == world]
        if rows.empty:
            continue
        draw(ax, rows, size)
        for _, path in paths[paths["world"] == world].groupby(["draw", "luck", "id"]):
            ax.plot(path["year"], path["sales"] / size, color=color, linewidth=0.8)
        end = rows.iloc[-1]
        text = tr(
            "{world}: median {sales} bn,\n{share} % still operating",
            world=called[world],
            sales=f"{end['p50'] / size:.0f}",
            share=f"{100 * end['operating']:.0f}",
        )
        labels.append(Label(end["p50"] / size, text, color))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,g}")
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel(tr("{unit} of the year, log scale", unit=unit))
    ax.set_xlim(first - 0.3, last + 0.1)
    ax.set_ylim(ax.get_ylim())
    years(ax)
    label_right(ax, last, labels)
    heading(
        ax,
        title,
        tr(
            "Thick line: median of firms and replicates. Bands: the middle half and the middle "
            "90 % ({reference}: broken lines).\n"
            "Thin lines: single firms, each in both worlds with the same luck. "
            "Firms that closed drop out.",
            reference=called["reference"],
        ),
    )
