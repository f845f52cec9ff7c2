"""What the outlook says of the years before is what the bundled series say of them."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.scenario import load


def test_the_trend_is_that_of_the_points_known_in_june_2008():
    macro = load("noksan").spec.economy.macro
    assert macro.mode == "ex_ante"
    known = [p for p in macro.output["national"].points if p.month <= macro.outlook.known]
    first, last = known[0], known[-1]
    years = (last.month - first.month) / 12.0
    assert np.log(last.value / first.value) / years == pytest.approx(0.03, abs=0.001)
    assert macro.outlook.trend == pytest.approx(0.03, abs=0.001)


def test_what_came_after_june_2008_says_nothing_of_before():
    """A series that ran on from an earlier point to a later one would tell what was coming."""
    spec = load("five-complexes").spec.economy.macro
    before = np.arange(60, spec.outlook.known + 1, dtype=np.int64)
    for series in (*spec.output.values(), *spec.prices.values(), *spec.size.values()):
        told = [
            point
            if point.month <= spec.outlook.known
            else point.model_copy(update={"value": 3.0 * point.value})
            for point in series.points
        ]
        if series.points[0].month > spec.outlook.known:  # nothing until then
            assert series.points[0].value == 100.0
            continue
        changed = series.model_copy(update={"points": tuple(told)})
        assert np.array_equal(changed.at(before), series.at(before))
