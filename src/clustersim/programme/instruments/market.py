"""Access to markets: sales and marketing, alone and together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from clustersim.programme.instruments import service
from clustersim.programme.instruments.service import Family, Scaled
from clustersim.programme.stages import Stage
from clustersim.specs import Normal

if TYPE_CHECKING:
    from clustersim.programme.isolation import AverageFirm

__all__ = ["JointMarketing", "Marketing"]


class Marketing(Scaled):
    """Fairs, catalogues, buyers: what brings a firm to customers abroad.

    Its scale is about export sales, as its sources are: the total on all sales of a firm that
    exports a share x is log(1 - x + x exp(scale)).
    """

    name: ClassVar[str] = "marketing"
    family: ClassVar[Family] = "market"
    title: ClassVar[str] = "sales and marketing"
    title_ko: ClassVar[str] = "판로·마케팅 지원"

    cost: Annotated[float, service.COST.but(source="korea_data 7: 4.4 M won a case; A31")] = 6e6
    cap: Annotated[float, service.CAP.but(source="assumption: below the fast lane's limit")] = 9e6
    stages: tuple[Stage, ...] = ("growing", "mature")
    scale: Annotated[
        float,
        service.SCALE.but(
            doc="What a task adds to log export sales of an average treated firm at the horizon.",
            source="evidence C3: +4 %, sd 5 (judged from T25, T26, T27)",
            doubt=Normal(0.04, 0.05),
        ),
    ] = 0.04
    practices_share: Annotated[
        float,
        service.PRACTICES_SHARE.but(source="evidence C3: on exports alone", high=0.0, doubt=None),
    ] = 0.0

    def total(self, firm: AverageFirm) -> float:
        """Return the total on log sales of an average firm, which exports a part of them."""
        return math.log1p(firm.export_share * math.expm1(self.scale))


class JointMarketing(Marketing):
    """Several firms go to market together; a council brings them together."""

    name: ClassVar[str] = "joint_marketing"
    title: ClassVar[str] = "joint marketing"
    title_ko: ClassVar[str] = "공동 마케팅"

    cost: Annotated[
        float, service.COST.but(source="assumption: a joint stand, for five firms at 6 M each")
    ] = 30e6
    cap: Annotated[float, service.CAP.but(source="assumption: as typical costs ask for")] = 25e6
    need: Annotated[
        float, service.NEED.but(source="O08: found by a council, not by a firm alone")
    ] = 0.0
    stages: tuple[Stage, ...] = ("early", "growing", "mature")
