"""What must hold between the register of facts and the bundled scenarios: what does not.

Each check takes the entries it is about, so that a broken register can be given to it as well.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from clustersim.scenario.facts import ALL, span
from clustersim.specs import Parameter, Spec
from clustersim.units import Kind, parse

TOGETHER = "five-complexes"


@dataclass(frozen=True)
class Found:
    """What a path leads to, and every source named on the way there."""

    path: str
    value: object
    sources: tuple[str, ...]


MISSING = object()
"""What stands where a path leads nowhere."""


def follow(scenario, path):
    """Everything a path leads to in a scenario; * is every key of a mapping."""
    found = [Found("", scenario.spec, _sources(scenario.spec))]
    for step in path.split("."):
        found = [after for before in found for after in _step(before, step)]
    return [_with_doubt(each, scenario) for each in found]


def _step(before, step):
    here = before.value
    if here is MISSING:
        return [before]
    if isinstance(here, dict):
        after = [(key, here.get(key), ()) for key in (here if step == "*" else [step])]
    else:
        fields = type(here).model_fields if isinstance(here, Spec) else {}
        marks = fields[step].metadata if step in fields else ()
        sources = tuple(mark.source for mark in marks if isinstance(mark, Parameter))
        after = [(step, getattr(here, step) if step in fields else None, sources)]
    return [
        Found(
            f"{before.path}.{key}".lstrip("."),
            MISSING if value is None else value,
            before.sources + own + _sources(value),
        )
        for key, value, own in after
    ]


def _sources(value):
    """The sources of a block or a patch; of a mapping of such, those that all of them name."""
    if isinstance(value, Spec):
        return value.source
    if not isinstance(value, dict):
        return ()
    if "source" in value:
        named = value["source"]
        return (named,) if isinstance(named, str) else tuple(named)
    each = [_sources(item) for item in value.values()]
    return tuple(source for source in each[0] if all(source in e for e in each)) if each else ()


def _with_doubt(found, scenario):
    """The same with the source of the doubt that a file has of it."""
    doubts = scenario.arms["as_announced"].doubts
    if found.path not in doubts:
        return found
    return Found(found.path, found.value, (*found.sources, doubts[found.path][1].source))


KEY = re.compile(r"\b(?:([GSNDOI])([0-9]{2})-\1([0-9]{2})|[GSNDOI][0-9]{2}|A[0-9]{2}[a-c]?)\b")


def keys(text):
    """Every fact and ambiguity a text cites, ranges such as N15-N19 in full."""
    found = set()
    for match in KEY.finditer(text):
        letter, first, last = match.groups()
        numbers = range(int(first), int(last) + 1) if letter else ()
        found |= {f"{letter}{number:02}" for number in numbers} or {match[0]}
    return found


def numbers(entry):
    """The ends of a fact's value as the model stores it."""
    kind = {"bn KRW": Kind.MONEY, "%": Kind.SHARE}.get(entry.unit)
    ends = (entry.value, entry.value if entry.to is None else entry.to)
    return tuple(parse(f"{end} {entry.unit}", kind) if kind else end for end in ends)


def count(value):
    """A number, or how many there are; None for what is neither."""
    if isinstance(value, (dict, tuple)):
        return len(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def paths(entry):
    return entry.use if hasattr(entry, "use") else entry.switch


def scenario_of(entry, scenarios):
    return scenarios[TOGETHER if entry.complex == ALL else entry.complex]


# ---------------------------------------------------------------- the checks


def places(entry, scenarios):
    """What each path of an entry leads to, where it leads to anything."""
    scenario = scenario_of(entry, scenarios)
    found = [place for path in paths(entry) for place in follow(scenario, path)]
    return [place for place in found if place.value is not MISSING]


def homeless(entries, scenarios):
    """(id, path) that leads nowhere in the scenario, or not everywhere it should."""
    wrong = set()
    for entry in entries:
        for path in paths(entry):
            found = follow(scenario_of(entry, scenarios), path)
            if not found or any(place.value is MISSING for place in found):
                wrong.add((entry.id, path))
    return wrong


def uncited(entries, scenarios):
    """(id, place) where the thing is, and nothing near says that it comes from there."""
    return {
        (entry.id, found.path)
        for entry in entries
        for found in places(entry, scenarios)
        if entry.id not in _cited(found)
    }


def _cited(found):
    text = found.value if found.path == "description" else " ".join(found.sources)
    return keys(text)


def otherwise_dated(facts, scenarios):
    """(id, place) whose day is not one that the fact can mean; an event has a day somewhere."""
    wrong = set()
    for fact in facts:
        days = {p.path: p.value for p in places(fact, scenarios) if isinstance(p.value, dt.date)}
        if fact.date:
            first, last = span(fact.date)
            wrong |= {(fact.id, path) for path, day in days.items() if not first <= day <= last}
        if "event" in fact.form and not days:
            wrong.add((fact.id, "no day"))
    return wrong


def otherwise_numbered(facts, scenarios):
    """(id, place) whose number is not the fact's, unless a reading says that it departs."""
    wrong = set()
    for fact in facts:
        if fact.value is None:
            continue
        low, high = numbers(fact)
        off = {
            (fact.id, place.path)
            for place in places(fact, scenarios)
            if (number := count(place.value)) is not None and not low <= number <= high
        }
        if not fact.departs:
            wrong |= off
        elif not off:
            wrong.add((fact.id, f"does not depart by {fact.departs}"))
    return wrong


def uncompared(facts, scenarios):
    """Ids of facts with a number that is nowhere set beside one of the scenario."""
    return {
        fact.id
        for fact in facts
        if fact.value is not None
        and all(count(place.value) is None for place in places(fact, scenarios))
    }
