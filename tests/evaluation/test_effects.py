from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from clustersim.errors import StoreError
from clustersim.evaluation.effects import effects
from clustersim.language import speaking

EXACT = [
    "arm", "reference", "complex", "group", "outcome", "measure", "year",
    "estimate", "mc_error", "p05", "p50", "p95", "unit",
]  # fmt: skip


def level(table):
    return table.loc[table["measure"] == "level"].iloc[0]


def percent(table):
    return table.loc[table["measure"] == "percent"].iloc[0]


def test_columns_are_those_of_the_interface(make):
    table = effects(make.groups(make.diagonal(3), lambda _: (110, 100)), make.diagonal(3))
    assert list(table.columns) == EXACT
    assert table["measure"].tolist() == ["level", "percent"]
    assert table["unit"].tolist() == ["KRW2008", "percent"]


def test_mean_error_and_quantiles_worked_by_hand(make):
    tasks = make.diagonal(3)
    # levels 1, 2, 6; references 10, 20, 30
    arms, references = [11, 22, 36], [10, 20, 30]
    groups = make.groups(tasks, lambda t: (arms[t.draw], references[t.draw]))
    row = level(effects(groups, tasks))
    assert row["estimate"] == pytest.approx(3)
    assert row["mc_error"] == pytest.approx(math.sqrt((4 + 1 + 9) / 2 / 3))
    assert (row["p05"], row["p50"], row["p95"]) == pytest.approx((1.1, 2.0, 5.6))
    assert percent(effects(groups, tasks))["estimate"] == pytest.approx((10 + 10 + 20) / 3)


def test_percent_is_a_mean_of_replicates_not_a_ratio_of_means(make):
    tasks = make.diagonal(2)
    groups = make.groups(tasks, lambda t: [(2, 1), (100, 100)][t.draw])
    assert percent(effects(groups, tasks))["estimate"] == pytest.approx(50)


def test_crossed_replicates_count_draws_and_lucks_not_pairs(make):
    tasks = make.crossed(3, 4)
    # The draw decides the effect; luck adds -1, 0, 0, 1, which cancels within a draw.
    noise = [-1, 0, 0, 1]
    groups = make.groups(tasks, lambda t: (100 + 5 * t.draw + noise[t.luck], 100))
    row = level(effects(groups, tasks))
    assert row["estimate"] == pytest.approx(5)
    of_luck = np.var(noise, ddof=1) / 4
    assert row["mc_error"] == pytest.approx(math.sqrt(25 / 3 + of_luck))  # sd of 0, 5, 10 is 5
    values = [5 * t.draw + noise[t.luck] for t in tasks]
    assert row["p95"] == pytest.approx(np.quantile(values, 0.95))


@pytest.mark.parametrize(("of_draw", "of_luck"), [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)])
def test_the_error_of_crossed_replicates_is_the_spread_of_their_mean(make, of_draw, of_luck):
    """A mean of 6 draws x 6 lucks, again and again: its variance is what the errors say of it."""
    rng, tasks, again = np.random.default_rng(20080624), make.crossed(6, 6), range(1, 301)
    by_draw = of_draw * rng.normal(size=(len(again), 6, 1))
    by_luck = of_luck * rng.normal(size=(len(again), 1, 6))
    y = 100.0 + by_draw + by_luck + rng.normal(size=(len(again), 6, 6))
    one = make.groups(tasks, lambda _: (0.0, 100.0))
    each = [one.assign(year=year, arm_value=y[year - 1].ravel()) for year in again]
    table = effects(pd.concat(each), tasks)
    found = table[table["measure"] == "level"]
    true = (of_draw**2 + of_luck**2) / 6 + 1 / 36
    # what draw and luck do together is counted twice, 1/36 too much
    assert (found["mc_error"] ** 2).mean() == pytest.approx(true + 1 / 36, rel=0.12)
    assert found["estimate"].var() == pytest.approx(true, rel=0.3)


