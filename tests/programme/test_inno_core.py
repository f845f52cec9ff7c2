"""Inno-Core on a desk: firms stand still, so every rule can be seen by itself."""

from __future__ import annotations

import datetime as dt

import desk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small
from clustersim.errors import ScenarioError
from clustersim.programme.inno_core import (
    MANAGER,
    InnoCoreOpening,
    InnoCoreSpec,
    is_sound,
    run_inno_core,
)
from clustersim.programme.team import write_down

OPENS = dt.date(2009, 3, 2)
PEAKS = {"practices": 0.02, "market_access": 0.05}
YEAR = 100_000_000


def packages(*amounts):
    """Packages by year, of millions."""
    return {k: {"title": "a year", "amount": f"{x} M KRW"} for k, x in enumerate(amounts, start=1)}


def terms(**changes):
    """Three packages of 100 M; nobody leaves and nobody waits."""
    plain = {
        "score_noise": 0.0,
        "packages": packages(100, 100, 100),
        "gate": "0 % / year",
        "leaves": 0.0,
        "package_hours": 0.0,
    }
    return InnoCoreSpec(**{**plain, **changes})


def opened(people, spec=None, money=10**12, cohorts=1, **chance):
    """The scheme at a desk on the evening of the day it chooses."""
    team = desk.office(people, chance=desk.Fixed(**chance))
    opening = InnoCoreOpening(opens=OPENS, cohorts=cohorts)
    team.clock.start(run_inno_core(team, spec or terms(), opening, PEAKS))
    later(team, 2009, money)
    return team


def rows(team, kind):
    """The rows of the firms that an event of some kind is about."""
    ids = team.economy.firms.ids.tolist()
    return [ids.index(event.firm) for event in desk.noted(team, kind)]


def later(team, year, money=10**12):
    """Let the scheme run through its day in a later year, with money for that year."""
    team.clock.advance((year - 2000) * 12 + 0.1)
    desk.money(team, money, "special", year=year)
    team.clock.advance((year - 2000) * 12 + 2.9)


# ---------------------------------------------------------------- who is chosen


def test_eligible_are_firms_within_the_band_both_ends_included():
    sales = [14.999e9, 15e9, 17e9, 20e9, 20.001e9]
    team = opened(desk.firms(5, sales_last_year=sales))
    assert rows(team, "eligible") == [1, 2, 3]
    assert [event.detail for event in desk.noted(team, "eligible")] == sales[1:4]


def test_a_firm_that_closed_is_not_eligible():
    people = desk.firms(3)
    people.alive[1] = 0.0
    assert rows(opened(people), "eligible") == [0, 2]


def test_sound_is_a_profit_last_year_and_debt_up_to_the_sectors_median():
    people = desk.firms(7, debt=[1.0, 2.0, 3.0, 10.0, 20.0, 30.0, 0.0])
    people.sector[3:6] = 4
    people.sector[6] = 2
    profit = np.array([1.0, 0.0, 1.0, 1.0, 1e-9, 1.0, -1.0])
    sound = is_sound(people, np.full(7, 10.0), profit)
    assert sound.tolist() == [True, False, False, True, True, False, False]


def test_debt_is_taken_over_the_sales_of_last_year():
    people = desk.firms(3, debt=[1.0, 2.0, 3.0])
    profit = np.ones(3)
    assert is_sound(people, np.array([1.0, 1.0, 1.0]), profit).tolist() == [True, True, False]
    assert is_sound(people, np.array([1.0, 4.0, 9.0]), profit).tolist() == [False, True, True]


@pytest.mark.parametrize("debt", [0.0, 1.0])
def test_a_firm_born_this_year_is_never_less_in_debt_than_others(debt):
    people = desk.firms(4, debt=[0.0, 0.0, debt, debt])
    sound = is_sound(people, np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4))
    assert sound[0]
    assert not sound[3]


def test_the_median_is_that_of_all_firms_and_not_of_the_band():
    people = desk.firms(5, debt=[5.0, 6.0, 1.0, 1.0, 1.0], sales_last_year=1e9)
    people.sales_last_year[:2] = 17e9
    people.debt[:2] *= 17
    assert rows(opened(people), "sound") == []
    people.debt[0] = 17.0
    assert rows(opened(people), "sound") == [0]


