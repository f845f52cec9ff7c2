"""Advice and training: consulting alone and in groups, technical guidance, training."""

from __future__ import annotations

from typing import Annotated, ClassVar

from clustersim.programme import projects
from clustersim.programme.instruments import service
from clustersim.programme.instruments.service import Family, Scaled
from clustersim.programme.stages import Stage
from clustersim.specs import Normal, Uniform

__all__ = ["Consulting", "GroupConsulting", "TechnicalGuidance", "Training"]

_MOSTLY_PRACTICES = service.PRACTICES_SHARE.but(
    source="assumption: advice is about practices (T23), some of it about markets",
    doubt=Uniform(0.7, 1.0),
)


class Consulting(Scaled):
    """A consultant works with one firm on how it is run."""

    name: ClassVar[str] = "consulting"
    family: ClassVar[Family] = "advice"
    title: ClassVar[str] = "management consulting"
    title_ko: ClassVar[str] = "경영·컨설팅 지원"

    cost: Annotated[
        float, service.COST.but(source="korea_data 7: a small task of 15 M won; A31")
    ] = 20e6
    cap: Annotated[float, service.CAP.but(source="assumption: as of a small task")] = 20e6
    stages: tuple[Stage, ...] = ("growing", "mature")
    scale: Annotated[
        float,
        service.SCALE.but(
            source="evidence C3: +3 %, sd 4 (judged from T22 to T24, T31)",
            doubt=Normal(0.03, 0.04),
        ),
    ] = 0.03
    practices_share: Annotated[float, _MOSTLY_PRACTICES] = 0.85


class GroupConsulting(Consulting):
    """The same for several firms at once: about a third of the cost, and as much of an effect."""

    name: ClassVar[str] = "group_consulting"
    title: ClassVar[str] = "group consulting"
    title_ko: ClassVar[str] = "그룹 컨설팅"

    cost: Annotated[float, service.COST.but(source="T23: a third of one-to-one, a firm")] = 7e6
    cap: Annotated[float, service.CAP.but(source="T23: a third of one-to-one")] = 7e6
    stages: tuple[Stage, ...] = ("early", "growing", "mature")


class TechnicalGuidance(Scaled):
    """An expert of a university or institute solves a problem on the shop floor."""

    name: ClassVar[str] = "technical_guidance"
    family: ClassVar[Family] = "advice"
    title: ClassVar[str] = "technical guidance"
    title_ko: ClassVar[str] = "기술지도"

    duration: Annotated[float, projects.DURATION.but(source="assumption: a quarter")] = 3.0
    cost: Annotated[float, service.COST.but(source="assumption: ten days of an expert")] = 10e6
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 9e6
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: half of what consulting adds (evidence C3)",
            doubt=Normal(0.015, 0.03),
        ),
    ] = 0.015
    practices_share: Annotated[float, _MOSTLY_PRACTICES] = 0.85


class Training(Scaled):
    """Workers are trained."""

    name: ClassVar[str] = "training"
    family: ClassVar[Family] = "advice"
    title: ClassVar[str] = "training"
    title_ko: ClassVar[str] = "교육·훈련"

    duration: Annotated[float, projects.DURATION.but(source="assumption: two months")] = 2.0
    cost: Annotated[float, service.COST.but(source="assumption: a course for ten")] = 5e6
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 5e6
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: as much a won as consulting (evidence C3), so a quarter of it",
            doubt=Normal(0.0075, 0.02),
        ),
    ] = 0.0075
    practices_share: Annotated[
        float,
        service.PRACTICES_SHARE.but(source="assumption: practices alone", low=1.0, doubt=None),
    ] = 1.0
