"""The programme at work: what policy does in every complex, month by month."""

from __future__ import annotations

import math
from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np

from clustersim import calendar
from clustersim.programme.budget import run_budget
from clustersim.programme.building import run_centre
from clustersim.programme.clock import Clock
from clustersim.programme.contact_centre import ContactCentre
from clustersim.programme.council import run_council
from clustersim.programme.exchange import run_exchange
from clustersim.programme.expectations import certainty, goes_on
from clustersim.programme.fields import Fields
from clustersim.programme.inno_core import effect_of_package, run_inno_core
from clustersim.programme.instruments.registry import terms_of
from clustersim.programme.instruments.service import Desk
from clustersim.programme.isolation import AverageFirm, Isolation
from clustersim.programme.master_plan import order_master_plan
from clustersim.programme.mini_clusters import MiniCluster
from clustersim.programme.networks import Uses, effect_of_use
from clustersim.programme.office import Event, Office
from clustersim.programme.pipeline import Pipeline, felt_at
from clustersim.programme.rnd import run_calls
from clustersim.programme.team import HEAD, Staff, share_head, write_down

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simpy.events import ProcessGenerator

    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.month import Economy, EconomySpec
    from clustersim.programme.instruments.service import Opening, Service
    from clustersim.programme.pipeline import PipelineSpec
    from clustersim.programme.plan import ComplexProgramme, Milestone, ProgrammeSpec
    from clustersim.randomness import Luck

__all__ = ["Programme", "average_firm", "desks", "partner_stock", "task_peaks"]


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
        if not goes_on(luck, spec.continues):
            stops = min(stops, calendar.moment(spec.terms().certain_from))
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
        """Return what runs in one complex; the budget first, as money precedes its use.

        What keeps something running reserves a year's money before anything new can ask for it.
        """
        processes = [
            run_budget(office, plan.budget, calendar.year_of(self.end)),
            write_down(office),  # of a month that is over, before the next one begins
            _announce(office, plan.timetable),
        ]
        head = Staff(self.clock, 1, plan.team.head_hours, HEAD)
        office.staff.append(head)
        processes.append(share_head(office, plan.team, head))
        if plan.centre:
            processes.append(run_centre(office, plan.centre))
        fields = Fields(office, plan.fields)
        pipeline = contact = None
        if plan.services:
            contact = ContactCentre(office, plan.contact_centre) if plan.contact_centre else None
            pipeline = Pipeline(
                office,
                spec.pipeline,
                _desks_of(spec, plan, office, rules),
                head=head,
                certainty=partial(certainty, spec.terms()),
                fields=fields,
                elsewhere=spec.rnd.elsewhere,
                contact=contact,
            )
        if contact:
            processes.append(contact.run())
        clusters = self._clusters(spec, plan, office, rules, head, pipeline)
        if clusters:
            processes += [clusters[0].uses.run(), *(cluster.run() for cluster in clusters)]
            office.helpers.extend(clusters)
        if plan.exchange:
            processes.append(run_exchange(office, plan.exchange))
        if pipeline:  # an instrument opens before anybody asks on that day
            processes += [desk.run() for desk in pipeline.desks.values()]
        if plan.council and pipeline:
            processes.append(
                run_council(
                    office,
                    plan.council,
                    pipeline,
                    complete=max(
                        calendar.moment(each.launch) for each in plan.mini_clusters.values()
                    ),
                    members=lambda: reduce(np.union1d, [each.members for each in clusters]),
                )
            )
        if plan.master_plan:
            processes.append(order_master_plan(office, plan.master_plan))
        if pipeline:
            processes.append(pipeline.run())
        if plan.rnd:
            processes.append(run_calls(office, spec.rnd, plan.rnd, spec.pipeline.stages, fields))
        if plan.inno_core:
            peaks = effect_of_package(
                spec.inno_core, rules, **average_firm(office.economy, office.name)
            )
            processes.append(run_inno_core(office, spec.inno_core, plan.inno_core, peaks))
        return processes

    def _clusters(
        self,
        spec: ProgrammeSpec,
        plan: ComplexProgramme,
        office: Office,
        rules: EconomySpec,
        head: Staff,
        pipeline: Pipeline | None,
    ) -> list[MiniCluster]:
        """Return the mini-clusters of one complex, which write down uses together."""
        if not plan.mini_clusters:
            return []
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
        eagerness = None
        if plan.anticipation and plan.budget:
            until = min(calendar.moment(plan.budget.starts), office.stops)
            eagerness = partial(plan.anticipation.at, until=until)
        return [
            MiniCluster(
                office,
                name,
                cluster,
                terms,
                uses=uses,
                head=head,
                state_pays="networks" in spec.instruments and plan.budget is not None,
                eagerness=eagerness,
                pipeline=pipeline,
            )
            for name, cluster in sorted(plan.mini_clusters.items())
        ]


def _desks_of(
    spec: ProgrammeSpec, plan: ComplexProgramme, office: Office, rules: EconomySpec
) -> dict[str, Desk]:
    terms = {name: terms_of(spec.services, name) for name in plan.services}
    return desks(office, terms, plan.services, spec.pipeline, rules)


def desks(
    office: Office,
    terms: Mapping[str, Service],
    openings: Mapping[str, Opening],
    pipeline: PipelineSpec,
    rules: EconomySpec,
) -> dict[str, Desk]:
    """Return the instruments of a complex at work, sorted by name.

    Parameters
    ----------
    office
        The complex's promotion team.
    terms, openings
        Of each instrument, by its name.
    pipeline
        The terms of all instruments together, the average firm's size among them.
    rules
        The economy's, on which that firm is run alone to set what a task hands over.
    """
    peaks = task_peaks(terms, pipeline, rules, **average_firm(office.economy, office.name))

    def felt(firm: int) -> float:
        return felt_at(pipeline, office.workers(firm))

    return {
        name: Desk(office, terms[name], openings[name], peaks=found, felt=felt)
        for name, found in peaks.items()
    }


def task_peaks(
    terms: Mapping[str, Service],
    pipeline: PipelineSpec,
    rules: EconomySpec,
    *,
    export_share: float,
    output_per_worker: float,
) -> dict[str, dict[EffectChannel, float]]:
    """Return by instrument, sorted by name, each channel's peak for a task of an average firm.

    Instruments that have no total hand over nothing here.
    """
    workers = pipeline.reference_workers
    firm = AverageFirm(workers * output_per_worker, workers, export_share)
    wanted = {name: terms[name].request(firm) for name in sorted(terms)}
    requests = {name: request for name, request in wanted.items() if request is not None}
    solved = Isolation(rules, firm).strengths(list(requests.values())) if requests else []
    peaks: dict[str, dict[EffectChannel, float]] = {name: {} for name in wanted}
    for (name, request), found in zip(requests.items(), solved, strict=True):
        peaks[name] = {**found, **request.beside}
    return peaks


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