def test_one_draw_with_many_lucks_counts_lucks(make):
    tasks = make.crossed(1, 4)
    groups = make.groups(tasks, lambda t: (100 + t.luck, 100))
    assert level(effects(groups, tasks))["mc_error"] == pytest.approx(np.std(range(4), ddof=1) / 2)


def test_one_replicate_has_no_error(make):
    tasks = make.diagonal(1)
    row = level(effects(make.groups(tasks, lambda _: (3, 1)), tasks))
    assert row["estimate"] == 2
    assert math.isnan(row["mc_error"])


def test_a_reference_of_zero_gives_no_percent_and_says_so(make):
    tasks = make.diagonal(4)
    groups = make.groups(tasks, lambda t: (1, 0) if t.draw < 2 else (3, 2))
    row = percent(effects(groups, tasks, wide=True))
    assert row["estimate"] == pytest.approx(50)
    assert row["defined"] == 0.5
    assert row["replicates"] == 4
    nothing = make.groups(tasks, lambda _: (1, 0))
    assert math.isnan(percent(effects(nothing, tasks))["estimate"])
    assert level(effects(nothing, tasks))["estimate"] == 1


def test_only_the_tasks_asked_for_are_used(make):
    groups = make.groups(make.diagonal(5), lambda t: (t.draw, 0))
    assert level(effects(groups, make.diagonal(2)))["estimate"] == 0.5


def test_arms_are_kept_apart(make):
    tasks = [*make.diagonal(2), *make.diagonal(2, arm="double")]
    groups = make.groups(tasks, lambda t: (2 if t.arm == "double" else 1, 0))
    table = effects(groups, tasks)
    assert table.loc[table["measure"] == "level"].set_index("arm")["estimate"].to_dict() == {
        "as_announced": 1.0,
        "double": 2.0,
    }


def test_a_missing_cell_is_refused(make):
    tasks = make.diagonal(3)
    both = pd.concat(
        [make.groups(tasks, lambda _: (1, 1), year=year) for year in (2010, 2011)]
    ).reset_index(drop=True)
    gone = both.drop(both.index[(both["draw"] == 1) & (both["year"] == 2011)])
    with pytest.raises(StoreError) as caught:
        effects(gone, tasks)
    assert caught.value.what == (
        "groups: noksan / all / output / 2011 is missing "
        "(arm 'as_announced' against 'no_programme', draw 1, luck 1)"
    )
    assert "`clustersim run` that made it" in caught.value.hint
    with speaking("ko"), pytest.raises(StoreError) as caught:
        effects(gone, tasks)
    assert str(caught.value) == (
        "groups: noksan / all / output / 2011: 빠져 있음 "
        "(대안 'as_announced', 기준 대안 'no_programme', 추출 1, 우연 1)\n"
        "그 세계 쌍의 결과가 손상됨. "
        "그 폴더를 지우고 결과를 만든 `clustersim run` 명령을 다시 실행"
    )


def test_a_replicate_with_no_rows_at_all_is_refused(make):
    groups = make.groups(make.diagonal(2), lambda _: (1, 1))
    with pytest.raises(StoreError, match=r"is missing .*draw 2, luck 2"):
        effects(groups, make.diagonal(3))
    with pytest.raises(StoreError, match="there are no rows"):
        effects(groups, [*make.diagonal(2), *make.diagonal(1, arm="double")])


def test_a_doubled_cell_is_refused(make):
    groups = make.groups(make.diagonal(2), lambda _: (1, 1))
    with pytest.raises(StoreError, match="stands twice"):
        effects(pd.concat([groups, groups.iloc[:1]]), make.diagonal(2))


def test_nothing_finished_is_refused(make):
    with pytest.raises(StoreError, match="no finished replicates"):
        effects(make.groups(make.diagonal(1), lambda _: (1, 1)), [])


def test_row_order_does_not_matter(make):
    tasks = make.crossed(3, 2)
    groups = make.groups(tasks, lambda t: (1 + t.draw * 0.1 + t.luck * 0.7, 1.3))
    shuffled = groups.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        effects(groups, tasks), effects(shuffled, tasks[::-1]), check_exact=False, rtol=1e-13
    )
