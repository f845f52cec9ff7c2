"""Energy audits: somebody looks where a plant wastes energy."""

from __future__ import annotations

from typing import Annotated, ClassVar

from clustersim.programme import projects
from clustersim.programme.instruments import service
from clustersim.specs import Normal, Triangular


class EnergyAudit(service.Scaled):
    """An engineer goes through the plant for a week and says what to mend.

    An audit lowers costs, for which the economy has no channel; what counts here is what a lower
    price sells. Energy is 2 % of sales, audits find a tenth of it to save, half of that is saved,
    and a price lower by 0.1 % sells 0.3 % more.
    """

    name: ClassVar[str] = "energy_audit"
    family: ClassVar[service.Family] = "advice"
    title: ClassVar[str] = "energy audit"
    title_ko: ClassVar[str] = "에너지 진단"

    duration: Annotated[float, projects.DURATION.but(source="assumption: with its report")] = 2.0
    cost: Annotated[float, service.COST.but(source="assumption: ten days of an engineer")] = 6e6
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 5e6
    commercial: Annotated[
        float,
        projects.COMMERCIALLY.but(
            source="Anderson and Newell (2004): plants do about half of what audits advise",
            doubt=Triangular(0.3, 0.5, 0.7),
        ),
    ] = 0.5
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: the sum above; nobody has measured it, so it may well be nothing",
            doubt=Normal(0.003, 0.01),
        ),
    ] = 0.003
    practices_share: Annotated[
        float,
        service.PRACTICES_SHARE.but(
            source="assumption: a lower price sells at home as abroad", doubt=None
        ),
    ] = 1.0
