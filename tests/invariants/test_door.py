"""Invariants 1 to 3: what the programme may move, and what it may not."""

from __future__ import annotations

import copy
from collections import Counter

import numpy as np
import pytest
from watch import price_of, watched

import small
from clustersim import calendar
from clustersim.errors import ScenarioError
from clustersim.scenario import load

FREE = "programme.rnd.cost_of_applying=0 KRW"
ALONE = ("economy.spillovers.switch=off", "economy.displacement.switch=off")
NO_MONEY = f"{small.NOKSAN}.budget.amount=0 KRW"
NOWHERE = "programme.rnd.elsewhere.chance=0 %"
RND, INNO_CORE = "field_customised_rnd", "inno_core"


def see(*changes, arm="as_announced"):
    return watched(small.spec(*changes, arm=arm), small.luck())


@pytest.fixture(scope="module")
def without_effect():
    """All arms at an effect scale of 0."""
    arms = ("as_announced", "double_budget", "no_programme")
    return {arm: see("programme.effect_scale=0", arm=arm) for arm in arms}


@pytest.fixture(scope="module")
def in_full():
    return {arm: see(arm=arm) for arm in ("as_announced", "double_budget", "no_programme")}


# ---------------------------------------------------------------- invariant 1


def test_invariant_1_at_scale_0_all_arms_are_equal_bit_for_bit(without_effect):
    reference = without_effect["no_programme"]
    for arm in without_effect.values():
        assert arm.states == reference.states
        small.assert_same(arm.record.panel, reference.record.panel)
        small.assert_same(arm.record.months, reference.record.months)
        small.assert_same(arm.record.rivals, reference.record.rivals)


def test_invariant_1_at_scale_0_the_programme_runs_in_full(without_effect, in_full):
    """Whatever does not depend on firms' paths is as at scale 1; of the rest there is plenty."""
    for arm in ("as_announced", "double_budget"):
        none, full = without_effect[arm], in_full[arm]
        happened = Counter(event.kind for event in none.record.events)
        for kind in ("applied", "funded", "tranche", "technical", "commercial", "package"):
            assert happened[kind] >= 3
        assert none.flows
        for kind in ("appropriated", "call", "date"):
            assert small.events(none.record, kind) == small.events(full.record, kind)
        rows, others = small.ledger(none.record), small.ledger(full.record)
        given = rows[rows["entry"] == "appropriated"]
        same = others[others["entry"] == "appropriated"]
        state = [table[table["funder"] == "state"].to_numpy().tolist() for table in (given, same)]
        assert state[0] == state[1]
        small.assert_ledger_adds_up(none.record)


def test_invariant_1_at_scale_0_the_first_round_of_grants_is_that_of_scale_1(
    without_effect, in_full
):
    """Before anything can have reached a firm, but for what an application costs."""
    rounds = [
        [event for event in seen["as_announced"].record.events if event.time < 108.0]
        for seen in (without_effect, in_full)
    ]
    assert rounds[0] == rounds[1]
    assert {event.kind for event in rounds[0]} >= {"applied", "funded", "waiting", "tranche"}


