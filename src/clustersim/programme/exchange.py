"""A system of exchange with universities and institutes: it makes partners there easier to find."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from clustersim import calendar
from clustersim.programme.upkeep import Upkeep
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office

__all__ = ["NAME", "ExchangeSpec", "run_exchange"]

NAME = "exchange"


class ExchangeSpec(Spec):
    """The exchange system of one complex."""

    opens: Annotated[
        dt.date,
        Parameter(
            "The day it opens; it works in months that are paid for.",
            Kind.DATE,
            source="I07 gives none: assumption",
            moves="ties",
        ),
    ]
    institutions: tuple[str, ...] = Field(min_length=1)
    """The complex's universities and institutes that take part."""

    level: Annotated[
        float,
        Parameter(
            "Rise of the log hazard of a tie between a firm and one of them.",
            Kind.NUMBER,
            unit="log points",
            low=0.0,
            high=5.0,
            source="assumption: twice as many ties (I07 gives no number)",
            moves="ties",
            doubt=Triangular(0.0, 0.7, 1.4),
        ),
    ] = 0.7
    running: Annotated[
        float,
        Parameter(
            "What it costs a year.",
            Kind.MONEY,
            low=1e6,
            high=1e11,
            source="assumption: as much as two mini-clusters",
            moves="paid",
        ),
    ] = 100e6
    line: str = "network"
    """The budget line that pays."""


def run_exchange(office: Office, spec: ExchangeSpec) -> ProcessGenerator:
    """Open the system, pay for it month by month, and let the search be as before without money."""
    ids = office.economy.places[office.name].institutions
    partners = np.array([ids[name] for name in spec.institutions], dtype=np.uint64)
    upkeep = Upkeep(office, spec.line, NAME, "institutions", spec.running)
    is_open = False
    yield office.clock.at(max(calendar.moment(spec.opens), office.clock.now))
    while True:
        if upkeep.pay(state=True) != is_open:
            is_open = not is_open
            office.note("exchange_opened" if is_open else "exchange_closed", NAME)
            office.ease_search(NAME, partners, spec.level if is_open else 0.0)
        yield office.clock.at(float(office.month + 1))
