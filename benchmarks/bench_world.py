"""What a world costs: ``make bench``. Speed is read as a ratio of rows of one run.

The reference row is one numpy pass of comparable size, so that machines can be told apart: exp of
1,300 numbers, 156 times, is what a model with one equation and no luck would cost.
"""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.experiment.pair import world
from clustersim.scenario import load

FIRMS, MONTHS = 1300, 156


def test_one_equation_and_no_luck(benchmark):
    x = np.linspace(0.0, 1.0, FIRMS)
    benchmark(lambda: [np.exp(x) for _ in range(MONTHS)])


@pytest.mark.parametrize("arm", ["no_programme", "as_announced"])
def test_noksan(benchmark, arm):
    scenario = load("noksan")
    record = benchmark(lambda: world(scenario, arm, 0, 0, scenario.seed))
    firm_months = float(record.months["firms"].sum())
    benchmark.extra_info["nanoseconds per firm-month"] = round(
        1e9 * benchmark.stats["median"] / firm_months
    )
