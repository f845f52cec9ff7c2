"""The state's part of a plan: what is left without it, later, with some instruments, more money."""

from __future__ import annotations

import datetime as dt

import pytest

import networked
import small
from clustersim.errors import ScenarioError
from clustersim.scenario import NOTHING, load
from clustersim.scenario.show import show


def plan(*changes, arm="as_announced"):
    return networked.spec(*changes, arm=arm).programme.plans()["noksan"]


def test_built_in_arms_leave_what_is_on_its_own_money_or_nothing():
    arms = networked.scenario().arms
    (left,) = arms["no_programme"].spec.programme.complexes.values()
    assert list(left.mini_clusters) == [networked.OWN]
    assert (left.budget, left.rnd, left.inno_core, left.exchange) == (None, None, None, None)
    assert arms[NOTHING].spec.programme.complexes == {}
    assert small.scenario().arms["no_programme"].spec.programme.complexes == {}


def test_a_written_doubt_about_what_is_left_is_drawn_in_the_reference_too():
    path = f"{networked.CLUSTERS}.{{}}.experts"
    changes = [
        f"{path.format(name)}={{one_of: [{{value: 20, weight: 1}}, {{value: 40, weight: 1}}]}}"
        for name in (networked.OWN, networked.STATE)
    ]
    arms = networked.scenario(*changes).arms
    assert path.format(networked.OWN) in arms["no_programme"].doubts
    assert path.format(networked.STATE) not in arms["no_programme"].doubts
    assert path.format(networked.OWN) not in arms[NOTHING].doubts


def test_all_of_the_states_dates_are_later_and_no_others():
    early, late = plan(), plan("programme.delay=18 months")
    assert late.budget.starts == dt.date(2010, 1, 1)
    assert late.budget.years() == {
        year + 2: amount for year, amount in early.budget.years().items()
    }
    assert late.mini_clusters["parts"].launch == dt.date(2009, 12, 5)
    assert late.mini_clusters["plating"] == early.mini_clusters["plating"]
    assert late.exchange.opens == dt.date(2010, 7, 15)
    assert late.rnd.first == dt.date(2010, 4, 1)
    assert late.rnd.last_year == 2013
    assert late.inno_core.opens.year == 2010
    assert late.timetable == early.timetable  # it was announced before there was money


def test_dated_events_after_the_money_move_with_it():
    event = f"{small.NOKSAN}.timetable.end={{date: 2011-12-31, label: money ends}}"
    assert plan(event, "programme.delay=1 year").timetable["end"].date.year == 2012


def test_instruments_and_money_of_the_state():
    assert list(plan("programme.instruments=[rnd]").mini_clusters) == [networked.OWN]
    assert plan("programme.instruments=[rnd]").exchange is None
    assert plan("programme.instruments=[networks]").rnd is None
    assert plan("programme.budget_factor=0.5").budget.amount == 1.1e9


def test_no_instruments_at_all_can_be_said_and_shown():
    text = show(networked.scenario("programme.instruments=[]"))
    assert "instruments: []" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("budget=~", "mini_clusters: no budget pays for this\n  add a 'budget' beside it"),
        ("budget.lines.network=~", "mini_clusters.parts: unknown budget line 'network'"),
        ("mini_clusters.parts.sectors=[steal]", "parts.sectors.0: unknown sector"),
        ("mini_clusters.parts.launch=2031-01-01", "parts.launch: 2031-01-01 is after the run"),
        ("exchange.institutions=[inah]", "exchange.institutions.0: unknown institution"),
        ("exchange.opens=2031-01-01", "exchange.opens: 2031-01-01 is outside the run"),
    ],
)
def test_slips_are_told(change, said):
    changes = [f"{small.NOKSAN}.{change}"]
    if change.startswith("budget.lines"):
        changes.append(f"{small.NOKSAN}.budget.office_share=0 %")
    with pytest.raises(ScenarioError) as caught:
        load(networked.DATA, set=changes)
    assert said in str(caught.value)
