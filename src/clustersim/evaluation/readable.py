"""Tidy tables as people read them: headings and names in words, money in short, errors beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from clustersim.evaluation import names, verdicts
from clustersim.evaluation.page import (
    beside,
    count_text,
    or_dash,
    p_text,
    plain_percent,
    signed,
    three_figures,
)
from clustersim.language import tr
from clustersim.units import won
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Readable", "readable"]

_Text = Callable[[float], str]


class Readable(pd.DataFrame):
    """A table of texts, whose columns stand in line where Hangul is two columns wide."""

    @property
    def _constructor(self) -> type[Readable]:
        return Readable

    def __repr__(self) -> str:
        with pd.option_context("display.unicode.east_asian_width", True):  # noqa: FBT003 - an option's value
            return super().__repr__()


def readable(table: pd.DataFrame, headers: Mapping[str, Mapping[str, Any]]) -> Readable:
    """Return a tidy table, or some of its rows, for reading.

    Parameters
    ----------
    table
        Any table of `clustersim.results.Results` or, with a column ``run``, of
        `clustersim.comparison.Comparison`.
    headers
        Of the runs by name; of a table without ``run`` the only one.

    Returns
    -------
    Readable
        Texts in the language that is spoken. What names a row is its index; a number has its unit
        and, behind ±, its standard error. What has no words of its own is told in those of its
        name.
    """
    errors = _errors(table)
    keys = [name for name in table.columns if name not in errors.values() and _is_key(table, name)]
    left = {*keys, *errors.values(), "unit", "interval"}
    numbers = [name for name in table.columns if name not in left]
    rows = table.to_dict("records")
    shown = {
        _heading(name, name in errors): [
            _called(row, name, headers) if name in keys else _number(row, name, errors.get(name))
            for row in rows
        ]
        for name in (*keys, *numbers)
    }
    frame = Readable(shown)
    heads = [_heading(name) for name in keys]
    return Readable(frame.set_index(heads)) if heads and numbers else frame


# ---------------------------------------------------------------- which column is what

_COUNTED: Final = {"year", "base", "draws"}
_ERRORS: Final = {
    "mc_error": ("estimate", "mean", "arm_value", "probability", "simulated"),
    "difference_mc_error": ("difference",),
    "count_mc_error": ("count",),
    "amount_mc_error": ("amount",),
}


def _errors(table: pd.DataFrame) -> dict[str, str]:
    """Return the columns that have a standard error, and its column."""
    found = {}
    for error, numbers in _ERRORS.items():
        first = next((name for name in numbers if name in table), None)
        if error in table and first is not None:
            found[first] = error
    return found


def _is_key(table: pd.DataFrame, name: str) -> bool:
    """Return whether a column names a row: texts, and years."""
    if name in {"unit", "interval", "within", "source"}:
        return False
    return name in _COUNTED or not pd.api.types.is_numeric_dtype(table[name])


# ---------------------------------------------------------------- words


def _heading(name: str, with_error: bool = False) -> str:  # noqa: FBT001, FBT002 - of this module
    text = words(name, "column")
    return tr("{name} ± error", name=text) if with_error else text


def _called(row: Mapping[Any, Any], column: str, headers: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what a cell that names a row says."""
    value = row[column]
    if value is None or pd.isna(value):
        return "–"
    name = str(value)
    header = headers.get(str(row.get("run"))) or next(iter(headers.values()))
    match column:
        case "run" | "parameter" | "category" | "year" | "base":
            return name
        case "arm" | "reference":
            return names.arm(header, name) or words(name)
        case "complex":
            return names.complex_(header, name) or words(name)
        case "target":
            return verdicts.title(header, name)
        case "mini_cluster" | "instrument" | "who" | "purpose":
            at = row.get("arm"), row.get("complex")
            return names.work(header, *at, name) or words(name, column)
        case "period" if name.isdecimal():
            return name
        case _:
            return words(name, column)


# ---------------------------------------------------------------- numbers


def _number(row: Mapping[Any, Any], column: str, error: str | None) -> str:
    """Return a number with its unit and its error."""
    value = row[column]
    if value is None or pd.isna(value):
        return "–"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, str):
        return value
    text = _text(row, column)
    shown = signed(value, text) if _is_change(row, column) else text(value)
    if error is None:
        return shown
    return f"{shown} ± –" if pd.isna(row[error]) else beside(shown, "±", text(row[error]))


def _is_change(row: Mapping[Any, Any], column: str) -> bool:
    """Return whether a number is told with its sign."""
    spread = {"estimate", "p05", "p50", "p95"}
    if column in spread:
        return "mc_error" in row
    return column == "difference" or column.startswith("distance")


_MONEY: Final = {"KRW", "KRW2008"}
_PERCENT: Final = {"%", "percent", "per cent"}
_COUNTS: Final = {
    "firms", "heads", "ties", "tasks", "people", "hours", "cases", "days", "times", "waiting",
}  # fmt: skip


def _text(row: Mapping[Any, Any], column: str) -> _Text:
    """Return how a number is written: by its column or, where that does not tell, by its unit."""
    unit = row.get("unit", "")
    if "probability" in row and column in {"difference", "difference_low", "difference_high"}:
        return _points
    is_chance = column in {"probability", "probability_low", "probability_high"}
    if is_chance or (column in {"share", "low", "high"} and "share" in row):
        return lambda share: _percent(100.0 * share)
    if column in _OWN:
        return _OWN[column]
    if column == "effect":
        return count_text if row.get("ratio") == "job_years_per_bn_won" else won
    if unit in _MONEY:
        return won
    if unit in _PERCENT:
        return _percent
    if unit in {"percentage points", "percent points"}:
        return _percentage_points
    return count_text if unit in _COUNTS else three_figures


def _percent(number: float) -> str:
    return tr("{number} %", number=plain_percent(number))


def _percentage_points(number: float) -> str:
    return tr("{number} points", number=or_dash(number, ".1f"))


def _points(share: float) -> str:
    return _percentage_points(100.0 * share)


_OWN: Final[dict[str, _Text]] = {
    "ratio": "{:.2f}".format,
    "p_value": p_text,
    "q_value": p_text,
    "count": count_text,
    "firms": count_text,
    "replicates": "{:.0f}".format,
    "defined": lambda share: _percent(100.0 * share),
    "each": won,
    "paid": won,
    **dict.fromkeys(("envelope", "simulated", "untreated", "appropriated", "running"), won),
    **dict.fromkeys(("grant", "small_task", "needed_low", "needed_high"), won),
    **dict.fromkeys(("rd_grants", "small_tasks", "tasks"), count_text),
    **dict.fromkeys(("rd_share", "most_rd_share", "by_lines"), _percent),
}
"""Columns whose numbers are of one kind in every table that has them."""
