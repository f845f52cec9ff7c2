"""Whose effect it is: what part of a complex a group is, and what rivals outside lose by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.estimands.groups import OUTSIDE
from clustersim.evaluation.money import ratio_of
from clustersim.evaluation.replicates import BLOCKS, KEY, PAIR, complete, means, roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.replicates import Replicate

__all__ = ["displaced", "shares"]


def shares(groups: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return what part of a complex's output a group's firms would make without the programme.

    Parameters
    ----------
    groups
        The store's table ``groups``, or means of it over years.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, group, year and ``share``: the mean of the group's output in the
        reference's world over the mean of that of all firms. It can pass 1 where members stand at
        sites that are not counted.
    """
    rows = groups.loc[groups["outcome"] == "output"]
    rows = complete(rows, tasks, ["complex", "group", "year"], "groups")
    cells = rows.groupby([*PAIR, "complex", "group", "year"], observed=True, as_index=False)
    levels = cells["reference_value"].mean()
    place = [*PAIR, "complex", "year"]
    whole = levels.loc[levels["group"] == "all", [*place, "reference_value"]]
    both = levels.merge(whole, on=place, suffixes=("", "_all"))
    base = both["reference_value_all"].where(both["reference_value_all"] != 0)
    both["share"] = both["reference_value"] / base
    table: pd.DataFrame = both[[*PAIR, "complex", "group", "year", "share"]]
    return table


def displaced(groups: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return what part of the firms' gain in output rivals outside the complex lose.

    The gain is also that of firms at sites that do not count: rivals lose to them too.

    Parameters
    ----------
    groups
        The store's table ``groups``.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, ``share``, loss of the rivals / (gain of the nation + loss of the
        rivals), each the mean over replicates of the sum over all years, and ``low`` and ``high``,
        its 95 % interval by Fieller's theorem (`money.ratio_of`): NaN where nothing was gained, the
        interval also where the gain cannot be told from none. What rivals within the complex lose
        is part of the firms' gain.
    """
    tasks = list(tasks)
    rows = groups.loc[(groups["outcome"] == "output") & groups["group"].isin(OUTSIDE)]
    rows = complete(rows, tasks, ["complex", "group", "year"], "groups")
    rows = rows.assign(gain=rows["arm_value"] - rows["reference_value"])
    sums = rows.pivot_table(
        index=[*KEY, "complex"], columns="group", values="gain", aggfunc="sum", observed=True
    )
    answer = []
    if {*OUTSIDE} <= {*sums}:
        table = sums.reset_index().merge(roster(tasks)[[*KEY, *BLOCKS, "trials"]], on=KEY)
        table = table.assign(lost=-table["rivals"], gain=table["nation"] - table["rivals"])
        for key, here in table.groupby([*PAIR, "complex"], observed=True):
            answer.append([*key, *ratio_of(means(here, ["lost", "gain"]))])
    return pd.DataFrame(answer, columns=[*PAIR, "complex", "share", "low", "high"])