def test_the_best_are_chosen_as_far_as_there_are_places():
    people = desk.firms(6, quality=[0.1, 3.0, -1.0, 2.0, 1.0, 2.5])
    assert sorted(rows(opened(people, terms(places=3)), "chosen")) == [1, 3, 5]
    assert rows(opened(people, terms(places=0)), "chosen") == []
    assert len(rows(opened(people, terms(places=99)), "chosen")) == 6


def test_a_score_is_quality_with_an_error():
    people = desk.firms(2, quality=[0.0, 1.0])
    for noise, best in ((0.0, 1), (1.0, 0)):  # the errors are +1.28 and -1.28 sd
        spec = terms(places=1, score_noise=noise)
        team = opened(people, spec, inno_core_score=np.array([0.9, 0.1]))
        assert rows(team, "chosen") == [best]


def test_a_tie_is_broken_by_luck_and_then_by_id():
    people = desk.firms(4)
    spec = terms(places=2)
    by_luck = opened(people, spec, inno_core_score=np.array([0.9, 0.2, 0.8, 0.1]))
    assert sorted(rows(by_luck, "chosen")) == [1, 3]
    assert sorted(rows(opened(people, spec), "chosen")) == [0, 1]


# ---------------------------------------------------------------- what they get


def test_a_package_is_paid_in_full_and_the_firm_pays_its_share():
    team = opened(desk.firms(1), terms(state_share="75 %"))
    (package,) = desk.noted(team, "package")
    assert (package.amount, package.detail) == (YEAR, 0.0)
    assert team.ledger.paid(funder="state") == YEAR
    assert team.ledger.paid(funder="firms") == 33_333_333
    assert team.economy.channels.of("cash") == [-33_333_333.0]


def test_a_package_delivers_its_peaks_on_both_channels():
    team = opened(desk.firms(1), terms(months_to_peak="9 months", half_life="24 months"))
    firm = int(team.economy.firms.ids[0])
    assert team.economy.channels.effects == [
        (channel, firm, 110, peak, 9, 24.0) for channel, peak in PEAKS.items()
    ]


def test_support_lasts_its_years_and_then_is_completed():
    team = opened(desk.firms(2))
    for year in (2010, 2011, 2012, 2013):
        later(team, year)
    assert rows(team, "package") == [0, 1] * 3
    assert [event.time for event in desk.noted(team, "completed")] == [
        desk.noted(team, "package")[-1].time
    ] * 2
    assert len(team.economy.channels.effects) == 2 * 3 * 2


def test_who_lacked_money_for_a_year_has_not_had_all_of_them():
    team = opened(desk.firms(2))
    for year, money in ((2010, int(1.5 * YEAR)), (2011, 10**12)):
        later(team, year, money)
    assert rows(team, "package") == [0, 1, 0, 0, 1]
    assert rows(team, "gate_passed") == [0, 1] * 2
    assert rows(team, "completed") == [0]


def test_after_the_state_has_stopped_no_year_of_support_begins():
    """No look at the firm either: it has not passed, arrived or closed while it was supported."""
    team = opened(desk.firms(3), terms(graduates_at="1000억원"))
    team.economy.firms.sales_last_year[1] = 100e9
    team.stops = team.clock.now + 1.0
    for year in (2010, 2011):
        team.economy.close(2)
        later(team, year)
    assert [(e.kind, e.detail) for e in team.events if e.time > 112.0] == [("no_money", 1.0)] * 3


@pytest.mark.parametrize(("sector", "passes"), [(1.0, False), (0.85, True)])
def test_a_firm_that_falls_behind_its_sector_fails_the_gate(sector, passes):
    team = opened(desk.firms(2), terms(gate="-10 % / year"))
    team.economy.sector_growth = sector
    team.economy.firms.sales_last_year[0] = 17e9 * 0.8
    later(team, 2010)
    assert rows(team, "gate_failed") == ([] if passes else [0])
    assert rows(team, "package") == [0, 1] + ([0, 1] if passes else [1])
    if not passes:
        team.economy.firms.sales_last_year[0] = 17e9  # too late
        later(team, 2011)
        assert rows(team, "package") == [0, 1, 1, 1]


