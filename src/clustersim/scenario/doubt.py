"""Doubt about parameters: distributions in files, and the values drawn from them.

Where a parameter is expected, a file may hold a distribution instead of a value::

    half_life: {triangular: [1 year, 3 years, 8 years], source: K18}
    growth:    {normal: {mean: 3 % / year, sd: 4 % / year}}
    share:     {uniform: [20 %, 40 %]}
    form:      {one_of: [elasticity, return]}
    rate:      {one_of: [{value: 0.7, weight: 2}, {value: 0.3, weight: 1}]}
    scale:     {mixture: [{weight: 1, normal: [0, 0]}, {weight: 3, triangular: [0, 5 %, 20 %]}]}

The numbers of a distribution stand in order (``[low, mode, high]``, ``[mean, sd]``) or under their
names; weights are relative.
"""

from __future__ import annotations

import dataclasses
import math
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic_core import PydanticCustomError

from clustersim import units
from clustersim.errors import UnitError
from clustersim.language import tr
from clustersim.problems import did_you_mean
from clustersim.randomness import Domain, Luck, Stream, samplers
from clustersim.scenario.binding import block_of
from clustersim.scenario.reading import dotted
from clustersim.specs import (
    DISTRIBUTIONS,
    Distribution,
    Mixture,
    Normal,
    OneOf,
    Parameter,
    Spec,
    Triangular,
    Uniform,
    parameters_of,
)
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clustersim.problems import Problems
    from clustersim.scenario.binding import Spot
    from clustersim.scenario.reading import Document, Keys

__all__ = ["Doubts", "all_doubts", "draw", "extract", "in_words", "quantile", "with_values"]

Doubts = dict[str, tuple[Distribution, Parameter | None]]
"""Distributions by the dotted path of their parameter; a choice of words has no parameter."""

S = TypeVar("S", bound=Spec)

_DRAWS: Final = Stream("scenario.parameter")


def extract(document: Document, model: type[Spec], problems: Problems) -> tuple[Document, Doubts]:
    """Return a document with central values in place of distributions, and the distributions.

    Parameters
    ----------
    document
        A scenario, merged and patched.
    model
        Its spec, which says where parameters stand and of what kind they are.
    problems
        Notes distributions that cannot be read.
    """
    doubts: Doubts = {}

    def replaced(data: Any, spot: Spot | None, path: Keys) -> Any:
        if isinstance(data, dict) and spot and (spot.parameter or spot.words):
            distribution = _Reader(document, spot, problems).read(data, path)
            if distribution is None:
                return data  # noted: binding says no more of it
            parameter = spot.parameter
            if "source" in data:
                source = _source(document, data["source"], (*path, "source"), problems)
                parameter = parameter and parameter.but(source=source)
            doubts[dotted(path)] = (distribution, parameter)
            return _as_written(distribution.central, parameter)
        if isinstance(data, (dict, list)):
            items = data.items() if isinstance(data, dict) else enumerate(data)
            new = {
                key: replaced(item, spot.step(key, data) if spot else None, (*path, key))
                for key, item in items
            }
            return new if isinstance(data, dict) else list(new.values())
        return data

    data = replaced(document.data, block_of(model), ())
    return dataclasses.replace(document, data=data), doubts


def _source(document: Document, written: Any, path: Keys, problems: Problems) -> str:
    """Return the sources of a doubt as one text."""
    sources = written if isinstance(written, list) else [written]
    for source in sources:
        if not isinstance(source, str):
            message = tr("expected {what}, not {value}", what=tr("text"), value=shown(source))
            hint = tr("write a key such as K18, or 'assumption: reason'")
            problems.add(document.place(path), dotted(path), message, hint)
    return "; ".join(map(str, sources))


def all_doubts(spec: Spec, written: Doubts) -> Doubts:
    """Return the doubts a file writes, and those the specs have where the file is silent."""
    silent: Doubts = {
        path: (parameter.doubt, parameter)
        for path, parameter, _, by_file in parameters_of(spec)
        if parameter.doubt is not None and not by_file
    }
    return dict(sorted({**silent, **written}.items()))


