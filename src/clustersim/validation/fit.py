"""The past of each complex as simulated in hindsight, beside what was published: fit.

The residual of a complex is solved from some of these points, so that those are met says nothing;
the others say how far one factor for all firms of a complex carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clustersim import calendar
from clustersim.economy.observed import QUANTITIES, Observation, months_of
from clustersim.evaluation.page import Page
from clustersim.experiment.residual import LUCK, as_it_was
from clustersim.language import language, tr
from clustersim.randomness import Domain, Luck
from clustersim.simulation.core import core
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clustersim.economy.month import ComplexSpec
    from clustersim.economy.observed import ObservedSpec
    from clustersim.scenario import Scenario
    from clustersim.simulation.core import Core

__all__ = ["COLUMNS", "fit", "page"]

COLUMNS = (
    "complex",
    "title",
    "title_ko",
    "quantity",
    "unit",
    "size",
    "period",
    "over",
    "first",
    "last",
    "p05",
    "p50",
    "p95",
    "mean",
    "observed",
    "expected",
    "of",
    "tag",
    "rests_on",
    "source",
    "note",
)

_UNITS = {"output": "KRW", "workers": "heads", "utilisation": "fraction", "firms": "firms"}
_SIZES = ("1-49", "50-299", "300+")
_CRISIS = calendar.parse_month("2009-01")


def fit(
    scenario: Scenario,
    *,
    luck: int = LUCK,
    start: str = "2005-01",
    end: str = "2013-12",
) -> pd.DataFrame:
    """Return simulated quantities of each complex's core beside published ones.

    What happened (the arm `as_happened`) in hindsight, at central values.

    Parameters
    ----------
    scenario
        Its complexes.
    luck
        Lucks 0 to `luck` - 1 of the scenario's seed.
    start, end
        The first and the last month.

    Returns
    -------
    pandas.DataFrame
        One row for each quarter and quantity, in which `observed` and `tag` are empty, and one for
        each published point between `start` and `end`. Output is nominal and of the whole period;
        `p05` to `mean` are over lucks. Where growth is what was published (`unit`), both sides are
        growth over the period `over`. `expected` is a level in any case: what was published, or,
        for a point that counts from another period, the mean simulated for that one times the
        published ratio. `rests_on` tells what a point went into, so that it is no evidence: the
        `residual`, the `figures` of the population, or `moving_in`. `of` tells whose figure it is:
        the nation's stand where a complex has none of its own after 2008, and by size.
    """
    spec = as_it_was(scenario, calendar.parse_month(start), calendar.parse_month(end))
    worlds = [core(spec, Luck(spec.seed, k, Domain.LUCK)) for k in range(luck)]
    rows: list[dict[str, Any]] = []
    for name, complex_ in spec.complexes.items():
        mine = [world[name] for world in worlds]
        about = {"complex": name, "title": complex_.title, "title_ko": complex_.title_ko}
        quarters = ((None, *quarter) for quarter in _quarters(spec.start, spec.end))
        points = (
            (point, quantity, point.size, point.period)
            for quantity, point in _points(complex_.observed, spec.economy.macro.observed)
            if all(mine[0].has(period) for period in (point.months, point.base) if period)
        )
        found = (_row(*row, complex_.observed, mine) for row in (*quarters, *points))
        rows.extend(about | row | {"rests_on": _rests_on(row, complex_)} for row in found)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def page(table: pd.DataFrame, width: int = 80) -> str:
    """Return in plain text how far what is simulated lies from what was published."""
    sheet = Page(width)
    sheet.title(tr("Fit: the past as simulated, beside what was published"))
    sheet.say(
        tr(
            "Each complex in hindsight, as it happened, at central values. What went into the "
            "model is met by construction: points its residual was solved from, figures its "
            "population stands on, counts of firms that moved in. Only points that rest on "
            "nothing say how far that carries, and this is fit, no validation. A gap is simulated"
            " less published: per cent, or points of utilisation and of growth; rms is the root "
            "of its mean square. Points of the nation or of another perimeter are in the picture "
            "alone."
        )
    )
    points = table.loc[table["observed"].notna() & (table["of"] == "complex")]
    # a point that counts from another period is set beside what that one was simulated to be
    told = points["observed"].where(points["unit"] == "growth", points["expected"])
    gap = points["mean"] - told
    shares = points["unit"].isin(["growth", "fraction"])
    points = points.assign(gap=100.0 * gap.where(shares, gap / told))
    heads = (tr("quantity"), tr("rests on"), ">" + tr("points"), ">" + tr("rms gap"), tr("worst"))
    shown = sheet.table(words("complex", "column"), *heads)
    titles = table.drop_duplicates("complex").to_dict("records")
    called = {row["complex"]: row.get(f"title_{language()}", "") for row in titles}
    for (name, quantity, rests), rows in points.groupby(
        ["complex", "quantity", "rests_on"], sort=False
    ):
        worst = rows.iloc[int(np.argmax(rows["gap"].abs().to_numpy()))]
        shown.add_row(
            called.get(str(name)) or str(name),
            words(str(quantity), "outcome"),
            words(str(rests) or "nothing", "rests"),
            str(len(rows)),
            f"{np.sqrt(np.mean(rows['gap'] ** 2)):.1f}",
            tr("{gap} in {period}", gap=f"{worst['gap']:+.1f}", period=worst["period"]),
        )
    sheet.show(shown)
    return sheet.text()


def _rests_on(row: dict[str, Any], complex_: ComplexSpec) -> str:
    """Return what of a complex was set from a point; nothing if it is news."""
    if row["of"] != "complex":
        return ""
    if row["solved"]:
        return "residual"
    first, last = (calendar.parse_month(row[end]) for end in ("first", "last"))
    as_of, quantity = complex_.known.as_of, row["quantity"]
    year = as_of - as_of % 12 if quantity == "output" else as_of
    if quantity in {"output", "workers", "firms"} and first <= as_of and last >= year:
        return "figures"
    if quantity == "firms" and complex_.moving_in is not None:
        counted = complex_.moving_in.points
        if counted[0].month <= last and first <= counted[-1].month + 1:
            return "moving_in"
    return ""


def _quarters(first: int, last: int) -> Iterator[tuple[str, str, str]]:
    """Yield every whole quarter for every quantity; utilisation by size as well."""
    for quantity in QUANTITIES:
        for size in ("", *(_SIZES if quantity == "utilisation" else ())):
            for month in range(first + -first % 3, last - 1, 3):
                number = calendar.month_in_year(month) // 3 + 1
                yield quantity, size, f"{calendar.year_of(month)}-Q{number}"


def _points(own: ObservedSpec, nation: ObservedSpec) -> Iterator[tuple[str, Observation]]:
    """Yield a complex's points, and the nation's: by size, and where the complex has none."""
    for quantity in QUANTITIES:
        mine = own.points(quantity)
        yield from ((quantity, point) for point in mine)
        alone = any(point.of == "complex" and point.months[1] >= _CRISIS for point in mine)
        yield from (
            (quantity, point) for point in nation.points(quantity) if point.size or not alone
        )


def _row(
    point: Observation | None,
    quantity: str,
    size: str,
    period: str,
    published: ObservedSpec,
    worlds: Sequence[Core],
) -> dict[str, Any]:
    """Return what is simulated over a period beside a point of it, if there is one."""
    months, unit = months_of(period), _UNITS[quantity]
    values = np.array([world.of(quantity, months, size) for world in worlds])
    row: dict[str, Any] = dict.fromkeys(("over", "of", "tag", "source", "note"), "")
    row |= {"observed": np.nan, "expected": np.nan, "solved": False}
    if point:
        row |= {
            "over": point.over,
            "observed": point.level if point.growth is None else point.growth,
            "expected": point.level,
            "of": point.of,
            "tag": point.tag,
            "solved": point.solve == "yes",
            "source": "; ".join(point.source),
            "note": point.note,
        }
        ratio = published.ratio(quantity, point)
        if point.base and ratio is not None:
            bases = np.array([world.of(quantity, point.base, size) for world in worlds])
            row["expected"] = ratio * bases.mean()
            if point.growth is not None:
                values, unit = values / bases - 1.0, "growth"
    known = values[np.isfinite(values)]  # of some size classes there may be no firm
    low, middle, high = np.quantile(known, (0.05, 0.5, 0.95)) if len(known) else (np.nan,) * 3
    first, last = (calendar.label(month) for month in months)
    mean = known.mean() if len(known) else np.nan
    simulated = {"p05": low, "p50": middle, "p95": high, "mean": mean}
    where = {"quantity": quantity, "size": size, "period": period, "first": first, "last": last}
    return row | simulated | where | {"unit": unit}
