"""What was written of the programme in June 2008: every fact and every doubt about its meaning.

The register is data beside the bundled scenarios, in our own words. Each fact says where in them it
stands; each ambiguity which reading is taken, and what expresses the others.

>>> span("mid 2008-07")
(datetime.date(2008, 7, 11), datetime.date(2008, 7, 20))
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from clustersim.errors import InputError
from clustersim.language import tr
from clustersim.problems import Problems, did_you_mean
from clustersim.scenario import catalogue
from clustersim.scenario.binding import bind
from clustersim.scenario.reading import dotted, read
from clustersim.specs import Spec, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

__all__ = ["FOLDER", "Ambiguity", "Fact", "ambiguities", "facts", "register", "span"]

FOLDER: Final = catalogue.FOLDER / "facts"
"""Where the register is."""

ALL: Final = "all"
"""What stands for the programme as a whole, in place of a complex."""


Form = Literal["entity", "parameter", "event", "target", "context"]


def _as_forms(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Fact(Spec):
    """One thing that was written."""

    id: str = ""
    """The key by which it is cited."""

    complex: str = ALL
    """The complex it is about, or all."""

    says: str
    """What was written, in our own words."""

    says_ko: str = ""
    """The same in Korean, shorter."""

    value: float | None = None
    """Its number, or the lower end of a range; none if it has none."""

    to: float | None = None
    """The upper end of a range."""

    unit: str = ""
    """What the number counts."""

    date: str = ""
    """When, as exactly as it was told: "early 2008-07", "about 2010", "by 2008-06-24"."""

    form: Annotated[tuple[Form, ...], BeforeValidator(_as_forms)]
    """What it is in a scenario."""

    use: tuple[str, ...] = Field(min_length=1)
    """Where it stands in the bundled scenario; * is every key of a mapping."""

    departs: str = ""
    """The ambiguity by which the scenario's number departs from this one."""

    reading: str = ""
    """How it is taken, where it is no number, date or thing of the model."""

    reading_ko: str = ""
    """The same in Korean."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if (self.value is None) != (not self.unit):
            raise bad_value(
                tr("a value and its unit go together"),
                tr("write both 'value' and 'unit'"),
                ("value",),
            )
        if self.to is not None and (self.value is None or self.to <= self.value):
            raise bad_value(tr("the range does not rise"), tr("let 'to' be above 'value'"), ("to",))
        if self.date:
            try:
                span(self.date)
            except ValueError:
                raise bad_value(
                    tr("{date} is no date", date=shown(self.date)),
                    tr("write for example {example}", example="'early 2008-07'"),
                    ("date",),
                ) from None
        return self


class Ambiguity(Spec):
    """Something that can be read in more ways than one."""

    id: str = ""
    """The key by which it is cited."""

    complex: str
    """The complex it is about, or all."""

    question: str
    """What is unclear."""

    question_ko: str = ""
    """The same in Korean."""

    readings: tuple[str, ...] = Field(min_length=1)
    """What it may mean."""

    taken: str
    """The reading of the bundled scenarios."""

    taken_ko: str = ""
    """The same in Korean."""

    because: str
    """Why this one."""

    because_ko: str = ""
    """The same in Korean."""

    switch: tuple[str, ...] = ()
    """Where a parameter, an arm or a target expresses the others; paths as in a fact's `use`."""

    choice: str = ""
    """What was settled for, where nothing expresses the others."""

    choice_ko: str = ""
    """The same in Korean."""

    @model_validator(mode="after")
    def _is_settled(self) -> Self:
        if not self.switch and not self.choice:
            raise bad_value(
                tr("neither 'switch' nor 'choice'"),
                tr("say what expresses the other readings, or why not"),
            )
        return self


class _File(Spec):
    """One file of the register."""

    facts: dict[str, Fact] = Field(default_factory=dict)
    ambiguities: dict[str, Ambiguity] = Field(default_factory=dict)


