"""Spillovers: what firms learn from the knowledge of others, over ties and by mere nearness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from clustersim.economy.places import blocks
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import FloatArray
    from clustersim.economy.places import Place
    from clustersim.economy.state import Firms
    from clustersim.economy.ties import Standing

__all__ = ["Spillovers", "SpilloversSpec"]


class SpilloversSpec(Spec):
    """How others' knowledge enters a firm's sales."""

    switch: Literal["on", "off"] = "on"
    """`off`: nobody learns from others; ties still form, and move nothing."""

    elasticity: Annotated[
        float,
        Parameter(
            "Elasticity of sales to others' knowledge, where there is as much of it within reach as"
            " the median stock of the sector.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=0.3,
            source="F16: society gains about twice what the firm does; F15: perhaps no more than"
            " the firm; so about a third of the private elasticity, and near 0 is possible",
            moves="output",
            doubt=Triangular(0.0, 0.02, 0.06),
        ),
    ] = 0.02
    nearby: Annotated[
        float,
        Parameter(
            "What a won of a neighbour's knowledge counts, next door and without a tie.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=1.0,
            source="assumption: weak beside a tie; F19 and F21 disagree on nearness itself",
            moves="output",
            doubt=Triangular(0.0, 0.001, 0.003),
        ),
    ] = 0.001


class Spillovers:
    """The equations of `SpilloversSpec`.

    pool = sum over ties of weight x K + nearby x sum over neighbours of nearness x K, with K the
    partners' and neighbours' whole stocks at the end of last month. What a complex's blocks had
    around them at the start is what later entrants are measured against, in every arm.
    """

    def __init__(self, spec: SpilloversSpec) -> None:
        self.spec = spec
        self.on = spec.switch == "on"
        self._first: dict[int, FloatArray] = {}

    def start(
        self, firms: Firms, places: Sequence[Place], ties: Standing, institutions: FloatArray
    ) -> None:
        """Set what the first firms find, and what later ones will be measured against."""
        if self.on:
            self._first = {place.code: place.near(firms, firms.stock) for place in places}
            self.gather(firms, places, ties, institutions)
            firms.birth_pool = firms.pool

    def birth(self, firms: Firms) -> None:
        """Set what firms born later are measured against: the nearness of the start, no ties."""
        for code, near in self._first.items():
            here = firms.complex == code
            firms.birth_pool[here] = self.spec.nearby * near[blocks(firms)[here]]

    def gather(
        self, firms: Firms, places: Sequence[Place], ties: Standing, institutions: FloatArray
    ) -> None:
        """Set each firm's pool, and the part of it that ties of the programme add.

        Parameters
        ----------
        institutions
            Their stocks, by their number in `ties`.
        """
        if not self.on:
            return
        stock = firms.stock * firms.alive
        theirs = np.where(ties.clock > 0, institutions[ties.clock], stock[ties.second])
        to_first, to_second = ties.weight * theirs, ties.weight * stock[ties.first]
        firms.policy_pool = ties.sums(to_first * ties.owed, to_second * ties.owed, len(firms))
        own = 1.0 - ties.owed
        pool = ties.sums(to_first * own, to_second * own, len(firms))
        for place in places:
            here = np.flatnonzero(firms.complex == place.code)
            around = place.near(firms, stock)[blocks(firms)[here]] - stock[here]
            pool[here] += self.spec.nearby * np.maximum(around, 0.0)
        firms.pool = pool + firms.policy_pool

    def level(self, firms: Firms, reference: FloatArray) -> FloatArray:
        """Return what others' knowledge adds to log sales since birth.

        2 e [log(1 + pool / K0) - log(1 + pool at birth / K0)], K0 the sector's median stock.
        """
        return self._rise(firms.pool, firms.birth_pool, reference)

    def owed_to_policy(self, firms: Firms, reference: FloatArray) -> FloatArray:
        """Return the part of it that ties of the programme add."""
        return self._rise(firms.pool, firms.pool - firms.policy_pool, reference)

    def _rise(self, pool: FloatArray, before: FloatArray, reference: FloatArray) -> FloatArray:
        if not self.on:
            return np.zeros(len(pool))
        gain = (reference + pool) / (reference + before)
        found: FloatArray = 2.0 * self.spec.elasticity * np.log(gain)
        return found
