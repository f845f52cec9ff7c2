"""One firm alone and the same among all firms, as a page: effects, what they are made of, why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from clustersim.evaluation.page import Page, money_text
from clustersim.language import later, tr
from clustersim.validation.isolated import MONTHS, TERMS, WINDOW
from clustersim.validation.page import called
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
    "practices": later("practices"),
    "market_access": later("exports"),
    "knowledge": later("own knowledge"),
    "spillovers": later("partners' knowledge"),
    "orders": later("orders"),
    "displaced": later("rivals"),
}

_FAR = 2.0
"""Standard errors beyond which a difference is told of."""

_REASONS = {
    "practices": later("how much of it they get (uses, size, others of the family)"),
    "market_access": later("how much they export"),
    "knowledge": later("what they know already: a won of research adds more where little is known"),
    "spillovers": later(
        "how many partners they find, what those know, and whom they draw on anyway"
    ),
    "orders": later("orders of anchors"),
    "displaced": later("sales that supported rivals take"),
}

Row = dict[str, float]


def section(
    alone: pd.DataFrame,
    among: pd.DataFrame,
    width: int = 80,
    *,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Return the page.

    Parameters
    ----------
    alone, among
        What `isolated` and `in_economy` return of one scenario.
    width
        The most columns a line has.
    titles
        What complexes are called; by their names unless told.
    """
    alone, among = called(alone, titles), called(among, titles)
    page = Page(width)
    page.title(tr("One treated firm alone, and the same among all firms"))
    page.say(
        tr(
            "Effect on a treated firm's sales in per cent, so many months after its treatment "
            "began. Alone: an average firm, all else frozen, at central values (middle 90 % of "
            "draws of the uncertain parameters; many are skewed, and central values are modes). "
            "Among all: the mean of treated firms in whole worlds with that family alone, at "
            "central values, ± its standard error over lucks. Published: of sales, at that month."
        )
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
    page.heading(place)
    numbers = (tr("month"), tr("alone"), tr("among all"), tr("published"))
    table = page.table(tr("family"), *(f">{name}" for name in numbers), tight=True)
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
        yield tr("of exports")


def _marks(page: Page, alone: pd.DataFrame) -> None:
    page.say(
        tr(
            "* Scaled to a total that is put in: where there is one drawn from what is published, "
            "else an assumption. The firm alone shows it by construction, which is no finding; of "
            "Inno-Core a package of mean size does, and the first is smaller. The others are "
            "results, set beside what is published. In the row of a family with several "
            "instruments: all that it treated. Who has one of them may have others of the family "
            "as well, and have it again."
        )
    )
    if not alone["announced"].all():
        page.say(
            tr(
                "° Not announced for the complex: as in the arm with every service. What one firm "
                "alone gets does not hang on what else there is; among all, a family shares money."
            )
        )
    page.say(
        tr(
            "– among all: nobody had it. Joint marketing is found by a council, which comes with "
            "networks and not with a family alone."
        )
    )
    if UNTREATED:
        page.say(
            tr("Left out, as they act by rules of their own: {names}.", names=", ".join(UNTREATED))
        )


def _estimate(row: Row | None) -> str:
    if row is None:
        return "–"
    error = 100.0 * row["mc_error"]
    return _signed(row["estimate"]) + ("" if math.isnan(error) else f" ±{error:.2f}")


def _signed(log_points: float) -> str:
    return f"{per_cent(log_points):+.2f}"


def _ends(low: float, high: float) -> str:
    return _between(f"{per_cent(low):+.1f}", f"{per_cent(high):+.1f}")


def _between(low: str, high: str) -> str:
    return tr("{low} to {high}", low=low, high=high)


def _exits(page: Page, rows: list[_Pair]) -> None:
    """Say of instruments that are to keep firms alive whether they do."""
    rows = [row for row in rows if row.alone["exits"]["central"]]
    if not rows:
        return
    page.heading(tr("Firms that close up to that month: change in per cent of those without"))
    numbers = (tr("alone"), tr("among all"), words("firms", "outcome"), tr("published"))
    table = page.table(*_heads(), *(f">{name}" for name in numbers))
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
            _between(f"{100 * each.low:+.0f}", f"{100 * each.high:+.0f}")
            for each in published(row.instrument, "exits")
        ]
        table.add_row(
            row.place,
            name_of(row.instrument),
            f"{middle:+.0f} ({_between(f'{low:+.0f}', f'{high:+.0f}')})",
            many,
            f"{closed['firms']:.0f}" if closed else "–",
            ", ".join(ranges) or "–",
        )
    page.show(table)
    page.say(
        tr(
            "Alone: of the hazard, in the mean of the months since treatment began, those before "
            "delivery included; scaled to as well."
        )
    )


