"""One treated firm alone, all else frozen: what each instrument does to it, over time and by size.

The firm is run on the economy's own equations without luck, rivals or neighbours, beside an
untreated copy of itself. For instruments that are scaled to a published total the effect at the
horizon is that total by construction; for the others it is a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from clustersim.economy.demand import Demand
from clustersim.programme.isolation import Isolation
from clustersim.randomness import Domain, Luck
from clustersim.scenario.scenario import AS_ANNOUNCED
from clustersim.validation.treatments import INSTRUMENTS, RESEARCH, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clustersim.arrays import FloatArray
    from clustersim.economy.channels import Channels
    from clustersim.economy.month import EconomySpec
    from clustersim.economy.state import Firms
    from clustersim.programme.isolation import AverageFirm
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.validation.treatments import Place, Treatment

__all__ = [
    "MENU",
    "MONTHS",
    "TERMS",
    "UNITS",
    "WINDOW",
    "isolated",
    "menu_of",
    "response",
    "responses",
    "terms",
    "with_knowledge",
]

MENU = "full_menu"
"""The arm with every service, those included that a complex was not promised."""

MONTHS = 120
"""How long an effect is followed."""

WINDOW = 36
"""Months over which additional research is counted."""

TERMS = ("practices", "market_access", "knowledge", "spillovers", "orders", "displaced")
"""What log sales are made of besides luck; `knowledge` is the firm's own."""

UNITS = dict.fromkeys(("sales", *TERMS), "log points") | {
    "research": "won per won",
    "value_added": "won per won",
    "exports": "log points",
    "exits": "share",
    "closed": "share",
    "closed_without": "share",
    "workers": "heads",
    "stock": "KRW2008",
    "researching": "share",
    "uses": "uses / year",
    "times": "times",
}
"""What is measured: sales and their terms by month; export sales, and by how much fewer or more
firms close up to the horizon; all research that is added within three years, and all value added
within ten, per won of state money; and who was treated, how often."""


def isolated(scenario: Scenario, *, draws: int = 40, seed: int | None = None) -> pd.DataFrame:
    """Return what each instrument does to one average firm, and to firms of other sizes.

    Parameters
    ----------
    scenario
        Its complexes, each with the instruments it is to get, or could get in the arm `full_menu`
        if there is one: a firm alone does not feel what else there is.
    draws
        How many draws of the uncertain parameters the quantiles are over.
    seed
        The scenario's own unless told.

    Returns
    -------
    pandas.DataFrame
        complex; family; instrument; announced, whether the complex was promised it; average,
        whether the firm is the one that the instrument is set to; workers; eligible, whether the
        instrument's terms let it have it; measure; month after the first delivery (of sums, how
        many months they are over); unit; central, at central values; p05, p50 and p95, over draws.
        Central values are modes, which lie at the edge of the draws where several doubts are
        skewed. A firm that is not eligible gets nothing, so nothing is added to its sales. `exits`
        is the mean change of the hazard of closing up to the horizon. Of firms that are not
        average, sales at the horizon and research are given.

    Raises
    ------
    InputError
        A drawn effect is more than its channels can carry.
    """
    seed = scenario.seed if seed is None else seed
    luck = Luck(seed, 0, Domain.LUCK)
    arm = menu_of(scenario)
    central = pd.DataFrame(_rows(scenario.arms[arm].spec, luck), columns=_COLUMNS)
    specs = (scenario.at(arm, seed, draw) for draw in range(draws))
    drawn = pd.concat(
        [pd.DataFrame(_rows(spec, luck), columns=_COLUMNS) for spec in specs], ignore_index=True
    )
    table = central.rename(columns={"value": "central"})
    for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        spread = drawn.groupby(_KEYS)["value"].quantile(q).rename(name)
        table = table.merge(spread, left_on=_KEYS, right_index=True, how="left")
    table["unit"] = table["measure"].map(UNITS)
    table.insert(1, "family", [INSTRUMENTS[name].family for name in table["instrument"]])
    plans = scenario.spec.programme.plans()
    announced = [
        INSTRUMENTS[name].is_planned(plans[place])
        for place, name in zip(table["complex"], table["instrument"], strict=True)
    ]
    table.insert(3, "announced", announced)
    shown = ["complex", "family", "instrument", "announced", *_COLUMNS[2:-1]]
    return table[[*shown, "unit", "central", "p05", "p50", "p95"]]


def menu_of(scenario: Scenario) -> str:
    """Return the arm whose instruments are looked at: the whole menu, or the file itself."""
    return MENU if MENU in scenario.arms else AS_ANNOUNCED


_KEYS = ["complex", "instrument", "average", "size", "measure", "month"]
_COLUMNS = [
    "complex",
    "instrument",
    "average",
    "size",
    "workers",
    "eligible",
    "measure",
    "month",
    "value",
]


def _rows(spec: ScenarioSpec, luck: Luck) -> Iterator[tuple[object, ...]]:
    """Yield what is measured of every firm that is treated alone."""
    for place in places(spec, luck):
        cases = list(_cases(place))
        treated = {
            row: (case.treatment, case.months) for row, case in enumerate(cases) if case.treatment
        }
        seen = _side_by_side(place.economy, treated)
        for row, case in enumerate(cases):
            yield from _measured(place, case, seen.get(row, {}))


