"""The economy around the complex: demand and prices by sector, size class and month.

The index is the real output of a continuing firm. Between two points it runs straight in logs;
after the last it is flat. Every cell of it is *observed* (a point from a published figure),
*interpolated* (between two such points) or *assumed* (all else). What nobody could know at the time
of a decision is a matter of chance instead in the mode `ex_ante` (`economy.outlook`). What one
complex did beside its sectors is its residual, a factor of the index that is found, not written
(`experiment.residual`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from clustersim import calendar
from clustersim.economy.observed import ObservedSpec
from clustersim.economy.outlook import Outlook, OutlookSpec
from clustersim.economy.state import SIZE_CLASSES
from clustersim.language import tr
from clustersim.specs import Kind, Parameter, Spec, bad_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from clustersim.arrays import FloatArray, IntArray
    from clustersim.randomness import Luck

__all__ = ["Macro", "MacroSpec", "Point", "Series"]

Tag = Literal["observed", "interpolated", "assumed"]


class Point(Spec):
    """One point of a series."""

    month: Annotated[
        int,
        Parameter(
            "The month the value stands for.", Kind.MONTH, source="the point's own", moves="output"
        ),
    ]
    value: Annotated[
        float,
        Parameter(
            "The index, in the series' own base.",
            Kind.NUMBER,
            unit="1",
            low=1e-3,
            high=1e6,
            source="the point's own",
            moves="output",
        ),
    ]
    tag: Literal["observed", "assumed"]
    """Whether a published figure stands behind it."""


class Series(Spec):
    """An index as points in time."""

    points: tuple[Point, ...]
    """In the order of their months."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.points:
            raise bad_value(
                tr("a series needs a point"), tr("write one, or leave the series out"), ("points",)
            )
        for number, (last, point) in enumerate(pairwise(self.points), start=1):
            if point.month <= last.month:
                raise bad_value(
                    tr(
                        "{month} does not come after {last}",
                        month=calendar.label(point.month),
                        last=calendar.label(last.month),
                    ),
                    tr("write each month once, in their order"),
                    ("points", number, "month"),
                )
        return self

    def at(self, months: IntArray) -> FloatArray:
        """Return the log of the index in each month."""
        known = np.array([float(point.month) for point in self.points])
        values = np.log([point.value for point in self.points])
        return np.interp(months.astype(np.float64), known, values)

    def tags(self, months: IntArray) -> list[Tag]:
        """Return how each month's value is known."""
        found: dict[int, Tag] = {}
        for point, after in pairwise(self.points):
            both = point.tag == after.tag == "observed"
            for month in range(point.month + 1, after.month):
                found[month] = "interpolated" if both else "assumed"
        found |= {point.month: point.tag for point in self.points}
        return [found.get(month, "assumed") for month in months.tolist()]


class MacroSpec(Spec):
    """Where the index of demand and prices comes from."""

    mode: Literal["hindsight", "ex_ante", "series", "flat"] = "hindsight"
    """`hindsight` follows the published figures and stands still after the last; `ex_ante` follows
    them up to the last known month of the outlook and chance from there; `series` follows points
    of the scenario's own up to the end of the run; `flat` has neither growth nor inflation."""

    output: dict[str, Series] = Field(default_factory=dict)
    """Real output per continuing firm: `national` for all sectors, and sectors that differ."""

    prices: dict[str, Series] = Field(default_factory=dict)
    """Producer prices: `national` for all sectors, and sectors that differ."""

    size: dict[str, Series] = Field(default_factory=dict)
    """How a size class departs from its sector, as a factor of the index."""

    outlook: OutlookSpec = OutlookSpec()
    """What `ex_ante` expects."""

    observed: ObservedSpec = ObservedSpec()
    """What was published of the nation in single periods; no equation reads it."""

    @model_validator(mode="after")
    def _series_are_there(self) -> Self:
        if self.mode == "series" and not self.output:
            raise bad_value(
                tr("mode series has no series to follow"),
                tr("write one below output, or take mode flat"),
                ("mode",),
            )
        return self

    @model_validator(mode="after")
    def _classes_exist(self) -> Self:
        for name in self.size:
            if name not in SIZE_CLASSES:
                raise bad_value(
                    tr("unknown size class {name}", name=f"'{name}'"),
                    tr("known size classes: {names}", names=", ".join(SIZE_CLASSES)),
                    ("size", name),
                )
        return self


