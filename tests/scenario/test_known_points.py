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
