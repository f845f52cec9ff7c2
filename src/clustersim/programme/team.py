"""People of the programme whose hours are scarce: managers of mini-clusters, the head of a team.

Who wants their hours stands in a queue. How long it is, and how long those waited whose turn came,
is written down every month; nothing else hangs on what is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from simpy.resources.resource import PriorityResource

from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.clock import Clock
    from clustersim.programme.office import Office

__all__ = ["HEAD", "QUEUE", "WORKED", "Month", "Staff", "TeamSpec", "write_down"]

HEAD = "head"
"""Who the head of a team is in the event table."""

QUEUE, WORKED = "queue", "worked"
"""Kinds of events: who waits for whom, and hours worked."""


class TeamSpec(Spec):
    """The promotion team's head, who looks at every task before money is spent on it."""

    head_hours: Annotated[
        float,
        Parameter(
            "Hours a month of a full-time head for the tasks of firms.",
            Kind.NUMBER,
            unit="hours / month",
            low=1.0,
            high=1000.0,
            source="assumption: half of a working month; the rest is the office",
            moves="tasks in time",
        ),
    ] = 80.0
    head_share: Annotated[
        float,
        Parameter(
            "The part of the head this complex has; less where two complexes share one.",
            Kind.SHARE,
            low=0.05,
            high=1.0,
            source="S11, N11; A25: half of the time",
            moves="tasks in time",
        ),
    ] = 1.0


class Month(NamedTuple):
    """What is told of a month: who waits at its end, how many had their turn, their mean wait."""

    waiting: int
    served: int
    wait: float
    hours: int


class Staff:
    """Some people of one kind; who wants their hours waits for a turn.

    Whoever waits is served by urgency (lower first), then by the time of asking, then by the
    clock's key.

    Parameters
    ----------
    clock
        The programme's clock.
    people
        How many there are.
    hours
        Hours a month that one of them has.
    name
        Who they are in the event table.

    Attributes
    ----------
    worked
        Hours of finished work so far.
    last_paid
        The last month they are paid for; None where the promotion team's money pays them.

    Examples
    --------
    >>> from clustersim.programme.clock import Clock
    >>> clock = Clock(0.0)
    >>> manager = Staff(clock, people=1, hours=100.0)
    >>> def visit(firm):
    ...     yield from manager.work(50.0)
    ...     print(firm, clock.now)
    >>> for firm in (1, 2):
    ...     _ = clock.start(visit(firm), key=firm)
    >>> clock.advance(2.0)
    1 0.5
    2 1.0
    >>> manager.worked
    100.0
    >>> manager.month()
    Month(waiting=0, served=2, wait=0.25, hours=100)
    """

    def __init__(self, clock: Clock, people: int, hours: float, name: str = "") -> None:
        self.clock = clock
        self.people = people
        self.hours = hours
        self.name = name
        self.worked = 0.0
        self.last_paid: int | None = None
        self._turns = PriorityResource(clock, people)
        self._served = 0
        self._waited = 0.0  # months, of those whose turn came since last told
        self._told = 0  # hours that are told

    def work(self, hours: float, urgency: int = 0) -> ProcessGenerator:
        """Wait for somebody, and until the work is done."""
        asked = self.clock.now
        with self._turns.request(priority=urgency) as turn:
            yield turn
            self._served += 1
            self._waited += self.clock.now - asked
            yield self.clock.after(hours / self.hours)
        self.worked += hours

    def month(self) -> Month:
        """Tell of the time since last told: hours are those of work finished in it."""
        wait = self._waited / self._served if self._served else 0.0
        hours = round(self.worked) - self._told
        told = Month(len(self._turns.queue), self._served, wait, hours)
        self._served, self._waited = 0, 0.0
        self._told += hours
        return told


def write_down(office: Office) -> ProcessGenerator:
    """Write down every month who waited for whom and what was worked, where there is something.

    Hours are there in months that are paid for, and in those in which some are worked.
    """
    while True:
        yield office.clock.at(float(office.month + 1))
        for staff in office.staff:
            told = staff.month()
            paid = office.team_paid if staff.last_paid is None else staff.last_paid
            if told.hours or paid == office.month - 1:
                there = staff.people * staff.hours
                office.note(WORKED, staff.name, amount=told.hours, detail=there)
            if told.waiting or told.served:
                office.note(QUEUE, staff.name, amount=told.waiting, detail=told.wait)