@dataclass(frozen=True)
class Macro:
    """The index laid out for a run.

    `log_output` has shape (sectors, size classes, months), `price` (sectors, months) in prices of
    2008: the mean of the year's published index is 1. Both start at month `start`.
    """

    start: int
    log_output: FloatArray
    price: FloatArray
    history: Macro | None = None
    nation: Macro | None = None
    """The index without a complex's residual, if this is that of one complex."""
    seen: int | None = None
    """The last month of which it is seen what single complexes did; none if that is left out."""

    @property
    def published(self) -> Macro:
        """The index as published figures have it, on which the figures of a complex stand."""
        return self.history or self

    @property
    def hindsight(self) -> bool:
        """Whether it is what happened, as seen from later."""
        return self.seen is not None and self.history is None

    def of(self, residual: Series | None) -> Macro:
        """Return the index of one complex: that of the nation times the residual, 100 = none.

        Beyond the last month that is seen the residual stands still.
        """
        if residual is None or self.seen is None:
            return self
        months = np.arange(self.start, self.start + self.log_output.shape[2], dtype=np.int64)
        beside = residual.at(np.minimum(months, self.seen)) - np.log(100.0)
        history = self.history and self.history.of(residual)
        log_output = self.log_output + beside
        return replace(self, log_output=log_output, history=history, nation=self)

    @classmethod
    def build(
        cls, spec: MacroSpec, sectors: Sequence[str], start: int, end: int, luck: Luck | None = None
    ) -> Macro:
        """Lay the index out from `start` to `end`, both included.

        Raises
        ------
        ValueError
            When the mode is `ex_ante` and there is no luck.
        """
        months = np.arange(start, end + 1, dtype=np.int64)
        if spec.mode == "flat":
            shape = (len(sectors), len(SIZE_CLASSES), len(months))
            return cls(start, np.zeros(shape), np.ones((len(sectors), len(months))))
        published = cls(start, *_published(spec, sectors, months))
        if spec.mode == "series":
            return published
        published = replace(published, seen=end)
        if spec.mode == "hindsight":
            return published
        if luck is None:
            raise ValueError("an economy seen from before needs luck")
        known = spec.outlook.known
        ahead = months > known
        log_output, price = _published(spec, sectors, np.minimum(months, known))
        above, dearer = Outlook(spec.outlook).paths(luck, len(sectors), end)
        new = months[ahead] - known - 1
        log_output[:, :, ahead] += above[:, None, new]
        price[:, ahead] *= np.exp(dearer[:, new])
        return cls(start, log_output, price, published, seen=known)

    def output(self, sector: IntArray, size: IntArray, month: int | IntArray) -> FloatArray:
        """Return the log index of each firm in one month, or each in a month of its own."""
        index: FloatArray = self.log_output[sector, size, month - self.start]
        return index

    def prices(self, sector: IntArray, month: int) -> FloatArray:
        """Return the price index (2008 = 1) of each firm in one month."""
        index: FloatArray = self.price[sector, month - self.start]
        return index

    def nominal_growth(self, sector: int, first: int, last: int) -> float:
        """Return a continuing small firm's nominal sales of one year over those of an earlier."""
        index = np.exp(self.log_output[sector, 0]) * self.price[sector]
        years = np.array([calendar.year_of(self.start + k) for k in range(len(index))])
        return float(index[years == last].mean() / index[years == first].mean())

    def year(self, month: int) -> slice:
        """Return the columns of the calendar year of a month, as far as they are laid out."""
        first = month - calendar.month_in_year(month) + 1 - self.start
        return slice(max(first, 0), first + 12)


def _of(series: Mapping[str, Series], sector: str, months: IntArray) -> FloatArray:
    found = series.get(sector) or series.get("national")
    return found.at(months) if found else np.zeros(len(months))


def _published(
    spec: MacroSpec, sectors: Sequence[str], months: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return log output and prices in each month as the points have them."""
    by_sector = np.array([_of(spec.output, sector, months) for sector in sectors])
    by_size = np.array(
        [spec.size[c].at(months) if c in spec.size else 0.0 * months for c in SIZE_CLASSES]
    )
    year_2008 = np.arange(96, 108, dtype=np.int64)
    price = np.array(
        [
            np.exp(_of(spec.prices, sector, months))
            / np.exp(_of(spec.prices, sector, year_2008)).mean()
            for sector in sectors
        ]
    )
    return by_sector[:, None, :] + by_size[None, :, :], price
