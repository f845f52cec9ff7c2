"""What no single block can know: whether the blocks of a scenario agree with one another.

It reads plain data and passes over whatever is malformed, which binding tells of, so that a file
gets all its problems at once.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from clustersim import units
from clustersim.calendar import label, month_in_year, month_of, year_of
from clustersim.errors import UnitError
from clustersim.language import tr
from clustersim.problems import did_you_mean, nearest
from clustersim.programme.instruments.registry import SERVICES, unknown
from clustersim.scenario.reading import dotted
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME, NOTHING
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.problems import Problems
    from clustersim.scenario.reading import Document, Keys

    Note = Callable[..., None]

__all__ = ["agree", "lines_are_spelt"]


def agree(document: Document, problems: Problems) -> None:
    """Note every name that another block does not know and every date outside the run."""

    def note(
        path: Keys, message: str, hint: str, *, key: bool = False, dated: bool = False
    ) -> None:
        place = document.place(path, key=key)
        for word in ("start", "end") if dated else ():
            where = document.place((word,), key=True)
            if where.file != place.file:  # another file than the run's is the one that does not fit
                hint = tr("{hint}; the run's {word}: {place}", hint=hint, word=word, place=where)
        problems.add(place, dotted(path), message, hint)

    data = document.data
    _names_differ(data, note)
    start, end = (_month(data.get(word)) for word in ("start", "end"))
    if start is not None and end is not None and end < start + 11:
        hint = tr("let it end in {month}", month=f"{year_of(start + 11)}-12")
        note(("end",), tr("the run is shorter than a year"), hint)
        return
    _years_are_whole(start, end, note)
    _complexes_agree(data, start, end, note)
    _plans_agree(data, start, end, note)
    _series_agree(data, end, note)
    _targets_agree(data, start, end, note)


def _names_differ(data: Any, note: Note) -> None:
    """Note names of files that a system which knows no capitals takes for one."""
    plans = _block(_block(data, "programme"), "complexes")
    for path, names in (
        (("complexes",), [*_block(data, "complexes")]),
        (("arms",), [AS_ANNOUNCED, NO_PROGRAMME, NOTHING, *_block(data, "arms")]),
        *(
            (("programme", "complexes", plan, "mini_clusters"), _block(one, "mini_clusters"))
            for plan, one in plans.items()
        ),
    ):
        first: dict[str, Any] = {}
        for name in names:
            other = first.setdefault(unicodedata.normalize("NFC", str(name)).casefold(), name)
            if other != name:
                what = tr("on some systems this is the same file as {name}", name=shown(other))
                hint = tr("choose a name that differs by more than capitals")
                note((*path, name), what, hint, key=True)


def _years_are_whole(start: int | None, end: int | None, note: Note) -> None:
    """Note a first or last year that is cut: money, targets and firms are told by the year."""
    if start is not None and month_in_year(start) != 1:
        hint = tr("years are told whole: let it start in {month}", month=f"{year_of(start)}-01")
        note(("start",), tr("the run starts in the middle of a year"), hint)
    if end is not None and month_in_year(end) != 12:
        hint = tr("years are told whole: let it end in {month}", month=f"{year_of(end)}-12")
        note(("end",), tr("the run ends in the middle of a year"), hint)


def _complexes_agree(data: Any, start: int | None, end: int | None, note: Note) -> None:
    """Note sectors that there are not, figures outside the run and codes given twice."""
    complexes = _block(data, "complexes")
    codes: dict[Any, str] = {}
    for name in complexes:
        complex_, path = _block(complexes, name), ("complexes", name)
        figures, anchors = _block(complex_, "figures"), _block(complex_, "anchors")
        for sector in _block(figures, "sectors"):
            _known_sector(data, sector, (*path, "figures", "sectors", sector), note, key=True)
        for word, sector in _block(_block(complex_, "population"), "sectors").items():
            _known_sector(data, sector, (*path, "population", "sectors", word), note)
        for anchor in anchors:
            sector = _block(anchors, anchor).get("sector")
            if isinstance(sector, str):
                _known_sector(data, sector, (*path, "anchors", anchor, "sector"), note)
        for block, what, earlier in (
            (
                "figures",
                tr("the figures are of a month outside the run"),
                tr("start the run earlier, or take later figures"),
            ),
            (
                "population",
                tr("the firms are of a month outside the run"),
                tr("start the run earlier, or take later firms"),
            ),
        ):
            as_of = _month(_block(complex_, block).get("as_of"))
            if None not in (as_of, start, end) and not start <= as_of <= end:  # type: ignore[operator]
                note((*path, block, "as_of"), what, earlier, dated=True)
        code = complex_.get("code")
        if isinstance(code, int) and codes.setdefault(code, name) != name:
            what = tr("code {code} is that of {complex}", code=code, complex=codes[code])
            note((*path, "code"), what, tr("give each complex a code of its own"))


def _plans_agree(data: Any, start: int | None, end: int | None, note: Note) -> None:
    """Note complexes that there are not and dates that the run does not reach."""
    complexes = _block(data, "complexes")
    plans = _block(_block(data, "programme"), "complexes")
    for name in plans:
        path: Keys = ("programme", "complexes", name)
        if name not in complexes:
            hint = did_you_mean(str(name), map(str, complexes))
            note(path, tr("unknown complex"), hint, key=True)
        _networks_agree(data, name, end, note)
        services = _block(_block(plans, name), "services")
        for *block, word in (
            ("budget", "starts"),
            ("master_plan", "date"),
            ("exchange", "opens"),
            ("council", "opens"),
            ("contact_centre", "opens"),
            ("rnd", "first"),
            ("inno_core", "opens"),
            *(("services", service, "opens") for service in services),
        ):
            found = plans[name]
            for step in block:
                found = _block(found, step)
            date = _date(found.get(word)) if isinstance(found, dict) else None
            if date is None or start is None or end is None:
                continue
            # a year of the run must lie before, as firms are known by their last year's accounts
            if not start + 12 <= month_of(date) <= end:
                what = tr("{date} is outside the run or its first year", date=date)
                first, last = label(start + 12), label(end)
                hint = tr("name a day from {first} to {last}", first=first, last=last)
                if start + 12 > end:
                    hint = tr("let the run have a year before it, or leave this out")
                note((*path, *block, word), what, hint, dated=True)
        _path_is_whole(_block(plans, name), (*path, "budget", "path"), end, note)


def _path_is_whole(plan: Any, path: Keys, end: int | None, note: Note) -> None:
    """Note a year of money after the run that follows on no other; what goes on may end later."""
    years = {str(year): year for year in _block(_block(plan, "budget"), "path")}
    for text, year in years.items():
        late = text.isdecimal() and end is not None and int(text) > year_of(end)
        if late and str(int(text) - 1) not in years:
            what = tr("{year} is after the run, and the year before has no money", year=text)
            hint = tr("name the years one after the other")
            note((*path, year), what, hint, key=True)


_USUAL: Final = {"special", "rnd"}
"""Lines that may stand without what they pay."""


def lines_are_spelt(document: Document, problems: Problems) -> None:
    """Note every budget line, also of an arm, that is a misspelt one of those that pay."""
    arms = _block(document.data, "arms")
    programmes: dict[Keys, Any] = {
        ("programme",): _block(document.data, "programme"),
        **{("arms", arm, "programme"): _block(_block(arms, arm), "programme") for arm in arms},
    }
    paying = {"network"}.union(*map(_lines_named, programmes.values()))
    for above, programme in programmes.items():
        plans = _block(programme, "complexes")
        for name in plans:
            lines = _block(_block(_block(plans, name), "budget"), "lines")
            for line in lines:
                if not isinstance(line, str) or lines[line] is None or line in paying | _USUAL:
                    continue
                if meant := nearest(line, paying):  # what else is set aside may be meant to lapse
                    path = (*above, "complexes", name, "budget", "lines", line)
                    problems.add(
                        document.place(path, key=True),
                        dotted(path),
                        tr("nothing is paid from this line"),
                        tr("did you mean {word}?", word=shown(meant)),
                    )


def _lines_named(data: Any) -> set[str]:
    """Return the budget lines that anything in a programme is paid from."""
    if not isinstance(data, dict):
        return set()
    calls = {line for line in _block(_block(data, "rnd"), "lines") if isinstance(line, str)}
    named = {data["line"]} if isinstance(data.get("line"), str) else set()
    return named.union(calls, *map(_lines_named, data.values()))


def _series_agree(data: Any, end: int | None, note: Note) -> None:
    """Note series of the scenario's own that end before the run."""
    macro = _block(_block(data, "economy"), "macro")
    for kind in ("output", "prices") if macro.get("mode") == "series" else ():
        for name in _block(macro, kind):
            last = _last_point(_block(_block(macro, kind), name))
            if last is not None and end is not None and last < end:
                what = tr(
                    "the series ends in {last}, the run in {end}", last=label(last), end=label(end)
                )
                hint = tr("write a point of {end} or later, or take mode hindsight", end=label(end))
                note(("economy", "macro", kind, name), what, hint, dated=True)


