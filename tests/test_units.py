from __future__ import annotations

import datetime as dt
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import UnitError
from clustersim.language import speaking
from clustersim.units import Kind, parse, per_month, show, shown, won

RATES = [Kind.GROWTH, Kind.DEPRECIATION, Kind.PROBABILITY, Kind.HAZARD]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("47억원", 4.7e9),
        ("47억", 4.7e9),
        ("4.7 bn KRW", 4.7e9),
        ("4.7bn won", 4.7e9),
        ("KRW 4.7 bn", 4.7e9),
        ("₩4.7bn", 4.7e9),
        ("4.7 billion KRW", 4.7e9),
        ("1000억", 1e11),
        ("1조 2000억원", 1.2e12),
        ("1조2천억원", 1.2e12),
        ("500만원", 5e6),
        ("5천만원", 5e7),
        ("1억 2천5백만원", 1.25e8),
        ("152 M KRW", 1.52e8),
        ("1,500,000원", 1.5e6),
        ("1e6 KRW", 1e6),
        ("3천원", 3000),
        ("-3억원", -3e8),
        ("0 KRW", 0.0),
        ("４７억원", 4.7e9),  # full-width digits
        ("47\u110b\u1165\u11a8\u110b\u116f\u11ab", 4.7e9),  # Hangul in pieces, as macOS writes it
    ],
)
def test_money(text, amount):
    assert parse(text, Kind.MONEY) == amount


@pytest.mark.parametrize(
    "text", ["3억 2조", "2억 3억", "47억 3", "5천", "4.7 bn USD", "1,00,000원", "억"]
)
def test_money_that_could_mean_two_things_is_refused(text):
    with pytest.raises(UnitError) as caught:
        parse(text, Kind.MONEY)
    assert "47억원" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["5% / year", "5 %/yr", "연 5%", "연간 5 %", "5 % per year", "5 %/년", "0.05 / year"]
)
@pytest.mark.parametrize("kind", RATES)
def test_a_yearly_rate_is_stored_as_it_is(text, kind):
    assert parse(text, kind) == 0.05


@pytest.mark.parametrize("text", ["0.4 % / month", "월 0.4%", "0.004 per month"])
def test_a_monthly_rate_becomes_yearly_by_its_kind(text):
    m = 0.004
    assert parse(text, Kind.GROWTH) == pytest.approx((1 + m) ** 12 - 1, rel=1e-14)
    assert parse(text, Kind.DEPRECIATION) == pytest.approx(1 - (1 - m) ** 12, rel=1e-14)
    assert parse(text, Kind.PROBABILITY) == pytest.approx(1 - (1 - m) ** 12, rel=1e-14)
    assert parse(text, Kind.HAZARD) == pytest.approx(12 * m, rel=1e-14)


def test_monthly_rates_have_the_formulas_of_their_kinds():
    assert per_month(0.1, Kind.GROWTH) == pytest.approx(1.1 ** (1 / 12) - 1)
    assert per_month(0.1, Kind.DEPRECIATION) == pytest.approx(1 - 0.9 ** (1 / 12))
    assert per_month(0.1, Kind.PROBABILITY) == pytest.approx(1 - 0.9 ** (1 / 12))
    assert per_month(0.1, Kind.HAZARD) == pytest.approx(1 - math.exp(-0.1 / 12))
    assert per_month(1.0, Kind.PROBABILITY) == 1.0
    assert per_month(-1.0, Kind.GROWTH) == -1.0
    with pytest.raises(ValueError, match="not a rate"):
        per_month(0.1, Kind.SHARE)


