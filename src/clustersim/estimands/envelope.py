"""The back of the envelope: what simple sums say the effect on output should be.

Treated output x effect x duration, with nothing of the model but its parameters and who was served.
A simulated effect far from it is either a discovery or a mistake, and must be explained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim.economy.channels import profile
from clustersim.economy.knowledge import Knowledge
from clustersim.programme import inno_core, rnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.programme.office import Event
    from clustersim.scenario.schema import ScenarioSpec

__all__ = ["envelope"]


def envelope(spec: ScenarioSpec, events: Sequence[Event]) -> list[tuple[str, str, float]]:
    """Return (complex, instrument, won of 2008 of output over all years of the run).

    Notes
    -----
    Inno-Core: sales at entry x scale x the years its profile lasts, for every package. Research:
    subsidy x additionality x yearly sales per won of knowledge x the years it lasts; sales per won
    are the rate of return, or elasticity x depreciation / intensity, as the stock of a firm that
    does research is intensity x sales / depreciation.
    """
    rows = []
    for name in spec.programme.complexes:
        for instrument, rule in ((rnd.NAME, _research), (inno_core.NAME, _packages)):
            mine = [e for e in events if (e.complex, e.instrument) == (name, instrument)]
            rows.append((name, instrument, rule(spec, mine)))
    return rows


def _packages(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    terms = spec.programme.inno_core
    entry = {event.firm: event.detail for event in events if event.kind == "chosen"}
    shape = inno_core.shape_of(terms)
    months = np.arange(0.0, spec.end + 1 - spec.start)
    course = profile(months, np.array(float(shape.months_to_peak)), np.array(shape.half_life))
    lasting = np.concatenate([[0.0], np.cumsum(course)]) / 12.0
    return sum(
        terms.scale * entry[event.firm] * float(lasting[spec.end + 1 - int(event.time)])
        for event in events
        if event.kind == "package"
    )


def _research(spec: ScenarioSpec, events: Sequence[Event]) -> float:
    terms, knowledge = spec.programme.rnd, spec.economy.knowledge
    decay = knowledge.depreciation
    per_won = knowledge.rate_of_return
    if knowledge.form == "elasticity":
        per_won = knowledge.elasticity * decay / Knowledge(knowledge).intensity
    total = 0.0
    for event in events:
        if event.kind == "funded":
            sold = event.time + terms.duration + terms.commercial_lag
            years = max(spec.end + 1 - sold, 0.0) / 12.0
            lasting = (1.0 - (1.0 - decay) ** years) / -float(np.log1p(-decay))
            total += terms.additionality * event.amount * per_won * lasting
    return total
