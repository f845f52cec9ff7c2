"""Whose hours are scarce: how many wait for whom, how long, and what part of the hours is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustersim.calendar import year_of
from clustersim.evaluation import names
from clustersim.evaluation.page import count_text
from clustersim.evaluation.replicates import BLOCKS, KEY, PAIR, roster, sem
from clustersim.language import tr
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    import pandas as pd

    from clustersim.evaluation.page import Page
    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "MEASURES", "queues", "say_queues"]

COLUMNS = [*PAIR, "complex", "who", "year", "measure", "mean", "mc_error", "unit"]
"""The columns of `queues`."""

MEASURES = {"hours_available": "hours", "hours": "hours", "waiting": "cases", "wait": "days"}
"""What is told of each queue, and its unit."""

_DAYS = 365.25 / 12.0


def queues(events: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return how scarce the hours of each kind of people were, year by year.

    Parameters
    ----------
    events
        The store's table ``events``: what happened in the arm's world, monthly rows of the kinds
        ``worked`` and ``queue`` among it.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. Measures are ``hours_available``, in months that were paid for or worked in;
        ``hours`` worked; ``waiting``, visits, tasks and the like that wait at the end of a month,
        mean of the months in which they were there; ``wait``, how long those waited whose turn
        came, mean of the months in which anybody wanted them. A replicate in which nobody was
        there counts 0.
    """
    rows = events.loc[events["kind"].isin(["worked", "queue"])].rename(
        columns={"instrument": "who"}
    )
    cell = ["complex", "who", "year"]
    # a row is written when its month is over
    rows = rows.assign(year=[year_of(int(time) - 1) for time in rows["time"]])
    grid = roster(tasks).merge(rows[[*PAIR, *cell]].drop_duplicates(), on=PAIR)
    worked, queue = (rows.loc[rows["kind"] == kind] for kind in ("worked", "queue"))
    by = [*KEY, *cell]
    sums = worked.groupby(by, observed=True).agg(
        hours_available=("detail", "sum"), hours=("amount", "sum")
    )
    asked = queue.groupby(by, observed=True).agg(waiting=("amount", "sum"), wait=("detail", "mean"))
    months = rows.assign(month=rows["time"]).groupby(by, observed=True)["month"].nunique()
    asked["waiting"] /= months.reindex(asked.index)
    asked["wait"] *= _DAYS
    wide = grid.merge(sums.join(asked, how="outer").reset_index(), on=by, how="left").fillna(0.0)
    every = wide.melt([*by, *BLOCKS], [*MEASURES], var_name="measure", value_name="number")
    keys = [*cell, "measure"]
    answer = every.groupby([*PAIR, *keys], observed=True).agg(mean=("number", "mean"))
    answer["mc_error"] = sem(every, keys, "number")
    answer = answer.reset_index()
    answer["unit"] = answer["measure"].map(MEASURES)
    return answer[COLUMNS]


def say_queues(page: Page, queues: pd.DataFrame, header: Mapping[str, Any] | None = None) -> None:
    """Write whose hours were scarce: managers of mini-clusters, the head, whoever else."""
    if queues.empty:
        return
    page.heading(
        tr(
            "Queues for scarce hours: share of the hours used, visits and tasks that wait at a "
            "month's end, and days they waited, in the mean of the years and in the worst"
        ),
        aside=True,
    )
    numbers = (tr("hours used"), words("waiting", "queue"), tr("worst"), words("days", "queue"))
    table = page.table("~" + tr("who"), *(f">{name}" for name in (*numbers, tr("worst"))))
    by = ["arm", "complex", "who"]
    for (arm, place, who), rows in queues.groupby(by, sort=False, observed=True):
        years = rows.pivot_table(index="year", columns="measure", values="mean")
        there = years["hours_available"].sum()
        table.add_row(
            names.work(header or {}, arm, place, str(who)) or words(str(who)),
            f"{years['hours'].sum() / there:.0%}" if there else "–",
            *(
                count_text(number)
                for measure in ("waiting", "wait")
                for number in (years[measure].mean(), years[measure].max())
            ),
        )
    page.show(table)
