"""Quantities as people write them ("47억원", "5 % / year") and as the model stores them.

What a number *is* decides how it is written and converted, so every parameter names its `Kind`.
Money, durations and rates must carry their unit; a share or a number may stand bare.

>>> parse("1조 2000억원", Kind.MONEY)
1200000000000.0
>>> parse("연 5%", Kind.GROWTH), parse("18 months", Kind.DURATION), parse("35 %", Kind.SHARE)
(0.05, 18.0, 0.35)
>>> parse(0.05, Kind.DEPRECIATION)
Traceback (most recent call last):
    ...
clustersim.errors.UnitError: 0.05 has no period
write '0.05 / year' or '5 % / year'
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import NoReturn

from clustersim.errors import UnitError
from clustersim.language import language, later, tr

__all__ = [
    "FIRST_YEAR",
    "LARGEST",
    "Kind",
    "parse",
    "pattern",
    "per_month",
    "show",
    "shown",
    "told",
    "won",
]

FIRST_YEAR = 2000
"""Months count from January of this year, which is month 0."""

_DAYS_A_MONTH = Decimal("365.2425") / 12


class Kind(Enum):
    """What a number is.

    The four rates are stored per year and differ in how they turn monthly (`per_month`).

    >>> Kind.MONEY.unit
    'KRW'
    """

    MONEY = ("KRW", later("an amount of money"), later("'4.7 bn KRW' or '47억원'"))
    GROWTH = ("1/year", later("a rate of growth"), later("'3 % / year' or '연 3%'"))
    DEPRECIATION = ("1/year", later("a rate of depreciation"), later("'15 % / year' or '연 15%'"))
    PROBABILITY = (
        "1/year",
        later("a probability per year"),
        later("'4 % / year' or '0.04 / year'"),
    )
    HAZARD = ("1/year", later("a hazard per year"), later("'0.2 / year' or '20 % / year'"))
    SHARE = ("fraction", later("a share"), later("'35 %' or 0.35"))
    DURATION = ("months", later("a duration"), later("'18 months', '3 years' or '18개월'"))
    NUMBER = ("", later("a number"), "0.4")
    COUNT = ("", later("a whole number"), "20")
    MONTH = ("month", later("a month"), "'2008-06'")
    DATE = ("date", later("a date"), "'2008-06-24'")
    CHOICE = ("", later("one of a few words"), later("one of them"))

    @property
    def unit(self) -> str:
        """The unit of the stored number."""
        return self.value[0]

    @property
    def expects(self) -> str:
        """What to write, in plain words."""
        return tr(self.value[1])

    @property
    def example(self) -> str:
        """How it may be written."""
        return tr(self.value[2])

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most it can be at all; a parameter's own range is narrower."""
        return _BOUNDS.get(self, (-math.inf, math.inf))


def parse(value: object, kind: Kind) -> float | int | dt.date:
    """Return the stored number for a quantity as written in a file.

    Parameters
    ----------
    value
        Text with its unit, or a bare number where the kind allows one.
    kind
        What the number is.

    Returns
    -------
    float or int or datetime.date
        Won; a rate per year; a fraction; months; a plain number; a count (int); a month counted
        from January 2000 (int); a date.

    Raises
    ------
    UnitError
        With a hint that shows how to write it.
    ValueError
        When the kind is a choice, which is no quantity: its words stand in the type of the field.

    Notes
    -----
    A rate per month becomes a yearly one by its kind: growth (1 + g)^12 - 1, depreciation and
    probability 1 - (1 - p)^12, hazard 12 h. A year has 365.2425 days.

    >>> parse("47억 5천만원", Kind.MONEY), parse("1 year 6 months", Kind.DURATION)
    (4750000000.0, 18.0)
    >>> round(parse("0.4 % / month", Kind.GROWTH), 6)
    0.04907
    """
    if kind is Kind.CHOICE:
        raise ValueError("a choice is no quantity")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        _refuse(value, kind)
    if isinstance(value, float) and math.isnan(value):
        _refuse(value, kind)
    if not isinstance(value, str) and not abs(value) < LARGEST:
        raise UnitError(tr("{value} is too large", value=shown(value)), _for_example(kind))
    text = _tidy(value if isinstance(value, str) else repr(value))
    if kind is Kind.MONTH or kind is Kind.DATE:
        return _calendar(value, text, kind)
    try:
        exact = _READERS[kind](text, value, kind)
        number = int(exact) if kind is Kind.COUNT else float(exact)
    except ArithmeticError:
        number = math.inf
    if not abs(number) < LARGEST:
        raise UnitError(tr("{value} is too large", value=shown(value)), _for_example(kind))
    low, high = kind.bounds
    if not low <= number <= high:
        least, most = show(low, kind), show(high, kind)
        raise UnitError(
            tr("{value} is outside its range", value=shown(value))
            if kind is Kind.COUNT
            else tr("{value} cannot be {what}", value=shown(value), what=kind.expects),
            tr("it must be at least {least} and at most {most}", least=least, most=most)
            if math.isfinite(high)
            else tr("it must be at least {least}", least=least),
        )
    return number


