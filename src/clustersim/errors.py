"""Every error clustersim raises, in one tree.

::

    ClustersimError
    ├── InputError            what the user gave cannot be used            exit 2
    │   ├── UnitError         a quantity that cannot be read
    │   └── ScenarioError     a scenario file; carries all its problems
    └── RunError              something failed while running               exit 1
        ├── StoreError        a results folder
        ├── TaskError         one pair of worlds
        └── LedgerError       money that does not add up

A message has two lines: what is wrong and where, then how to mend it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.problems import Problem

__all__ = [
    "ClustersimError",
    "InputError",
    "LedgerError",
    "RunError",
    "ScenarioError",
    "StoreError",
    "TaskError",
    "UnitError",
]


class ClustersimError(Exception):
    """The root of all errors raised on purpose.

    Parameters
    ----------
    what
        What is wrong, and where.
    hint
        How to mend it.
    """

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n{self.hint}" if self.hint else self.what


class InputError(ClustersimError):
    """What the user gave cannot be used."""

    exit_code = 2


class UnitError(InputError):
    """A quantity that cannot be read."""


class ScenarioError(InputError):
    """A scenario that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RunError(ClustersimError):
    """Something failed while running."""


class StoreError(RunError):
    """A results folder that cannot be read or written."""


class TaskError(RunError):
    """One pair of worlds failed; the others are kept."""


class LedgerError(RunError):
    """Money that does not add up: a defect of the model, never of the input."""
