"""The register of facts: whole, used by the bundled scenarios, and cited nowhere in vain."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import register_checks as held

import clustersim
from clustersim.errors import InputError, ScenarioError
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.scenario.facts import Ambiguity, Fact, ambiguities, facts, register, span
from clustersim.scenario.scenario import AS_ANNOUNCED
from clustersim.simulation import simulate

FIVE = ("seongseo", "noksan", "daebul", "ochang", "namdong")
LOADED = {name: load(name) for name in (*FIVE, held.TOGETHER)}
FACTS, AMBIGUITIES = register()
ENTRIES = (*FACTS, *AMBIGUITIES)
BY_ID = {entry.id: entry for entry in ENTRIES}


# ---------------------------------------------------------------- whole


def test_every_fact_is_there_once():
    assert Counter(fact.id[0] for fact in FACTS) == {
        "G": 14, "S": 21, "N": 19, "D": 25, "O": 18, "I": 15,
    }  # fmt: skip
    assert len(BY_ID) == len(ENTRIES)
    for letter, last in Counter(fact.id[0] for fact in FACTS).items():
        assert {f"{letter}{number:02}" for number in range(1, last + 1)} <= set(BY_ID)


def test_every_ambiguity_is_there_once():
    numbered = {f"A{number:02}" for number in range(1, 33)}
    assert {each.id for each in AMBIGUITIES} == numbered | {"A01b", "A01c"}
    assert len(AMBIGUITIES) == 34


def test_a_fact_is_about_the_complex_of_its_letter():
    letters = dict(zip("GSNDOI", (held.ALL, *FIVE), strict=True))
    assert {fact.complex == letters[fact.id[0]] for fact in FACTS} == {True}
    assert {each.complex for each in AMBIGUITIES} == {held.ALL, *FIVE}


def is_korean(text):
    return any("가" <= letter <= "힣" for letter in text)


def test_facts_are_told_in_both_languages():
    for fact in FACTS:
        assert fact.says.isascii()
        assert fact.says.endswith(".")
        assert is_korean(fact.says_ko), fact.id
        assert is_korean(fact.reading_ko) == bool(fact.reading), fact.id


def test_ambiguities_are_told_in_both_languages():
    for each in AMBIGUITIES:
        assert is_korean(each.question_ko)
        assert each.question_ko.endswith("?")
        assert is_korean(each.taken_ko)
        assert is_korean(each.because_ko)
        assert is_korean(each.choice_ko) == bool(each.choice), each.id


def test_an_ambiguity_has_something_to_choose_from():
    for each in AMBIGUITIES:
        assert each.question.endswith("?")
        assert each.because.endswith(".")
        assert each.taken
    assert [each.id for each in AMBIGUITIES if len(each.readings) < 2] == ["A04"]


def test_what_is_only_told_in_words_says_how_it_is_taken():
    silent = [f.id for f in FACTS if set(f.use) == {"description"} and not f.reading]
    assert silent == []


# ---------------------------------------------------------------- used


def test_every_fact_and_every_switch_stands_in_a_scenario():
    assert held.homeless(ENTRIES, LOADED) == set()


def test_where_a_fact_stands_it_is_cited():
    assert held.uncited(ENTRIES, LOADED) == set()


def test_days_are_those_that_were_told():
    assert held.otherwise_dated(FACTS, LOADED) == set()


def test_numbers_are_those_that_were_told():
    assert held.otherwise_numbered(FACTS, LOADED) == set()


def test_every_number_is_compared():
    on_their_own = {"G06", "N18", "O08", "D07"}  # below
    assert held.uncompared(FACTS, LOADED) == on_their_own


def test_the_sum_of_five_budgets():
    low, high = held.numbers(BY_ID["G06"])
    assert (low, high) == tuple(5 * end for end in held.numbers(BY_ID["G05"]))
    plans = LOADED[held.TOGETHER].spec.programme.complexes.values()
    assert 0.95 * low < sum(plan.budget.amount for plan in plans) <= high


def test_how_many_times_the_sales():
    goal, _ = held.numbers(BY_ID["N17"])
    low, high = held.numbers(BY_ID["N16"])
    assert held.numbers(BY_ID["N18"]) == pytest.approx((goal / high, goal / low), abs=0.005)


def test_what_the_council_does_stands_in_as_many_places():
    """The council and what it finds, which it does: each kind of task only it can have found."""
    assert len(BY_ID["O08"].use) == BY_ID["O08"].value
    without = {"programme": {"complexes": {"ochang": {"council": None}}}}
    found = []
    for scenario in (LOADED["ochang"], load({"extends": "ochang", **without})):
        world = simulate(scenario.at(AS_ANNOUNCED, 0, 0), Luck(0, 0, Domain.LUCK))
        found.append(Counter(e.instrument for e in world.events if e.kind == "found"))
    for name in ("joint_research", "joint_marketing"):
        assert found[0][name] > found[1][name]
    assert found[1]["joint_marketing"] == 0


def test_the_eleven_areas_of_daebul_are_what_firms_ask_for_and_the_grants():
    plan = LOADED["daebul"].spec.programme.complexes["daebul"]
    assert plan.rnd
    assert len(plan.services) + 1 == BY_ID["D07"].value


def test_the_order_of_launches_in_daebul():
    each = LOADED["daebul"].spec.programme.complexes["daebul"].mini_clusters
    assert each["ship_parts"].launch < each["leisure_vessels"].launch < each["shipbuilding"].launch


AIMS = {
    "D11": "world's first cluster of mid-size shipbuilding",
    "D17": "more competitive",
    "I12": "parts and materials to become competitive",
    "O16": "the hub of the IT cluster",
    "S21": "a virtuous circle",
}


@pytest.mark.parametrize("key", AIMS)
def test_aims_without_a_number_are_told(key):
    fact = BY_ID[key]
    text = " ".join(LOADED[fact.complex].spec.description.split())
    assert AIMS[key] in text
    assert "description" in fact.use
    assert fact.value is None


@pytest.mark.parametrize("name", FIVE)
def test_teams_are_named_in_both_languages(name):
    team = LOADED[name].spec.programme.complexes[name].team
    assert (
        ("Chungbuk Technopark" in team.title) == (team.host == "technopark") == (name == "ochang")
    )
    assert (
        ("KICOX" in team.title) == ("한국산업단지공단" in team.title_ko) == (team.host == "KICOX")
    )


# ---------------------------------------------------------------- cited


PACKAGE = Path(clustersim.__file__).parent


def made_up(texts):
    """Keys that texts cite and the register does not have."""
    return {key for text in texts for key in held.keys(text)} - set(BY_ID)


def test_no_scenario_cites_a_key_that_is_made_up():
    files = (PACKAGE / "scenarios").rglob("*.yaml")
    assert made_up(file.read_text(encoding="utf-8") for file in files) == set()


def test_no_spec_cites_a_key_that_is_made_up():
    files = PACKAGE.rglob("*.py")
    assert made_up(file.read_text(encoding="utf-8") for file in files) == set()


def test_a_key_that_is_made_up_is_seen():
    assert made_up(["source: [N12, N20, A33]", "A01d, S19-S22"]) == {"N20", "A33", "S22"}


def test_a_departure_names_an_ambiguity_that_is_cited_there():
    departing = [fact for fact in FACTS if fact.departs]
    assert [fact.id for fact in departing] == ["G05"]
    for fact in departing:
        for place in held.places(fact, LOADED):
            assert fact.departs in held.keys(" ".join(place.sources))


# ---------------------------------------------------------------- every check can fail


def altered(key, **change):
    return [BY_ID[key].model_copy(update=change)]


def test_a_path_that_leads_nowhere_is_seen():
    for path in ("programme.complexes.noksan.bugdet", "title.x", "complexes.*.anchors.*.nothing"):
        assert held.homeless(altered("N12", use=(path,)), LOADED) == {("N12", path)}
    for path in ("arms.as_happend", "programme.complexes.*.inno_core.line"):
        assert held.homeless(altered("A02", switch=(path,)), LOADED) == {("A02", path)}


def test_a_fact_nobody_cites_is_seen():
    path = "programme.complexes.noksan.budget.amount"
    assert held.uncited(altered("N12", id="N13"), LOADED) >= {("N13", path)}
    assert held.uncited(altered("D11", id="S21"), LOADED) == {("S21", "description")}
    path = "arms.as_happened.programme.complexes.namdong.mini_clusters"
    assert held.uncited(altered("A26", id="A27"), LOADED) == {("A27", path)}


def test_another_day_is_seen():
    path = "programme.complexes.noksan.mini_clusters.transport_parts.launch"
    for date in ("late 2008-07", "by 2008-07-04", "from 2008-07-06", "2007", "about 2010"):
        assert held.otherwise_dated(altered("N13", date=date), LOADED) == {("N13", path)}
    no_day = altered("N13", use=("programme.complexes.noksan.mini_clusters",))
    assert held.otherwise_dated(no_day, LOADED) == {("N13", "no day")}


def test_another_number_is_seen():
    path = "programme.complexes.noksan.budget.amount"
    assert held.otherwise_numbered(altered("N12", value=47.0), LOADED) == {("N12", path)}
    promise = held.otherwise_numbered(altered("I11", value=21.0), LOADED)
    assert {place for _, place in promise} == {
        f"targets.{t}.growth" for t in LOADED["namdong"].targets
    }
    three = altered("N14", value=3.0)
    assert held.otherwise_numbered(three, LOADED) == {
        ("N14", "programme.complexes.noksan.mini_clusters")
    }
    assert held.otherwise_numbered(altered("G05", departs=""), LOADED)
    stale = held.otherwise_numbered(altered("N12", departs="A10"), LOADED)
    assert stale == {("N12", "does not depart by A10")}


def test_a_number_that_is_compared_with_nothing_is_seen():
    assert held.uncompared(altered("N12", use=("title",)), LOADED) == {"N12"}


def test_keys_are_found_in_any_text():
    text = "N15-N19, S13 and A01c; evidence C2, T10 or K33, noqa: PLR2004, E501, N818, D1-D3"
    assert held.keys(text) == {"N15", "N16", "N17", "N18", "N19", "S13", "A01c"}


# ---------------------------------------------------------------- reading the register

SOUND = "facts:\n  G01: {says: something., form: event, use: [title]}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("facts: {G01: {says: x., form: evnt, use: [title]}}", "x.yaml:1:"),
        ("facts: {G01: {says: x., form: event, use: []}}", "facts.G01.use"),
        ("facts: {G01: {says: x., form: event, use: [a], value: 3}}", "a value and its unit go"),
        ("facts: {G01: {says: x., form: event, use: [a], unit: KRW}}", "a value and its unit go"),
        ("facts: {G01: {says: x., form: event, use: [a], value: 3, unit: b, to: 2}}", "not rise"),
        ("facts: {G01: {says: x., form: event, use: [a], to: 2}}", "not rise"),
        ("facts: {G01: {says: x., form: event, use: [a], date: soon}}", "'soon' is no date"),
        ("facts: {G01: {says: x., form: event, use: [a], date: 2008-13}}", "'2008-13' is no date"),
        (SOUND + "  G01: {}", "stands here twice"),
        ("ambiguities: {A01: {complex: all, question: q?, readings: [a], taken: a, because: b}}",
         "neither 'switch' nor 'choice'"),
        ("facts: &all {}", "anchors"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_place(tmp_path, text, says):
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        register(tmp_path)
    assert "x.yaml:" in str(caught.value)
    assert says in str(caught.value)


def test_a_fact_in_two_files_is_told(tmp_path):
    for name in ("noksan.yaml", "programme.yaml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"noksan\.yaml:2:3: facts\.G01: .* another file"):
        register(tmp_path)


def test_an_ambiguity_in_two_files_is_told(tmp_path):
    words = "complex: all, question: q, readings: [a], taken: a, because: b, choice: c"
    text = f"ambiguities:\n  G01: {{{words}}}\n"
    (tmp_path / "programme.yaml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"x\.yaml:2:3: ambiguities\.G01: .* another file"):
        register(tmp_path)


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2005", "2005-01-01", "2005-12-31"),
        ("2008-02", "2008-02-01", "2008-02-29"),
        ("2008-06-24", "2008-06-24", "2008-06-24"),
        ("early 2008-07", "2008-07-01", "2008-07-10"),
        ("mid 2008-07", "2008-07-11", "2008-07-20"),
        ("late 2008-06", "2008-06-21", "2008-06-30"),
        ("about 2010", "2009-07-02", "2011-07-02"),
        ("by 2008-06", str(dt.date.min), "2008-06-30"),
        ("from mid 2008-07", "2008-07-11", str(dt.date.max)),
    ],
)
def test_what_a_date_may_mean(date, first, last):
    assert tuple(map(str, span(date))) == (first, last)


@pytest.mark.parametrize(
    "date", ["", "soon", "2008-13", "early 2008", "2008-02-30", "by", "2008-6"]
)
def test_what_is_no_date(date):
    with pytest.raises(ValueError):
        span(date)


# ---------------------------------------------------------------- as tables


def test_facts_as_a_table():
    table = facts()
    assert list(table) == [name for name in Fact.model_fields if name != "source"]
    assert list(table["id"]) == [fact.id for fact in FACTS]
    assert (table["value"].dtype, table["to"].dtype) == (float, float)
    assert list(facts("noksan")["id"]) == [f"N{number:02}" for number in range(1, 20)]
    assert (facts("seongseo")["to"].dtype, len(facts("all"))) == (float, 14)


def test_ambiguities_as_a_table():
    table = ambiguities()
    assert list(table) == [name for name in Ambiguity.model_fields if name != "source"]
    assert len(table) == 34
    assert set(ambiguities("ochang")["id"]) == {"A20", "A21", "A23"}


@pytest.mark.parametrize("read", [facts, ambiguities])
def test_no_such_complex(read):
    with pytest.raises(InputError) as caught:
        read("noksn")
    assert str(caught.value) == "nothing was written of 'noksn'\ndid you mean 'noksan'?"
    with pytest.raises(InputError, match="there are: all, daebul, namdong"):
        read("x")
