"""Results folders that cannot be written or read: two lines, exit code 1, nothing half done."""

from __future__ import annotations

import errno
import io
import json
import os
import pathlib
import shutil
from types import SimpleNamespace

import pytest

import clustersim as cs
from clustersim.cli import main
from clustersim.errors import ClustersimError, InputError, StoreError
from clustersim.experiment import store
from clustersim.results import Results
from korean import assert_korean
from plain_scenario import TEXT

PAIR = pathlib.Path("tasks", "as_announced--no_programme", "d0-l0")
RUN = ["run", "my.yaml", "--replicates", "1", "--workers", "1", "--out", "there"]
AGAIN = "make room or choose another folder with --out; the same command goes on from here"
OF_ITS_OWN = "give this run a folder of its own with --out, or delete that one"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A scenario and its results, one replicate of one arm."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "my.yaml").write_text(TEXT, encoding="utf-8")
    cs.run(folder / "my.yaml", replicates=1, workers=1, out=folder / "there", progress=False)
    return folder


@pytest.fixture
def desk(finished, tmp_path, monkeypatch):
    """A copy of both to work in."""
    folder = shutil.copytree(finished, tmp_path / "desk")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def empty(desk):
    """The scenario alone."""
    shutil.rmtree(desk / "there")
    return desk


@pytest.fixture
def command(capsys):
    """Run the command; return exit code, standard output and what it says in the end."""

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out, err = capsys.readouterr()
        lines = [line for line in err.splitlines() if line and "pairs of worlds:" not in line]
        said = "\n".join(lines)  # without the progress bar
        return SimpleNamespace(code=stop.value.code, out=out, said=said)

    return call


def assert_told(done, said, code=1):
    assert (done.code, done.out, done.said) == (code, "", said)
    assert done.said.count("\n") == 1


def header(folder, **changes):
    """Change what is stored of a run."""
    path = folder / "there" / "run.json"
    there = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**there, **changes}), encoding="utf-8")
    return there


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ---------------------------------------------------------------- of something else


def test_results_of_another_scenario(desk, command):
    before = tree(desk)
    there = json.loads((desk / "there" / "run.json").read_text(encoding="utf-8"))
    other = cs.load("my.yaml", set=["programme.complexes.noksan.budget.amount=48억원"])
    done = command(*RUN, "--set", "programme.complexes.noksan.budget.amount=48억원")
    digests = f"digest {there['digest']}, not {other.digest(other.seed)}"
    assert_told(done, f"there: this folder holds another run: {digests}\n{OF_ITS_OWN}")
    assert tree(desk) == before


def test_results_of_another_seed(desk, command):
    before = tree(desk)
    done = command(*RUN, "--seed", "5")
    assert done.said.startswith("there: this folder holds another run: digest ")
    assert done.said.endswith(f"; seed 20080624, not 5\n{OF_ITS_OWN}")
    assert (done.code, done.out) == (1, "")
    assert tree(desk) == before


def test_results_of_another_version(desk, command):
    now = header(desk)["versions"]
    header(desk, versions={**now, "clustersim": "0.0.1"})
    said = f"clustersim 0.0.1, not {now['clustersim']}"
    assert_told(command(*RUN), f"there: this folder holds another run: {said}\n{OF_ITS_OWN}")


def test_results_of_another_numpy(desk, command):
    now = header(desk)["versions"]
    header(desk, versions={**now, "numpy": "0.0.1"})
    said = f"numpy 0.0.1, not {now['numpy']}"
    assert_told(command(*RUN), f"there: this folder holds another run: {said}\n{OF_ITS_OWN}")


@pytest.mark.parametrize("words", [RUN, ["plot", "there"], ["compare", "there"]])
def test_results_of_another_format(words, desk, command):
    header(desk, format=2)
    before = tree(desk)
    assert_told(
        command(*words),
        "there: results of format 2; this clustersim reads 1\n"
        "use the version that made them, or run the scenario again with another --out",
    )
    assert tree(desk) == before


