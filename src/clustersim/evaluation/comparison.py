"""Several runs side by side: their tables as one, effects over the same years, a page of text.

A year's effect would favour the arms that work fastest, so effects are compared as the mean of a
year over the *window*: from the first year in which any of the arms differs from its reference to
the last year that all runs have.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import pandas as pd
from scipy import stats

from clustersim.errors import InputError
from clustersim.evaluation.bands import Tables, effect_bands
from clustersim.evaluation.effects import CELL, effects
from clustersim.evaluation.page import (
    Page,
    count_text,
    design_text,
    distance_text,
    money_text,
    or_dash,
    percent,
    plain_percent,
    signed,
)
from clustersim.evaluation.replicates import KEY, PAIR, complete, roster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from clustersim.evaluation.replicates import Replicate

__all__ = [
    "OUTCOMES",
    "Compared",
    "Run",
    "Store",
    "comparison",
    "effect_paths",
    "mean_effects",
    "places",
    "together",
    "window",
]

OUTCOMES = ("output", "value_added", "workers")
"""The outcomes that are set side by side."""

_NAMES = {
    "output": ("OUTPUT", money_text),
    "value_added": ("VALUE ADDED", money_text),
    "workers": ("JOBS", count_text),
}


class Store(Tables, Protocol):
    """What is asked of a store."""

    @property
    def header(self) -> Mapping[str, Any]:
        """What was run."""

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
        The table's columns after ``run``, in the order of runs, complexes and arms.
    """
    parts = [table(run).assign(run=name) for name, run in compared.runs.items()]
    whole = pd.concat([part.astype({"arm": object}) for part in parts], ignore_index=True)
    order = {
        "run": whole["run"].map({name: k for k, name in enumerate(compared.runs)}),
        "complex": whole["complex"].astype(str),
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
    tables = [_all_firms(run) for run in compared.runs.values()]
    years = set.intersection(*(set(table["year"]) for table in tables))
    if not years:
        raise InputError("the runs have no year in common", "compare scenarios whose years overlap")
    moved = {
        year
        for table in tables
        for year in table.loc[table["arm_value"] != table["reference_value"], "year"]
    }
    return int(min(years & moved or years)), int(max(years))


def mean_effects(compared: Compared) -> pd.DataFrame:
    """Return the effect on all firms of a complex in a mean year of the `window`.

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
    first, last = window(compared)

    def of_one(run: Run) -> pd.DataFrame:
        tasks = run.store.tasks()
        rows = complete(_all_firms(run), tasks, CELL, "groups")
        cells = rows[rows["year"].between(first, last)].groupby(
            [*KEY, "complex", "group", "outcome", "unit"], observed=True
        )
        means = cells[["arm_value", "reference_value"]].mean().reset_index()
        answer = effects(means.assign(year=last), tasks)
        blocks = roster(tasks).groupby(PAIR, as_index=False)["block"].nunique()
        count = answer[PAIR].astype(object).merge(blocks, on=PAIR, how="left")["block"]
        half = stats.t.ppf(0.975, count - 1) * answer["mc_error"]
        return answer.assign(low=answer["estimate"] - half, high=answer["estimate"] + half)

    return together(compared, of_one)


def effect_paths(compared: Compared, outcome: str) -> pd.DataFrame:
    """Return the spread of every run's effect in per cent, by year; see `bands.effect_bands`.

    Raises
    ------
    StoreError
        No replicate has finished, or one lacks a year that another has.
    """
    return together(compared, lambda run: effect_bands(run.store, outcome))


def _all_firms(run: Run) -> pd.DataFrame:
    rows = run.store.read("groups")
    return rows.loc[(rows["group"] == "all") & rows["outcome"].isin(OUTCOMES)]


# ---------------------------------------------------------------- the page


def comparison(compared: Compared, width: int = 80) -> str:
    """Return the runs side by side as a page of plain text, at most ``width`` columns wide.

    Raises
    ------
    InputError
        The runs have no year in common.
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    page = Page(width)
    for name, run in compared.runs.items():
        design = design_text(run.store.header, run.store.tasks())
        page.say(design if name == run.store.header["scenario"] else f"{name}: {design}")
    _effects(page, mean_effects(compared), window(compared))
    _money(page, together(compared, lambda run: run.money()))
    _targets(page, together(compared, lambda run: run.targets(wide=True)))
    page.say(
        "Arms of one run met the same luck, so a difference between them is surer than their two "
        "errors suggest. A few replicates tell little: more narrow every interval."
    )
    return page.text()


def _effects(page: Page, effects: pd.DataFrame, years: tuple[int, int]) -> None:
    references = ", ".join(dict.fromkeys(effects["reference"]))
    page.heading(
        f"What an arm changes beside {references}, all firms: mean of the years {years[0]} to "
        f"{years[1]}, its Monte Carlo error, and the range of 90 % of the replicates (money in won "
        "of 2008)"
    )
    table = page.table("~arm", ">mean a year", ">error", ">5 % to 95 %", ">per cent")
    for outcome, (name, text) in _NAMES.items():
        table.add_row(name)
        for place, here in places(effects.loc[effects["outcome"] == outcome]).items():
            table.add_row(place)
            level, share_of = (
                here.loc[here["measure"] == measure].to_dict("records")
                for measure in ("level", "percent")
            )
            for row, share in zip(level, share_of, strict=True):
                table.add_row(
                    f"  {row['arm']}",
                    signed(row["estimate"], text),
                    "± " + text(row["mc_error"]),
                    f"{signed(row['p05'], text)} to {signed(row['p95'], text)}",
                    f"{percent(share['estimate'])} ± {plain_percent(share['mc_error'])}",
                )
        table.add_section()
    page.show(table)


def _money(page: Page, ratios: pd.DataFrame) -> None:
    page.heading(
        "What the state paid over the whole run, in won of 2008, and what a won of it bought "
        "(95 % interval)"
    )
    table = page.table("~arm", ">paid", ">value added a won", ">job-years a bn won")
    for place, here in places(ratios).items():
        table.add_row(place)
        for arm, rows in here.groupby("arm", sort=False):
            value = rows.set_index("ratio").to_dict("index")
            bought = (value["value_added_per_won"], value["job_years_per_bn_won"])
            table.add_row(f"  {arm}", money_text(bought[0]["paid"]), *map(_ratio, bought))
    page.show(table)


def _targets(page: Page, targets: pd.DataFrame) -> None:
    if targets.empty:
        return
    page.heading(
        "Mean distance to each target (below 0: it falls short), the chance of meeting it (95 % "
        "interval), and what the arm adds to that"
    )
    table = page.table("~arm", ">distance", ">chance", ">interval", ">added, points")
    for place, here in places(targets).items():
        for target, rows in here.groupby("target"):
            table.add_row(f"{place}: {target}")
            for row in rows.to_dict("records"):
                added, error = 100 * row["difference"], 100 * row["difference_mc_error"]
                table.add_row(
                    f"  {row['arm']}",
                    distance_text(row),
                    f"{row['probability']:.0%}",
                    f"{row['probability_low']:.0%} to {row['probability_high']:.0%}",
                    f"{added:+.0f} ± {or_dash(error, '.0f')}",
                )
    page.show(table)


def _ratio(row: Mapping[Any, Any]) -> str:
    if math.isnan(row["estimate"]):
        return "–"
    if math.isnan(row["low"]):
        return f"{row['estimate']:.3g} (no interval)"
    return f"{row['estimate']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