def per_month(rate: float, kind: Kind) -> float:
    """Return the monthly rate of a yearly one, by its kind.

    Raises
    ------
    ValueError
        When the kind is not a rate.

    Notes
    -----
    Growth (1 + g)^(1/12) - 1; depreciation and probability 1 - (1 - p)^(1/12); hazard, the
    chance of the event within a month, 1 - exp(-h / 12).

    >>> round(per_month(0.15, Kind.DEPRECIATION), 5)
    0.01345
    """
    if kind is Kind.GROWTH:
        return math.pow(1.0 + rate, 1 / 12) - 1.0
    if kind in {Kind.DEPRECIATION, Kind.PROBABILITY}:
        return 1.0 - math.pow(1.0 - rate, 1 / 12)
    if kind is Kind.HAZARD:
        return -math.expm1(-rate / 12)
    raise ValueError(f"{kind.name} is not a rate")


def show(number: float | dt.date | str, kind: Kind) -> str:
    """Return the text of a stored value, which `parse` reads back to the same one.

    >>> show(4.7e9, Kind.MONEY), show(0.05, Kind.GROWTH), show(18.0, Kind.DURATION)
    ('4.7 bn KRW', '5 % / year', '18 months')
    """
    if isinstance(number, str):
        return number
    if isinstance(number, dt.date):
        return number.isoformat()
    if not math.isfinite(number):
        return "any number"
    if kind is Kind.MONTH:
        year, month = divmod(int(number), 12)
        return f"{year + FIRST_YEAR:04d}-{month + 1:02d}"
    exact = Decimal(repr(float(number))) if kind is not Kind.COUNT else Decimal(number)
    if kind is Kind.MONEY:
        for scale, name in _SCALES_SHOWN:
            part = exact / scale
            if abs(part) >= 1 and part == round(part, 3):
                return f"{_plain(part)} {name} KRW"
        return f"{exact:,f}".removesuffix(".0") + " KRW"
    if kind in _RATES:
        return f"{_plain(exact * 100)} % / year"
    if kind is Kind.SHARE:
        return f"{_plain(exact * 100)} %"
    return f"{_plain(exact)} months" if kind is Kind.DURATION else _plain(exact)


def told(number: float | dt.date | str, kind: Kind) -> str:
    """Return the same text, money in the units of the language that is spoken.

    >>> from clustersim.language import speaking
    >>> with speaking("ko"):
    ...     told(1e13, Kind.MONEY), told(4.75e9, Kind.MONEY), told(0.0, Kind.MONEY)
    ('10조원', '47.5억원', '0원')
    """
    if kind is not Kind.MONEY or language() != "ko" or isinstance(number, (str, dt.date)):
        return show(number, kind)
    exact = Decimal(repr(float(number)))
    for scale, name in _SCALES_IN_KOREAN if math.isfinite(number) else ():
        part = exact / scale
        if abs(part) >= 1 and part == round(part, 3):
            return f"{_plain(part)}{name}원"
    return show(number, kind).replace(" KRW", "원")


def won(amount: float) -> str:
    """Return an amount of money in short, for people; three figures.

    >>> won(4.7e9), won(-152.4e6), won(1.3e12), won(250_000)
    ('4.7 bn KRW', '-152 M KRW', '1.3 tn KRW', '250,000 KRW')
    >>> from clustersim.language import speaking
    >>> with speaking("ko"):
    ...     won(4.7e9), won(-12.54e6), won(123.4e9), won(1.3e12), won(250_000)
    ('47억원', '-1,250만원', '1,230억원', '1.3조원', '250,000원')
    """
    if language() == "ko":
        return _won_in_korean(amount)
    for scale, name in reversed(_SCALES_SHOWN):
        short = f"{amount / float(scale):.3g}"
        if 1 <= abs(float(short)) < 1000:
            return f"{short} {name} KRW"
    if abs(amount) < 1e6:
        return f"{amount:,.0f} KRW"
    return f"{amount / 1e12:,.0f} tn KRW"


