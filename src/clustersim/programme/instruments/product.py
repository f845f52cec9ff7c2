"""From research to product: prototypes, patents, certification, commercialisation."""

from __future__ import annotations

from typing import Annotated, ClassVar

from clustersim.programme import projects
from clustersim.programme.instruments import service
from clustersim.programme.instruments.service import Family, Scaled
from clustersim.programme.stages import Stage
from clustersim.specs import Normal, Triangular, Uniform

__all__ = ["Certification", "Commercialisation", "Patents", "Prototype"]


class Prototype(Scaled):
    """A prototype is built."""

    name: ClassVar[str] = "prototype"
    family: ClassVar[Family] = "product"
    title: ClassVar[str] = "prototype"
    title_ko: ClassVar[str] = "시제품 제작"

    state_share: Annotated[float, projects.STATE_SHARE.but(source="korea_data 7: at most 60 %")] = (
        0.6
    )
    commercial: Annotated[
        float,
        projects.COMMERCIALLY.but(source="K12, K13: 50 % of research is sold, a prototype nearer"),
    ] = 0.6
    commercial_lag: Annotated[float, projects.LAG.but(source="assumption: half a year")] = 6.0
    cost: Annotated[
        float, service.COST.but(source="korea_data 7: 20 M won at 60 % from the state, at most")
    ] = 30e6
    cap: Annotated[float, service.CAP.but(source="korea_data 7: 20 M")] = 20e6
    stages: tuple[Stage, ...] = ("early", "growing")
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: half of what certification adds; nobody has measured it alone",
            doubt=Normal(0.015, 0.03),
        ),
    ] = 0.015
    commercialisation: Annotated[
        float,
        service.COMMERCIALISATION.but(
            source="assumption: a little, as more than the making of it is in the way (K12, K13)",
            doubt=Triangular(0.0, 0.1, 0.3),
        ),
    ] = 0.1


class Patents(Scaled):
    """A patent is searched for, written and filed."""

    name: ClassVar[str] = "patents"
    family: ClassVar[Family] = "product"
    title: ClassVar[str] = "patents"
    title_ko: ClassVar[str] = "특허 출원"

    state_share: Annotated[float, projects.STATE_SHARE.but(source="korea_data 7: at most 70 %")] = (
        0.7
    )
    duration: Annotated[
        float, projects.DURATION.but(source="assumption: a year to the grant of a patent")
    ] = 12.0
    technical: Annotated[
        float, projects.TECHNICALLY.but(source="korea_data 7: 1.3 granted of 2.3 filed")
    ] = 0.57
    cost: Annotated[
        float, service.COST.but(source="korea_data 7: 2 M won at 70 % from the state, at most")
    ] = 2.8e6
    cap: Annotated[float, service.CAP.but(source="korea_data 7: 2 M")] = 2e6
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: next to nothing; support brings patents, not sales (K33, K44)",
            doubt=Normal(0.005, 0.02),
        ),
    ] = 0.005
    practices_share: Annotated[
        float,
        service.PRACTICES_SHARE.but(
            source="assumption: unknown, mostly markets", doubt=Uniform(0.2, 0.6)
        ),
    ] = 0.4


class Certification(Scaled):
    """A certificate, of quality management or of a product, is prepared for and won."""

    name: ClassVar[str] = "certification"
    family: ClassVar[Family] = "product"
    title: ClassVar[str] = "certification"
    title_ko: ClassVar[str] = "기술인증 지원"

    state_share: Annotated[
        float, projects.STATE_SHARE.but(source="korea_data 7: 70 %, as of patents")
    ] = 0.7
    technical: Annotated[
        float, projects.TECHNICALLY.but(source="assumption: most that prepare are certified")
    ] = 0.85
    cost: Annotated[
        float, service.COST.but(source="assumption: an adviser's months and the fees")
    ] = 12e6
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 9e6
    stages: tuple[Stage, ...] = ("growing", "mature")
    most: Annotated[
        int, service.MOST.but(source="assumption: a second certificate for another standard")
    ] = 2
    scale: Annotated[
        float,
        service.SCALE.but(
            source="evidence C3: +3 %, sd 3 (judged from T28, T29)", doubt=Normal(0.03, 0.03)
        ),
    ] = 0.03
    exit_hazard: Annotated[
        float,
        service.EXIT_HAZARD.but(
            source="evidence C3: 20 % fewer exits (T28), on firms that chose it themselves",
            doubt=Triangular(-0.3, -0.22, 0.0),
        ),
    ] = -0.22


class Commercialisation(Scaled):
    """A finished development is brought to market: samples, tests, first customers."""

    name: ClassVar[str] = "commercialisation"
    family: ClassVar[Family] = "product"
    title: ClassVar[str] = "technology commercialisation"
    title_ko: ClassVar[str] = "기술사업화 지원"

    cost: Annotated[
        float, service.COST.but(source="assumption: twice a small task (korea_data 7)")
    ] = 40e6
    cap: Annotated[float, service.CAP.but(source="assumption: as typical costs ask for")] = 30e6
    stages: tuple[Stage, ...] = ("early", "growing")
    scale: Annotated[
        float,
        service.SCALE.but(
            source="assumption: half of what certification adds; nobody has measured it alone",
            doubt=Normal(0.015, 0.03),
        ),
    ] = 0.015
    commercialisation: Annotated[
        float,
        service.COMMERCIALISATION.but(
            source="evidence C3: acts on the half of research that is not sold, the market being in"
            " the way (K12, K13); assumption: by how much",
            doubt=Triangular(0.0, 0.2, 0.6),
        ),
    ] = 0.2
