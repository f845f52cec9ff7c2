"""Results, from a store of made-up shards to every face."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from rich.cells import cell_len

from clustersim import results as results_module
from clustersim.errors import InputError, StoreError
from clustersim.estimands.distances import PARTS
from clustersim.experiment.plan import Task, crossed, plan, replicates
from clustersim.experiment.store import Store
from clustersim.results import Results
from clustersim.units import won
from reading_html import Reader

HEADER = {
    "scenario": "noksan",
    "title": "Busan Noksan <innovation cluster>",
    "seed": 1,
    "versions": {"clustersim": "0.1.0"},
    "resolved": {"name": "noksan", "economy": {"macro": {"mode": "hindsight"}}},
    "digest": "0123abcd",
    "start": 72,
    "end": 227,
    "dates": [],
    "targets": {},
    "parameters": {
        "programme.rnd.additionality": {"unit": "", "source": "evidence C", "doc": ""},
        "economy.knowledge.form": {"unit": "", "source": "assumption", "doc": ""},
    },
}
YEARS = range(2006, 2019)
OUTCOMES = {
    "output": ("KRW2008", 5.4e12),
    "output_per_firm": ("KRW2008", 4.3e9),
    "workers": ("heads", 23_326.0),
    "value_added": ("KRW2008", 1.6e12),
    "firms": ("firms", 1_260.0),
    "rd_spending": ("KRW2008", 3e10),
    "utilisation": ("percent points", 81.0),
}
SHARE = {"all": 1.0, "supported": 0.2, "inno_core": 0.03, "untreated": 0.77}


def shard(task, *, inno_core=True):
    """A shard with all tables, of which the draw decides most and luck some."""
    rng = np.random.default_rng([task.draw, task.luck])
    strength = 1e-3 * (1 + task.draw % 7) * (2 if task.arm == "double" else 1)
    groups = {name: [] for name in ("complex", "group", "outcome", "year")}
    groups |= {name: [] for name in ("arm_value", "reference_value", "unit")}
    for group, share in SHARE.items():
        for outcome, (unit, size) in OUTCOMES.items():
            for year in YEARS:
                reference = share * size * rng.uniform(0.9, 1.1)
                if group == "inno_core" and not inno_core:
                    reference = 0.0
                gain = 0.0 if year < 2008 or group == "untreated" else strength / share
                cells = (
                    "noksan", group, outcome, year,
                    reference * (1 + gain * rng.normal(1, 0.3)), reference, unit,
                )  # fmt: skip
                for column, cell in zip(groups.values(), cells, strict=True):
                    column.append(cell)
    events, members, panel = inno_core_tables(rng) if inno_core else ({}, {}, {})
    text = ["elasticity", "return"][task.draw % 2]
    parts = [-0.18, 0.01 * (task.luck % 3), 0.1, 0.2, -0.02, 0.001]
    made = {
        "groups": groups,
        "ledger": {
            "complex": ["noksan"] * 3,
            "funder": ["state", "state", "firm"],
            "line": ["special", "rd", "rd"],
            "purpose": ["", "firms", "firms"],
            "year": [2008, 2009, 2009],
            "entry": ["appropriated", "paid", "paid"],
            "amount": [4_700_000_000, 3_000_000_000 + int(rng.integers(1e8)), 1_000_000_000],
        },
        "targets": {
            "target": ["noksan_plus_20"] * 2,
            "complex": ["noksan"] * 2,
            "world": ["arm", "reference"],
            "hit": [float(task.luck % 3 > 0), float(task.luck % 3 > 1)],
            "firms": [float(task.luck % 3 > 0), float(task.luck % 3 > 1)],
            "distance": [rng.normal(), rng.normal()],
            "unit": ["percent"] * 2,
        },
        "distances": {
            "target": ["noksan_plus_20"] * 7,
            "complex": ["noksan"] * 7,
            "part": list(PARTS),
            "value": [*parts, sum(parts)],
            "unit": ["log points"] * 7,
        },
        "money": {
            "complex": ["noksan"], "year": [2009], "funder": ["state"],
            "paid_real": [2.7e9 + 1e8 * rng.normal()],
        },
        "parameters": {
            "path": ["programme.rnd.additionality", "economy.knowledge.form"],
            "value": [0.5 + 0.1 * (task.draw % 7), math.nan],
            "text": ["", text],
        },
    }  # fmt: skip
    if inno_core:
        made |= {"events": events, "members": members, "panel": panel}
    return made


def inno_core_tables(rng):
    """Ten eligible firms, six sound, three chosen in 2008, one of which reaches 50 bn.

    Two of the chosen are there at the end, and one of the three they are compared with.
    """
    kinds = (
        [(k, "eligible") for k in range(1, 11)]
        + [(k, "sound") for k in range(1, 7)]
        + [(k, "chosen") for k in range(1, 4)]
        + [(k, "to_compare") for k in range(4, 7)]
        + [(1, "gate_passed"), (1, "gate_passed"), (2, "gate_passed"), (2, "gate_failed")]
        + [(3, "closed"), (1, "completed"), (1, "there"), (2, "there"), (5, "there")]
    )
    count = len(kinds)
    events = {
        "time": [105.0] * count,
        "kind": [kind for _, kind in kinds],
        "complex": ["noksan"] * count,
        "instrument": ["inno_core"] * count,
        "firm": np.array([firm for firm, _ in kinds], np.uint64),
        "project": [-1] * count,
        "amount": [0] * count,
        "detail": [0.0] * count,
    }
    ids = np.arange(1, 4, dtype=np.uint64)
    members = {"complex": ["noksan"] * 3, "group": ["inno_core"] * 3, "id": ids}
    rows = [
        (world, int(firm), year, 20e9 * (1.12 ** max(year - 2008, 0) if world == "arm" and
         firm == 1 else 1.0) * rng.uniform(0.95, 1.05))
        for world in ("arm", "reference") for firm in ids for year in YEARS
    ]  # fmt: skip
    # Before it entered, the second firm was once larger: that is no success of the scheme.
    rows = [
        (world, firm, year, 60e9 if (firm, year) == (2, 2006) else sales)
        for world, firm, year, sales in rows
    ]
    number = [0.0] * len(rows)
    others = ["output", "value_added", "workers", "rd_spending", "capacity", "macro", "knowledge"]
    others += ["ties", "meetings", "uses"]
    panel = {
        "world": [row[0] for row in rows],
        "complex": ["noksan"] * len(rows),
        "sector": ["machinery"] * len(rows),
        "size": ["50-299"] * len(rows),
        "id": np.array([row[1] for row in rows], np.uint64),
        "year": [row[2] for row in rows],
        "sales": [row[3] for row in rows],
        "firm_months": [12.0] * len(rows),
    } | dict.fromkeys([*others, "cash", "debt"], number)
    return events, members, panel


def stored(folder, tasks, **kwargs):
    store = Store.create(folder, HEADER)
    for task in tasks:
        store.write(task, shard(task, **kwargs))
    return store


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Twelve replicates of two arms."""
    tasks = plan(["as_announced", "double"], "no_programme", replicates(12))
    return Results(stored(tmp_path_factory.mktemp("many"), tasks))


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """Six draws crossed with three lucks, without a firm in Inno-Core."""
    tasks = plan(["as_announced"], "no_programme", crossed(6, 3))
    return Results(stored(tmp_path_factory.mktemp("grid"), tasks, inno_core=False))


