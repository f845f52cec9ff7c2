from __future__ import annotations

import numpy as np
import pytest

from clustersim.estimands.outcomes import OUTCOMES

SUMS = {
    "output": np.array([90.0, 0.0]),
    "sales": np.array([99.0, 0.0]),
    "value_added": np.array([30.0, 0.0]),
    "workers": np.array([240.0, 0.0]),  # over the months of the year
    "firms": np.array([18.0, 0.0]),
    "rd_spending": np.array([4.0, 0.0]),
    "capacity": np.array([120.0, 0.0]),
    "ties": np.array([6.0, 0.0]),
}


@pytest.mark.parametrize(
    ("outcome", "value", "unit"),
    [
        ("output", 90.0, "KRW2008"),
        ("output_per_firm", 60.0, "KRW2008"),
        ("workers", 20.0, "heads"),
        ("value_added", 30.0, "KRW2008"),
        ("firms", 1.5, "firms"),
        ("rd_spending", 4.0, "KRW2008"),
        ("ties", 0.5, "ties"),
        ("utilisation", 75.0, "%"),
    ],
)
def test_an_outcome_of_a_year(outcome, value, unit):
    rule = OUTCOMES[outcome]
    assert rule.of(SUMS)[0] == value
    assert rule.unit == unit


def test_an_empty_group_has_sums_of_zero_and_no_ratios():
    for outcome, rule in OUTCOMES.items():
        none = rule.of(SUMS)[1]
        assert np.isnan(none) if outcome in {"output_per_firm", "utilisation"} else none == 0.0
