"""What a complex did beside its sectors reaches its own firms, and no figure is missed for it."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import (
    AS_OF,
    HINDSIGHT,
    START,
    complex_,
    economy,
    first_error,
    history,
    rules,
    series,
)
from test_economy_anchors import RISING, town, yard

from clustersim.economy.macro import Macro, MacroSpec
from clustersim.economy.observed import ObservedSpec, months_of
from clustersim.errors import UnitError

# none in the year of the figures, so that nothing but the months before and after can move
BESIDE = series(
    ("2006-06", 80, "observed"),
    ("2006-12", 100, "observed"),
    ("2007-12", 100, "observed"),
    ("2008-12", 70, "observed"),
    ("2009-06", 130, "observed"),
)


def place(residual=BESIDE, code=7):
    return complex_(code).model_copy(update={"residual": residual})


def macro(mode, residual=BESIDE, known="2008-06"):
    spec = MacroSpec(mode=mode, output=HINDSIGHT.output, outlook={"known": known})
    return Macro.build(spec, ("machinery",), START, 200, economy().luck).of(residual)


# ---------------------------------------------------------------- the index


def test_it_is_a_factor_of_the_index_in_hindsight():
    with_, without = macro("hindsight"), macro("hindsight", None)
    months = np.arange(START, 201)
    expected = BESIDE.at(months) - np.log(100)
    np.testing.assert_allclose(
        with_.log_output - without.log_output, np.broadcast_to(expected, (1, 4, len(months)))
    )


@pytest.mark.parametrize("mode", ["flat", "series"])
def test_it_is_absent_where_the_past_is(mode):
    assert macro(mode).log_output.tobytes() == macro(mode, None).log_output.tobytes()
    spec = MacroSpec(mode=mode, output=HINDSIGHT.output)
    worlds = [economy(rules(spec), {"here": there}) for there in (complex_(), place())]
    assert worlds[0].firms.block.tobytes() == worlds[1].firms.block.tobytes()


def test_on_the_eve_it_is_known_to_the_last_month_and_stands_still():
    gap = (macro("ex_ante").log_output - macro("ex_ante", None).log_output)[0, 0]
    seen = BESIDE.at(np.minimum(np.arange(START, 201), 101)) - np.log(100)
    np.testing.assert_allclose(gap, seen, atol=1e-12)
    whole = macro("ex_ante").published.log_output - macro("ex_ante", None).published.log_output
    np.testing.assert_allclose(whole[0, 0], BESIDE.at(np.arange(START, 201)) - np.log(100))


# ---------------------------------------------------------------- the firms


def expected_log_sales(world, month):
    """Base and index of the firms that are not anchors."""
    firms = world.firms.take(world.firms.anchor == 0.0)
    return firms.base + world.rules.index(firms, month)


@pytest.mark.parametrize("mode", ["hindsight", "ex_ante"])
def test_figures_are_met_whatever_happened_before_and_after(mode):
    spec = rules(HINDSIGHT.model_copy(update={"mode": mode}))
    plain, moved = (economy(spec, {"here": there}) for there in (complex_(), place()))
    at = expected_log_sales(plain, AS_OF), expected_log_sales(moved, AS_OF)
    np.testing.assert_allclose(*at, rtol=0, atol=1e-12)
    before = expected_log_sales(moved, START) - expected_log_sales(plain, START)
    np.testing.assert_allclose(before, np.log(0.8))


def test_it_moves_all_ordinary_firms_and_newcomers_alike():
    plain, moved = (
        history(economy(rules(HINDSIGHT), {"here": there}), 107) for there in (complex_(), place())
    )
    assert moved["firms"] == pytest.approx(plain["firms"], rel=0.02)  # exits hang on size a little
    ratio = moved["output"][-1] / plain["output"][-1]
    assert ratio == pytest.approx(0.7, rel=0.03)


def test_newcomers_are_born_at_the_complexs_index():
    ids = np.arange(5, dtype=np.uint64) + np.uint64(2**60)
    sizes = []
    for there in (complex_(), place()):
        world = economy(rules(HINDSIGHT), {"here": there})
        blueprint, sector = world.blueprints["here"], np.zeros(5, dtype=np.int64)
        sizes.append(blueprint.entrants(world.luck, ids, sector, 107).birth_sales)
    np.testing.assert_allclose(sizes[1] / sizes[0], 0.7)


def test_it_stays_in_its_own_complex():
    both = {"here": place(), "there": complex_(8)}
    one, other = economy(rules(HINDSIGHT), both), economy(rules(HINDSIGHT), {"there": complex_(8)})
    for month in range(START, START + 30):
        one.step(month)
        other.step(month)
    there = one.firms.take(one.firms.complex == 8)
    assert there.ids.tolist() == other.firms.ids.tolist()
    assert there.block.tobytes() == other.firms.block.tobytes()


# ---------------------------------------------------------------- anchors


def anchor_moves(mode="hindsight", **changes):
    spec = rules(HINDSIGHT.model_copy(update={"mode": mode}))
    found = []
    for residual in (None, BESIDE):
        there = town(**changes).model_copy(update={"residual": residual})
        world = economy(spec, {"here": there})
        row = yard(world)
        anchors = world.blueprints["here"].anchors
        firm = world.firms.take(np.array([row]))
        found.append(
            [
                float(
                    firm.base[0]
                    + world.rules.index(firm, month)[0]
                    + anchors.planned(firm, month)[0]
                )
                for month in (START, AS_OF, 107, 113, 130)
            ]
        )
    return np.array(found[1]) - found[0]


def test_an_anchor_with_a_path_keeps_it_to_its_ends_and_beyond():
    assert anchor_moves(path=RISING) == pytest.approx(0.0, abs=1e-12)


def test_an_anchor_without_one_moves_with_its_complex():
    expected = BESIDE.at(np.array([START, AS_OF, 107, 113, 130])) - np.log(100)
    assert anchor_moves() == pytest.approx(expected, abs=1e-12)


HAPPENED = {
    "points": (
        {"month": "2007-10", "value": 100, "tag": "observed"},
        {"month": "2008-10", "value": 50, "tag": "observed"},
    )
}


@pytest.mark.parametrize(
    ("mode", "value"), [("hindsight", 0.5), ("ex_ante", 2.0), ("flat", 2.0), ("series", 2.0)]
)
def test_what_happened_to_an_anchor_is_known_in_hindsight_alone(mode, value):
    spec = rules(HINDSIGHT.model_copy(update={"mode": mode}))
    there = town(path=RISING, happened=HAPPENED)
    anchors = economy(spec, {"here": there}).blueprints["here"].anchors
    moved = anchors.path[0, 105 - START] - anchors.path[0, AS_OF - START]
    assert np.exp(moved) == pytest.approx(value)


def test_sizes_stand_on_what_happened_also_on_the_eve():
    sizes = []
    for mode in ("hindsight", "ex_ante"):
        spec = rules(HINDSIGHT.model_copy(update={"mode": mode}))
        world = economy(spec, {"here": town(path=RISING, happened=HAPPENED)})
        sizes.append(world.blueprints["here"].anchors.output[0])
    assert sizes[0] == sizes[1]


# ---------------------------------------------------------------- published points


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2009", (108, 119)),
        ("2009-H2", (114, 119)),
        ("2009-Q1", (108, 110)),
        ("2009-12", (119, 119)),
    ],
)
def test_periods(period, months):
    assert months_of(period) == months


@pytest.mark.parametrize("period", ["", "2009-13", "2009-Q5", "2009-H3", "09", "2009-1", "x2009"])
def test_what_is_no_period(period):
    with pytest.raises(UnitError, match="is no period"):
        months_of(period)


POINT = {"period": 2009, "value": "1조원", "tag": "observed"}


@pytest.mark.parametrize(
    ("quantity", "changes", "wrong", "at"),
    [
        ("output", {"value": None}, "a value or a growth", ()),
        ("output", {"growth": 0.1}, "a value or a growth", ()),
        ("output", {"value": None, "growth": 0.1}, "growth over which period", ("growth",)),
        ("output", {"period": "2009-Q7"}, "is no period", ()),
        ("output", {"solve": "yes", "of": "other"}, "whole complex alone", ("solve",)),
        ("output", {"solve": "yes", "over": "2008"}, "no level", ("output", 0, "solve")),
        ("workers", {"value": 5, "solve": "yes"}, "from output and", ("workers", 0, "solve")),
        (
            "utilisation",
            {"value": 0.7, "solve": "yes"},
            "its moves, not its level",
            ("utilisation", 0, "solve"),
        ),
    ],
)
def test_points_that_cannot_be_used_say_why(quantity, changes, wrong, at):
    point = {key: item for key, item in (POINT | changes).items() if item is not None}
    message, hint, place_ = first_error(ObservedSpec, {quantity: (point,)})
    assert wrong in message
    assert hint
    assert place_ == at


def test_a_ratio_is_of_the_same_perimeter():
    spec = ObservedSpec.model_validate(
        {
            "output": (
                POINT | {"period": 2008, "value": "5조원", "of": "other"},
                POINT | {"period": 2008, "value": "2조원"},
                POINT | {"over": 2008, "solve": "yes"},
            )
        }
    )
    assert spec.ratio("output", spec.output[2]) == 0.5
    assert spec.ratio("output", spec.output[1]) is None
    assert [point.period for _, point in spec.solved()] == ["2009"]
