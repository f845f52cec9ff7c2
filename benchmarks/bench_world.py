"""What a world costs: ``make bench``. Speed is read as a ratio of rows of one run.

The reference row is one numpy pass of comparable size, so that machines can be told apart: exp of
1,300 numbers, 156 times, is what a model with one equation and no luck would cost. It is timed
again beside each world, as a machine's speed changes while others work on it.
"""

from __future__ import annotations

from statistics import median
from timeit import repeat

import numpy as np
import pytest

from clustersim.experiment.pair import world
from clustersim.scenario import load

FIRMS, MONTHS = 1300, 156


def one_equation_and_no_luck():
    x = np.linspace(0.0, 1.0, FIRMS)
    return [np.exp(x) for _ in range(MONTHS)]


def test_one_equation_and_no_luck(benchmark):
    benchmark(one_equation_and_no_luck)


@pytest.mark.parametrize("arm", ["no_programme", "as_announced", "full_menu"])
def test_noksan(benchmark, arm):
    scenario = load("noksan")
    record = benchmark(lambda: world(scenario, arm, 0, 0, scenario.seed))
    firm_months = float(record.months["firms"].sum())
    seconds = benchmark.stats["median"]
    benchmark.extra_info["nanoseconds per firm-month"] = round(1e9 * seconds / firm_months)
    reference = median(repeat(one_equation_and_no_luck, repeat=100, number=1))
    benchmark.extra_info["times the reference row"] = round(seconds / reference)
    benchmark.extra_info["events"] = len(record.events)