def _won_in_korean(amount: float) -> str:
    """Return an amount in units that are 10,000 apart; below a million won in all its figures."""
    size = abs(float(f"{amount:.3g}"))
    if not size >= 1e6:  # NaN too
        return f"{amount:,.0f}원"
    if size >= 1e16:
        return f"{amount / 1e12:,.0f}조원"
    scale, name = next(row for row in _SCALES_IN_KOREAN if size >= row[0])
    return f"{'-' if amount < 0 else ''}{Decimal(round(size)) / scale:,f}{name}원"


def shown(value: object) -> str:
    """Return a value as a message quotes it: text in quotes, nothing long.

    >>> shown("4.7 bn"), shown(0.05), shown(True), shown(None), shown([1, 2])
    ("'4.7 bn'", '0.05', 'true', 'nothing', 'a list')
    """
    if value is None:
        return tr("nothing")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= 36 else value[:35] + "…")
    if isinstance(value, dict):
        return tr("a mapping")
    if isinstance(value, (list, tuple)):
        return tr("a list")
    if isinstance(value, int) and abs(value) >= 10**36:
        return tr("a very long number")
    if isinstance(value, (int, float, dt.date)):
        return str(value)
    return tr("a {type}", type=type(value).__name__)


# ---------------------------------------------------------------- how each kind is written

_RATES = frozenset({Kind.GROWTH, Kind.DEPRECIATION, Kind.PROBABILITY, Kind.HAZARD})

LARGEST = 1e30
"""No quantity here comes near; squares and products of smaller ones stay finite."""

_LONGEST = 60
"""Characters of a number that is written out; a longer one has an exponent."""

_BOUNDS = {
    Kind.GROWTH: (-1.0, math.inf),
    Kind.DEPRECIATION: (0.0, 1.0),
    Kind.PROBABILITY: (0.0, 1.0),
    Kind.HAZARD: (0.0, math.inf),
    Kind.DURATION: (0.0, math.inf),
    Kind.COUNT: (0, 2**63 - 1),
}

_SCALES = {
    **dict.fromkeys(("k", "thousand"), Decimal(10**3)),
    **dict.fromkeys(("m", "mn", "million"), Decimal(10**6)),
    **dict.fromkeys(("b", "bn", "billion"), Decimal(10**9)),
    **dict.fromkeys(("t", "tn", "trillion"), Decimal(10**12)),
}
_SCALES_SHOWN = ((Decimal(10**12), "tn"), (Decimal(10**9), "bn"), (Decimal(10**6), "M"))
_SCALES_IN_KOREAN = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
_LARGE = {"조": Decimal(10**12), "억": Decimal(10**8), "만": Decimal(10**4), "": Decimal(1)}
_SMALL = {"천": Decimal(1000), "백": Decimal(100), "십": Decimal(10), "": Decimal(1)}
_MONTHS = {
    **dict.fromkeys(("year", "years", "yr", "yrs", "년"), Decimal(12)),
    **dict.fromkeys(("month", "months", "개월", "달"), Decimal(1)),
    **dict.fromkeys(("week", "weeks", "주"), 7 / _DAYS_A_MONTH),
    **dict.fromkeys(("day", "days", "일"), 1 / _DAYS_A_MONTH),
}

_N = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,3})?|\.[0-9]+"
_NUMBER = re.compile(rf"([+-]?(?:{_N}))")
_PERCENT = re.compile(rf"([+-]?(?:{_N})) ?(?:%|percent|per cent|퍼센트)")
_MONEY = re.compile(rf"([+-]?(?:{_N})) ?({'|'.join(_SCALES)})? ?(krw|won|원)?")
_CURRENCY = re.compile(r" ?(?:krw|won|원)$")
_KOREAN_PART = re.compile(rf"({_N}) ?([천백십]?)([조억만]?) ?")
_RATE = re.compile(
    rf"(?P<lead>연간?|월|매년|매월)? ?(?P<number>[+-]?(?:{_N})) ?(?P<percent>%|percent|per cent)?"
    r" ?(?:(?:/|per|a) ?(?P<period>year|yr|annum|년|month|mo|월|개월))?"
)
_DURATION_PART = re.compile(rf"({_N}) ?({'|'.join(sorted(_MONTHS, key=len, reverse=True))}) ?")
_MONTHLY = frozenset({"월", "매월", "month", "mo", "개월"})


def _tidy(text: str) -> str:
    """Return the text in one form: composed Hangul, plain signs, single spaces, lower case."""
    if len(text) > 80:
        return ""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("₩", "krw ")
    return " ".join(plain.lower().split())


