"""The residual of a complex: what its firms did beside their sectors, solved from published points.

At central values, in hindsight, in the arm `as_happened`, the mean world over some lucks meets the
observed points of output within a tolerance. Whether it meets them is fit, never validation: the
residual was made for it. ``python -m clustersim.experiment.residual NAME...`` writes the files that
bundled scenarios extend; without names all of them.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import NoConvergence, broyden1

from clustersim import calendar
from clustersim.economy.macro import Point, Series
from clustersim.errors import RunError
from clustersim.files import put
from clustersim.language import tr
from clustersim.randomness import Domain, Luck
from clustersim.scenario import catalogue, load
from clustersim.scenario.json_schema import BLOCK, modeline
from clustersim.simulation.core import core

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clustersim.arrays import FloatArray
    from clustersim.economy.month import ComplexSpec
    from clustersim.economy.observed import Observation
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation.core import Core

__all__ = [
    "FIRST",
    "LAST",
    "LUCK",
    "Solved",
    "as_it_was",
    "gaps",
    "inputs",
    "main",
    "solve",
    "write",
]

FIRST, LAST = calendar.parse_month("2005-01"), calendar.parse_month("2013-12")
"""The months a fit covers; points outside widen them."""

LUCK = 8
"""Lucks 0 to 7 of the scenario's seed are what bundled residuals are solved over."""

_TOLERANCE = 0.005
_ROUNDS = 25


@dataclass(frozen=True)
class Solved:
    """The residual of one complex, and how near the mean world comes with it.

    `gaps` holds simulated over published for each point it was solved from, as log points; `error`
    is the standard error that luck leaves in the mean world, at the point where it is largest.
    """

    residual: Series
    gaps: dict[str, float]
    error: float
    rounds: int

    @property
    def worst(self) -> float:
        """The largest gap, in log points."""
        return max(map(abs, self.gaps.values()), default=0.0)


def as_it_was(scenario: Scenario, first: int = FIRST, last: int = LAST) -> ScenarioSpec:
    """Return the specs of what happened, in hindsight, at central values, from `first` to `last`.

    The arm is `as_happened`, or the file itself where there is none.
    """
    arm = scenario.arms.get("as_happened") or scenario.arms["as_announced"]
    macro = arm.spec.economy.macro.model_copy(update={"mode": "hindsight"})
    economy = arm.spec.economy.model_copy(update={"macro": macro})
    # targets may be of later years; nothing here asks for them
    return arm.spec.model_copy(
        update={"economy": economy, "start": first, "end": last, "targets": {}}
    )


def solve(
    scenario: Scenario,
    *,
    luck: int = LUCK,
    first: int = FIRST,
    last: int = LAST,
    tolerance: float = _TOLERANCE,
) -> dict[str, Solved]:
    """Return the residual of every complex that has points to solve it from.

    The logs of simulated over published figures are brought to zero by Broyden's method. The
    residual has a knot in the middle of each point's period and runs straight in logs between; it
    is 100 in the last month known to `ex_ante`, so that nothing later reaches back beyond it, and
    stands still where nothing is published.

    Parameters
    ----------
    scenario
        One complex or several; each is solved alone.
    luck
        How many lucks the mean world is over.
    first, last
        The months that are run; points outside widen them.
    tolerance
        The gap at which a round is the last, in log points.

    Raises
    ------
    RunError
        No residual meets the points of a complex.
    """
    spec = as_it_was(scenario, first, last)
    return {
        name: _alone(spec, name, luck, tolerance)
        for name, each in spec.complexes.items()
        if each.observed.solved()
    }


def gaps(scenario: Scenario, *, luck: int = LUCK) -> dict[str, dict[str, float]]:
    """Return simulated over published for each complex and point, in log points, as it stands."""
    spec = as_it_was(scenario)
    return {
        name: _Task(spec, name, luck).at(each.residual)[0]
        for name, each in spec.complexes.items()
        if each.observed.solved()
    }