# ---------------------------------------------------------------- JSON

ROW = {"type": "object", "additionalProperties": False}


def rows(**columns):
    return {
        "type": "array",
        "minItems": 1,
        "items": {
            **ROW,
            "required": list(columns),
            "properties": {name: {"type": kind} for name, kind in columns.items()},
        },
    }


NUMBER = ["number", "null"]
DOCUMENT = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema", "scenario", "seed", "draws", "luck", "reference", "arms", "effects", "targets",
        "ledger",
    ],
    "properties": {
        "schema": {"const": 1},
        "scenario": {"type": "string"},
        "seed": {"type": "integer"},
        "draws": {"type": "integer"},
        "luck": {"type": "integer"},
        "reference": {"type": "string"},
        "arms": {"type": "array", "items": {"type": "string"}},
        "effects": rows(
            arm="string", reference="string", complex="string", group="string", outcome="string",
            measure="string", year="integer", estimate=NUMBER, mc_error=NUMBER, p05=NUMBER,
            p50=NUMBER, p95=NUMBER, unit="string",
        ),
        "targets": rows(
            target="string", arm="string", reference="string", complex="string",
            probability=NUMBER, mc_error=NUMBER, difference=NUMBER, difference_mc_error=NUMBER,
            distance=NUMBER, unit="string",
        ),
        "ledger": rows(
            arm="string", complex="string", funder="string", line="string",
            purpose=["string", "null"], year="integer", entry="string", mean="number",
            unit="string",
        ),
    },
}  # fmt: skip


