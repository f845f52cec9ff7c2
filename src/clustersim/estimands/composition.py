"""What changes output per operating firm: firms that stay, split, come and go.

The decomposition is that of Melitz and Polanec (2015), "Dynamic Olley-Pakes productivity
decomposition with entry and exit", RAND Journal of Economics 46(2), 362-375, with equal weights, so
that its term of reallocation is nil: those who come and go count by how far they are from those
who stay. Splits are an extension: a firm and all that split off from it are one *family*, and what
a family makes is told apart from how many firms make it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clustersim.economy.turnover import relocated
from clustersim.estimands.readings import Side, cohort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import BoolArray, Columns, IdArray

__all__ = ["MEASURES", "PARTS", "composition"]

PARTS = ("before", "survivors", "splits", "births", "relocations", "exits", "after", "cohort")
"""Output at first; what families that stayed made more, splits apart; what splits do; those
founded, and those moved in, since; those gone; output at last. The five in between add up to the
rise. Beside it, the rise of a fixed cohort: the firms that worked all months of both years."""

MEASURES = {"output_per_firm": "KRW2008", "output": "KRW2008"}
"""What is decomposed, with its unit; the mean is over operating firms, by months worked."""


def composition(
    panel: Columns, rows: BoolArray, splits: Sequence[tuple[int, int]], base: int, year: int
) -> dict[str, dict[str, float]]:
    """Return the parts of the rise of both measures from one year to a later one.

    Parameters
    ----------
    panel
        A world's yearly panel.
    rows
        Which of its rows count.
    splits
        The firms that split and the new firms, in the order of time.
    base, year
        From when to when.

    Returns
    -------
    `PARTS` of each of `MEASURES`, not numbers where no family stayed.

    Notes
    -----
    With N firm-years and Y output, families S that are there in both years, X that are gone, B
    founded and R moved in since, F the family-years of S (a family's are those of its member that
    worked longest), 1 the base and 2 the later year, output per firm rises by

        (Y_S2 / F_S2 - Y_S1 / N_S1)                     survivors
      + (Y_S2 / N_S2 - Y_S2 / F_S2)                     splits
      + N_B2 / N_2 (Y_B2 / N_B2 - Y_S2 / N_S2)          births, and likewise relocations
      + N_X1 / N_1 (Y_S1 / N_S1 - Y_X1 / N_X1)          exits

    and output itself by Y of the old firms of S2 less Y_S1 (survivors), Y of those that split off
    (splits, which only moved), Y_B2, Y_R2 and -Y_X1.
    """
    then, now = (_side(panel, rows, each) for each in (base, year))
    roots = _roots(now.ids, then.ids, splits)
    stay = np.isin(roots, then.ids)
    left = ~np.isin(then.ids, roots)
    moved = ~stay & relocated(roots)
    founded = ~stay & ~moved
    n1, n2 = then.months / 12.0, now.months / 12.0
    y1, y2 = then.output, now.output
    families, family = np.unique(roots[stay], return_inverse=True)
    longest = np.zeros(len(families))
    np.maximum.at(longest, family, n2[stay])
    with np.errstate(invalid="ignore", divide="ignore"):
        before, after = y1.sum() / n1.sum(), y2.sum() / n2.sum()
        stayed = y1[~left].sum() / n1[~left].sum()
        whole, single = y2[stay].sum() / longest.sum(), y2[stay].sum() / n2[stay].sum()

        def newcomers(those: BoolArray) -> float:
            return float((y2[those].sum() - n2[those].sum() * single) / n2.sum())

        per_firm = {
            "before": before,
            "survivors": whole - stayed,
            "splits": single - whole,
            "births": newcomers(founded),
            "relocations": newcomers(moved),
            "exits": (n1[left].sum() * stayed - y1[left].sum()) / n1.sum(),
            "after": after,
        }
    heirs = stay & (roots != now.ids)
    total = {
        "before": y1.sum(),
        "survivors": y2[stay & ~heirs].sum() - y1[~left].sum(),
        "splits": y2[heirs].sum(),
        "births": y2[founded].sum(),
        "relocations": y2[moved].sum(),
        "exits": -y1[left].sum(),
        "after": y2.sum(),
    }
    late, early = cohort(now, then)
    rise = late.output.sum() - early.output.sum()
    per_firm["cohort"] = rise / len(late.ids) if len(late.ids) else np.nan
    total["cohort"] = rise
    if not np.isfinite([*per_firm.values()][:-1]).all():
        per_firm = total = dict.fromkeys(PARTS, np.nan)
    parts = dict(zip(MEASURES, (per_firm, total), strict=True))
    return {name: {part: float(of[part]) for part in PARTS} for name, of in parts.items()}


def _side(panel: Columns, rows: BoolArray, year: int) -> Side:
    mine = rows & (panel["year"] == year)
    side = Side(
        panel["id"][mine],
        panel["firms"][mine],
        panel["output"][mine],
        panel["sales"][mine],
        panel["macro"][mine],
    )
    return side.take(np.argsort(side.ids))


def _roots(ids: IdArray, known: IdArray, splits: Sequence[tuple[int, int]]) -> IdArray:
    """Return the head of each firm's family: its nearest forebear of the base year, or first."""
    parents = {new: old for old, new in splits}
    there = set(known.tolist())
    roots = []
    for firm in ids.tolist():
        while firm not in there and firm in parents:
            firm = parents[firm]  # noqa: PLW2901 - one step up
        roots.append(firm)
    return np.array(roots, dtype=np.uint64)
