"""Complexes, scenarios and arms side by side, as a page."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from clustersim.evaluation import names
from clustersim.evaluation.comparison import mean_effects, mean_shares, together, window
from clustersim.evaluation.envelope import explained
from clustersim.evaluation.names import part
from clustersim.evaluation.page import (
    Page,
    count_text,
    design_text,
    distance_text,
    money_text,
    or_dash,
    percent,
    plain_percent,
    signed,
    three_figures,
    uncounted,
)
from clustersim.evaluation.verdicts import headlines, title
from clustersim.language import later, tr
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from rich.table import Table

    from clustersim.evaluation.comparison import Compared

__all__ = ["comparison", "side_by_side", "written"]

_OUTPUT, _ADDED, _JOBS = later("OUTPUT"), later("VALUE ADDED"), later("JOBS")
_MONEY, _TARGET = later("STATE MONEY"), later("HEADLINE TARGET")
_OUTCOMES = {
    "output": (_OUTPUT, money_text),
    "value_added": (_ADDED, money_text),
    "workers": (_JOBS, count_text),
}
_ALL, _ERROR, _PERCENT = later("all firms"), later("± error"), later("per cent")
_PERCENT_ERROR, _SHARE = later("± error of it"), later("members' share")
_LOST, _RATIO = later("lost by rivals"), later("envelope ratio")
_PAID = later("paid")
_DOUBT = {later("5 %"): "p05", later("95 %"): "p95"}
_PARTS = {
    "all_without_anchors": later("less anchors"),
    "members": later("members"),
    "nation": later("the nation"),
}
_RATIOS = {
    "value_added_per_won": later("value added a won"),
    "job_years_per_bn_won": later("job-years a bn"),
}
_FROM, _TO = later("from"), later("to")
_DISTANCE = {later("distance"): "distance", "5 %": "distance_p05", "95 %": "distance_p95"}
_CHANCES = {
    later("chance, %"): ("probability", ".0f"),
    f"chance: {_FROM}": ("probability_low", ".0f"),
    f"chance: {_TO}": ("probability_high", ".0f"),
    later("added, points"): ("difference", "+.0f"),
    f"added: {_FROM}": ("difference_low", "+.0f"),
    f"added: {_TO}": ("difference_high", "+.0f"),
}
_ROWS = [
    *(
        (_OUTPUT, row)
        for row in (
            *(_ALL, _ERROR, *_DOUBT, _PERCENT, _PERCENT_ERROR),
            *(_SHARE, *_PARTS.values(), _LOST, _RATIO),
        )
    ),
    *(
        (section, row)
        for section in (_ADDED, _JOBS)
        for row in (_ALL, _ERROR, *_DOUBT, _PARTS["nation"])
    ),
    (_MONEY, _PAID),
    *(
        (_MONEY, row)
        for name in _RATIOS.values()
        for row in (name, f"{name}: {_FROM}", f"{name}: {_TO}")
    ),
    *((_TARGET, row) for row in (*_DISTANCE, *_CHANCES)),
]
"""The rows of the table: section and label, of which only what follows a colon is shown."""

_Row = tuple[str, str]
_Cell = tuple[dict[Any, Any], str, str, str]
"""A row of a table with its run, complex and arm; section, label and text."""


def comparison(compared: Compared, width: int = 80) -> str:
    """Return the runs side by side as plain text, at most ``width`` columns wide; see `written`."""
    return written(compared, width).text()


def written(compared: Compared, width: int = 80) -> Page:
    """Return the page of runs side by side.

    Raises
    ------
    InputError
        The runs have no year in common.
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    page = Page(width)
    for name, run in compared.runs.items():
        design = design_text(run.store)
        page.say(design if name == run.store.header["scenario"] else f"{name}: {design}")
    side_by_side(page, compared)
    page.say(
        tr(
            "Arms of one run met the same luck, so a difference between them is surer than their "
            "two errors suggest. A few replicates tell little: more narrow every interval."
        )
    )
    return page


