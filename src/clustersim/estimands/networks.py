"""Mini-clusters as networks: who belongs, where they stand, and who is tied to whom.

A mini-cluster's firms are all that ever join it in the arm's world. Both worlds are read for them,
before it was there as well as after, so that nothing differs by who is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim import calendar
from clustersim.economy.places import institution_ids, offset
from clustersim.randomness import ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clustersim.arrays import BoolArray, Columns, FloatArray, IdArray, IntArray
    from clustersim.programme.mini_clusters import MiniClusterSpec
    from clustersim.programme.office import Event
    from clustersim.programme.plan import ComplexProgramme
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation.record import Record

__all__ = ["OUTCOMES", "networks", "used"]

OUTCOMES: Mapping[str, str] = {
    "members": "firms",
    "connected": "firms",
    "firm_ties": "ties",
    "made_ties": "ties",
    "institution_ties": "ties",
}
"""Units by outcome, at the end of a year: firms that have joined and operate; firms tied to another
of the mini-cluster; ties among its firms, those they formed themselves and those the programme
made; their ties with universities and institutes."""

_USES = ("attended", "visited", "brokered", "helped")


@dataclass(frozen=True)
class _Network:
    """A mini-cluster of an arm: when each of its firms joined, and the months of its picture."""

    complex: str
    name: str
    spec: MiniClusterSpec
    joined: dict[int, float]
    before: int
    after: int

    @property
    def key(self) -> tuple[str, str]:
        return self.complex, self.name

    def firms(self, until: int | None = None) -> IdArray:
        """Return the firms that have joined by the end of a month, or ever."""
        there = [f for f, time in self.joined.items() if until is None or time < until + 1]
        return np.array(sorted(there), dtype=np.uint64)


def networks(
    spec: ScenarioSpec, worlds: Mapping[str, Record]
) -> dict[str, tuple[list[tuple[Any, ...]], tuple[str, ...]]]:
    """Return rows and column names of the tables about mini-clusters launched within the run.

    ``mini_clusters`` names them and the months of `before` (the last that is recorded before the
    launch; the run's first month if there is none) and `after` (the end of the state's last budget
    year, or of the run). ``nodes`` and ``ties`` are what a picture of those two months shows: the
    firms that have joined by `after`, the complex's institutions, and who is tied to whom in both
    worlds. ``networks`` counts by year (`OUTCOMES`), over all firms that ever join.

    Parameters
    ----------
    spec
        The arm's scenario.
    worlds
        The records of ``arm`` and ``reference``.
    """
    found = _found(spec, worlds["arm"].events)
    key = ("complex", "mini_cluster")
    return {
        "mini_clusters": (
            [
                (*n.key, n.spec.title, calendar.moment(n.spec.launch), n.before, n.after)
                for n in found
            ],
            (*key, "title", "launch", "before", "after"),
        ),
        "nodes": (
            [row for n in found for row in _nodes(spec, n, worlds["arm"].panel)],
            (
                *key, "id", "kind", "name", "sector", "site", "east", "north", "technology",
                "joined", "stands_before", "stands_after",
            ),
        ),
        "ties": (
            [
                (world, *n.key, month, *tie)
                for n in found
                for world, record in worlds.items()
                for month in sorted({n.before, n.after})
                for tie in _among(n, _at(record.ties, month))
            ],
            ("world", *key, "month", "first", "second", "made"),
        ),
        "networks": (
            [row for n in found for row in _counts(spec, n, worlds)],
            (*key, "outcome", "year", "arm_value", "reference_value", "unit"),
        ),
    }  # fmt: skip


def used(
    events: Sequence[Event], firms: IdArray, years: IntArray, task_uses: float
) -> tuple[FloatArray, FloatArray]:
    """Return meetings attended and uses of mini-clusters, by firm and year.

    A meeting, a visit, a partner found and help with an application are a use each, a solved task
    is `task_uses` of them; what many uses in one year count less by is not taken off.
    """
    meetings: dict[tuple[int, int], float] = {}
    uses: dict[tuple[int, int], float] = {}
    for event in events:
        times = 1.0 if event.kind in _USES else task_uses if event.kind == "task_done" else 0.0
        key = (event.firm, calendar.year_of(int(event.time)))
        if times:
            uses[key] = uses.get(key, 0.0) + times
        if event.kind == "attended":
            meetings[key] = meetings.get(key, 0.0) + 1.0
    keys = list(zip(firms.tolist(), years.tolist(), strict=True))
    columns = (np.array([found.get(key, 0.0) for key in keys]) for found in (meetings, uses))
    return next(columns), next(columns)


# ---------------------------------------------------------------- who and when


def _found(spec: ScenarioSpec, events: Sequence[Event]) -> list[_Network]:
    """Return the mini-clusters launched before the last month of which ties are recorded."""
    months = _recorded(spec)
    joined: dict[tuple[str, str], dict[int, float]] = {}
    for event in events:
        if event.kind == "joined" and event.firm:
            joined.setdefault((event.complex, event.instrument), {})[event.firm] = event.time
    found = []
    for place, plan in spec.programme.plans().items():
        end = _money_ends(spec, plan)
        for name, cluster in sorted(plan.mini_clusters.items()):
            launch = calendar.month_of(cluster.launch)
            if launch > months[-1]:
                continue
            before = max((m for m in months if m < launch), default=months[0])
            later = [m for m in months if m > before]
            paid = [month for month in later if calendar.year_of(month) <= end]
            after = max(paid or later or months)
            members = joined.get((place, name), {})
            found.append(_Network(place, name, cluster, members, before, after))
    return found


def _money_ends(spec: ScenarioSpec, plan: ComplexProgramme) -> int:
    """Return the last year in which the state has money for a complex; 0 if it never has."""
    path = plan.budget.path if plan.budget else {}
    last = max((int(year) for year, amount in path.items() if amount), default=0)
    return min(last, spec.programme.stops.year) if spec.programme.stops else last


def _recorded(spec: ScenarioSpec) -> list[int]:
    """Return the months of which ties are recorded: the first, and every December."""
    decembers = (m for m in range(spec.start, spec.end + 1) if calendar.month_in_year(m) == 12)
    return sorted({spec.start, *decembers})


# ---------------------------------------------------------------- rows


def _nodes(spec: ScenarioSpec, network: _Network, panel: Columns) -> list[tuple[Any, ...]]:
    """Return a row for each firm, where it stands, and for each institution of the complex."""
    complex_ = spec.complexes[network.complex]
    titles = ["", *(site.title for _, site in sorted(complex_.sites.items()))]
    firms, last = _last_rows(panel, network.firms(network.after))
    stands = [np.isin(firms, _standing(panel, month)) for month in (network.before, network.after)]
    rows: list[tuple[Any, ...]] = [
        (
            *network.key, firm, "firm", "", spec.economy.sectors[panel["sector"][row]],
            titles[panel["site"][row]], panel["east"][row], panel["north"][row],
            panel["technology"][row], network.joined[firm], int(before), int(after),
        )
        for firm, row, before, after in zip(firms.tolist(), last, *stands, strict=True)
    ]  # fmt: skip
    numbers = institution_ids(complex_.code, complex_.institutions)
    for name, number in numbers.items():
        institution = complex_.institutions[name]
        east, north = offset(institution.distance, institution.bearing)
        rows.append(
            (
                *network.key, number, institution.kind, institution.title, "", "", east, north,
                np.nan, np.nan, 1, 1,
            )
        )  # fmt: skip
    return rows


def _last_rows(panel: Columns, firms: IdArray) -> tuple[IdArray, IntArray]:
    """Return which of some firms are in a panel, and the last row of each."""
    rows = np.flatnonzero(np.isin(panel["id"], firms))[::-1]
    there, first = np.unique(panel["id"][rows], return_index=True)
    return there, rows[first]


def _standing(panel: Columns, month: int) -> IdArray:
    """Return the firms that operate at the end of a month of which ties are recorded."""
    year = panel["year"] == calendar.year_of(month)
    if calendar.month_in_year(month) == 12:
        year = year & panel["stands"]
    found: IdArray = panel["id"][year]
    return found[ids.birth_month(found) <= month]  # the first month can be another one


def _at(ties: Columns, month: int) -> Columns:
    return {name: values[ties["month"] == month] for name, values in ties.items()}


def _among(network: _Network, ties: Columns) -> list[tuple[int, int, int]]:
    """Return the ties among a network's firms and with institutions: both ends, made or not."""
    mine, school = _ours(network.firms(network.after), ties)
    keep = mine | school
    columns = (ties[name][keep].tolist() for name in ("first", "second", "made"))
    return [(first, second, int(made)) for first, second, made in zip(*columns, strict=True)]


