"""One firm alone and the same among all firms, as a page: effects, what they are made of, why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clustersim.evaluation.page import Page, money_text
from clustersim.validation.isolated import MONTHS, TERMS, WINDOW
from clustersim.validation.published import PUBLISHED, published
from clustersim.validation.treatments import EXCHANGE, INNO_CORE, INSTRUMENTS, MINI_CLUSTERS, RND
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

_REASONS = {
    "practices": "how much of it they get (uses and size)",
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
        "uncertain parameters; most are skewed, and central values are modes). Among all: the mean "
        "of treated firms in whole worlds with that instrument alone, at central values, ± its "
        "standard error over lucks."
    )
    rows = list(_rows(alone, among))
    _effects(page, rows)
    page.say(
        "* Scaled to a total that is drawn from what is published: the firm alone shows it by "
        "construction, which is no finding. The others are results, set beside what is published."
    )
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
    """Return an instrument's name, with a star if it is scaled to a published total."""
    return words(instrument) + "*" * INSTRUMENTS[instrument].is_scaled


_Pair = tuple[str, str, "dict[str, Row]", "dict[str, Row]"]


def _rows(alone: pd.DataFrame, among: pd.DataFrame) -> Iterator[_Pair]:
    """Yield complex, instrument and, by measure, the rows of both at the horizon."""
    seen = at_horizon(alone)
    for place in seen["complex"].unique().tolist():
        for instrument in INSTRUMENTS:
            here = _of(seen, place, instrument)
            if len(here):
                there = _of(among, place, instrument)
                there = there[there["month"] == here["month"].iloc[0]]
                yield place, instrument, _by_measure(here), _by_measure(there)


def _of(table: pd.DataFrame, place: str, instrument: str) -> pd.DataFrame:
    return table[(table["complex"] == place) & (table["instrument"] == instrument)]


def _by_measure(table: pd.DataFrame) -> dict[str, Row]:
    return {str(row["measure"]): row for row in table.to_dict("records")}  # type: ignore[misc]


def _effects(page: Page, rows: list[_Pair]) -> None:
    table = page.table("complex", "instrument", ">months", ">alone", ">among all", ">firms")
    for place, instrument, alone, among in rows:
        one, many = alone["sales"], among.get("sales")
        table.add_row(
            words(place).title(),
            name_of(instrument),
            f"{one['month']:.0f}",
            f"{_signed(one['central'])} ({_signed(one['p05'])} to {_signed(one['p95'])})",
            _estimate(many),
            f"{many['firms']:.0f}" if many else "–",
        )
    page.show(table)


def _estimate(row: Row | None) -> str:
    if row is None:
        return "–"
    error = 100.0 * row["mc_error"]
    return _signed(row["estimate"]) + ("" if math.isnan(error) else f" ± {error:.2f}")


def _signed(log_points: float) -> str:
    return f"{per_cent(log_points):+.2f}"


def _ranges(page: Page, alone: pd.DataFrame) -> None:
    """Say what is published, and what the first complex's firm shows at the same month."""
    page.heading("Published")
    for each in PUBLISHED:
        here = alone[alone["average"] & alone["instrument"].eq(each.instrument)]
        here = here[here["measure"].eq(each.measure) & here["month"].eq(each.month)]
        if here.empty:
            continue
        ours = float(here["central"].iloc[0])
        ends = f"{_signed(each.low)} to {_signed(each.high)} %; alone {_signed(ours)}"
        if each.measure == "research":
            ends = f"{each.low:.1f} to {each.high:.1f} won per won of grant; alone {ours:.2f}"
        page.say(
            f"- {words(each.instrument)}, {each.measure} after {each.month} months: {ends}. "
            f"{each.source}: {each.note}."
        )
    if EXCHANGE in set(alone["instrument"]):
        page.say(f"- {words(EXCHANGE)}: no effect on sales was found published.")


def _made_of(page: Page, rows: list[_Pair]) -> None:
    page.heading("What these effects are made of, in hundredths of a log point")
    table = page.table("complex", "instrument", "through", ">alone", ">among all")
    for place, instrument, alone, among in rows:
        names = [words(place).title(), words(instrument)]
        for term, name in _TERMS.items():
            values = [100.0 * alone[term]["central"]]
            if among:
                values.append(100.0 * among[term]["estimate"])
            if max(map(abs, values)) >= 0.005:
                table.add_row(*names, name, *(f"{value:+.2f}" for value in values))
                names = ["", ""]
    page.show(table)


def _money(page: Page, alone: pd.DataFrame, among: pd.DataFrame, rows: list[_Pair]) -> None:
    page.heading(
        f"Per won of state money: research within {WINDOW} months of a grant, and value added of "
        f"treated firms within {MONTHS}"
    )
    table = page.table("complex", "instrument", "measure", ">alone", ">published", ">among all")
    for place, instrument, *_ in rows:
        for measure in ("research", "value_added"):
            one = _of(alone[alone["average"] & alone["measure"].eq(measure)], place, instrument)
            many = _who(among, place, instrument).get(measure)
            if one.empty:
                continue
            row = one.iloc[0]
            ranges = [f"{e.low:.1f} to {e.high:.1f}" for e in published(instrument, measure)]
            table.add_row(
                words(place).title(),
                words(instrument),
                words(measure),
                f"{row['central']:.2f} ({row['p05']:.2f} to {row['p95']:.2f})",
                ", ".join(ranges) or "–",
                f"{many['estimate']:.2f} ± {many['mc_error']:.2f}" if many else "–",
            )
    page.show(table)
    page.say(
        "Value added is gross: nothing is taken off for what rivals lose or for the promotion "
        "team. Among all, firms that close or are short of cash spend less of a grant."
    )


def _who(among: pd.DataFrame, place: str, instrument: str) -> dict[str, Row]:
    mine = _of(among, place, instrument)
    return _by_measure(mine[~mine["measure"].isin(["sales", *TERMS])])


def _why(page: Page, among: pd.DataFrame, rows: list[_Pair]) -> None:
    page.heading("Why they differ")
    for place, instrument, alone, many in rows:
        who = _who(among, place, instrument)
        if many and who:
            page.say(
                f"{words(place).title()}, {words(instrument)}: {_treated(instrument, alone, who)}. "
                f"Of the difference, {_largest(alone, many)}."
            )
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
    if instrument == RND:
        share = 100.0 * who["researching"]["estimate"]
        parts.append(f"{share:.0f} % of them do research of their own (all alone)")
        parts.append(f"they get {who['grants']['estimate']:.2f} grants in three years (one alone)")
    if instrument == INNO_CORE:
        parts.append("they get a package a year, the first a small one (alone one of mean size)")
    if instrument == EXCHANGE:
        parts.append(f"{100.0 * who['researching']['estimate']:.0f} % of them do research")
    if instrument in {RND, INNO_CORE}:
        parts.append(f"half of them know less than {money_text(who['stock']['estimate'])} won")
    return ", ".join(parts)
