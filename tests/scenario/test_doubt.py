from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.problems import Problems
from clustersim.scenario import doubt
from clustersim.scenario.binding import bind
from clustersim.scenario.doubt import all_doubts, draw, extract, quantile, with_values
from clustersim.scenario.reading import plain, read_text
from clustersim.specs import Kind, Mixture, Normal, OneOf, Parameter, Spec, Triangular, Uniform


def parameter(kind, **more):
    return Parameter("A parameter.", kind, source="N1", moves="output", **more)


class Block(Spec):
    growth: Annotated[
        float,
        parameter(Kind.GROWTH, low=-0.5, high=0.5, doubt=Triangular(0, 0.03, 0.06)),
    ] = 0.03
    exit: Annotated[float, parameter(Kind.HAZARD)] = 0.04
    share: Annotated[float, parameter(Kind.SHARE, low=0, high=1)] = 0.35
    life: Annotated[float, parameter(Kind.DURATION)] = 36.0
    grants: Annotated[int, parameter(Kind.COUNT, low=1)] = 20
    launch: Annotated[int, parameter(Kind.MONTH)] = 101
    opens: Annotated[dt.date, parameter(Kind.DATE)] = dt.date(2008, 6, 24)
    form: Annotated[Literal["elasticity", "return"], parameter(Kind.CHOICE)] = "elasticity"
    switch: Literal["on", "off"] = "on"
    budget: dict[int, Annotated[float, parameter(Kind.MONEY)]] = {}  # noqa: RUF012 - copied


class Tree(Spec):
    block: Block = Block()
    many: dict[str, Block] = {}  # noqa: RUF012 - pydantic copies it


def extracted(written, *, field="share"):
    """The distribution of one field of the block, its stored centre and the problems."""
    problems = Problems()
    document = read_text(f"block: {{{field}: {written}}}", "f.yaml")
    document, doubts = extract(document, Tree, problems)
    spec = bind(document, Tree, problems)
    distribution = doubts.get(f"block.{field}", (None, None))[0]
    return distribution, spec and getattr(spec.block, field), [str(x) for x in problems.found]


# ---------------------------------------------------------------- the grammar


