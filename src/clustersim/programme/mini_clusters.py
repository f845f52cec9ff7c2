"""A mini-cluster at work: a launch, members, meetings, and a manager whose hours are scarce.

It works in months for which somebody pays: the state where it has a budget, and otherwise, for a
mini-cluster on its own money, the organisation that runs it. Tasks are paid by the state alone.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from scipy import special

from clustersim import calendar
from clustersim.programme import networks
from clustersim.programme.expectations import certainty
from clustersim.programme.team import Staff
from clustersim.programme.upkeep import Upkeep
from clustersim.randomness import Stream, pair_uniform, samplers
from clustersim.randomness.ids import make, roster_slots
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simpy.events import ProcessGenerator

    from clustersim.arrays import BoolArray, FloatArray, IdArray, IntArray
    from clustersim.economy.state import Firms
    from clustersim.programme.networks import NetworkSpec, Uses
    from clustersim.programme.office import Office
    from clustersim.programme.pipeline import Pipeline

__all__ = ["LINE", "RUNNING", "TASKS", "MiniCluster", "MiniClusterSpec"]

LAUNCH = Stream("mini_clusters.launch")
JOIN = Stream("mini_clusters.join")
ATTEND = Stream("mini_clusters.attend")
GUESTS = Stream("mini_clusters.guests")
VISIT = Stream("mini_clusters.visit")
OUTSIDE = Stream("mini_clusters.outside")
BROKER = Stream("mini_clusters.broker")
PARTNER = Stream("mini_clusters.partner")
HELP = Stream("mini_clusters.help")
FOUND = Stream("mini_clusters.found")
REFERRED = Stream("mini_clusters.referred")
PASSED = Stream("mini_clusters.passed")

LINE = "network"
"""The budget line that pays."""

RUNNING = "mini-clusters"
TASKS = "tasks"

_MEETING, _HELP, _VISIT = range(3)  # what a manager does first


class MiniClusterSpec(Spec):
    """A mini-cluster of one complex."""

    title: str
    """Its theme in English."""

    title_ko: str = ""
    """The same in Korean."""

    launch: Annotated[
        dt.date,
        Parameter(
            "The day it is launched.",
            Kind.DATE,
            source="the mini-cluster's own",
            moves="joined",
        ),
    ]
    sectors: tuple[str, ...] = ()
    """Sectors whose firms may join; none means all."""

    funder: Literal["state", "own"] = "state"
    """Who runs it: the state's programme, or an organisation on its own money."""

    experts: Annotated[
        int,
        Parameter(
            "Members from universities, institutes and agencies.",
            Kind.COUNT,
            low=0,
            high=10_000,
            source="korea_data 7: 47 beside 50 firms",
            moves="turnout",
        ),
    ] = 45
    local_governments: Annotated[
        int,
        Parameter(
            "Provinces, cities and counties among the members.",
            Kind.COUNT,
            low=0,
            high=100,
            source="D09",
            moves="turnout",
        ),
    ] = 0
    outside: Annotated[
        int,
        Parameter(
            "Member firms from outside the complex; they use the manager's hours and are not"
            " followed any further.",
            Kind.COUNT,
            low=0,
            high=10_000,
            source="O17, A23",
            moves="turnout",
        ),
    ] = 0
    managers: Annotated[
        int,
        Parameter(
            "Managers, or coordinators.",
            Kind.COUNT,
            low=1,
            high=100,
            source="S18, A06, A21: one",
            moves="visited in time",
        ),
    ] = 1


