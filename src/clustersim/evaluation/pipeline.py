"""From need to result: how many took each step; and what happened in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.calendar import year_of
from clustersim.evaluation import names
from clustersim.evaluation.page import count_text
from clustersim.evaluation.replicates import KEY, PAIR, per_replicate, sem
from clustersim.language import tr
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from clustersim.evaluation.page import Page
    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "HAPPENED", "STEPS", "TASKS", "happened", "pipeline", "say_pipeline"]

COLUMNS = [
    *PAIR,
    "complex",
    "instrument",
    "step",
    "year",
    "count",
    "count_mc_error",
    "amount",
    "amount_mc_error",
    "each",
    "unit",
]
"""The columns of `pipeline`."""

HAPPENED = [
    *PAIR,
    "complex",
    "year",
    "kind",
    "instrument",
    "count",
    "count_mc_error",
    "firms",
    "amount",
    "unit",
]
"""The columns of `happened`."""

STEPS = (
    "call",
    "found",
    "screened_out",
    "screened",
    "applied",
    "funded",
    "waiting",
    "refused",
    "tranche",
    "stopped",
    "failed",
    "technical",
    "unsold",
    "commercial",
    "done",
    "closed",
)
"""The steps, each a kind of event, in their order."""

TASKS = "tasks"
"""What experts solve for members of mini-clusters; as a purpose of payment it has that name too."""

_TASK_STEPS = {
    "task_found": "found",
    "task_refused": "screened_out",
    "task_screened": "screened",
    "task_unpaid": "refused",
    "task_paid": "funded",
    "task_done": "done",
}
_COUNTS = {"queue", "met", "worked", "launched", "joined", "served", "council_met"}
"""Kinds whose amount is no money: people, hours, those who wait."""


def pipeline(events: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return how often each step was taken in each year, and the state money in it.

    Parameters
    ----------
    events
        The store's table ``events``: what happened in the arm's world.
    tasks
        The replicates to use; one in which a step was not taken in a year counts 0.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, means over replicates: ``count``, how often; ``amount``, the won of the year that
        were granted (``funded``), paid (``tranche``, ``done``) or given back (``stopped``), 0 for
        other steps; ``each``, their ratio, NaN where nothing happened. Steps stand in the order of
        `STEPS`. Tasks of mini-clusters are one instrument, `TASKS`; Inno-Core has a table of its
        own.
    """
    return _means(_steps(events), tasks, ["complex", "instrument", "step", "year"])


