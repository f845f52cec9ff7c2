"""A table as a file, and as plain data."""

from __future__ import annotations

import contextlib
import math
import os
from typing import TYPE_CHECKING, Any

from clustersim.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["plain", "save"]


def save(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV, in one step, and return its path.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(beside, index=False)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            beside.unlink()
        raise StoreError(
            f"{path}: the table cannot be written ({error.strerror})",
            "choose a folder that can be written, and see that the disk is not full",
        ) from error
    return path


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain data, None where there is no number."""
    return [
        {
            str(key): None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]
