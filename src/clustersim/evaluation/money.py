"""Money: the ledger as means over replicates, and what a won of state money buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from clustersim.evaluation.effects import differences
from clustersim.evaluation.replicates import BLOCKS, KEY, PAIR, Means, means, per_replicate, roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.arrays import FloatArray
    from clustersim.evaluation.replicates import Replicate

__all__ = ["LEDGER_COLUMNS", "RATIO_COLUMNS", "fieller", "ledger", "ratio_of", "ratios"]

LEDGER_COLUMNS = ["arm", "complex", "funder", "line", "purpose", "year", "entry", "mean", "unit"]
"""The columns of `ledger`."""

RATIO_COLUMNS = [
    *PAIR,
    "complex",
    "ratio",
    "estimate",
    "low",
    "high",
    "p05",
    "p50",
    "p95",
    "effect",
    "paid",
    "unit",
    "interval",
]
"""The columns of `ratios`."""

_RATIOS = [
    ("value_added_per_won", "all", "value_added", 1.0, "KRW2008 per KRW2008"),
    ("national_value_added_per_won", "nation", "value_added", 1.0, "KRW2008 per KRW2008"),
    ("job_years_per_bn_won", "all", "workers", 1e9, "job-years per bn KRW2008"),
]


def ledger(table: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return the programme's money by funder, line, purpose, year and entry.

    Parameters
    ----------
    table
        The store's table ``ledger``, whole won. An entry that a replicate does not have is zero
        there, not missing.
    tasks
        The replicates to use. An arm compared with several references counts once.

    Returns
    -------
    pandas.DataFrame
        `LEDGER_COLUMNS`: ``mean`` over replicates in won of the year (``KRW``); ``purpose`` is
        None unless the entry is ``paid``.
    """
    first = roster(tasks).drop_duplicates(["arm", "draw", "luck"])
    rows = table.merge(first[KEY], on=KEY)
    cell = ["complex", "funder", "line", "purpose", "year", "entry"]
    rows["purpose"] = rows["purpose"].fillna("")
    sums = rows.groupby(["arm", *cell], observed=True)["amount"].sum().reset_index()
    counts = first.groupby("arm").size()
    sums["mean"] = sums["amount"] / sums["arm"].astype(str).map(counts).astype(float)
    sums["purpose"] = sums["purpose"].astype(object).where(sums["purpose"] != "", None)
    sums["unit"] = "KRW"
    return sums[LEDGER_COLUMNS]


def ratios(groups: pd.DataFrame, money: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    r"""Return the value added and the job-years that a won of state money buys.

    Parameters
    ----------
    groups
        The store's table ``groups``.
    money
        The store's table ``money``: money paid, in won of 2008; the state's is used.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        `RATIO_COLUMNS`: ``estimate``, the mean effect on all firms of the complex, or on the
        nation (``effect``, summed over the years of the run), over the mean of the money paid
        (``paid``); ``low`` and ``high``, its 95 % interval by Fieller's theorem; ``p05`` to
        ``p95``, the quantiles over replicates of the replicate's own ratio. All NaN where no money
        was paid.

    Notes
    -----
    A ratio of means, :math:`\bar x / \bar y`, because a mean of ratios gives most weight to the
    replicates in which least was spent. A worker more for a year is one job-year.
    """
    tasks = list(tasks)
    outcomes = [outcome for _, _, outcome, _, _ in _RATIOS]
    wanted = groups["group"].isin(["all", "nation"]) & groups["outcome"].isin(outcomes)
    effect = differences(groups.loc[wanted], tasks)
    effect = effect.loc[effect["measure"] == "level"]
    state = money.loc[money["funder"] == "state"]
    paid = per_replicate(state, tasks, ["complex"], "paid_real")
    known = [*KEY, "complex"]
    parts = []
    for ratio, group, outcome, scale, unit in _RATIOS:
        sums = (
            effect.loc[(effect["group"] == group) & (effect["outcome"] == outcome)]
            .groupby([*known, *BLOCKS, "trials"], observed=True, as_index=False)["value"]
            .sum()
        )
        both = sums.merge(paid[[*known, "paid_real"]], on=known, how="left")
        both = both.fillna({"paid_real": 0.0})
        for key, rows in both.groupby([*PAIR, "complex"], observed=True):
            rows["bought"] = scale * rows["value"]
            estimate, low, high = ratio_of(means(rows, ["bought", "paid_real"]))
            own = rows["bought"] / rows["paid_real"].where(rows["paid_real"] != 0)
            parts.append(
                [
                    *[*key, ratio, estimate, low, high],
                    *own.quantile(np.array([0.05, 0.5, 0.95])),
                    *[rows["value"].mean(), rows["paid_real"].mean(), unit, "Fieller 95 %"],
                ]
            )
    return pd.DataFrame(parts, columns=RATIO_COLUMNS)


def fieller(x: FloatArray, y: FloatArray) -> tuple[float, float, float]:
    """Return the ratio of the means of paired samples and its 95 % interval; see `ratio_of`.

    Parameters
    ----------
    x, y
        Numerators and denominators, one pair per independent replicate.

    >>> [round(value, 2) for value in fieller(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]))]
    [1.0, -0.24, 2.24]
    """
    covariance = np.cov(x, y) / len(x) if len(x) > 1 else np.full((2, 2), np.nan)
    return ratio_of(Means(np.array([x.mean(), y.mean()]), covariance, len(x)))


def ratio_of(pair: Means) -> tuple[float, float, float]:
    r"""Return the ratio of two means and its 95 % interval.

    Returns
    -------
    tuple of float
        The ratio, and the ends of the interval: NaN where the mean of y is 0, the ends also with
        fewer than two trials or where the mean of y cannot be told from 0, so that the interval has
        no end.

    Notes
    -----
    All :math:`\rho` for which a t test does not refuse :math:`E[x - \rho y] = 0`, with variances
    and covariance of the means:

    .. math:: (\bar x - \rho \bar y)^2 \le t^2 (s_{xx} - 2 \rho s_{xy} + \rho^2 s_{yy})

    E. C. Fieller (1954), Some problems in interval estimation, J. R. Statist. Soc. B 16, 175-185.
    """
    nan = float("nan")
    top, bottom = (float(mean) for mean in pair.each)
    if bottom == 0:
        return nan, nan, nan
    ratio = top / bottom
    if pair.trials < 2:
        return ratio, nan, nan
    t = float(stats.t.ppf(0.975, pair.trials - 1))
    (s_xx, s_xy), (_, s_yy) = t * t * pair.covariance
    # The quadratic a rho^2 - 2 b rho + c <= 0 has a bounded solution when a > 0.
    a, b, c = bottom**2 - s_yy, top * bottom - s_xy, top**2 - s_xx
    if a <= 0:
        return ratio, nan, nan
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    return ratio, float((b - root) / a), float((b + root) / a)
