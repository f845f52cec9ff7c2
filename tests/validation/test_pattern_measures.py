"""The measures, on worlds whose firms were laid out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustersim.randomness import ids
from clustersim.validation.bands import PATTERNS, THEMES
from clustersim.validation.patterns import MEASURES, reaching
from clustersim.validation.worlds import Complex

COLUMNS = {
    "sector": 0, "months": 12.0, "stands": True, "last_stands": True, "output": 1e9, "sales": 1e9,
    "workers": 20.0, "worker_months": 240.0, "value_added": 3e8, "rd_spending": 0.0, "wages": 1e8,
    "profit": 5e7, "export_share": 0.0, "age": 10.0, "came": 0, "kind": "incumbent",
    "productivity": 1.5e7,
}  # fmt: skip


def town(rows, ties=()):
    """A complex of firm-years: id, year, and what differs from a plain one."""
    firms = pd.DataFrame([COLUMNS | {"id": name, "year": year} | more for name, year, more in rows])
    firms["id"] = firms["id"].astype(np.uint64)
    for column in ("output", "sales", "workers", "rd_spending", "profit", "age", "productivity"):
        if f"last_{column}" not in firms:
            firms[f"last_{column}"] = firms[column]
    for column in ("growth", "hiring", "relative", "last_relative"):
        if column not in firms:
            firms[column] = np.nan
    tied = pd.DataFrame(list(ties), columns=["year", "first", "second"])
    return Complex(
        "town", firms, pd.DataFrame(), tied, int(firms["year"].min()), int(firms["year"].max())
    )


def lives(name, sales, first=2007, **more):
    """A firm's years with these nominal sales, bn won."""
    return [(name, first + k, {"sales": 1e9 * each, **more}) for k, each in enumerate(sales)]


def test_every_pattern_is_measured_and_every_measure_is_told():
    names = [pattern.name for pattern in PATTERNS]
    assert len(names) == len(set(names))
    assert set(names) == set(MEASURES)
    assert {pattern.theme for pattern in PATTERNS} == set(THEMES)


def test_every_pattern_says_what_it_is_and_where_it_stands():
    for pattern in PATTERNS:
        assert min(map(len, (pattern.title, pattern.title_ko, pattern.statistic))) > 2
        assert pattern.source
        band = pattern.band
        assert band is None or band.low < band.high
        held = band is not None or pattern.bands
        assert held or pattern.published or "no figure" in pattern.source or "not" in pattern.source


def test_a_firm_that_closed_has_not_reached_and_one_that_fell_back_has():
    years = [16.0] + [20.0] * 9 + [31.0]
    rows = [
        *lives(1, years),
        *lives(2, [15.0, 40.0, *[10.0] * 9]),
        *lives(3, [19.9, 20.0]),  # closed
        *lives(4, [20.0] * 10 + [99.0]),  # not in the band
        *lives(5, [14.9] * 10 + [99.0]),
        *lives(6, [16.0, 40.0], first=2016),  # in the band later: no base year of its own
    ]
    assert reaching(town(rows), 30, 10) == (2.0, 3.0)
    assert reaching(town(rows), 30, 5) == (1.0, 3.0)
    assert reaching(town(rows), 50, 10) == (0.0, 3.0)


def test_without_enough_years_there_are_no_odds():
    short = town(lives(1, [16.0] * 6))
    assert reaching(short, 30, 5) == (0.0, 1.0)
    assert np.isnan(reaching(short, 30, 10)).all()


def test_age_on_reaching_counts_the_first_time_only():
    rows = [
        *lives(1, [90.0, 101.0, 95.0, 102.0]),
        *lives(2, [120.0, 130.0]),  # above it when first seen
        *lives(3, [60.0, 120.0]),  # founded above it in the middle of a year
    ]
    for row in rows:
        row[2]["age"] = row[1] - 1990.0
    here = town(rows)
    last = here.firms.groupby("id")["sales"].shift()
    here.firms["last_sales"] = last
    whole = np.where(here.firms["id"] == 3, 6.0, 12.0)
    here.firms["last_months"] = pd.Series(whole, here.firms.index).where(last.notna())
    assert MEASURES["scale_up.age_at_100"](here) == (18.0, 1.0)
    assert MEASURES["scale_up.young_at_100"](here) == (0.0, 1.0)
    # 101 to 95; not 120 to 130
    assert MEASURES["scale_up.falling_below_100"](here) == (1.0, 2.0)


