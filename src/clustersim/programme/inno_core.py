"""Inno-Core: scale-up support for firms of 15 to 20 bn won sales, towards 100 bn.

Firms of the band that are sound are ranked and the best are taken. Each gets a package a year from
its account manager, as long as it passes the gate of growing; every package lifts sales for a time.
That firms in a band chosen by last year's sales tend to fall back is in the economy already:
selection adds nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from clustersim import calendar
from clustersim.language import tr
from clustersim.programme.choosers import Chooser, points
from clustersim.programme.isolation import AverageFirm, Isolation, Request, Shape
from clustersim.programme.packages import NAME, Chosen, Package, support
from clustersim.programme.team import Staff
from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Normal, Parameter, Spec, Triangular, Uniform, bad_value

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.arrays import BoolArray, FloatArray, IdArray
    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.month import EconomySpec
    from clustersim.economy.state import Firms
    from clustersim.programme.office import Office

__all__ = ["NAME", "InnoCoreOpening", "InnoCoreSpec", "effect_of_package", "run_inno_core"]

SCORE = Stream("inno_core.score")
GAMING = Stream("inno_core.gaming")
MANAGER = "account_manager"
"""Who the account managers are in the event table."""


def _packages() -> dict[str, Package]:
    said = {
        "1": ("diagnosis and a plan", "60 M KRW"),
        "2": ("development of products and processes", "140 M KRW"),
        "3": ("certificates and markets, abroad above all", "120 M KRW"),
        "4": ("follow-up: organisation, people, finance", "80 M KRW"),
    }
    return {
        year: Package.model_validate({"title": title, "amount": amount})
        for year, (title, amount) in said.items()
    }


class InnoCoreSpec(Spec):
    """The scheme's terms."""

    band_low: Annotated[
        float,
        Parameter(
            "Smallest sales of the last year.",
            Kind.MONEY,
            low=0,
            high=1e13,
            source="N16",
            moves="inno_core firms",
        ),
    ] = 15e9
    band_high: Annotated[
        float,
        Parameter(
            "Largest sales of the last year.",
            Kind.MONEY,
            low=0,
            high=1e13,
            source="N16",
            moves="inno_core firms",
        ),
    ] = 20e9
    places: Annotated[
        int,
        Parameter(
            "Firms taken.",
            Kind.COUNT,
            low=0,
            high=1000,
            source="A14: 5 to 10",
            moves="inno_core firms",
        ),
    ] = 8
    chooser: Chooser = "score"
    """By what sound firms are ranked."""

    score_noise: Annotated[
        float,
        Parameter(
            "Sd of the error with which the panel sees quality, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=0.0,
            high=10.0,
            source="assumption: a score is half signal; selection is weakly linked to outcomes"
            " (K33, K40)",
            moves="inno_core output",
        ),
    ] = 1.0
    packages: dict[str, Package] = Field(default_factory=_packages)
    """What a firm gets by year of support, counted from 1. The article names no content:
    assumption, in the order in which schemes with milestones work (T30, evidence C4: three to five
    years)."""

    state_share: Annotated[
        float,
        Parameter(
            "State's share of what a package costs; the firm pays the rest.",
            Kind.SHARE,
            low=0.05,
            high=1.0,
            source="A31",
            moves="cash",
        ),
    ] = 0.75
    managers: Annotated[
        int,
        Parameter(
            "Account managers, who lead firms through their packages.",
            Kind.COUNT,
            low=1,
            high=100,
            source="assumption: one of the promotion team, paid with it",
            moves="delay",
        ),
    ] = 1
    manager_hours: Annotated[
        float,
        Parameter(
            "Hours a month that one of them has for firms.",
            Kind.NUMBER,
            unit="hours / month",
            low=1.0,
            high=1000.0,
            source="assumption: three quarters of a working month",
            moves="delay",
        ),
    ] = 120.0
    package_hours: Annotated[
        float,
        Parameter(
            "Hours an account manager spends on a package before it is delivered.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=10_000.0,
            source="assumption: a week and a half of diagnosis, tender and contracts",
            moves="delay",
        ),
    ] = 60.0
    leaves: Annotated[
        float,
        Parameter(
            "Chance that a firm leaves of its own will at the end of a year of support.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: few give up money; but 57 % of firms that outgrew the rank of an"
            " SME saw more loss than gain in it (K17)",
            moves="paid",
        ),
    ] = 0.03
    graduates_at: Annotated[
        float,
        Parameter(
            "Sales of the last year at which a firm has arrived, and support ends.",
            Kind.MONEY,
            low=1e6,
            high=1e15,
            source="N17",
            moves="paid",
        ),
    ] = 100e9
    gaming: Literal["off", "on"] = "off"
    """`on`: some firms just outside the band report sales at its edge. What they sell is as it
    is."""
    gaming_reach: Annotated[
        float,
        Parameter(
            "How far outside the band a firm may be that does so, over the edge.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: what can be moved between two years' books",
            moves="inno_core firms",
        ),
    ] = 0.05
    gaming_share: Annotated[
        float,
        Parameter(
            "Share of the firms within that reach that do so.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: evidence D3 (17) names the failure and K17 a motive, nobody a size",
            moves="inno_core firms",
        ),
    ] = 0.3
    gate: Annotated[
        float,
        Parameter(
            "Yearly growth of sales over the sector's that the next package asks for.",
            Kind.GROWTH,
            low=-1.0,
            high=2.0,
            source="assumption: gated by milestones, as the scheme with the best evidence (T30);"
            " against the sector, so that a recession alone does not end support",
            moves="paid",
        ),
    ] = -0.10
    scale: Annotated[
        float,
        Parameter(
            "What a package of mean size adds to log sales of an average treated firm at the"
            " horizon; others add in proportion to their size.",
            Kind.NUMBER,
            unit="log points",
            low=-0.15,
            high=0.25,
            source="evidence C4: +3 points of yearly growth, sd 4 (judged from T30, K35)",
            moves="output",
            doubt=Normal(0.03, 0.04),
        ),
    ] = 0.03
    practices_share: Annotated[
        float,
        Parameter(
            "Part of that which comes through better practices; the rest through market access.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: unknown, so drawn widely",
            moves="output",
            doubt=Uniform(0.3, 0.9),
        ),
    ] = 0.6
    horizon: Annotated[
        float,
        Parameter(
            "Time after delivery at which the source measured the effect.",
            Kind.DURATION,
            low=1,
            high=120,
            source="evidence C4: effect on yearly growth",
            moves="output",
        ),
    ] = 12.0
    months_to_peak: Annotated[
        float,
        Parameter(
            "Time from delivery to the peak of the effect.",
            Kind.DURATION,
            low=1,
            high=120,
            source="evidence C4: effect on yearly growth",
            moves="output",
        ),
    ] = 12.0
    half_life: Annotated[
        float,
        Parameter(
            "Time in which the effect halves after its peak.",
            Kind.DURATION,
            low=6,
            high=240,
            source="assumption: the design's three years, swept one to eight",
            moves="output",
            doubt=Triangular(12, 36, 96),
        ),
    ] = 36.0

    @field_validator("packages", mode="before")
    @classmethod
    def _years_as_text(cls, packages: object) -> object:
        return {str(k): v for k, v in packages.items()} if isinstance(packages, dict) else packages

    @field_validator("packages")
    @classmethod
    def _one_a_year(cls, packages: dict[str, Package]) -> dict[str, Package]:
        years = [str(year) for year in range(1, len(packages) + 1)]
        if not packages or sorted(packages, key=_number) != years:
            raise bad_value(
                tr("packages of the years {years}", years=", ".join(packages) or tr("none")),
                tr("number them 1, 2, 3 without a gap"),
            )
        return {year: packages[year] for year in years}

    @property
    def mean_package(self) -> float:
        """State money for a firm in a mean year of full support."""
        return sum(package.amount for package in self.packages.values()) / len(self.packages)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.band_low > self.band_high:
            raise bad_value(
                tr("the band ends below its beginning"),
                tr("let band_low be less than band_high"),
                at=("band_low",),
            )
        return self


