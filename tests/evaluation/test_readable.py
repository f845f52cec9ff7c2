"""Tidy tables for reading: words for names, units and errors in the cells, columns in line."""

from __future__ import annotations

import pandas as pd
import pytest
from rich.cells import cell_len

from clustersim.evaluation.readable import readable
from clustersim.language import speaking

HEADER = {
    "resolved": {
        "complexes": {"noksan": {"title": "Noksan", "title_ko": "녹산"}},
        "arms": {"twice": {"title_ko": "<b>두 배</b>"}},
    },
    "targets": {"goal": {"title": "20 % more", "title_ko": "20% 증가"}},
}
NAN = float("nan")


def effects():
    columns = [
        "arm",
        "complex",
        "outcome",
        "measure",
        "year",
        "estimate",
        "mc_error",
        "p05",
        "unit",
    ]
    rows = [
        ["twice", "noksan", "output", "level", 2011, 72.8e9, 30.7e9, 26.5e9, "KRW2008"],
        ["twice", "noksan", "output", "percent", 2011, 0.97, 0.39, -0.2, "percent"],
        ["twice", "noksan", "workers", "level", 2012, 134.2, NAN, 50.0, "heads"],
        ["twice", "noksan", "strange_thing", "level", 2012, 1.23456, 0.5, NAN, "widgets"],
    ]
    return pd.DataFrame(rows, columns=columns)


def cells(frame):
    return [list(row) for row in frame.reset_index().to_numpy()]


def test_in_english():
    table = readable(effects(), {"": HEADER})
    assert cells(table) == [
        ["twice", "noksan", "output", "level", "2011", "+72.8 ± 30.7 bn KRW", "+26.5 bn KRW"],
        ["twice", "noksan", "output", "percent", "2011", "+0.97 ± 0.39 %", "-0.20 %"],
        ["twice", "noksan", "workers", "level", "2012", "+134 ± –", "+50"],
        ["twice", "noksan", "strange thing", "level", "2012", "+1.23 ± 0.5", "–"],
    ]
    assert list(table.columns) == ["estimate ± error", "5 %"]
    assert table.index.names == ["arm", "complex", "outcome", "measure", "year"]


def test_in_korean():
    with speaking("ko"):
        table = readable(effects(), {"": HEADER})
    assert cells(table)[:3] == [
        ["<b>두 배</b>", "녹산", "생산액", "수준", "2011", "+728 ± 307억원", "+265억원"],
        ["<b>두 배</b>", "녹산", "생산액", "%", "2011", "+0.97 ± 0.39%", "-0.20%"],
        ["<b>두 배</b>", "녹산", "고용", "수준", "2012", "+134 ± –", "+50"],
    ]
    assert list(table.columns) == ["추정치 ± 오차", "5%"]
    assert table.index.names == ["대안", "단지", "지표", "항목", "연도"]


def test_it_prints_in_line_and_shows_escaped():
    with speaking("ko"):
        table = readable(effects(), {"": HEADER})
    lines = repr(table).splitlines()
    assert len({cell_len(line) for line in lines}) == 1
    assert repr(table.iloc[:2]).count("녹산") == 1  # still a table for reading
    html = table._repr_html_()
    assert "&lt;b&gt;두 배&lt;/b&gt;" in html
    assert "<b>두" not in html


def test_chances_shares_and_distances():
    targets = pd.DataFrame(
        [
            {"target": "goal", "complex": "noksan", "probability": 0.75, "mc_error": 0.1,
             "difference": 0.05, "difference_mc_error": 0.02, "distance": -3.25,
             "unit": "percentage points"},
            {"target": "goal", "complex": "noksan", "probability": 0.0, "mc_error": 0.0,
             "difference": 0.0, "difference_mc_error": 0.0, "distance": 2e9, "unit": "KRW"},
        ]
    )  # fmt: skip
    assert cells(readable(targets, {"": HEADER})) == [
        ["20 % more", "noksan", "75.0 ± 10.0 %", "+5.0 ± 2.0 points", "-3.2 points"],
        ["20 % more", "noksan", "0.00 ± 0.00 %", "0.0 ± 0.0 points", "+2 bn KRW"],
    ]
    shares = pd.DataFrame({"complex": ["noksan"], "share": [0.325], "low": [NAN], "high": [0.5]})
    with speaking("ko"):
        assert cells(readable(targets, {"": HEADER}))[1][-1] == "+20억원"
        assert cells(readable(shares, {"": HEADER})) == [["녹산", "32.5%", "–", "50.0%"]]


def test_runs_have_titles_of_their_own():
    other = {"resolved": {"complexes": {"noksan": {"title_ko": "다른 녹산"}}}}
    table = effects().iloc[:2].assign(run=["one", "two"])
    with speaking("ko"):
        told = readable(table, {"one": HEADER, "two": other})
    assert told.index.get_level_values("단지").tolist() == ["녹산", "다른 녹산"]


@pytest.mark.parametrize("rows", [slice(0), slice(2)])
def test_a_table_that_is_given_stays_as_it_is(rows):
    table = effects().iloc[rows]
    before = table.copy()
    readable(table, {"": HEADER})
    pd.testing.assert_frame_equal(table, before)
