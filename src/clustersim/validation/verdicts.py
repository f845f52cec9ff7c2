"""Patterns of simulated firms beside published ones, over several worlds."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from clustersim.errors import InputError
from clustersim.experiment.executors import run_each
from clustersim.experiment.progress import Progress
from clustersim.language import tr
from clustersim.scenario import Scenario, load
from clustersim.validation import tables
from clustersim.validation.bands import PATTERNS
from clustersim.validation.curves import curves, together
from clustersim.validation.page import summary
from clustersim.validation.patterns import MEASURES
from clustersim.validation.worlds import world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clustersim.validation.bands import Pattern

__all__ = ["DEFAULT_REPLICATES", "TOGETHER", "Validation", "validate"]

TOGETHER = "together"
"""In the place of a complex: all of them, where firms that scale up are too few in each."""

DEFAULT_REPLICATES = 10
"""How many worlds are run unless told."""


@dataclass(frozen=True)
class Validation:
    """Simulated patterns beside published ones.

    Attributes
    ----------
    scenario, replicates
        What was run: the scenario's name and how many worlds, without the programme, at central
        values, in the economy as it came (and as many in one that stands still).
    table
        One row for each complex and pattern, and for all complexes together what is about scaling
        up: ``complex``, ``pattern``, ``theme``, ``title``,
        ``title_ko``, ``statistic``, ``source``, ``band_low``, ``band_high``, ``published`` (in
        words), ``published_value`` (where it is one number), ``simulated``, ``error`` (standard
        error over worlds), ``low`` and ``high`` (95 % interval), ``cases`` (trials pooled, where
        that is what is pooled), ``unit``, ``pooled`` (how worlds go together: ``mean``, ``ratio``,
        ``odds``), ``verdict`` (``in``, ``out``, ``reported``, or ``too few`` cases to tell),
        ``distance`` to the band and, where it is out or has none, the likely ``cause`` of a miss.
    curves
        The lines behind the picture: ``complex``, ``curve``, ``point``, ``x``, ``y``, ``weight``.
    """

    scenario: str
    replicates: int
    table: pd.DataFrame
    curves: pd.DataFrame

    def misfits(self) -> pd.DataFrame:
        """Return the rows out of their band, the worst first: by distance over the near bound."""
        rows = self.table[self.table["verdict"] == "out"]
        bound = rows["band_high"].where(rows["distance"] > 0.0, rows["band_low"]).abs()
        worst = rows["distance"].abs() / bound.where(bound > 0.0, 1.0)
        return rows.loc[worst.sort_values(ascending=False, kind="stable").index]

    def summary(self, width: int = 110, *, titles: Mapping[str, str] | None = None) -> str:
        """Return the table as plain text: misfits first, then every pattern, then what they are.

        Complexes are called by their names unless there are titles.
        """
        return summary(self, width, titles)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Save the table as ``validation.csv`` and return its path.

        Raises
        ------
        StoreError
            The folder cannot be written.
        """
        return tables.save(self.table, Path(folder) / "validation.csv")

    def to_json(self) -> dict[str, Any]:
        """Return plain data, None where there is no number."""
        return {
            "schema": 1,
            "scenario": self.scenario,
            "replicates": self.replicates,
            "patterns": tables.plain(self.table),
        }


def validate(
    scenario: Scenario | str | os.PathLike[str] | dict[str, object],
    *,
    replicates: int = DEFAULT_REPLICATES,
    workers: int = 1,
    progress: bool = False,
) -> Validation:
    """Run worlds without the programme and set their patterns beside published ones.

    Parameters
    ----------
    scenario
        What `clustersim.load` returns or takes. Its macro mode does not count: firms are looked at
        in the economy as it came, as published figures are of that.
    replicates
        How many worlds, luck k for k below it, at central values.
    workers
        How many processes.
    progress
        Whether to show a bar on standard error.

    Raises
    ------
    InputError
        When the scenario or an argument cannot be used.
    """
    if replicates < 1:
        raise InputError(
            tr("{what}: {number} is too few", what="replicates", number=replicates),
            tr("ask for at least 1"),
        )
    if not isinstance(scenario, Scenario):
        scenario = load(Path(scenario) if isinstance(scenario, os.PathLike) else scenario)
    payload = json.dumps(scenario.data)
    modes = list(dict.fromkeys(pattern.macro for pattern in PATTERNS))
    tasks = [(macro, luck) for luck in range(replicates) for macro in modes]
    seen: list[pd.DataFrame] = []
    lines: list[pd.DataFrame] = []
    with Progress(len(tasks), shown=progress, of="worlds") as bar:
        for table, drawn in run_each(partial(_look, payload), tasks, workers):
            seen.append(table)
            lines += [] if drawn is None else [drawn]
            bar.step(failed=False)
    measured = pd.concat(seen, ignore_index=True)
    rows = [
        _row(pattern, name, _pooled(measured, pattern, name))
        for name in scenario.spec.complexes
        for pattern in PATTERNS
    ]
    if len(scenario.spec.complexes) > 1:
        sums = measured.groupby(["pattern", "luck"], as_index=False)[["total", "cases"]].sum()
        sums = sums.assign(complex=TOGETHER)
        rows += [
            _row(pattern, TOGETHER, _pooled(sums, pattern, TOGETHER))
            for pattern in PATTERNS
            if pattern.theme in {"scale_up", "calm"}
        ]
    return Validation(scenario.name, replicates, pd.DataFrame(rows), together(lines))


