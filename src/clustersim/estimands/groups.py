"""Groups of a pair: who they are is decided by what happened in the arm's world alone.

A group is a set of ids for the whole run. Both worlds are read for the same ids, so that a
difference never comes from who is counted. A firm that splits off from a member of a group belongs
to it too: it took along what the programme had given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim.calendar import year_of
from clustersim.randomness import ids as firm_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import BoolArray, Columns, IdArray, IntArray
    from clustersim.programme.office import Event

__all__ = ["GROUPS", "OUTSIDE", "Groups"]

GROUPS = (
    "all",
    "all_without_anchors",
    "members",
    "supported",
    "inno_core",
    "untreated",
    "rivals",
    "nation",
)
"""Every firm; all but the anchors; ever in a mini-cluster; ever paid or served; ever in Inno-Core;
none of these three; the rivals outside, which only `contrast` knows; every firm and they, with the
firms at sites that do not count."""

OUTSIDE = ("rivals", "nation")
"""The groups that rivals belong to."""

_TOTALS = ("all", "all_without_anchors", "untreated")
_JOINED = ("joined",)
_SERVED = ("tranche", "package", "task_done", "served")
_CHOSEN = ("chosen",)


class Groups:
    """The groups of one pair of worlds: from the arm's events, its splits (old firm, new), anchors.

    Joining is not entering: mini-clusters can be older than the programme.
    """

    def __init__(
        self,
        events: Sequence[Event],
        splits: Sequence[tuple[int, int]] = (),
        anchors: IdArray | None = None,
    ) -> None:
        self._since = _since(events, (*_SERVED, *_CHOSEN), splits)
        self.anchors = np.zeros(0, dtype=np.uint64) if anchors is None else anchors
        self.members = _ids(_since(events, _JOINED, splits))
        self.supported = _ids(_since(events, _SERVED, splits))
        self.inno_core = _ids(_since(events, _CHOSEN, splits))

    def touched(self) -> IdArray:
        """Return the ids of all firms the programme touched."""
        return np.union1d(self.members, np.union1d(self.supported, self.inno_core))

    def entered(self, ids: IdArray) -> IntArray:
        """Return the year in which each firm was first supported or chosen, 0 if it never was."""
        years = {firm: year_of(int(time)) for firm, time in self._since.items()}
        return np.array([years.get(firm, 0) for firm in ids.tolist()], dtype=np.int64)

    def contains(self, group: str, ids: IdArray) -> BoolArray:
        """Tell which ids belong to a group."""
        if group in {"all", "nation"}:
            return np.ones(len(ids), dtype=np.bool_)
        if group == "rivals":
            return np.zeros(len(ids), dtype=np.bool_)
        if group == "all_without_anchors":
            return ~np.isin(ids, self.anchors)
        if group == "untreated":
            return ~np.isin(ids, self.touched())
        return np.isin(ids, getattr(self, group))

    def rows(self, group: str, panel: Columns, code: int) -> BoolArray:
        """Tell which rows of a panel are a group's firms in one complex.

        Groups of all firms, and of all that were not touched, leave out sites that do not count.
        """
        mine: BoolArray = (panel["complex"] == code) & self.contains(group, panel["id"])
        return mine & panel["counted"] if group in _TOTALS else mine


def _since(
    events: Sequence[Event], kinds: tuple[str, ...], splits: Sequence[tuple[int, int]]
) -> dict[int, float]:
    """Return when each firm first met one of some kinds of events, itself or as its forebear."""
    since: dict[int, float] = {}
    for event in events:
        if event.firm and event.kind in kinds:
            since.setdefault(event.firm, event.time)
    for old, new in splits:  # in the order of time, so that heirs have heirs
        if old in since and since[old] < firm_ids.birth_month(new) + 1:
            since[new] = since[old]
    return since


def _ids(since: dict[int, float]) -> IdArray:
    return np.array(sorted(since), dtype=np.uint64)
