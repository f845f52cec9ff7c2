"""One firm alone and the same among all firms, as a page: effects, what they are made of, why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from clustersim.evaluation.page import Page, money_text
from clustersim.validation.isolated import MONTHS, TERMS, WINDOW
from clustersim.validation.published import PUBLISHED, published
from clustersim.validation.treatments import (
    EXCHANGE,
    INNO_CORE,
    INSTRUMENTS,
    JOINT_RESEARCH,
    MINI_CLUSTERS,
    RND,
    UNTREATED,
    Tasks,
)
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["at_horizon", "name_of", "per_cent", "section"]

_TERMS = {
    "practices": "practices",
    "market_access": "exports",
    "knowledge": "own knowledge",
    "spillovers": "partners' knowledge",
    "orders": "orders",
    "displaced": "rivals",
}

_FAR = 2.0
"""Standard errors beyond which a difference is told of."""

_REASONS = {
    "practices": "how much of it they get (uses, size, others of the family)",
    "market_access": "how much they export",
    "knowledge": "what they know already: a won of research adds more where little is known",
    "spillovers": "how many partners they find, what those know, and whom they draw on anyway",
    "orders": "orders of anchors",
    "displaced": "sales that supported rivals take",
}

Row = dict[str, float]


def section(alone: pd.DataFrame, among: pd.DataFrame, width: int = 80) -> str:
    """Return the page.

    Parameters
    ----------
    alone, among
        What `isolated` and `in_economy` return of one scenario.
    width
        The most columns a line has.
    """
    page = Page(width)
    page.title("One treated firm alone, and the same among all firms")
    page.say(
        "Effect on a treated firm's sales in per cent, so many months after its treatment began. "
        "Alone: an average firm, all else frozen, at central values (middle 90 % of draws of the "
        "uncertain parameters; many are skewed, and central values are modes). Among all: the mean "
        "of treated firms in whole worlds with that family alone, at central values, ± its "
        "standard error over lucks. Published: of sales, at that month."
    )
    rows = list(_rows(alone, among))
    for place in alone["complex"].unique().tolist():
        _effects(page, place, [row for row in rows if row.place == place], among)
    _marks(page, alone)
    _exits(page, rows)
    _ranges(page, alone)
    _made_of(page, rows)
    _money(page, alone, among, rows)
    _why(page, among, rows)
    return page.text()


def at_horizon(alone: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of average firms at the month in which their effects are set side by side.

    It is the month for which firms of other sizes have a row.
    """
    months = alone[(alone["measure"] == "sales") & ~alone["average"]]
    keys = ["complex", "instrument"]
    horizon = months.drop_duplicates(keys).set_index(keys)["month"].rename("horizon")
    rows = alone[alone["average"]].join(horizon, on=keys)
    return rows[rows["month"] == rows["horizon"]]


def per_cent(log_points: float) -> float:
    """Return a difference of logs in per cent.

    >>> round(per_cent(0.03), 2)
    3.05
    """
    return 100.0 * math.expm1(log_points)


def name_of(instrument: str) -> str:
    """Return an instrument's name, with a star if it is scaled to a total."""
    return words(instrument) + "*" * INSTRUMENTS[instrument].is_scaled


class _Pair(NamedTuple):
    """An instrument in a complex: by measure, the rows of both tables at the horizon."""

    place: str
    family: str
    instrument: str
    announced: bool
    alone: dict[str, Row]
    among: dict[str, Row]


def _rows(alone: pd.DataFrame, among: pd.DataFrame) -> Iterator[_Pair]:
    """Yield what there is to set side by side."""
    seen = at_horizon(alone)
    for place in seen["complex"].unique().tolist():
        for instrument, each in INSTRUMENTS.items():
            here = _of(seen, place, instrument)
            if len(here):
                there = _of(among, place, instrument)
                there = there[there["month"] == here["month"].iloc[0]]
                announced = bool(here["announced"].iloc[0])
                pair = (_by_measure(here), _by_measure(there))
                yield _Pair(place, each.family, instrument, announced, *pair)