def draw(doubts: Doubts, seed: int, index: int) -> dict[str, Any]:
    """Return one value for each doubt: the parameters of one draw, cut at their ranges.

    Each depends on the seed, the index and its own path alone: a doubt that is added or removed
    moves no other.

    >>> one = draw({"a": (Uniform(0, 1), None)}, seed=1, index=0)
    >>> two = draw({"b": (Normal(0, 1), None), "a": (Uniform(0, 1), None)}, seed=1, index=0)
    >>> one["a"] == two["a"]
    True
    """
    luck = Luck(seed, index, Domain.DRAW)
    values = {}
    for path, (distribution, parameter) in doubts.items():
        number = int.from_bytes(blake2b(path.encode(), digest_size=8).digest(), "little")
        u = luck.one(_DRAWS, 0, number)
        if isinstance(distribution, Uniform) and parameter and parameter.kind in _WHOLE:
            # Both ends are as likely as what lies between.
            distribution = Uniform(distribution.low - 0.5, distribution.high + 0.5)  # noqa: PLW2901
        values[path] = _within(quantile(distribution, u), parameter)
    return values


def quantile(distribution: Distribution, u: float) -> Any:
    """Return the value of a distribution at `u`, strictly between 0 and 1.

    >>> quantile(Triangular(0, 1, 2), 0.5), quantile(OneOf(("a", "b"), (3, 1)), 0.7)
    (1.0, 'a')
    """
    match distribution:
        case Normal(mean, sd):
            return float(samplers.normal(u, mean, sd))
        case Triangular(low, mode, high):
            return float(samplers.triangular(u, low, mode, high))
        case Uniform(low, high):
            return float(samplers.uniform(u, low, high))
        case OneOf(values, weights):
            return values[_pick(weights or (1.0,) * len(values), u)[0]]
        case Mixture(parts, weights):
            number, rest = _pick(weights, u)
            return quantile(parts[number], rest)


def with_values(spec: S, values: Mapping[str, Any]) -> S:
    """Return a spec with the parameters at some dotted paths replaced, as `draw` gives them.

    Raises
    ------
    KeyError
        When a path leads nowhere.
    """
    used: set[str] = set()
    above = {".".join(key.split(".")[:n]) for key in values for n in range(1, key.count(".") + 1)}

    def changed(item: Any, path: str) -> Any:
        if path in values:
            used.add(path)
            return values[path]
        if path and path not in above:
            return item
        if isinstance(item, Spec):
            new = {name: changed(value, f"{path}.{name}".strip(".")) for name, value in item}
            return item.model_copy(
                update={k: v for k, v in new.items() if v is not getattr(item, k)}
            )
        if isinstance(item, dict):
            return {key: changed(value, f"{path}.{key}") for key, value in item.items()}
        if isinstance(item, (list, tuple)):
            return type(item)(changed(value, f"{path}.{n}") for n, value in enumerate(item))
        return item

    drawn: S = changed(spec, "")
    if lost := values.keys() - used:
        raise KeyError(*sorted(lost))
    return drawn


def in_words(distribution: Distribution, kind: Kind) -> str:
    """Return a distribution in one line, for people.

    >>> in_words(Triangular(6.0, 12.0, 36.0), Kind.DURATION)
    'triangular [6 months, 12 months, 36 months]'
    >>> in_words(OneOf(("elasticity", "rate_of_return"), (2, 1)), Kind.CHOICE)
    'one_of [elasticity (2), rate_of_return (1)]'
    """
    match distribution:
        case OneOf(values, weights):
            said = [units.show(value, kind) for value in values]
            if weights:
                said = [f"{text} ({w:g})" for text, w in zip(said, weights, strict=True)]
        case Mixture(parts, weights):
            said = [f"{in_words(p, kind)} ({w:g})" for p, w in zip(parts, weights, strict=True)]
        case _:
            said = [units.show(number, kind) for number in vars(distribution).values()]
    return f"{_NAMES[type(distribution)]} [{', '.join(said)}]"


# ---------------------------------------------------------------- drawing

_NAMES: Final = {form: word for word, form in DISTRIBUTIONS.items()}

_WHOLE: Final = frozenset({Kind.COUNT, Kind.MONTH})


