from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from by_hand import CODE, ELSEWHERE, ONE, THREE, TWO, event, panel, ties

import small
from clustersim.estimands.contrast import contrast
from clustersim.estimands.groups import GROUPS, OUTSIDE, Groups
from clustersim.estimands.outcomes import NATIONAL, OUTCOMES
from clustersim.experiment.shard import TABLES, as_tables
from clustersim.programme.ledger import Row
from clustersim.randomness import ids
from clustersim.scenario import load
from clustersim.simulation import Record, simulate
from clustersim.simulation.recorder import FLOWS


def record(rows, events=(), ledger=(), price=2.0, lost=0.0):
    """A world whose monthly table has one cell a year, at some price level.

    Two rivals make 1,000 a year each, less what the second loses in 2009.
    """
    rivals = {
        "complex": np.array(["noksan", "elsewhere", "noksan", "noksan"], dtype=object),
        "sector": np.array(["machinery", "machinery", "steel", "steel"], dtype=object),
        "month": np.array([97, 97, 109, 130], dtype=np.int64),
    } | dict.fromkeys(NATIONAL, np.array([1000.0, 7777.0, 1000.0 - lost, 5555.0]))
    months = {
        "complex": np.array(["noksan", "noksan"], dtype=object),
        "sector": np.array(["machinery", "machinery"], dtype=object),
        "size": np.array(["1-9", "1-9"], dtype=object),
        "month": np.array([97, 109], dtype=np.int64),
    } | {name: np.array([10.0, 20.0]) for name in FLOWS}
    months["sales"] = months["output"] * price
    ledgers = {"noksan": list(ledger)} if ledger else {}
    return Record(months, panel(*rows), rivals, list(events), ledgers, [], ties())


def tables(arm, reference, **changes):
    spec = small.spec("targets.reach_30=~", "targets.output_20=~", **changes)
    return {name: small.frame(columns) for name, columns in contrast(spec, arm, reference).items()}


YEARS = (2008, 2009)
ARM = record(
    [
        (ONE, 2008, {"output": 10.0}),
        (TWO, 2008, {"output": 100.0}),
        (ONE, 2009, {"output": 30.0}),
        (TWO, 2009, {"output": 100.0}),
        (THREE, 2009, {"output": 7.0, "firms": 6.0}),
    ],
    [event("joined", TWO), event("joined"), event("tranche", ONE), event("chosen", TWO)],
    [
        Row("state", "rnd", "", 2008, "appropriated", 1_000),
        Row("state", "rnd", "grants", 2008, "paid", 600),
        Row("state", "network", "staff", 2008, "paid", 200),
        Row("firms", "rnd", "grants", 2009, "paid", 100),
    ],
    lost=40.0,
)
REFERENCE = record([(ONE, 2008, {"output": 10.0}), (TWO, 2009, {"output": 90.0})])


def value(table, group, outcome, year):
    found = table[
        (table["group"] == group) & (table["outcome"] == outcome) & (table["year"] == year)
    ]
    return found[["arm_value", "reference_value"]].iloc[0].tolist()


def test_both_worlds_are_read_for_the_ids_of_the_arms_groups():
    groups = tables(ARM, REFERENCE)["groups"]
    assert value(groups, "all", "output", 2009) == [137.0, 90.0]
    assert value(groups, "supported", "output", 2008) == [10.0, 10.0]
    assert value(groups, "supported", "output", 2009) == [30.0, 0.0]  # closed in the reference
    assert value(groups, "inno_core", "output", 2009) == [100.0, 90.0]
    assert value(groups, "untreated", "output", 2009) == [7.0, 0.0]
    assert value(groups, "untreated", "output_per_firm", 2009)[0] == 14.0


