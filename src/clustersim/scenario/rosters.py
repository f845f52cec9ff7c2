"""Firms one by one: from a CSV or Parquet file, or a table of Python, to rows of a scenario.

``complexes.<name>.population`` names a file and what its columns hold (`economy.roster`). The file
is read once, while loading, and what was read becomes part of the scenario: a run needs the file no
more, and its results name what they rest on. All that is wrong in a file is told at once, each by
its line (or row) and column, and nothing is guessed: a cell that cannot be read is an error.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clustersim import calendar, units
from clustersim.economy.knowledge import MOST
from clustersim.economy.roster import FIELDS, Roster, RosterSpec
from clustersim.errors import UnitError
from clustersim.files import because
from clustersim.language import LANGUAGES, later, ntr, speaking, tr
from clustersim.problems import Place, Problem, Problems, did_you_mean
from clustersim.scenario import catalogue, doubt
from clustersim.scenario.binding import bind
from clustersim.scenario.reading import dotted, legacy
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clustersim.scenario.reading import Document, Keys

__all__ = ["fill", "in_words", "tables_of"]

MAX_BYTES: Final = 2**25
MAX_FIRMS: Final = 65_000
MAX_TOLD: Final = 20

REQUIRED: Final = ("id", "sector", "workers", "output")
"""Without these a firm cannot be simulated."""

_IN_PYTHON: Final = "(table)"
"""Stands for the file where there is none."""

Tables = dict[str, Any]
"""Tables given in Python, by complex."""


def tables_of(source: Mapping[str, Any]) -> tuple[Mapping[str, Any], Tables]:
    """Return a scenario given as a dict with a word in place of every table, and the tables.

    A table is anything that Arrow can read: a DataFrame of pandas or polars, a pyarrow table.
    """
    found: Tables = {}
    complexes = source.get("complexes")
    for name, complex_ in complexes.items() if isinstance(complexes, Mapping) else ():
        block = complex_.get("population") if isinstance(complex_, Mapping) else None
        table = block.get("file") if isinstance(block, Mapping) else None
        if hasattr(table, "__arrow_c_stream__"):
            found[name] = table
            source = _laid(source, ("complexes", name, "population", "file"), _IN_PYTHON)
    return source, found


def fill(document: Document, tables: Tables, problems: Problems) -> Document:
    """Return a document in which every population holds the rows of its file.

    Parameters
    ----------
    document
        A scenario, merged and changed. Files are looked for beside the scenario's own file, or in
        the current folder where there is none.
    tables
        Tables in place of files, by complex.
    problems
        Notes all that is wrong with a file. A block that is malformed is passed over: binding
        tells of it.
    """
    complexes = document.data.get("complexes")
    data: Any = document.data
    for name, complex_ in complexes.items() if isinstance(complexes, dict) else ():
        path: Keys = ("complexes", name, "population")
        block = complex_.get("population") if isinstance(complex_, dict) else None
        if not isinstance(block, dict) or block.get("rows"):
            continue
        central, _ = doubt.extract(document.at(path), RosterSpec, Problems())
        spec = bind(central, RosterSpec, Problems())
        if spec is not None:
            told = _Reading(document, path, spec, problems).told(tables.get(str(name)))
            data = _laid(data, path, block | told)
    return replace(document, data=data)


def _laid(data: Any, path: Keys, value: Any) -> Any:
    """Return nested data with one value replaced, sharing all else."""
    if not path:
        return value
    return {**data, path[0]: _laid(data[path[0]], path[1:], value)}


# ---------------------------------------------------------------- a file as rows of cells


@dataclass(frozen=True)
class _Sheet:
    """A header, and rows of cells, each with its number: the line of a CSV file, or the row."""

    name: str
    header: list[str]
    rows: Iterable[tuple[int, list[Any]]]
    first: int = 1


class _Unusable(Exception):  # noqa: N818 - a message on its way to the problems
    """The whole file cannot be used: what is wrong, how to mend it, and the line."""


def _csv(raw: bytes, name: str, encoding: str) -> _Sheet:
    """Return the sheet of a CSV file."""
    text = _decoded(raw, encoding)
    if "\0" in text or raw[:2] == b"PK":
        raise _Unusable(tr("is no CSV file"), tr("save the sheet as CSV (UTF-8) or Parquet"))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[Any]]] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            cells = [_tidy(cell) for cell in cells]  # noqa: PLW2901
            if any(cells):
                if header:
                    rows.append((line, cells))
                else:
                    header = cells
            line = reader.line_num + 1
    except csv.Error as error:
        hint = tr("close the quotation mark; double those within a text")
        raise _Unusable(tr("is no CSV from here on: {said}", said=error), hint, line) from None
    if not header:
        hint = tr("write a line of column names, and a line for every firm")
        raise _Unusable(tr("is empty"), hint)
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise _Unusable(tr("cells are not set apart by commas"), tr("save it with commas"), 1)
    return _Sheet(name, header, rows)


def _decoded(raw: bytes, encoding: str) -> str:
    marked = raw[:3] == b"\xef\xbb\xbf"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            looks = legacy(raw)
            hint = tr("save it as UTF-8")
            if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                hint = tr("it looks like UTF-16: save it as CSV (UTF-8)")
            elif looks:
                hint = tr("it looks like {encoding}: write 'encoding: cp949'", encoding=looks)
            line = raw.count(b"\n", 0, error.start) + 1
            raise _Unusable(tr("is not UTF-8 text"), hint, line) from None
    else:
        if encoding == "utf-8" or text.isascii():
            return text
        if marked or any("가" <= letter <= "힣" for letter in text):
            what = tr("is UTF-8 text, not {encoding}", encoding=encoding)
            raise _Unusable(what, tr("leave 'encoding' out"))
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        other = "cp949" if encoding == "euc-kr" and legacy(raw) else "utf-8"
        line = raw.count(b"\n", 0, error.start) + 1
        what = tr("is not {encoding} text", encoding=encoding)
        hint = tr("try {text}", text=f"'encoding: {other}'")
        raise _Unusable(what, hint, line) from None


def _parquet(file: Any, name: str) -> _Sheet:
    """Return the sheet of a Parquet file, or of a table that Arrow can read."""
    import pyarrow as pa  # noqa: PLC0415 - only where a file asks for it
    from pyarrow import parquet  # noqa: PLC0415

    try:
        if isinstance(file, Path):
            found = parquet.ParquetFile(file)
            _not_too_long(found.metadata.num_rows)
            table = found.read()
        else:
            table = pa.table(file)
            _not_too_long(table.num_rows)
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        said = str(error).partition("\n")[0]
        if isinstance(file, Path):
            what, hint = tr("is no Parquet file: {said}", said=said), tr("save it again")
        else:
            what = tr("cannot be read by Arrow: {said}", said=said)
            hint = tr("let each column hold one type")
        raise _Unusable(what, hint) from None
    header = [_tidy(column) for column in table.column_names]

    def rows() -> Iterator[tuple[int, list[Any]]]:
        columns = [column.to_pylist() for column in table.columns]
        for number, cells in enumerate(zip(*columns, strict=True), start=1):
            yield number, [_tidy(cell) if isinstance(cell, str) else cell for cell in cells]

    return _Sheet(name, header, rows(), 0)


def _not_too_long(rows: int) -> None:
    if rows > MAX_FIRMS:
        what = tr("has more than {number} rows", number=f"{MAX_FIRMS:,}")
        raise _Unusable(what, tr("keep the firms of one complex"))


def _tidy(text: str) -> str:
    """Return a cell's text with composed Hangul and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


