"""A page of paragraphs and tables, as plain text and as HTML, and numbers as people read them."""

from __future__ import annotations

import io
import math
import re
from html import escape
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clustersim.evaluation import names
from clustersim.language import ntr, tr
from clustersim.units import won
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from clustersim.evaluation.comparison import Store
    from clustersim.evaluation.replicates import Replicate

__all__ = [
    "Page",
    "beside",
    "chance_text",
    "count_text",
    "design_text",
    "distance_text",
    "interval_text",
    "money_text",
    "or_dash",
    "p_text",
    "percent",
    "plain_percent",
    "signed",
    "three_figures",
    "uncounted",
]


def money_text(amount: float) -> str:
    """Return money without its currency, a dash for none."""
    return "–" if math.isnan(amount) else won(amount).removesuffix(" KRW")


def count_text(number: float) -> str:
    """Return a count, with a decimal where it is small."""
    if math.isnan(number):
        return "–"
    return f"{number:,.0f}" if abs(number) >= 9.95 else f"{number:.1f}"


def signed(number: float, text: Callable[[float], str]) -> str:
    """Return a number's text with its sign."""
    shown = text(number)
    return f"+{shown}" if number > 0 and re.search("[1-9]", shown) else shown


def beside(first: str, word: Literal["±", "to"], second: str) -> str:
    """Return two numbers with a word between them; a unit they share stands once.

    >>> beside("+31.4 bn", "±", "6.92 bn"), beside("+871 M", "to", "+1.67 bn")
    ('+31.4 ± 6.92 bn', '+871 M to +1.67 bn')
    """
    number, unit = _parted(first)
    if unit and unit == _parted(second)[1]:
        first = number
    if word == "±":
        return f"{first} ± {second}"
    return tr("{low} to {high}", low=first, high=second)


def _parted(text: str) -> tuple[str, str]:
    """Return the digits of a number and the unit behind them."""
    found = re.match(r"[-+]?[\d.,]*", text)
    end = found.end() if found else 0
    return text[:end], text[end:]


def percent(number: float) -> str:
    """Return a signed percentage."""
    return "–" if math.isnan(number) else f"{number:+.{_digits(number)}f}"


def plain_percent(number: float) -> str:
    """Return a percentage without a sign."""
    return "–" if math.isnan(number) else f"{number:.{_digits(number)}f}"


def _digits(number: float) -> int:
    return 1 if abs(number) >= 9.95 else 2


def p_text(p_value: float) -> str:
    """Return a p-value."""
    return (
        f"{p_value:.2f}" if p_value >= 0.01 else f"{p_value:.3f}" if p_value >= 0.001 else "<0.001"
    )


def or_dash(number: float, form: str) -> str:
    """Return a number in a format, a dash for none."""
    return "–" if math.isnan(number) else format(number, form)


def three_figures(number: float) -> str:
    """Return a number in three figures, a dash for none.

    >>> three_figures(12.66), three_figures(1284.0), three_figures(0.00123)
    ('12.7', '1,280', '0.00123')
    """
    return "–" if math.isnan(number) else f"{float(f'{number:.3g}'):,.12g}"


def distance_text(distance: float, unit: str) -> str:
    """Return a distance to a target, with its unit unless that is percentage points.

    >>> distance_text(-20.94e9, "KRW"), distance_text(6.22, "percentage points")
    ('-20.9 bn', '+6.2')
    """
    if unit == "KRW":
        return signed(distance, money_text)
    return or_dash(distance, "+.1f") + ("" if unit == "percentage points" else f" {words(unit)}")


def chance_text(row: Mapping[Any, Any]) -> str:
    """Return the chance of meeting a target and its 95 % interval, in per cent.

    >>> chance_text({"probability": 0.75, "probability_low": 0.194, "probability_high": 0.994})
    '75 (19–99)'
    """
    ends = (100 * row[f"probability_{end}"] for end in ("low", "high"))
    low, high = (f"{end:.0f}" for end in ends)
    return f"{100 * row['probability']:.0f} ({low}–{high})"


