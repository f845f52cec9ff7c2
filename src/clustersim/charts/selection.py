"""The truth and naive comparisons of funded firms, by who chooses the firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from clustersim.charts.lettering import fill
from clustersim.charts.style import ARM, INK, MUTED, PURPOSES, REFERENCE, bare, picture
from clustersim.language import ntr, tr
from clustersim.validation.selection import COMPARISONS, TRUTH, YEARS
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["selection"]

_TWO = 1.96
"""Standard errors on either side of a mean, for an interval of 95 %."""

_LOOKS = {
    TRUTH: (INK, "D"),
    "with others": (ARM, "o"),
    "with refused": (REFERENCE, "s"),
    "before and after": (PURPOSES[2], "^"),
}
_APART = 0.17


@picture
def selection(table: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> Figure:
    """Draw, for each rule of choice, the true effect and what comparisons find.

    Parameters
    ----------
    table
        What `clustersim.validation.selection.selection` gives.
    titles
        What complexes are called; by their names unless told.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each complex, a row for each rule; points are means over luck, lines their 95 %
        intervals.
    """
    places = list(dict.fromkeys(map(str, table["complex"])))
    choosers = list(dict.fromkeys(table["chooser"]))
    height = 0.62 * len(choosers) + 1.9
    figure = Figure(figsize=(4.4 + 3.4 * len(places), height), layout="constrained")
    panels = figure.subplots(1, len(places), sharey=True, sharex=True, squeeze=False).ravel()
    for ax, place in zip(panels, places, strict=True):
        bare(ax).axvline(0.0, color=MUTED, linewidth=0.8)
        for number, (name, (colour, marker)) in enumerate(_LOOKS.items()):
            rows = table.loc[(table["complex"] == place) & (table["comparison"] == name)]
            heights = [choosers.index(each) + _APART * (number - 1.5) for each in rows["chooser"]]
            ax.errorbar(
                100.0 * rows["estimate"],
                heights,
                xerr=100.0 * _TWO * rows["mc_error"].fillna(0.0),
                fmt=marker,
                color=colour,
                markersize=5,
                linewidth=1.1,
                label=tr(name),
            )
        for line in range(1, len(choosers)):
            ax.axhline(line - 0.5, color=MUTED, alpha=0.25, linewidth=0.6)
        ax.set_title((titles or {}).get(place) or words(place).title(), fontsize=10)
        ax.set_xlabel(tr("hundredths of a log point of real sales"), fontsize=8)
        ax.tick_params(axis="y", length=0)
    panels[0].set_yticks(range(len(choosers)), [words(str(each)) for each in choosers])
    panels[0].set_ylim(len(choosers) - 0.5, -0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False)
    figure.suptitle(
        tr("Who chooses decides\nwhat a naive comparison finds"),
        x=0.01,
        ha="left",
        fontweight="bold",
        color=INK,
    )
    meant = "; ".join(f"{tr(name)}: {tr(doing)}" for name, doing in COMPARISONS.items())
    note = ntr(
        "Effect of a research grant {years} years after. Truth: the same firms in worlds without "
        "the programme. {comparisons}. Means over {number} luck; lines: 95 % of their Monte Carlo "
        "error.",
        "Effect of a research grant {years} years after. Truth: the same firms in worlds without "
        "the programme. {comparisons}. Means over {number} lucks; lines: 95 % of their Monte Carlo "
        "error.",
        int(table["worlds"].max()),
        years=YEARS,
        comparisons=f"{meant[0].upper()}{meant[1:]}",
    )
    figure.supxlabel(
        fill(note, round(19.5 * figure.get_figwidth())),
        x=0.01,
        ha="left",
        fontsize=7.5,
        color=MUTED,
    )
    return figure
