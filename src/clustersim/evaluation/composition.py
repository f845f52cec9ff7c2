"""Survivors, splits, entry and exit in the rise of output and of output per firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clustersim.estimands.composition import PARTS
from clustersim.evaluation.page import beside, money_text, or_dash, signed
from clustersim.evaluation.replicates import PAIR, complete, sem
from clustersim.language import later, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.page import Page
    from clustersim.evaluation.replicates import Replicate

__all__ = ["COLUMNS", "WORLDS", "composition", "say_composition"]

CELL = ["complex", "group", "base", "year", "measure", "part"]

WORLDS = ("arm", "reference", "programme")
"""Each world, and the first less the second."""

COLUMNS = [*PAIR, *CELL, "world", "estimate", "mc_error", "p05", "p50", "p95", "unit"]
"""The columns of `composition`."""

_SAID = {
    "survivors": later("families that stay"),
    "splits": later("their splits"),
    "births": later("founded since"),
    "relocations": later("moved in since"),
    "exits": later("gone since"),
}


def composition(table: pd.DataFrame, tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return what changed output and output per firm from a base year to a later one.

    The decomposition is Melitz and Polanec's (2015), with splits told apart; see
    `clustersim.estimands.composition`.

    Parameters
    ----------
    table
        The store's table ``composition``.
    tasks
        The replicates to use.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, parts in the order of `clustersim.estimands.composition.PARTS`, worlds in that
        of `WORLDS`: ``estimate`` is the mean over the replicates in which there are such firms,
        ``mc_error`` its standard error. From ``survivors`` to ``exits`` the estimates add up to
        ``after`` less ``before``; ``cohort``, the rise of a fixed cohort, stands beside them.

    Raises
    ------
    StoreError
        A replicate lacks a part.
    """
    rows = complete(table, tasks, CELL, "composition")
    if rows.empty:  # of a run with a single whole year there is no rise
        return pd.DataFrame(columns=COLUMNS)
    arm, reference = rows["arm_value"], rows["reference_value"]
    rows = pd.concat(
        [
            rows.assign(world=world, value=value)
            for world, value in zip(WORLDS, (arm, reference, arm - reference), strict=True)
        ],
        ignore_index=True,
    )
    cell = [*CELL, "world"]
    cells = rows.groupby([*PAIR, *cell], observed=True)
    answer = cells.agg(estimate=("value", "mean"), unit=("unit", "first"))
    answer["mc_error"] = sem(rows, cell, "value")
    answer[["p05", "p50", "p95"]] = cells["value"].quantile(np.array([0.05, 0.5, 0.95])).unstack()  # noqa: PD010 - levels, not columns, are pivoted
    answer = answer.reset_index()
    answer["order"] = answer["part"].map(PARTS.index)
    answer["second"] = answer["world"].map(WORLDS.index)
    keys = [*PAIR, "complex", "group", "base", "year", "measure", "order", "second"]
    return answer.sort_values(keys, ignore_index=True)[COLUMNS]


M = 1e6
"""A million won."""


def say_composition(page: Page, table: pd.DataFrame) -> None:
    """Write of one complex what changed output per firm, from its first base to its first end."""
    mine = table.loc[(table["group"] == "all") & (table["measure"] == "output_per_firm")]
    mine = mine.dropna(subset=["estimate"])
    if mine.empty:
        return
    base = mine["base"].min()
    year = mine.loc[mine["base"] == base, "year"].min()
    mine = mine.loc[(mine["base"] == base) & (mine["year"] == year)]
    value = {(row["part"], row["world"]): row for row in mine.to_dict("records")}
    first = value["before", "reference"]["estimate"]
    page.heading(
        tr(
            "What changed output per operating firm from {base} to {year} (won of 2008; Melitz and "
            "Polanec's decomposition, a firm and those that split off from it being one family): "
            "mean without the programme, in per cent of the first year, and what the programme "
            "adds",
            base=base,
            year=year,
        ),
        aside=True,
    )
    heads = (tr("without"), tr("per cent"), tr("the programme adds, M"))
    shown = page.table("", *(f">{head}" for head in heads))

    def line(label: str, amount: float, added: str) -> None:
        shown.add_row(label, signed(amount, money_text), f"{100 * amount / first:+.1f}", added)

    for part, label in _SAID.items():
        added = value[part, "programme"]
        text = beside(f"{added['estimate'] / M:+.1f}", "±", or_dash(added["mc_error"] / M, ".1f"))
        line(tr(label), value[part, "reference"]["estimate"], text)
    shown.add_section()
    rise, added_rise = (
        value["after", world]["estimate"] - value["before", world]["estimate"]
        for world in ("reference", "programme")
    )
    line(tr("all together"), rise, f"{added_rise / M:+.1f}")
    fixed = value["cohort", "programme"]["estimate"]
    line(
        tr("beside it: a fixed cohort"),
        value["cohort", "reference"]["estimate"],
        f"{fixed / M:+.1f}",
    )
    page.show(shown)
    page.say(
        tr(
            "From {first} a firm. Those who come and go count by how far they are from those who "
            "stay. Other years, totals: results.composition().",
            first=money_text(first),
        )
    )
