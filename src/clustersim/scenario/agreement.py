"""What no single block can know: whether the blocks of a scenario agree with one another.

It reads plain data and passes over whatever is malformed, which binding tells of, so that a file
gets all its problems at once.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clustersim import units
from clustersim.calendar import label, month_of, year_of
from clustersim.errors import UnitError
from clustersim.problems import did_you_mean
from clustersim.scenario.reading import dotted
from clustersim.units import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.problems import Problems
    from clustersim.scenario.reading import Document, Keys

__all__ = ["agree"]


def agree(document: Document, problems: Problems) -> None:
    """Note every name that another block does not know and every date outside the run."""

    def note(path: Keys, message: str, hint: str, *, key: bool = False) -> None:
        problems.add(document.place(path, key=key), dotted(path), message, hint)

    complexes = _block(document.data, "complexes")
    start, end = (_month(document.data.get(word)) for word in ("start", "end"))
    if start is not None and end is not None and end < start + 11:
        note(("end",), "the run is shorter than a year", f"let it end in {label(start + 11)}")
        return
    sectors = _block(document.data, "economy").get("sectors")
    codes: dict[Any, str] = {}
    for name in complexes:
        complex_ = _block(complexes, name)
        figures, here = _block(complex_, "figures"), ("complexes", name, "figures")
        for sector in _block(figures, "sectors"):
            if isinstance(sectors, list) and sector not in sectors:
                hint = did_you_mean(str(sector), map(str, sectors))
                note((*here, "sectors", sector), "unknown sector", hint, key=True)
        anchors = _block(complex_, "anchors")
        for anchor in anchors:
            sector = _block(anchors, anchor).get("sector")
            if isinstance(sectors, list) and isinstance(sector, str) and sector not in sectors:
                hint = did_you_mean(sector, map(str, sectors))
                place: Keys = ("complexes", name, "anchors", anchor, "sector")
                note(place, f"unknown sector '{sector}'", hint)
        as_of = _month(figures.get("as_of"))
        if None not in (as_of, start, end) and not start <= as_of <= end:  # type: ignore[operator]
            hint = "start the run earlier, or take later figures"
            note((*here, "as_of"), "the figures are of a month outside the run", hint)
        code = complex_.get("code")
        if isinstance(code, int) and codes.setdefault(code, name) != name:
            hint = "give each complex a code of its own"
            note(("complexes", name, "code"), f"code {code} is that of {codes[code]}", hint)
    plans = _block(_block(document.data, "programme"), "complexes")
    for name in plans:
        path: Keys = ("programme", "complexes", name)
        if name not in complexes:
            hint = did_you_mean(str(name), map(str, complexes))
            note(path, "unknown complex", hint, key=True)
        _networks_agree(document.data, name, sectors, end, note)
        for block, word in (
            ("budget", "starts"),
            ("exchange", "opens"),
            ("rnd", "first"),
            ("inno_core", "opens"),
        ):
            date = _date(_block(_block(plans, name), block).get(word))
            if date is None or start is None or end is None:
                continue
            # a year of the run must lie before, as firms are known by their last year's accounts
            if not start + 12 <= month_of(date) <= end:
                hint = f"name a day from {label(start + 12)} to {label(end)}"
                note((*path, block, word), f"{date} is outside the run or its first year", hint)
    macro = _block(_block(document.data, "economy"), "macro")
    for kind in ("output", "prices") if macro.get("mode") == "series" else ():
        for name in _block(macro, kind):
            last = _last_point(_block(_block(macro, kind), name))
            if last is not None and end is not None and last < end:
                hint = f"write a point of {label(end)} or later, or take mode hindsight"
                path = ("economy", "macro", kind, name)
                note(path, f"the series ends in {label(last)}, the run in {label(end)}", hint)
    for name, target in _block(document.data, "targets").items():
        if not isinstance(target, dict):
            continue
        where = target.get("complex")
        if isinstance(where, str) and where not in complexes:
            hint = did_you_mean(where, map(str, complexes))
            note(("targets", name, "complex"), f"unknown complex '{where}'", hint)
        whose = target.get("sectors")
        for number, sector in enumerate(whose if isinstance(whose, list) else ()):
            if isinstance(sectors, list) and sector not in sectors:
                hint = did_you_mean(str(sector), map(str, sectors))
                note(("targets", name, "sectors", number), f"unknown sector '{sector}'", hint)
        for word in ("base", "by"):
            year = target.get(word)
            if start is None or end is None or type(year) is not int:
                continue
            last = year_of(end + 1) - 1  # a year that the run does not finish has no accounts
            if not year_of(start) <= year <= last:
                hint = f"name a year from {year_of(start)} to {last}"
                note(("targets", name, word), f"{year} is outside the run", hint)


def _networks_agree(
    data: Any, name: str, sectors: Any, end: int | None, note: Callable[..., None]
) -> None:
    """Note sectors, institutions and dates of networks that there are not."""
    plan = _block(_block(_block(data, "programme"), "complexes"), name)
    path: Keys = ("programme", "complexes", name)
    clusters = _block(plan, "mini_clusters")
    for cluster in clusters:
        launch = _date(_block(clusters, cluster).get("launch"))
        if launch is not None and end is not None and month_of(launch) > end:
            hint = f"name a day up to {label(end)}; it may be before the run"
            where = (*path, "mini_clusters", cluster, "launch")
            note(where, f"{launch} is after the run", hint)
        asked = _block(clusters, cluster).get("sectors")
        for number, sector in enumerate(asked if isinstance(asked, list) else []):
            if isinstance(sectors, list) and sector not in sectors:
                hint = did_you_mean(str(sector), map(str, sectors))
                note((*path, "mini_clusters", cluster, "sectors", number), "unknown sector", hint)
    known = _block(_block(_block(data, "complexes"), name), "institutions")
    asked = _block(plan, "exchange").get("institutions")
    for number, institution in enumerate(asked if isinstance(asked, list) else []):
        if institution not in known:
            hint = did_you_mean(str(institution), map(str, known))
            note((*path, "exchange", "institutions", number), "unknown institution", hint)


def _block(data: Any, key: Any) -> dict[Any, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _date(value: object) -> dt.date | None:
    try:
        date = units.parse(value, Kind.DATE)
    except UnitError:
        return None
    return date if isinstance(date, dt.date) else None


def _last_point(series: dict[Any, Any]) -> int | None:
    points = series.get("points")
    last = points[-1] if isinstance(points, list) and points else None
    return _month(last.get("month")) if isinstance(last, dict) else None


def _month(value: object) -> int | None:
    try:
        month = units.parse(value, Kind.MONTH)
    except UnitError:
        return None
    return month if isinstance(month, int) else None
