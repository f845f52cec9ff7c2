"""Every block of README, CONTRIBUTING and the documentation does what a reader would do with it.

Files are written and loaded, commands and Python are run, page by page in a folder of its own. What
takes minutes is stood in for: every pair of worlds is one real pair of Noksan's, no more than two
draws and lucks are asked for, a page of answers is made once, pictures are not rendered,
comparisons not drawn, and the validation is not run. So pages are held to what can be said, asked
and read, and other tests to what comes of it.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import pages
from clustersim import api, comparison, results, scenario
from clustersim.charts import save
from clustersim.cli import main, validate
from clustersim.errors import ScenarioError
from clustersim.evaluation import summary
from clustersim.experiment import plan
from clustersim.language import language

APART = {
    "docs/howto/new-instrument.md": "tests/programme/test_new_instrument_guide.py",
    "docs/howto/validation.md": "tests/validation/test_validation_guide.py",
}
"""Pages whose blocks need more than a folder, and the tests that run them."""

NOT_RUN = {
    "make": "prepares .venv and runs for minutes; its targets are looked up",
    "pip": "would install into what runs the tests",
    "source": "prepares a shell",
    "export": "prepares a shell",
}
"""Commands of other programs, and why they are not run."""


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    """A folder to work in, and what stands in for worlds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTERSIM_LANG", "en")  # what a page exports instead goes with the test
    monkeypatch.setattr(api.pair, "WORK", "one_world:run_task")
    for module in (api, comparison):
        monkeypatch.setattr(module, "diagonal", lambda n: plan.replicates(min(n, 2)))
    monkeypatch.setattr(api, "crossed", lambda d, lucks: plan.crossed(min(d, 2), min(lucks, 2)))
    monkeypatch.setattr(api, "processors", lambda: 1)
    monkeypatch.setattr(scenario, "load", _loaded)
    monkeypatch.setattr(results.summary, "summary", _once)
    monkeypatch.setattr(save, "write", lambda _figure, path: path)
    monkeypatch.setattr(comparison.Comparison, "save", lambda *_: [Path("compared/dots.png")])
    answer = validate.Answer("a page", {})
    sections = dict.fromkeys(validate.SECTIONS, lambda *_: answer)
    monkeypatch.setattr(validate, "SECTIONS", sections)


_SUMMARY, _LOAD = summary.summary, scenario.load
_KEPT = {}


def _once(found, *arguments):
    """Return the page of answers, the same where the same number of arms is told of."""
    key = (language(), len(found.arms), found.replicates, *arguments)
    if key not in _KEPT:
        _KEPT[key] = _SUMMARY(found, *arguments)
    return _KEPT[key]


def _loaded(source, **changes):
    """Return a scenario, loaded once for the same file and changes."""
    if isinstance(source, dict):
        return _LOAD(source, **changes)
    path = Path(source)
    key = (
        language(),
        str(source),
        path.read_bytes() if path.is_file() else b"",
        *changes.get("set", ()),
    )
    if key not in _KEPT:
        _KEPT[key] = _LOAD(source, **changes)
    return _KEPT[key]


# ---------------------------------------------------------------- one block


def run_page(text, page="page"):
    """Do everything a page says in this folder; what fails names the block."""
    names = {"__name__": "page"}
    for block in pages.blocks(text, page):
        try:
            _RUNNERS[block.language](block, names)
        except Exception as error:
            error.add_note(str(block))
            raise


def _yaml(block, names):  # noqa: ARG001
    text = block.text
    if not block.file and not re.search(r"^extends:", text, re.MULTILINE):
        text = f"extends: noksan\n{text}"  # a piece of a scenario
    name = block.file or "piece.yaml"
    _write(name, text)
    scenario.load(name)


def _sh(block, names):  # noqa: ARG001
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0] == "clustersim":
            _clustersim([each for word in words[1:] for each in _expanded(word)])
        elif words and words[0] == "make":
            assert set(words[1:]) <= set(_targets()), line
        elif words and words[0] == "export":
            os.environ.update(word.split("=", 1) for word in words[1:])
        elif words:
            assert words[0] in NOT_RUN, line


def _expanded(word):
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def _clustersim(arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0, shlex.join(arguments)


def _targets():
    return re.findall(r"^([a-z]+):.*## ", pages.read("Makefile"), re.MULTILINE)


def _python(block, names):
    exec(compile(block.text, str(block), "exec"), names)  # noqa: S102 - our own page


def _toml(block, names):  # noqa: ARG001
    tomllib.loads(block.text)


def _csv(block, names):  # noqa: ARG001
    assert block.file, "nothing says what this file is called"
    _write(block.file, block.text)


def _text(block, names):  # noqa: ARG001
    """What a command says is held against it by a test of the page's own."""
    assert block.page in {"docs/howto/own-data.md", *APART}


def _write(name, text):
    with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123 - in this folder
        file.write(text)


_RUNNERS = {
    "yaml": _yaml,
    "sh": _sh,
    "python": _python,
    "toml": _toml,
    "csv": _csv,
    "text": _text,
}


# ---------------------------------------------------------------- all pages


@pytest.mark.parametrize("page", [page for page in pages.paths() if page not in APART])
def test_a_page_does_what_it_says(page, capsys):
    run_page(pages.read(page), page)
    assert "Traceback" not in capsys.readouterr().err


def test_pages_that_are_run_apart_are_there():
    for page, test in APART.items():
        assert f'PAGE = "{page}"' in pages.read(test)


@pytest.mark.parametrize("page", pages.paths())
def test_a_pages_links_lead_somewhere(page):
    folder = (pages.ROOT / page).parent
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", pages.read(page)):
        if "generated/" not in link:
            assert (folder / link).exists(), link


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("```sh\nclustersim rnu noksan\n```\n", AssertionError),
        ("```sh\nclustersim run noksan --replicats 3\n```\n", AssertionError),
        ("```sh\nclustersim show nosuch\n```\n", AssertionError),
        ("```sh\nmake nothing\n```\n", AssertionError),
        ("```sh\ncurl example.org\n```\n", AssertionError),
        (
            "Save this as `mine.yaml`:\n\n```yaml\nextends: noksan\nprogram: {}\n```\n",
            ScenarioError,
        ),
        ("```yaml\neconomy: {growth: {sd: 9}}\n```\n", ScenarioError),
        ("```python\n1 / 0\n```\n", ZeroDivisionError),
        ("```csv\na,b\n```\n", AssertionError),
        ("```\nno language\n```\n", KeyError),
        ("```text\nwhat nobody compares\n```\n", AssertionError),
    ],
)
def test_a_block_that_is_wrong_trips_the_check(text, error):
    with pytest.raises(error) as caught:
        run_page(text)
    assert caught.value.__notes__[0].startswith("page:")


def test_a_file_is_named_in_the_paragraph_above_it():
    above = "`one.csv` and `old.yaml`.\n\nSave it as\n`mine.yaml`:\n\n"
    text = f"{above}```yaml\na: 1\n```\n```csv\nb\n```\n"
    assert [(block.language, block.file, block.line) for block in pages.blocks(text)] == [
        ("yaml", "mine.yaml", 6),
        ("csv", "", 9),
    ]


def test_directives_are_sphinxs_to_run():
    assert pages.blocks("```{toctree}\nindex\n```\n") == []
