"""The JSON Schema of a scenario file, by which editors complete, explain and check it.

What a file may say stands in the specs; here it is put in the words of JSON Schema (2020-12): text
with units, bare numbers, doubts, `extends`, arms, `~`. Every block is there twice. By its name it
is a part, as in a file that extends others or in an arm: nothing is missing and `~` deletes. As
``NAME.whole`` it stands alone: what has no default must be there.

What it cannot know, because it stands elsewhere or is arithmetic, the loader tells: whether names
agree, whether the text '350 %' is in its range, whether a block's values fit together.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin

from pydantic import WithJsonSchema

from clustersim import units
from clustersim.language import LANGUAGES, speaking
from clustersim.programme.plan import ProgrammeSpec
from clustersim.scenario.binding import spot_of
from clustersim.scenario.doubt import in_words
from clustersim.scenario.korean import BLOCKS, of_value
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME, NOTHING
from clustersim.scenario.schema import ArmSpec, ScenarioSpec
from clustersim.specs import Parameter, literals
from clustersim.units import Kind

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

__all__ = ["BLOCK", "SCENARIO", "block_schema", "modeline", "scenario_schema", "text"]

Schema = dict[str, Any]

SCENARIO: Final = "schema.json"
"""The file of the schema of scenarios, beside the bundled ones."""

BLOCK: Final = "block.json"
"""The file of the schema of blocks that others extend, beside the other."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> Schema:
    """Return the schema of a scenario file, with every instrument that is installed."""
    blocks = _Blocks()
    part, whole = blocks.part(ScenarioSpec), blocks.whole(ScenarioSpec)
    extending = {"required": ["extends"], "properties": {"extends": {"not": {"const": []}}}}
    return {
        "$schema": _DIALECT,
        "title": "clustersim scenario",
        "description": "A scenario of clustersim; what it extends stands below what it says.",
        "type": "object",
        "if": extending,
        "then": part,
        "else": whole,
        "$defs": dict(sorted(blocks.found.items())),
    }


def block_schema() -> Schema:
    """Return the schema of a block that scenarios extend, which stands beside the other."""
    return {
        "$schema": _DIALECT,
        "title": "clustersim shared block",
        "description": "A part of a scenario, which scenarios extend.",
        "$ref": f"{SCENARIO}#/$defs/{ScenarioSpec.__name__}",
    }


def text(schema: Schema) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def modeline(schema: str) -> str:
    """Return the comment by which the YAML language server finds a file's schema."""
    return f"# yaml-language-server: $schema={schema}"


# ---------------------------------------------------------------- blocks

_THERE: Final[Schema] = {"type": ["string", "number", "boolean", "array", "object"]}
_NULL: Final[Schema] = {"type": "null"}
_TEXT: Final[Schema] = {"type": "string"}


