"""The published levels are met at `as_of`, from whichever month a run starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from small_economy import (
    AS_OF,
    FIGURES,
    HINDSIGHT,
    SECTORS,
    START,
    complex_,
    economy,
    first_error,
    history,
    outcomes,
    rules,
    within,
)

from clustersim.economy.displacement import DisplacementSpec
from clustersim.economy.month import ComplexSpec
from clustersim.economy.population import Figures, PopulationSpec, SizeLaw
from clustersim.economy.spillovers import SpilloversSpec
from clustersim.economy.turnover import TurnoverSpec
from clustersim.randomness import ids

AT = AS_OF - START  # the row of as_of
YEAR = slice(12, 24)  # the rows of 2007
SLACK = 0.015


# ---------------------------------------------------------------- brought forward in expectation


def test_firms_and_workers_of_as_of_are_the_published_ones(brought_forward):
    assert within(brought_forward["firms"][:, AT] / 300.0, 1.0, SLACK)
    assert within(brought_forward["workers"][:, AT] / 5550.0, 1.0, SLACK)


def test_nominal_output_of_the_year_is_the_published_one(brought_forward):
    assert within(brought_forward["sales"][:, YEAR].sum(axis=1) / 1.3e12, 1.0, SLACK)


def test_shares_are_the_published_ones(brought_forward):
    exports = brought_forward["exports"][:, AT] / brought_forward["output"][:, AT]
    assert within(exports, 0.25, SLACK)
    assert within(brought_forward["small"], 0.93, SLACK)
    assert within(brought_forward["steel"], 0.30, SLACK)


def test_populations_of_different_luck_are_tight_about_the_figures(brought_forward):
    """Sizes are spread evenly over their law, so luck of sampling is no part of the start."""
    spread = brought_forward["workers"][:, 0].std() / brought_forward["workers"][:, 0].mean()
    assert spread < 0.03  # independent draws: 1.4 / sqrt(300) = 0.08


def test_workers_are_the_published_ones_though_they_are_behind_output():
    """Output falls from May 2008, employment later: it was 2.5 % above when that was left out."""

    def workers(index):
        places = {"here": complex_(7, as_of="2008-12", firms=3000, workers=55_500)}
        world = economy(rules(HINDSIGHT), places, index=index, end=107)
        return history(world, 107)["workers"][-1] / 55_500.0

    sample = np.array([workers(index) for index in range(8)])
    assert sample.mean() == pytest.approx(1.0, abs=0.015)


@pytest.mark.parametrize("mode", ["hindsight", "ex_ante"])
def test_no_luck_of_the_economy_is_in_the_first_workers(mode):
    """`as_of` is after the last known month: the start stands on the published path alone."""
    macro = HINDSIGHT.model_copy(update={"mode": mode})
    places = {"here": complex_(7, as_of="2008-12")}
    known = economy(rules(HINDSIGHT), places, end=107).firms
    assert np.array_equal(economy(rules(macro), places, end=107).firms.block, known.block)


# ---------------------------------------------------------------- a run that starts at as_of


@pytest.mark.parametrize("index", range(3))
def test_a_run_that_starts_at_as_of_meets_the_figures_exactly(index):
    world = economy(rules(HINDSIGHT), index=index, start=AS_OF, end=AS_OF + 12)
    firms = world.firms
    assert len(firms) == 300
    assert firms.birth_workers.sum() == pytest.approx(5550, rel=1e-12)
    exports = np.average(firms.export_share, weights=firms.birth_sales)
    assert exports == pytest.approx(0.25, rel=1e-9)
    assert np.mean(firms.birth_workers <= 50.0) == pytest.approx(0.93, abs=0.01)
    assert np.bincount(firms.sector).tolist() == [210, 90]


def test_output_of_a_run_that_starts_at_as_of_is_a_twelfth_a_month():
    firms = economy(rules(), start=AS_OF, end=AS_OF + 12).firms
    assert 12.0 * firms.birth_sales.sum() == pytest.approx(1.3e12, rel=1e-12)


def test_real_output_is_the_published_year_over_its_prices_at_the_index_of_as_of():
    world = economy(rules(HINDSIGHT), {"x": complex_(as_of="2008-02", sectors={"steel": 1})})
    blueprint, macro = world.blueprints["x"], world.rules.macro
    year, at = slice(96 - START, 108 - START), 97 - START
    index = np.exp(macro.log_output[1, 0, year] - macro.log_output[1, 0, at])
    monthly = blueprint.output_per_worker * 5550
    assert np.sum(monthly * index * macro.price[1, year]) == pytest.approx(1.3e12, rel=1e-12)


def test_sizes_do_not_go_by_sector_and_ages_by_no_more_than_the_elasticity():
    firms = economy(rules(), complexes={"x": complex_(firms=5000, workers=92_500)}).firms
    size = np.log(firms.birth_workers)
    productivity = np.log(firms.birth_sales / firms.birth_workers) - firms.youth
    age = np.log(firms.age_at_birth) - 0.12 * size
    for other in (firms.sector, age, productivity - 0.15 * size):
        assert abs(np.corrcoef(size, other)[0, 1]) < 4.9 / np.sqrt(len(firms))


def test_output_per_worker_has_its_spread_and_mean_one():
    spec = rules(population=PopulationSpec(productivity_spread=0.8, productivity_size=0.0))
    firms = economy(spec, {"x": complex_(firms=5000, workers=92_500)}, start=AS_OF).firms
    log = np.log(firms.birth_sales / firms.birth_workers)
    assert log.std() == pytest.approx(0.8, rel=4.9 / np.sqrt(2 * 5000))
    assert np.log(np.mean(np.exp(log))) - log.mean() == pytest.approx(0.32, abs=0.08)


def test_mean_age_is_the_parameter():
    firms = economy(rules(), {"x": complex_(firms=5000, workers=92_500)}).firms
    assert within(firms.age_at_birth / 108.0, 1.0)


def test_entrants_follow_the_index_and_not_what_became_of_others():
    """An entrant of one luck is the same firm whatever the economy around it did."""
    alone = rules(
        HINDSIGHT,
        displacement=DisplacementSpec(switch="off"),
        spillovers=SpilloversSpec(switch="off"),
    )
    plain, moved = economy(alone), economy(alone)
    for id_ in moved.firms.ids.tolist():
        moved.channels.effect("practices", id_, START, 0.5, months_to_peak=1, half_life=1e6)
    for month in range(START, START + 40):
        plain.step(month)
        moved.step(month)
    entrants = [world.firms.take(world.firms.born > START) for world in (plain, moved)]
    assert len(entrants[0]) > 20
    assert np.array_equal(entrants[0].ids, entrants[1].ids)
    assert np.array_equal(entrants[0].block, entrants[1].block)
    assert outcomes(moved, START + 39)["output"] > 1.3 * outcomes(plain, START + 39)["output"]
    born = entrants[0].take(ids.slot(entrants[0].ids) < 1 << 30)  # founded there
    macro = plain.rules.macro
    for number in range(len(born)):
        sector, size = born.sector[[number]], born.birth_class[[number]]
        index = macro.output(sector, size, int(born.born[number]))
        assert np.log(born.birth_sales[number]) == pytest.approx(
            (born.base[number] + index)[0] + np.log(0.8)
        )


# ---------------------------------------------------------------- the law of sizes


@given(st.floats(2.0, 200.0), st.floats(0.8, 2.0), st.none() | st.floats(0.5, 0.98))
def test_a_law_has_the_mean_and_the_share_asked_for(mean, spread, share):
    law = SizeLaw(mean, spread, share)
    if not law.fits:
        return
    size = law.quantile((np.arange(20_000) + 0.5) / 20_000)
    grid = special.ndtr(np.linspace(-7.0, 7.0, 20_001))  # close where the tail is
    middle = law.quantile((grid[1:] + grid[:-1]) / 2.0)
    assert size.min() >= 1.0
    assert np.sum(np.diff(grid) * middle) == pytest.approx(mean, rel=5e-3)
    if share is not None:
        assert np.mean(size <= 50.5) == pytest.approx(share, abs=1e-4)


@given(st.floats(4.0, 60.0), st.floats(0.8, 0.97), st.floats(1.05, 1.5))
def test_a_law_that_fits_still_fits_with_larger_firms(mean, share, more):
    if SizeLaw(mean, 1.6, share).fits:
        assert SizeLaw(more * mean, 1.6, share).fits


def test_the_law_is_that_of_the_survey_it_was_taken_from():
    """Mould makers, platers and their like: no figure but the mean and the spread goes in."""
    law = SizeLaw(16.2, Figures.model_validate(FIGURES).size_spread)
    size = law.quantile((np.arange(100_000) + 0.5) / 100_000)
    for cut, share in ((9.5, 0.684), (49.5, 0.936), (299.5, 0.997)):
        assert np.mean(size < cut) == pytest.approx(share, abs=0.03)


def test_without_a_share_of_small_firms_the_law_says_it():
    """Noksan's published share, which this run does not know, is 93 %."""
    firms = {name: value for name, value in FIGURES.items() if name != "share_small"}
    figures = Figures.model_validate(firms | {"firms": 1260, "workers": 23_326})
    blueprint = economy(
        rules(), {"x": ComplexSpec(code=1, title="x", figures=figures)}, start=AS_OF
    )
    assert np.mean(blueprint.firms.birth_workers <= 50.5) == pytest.approx(0.93, abs=0.01)


