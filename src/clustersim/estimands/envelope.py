"""The back of the envelope: what simple sums say the effect on output should be.

Treated output x effect x duration, with nothing of the model but its parameters and who was served.
A simulated effect far from it is either a discovery or a mistake, and must be explained.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clustersim.economy.channels import profile
from clustersim.economy.knowledge import Knowledge
from clustersim.programme import inno_core, networks, rnd
from clustersim.programme.instruments.joint_research import JointResearch
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.instruments.service import Scaled
from clustersim.programme.isolation import AverageFirm
from clustersim.programme.pipeline import felt_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clustersim.arrays import FloatArray
    from clustersim.programme.isolation import Shape
    from clustersim.programme.office import Event
    from clustersim.programme.research import ResearchTerms
    from clustersim.scenario.schema import ScenarioSpec

__all__ = ["envelope"]


USES = {"attended": 1.0, "visited": 1.0, "brokered": 1.0, "helped": 1.0}
"""Events that are uses of a mini-cluster; a solved task is one as well, with its own number."""


def envelope(
    spec: ScenarioSpec, events: Sequence[Event], without: Sequence[Event] = ()
) -> list[tuple[str, str, float]]:
    """Return (complex, instrument, won of 2008 of output over all years of the run).

    Parameters
    ----------
    spec
        The arm's.
    events, without
        What happened in the arm's world and in the reference's; what is in both is no difference.

    Notes
    -----
    Networks: yearly output at joining x what a use does at the size x the years it lasts, for every
    use, where an average member's uses up to the horizon add the scale there.
    Exchange: firms x the hazard of a tie with an institution x how much faster it is, x what a tie
    adds to an average firm's output x the years it lasts.
    Inno-Core: sales at entry x scale x the years its profile lasts, for every package, larger ones
    counting for more. Services: yearly output when a task is agreed x total at the horizon x what
    it does at the firm's size x the years it lasts from delivery on, for as many tasks of a firm as
    count; who stays alive by it is left out. Research: subsidy x additionality x yearly sales per
    won of knowledge x the years it lasts; sales per won are the rate of return, or elasticity x
    depreciation / intensity, as the stock of a firm that does research is intensity x sales /
    depreciation. Joint research: the same with what the firm can use by itself, and nothing for the
    tie with its partner.
    """
    rows = []
    for name in spec.complexes:
        worlds = [[e for e in world if e.complex == name] for world in (events, without)]
        for instrument in _instruments(spec, name, worlds):
            sums = [RULES[instrument](spec, world) for world in worlds]
            rows.append((name, instrument, sums[0] - sums[1]))
    return rows


def _instruments(spec: ScenarioSpec, name: str, worlds: Sequence[Sequence[Event]]) -> Iterator[str]:
    """Yield what there is to sum: what the arm plans, and mini-clusters that it takes away."""
    plan = spec.programme.complexes.get(name)
    joined = any(event.kind == "joined" for world in worlds for event in world)
    if joined or (plan and plan.mini_clusters):
        yield "networks"
    if plan and plan.exchange:
        yield "exchange"
    if plan:
        yield rnd.NAME
        yield from (name for name in RULES if name in plan.services)
        yield inno_core.NAME


def _networks(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    terms = spec.programme.mini_clusters
    shape = networks.shape_of(terms)
    ages = shape.horizon - np.arange(float(len(shape.doses)))
    rise, half = np.array(float(shape.months_to_peak)), np.array(shape.half_life)
    by_horizon = float(np.sum(shape.doses * profile(ages, rise, half)))
    lasting = _lasting(spec, shape)
    number = USES | {"task_done": terms.task_uses}
    treated: dict[int, float] = {}
    used: defaultdict[tuple[int, int], float] = defaultdict(float)
    total = 0.0
    for event in events:
        if event.kind == "joined" and event.firm not in treated:
            size = (max(event.amount, 1) / terms.reference_workers) ** -terms.size_exponent
            treated[event.firm] = event.detail * size
        elif event.kind in number:
            year = (event.firm, int(event.time) // 12)
            counts = networks.added(terms, used[year], number[event.kind])
            used[year] += number[event.kind]
            total += treated[event.firm] * counts * float(lasting[spec.end + 1 - int(event.time)])
    return total * terms.scale / by_horizon


def _exchange(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    """Return more ties x what one adds x how long it lasts, for each month the system was open."""
    open_at: float | None = None
    total = 0.0
    for event in events:
        if event.kind == "exchange_opened":
            open_at = event.time
        elif event.kind == "exchange_closed" and open_at is not None:
            total += _hastened(spec, event.complex, open_at, event.time)
            open_at = None
    if open_at is not None:
        total += _hastened(spec, events[-1].complex, open_at, spec.end + 1.0)
    return total


def _hastened(spec: ScenarioSpec, name: str, start: float, end: float) -> float:
    place, plan = spec.complexes[name], spec.programme.complexes[name]
    ties, knowledge = spec.economy.ties, spec.economy.knowledge
    if not plan.exchange or spec.economy.spillovers.switch == "off":
        return 0.0
    output = place.known.output / place.known.firms
    stock = Knowledge(knowledge).intensity * output / knowledge.depreciation
    gain = 0.0
    for partner in plan.exchange.institutions:
        house = place.institutions[partner]
        hazard = ties.with_institution * np.exp(-house.distance / ties.institution_decay)
        more = place.known.firms * hazard * np.expm1(plan.exchange.level) / 12.0
        rise = 2.0 * spec.economy.spillovers.elasticity * np.log1p(house.knowledge / stock)
        gain += more * rise * output
    left = spec.end + 1.0 - np.arange(start, end)
    lasting = ties.lifetime / 12.0 * -np.expm1(-left / ties.lifetime)
    return float(gain * lasting.sum())


def _packages(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    terms = spec.programme.inno_core
    entry = {event.firm: event.detail for event in events if event.kind == "chosen"}
    lasting = _lasting(spec, inno_core.shape_of(terms))
    return math.fsum(
        terms.scale
        * (event.amount / terms.mean_package)
        * entry[event.firm]
        * float(lasting[spec.end + 1 - int(event.time)])
        for event in events
        if (event.kind, event.instrument) == ("package", inno_core.NAME)
    )


def _tasks(name: str, spec: ScenarioSpec, events: Sequence[Event]) -> float:
    """Return what tasks of one service add, a task agreed being worth its total."""
    terms: Scaled = getattr(spec.programme.services, name)
    pipeline, shape = spec.programme.pipeline, terms.shape
    lasting = _lasting(spec, shape)
    peak = 1.0 / float(
        profile(
            np.array(float(shape.horizon)),
            np.array(float(shape.months_to_peak)),
            np.array(shape.half_life),
        )
    )
    had: Counter[int] = Counter()
    total = 0.0
    for event in events:
        if (event.kind, event.instrument) == ("served", name):
            had[event.firm] += 1
            delivered = int(event.time + terms.duration + terms.commercial_lag)
            if had[event.firm] <= terms.most and delivered <= spec.end:
                felt = felt_at(pipeline, event.amount)
                exports = spec.complexes[event.complex].known.export_share
                firm = AverageFirm(event.detail / 12.0, event.amount, exports)
                rise = terms.total(firm) * peak * felt
                total += event.detail * rise * float(lasting[spec.end + 1 - delivered])
    return total


def _lasting(spec: ScenarioSpec, shape: Shape) -> FloatArray:
    """Return the years that an effect lasts, over its peak, by how many months are left."""
    months = np.arange(0.0, spec.end + 1 - spec.start)
    course = profile(months, np.array(float(shape.months_to_peak)), np.array(shape.half_life))
    years: FloatArray = np.concatenate([[0.0], np.cumsum(course)]) / 12.0
    return years


def _grants(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    return _research(rnd.NAME, spec.programme.rnd, 1.0, spec, events)


def _jointly(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    terms: JointResearch = getattr(spec.programme.services, JointResearch.name)
    return _research(JointResearch.name, terms, terms.own_part, spec, events)


def _research(
    name: str, terms: ResearchTerms, part: float, spec: ScenarioSpec, events: Sequence[Event]
) -> float:
    knowledge = spec.economy.knowledge
    decay = knowledge.depreciation
    per_won = knowledge.rate_of_return
    if knowledge.form == "elasticity":
        per_won = knowledge.elasticity * decay / Knowledge(knowledge).intensity
    total = 0.0
    for event in events:
        if (event.kind, event.instrument) == ("funded", name):
            sold = event.time + terms.duration + terms.commercial_lag
            years = max(spec.end + 1 - sold, 0.0) / 12.0
            lasting = (1.0 - (1.0 - decay) ** years) / -float(np.log1p(-decay))
            total += part * terms.additionality * event.amount * per_won * lasting
    return total


RULES: dict[str, Callable[[ScenarioSpec, Sequence[Event]], float]] = {
    "networks": _networks,
    "exchange": _exchange,
    rnd.NAME: _grants,
    JointResearch.name: _jointly,
    **{
        name: partial(_tasks, name)
        for name, service in SERVICES.items()
        if issubclass(service, Scaled)
    },
    inno_core.NAME: _packages,
}
"""The sum for each instrument, from the events of one complex; mini-clusters count as one. There is
none for services of other packages that act by rules of their own."""
