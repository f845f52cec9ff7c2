"""What one world leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clustersim.arrays import Columns
    from clustersim.programme.ledger import Row
    from clustersim.programme.office import Event

__all__ = ["Record"]


@dataclass(frozen=True)
class Record:
    """One world's history.

    Attributes
    ----------
    months
        Sums by complex, sector, size class and month, over firms that count in their complex.
    panel
        One row for each firm and year, sums over the months it operated; stocks at the end; where
        it stands, and whether it is still there at the end of the year.
    rivals
        Sums of the aggregate rivals by complex, sector and month.
    events
        Everything the programme did, in order.
    ledgers
        Each complex's ledger table.
    splits
        The ids of each firm that split and of the new firm, in the order of time.
    ties
        The ties that stand at the end of the first month and of every year: the ids of both ends,
        and whether the programme made it.
    """

    months: Columns
    panel: Columns
    rivals: Columns
    events: list[Event]
    ledgers: dict[str, list[Row]]
    splits: list[tuple[int, int]]
    ties: Columns
