from __future__ import annotations

from types import SimpleNamespace

import numpy as np

import networked
import small
from clustersim.economy.month import Economy
from clustersim.economy.state import SIZE_CLASSES, Firms
from clustersim.simulation.recorder import BOOKS, FLOWS, STOCKS, TRAITS, Recorder

SECTORS = ("machinery", "steel")
JANUARY = 96


def firms(ids, complex_, sector, **columns):
    people = Firms(
        np.array(ids, dtype=np.uint64),
        complex_=np.array(complex_),
        sector=np.array(sector),
        born=np.zeros(len(ids), dtype=np.int64),
        birth_class=np.zeros(len(ids), dtype=np.int64),
    )
    people.counted = 1.0
    for name, values in columns.items():
        setattr(people, name, np.asarray(values))
    return people


def economy(people):
    """As much of an economy as a recorder reads; complexes 5 and 7, prices twice those of 2008."""
    town = SimpleNamespace(
        people=people, rules=SimpleNamespace(sectors=SECTORS), names={5: "five", 7: "seven"}
    )
    town.view = lambda: town.people
    town.rivals = lambda: {"output": np.array([[1.0, 2.0], [3.0, 4.0]])}
    town.prices = lambda _month: np.full(len(town.people), 2.0)
    town.ground = lambda: np.tile([0.5, -1.0], (len(town.people), 1))
    town.tied = lambda month: {
        "first": np.array([3], dtype=np.uint64),
        "second": np.array([8], dtype=np.uint64),
        "made": np.array([month > JANUARY]),
    }
    town.macro = lambda _month: np.full(len(town.people), 1.5)
    return town


def two_firms(output=(10.0, 0.0)):
    """One that operates, and one that does not any more but keeps workers and capacity."""
    return firms(
        [3, 8],
        [7, 5],
        [1, 0],
        output=output,
        workers=[60.0, 4.0],
        value_added=[4.0, 0.0],
        rd_spending=[1.0, 0.0],
        capacity=[20.0, 9.0],
        ties=[3.0, 5.0],
        stock=[100.0, 1.0],
        cash=[7.0, 2.0],
        debt=[5.0, 3.0],
    )


def test_a_month_is_summed_by_complex_sector_and_size():
    recorder = Recorder(economy(two_firms()))
    for month in range(JANUARY, JANUARY + 12):
        recorder.month(month)
    table = small.frame(recorder.finish()[0])
    table = table[table["month"] == JANUARY + 5]
    assert len(table) == 2 * len(SECTORS) * len(SIZE_CLASSES)
    row = table[(table["complex"] == "seven") & (table["sector"] == "steel")]
    row = row[row["size"] == "50-299"].iloc[0]
    assert row[list(FLOWS)].tolist() == [10.0, 20.0, 4.0, 60.0, 1.0, 1.0, 20.0, 1.5, 3.0]
    assert table[list(FLOWS)].sum().tolist() == row[list(FLOWS)].tolist()  # none of the other


def test_a_site_that_does_not_count_is_in_the_panel_alone():
    people = two_firms()
    people.counted[0] = 0.0
    recorder = Recorder(economy(people))
    for month in range(JANUARY, JANUARY + 12):
        recorder.month(month)
    months, panel = recorder.finish()
    assert not any(months[name].any() for name in FLOWS)
    assert panel["id"].tolist() == [3]
    assert panel["counted"].tolist() == [False]


def test_a_year_sums_flows_and_takes_stocks_at_its_end():
    town = economy(two_firms())
    recorder = Recorder(town)
    for month in range(JANUARY, JANUARY + 12):
        town.people.cash[0] += 1.0
        recorder.month(month)
    _, panel = recorder.finish()
    assert panel["id"].tolist() == [3]  # the other never operated
    year = [120.0, 240.0, 48.0, 720.0, 12.0, 12.0, 240.0, 18.0, 36.0]
    assert [panel[name][0] for name in FLOWS] == year
    assert [panel[name][0] for name in STOCKS] == [100.0, 19.0, 5.0]
    assert (panel["year"][0], panel["complex"][0], panel["sector"][0]) == (2008, 7, 1)


def test_a_firm_that_is_born_or_closes_counts_for_the_months_it_operates():
    town = economy(two_firms())
    recorder = Recorder(town)
    for month in range(JANUARY, JANUARY + 12):
        if month == JANUARY + 3:
            born = firms([9], [5], [0], output=[2.0], workers=[3.0])
            town.people = town.people.joined(born)
        if month == JANUARY + 10:
            town.people.output[0] = 0.0
        recorder.month(month)
    _, panel = recorder.finish()
    assert panel["id"].tolist() == [3, 9]
    assert panel["firms"].tolist() == [10.0, 9.0]
    assert panel["output"].tolist() == [100.0, 18.0]


