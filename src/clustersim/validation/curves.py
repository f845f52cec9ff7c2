"""The lines behind the picture: what the patterns boil down to a number, one world at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from clustersim.economy.state import SIZE_CLASSES, size_class
from clustersim.validation import statistics
from clustersim.validation.patterns import at_risk, births, groups, networks, small

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.arrays import FloatArray
    from clustersim.validation.worlds import Complex

__all__ = ["AGES", "CURVES", "DEGREES", "GROWTH_CLASSES", "curves", "together"]

AGES: Final = (0, 1, 2, 5, 10, 20, 40)
"""Where classes of age begin, in years; the last is their end."""

GROWTH_CLASSES: Final = ("1-9", "10-49", "50-249", "250+")
"""Size classes of the autocorrelation, whose published bands have these cuts."""

DEGREES: Final = 8
"""The number of partners from which firms are counted together."""

Line = tuple["FloatArray", "FloatArray", "FloatArray"]
"""Points of one world: x, y, and the weight with which worlds go together."""


def _sizes(complex_: Complex) -> Line:
    """Return the share of firms of so many workers or more."""
    at = np.geomspace(1.0, 1000.0, 25)
    workers = np.sort(complex_.whole()["workers"].to_numpy())
    share = 1.0 - np.searchsorted(workers, at) / max(len(workers), 1)
    return at, share, np.ones(len(at))


def _growth(complex_: Complex) -> Line:
    """Return the density of growth in units of its sd."""
    growth = complex_.grown()["relative"].to_numpy()
    edges = np.linspace(-5.0, 5.0, 42)
    middle = (edges[1:] + edges[:-1]) / 2.0
    if len(growth) < 2:
        return middle, np.zeros(41), np.zeros(41)
    counts, _ = np.histogram(growth / growth.std(), edges)
    return middle, counts / (len(growth) * np.diff(edges)), np.ones(41)


def _spread(complex_: Complex) -> Line:
    """Return the sd of growth by sales, bn won, in bins of firms."""
    rows = complex_.grown()
    if len(rows) < 450:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    found = statistics.spread_by_size(rows["last_output"].to_numpy(), rows["relative"].to_numpy())
    return np.exp(found.size) / 1e9, found.sd, np.ones(len(found.sd))


def _autocorrelation(complex_: Complex) -> Line:
    rows = complex_.grown()
    rows = rows[rows["last_relative"].notna()]
    where = np.searchsorted([10.0, 50.0, 250.0], rows["last_workers"], side="right")
    now, before = rows["relative"].to_numpy(), rows["last_relative"].to_numpy()
    found = [statistics.correlation(now[where == k], before[where == k]) for k in range(4)]
    return _classes(np.array(found), np.bincount(where, minlength=4))


def _survival(complex_: Complex) -> Line:
    # older than the run is long by less than a year are some firms of some worlds alone
    years = np.arange(min(10.0, complex_.last - complex_.first) + 1.0)
    months, closed = births(complex_)
    there = statistics.survival(months, closed, 12.0 * years)
    return years, there, np.full(len(years), float(len(months)))


def _hazard_by_age(complex_: Complex) -> Line:
    rows = at_risk(complex_)
    where = np.searchsorted(AGES[1:-1], rows["last_age"], side="right")
    return _rates(where, rows["closed"], len(AGES) - 1)


def _hazard_by_size(complex_: Complex) -> Line:
    rows = at_risk(complex_)
    return _rates(size_class(rows["last_workers"].to_numpy()), rows["closed"], len(SIZE_CLASSES))


def _research_by_size(complex_: Complex) -> Line:
    rows = complex_.whole()
    where = size_class(rows["workers"].to_numpy())
    return _rates(where, rows["rd_spending"] > 0.0, len(SIZE_CLASSES))


def _intensity_by_size(complex_: Complex) -> Line:
    rows = complex_.whole()
    rows = rows[(rows["rd_spending"] > 0.0) & small(rows)]
    where = size_class(rows["workers"].to_numpy())
    research, output = (
        np.bincount(where, weights=rows[column], minlength=len(SIZE_CLASSES))
        for column in ("rd_spending", "output")
    )
    return _classes(research / np.where(output > 0.0, output, np.nan), output)


def _jobs(complex_: Complex) -> Line:
    """Return the log change of workers by that of output over five years, in bins of firms."""
    rows = complex_.whole()[["id", "sector", "year", "output", "workers"]]
    before = rows.assign(year=rows["year"] + 5).drop(columns="sector")
    both = rows.merge(before, on=["id", "year"], suffixes=("", "_before"))
    if len(both) < 120:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    growth, hiring = (
        statistics.within(np.log((both[c] / both[f"{c}_before"]).to_numpy()), groups(both))
        for c in ("output", "workers")
    )
    parts = np.array_split(np.argsort(growth, kind="stable"), 12)
    x, y = (np.array([values[part].mean() for part in parts]) for values in (growth, hiring))
    return x, y, np.ones(12)


def _degrees(complex_: Complex) -> Line:
    """Return the share of firms by their number of partners, the last class open."""
    degrees = np.concatenate([np.zeros(0), *(net.degree for _, net in networks(complex_))])
    counts = np.bincount(np.minimum(degrees, DEGREES).astype(int), minlength=DEGREES + 1)
    share = counts / max(len(degrees), 1)
    return np.arange(DEGREES + 1.0), share, np.full(DEGREES + 1, len(degrees))


def _rates(where: np.ndarray, event: pd.Series, classes: int) -> Line:
    cases = np.bincount(where, minlength=classes)
    events = np.bincount(where, weights=event.to_numpy(np.float64), minlength=classes)
    return _classes(events / np.where(cases > 0, cases, np.nan), cases)


def _classes(values: FloatArray, weight: np.ndarray) -> Line:
    return np.arange(float(len(values))), values, weight.astype(np.float64)


CURVES: Final[dict[str, Callable[[Complex], Line]]] = {
    "sizes": _sizes,
    "growth": _growth,
    "spread": _spread,
    "autocorrelation": _autocorrelation,
    "survival": _survival,
    "hazard_by_age": _hazard_by_age,
    "hazard_by_size": _hazard_by_size,
    "research_by_size": _research_by_size,
    "intensity_by_size": _intensity_by_size,
    "jobs": _jobs,
    "degrees": _degrees,
}
"""The lines by name."""


def curves(complex_: Complex) -> pd.DataFrame:
    """Return all lines of one complex in one world: complex, curve, point, x, y, weight."""
    parts = []
    for name, line in CURVES.items():
        x, y, weight = line(complex_)
        parts.append(
            pd.DataFrame({"curve": name, "point": range(len(x)), "x": x, "y": y, "weight": weight})
        )
    return pd.concat(parts, ignore_index=True).assign(complex=complex_.name)


def together(worlds: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the lines of several worlds as one: weighted means of every point."""
    known = pd.concat(worlds, ignore_index=True)
    known = known[known["y"].notna() & (known["weight"] > 0.0)]
    sums = known.assign(x=known["x"] * known["weight"], y=known["y"] * known["weight"])
    sums = sums.groupby(["complex", "curve", "point"], sort=False)[["x", "y", "weight"]].sum()
    sums["x"] /= sums["weight"]
    sums["y"] /= sums["weight"]
    order = known.drop_duplicates(["complex", "curve"])[["complex", "curve"]]
    return order.merge(sums.reset_index().sort_values("point", kind="stable"))
