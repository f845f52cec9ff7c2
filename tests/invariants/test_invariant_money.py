"""Invariant 4: money adds up, to the won, after every event and whatever the budget."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from watch import watched

import small
from clustersim.programme.ledger import PAYEES, SOURCES, USES


def books(rows):
    """Won by (funder, line, year) and entry, from the public rows."""
    found = {}
    for row in rows:
        found.setdefault((row.funder, row.line, row.year), Counter())[row.entry] += row.amount
    return found


def assert_books_balance(office):
    for book, entry in books(office.ledger.rows()).items():
        assert min(entry.values()) >= 0, book
        assert sum(entry[name] for name in SOURCES) == sum(entry[name] for name in USES), book


@pytest.mark.parametrize("arm", ["as_announced", "double_budget"])
def test_invariant_4_every_book_balances_after_every_event(arm):
    counted = []

    def check(office):
        assert_books_balance(office)
        counted.append(office.name)

    seen = watched(small.spec(arm=arm), small.luck(), every_event=check)
    assert len(counted) == len(seen.record.events) > 100


def test_invariant_4_what_is_paid_is_paid_to_somebody(worlds):
    seen = watched(small.spec(), small.luck())
    ledger = seen.offices["noksan"].ledger
    classes = Counter()
    for (funder, line, year), entry in books(worlds.arm.ledgers["noksan"]).items():
        by_payee = {
            payee: ledger.paid(funder=funder, line=line, year=year, payee=payee) for payee in PAYEES
        }
        assert entry["paid"] == sum(by_payee.values())
        classes.update(by_payee)
    assert {payee for payee, won in classes.items() if won} == {"firms", "staff", "operations"}


def test_invariant_4_at_the_close_nothing_is_promised_or_free(worlds, worlds_with_twice_the_money):
    for pair in (worlds, worlds_with_twice_the_money):
        small.assert_ledger_adds_up(pair.arm)
    entry = books(worlds.arm.ledgers["noksan"])
    assert sum(book["lapsed"] for book in entry.values()) > 0
    assert sum(book["carried_out"] for book in entry.values()) > 0


def test_invariant_4_events_and_ledger_tell_of_the_same_won(worlds):
    rows, record = small.ledger(worlds.arm), worlds.arm
    told = {kind: sum(e.amount for e in small.events(record, kind)) for kind in EVENT_AND_BOOK}
    state = rows[rows["funder"] == "state"]
    booked = {
        kind: int(state.loc[(state[list(where)] == where).all(axis=1), "amount"].sum())
        for kind, where in EVENT_AND_BOOK.items()
    }
    assert told == booked


EVENT_AND_BOOK = {
    "appropriated": {"entry": "appropriated"},
    "tranche": {"entry": "paid", "purpose": "field_customised_rnd"},
    "package": {"entry": "paid", "purpose": "inno_core"},
    "stopped": {"entry": "refunded"},
}


money = st.integers(0, 200).map(lambda hundred: f"{hundred * 10**8 + hundred} KRW")
shares = st.integers(0, 100).map(lambda percent: f"{percent} %")
months = st.integers(1, 20).map(lambda n: f"{n / 2} months")


def packages(amounts):
    """Inno-Core's packages by year, as a file has them."""
    each = (f"{year}: {{title: x, amount: {won} KRW}}" for year, won in enumerate(amounts, 1))
    return f"{{{', '.join(each)}}}"


@given(
    changes=st.fixed_dictionaries(
        {
            f"{small.NOKSAN}.budget.amount": money,
            f"{small.NOKSAN}.budget.carry_over": shares,
            f"{small.NOKSAN}.budget.office_share": shares,
            f"{small.NOKSAN}.rnd.month_of_year": st.integers(1, 12),
            f"{small.NOKSAN}.rnd.last_year": st.integers(2008, 2013),
            f"{small.NOKSAN}.rnd.lines.rnd": shares,
            f"{small.NOKSAN}.rnd.lines.special": shares,
            f"{small.NOKSAN}.inno_core.opens": st.dates(dt.date(2008, 1, 1), dt.date(2012, 12, 31)),
            "programme.inno_core.places": st.integers(0, 30),
            "programme.inno_core.packages": st.lists(
                st.integers(10**6, 2 * 10**8), min_size=1, max_size=6
            ).map(packages),
            f"{small.NOKSAN}.inno_core.cohorts": st.integers(1, 3),
            f"{small.NOKSAN}.inno_core.priority": shares,
            "programme.inno_core.leaves": st.integers(0, 100).map("{} %".format),
            "programme.inno_core.package_hours": st.integers(0, 400),
            "programme.inno_core.state_share": st.integers(5, 100).map("{} %".format),
            "programme.rnd.state_share": st.integers(5, 100).map("{} %".format),
            "programme.rnd.apply": shares,
            "programme.rnd.first_tranche": shares,
            "programme.rnd.clawback": shares,
            "programme.rnd.milestone": st.integers(1, 100).map("{} %".format),
            "programme.rnd.duration": st.integers(2, 30).map("{} months".format),
            "programme.rnd.window": months.filter(lambda text: float(text.split()[0]) <= 12),
        }
    ),
    index=st.integers(0, 3),
)
@settings(max_examples=12, deadline=None)
def test_invariant_4_money_adds_up_whatever_the_programme(changes, index):
    texts = [f"{path}={value}" for path, value in changes.items()]
    for arm in ("as_announced", "double_budget"):
        record = small.run(*texts, arm=arm, index=index)
        small.assert_ledger_adds_up(record)
        appropriated = sum(e.amount for e in small.events(record, "appropriated"))
        back = sum(e.amount for e in small.events(record, "stopped"))
        assert small.paid(record, funder="state") <= appropriated + back
