"""A mini-cluster before and after, its firms where they stand and the ties among them."""

from __future__ import annotations

import textwrap
from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rc_context
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from clustersim import calendar
from clustersim.charts.style import (
    ARM,
    INK,
    MUTED,
    NOTHING,
    REFERENCE,
    STYLE,
    choose,
    footnote,
    one,
    say,
)
from clustersim.errors import InputError
from clustersim.evaluation.networks import portrait
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray
    from clustersim.charts.style import Results, Site
    from clustersim.evaluation.networks import Moment, Portrait

__all__ = ["network", "of_site"]

TITLE = "Mini-cluster"
OWN = "#8C8C8C"
GROUND = "#F1F1EE"
MARGIN = 0.2
"""Km of ground drawn around the firms of a site."""

SPREAD = 0.09
"""Km about the middle of a block over which its firms are drawn."""


@rc_context(STYLE)
def network(
    results: Results,
    mini_cluster: str | None = None,
    *,
    replicate: int = 0,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
) -> Figure:
    """Draw one mini-cluster in one replicate: before its launch, and when the state's money ends.

    Parameters
    ----------
    results
        The results of a run.
    mini_cluster
        Its name; the only one of the complex unless told.
    replicate
        Which of the finished replicates, counted from 0 in the order of draws and lucks.
    arm
        The arm; ``as_announced`` or the only one unless told.
    complex
        The complex; the only one unless told.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels on one map. Points are all firms that ever join, on their blocks of ground,
        filled once they have joined; squares are universities and institutes. Lines are ties in the
        arm's world, those the firms formed themselves grey, those made through mini-clusters
        coloured. Under each panel the counts, also those of the same firms in the reference's
        world. Sites and institutions are drawn in their true direction, but nearer than they are.

    Raises
    ------
    InputError
        The results hold no such arm, complex, mini-cluster or replicate, or several of which one
        must be named.
    """
    figure = Figure(figsize=(10.5, 6.2), layout="constrained")
    site = choose(results, arm, complex)
    if site is None:
        say(figure.add_subplot(), TITLE, NOTHING)
        footnote(figure, results, site)
        return figure
    known = of_site(results, site)
    if not known:
        text = f"There is no mini-cluster in the arm {words(site.arm)}."
        say(figure.add_subplot(), f"{TITLE}, {words(site.complex).title()}", text)
        footnote(figure, results, site)
        return figure
    name = one("mini-cluster", set(known), mini_cluster)
    key, rows = _replicate(results, site, replicate)
    shown = portrait(*(table[table["mini_cluster"] == name] for table in rows))
    _draw(figure, shown, site)
    footnote(figure, results, site)
    figure.supxlabel(f"Replicate {replicate} ({key}) · {figure.get_supxlabel()}")
    return figure


def of_site(results: Results, site: Site) -> list[str]:
    """Return the names of an arm's mini-clusters in a complex."""
    return sorted(set(site.rows(results.store.read("mini_clusters"))["mini_cluster"]))


def _replicate(results: Results, site: Site, number: int) -> tuple[str, list[pd.DataFrame]]:
    """Return the name of a replicate and its rows of the three tables."""
    pair = (site.arm, site.reference)
    tasks = [task for task in results.store.tasks() if (task.arm, task.reference) == pair]
    keys = sorted({(task.draw, task.luck) for task in tasks})
    if not 0 <= number < len(keys):
        raise InputError(
            f"the results hold no replicate {number}", f"there are 0 to {len(keys) - 1}"
        )
    draw, luck = keys[number]
    tables = [site.rows(results.store.read(name)) for name in ("mini_clusters", "nodes", "ties")]
    here = [table[(table["draw"] == draw) & (table["luck"] == luck)] for table in tables]
    return f"draw {draw}, luck {luck}", here


# ---------------------------------------------------------------- the map


