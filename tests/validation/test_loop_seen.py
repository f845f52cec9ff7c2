"""The loop closed beside open: four worlds of each luck, and what is made of them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import networked
import small
from clustersim.cli import cli
from clustersim.validation import loop


@pytest.fixture(scope="module")
def table():
    return loop.loop(networked.scenario("programme.mini_clusters.loop_response=5"), luck=2)


def test_each_luck_is_lived_four_times(table):
    keys = ["complex", "luck", "loop", "outcome"]
    assert len(table) == 2 * 2 * len(loop.OUTCOMES)
    assert not table.duplicated(keys).any()
    cell = table.set_index(["luck", "loop", "outcome"])
    changes = ("programme.mini_clusters.loop_response=5",)
    record = networked.run(*changes, index=1)
    closed = cell.loc[(1, "closed")]["arm_value"]
    assert closed["output"] == pytest.approx(record.months["output"].sum())
    assert closed["members"] == len(small.events(record, "joined"))
    kinds = ("attended", "visited", "brokered", "helped")
    uses = len(small.events(record, *kinds)) + 4.0 * len(small.events(record, "task_done"))
    assert closed["uses"] == uses
    assert closed["ties"] == pytest.approx(record.months["ties"].sum() / 84)


def test_what_is_added_is_the_difference_of_two_effects(table):
    found = loop.added(table).set_index("outcome")
    assert list(found.index) == list(loop.OUTCOMES)
    assert (found["closed"] - found["open"]).to_numpy() == pytest.approx(found["added"].to_numpy())
    assert (found["percent"] / 100.0 * found["open"]).to_numpy() == pytest.approx(
        found["added"].to_numpy()
    )
    assert (found[["closed_error", "open_error", "added_error"]] >= 0.0).all(axis=None)
    assert found.loc["uses", "added"] > 0.0


def test_by_hand():
    rows = [
        ("here", luck, word, "output", 100.0 + effect, 100.0)
        for luck, effects in enumerate([(3.0, 2.0), (5.0, 3.0)])
        for word, effect in zip(("closed", "open"), effects, strict=True)
    ]
    names = ["complex", "luck", "loop", "outcome", "arm_value", "reference_value"]
    found = loop.added(pd.DataFrame(rows, columns=names)).iloc[0]
    assert (found["closed"], found["open"], found["added"]) == (4.0, 2.5, 1.5)
    assert found["added_error"] == pytest.approx(0.5)
    assert found["percent"] == pytest.approx(60.0)
    assert (found["of_reference"], found["of_reference_error"]) == pytest.approx((1.5, 0.5))


def test_without_effects_the_loop_adds_nothing():
    table = loop.loop(networked.scenario("programme.effect_scale=0"), luck=1)
    found = loop.added(table)
    assert not found["added"].any()
    assert np.isnan(found["added_error"]).all()  # one luck has no error


def test_the_page_says_it_in_a_sentence(table):
    text = loop.page(table)
    assert "Closing the loop adds" in text
    assert "of the programme's effect" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    one = loop.page(table[table["luck"] == 0])
    assert "means over 1 luck with" in " ".join(one.split())


def test_it_is_a_section_of_validate(table, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "loop", lambda *_, **__: table)
    said = CliRunner().invoke(
        cli, ["validate", "noksan", "--sections", "loop", "--json", "--out", str(tmp_path)]
    )
    assert said.exit_code == 0, said.output
    document = json.loads(said.stdout)
    assert len(document["loop"]["loop"]) == len(table)
    assert {path.name for path in tmp_path.iterdir()} == {"loop.csv", "loop-added.csv"}
