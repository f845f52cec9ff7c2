"""The yearly accounts a promotion team keeps of the firms around it.

Each January the team reads every firm's sales of the year that ended and of the year before. It
sees nothing that a file of yearly accounts would not show: no luck, no quality, no month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clustersim import calendar

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.month import Economy
    from clustersim.economy.state import Firms
    from clustersim.programme.clock import Clock

__all__ = ["Books"]


class _Year(NamedTuple):
    ids: IdArray
    sales: FloatArray
    growth: FloatArray


class Books:
    """Sales and growth of the firms of one complex, by calendar year.

    Full calendar years alone count: a firm founded, moved in or split off after January, or met by
    the run after January, has no sales of that year, and a year's growth needs two full years in a
    row. A firm that split is compared with the part of itself that it still is.

    Parameters
    ----------
    economy
        Read through its views.
    code
        The complex's number.
    clock
        The programme's clock; the books begin in its month.
    """

    def __init__(self, economy: Economy, code: int, clock: Clock) -> None:
        self._economy = economy
        self._code = code
        self._clock = clock
        self._first = int(np.floor(clock.now))
        self._years: dict[int, _Year] = {}

    def keep(self) -> ProcessGenerator:
        """Write down, each January, the year that has ended."""
        year = calendar.year_of(self._first) + 1
        while True:
            january = 12 * (year - 2000)
            yield self._clock.at(float(january))
            self._write(year - 1)
            year += 1

    def sales(self, firms: Firms) -> FloatArray:
        """Return nominal sales of the last calendar year; NaN where it is not a full one."""
        return self._of(firms, "sales", 0)

    def growth(self, firms: Firms, years_back: int = 0) -> FloatArray:
        """Return a year's log growth of nominal sales less that of the firm's sector.

        Parameters
        ----------
        firms
            Any firms; NaN where one has not two full years of accounts.
        years_back
            0 for the last calendar year, 1 for the one before.
        """
        return self._of(firms, "growth", years_back)

    def trend(self, firms: Firms) -> FloatArray:
        """Return the mean growth of the last two calendar years; NaN where either is unknown."""
        mean: FloatArray = (self.growth(firms) + self.growth(firms, 1)) / 2.0
        return mean

    def dip(self, firms: Firms) -> FloatArray:
        """Return by how much firms fell last year that had risen the year before.

        0 for all others, and NaN where either year is unknown. Rise and fall are against the
        sector.
        """
        last, before = self.growth(firms), self.growth(firms, 1)
        dip: FloatArray = np.where(before > 0.0, np.maximum(-last, 0.0), 0.0)
        dip[np.isnan(last + before)] = np.nan
        return dip

    def _of(self, firms: Firms, column: str, years_back: int) -> FloatArray:
        found = np.full(len(firms), np.nan)
        year = self._years.get(calendar.year_of(int(np.floor(self._clock.now))) - 1 - years_back)
        if year is None or not len(year.ids):
            return found
        rows = np.minimum(np.searchsorted(year.ids, firms.ids), len(year.ids) - 1)
        here = year.ids[rows] == firms.ids
        found[here] = getattr(year, column)[rows[here]]
        return found

    def _write(self, year: int) -> None:
        """Write down a year on the first day of the next, when months have not rolled over."""
        every = self._economy.view()
        firms = np.flatnonzero((every.complex == self._code) & (every.alive > 0.0))
        # a firm that split off has the old one's month in `born`, and an age below zero there
        came = every.born[firms] + np.maximum(-every.age_at_birth[firms], 0.0)
        since = np.maximum(came, self._first)
        now, then = every.sales_this_year[firms], every.sales_last_year[firms]
        january = 12 * (year - 2000)
        sales = np.where(since <= january, now, np.nan)
        growth = np.full(len(firms), np.nan)
        both = (since <= january - 12) & (now > 0.0) & (then > 0.0)
        if both.any():
            sectors = every.sector[firms[both]]
            macro = self._economy.rules.macro_of(self._code)
            moved = np.zeros(int(sectors.max()) + 1)
            for sector in np.unique(sectors).tolist():
                moved[sector] = np.log(macro.nominal_growth(sector, year - 1, year))
            growth[both] = np.log(now[both] / then[both]) - moved[sectors]
        self._years[year] = _Year(every.ids[firms], sales, growth)