class InnoCoreOpening(Spec):
    """The scheme in one complex."""

    opens: Annotated[
        dt.date,
        Parameter(
            "The day firms are chosen.",
            Kind.DATE,
            source="N15 gives none: assumption",
            moves="inno_core firms",
        ),
    ]
    cohorts: Annotated[
        int,
        Parameter(
            "How often firms are chosen, each time a year later.",
            Kind.COUNT,
            low=1,
            high=20,
            source="assumption: once; the article tells of one choice (N15, N16)",
            moves="inno_core firms",
        ),
    ] = 1
    line: str = "special"
    """The budget line that pays (A13)."""

    priority: Annotated[
        float,
        Parameter(
            "Part of the packages to come whose money other uses of the line have to leave.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: none, it takes what is left; Noksan's has all (N19)",
            moves="paid",
        ),
    ] = 0.0


_AFTER_ALL = 1_000_000
"""Above the key of any process of the complex itself."""


def effect_of_package(
    spec: InnoCoreSpec, economy: EconomySpec, *, export_share: float, output_per_worker: float
) -> dict[EffectChannel, float]:
    """Return each channel's peak for one package, from the scale by `Isolation`.

    The average treated firm sells what is in the middle of the band, with the complex's export
    share and monthly output per worker (won of 2008).
    """
    output = (spec.band_low + spec.band_high) / 2.0 / 12.0
    firm = AverageFirm(output, output / output_per_worker, export_share)
    split: dict[EffectChannel, float] = {
        "practices": spec.practices_share,
        "market_access": 1.0 - spec.practices_share,
    }
    (peaks,) = Isolation(economy, firm).strengths([Request(spec.scale, split, shape_of(spec))])
    return peaks


def shape_of(spec: InnoCoreSpec) -> Shape:
    """Return how a package's effect rises and fades."""
    return Shape(round(spec.months_to_peak), spec.half_life, round(spec.horizon))


