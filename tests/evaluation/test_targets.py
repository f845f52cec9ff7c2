from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.errors import StoreError
from clustersim.evaluation.targets import exact_interval, paired_interval, targets

EXACT = [
    "target", "arm", "reference", "complex", "probability", "mc_error", "difference",
    "difference_mc_error", "distance", "unit",
]  # fmt: skip


def table(tasks, hits):
    """``hits(task)`` gives the hit in the arm's and the reference's world."""
    return pd.DataFrame(
        [
            {
                "arm": t.arm, "reference": t.reference, "draw": t.draw, "luck": t.luck,
                "target": "plus_20", "complex": "noksan", "world": world,
                "hit": float(hit), "distance": float(10 * hit - t.draw), "unit": "percent",
            }
            for t in tasks
            for world, hit in zip(("arm", "reference"), hits(t), strict=True)
        ]
    )  # fmt: skip


def test_columns_and_paired_difference(make):
    tasks = make.diagonal(4)
    arm, reference = [1, 1, 1, 0], [1, 0, 1, 0]
    answer = targets(table(tasks, lambda t: (arm[t.draw], reference[t.draw])), tasks)
    assert list(answer.columns) == EXACT
    row = answer.iloc[0]
    assert row["probability"] == 0.75
    assert row["mc_error"] == pytest.approx(0.25)
    assert row["difference"] == 0.25
    # Paired: the differences are 0, 1, 0, 0, far less variable than two independent chances.
    assert row["difference_mc_error"] == pytest.approx(0.25)
    assert row["distance"] == pytest.approx(7.5 - 1.5)
    assert row["unit"] == "percent"


def test_interval_is_that_of_scipy(make):
    tasks = make.diagonal(20)
    row = targets(table(tasks, lambda t: (t.draw < 3, 0)), tasks, wide=True).iloc[0]
    exact = stats.binomtest(3, 20).proportion_ci(0.95, method="exact")
    assert (row["probability_low"], row["probability_high"]) == pytest.approx(tuple(exact))
    assert row["replicates"] == 20


def test_crossed_replicates_count_as_no_more_trials_than_there_are_draws_or_lucks(make):
    tasks = make.crossed(25, 4)
    row = targets(table(tasks, lambda t: (t.luck < 2, 0)), tasks, wide=True).iloc[0]
    exact = stats.binomtest(2, 4).proportion_ci(0.95, method="exact")
    assert (row["probability_low"], row["probability_high"]) == pytest.approx(tuple(exact))
    assert row["mc_error"] == pytest.approx(np.std([1, 1, 0, 0], ddof=1) / 2)
    tasks = make.crossed(4, 25)
    row = targets(table(tasks, lambda t: (t.draw < 2, 0)), tasks, wide=True).iloc[0]
    exact = stats.binomtest(2, 4).proportion_ci(0.95, method="exact")
    assert (row["probability_low"], row["probability_high"]) == pytest.approx(tuple(exact))
    assert row["mc_error"] == pytest.approx(np.std([1, 1, 0, 0], ddof=1) / 2)


def test_certainty_has_an_interval_too(make):
    tasks = make.diagonal(20)
    row = targets(table(tasks, lambda _: (1, 1)), tasks, wide=True).iloc[0]
    assert row["mc_error"] == 0
    assert row["probability_low"] == pytest.approx(0.025 ** (1 / 20))
    assert row["probability_high"] == 1


def test_no_difference_among_few_pairs_is_not_known_to_be_none(make):
    tasks = make.diagonal(12)
    row = targets(table(tasks, lambda _: (1, 1)), tasks, wide=True).iloc[0]
    assert (row["difference"], row["difference_mc_error"]) == (0, 0)
    # one pair in 14 gained and one lost, by the interval's rule: 1.96 sqrt(2 / 14 / 14)
    ends = row[["difference_low", "difference_high"]].tolist()
    assert ends == pytest.approx([-0.198, 0.198], abs=5e-4)


def test_gains_and_losses_both_widen_the_interval_of_their_difference(make):
    tasks = make.diagonal(20)

    def ends(gains, losses):
        hits = table(tasks, lambda t: (t.draw < gains, gains <= t.draw < gains + losses))
        row = targets(hits, tasks, wide=True).iloc[0]
        assert row["difference"] == pytest.approx((gains - losses) / 20)
        return row["difference_low"], row["difference_high"]

    # Bonett and Price (2012): g = 7/22, l = 2/22; g - l +- 1.96 sqrt((9/22 - (5/22)^2) / 22)
    assert ends(6, 1) == pytest.approx((0.2273 - 0.2498, 0.2273 + 0.2498), abs=5e-4)
    low, high = ends(6, 6)
    assert low < ends(6, 1)[0] < ends(6, 1)[1] < high + 0.2273


@pytest.mark.parametrize(("gain", "loss"), [(0.0, 0.0), (0.05, 0.0), (0.2, 0.1), (0.6, 0.0)])
@pytest.mark.parametrize("pairs", [12, 60])
def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says(gain, loss, pairs):
    gained = np.arange(pairs + 1)[:, None]
    lost = np.arange(pairs + 1)[None, :]
    chance = stats.multinomial.pmf(
        np.stack(np.broadcast_arrays(gained, lost, pairs - gained - lost), axis=-1),
        pairs,
        [gain, loss, 1.0 - gain - loss],
    )
    low, high = paired_interval(gained / pairs, lost / pairs, np.array(pairs))
    held = np.where((low <= gain - loss) & (gain - loss <= high), chance, 0.0).sum()
    assert held >= 0.925


def test_a_missing_world_is_refused(make):
    tasks = make.diagonal(3)
    rows = table(tasks, lambda _: (1, 0))
    gone = rows.loc[~((rows["draw"] == 2) & (rows["world"] == "reference"))]
    with pytest.raises(StoreError, match=r"plus_20 / noksan / reference is missing .*draw 2"):
        targets(gone, tasks)


@given(st.integers(1, 200), st.integers(1, 50), st.data())
def test_interval_holds_the_share_within_0_and_1(draws, lucks, data):
    share = data.draw(st.integers(0, draws * lucks)) / (draws * lucks)
    (low,), (high,) = exact_interval(np.array([share]), np.array([draws]))
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert not math.isnan(low + high)
