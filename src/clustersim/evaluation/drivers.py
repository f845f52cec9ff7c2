"""What the answer hangs on: the effect against each uncertain parameter, and against luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from clustersim.estimands.outcomes import RATIOS
from clustersim.evaluation.effects import differences
from clustersim.evaluation.replicates import KEY, PAIR
from clustersim.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "FEWEST", "SPLIT_COLUMNS", "caution", "drivers", "split"]

COLUMNS = [
    *PAIR,
    "complex",
    "group",
    "outcome",
    "parameter",
    "category",
    "statistic",
    "estimate",
    "p_value",
    "q_value",
    "draws",
    "unit",
]
"""The columns of `drivers`."""

SPLIT_COLUMNS = [*PAIR, "complex", "group", "outcome", "doubt", "variance", "share", "unit"]
"""The columns of `split`."""

FEWEST = 5
"""With fewer draws than this nothing is said of any parameter: any order can arise by chance."""


def drivers(
    groups: pd.DataFrame,
    parameters: pd.DataFrame,
    tasks: Iterable[Replicate],
    *,
    outcome: str = "value_added",
    group: str = "all",
    year: int | None = None,
) -> pd.DataFrame:
    """Return how the effect moves with each drawn parameter, the clearest first.

    Parameters
    ----------
    groups, parameters
        The store's tables: effects by replicate, and the values drawn for each draw.
    tasks
        The replicates to use. Lucks of one draw are averaged first.
    outcome, group
        The effect.
    year
        One year of it; by default its sum over all years, or its mean where it is a ratio.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. For a number, Spearman's rank correlation over draws. For a text, one row per
        ``category``: the mean effect of its draws less that of all others (Mann-Whitney test).
        ``p_value`` is of no relation, at least the chance of a perfect order; ``q_value`` is the
        same with the number of parameters looked at allowed for (Benjamini and Hochberg).
        Parameters that do not vary, and comparisons with fewer than `FEWEST` draws, have no row.
    """
    tasks = list(tasks)
    effect = _effect(groups, tasks, outcome, group, year)
    drawn = parameters.drop_duplicates([*PAIR, "draw", "path"])
    found: list[list[object]] = []
    for key, rows in effect.groupby([*PAIR, "complex"], observed=True):
        by_draw = rows.groupby("draw")["value"].mean().dropna()
        unit = rows["unit"].iloc[0]
        mine = drawn.loc[(drawn["arm"] == key[0]) & (drawn["reference"] == key[1])]
        if len(by_draw) < FEWEST or by_draw.nunique() < 2:
            continue
        for path, values in mine.groupby("path", observed=True):
            aligned = values.set_index("draw").reindex(by_draw.index)
            for category, statistic, estimate, p_value in _relations(aligned, by_draw):
                about = [category, statistic, estimate, p_value, float("nan"), len(by_draw)]
                in_unit = "" if category is None else unit
                found.append([*key, group, outcome, path, *about, in_unit])
    table = pd.DataFrame(found, columns=COLUMNS)
    if table.empty:
        return table
    table["q_value"] = table.groupby([*PAIR, "complex"])["p_value"].transform(
        lambda p: stats.false_discovery_control(p.to_numpy(float))
    )
    return table.sort_values(
        [*PAIR, "complex", "p_value", "parameter", "category"], ignore_index=True
    )


def split(
    groups: pd.DataFrame,
    tasks: Iterable[Replicate],
    *,
    outcome: str = "value_added",
    group: str = "all",
    year: int | None = None,
) -> pd.DataFrame:
    r"""Return how much of the effect's variance is owed to doubt about parameters and to luck.

    Needs draws and luck crossed, at least two of each; a comparison without has no row.

    Returns
    -------
    pandas.DataFrame
        `SPLIT_COLUMNS`: ``doubt`` is ``parameters``, ``luck`` or ``both``, what neither does alone.

    Notes
    -----
    A two-way random model, :math:`y_{dl} = \mu + a_d + b_l + e_{dl}`, by the method of moments:
    :math:`\hat\sigma^2_e = MS_e`, :math:`\hat\sigma^2_a = (MS_a - MS_e) / L`,
    :math:`\hat\sigma^2_b = (MS_b - MS_e) / D`, each at least 0 (Searle, Casella and McCulloch 1992,
    Variance Components, chapter 4).
    """
    effect = _effect(groups, tasks, outcome, group, year)
    found: list[list[object]] = []
    for key, rows in effect.groupby([*PAIR, "complex"], observed=True):
        grid = rows.pivot_table(index="draw", columns="luck", values="value")
        draws, lucks = grid.shape
        if min(draws, lucks) < 2 or grid.isna().to_numpy().any():
            continue
        y = grid.to_numpy(float)
        of_draw, of_luck = y.mean(axis=1, keepdims=True), y.mean(axis=0, keepdims=True)
        rest = y - of_draw - of_luck + y.mean()
        error = float((rest**2).sum() / ((draws - 1) * (lucks - 1)))
        variances = {
            "parameters": max(float(of_draw.var(ddof=1)) - error / lucks, 0.0),
            "luck": max(float(of_luck.var(ddof=1)) - error / draws, 0.0),
            "both": error,
        }
        total = sum(variances.values())
        for doubt, variance in variances.items():
            share = variance / total if total else float("nan")
            unit = f"({rows['unit'].iloc[0]})^2"
            found.append([*key, group, outcome, doubt, variance, share, unit])
    return pd.DataFrame(found, columns=SPLIT_COLUMNS)


def caution(table: pd.DataFrame) -> str:
    """Return one plain sentence on how far `drivers` can be trusted.

    >>> caution(pd.DataFrame(columns=COLUMNS))
    'too few draws of the uncertain parameters to say; at least 5 are needed'
    """
    if table.empty:
        return tr(
            "too few draws of the uncertain parameters to say; at least {fewest} are needed",
            fewest=FEWEST,
        )
    draws, parameters = int(table["draws"].min()), table["parameter"].nunique()
    clear = table.loc[table["q_value"] < 0.05, "parameter"].nunique()
    return tr(
        "with {draws} draws, about {chance} of {parameters} uncertain parameters would show "
        "p < 0.05 by chance alone; beyond chance: {clear}",
        draws=draws,
        chance=f"{0.05 * parameters:.1g}",
        parameters=parameters,
        clear=clear or tr("none"),
    )


def _effect(
    groups: pd.DataFrame, tasks: Iterable[Replicate], outcome: str, group: str, year: int | None
) -> pd.DataFrame:
    """Return the level of one effect in every replicate over the years asked for.

    It is their sum or, of a ratio, the mean of those in which there is one; NaN where none is.
    """
    wanted = (groups["outcome"] == outcome) & (groups["group"] == group)
    if year is not None:
        wanted &= groups["year"] == year
    table = differences(groups.loc[wanted], tasks)
    table = table.loc[table["measure"] == "level"]
    cells = table.groupby([*KEY, "complex", "unit"], observed=True)
    over = cells["value"].mean() if outcome in RATIOS else cells["value"].sum(min_count=1)
    return over.reset_index()


def _relations(
    values: pd.DataFrame, effect: pd.Series
) -> Iterator[tuple[str | None, str, float, float]]:
    """Yield category, statistic, estimate and p-value for one parameter, if it varies."""
    y = effect.to_numpy(float)
    numbers = values["value"].to_numpy(float)
    if np.isfinite(numbers).all():
        if len(np.unique(numbers)) > 1:
            result = stats.spearmanr(numbers, y)
            # The p-value is an approximation that falls to 0; no order is rarer than a perfect one.
            p_value = max(float(result.pvalue), 2 / math.factorial(len(y)))
            yield None, "rank correlation", float(result.statistic), p_value
        return
    texts = values["text"].astype(str).to_numpy()
    categories = sorted(set(texts))
    # Of two categories one difference says all; it is told of the second.
    for category in categories[1:] if len(categories) == 2 else categories:
        inside, outside = y[texts == category], y[texts != category]
        if min(len(inside), len(outside)) < 2:
            continue
        p_value = float(stats.mannwhitneyu(inside, outside).pvalue)
        yield category, "difference of means", float(inside.mean() - outside.mean()), p_value
