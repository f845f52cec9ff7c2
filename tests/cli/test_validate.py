"""``clustersim validate``: what stands on which stream, and what is handed over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clustersim.cli import main, validate

NOKSAN = {"complex": "녹산", "simulated": None}


@pytest.fixture
def asked(monkeypatch):
    """Stand in for the sections; the list holds what they were asked for."""
    calls = []

    def section(scenario, options):
        calls.append((scenario.name, scenario.spec.economy.macro.mode, options))
        return validate.Answer("a page", {"patterns": [NOKSAN]}, [options.out / "x.png"])

    monkeypatch.setattr(validate, "SECTIONS", {"patterns": section, "fit": section})
    return calls


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main(["validate", *arguments])
    return stop.value.code


def test_sections_stand_one_after_the_other(asked, capsys):
    assert run("noksan", "--workers", "3", "--out", "there") == 0
    out, err = capsys.readouterr()
    assert out.startswith("a page\n\na page\nfiles: ")
    assert err == ""
    name, _, options = asked[0]
    assert (name, options) == ("noksan", validate.Options(10, 3, Path("there")))
    assert out.rstrip().endswith(f"{Path('there') / 'x.png'}")


def test_the_five_complexes_unless_told_and_changes(asked):
    assert run("--set", "economy.macro.mode=flat", "--replicates", "2") == 0
    name, mode, options = asked[0]
    assert (name, mode, options.replicates) == ("five-complexes", "flat", 2)
    assert options.out.parts[0] == "runs"
    assert options.out.name.startswith("validate-five-complexes-")


def test_json_is_one_document_and_nothing_else(asked, capsys):
    assert run("noksan", "--json") == 0
    out, err = capsys.readouterr()
    assert set(json.loads(out)) == {"schema", "patterns", "fit"}
    assert out.count("\n") == 1
    assert err.startswith("files: ")
    assert len(asked) == 2


def test_mistakes(asked, capsys):
    assert run("noksann") == 2
    assert "noksan" in capsys.readouterr().err
    assert run("noksan", "--replicates", "0") == 2
    assert "--replicates" in capsys.readouterr().err
    assert not asked


def test_help_loads_nothing_heavy():
    script = (
        "from clustersim.cli import cli; cli(['validate', '--help'], standalone_mode=False)\n"
        "import sys; heavy = ('numpy', 'pandas', 'matplotlib', 'statsmodels')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_only_the_sections_asked_for(asked, capsys):
    assert run("noksan", "--sections", "fit") == 0
    assert len(asked) == 1
    assert run("noksan", "--sections", "all", "--json") == 0
    assert len(asked) == 3
    capsys.readouterr()


def test_a_section_that_is_not_there_is_told(asked, capsys):
    assert run("noksan", "--sections", "patterns,fits") == 2
    assert capsys.readouterr().err.splitlines() == [
        "--sections: no section 'fits'",
        "did you mean 'fit'?",
    ]
    assert not asked
