"""The tent-shaped law of growth, in monthly steps.

Yearly growth rates of firms have a Laplace distribution, a tent on a log scale: most firms barely
move, a few leap (evidence F4; Bottazzi and Secchi 2006, RAND Journal of Economics 37). A Laplace
law of unit variance is the sum of twelve independent monthly steps of the variance-gamma
law, whose characteristic function is (1 + t**2 / 2)**(-1/12): a normal number whose variance is
gamma with shape 1/12 (Kotz, Kozubowski and Podgorski 2001, The Laplace Distribution, ch. 4).

Its quantiles have no closed form, so they are tabulated once and interpolated.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy import special
from scipy.interpolate import CubicSpline

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, Numbers

__all__ = ["Tent"]

SHAPE: Final = 1 / 12
PANELS: Final = 1024
ROOT_END: Final = 1.69
"""The sixth root of the table's end, 23.3, beyond which lies less mass than 2**-53 / 30."""


class Tent:
    """The monthly step of a law whose yearly sum is Laplace with unit variance.

    Examples
    --------
    >>> Tent.sample([0.01, 0.5, 0.99]).round(3)
    array([-0.988,  0.   ,  0.988])
    >>> sd = np.array([0.3])
    >>> Tent.compensator(sd).round(6)
    array([0.003837])
    """

    MAX_SD: Final = 1.25
    """The largest yearly sd: at sqrt(2) the mean of exp(sd * X) is infinite."""

    @staticmethod
    def sample(u: Numbers) -> FloatArray:
        """Return the step at `u`: mean 0, variance 1/12, symmetric bit for bit about u = 1/2."""
        u = np.asarray(u, dtype=float)
        table = _table()
        # 1 - u is exact for u >= 1/2, so both tails are resolved alike, to 2**-53.
        size = np.interp(np.minimum(u, 1.0 - u), table.tail, table.size)
        step: FloatArray = np.copysign(size, u - 0.5)
        return step

    @staticmethod
    def compensator(sd: Numbers) -> FloatArray:
        """Return c = log E[exp(sd * X)] for steps X as sampled, so that E[exp(sd*X - c)] = 1.

        Parameters
        ----------
        sd
            Yearly standard deviations of log growth, from 0 to `MAX_SD`.

        Raises
        ------
        ValueError
            When a value is outside that range.
        """
        sd = np.asarray(sd, dtype=float)
        if not np.all((sd >= 0) & (sd <= Tent.MAX_SD)):
            raise ValueError(f"the yearly sd of growth must lie between 0 and {Tent.MAX_SD}")
        # The law's own value, and what the table adds to it.
        excess: FloatArray = _excess()(sd)
        return excess - SHAPE * np.log1p(-sd * sd / 2)


class _Table(NamedTuple):
    """The upper half: P(X > size) for sizes that fall to 0, between which sizes are linear."""

    tail: FloatArray
    size: FloatArray


@cache
def _table() -> _Table:
    """Tabulate by integrating the density from the far end to 0.

    The density, x**v * K_v(sqrt(2) x) with v = 1/12 - 1/2 up to a constant, is infinite at 0. In
    y = x**(1/6) it is smooth, and Gauss-Legendre panels give the tail to the last digits.
    """
    edges = np.linspace(0.0, ROOT_END, PANELS + 1)
    nodes, weights = special.roots_legendre(8)
    half = ROOT_END / PANELS / 2
    y = (edges[:-1] + half)[:, None] + half * nodes
    order = SHAPE - 0.5
    density = (y**6) ** order * special.kv(order, np.sqrt(2) * y**6) * 6 * y**5
    mass = np.sum(density * weights, axis=1)
    tail = np.append(0.0, np.cumsum(mass[::-1]))
    tail *= 0.5 / tail[-1]
    size = edges[::-1] ** 6
    # Chords lie a little outside the curve: shrink the sizes so that the variance is exact.
    a, b = size[:-1], size[1:]
    variance = 2 * np.sum(np.diff(tail) * (a * a + a * b + b * b) / 3)
    return _Table(tail, size * np.sqrt(SHAPE / variance))


@cache
def _excess() -> CubicSpline:
    """Return the table's compensator less the law's own, as a function of the yearly sd."""
    sd = np.linspace(0.0, Tent.MAX_SD, 513)
    return CubicSpline(sd, np.log(mean_exp(sd)) + SHAPE * np.log1p(-sd * sd / 2))


def mean_exp(sd: FloatArray) -> FloatArray:
    """Return E[exp(sd * X)] of the table, exactly.

    Over a cell from a to b, sizes are uniform and come with both signs: their mean is
    cosh(sd m) sinh(sd h) / (sd h), where m is the middle and h half the width.
    """
    tail, size = _table()
    middle, half = (size[:-1] + size[1:]) / 2, (size[:-1] - size[1:]) / 2
    at = np.maximum(np.asarray(sd, dtype=float), 1e-9)[..., None]  # the limit at 0, without 0 / 0
    mean = np.cosh(at * middle) * np.sinh(at * half) / (at * half)
    total: FloatArray = 2 * np.sum(np.diff(tail) * mean, axis=-1)
    return total
