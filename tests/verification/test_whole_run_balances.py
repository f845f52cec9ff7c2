"""Accounts of every firm over a whole run, with the programme, splits and exits.

Each stock is carried forward from its flows alone, divided where a firm splits, and set beside the
simulated one: it is never set right on the way, so a gap a month would add up.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import networked
import small
from clustersim.economy.month import Economy
from clustersim.programme.programme import Programme

STOCKS = ("cash", "debt", "in_progress", "stock")


def flows(firms, carried, rules):
    """The month's change of each of `STOCKS`, by its equation, from what was carried."""
    live = firms.output > 0.0
    finished = carried[2] / rules.knowledge.spec.lag
    return np.stack(
        [
            firms.profit - firms.interest - firms.tax + firms.borrowing - firms.payout
            + live * (firms.cash_in - firms.rd_in),
            firms.borrowing,
            firms.rd_spending - live * firms.rd_in - finished,
            (rules.knowledge.fade - 1.0) * carried[3]
            + firms.research_yield * finished
            + firms.knowledge_in,
        ]
    )  # fmt: skip


def simulated(firms):
    return np.stack([getattr(firms, name) for name in STOCKS])


def carry(known, values, world, born):
    """What was carried, for the firms of this month: heirs take their part, who is new nothing."""
    share = world.rules.turnover.spec.split_share
    table = dict(zip(known.tolist(), values.T, strict=True))
    for old, new in born:
        table[new] = share * table[old]
        table[old] = (1.0 - share) * table[old]
    here = world.firms.ids.tolist()
    return np.stack([table.get(firm, np.full(len(STOCKS), np.nan)) for firm in here], axis=1)


@pytest.fixture(scope="module", params=["as_announced", "rich"])
def run(request):
    """A world stepped by hand: gaps by stock over the firm's sales, and what happened in it."""
    spec = networked.spec("programme.rnd.milestone=70 %", arm=request.param)
    world = Economy(spec.economy, spec.complexes, small.luck(), start=spec.start, end=spec.end)
    programme = Programme(
        spec.programme, world, spec.economy, small.luck(), start=spec.start, end=spec.end
    )
    known, values = world.firms.ids, simulated(world.firms)
    seen = SimpleNamespace(
        gap=np.zeros(len(STOCKS)), made=0.0, closed=0, cash_in=0.0, knowledge=0.0
    )
    for month in range(spec.start, spec.end + 1):
        programme.advance(month)
        before = len(world.splits)
        world.step(month)
        firms = world.firms
        values = carry(known, values, world, world.splits[before:])
        values = values + flows(firms, values, world.rules)
        new = np.isnan(values[0])  # founded this month: followed from its first close on
        now = simulated(firms)
        values[:, new] = now[:, new]
        gap = np.abs(now - values) / (12.0 * firms.birth_sales)
        seen.gap = np.maximum(seen.gap, gap.max(axis=1))
        made = np.abs(firms.output - firms.purchases - firms.value_added) / firms.birth_sales
        seen.made = max(seen.made, float(made.max()))
        seen.closed += int(np.sum((firms.alive == 0.0) & (firms.output > 0.0)))
        seen.cash_in += float(np.abs(firms.cash_in).sum())
        seen.knowledge += float(firms.knowledge_in.sum())
        known = firms.ids
    programme.close()
    seen.splits, seen.events = len(world.splits), programme.events
    return seen


def test_the_run_has_all_that_could_go_wrong(run):
    assert run.splits > 10
    assert run.closed > 50
    assert run.cash_in > 1e9
    assert run.knowledge > 0.0
    assert {"tranche", "stopped", "package", "task_done"} <= {event.kind for event in run.events}


@pytest.mark.parametrize("number", range(len(STOCKS)), ids=STOCKS)
def test_a_stock_is_the_sum_of_its_flows_at_the_end_of_the_run(run, number):
    assert run.gap[number] < 1e-9


def test_output_less_purchases_is_value_added(run):
    assert run.made < 1e-12


def test_a_gap_would_be_seen():
    """A won a month that no flow knows of, of sales of a hundred million a year."""
    spec = networked.spec(arm="nothing")
    world = Economy(spec.economy, spec.complexes, small.luck(), start=spec.start, end=spec.end)
    known, values = world.firms.ids, simulated(world.firms)
    for month in range(spec.start, spec.start + 6):
        before = len(world.splits)
        world.step(month)
        world.firms.cash += 1.0
        values = carry(known, values, world, world.splits[before:])
        values = values + flows(world.firms, values, world.rules)
        known = world.firms.ids
    off = simulated(world.firms)[0] - values[0]
    assert np.nanmax(off) > 5.0
    assert np.nanmax(off / (12.0 * world.firms.birth_sales)) > 1e-9
