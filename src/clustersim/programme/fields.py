"""Fields of technology within sectors, such as moulds or plating, and support that favours some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from clustersim.randomness import Stream
from clustersim.randomness.ids import roster_slots
from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clustersim.arrays import BoolArray, FloatArray
    from clustersim.economy.state import Firms
    from clustersim.programme.office import Office

__all__ = ["FieldSpec", "Fields", "FocusSpec"]

FIELD = Stream("fields.works_in")


class FieldSpec(Spec):
    """A field of technology: some of the firms of some sectors work in it, for life."""

    title: str
    """Its name in English."""

    title_ko: str = ""
    """The same in Korean."""

    sectors: tuple[str, ...] = Field(min_length=1)
    """Sectors whose firms may work in it."""

    share: Annotated[
        float,
        Parameter(
            "Part of the firms of those sectors that work in it.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: not published",
            moves="applications",
        ),
    ] = 0.15


class FocusSpec(Spec):
    """What support favours: firms that work in some fields."""

    fields: tuple[str, ...] = Field(min_length=1)
    """Fields of the complex."""

    odds: Annotated[
        float,
        Parameter(
            "Rise of the log odds that a firm of the fields asks for support.",
            Kind.NUMBER,
            unit="1",
            low=-3.0,
            high=5.0,
            source="I03, I04, I06; assumption: twice as often, as it is offered to them",
            moves="applications",
        ),
    ] = 0.7
    points: Annotated[
        float,
        Parameter(
            "Points that the panel adds for them, in sd of quality.",
            Kind.NUMBER,
            unit="sd",
            low=-10.0,
            high=10.0,
            source="I03, I04; assumption: half a sd",
            moves="supported output",
        ),
    ] = 0.5


class Fields:
    """Who works in which field of one complex, by luck of the firm's own."""

    def __init__(self, office: Office, specs: Mapping[str, FieldSpec]) -> None:
        sectors = office.economy.rules.sectors
        self._luck = office.luck
        self._specs = {
            name: (
                int(roster_slots([name])[0]),
                spec.share,
                [sectors.index(s) for s in spec.sectors],
            )
            for name, spec in specs.items()
        }

    def among(self, names: Iterable[str], firms: Firms) -> BoolArray:
        """Tell which firms work in one of some fields."""
        works = np.zeros(len(firms), dtype=np.bool_)
        for name in names:
            number, share, sectors = self._specs[name]
            u = self._luck.uniform(FIELD, 0, firms.ids, np.full(len(firms), number, np.uint64))
            works |= (u < share) & np.isin(firms.sector, sectors)
        return works

    def favoured(self, focus: FocusSpec | None, firms: Firms) -> FloatArray:
        """Return 1 for firms of the fields in focus, 0 for others."""
        if focus is None:
            return np.zeros(len(firms))
        return self.among(focus.fields, firms).astype(np.float64)
