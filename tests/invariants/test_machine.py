"""Invariant 5: how a run is carried out changes nothing in it."""

from __future__ import annotations

import json
import random

import pandas as pd
import pytest

import small
from clustersim.experiment import pair
from clustersim.experiment.executors import run_missing
from clustersim.experiment.plan import plan, replicates
from clustersim.experiment.shard import TABLES
from clustersim.experiment.store import Store
from clustersim.simulation import simulate
from clustersim.simulation.recorder import Recorder

TASKS = [
    *plan(["as_announced", "double_budget"], "no_programme", replicates(1)),
    *plan(["double_budget"], "as_announced", [(0, 1)]),
]
SHORT = ("end=2010-12", "targets.reach_30.by=2010", "targets.output_20.by=2010")


def stored(folder, tasks, workers):
    """Run tasks and return every file of every shard as bytes, and every table."""
    scenario = small.scenario(*SHORT)
    header = pair.header(scenario, small.SEED)
    store = Store.create(folder, header)
    outcome = run_missing(store, tasks, pair.WORK, json.dumps(header).encode(), workers)
    assert not outcome.failed
    files = {
        path.relative_to(folder): path.read_bytes()
        for path in sorted((folder / "tasks").rglob("*"))
        if path.is_file()
    }
    return files, {name: store.read(name) for name in TABLES}


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("one"), TASKS, 1)


def same(one, other):
    assert one[0].keys() == other[0].keys()
    assert len(one[0]) >= len(TASKS) * len(TABLES)
    assert one[0] == other[0]
    for name, table in one[1].items():
        pd.testing.assert_frame_equal(table, other[1][name], check_exact=True)


def test_invariant_5_results_do_not_depend_on_the_number_of_workers(one_worker, tmp_path):
    same(one_worker, stored(tmp_path / "two", TASKS, 2))


def test_invariant_5_results_do_not_depend_on_the_order_of_tasks(one_worker, tmp_path):
    shuffled = list(TASKS)
    random.Random(1).shuffle(shuffled)  # noqa: S311 - any order will do
    assert shuffled != TASKS
    same(one_worker, stored(tmp_path / "shuffled", shuffled, 1))


def test_invariant_5_results_do_not_depend_on_what_ran_before(one_worker, tmp_path):
    alone = stored(tmp_path / "alone", TASKS[1:2], 1)[0]
    assert alone.items() <= one_worker[0].items()


def test_invariant_5_results_do_not_depend_on_the_recorder(monkeypatch, worlds):
    """Firms and events are the same when nobody takes anything down until the last year."""

    def late(self, month, original=Recorder.month):
        if month >= small.spec().end - 11:
            original(self, month)

    monkeypatch.setattr(Recorder, "month", late)
    record = simulate(small.spec(), small.luck())
    assert record.events == worlds.arm.events
    assert record.ledgers == worlds.arm.ledgers
    last = worlds.arm.panel["year"] == 2013
    small.assert_same(
        record.panel, {name: values[last] for name, values in worlds.arm.panel.items()}
    )
