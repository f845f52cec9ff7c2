"""The simulated past and the published one stand side by side in one table, and in one picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import small
from clustersim.charts.fit import fit as draw
from clustersim.economy.observed import QUANTITIES
from clustersim.experiment.residual import as_it_was
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate
from clustersim.simulation.core import core
from clustersim.validation.fit import COLUMNS, fit, page

OBSERVED = {
    "output": [
        {"period": 2008, "value": "2조원", "tag": "observed"},
        {"period": 2009, "value": "2조 2000억원", "over": 2008, "tag": "observed", "solve": "yes"},
        {"period": 2010, "growth": "10 %", "over": 2009, "tag": "derived"},
        {"period": 2019, "value": "3조원", "tag": "observed"},
    ],
    "workers": [{"period": "2008-12", "value": 5000, "of": "other", "tag": "observed"}],
}
NATION = {
    "utilisation": [
        {"period": "2009-01", "value": "65 %", "of": "nation", "size": "1-49", "tag": "observed"},
        {"period": "2009", "value": "81 %", "of": "nation", "tag": "observed"},
    ],
    "output": [{"period": 2009, "growth": "-3 %", "over": 2008, "of": "nation", "tag": "observed"}],
}


@pytest.fixture(scope="module")
def scenario():
    economy = small.SMALL["economy"]
    macro = economy["macro"] | {"observed": NATION}
    block = small.SMALL["complexes"]["noksan"] | {"observed": OBSERVED, "title_ko": "녹산"}
    return load(
        small.SMALL | {"economy": economy | {"macro": macro}, "complexes": {"noksan": block}}
    )


@pytest.fixture(scope="module")
def table(scenario):
    return fit(scenario, luck=3, start="2006-01", end="2012-12")


def test_every_quarter_has_every_quantity_and_every_point_its_row(table):
    assert tuple(table.columns) == COLUMNS
    quarters = table.loc[table["tag"] == ""]
    assert len(quarters) == 7 * 4 * (len(QUANTITIES) + 3)
    assert quarters["observed"].isna().all()
    points = table.loc[table["tag"] != ""]
    # the nation's output is left out where the complex has its own; 2019 is after the end
    assert sorted(zip(points["quantity"], points["period"], points["of"], strict=True)) == [
        ("output", "2008", "complex"),
        ("output", "2009", "complex"),
        ("output", "2010", "complex"),
        ("utilisation", "2009", "nation"),
        ("utilisation", "2009-01", "nation"),
        ("workers", "2008-12", "other"),
    ]
    assert (table["title_ko"] == "녹산").all()


def test_both_sides_are_the_same_quantity(table, scenario):
    spec = as_it_was(scenario, 72, 155)
    worlds = [core(spec, Luck(spec.seed, k, Domain.LUCK))["noksan"] for k in range(3)]
    rows = table.loc[(table["tag"] != "") & (table["quantity"] == "output")].set_index("period")
    year = {
        y: np.array([w.of("output", (a, a + 11)) for w in worlds])
        for y, a in ((2008, 96), (2009, 108), (2010, 120))
    }
    assert rows.loc["2008", "mean"] == pytest.approx(year[2008].mean())
    assert rows.loc["2009", "observed"] == 2.2e12
    assert rows.loc["2009", "expected"] == pytest.approx(1.1 * year[2008].mean())
    assert rows.loc["2009", "rests_on"] == "residual"
    assert rows.loc["2010", "unit"] == "growth"
    assert rows.loc["2010", "mean"] == pytest.approx((year[2010] / year[2009] - 1).mean())
    assert rows.loc["2010", "observed"] == 0.1
    low, middle, high = np.quantile(year[2008], (0.05, 0.5, 0.95))
    assert tuple(rows.loc["2008", ["p05", "p50", "p95"]]) == pytest.approx((low, middle, high))


def test_the_core_is_what_the_panel_says(scenario):
    spec = scenario.arms["as_announced"].spec
    own = core(spec, small.luck())["noksan"]
    months = simulate(spec, small.luck()).months
    first = months["month"] == spec.start
    assert own.sums[:, :, 0].sum(axis=1) == pytest.approx(
        [months[name][first].sum() for name in ("sales", "output", "capacity", "workers", "firms")]
    )
    assert own.has((spec.start, spec.end))
    assert not own.has((spec.start - 1, spec.end))


@pytest.fixture(scope="module")
def figure(table):
    return draw(table, "noksan")


def is_hollow(line):
    return line.get_markerfacecolor() == "white"


def test_the_picture_says_fit_and_has_every_point(figure, table):
    assert "fit of the past, not validation" in figure.get_suptitle()
    output = figure.axes[0]
    marks = [line for line in output.lines if line.get_linestyle() == "None"]
    full = [x for line in marks if line.get_markerfacecolor() != "white" for x in line.get_ydata()]
    hollow = [
        x for line in marks if line.get_markerfacecolor() == "white" for x in line.get_ydata()
    ]
    rows = table.loc[(table["quantity"] == "output") & (table["tag"] != "")].set_index("period")
    assert full == pytest.approx([rows.loc["2009", "expected"] / 1e12])
    assert sorted(hollow) == pytest.approx(sorted([2.0, 2.2, rows.loc["2010", "expected"] / 1e12]))
    for axes in figure.axes[:4]:
        for line in axes.lines:
            inside = np.asarray(line.get_ydata(), dtype=float)
            low, high = axes.get_ylim()
            assert ((low < inside) & (inside < high) | np.isnan(inside)).all()


def test_a_class_without_firms_is_left_blank(scenario):
    rows = fit(scenario, luck=1, start="2007-01", end="2007-12")
    large = rows.loc[rows["size"] == "300+", "p50"]
    assert len(large) == 4
    small_firms = rows.loc[rows["size"] == "1-49", "p50"]
    assert small_firms.notna().all()


def test_the_page_counts_gaps_in_per_cent_and_points():
    """A level in per cent, utilisation and growth in points, each beside what was told of it."""
    told = {"complex": "here", "of": "complex", "rests_on": ""}
    rows = [
        ("output", "KRW", 110.0, 100.0, 100.0),
        ("workers", "growth", 0.30, 0.20, 555.0),
        ("utilisation", "fraction", 0.80, 0.70, 0.75),
        ("firms", "firms", 99.0, 100.0, 100.0),
    ]
    names = ("quantity", "unit", "mean", "observed", "expected")
    table = pd.DataFrame([told | dict(zip(names, row, strict=True)) for row in rows])
    text = page(table.assign(period="2008"), 110)
    gaps = [line.split()[-3] for line in text.splitlines() if line.startswith("here")]
    assert gaps == ["+10.0", "+10.0", "+5.0", "-1.0"]
