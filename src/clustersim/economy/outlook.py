"""What could be expected of the economy on the eve of the programme, as chance and not as history.

From the month after `known` on, output and prices of a continuing firm follow

    log output = known + k log(1 + trend) + (cycle - v/2) + (sector's cycle - w/2) + gap
    log prices = known + k log(1 + inflation) + (walk - v/2) + (sector's walk - w/2)

with k the years since. Cycles revert to 0, walks do not; v and w are their variances at k, so that
luck of these kinds leaves the mean of the index, not of its log, on its trend. A crisis is a state
with a chance to begin and a chance to end; `gap` falls towards its depth while it lasts and closes
afterwards, so the mean lies below the trend by what crises take. All of it depends on the luck of
the run and the number of a sector alone: it is the same in every arm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.randomness import Luck

__all__ = ["Outlook", "OutlookSpec"]

OUTPUT = Stream("macro.output")
PRICES = Stream("macro.prices")
CRISIS = Stream("macro.crisis")


class OutlookSpec(Spec):
    """How the economy may go on from the last month that is known."""

    known: Annotated[
        int,
        Parameter(
            "The last month whose figures are taken as known.",
            Kind.MONTH,
            low=12,
            high=1200,
            source="G02: the plans were made public on 24 June 2008",
            moves="output",
        ),
    ] = 101
    trend: Annotated[
        float,
        Parameter(
            "Real growth of a continuing firm where nothing happens.",
            Kind.GROWTH,
            low=-0.05,
            high=0.15,
            source="korea_data 3, 6: 95 in January 2006 to 102 in May 2008 in the bundled series",
            moves="output",
            doubt=Triangular(0.01, 0.03, 0.045),
        ),
    ] = 0.03
    cycle: Annotated[
        float,
        Parameter(
            "Long-run sd of the log of output around its trend, crises apart.",
            Kind.NUMBER,
            unit="log points",
            low=0.0,
            high=0.3,
            source="korea_data 2: utilisation of Seongseo, four figures of 2005 to 2007, has"
            " 0.013; more, as those were calm years",
            moves="output",
            doubt=Triangular(0.01, 0.02, 0.04),
        ),
    ] = 0.02
    sector_cycle: Annotated[
        float,
        Parameter(
            "The same of a sector around all sectors.",
            Kind.NUMBER,
            unit="log points",
            low=0.0,
            high=0.5,
            source="korea_data 3: in October 2007 growth of two sectors of Noksan stood 10 and 16"
            " points above the whole; less, as that was one month of one complex",
            moves="output",
            doubt=Triangular(0.03, 0.06, 0.10),
        ),
    ] = 0.06
    cycle_half_life: Annotated[
        float,
        Parameter(
            "Months in which a departure from the trend halves.",
            Kind.DURATION,
            low=1,
            high=240,
            source="assumption: a business cycle of three to five years",
            moves="output",
            doubt=Triangular(6.0, 12.0, 24.0),
        ),
    ] = 12.0
    inflation: Annotated[
        float,
        Parameter(
            "Growth of producer prices.",
            Kind.GROWTH,
            low=-0.05,
            high=0.20,
            source="assumption: between the 1.5 % to mid-2007 and the 12 % of 2008 (A01c), nearer"
            " to the former, as most of 2008's had come by June",
            moves="sales",
            doubt=Triangular(0.01, 0.03, 0.06),
        ),
    ] = 0.03
    inflation_sd: Annotated[
        float,
        Parameter(
            "Sd of yearly growth of prices.",
            Kind.NUMBER,
            unit="log points / year",
            low=0.0,
            high=0.2,
            source="A01c: the two years before differ by 10 points; less, as 2008 was unusual",
            moves="sales",
            doubt=Triangular(0.02, 0.04, 0.07),
        ),
    ] = 0.04
    sector_inflation_sd: Annotated[
        float,
        Parameter(
            "Sd of yearly growth of a sector's prices over those of all.",
            Kind.NUMBER,
            unit="log points / year",
            low=0.0,
            high=0.2,
            source="assumption: half of that of all prices",
            moves="sales",
            doubt=Triangular(0.0, 0.02, 0.05),
        ),
    ] = 0.02
    onset: Annotated[
        float,
        Parameter(
            "Hazard of a crisis in a year without one.",
            Kind.HAZARD,
            low=0.0,
            high=2.0,
            source="assumption: 1980 and 1997-98 in the thirty years before (from memory)",
            moves="output",
            doubt=Triangular(0.03, 0.07, 0.15),
        ),
    ] = 0.07
    depth: Annotated[
        float,
        Parameter(
            "What a crisis takes of output if it lasts.",
            Kind.SHARE,
            low=0.0,
            high=0.6,
            source="assumption: utilisation in 1998 was a seventh below 1997's (from memory)",
            moves="output",
            doubt=Triangular(0.06, 0.14, 0.22),
        ),
    ] = 0.14
    length: Annotated[
        float,
        Parameter(
            "Mean length of a crisis.",
            Kind.DURATION,
            low=1,
            high=120,
            source="assumption: a year, as in 1998 (from memory)",
            moves="output",
            doubt=Triangular(6.0, 12.0, 24.0),
        ),
    ] = 12.0
    fall: Annotated[
        float,
        Parameter(
            "Months in which a crisis does half of its damage.",
            Kind.DURATION,
            low=0.25,
            high=36,
            source="assumption: most of it within half a year",
            moves="output",
        ),
    ] = 2.0
    recovery: Annotated[
        float,
        Parameter(
            "Months in which half of the damage is made good afterwards.",
            Kind.DURATION,
            low=0.25,
            high=240,
            source="assumption: after 1998 the old level was back within two years (from memory)",
            moves="output",
            doubt=Triangular(3.0, 6.0, 18.0),
        ),
    ] = 6.0


class Outlook:
    """The equations of `OutlookSpec`."""

    def __init__(self, spec: OutlookSpec) -> None:
        self.spec = spec

    def paths(self, luck: Luck, sectors: int, end: int) -> tuple[FloatArray, FloatArray]:
        """Return log output and log prices over the last known month's.

        Parameters
        ----------
        luck
            The luck of the run.
        sectors
            How many sectors there are.
        end
            Last month.

        Returns
        -------
        Both of shape (sectors, months from known + 1 to end).
        """
        spec = self.spec
        months = range(spec.known + 1, end + 1)
        names = np.arange(sectors + 1, dtype=np.uint64)  # 0 stands for all sectors
        u = [luck.course(stream, months, names) for stream in (OUTPUT, PRICES)]
        z = samplers.normal(np.array(u)).transpose(0, 2, 1)
        years = np.arange(1.0, len(months) + 1.0) / 12.0
        keep = 0.5 ** (1.0 / spec.cycle_half_life)
        step = np.sqrt(1.0 - keep * keep)
        cycle = _compensated(z[0], _each(sectors, spec.cycle, spec.sector_cycle) * step, keep)
        yearly = _each(sectors, spec.inflation_sd, spec.sector_inflation_sd)
        walk = _compensated(z[1], yearly / np.sqrt(12.0), 1.0)
        gap = self._gap([luck.one(CRISIS, month, 0) for month in months])
        return (
            np.log1p(spec.trend) * years + cycle[0] + cycle[1:] + gap,
            np.log1p(spec.inflation) * years + walk[0] + walk[1:],
        )

    def _gap(self, u: list[float]) -> FloatArray:
        """Return what crises take of log output, month by month; the first month may begin one."""
        spec = self.spec
        begins, ends = -np.expm1(-spec.onset / 12.0), 1.0 / spec.length
        fall, recovery = (1.0 - 0.5 ** (1.0 / months) for months in (spec.fall, spec.recovery))
        depth = np.log1p(-spec.depth)
        gap = np.zeros(len(u))
        crisis, now = False, 0.0
        for month, chance in enumerate(u):
            crisis = chance < 1.0 - ends if crisis else chance < begins
            now += (depth - now) * fall if crisis else (0.0 - now) * recovery
            gap[month] = now
        return gap


def _each(sectors: int, all_: float, one: float) -> FloatArray:
    """Return a number for all sectors together, and one for each, as a column."""
    return np.array([all_, *[one] * sectors])[:, None]


def _compensated(z: FloatArray, step: FloatArray, keep: float) -> FloatArray:
    """Return x' = keep x + step z from x = 0, less half its variance: the mean of exp(x) is 1."""
    path = np.empty_like(z)
    now, variance = np.zeros(len(z)), np.zeros((len(z), 1))
    for month, shock in enumerate((step * z).T):
        now = keep * now + shock
        variance = keep * keep * variance + step * step
        path[:, month] = now - variance.ravel() / 2.0
    return path
