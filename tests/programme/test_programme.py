"""The programme as a whole: what runs where, in what order, to what end."""

from __future__ import annotations

import copy

import pytest

import networked
import small
from clustersim import calendar
from clustersim.scenario import load
from clustersim.simulation import simulate


def two_complexes(*changes):
    """The small complex beside another of other figures, both with the programme."""
    data = copy.deepcopy(small.SMALL)
    data["complexes"]["alpha"] = copy.deepcopy(data["complexes"]["noksan"])
    data["complexes"]["alpha"] |= {"code": 1, "title": "Alpha"}
    programme = data["programme"]["complexes"]
    programme["alpha"] = copy.deepcopy(programme["noksan"])
    return simulate(load(data, set=changes).spec, small.luck())


def test_dated_events_are_noted_on_their_days(worlds):
    (date,) = small.events(worlds.arm, "date")
    assert (date.instrument, date.complex) == ("announcement", "noksan")
    assert date.time == calendar.moment(calendar.parse_date("2008-06-24"))


def test_a_date_before_the_run_is_left_out():
    record = small.run(f"{small.NOKSAN}.timetable.announcement.date=2006-12-31")
    assert small.events(record, "date") == []


def test_events_are_in_the_order_of_time_and_before_the_end(worlds):
    times = [event.time for event in worlds.arm.events]
    assert times == sorted(times)
    assert times[-1] < worlds.spec.end + 1


def test_the_reference_has_no_programme(worlds):
    assert worlds.reference.events == []
    assert worlds.reference.ledgers == {}


@pytest.mark.parametrize(("left", "gone"), [("rnd", "inno_core"), ("inno_core", "rnd")])
def test_an_instrument_left_out_does_nothing(left, gone):
    record = small.run(f"{small.NOKSAN}.{gone}=~")
    names = {"rnd": "field_customised_rnd", "inno_core": "inno_core"}
    instruments = {event.instrument for event in record.events}
    assert names[left] in instruments
    assert names[gone] not in instruments


def test_a_complex_alone_has_what_it_has_beside_another(worlds):
    """Of everything but project numbers, which are each complex's own as well."""
    both = two_complexes()
    mine = [event for event in both.events if event.complex == "noksan"]
    assert mine == worlds.arm.events
    assert both.ledgers["noksan"] == worlds.arm.ledgers["noksan"]
    rows = both.panel["complex"] == small.CODE
    small.assert_same({name: values[rows] for name, values in both.panel.items()}, worlds.arm.panel)


@pytest.mark.parametrize("simulated", [small.run, two_complexes])
def test_books_close_before_a_project_of_new_years_day_goes_on(simulated):
    """The second half of a project of six months from 1 October starts with the year."""
    record = simulated(
        f"{small.NOKSAN}.rnd.first=2008-08-01",
        "programme.rnd.deciding=1 months",
        "programme.rnd.duration=6 months",
    )
    new_year = [e.kind for e in record.events if (e.time, e.complex) == (108.0, "noksan")]
    assert new_year[0] == "appropriated"
    assert "tranche" in new_year
    for complex_ in record.ledgers:
        small.assert_ledger_adds_up(record, complex_)


def test_what_runs_all_year_reserves_its_money_before_a_panel_of_new_years_day():
    """Firms ask for more than the line has, month by month; Inno-Core's year begins then too."""
    mine = {
        "council": {"opens": "2008-10-01"},
        "contact_centre": {"opens": "2008-10-01"},
        "services": {"training": {"opens": "2008-08-01", "line": "network"}},
        "inno_core": {"opens": "2009-01-01", "line": "network"},
    }
    data = copy.deepcopy(networked.DATA)
    data["programme"]["complexes"]["noksan"] |= mine
    data["programme"]["complexes"]["noksan"]["exchange"]["opens"] = "2008-08-15"
    data["programme"] |= {
        "pipeline": {"asks": "100 %", "panel_months": 1, "fast_lane": "0 KRW", "pass_mark": -20},
        "services": {"training": {"need": 12, "cost": "100 mn KRW", "cap": "100 mn KRW"}},
        "inno_core": {"packages": {n: {"title": "x", "amount": "200 mn KRW"} for n in (1, 2, 3)}},
    }
    record = simulate(load(data).spec, small.luck())
    assert len(small.events(record, "waiting", instrument="training")) > 100
    assert small.events(record, "no_money", instrument="inno_core")
    rows = small.ledger(record)
    running = rows[(rows["entry"] == "paid") & (rows["funder"] == "state")]
    for year in (2009, 2010, 2011):
        paid = running[running["year"] == year].groupby("purpose")["amount"].sum()
        for purpose in ("mini-clusters", "exchange", "council", "contact_centre"):
            assert paid.get(purpose, 0) > 0, (purpose, year)


def test_money_and_use_of_it_may_start_on_one_day():
    opens = f"{small.NOKSAN}.inno_core.opens=2009-01-01"
    record = small.run(opens, f"{small.NOKSAN}.budget.starts=2009-01-01",
                       f"{small.NOKSAN}.budget.path={{2008: ~, 2009: 1}}")  # fmt: skip
    assert small.events(record, "package")


def test_without_money_the_scheme_chooses_firms_and_pays_none():
    record = small.run(f"{small.NOKSAN}.inno_core.opens=2008-03-03")
    assert small.events(record, "chosen")
    assert {event.time // 12 for event in small.events(record, "no_money")} == {8.0}


def test_a_run_that_ends_amid_a_project_carries_its_promises_out():
    late = f"{small.NOKSAN}.rnd.month_of_year=10"
    record = small.run("end=2009-12", "targets.reach_30=~", "targets.output_20=~", late)
    small.assert_ledger_adds_up(record)
    rows = small.ledger(record)
    rows = rows[rows["year"] == 2009].groupby("entry")["amount"].sum()
    assert rows["carried_out"] > 0
