"""A progress bar on standard error, in a terminal, a log or a notebook."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Self

from tqdm.auto import tqdm

from clustersim.language import later, tr

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Progress"]

_ONE: Final = {later("pairs of worlds"): later("pair"), later("worlds"): later("world")}
"""What can be counted, and what one of it is called."""


class Progress:
    """How many of the missing tasks have ended, and how many of them failed.

    Parameters
    ----------
    missing
        How many there are to run.
    shown
        Whether to show it; nothing is shown either when nothing is missing.
    of
        What is counted: pairs of worlds or worlds.
    """

    def __init__(self, missing: int, *, shown: bool, of: str = "pairs of worlds") -> None:
        self._failed = 0
        self._bar = tqdm(
            total=missing,
            desc=tr(of),
            unit=tr(_ONE[of]),
            file=sys.stderr,
            disable=not (shown and missing),
            dynamic_ncols=True,
        )

    def step(self, *, failed: bool) -> None:
        """Count one more task."""
        if failed:
            self._failed += 1
            self._bar.set_postfix({tr("failed"): self._failed}, refresh=False)
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
