"""Firms close as often as their hazard says and are born as often as the entry rate says."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import (
    AS_OF,
    HINDSIGHT,
    START,
    Z,
    bare,
    complex_,
    descendants,
    economy,
    luck,
    rules,
    series,
    within,
)

from clustersim.economy.displacement import DisplacementSpec
from clustersim.economy.growth import GrowthSpec
from clustersim.economy.state import Firms
from clustersim.economy.turnover import Turnover, TurnoverSpec
from clustersim.randomness import ids

IDS = np.arange(1, 50_001)


def closed(spec, size, age, months, overdue=0.0):
    """Whether each firm has closed after some months in which it kept its size."""
    turnover = Turnover(spec)
    firms = bare(IDS, size)
    turnover.birth(firms, luck())
    when = np.full(len(firms), months)
    for month in range(months):
        turnover.close(firms, np.full(len(firms), age + month), np.full(len(firms), overdue))
        when = np.where((firms.alive == 0.0) & (when == months), month, when)
    return firms.alive == 0.0, when


@pytest.mark.parametrize("age", [0.0, 24.0, 240.0])
@pytest.mark.parametrize("size", [5.0, 28.0, 300.0])
def test_as_many_firms_close_as_the_hazard_says(size, age):
    spec = TurnoverSpec()
    gone, _ = closed(spec, size, age, 36)
    # the equation of `close`, by the year and added up by hand
    ages = age + (np.arange(36 * 50) + 0.5) / 50.0
    hazard = spec.exit / 12.0 * (size / 28.0) ** spec.exit_size_exponent
    total = np.sum(hazard * (1.0 + spec.young * np.exp(-ages / spec.maturing))) / 50.0
    expected = 1.0 - np.exp(-total)
    error = np.sqrt(expected * (1.0 - expected) / len(IDS))
    assert gone.mean() == pytest.approx(expected, abs=Z * error)


def test_policy_that_halves_the_hazard_halves_what_adds_up():
    turnover, firms = Turnover(TurnoverSpec()), bare([1, 2, 3], 28.0)
    firms.threshold, firms.exit_hazard = np.inf, np.log([1.0, 0.5, 2.0])
    for month in range(24):
        turnover.close(firms, np.full(3, month), np.zeros(3))
    assert firms.hazard[0] > 0.0
    np.testing.assert_allclose(firms.hazard / firms.hazard[0], [1.0, 0.5, 2.0])


def test_the_hazard_of_an_old_firm_of_the_reference_size_is_the_parameter():
    turnover = Turnover(TurnoverSpec(exit="6 % / year"))
    assert turnover.cumulated(np.array([28.0]), np.array([1e5]), 12.0)[0] == pytest.approx(0.06)


def test_the_hazard_falls_with_age_and_size():
    turnover = Turnover(TurnoverSpec())
    ages, sizes = np.linspace(0.0, 400.0, 50), np.geomspace(0.5, 5000.0, 50)
    assert np.all(np.diff(turnover.cumulated(np.full(50, 28.0), ages, 1.0)) < 0.0)
    assert np.all(np.diff(turnover.cumulated(sizes, np.full(50, 60.0), 1.0)) < 0.0)
    first, old = turnover.cumulated(np.full(2, 28.0), np.array([0.0, 1e5]), 1e-6)
    assert first / old == pytest.approx(3.0, rel=1e-6)


def test_debt_beyond_what_was_meant_raises_the_hazard_by_its_exponential():
    spec = TurnoverSpec(exit_debt=2.0)
    for overdue in (0.5, 1.0):
        gone, _ = closed(spec, 28.0, 1e5, 12, overdue)
        expected = 1.0 - np.exp(-spec.exit * np.exp(2.0 * overdue))
        error = np.sqrt(expected * (1.0 - expected) / len(IDS))
        assert gone.mean() == pytest.approx(expected, abs=Z * error)


def test_a_hopeless_debt_has_an_end_and_no_infinite_hazard():
    gone, _ = closed(TurnoverSpec(exit_debt=10.0), 28.0, 1e5, 12, 1e6)
    assert gone.all()


def test_nobody_is_so_small_that_the_hazard_explodes():
    turnover = Turnover(TurnoverSpec(exit_size_exponent=-1.0))
    assert turnover.rate(np.array([0.0]))[0] == turnover.rate(np.array([0.5]))[0]


@pytest.mark.parametrize(
    "lower",
    [{"exit": "2 % / year"}, {"young": 1.0}, {"maturing": "18 months"}],
)
def test_a_lower_hazard_only_postpones(lower):
    gone, when = closed(TurnoverSpec(), 28.0, 6.0, 60)
    fewer, later = closed(TurnoverSpec(**lower), 28.0, 6.0, 60)
    assert fewer.sum() < gone.sum()
    assert np.all(gone[fewer])
    assert np.all(later >= when)


def test_what_makes_firms_larger_only_postpones_their_exit():
    """Supported firms are larger and die later; nobody else's exit moves by a day."""
    alone = rules(displacement=DisplacementSpec(switch="off"))
    plain, helped = economy(alone), economy(alone)
    treated = helped.firms.ids[::2]
    for id_ in treated.tolist():
        helped.channels.effect("practices", id_, START, 0.5, months_to_peak=1, half_life=1e6)
    lives = [{}, {}]
    for month in range(START, START + 120):
        for world, seen in zip((plain, helped), lives, strict=True):
            world.step(month)
            firms = world.firms
            seen.update(dict.fromkeys(firms.ids[firms.alive > 0.0].tolist(), month))
    theirs = descendants(helped, *treated.tolist())
    assert lives[0].keys() <= lives[1].keys()
    assert lives[1].keys() - lives[0].keys() <= theirs  # who lives longer may yet split
    longer = {id_ for id_ in lives[0] if lives[1][id_] != lives[0][id_]}
    assert longer
    assert longer <= theirs
    assert all(lives[1][id_] > lives[0][id_] for id_ in longer)


