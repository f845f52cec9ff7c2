"""Thirty years without macro and programme, statistic by statistic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from clustersim.charts.lettering import fill
from clustersim.charts.style import ARM, INK, MUTED, PURPOSES, bare, picture
from clustersim.language import ntr, tr
from clustersim.validation.stability import FLOOR, SURE, TITLES, indices, trends
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["stability"]

_ACROSS = 4


@picture
def stability(table: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> Figure:
    """Draw each statistic by year, the first year being 100, a line for each complex.

    Parameters
    ----------
    table
        What `clustersim.validation.stability.stability` gives.
    titles
        What complexes are called; by their names unless told.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each statistic: the mean over luck; with one complex also the range over luck.
        The grey band is what does not matter; bold titles are of statistics that
        drift in some complex.
    """
    paths, found = indices(table), trends(table)
    drifting = set(found.loc[found["drifts"], "statistic"])
    places = list(dict.fromkeys(map(str, paths["complex"])))
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
        said = tr("{statistic} (drifts)", statistic=tr(title)) if name in drifting else tr(title)
        ax.set_title(said, fontsize=9, fontweight=weight)
        ax.tick_params(labelsize=7.5)
    for ax in panels[len(TITLES) :]:
        ax.set_visible(False)
    for ax in panels[max(len(TITLES) - _ACROSS, 0) : len(TITLES)]:
        ax.set_xlabel(tr("year of the run"), fontsize=8)
        ax.tick_params(labelbottom=True)
    if len(places) > 1:
        handles, labels = panels[0].get_legend_handles_labels()
        called = [(titles or {}).get(label) or words(label) for label in labels]
        figure.legend(handles, called, loc="outside upper right", ncols=5)
    where = (
        (titles or {}).get(places[0]) or words(places[0]).title()
        if len(places) == 1
        else tr("{number} complexes", number=len(places))
    )
    figure.suptitle(
        tr(
            "Without macro and programme, {where}:\nwhat moves is the model's own doing",
            where=where,
        ),
        x=0.01,
        ha="left",
        fontweight="bold",
        color=INK,
    )
    lucks = table["luck"].nunique()
    mean = ntr(
        "Each year's mean over {number} luck, first year = 100",
        "Each year's mean over {number} lucks, first year = 100",
        lucks,
    )
    band = tr("; coloured band: from the lowest to the highest") if len(places) == 1 else ""
    grey = tr(
        "Grey: {floor} either way; a drift lies beyond it with its {sure} interval. Anchors apart.",
        floor=f"{FLOOR:.0%}",
        sure=f"{SURE:.0%}",
    )
    figure.supxlabel(
        fill(f"{mean}{band}. {grey}", 170),
        x=0.01,
        ha="left",
        fontsize=7.5,
        color=MUTED,
    )
    return figure
