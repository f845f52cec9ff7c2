"""A table as a file, and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from clustersim.files import put

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["plain", "save"]


def save(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV and return its path.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    return put(path, table.to_csv(index=False).encode())


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain data, None where there is no number."""
    return [
        {
            str(key): None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]
