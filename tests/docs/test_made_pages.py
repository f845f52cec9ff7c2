"""The pages that are made from the code leave nothing out."""

from __future__ import annotations

import re
import sys

import pytest

import pages
import spec_tree

sys.path.insert(0, str(pages.ROOT / "docs"))

import _generate


@pytest.fixture(scope="module")
def made():
    return _generate.pages()


@pytest.fixture(scope="module")
def entries(made):
    """The text of every entry of one kind, by its name."""
    entry = re.compile(r"^````\{(\w+)\} ([^\n]*)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
    found = entry.findall("\n".join(made.values()))
    names = [(kind, name) for kind, name, _ in found]
    assert len(set(names)) == len(names)
    return {(kind, name): text for kind, name, text in found}


def test_every_value_of_every_block_has_an_entry(entries):
    blocks = {block.model: block.path for block in _generate.blocks()}
    assert set(blocks) == set(spec_tree.classes())
    for model, path in blocks.items():
        for name, info in model.model_fields.items():
            if name != "source":
                at = ".".join(filter(None, [path, info.alias or name]))
                assert entries["value", at].strip(), at


def test_an_entry_says_what_there_is_to_say(entries):
    assert " ".join(entries["value", "economy.growth.sd"].split()) == (
        "Total sd of yearly log growth of yearly sales at the reference size."
        " 성장률 표준편차: 연간 로그 성장률의 표준편차."
        " a number, log points / year · unless told `0.18` · from 0 to 0.6 ·"
        r" doubt: triangular \[0.13, 0.18, 0.3\]"
        " *Moves* output. *Source:* evidence G: judged from {source}`F4`-{source}`F9`,"
        " level from memory"
    )


def test_every_key_that_the_model_cites_can_be_looked_up():
    cited = set()
    for path in (pages.ROOT / "src").rglob("*"):
        if path.suffix in {".py", ".yaml"} and path != _generate.WORKS:
            text = path.read_text(encoding="utf-8")
            cited |= set(re.findall(r"\b[KT][1-9][0-9]?[abc]?\b|\bkorea_data [0-9]", text))
    assert {"K18", "T32", "korea_data 7"} <= cited
    assert sorted(cited - set(_generate.sources())) == []


def test_every_key_that_a_page_cites_is_there(made):
    text = "\n".join([*made.values(), *map(pages.read, pages.paths())])
    for kind, known in (("source", _generate.sources()), ("fact", _generate.facts())):
        named = set(re.findall(rf"\{{{kind}\}}`([^`]+)`", text))
        assert named
        assert named <= set(known)


def test_every_value_that_a_page_names_is_there(entries):
    named = set(re.findall(r"\{value\}`([^`]+)`", "".join(map(pages.read, pages.paths()))))
    assert len(named) > 40
    assert {("value", name) for name in named} <= set(entries)


def test_every_fact_and_doubt_has_an_entry(entries):
    assert {name for kind, name in entries if kind == "fact"} == _generate.facts()


def test_what_is_there_already_is_not_written_again(tmp_path):
    _generate.write(tmp_path)
    folder = tmp_path / _generate.FOLDER
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    (folder / "old.md").write_text("of another version")
    _generate.write(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
