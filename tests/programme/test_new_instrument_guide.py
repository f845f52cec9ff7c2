"""The guide to new instruments does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from example_package import EXAMPLE, MODULE, install

import pages
from clustersim.cli import cli
from clustersim.errors import InputError
from clustersim.programme.instruments import registry
from clustersim.programme.instruments.contract import InstrumentContract, checks
from clustersim.programme.instruments.registry import BUILT_IN
from clustersim.programme.instruments.service import Opening, Scaled

ROOT = Path(__file__).resolve().parents[2]
PAGE = "docs/howto/new-instrument.md"
GUIDE = pages.read(PAGE)


def blocks(language):
    return pages.of(PAGE, language)


def made_by(source):
    """The names that some code makes."""
    names = {"__name__": "guide"}
    exec(source, names)  # noqa: S102 - our own page
    return names


def case_of(instrument):
    return type("Case", (InstrumentContract,), {"instrument": instrument})()


@pytest.mark.parametrize(
    ("file", "language"),
    [
        ("energy_audit.py", "python"),
        ("pyproject.toml", "toml"),
        ("audits.yaml", "yaml"),
        ("test_energy_audit.py", "python"),
    ],
)
def test_the_guides_files_are_those_of_the_example(file, language):
    assert (EXAMPLE / file).read_text(encoding="utf-8") in blocks(language)
    assert f"`{file}`" in GUIDE


def test_the_guides_commands_do_what_they_should(tmp_path):
    (tmp_path / "audits.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    commands = "".join(blocks("sh")).splitlines()
    changes = [words[-1] for words in map(str.split, commands) if "--set" in words]
    code = (
        "import sys, clustersim; from clustersim.cli import main;"
        "scenario = clustersim.load('audits.yaml', set=sys.argv[1:]);"
        "print(scenario.spec.programme.services.energy_audit.scale);"
        "main(['check', 'audits.yaml'])"
    )
    paths = [ROOT / "src", install(tmp_path / "site")]
    done = subprocess.run(
        [sys.executable, "-c", code, *changes],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[:2] == ["0.0", "audits.yaml: no mistakes found"]
    assert {" ".join(each.split()[:2]) for each in commands} == {
        "pip install",
        "clustersim check",
        "clustersim run",
        "pytest",
    }


def test_without_the_package_the_words_are_those_of_the_guide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "audits.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    said = CliRunner().invoke(cli, ["check", "audits.yaml"])
    known = f"known here: {', '.join(each.name for each in BUILT_IN)}"
    assert said.output.replace(known, "known here: KNOWN") == blocks("text")[0]


def test_a_package_that_cannot_be_used_is_told_in_the_words_of_the_guide(tmp_path, monkeypatch):
    install(tmp_path, "1 / 0\n", file="audit_broken.py", at={"energy_audit": "audit_broken:Any"})
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(InputError) as caught:
        registry.added()
    assert f"{caught.value}\n" == blocks("text")[1]


def test_a_check_that_fails_says_what_the_guide_says():
    (line,) = re.findall(r"Without the line `(.*)`", GUIDE)
    broken = made_by(re.sub(rf" *{re.escape(line)},\n", "", MODULE))["EnergyAudit"]
    with pytest.raises(AssertionError) as caught:
        case_of(broken).test_an_effect_is_in_doubt()
    assert f"{caught.value}\n" == blocks("text")[2]


def test_the_guide_names_every_field_and_every_check():
    tables = re.findall(r"^\| (`.*) \| (.*) \|$", GUIDE, re.MULTILINE)
    named = [name for cell, _ in tables for name in re.findall(r"`(\w+)`", cell)]
    told = {name for name in named if name.startswith("test_")}
    assert told == set(checks())
    assert set(named) - told == set(Scaled.model_fields) - {"source"}
    for cell, what in tables:
        if (name := cell.strip("`")) in told:
            assert f"{what}." == getattr(InstrumentContract, name).__doc__
    for name in set(Opening.model_fields) - {"source"}:
        assert f"`{name}`" in GUIDE


def test_the_guides_other_instrument_keeps_the_contract(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLE))
    case = case_of(made_by(blocks("python")[2])["AuditInPerson"])
    for check in checks():
        getattr(case, check)()
