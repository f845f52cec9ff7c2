"""Many tasks in several processes: the same bytes whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.machinery import ModuleSpec
from multiprocessing import spawn
from pathlib import Path
from types import ModuleType

import pytest
from toy_pairs import HEADER, TASKS, one_over, payload, tree

from clustersim.errors import InputError, RunError, StoreError
from clustersim.experiment import executors
from clustersim.experiment.executors import run_each, run_missing
from clustersim.experiment.plan import Task
from clustersim.experiment.store import Store
from clustersim.experiment.task import Job

WORK = "toy_pairs:run"
POISON = TASKS[2]

needs_posix = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")


def batch(folder, *, workers, tasks=TASKS, data=None, work=WORK):
    store = Store.create(folder, HEADER)
    return store, run_missing(store, tasks, work, data or payload(), workers)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The files of a run in one process in which nothing happened."""
    store, _ = batch(tmp_path_factory.mktemp("undisturbed") / "run", workers=1)
    return tree(store.folder)


def log_of(path):
    """Return (process, task) for every task that was begun."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(pid), Task.named(name)) for pid, name in (line.split() for line in lines)]


def wait_until(happened, seconds=40.0):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ---------------------------------------------------------------- the same whatever the workers


@pytest.mark.parametrize("workers", [2, 3])
def test_neither_workers_nor_order_change_a_byte(tmp_path, undisturbed, workers, monkeypatch):
    under_way = []
    wait = executors.wait

    def noting(running, **options):
        under_way.append(len(running))
        return wait(running, **options)

    monkeypatch.setattr(executors, "wait", noting)
    shuffled = TASKS[::-2] + TASKS[::2]
    log = tmp_path / "log"
    store, outcome = batch(tmp_path / "run", workers=workers, tasks=shuffled, data=payload(log))
    assert tree(store.folder) == undisturbed
    assert outcome.done == tuple(sorted(TASKS))
    assert outcome.failed == {}
    assert max(under_way) == 2 * workers  # not all at once
    assert os.getpid() not in {pid for pid, _ in log_of(log)}


def test_one_worker_is_this_process(tmp_path):
    log = tmp_path / "log"
    batch(tmp_path / "run", workers=1, data=payload(log))
    assert log_of(log) == [(os.getpid(), task) for task in TASKS]


def test_only_what_is_missing_runs(tmp_path, undisturbed):
    log = tmp_path / "log"
    batch(tmp_path / "run", workers=1, tasks=TASKS[:3])
    store, outcome = batch(tmp_path / "run", workers=1, data=payload(log))
    assert [task for _, task in log_of(log)] == TASKS[3:]
    assert outcome.done == tuple(sorted(TASKS[3:]))
    assert batch(tmp_path / "run", workers=4)[1].done == ()
    assert tree(store.folder) == undisturbed


def test_linear_algebra_has_one_thread_in_workers_and_is_left_alone_here(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    main = dict(vars(sys.modules["__main__"]))
    store, _ = batch(tmp_path / "run", workers=2, tasks=TASKS[:1], work="toy_pairs:threads")
    assert list(store.read("parameters")["value"]) == [1.0, 1.0, 1.0]
    assert os.environ["OMP_NUM_THREADS"] == "5"
    assert "MKL_NUM_THREADS" not in os.environ
    assert dict(vars(sys.modules["__main__"])) == main


@pytest.mark.parametrize("workers", [0, -1])
def test_there_is_at_least_one_worker(tmp_path, workers):
    with pytest.raises(InputError, match=f"workers: {workers} is too few\nask for at least 1"):
        batch(tmp_path / "run", workers=workers)


# ---------------------------------------------------------------- tasks that fail


def test_a_task_that_raises_fails_alone_and_can_be_run_again(tmp_path, undisturbed):
    data = payload(raises=str(POISON))
    store, outcome = batch(tmp_path / "run", workers=1, data=data)
    assert set(outcome.done) == set(TASKS) - {POISON}
    assert list(outcome.failed) == [POISON]
    assert "ZeroDivisionError: a toy that breaks" in outcome.failed[POISON]
    assert 'toy_pairs.py", line' in outcome.failed[POISON]
    assert store.failures() == outcome.failed
    store, outcome = batch(tmp_path / "run", workers=1)
    assert outcome.done == (POISON,)
    assert tree(store.folder) == undisturbed


@needs_posix
def test_a_task_that_kills_its_worker_fails_alone(tmp_path, undisturbed):
    tasks, log = TASKS[:4], tmp_path / "log"
    data = payload(log, dies=str(POISON), raises=str(TASKS[3]))
    store, outcome = batch(tmp_path / "run", workers=2, tasks=tasks, data=data)
    assert set(outcome.done) == set(TASKS[:2])
    assert outcome.failed == store.failures()
    assert list(outcome.failed) == sorted([POISON, TASKS[3]])
    assert outcome.failed[POISON] == executors.DIED
    assert "ZeroDivisionError: a toy that breaks" in outcome.failed[TASKS[3]]
    assert [task for _, task in log_of(log)].count(POISON) == 2
    batch(tmp_path / "run", workers=1)
    assert tree(store.folder) == undisturbed


def test_a_shard_that_does_not_fit_fails_its_task(tmp_path):
    store, outcome = batch(tmp_path / "run", workers=1, data=payload(incomplete=str(POISON)))
    assert "table members lacks complex, group" in outcome.failed[POISON]
    assert not store.has(POISON)


def test_work_that_cannot_be_found_is_a_failure_with_its_reason(tmp_path):
    _, outcome = batch(tmp_path / "run", workers=1, work="toy_pairs:walk", tasks=TASKS[:1])
    assert "has no attribute 'walk'" in outcome.failed[TASKS[0]]


# ---------------------------------------------------------------- workers and disks that fail


@needs_posix
def test_a_worker_killed_from_outside_costs_no_task(tmp_path, undisturbed, monkeypatch):
    log = tmp_path / "log"
    wait = executors.wait
    killed = []

    def killing(running, **options):
        if not killed:
            wait_until(lambda: log_of(log))
            killed.append(log_of(log)[0][0])
            os.kill(killed[0], signal.SIGKILL)
        return wait(running, **options)

    monkeypatch.setattr(executors, "wait", killing)
    store, outcome = batch(tmp_path / "run", workers=2, data=payload(log, seconds=0.05))
    assert killed
    assert outcome.done == tuple(sorted(TASKS))
    assert tree(store.folder) == undisturbed


@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_refuses_ends_the_run(tmp_path, workers):
    store = Store.create(tmp_path / "run", HEADER)
    (store.folder / "tasks").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be written: .*\na file stands where"):
        run_missing(store, TASKS[:workers], WORK, payload(), workers)


def test_workers_that_cannot_start_are_told_of(tmp_path, monkeypatch):
    def start(_self):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(executors.SpawnProcess, "start", start)
    with pytest.raises(RunError, match=r"cannot be started: .*unavailable\nuse fewer --workers"):
        batch(tmp_path / "run", workers=2)


def test_a_pool_that_breaks_while_a_worker_starts_is_told_of_and_costs_no_task(
    tmp_path, undisturbed, monkeypatch
):
    start, started = executors.SpawnProcess.start, []

    def start_but_the_second(self):
        started.append(self)
        if len(started) == 2:  # its pipes are closed already
            raise ValueError("bad value(s) in fds_to_keep")
        start(self)

    monkeypatch.setattr(executors.SpawnProcess, "start", start_but_the_second)
    with pytest.raises(RunError, match=r"cannot be started: .*fds_to_keep\nuse fewer --workers"):
        batch(tmp_path / "run", workers=2)
    store, _ = batch(tmp_path / "run", workers=2)
    assert tree(store.folder) == undisturbed


@needs_posix
def test_workers_that_die_as_they_start_are_told_of(tmp_path, monkeypatch):
    start = executors._Worker.start

    def start_and_die(self):
        start(self)
        self.kill()

    monkeypatch.setattr(executors._Worker, "start", start_and_die)
    with pytest.raises(RunError, match=r"cannot be started: .*\nuse fewer --workers"):
        batch(tmp_path / "run", workers=2)


def test_a_result_lost_on_the_way_is_not_computed_again(tmp_path):
    log = tmp_path / "log"
    store, _ = batch(tmp_path / "run", workers=1)
    assert Job(store.folder, WORK, payload(log)).do(TASKS[0]) == ""
    assert log_of(log) == []


# ---------------------------------------------------------------- scripts

BATCH = """
from toy_pairs import HEADER, TASKS, payload
from clustersim.experiment.executors import run_each, run_missing
from clustersim.experiment.store import Store
from pathlib import Path
print("main begins", flush=True)
outcome = run_missing(Store.create({folder!r}, HEADER), TASKS[:{tasks}], "toy_pairs:run",
                      payload(Path({log!r}), {seconds}), 2, progress={progress})
