"""Statistics of firms and networks: arrays in, a number out, nan where there is too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, stats
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from clustersim.arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "Bins",
    "Network",
    "correlation",
    "gini",
    "laplace_shape",
    "network",
    "quantile_ratio",
    "quantile_slope",
    "size_slope",
    "slope",
    "slopes_of_odds",
    "spread_by_size",
    "survival",
    "tail_exponent",
    "top_share",
    "within",
]

_FEWEST = 30
"""Observations below which a statistic of a distribution is not worth a number."""


def tail_exponent(sizes: FloatArray, top: float) -> float:
    """Return the exponent a of P(S > s) ~ s^-a over the largest firms.

    The maximum likelihood of a Pareto law that begins at the smallest of them (Hill 1975).

    Parameters
    ----------
    sizes
        Sizes of firms.
    top
        Share of firms that make the tail.
    """
    count = round(top * len(sizes))
    if count < 10:
        return np.nan
    largest = np.sort(sizes)[-count:]
    return float(stats.pareto.fit(largest, floc=0.0, fscale=float(largest[0]))[0])


def laplace_shape(growth: FloatArray) -> float:
    """Return the Subbotin shape b of growth rates: 1 is Laplace, 2 is normal.

    The maximum likelihood of the density proportional to exp(-|x/a|^b), its place free.
    """
    if len(growth) < _FEWEST:
        return np.nan
    return float(stats.gennorm.fit(growth, 1.0, loc=float(np.median(growth)))[0])


class Bins(NamedTuple):
    """Firms in bins of equal number by size: mean log size and sd of growth of each."""

    size: FloatArray
    sd: FloatArray


def spread_by_size(size: FloatArray, growth: FloatArray, bins: int = 15) -> Bins:
    """Return mean log size and sd of growth in bins of equal number of firms."""
    order = np.argsort(size, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part) > 2]
    return Bins(
        np.array([np.log(size[part]).mean() for part in parts]),
        np.array([growth[part].std(ddof=1) for part in parts]),
    )


def size_slope(size: FloatArray, growth: FloatArray, bins: int = 15) -> float:
    """Return the slope of the log sd of growth on log size over bins of firms (Amaral 1997)."""
    if len(size) < _FEWEST * bins:
        return np.nan
    found = spread_by_size(size, growth, bins)
    if not (found.sd > 0.0).all():
        return np.nan
    return float(stats.linregress(found.size, np.log(found.sd)).slope)


def correlation(one: FloatArray, other: FloatArray) -> float:
    """Return the correlation of two variables over firms."""
    if len(one) < _FEWEST or not (np.ptp(one) > 0.0 and np.ptp(other) > 0.0):
        return np.nan
    return float(np.corrcoef(one, other)[0, 1])


def within(values: FloatArray, groups: IntArray) -> FloatArray:
    """Return the departures from the mean of each firm's group."""
    series = pd.Series(values)
    return np.asarray(series - series.groupby(groups).transform("mean"), dtype=np.float64)


def slope(x: FloatArray, y: FloatArray, groups: IntArray) -> float:
    """Return the least squares slope of y on x with an effect of its own for every group."""
    if len(x) < _FEWEST:
        return np.nan
    x, y = within(x, groups), within(y, groups)
    return float(stats.linregress(x, y).slope) if np.ptp(x) > 0.0 else np.nan


def quantile_slope(x: FloatArray, y: FloatArray, quantile: float) -> float:
    """Return the slope of a quantile of y on x (Koenker and Bassett 1978)."""
    from statsmodels.regression.quantile_regression import QuantReg  # noqa: PLC0415 - slow

    if len(x) < 10 * _FEWEST:
        return np.nan
    design = np.column_stack([np.ones(len(x)), x])
    return float(QuantReg(y, design).fit(q=quantile, p_tol=1e-4).params[1])


