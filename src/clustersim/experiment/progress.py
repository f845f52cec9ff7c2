"""A progress bar on standard error, in a terminal or a log, or below its cell in a notebook."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from tqdm import tqdm

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
        notebook = _in_notebook()
        self._bar = (_BelowCell if notebook else tqdm)(
            total=missing,
            desc=tr(of),
            unit=tr(_ONE[of]),
            file=io.StringIO() if notebook else sys.stderr,
            disable=not (shown and missing),
            dynamic_ncols=not notebook,
            ncols=80 if notebook else None,
            ascii=False if notebook else None,
        )

    def step(self, *, failed: bool) -> None:
        """Count one more task."""
        if failed:
            self._failed += 1
            self._bar.set_postfix_str("=".join([tr("failed"), str(self._failed)]), refresh=False)
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


class _BelowCell(tqdm):  # type: ignore[type-arg]  # it iterates over nothing
    """The bar as one output of its cell, written over as it moves: no widgets are needed."""

    _output: Any = None

    def display(self, msg: str | None = None, pos: int | None = None) -> None:  # noqa: ARG002 - tqdm's
        """Show the bar, or a text in its place."""
        text = {"text/plain": str(self) if msg is None else msg}
        if self._output is None:  # what shows it is there in a notebook alone
            show = import_module("IPython.display").display
            self._output = show(text, raw=True, display_id=True)
        else:
            self._output.update(text, raw=True)


def _in_notebook() -> bool:
    """Tell whether this is the kernel of a notebook, whose standard error has a red ground."""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython.get_ipython(), "kernel") if ipython else False
