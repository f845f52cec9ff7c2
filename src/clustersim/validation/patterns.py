"""The statistics that are set beside published ones, one complex of one world at a time.

Each function returns a number, or a total and the number of cases behind it where several worlds
are to be pooled; `bands.py` says what each is called and what it is held against. Firms are
ordinary ones: anchors are data, not results.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from clustersim.randomness import ids
from clustersim.validation import statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from clustersim.arrays import BoolArray, FloatArray, IntArray
    from clustersim.validation.worlds import Complex

__all__ = [
    "HORIZONS",
    "MEASURES",
    "SALES",
    "at_risk",
    "births",
    "groups",
    "networks",
    "reaching",
    "small",
]

Measured = float | tuple[float, float]
"""A number, or a total and the number of cases behind it."""

HORIZONS: Final = (5, 10)
SALES: Final = (30, 50, 100)
"""Years and billions of won of nominal sales of the odds of scaling up."""

CRISIS: Final = 2009

MEASURES: dict[str, Callable[[Complex], Measured]] = {}
"""The measure of each pattern by its name."""


def _measure(
    name: str,
) -> Callable[[Callable[[Complex], Measured]], Callable[[Complex], Measured]]:
    def put(function: Callable[[Complex], Measured]) -> Callable[[Complex], Measured]:
        MEASURES[name] = function
        return function

    return put


# ---------------------------------------------------------------- parts


def groups(rows: pd.DataFrame) -> IntArray:
    """Return a number for each sector and year."""
    return (rows["sector"] * 10_000 + rows["year"]).to_numpy(np.int64)


def small(rows: pd.DataFrame) -> BoolArray:
    """Return which firm-years are of small and medium firms as surveys count them: 5 to 299."""
    workers = rows["workers"].to_numpy()
    chosen: BoolArray = (workers >= 5) & (workers < 300)
    return chosen


def _yearly(complex_: Complex, column: str, statistic: Callable[[FloatArray], float]) -> float:
    """Return the mean over years of a statistic of the firms that worked all of it."""
    rows = complex_.whole()
    return _mean([statistic(year.to_numpy()) for _, year in rows.groupby("year")[column]])


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else np.nan


def _share(chosen: pd.Series) -> tuple[float, float]:
    return float(chosen.sum()), float(len(chosen))


def _ratio(above: float, below: float) -> float:
    return above / below if below else np.nan


# ---------------------------------------------------------------- size


def _tail(column: str, top: int) -> Callable[[Complex], Measured]:
    def exponent(sizes: FloatArray) -> float:
        return statistics.tail_exponent(sizes, top / 100)

    return lambda complex_: _yearly(complex_, column, exponent)


for _column in ("workers", "sales"):
    for _top in (5, 10):
        MEASURES[f"size.tail_{_column}_{_top}"] = _tail(_column, _top)


@_measure("size.skewness")
def _skewness(complex_: Complex) -> float:
    return _yearly(complex_, "workers", lambda sizes: float(stats.skew(np.log(sizes), bias=False)))


@_measure("size.median_workers")
def _median_workers(complex_: Complex) -> float:
    return _yearly(complex_, "workers", lambda sizes: float(np.median(sizes)))


def _share_of_firms(low: float, high: float) -> Callable[[Complex], Measured]:
    def share(sizes: FloatArray) -> float:
        return float(np.mean((sizes >= low) & (sizes < high)))

    return lambda complex_: _yearly(complex_, "workers", share)


for _name, _low, _high in (
    ("to_10", 0.0, 10.5),
    ("11_to_50", 10.5, 50.5),
    ("51_to_100", 50.5, 100.5),
    ("101_to_250", 100.5, 250.5),
    ("below_50", 0.0, 50.0),
    ("50_to_299", 50.0, 300.0),
    ("from_300", 300.0, np.inf),
):
    MEASURES[f"size.share_{_name}"] = _share_of_firms(_low, _high)


@_measure("size.top_sales")
def _top_sales(complex_: Complex) -> float:
    return _yearly(complex_, "sales", lambda sizes: statistics.top_share(sizes, 0.10))


@_measure("size.sales_below_10")
def _sales_below_10(complex_: Complex) -> float:
    rows = complex_.whole()
    return float(rows.loc[rows["workers"] < 10, "sales"].sum() / rows["sales"].sum())


@_measure("size.age")
def _size_by_age(complex_: Complex) -> float:
    rows = complex_.whole()
    old, young = rows["age"] >= 10, rows["age"] < 5
    return _ratio(rows.loc[old, "workers"].mean(), rows.loc[young, "workers"].mean())


@_measure("size.rank_persistence")
def _rank_persistence(complex_: Complex) -> float:
    rows = complex_.whole().set_index("id")
    found = []
    for year in range(complex_.first, complex_.last - 4):
        now, later = (rows.loc[rows["year"] == y, "sales"] for y in (year, year + 5))
        both = now.index.intersection(later.index)
        found.append(
            statistics.correlation(
                stats.rankdata(now[both].to_numpy()), stats.rankdata(later[both].to_numpy())
            )
        )
    return _mean(found)


# ---------------------------------------------------------------- growth


@_measure("growth.shape")
def _shape(complex_: Complex) -> float:
    return statistics.laplace_shape(complex_.grown()["relative"].to_numpy())


@_measure("growth.sd_small")
def _sd_small(complex_: Complex) -> float:
    rows = complex_.grown()
    return float(rows.loc[rows["last_workers"].between(10, 50), "relative"].std())


@_measure("growth.sd_size")
def _sd_size(complex_: Complex) -> float:
    rows = complex_.grown()
    return -statistics.size_slope(rows["last_output"].to_numpy(), rows["relative"].to_numpy())


@_measure("growth.sd_size_workers")
def _sd_size_workers(complex_: Complex) -> float:
    rows = complex_.grown()
    hiring = statistics.within(rows["hiring"].to_numpy(), groups(rows))
    return -statistics.size_slope(rows["last_workers"].to_numpy(), hiring)


def _again(complex_: Complex, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return growth of firms in a range of workers, and that of the year before."""
    rows = complex_.grown()
    rows = rows[rows["last_relative"].notna() & rows["last_workers"].between(low, high)]
    return rows["relative"].to_numpy(), rows["last_relative"].to_numpy()