def register(folder: Path = FOLDER) -> tuple[tuple[Fact, ...], tuple[Ambiguity, ...]]:
    """Return all facts and all ambiguities, those of the programme as a whole first.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the files.
    """
    problems = Problems()
    found: dict[str, Fact] = {}
    doubts: dict[str, Ambiguity] = {}
    whole = "programme"
    for path in sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != whole, path.stem)):
        document = read(path, name=path.name)
        file = bind(document, _File, problems)
        if file is None:
            continue
        for key in {**file.facts, **file.ambiguities}:
            if key in found or key in doubts:
                where = ("facts" if key in file.facts else "ambiguities", key)
                problems.add(
                    document.place(where, key=True),
                    dotted(where),
                    tr("this stands in another file as well"),
                    tr("keep one"),
                )
        complex_ = ALL if path.stem == whole else path.stem
        for key, fact in file.facts.items():
            found[key] = fact.model_copy(update={"id": key, "complex": complex_})
        for key, doubt in file.ambiguities.items():
            doubts[key] = doubt.model_copy(update={"id": key})
    problems.raise_if_any()
    return tuple(found.values()), tuple(doubts.values())


def facts(complex: str | None = None) -> pd.DataFrame:  # noqa: A002 - the column's name
    """Return what was written of the programme in June 2008, a row for each fact.

    Parameters
    ----------
    complex
        One of the complexes, or ``"all"`` for the programme as a whole; every fact unless told.

    Returns
    -------
    pandas.DataFrame
        Columns `id`, `complex`, `says`, `says_ko`, `value` and `to` (the ends of a range; NaN is
        none), `unit`, `date` (as exactly as it was told), `form`, `use` (paths in the bundled
        scenarios), `departs` (the ambiguity by which the scenario's number is another one),
        `reading` and `reading_ko`.

    Raises
    ------
    InputError
        When nothing is about such a complex.
    """
    return _table(Fact, register()[0], complex).astype({"value": float, "to": float})


def ambiguities(complex: str | None = None) -> pd.DataFrame:  # noqa: A002 - the column's name
    """Return where those facts can be read in more ways than one, a row for each.

    Parameters
    ----------
    complex
        As for `facts`.

    Returns
    -------
    pandas.DataFrame
        Columns `id`, `complex`, `question`, `readings`, `taken`, `because`, `switch` (paths of what
        expresses the other readings) and `choice` (what was settled for where nothing does); all
        but the readings also in Korean, `question_ko` and so on.

    Raises
    ------
    InputError
        When nothing is about such a complex.
    """
    return _table(Ambiguity, register()[1], complex)


def _table(
    model: type[Spec],
    entries: Sequence[Fact | Ambiguity],
    complex_: str | None,
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy; loading stays quick

    known = sorted({entry.complex for entry in entries})
    if complex_ not in {None, *known}:
        hint = did_you_mean(str(complex_), known, otherwise=tr("there are"))
        raise InputError(tr("nothing was written of {name}", name=shown(complex_)), hint)
    rows = [
        entry.model_dump(exclude={"source"})
        for entry in entries
        if complex_ in {None, entry.complex}
    ]
    columns = [name for name in model.model_fields if name != "source"]
    return pd.DataFrame(rows, columns=columns)


_DAYS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_DATE = re.compile(
    r"(?:(from|by|about) )?(?:(early|mid|late) (?=[0-9]{4}-[0-9]{2}$))?"
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
)


def span(date: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day that a date may mean.

    `from` has no end, `by` no beginning; `about` reaches half a year further on both sides.

    Raises
    ------
    ValueError
        When it is no date.

    Examples
    --------
    >>> print(*span("2008-06"), *span("about 2010"))
    2008-06-01 2008-06-30 2009-07-02 2011-07-02
    """
    if not (match := _DATE.fullmatch(date)):
        raise ValueError(date)
    word, part, *digits = match.groups()
    year, month, day = (int(each) if each else 0 for each in digits)
    first = dt.date(year, month or 1, day or 1)
    last = dt.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    if part:
        begins, ends = _DAYS[part]
        first, last = first.replace(day=begins), min(last, first.replace(day=1) + (ends - 1) * _DAY)
    if word == "about":
        return first - _HALF_A_YEAR, last + _HALF_A_YEAR
    return (
        dt.date.min if word == "by" else first,
        dt.date.max if word == "from" else last,
    )


_DAY = dt.timedelta(days=1)
_HALF_A_YEAR = 183 * _DAY
