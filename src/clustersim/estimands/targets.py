"""Targets: whether a threshold was met by its date, and how far it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from clustersim.arrays import Columns
    from clustersim.estimands.groups import Groups
    from clustersim.estimands.readings import Reading
    from clustersim.scenario.schema import ReachTarget

__all__ = ["Verdict", "grown", "reached"]


@dataclass(frozen=True)
class Verdict:
    """Whether a target was met, by how many firms, and the distance (negative: fell short)."""

    hit: bool
    count: int
    distance: float
    unit: str


def reached(target: ReachTarget, code: int, panel: Columns, groups: Groups) -> Verdict:
    """Read a level of sales off one world.

    A firm reaches it if it does so in any calendar year up to `by` and not before the programme
    touched it; the distance is that of the best firm and year.
    """
    due = groups.rows(target.group, panel, code) & (panel["year"] <= target.by)
    ids, sales = panel["id"][due], panel["sales"][due]
    since = panel["year"][due] >= groups.entered(ids)
    met = np.unique(ids[since & (sales >= target.sales)])
    best = float(sales[since].max()) if since.any() else float("nan")
    return Verdict(len(met) > 0, len(met), best - target.sales, "KRW")


def grown(reading: Reading, panel: Columns, reference: Columns) -> Verdict:
    """Read growth off one world, beside the reference's.

    The distance is in percentage points: of growth, or of the share of firms that grew enough.
    """
    target = reading.target
    value = reading.growth(*reading.sides(panel, reference))
    asked = target.share if target.reading == "share_of_firms" else 1.0 + target.growth
    gap = 100.0 * (value - asked)
    return Verdict(bool(gap >= 0.0), int(gap >= 0.0), gap, "percentage points")
