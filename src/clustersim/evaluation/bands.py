"""How a quantity is spread over replicates, firms and years: the tables behind the pictures.

Every function reads tables of a store and gives a tidy, sorted frame. Quantiles are
``p05 p25 p50 p75 p95``; they and the ``mean`` are over replicates, for Inno-Core firms over firms
and replicates together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pandas as pd

from clustersim.evaluation.effects import CELL, differences
from clustersim.evaluation.replicates import KEY, PAIR, complete, per_replicate, roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clustersim.evaluation.replicates import Replicate

__all__ = [
    "Tables",
    "effect_bands",
    "inno_core_bands",
    "inno_core_paths",
    "money_lapsed",
    "money_paid",
    "yearly_bands",
]

QUANTILES = {0.05: "p05", 0.25: "p25", 0.5: "p50", 0.75: "p75", 0.95: "p95"}
SITE = [*PAIR, "complex"]


class Tables(Protocol):
    """What is asked of a store: its tables, and the replicates they must hold."""

    def read(self, table: str, /) -> pd.DataFrame:
        """Return all rows of a table, with the columns arm, reference, draw and luck."""

    def tasks(self) -> Iterable[Replicate]:
        """Return the finished tasks."""


def yearly_bands(store: Tables, outcome: str) -> pd.DataFrame:
    """Return how the yearly level of an outcome, for the group ``all``, is spread in each world.

    A reference world shared by several arms is counted once.

    Returns
    -------
    pandas.DataFrame
        complex, arm_name (the world: an arm or its reference), year, unit, the quantiles and the
        mean, in ``unit``.

    Raises
    ------
    StoreError
        No replicate has finished, or one lacks a year that another has.
    """
    rows = complete(_outcome(store, outcome), store.tasks(), CELL, "groups")
    worlds = pd.concat(
        [
            rows.assign(arm_name=rows[name], value=rows[value])
            for name, value in (("arm", "arm_value"), ("reference", "reference_value"))
        ]
    ).drop_duplicates(["arm_name", "draw", "luck", "complex", "year"])
    return _spread(worlds, ["complex", "arm_name", "year", "unit"], "value")


def effect_bands(store: Tables, outcome: str, *, measure: str = "percent") -> pd.DataFrame:
    """Return how the effect on an outcome, for the group ``all``, is spread over replicates.

    Parameters
    ----------
    store
        The results.
    outcome
        A declared outcome, such as ``output_per_firm``.
    measure
        ``level`` or ``percent``, both taken replicate by replicate (`effects.differences`).

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, year, unit, the quantiles and the mean, in ``unit``.

    Raises
    ------
    StoreError
        No replicate has finished, or one lacks a year that another has.
    """
    rows = differences(_outcome(store, outcome), store.tasks())
    return _spread(rows[rows["measure"] == measure], [*SITE, "year", "unit"], "value")


def inno_core_bands(store: Tables) -> pd.DataFrame:
    """Return how the yearly sales of Inno-Core firms are spread, in both worlds.

    The firms are those that entered Inno-Core in the arm's world; both worlds are read for their
    ids. A firm counts in the years in which it operated from January to December, so that neither
    a closure nor an opening within a year looks like a collapse of sales.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, world, year, the quantiles and the mean (won of the year),
        ``firms``, how many are behind them, and ``operating``, their share of all that entered.
    """
    years, entered = _inno_core(store)
    by = [*SITE, "world", "year"]
    bands = _spread(years, by, "sales")
    bands["firms"] = years.groupby(by, observed=True)["id"].size().to_numpy()
    total = bands.join(entered.rename("entered"), on=SITE)["entered"]
    return bands.assign(operating=bands["firms"] / total)


def inno_core_paths(store: Tables, *, ranks: Sequence[float] = (0.1, 0.5, 0.9)) -> pd.DataFrame:
    """Choose single Inno-Core firms as examples and return their yearly sales in both worlds.

    The firms that last to the final year in the arm's world are ordered by their sales in it, and
    those at the given ranks (0 the smallest, 1 the largest) are taken: nobody chooses by eye.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, draw, luck, id, rank, world, year and sales (won of the year), one
        row for each full year of operation.
    """
    years, _ = _inno_core(store)
    last = years[(years["world"] == "arm") & (years["year"] == years["year"].max())]
    ordered = last.sort_values([*SITE, "sales", "draw", "luck", "id"])
    firms = ordered.groupby(SITE, observed=True)["id"]
    place, size = firms.cumcount(), firms.transform("size")
    chosen = [ordered[place == (rank * (size - 1)).round()].assign(rank=rank) for rank in ranks]
    # With fewer firms than ranks one firm stands at several of them; it is shown once.
    firm = [*SITE, "draw", "luck", "id"]
    examples = pd.concat(chosen).drop_duplicates(firm)[[*firm, "rank"]]
    paths: pd.DataFrame = examples.merge(years[[*firm, "world", "year", "sales"]], on=firm)
    return paths.sort_values([*SITE, "rank", "world", "year"], ignore_index=True)


def money_paid(store: Tables) -> pd.DataFrame:
    """Return the state money paid in a year for a purpose: the mean over all replicates.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, year, purpose and mean (won of the year).
    """
    return _state_money(store, "paid", ["complex", "year", "purpose"])


def money_lapsed(store: Tables) -> pd.DataFrame:
    """Return the state money that lapsed in a year: the mean over all replicates.

    Returns
    -------
    pandas.DataFrame
        arm, reference, complex, year and mean (won of the year).
    """
    return _state_money(store, "lapsed", ["complex", "year"])


def _outcome(store: Tables, outcome: str) -> pd.DataFrame:
    rows = store.read("groups")
    return rows.loc[(rows["outcome"] == outcome) & (rows["group"] == "all")]


def _spread(rows: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    cells = rows.groupby(by, observed=True)[value]
    table = pd.DataFrame({name: cells.quantile(share) for share, name in QUANTILES.items()})
    return table.assign(mean=cells.mean()).reset_index()


def _inno_core(store: Tables) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Return the full years of the Inno-Core firms in both worlds, and how many firms entered."""
    members = store.read("members").merge(roster(store.tasks())[KEY], on=KEY)
    members = members.loc[members["group"] == "inno_core", [*KEY, "complex", "id"]]
    panel = store.read("panel")
    full = (panel["firm_months"] == 12) & (panel["sales"] > 0)
    years = panel.loc[full, [*KEY, "id", "world", "year", "sales"]]
    return years.merge(members, on=[*KEY, "id"]), members.groupby(SITE, observed=True).size()


def _state_money(store: Tables, entry: str, cell: list[str]) -> pd.DataFrame:
    ledger = store.read("ledger")
    rows = ledger[(ledger["funder"] == "state") & (ledger["entry"] == entry)]
    # A replicate that paid nothing in a year is part of that year's mean.
    sums = per_replicate(rows, store.tasks(), cell, "amount")
    return sums.groupby([*PAIR, *cell], observed=True)["amount"].mean().rename("mean").reset_index()
