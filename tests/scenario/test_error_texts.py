"""What a user reads when a scenario is wrong: whole texts, as they are printed."""

from __future__ import annotations

import pytest
from small_scenario import TEXT, Scenario, build, problems_of

from clustersim.errors import ScenarioError
from clustersim.scenario.reading import read_text

WRONG = """\
titel: 녹산
economy:
  growth: 0.03
  exit: 20 %
  share: 350 %
  form: elastisity
  macro: {mode: serie}
programme:
  lanch: 2008-06
  half_life: 3
  budget: {2008: 47, 이천구년: 5억}
  lines: [network, reserch]
  calls:
    spring:
      opens: 24 June 2008
      budget: {trianglar: [1억, 2억, 3억]}
      grants: 1.5
    autumn: soon
"""

SAID = """\
noksan.yaml:1:1: titel: unknown key
  did you mean 'title'?
noksan.yaml:3:11: economy.growth: 0.03 has no period
  write '0.03 / year' or '3 % / year'
noksan.yaml:4:9: economy.exit: '20 %' has no period
  write '20 % / year' or '0.2 / year'
noksan.yaml:5:10: economy.share: '350 %' is outside its range
  write 0 % to 100 %
noksan.yaml:6:9: economy.form: unknown choice 'elastisity'
  did you mean 'elasticity'?
noksan.yaml:7:17: economy.macro.mode: unknown choice 'serie'
  did you mean 'series'?
noksan.yaml:9:3: programme.lanch: unknown key
  did you mean 'launch'?
noksan.yaml:10:14: programme.half_life: 3 has no unit of time
  write '3 months' or '3 years'
noksan.yaml:11:18: programme.budget.2008: 47 has no currency
  write '47 KRW', or for example '4.7 bn KRW' or '47억원'
noksan.yaml:11:22: programme.budget.이천구년: expected a whole number, not '이천구년'
  write for example 20
noksan.yaml:12:20: programme.lines.1: unknown choice 'reserch'
  choose from: network, special, rd
noksan.yaml:15:14: programme.calls.spring.opens: expected a date, not '24 June 2008'
  write for example '2008-06-24'
noksan.yaml:16:16: programme.calls.spring.budget.trianglar: unknown distribution
  did you mean 'triangular'?
noksan.yaml:17:15: programme.calls.spring.grants: expected a whole number, not 1.5
  write for example 20
noksan.yaml:18:13: programme.calls.autumn: expected keys with values, not 'soon'
  write its keys below it"""


def test_every_mistake_of_a_file_is_told_at_once():
    assert "\n".join(problems_of(WRONG)) == SAID


def test_the_sound_file_has_nothing_to_tell():
    assert problems_of(TEXT) == []


def test_the_rule_of_two_lines():
    for problem in problems_of(WRONG):
        first, second = problem.split("\n")
        assert first.startswith("noksan.yaml:")
        assert second.startswith("  ")
        assert not first.endswith(".")
        assert max(map(len, (first, second))) < 120


def test_a_reading_error_reads_the_same_way():
    with pytest.raises(ScenarioError) as caught:
        read_text("title: x\nbase: &b {a: 1}\nprogramme: *b\nprogramme: {}\n", "noksan.yaml")
    assert str(caught.value) == (
        "noksan.yaml:2:7: base: anchors ('&name') are not allowed\n"
        "  remove it; quote text that starts with '&'\n"
        "noksan.yaml:3:12: programme: aliases ('*name') are not allowed\n"
        "  write the value out; quote text that starts with '*'\n"
        "noksan.yaml:4:1: programme: 'programme' stands here twice\n"
        "  keep one; the first is in line 3"
    )


def test_a_mistake_in_a_shared_block_stands_in_that_block(tmp_path):
    (tmp_path / "korea.yaml").write_text("economy:\n  exit: 5\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        build("extends: korea\ntitle: x\nprogramme: {launch: 2008-06}\n", tmp_path)
    assert str(caught.value) == (
        "korea.yaml:2:9: economy.exit: 5 has no period\n  write '5 % / year' or '0.05 / year'"
    )


def test_errors_go_through_pickle_whole():
    import pickle

    with pytest.raises(ScenarioError) as caught:
        read_text("a: *x", "f.yaml")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert str(again) == str(caught.value)
    assert again.exit_code == 2


def test_the_scenario_model_is_the_one_the_file_is_checked_against():
    assert Scenario.model_fields.keys() == {"source", "title", "economy", "programme", "arms"}
