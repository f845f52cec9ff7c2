"""Invariants 1 to 4 and 7 with mini-clusters, those on their own money included."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from test_invariant_money import assert_books_balance
from watch import price_of, watched

import networked
import small
from clustersim import calendar
from clustersim.scenario.doubt import with_values
from clustersim.specs import parameters_of

TERMS = "programme.mini_clusters"
ARMS = ("as_announced", "no_programme", "nothing", "rich", "cancelled", "later", "grants")
SERVED = {"attended", "visited", "brokered", "helped", "task_done"}


def see(*changes, arm="as_announced", **more):
    return watched(networked.spec(*changes, arm=arm), small.luck(), **more)


@pytest.fixture(scope="module")
def in_full():
    return {arm: see(arm=arm) for arm in ARMS}


# ---------------------------------------------------------------- invariant 1


def test_invariant_1_at_scale_0_all_arms_with_networks_are_equal_bit_for_bit():
    seen = {arm: see("programme.effect_scale=0", arm=arm) for arm in ARMS}
    for each in seen.values():
        assert each.states == seen["nothing"].states
        small.assert_same(each.record.panel, seen["nothing"].record.panel)
    happened = Counter(event.kind for event in seen["as_announced"].record.events)
    assert all(happened[kind] >= 3 for kind in SERVED | {"joined", "met", "task_paid"})
    assert small.events(seen["no_programme"].record, "met")


def test_invariant_1_membership_alone_moves_nothing(in_full):
    """Nobody meets or is visited; the members are there."""
    seen = see(f"{TERMS}.meetings=0", f"{TERMS}.visits=0", arm="no_programme")
    assert len(small.events(seen.record, "joined")) > 20
    assert seen.states == in_full["nothing"].states


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_invariant_1_the_ledger_and_the_cash_door_agree_with_networks(scale):
    changes = (f"programme.effect_scale={scale}", "programme.rnd.milestone=70 %")
    spec = networked.spec(*changes)
    seen = watched(spec, small.luck())
    price, rows = price_of(spec, seen.record), small.ledger(seen.record)
    assert small.events(seen.record, "task_done")
    assert any(event.detail for event in small.events(seen.record, "applied"))
    for year in range(2008, 2014):
        wanted = (
            small.paid(seen.record, funder="state", purpose="field_customised_rnd", year=year)
            - rows.loc[(rows["entry"] == "refunded") & (rows["year"] == year), "amount"].sum()
            - small.paid(seen.record, funder="firms", purpose="inno_core", year=year)
            - small.paid(seen.record, funder="firms", purpose="tasks", year=year)
            + sum(
                event.amount
                for event in small.events(seen.record, "other_support")
                if calendar.year_of(int(event.time)) == year
            )
            - sum(
                spec.programme.rnd.cost_of_applying * (1.0 - event.detail)
                for event in small.events(seen.record, "applied")
                if calendar.year_of(int(event.time)) == year
            )
        )
        months = [m for m in seen.states if calendar.year_of(m) == year]
        passed = sum(
            amount * price(firm, month)
            for channel, firm, month, amount in seen.flows
            if channel == "cash" and month in months
        )
        assert passed == pytest.approx(wanted, rel=1e-12, abs=1e-3)
        arrived = sum(seen.arrived["cash", month] for month in months)
        assert arrived == pytest.approx(scale * wanted, rel=1e-12, abs=1e-3)


# ---------------------------------------------------------------- invariant 2


def first_difference(one, other):
    return min((m for m in one.states if one.states[m] != other.states[m]), default=None)


@pytest.mark.parametrize(
    ("arm", "other", "when"),
    [
        ("as_announced", "no_programme", "2008-07"),  # the state's money
        ("as_announced", "cancelled", "2008-07"),
        ("rich", "as_announced", "2008-10"),  # more grants
        ("later", "no_programme", "2009-07"),
        ("grants", "no_programme", "2008-10"),
        ("nothing", "no_programme", "2007-07"),  # what is on its own money meets first
    ],
)
def test_invariant_2_arms_agree_until_the_first_dated_difference(in_full, arm, other, when):
    differ = first_difference(in_full[arm], in_full[other])
    first = calendar.parse_month(when)
    assert first <= differ <= first + 3


def test_invariant_2_what_is_cancelled_before_it_starts_has_never_been(in_full):
    """Firms had joined in June, to no effect."""
    assert small.events(in_full["cancelled"].record, "joined", instrument="parts")
    assert in_full["cancelled"].states == in_full["no_programme"].states


def test_invariant_2_members_join_what_is_on_its_own_money_alike_in_all_arms(in_full):
    """Until the state's money has changed anybody's size; and mostly after that."""
    names = [
        {
            (e.firm, e.time)
            for e in small.events(in_full[arm].record, "joined", instrument="plating")
        }
        for arm in ("as_announced", "no_programme")
    ]
    assert {j for j in names[0] if j[1] <= 102} == {j for j in names[1] if j[1] <= 102}
    assert len(names[0] ^ names[1]) <= 0.1 * len(names[0])


# ---------------------------------------------------------------- invariant 3


def test_invariant_3_where_nobody_feels_others_who_got_nothing_is_the_same():
    off = ("economy.spillovers.switch=off", "economy.displacement.switch=off")
    seen = [see(*off, arm=arm) for arm in ("as_announced", "no_programme", "nothing")]
    touched = {
        event.firm
        for each in seen
        for event in each.record.events
        if event.kind in SERVED | {"applied", "tranche", "package"}
    }
    for each in seen:
        touched |= small.with_heirs(touched, each.record)
    rest = []
    for each in seen:
        panel = small.frame(each.record.panel)
        rest.append(panel[~panel["id"].isin(touched)].drop(columns="ties").reset_index(drop=True))
    assert rest[0]["id"].nunique() > 50
    assert rest[0].equals(rest[1])
    assert rest[0].equals(rest[2])


# ---------------------------------------------------------------- invariant 4


@pytest.mark.parametrize("arm", ["as_announced", "no_programme", "stopped", "later"])
def test_invariant_4_every_book_balances_after_every_event_of_networks(arm):
    books = []

    def check(office):
        if office.events[-1].kind not in {"attended", "visited", "joined"}:  # they move no money
            assert_books_balance(office)
            books.append(office.name)

    seen = see(arm=arm, every_event=check)
    assert len(books) > 100
    small.assert_ledger_adds_up(seen.record)
    seen.offices["noksan"].ledger.audit()


def test_invariant_4_money_of_networks_is_paid_by_whom_it_should_be(in_full):
    record = in_full["as_announced"].record
    own = {year: small.paid(record, funder="own", year=year) for year in range(2007, 2014)}
    assert [year for year, won in own.items() if won] == [2007, 2008, 2012, 2013]
    assert own[2007] == round(50e6 / 12) * 6  # from July
    assert small.paid(record, purpose="exchange") == round(100e6 / 12) * (11 + 12 + 12 + 1)
    alone = in_full["no_programme"].record
    assert small.paid(alone) == small.paid(alone, funder="own", purpose="mini-clusters")
    assert not small.events(alone, "task_paid")
    assert in_full["nothing"].record.ledgers == {}


# ---------------------------------------------------------------- settings of the state's part


def test_a_year_later_is_what_was_announced_a_year_later(in_full):
    early, late = (in_full[arm].record for arm in ("as_announced", "later"))
    for kind, instrument in (("launched", "parts"), ("call", None), ("exchange_opened", None)):
        times = [
            [event.time for event in small.events(record, kind, instrument=instrument)]
            for record in (early, late)
        ]
        assert times[1] == pytest.approx([time + 12.0 for time in times[0]], abs=0.05)
    assert small.events(late, "launched", instrument="plating") == small.events(
        early, "launched", instrument="plating"
    )
    amounts = [[e.amount for e in small.events(record, "appropriated")] for record in (early, late)]
    assert amounts[0] == amounts[1]


def test_who_launches_a_year_later_finds_as_many_founders():
    """It was launched before the day of certainty, and that is a year later as well."""
    founders = []
    for arm in ("as_announced", "later"):
        record = networked.run("programme.mini_clusters.founders=120", arm=arm)
        launch = small.events(record, "launched", instrument="parts")[0].time
        joined = small.events(record, "joined", instrument="parts")
        founders.append(sum(event.time == launch for event in joined))
    assert min(founders) > 20
    assert max(founders) < 1.4 * min(founders)


def test_twice_the_money_is_twice_the_money(in_full):
    amounts = [
        [event.amount for event in small.events(in_full[arm].record, "appropriated")]
        for arm in ("as_announced", "rich")
    ]
    assert amounts[1] == pytest.approx([2 * amount for amount in amounts[0]], abs=2)


def test_when_the_state_stops_nothing_new_begins_and_promises_are_kept():
    record = networked.run(arm="stopped")
    stop = calendar.moment(calendar.parse_date("2010-05-20"))
    after = {event.kind for event in record.events if event.time > stop}
    new = {"appropriated", "call", "funded", "package", "task_paid", "exchange_opened"}
    assert not after & new
    assert after >= {"task_done", "commercial", "exchange_closed"}
    mine = small.events(record, "met", "joined", "visited", instrument="parts")
    assert max(event.time for event in mine) <= stop
    assert small.paid(record, funder="own", year=2013) > 0


def test_instruments_run_alone():
    for arm, kinds in (("networks", {"task_paid", "exchange_opened"}), ("grants", {"call"})):
        happened = {event.kind for event in networked.run(arm=arm).events}
        assert happened & {"task_paid", "exchange_opened", "call", "chosen"} == kinds


# ---------------------------------------------------------------- invariant 8


def of_kind(*kinds):
    return lambda seen: [(e.time, e.firm) for e in small.events(seen.record, *kinds)]


def of_members(column):
    def read(seen):
        panel = seen.record.panel
        ids = [event.firm for event in small.events(seen.record, "joined")]
        mine = np.isin(panel["id"], np.array(ids, dtype=np.uint64))
        return np.bincount(panel["year"][mine] - 2007, panel[column][mine]).tolist()

    return read


MOVED = {
    "attended": of_kind("attended"),
    "brokered": of_kind("brokered"),
    "helped": of_kind("helped"),
    "joined": of_kind("joined"),
    "visited": of_kind("visited"),
    "visited in time": of_kind("visited"),
    "tasks": of_kind("task_paid", "task_refused"),
    "tasks in time": of_kind("task_done"),
    "turnout": lambda seen: [e.amount for e in small.events(seen.record, "launched", "met")],
    "ties": lambda seen: seen.record.panel["ties"].tolist(),
    "member output": of_members("output"),
    "applications": of_kind("applied"),
    "cash": lambda seen: seen.record.panel["cash"].tolist(),
    "delay": lambda seen: [e.time for e in small.events(seen.record, "call")],
    "paid": lambda seen: small.ledger(seen.record).to_numpy().tolist(),
    "own share": lambda seen: small.paid(seen.record, funder="firms"),
}

SHORT = ("end=2010-12", "targets.reach_30=~", "targets.output_20=~")
BUSY = networked.spec(
    *SHORT,
    f"{networked.CLUSTERS}.parts.launch=2008-06-05",
    f"{networked.CLUSTERS}.parts.outside=10",
)


def parameters():
    found = {path: (p, value) for path, p, value, _ in parameters_of(BUSY.programme, "programme")}
    mine = ("mini_clusters", "team", "exchange", "delay", "stops", "budget_factor", "rnd.help")
    found = {path: pair for path, pair in found.items() if any(f".{word}" in path for word in mine)}
    del found[f"{TERMS}.referred"]  # to instruments, of which there are none here
    return found


INSTEAD = {
    "programme.delay": 6.0,
    "programme.stops": calendar.parse_date("2009-06-01"),
    f"{TERMS}.certain_from": calendar.parse_date("2008-06-01"),
    f"{TERMS}.small_below": 40,
    f"{TERMS}.typical_members": 10.0,
    f"{small.NOKSAN}.exchange.opens": calendar.parse_date("2009-06-01"),
    f"{networked.CLUSTERS}.parts.launch": calendar.parse_date("2008-09-01"),
    f"{networked.CLUSTERS}.plating.launch": calendar.parse_date("2008-03-01"),
    **{f"{networked.CLUSTERS}.{name}.managers": 2 for name in ("parts", "plating")},
    f"{networked.CLUSTERS}.parts.local_governments": 12,
    f"{networked.CLUSTERS}.plating.local_governments": 12,
    f"{networked.CLUSTERS}.plating.outside": 12,
}


def seen_with(**changes):
    return watched(with_values(BUSY, changes), small.luck())


@pytest.fixture(scope="module")
def before():
    return seen_with()


@pytest.mark.parametrize("path", sorted(parameters()))
def test_invariant_8_halving_a_parameter_of_networks_moves_what_it_says(path, before):
    parameter, value = parameters()[path]
    half = INSTEAD.get(path, value // 2 if isinstance(value, int) else None)
    half = value / 2 if half is None else half
    assert half != value
    outcome = MOVED[parameter.moves]
    assert outcome(before), "nothing of the kind happens at all"
    assert outcome(seen_with(**{path: half})) != outcome(before)
