"""Targets as people read them: how far, then how likely, then what makes the distance.

The first target of a complex in the scenario's file is its *headline*. Readings that differ by
their prices alone stand in one line.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from clustersim.evaluation import names
from clustersim.evaluation.page import beside, chance_text, distance_text
from clustersim.language import later, tr
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from clustersim.evaluation.page import Page

__all__ = ["added_text", "headlines", "say_split", "say_targets", "title"]

_PRICES = ("nominal", "real")
_SPLITS_SHOWN = 4
_NOT_THE_READING = {"title", "title_ko", "source", "prices"}
_SPLIT = later(
    "What makes up the distance (log x 100, about per cent, or points of a share): mean ± half "
    "the range of 90 % of the replicates. Asked: the target itself. Firms: what those that stayed "
    "did by themselves, splits included. Composition: those that came and went."
)


def title(header: Mapping[str, Any], target: str) -> str:
    """Return a target in a few words."""
    about = header.get("targets", {}).get(target, {})
    return names.target(header, target) or str(about.get("title") or target)


def headlines(targets: pd.DataFrame, header: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of each complex's first target, in the order of the scenario's file."""
    order = _in_order(targets["target"], header)
    mine = targets.assign(order=targets["target"].map(order.index))
    first = mine.groupby("complex", observed=True)["order"].transform("min")
    return mine.loc[mine["order"] == first].drop(columns="order")


def added_text(row: Mapping[Any, Any]) -> str:
    """Return what the programme adds to a chance and its 95 % interval, in percentage points.

    >>> added_text({"difference": 0.0, "difference_low": -0.126, "difference_high": 0.126})
    '+0 (-13 to +13)'
    """
    low, high = (f"{100 * row[f'difference_{end}']:+.0f}" for end in ("low", "high"))
    return f"{100 * row['difference']:+.0f} ({beside(low, 'to', high)})"


def say_targets(page: Page, targets: pd.DataFrame, header: Mapping[str, Any]) -> None:
    """Write the headline of one complex in words, and all of its readings as a table."""
    if targets.empty:
        return
    rows = {row["target"]: row for row in targets.to_dict("records")}
    page.heading(
        tr(
            "Targets: the mean distance (percentage points or won; below 0 it falls short), then "
            "the chance of meeting it in per cent; this, and what the programme adds to it, with "
            "95 % intervals"
        )
    )
    (first,) = headlines(targets, header).to_dict("records")
    page.say(_in_words(first, title(header, first["target"])))
    lines = _lines(list(rows), header)
    if len(rows) == 1:
        return
    label, chance = "~" + tr("target"), ">" + tr("chance, %")
    if all(len(line) == 1 for _, line in lines):
        added = ">" + tr("added, points")
        table = page.table(label, f">{words('distance')}", chance, added)
        for label, line in lines:
            row = rows[line[0]]
            table.add_row(label, _distance(row), _chance(row), added_text(row))
    else:
        nominal, real = (f">{words(prices)}" for prices in _PRICES)
        table = page.table(label, nominal, chance, real, chance, tight=True)
        for label, line in lines:
            cells = ["", "", "", ""]
            for target in line:
                row = rows[target]
                at = 2 * (_prices(header, target) == "real")
                cells[at : at + 2] = [_distance(row), _chance(row)]
            table.add_row(label, *cells)
    page.show(table)
    if any(math.isnan(row["distance"]) for row in rows.values()):
        page.say(tr("A dash: no replicate has firms that the target is about."))


def say_split(page: Page, distances: pd.DataFrame, header: Mapping[str, Any]) -> None:
    """Write what makes the distance to the first targets of growth of one complex."""
    known = list(distances.dropna(subset=["estimate"])["target"].unique())
    shown = [target for _, line in _lines(known, header) for target in line][:_SPLITS_SHOWN]
    if not shown:
        return
    rows = {(row["target"], row["part"]): row for row in distances.to_dict("records")}
    parts = list(distances["part"].unique())
    more = tr("All others: results.distances().") if len(shown) < len(known) else ""
    page.heading(f"{tr(_SPLIT)} {more}".strip())
    heads = ["\n".join(_wrapped(title(header, target), 14)) for target in shown]
    table = page.table("", *(f">{head}" for head in heads))
    for part in parts:
        if part == parts[-1]:
            table.add_section()
        table.add_row(words(part, "part"), *(_part(rows[target, part]) for target in shown))
    page.show(table)


def _part(row: Mapping[Any, Any]) -> str:
    scale = 100.0 if row["unit"] == "log points" else 1.0
    half = scale * (row["p95"] - row["p05"]) / 2.0
    return f"{scale * row['estimate']:+.1f} ± {half:.1f}"


def _in_words(row: Mapping[Any, Any], name: str) -> str:
    if math.isnan(row["distance"]):
        return tr("Headline: {name}. There are no firms it could be about.", name=name)
    unit = row["unit"]
    low, high = (distance_text(row[f"distance_{end}"], unit) for end in ("p05", "p95"))
    return tr(
        "Headline: {name}. Distance {distance}, in 90 % of the replicates {ends}. Chance {chance} "
        "%, to which the programme adds {added} points.",
        name=name,
        distance=_distance(row),
        ends=beside(low, "to", high),
        chance=_chance(row),
        added=added_text(row),
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines, at most so wide on average: a letter of Hangul takes two columns."""
    return textwrap.wrap(text, width * len(text) // cell_len(text))


def _distance(row: Mapping[Any, Any]) -> str:
    return distance_text(row["distance"], row["unit"])


def _chance(row: Mapping[Any, Any]) -> str:
    return "–" if math.isnan(row["distance"]) else chance_text(row)


def _lines(targets: Sequence[str], header: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the lines of the table: a label, and the targets in it, nominal first."""
    lines: dict[str, tuple[str, list[str]]] = {}
    for target in _in_order(targets, header):
        about = header.get("targets", {}).get(target, {})
        label, prices = title(header, target), _prices(header, target)
        reading = {name: about[name] for name in about if name not in _NOT_THE_READING}
        key = f"{reading}" if prices else target
        if prices:  # at the end, or last in brackets
            label = re.sub(rf", {words(prices)}(?=\)?$)", "", label)
        lines.setdefault(key, (label, []))[1].append(target)
    for _, line in lines.values():
        line.sort(key=lambda target: _prices(header, target))
    return [
        (label if len(line) > 1 else title(header, line[0]), line) for label, line in lines.values()
    ]


def _prices(header: Mapping[str, Any], target: str) -> str:
    return str(header.get("targets", {}).get(target, {}).get("prices") or "")


def _in_order(targets: Sequence[str] | pd.Series, header: Mapping[str, Any]) -> list[str]:
    """Return targets in the order of the scenario's file."""
    known = list(header.get("targets", {}))
    return sorted(set(targets), key=lambda name: (known.index(name) if name in known else -1, name))