# ---------------------------------------------------------------- one cell


def _odd(what: str, value: Any, hint: str) -> UnitError:
    if isinstance(value, str):
        hint = tr("{hint}; where it means not known, add it to 'missing'", hint=hint)
    return UnitError(tr("expected {what}, not {value}", what=what, value=shown(value)), hint)


def _number(value: Any) -> float:
    """Return a number as a cell may hold it: 1234, '1,234', full-width digits."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _odd(tr("a number"), value, tr("write a number"))
    try:
        return float(units.parse(value, Kind.NUMBER))  # type: ignore[arg-type]
    except UnitError:
        hint = tr("write for example {example}", example="1,234")
        raise _odd(tr("a number"), value, hint) from None


def _name(value: Any) -> str:
    """Return the text of a cell that names something; 1001.0 is 1001."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _odd(tr("a name or a number"), value, tr("write text"))
    return str(value)


_PEOPLE: Final = re.compile(r" ?(?:명|인|persons?|people)$")


def _workers(value: Any) -> float:
    number = _number(_PEOPLE.sub("", value) if isinstance(value, str) else value)
    if not 1.0 <= number <= 1e6:
        few = (
            tr("write 1 for an owner alone")
            if 0.0 <= number < 1.0
            else tr("write heads, 1 to 1,000,000")
        )
        raise UnitError(tr("{number} workers cannot be", number=f"{number:,.10g}"), few)
    return number


