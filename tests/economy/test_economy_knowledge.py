"""Research builds a stock that rests in expectation and sells as the published figures say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from small_economy import Z, bare, luck, within

from clustersim.economy.knowledge import Knowledge, KnowledgeSpec

IDS = np.arange(1, 20_001)
SURVEYS = {"technology_survey": (0.227, 0.044), "sme_survey": (0.276, 0.020)}


def at_rest(spec, ids=IDS, **columns):
    """Research firms of steady output that can pay for what they plan."""
    knowledge = Knowledge(spec)
    firms = bare(ids, 28.0, output=1e8, birth_sales=1e8, **columns)
    knowledge.birth(firms, luck(), 40.0, np.log(0.044))
    knowledge.set_medians(firms, 1, 1)
    knowledge.refer(firms)
    return knowledge, firms


def run(knowledge, firms, months, deliver=None):
    for month in range(months):
        if month % 12 == 0:
            knowledge.new_year(firms, luck(), month)
        firms.rd_in = firms.knowledge_in = 0.0
        if deliver and month == 0:
            deliver(firms)
        knowledge.spend(firms, np.full(len(firms), np.inf))
        knowledge.learn(firms)


# ---------------------------------------------------------------- who does research


@pytest.mark.parametrize("survey", SURVEYS)
def test_participation_and_intensity_are_the_survey_pair(survey):
    participation, intensity = SURVEYS[survey]
    knowledge = Knowledge(KnowledgeSpec(survey=survey, intensity_spread=0.5))
    sizes = np.geomspace(2.0, 500.0, len(IDS))
    firms = bare(IDS, sizes, birth_sales=sizes * 1e7)
    knowledge.birth(firms, luck(), *knowledge.centres(firms, luck()))
    asked = (sizes >= 5.0) & (sizes < 300.0)  # whom the surveys ask
    does = firms.intensity > 0.0
    share, error = does[asked].mean(), np.sqrt(0.25 / asked.sum())
    assert share == pytest.approx(participation, abs=Z * error)
    both = does & asked
    own = np.average(firms.intensity[both], weights=sizes[both])
    public = 1.0 + knowledge.spec.other_support_share * knowledge.spec.other_support_size
    assert own * public == pytest.approx(intensity)
    assert does[sizes < 5.0].mean() < participation / 2.0  # larger firms do more often
    assert does[sizes > 300.0].mean() > 2.0 * participation


def test_a_complex_in_which_luck_has_nobody_do_research_is_fine():
    knowledge = Knowledge(KnowledgeSpec())
    firms = bare([3], 2.0, birth_sales=1e7)
    centres = knowledge.centres(firms, luck())
    knowledge.birth(firms, luck(), *centres)
    knowledge.set_medians(firms, 1, 1)
    knowledge.refer(firms)
    assert firms.intensity[0] == firms.stock[0] == 0.0
    assert knowledge.level(firms)[0] == 0.0


# ---------------------------------------------------------------- the stock


def test_success_is_drawn_and_keeps_the_mean():
    spec = KnowledgeSpec()
    knowledge, firms = Knowledge(spec), bare(IDS, 28.0)
    knowledge.new_year(firms, luck(), 96)
    assert within(firms.research_yield, 1.0)
    variance = (1.0 - spec.success) / (spec.attempts * spec.success)
    assert within((firms.research_yield - 1.0) ** 2, variance)
    first = firms.research_yield.copy()
    knowledge.new_year(firms, luck(), 108)
    assert abs(np.corrcoef(first, firms.research_yield)[0, 1]) < Z / np.sqrt(len(IDS))


def test_help_with_selling_multiplies_what_research_brings_up_to_all_of_it():
    knowledge, firms = at_rest(KnowledgeSpec(success=0.4), ids=np.arange(1, 5))
    firms.commercialisation = np.log([1.0, 1.5, 2.5, 7.0])
    before, finished = firms.stock.copy(), firms.in_progress / knowledge.spec.lag
    firms.research_yield = 1.0
    knowledge.spend(firms, np.full(4, np.inf))
    knowledge.learn(firms)
    np.testing.assert_allclose(
        firms.stock - knowledge.fade * before, finished * [1.0, 1.5, 2.5, 2.5]
    )
    np.testing.assert_allclose(firms.policy_stock, finished * [0.0, 0.5, 1.5, 1.5])
    assert (np.diff(knowledge.owed_to_policy(firms)) >= 0.0).all()


def test_other_support_comes_to_as_many_firms_and_won_as_it_says():
    spec = KnowledgeSpec()
    knowledge, firms = Knowledge(spec), bare(IDS, 28.0)
    knowledge.new_year(firms, luck(), 96)
    assert within(firms.other_support > 0.0, spec.other_support_share)
    assert set(np.unique(firms.other_support)) == {0.0, spec.other_support_size}


def test_the_stock_rests_in_expectation():
    knowledge, firms = at_rest(KnowledgeSpec())
    for _ in range(12):
        run(knowledge, firms, 12)
    assert within(firms.stock / firms.birth_stock, 1.0)
    assert within(firms.in_progress / (firms.intensity * 1e8 * 24.0), 1.0 + 0.25 * 0.55)


def test_research_becomes_knowledge_after_its_lag_on_average():
    spec = KnowledgeSpec(attempts=1, success=1.0, other_support_share=0.0, lag="10 months")
    knowledge, firms = at_rest(spec, ids=[1, 2])
    firms.in_progress = np.array([1e9, 0.0])
    firms.intensity = firms.stock = 0.0
    knowledge.fade = 1.0
    arrived = [0.0]
    for _ in range(400):
        knowledge.new_year(firms, luck(), 0)
        knowledge.spend(firms, np.zeros(2))
        knowledge.learn(firms)
        arrived.append(firms.stock[0])
    assert arrived[-1] == pytest.approx(1e9)
    assert np.sum(np.diff(arrived) * np.arange(400)) / 1e9 == pytest.approx(10.0 - 1.0)


def test_knowledge_delivered_is_there_at_once_and_fades_by_the_year():
    spec = KnowledgeSpec(depreciation="20 % / year")
    knowledge, firms = at_rest(spec, ids=[1, 2])
    firms.intensity = firms.in_progress = firms.stock = firms.birth_stock = 0.0

    def deliver(treated):
        treated.knowledge_in = np.array([1e8, 0.0])

    run(knowledge, firms, 1, deliver)
    np.testing.assert_allclose(firms.stock, [1e8, 0.0])
    run(knowledge, firms, 12)
    np.testing.assert_allclose(firms.stock, [0.8e8, 0.0])


def test_outlay_caused_by_a_programme_is_spent_and_builds_no_stock_by_itself():
    knowledge, firms = at_rest(KnowledgeSpec(), ids=[1, 2])
    firms.intensity = 0.05

    def deliver(treated):
        treated.rd_in = np.array([1e7, 0.0])

    before = firms.in_progress.copy()
    run(knowledge, firms, 1, deliver)
    assert firms.rd_spending[0] - 1e7 == pytest.approx(0.05 * 1e8 * (1 + firms.other_support[0]))
    own = 0.05 * 1e8 * (1.0 + firms.other_support) - before / 24.0
    np.testing.assert_allclose(firms.in_progress - before, own)


def test_outlay_on_its_way_to_a_firm_that_closed_takes_nothing_from_its_research():
    knowledge, firms = at_rest(KnowledgeSpec(), ids=[1, 2])
    firms.alive = np.array([0.0, 1.0])
    for _ in range(24):
        firms.rd_in = 1e7
        knowledge.spend(firms, np.full(2, np.inf))
        knowledge.learn(firms)
    assert firms.rd_spending[0] == 0.0
    assert (firms.in_progress > 0.0).all()
    assert (firms.stock > 0.0).all()


def test_research_is_cut_to_what_can_be_paid():
    knowledge, firms = at_rest(KnowledgeSpec(), ids=[1, 2, 3])
    firms.intensity, firms.other_support = 0.05, 0.0
    knowledge.spend(firms, np.array([0.0, 2e6, 1e12]))
    np.testing.assert_allclose(firms.rd_spending, [0.0, 2e6, 5e6])


# ---------------------------------------------------------------- what it sells


def test_elasticity_at_the_reference_stock_is_the_published_one():
    spec = KnowledgeSpec(form="elasticity")
    knowledge, firms = at_rest(spec, ids=[1, 2, 3])
    reference = knowledge.median_stock[0, 0]
    step = 1e-4
    firms.birth_stock = 0.3 * reference  # wherever a firm began
    firms.stock = reference * np.exp(np.array([-step, 0.0, step]))
    low, _, high = knowledge.level(firms)
    assert (high - low) / (2 * step) == pytest.approx(spec.elasticity, rel=1e-6)


def test_elasticity_form_takes_a_first_won_and_saturates():
    knowledge, firms = at_rest(KnowledgeSpec(form="elasticity"), ids=[1, 2, 3])
    reference = knowledge.median_stock[0, 0]
    firms.birth_stock = 0.0
    firms.stock = reference * np.array([0.0, 1.0, 1e6])
    nothing, middle, much = knowledge.level(firms)
    assert nothing == 0.0
    assert middle == pytest.approx(2 * 0.06 * np.log(2.0))
    assert much == pytest.approx(2 * 0.06 * np.log(1e6 + 1))


def test_a_won_of_new_stock_returns_its_rate_in_sales_a_year():
    knowledge, firms = at_rest(KnowledgeSpec(form="rate_of_return"), ids=[1, 2])
    firms.stock += np.array([0.0, 1e8])
    sales = 12.0 * firms.birth_sales * np.exp(knowledge.level(firms))
    assert sales[1] - sales[0] == pytest.approx(0.21 * 1e8)
    assert knowledge.level(firms)[0] == 0.0


def test_losing_all_knowledge_does_not_make_sales_negative():
    knowledge, firms = at_rest(KnowledgeSpec(form="rate_of_return", rate_of_return=1.0), ids=[1])
    firms.birth_stock, firms.stock = 1e12, 0.0
    assert knowledge.level(firms)[0] == pytest.approx(np.log(0.1))


def test_reference_stock_is_the_median_of_research_firms_of_the_sector():
    knowledge = Knowledge(KnowledgeSpec())
    firms = bare(range(1, 7), 28.0, stock=np.array([0.0, 1.0, 3.0, 8.0, 0.0, 50.0]))
    firms.sector = np.array([0, 0, 0, 1, 2, 0])
    firms.complex = np.array([0, 0, 0, 0, 0, 2])
    knowledge.set_medians(firms, 3, 3)
    assert knowledge.median_stock[0].tolist() == [2.0, 8.0, 3.0]  # no research: the complex's
    assert knowledge.median_stock[1].tolist() == [1.0, 1.0, 1.0]  # nobody there
    assert knowledge.median_stock[2].tolist() == [50.0, 50.0, 50.0]


def test_luck_of_a_year_is_a_binomial():
    spec = KnowledgeSpec()
    knowledge, firms = Knowledge(spec), bare(IDS, 28.0)
    knowledge.new_year(firms, luck(), 96)
    wins = np.rint(firms.research_yield * spec.attempts * spec.success).astype(int)
    expected = stats.binom.pmf(np.arange(spec.attempts + 1), spec.attempts, spec.success)
    found = np.bincount(wins, minlength=spec.attempts + 1)
    assert stats.chisquare(found, expected * len(IDS)).pvalue > 1e-6