def _steps(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events that are steps, under the names of `STEPS`."""
    rows = events.loc[events["kind"].isin([*STEPS, *_TASK_STEPS])]
    rows = rows.loc[rows["instrument"] != "inno_core"]
    # a firm that closes during a task: a mini-cluster can be named like an instrument
    project = [*KEY, "complex", "project"]
    paid = pd.MultiIndex.from_frame(events.loc[events["kind"] == "task_paid", project])
    in_task = (rows["kind"] == "closed") & pd.MultiIndex.from_frame(rows[project]).isin(paid)
    of_task = rows["kind"].isin(list(_TASK_STEPS)) | in_task
    kind = rows["kind"].astype(str)
    return rows.assign(
        step=kind.map(_TASK_STEPS).fillna(kind),
        instrument=rows["instrument"].astype(str).mask(of_task, TASKS),
        year=[year_of(int(time)) for time in rows["time"]],
    )


def _means(steps: pd.DataFrame, tasks: Iterable[Replicate], cell: list[str]) -> pd.DataFrame:
    """Return counts and amounts of steps as means over replicates."""
    rows = steps.assign(count=1.0, amount=steps["amount"].astype(float))
    tasks = list(tasks)
    every = per_replicate(rows, tasks, cell, "count")
    every["amount"] = per_replicate(rows, tasks, cell, "amount")["amount"]
    cells = every.groupby([*PAIR, *cell], observed=True)
    answer = cells.agg(count=("count", "mean"), amount=("amount", "mean"))
    for name in ("count", "amount"):
        answer[f"{name}_mc_error"] = sem(every, cell, name)
    answer = answer.reset_index()
    answer["each"] = answer["amount"] / answer["count"].where(answer["count"] > 0.0)
    answer["unit"] = "KRW"
    answer["step"] = pd.Categorical(answer["step"], STEPS, ordered=True)
    by = [name for name in (*PAIR, "complex", "instrument", "step", "year") if name in answer]
    answer = answer.sort_values(by, kind="stable").astype({"step": object})
    return answer[[name for name in COLUMNS if name in answer]].reset_index(drop=True)


def happened(
    events: pd.DataFrame,
    tasks: Iterable[Replicate],
    *,
    year: int | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
) -> pd.DataFrame:
    """Return everything that happened, counted by kind and instrument.

    Parameters
    ----------
    events
        The store's table ``events``.
    tasks
        The replicates to use; one in which nothing of a kind happened counts 0.
    year, complex
        The year and the complex; all, unless told.

    Returns
    -------
    pandas.DataFrame
        `HAPPENED`, means over replicates: ``count``, how often; ``firms``, how many different ones
        it happened to in the year; ``amount``, the sum of the events' amounts: won of the year, or
        ``people``, ``hours`` or ``waiting`` as ``unit`` says.
    """
    rows = events.assign(year=[year_of(int(time)) for time in events["time"]])
    if year is not None:
        rows = rows.loc[rows["year"] == year]
    if complex is not None:
        rows = rows.loc[rows["complex"] == complex]
    tasks, cell = list(tasks), ["complex", "year", "kind", "instrument"]
    rows = rows.assign(count=1.0, amount=rows["amount"].astype(float))
    firms = rows.loc[rows["firm"] != 0].drop_duplicates([*KEY, *cell, "firm"])
    known = rows.assign(firms=0.0)[[*KEY, *cell, "firms"]]
    firms = pd.concat([known, firms.assign(firms=1.0)[[*KEY, *cell, "firms"]]])
    every = per_replicate(rows, tasks, cell, "count")
    every["amount"] = per_replicate(rows, tasks, cell, "amount")["amount"]
    every["firms"] = per_replicate(firms, tasks, cell, "firms")["firms"]
    answer = every.groupby([*PAIR, *cell], observed=True)[["count", "amount", "firms"]].mean()
    answer["count_mc_error"] = sem(every, cell, "count")
    answer = answer.reset_index()
    answer["unit"] = [_unit(kind) for kind in answer["kind"]]
    return answer.sort_values([*PAIR, *cell], kind="stable")[HAPPENED].reset_index(drop=True)


def _unit(kind: str) -> str:
    if kind not in _COUNTS:
        return "KRW"
    return {"queue": "waiting", "worked": "hours"}.get(kind, "people")


# ---------------------------------------------------------------- in words

_COLUMNS = {
    "found": ("found",),
    "applied": ("applied",),
    "funded": ("funded",),
    "refused": ("screened_out", "refused"),
    "stopped": ("stopped", "closed"),
    "done": ("technical", "done"),
    "sold": ("commercial",),
}
"""The columns of the page, and the steps that each adds up."""


def say_pipeline(page: Page, table: pd.DataFrame, header: Mapping[str, Any] | None = None) -> None:
    """Write how many took each step over the whole run, all together and by instrument."""
    if table.empty:
        return
    arm, place = str(table["arm"].iloc[0]), str(table["complex"].iloc[0])
    counts = table.pivot_table(
        index="instrument", columns="step", values="count", aggfunc="sum", fill_value=0.0
    )
    sums = counts.sum()
    told = [step for step in STEPS if sums.get(step, 0.0) and step not in {"call", "tranche"}]
    steps = ", ".join(f"{words(step, 'step')} {count_text(sums[step])}" for step in told)
    page.heading(
        tr(
            "From need to result, whole run, mean over replicates: {steps}. By instrument "
            "(refused: by the head, a panel or for want of money; stopped: closed firms too)",
            steps=steps,
        ),
        aside=True,
    )
    heads = (f">{words(name, 'step')}" for name in _COLUMNS)
    rows = page.table("~" + tr("instrument"), *heads, tight=True)
    for instrument, row in counts.to_dict("index").items():
        added = (sum(row.get(step, 0.0) for step in steps) for steps in _COLUMNS.values())
        name = names.work(header or {}, arm, place, str(instrument)) or words(str(instrument))
        rows.add_row(name, *(count_text(each) if each else "–" for each in added))
    page.show(rows)