@pytest.mark.parametrize(
    ("field", "written", "distribution", "centre"),
    [
        ("growth", "{triangular: [3 %/yr, 6 %/yr, 10 %/yr]}", Triangular(0.03, 0.06, 0.1), 0.06),
        (
            "growth",
            "{triangular: {low: 0 / year, mode: 0.1 / year, high: 20 % / year}, source: K18}",
            Triangular(0, 0.1, 0.2),
            0.1,
        ),
        ("growth", "{normal: {mean: 3 % / year, sd: 4 % / year}}", Normal(0.03, 0.04), 0.03),
        ("growth", "{normal: [0.4 % / month, 4 % / year]}", None, (1.004**12) - 1),
        ("share", "{normal: [0.2, 10 %]}", Normal(0.2, 0.1), 0.2),
        ("share", "{uniform: [20 %, 0.4]}", Uniform(0.2, 0.4), 0.3),
        ("share", "{one_of: [0.7, 30 %]}", OneOf((0.7, 0.3)), 0.7),
        (
            "share",
            "{one_of: [{value: 0.7, weight: 2}, {value: 0.3, weight: 50 %}, 0]}",
            OneOf((0.7, 0.3, 0.0), (2.0, 0.5, 1.0)),
            0.7,
        ),
        (
            "share",
            "{mixture: [{weight: 1, normal: [0, 0]}, {weight: 3, triangular: [0, 4 %, 0.2]}]}",
            Mixture((Normal(0, 0), Triangular(0, 0.04, 0.2)), (1, 3)),
            0.03,
        ),
        ("life", "{triangular: [1 year, 3년, 96 months]}", Triangular(12, 36, 96), 36),
        ("grants", "{normal: [20, 2.5]}", Normal(20, 2.5), 20),
        ("launch", "{uniform: [2008-07, 2008-12]}", Uniform(102, 107), 104),
        ("launch", "{normal: [2008-07, 2 months]}", Normal(102, 2), 102),
        (
            "opens",
            "{one_of: [2008-06-24, 2008-10-01]}",
            OneOf((dt.date(2008, 6, 24), dt.date(2008, 10, 1))),
            dt.date(2008, 6, 24),
        ),
        ("form", "{one_of: [return, elasticity]}", OneOf(("return", "elasticity")), "return"),
        ("switch", "{one_of: [off, on]}", OneOf(("off", "on")), "off"),
    ],
)
def test_a_distribution_stands_where_a_value_may(field, written, distribution, centre):
    found, value, problems = extracted(written, field=field)
    assert not problems
    assert distribution is None or found == distribution
    assert value == (pytest.approx(centre, rel=1e-12) if isinstance(centre, float) else centre)


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        (
            "share",
            "{trianglar: [1, 2, 3]}",
            "f.yaml:1:17: block.share.trianglar: unknown distribution\n  did you mean 'triang",
        ),
        ("share", "{normal: [0, 1], sorce: K1}", "unknown key\n  did you mean 'source'?"),
        ("share", "{normal: [0, 1], uniform: [0, 1]}", "expected a value or one distribution"),
        ("share", "{}", "expected a value or one distribution\n  write one of: normal, tri"),
        ("share", "{triangular: [0.1, 0.2]}", "expected 3 numbers\n  write {triangular: [low,"),
        ("share", "{triangular: {low: 0, high: 1}}", "block.share.triangular: expected 3 numbers"),
        ("share", "{triangular: 0.3}", "expected 3 numbers"),
        ("share", "{triangular: [0.3, 0.2, 0.1]}", "the numbers are out of order"),
        ("share", "{uniform: [0.3, 0.2]}", "out of order\n  write low <= high"),
        ("share", "{uniform: [0.3, 1.2]}", "f.yaml:1:32: block.share.uniform.1: 1.2 is outside"),
        ("share", "{normal: [0.3, -1]}", "block.share.normal.1: -1 is below 0"),
        ("share", "{normal: [0.3, {}]}", "expected a share, not a mapping"),
        ("growth", "{normal: [3 %, 1 % / year]}", "'3 %' has no period"),
        ("growth", "{normal: [3 % / year, 1 %]}", "'1 %' has no period"),
        (
            "growth",
            "{normal: [3 % / year, 1 % / month]}",
            "block.growth.normal.1: the spread of a rate is yearly\n  write it '/ year'",
        ),
        ("share", "{one_of: []}", "expected a list, not a list"),
        ("share", "{one_of: 3}", "expected a list, not 3"),
        ("share", "{one_of: [{value: 1}]}", "block.share.one_of.0: expected a value"),
        ("share", "{one_of: [0.1, x]}", "block.share.one_of.1: expected a share, not 'x'"),
        ("share", "{one_of: [{value: 1, weight: -1}, 0]}", "one_of.0.weight: -1 is below 0"),
        ("share", "{one_of: [{value: 1, weight: x}, 0]}", "one_of.0.weight: expected a share"),
        ("share", "{one_of: [{value: 1, weight: 0}]}", "all weights are 0"),
        ("share", "{mixture: {}}", "expected a list, not a mapping"),
        ("share", "{mixture: [{normal: [0, 1]}]}", "expected a part with its weight"),
        ("share", "{mixture: [3]}", "expected a part with its weight"),
        ("share", "{mixture: [{weight: 1, one_of: [1]}]}", "normal, triangular or uniform"),
        ("share", "{mixture: [{weight: 1, norml: [1]}]}", "did you mean 'normal'?"),
        ("share", "{mixture: [{weight: 0, normal: [0, 1]}]}", "all weights are 0"),
        ("opens", "{uniform: [2008-06-24, 2008-10-01]}", "write one of: one_of"),
        ("form", "{one_of: [retrn]}", "unknown choice 'retrn'\n  did you mean 'return'?"),
        ("switch", "{normal: [0, 1]}", "expected a value or one distribution"),
    ],
)
def test_what_is_no_distribution_is_told_once(field, written, says):
    if "expected a list, not a list" in says:
        says = "block.share.one_of: expected a list"
    _, _, problems = extracted(written, field=field)
    assert len(problems) == 1
    assert says in problems[0]


