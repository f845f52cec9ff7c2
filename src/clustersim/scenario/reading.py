r"""Reading a scenario file: YAML 1.2 to plain data, with the place of every key and value.

The event stream of the parser is walked once, without recursion and within limits, so that no
file can hang or crash the reader; whatever is not plain data (aliases, tags, merge keys, a second
document) is refused with its place. Dates stay text: a parameter's kind reads them.

>>> document = read_text("programme:\n  budget: 47억원\n", "noksan.yaml")
>>> document.data
{'programme': {'budget': '47억원'}}
>>> str(document.place(("programme", "budget")))
'noksan.yaml:2:11'
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import ScalarNode

from clustersim.errors import ScenarioError
from clustersim.files import because
from clustersim.language import later, tr
from clustersim.problems import Place, Problem, Problems, did_you_mean
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ruamel.yaml.events import Event

__all__ = ["Document", "Keys", "dotted", "legacy", "plain", "read", "read_text", "read_value"]

MAX_BYTES: Final = 2**20
MAX_DEPTH: Final = 40
MAX_NODES: Final = 50_000
MAX_KEY: Final = 100

Keys = tuple[str | int, ...]
"""Where something stands in nested data: keys of mappings and positions in lists."""


@dataclass(frozen=True)
class Document:
    """Plain data (mappings, lists, scalars) and where each piece of it was written.

    Parameters
    ----------
    name
        The file as the user named it.
    data
        A mapping at the top.
    keys, values
        The places of keys and of values; data that came from no file has none.
    file
        The file itself, which paths in it start from; none for text.
    deleted
        Where ``~`` deleted what had stood below.
    """

    name: str
    data: dict[str | int, Any]
    keys: Mapping[Keys, Place] = field(default_factory=dict)
    values: Mapping[Keys, Place] = field(default_factory=dict)
    file: Path | None = None
    deleted: Mapping[Keys, Place] = field(default_factory=dict)

    def place(self, path: Keys, *, key: bool = False) -> Place:
        """Return where a value (or its key) stands, or else the nearest thing around it."""
        if key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return Place(self.name)

    def at(self, path: Keys) -> Document:
        """Return the mapping found at a path as a document of its own."""
        data: Any = self.data
        for step in path:
            data = data[step]
        cut = len(path)

        def below(places: Mapping[Keys, Place]) -> dict[Keys, Place]:
            return {keys[cut:]: place for keys, place in places.items() if keys[:cut] == path}

        places = map(below, (self.keys, self.values, self.deleted))
        keys, values, deleted = places
        return Document(self.name, data, keys, values, self.file, deleted)


def dotted(path: Keys) -> str:
    """Return a path as messages write it.

    >>> dotted(("programme", "calls", 0, "name"))
    'programme.calls.0.name'
    """
    return ".".join(str(key) for key in path)


def read(path: str | os.PathLike[str], *, name: str = "") -> Document:
    """Read a scenario file.

    Parameters
    ----------
    path
        The file.
    name
        How messages call it; by default the path as given.

    Raises
    ------
    ScenarioError
        With every problem found: a file that is not there, is no text, or is no plain YAML 1.2.
    """
    name = name or os.fspath(path)
    try:
        document = read_text(_text_of(Path(path), name), name)
    except OSError as error:
        raise _refusal(
            name,
            tr("cannot be read: {why}", why=because(error).lower()),
            tr("check its name and permissions"),
        ) from None
    return Document(name, document.data, document.keys, document.values, Path(path).resolve())


def read_text(text: str, name: str) -> Document:
    """Read the text of a scenario file; `name` stands for the file in messages.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    document = _parsed(text, name)
    return replace(document, data=deepcopy(document.data))  # nobody's change reaches another


@lru_cache(maxsize=64)  # a scenario is loaded often, and its shared blocks with every other one
def _parsed(text: str, name: str) -> Document:
    problems = Problems()
    walk = _Walk(name, problems)
    walk.through(text)
    top = walk.places[()] if () in walk.places else Place(name, 1, 1)
    if not problems and walk.root in (None, ""):
        hint = tr("write keys with values, such as 'title: ...'")
        problems.add(top, "", tr("the file is empty"), hint)
    elif not problems and isinstance(walk.root, str) and walk.note_unspaced(text, [top.line - 1]):
        pass
    elif not problems and not isinstance(walk.root, dict):
        problems.add(
            top,
            "",
            tr("expected {what}, not {value}", what=tr("keys with values"), value=shown(walk.root)),
            tr("write for example 'title: ...' on a line of its own"),
        )
    problems.raise_if_any()
    return Document(name, walk.root, walk.keys, walk.places)


