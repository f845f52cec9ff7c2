"""The life of a funded project: its rows, its money to the won, its luck."""

from __future__ import annotations

import desk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from clustersim.programme.projects import Deal, Project, live

P = 1e-6
WON = 70_000_001  # an odd number of won


def deal(**changes):
    return Deal().model_copy(update=changes)


class Doing:
    """Writes down what it is asked to do; half of the work takes as long as was agreed."""

    def __init__(self, team, commercial=1.0):
        self.team = team
        self.commercial = commercial
        self.told = []

    def paid(self, project, state, own):
        self.told.append(("paid", project.firms, state, own))

    def work(self, _project, months):
        yield self.team.clock.after(months)

    def commercial_chance(self, _project):
        return self.commercial

    def succeed(self, project):
        self.told.append(("succeed", project.firms))


def start(team, terms, doing=None, *, rows=(0,), amount=WON, number=None, month=95, kind=7):
    firms = tuple(team.economy.firms.ids[list(rows)].tolist())
    number = team.new_project() if number is None else number
    grant = team.commit("special", amount, amount / terms.state_share, "it", number)
    project = Project("it", firms, number, "special", amount, grant, month, kind)
    doing = doing or Doing(team, terms.commercial)
    team.clock.start(live(team, terms, doing, project), key=number)
    return doing


def told(chance=None, terms=None, **more):
    team = desk.office(chance=chance or desk.Fixed())
    desk.money(team, 10**9, "special")
    doing = start(team, terms or Deal(), **more)
    team.clock.advance(desk.START + 48)
    return team, doing


def story(team):
    return [(e.kind, e.time - desk.START, e.amount) for e in team.events]


DEAL = deal(duration=5.0, first_tranche=0.6, commercial_lag=7.0, commercial=0.6, clawback=0.3)
FIRST = round(WON * 0.6)


@pytest.mark.parametrize(
    ("chance", "ends"),
    [
        ({}, [("tranche", 2.5, WON - FIRST), ("technical", 5, 0), ("commercial", 12, 0)]),
        ({"projects_commercial": 0.7},
         [("tranche", 2.5, WON - FIRST), ("technical", 5, 0), ("unsold", 12, 0)]),
        ({"projects_technical": 0.96}, [("tranche", 2.5, WON - FIRST), ("failed", 5, 0)]),
        ({"projects_milestone": 0.98}, [("stopped", 2.5, round(FIRST * 0.3))]),
    ],
)  # fmt: skip
def test_every_step_has_its_row_at_its_time_with_its_won(chance, ends):
    team, doing = told(desk.Fixed(**chance), DEAL)
    assert story(team) == [("tranche", 0, FIRST), *ends]
    assert (doing.told[-1][0] == "succeed") == (ends[-1][0] == "commercial")
    back = ends[-1][2]
    assert team.economy.channels.of("cash") == ([-float(back)] if back else [])


def test_without_a_lag_it_is_in_use_at_once():
    team, _ = told(terms=deal(duration=4.0))
    assert story(team)[-2:] == [("technical", 4, 0), ("commercial", 4, 0)]


@given(
    won=st.integers(1, 10**9),
    first=st.floats(0.0, 1.0),
    back=st.floats(0.0, 1.0),
    share=st.floats(0.05, 1.0),
    stops=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_won_is_paid_given_back_or_free_again(won, first, back, share, stops):
    terms = deal(first_tranche=first, clawback=back, state_share=share)
    team = desk.office(chance=desk.Fixed(projects_milestone=0.99 if stops else 0.5), books=False)
    desk.money(team, won, "special")
    doing = start(team, terms, amount=won)
    team.clock.advance(desk.START + 7)
    paid = [each[2:] for each in doing.told if each[0] == "paid"]
    state, own = (sum(column) for column in zip(*paid, strict=True))
    whole_own = round(won * (1.0 - share) / share)
    assert team.ledger.paid(funder="state") == state
    assert team.ledger.paid(funder="firms") == own
    refunded = sum(e.amount for e in desk.noted(team, "stopped"))
    assert team.ledger.free("state", "special", 2008) == won - state + refunded
    if stops:
        assert paid == [(round(won * first), round(whole_own * first))]
        assert refunded == round(state * back)
    else:
        assert (state, own, refunded) == (won, whole_own, 0)


@pytest.mark.parametrize(
    ("closes", "rows"),
    [
        (1.0, ["tranche", "closed"]),
        (3.0, ["tranche", "tranche", "closed"]),
        (6.0, ["tranche", "tranche", "technical", "closed"]),
    ],
)
def test_a_firm_that_closes_ends_its_project_then_and_brings_nothing(closes, rows):
    team = desk.office(chance=desk.Fixed(), books=False)
    desk.money(team, 10**9, "special")
    doing = start(team, DEAL)
    team.clock.advance(desk.START + closes)
    team.economy.close(0)
    team.clock.advance(desk.START + 24)
    assert desk.kinds(team) == rows
    assert "succeed" not in [each[0] for each in doing.told]
    paid = team.ledger.paid(funder="state")
    assert paid == (FIRST if closes < 2.5 else WON)
    assert team.ledger.free("state", "special", 2008) == 10**9 - paid


def test_the_first_of_a_group_signs_and_all_of_it_is_served():
    team, doing = told(terms=DEAL, rows=(1, 0, 2))
    ids = team.economy.firms.ids.tolist()
    assert {e.firm for e in team.events} == {ids[1]}
    assert [e.amount for e in desk.noted(team, "tranche")] == [FIRST, WON - FIRST]
    assert doing.told[-1] == ("succeed", (ids[1], ids[0], ids[2]))


def test_luck_hangs_on_month_firm_and_instrument_and_not_on_the_number():
    terms = deal(milestone=0.5, technical=0.5, commercial=0.5, duration=1.0)

    def ends(numbers, month=95, kind=7):
        team = desk.office(desk.firms(200), chance=desk.luck(), books=False)
        desk.money(team, 10**11, "special")
        for row in range(200):
            start(team, terms, rows=(row,), number=numbers[row], month=month, kind=kind)
        team.clock.advance(desk.START + 3)
        over = ("stopped", "failed", "unsold", "commercial")
        return {e.firm: e.kind for e in team.events if e.kind in over}

    plain = ends(range(1, 201))
    assert ends(range(200, 0, -1)) == plain
    for other in (ends(range(1, 201), month=96), ends(range(1, 201), kind=8)):
        assert sum(other[firm] != plain[firm] for firm in plain) > 60


def test_each_chance_is_met_as_often_as_it_says():
    terms = deal(milestone=0.8, technical=0.6, commercial=0.4, duration=1.0)
    team = desk.office(desk.firms(4000), chance=desk.luck(2), books=False)
    desk.money(team, 10**12, "special")
    for row in range(4000):
        start(team, terms, rows=(row,))
    team.clock.advance(desk.START + 3)
    count = {kind: len(desk.noted(team, kind)) for kind in ("stopped", "failed", "unsold")}
    sold = len(desk.noted(team, "commercial"))
    tried = 4000
    for kind, chance in (("stopped", 0.8), ("failed", 0.6), ("unsold", 0.4)):
        assert binomtest(tried - count[kind], tried, chance).pvalue > P
        tried -= count[kind]
    assert tried == sold
