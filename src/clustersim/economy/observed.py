"""What was published of a complex in single periods: the points a fit is measured by.

No equation reads them. The residual of a complex is solved from those marked `solve: yes`
(`experiment.residual`); a point whose definition breaks with the others' is shown and left out.

>>> months_of("2008-Q4"), months_of("2009"), months_of("2009-01")
((105, 107), (108, 119), (108, 108))
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from clustersim.calendar import label
from clustersim.errors import UnitError
from clustersim.language import tr
from clustersim.specs import Kind, Parameter, Spec, bad_value
from clustersim.units import FIRST_YEAR, shown

if TYPE_CHECKING:
    from typing import Self

__all__ = ["QUANTITIES", "Heads", "Observation", "ObservedSpec", "Output", "Share", "months_of"]

QUANTITIES = ("output", "workers", "utilisation", "firms")
"""What may be observed: flows add up over a period, the rest is its mean."""

SIZES = {"": ("1-9", "10-49", "50-299", "300+"), "1-49": ("1-9", "10-49")}
"""The model's size classes in those of publications, where they are not the same."""

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")


def months_of(period: str) -> tuple[int, int]:
    """Return the first and the last month of a period such as 2009, 2009-H1, 2009-Q4, 2009-01.

    Raises
    ------
    UnitError
        It is none.
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise UnitError(
            tr("{period} is no period", period=shown(period)),
            tr("write for example {example}", example="'2009', '2009-H1', '2009-Q4'"),
        )
    year, month, quarter, half = (int(part) if part else 0 for part in found.groups())
    start = (year - FIRST_YEAR) * 12
    if month:
        return start + month - 1, start + month - 1
    if quarter:
        return start + 3 * quarter - 3, start + 3 * quarter - 1
    return (start + 6 * half - 6, start + 6 * half - 1) if half else (start, start + 11)


def _period(value: object) -> object:
    """Return a period as text; a year may be written as a number."""
    text = str(value) if type(value) is int else value
    if isinstance(text, str):
        try:
            months_of(text)
        except UnitError as error:
            raise bad_value(error.what, error.hint) from None
    return text


Period = Annotated[
    str,
    BeforeValidator(_period),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": f"^{_PERIOD.pattern}$",
            "minimum": 1000,
            "maximum": 9999,
        }
    ),
]
"""A month, a quarter, a half-year or a year."""


class Observation(Spec):
    """A published figure of one period: its level, or its growth over another period."""

    period: Period
    """A month, a quarter, a half-year or a year."""

    over: Period = ""
    """The period that growth counts from. Where a level has one, the residual is solved from its
    ratio to the level published for that period, so that a break in levels does no harm."""

    growth: Annotated[
        float | None,
        Parameter(
            "Growth over the other period, in place of a level.",
            Kind.SHARE,
            low=-1.0,
            high=100.0,
            source="the point's own",
            moves="nothing: it is what a fit is measured by",
        ),
    ] = None
    tag: Literal["observed", "derived"]
    """Whether it was published as it stands, or is arithmetic on what was."""

    solve: Literal["yes", "no"] = "no"
    """Whether the residual of the complex is solved from it."""

    of: Literal["complex", "nation", "other"] = "complex"
    """Whose figure it is: the complex's core, all national complexes, or another perimeter."""

    size: Literal["", "1-49", "50-299", "300+"] = ""
    """The size class by workers it is of; all sizes unless told."""

    note: str = ""
    """What a reader should know, such as a break in its definition."""

    @property
    def level(self) -> float | None:
        """The level, in the unit of its quantity."""
        found: float | None = getattr(self, "value", None)
        return found

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month of its period."""
        return months_of(self.period)

    @property
    def base(self) -> tuple[int, int] | None:
        """The first and the last month of the period it is counted from."""
        return months_of(self.over) if self.over else None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.level is None) == (self.growth is None):
            raise bad_value(tr("a point has a value or a growth"), tr("write one of the two"))
        if self.growth is not None and not self.over:
            raise bad_value(
                tr("growth over which period?"), tr("add 'over', such as '2009'"), ("growth",)
            )
        if self.solve == "yes" and (self.of != "complex" or self.size):
            raise bad_value(
                tr("the residual is solved from figures of the whole complex alone"),
                tr("leave solve out"),
                ("solve",),
            )
        return self


class Output(Observation):
    """Output of a period, in its own prices."""

    value: Annotated[
        float | None,
        Parameter(
            "Output over the period.",
            Kind.MONEY,
            low=1e6,
            high=1e16,
            source="the point's own",
            moves="nothing: it is what a fit is measured by",
        ),
    ] = None


class Heads(Observation):
    """A number of workers or of firms, the mean of the period."""

    value: Annotated[
        float | None,
        Parameter(
            "How many.",
            Kind.NUMBER,
            unit="1",
            low=1,
            high=1e8,
            source="the point's own",
            moves="nothing: it is what a fit is measured by",
        ),
    ] = None


class Share(Observation):
    """Output over capacity."""

    value: Annotated[
        float | None,
        Parameter(
            "Utilisation, the mean of the period.",
            Kind.SHARE,
            low=0.01,
            high=1.5,
            source="the point's own",
            moves="nothing: it is what a fit is measured by",
        ),
    ] = None


class ObservedSpec(Spec):
    """What was published of the core of a complex, period by period."""

    output: tuple[Output, ...] = ()
    """In prices of the period."""

    workers: tuple[Heads, ...] = ()
    """Heads."""

    utilisation: tuple[Share, ...] = ()
    """In per cent."""

    firms: tuple[Heads, ...] = ()
    """Operating firms."""

    def points(self, quantity: str) -> tuple[Observation, ...]:
        """Return the points of one of `QUANTITIES`, as they were written."""
        found: tuple[Observation, ...] = getattr(self, quantity)
        return found

    def solved(self) -> list[tuple[str, Observation]]:
        """Return what the residual is solved from, each with its quantity."""
        return [
            (quantity, point)
            for quantity in QUANTITIES
            for point in self.points(quantity)
            if point.solve == "yes"
        ]

    def ratio(self, quantity: str, point: Observation) -> float | None:
        """Return how a point stands to its base, published over published; none without a base."""
        if point.growth is not None:
            return 1.0 + point.growth
        if not point.over or point.level is None:
            return None
        for other in self.points(quantity):
            if (other.period, other.of, other.size) == (point.over, point.of, point.size) and (
                other.level is not None
            ):
                return point.level / other.level
        return None

    @model_validator(mode="after")
    def _can_be_solved(self) -> Self:
        for quantity in QUANTITIES:
            seen = set()
            for number, point in enumerate(self.points(quantity)):
                if point.solve == "no":
                    continue
                at = (quantity, number, "solve")
                if (point.period, point.over) in seen:
                    raise bad_value(
                        tr("the residual is solved from {period} already", period=point.period),
                        tr("solve it from one of the two"),
                        at,
                    )
                seen.add((point.period, point.over))
                if quantity not in {"output", "utilisation"}:
                    raise bad_value(
                        tr("the residual is solved from output and utilisation"),
                        tr("leave solve out"),
                        at,
                    )
                if point.over and self.ratio(quantity, point) is None:
                    raise bad_value(
                        tr("no level is published here for {period}", period=point.over),
                        tr("add that point, or write growth"),
                        at,
                    )
                if quantity == "utilisation" and not point.over:
                    raise bad_value(
                        tr("utilisation is solved from its moves, not its level"),
                        tr(
                            "add 'over', the period {month} is compared with",
                            month=label(point.months[0]),
                        ),
                        at,
                    )
        return self
