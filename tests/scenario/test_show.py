"""What each arm changes, as lines and in HTML; where each value comes from."""

from __future__ import annotations

import copy
import re
from collections import Counter

import pytest
from rich.cells import cell_len
from ruamel.yaml import YAML

from clustersim.errors import ScenarioError
from clustersim.language import speaking
from clustersim.scenario import catalogue, load
from clustersim.scenario.facts import register
from clustersim.scenario.show import Change, arms_page, changes, html
from clustersim.scenario.sources import WORKS, basis, keys, page, rows
from small import SMALL

ARMS = {
    "arms": {
        "nothing_new": {"title": "nothing new", "programme": {"budget_factor": 1.0}},
        "other": {
            "title": "another\nway <b>",
            "source": "assumption: a test",
            "programme": {
                "delay": "1년",
                "source": "N12",
                "instruments": ["rnd"],
                "stops": {"one_of": ["2010-01-01", "2011-01-01"]},
                "complexes": {
                    "noksan": {
                        "inno_core": None,
                        "budget": {"amount": {"uniform": ["47억원", "60억원"]}},
                        "services": {"prototype": {"opens": "2009-03-02"}},
                    }
                },
            },
        },
    }
}


@pytest.fixture(scope="module")
def small():
    return load(copy.deepcopy(SMALL) | copy.deepcopy(ARMS))


def test_an_arm_tells_what_it_changes_from_what_to_what(small):
    everything = "[networks, rnd, product, market, advice, equipment, inno_core]"
    where = "programme.complexes.noksan"
    assert [str(change) for change in changes(small, "other")] == [
        "programme.delay: 0 months -> 12 months",
        f"programme.instruments: {everything} -> [rnd]",
        (
            "programme.stops: nothing -> {one_of: [{value: 2010-01-01, weight: 1.0},"
            " {value: 2011-01-01, weight: 1.0}]}"
        ),
        (
            f"{where}.inno_core: {{opens: 2009-03-02, cohorts: 1, line: special, priority: 0 %}}"
            " -> nothing"
        ),
        f"{where}.budget.amount: 2.2 bn KRW -> {{uniform: [4.7 bn KRW, 6 bn KRW]}}",
        f"{where}.services.prototype.opens: nothing -> 2009-03-02",
    ]


def test_what_is_said_again_is_no_change_and_built_in_arms_have_none(small):
    assert [changes(small, arm) for arm in ("nothing_new", "as_announced", "no_programme")] == [
        [], [], []
    ]  # fmt: skip


def test_changes_are_comments_of_yaml(small):
    lines = arms_page(small).splitlines()
    assert all(line.startswith("#") for line in lines)
    assert lines[:5] == [
        "# What each arm changes of the programme above:",
        "# no_programme: no programme (built in: the state's part is gone)",
        "# nothing: nothing (built in: mini-clusters on their own money are gone as well)",
        "# nothing_new: nothing new (nothing)",
        "# other: another way <b>",
    ]
    assert lines[5] == "#   programme.delay: 0 months -> 12 months"


def test_html_tells_the_changes_escaped(small):
    text = html(small)
    assert "another\nway &lt;b&gt;<details><summary>6 changes</summary>" in text
    assert "<code>programme.delay</code>: 0 months → 12 months" in text
    assert "<b>Arms</b><ul><li><code>as_announced</code> the programme as announced</li>" in text


@pytest.mark.parametrize("name", catalogue.names())
def test_every_arm_that_ships_changes_something(name):
    scenario = load(name)
    for arm in scenario.spec.arms:
        found = changes(scenario, arm)
        assert found
        assert all(change.before != change.after for change in found)


def test_a_change_of_nothing_reads_so():
    assert str(Change("a.b", None, "1")) == "a.b: nothing -> 1"


# ---------------------------------------------------------------- sources


def row(scenario, path):
    return next(row for row in rows(scenario) if row.path == path)


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        (("N12",), "fact"),
        (("A01c: the two years before",), "fact"),
        (("seed_facts 10: 24 September 2008",), "fact"),
        (("korea_data 3", "N12"), "fact"),
        (("K18", "T30"), "evidence"),
        (("korea_data 7: at most 200 M",), "evidence"),
        (("evidence C4: effect on yearly growth",), "evidence"),
        (("assumption: none, as announced (G02)",), "assumption"),
        (("N15 gives none: assumption",), "assumption"),
        (("our survey of 2024",), "own source"),
        (("foo", "N12"), "fact"),
        (("the complex's own",), "assumption"),
        (("N07", "assumption: the day"), "in part"),
        ((), "assumption"),
    ],
)
def test_what_a_value_rests_on(sources, found):
    assert basis(sources) == found


def test_a_value_has_the_source_of_whoever_wrote_it():
    data = copy.deepcopy(SMALL)
    data["economy"]["source"] = "K18"
    data["economy"]["growth"] = {"sd": {"uniform": [0.1, 0.3], "source": "T30"}}
    data["economy"]["displacement"] = {"source": "korea_data 5", "home": "60 %"}
    data["economy"]["accounts"] = {"utilisation": "80 %"}
    scenario = load(data)
    assert row(scenario, "economy.growth.sd").sources == ("T30",)  # the doubt's own
    assert row(scenario, "economy.growth.sd").value == "uniform [0.1, 0.3] log points / year"
    assert row(scenario, "economy.displacement.home").sources == ("korea_data 5",)  # its block's
    assert row(scenario, "economy.accounts.utilisation").sources == ("K18",)  # the block's around
    assert row(scenario, "economy.displacement.switch").sources == (
        "assumption: the model's default",
    )
    abroad = row(scenario, "economy.displacement.abroad")
    assert abroad.sources[0].startswith("assumption: ")  # the spec's, as the file is silent
    assert abroad.value == "10 %"
    point = row(scenario, "economy.macro.output.national.points.1")
    assert point.value == "month 2008-06, value 102, tag observed"


