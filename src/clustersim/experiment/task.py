"""One task: run a pair of worlds and store what it leaves behind."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, cast

from clustersim.errors import StoreError
from clustersim.experiment.plan import Task
from clustersim.experiment.shard import Shard
from clustersim.experiment.store import Store
from clustersim.language import LANGUAGES, speaking

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Job", "Work"]

Work = Callable[[bytes, Task], Shard]
"""Runs one pair of worlds: a pure function of what all tasks of a run share and of the task."""


@dataclass(frozen=True)
class Job:
    """All that the tasks of a run share, as plain data, so that any process can be told.

    Parameters
    ----------
    folder
        The results folder.
    work
        The function that runs a task, as ``module:function``: a name travels between processes
        where a function defined in a notebook cannot.
    payload
        What the function is given besides the task: the resolved scenario and the seed.
    lang
        The language in which is told what goes wrong.
    """

    folder: Path
    work: str
    payload: bytes
    lang: str = LANGUAGES[0]

    @cached_property
    def store(self) -> Store:
        """The results folder, open."""
        return Store.open(self.folder)

    def do(self, task: Task) -> str:
        """Run one task and store its shard, or note why it failed.

        Returns
        -------
        str
            The traceback of a task that failed, empty for one that is done.

        Raises
        ------
        StoreError
            When the disk refuses: no other task would fare better.
        """
        with speaking(self.lang):
            store = self.store
            if store.has(task):  # a worker was killed after storing it and before saying so
                return ""
            try:
                work = cast("Work", resolve_name(self.work))
                store.write(task, work(self.payload, task))
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - whatever it is, the other tasks go on
                reason = traceback.format_exc()
                store.fail(task, reason)
                return reason
            return ""
