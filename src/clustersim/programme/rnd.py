"""Calls for field-customised R&D: call, application, panel, and the projects it funds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import model_validator
from scipy.special import expit, logit

from clustersim import calendar
from clustersim.language import tr
from clustersim.programme.choosers import Chooser, points
from clustersim.programme.elsewhere import ElsewhereSpec, turn_elsewhere
from clustersim.programme.fields import FocusSpec
from clustersim.programme.projects import Project, live
from clustersim.programme.research import Research, ResearchTerms
from clustersim.programme.stages import STAGES, Stage, StagesSpec, stages
from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular, bad_value

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.arrays import BoolArray, Numbers
    from clustersim.economy.state import Firms
    from clustersim.programme.fields import Fields
    from clustersim.programme.office import Office

__all__ = ["ResearchCalls", "ResearchSpec", "run_calls"]

APPLY = Stream("rnd.apply")
AMOUNT = Stream("rnd.amount")
ASSESSOR = Stream("rnd.assessor")
TIE = Stream("rnd.tie")
NAME = "field_customised_rnd"


class ResearchSpec(ResearchTerms):
    """The terms of field-customised R&D."""

    small_below: Annotated[
        int,
        Parameter(
            "Firms with fewer workers may apply.",
            Kind.COUNT,
            low=1,
            high=100_000,
            source="korea_data 8: SMEs have 5 to 299 workers",
            moves="applications",
        ),
    ] = 300
    apply: Annotated[
        float,
        Parameter(
            "Chance that a research firm of average quality and reference size answers a call.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: about 3.6 % of target firms were supported a year (K18, K19)",
            moves="applications",
            doubt=Triangular(0.04, 0.08, 0.16),
        ),
    ] = 0.08
    apply_without_research: Annotated[
        float,
        Parameter(
            "The same for a firm that does no research, over that of one that does.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption",
            moves="applications",
        ),
    ] = 0.2
    apply_quality: Annotated[
        float,
        Parameter(
            "Rise of the log odds of applying with a sd of quality.",
            Kind.NUMBER,
            unit="1 / sd",
            low=-3.0,
            high=3.0,
            source="assumption: winners select themselves (T14)",
            moves="applications",
        ),
    ] = 0.4
    apply_size: Annotated[
        float,
        Parameter(
            "Rise of the log odds of applying with log workers.",
            Kind.NUMBER,
            unit="1",
            low=-3.0,
            high=3.0,
            source="assumption: the sign of korea_data 7, joining rises with size among SMEs",
            moves="applications",
        ),
    ] = 0.5
    reference_workers: Annotated[
        float,
        Parameter(
            "The reference size.",
            Kind.NUMBER,
            unit="heads",
            low=1,
            high=10_000,
            source="K29",
            moves="applications",
        ),
    ] = 28.0
    cost_of_applying: Annotated[
        float,
        Parameter(
            "What an application costs the firm.",
            Kind.MONEY,
            low=0,
            high=1e9,
            source="assumption: two weeks of a researcher",
            moves="cash",
        ),
    ] = 2e6
    help_odds: Annotated[
        float,
        Parameter(
            "Rise of the log odds of applying where a manager helps.",
            Kind.NUMBER,
            unit="1",
            low=-3.0,
            high=5.0,
            source="assumption: about twice the odds; managers count applications they brought in",
            moves="applications",
        ),
    ] = 0.7
    help_saves: Annotated[
        float,
        Parameter(
            "Part of the cost of an application that a manager's help saves.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: half of the papers",
            moves="cash",
        ),
    ] = 0.5
    stages: tuple[Stage, ...] = ("early", "growing", "mature")
    """Stages of growth it is for."""

    chooser: Chooser = "score"
    """By what applicants are ranked; the pass mark binds for scores alone."""

    assessors: Annotated[
        int,
        Parameter(
            "Assessors on a panel.",
            Kind.COUNT,
            low=1,
            high=100,
            source="assumption",
            moves="supported output",
        ),
    ] = 5
    assessor_noise: Annotated[
        float,
        Parameter(
            "Sd of one assessor's error about quality, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=0.0,
            high=20.0,
            source="assumption: with five, a score is half signal (K33, K40)",
            moves="supported output",
        ),
    ] = 2.2
    pass_mark: Annotated[
        float,
        Parameter(
            "Lowest score that can be funded, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=-20.0,
            high=20.0,
            source="assumption: most pass, as about 80 % of small tasks did (korea_data 7)",
            moves="paid",
        ),
    ] = -1.0
    window: Annotated[
        float,
        Parameter(
            "How long a call is open.",
            Kind.DURATION,
            low=0.1,
            high=12,
            source="assumption",
            moves="delay",
        ),
    ] = 1.0
    deciding: Annotated[
        float,
        Parameter(
            "From the deadline to the agreement.",
            Kind.DURATION,
            low=0.1,
            high=12,
            source="korea_data 2: Seongseo's team was launched in late September 2008 and made its"
            " first grants in December",
            moves="delay",
        ),
    ] = 1.5
    grant_low: Annotated[
        float,
        Parameter(
            "Smallest grant.",
            Kind.MONEY,
            low=1e6,
            high=1e10,
            source="korea_data 9",
            moves="paid",
        ),
    ] = 100e6
    grant_mode: Annotated[
        float,
        Parameter(
            "Commonest grant.",
            Kind.MONEY,
            low=1e6,
            high=1e10,
            source="korea_data 9: 120-156 M realised",
            moves="paid",
        ),
    ] = 130e6
    grant_high: Annotated[
        float,
        Parameter(
            "Largest grant.",
            Kind.MONEY,
            low=1e6,
            high=1e10,
            source="korea_data 7: at most 200 M",
            moves="paid",
        ),
    ] = 200e6

    elsewhere: ElsewhereSpec = ElsewhereSpec()
    """What refused applicants find elsewhere."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.grant_low <= self.grant_mode <= self.grant_high:
            raise bad_value(
                tr("the commonest grant is not between the smallest and the largest"),
                tr("let grant_low, grant_mode and grant_high rise"),
                at=("grant_mode",),
            )
        return self