def _pick(weights: Sequence[float], u: float) -> tuple[int, float]:
    """Return which weight `u` falls in, and how far into it, again strictly between 0 and 1."""
    left = u * math.fsum(weights)
    last = max(number for number, weight in enumerate(weights) if weight > 0)
    for number, weight in enumerate(weights):
        if weight > 0 and (left < weight or number == last):
            return number, min(max(left / weight, 2.0**-53), 1 - 2.0**-53)
        left -= weight
    raise AssertionError  # unreachable: one weight is positive


def _within(value: Any, parameter: Parameter | None) -> Any:
    """Return a value cut at its parameter's range, and whole where that counts something."""
    if parameter is None or not isinstance(value, (int, float)):
        return value
    least, most = parameter.kind.bounds
    value = min(max(value, parameter.low, least), parameter.high, most)
    return round(value) if parameter.kind in _WHOLE else value


def _as_written(value: Any, parameter: Parameter | None) -> Any:
    """Return a stored value as a file would write it."""
    return value if parameter is None else units.show(_within(value, parameter), parameter.kind)


# ---------------------------------------------------------------- reading


class _Reader:
    """Reads the distribution of one parameter; notes problems and returns none for bad ones."""

    def __init__(self, document: Document, spot: Spot, problems: Problems) -> None:
        self.document = document
        self.parameter = spot.parameter
        self.words = spot.words
        self.problems = problems

    def read(self, data: dict[Any, Any], path: Keys, extra: str = "source") -> Any:
        """Return the distribution a mapping describes."""
        words = [key for key in data if key != extra]
        allowed = [word for word in DISTRIBUTIONS if word == "one_of" or not self._only_readings]
        if len(words) != 1 or words[0] not in allowed:
            strange = [word for word in words if word not in DISTRIBUTIONS]
            if len(strange) == 1 and len(words) <= 2:
                known = [extra] if len(words) == 2 else allowed
                what = tr("unknown key") if len(words) == 2 else tr("unknown distribution")
                hint = did_you_mean(str(strange[0]), known)
                return self._note((*path, strange[0]), what, hint, key=True)
            hint = tr("write one of: {words}", words=", ".join(allowed))
            return self._note(path, tr("expected a value or one distribution"), hint)
        word, here = words[0], (*path, words[0])
        if word == "one_of":
            return self._one_of(data[word], here)
        if word == "mixture":
            return self._mixture(data[word], here)
        return self._plain(DISTRIBUTIONS[word], data[word], here)

    @property
    def _only_readings(self) -> bool:
        """Whether one of several readings is all that makes sense: of words and of dates."""
        return self.parameter is None or self.parameter.kind in {Kind.CHOICE, Kind.DATE}

    def _plain(self, form: type[Any], body: Any, path: Keys) -> Any:
        """Return a distribution made of numbers alone."""
        names = [item.name for item in dataclasses.fields(form)]
        if isinstance(body, dict) and body.keys() == set(names):
            given = [(name, body[name], (*path, name)) for name in names]
        elif isinstance(body, list) and len(body) == len(names):
            given = [(name, body[n], (*path, n)) for n, name in enumerate(names)]
        else:
            form_ = f"{{{path[-1]}: [{', '.join(names)}]}}"
            what = tr("expected {number} numbers", number=len(names))
            return self._note(path, what, tr("write {text}", text=form_))
        numbers: list[Any] = [
            self._spread(value, here) if name == "sd" else self._value(value, here)
            for name, value, here in given
        ]
        if any(number is None for number in numbers):
            return None
        if form is not Normal and numbers != sorted(numbers):
            hint = tr("write {text}", text=" <= ".join(names))
            return self._note(path, tr("the numbers are out of order"), hint)
        return form(*numbers)

    def _one_of(self, body: Any, path: Keys) -> Any:
        if not isinstance(body, list) or not body:
            return self._no_list(body, path, "[a, b]")
        values: list[Any] = []
        weights: list[float] = []
        for number, item in enumerate(body):
            here = (*path, number)
            weighted = isinstance(item, dict) and item.keys() == {"value", "weight"}
            if isinstance(item, dict) and not weighted:
                hint = tr("write it, or {value: ..., weight: ...}")
                self._note(here, tr("expected a value"), hint)
                values.append(None)
                continue
            value, at = (item["value"], (*here, "value")) if weighted else (item, here)
            values.append(self._value(value, at))
            weights.append(self._weight(item["weight"], (*here, "weight")) if weighted else 1.0)
        if None in values or not self._weigh(weights, path):
            return None
        return OneOf(tuple(values), tuple(weights) if set(weights) != {1.0} else ())

    def _mixture(self, body: Any, path: Keys) -> Any:
        if not isinstance(body, list) or not body:
            example = "[{weight: 1, normal: [0, 0]}, {weight: 3, uniform: [1, 2]}]"
            return self._no_list(body, path, example)
        parts, weights = [], []
        for number, item in enumerate(body):
            here = (*path, number)
            part: Any = None
            if not isinstance(item, dict) or "weight" not in item:
                hint = tr("write {text}", text="{weight: 1, ...}")
                self._note(here, tr("expected a part with its weight"), hint)
            elif item.keys() & {"one_of", "mixture"}:
                what = tr("a part is normal, triangular or uniform")
                self._note(here, what, tr("flatten the mixture"))
            else:
                part = self.read(item, here, "weight")
                weights.append(self._weight(item["weight"], (*here, "weight")))
            parts.append(part)
        if None in parts or not self._weigh(weights, path):
            return None
        return Mixture(tuple(parts), tuple(weights))

    def _value(self, value: Any, path: Keys) -> Any:
        """Return a value of the parameter, none when it cannot be one."""
        if self.words:
            if value in self.words:
                return value
            hint = did_you_mean(str(value), map(str, self.words), otherwise=tr("choose from"))
            return self._note(path, tr("unknown choice {word}", word=shown(value)), hint)
        try:
            return self.parameter.read(value) if self.parameter else value
        except PydanticCustomError as error:
            said = error.context or {}
            return self._note(path, said["message"], said["hint"])

    def _spread(self, value: Any, path: Keys) -> Any:
        """Return a standard deviation, in the unit of the parameter."""
        kind = self.parameter.kind if self.parameter else Kind.NUMBER
        kind = {Kind.COUNT: Kind.NUMBER, Kind.MONTH: Kind.DURATION}.get(kind, kind)
        try:
            sd = units.parse(value, kind)
            # A monthly rate compounds around its mean, so its spread has no yearly twin.
            monthly = kind.unit == Kind.HAZARD.unit and sd != units.parse(value, Kind.HAZARD)
        except UnitError as error:
            return self._note(path, error.what, error.hint)
        if monthly:
            what = tr("the spread of a rate is yearly")
            return self._note(path, what, tr("write it '/ year'"))
        if not isinstance(sd, (int, float)) or sd < 0:
            return self._below_0(value, path)
        return sd

    def _weight(self, value: Any, path: Keys) -> float:
        try:
            weight = units.parse(value, Kind.SHARE)
        except UnitError as error:
            self._note(path, error.what, error.hint)
            return math.nan
        if isinstance(weight, float) and weight >= 0:
            return weight
        self._below_0(value, path)
        return math.nan

    def _weigh(self, weights: list[float], path: Keys) -> bool:
        """Return whether weights can be used; not-a-number stands for one that is noted."""
        if weights and math.fsum(weights) == 0:
            self._note(path, tr("all weights are 0"), tr("give one of them more"))
        return math.fsum(weights) > 0

    def _no_list(self, body: Any, path: Keys, example: str) -> Any:
        what = tr("expected {what}, not {value}", what=tr("a list"), value=shown(body))
        return self._note(path, what, tr("write {text}", text=example))

    def _below_0(self, value: Any, path: Keys) -> Any:
        what = tr("{value} is below 0", value=shown(value))
        return self._note(path, what, tr("write {low} or more", low=0))

    def _note(self, path: Keys, message: str, hint: str, *, key: bool = False) -> Any:
        """Note a problem; return none, for the caller to hand on."""
        self.problems.add(self.document.place(path, key=key), dotted(path), message, hint)
