"""Twelve monthly steps make a year of Laplace growth, and leave the mean alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from clustersim.randomness import Domain, Luck, Stream, Tent, tent

P = 1e-6
S = Stream("test.tent")
LUCK = Luck(17, 0, Domain.LUCK)
N = 100_000
FIRMS = np.arange(N, dtype=np.uint64)
MONTHS = Tent.sample(np.stack([LUCK.uniform(S, month, FIRMS) for month in range(12)]))
YEARS = MONTHS.sum(axis=0)
Z = stats.norm.isf(P / 2)
LAPLACE = stats.laplace(scale=np.sqrt(0.5))


def exact_cdf(x):
    """P(X <= x), x > 0, by the integral of t**v K_v(t) in Struve functions (DLMF 10.43.2)."""
    v, z = 1 / 12 - 0.5, np.sqrt(2) * x
    kv, lv = special.kv, special.modstruve
    return 0.5 + 0.5 * z * (kv(v, z) * lv(v - 1, z) + kv(v - 1, z) * lv(v, z))


def cells():
    """Gauss-Legendre nodes and weights in u over every cell of the table, both tails."""
    nodes, weights = special.roots_legendre(6)
    low, high = tent._table().tail[:-1], tent._table().tail[1:]
    u = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * nodes
    w = (high - low)[:, None] / 2 * weights
    return u.ravel(), w.ravel()


# ---------------------------------------------------------------- the monthly step


def test_quantiles_are_those_of_the_exact_law():
    u = np.linspace(0.55, 0.999, 400)
    np.testing.assert_allclose(exact_cdf(Tent.sample(u)), u, atol=2e-5)


def test_tail_is_exponential_to_the_last_word():
    # Integrated straight: no function of the table is used.
    u = np.array([1e-4, 1e-8, 1e-12, 2.0**-53])
    nodes, weights = special.roots_laguerre(40)
    order = 1 / 12 - 0.5
    norm = 2 / (np.sqrt(2 * np.pi) * special.gamma(1 / 12))
    for tail in u:
        x = -Tent.sample(tail)
        t = x + nodes / np.sqrt(2)
        density = norm * (t / np.sqrt(2)) ** order * special.kve(order, np.sqrt(2) * t)
        mass = np.sum(weights * density) * np.exp(-np.sqrt(2) * x) / np.sqrt(2)
        assert mass == pytest.approx(tail, rel=0.01)


def test_symmetric_bit_for_bit():
    u = LUCK.uniform(S, 50, FIRMS)
    assert np.array_equal(Tent.sample(1 - u), -Tent.sample(u))
    assert Tent.sample(0.5) == 0


def test_monotone_and_finite():
    u = np.sort(np.concatenate([LUCK.uniform(S, 50, FIRMS), [2.0**-53, 1 - 2.0**-53]]))
    x = Tent.sample(u)
    assert np.all(np.diff(x) >= 0)
    assert np.all(np.isfinite(x))
    assert len(np.unique(x)) > 0.99 * len(x)


def test_moments_of_the_table():
    u, w = cells()
    x = Tent.sample(u)
    assert 2 * np.sum(w) == pytest.approx(1, rel=1e-12)
    assert 2 * np.sum(w * x**2) == pytest.approx(1 / 12, rel=1e-12)
    # E[X^4] = 3 E[G^2] = 3 * (1/12) * (13/12) for a gamma variance G of shape 1/12.
    assert 2 * np.sum(w * x**4) == pytest.approx(13 / 48, rel=1e-3)


def test_shape_does_not_depend_on_how_it_is_asked():
    u = LUCK.uniform(S, 50, FIRMS[:12])
    assert np.array_equal(Tent.sample(u.reshape(3, 4)).ravel(), Tent.sample(u))
    assert [float(Tent.sample(float(one))) for one in u] == Tent.sample(u).tolist()


# ---------------------------------------------------------------- the year


def test_year_is_laplace_with_unit_variance():
    assert stats.kstest(YEARS, LAPLACE.cdf).pvalue > P
    cells = np.bincount((LAPLACE.cdf(YEARS) * 200).astype(int), minlength=200)
    assert stats.chisquare(cells).pvalue > P


def test_year_has_the_moments_of_a_laplace():
    # E[Y^2k] = (2k)! / 2^k: 1, 6, 90, 2520.
    assert abs(YEARS.mean()) < Z * np.sqrt(1 / N)
    assert abs(np.mean(YEARS**2) - 1) < Z * np.sqrt((6 - 1) / N)
    assert abs(np.mean(YEARS**4) - 6) < Z * np.sqrt((2520 - 36) / N)


def test_months_have_variance_one_twelfth():
    spread = Z * np.sqrt((13 / 48 - 1 / 144) / MONTHS.size)
    assert abs(np.mean(MONTHS**2) - 1 / 12) < spread


def test_twelve_small_tents_would_be_no_tent():
    # The easy wrong version: a Laplace step each month sums to something nearly normal.
    u = np.stack([LUCK.uniform(S, month, FIRMS) for month in range(12)])
    wrong = LAPLACE.ppf(u).sum(axis=0) / np.sqrt(12)
    assert stats.kstest(wrong, LAPLACE.cdf).pvalue < P


# ---------------------------------------------------------------- the compensator


@pytest.mark.parametrize("sd", [0.0, 1e-6, 0.05, 0.3, 0.61, 1.0, 1.237, Tent.MAX_SD])
def test_compensated_mean_is_one_over_the_table(sd):
    u, w = cells()
    x = Tent.sample(u)
    c = Tent.compensator(sd)
    mean = np.sum(w * (np.exp(sd * x - c) + np.exp(-sd * x - c)))
    assert mean == pytest.approx(1, abs=1e-12 if sd <= 1 else 1e-9)


@pytest.mark.parametrize("sd", [0.1, 0.3, 0.6])
def test_compensated_mean_is_one_in_a_sample(sd):
    growth = np.exp(sd * MONTHS - Tent.compensator(sd))
    # Var = exp(c(2 sd) - 2 c(sd)) - 1, with the law's own c(s) = -log(1 - s^2/2) / 12.
    variance = (1 - 2 * sd**2) ** (-1 / 12) / (1 - sd**2 / 2) ** (-1 / 6) - 1
    assert abs(growth.mean() - 1) < Z * np.sqrt(variance / MONTHS.size)


def test_compensator_is_near_that_of_the_law():
    sd = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(Tent.compensator(sd), -np.log1p(-(sd**2) / 2) / 12, atol=1e-6)
    assert np.all(np.diff(Tent.compensator(sd)) > 0)


def test_compensator_takes_each_firm_by_itself():
    sd = np.linspace(0, 1.25, 24)
    many = Tent.compensator(sd)
    assert np.array_equal(Tent.compensator(sd.reshape(4, 6)).ravel(), many)
    assert np.array_equal(Tent.compensator(sd[::-3]), many[::-3])


@pytest.mark.parametrize("sd", [-0.01, 1.26, np.sqrt(2), np.nan])
def test_compensator_refuses_growth_without_a_mean(sd):
    with pytest.raises(ValueError, match="yearly sd"):
        Tent.compensator(np.array([0.3, sd]))
