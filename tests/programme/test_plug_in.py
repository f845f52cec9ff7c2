"""An instrument of another package: what is loaded, what is refused, what a run does with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from example_package import EXAMPLE, MODULE, PROJECT, install

import small
from clustersim.errors import InputError
from clustersim.experiment.store import Store
from clustersim.programme.instruments import registry

SOURCE = Path(__file__).resolve().parents[2] / "src"

DATA = small.SMALL | {
    "end": "2011-12",
    "targets": {},
    "arms": {},
    "programme": {
        "services": {"energy_audit": {"need": 6}},
        "complexes": {
            "noksan": small.SMALL["programme"]["complexes"]["noksan"]
            | {"services": {"energy_audit": {"opens": "2008-10-01"}}}
        },
    },
}


# ---------------------------------------------------------------- what is loaded, what is refused


@pytest.fixture
def added(tmp_path, monkeypatch):
    """What the registry finds once a package is installed; its module has a name of its own."""

    def find(module=MODULE, at="energy_audit", what="EnergyAudit", name="energy_audit"):
        file = f"audit_{tmp_path.name}_{at}".replace("-", "_").lower()
        install(tmp_path, module, file=f"{file}.py", at={name: f"{file}:{what}"})
        monkeypatch.syspath_prepend(str(tmp_path))
        return registry.added()

    return find


def test_an_instrument_of_another_package_is_found(added):
    (instrument,) = added().values()
    assert (instrument.name, instrument().scale) == ("energy_audit", 0.003)


@pytest.mark.parametrize(
    ("changes", "says", "hint"),
    [
        (
            {"module": "import nothing_of_that_name\n"},
            "cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that_name'",
            "update that package or remove it",
        ),
        (
            {"module": "raise ValueError('one\\ntwo')\n"},
            "cannot be loaded: ValueError: one two",
            "update that package or remove it",
        ),
        ({"what": "Normal"}, "is no instrument: audit_", "let it point at a subclass of"),
        (
            {"name": "audit"},
            "calls itself 'energy_audit'",
            "let the entry point and the class have one name",
        ),
        (
            {"module": MODULE.replace('"energy_audit"', '"training"'), "name": "training"},
            "there is one of that name already",
            "remove one of the two packages, or rename the instrument",
        ),
        (
            {"module": MODULE.replace('"energy_audit"', '"energy-audit"'), "name": "energy-audit"},
            "is unfit: its name is 'energy-audit'",
            "let it be small letters, such as 'energy_audit'",
        ),
        (
            {"module": MODULE.replace('"energy_audit"', '"source"'), "name": "source"},
            "is unfit: its name 'source' means something else here",
            "choose another",
        ),
        (
            {"module": MODULE.replace('"advice"', '"energy"')},
            "is unfit: its family is none of the five",
            "let it be one of rnd, product, market, advice, equipment",
        ),
        (
            {"module": MODULE.replace('"에너지 진단"', '""')},
            "is unfit: it has no title_ko",
            "say what it is called, in English and in Korean",
        ),
        (
            {"module": MODULE.replace("    ] = 0.003\n", "    ]\n").replace("] = 1.0", "]")},
            "is unfit: it cannot be made of its defaults",
            "give every field a default, and define what is abstract",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_told_in_two_lines(added, changes, says, hint):
    with pytest.raises(InputError) as caught:
        added(**changes)
    what, mend = str(caught.value).splitlines()
    assert what.startswith("instrument '")
    assert "of package 'clustersim-energy-audit'" in what
    assert says in what
    assert hint in mend


# ---------------------------------------------------------------- a run with it and without


@pytest.fixture
def clustersim(tmp_path):
    """The command in a folder with a scenario, with some folders of packages."""
    (tmp_path / "audits.yaml").write_text(json.dumps(DATA, indent=1), encoding="utf-8")

    def command(*arguments, packages=(), code=0):
        paths = os.pathsep.join(map(str, [SOURCE, *packages]))
        done = subprocess.run(
            [sys.executable, "-m", "clustersim", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return command


RUN = ("run", "audits.yaml", "--replicates", "1", "--workers", "1", "--out", "here", "--json")


def test_without_the_package_the_scenario_is_told_what_lacks(clustersim):
    problems = clustersim("check", "audits.yaml", code=2).stderr.splitlines()
    (at,) = (line for line, what in enumerate(problems) if "unknown instrument" in what)
    where, what = problems[at].split(": ", 1)
    file, line, column = where.split(":")
    assert file == "audits.yaml"
    assert int(line) > 1 < int(column)
    assert what == (
        "programme.complexes.noksan.services.energy_audit: unknown instrument 'energy_audit'"
    )
    assert problems[at + 1].endswith("(or install the package that adds it)")


def test_with_the_package_it_is_checked_paid_and_written_down(clustersim, tmp_path):
    there = install(tmp_path / "site")
    assert "no mistakes found" in clustersim("check", "audits.yaml", packages=[there]).stdout
    change = "--set", "programme.services.energy_audit.scale=0.05"
    said = json.loads(clustersim(*RUN, *change, packages=[there]).stdout)
    paid = sum(
        row["mean"]
        for row in said["ledger"]
        if (row["purpose"], row["funder"], row["entry"]) == ("energy_audit", "state", "paid")
    )
    store = Store.open(tmp_path / "here")
    events = store.read("events").query("instrument == 'energy_audit'")
    tranches = events.query("kind == 'tranche'")
    assert paid == tranches["amount"].sum() > 0
    assert {"found", "screened", "funded", "technical", "commercial"} <= set(events["kind"])
    parameters = store.read("parameters").set_index("path")["value"]
    assert "programme.services.energy_audit.commercial" in parameters
    assert store.header["instruments"]["energy_audit"].startswith("clustersim-energy-audit 0.1+")

    # the same of another make is another run
    install(there, MODULE + "\nMENDED = True\n")
    refused = clustersim(*RUN, *change, packages=[there], code=1).stderr.splitlines()
    assert refused[0].startswith("here: this folder holds another run: added instruments")
    assert refused[0].count("energy_audit of clustersim-energy-audit 0.1+") == 2


def test_a_broken_package_stops_what_needs_it_and_nothing_else(clustersim, tmp_path):
    there = install(tmp_path / "site", "1 / 0\n")
    assert clustersim("--help", packages=[there]).stderr == ""
    for arguments in (("check", "audits.yaml"), RUN, ("check", "noksan")):
        said = clustersim(*arguments, packages=[there], code=2).stderr
        assert said == (
            "instrument 'energy_audit' of package 'clustersim-energy-audit' cannot be loaded:"
            " ZeroDivisionError: division by zero\nupdate that package or remove it\n"
        )


def test_it_stands_in_the_schema(tmp_path):
    there = install(tmp_path / "site")
    code = (
        "import json; from clustersim.scenario.schema import ScenarioSpec;"
        "print(json.dumps(ScenarioSpec.model_json_schema()['$defs']['EnergyAudit']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(there)])},
        capture_output=True,
        text=True,
        check=True,
    )
    scale = json.loads(done.stdout)["properties"]["scale"]
    assert scale["x-unit"] == "log points"
    assert scale["x-source"].startswith("assumption: the sum above")
    assert PROJECT["entry-points"][registry.GROUP] == {"energy_audit": "energy_audit:EnergyAudit"}
    assert (EXAMPLE / "energy_audit.py").is_file()


def test_it_stands_in_the_schema_of_scenario_files(clustersim, tmp_path):
    there = install(tmp_path / "site")
    blocks = json.loads(clustersim("schema", packages=[there]).stdout)["$defs"]
    assert blocks["EnergyAudit"]["properties"]["scale"]["x-unit"] == "log points"
    named = blocks["ComplexProgramme"]["properties"]["services"]["anyOf"][0]["propertyNames"]
    assert named["enum"][-1] == "energy_audit"
