"""The firms at the start, built so that the published levels are met at `as_of` in expectation.

A complex is known by a few figures of one month. The start may be earlier, so the figures are
scaled back along the macro path: so many firms, of such sizes, that growth, exits and entrants
bring firms, workers and output to the published sums. Sizes are spread by one law of a survey.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import model_validator
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from clustersim.economy.state import Firms, size_class
from clustersim.language import tr
from clustersim.randomness import Stream, ids, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular, bad_value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.accounts import AccountsSpec
    from clustersim.economy.anchors import Anchors
    from clustersim.economy.macro import Macro, Series
    from clustersim.economy.turnover import Turnover
    from clustersim.randomness import Luck

__all__ = ["Blueprint", "Figures", "KnownSizes", "PopulationSpec", "SizeLaw"]

SIZE = Stream("population.size")
PRODUCTIVITY = Stream("population.productivity")
SECTOR = Stream("population.sector")
CUSTOMER = Stream("population.customer")


class Figures(Spec):
    """What is published about a complex in one month."""

    as_of: Annotated[
        int,
        Parameter("The month the figures stand for.", Kind.MONTH, source="N*", moves="output"),
    ]
    firms: Annotated[
        int,
        Parameter(
            "Operating firms.", Kind.COUNT, low=2, high=65_000, source="korea_data 0", moves="firms"
        ),
    ]
    workers: Annotated[
        int,
        Parameter(
            "Workers.", Kind.COUNT, low=2, high=10_000_000, source="korea_data 0", moves="workers"
        ),
    ]
    output: Annotated[
        float,
        Parameter(
            "Output of the calendar year of as_of, in its own prices.",
            Kind.MONEY,
            low=1e6,
            high=1e16,
            source="korea_data 0",
            moves="output",
        ),
    ]
    share_small: Annotated[
        float | None,
        Parameter(
            "Share of firms with 50 workers or fewer, where it is published.",
            Kind.SHARE,
            low=0.05,
            high=0.999,
            source="korea_data 0",
            moves="output",
        ),
    ] = None
    size_spread: Annotated[
        float,
        Parameter(
            "Sd of log workers, of the lognormal law of which firms with a worker are a part.",
            Kind.NUMBER,
            unit="1",
            low=0.1,
            high=3.0,
            source="korea_data 1: of mould makers, platers and their like 68.4 % have fewer than 10"
            " workers, 93.6 % fewer than 50, 99.7 % fewer than 300, in the mean 16.2",
            moves="output",
        ),
    ] = 1.6
    export_share: Annotated[
        float,
        Parameter(
            "Share of output sold abroad.",
            Kind.SHARE,
            low=0.0,
            high=0.95,
            source="korea_data 0",
            moves="exports",
        ),
    ]
    sectors: dict[
        str,
        Annotated[
            float,
            Parameter(
                "Firms of the sector, in any proportion.",
                Kind.NUMBER,
                low=0.0,
                high=1e6,
                source="korea_data 0",
                moves="output",
            ),
        ],
    ]
    """Firms by sector; only the proportions count."""

    @model_validator(mode="after")
    def _can_be_built(self) -> Self:
        if not any(self.sectors.values()):
            raise bad_value(
                tr("no sector has a firm"), tr("give one a number above 0"), ("sectors",)
            )
        mean = self.workers / self.firms
        if not SizeLaw(mean, self.size_spread, self.share_small).fits:
            raise bad_value(
                no_law(mean, self.share_small), tr("check firms, workers and share_small")
            )
        return self


class PopulationSpec(Spec):
    """What firms of all complexes have in common."""

    productivity_spread: Annotated[
        float,
        Parameter(
            "Sd of log output per worker between firms of one size.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=1.5,
            source="assumption: half a log point, as in plant data of many countries",
            moves="output",
        ),
    ] = 0.5
    productivity_size: Annotated[
        float,
        Parameter(
            "Elasticity of output per worker with respect to workers, between firms.",
            Kind.NUMBER,
            unit="1",
            low=-0.2,
            high=0.6,
            source="korea_data 1: of mould makers, platers and their like those with fewer than 10"
            " workers sell 0.64 times the mean a worker, those with 50 to 299 1.06 times"
            " (their part of all workers by the law of sizes)",
            moves="output",
            doubt=Triangular(0.05, 0.15, 0.35),
        ),
    ] = 0.15


class SizeLaw:
    """The law of workers: lognormal from one worker on, with a given mean and spread.

    Where the share of firms with 50 workers or fewer is published, the firms below and above are
    each such a part of that law, in the published proportion.
    """

    def __init__(self, mean: float, spread: float, share_small: float | None = None) -> None:
        self.spread = spread
        self.share_small = share_small
        low, high = -_FAR * spread, _CUT + _FAR * spread
        self.fits = self._mean(low) < mean < self._mean(high)
        self.location = brentq(lambda at: self._mean(at) - mean, low, high) if self.fits else np.nan

    def quantile(self, u: FloatArray) -> FloatArray:
        """Return workers at a probability, one at least."""
        least, above, share = self._parts(self.location)
        higher = (1.0 - least) * (1.0 - u)  # the part of the lognormal law beyond, exact far out
        if self.share_small is not None:
            below = 1.0 - least - above
            higher = np.where(
                u < share,
                above + below * (1.0 - u / share),
                above * (1.0 - u) / (1.0 - share),
            )
        workers: FloatArray = np.exp(self.location - self.spread * ndtri(higher))
        return np.maximum(workers, 1.0)

    def _parts(self, location: float) -> tuple[float, float, float]:
        """Return the lognormal law below one worker and above 50, and the share up to 50."""
        least = float(ndtr(-location / self.spread))
        above = float(ndtr((location - _CUT) / self.spread))
        share = self.share_small
        return least, above, 1.0 - above / (1.0 - least) if share is None else share

    def _mean(self, location: float) -> float:
        """Return the mean of both parts of the law.

        Between a and b a lognormal has exp(m + s^2 / 2) (N(b - s) - N(a - s)) / (N(b) - N(a)).
        """
        least, above, share = self._parts(location)
        s, scale = self.spread, np.exp(location + self.spread**2 / 2.0)
        from_one, to_cut = -location / s - s, (_CUT - location) / s - s
        with np.errstate(divide="ignore", invalid="ignore"):  # a part too thin for numbers: no law
            small = scale * (ndtr(to_cut) - ndtr(from_one)) / (1.0 - least - above)
            large = scale * ndtr(-to_cut) / above
        return float(share * small + (1.0 - share) * large)


_CUT = float(np.log(50.5))
_FAR = 4.0
"""Spreads from one worker, or from 50, within which the law's location is looked for."""


