"""Thirty years without macro and programme, statistic by statistic."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib import rc_context
from matplotlib.figure import Figure

from clustersim.charts.style import ARM, INK, MUTED, PURPOSES, STYLE, bare
from clustersim.validation.stability import FLOOR, SURE, TITLES, indices, trends
from clustersim.words import words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["stability"]

_ACROSS = 4


@rc_context(STYLE)
def stability(table: pd.DataFrame) -> Figure:
    """Draw each statistic by year, the first year being 100, a line for each complex.

    Parameters
    ----------
    table
        What `clustersim.validation.stability.stability` gives.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each statistic: the mean over luck; with one complex also the range over luck.
        The grey band is what does not matter; bold titles are of statistics that
        drift in some complex.
    """
    paths, found = indices(table), trends(table)
    drifting = set(found.loc[found["drifts"], "statistic"])
    places = list(dict.fromkeys(paths["complex"]))
    colours = dict(zip(places, (ARM, *PURPOSES[1:]) * len(places), strict=False))
    down = -(-len(TITLES) // _ACROSS)
    figure = Figure(figsize=(11, 1.75 * down + 1.2), layout="constrained")
    panels = figure.subplots(down, _ACROSS, sharex=True, squeeze=False).ravel()
    for ax, (name, title) in zip(panels, TITLES.items(), strict=False):
        bare(ax).axhspan(100 * (1 - FLOOR), 100 * (1 + FLOOR), color=MUTED, alpha=0.15, linewidth=0)
        mine = paths.loc[paths["statistic"] == name]
        for place, rows in mine.groupby("complex", sort=False):
            colour = colours[str(place)]
            if len(places) == 1:
                ax.fill_between(
                    rows["year"], rows["low"], rows["high"], color=colour, alpha=0.2, linewidth=0
                )
            ax.plot(rows["year"], rows["mean"], color=colour, linewidth=1.3, label=str(place))
        # a panel is never so fine that noise looks like a trend
        low, high = ax.get_ylim()
        ax.set_ylim(min(low, 85), max(high, 115))
        weight = "bold" if name in drifting else "normal"
        ax.set_title(f"{title}{' (drifts)' * (name in drifting)}", fontsize=9, fontweight=weight)
        ax.tick_params(labelsize=7.5)
    for ax in panels[len(TITLES) :]:
        ax.set_visible(False)
    for ax in panels[max(len(TITLES) - _ACROSS, 0) : len(TITLES)]:
        ax.set_xlabel("year of the run", fontsize=8)
        ax.tick_params(labelbottom=True)
    if len(places) > 1:
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(
            handles, [words(label) for label in labels], loc="outside upper right", ncols=5
        )
    where = words(places[0]).title() if len(places) == 1 else f"{len(places)} complexes"
    figure.suptitle(
        f"Without macro and programme, {where}:\nwhat moves is the model's own doing",
        x=0.01,
        ha="left",
        fontweight="bold",
        color=INK,
    )
    lucks = table["luck"].nunique()
    figure.supxlabel(
        textwrap.fill(
            f"Each year's mean over {lucks} luck{'' if lucks == 1 else 's'}, first year = 100"
            f"{'; coloured band: from the lowest to the highest' * (len(places) == 1)}. Grey: "
            f"{FLOOR:.0%} either way; a drift lies beyond it with its {SURE:.0%} interval. "
            "Anchors apart.",
            170,
        ),
        x=0.01,
        ha="left",
        fontsize=7.5,
        color=MUTED,
    )
    return figure
