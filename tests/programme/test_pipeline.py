"""From a need to a project on a desk: who asks, what is read, who gets it, what it costs."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import counter
import desk
import numpy as np
import pytest
from counter import MILLION, asked, needs_of, run, terms, ways
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from clustersim import calendar
from clustersim.programme.contact_centre import ContactCentre, ContactCentreSpec
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.isolation import AverageFirm

P = 1e-6
FEBRUARY = dt.date(2008, 2, 28)  # one month in which firms ask
NOBODY = np.nan


def month(team_event):
    return int(team_event.time)


# ---------------------------------------------------------------- needs


def test_firms_ask_as_often_as_their_needs_say_and_for_each_thing_in_proportion():
    """P = 1 - exp(-asks (1 + 3) / 12), of which three in four are for the second."""
    offers = {"consulting": (terms("consulting", need=1.0), {})}
    offers["training"] = (terms("training", need=3.0), {})
    people = desk.firms(6000)
    at = counter.counter(people, offers, ways(asks=0.5), chance=desk.luck())
    found = asked(run(at, FEBRUARY))
    assert {when for when, *_ in found} == {97}
    assert binomtest(len(found), 6000, -np.expm1(-0.5 * 4 / 12)).pvalue > P
    second = sum(name == "training" for *_, name in found)
    assert binomtest(second, len(found), 0.75).pvalue > P


def test_the_larger_and_the_better_ask_more():
    size, quality = np.repeat([7.0, 28.0, 112.0], 4000), np.tile([-1.0, 1.0], 6000)
    people = desk.firms(12_000, workers=size, quality=quality)
    spec = ways(asks=0.1, ask_size=0.5, ask_quality=0.3)
    at = counter.counter(people, None, spec, chance=desk.luck(1))
    who = np.isin(people.ids, np.array([firm for _, firm, _ in asked(run(at, FEBRUARY))]))
    for workers, factor in ((7.0, 0.5), (28.0, 1.0), (112.0, 2.0)):
        for q in (-1.0, 1.0):
            mine = (size == workers) & (quality == q)
            p = -np.expm1(-0.1 * factor * np.exp(0.3 * q))
            assert binomtest(int(who[mine].sum()), int(mine.sum()), p).pvalue > P


def test_before_the_day_of_certainty_they_ask_as_much_less():
    people = desk.firms(4000)
    at = counter.counter(
        people, None, ways(asks=0.1), chance=desk.luck(), certainty=lambda t: 0.5 if t < 98 else 1.0
    )
    when = Counter(e[0] for e in asked(run(at, dt.date(2008, 3, 28))))
    assert binomtest(when[97], 4000, -np.expm1(-0.05)).pvalue > P
    assert binomtest(when[98], 4000 - when[97], -np.expm1(-0.1)).pvalue > P


def test_small_firms_of_the_right_stage_alone_have_needs():
    people = desk.firms(5, workers=[28.0, 28.0, 28.0, 299.9, 300.0])
    people.age_at_birth = np.array([-90.0, 0.0, 0.0, 0.0, 0.0])  # the first is young
    growth = [0.0, 0.5, NOBODY, 0.0, 0.5]  # the second is growing
    for stages, wanted in (
        (("early",), [1, 0, 0, 0, 0]),
        (("growing",), [0, 1, 0, 0, 0]),
        (("mature", "early"), [1, 0, 1, 1, 0]),
    ):
        assert needs_of(terms(stages=stages, need=1.0), people, growth).tolist() == wanted


def test_joint_research_is_for_firms_that_do_research():
    people = desk.firms(2, intensity=[0.03, 0.0])
    assert needs_of(terms("joint_research", need=1.0), people, [0.0, 0.0]).tolist() == [1, 0]


def test_an_instrument_that_is_not_open_is_not_asked_for():
    offers = {
        "consulting": (terms("consulting"), {"opens": dt.date(2008, 6, 1)}),
        "training": (terms("training"), {"last_year": 2008}),
    }
    at = run(counter.counter(desk.firms(300), offers, chance=desk.luck()))
    months = {name: {m for m, _, n in asked(at) if n == name} for name in offers}
    assert (min(months["consulting"]), max(months["consulting"])) == (101, 131)  # to 2010
    assert (min(months["training"]), max(months["training"])) == (97, 107)  # to the year's end


def test_a_firm_asks_for_one_thing_once_at_a_time():
    at = run(counter.counter(desk.firms(2), None, ways(), chance=desk.Fixed(pipeline_needs=0.0)))
    for firm in at.team.economy.firms.ids.tolist():
        when = [month for month, who, _ in asked(at) if who == firm]
        # a project takes two months, and the clock lets it end before anybody asks
        assert set(np.diff(when)) <= {2, 3}
        assert len(when) > 10


def test_all_firms_of_a_group_are_busy():
    at = counter.counter(desk.firms(3), {"joint_marketing": (terms("joint_marketing"), {})})
    one, two, three = at.team.economy.firms.ids.tolist()
    at.team.clock.start(at.desks["joint_marketing"].run())
    at.team.clock.advance(97.5)
    for firms in ((one, two), (two, three), (three, one), (three,)):
        at.pipeline.ask("joint_marketing", firms)
    at.team.clock.advance(98.0)
    assert [firm for _, firm, _ in asked(at)] == [one, three]


def test_of_a_group_those_are_served_that_still_operate():
    name = "joint_marketing"
    at = counter.counter(desk.firms(3), {name: (terms(name), {})}, ways(fast_lane=0.0, asks=0.0))
    one, two, three = at.team.economy.firms.ids.tolist()
    at.team.clock.start(at.desks[name].run())
    at.team.clock.start(at.pipeline.run())
    at.team.clock.advance(97.5)
    at.pipeline.ask(name, (one, two, three))
    at.team.clock.advance(97.6)
    at.team.economy.close(1)
    at.team.clock.advance(104.0)
    (project,) = {e.project for e in desk.noted(at.team, "funded")}
    assert [(e.firm, e.project) for e in desk.noted(at.team, "served")] == [
        (one, project), (three, project),
    ]  # fmt: skip
    assert at.desks[name].given == {one: 1, three: 1}
    assert not any(
        desk.busy for desk in at.pipeline.desks.values()
    )  # nobody is held up by a partner that is gone


def test_who_asks_for_what_does_not_hang_on_who_else_is_there():
    people = desk.firms(400)
    full = asked(run(counter.counter(people, None, ways(asks=0.2), chance=desk.luck())))
    few = people.take(np.arange(0, 400, 2))
    half = asked(run(counter.counter(few, None, ways(asks=0.2), chance=desk.luck())))
    kept = set(few.ids.tolist())
    assert sorted(half) == sorted(each for each in full if each[1] in kept)
    assert len(half) > 100


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("by_itself", [True, False])
def test_as_many_go_astray_or_are_worth_nothing_as_stated(by_itself):
    spec = ways(asks=1.0 if by_itself else 0.0, astray=0.3, worth=0.8)
    people = desk.firms(3000)
    at = counter.counter(people, None, spec, chance=desk.luck(4))
    if not by_itself:
        at.team.clock.start(_found_by_managers(at, people.ids.tolist()))
    run(at, FEBRUARY)
    found, out = (len(asked(at, kind)) for kind in ("found", "screened_out"))
    assert found > 1500
    passes = 0.8 * (0.7 if by_itself else 1.0)
    assert binomtest(found - out, found, passes).pvalue > P
    assert len(asked(at, "screened")) == found - out


def _found_by_managers(at, firms):
    yield at.team.clock.at(97.2)
    for firm in firms:
        assert at.pipeline.found(firm, 97, 1)


def test_what_a_need_is_for_is_drawn_for_each_month_and_finder_alone():
    """Of two instruments needed alike, as often the other one as the same, and the same again."""
    offers = {name: (terms(name), {}) for name in ("consulting", "training")}
    at = counter.counter(desk.firms(2000), offers, chance=desk.luck(2))
    firms = at.team.economy.firms.ids.tolist()

    def picked(month, by):
        return np.array([at.pipeline._pick([1.0, 1.0], firm, month, by) for firm in firms])

    first = picked(97, 0)
    assert (first == picked(97, 0)).all()
    for other in (picked(97, 1), picked(98, 0), picked(97, 2), picked(98, 1)):
        assert binomtest(int((first == other).sum()), len(firms), 0.5).pvalue > P


def test_needs_found_by_several_in_one_month_are_each_drawn_by_itself():
    """By the firm itself, and by managers who come in the month or, late, in the next one."""
    offers = {name: (terms(name), {}) for name in ("consulting", "training")}
    at = counter.counter(desk.firms(1), offers, ways(asks=1.0))
    firm, drawn = int(at.team.economy.firms.ids[0]), []
    at.pipeline._pick = lambda _, *address: drawn.append(address) or "training"
    for desk_ in at.desks.values():
        at.team.clock.start(desk_.run())
    at.team.clock.advance(98.5)
    at.pipeline._ask_for_themselves()
    for month, by in ((97, 1), (98, 1), (98, 2)):
        at.pipeline.found(firm, month, by)
    assert sorted(drawn) == [(firm, 97, 1), (firm, 98, 0), (firm, 98, 1), (firm, 98, 2)]


def test_a_manager_finds_nothing_where_nothing_is_open():
    at = counter.counter(desk.firms(2))
    firm = int(at.team.economy.firms.ids[0])
    assert not at.pipeline.found(firm, 97, 1)
    assert not at.pipeline.found(firm + 1000, 97, 1)


def test_what_a_manager_finds_goes_to_what_the_firm_is_not_at_already():
    offers = {name: (terms(name, need=1.0), {}) for name in ("consulting", "training")}
    at = counter.counter(desk.firms(1), offers, ways(asks=0.0, screening_hours=20.0))
    firm = int(at.team.economy.firms.ids[0])
    told = []

    def visits():
        yield at.team.clock.at(97.2)
        for _ in range(3):
            told.append(at.pipeline.found(firm, 97, 1))
            yield at.team.clock.after(0.01)

    at.team.clock.start(visits())
    run(at, FEBRUARY)
    assert told == [True, True, False]  # an expert may be called in for the third
    assert sorted(name for *_, name in asked(at)) == ["consulting", "training"]


def test_the_head_reads_one_request_after_the_other():
    spec = ways(screening_hours=20.0, asks=1.0)
    chance = desk.Fixed(pipeline_needs=0.0)
    at = run(counter.counter(desk.firms(3), None, spec, chance=chance, hours=80.0), FEBRUARY)
    times = [e.time for e in desk.noted(at.team, "screened")]
    assert times == pytest.approx([97.25, 97.5, 97.75])
    assert at.head.worked == 60.0


@pytest.mark.parametrize(("by_itself", "cost"), [(True, 4e5), (False, 1e5)])
def test_asking_costs_the_firm_and_a_manager_saves_part_of_it(by_itself, cost):
    spec = ways(cost_of_asking=4e5, help_saves=0.75, asks=float(by_itself), worth=0.0)
    people = desk.firms(1)
    at = counter.counter(people, None, spec, chance=desk.Fixed(pipeline_needs=0.0))
    if not by_itself:
        at.team.clock.start(_found_by_managers(at, people.ids.tolist()))
    run(at, FEBRUARY)
    assert at.door.of("cash") == [-cost]


# ---------------------------------------------------------------- a contact centre


def centre(**changes):
    spec = ContactCentreSpec(opens=counter.OPENS).model_copy(update={"line": "special", **changes})
    return lambda team: ContactCentre(team, spec)


def test_a_contact_centre_sets_right_what_went_astray_and_nothing_else():
    people = desk.firms(4000)
    spec = ways(astray=0.5, worth=0.8)
    plenty = {"people": 100, "hours": 1e6}
    at = counter.counter(
        people, None, spec, chance=desk.luck(5), centre=centre(sets_right=0.6, **plenty)
    )
    run(at, dt.date(2008, 3, 28))
    found, out = (
        [each for each in asked(at, kind) if each[0] == 98] for kind in ("found", "screened_out")
    )
    assert len(found) > 500
    assert binomtest(len(found) - len(out), len(found), 0.8 * (0.5 + 0.5 * 0.6)).pvalue > P


def test_a_contact_centre_saves_the_firm_and_the_head_their_parts():
    spec = ways(cost_of_asking=4e5, help_saves=0.25, screening_hours=10.0)
    chance = desk.Fixed(pipeline_needs=0.0)
    at = counter.counter(
        desk.firms(1), None, spec, chance=chance, hours=80.0,
        centre=centre(saves=0.5, reads=0.8, request_hours=4.0, hours=40.0, people=1),
    )  # fmt: skip
    run(at, dt.date(2008, 2, 15))
    assert at.door.of("cash")[0] == -4e5 * 0.5  # its part, not both
    assert (at.head.worked, at.centre.staff.worked) == pytest.approx((2.0, 4.0))
    assert desk.noted(at.team, "screened")[0].time == pytest.approx(97 + 4 / 40 + 2 / 80)


@pytest.mark.parametrize(("manager", "left"), [(0.25, 0.5), (0.75, 0.25)])
def test_what_a_manager_and_a_contact_centre_save_is_the_larger_of_both(manager, left):
    spec = ways(cost_of_asking=4e5, help_saves=manager, asks=0.0)
    people = desk.firms(1)
    at = counter.counter(people, None, spec, chance=desk.Fixed(), centre=centre(saves=0.5))
    at.team.clock.start(_found_by_managers(at, people.ids.tolist()))
    run(at, FEBRUARY)
    assert at.door.of("cash")[0] == -4e5 * left


def test_a_contact_centre_works_in_months_that_are_paid_for_and_tells_of_its_queue():
    chance = desk.Fixed(pipeline_needs=0.0)
    at = counter.counter(
        desk.firms(30), {"training": (terms(duration=1.5), {})}, ways(), chance=chance, money=0,
        centre=centre(line="network", hours=19.0, people=1, opens=dt.date(2008, 3, 1)),
    )  # fmt: skip
    desk.money(at.team, 50 * MILLION, "network", 2008)
    desk.money(at.team, 10**10, "special", 2008)
    run(at, dt.date(2009, 6, 1))
    due = round(50e6 / 12)
    assert at.team.ledger.paid(line="network", payee="operations") == 10 * due
    times = {
        k: [e.time for e in desk.noted(at.team, k)]
        for k in ("contact_centre_opened", "contact_centre_closed")
    }
    assert times == {"contact_centre_opened": [98.0], "contact_centre_closed": [108.0]}
    rows = [e for e in at.team.events if e.instrument == "contact_centre"]
    worked = [e for e in rows if e.kind == "worked"]
    assert min(e.time for e in worked) == 99.0  # of March
    waits = [e for e in rows if e.kind == "queue"]
    assert (waits[0].time, waits[0].amount) == (100.0, 20)  # all ask in April, ten are seen
    assert waits[0].detail == pytest.approx(np.arange(10).mean() * 2 / 19)


# ---------------------------------------------------------------- who gets it


def test_what_is_below_the_limit_is_decided_at_once_and_the_rest_by_a_panel():
    for limit, when in ((7_500_001, [97.0]), (7_500_000, [98.0])):
        at = counter.counter(
            desk.firms(1), None, ways(fast_lane=limit, panel_months=1),
            chance=desk.Fixed(pipeline_needs=0.0),
        )  # fmt: skip
        run(at, dt.date(2008, 3, 15))
        assert [e.time for e in desk.noted(at.team, "funded")] == when
        assert desk.noted(at.team, "funded")[0].amount == 7_500_000


def test_a_task_is_the_states_share_of_what_it_costs_up_to_the_cap():
    offers = {"training": (terms(cost=10e6, cost_spread=0.5, cap=9e6, state_share=0.75), {})}
    at = run(counter.counter(desk.firms(3000), offers, chance=desk.luck(), money=10**12), FEBRUARY)
    amounts = np.array([e.amount for e in desk.noted(at.team, "funded")])
    assert len(amounts) > 1500
    assert not (amounts % 10_000).any()
    assert amounts.max() == 9 * MILLION
    below = int((amounts < 7_500_000).sum())
    assert binomtest(below, len(amounts), 0.5).pvalue > P


@pytest.mark.parametrize(("share", "cap"), [(0.75, 5e6), (1.0, 9e6), (0.6, 1e9)])
def test_firms_pay_whatever_the_state_does_not_give_of_the_cost(share, cap):
    """What is above the cap, and what is cut off to whole 10,000s, is theirs too."""
    mine = terms(cost_spread=0.5, cap=cap, state_share=share)
    offers = {"training": (mine, {"last_year": 2008})}
    at = run(counter.counter(desk.firms(40), offers, chance=desk.luck(), money=10**12))
    (training,) = at.desks.values()
    costs = 0
    for funded in desk.noted(at.team, "funded"):
        cost = round(training.cost(int(funded.time), funded.firm))
        books = [p for p in at.team.ledger.journal
                 if p.project == funded.project and p.debit == "paid"]  # fmt: skip
        assert sum(p.amount for p in books) == cost
        assert sum(p.amount for p in books if p.book.funder == "state") == funded.amount
        costs += cost
    paid = [at.team.ledger.paid(funder=funder) for funder in ("state", "firms")]
    assert sum(paid) == costs
    assert -sum(at.door.of("cash")) == pytest.approx(paid[1])


@pytest.mark.parametrize("every", [1, 3])
def test_panels_meet_every_so_many_months(every):
    at = counter.counter(desk.firms(50), None, ways(fast_lane=0.0, panel_months=every))
    run(at, dt.date(2009, 12, 1))
    assert {(e.time - 97.0) % every for e in desk.noted(at.team, "funded")} == {0.0}
    assert min(e.time for e in desk.noted(at.team, "funded")) == 97.0 + every


def at_panel(people, spec=None, money=10**10, **more):
    """All ask in February, and are judged in March."""
    spec = ways(**{"fast_lane": 0.0, "panel_months": 1, "assessor_noise": 0.0, **(spec or {})})
    chance = desk.Fixed(pipeline_needs=0.0, **more)
    return run(counter.counter(people, None, spec, chance=chance, money=money), dt.date(2008, 3, 1))


def judged(at, until=dt.date(2008, 3, 2)):
    at.team.clock.advance(calendar.moment(until))
    return [(e.kind, e.firm) for e in at.team.events
            if e.kind in {"funded", "waiting", "refused"}]  # fmt: skip


def test_the_best_first_while_there_is_money_and_who_is_below_the_mark_is_refused():
    people = desk.firms(4, quality=[0.5, 2.0, -1.01, -1.0])
    one, two, three, four = people.ids.tolist()
    at = at_panel(people, {"pass_mark": -1.0}, money=15 * MILLION)
    assert judged(at) == [
        ("funded", two), ("funded", one), ("waiting", four), ("refused", three),
    ]  # fmt: skip


def test_ties_are_broken_by_luck_and_then_by_id():
    people = desk.firms(3)
    at = at_panel(people, money=15 * MILLION)
    assert [firm for _, firm in judged(at)] == people.ids.tolist()


@pytest.mark.parametrize("chooser", ["growers", "sinkers", "lots", "dip"])
def test_other_choosers_know_no_mark(chooser):
    at = at_panel(desk.firms(3, quality=-5.0), {"pass_mark": 20.0, "chooser": chooser})
    assert {kind for kind, _ in judged(at)} == {"funded"}


def test_growers_are_funded_first_where_they_are_chosen():
    people = desk.firms(3)
    at = at_panel(people, {"chooser": "growers"}, money=8 * MILLION)
    at.team.books.growth = lambda firms: np.array([0.1, 0.3, 0.2])[
        np.searchsorted(people.ids, firms.ids)
    ]
    assert judged(at)[0] == ("funded", int(people.ids[1]))


def test_who_waits_gets_it_when_there_is_money_or_is_refused_when_it_has_waited_enough():
    people = desk.firms(2, quality=[1.0, 0.0])
    _, two = people.ids.tolist()
    for patience, ends in ((12.0, ("funded", 108.0)), (3.0, ("refused", 100.0))):
        at = counter.counter(
            people, None,
            ways(fast_lane=0.0, panel_months=1, assessor_noise=0.0, patience=patience),
            chance=desk.Fixed(pipeline_needs=0.0), money=0,
        )  # fmt: skip
        desk.money(at.team, 7_500_000, "special", 2008)
        desk.money(at.team, 15_000_000, "special", 2009)
        run(at, dt.date(2009, 1, 2))
        mine = [(e.kind, e.time) for e in at.team.events if e.firm == two and e.time > 97.0]
        first = next(each for each in mine if each[0] != "waiting")
        assert first == ends
        waited = [time for kind, time in mine if kind == "waiting" and time < first[1]]
        assert waited == list(np.arange(98.0, first[1]))


def test_who_still_waits_when_it_ends_is_refused_however_patient():
    offers = {"training": (terms(), {"last_year": 2008, "tasks": 0})}
    spec = ways(fast_lane=0.0, panel_months=1, patience=100.0)
    at = counter.counter(desk.firms(2), offers, spec, chance=desk.Fixed(pipeline_needs=0.0))
    run(at, dt.date(2009, 6, 1))
    assert {e.time for e in desk.noted(at.team, "refused")} == {108.0}
    assert max(e.time for e in desk.noted(at.team, "waiting")) == 107.0


@pytest.mark.parametrize(("exported", "wanted"), [(0.0, 0.0), (0.25, 0.010151), (1.0, 0.04)])
def test_marketing_is_about_what_is_exported(exported, wanted):
    """Exports rise by exp(0.04), a quarter of sales so by log(0.75 + 0.25 exp(0.04))."""
    marketing = SERVICES["marketing"]()
    assert marketing.scale == 0.04
    total = marketing.total(AverageFirm(1e9, 28.0, exported))
    assert total == pytest.approx(wanted, abs=1e-6)


def test_so_many_tasks_are_funded_in_a_year_and_no_more():
    offers = {"training": (terms(), {"tasks": 3})}
    at = run(counter.counter(desk.firms(20), offers, chance=desk.luck()))
    years = Counter(calendar.year_of(int(e.time)) for e in desk.noted(at.team, "funded"))
    assert years == {2008: 3, 2009: 3, 2010: 3}


@given(
    money=st.tuples(*[st.integers(0, 10**8)] * 3),
    cost=st.integers(1, 40),
    lane=st.booleans(),
    index=st.integers(0, 30),
)
@settings(max_examples=20, deadline=None)
def test_money_is_never_overdrawn_and_little_is_left_where_somebody_waits(money, cost, lane, index):
    offers = {"training": (terms(cost=cost * 1e6), {})}
    spec = ways(fast_lane=1e9 if lane else 0.0, panel_months=1)
    at = counter.counter(desk.firms(20), offers, spec, chance=desk.luck(index), money=0)
    for year, won in zip((2008, 2009, 2010), money, strict=True):
        desk.money(at.team, won, "special", year)
    run(at, dt.date(2010, 12, 1))
    amount = at.desks["training"].grant(at.desks["training"].cost(97, 1))
    funded = Counter(calendar.year_of(int(e.time)) for e in desk.noted(at.team, "funded"))
    for year, won in zip((2008, 2009, 2010), money, strict=True):
        assert funded[year] * amount <= won
    assert at.team.ledger.free("state", "special", 2010) == money[2] - funded[2010] * amount
    if any(calendar.year_of(int(e.time)) == 2010 for e in desk.noted(at.team, "waiting")):
        assert at.team.ledger.free("state", "special", 2010) < amount


# ---------------------------------------------------------------- how it ends

ENDS = {"screened_out", "refused", "closed", "funded"}
OVER = {"stopped", "failed", "unsold", "commercial", "closed"}


def test_a_firm_that_closes_while_it_waits_is_closed_and_never_funded():
    for short in ({"screening_hours": 40.0}, {"fast_lane": 0.0}):
        at = counter.counter(
            desk.firms(1), None, ways(**short), chance=desk.Fixed(pipeline_needs=0.0), hours=80.0
        )
        at.team.clock.start(_close(at, 97.2))
        run(at, dt.date(2008, 6, 1))
        assert [e.kind for e in at.team.events if e.kind in ENDS] == ["closed"]
        assert at.team.ledger.paid() == 0


def _close(at, moment):
    yield at.team.clock.at(moment)
    at.team.economy.close(0)


def test_nothing_is_agreed_after_the_end_and_what_waits_to_be_read_is_refused():
    spec = ways(screening_hours=8.0, fast_lane=0.0)
    at = counter.counter(desk.firms(60), None, spec, chance=desk.luck(), hours=80.0)
    at.team.stops = 100.5
    run(at)
    assert desk.noted(at.team, "funded")
    assert max(e.time for e in desk.noted(at.team, "funded")) < 100.5
    late = [e for e in at.team.events if e.time > 101.0]
    assert any(e.kind == "refused" for e in late)
    assert not any(e.kind == "screened" for e in late)
    assert all(after_every_request(at.team.events))


def after_every_request(events):
    """For each request found, whether it ended exactly once; for each project likewise."""
    open_, projects = {}, {}
    for event in events:
        key = (event.firm, event.instrument)
        if event.kind == "found":
            yield key not in open_
            open_[key] = 1
        elif event.kind in ENDS and (event.kind == "funded" or event.project < 0):
            yield open_.pop(key, 0) == 1
        if event.kind == "funded":
            projects[event.project] = 0
        elif event.kind in OVER and event.project >= 0:
            projects[event.project] += 1
    yield not open_
    yield from (ended == 1 for ended in projects.values())


@given(index=st.integers(0, 1000), stops=st.floats(98.0, 140.0), close=st.floats(97.0, 130.0))
@settings(max_examples=15, deadline=None)
def test_every_request_ends_once_and_so_does_every_project(index, stops, close):
    offers = {
        name: (terms(name, milestone=0.7, technical=0.7, commercial=0.7), {"tasks": 15})
        for name in ("training", "consulting", "marketing")
    }
    spec = ways(astray=0.3, worth=0.8, screening_hours=4.0, fast_lane=7e6, pass_mark=-0.5)
    at = counter.counter(
        desk.firms(40), offers, spec, chance=desk.luck(index), money=10**8, hours=80.0,
        centre=centre(hours=30.0),
    )  # fmt: skip
    at.team.stops = stops
    at.team.clock.start(_close(at, close))
    run(at, dt.date(2013, 1, 1))
    assert all(after_every_request(at.team.events))


# ---------------------------------------------------------------- what it brings


def test_what_comes_off_is_divided_by_its_chance_and_counts_so_often():
    often = terms(milestone=0.8, technical=0.5, most=2)
    at = counter.counter(desk.firms(1), {"training": (often, {})}, chance=desk.Fixed(
        pipeline_needs=0.0, projects_technical=0.1))  # fmt: skip
    run(at)
    assert len(desk.noted(at.team, "commercial")) > 5
    peaks = [effect[3] for effect in at.door.effects]
    assert peaks == pytest.approx([0.02 / 0.4] * 2)
    assert {effect[4:] for effect in at.door.effects} == {(12, 36.0)}


def test_a_rare_success_is_no_larger_than_its_door():
    rare = terms(technical=0.01, milestone=0.1)
    at = counter.counter(desk.firms(1), {"training": (rare, {})}, chance=desk.Fixed(
        pipeline_needs=0.0, projects_technical=0.0, projects_milestone=0.0))  # fmt: skip
    run(at)
    assert {effect[3] for effect in at.door.effects} == {2.0}


def test_no_instrument_of_research_has_a_scale_or_counts_so_often():
    for kind in SERVICES.values():
        scaled = {"scale", "practices_share", "most", "horizon"} & set(kind.model_fields)
        assert bool(scaled) == (kind.family != "rnd")
