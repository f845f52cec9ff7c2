"""The example of own data and the guide to it do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import pages
from clustersim import calendar
from clustersim.cli import cli
from clustersim.errors import ScenarioError
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate
from small import frame

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "own-data" / "my-complex.yaml"
PAGE = "docs/howto/own-data.md"
GUIDE = pages.read(PAGE)


def blocks(language):
    return pages.of(PAGE, language)


@pytest.fixture(scope="module")
def example():
    return load(EXAMPLE)


@pytest.fixture(scope="module")
def worlds(example):
    luck = Luck(example.seed, 0, Domain.LUCK)
    return {arm: simulate(example.arms[arm].spec, luck) for arm in ("as_announced", "no_programme")}


# ---------------------------------------------------------------- the example


def test_the_example_says_what_it_rests_on(example):
    (note,) = example.notes
    assert note.startswith("mine: firms.csv: 149 firms, ")
    assert (
        "3 of 152 rows are left out as incomplete; not known: exports of 3, founding of 5" in note
    )


def test_the_example_is_as_untidy_as_files_are():
    raw = EXAMPLE.with_name("firms.csv").read_bytes()
    text = raw.decode("utf-8-sig")
    assert raw.startswith(b"\xef\xbb\xbf")
    for mess in ("\r\n", '"1,', "억원", "명,", "년 ", "미상", ",-,", ",,,,,,,,", '"정정, 3월"'):
        assert mess in text, mess
    with pytest.raises(ScenarioError) as caught:
        load(EXAMPLE, set=["complexes.mine.population.missing=[]"])
    assert "expected a number, not '-'" in str(caught.value)


def test_the_example_has_its_firms_at_as_of(example, worlds):
    roster = example.roster("mine")
    months = frame(worlds["no_programme"].months)
    by_month = months.groupby("month")[["firms", "workers"]].sum()
    as_of = calendar.parse_month("2008-05")
    assert by_month.loc[as_of, "firms"] == 149
    assert by_month.loc[as_of, "workers"] == pytest.approx(roster["workers"].sum(), rel=0.05)
    start = example.start
    assert by_month.loc[start, "firms"] == np.sum(~(roster["founded"] > start))
    assert by_month["firms"].loc[start:as_of].is_monotonic_increasing


def test_the_programme_of_the_example_moves_its_firms(worlds):
    sums = {
        arm: frame(world.panel).query("year == 2011")["output"].sum()
        for arm, world in worlds.items()
    }
    assert sums["as_announced"] > sums["no_programme"]
    joined = {event.firm for event in worlds["as_announced"].events if event.kind == "joined"}
    assert len(joined) > 10


# ---------------------------------------------------------------- the guide


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the guide's two files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firms.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (tmp_path / "my.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return tmp_path


def test_the_guides_files_are_checked_with_the_words_of_the_guide(desk):
    said = CliRunner().invoke(cli, ["check", "my.yaml"])
    assert said.exit_code == 0
    hidden = re.sub(r"\([0-9a-f]{8}\)", "(HASH)", said.output)
    assert hidden == blocks("text")[0]
    text = (desk / "my.yaml").read_text(encoding="utf-8")
    wrong = text.replace("      incomplete: leave_out\n", "").replace(", 주조: steel", "")
    (desk / "my.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("my.yaml")
    assert f"{caught.value}\n" == blocks("text")[1]


def test_the_guides_python_runs(desk, capsys):
    names = {}
    exec(blocks("python")[0], names)  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("mine: (table): 3 firms, 55 workers, output 11.8 bn")
    assert names["names"].shape == (3, 2)
    assert desk.is_dir()


def test_the_guide_names_every_key(example):
    population = type(example.spec.complexes["mine"].population)
    keys = set(population.model_fields) - {"source", "file", "encoding", "found", "rows"}
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == keys
