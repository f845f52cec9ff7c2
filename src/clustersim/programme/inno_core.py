"""Inno-Core: scale-up support for firms of 15 to 20 bn won sales, towards 100 bn.

Firms of the band that are sound are scored and the best are taken. Each gets a package a year, as
long as it passes the gate of growing; every package lifts sales for a time. That firms in a band
chosen by last year's sales tend to fall back is in the economy already: selection adds nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import model_validator

from clustersim import calendar
from clustersim.programme.choosers import Chooser, points
from clustersim.programme.isolation import AverageFirm, Isolation, Request, Shape
from clustersim.randomness import Stream
from clustersim.specs import Kind, Normal, Parameter, Spec, Triangular, Uniform, bad_value

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.arrays import BoolArray, FloatArray
    from clustersim.economy.channels import EffectChannel
    from clustersim.economy.month import EconomySpec
    from clustersim.economy.state import Firms
    from clustersim.programme.office import Office

__all__ = ["InnoCoreOpening", "InnoCoreSpec", "effect_of_package", "run_inno_core"]

SCORE = Stream("inno_core.score")
NAME = "inno_core"


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
    package: Annotated[
        float,
        Parameter(
            "State money for one firm and year.",
            Kind.MONEY,
            low=1e6,
            high=2e8,
            source="A14: at most 200 M won; half of that keeps eight firms inside the special line",
            moves="paid",
        ),
    ] = 1e8
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
    years: Annotated[
        int,
        Parameter(
            "Packages at most.",
            Kind.COUNT,
            low=1,
            high=20,
            source="evidence C4: three to five years",
            moves="paid",
        ),
    ] = 4
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
            "What a year's package adds to log sales of an average treated firm at the horizon.",
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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.band_low > self.band_high:
            raise bad_value(
                "the band ends below its beginning",
                "let band_low be less than band_high",
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
    line: str = "special"
    """The budget line that pays (A13)."""


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
    """Choose firms on the opening day and start a process for each."""
    yield office.clock.at(calendar.moment(opening.opens))
    if office.is_over:
        return
    firms = office.firms()
    sales = office.last_year_sales(firms)
    in_band = (sales >= spec.band_low) & (sales <= spec.band_high)
    office.note_all("eligible", NAME, firms.ids[in_band], sales[in_band])
    sound = in_band & is_sound(firms, sales, office.last_year_profit(firms))
    office.note_all("sound", NAME, firms.ids[sound], sales[sound])
    firms, sales = firms.take(sound), sales[sound]
    u = office.luck.uniform(SCORE, office.month, firms.ids)
    rank = points(
        spec.chooser, office, firms, SCORE, office.month, assessors=[0], noise=spec.score_noise
    )
    # ranked by (points, u, id), so that a tie is never broken by the order of rows
    best = np.lexsort((firms.ids, u, -rank))[: spec.places]
    for place, row in enumerate(best.tolist(), start=1):
        firm = int(firms.ids[row])
        office.note("chosen", NAME, firm=firm, detail=float(sales[row]))
        # keyed by rank: where money is short, the better firm has it first
        support = _support(office, spec, opening.line, firm, float(sales[row]), peaks)
        office.clock.start(support, key=place)


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


def _support(
    office: Office,
    spec: InnoCoreSpec,
    line: str,
    firm: int,
    entry_sales: float,
    peaks: dict[EffectChannel, float],
) -> ProcessGenerator:
    """Give a firm its packages, one a year, as long as it lives, grows and money is there."""
    project = office.new_project()
    for year in range(spec.years):
        if year:
            yield office.clock.after(12.0)
        if not office.is_alive(firm):
            office.note("closed", NAME, firm=firm, project=project)
            return
        if year and not _passes(office, spec, firm, entry_sales, year):
            office.note("gate_failed", NAME, firm=firm, project=project, detail=float(year))
            return
        amount = round(spec.package)
        if office.free(line) < amount:
            office.note("no_money", NAME, firm=firm, project=project, detail=float(year))
            continue
        grant = office.commit(line, amount, spec.state_share, NAME, project)
        paid = office.pay(grant, 1.0, "firms")
        # the package buys services, so the firm is left with its own share to pay
        office.cash(firm, -float(round(amount * (1.0 - spec.state_share) / spec.state_share)))
        office.note("package", NAME, firm=firm, project=project, amount=paid, detail=float(year))
        for channel, peak in peaks.items():
            office.economy.channels.effect(
                channel,
                firm,
                office.month,
                peak,
                months_to_peak=round(spec.months_to_peak),
                half_life=spec.half_life,
            )
    office.note("completed", NAME, firm=firm, project=project)


def _passes(office: Office, spec: InnoCoreSpec, firm: int, entry: float, years: int) -> bool:
    firms = office.firms()
    rows, _ = firms.rows(np.array([firm], dtype=np.uint64))
    sales = float(office.last_year_sales(firms)[rows[0]])
    return sales >= entry * office.sector_growth(firm, years) * (1.0 + spec.gate) ** years
