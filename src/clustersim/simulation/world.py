"""One world: months in a plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustersim.economy.month import Economy
from clustersim.programme.programme import Programme
from clustersim.simulation.collector import uncollected
from clustersim.simulation.record import Record
from clustersim.simulation.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clustersim.randomness import Luck
    from clustersim.scenario.schema import ScenarioSpec

__all__ = ["World", "simulate"]


class World:
    """A world as it lives.

    Parameters
    ----------
    spec
        A scenario whose programme is the arm's and whose parameters are the draw's.
    luck
        All its random events, the same in every arm.
    """

    def __init__(self, spec: ScenarioSpec, luck: Luck) -> None:
        self.spec = spec
        self.economy = Economy(
            spec.economy,
            spec.complexes,
            luck,
            start=spec.start,
            end=spec.end,
            effect_scale=spec.programme.effect_scale,
        )
        self.programme = Programme(
            spec.programme, self.economy, spec.economy, luck, start=spec.start, end=spec.end
        )

    def months(self) -> Iterator[int]:
        """Live the months one by one; yield each when it has been."""
        for month in range(self.spec.start, self.spec.end + 1):
            self.programme.advance(month)
            self.economy.step(month)
            yield month
        self.programme.close()


@uncollected
def simulate(
    spec: ScenarioSpec, luck: Luck, watch: Callable[[Economy, int], None] | None = None
) -> Record:
    """Run one world from its first month to its last, and return its record.

    Parameters
    ----------
    spec, luck
        As of `World`.
    watch
        Called after every month with the economy, which it may read, and the month: for what no
        record holds.
    """
    world = World(spec, luck)
    recorder = Recorder(world.economy)
    for month in world.months():
        recorder.month(month)
        if watch:
            watch(world.economy, month)
    months, panel = recorder.finish()
    offices = world.programme.offices
    return Record(
        months,
        panel,
        recorder.rivals(),
        world.programme.events,
        {name: office.ledger.rows() for name, office in offices.items()},
        world.economy.splits,
        recorder.ties(),
    )
