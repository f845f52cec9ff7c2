"""The simulated effect on output beside the back of the envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.evaluation.replicates import Replicate

__all__ = ["envelope"]


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
        Columns arm, complex, envelope, simulated (won of 2008, means over replicates) and ratio,
        simulated over envelope.
    """
    cells = ["arm", "complex"]
    counts = pd.Series([task.arm for task in tasks]).value_counts()
    simple = sums.groupby(cells, observed=True)["output"].sum()
    output = groups[(groups["outcome"] == "output") & (groups["group"] == "all")]
    change = output["arm_value"] - output["reference_value"]
    simulated = change.groupby([output[cell] for cell in cells], observed=True).sum()
    table = pd.DataFrame({"envelope": simple, "simulated": simulated}).dropna().reset_index()
    number = table["arm"].astype(str).map(counts).astype(float)
    table["envelope"] /= number
    table["simulated"] /= number
    table["ratio"] = table["simulated"] / table["envelope"].where(table["envelope"] != 0.0)
    return table[[*cells, "envelope", "simulated", "ratio"]]
