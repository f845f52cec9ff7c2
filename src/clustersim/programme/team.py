"""People of the programme whose hours are scarce: managers of mini-clusters, the head of a team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from simpy.resources.resource import PriorityResource

from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.clock import Clock

__all__ = ["Staff", "TeamSpec"]


class TeamSpec(Spec):
    """The promotion team, whose head looks at every task before money is spent on it."""

    title: str = ""
    """What it is called; whose it is changes nothing by itself (A24)."""

    title_ko: str = ""
    """The same in Korean."""

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

    Attributes
    ----------
    worked
        Hours of finished work so far.

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
    """

    def __init__(self, clock: Clock, people: int, hours: float) -> None:
        self.clock = clock
        self.people = people
        self.hours = hours
        self.worked = 0.0
        self._turns = PriorityResource(clock, people)

    def work(self, hours: float, urgency: int = 0) -> ProcessGenerator:
        """Wait for somebody, and until the work is done."""
        with self._turns.request(priority=urgency) as turn:
            yield turn
            yield self.clock.after(hours / self.hours)
        self.worked += hours
