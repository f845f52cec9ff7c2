"""A council on a desk, and what it asks for; machines that are shared; research done jointly."""

from __future__ import annotations

import datetime as dt

import counter
import desk
import numpy as np
import pytest
from counter import LATER, MILLION, asked, run, terms, ways
from scipy.stats import poisson

from clustersim import calendar
from clustersim.programme.council import CouncilSpec, run_council

P = 1e-6
OPENS = dt.date(2008, 4, 1)


def council(people, *, complete=96.0, members=None, offers=None, money=10**10, **changes):
    """A council, and both of what it asks for, whatever is asked for being agreed at once."""
    offers = offers or {
        "joint_marketing": (terms("joint_marketing", need=0.0), {}),
        "joint_research": (terms("joint_research", need=0.0, cost=100e6, duration=4.0), {}),
    }
    at = counter.counter(people, offers, ways(), chance=desk.luck(), money=10**11)
    if money:
        for year in (2008, 2009, 2010):
            desk.money(at.team, money, "network", year)
    spec = CouncilSpec(opens=OPENS).model_copy(update=changes)
    ids = people.ids if members is None else people.ids[members]
    at.meets = run_council(at.team, spec, at.pipeline, complete=complete, members=lambda: ids)
    return at


def met(at):
    return [e.time for e in desk.noted(at.team, "council_met")]


def exporters(count, **columns):
    return desk.firms(count, export_share=0.3, **columns)


@pytest.mark.parametrize(
    ("complete", "opens", "first"),
    [(96.0, OPENS, 99.0), (104.5, OPENS, 104.5), (96.0, dt.date(2008, 4, 16), 99.5)],
)
def test_it_meets_by_the_quarter_once_the_mini_clusters_are_complete(complete, opens, first):
    at = council(exporters(20), complete=complete, opens=opens)
    run(at, dt.date(2010, 12, 1), at.meets)
    later = np.arange(np.floor(first) + 3, 131, 3)
    assert met(at) == [first, *later]


def test_it_meets_in_months_that_are_paid_for_and_not_after_the_end():
    at = council(exporters(20), money=0)
    desk.money(at.team, 10**10, "network", 2008)
    desk.money(at.team, 10**10, "network", 2010)
    at.team.stops = 125.5
    run(at, LATER, at.meets)
    assert met(at) == [99.0, 102.0, 105.0, 120.0, 123.0]
    assert at.team.ledger.paid(line="network", payee="operations") == round(20e6 / 12) * (9 + 6)


def test_groups_are_of_as_many_exporters_that_are_members_and_nobody_is_in_two():
    people = exporters(60, workers=np.where(np.arange(60) < 50, 28.0, 300.0))
    people.export_share[:20] = 0.0
    members = np.arange(10, 60)
    at = council(people, members=members, groups=4.0, ideas=0.0, group=5)
    run(at, dt.date(2008, 4, 15), at.meets)
    rows = desk.noted(at.team, "served")
    assert len(rows) % 5 == 0
    by_project = {}
    for row in rows:
        by_project.setdefault(row.project, []).append(row.firm)
    assert by_project
    every = [firm for firms in by_project.values() for firm in firms]
    assert len(set(every)) == len(every)
    assert {len(firms) for firms in by_project.values()} == {5}
    assert set(every) <= set(people.ids[20:50].tolist())


def test_there_is_no_group_of_too_few():
    at = council(exporters(4), groups=5.0, ideas=0.0, group=5)
    run(at, LATER, at.meets)
    assert asked(at) == []


def test_as_many_are_found_as_stated():
    people = exporters(4000)
    at = council(people, groups=2.0, ideas=3.0, group=2)
    run(at, dt.date(2010, 12, 1), at.meets)
    for name, mean in (("joint_marketing", 2.0), ("joint_research", 3.0)):
        number = sum(each == name for *_, each in asked(at))
        law = poisson(mean * len(met(at)))
        assert 2 * min(law.cdf(number), law.sf(number - 1)) > P


def test_joint_research_is_by_members_that_do_research_with_a_tie_to_an_institution():
    people = exporters(40, intensity=np.repeat([0.0, 0.03], 20))
    at = council(people, groups=0.0, ideas=3.0)
    run(at, dt.date(2009, 6, 1), at.meets)
    who = {firm for _, firm, _ in asked(at, "funded")}
    assert len(who) > 3
    assert who <= set(people.ids[20:].tolist())
    assert {(first[0], chance) for first, _, _, chance, _ in at.door.ties} == {
        (firm, 1.0) for firm in who
    }
    assert {partner[0] for _, partner, *_ in at.door.ties} == {900, 901}
    assert len(at.door.ties) == len(asked(at, "partnered")) == len(asked(at, "funded"))


# ---------------------------------------------------------------- joint research


def one_project(price=1.0, *, houses=True, **changes):
    mine = terms("joint_research", cost=100e6, cap=200e6, state_share=0.6, **changes)
    at = counter.counter(
        desk.firms(1), {"joint_research": (mine, {"tasks": 1, "last_year": 2008})}, ways(),
        chance=desk.Fixed(pipeline_needs=0.0),
    )  # fmt: skip
    at.team.economy.price = price
    if not houses:
        at.team.economy.places["noksan"].institutions = {}
    return run(at)


