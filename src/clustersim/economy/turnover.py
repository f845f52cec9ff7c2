"""Births and exits.

The number of births in a month is a Poisson quantile of one draw, so a higher rate only adds firms
and each keeps its identity in every arm. A firm closes when its cumulated hazard passes a threshold
drawn at birth, so a lower hazard can only postpone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim.randomness import Stream, ids, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, IdArray, Numbers
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Turnover", "TurnoverSpec"]

BIRTHS = Stream("turnover.births")
THRESHOLD = Stream("turnover.threshold")
AGE = Stream("turnover.age")


class TurnoverSpec(Spec):
    """How firms come and go."""

    entry: Annotated[
        float,
        Parameter(
            "New firms a year, as a share of the firms at as_of.",
            Kind.HAZARD,
            low=0.0,
            high=0.5,
            source="korea_data 9: 3 to 12 %, central 8 %",
            moves="firms",
            doubt=Triangular(0.03, 0.08, 0.12),
        ),
    ] = 0.08
    entrant_size: Annotated[
        float,
        Parameter(
            "Median size of an entrant over that of the firms at as_of.",
            Kind.NUMBER,
            unit="1",
            low=0.05,
            high=5.0,
            source="assumption: newly operating firms were mostly small tenants (korea_data 6)",
            moves="output_per_firm",
            doubt=Triangular(0.4, 0.7, 1.0),
        ),
    ] = 0.7
    exit: Annotated[
        float,
        Parameter(
            "Hazard of closing for an old firm of the reference size.",
            Kind.HAZARD,
            low=0.0,
            high=0.5,
            source="evidence G: from memory; slopes after K2",
            moves="firms",
            doubt=Triangular(0.02, 0.04, 0.08),
        ),
    ] = 0.04
    reference_workers: Annotated[
        float,
        Parameter(
            "Size at which that hazard holds.",
            Kind.NUMBER,
            unit="heads",
            low=1,
            high=10_000,
            source="K29",
            moves="firms",
        ),
    ] = 28.0
    exit_size_exponent: Annotated[
        float,
        Parameter(
            "How the hazard changes with size.",
            Kind.NUMBER,
            unit="1",
            low=-1.0,
            high=0.0,
            source="sign K2; size assumption",
            moves="firms",
        ),
    ] = -0.25
    young: Annotated[
        float,
        Parameter(
            "Extra hazard of a new firm, over that of an old one.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=20.0,
            source="assumption: between tenants of complexes and all manufacturing start-ups"
            " (korea_data 6: one-year survival 68.8 %)",
            moves="firms",
        ),
    ] = 2.0
    maturing: Annotated[
        float,
        Parameter(
            "Time in which the extra hazard falls to 37 %.",
            Kind.DURATION,
            low=1,
            high=360,
            source="K2: hazard in year 1 twice that of years 2-5",
            moves="firms",
        ),
    ] = 36.0
    mean_age: Annotated[
        float,
        Parameter(
            "Mean age of the firms at the start.",
            Kind.DURATION,
            low=1,
            high=600,
            source="K6: firms that do research are 11.7 years old; all are younger (assumption)",
            moves="firms",
        ),
    ] = 108.0


class Turnover:
    """The equations of `TurnoverSpec`."""

    def __init__(self, spec: TurnoverSpec) -> None:
        self.spec = spec

    def birth(self, firms: Firms, luck: Luck) -> None:
        """Draw the threshold at which a new firm will close."""
        firms.threshold = samplers.exponential(luck.uniform(THRESHOLD, 0, firms.ids))
        firms.alive = 1.0

    def ages(self, luck: Luck, ids_: IdArray) -> FloatArray:
        """Draw the age in months of firms that are there at the start: exponential."""
        return self.spec.mean_age * samplers.exponential(luck.uniform(AGE, 0, ids_))

    def births(self, luck: Luck, month: int, code: int, mean: FloatArray) -> list[IdArray]:
        """Return by sector the ids of the firms born this month in one complex."""
        sectors = np.arange(len(mean), dtype=np.uint64)
        u = luck.uniform(BIRTHS, month, (np.uint64(code) << np.uint64(16)) + sectors)
        counts = samplers.poisson(u, mean)
        return [
            ids.make(month, code, (sector << np.uint64(20)) + np.arange(count, dtype=np.uint64))
            for sector, count in zip(sectors, counts.astype(np.int64), strict=True)
        ]

    def rate(self, workers: FloatArray) -> FloatArray:
        """Return the monthly hazard of an old firm: h (workers / reference)^s / 12."""
        size = np.maximum(workers, 0.5) / self.spec.reference_workers
        return self.spec.exit / 12.0 * size**self.spec.exit_size_exponent

    def cumulated(self, workers: FloatArray, age: FloatArray, months: Numbers) -> FloatArray:
        """Return the hazard over some months of firms that keep their size."""
        tau = self.spec.maturing
        young = tau * (np.exp(-age / tau) - np.exp(-(age + months) / tau))
        return self.rate(workers) * (months + self.spec.young * young)

    def close(self, firms: Firms, age: FloatArray) -> None:
        """Add the month's hazard and close the firms whose sum has passed the threshold.

        hazard' = hazard + h (workers / reference)^s (1 + young exp(-age / maturing)) / 12
        """
        firms.hazard += firms.alive * self.cumulated(firms.workers, age, 1.0)
        firms.alive = firms.alive * (firms.hazard < firms.threshold)