class _Map:
    """Where every node is drawn, in km: the core true to scale, the rest moved inwards to its edge.

    Attributes
    ----------
    spots
        Place of each node by id.
    grounds
        Lower left and upper right corner of the ground of the core ("") and of each site.
    away
        How far each site is from the core, in km.
    """

    def __init__(self, nodes: pd.DataFrame) -> None:
        firms = nodes[nodes["kind"] == "firm"]
        at = _spread(firms)
        self.spots: dict[int, FloatArray] = {}
        self.grounds: dict[str, FloatArray] = {}
        self.away: dict[str, float] = {}
        parts = {str(site): at[(firms["site"] == site).to_numpy()] for site in set(firms["site"])}
        core = parts.get("", np.zeros((1, 2)))
        middle = (core.min(axis=0) + core.max(axis=0)) / 2
        radius = float(np.hypot(*(core - middle).T).max()) + MARGIN
        taken = [(middle, radius)]
        shifts = {"": np.zeros(2)}
        # what is nearer is placed first, so that it stays nearer
        for site in sorted(parts.keys() - {""}, key=lambda s: hypot(*parts[s].mean(axis=0))):
            centre = (parts[site].min(axis=0) + parts[site].max(axis=0)) / 2
            size = float(np.hypot(*(parts[site] - centre).T).max()) + 2 * MARGIN
            self.away[site] = hypot(*centre)
            shifts[site] = _place(centre, size, taken) - centre
        for site, spots in parts.items():
            moved = spots + shifts[site]
            self.grounds[site] = np.array([moved.min(axis=0) - MARGIN, moved.max(axis=0) + MARGIN])
        for number, site, spot in zip(firms["id"], firms["site"], at, strict=True):
            self.spots[int(number)] = spot + shifts[str(site)]
        schools = nodes[nodes["kind"] != "firm"].assign(away=lambda t: np.hypot(t.east, t.north))
        for row in schools.sort_values(["away", "id"]).itertuples():
            self.spots[int(row.id)] = _place(np.array([row.east, row.north]), radius / 4, taken)

    def lines(self, ties: pd.DataFrame) -> list[FloatArray]:
        """Return ties as lines between two spots."""
        return [
            np.array([self.spots[first], self.spots[second]])
            for first, second in zip(ties["first"].tolist(), ties["second"].tolist(), strict=True)
        ]


def _spread(firms: pd.DataFrame) -> FloatArray:
    """Return where firms are drawn: about the middle of their block, as seeds on a sunflower."""
    blocks = firms.groupby(["site", "east", "north"])["id"]
    rank, number = blocks.rank(method="first") - 1, blocks.transform("size")
    radius = np.where(number > 1, SPREAD * np.sqrt((rank + 0.5) / number), 0.0)
    angle = np.pi * (3 - np.sqrt(5)) * rank
    spots: FloatArray = firms[["east", "north"]].to_numpy(float)
    return spots + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _place(spot: FloatArray, size: float, taken: list[tuple[FloatArray, float]]) -> FloatArray:
    """Return the nearest free place in the same direction, no farther than it is, and take it."""
    bearing, step = atan2(spot[1], spot[0]), size / 4
    away = min(hypot(*spot), taken[0][1] + size)
    direction = np.array([cos(bearing), sin(bearing)])
    while any(hypot(*(away * direction - other)) < size + room for other, room in taken):
        away += step
    taken.append((away * direction, size))
    return away * direction


# ---------------------------------------------------------------- the picture


def _draw(figure: Figure, shown: Portrait, site: Site) -> None:
    moments = {"Before": shown.before, "After": shown.after}
    nodes = [moment.nodes for moment in moments.values()]
    everybody = nodes[1].merge(nodes[0], how="outer", on=list(nodes[0].columns.drop("member")))
    land = _Map(everybody)
    launch = f"{calendar.date_at(shown.launch):%-d %B %Y}"
    figure.suptitle(
        f"{TITLE} {shown.title}, {words(site.complex).title()}, launched {launch}: "
        f"{words(site.arm)}",
        x=0.01,
        ha="left",
        fontsize=12,
        fontweight="bold",
    )
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for ax, (which, moment) in zip(panels, moments.items(), strict=True):
        _panel(ax, land, moment)
        ax.set_title(f"{which}: {_when(moment.month)}", fontsize=10)
        ax.set_xlabel(_counted(moment, site), fontsize=8.5, color=INK, loc="left")
    _scale(panels[0], land)
    figure.legend(handles=_legend(everybody), loc="outside lower center", ncols=5, frameon=False)