def interval_text(row: Mapping[Any, Any], text: Callable[[float], str] = "{:.3g}".format) -> str:
    """Return an estimate and its 95 % interval, a dash where there is no estimate.

    >>> interval_text({"estimate": 2.5, "low": 1.0, "high": 7.25})
    '2.5 (1 to 7.25)'
    """
    if math.isnan(row["estimate"]):
        return "–"
    if math.isnan(row["low"]):
        return tr("{number} (no interval)", number=text(row["estimate"]))
    return f"{text(row['estimate'])} ({beside(text(row['low']), 'to', text(row['high']))})"


def design_text(store: Store) -> str:
    """Return in a sentence what was run, and in another what of it is left out."""
    said = _design(store.header, store.tasks())
    if not store.left_out:
        return said
    out = ntr(
        "{number} more replicate is left out: not all arms have it.",
        "{number} more replicates are left out: not all arms have them.",
        store.left_out,
    )
    return f"{said} {out}"


def _design(header: Mapping[str, Any], tasks: Sequence[Replicate]) -> str:
    draws, lucks = {task.draw for task in tasks}, {task.luck for task in tasks}
    count = len({(task.draw, task.luck) for task in tasks})
    about = {"scenario": header["scenario"], "seed": header["seed"]}
    if count == 1:
        return tr("Scenario {scenario}, seed {seed}, 1 replicate.", **about)
    if len(draws) == 1:
        return tr(
            "Scenario {scenario}, seed {seed}, {count} replicates, all with one draw of the "
            "uncertain parameters: ranges, errors and chances are of luck alone.",
            count=count,
            **about,
        )
    if len(lucks) == 1:
        return tr(
            "Scenario {scenario}, seed {seed}, {count} replicates, each with its own draw of the "
            "uncertain parameters and all with one luck: ranges, errors and chances know nothing "
            "of luck.",
            count=count,
            **about,
        )
    if count == max(len(draws), len(lucks)):
        return tr(
            "Scenario {scenario}, seed {seed}, {count} replicates, each with its own draw of the "
            "uncertain parameters.",
            count=count,
            **about,
        )
    return tr(
        "Scenario {scenario}, seed {seed}, {count} replicates, {draws} draws of the uncertain "
        "parameters with {lucks} lucks.",
        count=count,
        draws=len(draws),
        lucks=len(lucks),
        **about,
    )


def uncounted(complex_: Mapping[str, Any]) -> str:
    """Return the sites of a complex that are not counted, separated by commas.

    >>> uncounted({"sites": {"osong": {"title": "Osong", "counted": "no"}}})
    'Osong'
    """
    sites = complex_.get("sites") or {}
    return ", ".join(
        names.title(site) or str(site.get("title") or name)
        for name, site in sites.items()
        if site.get("counted") == "no"
    )


class _Text(NamedTuple):
    """A paragraph, title or heading."""

    kind: Literal["p", "h3", "h4"]
    text: str
    aside: bool = False


