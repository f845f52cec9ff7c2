"""A mistake is told where the one who made it wrote it, and by the arm it is in."""

from __future__ import annotations

import pytest

from clustersim.errors import ScenarioError
from clustersim.scenario import load

PLAN = "programme.complexes.noksan"


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What is told of a file that is laid over Noksan, as (place, path, message, hint)."""
    monkeypatch.chdir(tmp_path)

    def tell(text, **more):
        (tmp_path / "mine.yaml").write_text(f"extends: noksan\n{text}", encoding="utf-8")
        try:
            load("mine.yaml", **more)
        except ScenarioError as error:
            return [(str(p.place), p.path, p.message, p.hint) for p in error.problems]
        return []

    return tell


def plan(text, arm=""):
    """A piece of Noksan's plan, in an arm if it is named."""
    above = f"arms:\n  {arm}:\n    title: x\n" if arm else ""
    return f"{above}{'    ' * bool(arm)}programme: {{complexes: {{noksan: {{{text}}}}}}}\n"


def test_a_line_from_which_nothing_is_paid(told):
    line = "budget: {lines: {netwrok: {share: 10 %}}}"
    for arm, above in (("", ""), ("less", "arms.less.")):
        ((place, path, message, hint),) = told(plan(line, arm))
        assert place.startswith("mine.yaml:")
        assert path == f"{above}{PLAN}.budget.lines.netwrok"
        assert (message, hint) == ("nothing is paid from this line", "did you mean 'network'?")


def test_a_line_of_ones_own_that_something_is_paid_from(told):
    line = "budget: {lines: {export: {share: 10 %}}}"
    opens = "opens: 2009-03-02, line: export"
    assert told(plan(line)) == []  # money set aside lapses
    assert told(plan(line.replace("export", "netwrok")))[0][3] == "did you mean 'network'?"
    assert told(plan(f"{line}, services: {{marketing: {{{opens}}}}}")) == []
    paying_arm = plan(f"services: {{marketing: {{{opens}}}}}", "exporting")
    assert told(plan(line) + paying_arm) == []
    assert told(plan("rnd: ~")) == []  # the usual lines may stand without what they pay
    calls = "rnd: {lines: {rnd: ~, rnd2: 100 %, special: ~}}"
    assert told(plan(f"budget: {{lines: {{rnd2: {{share: 10 %}}}}}}, {calls}")) == []


def test_a_year_of_money_far_after_the_run(told):
    ((place, path, message, _),) = told(plan("budget: {path: {2030: 1}}"))
    assert (place, path) == ("mine.yaml:2:50", f"{PLAN}.budget.path.2030")
    assert message == "2030 is after the run, and the year before has no money"


def test_money_that_goes_on_after_a_short_run(told):
    assert told("end: 2009-12\ntargets: ~\n") == []


def test_a_run_too_short_for_what_it_is_laid_over_is_told_of_its_own_line(told):
    found = told("end: 2009-12\n")
    assert {path.rpartition(".")[2] for _, path, _, _ in found} == {"by"}
    for place, _, _, hint in found:
        assert place.startswith("noksan.yaml:")
        assert hint == "name a year from 2006 to 2009; the run's end: mine.yaml:2:1"


def test_what_lacks_what_was_deleted_is_told_of_the_line_that_did(told):
    for arm, above, where in (("", "", "2:34"), ("less", "arms.less.", "5:38")):
        ((place, path, message, hint),) = told(plan("budget: ~", arm))
        assert place.startswith("noksan.yaml:")
        assert path == f"{above}{PLAN}.mini_clusters"
        assert message == "no budget pays for this"
        assert hint == f"add a 'budget' beside it ('budget' is deleted in mine.yaml:{where})"


def test_a_block_that_was_deleted_is_missing_where_it_was_deleted(told):
    ((place, path, message, _),) = told("economy: ~\n")
    assert (place, path, message) == ("mine.yaml:2:1", "economy", "missing")


def test_a_mistake_in_an_arm_is_told_by_its_arm(told):
    ((place, path, _, _),) = told(plan("budget: {amount: abc}", "dear"))
    assert (place, path) == ("mine.yaml:5:55", f"arms.dear.{PLAN}.budget.amount")


def test_a_mistake_of_the_file_is_told_once_whatever_the_arms(told):
    ((_, path, _, _),) = told(plan("budget: {amount: abc}"))
    assert path == f"{PLAN}.budget.amount"


@pytest.mark.parametrize(("year", "value"), [(2008, "abc"), (200, "1")])
def test_a_change_is_told_as_such_below_a_mapping(year, value, told):
    change = f"{PLAN}.budget.path.{year}"
    ((place, path, _, _),) = told("", set=[f"{change}={value}"])
    assert (place, path) == (f"--set {change}", change)


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("extends:noksan\n", 1, 9, "extends: noksan"),
        ("extends:noksan\ntitle: x\n", 1, 9, "extends: noksan"),
        ("title: x\nextends:noksan\n", 2, 9, "extends: noksan"),
        ("arms:\n  m:\n    title:x\n    programme: {}\n", 3, 11, "title: x"),
    ],
)
def test_a_space_is_missing(text, line, column, hint, tmp_path):
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "mine.yaml")
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == (line, column)
    assert problem.message == "a space is missing after the ':'"
    assert problem.hint == f"write '{hint}'"


def test_an_end_of_a_document_is_told_as_what_it_is(told):
    assert told("...\ntitle: x\n")[0][3] == "remove the '...' above"
    assert told("---\ntitle: x\n")[0][3] == "remove the '---'"


def test_results_are_no_scenario(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(ScenarioError, match="clustersim plot"):
        load(tmp_path)


def test_a_bundled_scenario_is_extended_without_an_ending(tmp_path):
    (tmp_path / "sl.yaml").write_text("title: x\n")
    (tmp_path / "mine.yaml").write_text("extends: noksan.yaml\n")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "mine.yaml")
    assert caught.value.problems[0].hint == "did you mean 'noksan'?"


def test_where_no_day_fits_none_is_named(told):
    found = told("start: 2008-01\nend: 2008-12\ntargets: ~\n")
    days = [hint for _, path, _, hint in found if path.endswith("budget.starts")]
    assert days
    assert all("name a day" not in hint for hint in days)


def test_a_path_that_is_too_deep(told):
    ((place, _, message, _),) = told("", set=[".".join("a" * 3000) + "=1"])
    assert (place, message) == ("--set", "nested more than 40 deep")
