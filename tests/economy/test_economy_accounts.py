"""Books close: on flows, and on the stocks after thirteen years."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import HINDSIGHT, START, bare, economy, luck, rules, within

from clustersim.economy.accounts import Accounts, AccountsSpec
from clustersim.economy.demand import DemandSpec
from clustersim.randomness import ids

END = START + 155


def firm(spec=None, ids=(1, 2), **columns):
    accounts = Accounts(spec or AccountsSpec())
    firms = bare(ids, 5.0, output=1e8, birth_sales=1e8, intensity=0.02, **columns)
    accounts.birth(firms, luck(), np.full(len(firms), accounts.spec.value_added_ratio * 2e7))
    firms.output = 1e8
    return accounts, firms


# ---------------------------------------------------------------- thirteen years of books


def test_cash_and_debt_after_thirteen_years_are_the_sum_of_their_flows():
    world = economy(rules(HINDSIGHT), end=END)
    ids = world.firms.ids.copy()
    for number, id_ in enumerate(ids[:60].tolist()):
        at = START + number
        world.channels.flow("cash", id_, at, 5e7, months=6)
        world.channels.flow("rd_spending", id_, at, 3e7, months=9)
        world.channels.effect("practices", id_, at, 0.1, months_to_peak=12, half_life=36.0)
    cash, debt = world.firms.cash.copy(), world.firms.debt.copy()
    flows, borrowed = np.zeros(len(ids)), np.zeros(len(ids))
    for month in range(START, END + 1):
        divided = len(world.splits)
        world.step(month)
        for old, _ in world.splits[divided:]:  # the past is divided too
            for past in (cash, debt, flows, borrowed):
                past[ids == old] *= 1.0 - world.rules.turnover.spec.split_share
        rows, here = world.firms.rows(ids)
        firms = world.firms
        operating = firms.output > 0.0
        np.testing.assert_allclose(
            firms.output - firms.purchases, firms.value_added, rtol=1e-12, atol=1e-6
        )
        assert np.all(firms.cash >= 0.0)
        change = firms.profit - firms.interest - firms.tax + firms.borrowing - firms.payout
        change = change + operating * (firms.cash_in - firms.rd_in)
        flows += here * change[rows]
        borrowed += here * firms.borrowing[rows]
    stayed = here & (world.firms.output[rows] > 0.0)
    assert stayed.sum() > 100
    scale = np.maximum(world.firms.cash[rows], 1e-3 * world.firms.debt[rows])[stayed]
    gap = (world.firms.cash[rows] - cash - flows)[stayed]
    assert np.abs(gap / scale).max() < 1e-6
    gap = (world.firms.debt[rows] - debt - borrowed)[stayed]
    assert np.abs(gap / debt[stayed]).max() < 1e-6


def test_profit_is_what_is_left_of_value_added():
    world = economy(rules(HINDSIGHT), end=END)
    world.channels.flow("rd_spending", int(world.firms.ids[0]), START, 9e8, months=9)
    for month in range(START, START + 6):
        world.step(month)
    firms = world.firms
    own_research = np.minimum(firms.intensity * firms.output, firms.rd_spending)
    costs = firms.wage * firms.workers + firms.overhead * firms.capacity
    left = firms.value_added - firms.alive * costs
    paid = (firms.output > 0.0) & (firms.alive > 0.0)
    research = (left - firms.profit)[paid]
    assert np.all(research >= -1e-3)
    assert np.all(research <= own_research[paid] * (1 + 1e-9) + 1e-3)
    assert firms.rd_spending[0] >= 1e8  # the programme's part is not the firm's cost
    taxable = np.maximum(firms.profit - firms.interest, 0.0)
    np.testing.assert_allclose(firms.tax, 0.15 * taxable)


def test_wages_are_positive_and_one_share_of_value_added():
    world = economy(rules(), end=END)
    assert np.all(world.firms.wage > 0.0)
    names = ids.make(START, 7, np.arange(50, dtype=np.uint64))
    blueprint = world.blueprints["here"]
    firms = blueprint.entrants(world.luck, names, np.zeros(50, dtype=int), START)
    world._birth(firms, blueprint, *world._centres[7])
    share = firms.wage * firms.birth_workers / (firms.value_added_ratio * firms.birth_sales)
    np.testing.assert_allclose(share, share[0])
    assert 0.2 < share[0] < 0.9
    np.testing.assert_allclose(world.firms.labour_share, share[0])


# ---------------------------------------------------------------- a firm alone


def test_margins_at_birth_are_the_drawn_ones():
    accounts, firms = firm(ids=np.arange(1, 20_001))
    firms.rd_spending = firms.intensity * firms.output
    accounts.book(firms)
    assert within(firms.profit / firms.output, accounts.spec.margin, slack=1e-4)
    assert (firms.profit / firms.output).std() == pytest.approx(
        accounts.spec.margin_spread, rel=0.05
    )
    assert within(firms.value_added / firms.output, accounts.spec.value_added_ratio, slack=1e-4)


@pytest.mark.parametrize("elasticity", [0.1, 0.4, 0.7])
def test_jobs_follow_output_by_their_elasticity_in_the_long_run(elasticity):
    accounts, firms = firm(AccountsSpec(employment_elasticity=elasticity))
    firms.output = np.array([1e8, 2e8])
    shares = []
    for _ in range(12 * 20):
        accounts.hire(firms)
        shares.append(np.log(firms.workers[1] / firms.workers[0]) / np.log(2.0))
    assert shares[-1] == pytest.approx(elasticity, rel=1e-6)
    reached = (firms.workers[1] - 5.0) * (1.0 - (1.0 - 1.0 / 12.0) ** 12)
    assert 5.0 * 2.0 ** shares[11] - 5.0 == pytest.approx(reached, rel=1e-6)


def test_utilisation_comes_to_rest_at_its_parameter():
    accounts, firms = firm(ids=[1, 2, 3])
    firms.output = np.array([1e8, 0.5e8, 3e8])
    first = firms.output / firms.capacity
    np.testing.assert_allclose(first, [0.818, 0.409, 2.454])
    for _ in range(12 * 40):
        accounts.build(firms)
    np.testing.assert_allclose(firms.output / firms.capacity, 0.818, rtol=1e-6)


def test_a_shortfall_is_borrowed_and_a_surplus_paid_out():
    accounts, firms = firm(ids=[1, 2])
    firms.cash = np.array([0.0, 1e12])
    firms.cash_in = np.array([-3e8, 0.0])
    accounts.book(firms)
    assert firms.cash[0] == pytest.approx(0.0, abs=1e-6)
    assert firms.borrowing[0] > 2e8
    target = accounts.spec.cash_target * firms.wage[1] * firms.workers[1]
    assert firms.cash[1] == pytest.approx(target)
    assert firms.payout[1] > 0.9e12


def test_debt_steers_to_its_share_of_sales():
    accounts, firms = firm(ids=[1, 2])
    firms.output = np.array([1e8, 2e8])
    firms.overhead = 0.0  # so rich that nobody is short
    for _ in range(12 * 40):
        accounts.book(firms)
    np.testing.assert_allclose(firms.debt, firms.leverage * 12.0 * firms.output, rtol=1e-6)


def test_pay_follows_what_a_worker_makes_and_labour_keeps_its_share():
    accounts, firms = firm(ids=[1, 2])
    firms.output = np.array([1e8, 2e8])
    first = firms.wage.copy()
    accounts.hire(firms)
    steps = (firms.wage / first - 1.0) * accounts.spec.pay_lag
    # twice the output, and the workers of the first month: 2^0.4 times as many after a lag
    worth = 2.0 * firms.birth_workers[1] / firms.workers[1]
    np.testing.assert_allclose(steps, [0.0, worth - 1.0], atol=1e-9)
    for _ in range(12 * 60):
        accounts.hire(firms)
    share = firms.wage * firms.workers / (firms.value_added_ratio * firms.output)
    np.testing.assert_allclose(share, firms.labour_share, rtol=1e-6)


def test_too_much_debt_is_paid_back_before_anything_is_paid_out():
    accounts, firms = firm(ids=[1, 2])
    wanted = firms.leverage * 12.0 * firms.output
    firms.debt = wanted + np.array([1e9, 1e6])
    firms.cash = 5e8
    accounts.book(firms)
    assert firms.payout[0] == 0.0
    assert firms.debt[0] > wanted[0]
    assert firms.borrowing[0] < -1e8
    assert firms.payout[1] > 1e8
    assert firms.debt[1] == pytest.approx(wanted[1])


def test_wages_come_before_research():
    accounts, firms = firm(ids=[1, 2, 3])
    wages = firms.wage * firms.workers
    firms.cash = wages * np.array([0.5, 1.0, 1.7])
    firms.cash_in = np.array([0.0, 1e6, 0.0])
    np.testing.assert_allclose(
        accounts.affordable(firms), [0.0, 1e6, 0.7 * wages[2]], rtol=1e-9, atol=1e-3
    )


def test_a_closed_firm_moves_no_money():
    accounts, firms = firm(ids=[1, 2])
    firms.alive = np.array([0.0, 1.0])
    firms.output = firms.alive * 1e8
    firms.cash_in = firms.rd_in = 1e7
    before = firms.cash.copy(), firms.debt.copy(), firms.workers.copy()
    accounts.hire(firms)
    accounts.build(firms)
    accounts.book(firms)
    assert (firms.cash[0], firms.debt[0], firms.workers[0]) == tuple(each[0] for each in before)
    assert firms.cash[1] != before[0][1]


def test_a_loan_costs_its_yearly_rate():
    accounts, firms = firm(AccountsSpec(loan_rate="6 % / year"))
    firms.debt = 1e9
    accounts.book(firms)
    assert (1.0 + firms.interest[0] / 1e9) ** 12 == pytest.approx(1.06)


def test_exports_are_no_part_of_the_books():
    first, second = (economy(rules(demand=DemandSpec(spread=spread))) for spread in (1.0, 2.0))
    for month in range(START, START + 6):
        first.step(month)
        second.step(month)
    assert np.array_equal(first.firms.cash, second.firms.cash)


# ---------------------------------------------------------------- money given for research


def test_money_for_research_under_way_is_neither_paid_out_nor_spent_on_other_research():
    """A year's grant comes at once; the firm's own affairs are what they are without it."""
    accounts, plain = firm(ids=range(1, 200))
    _, given = firm(ids=range(1, 200))
    solvent = np.ones(199, dtype=bool)  # who lacks cash uses the grant's before it borrows
    for month in range(14):
        for firms in (plain, given):
            granted = firms is given
            firms.cash_in = 1.2e8 if granted and month == 0 else 0.0
            firms.rd_in = 1e7 if granted and month < 12 else 0.0
            firms.rd_spending = np.minimum(2e6, accounts.affordable(firms)) + firms.rd_in
            accounts.book(firms)
        left = max(12 - month - 1, 0) * 1e7
        assert given.earmarked == pytest.approx(left)
        solvent &= plain.cash > 0.0
        pairs = [(getattr(given, name), getattr(plain, name)) for name in ("payout", "debt")]
        pairs += [
            (given.cash, plain.cash + left),
            (given.rd_spending - given.rd_in, plain.rd_spending),
        ]
        for one, other in pairs:
            np.testing.assert_allclose(one[solvent], other[solvent], atol=1e-3)
    assert solvent.sum() > 150
    assert plain.payout.max() > 0.0


def test_a_grant_of_which_too_little_is_spent_is_the_firms_in_the_end():
    accounts, firms = firm(ids=range(1, 20))
    for month in range(6):
        firms.cash_in = 1e8 if month == 0 else 0.0
        firms.rd_in = 1e7 if month < 5 else 0.0
        accounts.book(firms)
    assert not firms.earmarked.any()
