"""People whose hours are scarce: who waits, how long, and that writing it down moves nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from types import SimpleNamespace

import desk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import networked
import small
from clustersim.economy.month import Economy
from clustersim.programme import programme
from clustersim.programme.clock import Clock
from clustersim.programme.team import JointHeadSpec, Staff, TeamSpec, share_head, write_down


def at_work(*jobs, people=1, hours=100.0, until=110.0):
    """Staff of whom some jobs, (moment, hours), are asked from January 2008 on."""
    team = desk.office()
    staff = Staff(team.clock, people, hours, "head")
    team.staff.append(staff)

    def job(moment, needed):
        yield team.clock.at(moment)
        yield from staff.work(needed)

    team.clock.start(write_down(team), key=0)
    for key, (moment, needed) in enumerate(jobs, start=1):
        team.clock.start(job(moment, needed), key=key)
    team.clock.advance(until)
    return team


def test_a_queue_is_told_month_by_month():
    """One at a time, half a month each: the third waits a whole month, over the month's end."""
    team = at_work((96.5, 50.0), (96.5, 50.0), (96.5, 50.0))
    waits = [(e.time, e.instrument, e.amount, e.detail) for e in desk.noted(team, "queue")]
    # who is served at the very end of a month is served in the next one
    assert waits == [(97.0, "head", 2, 0.0), (98.0, "head", 0, 0.75)]
    worked = [(e.time, e.amount, e.detail) for e in desk.noted(team, "worked")]
    assert worked == [(98.0, 100, 100.0), (99.0, 50, 100.0)]


def test_nothing_is_written_where_nobody_waits_or_works():
    assert desk.kinds(at_work()) == []


def test_hours_are_there_while_the_team_is_paid():
    team = desk.office()
    team.staff.append(Staff(team.clock, 2, 30.0, "desk"))

    def paid(team):
        for month in (97, 98, 100):
            yield team.clock.at(float(month))
            team.team_paid = month

    for key, process in enumerate((paid(team), write_down(team))):
        team.clock.start(process, key=key)
    team.clock.advance(104.0)
    assert {event.detail for event in desk.noted(team, "worked")} == {60.0}


def test_whoever_is_paid_for_otherwise_is_there_then():
    team = desk.office()
    team.staff.append(Staff(team.clock, 1, 30.0, "manager"))
    team.staff[0].last_paid, team.team_paid = 99, 101
    team.clock.start(write_down(team))
    team.clock.advance(104.0)
    assert [event.time for event in desk.noted(team, "worked")] == [100.0]


@given(
    jobs=st.lists(st.tuples(st.floats(96.0, 104.0), st.floats(0.1, 120.0)), max_size=15),
    people=st.integers(1, 3),
)
def test_what_is_told_adds_up_to_what_was_done(jobs, people):
    team = at_work(*jobs, people=people, until=130.0)
    (staff,) = team.staff
    assert staff.worked == pytest.approx(sum(hours for _, hours in jobs))
    assert sum(e.amount for e in desk.noted(team, "worked")) == round(staff.worked)
    for event in desk.noted(team, "worked"):
        assert event.amount <= event.detail + 120.0 * people  # a job may have begun before
    assert all(0 <= event.amount <= len(jobs) for event in desk.noted(team, "queue"))
    assert all(event.detail >= 0.0 for event in desk.noted(team, "queue"))


@pytest.mark.parametrize("order", list(itertools.permutations((2, 3, 5))))
@pytest.mark.parametrize("urgent", [(), (5,)])
def test_of_those_who_ask_in_one_moment_the_lower_key_is_served_first(order, urgent):
    """In whatever order they come to ask in it; what is urgent still goes first."""
    clock, served = Clock(0.0), []
    staff = Staff(clock, 1, 100.0)

    def job(key):
        yield from staff.work(10.0, urgency=key not in urgent)
        served.append(key)

    def callers():
        clock.start(staff.work(200.0), key=1)  # nobody is idle while they come
        yield clock.at(1.0)
        for key in order:
            clock.start(job(key), key=key)
            yield clock.at(1.0)

    clock.start(callers(), key=0)
    clock.advance(10.0)
    assert served == sorted(order, key=lambda key: (key not in urgent, key))


# ---------------------------------------------------------------- in a world

BUSY = ("programme.mini_clusters.visits=6", "programme.mini_clusters.screening_hours=30")


@pytest.fixture(scope="module")
def world():
    return networked.run(*BUSY)


