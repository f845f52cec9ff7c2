from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.mini_clusters import COLUMNS, mini_clusters

EVENTS = [
    # draw, kind, instrument, firm, amount, detail
    (0, "launched", "plating", 0, 97, 0.0),
    (0, "joined", "plating", 7, 30, 1e9),
    (0, "joined", "plating", 8, 30, 1e9),
    (0, "met", "plating", 0, 12, 2.0),
    (0, "met", "plating", 0, 8, 1.0),
    (0, "worked", "plating", 0, 120, 140.0),
    (0, "worked", "plating", 0, 20, 0.0),
    (0, "task_done", "plating", 7, 15_000_000, 0.0),
    (1, "launched", "plating", 0, 103, 0.0),
    (1, "worked", "plating", 0, 0, 140.0),
    (1, "closed", "inno_core", 9, 0, 0.0),
]


def test_counts_are_means_over_all_replicates(make):
    tasks = make.diagonal(2)
    columns = ["draw", "kind", "instrument", "firm", "amount", "detail"]
    events = pd.DataFrame(EVENTS, columns=columns)
    events = events.assign(
        arm="as_announced", reference="no_programme", luck=events["draw"], complex="noksan"
    )
    table = mini_clusters(events, tasks)
    assert list(table) == COLUMNS
    assert set(table["mini_cluster"]) == {"plating"}
    mean = table.set_index("measure")["mean"].to_dict()
    assert mean == pytest.approx(
        {"members": 1, "meetings": 1, "people": 10, "hours": 70, "hours_available": 140,
         "tasks_done": 0.5}
    )  # fmt: skip
    units = table.set_index("measure")["unit"]
    assert units["members"] == "firms"
    assert table.set_index("measure")["mc_error"]["members"] == pytest.approx(1.0)
    assert mini_clusters(events[events["instrument"] == "inno_core"], tasks).empty
