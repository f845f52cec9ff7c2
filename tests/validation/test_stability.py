"""Thirty years without macro and programme: a complex stays what it was, or it is said how not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustersim.scenario import load
from clustersim.validation import stability

LUCK, YEARS = 4, 30
Z = 5.0
"""Standard errors that a first year is off later ones by less than once in a million."""

KNOWN = {
    "size_spread": 0.09,  # old firms have had time to grow apart
    "knowledge": -0.12,  # firms without cash do no research
    "debt_tail": 0.35,  # some live long on little, until their debt ends them
    "without_cash": 0.62,
    "age": 0.77,  # a young complex grows old: as it should
    "young": -0.36,
}
"""Drifts of Noksan that are known, with their size and cause.

One that is gone, or has grown, fails the test as much as one that is new: the list says what is.
"""


JUMPS = {"young"}  # a mean age of nine years is younger than those who come and go make it


@pytest.fixture(scope="module")
def noksan():
    return stability.stability(load("noksan"), luck=LUCK, years=YEARS)


def test_nothing_drifts_but_what_is_known_to(noksan):
    found = stability.trends(noksan).set_index("statistic")
    assert set(found.index[found["drifts"]]) == set(KNOWN)
    for name, change in KNOWN.items():
        row = found.loc[name]
        slack = 0.03 + 0.15 * abs(change) + 3.0 * row["spread"]
        assert abs(row["change"] - change) < slack, (name, row["change"])


def test_the_first_months_are_like_later_ones(noksan):
    found = stability.jumps(noksan)
    assert {"ties", "cash", "rd_share", "utilisation", "workers"} <= set(found["statistic"])
    assert set(found.loc[found["size"] > Z, "statistic"]) == JUMPS


def test_every_statistic_of_every_month_is_there(noksan):
    assert set(noksan["statistic"]) == set(stability.TITLES)
    assert len(noksan) == LUCK * YEARS * 12 * len(stability.TITLES)
    first = noksan["month"] == 0
    assert noksan["value"].isna().sum() == (first & (noksan["statistic"] == "entered")).sum()


# ---------------------------------------------------------------- what is made of it


def table(of, luck=3, years=30, statistic="cash"):
    rows = [
        ("here", number, month, statistic, of(number, month))
        for number in range(luck)
        for month in range(12 * years)
    ]
    return pd.DataFrame(rows, columns=["complex", "luck", "month", "statistic", "value"])


def noisy(trend=0.0, jump=0.0, sd=0.01):
    """A statistic that moves by luck, has a trend a year, and jumps in its second month."""
    noise = np.random.default_rng(7).normal(0.0, sd, (3, 360))
    return table(
        lambda number, month: (
            1.0 + trend * month / 12.0 + jump * (month == 0) + noise[number, month]
        )
    )


def test_a_trend_is_a_drift_and_noise_is_none():
    (calm,), (rising,) = (
        stability.trends(noisy(trend)).to_dict("records") for trend in (0.0, 0.005)
    )
    assert not calm["drifts"]
    assert rising["drifts"]
    assert rising["change"] == pytest.approx(29 * 0.005 / (1 + 5.5 / 12 * 0.005), abs=0.01)


def test_worlds_that_differ_by_luck_are_no_drift():
    apart = table(lambda number, month: 1.0 + (number - 0.5) * month / 3600.0)
    (row,) = stability.trends(apart).to_dict("records")
    assert abs(row["change"]) > stability.FLOOR / 2
    assert row["spread"] > 0.09
    assert not row["drifts"]


def test_one_luck_shows_no_drift():
    (row,) = stability.trends(table(lambda _, month: 1.0 + month, luck=1)).to_dict("records")
    assert np.isnan(row["tolerance"])
    assert not row["drifts"]


def test_a_jump_is_told_from_noise_and_from_a_trend():
    sizes = {
        name: stability.jumps(world)["size"].max()
        for name, world in {
            "calm": noisy(),
            "trend": noisy(trend=0.02),
            "jump": noisy(jump=0.08),
        }.items()
    }
    assert max(sizes["calm"], sizes["trend"]) < 3.0 < Z < sizes["jump"]


def test_the_first_year_is_100():
    (first, *_, last) = stability.indices(noisy(trend=0.01)).to_dict("records")
    assert first["mean"] == pytest.approx(100.0)
    assert first["low"] < 100.0 < first["high"]
    assert last["mean"] == pytest.approx(128.9, abs=0.5)


def test_the_page_says_which_statistics_drift():
    text = stability.page(noisy(trend=0.02))
    (line,) = [line for line in text.splitlines() if "cash over yearly sales" in line]
    assert "drifts" in line
    assert "30 years without macro and programme" in text
    assert max(map(len, text.splitlines())) <= 80
