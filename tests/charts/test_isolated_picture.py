"""The picture of isolated firms draws what the tables say, a column for each instrument."""

from __future__ import annotations

import numpy as np
import pytest

import networked
import small
from clustersim.charts.isolated import isolated as picture
from clustersim.charts.isolated import services
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
        "Exchange",
        "Field-customised R&D",
        "Inno-Core",
    ]
    assert ["scaled to" in name for name in names] == [True, False, False, True]
    rows = alone[alone["average"] & (alone["measure"] == "sales")]
    rows = rows[rows["instrument"] == "inno_core"].sort_values("month")
    drawn = [line.get_ydata() for line in figure.axes[3].lines]
    wanted = 100 * np.expm1(rows["central"].to_numpy())
    assert any(len(line) == len(wanted) and np.allclose(line, wanted) for line in drawn)
    assert write(figure, tmp_path / "isolated.svg").stat().st_size > 10_000


def test_services_have_small_pictures_on_one_scale_with_their_family(tmp_path):
    """Those of one task, and joint research among results, where it belongs."""
    names = ("marketing", "consulting", "training", "joint_research")
    changes = [f"{small.NOKSAN}.services.{name}={{opens: 2009-03-02}}" for name in names]
    alone = isolated(networked.scenario(*changes), draws=2)
    figure = services(alone)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    titles = [ax.get_title(loc="left") for ax in shown]
    assert titles == [
        "Marketing\n(market, Noksan)",
        "Consulting\n(advice, Noksan)",
        "Training\n(advice, Noksan)",
    ]
    assert len({ax.get_ylim() for ax in shown}) == 1
    (bar,) = [line for line in shown[1].lines if line.get_linewidth() == 5]
    assert bar.get_xdata().tolist() == [30, 30]
    ends = 100 * np.expm1([0.03 - 0.0658, 0.03 + 0.0658])
    np.testing.assert_allclose(bar.get_ydata(), np.clip(ends, *shown[1].get_ylim()))
    assert "no findings" in figure.get_suptitle()
    assert write(figure, tmp_path / "services.svg").stat().st_size > 10_000
    assert [ax.get_title(loc="left").split(",")[0] for ax in picture(alone).axes[:5]][3] == (
        "Joint research"
    )


def test_without_services_there_is_no_picture_of_them(tables):
    assert services(tables[0]) is None


def test_without_the_whole_economy_the_firm_alone_is_drawn(tables):
    alone, _ = tables
    assert len(picture(alone).axes) == 8


def test_an_unknown_complex_is_an_error(tables):
    with pytest.raises(InputError, match=r"no isolated firm of 'gumi'\nthe table has: noksan"):
        picture(*tables, complexes=("gumi",))