def test_json_is_the_document_of_the_interface(many):
    text = json.dumps(many.to_json(), allow_nan=False)  # raises on NaN
    document = json.loads(text)
    jsonschema.validate(document, DOCUMENT)
    assert (document["draws"], document["luck"]) == (12, 12)
    assert document["arms"] == ["as_announced", "double"]
    assert document["reference"] == "no_programme"
    assert len(document["effects"]) == 2 * 4 * len(OUTCOMES) * 2 * len(YEARS)


def test_json_of_nothing_to_divide_by_has_nulls(grid):
    document = grid.to_json()
    json.dumps(document, allow_nan=False)
    jsonschema.validate(document, DOCUMENT)
    assert (document["draws"], document["luck"]) == (6, 3)
    (row,) = [
        row
        for row in document["effects"]
        if (row["group"], row["outcome"], row["measure"], row["year"])
        == ("inno_core", "output", "percent", 2015)
    ]
    assert row["estimate"] is None
    assert row["mc_error"] is None
    assert {row["purpose"] for row in document["ledger"] if row["entry"] != "paid"} == {None}


# ---------------------------------------------------------------- tables


def test_tables_have_the_columns_of_the_interface(many):
    properties = DOCUMENT["properties"]
    for name in ("effects", "targets", "ledger"):
        assert list(getattr(many, name)()) == properties[name]["items"]["required"]
    assert {"replicates", "defined"} < set(many.effects(wide=True))
    assert {"probability_low", "probability_high"} < set(many.targets(wide=True))


def test_a_part_of_a_store_answers_for_itself(tmp_path):
    tasks = plan(["as_announced"], "no_programme", replicates(5))
    store = stored(tmp_path / "a", tasks)
    alone = Results(stored(tmp_path / "b", tasks[:2]))
    part = Results(store, tasks[:2])
    assert part.replicates == 2
    assert part.to_json() == alone.to_json()
    assert part.to_json() != Results(store).to_json()


def test_arms_are_answered_for_over_the_replicates_that_all_of_them_have(tmp_path):
    few = plan(["double"], "no_programme", replicates(2))
    tasks = plan(["as_announced"], "no_programme", replicates(4)) + few
    mixed = Results(stored(tmp_path / "a", tasks))
    both = plan(["as_announced", "double"], "no_programme", replicates(2))
    alone = Results(stored(tmp_path / "b", both))
    assert mixed.to_json() == alone.to_json()
    assert mixed.to_json()["draws"] == mixed.replicates == 2
    assert mixed.store.left_out == 2
    said = "2 more replicates are left out: not all arms have them."
    assert mixed.summary(200) == alone.summary(200).replace("parameters.", f"parameters. {said}", 1)
    assert "2회는 제외했습니다." in " ".join(mixed.summary(lang="ko").split())


