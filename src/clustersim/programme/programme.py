"""The programme: what policy does in every complex, month by month."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from clustersim import calendar
from clustersim.problems import did_you_mean
from clustersim.programme.budget import BudgetSpec, run_budget
from clustersim.programme.clock import Clock
from clustersim.programme.exchange import ExchangeSpec, run_exchange
from clustersim.programme.inno_core import (
    InnoCoreOpening,
    InnoCoreSpec,
    effect_of_package,
    run_inno_core,
)
from clustersim.programme.mini_clusters import LINE, MiniCluster, MiniClusterSpec
from clustersim.programme.networks import NetworkSpec, Uses, effect_of_use
from clustersim.programme.office import Event, Office
from clustersim.programme.rnd import ResearchCalls, ResearchSpec, run_calls
from clustersim.programme.team import HEAD, Staff, TeamSpec, write_down
from clustersim.specs import Kind, Parameter, Spec, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.economy.month import Economy, EconomySpec
    from clustersim.randomness import Luck

__all__ = [
    "ComplexProgramme",
    "Milestone",
    "Programme",
    "ProgrammeSpec",
    "average_firm",
    "partner_stock",
]


Instrument = Literal["networks", "rnd", "inno_core"]
"""A family of the state's instruments; networks are mini-clusters and the exchange system."""

S = TypeVar("S", bound=Spec)


class Milestone(Spec):
    """A dated event of the programme that a picture or a reader should see."""

    date: Annotated[
        dt.date,
        Parameter(
            "The day.", Kind.DATE, source="the event's own", moves="nothing: it is only shown"
        ),
    ]
    label: str
    """In a few words."""

    label_ko: str = ""
    """The same in Korean."""


class ComplexProgramme(Spec):
    """What one complex gets."""

    budget: BudgetSpec | None = None
    """The state's money; none if left out."""

    timetable: dict[str, Milestone] = Field(default_factory=dict)
    """Dated events by name."""

    team: TeamSpec = TeamSpec()
    """The promotion team."""

    mini_clusters: dict[str, MiniClusterSpec] = Field(default_factory=dict)
    """Mini-clusters by name."""

    exchange: ExchangeSpec | None = None
    """A system of exchange with universities and institutes; none if left out."""

    rnd: ResearchCalls | None = None
    """Calls for field-customised R&D; none if left out."""

    inno_core: InnoCoreOpening | None = None
    """The Inno-Core scheme; none if left out."""

    @model_validator(mode="after")
    def _is_paid_for(self) -> Self:
        named: dict[tuple[str, ...], str] = {}
        for name, cluster in self.mini_clusters.items():
            if cluster.funder == "state":
                named["mini_clusters", name] = LINE
        if self.exchange:
            named["exchange", "line"] = self.exchange.line
        if self.rnd:
            named |= {("rnd", "lines", line): line for line in self.rnd.lines}
        if self.inno_core:
            named["inno_core", "line"] = self.inno_core.line
        for place, line in named.items():
            if self.budget is None:
                raise bad_value("no budget pays for this", "add a 'budget' beside it", at=place[:1])
            if line not in self.budget.lines:
                raise bad_value(
                    f"unknown budget line {shown(line)}",
                    did_you_mean(line, self.budget.lines),
                    at=place,
                )
        return self

    def own(self) -> dict[str, MiniClusterSpec]:
        """Return the mini-clusters on their own money."""
        return {n: cluster for n, cluster in self.mini_clusters.items() if cluster.funder == "own"}

    def without_state(self) -> ComplexProgramme:
        """Return what is left without the state's part: mini-clusters on their own money."""
        return ComplexProgramme(team=self.team, mini_clusters=self.own())

    def with_instruments(self, instruments: tuple[Instrument, ...]) -> ComplexProgramme:
        """Return the same with some of the state's instruments alone."""
        gone: dict[str, object] = {}
        if "networks" not in instruments:
            gone |= {"mini_clusters": self.own(), "exchange": None}
        if "rnd" not in instruments:
            gone["rnd"] = None
        if "inno_core" not in instruments:
            gone["inno_core"] = None
        return self.model_copy(update=gone)

    def later(self, months: float) -> ComplexProgramme:
        """Return the same with the state's dates some months later.

        Its dated events move with the money; those before the money are of the past.
        """
        if self.budget is None or not months:
            return self
        budget = self.budget.later(months)
        change: dict[str, object] = {"budget": budget}
        change["timetable"] = {
            name: _shifted(event, "date", months) if event.date >= self.budget.starts else event
            for name, event in self.timetable.items()
        }
        change["mini_clusters"] = {
            name: _shifted(cluster, "launch", months) if cluster.funder == "state" else cluster
            for name, cluster in self.mini_clusters.items()
        }
        if self.exchange:
            change["exchange"] = _shifted(self.exchange, "opens", months)
        if self.inno_core:
            change["inno_core"] = _shifted(self.inno_core, "opens", months)
        if self.rnd:
            rnd = _shifted(self.rnd, "first", months)
            last = self.rnd.last_year + rnd.first.year - self.rnd.first.year
            change["rnd"] = rnd.model_copy(update={"last_year": last})
        return self.model_copy(update=change)

    def with_money(self, factor: float) -> ComplexProgramme:
        """Return the same with so many times the state's money."""
        if self.budget is None:
            return self
        amount = self.budget.amount * factor
        return self.model_copy(update={"budget": self.budget.model_copy(update={"amount": amount})})