def _heads() -> tuple[str, str]:
    return words("complex", "column"), words("instrument", "column")


def _ranges(page: Page, alone: pd.DataFrame) -> None:
    """Say what is published, and what the first complex's firm shows at the same month."""
    page.heading(tr("Published"))
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
        ends = tr(
            "{low} to {high} %; alone {ours}",
            low=_signed(each.low),
            high=_signed(each.high),
            ours=_signed(ours),
        )
        if each.measure in {"research", "exits"}:
            text = _PER_WON if each.measure == "research" else _OF_HAZARD
            ends = tr(
                text,
                low=f"{each.low:.1f}",
                high=f"{each.high:.1f}",
                ours=f"{ours:.2f}",
            )
        page.say(
            tr(
                "- {instrument}, {measure} after {months} months: {ends}. {source}: {note}.",
                instrument=words(each.instrument),
                measure=words(each.measure, "published"),
                months=first["month"],
                ends=ends,
                source=tr(" to ").join(each.source.split(" to ")),
                note=tr(each.note),
            )
        )
    known = {each.instrument for each in PUBLISHED}
    none = [words(name) for name in INSTRUMENTS if name in _names(alone) - known]
    if none:
        page.say(tr("- No effect on sales was found published of: {names}.", names=", ".join(none)))
    if JOINT_RESEARCH in _names(alone):
        page.say(
            tr(
                "- Joint research: what the firm can use by itself is less per won of a grant, as "
                "published; the tie with an institution comes on top of that, and an isolated firm "
                "draws on nobody else, so that the tie is worth most to it."
            )
        )


_PER_WON = later("{low} to {high} won per won of grant; alone {ours}")
_OF_HAZARD = later("{low} to {high} of the hazard; alone {ours}")


def _names(alone: pd.DataFrame) -> set[str]:
    return set(alone["instrument"])


def _made_of(page: Page, rows: list[_Pair]) -> None:
    page.heading(tr("What these effects are made of, in hundredths of a log point"))
    table = page.table(*_heads(), tr("through"), ">" + tr("alone"), ">" + tr("among all"))
    for row in rows:
        if isinstance(INSTRUMENTS[row.instrument], Tasks):
            continue  # its split is put in
        alone, among = row.alone, row.among
        names = [row.place, words(row.instrument)]
        for term, name in _TERMS.items():
            values = [100.0 * alone[term]["central"]]
            if among:
                values.append(100.0 * among[term]["estimate"])
            if max(map(abs, values)) >= 0.005:
                table.add_row(*names, tr(name), *(f"{value:+.2f}" for value in values))
                names = ["", ""]
    page.show(table)


