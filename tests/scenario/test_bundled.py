"""The scenarios that ship with the package."""

from __future__ import annotations

import pytest

from clustersim.economy.macro import Point
from clustersim.economy.month import EconomySpec
from clustersim.scenario import catalogue, load, show
from clustersim.specs import Parameter, Spec


def blocks(spec, path="scenario"):
    """Every block a file has written something into, with its path."""
    if isinstance(spec, Spec):
        yield path, spec
        for name in spec.model_fields_set:
            yield from blocks(getattr(spec, name), f"{path}.{name}")
    elif isinstance(spec, dict):
        for key, item in spec.items():
            yield from blocks(item, f"{path}.{key}")


@pytest.mark.parametrize("name", catalogue.names())
def test_every_block_says_where_its_values_come_from(name):
    spec = load(name).spec
    silent = [path for path, block in blocks(spec) if not block.source]
    assert silent == []


def test_a_block_without_a_source_is_seen():
    assert [path for path, block in blocks(EconomySpec(sectors=("a",))) if not block.source]


@pytest.mark.parametrize("name", catalogue.names())
def test_every_point_stands_in_a_series_with_a_source(name):
    macro = load(name).spec.economy.macro
    for series in (*macro.output.values(), *macro.prices.values(), *macro.size.values()):
        assert series.source
        assert all(isinstance(point, Point) for point in series.points)


@pytest.mark.parametrize("name", catalogue.names())
def test_what_is_shown_is_the_same_scenario(name, tmp_path):
    scenario = load(name)
    file = tmp_path / f"{name}.yaml"
    file.write_text(show(scenario), encoding="utf-8")
    again = load(file)
    assert again.spec == scenario.spec
    ours, theirs = (s.arms["as_announced"].doubts for s in (scenario, again))
    assert {path: what for path, (what, _) in ours.items()} == {
        path: what for path, (what, _) in theirs.items()
    }


def every_spec(model=Spec):
    for child in model.__subclasses__():
        yield child
        yield from every_spec(child)


@pytest.mark.parametrize(
    ("model", "name", "info"),
    [
        pytest.param(model, name, info, id=f"{model.__name__}.{name}")
        for model in every_spec()
        if model.__module__.startswith("clustersim.")
        for name, info in model.model_fields.items()
        if info.annotation in (int, float)
    ],
)
def test_every_number_is_a_whole_parameter(model, name, info):
    assert name in model.model_fields
    parameters = [mark for mark in info.metadata if isinstance(mark, Parameter)]
    assert len(parameters) == 1, "unit, range, source and the outcome it moves"
    parameter = parameters[0]
    assert parameter.doc.endswith(".")
    assert parameter.source
    assert parameter.moves
    if not info.is_required():
        assert parameter.low <= info.default <= parameter.high
        if parameter.doubt is not None and parameter.kind.name != "CHOICE":
            assert parameter.low <= parameter.doubt.central <= parameter.high