def _shifted(spec: S, field: str, months: float) -> S:
    """Return a spec with one date some months later."""
    return spec.model_copy(update={field: calendar.later(getattr(spec, field), months)})


class ProgrammeSpec(Spec):
    """The programme: the terms of its instruments, and what each complex gets."""

    effect_scale: Annotated[
        float,
        Parameter(
            "Multiplies whatever the programme does to firms; one value for a whole run.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=10.0,
            source="assumption: 1 means as the sources say",
            moves="output",
        ),
    ] = 1.0
    instruments: tuple[Instrument, ...] = ("networks", "rnd", "inno_core")
    """Which of the state's instruments run, where a complex has them."""

    delay: Annotated[
        float,
        Parameter(
            "By how much all of the state's dates are later.",
            Kind.DURATION,
            low=0.0,
            high=240.0,
            source="assumption: none, as announced (G02)",
            moves="delay",
        ),
    ] = 0.0
    stops: Annotated[
        dt.date | None,
        Parameter(
            "The day the state's part ends, after which it starts nothing new; never if left out.",
            Kind.DATE,
            source="G01: an overhaul was under debate",
            moves="paid",
        ),
    ] = None
    budget_factor: Annotated[
        float,
        Parameter(
            "Multiplies the state's money in every complex.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=100.0,
            source="assumption: 1 means as announced",
            moves="paid",
        ),
    ] = 1.0
    mini_clusters: NetworkSpec = NetworkSpec()
    rnd: ResearchSpec = ResearchSpec()
    inno_core: InnoCoreSpec = InnoCoreSpec()
    complexes: dict[str, ComplexProgramme] = Field(default_factory=dict)
    """What each complex gets, by the complex's name."""

    def plans(self) -> dict[str, ComplexProgramme]:
        """Return what is done in each complex, by name: its instruments, dates and money."""
        return {
            name: plan.with_instruments(self.instruments)
            .later(self.delay)
            .with_money(self.budget_factor)
            for name, plan in sorted(self.complexes.items())
        }

    def terms(self) -> NetworkSpec:
        """Return the terms of mini-clusters, their day of certainty as much later as the rest."""
        return _shifted(self.mini_clusters, "certain_from", self.delay)

    def without_state(self) -> ProgrammeSpec:
        """Return what is left without the state's part, the terms being the same."""
        left = {n: plan.without_state() for n, plan in self.complexes.items() if plan.own()}
        return self.model_copy(update={"complexes": left})


