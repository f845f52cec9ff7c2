"""Arms patch the programme, ``--set`` patches anything; both merge as `extends` does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from clustersim.errors import ScenarioError
from clustersim.language import later, tr
from clustersim.problems import Place, Problems, did_you_mean
from clustersim.scenario.extends import merge, without
from clustersim.scenario.reading import MAX_DEPTH, Document, dotted, read_value
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.scenario.reading import Keys

__all__ = ["ABOUT", "assign", "patch"]

ABOUT: Final = ("title", "title_ko", "source")
"""Keys that describe an arm and change nothing."""


def patch(document: Document, arm: str, problems: Problems) -> Document:
    """Return the scenario of one arm: the document without its ``arms``, patched by one of them.

    Parameters
    ----------
    document
        A scenario with ``arms: {name: {title: ..., programme: {...}}}``.
    arm
        The name of the arm.
    problems
        Notes a patch of anything but the programme, and one of ``programme.effect_scale``, which
        is one value for a whole run.
    """
    path: Keys = ("arms", arm)
    base = without(document, "arms")
    change = document.data["arms"][arm]

    def note(below: Keys, message: str, hint: str) -> None:
        here = (*path, *below)
        problems.add(document.place(here, key=True), dotted(here), message, hint)

    if not isinstance(change, dict):
        what = tr("expected a patch of the programme, not {value}", value=shown(change))
        note((), what, tr(_EXAMPLE))
        return base
    for key in change:
        if key in document.data and key not in {"programme", *ABOUT}:
            what = tr("an arm changes the programme alone")
            note((key,), what, tr("use --set for anything else"))
        elif key not in {"programme", *ABOUT}:
            hint = did_you_mean(str(key), ["programme", *ABOUT])
            note((key,), tr("unknown key"), hint)
    programme = change.get("programme", {})
    if not isinstance(programme, dict):
        what = tr("expected keys of the programme, not {value}", value=shown(programme))
        note(("programme",), what, tr(_EXAMPLE))
        return base
    if "effect_scale" in programme:
        note(
            ("programme", "effect_scale"),
            tr("effects have one scale for a whole run"),
            tr("set 'programme.effect_scale' outside the arms, or by --set"),
        )
    if "programme" not in change:
        return base
    # The patch is re-rooted at the top, so its problems are noted where the arm stands.
    own = document.at(path)
    own = replace(own, data={"programme": programme})
    noted = Problems()
    merged = merge(base, own, noted)
    for problem in noted.found:
        problems.add(problem.place, f"{dotted(path)}.{problem.path}", problem.message, problem.hint)
    return merged


def assign(document: Document, assignments: Iterable[str]) -> Document:
    """Return a document with values set from ``path=value`` texts, one after the other.

    A value is written as in a file: ``programme.budget_factor=2``, ``groups=[a, b]``; ``~`` deletes
    the key. Whether a path exists is checked when the document is bound to its specs.

    Raises
    ------
    ScenarioError
        With every assignment that cannot be read, or deletes what is not there.

    Examples
    --------
    >>> from clustersim.scenario.reading import plain
    >>> assign(plain({"a": {"b": 1}}, "x"), ["a.b=5 % / year", "a.c=2"]).data
    {'a': {'b': '5 % / year', 'c': 2}}
    """
    problems = Problems()
    for text in assignments:
        path, equals, written = text.partition("=")
        steps = [step.strip() for step in path.split(".")]
        place = Place(f"--set {path.strip()}")
        if not equals or not all(steps):
            what = tr("expected path=value, not {value}", value=shown(text))
            hint = tr("write path=value, such as programme.budget_factor=2")
            problems.add(Place("--set"), "", what, hint)
            continue
        if len(steps) > MAX_DEPTH:
            what = tr("nested more than {number} deep", number=MAX_DEPTH)
            problems.add(Place("--set"), "", what, tr("write path=value"))
            continue
        try:
            value: Any = read_value(written, place.file)
        except ScenarioError as error:
            problems.found.extend(error.problems)
            continue
        keys = tuple(_key(step) for step in steps)
        for key in reversed(keys):
            value = {key: value}
        change = Document(place.file, value, values={keys: place})
        merged = merge(document, change, problems)
        document = replace(merged, name=document.name, file=document.file)
    problems.raise_if_any()
    return document


def _key(step: str) -> str | int:
    """Return a step of a path as a file would give it: a year such as 2008 is a number."""
    return int(step) if step.isascii() and step.isdecimal() and len(step) < 10 else step


_EXAMPLE: Final = later("write for example 'programme: {budget_factor: 2}'")