class _Blocks:
    """The definitions of a schema, made as they are asked for."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}
        self._models: dict[str, type[BaseModel]] = {}

    def part(self, model: type[BaseModel]) -> Schema:
        """Return a reference to a block as a file lays it over others."""
        name = self._name(model)
        if name not in self.found:
            self.found[name] = {}  # a block may hold itself
            self.found[name] = {
                "type": "object",
                **_named(BLOCKS.get(name), model.__name__),
                "description": _first(model),
                "properties": self._properties(model),
                "additionalProperties": False,
            }
        return _ref(name)

    def whole(self, model: type[BaseModel]) -> Schema:
        """Return a reference to a block that stands alone."""
        name = f"{self._name(model)}.whole"
        if name not in self.found:
            self.found[name] = {}
            fields = {_key(key, info): info for key, info in model.model_fields.items()}
            below = {key: self._below(info) for key, info in fields.items()}
            if model is ArmSpec:
                del below["programme"]  # a patch is a part wherever it stands
            self.found[name] = {
                "allOf": [self.part(model)],
                "required": [key for key, info in fields.items() if info.is_required()],
                "properties": {key: found for key, found in below.items() if found},
                "additionalProperties": _THERE,
            }
            if model is ScenarioSpec:
                self.found[name]["properties"]["arms"]["propertyNames"] = {
                    "not": {"enum": [AS_ANNOUNCED, NO_PROGRAMME, NOTHING]}
                }
        return _ref(name)

    def _name(self, model: type[BaseModel]) -> str:
        """Return the name of a block, with its module where another has the same."""
        name = model.__name__
        if self._models.setdefault(name, model) is not model:
            name = f"{model.__module__}.{name}"
        return name

    def _properties(self, model: type[BaseModel]) -> Schema:
        found = {
            _key(name, info): self._field(model, name, info)
            for name, info in model.model_fields.items()
        }
        if model is ScenarioSpec:
            return {"extends": _EXTENDS, **found}
        if model is ArmSpec:
            found["programme"] = {
                **found["programme"],
                "anyOf": [{"allOf": [self.part(ProgrammeSpec), _ONE_SCALE]}, _NULL],
            }
        return found

    def _field(self, model: type[BaseModel], name: str, info: FieldInfo) -> Schema:
        """Return what may stand under a key of a part, with all there is to say of it."""
        parameter = _parameter(info)
        about = _about(info, parameter)
        korean = of_value(model.__name__, name)
        if (block := spot_of(info.annotation).model) is not None:
            korean = korean or BLOCKS.get(block.__name__)
            about.setdefault("description", _first(block))
        if said := _inherited(model, name):
            about.setdefault("description", said)
        body = _given(info.metadata) or self._value(info.annotation, parameter, part=True)
        if least := _least(info) if body.get("type") == "array" else 0:
            body = {**body, "minItems": least}
        return {**_named(korean, name), **about, **_or_null(body)}

    def _below(self, info: FieldInfo) -> Schema | None:
        """Return what a whole block adds to a field: that blocks below are whole as well."""
        body = self._value(info.annotation, _parameter(info), part=False)
        spot = spot_of(info.annotation)
        optional = type(None) in get_args(spot.annotation)
        if least := _least(info) if body.get("type") == "object" else 0:
            body = {**body, "minProperties": least}
        if _models(info.annotation):
            return {"anyOf": [body, _NULL]} if optional else body
        if body.get("type") != "object":
            return None
        return {"type": "object", "additionalProperties": _THERE, "minProperties": least}

    def _value(self, annotation: Any, parameter: Parameter | None, *, part: bool) -> Schema:
        """Return what may stand where a type is expected, nothing (`~`) apart."""
        spot = spot_of(annotation, parameter)
        if len(spot.members) > 1:
            return {
                "anyOf": [self._value(each.annotation, None, part=part) for each in spot.members]
            }
        member = spot.members[0]
        if words := literals(member.annotation):
            return self._words(words)
        if spot.parameter is not None:
            return self._quantity(spot.parameter)
        if member.model is not None:
            return self.part(member.model) if part else self.whole(member.model)
        origin, arguments = get_origin(member.annotation), get_args(member.annotation)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            items = self._value(arguments[1], None, part=part)
            form: Schema = {
                "type": "object",
                "additionalProperties": _or_null(items) if part else items,
            }
            keys = _given(getattr(arguments[0], "__metadata__", ()))
            return {**form, "propertyNames": keys} if keys else form
        if origin in {list, tuple}:  # a list replaces another as a whole
            return {"type": "array", "items": self._value(arguments[0], None, part=False)}
        return _TEXT if member.annotation is str else {}

    # ------------------------------------------------------------ quantities and words

    def _quantity(self, parameter: Parameter) -> Schema:
        """Return what may be written for a parameter: a number, text with a unit, a doubt."""
        kind = parameter.kind
        forms = [self._text(kind), self._doubt(kind)]
        if kind in _BARE:
            low, high = max(parameter.low, kind.bounds[0]), min(parameter.high, kind.bounds[1])
            if kind is Kind.SHARE:  # above 1 it may mean per cent
                high = min(high, 1.0)
            forms.insert(0, _number(kind, low, high))
        return {"anyOf": forms}

    def _text(self, kind: Kind, *, yearly: bool = False) -> Schema:
        name = f"text.{kind.name.lower()}{'.yearly' * yearly}"
        self.found[name] = {
            "type": "string",
            "maxLength": 80,
            "pattern": units.pattern(kind, yearly=yearly),
            "description": _in_english(kind),
        }
        return _ref(name)

    def _doubt(self, kind: Kind) -> Schema:
        """Return the distributions of one kind of quantity."""
        name = f"doubt.{kind.name.lower()}"
        if name in self.found:
            return _ref(name)
        value: Schema = self._text(kind)
        if kind in _BARE:
            low, high = kind.bounds
            value = {"anyOf": [_number(kind, low, 1.0 if kind is Kind.SHARE else high), value]}
        forms = {"one_of": self._one_of(value)}
        if kind is not Kind.DATE:
            spread = _SPREADS.get(kind, kind)
            width: Schema = self._text(spread, yearly=_monthly_differs(spread))
            if spread in _BARE:
                width = {"anyOf": [_number(spread, 0.0, units.LARGEST), width]}
            plain = {
                "normal": _numbers(mean=value, sd=width),
                "triangular": _numbers(low=value, mode=value, high=value),
                "uniform": _numbers(low=value, high=value),
            }
            parts = [_only({"weight": self._weight(), word: form}) for word, form in plain.items()]
            mixture = {"type": "array", "minItems": 1, "items": {"anyOf": parts}}
            forms = {**plain, **forms, "mixture": mixture}
        self.found[name] = _one_form(forms)
        return _ref(name)

    def _words(self, words: tuple[Any, ...]) -> Schema:
        """Return what may be written for a choice: one of its words, or a doubt about them."""
        word = {"enum": list(words)}
        if len(words) == 1:  # it tells blocks apart
            return {"const": words[0]}
        return {"anyOf": [word, _one_form({"one_of": self._one_of(word)})]}

    def _one_of(self, value: Schema) -> Schema:
        weighted = _only({"value": value, "weight": self._weight()})
        return {"type": "array", "minItems": 1, "items": {"anyOf": [value, weighted]}}

    def _weight(self) -> Schema:
        return {"anyOf": [_number(Kind.NUMBER, 0.0, units.LARGEST), self._text(Kind.SHARE)]}


_BARE: Final = frozenset({Kind.NUMBER, Kind.COUNT, Kind.SHARE})
"""Kinds that may be written as a number without a unit."""

_SPREADS: Final = {Kind.COUNT: Kind.NUMBER, Kind.MONTH: Kind.DURATION}
"""What the spread around a quantity is, where it is of another kind."""

_EXTENDS: Final[Schema] = {
    "title": "extends · 바탕",
    "description": "What this is laid over: a bundled scenario or block such as noksan or"
    " shared/korea, or a file beside this one or below, such as base.yaml; a later one of a list"
    " over the earlier.",
    "x-description-ko": "이 파일이 덧씌우는 바탕 시나리오나 블록",
    "type": ["string", "array"],
    "items": {"type": "string"},
}

_ONE_SCALE: Final[Schema] = {"not": {"required": ["effect_scale"]}}
"""Effects have one scale for a whole run."""


def _in_english(kind: Kind) -> str:
    """Return what to write, the same whoever asks for the schema."""
    with speaking(LANGUAGES[0]):
        return f"{kind.expects[0].upper()}{kind.expects[1:]}: {kind.example}."


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(schema: Schema) -> Schema:
    """Return the same or `~`, which deletes."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], _NULL]}
    if set(schema) == {"type"} and isinstance(schema["type"], str):
        return {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, _NULL]} if schema else {}


