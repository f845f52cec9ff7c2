"""Sales growth: log sales = base + macro + permanent + transitory + drift + youth + effects.

Drift is what quality brings; youth is for `turnover.py`. Yearly growth of sales has one sd, which
falls with size, and one autocorrelation, which rises with size; how much of it is permanent and how
much transitory follows from the two. Steps are tent shaped (variance gamma, so that twelve are
Laplace) and compensated: no shock moves the mean.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim.randomness import Stream, Tent, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Growth", "GrowthSpec"]

PERMANENT = Stream("growth.permanent")
TRANSITORY = Stream("growth.transitory")
QUALITY = Stream("growth.quality")
QUALITY_AT_BIRTH = Stream("growth.quality_at_birth")


class GrowthSpec(Spec):
    """How firms' sales move by themselves."""

    sd: Annotated[
        float,
        Parameter(
            "Total sd of yearly log growth of yearly sales at the reference size.",
            Kind.NUMBER,
            unit="log points / year",
            low=0.0,
            high=0.6,
            source="evidence G: judged from F4-F9, level from memory",
            moves="output",
            doubt=Triangular(0.13, 0.18, 0.30),
        ),
    ] = 0.18
    reference_workers: Annotated[
        float,
        Parameter(
            "Size at which that sd holds.",
            Kind.NUMBER,
            unit="heads",
            low=1,
            high=10_000,
            source="evidence G: median of the sizes that fit K29",
            moves="output",
        ),
    ] = 28.0
    size_exponent: Annotated[
        float,
        Parameter(
            "How the sd changes with size.",
            Kind.NUMBER,
            unit="1",
            low=-0.5,
            high=0.0,
            source="F7, F6",
            moves="output",
            doubt=Triangular(-0.25, -0.18, -0.10),
        ),
    ] = -0.18
    autocorrelation_small: Annotated[
        float,
        Parameter(
            "Correlation of yearly growth with the year before, below 50 workers.",
            Kind.NUMBER,
            unit="1",
            low=-0.4,
            high=0.2,
            source="sign F8, F9; size from memory (evidence G)",
            moves="output",
        ),
    ] = -0.20
    autocorrelation_large: Annotated[
        float,
        Parameter(
            "The same at 250 workers and more.",
            Kind.NUMBER,
            unit="1",
            low=-0.4,
            high=0.24,
            source="sign F8, F9; size from memory (evidence G)",
            moves="output",
        ),
    ] = 0.05
    transitory_half_life: Annotated[
        float,
        Parameter(
            "Months in which a transitory deviation halves.",
            Kind.DURATION,
            low=0.5,
            high=36,
            source="assumption: short enough that yearly growth can revert as strongly as F8 finds",
            moves="output",
        ),
    ] = 3.0
    quality_sd: Annotated[
        float,
        Parameter(
            "Sd between firms of the yearly growth that quality brings.",
            Kind.GROWTH,
            low=0.0,
            high=0.10,
            source="assumption: two to five points; persistent differences are needed for the"
            " high-growth tail (evidence B4)",
            moves="output",
            doubt=Triangular(0.02, 0.03, 0.05),
        ),
    ] = 0.03
    quality_reversion: Annotated[
        float,
        Parameter(
            "Share of a quality difference that is gone after a year.",
            Kind.DEPRECIATION,
            low=0.0,
            high=0.9,
            source="assumption: quality outlasts a programme phase of four years",
            moves="output",
        ),
    ] = 0.10


