"""What firms expect: certainty, anticipation, and whether the programme goes on."""

from __future__ import annotations

import copy
import datetime as dt

import desk
import numpy as np
import pytest
from scipy.stats import binomtest

import networked
import small
from clustersim import calendar
from clustersim.programme.expectations import AnticipationSpec, certainty, goes_on
from clustersim.programme.networks import NetworkSpec
from clustersim.scenario import load
from clustersim.simulation import simulate

P = 1e-6
SINCE = "2007-11-15"

DATA = copy.deepcopy(networked.DATA)
DATA["programme"]["complexes"]["noksan"]["anticipation"] = {"since": SINCE, "factor": 8}
DATA["arms"]["outlook"] = {"title": "outlook", "programme": {"continues": "40 %"}}


def run(*changes, arm="as_announced", index=0):
    return simulate(load(DATA, set=changes).arms[arm].spec, small.luck(index))


def joined(record):
    """Who joined what is on its own money, and when."""
    found = small.events(record, "joined", instrument=networked.OWN)
    return {(event.firm, event.time) for event in found}


@pytest.fixture(scope="module")
def worlds():
    return {arm: run(arm=arm) for arm in ("as_announced", "no_programme", "later", "grants")}


# ---------------------------------------------------------------- certainty


def test_less_is_done_until_the_day_of_certainty():
    terms = NetworkSpec(certain_from=dt.date(2008, 6, 24), uncertain=0.3)
    day = calendar.moment(terms.certain_from)
    assert certainty(terms, day - 1e-9) == 0.3
    assert certainty(terms, day) == certainty(terms, 200.0) == 1.0


# ---------------------------------------------------------------- anticipation


def test_invariant_2_arms_agree_until_firms_look_forward_to_the_state(worlds):
    since = calendar.moment(calendar.parse_date(SINCE))
    arm, reference = worlds["as_announced"], worlds["no_programme"]
    early = [{one for one in joined(record) if one[1] < since} for record in (arm, reference)]
    assert early[0] == early[1] != set()
    for record in (arm, reference):
        assert any(event.time >= since for event in small.events(record, "joined"))
    before = arm.months["month"] <= since
    for name, values in arm.months.items():
        assert np.array_equal(values[before], reference.months[name][before]), name


def test_more_join_ahead_of_the_money_and_nobody_is_lost(worlds):
    """Whoever would have joined by a month has joined by then."""
    firms = [
        {firm for firm, when in joined(worlds[arm]) if when < 102.0}
        for arm in ("as_announced", "no_programme")
    ]
    assert firms[1] < firms[0]


def test_only_what_is_on_its_own_money_and_is_to_be_the_states(worlds):
    assert joined(worlds["grants"]) == joined(worlds["no_programme"])
    state = [
        {(e.firm, e.time) for e in small.events(record, "joined", instrument=networked.STATE)}
        for record in (worlds["as_announced"], networked.run())
    ]
    early = [{one for one in each if one[1] < 102.0} for each in state]
    assert early[0] == early[1]


def test_it_ends_when_the_state_takes_over():
    spec = AnticipationSpec(since=dt.date(2007, 11, 15), factor=3.0)
    months = [94.0, 95.0, 101.9, 102.0, 150.0]
    assert [spec.at(month, until=102.0) for month in months] == [1.0, 3.0, 3.0, 1.0, 1.0]


def test_it_ends_when_the_state_stops_before_its_money_came(worlds):
    """From then on nobody joins who would not have without the state."""
    stopped = joined(run("programme.stops=2008-02-01"))
    plain = joined(worlds["no_programme"])
    months = [{one for one in each if 97.0 <= one[1] < 102.0} for each in (stopped, plain)]
    assert months[0] <= months[1]
    assert {one for one in stopped if one[1] < 97.0} > {one for one in plain if one[1] < 97.0}


def test_whoever_waits_for_the_state_longer_looks_forward_longer(worlds):
    """A year later firms still join ahead of it, so more have joined before there is money."""

    def ahead(record, until):
        return sum(95.0 <= when < until for _, when in joined(record))

    assert ahead(worlds["later"], 114.0) > ahead(worlds["as_announced"], 114.0)
    assert ahead(worlds["later"], 102.0) == ahead(worlds["as_announced"], 102.0)


def test_on_a_desk_so_many_more_join():
    people = desk.firms(4000)
    counts = []
    for factor in (1.0, 2.0):
        import test_mini_clusters as clusters

        at = clusters.cluster(
            people,
            clusters.quiet(joiners=1200.0),
            chance=desk.luck(),
            funder="own",
            launch=dt.date(2008, 1, 1),
        )
        at.cluster.members = at.cluster.members[:0]
        at.cluster.eagerness = lambda _now, factor=factor: factor
        clusters.run(at, dt.date(2008, 7, 15))
        counts.append(len(at.cluster.members))
    for count, expected in zip(counts, (600.0, 1200.0), strict=True):
        # the launch has a month of joiners too, before anybody looks forward
        assert count == pytest.approx(4000 * (1 - np.exp(-expected / 4000)), rel=0.15)
    assert counts[1] > 1.5 * counts[0]


# ---------------------------------------------------------------- continuation


def test_it_goes_on_as_often_as_stated():
    found = [goes_on(small.luck(k), 0.9) for k in range(2000)]
    assert binomtest(sum(found), 2000, 0.9).pvalue > P
    assert all(goes_on(small.luck(k), 1.0) for k in range(50))
    assert not any(goes_on(small.luck(k), 0.0) for k in range(50))


def test_where_it_goes_on_it_is_what_was_announced_and_else_what_is_cancelled():
    by_fate = {True: [], False: []}
    for index in range(20):
        by_fate[goes_on(small.luck(index), 0.4)].append(index)
    for fate, arm in ((True, "as_announced"), (False, "cancelled")):
        index = by_fate[fate][0]
        outlook, other = run(arm="outlook", index=index), run(arm=arm, index=index)
        assert outlook.events == other.events
        assert outlook.ledgers == other.ledgers
        small.assert_same(outlook.panel, other.panel)


def test_what_ends_before_the_debate_does_ends_then():
    index = next(k for k in range(20) if not goes_on(small.luck(k), 0.4))
    stops = "programme.stops=2007-12-20"  # from then on nobody looks forward to it
    outlook, other = (run(stops, arm=arm, index=index) for arm in ("outlook", "as_announced"))
    assert outlook.events == other.events
    assert outlook.events != run(arm="outlook", index=index).events


def test_a_year_later_the_debate_ends_a_year_later():
    index = next(k for k in range(20) if not goes_on(small.luck(k), 0.4))
    record = run("programme.delay=1 year", "programme.continues=40 %", index=index)
    mine = small.events(record, "met", "joined", instrument=networked.STATE)
    assert all(event.time < calendar.moment(dt.date(2009, 6, 24)) for event in mine)
    assert not small.events(record, "appropriated")
