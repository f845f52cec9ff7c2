"""One rule for what names a thing: names stand in files' names, in paths and in options."""

from __future__ import annotations

import json

import pytest

import clustersim as cs
from clustersim.errors import ScenarioError
from clustersim.experiment.plan import Task
from clustersim.scenario.json_schema import scenario_schema
from clustersim.specs import LONGEST_NAME, Name, Spec, bad_name

BAD = (
    *("../../etc/x", "a/b", "a\\b", " ", "a" * 36, "a:b", "a,b", "a b", "a--b", "a.b", "-a"),
    *("", "연구·개발", "a–b", "“x”", "x…", "「가」", "Cafe\u0301", "𠀀" * 27, "\ud800"),
)
GOOD = ("a", "A_1", "a-b-c", "한글대안", "녹산-2", "é", "1", "a" * 35)

PLACES = {
    "complexes": "complexes",
    "arms": "arms",
    "plans": "programme.complexes",
    "mini-clusters": "programme.complexes.noksan.mini_clusters",
}


def mistakes(data):
    with pytest.raises(ScenarioError) as caught:
        cs.load({"extends": "noksan", **data})
    return [(problem.path, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_name_of_a_scenario(name):
    ((path, said),) = mistakes({"name": name})
    assert path == "name"
    assert said.endswith(" cannot be a name")


@pytest.mark.parametrize("name", GOOD)
def test_what_is_a_name_in_any_script(name):
    assert bad_name(name) is None
    assert cs.load({"extends": "noksan", "name": name}).name == name


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_what_is_no_name_of_a_thing(path):
    data: dict[str, object] = {"a/../../b": {"title": "x"}}
    for step in reversed(path.split(".")):
        data = {step: data}
    assert (f"{path}.a/../../b", "'a/../../b' cannot be a name") in mistakes(data)


def test_it_is_told_with_its_place(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("extends: noksan\narms:\n  a b: {title: x, programme: {}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        cs.load(file)
    assert str(caught.value) == (
        f"{file}:3:3: arms.a b: 'a b' cannot be a name\n"
        "  use letters, digits and underscores, with single hyphens between them, 35 at most"
    )


@pytest.mark.parametrize("arm", ["Double_Budget", "As_Announced", "NOTHING"])
def test_arms_that_would_share_a_folder(arm):
    ((path, said),) = mistakes({"arms": {arm: {"title": "x", "programme": {"delay": "1 year"}}}})
    assert path == f"arms.{arm}"
    assert said == f"on some systems this is the same file as '{arm.lower()}'"


def test_mini_clusters_that_would_share_a_picture():
    clusters = {"Plating": {"title": "x", "launch": "2008-07-05"}}
    data = {"programme": {"complexes": {"noksan": {"mini_clusters": clusters}}}}
    ((path, _),) = mistakes(data)
    assert path == "programme.complexes.noksan.mini_clusters.Plating"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("my complex (2).yaml", "my-complex-2"),
        ("v1.2--b.yaml", "v1-2-b"),
        ("(?).yaml", "scenario"),
        ("a" * 80 + ".yaml", "a" * 35),
    ],
)
def test_a_scenario_without_a_name_has_its_files_as_far_as_it_is_one(file, name, tmp_path):
    (tmp_path / file).write_text("extends: noksan\n", encoding="utf-8")
    assert cs.load(tmp_path / file).name == name


def test_two_names_fit_into_the_name_of_a_file():
    for both in ("가" * LONGEST_NAME, "𠀀" * 26):
        assert bad_name(both) is None
        assert len(f"network_{both}-{both}.ko.png".encode()) <= 255


def test_the_task_of_an_arm_is_told_from_its_folder():
    for arm in GOOD:
        task = Task(arm, "no_programme", 0, 1)
        assert Task.named(str(task)) == task


def test_what_has_no_file_may_be_called_as_people_call_it():
    places = {
        "institutions": {"한국·해양대": {"title": "x", "kind": "university", "distance": "3"}}
    }
    loaded = cs.load({"extends": "noksan", "complexes": {"noksan": places}})
    assert "한국·해양대" in loaded.spec.complexes["noksan"].institutions


OTHERS = {
    "targets": "targets",
    "sites": "complexes.noksan.sites",
    "institutions": "complexes.noksan.institutions",
    "anchors": "complexes.noksan.anchors",
    "timetable": "programme.complexes.noksan.timetable",
    "fields": "programme.complexes.noksan.fields",
    "lines": "programme.complexes.noksan.budget.lines",
}


@pytest.mark.parametrize("key", ["", " ", "한국.대", "a=b"])
@pytest.mark.parametrize("path", OTHERS.values(), ids=OTHERS)
def test_what_no_path_could_name(path, key):
    data: dict[str, object] = {key: {"title": "x"}}
    for step in reversed(path.split(".")):
        data = {step: data}
    assert (f"{path}.{key}", f"{key!r} cannot be a name") in mistakes(data)


def test_a_name_that_is_set_is_the_scenarios():
    assert cs.load("noksan", set=["name=mine"]).name == "mine"


def test_editors_know_the_rule():
    import jsonschema

    schema = scenario_schema()
    names = schema["$defs"]["ScenarioSpec"]["properties"]["arms"]["anyOf"][0]["propertyNames"]
    check = jsonschema.Draft202012Validator(names).is_valid
    assert [name for name in GOOD if not check(name)] == []
    # what is a letter, and how many bytes it has, the loader alone can know
    assert [name for name in BAD if check(name)] == ["Cafe\u0301", "𠀀" * 27, "\ud800"]
    assert json.dumps(names) in json.dumps(schema["$defs"]["ComplexProgramme"])


def test_a_name_is_checked_where_a_block_is_made():
    class Block(Spec):
        things: dict[Name, int]

    with pytest.raises(ValueError, match="cannot be a name"):
        Block(things={"a/b": 1})
