from __future__ import annotations

import math

import pandas as pd
import pytest

from clustersim.errors import StoreError
from clustersim.estimands.distances import PARTS
from clustersim.evaluation.distances import COLUMNS, distances


def table(tasks, parts):
    """``parts(task)`` gives the parts but for their sum."""
    return pd.DataFrame(
        [
            {
                "arm": t.arm, "reference": t.reference, "draw": t.draw, "luck": t.luck,
                "target": "plus_20", "complex": "noksan", "part": part, "value": value,
                "unit": "log points",
            }
            for t in tasks
            for part, value in zip(PARTS, [*parts(t), sum(parts(t))], strict=True)
        ]
    )  # fmt: skip


def some(task):
    return [-0.2, 0.0, 0.1 * task.draw, 0.2, 0.0, 0.01 * (task.draw % 2)]


def test_means_add_up_and_stand_in_the_order_of_the_steps(make):
    tasks = make.diagonal(4)
    answer = distances(table(tasks, some), tasks)
    assert list(answer.columns) == COLUMNS
    assert answer["part"].tolist() == list(PARTS)
    mean = answer.set_index("part")["estimate"]
    assert mean["macro"] == pytest.approx(0.15)
    assert mean["programme"] == pytest.approx(0.005)
    assert mean.drop("distance").sum() == pytest.approx(mean["distance"], abs=1e-12)
    macro = answer.set_index("part").loc["macro"]
    assert macro["mc_error"] == pytest.approx(0.1 * math.sqrt(5 / 12))
    assert (macro["p05"], macro["p50"], macro["p95"]) == pytest.approx((0.015, 0.15, 0.285))


def test_replicates_without_such_firms_are_left_out_whole(make):
    tasks = make.diagonal(3)
    rows = table(tasks, lambda t: some(t) if t.draw else [math.nan] * 6)
    mean = distances(rows, tasks).set_index("part")["estimate"]
    assert mean["macro"] == pytest.approx(0.15)
    assert mean.drop("distance").sum() == pytest.approx(mean["distance"], abs=1e-12)


def test_without_a_target_there_is_nothing_to_split(make):
    tasks = make.diagonal(2)
    answer = distances(table(tasks, some).iloc[:0], tasks)
    assert list(answer.columns) == COLUMNS
    assert answer.empty


def test_a_missing_part_is_refused(make):
    tasks = make.diagonal(3)
    rows = table(tasks, some)
    gone = rows.loc[~((rows["draw"] == 2) & (rows["part"] == "macro"))]
    with pytest.raises(StoreError, match=r"plus_20 / noksan / macro is missing .*draw 2"):
        distances(gone, tasks)
