"""The only doors through which policy reaches a firm.

Everything the programme does to a firm is a flow (won in a month), an effect (log points that rise,
peak and fade), a tie it may make, or a search for partners it eases. All are multiplied by the one
effect scale as they pass the door, so at scale 0 the programme runs in full and no firm's path
moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import numpy as np

from clustersim.errors import RunError
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clustersim.arrays import FloatArray, IdArray, Numbers
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

_COLUMNS = tuple(CHANNELS[name].column for name in get_args(FlowChannel) + get_args(EffectChannel))

_DELIVERY = np.dtype(
    [
        ("column", np.int64),  # its number in _COLUMNS
        ("firm", np.uint64),
        ("month", np.int64),
        ("amount", np.float64),
        ("months", np.int64),  # of a flow: over how many months; of an effect: to its peak
        ("half_life", np.float64),
    ]
)


@dataclass(frozen=True)
class TieOffer:
    """Pairs that the programme brings together in a month: each ties with its chance."""

    first: IdArray
    second: IdArray
    month: int
    chance: FloatArray
    weight: FloatArray
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
        self._flows = _Deliveries()
        self._effects = _Deliveries()
        self._offers: list[TieOffer] = []
        self._searches: list[tuple[int, IdArray, float]] = []

    # ------------------------------------------------------------ what the programme delivers

    def flow(
        self, channel: FlowChannel, firm: int, month: int, amount: float, months: int = 1
    ) -> None:
        """Deliver won of 2008 in equal parts over some months, the first being `month`."""
        _check(channel, amount)
        self._flows.add(channel, firm, month, self._scale * amount, months, 0.0)

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
        _check(channel, peak)
        self._effects.add(channel, firm, month, self._scale * peak, months_to_peak, half_life)

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
        chance: Numbers,
        weight: Numbers = 1.0,
        months: float,
    ) -> None:
        """Bring pairs together: each is tied if its luck of the month is below chance x scale.

        Parameters
        ----------
        first, second
            Ids of the two ends, row by row; one of them may be an institution.
        chance
            Of a tie, one number or one a pair.
        weight
            What the partner's knowledge counts; 1 is a tie that firms make by themselves.
        months
            Mean lifetime of the tie. A pair that is brought together again while it lasts keeps
            the longer life and the larger weight.
        """
        chances = np.broadcast_to(np.asarray(chance, dtype=np.float64), first.shape)
        weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), first.shape)
        if first.size:
            _check("ties", float(np.where(chances < 0.0, np.inf, chances).max()))
            _check("ties", float(np.abs(weights).max()) / _HEAVIEST)
            offer = TieOffer(first, second, month, self._scale * chances, weights, months)
            self._offers.append(offer)

    def search(self, institutions: IdArray, month: int, level: float) -> None:
        """Ease the search for partners: ties with institutions form exp(scale x level) as fast.

        It holds from `month` on, until a later call says something else.
        """
        _check("partner_search", level)
        self._searches.append((month, institutions, self._scale * level))

    # ------------------------------------------------------------ what the economy takes

    def apply(self, firms: Firms, month: int) -> None:
        """Set the columns of flows and effects of every firm for this month."""
        flows = self._flows.all()
        flows = self._flows.keep(month < flows["month"] + flows["months"])
        due = flows[month >= flows["month"]]
        effects = self._effects.all()
        effects = self._effects.keep(firms.rows(effects["firm"])[1])
        age = (month - effects["month"]).astype(np.float64)
        level = profile(age, effects["months"].astype(np.float64), effects["half_life"])
        deliveries = np.concatenate([due, effects])
        amounts = np.concatenate([due["amount"] / due["months"], effects["amount"] * level])
        rows, here = firms.rows(deliveries["firm"])
        for number, column in enumerate(_COLUMNS):
            mine = here & (deliveries["column"] == number)
            sums = np.bincount(rows[mine], weights=amounts[mine], minlength=len(firms))
            setattr(firms, column, sums)
        for name in get_args(EffectChannel):
            column = CHANNELS[name].column
            setattr(firms, column, np.clip(getattr(firms, column), -self._cap, self._cap))

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


class _Deliveries:
    """Deliveries as a growing table."""

    def __init__(self) -> None:
        self._table = np.zeros(0, dtype=_DELIVERY)
        self._new: list[tuple[int, int, int, float, int, float]] = []

    def add(
        self, channel: str, firm: int, month: int, amount: float, months: int, half_life: float
    ) -> None:
        column = _COLUMNS.index(CHANNELS[channel].column)
        self._new.append((column, firm, month, amount, months, half_life))

    def copy(self, firms: IdArray, others: IdArray) -> None:
        """Deliver to each of some other firms whatever was delivered to its counterpart."""
        table, order = self.all(), np.argsort(firms)
        at = np.searchsorted(firms[order], table["firm"])
        mine = np.isin(table["firm"], firms)
        copies = table[mine]
        copies["firm"] = others[order][at[mine]]
        self._table = np.concatenate([table, copies])

    def all(self) -> NDArray[Any]:
        if self._new:
            self._table = np.concatenate([self._table, np.array(self._new, dtype=_DELIVERY)])
            self._new = []
        return self._table

    def keep(self, rows: NDArray[np.bool_]) -> NDArray[Any]:
        if not rows.all():
            self._table = self._table[rows]
        return self._table


def _check(channel: str, amount: float) -> None:
    bound = CHANNELS[channel].bound
    if not abs(amount) <= bound:
        raise RunError(
            f"channel {channel}: {amount!r} is beyond its bound of {bound:g}",
            "look for a wrong unit in the instrument that delivers it",
        )
