"""Research grants on a desk: firms stand still, and luck is fixed where a test needs it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import desk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small
from clustersim import calendar
from clustersim.errors import ScenarioError
from clustersim.programme.rnd import ResearchCalls, ResearchSpec, run_calls
from clustersim.programme.stages import StagesSpec

MILLION = 1_000_000
FIRST = dt.date(2008, 10, 1)
DECIDED = calendar.moment(FIRST) + 2.5
LATER = dt.date(2013, 1, 1)


def terms(**changes):
    """Everybody applies and gets 100 M; every project succeeds."""
    plain = {
        "apply": 1.0,
        "apply_without_research": 1.0,
        "grant_low": "100 M KRW",
        "grant_mode": "100 M KRW",
        "grant_high": "100 M KRW",
        "milestone": 1.0,
        "technical": 1.0,
        "commercial": 1.0,
        "cost_of_applying": "0 KRW",
    }
    return ResearchSpec(**{**plain, **changes})


def calls(**changes):
    return ResearchCalls(**{"first": FIRST, "last_year": 2008, "lines": {"rnd": 1.0}, **changes})


def run(team, spec, when=None, until=LATER):
    desk.work(team, run_calls(team, spec, when or calls(), StagesSpec()), until=until)
    return team


def held(spec, people=None, amount=10**10, *, price=1.0, when=None, until=LATER, **chance):
    """One call with plenty of money, held at a desk with fixed luck."""
    team = desk.office(people, chance=desk.Fixed(**chance), price=price)
    desk.money(team, amount)
    return run(team, spec, when, until)


# ---------------------------------------------------------------- calls and applications


def test_calls_are_for_stages_of_growth():
    """Accounts are those of full years, so in the first year old firms are mature."""
    people = desk.firms(4, age_at_birth=np.array([-70.0, -30.0, 300.0, 100.0]))  # born in 2000
    for wanted, rows in ((("early",), [0, 1]), (("mature", "growing"), [2, 3]), ((), [])):
        team = held(terms(stages=wanted), people)
        asked = [event.firm for event in small.events(team, "applied")]
        assert asked == people.ids[rows].tolist()


def test_calls_open_on_their_dates_one_a_year():
    team = held(terms(apply=0.0), when=calls(month_of_year=3, last_year=2011))
    days = [dt.date(2008, 10, 1), *(dt.date(year, 3, 1) for year in (2009, 2010, 2011))]
    assert [event.time for event in desk.noted(team, "call")] == list(map(calendar.moment, days))
    assert desk.kinds(team, "applied") == []


def test_a_call_waits_until_the_last_one_is_decided():
    spec = terms(apply=0.0, window="4 months", deciding="2 months")
    team = held(spec, when=calls(month_of_year=3, last_year=2010))
    opened = [event.time for event in desk.noted(team, "call")]
    assert opened == [105.0, 111.0, 122.0]  # October 2008, April 2009, March 2010


def test_it_is_decided_when_the_window_and_the_panel_are_over():
    team = held(terms(window="1 months", deciding="0.75 months"))
    assert {event.time for event in desk.noted(team, "applied")} == {calendar.moment(FIRST)}
    assert {event.time for event in desk.noted(team, "funded")} == {calendar.moment(FIRST) + 1.75}


def test_small_and_medium_firms_alone_may_apply():
    people = desk.firms(4, workers=[5.0, 299.9, 300.0, 5000.0])
    team = held(terms(), people)
    assert [event.firm for event in desk.noted(team, "applied")] == people.ids[:2].tolist()


def test_firms_without_research_apply_less():
    people = desk.firms(2, intensity=[0.03, 0.0])
    for luck_, applied in ((0.39, 2), (0.41, 1)):  # half the chance of 0.8
        spec = terms(apply=0.8, apply_without_research=0.5)
        team = held(spec, people, rnd_apply=luck_)
        assert len(desk.noted(team, "applied")) == applied


def test_every_application_costs_its_firm_the_same_in_its_own_prices():
    team = held(terms(cost_of_applying="2 M KRW", pass_mark=20.0), price=np.array([1.0, 2.0, 4.0]))
    assert team.economy.channels.of("cash") == [-2e6, -1e6, -0.5e6]


# ---------------------------------------------------------------- the panel's money


def test_the_score_is_quality_seen_by_five_assessors_with_an_error_each():
    people = desk.firms(4000)
    team = desk.office(people, chance=desk.luck(3))
    run(team, terms(assessors=4, assessor_noise=2.0, pass_mark=-20.0))
    scores = np.array([event.detail for event in desk.noted(team, "waiting")])
    assert len(scores) == 4000
    assert abs(scores.mean()) < 4.9 / np.sqrt(4000)
    assert scores.std() == pytest.approx(2.0 / np.sqrt(4), rel=4.9 / np.sqrt(8000))


def test_who_is_below_the_mark_is_refused_and_never_comes_back():
    people = desk.firms(3, quality=[-1.001, -1.0, 1.0])
    team = held(terms(pass_mark=-1.0, apply=0.9), people, when=calls(last_year=2009))
    first = [event for event in team.events if event.time == DECIDED]
    assert [(event.kind, event.firm) for event in first if event.kind != "tranche"] == [
        ("funded", int(people.ids[2])),
        ("funded", int(people.ids[1])),
        ("refused", int(people.ids[0])),
    ]


def test_a_firm_that_closed_before_the_decision_gets_nothing():
    team = desk.office(chance=desk.Fixed())
    desk.money(team, 10**10)
    team.clock.start(run_calls(team, terms(), calls(), StagesSpec()))
    team.clock.advance(DECIDED - 0.1)
    team.economy.close(1)
    team.clock.advance(DECIDED + 0.1)
    assert len(desk.noted(team, "applied")) == 3
    closed = [event.firm for event in desk.noted(team, "closed")]
    assert closed == [int(team.economy.firms.ids[1])]
    assert not desk.noted(team, "refused")


def test_the_best_are_funded_and_who_is_good_enough_waits_and_is_ranked_again():
    people = desk.firms(5, quality=[0.5, 2.0, -3.0, 1.5, 1.0])
    one, two, three, four, five = people.ids.tolist()
    team = desk.office(people, chance=desk.Fixed())
    desk.money(team, 200 * MILLION)
    team.clock.start(run_calls(team, terms(), calls(last_year=2009), StagesSpec()))
    team.clock.advance(DECIDED + 0.1)
    assert [event.firm for event in desk.noted(team, "funded")] == [two, four]
    assert [event.firm for event in desk.noted(team, "waiting")] == [five, one]
    assert [event.firm for event in desk.noted(team, "refused")] == [three]
    # nobody applies again, so the next call is about the two who wait
    team.economy.firms.workers[:] = 1000.0
    team.clock.advance(108.1)
    desk.money(team, 100 * MILLION, year=2009)
    team.clock.advance(120.0)
    assert [event.firm for event in desk.noted(team, "funded")] == [two, four, five]
    assert desk.noted(team, "waiting")[-1].firm == one


def test_a_tie_is_broken_by_luck_and_then_by_id_never_by_rows():
    people = desk.firms(3)
    for tie, order in (([0.9, 0.1, 0.5], [1, 2, 0]), ([0.5, 0.5, 0.5], [0, 1, 2])):
        team = held(terms(), people, rnd_tie=tie)
        funded = [event.firm for event in desk.noted(team, "funded")]
        assert funded == people.ids[order].tolist()


def test_a_smaller_application_takes_what_a_better_one_could_not():
    people = desk.firms(3, quality=[3.0, 2.0, 1.0])
    spec = terms(grant_low="50 M KRW", grant_high="150 M KRW")
    team = held(spec, people, 160 * MILLION, rnd_amount=[0.5, 0.95, 0.01])
    assert desk.kinds(team, "funded", "waiting") == ["funded", "waiting", "funded"]


def test_lines_are_used_in_their_order_and_each_by_its_share_alone():
    team = desk.office(desk.firms(6), chance=desk.Fixed())
    desk.money(team, 250 * MILLION, "rnd")
    desk.money(team, 500 * MILLION, "special")
    run(team, terms(), calls(lines={"rnd": 1.0, "special": 0.5}), until=dt.date(2008, 12, 31))
    assert team.ledger.free("state", "rnd", 2008) == 50 * MILLION
    assert team.ledger.free("state", "special", 2008) == 300 * MILLION
    assert Counter(desk.kinds(team, "funded", "waiting")) == {"funded": 4, "waiting": 2}


@given(
    amounts=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    shares=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    luck_=st.integers(0, 50),
)
@settings(max_examples=25, deadline=None)
def test_money_is_never_overspent(amounts, shares, luck_):
    team = desk.office(desk.firms(20), chance=desk.luck(luck_))
    lines = dict(zip(("rnd", "special"), shares, strict=True))
    for line, amount in zip(lines, amounts, strict=True):
        desk.money(team, amount, line)
    spec = terms(grant_low="20 M KRW", grant_high="200 M KRW")
    run(team, spec, calls(lines=lines), until=dt.date(2008, 12, 31))
    for (line, share), amount in zip(lines.items(), amounts, strict=True):
        assert amount - team.ledger.free("state", line, 2008) <= amount * share
    if desk.noted(team, "waiting"):  # then not even the smallest would have fitted
        left = [
            team.ledger.free("state", line, 2008) - amount * (1 - share)
            for (line, share), amount in zip(lines.items(), amounts, strict=True)
        ]
        assert max(left) < 200 * MILLION


# ---------------------------------------------------------------- a project


def one_firm(**columns):
    return desk.firms(1, **columns)


def story(team):
    """What became of the first project, with the months since its start."""
    project = [event for event in team.events if event.project == 1]
    return [(event.kind, event.time - DECIDED) for event in project]


def test_a_project_that_succeeds_has_two_tranches_a_success_and_a_sale():
    team = held(terms(duration="10 months", commercial_lag="7 months"), one_firm())
    assert story(team) == [
        ("funded", 0), ("tranche", 0), ("tranche", 5), ("technical", 10), ("commercial", 17),
    ]  # fmt: skip
    assert [event.amount for event in desk.noted(team, "tranche")] == [60 * MILLION, 40 * MILLION]
    assert team.ledger.paid(funder="state", payee="firms") == 100 * MILLION
    assert team.ledger.paid(funder="firms", payee="firms") == 33_333_333


def test_the_subsidy_comes_in_and_additionality_times_it_goes_out_as_research():
    spec = terms(additionality=1.2)
    door = held(spec, one_firm(), price=np.array([1.25])).economy.channels
    assert door.of("cash") == [48e6, 32e6]
    start = int(DECIDED)
    assert [flow[2:] for flow in door.flows if flow[0] == "rd_spending"] == [
        (start, 48e6, 6),
        (start + 6, 48e6, 6),
    ]
    assert door.of("knowledge") == [96e6]  # certain success: what was spent
    assert [flow[2] for flow in door.flows if flow[0] == "knowledge"] == [start + 24]


@pytest.mark.parametrize(
    ("chance", "ends", "knowledge"),
    [
        ({"projects_milestone": 0.81}, "stopped", 0.0),
        ({"projects_technical": 0.51}, "failed", 0.0),
        ({"projects_commercial": 0.26}, "unsold", 0.0),
        (
            {"projects_milestone": 0.79, "projects_technical": 0.49, "projects_commercial": 0.24},
            "commercial",
            1.0,
        ),
    ],
)
def test_success_is_drawn_and_a_sale_makes_up_for_the_projects_without_one(chance, ends, knowledge):
    """Expected knowledge is expected research: 1/2 a for the first half, m/2 a for the second."""
    m, t, c = 0.8, 0.5, 0.25
    spec = terms(milestone=m, technical=t, commercial=c, additionality=1.1)
    team = held(
        spec, one_firm(), **{"projects_technical": 0.1, "projects_commercial": 0.1, **chance}
    )
    assert story(team)[-1][0] == ends
    research, delivered = (
        sum(team.economy.channels.of(channel)) for channel in ("rd_spending", "knowledge")
    )
    assert research == pytest.approx(1.1e8 * (0.5 if ends == "stopped" else 1.0))
    expected = 1.1e8 * (0.5 + m / 2)
    assert m * t * c * delivered == pytest.approx(knowledge * expected)


def test_a_project_that_is_stopped_gives_back_a_part_and_frees_the_rest():
    spec = terms(milestone=0.5, first_tranche=0.6, clawback=0.3)
    team = held(
        spec, one_firm(), 100 * MILLION, projects_milestone=0.6, until=dt.date(2008, 12, 31)
    )
    assert team.ledger.free("state", "rnd", 2008) == 0
    team.clock.advance(DECIDED + 7)
    assert story(team) == [("funded", 0), ("tranche", 0), ("stopped", 6)]
    assert desk.noted(team, "stopped")[0].amount == 18 * MILLION
    assert team.economy.channels.of("cash") == [60e6, -18e6]
    assert team.ledger.free("state", "rnd", 2009) == (40 + 18) * MILLION
    assert team.ledger.paid(funder="firms") == 20_000_000  # its own share is spent


def test_a_firm_that_closes_ends_its_project_and_frees_the_rest():
    team = desk.office(one_firm(), chance=desk.Fixed())
    desk.money(team, 100 * MILLION)
    spec = terms(duration="2 months", window="0.5 months", deciding="0.5 months")
    team.clock.start(run_calls(team, spec, calls(), StagesSpec()))
    team.clock.advance(106.5)
    team.economy.close(0)
    team.clock.advance(107.5)
    assert desk.kinds(team, "funded", "tranche", "closed") == ["funded", "tranche", "closed"]
    assert team.ledger.free("state", "rnd", 2008) == 40 * MILLION
    assert team.economy.channels.of("cash")[-1] == 60e6


def test_grants_are_whole_millions_within_their_bounds():
    spec = ResearchSpec(apply=1.0, apply_without_research=1.0, pass_mark=-20.0)
    team = desk.office(desk.firms(300))
    desk.money(team, 10**12)
    run(team, spec, until=dt.date(2008, 12, 31))
    amounts = np.array([event.amount for event in desk.noted(team, "funded")])
    assert len(amounts) == 300
    assert not (amounts % MILLION).any()
    assert 100 * MILLION <= amounts.min() < amounts.max() <= 200 * MILLION
    sd = np.sqrt((100**2 + 130**2 + 200**2 - 100 * 130 - 100 * 200 - 130 * 200) / 18)
    assert abs(amounts.mean() / MILLION - 430 / 3) < 4.9 * sd / np.sqrt(300)


def test_the_smallest_grant_is_a_million():
    assert held(
        terms(grant_low="1 M KRW", grant_mode="1 M KRW", grant_high="1 M KRW")
    ).ledger.paid()
    with pytest.raises(ScenarioError, match="is outside its range"):
        small.scenario("programme.rnd.grant_low=999999 KRW")


# ---------------------------------------------------------------- bad input


def test_grants_out_of_order_are_refused():
    with pytest.raises(ScenarioError, match=r"grant_mode: the commonest grant is not between"):
        small.scenario("programme.rnd.grant_low=140 M KRW")


def test_a_line_that_the_budget_has_not_is_refused():
    with pytest.raises(ScenarioError, match=r"unknown budget line 'speciel'\n.*'special'\?"):
        small.scenario(f"{small.NOKSAN}.rnd.lines={{speciel: 50 %}}")
