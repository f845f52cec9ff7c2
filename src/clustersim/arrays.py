"""Names for the array types that pass between rooms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoolArray", "Columns", "FloatArray", "IdArray", "IntArray", "Numbers"]

FloatArray = NDArray[np.float64]
"""Real numbers, usually one per firm."""

IntArray = NDArray[np.int64]
"""Codes, counts and months, usually one per firm."""

BoolArray = NDArray[np.bool_]
"""Yes or no, usually one per firm."""

IdArray = NDArray[np.uint64]
"""Firm ids: birth month | complex | slot (see `clustersim.randomness.ids`)."""

Numbers = float | FloatArray
"""One number, or one for each row."""

Columns = dict[str, NDArray[Any]]
"""A small table: equally long arrays by column name."""