def _of(table: pd.DataFrame, place: str, instrument: str) -> pd.DataFrame:
    return table[(table["complex"] == place) & (table["instrument"] == instrument)]


def _by_measure(table: pd.DataFrame) -> dict[str, Row]:
    return {str(row["measure"]): row for row in table.to_dict("records")}  # type: ignore[misc]


def _effects(page: Page, place: str, rows: list[_Pair], among: pd.DataFrame) -> None:
    page.heading(words(place).title())
    table = page.table("family", ">month", ">alone", ">among all", ">published", tight=True)
    for family in dict.fromkeys(row.family for row in rows):
        mine = [row for row in rows if row.family == family]
        whole = _whole(among, place, family)
        month = f"{whole['month']:.0f}" if whole else ""
        table.add_row(words(family), month, "", _estimate(whole) if whole else "", "")
        for row in mine:
            one = row.alone["sales"]
            table.add_row(
                f" {name_of(row.instrument)}{'°' * (not row.announced)}",
                f"{one['month']:.0f}",
                f"{_signed(one['central'])} ({_ends(one['p05'], one['p95'])})",
                _estimate(row.among.get("sales")),
                ", ".join(_at(row.instrument, one["month"])) or "–",
            )
    page.show(table)


def _whole(among: pd.DataFrame, place: str, family: str) -> Row | None:
    """Return the effect of a family that has several instruments, at the longest horizon."""
    all_of_it = _of(among[among["family"] == family], place, "")
    closed = all_of_it.loc[all_of_it["measure"] == "closed", "month"]
    rows = all_of_it[(all_of_it["measure"] == "sales") & all_of_it["month"].isin(closed)]
    return None if rows.empty else _by_measure(rows)["sales"]


def _at(instrument: str, month: float) -> Iterator[str]:
    """Yield what is published of sales at the month that is shown."""
    for each in published(instrument, "sales"):
        if each.month in {None, month}:
            yield _ends(each.low, each.high)
    if any(published(instrument, "exports")):
        yield "of exports"


def _marks(page: Page, alone: pd.DataFrame) -> None:
    page.say(
        "* Scaled to a total that is put in: where there is one drawn from what is published, else "
        "an assumption. The firm alone shows it by construction, which is no finding; of Inno-Core "
        "a package of mean size does, and the first is smaller. The others are results, set beside "
        "what is published. In the row of a family with several instruments: all that it treated. "
        "Who has one of them may have others of the family as well, and have it again."
    )
    if not alone["announced"].all():
        page.say(
            "° Not announced for the complex: as in the arm with every service. What one firm "
            "alone gets does not hang on what else there is; among all, a family shares money."
        )
    page.say(
        "– among all: nobody had it. Joint marketing is found by a council, which comes with "
        "networks and not with a family alone."
    )
    if UNTREATED:
        page.say(f"Left out, as they act by rules of their own: {', '.join(UNTREATED)}.")


def _estimate(row: Row | None) -> str:
    if row is None:
        return "–"
    error = 100.0 * row["mc_error"]
    return _signed(row["estimate"]) + ("" if math.isnan(error) else f" ±{error:.2f}")


def _signed(log_points: float) -> str:
    return f"{per_cent(log_points):+.2f}"


def _ends(low: float, high: float) -> str:
    return f"{per_cent(low):+.1f} to {per_cent(high):+.1f}"


def _exits(page: Page, rows: list[_Pair]) -> None:
    """Say of instruments that are to keep firms alive whether they do."""
    rows = [row for row in rows if row.alone["exits"]["central"]]
    if not rows:
        return
    page.heading("Firms that close up to that month: change in per cent of those without")
    table = page.table("complex", "instrument", ">alone", ">among all", ">firms", ">published")
    for row in rows:
        one, closed = row.alone["exits"], row.among.get("closed")
        middle, low, high = (100.0 * one[name] for name in ("central", "p05", "p95"))
        base = row.among["closed_without"]["estimate"] if closed else 0.0
        many = "–"
        if closed and base:
            many = f"{100.0 * closed['estimate'] / base:+.0f}"
            error = 100.0 * closed["mc_error"] / base
            many += "" if math.isnan(error) else f" ± {error:.0f}"
        ranges = [
            f"{100 * each.low:+.0f} to {100 * each.high:+.0f}"
            for each in published(row.instrument, "exits")
        ]
        table.add_row(
            words(row.place).title(),
            name_of(row.instrument),
            f"{middle:+.0f} ({low:+.0f} to {high:+.0f})",
            many,
            f"{closed['firms']:.0f}" if closed else "–",
            ", ".join(ranges) or "–",
        )
    page.show(table)
    page.say(
        "Alone: of the hazard, in the mean of the months since treatment began, those before "
        "delivery included; scaled to as well."
    )


