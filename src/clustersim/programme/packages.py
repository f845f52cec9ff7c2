"""A firm's years in Inno-Core: a package a year, in the hands of an account manager.

Each year begins with a look at the firm: is it there, has it arrived, does it want to go on, has it
grown enough. Then money is reserved, the firm waits for its account manager, and the package is
delivered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np

from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.economy.channels import EffectChannel
    from clustersim.programme.inno_core import InnoCoreSpec
    from clustersim.programme.office import Office
    from clustersim.programme.team import Staff

__all__ = ["NAME", "Chosen", "Package", "support"]

LEAVES = Stream("inno_core.leaves")
NAME = "inno_core"


class Package(Spec):
    """What a firm gets in one year of support."""

    title: str
    """In a few words."""

    amount: Annotated[
        float,
        Parameter(
            "State money for one firm in that year.",
            Kind.MONEY,
            low=1e6,
            high=2e8,
            source="A14: at most 200 M won a firm and year; half of that in the mean keeps eight"
            " firms inside the special line",
            moves="paid",
        ),
    ]


class Chosen(NamedTuple):
    """A firm that was chosen: with which sales, in which month, and which line pays for it.

    `priority` is the part of a coming package whose money is kept on the line.
    """

    firm: int
    sales: float
    month: int
    line: str
    priority: float = 0.0


def support(
    office: Office,
    spec: InnoCoreSpec,
    chosen: Chosen,
    peaks: dict[EffectChannel, float],
    manager: Staff,
) -> ProcessGenerator:
    """Give a firm its packages, one a year, until something ends it.

    It is completed if every year's package was paid; the state's stop ends it for want of money.
    """
    firm, line = chosen.firm, chosen.line
    project, start, given = office.new_project(), office.clock.now, 0

    def note(kind: str, *, amount: int = 0, detail: float = 0.0) -> None:
        office.note(kind, NAME, firm=firm, project=project, amount=amount, detail=detail)

    for year, package in enumerate(spec.packages.values()):
        if year:
            due = max(start + 12.0 * year, office.clock.now)
            yield from office.wait(due, line, round(chosen.priority * package.amount))
        if office.is_over:
            note("no_money", detail=float(year))
            return
        if not office.is_alive(firm):
            note("closed", detail=float(year))
            return
        if year:
            verdict = _verdict(office, spec, chosen, year)
            note(verdict, detail=float(year))
            if verdict != "gate_passed":
                return
        amount = round(package.amount)
        if office.there(line) < amount:
            note("no_money", detail=float(year))
            continue
        grant = office.commit(line, amount, amount / spec.state_share, NAME, project)
        yield from manager.work(spec.package_hours)
        if not office.is_alive(firm):
            office.release(grant)
            note("closed", detail=float(year))
            return
        own = grant.own.left
        paid = office.pay(grant, 1.0, "firms")
        office.cash(firm, -float(own))  # the package buys services, the firm pays its share of them
        note("package", amount=paid, detail=float(year))
        given += 1
        for channel, peak in peaks.items():
            office.economy.channels.effect(
                channel,
                firm,
                office.month,
                peak * amount / spec.mean_package,
                months_to_peak=round(spec.months_to_peak),
                half_life=spec.half_life,
            )
    if given == len(spec.packages):
        note("completed")


def _verdict(office: Office, spec: InnoCoreSpec, chosen: Chosen, year: int) -> str:
    """Return what the look at a firm says after some years of support."""
    firms = office.firms()
    rows, _ = firms.rows(np.array([chosen.firm], dtype=np.uint64))
    sales = float(office.last_year_sales(firms)[rows[0]])
    if sales >= spec.graduates_at:
        return "graduated"
    if office.luck.one(LEAVES, chosen.month, chosen.firm, year) < spec.leaves:
        return "left"
    sector = office.sector_growth(chosen.firm, year)
    passes = sales >= chosen.sales * sector * (1.0 + spec.gate) ** year
    return "gate_passed" if passes else "gate_failed"