def read_value(text: str, name: str) -> Any:
    """Read one value as it could stand in a file: a word, a quantity, ``[a, b]``, ``{a: b}``.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> read_value("[1, 5 % / year]", "--set")
    [1, '5 % / year']
    """
    problems = Problems()
    walk = _Walk(name, problems, positions=False)
    walk.through(text)
    if not problems and (() not in walk.places or (walk.root == "" and not text.strip("- "))):
        problems.add(Place(name), "", tr("no value"), tr("write one, or '~' to delete the key"))
    problems.raise_if_any()
    return walk.root


def plain(data: Mapping[Any, Any], name: str) -> Document:
    """Return a document of data built in Python, copied; it has no places.

    Raises
    ------
    ScenarioError
        When something in it could not stand in a file.
    """
    problems = Problems()
    budget = [MAX_NODES]

    def copy(value: Any, path: Keys) -> Any:
        budget[0] -= 1
        if len(path) > MAX_DEPTH or budget[0] < 0:
            problems.add(Place(name), "", tr("too large or too deeply nested"), tr(_SPLIT))
            return None
        if isinstance(value, Mapping):
            return {_named(key, path): copy(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [copy(item, (*path, number)) for number, item in enumerate(value)]
        if hasattr(value, "isoformat"):
            return value.isoformat()
        if hasattr(value, "item") and not getattr(value, "shape", ()):
            value = value.item()  # a numpy number
        if value is not None and not isinstance(value, (str, int, float)):
            problems.add(
                Place(name),
                dotted(path),
                tr("a {type} cannot stand in a scenario", type=type(value).__name__),
                tr("use text, numbers, lists and mappings"),
            )
        return value

    def _named(key: Any, path: Keys) -> Any:
        if bad := _bad_key(key):
            problems.add(Place(name), dotted(path), *bad)
        return key

    copied = copy(data, ())
    problems.raise_if_any()
    return Document(name, copied)


# ---------------------------------------------------------------- the file

_SPLIT = later("split it, or check that it is the file you mean")


def _refusal(name: str, message: str, hint: str) -> ScenarioError:
    return ScenarioError([Problem(Place(name), "", message, hint)])


def _text_of(path: Path, name: str) -> str:
    """Return the text of a file, or raise a `ScenarioError` that says what it is instead."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise _refusal(name, tr("no such file"), _nearby(path)) from None
    except ValueError:
        hint = tr("a name cannot hold this character")
        raise _refusal(repr(name), tr("no such file"), hint) from None
    if stat.S_ISDIR(status.st_mode):
        hint = tr("name a file in it")
        if (path / "run.json").is_file():
            hint = tr("these are results: see `clustersim plot` and `clustersim compare`")
        raise _refusal(name, tr("is a folder, not a file"), hint)
    if not stat.S_ISREG(status.st_mode):
        raise _refusal(name, tr("is not an ordinary file"), tr("name a YAML file"))
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _refusal(name, tr("is larger than 1 MiB"), tr(_SPLIT))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "UTF-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else legacy(raw)
        place = Place(name, line, error.start - raw.rfind(b"\n", 0, error.start))
        hint = (
            tr("save the file as UTF-8 (it looks like {encoding})", encoding=what)
            if what
            else tr("name a text file")
        )
        raise ScenarioError([Problem(place, "", tr("is not UTF-8 text"), hint)]) from None
    if "\0" in text:
        place = _place_in(text, text.index("\0"), name)
        hint = tr("save it as UTF-8 text")
        raise ScenarioError([Problem(place, "", tr("is not a text file"), hint)])
    return text


def _place_in(text: str, index: int, name: str) -> Place:
    """Return where a character of a text stands; lines end as the parser ends them."""
    lines = _LINE_END.split(text[:index])
    return Place(name, len(lines), len(lines[-1]) + 1)


def legacy(raw: bytes) -> str:
    """Return the name of the Korean encoding a file may be in, or nothing."""
    try:
        raw.decode("cp949")
    except UnicodeDecodeError:
        return ""
    return "" if b"\0" in raw else tr("CP949, the Korean encoding of older Windows programs")


def _nearby(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return tr("there is no folder {folder}", folder=folder)
    names = sorted(item.name for item in folder.iterdir() if item.suffix in {".yaml", ".yml"})
    if not names:
        return tr("there is no YAML file in that folder")
    return did_you_mean(path.name, names[:20], otherwise=tr("scenarios in that folder"))


_LINE_END = re.compile("\r\n|\r|\n")
_UNSPACED = re.compile(r"\s*([^\W\d][\w-]*):(?=([^\s:/].*))")

_UNSEEN = re.compile(
    "[^\t\n\r -~\u00a0-\u00ac\u00ae-\u200a\u200c\u200d\u2010-\u2027\u202f-\u205f"
    "\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that no editor shows, or that some take for the end of a line."""

# ---------------------------------------------------------------- the event stream

_SYNTAX = (
    (
        "mapping values are not allowed",
        later("a ':' where no key can stand"),
        later("quote text that holds ': '"),
    ),
    (
        "could not find expected ':'",
        later("a line that is no 'key: value'"),
        later("add the ':' after the key"),
    ),
    ("found character '\\t'", later("a tab"), later("indent with spaces")),
    (
        "cannot start any token",
        later("a character that cannot start a value"),
        later("quote the text"),
    ),
    (
        "expected <block end>",
        later("the indentation does not fit the lines above"),
        later("align the keys"),
    ),
    (
        "expected ',' or",
        later("a list or mapping in brackets is not closed"),
        later("add the ',' or bracket"),
    ),
    ("expected the node content", later("a value is missing"), later("write it")),
    ("found unexpected end of stream", later("a quotation mark is not closed"), later("close it")),
    (
        "found undefined tag handle",
        later("tags ('!...') are not allowed"),
        later("write plain values"),
    ),
    (
        "found unexpected ':'",
        later("a ':' where no key can stand"),
        later("quote text that holds ':'"),
    ),
    (
        "found unexpected document separator",
        later("a quotation mark is not closed"),
        later("close it"),
    ),
    ("not allowed here", later("a '-' or '?' where none can stand"), later("quote the text")),
    (
        "more indented follow up line",
        later("the indentation does not fit the lines above"),
        later("align the lines of the text"),
    ),
    (
        "scanning a block scalar",
        later("a '|' or '>' that begins no text"),
        later("begin the text on the next line, or quote it"),
    ),
    (
        "escape",
        later("an escape ('\\...') that there is not"),
        later("write '\\\\' for a backslash"),
    ),
    (
        "scanning an alias",
        later("aliases ('*name') are not allowed"),
        later("write the value out; quote text that starts with '*'"),
    ),
    (
        "scanning an anchor",
        later("anchors ('&name') are not allowed"),
        later("remove it; quote text that starts with '&'"),
    ),
    ("directive", later("directives ('%...') are not allowed"), later("remove them")),
    (
        "incompatible YAML document",
        later("directives ('%...') are not allowed"),
        later("remove them"),
    ),
    (
        "expected '<document start>'",
        later("something that belongs to no key"),
        later("check its indentation"),
    ),
)


def _syntax(error: MarkedYAMLError) -> tuple[Any, str, str]:
    """Return where and in plain words what a parser complains of, and how to mend it."""
    said = f"{error.context or ''} {error.problem or ''}".strip()
    unclosed = "quoted scalar" in said and "end of stream" in said
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    for piece, message, hint in _SYNTAX:
        if piece in said:
            return mark, tr(message), tr(hint)
    hint = tr("check indentation, colons and quotation marks")
    return mark, tr("this is not YAML: {said}", said=said), hint


def _bad_key(key: object) -> tuple[str, str] | None:
    """Return why something cannot be a key, and how to mend it; none if it can."""
    if isinstance(key, bool) or not isinstance(key, (str, int)):
        return tr("{key} cannot be a key", key=shown(key)), tr("use a word, or quote it")
    if isinstance(key, str) and not key.isprintable():
        what = tr("the key {key} holds a character that cannot be seen", key=shown(key))
        return what, tr("write it anew")
    if abs(key) >= 10**MAX_KEY if isinstance(key, int) else len(key) > MAX_KEY:
        hint = tr("use {number} characters at most", number=MAX_KEY)
        return tr("the key {key} is too long", key=shown(key)), hint
    return None


@dataclass
class _Frame:
    """A mapping or list being read."""

    box: dict[Any, Any] | list[Any]
    path: Keys
    key: Any = None
    waits_for_value: bool = False
    seen: dict[str, Place] = field(default_factory=dict)


class _StopReading(Exception):  # noqa: N818 - not an error: the problem is noted already
    """The rest of the file is not worth reading."""


class _Walk:
    """One walk over the events of a text: builds plain data, notes places and problems."""

    def __init__(self, name: str, problems: Problems, *, positions: bool = True) -> None:
        self.name = name
        self.problems = problems
        self.positions = positions
        self.root: Any = None
        self.keys: dict[Keys, Place] = {}
        self.places: dict[Keys, Place] = {}
        self._yaml = YAML(typ="safe", pure=True)
        self._open: list[_Frame] = []
        self._nodes = 0
        self._documents = 0

    def through(self, text: str) -> None:
        """Walk over all events, until the end or until it makes no sense to go on."""
        text = text.removeprefix("\ufeff")
        try:
            for found in _UNSEEN.finditer(text):
                place = _place_in(text, found.start(), self.name)
                code = f"U+{ord(found[0]):04X}"
                what = tr("a character that cannot be seen ({code})", code=code)
                self._note(None, what, tr("delete it"), place=place if self.positions else None)
            for event in () if self.problems else self._events(text):
                self._take(event)
        except _StopReading:
            pass

    def _events(self, text: str) -> Iterator[Event]:
        events = self._yaml.parse(text)
        while True:
            try:
                event = next(events)
            except StopIteration:
                return
            except MarkedYAMLError as error:
                marks = (error.context_mark, error.problem_mark)
                numbers = [mark.line - back for mark in marks if mark for back in (0, 1)]
                if not self.note_unspaced(text, numbers):
                    self._note(*_syntax(error))
                return
            except Exception as error:  # noqa: BLE001 - the parser's own failures are the text's
                said = str(error).partition("\n")[0]
                what = tr("this is not YAML: {said}", said=said)
                self._note(None, what, tr("check it for odd characters"))
                return
            yield event

    def note_unspaced(self, text: str, numbers: Iterable[int]) -> bool:
        """Note a key whose ':' is followed by no space, if one of some lines has one."""
        lines = _LINE_END.split(text)
        for number in sorted({number for number in numbers if 0 <= number < len(lines)}):
            if found := _UNSPACED.match(lines[number]):
                place = Place(self.name, number + 1, found.end() + 1)
                what = tr("a space is missing after the ':'")
                hint = tr("write {text}", text=shown(f"{found[1]}: {found[2]}"))
                self._note(None, what, hint, place=place if self.positions else None)
                return True
        return False

    def _take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                what = tr("a second document starts here")
                hint = tr("remove the '---'") if event.explicit else tr("remove the '...' above")
                self._note(event.start_mark, what, hint)
                raise _StopReading
            if event.version not in (None, (1, 2)) or event.tags:
                what = tr("directives ('%...') are not allowed")
                self._note(event.start_mark, what, tr("remove them"))
        elif isinstance(event, (ScalarEvent, AliasEvent)):
            self._count(event)
            self._put(event, self._scalar(event))
        elif isinstance(event, CollectionStartEvent):
            self._count(event)
            box: Any = {} if isinstance(event, MappingStartEvent) else []
            path = self._put(event, box)
            self._open.append(_Frame(box, path))
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()

    def _count(self, event: Any) -> None:
        """Count a node and refuse what is not plain about it."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            what = tr("more than {number} keys and values", number=f"{MAX_NODES:,}")
            self._note(event.start_mark, what, tr(_SPLIT))
            raise _StopReading
        if isinstance(event, CollectionStartEvent) and len(self._open) >= MAX_DEPTH:
            what = tr("nested more than {number} deep", number=MAX_DEPTH)
            self._note(event.start_mark, what, tr("flatten it"), path=())
            raise _StopReading
        if isinstance(event, AliasEvent):
            self._note(
                event.start_mark,
                tr("aliases ('*name') are not allowed"),
                tr("write the value out; quote text that starts with '*'"),
            )
        elif event.anchor is not None:
            self._note(
                event.start_mark,
                tr("anchors ('&name') are not allowed"),
                tr("remove it; quote text that starts with '&'"),
            )
        if getattr(event, "tag", None) is not None:
            self._note(
                event.start_mark,
                tr("tags ('!name') are not allowed"),
                tr("remove it; quote text that starts with '!'"),
            )

    def _put(self, event: Event, value: Any) -> Keys:
        """Put a value, or a key, where it belongs and return its path."""
        if not self._open:
            self.root = value
            self._mark(self.places, (), event)
            return ()
        frame = self._open[-1]
        if isinstance(frame.box, list):
            path = (*frame.path, len(frame.box))
            frame.box.append(value)
        elif frame.waits_for_value:
            frame.waits_for_value = False
            path = (*frame.path, frame.key)
            if frame.key not in frame.box:  # of two, the first stands; the problem is noted
                frame.box[frame.key] = value
                self._mark(self.places, path, event)
            return path
        else:
            frame.key = self._key(event, value, frame)
            frame.waits_for_value = True
            path = (*frame.path, frame.key)
            if path not in self.keys:
                self._mark(self.keys, path, event)
            return path
        self._mark(self.places, path, event)
        return path

    def _key(self, event: Any, value: Any, frame: _Frame) -> Any:
        if isinstance(event, AliasEvent):
            return "*"
        if bad := _bad_key(value):
            self._note(event.start_mark, *bad)
            return f"({self._nodes})"
        if value == "<<" and event.style is None:
            self._note(
                event.start_mark,
                tr("merge keys ('<<') are not allowed"),
                tr("share a block with 'extends'"),
            )
        elif first := frame.seen.get(str(value)):
            self._note(
                event.start_mark,
                tr("{key} stands here twice", key=shown(value)),
                tr("keep one; the first is in line {line}", line=first.line)
                if first.line
                else tr("keep one"),
                path=(*frame.path, value),
            )
        frame.seen.setdefault(str(value), self._at(event.start_mark))
        return value

    def _scalar(self, event: ScalarEvent | AliasEvent) -> Any:
        """Return the value of a scalar by the rules of YAML 1.2, dates as text."""
        if isinstance(event, AliasEvent):
            return None
        if event.style is None and event.value == "":
            if not self._open:
                return ""
            frame = self._open[-1]
            place = self.keys.get((*frame.path, frame.key)) if frame.waits_for_value else None
            self._note(
                event.start_mark,
                tr("a value is missing"),
                tr(
                    "write it, or '~' to delete what a shared block says, or '{}' for an empty"
                    " block"
                ),
                place=place,
            )
            return None
        try:
            event.value.encode()
        except UnicodeEncodeError:
            hint = tr("check the '\\u' codes in this text")
            self._note(event.start_mark, tr("half a character"), hint)
            return ""
        tag = self._yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
        if str(tag).rpartition(":")[2] not in {"null", "bool", "int", "float"}:
            return event.value
        try:
            return self._yaml.constructor.construct_object(ScalarNode(tag, event.value))
        except ValueError:  # '-_', or thousands of digits: the pattern is wider than the number
            return event.value

    def _mark(self, places: dict[Keys, Place], path: Keys, event: Event) -> None:
        places[path] = self._at(event.start_mark)

    def _at(self, mark: Any) -> Place:
        if mark is None or not self.positions:
            return Place(self.name)
        return Place(self.name, mark.line + 1, mark.column + 1)

    def _note(
        self,
        mark: Any,
        message: str,
        hint: str,
        *,
        path: Keys | None = None,
        place: Place | None = None,
    ) -> None:
        if path is None and self._open:
            frame = self._open[-1]
            path = (*frame.path, frame.key) if frame.waits_for_value else frame.path
        self.problems.add(place or self._at(mark), dotted(path or ()), message, hint)