@pytest.mark.parametrize("kind", [Kind.GROWTH, Kind.DEPRECIATION, Kind.PROBABILITY])
@given(rate=st.floats(0, 0.05))
def test_a_monthly_rate_there_and_back(kind, rate):
    text = f"{rate!r} / month"
    assert per_month(parse(text, kind), kind) == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("18 months", 18),
        ("1 month", 1),
        ("3 years", 36),
        ("3년", 36),
        ("18개월", 18),
        ("1년 6개월", 18),
        ("1 year 6 months", 18),
        ("0.5 years", 6),
        ("365.2425 days", 12),
    ],
)
def test_durations(text, months):
    assert parse(text, Kind.DURATION) == pytest.approx(months, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["6 months 1 year", "1 year 2 years", "-3 months", "3 fortnights", ""]
)
def test_a_duration_that_is_none(text):
    with pytest.raises(UnitError, match="expected a duration"):
        parse(text, Kind.DURATION)


@pytest.mark.parametrize("value", ["35 %", "35%", "35％", "35 percent", 0.35, "0.35"])
def test_shares(value):
    assert parse(value, Kind.SHARE) == 0.35


def test_counts_are_whole():
    assert parse("1,500", Kind.COUNT) == 1500
    assert parse(2**63 - 1, Kind.COUNT) == 2**63 - 1  # to the last digit: a seed
    assert isinstance(parse(1e3, Kind.COUNT), int)  # YAML reads 1e3 as a float
    for value in (1.5, "20 %", -1, "many", 2**63):
        with pytest.raises(UnitError):
            parse(value, Kind.COUNT)


def test_dates_and_months_are_iso_alone():
    assert parse("2008-06", Kind.MONTH) == 101
    assert parse("2008-06-24", Kind.DATE) == dt.date(2008, 6, 24)
    assert parse(dt.date(2008, 6, 24), Kind.DATE) == dt.date(2008, 6, 24)
    for text in ("June 2008", "2008-6", "2008/06", 2008, "2008-06-24"):
        with pytest.raises(UnitError, match="expected a month"):
            parse(text, Kind.MONTH)
    for text, kind in [("2008-13", Kind.MONTH), ("2009-02-29", Kind.DATE), ("0000-01", Kind.MONTH)]:
        with pytest.raises(UnitError, match="not in the calendar"):
            parse(text, kind)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        (0.05, Kind.GROWTH, "0.05 has no period\nwrite '0.05 / year' or '5 % / year'"),
        (5, Kind.HAZARD, "5 has no period\nwrite '5 % / year' or '0.05 / year'"),
        ("5 %", Kind.GROWTH, "'5 %' has no period\nwrite '5 % / year' or '0.05 / year'"),
        (18, Kind.DURATION, "18 has no unit of time\nwrite '18 months' or '18 years'"),
        (
            4700000000,
            Kind.MONEY,
            """4700000000 has no currency
write '4700000000 KRW', or for example '4.7 bn KRW' or '47억원'""",
        ),
        (
            "4.7 bn",
            Kind.MONEY,
            "'4.7 bn' has no currency\nwrite '4.7 bn KRW', or for example '4.7 bn KRW' or '47억원'",
        ),
        (
            "150 % / year",
            Kind.PROBABILITY,
            """'150 % / year' cannot be a probability per year
it must be at least 0 % / year and at most 100 % / year""",
        ),
        (
            "-1 / year",
            Kind.HAZARD,
            "'-1 / year' cannot be a hazard per year\nit must be at least 0 % / year",
        ),
        ([1], Kind.SHARE, "expected a share, not a list\nwrite for example '35 %' or 0.35"),
        (True, Kind.NUMBER, "expected a number, not true\nwrite for example 0.4"),
        (None, Kind.NUMBER, "expected a number, not nothing\nwrite for example 0.4"),
    ],
)
def test_what_an_error_says(value, kind, message):
    with pytest.raises(UnitError) as caught:
        parse(value, kind)
    assert str(caught.value) == message


def test_numbers_out_of_this_world_are_refused():
    for value in (math.nan, math.inf, 10**5000, "1e400", "9" * 79, 1e300):
        with pytest.raises(UnitError):
            parse(value, Kind.NUMBER)


