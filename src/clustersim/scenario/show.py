"""A scenario for reading: its YAML with everything filled in, what its arms change, and as HTML."""

from __future__ import annotations

import datetime as dt
import html as markup
import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, Protocol

from ruamel.yaml import YAML

from clustersim import units
from clustersim.language import LANGUAGES, language, later, ntr, tr
from clustersim.scenario import korean
from clustersim.scenario.binding import block_of
from clustersim.scenario.extends import is_distribution
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME, NOTHING
from clustersim.specs import Mixture, Normal, OneOf, Parameter, Spec, Triangular, Uniform
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustersim.scenario.binding import Spot
    from clustersim.scenario.doubt import Doubts
    from clustersim.scenario.scenario import Scenario
    from clustersim.specs import Distribution

__all__ = ["Change", "arms_page", "changes", "html", "show"]


@dataclass(frozen=True)
class Change:
    """One thing that an arm changes, as a file would write it; none where there is nothing."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{_line(self.path)}: {_read(self.before)} -> {_read(self.after)}"


def _read(value: str | None) -> str:
    """Return a value of a file as people read it, quantities in the language that is spoken."""
    if value is None:
        return words("nothing", "value")
    if language() == LANGUAGES[0]:
        return value
    text = _MONEY.sub(_won, value)
    for form, said in _QUANTITIES.items():
        text = re.sub(form, tr(said, number=r"\1"), text)
    return text


def _won(found: re.Match[str]) -> str:
    amount = units.parse(found[0], units.Kind.MONEY)
    return found[0] if isinstance(amount, dt.date) else units.won(amount)


_MONEY: Final = re.compile(r"-?[\d.,]*\d (?:(?:tn|bn|M) )?KRW\b")
_QUANTITIES: Final = {
    r"(-?[\d.]+) % / year": later("{number} % / year"),
    r"(-?[\d.]+) %": later("{number} %"),
    r"([\d.]+) months": later("{number} months"),
}


def show(scenario: Scenario) -> str:
    """Return the YAML of a scenario: shared blocks, defaults, changes and doubts filled in.

    Loading the text gives the same scenario.
    """
    arm = scenario.arms[AS_ANNOUNCED]
    tree = _block(arm.spec, arm.doubts, "")
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 100
    text = StringIO()
    yaml.dump(tree, text)
    return text.getvalue()


def html(scenario: Scenario) -> str:
    """Return a short page: title, complexes, arms and targets, all text escaped."""
    spec = scenario.spec

    def items(pairs: list[tuple[str, str]]) -> str:
        return "".join(
            f"<li><code>{markup.escape(key)}</code> {markup.escape(text)}</li>"
            for key, text in pairs
        )

    complexes = [
        (
            name,
            tr(
                "{title}: {firms} firms, {workers} workers",
                title=_title(each),
                firms=f"{each.known.firms:,}",
                workers=f"{each.known.workers:,}",
            ),
        )
        for name, each in spec.complexes.items()
    ]
    arms = "".join(
        f"<li><code>{markup.escape(name)}</code> {markup.escape(_title(arm))}"
        f"{_listed(changes(scenario, name), scenario.arms[name].spec)}</li>"
        for name, arm in scenario.arms.items()
    )
    targets = [(name, _title(target)) for name, target in scenario.targets.items()]
    sections = (
        (tr("Complexes"), items(complexes)),
        (tr("Arms"), arms),
        (tr("Targets"), items(targets)),
    )
    return (
        f"<details open><summary><b>{markup.escape(_title(spec))}</b></summary>"
        f"{_described(spec.description)}"
        + "".join(f"<b>{head}</b><ul>{told}</ul>" for head, told in sections)
        + "</details>"
    )


def _title(about: _Titled) -> str:
    """Return a title in the language that is spoken, if it has one."""
    return str(getattr(about, f"title_{language()}", "") or about.title)


class _Titled(Protocol):
    @property
    def title(self) -> str: ...


def _described(text: str) -> str:
    """Return a description, which a file has in one language alone."""
    paragraph = f"<p>{markup.escape(text)}</p>"
    if language() == LANGUAGES[0] or not text:
        return paragraph
    name = tr("description")
    return f"<details><summary>{name}</summary>{paragraph}</details>"


def _listed(found: list[Change], spec: Spec) -> str:
    """Return changes as a list that opens on demand."""
    if not found:
        return ""
    lines = "".join(
        f"<li><code>{markup.escape(change.path)}</code>{markup.escape(_called(change.path, spec))}:"
        f" {markup.escape(_read(change.before))} → {markup.escape(_read(change.after))}"
        "</li>"
        for change in found
    )
    many = ntr("{number} change", "{number} changes", len(found))
    return f"<details><summary>{many}</summary><ul>{lines}</ul></details>"


def _called(path: str, spec: Spec) -> str:
    """Return what a value is called in Korean, behind a space; "" in English and if unknown."""
    if language() != "ko":
        return ""
    *above, name = path.split(".")
    block: Any = spec
    for step in above:
        block = block.get(step) if isinstance(block, dict) else getattr(block, step, None)
    said = korean.of_value(type(block).__name__, name) if isinstance(block, Spec) else None
    return f" {said[0]}" if said else ""


def changes(scenario: Scenario, arm: str) -> list[Change]:
    """Return what an arm's patch changes of the file's own programme, sources apart.

    Arms that are built in have no patch.
    """
    patch = (scenario.spec.arms[arm].programme) if arm in scenario.spec.arms else {}
    if not patch:
        return []
    own, changed = (
        _block(each.spec.programme, each.doubts, "programme")
        for each in (scenario.arms[AS_ANNOUNCED], scenario.arms[arm])
    )
    return list(_changed(patch, own, changed, "programme"))


def _changed(patch: Any, own: Any, changed: Any, path: str) -> Iterator[Change]:
    """Yield what differs where a patch says something."""
    if isinstance(patch, dict) and not is_distribution(patch) and isinstance(changed, dict):
        for key, item in patch.items():
            if key != "source":
                before, after = _at(own, key), _at(changed, key)
                yield from _changed(item, before, after, f"{path}.{key}")
    elif own != changed:
        yield Change(path, _short(own), _short(changed))


def _at(data: Any, key: Any) -> Any:
    return data.get(str(key)) if isinstance(data, dict) else None


def _short(value: Any) -> str | None:
    """Return a value in one line; of a long block its keys."""
    if value is None:
        return None
    if isinstance(value, dict):
        said = ", ".join(f"{key}: {_short(item)}" for key, item in value.items() if key != "source")
        whole = len(said) <= _LONG or is_distribution(value)
        return f"{{{said}}}" if whole else f"{{{', '.join(map(str, value))}}}"
    if isinstance(value, list):
        return f"[{', '.join(str(_short(item)) for item in value)}]"
    return _line(str(value))


_LONG: Final = 60


def _line(text: str) -> str:
    return " ".join(text.split())


_BUILT_IN: Final = {
    NO_PROGRAMME: later("built in: the state's part is gone"),
    NOTHING: later("built in: mini-clusters on their own money are gone as well"),
}


def arms_page(scenario: Scenario) -> str:
    """Return what each arm changes, a line a change, as comments of YAML."""
    lines = ["# " + tr("What each arm changes of the programme above:")]
    for name, arm in scenario.arms.items():
        if name == AS_ANNOUNCED:
            continue
        found = changes(scenario, name)
        lines.append(f"# {_line(name)}: {_line(_title(arm))}")
        if not found:
            lines[-1] += f" ({tr(_BUILT_IN[name]) if name in _BUILT_IN else _read(None)})"
        lines += [f"#   {change}" for change in found]
    return "\n".join(lines)


def _block(spec: Spec, doubts: Doubts, path: str) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, info in type(spec).model_fields.items():
        value = getattr(spec, name)
        if value is None or (value in ((), {}, "") and name not in spec.model_fields_set):
            continue
        if not info.repr:  # what loading fills in again
            continue
        here = f"{path}.{name}" if path else name
        tree[name] = _value(value, block_of(type(spec)).fields[name], doubts, here)
    return tree


def _value(value: Any, spot: Spot | None, doubts: Doubts, path: str) -> Any:
    if path in doubts:
        return _distribution(doubts[path][0], doubts[path][1])
    if isinstance(value, Spec):
        return _block(value, doubts, path)
    if isinstance(value, dict):
        return {
            key: _value(item, spot.step(key, value) if spot else None, doubts, f"{path}.{key}")
            for key, item in value.items()
        }
    if spot and spot.parameter:
        return _quantity(value, spot.parameter)
    if isinstance(value, tuple):
        return [_value(item, None, doubts, f"{path}.{n}") for n, item in enumerate(value)]
    return value.isoformat() if isinstance(value, dt.date) else value


def _quantity(value: Any, parameter: Parameter | None) -> Any:
    if parameter is None or isinstance(value, str):
        return value
    text = units.show(value, parameter.kind)
    # what needs no unit stays a number
    return value if parameter.kind in _BARE else text


_BARE = {units.Kind.NUMBER, units.Kind.COUNT}


def _distribution(distribution: Distribution, parameter: Parameter | None) -> dict[str, Any]:
    def quantity(value: Any) -> Any:
        return _quantity(value, parameter)

    match distribution:
        case Normal(mean, sd):
            return {"normal": [quantity(mean), quantity(sd)]}
        case Triangular(low, mode, high):
            return {"triangular": [quantity(low), quantity(mode), quantity(high)]}
        case Uniform(low, high):
            return {"uniform": [quantity(low), quantity(high)]}
        case OneOf(values, weights):
            shares = weights or (1.0,) * len(values)
            return {
                "one_of": [
                    {"value": quantity(value), "weight": weight}
                    for value, weight in zip(values, shares, strict=True)
                ]
            }
        case Mixture(parts, weights):
            return {
                "mixture": [
                    {"weight": weight, **_distribution(part, parameter)}
                    for part, weight in zip(parts, weights, strict=True)
                ]
            }
