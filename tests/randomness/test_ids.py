"""Ids hold what they are made of, for life."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import InputError
from clustersim.randomness import ids

# Two texts whose first hashes are equal, found by search.
TWINS = ["F002212", "F071854"]


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1), st.integers(1, 2**32 - 1))
def test_round_trip(month, complex_, slot):
    one = ids.make(month, complex_, slot)
    assert isinstance(one, np.uint64)
    for name in (one, int(one), np.array([one])):
        assert ids.birth_month(name) == month
        assert ids.complex_of(name) == complex_
        assert ids.slot(name) == slot


def test_layout():
    assert ids.make(1, 0, 0) == 2**48
    assert ids.make(0, 1, 0) == 2**32
    assert ids.make(0, 0, 1) == 1
    assert ids.make(2**16 - 1, 2**16 - 1, 2**32 - 1) == 2**64 - 1


def test_fields_broadcast():
    made = ids.make(102, np.array([[1], [2]]), np.arange(1, 4))
    assert made.shape == (2, 3)
    assert made.dtype == np.uint64
    assert ids.complex_of(made).tolist() == [[1, 1, 1], [2, 2, 2]]
    assert ids.slot(made)[1].tolist() == [1, 2, 3]


def test_no_ids():
    assert ids.make(0, 1, np.array([], dtype=np.int64)).shape == (0,)


def test_births_sort_behind_the_living():
    living = np.concatenate([ids.make(0, c, np.arange(1, 9)) for c in (1, 500)])
    for month in range(72, 228):
        born = np.concatenate([ids.make(month, c, np.arange(1, 3)) for c in (1, 500)])
        assert born.min() > living.max()
        assert np.all(np.diff(born) > 0)
        living = np.concatenate([living, born])


@pytest.mark.parametrize(
    "fields",
    [(-1, 1, 1), (2**16, 1, 1), (0, 2**16, 1), (0, 1, 2**32), (0, 1, -1), (0.5, 1, 1), (0, "a", 1)],
)
def test_fields_that_do_not_fit_are_refused(fields):
    with pytest.raises(ValueError, match="must be a whole number from 0"):
        ids.make(*fields)


def test_the_id_of_no_firm_is_refused():
    with pytest.raises(ValueError, match="means no firm"):
        ids.make(0, 0, np.arange(3))


# ---------------------------------------------------------------- rosters


def test_golden_slots():
    assert ids.roster_slots(["가나정공", "F000001"]).tolist() == [3131411728, 1590569999]


@given(st.lists(st.text(max_size=8), max_size=30, unique=True), st.randoms())
def test_slots_do_not_depend_on_row_order(texts, random):
    shuffled = random.sample(texts, len(texts))
    slots = dict(zip(texts, ids.roster_slots(texts).tolist(), strict=True))
    assert len(set(slots.values())) == len(texts)
    assert 0 not in slots.values()
    assert ids.roster_slots(shuffled).tolist() == [slots[text] for text in shuffled]


def test_a_row_keeps_its_slot_when_others_leave():
    texts = [f"{k:06d}" for k in range(1000)]
    assert np.array_equal(ids.roster_slots(texts)[::3], ids.roster_slots(texts[::3]))


@pytest.mark.parametrize("order", [1, -1])
def test_rows_that_collide_take_the_next_salt_in_the_order_of_their_texts(order):
    assert ids._hash(TWINS[0], 0) == ids._hash(TWINS[1], 0)
    slots = dict(zip(TWINS[::order], ids.roster_slots(TWINS[::order]).tolist(), strict=True))
    assert slots == {TWINS[0]: ids._hash(TWINS[0], 0), TWINS[1]: ids._hash(TWINS[1], 1)}
    assert ids.roster_slots(TWINS[1:])[0] == ids._hash(TWINS[1], 0)


def test_the_slot_of_no_firm_is_not_given(monkeypatch):
    monkeypatch.setattr(ids, "_hash", lambda _text, salt: salt)
    assert ids.roster_slots(["b", "a", "c"]).tolist() == [2, 1, 3]


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(InputError) as caught:
        ids.roster_slots(["a", "b", "a"])
    assert "'a' twice" in caught.value.what
    assert caught.value.hint
