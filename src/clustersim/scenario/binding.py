r"""Binding a document to its specs: what pydantic finds wrong, in plain words and in its place.

>>> from clustersim.problems import Problems
>>> from clustersim.scenario.reading import read_text
>>> class Cluster(Spec):
...     launch: str
>>> problems = Problems()
>>> bind(read_text("lanch: June", "noksan.yaml"), Cluster, problems)
>>> print(*problems.found, sep="\n")
noksan.yaml:1:1: lanch: unknown key
  did you mean 'launch'?
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from clustersim.language import later, tr
from clustersim.problems import MOST, did_you_mean, nearest
from clustersim.scenario.reading import dotted
from clustersim.specs import Parameter, Spec, literals
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Container

    from pydantic_core import ErrorDetails

    from clustersim.problems import Place, Problems
    from clustersim.scenario.reading import Document, Keys

__all__ = ["Spot", "bind", "block_of", "spot_of"]

S = TypeVar("S", bound=Spec)


def bind(document: Document, model: type[S], problems: Problems) -> S | None:
    """Return the spec a document describes; none, with problems noted, when it describes none.

    A list becomes a tuple where a tuple is expected. Nothing more is said of a place at or below
    which a problem is noted already.
    """
    try:
        return model.model_validate(_fitted(document.data, block_of(model)))
    except ValidationError as error:
        details = error.errors(include_url=False)
    said = {problem.path for problem in problems.found}
    unclear: set[Keys] = set()
    all_found = [_find(detail, document.data, block_of(model)) for detail in details]
    unknown = (found for found in all_found if found and found.kind in _UNKNOWN)
    misspelt = {_meant(found) for found in islice(unknown, MOST)}
    for found in all_found:
        if found is None or any(_covers(dotted(found.path), other) for other in said):
            continue
        if found.kind == "missing" and found.path in misspelt:
            continue  # it is there, under a name that is told of
        if found.union in unclear:
            continue  # each member of the union complains; one complaint is enough
        if found.union is not None:
            unclear.add(found.union)
        message, hint = _words(found)
        place = _place(found, document)
        for key, where in _deleted_beside(found, document).items():
            if where != place:
                hint = tr("{hint} ({key} is deleted in {place})", hint=hint, key=key, place=where)
        problems.add(place, dotted(found.path), message, hint)
    return None


def _fitted(data: Any, spot: Spot | None) -> Any:
    """Return the data with tuples where a strict model asks for them: YAML has lists alone."""

    def below(key: Any, item: Any) -> Any:
        return _fitted(item, spot.step(key, data) if spot else None)

    if isinstance(data, dict):
        return {key: below(key, item) for key, item in data.items()}
    if isinstance(data, list):
        items = [below(number, item) for number, item in enumerate(data)]
        return tuple(items) if spot and spot.is_tuple else items
    return data


def _meant(found: _Found) -> Keys | None:
    """Return the path that an unknown key is likely to stand for, or none."""
    near = nearest(str(found.path[-1]), found.block.model_fields if found.block else ())
    return None if near is None else (*found.path[:-1], near)


def _covers(path: str, other: str) -> bool:
    return other == path or (path != "" and other.startswith(path + "."))


# ---------------------------------------------------------------- what a spec expects where


@dataclass(frozen=True)
class Spot:
    """What a spec expects at one place: its type, and its parameter if it is one.

    What follows from these is worked out once: a scenario asks the same of thousands of places.
    """

    annotation: Any
    parameter: Parameter | None = None

    @cached_property
    def model(self) -> type[BaseModel] | None:
        """The block expected here, if it is one."""
        kind = self.annotation
        return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None

    @cached_property
    def fields(self) -> dict[str, Spot]:
        """What is expected below each key of the block expected here, by either of its names."""
        below: dict[str, Spot] = {}
        for name, info in self.model.model_fields.items() if self.model else ():
            marks = [mark for mark in info.metadata if isinstance(mark, Parameter)]
            spot = spot_of(info.annotation, marks[0] if marks else None)
            below |= dict.fromkeys((name, info.alias or name), spot)
        return below

    @cached_property
    def words(self) -> tuple[Any, ...]:
        """The words that may stand here, if it is a choice of words."""
        return literals(self.annotation)

    @cached_property
    def members(self) -> list[Spot]:
        """What may stand here instead of one another, nothing (None) apart."""
        if get_origin(self.annotation) not in {Union, types.UnionType}:
            return [self]
        nested = [spot_of(each, self.parameter).members for each in get_args(self.annotation)]
        return [spot for spots in nested for spot in spots if spot.annotation is not type(None)]

    @cached_property
    def parts(self) -> list[Spot]:
        """What is expected within the list or the mapping expected here, as its type says it."""
        return [spot_of(each) for each in get_args(self.annotation)]

    @cached_property
    def is_tuple(self) -> bool:
        """Whether a tuple may stand here."""
        return any(get_origin(member.annotation) is tuple for member in self.members)

    def chosen(self, data: Any) -> Spot | None:
        """Return the member that data means, by a word that no other has; none if unclear."""
        if len(self.members) == 1:
            return self.members[0]
        for name, word in data.items() if isinstance(data, dict) else ():
            spots = ((member, member.fields.get(name)) for member in self.members)
            having = [member for member, spot in spots if spot and word in spot.words]
            if len(having) == 1:
                return having[0]
        return None

    def step(self, key: Any, data: Any) -> Spot | None:
        """Return what is expected below a key of the data that stands here; none if unknown."""
        here = self.chosen(data)
        if here is None or here.model:
            return here and here.fields.get(key)
        origin = get_origin(here.annotation)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return here.parts[1]
        if origin is tuple and isinstance(key, int) and get_args(here.annotation)[1:] != (...,):
            return here.parts[key] if key < len(here.parts) else None
        return here.parts[0] if origin in {list, tuple} and here.parts else None


def spot_of(annotation: Any, parameter: Parameter | None = None) -> Spot:
    """Return what an annotation expects, its parameter taken from the metadata."""
    while get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        parameter = next((mark for mark in marks if isinstance(mark, Parameter)), parameter)
    return Spot(annotation, parameter)


@cache
def block_of(model: type[BaseModel]) -> Spot:
    """Return what is expected where a block stands; worked out once for each block."""
    return Spot(model)


# ---------------------------------------------------------------- where an error stands


@dataclass(frozen=True)
class _Found:
    """A pydantic error, brought back to the file: where, what is expected, in what block.

    `union` is the path of a union on the way of which no member is clearly meant.
    """

    detail: ErrorDetails
    path: Keys
    spot: Spot | None
    block: type[BaseModel] | None
    at_key: bool
    union: Keys | None

    @property
    def kind(self) -> str:
        """Pydantic's name for the error."""
        return self.detail["type"]


