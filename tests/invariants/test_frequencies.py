"""Invariant 7: what happens as often as its parameter says, and adds up to the won."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.special import expit, ndtr
from scipy.stats import binomtest

import small
from clustersim.economy.month import Economy
from clustersim.programme import rnd
from clustersim.programme.clock import Clock
from clustersim.programme.office import Office

P = 1e-6
"""Chance that a right model fails a test here; the seed is fixed, so none fails by chance."""

# everybody who applies is funded, and each chance is far enough from 0 and 1 to be seen
CHANCES = {"milestone": 0.8, "technical": 0.6, "commercial": 0.4}
RICH = (
    f"{small.NOKSAN}.budget.amount=2000억원",
    f"{small.NOKSAN}.inno_core=~",
    "programme.rnd.apply=60 %",
    "programme.rnd.pass_mark=-20",
    "programme.effect_scale=0",
    "economy.turnover.exit=1 % / year",
    "end=2015-12",
    *(f"programme.rnd.{name}={100 * p:g} %" for name, p in CHANCES.items()),
)


@pytest.fixture(scope="module")
def ends():
    """How many projects came to what, over several lucks."""
    happened = Counter()
    for index in range(4):
        happened.update(event.kind for event in small.run(*RICH, index=index).events)
    return happened


@pytest.mark.parametrize(
    ("chance", "happens", "happens_not"),
    [
        ("milestone", ("technical", "failed"), ("stopped",)),
        ("technical", ("technical",), ("failed",)),
        ("commercial", ("commercial",), ("unsold",)),
    ],
)
def test_invariant_7_projects_succeed_as_often_as_stated(ends, chance, happens, happens_not):
    yes, no = (sum(ends[kind] for kind in kinds) for kinds in (happens, happens_not))
    assert yes + no > 250
    assert binomtest(yes, yes + no, CHANCES[chance]).pvalue > P


def assert_as_often(happened, chances):
    """Compare a count with events of different chances: the law of their number is convolved."""
    law = np.ones(1)
    for p in chances:
        law = np.convolve(law, [1.0 - p, p])
    assert 2.0 * min(law[: happened + 1].sum(), law[happened:].sum()) > P


@pytest.fixture(scope="module")
def towns():
    """The office of a town at the start, for many lucks."""
    spec = small.spec()
    offices = []
    for index in range(12):
        economy = Economy(
            spec.economy, spec.complexes, small.luck(index), start=spec.start, end=spec.end
        )
        offices.append(Office("noksan", economy, Clock(105.0), small.luck(index), []))
    return spec.programme.rnd, offices


def test_invariant_7_firms_apply_as_often_as_stated(towns):
    """logit p = logit(apply) + a q + b log(workers / reference); less without research."""
    terms, offices = towns
    applied, chances = 0, []
    for office in offices:
        firms = office.firms()
        applied += int(rnd._applies(office, terms, firms, 105).sum())
        odds = np.log(0.08 / 0.92) + 0.4 * firms.quality + 0.5 * np.log(firms.workers / 28.0)
        chance = expit(odds) * np.where(firms.intensity > 0, 1.0, 0.2) * (firms.workers < 300)
        chances.extend(chance.tolist())
    assert applied > 50
    assert_as_often(applied, chances)


def test_invariant_7_the_panel_passes_as_many_as_its_noise_lets(towns):
    """P(pass | q) = N((q - mark) / (noise / sqrt(assessors)))."""
    terms, offices = towns
    passed, chances = 0, []
    for office in offices:
        firms = office.firms()
        panel = rnd._panel(office, terms, firms, 105)
        assert [application.firm for application in panel] == firms.ids.tolist()
        passed += sum(application.score >= -1.0 for application in panel)
        chances.extend(ndtr((firms.quality + 1.0) / (2.2 / np.sqrt(5))).tolist())
    assert 0.6 < passed / len(chances) < 0.9
    assert_as_often(passed, chances)


# ---------------------------------------------------------------- net additionality

# no inflation; no knowledge moves sales; nobody closes, is short of cash, stopped, helped elsewhere
PLAIN = (
    "economy.macro.mode=flat",
    "economy.knowledge.form=elasticity",
    "economy.knowledge.elasticity=0",
    "economy.spillovers.switch=off",
    "economy.turnover.exit=0 % / year",
    "economy.accounts.research_buffer=0 months",
    "economy.accounts.cash_target=24 months",
    "economy.accounts.margin=20 %",
    "programme.rnd.milestone=100 %",
    "programme.rnd.cost_of_applying=0 KRW",
    "programme.rnd.elsewhere.chance=0 %",
    f"{small.NOKSAN}.inno_core=~",
)


@pytest.mark.parametrize("additionality", [0.6, 1.05, 1.6])
def test_invariant_7_additionality_adds_up_to_the_won(additionality):
    """Research of each funded firm rises by a x subsidy over its projects; nobody else's does."""
    pair = small.pair(*PLAIN, f"programme.rnd.additionality={additionality}")
    research = Counter()
    for sign, record in ((1, pair.arm), (-1, pair.reference)):
        columns = (record.panel["id"].tolist(), record.panel["rd_spending"].tolist())
        for firm, spent in zip(*columns, strict=True):
            research[firm] += sign * spent
    subsidy = Counter()
    for event in small.events(pair.arm, "tranche"):
        subsidy[event.firm] += event.amount
    assert len(subsidy) >= 10
    for firm, spent in research.items():
        assert spent == pytest.approx(additionality * subsidy[firm], abs=1.0)
    groups = pair.tables["groups"]
    mine = groups[(groups["group"] == "supported") & (groups["outcome"] == "rd_spending")]
    effect = (mine["arm_value"] - mine["reference_value"]).sum()
    paid = small.paid(pair.arm, funder="state", purpose="field_customised_rnd")
    assert effect == pytest.approx(additionality * paid, rel=1e-9)
    for column in ("output", "workers", "value_added"):
        assert np.array_equal(pair.arm.panel[column], pair.reference.panel[column])