def _ranges(page: Page, alone: pd.DataFrame) -> None:
    """Say what is published, and what the first complex's firm shows at the same month."""
    page.heading("Published")
    for each in PUBLISHED:
        here = alone[alone["average"] & alone["instrument"].eq(each.instrument)]
        here = here[here["measure"].eq(each.measure)]
        if each.month is not None:
            here = here[here["month"].eq(each.month)]
        elif each.measure == "sales":
            here = at_horizon(alone[alone["instrument"] == each.instrument])
            here = here[here["measure"].eq("sales")]
        if here.empty:
            continue
        first = here.iloc[0]
        ours = float(first["central"])
        ends = f"{_signed(each.low)} to {_signed(each.high)} %; alone {_signed(ours)}"
        if each.measure in {"research", "exits"}:
            unit = "won per won of grant" if each.measure == "research" else "of the hazard"
            ends = f"{each.low:.1f} to {each.high:.1f} {unit}; alone {ours:.2f}"
        page.say(
            f"- {words(each.instrument)}, {each.measure} after {first['month']} months: {ends}. "
            f"{each.source}: {each.note}."
        )
    known = {each.instrument for each in PUBLISHED}
    none = [words(name) for name in INSTRUMENTS if name in _names(alone) - known]
    if none:
        page.say(f"- No effect on sales was found published of: {', '.join(none)}.")
    if JOINT_RESEARCH in _names(alone):
        page.say(
            "- Joint research: what the firm can use by itself is less per won of a grant, as "
            "published; the tie with an institution comes on top of that, and an isolated firm "
            "draws on nobody else, so that the tie is worth most to it."
        )


def _names(alone: pd.DataFrame) -> set[str]:
    return set(alone["instrument"])


def _made_of(page: Page, rows: list[_Pair]) -> None:
    page.heading("What these effects are made of, in hundredths of a log point")
    table = page.table("complex", "instrument", "through", ">alone", ">among all")
    for row in rows:
        if isinstance(INSTRUMENTS[row.instrument], Tasks):
            continue  # its split is put in
        alone, among = row.alone, row.among
        names = [words(row.place).title(), words(row.instrument)]
        for term, name in _TERMS.items():
            values = [100.0 * alone[term]["central"]]
            if among:
                values.append(100.0 * among[term]["estimate"])
            if max(map(abs, values)) >= 0.005:
                table.add_row(*names, name, *(f"{value:+.2f}" for value in values))
                names = ["", ""]
    page.show(table)


def _money(page: Page, alone: pd.DataFrame, among: pd.DataFrame, rows: list[_Pair]) -> None:
    said = {
        "research": f"Research within {WINDOW} months, per won of a grant",
        "value_added": f"Value added of treated firms within {MONTHS} months, per won of the state",
    }
    for measure, heading in said.items():
        one = alone[alone["average"] & alone["measure"].eq(measure)]
        whole = among[among["instrument"].eq("") & among["measure"].eq(measure)]
        if one.empty:
            continue
        page.heading(heading)
        table = page.table("complex", "instrument", ">alone", ">published", ">among all")
        for row in rows:
            for first in _of(one, row.place, row.instrument).to_dict("records"):
                ranges = [
                    f"{each.low:.1f} to {each.high:.1f}"
                    for each in published(row.instrument, measure)
                ]
                table.add_row(
                    words(row.place).title(),
                    name_of(row.instrument),
                    f"{first['central']:.3g} ({first['p05']:.3g} to {first['p95']:.3g})",
                    ", ".join(ranges) or "–",
                    _per_won(_who(among, row.place, row.instrument).get(measure)),
                )
        for many in whole.to_dict("records"):
            place, family = words(many["complex"]).title(), words(many["family"])
            table.add_row(place, f"all of {family}", "–", "–", _per_won(many))
        page.show(table)
    page.say(
        "Value added is gross: nothing is taken off for what rivals lose or for the promotion "
        "team. Among all it is told of whole families, as money for one instrument reaches firms "
        "that have others too; firms that close or are short of cash spend less of a grant, and "
        "who was refused at another time may be helped elsewhere. Where "
        "an effect is scaled to a total, what a won buys follows from two things put in, the total "
        "and what a task costs: a small task of a large firm is cheap by construction."
    )


