"""Mini-clusters as networks: how many ties, and one of them before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustersim.evaluation.replicates import PAIR, per_replicate, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "Moment", "Portrait", "networks", "portrait"]

COLUMNS = [
    *PAIR,
    "complex",
    "mini_cluster",
    "outcome",
    "year",
    "arm_value",
    "mc_error",
    "reference_value",
    "difference",
    "difference_mc_error",
    "unit",
]
"""The columns of `networks`."""


def networks(table: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return members and ties of every mini-cluster at the end of every year.

    Parameters
    ----------
    table
        The store's table ``networks``.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: means over replicates in both worlds and of their difference, with standard
        errors. Outcomes are those of `clustersim.estimands.networks.OUTCOMES`; the firms are all
        that ever join in the arm's world. No rows without mini-clusters.
    """
    tasks = list(tasks)
    cell = ["complex", "mini_cluster", "outcome", "year"]
    rows = per_replicate(table, tasks, [*cell, "unit"], "arm_value")
    other = per_replicate(table, tasks, [*cell, "unit"], "reference_value")
    rows["reference_value"] = other["reference_value"]
    rows["difference"] = rows["arm_value"] - rows["reference_value"]
    cells = rows.groupby([*PAIR, *cell], observed=True, sort=False)
    answer = cells.agg(
        arm_value=("arm_value", "mean"),
        reference_value=("reference_value", "mean"),
        difference=("difference", "mean"),
        unit=("unit", "first"),
    )
    answer["mc_error"] = sem(rows, cell, "arm_value")
    answer["difference_mc_error"] = sem(rows, cell, "difference")
    return answer.reset_index()[COLUMNS]


@dataclass(frozen=True)
class Moment:
    """A mini-cluster at the end of a month.

    Attributes
    ----------
    month
        Counted from January 2000.
    nodes
        Firms that operate, and the institutions of the complex: id, kind, name, sector, site,
        east and north in km, and ``member``, whether it has joined by then.
    ties
        first, second (ids) and ``made``, whether the programme made it, in the arm's world.
    without
        The same in the reference's world.
    """

    month: int
    nodes: pd.DataFrame
    ties: pd.DataFrame
    without: pd.DataFrame


@dataclass(frozen=True)
class Portrait:
    """A mini-cluster of one replicate before and after.

    Attributes
    ----------
    title
        Its theme.
    launch
        Months since January 2000.
    """

    title: str
    launch: float
    before: Moment
    after: Moment


def portrait(mini_clusters: pd.DataFrame, nodes: pd.DataFrame, ties: pd.DataFrame) -> Portrait:
    """Return one mini-cluster of one replicate before and after.

    Parameters
    ----------
    mini_clusters, nodes, ties
        The rows of the store's tables of those names that belong to it, at least one of the first.
    """
    about = mini_clusters.iloc[0]
    moments = [
        _moment(nodes[nodes[f"stands_{which}"] > 0], ties, int(about[which]))
        for which in ("before", "after")
    ]
    return Portrait(str(about["title"]), float(about["launch"]), *moments)


def _moment(nodes: pd.DataFrame, ties: pd.DataFrame, month: int) -> Moment:
    now = ties[ties["month"] == month].assign(made=ties["made"] > 0)
    worlds = (
        now.loc[now["world"] == world, ["first", "second", "made"]]
        for world in ("arm", "reference")
    )
    shown = nodes.assign(member=nodes["joined"] < month + 1)  # an institution has joined nothing
    columns = ["id", "kind", "name", "sector", "site", "east", "north", "member"]
    return Moment(
        month, shown[columns].reset_index(drop=True), *(w.reset_index(drop=True) for w in worlds)
    )