def _find(detail: ErrorDetails, data: Any, spot: Spot | None) -> _Found | None:
    """Return where an error stands; none for one of a member of a union that is not meant.

    A location also names the member of each union on its way, which the file does not: wherever
    the specs have a union, the next piece of the location is such a name.
    """
    path: list[str | int] = []
    holder: Spot | None = None
    at_key = False
    union: Keys | None = None
    for step in detail["loc"]:
        key = _as_written(step, data)
        if key == "[key]":
            at_key = True
            spot = spot_of(get_args(holder.annotation)[0]) if holder else None
        elif spot is not None and len(spot.members) > 1:
            meant = spot.chosen(data)
            names = {member.model.__name__ for member in spot.members if member.model}
            if meant and meant.model and key in names - {meant.model.__name__}:
                return None
            union = tuple(path) if meant is None else union
            spot = meant
        elif spot is not None or key in _keys(data):
            holder = spot.chosen(data) if spot else None
            spot = spot.step(key, data) if spot else None
            data = data[key] if key in _keys(data) else None
            path.append(key)
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path.append(detail["ctx"]["discriminator"].strip("'"))
    for step in detail.get("ctx", {}).get("at", ()):
        path.append(_as_written(step, data))
        data = data[path[-1]] if path[-1] in _keys(data) else None
    block = holder.model if holder else None
    return _Found(detail, tuple(path), spot, block, at_key, union)


def _as_written(key: Any, data: Any) -> Any:
    """Return a key as the file has it: a year may be a number there."""
    if isinstance(data, dict) and isinstance(key, str) and key not in data and key.isdecimal():
        return int(key) if int(key) in data else key
    return key


def _keys(data: Any) -> Container[Any]:
    if isinstance(data, dict):
        return data.keys()
    return range(len(data)) if isinstance(data, list) else ()


def _deleted_beside(found: _Found, document: Document) -> dict[str, Place]:
    """Return what was deleted of the block of which a validator complains, and where."""
    if found.kind != "clustersim":
        return {}
    block = found.path[: len(found.path) - len(found.detail["ctx"]["at"])]
    return {
        shown(path[-1]): place for path, place in document.deleted.items() if path[:-1] == block
    }


def _place(found: _Found, document: Document) -> Place:
    if found.path in document.deleted:
        return document.deleted[found.path]
    if found.kind in {"missing", "union_tag_not_found"}:
        return document.place(found.path[:-1], key=True)
    return document.place(found.path, key=found.at_key or found.kind in _UNKNOWN)


