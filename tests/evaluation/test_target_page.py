"""How targets are told: the headline in words, readings in lines, the split for a few."""

from __future__ import annotations

import math

import pandas as pd

from clustersim.estimands.distances import PARTS
from clustersim.evaluation.page import Page
from clustersim.evaluation.verdicts import headlines, say_split, say_targets

ABOUT = {"complex": "namdong", "group": "all", "growth": 0.2, "base": 2007, "kind": "growth"}
HEADER = {
    "targets": {
        f"{prices}_{year}": ABOUT
        | {"title": f"output 20 % by {year}, {prices}", "prices": prices, "by": year}
        for prices in ("nominal", "real")
        for year in (2018, 2011)
    }
}


def table(distance):
    return pd.DataFrame(
        [
            {
                "target": name, "complex": "namdong", "arm": "a", "reference": "r",
                "probability": 0.5, "probability_low": 0.19, "probability_high": 0.81,
                "difference": 0.1, "difference_low": -0.04, "difference_high": 0.22,
                "unit": "percentage points",
                "distance": distance(name), "distance_p05": -5.0, "distance_p95": 9.0,
            }
            for name in sorted(HEADER["targets"])
        ]
    )  # fmt: skip


def told(distance):
    page = Page(80)
    say_targets(page, table(distance), HEADER)
    return page.text()


def test_readings_that_differ_by_prices_share_a_line_in_the_order_of_the_file():
    text = told(lambda name: float(name[-2:]) if "nominal" in name else -float(name[-2:]))
    lines = [line for line in text.splitlines() if line.startswith("output")]
    assert [" ".join(line.split()) for line in lines] == [
        "output 20 % by 2018 +18.0 50 (19–81) -18.0 50 (19–81)",
        "output 20 % by 2011 +11.0 50 (19–81) -11.0 50 (19–81)",
    ]
    said = " ".join(text.split())
    assert "Headline: output 20 % by 2018, nominal. Distance +18.0" in said
    assert "in 90 % of the replicates -5.0 to +9.0. Chance 50 (19–81) %" in said
    assert "+10 (-4 to +22) points" in said


def test_a_target_about_nobody_has_dashes_and_says_so():
    text = told(lambda name: math.nan if "nominal" in name else 1.0)
    assert "There are no firms it could be about." in text
    assert "A dash: no replicate has firms that the target is about." in text
    assert "nan" not in text


def test_the_headline_of_each_complex_is_its_first_in_the_file():
    rows = pd.concat([table(lambda _: 1.0), table(lambda _: 1.0).assign(complex="daebul")])
    assert headlines(rows, HEADER)["target"].tolist() == ["nominal_2018"] * 2


def test_the_split_is_told_of_a_few_and_adds_up_in_its_columns():
    rows = pd.DataFrame(
        [
            {"target": name, "part": part, "estimate": 0.01, "p05": 0.0, "p95": 0.04,
             "unit": "log points"}
            for name in (*HEADER["targets"], "sixth", "seventh")
            for part in PARTS
        ]
    )  # fmt: skip
    page = Page(80)
    say_split(page, rows, HEADER)
    text = page.text()
    assert "All others: results.distances()." in " ".join(text.split())
    (line,) = [line for line in text.splitlines() if line.startswith("macro")]
    assert line.split() == ["macro", *["+1.0", "±", "2.0"] * 4]
    empty = Page(80)
    say_split(empty, rows.iloc[:0], HEADER)
    assert empty.text() == ""
