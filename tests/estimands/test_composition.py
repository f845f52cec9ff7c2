"""The rise of output per firm: parts that add up, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import CODE, FOUR, ONE, THREE, TWO, panel

import small
from clustersim.estimands.composition import MEASURES, PARTS, composition
from clustersim.randomness import ids

FOUNDED = int(ids.make(100, CODE, 5))
MOVED = int(ids.make(101, CODE, (1 << 30) + 5))
HEIR = int(ids.make(102, CODE, (1 << 31) + 5))
GRANDCHILD = int(ids.make(110, CODE, (1 << 31) + 6))
BETWEEN = ("survivors", "splits", "births", "relocations", "exits")


def read(rows, splits=(), base=2007, year=2011):
    table = panel(*((firm, when, {"output": y, **more}) for firm, when, y, *[more] in rows))
    return composition(table, np.ones(len(rows), dtype=np.bool_), splits, base, year)


def rows(*firms):
    """(firm, output of 2007, output of 2011), none where it is not there."""
    return [
        (firm, year, output, {})
        for firm, *outputs in firms
        for year, output in zip((2007, 2011), outputs, strict=True)
        if output is not None
    ]


def assert_adds_up(parts):
    for measure in MEASURES:
        of = parts[measure]
        assert tuple(of) == PARTS
        rise = of["after"] - of["before"]
        scale = max(abs(value) for value in of.values())
        assert abs(sum(of[part] for part in BETWEEN) - rise) <= 1e-9 * scale


def test_survivors_entrants_and_exits_by_hand():
    parts = read(rows((ONE, 10, 16), (TWO, 20, 24), (THREE, 6, None), (FOUNDED, None, 5)))
    assert_adds_up(parts)
    per_firm = parts["output_per_firm"]
    assert per_firm["before"] == pytest.approx(12.0)
    assert per_firm["survivors"] == pytest.approx(20.0 - 15.0)
    assert per_firm["births"] == pytest.approx((5.0 - 20.0) / 3.0)
    assert per_firm["exits"] == pytest.approx((15.0 - 6.0) / 3.0)
    assert per_firm["splits"] == per_firm["relocations"] == 0.0
    assert per_firm["cohort"] == pytest.approx(5.0)
    total = parts["output"]
    assert [total[part] for part in BETWEEN] == [10.0, 0.0, 5.0, 0.0, -6.0]


def test_a_split_moves_output_and_makes_none():
    whole = read(rows((ONE, 10, 12), (TWO, 10, 12)))
    split = read(rows((ONE, 10, 8), (TWO, 10, 12), (HEIR, None, 4)), [(ONE, HEIR)])
    assert_adds_up(split)
    for measure in MEASURES:
        assert split[measure]["births"] == 0.0
    assert split["output_per_firm"]["survivors"] == whole["output_per_firm"]["survivors"] == 2.0
    assert split["output_per_firm"]["splits"] == pytest.approx(24.0 / 3.0 - 12.0)
    assert split["output"]["splits"] == 4.0
    assert split["output"]["after"] == whole["output"]["after"]


def test_a_family_lives_on_in_an_heir_of_an_heir():
    there = rows((ONE, 10, None), (TWO, 10, 10), (GRANDCHILD, None, 6))
    parts = read(there, [(ONE, HEIR), (HEIR, GRANDCHILD)])
    assert_adds_up(parts)
    assert parts["output_per_firm"]["exits"] == 0.0
    assert parts["output_per_firm"]["splits"] == 0.0  # one firm each
    assert parts["output_per_firm"]["survivors"] == pytest.approx(8.0 - 10.0)
    assert parts["output"]["survivors"] == -10.0
    assert parts["output"]["splits"] == 6.0


def test_heirs_of_who_came_later_came_later():
    there = rows((ONE, 10, 10), (MOVED, None, 4), (HEIR, None, 2))
    parts = read(there, [(MOVED, HEIR)])
    assert_adds_up(parts)
    assert parts["output_per_firm"]["relocations"] == pytest.approx((6.0 - 2 * 10.0) / 3.0)
    assert parts["output_per_firm"]["births"] == parts["output_per_firm"]["splits"] == 0.0


def test_firms_count_for_the_months_they_work():
    there = [
        (ONE, 2007, 12.0, {}),
        (ONE, 2011, 18.0, {}),
        (TWO, 2007, 3.0, {"firms": 6.0}),
        (FOUR, 2007, 2.0, {"firms": 3.0}),
        (FOUR, 2011, 8.0, {}),
    ]
    parts = read(there)
    assert_adds_up(parts)
    per_firm = parts["output_per_firm"]
    assert per_firm["before"] == pytest.approx(17.0 / 1.75)
    assert per_firm["survivors"] == pytest.approx(26.0 / 2.0 - 14.0 / 1.25)
    assert per_firm["exits"] == pytest.approx((0.5 * 14.0 / 1.25 - 3.0) / 1.75)


def test_where_nobody_stays_there_is_nothing_to_say():
    parts = read(rows((ONE, 10, None), (TWO, None, 5)))
    assert all(np.isnan(value) for of in parts.values() for value in of.values())


# ---------------------------------------------------------------- of a pair of worlds


@pytest.fixture(scope="module")
def pair():
    return small.pair()


def test_the_parts_add_up_in_every_world_and_span(pair):
    table = pair.tables["composition"]
    assert set(zip(table["base"], table["year"], strict=True)) == {(2007, 2011), (2007, 2013)}
    wide = table.pivot(index=["base", "year", "measure"], columns="part")
    for world in ("arm_value", "reference_value"):
        parts = wide[world]
        rise = parts["after"] - parts["before"]
        gap = parts[list(BETWEEN)].sum(axis=1) - rise
        assert (gap.abs() <= 1e-9 * parts["after"]).all()


def test_what_is_decomposed_is_the_outcome(pair):
    table, groups = pair.tables["composition"], pair.tables["groups"]
    everyone = groups[groups["group"] == "all"].set_index(["outcome", "year"])
    for row in table[table["part"].isin(["before", "after"])].itertuples():
        year = row.base if row.part == "before" else row.year
        told = everyone.loc[(row.measure, year)]
        assert row.arm_value == pytest.approx(told["arm_value"], rel=1e-12)
        assert row.reference_value == pytest.approx(told["reference_value"], rel=1e-12)


def test_without_splits_or_newcomers_those_parts_are_nil():
    never = ("entry", "relocation", "split")
    quiet = small.pair(*(f"economy.turnover.{name}=0 % / year" for name in never))
    table = quiet.tables["composition"].set_index("part")
    for part in ("splits", "births", "relocations"):
        assert (table.loc[part, "arm_value"] == 0.0).all()
    per_firm = table[table["measure"] == "output_per_firm"]
    assert (per_firm.loc["exits", "arm_value"] != 0.0).all()


def test_exits_alone_separate_a_fixed_cohort_from_survivors(pair):
    """Both are firms that were there; the cohort leaves out families that live on in heirs."""
    table = pair.tables["composition"]
    table = table[table["measure"] == "output_per_firm"].set_index(["year", "part"])
    for year in (2011, 2013):
        cohort = table.loc[(year, "cohort"), "reference_value"]
        told = table.loc[(year, "survivors"), "reference_value"]
        told += table.loc[(year, "splits"), "reference_value"]
        assert abs(cohort - told) < 0.1 * table.loc[(year, "before"), "reference_value"]


def test_a_target_s_own_base_year_is_told_too():
    pair = small.pair("targets.output_20.base=2008")
    assert set(pair.tables["composition"]["base"]) == {2007, 2008}
