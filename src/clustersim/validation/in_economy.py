"""The same instruments among all firms: pairs of worlds with one instrument alone, firm by firm.

The estimand is that of an isolated firm: log sales of a treated firm so many months after it was
first treated, less its log sales in the world without. Log sales are a sum of terms, and luck is
the same in both worlds, so the terms say why it differs from what the firm would have had alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clustersim.estimands.envelope import USES
from clustersim.programme.office import OWN, STATE
from clustersim.randomness import Domain, Luck
from clustersim.simulation import simulate
from clustersim.units import FIRST_YEAR
from clustersim.validation.isolated import MONTHS, TERMS, UNITS, WINDOW, terms, with_knowledge
from clustersim.validation.treatments import EXCHANGE, INNO_CORE, INSTRUMENTS, MINI_CLUSTERS, RND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.month import Economy
    from clustersim.programme.plan import ProgrammeSpec
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation import Record

__all__ = ["alone", "in_economy"]

FIRST = {MINI_CLUSTERS: "joined", RND: "tranche", INNO_CORE: "package"}
"""The event with which a firm's treatment begins; the exchange begins for all of a complex."""

_MONEY = {"tranche": 1.0, "stopped": -1.0}
"""Events of research grants in which money passes, and in which direction."""

_SEEN = ("sales", *(name for name in TERMS if name != "knowledge"), "value_added", "research")

_WHO = ("workers", "stock", "researching")
"""What a treated firm was when it first was treated."""

_COLUMNS = ["complex", "instrument", "measure", "month", "value", "firms", "living"]


