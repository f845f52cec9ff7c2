from __future__ import annotations

import datetime as dt
import os
import pathlib
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.errors import ScenarioError
from clustersim.problems import MOST, Place
from clustersim.scenario import reading
from clustersim.scenario.reading import dotted, plain, read, read_text, read_value


def complaint(text):
    with pytest.raises(ScenarioError) as caught:
        read_text(text, "f.yaml")
    return str(caught.value)


def test_plain_data_by_the_rules_of_yaml_1_2():
    text = "a: 1e6\nb: no\nc: 12:30\nd: 010\ne: 2008-06-24\nf: ~\ng: true\nh: 0x10\ni: '5'\nj: -_\n"
    assert read_text(text, "f").data == {
        "a": 1e6,
        "b": "no",
        "c": "12:30",
        "d": 10,
        "e": "2008-06-24",
        "f": None,
        "g": True,
        "h": 16,
        "i": "5",
        "j": "-_",
    }


def test_types_are_plain():
    data = read_text("a: {b: [1.50, 'x', \"y\", 0o17, 1_000]}\nc: |\n  text\n", "f").data
    assert type(data) is dict
    assert [type(x) for x in data["a"]["b"]] == [float, str, str, int, int]
    assert type(data["c"]) is str


def test_places_of_keys_and_values():
    document = read_text("a:\n  b: [1, {c: 2}]\n2008: x\n", "f.yaml")
    assert document.place(("a", "b"), key=True) == Place("f.yaml", 2, 3)
    assert document.place(("a", "b")) == Place("f.yaml", 2, 6)
    assert document.place(("a", "b", 1, "c"), key=True) == Place("f.yaml", 2, 11)
    assert document.place(("a", "b", 1, "c")) == Place("f.yaml", 2, 14)
    assert document.place((2008,)) == Place("f.yaml", 3, 7)
    assert document.place(("a", "b", "unknown", "deep")) == Place("f.yaml", 2, 6)
    assert document.place(("z",)) == Place("f.yaml", 1, 1)


def test_a_part_is_a_document_of_its_own():
    part = read_text("a:\n  b: {c: 2}\n", "f.yaml").at(("a", "b"))
    assert part.data == {"c": 2}
    assert part.place(("c",)) == Place("f.yaml", 2, 10)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {b: *x}", "f.yaml:1:8: a.b: aliases ('*name') are not allowed"),
        ("a: &x 3", "f.yaml:1:4: a: anchors ('&name') are not allowed"),
        ("a: !!python/object 3", "f.yaml:1:4: a: tags ('!name') are not allowed"),
        ("a: !x [1]", "f.yaml:1:4: a: tags ('!name') are not allowed"),
        ("<<: {a: 1}", "f.yaml:1:1: merge keys ('<<') are not allowed"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document starts here"),
        ("%YAML 1.1\n---\na: no", "f.yaml:2:1: directives ('%...') are not allowed"),
        ("a:\nb: 1", "f.yaml:1:1: a: a value is missing"),
        ("a: [1, 2", "f.yaml:1:9: a: a list or mapping in brackets is not closed"),
        ("b: 1\na: 'x\n\n", "f.yaml:2:4: a: a quotation mark is not closed"),
        ("a: b: c", "f.yaml:1:5: a ':' where no key can stand"),
        ("a:\n\t- b", "f.yaml:2:1: a: a tab"),
        ("a: @x", "f.yaml:1:4: a: a character that cannot start a value"),
        ("a: - b", "f.yaml:1:4: a: a '-' or '?' where none can stand"),
        ("a: |x\n  b", "f.yaml:1:5: a: a '|' or '>' that begins no text"),
        ('a: "\\q"', "f.yaml:1:6: a: an escape ('\\...') that there is not"),
        ("a: *", "f.yaml:1:5: a: aliases ('*name') are not allowed"),
        ("a: &", "f.yaml:1:5: a: anchors ('&name') are not allowed"),
        ("%YAML 1.x\n---\na: 1", "f.yaml:1:9: directives ('%...') are not allowed"),
        ("{a: 1} b", "f.yaml:1:8: something that belongs to no key"),
        ("a: 'b\n---\nc'", "a: a quotation mark is not closed"),
        ("true: 1", "f.yaml:1:1: true cannot be a key"),
        ("? [1]\n: 2", "f.yaml:1:3: a list cannot be a key"),
        ("", "f.yaml:1:1: the file is empty"),
        ("# nothing but a remark", "f.yaml:1:1: the file is empty"),
        ("---\n", "the file is empty"),
        ("just words", "f.yaml:1:1: expected keys with values, not 'just words'"),
        ("- a", "f.yaml:1:1: expected keys with values, not a list"),
        ('a: "\\ud800"', "f.yaml:1:4: a: half a character"),
        ('a: "\\UFFFFFFFF"', "this is not YAML"),
        ("a: 1\nb: \x01", "f.yaml:2:4: a character that cannot be seen (U+0001)"),
        ("a:\u2028b: 1", "f.yaml:1:3: a character that cannot be seen (U+2028)"),
        ("a: 1\r\rb: \ufeff2", "f.yaml:3:4: a character that cannot be seen (U+FEFF)"),
        ("a\xa0: 1", "f.yaml:1:1: the key 'a\\xa0' holds a character that cannot be seen"),
        ('"a\\nb": 1', "f.yaml:1:1: the key 'a\\nb' holds a character that cannot be seen"),
        ("a" * 101 + ": 1", f"f.yaml:1:1: the key '{'a' * 35}…' is too long"),
        ("a: !<", "this is not YAML"),
    ],
)
def test_what_is_refused_and_where(text, says):
    message = complaint(text)
    first, second = message.split("\n")[:2]
    assert says in first
    assert second.startswith("  ")
    assert len(second) > 3


