"""Which pairs of worlds a run is made of.

A task is one pair: an arm beside its reference arm, with one draw of the uncertain parameters and
one set of random events. It is a pure function of its key, so the key is all that is planned.

>>> for task in plan(["as_announced"], "no_programme", replicates(2)):
...     print(task)
as_announced--no_programme/d0-l0
as_announced--no_programme/d1-l1
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustersim.errors import InputError
from clustersim.language import later, tr
from clustersim.specs import NAME, bad_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Task", "crossed", "plan", "replicates", "shared"]

_TASK = re.compile(rf"({NAME})--({NAME})/d(0|[1-9][0-9]*)-l(0|[1-9][0-9]*)")


@dataclass(frozen=True, order=True, slots=True)
class Task:
    """One pair of worlds: an arm and its reference arm under one draw and one luck.

    Raises
    ------
    InputError
        When an arm's name cannot name a folder, or an index is negative.
    """

    arm: str
    reference: str
    draw: int
    luck: int

    def __post_init__(self) -> None:
        for name in (self.arm, self.reference):
            if bad := bad_name(name):
                raise InputError(*bad)
        if self.draw < 0 or self.luck < 0:
            raise InputError(
                tr(
                    "draw {draw}, luck {luck}: an index is negative",
                    draw=self.draw,
                    luck=self.luck,
                ),
                tr("draws and luck are counted from 0"),
            )

    @property
    def pair(self) -> str:
        """The two arms, as they name a folder."""
        return f"{self.arm}--{self.reference}"

    @property
    def replicate(self) -> str:
        """The draw and the luck, as they name a folder."""
        return f"d{self.draw}-l{self.luck}"

    def __str__(self) -> str:
        return f"{self.pair}/{self.replicate}"

    @classmethod
    def named(cls, text: str) -> Task | None:
        """Return the task a text stands for; the inverse of `str` (None when there is none).

        >>> Task.named("as_announced--no_programme/d3-l0")
        Task(arm='as_announced', reference='no_programme', draw=3, luck=0)
        """
        parts = _TASK.fullmatch(text)
        return cls(parts[1], parts[2], int(parts[3]), int(parts[4])) if parts else None


def replicates(n: int) -> list[tuple[int, int]]:
    """Return `n` replicates: draw k meets luck k.

    >>> replicates(3)
    [(0, 0), (1, 1), (2, 2)]
    """
    _positive("replicates", n)
    return [(k, k) for k in range(n)]


def crossed(draws: int, luck: int) -> list[tuple[int, int]]:
    """Return every draw with every luck, so that the two kinds of doubt can be told apart.

    >>> crossed(2, 2)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    _positive("draws", draws)
    _positive("luck", luck)
    return [(d, k) for d in range(draws) for k in range(luck)]


def plan(arms: Iterable[str], reference: str, pairs: Iterable[tuple[int, int]]) -> list[Task]:
    """Return the tasks of a run, replicate by replicate, so that a part of a run is balanced.

    Parameters
    ----------
    arms
        Names of arms, in the order wanted.
    reference
        The arm each of them is compared with.
    pairs
        The (draw, luck) pairs that all arms share.

    Raises
    ------
    InputError
        When there is nothing to run, or an arm or a (draw, luck) pair is given twice.
    """
    arms, pairs = list(arms), list(pairs)
    if not arms:
        raise InputError(tr("no arm to run"), tr("name at least one arm"))
    if not pairs:
        raise InputError(
            tr("no (draw, luck) pair to run"), tr("name at least one (draw, luck) pair")
        )
    for what, given in (
        (later("arm {item} is given {count} times"), arms),
        (later("(draw, luck) pair {item} is given {count} times"), pairs),
    ):
        twice, count = Counter(given).most_common(1)[0]
        if count > 1:
            raise InputError(tr(what, item=repr(twice), count=count), tr("give it once"))
    return [Task(arm, reference, draw, luck) for draw, luck in pairs for arm in arms]


def shared(tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks whose (draw, luck) pair all arms among them have, sorted.

    >>> some = [Task("a", "none", 0, 0), Task("a", "none", 1, 1), Task("b", "none", 1, 1)]
    >>> [str(task) for task in shared(some)]
    ['a--none/d1-l1', 'b--none/d1-l1']
    """
    given = set(tasks)
    pairs = Counter((task.draw, task.luck) for task in given)
    arms = len({task.pair for task in given})
    return sorted(task for task in given if pairs[task.draw, task.luck] == arms)


def _positive(what: str, n: int) -> None:
    if n < 1:
        raise InputError(
            tr("{what}: {number} is too few", what=what, number=n), tr("ask for at least 1")
        )
