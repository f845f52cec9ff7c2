"""Each statistic on samples whose answer is known; seeds are fixed, tolerances at p = 1e-6."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from clustersim.validation import statistics

SIX = 4.9
"""Standard errors that a normal estimate exceeds once in a million."""


def rng():
    return np.random.default_rng(20080624)


@pytest.mark.parametrize("exponent", [0.8, 1.06, 2.0])
@pytest.mark.parametrize("top", [0.05, 0.10])
def test_the_tail_of_a_pareto_law_is_its_exponent(exponent, top):
    sizes = 7.0 * (1.0 + rng().pareto(exponent, 20_000))
    error = exponent / np.sqrt(top * 20_000)
    assert statistics.tail_exponent(sizes, top) == pytest.approx(exponent, abs=SIX * error)


def test_a_lognormal_tail_is_thinner_the_farther_out():
    sizes = np.exp(rng().normal(2.0, 1.0, 50_000))
    far, near = (statistics.tail_exponent(sizes, top) for top in (0.01, 0.10))
    assert far > near > 1.5


@pytest.mark.parametrize(("law", "shape"), [(stats.laplace, 1.0), (stats.norm, 2.0)])
def test_subbotin_tells_laplace_from_normal_wherever_they_lie(law, shape):
    growth = law.rvs(loc=0.3, scale=0.2, size=20_000, random_state=rng())
    # the sd of the estimate over samples of this size is 0.014 and 0.030
    assert statistics.laplace_shape(growth) == pytest.approx(shape, abs=0.09 * shape)


def test_the_spread_falls_with_size_by_the_exponent_put_in():
    size = np.exp(rng().normal(0.0, 1.5, 60_000))
    growth = rng().laplace(size=60_000) * 0.2 * size**-0.18
    slope = statistics.size_slope(size, growth)
    assert slope == pytest.approx(-0.18, abs=0.02)
    assert statistics.size_slope(size, rng().laplace(size=60_000)) == pytest.approx(0.0, abs=0.02)


def test_bins_hold_as_many_firms_each():
    size = np.arange(1.0, 46.0)
    bins = statistics.spread_by_size(size, np.tile([1.0, 2.0, 3.0], 15))
    assert bins.size == pytest.approx(np.log(size).reshape(15, 3).mean(axis=1))
    assert bins.sd == pytest.approx(np.ones(15))


def test_an_effect_of_each_group_does_not_count():
    x, groups = rng().normal(size=3_000), np.arange(3_000) % 7
    y = 2.0 * x + 100.0 * groups
    assert statistics.slope(x, y, groups) == pytest.approx(2.0)
    assert np.bincount(groups, statistics.within(y, groups)) == pytest.approx(np.zeros(7), abs=1e-8)


def test_the_slope_of_a_high_quantile_is_not_that_of_the_median():
    x = rng().uniform(0.0, 1.0, 8_000)
    y = x * rng().normal(size=8_000)
    high, middle = (statistics.quantile_slope(x, y, q) for q in (0.9, 0.5))
    assert high == pytest.approx(stats.norm.ppf(0.9), abs=0.15)
    assert middle == pytest.approx(0.0, abs=0.15)


def test_logit_slopes_are_those_put_in():
    x = rng().normal(size=(60_000, 2))
    odds = -2.0 + x @ np.array([-0.3, 0.5])
    event = rng().uniform(size=60_000) < 1.0 / (1.0 + np.exp(-odds))
    found = statistics.slopes_of_odds(event, x)
    assert found == pytest.approx([-0.3, 0.5], abs=0.06)


def test_survival_takes_those_who_were_seen_for_a_while_only():
    # 40 firms: 10 close after 6 months, 10 leave our sight after 9, 10 close after 18, 10 stay
    months = np.repeat([6.0, 9.0, 18.0, 30.0], 10)
    closed = np.repeat([True, False, True, False], 10)
    found = statistics.survival(months, closed, np.array([0.0, 6.0, 12.0, 18.0, 31.0]))
    assert found[:4] == pytest.approx([1.0, 0.75, 0.75, 0.375])
    assert np.isnan(found[4])


def test_nobody_closes():
    found = statistics.survival(np.full(40, 24.0), np.zeros(40, dtype=bool), np.array([12.0, 30.0]))
    assert found[0] == 1.0
    assert np.isnan(found[1])


def test_inequality():
    assert statistics.gini(np.array([3.0, 3.0, 3.0])) == pytest.approx(0.0)
    assert statistics.gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert statistics.gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert statistics.top_share(np.array([1.0] * 9 + [11.0]), 0.10) == pytest.approx(0.55)
    values = np.exp(rng().normal(size=40_000))
    assert statistics.quantile_ratio(values, 0.9, 0.1) == pytest.approx(12.97, rel=0.05)


def test_a_triangle_with_a_tail():
    #  0 - 1 - 2 - 0, 2 - 3; a tie that stands twice counts once; 4 is alone
    net = statistics.network(np.array([0, 1, 2, 2, 3]), np.array([1, 2, 0, 3, 2]), 5)
    assert net.degree.tolist() == [2, 2, 3, 1, 0]
    assert (net.closed, net.triples) == (3.0, 5.0)
    assert net.chance == pytest.approx(8 / 20)
    assert net.largest == 4


def test_a_random_network_is_no_more_clustered_than_chance():
    n, p = 600, 0.05
    first, second = np.triu_indices(n, 1)
    there = rng().uniform(size=len(first)) < p
    net = statistics.network(first[there], second[there], n)
    assert net.closed / net.triples / net.chance == pytest.approx(1.0, abs=0.05)
    assert net.assortativity == pytest.approx(0.0, abs=0.05)


def test_a_network_without_ties():
    net = statistics.network(np.zeros(0, dtype=int), np.zeros(0, dtype=int), 3)
    assert net.degree.tolist() == [0, 0, 0]
    assert (net.triples, net.closed, net.largest) == (0.0, 0.0, 1)
    assert np.isnan(net.assortativity)


@pytest.mark.parametrize(
    "found",
    [
        statistics.tail_exponent(np.ones(50), 0.1),
        statistics.laplace_shape(np.zeros(5)),
        statistics.size_slope(np.ones(100), np.ones(100)),
        statistics.size_slope(np.ones(1000), np.ones(1000)),
        statistics.correlation(np.arange(9.0), np.arange(9.0)),
        statistics.correlation(np.ones(50), np.arange(50.0)),
        statistics.slope(np.ones(50), np.arange(50.0), np.zeros(50)),
        statistics.quantile_slope(np.arange(50.0), np.arange(50.0), 0.5),
        statistics.slopes_of_odds(np.arange(100) == 3, np.ones((100, 2)))[0],
        statistics.survival(np.ones(3), np.ones(3, dtype=bool), np.array([1.0]))[0],
        statistics.gini(np.zeros(5)),
        statistics.top_share(np.ones(3), 0.1),
        statistics.quantile_ratio(np.ones(3), 0.9, 0.1),
    ],
)
def test_too_little_is_no_number(found):
    assert np.isnan(found)
