"""Texts in which a letter of Hangul counts as the two columns that it takes.

Whatever wraps and aligns by the number of letters does right by a text that is `widened` before and
`narrowed` after.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["narrowed", "widened"]

_PAD: Final = "\u115f"
"""A letter without a shape, put behind a wide one to make it count twice."""

_WIDE: Final = re.compile("[\u1100-\u11ff\u2e80-\uffdc]")


def widened(text: str) -> str:
    """Return a text with as many letters as it takes columns.

    >>> len(widened("녹산 Noksan"))
    11
    """
    return _WIDE.sub(
        lambda found: found[0] + _PAD * (unicodedata.east_asian_width(found[0]) in "WF"), text
    )


def narrowed(text: str) -> str:
    """Return a widened text as it was.

    >>> narrowed(widened("녹산 Noksan"))
    '녹산 Noksan'
    """
    return text.replace(_PAD, "")