def _refuse(value: object, kind: Kind) -> NoReturn:
    raise UnitError(
        tr("expected {what}, not {value}", what=kind.expects, value=shown(value)),
        _for_example(kind),
    )


def _for_example(kind: Kind) -> str:
    return tr("write for example {example}", example=kind.example)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _plain(number: Decimal) -> str:
    """Return the digits without trailing zeros, nor an exponent where they are not many."""
    text = f"{number:f}"
    if len(text) > _LONGEST:
        return f"{number.normalize()}".lower()
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _number(text: str, value: object, kind: Kind) -> Decimal:
    if not (match := _NUMBER.fullmatch(text)):
        _refuse(value, kind)
    return _decimal(match[1])


def _count(text: str, value: object, kind: Kind) -> Decimal:
    number = _number(text, value, kind)
    if number != number.to_integral_value():
        _refuse(value, kind)
    return number


def _share(text: str, value: object, kind: Kind) -> Decimal:
    if match := _PERCENT.fullmatch(text):
        return _decimal(match[1]) / 100
    return _number(text, value, kind)


def _money(text: str, value: object, kind: Kind) -> Decimal:
    text = re.sub(r"^([+-]?)(?:krw|won) ?([0-9.].*)$", r"\1\2 krw", text)
    if match := _MONEY.fullmatch(text):
        if not match[3]:
            written = f"{_plain(_decimal(match[1]))} {match[2] or ''}".strip()
            raise UnitError(
                tr("{value} has no currency", value=shown(value)),
                tr(
                    "write {text}, or for example {example}",
                    text=f"'{written} KRW'",
                    example=kind.example,
                ),
            )
        return _decimal(match[1]) * _SCALES.get(match[2] or "", Decimal(1))
    body = _CURRENCY.sub("", text).removeprefix("-")
    parts = _KOREAN_PART.findall(body)
    if not parts or _KOREAN_PART.sub("", body):
        _refuse(value, kind)
    total = part = Decimal(0)
    large, small, last = Decimal("Infinity"), Decimal("Infinity"), ""
    for digits, ten, last in parts:
        if _SMALL[ten] >= small or (last and _LARGE[last] >= large):
            _refuse(value, kind)  # 3억 2조: the larger unit comes first
        part += _decimal(digits) * _SMALL[ten]
        small = _SMALL[ten]
        if last:
            total += part * _LARGE[last]
            part, large, small = Decimal(0), _LARGE[last], Decimal("Infinity")
    if not last and not _CURRENCY.search(text):
        _refuse(value, kind)  # 47억 3: three what?
    return -(total + part) if text.startswith("-") else total + part


def _rate(text: str, value: object, kind: Kind) -> Decimal | float:
    match = _RATE.fullmatch(text)
    if not match or (match["lead"] and match["period"]):
        _refuse(value, kind)
    number = _decimal(match["number"]) / (100 if match["percent"] else 1)
    period = match["lead"] or match["period"]
    if not period:
        forms = [f"'{_plain(number)} / year'", f"'{_plain(number * 100)} % / year'"]
        if not match["percent"] and abs(number) > 1:
            forms = [f"'{_plain(number)} % / year'", f"'{_plain(number / 100)} / year'"]
        if match["percent"]:
            forms.reverse()
        raise UnitError(
            tr("{value} has no period", value=shown(value)),
            tr("write {one} or {other}", one=forms[0], other=forms[1]),
        )
    if period not in _MONTHLY:
        return number
    if kind is Kind.HAZARD:
        return number * 12
    if kind is Kind.GROWTH:
        return (1 + number) ** 12 - 1 if number >= -1 else number
    return 1 - (1 - number) ** 12 if 0 <= number <= 1 else number


def _duration(text: str, value: object, kind: Kind) -> Decimal:
    if _NUMBER.fullmatch(text):
        raise UnitError(
            tr("{value} has no unit of time", value=shown(value)),
            tr("write {one} or {other}", one=f"'{text} months'", other=f"'{text} years'"),
        )
    parts = [(_decimal(digits), _MONTHS[unit]) for digits, unit in _DURATION_PART.findall(text)]
    if not parts or _DURATION_PART.sub("", text):
        _refuse(value, kind)
    if any(later >= earlier for (_, earlier), (_, later) in pairwise(parts)):
        _refuse(value, kind)  # 6 months 1 year: the longer unit comes first
    return sum((number * months for number, months in parts), Decimal(0))


_READERS = {
    Kind.MONEY: _money,
    **dict.fromkeys(_RATES, _rate),
    Kind.SHARE: _share,
    Kind.DURATION: _duration,
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
}

