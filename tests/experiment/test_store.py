"""A results folder: whole tasks or none, exact values, errors that help."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from toy_pairs import HEADER, TASKS, shard, tree

from clustersim.errors import InputError, StoreError, TaskError
from clustersim.experiment import store as store_module
from clustersim.experiment.plan import Task
from clustersim.experiment.shard import TABLES
from clustersim.experiment.store import Store


@pytest.fixture
def store(tmp_path):
    return Store.create(tmp_path / "runs" / "toy", HEADER)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    store = Store.create(tmp_path_factory.mktemp("finished") / "toy", HEADER)
    for task in TASKS:
        store.write(task, shard(task))
    return store.folder


@pytest.fixture
def full(finished, tmp_path):
    return Store.open(shutil.copytree(finished, tmp_path / "full"))


def says(what, hint):
    """Match an error of two lines: what is wrong, and how to mend it."""
    return pytest.raises(StoreError, match=rf"\A[^\n]*{what}[^\n]*\n[^\n]*{hint}[^\n]*\Z")


# ---------------------------------------------------------------- values


def test_what_is_read_is_what_was_written_to_the_bit(full):
    for table in ("groups", "members", "ledger"):
        frame = full.read(table)
        rows = 0
        for task in sorted(TASKS):
            for name, column in shard(task)[table].items():
                read = frame[name].iloc[rows : rows + len(column)].to_numpy()
                if column.dtype.kind in "fiu":
                    assert read.dtype == TABLES[table][name]
                    assert read.tobytes() == column.tobytes()  # nan and -0.0 included
                else:
                    assert list(read) == list(column)
            here = frame.iloc[rows : rows + len(column)]
            assert {(r.arm, r.reference, r.draw, r.luck) for r in here.itertuples()} == {
                (task.arm, task.reference, task.draw, task.luck)
            }
            rows += len(column)
        assert len(frame) == rows


def test_the_key_comes_first_and_arms_are_categories(full):
    frame = full.read("groups")
    assert list(frame.columns) == ["arm", "reference", "draw", "luck", *TABLES["groups"]]
    assert isinstance(frame["arm"].dtype, pd.CategoricalDtype)
    assert isinstance(frame["reference"].dtype, pd.CategoricalDtype)
    assert frame["draw"].dtype == frame["luck"].dtype == np.int64


def test_neither_bytes_nor_rows_depend_on_the_order_of_writing(full, tmp_path):
    other = Store.create(tmp_path / "other", HEADER)
    for task in TASKS[::-2] + TASKS[::2]:
        other.write(task, shard(task))
    assert tree(other.folder) == tree(full.folder)
    pd.testing.assert_frame_equal(other.read("groups"), full.read("groups"))


def test_arms_and_tasks_select(full):
    assert set(full.read("groups", arms=["double-budget"])["arm"]) == {"double-budget"}
    some = full.read("groups", tasks=[TASKS[3], TASKS[0], TASKS[3]])
    assert list(some["draw"].unique()) == [0, 1]
    assert full.read("groups", arms=["unheard_of"]).empty


def test_a_missing_task_is_never_left_out_silently(full):
    with says(
        "task as_announced--no_programme/d99-l99 is not done", "`clustersim run` that began it"
    ):
        full.read("groups", tasks=[*TASKS, Task("as_announced", "no_programme", 99, 99)])


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_store_has_columns_of_the_same_types(store, full, table):
    empty = Store.create(store.folder.with_name("empty"), HEADER)
    assert empty.tasks() == []
    expected = full.read(table).iloc[:0]
    for name, dtype in empty.read(table).dtypes.items():
        if name not in {"arm", "reference"}:  # their categories are the arms there are
            assert dtype == expected[name].dtype
    assert list(empty.read(table).columns) == list(expected.columns)


def test_an_unknown_table_is_named_with_the_nearest(store):
    with pytest.raises(InputError, match="no table 'group'\ndid you mean 'groups'"):
        store.read("group")


# ---------------------------------------------------------------- tasks


def test_tasks_are_listed_sorted(full):
    assert full.tasks() == sorted(TASKS)
    assert full.has(TASKS[0])
    assert not full.has(Task("as_announced", "no_programme", 99, 99))


def test_a_task_that_is_done_stays_as_it_is(full):
    before = tree(full.folder)
    full.write(TASKS[0], {})
    assert tree(full.folder) == before


def test_a_failure_is_kept_until_the_task_is_done(store):
    store.fail(TASKS[0], "Traceback: 예")
    store.fail(TASKS[1], "other")
    again = Store.open(store.folder)
    assert again.failures() == {TASKS[0]: "Traceback: 예", TASKS[1]: "other"}
    assert again.tasks() == []
    store.write(TASKS[0], shard(TASKS[0]))
    assert again.failures() == {TASKS[1]: "other"}


def test_a_shard_that_does_not_fit_leaves_nothing(store):
    before = tree(store.folder)
    with pytest.raises(TaskError):
        store.write(TASKS[0], {"members": {}})
    assert tree(store.folder) == before


# ---------------------------------------------------------------- interrupted writing


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_midway_leaves_no_task(store, monkeypatch, error):
    before = tree(store.folder)
    written = []
    write_table = store_module._write_table

    def failing(path, table):
        if len(written) == 4:
            raise error
        write_table(path, table)
        written.append(path)

    monkeypatch.setattr(store_module, "_write_table", failing)
    expected = StoreError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        store.write(TASKS[0], shard(TASKS[0]))
    assert len(written) == 4
    assert tree(store.folder) == before
    assert list(store.folder.glob("tasks/*/*")) == []


def test_a_disk_that_takes_no_more_is_told_of_in_two_lines(store):
    resource = pytest.importorskip("resource", reason="limits of file size are POSIX")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with says("d0-l0: cannot be written: File too large", "make room or choose another folder"):
            store.write(TASKS[0], shard(TASKS[0]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(store.folder.glob("tasks/*/*")) == []


def test_a_place_where_no_folder_can_be_made_is_told_of(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for place in (tmp_path / "file", tmp_path / "file" / "run"):
        with says("cannot be written: File exists", "choose another folder with --out"):
            Store.create(place, HEADER)


def test_a_rename_that_is_refused_leaves_no_task(store, monkeypatch):
    def refuse(_path, _target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store_module.Path, "rename", refuse)
    with says("cannot be written: Input/output error", "make room"):
        store.write(TASKS[0], shard(TASKS[0]))
    assert list(store.folder.glob("tasks/*/*")) == []


def test_what_somebody_elses_process_is_writing_is_left_alone(store, monkeypatch):
    def refuse(_pid, _signal):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "kill", refuse)
    part = store.folder / f".part.1.00c0ffee@{platform.node()}"
    part.mkdir()
    store.sweep()
    assert part.exists()


def test_leftovers_of_killed_runs_are_ignored_and_swept(full):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    pair = full.folder / "tasks" / TASKS[0].pair
    before = tree(full.folder)

    def leftover(folder, pid, host):
        part = folder / f".part.{pid}.00c0ffee@{host}"
        part.mkdir()
        (part / "groups.parquet").write_text("half")
        return part

    of_dead = leftover(pair, dead.pid, platform.node())
    above = leftover(full.folder, dead.pid, platform.node())
    of_living = leftover(pair, os.getpid(), platform.node())
    of_others = leftover(pair, dead.pid, "another.machine")
    old = leftover(pair, 1, "another.machine")
    os.utime(old, (0, 0))

    assert full.tasks() == sorted(TASKS)
    assert len(full.read("groups")) > 0
    Store.create(full.folder, HEADER)
    assert not of_dead.exists()
    assert not above.exists()
    assert not old.exists()
    assert of_living.exists()  # another run may be writing there
    assert of_others.exists()
    for part in (of_living, of_others):
        store_module._remove(part)
    assert tree(full.folder) == before


# ---------------------------------------------------------------- opening


def test_the_same_run_is_continued_with_the_header_it_began_with(full):
    again = Store.create(full.folder, HEADER | {"title": "another title"})
    assert again.tasks() == sorted(TASKS)
    assert again.header == {"format": 1, **HEADER}
    assert Store.open(full.folder).header == again.header


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"digest": "ffffffff"}, "digest 0a1b2c3d, not ffffffff"),
        ({"seed": 8}, "seed 7, not 8"),
        ({"versions": {"clustersim": "9.9"}}, "clustersim 0.1, not 9.9"),
        ({"versions": HEADER["versions"] | {"numpy": "9"}}, "numpy of unknown version, not 9"),
        ({"seed": 8, "digest": "f"}, "digest 0a1b2c3d, not f; seed 7, not 8"),
    ],
)
def test_another_run_is_refused(full, change, difference):
    before = tree(full.folder)
    with says(f"this folder holds another run: {difference}", "--out"):
        Store.create(full.folder, HEADER | change)
    assert tree(full.folder) == before


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with says("there is something else in this folder", "--out"):
        Store.create(tmp_path, HEADER)
    with says("not a results folder", "clustersim run"):
        Store.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_file_manager_leaves_behind_is_nothing(tmp_path):
    (tmp_path / ".DS_Store").write_text("")
    assert Store.create(tmp_path, HEADER).tasks() == []


def no_links(*_arguments):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("link", [os.link, no_links])
def test_of_two_runs_begun_at_once_in_one_folder_one_is_refused(tmp_path, monkeypatch, link):
    """The other one's header comes to be when this one has found the folder empty."""
    other, made = HEADER | {"digest": "ffffffff"}, store_module._make

    def slowly(folder):
        monkeypatch.setattr(store_module, "_make", made)
        Store.create(folder, other)
        made(folder)

    monkeypatch.setattr(store_module, "_make", slowly)
    monkeypatch.setattr(os, "link", link)
    with says("this folder holds another run: digest ffffffff, not 0a1b2c3d", "--out"):
        Store.create(tmp_path / "toy", HEADER)
    assert Store.open(tmp_path / "toy").header["digest"] == "ffffffff"
    assert [path.name for path in (tmp_path / "toy").iterdir()] == ["run.json"]


