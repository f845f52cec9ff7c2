"""``clustersim schema``."""

from __future__ import annotations

import json

import pytest

from clustersim.cli import main
from clustersim.scenario import json_schema


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["schema", *arguments])
    return (stop.value.code, *capsys.readouterr())


def test_it_prints_one_document(capsys):
    code, out, err = call(capsys)
    assert (code, err) == (0, "")
    assert json.loads(out) == json_schema.scenario_schema()


def test_it_writes_a_file(capsys, tmp_path):
    file = tmp_path / "there" / "schema.json"
    assert call(capsys, "--out", str(file)) == (0, f"{file}\n", "")
    assert file.read_text(encoding="utf-8") == json_schema.text(json_schema.scenario_schema())


def test_that_of_blocks_leans_on_the_other(capsys):
    assert json.loads(call(capsys, "--block")[1])["$ref"] == "schema.json#/$defs/ScenarioSpec"


def test_a_folder_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    file = tmp_path / "file" / "schema.json"
    code, out, err = call(capsys, "--out", str(file))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"{file}: cannot be written (File exists)",
        "choose a folder that can be written, and see that the disk is not full",
    ]
