"""Steps from need to result, and one year of events, counted by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from clustersim.evaluation.page import Page
from clustersim.evaluation.pipeline import (
    COLUMNS,
    HAPPENED,
    STEPS,
    happened,
    pipeline,
    say_pipeline,
)

RND, PATENTS = "field_customised_rnd", "patents"
EVENTS = [
    # draw, month, kind, instrument, firm, project, amount
    (0, 108, "launched", "plating", 0, -1, 97),
    (0, 108, "call", RND, 0, -1, 0),
    (0, 108, "applied", RND, 7, -1, 0),
    (0, 108, "applied", RND, 8, -1, 0),
    (0, 110, "funded", RND, 7, 1, 130),
    (0, 110, "served", RND, 7, 1, 41),
    (0, 110, "refused", RND, 8, -1, 0),
    (0, 110, "tranche", RND, 7, 1, 78),
    (0, 116, "stopped", RND, 7, 1, 23),
    (0, 111, "found", PATENTS, 9, -1, 0),
    (0, 111, "screened_out", PATENTS, 9, -1, 0),
    (0, 112, "task_found", "plating", 7, -1, 0),
    (0, 112, "task_paid", "plating", 7, 2, 15),
    (0, 121, "closed", "plating", 7, 2, 0),
    (0, 112, "closed", "inno_core", 7, 3, 0),
    (0, 112, "queue", "head", 0, -1, 4),
    (1, 108, "launched", "plating", 0, -1, 99),
    (1, 108, "applied", RND, 7, -1, 0),
    (1, 110, "funded", RND, 7, 1, 110),
    (1, 113, "task_found", "plating", 7, -1, 0),
    (1, 113, "task_unpaid", "plating", 7, -1, 0),
    (1, 114, "task_found", "plating", 7, -1, 0),
    (1, 114, "task_refused", "plating", 7, -1, 0),
]


def table(rows=EVENTS):
    names = ["draw", "time", "kind", "instrument", "firm", "project", "amount"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        arm="as_announced",
        reference="no_programme",
        luck=frame["draw"],
        complex="noksan",
        detail=0.0,
        time=frame["time"] + 0.5,
    )


def cells(answer, *columns):
    return {
        (row["instrument"], row["step"], row["year"]): tuple(row[name] for name in columns)
        for row in answer.to_dict("records")
    }


def test_steps_are_means_over_all_replicates(make):
    answer = pipeline(table(), make.diagonal(2))
    assert list(answer) == COLUMNS
    found = cells(answer, "count", "count_mc_error", "amount", "amount_mc_error", "each")
    assert found[RND, "funded", 2009] == pytest.approx((1.0, 0.0, 120.0, 10.0, 120.0))
    assert found[RND, "applied", 2009][:2] == pytest.approx((1.5, 0.5))
    assert found[RND, "stopped", 2009][2:] == pytest.approx((11.5, 11.5, 23.0))
    assert found[PATENTS, "screened_out", 2009][0] == 0.5


def test_a_replicate_without_a_step_counts_0(make):
    answer = cells(pipeline(table(), make.diagonal(4)), "count", "amount", "each")
    assert answer[RND, "funded", 2009] == pytest.approx((0.5, 60.0, 120.0))


def test_tasks_of_mini_clusters_are_one_instrument_by_the_same_steps(make):
    answer = cells(pipeline(table(), make.diagonal(2)), "count", "amount")
    tasks = {key[1:]: value for key, value in answer.items() if key[0] == "tasks"}
    assert tasks == {
        ("found", 2009): (1.5, 0.0),
        ("screened_out", 2009): (0.5, 0.0),
        ("funded", 2009): (0.5, 7.5),
        ("refused", 2009): (0.5, 0.0),
        ("closed", 2010): (0.5, 0.0),
    }
    assert {key[0] for key in answer} == {RND, PATENTS, "tasks"}  # Inno-Core has its own table


def test_a_mini_cluster_named_like_an_instrument_does_not_swallow_it(make):
    rows = [(*row[:3], PATENTS if row[3] == "plating" else row[3], *row[4:]) for row in EVENTS]
    rows.append((0, 122, "closed", PATENTS, 9, 1, 0))  # a firm of its own
    renamed = cells(pipeline(table(rows), make.diagonal(2)), "count")
    apart = cells(pipeline(table([*EVENTS, rows[-1]]), make.diagonal(2)), "count")
    assert renamed == apart
    assert renamed[PATENTS, "found", 2009] == (0.5,)
    assert renamed[PATENTS, "closed", 2010] == renamed["tasks", "closed", 2010] == (0.5,)


def test_steps_stand_in_their_order(make):
    answer = pipeline(table(), make.diagonal(2))
    for _, rows in answer.groupby("instrument"):
        order = [STEPS.index(step) for step in rows["step"]]
        assert order == sorted(order)


def test_without_events_there_are_no_steps(make):
    assert pipeline(table(EVENTS[:0]), make.diagonal(2)).empty
    assert happened(table(EVENTS[:0]), make.diagonal(2)).empty
    page = Page(80)
    say_pipeline(page, pipeline(table(EVENTS[:0]), make.diagonal(2)))
    assert page.text() == ""


def test_what_happened_in_a_year(make):
    answer = happened(table(), make.diagonal(2), year=2009, complex="noksan")
    assert list(answer) == HAPPENED
    assert set(answer["year"]) == {2009}
    rows = answer.set_index(["kind", "instrument"]).to_dict("index")
    assert rows["applied", RND]["count"] == 1.5
    assert rows["applied", RND]["count_mc_error"] == pytest.approx(0.5)
    assert rows["task_found", "plating"]["count"] == 1.5
    assert rows["task_found", "plating"]["firms"] == 1.0  # one firm, twice in the second
    assert rows["funded", RND]["amount"] == 120.0
    assert (rows["queue", "head"]["amount"], rows["queue", "head"]["unit"]) == (2.0, "waiting")
    assert rows["launched", "plating"]["unit"] == rows["served", RND]["unit"] == "people"
    assert rows["launched", "plating"]["firms"] == 0.0
    assert rows["closed", "inno_core"]["unit"] == "KRW"
    every = happened(table(), make.diagonal(2))
    assert every["count"].sum() * 2 == len(EVENTS)
    assert happened(table(), make.diagonal(2), complex="daebul").empty
    assert happened(table(), make.diagonal(2), year=2011).empty


def test_the_page_adds_up_the_years(make):
    page = Page(80)
    say_pipeline(page, pipeline(table(), make.diagonal(2)))
    text = " ".join(page.text().split())
    assert "found 2.0, screened out 1.0, applied 1.5, funded 1.5, refused 1.0" in text
    assert "field-customised R&D – 1.5 1.0 0.5 0.5 – –" in text
    assert "tasks 1.5 – 0.5 1.0 0.5 – –" in text
    assert not math.isnan(pipeline(table(), make.diagonal(2))["count"].sum())
