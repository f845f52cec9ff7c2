"""What makes the distance to a target of growth.

From what a fixed cohort did by itself, step by step, to what the reading says of the world with the
programme: each step adds one thing, and what it adds is that part of the distance.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clustersim.estimands.readings import cohort

if TYPE_CHECKING:
    from clustersim.arrays import Columns
    from clustersim.estimands.readings import Reading

__all__ = ["PARTS", "distance"]

PARTS = ("asked", "firms", "macro", "prices", "composition", "programme", "distance")
"""What the target asks, as a minus; what firms of the cohort did beyond the economy around them,
less what they gave to firms that split off; that economy's output; its prices; firms that came and
went; the programme; the sum of all."""


def distance(reading: Reading, arm: Columns, reference: Columns) -> tuple[dict[str, float], str]:
    """Return the parts and their unit.

    Returns
    -------
    `PARTS` in log points, or in percentage points for the reading `share_of_firms`. The parts
    before `distance` add up to it. All are not a number where one of them is: without a firm that
    worked all months of both years there is no cohort.

    Notes
    -----
    The steps, each read in the reference's world but for the last: the cohort's real output with
    the macro index held still; its real output; its sales, if the target is nominal; the reading's
    own firms; the same in the arm's world. With y real output, m the macro index and i in the
    cohort, the first is log(sum y_i now / sum y_i then (m_i now / m_i then)). Of a share each step
    counts the firms whose amount grew enough.
    """
    share = reading.target.reading == "share_of_firms"
    now, then = reading.sides(reference, reference)
    stayed, before = cohort(now, then)
    around = stayed.macro / before.macro
    nominal = reading.target.prices == "nominal"
    months = (stayed.months, before.months)
    paid = (stayed.sales, before.sales) if nominal else (stayed.output, before.output)
    steps = [
        reading.compare(stayed.output, before.output * around, *months),
        reading.compare(stayed.output, before.output, *months),
        reading.compare(*paid, *months),
        reading.growth(now, then),
        reading.growth(*reading.sides(arm, reference)),
    ]
    asked, start = reading.target.share, 0.0
    if not share:
        steps, asked = np.log(steps).tolist(), float(np.log1p(reading.target.growth))
    scale = 100.0 if share else 1.0
    values = [-asked, *(after - before_ for before_, after in pairwise([start, *steps]))]
    values.append(steps[-1] - asked)
    if np.isnan(values).any():
        values = [float("nan")] * len(PARTS)
    unit = "percentage points" if share else "log points"
    return dict(zip(PARTS, (scale * value for value in values), strict=True)), unit
