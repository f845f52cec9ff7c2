"""Dates and months: a month is a whole number counted from January 2000, never from a start.

>>> month_of(parse_date("2008-06-24")), label(101)
(101, '2008-06')
"""

from __future__ import annotations

import calendar
import datetime as dt
import math

from clustersim import units
from clustersim.units import FIRST_YEAR, Kind

__all__ = [
    "date_at",
    "first_day",
    "label",
    "later",
    "moment",
    "month_in_year",
    "month_of",
    "parse_date",
    "parse_month",
    "year_of",
]


def month_of(date: dt.date) -> int:
    """Return the month a date falls in.

    >>> month_of(dt.date(2000, 1, 31)), month_of(dt.date(1999, 12, 31))
    (0, -1)
    """
    return (date.year - FIRST_YEAR) * 12 + date.month - 1


def first_day(month: int) -> dt.date:
    """Return the first day of a month.

    >>> first_day(101)
    datetime.date(2008, 6, 1)
    """
    return dt.date(year_of(month), month_in_year(month), 1)


def year_of(month: int) -> int:
    """Return the calendar year of a month.

    >>> year_of(11), year_of(12)
    (2000, 2001)
    """
    return month // 12 + FIRST_YEAR


def month_in_year(month: int) -> int:
    """Return the month's place in its year, from 1 to 12.

    >>> month_in_year(0), month_in_year(-1)
    (1, 12)
    """
    return month % 12 + 1


def parse_date(text: str) -> dt.date:
    """Return the date written as ``2008-06-24``; raise a `UnitError` for anything else.

    >>> parse_date("2008-06-24")
    datetime.date(2008, 6, 24)
    """
    date = units.parse(text, Kind.DATE)
    assert isinstance(date, dt.date)  # noqa: S101 - tells the type checker what the kind decides
    return date


def parse_month(text: str) -> int:
    """Return the month written as ``2008-06``; raise a `UnitError` for anything else.

    >>> parse_month("2008-06")
    101
    """
    month = units.parse(text, Kind.MONTH)
    assert isinstance(month, int)  # noqa: S101 - tells the type checker what the kind decides
    return month


def moment(date: dt.date) -> float:
    """Return the time of a date on the programme's clock: its month, and the part gone by.

    >>> moment(dt.date(2008, 6, 16))
    101.5
    """
    return month_of(date) + (date.day - 1) / _days(month_of(date))


def date_at(moment: float) -> dt.date:
    """Return the date of a time on the programme's clock, the inverse of `moment`.

    >>> date_at(101.5)
    datetime.date(2008, 6, 16)
    """
    month = math.floor(moment + 1e-9)  # a day is 0.03 months: rounding never reaches the next one
    day = math.floor((moment - month) * _days(month) + 1e-6)
    return first_day(month) + dt.timedelta(days=max(day, 0))


def later(date: dt.date, months: float) -> dt.date:
    """Return the date some months later, as far into its month as before.

    >>> later(dt.date(2008, 6, 16), 12.0)
    datetime.date(2009, 6, 16)
    """
    return date_at(moment(date) + months)


def label(month: int) -> str:
    """Return a month as text, which `parse_month` reads.

    >>> label(0)
    '2000-01'
    """
    return units.show(month, Kind.MONTH)


def _days(month: int) -> int:
    return calendar.monthrange(year_of(month), month_in_year(month))[1]