def test_books_and_traits_are_in_the_panel_alone():
    town = economy(two_firms())
    town.people.profit = np.array([2.0, 9.0])
    town.people.wage = np.array([0.5, 9.0])
    town.people.age_at_birth = np.array([-90.0, 9.0])
    town.people.export_share = np.array([0.25, 0.0])
    town.people.anchor = np.array([1.0, 0.0])
    recorder = Recorder(town)
    for month in range(JANUARY, JANUARY + 12):
        recorder.month(month)
    months, panel = recorder.finish()
    assert [panel[name].tolist() for name in BOOKS] == [[24.0], [360.0]]
    assert [panel[name].tolist() for name in TRAITS] == [[JANUARY + 11 - 90.0], [0.25], [1.0]]
    assert not {*BOOKS, *TRAITS} & set(months)


def test_the_rivals_outside_are_told_by_complex_sector_and_month():
    recorder = Recorder(economy(two_firms()))
    for month in (JANUARY, JANUARY + 1):
        recorder.month(month)
    rows = small.frame(recorder.rivals()).set_index(["complex", "sector", "month"])["output"]
    assert len(rows) == 8
    assert rows["five", "steel", JANUARY] == 2.0
    assert rows["seven", "machinery", JANUARY + 1] == 3.0


def test_ties_are_taken_down_at_the_end_of_the_first_month_and_of_every_year():
    recorder = Recorder(economy(two_firms()))
    for month in range(JANUARY + 2, JANUARY + 30):
        recorder.month(month)
    ties = recorder.ties()
    assert ties["month"].tolist() == [JANUARY + 2, JANUARY + 11, JANUARY + 23]
    assert ties["second"].tolist() == [8, 8, 8]


def test_a_run_that_starts_in_december_takes_its_ties_down_once():
    recorder = Recorder(economy(two_firms()))
    for month in range(JANUARY + 11, JANUARY + 20):
        recorder.month(month)
    assert recorder.ties()["month"].tolist() == [JANUARY + 11]


def test_a_year_says_where_a_firm_stands_and_whether_it_is_still_there():
    people = two_firms(output=(10.0, 1.0))
    people.alive = np.array([1.0, 0.0])
    people.site = np.array([2.0, 0.0])
    recorder = Recorder(economy(people))
    for month in range(JANUARY, JANUARY + 12):
        recorder.month(month)
    _, panel = recorder.finish()
    assert panel["stands"].tolist() == [True, False]
    assert panel["site"].tolist() == [2, 0]
    assert (panel["east"].tolist(), panel["north"].tolist()) == ([0.5, 0.5], [-1.0, -1.0])


def test_recorded_ties_are_those_the_firms_have():
    """In a December in which nobody closed; ends are firms that operate, or institutions."""
    spec = networked.spec(arm="nothing")
    town = Economy(spec.economy, spec.complexes, small.luck(), start=spec.start, end=spec.end)
    recorder, compared = Recorder(town), 0
    houses = list(town.places["noksan"].institutions.values())
    for month in range(spec.start, spec.start + 84):
        town.step(month)
        recorder.month(month)
        ties = recorder.ties()
        now = ties["month"] == month
        if not now.any() or not town.firms.alive[town.firms.output > 0.0].all():
            continue
        ends = np.concatenate([ties["first"][now], ties["second"][now]])
        rows, found = town.firms.rows(ends)
        counts = np.bincount(rows[found], minlength=len(town.firms))
        assert np.array_equal(counts, town.firms.ties)
        assert np.isin(ends[~found], houses).all()
        compared += 1
    assert compared >= 2


def test_a_last_year_that_is_not_whole_is_in_the_months_alone():
    recorder = Recorder(economy(two_firms()))
    for month in range(JANUARY, JANUARY + 18):
        recorder.month(month)
    months, panel = recorder.finish()
    assert set(panel["year"]) == {2008}
    assert months["month"].max() == JANUARY + 17


def test_months_and_panel_of_a_world_say_the_same(worlds):
    months, panel = small.frame(worlds.arm.months), small.frame(worlds.arm.panel)
    months["year"] = 2000 + months["month"] // 12
    for name in FLOWS:
        by_month, by_firm = (table.groupby("year")[name].sum() for table in (months, panel))
        np.testing.assert_allclose(by_month, by_firm, rtol=1e-12)


def test_recording_moves_nothing():
    spec = small.spec(arm="no_programme")

    def final(*, recorded):
        town = Economy(spec.economy, spec.complexes, small.luck(), start=spec.start, end=spec.end)
        recorder = Recorder(town)
        for month in range(spec.start, spec.start + 13):
            town.step(month)
            if recorded:
                recorder.month(month)
        return town.firms.block.tobytes()

    assert final(recorded=True) == final(recorded=False)
