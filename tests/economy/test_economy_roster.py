"""A roster: who is there up to its month is known, and sizes of that month are the file's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_economy import (
    HINDSIGHT,
    SECTORS,
    START,
    Z,
    complex_,
    economy,
    first_error,
    outcomes,
    paths,
    rules,
    series,
)

from clustersim.economy.anchors import AnchorSpec
from clustersim.economy.growth import GrowthSpec
from clustersim.economy.knowledge import KnowledgeSpec
from clustersim.economy.macro import MacroSpec
from clustersim.economy.month import ComplexSpec
from clustersim.economy.population import KnownSizes
from clustersim.economy.roster import Roster, RosterColumns, RosterSpec, RosterUnits
from clustersim.economy.spillovers import SpilloversSpec
from clustersim.economy.turnover import TurnoverSpec
from clustersim.randomness import ids

AS_OF = 99  # April 2008
QUIET = {
    "growth": GrowthSpec(sd=0.0, quality_sd="0 % / year"),
    "turnover": TurnoverSpec(newborn_size=1.0),
    "spillovers": SpilloversSpec(switch="off"),
    "knowledge": KnowledgeSpec(success="100 %", other_support_share="0 %"),
}
"""Rules under which a continuing firm does what the economy does, and nothing else."""
BUSY = TurnoverSpec(
    newborn_size=1.0,
    entry="0.8 / year",
    relocation="0.2 / year",
    split="0.3 / year",
    exit="0.4 / year",
)


def firm(number, **known):
    """One row: 2 to some hundred workers, both sectors, most founded before the start."""
    workers = 2.0 + (number * 37 % 61) ** 1.4
    row = {
        "id": f"F{number:03}",
        "sector": SECTORS[number % 3 == 0],
        "workers": workers,
        "output": workers * 2.1e8 * (0.6 + number % 7 / 7.0),
        "export_share": None,
        "founded": (None, 20, START, START + 9, -60)[number % 5],
        "rd": None,
    }
    return list((row | known).values())


def population(rows, **more):
    return RosterSpec(file="firms.csv", as_of="2008-04", rows=Roster.text(rows), **more)


def place(rows, code=7, **more):
    return ComplexSpec(code=code, title="Known", population=population(rows), **more)


FIRMS = [firm(number) for number in range(60)]


def world(rows=FIRMS, spec=None, **how):
    return economy(spec or rules(HINDSIGHT, **QUIET), {"here": place(rows)}, **how)


def until(here, last):
    for month in range(here.start, last + 1):
        here.step(month)
    return here


def by_id(here, rows, code=7):
    """The firms of a world in the order of the rows, by the ids of the file."""
    names = population(rows).names(code, here.start)
    told = dict(zip(Roster.of(Roster.text(rows)).id, names, strict=True))
    at, found = here.firms.rows(np.array([told[row[0]] for row in rows]))
    assert found.all()
    return here.firms.take(at)


# ---------------------------------------------------------------- sizes of as_of


def test_output_and_workers_of_as_of_are_the_files_firm_by_firm():
    """In 2008 output falls by a tenth and prices rise: April is not like the mean of the year."""
    here = until(world(), AS_OF)
    firms = by_id(here, FIRMS)
    macro = here.rules.macro
    year = macro.year(AS_OF)
    path = np.exp(macro.log_output[firms.sector, firms.birth_class])
    index = path[:, year] / path[:, [AS_OF - START]] * macro.price[firms.sector, year]
    assert 12.0 * firms.output * index.mean(axis=1) == pytest.approx(
        [row[3] for row in FIRMS], rel=2e-3
    )
    assert firms.workers == pytest.approx([row[2] for row in FIRMS], rel=2e-3)
    assert np.ptp(index.mean(axis=1)) > 0.01  # sectors and sizes differ


def test_with_luck_they_are_so_in_expectation():
    spec = rules(HINDSIGHT, spillovers=SpilloversSpec(switch="off"))
    ratio = []
    for index in range(24):
        firms = by_id(until(world(spec=spec, index=index), AS_OF), FIRMS)
        ratio.append(firms.workers / [row[2] for row in FIRMS])
    each = np.array(ratio).mean(axis=1)
    assert abs(each.mean() - 1.0) < Z * each.std(ddof=1) / np.sqrt(len(each)) + 0.005


def test_a_run_that_starts_in_as_of_has_the_files_firms():
    here = until(world(start=AS_OF), AS_OF)
    firms = by_id(here, FIRMS)
    assert len(here.firms) == len(FIRMS)
    assert firms.workers == pytest.approx([row[2] for row in FIRMS], rel=5e-3)


def test_amounts_of_a_file_are_of_its_own_prices():
    """A file of 2006, when prices were 12 % below those of 2008."""
    rows = [(*row[:5], None, *row[6:]) for row in FIRMS]
    old = population(rows).model_copy(update={"as_of": 77})
    there = ComplexSpec(code=7, title="Known", population=old)
    still = QUIET | {"turnover": TurnoverSpec(newborn_size=1.0, exit="0 / year", split="0 / year")}
    here = economy(rules(HINDSIGHT, **still), {"here": there})
    sales = np.zeros(len(here.firms))
    for month in range(START, START + 12):
        here.step(month)
        rows_, _ = here.firms.rows(old.names(7, START))
        sales = sales + (here.firms.output * here.prices(month))[rows_]
    assert sales == pytest.approx(old.roster.output, rel=0.01)


def test_under_chance_sizes_stand_on_the_published_path():
    macro = HINDSIGHT.model_copy(update={"mode": "ex_ante"})
    first = [world(spec=rules(macro, **QUIET), index=k).firms.birth_sales for k in (0, 1)]
    assert np.array_equal(*first)


# ---------------------------------------------------------------- who is there


def test_up_to_as_of_who_is_there_is_known_and_then_luck_goes_on():
    here = world(spec=rules(HINDSIGHT, turnover=BUSY))
    born = np.array([row[5] if row[5] is not None else START for row in FIRMS])
    for month in range(START, AS_OF + 1):
        here.step(month)
        assert len(here.firms) == np.sum(np.maximum(born, START) <= month)
        assert here.firms.alive.all()
        assert (here.firms.output > 0.0).all()
    assert not here.splits
    assert np.array_equal(np.sort(here.firms.ids), np.sort(population(FIRMS).names(7, START)))
    for month in range(AS_OF + 1, AS_OF + 7):
        here.step(month)
    assert here.splits
    assert (here.firms.born > AS_OF).any()
    assert not here.firms.alive.all()


def test_a_firm_that_is_founded_later_is_new_then_and_old_ones_are_as_old_as_told():
    here = until(world(), AS_OF)
    firms = by_id(here, FIRMS)
    for row, born, age in zip(FIRMS, firms.born, firms.age_at_birth, strict=True):
        founded = row[5]
        if founded is not None:
            assert born == max(founded, START)
            assert age == born - founded
    assert np.array_equal(ids.birth_month(firms.ids[3::5]), np.full(12, START + 9))
    late = firms.take(firms.born > START)
    assert np.all(late.pool >= 0.0)
    assert np.all(late.stock[late.intensity > 0.0] > 0.0)


def test_newcomers_are_a_share_of_the_rosters_firms_and_of_its_sizes():
    flat = rules(
        turnover=TurnoverSpec(
            entry="1 / year", relocation="0.5 / year", exit="0 / year", split="0 / year"
        )
    )
    sizes, count = [], []
    for index in range(6):
        here = until(world(spec=flat, index=index), AS_OF + 12)
        new = here.firms.take(here.firms.born > AS_OF)
        relocated = new.take(ids.slot(new.ids) >= 2**30)
        sizes.append(relocated.birth_workers)
        count.append(len(new))
    workers = np.array([row[2] for row in FIRMS])
    assert abs(np.mean(count) - len(FIRMS)) < Z * np.sqrt(len(FIRMS) / 6)
    moved = np.concatenate(sizes)
    assert np.isin(np.round(moved, 9), np.round(workers, 9)).all()
    spread = workers.std() / np.sqrt(len(moved))
    assert abs(moved.mean() - workers.mean()) < Z * spread


@given(st.lists(st.floats(1.0, 500.0), min_size=2, max_size=30), st.floats(0.0, 0.999999))
def test_known_sizes_are_quantiles(workers, u):
    law = KnownSizes(np.array(workers))
    found = float(law.quantile(np.array(u)))
    assert found in workers
    assert np.mean(np.array(workers) < found) <= u
    assert np.mean(law.quantile((np.arange(len(workers)) + 0.5) / len(workers))) == pytest.approx(
        np.mean(workers)
    )


# ---------------------------------------------------------------- ids


def test_the_order_of_rows_changes_nothing():
    last = AS_OF + 8
    spec = rules(HINDSIGHT, turnover=BUSY)
    one, other = (paths(world(rows, spec=spec), last) for rows in (FIRMS, FIRMS[::-1]))
    assert one == other


def test_a_firm_keeps_id_and_luck_when_another_is_gone():
    luck_alone = [
        "quality",
        "threshold",
        "age_at_birth",
        "permanent",
        "transitory",
        "birth_workers",
    ]
    less = [row for row in FIRMS if row[0] not in {"F007", "F033"}]
    spec = rules(HINDSIGHT)
    one, other = (until(world(rows, spec=spec), AS_OF) for rows in (FIRMS, less))
    one, other = by_id(one, less), by_id(other, less)
    assert np.array_equal(one.ids, other.ids)
    for name in luck_alone:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_complex_alone_is_as_beside_others():
    alone = paths(world(), AS_OF + 3)
    both = economy(rules(HINDSIGHT, **QUIET), {"here": place(FIRMS), "there": complex_(3)})
    found = paths(both, AS_OF + 3)
    assert all(found[key] == block for key, block in alone.items())
    assert any(ids.complex_of(id_) == 3 for id_, _ in found)
    months = {
        month for id_, month in found if ids.birth_month(id_) > 0 and ids.complex_of(id_) == 3
    }
    assert min(months) < AS_OF  # the other complex has newcomers all the while


def test_ids_are_hashes_of_the_lower_half_and_anchors_of_the_upper():
    yard = AnchorSpec(
        title="Yard", sector="steel", workers=900, output="9000억원", export_share="80 %",
        suppliers="30 %", dependence="50 %",
    )  # fmt: skip
    here = economy(rules(HINDSIGHT), {"here": place(FIRMS, anchors={"yard": yard})})
    slots = ids.slot(here.firms.ids)
    assert np.all(slots[here.firms.anchor == 0.0] < 2**31)
    assert np.all(slots[here.firms.anchor == 1.0] >= 2**31)
    assert (here.firms.anchor == 1.0).sum() == 1  # beside the firms of the file
    until(here, AS_OF)
    assert len(here.firms) == len(FIRMS) + 1
    assert 0.1 < (here.firms.customer > 0.0).mean() < 0.5


# ---------------------------------------------------------------- what is known and what is drawn


def test_exports_and_research_are_the_files_where_it_tells_and_drawn_where_not():
    rows = [
        firm(k, export_share=(0.0, 0.4, None)[k % 3], rd=(None, 0.0, 0.05 * firm(k)[3])[k % 3])
        for k in range(60)
    ]
    firms = by_id(world(rows, start=AS_OF), rows)
    exports, intensity = firms.export_share, firms.intensity
    assert np.all(exports[0::3] == 0.0)
    assert np.all(exports[1::3] == 0.4)
    assert len(np.unique(exports[2::3])) >= 2
    assert np.all(intensity[1::3] == 0.0)
    assert intensity[2::3] == pytest.approx(0.05)
    assert np.all(firms.stock[1::3] == 0.0)
    assert np.all(firms.stock[2::3] > 0.0)
    assert 0.0 < np.mean(intensity[0::3] > 0.0) < 1.0
    # cost structure is drawn with the research that is told
    margin = firms.value_added_ratio * firms.birth_sales - firms.wage * firms.birth_workers
    margin -= firms.overhead * firms.capacity + firms.intensity * firms.birth_sales
    assert np.all(np.abs(margin / firms.birth_sales) < 0.3)


def test_drawn_exports_centre_on_what_is_told():
    none = population([firm(k) for k in range(60)])
    assert none.figures.export_share == 0.25
    assert population(FIRMS, export_share="10 %").figures.export_share == 0.10
    told = [firm(k, export_share=0.5 if k < 30 else None) for k in range(60)]
    assert population(told).figures.export_share == pytest.approx(0.5)


def test_few_exporters_that_sell_all_abroad_refuse_no_run():
    rows = [firm(k, export_share=1.0) for k in range(40)]
    assert np.all(world(rows).firms.export_share == 1.0)


@pytest.mark.parametrize("does", [0.0, 1.0])
def test_research_of_all_or_of_none_is_taken(does):
    rows = [firm(k, rd=does * 0.03 * firm(k)[3]) for k in range(40)]
    assert np.all((until(world(rows), AS_OF).firms.intensity > 0.0) == does)


def test_research_cannot_be_more_than_half_of_output():
    rows = [firm(k, rd=2.0 * firm(k)[3]) for k in range(10)]
    assert np.all(world(rows).firms.intensity == 0.5)


# ---------------------------------------------------------------- figures of firms


def test_figures_are_sums_of_the_firms():
    figures = place(FIRMS).known
    assert figures.firms == 60
    assert figures.workers == round(sum(row[2] for row in FIRMS))
    assert figures.output == pytest.approx(sum(row[3] for row in FIRMS))
    assert figures.sectors == {"machinery": 40.0, "steel": 20.0}
    assert place(FIRMS).whole() == figures


def test_sums_of_as_of_are_met():
    here = until(world(spec=rules(MacroSpec(mode="flat"), **QUIET)), AS_OF)
    sums = outcomes(here, AS_OF)
    assert sums["output"] * 12.0 == pytest.approx(sum(row[3] for row in FIRMS), rel=2e-3)
    assert sums["workers"] == pytest.approx(sum(row[2] for row in FIRMS), rel=2e-3)


def test_parameters_of_a_roster_move_what_they_name():
    rises = MacroSpec(
        output={"national": series(("2006-01", 80, "assumed"), ("2009-01", 120, "assumed"))}
    )
    for change, outcome in (({"as_of": 92}, "output"), ({"export_share": 0.12}, "exports")):
        sums = []
        for update in ({}, change):
            told = place(FIRMS)
            other = told.model_copy(
                update={"population": told.population.model_copy(update=update)}
            )
            sums.append(outcomes(until(economy(rules(rises), {"here": other}), AS_OF), AS_OF))
        assert abs(sums[1][outcome] / sums[0][outcome] - 1.0) > 0.01


# ---------------------------------------------------------------- what cannot be


def test_a_complex_has_figures_or_a_population():
    both = {"code": 7, "title": "t", "figures": complex_().figures, "population": population(FIRMS)}
    message, hint, _ = first_error(ComplexSpec, both)
    assert message == "the complex has both figures and a population"
    assert "population for a file" in hint
    message, _, _ = first_error(ComplexSpec, {"code": 7, "title": "t"})
    assert message == "the complex has neither figures nor a population"


def test_a_population_stands_in_one_place():
    hill = {"hill": {"title": "Hill", "firms": 3, "distance": 2.0}}
    values = {"code": 7, "title": "t", "population": population(FIRMS), "sites": hill}
    message, hint, at = first_error(ComplexSpec, values)
    assert message == "a population from a file stands in one place"
    assert (hint, at) == ("leave sites out, or give the complex figures", ("sites",))


def test_rows_of_another_making_are_refused():
    message, hint, _ = first_error(
        RosterSpec, {"file": "f.csv", "as_of": "2008-04", "rows": "a,b\nc"}
    )
    assert message == "these are not rows as loading a file writes them"
    assert hint.startswith("leave 'rows' out")


def test_a_unit_is_one_of_money():
    message, _, _ = first_error(RosterUnits, {"output": "USD"})
    assert message == "'USD' is no unit of money"
    assert RosterUnits.won("백만원") == 1e6
    assert RosterUnits.won("천원") == 1e3


def test_exports_are_told_once():
    message, _, at = first_error(RosterColumns, {"exports": "a", "export_share": "b"})
    assert message == "exports and their share of output are one thing"
    assert at == ("export_share",)


def test_a_roster_is_read_once_and_cannot_be_changed():
    text = Roster.text(FIRMS)
    assert Roster.of(text) is Roster.of(text)
    assert Roster.text(FIRMS[::-1]) == text
    with pytest.raises(ValueError, match="read-only"):
        Roster.of(text).workers[0] = 1.0
