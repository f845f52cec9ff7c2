"""Anchors meet the figures with the rest, and their suppliers live by their orders."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import (
    AS_OF,
    FIGURES,
    HINDSIGHT,
    START,
    economy,
    figures,
    first_error,
    history,
    paths,
    rules,
    series,
    within,
)

from clustersim.economy.anchors import AnchorSpec, AnchorsSpec, anchor_ids, ordinary
from clustersim.economy.month import ComplexSpec
from clustersim.economy.population import Figures
from clustersim.specs import parameters_of

TOWN = FIGURES | {"share_small": "95 %"}
YARD = {
    "title": "Yard",
    "sector": "machinery",
    "workers": 1200,
    "output": "4000억원",
    "export_share": "60 %",
    "suppliers": "30 %",
    "dependence": "60 %",
}
RISING = {
    "points": (
        {"month": "2006-01", "value": 50, "tag": "observed"},
        {"month": "2007-10", "value": 100, "tag": "observed"},
        {"month": "2008-10", "value": 200, "tag": "observed"},
    )
}
FLAT_PATH = {"points": ({"month": "2007-10", "value": 100, "tag": "observed"},)}


HARBOUR = {"harbour": {"title": "Harbour", "firms": 1, "distance": 5}}


def town(code=7, anchors=None, sites=None, **changes):
    anchors = {"yard": YARD | changes} if anchors is None else anchors
    if sites is None:
        sites = HARBOUR if changes.get("site") else {}
    values = {"code": code, "title": "A complex", "figures": TOWN}
    return ComplexSpec.model_validate(values | {"anchors": anchors, "sites": sites})


def yard(world, code=7, name="yard"):
    return int(np.flatnonzero(world.firms.ids == anchor_ids(code, [name])[0])[0])


# ---------------------------------------------------------------- the rest of the figures


def test_core_anchors_are_taken_off_the_figures():
    rest = ordinary(figures(**TOWN), town().anchors)
    assert (rest.firms, rest.workers, rest.output) == (299, 4350, 9e11)
    assert rest.export_share * 9e11 == pytest.approx(0.25 * 13e11 - 0.6 * 4e11)
    assert rest.share_small * 299 == pytest.approx(0.95 * 300)


def test_an_anchor_at_a_site_is_beside_the_figures():
    assert ordinary(figures(**TOWN), town(site="harbour").anchors) == figures(**TOWN)


def test_figures_without_a_share_of_small_firms_have_none_without_the_anchors():
    plain = {name: value for name, value in TOWN.items() if name != "share_small"}
    assert ordinary(Figures.model_validate(plain), town().anchors).share_small is None


@pytest.mark.parametrize(
    ("changes", "wrong", "at"),
    [
        ({"workers": 5400}, "without the anchors 299 firms, 150 workers", ("anchors",)),
        (
            {"output": "2조원"},
            "without the anchors 299 firms, 4350 workers and -7e+11",
            ("anchors",),
        ),
        ({"export_share": "100 %"}, "-8.3 % of output would be sold abroad", ("anchors",)),
        ({"suppliers": "101 %"}, "101", ("anchors", "yard", "suppliers")),
    ],
)
def test_anchors_that_leave_no_population_are_refused(changes, wrong, at):
    values = {"code": 7, "title": "t", "figures": TOWN, "anchors": {"yard": YARD | changes}}
    message, hint, place = first_error(ComplexSpec, values)
    assert wrong in message
    assert hint
    assert place in {at, ()}


def test_a_rest_without_a_law_of_sizes_is_refused():
    values = {
        "code": 7,
        "title": "t",
        "figures": TOWN | {"share_small": "80 %", "workers": 11_000},
        "anchors": {"yard": YARD | {"workers": 7000}},
    }
    message, _, place = first_error(ComplexSpec, values)
    assert "which is left without the anchors" in message
    assert place == ("figures",)


def test_a_firm_sells_to_one_anchor():
    both = {name: YARD | {"suppliers": "60 %", "site": "harbour"} for name in ("yard", "dock")}
    values = {"code": 7, "title": "t", "figures": TOWN, "anchors": both, "sites": HARBOUR}
    message, hint, place = first_error(ComplexSpec, values)
    assert "more suppliers than there are firms" in message
    assert "100 %" in hint
    assert place == ("anchors",)


def test_with_the_anchors_a_run_from_as_of_meets_the_figures_exactly():
    firms = economy(rules(), {"here": town()}, start=AS_OF).firms
    assert len(firms) == 300
    assert firms.birth_workers.sum() == pytest.approx(5550, rel=1e-9)
    assert 12.0 * firms.birth_sales.sum() == pytest.approx(1.3e12, rel=1e-9)
    exports = np.average(firms.export_share, weights=firms.birth_sales)
    assert exports == pytest.approx(0.25, rel=1e-6)
    assert firms.orders.tolist() == [0.0] * 300


@pytest.mark.parametrize("site", ["", "harbour"])
def test_an_earlier_start_is_scaled_back_along_the_anchors_path(site):
    """A yard that doubled by as_of: its suppliers were smaller too."""
    ratios = []
    for index in range(30):
        complex_ = town(path=RISING, suppliers="50 %", site=site)
        world = economy(rules(HINDSIGHT), {"here": complex_}, index=index, end=START + 23)
        year = history(world, START + 23)["sales"][12:24].sum()
        ratios.append(year / (1.3e12 + 4e11 * bool(site)))
    assert within(ratios, 1.0, 0.02)


def test_a_path_in_its_own_prices_and_months_gives_the_anchors_output():
    world = economy(rules(HINDSIGHT), {"here": town(path=RISING)})
    anchors, macro = world.blueprints["here"].anchors, world.rules.macro
    year = slice(84 - START, 96 - START)
    months = np.arange(84, 96)
    moved = np.exp(np.interp(months, [72, 93, 105], np.log([50, 100, 200]))) / 100.0
    assert np.sum(anchors.output * moved * macro.price[0, year]) == pytest.approx(4e11)


# ---------------------------------------------------------------- orders


def test_suppliers_are_as_many_and_as_dependent_as_told():
    firms = economy(complexes={"here": town()}).firms
    ordinary_firms = firms.take(firms.anchor == 0.0)
    supplies = ordinary_firms.customer == 1.0
    assert abs(supplies.sum() - 0.3 * len(ordinary_firms)) < 1.0
    assert set(ordinary_firms.anchor_share[supplies]) == {0.6}
    assert not ordinary_firms.anchor_share[~supplies].any()
    sizes = np.log(ordinary_firms.birth_workers)
    assert abs(np.corrcoef(sizes, supplies)[0, 1]) < 4.9 / np.sqrt(len(sizes))


def test_entrants_become_suppliers_too():
    world = economy(complexes={"here": town()})
    history(world, START + 119)
    born = world.firms.take(world.firms.born > START)
    assert within(born.customer, 0.3)


def test_orders_follow_what_the_anchor_made_last_month_over_the_plan_of_as_of():
    """log(1 - s + s A / index): the easy wrong version forgets the index, or the month between."""
    world = economy(rules(HINDSIGHT), {"here": town(path=RISING)})
    made = {}
    for month in range(START, START + 60):
        world.step(month)
        made[month] = world.firms.output[yard(world)]
        if month > START + 30:
            firms, macro = world.firms, world.rules.macro
            plan = world.blueprints["here"].anchors.output[0] * 0.5 ** (1 / 21)  # a month earlier
            index = np.exp(
                macro.output(firms.sector, firms.birth_class, month)
                - macro.output(firms.sector, firms.birth_class, AS_OF)
            )
            wanted = np.log(0.4 + 0.6 * made[month - 1] / plan / index)
            supplies = firms.customer == 1.0
            np.testing.assert_allclose(firms.orders[supplies], wanted[supplies], rtol=1e-9)
            others = (firms.customer == 0.0) & (firms.anchor == 0.0)
            assert not firms.orders[others].any()
    assert firms.orders[supplies].mean() > 0.2


def test_planned_orders_of_firms_in_months_of_their_own_are_those_of_each_month():
    world = economy(rules(HINDSIGHT), {"here": town(path=RISING)})
    anchors, firms = world.blueprints["here"].anchors, world.firms
    own = START + np.arange(len(firms)) % 40
    together = anchors.planned(firms, own)
    for month in range(START, START + 40):
        here = own == month
        assert np.array_equal(together[here], anchors.planned(firms, month)[here])


def test_what_happens_to_an_anchor_reaches_its_suppliers_a_month_later_and_nobody_else():
    off = rules(HINDSIGHT, displacement={"switch": "off"}, spillovers={"switch": "off"})
    plain, moved = (economy(off, {"here": town()}) for _ in range(2))
    row = yard(plain)
    moved.channels.effect(
        "practices", int(moved.firms.ids[row]), START + 2, 0.5, months_to_peak=1, half_life=1e6
    )
    gaps = {"anchor": [], "suppliers": [], "others": []}
    for month in range(START, START + 6):
        plain.step(month)
        moved.step(month)
        firms = plain.firms
        live = firms.output > 0.0
        gap = np.log(moved.firms.output[live] / firms.output[live])
        gaps["anchor"].append(gap[firms.anchor[live] == 1.0])
        gaps["suppliers"].append(gap[firms.customer[live] == 1.0])
        gaps["others"].append(gap[(firms.anchor + firms.customer)[live] == 0.0])
    assert gaps["anchor"][3] == pytest.approx(0.5)
    assert not gaps["suppliers"][3].any()
    np.testing.assert_allclose(gaps["suppliers"][4], np.log(0.4 + 0.6 * np.exp(0.5)), atol=0.05)
    assert not any(gap.any() for gap in gaps["others"])


def test_switched_off_an_anchor_moves_its_suppliers_no_more_than_a_stranger():
    """Whatever its path, they are the firms they are when it just follows its sector."""
    off = rules(HINDSIGHT, anchors=AnchorsSpec(switch="off"), spillovers={"switch": "off"})
    worlds = [economy(off, {"here": town(path=path)}) for path in (None, RISING)]
    for world in worlds:
        history(world, START + 23)
    ordinary_firms = [world.firms.take(world.firms.anchor == 0.0) for world in worlds]
    assert np.array_equal(ordinary_firms[0].block, ordinary_firms[1].block)
    assert not np.array_equal(worlds[0].firms.output, worlds[1].firms.output)


def test_an_anchor_without_a_path_moves_with_its_sector_exactly():
    world = economy(rules(HINDSIGHT), {"here": town()})
    for month in range(START, START + 30):
        world.step(month)
        assert world.firms.orders[yard(world)] == 0.0


def test_beyond_its_ends_a_path_moves_with_the_sector():
    world = economy(rules(HINDSIGHT), {"here": town(path=FLAT_PATH)})
    path, macro = world.blueprints["here"].anchors.path[0], world.rules.macro
    index = macro.log_output[0, 3]
    np.testing.assert_allclose(path, index - index[AS_OF - START], atol=1e-12)
    short = series(("2007-10", 100, "observed"), ("2008-02", 130, "observed"))
    world = economy(rules(HINDSIGHT), {"here": town(path=short)})
    path = world.blueprints["here"].anchors.path[0]
    end = 97 - START
    assert path[end] == pytest.approx(np.log(1.3))
    np.testing.assert_allclose(path[end:] - path[end], index[end:] - index[end], atol=1e-12)


# ---------------------------------------------------------------- anchors as firms


def test_an_anchor_never_closes_and_lives_like_others_otherwise():
    world = economy(complexes={"here": town()})
    sums = []
    for month in range(START, START + 168):
        world.step(month)
        row = yard(world)
        assert world.firms.alive[row] == 1.0
        sums.append(world.firms.output[row])
    assert np.std(np.diff(np.log(sums))) > 1e-3
    assert np.isfinite(world.firms.block[:, row][: world.firms.columns["threshold"].index]).all()


def test_one_anchor_more_changes_nobody_else():
    dock = YARD | {"site": "harbour", "suppliers": "0 %"}
    alone = rules(spillovers={"switch": "off"})
    both = town(anchors={"dock": dock, "yard": YARD}, sites=HARBOUR)
    with_it = economy(alone, {"here": both})
    without = economy(alone, {"here": town(sites=HARBOUR)})
    one, two = (paths(world, START + 11, without=("ties",)) for world in (with_it, without))
    customer = {key for key in one if key[0] == int(anchor_ids(7, ["dock"])[0])}
    numbered = {
        id_ for id_, c in zip(without.firms.ids.tolist(), without.firms.customer, strict=True) if c
    }
    assert customer
    assert one.keys() - two.keys() == customer
    same = [key for key in two if key[0] not in numbered]  # the number of their anchor may differ
    assert all(one[key] == two[key] for key in same)


def test_a_complex_with_anchors_is_the_same_beside_others():
    alone = paths(economy(rules(HINDSIGHT), {"here": town()}), START + 23)
    other = town(9, {"dock": YARD | {"output": "5000억원"}})
    beside = paths(economy(rules(HINDSIGHT), {"here": town(), "there": other}), START + 23)
    assert all(beside[key] == path for key, path in alone.items())


def test_ids_go_by_name():
    assert anchor_ids(7, ["yard"])[0] == anchor_ids(7, ["dock", "yard"])[1]
    assert anchor_ids(7, ["yard"])[0] != anchor_ids(8, ["yard"])[0]


# ---------------------------------------------------------------- parameters


NUMBERS = {
    path: (mark, value)
    for path, mark, value, _ in parameters_of(AnchorSpec.model_validate(YARD))
    if "." not in path
}


def sums_with(**changes):
    here = town(path=RISING)
    anchor = here.anchors["yard"].model_copy(update=changes)
    here = here.model_copy(update={"anchors": {"yard": anchor}})
    return history(economy(rules(HINDSIGHT), {"here": here}), START + 47)


@pytest.mark.parametrize("name", NUMBERS)
def test_halving_a_number_of_an_anchor_moves_the_outcome_it_names(name):
    mark, value = NUMBERS[name]
    half = value // 2 if isinstance(value, int) else value / 2.0
    assert mark.low <= half <= mark.high
    before, after = sums_with(), sums_with(**{name: half})
    assert np.abs(after[mark.moves] / before[mark.moves] - 1.0).max() > 5e-4


def test_an_anchor_stands_where_it_is_said_to():
    firms = economy(complexes={"here": town(site="harbour")}).firms
    assert firms.site[firms.anchor == 1.0].tolist() == [1.0]
    assert firms.counted[firms.anchor == 1.0].tolist() == [1.0]
    firms = economy(complexes={"here": town(sites=HARBOUR)}).firms
    assert firms.site[firms.anchor == 1.0].tolist() == [0.0]


def test_a_site_nobody_knows_is_told():
    values = {"code": 7, "title": "t", "figures": TOWN, "anchors": {"yard": YARD | {"site": "x"}}}
    message, hint, place = first_error(ComplexSpec, values)
    assert message == "unknown site 'x'"
    assert hint == "add it to sites, or leave site out for the core"
    assert place == ("anchors", "yard", "site")
