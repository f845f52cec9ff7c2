"""The index runs through its points, and every cell says how it is known."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import HINDSIGHT, SECTORS, first_error, series

from clustersim.economy.macro import Macro, MacroSpec, Series
from clustersim.economy.month import EconomySpec
from clustersim.economy.state import SIZE_CLASSES

START, END = 72, 191


def test_the_index_is_straight_in_logs_between_points_and_flat_after_the_last():
    found = series(("2008-01", 100, "observed"), ("2008-05", 160, "observed")).at(
        np.array([90, 96, 98, 100, 150])
    )
    np.testing.assert_allclose(np.exp(found), [100, 100, np.sqrt(100 * 160), 160, 160])


def test_every_month_is_observed_interpolated_or_assumed():
    points = series(
        ("2008-01", 100, "observed"),
        ("2008-03", 90, "observed"),
        ("2008-05", 95, "assumed"),
        ("2008-07", 95, "observed"),
    )
    assert points.tags(np.arange(95, 105)) == [
        "assumed",  # before the first point
        "observed",
        "interpolated",  # between two figures
        "observed",
        "assumed",  # towards a point without a figure
        "assumed",  # that point
        "assumed",  # and away from it
        "observed",
        "assumed",  # after the last
        "assumed",
    ]


def test_prices_are_one_on_average_in_2008_wherever_a_run_starts():
    for start in (START, 100, 108):
        macro = Macro.build(HINDSIGHT, SECTORS, start, END)
        later = Macro.build(HINDSIGHT, SECTORS, 96, END)
        assert later.price[:, :12].mean(axis=1) == pytest.approx([1.0, 1.0], rel=1e-12)
        np.testing.assert_array_equal(macro.price[:, -12:], later.price[:, -12:])


def test_a_sector_has_its_own_index_or_the_national_one():
    macro = Macro.build(HINDSIGHT, SECTORS, START, END)
    at = np.array([0, 1]), np.array([1, 1])
    np.testing.assert_allclose(np.exp(macro.output(*at, 100)), [102, 108])  # May 2008
    np.testing.assert_allclose(np.exp(macro.output(*at, 109)), [85, 108])  # February 2009
    prices = macro.prices(np.array([0, 1]), 109)
    assert prices[0] == prices[1]


def test_a_size_class_departs_from_its_sector_by_a_factor():
    macro = Macro.build(HINDSIGHT, SECTORS, START, END)
    large = SIZE_CLASSES.index("300+")
    change = macro.log_output[0, :, 108 - START] - macro.log_output[0, :, 105 - START]
    assert np.exp(change[large] - change[0]) == pytest.approx(1.08)  # January 2009
    assert change[0] == change[1] == change[2]


def test_flat_has_neither_growth_nor_inflation():
    macro = Macro.build(HINDSIGHT.model_copy(update={"mode": "flat"}), SECTORS, START, END)
    assert not macro.log_output.any()
    assert np.all(macro.price == 1.0)


def test_a_sector_nobody_published_stands_still():
    macro = Macro.build(MacroSpec(output={"steel": HINDSIGHT.output["steel"]}), SECTORS, START, END)
    assert not macro.log_output[0].any()
    assert macro.log_output[1].any()
    assert np.all(macro.price == 1.0)


def test_a_year_is_cut_where_the_run_is():
    macro = Macro.build(HINDSIGHT, SECTORS, 75, END)  # from April 2006
    assert macro.year(80) == slice(0, 9)
    assert macro.year(93) == slice(9, 21)


def test_nominal_growth_is_that_of_output_times_prices_between_two_years():
    macro = Macro.build(HINDSIGHT, SECTORS, 75, END)  # from April 2006
    years = (np.arange(75, END + 1)) // 12 + 2000
    sales = np.exp(macro.log_output[1, 0]) * macro.price[1]
    expected = sales[years == 2009].mean() / sales[years == 2007].mean()
    assert macro.nominal_growth(1, 2007, 2009) == pytest.approx(expected, rel=1e-12)
    assert macro.nominal_growth(1, 2008, 2008) == 1.0


# ---------------------------------------------------------------- what no series can be

JANUARY = {"month": "2008-01", "value": 100, "tag": "observed"}
MARCH = {"month": "2008-03", "value": 90, "tag": "assumed"}


@pytest.mark.parametrize("points", [(MARCH, JANUARY), (JANUARY, JANUARY)])
def test_points_out_of_order_are_refused(points):
    message, hint, at = first_error(Series, {"points": points})
    assert "does not come after" in message
    assert "order" in hint
    assert at == ("points", 1, "month")


def test_a_series_without_points_is_refused():
    message, hint, at = first_error(Series, {"points": ()})
    assert message == "a series needs a point"
    assert hint
    assert at == ("points",)


def test_a_series_of_an_unknown_size_class_is_refused():
    message, hint, at = first_error(MacroSpec, {"size": {"300": {"points": (JANUARY,)}}})
    assert message == "unknown size class '300'"
    assert "300+" in hint
    assert at == ("size", "300")


@pytest.mark.parametrize("kind", ["output", "prices"])
def test_a_series_of_an_unknown_sector_is_refused(kind):
    macro = {kind: {"steal": {"points": (JANUARY,)}}}
    message, hint, at = first_error(EconomySpec, {"sectors": SECTORS, "macro": macro})
    assert message == "unknown sector 'steal'"
    assert "steel" in hint
    assert at == ("macro", kind, "steal")
