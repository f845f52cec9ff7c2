"""The guide to validation says what the command does, and its blocks can be run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import pages
from clustersim import validation
from clustersim.cli import cli, validate
from clustersim.scenario import load
from clustersim.validation import fit

PAGE = "docs/howto/validation.md"
GUIDE = pages.read(PAGE)


def blocks(language):
    return pages.of(PAGE, language)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the guide's scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return tmp_path


def test_the_guides_commands_are_understood(desk, monkeypatch):
    asked = []

    def stand_in(name):
        def section(scenario, options):
            asked.append((scenario.name, name, options.replicates, options.out))
            return validate.Answer("a page", {})

        return section

    monkeypatch.setattr(validate, "SECTIONS", {name: stand_in(name) for name in validate.SECTIONS})
    for line in blocks("sh")[0].splitlines():
        said = CliRunner().invoke(cli, shlex.split(line)[1:])
        assert said.exit_code == 0, said.output
    assert [name for _, name, _, out in asked if out == Path("noksan-validated")] == [
        *validate.SECTIONS
    ]
    assert asked[0][:3] == ("noksan", "patterns", 3)
    assert asked[-1][:3] == ("my", "fit", 3)
    assert list(desk.iterdir()) == [desk / "my.yaml"]


def test_the_guide_tells_every_section_and_verdict():
    told = re.findall(r"^\| `([\w ]+)` \|", GUIDE, re.MULTILINE)
    assert told == [*validate.SECTIONS, "in", "out", "reported", "too few"]


def test_points_of_ones_own_stand_in_the_fit(desk):
    found = fit.fit(load(desk / "my.yaml"), luck=1)
    points = found[found["observed"].notna() & (found["of"] == "complex")]
    periods = set(zip(points["quantity"], points["period"], strict=True))
    assert {("utilisation", "2009-Q1"), ("workers", "2011"), ("output", "2007")} <= periods
    assert ("workers", "2007-10") not in periods  # a list replaces the one it is laid over


def test_the_guides_python_runs(looked_at, monkeypatch, capsys):
    monkeypatch.setattr(validation, "validate", lambda *_, **__: looked_at)
    names = {}
    exec(blocks("python")[0], names)  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("Validation of small")
    assert len(names["worst"]) == 3
