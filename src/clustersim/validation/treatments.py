"""What each instrument hands to one firm, and what that costs: the programme's own terms, alone.

Nothing here is set anew. Peaks and weights come from the routines that the programme itself calls,
dates and amounts from its terms, so that an isolated firm gets what a firm among thousands gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import expm

from clustersim import calendar
from clustersim.economy.knowledge import Knowledge
from clustersim.economy.month import Economy
from clustersim.programme import exchange, inno_core, networks, rnd
from clustersim.programme.isolation import AverageFirm
from clustersim.programme.mini_clusters import RUNNING, TASKS
from clustersim.programme.programme import average_firm, partner_stock
from clustersim.programme.research import brought

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clustersim.arrays import FloatArray
    from clustersim.economy.channels import Channels, EffectChannel
    from clustersim.economy.month import EconomySpec
    from clustersim.programme.networks import UseEffect
    from clustersim.programme.plan import ComplexProgramme, ProgrammeSpec
    from clustersim.randomness import Luck
    from clustersim.scenario.schema import ScenarioSpec

__all__ = [
    "EXCHANGE",
    "INNO_CORE",
    "INSTRUMENTS",
    "MINI_CLUSTERS",
    "RND",
    "SIZES",
    "Instrument",
    "Place",
    "Treatment",
    "places",
]

MINI_CLUSTERS = "mini_clusters"
RND = rnd.NAME
INNO_CORE = inno_core.NAME
EXCHANGE = exchange.NAME

SIZES = (10.0, 30.0, 60.0, 150.0, 299.0, 300.0)
"""Workers of the firms that are treated beside the average one."""

_THREE_YEARS = 36
"""When the judged effect of a grant on sales is read (evidence C1); the exchange has no other."""


@dataclass(frozen=True)
class Place:
    """One complex as instruments see it at the start: its plan and its average firm.

    Output per worker is monthly, in won of 2008; `partner_stock` is what its average firm knows
    over `reference_stock`, at which elasticities hold.
    """

    name: str
    economy: EconomySpec
    programme: ProgrammeSpec
    plan: ComplexProgramme
    export_share: float
    output_per_worker: float
    workers: float
    firms: float
    partner_stock: float
    reference_stock: float
    houses: FloatArray
    """Of the institutions that the exchange is with: hazard of a tie in a month, and knowledge."""

    @cached_property
    def use(self) -> UseEffect:
        """What a use of a mini-cluster does to its average member."""
        return networks.effect_of_use(
            self.programme.terms(),
            self.economy,
            export_share=self.export_share,
            output_per_worker=self.output_per_worker,
            partner_stock=self.partner_stock,
        )

    @cached_property
    def package(self) -> dict[EffectChannel, float]:
        """What a package of Inno-Core does to a firm of its band."""
        return inno_core.effect_of_package(
            self.programme.inno_core,
            self.economy,
            export_share=self.export_share,
            output_per_worker=self.output_per_worker,
        )

    def firm(self, workers: float, **more: float) -> AverageFirm:
        """Return a firm of some size with the complex's output per worker and exports."""
        return AverageFirm(workers * self.output_per_worker, workers, self.export_share, **more)

    def steady_stock(self, firm: AverageFirm) -> float:
        """Return the stock at which a firm's research and its loss of knowledge balance."""
        knowledge = Knowledge(self.economy.knowledge)
        mean = knowledge.participation * knowledge.intensity
        intensity = mean if firm.intensity is None else firm.intensity
        return intensity * firm.output / (1.0 - knowledge.fade)


def places(spec: ScenarioSpec, luck: Luck) -> Iterator[Place]:
    """Yield the complexes as they stand at the start with some luck."""
    economy = Economy(spec.economy, spec.complexes, luck, start=spec.start, end=spec.end)
    firms = economy.view()
    for name, plan in spec.programme.plans().items():
        average = average_firm(economy, name)
        mine = firms.complex == economy.blueprints[name].code
        here = firms.take(mine & (firms.anchor == 0.0))
        yield Place(
            name=name,
            economy=spec.economy,
            programme=spec.programme,
            plan=plan,
            export_share=average["export_share"],
            output_per_worker=average["output_per_worker"],
            workers=float(here.workers.mean()),
            firms=float(len(here)),
            partner_stock=partner_stock(economy, name),
            reference_stock=float(here.reference_stock.mean()),
            houses=_houses(spec, name, plan),
        )


def _houses(spec: ScenarioSpec, name: str, plan: ComplexProgramme) -> FloatArray:
    ties, known = spec.economy.ties, spec.complexes[name].institutions
    partners = [known[house] for house in plan.exchange.institutions] if plan.exchange else []
    return np.array(
        [
            (
                ties.with_institution / 12.0 * np.exp(-house.distance / ties.institution_decay),
                house.knowledge,
            )
            for house in partners
        ]
    ).reshape(-1, 2)


