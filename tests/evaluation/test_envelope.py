"""The back of the envelope beside the simulated effect."""

from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.envelope import envelope, explained
from clustersim.experiment.plan import Task

TASKS = [Task("as_announced", "no_programme", k, k) for k in (0, 1)]


def table(rows, *columns):
    frame = pd.DataFrame(rows, columns=["draw", *columns])
    return frame.assign(arm="as_announced", reference="no_programme", luck=frame["draw"])


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
            (0, "noksan", "untreated", "output", 2010, 5.0, 3.0),
            (1, "noksan", "untreated", "output", 2010, 5.0, 5.0),
        ],
        "complex", "group", "outcome", "year", "arm_value", "reference_value",
    )  # fmt: skip
    (row,) = envelope(sums, groups, TASKS).to_dict("records")
    assert row["envelope"] == pytest.approx(6.0)
    assert row["simulated"] == pytest.approx(6.0)
    assert row["ratio"] == pytest.approx(1.0)
    assert row["mc_error"] == pytest.approx(2.0)  # 8 and 4 over all years
    assert row["untreated"] == pytest.approx(1.0)


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


@pytest.mark.parametrize(
    ("simulated", "error", "untreated", "says"),
    [
        (8.0, 1.0, 2.0, ""),
        (100.0, 60.0, 2.0, "cannot be told from zero"),
        (100.0, 5.0, float("nan"), "look for the reason"),
        (100.0, 5.0, 92.0, "Of the others alone the ratio is 0.80."),
        (100.0, 5.0, 60.0, "Of the others alone the ratio is 4.00, still far"),
    ],
)
def test_a_ratio_far_from_one_is_explained_by_what_the_tables_tell(
    simulated, error, untreated, says
):
    row = {"simulated": simulated, "mc_error": error, "untreated": untreated, "envelope": 10.0}
    text = explained(row | {"ratio": simulated / 10.0})
    assert says in text
    assert bool(says) == bool(text)
