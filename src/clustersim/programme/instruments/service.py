"""An instrument of support: its terms, and what it does in one complex.

Every instrument states what a task costs, what the state gives, how long it takes, for which stages
of growth it is, and how often it comes off. One that is `Scaled` has a total effect on log sales,
drawn from a prior, which a fixed routine turns into strengths of channels; research has none and
acts by its own route.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from clustersim import calendar
from clustersim.economy.channels import CHANNELS
from clustersim.programme.fields import FocusSpec
from clustersim.programme.isolation import Request, Shape
from clustersim.programme.projects import Deal
from clustersim.programme.stages import Stage
from clustersim.randomness import Stream, samplers
from clustersim.randomness.ids import roster_slots
from clustersim.specs import Kind, Parameter, Spec, Triangular, Uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.events import ProcessGenerator

    from clustersim.arrays import BoolArray
    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.state import Firms
    from clustersim.programme.isolation import AverageFirm
    from clustersim.programme.office import Office
    from clustersim.programme.projects import Doing, Project
    from clustersim.programme.team import Staff

__all__ = [
    "CAP",
    "COMMERCIALISATION",
    "COST",
    "EXIT_HAZARD",
    "HALF_LIFE",
    "HORIZON",
    "MOST",
    "NEED",
    "PEAK",
    "PRACTICES_SHARE",
    "SCALE",
    "Desk",
    "Family",
    "Opening",
    "Scaled",
    "Service",
]

AMOUNT = Stream("services.amount")

Family = Literal["rnd", "product", "market", "advice", "equipment"]
"""The five families of instruments."""

COST = Parameter(
    "What a typical task costs in all.",
    Kind.MONEY,
    low=1e5,
    high=1e10,
    source="assumption",
    moves="paid",
)
COST_SPREAD = Parameter(
    "Sd of the log of what tasks cost.",
    Kind.NUMBER,
    unit="1",
    low=0.0,
    high=2.0,
    source="assumption: two thirds within a factor of one and a half",
    moves="paid",
)
CAP = Parameter(
    "Most that the state gives for one task.",
    Kind.MONEY,
    low=1e5,
    high=1e10,
    source="assumption",
    moves="paid",
)
NEED = Parameter(
    "Needs of this kind that an eligible firm of the reference size has in a year.",
    Kind.NUMBER,
    unit="1 / year",
    low=0.0,
    high=12.0,
    source="assumption: with what firms ask for and what is screened out, about as many tasks as"
    " were supported (korea_data 7)",
    moves="found",
)
MOST = Parameter(
    "Tasks of one firm that count; what comes after adds nothing more.",
    Kind.COUNT,
    low=1,
    high=1000,
    source="assumption",
    moves="supported output",
)
SCALE = Parameter(
    "What a task adds to log sales of an average treated firm at the horizon.",
    Kind.NUMBER,
    unit="log points",
    low=-0.15,
    high=0.25,
    source="assumption",
    moves="supported output",
)
PRACTICES_SHARE = Parameter(
    "Part of that which comes through better practices; the rest through market access.",
    Kind.SHARE,
    low=0.0,
    high=1.0,
    source="assumption: unknown, so drawn widely",
    moves="supported output",
    doubt=Uniform(0.3, 0.9),
)
COMMERCIALISATION = Parameter(
    "Rise of the chance that the firm's finished research is sold; part of the total.",
    Kind.NUMBER,
    unit="log points",
    low=-1.0,
    high=1.0,
    source="assumption: none",
    moves="supported output",
)
EXIT_HAZARD = Parameter(
    "Rise of the hazard that the firm closes; a fall if negative.",
    Kind.NUMBER,
    unit="log points",
    low=-1.0,
    high=1.0,
    source="assumption: none",
    moves="firms",
)
HORIZON = Parameter(
    "Time after delivery at which the source measured the total.",
    Kind.DURATION,
    low=1,
    high=120,
    source="evidence C3: two years, of advice, marketing and certification; taken for all",
    moves="supported output",
)
PEAK = Parameter(
    "Time from delivery to the peak of the effect.",
    Kind.DURATION,
    low=1,
    high=120,
    source="assumption: a year, as of advice (T22)",
    moves="supported output",
)
HALF_LIFE = Parameter(
    "Time in which the effect halves after its peak.",
    Kind.DURATION,
    low=6,
    high=240,
    source="assumption: the design's three years, swept one to eight",
    moves="supported output",
    doubt=Triangular(12, 36, 96),
)


class Service(Deal):
    """The terms of an instrument that firms ask for, task by task."""

    name: ClassVar[str]
    """By which scenario files, events and the ledger know it."""

    family: ClassVar[Family]
    """Of which kind it is."""

    title: ClassVar[str]
    """Its name in English."""

    title_ko: ClassVar[str]
    """The same in Korean."""

    cost: Annotated[float, COST] = 10e6
    cost_spread: Annotated[float, COST_SPREAD] = 0.4
    cap: Annotated[float, CAP] = 20e6
    need: Annotated[float, NEED] = 0.05
    stages: tuple[Stage, ...] = ("early", "growing", "mature")
    """Stages of growth it is for."""

    def takes(self, firms: Firms, stage: BoolArray) -> BoolArray:
        """Tell which firms may have it.

        Parameters
        ----------
        firms
            SMEs of the complex.
        stage
            Whether each stands in one of `stages`.
        """
        del firms
        return stage

    def request(self, firm: AverageFirm) -> Request | None:
        """Return the total that a task is to add to an average firm; none if there is no total."""
        del firm
        return None

    def prepare(self, desk: Desk) -> ProcessGenerator:
        """Do what is to be done once, on the day it opens."""
        del desk
        yield from ()

    @abstractmethod
    def doing(self, desk: Desk) -> Doing:
        """Return what is done in the life of one project."""


class Scaled(Service):
    """An instrument whose total effect is drawn and met in isolation."""

    most: Annotated[int, MOST] = 3
    scale: Annotated[float, SCALE] = 0.01
    practices_share: Annotated[float, PRACTICES_SHARE] = 0.6
    commercialisation: Annotated[float, COMMERCIALISATION] = 0.0
    exit_hazard: Annotated[float, EXIT_HAZARD] = 0.0
    horizon: Annotated[float, HORIZON] = 24.0
    months_to_peak: Annotated[float, PEAK] = 12.0
    half_life: Annotated[float, HALF_LIFE] = 36.0

    def total(self, firm: AverageFirm) -> float:
        """Return the total on log sales of an average treated firm at the horizon."""
        del firm
        return self.scale

    @property
    def shape(self) -> Shape:
        """How the effect rises and fades."""
        return Shape(round(self.months_to_peak), self.half_life, round(self.horizon))

    def request(self, firm: AverageFirm) -> Request | None:
        """Return the total, its split over channels and what else is delivered with it."""
        beside: dict[EffectChannel, float] = {
            "commercialisation": self.commercialisation,
            "exit_hazard": self.exit_hazard,
        }
        split: dict[EffectChannel, float] = {
            "practices": self.practices_share,
            "market_access": 1.0 - self.practices_share,
        }
        return Request(
            self.total(firm), split, self.shape, {c: peak for c, peak in beside.items() if peak}
        )

    def doing(self, desk: Desk) -> Doing:
        """Return what is done in the life of one project."""
        return Support(desk, self)


class Opening(Spec):
    """An instrument in one complex: since when, and which money pays."""

    opens: Annotated[
        dt.date,
        Parameter(
            "The day it opens.",
            Kind.DATE,
            source="the complex's own",
            moves="delay",
        ),
    ]
    last_year: Annotated[
        int,
        Parameter(
            "Last year in which a task is funded.",
            Kind.COUNT,
            low=2000,
            high=2100,
            source="A32: phase 1 ends in 2011",
            moves="paid",
        ),
    ] = 2011
    line: str = "special"
    """The budget line that pays."""

    tasks: Annotated[
        int,
        Parameter(
            "Tasks funded in a year at most.",
            Kind.COUNT,
            low=0,
            high=100_000,
            source="assumption: as many as there is money for",
            moves="paid",
        ),
    ] = 1000
    focus: FocusSpec | None = None
    """Fields whose firms it favours; none unless told."""


class Desk:
    """One instrument at work in one complex.

    Parameters
    ----------
    office
        The promotion team.
    terms
        The instrument's.
    opening
        Since when, and which money pays.
    peaks
        What a task that comes off hands over to an average firm: the peak of each channel.
    felt
        What it does to a firm of so many workers, over what it does to the average one.

    Attributes
    ----------
    busy
        Firms that have asked for it or are at work with it; each does one task of it at a time.
    given
        Tasks that came off, by firm.
    """

    def __init__(
        self,
        office: Office,
        terms: Service,
        opening: Opening,
        *,
        peaks: dict[EffectChannel, float],
        felt: Callable[[int], float],
    ) -> None:
        self.office = office
        self.terms = terms
        self.opening = opening
        self.opens = calendar.moment(opening.opens)
        self.ends = calendar.moment(dt.date(opening.last_year + 1, 1, 1))
        self.peaks = peaks
        self.felt = felt
        self.number = int(roster_slots([terms.name])[0])  # the same whatever others there are
        self.busy: set[int] = set()
        self.given: Counter[int] = Counter()
        self.staff: Staff | None = None
        """Who, or what, has to have hours for a task; nobody unless the instrument says so."""
        self._is_ready = False
        self._funded: Counter[int] = Counter()

    def run(self) -> ProcessGenerator:
        """Open on the day, as soon as what it needs is there."""
        yield self.office.clock.at(max(self.opens, self.office.clock.now))
        yield from self.terms.prepare(self)
        self._is_ready = True

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.office.clock.now >= self.ends or self.office.is_over

    @property
    def is_open(self) -> bool:
        """Whether it takes what firms ask for."""
        return self._is_ready and not self.is_over

    @property
    def has_places(self) -> bool:
        """Whether another task may be funded this year."""
        return self.is_open and self._funded[self.office.year] < self.opening.tasks

    def book(self) -> None:
        """Count a task that is funded."""
        self._funded[self.office.year] += 1

    def cost(self, month: int, firm: int) -> float:
        """Return what a task that a firm asks for in a month costs in all."""
        luck = self.office.luck.one(AMOUNT, month, firm, self.number)
        return self.terms.cost * float(samplers.lognormal(luck, 1.0, self.terms.cost_spread))

    def grant(self, cost: float) -> int:
        """Return the state's won for a task: its share of the cost up to the cap, in 10,000s."""
        share = self.terms.state_share * cost
        return max(int(min(share, self.terms.cap)) // 10_000, 1) * 10_000


class Support:
    """A project that buys something for firms: they pay their share, and what comes off works.

    An effect is divided by its chance to come off, so that a task agreed does on average what its
    total says. What a firm has had as often as counts adds nothing.
    """

    def __init__(self, desk: Desk, terms: Scaled) -> None:
        self.desk = desk
        self.terms = terms
        self.chance = terms.milestone * terms.technical * terms.commercial

    def paid(self, project: Project, state: int, own: int) -> None:  # noqa: ARG002 - goes to others
        """Let the firms that are left pay the share in equal parts: the money buys services."""
        office = self.desk.office
        firms = [firm for firm in project.firms if office.is_alive(firm)]
        for firm in firms:
            office.cash(firm, -own / len(firms))

    def work(self, project: Project, months: float) -> ProcessGenerator:  # noqa: ARG002 - a Doing
        """Wait until half of it is done."""
        yield self.desk.office.clock.after(months)

    def commercial_chance(self, project: Project) -> float:  # noqa: ARG002 - a Doing
        """Return the chance that it is put to use."""
        return self.terms.commercial

    def succeed(self, project: Project) -> None:
        """Hand over what a task does, to each firm by its size."""
        desk, office = self.desk, self.desk.office
        for firm in project.firms:
            desk.given[firm] += 1
            if desk.given[firm] > self.terms.most:
                continue
            share = desk.felt(firm) / self.chance
            for channel, peak in desk.peaks.items():
                most = CHANNELS[channel].bound  # rare successes would be larger than a door takes
                mine = max(min(share * peak, most), -most)
                if mine:
                    office.economy.channels.effect(
                        channel,
                        firm,
                        office.month,
                        mine,
                        months_to_peak=round(self.terms.months_to_peak),
                        half_life=self.terms.half_life,
                    )
