"""A complex of the bundled scenarios lives the same life alone and among the five."""

from __future__ import annotations

import numpy as np
import pytest

import small
from clustersim import calendar
from clustersim.scenario import load
from clustersim.simulation import simulate

END = calendar.parse_month("2009-12")
"""By then every instrument has begun, and projects have ended."""


def world(name, arm):
    spec = load(name).arms[arm].spec
    short = spec.model_copy(update={"end": END, "targets": {}})
    return simulate(short, small.luck()), {c.code: n for n, c in spec.complexes.items()}


@pytest.fixture(scope="module", params=["as_announced", "nothing"])
def together(request):
    record, _ = world("five-complexes", request.param)
    return request.param, record


@pytest.mark.parametrize("name", ["seongseo", "noksan", "daebul", "ochang", "namdong"])
def test_invariant_5_a_complex_alone_is_what_it_is_among_the_five(together, name):
    arm, five = together
    alone, codes = world(name, arm)
    (code,) = codes
    mine = five.panel["complex"] == code
    small.assert_same(alone.panel, {column: values[mine] for column, values in five.panel.items()})
    here = five.months["complex"] == name
    small.assert_same(
        alone.months, {column: values[here] for column, values in five.months.items()}
    )
    assert alone.events == [event for event in five.events if event.complex == name]
    assert (len(alone.events) > 0) == (arm == "as_announced")
    assert alone.ledgers.get(name, []) == five.ledgers.get(name, [])
    assert alone.splits == [(old, new) for old, new in five.splits if old >> 32 & 0xFFFF == code]
    rivals = five.rivals["complex"] == name
    for column, values in alone.rivals.items():
        assert np.array_equal(values, five.rivals[column][rivals])
