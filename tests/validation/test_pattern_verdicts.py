"""From measures to verdicts: pooling, intervals, bands, the page and the document."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import small
from clustersim.errors import InputError, StoreError
from clustersim.evaluation.page import Page
from clustersim.validation import validate, verdicts
from clustersim.validation.bands import PATTERNS, Band, Pattern
from clustersim.validation.page import _far_off
from clustersim.validation.patterns import MEASURES
from clustersim.validation.worlds import world


def pattern(**more):
    return Pattern("size.x", "X", "엑스", "a number", "B1", **more)


def pooled(totals, cases, how):
    seen = pd.DataFrame({"complex": "a", "pattern": "size.x", "total": totals, "cases": cases})
    return verdicts._pooled(seen, pattern(pooled=how), "a")


def test_a_band_holds_its_ends():
    band = Band(0.9, 1.5)
    assert [band.distance(x) for x in (0.9, 1.5, 1.2)] == [0.0, 0.0, 0.0]
    assert band.distance(0.8) == pytest.approx(-0.1)
    assert Band(low=1.0).distance(1e9) == 0.0
    assert Band(high=0.0).distance(0.5) == 0.5


def test_numbers_of_worlds_are_averaged_with_their_standard_error():
    found = pooled([1.0, 2.0, 3.0, np.nan], [1.0] * 4, "mean")
    assert found["simulated"] == pytest.approx(2.0)
    assert found["error"] == pytest.approx(1.0 / np.sqrt(3.0))
    assert found["high"] - 2.0 == pytest.approx(stats.t.ppf(0.975, 2) / np.sqrt(3.0))


def test_a_ratio_of_sums_is_no_mean_of_ratios():
    found = pooled([1.0, 30.0], [10.0, 100.0], "ratio")
    assert found["simulated"] == pytest.approx(31.0 / 110.0)
    apart = np.array([1.0, 30.0]) - 31.0 / 110.0 * np.array([10.0, 100.0])
    assert found["error"] == pytest.approx(apart.std(ddof=1) / np.sqrt(2.0) / 55.0)


@pytest.mark.parametrize("hits", [0, 3, 40])
def test_odds_have_the_exact_interval_of_clopper_and_pearson(hits):
    found = pooled([float(hits), 0.0], [30.0, 10.0], "odds")
    exact = stats.binomtest(hits, 40).proportion_ci(0.95, "exact")
    assert (found["low"], found["high"]) == pytest.approx((exact.low, exact.high))
    assert found["cases"] == 40


def test_one_world_has_no_error_and_no_case_no_number():
    assert np.isnan(pooled([1.0], [1.0], "mean")["error"])
    assert np.isnan(pooled([0.0], [0.0], "odds")["simulated"])


@pytest.mark.parametrize(
    ("band", "simulated", "verdict", "distance"),
    [
        (Band(0.9, 1.5), 1.2, "in", 0.0),
        (Band(0.9, 1.5), 1.7, "out", 0.2),
        (Band(0.9, 1.5), 0.5, "out", -0.4),
        (Band(0.9, 1.5), np.nan, "too few", np.nan),
        (None, 1.2, "reported", np.nan),
    ],
)
def test_verdicts(band, simulated, verdict, distance):
    row = verdicts._row(pattern(band=band, cause="why"), "a", {"simulated": simulated})
    assert row["verdict"] == verdict
    assert row["distance"] == pytest.approx(distance, nan_ok=True)
    assert row["cause"] == ("why" if verdict in {"out", "reported"} else "")


def test_a_complex_may_have_a_band_of_its_own():
    row = verdicts._row(pattern(bands={"a": Band(0.0, 1.0)}), "a", {"simulated": 2.0})
    assert (row["verdict"], row["band_high"]) == ("out", 1.0)
    row = verdicts._row(pattern(bands={"a": Band(0.0, 1.0)}), "b", {"simulated": 2.0})
    assert row["verdict"] == "reported"


def test_the_table_is_what_worlds_show_one_by_one(looked_at):
    scenario = small.scenario("economy.macro.mode=hindsight")
    found = looked_at.table.set_index("pattern")["simulated"]
    worlds = [world(scenario, luck)["noksan"] for luck in range(3)]
    shapes = [MEASURES["growth.shape"](each) for each in worlds]
    assert found["growth.shape"] == pytest.approx(np.mean(shapes))
    exits = np.array([MEASURES["turnover.exit"](each) for each in worlds]).sum(axis=0)
    assert found["turnover.exit"] == pytest.approx(exits[0] / exits[1])


def test_every_pattern_of_every_complex_has_a_row(looked_at):
    assert looked_at.table["pattern"].tolist() == [each.name for each in PATTERNS]
    assert set(looked_at.table["verdict"]) <= {"in", "out", "reported", "too few"}


def test_neither_processes_nor_the_macro_mode_of_the_scenario_matter():
    short = ("end=2010-12", "targets=~")
    one = validate(small.scenario(*short, "economy.macro.mode=flat"), replicates=1)
    two = validate(small.scenario(*short), replicates=1, workers=2)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.curves, two.curves)


def test_complexes_together_scale_up_as_often_as_all_their_firms():
    twins = dict(small.SMALL, targets={})
    one = twins["complexes"]["noksan"]
    twins["complexes"] = {"noksan": one, "other": dict(one, code=7, title="Other")}
    table = validate(twins, replicates=1).table.set_index(["complex", "pattern"])
    names = ["scale_up.to_30_in_5", "scale_up.falling_below_100"]
    for name in names:
        cases = [table.loc[(place, name), "cases"] for place in ("together", "noksan", "other")]
        assert cases[0] == cases[1] + cases[2] > 0
    assert ("together", "growth.shape") not in table.index


def test_an_economy_that_stands_still_has_odds_of_its_own(looked_at):
    found = looked_at.table.set_index("pattern")
    for wanted in ("to_30_in_5", "to_50_in_10"):
        rows = found.loc[[f"scale_up.{wanted}", f"calm.{wanted}"]]
        assert rows["cases"].notna().all()
    both = [
        found.filter(like=f"{theme}.to_", axis=0)["simulated"] for theme in ("scale_up", "calm")
    ]
    assert both[0].tolist() != both[1].tolist()  # nominal sales of another economy


def test_misfits_come_in_the_order_of_their_distance_over_the_bound_they_miss():
    rows = [
        verdicts._row(pattern(band=band), name, {"simulated": simulated})
        for name, band, simulated in (
            ("fits", Band(0.0, 1.0), 0.5),
            ("half", Band(0.0, 10.0), 15.0),
            ("worst", Band(2.0, 9.0), 0.5),
            ("tenth", Band(1.0, 2.0), 2.2),
        )
    ]
    found = verdicts.Validation("x", 1, pd.DataFrame(rows), pd.DataFrame())
    assert found.misfits()["complex"].tolist() == ["worst", "half", "tenth"]


def test_the_page_tells_every_pattern_and_where_it_stands(looked_at):
    page = looked_at.summary()
    for each in PATTERNS:
        assert each.title in page
    assert "3 worlds without the programme" in page
    assert "No parameter was tuned to any of them" in page.replace("\n", " ")
    words = " ".join(page.split())
    assert "Source: evidence B1 (F1, F2). Published: 1.06" in words
    assert max(map(len, page.splitlines())) <= 110
    assert "nan" not in re.findall(r"[a-z]+", page)


def test_marks_tell_what_is_out(looked_at):
    out = looked_at.table[looked_at.table["verdict"] == "out"]
    assert len(out)
    page = looked_at.summary().splitlines()
    for title in out["title"]:
        assert any(line.startswith(title) and "×" in line for line in page)


def test_the_document_has_no_nan(looked_at):
    text = json.dumps(looked_at.to_json(), allow_nan=False)
    first = json.loads(text)["patterns"][0]
    assert first["pattern"] == "size.tail_workers_5"
    assert (first["band_low"], first["band_high"]) == (0.9, 1.5)


def test_the_table_is_saved(looked_at, tmp_path):
    path = looked_at.save(tmp_path / "new")
    table = pd.read_csv(path)
    assert table["simulated"].to_numpy() == pytest.approx(
        looked_at.table["simulated"].to_numpy(), nan_ok=True
    )


def test_a_folder_that_is_a_file(looked_at, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        looked_at.save(tmp_path / "file")


def test_no_world_at_all():
    with pytest.raises(InputError, match="replicates: 0 is too few"):
        validate(small.scenario(), replicates=0)


def test_reported_numbers_far_from_what_is_published_stand_on_top_by_ratio():
    rows = [
        verdicts._row(
            Pattern(name, name, "엑스", "a number", "B1", value=value),
            "x",
            {"simulated": simulated, "error": 0.01, "low": 0.0, "high": 9.0},
        )
        for name, value, simulated in (
            ("t.half", 0.4, 0.2),
            ("t.near", 0.4, 0.41),
            ("t.none", 0.03, 0.0),
            ("t.thrice", 1.0, 3.0),
        )
    ]
    page = Page(100)
    _far_off(page, pd.DataFrame(rows), alone=True)
    text = page.text()
    order = [name for line in text.splitlines() for name in line.split()[:1] if name[:2] == "t."]
    assert order == ["t.none", "t.thrice", "t.half"]