def test_arms_without_a_replicate_in_common_are_refused(tmp_path):
    tasks = [Task("as_announced", "no_programme", 0, 0), Task("double", "no_programme", 1, 1)]
    with pytest.raises(StoreError) as caught:
        Results(stored(tmp_path, tasks))
    assert caught.value.what == f"{tmp_path}: no replicate is of all arms: as_announced, double"
    assert "--replicates" in caught.value.hint
    assert Results(Store.open(tmp_path), tasks[1:]).arms == ["double"]


def test_what_is_finished_later_does_not_change_an_answer(tmp_path):
    tasks = plan(["as_announced"], "no_programme", replicates(3))
    store = stored(tmp_path, tasks[:2])
    early = Results(store)
    store.write(tasks[2], shard(tasks[2]))
    assert early.replicates == 2
    assert early.effects(wide=True)["replicates"].unique().tolist() == [2]


def test_the_parts_of_a_distance_add_up(many):
    table = many.distances()
    for _, rows in table.groupby("arm", observed=True):
        assert rows["part"].tolist() == list(PARTS)
        *parts, whole = rows["estimate"]
        assert sum(parts) == pytest.approx(whole, abs=1e-12)


def test_without_mini_clusters_there_is_no_network(many):
    assert many.networks().empty


def test_inno_core_counts(many):
    table = many.inno_core().set_index(["arm", "measure"]).loc["double"]
    assert table["arm_value"].to_dict() == pytest.approx(
        {
            "gamed": 0, "eligible": 10, "sound": 6, "chosen": 3, "to_compare": 3,
            "gate_passed": 2, "gate_failed": 1, "graduated": 0, "left": 0, "closed": 1,
            "completed": 1, "chosen_there": 2, "to_compare_there": 1,
            "reached_30_bn": 1, "reached_50_bn": 1, "reached_100_bn": 0,
        }
    )  # fmt: skip
    assert table["reference_value"].loc["reached_30_bn":].tolist() == [0, 0, 0]
    assert table["reference_value"].isna().tolist() == [True] * 13 + [False] * 3
    assert table.loc["reached_50_bn", "difference"] == 1


def test_the_page_tells_what_became_of_whom_inno_core_chose_and_left(many):
    text = " ".join(many.summary(arm="double").split())
    assert "10.0 firms eligible by sales, 6.0 of them sound, 3.0 chosen: 3.0 are left" in text
    assert "2.0 of the chosen and 1.0 of the others were still there" in text
    assert "2.0 passed a gate and 1.0 failed one" in text
    assert "reported sales at its edge" not in text


def test_what_happened_in_a_year_of_a_complex(many):
    assert many.events(2008).equals(many.events(year=2008))
    table = many.events(year=2008, complex="noksan").set_index(["arm", "kind"])
    counted = table.loc["double", "count"].to_dict()
    assert counted.items() >= {"eligible": 10, "sound": 6, "chosen": 3}.items()
    assert many.pipeline().empty  # Inno-Core has a table of its own
    assert many.volumes()["period"].unique().tolist() == ["2008", "2009"]
    assert many.feasible().empty


def test_nothing_happened_there_or_then(many, grid):
    with pytest.raises(InputError, match="nothing happened in 2011"):
        many.events(year=2011)
    with pytest.raises(InputError) as caught:
        many.events(complex="noksam")
    assert caught.value.hint == "did you mean 'noksan'?"
    assert grid.events(year=2011).empty


def test_no_inno_core_has_no_rows(grid):
    assert grid.inno_core().empty


def test_drivers_find_the_one_that_was_planted(many):
    table = many.drivers()
    first = table.loc[table["arm"] == "as_announced"].iloc[0]
    assert first["parameter"] == "programme.rnd.additionality"
    assert first["estimate"] > 0.9


def test_unknown_outcome_group_and_year(many):
    for arguments, hint in (
        ({"outcome": "value_aded"}, "did you mean 'value_added'?"),
        ({"group": "suported"}, "did you mean 'supported'?"),
        ({"year": 1999}, "the run has 2006 to 2018"),
    ):
        for method in (many.drivers, many.split):
            with pytest.raises(InputError) as caught:
                method(**arguments)
            assert caught.value.hint == hint