@_measure("growth.autocorrelation_small")
def _autocorrelation_small(complex_: Complex) -> float:
    return statistics.correlation(*_again(complex_, 0, 49.999))


@_measure("growth.autocorrelation_large")
def _autocorrelation_large(complex_: Complex) -> float:
    return statistics.correlation(*_again(complex_, 250, np.inf))


@_measure("growth.autocorrelation_extreme")
def _autocorrelation_extreme(complex_: Complex) -> float:
    now, before = _again(complex_, 0, 49.999)
    high, middle = (statistics.quantile_slope(before, now, q) for q in (0.9, 0.5))
    return high - middle


@_measure("growth.size")
def _growth_by_size(complex_: Complex) -> float:
    rows = complex_.grown()
    size = np.log(rows["last_workers"].to_numpy())
    return statistics.slope(size, rows["growth"].to_numpy(), groups(rows))


@_measure("growth.age")
def _growth_by_age(complex_: Complex) -> float:
    rows = complex_.grown()
    age = np.log(rows["age"].to_numpy())
    return statistics.slope(age, rows["growth"].to_numpy(), groups(rows))


@_measure("growth.sd_age")
def _sd_by_age(complex_: Complex) -> float:
    rows = complex_.grown()
    old, young = rows["age"] >= 10, rows["age"] < 5
    return _ratio(rows.loc[young, "relative"].std(), rows.loc[old, "relative"].std())


def _spread(rows: pd.DataFrame, year: int) -> float:
    return float(rows.loc[rows["year"] == year, "relative"].std())


@_measure("growth.sd_crisis")
def _sd_in_crisis(complex_: Complex) -> float:
    rows = complex_.grown()
    calm = _mean([_spread(rows, year) for year in (CRISIS - 2, CRISIS + 2)])
    return _ratio(_spread(rows, CRISIS), calm)


@_measure("growth.shrinking_crisis")
def _shrinking_in_crisis(complex_: Complex) -> float:
    rows = complex_.grown()
    return float((rows.loc[rows["year"] == CRISIS, "growth"] < 0.0).mean())


@_measure("growth.shrinking_calm")
def _shrinking_when_calm(complex_: Complex) -> float:
    rows = complex_.grown()
    return float((rows.loc[rows["year"] > CRISIS + 3, "growth"] < 0.0).mean())


