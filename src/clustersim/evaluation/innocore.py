"""Inno-Core in numbers: how many firms could enter and did, and how many grew to which sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.calendar import year_of
from clustersim.evaluation.replicates import KEY, PAIR, per_replicate, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "STEPS", "THRESHOLDS", "inno_core"]

COLUMNS = [
    *PAIR,
    "complex",
    "measure",
    "arm_value",
    "mc_error",
    "reference_value",
    "difference",
    "difference_mc_error",
    "unit",
]
"""The columns of `inno_core`."""

STEPS = ["eligible", "sound", "chosen"]
"""The steps of the selection, each an event of the firm that takes it."""

THRESHOLDS = {"reached_30_bn": 30e9, "reached_50_bn": 50e9, "reached_100_bn": 100e9}
"""Yearly sales, in won of the year; the last is the scheme's goal (N17)."""


def inno_core(
    events: pd.DataFrame, members: pd.DataFrame, panel: pd.DataFrame, tasks: Iterable[Replicate]
) -> pd.DataFrame:
    """Return the counts of Inno-Core firms, as means over replicates.

    Parameters
    ----------
    events, members, panel
        The store's tables of those names.
    tasks
        The replicates to use; one without such a firm counts 0.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. ``eligible``, ``sound`` and ``chosen`` are steps of the selection, of the arm's
        world alone (the reference has NaN). ``reached_…`` counts chosen firms whose sales of some
        year, from the year they entered on, were at least that: in the arm's world and, the same
        firms, in the reference's. No rows without Inno-Core.
    """
    tasks = list(tasks)
    known = events.loc[(events["instrument"] == "inno_core") & events["kind"].isin(STEPS)]
    firm = [*KEY, "complex", "firm"]
    selected = known.drop_duplicates([*firm, "kind"])
    counts = selected.assign(measure=selected["kind"], count=1.0)
    arm = [counts[[*KEY, "complex", "measure", "count"]]]
    reference: list[pd.DataFrame] = []

    entered = known.loc[known["kind"] == "chosen"].groupby(firm, observed=True)["time"].min()
    chosen = members.loc[members["group"] == "inno_core", [*KEY, "complex", "id"]]
    chosen = chosen.merge(
        entered.rename("entered").reset_index().rename(columns={"firm": "id"}),
        on=[*KEY, "complex", "id"],
        how="left",
    )
    # A firm whose entry is not told of counts from the beginning.
    chosen["from_year"] = [
        -1 if pd.isna(moment) else year_of(int(moment)) for moment in chosen["entered"]
    ]
    years = panel[[*KEY, "complex", "world", "id", "year", "sales"]].merge(
        chosen, on=[*KEY, "complex", "id"]
    )
    years = years.loc[years["year"] >= years["from_year"]]
    for measure, threshold in THRESHOLDS.items():
        there = years.loc[years["sales"] >= threshold].drop_duplicates([*KEY, "id", "world"])
        for world, parts in (("arm", arm), ("reference", reference)):
            rows = there.loc[there["world"] == world, [*KEY, "complex"]]
            parts.append(rows.assign(measure=measure, count=1.0))

    places = pd.concat([known, chosen])[[*KEY, "complex"]].drop_duplicates()
    # Zero rows make every place and measure known to each replicate.
    grid = places.merge(pd.DataFrame({"measure": [*STEPS, *THRESHOLDS], "count": 0.0}), how="cross")
    both = per_replicate(
        pd.concat([grid, *arm], ignore_index=True), tasks, ["complex", "measure"], "count"
    )
    other = per_replicate(
        pd.concat([grid, *reference], ignore_index=True), tasks, ["complex", "measure"], "count"
    )
    both["other"] = other["count"].where(~other["measure"].isin(STEPS))
    both["added"] = both["count"] - both["other"]
    cell = ["complex", "measure"]
    cells = both.groupby([*PAIR, *cell], observed=True, sort=False)
    answer = cells.agg(
        arm_value=("count", "mean"),
        reference_value=("other", "mean"),
        difference=("added", "mean"),
    )
    answer["mc_error"] = sem(both, cell, "count")
    answer["difference_mc_error"] = sem(both, cell, "added")
    return answer.reset_index().assign(unit="firms")[COLUMNS]
