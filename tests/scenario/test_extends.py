from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import ScenarioError
from clustersim.problems import Place, Problems
from clustersim.scenario.extends import is_distribution, merge, resolve, without
from clustersim.scenario.reading import plain, read, read_text


@pytest.fixture
def bundled(tmp_path):
    folder = tmp_path / "bundled"
    write(folder / "shared" / "korea.yaml", "economy: {growth: 3 % / year, sd: 0.3}\n")
    write(folder / "shared" / "prices.yaml", "economy:\n  sd: 0.5\n  deflator: 2.5 % / year\n")
    write(folder / "noksan.yaml", "extends: shared/korea\ntitle: 녹산\n")
    return folder


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def resolved(path, bundled, text=None):
    if text is not None:
        write(path, text)
    return resolve(read(path, name=path.name), bundled)


def complaint(path, bundled, text):
    with pytest.raises(ScenarioError) as caught:
        resolved(path, bundled, text)
    return str(caught.value)


def merged(below, above):
    problems = Problems()
    document = merge(plain(below, "below"), plain(above, "above"), problems)
    return document.data, [str(problem) for problem in problems.found]


# ---------------------------------------------------------------- merging


def test_mappings_merge_and_all_else_replaces():
    data, problems = merged(
        {"a": 1, "b": {"c": [1, 2], "d": {"e": 1}}, "f": {"g": 1}},
        {"b": {"c": [3], "d": {"h": 2}}, "f": 5, "i": {"j": 1}},
    )
    assert data == {"a": 1, "b": {"c": [3], "d": {"e": 1, "h": 2}}, "f": 5, "i": {"j": 1}}
    assert not problems


def test_a_mapping_replaces_a_scalar():
    assert merged({"a": 1}, {"a": {"b": 2}}) == ({"a": {"b": 2}}, [])


def test_a_distribution_is_one_value():
    below = {"a": {"triangular": [1, 2, 3], "source": "K1"}}
    assert merged(below, {"a": {"normal": [0, 1]}})[0] == {"a": {"normal": [0, 1]}}
    assert merged({"a": {"normal": {"mean": 0, "sd": 1}}}, {"a": {"normal": {"mean": 2}}})[0] == {
        "a": {"normal": {"mean": 2}}
    }
    assert merged(below, {"a": {"source": "K2"}})[0]["a"] == {
        "triangular": [1, 2, 3],
        "source": "K2",
    }
    assert not is_distribution({"normal": 1, "uniform": 2})
    assert not is_distribution({"source": "K1"})
    assert not is_distribution([1])


