from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clustersim.evaluation.money import fieller, ledger, ratios

EXACT = ["arm", "complex", "funder", "line", "purpose", "year", "entry", "mean", "unit"]


def row(task, entry, amount, purpose="", year=2008):
    return {
        "arm": task.arm, "reference": task.reference, "draw": task.draw, "luck": task.luck,
        "complex": "noksan", "funder": "state", "line": "special", "purpose": purpose,
        "year": year, "entry": entry, "amount": amount,
    }  # fmt: skip


def paid_table(tasks, amount):
    return pd.DataFrame(
        [
            {
                "arm": t.arm, "reference": t.reference, "draw": t.draw, "luck": t.luck,
                "complex": "noksan", "year": 2009, "funder": "state",
                "paid_real": float(amount(t)),
            }
            for t in tasks
        ]
    )  # fmt: skip


def both_outcomes(make, tasks, value):
    return pd.concat(
        [
            make.groups(tasks, value, outcome="value_added"),
            make.groups(tasks, value, outcome="workers", unit="heads"),
        ]
    )


def test_ledger_means_count_absent_entries_as_zero(make):
    tasks = make.diagonal(4)
    table = pd.DataFrame(
        [row(t, "appropriated", 4_700_000_000) for t in tasks]
        + [row(tasks[0], "paid", 1_000, purpose="prototype")]
        + [row(tasks[1], "paid", 200, purpose="prototype")]
    )
    answer = ledger(table, tasks)
    assert list(answer.columns) == EXACT
    means = answer.set_index("entry")
    assert means.loc["appropriated", "mean"] == 4.7e9
    assert means.loc["appropriated", "purpose"] is None
    assert means.loc["paid", "mean"] == 300
    assert means.loc["paid", "purpose"] == "prototype"
    assert set(answer["unit"]) == {"KRW"}


def test_ledger_of_an_arm_with_two_references_is_counted_once(make):
    tasks = [make.Pair("a", reference, k, k) for reference in ("r", "s") for k in range(2)]
    answer = ledger(pd.DataFrame([row(t, "free", 10) for t in tasks]), tasks)
    assert answer["mean"].tolist() == [10]


def test_ratio_is_of_means_not_a_mean_of_ratios(make):
    tasks = make.diagonal(2)
    groups = both_outcomes(make, tasks, lambda t: [(10, 0), (40, 0)][t.draw])
    answer = ratios(groups, paid_table(tasks, lambda t: [1, 9][t.draw]), tasks)
    value = answer.set_index("ratio").loc["value_added_per_won"]
    assert value["estimate"] == pytest.approx(5)  # not (10 + 40 / 9) / 2
    assert value["effect"] == 25
    assert value["paid"] == 5
    jobs = answer.set_index("ratio").loc["job_years_per_bn_won"]
    assert jobs["estimate"] == pytest.approx(5e9)
    assert set(answer["interval"]) == {"Fieller 95 %"}


def test_only_the_state_s_money_counts(make):
    tasks = make.diagonal(2)
    state = paid_table(tasks, lambda _: 8)
    firms = paid_table(tasks, lambda _: 100).assign(funder="firm")
    groups = both_outcomes(make, tasks, lambda _: (4, 0))
    answer = ratios(groups, pd.concat([state, firms]), tasks)
    assert answer["estimate"].iloc[0] == pytest.approx(0.5)


def test_effects_are_summed_over_years(make):
    tasks = make.diagonal(2)
    years = [
        make.groups(tasks, lambda _: (3, 1), outcome=outcome, year=year)
        for outcome in ("value_added", "workers")
        for year in (2009, 2010)
    ]
    answer = ratios(pd.concat(years), paid_table(tasks, lambda _: 8), tasks)
    assert answer["estimate"].iloc[0] == pytest.approx(0.5)
    assert answer["low"].iloc[0] == pytest.approx(0.5)


def test_no_money_gives_no_ratio(make):
    tasks = make.diagonal(3)
    groups = both_outcomes(make, tasks, lambda _: (2, 1))
    for money in (paid_table(tasks, lambda _: 0), paid_table(tasks, lambda _: 1).iloc[:0]):
        answer = ratios(groups, money, tasks)
        assert answer[["estimate", "low", "high", "p50"]].isna().all().all()


def test_a_replicate_that_paid_nothing_counts_as_zero(make):
    tasks = make.diagonal(2)
    groups = both_outcomes(make, tasks, lambda _: (4, 0))
    answer = ratios(groups, paid_table(tasks[:1], lambda _: 8), tasks)
    assert answer["paid"].iloc[0] == 4
    assert answer["estimate"].iloc[0] == pytest.approx(1)


def test_fieller_with_certain_money_is_a_t_interval():
    x = np.array([1.0, 4.0, 2.0, 7.0, 3.0])
    ratio, low, high = fieller(x, np.full(5, 2.0))
    t = stats.ttest_1samp(x / 2, 0).confidence_interval(0.95)
    assert (ratio, low, high) == pytest.approx((x.mean() / 2, t.low, t.high))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_fieller_ends_are_where_a_t_test_begins_to_refuse(seed):
    rng = np.random.default_rng(seed)
    y = rng.normal(5, 1, 12)
    x = 0.5 * y + rng.normal(0, 1, 12)
    _, low, high = fieller(x, y)
    for end in (low, high):
        assert stats.ttest_1samp(x - end * y, 0).pvalue == pytest.approx(0.05, rel=1e-6)


def test_fieller_has_no_end_when_money_may_be_nothing():
    ratio, low, high = fieller(np.array([1.0, 2.0, 3.0]), np.array([-5.0, 6.0, 0.5]))
    assert ratio == pytest.approx(4)
    assert math.isnan(low)
    assert math.isnan(high)
    assert math.isnan(fieller(np.array([1.0]), np.array([2.0]))[1])


def test_where_draws_and_lucks_cross_the_doubt_of_both_adds_up(make):
    tasks = make.crossed(4, 3)
    groups = both_outcomes(make, tasks, lambda t: (t.draw + [-1, 0, 1][t.luck], 0))
    answer = ratios(groups, paid_table(tasks, lambda _: 2), tasks).iloc[0]
    # money is certain: a t interval, of three lucks, with the variances of both means
    error = np.sqrt(np.var(range(4), ddof=1) / 4 + np.var(range(3), ddof=1) / 3)
    half = stats.t.ppf(0.975, 2) * error
    assert (answer["estimate"], answer["low"], answer["high"]) == pytest.approx(
        (1.5 / 2, (1.5 - half) / 2, (1.5 + half) / 2)
    )