def test_what_one_does_with_what_was_read_reaches_nobody_else():
    text = "arms: {mine: {title: mine}}\nlist: [1, [2]]\n"
    first = read_text(text, "x.yaml")
    first.data["arms"]["mine"]["title"] = "yours"
    first.data["list"][1].append(3)
    again = read_text(text, "x.yaml")
    assert again.data == {"arms": {"mine": {"title": "mine"}}, "list": [1, [2]]}
    assert str(read_text(text, "y.yaml").place(("list",))) == "y.yaml:2:7"


def test_harmless_forms_are_read():
    assert read_text("\ufeffa: 1", "f").data == {"a": 1}
    assert read_text("%YAML 1.2\n---\na: 1\n...\n", "f").data == {"a": 1}
    assert read_text("a: 1\r\nb: 2\r\n", "f").data == {"a": 1, "b": 2}
    assert read_text("a: '*x'\nb: '<<'\n'<<': 1", "f").data == {"a": "*x", "b": "<<", "<<": 1}
    assert read_text("a: {}\nb: []\nc: ''", "f").data == {"a": {}, "b": [], "c": ""}


def test_duplicate_keys_even_in_disguise():
    assert complaint("a: 1\nb: {c: 1, c: 2}\na: 3\n2008: 1\n'2008': 2") == (
        "f.yaml:2:11: b.c: 'c' stands here twice\n  keep one; the first is in line 2\n"
        "f.yaml:3:1: a: 'a' stands here twice\n  keep one; the first is in line 1\n"
        "f.yaml:5:1: 2008: '2008' stands here twice\n  keep one; the first is in line 4"
    )


def test_all_problems_at_once_up_to_a_syntax_error():
    message = complaint("a: &x 1\nb: *x\nc: !t 2\nd: 1\nd: 2\ne: [")
    assert [line.split(":")[1] for line in message.split("\n")[::2]] == ["1", "2", "3", "5", "6"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * n + "a:" for n in range(1000)),
        "a: [" + "x, " * 60_000 + "]",
        "{" + "a: 1, " * 30_000 + "}",
        "a: &a [x]\n" + "".join(f"b{n}: [*a, *a, *a, *a]\n" for n in range(5000)),
        "---\n" * 100_000,
    ],
    ids=["brackets", "braces", "dashes", "questions", "indents", "nodes", "twice", "bomb", "docs"],
)
def test_nothing_hangs_or_crashes_the_reader(text):
    start = time.process_time()
    message = complaint(text)
    assert time.process_time() - start < 15
    assert message.count("\n") < 2 * MOST


def test_limits_are_where_they_say(monkeypatch):
    monkeypatch.setattr(reading, "MAX_DEPTH", 3)
    monkeypatch.setattr(reading, "MAX_NODES", 6)
    assert read_text("a: {b: [1]}", "f").data == {"a": {"b": [1]}}
    assert "nested more than 3 deep" in complaint("a: {b: [[1]]}")
    assert read_text("a: [1, 2, 3]", "f").data
    assert "more than 6 keys and values" in complaint("a: [1, 2, 3, 4]")


# ---------------------------------------------------------------- files


def file_complaint(path):
    with pytest.raises(ScenarioError) as caught:
        read(path)
    return str(caught.value)


