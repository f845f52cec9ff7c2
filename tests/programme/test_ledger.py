from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from clustersim.errors import LedgerError
from clustersim.programme.ledger import PAYEES, SOURCES, USES, Book, Ledger

MAY_2008 = 100.5
FUND = ("state", "R&D")

funds = st.tuples(st.sampled_from(["state", "kicox"]), st.sampled_from(["R&D", "network"]))
won = st.integers(0, 50) | st.integers(0, 10**13)
purposes = st.sampled_from(["field R&D", "prototype"])


def table(ledger):
    """The rows as {(funder, line, year): {entry: won}}."""
    books = defaultdict(Counter)
    for row in ledger.rows():
        assert (row.purpose != "") == (row.entry == "paid")
        books[row.funder, row.line, row.year][row.entry] += row.amount
    return books


def assert_identity(ledger):
    """Invariant 4 of the design, from what a reader of the table sees."""
    for (funder, line, year), entry in table(ledger).items():
        assert min(entry.values()) >= 0
        assert sum(entry[name] for name in SOURCES) == sum(entry[name] for name in USES)
        assert entry["paid"] == sum(
            ledger.paid(funder=funder, line=line, year=year, payee=payee) for payee in PAYEES
        )


class Years(RuleBasedStateMachine):
    """Any operations in any order over several funders, lines and years, refused ones included.

    Beside the ledger runs the plainest possible account of each book: its free money.
    """

    def __init__(self):
        super().__init__()
        self.ledger = Ledger()
        self.year = 2008
        self.free = {}
        self.promises = []

    @property
    def now(self):
        return (self.year - 2000) * 12 + 6.5

    def refused(self, operation, *args, **kwargs):
        before = (self.ledger.rows(), self.ledger.journal, [p.left for p in self.promises])
        with pytest.raises(LedgerError) as caught:
            operation(*args, **kwargs)
        assert len(str(caught.value).splitlines()) == 2
        assert before == (self.ledger.rows(), self.ledger.journal, [p.left for p in self.promises])

    @rule(fund=funds, amount=won)
    def appropriate(self, fund, amount):
        self.ledger.appropriate(self.now, *fund, amount)
        self.free[fund] = self.free.get(fund, 0) + amount

    @rule(fund=funds, amount=won, purpose=purposes, project=st.integers(0, 3))
    def commit(self, fund, amount, purpose, project):
        arguments = (self.now, *fund, amount)
        keys = {"purpose": purpose, "project": project}
        if fund not in self.free or amount > self.free[fund]:
            self.refused(self.ledger.commit, *arguments, **keys)
        else:
            self.promises.append(self.ledger.commit(*arguments, **keys))
            self.free[fund] -= amount

    @rule(fund=funds, amount=won, payee=st.sampled_from(PAYEES), purpose=purposes)
    def spend(self, fund, amount, payee, purpose):
        arguments = (self.now, *fund, amount, payee)
        if fund not in self.free or amount > self.free[fund]:
            self.refused(self.ledger.spend, *arguments, purpose=purpose)
        else:
            self.ledger.spend(*arguments, purpose=purpose)
            self.free[fund] -= amount

    @precondition(lambda self: self.promises)
    @rule(data=st.data(), amount=won, payee=st.sampled_from(PAYEES))
    def pay(self, data, amount, payee):
        promise = data.draw(st.sampled_from(self.promises))
        left = promise.left
        amount = data.draw(st.sampled_from([amount, left, left // 2, left + 1]))
        if amount > left or promise.book not in self.books():
            self.refused(self.ledger.pay, self.now, promise, amount, payee)
        else:
            self.ledger.pay(self.now, promise, amount, payee)
            assert promise.left == left - amount

    @precondition(lambda self: self.promises)
    @rule(data=st.data())
    def release(self, data):
        promise = data.draw(st.sampled_from(self.promises))
        if promise.left:
            self.free[promise.book[:2]] += promise.left
        self.ledger.release(self.now, promise)
        assert promise.left == 0

    @rule(fund=funds, amount=won, project=st.integers(-1, 3), some=st.booleans())
    def refund(self, fund, amount, project, some):
        drawn = sum(
            posting.amount * {"paid": 1}.get(posting.debit, -(posting.credit == "refunded"))
            for posting in self.ledger.journal
            if posting.book[:2] == fund and posting.project == project
        )
        amount = drawn if some else amount
        if amount > drawn or (drawn == 0 and fund not in self.free):
            self.refused(self.ledger.refund, self.now, *fund, amount, purpose="x", project=project)
        else:
            self.ledger.refund(self.now, *fund, amount, purpose="x", project=project)
            self.free[fund] = self.free.get(fund, 0) + amount

    @rule(fund=funds, ask=won, share=st.sampled_from([0.0, 0.3, 1.0]))
    def close_year(self, fund, ask, share):
        asked = min(ask, self.free.get(fund, 0))
        if fund in self.free:
            self.ledger.carry_over(*fund, self.year, asked)
            self.free[fund] -= asked
        owed = {promise: promise.left for promise in self.promises}
        self.ledger.close_year(self.year, carry=share)
        assert owed == {promise: promise.left for promise in self.promises}
        carried = {key: int(share * free) for key, free in self.free.items()}
        if fund in self.free:
            carried[fund] += asked
        self.year += 1
        self.free = {key: carried.get(key, 0) for key in self.books_of_year()}
        for name, entry in table(self.ledger).items():
            if name[2] < self.year:
                assert entry["free"] == entry["committed"] == 0

    def books(self):
        return {Book(*key) for key in table(self.ledger)}

    def books_of_year(self):
        return {book[:2] for book in self.books() if book.year == self.year}

    @invariant()
    def everything_adds_up(self):
        assert_identity(self.ledger)
        self.ledger.audit()
        for fund, free in self.free.items():
            assert self.ledger.free(*fund, self.year) == free

    @invariant()
    def debits_equal_credits_in_the_journal(self):
        """Every posting has two sides in one book; what a year hands on, the next takes over."""
        handed = Counter()
        for posting in self.ledger.journal:
            assert posting.amount >= 0
            assert posting.debit in USES
            assert posting.debit != posting.credit
            if posting.debit == "carried_out":
                handed[posting.book._replace(year=posting.book.year + 1)] += posting.amount
            if posting.credit == "carried_in":
                handed[posting.book] -= posting.amount
        assert not any(handed.values())

    def teardown(self):
        self.ledger.close(self.now)
        assert_identity(self.ledger)
        for entry in table(self.ledger).values():
            assert entry["free"] == entry["committed"] == 0


Years.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestYears = Years.TestCase


@pytest.fixture
def ledger():
    ledger = Ledger()
    ledger.appropriate(96.0, *FUND, 1_000)
    return ledger


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        (
            lambda book, _: book.commit(MAY_2008, *FUND, 401, purpose="x"),
            "401 won wanted, 400 free",
        ),
        (lambda book, p: book.pay(MAY_2008, p, 601, "firms"), "601 won wanted, 600 left of the"),
        (lambda book, p: book.pay(MAY_2008, p, -1, "firms"), "-1 is no amount"),
        (lambda book, _: book.appropriate(MAY_2008, *FUND, 1.0), "1.0 is no amount"),
        (lambda book, _: book.appropriate(MAY_2008, *FUND, amount=True), "True is no amount"),
        (lambda book, _: book.appropriate(MAY_2008, *FUND, np.int64(5)), "is no amount"),
        (lambda book, _: book.commit(MAY_2008, "state", "R+D", 1, purpose="x"), "no such book"),
        (lambda book, _: book.commit(112.0, *FUND, 1, purpose="x"), "R&D, 2009: there is no such"),
        (lambda book, _: book.commit(90.0, *FUND, 1, purpose="x"), "2007: there is no such book"),
        (lambda book, _: book.commit(MAY_2008, *FUND, 1, purpose=""), "a promise for no purpose"),
        (lambda book, p: book.pay(MAY_2008, p, 1, "friends"), "unknown class of payee 'friends'"),
        (lambda book, p: book.pay(108.0, p, 1, "firms"), "used in 2009\nclose 2008 before"),
        (lambda book, _: book.refund(MAY_2008, *FUND, 1, purpose="x"), "1 won wanted, 0 paid to"),
        (lambda book, _: book.refund(MAY_2008, "a", "b", 0, purpose="x"), "no such book"),
        (lambda book, _: book.carry_over(*FUND, 2008, 401), "401 won wanted, 400 free"),
        (lambda book, _: book.close_year(2008, carry=1.1), "1.1 is no share"),
        (lambda book, _: book.close_year(2009), "2009 closed before an earlier year"),
    ],
)
def test_what_is_refused_says_why_and_leaves_no_trace(ledger, operation, says):
    promise = ledger.commit(MAY_2008, *FUND, 600, purpose="field R&D")
    before = (ledger.rows(), ledger.journal, promise.left)
    with pytest.raises(LedgerError) as caught:
        operation(ledger, promise)
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 2
    assert before == (ledger.rows(), ledger.journal, promise.left)


@pytest.mark.parametrize(
    "close", [lambda book: book.close_year(2008), lambda book: book.close(107)]
)
def test_a_closed_year_takes_no_posting(ledger, close):
    close(ledger)
    with pytest.raises(LedgerError, match="2008: the year is closed"):
        ledger.appropriate(107.9, *FUND, 1)


def test_december_and_january_are_different_fiscal_years(ledger):
    ledger.appropriate(np.nextafter(108.0, 0.0), *FUND, 5)
    ledger.appropriate(108.0, *FUND, 7)
    assert (ledger.free(*FUND, 2008), ledger.free(*FUND, 2009)) == (1_005, 7)


def test_a_promise_is_paid_over_years_and_the_rest_is_free_in_the_year_of_release(ledger):
    promise = ledger.commit(MAY_2008, *FUND, 600, purpose="field R&D", project=4)
    ledger.pay(MAY_2008, promise, 100, "firms")
    ledger.close_year(2008)
    ledger.pay(110.0, promise, 300, "institutions")
    ledger.release(119.0, promise)
    ledger.close_year(2009, carry=1.0)
    ledger.close(121.0)
    assert [(row.year, row.entry, row.amount) for row in ledger.rows() if row.amount] == [
        (2008, "appropriated", 1_000),
        (2008, "paid", 100),
        (2008, "lapsed", 400),
        (2008, "carried_out", 500),
        (2009, "carried_in", 500),
        (2009, "paid", 300),
        (2009, "carried_out", 200),
        (2010, "carried_in", 200),
        (2010, "lapsed", 200),
    ]
    assert [ledger.paid(payee=payee) for payee in PAYEES] == [100, 300, 0, 0, 0]
    assert (ledger.paid(), ledger.paid(year=2009), ledger.paid(line="network")) == (400, 300, 0)


def test_what_is_clawed_back_is_free_in_the_year_it_comes_back_even_after_the_last_budget(ledger):
    ledger.spend(MAY_2008, *FUND, 700, "firms", purpose="field R&D", project=4)
    ledger.close_year(2008)
    ledger.refund(150.0, *FUND, 200, purpose="field R&D", project=4)
    assert ledger.free(*FUND, 2012) == 200
    assert ledger.paid() == 700
    with pytest.raises(LedgerError, match="501 won wanted, 500 paid to project 4"):
        ledger.refund(150.0, *FUND, 501, purpose="field R&D", project=4)


def test_at_the_close_promises_are_carried_out_and_free_money_lapses(ledger):
    promise = ledger.commit(MAY_2008, *FUND, 600, purpose="field R&D")
    ledger.close(107.0)
    amounts = {row.entry: row.amount for row in ledger.rows() if row.amount}
    assert amounts == {"appropriated": 1_000, "carried_out": 600, "lapsed": 400}
    assert promise.left == 0
    with pytest.raises(LedgerError, match="the year is closed"):
        ledger.appropriate(200.0, *FUND, 1)


def test_payments_are_shown_by_purpose_over_all_payees(ledger):
    for payee in ("firms", "staff"):
        ledger.spend(MAY_2008, *FUND, 30, payee, purpose="training")
    ledger.spend(MAY_2008, *FUND, 5, "firms", purpose="patents")
    paid = [(row.purpose, row.amount) for row in ledger.rows() if row.entry == "paid"]
    assert paid == [("patents", 5), ("training", 60)]


BOOK = Book(*FUND, 2008)


@pytest.mark.parametrize("account", [*SOURCES, *USES])
def test_one_won_with_one_side_only_is_caught_by_the_audit_and_when_a_year_is_closed(
    ledger, account
):
    ledger._books[BOOK].balance[account] += 1
    with pytest.raises(LedgerError, match="its two sides differ"):
        ledger.audit()
    with pytest.raises(LedgerError, match="its two sides differ"):
        ledger.close_year(2007)  # of a year without postings


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (lambda ledger: ledger._books[BOOK].payments.update({("firms", "x"): 1}), "two sides"),
        (lambda ledger: ledger._journal.pop(), "not what the journal says"),
        (lambda ledger: setattr(ledger._commitments[0], "left", 1), "not what is left of each"),
        (lambda ledger: setattr(ledger, "_closed", 2008), "closed but not empty"),
    ],
)
def test_the_audit_catches_what_no_posting_explains(ledger, forge, says):
    ledger.commit(MAY_2008, *FUND, 600, purpose="field R&D")
    ledger.audit()
    forge(ledger)
    with pytest.raises(LedgerError, match=says):
        ledger.audit()


def test_what_changed_before_the_last_closing_is_caught_when_all_is_closed(ledger):
    ledger.spend(MAY_2008, *FUND, 600, "firms", purpose="field R&D")
    ledger.close_year(2008)
    ledger._journal[1] = ledger.journal[1]._replace(amount=599)
    ledger.close_year(2009)  # of a year without postings
    with pytest.raises(LedgerError, match="not what the journal says"):
        ledger.close(MAY_2008 + 24.0)


def test_closing_a_year_audits_it(ledger):
    ledger._journal.pop()
    with pytest.raises(LedgerError, match="not what the journal says"):
        ledger.close_year(2008)
