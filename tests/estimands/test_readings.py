"""Every reading of "output by firm is to grow by a fifth" on firms that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import CODE, ELSEWHERE, FOUR, ONE, THREE, TWO, panel
from pydantic import ValidationError

import small
from clustersim.estimands.distances import PARTS, distance
from clustersim.estimands.groups import Groups
from clustersim.estimands.readings import Reading
from clustersim.estimands.targets import grown
from clustersim.scenario.schema import GrowthTarget

SECTORS = ("machinery", "steel")
NOBODY = Groups([])


def reading(groups=NOBODY, **more):
    target = GrowthTarget(
        kind="growth",
        title="t",
        complex="noksan",
        **{"group": "all", "growth": "20 %", "base": 2007, "by": 2011, **more},
    )
    return Reading(target, CODE, SECTORS, groups)


def world(*rows, steel=()):
    """Rows are (firm, year, sales, real output, macro index, months)."""
    names = ("sales", "output", "macro", "firms")
    table = panel(*((firm, year, dict(zip(names, row, strict=True))) for firm, year, *row in rows))
    table["sector"] = np.isin(table["id"], steel).astype(np.int64)
    return table


# One and Two stay, Three closes in the spring of 2009, Four is born in July 2011. Prices rise from
# 80 to 100, the macro index by a tenth.
REFERENCE = world(
    (ONE, 2007, 80.0, 100.0, 120.0, 12.0),
    (TWO, 2007, 160.0, 200.0, 120.0, 12.0),
    (THREE, 2007, 40.0, 50.0, 120.0, 12.0),
    (ELSEWHERE, 2007, 9e9, 9e9, 120.0, 12.0),
    (ONE, 2011, 130.0, 130.0, 132.0, 12.0),
    (TWO, 2011, 190.0, 190.0, 132.0, 12.0),
    (FOUR, 2011, 20.0, 20.0, 66.0, 6.0),
    steel=(TWO,),
)
ARM = {name: values.copy() for name, values in REFERENCE.items()}
for _column in ("sales", "output"):
    ARM[_column][(ARM["id"] == TWO) & (ARM["year"] == 2011)] = 260.0


@pytest.mark.parametrize(
    ("more", "growth"),
    [
        ({}, (410 / 2.5) / (280 / 3)),
        ({"prices": "real"}, (410 / 2.5) / (350 / 3)),
        ({"reading": "total"}, 410 / 280),
        ({"reading": "cohort"}, 390 / 240),
        ({"reading": "cohort", "prices": "real"}, 390 / 300),
        ({"sectors": ("steel",)}, 260 / 160),
        ({"against": "reference"}, 410 / 340),
        ({"against": "reference", "reading": "cohort"}, 390 / 320),
    ],
)
def test_a_reading_is_what_it_says(more, growth):
    verdict = grown(reading(**more), ARM, REFERENCE)
    assert verdict.distance == pytest.approx(100 * (growth - 1.2), rel=1e-12)
    assert verdict.hit is bool(growth >= 1.2)


@pytest.mark.parametrize(
    ("more", "share"),
    [
        ({}, 1.0),  # One by 62 %, Two by 62 %
        ({"growth": "61 %", "prices": "nominal"}, 1.0),
        ({"growth": "63 %"}, 0.0),
        ({"prices": "real", "growth": "30 %"}, 1.0),
        ({"against": "reference"}, 0.5),  # Two alone gained anything
    ],
)
def test_a_share_is_of_the_firms_that_worked_all_of_both_years(more, share):
    verdict = grown(reading(reading="share_of_firms", share="60 %", **more), ARM, REFERENCE)
    assert verdict.distance == pytest.approx(100 * (share - 0.6))
    assert verdict.hit is (share >= 0.6)


def test_the_reference_does_not_grow_against_itself():
    verdict = grown(reading(against="reference"), REFERENCE, REFERENCE)
    assert (verdict.hit, verdict.distance) == (False, pytest.approx(-20.0))


def test_nobody_grows_by_nothing():
    verdict = grown(reading(group="supported"), ARM, REFERENCE)
    assert not verdict.hit
    assert np.isnan(verdict.distance)


def test_a_target_is_due_after_its_base_year():
    with pytest.raises(ValidationError, match="2007 is not after the base year 2007"):
        reading(by=2007)


# ---------------------------------------------------------------- what makes the distance


def test_the_parts_of_a_distance_are_those_of_the_steps_by_hand():
    parts, unit = distance(reading(), ARM, REFERENCE)
    assert tuple(parts) == PARTS
    assert unit == "log points"
    expected = {
        "asked": -np.log(1.2),
        "firms": np.log(320 / 330),  # 300 in 2007, of which the macro index makes 330
        "macro": np.log(1.1),
        "prices": np.log(100 / 80),
        "composition": np.log((340 / 2.5) / (280 / 3)) - np.log(320 / 240),
        "programme": np.log(410 / 340),
        "distance": np.log((410 / 2.5) / (280 / 3)) - np.log(1.2),
    }
    assert parts == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("prices", ["nominal", "real"])
@pytest.mark.parametrize("against", ["base", "reference"])
@pytest.mark.parametrize("kind", ["per_firm", "total", "cohort", "share_of_firms"])
def test_the_parts_add_up_in_every_reading(kind, against, prices):
    read = reading(reading=kind, against=against, prices=prices)
    parts, unit = distance(read, ARM, REFERENCE)
    *each, whole = parts.values()
    assert sum(each) == pytest.approx(whole, abs=1e-12)
    verdict = grown(read, ARM, REFERENCE)
    told = whole if kind == "share_of_firms" else 100 * 1.2 * np.expm1(whole)
    assert told == pytest.approx(verdict.distance, abs=1e-9)
    assert (unit == "log points") is (kind != "share_of_firms")
    if prices == "real" or against == "reference":
        assert parts["prices"] == 0.0
    if kind in {"cohort", "share_of_firms"} or against == "reference":
        assert parts["composition"] == 0.0
    if against == "reference":
        assert parts["macro"] == parts["firms"] == 0.0


def test_shares_are_split_by_the_firms_that_pass_at_each_step():
    read = reading(reading="share_of_firms", growth="25 %", share="40 %")
    parts, _ = distance(read, ARM, REFERENCE)
    # One: 130 of 110 in firms' own, 130 of 100 real, 130 of 80 nominal; Two: 190 of 220, 200, 160
    assert parts == pytest.approx(
        {
            "asked": -40.0, "firms": 0.0, "macro": 50.0, "prices": 0.0, "composition": 0.0,
            "programme": 50.0, "distance": 60.0,
        }
    )  # fmt: skip


def test_without_a_cohort_there_are_no_parts():
    gone = world((ONE, 2007, 8.0, 8.0, 1.0, 12.0), (TWO, 2011, 8.0, 8.0, 1.0, 12.0))
    assert np.isnan(list(distance(reading(), gone, gone)[0].values())).all()
    assert grown(reading(), gone, gone).distance == pytest.approx(-20.0)


def test_equal_worlds_owe_nothing_to_the_programme():
    pair = small.pair("programme.effect_scale=0", "economy.macro.mode=ex_ante")
    rows = pair.tables["distances"].set_index("part")["value"]
    assert rows["programme"] == 0.0
    assert rows["macro"] != 0.0
    small.assert_same(dict(pair.arm.panel), dict(pair.reference.panel))


def test_in_a_flat_economy_there_is_neither_macro_nor_prices():
    pair = small.pair("economy.macro.mode=flat")
    rows = pair.tables["distances"].set_index("part")["value"]
    assert rows["macro"] == 0.0
    assert rows["prices"] == pytest.approx(0.0, abs=1e-12)
    assert rows["programme"] != 0.0
    target = pair.tables["targets"].set_index(["target", "world"]).loc[("output_20", "arm")]
    assert 120.0 * np.expm1(rows["distance"]) == pytest.approx(target["distance"], rel=1e-9)
