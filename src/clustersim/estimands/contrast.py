"""A pair of worlds -> who, what, difference: the tables of a shard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.calendar import year_of
from clustersim.economy.anchors import anchor_ids
from clustersim.economy.state import SIZE_CLASSES, size_class
from clustersim.estimands.composition import MEASURES, composition
from clustersim.estimands.distances import distance
from clustersim.estimands.envelope import envelope
from clustersim.estimands.groups import GROUPS, OUTSIDE, Groups
from clustersim.estimands.networks import networks, used
from clustersim.estimands.outcomes import NATIONAL, OUTCOMES
from clustersim.estimands.readings import Reading
from clustersim.estimands.targets import grown, reached
from clustersim.randomness import ids
from clustersim.scenario.schema import ReachTarget
from clustersim.simulation.recorder import FLOWS, STOCKS
from clustersim.units import FIRST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import Columns, IdArray, IntArray
    from clustersim.programme.office import Event
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation.record import Record

__all__ = ["contrast"]


def contrast(spec: ScenarioSpec, arm: Record, reference: Record) -> dict[str, Columns]:
    """Return what a pair of worlds says, as the tables of a shard (`experiment.shard`).

    Parameters
    ----------
    spec
        The arm's scenario.
    arm, reference
        The two worlds; they differ by the programme alone.
    """
    groups = Groups(arm.events, arm.splits, _anchors(spec))
    worlds = {"arm": arm, "reference": reference}
    return {
        "groups": _groups(spec, arm, reference, groups),
        "months": _both({name: dict(world.months) for name, world in worlds.items()}),
        "events": _rows(arm.events, _EVENT),
        "ledger": _ledger(arm),
        "panel": _both({name: _panel(spec, world, groups) for name, world in worlds.items()}),
        "members": _members(spec, Groups(arm.events)),
        "targets": _targets(spec, worlds, groups),
        "distances": _distances(spec, worlds, groups),
        "composition": _composition(spec, worlds, groups),
        "money": _money(spec, arm),
        "envelope": _rows(
            envelope(spec, arm.events, reference.events), ("complex", "instrument", "output")
        ),
    } | {name: _rows(rows, columns) for name, (rows, columns) in networks(spec, worlds).items()}


def _anchors(spec: ScenarioSpec) -> IdArray:
    each = [anchor_ids(place.code, list(place.anchors)) for place in spec.complexes.values()]
    return np.concatenate(each)


_EVENT = ("time", "kind", "complex", "instrument", "firm", "project", "amount", "detail")


def _groups(spec: ScenarioSpec, arm: Record, reference: Record, groups: Groups) -> Columns:
    years = _years(spec)
    rows: list[tuple[Any, ...]] = []
    for name, complex_ in spec.complexes.items():
        for group in GROUPS:
            sums = [_sums(world, complex_.code, group, groups, years) for world in (arm, reference)]
            outcomes = OUTCOMES
            if group in OUTSIDE:
                outcomes = {outcome: OUTCOMES[outcome] for outcome in NATIONAL}
                for each, world in zip(sums, (arm, reference), strict=True):
                    _add_rivals(each, world, name, years)
            for outcome, rule in outcomes.items():
                values, others = (rule.of(each) for each in sums)
                rows += [
                    (name, group, outcome, year, value, other, rule.unit)
                    for year, value, other in zip(
                        years.tolist(), values.tolist(), others.tolist(), strict=True
                    )
                ]
    names = ("complex", "group", "outcome", "year", "arm_value", "reference_value", "unit")
    return _rows(rows, names)


def _years(spec: ScenarioSpec) -> IntArray:
    """Return the years of a run; those in which a world has no firm count too."""
    return np.arange(year_of(spec.start), year_of(spec.end) + 1, dtype=np.int64)


def _sums(
    world: Record, code: int, group: str, groups: Groups, years: np.ndarray
) -> dict[str, np.ndarray]:
    panel = world.panel
    mine = groups.rows(group, panel, code)
    at = np.searchsorted(years, panel["year"][mine])
    return {  # of nobody at all numpy makes whole numbers
        name: np.bincount(at, panel[name][mine], len(years)).astype(np.float64) for name in FLOWS
    }


def _add_rivals(
    sums: dict[str, np.ndarray], world: Record, complex_: str, years: np.ndarray
) -> None:
    """Add the rivals outside a complex to its own sums."""
    rivals = world.rivals
    year = FIRST_YEAR + rivals["month"] // 12
    mine = (rivals["complex"] == complex_) & np.isin(year, years)
    at = np.searchsorted(years, year[mine])
    for name in NATIONAL:
        sums[name] += np.bincount(at, weights=rivals[name][mine], minlength=len(years))


def _panel(spec: ScenarioSpec, world: Record, groups: Groups) -> Columns:
    """Return the yearly panel of the firms the programme touched."""
    panel = world.panel
    rows = np.isin(panel["id"], groups.touched())
    touched = {name: values[rows] for name, values in panel.items()}
    return named_panel(spec, touched, world.events)


def named_panel(spec: ScenarioSpec, panel: Columns, events: Sequence[Event]) -> Columns:
    """Return a panel with names for codes, yearly means for heads and ties, and what was used."""
    names = {complex_.code: name for name, complex_ in spec.complexes.items()}
    months = np.maximum(panel["firms"], 1.0)
    workers = panel["workers"] / months
    table: Columns = {
        "complex": np.array([names[int(code)] for code in panel["complex"]], dtype=object),
        "sector": np.array(spec.economy.sectors, dtype=object)[panel["sector"]],
        "size": np.array(SIZE_CLASSES, dtype=object)[size_class(workers)],
        "id": panel["id"],
        "year": panel["year"],
    }
    for name in (*FLOWS, *STOCKS):
        table["firm_months" if name == "firms" else name] = panel[name]
    table["workers"], table["ties"] = workers, panel["ties"] / months
    each = spec.programme.mini_clusters.task_uses
    table["meetings"], table["uses"] = used(events, panel["id"], panel["year"], each)
    return table


def _ledger(world: Record) -> Columns:
    rows = [(name, *row) for name, ledger in world.ledgers.items() for row in ledger]
    return _rows(rows, ("complex", "funder", "line", "purpose", "year", "entry", "amount"))


def _members(spec: ScenarioSpec, groups: Groups) -> Columns:
    """Return who was in a group by what happened to it; heirs count in sums, not as firms."""
    by_code = {complex_.code: name for name, complex_ in spec.complexes.items()}
    rows = [
        (by_code[code], group, firm)
        for group in ("members", "supported", "inno_core")
        for members in [getattr(groups, group)]
        for firm, code in zip(members.tolist(), ids.complex_of(members).tolist(), strict=True)
    ]
    return _rows(rows, ("complex", "group", "id"))


def _targets(spec: ScenarioSpec, worlds: dict[str, Record], groups: Groups) -> Columns:
    rows = []
    readings = _readings(spec, groups)
    for name, target in spec.targets.items():
        for world, record in worlds.items():
            if isinstance(target, ReachTarget):
                code = spec.complexes[target.complex].code
                verdict = reached(target, code, record.panel, groups)
            else:
                verdict = grown(readings[name], record.panel, worlds["reference"].panel)
            rows.append(
                (
                    name,
                    target.complex,
                    world,
                    float(verdict.hit),
                    float(verdict.count),
                    verdict.distance,
                    verdict.unit,
                )
            )
    return _rows(rows, ("target", "complex", "world", "hit", "firms", "distance", "unit"))


def _distances(spec: ScenarioSpec, worlds: dict[str, Record], groups: Groups) -> Columns:
    rows = []
    for name, reading in _readings(spec, groups).items():
        parts, unit = distance(reading, worlds["arm"].panel, worlds["reference"].panel)
        rows += [(name, reading.target.complex, part, value, unit) for part, value in parts.items()]
    return _rows(rows, ("target", "complex", "part", "value", "unit"))


_BASE, _END = 2007, 2011
"""The years before the programme and of its end, from and to which composition is told."""


def _composition(spec: ScenarioSpec, worlds: dict[str, Record], groups: Groups) -> Columns:
    rows = []
    years = _years(spec)
    for place, complex_ in spec.complexes.items():
        for base, year in _spans(spec, place, years.tolist()):
            for group in ("all", "all_without_anchors")[: 2 if complex_.anchors else 1]:
                arm, reference = (
                    composition(
                        world.panel,
                        groups.rows(group, world.panel, complex_.code),
                        world.splits,
                        base,
                        year,
                    )
                    for world in worlds.values()
                )
                rows += [
                    (place, group, base, year, measure, part, value, reference[measure][part], unit)
                    for measure, unit in MEASURES.items()
                    for part, value in arm[measure].items()
                ]
    names = ("complex", "group", "base", "year", "measure", "part", "arm_value", "reference_value")
    return _rows(rows, (*names, "unit"))


def _spans(spec: ScenarioSpec, place: str, years: list[int]) -> list[tuple[int, int]]:
    """Return from when to when composition is told: targets' base years to 2011 and the last."""
    targets = (target for target in spec.targets.values() if target.complex == place)
    asked = {target.base for target in targets if not isinstance(target, ReachTarget)}
    bases = [year for year in years if year in asked | {_BASE}] or years[:1]
    ends = [year for year in years if year == _END or year == years[-1]]
    return [(base, end) for base in bases for end in ends if end > base]