def test_the_gate_is_set_beside_the_sector_since_the_entry():
    team = opened(desk.firms(1))
    team.economy.rules.local.nominal_growth = lambda _, first, last: 0.9 ** (last - first)
    for year, sales in ((2010, 0.92), (2011, 0.83)):  # the sector stands at 0.9, then at 0.81
        team.economy.firms.sales_last_year[0] = 17e9 * sales
        later(team, year)
    assert rows(team, "gate_passed") == [0, 0]


def test_the_gate_grows_with_the_years():
    team = opened(desk.firms(1), terms(gate="10 % / year"))
    team.economy.firms.sales_last_year[0] = 17e9 * 1.15
    later(team, 2010)
    assert rows(team, "gate_failed") == []
    later(team, 2011)  # 1.21 times the sales at entry are asked for
    assert rows(team, "gate_failed") == [0]


def test_a_firm_that_closed_gets_nothing():
    team = opened(desk.firms(2))
    team.economy.close(0)
    later(team, 2010)
    assert rows(team, "closed") == [0]
    assert rows(team, "package") == [0, 1, 1]


def test_without_money_there_is_no_package_and_no_effect_until_there_is():
    team = opened(desk.firms(3), money=int(2.5 * YEAR))
    assert (len(rows(team, "package")), len(rows(team, "no_money"))) == (2, 1)
    assert len(team.economy.channels.effects) == 4
    later(team, 2010)
    assert len(rows(team, "package")) == 5
    assert team.ledger.paid(funder="state", year=2009) == 2 * YEAR


def test_where_money_is_short_the_better_firm_has_it_first():
    people = desk.firms(3)
    people.quality = np.array([0.0, 1.0, 2.0])
    team = opened(people, money=int(1.5 * YEAR))
    assert rows(team, "package") == [2]
    assert rows(team, "no_money") == [1, 0]


@pytest.mark.parametrize("year", [0, 1, 2])
def test_a_package_does_in_proportion_to_its_money_and_all_together_what_equal_ones_do(year):
    spec = terms(packages=packages(50, 170, 80))
    team = opened(desk.firms(1), spec)
    for later_year in (2010, 2011):
        later(team, later_year)
    assert [event.amount for event in desk.noted(team, "package")] == [
        50 * 10**6,
        17 * 10**7,
        8 * 10**7,
    ]
    part = (0.5, 1.7, 0.8)[year]
    peaks = [effect[3] for effect in team.economy.channels.effects]
    assert peaks[2 * year : 2 * year + 2] == pytest.approx([part * p for p in PEAKS.values()])
    assert sum(peaks) == pytest.approx(3 * sum(PEAKS.values()))


# ---------------------------------------------------------------- the account manager


def test_firms_wait_for_the_account_manager_the_better_one_first():
    spec = terms(package_hours=60.0, manager_hours=120.0, managers=1)
    people = desk.firms(3)
    people.quality = np.array([0.0, 2.0, 1.0])
    team = opened(people, spec)
    opens = desk.noted(team, "chosen")[0].time
    team.clock.advance(opens + 6.0)
    assert rows(team, "package") == [1, 2, 0]
    times = [event.time - opens for event in desk.noted(team, "package")]
    assert times == pytest.approx([0.5, 1.0, 1.5])
    assert team.staff[0].worked == pytest.approx(180.0)


def test_more_managers_serve_sooner():
    ends = []
    for managers in (1, 3):
        team = opened(desk.firms(3), terms(package_hours=120.0, managers=managers))
        team.clock.advance(130.0)
        ends.append(max(e.time for e in desk.noted(team, "package") if e.detail == 0.0))
    assert ends[0] - ends[1] == pytest.approx(2.0)


def test_the_queue_is_written_down_every_month():
    team = desk.office(desk.firms(4), chance=desk.Fixed())
    team.clock.start(write_down(team))
    spec = terms(package_hours=120.0, manager_hours=120.0)
    team.clock.start(run_inno_core(team, spec, InnoCoreOpening(opens=dt.date(2009, 3, 1)), PEAKS))
    later(team, 2009)
    team.clock.advance(118.0)
    queue = [(e.amount, e.detail) for e in desk.noted(team, "queue") if e.instrument == MANAGER]
    # the month is told before what happens at its very end
    assert [waiting for waiting, _ in queue] == [3, 3, 2, 1, 0]
    waits = [wait for _, wait in queue]
    assert waits == sorted(waits)


