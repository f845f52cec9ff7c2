"""The programme: what policy does in every complex, month by month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from clustersim import calendar
from clustersim.problems import did_you_mean
from clustersim.programme.budget import BudgetSpec, run_budget
from clustersim.programme.clock import Clock
from clustersim.programme.inno_core import (
    InnoCoreOpening,
    InnoCoreSpec,
    effect_of_package,
    run_inno_core,
)
from clustersim.programme.office import Event, Office
from clustersim.programme.rnd import ResearchCalls, ResearchSpec, run_calls
from clustersim.specs import Kind, Parameter, Spec, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.economy.month import Economy, EconomySpec
    from clustersim.randomness import Luck

__all__ = ["ComplexProgramme", "Milestone", "Programme", "ProgrammeSpec"]


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

    budget: BudgetSpec
    timetable: dict[str, Milestone] = Field(default_factory=dict)
    """Dated events by name."""

    rnd: ResearchCalls | None = None
    """Calls for field-customised R&D; none if left out."""

    inno_core: InnoCoreOpening | None = None
    """The Inno-Core scheme; none if left out."""

    @model_validator(mode="after")
    def _lines_exist(self) -> Self:
        named: dict[tuple[str, ...], str] = {}
        if self.rnd:
            named |= {("rnd", "lines", line): line for line in self.rnd.lines}
        if self.inno_core:
            named["inno_core", "line"] = self.inno_core.line
        for place, name in named.items():
            if name not in self.budget.lines:
                raise bad_value(
                    f"unknown budget line {shown(name)}",
                    did_you_mean(name, self.budget.lines),
                    at=place,
                )
        return self


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
    rnd: ResearchSpec = ResearchSpec()
    inno_core: InnoCoreSpec = InnoCoreSpec()
    complexes: dict[str, ComplexProgramme] = Field(default_factory=dict)
    """What each complex gets, by the complex's name."""


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
        for name, plan in sorted(spec.complexes.items()):
            office = Office(name, economy, self.clock, luck, self.events)
            self.offices[name] = office
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
            _announce(office, plan.timetable),
        ]
        if plan.rnd:
            processes.append(run_calls(office, spec.rnd, plan.rnd))
        if plan.inno_core:
            blueprint = office.economy.blueprints[office.name]
            peaks = effect_of_package(
                spec.inno_core,
                rules,
                export_share=blueprint.figures.export_share,
                output_per_worker=blueprint.output_per_worker,
            )
            processes.append(run_inno_core(office, spec.inno_core, plan.inno_core, peaks))
        return processes


def _announce(office: Office, timetable: dict[str, Milestone]) -> ProcessGenerator:
    """Write down the dated events as they come."""
    for name, milestone in sorted(timetable.items(), key=lambda item: (item[1].date, item[0])):
        moment = calendar.moment(milestone.date)
        if moment >= office.clock.now:
            yield office.clock.at(moment)
            office.note("date", name)
