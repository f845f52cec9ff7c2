"""The only doors through which policy reaches a firm.

Everything the programme does to a firm is a `Flow` (won in a month) or an `Effect` (log points
that rise, peak and fade). Both are multiplied by the one effect scale as they pass the door, so at
scale 0 the programme runs in full and no firm's path moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from clustersim.errors import RunError
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.state import Firms

__all__ = ["CHANNELS", "Channel", "Channels", "ChannelsSpec", "profile"]

FlowChannel = Literal["cash", "rd_spending", "knowledge"]
EffectChannel = Literal["practices", "market_access"]


@dataclass(frozen=True)
class Channel:
    """One door: what passes, how much at most, and the equation that it enters."""

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


@dataclass(frozen=True)
class _Delivery:
    column: str
    firm: int
    month: int
    amount: float
    months: int  # of a flow: over how many months; of an effect: to its peak
    half_life: float


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
        self._flows: list[_Delivery] = []
        self._effects: list[_Delivery] = []

    def flow(
        self, channel: FlowChannel, firm: int, month: int, amount: float, months: int = 1
    ) -> None:
        """Deliver won of 2008 in equal parts over some months, the first being `month`."""
        self._check(channel, amount)
        column = CHANNELS[channel].column
        self._flows.append(_Delivery(column, firm, month, self._scale * amount, months, 0.0))

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
        """Deliver an effect on the level of log sales that starts to rise after `month`."""
        self._check(channel, peak)
        column = CHANNELS[channel].column
        self._effects.append(
            _Delivery(column, firm, month, self._scale * peak, months_to_peak, half_life)
        )

    def inherit(self, parents: IdArray, children: IdArray) -> None:
        """Give each firm that split off the effects that its parent has: people carry them along.

        Money on its way stays with the parent, who has the contract.
        """
        heirs = dict(zip(parents.tolist(), children.tolist(), strict=True))
        self._effects += [replace(d, firm=heirs[d.firm]) for d in self._effects if d.firm in heirs]

    @staticmethod
    def _check(channel: str, amount: float) -> None:
        bound = CHANNELS[channel].bound
        if not abs(amount) <= bound:
            raise RunError(
                f"channel {channel}: {amount!r} is beyond its bound of {bound:g}",
                "look for a wrong unit in the instrument that delivers it",
            )

    def apply(self, firms: Firms, month: int) -> None:
        """Set the channel columns of every firm for this month."""
        for channel in CHANNELS.values():
            setattr(firms, channel.column, 0.0)
        self._flows = [d for d in self._flows if month < d.month + d.months]
        due = [d for d in self._flows if month >= d.month]
        _scatter(firms, due, [d.amount / d.months for d in due])
        ages = np.array([float(month - d.month) for d in self._effects])
        rises = np.array([float(d.months) for d in self._effects])
        fades = np.array([d.half_life for d in self._effects])
        levels = profile(ages, rises, fades).tolist()
        _scatter(
            firms,
            self._effects,
            [d.amount * level for d, level in zip(self._effects, levels, strict=True)],
        )
        firms.practices = np.clip(firms.practices, -self._cap, self._cap)
        firms.market_access = np.clip(firms.market_access, -self._cap, self._cap)


def _scatter(firms: Firms, deliveries: list[_Delivery], amounts: list[float]) -> None:
    """Add each amount to its firm's column; a firm that is gone gets nothing."""
    rows, here = firms.rows(np.array([d.firm for d in deliveries], dtype=np.uint64))
    for delivery, row, there, amount in zip(deliveries, rows, here, amounts, strict=True):
        if there:
            firms.block[firms.columns[delivery.column].index, row] += amount
