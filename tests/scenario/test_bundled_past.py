"""The published past of the five complexes, and what is solved from it."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim import calendar
from clustersim.economy.observed import QUANTITIES
from clustersim.scenario import load

FIVE = ("seongseo", "noksan", "daebul", "ochang", "namdong")
SPECS = {name: load(name).spec for name in FIVE}
PLACES = {name: spec.complexes[name] for name, spec in SPECS.items()}


def points(observed):
    return [(quantity, point) for quantity in QUANTITIES for point in observed.points(quantity)]


@pytest.mark.parametrize("name", FIVE)
def test_every_point_has_a_source_and_stands_between_2005_and_2016(name):
    nation = SPECS[name].economy.macro.observed
    found = points(PLACES[name].observed) + points(nation)
    assert all(point.source for _, point in found)
    assert all(60 <= point.months[0] <= point.months[1] < 204 for _, point in found)
    assert all(point.of == "nation" and point.solve == "no" for _, point in points(nation))


@pytest.mark.parametrize("name", FIVE)
def test_a_residual_stands_on_its_points_and_is_none_on_the_eve(name):
    residual, known = PLACES[name].residual, SPECS[name].economy.macro.outlook.known
    assert calendar.label(known) == "2008-06"
    assert residual.at(np.array([known])) == pytest.approx(np.log(100.0))
    solved = [point for _, point in PLACES[name].observed.solved()]
    observed = [point for point in residual.points if point.tag == "observed"]
    assert len(observed) == len(solved)


def solved(name):
    return {
        (quantity, point.period, point.over) for quantity, point in PLACES[name].observed.solved()
    }


def test_seongseos_shock_is_read_from_utilisation_and_its_rebound_from_growth():
    """Levels break between the releases of 2008 and of 2009-10 (korea_data 2)."""
    told = solved("seongseo")
    assert {(what, over) for what, _, over in told} == {
        ("utilisation", "2007-Q4"),
        ("output", "2009"),
    }
    place = PLACES["seongseo"].observed
    (rebound,) = [point for point in place.output if point.solve == "yes"]
    assert place.ratio("output", rebound) == pytest.approx(1.122, abs=0.001)


def test_ochang_is_solved_from_its_yearly_totals():
    years = [period for _, period, _ in sorted(solved("ochang"))]
    assert years == ["2007", "2009", "2010", "2011", "2013-Q1"]


def test_noksans_residual_ends_with_what_is_published():
    """After October 2007 nothing is known of it before 2019 (korea_data 3)."""
    assert solved("noksan") == {("output", "2006-10", "2007-10")}
    residual = PLACES["noksan"].residual
    months = np.arange(93, 200)
    np.testing.assert_array_equal(residual.at(months), np.log(100.0))
    assert set(residual.tags(np.arange(94, 200))) == {"assumed"}


def test_ochangs_anchor_has_a_plan_and_what_happened():
    anchor = PLACES["ochang"].anchors["battery_maker"]
    at = [np.array([month]) for month in (101, 126)]
    plan, happened = (
        float(np.exp(path.at(at[1]) - path.at(at[0]))[0]) for path in (anchor.path, anchor.happened)
    )
    assert plan < 1.3
    assert happened > 1.7
    known = [point for point in anchor.path.points if point.month <= 102]
    assert [(p.month, p.value) for p in known] == [
        (p.month, p.value) for p in anchor.happened.points if p.month <= 102
    ]


@pytest.mark.parametrize("name", FIVE)
def test_the_economys_series_reach_back_to_2005(name):
    for series in SPECS[name].economy.macro.output.values():
        assert series.points[0].month == 60
        assert series.points[0].tag == "assumed"
