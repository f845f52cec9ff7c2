"""The luck of a tie belongs to the two firms it joins."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.randomness import Domain, Luck, Stream, ids, pair_uniform

TIES = Stream("test.pairs.ties")
LUCK = Luck(5, 0, Domain.LUCK)
FIRMS = ids.make(np.arange(60) // 10, 2, np.arange(60) % 10 + 1)


def all_pairs(firms):
    return pair_uniform(LUCK, TIES, 102, firms[:, None], firms)


def test_a_pair_has_no_order():
    table = all_pairs(FIRMS)
    assert np.array_equal(table, table.T)
    upper = table[np.triu_indices(60, 1)]
    assert len(np.unique(upper)) == len(upper)


def test_a_pair_has_its_scalar_twin():
    low, high = int(FIRMS[3]), int(FIRMS[50])
    assert pair_uniform(LUCK, TIES, 102, FIRMS[50], FIRMS[3]) == LUCK.one(TIES, 102, low, high)


def test_when_a_firm_goes_the_other_ties_stay():
    rest = np.delete(np.arange(60), 17)
    assert np.array_equal(all_pairs(FIRMS[rest]), all_pairs(FIRMS)[np.ix_(rest, rest)])


def test_mixed_types_cannot_round_an_id():
    # numpy would meet int64 and uint64 in float64, where near ids are the same.
    with pytest.raises(TypeError, match="whole numbers"):
        pair_uniform(LUCK, TIES, 102, FIRMS, np.arange(60))
