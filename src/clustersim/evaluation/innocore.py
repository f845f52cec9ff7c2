"""Inno-Core in numbers: who could enter and did, what became of them, who grew to which sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.calendar import year_of
from clustersim.evaluation.replicates import KEY, PAIR, per_replicate, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "FATES", "STEPS", "THERE", "THRESHOLDS", "inno_core"]

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

STEPS = ["gamed", "eligible", "sound", "chosen", "to_compare"]
"""The steps of the selection, each an event of the firm that takes it.

``gamed`` reported sales at the edge of the band; ``to_compare`` was sound and not chosen.
"""

FATES = ["gate_passed", "gate_failed", "graduated", "left", "closed", "completed"]
"""What became of chosen firms, each an event; one that passed a gate may fail the next."""

THERE = {"chosen_there": "chosen", "to_compare_there": "to_compare"}
"""Firms of a step that were there when the years of support were over."""

OF_THE_ARM = [*STEPS, *FATES, *THERE]
"""What the reference's world does not have."""

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
        `COLUMNS`. `STEPS` of the selection, `FATES` and `THERE` are of the arm's world alone (the
        reference has NaN). ``reached_…`` counts chosen firms whose sales of some
        year, from the year they entered on, were at least that: in the arm's world and, the same
        firms, in the reference's. No rows without Inno-Core.
    """
    tasks = list(tasks)
    told = [*STEPS, *FATES, "there"]
    known = events.loc[(events["instrument"] == "inno_core") & events["kind"].isin(told)]
    firm = [*KEY, "complex", "firm"]
    once = known.drop_duplicates([*firm, "kind"])
    arm = [_counted(once.loc[once["kind"] != "there"], "kind")]
    there = once.loc[once["kind"] == "there", firm]
    for measure, step in THERE.items():
        mine = there.merge(once.loc[once["kind"] == step, firm], on=firm)
        arm.append(_counted(mine.assign(measure=measure), "measure"))
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
    grid = places.merge(
        pd.DataFrame({"measure": [*OF_THE_ARM, *THRESHOLDS], "count": 0.0}), how="cross"
    )
    both = per_replicate(
        pd.concat([grid, *arm], ignore_index=True), tasks, ["complex", "measure"], "count"
    )
    other = per_replicate(
        pd.concat([grid, *reference], ignore_index=True), tasks, ["complex", "measure"], "count"
    )
    both["other"] = other["count"].where(~other["measure"].isin(OF_THE_ARM))
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


def _counted(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    counts = rows.assign(measure=rows[measure].astype(str), count=1.0)
    return counts[[*KEY, "complex", "measure", "count"]]