def slopes_of_odds(event: BoolArray, regressors: FloatArray) -> FloatArray:
    """Return the logit slopes of an event, shape (regressors,).

    Parameters
    ----------
    event
        Whether it happened, shape (firms,).
    regressors
        Shape (firms, regressors), without a constant.
    """
    from statsmodels.discrete.discrete_model import Logit  # noqa: PLC0415 - slow

    rare = min(int(event.sum()), int((~event).sum()))
    if rare < 10 * (regressors.shape[1] + 1):
        return np.full(regressors.shape[1], np.nan)
    design = np.column_stack([np.ones(len(event)), regressors])
    found = Logit(event.astype(np.float64), design).fit(disp=False)
    return np.asarray(found.params[1:], dtype=np.float64)


def survival(months: FloatArray, closed: BoolArray, at: FloatArray) -> FloatArray:
    """Return the share of firms that survive some months (Kaplan and Meier 1958).

    Parameters
    ----------
    months
        How long each firm was seen.
    closed
        Whether it closed then; else it was still there.
    at
        The ages asked for; nan beyond the last firm seen.
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415 - slow

    if len(months) < _FEWEST:
        return np.full(len(at), np.nan)
    if not closed.any():
        return np.where(at <= months.max(), 1.0, np.nan)
    curve = SurvfuncRight(months, closed.astype(np.float64))
    steps = np.concatenate([[1.0], curve.surv_prob])
    there = steps[np.searchsorted(curve.surv_times, at, side="right")]
    return np.where(at <= months.max(), there, np.nan)


def gini(values: FloatArray) -> float:
    """Return the Gini coefficient: 0 where all are alike, 1 where one has everything."""
    total = float(values.sum())
    if len(values) < 2 or total <= 0.0:
        return np.nan
    rank = np.arange(1, len(values) + 1)
    return float(2.0 * np.sum(rank * np.sort(values)) / (len(values) * total)) - (
        len(values) + 1.0
    ) / len(values)


def top_share(values: FloatArray, top: float) -> float:
    """Return the share of a total that the largest firms make."""
    count, total = round(top * len(values)), float(values.sum())
    if count < 1 or total <= 0.0:
        return np.nan
    return float(np.sort(values)[-count:].sum()) / total


def quantile_ratio(values: FloatArray, high: float, low: float) -> float:
    """Return one quantile over another."""
    if len(values) < _FEWEST:
        return np.nan
    above, below = np.quantile(values, [high, low])
    return float(above / below)


class Network(NamedTuple):
    """What a network of firms looks like.

    Attributes
    ----------
    degree
        Partners of each firm, those without one included.
    triples, closed
        Pairs of partners of one firm, and those of them that are partners themselves.
    chance
        The chance that two firms are partners.
    largest
        Firms in the largest component.
    assortativity
        Correlation of the degrees at the ends of a tie.
    """

    degree: FloatArray
    triples: float
    closed: float
    chance: float
    largest: int
    assortativity: float


def network(first: IntArray, second: IntArray, firms: int) -> Network:
    """Return what a network looks like, given the rows of the ends of its ties.

    Parameters
    ----------
    first, second
        The ends of each tie, from 0 to firms - 1; a tie that stands twice counts once.
    firms
        How many firms there are, with or without ties.
    """
    ones = np.ones(len(first))
    half = sparse.coo_matrix((ones, (first, second)), shape=(firms, firms)).tocsr()
    whole = ((half + half.T) > 0).astype(np.float64)
    degree = np.asarray(whole.sum(axis=1), dtype=np.float64).ravel()
    _, labels = csgraph.connected_components(whole, directed=False)
    ends = whole.tocoo()
    return Network(
        degree=degree,
        triples=float(np.sum(degree * (degree - 1.0)) / 2.0),
        closed=float((whole @ whole).multiply(whole).sum() / 2.0),
        chance=float(degree.sum() / (firms * (firms - 1.0))) if firms > 1 else np.nan,
        largest=int(np.bincount(labels).max()) if firms else 0,
        assortativity=correlation(degree[ends.row], degree[ends.col]),
    )
