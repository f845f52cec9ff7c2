"""One firm alone shows what its instrument is set to, fades as stated, and meets nobody else."""

from __future__ import annotations

import copy
from functools import lru_cache

import numpy as np
import pytest

import networked
import small
from clustersim.scenario import load
from clustersim.validation.isolated import MONTHS, TERMS, isolated, response
from clustersim.validation.published import PUBLISHED
from clustersim.validation.treatments import (
    EXCHANGE,
    INNO_CORE,
    INSTRUMENTS,
    JOINT_RESEARCH,
    MINI_CLUSTERS,
    RND,
    Tasks,
    _tied,
    places,
)

MINI, TERMS_OF_RND = "programme.mini_clusters", "programme.rnd"
TERMS_OF_JOINT = "programme.services.joint_research"

FULL = copy.deepcopy(networked.DATA)
FULL["arms"]["full_menu"] = {
    "title": "training as well",
    "programme": {"complexes": {"noksan": {"services": {"training": {"opens": "2009-03-02"}}}}},
}
ONE_PACKAGE = "programme.inno_core.packages={1: {title: a, amount: 1억원}}"
SERVICES = {name: each for name, each in INSTRUMENTS.items() if isinstance(each, Tasks)}
MENU = tuple(
    f"{small.NOKSAN}.services.{name}={{opens: 2009-03-02}}" for name in (*SERVICES, JOINT_RESEARCH)
)
"""Every service, all with money of the special line."""

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
    ("instrument", "terms", "horizon", "part"),
    [(MINI_CLUSTERS, "mini_clusters", 24, 1.0), (INNO_CORE, "inno_core", 12, 0.6)],
)
def test_a_firm_alone_shows_the_scale_at_the_horizon_at_central_values_and_in_a_draw(
    instrument, terms, horizon, part
):
    """Of Inno-Core a package of mean size has the scale, and the first is 60 of 100 M won."""
    scenario = networked.scenario()
    central = getattr(scenario.spec.programme, terms).scale
    drawn = scenario.drawn(scenario.seed, 0)[f"programme.{terms}.scale"]
    rows = table()
    rows = rows[rows["average"] & (rows["instrument"] == instrument)]
    row = rows[(rows["measure"] == "sales") & (rows["month"] == horizon)].iloc[0]
    assert row["central"] == pytest.approx(part * central, rel=5e-3)
    assert row["p50"] == pytest.approx(part * drawn, rel=5e-3, abs=1e-9)
    assert row["p50"] != pytest.approx(part * central, rel=0.01)


def test_what_is_scaled_to_nothing_does_nothing():
    changes = (f"{MINI}.scale=0", "programme.inno_core.scale=0")
    assert not path(MINI_CLUSTERS, "sales", *changes).any()
    # the own share of a package is still paid, and research can be short of it
    assert np.abs(path(INNO_CORE, "sales", *changes)).max() < 1e-4


def test_a_package_rises_to_its_peak_and_halves():
    halves = "programme.inno_core.half_life=30 months"
    sales = path(INNO_CORE, "sales", *PLAIN, ONE_PACKAGE, halves)
    assert len(sales) == MONTHS + 1
    assert sales[6] == pytest.approx(sales[12] / 2, rel=0.01)
    assert sales[42] == pytest.approx(sales[12] / 2, rel=0.01)
    assert sales[72] == pytest.approx(sales[12] / 4, rel=0.01)


def test_packages_come_a_year_apart_each_by_its_size_and_some_firms_leave():
    """What is there after four years: each package halved once in 36 months after its peak."""
    alone = (*PLAIN, "programme.inno_core.practices_share=1")
    sales = path(INNO_CORE, "sales", *alone, "programme.inno_core.leaves=0")
    sizes, ages = np.array([0.6, 1.4, 1.2, 0.8]), np.array([48.0, 36.0, 24.0, 12.0])
    wanted = 0.03 * np.sum(sizes * 0.5 ** ((ages - 12.0) / 36.0))
    assert sales[48] == pytest.approx(wanted, rel=2e-3)
    leaving = path(INNO_CORE, "sales", *alone, "programme.inno_core.leaves=50 %")
    stays = 0.5 ** np.arange(4)
    wanted = 0.03 * np.sum(stays * sizes * 0.5 ** ((ages - 12.0) / 36.0))
    assert leaving[48] == pytest.approx(wanted, rel=2e-3)


# ---------------------------------------------------------------- services


