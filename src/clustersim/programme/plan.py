"""What a programme is: the terms of its instruments, and what each complex gets of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, get_args

from pydantic import Field, WithJsonSchema, model_validator

from clustersim import calendar
from clustersim.language import tr
from clustersim.problems import did_you_mean
from clustersim.programme.budget import BudgetSpec
from clustersim.programme.building import CentreSpec
from clustersim.programme.contact_centre import ContactCentreSpec
from clustersim.programme.council import CouncilSpec
from clustersim.programme.exchange import ExchangeSpec
from clustersim.programme.expectations import AnticipationSpec
from clustersim.programme.fields import FieldSpec, FocusSpec
from clustersim.programme.inno_core import InnoCoreOpening, InnoCoreSpec
from clustersim.programme.instruments.registry import SERVICES, Services, unknown
from clustersim.programme.instruments.service import Opening
from clustersim.programme.master_plan import MasterPlanSpec
from clustersim.programme.mini_clusters import LINE, MiniClusterSpec
from clustersim.programme.networks import NetworkSpec
from clustersim.programme.pipeline import PipelineSpec
from clustersim.programme.rnd import ResearchCalls, ResearchSpec
from clustersim.programme.team import TeamSpec
from clustersim.specs import Key, Kind, Name, Parameter, Spec, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from typing import Self

__all__ = ["FAMILIES", "OPENINGS", "ComplexProgramme", "Milestone", "ProgrammeSpec"]

Family = Literal["networks", "rnd", "product", "market", "advice", "equipment", "inno_core"]
"""A family of the state's instruments; networks are mini-clusters, council and exchange."""

FAMILIES: tuple[Family, ...] = get_args(Family)

S = TypeVar("S", bound=Spec)


OPENINGS = ("inno_core", "council")
"""Events of a timetable that are the openings of blocks."""


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

    timetable: dict[Key, Milestone] = Field(default_factory=dict)
    """Dated events by name. Those called inno_core and council are the openings of these blocks:
    pictures show them on the day the block opens, and not without it."""

    team: TeamSpec = TeamSpec()
    """The promotion team."""

    anticipation: AnticipationSpec | None = None
    """Joining ahead of the state's money; none if left out."""

    master_plan: MasterPlanSpec | None = None
    """A study paid once; none if left out."""

    centre: CentreSpec | None = None
    """A business centre, paid apart from the budget; none if left out."""

    mini_clusters: dict[Name, MiniClusterSpec] = Field(default_factory=dict)
    """Mini-clusters by name."""

    exchange: ExchangeSpec | None = None
    """A system of exchange with universities and institutes; none if left out."""

    council: CouncilSpec | None = None
    """A council that finds what is done jointly; none if left out, or without any services."""

    contact_centre: ContactCentreSpec | None = None
    """A hub that sees requests first; none if left out."""

    fields: dict[Key, FieldSpec] = Field(default_factory=dict)
    """Fields of technology by name, for support to favour."""

    services: dict[
        Annotated[str, WithJsonSchema({"type": "string", "enum": list(SERVICES)})], Opening
    ] = Field(default_factory=dict)
    """Instruments that firms ask for task by task, by name."""

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
        if self.master_plan:
            named["master_plan", "line"] = self.master_plan.line
        if self.exchange:
            named["exchange", "line"] = self.exchange.line
        if self.council:
            named["council", "line"] = self.council.line
        if self.contact_centre:
            named["contact_centre", "line"] = self.contact_centre.line
        named |= {("services", name, "line"): each.line for name, each in self.services.items()}
        if self.rnd:
            named |= {("rnd", "lines", line): line for line in self.rnd.lines}
        if self.inno_core:
            named["inno_core", "line"] = self.inno_core.line
        for place, line in named.items():
            if self.budget is None:
                raise bad_value(
                    tr("no budget pays for this"), tr("add a 'budget' beside it"), at=place[:1]
                )
            if line not in self.budget.lines:
                raise bad_value(
                    tr("unknown budget line {line}", line=shown(line)),
                    did_you_mean(line, self.budget.lines),
                    at=place,
                )
        return self

    @model_validator(mode="after")
    def _knows_its_words(self) -> Self:
        for name in self.services:
            if name not in SERVICES:
                raise bad_value(*unknown(name), at=("services", name))
        focused: list[tuple[tuple[str, ...], FocusSpec | None]] = [
            (("services", name), each.focus) for name, each in self.services.items()
        ]
        focused.append((("rnd",), self.rnd.focus if self.rnd else None))
        for place, focus in focused:
            for number, field in enumerate(focus.fields if focus else ()):
                if field not in self.fields:
                    raise bad_value(
                        tr("unknown field {field}", field=shown(field)),
                        did_you_mean(field, self.fields),
                        at=(*place, "focus", "fields", number),
                    )
        if self.council and not self.mini_clusters:
            raise bad_value(
                tr("a council has no members without mini-clusters"),
                tr("add 'mini_clusters' beside it, or leave it out"),
                at=("council",),
            )
        return self

    def own(self) -> dict[str, MiniClusterSpec]:
        """Return the mini-clusters on their own money."""
        return {n: cluster for n, cluster in self.mini_clusters.items() if cluster.funder == "own"}

    def without_state(self) -> ComplexProgramme:
        """Return what is left without the state's part: mini-clusters on their own money."""
        return ComplexProgramme(team=self.team, mini_clusters=self.own())

    def with_instruments(self, instruments: tuple[Family, ...]) -> ComplexProgramme:
        """Return the same with some of the state's instruments alone.

        The business centre comes with networks, which meet in it. So does the council, which sits
        only where services are left that it can ask for.
        """
        gone: dict[str, object] = {}
        if "networks" not in instruments:
            gone |= {"mini_clusters": self.own(), "exchange": None}
            gone |= {"centre": None, "anticipation": None, "council": None}
        if "rnd" not in instruments:
            gone["rnd"] = None
        services = {
            name: each
            for name, each in self.services.items()
            if SERVICES[name].family in instruments
        }
        gone["services"] = services
        if not services:
            gone["contact_centre"] = None
        if "inno_core" not in instruments:
            gone["inno_core"] = None
        return self.model_copy(update=gone)

    def later(self, months: float) -> ComplexProgramme:
        """Return the same with the state's dates some months later.

        Its dated events move with the money; those before the money are of the past.
        """
        if not months:
            return self
        change: dict[str, object] = {}
        if self.centre:
            change["centre"] = self.centre.later(months)
        if self.budget is None:
            return self.model_copy(update=change)
        change["budget"] = self.budget.later(months)
        change["timetable"] = {
            name: _shifted(event, "date", months) if event.date >= self.budget.starts else event
            for name, event in self.timetable.items()
        }
        change["mini_clusters"] = {
            name: _shifted(cluster, "launch", months) if cluster.funder == "state" else cluster
            for name, cluster in self.mini_clusters.items()
        }
        if self.master_plan:
            change["master_plan"] = _shifted(self.master_plan, "date", months)
        if self.team.joint:
            joint = _shifted(self.team.joint, "since", months)
            change["team"] = self.team.model_copy(update={"joint": joint})
        if self.exchange:
            change["exchange"] = _shifted(self.exchange, "opens", months)
        if self.inno_core:
            change["inno_core"] = _shifted(self.inno_core, "opens", months)
        if self.council:
            change["council"] = _shifted(self.council, "opens", months)
        if self.contact_centre:
            change["contact_centre"] = _shifted(self.contact_centre, "opens", months)
        change["services"] = {
            name: _with_years(_shifted(each, "opens", months), each.opens)
            for name, each in self.services.items()
        }
        if self.rnd:
            rnd = _shifted(self.rnd, "first", months)
            last = self.rnd.last_year + rnd.first.year - self.rnd.first.year
            change["rnd"] = rnd.model_copy(update={"last_year": last})
        return self.model_copy(update=change)

    def with_money(self, factor: float) -> ComplexProgramme:
        """Return the same with so many times the budget; a business centre has its own money."""
        if self.budget is None:
            return self
        amount = self.budget.amount * factor
        return self.model_copy(update={"budget": self.budget.model_copy(update={"amount": amount})})