def side_by_side(page: Page, compared: Compared) -> None:
    """Write what changes, for whom, for what money, and how far each headline target is.

    Complexes or arms are the columns, whichever gives fewer tables.
    """
    cells = _cells(compared)
    spots, arms = (list(dict.fromkeys(names)) for names in zip(*cells, strict=True))
    called = {arm: _arm(compared, arm) or words(arm) for arm in arms}
    called |= {spot: words(spot) for spot in spots}
    heads = {name: text.replace(" ", "\n") for name, text in called.items()}
    texts = [*(text for cell in cells.values() for text in cell.values()), *heads.values()]
    widest = max(cell_len(line) for text in texts for line in text.splitlines())
    labels = max(cell_len(_label(row)) for row in _ROWS)
    room = max((page.width - labels) // (widest + 2), 1)
    upright = len(arms) * -(-len(spots) // room) <= len(spots) * -(-len(arms) // room)
    columns, blocks = (spots, arms) if upright else (arms, spots)
    first, last = window(compared)
    references = mean_effects(compared)["reference"]
    page.heading(
        tr(
            "What an arm changes beside {references} in a mean year of {first} to {last}: Monte "
            "Carlo error, and the range of 90 % of the replicates. Money in won of 2008; paid and "
            "bought over the whole run, with 95 % intervals",
            references=", ".join(_arm(compared, arm) or arm for arm in dict.fromkeys(references)),
            first=first,
            last=last,
        )
    )
    for block in blocks:
        keys = {name: (name, block) if upright else (block, name) for name in columns}
        across = [name for name in columns if keys[name] in cells]
        for at in range(0, len(across), room):
            shown = across[at : at + room]
            name = called[block] if len(blocks) > 1 else ""
            table = page.table(f"~{name}", *(f">{heads[each]}" for each in shown), tight=True)
            _fill(table, [cells[keys[each]] for each in shown])
            page.show(table)
    _say_alike(page, compared)
    _say_apart(page, compared)
    _say_headlines(page, compared)


def _fill(table: Table, cells: Sequence[dict[_Row, str]]) -> None:
    for section, rows in groupby(_ROWS, key=lambda row: row[0]):
        told = {row: [cell.get(row, "") for cell in cells] for row in rows}
        told = {row: texts for row, texts in told.items() if any(texts)}
        if told:
            table.add_row(tr(section))
            for row, texts in told.items():
                table.add_row(_label(row), *(text or "–" for text in texts))
            table.add_section()


def _label(row: _Row) -> str:
    about, _, text = row[1].rpartition(": ")
    return f"{'    ' if about else '  '}{tr(text)}"


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
        if (_OUTPUT, _SHARE) not in cell:  # nobody is a member of anything
            cell.pop((_OUTPUT, _PARTS["members"]), None)
    return cells


def _effects(compared: Compared) -> Iterator[_Cell]:
    for row in mean_effects(compared, ("all", *_PARTS)).to_dict("records"):
        section, text = _OUTCOMES[row["outcome"]]
        is_level, is_all = row["measure"] == "level", row["group"] == "all"
        if is_level and is_all:
            yield row, section, _ALL, signed(row["estimate"], text)
            yield row, section, _ERROR, text(row["mc_error"])
            for label, column in _DOUBT.items():
                yield row, section, label, signed(row[column], text)
        elif is_all:
            yield row, section, _PERCENT, percent(row["estimate"])
            yield row, section, _PERCENT_ERROR, plain_percent(row["mc_error"])
        elif is_level and (row["group"] != "all_without_anchors" or _has_anchors(compared, row)):
            yield row, section, _PARTS[row["group"]], signed(row["estimate"], text)


def _perimeters(compared: Compared) -> Iterator[_Cell]:
    for row in mean_shares(compared).to_dict("records"):
        if row["share"]:
            yield row, _OUTPUT, _SHARE, f"{row['share']:.1%}"
    for row in together(compared, lambda run: run.displaced()).to_dict("records"):
        yield row, _OUTPUT, _LOST, or_dash(row["share"], ".0%")
    for row in together(compared, lambda run: run.envelope()).to_dict("records"):
        yield row, _OUTPUT, _RATIO, or_dash(row["ratio"], ".2f")


def _money(compared: Compared) -> Iterator[_Cell]:
    for row in together(compared, lambda run: run.money()).to_dict("records"):
        yield row, _MONEY, _PAID, money_text(row["paid"])
        if name := _RATIOS.get(row["ratio"]):
            yield row, _MONEY, name, three_figures(row["estimate"])
            yield row, _MONEY, f"{name}: {_FROM}", three_figures(row["low"])
            yield row, _MONEY, f"{name}: {_TO}", three_figures(row["high"])


def _targets(compared: Compared) -> Iterator[_Cell]:
    for row in _headlines(compared).dropna(subset=["distance"]).to_dict("records"):
        for label, column in _DISTANCE.items():
            yield row, _TARGET, label, distance_text(row[column], row["unit"])
        for label, (column, form) in _CHANCES.items():
            yield row, _TARGET, label, format(100 * row[column], form)


def _headlines(compared: Compared) -> pd.DataFrame:
    return together(compared, lambda run: headlines(run.targets(wide=True), run.store.header))


def _say_alike(page: Page, compared: Compared) -> None:
    """Say which arms of a place have the same effects, as those that differ in labels do."""
    effects = mean_effects(compared, ("all", *_PARTS))
    effects = effects[effects["arm"].isin(compared.arms)]
    said = defaultdict(list)
    for _, rows in effects.groupby(["run", "complex"], sort=False):
        wide = rows.pivot_table(
            index="arm", columns=["group", "outcome", "measure"], values="estimate", sort=False
        )
        for alike in wide.groupby([*wide], sort=False, dropna=False).groups.values():
            arms = ", ".join(_arm(compared, str(arm)) or str(arm) for arm in alike)
            if len(alike) > 1:
                said[arms].append(_place(compared, rows.iloc[0].to_dict()))
    for arms, places in said.items():
        page.say(
            tr(
                "{places}: {arms} have the same effects, to the last digit, on all that is "
                "compared here.",
                places=", ".join(places),
                arms=arms,
            )
        )


def _say_headlines(page: Page, compared: Compared) -> None:
    """Say what the headline target of each place is."""
    rows = _headlines(compared).drop_duplicates(["run", "complex"])
    said = [
        f"{_place(compared, row)}: {title(compared.runs[row['run']].store.header, row['target'])}"
        for row in rows.to_dict("records")
    ]
    if said:
        page.say(
            tr(
                "Headline targets, distance in percentage points or won (below 0 it falls short): "
                "{targets}. Other readings stand on the page of each run.",
                targets="; ".join(said),
            )
        )


def _say_apart(page: Page, compared: Compared) -> None:
    """Say of each place which sites do not count, and why the envelope is far off."""
    rows = together(compared, lambda run: run.envelope()).to_dict("records")
    said = {}
    for row in rows:
        header = compared.runs[row["run"]].store.header
        if apart := uncounted(part(header, "resolved", "complexes", row["complex"])):
            said[_place(compared, row)] = tr(
                "Not counted as firms of the complex: {sites}; the rows of members and the nation "
                "hold them.",
                sites=apart,
            )
    for row in rows:
        if row["arm"] in compared.arms and (why := explained(row)):
            arm = _arm(compared, row["arm"]) or row["arm"]
            ratio = tr("Envelope ratio {ratio}.", ratio=f"{row['ratio']:.2f}")
            said[f"{_place(compared, row)}, {arm}"] = f"{ratio} {why}"
    for place, text in said.items():
        page.say(f"{place}: {text}")


def _place(compared: Compared, row: Mapping[Any, Any]) -> str:
    """Return the complex, and where needed the run."""
    alone = len(compared.runs) == 1 or row["run"] == row["complex"]
    header = compared.runs[row["run"]].store.header
    place = names.complex_(header, row["complex"]) or str(row["complex"])
    return place if alone else f"{row['run']}: {place}"


def _arm(compared: Compared, arm: str) -> str:
    """Return what an arm is called in the first run that has a title for it."""
    said = [names.arm(run.store.header, arm) for run in compared.runs.values()]
    return next((text for text in said if text != words(arm)), said[0])


def _has_anchors(compared: Compared, row: Mapping[Any, Any]) -> bool:
    header = compared.runs[row["run"]].store.header
    return bool(part(header, "resolved", "complexes", row["complex"], "anchors"))