def _targets_agree(data: Any, start: int | None, end: int | None, note: Note) -> None:
    """Note complexes and sectors that there are not, and years outside the run."""
    complexes = _block(data, "complexes")
    for name, target in _block(data, "targets").items():
        if not isinstance(target, dict):
            continue
        where = target.get("complex")
        if isinstance(where, str) and where not in complexes:
            hint = did_you_mean(where, map(str, complexes))
            what = tr("unknown complex {name}", name=shown(where))
            note(("targets", name, "complex"), what, hint)
        whose = target.get("sectors")
        for number, sector in enumerate(whose if isinstance(whose, list) else ()):
            _known_sector(data, sector, ("targets", name, "sectors", number), note)
        for word in ("base", "by"):
            year = target.get(word)
            if start is None or end is None or type(year) is not int:
                continue
            first, last = year_of(start), year_of(end)
            if not first <= year <= last:
                hint = tr("name a year from {first} to {last}", first=first, last=last)
                what = tr("{year} is outside the run", year=year)
                note(("targets", name, word), what, hint, dated=True)


def _known_sector(data: Any, sector: Any, path: Keys, note: Note, *, key: bool = False) -> None:
    """Note a sector that the economy has not; as a key its name stands in the path."""
    sectors = _block(data, "economy").get("sectors")
    if isinstance(sectors, list) and sector not in sectors:
        message = (
            tr("unknown sector") if key else tr("unknown sector {sector}", sector=shown(sector))
        )
        note(path, message, did_you_mean(str(sector), map(str, sectors)), key=key)


