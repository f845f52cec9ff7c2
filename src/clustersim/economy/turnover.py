"""How firms come and go: births, relocations from elsewhere, splits of incumbents, exits.

The number of births in a month is a Poisson quantile of one draw, so a higher rate only adds firms
and each keeps its identity in every arm; relocations likewise. A firm closes when its cumulated
hazard passes a threshold drawn at birth, so a lower hazard can only postpone. Whether it splits
depends on its size as luck alone made it: no arm makes it likelier. A split moves output and makes
none; much of what newspapers count as new firms of a complex is this (korea_data 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim.economy.state import Firms
from clustersim.randomness import Stream, ids, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import BoolArray, FloatArray, IdArray, IntArray, Numbers
    from clustersim.randomness import Luck

    Arrivals = tuple[IdArray, IntArray, IntArray]
    """Ids, sectors and months of birth, in the order of the ids."""

__all__ = ["Turnover", "TurnoverSpec", "relocated"]

BIRTHS = Stream("turnover.births")
RELOCATIONS = Stream("turnover.relocations")
SPLITS = Stream("turnover.splits")
SPLIT_NAMES = Stream("turnover.split_names")
THRESHOLD = Stream("turnover.threshold")
AGE = Stream("turnover.age")


class TurnoverSpec(Spec):
    """How firms come and go."""

    entry: Annotated[
        float,
        Parameter(
            "Firms that come a year in any way, as a share of the firms at as_of; how many of them"
            " are founded is what relocations and splits leave.",
            Kind.HAZARD,
            low=0.0,
            high=1.0,
            source="korea_data 9: 3 to 12 % enter, central 8 %; here what balances the exits of"
            " Noksan where nothing grows",
            moves="firms",
            doubt=Triangular(0.04, 0.075, 0.12),
        ),
    ] = 0.075
    relocation: Annotated[
        float,
        Parameter(
            "Firms that move in from elsewhere a year, as a share of the firms at as_of.",
            Kind.HAZARD,
            low=0.0,
            high=0.5,
            source="assumption: no figure was found; a small part of those that enter",
            moves="firms",
            doubt=Triangular(0.0, 0.01, 0.02),
        ),
    ] = 0.01
    split: Annotated[
        float,
        Parameter(
            "Hazard that a firm large enough splits in two.",
            Kind.HAZARD,
            low=0.0,
            high=0.5,
            source="assumption: firms of Namdong rose by 12 % in a year in which its output did not"
            " (korea_data 1)",
            moves="firms",
            doubt=Triangular(0.0, 0.03, 0.06),
        ),
    ] = 0.03
    split_share: Annotated[
        float,
        Parameter(
            "Part of everything that the new firm takes along.",
            Kind.SHARE,
            low=0.01,
            high=0.5,
            source="assumption: a line or a tenant, not half the firm",
            moves="firms",
        ),
    ] = 0.3
    split_smallest: Annotated[
        float,
        Parameter(
            "Smallest size, as luck alone made it, at which a firm splits.",
            Kind.NUMBER,
            unit="heads",
            low=2,
            high=10_000,
            source="assumption: below ten there is nothing to divide",
            moves="firms",
        ),
    ] = 10.0
    entrant_size: Annotated[
        float,
        Parameter(
            "Median size of a grown entrant over that of the firms at as_of.",
            Kind.NUMBER,
            unit="1",
            low=0.05,
            high=5.0,
            source="assumption: newly operating firms were mostly small tenants (korea_data 6)",
            moves="output_per_firm",
            doubt=Triangular(0.3, 0.5, 1.0),
        ),
    ] = 0.5
    newborn_size: Annotated[
        float,
        Parameter(
            "Output of a new firm over what it grows into.",
            Kind.NUMBER,
            unit="1",
            low=0.05,
            high=1.0,
            source="assumption; that surviving young firms grow faster: Evans 1987, Journal of"
            " Political Economy 95 (from memory)",
            moves="output_per_firm",
            doubt=Triangular(0.6, 0.8, 1.0),
        ),
    ] = 0.8
    exit: Annotated[
        float,
        Parameter(
            "Hazard of closing for an old firm of the reference size that owes what it means to.",
            Kind.HAZARD,
            low=0.0,
            high=0.5,
            source="evidence G: 4 % a year of all incumbents with ten workers or more, some of them"
            " young or in debt (from memory); korea_data 6: 5.1 % of all firms of two or more",
            moves="firms",
            doubt=Triangular(0.015, 0.03, 0.06),
        ),
    ] = 0.03
    reference_workers: Annotated[
        float,
        Parameter(
            "Size at which that hazard holds.",
            Kind.NUMBER,
            unit="heads",
            low=1,
            high=10_000,
            source="K29",
            moves="firms",
        ),
    ] = 28.0
    exit_size_exponent: Annotated[
        float,
        Parameter(
            "How the hazard changes with size.",
            Kind.NUMBER,
            unit="1",
            low=-1.0,
            high=0.0,
            source="sign K2; size assumption",
            moves="firms",
        ),
    ] = -0.25
    exit_debt: Annotated[
        float,
        Parameter(
            "Rise of the log hazard with each year of sales that a firm owes beyond what it means"
            " to.",
            Kind.NUMBER,
            unit="1 / year of sales",
            low=0.0,
            high=10.0,
            source="assumption: half a year of sales more than it means to owe doubles a firm's"
            " hazard; usual margins serve no more than about a year and a half",
            moves="firms",
            doubt=Triangular(0.5, 1.5, 3.0),
        ),
    ] = 1.5
    young: Annotated[
        float,
        Parameter(
            "Extra hazard of a new firm, over that of an old one.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=20.0,
            source="assumption: between tenants of complexes and all manufacturing start-ups"
            " (korea_data 6: one-year survival 68.8 %)",
            moves="firms",
        ),
    ] = 2.0
    maturing: Annotated[
        float,
        Parameter(
            "Time in which what a young firm lacks in size, and its extra hazard, fall to 37 %.",
            Kind.DURATION,
            low=1,
            high=360,
            source="K2: hazard in year 1 twice that of years 2-5",
            moves="firms",
        ),
    ] = 36.0
    mean_age: Annotated[
        float,
        Parameter(
            "Mean age of the firms at the start.",
            Kind.DURATION,
            low=1,
            high=600,
            source="K6: firms that do research are 11.7 years old; all are younger (assumption)",
            moves="firms",
        ),
    ] = 108.0
    age_size: Annotated[
        float,
        Parameter(
            "Elasticity of a firm's age at the start with respect to its workers.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=1.0,
            source="assumption: what births, growth and exits of this model lead to in thirty years"
            " without macro",
            moves="firms",
        ),
    ] = 0.12


class Turnover:
    """The equations of `TurnoverSpec`."""

    def __init__(self, spec: TurnoverSpec) -> None:
        self.spec = spec
        self.keep_youth = float(np.exp(-1.0 / spec.maturing))
        self.age_grid = spec.mean_age * -np.log((np.arange(5, dtype=np.float64) + 0.5) / 5.0)

    def birth(self, firms: Firms, luck: Luck) -> None:
        """Draw the threshold at which a new firm will close."""
        firms.threshold = samplers.exponential(luck.uniform(THRESHOLD, 0, firms.ids))
        firms.alive = 1.0

    def ages(self, luck: Luck, ids_: IdArray) -> FloatArray:
        """Draw the age in months of firms that are there at the start: exponential."""
        return self.spec.mean_age * samplers.exponential(luck.uniform(AGE, 0, ids_))

    # ------------------------------------------------------------ growing up

    def youth(self, age: FloatArray) -> FloatArray:
        """Return by how much log output at an age in months is below that of a grown firm.

        log(newborn size) exp(-age / maturing)
        """
        lacking: FloatArray = np.log(self.spec.newborn_size) * np.exp(-age / self.spec.maturing)
        return lacking

    def mature(self, firms: Firms) -> None:
        """Let young firms grow up by a month; a firm that split off is as grown as the old one."""
        firms.youth *= self.keep_youth

    # ------------------------------------------------------------ arrivals

    def births(self, luck: Luck, months: Sequence[int], code: int, mean: FloatArray) -> Arrivals:
        """Return who is founded in one complex in some months; `mean` is a month's, by sector."""
        return _arrivals(luck, BIRTHS, months, code, mean, 0)

    def relocations(
        self, luck: Luck, months: Sequence[int], code: int, mean: FloatArray
    ) -> Arrivals:
        """Return who moves in; `mean` may differ by month, shape (months, sectors)."""
        return _arrivals(luck, RELOCATIONS, months, code, mean, _RELOCATED)

    # ------------------------------------------------------------ splits

    def splits(
        self, firms: Firms, luck: Luck, month: int, *, free: BoolArray | bool = True
    ) -> tuple[IdArray, Firms]:
        """Divide those `free` firms that split this month; return their ids and the new firms.

        The new firm is the old one's twin but for its luck from here on: it takes `split_share` of
        everything that can be divided, so that output, workers and money are what they were.
        """
        can = (firms.alive > 0.0) & (firms.anchor == 0.0) & free
        rows = self._divides(firms, can, luck, month)
        if not len(rows):
            return firms.ids[rows], firms.take(rows)
        slots = (luck.uniform(SPLIT_NAMES, month, firms.ids[rows]) * 2.0**31).astype(np.uint64)
        # two with one name: once in a million runs, and then the second stays whole
        names, first = np.unique(
            ids.make(month, firms.complex[rows], slots + np.uint64(_SPLIT)), return_index=True
        )
        rows = rows[first]
        old = firms.take(rows)
        new = old.renamed(names)
        share = self.spec.split_share
        new.block[_DIVIDES] *= share
        firms.block[np.ix_(_DIVIDES, rows)] *= 1.0 - share
        new.base += np.log(share)
        firms.block[Firms.base.index, rows] += np.log1p(-share)
        # its history is the old firm's, its age is not
        new.age_at_birth = (old.born - month).astype(np.float64)
        new.hazard = 0.0
        self.birth(new, luck)
        return old.ids, new

    def _divides(self, firms: Firms, can: BoolArray, luck: Luck, month: int) -> IntArray:
        """Return the rows of those that split."""
        workers = firms.birth_workers * np.exp(firms.permanent + firms.drift)
        rows = np.flatnonzero(can & (workers >= self.spec.split_smallest))
        chance = -np.expm1(-self.spec.split / 12.0)
        return rows[samplers.bernoulli(luck.uniform(SPLITS, month, firms.ids[rows]), chance)]

    def offspring(self, workers: FloatArray, age: FloatArray, months: int) -> FloatArray:
        """Return how many firms that split off from each one are there after some months.

        The expected number for a firm that keeps its size: over the months, the chance that it is
        there and splits, times that the new firm, young and small, is there at the end.
        """
        chance = -np.expm1(-self.spec.split / 12.0) * (workers >= self.spec.split_smallest)
        old, new = self.rate(workers), self.rate(self.spec.split_share * workers)
        month = np.arange(float(months)).reshape(-1, *[1] * np.broadcast(workers, age).ndim)
        there = np.exp(-old * self._exposure(age, month))
        left = np.exp(-new * self._exposure(np.zeros(1), months - month))
        found: FloatArray = np.sum(chance * there * left, axis=0)
        return found

    # ------------------------------------------------------------ exits

    def rate(self, workers: FloatArray) -> FloatArray:
        """Return the monthly hazard of an old firm: h (workers / reference)^s / 12."""
        size = np.maximum(workers, 0.5) / self.spec.reference_workers
        return self.spec.exit / 12.0 * size**self.spec.exit_size_exponent

    def cumulated(self, workers: FloatArray, age: FloatArray, months: Numbers) -> FloatArray:
        """Return the hazard over some months of firms that keep their size."""
        return self.rate(workers) * self._exposure(age, months)

    def _exposure(self, age: FloatArray, months: Numbers) -> FloatArray:
        """Return the months in which an old firm would run the risk of some from an age on."""
        tau = self.spec.maturing
        young = tau * (np.exp(-age / tau) - np.exp(-(age + months) / tau))
        exposure: FloatArray = months + self.spec.young * young
        return exposure

    def close(
        self,
        firms: Firms,
        age: FloatArray,
        overdue: FloatArray,
        *,
        free: BoolArray | bool = True,
    ) -> None:
        """Add the month's hazard to `free` firms; close those whose sum has passed the threshold.

        hazard' = hazard + h (workers / reference)^s (1 + young exp(-age / maturing))
                             x exp(exit debt x overdue + exit_hazard) / 12

        where `overdue` is debt beyond what the firm means to owe, in years of sales, and
        `exit_hazard` what policy changes.
        """
        distress = np.exp(np.minimum(self.spec.exit_debt * overdue, _HOPELESS) + firms.exit_hazard)
        firms.hazard += firms.alive * free * self.cumulated(firms.workers, age, 1.0) * distress
        firms.alive = firms.alive * (firms.hazard < firms.threshold)


_HOPELESS = 6.0
"""The log of the rise in hazard beyond which nothing is left to tell: times 400."""

_DIVIDES = np.array([column.index for column in Firms.columns.values() if column.divides])

_RELOCATED = 1 << 30
_SPLIT = 1 << 31
"""Where the slots of each kind of newcomer begin; those of births begin at 0."""


def relocated(names: IdArray) -> BoolArray:
    """Tell which firms moved in from elsewhere, by their ids."""
    slots = ids.slot(names)
    moved: BoolArray = (slots >= _RELOCATED) & (slots < _SPLIT)
    return moved & (ids.birth_month(names) > 0)


def _arrivals(
    luck: Luck, stream: Stream, months: Sequence[int], code: int, mean: FloatArray, region: int
) -> Arrivals:
    """Return a Poisson number of firms of each month and sector."""
    sectors = mean.shape[-1]
    addresses = ((code << 16) + np.arange(sectors)).astype(np.uint64)
    counts = samplers.poisson(luck.course(stream, months, addresses), mean).ravel()
    cell = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    month, sector = np.array(months, dtype=np.int64)[cell // sectors], cell % sectors
    return ids.make(month, code, region + (sector << 20) + number), sector, month
