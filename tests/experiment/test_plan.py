"""Which pairs of worlds a run is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import InputError
from clustersim.experiment.plan import Task, crossed, plan, replicates

NAMES = st.lists(st.text("ab_1가", min_size=1, max_size=3), min_size=1, max_size=3).map("-".join)
TASKS = st.builds(Task, NAMES, NAMES, st.integers(0, 10**6), st.integers(0, 10**6))


def test_a_replicate_gives_draw_k_luck_k():
    assert replicates(3) == [(0, 0), (1, 1), (2, 2)]


def test_crossed_gives_every_draw_every_luck():
    assert crossed(2, 3) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_larger_run_begins_with_the_smaller_one():
    small, large = (plan(["b", "a"], "none", replicates(n)) for n in (2, 5))
    assert large[: len(small)] == small
    assert [str(task) for task in small] == [
        "b--none/d0-l0",
        "a--none/d0-l0",
        "b--none/d1-l1",
        "a--none/d1-l1",
    ]


def test_tasks_sort_by_number_not_by_text():
    assert Task("a", "b", 9, 0) < Task("a", "b", 10, 0)


@given(TASKS, TASKS)
def test_a_name_stands_for_one_task(one, other):
    assert Task.named(str(one)) == one
    assert (str(one) == str(other)) == (one == other)


@pytest.mark.parametrize(
    "text", ["", "a--b", "a--b/d0", "a--b/d0-l0.failed.txt", "a--b/d00-l0", "a-b/d0-l0", ".x/d0-l0"]
)
def test_other_names_stand_for_none(text):
    assert Task.named(text) is None


@pytest.mark.parametrize("name", ["", "a--b", "../up", "a/b", ".hidden", "-a", "a b"])
def test_a_name_that_cannot_be_a_folder_is_refused(name):
    with pytest.raises(InputError, match="cannot be a name\nuse letters"):
        Task(name, "no_programme", 0, 0)
    with pytest.raises(InputError, match="cannot be a name"):
        Task("as_announced", name, 0, 0)


def test_indices_are_counted_from_zero():
    with pytest.raises(InputError, match="negative"):
        Task("a", "b", -1, 0)


@pytest.mark.parametrize(
    ("arms", "pairs", "message"),
    [
        (["a", "b", "a"], [(0, 0)], "arm 'a' is given 2 times\n"),
        (["a"], [(0, 0), (0, 1), (0, 0)], r"\(draw, luck\) pair \(0, 0\) is given 2 times\n"),
        ([], [(0, 0)], "no arm to run\n"),
        (["a"], [], "no .draw, luck. pair to run\n"),
    ],
)
def test_a_run_has_no_task_twice_and_at_least_one(arms, pairs, message):
    with pytest.raises(InputError, match=message):
        plan(arms, "none", pairs)


@pytest.mark.parametrize(
    "counts", [lambda: replicates(0), lambda: crossed(0, 1), lambda: crossed(1, 0)]
)
def test_counts_begin_at_one(counts):
    with pytest.raises(InputError, match="0 is too few\nask for at least 1"):
        counts()
