"""Complexes, scenarios and arms side by side, as a page of plain text."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from clustersim.evaluation.comparison import mean_effects, mean_shares, together, window
from clustersim.evaluation.envelope import explained
from clustersim.evaluation.page import (
    Page,
    count_text,
    design_text,
    distance_text,
    money_text,
    or_dash,
    part,
    percent,
    plain_percent,
    signed,
    uncounted,
)
from clustersim.evaluation.verdicts import added_text, headlines, title
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from rich.table import Table

    from clustersim.evaluation.comparison import Compared

__all__ = ["comparison", "side_by_side"]

_OUTCOMES = {
    "output": ("OUTPUT", money_text),
    "value_added": ("VALUE ADDED", money_text),
    "workers": ("JOBS", count_text),
}
_DOUBT = {"5 %": "p05", "95 %": "p95"}
_PARTS = {"all_without_anchors": "less anchors", "members": "members", "nation": "the nation"}
_RATIOS = {"value_added_per_won": "value added a won", "job_years_per_bn_won": "job-years a bn"}
_DISTANCE = {"distance": "distance", "5 %": "distance_p05", "95 %": "distance_p95"}
_CHANCE = {
    "chance, %": "probability",
    "chance: from": "probability_low",
    "chance: to": "probability_high",
}
_MONEY, _TARGET = "STATE MONEY", "HEADLINE TARGET"
_ROWS = [
    *(
        ("OUTPUT", row)
        for row in (
            *("all firms", "± error", *_DOUBT, "per cent", "± error of it"),
            *("members' share", *_PARTS.values(), "lost by rivals", "envelope ratio"),
        )
    ),
    *(
        (section, row)
        for section in ("VALUE ADDED", "JOBS")
        for row in ("all firms", "± error", *_DOUBT, "the nation")
    ),
    (_MONEY, "paid"),
    *((_MONEY, row) for name in _RATIOS.values() for row in (name, f"{name}: from", f"{name}: to")),
    *((_TARGET, row) for row in (*_DISTANCE, *_CHANCE, "added, points")),
]
"""The rows of the table: section and label, of which only what follows a colon is shown."""

_Row = tuple[str, str]
_Cell = tuple[dict[Any, Any], str, str, str]
"""A row of a table with its run, complex and arm; section, label and text."""


def comparison(compared: Compared, width: int = 80) -> str:
    """Return the runs side by side as a page of plain text, at most ``width`` columns wide.

    Raises
    ------
    InputError
        The runs have no year in common.
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    page = Page(width)
    for name, run in compared.runs.items():
        design = design_text(run.store.header, run.store.tasks())
        page.say(design if name == run.store.header["scenario"] else f"{name}: {design}")
    side_by_side(page, compared)
    page.say(
        "Arms of one run met the same luck, so a difference between them is surer than their two "
        "errors suggest. A few replicates tell little: more narrow every interval."
    )
    return page.text()