def test_who_comes_and_closes_is_counted_against_who_stood():
    born = {"kind": "birth", "came": 2008, "months": 6.0, "last_stands": False}
    split = {"kind": "split", "came": 2008, "months": 2.0, "last_stands": False, "stands": False}
    rows = [
        *[(k, 2007, {"last_stands": False}) for k in range(1, 5)],
        *[(k, 2008, {}) for k in range(1, 4)],
        (4, 2008, {"stands": False, "months": 3.0}),
        (5, 2008, born),
        (6, 2008, split),  # came and closed within the year
    ]
    here = town(rows)
    assert MEASURES["turnover.births"](here) == (1.0, 4.0)
    assert MEASURES["turnover.splits"](here) == (1.0, 4.0)
    assert MEASURES["turnover.entry"](here) == (2.0, 4.0)
    assert MEASURES["turnover.exit"](here) == (1.0, 4.0)


def test_high_growth_is_in_workers_over_three_years_from_ten_on():
    rows = [
        *[(1, 2007 + k, {"workers": 10.0 * 1.21**k}) for k in range(4)],
        *[(2, 2007 + k, {"workers": 10.0 * 1.19**k}) for k in range(4)],
        *[(3, 2007 + k, {"workers": 5.0 * 1.5**k}) for k in range(4)],
    ]
    assert MEASURES["growth.high_growth"](town(rows)) == (1.0, 2.0)


def test_research_is_looked_at_in_firms_of_5_to_299():
    rows = [
        (1, 2007, {"rd_spending": 4e7}),
        (2, 2007, {}),
        (3, 2007, {"workers": 4.0, "rd_spending": 9e9}),
        (4, 2007, {"workers": 300.0, "rd_spending": 9e9}),
    ]
    here = town(rows)
    assert MEASURES["rd.participation"](here) == (1.0, 2.0)
    assert MEASURES["rd.intensity"](here) == pytest.approx(0.04)
    assert MEASURES["rd.intensity_all"](here) == pytest.approx(0.02)


def test_a_premium_is_a_share_within_sector_and_year():
    rows = [
        (k, 2007, {"sector": k % 2, "export_share": 0.5 * (k % 3 == 0),
                   "productivity": (5.0 if k % 2 else 1.0) * (1.5 if k % 3 == 0 else 1.0)})
        for k in range(60)
    ]  # fmt: skip
    assert MEASURES["exports.productivity_premium"](town(rows)) == pytest.approx(0.5)


def test_ties_are_those_of_firms_that_stand():
    names = ids.make(0, 2, [1, 2, 3, 4]).tolist()
    house = int(ids.make(0, 2, ids.INSTITUTIONS))
    rows = [(name, 2007, {"stands": name != names[3]}) for name in names]
    ties = [
        (2007, names[0], names[1]),
        (2007, names[1], names[2]),
        (2007, names[0], names[3]),  # closed in December
        (2007, names[0], house),
        (2007, names[3], house),
    ]
    here = town(rows, ties)
    here.ties["first"] = here.ties["first"].astype(np.uint64)
    here.ties["second"] = here.ties["second"].astype(np.uint64)
    assert MEASURES["ties.degree"](here) == pytest.approx(4 / 3)
    assert MEASURES["ties.tied"](here) == pytest.approx(1.0)
    assert MEASURES["ties.institutions"](here) == pytest.approx(1 / 3)
    assert MEASURES["ties.largest"](here) == pytest.approx(1.0)
    assert MEASURES["ties.clustering"](here) == pytest.approx((0.0, 2 / 3))