_ISO = {
    Kind.MONTH: re.compile(r"([0-9]{4})-([0-9]{2})"),
    Kind.DATE: re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
}


def _calendar(value: object, text: str, kind: Kind) -> int | dt.date:
    if not (match := _ISO[kind].fullmatch(text)):
        _refuse(value, kind)
    year, month, *day = (int(part) for part in match.groups())
    try:
        date = dt.date(year, month, *(day or [1]))
    except ValueError:
        raise UnitError(
            tr("{value} is not in the calendar", value=shown(value)), _for_example(kind)
        ) from None
    return date if day else (year - FIRST_YEAR) * 12 + month - 1


# ---------------------------------------------------------------- how editors know each kind


def pattern(kind: Kind, *, yearly: bool = False) -> str:
    """Return a regular expression, as JSON Schema has them, of the text that `parse` can read.

    It knows words, not amounts: a text that fits may still be outside a range. With `yearly`, a
    rate per month does not fit.

    Raises
    ------
    ValueError
        When the kind is a choice.

    Examples
    --------
    >>> import re
    >>> [bool(re.search(pattern(Kind.MONEY), text)) for text in ("1조 2천억원", "47", "3억 2조")]
    [True, False, False]
    """
    if kind is Kind.CHOICE:
        raise ValueError("a choice is no quantity")
    form = _yearly() if yearly and kind in _RATES else _FORMS[kind]
    return f"^\\s*(?:{_ANY_CASE.sub(_both_cases, form)})\\s*$"


_ANY_CASE = re.compile(r"\\.|\[\+-\]\??| \??|[a-z]")
"""What an expression for tidy text must say of text as people write it."""


def _both_cases(found: re.Match[str]) -> str:
    """Return a piece of an expression for text that is not tidied yet."""
    piece = found[0]
    if piece.startswith("\\"):
        return piece
    if piece.startswith("["):
        return f"[+\\-−]{piece[4:]}"
    if piece.startswith(" "):
        return r"\s*" if piece.endswith("?") else r"\s+"
    return f"[{piece}{piece.upper()}]"


def _forms() -> dict[Kind, str]:
    number = rf"[+-]?(?:{_N})"
    whole = "(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    won = "(?:krw|won|원|₩)"
    small = (
        "".join(rf"(?:(?:{_N}) ?{ten}(?! [조억만]) ?)?" for ten in "천백십") + rf"(?:(?:{_N}) ?)?"
    )
    part = rf"(?=[0-9.]){small}"
    large = "".join(rf"(?:{part}{unit} ?)?" for unit in "조억만")
    scale = rf"(?:{'|'.join(_SCALES)})"
    lengths = sorted(set(_MONTHS.values()), reverse=True)
    ordered = "".join(
        rf"(?:(?:{_N}) ?(?:{'|'.join(n for n, months in _MONTHS.items() if months == length)}) ?)?"
        for length in lengths
    )
    percent = "(?:%|percent|per cent)"
    rate = rf"{number} ?{percent}?"
    short, long = "04|06|09|11", "01|03|05|07|08|10|12"
    return {
        Kind.MONEY: rf"{number} ?{scale}? ?{won}|[+-]?(?:krw|won|₩) ?(?:{_N}) ?{scale}?"
        rf"|[-−]?(?:(?=.*[조억만]){large}{won}?|{large}{part}{won})"
        rf"|[-−]?(?:krw|won|₩) ?(?=[0-9.]){large}(?:{part})?",
        **dict.fromkeys(
            _RATES,
            rf"(?:연간?|월|매년|매월) ?{rate}"
            rf"|{rate} ?(?:/|per|a) ?(?:year|yr|annum|년|month|mo|월|개월)",
        ),
        Kind.SHARE: rf"{number}(?: ?(?:{percent}|퍼센트))?",
        Kind.DURATION: rf"(?=[0-9.]){ordered}",
        Kind.NUMBER: number,
        Kind.COUNT: rf"[+-]?(?:{whole}(?:\.0*)?|\.0+|{whole}(?:\.[0-9]*)?e[+-]?[0-9]{{1,3}})",
        Kind.MONTH: "(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])",
        Kind.DATE: rf"(?!0000)[0-9]{{4}}-(?:(?:{long})-(?:0[1-9]|[12][0-9]|3[01])"
        rf"|(?:{short})-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))",
    }


def _yearly() -> str:
    rate = rf"[+-]?(?:{_N}) ?(?:%|percent|per cent)?"
    return rf"(?:연간?|매년) ?{rate}|{rate} ?(?:/|per|a) ?(?:year|yr|annum|년)"


_FORMS = _forms()
