"""Outcomes: what is read of a group of firms in a year.

>>> sorted(OUTCOMES)[:3]
['firms', 'output', 'output_per_firm']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clustersim.arrays import FloatArray

__all__ = ["NATIONAL", "OUTCOMES", "RATIOS", "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """One outcome: its unit, and how it is made of the yearly sums of the panel's columns."""

    unit: str
    of: Callable[[Mapping[str, FloatArray]], FloatArray]


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0.0, above / below, np.nan)


OUTCOMES: dict[str, Outcome] = {
    "output": Outcome("KRW2008", lambda sums: sums["output"]),
    "output_per_firm": Outcome(
        "KRW2008", lambda sums: _ratio(sums["output"], sums["firms"] / 12.0)
    ),
    "workers": Outcome("heads", lambda sums: sums["workers"] / 12.0),
    "value_added": Outcome("KRW2008", lambda sums: sums["value_added"]),
    "firms": Outcome("firms", lambda sums: sums["firms"] / 12.0),
    "rd_spending": Outcome("KRW2008", lambda sums: sums["rd_spending"]),
    "ties": Outcome("ties", lambda sums: sums["ties"] / 12.0),
    "utilisation": Outcome("%", lambda sums: 100.0 * _ratio(sums["output"], sums["capacity"])),
}
"""Every outcome by name; heads, firms and ties are averages over the months of the year.

A tie between two firms of a group is a tie of each.
"""

RATIOS = ("output_per_firm", "utilisation")
"""The outcomes that do not add up over years; without a firm they are not numbers."""

NATIONAL = ("output", "workers", "value_added")
"""The outcomes that the rivals outside a complex have too, and so the group `nation`."""
