"""How strong a channel must be for a published total to come out.

A published estimate is a total over all channels, so it cannot be put beside the mechanism that
makes it. Instead one average treated firm is run alone, on the economy's own equations and with no
luck, and the channels' strengths are set so that its sales at the horizon are higher by the total.
What the same strengths do among thousands of firms is then a result.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from clustersim import units
from clustersim.economy.channels import Channels
from clustersim.economy.macro import MacroSpec
from clustersim.economy.month import Rules
from clustersim.economy.state import Firms, size_class
from clustersim.errors import InputError
from clustersim.language import tr
from clustersim.specs import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clustersim.arrays import FloatArray
    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.month import EconomySpec

__all__ = ["AverageFirm", "Isolation", "Request", "Shape"]

_STRENGTHS = np.linspace(-1.0, 1.0, 41)
_SCALES = np.linspace(0.8, 1.2, 21)


@dataclass(frozen=True)
class AverageFirm:
    """The average firm an instrument treats: monthly output in won of 2008, workers, exports."""

    output: float
    workers: float
    export_share: float
    intensity: float | None = None
    """Its research over sales; unless told the mean of all firms, those without any included."""

    reference_stock: float | None = None
    """Stock of knowledge at which elasticities hold; unless told its own."""


@dataclass(frozen=True)
class Shape:
    """How an effect rises and fades, in months, and when its source measured it."""

    months_to_peak: int
    half_life: float
    horizon: int
    doses: tuple[float, ...] = (1.0,)
    """How much of it is delivered in each month from the first."""


@dataclass(frozen=True)
class Request:
    """What support is to add to an average firm.

    Attributes
    ----------
    total
        Log points of sales at the horizon, over all channels.
    split
        The part of each channel; parts add up to 1.
    shape
        How it rises and fades.
    beside
        Peaks of other channels that come with it, whatever they add being part of the total.
    partners
        Whose knowledge reaches the firm, by month and weighted; what it adds is part of the total.
    """

    total: float
    split: Mapping[EffectChannel, float]
    shape: Shape
    beside: Mapping[EffectChannel, float] = field(default_factory=dict)
    partners: FloatArray | None = None


@dataclass(frozen=True)
class _Copy:
    """What one copy of the firm gets; strengths are of all doses together."""

    shape: Shape
    strengths: Mapping[EffectChannel, float]
    partners: FloatArray | None = None


class Isolation:
    """An average firm in many copies, each alone, and what policy does to it.

    Parameters
    ----------
    spec
        The economy's rules; macro is flat here, the sector is the first, and ties let knowledge
        through even where a run switches that off, so that a run without it shows what they bring.
    firm
        The average treated firm.
    """

    def __init__(self, spec: EconomySpec, firm: AverageFirm) -> None:
        spillovers = spec.spillovers.model_copy(update={"switch": "on"})
        flat = {"macro": MacroSpec(mode="flat"), "spillovers": spillovers}
        self.spec = spec.model_copy(update=flat)
        self.firm = firm

    def response(
        self,
        copies: int,
        months: int,
        deliver: Callable[[Channels], None],
        partners: FloatArray | None = None,
    ) -> FloatArray:
        """Return log sales over an untreated copy's, shape (copies, months + 1); see `run`."""
        paths = np.empty((copies, months + 1))
        for month, firms in enumerate(self.run(copies, months, deliver, partners)):
            paths[:, month] = np.log(firms.output[1:] / firms.output[0])
        return paths

    def run(
        self,
        copies: int,
        months: int,
        deliver: Callable[[Channels], None],
        partners: FloatArray | None = None,
    ) -> Iterator[Firms]:
        """Yield the firms as they stand after month 0 and each of some months more.

        `deliver` hands things to firms 1 to `copies` in month 0; firm 0 gets nothing. Each of them
        also draws on some `partners`, by copy and month; a partner knows the stock at which
        elasticities hold, which is the average firm's own unless told.
        """
        rules = Rules(self.spec, start=0, end=months)
        firms = self._copies(rules, copies + 1)
        channels = Channels(self.spec.channels.model_copy(update={"cap": 2.0}), 1.0)
        deliver(channels)
        known = firms.reference_stock[0]
        for month in range(months + 1):
            if partners is not None:
                firms.pool[1:] = known * partners[:, month]
            rules.act(firms, channels, month)
            yield firms

    def weight(self, total: float, partners: FloatArray) -> float:
        """Return the weight of a tie such that partners, by month, add `total` in the last month.

        It is 1 at most, even if that adds less.
        """
        if not total:
            return 0.0
        weights = np.linspace(0.0, 1.0, 41)
        reached = self.response(
            len(weights), len(partners) - 1, _nothing, weights[:, None] * partners
        )[:, -1]
        return float(np.interp(total, reached, weights)) if reached[-1] > 0.0 else 0.0

    def strengths(self, requests: Sequence[Request]) -> list[dict[EffectChannel, float]]:
        """Return for each request the peak of each channel of its split, per dose.

        Each channel is first solved for its part alone, then all are scaled together, as parts
        interact a little through the knowledge that larger sales pay for. All requests are met at
        once, in copies of the firm that know nothing of each other.

        Raises
        ------
        InputError
            When a channel cannot carry its part, however strong.
        """
        beside = [_Copy(each.shape, each.beside) for each in requests]
        tied = [_Copy(each.shape, {}, each.partners) for each in requests]
        curves = [
            (number, channel)
            for number, each in enumerate(requests)
            for channel, part in each.split.items()
            if part
        ]
        strong = [
            _Copy(requests[number].shape, {channel: strength})
            for number, channel in curves
            for strength in _STRENGTHS.tolist()
        ]
        given, by_ties, reached = np.split(
            self._reach([*beside, *tied, *strong]), [len(requests), 2 * len(requests)]
        )
        rest = np.array([each.total for each in requests]) - by_ties
        parts = [dict.fromkeys(each.split, 0.0) for each in requests]
        for (number, channel), curve in zip(
            curves, reached.reshape(-1, len(_STRENGTHS)), strict=True
        ):
            part = float(rest[number] - given[number]) * requests[number].split[channel]
            parts[number][channel] = _solve(part, curve, _STRENGTHS, channel) if part else 0.0
        together = [
            _Copy(each.shape, {**_times(mine, scale), **each.beside}, each.partners)
            for each, mine in zip(requests, parts, strict=True)
            for scale in _SCALES.tolist()
        ]
        totals = (rest + by_ties).tolist()  # not each.total: the last bit
        reached = self._reach(together).reshape(-1, len(_SCALES))
        return [
            _scaled(total, mine, curve, doses=sum(each.shape.doses))
            for each, total, mine, curve in zip(requests, totals, parts, reached, strict=True)
        ]

    def _reach(self, copies: Sequence[_Copy]) -> FloatArray:
        """Return log sales over an untreated copy's, each at the horizon of its shape."""
        alike: defaultdict[tuple[Shape, EffectChannel], dict[int, float]] = defaultdict(dict)
        for number, copy in enumerate(copies, start=1):
            for channel, strength in copy.strengths.items():
                alike[copy.shape, channel][number] = strength

        def deliver(door: Channels) -> None:
            for (shape, channel), strengths in alike.items():
                for month, dose in enumerate(shape.doses):
                    part = dose / sum(shape.doses)
                    door.effect_each(
                        channel,
                        list(strengths),
                        month,
                        [strength * part for strength in strengths.values()],
                        months_to_peak=shape.months_to_peak,
                        half_life=shape.half_life,
                    )

        horizons = np.array([copy.shape.horizon for copy in copies])
        months = int(horizons.max())
        pools = None
        if any(copy.partners is not None for copy in copies):
            pools = np.zeros((len(copies), months + 1))
            for pool, copy in zip(pools, copies, strict=True):
                if copy.partners is not None:
                    pool[: len(copy.partners)] = copy.partners
        paths = self.response(len(copies), months, deliver, pools)
        reached: FloatArray = paths[np.arange(len(copies)), horizons]
        return reached

    def _copies(self, rules: Rules, number: int) -> Firms:
        """Return copies of the average firm, with average research and an average balance sheet."""
        firm, accounts = self.firm, self.spec.accounts
        zeros = np.zeros(number, dtype=np.int64)
        firms = Firms(
            np.arange(number, dtype=np.uint64),
            complex_=zeros,
            sector=zeros,
            born=zeros,
            birth_class=zeros + size_class(np.array([firm.workers]))[0],
        )
        firms.base = np.log(firm.output)
        firms.birth_sales = firm.output
        firms.birth_workers = firms.workers = firm.workers
        firms.export_share = firm.export_share
        firms.alive = 1.0
        firms.threshold = np.inf
        ratio = firms.value_added_ratio = accounts.value_added_ratio
        firms.wage = accounts.pay / 12.0
        firms.labour_share = firms.wage * firm.workers / (ratio * firm.output)
        firms.intensity = rules.knowledge.participation * rules.knowledge.intensity
        if firm.intensity is not None:
            firms.intensity = firm.intensity
        firms.research_yield = 1.0
        outlay = firms.intensity * firm.output
        firms.in_progress = outlay * self.spec.knowledge.lag
        fade = units.per_month(self.spec.knowledge.depreciation, Kind.DEPRECIATION)
        firms.stock = firms.birth_stock = outlay / fade
        known = firms.stock[0] if firm.reference_stock is None else firm.reference_stock
        rules.knowledge.median_stock = np.array([[known]])
        rules.knowledge.refer(firms)
        firms.capacity = firm.output / accounts.utilisation
        wages = firms.wage * firm.workers
        kept = ratio - firms.intensity - accounts.margin
        firms.overhead = (kept * firm.output - wages) / firms.capacity
        firms.leverage = accounts.leverage
        firms.debt = accounts.leverage * 12.0 * firm.output
        firms.cash = accounts.cash_target * (wages + outlay)
        return firms


def _nothing(_door: Channels) -> None:
    """Deliver nothing."""


def _times(parts: Mapping[EffectChannel, float], factor: float) -> dict[EffectChannel, float]:
    return {channel: factor * strength for channel, strength in parts.items()}


def _scaled(
    total: float, parts: dict[EffectChannel, float], reached: FloatArray, *, doses: float
) -> dict[EffectChannel, float]:
    """Return the parts so scaled that all together add the total, for each of some doses."""
    if not any(parts.values()):
        return parts
    order = np.argsort(reached)
    scale = _solve(total, reached[order], _SCALES[order], " and ".join(parts))
    return _times(parts, scale / doses)


def _solve(total: float, reached: FloatArray, strengths: FloatArray, channel: str) -> float:
    """Return the strength at which a total is reached; what is reached rises with strength."""
    if not reached[0] <= total <= reached[-1]:
        raise InputError(
            tr(
                "an effect of {total} log points at its horizon is more than {channel} can carry",
                total=f"{total:.3g}",
                channel=channel,
            ),
            tr("change its scale, its split over channels, its horizon or its half-life"),
        )
    return float(np.interp(total, reached, strengths))