def _number(kind: Kind, low: float, high: float) -> Schema:
    """Return a bare number within a range; no end is farther than any number can be."""
    ends = {"minimum": max(low, -units.LARGEST), "maximum": min(high, units.LARGEST)}
    if kind is Kind.COUNT:
        return {"type": "integer", **{word: int(end) for word, end in ends.items()}}
    return {"type": "number", **ends}


def _monthly_differs(kind: Kind) -> bool:
    """Tell whether the spread of a monthly rate has no yearly twin: all but hazards compound."""
    return kind.unit == Kind.HAZARD.unit and kind is not Kind.HAZARD


def _only(properties: Schema) -> Schema:
    """Return a mapping with these keys, all of them, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _numbers(**named: Schema) -> Schema:
    """Return numbers in their order or under their names."""
    listed = list(named.values())
    return {
        "anyOf": [
            {
                "type": "array",
                "prefixItems": listed,
                "minItems": len(listed),
                "maxItems": len(listed),
            },
            _only(named),
        ]
    }


def _one_form(forms: Schema) -> Schema:
    """Return a mapping with one of some keys, and perhaps a source."""
    source = {
        "title": "source · 출처",
        "description": "Where the doubt comes from.",
        "type": ["string", "array"],
        "items": _TEXT,
    }
    return {
        "type": "object",
        "properties": {**forms, "source": source},
        "additionalProperties": False,
        "oneOf": [{"required": [form]} for form in forms],
    }


# ---------------------------------------------------------------- what is read of a field


def _key(name: str, info: FieldInfo) -> str:
    return info.alias or name


def _parameter(info: FieldInfo) -> Parameter | None:
    return next((mark for mark in info.metadata if isinstance(mark, Parameter)), None)


def _given(marks: Any) -> Schema:
    """Return the schema that a type states of itself, if it does."""
    for mark in marks:
        if isinstance(mark, WithJsonSchema):
            return dict(mark.json_schema or {})
    return {}


def _least(info: FieldInfo) -> int:
    return next((mark.min_length for mark in info.metadata if hasattr(mark, "min_length")), 0)


def _models(annotation: Any) -> bool:
    """Tell whether blocks can stand below a type, lists apart: those are whole anyway."""
    spot = spot_of(annotation)
    if any(member.model for member in spot.members):
        return True
    origin = get_origin(spot.annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _models(get_args(spot.annotation)[1])
    return False


def _inherited(model: type[BaseModel], name: str) -> str:
    """Return what a base says of a field that a block gives another default."""
    for base in model.__mro__[1:]:
        info = getattr(base, "model_fields", {}).get(name)
        if info is not None and info.description:
            return " ".join(info.description.split())
    return ""


def _first(model: type[BaseModel]) -> str:
    """Return the first sentence of what a block says of itself."""
    return " ".join((inspect.getdoc(model) or "").partition("\n\n")[0].split())


def _named(korean: tuple[str, str] | None, name: str) -> Schema:
    """Return the Korean word and line beside a name, where there are any."""
    if korean is None:
        return {}
    word, line = korean
    return {"title": f"{name} · {word}", "x-description-ko": line}


def _about(info: FieldInfo, parameter: Parameter | None) -> Schema:
    """Return what there is to say of a field: meaning, unit, range, default, doubt, source."""
    default = info.get_default() if not info.is_required() else None
    if parameter is None:
        parameter = _inner(info.annotation)
        said = [" ".join((info.description or "").split())]
        if parameter:
            said.append(parameter.doc)
        about: Schema = {}
        if isinstance(default, str | tuple) and default:
            about["default"] = list(default) if isinstance(default, tuple) else default
    else:
        said, about, kind = [parameter.doc], {}, parameter.kind
        if default is not None:
            about["default"] = default if kind in _BARE else units.show(default, kind)
    if parameter is not None:
        if parameter.stored_unit:
            said.append(f"Unit: {parameter.stored_unit}.")
        low, high = parameter.ends
        if "any number" not in {low, high}:
            said.append(f"Range: {low} to {high}.")
            about["x-range"] = [low, high]
        if parameter.doubt is not None:
            about["x-doubt"] = in_words(parameter.doubt, parameter.kind)
            said.append(f"Doubt: {about['x-doubt']}.")
        said.append(f"Source: {parameter.source}.")
        about |= parameter.notes()
    description = " ".join(filter(None, said))
    return {"description": description, **about} if description else about


def _inner(annotation: Any) -> Parameter | None:
    """Return the parameter that the values of a table are, if they are one."""
    if get_origin(annotation) is Annotated:
        return spot_of(annotation).parameter
    return next(filter(None, map(_inner, get_args(annotation))), None)
