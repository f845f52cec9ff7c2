"""Ties: as many as stated, each with luck of its own; what the programme makes of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from small_economy import HINDSIGHT, START, bare, complex_, economy, luck, paths, rules, tie_rules

from clustersim.economy.channels import Channels, ChannelsSpec
from clustersim.economy.places import InstitutionSpec, Place, PlacesSpec
from clustersim.economy.spillovers import SpilloversSpec
from clustersim.economy.ties import FIRST_TIE, Ties
from clustersim.economy.turnover import TurnoverSpec
from clustersim.errors import RunError
from clustersim.randomness import ids

SCHOOL = InstitutionSpec(title="School", kind="university", distance=4.0)
LAB = InstitutionSpec(title="Lab", kind="institute", distance=9.0, bearing=90.0)
SHARES = np.array([0.7, 0.3])
AGE = 60.0


def town(spec=None, firms=2000, index=0, months=120, institutions=None, age=AGE):
    """Firms that neither come nor go, with their ties; month 0 to `months`."""
    place = Place(7, firms, None, {}, institutions or {}, PlacesSpec(), shares=SHARES)
    ties = Ties(spec or tie_rules(), [place], luck(index), start=0, end=months)
    people = bare(ids.make(0, 7, np.arange(1, firms + 1)), 10.0)
    people.complex = np.full(firms, 7)
    people.sector = (np.arange(firms) >= 0.7 * firms).astype(np.int64)
    people.age_at_birth = age
    place.settle(people, luck(index), evenly=True)
    ties.enter(people, people.ids, 0, settled=True)
    return ties, people, place


def door(scale=1.0):
    return Channels(ChannelsSpec(), scale)


def held(ties, people, months, channels=None):
    """The sets of tied pairs, month by month."""
    found = []
    for month in months:
        standing = ties.step(people, channels or door(), month)
        clock = standing.clock > 0
        second = np.where(clock, ties._houses[standing.clock], people.ids[standing.second])
        found.append(set(zip(people.ids[standing.first].tolist(), second.tolist(), strict=True)))
    return found


def as_many(count, mean):
    """Whether a count is Poisson's of a mean, but for one case in a million."""
    return min(stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean)) > 0.5e-6


# ---------------------------------------------------------------- natural ties


def hazards(ties, people, place):
    """The hazard of each pair's first tie, a month, laid out in full."""
    where = place.middles[people.block_number.astype(int)]
    gap = np.sqrt(((where[:, None] - where) ** 2).sum(axis=2))
    near = np.where(gap <= 2.0, np.exp(-gap), 0.0)
    fit = ties.fit(people.technology[:, None], people.technology[None, :])
    return np.triu(near * fit, 1) * ties.spec.formed / 12.0 / ties.partners(place)


def standing_at_first(hazard, life=36.0):
    """The chance that a pair's first tie came in its first `AGE` months and stands after them."""
    return hazard / (1.0 / life - hazard) * (np.exp(-AGE * hazard) - np.exp(-AGE / life))


def test_an_average_firm_forms_the_ties_stated_and_they_last():
    months, firms = 60, 2000
    ties, people, place = town(tie_rules(formed=0.3, again=0.001), firms=firms, months=months)
    hazard = hazards(ties, people, place)
    # each tie is one of two firms; where firms stand is luck
    assert hazard.sum() == pytest.approx(0.3 / 12.0 * firms / 2.0, rel=0.06)
    sets = held(ties, people, range(months))
    assert as_many(len(sets[0]), standing_at_first(hazard).sum())
    # of those that start within a month, some are over by its end
    visible = 36.0 * -np.expm1(-1.0 / 36.0)
    first = np.sum(np.exp(-hazard * AGE) * -np.expm1(-hazard * (months - 1)))
    formed = sum(len(now - before) for before, now in pairwise(sets))
    assert as_many(formed, first * visible)
    ended = sum(len(before - now) for before, now in pairwise(sets))
    assert as_many(ended, sum(len(now) for now in sets[:-1]) * -np.expm1(-1.0 / 36.0))


def test_firms_that_have_been_there_are_tied_as_if_they_had_been_watched():
    """A start is no different from any later month."""
    spec = tie_rules(formed=0.3, lifetime=12.0, with_institution=0.1, again=0.001)
    both = {"a": SCHOOL}
    old, people, _ = town(spec, firms=600, institutions=both, age=50.0)
    young, same, _ = town(spec, firms=600, institutions=both, age=0.0)
    assert len(old._pairs[np.isinf(old._pairs["due"])]) > 20
    watched = held(young, same, range(100))[50:]
    # who parts is seen to at the month's end, where the past knows the hour: nearly nobody's matter
    for now, then in zip(held(old, people, range(50)), watched, strict=True):
        assert len(now) > 50
        assert len(now ^ then) <= 2


