"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from clustersim.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["put"]


def put(path: Path, data: bytes) -> Path:
    """Write a file under another name beside its place, rename it, and return its path.

    Raises
    ------
    StoreError
        The folder cannot be written; what stood there before still does.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            beside.unlink()
        raise StoreError(
            f"{path}: cannot be written ({error.strerror})",
            "choose a folder that can be written, and see that the disk is not full",
        ) from error
    return path
