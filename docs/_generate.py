"""The pages that are made from the code: values of a scenario file, facts, sources, commands.

`conf.py` calls `write` before the pages are read. What is made stands in `reference/generated/`,
which is not kept: it is what the installed version of clustersim says of itself.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click
from ruamel.yaml import YAML

from clustersim import units
from clustersim.cli import cli
from clustersim.economy.channels import CHANNELS
from clustersim.estimands.outcomes import NATIONAL, OUTCOMES
from clustersim.programme.instruments.registry import BUILT_IN
from clustersim.programme.instruments.service import Scaled
from clustersim.scenario.binding import spot_of
from clustersim.scenario.doubt import in_words
from clustersim.scenario.facts import register
from clustersim.scenario.korean import BLOCKS, of_value
from clustersim.scenario.schema import ScenarioSpec
from clustersim.scenario.sources import WORKS
from clustersim.specs import Parameter, Spec, literals
from clustersim.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

FOLDER: Final = Path("reference") / "generated"


def write(docs: Path) -> None:
    """Write every made page below the folder of the documentation; leave what is as it was."""
    folder = docs / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return every made page by the name of its file."""
    return {
        **_scenario_pages(),
        "facts.md": _facts_page(),
        "ambiguities.md": _ambiguities_page(),
        "sources.md": _sources_page(),
        "commands.md": _commands_page(),
        "instruments.md": _instruments_table(),
        "channels.md": _channels_table(),
        "outcomes.md": _outcomes_table(),
    }


# ---------------------------------------------------------------- text

_KEY: Final = re.compile(
    r"\b(?:(?P<fact>[GNSDOIA][0-9]{2}[a-z]?)|(?P<source>korea_data [0-9]|[BCDFKT][0-9]{1,2}[abc]?))"
    r"\b"
)


def linked(text: str) -> str:
    """Return text as Markdown in which every key of a fact or source leads to its entry."""
    parts, end = [], 0
    for found in _KEY.finditer(text):
        kind = "fact" if found["fact"] else "source"
        if found[0] in (facts() if found["fact"] else sources()):
            parts += [plain(text[end : found.start()]), f"{{{kind}}}`{found[0]}`"]
            end = found.end()
    return "".join([*parts, plain(text[end:])])


def plain(text: str) -> str:
    """Return text as Markdown that shows it as it stands."""
    return re.sub(r"([\\`*_$<>\[\]{}|#~])", r"\\\1", re.sub(r"\s+", " ", text))


def code(text: str) -> str:
    """Return a name as Markdown."""
    return f"`{text}`" if text else ""


@cache
def facts() -> frozenset[str]:
    """Return the keys of all facts and ambiguities."""
    return frozenset(entry.id for entries in register() for entry in entries)


@cache
def sources() -> Mapping[str, Mapping[str, str]]:
    """Return all sources by their key."""
    found: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(WORKS)
    return found


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


# ---------------------------------------------------------------- values of a scenario file


@dataclass(frozen=True)
class Block:
    """A block of a scenario file: where it stands, and what it is made of."""

    path: str
    model: type[Spec]


_PAGES: Final = (
    ("programme.services", "scenario-instruments.md", "Instruments: `programme.services`"),
    ("programme.complexes", "scenario-complex-programme.md", "A complex's programme"),
    ("programme", "scenario-programme.md", "Terms of the programme: `programme`"),
    ("economy", "scenario-economy.md", "The economy: `economy`"),
    ("complexes", "scenario-complexes.md", "Complexes: `complexes`"),
    ("", "scenario-file.md", "The file, its arms and targets"),
)
"""Where blocks stand, the page they are on, its title; the first that fits holds."""


def blocks(
    model: type[Spec] = ScenarioSpec, path: str = "", found: dict[str, Block] | None = None
) -> list[Block]:
    """Return every block that a file can hold, each at the first place where it can stand."""
    found = {} if found is None else found
    if model.__name__ not in found:
        found[model.__name__] = Block(path, model)
        for name, info in model.model_fields.items():
            for below, block in _below(info.annotation, _join(path, info.alias or name)):
                blocks(block, below, found)
    return list(found.values())


def _join(*names: str) -> str:
    return ".".join(filter(None, names))


def _below(annotation: Any, path: str) -> Iterator[tuple[str, type[Spec]]]:
    """Yield the blocks below a field with where they stand: NAME is any key, N any number."""
    members = spot_of(annotation).members
    for member in members:
        origin, arguments = getattr(member.annotation, "__origin__", None), ()
        arguments = get_args(member.annotation)
        if member.model is not None:
            kind = member.model.model_fields.get("kind")
            words = literals(kind.annotation) if kind and len(members) > 1 else ()
            yield f"{path}({words[0]})" if words else path, member.model
        elif origin is dict:
            yield from _below(arguments[1], f"{path}.NAME")
        elif origin in {list, tuple}:
            yield from _below(arguments[0], f"{path}.N")


