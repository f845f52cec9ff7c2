"""The contract of the whole: whose path depends on what, and a flat world that stays flat."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import (
    HINDSIGHT,
    START,
    complex_,
    descendants,
    economy,
    luck,
    paths,
    rules,
    within,
)

from clustersim.economy.month import Economy
from clustersim.economy.spillovers import SpilloversSpec
from clustersim.economy.state import SIZE_CLASSES, size_class

# ---------------------------------------------------------------- paths


@pytest.mark.parametrize("macro", ["hindsight", "flat"])
def test_without_one_firm_all_others_live_the_same_lives(macro):
    macro = HINDSIGHT.model_copy(update={"mode": macro})
    spec = rules(macro, spillovers=SpilloversSpec(switch="off"))
    whole, less = economy(spec), economy(spec)
    missing = int(whole.firms.ids[np.argmax(whole.firms.stock)])
    less.firms = less.firms.take(less.firms.ids != missing)
    first, second = (paths(world, START + 47, without=("ties",)) for world in (whole, less))
    gone = {id_ for id_, _ in first} - {id_ for id_, _ in second}
    assert gone == descendants(whole, missing)
    assert second.items() <= first.items()


@pytest.mark.parametrize("beside", [3, 60_000])
def test_a_complex_beside_another_is_what_it_is_alone(beside):
    alone = economy(rules(HINDSIGHT), {"here": complex_(7)})
    other = complex_(beside, firms=80, workers=1600, export_share="10 %")
    both = economy(rules(HINDSIGHT), {"here": complex_(7), "there": other})
    first, second = paths(alone, START + 35), paths(both, START + 35)
    assert len(second) > len(first)
    assert first.items() <= second.items()


def test_order_of_rows_moves_nothing():
    ordered, mixed = economy(), economy()
    mixed.firms = mixed.firms.take(np.argsort(mixed.firms.birth_sales))
    for month in range(START, START + 12):
        for world in (ordered, mixed):
            firms, growth = world.firms, world.rules.growth
            u = world.luck.matrix(growth.streams, month, firms.ids)
            growth.step(firms, u, world._lived(month))
            world.rules.act(firms, world.channels, month)
            age = world._lived(month) + firms.age_at_birth
            world.rules.turnover.close(firms, age, world.rules.accounts.overdue(firms))
    back = mixed.firms.take(np.argsort(mixed.firms.ids))
    assert np.array_equal(back.ids, ordered.firms.ids)
    assert np.array_equal(back.block, ordered.firms.block)


def test_firms_stand_in_the_order_of_their_ids():
    world = economy(rules(), {"b": complex_(9), "a": complex_(2)})
    for month in range(START, START + 30):
        world.step(month)
        assert np.all(np.diff(world.firms.ids.astype(object)) > 0)
    assert list(world.names) == [2, 9]


def test_firms_that_join_late_stand_where_their_ids_do():
    firms = economy().firms
    evens, odds = (firms.take(np.arange(first, len(firms), 2)) for first in (0, 1))
    both = odds.joined(evens)
    rows, here = firms.rows(both.ids)
    assert here.all()
    assert np.all(np.diff(rows) > 0)
    assert np.array_equal(both.block, firms.block[:, rows])
    assert np.array_equal(both.sector, firms.sector[rows])


def test_luck_decides_and_nothing_else():
    again, other = economy(index=0), economy(index=1)
    first = paths(economy(index=0), START + 11)
    assert paths(again, START + 11) == first
    assert paths(other, START + 11) != first


def test_closed_firms_leave_in_january():
    world = economy()
    gone = []
    for month in range(START, START + 25):
        world.step(month)
        closed = world.firms.alive == 0.0
        if month % 12 == 0:
            assert not np.any(world.firms.output == 0.0)
        gone.append(int(closed.sum()))
    assert gone[11] > gone[0]


def test_sales_and_profit_of_the_last_year_are_the_sums_of_its_months():
    world = economy(rules(HINDSIGHT))
    sales, profit, divided = {}, {}, 0
    for month in range(START, START + 13):
        world.step(month)
        share = world.rules.turnover.spec.split_share
        for old, new in world.splits[divided:]:  # the past is divided too
            for past in (sales, profit):
                past[new] = share * past.get(old, 0.0)
                past[old] = (1.0 - share) * past.get(old, 0.0)
        divided = len(world.splits)
        if month < START + 12:
            nominal = world.firms.output * world.prices(month)
            for row, id_ in enumerate(world.firms.ids.tolist()):
                sales[id_] = sales.get(id_, 0.0) + nominal[row]
                profit[id_] = profit.get(id_, 0.0) + world.firms.profit[row]
    firms = world.firms.take(world.firms.born < START + 12)
    ids = firms.ids.tolist()
    np.testing.assert_allclose(firms.sales_last_year, [sales[id_] for id_ in ids])
    np.testing.assert_allclose(firms.profit_last_year, [profit[id_] for id_ in ids])


def test_the_first_month_has_the_transitory_spread_of_any_other():
    firms = economy(rules(), {"x": complex_(firms=3000, workers=55_500)}).firms
    scaled = firms.transitory / firms.sd_transitory
    assert within(scaled**2, 1.0, slack=0.01)
    assert within(np.exp(firms.transitory - firms.centre), 1.0)


def test_in_the_first_month_as_many_are_short_of_cash_as_a_year_later():
    world = economy(rules(), {"x": complex_(firms=3000, workers=55_500, output="13조원")})
    short = []
    for month in range(START, START + 13):
        world.step(month)
        firms = world.firms.take(world.firms.output > 0.0)
        short.append(float(np.mean(firms.cash <= 0.0)))
    assert short[0] > 0.03  # an easy start would have none
    assert 0.5 < short[0] / short[12] < 1.0


def test_a_firm_founded_just_before_the_start_has_no_past():
    firms = economy(rules(), {"x": complex_(firms=3000, workers=55_500, output="13조원")}).firms
    new = firms.age_at_birth < 1.0
    assert new.sum() > 5
    assert np.array_equal(firms.workers[new], firms.birth_workers[new])
    assert not np.any(firms.workers[~new & (firms.anchor == 0)] == firms.birth_workers[~new])


def test_every_january_the_width_of_growth_follows_what_luck_made_of_a_firm():
    world = economy()
    first = world.firms.sd_permanent.copy()
    for month in range(START, START + 12):
        world.step(month)
    stay = world.firms.take(world.firms.alive > 0.0)
    assert np.isin(stay.sd_permanent[stay.born == START][:50], first).all()
    workers = np.maximum(stay.birth_workers * np.exp(stay.permanent + stay.drift), 1.0)
    expected, _ = world.rules.growth.split(workers)
    world.step(START + 12)
    rows, _ = world.firms.rows(stay.ids)
    assert np.array_equal(world.firms.sd_permanent[rows], expected)


def test_an_entrant_has_the_luck_of_its_year_from_its_first_month():
    world = economy()
    for month in range(START, START + 20):
        world.step(month)
    born = world.firms.take(world.firms.born > START + 12)
    yields, support = born.research_yield.copy(), born.other_support.copy()
    assert np.unique(yields).size > 1
    world.rules.knowledge.new_year(born, world.luck, START + 12)
    assert np.array_equal(born.research_yield, yields)
    assert np.array_equal(born.other_support, support)


def test_an_economy_needs_a_complex():
    with pytest.raises(ValueError, match="needs a complex"):
        Economy(rules(), {}, luck(), start=START, end=START + 12)


# ---------------------------------------------------------------- the view


@pytest.mark.parametrize("name", ["ids", "complex", "sector", "born", "birth_class", "block"])
def test_the_view_cannot_be_written(name):
    world = economy()
    view = world.view()
    with pytest.raises(ValueError, match="read-only"):
        getattr(view, name)[...] = 1
    with pytest.raises(ValueError, match="read-only"):
        view.output = 1.0
    assert getattr(world.firms, name).flags.writeable
    world.step(START)


def test_the_view_shows_the_firms_as_they_are():
    world = economy()
    world.step(START)
    view = world.view()
    assert np.array_equal(view.block, world.firms.block)
    assert np.array_equal(view.ids, world.firms.ids)


def test_rows_of_firms_that_are_here_and_are_not():
    firms = economy().firms
    rows, here = firms.rows(np.array([int(firms.ids[5]), 1, 2**63], dtype=np.uint64))
    assert here.tolist() == [True, False, False]
    assert rows[0] == 5
    nobody = firms.take(firms.ids == 0)
    assert nobody.rows(firms.ids)[1].sum() == 0


def test_size_classes_are_cut_where_statistics_cut_them():
    found = size_class(np.array([1.0, 9.9, 10.0, 49.9, 50.0, 299.9, 300.0, 9999.0]))
    assert [SIZE_CLASSES[number] for number in found] == [
        *["1-9"] * 2,
        *["10-49"] * 2,
        *["50-299"] * 2,
        *["300+"] * 2,
    ]


# ---------------------------------------------------------------- thirty flat years


def by_year(values):
    return values.reshape(-1, 12).mean(axis=1)


@pytest.mark.parametrize(
    ("name", "tolerance"), [("firms", 0.15), ("workers", 0.12), ("output", 0.30)]
)
def test_without_macro_a_complex_stays_the_size_it_was(flat_years, name, tolerance):
    # births and exits balance to 0.3 % a year; a few large firms make most of the rest
    years = by_year(flat_years[name])
    assert np.abs(years / years[0] - 1.0).max() < tolerance


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("value_added", 0.06),  # a ratio of its own in each firm, and one may come to make a tenth
        ("capacity", 0.02),
        ("exports", 0.08),
        ("rd_spending", 0.15),  # firms of low margin that used up their first cash would cut it
        ("debt", 0.30),  # and without a way back would borrow for ever
        ("cash", 0.15),
    ],
)
def test_without_macro_shares_of_output_stay_what_they_were(flat_years, name, tolerance):
    shares = by_year(flat_years[name]) / by_year(flat_years["output"])
    assert np.abs(shares / shares[0] - 1.0).max() < tolerance


@pytest.mark.parametrize("name", ["firms", "workers", "output", "value_added", "capacity"])
def test_the_first_months_are_like_any_other(flat_years, name):
    # one month in, one year in, and over a new year's eve
    steps = np.abs(np.diff(np.log(flat_years[name])))
    assert steps[:14].max() < 2.5 * np.median(steps[24:]) + 0.01
    assert np.abs(flat_years[name][:24] / flat_years[name][0] - 1.0).max() < 0.04