class _Case(NamedTuple):
    """A firm that is treated alone, and for how long it is followed."""

    instrument: str
    is_average: bool
    workers: float
    horizon: int
    months: int
    treatment: Treatment | None


def _cases(place: Place) -> Iterator[_Case]:
    """Yield the average firm of each instrument, and those of other sizes."""
    for name, instrument in INSTRUMENTS.items():
        if not instrument.is_planned(place.plan):
            continue
        horizon = instrument.horizon(place.programme)
        firms = [(True, instrument.average(place))]
        firms += [(False, size) for size in instrument.sizes(place)]
        for is_average, workers in firms:
            months = MONTHS if is_average else max(horizon, WINDOW)
            treatment = instrument.treat(place, workers, months)
            yield _Case(name, is_average, workers, horizon, months, treatment)


def _measured(
    place: Place, case: _Case, seen: Mapping[str, FloatArray]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one firm."""
    name, is_average, workers, horizon, _, treatment = case
    size = 0 if is_average else round(workers)
    about = (place.name, name, is_average, size, workers, treatment is not None)
    if treatment is None:
        yield (*about, "sales", horizon, 0.0)
        return
    if name in RESEARCH:
        yield (*about, "research", WINDOW, seen["research"][:WINDOW].sum() / treatment.won)
    if not is_average:
        yield (*about, "sales", horizon, float(seen["sales"][horizon]))
        return
    for measure in ("sales", *TERMS):
        for month, value in enumerate(seen[measure].tolist()):
            yield (*about, measure, month, value)
    yield (*about, "exports", horizon, float(seen["exports"][horizon]))
    yield (*about, "exits", horizon, float(seen["exits"][: horizon + 1].mean()))
    yield (*about, "value_added", MONTHS, seen["value_added"][:MONTHS].sum() / treatment.won)
    yield (*about, "stock", 0, place.steady_stock(treatment.firm))


def _side_by_side(
    economy: EconomySpec, treated: Mapping[int, tuple[Treatment, int]]
) -> dict[int, dict[str, FloatArray]]:
    """Return what treatments change over some months; those of like firms are run together."""
    alike: dict[tuple[AverageFirm, int, bool], list[int]] = {}
    for row, (treatment, months) in treated.items():
        alike.setdefault((treatment.firm, months, treatment.partners is None), []).append(row)
    found: dict[int, dict[str, FloatArray]] = {}
    for (_, months, _), rows in alike.items():
        several = responses(economy, [treated[row][0] for row in rows], months)
        found |= dict(zip(rows, several, strict=True))
    return found


def responses(
    economy: EconomySpec, treatments: Sequence[Treatment], months: int
) -> list[dict[str, FloatArray]]:
    """Return what each treatment of one firm changes in each month from the first delivery.

    Log sales, their terms and log export sales, the change of the hazard of closing, and value
    added and research in won of 2008: means over what may come of a treatment, of the treated firm
    less an untreated copy. All have partners, or none has.
    """
    hands = [hand_over for each in treatments for _, hand_over in each.outcomes]

    def deliver(door: Channels) -> None:
        for firm, hand_over in enumerate(hands, start=1):
            hand_over(door, firm)

    known = [
        np.tile(t.partners, (len(t.outcomes), 1)) for t in treatments if t.partners is not None
    ]
    alone = Isolation(economy, treatments[0].firm)
    paths: dict[str, list[FloatArray]] = {}
    for firms in alone.run(len(hands), months, deliver, np.concatenate(known) if known else None):
        now = terms(firms) | {"value_added": firms.value_added, "research": firms.rd_spending}
        now["exports"] = now["sales"] - now["market_access"] + firms.market_access
        now["exits"] = np.expm1(firms.exit_hazard)
        for name, values in now.items():
            paths.setdefault(name, []).append(values[1:] - values[0])
    found = []
    first = 0
    for each in treatments:
        chances = np.array([chance for chance, _ in each.outcomes])
        mine = slice(first, first + len(chances))
        found.append(
            with_knowledge(
                {
                    name: np.array([float(chances @ values[mine]) for values in path])
                    for name, path in paths.items()
                }
            )
        )
        first = mine.stop
    return found


def response(economy: EconomySpec, treatment: Treatment, months: int) -> dict[str, FloatArray]:
    """Return what one treatment changes; see `responses`."""
    return responses(economy, [treatment], months)[0]


def terms(firms: Firms) -> dict[str, FloatArray]:
    """Return log sales of firms this month and their terms, but for luck and own knowledge.

    What a firm knows at the end of a month enters its sales in the next, so the term that stood
    in this month's sales is read off as what the others leave (`with_knowledge`).
    """
    with np.errstate(divide="ignore"):
        sales = np.log(firms.output)
    return {
        "sales": sales,
        "practices": firms.practices,
        "market_access": Demand.access(firms),
        "spillovers": firms.spillover,
        "orders": firms.orders,
        "displaced": firms.displaced,
    }


def with_knowledge(differences: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return differences of terms between two worlds with that of own knowledge added.

    Luck is the same in both, so own knowledge is the difference of sales less all other terms.
    """
    others = [differences[name] for name in TERMS if name != "knowledge"]
    return {**differences, "knowledge": differences["sales"] - np.sum(others, axis=0)}
