"""The patterns as a page of plain text."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.evaluation import names
from clustersim.evaluation.page import Page
from clustersim.language import ntr, tr
from clustersim.validation.bands import PATTERNS, THEMES
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from clustersim.validation.verdicts import Validation

__all__ = ["band_text", "called", "number_text", "summary"]

_WORST = 10
"""How many misfits stand on top."""

_FAR = np.log(1.25)
"""How far off a reported number is worth a word: a quarter."""

_LEAST = 1e-4
"""What stands for nothing in a ratio."""


def summary(validation: Validation, width: int, titles: Mapping[str, str] | None = None) -> str:
    """Return misfits, every pattern by theme, and what each is, as plain text.

    Complexes are called by their names unless there are titles.
    """
    validation = replace(validation, table=called(validation.table, titles))
    table = validation.table
    places = list(dict.fromkeys(table["complex"]))
    page = Page(width)
    page.title(
        tr("Validation of {scenario}: patterns of simulated firms", scenario=validation.scenario)
    )
    counts = table["verdict"].value_counts()
    inside, outside, reported = (int(counts.get(of, 0)) for of in ("in", "out", "reported"))
    worlds = ntr(
        "{number} world without the programme, parameters at central values, in the economy as it"
        " came; ordinary firms, anchors left out. Of {held} numbers held against a band {inside}"
        " are in and {outside} out; {reported} are reported. No parameter was tuned to any of"
        " them; where a band and a parameter rest on one source, in says no more than that what"
        " was put in comes out.",
        "{number} worlds without the programme, parameters at central values, in the economy as it"
        " came; ordinary firms, anchors left out. Of {held} numbers held against a band {inside}"
        " are in and {outside} out; {reported} are reported. No parameter was tuned to any of"
        " them; where a band and a parameter rest on one source, in says no more than that what"
        " was put in comes out.",
        validation.replicates,
        held=inside + outside,
        inside=inside,
        outside=outside,
        reported=reported,
    )
    marks = tr(
        "± is the standard error over worlds, brackets hold an exact 95 % interval. × marks what"
        " is out of its band, (×) where the 95 % interval reaches into it. – is too few to tell."
    )
    page.say(f"{worlds}\n{marks}")
    _misfits(page, validation, alone=len(places) == 1)
    _far_off(page, table, alone=len(places) == 1)
    for theme, heading in THEMES.items():
        rows = table[table["theme"] == theme]
        if len(rows):
            _theme(page, tr(heading), rows)
    page.title(tr("What is computed, and where band or published value stand"))
    for pattern in PATTERNS:
        what = tr(pattern.statistic)
        page.say(
            tr(
                "{theme}: {title}. {statistic}. Source: {source}.",
                theme=tr(THEMES[pattern.theme]),
                title=_title(vars(pattern)),
                statistic=what[0].upper() + what[1:],
                source=tr(pattern.source),
            )
            + (
                tr(" Published: {published}.", published=tr(pattern.published))
                if pattern.published
                else ""
            )
        )
    return page.text()


def called(table: pd.DataFrame, titles: Mapping[str, str] | None) -> pd.DataFrame:
    """Return a table with what complexes are called in the place of their names."""
    known = table["complex"].unique().tolist()
    named = {name: (titles or {}).get(name) or words(name).title() for name in known}
    return table.replace({"complex": named})


def _title(pattern: Mapping[Any, Any]) -> str:
    return names.title(pattern) or str(pattern["title"])


def _or(text: str, otherwise: str) -> str:
    """Return a text of the catalogue of patterns in the language that is spoken, if it has one."""
    return tr(text) if text else otherwise


def _misfits(page: Page, validation: Validation, *, alone: bool) -> None:
    """Write the patterns that are out, each where it is worst."""
    out = validation.misfits()
    if not len(out):
        return
    page.heading(tr("The worst misfits, by distance over the bound they miss"))
    where = [] if alone else [tr("worst in"), ">" + tr("out in")]
    numbers = (">" + tr("band"), ">" + words("simulated", "column"))
    shown = page.table("~" + tr("pattern"), *where, *numbers, "~" + tr("likely cause"), tight=True)
    known = validation.table[validation.table["verdict"].isin(("in", "out"))]
    told: set[str] = set()
    for row in out.drop_duplicates("pattern").head(_WORST).to_dict("records"):
        same = [int((rows["pattern"] == row["pattern"]).sum()) for rows in (out, known)]
        share = tr("{some} of {all}", some=same[0], all=same[1])
        place = [] if alone else [row["complex"], share]
        cause = _or(row["cause"], tr("not known"))
        cause = tr("as above") if row["cause"] in told else cause
        told.add(row["cause"])
        shown.add_row(_title(row), *place, band_text(row), _value(row), cause)
    page.show(shown)


def _far_off(page: Page, table: pd.DataFrame, *, alone: bool) -> None:
    """Write the reported numbers that are farthest from what is published, as a ratio."""
    rows = table[(table["verdict"] == "reported") & (table["published_value"] > 0.0)]
    ratio = rows["simulated"].abs().clip(lower=_LEAST) / rows["published_value"]
    rows = rows.assign(far=np.abs(np.log(ratio)))
    rows = rows[rows["far"] > _FAR].sort_values("far", ascending=False, kind="stable")
    if not len(rows):
        return
    page.heading(
        tr(
            "Reported numbers farthest from what is published: without a band, as what is"
            " published is of other firms or from memory"
        )
    )
    where = [] if alone else [tr("worst in")]
    numbers = ("~" + tr("published"), ">" + words("simulated", "column"))
    shown = page.table("~" + tr("pattern"), *where, *numbers, "~" + tr("likely cause"), tight=True)
    for row in rows.drop_duplicates("pattern").head(_WORST).to_dict("records"):
        place = [] if alone else [row["complex"]]
        published, cause = _or(row["published"], ""), _or(row["cause"], "–")
        shown.add_row(_title(row), *place, published, _value(row), cause)
    page.show(shown)


def _theme(page: Page, heading: str, rows: pd.DataFrame) -> None:
    page.heading(heading)
    places = list(dict.fromkeys(rows["complex"]))
    alone, many = len(places) == 1, len(places) > 2
    first = ("~" if many else "") + tr("pattern")
    columns = [">" + tr("band"), *(f">{place}" for place in places)]
    columns += ["~" + tr("published")] if alone else []
    shown = page.table(first, *columns, tight=True)
    for _, same in rows.groupby("pattern", sort=False):
        by_place = {row["complex"]: row for row in same.to_dict("records")}
        bands = list(dict.fromkeys(band_text(by_place[place]) for place in places))
        band = bands[0] if len(bands) == 1 else tr("differs")
        # several places stand side by side only where errors stand below their numbers
        cells = [_value(by_place[place], "\n" if many else " ") for place in places]
        last = [_or(same["published"].iloc[0], "")] if alone else []
        shown.add_row(_title(same.iloc[0].to_dict()), band, *cells, *last)
    page.show(shown)


def band_text(row: Mapping[Hashable, Any]) -> str:
    """Return a band in words.

    >>> band_text({"band_low": 0.02, "band_high": 0.06, "unit": "%"})
    '2 to 6 %'
    >>> band_text({"band_low": 3.0, "band_high": math.nan, "unit": "1"})
    '≥ 3'
    """
    low, high = row["band_low"], row["band_high"]
    scale, unit = (100.0, tr(" %")) if row["unit"] == "%" else (1.0, "")
    if math.isnan(low) and math.isnan(high):
        return tr("reported")
    if math.isnan(low):
        return f"≤ {scale * high:.3g}{unit}"
    if math.isnan(high):
        return f"≥ {scale * low:.3g}{unit}"
    return tr("{low} to {high}", low=f"{scale * low:.3g}", high=f"{scale * high:.3g}{unit}")


def number_text(value: float, error: float) -> tuple[str, str]:
    """Return a number and its error, which has two figures unless the number then had over four.

    >>> number_text(1.8263, 0.0206), number_text(0.00012, math.nan), number_text(12.57, 1.22)
    (('1.826', '± 0.021'), ('0.00012', ''), ('12.6', '± 1.2'))
    """
    if math.isnan(value):
        return "–", ""
    if math.isnan(error) or error == 0.0:
        return f"{value:.3g}", ""
    figures = 3 - math.floor(math.log10(max(abs(value), error)))  # never more than four
    decimals = max(min(1 - math.floor(math.log10(error)), figures), 0)
    return f"{value:.{decimals}f}", f"± {error:.{decimals}f}"


def _value(row: Mapping[Hashable, Any], between: str = " ") -> str:
    """Return what was simulated: a number, its error or interval, and a mark if it is out."""
    scale, unit = (100.0, tr(" %")) if row["unit"] == "%" else (1.0, "")
    if row["pooled"] == "odds" and not math.isnan(row["simulated"]):
        low, high = (f"{scale * row[end]:.2g}" for end in ("low", "high"))
        number, doubt = f"{scale * row['simulated']:.2g}", f"[{low}, {high}]"
    else:
        number, doubt = number_text(scale * row["simulated"], scale * row["error"])
    low, high = row["low"], row["high"]
    near = not (low > row["band_high"] or high < row["band_low"] or math.isnan(low))
    mark = "" if row["verdict"] != "out" else " (×)" if near else " ×"
    if number == "–":
        return number
    if between == "\n":
        return f"{number}{unit}{mark}\n{doubt}" if doubt else f"{number}{unit}{mark}"
    return f"{number}{between}{doubt}{unit}{mark}" if doubt else f"{number}{unit}{mark}"
