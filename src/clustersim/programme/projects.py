"""The life of a funded project, the same for every instrument.

Agreement, first tranche, milestone half-way, second tranche, technical result, and after a lag
commercial result: each step is a row of the event table. What the money and the results do to a
firm is the instrument's own affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple, Protocol

from clustersim.programme.office import STATE
from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Grant, Office

__all__ = ["Deal", "Doing", "Project", "live"]

MILESTONE = Stream("projects.milestone")
TECHNICAL = Stream("projects.technical")
COMMERCIAL = Stream("projects.commercial")

STATE_SHARE = Parameter(
    "State's share of a project's cost; the firm pays the rest.",
    Kind.SHARE,
    low=0.05,
    high=1.0,
    source="A31; korea_data 7: 75 % for SMEs",
    moves="own share",
)
DURATION = Parameter(
    "Length of a project.",
    Kind.DURATION,
    low=0.1,
    high=60,
    source="assumption: half a year",
    moves="delay",
)
FIRST_TRANCHE = Parameter(
    "Part of the grant paid at the start; the rest follows the milestone half-way.",
    Kind.SHARE,
    low=0.0,
    high=1.0,
    source="assumption",
    moves="paid",
)
MILESTONE_PASSED = Parameter(
    "Chance of passing the milestone; a project that fails it stops.",
    Kind.SHARE,
    low=0.01,
    high=1.0,
    source="assumption: few projects are stopped (K12)",
    moves="refunded",
)
CLAWBACK = Parameter(
    "Part of what was paid that a stopped project gives back.",
    Kind.SHARE,
    low=0.0,
    high=1.0,
    source="assumption",
    moves="refunded",
)
TECHNICALLY = Parameter(
    "Chance of technical success: what was agreed is done.",
    Kind.SHARE,
    low=0.01,
    high=1.0,
    source="K12: 95.6 % of R&D projects, taken for all",
    moves="technical successes",
)
COMMERCIALLY = Parameter(
    "Chance that a technical success is put to use or sold.",
    Kind.SHARE,
    low=0.01,
    high=1.0,
    source="assumption",
    moves="commercial successes",
)
LAG = Parameter(
    "From the end of a project to its first use or sale.",
    Kind.DURATION,
    low=0,
    high=60,
    source="assumption: at once",
    moves="delay",
)


class Deal(Spec):
    """What is agreed of a project, and how often it comes off."""

    state_share: Annotated[float, STATE_SHARE] = 0.75
    duration: Annotated[float, DURATION] = 6.0
    first_tranche: Annotated[float, FIRST_TRANCHE] = 0.6
    milestone: Annotated[float, MILESTONE_PASSED] = 0.97
    clawback: Annotated[float, CLAWBACK] = 0.3
    technical: Annotated[float, TECHNICALLY] = 0.95
    commercial: Annotated[float, COMMERCIALLY] = 1.0
    commercial_lag: Annotated[float, LAG] = 0.0


class Project(NamedTuple):
    """A project that is funded.

    Attributes
    ----------
    name
        Of its instrument.
    firms
        Who does it; the first of them signs, and is told of in the event table.
    number
        In its complex.
    line, amount, grant
        The budget line, the state's won at the start, and what is committed.
    month, kind
        With the firm the address of its luck: the month it was asked for, and the instrument's
        number. Its own number depends on who else is funded, so on the arm.
    """

    name: str
    firms: tuple[int, ...]
    number: int
    line: str
    amount: int
    grant: Grant
    month: int
    kind: int = 0

    @property
    def firm(self) -> int:
        """The firm that signs."""
        return self.firms[0]


class Doing(Protocol):
    """What an instrument does in the life of its projects."""

    def paid(self, project: Project, state: int, own: int) -> None:
        """Take a tranche: the state's won and the firms' own."""
        ...

    def work(self, project: Project, months: float) -> ProcessGenerator:
        """Let half of the work be done, in so many months if nothing is in its way."""
        ...

    def commercial_chance(self, project: Project) -> float:
        """Return the chance that a technical success is put to use now."""
        ...

    def succeed(self, project: Project) -> None:
        """Hand over what a project brings that came off."""
        ...


def live(office: Office, deal: Deal, doing: Doing, project: Project) -> ProcessGenerator:
    """Run a project from its agreement to its end."""
    half, grant, firm = deal.duration / 2.0, project.grant, project.firm

    def comes_off(stream: Stream, chance: float) -> bool:
        return office.luck.one(stream, project.month, firm, project.kind) < chance

    def note(kind: str, won: int = 0) -> None:
        office.note(kind, project.name, firm=firm, project=project.number, amount=won)

    def tranche(share: float) -> None:
        own = grant.own.left
        state = office.pay(grant, share, "firms")
        doing.paid(project, state, own - grant.own.left)
        note("tranche", state)

    def closed() -> bool:
        if office.is_alive(firm):
            return False
        office.release(grant)
        note("closed")
        return True

    tranche(deal.first_tranche)
    yield from doing.work(project, half)
    if closed():
        return
    if not comes_off(MILESTONE, deal.milestone):
        paid = project.amount - grant.state.left
        back = round(paid * deal.clawback)
        office.release(grant)
        office.ledger.refund(
            office.clock.now,
            STATE,
            project.line,
            back,
            purpose=project.name,
            project=project.number,
        )
        office.cash(firm, -float(back))
        note("stopped", back)
        return
    tranche(1.0)
    yield from doing.work(project, half)
    if closed():
        return
    if not comes_off(TECHNICAL, deal.technical):
        note("failed")
        return
    note("technical")
    if deal.commercial_lag:
        yield office.clock.after(deal.commercial_lag)
        if closed():
            return
    if not comes_off(COMMERCIAL, doing.commercial_chance(project)):
        note("unsold")
        return
    note("commercial")
    doing.succeed(project)
