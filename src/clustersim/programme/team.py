"""People of the programme whose hours are scarce: managers of mini-clusters, the head of a team.

One head may be shared by the teams of two clusters: each has a part of the hours, and firms of one
may find partners through the other. Who wants anybody's hours stands in a queue. How long it is,
and how long those waited whose turn came, is written down every month; nothing else hangs on that.
"""

from __future__ import annotations

import datetime as dt
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np

from clustersim import calendar
from clustersim.programme.clock import Moment
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.clock import Clock
    from clustersim.programme.office import Office

__all__ = [
    "HEAD",
    "QUEUE",
    "WORKED",
    "JointHeadSpec",
    "Month",
    "Staff",
    "TeamSpec",
    "share_head",
    "write_down",
]

HEAD = "head"
"""Who the head of a team is in the event table."""

QUEUE, WORKED = "queue", "worked"
"""Kinds of events: who waits for whom, and hours worked."""


class JointHeadSpec(Spec):
    """The head is also that of another cluster's team."""

    partner: str
    """The other cluster."""

    since: Annotated[
        dt.date,
        Parameter(
            "The day from which the head has two clusters.",
            Kind.DATE,
            source="S10",
            moves="tasks in time",
        ),
    ]
    link: Annotated[
        float,
        Parameter(
            "Rise of the log hazard of a tie between a firm and one of the complex's institutions,"
            " through the other cluster, while the state pays the team.",
            Kind.NUMBER,
            unit="log points",
            low=-1.0,
            high=2.0,
            source="assumption: small, perhaps none; A25: even its sign is open",
            moves="ties",
            doubt=Triangular(0.0, 0.05, 0.15),
        ),
    ] = 0.05


class TeamSpec(Spec):
    """The promotion team, whose head looks at every task before money is spent on it."""

    title: str = ""
    """What it is called; whose it is changes nothing by itself (A24)."""

    title_ko: str = ""
    """The same in Korean."""

    host: str = ""
    """Whose team it is: KICOX or a technopark; it has no effect of its own (A24)."""

    head: str = ""
    """Whether there is a head in post when the programme is announced, and who is to follow."""

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
            "The part of the head this complex has; less where two share one, from then on.",
            Kind.SHARE,
            low=0.05,
            high=1.0,
            source="S11, N11; A25: half of the time",
            moves="tasks in time",
        ),
    ] = 1.0
    joint: JointHeadSpec | None = None
    """The other cluster that has the same head; none if left out."""


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
        self._idle = people
        self._queue: list[tuple[int, float, int, int, float, Moment]] = []
        self._number = count()  # of what is asked, for those of one key, urgency and time
        self._served = 0
        self._waited = 0.0  # months, of those whose turn came since last told
        self._told = 0  # hours that are told

    def work(self, hours: float, urgency: int = 0) -> ProcessGenerator:
        """Wait for somebody, and until the work is done."""
        asked, done = self.clock.now, Moment(self.clock, self.clock.key)
        if self._idle:
            self._idle -= 1
            self._begin(asked, hours, done)
        else:
            number = next(self._number)
            heappush(self._queue, (urgency, asked, done.key, number, hours, done))
        yield done
        self.worked += hours
        if self._queue:
            _, asked, _, _, hours, done = heappop(self._queue)
            self._begin(asked, hours, done)
        else:
            self._idle += 1

    def _begin(self, asked: float, hours: float, done: Moment) -> None:
        """Let somebody begin with what was asked for."""
        now = self.clock.now
        self._served += 1
        self._waited += now - asked
        self.clock.put(done, now + hours / self.hours)

    def month(self) -> Month:
        """Tell of the time since last told: hours are those of work finished in it."""
        wait = self._waited / self._served if self._served else 0.0
        hours = round(self.worked) - self._told
        told = Month(len(self._queue), self._served, wait, hours)
        self._served, self._waited = 0, 0.0
        self._told += hours
        return told


def share_head(office: Office, spec: TeamSpec, head: Staff) -> ProcessGenerator:
    """Give the head a second cluster from its day on, and firms what they find through it."""
    if spec.joint is None:
        head.hours *= spec.head_share
        return
    yield office.clock.at(max(calendar.moment(spec.joint.since), office.clock.now))
    head.hours *= spec.head_share
    places = office.economy.places[office.name].institutions
    partners = np.array(list(places.values()), dtype=np.uint64)
    linked = False
    while len(partners):
        if (office.team_paid == office.month) != linked:
            linked = not linked
            office.ease_search("joint head", partners, spec.joint.link if linked else 0.0)
        yield office.clock.at(float(office.month + 1))


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
