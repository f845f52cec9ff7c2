"""The programme's money: a double-entry ledger in whole won.

There is one book per funder, budget line and fiscal year. A posting moves one amount within one
book, from the account credited to the account debited, so that in every book, after every
operation, to the won::

    appropriated + carried in + refunded                     where money comes from, credit
        = paid + committed + lapsed + carried out + free     where it is now, debit

and what is paid is the sum over the five classes of payee. A debit account below zero would be
money used that is not there; that one rule stops every kind of overspending with a `LedgerError`,
and an operation that is refused leaves no trace. When a year is closed, and again at the end, the
books are compared with what the journal alone says.

>>> ledger = Ledger()
>>> ledger.appropriate(96.0, "state", "R&D", 1_000)
>>> promise = ledger.commit(101.5, "state", "R&D", 600, purpose="field R&D", project=1)
>>> ledger.pay(102.0, promise, 250, "firms")
>>> ledger.close_year(2008, carry=0.5)
>>> promise.left, promise.book.year, ledger.free("state", "R&D", 2009)
(350, 2009, 200)
>>> [(row.entry, row.amount) for row in ledger.rows() if row.year == 2008 and row.amount]
[('appropriated', 1000), ('paid', 250), ('lapsed', 200), ('carried_out', 550)]
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple, get_args

from clustersim.calendar import year_of
from clustersim.errors import LedgerError
from clustersim.units import FIRST_YEAR

__all__ = ["PAYEES", "SOURCES", "USES", "Book", "Commitment", "Ledger", "Payee", "Posting", "Row"]

Payee = Literal["firms", "institutions", "staff", "operations", "capital"]
"""The class of who is paid."""

PAYEES: tuple[str, ...] = get_args(Payee)

Source = Literal["appropriated", "carried_in", "refunded"]
"""A credit account of a book."""

Use = Literal["paid", "committed", "lapsed", "carried_out", "free"]
"""A debit account of a book."""

SOURCES: tuple[Source, ...] = get_args(Source)

USES: tuple[Use, ...] = get_args(Use)


class Book(NamedTuple):
    """What is accounted for by itself: one line of one funder in one fiscal (calendar) year."""

    funder: str
    line: str
    year: int

    def __str__(self) -> str:
        return ", ".join(map(str, self))


class Posting(NamedTuple):
    """One line of the journal: won moved from the account credited to the account debited.

    The moment is in months since January 2000; payee, purpose and project (-1 for none) say who
    was paid and what for.
    """

    moment: float
    book: Book
    debit: Use
    credit: Source | Use
    amount: int
    payee: str = ""
    purpose: str = ""
    project: int = -1


_Line = tuple[float, Book, Use, Source | Use, int, str, str, int]
"""A posting as the journal keeps it: plain, as there are many and few are read."""


class Row(NamedTuple):
    """One amount of the ledger's table, in won; the purpose is empty unless paid."""

    funder: str
    line: str
    purpose: str
    year: int
    entry: str
    amount: int


@dataclass(slots=True, eq=False)
class Commitment:
    """Money promised for one purpose and neither paid nor released yet; the ledger keeps it up.

    Its book is that of the year it stands in: closing a year moves it to the next one.
    """

    book: Book
    purpose: str
    project: int
    left: int


@dataclass(slots=True)
class _Accounts:
    """The accounts of one book, and its payments by payee and purpose."""

    balance: dict[Source | Use, int] = field(
        default_factory=lambda: dict.fromkeys((*SOURCES, *USES), 0)
    )
    payments: Counter[tuple[str, str]] = field(default_factory=Counter)

    def move(self, debit: Use, credit: Source | Use, amount: int, payee: str, purpose: str) -> None:
        """Book a posting: from a source to a use, or between two uses, it keeps sides equal."""
        at = self.balance
        at[debit] += amount
        at[credit] += amount if credit in SOURCES else -amount
        if debit == "paid":
            self.payments[payee, purpose] += amount

    def agree(self) -> bool:
        """Tell whether the two sides are equal, and paid and its payees."""
        at = self.balance
        sources = at["appropriated"] + at["carried_in"] + at["refunded"]
        uses = at["paid"] + at["committed"] + at["lapsed"] + at["carried_out"] + at["free"]
        return sources == uses and at["paid"] == sum(self.payments.values())


