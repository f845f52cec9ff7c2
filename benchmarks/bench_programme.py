"""What an event, a won and a project cost: ``make bench``."""

from __future__ import annotations

import gc
from collections import Counter
from statistics import median
from timeit import repeat

import numpy as np
import pytest
import simpy

from clustersim import calendar
from clustersim.programme.clock import Clock
from clustersim.programme.elsewhere import ElsewhereSpec
from clustersim.programme.fields import Fields
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.instruments.service import Opening
from clustersim.programme.ledger import Ledger
from clustersim.programme.office import Office
from clustersim.programme.pipeline import Pipeline, PipelineSpec
from clustersim.programme.programme import desks
from clustersim.programme.projects import Deal, Project, live
from clustersim.programme.team import Staff
from clustersim.randomness import Domain, Luck, Stream
from clustersim.scenario import load
from clustersim.simulation.collector import uncollected
from clustersim.simulation.world import World

pytestmark = pytest.mark.usefixtures("_as_in_a_world")

PROJECTS = 100
TRANCHES = 10
BARE = Stream("benchmark.bare")


@pytest.fixture
def _as_in_a_world():
    """Leave the collector of cycles off, as `simulate` does."""
    gc.collect()
    with uncollected:
        yield


def test_a_thousand_events(benchmark):
    def run():
        clock = Clock(0.0)

        def project():
            for _ in range(TRANCHES):
                yield clock.after(1.0)

        for key in range(PROJECTS):
            clock.start(project(), key=key)
        clock.advance(TRANCHES + 1.0)

    benchmark(run)


def test_a_thousand_visits_in_a_queue(benchmark):
    def run():
        clock = Clock(0.0)
        manager = Staff(clock, 1, 100.0)
        for key in range(PROJECTS * TRANCHES):
            clock.start(manager.work(1.0), key=key)
        clock.advance(PROJECTS * TRANCHES / 100.0 + 1.0)

    benchmark(run)


def test_a_thousand_payments_and_the_audit(benchmark):
    def run():
        ledger = Ledger()
        ledger.appropriate(0.0, "state", "R&D", PROJECTS * TRANCHES)
        for project in range(PROJECTS):
            promise = ledger.commit(
                1.0, "state", "R&D", TRANCHES, purpose="field R&D", project=project
            )
            for _ in range(TRANCHES):
                ledger.pay(2.0, promise, 1, "firms")
        ledger.close_year(2000)

    benchmark(run)


class Doing:
    """What a service does with its projects."""

    def __init__(self, office):
        self.office = office

    def paid(self, project, state, own):  # noqa: ARG002 - as a Doing has it
        self.office.cash(project.firm, -float(own))

    def work(self, project, months):  # noqa: ARG002 - as a Doing has it
        yield self.office.clock.after(months)

    def commercial_chance(self, project):
        return self.office.helped(0.5, project.firm)

    def succeed(self, project):
        self.office.economy.channels.effect(
            "practices",
            project.firm,
            self.office.month,
            0.01,
            months_to_peak=12,
            half_life=36.0,
        )


@pytest.fixture(scope="module")
def world():
    scenario = load("noksan")
    return World(scenario.at("no_programme", scenario.seed, 0), Luck(1, 0, Domain.LUCK))


@pytest.fixture(scope="module")
def economy(world):
    return world.economy