def test_invariant_1_arms_cannot_set_the_effect_scale():
    data = copy.deepcopy(small.SMALL)
    data["arms"]["double_budget"]["programme"]["effect_scale"] = 2
    with pytest.raises(ScenarioError) as caught:
        load(data)
    assert "arms.double_budget.programme.effect_scale: effects have one scale for a whole run" in (
        str(caught.value)
    )


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0])
def test_invariant_1_the_ledger_and_the_cash_door_agree(scale):
    """By year: grants less refunds, less own shares of packages, less the cost of applying.

    What the refused find elsewhere comes in by the same door. The own share of a grant is no extra
    outlay: own research has changed by additionality less 1.
    """
    changes = (f"programme.effect_scale={scale}", "programme.rnd.milestone=70 %")
    spec = small.spec(*changes, "programme.rnd.elsewhere.chance=50 %")
    seen = watched(spec, small.luck())
    price, rows = price_of(spec, seen.record), small.ledger(seen.record)
    assert len(small.events(seen.record, "stopped")) > 0
    assert len(small.events(seen.record, "other_support")) > 3
    for year in range(2008, 2014):

        def booked(funder, entry, purpose="", year=year):
            mine = rows[(rows["funder"] == funder) & (rows["entry"] == entry)]
            return int(
                mine.loc[(mine["purpose"] == purpose) & (mine["year"] == year), "amount"].sum()
            )

        applied = [e for e in small.events(seen.record, "applied") if year_of(e) == year]
        wanted = (
            booked("state", "paid", RND)
            - booked("state", "refunded")
            - booked("firms", "paid", INNO_CORE)
            - len(applied) * spec.programme.rnd.cost_of_applying
            + sum(
                event.amount
                for event in small.events(seen.record, "other_support")
                if year_of(event) == year
            )
        )
        passed = sum(
            amount * price(firm, month)
            for channel, firm, month, amount in seen.flows
            if channel == "cash" and calendar.year_of(month) == year
        )
        arrived = sum(
            amount
            for (channel, month), amount in seen.arrived.items()
            if channel == "cash" and calendar.year_of(month) == year
        )
        assert passed == pytest.approx(wanted, rel=1e-12, abs=1e-3)
        assert arrived == pytest.approx(scale * wanted, rel=1e-12, abs=1e-3)


def test_invariant_1_each_firms_cash_is_what_the_events_say():
    spec = small.spec("programme.rnd.milestone=70 %")
    seen = watched(spec, small.luck())
    price = price_of(spec, seen.record)
    passed, told = Counter(), Counter()
    for channel, firm, month, amount in seen.flows:
        if channel == "cash":
            passed[firm] += amount * price(firm, month)
    for event in seen.record.events:
        told[event.firm] += {
            "tranche": event.amount,
            "stopped": -event.amount,
            "package": -round(event.amount / 3),
            "applied": -spec.programme.rnd.cost_of_applying,
            "other_support": event.amount,
        }.get(event.kind, 0)
    assert len(passed) > 10
    assert {firm: round(won) for firm, won in told.items() if won} == {
        firm: round(won) for firm, won in passed.items()
    }


def test_invariant_1_without_money_only_applying_is_felt():
    reference, poor = see(*ALONE, arm="no_programme"), see(*ALONE, NO_MONEY, NOWHERE)
    assert not small.events(poor.record, "tranche", "package")
    assert small.paid(poor.record) == 0
    assert see(*ALONE, NO_MONEY, FREE, NOWHERE).states == reference.states
    applicants = {event.firm for event in small.events(poor.record, "applied")}
    applicants = small.with_heirs(applicants, poor.record)
    panels = [small.frame(seen.record.panel) for seen in (poor, reference)]
    others = [panel[~panel["id"].isin(applicants)] for panel in panels]
    assert others[0].equals(others[1])
    felt = [panel.loc[panel["id"].isin(applicants), "cash"].sum() for panel in panels]
    assert felt[0] < felt[1]


def test_invariant_1_other_support_of_the_refused_is_felt_by_them_alone_and_scaled():
    """The base rate of other support is the same in every arm; at effect scale 0 nobody feels more.

    Nobody is funded, so all that applied are refused in the end.
    """
    often = (*ALONE, NO_MONEY, FREE, "programme.rnd.elsewhere.chance=50 %")
    arms = [see(*often), see(*ALONE, arm="no_programme")]
    panels = [small.frame(seen.record.panel) for seen in arms]
    found = {event.firm for event in small.events(arms[0].record, "other_support")}
    refused = {event.firm for event in small.events(arms[0].record, "refused")}
    assert 3 < len(found) < len(refused)
    heirs = small.with_heirs(found, arms[0].record)
    others = [panel[~panel["id"].isin(heirs)] for panel in panels]
    assert others[0].equals(others[1])
    spent = [panel.loc[panel["id"].isin(found), "rd_spending"].sum() for panel in panels]
    assert spent[0] > spent[1]
    none = see(*often, "programme.effect_scale=0")
    assert small.events(none.record, "other_support")
    assert none.states == see(*ALONE, "programme.effect_scale=0", arm="no_programme").states