_DAY: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:(?:[-./]|년)(?P<month>[0-9]{1,2})"
    r"(?:(?:[-./]|월)(?P<day>[0-9]{1,2})[.일]?|월)?|년)?"
)
_DIGITS: Final = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_CLOCK: Final = re.compile(r"[ T][0-9]{1,2}:[0-9:.]+$")


def _founded(value: Any) -> int:
    """Return the month of a date; of a year alone, its January."""
    if isinstance(value, dt.date):
        return calendar.month_of(value)
    written = _name(value)
    text = _CLOCK.sub("", unicodedata.normalize("NFKC", written)).replace(" ", "")
    match = _DAY.fullmatch(text) or _DIGITS.fullmatch(text)
    hint = tr("write for example {example}", example=tr("2003-05-12, 2003.5 or 2003"))
    odd = _odd(tr("a date"), written, hint)
    if not match or not 1800 <= int(match["year"]) <= 2200:
        raise odd
    year, month, day = (int(match[part] or 1) for part in ("year", "month", "day"))
    try:
        return calendar.month_of(dt.date(year, month, day))
    except ValueError:
        raise odd from None


# ---------------------------------------------------------------- the whole file


@dataclass
class _Reading:
    """One file on its way to rows."""

    document: Document
    path: Keys
    spec: RosterSpec
    problems: Problems
    notes: list[Problem] = field(default_factory=list)
    bare: dict[str, int] = field(default_factory=dict)
    strange: dict[str, list[int]] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    def told(self, table: Any) -> dict[str, str]:
        """Return the rows and what was found, or nothing, with problems noted."""
        try:
            sheet = self._sheet(table)
            where = self._columns(sheet)
            if where is None:
                return {}
            firms = self._firms(sheet, where)
        except _Unusable as error:
            what, hint, *line = error.args
            place = Place(self.spec.file, *line)
            self.problems.add(place, "", what, hint)
            return {}
        except OSError as error:
            what = tr("cannot be read: {why}", why=because(error).lower())
            hint = tr("check its name and permissions")
            self.problems.add(Place(self.spec.file), "", what, hint)
            return {}
        if not self._sound(sheet, firms):
            return {}
        rows = Roster.text(firms.rows)
        digest = blake2b(rows.encode(), digest_size=4).hexdigest()
        with speaking(LANGUAGES[0]):
            found = _in_words(Roster.of(rows), firms.left_out, firms.seen, digest)
        if self.spec.found not in {"", found}:
            what = tr("now there is: {found}", found=found)
            self._note(("found",), what, tr("take 'found' out to go on with this file"))
            return {}
        return {"rows": rows, "found": found}

    def _note(self, below: Keys, message: str, hint: str) -> None:
        path = (*self.path, *below)
        self.problems.add(self.document.place(path), dotted(path), message, hint)

    # ------------------------------------------------------------ the file

    def _sheet(self, table: Any) -> _Sheet:
        name = self.spec.file
        if table is not None:
            return _parquet(table, name)
        file = self._file()
        if file.suffix.lower() in {".parquet", ".pq"}:
            return _parquet(file, name)
        if file.suffix.lower() not in {".csv", ".txt"}:
            raise _Unusable(tr("is neither .csv nor .parquet"), tr("save it as one of the two"))
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            hint = tr("keep the columns and rows that are needed")
            raise _Unusable(tr("is larger than 32 MiB"), hint)
        return _csv(raw, name, self.spec.encoding)

    def _file(self) -> Path:
        """Return the file, which stands beside the scenario or in a folder below."""
        name, own = self.spec.file, self.document.file
        if name == _IN_PYTHON:
            raise _Unusable(tr("is gone"), tr("give the table again in place of 'file'"))
        folder = Path.cwd() if own is None or own.is_relative_to(catalogue.FOLDER) else own.parent
        pure = PurePosixPath(name)
        try:
            file = (folder / pure).resolve()
            inside = file.is_relative_to(folder.resolve())
            there = inside and file.is_file()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name no file can have
            hint = tr("name a file beside the scenario")
            raise _Unusable(tr("is no name of a file"), hint) from None
        if pure.is_absolute() or ".." in pure.parts or "\\" in name or not inside:
            hint = tr("put it beside the scenario or in a folder below")
            raise _Unusable(tr("leads out of the scenario's folder"), hint)
        if not there:
            near = [item.name for item in sorted(folder.iterdir()) if item.suffix in _SUFFIXES]
            hint = did_you_mean(name, near[:20], otherwise=tr("in that folder there are"))
            raise _Unusable(
                tr("no such file"), hint if near else tr("put it in {folder}", folder=folder)
            )
        return file

    def _columns(self, sheet: _Sheet) -> dict[str, int] | None:
        """Return where each column stands; none, with problems noted, where one is missing."""
        named = {word: getattr(self.spec.columns, word) for word in (*FIELDS, "exports", "name")}
        # a column that is called as here need not be named; both ways to tell exports are one
        for word in (*FIELDS, "exports"):
            taken = word.startswith("export") and (named["exports"] or named["export_share"])
            if not named[word] and word in sheet.header and not taken:
                named[word] = word
        where: dict[str, int] = {}
        sound = True
        for word, column in named.items():
            if not column:
                continue
            tidy = _tidy(column)
            if sheet.header.count(tidy) == 1:
                where[word] = sheet.header.index(tidy)
                continue
            sound = False
            known = [name for name in sheet.header if name]
            message, hint = (
                (
                    tr("{file} has the column {name} twice", file=sheet.name, name=shown(column)),
                    tr("rename one of them"),
                )
                if tidy in sheet.header
                else (
                    tr("{file} has no column {name}", file=sheet.name, name=shown(column)),
                    did_you_mean(tidy, known, otherwise=tr("its columns are")),
                )
            )
            self._note(("columns", word), message, hint)
        self.called = {word: sheet.header[number] for word, number in where.items()}
        return where if sound else None

    # ------------------------------------------------------------ the rows

    def _firms(self, sheet: _Sheet, where: dict[str, int]) -> _Firms:
        firms = _Firms()
        width = len(sheet.header)
        seen: dict[str, int] = {}
        for line, cells in sheet.rows:
            if all(cell is None or cell == "" for cell in cells):
                continue
            firms.seen += 1
            _not_too_long(firms.seen)
            if len(cells) < width or any(cells[width:]):
                what = ntr(
                    "{number} cell below {width} column names",
                    "{number} cells below {width} column names",
                    len(cells),
                    width=width,
                )
                self._wrong(line, "", what, tr('put a text with a comma in quotes: "1,234"'))
                continue
            self._firm(firms, line, {w: cells[number] for w, number in where.items()}, seen)
        return firms

    def _firm(self, firms: _Firms, line: int, cells: dict[str, Any], seen: dict[str, int]) -> None:
        """Read one firm."""
        values: dict[str, Any] = {}
        sound = True
        for word, cell in cells.items():
            if word == "name":
                continue
            try:
                values[word] = None if self._not_known(cell) else self._value(word, cell, line)
            except UnitError as error:
                self._wrong(line, word, error.what, error.hint)
                sound = False
        name = values.get("id")
        if name is not None and seen.setdefault(name, line) != line:
            where = self._at(seen[name])
            what = tr("{id} stands in {line} too", id=shown(name), line=where)
            hint = tr("give every firm an id of its own, or take one of the two out")
            self._wrong(line, "id", what, hint)
        since = values.get("founded")
        if since is not None and since > self.spec.as_of:
            what = tr(
                "{month} is after {as_of}, which the file stands for",
                month=calendar.label(since),
                as_of=calendar.label(self.spec.as_of),
            )
            hint = tr("check the date and as_of, or leave the firm out")
            self._wrong(line, "founded", what, hint)
        if gaps := [word for word in REQUIRED if values.get(word, "") is None]:
            firms.left_out += 1
            if self.spec.incomplete == "refuse":
                hint = tr("write it, or leave such firms out by 'incomplete: leave_out'")
                for word in gaps:
                    self._wrong(line, word, tr("no value"), hint)
        if gaps or not sound:
            return
        exports = values.pop("exports", None)
        if exports is not None:
            output = values["output"]
            values["export_share"] = exports / output
            if exports > output * (1.0 + 1e-9) and not self.bare:
                what = tr("more is sold abroad than made")
                self._wrong(line, "exports", what, tr("check both numbers"))
        firms.rows.append([values.get(word) for word in FIELDS])

    def _not_known(self, cell: Any) -> bool:
        return cell is None or cell == "" or cell != cell or cell in self.spec.missing  # noqa: PLR0124 - NaN

    def _value(self, word: str, cell: Any, line: int) -> Any:
        """Return what a cell holds, in the model's units."""
        if word == "id":
            return _name(cell)
        if word == "sector":
            return self._sector(_name(cell), line)
        if word == "workers":
            return _workers(cell)
        if word == "founded":
            return _founded(cell)
        if word == "export_share":
            return self._share(cell)
        return self._money(word, cell, line)

    def _sector(self, word: str, line: int) -> str:
        sectors = self.document.data.get("economy")
        known = sectors.get("sectors") if isinstance(sectors, dict) else None
        sector = self.spec.sectors.get(word, word)
        if isinstance(known, list) and word not in self.spec.sectors and sector not in known:
            self.strange.setdefault(word, []).append(line)
        return sector

    def _share(self, cell: Any) -> float:
        try:
            share = float(units.parse(cell, Kind.SHARE))  # type: ignore[arg-type]
        except UnitError:
            hint = tr("write for example {one} or {other}", one="35 %", other="0.35")
            raise _odd(tr("a share"), cell, hint) from None
        if self.spec.units.export_share == "%" and not (isinstance(cell, str) and "%" in cell):
            share /= 100.0
        if not 0.0 <= share <= 1.0:
            hint = tr(
                "write 0 % to 100 %; where 35 means 35 %, write {text}",
                text="'units: {export_share: \"%\"}'",
            )
            raise UnitError(tr("{value} is no share of output", value=shown(cell)), hint)
        return share

    def _money(self, word: str, cell: Any, line: int) -> float:
        factor = self.spec.units.won(getattr(self.spec.units, word))
        try:
            amount = _number(cell) * factor
        except UnitError:
            try:
                amount = float(units.parse(cell, Kind.MONEY))  # type: ignore[arg-type]
            except UnitError:
                hint = tr("write a number in its unit, or for example 50억원")
                raise _odd(tr("an amount of money"), cell, hint) from None
        else:
            if not factor:
                self.bare.setdefault(word, line)
                return 1.0
        if amount < 0.0 or amount > 1e16 or (word == "output" and not amount):
            if not amount:
                hint = tr("write more than 0; leave out a firm that does not operate")
            elif word == "output":
                hint = tr("write more than 0, and check the unit")
            else:
                hint = tr("write 0 or more, and check the unit")
            raise UnitError(tr("{value} cannot be", value=shown(cell)), hint)
        return amount

    # ------------------------------------------------------------ what is wrong

    def _at(self, line: int) -> str:
        rows = self.spec.file == _IN_PYTHON or Path(self.spec.file).suffix in _PARQUET
        return tr("row {number}", number=line) if rows else tr("line {number}", number=line)

    def _column(self, word: str) -> str:
        return tr("column {name}", name=shown(self.called[word]))

    def _wrong(self, line: int, word: str, message: str, hint: str) -> None:
        path = self._column(word) if word else ""
        self.notes.append(Problem(Place(self.spec.file, line), path, message, hint))

    def _sound(self, sheet: _Sheet, firms: _Firms) -> bool:
        """Tell all that is wrong with the file; return whether nothing is."""
        economy = self.document.data.get("economy")
        known = economy.get("sectors") if isinstance(economy, dict) else None
        for word, lines in self.strange.items():
            what = (
                tr("unknown sector {sector}", sector=shown(word))
                if len(lines) == 1
                else tr(
                    "unknown sector {sector}, here and in {number} more",
                    sector=shown(word),
                    number=len(lines) - 1,
                )
            )
            near = did_you_mean(word, map(str, known or ()), otherwise=tr("the sectors are"))
            hint = tr("{near}; or say what it is below 'sectors'", near=near)
            self._wrong(lines[0], "sector", what, hint)
        for word, line in self.bare.items():
            what = tr(
                "the numbers of column {name} have no unit ({file}, {line})",
                name=shown(self.called[word]),
                file=sheet.name,
                line=self._at(line),
            )
            hint = tr("write for example {example}", example=f"'units: {{{word}: 백만원}}'")
            self._note(("units", word), what, hint)
        if len(self.notes) > MAX_TOLD:
            total = tr(
                "{number} problems, of which the first {told} are told here",
                number=len(self.notes),
                told=MAX_TOLD,
            )
            self.problems.add(Place(sheet.name), "", total, tr("mend these and check again"))
        for problem in sorted(self.notes)[:MAX_TOLD]:
            self.problems.add(problem.place, problem.path, problem.message, problem.hint)
        if self.notes or self.bare:
            return False
        return self._makes_sense(sheet, firms)

    def _makes_sense(self, sheet: _Sheet, firms: _Firms) -> bool:
        """Tell what is wrong with the firms together; return whether nothing is."""
        place = Place(sheet.name)
        if len(firms.rows) < 2:
            what = (
                tr("{number} of {all} rows are whole", number=len(firms.rows), all=firms.seen)
                if firms.seen
                else tr("no rows")
            )
            self.problems.add(place, "", what, tr("a complex has two firms at least"))
            return False
        made = [row[3] / row[2] for row in firms.rows]
        middle = float(np.median(made))
        if not 1e6 <= middle <= 2e10:
            self.problems.add(
                place,
                self._column("output"),
                tr("the median firm would make {money} a worker a year", money=units.won(middle)),
                tr("check population.units.output"),
            )
            return False
        shares = [row[4] for row in firms.rows if row[4]]
        if self.spec.units.export_share == "%" and shares and max(shares) <= 0.01:
            what = tr("no firm would sell more than 1 % abroad")
            hint = tr("leave 'units.export_share' out where 0.35 means 35 %")
            self.problems.add(place, self._column("export_share"), what, hint)
            return False
        try:
            start = units.parse(self.document.data.get("start"), Kind.MONTH)
        except UnitError:
            return True  # binding tells of it
        if sum(row[5] is None or row[5] <= start for row in firms.rows) < 2:
            month = units.show(start, Kind.MONTH)
            what = tr("fewer than two firms were founded by {month}", month=month)
            self.problems.add(place, "", what, tr("let the run start later"))
            return False
        return True


