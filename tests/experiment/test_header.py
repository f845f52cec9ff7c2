from __future__ import annotations

import pytest

import small
from clustersim.experiment import pair
from clustersim.language import speaking
from clustersim.scenario import load


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("hindsight", "hindsight to 2010 (44% of it assumed), flat after"),
        ("ex_ante", "a path to 2008-06 (94% of it assumed), chance after"),
        ("flat", "flat"),
    ],
)
def test_a_run_says_where_its_economy_comes_from(mode, said):
    header = pair.header(small.scenario(f"economy.macro.mode={mode}"), small.SEED)
    assert header["macro"] == said


def test_a_series_of_its_own_is_said_to_be_one():
    ends = {"points": [{"month": "2013-12", "value": 1, "tag": "assumed"}]}
    macro = {"mode": "series", "output": {"national": ends}, "prices": {"national": ends}}
    data = small.SMALL | {"economy": small.SMALL["economy"] | {"macro": macro}}
    assert pair.header(small.load(data), small.SEED)["macro"] == "the scenario's own series"


def test_dates_and_the_note_are_told_in_every_language_whichever_is_spoken():
    scenario = load("namdong")
    header = pair.header(scenario, scenario.seed)
    assert header["macro_ko"].startswith("2008-06까지는 정해진 경로")
    told = {date["label"]: date["label_ko"] for date in header["dates"]}
    assert (told["announced"], told["exchange system"]) == ("발표", "산학연 교류체계")
    with speaking("ko"):
        assert pair.header(scenario, scenario.seed) == header


def dates(data, arm, complex_="noksan"):
    scenario = load(data)
    found = pair.header(scenario, scenario.seed)["dates"]
    return {
        date["label"]: date["date"]
        for date in found
        if date["complex"] == complex_ and arm in date["arms"]
    }


def test_dates_are_those_of_the_arm():
    announced = dates("noksan", "as_announced")
    assert (announced["Inno-Core opens"], announced["money ends"]) == ("2009-03-02", "2011-12-31")
    assert dates("noksan", "a_year_later") == announced | {
        "mini-cluster parts and materials": "2009-06-15",
        "mini-cluster transport-equipment parts": "2009-07-05",
        "one head with Changwon": "2009-07-15",
        "Inno-Core opens": "2010-03-02",
        "money ends": "2012-12-31",
    }
    assert "Inno-Core opens" not in dates("noksan", "grants_only")
    assert not dates("noksan", "nothing")
    assert "council and chief coordinators" not in dates("five-complexes", "as_announced")


def test_an_event_named_as_a_block_is_on_the_day_the_block_opens():
    later = {"complexes": {"noksan": {"inno_core": {"opens": "2010-03-02"}}}}
    arms = {"mine": {"source": "assumption: a test", "title": "later", "programme": later}}
    data = {"extends": "noksan", "arms": arms}
    assert dates(data, "mine")["Inno-Core opens"] == "2010-03-02"
    assert dates(data, "as_announced")["Inno-Core opens"] == "2009-03-02"


def test_an_event_of_ones_own_is_on_its_day_whatever_blocks_are_called():
    event = {"date": "2009-05-01", "label": "centre announced"}
    mine = {"complexes": {"noksan": {"timetable": {"centre": event}}}}
    arms = {"mine": {"source": "assumption: a test", "title": "mine", "programme": mine}}
    assert dates({"extends": "noksan", "arms": arms}, "mine")["centre announced"] == "2009-05-01"


def test_what_would_come_after_a_stop_is_no_date_but_the_stop_is():
    own = {
        "proposed by manager and firms": "2005-07-01",
        "mini-cluster shipbuilding equipment": "2006-05-03",
        "mini-cluster new-technology convergence plating": "2007-06-15",
    }
    assert dates("noksan", "cancelled_2008") == own | {
        "designated": "2007-11-15",
        "mini-cluster parts and materials": "2008-06-15",
        "announced": "2008-06-24",
        "the state's part ends": "2008-06-24",
    }