@_measure("growth.high_growth")
def _high_growth(complex_: Complex) -> tuple[float, float]:
    rows = complex_.whole()[["id", "year", "workers"]]
    before = rows.assign(year=rows["year"] + 3)
    both = rows.merge(before, on=["id", "year"], suffixes=("", "_before"))
    both = both[both["workers_before"] >= 10]
    return _share(both["workers"] >= 1.2**3 * both["workers_before"])


# ---------------------------------------------------------------- who comes and goes


def _standing(complex_: Complex, *, first: int = 0) -> pd.Series:
    """Return the firms that stand at the end of each year but the last, by the year after."""
    rows = complex_.firms[complex_.firms["stands"]]
    counts = rows.groupby("year").size().rename(lambda year: year + 1)
    return counts[(counts.index >= first) & (counts.index <= complex_.last)]


def _came(complex_: Complex, *kinds: str) -> tuple[float, float]:
    """Return how many came in the years after the first, and the firms there were before each."""
    rows = complex_.firms
    new = rows["kind"].isin(kinds) & (rows["came"] == rows["year"])
    return float((new & (rows["year"] > complex_.first)).sum()), float(_standing(complex_).sum())


def _arrivals(*kinds: str) -> Callable[[Complex], Measured]:
    return lambda complex_: _came(complex_, *kinds)


MEASURES["turnover.births"] = _arrivals("birth")
MEASURES["turnover.relocations"] = _arrivals("relocation")
MEASURES["turnover.splits"] = _arrivals("split")
MEASURES["turnover.entry"] = _arrivals("birth", "relocation", "split")


def at_risk(complex_: Complex) -> pd.DataFrame:
    """Return the firms that stood at the end of a year, and whether the next closed them."""
    rows = complex_.firms[complex_.firms["last_stands"]]
    return rows.assign(closed=~rows["stands"])


@_measure("turnover.exit")
def _exit(complex_: Complex) -> tuple[float, float]:
    return _share(at_risk(complex_)["closed"])


@_measure("turnover.exit_from_10")
def _exit_from_10(complex_: Complex) -> tuple[float, float]:
    rows = at_risk(complex_)
    return _share(rows.loc[rows["last_workers"] >= 10, "closed"])


@_measure("turnover.net_growth")
def _net_growth(complex_: Complex) -> float:
    counts = complex_.firms[complex_.firms["stands"]].groupby("year").size()
    first, last = max(2008, complex_.first), min(2012, complex_.last)
    if last <= first:
        return np.nan
    return float((counts[last] / counts[first]) ** (1.0 / (last - first)) - 1.0)


@lru_cache(maxsize=1)
def births(complex_: Complex) -> tuple[FloatArray, BoolArray]:
    """Return months of life of the firms founded here, and whether they closed."""
    rows = complex_.firms[complex_.firms["kind"] == "birth"]
    by_firm = rows.groupby("id")
    months = by_firm["months"].sum().to_numpy(np.float64)
    return months, ~by_firm["stands"].last().to_numpy(dtype=np.bool_)


@_measure("survival.one_year")
def _one_year(complex_: Complex) -> float:
    return float(statistics.survival(*births(complex_), np.array([12.0]))[0])


@_measure("survival.five_years")
def _five_years(complex_: Complex) -> float:
    return float(statistics.survival(*births(complex_), np.array([60.0]))[0])


@_measure("survival.young_hazard")
def _young_hazard(complex_: Complex) -> float:
    one, five = statistics.survival(*births(complex_), np.array([12.0, 60.0]))
    return _ratio(float(1.0 - one), float(1.0 - (five / one) ** 0.25))


@_measure("survival.small_hazard")
def _small_hazard(complex_: Complex) -> float:
    rows = at_risk(complex_)
    less, more = rows["last_workers"] < 10, rows["last_workers"] >= 50
    return _ratio(rows.loc[less, "closed"].mean(), rows.loc[more, "closed"].mean())


@lru_cache(maxsize=1)
def _odds_of_closing(complex_: Complex) -> FloatArray:
    rows = at_risk(complex_)
    rows = rows[rows["last_relative"].notna() & (rows["last_productivity"] > 0.0)]
    if not len(rows):
        return np.full(4, np.nan)
    regressors = np.column_stack(
        [
            np.log(rows["last_workers"]),
            np.log(rows["last_age"]),
            rows["last_relative"],
            statistics.within(np.log(rows["last_productivity"].to_numpy()), groups(rows)),
        ]
    )
    return statistics.slopes_of_odds(rows["closed"].to_numpy(dtype=np.bool_), regressors)


