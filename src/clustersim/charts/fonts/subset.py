"""Make the font of Korean pictures from IBM Plex Sans KR: fewer characters, a name of its own.

Run as ``python -m clustersim.charts.fonts.subset FOLDER``; the folder holds what ``npm pack``
fetched, unpacked. ``make font`` does both. The same package gives the same files.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

from clustersim.charts.lettering import FAMILY, FONTS

__all__ = ["characters", "make"]

_SIGNS: Final = "‘’“”„–—•…′″‰€₩−→←↑↓×÷±≈≠≤≥∞√∑Δ·"
"""Signs that KS X 1001 lacks or that must not be forgotten."""

_KEPT: Final = (0, 13, 14)
"""Names that stay as they are: copyright, licence and where it is found."""


def characters() -> set[int]:
    """Return what the font is to hold, where its source has it: KS X 1001 without Hanja, Latin-1.

    >>> len({code for code in characters() if 0xAC00 <= code <= 0xD7A3})
    2350
    """
    rows = [0xA1, 0xA2, 0xA4, 0xA7, *range(0xB0, 0xC9)]  # signs, jamo, units; syllables
    cells = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    found = {ord(text) for cell in cells if (text := cell.decode("euc_kr", "ignore"))}
    return found | {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, _SIGNS)}


def make(source: Path, target: Path) -> None:
    """Write the font of a file with the wanted characters alone, unhinted and renamed."""
    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "vhea", "vmtx"]  # nothing here writes downwards
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    style = target.stem.rpartition("-")[2]
    whole, plain = f"{FAMILY} {style}", f"{FAMILY}-{style}".replace(" ", "")
    names = {1: FAMILY, 2: style, 3: f"{plain}:{font['head'].fontRevision:.3f}", 4: whole, 6: plain}
    names[5] = f"Version {font['head'].fontRevision:.3f}"
    table = font["name"]
    table.names = [name for name in table.names if name.nameID in _KEPT and name.platformID == 3]
    for number, name in names.items():
        table.setName(name, number, 3, 1, 0x409)
    font.flavor = None
    font.save(target)


if __name__ == "__main__":
    for style in ("Regular", "Bold"):
        (file,) = Path(sys.argv[1]).rglob(f"woff/**/IBMPlexSansKR-{style}.woff")
        make(file, FONTS / f"Hangul-{style}.ttf")