def test_entrants_grow_into_their_size_beside_what_others_grow_into():
    """Grown output of entrants over that of the firms at as_of, all youth taken off."""
    turnover = TurnoverSpec(entrant_size=0.5, newborn_size=0.4)
    spec = rules(
        population=PopulationSpec(productivity_spread=0.0, productivity_size=0.0), turnover=turnover
    )
    world = economy(spec, {"x": complex_(firms=4000, workers=74_000)}, start=AS_OF)
    names = ids.make(AS_OF, 7, np.arange(200_000, dtype=np.uint64))
    sector = np.zeros(len(names), dtype=np.int64)
    blueprint = world.blueprints["x"]
    entrants = blueprint.entrants(world.luck, names, sector, AS_OF)
    grown = np.mean(np.exp(entrants.base))
    others = blueprint.output_per_worker * 74_000 / 4000 / np.mean(np.exp(world.firms.youth))
    assert grown / others == pytest.approx(0.5, rel=0.03)
    assert np.exp(entrants.youth) == pytest.approx(0.4)


def test_workers_of_young_firms_are_behind_their_output_and_meet_the_figures():
    """Half of the firms are younger than a year and a half and have far to grow."""
    turnover = TurnoverSpec(newborn_size=0.3, mean_age="24 months", age_size=0.0)
    found = []
    for index in range(16):
        world = economy(rules(turnover=turnover), index=index)
        found.append(history(world, AS_OF)["workers"][-1] / 5550.0)
    assert within(np.array(found), 1.0, SLACK)


def test_larger_firms_make_more_a_worker_by_the_elasticity():
    spec = rules(population=PopulationSpec(productivity_spread=0.0, productivity_size=0.3))
    firms = economy(spec, start=AS_OF).firms
    grown = np.log(firms.birth_sales / firms.birth_workers)
    slope = np.polyfit(np.log(firms.birth_workers), grown, 1)[0]
    assert slope == pytest.approx(0.3, abs=1e-9)


# ---------------------------------------------------------------- figures that cannot be


def test_figures_that_no_law_fits_are_refused_with_two_lines():
    message, hint, _ = first_error(Figures, FIGURES | {"share_small": "50 %"})
    assert message.startswith("no law of sizes has a mean of 18.5 workers and 50 % of firms")
    assert "share_small" in hint


def test_figures_without_a_sector_are_refused():
    for sectors in ({}, dict.fromkeys(SECTORS, 0)):
        message, hint, at = first_error(Figures, FIGURES | {"sectors": sectors})
        assert message == "no sector has a firm"
        assert hint
        assert at == ("sectors",)
