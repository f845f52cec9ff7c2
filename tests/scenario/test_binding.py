from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, field_validator, model_validator
from small_scenario import TEXT, Flat, Scenario, Series, build, problems_of

from clustersim.errors import ScenarioError
from clustersim.problems import Problems
from clustersim.scenario.binding import bind, spot_of
from clustersim.scenario.reading import plain, read_text
from clustersim.specs import Kind, Parameter, Spec, bad_value


def test_a_sound_file_becomes_its_spec(tmp_path):
    spec, doubts = build(TEXT, tmp_path)
    assert spec.title == "녹산"
    assert spec.economy.growth == 0.03
    assert spec.economy.macro == Series(mode="series", points=[1, 1.1])
    assert spec.programme.budget == {2008: 4.7e9, 2009: 5e9}
    assert spec.programme.lines == ("network", "rd")
    assert spec.programme.calls["spring"].source == ("N12",)
    assert spec.programme.half_life == 36
    assert not doubts


def test_an_arm_and_an_assignment_go_the_same_way(tmp_path):
    spec, _ = build(TEXT, tmp_path, arm="double")
    assert spec.programme.budget == {2008: 9.4e9, 2009: 5e9}
    spec, _ = build(TEXT, tmp_path, arm="uncalled")
    assert spec.programme.calls == {}
    spec, doubts = build(TEXT, tmp_path, sets=["economy.share={uniform: [20 %, 30 %]}"])
    assert spec.economy.share == 0.25
    assert "economy.share" in doubts


def test_a_wrong_assignment_stands_at_its_option(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        build(TEXT, tmp_path, sets=["programme.budgt=1억", "economy.share=3", "titel=x"])
    assert str(caught.value) == (
        "--set economy.share: economy.share: 3 is outside its range\n  write 0 % to 100 %\n"
        "--set programme.budgt: programme.budgt: unknown key\n  did you mean 'budget'?\n"
        "--set titel: titel: unknown key\n  did you mean 'title'?"
    )


def test_a_wrong_value_of_an_arm_stands_in_the_arm(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        build(TEXT.replace("2008: 94억원", "2008: 94"), tmp_path, arm="double")
    assert str(caught.value).startswith("noksan.yaml:18:32: programme.budget.2008: 94 has no")


class Wide(Spec):
    """One of everything a spec may be made of."""

    a: Annotated[Flat | Series, Field(discriminator="mode")] | None = None
    many: dict[str, Annotated[Flat | Series, Field(discriminator="mode")]] = Field({})
    loose: Flat | Series | None = None
    scalar: float | list[int] = 1.0
    pair: tuple[int, str] | None = None
    words: dict[Literal["x", "y"], int] = Field({})
    maybe: Annotated[float | None, Parameter("A rate.", Kind.GROWTH, "N1", "output")] = None
    named: int = Field(1, alias="from")
    short: Annotated[str, Field(max_length=3, pattern="^[a-z]*$")] = ""
    small: Annotated[int, Field(ge=0, lt=9)] = 0
    flag: bool = False
    number: float = 0.0
    whatever: Any = None
    items: list[Flat] = Field([])

    @field_validator("flag")
    @classmethod
    def _not_true(cls, value):
        if value:
            raise ValueError("flags are never true")
        return value

    @model_validator(mode="after")
    def _agrees(self):
        if self.small > self.number:
            raise bad_value("more than 'number'", "write less", at=("small",))
        return self


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {mode: sries}", "f:1:11: a.mode: unknown choice 'sries'\n  did you mean 'series'?"),
        ("a: {points: [1]}", "f:1:1: a.mode: missing\n  add 'mode', one of: flat, series"),
        ("a: {mode: flat, x: 1}", "f:1:17: a.x: unknown key\n  known here: source, mode"),
        ("a: 3", "f:1:4: a: expected keys with values, not 3\n  write its keys below it"),
        ("many: {flat: {mode: flat, mod: 1}}", "f:1:27: many.flat.mod: unknown key\n  did you"),
        ("many: {series: {mode: series}}", "f:1:8: many.series.points: missing\n  add 'points:"),
        ("many: [1]", "f:1:7: many: expected keys with values, not a list"),
        ("loose: {mode: flat, x: 1}", "f:1:21: loose.x: unknown key\n  known here: source, mode"),
        ("loose: {mode: flt}", "f:1:15: loose.mode: 'flt' is nothing that can stand here"),
        ("scalar: [x]", "f:1:9: scalar: a list is nothing that can stand here"),
        ("scalar: {}", "f:1:9: scalar: a mapping is nothing that can stand here"),
        ("pair: [1, 2]", "f:1:11: pair.1: expected text, not 2\n  put it in quotes"),
        ("pair: 1", "f:1:7: pair: expected a list, not 1\n  write for example [a, b]"),
        ("words: {z: 1}", "f:1:9: words.z: unknown choice 'z'\n  choose from: x, y"),
        ("maybe: 5 %", "f:1:8: maybe: '5 %' has no period"),
        ("from: x", "f:1:7: from: expected a whole number, not 'x'\n  write for example 20"),
        ("short: abcd", "f:1:8: short: 'abcd' is out of bounds\n  write at most 3 characters"),
        ("short: A1", "f:1:8: short: 'A1' cannot stand here: "),
        ("small: -1", "f:1:8: small: -1 is out of bounds\n  write 0 or more"),
        ("small: 9", "f:1:8: small: 9 is out of bounds\n  write less than 9"),
        ("small: 1.5", "f:1:8: small: expected a whole number, not 1.5"),
        ("small: 3", "f:1:8: small: more than 'number'\n  write less"),
        ("flag: no", "f:1:7: flag: expected true or false, not 'no'\n  write one of them"),
        ("flag: true", "f:1:7: flag: flags are never true\n  change it, or leave it out"),
        ("number: .nan", "f:1:9: number: expected a finite number, not nan"),
        ("number: ~", "f:1:9: number: expected a number, not nothing"),
        ("items: [{mode: flat}, {}]", "f:1:23: items.1.mode: missing\n  add 'mode', one of: flat"),
        ("source: 3", "f:1:9: source: expected a list, not 3"),
        ("2008: 3", "f:1:1: 2008: unknown key\n  known here: "),
    ],
)
def test_every_kind_of_mistake_in_plain_words_and_in_its_place(text, says):
    message = "\n".join(problems_of(text, name="f", model=Wide))
    assert says in message
    assert message.count("\n") == 1
    for jargon in ("Input", "validation", "dictionary", "Extra inputs", "literal", "[type="):
        assert jargon not in message