def run_inno_core(
    office: Office,
    spec: InnoCoreSpec,
    opening: InnoCoreOpening,
    peaks: dict[EffectChannel, float],
) -> ProcessGenerator:
    """Choose firms on the opening day, and in later years, and start a process for each."""
    manager = Staff(office.clock, spec.managers, spec.manager_hours, MANAGER)
    office.staff.append(manager)
    taken = np.array([], dtype=np.uint64)
    for cohort in range(opening.cohorts):
        day = calendar.moment(calendar.later(opening.opens, 12.0 * cohort))
        first = next(iter(spec.packages.values())).amount
        kept = round(opening.priority * spec.places * first)
        yield from office.wait(day, opening.line, kept)
        if office.is_over:
            return
        cohort_chosen, others = _choose(office, spec, opening, taken)
        taken = np.union1d(taken, np.array([one.firm for one in cohort_chosen], dtype=np.uint64))
        for place, one in enumerate(cohort_chosen, start=1):
            # keyed by rank: where money or hours are short, the better firm has them first, but
            # after all that runs in the complex the whole year and reserves its money in January
            office.clock.start(support(office, spec, one, peaks, manager), key=_AFTER_ALL + place)
        looked_at = np.union1d([one.firm for one in cohort_chosen], others).astype(np.uint64)
        office.clock.start(_look_back(office, spec, looked_at))


def _choose(
    office: Office, spec: InnoCoreSpec, opening: InnoCoreOpening, taken: IdArray
) -> tuple[list[Chosen], IdArray]:
    """Return the best of the sound firms of the band, and the ids of the other sound ones.

    Who was taken before is not looked at again.
    """
    every = office.firms()
    sales = office.last_year_sales(every)
    reported = _reported(office, spec, every, sales)
    in_band = (reported >= spec.band_low) & (reported <= spec.band_high)
    in_band &= ~np.isin(every.ids, taken)
    games = in_band & (reported != sales)
    office.note_all("gamed", NAME, every.ids[games], sales[games])
    office.note_all("eligible", NAME, every.ids[in_band], reported[in_band])
    sound = in_band & is_sound(every, sales, office.last_year_profit(every))
    office.note_all("sound", NAME, every.ids[sound], reported[sound])
    firms, reported = every.take(sound), reported[sound]
    u = office.luck.uniform(SCORE, office.month, firms.ids)
    rank = points(
        spec.chooser, office, firms, SCORE, office.month, assessors=[0], noise=spec.score_noise
    )
    # ranked by (points, u, id), so that a tie is never broken by the order of rows
    order = np.lexsort((firms.ids, u, -rank))
    best, others = order[: spec.places], order[spec.places :]
    office.note_all("chosen", NAME, firms.ids[best], reported[best])
    office.note_all("to_compare", NAME, firms.ids[others], reported[others])
    chosen = [
        Chosen(firm, entry, office.month, opening.line, opening.priority)
        for firm, entry in zip(firms.ids[best].tolist(), reported[best].tolist(), strict=True)
    ]
    return chosen, firms.ids[others]


def _reported(office: Office, spec: InnoCoreSpec, firms: Firms, sales: FloatArray) -> FloatArray:
    """Return the sales that firms report: some of those just outside the band, those of its edge.

    Reports alone change: what a firm sells, and is asked for later, is what it is.
    """
    if spec.gaming == "off":
        return sales
    within = np.clip(sales, spec.band_low, spec.band_high)
    near = (within != sales) & (np.abs(within - sales) <= spec.gaming_reach * within)
    u = office.luck.uniform(GAMING, office.month, firms.ids)
    return np.where(near & samplers.bernoulli(u, spec.gaming_share), within, sales)


def _look_back(office: Office, spec: InnoCoreSpec, looked_at: IdArray) -> ProcessGenerator:
    """Write down, when the years of support are over, who of some firms is still there."""
    yield office.clock.after(12.0 * len(spec.packages))
    firms = office.firms()
    there = firms.take(np.isin(firms.ids, looked_at))
    office.note_all("there", NAME, there.ids, office.last_year_sales(there))


def is_sound(firms: Firms, sales: FloatArray, profit: FloatArray) -> BoolArray:
    """Tell which firms made a profit last year and owe less than their sector's median (A15).

    Parameters
    ----------
    firms
        All operating firms of the complex.
    sales, profit
        Of the last calendar year; debt is taken over sales.
    """
    # a firm born this year has no sales to owe against
    owing = np.divide(firms.debt, sales, out=np.full(len(sales), np.inf), where=sales > 0.0)
    medians = np.zeros(int(firms.sector.max(initial=0)) + 1)
    for sector in np.unique(firms.sector):
        medians[sector] = np.median(owing[firms.sector == sector])
    sound: BoolArray = (profit > 0.0) & (owing <= medians[firms.sector])
    return sound


def _number(year: str) -> int:
    return int(year) if year.isdecimal() else 0
