"""No global generator is read or moved."""

from __future__ import annotations

import random

import numpy as np

from clustersim.randomness import (
    Domain,
    Luck,
    Stream,
    Tent,
    ids,
    keyed,
    pair_uniform,
    samplers,
    tent,
)

S = Stream("test.global-state")


def everything():
    """Use the whole room, from empty caches, and return what came out."""
    for cached in (keyed._key, tent._table, tent._excess):
        cached.cache_clear()
    firms = ids.make(0, 1, ids.roster_slots([f"firm {k}" for k in range(50)]))
    luck = Luck(3, 1, Domain.LUCK)
    u = luck.uniform(S, 7, firms)
    return [
        u,
        luck.matrix([S], 7, firms),
        [luck.one(S, 7, int(firms[0]))],
        pair_uniform(luck, S, 7, firms, firms[::-1]),
        samplers.uniform(u, 1, 2),
        samplers.normal(u),
        samplers.lognormal(u),
        samplers.exponential(u),
        samplers.triangular(u, 0, 1, 3),
        samplers.bernoulli(u, 0.5),
        samplers.poisson(u, 3.0),
        samplers.binomial(u, 9, 0.3),
        samplers.gumbel(u, np.ones(50)),
        Tent.sample(u),
        Tent.compensator(u),
    ]


def poison(monkeypatch):
    def poisoned(*_args, **_kwargs):
        raise AssertionError("a global generator was used")

    for module in (random, np.random):
        for name in dir(module):
            if not name.startswith("__") and callable(getattr(module, name)):
                monkeypatch.setattr(module, name, poisoned)


def test_nothing_uses_a_global_generator(monkeypatch):
    before = everything()
    with monkeypatch.context() as patched:
        poison(patched)
        after = everything()
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one, other)


def test_nothing_moves_a_global_generator():
    plain, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is watched
    everything()
    assert random.getstate() == plain
    now = np.random.get_state()  # noqa: NPY002 - it is watched
    assert all(np.array_equal(a, b) for a, b in zip(now, legacy, strict=True))
