"""Texts with as many letters as they take columns."""

from __future__ import annotations

import textwrap

import pytest
from rich.cells import cell_len

from clustersim.columns import narrowed, widened


@pytest.mark.parametrize(
    "text", ["", "Noksan", "녹산", "녹산 Noksan 綠山, 5 %", "한 줄\n두 줄", "ﾊﾝ"]
)
def test_a_widened_text_is_as_long_as_it_is_wide(text):
    assert len(widened(text)) == sum(map(cell_len, text.splitlines())) + text.count("\n")
    assert narrowed(widened(text)) == text


def test_lines_are_wrapped_by_columns():
    lines = narrowed(textwrap.fill(widened("생산액과 부가가치와 고용"), 18)).splitlines()
    assert lines == ["생산액과", "부가가치와 고용"]
