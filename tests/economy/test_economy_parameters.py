"""Every parameter states itself whole, and moves the outcome it names."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_economy import HINDSIGHT, START, complex_, economy, history, rules

from clustersim.economy.macro import MacroSpec, Point, Series
from clustersim.economy.month import ComplexSpec, EconomySpec
from clustersim.economy.places import InstitutionSpec, SiteSpec
from clustersim.specs import Kind, OneOf, Parameter, Spec, Triangular, literals, parameters_of

BASE = rules(HINDSIGHT)
COMPLEX = complex_().model_copy(
    update={
        "sites": {"hill": SiteSpec(title="Hill", firms=60, distance=1.5, bearing=60.0, area=0.6)},
        "institutions": {
            "school": InstitutionSpec(
                title="School",
                kind="university",
                distance=4.0,
                bearing=90.0,
                knowledge="20 bn KRW",
            )
        },
    }
)
LAST = START + 59
VISIBLE = 5e-4
"""A change of an outcome, relative, that is no matter of rounding."""
RULES = {path: (mark, value) for path, mark, value, _ in parameters_of(BASE)}
PLACE = {path: (mark, value) for path, mark, value, _ in parameters_of(COMPLEX)}

DERIVED = {
    "output_per_firm": lambda sums: sums["output"] / sums["firms"],
    "utilisation": lambda sums: sums["output"] / sums["capacity"],
}
"""Outcomes made of others; all the rest are sums of `history`."""

INSTEAD = {
    "demand.exporters": 0.30,  # fewer could not sell a quarter of output abroad
    "area": 0.5,  # where none is given
    "figures.as_of": 81,  # half of a month is no month
    "figures.share_small": 0.90,  # no law fits half of it
    "knowledge.attempts": 1,
}
"""What to change a parameter to where half of it makes no sense."""

FIRST = {
    "knowledge.rate_of_return": {"knowledge.form": "rate_of_return"},
}
"""What must be so before a parameter can matter."""


# ---------------------------------------------------------------- what each says of itself


def marks_of(model, path=""):
    """Yield the parameters of a spec's class, with their defaults."""
    for name, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Parameter):
                yield f"{path}{name}", mark, info
        if isinstance(info.annotation, type) and issubclass(info.annotation, Spec):
            yield from marks_of(info.annotation, f"{path}{name}.")


ALL = {
    f"{model.__name__}.{path}": (mark, info)
    for model in (EconomySpec, ComplexSpec, SiteSpec, InstitutionSpec, Point)
    for path, mark, info in marks_of(model)
}


@pytest.mark.parametrize("path", ALL)
def test_a_parameter_states_itself_whole(path):
    mark, info = ALL[path]
    assert mark.doc.endswith(".")
    assert mark.source
    assert mark.moves in {*outcomes_of(), "nothing: it only names"}
    assert mark.stored_unit or mark.kind in {Kind.CHOICE, Kind.COUNT}
    if mark.kind in {Kind.CHOICE, Kind.MONTH}:
        return
    assert -1e17 < mark.low < mark.high < 1e17
    if not info.is_required() and info.default is not None:
        assert mark.low <= info.default <= mark.high


@pytest.mark.parametrize("path", [path for path in ALL if ALL[path][0].doubt])
def test_doubt_about_a_parameter_stays_in_its_range_and_about_its_default(path):
    mark, info = ALL[path]
    assert mark.doubt.central == info.default
    if isinstance(mark.doubt, OneOf):
        assert set(mark.doubt.values) <= set(literals(info.annotation))
        assert sum(mark.doubt.weights) == pytest.approx(1.0)
    else:
        assert isinstance(mark.doubt, Triangular)
        assert mark.low <= mark.doubt.low <= mark.doubt.mode <= mark.doubt.high <= mark.high


# ---------------------------------------------------------------- what each moves


def changed(spec, path, value):
    """The same spec with one parameter below it set."""
    name, _, rest = path.partition(".")
    if isinstance(spec, dict):
        return spec | {name: changed(spec[name], rest, value)}
    inner = changed(getattr(spec, name), rest, value) if rest else value
    return spec.model_copy(update={name: inner})


def other(path, mark, value):
    """Half of a value, or the nearest thing to it that can be."""
    if path in INSTEAD:
        return INSTEAD[path]
    if mark.kind is Kind.CHOICE:
        return next(word for word in mark.doubt.values if word != value)
    half = value // 2 if isinstance(value, int) else value / 2.0
    assert mark.low <= half <= mark.high
    return half


@cache
def outcomes_of(changes=(), place=()):
    """Each outcome month by month, of five years in which some firms are treated."""
    spec, complex_spec = BASE, COMPLEX
    for path, value in changes:
        spec = changed(spec, path, value)
    for path, value in place:
        complex_spec = changed(complex_spec, path, value)
    world = economy(spec, {"here": complex_spec})
    for id_ in world.firms.ids[::3].tolist():
        for channel in ("practices", "market_access"):
            world.channels.effect(channel, id_, START, 0.6, months_to_peak=6, half_life=48.0)
    sums = history(world, LAST)
    return sums | {name: of(sums) for name, of in DERIVED.items()}


def moved(before, after):
    return np.abs(after / before - 1.0).max()


@pytest.mark.parametrize("path", RULES)
def test_halving_a_parameter_moves_the_outcome_it_names(path):
    mark, value = RULES[path]
    first = tuple(FIRST.get(path, {}).items())
    before = outcomes_of(first)
    after = outcomes_of((*first, (path, other(path, mark, value))))
    assert moved(before[mark.moves], after[mark.moves]) > VISIBLE


@pytest.mark.parametrize("path", PLACE)
def test_halving_a_figure_moves_the_outcome_it_names(path):
    mark, value = PLACE[path]
    if mark.moves.startswith("nothing"):
        pytest.skip(mark.moves)
    after = outcomes_of((), ((path, other(path, mark, value)),))
    assert moved(outcomes_of()[mark.moves], after[mark.moves]) > VISIBLE


def test_a_number_of_a_complex_only_names():
    first = history(economy(BASE, {"here": COMPLEX}), START + 5)
    again = history(economy(BASE, {"renamed": COMPLEX}), START + 5)
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_sectors_of_the_figures_count_by_their_proportions():
    def output(**sectors):
        here = changed(COMPLEX, "figures.sectors", sectors)
        return history(economy(BASE, {"here": here}), START + 5)["output"]

    assert np.array_equal(output(machinery=35.0, steel=15.0), output(machinery=70.0, steel=30.0))
    assert moved(output(machinery=35.0, steel=15.0), output(machinery=35.0, steel=30.0)) > VISIBLE


@pytest.mark.parametrize("change", ["value", "month"])
@pytest.mark.parametrize("kind", ["output", "prices", "size"])
def test_a_point_of_a_series_moves_what_it_names(kind, change):
    series, name = getattr(BASE.macro, kind), {"size": "10-49"}.get(kind, "national")
    points = series.get(name, series[next(iter(series))]).points

    def sales(last):
        found = {name: Series(points=(*points[:-1], last))}
        macro = BASE.macro.model_copy(update={kind: found})
        return history(economy(BASE.model_copy(update={"macro": macro})), LAST)["sales"]

    last = points[-1]
    value = {"value": last.value / 2.0, "month": last.month + 3}[change]
    assert moved(sales(last), sales(last.model_copy(update={change: value}))) > VISIBLE


def test_the_modes_of_macro_differ():
    flat = history(economy(rules(MacroSpec(mode="flat"))), START + 5)
    assert moved(history(economy(BASE), START + 5)["output"], flat["output"]) > VISIBLE
