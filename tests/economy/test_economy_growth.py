"""Growth of yearly sales is as wide, as persistent and as peaked as its parameters say."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import Z, bare, luck, within

from clustersim.economy.growth import Growth, GrowthSpec
from clustersim.randomness import Tent


def moments(yearly):
    """Variance and first autocovariance of each firm's growth about the mean of its size."""
    centred = yearly - yearly.mean(axis=1, keepdims=True)
    return (centred**2).mean(axis=0), (centred[1:] * centred[:-1]).mean(axis=0)


# ---------------------------------------------------------------- what a year looks like


@pytest.mark.parametrize("size", range(4))
def test_sd_of_yearly_growth_is_that_of_its_size(grown, size):
    spec, workers = grown.spec, grown.sizes[size]
    sd = spec.sd * (workers / spec.reference_workers) ** spec.size_exponent
    variance, _ = moments(grown.yearly[:, size])
    # 4 %: the growth of a year's sum is not quite that of its mean log
    assert within(variance / sd**2, 1.0, slack=0.04)


@pytest.mark.parametrize("size", range(4))
def test_growth_is_followed_by_growth_as_much_as_its_size_says(grown, size):
    small = grown.sizes[size] < 50.0
    expected = grown.spec.autocorrelation_small if small else grown.spec.autocorrelation_large
    variance, covariance = moments(grown.yearly[:, size])
    assert within((covariance - expected * variance) / variance.mean(), 0.0, slack=0.01)


def test_growth_is_a_tent_and_no_bell(grown):
    scaled = grown.yearly / grown.yearly.std(axis=(0, 2), keepdims=True)
    first = scaled[::3]  # years that share no month's shock
    # of a normal, fourth moment 3 and 8 % within a tenth of an sd; of Laplace 6 and 13 %
    assert np.mean(first**4) - 3.0 > Z * np.sqrt(24.0 / first.size) + 0.5
    assert np.mean(first**4) < 6.0
    assert np.mean(np.abs(first) < 0.1) > 0.0797 + Z * np.sqrt(0.08 / first.size)


@pytest.mark.parametrize("part", ["permanent", "transitory", "drift"])
def test_no_part_moves_the_mean_of_sales(grown, part):
    firms = grown.firms
    level = getattr(firms, part) - (firms.centre if part == "transitory" else 0.0)
    assert within(np.exp(level), 1.0)
    # the test has power: uncompensated, the mean would be further off than luck can put it
    assert not within(np.exp(level - level.mean()), 1.0)


def test_drift_keeps_the_mean_at_every_age():
    growth = Growth(GrowthSpec(quality_sd="8 % / year"))
    firms = bare(np.arange(1, 20_001), 28.0)
    growth.birth(firms, luck())
    for month in range(36):
        u = luck().matrix(Growth.streams, month, firms.ids)
        growth.step(firms, u, np.full(len(firms), float(month)))
        if month in {0, 11, 35}:
            assert within(np.exp(firms.drift), 1.0)
    assert within(firms.quality, 0.0)
    assert within(firms.quality**2, 1.0)


def test_quality_is_worth_its_growth_in_the_first_year():
    growth = Growth(GrowthSpec(sd=0.0, autocorrelation_small=0.0, quality_sd="5 % / year"))
    firms = bare([1, 2], 28.0, quality=np.array([1.0, 0.0]))
    growth.scale(firms)
    growth.keep_quality = 1.0
    for month in range(12):
        growth.step(firms, np.full((3, 2), 0.5), np.full(2, float(month)))
    assert firms.drift[0] - firms.drift[1] == pytest.approx(np.log(1.05), rel=1e-12)


# ---------------------------------------------------------------- from two moments to two parts


def impulse(response):
    """Variance and first autocovariance of the growth of yearly mean logs, by one shock."""
    year = np.convolve(response, np.full(12, 1.0 / 12.0))[: len(response)]
    growth = year - np.append(np.zeros(12), year[:-12])
    return np.array([np.sum(growth**2), np.sum(growth[12:] * growth[:-12])])


