"""Displacement: part of what policy lets firms sell more is taken from rivals.

A rival may stand in the same sector of the same complex, or anywhere else in the nation. Those
within lose in step with their complex's share of the national market; all others are one aggregate
rival of each sector, which belongs to no complex and reacts to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms

__all__ = ["Displacement", "DisplacementSpec"]


class DisplacementSpec(Spec):
    """How much of additional sales is taken from rivals, and how large their markets are."""

    switch: Literal["on", "off"] = "on"
    """`off`: whatever a firm sells more, nobody else sells less."""

    home: Annotated[
        float,
        Parameter(
            "Share of additional sales at home that rivals in the country lose.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: home demand for a sector's goods hardly grows because one firm"
            " serves it better; business stealing is known to be large (F16), its share is not",
            moves="output",
            doubt=Triangular(0.0, 0.7, 1.0),
        ),
    ] = 0.7
    abroad: Annotated[
        float,
        Parameter(
            "Share of additional exports that other exporters of the country lose.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: abroad most rivals are foreign",
            moves="output",
        ),
    ] = 0.1
    market: Annotated[
        float,
        Parameter(
            "Yearly home sales of all the country's firms of a sector, in won of 2008.",
            Kind.MONEY,
            unit="KRW2008 / year",
            low=1e9,
            high=1e16,
            source="assumption: national complexes sold about 210 tn won at home in 2008"
            " (korea_data 6), all factories twice that, in five sectors",
            moves="output",
        ),
    ] = 80e12
    markets: dict[
        str,
        Annotated[
            float,
            Parameter(
                "The same of a sector that differs.",
                Kind.MONEY,
                unit="KRW2008 / year",
                low=1e9,
                high=1e16,
                source="the scenario's own",
                moves="output",
            ),
        ],
    ] = Field(default_factory=dict)
    """Home sales by sector, where they are not `market`."""

    exports: Annotated[
        float,
        Parameter(
            "Exports of all the country's firms of a sector over their home sales.",
            Kind.NUMBER,
            unit="1",
            low=0.01,
            high=100.0,
            source="korea_data 6: 182.5 bn USD of 412.3 tn won in 2008",
            moves="output",
        ),
    ] = 0.95


class Displacement:
    """The equations of `DisplacementSpec`.

    Parameters
    ----------
    sectors
        All sectors' names, in the order of their codes.
    codes
        The complexes' numbers, ascending.
    present
        Whether a complex has firms of a sector, shape (complexes, sectors).

    Attributes
    ----------
    market
        What all the country's firms of a sector sell, home and abroad together, in won of 2008 a
        month, shape (complexes, sectors); 0 where the complex has none of the sector.
    lost
        What the rival outside a complex loses this month, same shape and unit.
    """

    def __init__(
        self,
        spec: DisplacementSpec,
        *,
        sectors: Sequence[str],
        codes: Sequence[int],
        present: FloatArray,
    ) -> None:
        self.spec = spec
        self._places = np.zeros(max(codes) + 1, dtype=np.int64)
        self._places[list(codes)] = np.arange(len(codes))
        home = np.array([spec.markets.get(name, spec.market) for name in sectors]) / 12.0
        self._markets: FloatArray = np.expand_dims(np.stack([home, spec.exports * home]), 1)
        self._rates = np.array([spec.home, spec.abroad])[:, None, None] * (spec.switch == "on")
        self.market: FloatArray = present * self._markets.sum(axis=0)
        self.lost: FloatArray = np.zeros(present.shape)
        self._coming = self.lost
        self._loss = np.zeros((2, *present.shape))

    def measure(self, firms: Firms) -> None:
        """Take down what this month's additional sales take from rivals in the next.

        additional = sales (1 - exp(-p)) at home, sales (1 - exp(-p - a)) abroad, a being market
        access and p what policy adds besides: together output (1 - exp(-all that policy adds)). Of
        what is displaced, rivals within lose their complex's share of the market, the rival
        outside the rest.
        """
        x, p, a = firms.export_share, firms.lift, firms.market_access
        home, abroad = 1.0 - x, x * np.exp(a)
        sales = firms.output / (home + abroad) * np.array([home, abroad])
        additional = -sales * np.expm1(-np.array([p, p + a]))
        sums = self._sums(firms, [*sales, *additional])
        totals, displaced = sums[:2], self._rates * sums[2:]
        # a complex that sells more than the market is said to hold is all of it
        markets = np.maximum(self._markets, totals)
        self._loss = displaced / markets
        self._coming = np.sum(displaced * (1.0 - totals / markets), axis=0)

    def displace(self, firms: Firms) -> None:
        """Set what each firm loses this month: log(1 - (1 - x) home loss - x abroad loss)."""
        self.lost = self._coming
        home, abroad = self._loss[:, self._places[firms.complex], firms.sector]
        x = firms.export_share
        firms.displaced = np.log1p(-((1.0 - x) * home + x * abroad))

    def _sums(self, firms: Firms, flows: Sequence[FloatArray]) -> FloatArray:
        """Return the sums of some flows, shape (flows, complexes, sectors)."""
        complexes, sectors = self.lost.shape
        cells = self._places[firms.complex] * sectors + firms.sector
        sums = [np.bincount(cells, flow, minlength=complexes * sectors) for flow in flows]
        return np.reshape(sums, (-1, complexes, sectors))
