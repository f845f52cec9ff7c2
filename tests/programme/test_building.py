"""A business centre: who pays when, to the won; when it opens; what becomes of it."""

from __future__ import annotations

import copy
import datetime as dt

import desk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import networked
import small
from clustersim import calendar
from clustersim.errors import ScenarioError
from clustersim.programme.building import LINE, CentreSpec, run_centre
from clustersim.programme.master_plan import PURPOSE, MasterPlanSpec, order_master_plan
from clustersim.scenario import load
from clustersim.simulation import simulate

PLAN = {
    "title": "Centre",
    "cost": "199억원",
    "funders": {"state": {"share": "38 %"}, "KICOX": {"share": "31 %"}, "city": {"share": "31 %"}},
    "profile": {2008: "30 %", 2009: "35 %", 2010: "35 %"},
    "site": "2008-06-15",
    "opens": "2010-07-01",
}


def spec(**changes):
    return CentreSpec.model_validate({**PLAN, **changes})


def is_open(team):
    return bool(desk.noted(team, "centre_opened"))


def built(plan, stops=None, until=dt.date(2013, 1, 15)):
    team = desk.office()
    if stops:
        team.stops = calendar.moment(stops)
    desk.work(team, run_centre(team, plan), until=until)
    team.ledger.audit()
    return team


def by_year(team):
    """Won paid by funder and year."""
    return {
        (row.funder, row.year): row.amount
        for row in team.ledger.rows()
        if row.entry == "paid" and row.amount
    }


# ---------------------------------------------------------------- money


def test_each_funder_pays_its_part_of_each_year_to_the_won():
    team = built(spec())
    paid = by_year(team)
    assert sum(paid.values()) == team.ledger.paid(payee="capital") == 19_900_000_000
    for year, share in ((2008, 0.30), (2009, 0.35), (2010, 0.35)):
        mine = {funder: won for (funder, when), won in paid.items() if when == year}
        assert sum(mine.values()) == pytest.approx(share * 19.9e9, abs=1)
        assert mine["state"] == pytest.approx(0.38 * share * 19.9e9, abs=1)
        assert mine["KICOX"] == pytest.approx(mine["city"], abs=1)
    assert {row.line for row in team.ledger.rows()} == {LINE}
    assert {row.purpose for row in team.ledger.rows() if row.entry == "paid"} == {LINE}


@given(
    cost=st.integers(0, 10**12),
    funders=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6).filter(sum),
    profile=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(sum),
)
def test_whatever_the_parts_they_are_whole_and_make_the_cost(cost, funders, profile):
    plan = spec(
        cost=f"{cost} KRW",
        funders={f"f{n}": {"share": share} for n, share in enumerate(funders)},
        profile={2008 + n: share for n, share in enumerate(profile)},
        opens="2012-10-01",
    )
    paid = plan.payments()
    amounts = [won for parts in paid.values() for won in parts.values()]
    assert all(type(won) is int and won >= 0 for won in amounts)
    assert sum(amounts) == cost
    for (year, parts), share in zip(paid.items(), profile, strict=True):
        wanted = cost * share / sum(profile)
        assert sum(parts.values()) == pytest.approx(wanted, rel=1e-9, abs=1.0), year


def test_a_run_that_ends_amid_the_work_carries_promises_out():
    team = built(spec(), until=dt.date(2009, 6, 1))
    assert not is_open(team)
    team.ledger.close(team.clock.now)
    out = [row.amount for row in team.ledger.rows() if row.entry == "carried_out"]
    assert sum(out) == sum(spec().payments()[2009].values())


# ---------------------------------------------------------------- when it opens


def test_it_opens_on_its_day_and_then_more_come():
    team = built(spec(turnout_gain=0.1), until=dt.date(2010, 7, 1))
    assert (is_open(team), team.turnout) == (False, 1.0)
    team.clock.advance(126.5)
    assert (is_open(team), team.turnout) == (True, 1.1)
    events = [(event.kind, event.time) for event in team.events if event.kind != "centre_paid"]
    assert events == [
        ("centre_site", calendar.moment(dt.date(2008, 6, 15))),
        ("centre_opened", 126.0),
    ]


def test_the_state_ends_its_part_before_it_is_paid():
    """What is promised is paid, no more, and it never opens."""
    team = built(spec(), stops=dt.date(2009, 6, 1))
    assert {year for _, year in by_year(team)} == {2008, 2009}
    assert not is_open(team)


def test_what_is_all_promised_opens_all_the_same():
    assert is_open(built(spec(), stops=dt.date(2010, 3, 1)))


def test_it_may_be_older_than_the_run():
    old = spec(site="2005-06-15", opens="2007-07-01", profile={2005: 1.0})
    team = built(old)
    assert is_open(team)
    assert not team.ledger.rows()


def test_later_is_later_in_all():
    plan = spec().later(12.0)
    assert list(plan.profile) == ["2009", "2010", "2011"]
    assert (str(plan.site), str(plan.opens)) == ("2009-06-15", "2011-07-01")
    assert list(plan.payments().values()) == list(spec().payments().values())


def test_a_site_that_moves_into_the_next_year_keeps_no_opening_waiting():
    plan = spec(site="2008-11-15").later(3.0)
    assert (str(plan.site), str(plan.opens)) == ("2009-02-14", "2010-10-01")
    assert plan.profile == pytest.approx({"2009": 0.3, "2010": 0.7})
    team = built(plan)
    assert [e.time for e in desk.noted(team, "centre_opened")] == [129.0]
    assert [calendar.year_of(int(e.time)) for e in desk.noted(team, "centre_paid")] == [2009, 2010]


