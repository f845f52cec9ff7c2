"""From a name, a path or a dict to a `Scenario`, with every mistake told at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clustersim.errors import InputError
from clustersim.language import language, tr
from clustersim.problems import Problems, did_you_mean
from clustersim.scenario import arms, catalogue, doubt, rosters, sources
from clustersim.scenario.agreement import agree, lines_are_spelt
from clustersim.scenario.binding import bind
from clustersim.scenario.extends import resolve
from clustersim.scenario.reading import Document, plain, read
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME, NOTHING, Arm, Scenario
from clustersim.scenario.schema import ScenarioSpec
from clustersim.specs import LONGEST_NAME, parameters_of
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.programme.plan import ProgrammeSpec

__all__ = ["load"]

MAX_ARMS: Final = 300


def load(
    source: str | Path | Mapping[str, Any],
    *,
    set: Sequence[str] = (),  # noqa: A002 - the name of the command line's option
) -> Scenario:
    """Return a scenario.

    Parameters
    ----------
    source
        A bundled name, a path, or the content of a scenario file; in place of the file of a
        population it may hold a table, such as a DataFrame.
    set
        Changes, each ``path=value``.

    Raises
    ------
    ScenarioError
        With every problem found, each with its place.
    InputError
        When there is no such scenario.
    """
    source, tables = rosters.tables_of(source) if isinstance(source, Mapping) else (source, {})
    document = resolve(_document(source), catalogue.FOLDER)
    document = arms.assign(document, set)
    document = replace(document, data={"name": _name_of(document.name), **document.data})
    name = str(document.data["name"])
    problems = Problems()
    document = rosters.fill(document, tables, problems)
    sources.check(document, problems)
    patched: dict[str, Document] = {}
    own_arms = document.data.get("arms")
    if isinstance(own_arms, dict) and len(own_arms) > MAX_ARMS:
        place = document.place(("arms",), key=True)
        hint = tr("write them in several files that extend one")
        problems.add(place, "arms", tr("more than {number} arms", number=MAX_ARMS), hint)
        problems.raise_if_any()
    for arm in own_arms if isinstance(own_arms, dict) else ():
        if arm in _BUILT_IN:
            place = document.place(("arms", arm), key=True)
            what = tr("this arm is built in")
            problems.add(place, f"arms.{arm}", what, tr("choose another name"))
            continue
        patched[arm] = arms.patch(document, arm, problems)
    lines_are_spelt(document, problems)
    own = _arm(document, AS_ANNOUNCED, "the programme as announced", "발표 당시안", problems)
    found: dict[str, Arm] = {}
    for arm, its_document in patched.items():
        about = own.spec.arms.get(arm) if own else None
        titles = (about.title, about.title_ko) if about else ("", "")
        built = _arm(its_document, arm, *titles, problems)
        if built is not None:
            found[arm] = built
    problems.raise_if_any()
    if own is None:
        raise AssertionError  # what is not bound has left a problem
    programme = own.spec.programme
    built_in = {
        AS_ANNOUNCED: own,
        NO_PROGRAMME: _reference(
            own, NO_PROGRAMME, "no programme", "사업 없음", programme.without_state()
        ),
        NOTHING: _reference(
            own, NOTHING, "nothing", "아무것도 없음", programme.model_copy(update={"complexes": {}})
        ),
    }
    data = {str(key): value for key, value in document.data.items()}
    return Scenario(name, data, built_in | found, language())


def _name_of(file: str) -> str:
    """Return the name of a scenario that gives itself none: its file's, as far as it can be one.

    >>> _name_of("my/own complex.v2.yaml")
    'own-complex-v2'
    """
    stem = unicodedata.normalize("NFC", Path(file).stem)
    return re.sub(r"(\W|-)+", "-", stem)[:LONGEST_NAME].strip("-") or "scenario"


_BUILT_IN = (AS_ANNOUNCED, NO_PROGRAMME, NOTHING)


def _document(source: str | Path | Mapping[str, Any]) -> Document:
    if isinstance(source, Path):
        return read(source)
    if not isinstance(source, str):
        return plain(source, "scenario")
    if source in catalogue.names():
        return read(catalogue.path(source), name=f"{source}.yaml")
    if Path(source).suffix or "/" in source or "\\" in source or (source and Path(source).exists()):
        return read(source)
    raise InputError(
        tr("no bundled scenario {name}", name=shown(source)),
        did_you_mean(source, catalogue.names(), otherwise=tr("a path ends in .yaml; bundled are")),
    )


def _arm(
    document: Document, name: str, title: str, title_ko: str, problems: Problems
) -> Arm | None:
    """Return an arm with what is in doubt, or none with problems noted.

    What is wrong with the file itself is told once, not again of every arm.
    """
    said = [problem for problem in problems.found if problem.path.startswith("arms.")]
    missing = tr("missing")
    lacking = {problem.path for problem in problems.found if problem.message == missing}
    noted = Problems(list(said))
    central, written = doubt.extract(document, ScenarioSpec, noted)
    spec = bind(central, ScenarioSpec, noted)
    agree(central, noted)
    new = noted.found[len(said) :]
    own = set(problems.found)
    for problem in new:
        if problem.message == missing and problem.path in lacking:
            continue
        of_arm = name != AS_ANNOUNCED and problem not in own
        path = f"arms.{name}.{problem.path}" if of_arm else problem.path
        problems.add(problem.place, path, problem.message, problem.hint)
    if new or spec is None:
        return None
    return Arm(name, title, title_ko, spec, doubt.all_doubts(spec, written))


def _reference(own: Arm, name: str, title: str, title_ko: str, programme: ProgrammeSpec) -> Arm:
    """Return a built-in arm: the file itself with another programme."""
    spec = own.spec.model_copy(update={"programme": programme})
    left = {path for path, *_ in parameters_of(spec)}
    doubts = {
        path: what
        for path, what in own.doubts.items()
        if not path.startswith("programme.complexes.") or path in left
    }
    return Arm(name, title, title_ko, spec, doubts)