# ---------------------------------------------------------------- one world


@lru_cache(maxsize=2)
def _loaded(payload: str, macro: str) -> Scenario:
    return load(json.loads(payload), set=(f"economy.macro.mode={macro}",))


def _look(payload: str, task: tuple[str, int]) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return what is measured in one world, and in the economy as it came its lines."""
    macro, luck = task
    complexes = world(_loaded(payload, macro), luck)
    rows: list[tuple[str, str, float, float]] = []
    for name, complex_ in complexes.items():
        for pattern in PATTERNS:
            if pattern.macro == macro:
                found = MEASURES[pattern.name](complex_)
                total, cases = found if isinstance(found, tuple) else (found, 1.0)
                rows.append((name, pattern.name, total, cases))
    table = pd.DataFrame(rows, columns=["complex", "pattern", "total", "cases"]).assign(luck=luck)
    if macro != "hindsight":
        return table, None
    return table, pd.concat([curves(complex_) for complex_ in complexes.values()])


# ---------------------------------------------------------------- all worlds


def _pooled(seen: pd.DataFrame, pattern: Pattern, complex_: str) -> Mapping[str, float]:
    """Return a pattern over all worlds, with its error and 95 % interval."""
    rows = seen[(seen["complex"] == complex_) & (seen["pattern"] == pattern.name)]
    rows = rows[rows["total"].notna()]
    total, cases = rows["total"].to_numpy(), rows["cases"].to_numpy()
    if not cases.sum() > 0.0:
        return {"simulated": np.nan, "error": np.nan, "low": np.nan, "high": np.nan, "cases": 0.0}
    value, n = float(total.sum() / cases.sum()), len(total)
    told = cases.sum() if pattern.pooled != "mean" else np.nan
    if pattern.pooled == "odds":
        from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415 - slow

        ends = proportion_confint(round(total.sum()), round(cases.sum()), 0.05, "beta")
        error = math.sqrt(value * (1.0 - value) / cases.sum())
        low, high = (float(end) for end in ends)
    else:
        # a ratio of sums: the error of its linear part, worlds being independent
        apart = total - value * cases
        error = float(apart.std(ddof=1) / math.sqrt(n) / cases.mean()) if n > 1 else np.nan
        reach = float(stats.t.ppf(0.975, n - 1)) * error if n > 1 else np.nan
        low, high = value - reach, value + reach
    return {"simulated": value, "error": error, "low": low, "high": high, "cases": told}


def _row(pattern: Pattern, complex_: str, found: Mapping[str, float]) -> dict[str, Any]:
    band, value = pattern.band_at(complex_), found["simulated"]
    distance = np.nan if band is None or math.isnan(value) else band.distance(value)
    verdict = "reported" if band is None else "in" if distance == 0.0 else "out"
    if math.isnan(value):
        verdict = "too few"
    low, high = (np.nan, np.nan) if band is None else (band.low, band.high)
    return {
        "complex": complex_,
        "pattern": pattern.name,
        "theme": pattern.theme,
        "title": pattern.title,
        "title_ko": pattern.title_ko,
        "statistic": pattern.statistic,
        "source": pattern.source,
        "band_low": low if math.isfinite(low) else np.nan,
        "band_high": high if math.isfinite(high) else np.nan,
        "published": pattern.published,
        "published_value": pattern.value_at(complex_),
        **found,
        "unit": pattern.unit,
        "pooled": pattern.pooled,
        "verdict": verdict,
        "distance": distance,
        "cause": pattern.cause if verdict in {"out", "reported"} else "",
    }
