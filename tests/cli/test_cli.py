"""The command line: exit codes, two-line errors, and what stands on which stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from clustersim import api, charts, scenario
from clustersim.cli import cli, main
from clustersim.errors import InputError, ScenarioError, StoreError, TaskError
from clustersim.problems import Place, Problem
from clustersim.results import Results
from clustersim.scenario.show import arms_page
from clustersim.scenario.sources import page

HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "pyarrow", "pydantic", "simpy", "rich")


@pytest.fixture
def command(capsys):
    """Run the command; return exit code, standard output and standard error."""

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=stop.value.code, out=out, err=err)

    return call


@pytest.fixture
def ran(monkeypatch):
    """Stand in for a run; the list holds what it was asked for."""
    calls = []
    answer = SimpleNamespace(
        store=SimpleNamespace(folder=Path("runs/noksan-0123abcd")),
        summary=lambda: "a page",
        to_json=lambda: {"schema": 1, "arms": ["녹산"], "effects": [{"estimate": None}]},
    )

    def run(source, **options):
        calls.append((source, options))
        return answer

    monkeypatch.setattr(api, "run", run)
    return calls


def failing(error):
    def fail(*_args, **_options):
        raise error

    return fail


# ---------------------------------------------------------------- run


def test_run_prints_the_page_and_notes_the_folder_elsewhere(command, ran):
    done = command("run", "noksan", "--replicates", "3")
    assert (done.code, done.out) == (0, "a page\nresults: runs/noksan-0123abcd\n")
    assert ran[0][0] == "noksan"


def test_run_hands_every_option_over(command, ran):
    done = command(
        *["run", "x.yaml", "--arms", "a, b", "--draws", "4", "--luck", "5", "--seed", "9"],
        *["--workers", "2", "--set", "p.q=1", "--set", "r=2", "--out", "there", "--json"],
    )
    assert done.code == 0
    assert ran == [
        (
            "x.yaml",
            {
                "replicates": None, "draws": 4, "luck": 5, "arms": ["a", "b"], "seed": 9,
                "workers": 2, "out": Path("there"), "set": ("p.q=1", "r=2"),
            },
        )
    ]  # fmt: skip


def test_run_leaves_defaults_to_the_api(command, ran):
    command("run", "noksan")
    assert set(ran[0][1].values()) == {None, ()}


def test_json_is_one_document_and_nothing_else(command, ran):
    done = command("run", "noksan", "--json")
    assert json.loads(done.out) == {
        "schema": 1, "arms": ["녹산"], "effects": [{"estimate": None}]
    }  # fmt: skip
    assert done.out.count("\n") == 1
    assert len(ran) == 1


def test_json_never_holds_nan(monkeypatch):
    bad = SimpleNamespace(to_json=lambda: {"estimate": float("nan")})
    monkeypatch.setattr(api, "run", lambda *_a, **_o: bad)
    with pytest.raises(ValueError, match="JSON"):
        main(["run", "noksan", "--json"])


# ---------------------------------------------------------------- exit codes and errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("arms: no arm 'x'", "did you mean 'y'?"), 2),
        (TaskError("1 of 2 pairs of worlds failed", "the rest is kept"), 1),
        (StoreError("d: this folder holds another run", "give it a folder of its own"), 1),
    ],
)
def test_errors_are_two_lines_on_standard_error(command, monkeypatch, error, code):
    monkeypatch.setattr(api, "run", failing(error))
    done = command("run", "noksan")
    assert (done.code, done.out) == (code, "")
    assert done.err == f"{error.what}\n{error.hint}\n"


def test_interrupted_says_what_is_kept_in_one_line(command, monkeypatch):
    stop = KeyboardInterrupt()
    stop.add_note("interrupted: 3 of 20 pairs of worlds are kept in runs/x; the same command ...")
    monkeypatch.setattr(api, "run", failing(stop))
    done = command("run", "noksan")
    assert (done.code, done.out) == (130, "")
    assert done.err == stop.__notes__[0] + "\n"
    monkeypatch.setattr(api, "run", failing(KeyboardInterrupt()))
    assert command("run", "noksan").err == "interrupted\n"


def test_the_disk_refuses(command, monkeypatch):
    error = PermissionError(13, "Permission denied", "/nowhere/plots")
    monkeypatch.setattr(api, "run", failing(error))
    done = command("run", "noksan")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "/nowhere/plots: Permission denied\n"
        "see that the disk has room and that you may write there\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says", "hint"),
    [
        (["rnu"], "no command 'rnu'", "did you mean 'run'?"),
        (["zzz", "x"], "no command 'zzz'", "the commands are: run, check, compare, plot"),
        ([], "no command is given", "the commands are: run, check, compare, plot, scenarios, show"),
        (["run", "--replicats", "3"], "no option '--replicats'", "did you mean '--replicates'?"),
        (["run"], "Missing argument 'SCENARIO'.", "see 'clustersim run --help'"),
        (["run", "x", "--replicates", "0"], "--replicates", "see 'clustersim run --help'"),
        (["run", "x", "--seed", "many"], "--seed", "see 'clustersim run --help'"),
        (["run", "x", "--zzz", "ko"], "--zzz", "see 'clustersim run --help'"),
        (["check"], "Missing argument", "see 'clustersim check --help'"),
        (["plot", "no/such"], "no/such", "see 'clustersim plot --help'"),
    ],
)
def test_mistakes_on_the_command_line(command, arguments, says, hint):
    done = command(*arguments)
    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert says in first
    assert second.startswith(hint)


# ---------------------------------------------------------------- the other commands


def test_check_tells_of_all_files_and_exits_2(command, monkeypatch):
    problems = [
        Problem(Place("bad.yaml", 41, 7), "programme.budgt", "unknown key", "did you mean ..?"),
        Problem(Place("bad.yaml", 50, 1), "economy", "twice", "keep one"),
    ]

    def load(source, set=()):  # noqa: A002 - as in the real one
        if source == "bad.yaml":
            raise ScenarioError(problems)
        assert set == ()
        return SimpleNamespace(notes=["mine: firms.csv: 3 firms"])

    monkeypatch.setattr(scenario, "load", load, raising=False)
    done = command("check", "bad.yaml", "noksan")
    assert done.code == 2
    assert done.out == "noksan: no mistakes found\n  mine: firms.csv: 3 firms\n"
    assert done.err.splitlines() == [
        "bad.yaml:41:7: programme.budgt: unknown key", "  did you mean ..?",
        "bad.yaml:50:1: economy: twice", "  keep one",
    ]  # fmt: skip
    assert command("check", "noksan").code == 0


def test_show_prints_the_resolved_scenario_and_what_arms_change(command):
    changed = ("--set", "programme.delay=6 months")
    shown = command("show", "noksan", *changed).out
    loaded = scenario.load("noksan", set=changed[1:])
    assert shown == f"{scenario.show(loaded)}{arms_page(loaded)}\n"
    assert "\n#   programme.delay: 6 months -> 12 months\n" in shown


def test_show_sources_prints_values_with_their_sources_instead(command):
    shown = command("show", "noksan", "--sources").out
    assert shown == f"{page(scenario.load('noksan'))}\n"


def test_scenarios_lists_one_a_line(command, monkeypatch):
    catalogue = SimpleNamespace(
        names=lambda: ["noksan", "x"], describe=lambda name: f"about {name}"
    )
    monkeypatch.setattr(scenario, "catalogue", catalogue, raising=False)
    monkeypatch.setitem(sys.modules, "clustersim.scenario.catalogue", catalogue)
    assert command("scenarios").out == "noksan  about noksan\nx       about x\n"


def test_plot_names_its_files(command, monkeypatch, tmp_path):
    class Done(str):
        __slots__ = ()

        @property
        def store(self):
            return SimpleNamespace(tasks=lambda: ["one"])

    monkeypatch.setattr(Results, "open", lambda folder: Done(f"results of {folder}"))
    monkeypatch.setattr(
        charts, "save_all", lambda results, folder: [results, folder / "money.png"], raising=False
    )
    assert command("plot", str(tmp_path)).out.splitlines() == [
        f"results of {tmp_path}", str(tmp_path / "plots" / "money.png")
    ]  # fmt: skip
    other = command("plot", str(tmp_path), "--out", str(tmp_path / "o"))
    assert str(tmp_path / "o" / "money.png") in other.out


def test_plot_of_a_folder_without_a_run(command, tmp_path):
    done = command("plot", str(tmp_path))
    assert done.code != 0
    assert "not a results folder" in done.err
    assert "Traceback" not in done.err


# ---------------------------------------------------------------- a process of its own


def clustersim(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "clustersim", *arguments],
        check=False, capture_output=True, text=True, timeout=60, **options,
    )  # fmt: skip


def test_help_and_version():
    shown = clustersim("--help")
    assert shown.returncode == 0
    assert [line.split()[0] for line in shown.stdout.split("Commands:\n")[1].splitlines()] == list(
        cli.list_commands(None)
    )
    assert clustersim("--version").stdout.startswith("clustersim 0.")


@pytest.mark.parametrize(
    "code",
    [
        "import clustersim",
        "from clustersim.cli import cli; cli(['--help'], standalone_mode=False)",
        "from clustersim.cli import cli; cli(['run', '--help'], standalone_mode=False)",
    ],
)
def test_neither_import_nor_help_loads_anything_heavy(code):
    script = f"{code}\nimport sys\nprint([n for n in {HEAVY!r} if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_quiet():
    """Whoever reads has gone away before the first word."""
    script = (
        "import sys, time; from clustersim.cli import cli, main; import click\n"
        "cli.get_command = lambda *_: click.Command('show', callback=lambda: "
        "click.echo('x' * 1_000_000))\n"
        "time.sleep(0.2); main(['show'])"
    )
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=write, stderr=subprocess.PIPE
    ) as process:
        os.close(write)
        os.close(read)
        assert process.stderr.read() == b""
    assert process.returncode == 0