@pytest.mark.parametrize("own_part", [1.0, 0.7, 0.0])
def test_knowledge_is_additionality_times_the_grant_less_what_the_partner_keeps(own_part):
    at = one_project(np.array([1.25]), additionality=1.2, own_part=own_part, duration=6.0)
    assert at.door.of("cash") == pytest.approx([0.6 * 60e6 / 1.25, 0.4 * 60e6 / 1.25])
    research = [f[2:] for f in at.door.flows if f[0] == "rd_spending"]
    assert research == [(97, 1.2 * 30e6 / 1.25, 3), (100, 1.2 * 30e6 / 1.25, 3)]
    wanted = own_part * 1.2 * 60e6 / 1.25
    assert at.door.of("knowledge") == pytest.approx([wanted] if wanted else [])
    assert at.door.effects == []


def test_without_additionality_it_meets_its_partner_once():
    at = one_project(additionality=0.0)
    assert len(at.door.ties) == 1
    assert at.door.of("rd_spending") == []


def test_where_there_is_no_institution_nobody_is_met():
    at = one_project(houses=False)
    assert at.door.ties == []
    assert not desk.noted(at.team, "partnered")
    assert at.door.of("knowledge")


# ---------------------------------------------------------------- groups


def test_a_group_pays_its_share_in_equal_parts_and_those_that_are_left_pay_for_the_gone():
    mine = terms("joint_marketing", cost=40e6, state_share=0.75, need=0.0, duration=2.0)
    at = counter.counter(desk.firms(4), {"joint_marketing": (mine, {})}, ways())
    ids = at.team.economy.firms.ids.tolist()
    at.team.clock.start(at.desks["joint_marketing"].run())
    at.team.clock.advance(97.2)
    at.pipeline.ask("joint_marketing", tuple(ids))
    at.team.clock.advance(97.5)
    at.team.economy.close(2)
    at.team.clock.advance(105.0)
    paid = {firm: at.door.of("cash", firm) for firm in ids}
    assert paid[ids[2]] == [-1.5e6]
    assert all(paid[firm] == pytest.approx([-1.5e6, -4e6 / 3]) for firm in (ids[0], ids[3]))
    assert -sum(at.door.of("cash")) == pytest.approx(at.team.ledger.paid(funder="firms"))
    assert [effect[1] for effect in at.door.effects] == ids


# ---------------------------------------------------------------- shared equipment


def machines(people, *, money=10**9, opens=counter.OPENS, **changes):
    mine = terms("shared_equipment", **{"machines": 2, "machine_cost": 100e6, **changes})
    at = counter.counter(
        people, {"shared_equipment": (mine, {"opens": opens})}, ways(),
        chance=desk.Fixed(pipeline_needs=0.0), money=0,
    )  # fmt: skip
    desk.money(at.team, money, "special", 2008)
    return at


def test_machines_are_bought_once_out_of_the_line():
    at = run(machines(desk.firms(3)), dt.date(2008, 12, 1))
    assert at.team.ledger.paid(payee="capital") == 200 * MILLION
    bought = desk.noted(at.team, "equipped")
    assert [(e.time, e.amount, e.detail) for e in bought] == [(97.0, 200 * MILLION, 2.0)]
    assert min(e.time for e in desk.noted(at.team, "funded")) == 97.0


def test_nobody_asks_before_there_is_the_money_for_machines():
    at = machines(desk.firms(3), money=150 * MILLION)
    desk.money(at.team, 10**9, "special", 2009)
    run(at, dt.date(2009, 12, 1))
    assert desk.noted(at.team, "equipped")[0].time == 108.0
    assert min(month for month, *_ in asked(at)) == 108


def test_no_machine_is_bought_after_the_end():
    at = machines(desk.firms(3), opens=dt.date(2008, 6, 1))
    at.team.stops = 100.5
    run(at)
    assert at.team.ledger.paid() == 0
    assert asked(at) == []


def test_a_task_waits_for_a_machine_and_takes_its_hours_or_its_time():
    """Four tasks of 80 hours in halves on two machines of 80 hours: two wait half a month."""
    at = machines(desk.firms(4), machine_hours=80.0, booked=80.0, duration=0.8)
    run(at, dt.date(2008, 2, 29))
    second = [e.time for e in desk.noted(at.team, "tranche") if e.time > 97.0]
    assert second == pytest.approx([97.5, 97.5])
    at.team.clock.advance(calendar.moment(dt.date(2008, 3, 2)))
    second = [e.time for e in desk.noted(at.team, "tranche") if 97.0 < e.time <= 98.0]
    assert second == pytest.approx([97.5, 97.5, 98.0, 98.0])
    waits = [e for e in desk.noted(at.team, "queue") if e.instrument == "shared_equipment"]
    assert waits[0].time == 98.0
    assert waits[0].detail > 0.0


def test_a_task_on_a_free_machine_takes_as_long_as_was_agreed():
    at = machines(desk.firms(1), machine_hours=160.0, booked=40.0, duration=1.0)
    run(at, dt.date(2008, 3, 2))
    times = [e.time for e in desk.noted(at.team, "tranche")]
    assert times[:2] == pytest.approx([97.0, 97.5])
    assert desk.noted(at.team, "commercial")[0].time == pytest.approx(98.0)
