"""What a script calls: defaults, arms, folders, failures, interruption, lazy names."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import clustersim
from clustersim import api
from clustersim.errors import InputError, TaskError
from clustersim.experiment.executors import Outcome
from clustersim.experiment.plan import Task


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """A scenario, and a runner that marks every task as done."""
    monkeypatch.chdir(tmp_path)
    calls = SimpleNamespace(loaded=[], ran=[], outcome=None)
    scenario = SimpleNamespace(
        lang="en",
        name="noksan",
        seed=7,
        arms={"as_announced": 0, "no_programme": 0, "double_budget": 0},
    )
    calls.scenario = scenario
    monkeypatch.setattr(api, "Scenario", SimpleNamespace)

    def load(source, set=()):  # noqa: A002 - as in the real one
        calls.loaded.append((source, set))
        return scenario

    def header(scenario, seed):
        return {"scenario": scenario.name, "seed": seed, "digest": f"{seed:08x}", "versions": {}}

    def run_missing(store, tasks, work, payload, workers, *, progress):
        calls.ran.append((tasks, work, json.loads(payload), workers, progress))
        if isinstance(calls.outcome, BaseException):
            for task in tasks[:1]:
                store.write(task, {})
            raise calls.outcome
        for task in tasks:
            if not store.has(task):
                store.write(task, {})
        return calls.outcome or Outcome(tuple(tasks), {})

    monkeypatch.setattr(api.scenarios, "load", load, raising=False)
    monkeypatch.setattr(api.pair, "header", header, raising=False)
    monkeypatch.setattr(api, "run_missing", run_missing)
    return calls


def test_defaults(fake):
    results = api.run("noksan")
    tasks, work, payload, workers, progress = fake.ran[0]
    assert tasks == [Task("as_announced", "no_programme", k, k) for k in range(20)]
    assert work == "clustersim.experiment.pair:run_task"
    assert payload["seed"] == 7
    assert workers >= 1
    assert progress is True
    assert str(results.store.folder) == "runs/noksan-00000007"
    assert results.replicates == 20


def test_folder_depends_on_the_seed_and_not_on_arms_or_counts(fake):
    folders = [
        api.run("noksan", replicates=n, arms=arms, workers=w).store.folder
        for n, arms, w in ((1, None, 1), (3, ["double_budget"], 2))
    ]
    assert folders[0] == folders[1]
    assert api.run("noksan", seed=8, replicates=1).store.folder != folders[0]
    assert fake.ran[-1][2]["seed"] == 8


def test_a_smaller_run_answers_from_its_own_replicates(fake):
    api.run("noksan", replicates=4)
    results = api.run("noksan", replicates=2)
    assert results.store.tasks() == fake.ran[-1][0]


def test_crossed(fake):
    api.run(fake.scenario, draws=2, luck=3, out="there", progress=False)
    assert [(t.draw, t.luck) for t in fake.ran[0][0]] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)
    ]  # fmt: skip
    assert fake.loaded == []


@pytest.mark.parametrize(
    ("options", "what", "hint"),
    [
        ({"arms": ["as_anounced"]}, "no arm 'as_anounced'", "did you mean 'as_announced'?"),
        ({"arms": "zzz"}, "no arm 'zzz'", "the arms are: as_announced, double_budget"),
        ({"arms": ["no_programme"]}, "is the reference", "leave it out"),
        ({"arms": ["as_announced"] * 2}, "given 2 times", "give it once"),
        ({"arms": []}, "no arm to run", "name at least one"),
        ({"replicates": 2, "draws": 2, "luck": 2}, "replicates cannot", "give replicates alone"),
        ({"draws": 2}, "draws is given without luck", "give both"),
        ({"luck": 2}, "luck is given without draws", "give both"),
        ({"replicates": 0}, "replicates: 0 is too few", "at least 1"),
    ],
)
def test_what_cannot_be_run(fake, options, what, hint):
    with pytest.raises(InputError) as caught:
        api.run("noksan", **options)
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert fake.ran == []


def test_set_is_for_scenarios_not_loaded_yet(fake):
    api.run("noksan", replicates=1, set=["a=1"])
    assert fake.loaded == [("noksan", ("a=1",))]
    with pytest.raises(InputError, match="loaded already"):
        api.run(fake.scenario, replicates=1, set=["a=1"])


def test_failed_tasks_are_told(fake):
    task = Task("as_announced", "no_programme", 1, 1)
    fake.outcome = Outcome(
        (), {task: "Traceback\n  ...\nLedgerError: 3 won too many\ncount again\n"}
    )
    with pytest.raises(TaskError) as caught:
        api.run("noksan", replicates=2)
    assert caught.value.what == (
        "1 of 2 pairs of worlds failed; the first, as_announced--no_programme/d1-l1: "
        "3 won too many: count again"
    )
    assert "d1-l1.failed.txt" in caught.value.hint


def test_an_interruption_notes_what_is_kept(fake):
    fake.outcome = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt) as caught:
        api.run("noksan", replicates=5)
    (note,) = caught.value.__notes__
    assert note == (
        "interrupted: 1 of 5 pairs of worlds are kept in runs/noksan-00000007; "
        "the same command goes on from there"
    )


def test_workers_follow_the_processors_allowed(fake, monkeypatch):
    monkeypatch.setattr(api.os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    api.run("noksan", replicates=1)
    assert fake.ran[0][3] == 3
    monkeypatch.delattr(api.os, "sched_getaffinity")
    monkeypatch.setattr(api.os, "cpu_count", lambda: None)
    api.run("noksan", replicates=1)
    assert fake.ran[1][3] == 1
    monkeypatch.setattr(api.os, "cpu_count", lambda: 96)
    api.run("noksan", replicates=1)
    assert fake.ran[2][3] == 61


def test_exported_names_are_those_of_all_sorted():
    assert clustersim.__all__ == sorted(clustersim.__all__)
    assert set(clustersim.__all__) <= set(dir(clustersim))
    for name in set(clustersim.__all__) & set(clustersim._LAZY):
        module = clustersim._LAZY[name]
        if name != "Scenario":
            assert getattr(clustersim, name) is getattr(sys.modules[module], name)
    with pytest.raises(AttributeError, match="no attribute 'compere'"):
        clustersim.compere  # noqa: B018 - the access itself is what fails


# ---------------------------------------------------------------- what is no argument


@pytest.mark.parametrize("seed", [1.5, True, "a", [1], -1, 10**23, np.float64(2)])
def test_what_is_no_seed(seed, fake):
    with pytest.raises(InputError, match=r"^seed: ") as caught:
        api.run("noksan", seed=seed)
    assert caught.value.hint
    assert not fake.ran


@pytest.mark.usefixtures("fake")
def test_a_seed_of_numpy_is_the_same_seed():
    results = api.run("noksan", replicates=1, seed=np.int64(3))
    assert results.store.folder.name == "noksan-00000003"
    assert type(results.store.header["seed"]) is int


@pytest.mark.parametrize("change", ["seed=99999999999999999999999", "seed=-1"])
def test_a_seed_that_is_set_is_told_by_its_range(change):
    with pytest.raises(InputError, match="is outside its range"):
        clustersim.load("noksan", set=[change])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replicates": 1.5}, "replicates: expected a whole number, not 1.5"),
        ({"replicates": "2"}, "replicates: expected a whole number, not '2'"),
        ({"replicates": True}, "replicates: expected a whole number, not true"),
        ({"draws": 1.5, "luck": 1}, "draws: expected a whole number, not 1.5"),
        ({"workers": "2"}, "workers: expected a whole number, not '2'"),
        ({"arms": [None]}, "arms: expected text, not nothing"),
        ({"arms": 3}, "arms: expected text, not 3"),
    ],
)
def test_what_is_no_argument(given, said, fake):
    with pytest.raises(InputError) as caught:
        api.run("noksan", **given)
    assert caught.value.what == said
    assert caught.value.hint
    assert not fake.ran


@pytest.mark.parametrize("source", [None, 3, ["noksan"]])
def test_what_is_no_scenario(source):
    for call in (clustersim.load, clustersim.run, lambda item: clustersim.compare([item])):
        with pytest.raises(InputError, match=r"^expected the name, the path or the content") as e:
            call(source)
        assert e.value.hint


def test_what_is_no_change():
    with pytest.raises(InputError, match=r"^set: expected text, not 3"):
        clustersim.load("noksan", set=3)
    assert clustersim.load("noksan", set="seed=5").seed == 5  # one alone


def test_an_arm_a_seed_and_a_draw_that_there_are_not():
    scenario = clustersim.load("noksan")
    for arguments in (("zz", 1, 0), (None, 1, 0), ("nothing", 1, -1), ("nothing", 1.5, 0)):
        with pytest.raises(InputError):
            scenario.at(*arguments)
