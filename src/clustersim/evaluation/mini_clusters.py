"""What mini-clusters did in the arm's world: members, meetings, tasks, managers' hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.evaluation.replicates import KEY, PAIR, per_replicate, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "COUNTS", "mini_clusters"]

COLUMNS = [*PAIR, "complex", "mini_cluster", "measure", "mean", "mc_error", "unit"]
"""The columns of `mini_clusters`."""

COUNTS = {
    "joined": "members",
    "met": "meetings",
    "attended": "attended",
    "visited": "visits",
    "brokered": "brokered",
    "helped": "helped",
    "task_found": "tasks_found",
    "task_referred": "tasks_found",
    "task_done": "tasks_done",
}
"""Kinds of events that are counted, and the measure that is their number."""

_SUMS = {
    ("met", "amount"): ("people", "people"),
    ("worked", "amount"): ("hours", "hours"),
    ("worked", "detail"): ("hours_available", "hours"),
}


def mini_clusters(events: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return what each mini-cluster did over the whole run, as means over replicates.

    Parameters
    ----------
    events
        The store's table ``events``: what happened in the arm's world.
    tasks
        The replicates to use; one in which a mini-cluster never started counts 0.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. Measures are ``members`` (firms that ever joined), ``meetings``, ``attended``
        (firms at them, each time), ``people`` (everybody at them, each time), ``visits``,
        ``brokered`` (firms brought together with a partner), ``helped`` (with an application),
        ``tasks_found``, ``tasks_done``, the managers' ``hours`` worked and, in the months that
        were paid for, ``hours_available``. No rows without mini-clusters.
    """
    launched = events.loc[events["kind"] == "launched", ["complex", "instrument"]]
    rows = events.merge(launched.drop_duplicates(), on=["complex", "instrument"])
    rows = rows.rename(columns={"instrument": "mini_cluster"})
    cell = ["complex", "mini_cluster"]
    known = [*KEY, *cell]
    counted = rows.loc[rows["kind"].isin(list(COUNTS))]
    parts = [
        counted[known].assign(measure=counted["kind"].map(COUNTS), number=1.0, unit="times"),
        *(
            mine[known].assign(measure=measure, number=mine[column].astype(float), unit=unit)
            for (kind, column), (measure, unit) in _SUMS.items()
            for mine in [rows.loc[rows["kind"] == kind]]
        ),
    ]
    numbers = pd.concat(parts, ignore_index=True)
    numbers.loc[numbers["measure"] == "members", "unit"] = "firms"
    every = per_replicate(numbers, tasks, [*cell, "measure", "unit"], "number")
    by = [*cell, "measure", "unit"]
    answer = every.groupby([*PAIR, *by], observed=True).agg(mean=("number", "mean"))
    answer["mc_error"] = sem(every, by, "number")
    return answer.reset_index()[COLUMNS]
