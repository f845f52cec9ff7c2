"""A small complex in which one instrument is tried by itself.

Some forty firms on the economy's own equations, in an economy that stands still, and one promotion
team that has this instrument and nothing else. Who asks for it, and when, is given.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from clustersim import calendar
from clustersim.economy.channels import Channels
from clustersim.economy.macro import MacroSpec
from clustersim.economy.month import ComplexSpec, Economy, EconomySpec
from clustersim.programme import projects
from clustersim.programme.budget import BudgetSpec, run_budget
from clustersim.programme.clock import Clock
from clustersim.programme.elsewhere import ElsewhereSpec
from clustersim.programme.fields import Fields
from clustersim.programme.instruments.service import Opening
from clustersim.programme.isolation import AverageFirm
from clustersim.programme.office import Event, Office
from clustersim.programme.pipeline import Pipeline, PipelineSpec, felt_at
from clustersim.programme.programme import average_firm, desks
from clustersim.programme.team import HEAD, Staff
from clustersim.randomness import Domain, Luck, Stream

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.arrays import IdArray
    from clustersim.economy.channels import EffectChannel, FlowChannel
    from clustersim.economy.state import Firms
    from clustersim.programme.instruments.service import Desk, Service
    from clustersim.programme.ledger import Ledger

__all__ = ["OPENS", "RULES", "Ask", "Delivery", "Trial", "Tried", "average", "idle", "town"]

RULES = EconomySpec(sectors=("machinery",), macro=MacroSpec(mode="flat"))
"""The rules of the economy, which stands still around its firms."""

OPENS = dt.date(2008, 1, 1)
"""When the money and the instrument are there, and the first month."""

_NAME, _LINE = "trial", "special"
_START = math.floor(calendar.moment(OPENS))
_SEED = 20080624
_COMPLEX = ComplexSpec.model_validate(
    {
        "code": 1,
        "title": "a complex to try an instrument in",
        "figures": {
            "as_of": "2008-01",
            "firms": 40,
            "workers": 1200,
            "output": "300 bn KRW",
            "size_spread": 0.8,
            "export_share": "25 %",
            "sectors": {"machinery": 1},
        },
        "institutions": {
            "institute": {"title": "institute", "kind": "institute", "distance": 5, "bearing": 0}
        },
    }
)
_BUDGET = BudgetSpec.model_validate(
    {
        "amount": "1 tn KRW",
        "starts": OPENS.isoformat(),
        "path": dict.fromkeys(range(OPENS.year, OPENS.year + 20), 1),
        "lines": {_LINE: {"share": "100 %"}},
        "office_share": "0 %",
    }
)


class Ask(NamedTuple):
    """Somebody asks: so many months after the opening, for firms by their place in the town."""

    month: int
    firms: tuple[int, ...]


class Delivery(NamedTuple):
    """What passed a channel: to whom, how much, in what shape, and what that size of firm feels."""

    channel: str
    firm: int
    month: int
    amount: float
    months_to_peak: int = 0
    half_life: float = 0.0
    felt: float = 1.0


@dataclass
class Tried:
    """What a trial leaves behind."""

    firms: list[int]
    """Everybody who could be named in an `Ask`."""

    events: list[Event]
    ledger: Ledger
    deliveries: list[Delivery]
    paths: list[bytes] = field(default_factory=list)
    """All columns of all firms, month by month."""


@dataclass(frozen=True)
class Trial:
    """How an instrument is tried.

    Attributes
    ----------
    terms
        The instrument's.
    asks
        Who asks, and when.
    has_money
        Whether the state has given any, plenty then.
    stops
        Months after the opening when the state's part ends.
    effect_scale
        Of the run.
    comes_off
        Whether every project does, whatever its luck.
    small_below
        Firms with fewer workers feel what support does.
    """

    terms: Service
    asks: tuple[Ask, ...]
    has_money: bool = True
    stops: float = math.inf
    effect_scale: float = 1.0
    comes_off: bool = False
    small_below: int = 300

    @property
    def months(self) -> int:
        """How long it takes until all that was asked for should be over."""
        life = math.ceil(self.terms.duration + self.terms.commercial_lag)
        return max((ask.month for ask in self.asks), default=0) + life + 6

    @property
    def ends(self) -> float:
        """The moment when the state's part ends."""
        return _START + self.stops

    @property
    def pipeline(self) -> PipelineSpec:
        """The way from needs to projects, with nothing in the way but money."""
        return PipelineSpec.model_validate(
            {
                "asks": 0,
                "worth": 1,
                "cost_of_asking": "0 KRW",
                "pass_mark": -20,
                "panel_months": 1,
                "small_below": self.small_below,
            }
        )

    def run(self) -> Tried:
        """Let the instrument work from its opening until everything is over."""
        end = _START + self.months
        economy = _economy(end, self.effect_scale, comes_off=self.comes_off)
        economy.channels = door = _Door(self.effect_scale)
        office = Office(_NAME, economy, Clock(float(_START)), economy.luck, [])
        office.stops = self.ends
        door.listen(office, self.pipeline)
        desk = self._desk(office)
        head = Staff(office.clock, 1, 80.0, HEAD)
        pipeline = Pipeline(
            office,
            self.pipeline,
            {desk.terms.name: desk},
            head=head,
            certainty=lambda _: 1.0,
            fields=Fields(office, {}),
            elsewhere=ElsewhereSpec(chance=0.0),
        )
        who = _named(office.firms())
        office.clock.start(office.books.keep())
        for key, process in enumerate(
            [
                run_budget(office, _BUDGET if self.has_money else None, calendar.year_of(end)),
                pipeline.run(),
                desk.run(),
                self._ask(pipeline, who),
            ]
        ):
            office.clock.start(process, key=key)
        tried = Tried(who, office.events, office.ledger, door.deliveries)
        for month in range(_START, end + 1):
            office.clock.advance(float(month + 1))
            economy.step(month)
            tried.paths.append(economy.firms.block.tobytes())
        office.ledger.close(end + 1 - 1e-6)
        return tried

    def desk(self) -> Desk:
        """Return the instrument's desk on the first day."""
        economy = _economy(_START, self.effect_scale, comes_off=self.comes_off)
        return self._desk(Office(_NAME, economy, Clock(float(_START)), economy.luck, []))

    def _desk(self, office: Office) -> Desk:
        opening = Opening(opens=OPENS, last_year=OPENS.year + 20, line=_LINE)
        name = self.terms.name
        return desks(office, {name: self.terms}, {name: opening}, self.pipeline, RULES)[name]

    def _ask(self, pipeline: Pipeline, who: list[int]) -> ProcessGenerator:
        for ask in sorted(self.asks):
            yield pipeline.office.clock.at(float(_START + ask.month))
            pipeline.ask(self.terms.name, tuple(who[place] for place in ask.firms))


