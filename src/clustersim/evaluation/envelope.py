"""The simulated effect on output beside the back of the envelope, and why they differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from clustersim.evaluation.page import money_text
from clustersim.evaluation.replicates import BLOCKS, KEY, PAIR, complete, sem
from clustersim.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clustersim.evaluation.replicates import Replicate

__all__ = ["envelope", "explained"]

_FAR = (0.5, 2.0)
"""A ratio beyond these is explained."""


def envelope(sums: pd.DataFrame, groups: pd.DataFrame, tasks: Sequence[Replicate]) -> pd.DataFrame:
    """Return by arm and complex what simple sums and the simulation say, over all years.

    Parameters
    ----------
    sums
        Table ``envelope`` of the store (`clustersim.estimands.envelope`).
    groups
        Table ``groups``.
    tasks
        The replicates that both are of.

    Returns
    -------
    DataFrame
        Columns arm, reference, complex, envelope, simulated (the effect on all firms), mc_error
        (of that), untreated (its part with firms that were neither members nor served), all in
        won of 2008 and means over replicates, and ratio, simulated over envelope.
    """
    cells = [*PAIR, "complex"]
    counts = pd.Series([(task.arm, task.reference) for task in tasks]).value_counts()
    simple = sums.groupby(cells, observed=True)["output"].sum()
    output = groups[(groups["outcome"] == "output") & groups["group"].isin(["all", "untreated"])]
    rows = complete(output, tasks, ["complex", "group", "year"], "groups")
    rows["change"] = rows["arm_value"] - rows["reference_value"]
    years = rows.groupby([*KEY, *BLOCKS, "complex", "group"], observed=True)
    each = years["change"].sum().reset_index()
    means = each.groupby([*cells, "group"], observed=True)["change"].mean().unstack()  # noqa: PD010
    table = pd.DataFrame({"envelope": simple, "simulated": means.get("all")})
    table["mc_error"] = sem(each.loc[each["group"] == "all"], ["complex"], "change")
    table["untreated"] = means.get("untreated")
    table = table.dropna(subset=["envelope", "simulated"]).reset_index()
    table["envelope"] /= [
        counts[pair] for pair in zip(table["arm"], table["reference"], strict=True)
    ]
    table["ratio"] = table["simulated"] / table["envelope"].where(table["envelope"] != 0.0)
    return table[[*cells, "envelope", "simulated", "mc_error", "untreated", "ratio"]]


def explained(row: Mapping[Any, Any]) -> str:
    """Return why simulation and envelope are far apart, as far as the tables tell; "" if near."""
    if not math.isfinite(row["ratio"]) or _FAR[0] <= row["ratio"] <= _FAR[1]:
        return ""
    if abs(row["simulated"]) <= 2.0 * row["mc_error"]:
        return tr("That is far apart, but the effect cannot be told from zero.")
    if not math.isfinite(row["untreated"]):
        return tr("That is far apart: look for the reason before you use the number.")
    ratio = (row["simulated"] - row["untreated"]) / row["envelope"]
    said = {"money": money_text(row["untreated"]), "ratio": f"{ratio:.2f}"}
    if _FAR[0] <= ratio <= _FAR[1]:
        return tr(
            "That is far apart: {money} of the effect is with firms that were neither members nor "
            "paid, of whom the envelope knows nothing (ties, knowledge that spills over, orders, "
            "rivals, other support of those refused). Of the others alone the ratio is {ratio}.",
            **said,
        )
    return tr(
        "That is far apart: {money} of the effect is with firms that were neither members nor "
        "paid, of whom the envelope knows nothing (ties, knowledge that spills over, orders, "
        "rivals, other support of those refused). Of the others alone the ratio is {ratio}, still "
        "far: the envelope takes every firm for the average one, and all of that reaches them too. "
        "`clustersim validate --sections isolated` says what makes the difference.",
        **said,
    )
