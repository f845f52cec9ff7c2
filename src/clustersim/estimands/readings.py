"""How a target of growth is read: which firms, which amounts, against what.

"Output by firm is to grow by a fifth" can mean the mean of all operating firms, the total, a fixed
cohort, or the share of firms that do it; in prices of the day or not; against an earlier year or
against the world without the programme (A01, A01b, A01c). Every reading compares two sides, `now`
and `then`, each some firms with their amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import BoolArray, Columns, FloatArray, IdArray, IntArray
    from clustersim.estimands.groups import Groups
    from clustersim.scenario.schema import GrowthTarget

__all__ = ["Reading", "Side"]

_YEAR = 12.0


@dataclass(frozen=True)
class Side:
    """Firms of one world in one year, in the order of their ids; amounts are sums of the year."""

    ids: IdArray
    months: FloatArray
    output: FloatArray
    sales: FloatArray
    macro: FloatArray

    def take(self, rows: BoolArray | IntArray) -> Side:
        """Return some of the firms."""
        return Side(
            self.ids[rows],
            self.months[rows],
            self.output[rows],
            self.sales[rows],
            self.macro[rows],
        )


class Reading:
    """A target of growth, ready to be read off panels.

    Parameters
    ----------
    target
        What is asked for.
    code
        The complex's number.
    sectors
        All sectors' names, in the order of their codes.
    groups
        The groups of the pair.
    """

    def __init__(
        self, target: GrowthTarget, code: int, sectors: Sequence[str], groups: Groups
    ) -> None:
        self.target = target
        self._code = code
        self._sectors = [sectors.index(name) for name in target.sectors or sectors]
        self._groups = groups

    def sides(self, panel: Columns, reference: Columns) -> tuple[Side, Side]:
        """Return now and then: the year it is due, and the base year or the reference's world."""
        target = self.target
        now = self._side(panel, target.by)
        if target.against == "reference":
            return now, self._side(reference, target.by)
        return now, self._side(panel, target.base)

    def growth(self, now: Side, then: Side) -> float:
        """Return by what factor the amounts grew, or the share of firms that grew enough.

        Not a number without firms. The readings `cohort` and `share_of_firms` count the firms that
        worked all months of both sides; `per_firm` divides by operating firms, each counted for the
        months it worked.
        """
        if self.target.reading in {"cohort", "share_of_firms"}:
            now, then = cohort(now, then)
        amounts = (now.output, then.output)
        if self.target.prices == "nominal":
            amounts = (now.sales, then.sales)
        return self.compare(*amounts, now.months, then.months)

    def compare(
        self, now: FloatArray, then: FloatArray, months_now: FloatArray, months_then: FloatArray
    ) -> float:
        """Return what the reading makes of amounts now and then."""
        if not len(now) or not len(then):
            return float("nan")
        if self.target.reading == "share_of_firms":
            return float(np.mean(now >= (1.0 + self.target.growth) * then))
        if self.target.reading == "total":
            return float(now.sum() / then.sum())
        return float((now.sum() / months_now.sum()) / (then.sum() / months_then.sum()))

    def _side(self, panel: Columns, year: int) -> Side:
        rows = self._groups.rows(self.target.group, panel, self._code) & (panel["year"] == year)
        rows &= np.isin(panel["sector"], self._sectors)
        side = Side(
            panel["id"][rows],
            panel["firms"][rows],
            panel["output"][rows],
            panel["sales"][rows],
            panel["macro"][rows],
        )
        return side.take(np.argsort(side.ids))


def cohort(now: Side, then: Side) -> tuple[Side, Side]:
    """Return the firms that worked all months of both sides."""
    now, then = (side.take(side.months == _YEAR) for side in (now, then))
    _, left, right = np.intersect1d(now.ids, then.ids, assume_unique=True, return_indices=True)
    return now.take(left), then.take(right)