def _per_won(row: Mapping[Any, Any] | None) -> str:
    if not row:
        return "–"
    error = row["mc_error"]
    return f"{row['estimate']:.3g}" + ("" if math.isnan(error) else f" ± {error:.2g}")


def _who(among: pd.DataFrame, place: str, instrument: str) -> dict[str, Row]:
    mine = _of(among, place, instrument)
    return _by_measure(mine[~mine["measure"].isin(["sales", *TERMS])])


def _why(page: Page, among: pd.DataFrame, rows: list[_Pair]) -> None:
    page.heading("Why they differ")
    near = []
    for row in rows:
        who = _who(among, row.place, row.instrument)
        if not ("sales" in row.among and who):
            continue
        names = f"{words(row.place).title()}, {words(row.instrument)}"
        many, one = row.among["sales"], row.alone["sales"]
        is_task = isinstance(INSTRUMENTS[row.instrument], Tasks)
        if is_task and abs(many["estimate"] - one["central"]) <= _FAR * many["mc_error"]:
            near.append(names)
            continue
        page.say(
            f"{names}: {_treated(row.instrument, row.alone, who)}. "
            f"Of the difference, {_largest(row.alone, row.among)}."
        )
    if near:
        page.say(f"Nearer than {_FAR:.0f} standard errors: {'; '.join(near)}.")
    page.say(
        "Who applies or joins does better anyway, but in both worlds: selection decides who is "
        "treated, and is no part of the difference."
    )


def _largest(alone: Mapping[str, Row], among: Mapping[str, Row]) -> str:
    """Return the term in which the firm alone and those among all differ most, and why it may."""
    gaps = {term: among[term]["estimate"] - alone[term]["central"] for term in TERMS}
    term = max(gaps, key=lambda name: abs(gaps[name]))
    whole = among["sales"]["estimate"] - alone["sales"]["central"]
    return (
        f"{100.0 * gaps[term]:+.2f} of {100.0 * whole:+.2f} points are through "
        f"{_TERMS[term]}: {_REASONS[term]}"
    )


def _treated(instrument: str, alone: Mapping[str, Row], who: Mapping[str, Row]) -> str:
    """Return who is treated, beside the firm alone."""
    workers = alone["sales"]["workers"]
    parts = [f"treated firms have {who['workers']['estimate']:.0f} workers ({workers:.0f} alone)"]
    if instrument == MINI_CLUSTERS:
        parts.append(f"use it {who['uses']['estimate']:.1f} times a year, and go on doing so")
    if instrument in {RND, JOINT_RESEARCH}:
        share = 100.0 * who["researching"]["estimate"]
        parts.append(f"{share:.0f} % of them do research of their own (all alone)")
    if instrument == INNO_CORE:
        parts.append("a gate can end their packages, as luck can (alone only leaving does)")
    if instrument == EXCHANGE:
        parts.append(f"{100.0 * who['researching']['estimate']:.0f} % of them do research")
    elif instrument not in {MINI_CLUSTERS, INNO_CORE}:
        times = who["times"]["estimate"]
        parts.append(f"they have it {times:.2f} times in three years (once alone)")
    if instrument in {RND, JOINT_RESEARCH, INNO_CORE}:
        stock = who["stock"]["estimate"]
        less = f"less than {money_text(stock)} won" if stock else "nothing yet"
        parts.append(f"half of them know {less}")
    return ", ".join(parts)