def test_the_nation_is_the_complex_and_its_rivals_outside():
    """Those of another complex do not count."""
    groups = tables(ARM, REFERENCE)["groups"]
    assert value(groups, "nation", "output", 2008) == [110.0 + 1000.0, 10.0 + 1000.0]
    assert value(groups, "nation", "output", 2009) == [137.0 + 960.0, 90.0 + 1000.0]
    assert value(groups, "nation", "workers", 2009) == [(36.0 + 960.0) / 12, (12.0 + 1000.0) / 12]
    assert value(groups, "rivals", "output", 2009) == [960.0, 1000.0]
    for group in OUTSIDE:
        assert set(groups.loc[groups["group"] == group, "outcome"]) == set(NATIONAL)


def test_every_group_outcome_and_year_has_a_row_and_a_unit():
    groups = tables(ARM, REFERENCE)["groups"]
    each = (len(GROUPS) - 2) * len(OUTCOMES) + 2 * len(NATIONAL)
    assert len(groups) == each * len(range(2007, 2014))
    for outcome, rule in OUTCOMES.items():
        assert set(groups.loc[groups["outcome"] == outcome, "unit"]) == {rule.unit}


def test_a_year_without_firms_is_a_year_of_none():
    """A firm that closes early in the arm, and only there, moves into no other year."""
    closes = record([(ONE, 2008, {"output": 10.0})])
    stays = record([(ONE, 2008, {"output": 10.0}), (ONE, 2009, {"output": 30.0})])
    for worlds, after in (((closes, stays), [0.0, 30.0]), ((stays, closes), [30.0, 0.0])):
        groups = tables(*worlds)["groups"]
        assert value(groups, "all", "output", 2008) == [10.0, 10.0]
        assert value(groups, "all", "output", 2009) == after
        assert value(groups, "all", "output", 2010) == [0.0, 0.0]
        assert np.isnan(value(groups, "all", "output_per_firm", 2010)).all()
        assert len(groups) == len(tables(stays, stays)["groups"])


def test_money_of_a_year_without_firms_is_at_the_nearest_years_prices():
    paid = [Row("state", "rnd", "grants", year, "paid", 600) for year in (2008, 2009)]
    idle = record([(ONE, 2008, {})], ledger=paid)
    idle.months["output"][1] = idle.months["sales"][1] = 0.0
    assert tables(idle, idle)["money"]["paid_real"].tolist() == [300.0, 300.0]


def test_money_of_a_complex_without_firms_is_at_the_prices_of_the_others():
    paid = [Row("state", "rnd", "grants", 2008, "paid", 600)]
    world = record([(ELSEWHERE, 2008, {})], ledger=paid)
    world.months["complex"][:] = "elsewhere"
    assert tables(world, world)["money"]["paid_real"].tolist() == [300.0]
    world.months["output"][:] = world.months["sales"][:] = 0.0
    assert tables(world, world)["money"]["paid_real"].tolist() == [600.0]


def test_a_panel_of_touched_firms_is_kept_of_both_worlds():
    rows = tables(ARM, REFERENCE)["panel"]
    kept = {(row["world"], row["id"], row["year"]) for _, row in rows.iterrows()}
    assert kept == {("arm", f, y) for f in (ONE, TWO) for y in YEARS} | {
        ("reference", ONE, 2008),
        ("reference", TWO, 2009),
    }
    assert set(rows["complex"]) == {"noksan"}
    assert set(rows["workers"]) == {1.0}  # twelve months of one
    assert set(rows["firm_months"]) == {12.0}


def test_members_are_the_ids_of_the_pairs_own_groups():
    rows = tables(ARM, REFERENCE)["members"]
    assert rows.to_numpy().tolist() == [
        ["noksan", "members", TWO],
        ["noksan", "supported", ONE],
        ["noksan", "inno_core", TWO],
    ]


def test_money_is_what_was_paid_at_the_complexs_prices_of_its_year():
    money = tables(ARM, REFERENCE)["money"]
    paid = money.set_index(["year", "funder"])["paid_real"].to_dict()
    assert paid == {(2008, "state"): 400.0, (2009, "firms"): 50.0}


def test_the_ledger_and_the_events_are_the_arms_alone():
    found = tables(ARM, REFERENCE)
    assert len(found["ledger"]) == 4
    assert set(found["ledger"]["complex"]) == {"noksan"}
    assert found["events"]["firm"].tolist() == [TWO, 0, ONE, TWO]
    empty = tables(REFERENCE, ARM)
    assert all(empty[name].empty for name in ("ledger", "events", "members", "money", "panel"))


