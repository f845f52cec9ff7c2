"""The notebooks are stored clean; `make docs` executes them."""

from __future__ import annotations

import ast
import json

import pytest

import pages

NOTEBOOKS = sorted((pages.ROOT / "docs").rglob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_there_are_two_and_both_are_in_the_tutorial():
    listed = pages.read("docs/tutorial/index.md").split()
    assert [path.stem for path in NOTEBOOKS] == ["comparison", "first-run"]
    assert all(path.stem in listed for path in NOTEBOOKS)


def test_nothing_of_a_run_is_stored(notebook):
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_what_runs_worlds_runs_few_of_them_in_its_own_process(notebook):
    code = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    source = "".join(f"{line}\n" for lines in code for line in lines if line[0] != "%")
    calls = [
        {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"cs.run", "cs.compare"}
    ]
    assert calls
    assert all(call["workers"] == "1" and int(call["replicates"]) <= 4 for call in calls)
