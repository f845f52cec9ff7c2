"""Targets: how likely a threshold is met by its date, and what the programme adds to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from clustersim.evaluation.replicates import KEY, PAIR, complete, sem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from clustersim.arrays import FloatArray
    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "exact_interval", "paired_interval", "targets"]

COLUMNS = [
    "target",
    *PAIR,
    "complex",
    "probability",
    "mc_error",
    "difference",
    "difference_mc_error",
    "distance",
    "unit",
]
"""The columns of `targets`."""

_EXTRA = [
    *("probability_low", "probability_high", "difference_low", "difference_high"),
    *("distance_p05", "distance_p95"),
]


def targets(table: pd.DataFrame, tasks: Iterable[Replicate], *, wide: bool = False) -> pd.DataFrame:
    """Return the chance of every target.

    Parameters
    ----------
    table
        The store's table ``targets``: ``hit`` (0 or 1) and ``distance`` in the arm's and the
        reference's world of every replicate.
    tasks
        The replicates to use.
    wide
        Add ``probability_low`` and ``probability_high``, the exact 95 % interval
        (`exact_interval`), ``difference_low`` and ``difference_high``, that of the difference
        (`paired_interval`), ``distance_p05`` and ``distance_p95``, quantiles over replicates, and
        ``replicates``.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: ``probability`` of a hit in the arm's world, ``difference`` between that and the
        reference's, replicate by replicate, each with its standard error, and the mean
        ``distance`` to the threshold in the arm's world, in ``unit``.

    Raises
    ------
    StoreError
        A replicate lacks a target in one of its worlds.
    """
    name = ["target", "complex"]
    tasks = list(tasks)
    rows = complete(table, tasks, [*name, "world"], "targets")
    known = [*KEY, *name]
    arm = rows.loc[rows["world"] == "arm"].assign(added=lambda t: t["hit"])
    reference = rows.loc[rows["world"] == "reference", [*known, "hit"]]
    both = arm.merge(reference, on=known, suffixes=("", "_reference"), validate="one_to_one")
    both["added"] = both["hit"] - both["hit_reference"]
    both["gained"], both["lost"] = both["added"].clip(lower=0), -both["added"].clip(upper=0)
    cells = both.groupby([*PAIR, *name], observed=True)
    answer = cells.agg(
        probability=("hit", "mean"),
        difference=("added", "mean"),
        gained=("gained", "mean"),
        lost=("lost", "mean"),
        distance=("distance", "mean"),
        unit=("unit", "first"),
        replicates=("replicates", "first"),
        trials=("trials", "first"),
    )
    answer["mc_error"] = sem(both, name, "hit")
    answer["difference_mc_error"] = sem(both, name, "added")
    chance, gained, lost, trials = (
        answer[column].to_numpy() for column in ("probability", "gained", "lost", "trials")
    )
    answer["probability_low"], answer["probability_high"] = exact_interval(chance, trials)
    answer["difference_low"], answer["difference_high"] = paired_interval(gained, lost, trials)
    for share, column in ((0.05, "distance_p05"), (0.95, "distance_p95")):
        answer[column] = cells["distance"].quantile(share)
    extra = [*_EXTRA, "replicates"] if wide else []
    return answer.reset_index()[[*COLUMNS, *extra]].sort_values(
        ["target", *PAIR, "complex"], ignore_index=True
    )


def exact_interval(share: FloatArray, count: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the Clopper-Pearson 95 % interval of a chance, from the share of ``count`` trials hit.

    The numbers are those of `scipy.stats.binomtest`, which takes whole hits only. D draws crossed
    with L lucks count as min(D, L) trials, of which a fraction may be a hit: the variance of the
    share is at most that of so many whole trials, so the interval errs on the wide side.

    >>> low, high = exact_interval(np.array([0.0]), np.array([20]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.0, 0.168)
    """
    hits = share * count
    with np.errstate(invalid="ignore"):
        low = np.where(hits > 0, stats.beta.ppf(0.025, hits, count - hits + 1), 0.0)
        high = np.where(hits < count, stats.beta.ppf(0.975, hits + 1, count - hits), 1.0)
    return low, high


def paired_interval(
    gained: FloatArray, lost: FloatArray, count: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the 95 % interval of the difference of two chances, from ``count`` pairs of trials.

    Where no pair differs the standard error of the difference is 0 and says nothing; this interval
    is as wide then as so few pairs leave it. Draws crossed with luck count as in `exact_interval`.

        g = (n gained + 1) / (n + 2),  l = (n lost + 1) / (n + 2)
        g - l +- 1.96 sqrt((g + l - (g - l)^2) / (n + 2))

    the adjusted Wald interval of Bonett and Price (2012), cut at -1 and 1.

    Parameters
    ----------
    gained, lost
        Shares of the pairs that hit with the programme alone, and without it alone.
    count
        Number of pairs.

    >>> low, high = paired_interval(np.array([0.0]), np.array([0.0]), np.array([20]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (-0.126, 0.126)
    """
    more, less = ((share * count + 1.0) / (count + 2.0) for share in (gained, lost))
    middle = more - less
    half = stats.norm.ppf(0.975) * np.sqrt((more + less - middle**2) / (count + 2.0))
    return np.maximum(middle - half, -1.0), np.minimum(middle + half, 1.0)
