"""Invariant 7: what happens as often as its parameter says, and adds up to the won."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit
from watch import watched

import small

P = 1e-6
"""Chance that a right model fails a test here; the seed is fixed, so none fails by chance."""

MONEY = (
    f"{small.NOKSAN}.budget.amount=3000억원",  # everybody good enough is funded
    "programme.rnd.apply=30 %",
    "programme.rnd.milestone=80 %",
    "economy.turnover.exit=0 % / year",  # nobody closes in the middle of a project
)


@pytest.fixture(scope="module")
def rich():
    return [small.run(*MONEY, index=index) for index in range(6)]


@pytest.mark.parametrize(
    ("happens", "else_", "parameter"),
    [
        ("technical", "failed", "technical"),
        ("commercial", "unsold", "commercial"),
    ],
)
def test_invariant_7_projects_succeed_as_often_as_stated(rich, happens, else_, parameter):
    yes, no = (sum(len(small.events(r, kind)) for r in rich) for kind in (happens, else_))
    chance = getattr(small.spec().programme.rnd, parameter)
    assert yes + no > 300
    assert stats.binomtest(yes, yes + no, chance).pvalue > P


def test_invariant_7_milestones_are_passed_as_often_as_stated(rich):
    stopped = sum(len(small.events(r, "stopped")) for r in rich)
    decided = stopped + sum(
        len(small.events(r, kind)) for r in rich for kind in ("technical", "failed")
    )
    assert decided > 300
    assert stats.binomtest(decided - stopped, decided, 0.8).pvalue > P


def test_invariant_7_firms_apply_as_often_as_stated():
    """At the first call, by the sum of the chances that the rule gives to the firms that stood."""
    terms = small.spec().programme.rnd
    expected = variance = seen = 0.0
    for index in range(12):
        world = watched(small.spec(), small.luck(index))
        office = world.offices["noksan"]
        opened = small.events(world.record, "call")[0].time
        seen += sum(e.time == opened for e in small.events(world.record, "applied"))
        firms = standing(index, int(opened), office.code)
        odds = (
            logit(terms.apply)
            + terms.apply_quality * firms.quality
            + terms.apply_size * np.log(firms.workers / terms.reference_workers)
        )
        chance = expit(odds) * np.where(firms.intensity > 0, 1.0, terms.apply_without_research)
        chance = chance * (firms.workers < terms.small_below)
        expected += chance.sum()
        variance += (chance * (1 - chance)).sum()
    assert abs(seen - expected) < stats.norm.isf(P / 2) * np.sqrt(variance)
    assert seen > 30


def standing(index, month, code):
    """The firms as the office saw them when a month began: nothing had been paid before."""
    from clustersim.economy.month import Economy

    spec = small.spec()
    economy = Economy(
        spec.economy, spec.complexes, small.luck(index), start=spec.start, end=spec.end
    )
    for each in range(spec.start, month):
        economy.step(each)
    firms = economy.firms
    return firms.take((firms.alive > 0) & (firms.complex == code))


def test_invariant_7_additionality_adds_up_to_the_won():
    """The paired change of research is a x subsidy where nothing else of a firm can move.

    Without an effect of knowledge on sales, without Inno-Core, without a cost of applying and with
    research that liquidity never cuts, a grant changes research by additionality and no more.
    """
    changes = (
        "economy.knowledge.form=elasticity",
        "economy.knowledge.elasticity=0",
        "economy.accounts.research_buffer=0 months",
        "economy.accounts.cash_target=24 months",
        "economy.turnover.exit=0 % / year",
        "programme.rnd.cost_of_applying=0 KRW",
        "programme.rnd.additionality=1.4",
        "programme.rnd.milestone=100 %",
        f"{small.NOKSAN}.inno_core=~",
    )
    arm, reference = (small.run(*changes, arm=arm) for arm in ("as_announced", "no_programme"))
    funded = {event.firm for event in small.events(arm, "funded")}
    assert funded
    rows = np.isin(arm.panel["id"], list(funded))
    starved = arm.panel["cash"][rows].min() <= 0
    assert not starved
    change = arm.panel["rd_spending"].sum() - reference.panel["rd_spending"].sum()
    spec, world = small.spec(*changes), watched(small.spec(*changes), small.luck())
    given = sum(flow[3] for flow in world.flows if flow[0] == "rd_spending")
    subsidy = sum(flow[3] for flow in world.flows if flow[0] == "cash")
    assert change == pytest.approx(given, rel=1e-9)
    # tranches are paid at other prices than the halves of the project they stand for
    assert given / subsidy == pytest.approx(spec.programme.rnd.additionality, rel=0.02)
