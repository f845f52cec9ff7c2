"""What the state appropriates to a complex, year by year and line by line."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import field_validator, model_validator

from clustersim import calendar
from clustersim.language import tr
from clustersim.programme.office import STATE
from clustersim.specs import Key, Kind, Parameter, Spec, Year, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office

__all__ = ["TEAM", "BudgetSpec", "run_budget"]

TEAM = "promotion team"
"""What the team's own money is paid for."""


class Line(Spec):
    """A budget line."""

    share: Annotated[
        float,
        Parameter(
            "The line's part of the appropriation (all parts together count as the whole).",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 7: 51 / 33 / 15 % inside the twelve complexes in 2008",
            moves="paid",
        ),
    ]


class BudgetSpec(Spec):
    """The state's money for one complex."""

    amount: Annotated[
        float,
        Parameter(
            "Appropriation of the first year.",
            Kind.MONEY,
            low=0.0,
            high=1e13,
            source="N12, D12, G05",
            moves="paid",
        ),
    ]
    starts: Annotated[
        dt.date,
        Parameter(
            "The day the first year's money is there.",
            Kind.DATE,
            source="assumption: after the outlook of 24 June 2008 (G02)",
            moves="paid",
        ),
    ]
    path: dict[
        Year,
        Annotated[
            float,
            Parameter(
                "The national programme's budget of that year; only the proportions count.",
                Kind.NUMBER,
                unit="1",
                low=0.0,
                high=1e6,
                source="korea_data 7",
                moves="paid",
            ),
        ],
    ]
    """National budget by year, the first year included; money ends with the last."""

    @field_validator("path", mode="before")
    @classmethod
    def _years_as_text(cls, path: object) -> object:
        return (
            {str(year): value for year, value in path.items()} if isinstance(path, dict) else path
        )

    lines: dict[Key, Line]
    """Budget lines by name."""

    office_share: Annotated[
        float,
        Parameter(
            "Part of the network line that runs the promotion team.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: about 0.5 bn won a year, ten people and their rooms",
            moves="paid",
        ),
    ] = 0.2
    staff_share: Annotated[
        float,
        Parameter(
            "Part of the team's cost that is staff; the rest is operations.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption",
            moves="paid",
        ),
    ] = 0.7
    carry_over: Annotated[
        float,
        Parameter(
            "Part of a line's free money that may be carried into the next year with a budget.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: state money lapses unless its use is under way",
            moves="paid",
        ),
    ] = 0.3

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        years = sorted(self.path)
        for year in years:
            if not re.fullmatch("[12][0-9]{3}", year):
                raise bad_value(
                    tr("{year} is no year", year=shown(year)),
                    tr("write for example {example}", example=2008),
                    at=("path", year),
                )
        if not years or not self.path[years[0]]:
            raise bad_value(
                tr("the first year has no budget"),
                tr("start with a year that has one"),
                at=("path",),
            )
        if years[0] != str(self.starts.year):
            raise bad_value(
                tr(
                    "the money starts in {year}, its path in {first}",
                    year=self.starts.year,
                    first=years[0],
                ),
                tr("let both start in one year"),
                at=("starts",),
            )
        if self.office_share and "network" not in self.lines:
            raise bad_value(
                tr("the network line, which pays the promotion team, is missing"),
                tr("add 'network: {share: ...}', or set office_share to 0 %"),
                at=("lines",),
            )
        if not sum(line.share for line in self.lines.values()):
            raise bad_value(
                tr("no line has a share"), tr("give one a share, such as 100 %"), at=("lines",)
            )
        return self

    def years(self) -> dict[int, int]:
        """Return the appropriation of every year in whole won."""
        path = {int(year): value for year, value in sorted(self.path.items())}
        first = next(iter(path.values()))
        return {year: round(self.amount * value / first) for year, value in path.items()}

    def later(self, months: float) -> BudgetSpec:
        """Return the same with its start, and so its years, some months later."""
        starts = calendar.later(self.starts, months)
        years = starts.year - self.starts.year
        path = {str(int(year) + years): value for year, value in self.path.items()}
        return self.model_copy(update={"starts": starts, "path": path})


def run_budget(office: Office, spec: BudgetSpec | None, last_year: int) -> ProcessGenerator:
    """Appropriate each year's money, pay the promotion team by the month, and close each year.

    Without a budget there is nothing of the state's, and years are closed all the same.
    """
    years = spec.years() if spec else {}
    first = office.year
    for year in range(first, last_year + 1):
        new_year = calendar.moment(dt.date(year, 1, 1))
        if year > first:
            yield office.clock.at(new_year)
            if spec and year in years and not office.is_over:
                _carry_over(office, spec, year - 1)
            office.ledger.close_year(year - 1)
        if spec is None or year not in years:
            continue
        if year == min(years):
            yield office.clock.at(calendar.moment(spec.starts))
        if office.is_over:
            continue
        _appropriate(office, spec, years[year])
        opening = int(np.ceil(office.clock.now))
        yield from _run_the_office(office, spec, years[year], opening, int(new_year) + 12)


def _carry_over(office: Office, spec: BudgetSpec, year: int) -> None:
    """Move part of each line's free state money on; firms' own shares stay what they are."""
    for line in spec.lines:
        free = office.ledger.free(STATE, line, year)
        office.ledger.carry_over(STATE, line, year, int(free * spec.carry_over))


def _part(spec: BudgetSpec, line: str) -> float:
    total = sum(part.share for part in spec.lines.values())
    return spec.lines[line].share / total if line in spec.lines else 0.0


def _appropriate(office: Office, spec: BudgetSpec, amount: int) -> None:
    """Divide a year's money over the lines, to the won."""
    left = amount
    names = list(spec.lines)
    for name in names:
        part = left if name == names[-1] else min(round(amount * _part(spec, name)), left)
        office.ledger.appropriate(office.clock.now, STATE, name, part)
        left -= part
    office.note("appropriated", "budget", amount=amount)


def _run_the_office(
    office: Office, spec: BudgetSpec, year: int, first: int, end: int
) -> ProcessGenerator:
    """Pay the promotion team by the month, out of money reserved for the whole year."""
    monthly = round(year * _part(spec, "network") * spec.office_share / 12.0)
    if not monthly or first >= end:  # there may be no such line
        return
    ledger, line = office.ledger, "network"
    free = ledger.free(STATE, line, office.year)
    reserve = min(monthly * (end - first), free)
    promise = ledger.commit(office.clock.now, STATE, line, reserve, purpose=TEAM)
    for month in range(first, end):
        yield office.clock.at(float(month))
        if office.is_over:
            ledger.release(office.clock.now, promise)
            return
        office.team_paid = month
        due = min(monthly, promise.left)
        staff = round(due * spec.staff_share)
        ledger.pay(office.clock.now, promise, staff, "staff")
        ledger.pay(office.clock.now, promise, due - staff, "operations")
