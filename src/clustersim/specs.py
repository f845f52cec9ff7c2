"""The base of every parameter: its unit, default, range, source, doubt and the outcome it moves.

A spec is a frozen pydantic model that stands beside the equation it feeds. Each number in it is
an ``Annotated[float, Parameter(...)] = default``, so that one line states the parameter whole and
the schema, the checks, the docs and the draws of uncertain parameters are all made from it.

>>> from typing import Annotated
>>> class Decay(Spec):
...     rate: Annotated[float, Parameter("Yearly loss.", Kind.DEPRECIATION, source="F13",
...                                      moves="knowledge", low=0.0, high=0.9)] = 0.15
>>> Decay().rate
0.15
>>> Decay(rate="20 % / year").rate
0.2
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from clustersim import units
from clustersim.errors import UnitError
from clustersim.language import tr
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

__all__ = [
    "DISTRIBUTIONS",
    "Distribution",
    "Key",
    "Kind",
    "Mixture",
    "Name",
    "Normal",
    "OneOf",
    "Parameter",
    "Sources",
    "Spec",
    "Triangular",
    "Uniform",
    "Year",
    "bad_name",
    "bad_value",
    "parameters_of",
]


def bad_value(message: str, hint: str, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """Return the error a validator raises, so that the reader can print both its lines.

    A validator of a whole block says which of its keys is wrong by the path `at` below the block.
    """
    return PydanticCustomError(
        "clustersim", "{message}", {"message": message, "hint": hint, "at": at}
    )


# ---------------------------------------------------------------- doubt about one parameter


@dataclass(frozen=True)
class Normal:
    """A normal distribution, cut at the range of its parameter."""

    mean: float
    sd: float

    @property
    def central(self) -> float:
        """The mean."""
        return self.mean


@dataclass(frozen=True)
class Triangular:
    """A triangular distribution."""

    low: float
    mode: float
    high: float

    @property
    def central(self) -> float:
        """The mode: the value an author would write down alone."""
        return self.mode


@dataclass(frozen=True)
class Uniform:
    """A uniform distribution."""

    low: float
    high: float

    @property
    def central(self) -> float:
        """The midpoint."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class OneOf:
    """One of several values, each with a weight: a structural switch, or a fact with readings."""

    values: tuple[Any, ...]
    weights: tuple[float, ...] = ()

    @property
    def central(self) -> Any:
        """The first value."""
        return self.values[0]


@dataclass(frozen=True)
class Mixture:
    """One of several distributions, each with a weight; `Normal(0, 0)` is a mass at zero."""

    parts: tuple[Normal | Triangular | Uniform, ...]
    weights: tuple[float, ...]

    @property
    def central(self) -> float:
        """The weighted mean of the parts' centres."""
        total = math.fsum(self.weights)
        return (
            math.fsum(w * p.central for w, p in zip(self.weights, self.parts, strict=True)) / total
        )


Distribution = Normal | Triangular | Uniform | OneOf | Mixture

DISTRIBUTIONS: dict[str, type[Any]] = {
    "normal": Normal,
    "triangular": Triangular,
    "uniform": Uniform,
    "one_of": OneOf,
    "mixture": Mixture,
}
"""The words a scenario file uses for them."""


# ---------------------------------------------------------------- one parameter


@dataclass(frozen=True)
class Parameter:
    """Everything there is to say about one parameter except its default.

    Parameters
    ----------
    doc
        One plain sentence.
    kind
        What the number is, which decides how it is written and converted (`units.Kind`).
    source
        Keys of facts or evidence, or ``assumption: reason``.
    moves
        The outcome that halving the parameter changes.
    unit
        The unit of the stored number; by default that of the kind.
    low, high
        The closed range of values that make sense.
    doubt
        The distribution drawn from when a scenario says nothing; none means certain.
    """

    doc: str
    kind: Kind
    source: str
    moves: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    doubt: Distribution | None = None

    def read(self, value: object) -> object:
        """Return the stored value for what a file says, or raise an error with a hint."""
        if self.kind is Kind.CHOICE:  # its words stand in the type
            return value
        if isinstance(value, bool) or value is None:
            raise bad_value(
                tr("expected {what}, not {value}", what=self.kind.expects, value=shown(value)),
                tr("write for example {example}", example=self.kind.example),
            )
        try:
            number = units.parse(value, self.kind)
        except UnitError as error:
            raise bad_value(error.what, error.hint) from None
        if self.kind is Kind.SHARE and isinstance(value, (int, float)) and 1 < value <= self.high:
            raise bad_value(
                tr(
                    "{value} may mean {share} or {value} times as much",
                    value=shown(value),
                    share=f"{value} %",
                ),
                tr("write {one} or {other}", one=f"'{value} %'", other=f"'{100 * value:g} %'"),
            )
        if isinstance(number, (int, float)) and not self.low <= number <= self.high:
            told = tr("{value} is outside its range", value=shown(value))
            raise bad_value(told, self._range)
        return number

    def but(self, **changes: Any) -> Parameter:
        """Return the same for another block: its source, range or doubt may differ.

        >>> length = Parameter("Length.", Kind.DURATION, source="K12", moves="delay")
        >>> length.but(source="K13").source
        'K13'
        """
        return replace(self, **changes)

    @property
    def ends(self) -> tuple[str, str]:
        """Its ends as a file would write them."""
        return units.show(self.low, self.kind), units.show(self.high, self.kind)

    @property
    def _range(self) -> str:
        low, high = (units.told(end, self.kind) for end in (self.low, self.high))
        if math.isinf(self.high):
            return tr("write {low} or more", low=low)
        if math.isinf(self.low):
            return tr("write {high} or less", high=high)
        return tr("write {low} to {high}", low=low, high=high)

    @property
    def stored_unit(self) -> str:
        """The unit of the stored number."""
        return self.unit or self.kind.unit

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        plain = handler(schema)
        return {"description": self.doc, "anyOf": [plain, {"type": "string"}], **self.notes()}

    def notes(self) -> dict[str, str]:
        """Return what a schema says of it in words of its own."""
        return {
            "x-unit": self.stored_unit,
            "x-source": self.source,
            "x-moves": self.moves,
            "x-kind": self.kind.name.lower(),
        }


