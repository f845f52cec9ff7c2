"""What a month of luck costs: ``pytest benchmarks/bench_randomness.py``."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from clustersim.randomness import Domain, Luck, Stream, Tent, ids, samplers

STREAMS = [Stream(f"bench.{k}") for k in range(20)]
LUCK = Luck(1, 0, Domain.LUCK)
MONTH = itertools.count()


def firms(n):
    return ids.make(np.arange(n) // 10, 3, np.arange(n) % 10 + 1)


@pytest.mark.parametrize("n", [200, 1300, 5000, 20_000])
def test_matrix_of_20_streams(benchmark, n):
    who = firms(n)
    benchmark(lambda: LUCK.matrix(STREAMS, next(MONTH), who))


def test_uniform(benchmark):
    benchmark(LUCK.uniform, STREAMS[0], 5, firms(1300))


def test_one(benchmark):
    benchmark(LUCK.one, STREAMS[0], 5, 77)


@pytest.mark.parametrize("sampler", [samplers.normal, samplers.exponential, Tent.sample])
def test_sampler(benchmark, sampler):
    benchmark(sampler, LUCK.uniform(STREAMS[0], 5, firms(1300)))


def test_compensator(benchmark):
    benchmark(Tent.compensator, np.linspace(0, 1.2, 1300))


def test_poisson_of_births(benchmark):
    benchmark(samplers.poisson, LUCK.uniform(STREAMS[0], 5, firms(40)), np.linspace(0, 8, 40))