class MiniCluster:
    """One mini-cluster at work.

    Parameters
    ----------
    office
        The promotion team of its complex.
    name, spec, terms
        Which it is, what it is, and the terms of all.
    uses
        Where every use is written down.
    head
        The head of the team, who looks at tasks.
    state_pays
        Whether the state's programme pays for mini-clusters here, once it has a budget.
    eagerness
        By what joining one on its own money is multiplied at a moment, as the state is awaited.
    pipeline
        Where tasks go that an instrument of the complex is for; all go to experts unless told.
    """

    def __init__(
        self,
        office: Office,
        name: str,
        spec: MiniClusterSpec,
        terms: NetworkSpec,
        *,
        uses: Uses,
        head: Staff,
        state_pays: bool = True,
        eagerness: Callable[[float], float] | None = None,
        pipeline: Pipeline | None = None,
    ) -> None:
        self.office = office
        self.name = name
        self.spec = spec
        self.terms = terms
        self.uses = uses
        self.head = head
        self.state_pays = state_pays
        self.eagerness = eagerness
        self.pipeline = pipeline
        self.number = int(roster_slots([name])[0])  # the same whatever others there are
        self.id = int(make(0, office.code, self.number))  # where no firm's id is in the address
        self.manager = Staff(office.clock, spec.managers, terms.manager_hours, name)
        self.manager.last_paid = -1  # by whoever pays for the mini-cluster
        office.staff.append(self.manager)
        self.upkeep = Upkeep(office, LINE, RUNNING, "operations", terms.running)
        self.members = np.array([], dtype=np.uint64)
        sectors = office.economy.rules.sectors
        self._takes = np.array([not spec.sectors or sector in spec.sectors for sector in sectors])
        firms = office.economy.view()
        weight, rows = np.zeros(len(firms)), np.flatnonzero(self._eligible(firms))
        weight[rows] = self._weights(firms, rows)
        # weights add up to this at the start of the run, before policy can have moved any
        self._everybody = float(weight.sum())
        self._waiting: set[int] = set()
        others = spec.experts + spec.local_governments + spec.outside
        # the chance that so many of the others or fewer come to a meeting, which is always the same
        self._guests = special.bdtr(np.arange(others + 1), others, terms.turnout)

    def run(self) -> ProcessGenerator:
        """Launch it, and go on month by month."""
        clock, terms = self.office.clock, self.terms
        launch = calendar.moment(self.spec.launch)
        running_for = max(clock.now - launch, 0.0)  # it may be older than the run
        yield clock.at(max(launch, clock.now))
        if self._is_over():
            return
        self._launch(terms.founders + terms.joiners / 12.0 * running_for)
        while True:
            yield clock.at(float(self.office.month + 1))
            if self._is_over():
                self.upkeep.stop()
                return
            if self.upkeep.pay(state=self.state_pays, own=self.spec.funder == "own"):
                self.manager.last_paid = self.office.month
                self._recruit(terms.joiners / 12.0)
                self._start_the_month(self.office.month)

    def help(self, window: float, asking: IdArray) -> IdArray:
        """Return the members the manager helps with their applications, while hours last.

        Parameters
        ----------
        window
            Months in which there is time for it.
        asking
            Firms that would apply if they were helped.
        """
        if self.upkeep.last_paid < self.office.month:
            return np.array([], dtype=np.uint64)
        hours = self.spec.managers * self.terms.manager_hours * window
        members = np.intersect1d(self._here(), asking)
        u = self._draws(HELP, self.office.month, members)
        helped = members[np.lexsort((members, u))][: int(hours / self.terms.help_hours)]
        for firm in helped.tolist():
            self.office.clock.start(self._help(firm), key=firm)
        return np.sort(helped)

    # ------------------------------------------------------------ members

    def _launch(self, expected: float) -> None:
        people = samplers.poisson(self._luck(LAUNCH, 0), self.terms.launch_turnout)
        self.office.note("launched", self.name, amount=int(people))
        self._recruit(expected)

    def _recruit(self, expected: float) -> None:
        """Let firms join, each with its hazard; `expected` would join of all there are."""
        office = self.office
        if self.spec.funder == "state":
            expected *= certainty(self.terms, office.clock.now)
        elif self.eagerness:
            expected *= self.eagerness(office.clock.now)
        firms = office.economy.view()
        may = self._eligible(firms)
        members, found = firms.rows(self.members)
        may[members[found]] = False
        rows = np.flatnonzero(may)
        weight = self._weights(firms, rows)
        chance = -np.expm1(-expected * weight / max(self._everybody, 1e-300))
        u = self._draws(JOIN, office.month, firms.ids[rows])
        rows = rows[samplers.bernoulli(u, chance)]
        for row in rows.tolist():
            office.note(
                "joined",
                self.name,
                firm=int(firms.ids[row]),
                amount=round(float(firms.workers[row])),
                detail=12.0 * float(firms.output[row]),
            )
        if len(rows):
            self.members = np.sort(np.concatenate([self.members, firms.ids[rows]]))

    def _eligible(self, firms: Firms) -> BoolArray:
        """Tell which firms are of the complex and of its sectors, and operate."""
        here = (firms.complex == self.office.code) & (firms.alive > 0.0)
        eligible: BoolArray = here & self._takes[firms.sector]
        return eligible

    def _weights(self, firms: Firms, rows: IntArray) -> FloatArray:
        """Return the weights of some rows in joining."""
        return networks.joins(
            self.terms,
            firms.workers[rows],
            firms.quality[rows],
            self.office.lift()[rows],
            self.office.employment_elasticity,
        )

    def _here(self) -> IdArray:
        """Return the members that still operate."""
        firms = self.office.economy.view()
        return firms.ids[self._rows(firms)]

    def _rows(self, firms: Firms) -> IntArray:
        """Return the rows of the members that still operate."""
        rows, found = firms.rows(self.members)
        rows = rows[found]
        return rows[firms.alive[rows] > 0.0]

    # ------------------------------------------------------------ a month

    def _start_the_month(self, month: int) -> None:
        """Start the month's meetings and visits."""
        terms, clock = self.terms, self.office.clock
        firms = self.office.economy.view()
        rows = self._rows(firms)
        members = firms.ids[rows]
        meetings = self._come(month, members, self._turnout(firms, rows))
        for number, (came, guests) in enumerate(meetings):
            moment = month + (number + 0.5) / terms.meetings
            clock.start(self._meeting(came, guests), self.number, moment)
        chance = terms.visits / 12.0
        u = self.office.luck.matrix([VISIT, FOUND, BROKER], month, members, self.number)
        visited = samplers.bernoulli(u[0], chance)
        came, found, sought = u[:, visited]
        moments = month + came / chance  # given that it comes, any moment is as likely
        needs = samplers.bernoulli(found, terms.tasks_found)
        seeks = samplers.bernoulli(sought, terms.brokered)
        columns = (each.tolist() for each in (members[visited], moments, needs, seeks))
        for firm, moment, has_need, seeks_partner in zip(*columns, strict=True):
            visit = self._visit(month, firm, has_need=has_need, seeks_partner=seeks_partner)
            clock.start(visit, firm, moment)
        if not self.spec.outside:
            return
        outside = samplers.poisson(self._luck(OUTSIDE, 0), self.spec.outside * chance)
        for number in range(int(outside)):
            moment = month + self._luck(OUTSIDE, number + 1)
            clock.start(self._visit_outside(), self.number, moment)

    def _turnout(self, firms: Firms, rows: IntArray) -> FloatArray:
        """Return the chance of some rows to come to a meeting.

        Turnout x rooms x exp(-km / decay) x its response to what policy added to its sales.
        """
        here = self.terms.turnout * self.office.turnout
        chance = here * np.exp(-firms.away[rows] / self.terms.turnout_decay)
        return np.minimum(chance * networks.responds(self.terms, self.office.lift()[rows]), 1.0)

    def _come(
        self, month: int, members: IdArray, chance: FloatArray
    ) -> Iterator[tuple[IdArray, int]]:
        """Yield who comes to each of the month's meetings: members, and how many guests."""
        luck, meetings = self.office.luck, np.arange(self.terms.meetings, dtype=np.uint64)
        address = np.uint64(self.number << 8) + meetings
        comes = samplers.bernoulli(luck.uniform(ATTEND, month, members, address[:, None]), chance)
        u = luck.uniform(GUESTS, month, np.array([self.id], dtype=np.uint64), meetings)
        guests = self._guests.searchsorted(u)  # as many as come with at least so much chance
        for some, number in zip(comes, guests.tolist(), strict=True):
            yield members[some], number

    def _meeting(self, came: IdArray, guests: int) -> ProcessGenerator:
        """Meet; two firms that come may start to work together."""
        office, terms = self.office, self.terms
        yield from self.manager.work(terms.meeting_hours, _MEETING)
        if self._is_over():
            return
        office.note("met", self.name, amount=len(came) + guests, detail=float(len(came)))
        firms = came.tolist()
        for firm in firms:
            office.note("attended", self.name, firm=firm)
        self.uses.add(firms)
        first, second = _pairs(len(came))
        self._tie(came[first], came[second], terms.tie_chance)

    def _visit(
        self, month: int, firm: int, *, has_need: bool, seeks_partner: bool
    ) -> ProcessGenerator:
        """Visit a member when the manager has time; who waits does not ask twice."""
        office, terms = self.office, self.terms
        if firm in self._waiting:
            return
        self._waiting.add(firm)
        yield from self.manager.work(terms.visit_hours, _VISIT)
        self._waiting.discard(firm)
        if self._is_over() or not office.is_alive(firm):
            return
        office.note("visited", self.name, firm=firm)
        self.uses.add([firm])
        if has_need:
            pipeline = self.pipeline if self._refers(month, firm) else None
            if pipeline and pipeline.found(firm, month, self.number):
                office.note("task_referred", self.name, firm=firm)
            else:
                office.note("task_found", self.name, firm=firm)
                office.clock.start(self._task(month, firm), key=firm)
        if seeks_partner:
            yield from self._broker(month, firm)

    def _refers(self, month: int, firm: int) -> bool:
        """Tell whether a task is one for an instrument of the programme, if there is one."""
        return self._draw(REFERRED, month, firm) < self.terms.referred

    def _visit_outside(self) -> ProcessGenerator:
        """Visit a member from outside: it takes the manager's time."""
        yield from self.manager.work(self.terms.visit_hours, _VISIT)

    def _broker(self, month: int, firm: int) -> ProcessGenerator:
        """Bring a member together with another: the one with the lowest luck of the pair."""
        yield from self.manager.work(self.terms.broker_hours, _VISIT)
        others = self._here()
        others = others[others != firm]
        if self._is_over() or not self.office.is_alive(firm) or not len(others):
            return
        me = np.array([firm], dtype=np.uint64)
        luck = pair_uniform(self.office.luck, PARTNER, month, me, others)
        partner = others[np.argmin(luck)]
        both = [firm, int(partner)]
        for one in both:
            self.office.note("brokered", self.name, firm=one)
        self.uses.add(both)
        self._tie(me, np.array([partner]), self.terms.broker_tie)

    def _help(self, firm: int) -> ProcessGenerator:
        """Help a member with its application."""
        yield from self.manager.work(self.terms.help_hours, _HELP)
        if not self._is_over():
            self.office.note("helped", self.name, firm=firm)
            self.uses.add([firm])

    def _task(self, month: int, firm: int) -> ProcessGenerator:
        """Have a task looked at by the head, paid for, and solved."""
        office, terms = self.office, self.terms
        yield from self.head.work(terms.screening_hours)
        if self._draw(PASSED, month, firm) >= terms.tasks_passed:
            office.note("task_refused", self.name, firm=firm)
            return
        office.note("task_screened", self.name, firm=firm)
        amount = round(terms.task_money)
        if not self.state_pays or office.free(LINE) < amount:
            office.note("task_unpaid", self.name, firm=firm)
            return
        project = office.new_project()
        grant = office.commit(LINE, amount, amount / terms.task_share, TASKS, project)
        office.note("task_paid", self.name, firm=firm, project=project, amount=amount)
        yield office.clock.after(terms.task_months)
        if not office.is_alive(firm):
            office.release(grant)
            office.note("closed", self.name, firm=firm, project=project)
            return
        own = grant.own.left
        paid = office.pay(grant, 1.0, "firms")
        office.cash(firm, -float(own))  # the money buys services, the firm pays its share of them
        office.note("task_done", self.name, firm=firm, project=project, amount=paid)
        self.uses.add([firm], terms.task_uses)

    def _tie(self, first: IdArray, second: IdArray, chance: float) -> None:
        self.office.economy.channels.tie(
            first,
            second,
            self.office.month,
            chance=chance,
            weight=self.uses.effect.weight,
            months=self.terms.tie_months,
        )

    def _draws(self, stream: Stream, month: int, firms: IdArray) -> FloatArray:
        return self.office.luck.uniform(stream, month, firms, self.number)

    def _draw(self, stream: Stream, month: int, firm: int) -> float:
        return self.office.luck.one(stream, month, firm, self.number)

    def _luck(self, stream: Stream, number: int) -> float:
        return self.office.luck.one(stream, self.office.month, self.id, number)

    def _is_over(self) -> bool:
        """Tell whether the state has ended what it runs."""
        return self.spec.funder == "state" and self.office.is_over


@cache
def _pairs(people: int) -> tuple[IntArray, IntArray]:
    """Return all pairs of so many people, by their numbers."""
    return np.triu_indices(people, 1)
