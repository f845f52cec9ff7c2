"""A mini-cluster before and after, its firms where they stand and the ties among them."""

from __future__ import annotations

from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from clustersim import calendar
from clustersim.charts import names
from clustersim.charts.lettering import fill
from clustersim.charts.style import (
    ARM,
    INK,
    MUTED,
    NOTHING,
    REFERENCE,
    choose,
    footnote,
    one,
    picture,
    say,
)
from clustersim.errors import InputError
from clustersim.evaluation.names import work
from clustersim.evaluation.networks import portrait
from clustersim.language import later, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray
    from clustersim.charts.style import Results, Site
    from clustersim.evaluation.networks import Moment, Portrait

__all__ = ["mini_clusters", "network"]

TITLE = later("Mini-cluster")
TITLED = later("Mini-cluster “{title}”, {place}: {arm}")
OWN = "#8C8C8C"
GROUND = "#F1F1EE"
MARGIN = 0.2
"""Km of ground drawn around the firms of a site."""

LEFT = 0.01
"""Where titles begin, as a share of the figure's width."""

PANEL = 1.15
"""Width of a panel over its height."""

FARTHER = later("Off the core, directions are true and distances shortened.")

SPREAD = 0.09
"""Km about the middle of a block over which its firms are drawn."""


@picture
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
    figure = Figure(figsize=(10.5, 6.2), layout=ConstrainedLayoutEngine(w_pad=LEFT * 10.5))
    site = choose(results, arm, complex)
    if site is None:
        say(figure.add_subplot(), tr(TITLE), tr(NOTHING))
        footnote(figure, results, site)
        return figure
    known = mini_clusters(results, site.arm, site.complex)
    if not known:
        called = site.names(results)
        text = tr("There is no mini-cluster in the arm {arm}.", arm=called["arm"])
        title = tr("Mini-cluster, {place}", place=called["place"])
        say(figure.add_subplot(), title, text)
        footnote(figure, results, site)
        return figure
    name = one("mini-cluster", set(known), mini_cluster)
    key, rows = _replicate(results, site, replicate)
    shown = portrait(*(table[table["mini_cluster"] == name] for table in rows))
    header = results.store.header
    title = work(header, site.arm, site.complex, name) or shown.title
    called = site.names(results) | {"title": title}
    if any((moment.nodes["kind"] == "firm").any() for moment in (shown.before, shown.after)):
        _draw(figure, shown, called, names.translated(header, site.complex))
    else:
        text = tr("No firm belongs to this mini-cluster in this replicate.")
        say(figure.add_subplot(), tr(TITLED, **called), text)
    footnote(
        figure, results, site, tr("shown: replicate {number} ({key})", number=replicate, key=key)
    )
    return figure


def mini_clusters(results: Results, arm: str | None, complex_: str | None) -> list[str]:
    """Return the names of an arm's mini-clusters in a complex, each chosen as `choose` does."""
    site = choose(results, arm, complex_)
    if site is None:
        return []
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
    return tr("draw {draw}, luck {luck}", draw=draw, luck=luck), here


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
    moved
        Whether anything is drawn nearer than it is.
    """

    def __init__(self, nodes: pd.DataFrame) -> None:
        firms = nodes[nodes["kind"] == "firm"]
        at = _spread(firms)
        self.spots: dict[int, FloatArray] = {}
        self.grounds: dict[str, FloatArray] = {}
        parts = {str(site): at[(firms["site"] == site).to_numpy()] for site in set(firms["site"])}
        core = parts.setdefault("", np.zeros((1, 2)))
        middle = (core.min(axis=0) + core.max(axis=0)) / 2
        radius = float(np.hypot(*(core - middle).T).max()) + MARGIN
        centres = {site: (each.min(axis=0) + each.max(axis=0)) / 2 for site, each in parts.items()}
        self.away = {site: hypot(*centre) for site, centre in centres.items()}
        schools = nodes[nodes["kind"] != "firm"]
        room = 0.65 * radius  # for its name beside another
        spots = zip(schools["id"].tolist(), schools[["east", "north"]].to_numpy(), strict=True)
        around: dict[int | str, tuple[FloatArray, float]] = {
            number: (spot, room) for number, spot in spots
        }
        for site in sorted(parts.keys() - {""}):
            size = float(np.hypot(*(parts[site] - centres[site]).T).max()) + 3 * MARGIN
            around[site] = centres[site], max(size, room)
        placed = _placed(around, middle, radius)
        self.moved = any((placed[name] != spot).any() for name, (spot, _) in around.items())
        shifts = {site: placed.get(site, centre) - centre for site, centre in centres.items()}
        for site, each in parts.items():
            moved = each + shifts[site]
            self.grounds[site] = np.array([moved.min(axis=0) - MARGIN, moved.max(axis=0) + MARGIN])
        for number, site, spot in zip(firms["id"].tolist(), firms["site"], at, strict=True):
            self.spots[number] = spot + shifts[str(site)]
        self.spots |= {number: placed[number] for number in schools["id"].tolist()}

    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Return the lower left and the upper right corner of a panel, with room for names."""
        points = np.concatenate([list(self.spots.values()), *self.grounds.values()])
        low, high = points.min(axis=0), points.max(axis=0)
        height = 1.3 * max(high[1] - low[1], (high[0] - low[0]) / PANEL)
        half = np.array([PANEL * height, height]) / 2
        return (low + high) / 2 - half, (low + high) / 2 + half

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
    around = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    spots: FloatArray = firms[["east", "north"]].to_numpy(float) + around
    return spots


