"""What click says, in the language that is spoken: of mistakes, and on pages of help.

Texts of help stand beside their options, marked with `later`; a page translates them when it is
written, as one process may speak both languages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

from clustersim.columns import narrowed, widened
from clustersim.language import later, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Context", "retold"]

_SAID: Final = (
    later("Missing argument {name}."),
    later("Missing option {name}."),
    later("No such option {name}."),
    later("Option {name} requires an argument."),
    later("Option {name} does not take a value."),
    later("Got unexpected extra argument ({values})"),
    later("Got unexpected extra arguments ({values})"),
    later("Invalid value for {name}: {value} is not a valid integer."),
    later("Invalid value for {name}: {value} is not a valid integer range."),
    later("Invalid value for {name}: {value} is not in the range {range}."),
    later("Invalid value for {name}: {value} is not one of {words}."),
    later("Invalid value for {name}: Directory {value} does not exist."),
    later("Invalid value for {name}: Directory {value} is a file."),
    later("Invalid value for {name}: Directory {value} is not readable."),
    later("Invalid value for {name}: File {value} is a directory."),
)
"""What click says of mistakes, for it knows no translations but those of the whole process."""

_WRITTEN: Final = (
    later("Usage:"),
    later("[OPTIONS]"),
    later("[COMMAND]"),
    later("[ARGS]..."),
    later("Options"),
    later("Commands"),
    later("Show the version and exit."),
    later("Show this message and exit."),
    later("default: {value}"),
    later("x>={lowest}"),
)
"""What click writes on pages of help."""


def retold(said: str) -> str:
    """Return what click says in the language that is spoken; what is not known, as it is."""
    for text in (*_SAID, *_WRITTEN):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text))
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return tr(text, **found.groupdict())
    return said


_KEPT: Final = "\u00a0"
"""A space at which no line ends, for translations."""


class _Help(click.HelpFormatter):
    """A page of help; its lines are wrapped by the columns that their letters take."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        given = " ".join(map(retold, args.split()))
        super().write_usage(prog, widened(given), prefix or widened(tr("Usage:") + " "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(retold(heading))

    def write_text(self, text: str) -> None:
        super().write_text(widened(tr(text)))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        told = [(term, text and widened(_told(text))) for term, text in rows]
        super().write_dl(told, col_max, col_spacing)

    def getvalue(self) -> str:
        return narrowed(super().getvalue()).replace(_KEPT, " ")


class Context(click.Context):
    """The context of a command whose help is in the language that is spoken."""

    formatter_class = _Help


_ADDED: Final = re.compile(r"(?P<text>.+)  \[(?P<added>[^]]+)\]", re.DOTALL)


def _told(text: str) -> str:
    """Return the help of an option or command, with the default and range that click has added."""
    said = tr(text)
    found = _ADDED.fullmatch(text)
    if said != text or found is None:
        return said
    return f"{tr(found['text'])}  [{'; '.join(map(retold, found['added'].split('; ')))}]"
