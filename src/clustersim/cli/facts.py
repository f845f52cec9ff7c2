"""``clustersim facts``: what was written of the programme in June 2008, and how it is read."""

from __future__ import annotations

import json
import textwrap
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import click

from clustersim.cli import lang
from clustersim.language import LANGUAGES, language, later, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.evaluation.page import Page

    Row = dict[str, Any]

__all__ = ["command"]

_WIDTH: Final = 100
_MARGIN: Final = " " * 6


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
    if language() != LANGUAGES[0]:
        page.say(tr("The facts and their readings are told in the register's own words, English."))
    for complex_, facts in groupby(told, itemgetter("complex")):
        whole = complex_ == "all"
        page.title(tr("The programme as a whole") if whole else catalogue.complex_(complex_))
        for fact in facts:
            when = ", ".join(filter(None, (_number(fact), fact["date"])))
            text = f"{fact['says']} ({when})" if when else fact["says"]
            departs = tr("The scenario has another number: {number}.", number=fact["departs"])
            _say(page, fact["id"], text, fact["reading"], departs * bool(fact["departs"]))
            _say(page, "", *fact["use"])
    page.title(tr("Where this can be read in more ways than one"))
    for doubt in doubts:
        _say(page, doubt["id"], doubt["question"], f"{doubt['taken']} {doubt['because']}")
        _say(page, "", doubt["choice"], *doubt["switch"])
    return page.text()


def _say(page: Page, key: str, *lines: str) -> None:
    """Write lines below one another, the first behind a key."""
    for line in filter(None, lines):
        for text in textwrap.wrap(line, page.width - len(_MARGIN), break_long_words=False):
            page.say(f"{key:{len(_MARGIN)}}{text}")
            key = ""


def _number(fact: Row) -> str:
    """Return a fact's number as people read it."""
    if fact["value"] is None:
        return ""
    ends = [f"{end:g}" for end in (fact["value"], fact["to"]) if end is not None]
    number = tr("{low} to {high}", low=ends[0], high=ends[1]) if len(ends) > 1 else ends[0]
    return f"{number} {fact['unit']}"
