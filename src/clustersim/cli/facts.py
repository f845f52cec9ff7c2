"""``clustersim facts``: what was written of the programme in June 2008, and how it is read."""

from __future__ import annotations

import json
import textwrap
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import click

from clustersim.cli import lang
from clustersim.columns import narrowed, widened
from clustersim.language import LANGUAGES, language, later, tr
from clustersim.units import won

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.page import Page

    Row = dict[str, Any]

__all__ = ["command"]

_WIDTH: Final = 100
_MARGIN: Final = " " * 6
_COUNTS: Final = (
    later("{number} activities"),
    later("{number} areas"),
    later("{number} complexes"),
    later("{number} fields"),
    later("{number} funders"),
    later("{number} managers"),
    later("{number} mini-clusters"),
    later("{number} people"),
    later("{number} sites"),
    later("{number} times"),
)
_TIMES: Final = (
    *(later("early {date}"), later("mid {date}"), later("late {date}")),
    *(later("from {date}"), later("by {date}"), later("about {date}")),
)


@click.command(
    "facts",
    short_help=later("List the facts behind the bundled scenarios."),
    help=later(
        "List what was written of the programme in June 2008, and where it stands in the "
        "scenarios.\n\n"
        "Where it can be read in more ways than one, the reading taken is told with what "
        "expresses the others."
    ),
)
@click.option(
    "--complex",
    "complex_",
    metavar="NAME",
    help=later("One complex, or all for the programme as a whole.  [default: every fact]"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=later("Write one JSON document instead of a page.")
)
@lang
def command(complex_: str | None, *, as_json: bool) -> None:
    """Print the register as a page or a document."""
    from clustersim.scenario import facts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation.tables import plain  # noqa: PLC0415 - heavy; --help stays quick

    told = plain(facts.facts(complex_))
    doubts = plain(facts.ambiguities(complex_))
    if as_json:
        document = {"schema": 1, "facts": told, "ambiguities": doubts}
        click.echo(json.dumps(document, allow_nan=False, ensure_ascii=False))
    else:
        click.echo(_page(told, doubts))


def _page(told: Iterable[Row], doubts: Iterable[Row]) -> str:
    from clustersim.evaluation.page import Page  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.scenario import catalogue  # noqa: PLC0415 - heavy; --help stays quick

    page = Page(_WIDTH)
    for complex_, facts in groupby(told, itemgetter("complex")):
        whole = complex_ == "all"
        page.title(tr("The programme as a whole") if whole else catalogue.complex_(complex_))
        for fact in facts:
            text, when = _told(fact, "says"), ", ".join(filter(None, (_number(fact), _date(fact))))
            departs = tr("The scenario has another number: {number}.", number=fact["departs"])
            _say(
                page,
                fact["id"],
                f"{text} ({when})" if when else text,
                _told(fact, "reading"),
                departs * bool(fact["departs"]),
            )
            _say(page, "", *fact["use"])
    page.title(tr("Where this can be read in more ways than one"))
    for doubt in doubts:
        answer = f"{_told(doubt, 'taken')} {_told(doubt, 'because')}"
        _say(page, doubt["id"], _told(doubt, "question"), answer)
        _say(page, "", _told(doubt, "choice"), *doubt["switch"])
    return page.text()


def _told(row: Row, name: str) -> str:
    """Return a text of the register in the language that is spoken."""
    told: str = row[name if language() == LANGUAGES[0] else f"{name}_{language()}"]
    return told


def _say(page: Page, key: str, *lines: str) -> None:
    """Write lines below one another, the first behind a key."""
    for line in filter(None, lines):
        width = page.width - len(_MARGIN)
        for text in textwrap.wrap(widened(line), width, break_long_words=False):
            page.say(f"{key:{len(_MARGIN)}}{narrowed(text)}")
            key = ""


def _number(fact: Row) -> str:
    """Return a fact's number as people read it."""
    from clustersim.evaluation.page import beside  # noqa: PLC0415 - heavy; --help stays quick

    if fact["value"] is None:
        return ""
    ends = [end for end in (fact["value"], fact["to"]) if end is not None]
    unit = fact["unit"]
    numbers = [won(1e9 * end) if unit == "bn KRW" else f"{end:g}" for end in ends]
    number = beside(numbers[0], "to", numbers[1]) if len(numbers) > 1 else numbers[0]
    counted = f"{{number}} {unit}"  # one of _COUNTS
    return number if unit == "bn KRW" else tr(counted, number=number)


def _date(fact: Row) -> str:
    """Return when a fact was, as exactly as it was told."""
    *words, date = str(fact["date"]).split(" ")
    for word in reversed(words):
        told = f"{word} {{date}}"  # one of _TIMES
        date = tr(told, date=date)
    return date
