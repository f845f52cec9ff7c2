"""Recording: monthly sums and a yearly firm panel. It knows no groups and moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim import calendar
from clustersim.economy.state import SIZE_CLASSES, size_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import Columns, FloatArray
    from clustersim.economy.month import Economy

__all__ = ["BOOKS", "FLOWS", "STOCKS", "TRAITS", "Recorder"]

FLOWS = (
    "output",
    "sales",
    "value_added",
    "workers",
    "firms",
    "rd_spending",
    "capacity",
    "macro",
    "ties",
)
"""Summed over firms each month, and over the months of a year in the panel."""

BOOKS = ("profit", "wages")
"""Summed over the months of a year, in the panel alone."""

STOCKS = ("knowledge", "cash", "debt")
"""Taken at the end of the year in the panel."""

TRAITS = ("age", "export_share", "anchor")
"""What a firm is at the end of the year, in the panel alone: age in months, share of sales made
abroad, whether it is an anchor."""


class Recorder:
    """Collects the record of one world while it runs."""

    def __init__(self, economy: Economy) -> None:
        self._economy = economy
        self._months: list[Columns] = []
        self._years: list[Columns] = []
        self._rivals: list[Columns] = []
        self._ties: list[Columns] = []
        self._year = np.zeros((len(FLOWS) + len(BOOKS), 0))
        names, sectors = list(economy.names.values()), economy.rules.sectors
        self._markets = _cells(complex=names, sector=sectors)
        self._cells = _cells(complex=names, sector=sectors, size=SIZE_CLASSES)

    def month(self, month: int) -> None:
        """Take down a month that has just been; sums are of firms that count in their complex."""
        firms = self._economy.view()
        live = (firms.output > 0.0).astype(np.float64)
        flows = np.array(
            [
                firms.output,
                firms.output * self._economy.prices(month),
                firms.value_added,
                firms.workers * live,
                live,
                firms.rd_spending,
                firms.capacity * live,
                self._economy.macro(month) * live,
                firms.ties * live,
                firms.profit * live,
                firms.wage * firms.workers * live,
            ]
        )
        self._sum(flows[: len(FLOWS)], month)
        self._outside(month)
        flows[:, : self._year.shape[1]] += self._year  # newcomers stand last
        self._year = flows
        if calendar.month_in_year(month) == 12:
            self._close_year(month)
        if calendar.month_in_year(month) == 12 or not self._ties:
            tied = self._economy.tied(month)
            self._ties.append({"month": np.full(len(tied["first"]), month)} | tied)

    def finish(self) -> tuple[Columns, Columns]:
        """Return monthly sums and panel; a last year that is not whole is left out of the panel."""
        return _stack(self._months), _stack(self._years)

    def rivals(self) -> Columns:
        """Return the sums of the aggregate rivals by complex, sector and month."""
        return _stack(self._rivals)

    def ties(self) -> Columns:
        """Return the ties that stood at the end of the first month and of every year."""
        return _stack(self._ties)

    def _outside(self, month: int) -> None:
        self._rivals.append(
            self._markets
            | {"month": np.full(len(self._markets["sector"]), month, dtype=np.int64)}
            | {name: values.ravel() for name, values in self._economy.rivals().items()}
        )

    def _sum(self, flows: FloatArray, month: int) -> None:
        firms, sectors = self._economy.view(), self._economy.rules.sectors
        codes, sizes = list(self._economy.names), len(SIZE_CLASSES)
        place = np.searchsorted(codes, firms.complex) * len(sectors) + firms.sector
        cell, cells = place * sizes + size_class(firms.workers), len(self._cells["size"])
        sums = [np.bincount(cell, flow, minlength=cells) for flow in flows * firms.counted]
        table = self._cells | {"month": np.full(cells, month, dtype=np.int64)}
        self._months.append(table | dict(zip(FLOWS, sums, strict=True)))

    def _close_year(self, month: int) -> None:
        firms = self._economy.view()
        there = self._year[FLOWS.index("firms")] > 0.0
        east, north = self._economy.ground().T
        table: Columns = {
            "id": firms.ids[there],
            "complex": firms.complex[there],
            "sector": firms.sector[there],
            "year": np.full(int(there.sum()), calendar.year_of(month), dtype=np.int64),
            "counted": firms.counted[there] > 0.0,
            "stands": firms.alive[there] > 0.0,
            "site": firms.site[there].astype(np.int64),
            "east": east[there],
            "north": north[there],
            "technology": firms.technology[there],
        }
        stocks = (firms.stock, firms.cash, firms.debt)
        traits = (month - firms.born + firms.age_at_birth, firms.export_share, firms.anchor)
        for name, values in zip(
            (*FLOWS, *BOOKS, *STOCKS, *TRAITS), (*self._year, *stocks, *traits), strict=True
        ):
            table[name] = values[there]
        self._years.append(table)
        self._year = np.zeros((len(self._year), 0))


def _cells(**names: Sequence[str]) -> Columns:
    """Return the columns that name all combinations, the last varying fastest."""
    grids = np.meshgrid(*(np.array(some, dtype=object) for some in names.values()), indexing="ij")
    return {column: grid.ravel() for column, grid in zip(names, grids, strict=True)}


def _stack(tables: list[Columns]) -> Columns:
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