class Growth:
    """The equations of `GrowthSpec` with their constants worked out."""

    streams = (PERMANENT, TRANSITORY, QUALITY)

    def __init__(self, spec: GrowthSpec) -> None:
        self.spec = spec
        self.keep_transitory = 0.5 ** (1.0 / spec.transitory_half_life)
        self.innovation = np.sqrt(12.0 * (1.0 - self.keep_transitory**2))
        self.keep_quality = (1.0 - spec.quality_reversion) ** (1.0 / 12.0)
        self.monthly_drift = np.log1p(spec.quality_sd) / 12.0

    # ------------------------------------------------------------ the monthly equations

    def birth(self, firms: Firms, luck: Luck) -> None:
        """Draw the quality of new firms: standard normal."""
        firms.quality = samplers.normal(luck.uniform(QUALITY_AT_BIRTH, 0, firms.ids))
        self.scale(firms)

    def scale(self, firms: Firms) -> None:
        """Set each firm's sd by its size as luck alone made it, so that no arm changes its luck."""
        # below one worker the rule would feed on itself: ever smaller, ever wilder
        workers = np.maximum(firms.birth_workers * np.exp(firms.permanent + firms.drift), 1.0)
        firms.sd_permanent, firms.sd_transitory = self.split(workers)
        firms.mean_permanent = Tent.compensator(firms.sd_permanent)
        firms.mean_transitory = Tent.compensator(self.innovation * firms.sd_transitory)

    def step(self, firms: Firms, u: FloatArray, months_since_birth: FloatArray) -> None:
        """Move permanent, transitory and quality by one month.

        permanent' = permanent + e,         E[exp e] = 1
        transitory' = r transitory + n,     centred so that E[exp(transitory - centre)] = 1
        drift' = drift + g q / 12 - c(age), E[exp drift'] = 1 over the firms of one age
        quality' = k quality + sqrt(1 - k^2) z
        """
        firms.permanent += firms.sd_permanent * Tent.sample(u[0]) - firms.mean_permanent
        self.revert(firms, u[1])
        firms.drift += self.monthly_drift * firms.quality - self._drift_centre(months_since_birth)
        k = self.keep_quality
        firms.quality = k * firms.quality + np.sqrt(1.0 - k * k) * samplers.normal(u[2])

    def revert(self, firms: Firms, u: FloatArray) -> None:
        """Move the transitory deviation by one month."""
        r, sd = self.keep_transitory, self.innovation * firms.sd_transitory
        firms.transitory = r * firms.transitory + sd * Tent.sample(u)
        # the log of the mean of exp is quadratic up to terms of sd^4 (below 1e-4 here)
        firms.centre = r * r * firms.centre + firms.mean_transitory

    def _drift_centre(self, months: FloatArray) -> FloatArray:
        """Return the rise of Var(drift) / 2 in the month after this age (the drift is normal)."""
        # Var(sum of n+1) - Var(sum of n) = 1 + 2 sum of k^h, h = 1..n
        k = self.keep_quality
        n = months
        reach = n if k == 1.0 else k * (1.0 - k**n) / (1.0 - k)
        rise: FloatArray = 0.5 * self.monthly_drift**2 * (1.0 + 2.0 * reach)
        return rise

    # ------------------------------------------------------------ from two moments to two parts

    def split(self, workers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the yearly sd of the permanent and the sd of the transitory part by size.

        Solves V = a0 P + b0 T + c0 D and r V = a1 P + b1 T + c1 D for the variances P and T, where
        a, b, c are the variance and first autocovariance that a part of unit variance gives to the
        log growth of *yearly* sales, and D is the variance of quality's drift. Where no transitory
        part can bring the autocorrelation down or up to r, T is 0 and V holds.
        """
        (a0, a1), (b0, b1), (c0, c1) = self._moments
        variance = (
            self.spec.sd * (workers / self.spec.reference_workers) ** self.spec.size_exponent
        ) ** 2
        span = np.clip(np.log(workers / 50.0) / np.log(250.0 / 50.0), 0.0, 1.0)
        small, large = self.spec.autocorrelation_small, self.spec.autocorrelation_large
        r = small + (large - small) * span
        drift = (12.0 * self.monthly_drift) ** 2
        left0 = np.maximum(variance - c0 * drift, 0.0)
        left1 = r * variance - c1 * drift
        transitory = np.clip((a1 * left0 - a0 * left1) / (a1 * b0 - a0 * b1), 0.0, left0 / b0)
        permanent = np.maximum(left0 - b0 * transitory, 0.0) / a0
        # the smallest firms in the widest draws would leave the table of the law of steps
        return (
            np.minimum(np.sqrt(permanent), Tent.MAX_SD),
            np.minimum(np.sqrt(transitory), Tent.MAX_SD / self.innovation),
        )

    @cached_property
    def _moments(self) -> tuple[tuple[float, float], ...]:
        lags = np.arange(-34, 35)
        white = np.where(lags == 0, 1.0 / 12.0, 0.0)
        r = self.keep_transitory ** np.abs(np.arange(-35, 36))
        difference = 2.0 * r[1:-1] - r[:-2] - r[2:]
        slow = self.keep_quality ** np.abs(lags) / 144.0
        return tuple(_yearly_moments(acf) for acf in (white, difference, slow))


def _yearly_moments(autocovariance: FloatArray) -> tuple[float, float]:
    """Return variance and first autocovariance of the growth of yearly means.

    To first order the growth of a yearly sum is that of the mean log, a triangular moving sum of 23
    monthly steps (Working 1960); `autocovariance` holds that of the steps at lags -34 to 34.
    """
    w = np.minimum(np.arange(1, 24), np.arange(23, 0, -1)) / 12.0
    overlap = np.convolve(w, w[::-1])  # lags -22 to 22 of the weights with themselves
    variance = float(np.sum(overlap * autocovariance[12:57]))
    covariance = float(np.sum(overlap * autocovariance[24:69]))
    return variance, covariance
