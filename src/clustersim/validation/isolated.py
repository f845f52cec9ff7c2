"""One treated firm alone, all else frozen: what each instrument does to it, over time and by size.

The firm is run on the economy's own equations without luck, rivals or neighbours, beside an
untreated copy of itself. For instruments that are scaled to a published total the effect at the
horizon is that total by construction; for the others it is a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clustersim.economy.demand import Demand
from clustersim.programme.isolation import Isolation
from clustersim.randomness import Domain, Luck
from clustersim.scenario.scenario import AS_ANNOUNCED
from clustersim.validation.treatments import INSTRUMENTS, RND, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clustersim.arrays import FloatArray
    from clustersim.economy.channels import Channels
    from clustersim.economy.month import EconomySpec
    from clustersim.economy.state import Firms
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.validation.treatments import Treatment

__all__ = ["MONTHS", "TERMS", "UNITS", "WINDOW", "isolated", "response", "terms", "with_knowledge"]

MONTHS = 120
"""How long an effect is followed."""

WINDOW = 36
"""Months over which additional research is counted."""

TERMS = ("practices", "market_access", "knowledge", "spillovers", "orders", "displaced")
"""What log sales are made of besides luck; `knowledge` is the firm's own."""

UNITS = dict.fromkeys(("sales", *TERMS), "log points") | {
    "research": "won per won",
    "value_added": "won per won",
    "workers": "heads",
    "stock": "KRW2008",
    "researching": "share",
    "uses": "uses / year",
    "grants": "grants",
}
"""What is measured: sales and their terms by month; all research that is added within three years,
and all value added within ten, per won of state money; and who was treated, how often."""


def isolated(scenario: Scenario, *, draws: int = 40, seed: int | None = None) -> pd.DataFrame:
    """Return what each instrument does to one average firm, and to firms of other sizes.

    Parameters
    ----------
    scenario
        Its complexes, each with the instruments it is to get.
    draws
        How many draws of the uncertain parameters the quantiles are over.
    seed
        The scenario's own unless told.

    Returns
    -------
    pandas.DataFrame
        complex; instrument; average, whether the firm is the one that the instrument is set to;
        workers; eligible, whether the instrument's terms let it have it; measure; month after the
        first delivery (of sums, how many months they are over); unit; central, at central values;
        p05, p50 and p95, over draws. Central values are modes, which lie at the edge of the draws
        where several doubts are skewed. A firm that is not eligible gets nothing, so nothing is
        added to its sales. Of firms that are not average, sales at the horizon and research are
        given.

    Raises
    ------
    InputError
        A drawn effect is more than its channels can carry.
    """
    seed = scenario.seed if seed is None else seed
    luck = Luck(seed, 0, Domain.LUCK)
    central = pd.DataFrame(_rows(scenario.spec, luck), columns=_COLUMNS)
    specs = (scenario.at(AS_ANNOUNCED, seed, draw) for draw in range(draws))
    drawn = pd.concat(
        [pd.DataFrame(_rows(spec, luck), columns=_COLUMNS) for spec in specs], ignore_index=True
    )
    table = central.rename(columns={"value": "central"})
    for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        spread = drawn.groupby(_KEYS)["value"].quantile(q).rename(name)
        table = table.merge(spread, left_on=_KEYS, right_index=True, how="left")
    table["unit"] = table["measure"].map(UNITS)
    return table[[*_COLUMNS[:-1], "unit", "central", "p05", "p50", "p95"]]


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
        for name, instrument in INSTRUMENTS.items():
            average = instrument.average(place)
            if not instrument.is_planned(place.plan):
                continue
            horizon = instrument.horizon(place.programme)
            firms = [(True, average), *((False, size) for size in instrument.sizes(place))]
            for is_average, workers in firms:
                size = 0 if is_average else round(workers)
                months = MONTHS if is_average else max(horizon, WINDOW)
                treatment = instrument.treat(place, workers, months)
                about = (place.name, name, is_average, size, workers, treatment is not None)
                if treatment is None:
                    yield (*about, "sales", horizon, 0.0)
                    continue
                seen = response(place.economy, treatment, months)
                for measure in ("sales", *TERMS):
                    path = seen[measure]
                    at = range(len(path)) if is_average else [horizon] * (measure == "sales")
                    yield from ((*about, measure, month, float(path[month])) for month in at)
                if is_average:
                    made = seen["value_added"][:MONTHS].sum()
                    yield (*about, "value_added", MONTHS, made / treatment.won)
                    yield (*about, "stock", 0, place.steady_stock(treatment.firm))
                if name == RND:
                    research = seen["research"][:WINDOW].sum()
                    yield (*about, "research", WINDOW, research / treatment.won)


def response(economy: EconomySpec, treatment: Treatment, months: int) -> dict[str, FloatArray]:
    """Return what a treatment changes in each month from the first delivery, by measure.

    Log sales and their terms, and value added and research in won of 2008: means over what may
    come of the treatment, of the treated firm less an untreated copy.
    """
    chances = np.array([chance for chance, _ in treatment.outcomes])

    def deliver(door: Channels) -> None:
        for firm, (_, hand_over) in enumerate(treatment.outcomes, start=1):
            hand_over(door, firm)

    partners = None
    if treatment.partners is not None:
        partners = np.tile(treatment.partners, (len(chances), 1))
    paths: dict[str, list[float]] = {}
    alone = Isolation(economy, treatment.firm)
    for firms in alone.run(len(chances), months, deliver, partners):
        now = terms(firms) | {"value_added": firms.value_added, "research": firms.rd_spending}
        for name, values in now.items():
            paths.setdefault(name, []).append(float(chances @ (values[1:] - values[0])))
    found = {name: np.array(path) for name, path in paths.items()}
    return with_knowledge(found)


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