def test_a_pair_has_had_as_long_to_meet_as_the_younger_is_old():
    ties, people, _ = town(tie_rules(formed=3.0), firms=400, age=np.repeat([0.0, 120.0], 200))
    ever = ties._pairs[ties._pairs["number"] > 0]
    assert len(ever) > 100
    for end in ("first", "second"):
        assert (people.age_at_birth[people.rows(ever[end])[0]] == 120.0).all()


def test_former_partners_start_again_at_their_hazard():
    ties, people, _ = town(tie_rules(formed=1.0, again=0.6, lifetime=6.0), firms=500, months=240)
    first = ties._pairs["number"] > 0
    assert first.sum() > 50
    held(ties, people, range(241))
    cycles = 240.0 / (6.0 + 20.0 + 0.5)  # who parts within a month waits from its end on
    assert (ties._pairs["number"][first] - 1).mean() == pytest.approx(cycles, rel=0.12)


def test_near_firms_of_related_technology_tie_more():
    ties, people, place = town(tie_rules(formed=1.0), months=24)
    pairs = ties._pairs
    one, other = people.rows(pairs["first"])[0], people.rows(pairs["second"])[0]
    where = place.middles[people.block_number.astype(int)]
    gap = np.sqrt(((where[one] - where[other]) ** 2).sum(axis=1))
    assert gap.max() <= 2.0
    assert np.mean(gap < 1.0) > 0.3
    fit = ties.fit(people.technology[one], people.technology[other])
    everyone = ties.fit(people.technology[:, None], people.technology[None, :])
    assert fit.min() > 0.0
    assert fit.mean() > 1.2 * everyone.mean()


def test_the_fit_is_an_inverted_u_on_a_circle():
    ties, _, _ = town(tie_rules(widest=0.4), firms=10)
    one, other = np.zeros(6), np.array([0.0, 0.1, 0.2, 0.4, 0.5, 0.9])
    np.testing.assert_allclose(ties.fit(one, other), [0.0, 0.75, 1.0, 0.0, 0.0, 0.75], atol=1e-12)