@given(
    months=st.integers(0, 120).map(lambda halves: halves / 2.0),
    site=st.dates(dt.date(2008, 1, 1), dt.date(2008, 12, 31)),
    opens=st.dates(dt.date(2010, 1, 1), dt.date(2011, 12, 31)),
)
def test_any_delay_leaves_a_plan_that_is_paid_and_opened_on_its_day(months, site, opens):
    plan = spec(site=site, opens=opens).later(months)
    assert int(min(plan.profile)) == plan.site.year
    assert int(max(plan.profile)) <= plan.opens.year
    team = built(plan, until=dt.date(2017, 2, 1))
    assert [e.time for e in desk.noted(team, "centre_opened")] == [calendar.moment(plan.opens)]
    assert len(desk.noted(team, "centre_site")) == 1
    assert team.ledger.paid(payee="capital") == 19_900_000_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"opens": "2008-03-01"}, "it opens on 2008-03-01, before its site is secured"),
        ({"profile": {2009: 1.0}}, "it is paid from 2009 to 2009, and built from 2008 to 2010"),
        ({"profile": {2008: 0.5, 2011: 0.5}}, "end by that of its opening"),
        ({"profile": {"soon": 1.0}}, "'soon' is no year"),
        ({"profile": {2008: 0.0}}, "nobody pays"),
        ({"funders": {"state": {"share": "0 %"}}}, "nobody pays\n  give one a share"),
    ],
)
def test_slips_are_told(change, said):
    data = copy.deepcopy(DATA)
    data["programme"]["complexes"]["noksan"]["centre"] |= change
    if "profile" in change:
        data["programme"]["complexes"]["noksan"]["centre"]["profile"] = change["profile"]
    with pytest.raises(ScenarioError) as caught:
        load(data)
    assert said in str(caught.value)


# ---------------------------------------------------------------- the master plan


def ordered(money, **changes):
    team = desk.office()
    if money:
        desk.money(team, money, "network")
    plan = MasterPlanSpec(date=dt.date(2008, 9, 1), amount="2억원", **changes)
    desk.work(team, order_master_plan(team, plan), until=dt.date(2009, 2, 1))
    return team


def test_a_master_plan_is_paid_once_out_of_its_line():
    team = ordered(10**9)
    assert team.ledger.paid(line="network", payee="institutions") == 200_000_000
    assert desk.kinds(team) == ["master_plan"]
    assert team.economy.channels.effects == team.economy.channels.flows == []


@pytest.mark.parametrize("money", [0, 199_999_999])
def test_without_the_money_there_is_none(money):
    team = ordered(money)
    assert desk.kinds(team) == ["no_money"]
    assert team.ledger.paid() == 0


# ---------------------------------------------------------------- in a world

DATA = copy.deepcopy(networked.DATA)
DATA["programme"]["complexes"]["noksan"] |= {
    "centre": copy.deepcopy(PLAN) | {"turnout_gain": "50 %"},
    "master_plan": {"date": "2008-09-01"},
}


def run(*changes, arm="as_announced"):
    return simulate(load(DATA, set=changes).arms[arm].spec, small.luck())


@pytest.fixture(scope="module")
def world():
    return run()


def rows_of(record, line):
    rows = small.ledger(record)
    return rows[(rows["line"] == line) & (rows["amount"] > 0)]


def test_its_books_are_its_own_and_balance(world):
    small.assert_ledger_adds_up(world)
    mine = rows_of(world, LINE)
    assert set(mine["funder"]) == {"state", "KICOX", "city"}
    assert set(mine["entry"]) == {"appropriated", "paid"}
    assert small.paid(world, purpose=LINE) == 19_900_000_000
    plain = small.ledger(networked.run())
    budget = (plain["funder"] == "state") & (plain["entry"] == "appropriated")
    rows = small.ledger(world)
    of_lines = (rows["funder"] == "state") & (rows["entry"] == "appropriated")
    of_lines &= rows["line"] != LINE
    assert rows.loc[of_lines, "amount"].sum() == plain.loc[budget, "amount"].sum()


def test_more_come_to_meetings_once_it_is_open(world):
    def came(record):
        found = small.events(record, "attended")
        return {(e.time, e.instrument, e.firm) for e in found if 126.0 <= e.time < 128.0}

    without = networked.run()
    early = [
        [e for e in small.events(record, "attended") if e.time < 126.0]
        for record in (world, without)
    ]
    assert len(early[0]) == pytest.approx(len(early[1]), rel=0.02)  # the plan's cost, fewer tasks
    assert len(came(world)) > 1.25 * len(came(without))


def test_a_centre_alone_changes_nothing_until_it_opens():
    changes = (f"{small.NOKSAN}.master_plan=~",)
    with_it, without = run(*changes), networked.run()
    before = with_it.months["month"] < 126
    for name in ("output", "workers", "ties"):
        assert with_it.months[name][before].tobytes() == without.months[name][before].tobytes()
    assert not np.array_equal(with_it.months["ties"], without.months["ties"])


@pytest.mark.parametrize("arm", ["no_programme", "nothing", "grants"])
def test_no_state_no_centre(arm):
    record = run(arm=arm)
    assert not small.events(record, "centre_site", "centre_opened", "centre_paid")
    for complex_ in record.ledgers:
        assert small.paid(record, purpose=LINE) == 0, complex_


def test_settings_of_the_states_part_mean_something_for_it():
    later = run(arm="later")
    assert small.events(later, "centre_opened")[0].time == 138.0
    assert small.events(later, "master_plan")[0].time == 116.0
    rich = run(arm="rich")
    assert small.paid(rich, purpose=LINE) == 19_900_000_000
    cancelled = run(arm="cancelled")
    assert small.paid(cancelled, purpose=LINE) == sum(spec().payments()[2008].values())
    assert not small.events(cancelled, "centre_opened", "master_plan")
    assert small.paid(cancelled, purpose=PURPOSE) == 0
