"""Invariants 1 to 4 with support that is asked for task by task, a council and a contact centre."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict

import numpy as np
import pytest
from test_invariant_money import assert_books_balance
from watch import price_of, watched

import networked
import small
from clustersim import calendar
from clustersim.programme.instruments.registry import SERVICES
from clustersim.scenario import load
from clustersim.simulation import simulate

OPENS = "2008-08-01"
DATA = copy.deepcopy(networked.DATA) | {"end": "2012-12", "targets": {}}
DATA["complexes"]["noksan"]["figures"] |= {"firms": 120, "workers": 2220, "output": "9120억원"}
HERE = DATA["programme"]["complexes"]["noksan"]
HERE["budget"] |= {"amount": "40억원"}
HERE |= {
    "council": {"opens": "2008-08-15"},
    "contact_centre": {"opens": "2009-01-15"},
    "fields": {"moulds": {"title": "moulds", "sectors": ["machinery"]}},
    "services": {
        name: {"opens": OPENS}
        for name in ("joint_research", "joint_marketing", "prototype", "marketing", "training")
    },
}
MENU = {
    name: {"opens": "2009-03-02", "line": "network" if name == "consulting" else "special"}
    for name in SERVICES
    if name not in HERE["services"]
}
HERE["services"]["prototype"]["focus"] = {"fields": ["moulds"]}
HERE["rnd"]["focus"] = {"fields": ["moulds"]}
DATA["programme"] |= {
    "pipeline": {"asks": "60 %"},
    "services": {name: {"milestone": "80 %"} for name in SERVICES},
}
DATA["arms"] = {
    "full_menu": {
        "title": "everything",
        "programme": {"complexes": {"noksan": {"services": MENU}}},
    },
    "stopped": {"title": "ended in 2010", "programme": {"stops": "2010-05-20"}},
    "later": {"title": "a year later", "programme": {"delay": "1 year"}},
    "advice": {"title": "training alone", "programme": {"instruments": ["advice"]}},
}
ARMS = ("as_announced", "no_programme", "nothing", *DATA["arms"])
STEPS = {"found", "screened", "funded", "tranche", "technical", "commercial"}
TOUCHES = {
    "found", "applied", "tranche", "package", "attended", "visited", "brokered", "helped",
    "task_done",
}  # fmt: skip
ALONE = (
    "economy.spillovers.switch=off",
    "economy.displacement.switch=off",
    "economy.anchors.switch=off",
)


def see(*changes, arm="as_announced", **more):
    return watched(load(DATA, set=changes).arms[arm].spec, small.luck(), **more)


@pytest.fixture(scope="module")
def in_full():
    return {arm: see(arm=arm) for arm in ARMS}


def test_invariant_1_at_scale_0_all_arms_with_services_are_equal_bit_for_bit():
    seen = {arm: see("programme.effect_scale=0", arm=arm) for arm in ARMS}
    for each in seen.values():
        assert each.states == seen["nothing"].states
        small.assert_same(each.record.panel, seen["nothing"].record.panel)
    for arm in ("as_announced", "full_menu"):
        events = [e for e in seen[arm].record.events if e.instrument in SERVICES]
        happened = Counter(e.kind for e in events)
        assert all(happened[kind] >= 3 for kind in STEPS)
        wanted = set(HERE["services"]) if arm == "as_announced" else set(SERVICES)
        assert {e.instrument for e in events if e.kind == "funded"} == wanted


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_invariant_1_the_ledger_and_the_cash_door_agree_with_services(scale):
    """Services: own shares go out. Joint research: the grant comes in. All: the cost of asking."""
    spec = load(DATA, set=[f"programme.effect_scale={scale}"]).arms["full_menu"].spec
    seen = watched(spec, small.luck())
    price, rows = price_of(spec, seen.record), small.ledger(seen.record)
    grants = {"field_customised_rnd", "joint_research"}
    bought = (set(SERVICES) | {"inno_core", "tasks"}) - grants
    asking = spec.programme.pipeline.cost_of_asking

    def booked(funder, purposes, entry="paid"):
        mine = rows[(rows["funder"] == funder) & (rows["entry"] == entry)]
        return int(mine.loc[mine["purpose"].isin(purposes), "amount"].sum())

    def passed(year):
        return sum(
            amount * price(firm, month)
            for channel, firm, month, amount in seen.flows
            if channel == "cash" and calendar.year_of(month) == year
        )

    years = range(2007, 2013)
    applied = sum(
        spec.programme.rnd.cost_of_applying * (1.0 - e.detail)
        for e in small.events(seen.record, "applied")
    )
    stopped = sum(e.amount for e in small.events(seen.record, "stopped"))
    wanted = booked("state", grants) - booked("firms", bought) - applied - stopped
    cost = wanted - sum(map(passed, years))  # of asking: all of it, or what somebody saved
    found = len(small.events(seen.record, "found"))
    assert 0.5 * asking * found < cost < asking * found
    for year in years:
        months = [m for m in seen.states if calendar.year_of(m) == year]
        arrived = sum(seen.arrived["cash", month] for month in months)
        assert arrived == pytest.approx(scale * passed(year), rel=1e-9, abs=1e-2)


def first_difference(one, other):
    return min((m for m in one.states if one.states[m] != other.states[m]), default=None)


@pytest.mark.parametrize(
    ("arm", "other", "when"),
    [
        ("full_menu", "as_announced", "2009-03"),
        ("stopped", "as_announced", "2010-05"),
        ("advice", "no_programme", "2008-08"),
        ("later", "no_programme", "2009-07"),
    ],
)
def test_invariant_2_arms_agree_until_the_first_dated_difference(in_full, arm, other, when):
    first = calendar.parse_month(when)
    assert first <= first_difference(in_full[arm], in_full[other]) <= first + 3


def test_invariant_3_who_neither_asked_nor_got_anything_is_the_same_in_all_arms():
    seen = [see(*ALONE, arm=arm) for arm in ("full_menu", "as_announced", "nothing")]
    touched = {e.firm for each in seen for e in each.record.events if e.kind in TOUCHES}
    for each in seen:
        touched |= small.with_heirs(touched, each.record)
    rest = []
    for each in seen:
        panel = small.frame(each.record.panel)
        rest.append(panel[~panel["id"].isin(touched)].drop(columns="ties").reset_index(drop=True))
    assert rest[0]["id"].nunique() > 15
    assert rest[0].equals(rest[1])
    assert rest[0].equals(rest[2])


@pytest.mark.parametrize("arm", ["full_menu", "stopped", "later"])
def test_invariant_4_every_book_balances_after_every_event_of_services(arm):
    books = []

    def check(office):
        if office.events[-1].kind in {"tranche", "stopped", "equipped", "funded", "closed"}:
            assert_books_balance(office)
            books.append(office.name)

    seen = see(arm=arm, every_event=check)
    assert len(books) > 50
    small.assert_ledger_adds_up(seen.record)


def test_when_the_state_stops_nothing_more_is_agreed_and_what_was_is_seen_out(in_full):
    record = in_full["stopped"].record
    stop = calendar.moment(calendar.parse_date("2010-05-20"))
    late = {e.kind for e in record.events if e.time > stop and e.instrument in SERVICES}
    assert not late & {"found", "screened", "funded", "equipped"}
    assert late >= {"tranche", "commercial"}
    assert not [e for e in small.events(record, "council_met") if e.time > stop]
    closed = small.events(record, "contact_centre_closed")
    assert stop <= closed[0].time <= stop + 1


def test_a_year_later_opens_everything_a_year_later(in_full):
    for name in HERE["services"]:
        first = [
            min((e.time for e in small.events(each.record, "found", instrument=name)), default=0)
            for each in (in_full["as_announced"], in_full["later"])
        ]
        assert first[0] >= calendar.parse_month("2008-08")
        assert first[1] >= calendar.parse_month("2009-08")
    last = max(e.time for e in small.events(in_full["later"].record, "found"))
    assert calendar.year_of(int(last)) == 2012  # phase 1 ends a year later as well


# ---------------------------------------------------------------- nothing is lost


ENDS = {"screened_out", "refused", "closed", "funded"}
OVER = {"stopped", "failed", "unsold", "commercial", "closed"}


@pytest.mark.parametrize(("name", "arm"), [("noksan", "full_menu"), ("daebul", "as_announced")])
def test_every_request_and_every_project_of_a_whole_run_ends_once(name, arm):
    spec = load(name).arms[arm].spec
    record = simulate(spec, small.Luck(spec.seed, 3, small.Domain.LUCK))
    waiting, running, asked, steps = set(), {}, Counter(), defaultdict(list)
    for event in record.events:
        if event.instrument not in SERVICES:
            continue
        key = (event.firm, event.instrument)
        if event.kind == "found":
            assert key not in waiting
            waiting.add(key)
            asked[event.instrument] += 1
        elif event.kind in ENDS and event.project < 0:
            waiting.remove(key)
        elif event.kind == "funded":
            waiting.remove(key)
            running[event.project] = key
        elif event.kind in OVER:
            assert running.pop(event.project) == key
        steps[event.project].append(event.kind)
    assert not waiting
    assert not running  # money ends in 2011, the run seven years later
    assert sum(asked.values()) > 100
    beside = {"served", "partnered"}  # who takes part
    orders = {tuple(kind for kind in each if kind not in beside) for each in steps.values()}
    whole = ("funded", "tranche", "tranche", "technical", "commercial")
    assert whole in orders
    for order in orders - {tuple(steps[-1])}:  # what is of no project
        assert order[0] == "funded"
        assert order[-1] in OVER
        assert np.isin(order[1:-1], ["tranche", "technical"]).all()
