"""Problems found in the input, each with its place, collected so that all are told at once."""

from __future__ import annotations

import difflib
import operator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from clustersim.errors import InputError, ScenarioError
from clustersim.language import tr
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["MOST", "Place", "Problem", "Problems", "did_you_mean", "nearest", "unexpected", "whole"]

MOST: Final = 100
"""Problems told at once at most: a file with more is another kind of file."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a problem stands: a file, a line and a column, both counted from 1 (0 when unknown).

    >>> print(Place("noksan.yaml", 3, 7), Place("firms.csv", 12), Place("--set"))
    noksan.yaml:3:7 firms.csv:12 --set
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = (self.line, self.column)
        return ":".join([self.file, *(str(number) for number in numbers if number)])


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, at which path of the scenario, what, and how to mend it."""

    place: Place
    path: str
    message: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}" if self.path else str(self.place)
        return f"{where}: {self.message}\n  {self.hint}"


@dataclass
class Problems:
    """A growing list of problems, raised together, at the latest when there are `MOST`."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, path: str, message: str, hint: str) -> None:
        """Note a problem; the same one is noted once.

        Raises
        ------
        ScenarioError
            When there are too many to be of use.
        """
        problem = Problem(place, path, message, hint)
        if problem in self.found:
            return
        if len(self.found) + 1 >= MOST:
            what = tr("there are more mistakes than are told here")
            problem = Problem(Place(place.file), "", what, tr("mend these and check again"))
            raise ScenarioError(sorted([*self.found, problem]))
        self.found.append(problem)

    def __bool__(self) -> bool:
        return bool(self.found)

    def raise_if_any(self) -> None:
        """Raise a `ScenarioError` with all problems in the order of the file, if there are any."""
        if self.found:
            raise ScenarioError(sorted(self.found))


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return a hint for a misspelt word: the nearest known one, or all of them.

    `otherwise` says what all of them are, in the language that is spoken.

    >>> did_you_mean("lanch", ["launch", "theme"])
    "did you mean 'launch'?"
    >>> did_you_mean("xyz", ["launch", "theme"])
    'known here: launch, theme'
    """
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return tr("did you mean {word}?", word=f"'{_told(near)}'")
    otherwise = otherwise or tr("known here")
    if not names:
        return tr("nothing is {otherwise}", otherwise=otherwise)
    told = ", ".join(map(_told, names[:_MANY]))
    if len(names) <= _MANY:
        return f"{otherwise}: {told}"
    number = f"{len(names) - _MANY}"
    return tr(
        "{otherwise}: {names} and {number} more", otherwise=otherwise, names=told, number=number
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a misspelt one is likely to stand for, or none.

    >>> nearest("lanch", ["launch", "theme"])
    'launch'
    """
    stems = {_stem(name): name for name in islice(known, _COMPARED)}
    near = difflib.get_close_matches(_stem(word[:_LONG]), stems, n=1, cutoff=_NEAR)
    return stems[near[0]] if near else None


def _stem(word: str) -> str:
    """Return what tells a word from others: capitals do not, nor does a file's ending."""
    return word.casefold().removesuffix(".yaml").removesuffix(".yml")


def unexpected(what: str, expected: str, value: object, hint: str) -> InputError:
    """Return the error of an argument that is something else than was expected."""
    told = tr(
        "{what}: expected {expected}, not {value}", what=what, expected=expected, value=shown(value)
    )
    return InputError(told, hint)


def whole(what: str, value: Any, least: int | None = None, most: int | None = None) -> int:
    """Return an argument that is a whole number within bounds; numpy's are numbers as well.

    >>> whole("seed", 3)
    3

    Raises
    ------
    InputError
        It is anything else: 1.5, "3", True.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise unexpected(what, tr("a whole number"), value, tr("write for example 20"))
    if (least is not None and number < least) or (most is not None and number > most):
        raise InputError(
            tr("{what}: {value} is outside its range", what=what, value=shown(number)),
            tr("write {low} to {high}", low=least, high=most)
            if most is not None
            else tr("write {low} or more", low=least),
        )
    return number


def _told(name: str) -> str:
    return name if name.isprintable() and len(name) <= _LONG else shown(name)[1:-1]


_NEAR: Final = 0.65
"""How alike a misspelt word and the one it stands for are, from 0 to 1."""

_MANY: Final = 40
"""Names that a hint tells at most."""

_COMPARED: Final = 300
"""Names that a word is compared with at most: no file of an honest author has more in one place."""

_LONG: Final = 200
"""Characters of a word that are compared or told whole."""
