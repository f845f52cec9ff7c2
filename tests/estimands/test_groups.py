from __future__ import annotations

import numpy as np
from by_hand import CODE, ELSEWHERE, FOUR, ONE, THREE, TWO, event, panel

from clustersim.estimands.groups import GROUPS, Groups

EVENTS = [
    event("applied", FOUR),
    event("refused", FOUR),
    event("funded", ONE),
    event("tranche", ONE, 107.9),
    event("tranche", ONE, 113.9),
    event("chosen", TWO, 110.0),
    event("no_money", TWO, 110.0),
    event("package", ONE, 120.0),
]
EVERYBODY = np.array([ONE, TWO, THREE, FOUR], dtype=np.uint64)


def members(group, events=EVENTS):
    return EVERYBODY[Groups(events).contains(group, EVERYBODY)].tolist()


def test_supported_is_who_was_ever_paid_or_served():
    assert members("supported") == [ONE]


def test_inno_core_is_who_was_ever_chosen_paid_or_not():
    assert members("inno_core") == [TWO]


def test_untreated_is_everybody_else_those_who_applied_in_vain_included():
    assert members("untreated") == [THREE, FOUR]
    assert members("all") == EVERYBODY.tolist()


def test_without_a_programme_everybody_is_untreated():
    for group in GROUPS:
        wanted = EVERYBODY.tolist() if group in {"all", "untreated"} else []
        assert members(group, []) == wanted


def test_a_firm_enters_in_the_year_it_is_first_touched():
    assert Groups(EVENTS).entered(EVERYBODY).tolist() == [2008, 2009, 0, 0]


def test_groups_of_a_run_are_disjoint_from_the_untreated_and_cover_all(worlds):
    groups, ids = Groups(worlds.arm.events), np.unique(worlds.arm.panel["id"])
    touched, untreated = groups.contains("untreated", ids), np.isin(ids, groups.touched())
    assert (touched ^ untreated).all()
    assert 0 < untreated.sum() < len(ids)


def test_sites_that_do_not_count_are_in_no_group_of_all_firms():
    table = panel((ONE, 2009, {}), (TWO, 2009, {}), (THREE, 2009, {}), (ELSEWHERE, 2009, {}))
    table["counted"] = np.array([True, False, False, True])
    groups = Groups([event("tranche", TWO)])

    def firms(group):
        return table["id"][groups.rows(group, table, CODE)].tolist()

    assert firms("all") == [ONE]
    assert firms("untreated") == [ONE]
    assert firms("supported") == [TWO]