def _readings(spec: ScenarioSpec, groups: Groups) -> dict[str, Reading]:
    """Return the targets of growth by name, ready to be read."""
    return {
        name: Reading(target, spec.complexes[target.complex].code, spec.economy.sectors, groups)
        for name, target in spec.targets.items()
        if not isinstance(target, ReachTarget)
    }


def _money(spec: ScenarioSpec, world: Record) -> Columns:
    """Return money paid by year and funder in won of 2008, at the complex's price level."""
    prices = _price_levels(spec, world)
    rows = []
    for name, ledger in world.ledgers.items():
        paid: dict[tuple[int, str], int] = {}
        for row in ledger:
            if row.entry == "paid":
                key = (row.year, row.funder)
                paid[key] = paid.get(key, 0) + row.amount
        rows += [
            (name, year, funder, amount / prices[name, year])
            for (year, funder), amount in sorted(paid.items())
        ]
    return _rows(rows, ("complex", "year", "funder", "paid_real"))


def _price_levels(spec: ScenarioSpec, world: Record) -> dict[tuple[str, int], float]:
    """Return nominal over real output of each complex and year.

    A year in which no firm of the complex works has the level between, or nearest to, years in
    which one does; a complex without any firm has that of all complexes.
    """
    months = world.months
    year = FIRST_YEAR + months["month"] // 12
    years = np.unique(year)
    levels: dict[tuple[str, int], float] = {}
    for name in spec.complexes:
        here = months["complex"] == name
        here = here if months["output"][here].any() else np.ones_like(here)
        made, sold = (
            np.array([months[column][here & (year == each)].sum() for each in years])
            for column in ("output", "sales")
        )
        works = made > 0.0
        if works.any():
            found = np.interp(years, years[works], sold[works] / made[works])
        else:  # a world without firms has no prices
            found = np.ones(len(years))
        levels |= {
            (name, each): level for each, level in zip(years.tolist(), found.tolist(), strict=True)
        }
    return levels


def _both(tables: dict[str, Columns]) -> Columns:
    """Return two worlds' tables as one, with the world's name as a column."""
    stacked: Columns = {
        "world": np.concatenate(
            [
                np.full(len(next(iter(table.values()))), world, dtype=object)
                for world, table in tables.items()
            ]
        )
    }
    for column in next(iter(tables.values())):
        stacked[column] = np.concatenate([table[column] for table in tables.values()])
    return stacked


def _rows(rows: Any, names: tuple[str, ...]) -> Columns:
    """Return rows as columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    types = {"firm": np.uint64, "id": np.uint64, "year": np.int64, "project": np.int64}
    types |= {"first": np.uint64, "second": np.uint64, "made": np.int64, "month": np.int64}
    types |= dict.fromkeys(
        ("amount", "base", "before", "after", "stands_before", "stands_after"), np.int64
    )
    text = {"kind", "complex", "instrument", "group", "outcome", "unit", "funder", "line"}
    text |= {"purpose", "entry", "target", "world", "part"}
    text |= {"mini_cluster", "title", "name", "sector", "site", "measure"}
    return {
        name: np.array(column, dtype=object if name in text else types.get(name, np.float64))
        for name, column in zip(names, columns, strict=True)
    }
