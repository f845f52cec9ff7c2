"""The picture of isolated firms draws what the tables say, a column for each instrument."""

from __future__ import annotations

import numpy as np
import pytest

import networked
from clustersim.charts.isolated import isolated as picture
from clustersim.charts.save import write
from clustersim.errors import InputError
from clustersim.validation.in_economy import in_economy
from clustersim.validation.isolated import isolated


@pytest.fixture(scope="module")
def tables():
    scenario = networked.scenario("end=2012-12", "targets.reach_30.by=2012")
    return isolated(scenario, draws=2), in_economy(scenario, luck=1)


def test_each_instrument_has_a_column_with_its_path_and_its_kind(tables, tmp_path):
    alone, among = tables
    figure = picture(alone, among)
    names = [ax.get_title(loc="left") for ax in figure.axes[:4]]
    assert [name.split(",")[0] for name in names] == [
        "Mini-clusters",
        "Field-customised R&D",
        "Exchange",
        "Inno-Core",
    ]
    assert ["scaled to" in name for name in names] == [True, False, False, True]
    rows = alone[alone["average"] & (alone["measure"] == "sales")]
    rows = rows[rows["instrument"] == "inno_core"].sort_values("month")
    drawn = [line.get_ydata() for line in figure.axes[3].lines]
    wanted = 100 * np.expm1(rows["central"].to_numpy())
    assert any(len(line) == len(wanted) and np.allclose(line, wanted) for line in drawn)
    assert write(figure, tmp_path / "isolated.svg").stat().st_size > 10_000


def test_without_the_whole_economy_the_firm_alone_is_drawn(tables):
    alone, _ = tables
    assert len(picture(alone).axes) == 8


def test_an_unknown_complex_is_an_error(tables):
    with pytest.raises(InputError, match=r"no isolated firm of 'gumi'\nthe table has: noksan"):
        picture(*tables, complexes=("gumi",))
