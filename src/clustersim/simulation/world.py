"""One world: months in a plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustersim.economy.month import Economy
from clustersim.programme.programme import Programme
from clustersim.simulation.record import Record
from clustersim.simulation.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.randomness import Luck
    from clustersim.scenario.schema import ScenarioSpec

__all__ = ["simulate"]


def simulate(
    spec: ScenarioSpec, luck: Luck, watch: Callable[[Economy, int], None] | None = None
) -> Record:
    """Run one world from its first month to its last.

    Parameters
    ----------
    spec
        A scenario whose programme is the arm's and whose parameters are the draw's.
    luck
        All its random events, the same in every arm.
    watch
        Called after every month with the economy, which it may read, and the month: for what no
        record holds.
    """
    economy = Economy(
        spec.economy,
        spec.complexes,
        luck,
        start=spec.start,
        end=spec.end,
        effect_scale=spec.programme.effect_scale,
    )
    programme = Programme(
        spec.programme, economy, spec.economy, luck, start=spec.start, end=spec.end
    )
    recorder = Recorder(economy)
    for month in range(spec.start, spec.end + 1):
        programme.advance(month)
        economy.step(month)
        recorder.month(month)
        if watch:
            watch(economy, month)
    programme.close()
    months, panel = recorder.finish()
    ledgers = {name: office.ledger.rows() for name, office in programme.offices.items()}
    rivals = recorder.rivals()
    return Record(months, panel, rivals, programme.events, ledgers, economy.splits, recorder.ties())