def _scenario_pages() -> dict[str, str]:
    made = {file: [f"# {title}\n", _NOTE] for _, file, title in _PAGES}
    for block in blocks():
        file = next(file for start, file, _ in _PAGES if _starts(block.path, start))
        made[file].append(_block(block))
    return {file: "\n".join(texts) for file, texts in made.items()}


_NOTE: Final = (
    "`NAME` stands for a name of your own choice, `N` for a number in a list. How values are"
    " written: [](/howto/write-a-scenario.md); what is written in a file of your own needs only"
    " what differs from the scenario it extends.\n"
)


def _starts(path: str, start: str) -> bool:
    return not start or path == start or path.startswith(f"{start}.")


def _block(block: Block) -> str:
    path = block.path or "the file itself"
    korean = BLOCKS.get(block.model.__name__)
    title = f"## {code(path) if block.path else path}" + (f" · {korean[0]}" if korean else "")
    doc = " ".join((inspect.getdoc(block.model) or "").split("\n\n")[0].split())
    lines = [f"(block-{_anchor(block.model)})=", title, "", plain(doc), ""]
    for name, info in block.model.model_fields.items():
        if name != "source":
            lines += _value(block, name, info)
    return "\n".join(lines)


def _anchor(model: type[Spec]) -> str:
    return model.__name__.lower()


def _value(block: Block, name: str, info: FieldInfo) -> list[str]:
    """Return the entry of one value: what it is, how it is written, where it comes from."""
    path = _join(block.path, info.alias or name)
    parameter = next((mark for mark in info.metadata if isinstance(mark, Parameter)), None)
    parameter = parameter or _inner(info.annotation)
    below = list(_below(info.annotation, path))
    said = [parameter.doc] if parameter else []
    if info.description:
        said.insert(0, " ".join(info.description.split()))
    if not said and below:
        said = [" ".join((inspect.getdoc(below[0][1]) or "").partition("\n\n")[0].split())]
    lines = [f"````{{value}} {path}", plain(" ".join(said)), ""]
    if korean := of_value(block.model.__name__, name):
        lines += [f"{plain(korean[0])}: {plain(korean[1])}.", ""]
    notes = _notes(info, parameter)
    if below:
        where = ", ".join(f"[{plain(at)}](#block-{_anchor(model)})" for at, model in below)
        notes.append(f"block: {where}")
    lines += [" · ".join(notes), ""] if notes else []
    if parameter:
        moves = plain(parameter.moves.replace("_", " "))
        lines += [f"*Moves* {moves}. *Source:* {linked(parameter.source)}", ""]
    return [*lines, "````", ""]


def _notes(info: FieldInfo, parameter: Parameter | None) -> list[str]:
    """Return how a value is written: unit, default, range, doubt, words to choose from."""
    kind = parameter.kind if parameter else Kind.CHOICE
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    notes = []
    words = _words(info.annotation)
    if len(words) > 1:
        notes.append("one of " + ", ".join(code(str(word)) for word in words))
    elif parameter:
        unit = parameter.stored_unit
        notes.append(kind.expects + (f", {unit}" if unit not in {"", "1", kind.unit} else ""))
    if default not in (None, "", {}, ()) and not isinstance(default, Spec):
        shown = units.show(default, kind) if _is_number(default) else _listed(default)
        notes.append(f"unless told {code(shown)}")
    elif info.is_required():
        notes.append("must be told unless it comes from what the file extends")
    if parameter:
        low, high = parameter.ends
        if "any number" not in {low, high}:
            notes.append(f"from {low} to {high}")
        if parameter.doubt is not None:
            notes.append(f"doubt: {in_words(parameter.doubt, kind)}")
    return [note if "`" in note else plain(note) for note in notes]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _listed(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item:g}" for key, item in value.items() if _is_number(item))
    return str(value)


def _words(annotation: Any) -> tuple[Any, ...]:
    spot = spot_of(annotation)
    for member in spot.members:
        if words := literals(member.annotation):
            return words
        arguments = get_args(member.annotation)
        if arguments and (words := literals(spot_of(arguments[0]).annotation)):
            return words
    return ()


def _inner(annotation: Any) -> Parameter | None:
    """Return the parameter that the items of a table or list are, if they are one."""
    if (parameter := spot_of(annotation).parameter) is not None:
        return parameter
    return next(filter(None, map(_inner, get_args(annotation))), None)


# ---------------------------------------------------------------- facts and sources


def _facts_page() -> str:
    lines = [_FACTS]
    complex_ = ""
    for fact in register()[0]:
        if fact.complex != complex_:
            complex_ = fact.complex
            lines.append(f"## {'the programme' if complex_ == 'all' else complex_}\n")
        lines += [f"````{{fact}} {fact.id}", plain(fact.says), ""]
        if fact.says_ko:
            lines += [f"{plain(fact.says_ko)}.", ""]
        notes = [fact.date, _amount(fact.value, fact.to, fact.unit), fact.reading]
        if any(notes):
            lines += [plain(" · ".join(filter(None, notes))), ""]
        lines += [f"*Stands in:* {', '.join(map(code, fact.use))}", ""]
        if fact.departs:
            lines += [f"*Departs from it by:* {linked(fact.departs)}", ""]
        lines += ["````", ""]
    return "\n".join(lines)


