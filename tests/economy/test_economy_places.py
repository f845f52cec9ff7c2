"""Where firms stand: shares of sites, distances, and a reach that is an end."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import AS_OF, START, complex_, economy, luck, rules, within

from clustersim.economy.places import BLOCK, InstitutionSpec, Place, PlacesSpec, SiteSpec, blocks

NEAR = SiteSpec(title="Near", firms=60, distance=1.5, bearing=90.0, area=0.5)
FAR = SiteSpec(title="Far", firms=30, distance=20.0, bearing=180.0, counted="no")
SCHOOL = InstitutionSpec(title="School", kind="university", distance=5.0, bearing=270.0)


def place(spec=None, sites=None, institutions=None, area=2.0):
    shares = np.array([0.7, 0.3])
    return Place(7, 300, area, sites or {}, institutions or {}, spec or PlacesSpec(), shares=shares)


def with_sites(**more):
    return complex_(7).model_copy(update={"sites": {"near": NEAR, "far": FAR}, **more})


def test_sites_have_their_firms_beyond_the_figures_and_all_in_proportion():
    firms = economy(rules(), {"x": with_sites()}, start=AS_OF, end=AS_OF + 12).firms
    assert np.bincount(firms.site.astype(int)).tolist() == [300, 30, 60]  # by name: far, near
    assert firms.birth_workers.sum() == pytest.approx(5550 * 390 / 300, rel=1e-3)
    assert 12.0 * firms.birth_sales.sum() == pytest.approx(1.3e12 * 390 / 300)
    assert np.array_equal(firms.counted, np.where(firms.site == 1, 0.0, 1.0))


def test_without_sites_the_figures_are_the_whole():
    assert complex_().whole() == complex_().figures


def test_entrants_stand_where_the_firms_are():
    world = economy(rules(), {"x": with_sites()})
    site = []
    for month in range(START, START + 120):
        world.step(month)
        site += world.firms.site[world.firms.born == month].tolist() if month > START else []
    assert len(site) > 200
    assert within(np.array(site) > 0, 90 / 390)


def test_blocks_fill_the_ground_and_sites_stand_where_they_are_said_to():
    ground = place(sites={"near": NEAR, "far": FAR}, area=2.0)
    assert ground.blocks.tolist() == [32, round(30 / 180 / BLOCK**2), 8]
    assert ground.settlers.sum() == pytest.approx(390)
    first = np.cumsum(ground.blocks) - ground.blocks
    middles = [
        ground.middles[a : a + n].mean(axis=0) for a, n in zip(first, ground.blocks, strict=True)
    ]
    np.testing.assert_allclose(middles, [[0, 0], [0, -20], [1.5, 0]], atol=1e-9)
    assert np.unique(ground.middles[:32], axis=0).shape == (32, 2)


def test_firms_stand_on_blocks_of_their_own_site():
    world = economy(rules(), {"x": with_sites()})
    ground, firms = world.places["x"], world.firms
    ends = np.cumsum(ground.blocks)
    assert np.array_equal(np.searchsorted(ends, blocks(firms), side="right"), firms.site)
    assert len(np.unique(blocks(firms))) > 0.9 * ends[-1]


def test_nearness_fades_and_ends_at_the_reach():
    ground = place(PlacesSpec(decay=2.0, reach=3.0))
    np.testing.assert_allclose(
        ground.nearness(np.array([0.0, 2.0, 3.0, 3.01])), [1.0, np.exp(-1), np.exp(-1.5), 0.0]
    )
    apart = place(sites={"far": FAR})
    assert not apart.kernel[: apart.blocks[0], apart.blocks[0] :].any()
    assert np.array_equal(apart.kernel, apart.kernel.T)


def test_ground_that_is_not_given_is_as_dense_as_the_rule_says():
    assert len(place(PlacesSpec(density=100.0), area=None).middles) == 48
    assert len(place(area=0.05).middles) == 1


def test_technologies_lie_about_their_sectors_on_a_circle():
    firms = economy(rules(), {"x": complex_(firms=3000, workers=55_500)}).firms
    for sector, centre in enumerate((0.0, 0.5)):
        gap = np.mod(firms.technology[firms.sector == sector] - centre + 0.5, 1.0) - 0.5
        assert within(gap, 0.0)
        assert gap.std() == pytest.approx(0.05, rel=4.9 / np.sqrt(2 * len(gap)))
    assert np.all((firms.technology >= 0.0) & (firms.technology < 1.0))
    technologies, weights = place().technologies()
    assert weights.sum() == pytest.approx(1.0)
    assert weights[technologies.argsort()][:1] > 0
    assert np.average(np.abs(technologies - 0.5) < 0.25, weights=weights) == pytest.approx(0.3)


def test_sums_of_the_neighbourhood_are_those_of_pairs():
    world = economy(rules(), {"x": with_sites()})
    ground, firms = world.places["x"], world.firms
    where = ground.middles[blocks(firms)]
    gap = np.sqrt(((where[:, None] - where) ** 2).sum(axis=2))
    by_pair = np.where(gap <= 2.0, np.exp(-gap), 0.0) @ firms.stock
    np.testing.assert_allclose(ground.near(firms, firms.stock)[blocks(firms)], by_pair, rtol=1e-9)


def test_institutions_have_ids_that_no_firm_has_and_their_distance():
    ground = place(institutions={"school": SCHOOL, "house": SCHOOL})
    assert list(ground.institutions) == ["house", "school"]
    assert len(set(ground.institutions.values())) == 2
    assert ground.to_institutions.shape == (32, 2)
    np.testing.assert_allclose(ground.to_institutions.mean(axis=0), 5.0, rtol=0.02)


def test_a_site_more_leaves_every_firms_place_on_the_ground_alone():
    plain, more = place(), place(institutions={"school": SCHOOL})
    firms = economy().firms
    for ground in (plain, more):
        ground.settle(firms, luck(), evenly=True)
    assert np.array_equal(plain.kernel, more.kernel)
