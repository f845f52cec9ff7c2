"""How much the bundled programmes do in a year: where the documents say, in and out of ranges."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.evaluation.volumes import EXPECTED, RESEARCH, RUNNING
from clustersim.programme import building
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate

YEARS = range(2009, 2012)
"""Full years of every bundled programme."""


def year_of(name, arm, replicate=0):
    """Tasks supported, grants for research, and per cent of money paid that is for research."""
    scenario = load(name)
    spec = scenario.at(arm, scenario.seed, replicate)
    world = simulate(spec, Luck(scenario.seed, replicate, Domain.LUCK))
    tasks = [
        event
        for event in world.events
        if event.kind in {"funded", "task_paid"} and int(event.time) // 12 + 2000 in YEARS
    ]
    grants = [event for event in tasks if event.instrument in RESEARCH]
    paid = {}
    for row in world.ledgers[name]:
        by_state = (row.funder, row.entry) == ("state", "paid") and row.line != building.LINE
        if by_state and row.year in YEARS:
            paid[row.purpose] = paid.get(row.purpose, 0) + row.amount
    assert RUNNING & set(paid)
    research = sum(won for purpose, won in paid.items() if purpose in RESEARCH)
    number = len(YEARS)
    return len(tasks) / number, len(grants) / number, 100.0 * research / sum(paid.values())


HELD = {
    ("as_announced", "seongseo"): (87.0, 9.7, 48.0),
    ("as_announced", "noksan"): (98.0, 7.3, 31.0),
    ("as_announced", "daebul"): (121.0, 10.2, 44.0),
    ("as_announced", "ochang"): (74.0, 10.7, 51.0),
    ("as_announced", "namdong"): (38.0, 14.7, 75.0),
    ("full_menu", "seongseo"): (121.0, 11.1, 49.0),
    ("full_menu", "noksan"): (114.0, 6.8, 30.3),
    ("full_menu", "daebul"): (123.0, 10.1, 44.0),
    ("full_menu", "ochang"): (82.0, 10.5, 50.0),
    ("full_menu", "namdong"): (109.0, 15.2, 65.0),
}
"""Means of four replicates; few instruments were announced, so that tasks are few as well."""

FIT = {"as_announced": {"daebul"}, "full_menu": {"seongseo", "noksan", "daebul"}}
"""Where tasks and research both stand within what is expected."""


@pytest.mark.parametrize(("arm", "name"), HELD)
def test_a_full_year_is_where_the_limits_say(arm, name):
    tasks, grants, share = np.mean([year_of(name, arm, each) for each in range(4)], axis=0)
    assert (tasks, grants, share) == pytest.approx(HELD[arm, name], rel=0.05)
    fits = [
        EXPECTED[measure].low <= mean <= EXPECTED[measure].high
        for measure, mean in (("tasks", tasks), ("rd_share", share))
    ]
    assert all(fits) == (name in FIT[arm])
