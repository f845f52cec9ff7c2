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


@pytest.mark.parametrize(
    ("name", "tasks", "grants", "share"),
    [
        ("seongseo", 89.0, 9.7, 46.0),
        ("noksan", 100.0, 6.7, 29.0),
        ("daebul", 123.0, 9.3, 41.0),
        ("ochang", 86.0, 10.7, 49.0),
        ("namdong", 37.0, 14.3, 75.0),
    ],
)
def test_a_full_year_as_announced_is_where_the_limits_say(name, tasks, grants, share):
    """Fewer tasks than expected nearly everywhere: few instruments were announced."""
    assert year_of(name, "as_announced") == pytest.approx((tasks, grants, share), rel=0.12)


@pytest.mark.parametrize("name", ["seongseo", "noksan", "daebul"])
def test_with_every_instrument_tasks_and_research_fit_together_into_the_money(name):
    each = [year_of(name, "full_menu", replicate) for replicate in range(4)]
    tasks, _, share = np.mean(each, axis=0)
    assert EXPECTED["tasks"].low <= tasks <= EXPECTED["tasks"].high
    assert EXPECTED["rd_share"].low <= share <= EXPECTED["rd_share"].high