_PARQUET: Final = frozenset({".parquet", ".pq"})
_SUFFIXES: Final = _PARQUET | {".csv", ".txt"}


@dataclass
class _Firms:
    """The firms read so far, in `FIELDS`."""

    rows: list[list[Any]] = field(default_factory=list)
    seen: int = 0
    left_out: int = 0


# ---------------------------------------------------------------- what a file held

_LEFT_OUT: Final = re.compile(r"; ([0-9,]+) of ([0-9,]+) rows ")


def in_words(population: RosterSpec) -> str:
    """Return in a line what the file of a loaded population held, in the language that is spoken.

    Its `found` says the same in English alone, as a run is known by what its scenario holds.
    """
    left_out = _LEFT_OUT.search(population.found)
    few, seen = left_out.groups() if left_out else ("0", "0")
    digest = population.found.rpartition("(")[2].removesuffix(")")
    return _in_words(population.roster, _whole(few), _whole(seen), digest)


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _in_words(firms: Roster, left_out: int, seen: int, digest: str) -> str:
    parts = [
        tr(
            "{firms} firms, {workers} workers, output {money}",
            firms=f"{len(firms):,}",
            workers=f"{math.fsum(firms.workers):,.0f}",
            money=units.won(math.fsum(firms.output)),
        )
    ]
    if left_out:
        parts.append(
            ntr(
                "{number} of {all} rows is left out as incomplete",
                "{number} of {all} rows are left out as incomplete",
                left_out,
                all=f"{seen:,}",
            )
        )
    blank = {
        later("exports of {number}"): firms.export_share,
        later("founding of {number}"): firms.founded,
        later("research of {number}"): firms.rd,
    }
    counts = {text: int(np.isnan(column).sum()) for text, column in blank.items()}
    gaps = [tr(text, number=f"{n:,}") for text, n in counts.items() if 0 < n < len(firms)]
    if gaps:
        parts.append(tr("not known: {what}", what=", ".join(gaps)))
    if much := int((firms.rd > MOST * firms.output).sum()):
        share = f"{100 * MOST:g} %"
        parts.append(
            tr(
                "research of {number} counted as {share} of output, as it is more",
                number=f"{much:,}",
                share=share,
            )
        )
    return f"{'; '.join(parts)} ({digest})"
