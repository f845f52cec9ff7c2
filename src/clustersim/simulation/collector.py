"""Python's collector of cycles, off while a world lives.

A world makes hundreds of thousands of rows that stay, and while it lives hardly a cycle: the
collector would go through them again and again, for up to a tenth of the time, and find nothing.
"""

from __future__ import annotations

import gc
from contextlib import ContextDecorator
from threading import Lock

__all__ = ["uncollected"]


class _Uncollected(ContextDecorator):
    """Leaves the collector off until the last of those inside is out, in whatever thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._was_on and not self._inside:
                gc.enable()


uncollected = _Uncollected()
"""Around a world, as ``with uncollected:`` or over a function."""
