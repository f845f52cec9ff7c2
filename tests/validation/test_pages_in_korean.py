"""Pages of the validation in Korean: no English left but names, keys and sources."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

import korean
import networked
from clustersim.language import speaking, tr
from clustersim.validation import stability
from clustersim.validation.bands import PATTERNS
from clustersim.validation.in_economy import in_economy
from clustersim.validation.isolated import isolated
from clustersim.validation.isolated_page import section
from clustersim.validation.published import PUBLISHED

TITLES = {"noksan": "녹산"}


def english(text, *given):
    """English words that are left: those of translations themselves are authors and keys."""
    return sorted(korean.words(text) - korean.known() - korean.words(" ".join(given)))


def test_patterns(looked_at):
    keys = [pattern.source for pattern in PATTERNS if " " not in pattern.source]
    with speaking("ko"):
        text = looked_at.summary(titles=TITLES)
    assert not english(text, looked_at.scenario, *keys)
    assert "녹산" in text
    assert "Noksan" not in text
    for pattern in PATTERNS:
        assert pattern.title not in text
        assert pattern.title_ko in " ".join(text.split())


def test_no_text_of_a_pattern_or_a_range_stays_english():
    with speaking("ko"):
        for pattern in PATTERNS:
            assert korean.hangul(tr(pattern.statistic)), pattern.name
            for text in filter(None, (pattern.published, pattern.cause)):
                assert tr(text) != text, (pattern.name, text)
        for each in PUBLISHED:
            assert korean.hangul(tr(each.note)), each.note


def test_stability():
    rows = [
        ("noksan", luck, month, name, 1.0 + month / 100.0 + luck / 50.0)
        for luck in range(2)
        for month in range(48)
        for name in stability.TITLES
    ]
    table = pd.DataFrame(rows, columns=["complex", "luck", "month", "statistic", "value"])
    with speaking("ko"):
        text = stability.page(table, titles=TITLES)
    assert not english(text)
    assert text.count("추세 이탈") > len(stability.TITLES) - 1
    assert re.search("^녹산$", text, re.MULTILINE)


def test_isolated_firms():
    scenario = networked.scenario()
    alone, among = isolated(scenario, draws=2), in_economy(scenario, luck=1)
    assert np.isfinite(alone["central"]).all()
    with speaking("ko"):
        text = section(alone, among, titles=TITLES)
    assert not english(text)
    assert "녹산, 미니클러스터: " in text
    assert "원원" not in text
    assert "noksan" not in text.lower()