def _money(page: Page, alone: pd.DataFrame, among: pd.DataFrame, rows: list[_Pair]) -> None:
    said = {
        "research": tr("Research within {months} months, per won of a grant", months=WINDOW),
        "value_added": tr(
            "Value added of treated firms within {months} months, per won of the state and of "
            "those who run it with money of their own (mini-clusters: beside a world that has "
            "none, not on own money either)",
            months=MONTHS,
        ),
    }
    for measure, heading in said.items():
        one = alone[alone["average"] & alone["measure"].eq(measure)]
        whole = among[among["instrument"].eq("") & among["measure"].eq(measure)]
        if one.empty:
            continue
        page.heading(heading)
        numbers = (tr("alone"), tr("published"), tr("among all"))
        table = page.table(*_heads(), *(f">{name}" for name in numbers))
        for row in rows:
            for first in _of(one, row.place, row.instrument).to_dict("records"):
                ranges = [
                    _between(f"{each.low:.1f}", f"{each.high:.1f}")
                    for each in published(row.instrument, measure)
                ]
                low, high = (f"{first[end]:.3g}" for end in ("p05", "p95"))
                table.add_row(
                    row.place,
                    name_of(row.instrument),
                    f"{first['central']:.3g} ({_between(low, high)})",
                    ", ".join(ranges) or "–",
                    _per_won(_who(among, row.place, row.instrument).get(measure)),
                )
        for many in whole.to_dict("records"):
            whole_of = tr("all of {family}", family=words(many["family"]))
            table.add_row(many["complex"], whole_of, "–", "–", _per_won(many))
        page.show(table)
    page.say(
        tr(
            "Value added is gross: nothing is taken off for what rivals lose or for the promotion "
            "team. Among all it is told of whole families, as money for one instrument reaches "
            "firms that have others too; firms that close or are short of cash spend less of a "
            "grant, and who was refused at another time may be helped elsewhere. Where an effect "
            "is scaled to a total, what a won buys follows from two things put in, the total and "
            "what a task costs: a small task of a large firm is cheap by construction."
        )
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
    page.heading(tr("Why they differ"))
    near = []
    for row in rows:
        who = _who(among, row.place, row.instrument)
        if not ("sales" in row.among and who):
            continue
        names = f"{row.place}, {words(row.instrument)}"
        many, one = row.among["sales"], row.alone["sales"]
        is_task = isinstance(INSTRUMENTS[row.instrument], Tasks)
        if is_task and abs(many["estimate"] - one["central"]) <= _FAR * many["mc_error"]:
            near.append(names)
            continue
        page.say(
            tr(
                "{names}: {treated}. Of the difference, {largest}.",
                names=names,
                treated=_treated(row.instrument, row.alone, who),
                largest=_largest(row.alone, row.among),
            )
        )
    if near:
        far = f"{_FAR:.0f}"
        page.say(tr("Nearer than {far} standard errors: {names}.", far=far, names="; ".join(near)))
    page.say(
        tr(
            "Who applies or joins does better anyway, but in both worlds: selection decides who is "
            "treated, and is no part of the difference."
        )
    )


def _largest(alone: Mapping[str, Row], among: Mapping[str, Row]) -> str:
    """Return the term in which the firm alone and those among all differ most, and why it may."""
    gaps = {term: among[term]["estimate"] - alone[term]["central"] for term in TERMS}
    term = max(gaps, key=lambda name: abs(gaps[name]))
    whole = among["sales"]["estimate"] - alone["sales"]["central"]
    return tr(
        "{some} of {all} points are through {term}: {reason}",
        some=f"{100.0 * gaps[term]:+.2f}",
        all=f"{100.0 * whole:+.2f}",
        term=tr(_TERMS[term]),
        reason=tr(_REASONS[term]),
    )


def _treated(instrument: str, alone: Mapping[str, Row], who: Mapping[str, Row]) -> str:
    """Return who is treated, beside the firm alone."""
    workers = f"{who['workers']['estimate']:.0f}"
    parts = [
        tr(
            "treated firms have {workers} workers ({alone} alone)",
            workers=workers,
            alone=f"{alone['sales']['workers']:.0f}",
        )
    ]
    if instrument == MINI_CLUSTERS:
        uses = f"{who['uses']['estimate']:.1f}"
        parts.append(tr("use it {times} times a year, and go on doing so", times=uses))
    if instrument in {RND, JOINT_RESEARCH, EXCHANGE}:
        share = f"{100.0 * who['researching']['estimate']:.0f}"
        parts.append(
            tr("{share} % of them do research", share=share)
            if instrument == EXCHANGE
            else tr("{share} % of them do research of their own (all alone)", share=share)
        )
    if instrument == INNO_CORE:
        parts.append(tr("a gate can end their packages, as luck can (alone only leaving does)"))
    if instrument not in {MINI_CLUSTERS, INNO_CORE, EXCHANGE}:
        times = f"{who['times']['estimate']:.2f}"
        parts.append(tr("they have it {times} times in three years (once alone)", times=times))
    if instrument in {RND, JOINT_RESEARCH, INNO_CORE}:
        stock = who["stock"]["estimate"]
        parts.append(
            tr("half of them know less than {money} won", money=money_text(stock))
            if stock
            else tr("half of them know nothing yet")
        )
    return ", ".join(parts)
