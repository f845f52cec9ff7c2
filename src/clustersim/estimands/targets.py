"""Targets: whether a threshold was met by its date, and how far it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustersim.scenario.schema import ReachTarget

if TYPE_CHECKING:
    from clustersim.arrays import Columns
    from clustersim.estimands.groups import Groups
    from clustersim.scenario.schema import GrowthTarget, TargetSpec

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True)
class Verdict:
    """Whether a target was met, by how many firms, and the distance (negative: fell short)."""

    hit: bool
    count: int
    distance: float
    unit: str


def judge(target: TargetSpec, code: int, panel: Columns, groups: Groups) -> Verdict:
    """Read a target off one world.

    A firm reaches a level of sales if it does so in any calendar year up to `by` and not before
    the programme touched it; the distance is that of the best firm and year. Growth of output per
    firm is counted between the two years, the distance in percentage points.
    """
    mine = groups.rows(target.group, panel, code)
    year, sales = panel["year"], panel["sales"]
    if isinstance(target, ReachTarget):
        due = mine & (year <= target.by)
        ids, sales = panel["id"][due], sales[due]
        since = year[due] >= groups.entered(ids)
        reached = np.unique(ids[since & (sales >= target.sales)])
        best = float(sales[since].max()) if since.any() else float("nan")
        return Verdict(len(reached) > 0, len(reached), best - target.sales, "KRW")
    growth = _per_firm(target, panel, mine, target.by) / _per_firm(target, panel, mine, target.base)
    gap = 100.0 * (growth - 1.0 - target.growth)
    return Verdict(bool(gap >= 0.0), int(gap >= 0.0), gap, "percentage points")


def _per_firm(target: GrowthTarget, panel: Columns, mine: np.ndarray, year: int) -> float:
    rows = mine & (panel["year"] == year)
    amount = panel["sales" if target.prices == "nominal" else "output"][rows].sum()
    firms = panel["firms"][rows].sum() / 12.0
    return float(amount / firms) if firms else float("nan")
