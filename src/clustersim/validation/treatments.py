"""What each instrument hands to one firm, and what that costs: the programme's own terms, alone.

Nothing here is set anew. Peaks and weights come from the routines that the programme itself calls,
dates and amounts from its terms, so that an isolated firm gets what a firm among thousands gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import expm

from clustersim import calendar
from clustersim.economy.channels import CHANNELS
from clustersim.economy.knowledge import Knowledge
from clustersim.economy.month import Economy
from clustersim.programme import exchange, inno_core, networks, rnd
from clustersim.programme.instruments.joint_research import JointResearch
from clustersim.programme.instruments.market import JointMarketing
from clustersim.programme.instruments.registry import SERVICES, terms_of
from clustersim.programme.instruments.service import Scaled
from clustersim.programme.isolation import AverageFirm
from clustersim.programme.mini_clusters import RUNNING, TASKS
from clustersim.programme.pipeline import felt_at
from clustersim.programme.plan import FAMILIES
from clustersim.programme.programme import average_firm, partner_stock, task_peaks
from clustersim.programme.research import brought
from clustersim.randomness import samplers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustersim.arrays import FloatArray
    from clustersim.economy.channels import Channels, EffectChannel
    from clustersim.economy.month import EconomySpec
    from clustersim.programme.instruments.service import Service
    from clustersim.programme.networks import UseEffect
    from clustersim.programme.plan import ComplexProgramme, Family, ProgrammeSpec
    from clustersim.programme.projects import Deal
    from clustersim.programme.research import ResearchTerms
    from clustersim.randomness import Luck
    from clustersim.scenario.schema import ScenarioSpec

__all__ = [
    "EXCHANGE",
    "INNO_CORE",
    "INSTRUMENTS",
    "JOINT_RESEARCH",
    "MINI_CLUSTERS",
    "RESEARCH",
    "RND",
    "SIZES",
    "UNTREATED",
    "Instrument",
    "Place",
    "Treatment",
    "places",
]

MINI_CLUSTERS = "mini_clusters"
RND = rnd.NAME
INNO_CORE = inno_core.NAME
EXCHANGE = exchange.NAME
JOINT_RESEARCH = JointResearch.name

RESEARCH = (RND, JOINT_RESEARCH)
"""Instruments whose money goes into research."""

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

    institutions: FloatArray
    """What each of the complex's institutions knows."""

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
    def tasks(self) -> dict[str, dict[EffectChannel, float]]:
        """What a task of each service hands over to an average firm, were it sure to come off."""
        programme = self.programme
        return task_peaks(
            {name: terms_of(programme.services, name) for name in self.plan.services},
            programme.pipeline,
            self.economy,
            export_share=self.export_share,
            output_per_worker=self.output_per_worker,
        )

    @cached_property
    def package(self) -> dict[EffectChannel, float]:
        """What a package of mean size does to a firm of Inno-Core's band."""
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
            institutions=np.array(
                [house.knowledge for house in spec.complexes[name].institutions.values()]
            ),
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


_Hand = Callable[["Channels", int], None]
"""Hands things to a firm, by its number."""

_Outcomes = tuple[tuple[float, _Hand], ...]
"""What may come of something, with its chance."""


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
    outcomes: _Outcomes
    won: float
    partners: FloatArray | None = None


class Instrument:
    """One instrument, alone.

    Attributes
    ----------
    family
        Of which kind it is.
    title
        What one firm gets, in a few words.
    purposes
        What the ledger calls the money.
    is_scaled
        Whether its effect at the horizon is drawn from a prior and met by isolation, so that the
        effect on an isolated firm is no finding.
    """

    family: Family
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

    family = "networks"
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

    family = "rnd"
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
        outcomes = _research(terms, terms.grant_mode, terms.cost_of_applying)
        firm = _researcher(place, workers, terms.reference_workers)
        return Treatment(firm, outcomes, _expected(terms, terms.grant_mode))


