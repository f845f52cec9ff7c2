"""Treated firms among all: the same estimand as alone, and terms that add up to it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

import networked
import small
from clustersim.simulation import simulate
from clustersim.validation.in_economy import WORLDS, alone, bundles, in_economy
from clustersim.validation.isolated import TERMS, isolated, terms
from clustersim.validation.isolated_page import section
from clustersim.validation.treatments import (
    EXCHANGE,
    INNO_CORE,
    INSTRUMENTS,
    JOINT_RESEARCH,
    MINI_CLUSTERS,
    RND,
)

PLANNED = (MINI_CLUSTERS, EXCHANGE, RND, INNO_CORE)
ADVICE = tuple(
    f"{small.NOKSAN}.services.{name}={{opens: 2009-03-02, last_year: 2009}}"
    for name in ("consulting", "training")
)
BUSY = (
    *ADVICE,
    f"{small.NOKSAN}.services.joint_research={{opens: 2009-03-02}}",
    f"{small.NOKSAN}.mini_clusters=~",
    f"{small.NOKSAN}.exchange=~",
    f"{small.NOKSAN}.inno_core=~",
    "programme.pipeline.asks=100 %",
    "programme.services.joint_research.need=0.1",
    "programme.services.consulting.need=0.3",
    "programme.services.training.need=0.3",
)
"""Advice and research alone, and much asked for."""

FROZEN_PACKAGES = (
    "economy.displacement.switch=off",
    "economy.spillovers.switch=off",
    "economy.knowledge.elasticity=0",
    "programme.inno_core.practices_share=1",
    "programme.inno_core.packages={1: {title: a, amount: 1억원}, 2: {title: b, amount: 1억원}}",
    "programme.inno_core.package_hours=0",
)


@lru_cache(maxsize=8)
def table(*changes):
    """Two lucks of the scenario itself, one where something is changed."""
    return in_economy(
        networked.scenario("end=2012-12", "targets.reach_30.by=2012", *changes),
        luck=1 if changes else 2,
    )


def found(instrument, measure, month, *changes):
    rows = table(*changes)
    rows = rows[(rows["instrument"] == instrument) & (rows["measure"] == measure)]
    return rows[rows["month"] == month].iloc[0]


def test_every_instrument_has_an_effect_on_its_own_firms():
    rows = table()
    assert set(rows["instrument"]) == set(PLANNED)
    assert set(rows["complex"]) == {"noksan"}
    firms = {name: found(name, "sales", 12)["firms"] for name in PLANNED}
    assert firms[INNO_CORE] <= 8 < firms[RND] < firms[MINI_CLUSTERS] < firms[EXCHANGE]


def test_where_all_else_is_frozen_treated_firms_show_what_one_shows_alone():
    """Every package alike: no exports in it, nobody displaced, nothing learnt."""
    for measure in ("sales", "practices"):
        row = found(INNO_CORE, measure, 12, *FROZEN_PACKAGES)
        assert row["estimate"] == pytest.approx(0.03, rel=1e-3)


@pytest.mark.parametrize(
    ("additionality", "more"), [(1.0, ()), (1.6, ("economy.accounts.cash_target=24 months",))]
)
def test_research_per_won_of_grant_is_additionality(additionality, more):
    """Where nobody closes, or is helped elsewhere; what a grant does not pay for takes cash that
    not all have.
    """
    changes = (
        f"programme.rnd.additionality={additionality}",
        "programme.rnd.elsewhere.chance=0",
        "economy.turnover.exit=0 / year",
        *more,
    )
    research = found(RND, "research", 36, *changes)["estimate"]
    assert research == pytest.approx(additionality, rel=0.02)


def test_without_effects_no_term_moves():
    rows = table("programme.effect_scale=0")
    assert len(rows)
    assert not rows.loc[rows["measure"].isin(["sales", *TERMS, "value_added"]), "estimate"].any()


def test_terms_add_up_and_own_knowledge_is_what_was_known_a_month_before():
    """The remainder that is called own knowledge is nothing else."""
    spec = networked.spec()
    programme, without = alone(spec.programme, MINI_CLUSTERS)
    worlds = []
    for each in (programme, without):
        seen = {}

        def see(economy, month, seen=seen):
            firms = economy.view()
            seen[month] = firms.ids.copy(), terms(firms), firms.knowledge.copy()

        simulate(spec.model_copy(update={"programme": each}), small.luck(), see)
        worlds.append(seen)
    checked = 0
    for month in (spec.start + 40, spec.start + 70):
        both = np.intersect1d(worlds[0][month - 1][0], worlds[0][month][0])
        for world in worlds:
            both = np.intersect1d(both, world[month - 1][0][np.isin(world[month - 1][0], both)])
            both = np.intersect1d(both, world[month][0][np.isfinite(world[month][1]["sales"])])

        def of(world, month, name, both=both):
            ids, now, knowledge = world[month]
            values = knowledge if name == "knowledge" else now[name]
            return values[np.searchsorted(ids, both)]

        def gap(name, month=month, of=of):
            when = month - 1 if name == "knowledge" else month
            return of(worlds[0], when, name) - of(worlds[1], when, name)

        np.testing.assert_allclose(gap("sales"), sum(map(gap, TERMS)), atol=1e-9)
        checked += int((gap("sales") != 0.0).sum())
    assert checked > 50


def test_who_watches_moves_nothing():
    spec = networked.spec()
    months = []
    watched = simulate(spec, small.luck(), lambda _economy, month: months.append(month))
    small.assert_same(simulate(spec, small.luck()).panel, watched.panel)
    assert months == list(range(spec.start, spec.end + 1))


def test_services_are_measured_one_by_one_and_as_a_family():
    rows = table(*BUSY)
    told = rows[rows["measure"] == "sales"].groupby("family")["instrument"].unique()
    assert set(told["advice"]) == {"consulting", "training", ""}
    assert set(told["rnd"]) == {RND, JOINT_RESEARCH, ""}
    firms = rows[rows["measure"] == "workers"].set_index(["family", "instrument"])["firms"]
    parts = firms["advice", "consulting"], firms["advice", "training"]
    assert max(parts) < firms["advice", ""] <= sum(parts)
    worth = rows[rows["measure"] == "value_added"]
    assert set(zip(worth["family"], worth["instrument"], strict=True)) == {
        ("rnd", ""),
        ("advice", ""),
    }


def test_where_all_else_is_frozen_a_task_among_all_does_what_one_does_alone():
    """Frozen: no rivals, no exports, nothing learnt, one task a firm, which comes off."""
    frozen = (
        *BUSY[1:],
        "economy.displacement.switch=off",
        "economy.spillovers.switch=off",
        "economy.knowledge.elasticity=0",
        "programme.pipeline.size_exponent=0",
        "programme.services.consulting.need=3",
        "programme.services.consulting.most=1",
        "programme.services.consulting.milestone=1",
        "programme.services.consulting.technical=1",
        "programme.services.training.scale=0",
        "programme.services.consulting.practices_share=1",
        f"{small.NOKSAN}.services={{consulting: {{opens: 2009-03-02, last_year: 2009}}}}",
    )
    row = found("consulting", "practices", 30, *frozen)
    assert row["firms"] > 30
    assert row["estimate"] == pytest.approx(0.03, rel=0.03)


def test_fewer_close_where_support_keeps_firms_alive():
    """As many as the hazard says, beside the same firms in the world without."""
    rows = table(
        *BUSY,
        "programme.services.consulting.need=3",
        "programme.services.consulting.exit_hazard=-0.6",
        "economy.turnover.exit=12 % / year",
    )
    rows = rows[rows["instrument"] == "consulting"].set_index("measure")["estimate"]
    assert rows["closed"] < -0.1 * rows["closed_without"] < 0.0
    plain = table(*BUSY)
    plain = plain[plain["instrument"] == "training"].set_index("measure")["estimate"]
    assert abs(plain["closed"]) <= 0.03


def test_research_of_both_kinds_is_set_beside_all_grants():
    """Where nobody closes or is helped elsewhere, and no tie lifts sales that pay for research."""
    rows = table(
        *BUSY,
        "programme.rnd.elsewhere.chance=0",
        "economy.turnover.exit=0 / year",
        "economy.spillovers.switch=off",
        "programme.rnd.additionality=1",
        "programme.services.joint_research.additionality=1",
    )
    rows = rows[(rows["measure"] == "research") & (rows["instrument"] == "")]
    assert rows["estimate"].iloc[0] == pytest.approx(1.0, rel=0.02)


def test_one_instrument_is_left_and_its_reference_lacks_it_alone():
    programme = networked.spec().programme
    plans = {}
    for name in PLANNED:
        world = INSTRUMENTS[name].family if name not in WORLDS else name
        arm, reference = alone(programme, world)
        assert list(bundles(arm.plans()["noksan"], world)) == [name]
        plan = plans[name] = arm.plans()["noksan"]
        planned = {other for other, each in INSTRUMENTS.items() if each.is_planned(plan)}
        assert planned - {MINI_CLUSTERS} == {name} - {MINI_CLUSTERS}
        for left in reference.plans().values():
            assert not INSTRUMENTS[name].is_planned(left) or name != MINI_CLUSTERS
            assert left.own() == plan.own()
    assert set(plans[MINI_CLUSTERS].mini_clusters) == {networked.STATE, networked.OWN}
    assert set(plans[EXCHANGE].mini_clusters) == {networked.OWN}
    assert alone(programme, MINI_CLUSTERS)[1].plans() == {}


def test_errors_are_over_lucks_and_one_luck_has_none():
    one, two = (found(RND, "sales", 36, *changes) for changes in (FROZEN_PACKAGES, ()))
    assert (one["worlds"], two["worlds"]) == (1, 2)
    assert np.isnan(one["mc_error"])
    assert 0.0 < two["mc_error"] < abs(two["estimate"])


def test_the_page_says_what_is_scaled_and_what_is_a_result():
    alone_ = isolated(networked.scenario(), draws=2)
    text = section(alone_, table(), 80)
    assert "mini-clusters*" in text
    assert "Inno-Core*" in text
    assert "field-customised R&D*" not in text
    words = " ".join(text.split())
    assert "construction, which is no finding" in words
    assert "T11, T13, T21" in words
    assert "No effect on sales was found published of: exchange" in words
    assert max(map(len, text.splitlines())) <= 80
    nobody = section(alone_, table()[:0], 80)  # no firm was treated in any world
    assert "–" in nobody
