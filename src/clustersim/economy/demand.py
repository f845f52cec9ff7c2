"""Where sales go: at home and abroad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from clustersim.errors import InputError
from clustersim.language import tr
from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Demand", "DemandSpec"]

EXPORTS = Stream("demand.exports")
EXPORT_SHARE = Stream("demand.export_share")


class DemandSpec(Spec):
    """Who exports, and how much."""

    exporters: Annotated[
        float,
        Parameter(
            "Share of firms of the reference size that export.",
            Kind.SHARE,
            low=0.01,
            high=1.0,
            source="assumption: with fewer, Noksan's exporters would have to sell nearly all abroad"
            " to reach its published 35 %, so they sell half; no figure by complex was found",
            moves="exports",
        ),
    ] = 0.60
    reference_workers: Annotated[
        float,
        Parameter(
            "Size at which that share holds.",
            Kind.NUMBER,
            unit="heads",
            low=1,
            high=10_000,
            source="K29",
            moves="exports",
        ),
    ] = 28.0
    size_slope: Annotated[
        float,
        Parameter(
            "Rise of the log odds of exporting with log workers.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=3.0,
            source="assumption: exporters are larger (korea_data 1, exporters' value added)",
            moves="exports",
        ),
    ] = 0.8
    spread: Annotated[
        float,
        Parameter(
            "Sd of the log odds of the export share among exporters.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=3.0,
            source="assumption",
            moves="exports",
        ),
    ] = 1.0


class Demand:
    """The equations of `DemandSpec`."""

    def __init__(self, spec: DemandSpec) -> None:
        self.spec = spec

    def birth(self, firms: Firms, luck: Luck, centre: float) -> None:
        """Draw the export share of new firms, the log odds of exporters centred at `centre`."""
        exporter, odds = self._draw(firms, luck)
        firms.export_share = exporter * expit(odds + centre)

    def centre(self, firms: Firms, luck: Luck, weights: FloatArray, share: float) -> float:
        """Return the centre at which these firms' weighted export share is a published one.

        Where luck made too few of them exporters, those sell abroad all they can.

        Raises
        ------
        InputError
            When exporters are too few whatever the luck.
        """
        if self.most(firms) < share:
            raise InputError(
                tr(
                    "exporters are too few for {share} of output to be sold abroad",
                    share=f"{100 * share:g} %",
                ),
                tr("raise economy.demand.exporters, or lower the complex's figures.export_share"),
            )
        exporter, odds = self._draw(firms, luck)

        def gap(centre: float) -> float:
            return float(np.sum(weights * exporter * expit(odds + centre)) / weights.sum() - share)

        if gap(12.0) < 0.0:
            return 12.0
        return float(brentq(gap, -12.0, 12.0)) if gap(-12.0) < 0.0 else -12.0

    def most(self, firms: Firms) -> float:
        """Return the share of output sold abroad if every exporter sold all it makes there."""
        # sizes are the same in every luck, output per worker is not
        return float(np.average(self._chance(firms), weights=firms.birth_workers))

    def _chance(self, firms: Firms) -> FloatArray:
        size = np.log(firms.birth_workers / self.spec.reference_workers)
        chance: FloatArray = expit(logit(self.spec.exporters) + self.spec.size_slope * size)
        return chance

    def _draw(self, firms: Firms, luck: Luck) -> tuple[FloatArray, FloatArray]:
        exporter = samplers.bernoulli(luck.uniform(EXPORTS, 0, firms.ids), self._chance(firms))
        odds = self.spec.spread * samplers.normal(luck.uniform(EXPORT_SHARE, 0, firms.ids))
        return exporter.astype(np.float64), odds

    @staticmethod
    def access(firms: Firms) -> FloatArray:
        """Return what better market access adds to log sales: it lifts exports alone.

        log(1 - x + x exp(a)), x the export share, a the level of `market_access`.
        """
        return np.log1p(firms.export_share * np.expm1(firms.market_access))
