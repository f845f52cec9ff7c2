"""README, CONTRIBUTING and the documentation, block by block.

A block that a file is made of says so in the paragraph above it: the last file named there in
backticks, with an ending of the block's language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = {"yaml": ".yaml", "csv": ".csv", "toml": ".toml", "python": ".py"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: where it stands, its language, its text, the file it makes."""

    page: str
    line: int
    language: str
    text: str
    file: str = ""

    def __str__(self):
        return f"{self.page}:{self.line}: a block of {self.language or 'no language'}"


def paths():
    """The pages that people write, as paths from the root; those made from the code are not."""
    below = sorted((ROOT / "docs").rglob("*.md"))
    written = [path for path in below if "generated" not in path.parts]
    top = [*sorted(ROOT.glob("README*.md")), ROOT / "CONTRIBUTING.md"]
    return [path.relative_to(ROOT).as_posix() for path in top + written]


def read(page):
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text, page="page"):
    """The blocks of a page's text in their order, directives of Sphinx left out."""
    found, lines = [], text.splitlines(keepends=True)
    number = 0
    while number < len(lines):
        opening = re.match(r"^(`{3,})(.*)$", lines[number])
        start = number
        number += 1
        if not opening:
            continue
        while not lines[number].startswith(opening[1]):  # a block that nothing ends is an error
            number += 1
        language = opening[2].strip()
        if not language.startswith("{"):
            body = "".join(lines[start + 1 : number])
            file = _file(lines[:start], language)
            found.append(Block(page, start + 1, language, body, file))
        number += 1
    return found


def of(page, language):
    """The texts of a page's blocks of one language."""
    return [block.text for block in blocks(read(page), page) if block.language == language]


def _file(above, language):
    paragraph = "".join(above).rstrip("\n").rpartition("\n\n")[2]
    ending = ENDINGS.get(language, "")
    named = re.findall(rf"`([\w.-]+{re.escape(ending)})`", paragraph) if ending else []
    return named[-1] if named else ""
