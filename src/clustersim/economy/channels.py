"""The only doors through which policy reaches a firm.

Everything the programme does to a firm is a flow (won in a month), an effect (log points that rise,
peak and fade), a tie it may make, or a search for partners it eases. All are multiplied by the one
effect scale as they pass the door, so at scale 0 the programme runs in full and no firm's path
moves.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, get_args

import numpy as np

from clustersim.errors import RunError
from clustersim.language import tr
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.state import Firms

__all__ = ["CHANNELS", "Channel", "Channels", "ChannelsSpec", "TieOffer", "profile"]

FlowChannel = Literal["cash", "rd_spending", "knowledge"]
EffectChannel = Literal["practices", "market_access", "commercialisation", "exit_hazard"]


@dataclass(frozen=True)
class Channel:
    """One door: what passes, how much at most, and the equation that it enters.

    `column` is the column of firms that it moves first.
    """

    name: str
    column: str
    unit: str
    bound: float
    equation: str


CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel(
            "cash", "cash_in", "KRW2008 / month", 1e12, "cash' = cash + profit + ... + cash_in"
        ),
        Channel("rd_spending", "rd_in", "KRW2008 / month", 1e12, "rd_spending = own R&D + rd_in"),
        Channel(
            "knowledge",
            "knowledge_in",
            "KRW2008",
            1e12,
            "stock' = (1 - d) stock + ... + knowledge_in",
        ),
        Channel("practices", "practices", "log points", 2.0, "log output = ... + practices"),
        Channel(
            "market_access",
            "market_access",
            "log points",
            2.0,
            "log output = ... + log(1 - x + x exp(market_access)), x the export share",
        ),
        Channel(
            "commercialisation",
            "commercialisation",
            "log points",
            2.0,
            "stock' = ... + min(exp(commercialisation), 1 / success) yield x finished",
        ),
        Channel(
            "exit_hazard",
            "exit_hazard",
            "log points",
            2.0,
            "hazard' = hazard + h ... exp(exit_hazard) / 12",
        ),
        Channel("ties", "policy_pool", "chance", 1.0, "pool = ... + policy_pool"),
        Channel(
            "partner_search",
            "ties",
            "log points",
            5.0,
            "hazard of a tie with the institution' = hazard x exp(partner_search)",
        ),
    )
}
"""Every channel by name; each has a term in the equations of this room."""


class ChannelsSpec(Spec):
    """How much policy can pile up in one firm."""

    cap: Annotated[
        float,
        Parameter(
            "Largest level that all uses together can reach on one channel of one firm.",
            Kind.NUMBER,
            unit="log points",
            low=0.01,
            high=2.0,
            source="assumption: no published total effect of support on one firm's sales is larger",
            moves="output",
        ),
    ] = 0.5


_HEAVIEST = 100.0
"""Times the weight of a tie that firms make by themselves."""

_FLOWS, _EFFECTS = (
    [CHANNELS[name].column for name in get_args(kind)] for kind in (FlowChannel, EffectChannel)
)


class TieOffer(NamedTuple):
    """Pairs that the programme brings together in a month: each ties with the same chance."""

    first: IdArray
    second: IdArray
    month: int
    chance: float
    weight: float
    months: float


def profile(age: FloatArray, months_to_peak: FloatArray, half_life: FloatArray) -> FloatArray:
    """Return the level of an effect of peak 1 by months since delivery.

    A straight rise from 0 to 1 at `months_to_peak`, then halving every `half_life` months.

    >>> profile(np.array([0.0, 6.0, 12.0, 48.0]), np.array(12.0), np.array(36.0)).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    rise = np.minimum(age / months_to_peak, 1.0)
    fade = np.exp2(-np.maximum(age - months_to_peak, 0.0) / half_life)
    return np.where(age < 0.0, 0.0, rise * fade)