class Programme:
    """The programme at work in one world.

    Parameters
    ----------
    spec
        What it does.
    economy
        Read through views, reached through channels.
    rules
        The economy's rules, on which an average firm is run alone to set effects.
    """

    def __init__(
        self,
        spec: ProgrammeSpec,
        economy: Economy,
        rules: EconomySpec,
        luck: Luck,
        *,
        start: int,
        end: int,
    ) -> None:
        self.clock = Clock(float(start))
        self.events: list[Event] = []
        self.end = end
        self.offices: dict[str, Office] = {}
        stops = calendar.moment(spec.stops) if spec.stops else math.inf
        for name, plan in spec.plans().items():
            office = Office(name, economy, self.clock, luck, self.events, stops=stops)
            self.offices[name] = office
            self.clock.start(office.books.keep())
            # the budget's key is below every project's: on New Year's Day the books close first
            for key, process in enumerate(self._processes(spec, plan, office, rules)):
                self.clock.start(process, key=key)

    def advance(self, month: int) -> None:
        """Let everything happen that is due before the end of a month."""
        self.clock.advance(float(month + 1))

    def close(self) -> None:
        """Close the books at the end of the run."""
        for office in self.offices.values():
            office.ledger.close(self.end + 1 - 1e-6)

    def _processes(
        self, spec: ProgrammeSpec, plan: ComplexProgramme, office: Office, rules: EconomySpec
    ) -> list[ProcessGenerator]:
        """Return what runs in one complex; the budget first, as money precedes its use."""
        processes = [
            run_budget(office, plan.budget, calendar.year_of(self.end)),
            write_down(office),  # of a month that is over, before the next one begins
            _announce(office, plan.timetable),
        ]
        if plan.mini_clusters:
            processes += self._networks(spec, plan, office, rules)
        if plan.exchange:
            processes.append(run_exchange(office, plan.exchange))
        if plan.rnd:
            processes.append(run_calls(office, spec.rnd, plan.rnd))
        if plan.inno_core:
            peaks = effect_of_package(
                spec.inno_core, rules, **average_firm(office.economy, office.name)
            )
            processes.append(run_inno_core(office, spec.inno_core, plan.inno_core, peaks))
        return processes

    def _networks(
        self, spec: ProgrammeSpec, plan: ComplexProgramme, office: Office, rules: EconomySpec
    ) -> list[ProcessGenerator]:
        """Return what runs of the mini-clusters; they also help with applications."""
        terms = spec.terms()
        uses = Uses(
            office,
            terms,
            effect_of_use(
                terms,
                rules,
                partner_stock=partner_stock(office.economy, office.name),
                **average_firm(office.economy, office.name),
            ),
        )
        head = Staff(self.clock, 1, plan.team.head_hours * plan.team.head_share, HEAD)
        office.staff.append(head)
        clusters = [
            MiniCluster(
                office,
                name,
                cluster,
                terms,
                uses=uses,
                head=head,
                state_pays="networks" in spec.instruments and plan.budget is not None,
            )
            for name, cluster in sorted(plan.mini_clusters.items())
        ]
        office.helpers.extend(clusters)
        return [uses.run(), *(cluster.run() for cluster in clusters)]


def average_firm(economy: Economy, complex_: str) -> dict[str, float]:
    """Return what a complex's average firm is like, as instruments are set to it."""
    blueprint = economy.blueprints[complex_]
    return {
        "export_share": blueprint.figures.export_share,
        "output_per_worker": blueprint.output_per_worker,
    }


def partner_stock(economy: Economy, complex_: str) -> float:
    """Return what a complex's average firm knows at the start over the stock of reference."""
    firms = economy.view()
    here = firms.take((firms.complex == economy.blueprints[complex_].code) & (firms.alive > 0.0))
    return float(here.stock.mean() / here.reference_stock.mean())


def _announce(office: Office, timetable: dict[str, Milestone]) -> ProcessGenerator:
    """Write down the dated events as they come."""
    for name, milestone in sorted(timetable.items(), key=lambda item: (item[1].date, item[0])):
        moment = calendar.moment(milestone.date)
        if moment >= office.clock.now:
            yield office.clock.at(moment)
            office.note("date", name)