print(len(outcome.done), __name__, flush=True)
"""


def script(tmp_path, *, tasks=8, seconds=0.0, progress=False):
    folder, log = str(tmp_path / "run"), str(tmp_path / "log")
    return BATCH.format(folder=folder, log=log, tasks=tasks, seconds=seconds, progress=progress)


def begin(arguments, **options):
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        start_new_session=True,
        **options,
    )


def test_a_script_needs_no_main_guard(tmp_path, undisturbed):
    path = tmp_path / "two_lines.py"
    path.write_text(script(tmp_path, progress=True))
    with begin([str(path)]) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "main begins\n8 __main__\n"), err
    assert "8/8" in err
    assert tree(tmp_path / "run") == undisturbed


def test_a_script_may_come_from_standard_input(tmp_path):
    with begin(["-"], stdin=subprocess.PIPE) as process:
        out, err = process.communicate(script(tmp_path, tasks=1), timeout=60)
    assert (process.returncode, out, err) == (0, "main begins\n1 __main__\n", "")


def test_a_worker_imports_no_main_module_whatever_it_is(monkeypatch):
    main = ModuleType("__main__")
    main.__file__ = "script.py"
    main.__spec__ = ModuleSpec("package.__main__", None)
    monkeypatch.setitem(sys.modules, "__main__", main)
    before = dict(vars(main))
    assert "init_main_from_name" in spawn.get_preparation_data("worker")
    with executors._plain_parent():
        assert not {"init_main_from_name", "init_main_from_path"} & set(
            spawn.get_preparation_data("worker")
        )
    assert vars(main) == before


@needs_posix
@pytest.mark.parametrize("workers", [1, 3])
def test_each_item_is_answered_in_its_order(workers):
    assert list(run_each(hex, range(9), workers)) == [hex(number) for number in range(9)]
    assert list(run_each(hex, [], workers)) == []


def test_work_that_raises_for_one_item_ends_the_rest():
    with pytest.raises(ZeroDivisionError):
        list(run_each(one_over, [1, 0, 2], 2))
    with pytest.raises(RunError, match="a worker process died"):
        list(run_each(os._exit, [1], 2))
    with pytest.raises(InputError, match="0 is too few"):
        list(run_each(hex, [1], 0))


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(tmp_path, undisturbed):
    path, log = tmp_path / "script.py", tmp_path / "log"
    path.write_text(script(tmp_path, seconds=0.15))
    # tests that run in the background were started with interrupts ignored, and would hand that on
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with begin([str(path)]) as process:
        signal.signal(signal.SIGINT, before)
        wait_until(lambda: len(list(tmp_path.glob("run/tasks/*/d*"))) >= 2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and workers
        _, err = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert err.count("Traceback") == 1
    assert "KeyboardInterrupt" in err
    assert list(tmp_path.glob("run/**/.part*")) == []
    assert not any(alive(pid) for pid, _ in log_of(log))
    store = Store.open(tmp_path / "run")
    finished = store.tasks()
    assert 2 <= len(finished) < len(TASKS)
    assert len(store.read("groups")) > 0

    log.unlink()
    batch(tmp_path / "run", workers=1, data=payload(log))
    assert sorted(task for _, task in log_of(log)) == sorted(set(TASKS) - set(finished))
    assert tree(tmp_path / "run") == undisturbed


def test_ctrl_c_in_one_process_goes_through(tmp_path, monkeypatch):
    def interrupted(_store, _task, _shard):
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        batch(tmp_path / "run", workers=1)


@needs_posix
def test_workers_end_with_a_parent_that_is_killed(tmp_path, undisturbed):
    path, log = tmp_path / "script.py", tmp_path / "log"
    path.write_text(script(tmp_path, seconds=60.0, tasks=1))
    with begin([str(path)]) as process:
        wait_until(lambda: log_of(log))
        process.kill()
        process.communicate(timeout=30)
    workers = {pid for pid, _ in log_of(log)}
    wait_until(lambda: not any(alive(pid) for pid in workers), seconds=30)
    batch(tmp_path / "run", workers=1)
    assert tree(tmp_path / "run") == undisturbed
