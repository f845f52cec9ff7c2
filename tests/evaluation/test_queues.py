from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.page import Page
from clustersim.evaluation.queues import COLUMNS, MEASURES, queues, say_queues

EVENTS = [
    # draw, time, kind, who, amount, detail
    (0, 103.0, "worked", "head", 20, 40.0),  # of July 2008
    (0, 103.0, "queue", "head", 4, 0.5),
    (0, 104.0, "worked", "head", 40, 40.0),
    (0, 104.0, "queue", "head", 2, 1.5),
    (0, 105.0, "worked", "head", 0, 40.0),
    (0, 108.0, "queue", "head", 6, 0.0),  # of December 2008
    (0, 109.0, "worked", "plating", 10, 140.0),
    (1, 109.0, "worked", "plating", 30, 140.0),
    (1, 109.5, "joined", "plating", 30, 1e9),
]


@pytest.fixture
def table(make):
    events = pd.DataFrame(
        EVENTS, columns=["draw", "time", "kind", "instrument", "amount", "detail"]
    )
    events = events.assign(
        arm="as_announced", reference="no_programme", luck=events["draw"], complex="noksan"
    )
    return queues(events, make.diagonal(2))


def test_a_queue_by_year_is_a_mean_over_all_replicates(table):
    """The second replicate has no head at all, and counts 0."""
    assert list(table) == COLUMNS
    mean = table.set_index(["who", "year", "measure"])["mean"].to_dict()
    assert {key[:2] for key in mean} == {("head", 2008), ("plating", 2009)}
    assert {m: mean["head", 2008, m] for m in MEASURES} == pytest.approx(
        {"hours_available": 60.0, "hours": 30.0, "waiting": 1.5, "wait": 365.25 / 12 / 3}
    )
    assert mean["plating", 2009, "hours"] == 20.0
    assert mean["plating", 2009, "waiting"] == mean["plating", 2009, "wait"] == 0.0


def test_its_error_counts_replicates(table):
    error = table.set_index(["who", "measure"])["mc_error"]
    assert error["plating", "hours"] == pytest.approx(10.0)
    assert set(table["unit"]) == {"hours", "cases", "days"}


def test_the_page_tells_the_share_of_hours_used_and_the_worst_year(table):
    page = Page(80)
    say_queues(page, table)
    rows = [line.split() for line in page.text().splitlines()]
    assert ["head", "50%", "1.5", "1.5", "10", "10"] in rows
    assert ["plating", "14%", "0.0", "0.0", "0.0", "0.0"] in rows
    nothing = Page(80)
    say_queues(nothing, table.iloc[:0])
    assert not nothing.text().strip()


def test_nobody_has_no_rows(make):
    columns = ["arm", "reference", "draw", "luck", "time", "kind", "complex", "instrument"]
    empty = pd.DataFrame(columns=[*columns, "amount", "detail"])
    assert queues(empty, make.diagonal(2)).empty
