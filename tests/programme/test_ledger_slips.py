"""Mistakes of every kind between operations: the ledger refuses them and is as it was."""

from __future__ import annotations

import math

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test
from test_ledger import Years, funds
from test_ledger import won as amounts

from clustersim.errors import LedgerError
from clustersim.programme.ledger import Ledger, _Accounts


class Slips(Years):
    """The machine of the ledger's own tests, in which people also make every kind of mistake."""

    @initialize(most=st.integers(1, 10**13))
    def open_books(self, most):
        for fund in (("state", "R&D"), ("state", "network"), ("kicox", "R&D")):
            self.appropriate(fund, most)
            self.commit(fund, most // 2, "field R&D", 1)

    @rule(fund=funds, amount=st.sampled_from([-1, 1.0, 0.5, True, None, "1"]))
    def no_amount(self, fund, amount):
        self.refused(self.ledger.appropriate, self.now, *fund, amount)
        self.refused(self.ledger.commit, self.now, *fund, amount, purpose="x")
        for promise in self.promises[:1]:
            self.refused(self.ledger.pay, self.now, promise, amount, "firms")

    @rule(fund=funds, amount=amounts, years=st.integers(1, 3))
    def in_a_year_that_is_closed(self, fund, amount, years):
        then = self.now - 12 * years
        if self.ledger._closed >= self.year - years:
            self.refused(self.ledger.appropriate, then, *fund, amount)
            self.refused(self.ledger.carry_over, *fund, self.year - years, amount + 1)
        self.refused(self.ledger.commit, then, *fund, amount, purpose="x")
        self.refused(self.ledger.spend, then, *fund, amount, "firms", purpose="x")

    @rule(amount=amounts)
    def of_a_fund_that_is_none(self, amount):
        for operation in (self.ledger.commit, self.ledger.refund):
            self.refused(operation, self.now, "nobody", "nothing", amount, purpose="x")
        self.refused(self.ledger.carry_over, "nobody", "nothing", self.year, amount + 1)

    @precondition(lambda self: self.promises)
    @rule(data=st.data(), years=st.sampled_from([-1, 1]), payee=st.sampled_from(["friends", ""]))
    def of_another_year_or_to_another_payee(self, data, years, payee):
        promise = data.draw(st.sampled_from(self.promises))
        self.refused(self.ledger.pay, self.now, promise, 0, payee)
        self.refused(self.ledger.pay, self.now + 12 * years, promise, promise.left, "firms")
        if promise.left:
            self.refused(self.ledger.release, self.now + 12 * years, promise)

    @precondition(lambda self: any(promise.left > 1 for promise in self.promises))
    @rule(data=st.data())
    def paid_and_taken_back(self, data):
        promise = data.draw(st.sampled_from([p for p in self.promises if p.left > 1]))
        fund, half = promise.book[:2], promise.left // 2
        self.ledger.pay(self.now, promise, half, "firms")
        arguments = {"purpose": "x", "project": promise.project}
        self.ledger.refund(self.now, *fund, half, **arguments)
        self.free[fund] += half
        self.refused(self.ledger.refund, self.now, *fund, 10**18, **arguments)

    @rule(fund=funds, share=st.sampled_from([-0.1, 1.1, math.nan]))
    def closed_in_the_wrong_way(self, fund, share):
        self.refused(self.ledger.close_year, self.year, carry=share)
        if self.free:
            self.refused(self.ledger.close_year, self.year + 1)
        if fund in self.free:
            more = self.free[fund] + 1
            self.refused(self.ledger.carry_over, *fund, self.year, more)

    def teardown(self):
        super().teardown()
        self.refused(self.ledger.appropriate, self.now + 12, "state", "R&D", 1)


Slips.TestCase.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, derandomize=True
)
TestSlips = Slips.TestCase


def pays_before_it_looks(original):
    def pay(self, moment, commitment, amount, payee):
        if type(amount) is int:
            commitment.left -= amount
        original(self, moment, commitment, amount, payee)
        commitment.left += amount

    return pay


def forgets(_):
    return lambda *_, **__: None


def counts_refunds_twice(original):
    def move(self, debit, credit, amount, *whom):
        original(self, debit, credit, amount, *whom)
        if credit == "refunded" and amount:
            self.balance["free"] += 1
            self.balance["refunded"] += 1

    return move


@pytest.mark.parametrize(
    ("owner", "name", "wrong"),
    [
        (Ledger, "pay", pays_before_it_looks),
        (Ledger, "refund", forgets),
        (Ledger, "release", forgets),
        (Ledger, "_seal", forgets),
        (_Accounts, "move", counts_refunds_twice),
    ],
)
def test_the_machine_catches_a_ledger_that_is_wrong(monkeypatch, owner, name, wrong):
    monkeypatch.setattr(owner, name, wrong(getattr(owner, name)))
    once = settings(Slips.TestCase.settings, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises((AssertionError, LedgerError, pytest.fail.Exception)):
        run_state_machine_as_test(Slips, settings=once)