@pytest.mark.parametrize("words", [RUN, ["plot", "there"], ["compare", "there"]])
def test_a_damaged_header(words, desk, command):
    (desk / "there" / "run.json").write_text('{"format": 1')
    said = (
        f"{pathlib.Path('there/run.json')}: damaged\ndelete the folder and run the scenario again"
    )
    assert_told(command(*words), said)


def test_a_folder_of_something_else(desk, command):
    (desk / "there" / "run.json").unlink()
    said = "there: there is something else in this folder\n"
    assert_told(command(*RUN), f"{said}give the run a folder of its own with --out")
    said = "there: not a results folder (no run.json)\ngive a folder that `clustersim run` made"
    assert_told(command("plot", "there"), said)
    assert_told(command("compare", "there"), said)
    assert not (desk / "there" / "plots").exists()


# ---------------------------------------------------------------- damaged


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.unlink(), "lacking"),
        (
            lambda path: shutil.copy(path.with_name("money.parquet"), path),
            "damaged: its columns are not those of a shard",
        ),
    ],
    ids=["cut short", "empty", "gone", "another table"],
)
def test_a_damaged_shard(spoil, what, desk, command):
    shard = pathlib.Path("there") / PAIR / "groups.parquet"
    spoil(shard)
    said = (
        f"{shard}: {what}\ndelete {shard.parent} and give the `clustersim run` that made it again"
    )
    for words in (RUN, [*RUN, "--json"], ["plot", "there"], ["compare", "there"]):
        assert_told(command(*words), said)
    assert not (desk / "there" / "plots").exists()
    assert not (desk / "runs").exists()
    with pytest.raises(StoreError) as caught:
        Results.open("there").effects()
    assert str(caught.value) == said
    assert_korean(command("compare", "there", "--lang=ko").said, said)
    shutil.rmtree(shard.parent)  # what the hint says
    assert command(*RUN).code == 0


# ---------------------------------------------------------------- what is not in it


@pytest.mark.parametrize("words", [["plot", "there"], ["compare", "there"]])
def test_a_run_of_which_nothing_is_done(words, desk, command):
    shutil.rmtree(desk / "there" / "tasks")
    assert_told(command(*words), "there: nothing is done yet\nrun the scenario first")
    assert not (desk / "there" / "plots").exists()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--arms", "as_anounced"], 2, "there: no arm 'as_anounced'\ndid you mean 'as_announced'?"),
        (["--arms", "double"], 2, "there: no arm 'double'\nit has: as_announced"),
        (
            ["--replicates", "3"],
            1,
            (
                "there: 2 of 3 replicates of 'as_announced' are not done\n"
                "compare fewer replicates, or run the scenario with more"
            ),
        ),
    ],
)
def test_an_arm_or_a_replicate_that_was_not_run(options, code, said, desk, command):
    assert_told(command("compare", "there", *options), said, code)
    assert not (desk / "runs").exists()


@pytest.mark.usefixtures("desk")
def test_the_same_folder_twice(command):
    said = "this run is named twice\nname each run once"
    done = command("compare", "there", "there")
    assert_told(done, f"{pathlib.Path('there').resolve()}: {said}", 2)


@pytest.mark.usefixtures("desk")
def test_a_world_that_is_not_there():
    results = Results.open("there")
    for options, said in (
        ({"arm": "as_anounced"}, "no arm 'as_anounced'\ndid you mean 'as_announced'?"),
        (
            {"arm": "as_announced", "luck": -1},
            "luck: -1 is outside its range\nwrite 0 or more",
        ),
    ):
        with pytest.raises(InputError) as caught:
            results.firms(**options)
        assert str(caught.value) == said


# ---------------------------------------------------------------- a disk that refuses


