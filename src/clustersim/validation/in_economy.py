"""The same instruments among all firms: pairs of worlds with one family alone, firm by firm.

The estimand is that of an isolated firm: log sales of a treated firm so many months after it was
first treated, less its log sales in the world without. Log sales are a sum of terms, and luck is
the same in both worlds, so the terms say why it differs from what the firm would have had alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from clustersim.estimands.envelope import USES
from clustersim.programme.office import OWN, STATE
from clustersim.randomness import Domain, Luck
from clustersim.simulation import simulate
from clustersim.units import FIRST_YEAR
from clustersim.validation.isolated import (
    MONTHS,
    TERMS,
    UNITS,
    WINDOW,
    menu_of,
    terms,
    with_knowledge,
)
from clustersim.validation.treatments import (
    EXCHANGE,
    INNO_CORE,
    INSTRUMENTS,
    MINI_CLUSTERS,
    RESEARCH,
    RND,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.month import Economy
    from clustersim.programme.office import Event
    from clustersim.programme.plan import ComplexProgramme, ProgrammeSpec
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation import Record

__all__ = ["WORLDS", "alone", "bundles", "in_economy"]

WORLDS = tuple(
    dict.fromkeys(
        name if each.family == "networks" else each.family for name, each in INSTRUMENTS.items()
    )
)
"""What worlds have one at a time: mini-clusters, the exchange, or another family as a whole."""

_HAD = {RND: "funded", INNO_CORE: "package"}
"""The event with which a firm gets an instrument; others are told of each firm they serve. A firm
joins mini-clusters, and the exchange opens for all of a complex."""

_MONEY = {"tranche": 1.0, "stopped": -1.0}
"""Events of research grants in which money passes, and in which direction."""

_SEEN = ("sales", *(name for name in TERMS if name != "knowledge"), "value_added", "research")

_WHO = ("workers", "stock", "researching")
"""What a treated firm was when it first was treated."""

_COLUMNS = ["complex", "family", "instrument", "measure", "month", "value", "firms", "living"]

_ALL = ""
"""Instead of an instrument: all of a family that has several."""


def in_economy(scenario: Scenario, *, luck: int = 4, seed: int | None = None) -> pd.DataFrame:
    """Return what each family, alone, does to the firms it treats in whole worlds.

    Parameters
    ----------
    scenario
        Run at central values with one family of the state's instruments at a time, services being
        those of the arm `full_menu` if there is one.
    luck
        How many lucks.
    seed
        The scenario's own unless told.

    Returns
    -------
    pandas.DataFrame
        complex, family, instrument, measure, month and unit as in `isolated`, the instrument being
        empty where all of a family are meant; worlds, how many lucks had treated firms; firms,
        treated ones in a world; living, of those whose time has come within the run (months in
        which that is fewer than half are left out), the share that operates in both worlds, over
        which sales are averaged; estimate, the mean of worlds; mc_error, its standard error, NaN
        for one world. More measures say who was treated, at first treatment: mean workers, median
        stock of knowledge, and researching, the share that does research; and how often: uses of
        mini-clusters in a year, grants within three years. `closed` is the share of treated firms
        that have closed by the horizon, less that in the world without, which is `closed_without`.

    Notes
    -----
    Mini-clusters are compared with a world that has none, not those on their own money either;
    all others with a world without the state's programme. A firm that has one instrument of a
    family may have others of it too. `value_added` is over the rest of the run, of treated firms
    and per won that the family cost, wherever it came from, without the promotion team.
    """
    seed = scenario.seed if seed is None else seed
    spec = scenario.arms[menu_of(scenario)].spec
    rows = [row for number in range(luck) for row in _worlds(spec, Luck(seed, number, Domain.LUCK))]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    cells = table.groupby(["complex", "family", "instrument", "measure", "month"], sort=False)
    found = cells.agg(
        worlds=("value", "count"),
        firms=("firms", "mean"),
        living=("living", "mean"),
        estimate=("value", "mean"),
        mc_error=("value", "sem"),
    ).reset_index()
    found.insert(5, "unit", found["measure"].map(UNITS))
    return found


def bundles(plan: ComplexProgramme, world: str) -> dict[str, tuple[str, ...]]:
    """Return what is measured in a world: each instrument a complex has, and all if several."""
    here = [
        name
        for name, each in INSTRUMENTS.items()
        if world in {name, each.family} and each.is_planned(plan)
    ]
    found: dict[str, tuple[str, ...]] = {name: (name,) for name in here}
    return found | {_ALL: tuple(here)} if len(here) > 1 else found


def alone(programme: ProgrammeSpec, world: str) -> tuple[ProgrammeSpec, ProgrammeSpec]:
    """Return the programme with one family (see `WORLDS`), and the one to compare it with."""
    if world not in {MINI_CLUSTERS, EXCHANGE}:
        return programme.model_copy(update={"instruments": (world,)}), programme.without_state()
    networks = programme.model_copy(update={"instruments": ("networks",)})
    left = {
        name: plan.model_copy(
            update={"exchange": None} if world == MINI_CLUSTERS else {"mini_clusters": plan.own()}
        )
        for name, plan in programme.complexes.items()
    }
    reference = programme.without_state()
    if world == MINI_CLUSTERS:
        reference = programme.model_copy(update={"complexes": {}})
    return networks.model_copy(update={"complexes": left}), reference


# ---------------------------------------------------------------- the worlds of one luck


def _worlds(spec: ScenarioSpec, luck: Luck) -> Iterator[tuple[object, ...]]:
    """Yield what is measured of each family with one luck; references are run once."""
    plans = spec.programme.plans()
    references: list[tuple[ProgrammeSpec, _World]] = []
    for world in WORLDS:
        wanted = {place: bundles(plan, world) for place, plan in plans.items()}
        if not any(wanted.values()):
            continue
        programme, without = alone(spec.programme, world)
        arm = _World(spec, programme, luck)
        known = next((world for other, world in references if other == without), None)
        if known is None:
            known = _World(spec, without, luck)
            references.append((without, known))
        for place, some in wanted.items():
            for name, instruments in some.items():
                bundle = _Bundle(INSTRUMENTS[instruments[0]].family, name, instruments)
                pair = _Pair(spec, bundle, place, arm, known)
                if len(pair):
                    yield from _measures(pair)
                    if len(some) == 1 or name == _ALL:
                        yield from _value_added(pair)


class _World:
    """A world, and all firms in all its months."""

    def __init__(self, spec: ScenarioSpec, programme: ProgrammeSpec, luck: Luck) -> None:
        self.start = spec.start
        self._months: list[tuple[IdArray, FloatArray]] = []
        whole = spec.model_copy(update={"programme": programme})
        self.record: Record = simulate(whole, luck, self._see)

    def _see(self, economy: Economy, month: int) -> None:
        firms = economy.view()
        firms = firms.take(firms.output > 0.0)  # who closed this month still sold in it
        prices = economy.rules.macro.prices(firms.sector, month)
        seen = terms(firms) | {"value_added": firms.value_added, "research": firms.rd_spending}
        seen |= {"workers": firms.workers, "stock": firms.stock, "prices": prices}
        seen["researching"] = np.where(firms.intensity > 0.0, 1.0, 0.0)
        block = np.stack([seen[name] for name in (*_SEEN, *_WHO, "prices")])
        self._months.append((firms.ids, block))

    def standing(self, code: int, month: int) -> IdArray:
        """Return the firms of a complex that operate in a month."""
        panel = self.record.panel
        here = np.unique(panel["id"][panel["complex"] == code])
        return np.intersect1d(self._months[month - self.start][0], here)

    def paths(self, ids: IdArray, since: IntArray) -> dict[str, FloatArray]:
        """Return what firms were in the months since theirs, NaN where they do not operate.

        Parameters
        ----------
        ids, since
            Firms, ascending, and the month from which each is followed.
        """
        names_of = (*_SEEN, *_WHO, "prices")
        found = np.full((len(names_of), len(ids), MONTHS + 1), np.nan)
        for number, (names, block) in enumerate(self._months):
            age = self.start + number - since
            wanted = (age >= 0) & (age <= MONTHS)
            at = np.minimum(np.searchsorted(names, ids), len(names) - 1)
            rows = np.flatnonzero(wanted & (names[at] == ids))
            found[:, rows, age[rows]] = block[:, at[rows]]
        return dict(zip(names_of, found, strict=True))


class _Bundle(NamedTuple):
    """Instruments whose firms are measured together: one, or all of a family."""

    family: str
    name: str
    instruments: tuple[str, ...]


@dataclass(frozen=True)
class _Treated:
    """Firms that were treated in a complex, and the month in which each began."""

    ids: IdArray
    since: IntArray


class _Pair:
    """Treated firms in both worlds, month by month from the first of their treatment."""

    def __init__(
        self, spec: ScenarioSpec, bundle: _Bundle, place: str, arm: _World, reference: _World
    ) -> None:
        self.spec, self.bundle, self.place = spec, bundle, place
        self.record = arm.record
        self.treated = _treated(spec, bundle.instruments, place, arm)
        ids, since = self.treated.ids, self.treated.since
        self.with_it, self.without = (world.paths(ids, since) for world in (arm, reference))
        ages = np.arange(MONTHS + 1)
        self.followed = since[:, None] + ages <= spec.end

    def __len__(self) -> int:
        return len(self.treated.ids)

    def row(
        self, measure: str, month: int, value: float, living: float = 1.0
    ) -> tuple[object, ...]:
        """Return a row of the table."""
        family, name, _ = self.bundle
        return self.place, family, name, measure, month, value, len(self), living

    def added(self, name: str) -> FloatArray:
        """Return what a firm has more of in each month; 0 where it does not operate."""
        more: FloatArray = np.nan_to_num(self.with_it[name]) - np.nan_to_num(self.without[name])
        return more


def _measures(pair: _Pair) -> Iterator[tuple[object, ...]]:
    """Yield what is measured of firms that were treated."""
    yield from _effects(pair)
    yield from _closed(pair)
    instruments, count = pair.bundle.instruments, len(pair)
    if set(instruments) <= set(RESEARCH):
        spent = float(pair.added("research")[:, :WINDOW].sum())
        granted = _granted(pair.record, pair.treated, pair.with_it["prices"])
        yield pair.row("research", WINDOW, spent / granted)
    for who in _WHO:
        middle = np.nanmedian if who == "stock" else np.nanmean
        yield pair.row(who, 0, float(middle(pair.with_it[who][:, 0])))
    if instruments == (MINI_CLUSTERS,):
        horizon = INSTRUMENTS[MINI_CLUSTERS].horizon(pair.spec.programme)
        number_of = USES | {"task_done": pair.spec.programme.mini_clusters.task_uses}
        uses = _count(pair, lambda event: number_of.get(event.kind, 0.0), horizon) * 12.0 / horizon
        yield pair.row("uses", horizon, uses / count)
    elif instruments != (EXCHANGE,):
        times = _count(pair, lambda event: float(_is_had(event, instruments)), WINDOW)
        yield pair.row("times", WINDOW, times / count)


def _effects(pair: _Pair) -> Iterator[tuple[object, ...]]:
    """Yield log sales and their terms by month, over firms that operate in both worlds."""
    with_it, without = pair.with_it, pair.without
    both = np.isfinite(with_it["sales"]) & np.isfinite(without["sales"])
    followed = pair.followed.sum(axis=0)
    number = np.maximum(both.sum(axis=0), 1)
    living = both.sum(axis=0) / np.maximum(followed, 1)
    means = with_knowledge(
        {
            name: np.where(both, with_it[name] - without[name], 0.0).sum(axis=0) / number
            for name in _SEEN
        }
    )
    for measure in ("sales", *TERMS):
        for month in np.flatnonzero((living > 0.0) & (2 * followed >= len(pair))).tolist():
            yield pair.row(measure, month, float(means[measure][month]), living[month])


def _closed(pair: _Pair) -> Iterator[tuple[object, ...]]:
    """Yield the share of firms that have closed by the horizon, beside the world without."""
    programme = pair.spec.programme
    horizon = max(INSTRUMENTS[name].horizon(programme) for name in pair.bundle.instruments)
    known = pair.followed[:, horizon]
    if known.any():
        arm, reference = (
            float(np.isnan(world["sales"][known, horizon]).mean())
            for world in (pair.with_it, pair.without)
        )
        yield pair.row("closed", horizon, arm - reference)
        yield pair.row("closed_without", horizon, reference)


def _value_added(pair: _Pair) -> Iterator[tuple[object, ...]]:
    """Yield the value added of treated firms per won that their instruments cost."""
    won = sum(_won(name, pair.place, pair.record) for name in pair.bundle.instruments)
    made = float(pair.added("value_added")[:, :MONTHS].sum())
    if won > 0.0:
        yield pair.row("value_added", MONTHS, made / won)


def _treated(spec: ScenarioSpec, instruments: Sequence[str], place: str, arm: _World) -> _Treated:
    """Return who was treated, each from its first time on."""
    since: dict[int, int] = {}
    for event in arm.record.events:
        if event.complex != place:
            continue
        if EXCHANGE in instruments and event.kind == "exchange_opened" and not since:
            here = arm.standing(spec.complexes[place].code, int(event.time))
            since = dict.fromkeys(here.tolist(), int(event.time))
        elif _begins(event, instruments):
            since.setdefault(event.firm, int(event.time))
    ids = np.array(sorted(since), dtype=np.uint64)
    return _Treated(ids, np.array([since[firm] for firm in ids.tolist()], dtype=np.int64))


def _begins(event: Event, instruments: Sequence[str]) -> bool:
    """Tell whether the treatment of a firm can begin with an event."""
    if event.kind == "joined":
        return MINI_CLUSTERS in instruments
    return _is_had(event, instruments)


def _is_had(event: Event, instruments: Sequence[str]) -> bool:
    """Tell whether a firm gets one of some instruments, once, with an event."""
    return event.instrument in instruments and event.kind == _HAD.get(event.instrument, "served")


def _won(instrument: str, place: str, record: Record) -> float:
    """Return what an instrument cost in a complex, in won of 2008 at the complex's price level."""
    purposes = INSTRUMENTS[instrument].purposes
    months = record.months
    year = FIRST_YEAR + months["month"] // 12
    total = 0.0
    for row in record.ledgers[place]:
        if row.entry == "paid" and row.funder in {STATE, OWN} and row.purpose in purposes:
            here = (months["complex"] == place) & (year == row.year)
            total += row.amount * months["output"][here].sum() / months["sales"][here].sum()
    return float(total)


def _granted(record: Record, treated: _Treated, prices: FloatArray) -> float:
    """Return the grants for research that firms kept within the window, in won of 2008."""
    rows: Mapping[int, int] = {firm: row for row, firm in enumerate(treated.ids.tolist())}
    total = 0.0
    for event in record.events:
        if event.kind in _MONEY and event.instrument in RESEARCH and event.firm in rows:
            row = rows[event.firm]
            age = int(event.time) - int(treated.since[row])
            if 0 <= age < WINDOW:
                total += _MONEY[event.kind] * event.amount / float(prices[row, age])
    return total


def _count(pair: _Pair, number_of: Callable[[Event], float], months: int) -> float:
    """Return how much treated firms met in their first months, so much an event."""
    ids, months_of = pair.treated.ids.tolist(), pair.treated.since.tolist()
    since = dict(zip(ids, months_of, strict=True))
    return sum(
        number_of(event)
        for event in pair.record.events
        if 0 <= event.time - since.get(event.firm, np.inf) < months
    )
