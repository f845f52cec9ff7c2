"""The core of a complex month by month: what published figures of a complex are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustersim.economy.observed import SIZES
from clustersim.economy.state import SIZE_CLASSES, size_class
from clustersim.simulation.collector import uncollected
from clustersim.simulation.world import World

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.randomness import Luck
    from clustersim.scenario.schema import ScenarioSpec

__all__ = ["Core", "core"]

_ROWS = ("sales", "output", "capacity", "workers", "firms")


@dataclass(frozen=True)
class Core:
    """Sums over the firms of a complex's core, sites left out.

    `sums` has shape (rows, size classes, months) and starts at month `start`: nominal sales, output
    and capacity in won of 2008, workers, firms.
    """

    start: int
    sums: FloatArray

    def of(self, quantity: str, months: tuple[int, int], size: str = "") -> float:
        """Return one of `QUANTITIES` over a period, as it would be published.

        Output in the prices of the time, summed over the months; utilisation the ratio of sums;
        workers and firms the mean of the months. Nobody's utilisation is not a number.
        """
        classes = [SIZE_CLASSES.index(name) for name in SIZES.get(size, (size,))]
        first, last = (month - self.start for month in months)
        rows = dict(zip(_ROWS, self.sums[:, classes, first : last + 1].sum(axis=1), strict=True))
        if quantity == "output":
            return float(rows["sales"].sum())
        if quantity == "utilisation":
            capacity = rows["capacity"].sum()
            return float(rows["output"].sum() / capacity) if capacity > 0.0 else np.nan
        return float(rows[quantity].mean())

    def has(self, months: tuple[int, int]) -> bool:
        """Tell whether a period lies within."""
        return self.start <= months[0] and months[1] < self.start + self.sums.shape[2]


@uncollected
def core(spec: ScenarioSpec, luck: Luck) -> dict[str, Core]:
    """Run one world and return the sums of the core of each complex by name."""
    found: dict[str, list[FloatArray]] = {}
    world = World(spec, luck)
    economy = world.economy
    for month in world.months():
        firms, prices = economy.view(), economy.prices(month)
        working = firms.output > 0.0
        for code, name in economy.names.items():
            here = working & (firms.complex == code) & (firms.site == 0.0)
            output, workers = firms.output[here], firms.workers[here]
            flows = (
                output * prices[here],
                output,
                firms.capacity[here],
                workers,
                np.ones(len(output)),
            )
            classes = size_class(workers)
            sums = [np.bincount(classes, flow, minlength=len(SIZE_CLASSES)) for flow in flows]
            found.setdefault(name, []).append(np.array(sums))
    return {name: Core(spec.start, np.stack(months, axis=-1)) for name, months in found.items()}