def test_split_is_for_crossed_runs(many, grid):
    assert many.split().empty
    assert grid.split()["share"].sum() == pytest.approx(1)


def test_a_caller_cannot_spoil_later_answers(many):
    before = many.effects()
    table = many.store.read("groups")
    table.loc[:, "arm_value"] = 0.0
    assert many.effects().equals(before)


# ---------------------------------------------------------------- one world


@pytest.fixture
def rerun(monkeypatch):
    calls = []
    scenario = SimpleNamespace(arms={"as_announced": 0, "double": 0, "no_programme": 0})

    def firms(_, arm, draw, luck, seed):
        calls.append((arm, draw, luck, seed))
        return {"id": np.array([1, 2], np.uint64), "year": [2006, 2006]}

    monkeypatch.setattr(results_module.scenario, "load", lambda _: scenario, raising=False)
    monkeypatch.setattr(results_module.pair, "firms", firms, raising=False)
    now = {"versions": HEADER["versions"], "instruments": {}}
    monkeypatch.setattr(results_module.pair, "made_with", lambda: now)
    return calls


def test_firms_takes_draw_k_with_luck_k(many, rerun):
    assert len(many.firms("as_announced", luck=3)) == 2
    many.firms("no_programme", luck=3, draw=0)
    assert rerun == [("as_announced", 3, 3, 1), ("no_programme", 0, 3, 1)]


@pytest.mark.parametrize(
    ("now", "differs"),
    [
        ({"versions": {"clustersim": "0.2.0"}}, "clustersim 0.1.0, not 0.2.0"),
        (
            {"versions": {"clustersim": "0.1.0", "numpy": "9.9"}},
            "numpy of unknown version, not 9.9",
        ),
        (
            {"versions": {}, "instruments": {"audit": "audits 1"}},
            "added instruments none, not audit of audits 1",
        ),
    ],
)
def test_firms_are_not_made_by_other_versions_than_the_results(
    many, rerun, monkeypatch, now, differs
):
    monkeypatch.setattr(results_module.pair, "made_with", lambda: now)
    with pytest.raises(StoreError) as caught:
        many.firms("as_announced")
    assert caught.value.what == f"{many.store.folder}: made by other versions: {differs}"
    assert "--out" in caught.value.hint
    assert rerun == []


def test_firms_refuses_what_is_not_there(many, rerun):
    for luck, draw in ((-1, None), (0, -1), ("a", None), (1.5, None), (0, True)):
        with pytest.raises(InputError, match=r"luck: |draw: "):
            many.firms("double", luck=luck, draw=draw)
    assert rerun == []


# ---------------------------------------------------------------- faces


def test_summary_fits_80_columns_and_says_what_matters(many):
    text = many.summary(arm="double")
    assert max(map(len, text.splitlines())) <= 80
    said = " ".join(text.split())
    for words in (
        "Busan Noksan <innovation cluster>",
        "12 replicates",
        "double compared with no_programme",
        "value added",
        "% of output",
        "10.0 firms eligible by sales, 6.0 of them sound, 3.0 chosen",
        "30 bn KRW",
        "One won of state money bought",
        "programme.rnd.additionality",
        "What this cannot tell",
        "follows what was observed",
        "partly taken from rivals",
        "macro +10.0 ± 0.0",
        "distance +11.1 ± 1.0",
    ):
        assert words in said, words
    assert "nan" not in text
    assert "…" not in text


def test_several_arms_stand_side_by_side(many):
    text = many.summary()
    assert max(map(len, text.splitlines())) <= 80
    said = " ".join(text.split())
    for words in ("announced double", "HEADLINE TARGET", "arm='as_announced'", "cannot tell"):
        assert words in said, words
    assert "compared with" not in text
    assert "double compared with" in many.summary(complex="noksan")


def test_summary_of_what_is_not_there(many):
    with pytest.raises(InputError, match="no complex 'noksam'"):
        many.summary(complex="noksam")
    with pytest.raises(InputError, match="no arm 'duble'"):
        many.summary(arm="duble")