# ---------------------------------------------------------------- births


def test_births_are_a_poisson_number_by_sector():
    turnover, mean = Turnover(TurnoverSpec()), np.array([0.4, 3.0])
    _, sector, month = turnover.births(luck(), range(4000), 7, mean)
    counts = np.bincount(2 * month + sector, minlength=8000).reshape(4000, 2)
    assert counts.mean(axis=0) == pytest.approx(mean, abs=Z * np.sqrt(3.0 / 4000))
    squares = ((counts - mean) ** 2).mean(axis=0)  # variance of a square: m + 2 m^2
    assert squares == pytest.approx(mean, abs=Z * np.sqrt((3.0 + 18.0) / 4000))
    assert abs(np.corrcoef(counts.T)[0, 1]) < Z / np.sqrt(4000)


def test_complexes_have_births_of_their_own():
    turnover, mean = Turnover(TurnoverSpec()), np.array([3.0])
    counts = [
        np.bincount(turnover.births(luck(), range(1000), code, mean)[2], minlength=1000)
        for code in (1, 2)
    ]
    assert abs(np.corrcoef(counts)[0, 1]) < Z / np.sqrt(1000)


def test_a_higher_rate_only_adds_firms():
    turnover = Turnover(TurnoverSpec())
    few = turnover.births(luck(), range(200), 7, np.array([0.5, 2.0]))
    many = turnover.births(luck(), range(200), 7, np.array([0.6, 2.5]))
    assert set(zip(*few, strict=True)) < set(zip(*many, strict=True))


def test_who_comes_in_a_month_is_the_same_whichever_months_are_asked():
    turnover, rising = Turnover(TurnoverSpec()), np.linspace(0.1, 2.0, 48).reshape(24, 2)
    all_ = turnover.relocations(luck(), range(100, 124), 7, rising)
    each = [turnover.relocations(luck(), [100 + k], 7, mean) for k, mean in enumerate(rising)]
    for together, apart in zip(all_, zip(*each, strict=True), strict=True):
        assert together.tolist() == np.concatenate(apart).tolist()
    assert np.array_equal(all_[2], ids.birth_month(all_[0]))
    assert np.all(np.diff(all_[0].astype(object)) > 0)


def test_no_two_births_share_a_name():
    turnover = Turnover(TurnoverSpec())
    names = [turnover.births(luck(), range(24), code, np.array([20.0, 20.0]))[0] for code in (1, 2)]
    found = np.concatenate(names)
    assert len(np.unique(found)) == len(found)