def test_weights_of_years_have_no_unit():
    path = row(load("noksan"), "programme.complexes.noksan.budget.path.2008")
    assert path.value == "79.8"


def test_the_keys_are_those_of_the_register_and_of_works():
    works = YAML(typ="safe").load(WORKS)
    known = {entry.id for entries in register() for entry in entries} | set(works)
    assert keys() == known | {"seed_facts 10"}


@pytest.mark.parametrize("source", ["N999", "K999", "T99", "F99: a table", "korea_data 99"])
def test_a_key_that_there_is_not_is_told_with_its_place(source, tmp_path):
    file = tmp_path / "mine.yaml"
    about = "extends: noksan\ntitle: x\narms:\n  mine:\n    title: y\n    programme:\n"
    file.write_text(f"{about}      source: [N12, '{source}']\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    first, _ = str(caught.value).splitlines()
    key = source.partition(":")[0]
    assert first == (f"{file}:7:21: arms.mine.programme.source.1: no source has the key '{key}'")


@pytest.mark.parametrize("source", ["our survey of 2024, table A99", "foo", "KS B 0401"])
def test_a_source_of_ones_own_is_told_as_such(source):
    data = {"extends": "noksan", "economy": {"displacement": {"source": source, "home": "50 %"}}}
    assert row(load(data), "economy.displacement.home").basis == "own source"
    assert "own source" in page(load(data))


def test_every_value_is_there_once_and_has_a_source():
    found = rows(load("noksan"))
    paths = [row.path for row in found]
    assert len(set(paths)) == len(paths) > 500
    assert all(row.sources and row.value for row in found)
    assert row(load("noksan"), "programme.complexes.noksan.budget.amount").basis == "fact"


def test_the_page_is_a_table_with_counts_at_its_end():
    scenario = load("noksan")
    text = page(scenario)
    counts = Counter(row.basis for row in rows(scenario))
    assert text.splitlines()[-2:] == [
        (
            f"{counts.total()} values: {counts['fact']} facts, {counts['evidence']} evidence,"
            f" {counts['own source']} own sources, {counts['assumption']} assumptions,"
            f" {counts['in part']} in part assumed."
        ),
        "In part: an assumption, or a figure from memory, stands among the sources.",
    ]
    assert "\nprogramme.complexes.noksan.budget\n  amount  " in text
    assert re.search(r"\n  amount +4\.7 bn KRW +fact +N12; G05; A09", text)
    assert max(map(len, text.splitlines())) <= 110
    assert all(line == line.rstrip() for line in text.splitlines())


# ---------------------------------------------------------------- in Korean


def test_changes_are_read_in_korean(small):
    with speaking("ko"):
        lines = arms_page(small).splitlines()
        text = html(small)
    where = "programme.complexes.noksan"
    assert lines[0] == "# 각 대안이 위의 사업에서 바꾸는 것:"
    assert "# no_programme: 사업 없음 (내장: 국비 사업이 없음)" in lines
    assert f"#   {where}.budget.amount: 22억원 -> {{uniform: [47억원, 60억원]}}" in lines
    assert "#   programme.delay: 0개월 -> 12개월" in lines
    assert "<code>programme.delay</code> 지연: 0개월 → 12개월" in text
    assert f"<code>{where}.budget.amount</code> 예산액: 22억원 → {{uniform" in text
    assert "<summary>변경 6건</summary>" in text
    assert "<b>대안</b>" in text
    assert "<code>as_announced</code> 발표 당시안" in text


def test_values_that_only_look_like_quantities_stay():
    with speaking("ko"):
        assert str(Change("a", "SKRW 5 KRWX", None)) == "a: SKRW 5 KRWX -> 없음"
        assert str(Change("a", "-1.5 bn KRW", "5 % / year")) == "a: -15억원 -> 연 5%"


@pytest.mark.parametrize("name", catalogue.names())
def test_bundled_scenarios_have_korean_titles_wherever_a_title_is_shown(name):
    scenario = load(name)
    spec = scenario.spec
    plans = spec.programme.complexes.values()
    titled = [
        spec,
        *scenario.arms.values(),
        *scenario.targets.values(),
        *(each for arm in scenario.arms.values() for each in _plan_titles(arm.spec)),
    ]
    for complex_ in spec.complexes.values():
        titled += [complex_]
        for part in (complex_.sites, complex_.institutions, complex_.anchors):
            titled += list((part or {}).values())
    assert all(re.search("[가-힣]", each.title_ko) for each in titled)
    for plan in plans:
        for milestone in plan.timetable.values():
            assert re.search("[가-힣]", milestone.label_ko), milestone
    with speaking("ko"):
        assert re.search("[가-힣]", catalogue.describe(name))
        assert f"<b>{spec.title_ko}</b>" in html(scenario)


def _plan_titles(spec):
    for plan in spec.programme.complexes.values():
        yield from plan.mini_clusters.values()
        yield from plan.fields.values()
        yield from (each for each in (plan.centre, plan.team) if each)


def test_sources_are_counted_in_korean(small):
    with speaking("ko"):
        text = page(small)
    assert re.search(
        r"값 \d+개: 사실 \d+, 문헌 \d+, 자체 출처 \d+, 가정 \d+, 일부 가정 \d+\.", text
    )
    assert text.endswith("\n출처의 내용은 시나리오에 적힌 말 그대로 보여 줍니다.")
    columns = {
        cell_len(line[: line.index(word)])
        for block in text.split("\n\n")[:1]
        for line in block.splitlines()
        for word in ("assumption:",)
        if word in line
    }
    assert len(columns) == 1
