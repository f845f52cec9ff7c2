"""Worlds to be looked at: no programme, central values, and the firm-years of each complex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from clustersim import calendar
from clustersim.randomness import Domain, Luck, ids
from clustersim.simulation import simulate

if TYPE_CHECKING:
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation import Record

__all__ = ["KINDS", "Complex", "observe", "world"]

KINDS: Final = ("incumbent", "birth", "relocation", "split")
"""How a firm came, by what its id says."""

_REFERENCE = "no_programme"
_NEWCOMERS: Final = (1 << 30, 1 << 31, ids.RESERVED)


@dataclass(frozen=True, eq=False)
class Complex:
    """One complex in one world.

    Attributes
    ----------
    firms
        One row for each ordinary firm and year (anchors and what does not count left out), in the
        order of ids and years. Money in won of 2008 a year but for ``sales``, which are nominal;
        ``workers`` is a yearly mean, ``age`` in years at the year's end. ``growth`` and ``hiring``
        are log changes of output and workers between two years that the firm worked whole and
        gave no part of itself away in, and nan else; ``relative`` is growth less the mean of
        sector and year; columns that begin with ``last_`` are those of the year before.
    everyone
        Sums over all firms by year, anchors included.
    ties
        Ties by year, at its end: the ids of both ends.
    first, last
        The first and the last year.
    """

    name: str
    firms: pd.DataFrame
    everyone: pd.DataFrame
    ties: pd.DataFrame
    first: int
    last: int

    def whole(self) -> pd.DataFrame:
        """Return the firm-years of twelve months."""
        return self.firms[self.firms["months"] == 12]

    def grown(self) -> pd.DataFrame:
        """Return the firm-years that have a growth rate."""
        return self.firms[self.firms["growth"].notna()]


def world(scenario: Scenario, luck: int) -> dict[str, Complex]:
    """Run one world without the programme at central values and look at each of its complexes."""
    spec = scenario.arms[_REFERENCE].spec
    return observe(spec, simulate(spec, Luck(scenario.seed, luck, Domain.LUCK)))


def observe(spec: ScenarioSpec, record: Record) -> dict[str, Complex]:
    """Return the complexes of a world, in the order of the scenario."""
    panel, ties = _panel(record), pd.DataFrame(dict(record.ties))
    ties = ties[ties["month"] % 12 == 11]  # the end of a year; months count from a January
    ties = ties.assign(year=2000 + ties["month"] // 12, complex=ids.complex_of(ties["first"]))
    return {
        name: _complex(name, panel, ties, complex_.code)
        for name, complex_ in spec.complexes.items()
    }


def _complex(name: str, panel: pd.DataFrame, ties: pd.DataFrame, code: int) -> Complex:
    here = panel[(panel["complex"] == code) & panel["counted"]]
    sums = ["output", "sales", "workers", "value_added", "capacity"]
    return Complex(
        name,
        here[here["anchor"] == 0.0].reset_index(drop=True),
        here.assign(workers=here["workers"] * here["months"] / 12.0).groupby("year")[sums].sum(),
        ties.loc[ties["complex"] == code, ["year", "first", "second"]],
        int(panel["year"].min()),
        int(panel["year"].max()),
    )


def _panel(record: Record) -> pd.DataFrame:
    panel = pd.DataFrame(dict(record.panel)).rename(columns={"firms": "months"})
    panel = panel.sort_values(["id", "year"], ignore_index=True)
    months = panel["months"].to_numpy()
    panel["worker_months"] = panel["workers"]
    panel["workers"] /= months
    panel["age"] /= 12.0
    born = ids.birth_month(panel["id"])
    panel["came"] = np.where(born > 0, calendar.year_of(0) + born // 12, 0)
    kind = 1 + np.searchsorted(_NEWCOMERS[:2], ids.slot(panel["id"]), side="right")
    panel["kind"] = np.array(KINDS, dtype=object)[np.where(born > 0, kind, 0)]
    panel["productivity"] = panel["value_added"] / panel["worker_months"] * 12.0
    # no difference of ids: as floats, 64 bits do not tell neighbours apart
    follows = (panel["id"] == panel["id"].shift(fill_value=0)) & (panel["year"].diff() == 1)
    whole = follows & (months == 12) & (panel["months"].shift() == 12) & (panel["anchor"] == 0)
    whole &= ~_divided(panel, record.splits)
    amounts = ("output", "sales", "workers", "rd_spending", "profit")
    for column in (*amounts, "age", "productivity", "months"):
        panel[f"last_{column}"] = panel[column].shift().where(follows)
    panel["last_stands"] = panel["stands"].shift(fill_value=False) & follows
    for change, column in (("growth", "output"), ("hiring", "workers")):
        ratio = (panel[column] / panel[f"last_{column}"]).where(whole)
        panel[change] = np.log(ratio.to_numpy())
    # by complex, so that a complex alone shows what it shows beside others
    mean = panel.groupby(["complex", "sector", "year"])["growth"].transform("mean")
    panel["relative"] = panel["growth"] - mean
    panel["last_relative"] = panel["relative"].shift().where(follows)
    return panel


def _divided(panel: pd.DataFrame, splits: list[tuple[int, int]]) -> pd.Series:
    """Return in which firm-years, or the year before, a firm gave a part of itself away.

    What is left is smaller, but has not shrunk: such years have no growth rate.
    """
    pairs = np.array(splits, dtype=np.uint64).reshape(-1, 2)
    year = calendar.year_of(0) + ids.birth_month(pairs[:, 1]) // 12
    keys = pd.MultiIndex.from_arrays([panel["id"], panel["year"]])
    found = [keys.isin(pd.MultiIndex.from_arrays([pairs[:, 0], year + later])) for later in (0, 1)]
    return pd.Series(found[0] | found[1], index=panel.index)