def full(*_arguments, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


def forbidden(*_arguments, **_options):
    raise PermissionError(errno.EACCES, "Permission denied")


def may_write_anything():
    return hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.skipif(may_write_anything(), reason="root may write anywhere")
def test_a_folder_that_is_read_only(empty, command):
    empty.chmod(0o555)
    try:
        done = command(*RUN)
    finally:
        empty.chmod(0o755)
    assert_told(done, f"there: cannot be written: Permission denied\n{AGAIN}")
    assert [path.name for path in empty.iterdir()] == ["my.yaml"]


@pytest.mark.parametrize(
    ("refuse", "why"),
    [(forbidden, "Permission denied"), (full, "No space left on device")],
    ids=["read-only", "full"],
)
def test_no_folder_can_be_made(refuse, why, empty, command, monkeypatch):
    monkeypatch.setattr(pathlib.Path, "mkdir", refuse)
    assert_told(command(*RUN), f"there: cannot be written: {why}\n{AGAIN}")
    assert [path.name for path in empty.iterdir()] == ["my.yaml"]


@pytest.mark.usefixtures("empty")
def test_a_file_in_the_way(command):
    done = command(*RUN[:-1], "my.yaml/there")
    place = pathlib.Path("my.yaml/there")
    hint = "a file stands where a folder is to be: choose another folder with --out"
    assert_told(done, f"{place}: cannot be written: File exists\n{hint}")


@pytest.mark.parametrize("table", ["groups", "panel"])
def test_the_disk_is_full_in_the_middle_of_a_shard(table, empty, command, monkeypatch):
    write = store._write_table

    def until(path, content):
        if path.stem == table:
            path.write_bytes(b"PAR1 half of it")
            full()
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write_table", until)
        done = command(*RUN)
    place = empty / "there" / PAIR
    assert_told(done, f"{place}: cannot be written: No space left on device\n{AGAIN}")
    left = [path for path in (empty / "there").rglob("*") if path.is_file()]
    assert left == [empty / "there" / "run.json"]
    assert not (empty / "there" / PAIR).exists()
    assert command(*RUN).code == 0  # the same command goes on from there


def test_the_disk_is_full_before_the_header_is_there(empty, command, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        done = command(*RUN)
    assert_told(done, f"there: cannot be written: No space left on device\n{AGAIN}")
    assert [path for path in (empty / "there").rglob("*") if path.is_file()] == []
    assert command(*RUN).code == 0


HINT = "choose a folder that can be written, and see that the disk is not full"


@pytest.mark.parametrize("words", [["plot", "there"], ["compare", "there"]])
@pytest.mark.parametrize(
    ("where", "refuse", "why"),
    [
        ("write_bytes", full, "No space left on device"),
        ("write_bytes", forbidden, "Permission denied"),
        ("mkdir", forbidden, "Permission denied"),
    ],
    ids=["full", "read-only", "no folder"],
)
def test_pictures_that_cannot_be_saved(words, where, refuse, why, desk, command, monkeypatch):
    monkeypatch.setattr(pathlib.Path, where, refuse)
    done = command(*words, "--out", "pictures")
    what, hint = done.said.split("\n")
    assert (done.code, done.out) == (1, "")
    assert what.startswith("pictures/")
    assert what.endswith(f": cannot be written ({why})")
    assert hint == HINT
    assert [path for path in desk.rglob("pictures/*") if path.is_file()] == []


@pytest.mark.usefixtures("desk")
def test_whatever_else_the_system_refuses(command, monkeypatch):
    monkeypatch.setattr(Results, "summary", forbidden)
    done = command(*RUN)
    said = "clustersim: Permission denied\nsee that the disk has room and that you may write there"
    assert_told(done, said)


@pytest.mark.usefixtures("desk")
def test_an_answer_that_nobody_can_write_down(monkeypatch):
    """Standard output itself may be a file on a full disk."""

    class Full(io.TextIOWrapper):
        def write(self, _text):
            full()

    heard = io.StringIO()
    monkeypatch.setattr("sys.stdout", Full(io.BytesIO()))
    monkeypatch.setattr("sys.stderr", heard)
    with pytest.raises(SystemExit) as stop:
        main(RUN)
    assert stop.value.code == 1
    assert heard.getvalue().splitlines()[-2:] == [
        "clustersim: No space left on device",
        "see that the disk has room and that you may write there",
    ]


def test_every_error_is_of_one_tree():
    assert issubclass(StoreError, ClustersimError)
    assert (InputError.exit_code, StoreError.exit_code) == (2, 1)