def _placed(
    around: Mapping[int | str, tuple[FloatArray, float]], middle: FloatArray, radius: float
) -> dict[int | str, FloatArray]:
    """Return the nearest free place for each spot and its size about the core, in its direction.

    What is farther away than another is drawn farther away, too.
    """
    taken, found = [(middle, radius)], {}
    last = drawn = 0.0
    for name, (spot, size) in sorted(around.items(), key=lambda item: hypot(*item[1][0])):
        away, bearing = hypot(*spot), atan2(spot[1], spot[0])
        direction = np.array([cos(bearing), sin(bearing)])
        nearest = drawn + size / 4 if away > last else drawn
        last, drawn = away, max(nearest, min(away, radius + size))
        while any(hypot(*(drawn * direction - other)) < size + room for other, room in taken):
            drawn += size / 4
        found[name] = drawn * direction
        taken.append((found[name], size))
    return found


# ---------------------------------------------------------------- the picture


def _draw(figure: Figure, shown: Portrait, called: dict[str, str], far: dict[str, str]) -> None:
    moments = {"before": shown.before, "after": shown.after}
    nodes = [moment.nodes for moment in moments.values()]
    everybody = nodes[1].merge(nodes[0], how="outer", on=list(nodes[0].columns.drop("member")))
    land = _Map(everybody)
    launch = calendar.date_at(shown.launch)
    launched = tr(
        "{day} {month} {year}", day=launch.day, month=_month(launch.month), year=launch.year
    )
    title = tr(TITLED, **called)
    figure.suptitle(
        fill(title, 95),
        x=LEFT,
        ha="left",
        fontsize=12,
        fontweight="bold",
    )
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 0.17])
    panels = [figure.add_subplot(grid[0, column]) for column in (0, 1)]
    for ax, (which, moment) in zip(panels, moments.items(), strict=True):
        _panel(ax, land, moment, far)
        about = {"when": _when(moment.month), "day": launched}
        told = (
            tr("Before: {when} (launched {day})", **about)
            if which == "before"
            else tr("After: {when}", **about)
        )
        ax.set_title(told, fontsize=10)
        ax.set_xlabel(_counted(moment, called["reference"]), fontsize=8.5, color=INK, loc="left")
    _scale(panels[0], land)
    below = figure.add_subplot(grid[1, :])
    below.set_axis_off()
    notes: dict[str, Any] = {"title": tr(FARTHER), "title_fontsize": 8, "alignment": "left"}
    below.legend(
        handles=_legend(everybody),
        loc="center left",
        ncols=5,
        frameon=False,
        **(notes if land.moved else {}),
    )


