"""A business centre: a building with an account of its own, in which mini-clusters can meet.

It is paid apart from the programme's budget by several funders together, each with a book of its
own, in the proportions of a payment profile. A year's part is promised when the year begins (the
first when the site is secured) and paid at its end, or when the building opens if that is sooner.
It is one decision of all funders: where the state ends its part, promises are kept, no further year
is paid, and what is not paid to the end is never opened. More or less money for the programme
leaves it as it is, and what delays the programme delays it too.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator, model_validator

from clustersim import calendar
from clustersim.language import tr
from clustersim.specs import Key, Kind, Parameter, Spec, Triangular, Year, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office

__all__ = ["LINE", "CentreSpec", "Funder", "run_centre"]

LINE = "business centre"
"""The line of its books, and what it is paid for."""


class Funder(Spec):
    """Who pays a part of it."""

    share: Annotated[
        float,
        Parameter(
            "The funder's part of the cost (all parts together count as the whole).",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="S07 names three and no shares; assumption: the state's 9.8 of 25.8 bn won of a"
            " later plan (seed_facts 10), the rest halved",
            moves="centre paid",
        ),
    ]


class CentreSpec(Spec):
    """A business centre in one complex."""

    title: str
    """Its name in English."""

    title_ko: str = ""
    """The same in Korean."""

    cost: Annotated[
        float,
        Parameter(
            "What it costs in all, land and building.",
            Kind.MONEY,
            low=0.0,
            high=1e13,
            source="S06; A11: land and building",
            moves="centre paid",
        ),
    ]
    funders: dict[Key, Funder] = Field(min_length=1)
    """Who pays, by name; `state` is the programme's."""

    profile: dict[
        Year,
        Annotated[
            float,
            Parameter(
                "A year's part of what is paid; only the proportions count.",
                Kind.SHARE,
                low=0.0,
                high=1.0,
                source="A11: 30, 35 and 35 %",
                moves="centre paid",
            ),
        ],
    ] = Field(min_length=1)
    """Payments by year."""

    site: Annotated[
        dt.date,
        Parameter(
            "The day its site is secured, and the first payment promised.",
            Kind.DATE,
            source="S03, S08, A12",
            moves="centre site",
        ),
    ]
    opens: Annotated[
        dt.date,
        Parameter(
            "The day it opens.",
            Kind.DATE,
            source="S09",
            moves="centre opened",
        ),
    ]
    turnout_gain: Annotated[
        float,
        Parameter(
            "What rooms of its own add to the chance that a member comes to a meeting, relative.",
            Kind.SHARE,
            low=-0.5,
            high=2.0,
            source="assumption: rooms near by, perhaps no more come for them",
            moves="attended",
            doubt=Triangular(0.0, 0.05, 0.15),
        ),
    ] = 0.05

    @field_validator("profile", mode="before")
    @classmethod
    def _years_as_text(cls, profile: object) -> object:
        if not isinstance(profile, dict):
            return profile
        return {str(year): value for year, value in profile.items()}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for year in self.profile:
            if not re.fullmatch("[12][0-9]{3}", year):
                raise bad_value(
                    tr("{year} is no year", year=shown(year)),
                    tr("write for example {example}", example=2008),
                    at=("profile", year),
                )
        for name, shares in (
            ("funders", [funder.share for funder in self.funders.values()]),
            ("profile", list(self.profile.values())),
        ):
            if not sum(shares):
                raise bad_value(
                    tr("nobody pays"), tr("give one a share, such as 100 %"), at=(name,)
                )
        if self.site > self.opens:
            raise bad_value(
                tr("it opens on {date}, before its site is secured", date=self.opens),
                tr("let it open later"),
                at=("opens",),
            )
        first, last = min(self.profile), max(self.profile)
        if int(first) != self.site.year or int(last) > self.opens.year:
            raise bad_value(
                tr(
                    "it is paid from {first} to {last}, and built from {site} to {opens}",
                    first=first,
                    last=last,
                    site=self.site.year,
                    opens=self.opens.year,
                ),
                tr("let payments begin in the year of its site and end by that of its opening"),
                at=("profile",),
            )
        return self

    def later(self, months: float) -> CentreSpec:
        """Return the same with all its dates some months later.

        Payments begin with the site; what would be paid after the opening is paid by then.
        """
        site, opens = (calendar.later(date, months) for date in (self.site, self.opens))
        profile: dict[str, float] = {}
        for year, part in sorted(self.profile.items()):
            due = str(min(int(year) + site.year - self.site.year, opens.year))
            profile[due] = profile.get(due, 0.0) + part
        return self.model_copy(update={"site": site, "opens": opens, "profile": profile})

    def payments(self) -> dict[int, dict[str, int]]:
        """Return what each funder pays each year in whole won; together the cost, exactly."""
        years = _divided(round(self.cost), sorted(self.profile.items()))
        parts = [(name, funder.share) for name, funder in self.funders.items()]
        return {int(year): _divided(amount, parts) for year, amount in years.items()}


def _divided(amount: int, parts: Iterable[tuple[str, float]]) -> dict[str, int]:
    """Return whole won in proportion to some parts; rounded sums leave nothing over."""
    parts = list(parts)
    whole, so_far, given = sum(part for _, part in parts), 0.0, 0
    found = {}
    for number, (name, part) in enumerate(parts, start=1):
        so_far += part
        until = amount if number == len(parts) else round(amount * min(so_far / whole, 1.0))
        found[name], given = until - given, until
    return found


def run_centre(office: Office, spec: CentreSpec) -> ProcessGenerator:
    """Pay for it year by year, and open it if all of it is paid."""
    clock, ledger = office.clock, office.ledger
    opening = calendar.moment(spec.opens)
    for year, parts in spec.payments().items():
        new_year = calendar.moment(dt.date(year, 1, 1))
        if clock.now >= new_year + 12.0:
            continue  # paid before the run
        yield clock.at(max(new_year, calendar.moment(spec.site), clock.now))
        if office.is_over:
            return
        if year == calendar.year_of(calendar.month_of(spec.site)):
            office.note("centre_site", LINE)
        promises = []
        for funder, amount in parts.items():
            ledger.appropriate(clock.now, funder, LINE, amount)
            promises.append(ledger.commit(clock.now, funder, LINE, amount, purpose=LINE))
        due = calendar.moment(dt.date(year, 12, 31))
        yield clock.at(max(min(opening, due), clock.now))
        for promise in promises:
            ledger.pay(clock.now, promise, promise.left, "capital")
        office.note("centre_paid", LINE, amount=sum(parts.values()))
    yield clock.at(max(opening, clock.now))
    office.turnout *= 1.0 + spec.turnout_gain
    office.note("centre_opened", LINE)