@pytest.mark.parametrize(("kind", "rate"), [("entry", 0.065), ("relocation", 0.01)])
def test_entry_is_a_share_of_the_firms_of_the_figures_whatever_becomes_of_them(kind, rate):
    counts = []
    begin = {"entry": 0, "relocation": 1 << 30}[kind]
    for index in range(10):
        world = economy(rules(turnover=TurnoverSpec(split="0 % / year")), index=index)
        start = set(world.firms.ids.tolist())
        born = set()
        for month in range(START, START + 24):
            world.step(month)
            born |= set(world.firms.ids.tolist()) - start
        slots = ids.slot(np.array(sorted(born), dtype=np.uint64))
        counts.append(np.sum((slots >= begin) & (slots < begin + (1 << 30))))
    expected = rate * 300 * 2
    assert np.mean(counts) == pytest.approx(expected, abs=Z * np.sqrt(expected / 10))


def moved_in(world, last):
    """How many firms moved in by month."""
    start, counts = set(world.firms.ids.tolist()), []
    for month in range(START, last + 1):
        world.step(month)
        new = np.array(sorted(set(world.firms.ids.tolist()) - start), dtype=np.uint64)
        slots = ids.slot(new)
        counts.append(int(np.sum((slots >= 1 << 30) & (slots < 1 << 31))))
        start |= set(new.tolist())
    return np.array(counts)


@pytest.mark.parametrize("mode", ["hindsight", "ex_ante", "flat"])
def test_firms_move_in_as_they_were_counted_where_that_is_seen(mode):
    """Counted from 2007 to 2009, known in ex_ante to June 2008; figures of as_of are met anyway."""
    macro = HINDSIGHT.model_copy(update={"mode": mode})
    counted = series(("2007-01", 60, "observed"), ("2009-12", 60, "observed"))
    counts, firms = [], []
    for index in range(8):
        place = complex_().model_copy(update={"moving_in": counted})
        world = economy(rules(macro), {"here": place}, index=index)
        counts.append(moved_in(world, START + 59))
        firms.append(world.firms)
    seen = {"hindsight": slice(12, 48), "ex_ante": slice(12, 30), "flat": slice(0, 0)}[mode]
    rates = np.full(60, 0.01)
    rates[seen] = 0.60
    expected = 300.0 * rates / 12.0 * 8
    for part in (seen, slice(0, 12), slice(48, 60), slice(31, 47)):
        mean = expected[part].sum()
        assert abs(np.sum(counts, axis=0)[part].sum() - mean) <= Z * np.sqrt(mean)


def test_the_count_of_as_of_is_met_however_many_moved_in_before():
    counted = series(("2006-01", 25, "observed"), ("2007-10", 25, "observed"))
    found = []
    for index in range(20):
        place = complex_().model_copy(update={"moving_in": counted})
        world = economy(rules(HINDSIGHT), {"here": place}, index=index)
        for month in range(START, AS_OF + 1):
            world.step(month)
        alive = world.firms.alive > 0.0
        found.append([alive.sum() / 300.0, world.firms.workers[alive].sum() / 5550.0])
    assert within(np.array(found)[:, 0], 1.0, slack=0.02)
    assert within(np.array(found)[:, 1], 1.0, slack=0.02)


def test_splits_are_part_of_what_comes():
    """Where nearly all firms can split, so many fewer are founded; never fewer than none."""
    for split, births in (("0 % / year", 0.065), ("6 % / year", 0.065 - 0.06), ("30 % / year", 0)):
        often = TurnoverSpec(split=split, split_smallest=2)
        world = economy(rules(turnover=often), {"x": complex_(size_spread=1.0)})
        share = np.mean(world.blueprints["x"].law.quantile((np.arange(200) + 0.5) / 200) >= 2.0)
        expected = max(0.065 - often.split * share, 0.0)
        assert world.blueprints["x"].births == pytest.approx(expected)
        assert expected == pytest.approx(births, abs=0.003)