def test_the_closing_words_follow_the_switches(tmp_path):
    economy = {"displacement": {"switch": "off"}, "macro": {"mode": "ex_ante"}}
    header = HEADER | {"resolved": {"economy": economy}}
    store = Store.create(tmp_path, header)
    for task in plan(["as_announced"], "no_programme", replicates(2)):
        store.write(task, shard(task))
    text = " ".join(Results(store).summary().split())
    assert "Displacement is switched off" in text
    assert "partly taken from rivals" not in text
    assert "Knowledge flows over working ties" in text
    assert "a matter of chance" in text


def test_summary_keeps_large_and_negative_numbers_whole(tmp_path, monkeypatch):
    monkeypatch.setitem(OUTCOMES, "output", ("KRW2008", 9.87e15))
    tasks = plan(["as_announced"], "no_programme", replicates(3))
    results = Results(stored(tmp_path, tasks))
    effects = results.effects().set_index(["outcome", "group", "measure", "year"])
    largest = effects.loc[("output", "all", "level", 2018), "p95"]
    assert won(largest).removesuffix(" KRW") in results.summary()


def test_summary_of_a_crossed_run_splits_doubt_from_luck(grid):
    text = " ".join(grid.summary().split())
    assert "6 draws of the uncertain parameters with 3 lucks" in text
    assert "of its variance" in text.lower()
    assert "No replicate has firms of: Inno-Core." in text


def test_summary_of_one_replicate_claims_nothing(tmp_path):
    tasks = plan(["as_announced"], "no_programme", replicates(1))
    text = " ".join(Results(stored(tmp_path, tasks)).summary().split())
    assert "One replicate shows one possible course" in text
    assert "too few draws" in text
    assert "nan" not in text


def test_summary_at_other_widths(many):
    for width in (100, 120):
        assert max(map(len, many.summary(width).splitlines())) <= width


def test_html_is_escaped(many):
    page = many._repr_html_()
    assert "&lt;innovation cluster&gt;" in page
    assert "<innovation" not in page


def reading(html):
    """The texts of an element's HTML, closed in order."""
    assert "<script" not in html
    return " ".join(Reader(html).of("b", "p", "h3", "h4", "summary", "th", "td")).split()


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("arms", [["double"], ["as_announced", "double"]])
def test_html_holds_all_that_the_text_holds(many, lang, arms):
    tasks = [task for task in many.store.tasks() if task.arm in arms]
    results = Results(Store.open(many.store.folder), tasks, lang)
    text = results.summary().replace("─", "").split()
    assert Counter(text) == Counter(reading(results._repr_html_()))


ENGLISH = re.compile(r"[a-z]{2,}(?: [a-z]{2,}){2,}")
"""Three words of English or more."""


def test_no_sentence_is_left_in_english(many, grid, tmp_path):
    economy = {"displacement": {"switch": "off"}, "spillovers": {"switch": "off"}}
    header = HEADER | {"resolved": {"economy": economy | {"macro": {"mode": "flat"}}}}
    store = Store.create(tmp_path, header)
    for task in plan(["as_announced"], "no_programme", replicates(1)):
        store.write(task, shard(task))
    for results in (many, grid, Results(store)):
        for arm in (None, *results.arms):
            text = results.summary(width=300, arm=arm, lang="ko")
            assert ENGLISH.findall(text) == []
            assert "nan" not in text
    assert len(ENGLISH.findall(many.summary(width=300))) > 20  # the check finds English


