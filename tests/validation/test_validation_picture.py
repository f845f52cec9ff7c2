"""The one figure of the patterns."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.charts.validation import save, validation


@pytest.fixture(scope="module")
def figure(looked_at):
    return validation(looked_at)


def test_twelve_panels_each_with_something_simulated(figure, looked_at):
    assert len(figure.axes) == 12
    assert len({ax.get_title(loc="left") for ax in figure.axes}) == 12
    for ax in figure.axes:
        drawn = [line for line in ax.lines if len(line.get_xdata())]
        assert drawn or ax.patches, ax.get_title(loc="left")
    assert "small" in figure.get_suptitle()
    assert looked_at.replicates == 3


def test_the_lines_are_those_of_the_table_of_curves(figure, looked_at):
    rows = looked_at.curves[looked_at.curves["curve"] == "survival"]
    (ax,) = (ax for ax in figure.axes if ax.get_title(loc="left").startswith("Survival"))
    line = ax.lines[0]
    assert np.asarray(line.get_ydata()) == pytest.approx(rows["y"].to_numpy())
    assert rows["y"].iloc[0] == 1.0
    assert (np.diff(rows["y"]) <= 0.0).all()


def test_densities_and_shares_add_up(looked_at):
    curves = looked_at.curves
    growth = curves[curves["curve"] == "growth"]
    width = np.diff(growth["x"]).mean()
    assert width * growth["y"].sum() == pytest.approx(1.0, abs=0.02)  # what is beyond 5 sd apart
    assert curves.loc[curves["curve"] == "degrees", "y"].sum() == pytest.approx(1.0)


def test_files(looked_at, tmp_path):
    paths = save(looked_at, tmp_path)
    assert [path.name for path in paths] == ["validation.png", "validation.svg"]
    assert all(path.stat().st_size > 10_000 for path in paths)
