"""Samplers are quantile functions: right frequencies, and monotone in u and in parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.randomness import Domain, Luck, Stream, samplers

P = 1e-6
S = Stream("test.samplers")
LUCK = Luck(11, 0, Domain.LUCK)
N = 100_000
U = LUCK.uniform(S, 0, np.arange(N, dtype=np.uint64))
EXTREMES = np.array([2.0**-53, 0.5, 1 - 2.0**-53])

# What each should be, from scipy.stats, on whose slower code nothing else relies.
CONTINUOUS = {
    "uniform": (lambda u: samplers.uniform(u, 2, 5), stats.uniform(2, 3)),
    "normal": (lambda u: samplers.normal(u, 3, 2), stats.norm(3, 2)),
    "lognormal": (lambda u: samplers.lognormal(u, 4, 0.7), stats.lognorm(0.7, scale=4)),
    "exponential": (lambda u: samplers.exponential(u, 2.5), stats.expon(scale=2.5)),
    "triangular": (lambda u: samplers.triangular(u, 1, 2, 5), stats.triang(0.25, 1, 4)),
}
DISCRETE = {
    "poisson 0.01": (lambda u: samplers.poisson(u, 0.01), stats.poisson(0.01)),
    "poisson 0.7": (lambda u: samplers.poisson(u, 0.7), stats.poisson(0.7)),
    "poisson 3": (lambda u: samplers.poisson(u, 3), stats.poisson(3)),
    "poisson 5000": (lambda u: samplers.poisson(u, 5000.0), stats.poisson(5000)),
    "binomial 1": (lambda u: samplers.binomial(u, 1, 0.3), stats.binom(1, 0.3)),
    "binomial 12": (lambda u: samplers.binomial(u, 12, 0.05), stats.binom(12, 0.05)),
    "binomial 900": (lambda u: samplers.binomial(u, 900, 0.98), stats.binom(900, 0.98)),
}
ALL = CONTINUOUS | DISCRETE


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_laws(name):
    sampler, law = CONTINUOUS[name]
    some = U[:500]
    np.testing.assert_allclose(sampler(some), law.ppf(some), rtol=1e-10)
    assert stats.kstest(sampler(U), law.cdf).pvalue > P


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_laws(name):
    sampler, law = DISCRETE[name]
    some = U[:500]
    assert sampler(some).dtype == np.int64
    assert np.array_equal(sampler(some), law.ppf(some))
    # Near 1 scipy's own quantile is a count or two off, so the definition is checked there.
    ends = sampler(EXTREMES)
    assert np.all(law.cdf(ends) >= EXTREMES)
    assert np.all(law.cdf(ends - 1) < EXTREMES)


@pytest.mark.parametrize("name", ["poisson 0.7", "poisson 3", "binomial 12"])
def test_frequencies_are_right(name):
    sampler, law = DISCRETE[name]
    counts = np.bincount(sampler(U))
    for value, seen in enumerate(counts):
        low, high = stats.binom.ppf([P / 2, 1 - P / 2], N, law.pmf(value))
        assert low <= seen <= high


@pytest.mark.parametrize("p", [0.0, 1e-4, 0.3, 0.999, 1.0])
def test_bernoulli_frequency(p):
    seen = samplers.bernoulli(U, p)
    assert seen.dtype == bool
    low, high = stats.binom.ppf([P / 2, 1 - P / 2], N, p)
    assert low <= np.count_nonzero(seen) <= high


@pytest.mark.parametrize("name", ALL)
def test_monotone_and_finite_up_to_the_last_word(name):
    sampler, _ = ALL[name]
    values = sampler(np.sort(np.concatenate([U, EXTREMES])))
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= 0)


@pytest.mark.parametrize("name", ALL)
def test_one_number_gives_the_same_as_many(name):
    sampler, _ = ALL[name]
    many = sampler(U[:20])
    assert [sampler(float(u)) for u in U[:20]] == many.tolist()
    assert isinstance(sampler(float(U[0])), np.generic)


unit = st.floats(2.0**-53, 1 - 2.0**-53)


@given(unit, st.floats(0, 500), st.floats(0, 500))
def test_a_higher_rate_only_adds(u, rate, other):
    low, high = sorted([rate, other])
    assert samplers.poisson(u, low) <= samplers.poisson(u, high)


def test_a_higher_rate_only_adds_along_a_fine_path():
    counts = samplers.poisson(U[:200, None], np.linspace(0, 30, 400))
    assert np.all(np.diff(counts, axis=1) >= 0)
    assert np.all(counts[:, 0] == 0)


@given(unit, st.integers(0, 300), st.integers(0, 300), st.floats(0, 1), st.floats(0, 1))
def test_more_trials_or_chance_only_add(u, n, m, p, q):
    few, many = sorted([n, m])
    low, high = sorted([p, q])
    base = samplers.binomial(u, few, low)
    assert 0 <= base <= few
    assert base <= samplers.binomial(u, many, low)
    assert base <= samplers.binomial(u, few, high)
    assert not samplers.bernoulli(u, low) or samplers.bernoulli(u, high)


def test_certain_outcomes():
    assert samplers.binomial(EXTREMES, 7, 1.0).tolist() == [7, 7, 7]
    assert samplers.binomial(EXTREMES, 7, 0.0).tolist() == [0, 0, 0]
    assert samplers.binomial(EXTREMES, 0, 0.5).tolist() == [0, 0, 0]
    assert samplers.poisson(EXTREMES, 0.0).tolist() == [0, 0, 0]
    assert samplers.triangular(EXTREMES, 2.0, 2.0, 2.0).tolist() == [2, 2, 2]
    assert samplers.normal(EXTREMES, 3.0, 0.0).tolist() == [3, 3, 3]


def test_parameters_broadcast():
    rates = np.array([0.0, 1.0, 50.0])
    assert samplers.poisson(U[:4, None], rates).shape == (4, 3)
    assert samplers.triangular(U[:3], rates, rates + 1, rates + 2).shape == (3,)


@pytest.mark.parametrize("rate", [-1e-9, np.nan, np.inf])
def test_impossible_rates_are_refused(rate):
    with pytest.raises(ValueError, match="Poisson rate"):
        samplers.poisson(U[:2], np.array([1.0, rate]))


@pytest.mark.parametrize(("n", "p"), [(-1, 0.5), (3, -0.1), (3, 1.1), (3, np.nan)])
def test_impossible_trials_are_refused(n, p):
    with pytest.raises(ValueError, match="trials"):
        samplers.binomial(U[:2], n, p)


# ---------------------------------------------------------------- menus

OPTIONS = np.arange(100, 105, dtype=np.uint64)
CHOOSERS = np.arange(20_000, dtype=np.uint64)
MENU_U = LUCK.uniform(S, 1, CHOOSERS[:, None], OPTIONS)
WEIGHTS = np.array([1.0, 2.0, 0.0, 4.0, 1e-3])


def test_options_are_chosen_by_weight():
    counts = np.bincount(samplers.gumbel(MENU_U, WEIGHTS), minlength=5)
    for seen, share in zip(counts, WEIGHTS / WEIGHTS.sum(), strict=True):
        low, high = stats.binom.ppf([P / 2, 1 - P / 2], len(CHOOSERS), share)
        assert low <= seen <= high


def test_the_choice_is_the_largest_gumbel():
    with np.errstate(divide="ignore"):
        worth = np.log(WEIGHTS) - np.log(-np.log(MENU_U))
    assert np.array_equal(samplers.gumbel(MENU_U, WEIGHTS), worth.argmax(axis=1))


def test_when_an_option_goes_only_its_takers_move():
    full = OPTIONS[samplers.gumbel(MENU_U, WEIGHTS)]
    fewer = np.delete(OPTIONS, 1)
    u = LUCK.uniform(S, 1, CHOOSERS[:, None], fewer)
    rest = fewer[samplers.gumbel(u, np.delete(WEIGHTS, 1))]
    assert np.array_equal(full != rest, full == OPTIONS[1])


def test_a_heavier_option_only_gains():
    heavier = np.array([1.0, 3.0, 0.0, 4.0, 1e-3])
    before, after = samplers.gumbel(MENU_U, WEIGHTS), samplers.gumbel(MENU_U, heavier)
    assert np.all((before == after) | (after == 1))


def test_one_menu():
    assert samplers.gumbel(MENU_U[0], WEIGHTS) == samplers.gumbel(MENU_U, WEIGHTS)[0]


@pytest.mark.parametrize("weights", [[1, -1], [1, np.nan], [1, np.inf], [0, 0], [[1, 0], [0, 0]]])
def test_impossible_menus_are_refused(weights):
    with pytest.raises(ValueError, match="menu"):
        samplers.gumbel(np.array([0.3, 0.4]), np.array(weights))


def test_an_empty_menu_is_refused():
    with pytest.raises(ValueError, match="menu"):
        samplers.gumbel(np.ones((2, 0)), np.ones((2, 0)))
