"""Keyed numbers are as good as random ones.

Seeds are fixed, so a test passes always or never; thresholds are where the exact null
distribution has p = 1e-6.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from clustersim.randomness import Domain, Luck, Stream, ids, keyed, pair_uniform

P = 1e-6
A, B, C = (Stream(f"test.quality.{name}") for name in "abc")
LUCK = Luck(2008, 0, Domain.LUCK)
N = 100_000

COUNTED = np.arange(N, dtype=np.uint64)
SHAPES = {
    "counted": COUNTED,
    "high bits only": COUNTED << 40,
    "births": ids.make(np.arange(N) // 50, 3, np.arange(N) % 50 + 1),
    "five complexes": ids.make(0, np.arange(N) % 5 + 1, np.arange(N) // 5 + 1),
    "bits far apart": (COUNTED & 0x1FF) | ((COUNTED >> 9) << 55),
}


def assert_uniform(u):
    assert stats.kstest(u, "uniform").pvalue > P
    cells = np.bincount((u * 1000).astype(int), minlength=1000)
    assert stats.chisquare(cells).pvalue > P


def assert_independent(u, v):
    # The joint law on 16 x 16 cells, and the correlation (z is standard normal).
    cells = np.bincount((u * 16).astype(int) * 16 + (v * 16).astype(int), minlength=256)
    assert stats.chisquare(cells).pvalue > P
    z = np.corrcoef(u, v)[0, 1] * np.sqrt(len(u))
    assert abs(z) < stats.norm.isf(P / 2)


@pytest.mark.parametrize("shape", SHAPES)
def test_uniform_over_ids(shape):
    assert_uniform(LUCK.uniform(A, 102, SHAPES[shape]))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_serial_correlation(shape):
    u = LUCK.uniform(A, 102, SHAPES[shape])
    for lag in (1, 2, 5, 50):
        assert_independent(u[:-lag], u[lag:])


def test_uniform_over_months_for_one_firm():
    assert_uniform(np.array([LUCK.one(A, month, 7) for month in range(20_000)]))


def test_uniform_over_indices_for_one_address():
    assert_uniform(np.array([Luck(1, k, Domain.LUCK).one(A, 102, 7) for k in range(20_000)]))


@pytest.mark.parametrize("lag", [1, 2, 12])
def test_months_are_independent(lag):
    assert_independent(LUCK.uniform(A, 102, COUNTED), LUCK.uniform(A, 102 + lag, COUNTED))


def test_one_firm_has_no_memory():
    u = np.array([LUCK.one(A, month, 7) for month in range(20_000)])
    for lag in (1, 12):
        assert_independent(u[:-lag], u[lag:])


def test_streams_are_independent():
    table = LUCK.matrix([A, B, C], 102, SHAPES["births"])
    for u, v in itertools.combinations(table, 2):
        assert_independent(u, v)


@pytest.mark.parametrize(
    "other",
    [Luck(2008, 1, Domain.LUCK), Luck(2009, 0, Domain.LUCK), Luck(2008, 0, Domain.DRAW)],
)
def test_indices_seeds_and_domains_are_independent(other):
    assert_independent(LUCK.uniform(A, 102, COUNTED), other.uniform(A, 102, COUNTED))


def test_pairs_are_uniform_and_independent_of_their_ends():
    firms = SHAPES["births"][:500]
    i, j = np.triu_indices(500, 1)
    u = pair_uniform(LUCK, A, 0, firms[i], firms[j])
    assert_uniform(u)
    assert_independent(u[:-1], u[1:])
    firms = SHAPES["births"]
    ring = pair_uniform(LUCK, A, 0, firms, np.roll(firms, 1))
    assert_independent(ring, LUCK.uniform(A, 0, firms))
    assert_independent(ring, LUCK.uniform(A, 0, np.roll(firms, 1)))
    assert_independent(ring, np.roll(ring, 1))


def test_squares_of_pairs_are_independent():
    # The word of (a, b) is mixed from f(a) xor g(b): four corners must not give each other away.
    side = np.arange(600, dtype=np.uint64)
    u = LUCK.uniform(A, 0, side[:, None], side)
    corners = u[::2, ::2], u[::2, 1::2], u[1::2, ::2], u[1::2, 1::2]
    sums = sum(corner.ravel() for corner in corners) % 1.0
    assert_uniform(sums)
    bits = (np.array([corner.ravel() for corner in corners]) * 16).astype(int)
    cells = np.bincount(np.bitwise_xor.reduce(bits), minlength=16)
    assert stats.chisquare(cells).pvalue > P


def test_second_ids_are_independent():
    first = LUCK.uniform(A, 0, COUNTED, 1)
    assert_independent(first, LUCK.uniform(A, 0, COUNTED, 2))
    assert_independent(first, LUCK.uniform(A, 0, COUNTED))
    assert_uniform(LUCK.uniform(A, 0, np.uint64(7), COUNTED))


def test_every_bit_of_the_word_is_fair():
    keys = np.array(LUCK.key(A, 102), dtype=np.uint64)
    word = keyed._words(keys, COUNTED, None)
    ones = [int(np.count_nonzero((word >> bit) & 1)) for bit in range(64)]
    low, high = stats.binom.ppf([P / 2, 1 - P / 2], N, 0.5)
    assert low <= min(ones)
    assert max(ones) <= high


def test_every_bit_of_an_id_moves_half_the_word():
    keys = np.array(LUCK.key(A, 102), dtype=np.uint64)
    some = COUNTED[:4000] * 0x9E3779B97F4A7C15
    word = keyed._words(keys, some, None)
    low, high = stats.binom.ppf([P / 2, 1 - P / 2], 64 * len(some), 0.5) / len(some)
    for bit in range(64):
        moved = keyed._words(keys, some ^ np.uint64(1 << bit), None)
        assert low <= np.bitwise_count(word ^ moved).mean() <= high


def test_the_checks_notice_a_poor_generator():
    u = LUCK.uniform(A, 102, COUNTED)
    with pytest.raises(AssertionError):
        assert_uniform(u**1.05)
    with pytest.raises(AssertionError):
        assert_independent(u, 0.03 * u + 0.97 * LUCK.uniform(B, 102, COUNTED))