@dataclass(frozen=True)
class Treatment:
    """What one firm gets from month 0 on.

    Attributes
    ----------
    firm
        Who gets it.
    outcomes
        What may come of it, with its chance: each hands things to a firm, by its number.
    won
        State money for it, in won of 2008, as expected at the start.
    partners
        Others whose knowledge it draws on, by month, in stocks of reference; none if left out.
    """

    firm: AverageFirm
    outcomes: tuple[tuple[float, Callable[[Channels, int], None]], ...]
    won: float
    partners: FloatArray | None = None


class Instrument:
    """One instrument, alone.

    Attributes
    ----------
    title
        What one firm gets, in a few words.
    purposes
        What the ledger calls the money.
    is_scaled
        Whether its effect at the horizon is drawn from a prior and met by isolation, so that the
        effect on an isolated firm is no finding.
    """

    title: str
    purposes: tuple[str, ...]
    is_scaled: bool

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        raise NotImplementedError

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        raise NotImplementedError

    def sizes(self, _place: Place) -> tuple[float, ...]:
        """Return the workers of other firms it is tried on."""
        return SIZES

    def horizon(self, _programme: ProgrammeSpec) -> int:
        """Return the month after which its effect is set beside others'."""
        return _THREE_YEARS

    def treat(self, place: Place, workers: float, months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        raise NotImplementedError


# ---------------------------------------------------------------- mini-clusters


class MiniClusters(Instrument):
    """Use a mini-cluster up to the horizon, as often as those it is set by."""

    title = "a mini-cluster, used for as long as its effect was measured"
    purposes = (RUNNING, TASKS)
    is_scaled = True

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return bool(plan.mini_clusters)

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return place.programme.mini_clusters.reference_workers

    def horizon(self, programme: ProgrammeSpec) -> int:
        """Return the month after which its effect is set beside others'."""
        return round(programme.mini_clusters.horizon)

    def treat(self, place: Place, workers: float, months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        terms = place.programme.terms()
        if workers >= terms.small_below:
            return None
        effect = place.use
        shape, times = networks.shape_of(terms), float(networks.felt_at(terms, workers))

        def uses(door: Channels, firm: int) -> None:
            for month, dose in enumerate(shape.doses):
                for channel, peak in effect.peaks.items():
                    door.effect(
                        channel,
                        firm,
                        month,
                        times * dose * peak,
                        months_to_peak=shape.months_to_peak,
                        half_life=shape.half_life,
                    )

        tasks = terms.visits * terms.tasks_found * terms.tasks_passed * terms.task_money
        found = networks.partners_found(terms, shape, months)
        average = place.firm(terms.reference_workers)
        return Treatment(
            place.firm(workers, reference_stock=place.steady_stock(average)),
            ((1.0, uses),),
            (terms.running / terms.typical_members + tasks) * terms.horizon / 12.0,
            effect.weight * place.partner_stock * found,
        )


# ---------------------------------------------------------------- research grants


class Grants(Instrument):
    """Have one grant of the commonest size: two tranches, then success and sale, or not."""

    title = "one grant of the commonest size"
    purposes = (RND,)
    is_scaled = False

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return plan.rnd is not None

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return place.programme.rnd.reference_workers

    def treat(self, place: Place, workers: float, _months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        terms = place.programme.rnd
        if workers >= terms.small_below:
            return None
        intensity = Knowledge(place.economy.knowledge).intensity
        average = place.firm(terms.reference_workers, intensity=intensity)
        amount, half = terms.grant_mode, round(terms.duration / 2.0)
        research = terms.additionality * amount / 2.0
        first = amount * terms.first_tranche

        def stopped(door: Channels, firm: int) -> None:
            door.flow("cash", firm, 0, first - terms.cost_of_applying)
            door.flow("rd_spending", firm, 0, research, max(half, 1))
            door.flow("cash", firm, half, -first * terms.clawback)

        def unsold(door: Channels, firm: int) -> None:
            door.flow("cash", firm, 0, first - terms.cost_of_applying)
            door.flow("rd_spending", firm, 0, research, max(half, 1))
            door.flow("cash", firm, half, amount - first)
            door.flow("rd_spending", firm, half, research, max(half, 1))

        def sold(door: Channels, firm: int) -> None:
            unsold(door, firm)
            knowledge = 2.0 * research * brought(terms)
            door.flow("knowledge", firm, round(terms.duration + terms.commercial_lag), knowledge)

        sale = terms.milestone * terms.technical * terms.commercial
        outcomes = (
            (1.0 - terms.milestone, stopped),
            (terms.milestone - sale, unsold),
            (sale, sold),
        )
        won = amount - (1.0 - terms.milestone) * (amount - first * (1.0 - terms.clawback))
        firm = place.firm(workers, intensity=intensity, reference_stock=place.steady_stock(average))
        return Treatment(firm, outcomes, won)


# ---------------------------------------------------------------- Inno-Core


class Packages(Instrument):
    """Have one package of mean size, if sales are in the band."""

    title = "one yearly package of mean size"
    purposes = (INNO_CORE,)
    is_scaled = True

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return plan.inno_core is not None

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return sum(_band(place)) / 2.0

    def sizes(self, place: Place) -> tuple[float, ...]:
        """Return the workers of other firms it is tried on: the ends of the band among them."""
        low, high = _band(place)
        return tuple(sorted({*SIZES, float(ceil(low)), float(floor(high))}))

    def horizon(self, programme: ProgrammeSpec) -> int:
        """Return the month after which its effect is set beside others'."""
        return round(programme.inno_core.horizon)

    def treat(self, place: Place, workers: float, _months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        terms = place.programme.inno_core
        firm = place.firm(workers)
        if not terms.band_low <= round(12.0 * firm.output) <= terms.band_high:
            return None
        peaks = place.package

        def package(door: Channels, firm: int) -> None:
            door.flow(
                "cash", firm, 0, -terms.mean_package * (1.0 - terms.state_share) / terms.state_share
            )
            for channel, peak in peaks.items():
                door.effect(
                    channel,
                    firm,
                    0,
                    peak,
                    months_to_peak=round(terms.months_to_peak),
                    half_life=terms.half_life,
                )

        return Treatment(firm, ((1.0, package),), terms.mean_package)


def _band(place: Place) -> tuple[float, float]:
    """Return the band in workers."""
    terms = place.programme.inno_core
    yearly = 12.0 * place.output_per_worker
    return terms.band_low / yearly, terms.band_high / yearly


# ---------------------------------------------------------------- exchange


class Exchange(Instrument):
    """Find partners at institutions more easily while the exchange is open, as its plan says."""

    title = "partners at institutions easier to find, while the exchange is open"
    purposes = (EXCHANGE,)
    is_scaled = False

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return plan.exchange is not None

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return place.workers

    def treat(self, place: Place, workers: float, months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        plan = place.plan
        if plan.exchange is None or plan.budget is None:
            return None
        end = calendar.moment(plan.budget.starts.replace(int(max(plan.budget.path)), 12, 31))
        open_for = max(end - calendar.moment(plan.exchange.opens), 0.0)
        lifetime, again = place.economy.ties.lifetime, place.economy.ties.again / 12.0
        pace = np.exp(plan.exchange.level)
        added = np.zeros(months + 1)
        for hazard, knowledge in place.houses:
            more = _tied(hazard, again, lifetime, pace, round(open_for), months) - _tied(
                hazard, again, lifetime, 1.0, 0, months
            )
            added += more * np.log1p(knowledge / place.reference_stock)
        return Treatment(
            place.firm(workers, reference_stock=place.reference_stock),
            ((1.0, _nothing),),
            plan.exchange.running * open_for / 12.0 / place.firms,
            np.expm1(added),
        )


def _tied(
    hazard: float, again: float, lifetime: float, pace: float, open_for: int, months: int
) -> FloatArray:
    """Return the chance, month by month, that a firm and an institution are tied.

    Three states, never tied, tied and tied before; the clock of meeting runs `pace` times as fast
    for `open_for` months. At the start the pair is tied with the chance of the long run.
    """

    def step(pace: float) -> FloatArray:
        flows = np.zeros((3, 3))
        flows[0, 1], flows[1, 2], flows[2, 1] = pace * hazard, 1.0 / lifetime, pace * again
        found: FloatArray = expm(flows - np.diag(flows.sum(axis=1)))
        return found

    fast, slow = step(pace), step(1.0)
    known = hazard * lifetime / (1.0 + hazard * lifetime)
    state = np.array([1.0 - known, known, 0.0])
    tied = np.empty(months + 1)
    for month in range(months + 1):
        tied[month] = state[1]
        state = state @ (fast if month < open_for else slow)
    return tied


def _nothing(_door: Channels, _firm: int) -> None:
    """Hand over nothing."""


INSTRUMENTS: dict[str, Instrument] = {
    MINI_CLUSTERS: MiniClusters(),
    RND: Grants(),
    EXCHANGE: Exchange(),
    INNO_CORE: Packages(),
}
"""Every instrument by name."""