def _ours(firms: IdArray, ties: Columns) -> tuple[BoolArray, BoolArray]:
    """Tell which ties are among some firms, and which theirs with institutions."""
    first, second = (np.isin(ties[end], firms) for end in ("first", "second"))
    return first & second, first & (ids.slot(ties["second"]) >= ids.INSTITUTIONS)


def _counts(
    spec: ScenarioSpec, network: _Network, worlds: Mapping[str, Record]
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for month in _recorded(spec):
        if calendar.month_in_year(month) == 12:
            counts = [_count(network, worlds[world], month) for world in ("arm", "reference")]
            rows += [
                (*network.key, outcome, calendar.year_of(month), *values, OUTCOMES[outcome])
                for outcome, *values in zip(OUTCOMES, *counts, strict=True)
            ]
    return rows


def _count(network: _Network, world: Record, month: int) -> list[float]:
    """Return the values of `OUTCOMES`, in their order."""
    ties = _at(world.ties, month)
    mine, school = _ours(network.firms(), ties)
    ends = np.concatenate([ties["first"][mine], ties["second"][mine]])
    made = ties["made"] > 0
    found = (
        np.isin(_standing(world.panel, month), network.firms(month)).sum(),
        len(np.unique(ends)),
        (mine & ~made).sum(),
        (mine & made).sum(),
        school.sum(),
    )
    return [float(value) for value in found]
