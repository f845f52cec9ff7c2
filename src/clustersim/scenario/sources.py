"""Where every value of a scenario comes from: a fact, evidence or an assumption."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from rich.cells import cell_len

from clustersim import units
from clustersim.language import LANGUAGES, language, later, tr
from clustersim.scenario.binding import spot_of
from clustersim.scenario.doubt import in_words
from clustersim.scenario.facts import FOLDER
from clustersim.scenario.reading import dotted
from clustersim.scenario.scenario import AS_ANNOUNCED
from clustersim.specs import Parameter, Spec, literals
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustersim.problems import Problems
    from clustersim.scenario.doubt import Doubts
    from clustersim.scenario.reading import Document, Keys
    from clustersim.scenario.scenario import Scenario

__all__ = ["WORKS", "Basis", "Row", "basis", "check", "keys", "page", "rows"]

Basis = Literal["fact", "evidence", "own source", "assumption", "in part"]
"""What a value rests on; in part, where an assumption or memory stands beside anything else. A
source of its own is what a file says in words, of which nothing is known here."""

_DEFAULT: Final = "assumption: the model's default"
_READ_OFF: Final = "assumption: read off, not published as such"


@dataclass(frozen=True)
class Row:
    """One value: its path, what it is in words, and where it comes from."""

    path: str
    value: str
    sources: tuple[str, ...]

    @property
    def basis(self) -> Basis:
        """What it rests on."""
        return basis(self.sources)


def basis(sources: tuple[str, ...]) -> Basis:
    """Return what a value with some sources rests on.

    >>> basis(("N12", "korea_data 7")), basis(("K18",)), basis(("N13", "assumption: the day"))
    ('fact', 'evidence', 'in part')
    """
    known = [source for source in sources if not _ASSUMED.search(source)]
    if not known:
        return "assumption"
    if len(known) < len(sources) or any("from memory" in source for source in known):
        return "in part"
    cited = {key for source in known for key in _cited(source)}
    if cited & _keys_of_facts():
        return "fact"
    return "evidence" if cited & {*_keys_of_works(), "evidence"} else "own source"


def check(document: Document, problems: Problems) -> None:
    """Note every source that looks like a key and is none; words of one's own are as good."""

    def look(data: Any, path: Keys) -> None:
        for step, item in data.items() if isinstance(data, dict) else enumerate(data):
            here = (*path, step)
            if step == "source":
                for number, text in enumerate(item) if isinstance(item, list) else ((None, item),):
                    where = here if number is None else (*here, number)
                    for key in _unknown(text) if isinstance(text, str) else ():
                        what = tr("no source has the key {key}", key=shown(key))
                        hint = tr(
                            "`clustersim facts` lists those of facts; write a work of your own in "
                            "words, or 'assumption: why'"
                        )
                        problems.add(document.place(where), dotted(where), what, hint)
            elif isinstance(item, (dict, list)):
                look(item, here)

    look(document.data, ())


def _cited(text: str) -> list[str]:
    """Return the keys that a source cites: what begins it, or a part of it.

    >>> _cited("sign F8, F9; size from memory"), _cited("our survey, table F8")
    (['F8', 'F9'], [])
    """
    return [found[1] for part in re.split("[,;]", text) if (found := _CITED.match(part.strip()))]


def _unknown(text: str) -> list[str]:
    """Return what stands for a key, alone or beside one, and is none.

    >>> _unknown("N12, F99; size from memory"), _unknown("B99: a table"), _unknown("survey, F99")
    (['F99'], ['B99'], [])
    >>> _unknown("KSIC, C29"), _unknown("Q2")
    ([], [])
    """
    parts = [part.partition(":")[0].strip() for part in re.split("[,;]", text)]
    likely = [part for part in parts if _is_key(part)]
    mine = len(likely) < len(parts) and keys().isdisjoint(likely)  # words of one's own
    return [] if mine else [part for part in likely if part not in keys()]


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def keys() -> frozenset[str]:
    """Return the keys of facts, ambiguities and works."""
    return _keys_of_facts() | _keys_of_works()


@cache
def _keys_of_facts() -> frozenset[str]:
    return frozenset().union(*map(_keys_in, FOLDER.glob("*.yaml"))) | {"seed_facts 10"}


@cache
def _keys_of_works() -> frozenset[str]:
    return _keys_in(WORKS)


def _keys_in(file: Path) -> frozenset[str]:
    """Return the keys of a file, each of which begins a line: to parse it would take longer."""
    text = file.read_text(encoding="utf-8")
    return frozenset(re.findall(rf"^(?:  )?({_KEY.pattern}):", text, re.MULTILINE))


WORKS: Final = Path(__file__).with_name("works.yaml")
"""What the keys of works stand for."""

_KEY: Final = re.compile(r"[A-DFGIKNOST][0-9]{1,3}[a-z]?|(?:korea_data|seed_facts) [0-9]+")
_CITED: Final = re.compile(rf"(?:sign |evidence )?({_KEY.pattern}|evidence)\b")
"""A key as it is cited, alone or for a sign; `evidence G` is a judgement that takes several."""

_ASSUMED: Final = re.compile(r"\bassumption\b|\bown$")