def _alone(spec: ScenarioSpec, name: str, luck: int, tolerance: float) -> Solved:
    """Return the residual of one complex."""
    task, tried = _Task(spec, name, luck), list[Solved]()

    def steps(logs: FloatArray) -> FloatArray:
        """Return by how much each knot is too high, were it the residual alone that moves sales."""
        residual = task.grid.residual(logs)
        found, error = task.at(residual)
        tried.append(Solved(residual, found, error, len(tried) + 1))
        if tried[-1].worst <= tolerance:
            return np.zeros(len(logs))  # near enough: this round is the last
        return task.grid.steps(list(found.values()))

    zero = np.zeros(len(task.grid.free))
    near = tolerance / 10.0
    with contextlib.suppress(NoConvergence):  # how far it is left is told below
        broyden1(steps, zero, alpha=-1.0, f_tol=near, maxiter=_ROUNDS, line_search=None)
    if tried[-1].worst > tolerance:
        raise RunError(
            tr(
                "no residual of {name} meets its points: {share} are left",
                name=name,
                share=f"{tried[-1].worst:.1%}",
            ),
            tr("see whether two points contradict each other, and solve from one of them"),
        )
    return tried[-1]


class _Task:
    """One complex alone, which does not hang on the others, over some lucks."""

    def __init__(self, spec: ScenarioSpec, name: str, luck: int) -> None:
        complex_, plans = spec.complexes[name], spec.programme.complexes
        self.name, self.luck = name, [Luck(spec.seed, k, Domain.LUCK) for k in range(luck)]
        self.grid = _Grid(complex_, spec.economy.macro.outlook.known)
        plan = {name: plans[name]} if name in plans else {}
        self.spec = spec.model_copy(
            update={
                "complexes": {name: complex_},
                "programme": spec.programme.model_copy(update={"complexes": plan}),
                "start": min(spec.start, self.grid.first),
                "end": max(spec.end, self.grid.last),
            }
        )

    def at(self, residual: Series | None) -> tuple[dict[str, float], float]:
        """Return the gaps with a residual, and the standard error luck leaves."""
        complex_ = self.spec.complexes[self.name].model_copy(update={"residual": residual})
        spec = self.spec.model_copy(update={"complexes": {self.name: complex_}})
        return self.grid.gaps([core(spec, each)[self.name] for each in self.luck])


class _Grid:
    """The knots of one complex's residual, and the points they answer to."""

    def __init__(self, complex_: ComplexSpec, known: int) -> None:
        self.observed = complex_.observed
        self.points = self.observed.solved()
        periods = [p for _, point in self.points for p in (point.months, point.base) if p]
        self.first, self.last = min(p[0] for p in periods), max(p[1] for p in periods)
        year = complex_.known.as_of - calendar.month_in_year(complex_.known.as_of) + 1
        self.stands_on = (year, year + 11)
        free = sorted({_middle(point.months) for _, point in self.points})
        held = {
            _middle(point.base)
            for _, point in self.points
            if point.base and not any(point.base[0] <= knot <= point.base[1] for knot in free)
        }
        self.free = [knot for knot in free if knot != known]
        self.months = sorted({*self.free, *held, known})
        self.known = known
        self.shape = np.array([self._nearest(knot) for knot in self.months])
        self.slopes = np.array([self._slope(*point) for point in self.points])

    def _nearest(self, knot: int) -> FloatArray:
        """Return a knot as a sum of free ones: itself, or the one it stands still from."""
        row = np.zeros(len(self.free))
        step = -1 if knot > self.known else 1
        at = self.months.index(knot)
        while self.months[at] != self.known and self.months[at] not in self.free:
            at += step
        if self.months[at] in self.free:
            row[self.free.index(self.months[at])] = 1.0
        return row

    def _mean(self, months: tuple[int, int]) -> FloatArray:
        """Return the mean log residual of some months as a sum of free knots."""
        inside = np.arange(months[0], months[1] + 1)
        columns = [np.interp(inside, self.months, column).mean() for column in self.shape.T]
        return np.array(columns)

    def _slope(self, _: str, point: Observation) -> FloatArray:
        """Return how each free knot moves a point's log: a level stands on the figures' year."""
        return self._mean(point.months) - self._mean(point.base or self.stands_on)

    def residual(self, logs: FloatArray) -> Series:
        """Return the residual with given logs at its free knots, to a hundredth of a per cent."""
        values = 100.0 * np.exp(self.shape @ logs)
        points = [
            {
                "month": calendar.label(knot),
                "value": round(float(value), 2),
                "tag": "observed" if knot in self.free else "assumed",
            }
            for knot, value in zip(self.months, values, strict=True)
        ]
        return Series(points=tuple(Point.model_validate(point) for point in points))

    def steps(self, gaps: Sequence[float]) -> FloatArray:
        """Return by how much the free knots are too high for the points to be met."""
        steps: FloatArray = np.linalg.lstsq(self.slopes, np.array(gaps), rcond=None)[0]
        return steps

    def gaps(self, worlds: Sequence[Core]) -> tuple[dict[str, float], float]:
        """Return log simulated over published by point, and the largest standard error of luck."""
        found, error = {}, 0.0
        for quantity, point in self.points:
            ratio, level = self.observed.ratio(quantity, point), point.level
            above = np.array([world.of(quantity, point.months) for world in worlds])
            below = np.array(
                [world.of(quantity, point.base) if point.base else 1.0 for world in worlds]
            )
            published = (ratio if point.base else level) or np.nan
            gap = np.log(above.mean() / below.mean() / published)
            over = f" over {point.over}" if point.over else ""
            found[f"{quantity} {point.period}{over}"] = float(gap)
            if len(worlds) > 1:
                spread = np.std(np.log(above / below), ddof=1)
                error = max(error, float(spread / np.sqrt(len(worlds))))
        return found, error


