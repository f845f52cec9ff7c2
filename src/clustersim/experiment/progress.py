"""A progress bar on standard error, in a terminal, a log or a notebook."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from tqdm.auto import tqdm

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Progress"]


class Progress:
    """How many of the missing tasks have ended, and how many of them failed.

    Parameters
    ----------
    missing
        How many there are to run.
    shown
        Whether to show it; nothing is shown either when nothing is missing.
    of
        What is counted.
    """

    def __init__(self, missing: int, *, shown: bool, of: str = "pairs of worlds") -> None:
        self._failed = 0
        self._bar = tqdm(
            total=missing,
            desc=of,
            unit=of.partition(" ")[0].removesuffix("s"),
            file=sys.stderr,
            disable=not (shown and missing),
            dynamic_ncols=True,
        )

    def step(self, *, failed: bool) -> None:
        """Count one more task."""
        if failed:
            self._failed += 1
            self._bar.set_postfix(failed=self._failed, refresh=False)
        self._bar.update()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