def test_several_bad_numbers_are_told_together():
    _, _, problems = extracted("{triangular: [x, 0.2, y]}")
    assert len(problems) == 2


def test_distributions_are_found_anywhere_and_blocks_are_left_alone():
    problems = Problems()
    text = """
block: {budget: {2008: {uniform: [40억원, 50억원]}}}
many:
  normal: {share: {normal: [0.2, 0.1], source: K18}}
  uniform: {exit: 0.1 / year}
unknown: {normal: [0, 1]}
"""
    document, doubts = extract(read_text(text, "f"), Tree, problems)
    assert doubts.keys() == {"block.budget.2008", "many.normal.share"}
    assert doubts["many.normal.share"][1].source == "K18"
    assert doubts["block.budget.2008"][1].source == "N1"
    assert document.data["many"]["uniform"] == {"exit": "0.1 / year"}
    assert document.data["unknown"] == {"normal": [0, 1]}
    bind(document, Tree, problems)
    assert [problem.path for problem in problems.found] == ["unknown"]


def test_a_document_is_not_changed():
    document = read_text("block: {share: {normal: [0.2, 0.1]}}", "f")
    extract(document, Tree, Problems())
    assert document.data == {"block": {"share": {"normal": [0.2, 0.1]}}}


def test_a_spec_doubts_where_the_file_is_silent():
    def doubts_of(data):
        document, written = extract(plain(data, "x"), Tree, Problems())
        return all_doubts(bind(document, Tree, Problems()), written)

    assert {k: v[0] for k, v in doubts_of({}).items()} == {
        "block.growth": Triangular(0, 0.03, 0.06)
    }
    assert doubts_of({"block": {"growth": "2 % / year"}}) == {}
    normal = {"normal": ["0.1 / year", "0.1 / year"]}
    found = doubts_of({"block": {"growth": normal}, "many": {"a": {}}})
    assert found["block.growth"][0] == Normal(0.1, 0.1)
    assert found["many.a.growth"][0] == Triangular(0, 0.03, 0.06)


# ---------------------------------------------------------------- drawing

U = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize(
    ("distribution", "law"),
    [
        (Normal(2, 3), stats.norm(2, 3)),
        (Triangular(1, 2, 5), stats.triang(0.25, 1, 4)),
        (Uniform(1, 3), stats.uniform(1, 2)),
    ],
)
def test_quantiles_are_those_of_the_law(distribution, law):
    found = [quantile(distribution, u) for u in U[::97]]
    assert found == pytest.approx(law.ppf(U[::97]).tolist(), rel=1e-9)
    assert found == sorted(found)


def test_a_point_is_a_distribution():
    assert quantile(Normal(0, 0), 0.9) == 0
    assert quantile(Triangular(2, 2, 2), 0.3) == 2
    assert quantile(Uniform(2, 2), 0.3) == 2


def test_choices_and_mixtures_follow_their_weights():
    drawn = [quantile(OneOf(("a", "b", "c"), (1, 0, 3)), u) for u in U]
    assert drawn.count("a") == 5000
    assert drawn.count("b") == 0
    assert [quantile(OneOf((1, 2)), u) for u in U].count(1) == 10_000
    mixture = [quantile(Mixture((Normal(0, 0), Uniform(1, 3)), (0.1, 0.3)), u) for u in U]
    assert mixture.count(0) == 5000
    assert sorted(mixture)[12_500] == pytest.approx(2, abs=1e-3)


@given(
    st.lists(st.floats(0, 10), min_size=1, max_size=5).filter(any),
    st.floats(2**-53, 1 - 2**-53),
)
def test_a_choice_never_takes_what_has_no_weight(weights, u):
    number, rest = doubt._pick(weights, u)
    assert weights[number] > 0
    assert 0 < rest < 1