def test_money_of_a_firm_that_closes_while_it_waits_is_free_again():
    team = opened(desk.firms(2), terms(package_hours=120.0, manager_hours=120.0), money=10**9)
    team.economy.close(1)
    team.clock.advance(118.0)
    assert rows(team, "package") == [0]
    assert rows(team, "closed") == [1]
    assert team.ledger.free("state", "special", 2009) == 10**9 - YEAR
    assert len(team.economy.channels.effects) == 2


# ---------------------------------------------------------------- the ways out


def test_a_firm_that_reached_the_goal_has_arrived_and_gets_no_more():
    team = opened(desk.firms(2), terms(graduates_at="1000억원"))
    team.economy.firms.sales_last_year[0] = 100e9
    team.economy.firms.sales_last_year[1] = 99.9e9
    later(team, 2010)
    assert rows(team, "graduated") == [0]
    assert rows(team, "package") == [0, 1, 1]
    assert rows(team, "gate_passed") == [1]


def test_a_firm_may_leave_at_the_end_of_a_year():
    for chance, gone in ((0.49, []), (0.51, [0])):
        team = opened(desk.firms(1), terms(leaves=chance))  # luck says 0.5
        later(team, 2010)
        assert rows(team, "left") == gone
        later(team, 2011)
        assert rows(team, "package") == [0] * (1 if gone else 3)


