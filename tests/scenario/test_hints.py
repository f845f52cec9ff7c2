"""What hints show works, as it stands there, with every bundled scenario."""

from __future__ import annotations

import re

import pytest

from clustersim.errors import ScenarioError
from clustersim.language import speaking
from clustersim.problems import nearest
from clustersim.scenario import catalogue, load
from clustersim.scenario.reading import read_text


def mistakes(data, **more):
    with pytest.raises(ScenarioError) as caught:
        load(data, **more)
    return caught.value.problems


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", catalogue.names())
def test_a_change_that_is_shown_can_be_made(name, lang):
    with speaking(lang):
        (problem,) = mistakes(name, set=["foo"])
    shown = re.search(r"\S+=\S+$", problem.hint)
    assert shown is not None
    assert load(name, set=[shown[0]]).digest(1) != load(name).digest(1)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("patch", [[1], {"programme": [1]}])
def test_an_arm_that_is_shown_can_be_run(patch, lang):
    with speaking(lang):
        problems = mistakes({"extends": "noksan", "arms": {"x": patch}})
    shown = next(found for each in problems if (found := re.search("'(.+)'", each.hint)))
    arm = {"title": "x", **read_text(shown[1], "hint").data}
    found = load({"extends": "noksan", "arms": {"x": arm}})
    assert found.arms["x"].spec.programme != found.spec.programme


@pytest.mark.parametrize("key", ["extend", "Extends", "extneds", "EXTENDS"])
def test_a_misspelt_extends_is_the_one_mistake_that_is_told(key):
    (problem,) = mistakes({key: "noksan", "title": "x"})
    assert (problem.path, problem.hint) == (key, "did you mean 'extends'?")


def test_extends_is_among_the_keys_of_a_file():
    (problem,) = mistakes({"extends": "noksan", "foo": 1})
    assert problem.hint.startswith("known here: ")
    assert problem.hint.endswith(", extends")


def test_a_file_without_blocks_is_told_of_extends():
    hints = {problem.path: problem.hint for problem in mistakes({"title": "x"})}
    assert hints["complexes"] == "add 'complexes: ...' here, or 'extends: noksan'"
    assert hints["economy"] == "add 'economy: ...' here, or 'extends: noksan'"


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("noksan.yaml", ["sl.yaml", "e17.yaml"], None),
        ("nope.yaml", ["e17.yaml"], None),
        ("mine.yml", ["other.yaml", "mines.yaml"], "mines.yaml"),
        ("as_announced", ["as_happened"], None),
        ("Title", ["title", "end"], "title"),
    ],
)
def test_what_is_near(word, known, near):
    assert nearest(word, known) == near
