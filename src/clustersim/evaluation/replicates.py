"""What a replicate is, and what may be averaged over replicates.

An answer is a mean over (draw, luck) pairs. Its Monte Carlo error counts *blocks* of pairs that
share something: the draws, or the lucks where there is one draw only. Where draws and lucks are
crossed, all of one draw share its parameters and all of one luck its events, and both count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pandas as pd

from clustersim.errors import StoreError
from clustersim.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clustersim.arrays import FloatArray

__all__ = [
    "BLOCKS",
    "KEY",
    "PAIR",
    "Means",
    "Replicate",
    "complete",
    "means",
    "per_replicate",
    "roster",
    "sem",
]

PAIR = ["arm", "reference"]
"""The columns that name a comparison."""

KEY = [*PAIR, "draw", "luck"]
"""The columns that name one replicate of a comparison."""

BLOCKS = ["block", "across"]
"""The columns that tell who shares what; the second is the same for all unless both are crossed."""


class Replicate(Protocol):
    """What evaluation needs to know of a task."""

    @property
    def arm(self) -> str:
        """The arm."""

    @property
    def reference(self) -> str:
        """The arm it is compared with."""

    @property
    def draw(self) -> int:
        """The index of the parameters."""

    @property
    def luck(self) -> int:
        """The index of the random events."""


def roster(tasks: Iterable[Replicate]) -> pd.DataFrame:
    """Return one row per task, with the block it belongs to and the number of tasks of its pair.

    Returns
    -------
    pandas.DataFrame
        arm, reference, draw, luck; ``block``, the draw, or the luck where the pair has one draw;
        ``across``, the luck where draws and lucks are crossed, else 0; ``trials``, how many tasks
        are independent of each other; ``replicates``, how many tasks the pair has.
    """
    rows = sorted({(task.arm, task.reference, task.draw, task.luck) for task in tasks})
    if not rows:
        raise StoreError(
            tr("there are no finished replicates to evaluate"),
            tr("run the scenario first, or wait until the first pair of worlds is done"),
        )
    table = pd.DataFrame(rows, columns=KEY)
    pairs = table.groupby(PAIR)
    draws, lucks = (pairs[name].transform("nunique") for name in ("draw", "luck"))
    table["replicates"] = pairs["draw"].transform("size")
    crossed = (table["replicates"] > draws) & (table["replicates"] > lucks)
    table["block"] = table["draw"].where(draws > 1, table["luck"])
    table["across"] = table["luck"].where(crossed, 0)
    table["trials"] = table["replicates"].mask(crossed, draws.clip(upper=lucks))
    return table


def complete(
    table: pd.DataFrame, tasks: Iterable[Replicate], cell: Sequence[str], name: str
) -> pd.DataFrame:
    """Return the rows of ``tasks``, or refuse if a replicate lacks a cell that another has.

    A mean over those replicates that happen to have a number would be a mean over a selection.

    Parameters
    ----------
    table
        Rows of single replicates: the columns of `KEY`, those of ``cell`` and values.
    tasks
        The replicates that must be there.
    cell
        The columns that name a number within a replicate; each may occur once.
    name
        The table's name, for the message.

    Raises
    ------
    StoreError
        A cell is missing, or stands there twice, in some replicate.
    """
    members = roster(tasks)
    kept = table.merge(members, on=KEY, how="inner")
    cells = [*PAIR, *cell]
    twice = kept.duplicated([*KEY, *cell])
    if twice.any():
        row = kept.loc[twice].iloc[0]
        said = tr("{table}: {cell} stands twice", table=name, cell=_words(row, cell))
        raise _damaged(said, row)
    counts = kept.groupby(cells, observed=True, dropna=False, as_index=False).agg(
        found=("draw", "size"), replicates=("replicates", "first")
    )
    short = counts.loc[counts["found"] < counts["replicates"]]
    if len(short):
        first = short.iloc[[0]]
        there = kept.merge(first[cells], on=cells)[KEY]
        absent = members.merge(first[PAIR], on=PAIR).merge(
            there, on=KEY, how="left", indicator="in_table"
        )
        row = absent.loc[absent["in_table"] == "left_only"].iloc[0]
        said = tr("{table}: {cell} is missing", table=name, cell=_words(first.iloc[0], cell))
        raise _damaged(said, row)
    if not len(table):  # nothing of the kind was asked for
        return kept
    without = members.merge(kept[PAIR].drop_duplicates(), on=PAIR, how="left", indicator="in_table")
    without = without.loc[without["in_table"] == "left_only"]
    if len(without):
        raise _damaged(tr("{table}: there are no rows", table=name), without.iloc[0])
    return kept


def per_replicate(
    table: pd.DataFrame, tasks: Iterable[Replicate], keys: Sequence[str], value: str
) -> pd.DataFrame:
    """Return the sum of ``value`` in every replicate and cell, 0 where a replicate has no row.

    For sparse tables such as the ledger, where no row *means* no money.
    """
    members = roster(tasks)
    kept = table.merge(members[KEY], on=KEY, how="inner")
    cells = kept[[*PAIR, *keys]].drop_duplicates()
    sums = kept.groupby([*KEY, *keys], observed=True, dropna=False, as_index=False)[value].sum()
    grid = members.merge(cells, on=PAIR)
    return grid.merge(sums, on=[*KEY, *keys], how="left").fillna({value: 0})


def sem(table: pd.DataFrame, cell: Sequence[str], value: str) -> pd.Series:
    r"""Return the standard error of the mean of ``value`` in each cell.

    .. math:: s^2 = \frac{1}{B(B-1)} \sum_b (\bar y_b - \bar y)^2

    with :math:`\bar y_b` the mean of block b; where D draws and L lucks are crossed, the sum of
    that over draws and that over lucks. What a draw and a luck do only together is in both, so that
    the error is a little on the wide side. One block has no standard error (NaN).
    """
    keys = [*PAIR, *cell]
    levels = list(range(len(keys)))
    draws, lucks = (
        table.groupby([*keys, way], observed=True, dropna=False)[value]
        .mean()
        .groupby(level=levels, observed=True, dropna=False)
        .sem()
        for way in BLOCKS
    )
    return (draws**2 + lucks.fillna(0.0) ** 2) ** 0.5


class Means(NamedTuple):
    """The means of some columns over replicates, and how well they are known."""

    each: FloatArray
    covariance: FloatArray
    """Of them; NaN where there is one block."""

    trials: int
    """How many replicates are independent of each other."""


def means(rows: pd.DataFrame, columns: Sequence[str]) -> Means:
    """Return the means of columns of one cell, with their covariance; see `sem`."""
    covariance = np.full((len(columns), len(columns)), np.nan)
    for way in BLOCKS:
        by_way = rows.groupby(way)[list(columns)].mean().to_numpy(float)
        if len(by_way) > 1:
            covariance = np.cov(by_way, rowvar=False) / len(by_way) + np.nan_to_num(covariance)
    each = rows[list(columns)].mean().to_numpy(float)
    return Means(each, covariance, int(rows["trials"].iloc[0]))


def _words(row: pd.Series, cell: Sequence[str]) -> str:
    return " / ".join(str(row[column]) for column in cell)


def _damaged(what: str, row: pd.Series) -> StoreError:
    place = tr(
        "arm {arm} against {reference}, draw {draw}, luck {luck}",
        arm=repr(row["arm"]),
        reference=repr(row["reference"]),
        draw=row["draw"],
        luck=row["luck"],
    )
    return StoreError(
        f"{what} ({place})",
        tr(
            "the results of that pair of worlds are damaged: delete its folder and give the "
            "`clustersim run` that made it again"
        ),
    )
