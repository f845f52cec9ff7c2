"""What a grant for research does: the one route of research money.

A subsidy of s changes the firm's total research by a s, a being additionality; what comes of it is
knowledge, if the project succeeds, and knowledge enters sales by the economy's own equation. There
is no effect of a grant beside that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from clustersim.programme import projects
from clustersim.programme.projects import Deal
from clustersim.specs import Kind, Parameter, Triangular

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office
    from clustersim.programme.projects import Project

__all__ = ["Research", "ResearchTerms", "brought"]


class ResearchTerms(Deal):
    """The terms of a research project."""

    duration: Annotated[float, projects.DURATION.but(low=2, source="assumption: one year")] = 12.0
    technical: Annotated[
        float, projects.TECHNICALLY.but(source="K12: 95.6 %", doubt=Triangular(0.85, 0.95, 0.97))
    ] = 0.95
    commercial: Annotated[
        float,
        projects.COMMERCIALLY.but(
            doc="Chance that a technical success is sold; the knowledge of all keeps its mean.",
            source="K12, K13: 50 %; official 70 % (korea_data 9)",
            doubt=Triangular(0.35, 0.50, 0.70),
        ),
    ] = 0.50
    commercial_lag: Annotated[
        float,
        projects.LAG.but(source="evidence G: two years from grant to sale, from memory"),
    ] = 12.0
    additionality: Annotated[
        float,
        Parameter(
            "Change of the firm's total research, own share included, per won of subsidy.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=5.0,
            source="evidence C1: T1, T2, T7, T20",
            moves="rd_spending",
            doubt=Triangular(0.6, 1.05, 2.0),
        ),
    ] = 1.05


def brought(spec: ResearchTerms) -> float:
    """Return the knowledge that a project sold brings, per won of its research.

    It makes up for the projects that bring none, so the mean of all projects is kept.
    """
    odds = spec.milestone * spec.technical * spec.commercial
    return (1.0 + spec.milestone) / 2.0 / odds


class Research:
    """What the money of one grant does, and its success: the one route of research.

    The subsidy comes in as cash, and additionality times it goes out as research: own research,
    own share included, has changed by a - 1 per won. Half of the research goes with each tranche.
    """

    def __init__(self, office: Office, spec: ResearchTerms) -> None:
        self.office = office
        self.spec = spec
        self.spent = 0.0  # won of 2008

    def paid(self, project: Project, state: int, own: int) -> None:  # noqa: ARG002 - own is in a
        """Let the subsidy in, and the research of half the project out."""
        office, firm = self.office, project.firm
        office.cash(firm, float(state))
        research = self.spec.additionality * office.real(project.amount / 2.0, firm)
        months = max(round(self.spec.duration / 2.0), 1)
        office.economy.channels.flow("rd_spending", firm, office.month, research, months)
        self.spent += research

    def work(self, project: Project, months: float) -> ProcessGenerator:  # noqa: ARG002 - a Doing
        """Wait until half of the project is done."""
        yield self.office.clock.after(months)

    def commercial_chance(self, project: Project) -> float:
        """Return the chance of a sale, with whatever help with selling the firm has now."""
        return self.office.helped(self.spec.commercial, project.firm)

    def succeed(self, project: Project) -> None:
        """Hand over the knowledge of a project that is sold."""
        self.office.economy.channels.flow(
            "knowledge", project.firm, self.office.month, self.spent * brought(self.spec)
        )
