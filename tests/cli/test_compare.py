"""``clustersim compare``: what stands on which stream, and what is handed over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clustersim import comparison
from clustersim.cli import main
from clustersim.errors import InputError


class Compared:
    def summary(self):
        return "a page"

    def to_json(self):
        return {"schema": 1, "runs": [{"arms": ["녹산"], "estimate": None}]}

    def save(self, folder):
        return [(folder or Path("runs/compare-0123abcd")) / "x.png"]


@pytest.fixture
def asked(monkeypatch):
    """Stand in for a comparison; the list holds what it was asked for."""
    calls = []

    def compare(items, **options):
        calls.append((items, options))
        return Compared()

    monkeypatch.setattr(comparison, "compare", compare)
    return calls


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main(["compare", *arguments])
    return stop.value.code


def test_the_page_and_where_the_pictures_are(asked, capsys):
    assert run("noksan", "runs/x") == 0
    assert capsys.readouterr() == ("a page\npictures: runs/compare-0123abcd\n", "")
    assert asked == [(("noksan", "runs/x"), dict.fromkeys(("arms", "replicates", "workers")))]


def test_every_option_is_handed_over(asked, capsys):
    options = ["--arms", "a, b", "--replicates", "4", "--workers", "2", "--out", "there"]
    assert run("x.yaml", *options) == 0
    assert asked == [(("x.yaml",), {"arms": ["a", "b"], "replicates": 4, "workers": 2})]
    assert capsys.readouterr().out.endswith("pictures: there\n")


def test_json_is_one_document_and_nothing_else(asked, capsys):
    assert run("noksan", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == Compared().to_json()
    assert out.count("\n") == 1
    assert err == "pictures: runs/compare-0123abcd\n"
    assert len(asked) == 1


def test_json_never_holds_nan(asked, monkeypatch):
    monkeypatch.setattr(Compared, "to_json", lambda _: {"estimate": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        main(["compare", "noksan", "--json"])
    assert len(asked) == 1


def test_mistakes(monkeypatch, capsys):
    assert run() == 2
    assert "DIR|SCENARIO" in capsys.readouterr().err
    assert run("noksan", "--replicates", "0") == 2
    assert "--replicates" in capsys.readouterr().err

    def compare(*_, **__):
        raise InputError("there is nothing to compare", "name a scenario")

    monkeypatch.setattr(comparison, "compare", compare)
    assert run("noksan") == 2
    assert capsys.readouterr() == ("", "there is nothing to compare\nname a scenario\n")


def test_help_loads_nothing_heavy():
    script = (
        "from clustersim.cli import cli; cli(['compare', '--help'], standalone_mode=False)\n"
        "import sys; print([n for n in ('numpy', 'pandas', 'matplotlib') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"
