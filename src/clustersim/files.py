"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from clustersim.errors import StoreError
from clustersim.language import later, tr

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["because", "put"]


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
            tr("{path}: cannot be written ({why})", path=path, why=because(error)),
            tr("choose a folder that can be written, and see that the disk is not full"),
        ) from error
    return path


def because(error: OSError) -> str:
    """Return why the system refused, in the language that is spoken where that is known.

    >>> because(PermissionError(13, "Permission denied"))
    'Permission denied'
    """
    return tr(error.strerror) if error.strerror else str(error) or tr("unknown reason")


_REASONS: Final = (
    later("Cannot allocate memory"),
    later("Directory not empty"),
    later("Disk quota exceeded"),
    later("File exists"),
    later("File name too long"),
    later("File too large"),
    later("Input/output error"),
    later("Invalid argument"),
    later("Is a directory"),
    later("No space left on device"),
    later("No such file or directory"),
    later("Not a directory"),
    later("Operation not permitted"),
    later("Permission denied"),
    later("Read-only file system"),
    later("Too many levels of symbolic links"),
    later("Too many open files"),
)
"""What systems say of files, as catalogues know it; anything else is told as they say it."""
