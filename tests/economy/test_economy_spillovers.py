"""What others' knowledge adds, by hand; what is off; who cannot feel whom."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import HINDSIGHT, START, bare, complex_, economy, paths, rules, tie_rules

from clustersim.economy.places import SiteSpec, blocks
from clustersim.economy.spillovers import Spillovers, SpilloversSpec

OFF = SpilloversSpec(switch="off")


def test_the_level_is_that_of_the_equation():
    firms = bare([1, 2, 3], 10.0, pool=[2e9, 5e8, 0.0], birth_pool=[5e8, 5e8, 5e8])
    level = Spillovers(SpilloversSpec(elasticity=0.03)).level(firms, np.full(3, 1e9))
    np.testing.assert_allclose(level, [0.06 * np.log(2.0), 0.0, 0.06 * np.log(1 / 1.5)])
    assert level[1] == 0.0
    # e is the elasticity where the pool is K0
    ends = [
        Spillovers(SpilloversSpec(elasticity=0.03)).level(bare([1], 1.0, pool=p), np.array([1e9]))[
            0
        ]
        for p in (1e9 * 0.999, 1e9 * 1.001)
    ]
    assert np.diff(ends)[0] / np.log(1.001 / 0.999) == pytest.approx(0.03, rel=1e-3)


def test_the_pool_is_the_sum_over_ties_and_neighbours():
    world = economy(rules(HINDSIGHT))
    for month in range(START, START + 7):
        stock, alive = world.firms.stock.copy(), world.firms.alive.copy()
        known = world.firms.ids.copy()
        world.step(month)
    firms, place = world.firms, world.places["here"]
    old = firms.birth_stock.copy()  # of those born this month
    rows, _ = firms.rows(known)
    old[rows] = stock * alive
    expected = 0.001 * (place.kernel[np.ix_(blocks(firms), blocks(firms))] @ old - old)
    pairs = world.ties._pairs
    tied = pairs[pairs["until"] > START + 6]
    one, other = firms.rows(tied["first"])[0], firms.rows(tied["second"])[0]
    lived = np.ones(len(firms))
    lived[rows] = alive
    both = lived[one] * lived[other]
    np.add.at(expected, one, old[other] * both)
    np.add.at(expected, other, old[one] * both)
    np.testing.assert_allclose(firms.pool, expected, rtol=1e-9, atol=1.0)
    assert (firms.pool > 0.01 * 5e8).any()
    assert not firms.policy_pool.any()


def test_switched_off_ties_move_nothing_economic():
    few, many = (
        economy(rules(HINDSIGHT, spillovers=OFF, ties=tie_rules(formed=formed)))
        for formed in (0.0, 5.0)
    )
    ties = ("ties",)
    assert paths(few, START + 30, without=ties) == paths(many, START + 30, without=ties)
    assert many.firms.ties.sum() > few.firms.ties.sum() == 0.0
    assert not many.firms.spillover.any()


def test_at_the_start_and_at_birth_nobody_has_gained():
    world = economy()
    assert np.array_equal(world.firms.pool, world.firms.birth_pool)
    assert (world.firms.pool > 0.0).all()
    first = world.firms.ids
    for month in range(START, START + 20):
        world.step(month)
    born = ~np.isin(world.firms.ids, first)
    assert 0.0 < np.abs(world.firms.spillover[born]).mean() < 0.02


def test_what_policy_brought_before_counts_for_those_who_come_later():
    plain, moved = economy(), economy()
    for id_ in moved.firms.ids.tolist():
        moved.channels.flow("knowledge", id_, START, 1e10)
    for month in range(START, START + 25):
        plain.step(month)
        moved.step(month)
    born = [world.firms.take(world.firms.born > START) for world in (plain, moved)]
    assert np.array_equal(born[0].ids, born[1].ids)
    assert np.array_equal(born[0].birth_pool, born[1].birth_pool)
    assert np.all(born[1].spillover > born[0].spillover)


# ---------------------------------------------------------------- who feels whom

FAR = SiteSpec(title="Far", firms=100, distance=20.0)


def lives(world, last):
    """Output of every firm by month, and all pairs ever seen tied."""
    output, pairs = {}, set()
    for month in range(START, last + 1):
        world.step(month)
        for id_, each in zip(world.firms.ids.tolist(), world.firms.block.T, strict=True):
            output[id_, month] = each.tobytes()
        tied = world.ties._pairs[world.ties._pairs["until"] > month]
        pairs |= set(zip(tied["first"].tolist(), tied["second"].tolist(), strict=True))
    return output, pairs


def removal(spec, last):
    """The world, the missing firm and everyone whose life differs without it."""
    place = complex_().model_copy(update={"sites": {"far": FAR}})
    whole, less = (economy(spec, {"here": place}) for _ in range(2))
    firms, scout = whole.firms, economy(spec, {"here": place})
    scout.step(START)
    tied = scout.firms.ties[scout.firms.rows(firms.ids)[0]] > 0.0
    missing = int(firms.ids[np.argmax(firms.stock * (firms.site == 0) * tied)])
    less.firms = less.firms.take(less.firms.ids != missing)
    (first, pairs), (second, _) = lives(whole, last), lives(less, last)
    changed = {id_ for (id_, month) in second if first[id_, month] != second[id_, month]}
    assert {id_ for id_, _ in first} - {id_ for id_, _ in second} == {missing}
    return whole, missing, changed, pairs


def test_without_one_firm_only_those_within_reach_change():
    whole, missing, changed, _ = removal(rules(HINDSIGHT), START + 40)
    rows, here = whole.firms.rows(np.array(sorted(changed), dtype=np.uint64))
    rows = rows[here]
    assert len(rows) > 100
    assert np.sum(whole.firms.site == 1) > 60
    assert set(whole.firms.site[rows]) == {0.0}
    # in the first month only those it reaches directly
    whole, missing, changed, pairs = removal(rules(HINDSIGHT), START)
    place, firms = whole.places["here"], whole.firms
    (row,), _ = firms.rows(np.array([missing], dtype=np.uint64))
    near = place.kernel[blocks(firms)[row], blocks(firms)] > 0.0
    tied = {id_ for pair in pairs if missing in pair for id_ in pair}
    assert changed <= set(firms.ids[near].tolist()) | tied


def test_without_one_firm_and_nearness_only_those_tied_to_it_change():
    spec = rules(HINDSIGHT, spillovers=SpilloversSpec(nearby=0.0), ties=tie_rules(formed=0.1))
    _, missing, changed, pairs = removal(spec, START + 40)
    within, grown = {missing}, True
    while grown:
        new = {id_ for pair in pairs if within & set(pair) for id_ in pair} - within
        within, grown = within | new, bool(new)
    assert changed
    assert changed <= within
    assert len(within) < 250


@pytest.mark.parametrize("beside", [3, 60_000])
def test_a_complex_beside_another_keeps_its_ties_and_spillovers(beside):
    spec = rules(HINDSIGHT, ties=tie_rules(formed=0.5))
    place = complex_(7).model_copy(update={"sites": {"far": FAR}})
    alone = economy(spec, {"here": place})
    both = economy(spec, {"here": place, "there": complex_(beside, firms=80, workers=1600)})
    first, second = paths(alone, START + 35), paths(both, START + 35)
    assert first.items() <= second.items()
    assert alone.firms.ties.sum() > 100
