"""Shared equipment: machines that firms book, and wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from clustersim.programme import projects
from clustersim.programme.instruments import service
from clustersim.programme.instruments.service import Desk, Family, Scaled, Support
from clustersim.programme.office import STATE
from clustersim.programme.team import Staff
from clustersim.specs import Kind, Normal, Parameter

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.projects import Doing, Project

__all__ = ["SharedEquipment"]


class SharedEquipment(Scaled):
    """Hours on machines that a small firm would not buy, with somebody who can use them."""

    name: ClassVar[str] = "shared_equipment"
    family: ClassVar[Family] = "equipment"
    title: ClassVar[str] = "shared equipment"
    title_ko: ClassVar[str] = "공동장비 활용"

    duration: Annotated[
        float, projects.DURATION.but(source="assumption: a month, when a machine is free")
    ] = 1.0
    cost: Annotated[float, service.COST.but(source="assumption: forty hours with a technician")] = (
        5e6
    )
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 5e6
    machines: Annotated[
        int,
        Parameter(
            "Machines that are bought when it opens.",
            Kind.COUNT,
            low=1,
            high=1000,
            source="assumption",
            moves="served in time",
        ),
    ] = 3
    machine_cost: Annotated[
        float,
        Parameter(
            "What a machine costs, paid by the state in whole.",
            Kind.MONEY,
            low=1e6,
            high=1e11,
            source="assumption: a measuring machine, or a small press",
            moves="paid",
        ),
    ] = 150e6
    machine_hours: Annotated[
        float,
        Parameter(
            "Hours a month that a machine can be booked.",
            Kind.NUMBER,
            unit="hours / month",
            low=1.0,
            high=750.0,
            source="assumption: a working month",
            moves="served in time",
        ),
    ] = 160.0
    booked: Annotated[
        float,
        Parameter(
            "Hours on a machine that a task takes.",
            Kind.NUMBER,
            unit="hours",
            low=0.1,
            high=10_000.0,
            source="assumption: a working week",
            moves="served in time",
        ),
    ] = 40.0
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: as much a won as consulting (evidence C3), so a quarter of it",
            doubt=Normal(0.0075, 0.02),
        ),
    ] = 0.0075

    def prepare(self, desk: Desk) -> ProcessGenerator:
        """Buy the machines as soon as the line has the money for them."""
        office = desk.office
        price = round(self.machines * self.machine_cost)
        line = desk.opening.line
        while not desk.is_over and office.free(line) < price:
            yield office.clock.at(float(office.month + 1))
        if desk.is_over:
            return
        office.ledger.spend(office.clock.now, STATE, line, price, "capital", purpose=self.name)
        office.note("equipped", self.name, amount=price, detail=float(self.machines))
        desk.staff = Staff(office.clock, self.machines, self.machine_hours, self.name)
        office.staff.append(desk.staff)

    def doing(self, desk: Desk) -> Doing:
        """Return what is done in the life of one project."""
        return _OnMachine(desk, self)


class _OnMachine(Support):
    """A task that needs hours on a machine."""

    def __init__(self, desk: Desk, terms: SharedEquipment) -> None:
        super().__init__(desk, terms)
        self.hours = terms.booked

    def work(self, project: Project, months: float) -> ProcessGenerator:  # noqa: ARG002 - a Doing
        """Wait for a machine, and use it for half of the hours within so many months or more."""
        clock = self.desk.office.clock
        ends = clock.now + months
        if self.desk.staff is not None:  # no task is funded before there are machines
            yield from self.desk.staff.work(self.hours / 2.0)
        yield clock.at(max(ends, clock.now))
