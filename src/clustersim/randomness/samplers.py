"""Distributions as pure functions of uniform numbers.

Each takes ``u`` strictly between 0 and 1 and returns the quantile at u, so it rises with u and
with the parameters that move the distribution up. Two arms that differ a little in a parameter
then differ a little in outcome, and in one direction: a higher birth rate only adds births.

Parameters broadcast with ``u``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.arrays import BoolArray, FloatArray, IntArray, Numbers

__all__ = [
    "bernoulli",
    "binomial",
    "exponential",
    "gumbel",
    "lognormal",
    "normal",
    "poisson",
    "triangular",
    "uniform",
]


def uniform(u: Numbers, low: Numbers = 0.0, high: Numbers = 1.0) -> FloatArray:
    """Return a number between `low` and `high`.

    >>> uniform(0.25, 10, 20)
    np.float64(12.5)
    """
    return low + (high - low) * np.asarray(u)


def normal(u: Numbers, mean: Numbers = 0.0, sd: Numbers = 1.0) -> FloatArray:
    """Return a normal number.

    >>> normal([0.5, 0.975], mean=1, sd=2).round(2)
    array([1.  , 4.92])
    """
    return mean + sd * _standard_normal(u)


def lognormal(u: Numbers, median: Numbers = 1.0, sd: Numbers = 1.0) -> FloatArray:
    """Return a number whose logarithm is normal, with standard deviation `sd`.

    The mean is ``median * exp(sd**2 / 2)``.

    >>> lognormal([0.5, 0.975], median=10, sd=0.5).round(1)
    array([10. , 26.6])
    """
    value: FloatArray = median * np.exp(sd * _standard_normal(u))
    return value


def exponential(u: Numbers, mean: Numbers = 1.0) -> FloatArray:
    """Return an exponential number: the cumulated hazard, at mean 1, that an event waits for.

    >>> exponential([0.5, 0.99]).round(2)
    array([0.69, 4.61])
    """
    value: FloatArray = -np.log1p(-np.asarray(u)) * mean
    return value


def triangular(u: Numbers, low: Numbers, mode: Numbers, high: Numbers) -> FloatArray:
    """Return a number of the triangle from `low` over `mode` to `high`.

    >>> triangular([0.0, 0.5, 1.0], 0, 1, 2)
    array([0., 1., 2.])
    """
    u = np.asarray(u)
    rising, falling, width = mode - low, high - mode, high - low
    left = low + np.sqrt(u * (width * rising))
    right = high - np.sqrt((1 - u) * (width * falling))
    return np.where(u * width < rising, left, right)[()]


def bernoulli(u: Numbers, p: Numbers) -> BoolArray:
    """Return whether an event of chance `p` happens; a higher chance only adds events.

    >>> bernoulli([0.1, 0.3, 0.5], 0.3)
    array([ True, False, False])
    """
    return np.asarray(u) < p


def poisson(u: Numbers, rate: Numbers) -> IntArray:
    """Return a Poisson count of mean `rate`; a higher rate only adds.

    Raises
    ------
    ValueError
        When a rate is negative or not finite.

    Examples
    --------
    >>> poisson([0.1, 0.5, 0.9], 3.0)
    array([1, 3, 5])
    """
    u, rate = np.asarray(u, dtype=float), np.asarray(rate, dtype=float)
    if not np.all((rate >= 0) & np.isfinite(rate)):
        raise ValueError("a Poisson rate must be 0 or more, and finite")
    z = _standard_normal(u)
    near = rate + z * np.sqrt(rate) + (z * z - 1) / 6
    return _quantile(u, near, lambda count: special.pdtr(count, rate))


def binomial(u: Numbers, n: int | IntArray, p: Numbers) -> IntArray:
    """Return how many of `n` trials of chance `p` succeed; more trials or chance only add.

    Raises
    ------
    ValueError
        When `n` is negative or `p` is not a probability.

    Examples
    --------
    >>> binomial([0.1, 0.5, 0.9], 10, 0.3)
    array([1, 3, 5])
    """
    u, n, p = np.asarray(u, dtype=float), np.asarray(n), np.asarray(p, dtype=float)
    if not np.all((n >= 0) & (p >= 0) & (p <= 1)):
        raise ValueError("trials must be 0 or more, and their chance between 0 and 1")
    z = _standard_normal(u)
    near = n * p + z * np.sqrt(n * p * (1 - p)) + (1 - 2 * p) * (z * z - 1) / 6
    return _quantile(u, np.minimum(near, n), lambda count: special.bdtr(count, n, p))


def gumbel(u: Numbers, weights: Numbers) -> IntArray:
    """Return the position of the option chosen from a menu, each with chance w / sum(w).

    The chosen option has the largest log(w) + G, where G = -log(-log(u)) is a Gumbel number of
    its own. With u addressed by (chooser, option), removing an option, or adding one, changes the
    choice of those alone who take it.

    Parameters
    ----------
    u, weights
        Shape (..., options); a weight of 0 is never chosen.

    Raises
    ------
    ValueError
        When a weight is negative or not finite, or a menu has no option of positive weight.

    Examples
    --------
    >>> gumbel([[0.2, 0.9, 0.4], [0.2, 0.9, 0.4]], [[1, 1, 1], [1, 0, 1]])
    array([1, 2])
    """
    weights = np.asarray(weights, dtype=float)
    fit = np.all((weights >= 0) & np.isfinite(weights)) and np.all(np.any(weights > 0, axis=-1))
    if not fit:
        raise ValueError("a menu needs finite weights of 0 or more, one of them above 0")
    # The same order without a logarithm of 0: the first of exponential clocks that run at rate w.
    with np.errstate(divide="ignore"):
        return np.asarray(np.argmin(-np.log(u) / weights, axis=-1))[()]


def _standard_normal(u: Numbers) -> FloatArray:
    z: FloatArray = special.ndtri(u)
    return z


def _quantile(u: FloatArray, near: FloatArray, cdf: Callable[[FloatArray], FloatArray]) -> IntArray:
    """Return the smallest count with cdf(count) >= u, searched from a guess upwards and down.

    The guess saves time and nothing else: the answer is decided by the distribution function.
    """
    count = np.floor(np.maximum(near, 0.0))
    while (short := cdf(count) < u).any():
        count = count + short
    while (beyond := (count > 0) & (cdf(np.maximum(count - 1, 0.0)) >= u)).any():
        count = count - beyond
    return count.astype(np.int64)