class Page:
    """Paragraphs and tables: one content, as plain text of a fixed width and as HTML.

    Parameters
    ----------
    width
        The most columns a line of the text has.
    name
        What the page is about: the first line of the text, and what is seen of the HTML when it is
        closed.
    """

    def __init__(self, width: int, name: str = "") -> None:
        self.width = width
        self.name = name
        self._blocks: list[_Text | Table] = []

    def say(self, text: str) -> None:
        """Write a paragraph."""
        self._blocks.append(_Text("p", text))

    def title(self, text: str) -> None:
        """Write an underlined title."""
        self._blocks.append(_Text("h3", text))

    def heading(self, text: str, *, aside: bool = False) -> None:
        """Write a line that stands above a table; in HTML what is `aside` opens on demand."""
        self._blocks.append(_Text("h4", text, aside))

    def table(self, *columns: str, tight: bool = False) -> Table:
        """Return an empty table; '>' sets a column to the right, '~' lets it run over lines."""
        room = (0, 1, 0, 0) if tight else (0, 1)
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=room, pad_edge=False)
        for name in columns:
            table.add_column(
                Text(name.lstrip(">~")),
                justify="right" if name.startswith(">") else "left",
                no_wrap=not name.startswith("~"),
                overflow="fold",
            )
        return table

    def show(self, table: Table) -> None:
        """Write a table, with room for every number: rich would cut what is too long."""
        for column in table.columns:
            if column.no_wrap:
                lines = [
                    line
                    for text in (column.header, *column.cells)
                    for line in str(text).splitlines()
                ]
                column.min_width = max(map(cell_len, lines), default=0)
        self._blocks.append(table)

    def text(self) -> str:
        """Return the page as plain text, the same in a terminal, a file and a notebook."""
        file = io.StringIO()
        console = Console(
            file=file,
            width=self.width,
            color_system=None,
            force_terminal=False,
            force_jupyter=False,  # in a notebook it would show the page and return nothing
            highlight=False,
        )
        if self.name:
            console.print(Text(self.name))
        for block in self._blocks:
            if isinstance(block, Table):
                console.print(block)
                console.print()
                continue
            if block.kind != "p":
                console.print()
            console.print(Text(block.text))
            if block.kind == "h3":
                console.print(Text("─" * cell_len(block.text)))
        lines = (line.rstrip() for line in file.getvalue().splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip("\n"))

    def html(self, name: str = "") -> str:
        """Return the page as HTML without scripts or anything from elsewhere, all text escaped.

        It opens and closes under its name, or under another one.
        """
        name = escape(self.name or name)
        return (
            f"<details open><summary><b>{name}</b></summary><div style='{_STYLE['page']}'>"
            f"{''.join(self._html())}</div></details>"
        )

    def _html(self) -> Iterator[str]:
        is_open = False
        for block in self._blocks:
            if isinstance(block, Table):
                yield _table_html(block)
                continue
            if is_open and block.kind != "p":
                yield "</details>"
                is_open = False
            if block.aside:
                yield f"<details><summary style='{_STYLE['h4']}'>{escape(block.text)}</summary>"
                is_open = True
            else:
                style = _STYLE[block.kind]
                yield f"<{block.kind} style='{style}'>{escape(block.text)}</{block.kind}>"
        if is_open:
            yield "</details>"


_LINE = "1px solid rgba(128,128,128,0.5)"  # seen on white and on black
_STYLE = {
    "page": "max-width:60em;line-height:1.45;overflow-x:auto",
    "h3": f"font-size:1.15em;margin:1em 0 0.4em;border-bottom:{_LINE}",
    "h4": "font-size:1em;font-weight:600;margin:0.9em 0 0.3em;cursor:default",
    "p": "margin:0.4em 0",
    "table": "border-collapse:collapse;margin:0.3em 0;color:inherit;font-size:inherit;"
    "font-variant-numeric:tabular-nums",
    "th": f"border-bottom:{_LINE};padding:0.1em 1em 0.1em 0;white-space:pre-line;",
    "td": "padding:0.05em 1em 0.05em 0;white-space:pre-wrap;",
}


def _table_html(table: Table) -> str:
    """Return a table as HTML: a head, and a body for each of its sections."""
    sides = [f"text-align:{column.justify}" for column in table.columns]
    head = "".join(
        f"<th scope='col' style='{_STYLE['th']}{side}'>{escape(str(column.header))}</th>"
        for column, side in zip(table.columns, sides, strict=True)
    )
    bodies = [""]
    columns = [list(column.cells) for column in table.columns]
    for row, *cells in zip(table.rows, *columns, strict=True):
        bodies[-1] += "<tr>"
        for text, side in zip(cells, sides, strict=True):
            bodies[-1] += f"<td style='{_STYLE['td']}{side}'>{escape(str(text))}</td>"
        bodies[-1] += "</tr>"
        if row.end_section:
            bodies.append("")
    line = f" style='border-top:{_LINE}'"
    body = "".join(
        f"<tbody{line if number else ''}>{rows}</tbody>"
        for number, rows in enumerate(filter(None, bodies))
    )
    return f"<table style='{_STYLE['table']}'><thead><tr>{head}</tr></thead>{body}</table>"
