"""Whether what is told in Korean is Korean: Hangul, and no English but names, keys and units."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.pofile import read_po

from clustersim.language import CATALOGUES
from clustersim.scenario import load
from clustersim.scenario.catalogue import FOLDER
from clustersim.scenario.json_schema import scenario_schema

UNITS = {"KRW", "bn", "tn", "year", "month", "months", "years", "to"}
"""Units as a file has them."""


def hangul(text):
    return re.search("[가-힣]", text) is not None


def words(text):
    return set(
        re.findall("[A-Za-z]{2,}", re.sub("U[+][0-9A-F]+|(?<![A-Za-z])[A-Za-z]+…", "", text))
    )


@cache
def known():
    """Words of translations themselves, keys and choices of files, names of shared ones, units."""
    shared = (str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml"))
    found = UNITS.union(*map(words, (*shared, *load("noksan").spec.economy.sectors)))
    with (CATALOGUES / "ko" / "LC_MESSAGES" / "clustersim.po").open("rb") as file:
        for message in read_po(file, locale="ko"):
            said = message.string if message.pluralizable else (message.string,)
            found |= words(" ".join(said)) if message.id else set()

    def walk(schema):
        if isinstance(schema, dict):
            for key, value in schema.items():
                if key == "properties":
                    found.update(*map(words, value))
                if key in {"enum", "const"}:
                    found.update(words(str(value)))
                walk(value)
        elif isinstance(schema, list):
            for value in schema:
                walk(value)

    walk(scenario_schema())
    return found


QUOTED = re.compile("(?<=YAML이 아님: ).*|(?<=CSV가 아님: ).*|(?<=여기에 올 수 없음: ).*")
"""What a parser says is told in its own words."""


def assert_korean(text, *given):
    """Every line has Hangul, and its English words are known, or stand in what was given."""
    for line in text.split("\n"):
        assert hangul(line), text
    left = words(QUOTED.sub("", text)) - known() - words(" ".join(given))
    assert not left, f"{sorted(left)} in: {text}"