def test_entrants_come_in_the_sectors_of_the_figures_and_small():
    born = []
    for index in range(4):
        world = economy(rules(), index=index)
        for month in range(START, START + 60):
            world.step(month)
        firms = world.firms
        founded = ids.slot(firms.ids) < 1 << 30
        born.append(firms.take((ids.birth_month(firms.ids) > START) & founded))
    sector = np.concatenate([firms.sector for firms in born])
    size = np.concatenate([firms.birth_workers for firms in born])
    share = 0.7
    assert np.mean(sector == 0) == pytest.approx(share, abs=Z * np.sqrt(0.21 / len(sector)))
    law = world.blueprints["here"].law
    adult = world.blueprints["here"].adult ** world.rules.accounts.spec.employment_elasticity
    newborn = 0.8**world.rules.accounts.spec.employment_elasticity
    below = np.mean(size < 0.5 * adult * newborn * law.quantile(np.array([0.5])))
    assert below == pytest.approx(0.5, abs=Z * np.sqrt(0.25 / len(size)))


def test_firms_that_move_in_are_as_large_and_as_old_as_those_that_are_there():
    spec = rules(turnover=TurnoverSpec(entry="0 % / year", relocation="20 % / year"))
    came = []
    for index in range(6):
        world = economy(spec, index=index)
        for month in range(START, START + 60):
            world.step(month)
            slots = ids.slot(world.firms.ids)
            now = ids.birth_month(world.firms.ids) == month
            came.append(world.firms.take(now & (slots >= 1 << 30) & (slots < 1 << 31)))
    size = np.concatenate([firms.birth_workers for firms in came])
    age = np.concatenate([firms.age_at_birth for firms in came])
    law = world.blueprints["here"].law
    below = np.mean(size < law.quantile(np.array([0.5])))
    assert below == pytest.approx(0.5, abs=Z * np.sqrt(0.25 / len(size)))
    assert within(age, spec.turnover.mean_age)


# ---------------------------------------------------------------- growing up


def test_a_new_firm_grows_into_its_size_as_the_equation_says():
    """Output of a firm without luck: newborn_size at birth, its full size after some years."""
    turnover = Turnover(TurnoverSpec(newborn_size=0.6, maturing="24 months"))
    firms = bare(np.arange(3), 10.0, youth=turnover.youth(np.array([0.0, 24.0, 1e5])))
    assert np.exp(firms.youth) == pytest.approx([0.6, 0.6 ** np.exp(-1.0), 1.0])
    for _ in range(24):
        turnover.mature(firms)
    assert np.exp(firms.youth) == pytest.approx([0.6 ** np.exp(-1.0), 0.6 ** np.exp(-2.0), 1.0])


def test_young_firms_that_live_grow_faster_and_old_ones_do_not_grow():
    spec = rules(growth=GrowthSpec(sd=0.02), turnover=TurnoverSpec(entry="20 % / year"))
    world = economy(spec)
    for month in range(START, START + 36):
        world.step(month)
    before = dict(zip(world.firms.ids.tolist(), world.firms.output.tolist(), strict=True))
    born = {id_ for id_ in before if ids.birth_month(np.array([id_], dtype=np.uint64))[0] > 90}
    for month in range(START + 36, START + 48):
        world.step(month)
    after = dict(zip(world.firms.ids.tolist(), world.firms.output.tolist(), strict=True))
    growth = {i: np.log(after[i] / before[i]) for i in before if after.get(i, 0.0) > 0.0}
    young = np.mean([growth[i] for i in growth if i in born])
    old = np.mean([growth[i] for i in growth if i not in born])
    assert young > 0.03 + old
    assert abs(old) < 0.04


# ---------------------------------------------------------------- splits


def split_often(share="30 %", **more):
    return rules(turnover=TurnoverSpec(split="50 % / year", split_share=share, **more))


def test_firms_that_are_large_enough_split_as_often_as_the_hazard_says():
    spec = TurnoverSpec(split="12 % / year")
    turnover = Turnover(spec)
    luck_alone = {"permanent": np.log(0.5), "drift": np.log(2.0)}  # their product counts
    large, small = (bare(IDS, size, **luck_alone) for size in (10.0, 9.999))
    old, new = turnover.splits(large, luck(), 100)
    expected = -np.expm1(-0.12 / 12.0)
    error = np.sqrt(expected * (1.0 - expected) / len(IDS))
    assert len(new) / len(IDS) == pytest.approx(expected, abs=Z * error)
    assert len(np.unique(new.ids)) == len(new) == len(old)
    assert np.isin(old, large.ids).all()
    assert not len(turnover.splits(small, luck(), 100)[1])
    large.alive = 0.0
    assert not len(turnover.splits(large, luck(), 100)[1])