def town() -> Office:
    """Return a promotion team of the town on the first day, with no instrument."""
    economy = _economy(_START, 1.0)
    return Office(_NAME, economy, Clock(float(_START)), economy.luck, [])


def average() -> AverageFirm:
    """Return the town's average firm, which effects are set to."""
    figures = average_firm(town().economy, _NAME)
    workers = PipelineSpec().reference_workers
    return AverageFirm(workers * figures["output_per_worker"], workers, figures["export_share"])


def idle(months: int) -> list[bytes]:
    """Return the paths of the town's firms without any programme."""
    economy = _economy(_START + months, 1.0)
    paths = []
    for month in range(_START, _START + months + 1):
        economy.step(month)
        paths.append(economy.firms.block.tobytes())
    return paths


def _economy(end: int, effect_scale: float, *, comes_off: bool = False) -> Economy:
    luck = (_Sure if comes_off else Luck)(_SEED, 0, Domain.LUCK)
    return Economy(RULES, {_NAME: _COMPLEX}, luck, start=_START, end=end, effect_scale=effect_scale)


def _named(firms: Firms) -> list[int]:
    """Return the firms of 8 to 250 workers: neither tiny nor near the size of a large one."""
    return [int(firm) for firm in firms.ids[(firms.workers >= 8.0) & (firms.workers <= 250.0)]]


class _Sure(Luck):
    """Luck by which every project comes off."""

    def one(self, stream: Stream, month: int, id_: int, id2: int = 0) -> float:
        """Return one number, the lowest of all for the results of projects."""
        if stream in {projects.MILESTONE, projects.TECHNICAL, projects.COMMERCIAL}:
            return 0.0
        return super().one(stream, month, id_, id2)


class _Door(Channels):
    """The door, and somebody who writes down what passes."""

    def __init__(self, effect_scale: float) -> None:
        super().__init__(RULES.channels, effect_scale)
        self.deliveries: list[Delivery] = []

    def listen(self, office: Office, pipeline: PipelineSpec) -> None:
        """Learn how large firms are, and what that means."""
        self._office, self._pipeline = office, pipeline

    def flow(
        self, channel: FlowChannel, firm: int, month: int, amount: float, months: int = 1
    ) -> None:
        if amount:
            self.deliveries.append(Delivery(channel, firm, month, amount))
        super().flow(channel, firm, month, amount, months)

    def effect_each(
        self,
        channel: EffectChannel,
        firms: list[int],
        month: int,
        peaks: list[float],
        *,
        months_to_peak: int,
        half_life: float,
    ) -> None:
        for firm, peak in zip(firms, peaks, strict=True):
            felt = felt_at(self._pipeline, self._office.workers(firm))
            self.deliveries.append(
                Delivery(channel, firm, month, peak, months_to_peak, half_life, felt)
            )
        super().effect_each(
            channel, firms, month, peaks, months_to_peak=months_to_peak, half_life=half_life
        )

    def tie(
        self,
        first: IdArray,
        second: IdArray,
        month: int,
        *,
        chance: float,
        weight: float = 1.0,
        months: float,
    ) -> None:
        self.deliveries += [Delivery("ties", firm, month, chance) for firm in first.tolist()]
        super().tie(first, second, month, chance=chance, weight=weight, months=months)

    def search(self, institutions: IdArray, month: int, level: float) -> None:
        self.deliveries.append(Delivery("partner_search", 0, month, level))
        super().search(institutions, month, level)
