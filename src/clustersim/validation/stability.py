"""Thirty years in which nothing happens from outside: what drifts, and what jumps at the start.

Without macro and programme a complex should stay what it was. What moves all the same is the
model's own doing. A *drift* is a change from the first year to the last that luck does not explain
and that is large enough to matter; a *jump* is a change in the first months beyond what later
months bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from clustersim.economy.macro import MacroSpec
from clustersim.economy.month import Economy
from clustersim.evaluation.page import Page
from clustersim.language import later, ntr, tr
from clustersim.randomness import Domain, Luck
from clustersim.scenario.scenario import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.state import Firms
    from clustersim.scenario import Scenario

__all__ = ["STATISTICS", "Statistic", "indices", "jumps", "page", "stability", "trends"]

FLOOR = 0.05
"""A change over the whole run, relative, that does not matter."""

SURE = 0.95
"""How sure it must be that a change is larger, given how far worlds of different luck differ."""

CALM = 24
"""Months after which the start is over."""


@dataclass(frozen=True)
class Statistic:
    """One statistic of a complex in a month: its title, and how it is made of the firms."""

    title: str
    of: Callable[[Firms], float]


def _share(above: FloatArray, below: FloatArray) -> float:
    return float(above.sum() / below.sum())


STATISTICS: dict[str, Statistic] = {
    "firms": Statistic(later("firms"), lambda f: float(len(f))),
    "output": Statistic(later("output"), lambda f: float(f.output.sum())),
    "workers": Statistic(later("workers"), lambda f: float(f.workers.sum())),
    "output_per_firm": Statistic(later("output per firm"), lambda f: float(f.output.mean())),
    "workers_per_firm": Statistic(later("workers per firm"), lambda f: float(f.workers.mean())),
    "median_workers": Statistic(later("median of workers"), lambda f: float(np.median(f.workers))),
    "p90_workers": Statistic(
        later("workers, 90th percentile"), lambda f: float(np.quantile(f.workers, 0.9))
    ),
    "share_small": Statistic(
        later("share of 50 workers or fewer"), lambda f: float(np.mean(f.workers <= 50.0))
    ),
    "size_spread": Statistic(later("sd of log output"), lambda f: float(np.log(f.output).std())),
    "rd_share": Statistic(later("R&D over output"), lambda f: _share(f.rd_spending, f.output)),
    "rd_firms": Statistic(
        later("share that does R&D"), lambda f: float(np.mean(f.rd_spending > 0.0))
    ),
    "knowledge": Statistic(
        later("knowledge over yearly sales"), lambda f: _share(f.stock, 12.0 * f.output)
    ),
    "ties": Statistic(later("ties per firm"), lambda f: float(f.ties.mean())),
    "utilisation": Statistic(later("utilisation"), lambda f: _share(f.output, f.capacity)),
    "labour_share": Statistic(
        later("wages over value added"), lambda f: _share(f.wage * f.workers, f.value_added)
    ),
    "profit": Statistic(later("profit over output"), lambda f: _share(f.profit, f.output)),
    "cash": Statistic(later("cash over yearly sales"), lambda f: _share(f.cash, 12.0 * f.output)),
    "debt": Statistic(later("debt over yearly sales"), lambda f: _share(f.debt, 12.0 * f.output)),
    "debt_tail": Statistic(
        later("debt over sales, its p99"),
        lambda f: float(np.quantile(f.debt / (12.0 * f.output), 0.99)),
    ),
    "without_cash": Statistic(later("share without cash"), lambda f: float(np.mean(f.cash <= 0.0))),
}
"""Statistics of the firms that operate in a month, anchors apart, by name."""

AGES = {"age": later("mean age"), "young": later("younger than 3 years")}
"""Statistics of ages."""

FLOWS = {
    "entered": later("firms that come, a year"),
    "left": later("firms that close, a year"),
}
"""Statistics of a month that need the month before, as shares of the firms."""

TITLES = {name: each.title for name, each in STATISTICS.items()} | AGES | FLOWS
"""The titles of all statistics, in order."""


def stability(scenario: Scenario, *, luck: int = 3, years: int = 30) -> pd.DataFrame:
    """Return each statistic of each complex, month by month, without macro and programme.

    Parameters
    ----------
    scenario
        Any scenario; its arm `nothing` at central values, in the macro mode `flat`, from its start.
    luck
        How many lucks.
    years
        How many years.

    Returns
    -------
    pandas.DataFrame
        complex, luck, month (from 0), statistic, value. Firms alone that operate in the month,
        anchors apart; those at sites are in. Ages are in months.
    """
    spec = scenario.arms[NOTHING].spec
    rules = spec.economy.model_copy(update={"macro": MacroSpec(mode="flat")})
    rows = []
    for number in range(luck):
        economy = Economy(
            rules,
            spec.complexes,
            Luck(spec.seed, number, Domain.LUCK),
            start=spec.start,
            end=spec.start + 12 * years - 1,
        )
        known: dict[str, IdArray] = {}
        for month in range(12 * years):
            economy.step(spec.start + month)
            for name, firms in _each(economy):
                rows += [
                    (name, number, month, statistic, value)
                    for statistic, value in _measured(
                        firms, known.get(name), spec.start + month
                    ).items()
                ]
                known[name] = firms.ids
    return pd.DataFrame(rows, columns=["complex", "luck", "month", "statistic", "value"])


def _each(economy: Economy) -> Iterator[tuple[str, Firms]]:
    """Yield the firms of each complex that operated this month, anchors apart."""
    firms = economy.view()
    for code, name in economy.names.items():
        yield name, firms.take((firms.complex == code) & (firms.output > 0.0) & (firms.anchor == 0))


def _measured(firms: Firms, before: IdArray | None, month: int) -> dict[str, float]:
    found = {name: each.of(firms) for name, each in STATISTICS.items()}
    age = month - firms.born + firms.age_at_birth
    came = np.nan if before is None else np.isin(firms.ids, before, invert=True).mean()
    return found | {
        "age": float(age.mean()),
        "young": float(np.mean(age < 36.0)),
        "entered": 12.0 * float(came),
        "left": 12.0 * float(np.mean(firms.alive == 0.0)),
    }


# ---------------------------------------------------------------- what to make of it


def trends(table: pd.DataFrame) -> pd.DataFrame:
    """Return how each statistic changes from the first year to the last, and whether it drifts.

    Returns
    -------
    pandas.DataFrame
        complex, statistic; ``first`` and ``last``, the means over the year and over luck;
        ``change``, relative; ``spread``, the sd over luck of one world's change; ``tolerance``,
        `FLOOR` and half of the t-interval of the mean change; ``drifts``, whether the change is
        beyond it. One luck has no spread, so nothing can be said to drift.
    """
    yearly = _yearly(table)
    years = yearly["year"]
    keys = ["complex", "statistic", "luck"]
    first, last = (
        yearly.loc[years == year].set_index(keys)["value"] for year in (years.min(), years.max())
    )
    worlds = pd.DataFrame({"first": first, "last": last, "change": last / first - 1.0})
    cells = worlds.groupby(keys[:2], sort=False)
    answer = cells[["first", "last"]].mean()
    answer["change"] = answer["last"] / answer["first"] - 1.0
    answer["spread"] = cells["change"].std()
    count = table["luck"].nunique()
    reach = stats.t.isf((1.0 - SURE) / 2.0, max(count - 1, 1)) / np.sqrt(count)
    answer["tolerance"] = FLOOR + reach * answer["spread"]
    answer["drifts"] = answer["change"].abs() > answer["tolerance"]
    return _in_order(answer.reset_index())


def jumps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of the first month and of the first year beside later ones.

    Returns
    -------
    pandas.DataFrame
        complex, statistic, ``months`` (1 or 12); ``change``, from month 0 on, relative to the
        statistic's mean; ``later``, the mean and ``spread`` the sd of such changes after `CALM`
        months; ``size``, how many standard errors the mean over luck of the first lies from later
        ones. Flows are left out: nothing came before the first month.
    """
    rows = []
    stocks = table.loc[~table["statistic"].isin(FLOWS)]
    wide = stocks.pivot_table(index="month", columns=["complex", "statistic", "luck"])["value"]
    for place, statistic in dict.fromkeys((c, s) for c, s, _ in wide.columns):
        paths = wide[place][statistic].to_numpy()
        paths = paths / paths.mean()
        for months in (1, 12):
            change = paths[months] - paths[0]
            calm = paths[CALM:]
            later = calm[months::months] - calm[:-months:months]
            spread = float(later.std())
            off = float(change.mean() - later.mean())
            error = spread * np.sqrt(1.0 / len(change) + 1.0 / later.size)
            size = abs(off) / error if error else 0.0
            mean = float(later.mean())
            rows.append((place, statistic, months, float(change.mean()), mean, spread, size))
    columns = ["complex", "statistic", "months", "change", "later", "spread", "size"]
    return _in_order(pd.DataFrame(rows, columns=columns))


