"""Inno-Core on a desk: firms stand still, so every rule can be seen by itself."""

from __future__ import annotations

import datetime as dt

import desk
import numpy as np
import pytest

import small
from clustersim.errors import ScenarioError
from clustersim.programme.inno_core import InnoCoreOpening, InnoCoreSpec, is_sound, run_inno_core

OPENS = dt.date(2009, 3, 2)
PEAKS = {"practices": 0.02, "market_access": 0.05}
YEAR = 100_000_000


def terms(**changes):
    return InnoCoreSpec(**{"score_noise": 0.0, "years": 3, "gate": "0 % / year", **changes})


def opened(people, spec=None, money=10**12, **chance):
    """The scheme at a desk on the evening of the day it chooses."""
    team = desk.office(people, chance=desk.Fixed(**chance))
    team.clock.start(run_inno_core(team, spec or terms(), InnoCoreOpening(opens=OPENS), PEAKS))
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
    team = opened(desk.firms(1), terms(package="1억원", state_share="75 %"))
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


def test_a_band_that_ends_before_it_begins_is_refused():
    with pytest.raises(ScenarioError, match=r"inno_core.band_low: the band ends below"):
        small.scenario("programme.inno_core.band_low=210억원")


def test_a_line_that_the_budget_has_not_is_refused():
    with pytest.raises(ScenarioError, match=r"inno_core.line: unknown budget line 'x'"):
        small.scenario(f"{small.NOKSAN}.inno_core.line=x")