def no_law(mean: float, share_small: float | None) -> str:
    """Say that no law of sizes has this mean and share."""
    if share_small is None:
        return tr("no law of sizes has a mean of {mean} workers", mean=f"{mean:.1f}")
    return tr(
        "no law of sizes has a mean of {mean} workers and {share} of firms at 50 or fewer",
        mean=f"{mean:.1f}",
        share=f"{100 * share_small:.3g} %",
    )


class KnownSizes:
    """The sizes of firms that are known one by one: each as likely as any other."""

    def __init__(self, workers: FloatArray) -> None:
        self.sizes = np.sort(workers)

    def quantile(self, u: FloatArray) -> FloatArray:
        """Return workers at a probability: those of one of the firms."""
        rank = np.minimum((u * len(self.sizes)).astype(np.int64), len(self.sizes) - 1)
        found: FloatArray = self.sizes[rank]
        return found


class Blueprint:
    """How one complex's firms are made: incumbents once, entrants for ever after.

    Parameters
    ----------
    code
        The complex's number, part of every id.
    figures
        What is published, without the anchors.
    anchors
        The complex's anchors.
    sectors
        All sectors' names, in the order of their codes.
    """

    def __init__(
        self,
        code: int,
        figures: Figures,
        spec: PopulationSpec,
        *,
        sectors: Sequence[str],
        macro: Macro,
        turnover: Turnover,
        accounts: AccountsSpec,
        anchors: Anchors,
        start: int,
        law: SizeLaw | KnownSizes | None = None,
        moving_in: Series | None = None,
    ) -> None:
        self.code = code
        self.moving_in = moving_in
        self.figures = figures
        self.spec = spec
        self.macro = macro
        self.turnover = turnover
        self.elasticity = accounts.employment_elasticity
        self.lag = accounts.employment_lag
        self.anchors = anchors
        self.start = start
        weights = np.array([figures.sectors.get(name, 0.0) for name in sectors])
        self.shares = weights / weights.sum()
        mean = figures.workers / figures.firms
        self.law = law or SizeLaw(mean, figures.size_spread, figures.share_small)
        self.output_per_worker = self._real_output() / 12.0 / figures.workers
        grid = self.law.quantile(_GRID)
        self.adult = 1.0 / float(np.mean(np.exp(turnover.youth(turnover.age_grid))))
        self.seniority = float(np.mean(grid**turnover.spec.age_size))
        self.premium = float(np.mean(grid ** (1.0 + spec.productivity_size)) / np.mean(grid))
        ratio = accounts.value_added_ratio
        self.value_added_per_worker = ratio * self.output_per_worker

    told_until = -1
    """The last month up to which it is known who is there, so that nobody comes or goes."""

    def endow(self, firms: Firms) -> bool:
        """Give new firms what is known of them in place of what was drawn; return if anything."""
        del firms  # of figures alone, nothing is
        return False

    def abroad(self, most: float) -> float:
        """Return the share of output sold abroad where it is drawn; `most` is what can be."""
        del most  # figures that cannot be are refused
        return self.figures.export_share

    @property
    def research(self) -> tuple[float, float] | None:
        """Share of firms that do research and their research over sales, if the complex's own."""
        return None

    @property
    def present(self) -> FloatArray:
        """Whether the complex can have firms of each sector: 1 or 0."""
        present: FloatArray = np.where(self.shares > 0.0, 1.0, 0.0)
        present[self.anchors.sector] = 1.0
        return present

    @cached_property
    def births(self) -> float:
        """Return firms founded a year over the firms at `as_of`: what else comes is taken off.

        entry - relocation - split x share of firms large enough to split, as they are at `as_of`
        """
        spec = self.turnover.spec
        large = float(np.mean(self.law.quantile(_GRID) >= spec.split_smallest))
        return max(spec.entry - spec.relocation - spec.split * large, 0.0)

    def relocations(self, month: int) -> float:
        """Return firms that move in a year over the firms at `as_of`, as seen in a month.

        What was counted holds where it is counted and seen, or before the figures; elsewhere every
        complex is alike.
        """
        counted, seen = self.moving_in, self.macro.seen
        if counted is None or seen is None:
            return self.turnover.spec.relocation
        first, last = counted.points[0].month, counted.points[-1].month
        if not first <= month <= min(last, max(seen, self.figures.as_of)):
            return self.turnover.spec.relocation
        return float(np.exp(counted.at(np.array([month], dtype=np.int64)))[0]) / 100.0

    def per_month(self, rate: float) -> FloatArray:
        """Return newcomers a month by sector at a yearly rate: constant, whatever happens."""
        mean: FloatArray = rate / 12.0 * self.figures.firms * self.shares
        return mean

    # ------------------------------------------------------------ the firms at the start

    def incumbents(self, luck: Luck) -> Firms:
        """Return the firms at the start, with `base`, sizes and ages set.

        Sizes are spread evenly over the law (one firm in each of n equal slices, in an order luck
        decides), sectors likewise, so that a population meets the figures but for rounding.
        """
        months = self.figures.as_of - self.start
        entered, entered_workers, entered_output = self._entrants_by(self.figures.as_of)
        count = self.figures.firms
        for _ in range(5):  # how many are left of an incumbent hardly changes with their number
            names, size, age = self._sizes_and_ages(luck, count)
            left, kept = self._left(size, age, months)
            count = max(round((self.figures.firms - entered) / float(left.mean())), 2)
            if count == len(names):
                break
        sector = np.searchsorted(
            np.cumsum(self.shares)[:-1], _slices(luck.uniform(SECTOR, 0, names)), side="right"
        ).astype(np.int64)
        workers = size * (self.figures.workers - entered_workers) / np.sum(kept * size)
        output = self._made(size) * self._productivity(luck, names)
        output *= (self._real_output() / 12.0 - entered_output) / np.sum(kept * output)
        customer = self.anchors.customers(_slices(luck.uniform(CUSTOMER, 0, names)))
        youth = self.turnover.youth(age), self.turnover.youth(age + months)
        firms = self._firms(names, sector, workers, output, age, youth, self.start, customer)
        firms.birth_workers = workers / self._staffed(firms, self.start)
        return firms

    def leaders(self) -> Firms:
        """Return the anchors as they stand at the start."""
        known, nobody = self.anchors, np.zeros(len(self.anchors))
        age = nobody + self.turnover.spec.mean_age
        firms = self._firms(
            known.ids,
            known.sector,
            known.workers,
            known.output,
            age,
            (nobody, nobody),
            self.start,
            (nobody, nobody),
        )
        firms.birth_workers = known.workers / self._staffed(firms, self.start)
        return firms

    def _staffed(self, firms: Firms, since: int) -> FloatArray:
        """Return employment at `as_of` over that of a month, of firms that are there since.

        It follows published output with the lag of `Accounts.hire`, so it is behind at `as_of`.
        """
        macro, staffed = self.macro.published, np.ones(len(firms))
        keep = self.turnover.keep_youth
        paths = [
            macro.output(firms.sector, firms.birth_class, month)
            + self.anchors.published(firms, month)
            + firms.youth * keep ** (month - since)
            for month in range(since, self.figures.as_of + 1)
        ]
        for path in paths:
            staffed += (np.exp(self.elasticity * (path - paths[0])) - staffed) / self.lag
        return staffed

    def _sizes_and_ages(self, luck: Luck, count: int) -> tuple[IdArray, FloatArray, FloatArray]:
        names = ids.make(0, self.code, np.arange(count, dtype=np.uint64))
        size = self.law.quantile(_slices(luck.uniform(SIZE, 0, names)))
        return names, size, self._ages(luck, names, size)

    def _left(
        self, size: FloatArray, age: FloatArray, months: int
    ) -> tuple[FloatArray, FloatArray]:
        """Return what is left of each firm after some months, in firms and as a share of its size.

        A firm that split leaves two, of which the old one is smaller.
        """
        turnover = self.turnover
        stay = np.exp(-turnover.cumulated(size, age, months))
        new = turnover.offspring(size, age, months)
        share = turnover.spec.split_share
        split = (size >= turnover.spec.split_smallest) * turnover.spec.split / 12.0 * months
        return stay + new, stay * (1.0 - share * split) + share * new

    def entrants(
        self, luck: Luck, names: IdArray, sector: IntArray, month: int | IntArray
    ) -> Firms:
        """Return firms that are founded; their sizes follow the macro index, not other firms'.

        `entrant_size` compares what they grow into with what the firms at `as_of` do.
        """
        age = np.zeros(len(names))
        size = self.turnover.spec.entrant_size * self._drawn_size(luck, names)
        output = self.adult * self._made(size) * self._productivity(luck, names)
        workers = self.adult**self.elasticity * size
        youth = self.turnover.youth(age), age
        return self._newcomers(luck, names, sector, workers, output, age, youth, month)

    def relocated(
        self, luck: Luck, names: IdArray, sector: IntArray, month: int | IntArray
    ) -> Firms:
        """Return firms that move in: as large and as old as those that are there."""
        workers = self._drawn_size(luck, names)
        age = self._ages(luck, names, workers)
        output = self._made(workers) * self._productivity(luck, names)
        youth = self.turnover.youth(age)
        return self._newcomers(luck, names, sector, workers, output, age, (youth, youth), month)

    def _drawn_size(self, luck: Luck, names: IdArray) -> FloatArray:
        return self.law.quantile(luck.uniform(SIZE, 0, names))

    def _newcomers(
        self,
        luck: Luck,
        names: IdArray,
        sector: IntArray,
        workers: FloatArray,
        output: FloatArray,
        age: FloatArray,
        youth: tuple[FloatArray, FloatArray],
        month: int | IntArray,
    ) -> Firms:
        customer = self.anchors.customers(luck.uniform(CUSTOMER, 0, names))
        return self._firms(names, sector, workers, output, age, youth, month, customer)

    # ------------------------------------------------------------ parts

    def _firms(
        self,
        names: IdArray,
        sector: IntArray,
        workers: FloatArray,
        output: FloatArray,
        age: FloatArray,
        youth: tuple[FloatArray, FloatArray],
        month: int | IntArray,
        customer: tuple[FloatArray, FloatArray],
    ) -> Firms:
        """Lay firms out whose workers and monthly output are given as at `as_of`.

        `youth` is what a firm lacks by being young, in this month and when its size holds.
        """
        classes = size_class(workers)
        firms = Firms(
            names,
            complex_=np.full(len(names), self.code, dtype=np.int64),
            sector=sector,
            born=np.full(len(names), month, dtype=np.int64),
            birth_class=classes,
        )
        then = self.macro.published.output(sector, classes, self.figures.as_of)
        now = self.macro.output(sector, classes, month)
        firms.customer, firms.anchor_share = customer
        firms.orders = self.anchors.planned(firms, month)
        firms.youth, settled = youth
        firms.base = np.log(output) - then - settled
        firms.birth_sales = np.exp(firms.base + now + firms.orders + firms.youth)
        growth = now - then + firms.orders + firms.youth - settled
        firms.birth_workers = workers * np.exp(self.elasticity * growth)
        firms.age_at_birth = age
        return firms

    def _ages(self, luck: Luck, names: IdArray, workers: FloatArray) -> FloatArray:
        """Draw ages in months that keep their mean over all firms; larger firms are older."""
        older: FloatArray = (workers**self.turnover.spec.age_size) / self.seniority
        return older * self.turnover.ages(luck, names)

    def _made(self, workers: FloatArray) -> FloatArray:
        """Return monthly output expected of firms of a size: larger ones make more a worker."""
        relative: FloatArray = workers**self.spec.productivity_size / self.premium
        return self.output_per_worker * workers * relative

    def _productivity(self, luck: Luck, names: IdArray) -> FloatArray:
        s = self.spec.productivity_spread
        z = samplers.normal(luck.uniform(PRODUCTIVITY, 0, names))
        return np.exp(s * z - s * s / 2.0)

    def _real_output(self) -> float:
        """Return the published year's output in won of 2008, at the index of `as_of`."""
        macro = self.macro.published
        year = macro.year(self.figures.as_of)
        at = self.figures.as_of - macro.start
        index = np.exp(macro.log_output[:, 0, year] - macro.log_output[:, 0, [at]])
        nominal = (index * macro.price[:, year]).mean(axis=1)
        return float(self.figures.output / np.sum(self.shares * nominal))

    def _entrants_by(self, month: int) -> tuple[float, float, float]:
        """Return number, workers and monthly output at as_of expected of newcomers since start."""
        turnover, law = self.turnover, self.law.quantile(_GRID)[:, None]
        small, ages = turnover.spec.entrant_size * law, turnover.age_grid
        firms = workers = output = 0.0
        for rate, size, age, adult, settled in (
            (lambda _: self.births, small, np.zeros(1), self.adult, np.zeros(1)),
            (self.relocations, law, ages, 1.0, turnover.youth(ages)),
        ):
            young = adult * np.exp(turnover.youth(age) - settled)
            made = self._made(size)
            for months in range(1, month - self.start + 1):
                newcomers = float(self.per_month(rate(month - months)).sum())
                now = adult * np.exp(turnover.youth(age + months) - settled)
                left, kept = self._left(young**self.elasticity * size, age, months)
                firms += newcomers * float(left.mean())
                workers += newcomers * float(np.mean(kept * now**self.elasticity * size))
                output += newcomers * float(np.mean(kept * now * made))
        return firms, workers, output


_GRID = (np.arange(200, dtype=np.float64) + 0.5) / 200.0
"""Probabilities at which a law stands for its firms."""


def _slices(u: FloatArray) -> FloatArray:
    """Return the middle of each firm's slice of (0, 1), by the rank of its draw."""
    rank = np.empty(len(u))
    rank[np.argsort(u, kind="stable")] = np.arange(len(u))
    return (rank + 0.5) / len(u)
