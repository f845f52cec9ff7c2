"""What a firm sells more because of policy, others sell less: within, and outside."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import (
    SECTORS,
    START,
    bare,
    complex_,
    economy,
    first_error,
    history,
    paths,
    rules,
)

from clustersim.economy.displacement import Displacement, DisplacementSpec
from clustersim.economy.month import EconomySpec


def desk(spec, *, market=1200.0, exports=0.5, codes=(0,), sectors=("machinery",)):
    """Displacement with a small home market, given by year."""
    spec = spec.model_copy(update={"market": market, "exports": exports})
    present = np.ones((len(codes), len(sectors)))
    return Displacement(spec, sectors=sectors, codes=list(codes), present=present)


HALVES = DisplacementSpec(home="50 %", abroad="20 %")


def firms_of(output, **columns):
    return bare(np.arange(1, len(output) + 1), 28.0, output=np.array(output), **columns)


def test_by_hand():
    """100 a month at home, 50 abroad; one firm of three sells twice what it would."""
    desk_ = desk(HALVES)
    lift = np.array([np.log(2.0), 0.0, 0.0])
    firms = firms_of([20.0, 10.0, 30.0], lift=lift, export_share=np.array([0.5, 0.0, 1.0]))
    desk_.measure(firms)
    desk_.displace(firms)
    # home: 10 + 10 of 100, of which 5 additional; abroad: 10 + 30 of 50, of which 5 additional
    home, abroad = 0.5 * 5.0 / 100.0, 0.2 * 5.0 / 50.0
    wanted = np.log([1 - (home + abroad) / 2, 1 - home, 1 - abroad])
    np.testing.assert_allclose(firms.displaced, wanted, rtol=1e-12)
    assert desk_.lost[0, 0] == pytest.approx(0.5 * 5.0 * 0.8 + 0.2 * 5.0 * 0.2)
    assert desk_.market[0, 0] == 150.0


def test_better_access_takes_sales_abroad_alone():
    desk_ = desk(HALVES)
    firms = firms_of([30.0, 10.0], market_access=np.array([np.log(2.0), 0.0]), export_share=0.5)
    desk_.measure(firms)
    desk_.displace(firms)
    # without access 10 + 10, with it 10 + 20: 10 more abroad
    assert desk_._loss[:, 0, 0].tolist() == pytest.approx([0.0, 0.2 * 10.0 / 50.0])


def test_all_that_policy_adds_is_split_over_home_and_abroad():
    """Additional sales together are output (1 - exp(-lift - access))."""
    whole = HALVES.model_copy(update={"home": 1.0, "abroad": 1.0})
    desk_, rng = desk(whole, market=1e9), np.linspace(0.1, 0.9, 5)
    firms = firms_of(10.0 * rng, lift=rng - 0.3, market_access=0.5 - rng, export_share=rng**2)
    access = np.log1p(firms.export_share * np.expm1(firms.market_access))
    desk_.measure(firms)
    desk_.displace(firms)
    extra = np.sum(firms.output * -np.expm1(-firms.lift - access))
    inside = np.sum(desk_._loss[:, 0, 0] * desk_._sums(firms, _sales(firms))[:, 0, 0])
    assert desk_.lost.sum() + inside == pytest.approx(extra, rel=1e-12)


def _sales(firms):
    abroad = firms.export_share * np.exp(firms.market_access)
    return firms.output / (1 - firms.export_share + abroad) * [1 - firms.export_share, abroad]


def test_other_sectors_and_complexes_lose_nothing():
    desk_ = desk(HALVES, codes=(3, 8), sectors=SECTORS)
    firms = firms_of([10.0] * 4, lift=np.array([0.5, 0.0, 0.0, 0.0]))
    firms.complex = np.array([8, 8, 8, 3])
    firms.sector = np.array([1, 1, 0, 1])
    desk_.measure(firms)
    desk_.displace(firms)
    assert (firms.displaced < 0.0).tolist() == [True, True, False, False]
    assert np.argwhere(desk_.lost).tolist() == [[1, 1]]


def test_a_complex_larger_than_its_market_is_all_of_it():
    desk_ = desk(HALVES, market=12.0)
    firms = firms_of([20.0, 30.0], lift=np.array([np.log(2.0), 0.0]))
    desk_.measure(firms)
    desk_.displace(firms)
    assert np.exp(firms.displaced).tolist() == pytest.approx([1 - 5.0 / 50.0] * 2)
    assert desk_.lost[0, 0] == 0.0


# ---------------------------------------------------------------- in an economy

SMALL_MARKET = {"market": "4조원"}


OFF = {"switch": "off"}


def helped(scale=1.0, switch="on", complexes=None, knowledge=0.0, spillovers=None, **spec):
    displacement = {"switch": switch, **SMALL_MARKET, **spec}
    others = {"spillovers": spillovers} if spillovers else {}
    world = economy(rules(displacement=displacement, **others), complexes, scale=scale)
    for id_ in world.firms.ids[::3].tolist():
        if knowledge:
            world.channels.flow("knowledge", id_, START, knowledge)
        else:
            world.channels.effect("practices", id_, START, 0.3, months_to_peak=1, half_life=1e6)
    return world


def test_without_policy_nothing_is_displaced_bit_for_bit():
    on, off = (
        paths(economy(rules(displacement={"switch": switch})), START + 23)
        for switch in ("on", "off")
    )
    assert on == off


def test_at_scale_0_nothing_is_displaced_bit_for_bit():
    for world in (helped(scale=0.0), helped(scale=0.0, knowledge=1e9)):
        assert paths(world, START + 11) == paths(
            economy(rules(displacement=SMALL_MARKET)), START + 11
        )
        assert not world.displacement.lost.any()


def test_rivals_lose_the_month_after():
    world = helped()
    world.step(START)
    world.step(START + 1)  # the effect starts the month after delivery
    assert not world.firms.displaced.any()
    world.step(START + 2)
    assert (world.firms.displaced < 0.0).all()
    assert (world.displacement.lost > 0.0).all()


def test_switched_off_nobody_loses_and_who_is_not_helped_is_as_without():
    plain, world = economy(rules(spillovers=OFF)), helped(spillovers=OFF, switch="off")
    found, without = paths(world, START + 11), paths(plain, START + 11)
    treated = set(world.firms.ids[::3].tolist())
    assert all(found[key] == path for key, path in without.items() if key[0] not in treated)


def test_knowledge_that_policy_brought_displaces_too():
    world = helped(knowledge=1e9)
    history(world, START + 11)
    firms, knowledge = world.firms, world.rules.knowledge
    assert world.displacement.lost.sum() > 0.0
    owed = knowledge.owed_to_policy(firms)
    assert (owed[firms.policy_stock > 0.0] > 0.0).all()
    assert not owed[firms.policy_stock == 0.0].any()
    # what remains of the delivery, the month's own learning included
    assert firms.policy_stock.max() == pytest.approx(1e9 * knowledge.fade**11)


def test_where_all_is_displaced_the_nation_gains_next_to_nothing():
    """The complex gains; whoever is outside loses as much; only the month between differs."""
    plain = economy(rules(displacement=SMALL_MARKET))
    world = helped(home="100 %", abroad="100 %")
    for month in range(START, START + 24):
        plain.step(month)
        world.step(month)
    gain = world.firms.output.sum() - plain.firms.output.sum()
    lost = world.displacement.lost.sum()
    assert gain > 0.02 * plain.firms.output.sum()
    assert gain == pytest.approx(lost, rel=0.05)


def test_policy_elsewhere_moves_nobody_here():
    both = {"here": complex_(), "there": complex_(8)}
    plain, world = (economy(rules(displacement=SMALL_MARKET), both) for _ in range(2))
    there = world.firms.ids[world.firms.complex == 8]
    for id_ in there.tolist():
        world.channels.effect("practices", id_, START, 0.3, months_to_peak=1, half_life=1e6)
    found, without = paths(world, START + 11), paths(plain, START + 11)
    here = {key for key in without if key[0] not in set(there.tolist())}
    assert here
    assert all(found[key] == without[key] for key in here if key[0] >> 32 & 0xFFFF == 7)
    assert found != without


def test_the_rivals_sums_are_the_market_less_what_they_lost():
    world = helped(markets={"steel": "8조원"})
    history(world, START + 5)
    rivals, lost = world.rivals(), world.displacement.lost
    np.testing.assert_allclose(
        rivals["output"] + lost, np.array([[4e12, 8e12]]) * 1.95 / 12.0, rtol=1e-12
    )
    ratio = world.rules.accounts.spec.value_added_ratio
    np.testing.assert_allclose(rivals["value_added"], ratio * rivals["output"])
    heads = np.log(
        rivals["workers"]
        / economy(rules(displacement={"markets": {"steel": "8조원"}, **SMALL_MARKET})).rivals()[
            "workers"
        ]
    )
    fall = 0.4 * lost / (rivals["output"] + lost)
    np.testing.assert_allclose(-heads, fall, rtol=0.01)


def test_a_sector_the_complex_does_not_have_is_no_market_of_its_nation():
    world = economy(complexes={"here": complex_(sectors={"steel": 1})})
    assert (world.rivals()["output"] > 0.0).tolist() == [[False, True]]


def test_markets_are_of_known_sectors():
    values = {"sectors": SECTORS, "displacement": {"markets": {"stele": "1조원"}}}
    message, hint, at = first_error(EconomySpec, values)
    assert "unknown sector 'stele'" in message
    assert "machinery, steel" in hint
    assert at == ("displacement", "markets", "stele")