def rows(scenario: Scenario) -> list[Row]:
    """Return every value of a scenario, those that the file leaves at their defaults included."""
    arm = scenario.arms[AS_ANNOUNCED]
    return list(_block(arm.spec, arm.doubts, "", ()))


def page(scenario: Scenario, width: int = 110) -> str:
    """Return the values of a scenario as a table in blocks, with how many rest on what."""
    blocks: dict[str, list[Row]] = {}
    for row in rows(scenario):
        blocks.setdefault(row.path.rpartition(".")[0], []).append(row)
    lines: list[str] = []
    for block, members in blocks.items():
        lines += [block or tr("scenario"), *_table(members, width), ""]
    counts = Counter(row.basis for members in blocks.values() for row in members)
    said = tr(
        "{all} values: {facts} facts, {evidence} evidence, {own} own sources, {assumptions} "
        "assumptions, {in_part} in part assumed.",
        all=counts.total(),
        facts=counts["fact"],
        evidence=counts["evidence"],
        own=counts["own source"],
        assumptions=counts["assumption"],
        in_part=counts["in part"],
    )
    notes = [tr("In part: an assumption, or a figure from memory, stands among the sources.")]
    if language() != LANGUAGES[0]:
        notes.append(tr("Sources are told in the scenario's own words."))
    return "\n".join([*lines, said, *notes])


_BASES: Final[dict[Basis, str]] = {
    "fact": later("fact"),
    "evidence": later("evidence"),
    "own source": later("own source"),
    "assumption": later("assumption"),
    "in part": later("in part"),
}


def _block(spec: Spec, doubts: Doubts, path: str, above: tuple[str, ...]) -> Iterator[Row]:
    sources = spec.source or above
    for name, info in type(spec).model_fields.items():
        if name in {"source", "arms"} or not info.repr:
            continue
        mark = next((mark for mark in info.metadata if isinstance(mark, Parameter)), None)
        written = sources if name in spec.model_fields_set else ()
        here = f"{path}.{name}" if path else name
        yield from _values(getattr(spec, name), info.annotation, mark, doubts, here, written)


def _values(
    value: Any,
    annotation: Any,
    mark: Parameter | None,
    doubts: Doubts,
    path: str,
    written: tuple[str, ...],
) -> Iterator[Row]:
    """Yield what stands at a path; `written` are the sources of the file, if it says anything."""
    spot = spot_of(annotation, mark)
    mark = spot.parameter
    if value is None:
        return
    if isinstance(value, Spec):
        yield from _block(value, doubts, path, written)
    elif isinstance(value, dict):
        for key, item in value.items():
            below = get_args(spot.members[0].annotation)[1]
            yield from _values(item, below, None, doubts, f"{path}.{key}", written)
    elif isinstance(value, tuple) and value and isinstance(value[0], Spec):
        for number, item in enumerate(value):
            said = [row for row in _block(item, {}, "", ()) if row.path in item.model_fields_set]
            text = ", ".join(f"{row.path} {row.value}" for row in said)
            sources = item.source or written or (_DEFAULT,)
            if getattr(item, "tag", "") == "assumed":
                sources = (*sources, _READ_OFF)
            yield Row(f"{path}.{number}", text, sources)
    elif mark is not None:
        doubt, parameter = doubts.get(path, (None, None))
        text = in_words(doubt, mark.kind) if doubt else units.show(value, mark.kind)
        if mark.kind in {Kind.NUMBER, Kind.COUNT} and mark.stored_unit not in {"", "1"}:
            text = f"{text} {mark.stored_unit}"
        if parameter is not None and parameter.source != mark.source:
            written = (parameter.source,)  # the doubt has one of its own
        yield Row(path, text, written or (mark.source,))
    elif words := _words(annotation):
        listed = value if isinstance(value, tuple) else (value,)
        if set(listed) <= set(words) and any(listed):
            yield Row(path, ", ".join(map(str, listed)), written or (_DEFAULT,))


def _words(annotation: Any) -> tuple[Any, ...]:
    """Return the words of a choice, or of a list of choices; none for anything else."""
    spot = spot_of(annotation)
    arguments = get_args(spot.annotation)
    return spot.words or (literals(arguments[0]) if arguments else ())


def _table(members: list[Row], width: int) -> list[str]:
    """Return the rows of one block in columns, long texts over several lines."""
    names = [row.path.rpartition(".")[2] for row in members]
    first = min(max(map(len, names)), 30)
    second = min(max(len(row.value) for row in members), 36)
    room = width - first - second - 18
    lines = []
    for name, row in zip(names, members, strict=True):
        values = textwrap.wrap(row.value, second) or [""]
        sources = textwrap.wrap("; ".join(row.sources), room)
        for number in range(max(len(values), len(sources))):
            cells = (
                name if number == 0 else "",
                values[number] if number < len(values) else "",
                tr(_BASES[row.basis]) if number == 0 else "",
                sources[number] if number < len(sources) else "",
            )
            room_of_basis = 10 - cell_len(cells[2]) + len(cells[2])
            form = f"  {cells[0]:{first}}  {cells[1]:{second}}  {cells[2]:{room_of_basis}}"
            lines.append(f"{form}  {cells[3]}".rstrip())
    return lines