def test_draws_are_cut_at_the_range_and_whole_where_they_count():
    share = parameter(Kind.SHARE, low=0.1, high=0.3)
    chance = parameter(Kind.PROBABILITY)
    count = parameter(Kind.COUNT, low=1)
    doubts = {
        "share": (Normal(0.2, 1), share),
        "chance": (Normal(0.5, 2), chance),
        "count": (Normal(3, 4), count),
        "even": (Uniform(1, 3), count),
    }
    draws = [draw(doubts, 1, index) for index in range(600)]
    assert {each["share"] for each in draws} >= {0.1, 0.3}
    assert all(0.1 <= each["share"] <= 0.3 for each in draws)
    assert {each["chance"] for each in draws} >= {0.0, 1.0}
    assert all(isinstance(each["count"], int) and each["count"] >= 1 for each in draws)
    ones, twos, threes = (sum(each["even"] == n for each in draws) for n in (1, 2, 3))
    assert ones + twos + threes == 600
    # Each is binomial(600, 1/3): its interval at p = 1e-6.
    low, high = stats.binom(600, 1 / 3).interval(1 - 1e-6)
    assert all(low <= n <= high for n in (ones, twos, threes))


def test_a_draw_has_the_law_of_its_doubt():
    doubts = {"a.b": (Normal(2, 3), None)}
    drawn = [draw(doubts, 5, index)["a.b"] for index in range(2000)]
    assert stats.kstest(drawn, stats.norm(2, 3).cdf).pvalue > 1e-6


def test_a_draw_depends_on_its_own_path_alone():
    doubts = {f"block.p{n}": (Uniform(0, 1), None) for n in range(50)}
    alone = {path: draw({path: law}, 7, 3)[path] for path, law in doubts.items()}
    assert draw(doubts, 7, 3) == alone
    assert draw(dict(reversed(doubts.items())), 7, 3) == alone
    assert len(set(alone.values())) == 50
    for seed, index in [(8, 3), (7, 4)]:
        other = draw(doubts, seed, index)
        assert not set(other.values()) & set(alone.values())


def test_a_narrower_law_keeps_its_luck():
    wide = draw({"a": (Uniform(0, 10), None)}, 1, 0)["a"]
    narrow = draw({"a": (Uniform(0, 1), None)}, 1, 0)["a"]
    assert wide == pytest.approx(10 * narrow)


def test_drawn_values_go_into_the_spec():
    tree = Tree.model_validate({"many": {"a": {}, "b": {}}, "block": {"budget": {2008: "1억"}}})
    drawn = {"block.growth": 0.1, "many.a.form": "return", "block.budget.2008": 5.0}
    new = with_values(tree, drawn)
    assert new.block.growth == 0.1
    assert new.block.budget == {2008: 5.0}
    assert new.many["a"].form == "return"
    assert new.many["b"] is tree.many["b"]
    assert tree.block.growth == 0.03
    assert with_values(tree, {}) == tree
    for path in ("block.grwth", "block.growth.x", "many.c.growth"):
        with pytest.raises(KeyError, match=path):
            with_values(tree, {path: 1})


def test_a_central_value_is_read_back_to_the_same_number():
    law = Mixture((Normal(0.1, 1), Uniform(0, 1 / 3)), (0.3, 0.5))
    written = doubt._as_written(law.central, parameter(Kind.GROWTH))
    assert parameter(Kind.GROWTH).read(written) == law.central
    assert math.isfinite(law.central)
    assert replace(law, weights=(1, 1)).central != law.central


@pytest.mark.parametrize(
    ("written", "source"), [("K18", "K18"), ("[K18, 'T30: text']", "K18; T30: text"), ("[]", "")]
)
def test_a_doubt_has_one_source_or_several(written, source):
    document = read_text(f"growth: {{uniform: [1 %/year, 2 %/year], source: {written}}}", "x.yaml")
    problems = Problems()
    _, doubts = extract(document, Block, problems)
    assert not problems
    assert doubts["growth"][1].source == source


def test_a_source_that_is_no_text_is_told():
    document = read_text("growth: {uniform: [1 %/year, 2 %/year], source: [K18, 5]}", "x.yaml")
    problems = Problems()
    extract(document, Block, problems)
    assert "\n".join(map(str, problems.found)) == (
        "x.yaml:1:49: growth.source: expected text, not 5\n"
        "  write a key such as K18, or 'assumption: reason'"
    )
