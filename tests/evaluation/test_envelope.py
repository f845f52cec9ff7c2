"""The back of the envelope beside the simulated effect."""

from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.envelope import envelope
from clustersim.experiment.plan import Task

TASKS = [Task("as_announced", "no_programme", k, k) for k in (0, 1)]


def table(rows, *columns):
    frame = pd.DataFrame(rows, columns=["draw", *columns])
    return frame.assign(arm="as_announced", luck=frame["draw"])


def test_means_over_replicates_and_their_ratio():
    # two instruments in the first replicate, one in the second: absent means nothing was served
    sums = table([(0, "noksan", "rnd", 3.0), (0, "noksan", "inno", 5.0), (1, "noksan", "rnd", 4.0)],
                 "complex", "instrument", "output")  # fmt: skip
    groups = table(
        [
            (0, "noksan", "all", "output", 2010, 10.0, 4.0),
            (0, "noksan", "all", "output", 2011, 10.0, 8.0),
            (1, "noksan", "all", "output", 2010, 10.0, 6.0),
            (1, "noksan", "all", "output", 2011, 10.0, 10.0),
            (1, "noksan", "supported", "output", 2011, 10.0, 1.0),
            (1, "noksan", "all", "workers", 2011, 10.0, 1.0),
        ],
        "complex", "group", "outcome", "year", "arm_value", "reference_value",
    )  # fmt: skip
    (row,) = envelope(sums, groups, TASKS).to_dict("records")
    assert row["envelope"] == pytest.approx(6.0)
    assert row["simulated"] == pytest.approx(6.0)
    assert row["ratio"] == pytest.approx(1.0)


def test_nothing_served_has_no_ratio():
    sums = table([(0, "noksan", "rnd", 0.0), (1, "noksan", "rnd", 0.0)],
                 "complex", "instrument", "output")  # fmt: skip
    groups = table(
        [(k, "noksan", "all", "output", 2010, 1.0, 1.0) for k in (0, 1)],
        "complex", "group", "outcome", "year", "arm_value", "reference_value",
    )  # fmt: skip
    (row,) = envelope(sums, groups, TASKS).to_dict("records")
    assert row["simulated"] == 0.0
    assert pd.isna(row["ratio"])
