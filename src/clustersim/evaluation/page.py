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
    "count_text",
    "design_text",
    "distance_text",
    "money_text",
    "or_dash",
    "p_text",
    "percent",
    "plain_percent",
    "signed",
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


def distance_text(row: Mapping[Any, Any]) -> str:
    """Return the distance to a target in its unit."""
    if row["unit"] == "KRW":
        return signed(row["distance"], money_text)
    unit = "points" if row["unit"] == "percentage points" else row["unit"]
    return f"{row['distance']:+.1f} {unit}"


def design_text(header: Mapping[str, Any], tasks: Sequence[Replicate]) -> str:
    """Return in a sentence what was run."""
    draws, lucks = {task.draw for task in tasks}, {task.luck for task in tasks}
    count = len({(task.draw, task.luck) for task in tasks})
    how = "each with its own draw of the uncertain parameters"
    if count != max(len(draws), len(lucks)):
        how = f"{len(draws)} draws of the uncertain parameters with {len(lucks)} lucks"
    replicates = "1 replicate" if count == 1 else f"{count} replicates, {how}"
    return f"Scenario {header['scenario']}, seed {header['seed']}, {replicates}."


class Page:
    """Plain text of a fixed width, the same in a terminal, a file and a notebook."""

    def __init__(self, width: int) -> None:
        self._file = io.StringIO()
        self._console = Console(
            file=self._file, width=width, color_system=None, force_terminal=False, highlight=False
        )

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

    def table(self, *columns: str) -> Table:
        """Return an empty table; '>' sets a column to the right, '~' lets it run over lines."""
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), pad_edge=False)
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