def test_a_file_keeps_the_name_its_user_gave_it(tmp_path, monkeypatch):
    (tmp_path / "녹산.yaml").write_text("title: 녹산\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    document = read("녹산.yaml")
    assert str(document.place(("title",))) == "녹산.yaml:1:8"
    assert document.file == tmp_path.resolve() / "녹산.yaml"
    assert str(read(tmp_path / "녹산.yaml", name="x").place(())) == "x:1:1"


def test_a_file_with_a_byte_order_mark(tmp_path):
    (tmp_path / "a.yaml").write_bytes("\ufefftitle: 녹산".encode())
    assert read(tmp_path / "a.yaml").place(("title",), key=True).column == 1


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "noksan.yaml").touch()
    path = tmp_path / "noksn.yaml"
    assert file_complaint(path) == f"{path}: no such file\n  did you mean 'noksan.yaml'?"
    assert "there is no folder" in file_complaint(tmp_path / "x" / "y.yaml")
    assert "no such file" in file_complaint("a\0b")
    assert "cannot be read" in file_complaint(tmp_path / ("x" * 300))
    assert "cannot be read" in file_complaint(tmp_path / "noksan.yaml" / "x.yaml")


def test_a_file_that_is_no_file(tmp_path):
    assert "is a folder, not a file" in file_complaint(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is not an ordinary file" in file_complaint(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be read" in file_complaint(tmp_path / "loop")


def test_a_file_nobody_may_read(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text("a: 1")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "open", refuse)
    assert "cannot be read: permission denied" in file_complaint(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("title: 녹산".encode("cp949"), "CP949"),
        ("title: 녹산".encode("utf-16"), "UTF-16"),
        (b"a: 1\nb: \xff\xff\xff", "name a text file"),
        (b"PAR1\x00\x00", "is not a text file"),
        (b"a: 1\n" + b"#" * reading.MAX_BYTES, "is larger than 1 MiB"),
    ],
)
def test_a_file_that_is_no_utf_8_text(tmp_path, raw, says):
    (tmp_path / "a.yaml").write_bytes(raw)
    assert says in file_complaint(tmp_path / "a.yaml")


def test_the_place_of_a_bad_byte(tmp_path):
    (tmp_path / "a.yaml").write_bytes("a: 1\nb: 녹".encode("cp949"))
    assert f"{tmp_path / 'a.yaml'}:2:4: is not UTF-8 text" in file_complaint(tmp_path / "a.yaml")


# ---------------------------------------------------------------- values and data


def test_one_value():
    assert read_value("94억원", "--set") == "94억원"
    assert read_value("{triangular: [1, 2, 3]}", "--set") == {"triangular": [1, 2, 3]}
    assert read_value("~", "--set") is None
    assert read_value("''", "--set") == ""
    for text in ("", "  ", "# x", "[", "*a"):
        with pytest.raises(ScenarioError) as caught:
            read_value(text, "--set a")
        assert str(caught.value).startswith("--set a: ")


def test_data_from_python_is_copied_plain():
    source = {
        "a": (1, np.float64(2.5)),
        "b": dt.date(2008, 6, 24),
        2008: {"c": None},
        "d": np.int64(3),
    }
    document = plain(source, "dict")
    assert document.data == {"a": [1, 2.5], "b": "2008-06-24", 2008: {"c": None}, "d": 3}
    assert type(document.data["d"]) is int
    assert str(document.place(("a",))) == "dict"
    source[2008]["c"] = 1
    assert document.data[2008]["c"] is None


def test_data_from_python_that_no_file_could_hold():
    loop: dict = {}
    loop["a"] = loop
    for data, says in [
        ({"a": {1, 2}}, "dict: a: a set cannot stand in a scenario"),
        ({"a": np.zeros(3)}, "a ndarray cannot stand in a scenario"),
        ({None: 1}, "nothing cannot be a key"),
        (loop, "too large or too deeply nested"),
        ({"a": [0] * 60_000}, "too large or too deeply nested"),
    ]:
        with pytest.raises(ScenarioError, match=says):
            plain(data, "dict")


def test_paths_are_dotted():
    assert dotted(()) == ""
    assert dotted(("a", 2008, "b", 0)) == "a.2008.b.0"


YAMLISH = st.text(st.sampled_from("ab1:-[]{},&*!|>'\"%@#?~<=\\ \n\t.가"), max_size=40)


@settings(deadline=None)
@given(YAMLISH | st.text(max_size=20))
def test_any_text_is_a_document_or_a_scenario_error(text):
    try:
        document = read_text(text, "f.yaml")
    except ScenarioError as error:
        hints = [problem.hint for problem in error.problems]
        assert hints
        assert all(hints)
    else:
        assert isinstance(document.data, dict)
        assert all(place.line for place in document.values.values())
