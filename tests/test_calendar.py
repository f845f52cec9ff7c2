from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim import calendar
from clustersim.errors import UnitError

DATES = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))


def test_months_count_from_january_2000():
    assert calendar.month_of(dt.date(2000, 1, 1)) == 0
    assert calendar.month_of(dt.date(1999, 12, 31)) == -1
    assert calendar.parse_month("2008-06") == 101
    assert calendar.label(101) == "2008-06"
    assert calendar.label(-1) == "1999-12"


@given(st.integers(-600, 1200))
def test_a_month_knows_its_year(month):
    assert calendar.month_of(calendar.first_day(month)) == month
    assert calendar.parse_month(calendar.label(month)) == month
    year, place = calendar.year_of(month), calendar.month_in_year(month)
    assert (year, place) == calendar.first_day(month).timetuple()[:2]


@given(DATES)
def test_a_date_is_its_moment(date):
    moment = calendar.moment(date)
    assert calendar.date_at(moment) == date
    assert calendar.month_of(date) <= moment < calendar.month_of(date) + 1
    assert calendar.moment(date + dt.timedelta(days=1)) > moment


@given(DATES, st.floats(0.01, 0.99))
def test_a_moment_within_a_day_is_that_day(date, part):
    tomorrow = date + dt.timedelta(days=1)
    moment = calendar.moment(date)
    assert calendar.date_at(moment + part * (calendar.moment(tomorrow) - moment)) == date


def test_rounding_at_the_end_of_a_month():
    assert calendar.date_at(102 - 1e-12) == dt.date(2008, 7, 1)
    assert calendar.date_at(102 + 1e-12) == dt.date(2008, 7, 1)


def test_dates_are_text_in_one_form():
    assert calendar.parse_date("2008-06-24") == dt.date(2008, 6, 24)
    for text in ("24 June 2008", "2008-06", "2008-02-30"):
        with pytest.raises(UnitError):
            calendar.parse_date(text)
