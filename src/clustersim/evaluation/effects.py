"""Effects: what the arm's world has more than the reference's, with its Monte Carlo error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clustersim.evaluation.replicates import PAIR, complete, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "differences", "effects"]

CELL = ["complex", "group", "outcome", "year"]

COLUMNS = [
    *PAIR,
    "complex",
    "group",
    "outcome",
    "measure",
    "year",
    "estimate",
    "mc_error",
    "p05",
    "p50",
    "p95",
    "unit",
]
"""The columns of `effects`."""


def differences(groups: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return both measures of every replicate.

    Parameters
    ----------
    groups
        The store's table ``groups``: one row per replicate, complex, group, outcome and year.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        The columns of ``groups`` with ``measure`` and ``value``: ``level``, the arm's value less
        the reference's, in ``unit``; ``percent``, 100 x level / the reference's value, undefined
        (NaN) where that is 0.
    """
    table = complete(groups, tasks, CELL, "groups")
    level = table["arm_value"] - table["reference_value"]
    base = table["reference_value"].where(table["reference_value"] != 0)
    return pd.concat(
        [
            table.assign(measure="level", value=level),
            table.assign(measure="percent", value=100 * level / base, unit="percent"),
        ],
        ignore_index=True,
    )


def effects(
    groups: pd.DataFrame, tasks: Iterable[Replicate], *, wide: bool = False
) -> pd.DataFrame:
    """Return the effect on every outcome of every group and year.

    Parameters
    ----------
    groups
        The store's table ``groups``.
    tasks
        The replicates to use.
    wide
        Add ``replicates``, their number, and ``defined``, the share of them in which the measure
        exists: a percentage of nothing does not, nor does output per firm without a firm. All
        other columns are over the replicates in which it does.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: ``estimate`` is the mean over replicates, ``mc_error`` its standard error (by
        draw when draws and luck are crossed), ``p05`` to ``p95`` are quantiles over replicates.

    Raises
    ------
    StoreError
        A replicate lacks a cell that another has.
    """
    table = differences(groups, tasks)
    cell = ["complex", "group", "outcome", "measure", "year"]
    cells = table.groupby([*PAIR, *cell], observed=True)
    quantiles = cells["value"].quantile(np.array([0.05, 0.5, 0.95])).unstack()  # noqa: PD010 - levels, not columns, are pivoted
    answer = cells.agg(
        estimate=("value", "mean"),
        unit=("unit", "first"),
        replicates=("replicates", "first"),
        defined=("value", "count"),
    )
    answer["mc_error"] = sem(table, cell, "value")
    answer[["p05", "p50", "p95"]] = quantiles
    answer["defined"] = answer["defined"] / answer["replicates"]
    extra = ["replicates", "defined"] if wide else []
    return answer.reset_index()[[*COLUMNS, *extra]]
