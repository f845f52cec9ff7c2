"""The language in which people are told things: English, or Korean by a catalogue of translations.

Texts stand in the code in English, as `tr("no arm {name}", name=name)`. Their translations stand in
``locale/ko/LC_MESSAGES/clustersim.po``, which translators' tools read; ``make translations`` brings
it up to date with the code and compiles it. Names of the model, columns of tables and keys of files
are the same in every language.
"""

from __future__ import annotations

import gettext
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clustersim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CATALOGUES", "LANGUAGES", "language", "later", "ntr", "speaking", "tr"]

LANGUAGES: Final = ("en", "ko")
"""Languages that are spoken; the first unless told."""

CATALOGUES: Final = Path(__file__).with_name("locale")
"""Where translations stand."""

_SPOKEN: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def language() -> str:
    """Return the language that is spoken now."""
    return _SPOKEN.get()


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Speak a language within a ``with`` block; none leaves it as it is.

    >>> with speaking("ko"):
    ...     language()
    'ko'

    Raises
    ------
    InputError
        When it is not spoken here.
    """
    if lang is not None and lang not in LANGUAGES:
        raise InputError(
            tr("no language {lang}", lang=repr(lang)),
            tr("the languages are: {known}", known=", ".join(LANGUAGES)),
        )
    before = _SPOKEN.set(lang or language())
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def tr(text: str, /, **values: object) -> str:
    """Return a text in the language that is spoken, with values put where it names them.

    >>> tr("no arm {name}", name="lanch")
    'no arm lanch'
    """
    said = _catalogue(language()).gettext(text)
    return said.format(**values) if values else said


def ntr(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the text that suits a number, which the text can name as ``{number}``.

    >>> ntr("{number} firm", "{number} firms", 1), ntr("{number} firm", "{number} firms", 1200)
    ('1 firm', '1,200 firms')
    """
    said = _catalogue(language()).ngettext(one, many, number)
    return said.format(number=f"{number:,}", **values)


def later(text: str) -> str:
    """Mark a text that `tr` is given where it is used, such as one in a table of the module."""
    return text


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return gettext.translation("clustersim", CATALOGUES, [lang], fallback=lang == LANGUAGES[0])