def test_the_page_in_korean_to_the_letter(many):
    text = many.summary(arm="double", lang="ko")
    assert max(map(cell_len, text.splitlines())) <= 80
    lines = text.splitlines()
    for line in (
        "noksan: double (기준 대안: 사업 없음)",
        "기업                연도              평균          5% ~ 95%             %",
        "  전체 기업         2013   +397 ± 71.2억원  +97.1 ~ +747억원  +0.73 ± 0.13",
        "    생산액의 20.4%  2018   +356 ± 82.4억원   +121 ~ +870억원  +3.28 ± 0.72",
        "기업 자체       +1.0 ± 1.0",
        "이노코어: 기업 수, 반복 평균",
        "              사업 있음   사업 없음           차이",
        "1,000억원   0.00 ± 0.00        0.00   +0.00 ± 0.00",
        "부가성: 국비 1원이 늘리는 총연구개발비       순위상관 +0.99   <0.001",
    ):
        assert line in lines, line
    said = " ".join(text.split())
    for sentence in (
        "시나리오 noksan, 난수 시드 1, 반복 12회(반복마다 불확실한 모수를 새로 추출).",
        "매출 기준 대상 10.0개사 가운데 재무 건전 6.0개사, 선정 3.0개사이며,",
        "국비 배정 47억원 가운데 지급 30.5억원, 불용 0원입니다.",
        "국비 10억원당 고용: 684인년, 반복의 90% 범위 185 ~ 1,280, 평균의 95% 신뢰구간 443 ~ 923.",
        "이 결과로 알 수 없는 것",
    ):
        assert sentence in said, sentence


def test_results_show_themselves_in_their_language(many):
    korean = Results.open(many.store.folder, lang="ko")
    assert "몬테카를로 오차" in korean.summary()
    assert "몬테카를로 오차" in korean._repr_html_()
    assert "Monte Carlo" in korean.summary(lang="en")
    assert "몬테카를로" not in many._repr_html_()
    assert korean.to_json() == many.to_json()


def test_tables_for_reading(many):
    table = many.effects()
    rows = table.loc[(table["arm"] == "double") & (table["outcome"] == "output")]
    told = many.readable(rows.loc[(rows["group"] == "all") & (rows["year"] == 2018)], lang="ko")
    assert told.index.to_list() == [
        ("double", "사업 없음", "noksan", "전체 기업", "생산액", measure, "2018")
        for measure in ("수준", "%")
    ]
    assert told.columns.tolist() == ["추정치 ± 오차", "5%", "중앙값", "95%"]
    assert many.readable(rows).columns.tolist() == ["estimate ± error", "5 %", "median", "95 %"]
    for name in ("targets", "distances", "ledger", "money", "inno_core", "drivers", "shares"):
        tidy = getattr(many, name)()
        assert len(many.readable(tidy, lang="ko")) == len(tidy), name


def test_repr_and_open(many):
    again = Results.open(many.store.folder)
    assert repr(again) == repr(many)
    assert "as_announced, double against no_programme, 12 replicates" in repr(many)


def test_a_single_replicate_is_one(many):
    tasks = [task for task in many.store.tasks() if task.luck == 0]
    assert "no_programme, 1 replicate, in" in repr(Results(many.store._store, tasks))


def test_nothing_finished_yet(tmp_path):
    empty = Results(Store.create(tmp_path, HEADER))
    assert empty.reference is None
    assert "nothing finished" in empty._repr_html_()
    with pytest.raises(StoreError, match="no finished replicates"):
        empty.summary()


def test_plots_are_handed_to_charts(many, monkeypatch):
    class Charts:
        def __getattr__(self, name):
            return lambda *args, **chosen: (name, args, chosen)

    monkeypatch.setattr(results_module, "_charts", Charts)
    nothing = {"arm": None, "complex": None, "ax": None}
    assert many.plot.fan() == ("fan", (many, "output_per_firm"), nothing)
    assert many.plot.inno_core(arm="double") == ("inno_core", (many,), nothing | {"arm": "double"})
    assert many.plot.money(ax=7) == ("money", (many,), nothing | {"ax": 7})
    chosen = {"replicate": 3, "arm": "double", "complex": None}
    found = many.plot.network("parts", replicate=3, arm="double")
    assert found == ("network", (many, "parts"), chosen)
    assert "fan" in repr(many.plot)


def test_tasks_are_kept_in_order():
    class Backwards:
        def tasks(self):
            return [Task("b", "r", 0, 0), Task("a", "r", 0, 0)]

    assert Results(Backwards()).arms == ["a", "b"]
