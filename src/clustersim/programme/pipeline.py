"""From a need to a project: found, screened, judged, funded or not.

A firm has a need and asks for itself, or a manager finds it on a visit. The head of the team reads
every request. Small ones are decided at once (the fast lane), others wait for the next panel, which
ranks them and funds from the top while the line has money; who is good enough but unpaid waits, and
in the end is refused. Each step is a row of the event table.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np

from clustersim.programme.choosers import Chooser, points
from clustersim.programme.elsewhere import turn_elsewhere
from clustersim.programme.projects import Project, live
from clustersim.programme.research import ResearchTerms
from clustersim.programme.stages import STAGES, StagesSpec, stages
from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simpy.events import ProcessGenerator

    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.state import Firms
    from clustersim.programme.contact_centre import ContactCentre
    from clustersim.programme.elsewhere import ElsewhereSpec
    from clustersim.programme.fields import Fields
    from clustersim.programme.instruments.service import Desk
    from clustersim.programme.office import Office
    from clustersim.programme.team import Staff

__all__ = ["Pipeline", "PipelineSpec", "felt_at"]

NEEDS = Stream("pipeline.needs")
WHICH = Stream("pipeline.which")
WORTH = Stream("pipeline.worth")
ASTRAY = Stream("pipeline.astray")
PANEL = Stream("pipeline.panel")
TIE = Stream("pipeline.tie")


class PipelineSpec(Spec):
    """The way from a need to a project, the same for all instruments asked for task by task."""

    # ---------------------------------------------------------------- who asks

    small_below: Annotated[
        int,
        Parameter(
            "Firms with fewer workers may ask, and feel what support does.",
            Kind.COUNT,
            low=1,
            high=100_000,
            source="korea_data 8: SMEs have 5 to 299 workers",
            moves="found",
        ),
    ] = 300
    reference_workers: Annotated[
        float,
        Parameter(
            "Size of the average firm supported, to which effects are set.",
            Kind.NUMBER,
            unit="heads",
            low=1.0,
            high=1000.0,
            source="evidence G: median of the sizes that fit K29",
            moves="supported output",
        ),
    ] = 28.0
    size_exponent: Annotated[
        float,
        Parameter(
            "Fall of what a task does with log workers.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=3.0,
            source="assumption: larger firms gain less (T2, T8, T20)",
            moves="supported output",
        ),
    ] = 0.3
    asks: Annotated[
        float,
        Parameter(
            "Chance that a firm with a need asks for itself.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: about 3.6 % of target firms were supported a year (K18, K19)",
            moves="found",
            doubt=Triangular(0.05, 0.15, 0.3),
        ),
    ] = 0.15
    ask_size: Annotated[
        float,
        Parameter(
            "Rise of the log rate of asking with log workers.",
            Kind.NUMBER,
            unit="1",
            low=-3.0,
            high=3.0,
            source="assumption: the sign of korea_data 7, joining rises with size among SMEs",
            moves="found",
        ),
    ] = 0.5
    ask_quality: Annotated[
        float,
        Parameter(
            "Rise of the log rate of asking with a sd of quality.",
            Kind.NUMBER,
            unit="1 / sd",
            low=-3.0,
            high=3.0,
            source="assumption: winners select themselves (T14)",
            moves="found",
        ),
    ] = 0.3
    cost_of_asking: Annotated[
        float,
        Parameter(
            "What a request costs the firm.",
            Kind.MONEY,
            low=0,
            high=1e9,
            source="assumption: a fifth of a grant's application",
            moves="cash",
        ),
    ] = 0.4e6
    help_saves: Annotated[
        float,
        Parameter(
            "Part of that cost that a manager who found the need saves.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: half of the papers",
            moves="cash",
        ),
    ] = 0.5

    # ---------------------------------------------------------------- what is read

    astray: Annotated[
        float,
        Parameter(
            "Chance that a firm on its own asks for what it cannot have, or not like this.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: a third; managers and a contact centre are there to prevent it",
            moves="screened",
        ),
    ] = 0.3
    worth: Annotated[
        float,
        Parameter(
            "Chance that a need found is worth supporting.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: 2,940 of 3,644",
            moves="screened",
        ),
    ] = 0.81
    screening_hours: Annotated[
        float,
        Parameter(
            "Hours of the team's head for one request.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: an hour of reading, one of talking",
            moves="served in time",
        ),
    ] = 2.0

    # ---------------------------------------------------------------- who gets it

    fast_lane: Annotated[
        float,
        Parameter(
            "State money below which no panel is asked.",
            Kind.MONEY,
            low=0,
            high=1e10,
            source="korea_data 7: tasks below 10 M won were a kind of their own until 2012",
            moves="served in time",
        ),
    ] = 10e6
    panel_months: Annotated[
        int,
        Parameter(
            "Months between panels.",
            Kind.COUNT,
            low=1,
            high=24,
            source="assumption: every other month",
            moves="served in time",
        ),
    ] = 2
    chooser: Chooser = "score"
    """By what a panel ranks; the pass mark binds for scores alone."""

    assessors: Annotated[
        int,
        Parameter(
            "Assessors on a panel.",
            Kind.COUNT,
            low=1,
            high=100,
            source="assumption: fewer than for a grant",
            moves="supported output",
        ),
    ] = 3
    assessor_noise: Annotated[
        float,
        Parameter(
            "Sd of one assessor's error about quality, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=0.0,
            high=20.0,
            source="assumption: as of a grant's panel (K33, K40)",
            moves="supported output",
        ),
    ] = 2.2
    pass_mark: Annotated[
        float,
        Parameter(
            "Lowest score that can be funded, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=-20.0,
            high=20.0,
            source="assumption: few that were screened fail before a panel",
            moves="paid",
        ),
    ] = -2.5
    patience: Annotated[
        float,
        Parameter(
            "How long a request waits for money.",
            Kind.DURATION,
            low=0,
            high=120,
            source="assumption: half a year",
            moves="paid",
        ),
    ] = 6.0
    stages: StagesSpec = StagesSpec()


def felt_at(spec: PipelineSpec, workers: float) -> float:
    """Return what a task does by number of workers: (workers / reference)^-a, 0 for the large.

    A firm that is gone has no workers, and feels nothing.

    >>> [round(felt_at(PipelineSpec(), workers), 2) for workers in (28.0, 280.0, 300.0, 0.0)]
    [1.0, 0.5, 0.0, 0.0]
    """
    if not 0.0 < workers < spec.small_below:
        return 0.0
    return math.pow(max(workers, 0.5) / spec.reference_workers, -spec.size_exponent)


class _Request(NamedTuple):
    """What is asked for: by whom, when, and how good the panel finds it."""

    desk: Desk
    firms: tuple[int, ...]
    month: int  # with the firm and the instrument, the address of its luck
    cost: float
    amount: int
    tie: float
    since: float

    @property
    def firm(self) -> int:
        return self.firms[0]


class Pipeline:
    """The way from needs to projects in one complex.

    Parameters
    ----------
    office
        The promotion team.
    spec
        The terms of all instruments together.
    desks
        The instruments that the complex has, by name.
    head
        Who reads every request.
    certainty
        How likely firms take it, at a moment, that there will be a programme: they ask as much
        less often.
    elsewhere
        What those find elsewhere who are refused money for research.
    contact
        A contact centre that sees requests first, if there is one.
    fields
        Who works in which field.
    """

    def __init__(
        self,
        office: Office,
        spec: PipelineSpec,
        desks: Mapping[str, Desk],
        *,
        head: Staff,
        certainty: Callable[[float], float],
        fields: Fields,
        elsewhere: ElsewhereSpec,
        contact: ContactCentre | None = None,
    ) -> None:
        self.office = office
        self.spec = spec
        self.desks = desks
        self.head = head
        self.certainty = certainty
        self.fields = fields
        self.elsewhere = elsewhere
        self.contact = contact
        self._queue: list[_Request] = []
        self._month = -1
        self._ids: list[int] = []
        self._rates = self._weight = np.zeros((len(desks), 0))

    # ------------------------------------------------------------ needs

    def run(self) -> ProcessGenerator:
        """Let firms ask, month by month, and panels meet."""
        office = self.office
        first = min(desk.opens for desk in self.desks.values())
        yield office.clock.at(max(float(np.floor(first)), office.clock.now))
        months = 0
        while self._queue or not all(desk.is_over for desk in self.desks.values()):
            self._ask_for_themselves()
            months += 1
            yield office.clock.at(float(office.month + 1))
            if months % self.spec.panel_months == 0:
                self._panel()

    def found(self, firm: int, month: int, by: int) -> bool:
        """Take up a need that a manager found; tell whether there is an instrument for it.

        Parameters
        ----------
        firm
            Whose need it is.
        month, by
            The month of the visit and the manager's number, not 0: the address of its luck.
        """
        takes = [  # one at a time
            firm not in desk.busy and desk.is_open for desk in self.desks.values()
        ]
        if not any(takes):
            return False
        self._look()
        row = bisect_left(self._ids, firm)
        if row == len(self._ids) or self._ids[row] != firm:
            return False
        needs = self._rates[:, row].tolist()
        rates = [need * may for need, may in zip(needs, takes, strict=True)]
        if not any(rates):
            return False
        self.ask(self._pick(rates, firm, month, by), (firm,))
        return True

    def ask(self, name: str, firms: tuple[int, ...]) -> None:
        """Ask for an instrument on behalf of firms that somebody advises; the first one signs."""
        process = self._ask(self.desks[name], firms, self.office.month, by_itself=False)
        self.office.clock.start(process, key=firms[0])

    def is_open(self, name: str) -> bool:
        """Tell whether an instrument is there and open."""
        return name in self.desks and self.desks[name].is_open

    def _ask_for_themselves(self) -> None:
        """Let firms have needs and ask: one hazard of each firm, shared out over instruments."""
        office, spec = self.office, self.spec
        ids, rates = self._needs()
        hazard = rates.sum(axis=0) * (
            spec.asks * self.certainty(office.clock.now) / 12.0 * self._weight
        )
        luck = office.luck.uniform(NEEDS, office.month, ids)
        for row in np.flatnonzero(luck < -np.expm1(-hazard)).tolist():
            firm = int(ids[row])
            desk = self.desks[self._pick(rates[:, row].tolist(), firm, office.month, 0)]
            office.clock.start(self._ask(desk, (firm,), office.month, by_itself=True), key=firm)

    def _needs(self) -> tuple[IdArray, FloatArray]:
        """Return the firms, and each one's needs a year of every instrument, 0 of closed ones."""
        self._look()
        is_open = [[desk.is_open] for desk in self.desks.values()]
        return np.array(self._ids, dtype=np.uint64), self._rates * is_open

    def _look(self) -> None:
        """Look at every firm: its needs a year of every instrument, its weight in asking."""
        if self._month == self.office.month:  # firms stand still within a month
            return
        self._month = self.office.month
        office, spec = self.office, self.spec
        firms = office.firms()
        small = firms.workers < spec.small_below
        stage = stages(spec.stages, firms, office.month, office.books.growth(firms))
        rates = []
        for desk in self.desks.values():
            served = np.array([each in desk.terms.stages for each in STAGES])[stage]
            rate = desk.terms.need * (desk.terms.takes(firms, served) & small)
            focus = desk.opening.focus
            if focus is not None:
                rate = rate * np.exp(focus.odds * self.fields.favoured(focus, firms))
            rates.append(rate)
        self._ids, self._rates = firms.ids.tolist(), np.array(rates)
        self._weight = np.exp(
            spec.ask_size * np.log(np.maximum(firms.workers, 1e-9) / spec.reference_workers)
            + spec.ask_quality * firms.quality
        )

    def _pick(self, rates: list[float], firm: int, month: int, by: int) -> str:
        """Draw an instrument in proportion to the needs that a firm, or a manager, has found."""
        u = self.office.luck.one(WHICH, month, firm, by)
        bounds = list(accumulate(rates))
        return list(self.desks)[bisect_right(bounds, u * bounds[-1])]

    # ------------------------------------------------------------ a request

    def _ask(
        self, desk: Desk, firms: tuple[int, ...], month: int, *, by_itself: bool
    ) -> ProcessGenerator:
        """Read a request, the contact centre first; then decide, or wait for a panel."""
        office, spec, firm = self.office, self.spec, firms[0]
        if not desk.busy.isdisjoint(firms):  # one at a time
            return
        desk.busy.update(firms)
        luck, cost = office.luck, desk.cost(month, firm)
        request = _Request(
            desk,
            firms,
            month,
            cost,
            desk.grant(cost),
            luck.one(TIE, month, firm, desk.number),
            office.clock.now,
        )
        self._note("found", request)
        astray = by_itself and luck.one(ASTRAY, month, firm, desk.number) < spec.astray
        saved = 0.0 if by_itself else spec.help_saves
        hours = spec.screening_hours
        if self.contact is not None and self.contact.is_open:
            yield from self.contact.see()
            astray = astray and not self.contact.puts_right(month, firm, desk.number)
            saved = max(saved, self.contact.spec.saves)
            hours *= 1.0 - self.contact.spec.reads
        office.cash(firm, -spec.cost_of_asking * (1.0 - saved))
        yield from self.head.work(hours)
        if astray or luck.one(WORTH, month, firm, desk.number) >= spec.worth:
            self._drop("screened_out", request)
        elif not office.is_alive(firm):
            self._drop("closed", request)
        elif desk.is_over:  # it ended while the request was waiting to be read
            self._refuse(request)
        else:
            self._note("screened", request)
            if request.amount >= spec.fast_lane or not self._fund(request):
                self._queue.append(request)

    def _panel(self) -> None:
        """Fund in the order of (points, tie, firm) while there is money; others wait or end."""
        office, spec = self.office, self.spec
        waiting, self._queue = self._queue, []
        if not waiting:
            return
        ids = np.unique(np.array([each.firm for each in waiting], dtype=np.uint64))
        firms = office.firms()
        rows, here = firms.rows(ids)
        there = firms.take(rows[here])
        scores = points(
            spec.chooser,
            office,
            there,
            PANEL,
            office.month,
            assessors=range(1, spec.assessors + 1),
            noise=spec.assessor_noise,
        )
        known = dict(zip(there.ids.tolist(), range(len(there)), strict=True))
        ranked = []
        for request in waiting:
            row = known.get(request.firm)
            if row is None:
                self._drop("closed", request)
                continue
            score = float(scores[row]) + self._favour(request, there, row)
            ranked.append((-score, request.tie, request.firm, request))
        for worst, _, _, request in sorted(ranked, key=lambda each: each[:3]):
            if spec.chooser == "score" and -worst < spec.pass_mark:
                self._refuse(request)
            elif not self._fund(request):
                self._wait(request)

    def _favour(self, request: _Request, firms: Firms, row: int) -> float:
        """Return the points that a score has for the firm's field."""
        focus = request.desk.opening.focus
        if focus is None or self.spec.chooser != "score":
            return 0.0
        return focus.points * float(self.fields.favoured(focus, firms.take(np.array([row])))[0])

    def _wait(self, request: _Request) -> None:
        """Keep a request for the next panel, unless it has waited long enough."""
        patient = self.office.clock.now - request.since < self.spec.patience
        if patient and request.desk.is_open:
            self._note("waiting", request)
            self._queue.append(request)
        else:
            self._refuse(request)

    def _fund(self, request: _Request) -> bool:
        """Agree on a project if the line has the money and the instrument a place this year.

        It is done by those of the firms that still operate, the first of them always.
        """
        office, desk, firm = self.office, request.desk, request.firm
        name, line, amount = desk.terms.name, desk.opening.line, request.amount
        firms = tuple([each for each in request.firms if office.is_alive(each)])
        if not desk.has_places or firm not in firms or office.free(line) < amount:
            return False
        desk.book()
        number = office.new_project()
        grant = office.commit(line, amount, request.cost, name, number)
        project = Project(name, firms, number, line, amount, grant, request.month, desk.number)
        office.note("funded", name, firm=firm, project=number, amount=amount)
        for each in firms:
            workers, output = office.size(each)
            office.note(
                "served", name, firm=each, project=number, amount=round(workers), detail=output
            )
        office.clock.start(self._carry_out(project, request), key=number)
        return True

    def _carry_out(self, project: Project, request: _Request) -> ProcessGenerator:
        desk = request.desk
        yield from live(self.office, desk.terms, desk.terms.doing(desk), project)
        desk.busy.difference_update(request.firms)

    # ------------------------------------------------------------ notes

    def _note(self, kind: str, request: _Request) -> None:
        self.office.note(
            kind, request.desk.terms.name, firm=request.firm, detail=float(request.amount)
        )

    def _refuse(self, request: _Request) -> None:
        """Refuse a request; who meant to do research may find money for it elsewhere."""
        self._drop("refused", request)
        terms = request.desk.terms
        if isinstance(terms, ResearchTerms):
            turn_elsewhere(
                self.office,
                self.elsewhere,
                terms,
                terms.name,
                firm=request.firm,
                month=request.month,
                kind=request.desk.number,
                asked=request.amount,
            )

    def _drop(self, kind: str, request: _Request) -> None:
        self._note(kind, request)
        request.desk.busy.difference_update(request.firms)