def in_economy(scenario: Scenario, *, luck: int = 4, seed: int | None = None) -> pd.DataFrame:
    """Return what each instrument, alone, does to the firms it treats in whole worlds.

    Parameters
    ----------
    scenario
        Run at central values, as announced, with one instrument of the state at a time.
    luck
        How many lucks.
    seed
        The scenario's own unless told.

    Returns
    -------
    pandas.DataFrame
        complex, instrument, measure, month and unit as in `isolated`; worlds, how many lucks had
        treated firms; firms, treated ones in a world; living, of those whose time has come within
        the run (months in which that is fewer than half are left out), the share that operates in
        both worlds, over which sales are averaged; estimate, the mean of worlds; mc_error, its
        standard error, NaN for one world. More measures say who was treated, at first treatment:
        mean workers, median stock of knowledge, and researching, the share that does research; and
        how often: uses of mini-clusters in a year, grants within three years.

    Notes
    -----
    Mini-clusters are compared with a world that has none, not those on their own money either;
    research grants, the exchange and Inno-Core with a world without the state's programme.
    `value_added` is over the rest of the run, of treated firms and per won that the instrument
    cost, wherever it came from, without the promotion team.
    """
    seed = scenario.seed if seed is None else seed
    rows = [
        row
        for number in range(luck)
        for row in _worlds(scenario.spec, Luck(seed, number, Domain.LUCK))
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    cells = table.groupby(["complex", "instrument", "measure", "month"], sort=False)
    found = cells.agg(
        worlds=("value", "count"),
        firms=("firms", "mean"),
        living=("living", "mean"),
        estimate=("value", "mean"),
        mc_error=("value", "sem"),
    ).reset_index()
    found.insert(4, "unit", found["measure"].map(UNITS))
    return found


def alone(programme: ProgrammeSpec, instrument: str) -> tuple[ProgrammeSpec, ProgrammeSpec]:
    """Return the programme with one of its instruments, and the one to compare it with."""
    if instrument in {RND, INNO_CORE}:
        family = "rnd" if instrument == RND else "inno_core"
        return programme.model_copy(update={"instruments": (family,)}), programme.without_state()
    networks = programme.model_copy(update={"instruments": ("networks",)})
    left = {
        name: plan.model_copy(
            update={"exchange": None}
            if instrument == MINI_CLUSTERS
            else {"mini_clusters": plan.own()}
        )
        for name, plan in programme.complexes.items()
    }
    reference = programme.without_state()
    if instrument == MINI_CLUSTERS:
        reference = programme.model_copy(update={"complexes": {}})
    return networks.model_copy(update={"complexes": left}), reference


# ---------------------------------------------------------------- the worlds of one luck


def _worlds(spec: ScenarioSpec, luck: Luck) -> Iterator[tuple[object, ...]]:
    """Yield what is measured of each instrument with one luck; references are run once."""
    plans = spec.programme.plans()
    references: list[tuple[ProgrammeSpec, _World]] = []
    for name, instrument in INSTRUMENTS.items():
        places = [place for place, plan in plans.items() if instrument.is_planned(plan)]
        if not places:
            continue
        programme, without = alone(spec.programme, name)
        arm = _World(spec, programme, luck)
        known = next((world for other, world in references if other == without), None)
        if known is None:
            known = _World(spec, without, luck)
            references.append((without, known))
        for place in places:
            yield from _measures(spec, name, place, arm, known)


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


@dataclass(frozen=True)
class _Treated:
    """The firms that an instrument treated in a complex, and the month in which each began."""

    ids: IdArray
    since: IntArray


def _measures(
    spec: ScenarioSpec, instrument: str, place: str, arm: _World, reference: _World
) -> Iterator[tuple[object, ...]]:
    treated = _treated(spec, instrument, place, arm)
    if not len(treated.ids):
        return
    with_it, without = (world.paths(treated.ids, treated.since) for world in (arm, reference))
    both = np.isfinite(with_it["sales"]) & np.isfinite(without["sales"])
    ages = np.arange(MONTHS + 1)
    followed = (treated.since[:, None] + ages <= spec.end).sum(axis=0)
    count, number = len(treated.ids), np.maximum(both.sum(axis=0), 1)
    living = both.sum(axis=0) / np.maximum(followed, 1)
    means = with_knowledge(
        {
            name: np.where(both, with_it[name] - without[name], 0.0).sum(axis=0) / number
            for name in _SEEN
        }
    )
    for measure in ("sales", *TERMS):
        for month in np.flatnonzero((living > 0.0) & (2 * followed >= count)).tolist():
            value = float(means[measure][month])
            yield place, instrument, measure, month, value, count, living[month]

    def added(name: str) -> FloatArray:
        return np.nan_to_num(with_it[name]) - np.nan_to_num(without[name])

    won = _won(instrument, place, arm.record)
    made = float(added("value_added")[:, :MONTHS].sum())
    if won > 0.0:
        yield place, instrument, "value_added", MONTHS, made / won, count, 1.0
    if instrument == RND:
        spent = float(added("research")[:, :WINDOW].sum())
        granted = _granted(arm.record, treated, with_it["prices"])
        yield place, instrument, "research", WINDOW, spent / granted, count, 1.0
        grants = _count(arm.record, treated, {"funded": 1.0}, WINDOW)
        yield place, instrument, "grants", WINDOW, grants / count, count, 1.0
    for who in _WHO:
        middle = np.nanmedian if who == "stock" else np.nanmean
        yield place, instrument, who, 0, float(middle(with_it[who][:, 0])), count, 1.0
    if instrument == MINI_CLUSTERS:
        horizon = INSTRUMENTS[instrument].horizon(spec.programme)
        number_of = USES | {"task_done": spec.programme.mini_clusters.task_uses}
        uses = _count(arm.record, treated, number_of, horizon) * 12.0 / horizon
        yield place, instrument, "uses", horizon, uses / count, count, 1.0


def _treated(spec: ScenarioSpec, instrument: str, place: str, arm: _World) -> _Treated:
    """Return who was treated, each from its first time on."""
    since: dict[int, int] = {}
    for event in arm.record.events:
        if event.complex != place:
            continue
        if instrument == EXCHANGE and event.kind == "exchange_opened" and not since:
            here = arm.standing(spec.complexes[place].code, int(event.time))
            since = dict.fromkeys(here.tolist(), int(event.time))
        elif event.kind == FIRST.get(instrument):
            since.setdefault(event.firm, int(event.time))
    ids = np.array(sorted(since), dtype=np.uint64)
    return _Treated(ids, np.array([since[firm] for firm in ids.tolist()], dtype=np.int64))


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
    """Return the grants that firms kept within the window, in won of 2008."""
    rows: Mapping[int, int] = {firm: row for row, firm in enumerate(treated.ids.tolist())}
    total = 0.0
    for event in record.events:
        if event.kind in _MONEY and event.instrument == RND and event.firm in rows:
            row = rows[event.firm]
            age = int(event.time) - int(treated.since[row])
            if age < WINDOW:
                total += _MONEY[event.kind] * event.amount / float(prices[row, age])
    return total


def _count(record: Record, treated: _Treated, number_of: Mapping[str, float], months: int) -> float:
    """Return how much treated firms met of some kinds of events, in their first months."""
    since = dict(zip(treated.ids.tolist(), treated.since.tolist(), strict=True))
    return sum(
        number_of[event.kind]
        for event in record.events
        if event.kind in number_of and 0 <= event.time - since.get(event.firm, np.inf) < months
    )