@given(st.floats(0.0, 1.0), st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_as_many_leave_as_the_chance_says(chance, index):
    team = desk.office(desk.firms(200, debt=0.0), chance=desk.luck(index))
    spec = terms(places=200, leaves=chance)
    team.clock.start(run_inno_core(team, spec, InnoCoreOpening(opens=OPENS), PEAKS))
    later(team, 2009)
    later(team, 2010)
    left = len(desk.noted(team, "left"))
    assert abs(left - 200 * chance) <= 5.5 * np.sqrt(200 * chance * (1 - chance)) + 1e-9
    assert left + len(desk.noted(team, "gate_passed")) == 200


def test_who_is_sound_and_not_chosen_is_left_to_compare_and_looked_for_at_the_end():
    people = desk.firms(4, quality=[3.0, 2.0, 1.0, 0.0])
    team = opened(people, terms(places=2))
    assert rows(team, "chosen") == [0, 1]
    assert rows(team, "to_compare") == [2, 3]
    team.economy.close(1, 3)
    for year in (2010, 2011, 2012):
        later(team, year)
    assert rows(team, "there") == [0, 2]
    assert {event.time for event in desk.noted(team, "there")} == {
        desk.noted(team, "chosen")[0].time + 36.0
    }


def test_a_later_cohort_takes_firms_that_were_not_taken_before():
    people = desk.firms(5, quality=[5.0, 4.0, 3.0, 2.0, 1.0])
    team = opened(people, terms(places=2), cohorts=2)
    assert rows(team, "chosen") == [0, 1]
    later(team, 2010)
    assert rows(team, "chosen") == [0, 1, 2, 3]
    assert rows(team, "eligible") == [0, 1, 2, 3, 4, 2, 3, 4]
    later(team, 2011)
    assert rows(team, "chosen") == [0, 1, 2, 3]


# ---------------------------------------------------------------- gaming


@given(
    st.lists(st.floats(10e9, 30e9), min_size=1, max_size=30),
    st.floats(0.0, 0.5),
    st.integers(0, 20),
)
@settings(max_examples=40, deadline=None)
def test_gaming_moves_reports_of_firms_near_the_band_to_its_edge(sales, reach, index):
    people = desk.firms(len(sales), sales_last_year=sales, debt=0.0)
    found = {}
    for gaming in ("off", "on"):
        team = desk.office(people, chance=desk.luck(index))
        spec = terms(gaming=gaming, gaming_reach=reach, gaming_share=0.5, places=0)
        team.clock.start(run_inno_core(team, spec, InnoCoreOpening(opens=OPENS), PEAKS))
        team.clock.advance(111.0)
        found[gaming] = dict(
            zip(
                rows(team, "eligible"),
                [e.detail for e in desk.noted(team, "eligible")],
                strict=True,
            )
        )
        gamed = rows(team, "gamed")
        assert not (gamed and gaming == "off")
    assert set(found["off"]) <= set(found["on"])
    for row, reported in found["on"].items():
        true = sales[row]
        if row in found["off"]:
            assert reported == true
        else:
            assert row in gamed
            edge = 15e9 if true < 15e9 else 20e9
            assert reported == edge
            assert abs(true - edge) <= reach * edge


def test_half_of_those_within_reach_report_what_fits():
    people = desk.firms(4000, sales_last_year=14.5e9, debt=0.0)
    spec = terms(gaming="on", gaming_reach=0.05, gaming_share=0.3, places=0)
    team = desk.office(people, chance=desk.luck(2))
    team.clock.start(run_inno_core(team, spec, InnoCoreOpening(opens=OPENS), PEAKS))
    team.clock.advance(111.0)
    assert len(desk.noted(team, "gamed")) == pytest.approx(1200, abs=4.9 * np.sqrt(840))


def test_gaming_alone_moves_no_firm():
    """Where nobody is chosen, reports are all that differs."""
    wide = (
        "programme.inno_core.places=0",
        "programme.inno_core.gaming_reach=50 %",
        "programme.inno_core.gaming_share=100 %",
    )
    worlds = [small.run(f"programme.inno_core.gaming='{word}'", *wide) for word in ("off", "on")]
    assert not small.events(worlds[0], "gamed")
    assert small.events(worlds[1], "gamed")
    small.assert_same(worlds[0].panel, worlds[1].panel)


def test_packages_with_a_gap_are_refused():
    with pytest.raises(ScenarioError, match=r"of the years 6\n.*without a gap"):
        small.scenario("programme.inno_core.packages.6={title: more, amount: 1억원}")


def test_a_package_of_more_than_a_firm_may_have_is_refused():
    with pytest.raises(ScenarioError, match=r"packages.1.amount: '3억원' is outside its range"):
        small.scenario("programme.inno_core.packages={1: {title: all at once, amount: 3억원}}")


def test_a_band_that_ends_before_it_begins_is_refused():
    with pytest.raises(ScenarioError, match=r"inno_core.band_low: the band ends below"):
        small.scenario("programme.inno_core.band_low=210억원")


def test_a_line_that_the_budget_has_not_is_refused():
    with pytest.raises(ScenarioError, match=r"inno_core.line: unknown budget line 'x'"):
        small.scenario(f"{small.NOKSAN}.inno_core.line=x")


def served(priority, money, takes_all):
    """The rows of firms that got packages, the better one being the second of two."""
    people = desk.firms(2)
    people.quality = np.array([0.0, 1.0])
    team = desk.office(people, chance=desk.Fixed())
    for year in range(2009, 2013):
        desk.money(team, money, "special", year)

    def others():
        yield team.clock.at(108.0)  # January 2009
        while takes_all:
            team.commit("special", team.free("special"), 0.0, "others", 0)
            yield team.clock.at(float(team.month + 1))

    opening = InnoCoreOpening(opens=OPENS, priority=priority)
    team.clock.start(run_inno_core(team, terms(places=2), opening, PEAKS))
    team.clock.start(others(), key=1)
    team.clock.advance(150.0)
    assert not any(team.kept.values())
    return rows(team, "package")


def test_who_has_the_first_call_finds_the_money_others_would_have_taken():
    """Someone asks for all that is free each month; kept money waits for its day and its year."""
    assert served(0.0, 10 * YEAR, takes_all=True) == []
    assert served(0.5, 10 * YEAR, takes_all=True) == [1, 1, 1]
    assert served(1.0, 10 * YEAR, takes_all=True) == [1, 0] * 3


@pytest.mark.parametrize("priority", [0.0, 0.5, 1.0])
def test_where_money_is_short_the_better_firm_has_it_whatever_is_kept(priority):
    assert served(priority, YEAR, takes_all=False) == [1, 1, 1]


def test_nothing_is_kept_for_what_comes_after_the_end():
    team = desk.office(chance=desk.Fixed())
    team.stops = 109.0
    desk.money(team, YEAR, "special", 2009)
    team.clock.start(team.wait(110.0, "special", YEAR))
    team.clock.advance(108.5)
    assert team.free("special") == YEAR