def _amount(value: float | None, to: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.12g}{f' to {to:,.12g}' if to is not None else ''} {unit}"


def _ambiguities_page() -> str:
    lines = [_AMBIGUITIES]
    for doubt in register()[1]:
        lines += [f"````{{fact}} {doubt.id}", f"{plain(doubt.question)} ({doubt.complex})", ""]
        lines += [f"- {plain(reading)}" for reading in doubt.readings]
        lines += ["", f"*Taken:* {linked(doubt.taken)} {linked(doubt.because)}", ""]
        if doubt.switch:
            lines += [f"*Try the others at:* {', '.join(map(code, doubt.switch))}", ""]
        if doubt.choice:
            lines += [f"*Settled:* {linked(doubt.choice)}", ""]
        lines += ["````", ""]
    return "\n".join(lines)


def _sources_page() -> str:
    lines = [_SOURCES]
    for key, entry in sources().items():
        lines += [f"````{{source}} {key}", f"{plain(entry['what'])}", ""]
        if says := entry.get("used"):
            lines += [f"{linked(says)}", ""]
        lines += ["````", ""]
    return "\n".join(lines)


_FACTS: Final = """\
# What was written in June 2008

Every fact of the register, in words of our own, with where it stands in a bundled scenario.
`clustersim facts` and `clustersim.facts()` give the same.
"""
_AMBIGUITIES: Final = """\
# What can be read in more ways than one

What was written leaves questions open. Each has a reading that the bundled scenarios take, and a
place where the others can be tried, or a reason why not.
"""
_SOURCES: Final = """\
# Keys of sources

A value in a scenario rests on a fact, on evidence or on an assumption, and its `source` says which.

- `G01`, `N12`, `A30` and the like are facts of June 2008 and questions about them:
  [facts](facts.md), [questions](ambiguities.md).
- `K`, `T` and `F` with a number are works and press reports, below. Of most of them the abstract
  or the opening was read and not the whole text; press reports quote agencies. Where a value adds
  *from memory*, nobody looked the figure up.
- `evidence B4`, `evidence C3` and the like are judgements that take several of those together, and
  `korea_data 7` a collection of Korean figures, by its section.
- `assumption` gives its reason, and nothing else stands behind it.
- Anything else is a source of the file's own, in its own words. What looks like a key and is none
  is a mistake.
"""


# ---------------------------------------------------------------- commands, instruments, outcomes


_COMMANDS: Final = """\
# Command line

Standard output holds the answer and nothing else; progress, notes and errors go to standard error.
A command exits with 0 when done, 1 when something failed at run time, 2 on bad input and 130 when
interrupted. The texts below are those of `--help`.
"""


def _commands_page() -> str:
    lines = [_COMMANDS]
    context = click.Context(cli, info_name="clustersim", max_content_width=90, terminal_width=90)
    for name in ["", *cli.list_commands(context)]:
        command = cli.get_command(context, name) if name else cli
        here = click.Context(command, info_name=name, parent=context) if name else context
        title = f"clustersim {name}".strip()
        lines += [f"## {title}\n", f"```text\n{command.get_help(here)}\n```\n"]
    return "\n".join(lines)


def _instruments_table() -> str:
    rows = []
    for each in BUILT_IN:
        fields = each.model_fields
        scale = _parameter(each, "scale") if issubclass(each, Scaled) else None
        doubt = scale and scale.doubt
        share = units.show(fields["state_share"].default, Kind.SHARE)
        cost = units.won(fields["cost"].default)
        total = plain(in_words(doubt, Kind.NUMBER)) if doubt else "none: its own route"
        name = f"[{plain(each.title)}](#block-{_anchor(each)})"
        rows.append((name, each.title_ko, code(each.name), each.family, cost, share, total))
    head = ("instrument", "", "name", "family", "a task costs", "the state's share", "adds")
    return _table(head, rows)


def _parameter(model: type[Spec], name: str) -> Parameter:
    return next(m for m in model.model_fields[name].metadata if isinstance(m, Parameter))


def _channels_table() -> str:
    rows = [
        (code(each.name), plain(each.unit), f"{each.bound:,g}", code(each.equation))
        for each in CHANNELS.values()
    ]
    return _table(("channel", "unit", "most at once", "where it enters"), rows)


def _outcomes_table() -> str:
    rows = [
        (code(name), plain(each.unit), "yes" if name in NATIONAL else "")
        for name, each in OUTCOMES.items()
    ]
    return _table(("outcome", "unit", "also of the nation"), rows)
