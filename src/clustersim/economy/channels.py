"""The only doors through which policy reaches a firm.

Everything the programme does to a firm is a flow (won in a month), an effect (log points that rise,
peak and fade), a tie it may make, or a search for partners it eases. All are multiplied by the one
effect scale as they pass the door, so at scale 0 the programme runs in full and no firm's path
moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, get_args

import numpy as np

from clustersim.errors import RunError
from clustersim.language import tr
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from clustersim.arrays import BoolArray, FloatArray, IdArray, IntArray
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
        self._flows = _Deliveries(_FLOWS)
        self._effects = _Deliveries(_EFFECTS)
        self._offers: list[TieOffer] = []
        self._searches: list[tuple[int, IdArray, float]] = []

    # ------------------------------------------------------------ what the programme delivers

    def flow(
        self, channel: FlowChannel, firm: int, month: int, amount: float, months: int = 1
    ) -> None:
        """Deliver won of 2008 in equal parts over some months, the first being `month`."""
        _check(channel, amount)
        part = self._scale * amount / months
        self._flows.add(channel, _Shape(month, months), [firm], [part])

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
        for peak in peaks:
            _check(channel, peak)
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
        since, months, _ = self._flows.shapes()
        self._flows.keep(month < since + months)
        flows = self._flows.sums(firms, np.where(month >= since, 1.0, 0.0))
        since, months_to_peak, half_life = self._effects.shapes()
        effects = self._effects.sums(firms, profile(month - since, months_to_peak, half_life))
        effects = np.clip(effects, -self._cap, self._cap)
        for column, sums in zip(_FLOWS + _EFFECTS, [*flows, *effects], strict=True):
            setattr(firms, column, sums)

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
    """When something comes: the first month of a flow and its length, or those of an effect."""

    month: int
    months: int
    half_life: float = 0.0


class _Deliveries:
    """Deliveries as a growing table, row by row as they came.

    Firms and shapes have numbers, as each stands in many rows: where a firm is among all, and how
    far along a shape is, is asked once a month and not once a row.
    """

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns
        self._firms: dict[int, int] = {}
        self._shapes: dict[_Shape, int] = {}
        self._new: list[tuple[int, int, int]] = []  # column and shape of so many firms
        self._new_firms: list[int] = []
        self._new_amounts: list[float] = []
        self._keys: IntArray = np.zeros((3, 0), dtype=np.int64)  # of column, shape and firm
        self._amounts = np.zeros(0)
        self._names = np.zeros(0, dtype=np.uint64)
        self._when = np.zeros((0, 3))

    def add(self, channel: str, shape: _Shape, firms: list[int], amounts: list[float]) -> None:
        column = self._columns.index(CHANNELS[channel].column)
        number = self._shapes.setdefault(shape, len(self._shapes))
        known = self._firms
        self._new.append((column, number, len(firms)))
        self._new_firms += [known.setdefault(firm, len(known)) for firm in firms]
        self._new_amounts += amounts

    def copy(self, firms: IdArray, others: IdArray) -> None:
        """Deliver to each of some other firms whatever was delivered to its counterpart."""
        self._settle()
        for firm, other in zip(firms.tolist(), others.tolist(), strict=True):
            if firm in self._firms:
                number = self._firms.setdefault(other, len(self._firms))
                mine = self._keys[2] == self._firms[firm]
                column, shape, _ = self._keys[:, mine].tolist()
                self._new += [(c, s, 1) for c, s in zip(column, shape, strict=True)]
                self._new_firms += [number] * len(column)
                self._new_amounts += self._amounts[mine].tolist()

    def shapes(self) -> FloatArray:
        """Return first month, months and half-life of each shape, shape (3, shapes)."""
        new = islice(self._shapes, len(self._when), None)
        self._when = np.concatenate([self._when, np.reshape([*new], (-1, 3))])
        return self._when.T

    def keep(self, shapes: BoolArray) -> None:
        """Forget the deliveries of all but some shapes."""
        self._settle()
        self._cut(shapes[self._keys[1]])

    def sums(self, firms: Firms, level: FloatArray) -> FloatArray:
        """Return what comes to firms, shape (columns, firms), each shape being at some level.

        What firms were to have that are no longer there is forgotten.
        """
        self._settle()
        rows, here = firms.rows(self._names)
        self._cut(here[self._keys[2]])
        column, shape, firm = self._keys
        cells = column * len(firms) + rows[firm]
        every = len(self._columns), len(firms)
        sums = np.bincount(cells, self._amounts * level[shape], minlength=every[0] * every[1])
        return sums.reshape(every).astype(np.float64)  # numpy counts nothing in whole numbers

    def _settle(self) -> None:
        """Write what is new into the table."""
        if self._new:
            *new, firms = np.array(self._new).T
            keys = [*np.repeat(new, firms, axis=1), self._new_firms]
            self._keys = np.concatenate([self._keys, keys], axis=1)
            self._amounts = np.concatenate([self._amounts, self._new_amounts])
            self._new, self._new_firms, self._new_amounts = [], [], []
            names = [*islice(self._firms, len(self._names), None)]
            self._names = np.concatenate([self._names, np.array(names, dtype=np.uint64)])

    def _cut(self, kept: BoolArray) -> None:
        if not kept.all():
            self._keys, self._amounts = self._keys[:, kept], self._amounts[kept]


def _check(channel: str, amount: float) -> None:
    bound = CHANNELS[channel].bound
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