def test_moments_of_the_parts_are_those_of_their_responses_to_a_shock():
    growth, ages = Growth(GrowthSpec()), np.arange(12 * 120)
    r, k = growth.keep_transitory, growth.keep_quality
    permanent = impulse(np.ones(len(ages))) / 12.0
    transitory = impulse(r**ages) * (1.0 - r * r)
    drift = impulse(np.cumsum(k**ages) / 12.0) * (1.0 - k * k)
    np.testing.assert_allclose(growth._moments, [permanent, transitory, drift], rtol=1e-6)


def test_the_first_month_of_the_transitory_part_has_its_long_run_spread():
    growth = Growth(GrowthSpec())
    r = growth.keep_transitory
    assert growth.innovation**2 / 12.0 == pytest.approx(1.0 - r * r)


@pytest.mark.parametrize("workers", [3.0, 28.0, 50.0, 110.0, 250.0, 1000.0])
def test_the_two_parts_add_up_to_both_moments(workers):
    growth = Growth(GrowthSpec())
    spec = growth.spec
    permanent, transitory = growth.split(np.array([workers]))
    parts = np.array([permanent[0] ** 2, transitory[0] ** 2, np.log1p(spec.quality_sd) ** 2])
    variance, covariance = parts @ np.array(growth._moments)
    sd = spec.sd * (workers / spec.reference_workers) ** spec.size_exponent
    span = np.clip(np.log(workers / 50.0) / np.log(5.0), 0.0, 1.0)
    assert np.sqrt(variance) == pytest.approx(sd)
    assert covariance / variance == pytest.approx(-0.20 + 0.25 * span)


@pytest.mark.parametrize(
    ("changes", "permanent", "transitory"),
    [
        ({"autocorrelation_small": -0.4}, False, True),  # beyond the lowest: all transitory
        ({"autocorrelation_small": 0.2, "quality_sd": "0 % / year"}, True, True),
        ({"sd": 0.0}, False, False),  # quality alone grows more than that
        ({"sd": 0.02, "quality_sd": "10 % / year"}, False, False),
    ],
)
def test_where_no_two_parts_fit_neither_is_negative(changes, permanent, transitory):
    growth = Growth(GrowthSpec(**changes))
    p, t = growth.split(np.array([28.0]))
    assert bool(p[0] > 1e-6) is permanent
    assert bool(t[0] > 1e-6) is transitory
    variance = growth._moments[0][0] * p**2 + growth._moments[1][0] * t**2
    assert variance[0] == pytest.approx(
        max(growth.spec.sd**2 - growth._moments[2][0] * np.log1p(growth.spec.quality_sd) ** 2, 0.0)
    )


@pytest.mark.parametrize("workers", [0.01, 1.0, 1e5])
def test_no_size_leaves_the_law_of_steps_at_the_ends_of_all_ranges(workers):
    for half_life in ("0.5 months", "3 months", "36 months"):
        growth = Growth(GrowthSpec(sd=0.6, size_exponent=-0.5, transitory_half_life=half_life))
        permanent, transitory = growth.split(np.array([workers]))
        assert np.isfinite(Tent.compensator(permanent)).all()
        assert np.isfinite(Tent.compensator(growth.innovation * transitory)).all()


def test_no_rounding_error_is_left_where_all_is_transitory():
    growth = Growth(GrowthSpec(sd=0.09))
    parts = np.array(growth.split(np.geomspace(1.0, 1e5, 5000)))
    assert np.all(parts >= 0.0)


def test_a_firm_shrunk_by_luck_is_no_wilder_than_one_of_one_worker():
    growth = Growth(GrowthSpec(sd=0.3, size_exponent=-0.25))
    firms = bare([1, 2], np.array([5.0, 1.0]), permanent=np.array([-8.0, 0.0]))
    growth.scale(firms)
    assert firms.sd_permanent[0] == firms.sd_permanent[1]
    assert firms.sd_transitory[0] == firms.sd_transitory[1]


def test_luck_is_scaled_by_what_luck_alone_did():
    growth = Growth(GrowthSpec())
    firms = bare([1, 2], 28.0, knowledge=np.array([0.0, 1.0]))
    firms.workers = np.array([28.0, 500.0])
    growth.scale(firms)
    assert firms.sd_permanent[0] == firms.sd_permanent[1]
