"""The picture of thirty years without macro: a panel for each statistic, drifts in bold."""

from __future__ import annotations

import pandas as pd
import pytest

from clustersim.charts.stability import stability
from clustersim.validation.stability import TITLES


def table(places):
    rows = [
        (place, luck, month, statistic, 1.0 + (statistic == "debt") * month / 100.0 + luck / 50.0)
        for place in places
        for luck in range(2)
        for month in range(36)
        for statistic in TITLES
    ]
    return pd.DataFrame(rows, columns=["complex", "luck", "month", "statistic", "value"])


@pytest.mark.parametrize("places", [("noksan",), ("noksan", "namdong", "daebul")])
def test_each_statistic_has_a_panel_and_each_complex_a_line(places):
    figure = stability(table(places))
    figure.draw_without_rendering()
    panels = [ax for ax in figure.axes if ax.get_visible()]
    titles = [ax.get_title(loc="left") for ax in panels]
    assert [title.removesuffix(" (drifts)") for title in titles] == list(TITLES.values())
    assert all(len(ax.lines) == len(places) for ax in panels)
    assert [t for t in titles if "drifts" in t] == ["debt over yearly sales (drifts)"]
    assert bool(figure.legends) == (len(places) > 1)


def test_the_picture_says_how_many_lucks_it_is_of():
    assert "over 2 lucks" in stability(table(("noksan",))).get_supxlabel()
