"""Mini-clusters, their terms: who joins, how often one meets, and what a use of it does.

Being a member does nothing. Every use does a little: a meeting attended, a visit of the manager, a
partner found, help with an application, a task solved. `dose` uses a year from joining to the
horizon give an average small firm, alone, the total that is published for members, by three ways:
better practices, access to markets abroad, and ties through which partners' knowledge flows.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from clustersim import calendar
from clustersim.programme.isolation import AverageFirm, Isolation, Request, Shape
from clustersim.specs import Kind, Mixture, Normal, Parameter, Spec, Triangular, Uniform

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.arrays import FloatArray, Numbers
    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.month import EconomySpec
    from clustersim.programme.office import Office

__all__ = [
    "NetworkSpec",
    "UseEffect",
    "Uses",
    "counted",
    "effect_of_use",
    "felt_at",
    "joins",
    "partners_found",
    "responds",
    "shape_of",
]


class NetworkSpec(Spec):
    """The terms of all mini-clusters."""

    # ---------------------------------------------------------------- who joins

    small_below: Annotated[
        int,
        Parameter(
            "Firms with fewer workers may join, and feel what a mini-cluster does.",
            Kind.COUNT,
            low=1,
            high=100_000,
            source="korea_data 8: SMEs have 5 to 299 workers; T10b, T20: not the large",
            moves="joined",
        ),
    ] = 300
    founders: Annotated[
        float,
        Parameter(
            "Firms expected to join at the launch, where plenty are eligible.",
            Kind.NUMBER,
            unit="firms",
            low=0.0,
            high=1000.0,
            source="korea_data 7: 17 to 23 firms in the first year (K23)",
            moves="joined",
        ),
    ] = 20.0
    joiners: Annotated[
        float,
        Parameter(
            "Firms expected to join in a year after that.",
            Kind.NUMBER,
            unit="firms / year",
            low=0.0,
            high=1000.0,
            source="korea_data 7: from 20 firms in 2005 to 50 in 2008, with some that close",
            moves="joined",
        ),
    ] = 12.0
    certain_from: Annotated[
        dt.date,
        Parameter(
            "The day from which firms can count on the state's programme.",
            Kind.DATE,
            source="G01, G02",
            moves="joined",
        ),
    ] = dt.date(2008, 6, 24)
    uncertain: Annotated[
        float,
        Parameter(
            "Joining a state-paid mini-cluster before that day, over joining after it.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: half, as an overhaul was under debate (G01)",
            moves="joined",
        ),
    ] = 0.5
    join_size: Annotated[
        float,
        Parameter(
            "Rise of the log hazard of joining with log workers.",
            Kind.NUMBER,
            unit="1",
            low=-3.0,
            high=3.0,
            source="assumption: the sign of korea_data 7, joining rises with size among SMEs",
            moves="joined",
        ),
    ] = 0.8
    join_quality: Annotated[
        float,
        Parameter(
            "Rise of the log hazard of joining with a sd of quality.",
            Kind.NUMBER,
            unit="1 / sd",
            low=-3.0,
            high=3.0,
            source="assumption: winners select themselves (T14)",
            moves="joined",
        ),
    ] = 0.3
    reference_workers: Annotated[
        float,
        Parameter(
            "Size of the average member, to which effects are set.",
            Kind.NUMBER,
            unit="heads",
            low=1.0,
            high=1000.0,
            source="evidence G: median of the sizes that fit K29",
            moves="member output",
        ),
    ] = 28.0

    loop: Literal["closed", "open"] = "closed"
    """Whether networking answers to performance (S21). Closed: members join by their size, and
    join and come by what policy adds to their sales. Open: as if policy had added nothing."""

    loop_response: Annotated[
        float,
        Parameter(
            "Rise of the log hazard of joining, and of the log chance to come to a meeting, with"
            " what policy adds to log sales; where the loop is closed.",
            Kind.NUMBER,
            unit="1",
            low=-5.0,
            high=5.0,
            source="assumption: S21 claims a virtuous circle, which is a hypothesis; perhaps none",
            moves="attended",
            doubt=Triangular(0.0, 0.5, 1.5),
        ),
    ] = 0.5

    # ---------------------------------------------------------------- meetings

    meetings: Annotated[
        int,
        Parameter(
            "Activities of a mini-cluster in a month, small ones included.",
            Kind.COUNT,
            low=0,
            high=100,
            source="korea_data 7: 15,638 in four years of 55 mini-clusters, 71 a year",
            moves="attended",
        ),
    ] = 6
    turnout: Annotated[
        float,
        Parameter(
            "Chance that a member comes to one of them.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: about ten people of some eighty members",
            moves="attended",
        ),
    ] = 0.12
    turnout_decay: Annotated[
        float,
        Parameter(
            "Distance from the core over which the turnout of a site's firms falls to 37 %.",
            Kind.NUMBER,
            unit="km",
            low=0.5,
            high=1000.0,
            source="assumption: half an hour's drive; contact falls with distance (A18)",
            moves="attended",
        ),
    ] = 30.0
    launch_turnout: Annotated[
        float,
        Parameter(
            "People expected at the launch; most of them do not join.",
            Kind.NUMBER,
            unit="people",
            low=0.0,
            high=10_000.0,
            source="S19, A07",
            moves="turnout",
        ),
    ] = 100.0
    tie_chance: Annotated[
        float,
        Parameter(
            "Chance that two firms at one meeting start to work together.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: about one new tie per member and year",
            moves="ties",
            doubt=Triangular(0.005, 0.02, 0.04),
        ),
    ] = 0.02
    tie_months: Annotated[
        float,
        Parameter(
            "Mean lifetime of a tie made here.",
            Kind.DURATION,
            low=1.0,
            high=240.0,
            source="assumption: as of any other tie",
            moves="ties",
        ),
    ] = 36.0
    typical_members: Annotated[
        float,
        Parameter(
            "Firms in a typical mini-cluster, of whom an average member meets some.",
            Kind.NUMBER,
            unit="firms",
            low=2.0,
            high=1000.0,
            source="korea_data 7: 50 firms in 2008",
            moves="member output",
        ),
    ] = 50.0

    # ---------------------------------------------------------------- the manager

    manager_hours: Annotated[
        float,
        Parameter(
            "Hours a month a manager has for members.",
            Kind.NUMBER,
            unit="hours / month",
            low=1.0,
            high=1000.0,
            source="assumption: a working month less a fifth for the office",
            moves="visited in time",
        ),
    ] = 140.0
    meeting_hours: Annotated[
        float,
        Parameter(
            "Manager's hours for one meeting.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: an afternoon and its preparation",
            moves="visited in time",
        ),
    ] = 5.0
    visits: Annotated[
        float,
        Parameter(
            "Visits a member can expect in a year, while the manager has hours.",
            Kind.NUMBER,
            unit="1 / year",
            low=0.0,
            high=12.0,
            source="assumption: one every four months",
            moves="visited",
        ),
    ] = 3.0
    visit_hours: Annotated[
        float,
        Parameter(
            "Manager's hours for a visit.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: half a day and what follows from it",
            moves="visited in time",
        ),
    ] = 6.0
    brokered: Annotated[
        float,
        Parameter(
            "Chance that a visit leads the manager to look for a partner among the members.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: 1,367 linkages a year in some 78 mini-clusters",
            moves="brokered",
        ),
    ] = 0.12
    broker_hours: Annotated[
        float,
        Parameter(
            "Manager's hours for bringing two firms together.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: a day and a half",
            moves="visited in time",
        ),
    ] = 12.0
    broker_tie: Annotated[
        float,
        Parameter(
            "Chance that two firms brought together start to work together.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: fewer than half",
            moves="ties",
        ),
    ] = 0.3
    help_hours: Annotated[
        float,
        Parameter(
            "Manager's hours for helping a firm with an application.",
            Kind.NUMBER,
            unit="hours",
            low=0.1,
            high=200.0,
            source="assumption: two days",
            moves="helped",
        ),
    ] = 16.0

    # ---------------------------------------------------------------- tasks and money

    tasks_found: Annotated[
        float,
        Parameter(
            "Chance that a visit finds a task that somebody could solve for the firm.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: 1,910 supported tasks a year in 55 mini-clusters of 50 firms",
            moves="tasks",
        ),
    ] = 0.3
    referred: Annotated[
        float,
        Parameter(
            "Chance that a task found is one for an instrument of the complex, if one fits; else"
            " an expert is called in.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: half (D10, O08: tasks are found for the instruments to solve)",
            moves="tasks",
        ),
    ] = 0.5
    tasks_passed: Annotated[
        float,
        Parameter(
            "Chance that a task found is worth supporting.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: 2,940 of 3,644",
            moves="tasks",
        ),
    ] = 0.81
    screening_hours: Annotated[
        float,
        Parameter(
            "Hours of the team's head for one task.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: an hour of reading, one of talking",
            moves="tasks in time",
        ),
    ] = 2.0
    task_money: Annotated[
        float,
        Parameter(
            "State money for a task.",
            Kind.MONEY,
            low=1e5,
            high=1e9,
            source="korea_data 7: 15.3 to 15.7 M",
            moves="paid",
        ),
    ] = 15e6
    task_share: Annotated[
        float,
        Parameter(
            "State's share of what a task costs; the firm pays the rest.",
            Kind.SHARE,
            low=0.05,
            high=1.0,
            source="A31",
            moves="own share",
        ),
    ] = 0.75
    task_months: Annotated[
        float,
        Parameter(
            "Length of a task.",
            Kind.DURATION,
            low=0.1,
            high=60.0,
            source="assumption: half a year",
            moves="tasks in time",
        ),
    ] = 6.0
    task_uses: Annotated[
        float,
        Parameter(
            "Uses that a solved task counts as.",
            Kind.NUMBER,
            unit="uses",
            low=0.0,
            high=100.0,
            source="assumption: weeks of an expert against an afternoon of talk",
            moves="member output",
        ),
    ] = 4.0
    running: Annotated[
        float,
        Parameter(
            "What running a mini-cluster costs a year, its manager included.",
            Kind.MONEY,
            low=1e6,
            high=1e10,
            source="korea_data 7: about 50 M",
            moves="paid",
        ),
    ] = 50e6

    # ---------------------------------------------------------------- what it does

    scale: Annotated[
        float,
        Parameter(
            "What membership, if used, adds to log sales of an average member by the horizon.",
            Kind.NUMBER,
            unit="log points",
            low=-0.06,
            high=0.15,
            source="evidence C2: judged from T10 to T21, some of which find nothing",
            moves="member output",
            doubt=Mixture(
                (Normal(0.02, 0.02), Normal(0.06, 0.03), Normal(0.0, 0.0)), (0.5, 0.25, 0.25)
            ),
        ),
    ] = 0.025
    ties_share: Annotated[
        float,
        Parameter(
            "Part of that which comes through ties, as long as ties can carry it.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: unknown, so drawn widely",
            moves="member output",
            doubt=Uniform(0.1, 0.5),
        ),
    ] = 0.3
    practices_share: Annotated[
        float,
        Parameter(
            "Part of the rest that comes through better practices; else through market access.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: unknown, so drawn widely",
            moves="member output",
            doubt=Uniform(0.4, 1.0),
        ),
    ] = 0.7
    dose: Annotated[
        float,
        Parameter(
            "Uses a year of the average member that the total is about.",
            Kind.NUMBER,
            unit="uses / year",
            low=0.5,
            high=1000.0,
            source="T21: monthly meetings",
            moves="member output",
        ),
    ] = 12.0
    saturation: Annotated[
        float,
        Parameter(
            "Uses in a year beyond which more add little: n count as s (1 - exp(-n / s)).",
            Kind.NUMBER,
            unit="uses / year",
            low=0.5,
            high=1000.0,
            source="assumption: two a month",
            moves="member output",
        ),
    ] = 24.0
    size_exponent: Annotated[
        float,
        Parameter(
            "Fall of what a use does with log workers.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=3.0,
            source="assumption: larger firms gain less (T2, T8, T20)",
            moves="member output",
        ),
    ] = 0.3
    horizon: Annotated[
        float,
        Parameter(
            "Time from joining at which the total is measured.",
            Kind.DURATION,
            low=1.0,
            high=120.0,
            source="evidence C2: two years",
            moves="member output",
        ),
    ] = 24.0
    months_to_peak: Annotated[
        float,
        Parameter(
            "Time from a use to the peak of what it does.",
            Kind.DURATION,
            low=1.0,
            high=120.0,
            source="T21: within a year",
            moves="member output",
        ),
    ] = 12.0
    half_life: Annotated[
        float,
        Parameter(
            "Time in which the effect halves after its peak.",
            Kind.DURATION,
            low=6.0,
            high=240.0,
            source="assumption: the design's three years, swept one to eight",
            moves="member output",
            doubt=Triangular(12, 36, 96),
        ),
    ] = 36.0


# ---------------------------------------------------------------- equations


def joins(
    spec: NetworkSpec, workers: FloatArray, quality: FloatArray, lift: Numbers, elasticity: float
) -> FloatArray:
    """Return the weight in joining of firms that operate; 0 for the large.

    (workers / reference)^a exp(b q + c l), where c is the response to the lift l. Where the loop is
    open c is 0 and workers are those there would be without policy: workers exp(-e l), e being the
    elasticity of employment, as if it had answered at once.

    Parameters
    ----------
    workers, quality
        Of each firm.
    lift
        What policy added to each firm's log sales.
    elasticity
        Of employment in output.
    """
    if spec.loop == "open":
        workers = workers * np.exp(-elasticity * lift)
    weight = np.exp(
        spec.join_size * np.log(np.maximum(workers, 1e-9) / spec.reference_workers)
        + spec.join_quality * quality
    )
    return weight * responds(spec, lift) * (workers < spec.small_below)


def responds(spec: NetworkSpec, lift: Numbers) -> FloatArray:
    """Return by what networking is multiplied, as policy adds `lift` to log sales.

    >>> responds(NetworkSpec(), np.array([0.0, 0.2])).round(3)
    array([1.   , 1.105])
    >>> responds(NetworkSpec(loop="open"), np.array([0.0, 0.2]))
    array([1., 1.])
    """
    response = spec.loop_response if spec.loop == "closed" else 0.0
    factor: FloatArray = np.exp(response * np.asarray(lift))
    return factor


def counted(spec: NetworkSpec, uses: Numbers) -> FloatArray:
    """Return how many uses the first `uses` of a year count as.

    >>> counted(NetworkSpec(), np.array([0.0, 12.0, 1000.0])).round(1)
    array([ 0. ,  9.4, 24. ])
    """
    number: FloatArray = -spec.saturation * np.expm1(-np.asarray(uses) / spec.saturation)
    return number


def added(spec: NetworkSpec, before: float, uses: float) -> float:
    """Return how many more uses than the first `before` of a year the next ones count as.

    >>> round(added(NetworkSpec(), 12.0, 12.0), 1)
    5.7
    """
    s = spec.saturation
    return -s * math.exp(-before / s) * math.expm1(-uses / s)


def felt_at(spec: NetworkSpec, workers: Numbers) -> FloatArray:
    """Return what a use does by number of workers, over what it does to an average member.

    (workers / reference)^-a, 0 for the large.

    >>> felt_at(NetworkSpec(), np.array([28.0, 280.0, 300.0])).round(2)
    array([1. , 0.5, 0. ])
    """
    size = (np.maximum(workers, 1e-9) / spec.reference_workers) ** -spec.size_exponent
    return size * (workers < spec.small_below)


def shape_of(spec: NetworkSpec) -> Shape:
    """Return how the effect of membership up to the horizon rises and fades, month by month.

    Members go on using it, `dose` times a year, while their source measures them; a use more in a
    year counts a little less than the one before.
    """
    year = np.diff(counted(spec, np.linspace(0.0, spec.dose, 13)))
    steps = np.resize(year, round(spec.horizon))
    months = (round(spec.months_to_peak), spec.half_life, round(spec.horizon))
    return Shape(*months, doses=tuple(steps.tolist()))


@dataclass(frozen=True)
class UseEffect:
    """What one use does to an average member: the peak of each channel; and the weight of a tie."""

    peaks: dict[EffectChannel, float]
    weight: float


def effect_of_use(
    spec: NetworkSpec,
    economy: EconomySpec,
    *,
    export_share: float,
    output_per_worker: float,
    partner_stock: float = 1.0,
) -> UseEffect:
    """Return what a use must do so that membership adds the scale by the horizon.

    Ties come first: their weight is such that the knowledge of the partners an average member
    finds in the year adds its part. It is 1 at most, where all that a partner knows flows; what
    ties cannot carry, and all of a scale below zero, comes through the other channels. A partner
    knows `partner_stock` times the stock at which elasticities hold: most firms do no research.
    """
    workers = spec.reference_workers
    firm = AverageFirm(workers * output_per_worker, workers, export_share)
    alone, shape = Isolation(economy, firm), shape_of(spec)
    partners = partner_stock * partners_found(spec, shape, shape.horizon)
    weight = alone.weight(max(spec.scale, 0.0) * spec.ties_share, partners)
    split: dict[EffectChannel, float] = {
        "practices": spec.practices_share,
        "market_access": 1.0 - spec.practices_share,
    }
    (peaks,) = alone.strengths([Request(spec.scale, split, shape, partners=weight * partners)])
    return UseEffect(peaks, weight)


def partners_found(spec: NetworkSpec, shape: Shape, months: int) -> FloatArray:
    """Return how many partners that membership up to the horizon brought are left month by month.

    In a month of a typical mini-cluster: meetings attended x others there x chance of a tie, and
    partners looked for by the manager, for the member or with it.
    """
    met = spec.meetings * spec.turnout * spec.turnout * (spec.typical_members - 1.0)
    brokered = 2.0 * spec.visits / 12.0 * spec.brokered
    found = met * spec.tie_chance + brokered * spec.broker_tie
    age = np.arange(months + 1)[:, None] - np.arange(len(shape.doses))
    left: FloatArray = np.where(age >= 0, np.exp(-age / spec.tie_months), 0.0).sum(axis=1)
    return found * left


# ---------------------------------------------------------------- uses


class Uses:
    """The uses of all mini-clusters of one complex, handed to the door month by month.

    A firm in two of them has one year of uses.
    """

    def __init__(self, office: Office, spec: NetworkSpec, effect: UseEffect) -> None:
        self.office = office
        self.spec = spec
        self.effect = effect
        self._new: defaultdict[int, dict[int, float]] = defaultdict(dict)
        self._years: defaultdict[int, dict[int, float]] = defaultdict(dict)

    def add(self, firms: list[int], times: float = 1.0) -> None:
        """Write down a use by each firm."""
        month = self._new[self.office.month]
        for firm in firms:
            month[firm] = month.get(firm, 0.0) + times

    def run(self) -> ProcessGenerator:
        """Hand each month's uses over when it is past.

        An effect is 0 in the month of its use and rises from there, so nothing comes late.
        """
        while True:
            yield self.office.clock.at(float(self.office.month + 1))
            for month in [month for month in self._new if month < self.office.month]:
                self._deliver(month, self._new.pop(month))

    def _deliver(self, month: int, uses: dict[int, float]) -> None:
        everybody = self.office.economy.view()
        firms = sorted(uses)
        rows, here = everybody.rows(np.array(firms, dtype=np.uint64))
        there = here & (everybody.alive[rows] > 0.0)
        shares = felt_at(self.spec, everybody.workers[rows]) * there
        year = self._years[calendar.year_of(month)]
        moved = {}
        for firm, share in zip(firms, shares.tolist(), strict=True):
            before = year.get(firm, 0.0)
            year[firm] = before + uses[firm]
            if share:
                moved[firm] = share * added(self.spec, before, uses[firm])
        for channel, peak in self.effect.peaks.items():
            if peak:
                self.office.economy.channels.effect_each(
                    channel,
                    list(moved),
                    month,
                    [number * peak for number in moved.values()],
                    months_to_peak=round(self.spec.months_to_peak),
                    half_life=self.spec.half_life,
                )