def side_by_side(page: Page, compared: Compared) -> None:
    """Write what changes, for whom, for what money, and how far each headline target is.

    Complexes or arms are the columns, whichever gives fewer tables.
    """
    cells = _cells(compared)
    spots, arms = (list(dict.fromkeys(names)) for names in zip(*cells, strict=True))
    heads = {name: words(name).replace(" ", "\n") for name in (*spots, *arms)}
    texts = [*(text for cell in cells.values() for text in cell.values()), *heads.values()]
    widest = max(len(line) for text in texts for line in text.splitlines())
    labels = max(len(_label(row)) for row in _ROWS)
    room = max((page.width - labels) // (widest + 2), 1)
    upright = len(arms) * -(-len(spots) // room) <= len(spots) * -(-len(arms) // room)
    columns, blocks = (spots, arms) if upright else (arms, spots)
    first, last = window(compared)
    references = mean_effects(compared)["reference"]
    page.heading(
        f"What an arm changes beside {', '.join(dict.fromkeys(references))} in a mean year of "
        f"{first} to {last}: Monte Carlo error, and the range of 90 % of the replicates. Money in "
        "won of 2008; paid and bought over the whole run, with 95 % intervals"
    )
    for block in blocks:
        keys = {name: (name, block) if upright else (block, name) for name in columns}
        across = [name for name in columns if keys[name] in cells]
        for at in range(0, len(across), room):
            shown = across[at : at + room]
            name = words(block) if len(blocks) > 1 else ""
            table = page.table(f"~{name}", *(f">{heads[each]}" for each in shown), tight=True)
            _fill(table, [cells[keys[each]] for each in shown])
            page.show(table)
    _say_apart(page, compared)
    _say_headlines(page, compared)


def _fill(table: Table, cells: Sequence[dict[_Row, str]]) -> None:
    for section, rows in groupby(_ROWS, key=lambda row: row[0]):
        told = {row: [cell.get(row, "") for cell in cells] for row in rows}
        told = {row: texts for row, texts in told.items() if any(texts)}
        if told:
            table.add_row(section)
            for row, texts in told.items():
                table.add_row(_label(row), *(text or "–" for text in texts))
            table.add_section()


def _label(row: _Row) -> str:
    about, _, text = row[1].rpartition(": ")
    return f"{'    ' if about else '  '}{text}"


# ---------------------------------------------------------------- the cells


def _cells(compared: Compared) -> dict[tuple[str, str], dict[_Row, str]]:
    """Return for every place and arm that is shown the text of each row."""
    cells: dict[tuple[str, str], dict[_Row, str]] = {}
    for rows in (
        _effects(compared),
        _perimeters(compared),
        _money(compared),
        _targets(compared),
    ):
        for row, section, label, text in rows:
            if row["arm"] not in compared.arms:
                continue
            key = (_place(compared, row), str(row["arm"]))
            cells.setdefault(key, {})[section, label] = text
    for cell in cells.values():
        if ("OUTPUT", "members' share") not in cell:  # nobody is a member of anything
            cell.pop(("OUTPUT", "members"), None)
    return cells


def _effects(compared: Compared) -> Iterator[_Cell]:
    for row in mean_effects(compared, ("all", *_PARTS)).to_dict("records"):
        section, text = _OUTCOMES[row["outcome"]]
        is_level, is_all = row["measure"] == "level", row["group"] == "all"
        if is_level and is_all:
            yield row, section, "all firms", signed(row["estimate"], text)
            yield row, section, "± error", text(row["mc_error"])
            for label, column in _DOUBT.items():
                yield row, section, label, signed(row[column], text)
        elif is_all:
            yield row, section, "per cent", percent(row["estimate"])
            yield row, section, "± error of it", plain_percent(row["mc_error"])
        elif is_level and (row["group"] != "all_without_anchors" or _has_anchors(compared, row)):
            yield row, section, _PARTS[row["group"]], signed(row["estimate"], text)


def _perimeters(compared: Compared) -> Iterator[_Cell]:
    for row in mean_shares(compared).to_dict("records"):
        if row["share"]:
            yield row, "OUTPUT", "members' share", f"{row['share']:.1%}"
    for row in together(compared, lambda run: run.displaced()).to_dict("records"):
        yield row, "OUTPUT", "lost by rivals", or_dash(row["share"], ".0%")
    for row in together(compared, lambda run: run.envelope()).to_dict("records"):
        yield row, "OUTPUT", "envelope ratio", or_dash(row["ratio"], ".2f")


def _money(compared: Compared) -> Iterator[_Cell]:
    for row in together(compared, lambda run: run.money()).to_dict("records"):
        yield row, _MONEY, "paid", money_text(row["paid"])
        if name := _RATIOS.get(row["ratio"]):
            yield row, _MONEY, name, or_dash(row["estimate"], ".3g")
            yield row, _MONEY, f"{name}: from", or_dash(row["low"], ".3g")
            yield row, _MONEY, f"{name}: to", or_dash(row["high"], ".3g")


def _targets(compared: Compared) -> Iterator[_Cell]:
    for row in _headlines(compared).dropna(subset=["distance"]).to_dict("records"):
        for label, column in _DISTANCE.items():
            yield row, _TARGET, label, distance_text(row[column], row["unit"])
        for label, column in _CHANCE.items():
            yield row, _TARGET, label, f"{100 * row[column]:.0f}"
        yield row, _TARGET, "added, points", added_text(row)


def _headlines(compared: Compared) -> pd.DataFrame:
    return together(compared, lambda run: headlines(run.targets(wide=True), run.store.header))


def _say_headlines(page: Page, compared: Compared) -> None:
    """Say what the headline target of each place is."""
    rows = _headlines(compared).drop_duplicates(["run", "complex"])
    said = [
        f"{_place(compared, row)}: {title(compared.runs[row['run']].store.header, row['target'])}"
        for row in rows.to_dict("records")
    ]
    if said:
        page.say(
            "Headline targets, distance in percentage points or won (below 0 it falls short): "
            f"{'; '.join(said)}. Other readings stand on the page of each run."
        )


def _say_apart(page: Page, compared: Compared) -> None:
    """Say of each place which sites do not count, and why the envelope is far off."""
    rows = together(compared, lambda run: run.envelope()).to_dict("records")
    said = {}
    for row in rows:
        header = compared.runs[row["run"]].store.header
        if apart := uncounted(part(header, "resolved", "complexes", row["complex"])):
            said[_place(compared, row)] = f"{apart}; the rows of members and the nation hold them."
    for row in rows:
        if row["arm"] in compared.arms and (why := explained(row)):
            said[f"{_place(compared, row)}, {row['arm']}"] = (
                f"Envelope ratio {row['ratio']:.2f}. {why}"
            )
    for place, text in said.items():
        page.say(f"{place}: {text}")


def _place(compared: Compared, row: Mapping[Any, Any]) -> str:
    """Return the complex, and where needed the run."""
    alone = len(compared.runs) == 1 or row["run"] == row["complex"]
    return str(row["complex"]) if alone else f"{row['run']}: {row['complex']}"


def _has_anchors(compared: Compared, row: Mapping[Any, Any]) -> bool:
    header = compared.runs[row["run"]].store.header
    return bool(part(header, "resolved", "complexes", row["complex"], "anchors"))