@pytest.mark.parametrize("share", ["30 %", "50 %"])
def test_a_split_moves_everything_and_makes_nothing(share):
    """Both parts together are, to the won, what the firm was; and next month would have been."""
    world = economy(split_often(share))
    for month in range(START, START + 30):
        world.step(month)
    before = world.firms.take(np.arange(len(world.firms)))
    old, new = world.rules.turnover.splits(world.firms, world.luck, START + 30)
    rows, _ = world.firms.rows(old)
    was, _ = before.rows(old)
    assert len(new) >= 3
    for name, column in Firms.columns.items():
        if column.divides:
            both = getattr(world.firms, name)[rows] + getattr(new, name)
            np.testing.assert_allclose(both, getattr(before, name)[was], rtol=1e-12)
    parts = [world.firms.take(rows), new, before.take(was)]
    for firms in parts:
        firms.threshold = np.inf
        world.rules.act(firms, world.channels, START + 30)
    for name in ("output", "workers", "value_added", "cash", "debt", "stock", "capacity"):
        there, here, whole = (getattr(firms, name) for firms in parts)
        np.testing.assert_allclose(there + here, whole, rtol=1e-9)


def test_a_firm_that_split_off_is_new_but_has_the_others_history():
    world = economy(split_often())
    for month in range(START, START + 24):
        world.step(month)
    old, new = world.rules.turnover.splits(world.firms, world.luck, START + 24)
    parents = world.firms.take(world.firms.rows(old)[0])
    assert np.array_equal(ids.birth_month(new.ids), np.full(len(new), START + 24))
    assert np.all(new.hazard == 0.0)
    assert not np.any(new.threshold == parents.threshold)
    assert np.all(START + 24 - new.born + new.age_at_birth == 0.0)  # its age is counted from now
    for name in ("quality", "drift", "permanent", "transitory", "export_share", "intensity"):
        assert np.array_equal(getattr(new, name), getattr(parents, name))


def test_effects_go_with_the_people_and_contracts_stay():
    world = economy(split_often())
    first = world.firms.ids.tolist()
    for id_ in first:
        world.channels.effect("practices", id_, START, 0.2, months_to_peak=1, half_life=1e6)
        world.channels.flow("cash", id_, START, 1e6, months=60)
    for month in range(START, START + 12):
        world.step(month)
    firms = world.firms.take(world.firms.alive > 0.0)
    heirs = np.array(sorted(descendants(world, *first)), dtype=np.uint64)
    off = np.isin(firms.ids, heirs) & (ids.slot(firms.ids) >= 1 << 31)
    assert off.sum() > 10
    assert np.all(firms.practices[off] > 0.19)
    assert np.all(firms.cash_in[off] == 0.0)
    assert np.all(firms.cash_in[ids.birth_month(firms.ids) == 0] > 0.0)


def test_no_policy_makes_a_firm_split():
    plain, helped = economy(split_often()), economy(split_often())
    for id_ in helped.firms.ids.tolist():
        helped.channels.effect("practices", id_, START, 0.5, months_to_peak=1, half_life=1e6)
    for month in range(START, START + 24):
        plain.step(month)
        helped.step(month)
    assert plain.splits
    assert set(plain.splits) <= set(helped.splits)  # those who live longer may split yet
    missing = set(helped.splits) - set(plain.splits)
    alive = set(plain.firms.ids[plain.firms.alive > 0.0].tolist())
    assert not alive & {old for old, _ in missing}


def test_the_figures_are_met_however_often_firms_split():
    """With 300 firms of which half can split: 20 % a year, from January 2006 to October 2007."""
    often = rules(turnover=TurnoverSpec(split="20 % / year"))
    firms, workers = [], []
    for index in range(30):
        world = economy(often, {"here": complex_()}, index=index)
        for month in range(START, START + 21):
            world.step(month)
        alive = world.firms.alive > 0.0
        firms.append(alive.sum() / 300.0)
        workers.append(world.firms.workers[alive].sum() / 5550.0)
    assert within(firms, 1.0, slack=0.03)  # a firm is counted as splitting once at most
    assert within(workers, 1.0, slack=0.03)