def test_invariant_1_without_instruments_it_is_the_reference(in_full):
    bare = see(f"{small.NOKSAN}.rnd=~", f"{small.NOKSAN}.inno_core=~")
    assert bare.states == in_full["no_programme"].states
    assert small.paid(bare.record) > 0  # the promotion team's own money


# ---------------------------------------------------------------- invariant 2


def year_of(event):
    return calendar.year_of(int(event.time))


def first_difference(one, other):
    return min(m for m in one.states if one.states[m] != other.states[m])


def test_invariant_2_arms_agree_until_the_first_dated_event_in_which_they_differ(in_full):
    announced, reference, double = (
        in_full[arm] for arm in ("as_announced", "no_programme", "double_budget")
    )
    call = small.events(announced.record, "call")[0].time
    assert first_difference(announced, reference) == int(call)  # an application costs at once
    before = [e for e in announced.record.events if e.kind not in {"date", "appropriated"}]
    assert before[0].time == call
    july_2008 = calendar.parse_month("2008-07")
    assert first_difference(double, announced) >= july_2008
    funded, fewer = (
        {(event.time, event.firm) for event in small.events(seen.record, "funded")}
        for seen in (double, announced)
    )
    assert first_difference(double, announced) == int(min(funded - fewer)[0])


@pytest.mark.parametrize(
    ("pair", "until"), [("worlds", "2008-10"), ("worlds_with_twice_the_money", "2008-07")]
)
def test_invariant_2_the_monthly_sums_agree_bit_for_bit_until_then(pair, until, request):
    worlds = request.getfixturevalue(pair)
    early, late = (
        {
            world: {name: values[rows] for name, values in table.items()}
            for world, table in (("arm", worlds.arm.months), ("other", worlds.reference.months))
            for rows in [(table["month"] < calendar.parse_month(until)) ^ after]
        }
        for after in (False, True)
    )
    small.assert_same(early["arm"], early["other"])
    assert not np.array_equal(late["arm"]["output"], late["other"]["output"])


def test_invariant_2_luck_of_projects_is_no_arms_own():
    """An application funded in both arms has the same end, whatever its project's number."""
    chances = ("milestone=60 %", "technical=50 %", "commercial=50 %")
    stories = []
    for arm in ("as_announced", "double_budget"):
        record = small.run(*(f"programme.rnd.{chance}" for chance in chances), arm=arm)
        funded = {event.project: event for event in small.events(record, "funded")}
        ends = small.events(record, "stopped", "failed", "unsold", "commercial")
        stories.append(
            {
                (funded[end.project].firm, funded[end.project].detail): (end.kind, end.project)
                for end in ends
            }
        )
    both = stories[0].keys() & stories[1].keys()
    first, second = ([story[key] for key in sorted(both)] for story in stories)
    assert sum(one[1] != other[1] for one, other in zip(first, second, strict=True)) >= 4
    assert [kind for kind, _ in first] == [kind for kind, _ in second]


# ---------------------------------------------------------------- invariant 3


def test_invariant_3_who_neither_applied_nor_got_anything_is_the_same_in_all_arms(in_full):
    """Where nobody learns or takes sales from anybody; where they do, others feel it."""
    alone = [see(*ALONE, arm=arm) for arm in in_full]
    touched = {
        event.firm
        for seen in alone
        for event in small.events(seen.record, "applied", "tranche", "package")
    }
    touched = small.with_heirs(touched, in_full["as_announced"].record)
    rest = []
    for seen in [*alone, *in_full.values()]:
        panel = small.frame(seen.record.panel)
        rest.append(panel[~panel["id"].isin(touched)].reset_index(drop=True))
    assert rest[0]["id"].nunique() > 150
    assert rest[0].equals(rest[1])
    assert rest[0].equals(rest[2])
    assert not rest[3].equals(rest[5])
    moved = [small.frame(seen.record.panel) for seen in in_full.values()]
    assert not moved[0].equals(moved[2])
