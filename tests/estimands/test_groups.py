from __future__ import annotations

import numpy as np
from by_hand import CODE, ELSEWHERE, FOUR, ONE, THREE, TWO, event, panel

from clustersim.estimands.groups import GROUPS, Groups
from clustersim.randomness import ids

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


def test_every_firm_of_a_joint_project_is_supported_the_one_that_signs_or_not():
    served = [event("served", firm) for firm in (ONE, TWO)]
    assert members("supported", [event("tranche", ONE), *served]) == [ONE, TWO]
    assert members("untreated", served) == [THREE, FOUR]


def test_inno_core_is_who_was_ever_chosen_paid_or_not():
    assert members("inno_core") == [TWO]


def test_untreated_is_everybody_else_those_who_applied_in_vain_included():
    assert members("untreated") == [THREE, FOUR]
    assert members("untreated", [*EVENTS, event("joined", FOUR)]) == [THREE]
    assert members("all") == members("nation") == EVERYBODY.tolist()
    assert members("rivals") == []


def test_members_are_who_ever_joined():
    assert members("members", [*EVENTS, event("joined", FOUR), event("joined")]) == [FOUR]


def test_a_firm_that_joins_is_touched_but_has_not_entered():
    """Mini-clusters can be older than the programme, and targets count from the programme on."""
    groups = Groups([event("joined", ONE, 77.0), *EVENTS])
    assert ONE in groups.touched()
    assert groups.entered(EVERYBODY).tolist() == [2008, 2009, 0, 0]


def test_anchors_are_left_out_by_name():
    groups = Groups(EVENTS, anchors=np.array([TWO], dtype=np.uint64))
    assert EVERYBODY[groups.contains("all_without_anchors", EVERYBODY)].tolist() == [
        ONE,
        THREE,
        FOUR,
    ]
    assert groups.contains("all", EVERYBODY).all()


def test_without_a_programme_everybody_is_untreated():
    for group in GROUPS:
        nobody = group in {"members", "supported", "inno_core", "rivals"}
        wanted = [] if nobody else EVERYBODY.tolist()
        assert members(group, []) == wanted


def test_a_firm_enters_in_the_year_it_is_first_touched():
    assert Groups(EVENTS).entered(EVERYBODY).tolist() == [2008, 2009, 0, 0]


def test_a_firm_that_splits_off_is_where_the_old_one_is_if_it_was_there_by_then():
    early, late, of_late = (int(ids.make(month, 2, 1 << 31)) for month in (100, 112, 130))
    splits = [(ONE, early), (ONE, late), (late, of_late), (THREE, int(ids.make(140, 2, 7)))]
    groups = Groups(EVENTS, splits)
    assert groups.supported.tolist() == [ONE, late, of_late]
    assert groups.entered(groups.supported).tolist() == [2008, 2008, 2008]
    assert groups.inno_core.tolist() == [TWO]


def test_groups_of_a_run_are_disjoint_from_the_untreated_and_cover_all(worlds):
    groups = Groups(worlds.arm.events, worlds.arm.splits)
    everybody = np.unique(worlds.arm.panel["id"])
    touched = np.isin(everybody, groups.touched())
    untreated = groups.contains("untreated", everybody)
    assert (touched ^ untreated).all()
    assert 0 < untreated.sum() < len(everybody)


def test_sites_that_do_not_count_are_in_no_group_of_all_firms():
    table = panel((ONE, 2009, {}), (TWO, 2009, {}), (THREE, 2009, {}), (ELSEWHERE, 2009, {}))
    table["counted"] = np.array([True, False, False, True])
    groups = Groups([event("tranche", TWO)])

    def firms(group):
        return table["id"][groups.rows(group, table, CODE)].tolist()

    assert firms("all") == [ONE]
    assert firms("untreated") == [ONE]
    assert firms("supported") == [TWO]
