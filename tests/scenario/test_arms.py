from __future__ import annotations

import copy

import pytest

import small
from clustersim.errors import ScenarioError
from clustersim.problems import Problems
from clustersim.scenario import load
from clustersim.scenario.arms import assign, patch
from clustersim.scenario.reading import read_text

BASE = """\
title: x
programme:
  budget: {2008: 47억원, 2009: 50억원}
  calls: {spring: {grants: 20}}
arms:
"""


def patched(arm):
    problems = Problems()
    document = patch(read_text(BASE + f"  mine: {arm}\n", "f.yaml"), "mine", problems)
    return document, [str(problem) for problem in problems.found]


def test_an_arm_is_a_patch_of_the_programme():
    document, problems = patched(
        "{title: More, programme: {budget: {2008: 94억원}, calls: {spring: ~}}}"
    )
    assert not problems
    assert document.data == {
        "title": "x",
        "programme": {"budget": {2008: "94억원", 2009: "50억원"}, "calls": {}},
    }
    assert str(document.place(("programme", "budget", 2008))) == "f.yaml:6:50"
    assert str(document.place(("programme", "budget", 2009))) == "f.yaml:3:30"


def test_an_arm_may_change_nothing():
    for arm in ("{title: The same}", "{}", "{programme: {}}"):
        document, problems = patched(arm)
        assert document.data["programme"]["calls"] == {"spring": {"grants": 20}}
        assert not problems


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        (
            "{economy: {growth: 1}}",
            "f.yaml:6:10: arms.mine.economy: unknown key\n  known here: programme, title",
        ),
        (
            "{arms: {x: 1}}",
            "f.yaml:6:10: arms.mine.arms: an arm changes the programme alone\n  use --set",
        ),
        ("{programe: {}}", "arms.mine.programe: unknown key\n  did you mean 'programme'?"),
        (
            "{programme: {effect_scale: 0}}",
            "f.yaml:6:22: arms.mine.programme.effect_scale: effects have one scale",
        ),
        (
            "{programme: {effect_scale: ~}}",
            "arms.mine.programme.effect_scale: effects have one scale",
        ),
        ("{programme: ~}", "arms.mine.programme: expected keys of the programme, not nothing"),
        ("{programme: 3}", "arms.mine.programme: expected keys of the programme, not 3"),
        ("[1]", "f.yaml:6:3: arms.mine: expected a patch of the programme, not a list"),
        ("~", "arms.mine: expected a patch of the programme, not nothing"),
        (
            "{programme: {calls: {sprin: ~}}}",
            "f.yaml:6:30: arms.mine.programme.calls.sprin: nothing to delete\n  did you mean 's",
        ),
    ],
)
def test_what_an_arm_may_not_do(arm, says):
    _, problems = patched(arm)
    assert any(says in problem for problem in problems)


# ---------------------------------------------------------------- --set


def test_values_are_set_one_after_the_other():
    document = assign(
        read_text(BASE + "  x: {}", "f.yaml"),
        [
            "programme.budget.2008=94억원",
            "programme.calls.spring.grants = 5",
            "programme.rate={triangular: [1, 2, 3]}",
            "programme.rate=5 % / year",
            "programme.lines=[a, b]",
            "economy.growth.sd='0.3'",
            "title=a=b",
            "programme.budget.2009=~",
        ],
    )
    assert document.data == {
        "title": "a=b",
        "programme": {
            "budget": {2008: "94억원"},
            "calls": {"spring": {"grants": 5}},
            "rate": "5 % / year",
            "lines": ["a", "b"],
        },
        "arms": {"x": {}},
        "economy": {"growth": {"sd": "0.3"}},
    }
    assert document.name == "f.yaml"
    assert str(document.place(("programme", "lines", 0))) == "--set programme.lines"
    assert str(document.place(("economy", "growth"), key=True)) == "--set economy.growth.sd"
    assert str(document.place(("programme", "calls"))) == "f.yaml:4:10"
    assert str(document.place(())) == "f.yaml:1:1"


def test_no_assignment_changes_nothing():
    document = read_text(BASE + "  x: {}", "f.yaml")
    assert assign(document, []) == document


def test_bad_assignments_are_told_together():
    bad = ["budget", "=3", "a..b=3", "a=", "b=[1", "c=*x", "d.e=~", "1" * 5000 + "=~"]
    with pytest.raises(ScenarioError) as caught:
        assign(read_text("a: 1", "f.yaml"), bad)
    lines = str(caught.value).split("\n")
    assert len(lines) == 2 * len(bad)
    assert "--set: expected path=value, not 'budget'" in lines
    assert "  write path=value, such as programme.budget_factor=2" in lines
    assert "--set a: no value" in lines
    assert "--set d.e: d.e: nothing to delete" in lines
    assert any(line.startswith("--set b: a list or mapping in brackets") for line in lines)


def test_slips_of_the_file_and_of_its_arms_are_told_at_once():
    data = copy.deepcopy(small.SMALL)
    data["economy"]["macro"]["mode"] = "hindsigth"
    data["arms"]["double_budget"]["programme"]["instruments"] = ["network"]
    with pytest.raises(ScenarioError) as caught:
        load(data)
    assert [problem.message for problem in caught.value.problems] == [
        "unknown choice 'network'",
        "unknown choice 'hindsigth'",
    ]


def test_order_moves_the_digest_where_it_moves_the_run():
    """The first target of a complex is its headline."""
    there = dict(small.SMALL["targets"])
    assert len(there) > 1
    backwards = dict(reversed(there.items()))
    assert load({**small.SMALL, "targets": backwards}).digest(1) != load(small.SMALL).digest(1)
    assert load({**small.SMALL, "targets": there}).digest(1) == load(small.SMALL).digest(1)


def test_plain_data_are_a_copy():
    """Worlds are run again from them, under a digest of the specs."""
    scenario = load("noksan")
    scenario.data["programme"]["complexes"]["noksan"]["budget"]["amount"] = "1 KRW"
    assert scenario.data["programme"]["complexes"]["noksan"]["budget"]["amount"] != "1 KRW"