@pytest.mark.parametrize("instrument", list(SERVICES))
def test_a_task_alone_shows_the_total_of_its_terms_at_its_horizon(instrument):
    """Whether it comes off or not: an agreed task does on average what its total says."""
    programme = networked.spec(*MENU).programme
    place = next(places(networked.spec(*MENU), small.luck()))
    terms = getattr(programme.services, instrument)
    firm = place.firm(SERVICES[instrument].average(place))
    horizon = SERVICES[instrument].horizon(programme)
    assert horizon == round(terms.duration + terms.commercial_lag) + round(terms.horizon)
    wanted = terms.total(firm)
    assert path(instrument, "sales", *MENU)[horizon] == pytest.approx(wanted, rel=0.03)


def test_before_a_task_is_delivered_it_is_only_paid_for():
    sales = path("consulting", "sales", *MENU)
    assert np.abs(sales[:7]).max() < 1e-3 < sales[12]


def test_marketing_lifts_exports_alone_by_its_scale():
    rows = table(*MENU)
    rows = rows[rows["average"] & (rows["measure"] == "exports")].set_index("instrument")
    assert rows["central"]["marketing"] == pytest.approx(0.04, rel=0.03)
    assert not path("marketing", "practices", *MENU).any()


def test_a_certificate_alone_keeps_firms_alive_and_nothing_else_does():
    rows = table(*MENU)
    exits = rows[rows["average"] & (rows["measure"] == "exits")].set_index("instrument")["central"]
    assert exits["certification"] < -0.05
    assert not exits.drop("certification").any()


def test_a_task_does_less_to_the_larger_and_nothing_to_the_large():
    effects = [of_size("consulting", size, *PLAIN, *MENU)["central"] for size in (10, 299, 300)]
    assert effects[1] / effects[0] == pytest.approx((299 / 10) ** -0.3, rel=0.02)
    assert effects[2] == 0.0


def test_the_price_of_a_task_halves_what_a_won_of_it_buys():
    """All but the cash that is paid stays as it is."""

    def per_won(*changes):
        rows = table(*MENU, *changes)
        rows = rows[rows["average"] & (rows["instrument"] == "training")]
        return rows.loc[rows["measure"] == "value_added", "central"].iloc[0]

    terms = "programme.services.training"
    dear = per_won(f"{terms}.cost=10 M KRW", f"{terms}.cap=10 M KRW")
    assert dear == pytest.approx(per_won() / 2.0, rel=0.03)


def test_joint_research_brings_what_the_firm_can_use_and_a_tie():
    off = (*MENU, "economy.spillovers.switch=off")
    assert not path(JOINT_RESEARCH, "spillovers", *off).any()
    known = path(JOINT_RESEARCH, "knowledge", *off)
    share = path(JOINT_RESEARCH, "knowledge", *off, f"{TERMS_OF_JOINT}.own_part=0.35")
    assert share[36] == pytest.approx(known[36] / 2.0, rel=0.05)
    partners = path(JOINT_RESEARCH, "spillovers", *MENU)
    assert partners[0] > partners[36] > 0.0


def test_what_is_not_announced_comes_from_the_arm_with_every_service():
    rows = isolated(load(FULL), draws=1)
    told = rows.groupby("instrument")["announced"].all()
    assert not told["training"]
    assert told[[MINI_CLUSTERS, RND, INNO_CORE]].all()
    assert set(rows["family"]) == {"networks", "rnd", "advice", "inno_core"}
    assert "training" not in set(table()["instrument"])


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
    treated = INSTRUMENTS[INNO_CORE].treat(place, INSTRUMENTS[INNO_CORE].average(place), 60)
    _, package = treated.outcomes[0]
    alone, double = (
        type(treated)(treated.firm, outcomes, treated.won)
        for outcomes in (((1.0, package),), ((0.5, package), (0.5, package)))
    )
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
    np.testing.assert_allclose(rows["central"], 0.018 * rows["eligible"], rtol=5e-3)


# ---------------------------------------------------------------- what is published


def test_every_published_range_is_of_something_that_is_measured():
    council = f"{small.NOKSAN}.council={{opens: 2009-03-02}}"
    rows = table(*MENU, council)
    measured = set(zip(rows["instrument"], rows["measure"], rows["month"], strict=True))
    measured |= {(name, measure, None) for name, measure, _ in measured if name in SERVICES}
    for each in PUBLISHED:
        assert each.low < each.high
        assert (each.instrument, each.measure, each.month) in measured