def test_a_tilde_deletes_a_key_and_a_block():
    assert merged({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": None}}) == (
        {"b": {"d": 3}},
        [],
    )
    assert merged({"b": {"c": 2}}, {"b": None}) == ({}, [])


def test_deleting_what_is_not_there_is_a_problem():
    _, problems = merged({"calls": {"spring": 1}}, {"calls": {"sprin": None}, "x": {"y": None}})
    assert problems == [
        "above: calls.sprin: nothing to delete\n  did you mean 'spring'?",
        "above: x.y: nothing to delete\n  nothing is there to delete",
    ]


def test_places_follow_the_file_a_value_came_from():
    below = read_text("a: 1\nb:\n  c: 2\n  d: [1]\n", "below")
    above = read_text("\n\n\nb: {c: 3, e: {f: 1}}\n", "above")
    document = merge(below, above, Problems())
    assert document.place(("a",)) == Place("below", 1, 4)
    assert document.place(("b",)) == Place("above", 4, 4)
    assert document.place(("b", "c")) == Place("above", 4, 8)
    assert document.place(("b", "c"), key=True) == Place("above", 4, 5)
    assert document.place(("b", "d", 0)) == Place("below", 4, 7)
    assert document.place(("b", "e", "f"), key=True) == Place("above", 4, 15)
    assert document.place(()) == Place("above", 4, 1)


TREES = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(st.sampled_from("abc"), TREES, max_size=3)


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_the_upper_layer_wins_and_nothing_is_lost(one, two, three):
    assert merged(one, one)[0] == one
    assert merged(one, {})[0] == one
    assert merged({}, one)[0] == one
    left = merged(merged(one, two)[0], three)[0]
    for key in three.keys() - {k for k in three if isinstance(three[k], dict)}:
        assert left[key] == three[key]
    assert left.keys() == one.keys() | two.keys() | three.keys()


@given(MAPPINGS, MAPPINGS)
def test_merging_leaves_its_parts_alone(one, two):
    below, above = plain(one, "below"), plain(two, "above")
    merge(below, above, Problems())
    assert (below.data, above.data) == (one, two)


def test_without_a_key():
    document = without(read_text("a: {b: 1}\nc: 2", "f"), "a")
    assert document.data == {"c": 2}
    assert ("a", "b") not in document.values
    assert ("c",) in document.keys


# ---------------------------------------------------------------- shared blocks


def test_a_bundled_block(home, bundled):
    document = resolved(
        home / "my.yaml", bundled, "extends: shared/korea\neconomy: {growth: 5 % / year}\n"
    )
    assert document.data == {"economy": {"growth": "5 % / year", "sd": 0.3}}
    assert str(document.place(("economy", "sd"))) == "shared/korea.yaml:1:35"
    assert str(document.place(("economy", "growth"))) == "my.yaml:2:19"


def test_later_blocks_lie_over_earlier_ones(home, bundled):
    document = resolved(home / "my.yaml", bundled, "extends: [shared/korea, shared/prices]\n")
    assert document.data["economy"]["sd"] == 0.5
    assert document.data["economy"]["growth"] == "3 % / year"
    document = resolved(home / "my.yaml", bundled, "extends: [shared/prices, shared/korea]\n")
    assert document.data["economy"]["sd"] == 0.3


def test_blocks_extend_blocks(home, bundled):
    document = resolved(home / "my.yaml", bundled, "extends: noksan\neconomy: ~\n")
    assert document.data == {"title": "녹산"}


def test_a_file_beside_or_below(home, bundled):
    write(home / "parts" / "base.yaml", "extends: more.yaml\na: 1\n")
    write(home / "parts" / "more.yaml", "b: 2\n")
    document = resolved(home / "my.yaml", bundled, "extends: parts/base.yaml\n")
    assert document.data == {"a": 1, "b": 2}
    assert str(document.place(("b",))) == "parts/more.yaml:1:4"


def test_nothing_extended_changes_nothing(home, bundled):
    assert resolved(home / "my.yaml", bundled, "a: ~\n").data == {"a": None}
    assert resolved(home / "my.yaml", bundled, "extends: []\na: 1\n").data == {"a": 1}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("shared/krea", "there is no 'shared/krea'\n  did you mean 'shared/korea'?"),
        ("../home/my.yaml", "'../home/my.yaml' leads out of the folder"),
        ("shared/../noksan", "'shared/../noksan' leads out of the folder"),
        ("/etc/hosts.yaml", "'/etc/hosts.yaml' leads out of the folder"),
        ("/etc/passwd", "'/etc/passwd' leads out of the folder"),
        ("link.yaml", "'link.yaml' leads out of the folder"),
        ("loop.yaml", "there is no 'loop.yaml'"),
        ("folder.yaml", "'folder.yaml' is a folder\n  name a file in it"),
        ("'..\\x'", "leads out of the folder"),
        ('"a\\0.yaml"', "there is no"),
        ("x" * 300, "there is no"),
        ("3", "expected the name of a shared block, not 3"),
        ("~", "expected the name of a shared block, not nothing"),
        ("{a: 1}", "expected the name of a shared block, not a mapping"),
        ("my.yaml", "extends itself: my.yaml -> my.yaml"),
    ],
)
def test_what_cannot_be_extended(home, bundled, entry, says):
    write(home.parent / "outside.yaml", "a: 1")
    (home / "link.yaml").symlink_to(home.parent / "outside.yaml")
    (home / "loop.yaml").symlink_to(home / "loop.yaml")
    (home / "folder.yaml").mkdir()
    message = complaint(home / "my.yaml", bundled, f"a: 1\nextends: {entry}\n")
    assert message.startswith("my.yaml:2:10: extends: ")
    assert says in message
    assert "\n  " in message


def test_a_circle_of_blocks(home, bundled):
    write(home / "a.yaml", "extends: b.yaml\n")
    write(home / "b.yaml", "extends: [c.yaml]\n")
    assert "b.yaml:1:11: extends.0: there is no 'c.yaml'" in complaint(
        home / "my.yaml", bundled, "extends: a.yaml\n"
    )
    write(home / "b.yaml", "extends: a.yaml\n")
    message = complaint(home / "my.yaml", bundled, "extends: a.yaml\n")
    assert "b.yaml:1:10: extends: extends itself: a.yaml -> b.yaml -> a.yaml" in message


def test_many_blocks_end(home, bundled):
    for number in range(30):  # each doubles the next: 2**30 readings if each were read anew
        write(home / f"n{number}.yaml", f"extends: [n{number + 1}.yaml, n{number + 1}.yaml]\n")
    write(home / "n30.yaml", "a: 1\n")
    assert "blocks deep" in complaint(home / "my.yaml", bundled, "extends: n0.yaml\n")
    write(home / "n15.yaml", "a: 1\n")
    assert resolved(home / "my.yaml", bundled, "extends: n0.yaml\n").data == {"a": 1}


def test_problems_of_all_files_are_told_together(home, bundled):
    write(home / "a.yaml", "x: 1\nx: 2\n")
    write(home / "b.yaml", "y: *z\n")
    message = complaint(home / "my.yaml", bundled, "extends: [a.yaml, b.yaml, c.yaml]\n")
    assert [line.split(":")[0] for line in message.split("\n")[::2]] == [
        "a.yaml",
        "b.yaml",
        "my.yaml",
    ]


def test_text_has_no_folder_to_start_from(bundled):
    with pytest.raises(ScenarioError, match="needs a file to start from"):
        resolve(read_text("extends: base.yaml", "text"), bundled)
    assert resolve(read_text("extends: shared/korea", "text"), bundled).data["economy"]
