"""A page of plain text: tables, and numbers as people read them."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clustersim.units import won

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

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
    "part",
    "percent",
    "plain_percent",
    "signed",
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
    return f"+{shown}" if number > 0 and shown.strip("0.") else shown


def beside(first: str, word: str, second: str) -> str:
    """Return two numbers with a word between them; a unit they share stands once.

    >>> beside("+31.4 bn", "±", "6.92 bn"), beside("+871 M", "to", "+1.67 bn")
    ('+31.4 ± 6.92 bn', '+871 M to +1.67 bn')
    """
    number, _, unit = first.partition(" ")
    if unit and unit == second.partition(" ")[2]:
        first = number
    return f"{first} {word} {second}"


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


def distance_text(distance: float, unit: str) -> str:
    """Return a distance to a target, with its unit unless that is percentage points.

    >>> distance_text(-20.94e9, "KRW"), distance_text(6.22, "percentage points")
    ('-20.9 bn', '+6.2')
    """
    if unit == "KRW":
        return signed(distance, money_text)
    return or_dash(distance, "+.1f") + ("" if unit == "percentage points" else f" {unit}")


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
        return f"{text(row['estimate'])} (no interval)"
    return f"{text(row['estimate'])} ({beside(text(row['low']), 'to', text(row['high']))})"


def design_text(header: Mapping[str, Any], tasks: Sequence[Replicate]) -> str:
    """Return in a sentence what was run."""
    draws, lucks = {task.draw for task in tasks}, {task.luck for task in tasks}
    count = len({(task.draw, task.luck) for task in tasks})
    how = "each with its own draw of the uncertain parameters"
    if count != max(len(draws), len(lucks)):
        how = f"{len(draws)} draws of the uncertain parameters with {len(lucks)} lucks"
    replicates = "1 replicate" if count == 1 else f"{count} replicates, {how}"
    return f"Scenario {header['scenario']}, seed {header['seed']}, {replicates}."


def part(header: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return a part of a run's header, empty where there is none.

    >>> part({"resolved": {"economy": {"macro": {"mode": "flat"}}}}, "resolved", "economy", "macro")
    {'mode': 'flat'}
    """
    found: Any = header
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def uncounted(complex_: Mapping[str, Any]) -> str:
    """Return in words which sites of a complex are not counted; nothing if all are.

    >>> uncounted({"sites": {"osong": {"title": "Osong", "counted": "no"}}})
    'Not counted as firms of the complex: Osong'
    """
    sites = complex_.get("sites") or {}
    apart = [
        str(site.get("title") or name)
        for name, site in sites.items()
        if site.get("counted") == "no"
    ]
    return f"Not counted as firms of the complex: {', '.join(apart)}" if apart else ""


class Page:
    """Plain text of a fixed width, the same in a terminal, a file and a notebook."""

    def __init__(self, width: int) -> None:
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=width,
            color_system=None,
            force_terminal=False,
            force_jupyter=False,  # in a notebook it would show the page and return nothing
            highlight=False,
        )

    @property
    def width(self) -> int:
        """The most columns a line has."""
        return self._console.width

    def say(self, text: str) -> None:
        """Write a paragraph."""
        self._console.print(Text(text))

    def title(self, text: str) -> None:
        """Write an underlined title."""
        self._console.print()
        self._console.print(Text(text))
        self._console.print(Text("─" * len(text)))

    def heading(self, text: str) -> None:
        """Write a line that stands above a table."""
        self._console.print()
        self._console.print(Text(text))

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
        """Print a table, with room for every number: rich would cut what is too long."""
        for column in table.columns:
            if column.no_wrap:
                lines = [
                    line
                    for text in (column.header, *column.cells)
                    for line in str(text).splitlines()
                ]
                column.min_width = max(map(len, lines), default=0)
        self._console.print(table)
        self._console.print()

    def text(self) -> str:
        """Return the page."""
        lines = self._file.getvalue().splitlines()
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
        return re.sub(r"\n{3,}", "\n\n", text)
