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
        One row for each firm and year, sums over the months it operated; stocks at the end.
    events
        Everything the programme did, in order.
    ledgers
        Each complex's ledger table.
    """

    months: Columns
    panel: Columns
    events: list[Event]
    ledgers: dict[str, list[Row]]