def test_months_are_kept_of_both_worlds(worlds):
    months = worlds.tables["months"]
    assert months.groupby("world").size().to_dict() == {
        "arm": len(worlds.arm.months["month"]),
        "reference": len(worlds.arm.months["month"]),
    }


def test_the_tables_are_those_of_a_shard(worlds):
    shard = contrast(worlds.spec, worlds.arm, worlds.reference)
    assert set(shard) == set(TABLES) - {"parameters"}
    of_networks = {"mini_clusters", "nodes", "ties", "networks"}  # none here
    empty = {name for name, table in as_tables(shard).items() if not table.num_rows}
    assert empty == of_networks | {"parameters"}


def test_groups_add_up_over_firms(worlds):
    """All is the untreated and those who are supported or in Inno-Core."""
    groups = worlds.tables["groups"]
    panel_ = small.frame(worlds.arm.panel)
    touched = Groups(worlds.arm.events, worlds.arm.splits).touched()
    for outcome in ("output", "rd_spending", "value_added"):
        mine = panel_[panel_["id"].isin(touched) & (panel_["year"] == 2011)][outcome].sum()
        everybody, untreated = (
            value(groups, group, outcome, 2011)[0] for group in ("all", "untreated")
        )
        assert mine + untreated == pytest.approx(everybody, rel=1e-12)


def test_another_complex_is_another_row():
    assert ELSEWHERE >> 32 & 0xFFFF != CODE
    stranger = record([(ONE, 2008, {}), (ELSEWHERE, 2008, {"output": 99.0})])
    groups = tables(stranger, stranger)["groups"]
    assert value(groups, "all", "output", 2008) == [12.0, 12.0]


def test_anchors_are_known_from_the_file():
    """A shipyard at a site: in `all`, and in nothing that leaves anchors out."""
    yard = {
        "title": "Yard",
        "sector": "machinery",
        "site": "harbour",
        "workers": 6000,
        "output": "2조 6000억원",
        "export_share": "90 %",
        "suppliers": "20 %",
        "dependence": "50 %",
        "path": {"points": [{"month": "2007-07", "value": 100, "tag": "observed"}]},
    }
    harbour = {"title": "Harbour", "firms": 1, "distance": 9}
    anchored = {"anchors": {"yard": yard}, "sites": {"harbour": harbour}}
    noksan = small.SMALL["complexes"]["noksan"] | anchored
    spec = load(small.SMALL | {"complexes": {"noksan": noksan}}).arms["as_announced"].spec
    world = simulate(spec, small.luck())
    groups = small.frame(contrast(spec, world, world)["groups"])
    for outcome, low, high in (("firms", 1, 1), ("output", 1.5e12, 4e12), ("workers", 4e3, 9e3)):
        with_it, without = (
            value(groups, group, outcome, 2008)[0] for group in ("all", "all_without_anchors")
        )
        assert low <= round(with_it - without, 9) <= high


def test_the_back_of_the_envelope_is_told_by_instrument(worlds):
    rows = worlds.tables["envelope"]
    assert set(rows["instrument"]) == {"field_customised_rnd", "inno_core"}
    assert (rows["output"] > 0).all()


def test_who_split_off_counts_in_sums_and_not_as_a_firm_chosen():
    """A firm of 12 won a year is chosen in 2008 and divided in 2009."""
    child = int(ids.make(110, CODE, 1 << 31))
    rows = [(ONE, 2008, {}), (ONE, 2009, {"output": 7.0}), (child, 2009, {"output": 5.0})]
    whole = record(rows, [event("chosen", ONE, 107.0)])
    divided = dataclasses.replace(whole, splits=[(ONE, child)])
    found = tables(divided, divided)
    assert value(found["groups"], "inno_core", "output", 2009) == [12.0, 12.0]
    assert found["members"].query("group == 'inno_core'")["id"].tolist() == [ONE]