def _panel(ax: Axes, land: _Map, moment: Moment, far: dict[str, str]) -> None:
    low, high = land.ends()
    ax.set(xticks=[], yticks=[], xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.set_aspect("equal")
    ax.set_anchor("NW")  # so that its title stands where the layout has made room for it
    ax.spines[:].set_visible(False)
    for site, (low, high) in land.grounds.items():
        width, height = high - low
        box = Rectangle((low[0], low[1]), width, height, facecolor=GROUND, zorder=0)
        ax.add_patch(box)
        if site:
            under = low[1] + high[1] < 0
            foot = ((low[0] + high[0]) / 2, low[1] if under else high[1])
            _name(ax, foot, far.get(site, site), land.away[site], under=under)
    ties, made = moment.ties, moment.ties["made"]
    for rows, color, width in ((ties[~made], OWN, 1.3), (ties[made], ARM, 0.9)):
        ax.add_collection(
            LineCollection(land.lines(rows), colors=color, linewidths=width, zorder=1)
        )
    firms = moment.nodes[moment.nodes["kind"] == "firm"]
    for member, color, edge in ((True, INK, INK), (False, "white", MUTED)):
        spots = [land.spots[number] for number in firms["id"][firms["member"] == member].tolist()]
        x, y = np.reshape(spots, (-1, 2)).T
        ax.scatter(x, y, 16, color=color, edgecolor=edge, linewidths=0.7, zorder=2)
    for row in moment.nodes[moment.nodes["kind"] != "firm"].to_dict("records"):
        x, y = land.spots[row["id"]]
        ax.scatter(x, y, 42, marker="s", color=REFERENCE, edgecolor="white", zorder=2)
        name = far.get(row["name"], row["name"])
        _name(ax, (x, y), name, hypot(row["east"], row["north"]), under=y < 0)


def _name(ax: Axes, spot: tuple[float, float], name: str, away: float, *, under: bool) -> None:
    """Write a name and how far away it is under a place, or over it."""
    ax.annotate(
        f"{fill(name, 16)}\n{away:.0f} km",
        spot,
        (0, -5 if under else 5),
        textcoords="offset points",
        ha="center",
        va="top" if under else "bottom",
        fontsize=7,
        color=MUTED,
        linespacing=1.1,
        path_effects=[withStroke(linewidth=2, foreground="white")],
        zorder=3,
    ).set_in_layout(False)


def _scale(ax: Axes, land: _Map) -> None:
    """Draw a bar of 1 km under the core's ground."""
    low, high = land.grounds[""]
    length = 1.0 if high[0] - low[0] > 1.5 else 0.25
    y = low[1] - 0.15
    ax.plot([low[0], low[0] + length], [y, y], color=INK, linewidth=1.5)
    ax.annotate(
        f"{length:g} km", (low[0], y), (0, -3), textcoords="offset points", va="top", fontsize=7
    )


def _counted(moment: Moment, reference: str) -> str:
    firms = moment.nodes[moment.nodes["kind"] == "firm"]
    members = int(firms["member"].sum())
    waiting = len(firms) - members
    said = [tr("{number} members", number=members)] * bool(members)
    said += [tr("{number} firms that join later", number=waiting)] * bool(waiting)
    ids = set(firms["id"])
    kinds = _kinds(moment.ties, ids)
    ties = tr(
        "Ties: {own} of their own · {made} made through mini-clusters · "
        "{schools} with institutions",
        **kinds,
    )
    without = " · ".join(map(str, _kinds(moment.without, ids).values()))
    same = tr("The same firms in {reference}: {counts}", reference=reference, counts=without)
    return "\n".join([", ".join(said) or tr("no firm"), ties, same])


def _kinds(ties: pd.DataFrame, firms: set[int]) -> dict[str, int]:
    """Return how many ties are firms' own, made through mini-clusters, and with institutions."""
    among, made = ties["second"].isin(firms), ties["made"]
    return {
        "own": int((among & ~made).sum()),
        "made": int((among & made).sum()),
        "schools": int((~among).sum()),
    }


def _legend(nodes: pd.DataFrame) -> list[Line2D]:
    point: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 5}
    handles = [
        Line2D([], [], color=INK, label=tr("member"), **point),
        Line2D([], [], mfc="white", mec=MUTED, label=tr("joins later"), **point),
        Line2D([], [], color=OWN, linewidth=1.6, label=tr("tie that firms formed themselves")),
        Line2D([], [], color=ARM, linewidth=1.2, label=tr("tie made through mini-clusters")),
    ]
    if (nodes["kind"] != "firm").any():
        square = point | {"marker": "s"}
        school = tr("university, institute")
        handles.insert(2, Line2D([], [], color=REFERENCE, label=school, **square))
    return handles


def _when(month: int) -> str:
    """Return the end of a month in words."""
    if calendar.month_in_year(month) == 12:
        return tr("end of {year}", year=calendar.year_of(month))
    return tr(
        "{month} {year}",
        month=_month(calendar.month_in_year(month)),
        year=calendar.year_of(month),
    )


def _month(number: int) -> str:
    """Return the name of a month."""
    return tr(_MONTHS[number - 1])


_MONTHS = (
    *(later("January"), later("February"), later("March"), later("April"), later("May")),
    *(later("June"), later("July"), later("August"), later("September"), later("October")),
    *(later("November"), later("December")),
)