def _middle(months: tuple[int, int]) -> int:
    return (months[0] + months[1] + 1) // 2


# ---------------------------------------------------------------- files


def inputs(scenario: Scenario, luck: int = LUCK) -> str:
    """Return 8 hex digits that change with what a residual is solved from, code apart."""
    spec = as_it_was(scenario)
    told = spec.model_dump(mode="json", include={"complexes", "economy", "programme", "seed"})
    del told["economy"]["macro"]["observed"]
    for name, each in told["complexes"].items():
        del each["residual"], each["observed"]
        observed = spec.complexes[name].observed
        each["points"] = [
            (quantity, point.period, point.over, point.level, observed.ratio(quantity, point))
            for quantity, point in observed.solved()
        ]
    text = json.dumps([told, luck], sort_keys=True)
    return blake2b(text.encode(), digest_size=4).hexdigest()


def write(scenario: Scenario, folder: Path, *, luck: int = LUCK) -> Path:
    """Solve the residuals of a scenario and write them to a block that it can extend.

    The same scenario gives the same file, byte by byte, which appears whole or not at all.
    """
    solved = solve(scenario, luck=luck)
    return put(folder / f"{scenario.name}.yaml", _text(scenario, solved, luck).encode())


def _text(scenario: Scenario, solved: dict[str, Solved], luck: int) -> str:
    lines = [
        modeline(f"../{BLOCK}"),
        "# What the firms did beside their sectors, 100 = nothing; between straight in logs.",
        "# Written by `python -m clustersim.experiment.residual`, not by hand: solved so that the",
        f"# mean world over lucks 0 to {luck - 1}, in hindsight, at central values, as happened,",
        "# meets the points marked `solve: yes` in observed/. That it meets them is fit, not more.",
        f"# inputs: {inputs(scenario, luck)}",
        "complexes:" if solved else "complexes: {}",
    ]
    for name, found in sorted(solved.items()):
        said = (
            f"solved in {found.rounds} rounds, largest gap {100 * found.worst:.2f} %;"
            f" luck leaves a standard error of up to {100 * found.error:.1f} %"
        )
        lines += [f"  {name}:", "    residual:", f"      source: {said}", "      points:"]
        for point in found.residual.points:
            month, value = calendar.label(point.month), f"{point.value:.2f}"
            lines.append(f"        - {{month: {month}, value: {value}, tag: {point.tag}}}")
    return "\n".join(lines) + "\n"


def main(names: Sequence[str]) -> None:
    """Write the residuals of bundled scenarios, one file for each with complexes of its own."""
    for name in names or _bundled():
        scenario = load(name)
        path = write(scenario, catalogue.FOLDER / "residual")
        print(f"{path}: inputs {inputs(scenario)}")  # noqa: T201 - a command


def _bundled() -> list[str]:
    """Return the bundled scenarios that extend a residual of their own."""
    folder = catalogue.FOLDER / "residual"
    return [name for name in catalogue.names() if (folder / f"{name}.yaml").is_file()]


if __name__ == "__main__":
    main(sys.argv[1:])
