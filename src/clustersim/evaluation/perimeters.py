"""Whose effect it is: what part of a complex a group is, and what rivals outside lose by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.evaluation.money import fieller
from clustersim.evaluation.replicates import KEY, PAIR, complete, roster

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
    means = rows.groupby([*PAIR, "complex", "group", "year"], observed=True, as_index=False)[
        "reference_value"
    ].mean()
    place = [*PAIR, "complex", "year"]
    whole = means.loc[means["group"] == "all", [*place, "reference_value"]]
    both = means.merge(whole, on=place, suffixes=("", "_all"))
    base = both["reference_value_all"].where(both["reference_value_all"] != 0)
    both["share"] = both["reference_value"] / base
    table: pd.DataFrame = both[[*PAIR, "complex", "group", "year", "share"]]
    return table


def displaced(groups: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return what part of a complex's gain in output the nation does not gain.

    Parameters
    ----------
    groups
        The store's table ``groups``.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, ``share``, 1 - gain of the nation / gain of the complex, each the
        mean over replicates of the sum over all years, and ``low`` and ``high``, its 95 % interval
        by Fieller's theorem (`money.fieller`): NaN where nothing was gained, the interval also
        where the gain cannot be told from none. What rivals within the complex lose is part of the
        complex's gain.
    """
    tasks = list(tasks)
    rows = groups.loc[(groups["outcome"] == "output") & groups["group"].isin(["all", "nation"])]
    rows = complete(rows, tasks, ["complex", "group", "year"], "groups")
    rows = rows.assign(gain=rows["arm_value"] - rows["reference_value"])
    sums = rows.pivot_table(
        index=[*KEY, "complex"], columns="group", values="gain", aggfunc="sum", observed=True
    )
    answer = []
    if "nation" in sums:
        table = sums.reset_index().merge(roster(tasks)[[*KEY, "block"]], on=KEY)
        for key, here in table.groupby([*PAIR, "complex"], observed=True):
            blocks = here.groupby("block")[["all", "nation"]].mean()
            gain, national = (blocks[name].to_numpy(float) for name in ("all", "nation"))
            answer.append([*key, *fieller(gain - national, gain)])
    return pd.DataFrame(answer, columns=[*PAIR, "complex", "share", "low", "high"])