def _odds_by(place: int) -> Callable[[Complex], Measured]:
    return lambda complex_: float(_odds_of_closing(complex_)[place])


for _place, _name in enumerate(("size", "age", "growth", "productivity")):
    MEASURES[f"exit.{_name}"] = _odds_by(_place)


@_measure("turnover.entrant_size")
def _entrant_size(complex_: Complex) -> float:
    rows = complex_.whole()
    new = (rows["kind"] == "birth") & (rows["year"] == rows["came"] + 1)
    old = rows["came"] + 1 < rows["year"]
    later = rows["year"] > complex_.first + 1
    return _ratio(rows.loc[new & later, "workers"].mean(), rows.loc[old & later, "workers"].mean())


@_measure("turnover.exiter_size")
def _exiter_size(complex_: Complex) -> float:
    rows = at_risk(complex_)
    closed = rows["closed"]
    size = rows["last_workers"]
    return _ratio(size[closed].mean(), size[~closed].mean())


# ---------------------------------------------------------------- research


def _surveyed(complex_: Complex) -> pd.DataFrame:
    rows = complex_.whole()
    rows = rows[small(rows)]
    return rows.assign(does=rows["rd_spending"] > 0.0)


@_measure("rd.participation")
def _participation(complex_: Complex) -> tuple[float, float]:
    return _share(_surveyed(complex_)["does"])


