"""Refused firms on a desk: who finds other support, how much, and what comes of it."""

from __future__ import annotations

import datetime as dt

import counter
import desk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small
from clustersim.economy.month import Economy
from clustersim.programme.elsewhere import ElsewhereSpec, turn_elsewhere
from clustersim.programme.rnd import ResearchCalls, ResearchSpec, run_calls
from clustersim.programme.stages import StagesSpec

MILLION = 10**6


def terms(**changes):
    return ResearchSpec(
        apply=1.0,
        apply_without_research=1.0,
        cost_of_applying="0 KRW",
        pass_mark=20.0,
        duration="10 months",
        commercial_lag="7 months",
        additionality=1.2,
        **dict.fromkeys(("grant_low", "grant_mode", "grant_high"), "100 M KRW"),
        **changes,
    )


def refused(people, spec, until=dt.date(2012, 1, 1), chance=None, price=1.0):
    """A call that funds nobody."""
    team = desk.office(people, chance=chance or desk.Fixed(rnd_apply=0.0), price=price)
    calls = ResearchCalls(first=dt.date(2008, 10, 1), last_year=2008, lines={"rnd": 1.0})
    desk.work(team, run_calls(team, spec, calls, StagesSpec()), until=until)
    return team


@pytest.mark.parametrize(("chance", "found"), [(0.49, 0), (0.51, 2)])
def test_who_is_refused_finds_support_with_its_chance(chance, found):
    team = refused(desk.firms(2), terms(elsewhere={"chance": chance, "size": 0.4}))
    assert len(desk.noted(team, "refused")) == 2
    assert [event.amount for event in desk.noted(team, "other_support")] == [40 * MILLION] * found


def test_who_is_refused_joint_research_looks_elsewhere_and_who_is_refused_a_course_does_not():
    offers = {name: (counter.terms(name, need=3.0), {}) for name in ("joint_research", "training")}
    at = counter.counter(
        desk.firms(20),
        offers,
        counter.ways(asks=1.0, patience=0.0),
        chance=desk.luck(),
        money=0,
        elsewhere=ElsewhereSpec(chance=1.0, size=0.5),
    )
    counter.run(at)
    refused_, found = (
        sorted((e.firm, e.time) for e in desk.noted(at.team, kind) if e.instrument == name)
        for kind, name in (("refused", "joint_research"), ("other_support", "joint_research"))
    )
    assert len(refused_) >= 10
    assert found == refused_
    assert {e.instrument for e in desk.noted(at.team, "refused")} == {"joint_research", "training"}
    assert {e.instrument for e in desk.noted(at.team, "other_support")} == {"joint_research"}


def test_it_comes_in_as_cash_goes_out_as_research_and_ends_as_knowledge():
    spec = terms(elsewhere={"chance": 1.0, "size": 0.5})
    team = refused(desk.firms(1), spec, price=np.array([1.25]))
    door = team.economy.channels
    start = int(desk.noted(team, "other_support")[0].time)
    assert door.flows == [
        ("cash", int(team.economy.firms.ids[0]), start, 40e6, 1),
        ("rd_spending", int(team.economy.firms.ids[0]), start, 48e6, 10),
        ("knowledge", int(team.economy.firms.ids[0]), start + 17, 48e6, 1),
    ]
    assert team.ledger.paid() == 0  # somebody else's money


def test_a_firm_that_closes_has_no_use_for_it():
    spec = terms(elsewhere={"chance": 1.0, "size": 0.5})
    team = desk.office(desk.firms(2), chance=desk.Fixed())
    team.economy.close(0)
    for firm in team.economy.firms.ids.tolist():
        turn_elsewhere(team, spec.elsewhere, spec, "x", firm=firm, month=96, asked=10**8)
    team.clock.advance(100.0)
    team.economy.close(1)
    team.clock.advance(140.0)
    assert [event.firm for event in desk.noted(team, "other_support")] == [
        int(team.economy.firms.ids[1])
    ]
    assert team.economy.channels.of("knowledge") == []


@given(st.floats(0.0, 1.0), st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_as_many_find_it_as_the_chance_says(chance, index):
    spec = terms(elsewhere={"chance": chance})
    team = desk.office(desk.firms(300), chance=desk.luck(index))
    for firm in team.economy.firms.ids.tolist():
        turn_elsewhere(team, spec.elsewhere, spec, "x", firm=firm, month=96, asked=10**8)
    found = len(desk.noted(team, "other_support"))
    assert abs(found - 300 * chance) <= 5.5 * np.sqrt(300 * chance * (1 - chance)) + 1e-9


def test_others_have_support_in_every_arm_as_often_as_the_economy_says():
    """The base rate hangs on nothing that the programme does."""
    shares = []
    for arm in ("as_announced", "no_programme"):
        spec = small.spec(arm=arm)
        firms = Economy(
            spec.economy, spec.complexes, small.luck(), start=spec.start, end=spec.end
        ).firms
        research = firms.take(firms.intensity > 0.0)
        shares.append((research.other_support > 0.0).mean())
    assert shares[0] == shares[1]
    assert ElsewhereSpec().chance < spec.economy.knowledge.other_support_share
