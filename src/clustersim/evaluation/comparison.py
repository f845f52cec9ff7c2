"""Several runs side by side: their tables as one, and effects over the same years.

A year's effect would favour the arms that work fastest, so effects are compared as the mean of a
year over the *window*: from the first year in which any of the arms differs from its reference to
the last year that all runs have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pandas as pd
from scipy import stats

from clustersim.errors import InputError
from clustersim.evaluation.bands import Tables, effect_bands
from clustersim.evaluation.effects import CELL, effects
from clustersim.evaluation.names import part
from clustersim.evaluation.perimeters import shares
from clustersim.evaluation.replicates import KEY, PAIR, complete, roster
from clustersim.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from clustersim.evaluation.replicates import Replicate

__all__ = [
    "OUTCOMES",
    "Compared",
    "Run",
    "Store",
    "effect_paths",
    "mean_effects",
    "mean_shares",
    "places",
    "together",
    "window",
]

OUTCOMES = ("output", "value_added", "workers")
"""The outcomes that are set side by side."""


class Store(Tables, Protocol):
    """What is asked of a store."""

    @property
    def header(self) -> Mapping[str, Any]:
        """What was run."""

    @property
    def left_out(self) -> int:
        """How many replicates only some arms have."""

    def tasks(self) -> Sequence[Replicate]:
        """Return the replicates answered from."""


class Run(Protocol):
    """What is asked of a run: the tables of `clustersim.results.Results`."""

    @property
    def store(self) -> Store:
        """The replicates."""

    def targets(self, *, wide: bool = ...) -> pd.DataFrame:
        """See `clustersim.evaluation.targets`."""

    def money(self) -> pd.DataFrame:
        """See `clustersim.evaluation.money`."""

    def envelope(self) -> pd.DataFrame:
        """See `clustersim.evaluation.envelope`."""

    def displaced(self) -> pd.DataFrame:
        """See `clustersim.evaluation.perimeters`."""


class Compared(Protocol):
    """What is compared."""

    @property
    def runs(self) -> Mapping[str, Run]:
        """The runs by name, in the order in which they are shown."""

    @property
    def arms(self) -> Sequence[str]:
        """The arms of all runs, in the order in which they are shown."""


def together(compared: Compared, table: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    """Return one table of every run as a single one.

    Parameters
    ----------
    compared
        The runs and arms.
    table
        Gives the table of one run; it has the columns ``complex`` and ``arm``.

    Returns
    -------
    pandas.DataFrame
        The table's columns after ``run``, in the order of runs, complexes (that of the scenario's
        file) and arms.
    """
    parts = [table(run).assign(run=name) for name, run in compared.runs.items()]
    whole = pd.concat([part.astype({"arm": object}) for part in parts], ignore_index=True)
    known = {
        name: list(part(run.store.header, "resolved", "complexes"))
        for name, run in compared.runs.items()
    }
    order = {
        "run": whole["run"].map({name: k for k, name in enumerate(compared.runs)}),
        "complex": [
            (known[run].index(place) if place in known[run] else -1, place)
            for run, place in zip(whole["run"], whole["complex"].astype(str), strict=True)
        ],
        "arm": whole["arm"].map({name: k for k, name in enumerate(compared.arms)}),
    }
    rows = pd.DataFrame(order).sort_values(list(order), kind="stable").index
    return whole.loc[rows, ["run", *whole.columns.drop("run")]].reset_index(drop=True)


def places(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of a table of `together` by place: the complex, and where needed the run."""
    alone = len(table["run"].unique()) == 1
    return {
        str(place) if alone or run == place else f"{run}: {place}": rows
        for (run, place), rows in table.groupby(["run", "complex"], sort=False)
    }


def window(compared: Compared) -> tuple[int, int]:
    """Return the first and the last year over which effects are compared.

    Raises
    ------
    InputError
        The runs have no year in common.
    """
    tables = [_of(run) for run in compared.runs.values()]
    years = set.intersection(*(set(table["year"]) for table in tables))
    if not years:
        raise InputError(
            tr("the runs have no year in common"), tr("compare scenarios whose years overlap")
        )
    moved = {
        year
        for table in tables
        for year in table.loc[table["arm_value"] != table["reference_value"], "year"]
    }
    return int(min(years & moved or years)), int(max(years))


def mean_effects(compared: Compared, groups: Sequence[str] = ("all",)) -> pd.DataFrame:
    """Return the effect on groups of firms in a mean year of the `window`.

    Returns
    -------
    pandas.DataFrame
        ``run`` and the columns of `effects.effects`, with the window's last year as ``year`` and,
        for the mean over replicates, ``low`` and ``high``, its 95 % interval by Student's t over
        independent replicates: NaN with one. ``level`` is the difference of the two worlds' yearly
        means, ``percent`` the same in per cent of the reference's; `OUTCOMES` alone.

    Raises
    ------
    InputError
        The runs have no year in common.
    StoreError
        No replicate has finished, or one lacks a year that another has.
    """
    years = window(compared)

    def of_one(run: Run) -> pd.DataFrame:
        tasks = run.store.tasks()
        answer = effects(_mean_year(run, groups, years), tasks)
        trials = roster(tasks)[[*PAIR, "trials"]].drop_duplicates()
        count = answer[PAIR].astype(object).merge(trials, on=PAIR, how="left")["trials"]
        half = stats.t.ppf(0.975, count - 1) * answer["mc_error"]
        return answer.assign(low=answer["estimate"] - half, high=answer["estimate"] + half)

    return together(compared, of_one)


def mean_shares(compared: Compared) -> pd.DataFrame:
    """Return what part of a complex the members are in a mean year; see `perimeters.shares`."""
    years = window(compared)

    def of_one(run: Run) -> pd.DataFrame:
        return shares(_mean_year(run, ("all", "members"), years), run.store.tasks())

    table = together(compared, of_one)
    return table.loc[table["group"] == "members"]


def effect_paths(compared: Compared, outcome: str) -> pd.DataFrame:
    """Return the spread of every run's effect in per cent, by year; see `bands.effect_bands`.

    Raises
    ------
    StoreError
        No replicate has finished, or one lacks a year that another has.
    """
    return together(compared, lambda run: effect_bands(run.store, outcome))


def _mean_year(run: Run, groups: Sequence[str], years: tuple[int, int]) -> pd.DataFrame:
    """Return the table ``groups`` with the mean of some years as a single one."""
    rows = complete(_of(run, groups), run.store.tasks(), CELL, "groups")
    cells = rows[rows["year"].between(*years)].groupby(
        [*KEY, "complex", "group", "outcome", "unit"], observed=True
    )
    means = cells[["arm_value", "reference_value"]].mean().reset_index()
    return means.assign(year=years[1])


def _of(run: Run, groups: Sequence[str] = ("all",)) -> pd.DataFrame:
    rows = run.store.read("groups")
    return rows.loc[rows["group"].isin(list(groups)) & rows["outcome"].isin(OUTCOMES)]