def test_sound_forms_of_everything():
    text = """
a: {mode: flat}
many: {flat: {mode: series, points: [1]}}
loose: {mode: series, points: [2]}
scalar: [1, 2]
pair: [1, x]
words: {x: 1}
maybe: 5 % / year
from: 2
items: [{mode: flat}]
whatever: {a: [1, {b: 2}]}
"""
    problems = Problems()
    wide = bind(read_text(text, "f"), Wide, problems)
    assert not problems
    assert wide.loose.points == [2]
    assert wide.scalar == [1, 2]
    assert wide.pair == (1, "x")
    assert wide.named == 2
    assert wide.whatever == {"a": [1, {"b": 2}]}


def test_nothing_more_is_said_of_a_place_with_a_problem():
    problems = Problems()
    document = read_text("title: 3\nprogramme: {launch: x, half_life: 3}", "f")
    problems.add(document.place(("programme", "launch")), "programme.launch.deep", "a", "b")
    bind(document, Scenario, problems)
    assert [p.path for p in sorted(problems.found)] == [
        "title",
        "programme.launch.deep",
        "programme.half_life",
    ]


def test_data_without_places():
    problems = Problems()
    assert bind(plain({"title": "x"}, "a dict"), Scenario, problems) is None
    assert str(problems.found[0]).startswith(
        "a dict: programme: missing\n  add 'programme: ...' here"
    )


def test_a_spot_knows_what_is_expected_below_it():
    spot = spot_of(Scenario).step("economy", {})
    assert spot.step("growth", {}).parameter.kind is Kind.GROWTH
    assert spot.step("macro", {}).step("points", {"mode": "series"}).step(0, [1]).parameter
    assert spot.step("macro", {}).step("points", {}) is None
    assert spot.step("grwth", {}) is None
    assert spot.step("growth", {}).step("x", {}) is None
    pair = spot_of(Wide).step("pair", {})
    assert pair.step(1, [1, "x"]).annotation is str
    assert pair.step(2, [1, "x", 3]) is None


# ---------------------------------------------------------------- anything at all

LINES = TEXT.splitlines()
PIECES = ["~", "{}", "[]", "x", "3", "-1", ".nan", "47억원", "5 %", "{normal: [0, 1]}", "''"]
PIECES += ["{one_of: [1, 2]}", "2008-06-24", "true", "*a", "&a 1", "!t 1", "[[", "{a: {b: c}}"]

MUTATIONS = st.one_of(
    st.tuples(st.just("drop"), st.integers(0, len(LINES) - 1), st.just("")),
    st.tuples(st.just("value"), st.integers(0, len(LINES) - 1), st.sampled_from(PIECES)),
    st.tuples(st.just("indent"), st.integers(0, len(LINES) - 1), st.sampled_from([" ", "  ", "-"])),
    st.tuples(st.just("insert"), st.integers(0, len(LINES) - 1), st.text(max_size=8)),
)


def mutated(mutations):
    lines = list(LINES)
    for how, number, piece in mutations:
        line = lines[number]
        head, colon, _ = line.partition(":")
        lines[number] = {
            "drop": "",
            "value": f"{head}{colon} {piece}",
            "indent": piece + line,
            "insert": line[: len(line) // 2] + piece + line[len(line) // 2 :],
        }[how]
    return "\n".join(lines)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(MUTATIONS, min_size=1, max_size=3),
    st.sampled_from([None, "double", "uncalled"]),
    st.lists(st.sampled_from([f"programme.half_life={p}" for p in PIECES]), max_size=1),
)
def test_a_mutated_file_is_a_scenario_or_a_scenario_error(tmp_path, mutations, arm, sets):
    try:
        spec, _ = build(mutated(mutations), tmp_path, sets=sets, arm=arm)
    except ScenarioError as error:
        problems = error.problems
        assert problems
        assert all(problem.message and problem.hint for problem in problems)
        assert all("\n" not in problem.message for problem in problems)
    else:
        assert isinstance(spec, Scenario)
