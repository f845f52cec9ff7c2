"""Invariants with institutions: a centre, a master plan, a shared head, expectations."""

from __future__ import annotations

import copy

import pytest
from test_invariant_money import assert_books_balance
from watch import watched

import networked
import small
from clustersim import calendar
from clustersim.scenario import load
from clustersim.scenario.doubt import with_values
from clustersim.specs import parameters_of

DATA = copy.deepcopy(networked.DATA)
DATA["end"] = "2011-12"
DATA["targets"] = {}
DATA["programme"]["complexes"]["noksan"] |= {
    "team": {"head_share": "50 %", "joint": {"partner": "Changwon", "since": "2008-07-15"}},
    "anticipation": {"since": "2007-11-15", "factor": 4},
    "master_plan": {"date": "2008-09-01"},
    "centre": {
        "title": "Centre",
        "cost": "199억원",
        "funders": {"state": {"share": "38 %"}, "city": {"share": "62 %"}},
        "profile": {2008: "50 %", 2009: "50 %"},
        "site": "2008-06-15",
        "opens": "2009-07-01",
        "turnout_gain": "20 %",
    },
}
DATA["programme"]["complexes"]["noksan"]["team"]["joint"]["link"] = 0.5
ARMS = ("as_announced", "no_programme", "nothing", "cancelled", "later", "rich", "grants")
MINE = ("team.joint", "anticipation", "master_plan", "centre", "continues")

SCENARIO = load(DATA)
BUSY = SCENARIO.arms["as_announced"].spec


def see(*changes, arm="as_announced", **more):
    return watched(load(DATA, set=changes).arms[arm].spec, small.luck(), **more)


def test_invariant_1_at_scale_0_all_arms_with_institutions_are_equal_bit_for_bit():
    seen = {arm: see("programme.effect_scale=0", arm=arm) for arm in ARMS}
    assert all(each.states == seen["nothing"].states for each in seen.values())
    happened = {event.kind for event in seen["as_announced"].record.events}
    assert happened >= {"centre_opened", "master_plan", "queue", "joined"}


def test_invariant_2_arms_agree_until_firms_look_forward_or_the_state_pays():
    seen = {arm: see(arm=arm) for arm in ("as_announced", "no_programme", "later", "cancelled")}

    def first_difference(one, other):
        one, other = seen[one].states, seen[other].states
        return min((month for month in one if one[month] != other[month]), default=None)

    since = calendar.parse_month("2007-12")
    assert since <= first_difference("as_announced", "no_programme") <= since + 6
    assert first_difference("as_announced", "cancelled") >= calendar.parse_month("2008-06")
    assert first_difference("as_announced", "later") >= calendar.parse_month("2008-06")


@pytest.mark.parametrize("arm", ["as_announced", "later"])
def test_invariant_4_every_book_balances_after_every_event_of_institutions(arm):
    books = []

    def check(office):
        if office.events[-1].kind not in {"attended", "visited", "joined", "queue", "worked"}:
            assert_books_balance(office)
            books.append(office.name)

    seen = see(arm=arm, every_event=check)
    assert len(books) > 50
    small.assert_ledger_adds_up(seen.record)
    funders = set(small.ledger(seen.record)["funder"])
    assert funders == {"state", "city", "own", "firms"}


# ---------------------------------------------------------------- invariant 8


def of_kind(*kinds):
    return lambda seen: [(e.time, e.firm, e.amount) for e in small.events(seen.record, *kinds)]


MOVED = {
    "attended": of_kind("attended"),
    "centre opened": of_kind("centre_opened"),
    "centre paid": lambda seen: (
        small.ledger(seen.record).query("line == 'business centre'").to_numpy().tolist()
    ),
    "centre site": of_kind("centre_site"),
    "joined": of_kind("joined"),
    "paid": lambda seen: small.ledger(seen.record).to_numpy().tolist(),
    "tasks in time": of_kind("task_done"),
    "ties": lambda seen: seen.record.panel["ties"].tolist(),
}
PARAMETERS = {
    path: (parameter, value)
    for path, parameter, value, _ in parameters_of(BUSY.programme, "programme")
    if any(word in path for word in MINE)
} | {f"{small.NOKSAN}.centre.profile.2009": (None, 0.5)}  # of a table by year
INSTEAD = {
    "programme.continues": 0.0,
    f"{small.NOKSAN}.anticipation.since": calendar.parse_date("2008-03-15"),
    f"{small.NOKSAN}.centre.opens": calendar.parse_date("2009-10-01"),
    f"{small.NOKSAN}.centre.site": calendar.parse_date("2008-09-15"),
    f"{small.NOKSAN}.master_plan.date": calendar.parse_date("2009-09-01"),
    f"{small.NOKSAN}.team.joint.since": calendar.parse_date("2009-03-01"),
}


def seen_with(**changes):
    return watched(with_values(BUSY, changes), small.luck())


@pytest.fixture(scope="module")
def before():
    return seen_with()


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_invariant_8_halving_a_parameter_of_institutions_moves_what_it_says(path, before):
    parameter, value = PARAMETERS[path]
    half = INSTEAD[path] if path in INSTEAD else value / 2
    assert half != value
    outcome = MOVED[parameter.moves if parameter else "centre paid"]
    assert outcome(before), "nothing of the kind happens at all"
    assert outcome(seen_with(**{path: half})) != outcome(before)
