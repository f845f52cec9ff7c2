"""A year of the programme beside published ones, and what fits together, worked out on paper."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.evaluation.page import Page
from clustersim.evaluation.volumes import (
    COLUMNS,
    COMBINATIONS,
    EXPECTED,
    FULL_YEARS,
    Room,
    combinations,
    say_volumes,
    volumes,
)

LINES = {"network": {"share": "50 %"}, "rnd": {"share": "30 %"}, "special": {"share": "20 %"}}
HEADER = {
    "start": 84,
    "end": 143,  # December 2011
    "resolved": {
        "programme": {
            "complexes": {
                "noksan": {
                    "budget": {"amount": "40억원", "lines": LINES},
                    "rnd": {"lines": {"rnd": "100 %", "special": "40 %"}},
                }
            }
        },
        "arms": {
            "stopped": {"programme": {"stops": "2010-12-31"}},
            "poor": {"programme": {"complexes": {"noksan": {"rnd": {"lines": {"special": None}}}}}},
        },
    },
}
RND = "field_customised_rnd"
EVENTS = [
    # draw, month, kind, instrument, amount
    *((draw, 102.0, "appropriated", "budget", 4_700) for draw in (0, 1)),
    *((draw, 108.0, "appropriated", "budget", 4_000) for draw in (0, 1)),
    *((draw, 120.0, "appropriated", "budget", 4_000) for draw in (0, 1)),
    (0, 110.0, "funded", RND, 150_000_000),
    (0, 110.0, "funded", RND, 110_000_000),
    (0, 122.0, "funded", RND, 130_000_000),
    (0, 113.0, "task_paid", "plating", 15_000_000),
    (0, 114.0, "funded", "patents", 5_000_000),
    (1, 113.0, "task_paid", "plating", 15_000_000),
    (1, 114.0, "joined", "plating", 30),
]


def events(arm="as_announced"):
    frame = pd.DataFrame(EVENTS, columns=["draw", "time", "kind", "instrument", "amount"])
    return frame.assign(arm=arm, reference="no_programme", luck=frame["draw"], complex="noksan")


def ledger(arm="as_announced"):
    rows = []
    for draw in (0, 1):
        for year, budget in ((2008, 4_700), (2009, 4_000), (2010, 4_000)):
            money = {
                ("state", "network", "appropriated", ""): budget,
                ("state", "network", "paid", "promotion team"): 500,
                ("state", "network", "paid", "mini-clusters"): 300,
                ("state", "special", "paid", "inno_core"): 400,
                ("state", "rnd", "paid", RND): 1_000 + 400 * draw,
                ("state", "network", "paid", "tasks"): 800,
                ("firms", "rnd", "paid", RND): 9_999,
                ("state", "business centre", "paid", "business centre"): 9_999,
                ("state", "network", "lapsed", ""): 9_999,
            }
            rows += [(draw, year, *key, won * 1_000_000) for key, won in money.items()]
    names = ["draw", "year", "funder", "line", "entry", "purpose", "amount"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(arm=arm, reference="no_programme", luck=frame["draw"], complex="noksan")


def answer(make, arm="as_announced", header=HEADER):
    return volumes(ledger(arm), events(arm), make.diagonal(2, arm), header)


def of(table, period, measure, purpose=None):
    rows = table[(table["period"] == period) & (table["measure"] == measure)]
    rows = rows[rows["purpose"].isna() if purpose is None else rows["purpose"] == purpose]
    (row,) = rows.to_dict("records")
    return row


def test_a_year_by_hand(make):
    table = answer(make)
    assert list(table) == COLUMNS
    assert of(table, "2009", "appropriated")["mean"] == 4_000e6
    assert of(table, "2009", "paid", RND)["mean"] == 1_200e6
    assert of(table, "2009", "paid", RND)["mc_error"] == pytest.approx(200e6)
    assert of(table, "2009", "running")["mean"] == 1_200e6
    share = of(table, "2009", "rd_share")
    assert share["mean"] == pytest.approx(100 * 1_200 / 3_200)
    # 3,000 and 3,400 paid: the rests are 1,000 - 0.375 x 3,000 and its opposite
    assert share["mc_error"] == pytest.approx(100 * 125 / 3_200)
    assert (share["low"], share["high"], share["source"]) == (30.0, 60.0, "derived: korea_data 7")
    assert share["within"] is True
    assert of(table, "2009", "rd_grants")["mean"] == 1.0
    assert of(table, "2009", "small_tasks")["mean"] == 1.5
    tasks = of(table, "2009", "tasks")
    assert (tasks["mean"], tasks["within"]) == (2.5, False)
    assert of(table, "2009", "rd_grant")["mean"] == pytest.approx(130e6)
    assert of(table, "2009", "small_task")["mean"] == pytest.approx(35e6 / 3)
    assert of(table, "2009", "small_tasks")["within"] is None


def test_nothing_to_divide_by_is_no_number(make):
    row = of(answer(make), "2008", "rd_grant")
    assert math.isnan(row["mean"])
    assert row["within"] is None
    assert row["low"] == EXPECTED["rd_grant"].low


def test_full_years_are_those_with_money_from_january_to_december(make):
    table = answer(make)
    assert of(table, FULL_YEARS, "rd_grants")["mean"] == pytest.approx((1.0 + 0.5) / 2)
    assert of(table, FULL_YEARS, "rd_grant")["mean"] == pytest.approx(130e6)
    assert of(table, FULL_YEARS, "appropriated")["mean"] == 4_000e6
    stopped = answer(make, "stopped")
    assert of(stopped, FULL_YEARS, "rd_grants")["mean"] == 1.0  # 2009 alone
    short = answer(make, header=HEADER | {"end": 130})
    assert of(short, FULL_YEARS, "rd_grants")["mean"] == 1.0
    none = answer(make, header=HEADER | {"end": 110})
    assert FULL_YEARS not in set(none["period"])
    assert combinations(none, HEADER).empty


def test_without_money_there_are_no_rows(make):
    assert volumes(ledger()[:0], events()[:0], make.diagonal(2), HEADER).empty
    page = Page(80)
    say_volumes(page, volumes(ledger()[:0], events()[:0], make.diagonal(2), HEADER),
                pd.DataFrame(columns=COMBINATIONS))  # fmt: skip
    assert page.text() == ""


def test_what_fits_together_by_hand(make):
    """4,000 M less 1,200 M; grants of 130 M, tasks of 11.67 M."""
    table = combinations(answer(make), HEADER)
    assert list(table) == COMBINATIONS
    assert table["rd_share"].tolist() == [30.0, 45.0, 60.0]
    first = table.iloc[0]
    assert first["running"] == 1_200e6
    assert first["rd_grants"] == pytest.approx(1_200 / 130)
    assert first["small_tasks"] == pytest.approx(1_600 / (35 / 3))
    assert first["tasks"] == pytest.approx(1_200 / 130 + 1_600 / (35 / 3))
    money = (1_200e6 + 35e6 / 3 * 110) / (0.7 + 0.3 * (35 / 3) / 130)
    assert first["needed_low"] == pytest.approx(money)
    assert first["by_lines"] == pytest.approx(38.0)
    assert combinations(answer(make, "poor"), HEADER)["by_lines"][0] == pytest.approx(30.0)


def rooms():
    money = st.floats(1e6, 1e12)
    return st.builds(
        lambda given, part, grant, task: Room(given, given * part, max(grant, task) * 1.01, task),
        money,
        st.floats(0.0, 1.0),
        st.floats(1e6, 1e9),
        st.floats(1e5, 1e9),
    )


@given(rooms(), st.floats(0.0, 90.0))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_is_left_is_all_there_is_and_needs_what_there_is(room, share):
    grants, small = room.left(share)
    assert min(grants, small) >= 0.0
    spent = room.running + grants * room.grant + small * room.task
    assert spent == pytest.approx(room.appropriated)
    reached = share / 100 * room.appropriated <= room.appropriated - room.running
    if reached:
        assert grants * room.grant == pytest.approx(share / 100 * room.appropriated)
        assert room.needed(share, grants + small) == pytest.approx(room.appropriated, rel=1e-6)
        assert room.most_research(grants + small) == pytest.approx(share, rel=1e-6, abs=1e-3)


@given(rooms(), st.floats(0.0, 89.0), st.floats(0.1, 1.0))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_more_in_grants_is_fewer_tasks(room, share, more):
    assert sum(room.left(share + more)) <= sum(room.left(share)) * (1 + 1e-12)


def test_more_tasks_than_money_is_no_share_at_all():
    room = Room(4e9, 1e9, 130e6, 15e6)
    assert math.isnan(room.most_research(200.1))
    assert room.most_research(200.0) == pytest.approx(0.0, abs=1e-9)
    assert room.most_research(0.0) == 75.0  # not what runs the programme as well


@pytest.mark.parametrize("grant", [15e6, 10e6])
def test_where_a_grant_is_no_dearer_than_a_task_all_that_is_free_can_go_into_research(grant):
    room = Room(4e9, 1e9, grant, 15e6)
    assert room.most_research(0.0) == room.most_research(200.0) == 75.0
    assert sum(room.left(75.0)) == pytest.approx(3e9 / grant)
    assert room.most_research(3e9 / grant) == 75.0
    assert math.isnan(room.most_research(3e9 / grant + 0.1))


def said(make, header=HEADER, **changes):
    table, page = answer(make), Page(80)
    for measure, mean in changes.items():
        mine = (table["period"] == FULL_YEARS) & (table["measure"] == measure)
        table.loc[mine, "mean"] = mean
    say_volumes(page, table, combinations(table, header))
    assert max(map(len, page.text().splitlines())) <= 80
    return " ".join(page.text().split())


def test_the_page_says_what_fits_and_what_does_not(make):
    text = said(make, small_task=15e6, rd_grant=130e6)
    assert "Of 4 bn a year 1.2 bn run the office" in text
    assert "30 % leave room for 9 grants of 130 M and 107 tasks of 15 M" in text
    assert "both expected ranges fit together with 30 to 32 % in R&D alone" in text
    assert "calls for R&D, joint research apart, may use up to 38 % of what" in text
    assert "out" in text
    poor = said(make, small_task=25e6, rd_grant=130e6)
    assert "do not fit together into this money" in poor
    scarce = said(make, small_task=2.6e9, rd_grant=1.2e9)
    assert "30 % leave room for 1 grant of 1.2 bn and 1 task of 2.6 bn" in scarce
    assert "are not paid in the year. It is not money in all that keeps tasks below 110" in text
    assert "are not paid" not in said(make, small_task=15e6, rd_grant=130e6, tasks=110.0)
    assert "are not paid" not in said(make, small_task=15e6, rd_grant=130e6, appropriated=3.3e9)
    rich = said(make, appropriated=1e10, small_task=15e6, rd_grant=130e6)
    assert "So both expected ranges fit together." in rich
