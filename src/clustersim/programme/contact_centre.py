"""A contact centre: it sees requests first, sets right what went astray, and reads a part."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from clustersim import calendar
from clustersim.programme.team import Staff
from clustersim.programme.upkeep import Upkeep
from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office

__all__ = ["NAME", "ContactCentre", "ContactCentreSpec"]

RIGHT = Stream("contact_centre.puts_right")
NAME = "contact_centre"


class ContactCentreSpec(Spec):
    """A hub of triage and matching (O10)."""

    opens: Annotated[
        dt.date,
        Parameter(
            "The day it works for the programme; in months that are paid for.",
            Kind.DATE,
            source="O10 gives none: assumption",
            moves="screened",
        ),
    ]
    people: Annotated[
        int,
        Parameter(
            "Who works there.",
            Kind.COUNT,
            low=1,
            high=1000,
            source="assumption: it stood before, in the technopark (O10)",
            moves="served in time",
        ),
    ] = 2
    hours: Annotated[
        float,
        Parameter(
            "Hours a month that one of them has for requests.",
            Kind.NUMBER,
            unit="hours / month",
            low=1.0,
            high=1000.0,
            source="assumption: half of a working month; it serves others too",
            moves="served in time",
        ),
    ] = 80.0
    request_hours: Annotated[
        float,
        Parameter(
            "Hours for one request.",
            Kind.NUMBER,
            unit="hours",
            low=0.0,
            high=200.0,
            source="assumption: a talk and a search",
            moves="served in time",
        ),
    ] = 2.0
    sets_right: Annotated[
        float,
        Parameter(
            "Chance that it sets right a request that went astray.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: two of three (O10; its effect is published nowhere)",
            moves="screened",
        ),
    ] = 0.67
    saves: Annotated[
        float,
        Parameter(
            "Part of the cost of asking that it saves the firm.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="A24: a lower cost of search; assumption: by half",
            moves="cash",
        ),
    ] = 0.5
    reads: Annotated[
        float,
        Parameter(
            "Part of the head's reading that it takes over.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: half",
            moves="served in time",
        ),
    ] = 0.5
    running: Annotated[
        float,
        Parameter(
            "What it costs the programme a year.",
            Kind.MONEY,
            low=1e5,
            high=1e11,
            source="assumption: one person's pay and part of the platform",
            moves="paid",
        ),
    ] = 50e6
    line: str = "network"
    """The budget line that pays."""


class ContactCentre:
    """One contact centre at work."""

    def __init__(self, office: Office, spec: ContactCentreSpec) -> None:
        self.office = office
        self.spec = spec
        self.staff = Staff(office.clock, spec.people, spec.hours, NAME)
        self.staff.last_paid = -1  # until it opens
        office.staff.append(self.staff)
        self.is_open = False

    def run(self) -> ProcessGenerator:
        """Open, and work in months that are paid for."""
        office = self.office
        upkeep = Upkeep(office, self.spec.line, NAME, "operations", self.spec.running)
        yield office.clock.at(max(calendar.moment(self.spec.opens), office.clock.now))
        while True:
            paid = upkeep.pay(state=True)
            self.staff.last_paid = upkeep.last_paid
            if paid != self.is_open:
                self.is_open = paid
                office.note("contact_centre_opened" if paid else "contact_centre_closed", NAME)
            yield office.clock.at(float(office.month + 1))

    def see(self) -> ProcessGenerator:
        """Take a request in, when somebody has time."""
        yield from self.staff.work(self.spec.request_hours)

    def puts_right(self, month: int, firm: int, kind: int) -> bool:
        """Tell whether it sets right a request that went astray; it then goes on as any other."""
        return self.office.luck.one(RIGHT, month, firm, kind) < self.spec.sets_right
