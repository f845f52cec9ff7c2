"""The programme's clock: SimPy, with ties resolved by who is served and not by who came first.

SimPy handles events in the order of (time, priority, insertion). Insertion order can differ
between two worlds, because one firm more in a call shifts all that follow, so the clock orders by
(time, priority, **key**, insertion): the key is the id of a firm or the number of a project, and
0 for what belongs to nobody. A key belongs to a process; its events inherit it.

Time is counted in months from January 2000, as `clustersim.calendar` does.

>>> clock = Clock(102.0)
>>> def visit(firm):
...     yield clock.at(103.5)
...     print(firm, clock.now)
>>> for firm in (7, 3):
...     _ = clock.start(visit(firm), key=firm)
>>> clock.advance(104.0)
3 103.5
7 103.5
>>> clock.now
104.0
"""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING

from simpy.core import Environment
from simpy.events import NORMAL, URGENT, Event, Process

from clustersim.errors import RunError

if TYPE_CHECKING:
    from simpy.core import SimTime
    from simpy.events import EventCallback, EventPriority, ProcessGenerator

__all__ = ["Clock", "Keyed", "Moment"]

_BITS = 64  # room for the insertion counter below the key; ids themselves have 64 bits


class Moment(Event):
    """A point in time that a process can wait for, even before `Clock.put` says when it is."""

    def __init__(self, clock: Clock, key: int) -> None:
        # what Event does is done here, as SimPy's Timeout does it: there is one for every wait
        self.env = clock
        self.callbacks = []
        self.key = key
        self._ok = True  # as in SimPy's Timeout: triggered from the start, processed when due
        self._value = None


class Keyed(Process):
    """A process with the key of whom it serves."""

    def __init__(self, clock: Clock, generator: ProcessGenerator, first: Moment) -> None:
        # Event's part and Process's, but for the moment it starts at: SimPy knows only now
        self.env = clock
        self.callbacks = []
        self.key = first.key
        self._generator = generator
        self._target = first
        first.callbacks.append(self._resume)


class Clock(Environment):
    """A SimPy environment whose ties are resolved by key.

    Everything of SimPy works as usual (resources, conditions, interrupts). Of several processes
    that wait for the same moment, the same event or the same resource since the same moment, the
    one with the lower key goes first, in whatever order they were started.

    Parameters
    ----------
    initial_time
        The moment the clock starts at, in months since January 2000.
    """

    @property
    def key(self) -> int:
        """The key of the process that is running, 0 outside any."""
        return getattr(self._active_proc, "key", 0)

    def at(self, moment: float, key: int | None = None) -> Moment:
        """Return an event that happens at a moment, to the bit.

        Parameters
        ----------
        moment
            Months since January 2000; not before now.
        key
            An id, 0 or more; by default that of the process that asks.

        Raises
        ------
        RunError
            If the moment has passed, or for a negative key.
        """
        event = Moment(self, self.key if key is None else key)
        self._put(event, NORMAL, moment, event.key)
        return event

    def put(self, event: Moment, moment: float) -> None:
        """Let an event that was made before happen at a moment, not before now."""
        self._put(event, NORMAL, moment, event.key)

    def after(self, months: float, key: int | None = None) -> Moment:
        """Return an event that happens some months from now; see `at`."""
        return self.at(self._now + months, key)

    def start(
        self, generator: ProcessGenerator, key: int = 0, moment: float | None = None
    ) -> Keyed:
        """Start a process on behalf of a firm or project: now, before all else, or at a moment."""
        first = Moment(self, key)
        if moment is None:
            self._put(first, URGENT, self._now, key)
        else:
            self._put(first, NORMAL, moment, key)
        return Keyed(self, generator, first)

    def advance(self, until: float) -> None:
        """Let everything happen that is due before a moment, and stand there.

        What is due at that very moment waits: an event on a month's boundary belongs to the month
        that begins.

        Raises
        ------
        RunError
            If the moment has passed.
        """
        if not until >= self._now:
            raise self._passed(until)
        queue = self._queue
        while queue and queue[0][0] < until:
            self.step()
        self._now = until

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        """Queue an event for SimPy, under the key of who waits for it, or else of who makes it.

        The end of a process is an event too; when nobody waits for it, it is over at once.
        """
        if isinstance(event, Process) and event.ok and not event.callbacks:
            event.callbacks = None  # type: ignore[assignment]  # SimPy's mark of what is over
            return
        waiting = [key for callback in event.callbacks for key in _keys(callback)]
        self._put(event, priority, self._now + delay, min(waiting, default=self.key))

    def step(self) -> None:
        """Handle the next event; those who wait for it go on in the order of their keys."""
        if self._queue and len(callbacks := self._queue[0][-1].callbacks) > 1:
            callbacks.sort(key=_keys)
        super().step()

    def _put(self, event: Event, priority: EventPriority, moment: float, key: int) -> None:
        if not moment >= self._now:  # also catches NaN
            raise self._passed(moment)
        if key < 0:
            raise RunError(f"key {key} of an event", "use an id, or 0 for what is nobody's")
        # SimPy compares the third element as an integer, so the key can stand in front of the
        # counter within it. int(), as a NumPy id would overflow.
        heappush(self._queue, (moment, priority, (int(key) << _BITS) + next(self._eid), event))

    def _passed(self, moment: float) -> RunError:
        return RunError(
            f"month {moment}: the programme's clock already stands at month {self._now}",
            "ask for a moment that is still to come; months count from January 2000",
        )


def _keys(callback: EventCallback[Event]) -> list[int]:
    """Return the key of the process a callback resumes; none (sorts first) if it is SimPy's."""
    process = getattr(callback, "__self__", None)
    return [process.key] if isinstance(process, Keyed) else []
