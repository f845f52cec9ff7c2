"""The texts of the code and their translations: ``make translations`` brings them together.

What is new in the code stands in the catalogue without a translation, what is gone is dropped, and
the compiled catalogue is written again.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from clustersim.language import CATALOGUES, LANGUAGES

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "clustersim"
KEYWORDS = {"tr": None, "later": None, "ntr": (1, 2)}
TRANSLATED = LANGUAGES[1:]


def file(lang, kind="po"):
    return CATALOGUES / lang / "LC_MESSAGES" / f"clustersim.{kind}"


def catalogue(lang):
    with file(lang).open("rb") as text:
        return read_po(text, locale=lang)


def in_code(package=PACKAGE):
    """Every text of the code; of those that count, singular and plural."""
    found = Catalog()
    # It grumbles at f-strings among the values; among texts the linter refuses them (INT001).
    with contextlib.redirect_stderr(io.StringIO()):
        for _, _, text, _, _ in extract_from_dir(package, keywords=KEYWORDS):
            found.add(text)
    return found


def updated(lang):
    """The catalogue with the texts that the code has now, and their translations so far."""
    now, before = in_code(), catalogue(lang)
    header, comment = before.mime_headers, before.header_comment
    before.update(now, no_fuzzy_matching=True)
    before.mime_headers, before.header_comment = header, comment
    return before


def compiled(catalogue):
    found = io.BytesIO()
    write_mo(found, catalogue)
    return found.getvalue()


def main():
    for lang in TRANSLATED:
        found = updated(lang)
        with file(lang).open("wb") as text:
            write_po(text, found, width=0, sort_output=True, ignore_obsolete=True)
        file(lang, "mo").write_bytes(compiled(catalogue(lang)))


if __name__ == "__main__":
    main()