def _research(terms: ResearchTerms, amount: float, cost: float, part: float = 1.0) -> _Outcomes:
    """Return what may come of a grant: stopped half-way, carried out and not sold, or sold.

    `cost` is that of asking, `part` what the firm can use of the knowledge by itself.
    """
    half = round(terms.duration / 2.0)
    research = terms.additionality * amount / 2.0
    first = amount * terms.first_tranche

    def stopped(door: Channels, firm: int) -> None:
        door.flow("cash", firm, 0, first - cost)
        door.flow("rd_spending", firm, 0, research, max(half, 1))
        door.flow("cash", firm, half, -first * terms.clawback)

    def unsold(door: Channels, firm: int) -> None:
        door.flow("cash", firm, 0, first - cost)
        door.flow("rd_spending", firm, 0, research, max(half, 1))
        door.flow("cash", firm, half, amount - first)
        door.flow("rd_spending", firm, half, research, max(half, 1))

    def sold(door: Channels, firm: int) -> None:
        unsold(door, firm)
        knowledge = part * 2.0 * research * brought(terms)
        door.flow("knowledge", firm, round(terms.duration + terms.commercial_lag), knowledge)

    return _come_off(terms, stopped, unsold, sold)


def _researcher(place: Place, workers: float, average_workers: float) -> AverageFirm:
    """Return a firm that does research, beside an average one that does."""
    intensity = Knowledge(place.economy.knowledge).intensity
    average = place.firm(average_workers, intensity=intensity)
    return place.firm(workers, intensity=intensity, reference_stock=place.steady_stock(average))


def _come_off(deal: Deal, stopped: _Hand, idle: _Hand, works: _Hand) -> _Outcomes:
    """Return the three ends of a project with their chances."""
    comes_off = deal.milestone * deal.technical * deal.commercial
    return (
        (1.0 - deal.milestone, stopped),
        (deal.milestone - comes_off, idle),
        (comes_off, works),
    )


def _expected(deal: Deal, amount: float) -> float:
    """Return the state's won for a project: one that is stopped gives part of them back."""
    first = amount * deal.first_tranche
    return amount - (1.0 - deal.milestone) * (amount - first * (1.0 - deal.clawback))


# ---------------------------------------------------------------- services, task by task


