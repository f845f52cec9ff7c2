"""One firm alone shows what its instrument is set to, fades as stated, and meets nobody else."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

import networked
import small
from clustersim.validation.isolated import MONTHS, TERMS, isolated, response
from clustersim.validation.published import PUBLISHED
from clustersim.validation.treatments import (
    EXCHANGE,
    INNO_CORE,
    INSTRUMENTS,
    MINI_CLUSTERS,
    RND,
    _tied,
    places,
)

MINI, TERMS_OF_RND = "programme.mini_clusters", "programme.rnd"
PLAIN = ("economy.knowledge.elasticity=0", "economy.knowledge.form=elasticity")
"""So that sales feed nothing back, and an effect is its profile alone."""


@lru_cache(maxsize=16)
def table(*changes, draws=1):
    return isolated(networked.scenario(*changes), draws=draws)


def path(instrument, measure="sales", *changes):
    rows = table(*changes)
    rows = rows[rows["average"] & (rows["instrument"] == instrument)]
    rows = rows[rows["measure"] == measure].sort_values("month")
    return rows["central"].to_numpy()


def of_size(instrument, workers, *changes, measure="sales"):
    rows = table(*changes)
    rows = rows[~rows["average"] & (rows["instrument"] == instrument)]
    return rows[(rows["measure"] == measure) & (rows["workers"] == workers)].iloc[0]


# ---------------------------------------------------------------- over time


@pytest.mark.parametrize(
    ("instrument", "terms", "horizon"),
    [(MINI_CLUSTERS, "mini_clusters", 24), (INNO_CORE, "inno_core", 12)],
)
def test_a_firm_alone_shows_the_scale_at_the_horizon_at_central_values_and_in_a_draw(
    instrument, terms, horizon
):
    scenario = networked.scenario()
    central = getattr(scenario.spec.programme, terms).scale
    drawn = scenario.drawn(scenario.seed, 0)[f"programme.{terms}.scale"]
    rows = table()
    rows = rows[rows["average"] & (rows["instrument"] == instrument)]
    row = rows[(rows["measure"] == "sales") & (rows["month"] == horizon)].iloc[0]
    assert row["central"] == pytest.approx(central, rel=1e-3)
    assert row["p50"] == pytest.approx(drawn, rel=1e-3, abs=1e-9)
    assert row["p50"] != pytest.approx(central, rel=0.01)


def test_what_is_scaled_to_nothing_does_nothing():
    changes = (f"{MINI}.scale=0", "programme.inno_core.scale=0")
    assert not path(MINI_CLUSTERS, "sales", *changes).any()
    # the own share of a package is still paid, and research can be short of it
    assert np.abs(path(INNO_CORE, "sales", *changes)).max() < 1e-4


def test_a_package_rises_to_its_peak_and_halves():
    sales = path(INNO_CORE, "sales", *PLAIN, "programme.inno_core.half_life=30 months")
    assert len(sales) == MONTHS + 1
    assert sales[6] == pytest.approx(sales[12] / 2, rel=0.01)
    assert sales[42] == pytest.approx(sales[12] / 2, rel=0.01)
    assert sales[72] == pytest.approx(sales[12] / 4, rel=0.01)


def test_uses_end_with_the_horizon_and_what_they_did_halves_after_the_last_peak():
    sales = path(MINI_CLUSTERS, "practices", f"{MINI}.ties_share=0", f"{MINI}.practices_share=1")
    assert sales[36] > sales[24] > sales[12] > 0.0
    assert sales[36 + 36] == pytest.approx(sales[36] / 2, rel=1e-6)


def test_ties_of_a_mini_cluster_outlast_its_use():
    partners = path(MINI_CLUSTERS, "spillovers")
    assert partners[24] > partners[12] > 0.0
    assert 0.0 < partners[60] < partners[24]


def test_a_grant_is_sold_after_project_and_lag_and_what_it_brought_fades():
    sales = path(RND, "sales", "economy.knowledge.depreciation=15 % / year")
    assert np.abs(sales[:25]).max() < 0.1 * sales[25]
    assert sales[37] / sales[25] == pytest.approx(0.86, abs=0.02)


def test_a_grant_brings_what_its_outcomes_bring_on_average():
    """The sum over outcomes is of log sales: a sure sale of the mean brings a little more."""
    sure = ("technical", "commercial", "milestone")
    certain = path(RND, "sales", *(f"{TERMS_OF_RND}.{name}=100 %" for name in sure))
    assert 0.8 * certain[36] < path(RND)[36] < certain[36]


@pytest.mark.parametrize("additionality", [0.6, 1.05, 2.0])
def test_a_grant_adds_as_much_research_as_additionality_says(additionality):
    changes = (f"{TERMS_OF_RND}.additionality={additionality}",)
    rows = table(*changes)
    rows = rows[rows["average"] & (rows["measure"] == "research")]
    assert rows["instrument"].tolist() == [RND]
    # larger sales pay for a little research of their own
    assert rows["central"].iloc[0] == pytest.approx(additionality, rel=0.025)


def test_a_firm_alone_has_no_rivals_and_no_orders_and_its_terms_add_up():
    for instrument in (MINI_CLUSTERS, RND, INNO_CORE, EXCHANGE):
        assert not path(instrument, "displaced").any()
        assert not path(instrument, "orders").any()
        terms = sum(path(instrument, term) for term in TERMS)
        np.testing.assert_allclose(terms, path(instrument), atol=1e-15)


def test_nothing_but_the_treated_firm_moves():
    """Treated copies beside one another are each as alone, and the untreated one as ever."""
    place = next(places(networked.spec(), small.luck()))
    alone = INSTRUMENTS[INNO_CORE].treat(place, INSTRUMENTS[INNO_CORE].average(place), 60)
    both = alone.outcomes[0]
    double = type(alone)(alone.firm, ((0.5, both[1]), (0.5, both[1])), alone.won)
    one, two = (response(place.economy, each, 60) for each in (alone, double))
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


def test_displacement_and_other_firms_do_not_reach_a_firm_alone():
    off = table("economy.displacement.switch=off")
    np.testing.assert_array_equal(off["central"], table()["central"])


# ---------------------------------------------------------------- the exchange


def test_partners_stay_as_many_where_nothing_eases_the_search():
    hazard, lifetime = 0.002, 36.0
    tied = _tied(hazard, hazard, lifetime, 1.0, 0, 60)
    np.testing.assert_allclose(tied, hazard * lifetime / (1.0 + hazard * lifetime), rtol=1e-12)


def test_an_exchange_adds_ties_while_it_is_open_and_they_end_after_it():
    effect = path(EXCHANGE)
    assert effect[0] == 0.0
    open_for = 36  # January 2009 to December 2011
    assert np.all(np.diff(effect[: open_for - 1]) > 0.0)
    assert effect[MONTHS] < 0.3 * effect[open_for]
    assert not path(EXCHANGE, "sales", f"{small.NOKSAN}.exchange.level=0").any()
    assert not path(EXCHANGE, "sales", "economy.spillovers.switch=off").all()


# ---------------------------------------------------------------- by size


def test_what_a_use_does_falls_with_size_as_stated_and_ends_at_300_workers():
    changes = (*PLAIN, f"{MINI}.ties_share=0", f"{MINI}.practices_share=1")
    effects = [of_size(MINI_CLUSTERS, size, *changes)["central"] for size in (10, 30, 150, 299)]
    wanted = 0.025 * (np.array([10, 30, 150, 299]) / 28.0) ** -0.3
    np.testing.assert_allclose(effects, wanted, rtol=1e-3)


@pytest.mark.parametrize("instrument", [MINI_CLUSTERS, RND])
def test_the_large_get_nothing(instrument):
    row, last = of_size(instrument, 300), of_size(instrument, 299)
    assert not row["eligible"]
    assert not row[["central", "p05", "p50", "p95"]].any()
    assert last["eligible"]
    assert last["central"] > 0.0


def test_a_grant_does_less_where_more_is_known_already():
    effects = [of_size(RND, size)["central"] for size in (10, 30, 60, 150, 299)]
    assert np.all(np.diff(effects) < 0.0)


def test_a_package_is_for_firms_of_the_band_alone():
    rows = table()
    rows = rows[~rows["average"] & (rows["instrument"] == INNO_CORE)]
    place = next(places(networked.spec(), small.luck()))
    sales = 12.0 * place.output_per_worker * rows["workers"]
    assert rows["eligible"].tolist() == ((sales >= 15e9) & (sales <= 20e9)).tolist()
    assert 2 <= rows["eligible"].sum() < len(rows)
    np.testing.assert_allclose(rows["central"], 0.03 * rows["eligible"], rtol=1e-3)


# ---------------------------------------------------------------- what is published


def test_every_published_range_is_of_something_that_is_measured():
    measured = set(zip(table()["instrument"], table()["measure"], table()["month"], strict=True))
    for each in PUBLISHED:
        assert each.low < each.high
        assert (each.instrument, each.measure, each.month) in measured
