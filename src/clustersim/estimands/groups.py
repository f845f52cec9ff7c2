"""Groups of a pair: who they are is decided by what happened in the arm's world alone.

A group is a set of ids for the whole run. Both worlds are read for the same ids, so that a
difference never comes from who is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim.calendar import year_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import BoolArray, Columns, IdArray, IntArray
    from clustersim.programme.office import Event

__all__ = ["GROUPS", "Groups"]

GROUPS = ("all", "supported", "inno_core", "untreated")
"""Every firm; ever paid or served; ever in Inno-Core; none of these."""

_TOTALS = ("all", "untreated")
_SERVED = ("tranche", "package", "task_done")
_CHOSEN = ("chosen",)


class Groups:
    """The groups of one pair of worlds, from the events of the arm's world."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._entered: dict[int, int] = {}
        for event in reversed(events):
            if event.kind in {*_SERVED, *_CHOSEN}:
                self._entered[event.firm] = year_of(int(event.time))
        self.supported = _ids(events, _SERVED)
        self.inno_core = _ids(events, _CHOSEN)

    def touched(self) -> IdArray:
        """Return the ids of all firms the programme touched."""
        return np.union1d(self.supported, self.inno_core)

    def entered(self, ids: IdArray) -> IntArray:
        """Return the year in which each firm was first touched, 0 for a firm that never was."""
        return np.array([self._entered.get(firm, 0) for firm in ids.tolist()], dtype=np.int64)

    def contains(self, group: str, ids: IdArray) -> BoolArray:
        """Tell which ids belong to a group."""
        if group == "all":
            return np.ones(len(ids), dtype=np.bool_)
        if group == "untreated":
            return ~np.isin(ids, self.touched())
        return np.isin(ids, getattr(self, group))

    def rows(self, group: str, panel: Columns, code: int) -> BoolArray:
        """Tell which rows of a panel are a group's firms in one complex.

        Groups of all firms, and of all that were not touched, leave out sites that do not count.
        """
        mine: BoolArray = (panel["complex"] == code) & self.contains(group, panel["id"])
        return mine & panel["counted"] if group in _TOTALS else mine


def _ids(events: Sequence[Event], kinds: tuple[str, ...]) -> IdArray:
    return np.unique(np.array([e.firm for e in events if e.kind in kinds], dtype=np.uint64))
