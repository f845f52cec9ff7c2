"""What a use does: a member's first year, alone, shows the published total; ties do their part."""

from __future__ import annotations

import numpy as np
import pytest

import networked
import small
from clustersim.programme.isolation import AverageFirm, Isolation
from clustersim.programme.networks import NetworkSpec, counted, effect_of_use, shape_of
from clustersim.specs import Mixture

EXPORTS, PER_WORKER = 0.35, 20e6


def economy(*changes):
    return small.spec(*(f"economy.{change}" for change in changes)).economy


def terms(**changes):
    return NetworkSpec().model_copy(update=changes)


def effect(spec, rules):
    return effect_of_use(spec, rules, export_share=EXPORTS, output_per_worker=PER_WORKER)


def partners(spec, months):
    """Partners that are left, month by month, one month's at a time."""
    met = spec.meetings * spec.turnout**2 * (spec.typical_members - 1.0) * spec.tie_chance
    found = met + 2.0 * spec.visits / 12.0 * spec.brokered * spec.broker_tie
    left = np.zeros(months + 1)
    for month in range(months):
        left[month:] += found * np.exp(-np.arange(months + 1 - month) / spec.tie_months)
    return left


def membership(spec, rules, made, months=24):
    """Log sales of a member over those of an untreated copy: a twelfth of the dose each month."""
    size = AverageFirm(spec.reference_workers * PER_WORKER, spec.reference_workers, EXPORTS)
    uses = np.linspace(0.0, spec.dose, 13)

    def deliver(door):
        for month in range(months):
            year = month % 12
            more = float(np.diff(counted(spec, uses[year : year + 2]))[0])
            for channel, peak in made.peaks.items():
                door.effect(channel, 1, month, more * peak, months_to_peak=12, half_life=36.0)

    known = (made.weight * partners(spec, months))[None, :]
    return Isolation(rules, size).response(1, months, deliver, known)[0]


@pytest.mark.parametrize("form", ["elasticity", "rate_of_return"])
@pytest.mark.parametrize("scale", [-0.02, 0.004, 0.025, 0.1])
@pytest.mark.parametrize("ties", [0.0, 0.3, 0.5])
def test_membership_adds_the_scale_by_the_horizon(form, scale, ties):
    spec, rules = terms(scale=scale, ties_share=ties), economy(f"knowledge.form={form}")
    assert membership(spec, rules, effect(spec, rules))[-1] == pytest.approx(scale, rel=2e-3)


def test_ties_carry_their_part_by_themselves():
    spec, rules = terms(scale=0.02, ties_share=0.3), economy()
    made = effect(spec, rules)
    assert 0.0 < made.weight < 1.0
    made.peaks.clear()
    assert membership(spec, rules, made)[-1] == pytest.approx(0.3 * 0.02, rel=2e-3)


@pytest.mark.parametrize("scale", [0.0, -0.03])
def test_ties_carry_nothing_of_a_total_that_is_not_positive(scale):
    made = effect(terms(scale=scale), economy())
    assert made.weight == 0.0
    assert any(made.peaks.values()) == (scale < 0.0)


def test_what_ties_cannot_carry_comes_by_other_ways():
    spec = terms(scale=0.1, ties_share=0.9)
    for elasticity in (0.0, 0.005):
        rules = economy(f"spillovers.elasticity={elasticity}")
        made = effect(spec, rules)
        assert made.weight == (1.0 if elasticity else 0.0)
        assert membership(spec, rules, made)[-1] == pytest.approx(0.1, rel=2e-3)


def test_ties_weigh_the_same_where_spillovers_are_switched_off():
    """So that a run without them lacks what ties bring, and nothing else."""
    assert effect(terms(), economy("spillovers.switch='off'")) == effect(terms(), economy())


def test_the_rest_is_split_between_practices_and_access():
    made = effect(terms(practices_share=1.0), economy())
    assert made.peaks["market_access"] == 0.0
    made = effect(terms(practices_share=0.0), economy())
    assert made.peaks["practices"] == 0.0


def test_the_first_use_of_a_year_counts_most_and_all_together_not_more_than_they_saturate():
    steps = np.array(shape_of(terms()).doses)
    assert len(steps) == 24
    assert np.array_equal(steps[:12], steps[12:])
    assert (np.diff(steps[:12]) < 0.0).all()
    assert steps[:12].sum() == pytest.approx(float(counted(terms(), np.array(12.0))))
    assert counted(terms(), np.array([0.0, 1e-6, 1e9])) == pytest.approx([0.0, 1e-6, 24.0])


def test_the_scale_is_drawn_from_a_mixture_with_a_mass_at_nothing():
    scenario = networked.scenario()
    drawn = [
        scenario.drawn(small.SEED, draw)["programme.mini_clusters.scale"] for draw in range(2000)
    ]
    nothing = np.mean(np.array(drawn) == 0.0)
    assert 0.2 < nothing < 0.3
    prior = NetworkSpec.model_fields["scale"].metadata[0].doubt
    assert isinstance(prior, Mixture)
    assert prior.central == NetworkSpec().scale