class Tasks(Instrument):
    """Have one task: it is stopped, or does nothing, or works, and the firm pays its share."""

    is_scaled = True

    def __init__(self, service: type[Service]) -> None:
        self.name = service.name
        self.family = service.family
        self.title = f"one task of {service.title}"
        self.purposes = (service.name,)

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return self.name in plan.services

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return place.programme.pipeline.reference_workers

    def horizon(self, programme: ProgrammeSpec) -> int:
        """Return the month after which its effect is set beside others': delivery comes first."""
        terms = self._terms(programme)
        return _delivery(terms) + round(terms.horizon)

    def treat(self, place: Place, workers: float, _months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        terms, pipeline = self._terms(place.programme), place.programme.pipeline
        felt = felt_at(pipeline, workers)
        if not felt:
            return None
        grant, own = _task(terms)
        amount = grant / self._firms(place)
        first, half = amount * terms.first_tranche, round(terms.duration / 2.0)
        asking = pipeline.cost_of_asking / self._firms(place)

        def stopped(door: Channels, firm: int) -> None:
            door.flow("cash", firm, 0, -asking - own * first)
            door.flow("cash", firm, half, -first * terms.clawback)

        def idle(door: Channels, firm: int) -> None:
            door.flow("cash", firm, 0, -asking - own * first)
            door.flow("cash", firm, half, -own * (amount - first))

        chance = terms.milestone * terms.technical * terms.commercial

        def works(door: Channels, firm: int) -> None:
            idle(door, firm)
            for channel, peak in place.tasks[self.name].items():
                most = CHANNELS[channel].bound
                door.effect(
                    channel,
                    firm,
                    _delivery(terms),
                    max(min(felt / chance * peak, most), -most),
                    months_to_peak=round(terms.months_to_peak),
                    half_life=terms.half_life,
                )

        outcomes = _come_off(terms, stopped, idle, works)
        return Treatment(place.firm(workers), outcomes, _expected(terms, amount))

    def _terms(self, programme: ProgrammeSpec) -> Scaled:
        terms: Scaled = getattr(programme.services, self.name)
        return terms

    def _firms(self, place: Place) -> int:
        """Return how many firms share a task: a council brings them together."""
        council = place.plan.council
        return council.group if council and self.name == JointMarketing.name else 1


class Jointly(Instrument):
    """Have one grant for research with an institution, and the tie with it."""

    family = JointResearch.family
    title = "one grant for research with an institution"
    purposes = (JOINT_RESEARCH,)
    is_scaled = False

    def is_planned(self, plan: ComplexProgramme) -> bool:
        """Tell whether a complex is to get it."""
        return JOINT_RESEARCH in plan.services

    def average(self, place: Place) -> float:
        """Return the workers of the average firm it treats."""
        return place.programme.pipeline.reference_workers

    def treat(self, place: Place, workers: float, months: int) -> Treatment | None:
        """Return what a firm gets over some months; none if it may not have it."""
        terms: JointResearch = getattr(place.programme.services, JOINT_RESEARCH)
        pipeline = place.programme.pipeline
        if workers >= pipeline.small_below:
            return None
        amount, _ = _task(terms)
        firm = _researcher(place, workers, pipeline.reference_workers)
        partners = None
        if len(place.institutions) and place.economy.spillovers.switch == "on":
            known = np.log1p(place.institutions / place.reference_stock).mean()
            partners = np.expm1(known * np.exp(-np.arange(months + 1) / terms.tie_months))
        return Treatment(
            firm,
            _research(terms, amount, pipeline.cost_of_asking, terms.own_part),
            _expected(terms, amount),
            partners,
        )


def _delivery(deal: Deal) -> int:
    """Return the month in which a project that comes off is put to use."""
    return round(deal.duration + deal.commercial_lag)


def _task(terms: Service) -> tuple[float, float]:
    """Return the state's won for a mean task, and what firms pay beside each of them.

    The state pays its share of the cost up to the cap, and firms the rest.
    """
    u = np.arange(0.0005, 1.0, 0.001)
    costs = terms.cost * np.asarray(samplers.lognormal(u, 1.0, terms.cost_spread))
    grant = float(np.minimum(terms.state_share * costs, terms.cap).mean())
    return grant, float(costs.mean()) / grant - 1.0


# ---------------------------------------------------------------- Inno-Core


class Packages(Instrument):
    """Have a package a year while sales are in the band and no gate fails, unless it leaves."""

    family = "inno_core"
    title = "a package a year, as long as the scheme has them"
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
        own = (1.0 - terms.state_share) / terms.state_share
        amounts = [package.amount for package in terms.packages.values()]

        def years(number: int) -> _Hand:
            def packages(door: Channels, firm: int) -> None:
                for year, amount in enumerate(amounts[:number]):
                    door.flow("cash", firm, 12 * year, -own * amount)
                    for channel, peak in place.package.items():
                        door.effect(
                            channel,
                            firm,
                            12 * year,
                            peak * amount / terms.mean_package,
                            months_to_peak=round(terms.months_to_peak),
                            half_life=terms.half_life,
                        )

            return packages

        stays = (1.0 - terms.leaves) ** np.arange(len(amounts))
        lasts = np.append(stays[:-1] - stays[1:], stays[-1])  # chance of just so many years
        outcomes = tuple((float(chance), years(n)) for n, chance in enumerate(lasts, start=1))
        return Treatment(firm, outcomes, float(stays @ amounts))


def _band(place: Place) -> tuple[float, float]:
    """Return the band in workers."""
    terms = place.programme.inno_core
    yearly = 12.0 * place.output_per_worker
    return terms.band_low / yearly, terms.band_high / yearly


# ---------------------------------------------------------------- exchange


class Exchange(Instrument):
    """Find partners at institutions more easily while the exchange is open, as its plan says."""

    family = "networks"
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


def _services() -> dict[str, Instrument]:
    """Return the services that can be handed to one firm, those of other packages included."""
    found: dict[str, Instrument] = {JOINT_RESEARCH: Jointly()}
    for service in sorted(SERVICES.values(), key=lambda each: FAMILIES.index(each.family)):
        if issubclass(service, Scaled):
            found[service.name] = Tasks(service)
    return found


INSTRUMENTS: dict[str, Instrument] = {
    MINI_CLUSTERS: MiniClusters(),
    EXCHANGE: Exchange(),
    RND: Grants(),
    **_services(),
    INNO_CORE: Packages(),
}
"""Every instrument by name, families together."""

UNTREATED = sorted(set(SERVICES) - set(INSTRUMENTS))
"""Services of other packages that act by rules of their own, of which nothing is known here."""
