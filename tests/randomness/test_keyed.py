"""An address decides its number, and nothing else does."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.randomness import Domain, Luck, Stream, keyed

EXIT = Stream("test.keyed.exit")
GROWTH = Stream("test.keyed.growth")
LUCK = Luck(20080624, 3, Domain.LUCK)

words64 = st.integers(0, 2**64 - 1)
id_arrays = st.lists(words64, max_size=40).map(lambda ids: np.array(ids, dtype=np.uint64))


def raw(stream, month, ids, ids2=None):
    return keyed._words(np.array(LUCK.key(stream, month), dtype=np.uint64), ids, ids2)


# ---------------------------------------------------------------- golden words


def test_finaliser_is_the_published_one():
    # The first outputs of SplitMix64 seeded with 1234567, as given with its reference code.
    expected = [
        6457827717110365317, 3203168211198807973, 9817491932198370423,
        4593380528125082431, 16408922859458223821,
    ]  # fmt: skip
    states = [(1234567 + (k + 1) * 0x9E3779B97F4A7C15) % 2**64 for k in range(5)]
    assert [keyed._mix(state) for state in states] == expected
    assert keyed._mix_all(np.array(states, dtype=np.uint64)).tolist() == expected
    assert keyed._mix(0) == 0


def test_golden_words():
    assert LUCK.key(EXIT, 102) == (6628795839919922300, 3442726982691910182)
    ids = np.array([0, 1, 2, 28710460509388801, 2**64 - 1], dtype=np.uint64)
    assert raw(EXIT, 102, ids).tolist() == [
        10444837481613453960,
        6497878262285036621,
        12887224776566236423,
        8452864126548164396,
        2774105143108747901,
    ]
    assert raw(EXIT, 102, ids, ids[::-1]).tolist() == [
        18369841552433925716,
        15467727339630239828,
        12222521296298677452,
        7711387593664669443,
        2774105143108747901,
    ]


def test_golden_numbers():
    ids = np.array([1, 2], dtype=np.uint64)
    assert LUCK.uniform(GROWTH, 0, ids).tolist() == [0.23949316203812654, 0.03631388705875993]


# ---------------------------------------------------------------- bounds


def test_extreme_words_stay_inside_the_unit_interval():
    words = np.array([0, 2**12 - 1, 2**12, 2**63, 2**64 - 1], dtype=np.uint64)
    out = keyed._to_units(words.copy())
    assert out.tolist() == [keyed._to_unit(int(word)) for word in words]
    assert out[0] == 2.0**-53
    assert out[-1] == 1 - 2.0**-53
    assert 0 < out.min() < out.max() < 1


@given(words64)
def test_scalar_and_array_conversion_agree(word):
    out = keyed._to_units(np.array([word], dtype=np.uint64))
    assert out[0] == keyed._to_unit(word)
    assert 0 < out[0] < 1


# ---------------------------------------------------------------- the same bits however asked


@given(id_arrays, st.integers(-5, 4000))
def test_one_equals_uniform(ids, month):
    assert LUCK.uniform(EXIT, month, ids).tolist() == [
        LUCK.one(EXIT, month, int(id_)) for id_ in ids
    ]


@given(st.lists(st.tuples(words64, words64), max_size=20))
def test_one_equals_uniform_for_pairs(pairs):
    ids, ids2 = (np.array([p[k] for p in pairs], dtype=np.uint64) for k in (0, 1))
    assert LUCK.uniform(EXIT, 7, ids, ids2).tolist() == [LUCK.one(EXIT, 7, *p) for p in pairs]


@pytest.mark.parametrize("length", [0, 1, 2, 8191, 8192, 8193, 20_000])
@pytest.mark.parametrize(("offset", "stride"), [(0, 1), (1, 1), (5, 3), (8190, 2), (-1, -1)])
def test_same_bits_at_any_offset_stride_and_length(length, offset, stride):
    ids = np.arange(30_000, dtype=np.uint64) << 20
    whole = LUCK.uniform(EXIT, 9, ids)
    part = slice(offset, None, stride)
    assert np.array_equal(LUCK.uniform(EXIT, 9, ids[part][:length]), whole[part][:length])


def test_same_by_id_when_rows_are_permuted():
    ids = np.arange(9000, dtype=np.uint64)
    order = np.argsort(LUCK.uniform(GROWTH, 0, ids))
    assert np.array_equal(LUCK.uniform(EXIT, 9, ids[order]), LUCK.uniform(EXIT, 9, ids)[order])


@pytest.mark.parametrize("n", [0, 1, 7, 1300, 8192, 8193, 17_000])
def test_matrix_rows_equal_uniform(n):
    ids = np.arange(n, dtype=np.uint64) * 7919
    streams = [EXIT, GROWTH] * 7
    table = LUCK.matrix(streams, 102, ids)
    assert table.shape == (14, n)
    assert np.array_equal(table[0], LUCK.uniform(EXIT, 102, ids))
    for row in range(14):
        assert np.array_equal(table[row], table[row % 2])
    assert n == 0 or not np.array_equal(table[0], table[1])
    paired = LUCK.matrix(streams[:2], 102, ids, 2**63 + 5)
    for row, stream in zip(paired, streams, strict=False):
        assert np.array_equal(row, LUCK.uniform(stream, 102, ids, 2**63 + 5))


@pytest.mark.parametrize("n", [0, 1, 10, 1300])
def test_rows_of_a_course_equal_uniform(n):
    ids = np.arange(n, dtype=np.uint64) * 7919
    table = LUCK.course(EXIT, range(100, 140), ids)
    assert table.shape == (40, n)
    for row, month in enumerate(range(100, 140)):
        assert np.array_equal(table[row], LUCK.uniform(EXIT, month, ids))


def test_no_streams_or_months_are_no_rows():
    assert LUCK.matrix([], 0, np.arange(3, dtype=np.uint64)).shape == (0, 3)
    assert LUCK.course(EXIT, [], np.arange(3, dtype=np.uint64)).shape == (0, 3)


def test_ids_are_left_alone():
    ids, ids2 = np.arange(5, dtype=np.uint64), np.arange(5, dtype=np.uint64)
    LUCK.uniform(EXIT, 0, ids, ids2)
    LUCK.matrix([EXIT, GROWTH], 0, ids)
    assert ids.tolist() == ids2.tolist() == [0, 1, 2, 3, 4]


def test_no_second_id_is_the_same_as_zero():
    ids = np.arange(5, dtype=np.uint64)
    assert np.array_equal(LUCK.uniform(EXIT, 0, ids), LUCK.uniform(EXIT, 0, ids, 0))
    assert not np.any(LUCK.uniform(EXIT, 0, ids) == LUCK.uniform(EXIT, 0, ids, 1))


def test_the_order_of_the_two_ids_matters():
    assert LUCK.one(EXIT, 0, 4, 5) != LUCK.one(EXIT, 0, 5, 4)


def test_ids_broadcast():
    ids = np.arange(3, dtype=np.uint64)
    table = LUCK.uniform(EXIT, 0, ids[:, None], ids + np.uint64(10))
    assert table.shape == (3, 3)
    assert table[1, 2] == LUCK.one(EXIT, 0, 1, 12)
    assert LUCK.uniform(EXIT, 0, np.uint64(1), 12) == table[1, 2]


def test_any_whole_type_names_the_same_address():
    small = LUCK.uniform(EXIT, 0, np.arange(5, dtype=np.int32))
    assert np.array_equal(small, LUCK.uniform(EXIT, 0, np.arange(5, dtype=np.uint64)))
    assert LUCK.one(EXIT, np.int64(3), np.uint64(4)) == LUCK.one(EXIT, 3, 4)
    assert Luck(np.int64(20080624), np.int32(3), Domain.LUCK).one(EXIT, 3, 4) == LUCK.one(
        EXIT, 3, 4
    )
    minus = np.array([-1])
    assert LUCK.uniform(EXIT, 0, minus)[0] == LUCK.one(EXIT, 0, -1)


@pytest.mark.parametrize("ids", [[1.0], [], ["a"], [True]])
def test_ids_that_are_not_whole_are_refused(ids):
    with pytest.raises(TypeError, match="whole numbers"):
        LUCK.uniform(EXIT, 0, np.array(ids))


def test_a_fraction_is_no_address():
    with pytest.raises(TypeError):
        LUCK.one(EXIT, 0, 1.5)
    with pytest.raises(ValueError):
        LUCK.one(EXIT, 1.5, 1)
    with pytest.raises(ValueError):
        Luck(1.5, 0, Domain.LUCK).one(EXIT, 1, 1)


# ---------------------------------------------------------------- addresses are apart


def test_every_part_of_an_address_counts():
    others = [
        Luck(20080625, 3, Domain.LUCK),
        Luck(20080624, 4, Domain.LUCK),
        Luck(20080624, 3, Domain.DRAW),
        Luck(20080624, 3, Domain.ANALYSIS),
        Luck(20080624 + 2**128, 3, Domain.LUCK),
        Luck(-20080624, 3, Domain.LUCK),
    ]
    numbers = {luck.one(EXIT, 5, 1) for luck in [LUCK, *others]}
    numbers |= {LUCK.one(GROWTH, 5, 1), LUCK.one(EXIT, 6, 1), LUCK.one(EXIT, 5, 2)}
    assert len(numbers) == 10


def test_seed_and_index_are_never_added():
    # Seed plus thousand runs is the next seed in simulators that add them.
    keys = {
        Luck(seed, index, domain).key(EXIT, month)
        for seed in range(12)
        for index in range(12)
        for month in range(12)
        for domain in Domain
    }
    assert len(keys) == 12**3 * 3


def test_neighbouring_texts_do_not_run_together():
    tricky = Stream("1/test.keyed.exit")
    assert Luck(1, 1, Domain.LUCK).key(tricky, 1) != Luck(1, 1, Domain.LUCK).key(EXIT, 11)


# ---------------------------------------------------------------- streams


def test_a_stream_is_declared_once():
    with pytest.raises(ValueError, match=r"'test\.keyed\.exit' is declared twice"):
        Stream("test.keyed.exit")


def test_an_unused_stream_changes_nothing():
    ids = np.arange(100, dtype=np.uint64)
    before = LUCK.matrix([EXIT, GROWTH], 5, ids)
    keyed._key.cache_clear()
    new = Stream("test.keyed.a-new-one")
    after = LUCK.matrix([EXIT, new, GROWTH], 5, ids)
    assert np.array_equal(before, after[[0, 2]])


def test_a_stream_shows_its_name():
    assert repr(EXIT) == "Stream('test.keyed.exit')"


def there_and_back(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, there_and_back])
def test_a_copied_stream_is_the_declared_one(copied):
    assert copied(EXIT) is EXIT


def test_luck_survives_the_way_to_a_worker():
    LUCK.one(EXIT, 5, 1)
    there = there_and_back(LUCK)
    assert there == LUCK
    assert there.one(EXIT, 5, 1) == LUCK.one(EXIT, 5, 1)


def test_luck_cannot_be_changed():
    with pytest.raises(AttributeError):
        LUCK.seed = 2


@pytest.mark.parametrize("bound", [0.0, 1e-4, 0.3, 1.0])
def test_pairs_below_a_bound_are_those_of_all_pairs(bound):
    rows, columns = (np.arange(top, dtype=np.uint64) + 2**62 for top in (90, 700))
    everyone = LUCK.uniform(EXIT, 102, rows[:, None], columns)
    i, j = np.nonzero(everyone < bound)
    found = LUCK.below(EXIT, 102, rows, columns, bound)
    for one, other in zip(found, (i, j, everyone[i, j]), strict=True):
        assert np.array_equal(one, other)
    for none in ((rows[:0], columns), (rows, columns[:0])):
        assert all(len(each) == 0 for each in LUCK.below(EXIT, 102, *none, bound))


def test_a_number_on_the_bound_is_not_below_it():
    ids = np.arange(100, dtype=np.uint64)
    least = LUCK.uniform(EXIT, 102, ids[:, None], ids).min()
    assert len(LUCK.below(EXIT, 102, ids, ids, least)[0]) == 0
    assert len(LUCK.below(EXIT, 102, ids, ids, np.nextafter(least, 1.0))[0]) == 1
