"""Joint research of a firm with a university or institute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from clustersim.programme.instruments import service
from clustersim.programme.instruments.service import Desk, Family, Service
from clustersim.programme.research import Research, ResearchTerms
from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import BoolArray
    from clustersim.economy.state import Firms
    from clustersim.programme.projects import Doing, Project

__all__ = ["JointResearch"]

PARTNER = Stream("joint_research.partner")


class JointResearch(ResearchTerms, Service):
    """A project of a firm with an institution; it has no scale and acts as research does.

    The terms of research stand first, as they hold where a task in general has others.
    """

    name: ClassVar[str] = "joint_research"
    family: ClassVar[Family] = "rnd"
    title: ClassVar[str] = "joint research"
    title_ko: ClassVar[str] = "공동연구"

    cost: Annotated[
        float, service.COST.but(source="korea_data 7: grants of 120 to 156 M won; A31")
    ] = 170e6
    cap: Annotated[float, service.CAP.but(source="korea_data 7: at most 200 M")] = 200e6
    need: Annotated[
        float,
        service.NEED.but(
            source="assumption: one firm that does research in twenty, as few do it jointly"
        ),
    ] = 0.05
    own_part: Annotated[
        float,
        Parameter(
            "Part of the knowledge that the firm can use by itself.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="T32: grants for joint projects move research and jobs, sales less than grants"
            " for a firm's own; assumption: by how much",
            moves="supported output",
            doubt=Triangular(0.4, 0.7, 1.0),
        ),
    ] = 0.7
    tie_months: Annotated[
        float,
        Parameter(
            "Mean lifetime of the tie with the institution.",
            Kind.DURATION,
            low=1.0,
            high=240.0,
            source="assumption: as of any other tie",
            moves="ties",
        ),
    ] = 36.0

    def takes(self, firms: Firms, stage: BoolArray) -> BoolArray:
        """Tell which firms may have it: those that do research, as in the council's eyes."""
        return stage & (firms.intensity > 0.0)

    def doing(self, desk: Desk) -> Doing:
        """Return what is done in the life of one project."""
        return _Jointly(desk, self)


class _Jointly(Research):
    """Research with an institution of the complex: a tie comes with the agreement."""

    def __init__(self, desk: Desk, terms: JointResearch) -> None:
        super().__init__(desk.office, terms)
        self.terms = terms
        self.partnered = False

    def paid(self, project: Project, state: int, own: int) -> None:
        """Meet the partner with the first tranche; the rest is as of any grant."""
        if not self.partnered:
            self.partnered = True
            self._meet(project)
        super().paid(project, state, own)

    def succeed(self, project: Project) -> None:
        """Keep what the firm can use by itself."""
        self.spent *= self.terms.own_part
        super().succeed(project)

    def _meet(self, project: Project) -> None:
        office = self.office
        houses = sorted(office.economy.places[office.name].institutions.values())
        if not houses:
            return
        u = office.luck.one(PARTNER, project.month, project.firm, project.kind)
        partner = houses[int(u * len(houses))]
        office.economy.channels.tie(
            np.array([project.firm], dtype=np.uint64),
            np.array([partner], dtype=np.uint64),
            office.month,
            chance=1.0,
            months=self.terms.tie_months,
        )
        office.note("partnered", project.name, firm=project.firm, project=project.number)
