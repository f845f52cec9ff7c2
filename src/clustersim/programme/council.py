"""A council of firms, universities, institutes and government: it finds what is done jointly."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim import calendar
from clustersim.programme.instruments.joint_research import JointResearch
from clustersim.programme.instruments.market import JointMarketing
from clustersim.programme.upkeep import Upkeep
from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.events import ProcessGenerator

    from clustersim.arrays import IdArray
    from clustersim.programme.office import Office
    from clustersim.programme.pipeline import Pipeline

__all__ = ["NAME", "CouncilSpec", "run_council"]

IDEAS = Stream("council.ideas")
GROUPS = Stream("council.groups")
WHO = Stream("council.who")
NAME = "council"


class CouncilSpec(Spec):
    """A council of one complex (O07, O08)."""

    opens: Annotated[
        dt.date,
        Parameter(
            "The day it meets first, or the day the last mini-cluster is launched.",
            Kind.DATE,
            source="O07 gives none: assumption",
            moves="found",
        ),
    ]
    months: Annotated[
        int,
        Parameter(
            "Months between its meetings.",
            Kind.COUNT,
            low=1,
            high=60,
            source="assumption: once a quarter",
            moves="found",
        ),
    ] = 3
    ideas: Annotated[
        float,
        Parameter(
            "Joint research that a meeting finds, where somebody is there to do it.",
            Kind.NUMBER,
            unit="tasks",
            low=0.0,
            high=100.0,
            source="O08 gives no number; assumption: one a meeting",
            moves="found",
        ),
    ] = 1.0
    groups: Annotated[
        float,
        Parameter(
            "Groups for joint marketing that a meeting finds.",
            Kind.NUMBER,
            unit="groups",
            low=0.0,
            high=100.0,
            source="O08 gives no number; assumption: one a meeting",
            moves="found",
        ),
    ] = 1.0
    group: Annotated[
        int,
        Parameter(
            "Firms in a group.",
            Kind.COUNT,
            low=2,
            high=100,
            source="assumption: a joint stand",
            moves="supported output",
        ),
    ] = 5
    running: Annotated[
        float,
        Parameter(
            "What it costs a year.",
            Kind.MONEY,
            low=1e5,
            high=1e11,
            source="assumption: four meetings and their papers",
            moves="paid",
        ),
    ] = 20e6
    line: str = "network"
    """The budget line that pays."""


def run_council(
    office: Office,
    spec: CouncilSpec,
    pipeline: Pipeline,
    *,
    complete: float,
    members: Callable[[], IdArray],
) -> ProcessGenerator:
    """Meet when the mini-clusters are complete and there is money; ask for what is found.

    Parameters
    ----------
    office, spec, pipeline
        The promotion team, the terms, and where joint tasks are asked for.
    complete
        When the last mini-cluster is launched.
    members
        Returns the firms that are members of a mini-cluster now.
    """
    upkeep = Upkeep(office, spec.line, NAME, "operations", spec.running)
    yield office.clock.at(max(calendar.moment(spec.opens), complete, office.clock.now))
    since = spec.months
    while True:
        if office.is_over:
            upkeep.stop()
            return
        if upkeep.pay(state=True):
            if since >= spec.months:
                since = 0
                _meet(office, spec, pipeline, members())
            since += 1
        yield office.clock.at(float(office.month + 1))


def _meet(office: Office, spec: CouncilSpec, pipeline: Pipeline, members: IdArray) -> None:
    """Find joint research for members that do research, and groups of exporters."""
    firms = office.firms()
    firms = firms.take(np.isin(firms.ids, members) & (firms.workers < pipeline.spec.small_below))
    office.note("council_met", NAME, amount=len(firms))
    for name, expected, stream, size, able in (
        (JointResearch.name, spec.ideas, IDEAS, 1, firms.intensity > 0.0),
        (JointMarketing.name, spec.groups, GROUPS, spec.group, firms.export_share > 0.0),
    ):
        if pipeline.is_open(name):
            number = int(
                samplers.poisson(office.luck.one(stream, office.month, office.code), expected)
            )
            _ask(office, pipeline, name, firms.ids[able], number, size)


def _ask(
    office: Office, pipeline: Pipeline, name: str, able: IdArray, number: int, size: int
) -> None:
    """Ask for an instrument with the firms whose luck of the meeting is lowest."""
    kind = pipeline.desks[name].number
    u = office.luck.uniform(WHO, office.month, able, np.full(len(able), kind, dtype=np.uint64))
    order = able[np.lexsort((able, u))].tolist()
    for first in range(0, number * size, size):
        firms = tuple(order[first : first + size])
        if len(firms) == size:
            pipeline.ask(name, firms)