def _networks_agree(data: Any, name: str, end: int | None, note: Note) -> None:
    """Note sectors, institutions and dates of networks that there are not."""
    plan = _block(_block(_block(data, "programme"), "complexes"), name)
    path: Keys = ("programme", "complexes", name)
    clusters = _block(plan, "mini_clusters")
    for cluster in clusters:
        launch = _date(_block(clusters, cluster).get("launch"))
        if launch is not None and end is not None and month_of(launch) > end:
            hint = tr("name a day up to {last}; it may be before the run", last=label(end))
            where = (*path, "mini_clusters", cluster, "launch")
            note(where, tr("{date} is after the run", date=launch), hint, dated=True)
        asked = _block(clusters, cluster).get("sectors")
        for number, sector in enumerate(asked if isinstance(asked, list) else []):
            _known_sector(data, sector, (*path, "mini_clusters", cluster, "sectors", number), note)
    for service in _block(plan, "services"):
        if service not in SERVICES:
            note((*path, "services", service), *unknown(str(service)))
    fields = _block(plan, "fields")
    for field in fields:
        works = _block(fields, field).get("sectors")
        for number, sector in enumerate(works if isinstance(works, list) else []):
            _known_sector(data, sector, (*path, "fields", field, "sectors", number), note)
    known = _block(_block(_block(data, "complexes"), name), "institutions")
    asked = _block(plan, "exchange").get("institutions")
    for number, institution in enumerate(asked if isinstance(asked, list) else []):
        if isinstance(institution, str) and institution not in known:
            hint = did_you_mean(str(institution), map(str, known))
            note((*path, "exchange", "institutions", number), tr("unknown institution"), hint)


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
