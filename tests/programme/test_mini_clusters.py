"""Mini-clusters on a desk: who joins, who comes, what the manager has time for, who pays."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from types import SimpleNamespace

import desk
import numpy as np
import pytest
from scipy.stats import binomtest, poisson

from clustersim.programme.mini_clusters import MiniCluster, MiniClusterSpec
from clustersim.programme.networks import NetworkSpec, UseEffect, Uses, counted
from clustersim.programme.team import Staff, write_down

P = 1e-6
JULY = dt.date(2008, 7, 1)
MILLION = 10**6


class Door(desk.Door):
    """Also writes down who is brought together."""

    def __init__(self):
        super().__init__()
        self.ties = []

    def tie(self, first, second, month, *, chance, weight, months):
        pairs = zip(first.tolist(), second.tolist(), strict=True)
        self.ties += [(*pair, month, chance, weight, months) for pair in pairs]


def quiet(**changes):
    """Terms under which nothing happens but what a test asks for."""
    nothing = ("founders", "joiners", "visits", "launch_turnout", "brokered", "tasks_found")
    return NetworkSpec().model_copy(
        update={**dict.fromkeys(nothing, 0.0), "meetings": 0, **changes}
    )


def cluster(
    people=None, terms=None, *, chance=None, name="parts", head=80.0, code=desk.CODE, **spec
):
    """A mini-cluster launched on 1 July 2008, all of whose firms joined at once."""
    team = desk.office(desk.firms(40) if people is None else people, chance=chance)
    team.economy.channels = Door()
    team.economy.rules.sectors = ("machinery", "steel")
    team.economy.blueprints["noksan"].code = code
    terms = terms or quiet()
    uses = Uses(team, terms, UseEffect({"practices": 0.01}, 0.5))
    made = MiniClusterSpec(**{"title": "Parts", "launch": JULY, "experts": 0, **spec})
    mine = MiniCluster(team, name, made, terms, uses=uses, head=Staff(team.clock, 1, head))
    mine.members = team.economy.firms.ids.copy()
    return SimpleNamespace(team=team, cluster=mine, uses=uses, door=team.economy.channels)


def run(at, until, money=10**10):
    for year in range(2008, int(until.year) + 1):
        if money:
            desk.money(at.team, money, "network", year)
    desk.work(at.team, write_down(at.team), at.uses.run(), at.cluster.run(), until=until)
    return at


@pytest.mark.parametrize("terms", [
    {"launch_turnout": 50.0}, {"meetings": 4, "turnout": 0.5}, {"visits": 12.0},
])  # fmt: skip
def test_clusters_of_one_name_in_two_complexes_have_each_its_own_luck(terms):
    """People at the launch, guests, and members from outside, who are nobody by id."""
    told = []
    for code in (desk.CODE, desk.CODE, 9):
        people = desk.firms(0)
        at = cluster(people, quiet(**terms), chance=desk.luck(), code=code, experts=30, outside=30)
        run(at, dt.date(2009, 7, 15))
        told.append([(e.kind, e.amount, e.detail) for e in at.team.events])
    assert told[0] == told[1] != told[2]
    assert len(told[0]) == len(told[2]) > 1 or "launch_turnout" in terms


# ---------------------------------------------------------------- joining


def joined(people, terms, luck=0, **spec):
    at = cluster(people, terms, chance=desk.luck(luck), **spec)
    at.cluster.members = at.cluster.members[:0]
    run(at, dt.date(2009, 7, 15))
    return [event.firm for event in desk.noted(at.team, "joined")], people


def test_as_many_join_as_stated_at_the_launch_and_in_a_year():
    """Each has the hazard expected x weight / all weights, so a few less than expected in all."""
    people = desk.firms(3000)
    names, _ = joined(people, quiet(founders=300.0, joiners=120.0))
    months = 12
    stay = np.exp(-(300.0 + 120.0 * months / 12.0) / 3000)
    assert binomtest(len(names), 3000, 1.0 - stay).pvalue > P
    assert len(set(names)) == len(names)


def test_the_larger_and_better_join_more_and_the_large_not_at_all():
    rows = 4000
    size = np.repeat([14.0, 28.0, 299.0, 300.0], rows)
    quality = np.tile([-1.0, 1.0], 2 * rows)
    people = desk.firms(4 * rows, workers=size, quality=quality)
    terms = quiet(founders=400.0, join_size=0.8, join_quality=0.3)
    names, _ = joined(people, terms)
    came = np.isin(people.ids, np.array(names, dtype=np.uint64))
    weight = (size / 28.0) ** 0.8 * np.exp(0.3 * quality) * (size < 300.0)
    chance = -np.expm1(-400.0 * weight / weight.sum())
    assert not came[size >= 300.0].any()
    for group in range(3):
        for q in (-1.0, 1.0):
            mine = (size == size[group * rows]) & (quality == q)
            p = float(chance[mine][0])
            assert binomtest(int(came[mine].sum()), int(mine.sum()), p).pvalue > P


def test_only_firms_of_its_sectors_and_of_its_complex_join():
    people = desk.firms(200)
    people.sector = np.repeat([0, 1], 100)
    people.complex = np.tile([desk.CODE, 9], 100)
    names, _ = joined(people, quiet(founders=1e6), sectors=("steel",))
    wanted = people.ids[(people.sector == 1) & (people.complex == desk.CODE)]
    assert sorted(names) == wanted.tolist()


def test_before_the_day_of_certainty_fewer_join_but_where_money_is_ones_own():
    people, terms = desk.firms(4000), quiet(founders=400.0, uncertain=0.5)
    for funder, expected in (("state", 200.0), ("own", 400.0)):
        names, _ = joined(people, terms, launch=dt.date(2008, 6, 5), funder=funder)
        p = 1.0 - np.exp(-expected / 4000)
        assert binomtest(len(names), 4000, p).pvalue > P


def test_luck_of_joining_is_a_firms_own_in_each_mini_cluster():
    people, terms = desk.firms(1000), quiet(founders=300.0)
    first, _ = joined(people, terms, name="parts")
    other, _ = joined(people, terms, name="plating")
    fewer, _ = joined(
        people.take(np.arange(1000) != 500), quiet(founders=300.0 * 0.999), name="parts"
    )
    gone = int(people.ids[500])
    assert set(first) != set(other)
    assert set(fewer) == set(first) - {gone}


def test_a_mini_cluster_older_than_the_run_has_the_members_it_had_gathered():
    people, terms = desk.firms(5000), quiet(founders=100.0, joiners=120.0)
    names, _ = joined(people, terms, launch=dt.date(2006, 1, 1), funder="own")
    expected = 100.0 + 10.0 * (24 + 18)
    assert binomtest(len(names), 5000, 1.0 - np.exp(-expected / 5000)).pvalue > P


# ---------------------------------------------------------------- membership alone


def test_membership_alone_delivers_nothing():
    at = run(cluster(terms=quiet()), dt.date(2009, 6, 1))
    assert len(at.cluster.members) == 40
    assert (at.door.effects, at.door.flows, at.door.ties) == ([], [], [])


# ---------------------------------------------------------------- meetings


def test_firms_of_a_site_come_less_often_the_farther_it_is():
    people = desk.firms(60)
    people.away = np.repeat([0.0, 15.0, 60.0], 20)
    at = cluster(people, quiet(meetings=6, turnout=0.6, meeting_hours=0.0), chance=desk.luck())
    run(at, dt.date(2010, 1, 15))
    meetings = len(desk.noted(at.team, "met"))
    came = Counter(event.firm for event in desk.noted(at.team, "attended"))
    for group, km in enumerate((0.0, 15.0, 60.0)):
        mine = sum(came[firm] for firm in people.ids[20 * group : 20 * group + 20].tolist())
        expected = 0.6 * np.exp(-km / 30.0)
        assert binomtest(mine, 20 * meetings, expected).pvalue > P


def test_members_come_as_often_as_turnout_says_and_guests_too():
    terms = quiet(meetings=6, turnout=0.12, meeting_hours=1.0)
    at = cluster(terms=terms, chance=desk.luck(), experts=45, local_governments=2, outside=3)
    run(at, dt.date(2010, 7, 1))
    met = desk.noted(at.team, "met")
    assert len(met) == 6 * 23  # from August on, as the launch has July
    firms, people = (
        sum(values) for values in zip(*((e.detail, e.amount) for e in met), strict=True)
    )
    assert firms == len(desk.noted(at.team, "attended"))
    assert binomtest(int(firms), 40 * len(met), 0.12).pvalue > P
    assert binomtest(int(people - firms), 50 * len(met), 0.12).pvalue > P


def test_all_pairs_of_a_meeting_are_brought_together_once():
    terms = quiet(meetings=1, turnout=0.5, tie_chance=0.02, tie_months=36.0)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2008, 9, 1))
    came = [event.firm for event in desk.noted(at.team, "attended")]
    wanted = {(a, b) for i, a in enumerate(came) for b in came[i + 1 :]}
    assert {tie[:2] for tie in at.door.ties} == wanted
    assert len(at.door.ties) == len(wanted) > 50
    assert {tie[2:] for tie in at.door.ties} == {(103, 0.02, 0.5, 36.0)}


def test_a_launch_is_for_about_as_many_people_as_stated():
    terms, people = quiet(launch_turnout=100.0), 0
    for index in range(20):
        at = run(cluster(terms=terms, chance=desk.luck(index)), dt.date(2008, 7, 2))
        people += desk.noted(at.team, "launched")[0].amount
    assert 2 * min(poisson.cdf(people, 2000), poisson.sf(people - 1, 2000)) > P


# ---------------------------------------------------------------- the manager's hours


def test_the_manager_visits_as_often_as_stated_while_there_are_hours():
    at = cluster(desk.firms(1000), quiet(visits=3.0, visit_hours=0.1), chance=desk.luck())
    run(at, dt.date(2012, 8, 1))
    assert binomtest(len(desk.noted(at.team, "visited")), 1000 * 48, 3.0 / 12.0).pvalue > P


def test_a_firm_that_closes_while_it_waits_is_not_visited():
    terms = quiet(visits=12.0, visit_hours=10.0, manager_hours=100.0)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2008, 9, 1))
    gone = at.team.economy.firms.ids[::2].tolist()
    at.team.economy.close(*range(0, 40, 2))
    at.team.clock.advance(107.0)
    later = {e.firm for e in desk.noted(at.team, "visited") if e.time >= 104.0}
    assert len(later) > 5
    assert not later & set(gone)


def test_the_manager_does_no_more_than_the_hours_allow():
    terms = quiet(visits=12.0, visit_hours=10.0, manager_hours=100.0)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2009, 8, 1))
    seen = len(desk.noted(at.team, "visited"))
    assert 10 * 12 - 3 <= seen <= 10 * 12  # ten a month, though forty wait
    two = run(cluster(terms=terms, chance=desk.luck(), managers=2), dt.date(2009, 8, 1))
    assert len(desk.noted(two.team, "visited")) == pytest.approx(2 * seen, abs=3)


def test_the_hours_worked_are_those_of_what_was_done_and_no_more_than_there_are():
    terms = quiet(visits=12.0, visit_hours=10.5, manager_hours=100.0)
    at = run(cluster(terms=terms, chance=desk.luck(), managers=2), dt.date(2009, 8, 2))
    told = desk.noted(at.team, "worked")
    visits = [event for event in desk.noted(at.team, "visited") if event.time < told[-1].time]
    assert [event.detail for event in told] == [200.0] * len(told)
    assert sum(event.amount for event in told) == pytest.approx(10.5 * len(visits), abs=22)
    assert 0.9 < sum(event.amount for event in told) / sum(event.detail for event in told) <= 1.0


def test_help_goes_before_visits_and_as_far_as_hours_go():
    terms = quiet(visits=12.0, visit_hours=10.0, manager_hours=100.0, help_hours=20.0)
    at = cluster(terms=terms, chance=desk.luck())
    helped = []

    def call(team):
        yield team.clock.at(105.0)
        helped.extend(at.cluster.help(1.0, at.team.economy.firms.ids).tolist())

    desk.money(at.team, 10**10, "network")
    desk.work(at.team, at.uses.run(), at.cluster.run(), call(at.team), until=dt.date(2008, 11, 10))
    assert len(helped) == 5
    assert [event.firm for event in desk.noted(at.team, "helped")] == sorted(helped)
    in_october = [e for e in desk.noted(at.team, "visited") if 105.0 < e.time < 106.0]
    assert len(in_october) <= 1


def test_nobody_is_helped_twice_or_by_a_mini_cluster_that_does_not_run():
    at = cluster(terms=quiet(help_hours=1.0))
    everybody = at.cluster.members
    assert at.cluster.help(1.0, everybody).tolist() == []  # it has not started
    at.cluster.upkeep.last_paid = at.team.month
    assert at.cluster.help(1.0, everybody[:10]).tolist() == everybody[:10].tolist()


def test_members_from_outside_take_hours_and_nothing_else():
    terms = quiet(visits=6.0, visit_hours=10.0, manager_hours=100.0)
    few, many = (
        run(cluster(terms=terms, chance=desk.luck(), outside=n), dt.date(2009, 8, 1))
        for n in (0, 60)
    )
    assert len(desk.noted(many.team, "visited")) < 0.5 * len(desk.noted(few.team, "visited"))


def test_partners_are_brought_together_by_the_luck_of_the_pair():
    terms = quiet(visits=12.0, visit_hours=0.1, brokered=1.0, broker_hours=0.1, broker_tie=0.3)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2008, 10, 1))
    both = desk.noted(at.team, "brokered")
    assert len(both) == 2 * len(at.door.ties) > 60
    assert all(one != other for one, other, *_ in at.door.ties)
    fewer = cluster(terms=terms, chance=desk.luck())
    gone = at.door.ties[0][1]
    fewer.cluster.members = fewer.cluster.members[fewer.cluster.members != np.uint64(gone)]
    run(fewer, dt.date(2008, 10, 1))
    kept = [tie for tie in at.door.ties if gone not in tie[:2]]
    assert set(kept) <= set(fewer.door.ties)


def test_brokerage_is_as_frequent_as_stated():
    terms = quiet(visits=12.0, visit_hours=0.1, brokered=0.3, broker_hours=0.1)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2010, 8, 1))
    visits = len(desk.noted(at.team, "visited"))
    assert binomtest(len(at.door.ties), visits, 0.3).pvalue > P


# ---------------------------------------------------------------- tasks


BUSY = {"visits": 12.0, "visit_hours": 0.1, "screening_hours": 0.1}


def test_tasks_are_found_and_passed_as_often_as_stated():
    at = run(cluster(terms=quiet(**BUSY, tasks_found=0.3), chance=desk.luck()), dt.date(2010, 8, 1))
    visits, found, refused = (
        len(desk.noted(at.team, kind)) for kind in ("visited", "task_found", "task_refused")
    )
    assert binomtest(found, visits, 0.3).pvalue > P
    assert binomtest(refused, found, 0.19).pvalue > P
    assert len(desk.noted(at.team, "task_paid")) in {found - refused, found - refused - 1}


def test_a_task_is_paid_when_it_is_done_and_the_firm_pays_its_share():
    terms = quiet(**BUSY, tasks_found=1.0, tasks_passed=1.0, task_months=2.0, task_share=0.75)
    at = run(cluster(desk.firms(1), terms, chance=desk.luck()), dt.date(2008, 12, 31))
    paid, done = (desk.noted(at.team, kind) for kind in ("task_paid", "task_done"))
    assert done[0].time == paid[0].time + 2.0
    ledger = at.team.ledger
    assert ledger.paid(funder="state", payee="firms") == len(done) * 15 * MILLION
    assert ledger.paid(funder="firms", payee="firms") == len(done) * 5 * MILLION
    assert at.door.of("cash") == [-5e6] * len(done)
    ledger.audit()


def test_tasks_wait_for_the_head_and_a_shared_head_takes_longer():
    terms = quiet(
        visits=12.0, visit_hours=0.1, tasks_found=1.0, tasks_passed=1.0, screening_hours=2.0
    )
    paid = []
    for hours in (80.0, 40.0):
        at = run(cluster(terms=terms, chance=desk.luck(), head=hours), dt.date(2008, 9, 1))
        paid.append(len(desk.noted(at.team, "task_paid")))
    assert paid[0] > 25
    assert paid[1] == pytest.approx(20, abs=2)


def test_a_task_of_a_firm_that_closed_frees_its_money():
    terms = quiet(**BUSY, tasks_found=1.0, tasks_passed=1.0, task_months=2.0)
    at = cluster(desk.firms(1), terms, chance=desk.luck())
    desk.money(at.team, 10**9, "network")
    desk.work(at.team, at.uses.run(), at.cluster.run(), until=dt.date(2008, 9, 1))
    assert desk.noted(at.team, "task_paid")
    at.team.economy.close(0)
    at.team.clock.advance(107.9)
    assert desk.kinds(at.team, "closed", "task_done") == ["closed"]
    assert at.team.ledger.paid(funder="state", payee="firms") == 0
    at.team.ledger.audit()


def test_tasks_never_use_what_runs_the_mini_cluster():
    terms = quiet(**BUSY, tasks_found=1.0, tasks_passed=1.0, task_months=1.0, running=60e6)
    at = run(cluster(terms=terms, chance=desk.luck()), dt.date(2008, 12, 31), money=100 * MILLION)
    assert desk.noted(at.team, "task_unpaid")
    assert at.team.ledger.paid(funder="state", payee="operations") == 25 * MILLION
    assert at.team.ledger.paid(funder="state", payee="firms") == 75 * MILLION


# ---------------------------------------------------------------- who pays


def payers(at):
    """Won paid to run it, by funder and year."""
    rows = at.team.ledger.rows()
    return {
        (row.funder, row.year): row.amount
        for row in rows
        if row.entry == "paid" and row.purpose == "mini-clusters" and row.amount
    }


def test_without_money_nothing_is_done():
    at = run(cluster(terms=quiet(meetings=6, visits=12.0)), dt.date(2009, 6, 1), money=0)
    assert desk.kinds(at.team) == ["launched"]


def test_what_old_promises_give_back_after_the_last_budget_does_not_start_it_again():
    at = cluster(terms=quiet(meetings=1))
    desk.money(at.team, 60 * MILLION, "network", 2008)

    def later(team):  # as when a firm closes before its task is done
        yield team.clock.at(107.5)
        promise = team.ledger.commit(107.5, "state", "network", 30 * MILLION, purpose="tasks")
        yield team.clock.at(110.5)
        team.ledger.release(110.5, promise)

    desk.work(at.team, at.uses.run(), at.cluster.run(), later(at.team), until=dt.date(2010, 1, 1))
    met = [int(event.time) for event in desk.noted(at.team, "met")]
    assert met == [103, 104, 105, 106, 107]


def test_one_on_its_own_money_is_paid_by_the_state_while_the_state_has_a_budget():
    at = cluster(terms=quiet(running=12e6), funder="own", launch=dt.date(2008, 1, 1))
    desk.money(at.team, 100 * MILLION, "network", 2009)

    def autumn(team):
        yield team.clock.at(105.0)
        desk.money(team, 100 * MILLION, "network")

    work = (autumn(at.team), at.uses.run(), at.cluster.run())
    desk.work(at.team, *work, until=dt.date(2010, 12, 31))
    assert payers(at) == {
        ("own", 2008): 8 * MILLION,
        ("state", 2008): 3 * MILLION,
        ("state", 2009): 12 * MILLION,
        ("own", 2010): 12 * MILLION,
    }
    at.team.ledger.audit()


def test_when_the_state_stops_its_own_end_and_the_others_go_on():
    for funder, ends in (("state", True), ("own", False)):
        at = cluster(terms=quiet(meetings=1, running=12e6), funder=funder)
        at.team.stops = 106.5
        run(at, dt.date(2009, 4, 1), money=10**9)
        months = sorted({int(event.time) for event in desk.noted(at.team, "met")})
        assert (months[-1] == 105) if ends else (months[-1] == 110)
        assert payers(at)["state", 2008] == 4 * MILLION  # August to November
        at.team.ledger.audit()


# ---------------------------------------------------------------- uses


def used(people, times, **terms):
    at = cluster(people, quiet(**terms))

    def use(team):
        for month, number in times:
            yield team.clock.at(month + 0.5)
            at.uses.add(team.economy.firms.ids.tolist(), number)

    desk.work(at.team, use(at.team), at.uses.run(), until=dt.date(2010, 1, 15))
    return at


def test_uses_of_a_month_are_delivered_once_for_that_month():
    at = used(desk.firms(1), [(100, 1.0), (100.25, 2.0), (101, 1.0)])
    first, second = (
        float(step) for step in np.diff(counted(NetworkSpec(), np.array([0.0, 3.0, 4.0])))
    )
    assert [(e[2], e[3]) for e in at.door.effects] == [
        (100, pytest.approx(0.01 * first)),
        (101, pytest.approx(0.01 * second)),
    ]
    assert {e[4:] for e in at.door.effects} == {(12, 36.0)}


def test_uses_of_a_year_saturate_and_a_new_year_begins_anew():
    at = used(desk.firms(1), [(97, 1000.0), (98, 10.0), (109, 1000.0)], saturation=24.0)
    assert [e[3] for e in at.door.effects] == pytest.approx([0.24, 0.0, 0.24])


def test_the_large_feel_nothing_and_the_larger_less():
    people = desk.firms(4, workers=[28.0, 112.0, 299.0, 300.0])
    at = used(people, [(100, 1.0)], size_exponent=0.5)
    felt = {effect[1]: effect[3] for effect in at.door.effects}
    base = 0.01 * float(counted(NetworkSpec(), np.array(1.0)))
    assert felt == {
        int(people.ids[0]): pytest.approx(base),
        int(people.ids[1]): pytest.approx(base / 2.0),
        int(people.ids[2]): pytest.approx(base * (299.0 / 28.0) ** -0.5),
    }
