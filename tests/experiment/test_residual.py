"""A residual put in is found again, and the frozen files are what solving gives."""

from __future__ import annotations

import re

import numpy as np
import pytest

import small
from clustersim import calendar
from clustersim.economy.observed import months_of
from clustersim.errors import RunError
from clustersim.experiment import residual
from clustersim.randomness import Domain, Luck
from clustersim.scenario import catalogue, load
from clustersim.simulation.core import core

FIVE = ("daebul", "namdong", "noksan", "ochang", "seongseo")
TRUTH = {"2007-07": 90.0, "2008-06": 100.0, "2009-07": 80.0, "2010-07": 120.0}
LUCK = 2
FIRST, LAST = 84, 131
"""From January 2007 to December 2010."""


def scenario(observed=None, points=None):
    """The small scenario with a residual and published points."""
    block = dict(small.SMALL["complexes"]["noksan"])
    if points:
        block["residual"] = {
            "points": [
                {"month": month, "value": value, "tag": "observed"}
                for month, value in points.items()
            ]
        }
    if observed:
        block["observed"] = observed
    return load(small.SMALL | {"complexes": {"noksan": block}})


@pytest.fixture(scope="module")
def worlds():
    """What the core of the small complex did with the true residual."""
    spec = residual.as_it_was(scenario(points=TRUTH), FIRST, LAST)
    return [core(spec, Luck(spec.seed, k, Domain.LUCK))["noksan"] for k in range(LUCK)]


def published(worlds, quantity, period, **more):
    value = float(np.mean([world.of(quantity, months_of(period)) for world in worlds]))
    point = {"period": period, "tag": "observed", "value": value} | more
    return point | {"value": f"{value:.0f} KRW"} if quantity == "output" else point


def solved(observed, **more):
    return residual.solve(scenario(observed), luck=LUCK, first=FIRST, last=LAST, **more)["noksan"]


def values(found):
    return {calendar.label(p.month): p.value for p in found.residual.points}


def test_a_residual_put_in_is_found_again_from_yearly_output(worlds):
    points = [published(worlds, "output", year, solve="yes") for year in ("2007", "2009", "2010")]
    # the figures stand on 2007, so the first year's level is no news of the residual's
    found = solved({"output": points[1:]}, tolerance=1e-3)
    assert found.worst <= 1e-3
    got = values(found)
    assert set(got) == {"2008-06", "2009-07", "2010-07"}
    assert got["2008-06"] == 100.0
    # without the knot of 2007, the year the figures stand on moves the others by its own mean
    assert got["2010-07"] / got["2009-07"] == pytest.approx(120 / 80, rel=0.02)
    tags = [point.tag for point in found.residual.points]
    assert tags == ["assumed", "observed", "observed"]


def test_from_utilisation_it_takes_the_move_and_leaves_the_level(worlds):
    before = published(worlds, "utilisation", "2008-Q1")
    after = published(worlds, "utilisation", "2009-Q3", over="2008-Q1", solve="yes")
    for point in (before, after):
        point["value"] *= 0.8  # another definition of capacity
    found = solved({"utilisation": [before, after]}, tolerance=1e-3)
    moved = values(found)["2009-08"] / values(found)["2008-06"]
    # between the true knots of July 2009 and July 2010, just after the first
    assert moved == pytest.approx(0.8, rel=0.06)


def test_a_break_in_levels_is_no_residual(worlds):
    points = [published(worlds, "output", year) for year in ("2009", "2010")]
    levels = [float(point["value"].split()[0]) for point in points]
    told = []
    for factor in (1.0, 1.3):
        for point, level in zip(points, levels, strict=True):
            point["value"] = f"{factor * level:.0f} KRW"
        told.append(solved({"output": [points[0], points[1] | {"over": "2009", "solve": "yes"}]}))
    assert values(told[0]) == values(told[1])


def test_nothing_after_the_eve_reaches_back_beyond_it(worlds):
    found = solved({"output": [published(worlds, "output", "2009", solve="yes")]})
    months = found.residual.at(np.arange(60, 102))
    np.testing.assert_array_equal(months, np.log(100.0))


def test_a_growth_rate_needs_no_level_and_its_base_stands_still():
    found = solved(
        {
            "output": [
                {
                    "period": "2010-02",
                    "growth": -0.14,
                    "over": "2009-02",
                    "tag": "observed",
                    "solve": "yes",
                }
            ]
        }
    )
    got = values(found)
    assert set(got) == {"2008-06", "2009-02", "2010-02"}
    assert got["2009-02"] == got["2008-06"] == 100.0
    assert found.worst <= 0.005


def test_points_that_contradict_each_other_are_told():
    year = {"tag": "observed", "solve": "yes"}
    clash = [
        year | {"period": 2009, "value": "2조원"},
        year | {"period": 2010, "value": "2조원"},
        year | {"period": 2010, "growth": "50 %", "over": 2009},
    ]
    with pytest.raises(RunError, match="no residual of noksan meets its points"):
        residual.solve(scenario({"output": clash}), luck=1, first=FIRST, last=LAST)


def test_without_points_there_is_nothing_to_solve():
    assert residual.solve(scenario(), luck=1) == {}


def test_the_same_scenario_gives_the_same_file(tmp_path, worlds):
    own = scenario({"output": [published(worlds, "output", "2009", solve="yes")]})
    first = residual.write(own, tmp_path, luck=1).read_bytes()
    assert residual.write(own, tmp_path, luck=1).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_a_point_more_is_another_input():
    point = {"period": 2009, "tag": "observed", "value": "2조원"}
    told = [scenario({"output": [point | {"solve": word}]}) for word in ("yes", "no")]
    assert residual.inputs(told[0]) != residual.inputs(told[1]) == residual.inputs(scenario())


def test_what_is_solved_is_no_input_of_itself():
    assert residual.inputs(scenario()) == residual.inputs(scenario(points=TRUTH))


# ---------------------------------------------------------------- the frozen files


def frozen(name):
    return (catalogue.FOLDER / "residual" / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FIVE)
def test_a_frozen_file_is_of_the_scenario_as_it_is(name):
    (stamp,) = re.findall(r"^# inputs: (\w{8})$", frozen(name), re.MULTILINE)
    assert stamp == residual.inputs(load(name)), "solve again: make residual"


@pytest.mark.parametrize("name", ["daebul", "ochang"])
def test_a_frozen_residual_meets_its_points_but_for_luck(name):
    (error,) = re.findall(r"standard error of up to ([\d.]+) %", frozen(name))
    # two of the eight lucks, whose mean is met to half a per cent
    alone = float(error) / 100 * np.sqrt(residual.LUCK)
    slack = 4.9 * alone * np.sqrt(1 / 2 - 1 / residual.LUCK) + 0.005
    gaps = residual.gaps(load(name), luck=2)[name]
    assert gaps
    assert max(map(abs, gaps.values())) <= slack