class Ledger:
    """The books of one programme.

    An operation belongs to the fiscal year of its moment (months since January 2000). Amounts are
    won, Python integers of zero or more. A `LedgerError` answers money that is not there, any
    other amount, a book that nobody opened and a year that is closed.
    """

    def __init__(self) -> None:
        self._books: dict[Book, _Accounts] = {}
        self._journal: list[_Line] = []
        self._copy: defaultdict[Book, _Accounts] = defaultdict(
            _Accounts
        )  # booked apart, from the journal alone
        self._copied = 0  # postings that are booked in the copy
        self._commitments: list[Commitment] = []
        self._drawn = defaultdict[tuple[str, str, int], int](int)  # paid less refunded, by project
        self._closed: float = -math.inf  # the last closed year

    # ---------------------------------------------------------------- through the year

    def appropriate(self, moment: float, funder: str, line: str, amount: int) -> None:
        """Open the year's book, or add to it: money that may be spent."""
        book = _book(moment, funder, line)
        self._post(moment, book, "free", "appropriated", amount, opens=True)

    def commit(
        self, moment: float, funder: str, line: str, amount: int, *, purpose: str, project: int = -1
    ) -> Commitment:
        """Promise free money, and return the commitment that it is paid from."""
        book = _book(moment, funder, line)
        if not purpose:
            raise LedgerError(f"{book}: a promise for no purpose", "say what the money is for")
        self._post(moment, book, "committed", "free", amount, "", purpose, project)
        commitment = Commitment(book, purpose, project, amount)
        self._commitments.append(commitment)
        return commitment

    def pay(self, moment: float, commitment: Commitment, amount: int, payee: Payee) -> None:
        """Pay what was promised, or a part of it."""
        if payee not in PAYEES:
            raise LedgerError(f"unknown class of payee {payee!r}", f"use {', '.join(PAYEES)}")
        self._use(moment, commitment, amount, "paid", payee)
        book = commitment.book
        self._drawn[book.funder, book.line, commitment.project] += amount

    def spend(
        self,
        moment: float,
        funder: str,
        line: str,
        amount: int,
        payee: Payee,
        *,
        purpose: str,
        project: int = -1,
    ) -> None:
        """Promise and pay in one go."""
        promise = self.commit(moment, funder, line, amount, purpose=purpose, project=project)
        self.pay(moment, promise, amount, payee)

    def release(self, moment: float, commitment: Commitment) -> None:
        """Take back what is left of a promise, if anything; it is free again."""
        if commitment.left:
            self._use(moment, commitment, commitment.left, "free")

    def refund(
        self, moment: float, funder: str, line: str, amount: int, *, purpose: str, project: int = -1
    ) -> None:
        """Take money back; it is free in the year it comes back, even if that has no budget.

        At most what the project was paid from this line in all years, less earlier refunds.
        """
        book = _book(moment, funder, line)
        drawn = self._drawn[funder, line, project]
        _enough(book, amount, drawn, "paid to project", project)
        self._post(moment, book, "free", "refunded", amount, "", purpose, project, opens=drawn > 0)
        self._drawn[funder, line, project] -= amount

    # ---------------------------------------------------------------- at its end

    def carry_over(self, funder: str, line: str, year: int, amount: int) -> None:
        """Move free money to the next year's book, before the year is closed."""
        self._carry(Book(funder, line, year), "free", amount)

    def close_year(self, year: int, carry: float = 0.0) -> None:
        """Close a year: commitments and a share of free money move on, the rest lapses.

        Parameters
        ----------
        year
            The fiscal year; those before it must be closed.
        carry
            The share of free money that moves on, from 0 to 1, rounded down to the won.
        """
        if not 0 <= carry <= 1:
            raise LedgerError(f"{carry!r} is no share of free money", "give a number from 0 to 1")
        books = [book for book in self._open() if book.year <= year]
        if books and min(book.year for book in books) < year:
            raise LedgerError(f"{year} closed before an earlier year", "close years in order")
        for book in books:
            self._carry(book, "free", math.floor(carry * self.free(*book)))
        for commitment in self._commitments:
            if commitment.book.year == year:
                commitment.book = self._carry(commitment.book, "committed", commitment.left)
        self._seal(_january(year + 1), books, year)
        self._compare()

    def close(self, moment: float) -> None:
        """Close all books for good: commitments are carried out, free money lapses."""
        books = self._open()
        for commitment in self._commitments:
            if commitment.left:
                self._post(moment, commitment.book, "carried_out", "committed", commitment.left)
                commitment.left = 0
        self._seal(moment, books, math.inf)
        self.audit()

    # ---------------------------------------------------------------- reading

    @property
    def journal(self) -> tuple[Posting, ...]:
        """Every posting so far, in order."""
        return tuple(map(Posting._make, self._journal))

    def free(self, funder: str, line: str, year: int) -> int:
        """Return the won that can still be promised; 0 for a book that nobody opened."""
        accounts = self._books.get(Book(funder, line, year))
        return accounts.balance["free"] if accounts else 0

    def appropriated(self, funder: str, line: str, year: int) -> int:
        """Return the won appropriated in one year, without what was carried in."""
        accounts = self._books.get(Book(funder, line, year))
        return accounts.balance["appropriated"] if accounts else 0

    def paid(
        self,
        *,
        funder: str | None = None,
        line: str | None = None,
        year: int | None = None,
        payee: Payee | None = None,
    ) -> int:
        """Return the won paid, by one funder, from one line and so on, or by all."""
        return sum(
            amount
            for book, accounts in self._books.items()
            for (to, _), amount in accounts.payments.items()
            if all(
                asked in (None, found)
                for asked, found in zip((funder, line, year, payee), (*book, to), strict=True)
            )
        )

    def rows(self) -> list[Row]:
        """Return the ledger's table: every account of every book, what is paid by purpose."""
        table = []
        for book, accounts in sorted(self._books.items(), key=lambda item: item[0]):
            paid: Counter[str] = Counter()
            for (_, purpose), amount in accounts.payments.items():
                paid[purpose] += amount
            for entry in (*SOURCES, *USES):
                amounts = paid if entry == "paid" else {"": accounts.balance[entry]}
                table += [
                    Row(book.funder, book.line, purpose, book.year, entry, amounts[purpose])
                    for purpose in sorted(amounts)
                ]
        return table

    def audit(self) -> None:
        """Book the whole journal again from nothing; raise a `LedgerError` where it differs."""
        self._copy, self._copied = defaultdict(_Accounts), 0
        self._compare()

    def _compare(self) -> None:
        """Book in the copy what the journal has since last time; raise where books differ."""
        for _, book, debit, credit, amount, payee, purpose, _ in islice(
            self._journal, self._copied, None
        ):
            self._copy[book].move(debit, credit, amount, payee, purpose)
        self._copied = len(self._journal)
        owed: Counter[Book] = Counter()
        for commitment in self._commitments:
            if commitment.left:
                owed[commitment.book] += commitment.left
        for book, accounts in self._books.items():
            if not accounts.agree():
                raise _defect(book, "its two sides differ")
            if accounts != self._copy.get(book):
                raise _defect(book, "its accounts are not what the journal says")
            if accounts.balance["committed"] != owed[book]:
                raise _defect(book, "its commitments are not what is left of each")
            if book.year <= self._closed and (accounts.balance["free"] or owed[book]):
                raise _defect(book, "it is closed but not empty")

    # ---------------------------------------------------------------- mechanism

    def _post(
        self,
        moment: float,
        book: Book,
        debit: Use,
        credit: Source | Use,
        amount: int,
        payee: str = "",
        purpose: str = "",
        project: int = -1,
        *,
        opens: bool = False,
    ) -> None:
        """Check one posting, then book it: the only place where money moves."""
        if book.year <= self._closed:
            raise LedgerError(f"{book}: the year is closed", "post into a year that is open")
        accounts = self._books.get(book)
        if accounts is None:
            if not opens:
                raise LedgerError(f"{book}: there is no such book", "appropriate money to it first")
            accounts = _Accounts()
        _enough(book, amount, math.inf if credit in SOURCES else accounts.balance[credit], credit)
        self._books[book] = accounts
        self._journal.append((moment, book, debit, credit, amount, payee, purpose, project))
        accounts.move(debit, credit, amount, payee, purpose)

    def _use(
        self, moment: float, commitment: Commitment, amount: int, debit: Use, payee: str = ""
    ) -> None:
        """Move money out of a commitment."""
        book, purpose, project = commitment.book, commitment.purpose, commitment.project
        year = _year(moment)
        if year != book.year:
            raise LedgerError(f"{book}: used in {year}", f"close {book.year} before")
        _enough(book, amount, commitment.left, "left of the promise for", purpose)
        self._post(moment, book, debit, "committed", amount, payee, purpose, project)
        commitment.left -= amount

    def _carry(self, book: Book, account: Use, amount: int) -> Book:
        """Move money to the same account of the next year's book, and return that book."""
        onward = Book(book.funder, book.line, book.year + 1)
        if amount:
            moment = _january(onward.year)
            self._post(moment, book, "carried_out", account, amount)
            self._post(moment, onward, account, "carried_in", amount, opens=True)
        return onward

    def _open(self) -> list[Book]:
        return sorted(book for book in self._books if book.year > self._closed)

    def _seal(self, moment: float, books: list[Book], year: float) -> None:
        """Let free money lapse and lock the books."""
        for book in books:
            self._post(moment, book, "lapsed", "free", self.free(*book))
        self._closed = year


def _year(moment: float) -> int:
    return year_of(math.floor(moment))


def _january(year: int) -> float:
    return (year - FIRST_YEAR) * 12.0


def _book(moment: float, funder: str, line: str) -> Book:
    return Book(funder, line, _year(moment))


def _enough(book: Book, wanted: int, there: float, *what: object) -> None:
    """Raise an error unless an amount is whole won and there."""
    if type(wanted) is not int or wanted < 0:
        raise LedgerError(f"{book}: {wanted!r} is no amount of won", "give an int, 0 or more")
    if wanted > there:
        raise LedgerError(
            f"{book}: {wanted:,} won wanted, {there:,} {' '.join(map(str, what))}",
            "ask for what is there at most",
        )


def _defect(book: Book, what: str) -> LedgerError:
    return LedgerError(f"{book}: {what}", "this is a defect of clustersim; please report it")
