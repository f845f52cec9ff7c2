"""Runs side by side: the tables, the page, the pictures, and what is run for them."""

from __future__ import annotations

import json
import re
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from rich.cells import cell_len
from scipy import stats

from clustersim import api, comparison
from clustersim.charts import style
from clustersim.charts.comparison import dots, paths
from clustersim.comparison import Comparison, compare
from clustersim.errors import InputError, StoreError
from clustersim.evaluation.comparison import (
    OUTCOMES,
    effect_paths,
    mean_effects,
    places,
    together,
    window,
)
from clustersim.evaluation.page import money_text, signed
from clustersim.evaluation.replicates import KEY
from clustersim.experiment.plan import crossed, plan, replicates
from clustersim.experiment.store import Store
from clustersim.language import speaking
from clustersim.results import Results
from reading_html import Reader
from test_results import HEADER, stored

REFERENCE = {2006: 100.0, 2007: 100.0, 2008: 300.0, 2009: 100.0}
FOUR = replicates(4)


def by_hand(folder, gain, *, pairs=FOUR, name="one", place="noksan", arms=("a",), years=0):
    """A run whose arms add ``gain(task)`` to every year from 2008 on."""
    header = HEADER | {"scenario": name, "digest": name.encode().hex()[:8]}
    store = Store.create(folder, header)
    for task in plan(list(arms), "no_programme", pairs):
        rows = [
            (place, "all", outcome, year + years, level + gain(task) * (year >= 2008), level, "x")
            for outcome in OUTCOMES
            for year, level in REFERENCE.items()
        ]
        names = ("complex", "group", "outcome", "year", "arm_value", "reference_value", "unit")
        groups = dict(zip(names, zip(*rows, strict=True), strict=True))
        ledger = {
            "complex": [place], "funder": ["state"], "line": ["special"], "purpose": [""],
            "year": [2008], "entry": ["appropriated"], "amount": [0],
        }  # fmt: skip
        store.write(task, {"groups": groups, "ledger": ledger})
    return Results(store)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Twelve replicates of two arms."""
    tasks = plan(["as_announced", "double"], "no_programme", replicates(12))
    return Results(stored(tmp_path_factory.mktemp("many") / "noksan-0123abcd", tasks))


@pytest.fixture
def both(many, tmp_path):
    """Two runs of different scenarios, the arms in an order of their own."""
    other = by_hand(tmp_path / "daebul-1", lambda task: task.luck, name="daebul", arms=("double",))
    return Comparison([other, many], ["double", "as_announced"])


# ---------------------------------------------------------------- tables


def test_effects_are_of_a_mean_year_in_the_window(tmp_path):
    compared = Comparison([by_hand(tmp_path, lambda task: task.luck)])
    assert window(compared) == (2008, 2009)
    table = mean_effects(compared).set_index(["outcome", "measure"])
    level, percent = table.loc[("output", "level")], table.loc[("output", "percent")]
    assert level["estimate"] == pytest.approx(1.5)  # luck 0 to 3 in both years
    # The mean of the yearly percentages would be 1; a mean year has a reference of 200.
    assert percent["estimate"] == pytest.approx(100 * 1.5 / 200)
    assert level["mc_error"] == pytest.approx(np.std([0, 1, 2, 3], ddof=1) / 2)
    half = stats.t.ppf(0.975, 3) * level["mc_error"]
    assert (level["low"], level["high"]) == pytest.approx((1.5 - half, 1.5 + half))
    assert level["year"] == 2009
    assert set(table.index.get_level_values("outcome")) == set(OUTCOMES)


def test_the_interval_counts_draws_when_draws_and_luck_are_crossed(tmp_path):
    run = by_hand(tmp_path, lambda task: 10 * task.draw + task.luck, pairs=crossed(2, 3))
    row = mean_effects(Comparison([run])).iloc[0]
    half = stats.t.ppf(0.975, 1) * row["mc_error"]
    assert row["high"] - row["estimate"] == pytest.approx(half)


def test_one_replicate_has_no_interval(tmp_path):
    row = mean_effects(Comparison([by_hand(tmp_path, lambda _: 1.0, pairs=replicates(1))])).iloc[0]
    assert np.isnan([row["mc_error"], row["low"], row["high"]]).all()


def test_the_window_is_of_years_that_all_have(tmp_path):
    early = by_hand(tmp_path / "a", lambda _: 1.0)
    late = by_hand(tmp_path / "b", lambda _: 1.0, name="late", years=1)
    assert window(Comparison([early, late])) == (2008, 2009)
    assert window(Comparison([late])) == (2009, 2010)


def test_without_any_effect_the_window_is_every_year(tmp_path):
    assert window(Comparison([by_hand(tmp_path, lambda _: 0.0)])) == (2006, 2009)


def test_no_year_in_common(tmp_path):
    early = by_hand(tmp_path / "a", lambda _: 1.0)
    late = by_hand(tmp_path / "b", lambda _: 1.0, name="late", years=4)
    with pytest.raises(InputError, match="no year in common"):
        Comparison([early, late]).summary()
    with pytest.raises(InputError, match=r"공통된 연도가 없음\n기간이 겹치는"):
        Comparison([early, late]).summary(lang="ko")


def test_tables_stand_together_in_the_order_asked_for(both):
    table = both.effects()
    assert list(table.columns[:2]) == ["run", "arm"]
    order = table[["run", "arm"]].drop_duplicates().to_numpy().tolist()
    assert order == [["daebul", "double"], ["noksan", "double"], ["noksan", "as_announced"]]
    assert list(places(table)) == ["daebul: noksan", "noksan"]
    assert list(places(table[table["run"] == "daebul"])) == ["noksan"]
    mine = table[table["run"] == "noksan"].drop(columns="run")
    assert len(mine) == len(both.runs["noksan"].effects())
    assert set(both.targets()["run"]) == {"noksan"}
    assert set(both.money()["run"]) == set(both.ledger()["run"]) == {"daebul", "noksan"}


def test_complexes_of_a_run_are_places_of_their_own(tmp_path):
    runs = [by_hand(tmp_path / p, lambda _: 1.0, name=p, place=p) for p in ("noksan", "daebul")]
    table = together(Comparison(runs), lambda run: run.effects())
    assert list(places(table)) == ["noksan", "daebul"]


# ---------------------------------------------------------------- faces


def test_the_page_fits_80_columns_and_says_what_matters(many):
    text = Comparison([many]).summary()
    assert max(map(len, text.splitlines())) <= 80
    said = " ".join(text.split())
    for words in (
        "Scenario noksan, seed 1, 12 replicates",
        "beside no_programme in a mean year of 2008 to 2018",
        "VALUE ADDED",
        "job-years a bn",
        "noksan: noksan_plus_20",
        "Arms of one run met the same luck",
    ):
        assert words in said, words
    level = mean_effects(Comparison([many]), ("all",)).query("measure == 'level'")
    for row in level[level["outcome"] == "output"].to_dict("records"):
        assert signed(row["estimate"], money_text) in text
        assert money_text(row["mc_error"]) in text
    for row in many.money().to_dict("records"):
        assert f"{row['estimate']:.3g}" in text
        assert f"{row['low']:.3g}" in text
    assert "nan" not in text


def wide(folder, name, places_, arms):
    """A run of several complexes: the same numbers for every one."""
    header = HEADER | {"scenario": name, "digest": name.encode().hex()[:8]}
    header["resolved"] = {"complexes": {place: {} for place in places_}}
    store = Store.create(folder, header)
    one = by_hand(folder / "one", lambda task: 1 + task.luck, arms=arms).store
    for task in one.tasks():
        tables = {}
        for table in ("groups", "ledger"):
            rows = one._store.read(table, tasks=[task]).drop(
                columns=["arm", "reference", "draw", "luck"]
            )
            parts = [rows.assign(complex=place) for place in places_]
            whole = pd.concat(parts)
            whole["purpose" if table == "ledger" else "unit"] = ""
            tables[table] = {column: whole[column].to_numpy() for column in whole}
        store.write(task, tables)
    return Results(store)


def test_whatever_gives_fewer_tables_stands_in_columns(tmp_path):
    places_ = ["seongseo", "noksan", "daebul", "ochang", "namdong"]
    text = Comparison([wide(tmp_path / "a", "five", places_, ["a"])]).summary()
    (heads,) = [line for line in text.splitlines() if "namdong" in line]
    assert heads.split() == places_  # in the order of the file, all in one line
    text = Comparison([wide(tmp_path / "b", "five", places_, ["a", "b"])]).summary()
    tables = [line.split() for line in text.splitlines() if " ochang  namdong" in line]
    assert tables == [["a", *places_], ["b", *places_]]
    text = Comparison([wide(tmp_path / "c", "two", places_[:2], ["a", "b", "c"])]).summary()
    lines = [line for line in text.splitlines() if line.startswith(("seongseo ", "noksan "))]
    tables = [line.split() for line in lines]
    assert tables == [["seongseo", "a", "b", "c"], ["noksan", "a", "b", "c"]]
    assert "seongseo, noksan: a, b, c have the same effects" in " ".join(text.split())


def test_the_page_of_one_replicate_claims_no_interval(tmp_path):
    tasks = plan(["as_announced"], "no_programme", replicates(1))
    text = Comparison([Results(stored(tmp_path, tasks))]).summary()
    assert "nan" not in text
    lines = [line.split()[1:] for line in text.splitlines() if line.startswith("    from")]
    assert lines[0] == ["–"]


def test_arms_with_the_same_effects_are_told(tmp_path):
    def page(folder, more):
        gain = lambda task: 1.0 + more * (task.arm == "b") + task.luck / 7.0  # noqa: E731
        run = by_hand(tmp_path / folder, gain, arms=("a", "b", "c"))
        return " ".join(Comparison([run], ["a", "b", "c"]).summary().split())

    assert "noksan: a, b, c have the same effects" in page("same", 0.0)
    assert "noksan: a, c have the same effects" in page("nearly", 1e-12)


def test_the_page_without_money_or_targets(tmp_path):
    text = Comparison([by_hand(tmp_path, lambda task: task.luck)]).summary()
    assert "Chance" not in text
    assert "nan" not in text


def test_json_holds_the_document_of_every_run(both):
    document = both.to_json()
    assert document == {"schema": 1, "runs": [run.to_json() for run in both.runs.values()]}
    json.dumps(document, allow_nan=False)


def test_runs_have_the_shortest_name_that_is_theirs_alone(tmp_path):
    places_ = [tmp_path / "x" / "f", tmp_path / "y" / "f", tmp_path / "y" / "g", tmp_path / "h"]
    runs = [by_hand(place, lambda _: 1.0) for place in places_[:3]]
    runs.append(by_hand(places_[3], lambda _: 1.0, name="other"))
    assert list(Comparison(runs).runs) == [str(places_[0]), str(places_[1]), "g", "other"]


def test_as_announced_comes_first_unless_told(many):
    assert Comparison([many]).arms == ["as_announced", "double"]
    assert Comparison([many], ["double", "as_announced"]).arms == ["double", "as_announced"]


def test_html_and_repr(both):
    assert "&lt;" not in repr(both)
    assert repr(both) == "<Comparison of daebul, noksan: double, as_announced>"
    assert "VALUE ADDED" in both._repr_html_()


def test_the_default_folder_follows_runs_and_arms_but_not_counts(many):
    few = Results(many.store._store, [t for t in many.store.tasks() if t.luck < 2])
    folder = Comparison([many]).folder
    assert folder.parts[0] == "runs"
    assert folder.name.startswith("compare-")
    assert Comparison([few]).folder == folder
    assert Comparison([many], ["double"]).folder != folder


# ---------------------------------------------------------------- pictures


def medians(figure):
    """The median of every panel that shows something, by title."""
    return {
        ax.get_title(loc="left"): line.get_ydata()
        for ax in figure.axes
        for line in ax.lines
        if to_hex(line.get_color()) == style.ARM.lower()
    }


def test_a_panel_draws_the_medians_of_its_place_and_arm(both):
    figure = paths(both, "output")
    table = effect_paths(both, "output")
    drawn = medians(figure)
    assert list(drawn) == [
        "daebul: Noksan\ndouble", "Noksan\ndouble", "Noksan\nas announced"
    ]  # fmt: skip
    assert len(figure.axes) == 4
    assert not figure.axes[1].axison  # as_announced was not run there
    for (run, arm), title in zip(
        [("daebul", "double"), ("noksan", "double"), ("noksan", "as_announced")], drawn, strict=True
    ):
        rows = table[(table["run"] == run) & (table["arm"] == arm)]
        np.testing.assert_allclose(drawn[title], rows["p50"])


@pytest.mark.parametrize(("share", "notes"), [(0.25, ["members: 25% of output"]), (0.0, [])])
def test_members_are_told_where_there_are_any(tmp_path, monkeypatch, share, notes):
    run = by_hand(tmp_path / "one", lambda _: 1.0)
    row = {"run": "one", "complex": "noksan", "arm": "a", "share": share}
    monkeypatch.setattr("clustersim.charts.comparison.mean_shares", lambda _: pd.DataFrame([row]))
    (ax,) = paths(Comparison([run])).axes
    assert [text.get_text() for text in ax.texts] == notes


def test_panels_have_one_scale_unless_one_place_is_dwarfed(tmp_path):
    def figure(small):
        runs = [
            by_hand(tmp_path / f"{name}{small}", lambda _, g=gain: g, name=name, place=name)
            for name, gain in (("noksan", 10.0), ("daebul", 8.0), ("ochang", small))
        ]
        drawn = paths(Comparison(runs))
        return [ax.get_ylim() for ax in drawn.axes], drawn.get_supxlabel()

    limits, note = figure(5.0)
    assert len(set(limits)) == 1
    assert "All panels have one scale." in note
    limits, note = figure(0.1)
    assert limits[0] == limits[1] != limits[2]
    assert limits[2][1] < 0.2
    assert "Mind the scale of Ochang." in note
    limits, _ = figure(0.0)  # nothing to see is not made to look like something
    assert len(set(limits)) == 1


def test_many_panels_of_one_arm_are_wrapped(tmp_path):
    runs = [by_hand(tmp_path / str(k), lambda _: 1.0, name=f"s{k}") for k in range(5)]
    figure = paths(Comparison(runs))
    assert len(figure.axes) == 8
    assert [ax.axison for ax in figure.axes] == [True] * 5 + [False] * 3
    assert figure.get_suptitle() == "Effect on output, a"


def test_dots_show_the_mean_and_both_intervals(many):
    compared = Comparison([many])
    ax = dots(compared, "workers")
    table = mean_effects(compared)
    table = table[(table["outcome"] == "workers") & (table["measure"] == "percent")]
    drawn = [line.get_xdata() for line in ax.lines[1:]]
    for k, row in enumerate(table.to_dict("records")):
        thin, thick, dot = drawn[3 * k : 3 * k + 3]
        np.testing.assert_allclose(thin, [row["p05"], row["p95"]])
        np.testing.assert_allclose(thick, [row["low"], row["high"]])
        np.testing.assert_allclose(dot, [row["estimate"]])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["as announced", "double"]
    mine = style.Figure().add_subplot()
    assert compared.dots(ax=mine) is mine


def test_an_outcome_that_is_not_compared(many):
    for draw in (paths, dots):
        with pytest.raises(InputError, match="did you mean 'output'"):
            draw(Comparison([many]), "ouput")


def test_all_pictures_are_saved_as_png_and_svg(both, tmp_path):
    names = {path.name for path in both.save(tmp_path / "out")}
    assert names == {
        f"{name}.{kind}"
        for kind in ("png", "svg")
        for name in (*(f"effect_on_{outcome}" for outcome in OUTCOMES), "effects_in_a_mean_year")
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert both.paths().axes


# ---------------------------------------------------------------- what is run


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """A scenario ``small`` that is not run in earnest; the list holds what is asked for."""
    monkeypatch.chdir(tmp_path)
    calls = []

    def run(scenario, **options):
        calls.append((scenario.name, options))
        return by_hand(
            tmp_path / "runs" / f"{scenario.name}-00000007", lambda _: 1.0, name=scenario.name
        )

    def load(source):
        arms = {"as_announced": 0, "double": 0, "no_programme": 0}
        return SimpleNamespace(name=str(source), seed=7, arms=arms, lang="en")

    def header(scenario, seed):
        return {"scenario": scenario.name, "seed": seed, "digest": f"{seed:08x}"}

    monkeypatch.setattr(api, "run", run)
    monkeypatch.setattr(api, "load", load)
    monkeypatch.setattr(comparison.pair, "header", header)
    return calls


def test_scenarios_are_run_and_folders_are_read(ran, many):
    compared = compare(
        ["small", many.store.folder], arms="double", replicates=3, workers=1, progress=False
    )
    options = {"arms": ["double"], "lang": "en", "replicates": 3, "workers": 1, "progress": False}
    assert ran == [("small", options)]
    assert list(compared.runs) == ["small", "noksan"]
    tasks = compared.runs["noksan"].store.tasks()
    assert {(task.arm, task.luck) for task in tasks} == {("double", k) for k in range(3)}


def test_results_are_taken_whole_unless_told(ran, many):
    compared = compare([many])
    assert compared.runs["noksan"].store.tasks() == many.store.tasks()
    assert compared.arms == ["as_announced", "double"]
    assert ran == []


def test_a_folder_is_read_as_far_as_the_arms_shown_have_replicates_in_common(tmp_path):
    few = plan(["b"], "no_programme", replicates(2))
    by_hand(tmp_path / "mix", lambda task: task.luck)
    store = Store.open(tmp_path / "mix")
    for task in few:
        (from_a,) = [each for each in store.tasks() if each.luck == task.luck and each.arm == "a"]
        tables = {
            name: store.read(name, tasks=[from_a]).drop(columns=list(KEY)).to_dict("list")
            for name in ("groups", "ledger")
        }
        store.write(task, tables)
    compared = compare([tmp_path / "mix"])
    level = compared.means().query("measure == 'level'")
    assert set(level["estimate"]) == {0.5}  # of lucks 0 and 1, though the first arm has four
    assert "2 replicates" in compared.summary(200)
    assert "2 more replicates are left out" in compared.summary(200)
    for items in ([tmp_path / "mix"], [Results.open(tmp_path / "mix")]):
        alone = compare(items, arms="a")
        assert alone.runs["one"].replicates == 4
        assert "left out" not in alone.summary(200)


def test_a_single_name_is_one_item(ran):
    assert list(compare("small").runs) == ["small"]
    assert ran[0][1]["arms"] is None


def test_a_bundled_name_is_no_folder(ran, tmp_path):
    (tmp_path / "noksan").mkdir()
    compare(["noksan"])
    assert ran[0][0] == "noksan"


@pytest.mark.parametrize(
    ("items", "options", "what", "hint"),
    [
        ([], {}, "nothing to compare", "name a scenario"),
        (["small", "small"], {}, "named twice", "once"),
        (["small", "MANY", "MANY"], {}, "named twice", "once"),
        (["MANY", "small"], {"arms": "dubble"}, "no arm 'dubble'", "did you mean 'double'?"),
        (["small"], {"arms": "dubble"}, "small: arms: no arm", "did you mean 'double'?"),
        (["small"], {"replicates": 0}, "small: replicates", "at least 1"),
        (["MANY"], {"replicates": 0}, "replicates", "at least 1"),
        (["small", "MANY"], {"replicates": 13}, "1 of 13 replicates of 'as_announced'", "fewer"),
        (["small", "EMPTY"], {}, "nothing is done", "run the scenario"),
        (["small", "."], {}, "not a results folder", "clustersim run"),
    ],
)
def test_what_cannot_be_compared_is_told_before_anything_runs(
    ran, many, tmp_path, items, options, what, hint
):
    folders = {"MANY": many.store.folder, "EMPTY": tmp_path / "empty"}
    Store.create(folders["EMPTY"], HEADER)
    with pytest.raises((InputError, StoreError)) as caught:
        compare([folders.get(item, item) for item in items], **options)
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert ran == []


# ---------------------------------------------------------------- in Korean


def test_the_page_in_korean(many, both):
    with speaking("ko"):
        korean = Comparison([many])
    text = korean.summary()
    assert max(map(cell_len, text.splitlines())) <= 80
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for line in (
        "당시안 double", "전체 기업 +196억원 +393억원", "± 오차 29.6억원 59.2억원",
        "1원당 부가가치(원) 23.8 47.6", "하한 15.6 31.2", "국비", "대표 목표",
    ):  # fmt: skip
        assert line in lines, line
    assert re.findall(r"[a-z]{2,}(?: [a-z]{2,}){2,}", korean.summary(300)) == []
    assert "Monte Carlo" in " ".join(korean.summary(lang="en").split())
    assert "몬테카를로" in both.summary(lang="ko")
    assert Counter(text.replace("─", "").split()) <= Counter(
        " ".join(Reader(korean._repr_html_()).of("b", "p", "h4", "th", "td")).split()
    )


def test_tables_for_reading(both):
    table = both.targets()
    told = both.readable(table.iloc[:2], lang="ko")
    assert told.index.names == ["실행", "목표", "대안", "기준 대안", "단지"]
    assert set(told.index.get_level_values("실행")) == {"noksan"}
    assert len(both.readable(both.effects())) == len(both.effects())