def _as_sources(value: object) -> object:
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


Sources = Annotated[
    tuple[str, ...],
    BeforeValidator(_as_sources),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
"""Keys such as ``N12`` or ``K18``, or ``assumption: reason``; one may stand alone."""


Year = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[12][0-9]{3}$"})]
"""A year as a key, which a file may write as a number."""


NAME: Final = r"\w+(?:-\w+)*"
"""What a name is made of: it stands in files' names, where '--' parts two, in paths and options."""

LONGEST_NAME: Final = 35
"""Letters of a name at most, each of three bytes or less: two names fit into that of a file."""

_NO_LETTER = (
    r"\s!-/:-@\[-^`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u2010-\u206f\u3001-\u3004\u3008-\u3020\u3030"
)
"""Signs that no name has, for editors, who know \\w as letters of English alone."""


def bad_name(name: str) -> tuple[str, str] | None:
    """Return why a text cannot name a thing, and how to mend it; none if it can.

    >>> bad_name("녹산-2") is None, bad_name("a/b") is None
    (True, False)
    """
    short = len(name) <= LONGEST_NAME  # and half a character, which is no letter, has no bytes
    if short and re.fullmatch(NAME, name) and len(name.encode()) <= 3 * LONGEST_NAME:
        return None
    return tr("{name} cannot be a name", name=shown(name)), tr(
        "use letters, digits and underscores, with single hyphens between them, {number} at most",
        number=LONGEST_NAME,
    )


def _as_name(name: str) -> str:
    if bad := bad_name(name):
        raise bad_value(*bad)
    return name


Name = Annotated[
    str,
    AfterValidator(_as_name),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": LONGEST_NAME,
            "pattern": f"^[^{_NO_LETTER}]+(-[^{_NO_LETTER}]+)*$",
        }
    ),
]
"""What names a thing of a scenario that has files of its own."""


def _as_key(key: str) -> str:
    if not re.fullmatch(_KEY, key):
        raise bad_value(
            tr("{name} cannot be a name", name=shown(key)),
            tr("write at least a letter, and no dot or equals sign"),
        )
    return key


_KEY: Final = r"\s*[^.=\s][^.=]*"

Key = Annotated[
    str, AfterValidator(_as_key), WithJsonSchema({"type": "string", "pattern": f"^{_KEY}$"})
]
"""What names any other thing: it stands in paths, between dots and before an equals sign."""


class Spec(BaseModel):
    """A frozen block of parameters; unknown keys are errors."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        validate_default=False,
        use_attribute_docstrings=True,
    )

    source: Sources = ()
    """Where the values of this block come from."""


def parameters_of(spec: Spec, path: str = "") -> Iterator[tuple[str, Parameter, Any, bool]]:
    """Yield (path, parameter, value, set by the file) for every parameter below a spec.

    Paths are dotted: block names, and keys of named mappings.
    """
    for name, info in type(spec).model_fields.items():
        value = getattr(spec, name)
        here = f"{path}.{name}" if path else name
        marks = [m for m in info.metadata if isinstance(m, Parameter)]
        if marks:
            yield here, marks[0], value, name in spec.model_fields_set
        elif isinstance(value, Spec):
            yield from parameters_of(value, here)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Spec):
                    yield from parameters_of(item, f"{here}.{key}")


def literals(annotation: Any) -> tuple[Any, ...]:
    """Return the values of a `Literal` annotation (none for anything else)."""
    return get_args(annotation) if getattr(annotation, "__origin__", None) is Literal else ()
