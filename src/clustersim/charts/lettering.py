"""The letters of pictures: a font that has Hangul, and lines wrapped by the width of their letters.

Pictures in Korean are written in the font that comes along (``fonts/``), those in English as ever.
A letter that the font of its text lacks, such as Hangul in the title of somebody's own scenario, is
looked for in the font that comes along and then in what is installed.
"""

from __future__ import annotations

import functools
import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text

from clustersim.columns import narrowed, widened
from clustersim.language import LANGUAGES, language, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.artist import Artist

__all__ = ["FAMILY", "FONTS", "complete", "families", "fill", "shorten"]

FAMILY: Final = "clustersim Hangul"
"""The name of the font that comes along."""

FONTS: Final = Path(__file__).with_name("fonts")
"""Where its files are."""

_BOXES: Final = "Last Resort"
"""Fonts that have a box for every letter; one of them comes along with matplotlib."""

_UNKNOWN: Final = "\u25a1"
"""What stands for a letter that no font has."""


# ---------------------------------------------------------------- fonts


def families() -> list[str]:
    """Return the fonts to write in, the first one that has a letter: one's own where one is set."""
    own = list(mpl.rcParams["font.family"])
    if language() == LANGUAGES[0] or own != list(mpl.rcParamsDefault["font.family"]):
        return own
    return [_added(), *own]


def complete(shown: Artist) -> None:
    """Give every text a font for each of its letters; what no font has is told, and shown as □."""
    unknown: set[str] = set()
    for text in shown.findobj(Text):
        assert isinstance(text, Text)  # noqa: S101 - tells the type checker what findobj looks for
        while letters := _lacking(text.get_text(), text.get_fontfamily()):
            letter = min(letters)
            if family := _found(letter):
                text.set_fontfamily([*text.get_fontfamily(), family])
            else:
                text.set_text(text.get_text().replace(letter, _UNKNOWN))
                unknown.add(letter)
    if unknown:
        warnings.warn(
            tr(
                "no font here has {letters}: shown as {sign}; install a font that has them",
                letters=" ".join(sorted(unknown)),
                sign=_UNKNOWN,
            ),
            stacklevel=2,
        )


def _lacking(text: str, written_in: Iterable[str]) -> set[str]:
    """Return the letters of a text that none of some fonts has."""
    letters = {letter for letter in text if letter > "~" and letter.isprintable()}
    for family in written_in:
        if letters:
            letters -= {letter for letter in letters if ord(letter) in _letters(_file(family))}
    return letters


def _found(letter: str) -> str | None:
    """Return a font that has a letter: the one that comes along, or any that is installed."""
    if ord(letter) in _letters(_file(_added())):
        return FAMILY
    names = (font.name for font in fontManager.ttflist if ord(letter) in _letters(font.fname))
    return next(
        (
            name
            for name in names
            if not name.startswith(_BOXES) and ord(letter) in _letters(_file(name))
        ),
        None,
    )


def _added() -> str:
    """Make the font that comes along known to matplotlib, if it is not, and return its name."""
    if all(font.name != FAMILY for font in fontManager.ttflist):
        for file in sorted(FONTS.glob("*.ttf")):
            fontManager.addfont(file)
    return FAMILY


def _file(family: str) -> str:
    return str(fontManager.findfont(FontProperties(family=[family])))


@functools.cache
def _letters(file: str) -> frozenset[int]:
    """Return the letters that a font has; none if it is gone since it was listed."""
    try:
        return frozenset(get_font(file).get_charmap())
    except OSError:
        return frozenset()


# ---------------------------------------------------------------- lines


def fill(text: str, width: float) -> str:
    r"""Return a text in lines of at most so many letters, of which wide ones count as two.

    >>> fill("three figures as in English", 14)
    'three figures\nas in English'
    >>> fill("생산액과 부가가치", 9)
    '생산액과\n부가가치'
    """
    return narrowed(textwrap.fill(widened(text), int(width)))


def shorten(text: str, width: int) -> str:
    """Return a text cut at a word to at most so many letters, of which wide ones count as two.

    >>> shorten("proposed by manager and firms", 22), shorten("관리기관과 입주기업의 제안", 23)
    ('proposed by manager …', '관리기관과 입주기업의 …')
    """
    return narrowed(textwrap.shorten(widened(text), width, placeholder=" …"))