def test_a_choice_is_no_quantity():
    with pytest.raises(ValueError, match="choice"):
        parse("elasticity", Kind.CHOICE)


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.DURATION, Kind.GROWTH])
def test_no_text_keeps_the_reader_busy(kind):
    start = time.process_time()
    for text in ("1" * 79 + "x", "1 " * 39 + "x", "1,111" * 15 + "x", "," * 80, "1" * 10**6):
        with pytest.raises(UnitError):
            parse(text, kind)
    assert time.process_time() - start < 1


NUMBERS = st.floats(-1e15, 1e15).filter(lambda x: x == 0 or abs(x) > 1e-12)
STORED = st.one_of(
    st.tuples(NUMBERS, st.sampled_from([Kind.MONEY, Kind.NUMBER, Kind.SHARE])),
    st.tuples(st.floats(1e-9, 1), st.sampled_from(RATES)),
    st.tuples(st.floats(1e-9, 1e4), st.just(Kind.DURATION)),
    st.tuples(st.integers(0, 2**63 - 1), st.just(Kind.COUNT)),
    st.tuples(st.integers(-2000 * 12, 7999 * 12), st.just(Kind.MONTH)).filter(
        lambda pair: pair[0] >= -1999 * 12
    ),
    st.tuples(st.dates(), st.just(Kind.DATE)),
)


@given(STORED)
def test_show_is_read_back_to_the_same_number(pair):
    stored, kind = pair
    assert parse(show(stored, kind), kind) == stored


@given(st.text(max_size=30) | st.floats() | st.integers(), st.sampled_from(list(Kind)[:-1]))
def test_anything_is_a_quantity_or_a_unit_error(value, kind):
    try:
        stored = parse(value, kind)
    except UnitError as error:
        assert error.hint  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(stored, dt.date) or math.isfinite(stored)


def test_show_and_won_are_short():
    assert show(1234567.0, Kind.MONEY) == "1,234,567 KRW"
    assert show(-math.inf, Kind.MONEY) == "any number"
    assert show("elasticity", Kind.CHOICE) == "elasticity"
    assert [won(x) for x in (4.7e9, 1.52e8, 1.3e12, 999.6e6, 0, 5e15, -2.48e10)] == [
        "4.7 bn KRW",
        "152 M KRW",
        "1.3 tn KRW",
        "1 bn KRW",
        "0 KRW",
        "5,000 tn KRW",
        "-24.8 bn KRW",
    ]
    assert len(shown("x" * 500)) <= 40
    assert [shown(x) for x in ({}, (), 10**40, object())] == [
        "a mapping",
        "a list",
        "a very long number",
        "a object",
    ]


def test_kinds_have_words_and_examples():
    assert len({kind.value for kind in Kind}) == len(list(Kind))
    for kind in Kind:
        assert kind.expects
        assert kind.example
        assert kind.bounds[0] < kind.bounds[1]


# ---------------------------------------------------------------- money in Korean


@given(st.floats(1.0, 9.99e15), st.sampled_from([1.0, -1.0]))
def test_money_in_korean_reads_back_to_three_figures(amount, sign):
    with speaking("ko"):
        text = won(sign * amount)
    assert text.endswith("원")
    nearest = 0.5 if amount < 999_500 else 0.0
    assert parse(text, Kind.MONEY) == pytest.approx(sign * amount, rel=0.00501, abs=nearest)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0원"), (250_000, "250,000원"), (999_600, "100만원"), (-12_540_000, "-1,250만원"),
        (99_970_000, "1억원"), (137e6, "1.37억원"), (4.7e9, "47억원"), (123.4e9, "1,230억원"),
        (999.6e9, "1조원"), (5.4e12, "5.4조원"), (9.87e15, "9,870조원"), (1.2e16, "12,000조원"),
    ],
)  # fmt: skip
def test_money_in_korean_stands_in_units_of_ten_thousand(amount, text):
    with speaking("ko"):
        assert won(amount) == text
        assert won(np.float64(amount)) == text
