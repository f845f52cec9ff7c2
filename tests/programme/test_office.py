from __future__ import annotations

import datetime as dt
import math

import desk
import numpy as np
import pytest

from clustersim.programme.office import Event


def test_an_office_sees_the_living_firms_of_its_complex_alone():
    people = desk.firms(4)
    people.complex[3] = 9
    team = desk.office(people)
    team.economy.close(1)
    assert team.firms().ids.tolist() == people.ids[[0, 2]].tolist()


def test_an_office_cannot_write_into_a_firm():
    team = desk.office()
    with pytest.raises(ValueError, match="read-only"):
        team.economy.view().cash[0] = 1.0
    team.firms().cash[0] = 1.0  # a copy
    assert not team.economy.firms.cash.any()


@pytest.mark.parametrize(("day", "year"), [((2009, 1, 31), "this"), ((2009, 2, 1), "last")])
def test_last_years_accounts_are_not_rolled_over_yet_in_january(day, year):
    columns = {"sales_last_year": 1.0, "profit_last_year": 2.0}
    columns |= {"sales_this_year": 3.0, "profit_this_year": 4.0}
    team = desk.office(desk.firms(2, **columns))
    desk.work(team, until=dt.date(*day))
    accounts = team.last_year_sales(team.firms()), team.last_year_profit(team.firms())
    assert [values.tolist() for values in accounts] == [
        [columns[f"{what}_{year}_year"]] * 2 for what in ("sales", "profit")
    ]


def test_a_sectors_growth_is_asked_for_from_the_year_of_entry_to_the_last():
    asked = []
    people = desk.firms(3)
    people.sector[1] = 4
    team = desk.office(people)
    team.economy.rules.local.nominal_growth = lambda *args: asked.append(args) or 1.5
    desk.work(team, until=dt.date(2011, 3, 2))
    asked.clear()  # of what the books wanted to know
    assert team.sector_growth(int(people.ids[1]), 2) == 1.5
    assert asked == [(4, 2008, 2010)]


def test_a_firm_is_alive_if_it_is_there_and_operates():
    team = desk.office()
    one, two, three = team.economy.firms.ids.tolist()
    team.economy.close(1)
    assert [team.is_alive(firm) for firm in (one, two, three, three + 1)] == [1, 0, 1, 0]


def test_what_is_noted_carries_the_moment_and_the_complex():
    team = desk.office()
    desk.work(team, until=dt.date(2008, 6, 16))
    team.note("funded", "rnd", firm=7, project=2, amount=5, detail=0.5)
    team.note_all("eligible", "x", np.array([3, 4], dtype=np.uint64), np.array([1.0, 2.0]))
    assert team.events == [
        Event(101.5, "funded", "noksan", "rnd", 7, 2, 5, 0.5),
        Event(101.5, "eligible", "noksan", "x", firm=3, detail=1.0),
        Event(101.5, "eligible", "noksan", "x", firm=4, detail=2.0),
    ]


@pytest.mark.parametrize(("cost", "own"), [(133.4, 33), (200.0, 100), (100.0, 0), (90.0, 0)])
def test_beside_a_grant_stands_the_rest_of_what_it_costs(cost, own):
    team = desk.office()
    desk.money(team, 250)
    grant = team.commit("rnd", 100, cost, "grants", 1)
    assert (grant.state.left, grant.own.left) == (100, own)
    assert team.ledger.free("state", "rnd", 2008) == 150
    assert team.ledger.free("firms", "rnd", 2008) == 0


def test_both_shares_are_paid_alike_and_the_rest_is_released():
    team = desk.office()
    desk.money(team, 100)
    grant = team.commit("rnd", 100, 200.0, "grants", 1)
    assert team.pay(grant, 0.6, "firms") == 60
    assert [team.ledger.paid(funder=funder) for funder in ("state", "firms")] == [60, 60]
    team.release(grant)
    assert (grant.state.left, grant.own.left) == (0, 0)
    assert team.ledger.free("state", "rnd", 2008) == 40


def test_money_is_deflated_by_the_price_of_the_firms_own_sector():
    team = desk.office(price=np.array([1.0, 1.25, 2.0]))
    two = int(team.economy.firms.ids[1])
    assert team.real(100.0, two) == 80.0
    team.cash(two, -100.0)
    assert team.economy.channels.flows == [("cash", two, 96, -80.0, 1)]


def test_help_with_selling_raises_the_chance_of_a_sale_and_none_is_surer_than_sure():
    team = desk.office(desk.firms(3, commercialisation=[0.0, math.log(1.5), -math.log(2.0)]))
    one, two, three = team.economy.firms.ids.tolist()
    found = [team.helped(0.4, firm) for firm in (one, two, three, three + 1)]
    assert found == pytest.approx([0.4, 0.6, 0.2, 0.4])
    assert team.helped(0.8, two) == 1.0


def test_projects_are_counted_from_one():
    team = desk.office()
    assert [team.new_project() for _ in range(3)] == [1, 2, 3]


def test_state_money_is_free_while_the_state_gives_some():
    """What promises of an ended budget give back starts nothing again."""
    team = desk.office()
    assert team.free("rnd") == 0
    desk.money(team, 100)
    promise = team.ledger.commit(team.clock.now, "state", "rnd", 60, purpose="x")
    assert team.free("rnd") == 40
    team.stops = team.clock.now
    assert team.free("rnd") == 0
    team.stops = math.inf
    team.clock.advance(110.0)
    team.ledger.release(team.clock.now, promise)
    assert team.ledger.free("state", "rnd", 2009) == 60
    assert team.free("rnd") == 0