class Channels:
    """The door: takes deliveries of the programme and sets the firms' channel columns each month.

    Parameters
    ----------
    spec
        The cap.
    effect_scale
        One number for a whole run that multiplies everything that passes.
    """

    def __init__(self, spec: ChannelsSpec, effect_scale: float) -> None:
        self._cap = spec.cap
        self._scale = effect_scale
        self._flows = defaultdict[int, list[tuple[str, int, float]]](list)  # what is due in a month
        self._effects = _Effects()
        self._offers: list[TieOffer] = []
        self._searches: list[tuple[int, IdArray, float]] = []

    # ------------------------------------------------------------ what the programme delivers

    def flow(
        self, channel: FlowChannel, firm: int, month: int, amount: float, months: int = 1
    ) -> None:
        """Deliver won of 2008 in equal parts over some months, the first being `month`."""
        _check(channel, amount)
        part = self._scale * amount / months
        for due in range(month, month + months):
            self._flows[due].append((CHANNELS[channel].column, firm, part))

    def effect(
        self,
        channel: EffectChannel,
        firm: int,
        month: int,
        peak: float,
        *,
        months_to_peak: int,
        half_life: float,
    ) -> None:
        """Deliver an effect, in log points, that starts to rise after `month`."""
        self.effect_each(
            channel, [firm], month, [peak], months_to_peak=months_to_peak, half_life=half_life
        )

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
        """Deliver an effect of one shape to each of some firms."""
        _check(channel, *peaks)
        shape = _Shape(month, months_to_peak, half_life)
        self._effects.add(channel, shape, firms, [self._scale * peak for peak in peaks])

    def inherit(self, parents: IdArray, children: IdArray) -> None:
        """Give each firm that split off the effects that its parent has: people carry them along.

        Money on its way stays with the parent, who has the contract.
        """
        self._effects.copy(parents, children)

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
        """Bring pairs together: each is tied if its luck of the month is below chance x scale.

        Parameters
        ----------
        first, second
            Ids of the two ends, row by row; one of them may be an institution.
        chance
            Of a tie.
        weight
            What the partner's knowledge counts; 1 is a tie that firms make by themselves.
        months
            Mean lifetime of the tie. A pair that is brought together again while it lasts keeps
            the longer life and the larger weight.
        """
        if first.size:
            _check("ties", chance if chance >= 0.0 else np.inf)
            _check("ties", weight / _HEAVIEST)
            self._offers.append(
                TieOffer(first, second, month, self._scale * chance, weight, months)
            )

    def search(self, institutions: IdArray, month: int, level: float) -> None:
        """Ease the search for partners: ties with institutions form exp(scale x level) as fast.

        It holds from `month` on, until a later call says something else.
        """
        _check("partner_search", level)
        self._searches.append((month, institutions, self._scale * level))

    # ------------------------------------------------------------ what the economy takes

    def apply(self, firms: Firms, month: int) -> None:
        """Set the columns of flows and effects of every firm for this month."""
        for column in _FLOWS:
            setattr(firms, column, 0.0)
        for column, firm, part in self._flows.get(month, ()):
            row = firms.row(firm)
            if row is not None:
                getattr(firms, column)[row] += part
        levels = np.clip(self._effects.levels(firms, month), -self._cap, self._cap)
        for column, level in zip(_EFFECTS, levels, strict=True):
            setattr(firms, column, level)

    def ties_offered(self, month: int) -> list[TieOffer]:
        """Hand over, once, the pairs brought together up to a month."""
        due = [offer for offer in self._offers if offer.month <= month]
        self._offers = [offer for offer in self._offers if offer.month > month]
        return due

    def searches(self, month: int) -> list[tuple[IdArray, float]]:
        """Hand over, once, the levels of search set up to a month, in their order."""
        due = [search for search in self._searches if search[0] <= month]
        self._searches = [search for search in self._searches if search[0] > month]
        return [(institutions, level) for _, institutions, level in due]


class _Shape(NamedTuple):
    """When an effect starts to rise, in how many months it peaks, and in how many it halves."""

    month: int
    months_to_peak: int
    half_life: float


class _Deliveries(NamedTuple):
    """Deliveries through one channel, row by row as they came; arrays that can grow."""

    firm: array[int]
    shape: array[int]
    peak: array[float]


class _Effects:
    """Everything that was delivered to rise and fade.

    Firms and shapes have numbers, as each stands in many rows: where a firm is among all, and how
    far along a shape is, is asked once a month and not once a row.
    """

    def __init__(self) -> None:
        self._firms: dict[int, int] = {}
        self._shapes: dict[_Shape, int] = {}
        self._when = array("d")
        self._rows = {
            channel: _Deliveries(array("q"), array("q"), array("d"))
            for channel in get_args(EffectChannel)
        }

    def add(self, channel: str, shape: _Shape, firms: list[int], peaks: list[float]) -> None:
        if shape not in self._shapes:
            self._shapes[shape] = len(self._shapes)
            self._when.extend(shape)
        known, rows = self._firms, self._rows[channel]
        rows.firm.extend([known.setdefault(firm, len(known)) for firm in firms])
        rows.shape.extend([self._shapes[shape]] * len(firms))
        rows.peak.extend(peaks)

    def copy(self, firms: IdArray, others: IdArray) -> None:
        """Deliver to each of some other firms whatever was delivered to its counterpart."""
        for firm, other in zip(firms.tolist(), others.tolist(), strict=True):
            if firm in self._firms:
                number = self._firms.setdefault(other, len(self._firms))
                for rows in self._rows.values():
                    mine = np.flatnonzero(np.asarray(rows.firm) == self._firms[firm]).tolist()
                    rows.firm.extend([number] * len(mine))
                    rows.shape.extend([rows.shape[row] for row in mine])
                    rows.peak.extend([rows.peak[row] for row in mine])

    def levels(self, firms: Firms, month: int) -> FloatArray:
        """Return the sums of the effects on firms in a month, shape (channels, firms).

        What firms were to have that are no longer there is lost.
        """
        since, months_to_peak, half_life = np.reshape(self._when, (-1, 3)).T
        level = profile(month - since, months_to_peak, half_life)
        sums = np.array(
            [
                np.bincount(firm, peak * level[shape], minlength=len(self._firms))
                for firm, shape, peak in self._rows.values()
            ]
        )
        row, here = firms.rows(np.array([*self._firms], dtype=np.uint64))
        levels = np.zeros((len(sums), len(firms)))
        levels[:, row[here]] = sums[:, here]
        return levels


def _check(channel: str, *amounts: float) -> None:
    bound = CHANNELS[channel].bound
    for amount in amounts:
        if not abs(amount) <= bound:
            raise RunError(
                tr(
                    "channel {channel}: {amount} is beyond its bound of {bound}",
                    channel=channel,
                    amount=repr(amount),
                    bound=f"{bound:g}",
                ),
                tr("look for a wrong unit in the instrument that delivers it"),
            )