def test_the_luck_of_a_pair_is_its_own():
    ties, people, place = town(tie_rules(formed=1.0), firms=400)
    everyone = held(ties, people, range(100))
    missing = int(ties._pairs["second"][len(ties._pairs) // 2])
    assert any(missing in pair for now in everyone for pair in now)
    fewer = Ties(tie_rules(formed=1.0), [place], luck(), start=0, end=120)
    rest = people.take(people.ids != missing)
    fewer.enter(rest, rest.ids, 0, settled=True)
    for now, less in zip(everyone, held(fewer, rest, range(100)), strict=True):
        assert {pair for pair in now if missing not in pair} == less


def test_who_is_passed_over_by_luck_alone_would_not_have_tied():
    """Against all pairs laid out one by one."""
    spec = tie_rules(formed=2.0)
    ties, people, place = town(spec, firms=120, months=36)
    i, j = np.triu_indices(120, 1)
    u = luck().uniform(FIRST_TIE, 0, people.ids[i], people.ids[j])
    hazard = hazards(ties, people, place)[i, j]
    met = u < -np.expm1(-hazard * AGE)
    ever = ties._pairs["number"] > 0
    ends = ties._pairs[["first", "second"]][ever].tolist()
    expected = zip(people.ids[i[met]].tolist(), people.ids[j[met]].tolist(), strict=True)
    # of those that have met and parted, the ones that start again after the run are forgotten
    assert set(ends) <= set(expected)
    waiting = u < -np.expm1(-hazard * (AGE + 37.0))
    assert np.sum(~ever) == np.sum(waiting & ~met)


def test_ties_of_a_firm_that_closes_end_and_a_newborn_starts_with_none():
    spec = rules(ties=tie_rules(formed=2.0), turnover=TurnoverSpec(exit="20 % / year"))
    world = economy(spec)
    for month in range(START, START + 30):
        world.step(month)
        firms = world.firms
        closed = firms.output == 0.0
        assert not firms.ties[closed].any()
        assert not firms.ties[(firms.born == month) & (month > START)].any()
    assert firms.ties.sum() % 2 == 0
    assert firms.ties.sum() > 100


# ---------------------------------------------------------------- institutions


def test_ties_with_institutions_come_at_their_hazard():
    spec = tie_rules(formed=0.0, with_institution=0.2, again=0.001)
    firms, months = 1500, 48
    ties, people, _ = town(spec, firms=firms, months=months, institutions={"a": SCHOOL, "b": LAB})
    standing = held(ties, people, [0])[0]
    hazard = 0.2 / 12.0 * np.exp(-np.array([4.0, 9.0]) / 10.0)
    known = standing_at_first(hazard)
    houses = ties._houses[1:].tolist()
    for house, chance in zip(houses, known, strict=True):
        count = sum(second == house for _, second in standing)
        assert (
            min(stats.binom.cdf(count, firms, chance), stats.binom.sf(count, firms, chance)) > 1e-4
        )
    held(ties, people, range(1, months))
    ever = ties._pairs["number"] > 0
    chance = -np.expm1(-hazard * (AGE + months - 1))
    for number, each in enumerate(chance, start=1):
        count = int(ever[ties._pairs["clock"] == number].sum())
        assert abs(count - firms * each) < 4.9 * np.sqrt(firms * each * (1 - each)) + 0.02 * count


def test_a_tie_with_an_institution_brings_its_knowledge():
    place = complex_().model_copy(update={"institutions": {"a": SCHOOL}})
    spec = rules(spillovers=SpilloversSpec(nearby=0.0), ties=tie_rules(formed=0.0, again=0.001))
    firms = economy(spec, {"here": place}).firms
    assert set(np.unique(firms.pool)) == {0.0, SCHOOL.knowledge}


def test_search_only_brings_ties_with_its_institutions_forward():
    spec = tie_rules(formed=0.5, with_institution=0.2)
    both = {"a": SCHOOL, "b": LAB}
    (plain, people, place), (eased, _, _) = (
        town(spec, firms=600, institutions=both) for _ in range(2)
    )
    channels = door()
    lab = place.institutions["b"]
    channels.search(np.array([lab], dtype=np.uint64), 12, np.log(4.0))
    before, after = held(plain, people, range(60)), held(eased, people, range(60), channels)
    assert before[:13] == after[:13]
    others = [{pair for pair in now if pair[1] != lab} for now in before]
    assert others == [{pair for pair in now if pair[1] != lab} for now in after]

    def ever(sets):
        return {pair for now in sets for pair in now if pair[1] == lab}

    assert ever(before) < ever(after)
    new = [len(ever(sets[:1]) ^ ever(sets[:37])) for sets in (before, after)]
    assert new[1] > 1.5 * new[0]


def test_of_ties_that_come_faster_the_part_that_would_not_have_come_is_owed_to_policy():
    ties, people, _ = town(
        tie_rules(formed=0.0, with_institution=1.0), firms=400, institutions={"a": SCHOOL}
    )
    channels = door()
    channels.search(np.array([ties._houses[1]]), 12, np.log(4.0))
    for month in range(24):
        standing = ties.step(people, channels, month)
        if month == 12:
            assert len(standing.owed)
            assert not standing.owed.any()  # nobody's yet
    assert set(standing.owed.tolist()) == {0.0, 0.75}


def test_search_at_scale_zero_or_of_no_institution_changes_nothing():
    spec = tie_rules(with_institution=0.2)
    towns = [town(spec, firms=300, institutions={"a": SCHOOL}) for _ in range(3)]
    doors = [door(), door(0.0), door()]
    house = np.array(list(towns[0][2].institutions.values()), dtype=np.uint64)
    doors[1].search(house, 3, 2.0)
    doors[2].search(towns[0][1].ids, 3, 2.0)
    seen = [held(t, p, range(40), d) for (t, p, _), d in zip(towns, doors, strict=True)]
    assert seen[0] == seen[1] == seen[2]


# ---------------------------------------------------------------- ties the programme makes


def pairs_of(people, count):
    i, j = np.triu_indices(count, 1)
    return people.ids[i], people.ids[j]


def test_pairs_that_are_brought_together_tie_with_their_chance_and_part_in_time():
    ties, people, _ = town(tie_rules(formed=0.0), firms=200)
    channels = door()
    first, second = pairs_of(people, 150)
    channels.tie(first, second, 5, chance=0.2, weight=3.0, months=12.0)
    sets = held(ties, people, range(30), channels)
    assert not any(sets[:5])
    n = len(first)
    assert abs(len(sets[5]) - 0.2 * n) < 4.9 * np.sqrt(n * 0.16)
    left = len(sets[5]) * np.exp(-1.0)
    assert abs(len(sets[17]) - left) < 4.9 * np.sqrt(left)
    assert all(after <= before for before, after in pairwise(sets[5:]))


@pytest.mark.parametrize("chances", [(0.2, 0.2), (0.02,) * 5, (0.1, 0.4, 0.05), (0.3, 0.0, 1.0)])
def test_a_pair_that_meets_more_than_once_in_a_month_has_the_chance_that_any_meeting_ties(chances):
    """1 - (1 - p1) (1 - p2) ..., of pairs that meet as often; the same in whatever order."""
    sets = []
    for order in (1, -1):
        ties, people, _ = town(tie_rules(formed=0.0), firms=200)
        channels = door()
        pair = pairs_of(people, 150)
        for number, chance in list(enumerate(chances))[::order]:
            months = 12.0 * (1 + number)  # the longest counts
            channels.tie(*pair[:: (-1) ** number], 5, chance=chance, months=months)
        channels.tie(people.ids[150:151], people.ids[151:152], 5, chance=1.0, months=1.0)
        sets.append(held(ties, people, range(6 + 12 * len(chances)), channels))
    assert sets[0] == sets[1]
    n = len(pair[0])
    expected = 1.0 - np.prod(1.0 - np.array(chances))
    tied = len(sets[0][5]) - 1
    assert abs(tied - expected * n) <= 4.9 * np.sqrt(n * expected * (1.0 - expected))
    left = tied * np.exp(-1.0)
    assert abs(len(sets[0][-1]) - left) < 4.9 * np.sqrt(left)


def test_a_higher_chance_or_scale_only_adds():
    found = []
    for chance, scale in ((0.1, 1.0), (0.2, 0.5), (0.2, 1.0), (0.2, 0.0)):
        ties, people, _ = town(tie_rules(formed=0.0), firms=100)
        channels = door(scale)
        channels.tie(*pairs_of(people, 100), 0, chance=chance, months=60.0)
        found.append(held(ties, people, [0], channels)[0])
    assert found[0] == found[1] < found[2]
    assert not found[3]


def test_the_order_of_a_pair_and_of_pairs_means_nothing():
    sets = []
    for swap in (False, True):
        ties, people, _ = town(tie_rules(formed=0.0), firms=100, institutions={"a": SCHOOL})
        channels = door()
        first, second = pairs_of(people, 60)
        house = np.array([ties._houses[1]] * 60)
        first, second = np.concatenate([first, people.ids[:60]]), np.concatenate([second, house])
        if swap:
            first, second = second[::-1], first[::-1]
        channels.tie(first, second, 0, chance=0.3, months=10.0)
        sets.append(held(ties, people, range(20), channels))
    assert sets[0] == sets[1]
    assert any(second == house[0] for _, second in sets[0][0])


def test_a_tie_that_is_renewed_is_one_tie_of_the_larger_weight():
    ties, people, _ = town(tie_rules(formed=0.0), firms=20)
    channels = door()
    pair = people.ids[[3]], people.ids[[7]]
    for month, weight in ((0, 1.0), (1, 5.0), (2, 2.0)):
        channels.tie(*pair, month, chance=1.0, weight=weight, months=300.0)
    for month in range(3):
        standing = ties.step(people, channels, month)
    assert standing.weight.tolist() == [5.0]
    assert (standing.owed == 1.0).all()
    number = standing.number(20)
    assert number.sum() == 2.0
    assert number[3] == number[7] == 1.0


def test_what_the_programme_ties_add_is_told_apart_in_the_pool():
    plain, moved = economy(rules(HINDSIGHT)), economy(rules(HINDSIGHT))
    ids_ = moved.firms.ids
    rich = ids_[[np.argmax(moved.firms.stock)]]
    others = np.setdiff1d(ids_, rich)[:50]
    moved.channels.tie(np.repeat(rich, 50), others, START, chance=1.0, weight=2.0, months=1e6)
    stock = plain.firms.stock.copy()
    for world in (plain, moved):
        world.step(START)
    there, _ = moved.firms.rows(others)
    added = moved.firms.policy_pool
    np.testing.assert_allclose(added[there], 2.0 * stock.max())
    np.testing.assert_allclose(moved.firms.pool - added, plain.firms.pool, rtol=1e-12)
    assert np.count_nonzero(added) == 51
    assert np.all(moved.firms.output[there] > plain.firms.output[there])


def test_at_scale_zero_ties_and_search_move_nothing_bit_for_bit():
    place = complex_().model_copy(update={"institutions": {"a": SCHOOL}})
    plain, scaled = (economy(rules(HINDSIGHT), {"here": place}, scale=s) for s in (1.0, 0.0))
    first, second = pairs_of(scaled.firms, 80)
    house = np.array(list(scaled.places["here"].institutions.values()), dtype=np.uint64)
    for month in range(START, START + 12):
        scaled.channels.tie(first, second, month, chance=0.5, weight=9.0, months=48.0)
        scaled.channels.search(house, month, 2.0)
    assert paths(plain, START + 30) == paths(scaled, START + 30)


@pytest.mark.parametrize(
    "wrong", [{"chance": 1.1}, {"chance": -0.1}, {"chance": np.nan}, {"weight": 101.0}]
)
def test_what_is_no_chance_or_weight_is_refused(wrong):
    pair = np.array([1], dtype=np.uint64), np.array([2], dtype=np.uint64)
    with pytest.raises(RunError, match="ties"):
        door().tie(*pair, 0, **({"chance": 0.5, "months": 3.0} | wrong))
    door().tie(pair[0][:0], pair[1][:0], 0, chance=0.5, months=3.0)