def test_a_thousand_projects_from_the_promise_on(benchmark, economy):
    """From the promise of money to the last result: queue, ledger, events, door and audits."""
    luck, deal, number = Luck(1, 0, Domain.LUCK), Deal(), PROJECTS * TRANCHES
    firms = np.resize(economy.view().ids, number).tolist()

    def setup():
        return (Office("noksan", economy, Clock(float(economy.start)), luck, []),), {}

    def run(office):
        office.ledger.appropriate(office.clock.now, "state", "R&D", 100 * number)
        head = Staff(office.clock, 1, 1000.0)

        def project(key, firm):
            yield from head.work(1.0)
            grant = office.commit("R&D", 100, deal.state_share, "bench", key)
            office.note("funded", "bench", firm=firm, project=key, amount=100)
            yield from live(
                office,
                deal,
                Doing(office),
                Project("bench", (firm,), key, "R&D", 100, grant, economy.start),
            )

        for key, firm in enumerate(firms, 1):
            office.clock.start(project(key, firm), key=key)
        office.clock.advance(economy.start + 11.0)
        office.ledger.close(office.clock.now)
        return office.events

    events = benchmark.pedantic(run, setup=setup, rounds=15, warmup_rounds=1)
    assert len(events) > 4 * number
    benchmark.extra_info["microseconds a project"] = round(
        1e6 * benchmark.stats["median"] / number, 1
    )


def bare(number):
    """What a project all in cannot do without, and nothing of the model.

    Two processes with five events, seven sums in a book, eight rows of the event table and seven
    single draws each: `test_a_thousand_projects_all_in` makes as many.
    """
    clock, luck = simpy.Environment(), Luck(1, 0, Domain.LUCK)
    book, rows = Counter(), []

    def request(key):
        yield clock.timeout(1.0)
        note(key, draws=4)
        clock.process(project(key))

    def project(key):
        for _ in range(3):
            yield clock.timeout(1.0)
        note(key, draws=3)

    def note(key, draws):
        for kind in range(draws):
            luck.one(BARE, kind, key)
            book["state", "R&D", kind] += 100
        rows.extend([(clock.now, "bench", kind, key) for kind in range(4)])

    for key in range(number):
        clock.process(request(key))
    clock.run()
    assert len(rows) == 8 * number


def test_a_thousand_projects_all_in(benchmark, world):
    """From the need that a manager finds: screening, panel and all that the row above has."""
    economy, luck, name = world.economy, Luck(1, 0, Domain.LUCK), "training"
    everybody = dict.fromkeys(("need", "milestone", "technical", "commercial"), 1.0)
    terms = SERVICES[name]().model_copy(
        update={**everybody, "stages": ("early", "growing", "mature")}
    )
    opening = Opening(opens=calendar.first_day(economy.start), last_year=2100)
    spec = PipelineSpec().model_copy(
        update={"asks": 0.0, "worth": 1.0, "fast_lane": 1e12, "pass_mark": -20.0}
    )
    firms = economy.view()
    small = firms.ids[(firms.alive > 0.0) & (firms.workers < spec.small_below)]
    number = min(PROJECTS * TRANCHES, len(small))

    def setup():
        office = Office("noksan", economy, Clock(float(economy.start)), luck, [])
        pipeline = Pipeline(
            office,
            spec,
            desks(office, {name: terms}, {name: opening}, spec, world.spec.economy),
            head=Staff(office.clock, 1, 1e6),
            certainty=lambda _: 1.0,
            fields=Fields(office, {}),
            elsewhere=ElsewhereSpec(),
        )
        return (office, pipeline), {}

    def run(office, pipeline):
        office.ledger.appropriate(office.clock.now, "state", "special", 10**13)

        def manager():
            yield office.clock.after(0.5)
            for firm in small[:number].tolist():
                pipeline.found(firm, office.month, 1)

        for process in (pipeline.desks[name].run(), pipeline.run(), manager()):
            office.clock.start(process)
        office.clock.advance(economy.start + 11.0)
        office.ledger.close(office.clock.now)
        return office.events

    events = benchmark.pedantic(run, setup=setup, rounds=15, warmup_rounds=1)
    assert [event.kind for event in events].count("commercial") == number
    benchmark.extra_info["microseconds a project"] = round(
        1e6 * benchmark.stats["median"] / number, 1
    )
    least = median(repeat(lambda: bare(number), repeat=5, number=1))
    benchmark.extra_info["times what it cannot do without"] = round(
        benchmark.stats["median"] / least, 1
    )