@_measure("rd.participation_by_size")
def _participation_by_size(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    large, medium = rows["workers"] >= 50, rows["workers"].between(10, 49.999)
    return _ratio(rows.loc[large, "does"].mean(), rows.loc[medium, "does"].mean())


@_measure("rd.intensity")
def _intensity(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    rows = rows[rows["does"]]
    return _ratio(rows["rd_spending"].sum(), rows["output"].sum())


@_measure("rd.intensity_all")
def _intensity_of_all(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    return _ratio(rows["rd_spending"].sum(), rows["output"].sum())


@_measure("rd.intensity_by_size")
def _intensity_by_size(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    rows = rows[rows["does"]]
    large, less = rows["workers"] >= 50, rows["workers"] < 50
    each = [
        rows.loc[some, "rd_spending"].sum() / rows.loc[some, "output"].sum()
        for some in (less, large)
    ]
    return _ratio(*each)


def _doers_over_all(column: str) -> Callable[[Complex], float]:
    def measure(complex_: Complex) -> float:
        rows = _surveyed(complex_)
        return _ratio(rows.loc[rows["does"], column].mean(), rows[column].mean())

    return measure


MEASURES["rd.doers_workers"] = _doers_over_all("workers")
MEASURES["rd.doers_sales"] = _doers_over_all("sales")


@_measure("rd.doers_age")
def _doers_age(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    return float(rows.loc[rows["does"], "age"].mean())


@_measure("rd.concentration")
def _concentration(complex_: Complex) -> float:
    return _yearly(complex_, "rd_spending", lambda r: statistics.top_share(r[r > 0.0], 0.10))


@_measure("rd.persistence")
def _persistence(complex_: Complex) -> tuple[float, float]:
    rows = _surveyed(complex_)
    return _share(rows.loc[rows["last_rd_spending"] > 0.0, "does"])


@_measure("rd.productivity_premium")
def _research_premium(complex_: Complex) -> float:
    rows = _surveyed(complex_)
    return _premium(rows, rows["does"])


# ---------------------------------------------------------------- jobs, productivity, accounts


@_measure("jobs.yearly")
def _jobs_yearly(complex_: Complex) -> float:
    rows = complex_.grown()
    return statistics.slope(rows["growth"].to_numpy(), rows["hiring"].to_numpy(), groups(rows))


@_measure("jobs.five_years")
def _jobs_five_years(complex_: Complex) -> float:
    rows = complex_.whole()[["id", "sector", "year", "output", "workers"]]
    before = rows.assign(year=rows["year"] + 5).drop(columns="sector")
    both = rows.merge(before, on=["id", "year"], suffixes=("", "_before"))
    growth, hiring = (
        np.log((both[c] / both[f"{c}_before"]).to_numpy()) for c in ("output", "workers")
    )
    return statistics.slope(growth, hiring, groups(both))


@_measure("jobs.complex")
def _jobs_of_the_complex(complex_: Complex) -> float:
    sums = complex_.everyone
    first, last = complex_.first, min(complex_.first + 4, complex_.last)
    rise = np.log(sums.loc[last, ["workers", "sales"]] / sums.loc[first, ["workers", "sales"]])
    return _ratio(float(rise["workers"]), float(rise["sales"]))


def _premium(rows: pd.DataFrame, chosen: pd.Series) -> float:
    """Return by what share value added per worker of some firms is above that of the others."""
    worth = np.log(rows["productivity"].to_numpy())
    return float(
        np.expm1(statistics.slope(np.asarray(chosen, dtype=np.float64), worth, groups(rows)))
    )


@_measure("productivity.dispersion")
def _dispersion(complex_: Complex) -> float:
    rows = complex_.whole()
    relative = statistics.within(
        np.log((rows["output"] / rows["worker_months"]).to_numpy()), groups(rows)
    )
    return statistics.quantile_ratio(np.exp(relative), 0.9, 0.1)


@_measure("productivity.persistence")
def _productivity_persistence(complex_: Complex) -> float:
    rows = complex_.grown()
    now, before = (
        statistics.within(np.log(rows[column].to_numpy()), groups(rows))
        for column in ("productivity", "last_productivity")
    )
    return statistics.slope(before, now, groups(rows))


@_measure("productivity.size")
def _productivity_by_size(complex_: Complex) -> float:
    rows = complex_.whole()
    size = np.log(rows["workers"].to_numpy())
    return statistics.slope(size, np.log(rows["productivity"].to_numpy()), groups(rows))


@_measure("exports.share")
def _exporting(complex_: Complex) -> tuple[float, float]:
    return _share(complex_.whole()["export_share"] > 0.0)


@_measure("exports.size_premium")
def _exporters_size(complex_: Complex) -> float:
    rows = complex_.whole()
    exports = np.asarray(rows["export_share"] > 0.0, dtype=np.float64)
    return statistics.slope(exports, np.log(rows["workers"].to_numpy()), groups(rows))


@_measure("exports.productivity_premium")
def _exporters_productivity(complex_: Complex) -> float:
    rows = complex_.whole()
    return _premium(rows, rows["export_share"] > 0.0)


@_measure("pay.size")
def _pay_by_size(complex_: Complex) -> float:
    rows = complex_.whole()
    pay = np.log((rows["wages"] / rows["worker_months"]).to_numpy())
    return statistics.slope(np.log(rows["workers"].to_numpy()), pay, groups(rows))


@_measure("pay.smallest")
def _pay_of_the_smallest(complex_: Complex) -> float:
    rows = complex_.whole()
    rows = rows[rows["workers"] >= 5]
    less = rows[rows["workers"] < 10]
    pay = [some["wages"].sum() / some["worker_months"].sum() for some in (less, rows)]
    return _ratio(*pay)


@_measure("profit.margin")
def _margin(complex_: Complex) -> float:
    rows = complex_.whole()
    rows = rows[small(rows) & rows["year"].between(2008, 2011)]
    return _ratio(rows["profit"].sum(), rows["output"].sum())


@_measure("profit.persistence")
def _margin_persistence(complex_: Complex) -> float:
    rows = complex_.grown()
    now, before = rows["profit"] / rows["output"], rows["last_profit"] / rows["last_output"]
    return statistics.slope(before.to_numpy(), now.to_numpy(), groups(rows))


# ---------------------------------------------------------------- ties


@lru_cache(maxsize=1)
def networks(complex_: Complex) -> list[tuple[pd.DataFrame, statistics.Network]]:
    """Return by year the ties that stand at its end and the network of ties between firms."""
    rows = complex_.firms[complex_.firms["stands"]]
    found = []
    for year, ties in complex_.ties.groupby("year"):
        firms = np.sort(rows.loc[rows["year"] == year, "id"].to_numpy())
        ends = [np.searchsorted(firms, ties[end].to_numpy()) for end in ("first", "second")]
        here = (
            [
                firms[np.minimum(at, len(firms) - 1)] == ties[end].to_numpy()
                for at, end in zip(ends, ("first", "second"), strict=True)
            ]
            if len(firms)
            else [np.zeros(len(ties), dtype=np.bool_)] * 2
        )
        both = here[0] & here[1]
        house = ids.slot(ties["second"]) >= ids.INSTITUTIONS
        kept = ties.assign(institution=house)[here[0] & (here[1] | house)]
        net = statistics.network(ends[0][both], ends[1][both], len(firms))
        found.append((kept, net))
    return found


def _network(
    statistic: Callable[[pd.DataFrame, statistics.Network], float],
) -> Callable[[Complex], float]:
    return lambda complex_: _mean([statistic(*each) for each in networks(complex_)])


MEASURES["ties.degree"] = _network(lambda _, net: float(net.degree.mean()))
MEASURES["ties.tied"] = _network(lambda _, net: float((net.degree > 0.0).mean()))
MEASURES["ties.gini"] = _network(lambda _, net: statistics.gini(net.degree[net.degree > 0.0]))
MEASURES["ties.gini_all"] = _network(lambda _, net: statistics.gini(net.degree))
MEASURES["ties.largest"] = _network(
    lambda _, net: _ratio(net.largest, float((net.degree > 0.0).sum()))
)
MEASURES["ties.assortativity"] = _network(lambda _, net: net.assortativity)
MEASURES["ties.institutions"] = _network(lambda ties, _: float(ties["institution"].mean()))


@_measure("ties.clustering")
def _clustering(complex_: Complex) -> tuple[float, float]:
    """Return triangles, and those a network of as many ties at random would have."""
    nets = [net for _, net in networks(complex_)]
    return sum(n.closed for n in nets), sum(n.triples * n.chance for n in nets)


# ---------------------------------------------------------------- scaling up


def reaching(complex_: Complex, sales: float, years: int) -> tuple[float, float]:
    """Return how many firms of 15 to 20 bn won reach some sales within some years, and of how many.

    Nominal sales of a calendar year; those who closed have not reached it. One base year, the
    last that leaves ten years, so that no firm counts twice.
    """
    rows = complex_.whole()
    base = max(complex_.last - max(HORIZONS), complex_.first)
    if base + years > complex_.last:
        return np.nan, np.nan
    at = rows[(rows["year"] == base) & rows["sales"].between(15e9, 20e9, inclusive="left")]
    later = complex_.firms[complex_.firms["year"].between(base + 1, base + years)]
    best = later.groupby("id")["sales"].max().reindex(at["id"]).fillna(0.0)
    return _share(best >= sales * 1e9)


def _odds_of_reaching(sales: float, years: int) -> Callable[[Complex], Measured]:
    return lambda complex_: reaching(complex_, sales, years)


for _years in HORIZONS:
    for _sales in SALES:
        for _theme in ("scale_up", "calm"):
            MEASURES[f"{_theme}.to_{_sales}_in_{_years}"] = _odds_of_reaching(_sales, _years)


def _crossing(complex_: Complex, column: str, line: float) -> pd.DataFrame:
    """Return the firm-years in which a firm is above a line for the first time, as far as seen.

    It was below it in a whole year before: one that was founded above it crosses nothing.
    """
    rows = complex_.firms
    above = rows[rows[column] >= line].groupby("id").head(1)
    return above[(above[f"last_{column}"] < line) & (above["last_months"] == 12)]


@_measure("scale_up.age_at_100")
def _age_at_100(complex_: Complex) -> tuple[float, float]:
    ages = _crossing(complex_, "sales", 100e9)["age"]
    return float(ages.sum()), float(len(ages))


@_measure("scale_up.young_at_100")
def _young_at_100(complex_: Complex) -> tuple[float, float]:
    return _share(_crossing(complex_, "sales", 100e9)["age"] <= 7.0)


@_measure("scale_up.age_at_300_workers")
def _age_at_300_workers(complex_: Complex) -> tuple[float, float]:
    ages = _crossing(complex_, "workers", 300.0)["age"]
    return float(ages.sum()), float(len(ages))


@_measure("scale_up.falling_below_100")
def _falling_below_100(complex_: Complex) -> tuple[float, float]:
    rows = complex_.firms
    there = rows[(rows["last_sales"] >= 100e9) & (rows["months"] == 12)]
    return _share(there["sales"] < 100e9)
