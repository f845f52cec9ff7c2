"""What makes the distance to each target of growth, over replicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim.estimands.distances import PARTS
from clustersim.evaluation.replicates import PAIR, complete, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "distances"]

COLUMNS = [
    "target",
    *PAIR,
    "complex",
    "part",
    "estimate",
    "mc_error",
    "p05",
    "p50",
    "p95",
    "unit",
]
"""The columns of `distances`."""


def distances(table: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return the parts of the distance to every target of growth.

    Parameters
    ----------
    table
        The store's table ``distances``.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, in the order of `clustersim.estimands.distances.PARTS`: ``estimate`` is the mean
        over the replicates in which the target's firms exist, ``mc_error`` its standard error,
        ``p05`` to ``p95`` quantiles over replicates. The estimates of the parts add up to that of
        the part ``distance``; the quantiles do not.

    Raises
    ------
    StoreError
        A replicate lacks a part of a target.
    """
    cell = ["target", "complex", "part"]
    rows = complete(table, tasks, cell, "distances")
    if rows.empty:  # no target, or none whose firms exist
        return rows.reindex(columns=COLUMNS)
    cells = rows.groupby([*PAIR, *cell], observed=True)
    answer = cells.agg(estimate=("value", "mean"), unit=("unit", "first"))
    answer["mc_error"] = sem(rows, cell, "value")
    answer[["p05", "p50", "p95"]] = cells["value"].quantile(np.array([0.05, 0.5, 0.95])).unstack()  # noqa: PD010 - levels, not columns, are pivoted
    answer = answer.reset_index()
    answer["order"] = answer["part"].map(PARTS.index)
    answer = answer.sort_values(["target", *PAIR, "complex", "order"], ignore_index=True)
    return answer[COLUMNS]