def _shifted(spec: S, field: str, months: float) -> S:
    """Return a spec with one date some months later."""
    return spec.model_copy(update={field: calendar.later(getattr(spec, field), months)})


def _with_years(opening: Opening, before: dt.date) -> Opening:
    """Return an opening whose last year is as much later as its day."""
    years = opening.opens.year - before.year
    return opening.model_copy(update={"last_year": opening.last_year + years})


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
    instruments: tuple[Family, ...] = FAMILIES
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
    continues: Annotated[
        float,
        Parameter(
            "Chance that the state's part goes on after the day of certainty, else it ends then.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: certain, so that what was announced is judged (G01, G02; A29: 0.9)",
            moves="paid",
        ),
    ] = 1.0
    budget_factor: Annotated[
        float,
        Parameter(
            "Multiplies the budget in every complex; a business centre has its own money.",
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
    pipeline: PipelineSpec = PipelineSpec()
    services: Services = Services()
    """The terms of the instruments that firms ask for task by task."""

    complexes: dict[Name, ComplexProgramme] = Field(default_factory=dict)
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

    def idle(self) -> set[str]:
        """Return the names of terms that no complex uses, of services as `services.name`.

        >>> sorted(ProgrammeSpec().idle())[:3]
        ['inno_core', 'mini_clusters', 'pipeline']
        """
        plans = self.plans().values()
        used = {
            "mini_clusters": any(plan.mini_clusters for plan in plans),
            "rnd": any(plan.rnd for plan in plans),
            "inno_core": any(plan.inno_core for plan in plans),
            "pipeline": any(plan.services for plan in plans),
            **{
                f"services.{name}": any(name in plan.services for plan in plans)
                for name in SERVICES
            },
        }
        return {name for name, is_used in used.items() if not is_used}

    def without_state(self) -> ProgrammeSpec:
        """Return what is left without the state's part, the terms being the same."""
        left = {n: plan.without_state() for n, plan in self.complexes.items() if plan.own()}
        return self.model_copy(update={"complexes": left})