# ---------------------------------------------------------------- what it says

_UNKNOWN = frozenset({"extra_forbidden", "invalid_key"})

_BLOCK = (later("keys with values"), later("write its keys below it"))
_LIST = (later("a list"), later("write for example [a, b]"))
_DATE = (later("a date"), later("write for example '2008-06-24'"))
_EXPECTED = {
    "model": _BLOCK,
    "dict": _BLOCK,
    "mapping": _BLOCK,
    "int": (later("a whole number"), later("write for example 20")),
    "float": (later("a number"), later("write for example 0.4")),
    "finite": (later("a finite number"), later("write for example 0.4")),
    "string": (later("text"), later("put it in quotes")),
    "bool": (later("true or false"), later("write one of them")),
    "date": _DATE,
    "datetime": _DATE,
    "tuple": _LIST,
    "list": _LIST,
    "set": _LIST,
    "frozen": _LIST,
    "none": (later("nothing"), later("leave it out")),
}
"""What a type is called, by the first word of pydantic's errors about it, and how to write it."""

_LIMITS = {
    "greater_than": later("write more than {gt}"),
    "greater_than_equal": later("write {ge} or more"),
    "less_than": later("write less than {lt}"),
    "less_than_equal": later("write {le} or less"),
    "too_short": later("write at least {min_length}"),
    "too_long": later("write at most {max_length}"),
    "string_too_short": later("write at least {min_length} characters"),
    "string_too_long": later("write at most {max_length} characters"),
}


def _words(found: _Found) -> tuple[str, str]:
    """Return an error's message and hint in plain words."""
    given = found.detail.get("input")
    context: dict[str, Any] = found.detail.get("ctx", {})
    name = str(found.path[-1]) if found.path else ""
    if found.kind == "clustersim":
        return context["message"], context["hint"]
    words = [str(word) for word in found.spot.words] if found.spot else []
    if found.kind == "missing" and words:
        return tr("missing"), _one_of(name, words)
    if found.kind == "missing":
        if found.spot and found.spot.parameter:
            kind = found.spot.parameter.kind
            hint = tr(
                "add {name}, {what} such as {example}",
                name=f"'{name}'",
                what=kind.expects,
                example=kind.example,
            )
            return tr("missing"), hint
        if len(found.path) == 1 and not (found.spot and found.spot.annotation is str):
            hint = tr(
                "add {name} here, or {extends}",
                name=f"'{name}: ...'",
                extends="'extends: noksan'",
            )
            return tr("missing"), hint
        return tr("missing"), tr("add {name} here", name=f"'{name}: ...'")
    if found.kind in _UNKNOWN:
        known = [*found.block.model_fields] if found.block else []
        if len(found.path) == 1:
            known.append("extends")  # gone by now, and yet a key that a file may have
        return tr("unknown key"), did_you_mean(name, known)
    if found.union is not None:
        what = tr("{value} is nothing that can stand here", value=shown(given))
        return what, tr("change it, or leave it out")
    if found.kind == "union_tag_not_found":
        return tr("missing"), _one_of(name, _tags(found, name))
    if found.kind == "union_tag_invalid":
        return _choice(context["tag"], _tags(found, name))
    if found.kind in {"literal_error", "enum"}:
        return _choice(given, words)
    if found.kind in _LIMITS:
        what = tr("{value} is out of bounds", value=shown(given))
        return what, tr(_LIMITS[found.kind], **context)
    if found.kind in {"value_error", "assertion_error"}:
        return str(context.get("error", found.detail["msg"])), tr("change it, or leave it out")
    expected, hint = _EXPECTED.get(found.kind.partition("_")[0], ("", ""))
    if expected and found.kind.endswith(("_type", "_parsing", "_from_float", "_number")):
        what = tr("expected {what}, not {value}", what=tr(expected), value=shown(given))
        return what, tr(hint)
    said = found.detail["msg"].replace("Input should be", "it should be")
    what = tr("{value} cannot stand here: {said}", value=shown(given), said=said)
    return what, tr("change it, or leave it out")


def _one_of(name: str, words: list[str]) -> str:
    return tr("add {name}, one of: {words}", name=f"'{name}'", words=", ".join(words))


def _choice(given: Any, words: list[str]) -> tuple[str, str]:
    hint = did_you_mean(str(given), words, otherwise=tr("choose from"))
    return tr("unknown choice {word}", word=shown(given)), hint


def _tags(found: _Found, name: str) -> list[str]:
    """Return the words that choose between the members of a union."""
    members = found.spot.members if found.spot else []
    fields = [member.fields[name] for member in members if name in member.fields]
    return [str(word) for spot in fields for word in spot.words]