def test_the_head_and_each_manager_have_a_queue(world):
    told = small.events(world, "queue")
    assert {event.instrument for event in told} == {
        "head",
        "account_manager",
        networked.STATE,
        networked.OWN,
    }
    assert any(event.amount for event in told if event.instrument == "head")
    for event in told:
        assert event.time == int(event.time)


def test_hours_of_the_head_are_there_while_the_state_pays_the_team(world):
    months = [e.time for e in small.events(world, "worked", instrument="head")]
    assert set(range(103, 145)) <= set(months)  # July 2008 to December 2011, when they are over


def test_writing_queues_down_moves_nothing(world, monkeypatch):
    def nobody(_office):
        return
        yield

    monkeypatch.setattr(programme, "write_down", nobody)
    silent = networked.run(*BUSY)
    assert silent.events == [e for e in world.events if e.kind not in {"queue", "worked"}]
    assert silent.ledgers == world.ledgers
    small.assert_same(silent.panel, world.panel)


# ---------------------------------------------------------------- one head for two clusters

JOINT = f"{small.NOKSAN}.team.joint={{partner: Gumi, since: 2008-07-15, link: 2}}"
HALF = f"{small.NOKSAN}.team.head_share=50 %"


class Door(desk.Door):
    def __init__(self):
        super().__init__()
        self.searches = []

    def search(self, institutions, month, level):
        self.searches += [(int(each), month, level) for each in institutions]


def sharing(**changes):
    team = desk.office()
    team.economy.channels = Door()
    team.economy.places = {"noksan": SimpleNamespace(institutions={"inha": 7, "inu": 8})}
    head = Staff(team.clock, 1, 80.0, "head")
    joint = JointHeadSpec(partner="Gumi", since=dt.date(2008, 7, 15), link=0.1)
    spec = TeamSpec(**{"head_share": 0.5, "joint": joint, **changes})

    def paid(team):
        for month in range(102, 106):
            yield team.clock.at(float(month))
            team.team_paid = month

    processes = paid(team), share_head(team, spec, head)
    for key, process in enumerate(processes):
        team.clock.start(process, key=key)
    return team, head


def test_a_shared_head_has_half_the_time_from_the_day_on():
    team, head = sharing()
    team.clock.advance(102.4)
    assert head.hours == 80.0
    team.clock.advance(103.0)
    assert head.hours == 40.0


def test_a_head_shared_from_the_start_has_half_the_time_at_once():
    team, head = sharing(joint=None)
    team.clock.advance(96.1)
    assert head.hours == 40.0
    assert team.economy.channels.searches == []


def test_the_link_lasts_while_the_state_pays_the_team():
    team, _ = sharing()
    team.clock.advance(110.0)
    assert team.economy.channels.searches == [
        *[(7, 102, 0.1), (8, 102, 0.1)],
        *[(7, 106, 0.0), (8, 106, 0.0)],
    ]


def test_levels_of_search_by_several_add_up_and_are_taken_off_again():
    team, _ = sharing()
    team.clock.advance(103.0)
    one = np.array([7], dtype=np.uint64)
    team.ease_search("exchange", one, 0.7)
    team.ease_search("exchange", one, 0.0)
    assert team.economy.channels.searches[2:] == [
        (7, 103, pytest.approx(0.8)),
        (7, 103, 0.1),
    ]


def test_a_link_brings_ties_with_institutions_while_it_lasts():
    def ties(record):
        tied = small.frame(record.ties)
        mine = tied[tied["second"].isin(institutions)]
        return mine.groupby("month").size()

    spec = networked.spec()
    institutions = list(Economy(spec.economy, spec.complexes, small.luck(), start=spec.start,
                                end=spec.end).places["noksan"].institutions.values())  # fmt: skip
    linked, plain = (ties(networked.run(*changes)) for changes in ((HALF, JOINT), (HALF,)))
    early = linked.index < 102
    assert linked[early].equals(plain[early])
    assert linked[143] > 1.5 * plain[143]


def test_without_the_state_there_is_no_link():
    alone, plain = (
        networked.run(*changes, arm="no_programme") for changes in ((HALF, JOINT), (HALF,))
    )
    small.assert_same(alone.ties, plain.ties)


def test_whose_team_it_is_has_no_effect():
    told = networked.run(
        f"{small.NOKSAN}.team.host=technopark", f"{small.NOKSAN}.team.head=in post"
    )
    plain = networked.run()
    assert told.events == plain.events
    small.assert_same(told.panel, plain.panel)
