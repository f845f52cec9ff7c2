"""A master plan for turning a complex into a cluster: a study that is paid once.

It is no support of any firm and has no effect of its own here. What it costs, the rest of its
budget line has not.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from clustersim import calendar
from clustersim.programme.office import STATE
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office

__all__ = ["PURPOSE", "MasterPlanSpec", "order_master_plan"]

PURPOSE = "master plan"


class MasterPlanSpec(Spec):
    """The study of one complex."""

    amount: Annotated[
        float,
        Parameter(
            "What it costs.",
            Kind.MONEY,
            low=0.0,
            high=1e11,
            source="D14 gives no amount; assumption: a year's work of a few people at a university",
            moves="paid",
        ),
    ] = 2e8
    date: Annotated[
        dt.date,
        Parameter(
            "The day it is ordered and paid; not at all if its line has not the money then.",
            Kind.DATE,
            source="D14: in the first year",
            moves="paid",
        ),
    ]
    line: str = "network"
    """The budget line that pays."""


def order_master_plan(office: Office, spec: MasterPlanSpec) -> ProcessGenerator:
    """Pay for the study, if the state still does and the money is there."""
    yield office.clock.at(max(calendar.moment(spec.date), office.clock.now))
    amount = round(spec.amount)
    if office.free(spec.line) < amount:
        office.note("no_money", PURPOSE)
        return
    now = office.clock.now
    office.ledger.spend(now, STATE, spec.line, amount, "institutions", purpose=PURPOSE)
    office.note("master_plan", PURPOSE, amount=amount)