def _panel(ax: Axes, land: _Map, moment: Moment) -> None:
    ax.set_aspect("equal")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for site, (low, high) in land.grounds.items():
        box = FancyBboxPatch(low, *(high - low), boxstyle="round,pad=0.05", fc=GROUND, ec="none")
        ax.add_patch(box).set_zorder(0)
        if site:
            _name(ax, ((low[0] + high[0]) / 2, low[1]), f"{site}, {land.away[site]:.0f} km")
    ties, made = moment.ties, moment.ties["made"]
    for rows, color, width in ((ties[~made], OWN, 1.3), (ties[made], ARM, 0.9)):
        ax.add_collection(
            LineCollection(land.lines(rows), colors=color, linewidths=width, zorder=1)
        )
    for row in moment.nodes.itertuples():
        spot = land.spots[int(row.id)]
        if row.kind == "firm":
            look = {"fc": INK, "ec": INK} if row.member else {"fc": "white", "ec": MUTED}
            ax.scatter(*spot, s=16, linewidths=0.7, zorder=2, **look)
        else:
            ax.scatter(*spot, s=42, marker="s", fc=REFERENCE, ec="white", zorder=2)
            _name(ax, (spot[0], spot[1]), f"{row.name}, {hypot(row.east, row.north):.0f} km")
    ax.autoscale_view()


def _name(ax: Axes, spot: tuple[float, float], text: str) -> None:
    """Write a name under a place."""
    ax.annotate(
        textwrap.fill(text, 18),
        spot,
        (0, -6),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=7,
        color=MUTED,
        linespacing=1.1,
        zorder=3,
    )


def _scale(ax: Axes, land: _Map) -> None:
    """Draw a bar of 1 km under the core's ground."""
    low, high = land.grounds.get("", next(iter(land.grounds.values())))
    length = 1.0 if high[0] - low[0] > 1.5 else 0.25
    y = low[1] - 0.15
    ax.plot([low[0], low[0] + length], [y, y], color=INK, linewidth=1.5)
    ax.annotate(
        f"{length:g} km", (low[0], y), (0, -3), textcoords="offset points", va="top", fontsize=7
    )


def _counted(moment: Moment, site: Site) -> str:
    firms = moment.nodes[moment.nodes["kind"] == "firm"]
    members = int(firms["member"].sum())
    said = [f"{members} members" if members else "no member yet"]
    if later := len(firms) - members:
        said.append(f"{later} firms that join later")
    ids = set(firms["id"])
    ties = " · ".join(f"{count} {kind}" for kind, count in _kinds(moment.ties, ids).items())
    without = ", ".join(str(count) for count in _kinds(moment.without, ids).values())
    return f"{', '.join(said)}\nTies: {ties}\nthe same firms in {words(site.reference)}: {without}"


def _kinds(ties: pd.DataFrame, firms: set[int]) -> Mapping[str, int]:
    """Return how many ties are firms' own, made through mini-clusters, and with institutions."""
    among, made = ties["second"].isin(firms), ties["made"]
    return {
        "of their own": int((among & ~made).sum()),
        "made through mini-clusters": int((among & made).sum()),
        "with institutions": int((~among).sum()),
    }


def _legend(nodes: pd.DataFrame) -> list[Line2D]:
    point = {"linestyle": "none", "marker": "o", "markersize": 5}
    handles = [
        Line2D([], [], color=INK, label="member", **point),
        Line2D([], [], mfc="white", mec=MUTED, label="joins later", **point),
        Line2D([], [], color=OWN, linewidth=1.6, label="tie that firms formed themselves"),
        Line2D([], [], color=ARM, linewidth=1.2, label="tie made through a mini-cluster"),
    ]
    if (nodes["kind"] != "firm").any():
        square = point | {"marker": "s"}
        handles.insert(2, Line2D([], [], color=REFERENCE, label="university, institute", **square))
    return handles


def _when(month: int) -> str:
    """Return the end of a month in words."""
    if calendar.month_in_year(month) == 12:
        return f"end of {calendar.year_of(month)}"
    return f"{calendar.first_day(month):%B %Y}"