class ResearchCalls(Spec):
    """When one complex calls for projects, and which money pays."""

    first: Annotated[
        dt.date,
        Parameter(
            "Opening of the first call.",
            Kind.DATE,
            source="korea_data 2: teams were launched in late September 2008",
            moves="delay",
        ),
    ]
    month_of_year: Annotated[
        int,
        Parameter(
            "Month in which the calls of later years open.",
            Kind.COUNT,
            low=1,
            high=12,
            source="assumption: after the year's money is divided",
            moves="delay",
        ),
    ] = 3
    last_year: Annotated[
        int,
        Parameter(
            "Year of the last call.",
            Kind.COUNT,
            low=2000,
            high=2100,
            source="A32: phase 1 ends in 2011",
            moves="paid",
        ),
    ] = 2011
    lines: dict[
        str,
        Annotated[
            float,
            Parameter(
                "Part of the line's free money that a call may use.",
                Kind.SHARE,
                low=0.0,
                high=1.0,
                source="korea_data 9: R&D grants were paid from the R&D line and part of special",
                moves="paid",
            ),
        ],
    ]
    """Budget lines that pay, in the order they are used."""

    focus: FocusSpec | None = None
    """Fields whose firms it favours; none unless told."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_year < self.first.year:
            raise bad_value(
                tr("the last call, in {year}, is before the first", year=self.last_year),
                tr("name {year} or a later year", year=self.first.year),
                at=("last_year",),
            )
        return self


@dataclass(frozen=True)
class _Application:
    firm: int
    score: float
    tie: float
    amount: int
    call: int  # the month of the call: with the firm it is the address of the project's luck


def run_calls(
    office: Office,
    spec: ResearchSpec,
    calls: ResearchCalls,
    limits: StagesSpec,
    fields: Fields | None = None,
) -> ProcessGenerator:
    """Open the calls, one a year; who is good enough but unpaid waits for the next."""
    focus = calls.focus
    waiting: list[_Application] = []
    for opening in _openings(calls):
        yield office.clock.at(max(opening, office.clock.now))  # the last one is decided first
        if office.is_over:
            break
        office.note("call", NAME)
        firms = office.firms()
        stage = stages(limits, firms, office.month, office.books.growth(firms))
        firms = firms.take(np.isin(stage, [STAGES.index(each) for each in spec.stages]))
        month = office.month
        queue = np.array([application.firm for application in waiting], dtype=np.uint64)
        idle = ~np.isin(firms.ids, queue)
        favoured = fields.favoured(focus, firms) if fields else np.zeros(len(firms))
        drawn = focus.odds * favoured if focus else 0.0
        asking = idle & _applies(office, spec, firms, month, drawn + spec.help_odds)
        helped = np.isin(firms.ids, office.help(spec.window, firms.ids[asking]))
        lift = spec.help_odds * helped.astype(np.float64)
        applies = idle & _applies(office, spec, firms, month, drawn + lift)
        applicants = firms.take(applies)
        saved = spec.help_saves * helped[applies]
        for firm, part in zip(applicants.ids.tolist(), saved.tolist(), strict=True):
            office.cash(firm, -spec.cost_of_applying * (1.0 - part))
            office.note("applied", NAME, firm=firm, detail=part)
        yield office.clock.after(spec.window + spec.deciding)
        extra = focus.points * favoured[applies] if focus else 0.0
        panel = _panel(office, spec, applicants, month, extra)
        waiting = _fund(office, spec, calls, waiting + panel)
    for application in waiting:
        _refuse(office, spec, application)


def _refuse(office: Office, spec: ResearchSpec, application: _Application) -> None:
    firm = application.firm
    office.note("refused", NAME, firm=firm, detail=application.score)
    turn_elsewhere(
        office,
        spec.elsewhere,
        spec,
        NAME,
        firm=firm,
        month=application.call,
        asked=application.amount,
    )


def _openings(calls: ResearchCalls) -> list[float]:
    later = [
        calendar.moment(dt.date(year, calls.month_of_year, 1))
        for year in range(calls.first.year + 1, calls.last_year + 1)
    ]
    return [calendar.moment(calls.first), *later]


def _applies(
    office: Office, spec: ResearchSpec, firms: Firms, month: int, lift: Numbers = 0.0
) -> BoolArray:
    """Tell who answers a call: SMEs, by research, quality and size; help lifts the log odds."""
    odds = (
        logit(np.clip(spec.apply, 1e-9, 1 - 1e-9))
        + spec.apply_quality * firms.quality
        + spec.apply_size * np.log(firms.workers / spec.reference_workers)
        + lift
    )
    research = np.where(firms.intensity > 0.0, 1.0, spec.apply_without_research)
    chance = expit(odds) * research * (firms.workers < spec.small_below) * (spec.apply > 0.0)
    return samplers.bernoulli(office.luck.uniform(APPLY, month, firms.ids), chance)


def _panel(
    office: Office, spec: ResearchSpec, firms: Firms, month: int, extra: Numbers = 0.0
) -> list[_Application]:
    """Give each application its points, some extra ones to scores, and an amount it asks for."""
    luck = office.luck
    ranks = points(
        spec.chooser,
        office,
        firms,
        ASSESSOR,
        month,
        assessors=range(1, spec.assessors + 1),
        noise=spec.assessor_noise,
    )
    if spec.chooser == "score":
        ranks = ranks + extra
    amount = samplers.triangular(
        luck.uniform(AMOUNT, month, firms.ids), spec.grant_low, spec.grant_mode, spec.grant_high
    )
    tie = luck.uniform(TIE, month, firms.ids)
    return [
        _Application(firm, rank, chance, round(won, -6), month)
        for firm, rank, chance, won in zip(
            firms.ids.tolist(),
            ranks.tolist(),
            tie.tolist(),
            amount.astype(np.int64).tolist(),
            strict=True,
        )
    ]


def _fund(
    office: Office, spec: ResearchSpec, calls: ResearchCalls, applications: list[_Application]
) -> list[_Application]:
    """Fund in the order of (score, tie, id) while there is money; return who waits."""
    money = {line: int(office.free(line) * part) for line, part in calls.lines.items()}
    waiting = []
    for application in sorted(applications, key=lambda a: (-a.score, a.tie, a.firm)):
        firm, amount = application.firm, application.amount
        if not office.is_alive(firm):
            office.note("closed", NAME, firm=firm)
            continue
        if spec.chooser == "score" and application.score < spec.pass_mark:
            _refuse(office, spec, application)
            continue
        line = next((line for line, free in money.items() if free >= amount), None)
        if line is None:
            office.note("waiting", NAME, firm=firm, detail=application.score)
            waiting.append(application)
            continue
        money[line] -= amount
        project = office.new_project()
        grant = office.commit(line, amount, amount / spec.state_share, NAME, project)
        office.note(
            "funded", NAME, firm=firm, project=project, amount=amount, detail=application.score
        )
        funded = Project(NAME, (firm,), project, line, amount, grant, application.call)
        office.clock.start(live(office, spec, Research(office, spec), funded), project)
    return waiting
