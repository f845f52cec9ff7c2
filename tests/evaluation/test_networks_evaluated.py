from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.networks import COLUMNS, networks, portrait

KEY = ["arm", "reference", "draw", "luck"]


def table(tasks, values, cluster="parts"):
    """Ties made by the end of 2011, by task: in the arm's world and in the reference's."""
    columns = ["complex", "mini_cluster", "outcome", "year", "arm_value", "reference_value", "unit"]
    rows = [
        (*task_key(task), "noksan", cluster, "made_ties", 2011, arm, reference, "ties")
        for task, (arm, reference) in zip(tasks, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=[*KEY, *columns])


def task_key(task):
    return task.arm, task.reference, task.draw, task.luck


def test_means_and_errors_over_replicates(make):
    answer = networks(table(make.diagonal(2), [(10.0, 1.0), (14.0, 3.0)]), make.diagonal(2))
    assert list(answer) == COLUMNS
    row = answer.iloc[0]
    assert row[["arm_value", "reference_value", "difference"]].tolist() == [12.0, 2.0, 10.0]
    assert row["mc_error"] == pytest.approx(2.0)
    assert row["difference_mc_error"] == pytest.approx(1.0)
    assert row["unit"] == "ties"


def test_only_the_replicates_asked_for_count(make):
    tasks = make.diagonal(3)
    answer = networks(table(tasks, [(1.0, 0.0), (3.0, 0.0), (99.0, 0.0)]), tasks[:2])
    assert answer["arm_value"].tolist() == [2.0]


def test_arms_differ_in_their_mini_clusters(make):
    """An arm without any is no damage, and has no rows."""
    more = make.diagonal(2, arm="as_happened")
    tasks = [*make.diagonal(2), *more]
    answer = networks(table(more, [(1.0, 0.0), (3.0, 0.0)]), tasks)
    assert answer["arm"].tolist() == ["as_happened"]
    assert networks(table([], []), tasks).empty


def test_a_portrait_tells_members_from_those_that_join_later():
    mini_clusters = pd.DataFrame(
        {"title": ["Parts"], "launch": [101.5], "before": [95], "after": [143]}
    )
    nodes = pd.DataFrame(
        {
            "id": [1, 2, 3, 9],
            "kind": ["firm", "firm", "firm", "university"],
            "name": ["", "", "", "Inha"],
            "sector": ["steel", "steel", "machinery", ""],
            "site": ["", "", "", ""],
            "east": [0.0, 1.0, 2.0, 8.0],
            "north": [0.0, 0.0, 0.0, 0.0],
            "joined": [102.5, 143.9, 120.0, float("nan")],
            "stands_before": [1, 0, 1, 1],
            "stands_after": [1, 1, 0, 1],
        }
    )
    ties = pd.DataFrame(
        {
            "world": ["arm", "arm", "reference"],
            "month": [95, 143, 143],
            "first": [1, 1, 1],
            "second": [9, 2, 9],
            "made": [0, 1, 0],
        }
    )
    found = portrait(mini_clusters, nodes, ties)
    assert (found.title, found.before.month, found.after.month) == ("Parts", 95, 143)
    assert found.before.nodes["id"].tolist() == [1, 3, 9]
    assert not found.before.nodes["member"].any()
    assert found.after.nodes["id"].tolist() == [1, 2, 9]
    assert found.after.nodes["member"].tolist() == [True, True, False]
    assert found.before.ties.to_numpy().tolist() == [[1, 9, False]]
    assert found.before.without.empty
    assert found.after.ties.to_numpy().tolist() == [[1, 2, True]]
    assert found.after.without.to_numpy().tolist() == [[1, 9, False]]