def indices(table: pd.DataFrame) -> pd.DataFrame:
    """Return each statistic by year, the first year's mean over luck being 100.

    Returns
    -------
    pandas.DataFrame
        complex, statistic, year (from 0); ``mean``, ``low`` and ``high`` over luck.
    """
    yearly = _yearly(table)
    keys = ["complex", "statistic"]
    base = yearly.loc[yearly["year"] == 0].groupby(keys)["value"].mean().rename("base")
    yearly = yearly.join(base, on=keys)
    yearly["value"] *= 100.0 / yearly["base"]
    cells = yearly.groupby([*keys, "year"], sort=False)["value"]
    answer = cells.agg(mean="mean", low="min", high="max").reset_index()
    return _in_order(answer)


def page(table: pd.DataFrame, width: int = 80, *, titles: Mapping[str, str] | None = None) -> str:
    """Return in plain text what drifts and what jumps, complex by complex.

    Complexes are called by their names unless there are titles.
    """
    sheet = Page(width)
    years, lucks = table["month"].max() // 12 + 1, table["luck"].nunique()
    sheet.title(tr("Stability: {years} years without macro and programme", years=years))
    sheet.say(
        ntr(
            "Means over {number} luck; anchors apart. A change is a drift where its {sure} interval"
            " over luck lies beyond {floor} either way. The start: how many standard errors the"
            " change of the first year lies from that of later ones.",
            "Means over {number} lucks; anchors apart. A change is a drift where its {sure}"
            " interval over luck lies beyond {floor} either way. The start: how many standard"
            " errors the change of the first year lies from that of later ones.",
            lucks,
            sure=f"{SURE:.0%}",
            floor=f"{FLOOR:.0%}",
        )
    )
    numbers = (tr("first"), tr("last"), tr("change"), tr("drift beyond"))
    columns = (tr("statistic"), *(f">{name}" for name in numbers), "", ">" + tr("start"))
    percent = tr(" %")
    first = jumps(table).set_index(["complex", "statistic", "months"])["size"]
    for place, rows in trends(table).groupby("complex", sort=False):
        sheet.heading((titles or {}).get(str(place)) or str(place))
        shown = sheet.table(*columns)
        for row in rows.to_dict("records"):
            start = first.get((place, row["statistic"], 12), np.nan)
            shown.add_row(
                tr(TITLES[row["statistic"]]),
                f"{row['first']:.4g}",
                f"{row['last']:.4g}",
                f"{100 * row['change']:+.1f}{percent}",
                "–" if np.isnan(row["tolerance"]) else f"{100 * row['tolerance']:.1f}{percent}",
                tr("drifts") if row["drifts"] else "",
                "–" if np.isnan(start) else f"{start:.1f}",
            )
        sheet.show(shown)
    return sheet.text()


def _yearly(table: pd.DataFrame) -> pd.DataFrame:
    by_year = table.assign(year=table["month"] // 12)
    keys = ["complex", "statistic", "luck", "year"]
    return by_year.groupby(keys, sort=False)["value"].mean().reset_index()


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in the order of `TITLES`, the complexes as they came."""
    places = list(dict.fromkeys(table["complex"]))
    order = table["statistic"].map(list(TITLES).index)
    key = table["complex"].map(places.index) * len(TITLES) + order
    return table.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)