def test_a_run_killed_before_its_header_was_there_begins_again(tmp_path):
    (tmp_path / ".part.1.00c0ffee@here").write_text("{")
    assert Store.create(tmp_path, HEADER).tasks() == []


def test_a_folder_that_is_not_there(tmp_path):
    with says("no such folder", "clustersim run"):
        Store.open(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", '{"format": 1}', "\udc80"])
def test_a_damaged_header(store, text):
    (store.folder / "run.json").write_bytes(text.encode(errors="surrogateescape"))
    with says("run.json: damaged", "run the scenario again"):
        Store.open(store.folder)


def test_another_format(store):
    (store.folder / "run.json").write_text(json.dumps(HEADER | {"format": 2}))
    with says("results of format 2; this clustersim reads 1", "--out"):
        Store.open(store.folder)


def test_a_header_that_cannot_be_read(store):
    (store.folder / "run.json").unlink()
    (store.folder / "run.json").mkdir()
    with says("cannot be read: Is a directory", "access"):
        Store.open(store.folder)


# ---------------------------------------------------------------- damage


def parquet(full):
    return full.folder / "tasks" / str(TASKS[0]) / "groups.parquet"


def test_every_flipped_byte_is_noticed_or_harmless(full):
    path = parquet(full)
    good, expected = path.read_bytes(), full.read("groups", tasks=[TASKS[0]])
    noticed = 0
    for place in range(0, len(good), 17):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1 :])
        try:
            read = full.read("groups", tasks=[TASKS[0]])
        except StoreError:
            noticed += 1
        else:
            pd.testing.assert_frame_equal(read, expected)
    assert noticed > 40


def test_a_file_cut_short(full):
    path = parquet(full)
    path.write_bytes(path.read_bytes()[:-100])
    with says(r"d0-l0/groups.parquet: damaged", r"delete .*d0-l0 and give the `clustersim run`"):
        full.read("groups")


def test_a_file_that_is_lacking(full):
    parquet(full).unlink()
    with says(r"d0-l0/groups.parquet: lacking", r"delete .*d0-l0 and give the `clustersim run`"):
        full.read("groups")


def test_a_file_of_another_table(full):
    parquet(full).write_bytes(parquet(full).with_name("members.parquet").read_bytes())
    with says(
        r"d0-l0/groups.parquet: damaged: its columns",
        r"delete .*d0-l0 and give the `clustersim run`",
    ):
        full.read("groups")
