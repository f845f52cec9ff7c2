"""What is known stays known; what comes after is chance, on its trend, the same in every arm."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import HINDSIGHT, SECTORS, Z, complex_, economy, first_error, luck, rules, within

from clustersim.economy.macro import Macro, MacroSpec
from clustersim.economy.outlook import Outlook, OutlookSpec, _compensated

START, KNOWN, END = 72, 101, 227
EVE = HINDSIGHT.model_copy(update={"mode": "ex_ante"})
BASE = OutlookSpec()
CALM = BASE.model_copy(update={"onset": 0.0})
MANY = 400


def build(spec=EVE, *, index=0, sectors=SECTORS, start=START, end=END):
    return Macro.build(spec, sectors, start, end, luck(index))


def eve(**changes):
    return EVE.model_copy(update={"outlook": EVE.outlook.model_copy(update=changes)})


# ---------------------------------------------------------------- known and unknown


def test_what_is_known_is_as_in_hindsight_and_the_rest_owes_nothing_to_it():
    seen, past = build(), Macro.build(HINDSIGHT, SECTORS, START, END)
    known = slice(0, KNOWN - START + 1)
    assert np.array_equal(seen.log_output[:, :, known], past.log_output[:, :, known])
    assert np.array_equal(seen.price[:, known], past.price[:, known])
    national = HINDSIGHT.output["national"]
    later = national.model_copy(
        update={
            "points": tuple(
                point.model_copy(update={"value": 3.0}) if point.month > 109 else point
                for point in national.points
            )
        }
    )
    other = EVE.model_copy(update={"output": EVE.output | {"national": later}})
    assert np.array_equal(build(other).log_output, seen.log_output)


def test_the_path_depends_on_luck_and_on_nothing_else():
    seen = build()
    assert np.array_equal(build().log_output, seen.log_output)
    assert not np.array_equal(build(index=1).log_output, seen.log_output)
    for start, end in ((START, 150), (90, END), (KNOWN + 8, END)):
        part = build(start=start, end=end)
        months = slice(start - START, end + 1 - START)
        assert np.array_equal(part.log_output, seen.log_output[:, :, months])
        assert np.array_equal(part.price, seen.price[:, months])


def test_another_sector_leaves_the_others_as_they_were():
    more = build(sectors=(*SECTORS, "textiles"))
    assert np.array_equal(more.log_output[:2], build().log_output)
    assert np.array_equal(more.price[:2], build().price)
    ahead = slice(KNOWN + 1 - START, None)
    now = more.log_output[:, 0, ahead] - more.log_output[:, 0, [KNOWN - START]]
    assert np.abs(np.diff(now, axis=0)).max(axis=1) == pytest.approx(0.2, abs=0.19)


def test_a_run_that_ends_before_is_all_known():
    past = Macro.build(HINDSIGHT, SECTORS, START, KNOWN - 6)
    assert np.array_equal(build(end=KNOWN - 6).log_output, past.log_output)


def test_without_luck_nothing_can_be_expected():
    with pytest.raises(ValueError, match="needs luck"):
        Macro.build(EVE, SECTORS, START, END)


# ---------------------------------------------------------------- the law of it


def sample(spec):
    """Log output and prices over the known month's, by luck, sector and month."""
    paths = [Outlook(spec).paths(luck(index), 2, KNOWN + 60) for index in range(MANY)]
    return (np.array(each) for each in zip(*paths, strict=True))


def test_the_mean_of_the_index_and_of_prices_is_on_its_trend_but_for_crises():
    spec = CALM.model_copy(update={"inflation_sd": 0.1, "cycle": 0.1})
    output, prices = sample(spec)
    for month in (12, 36, 60):
        assert within(np.exp(output[:, 0, month - 1]), 1.03 ** (month / 12))
        assert within(np.exp(prices[:, 1, month - 1]), 1.03 ** (month / 12))


@pytest.mark.parametrize("keep", [1.0, 0.9])
def test_half_the_variance_is_taken_off_each_month(keep):
    path = _compensated(np.zeros((1, 60)), np.array([[0.1]]), keep)[0]
    variance = 0.01 * np.cumsum(keep ** (2 * np.arange(60)))
    np.testing.assert_allclose(path, -variance / 2.0)


def test_cycles_have_their_sd_and_half_life_and_prices_walk():
    output, prices = sample(CALM)
    slack = Z * np.sqrt(2 / MANY)
    together = CALM.cycle**2 + CALM.sector_cycle**2
    for month in (12, 60):
        expected = together * (1.0 - 0.25 ** (month / CALM.cycle_half_life))
        assert output[:, 0, month - 1].var() == pytest.approx(expected, rel=slack)
        walk = (CALM.inflation_sd**2 + CALM.sector_inflation_sd**2) * month / 12
        assert prices[:, 0, month - 1].var() == pytest.approx(walk, rel=slack)
    apart = output[:, 0, -1] - output[:, 1, -1]  # sectors share the cycle of all
    settled = 1.0 - 0.25 ** (60 / CALM.cycle_half_life)
    assert apart.var() == pytest.approx(2 * CALM.sector_cycle**2 * settled, rel=slack)


def test_a_crisis_begins_falls_ends_and_is_made_good():
    spec = BASE.model_copy(update={"depth": 0.2, "length": 10.0, "fall": 1.0, "recovery": 2.0})
    gap = Outlook(spec)._gap([0.5, 0.001, 0.5, 0.95, 0.5])
    keep = 0.5**0.5
    depth = np.log(0.8)
    np.testing.assert_allclose(
        gap, [0.0, depth / 2, 3 * depth / 4, 3 * depth / 4 * keep, 3 * depth / 4 * keep**2]
    )


def test_crises_come_as_often_as_said():
    """The chance of none in five years is exp(-5 x hazard)."""
    spec = BASE.model_copy(update={"cycle": 0.0, "sector_cycle": 0.0, "trend": 0.0})
    output, _ = sample(spec)
    calm = np.all(output[:, 0] == 0.0, axis=1).mean()
    chance = np.exp(-0.35)
    assert calm == pytest.approx(chance, abs=Z * np.sqrt(chance * (1 - chance) / MANY))
    assert np.exp(output[:, 0]).mean() < 0.995  # what crises take of the mean


# ---------------------------------------------------------------- the firms in it


@pytest.mark.parametrize("as_of", ["2007-10", "2008-12"])
def test_the_firms_of_the_first_month_owe_nothing_to_later_luck(as_of):
    place = {"here": complex_(as_of=as_of)}
    first = economy(rules(HINDSIGHT), place).firms.block
    assert np.array_equal(economy(rules(EVE), place).firms.block, first)


def test_firms_follow_the_path_they_are_given():
    """With and without a deep crisis from July 2008, which all firms share."""
    calm, deep = (
        economy(rules(eve(onset=onset, depth=0.5, length=120.0)), end=125) for onset in (0.0, 2.0)
    )
    for world in (calm, deep):
        for month in range(START, 126):
            world.step(month)
    gap = deep.rules.macro.log_output[0, 0, -1] - calm.rules.macro.log_output[0, 0, -1]
    assert gap < -0.3
    fallen = np.log(deep.firms.output.sum() / calm.firms.output.sum())
    assert fallen == pytest.approx(gap, abs=0.1)


def test_an_economy_tells_each_firms_index():
    world = economy(rules(EVE))
    macro, firms = world.rules.macro, world.firms
    expected = macro.log_output[firms.sector, firms.birth_class, 110 - START]
    np.testing.assert_allclose(np.log(world.macro(110)), expected)


# ---------------------------------------------------------------- a scenario's own series


def test_own_series_are_followed():
    own = HINDSIGHT.model_copy(update={"mode": "series"})
    past = Macro.build(HINDSIGHT, SECTORS, START, END)
    assert np.array_equal(Macro.build(own, SECTORS, START, END).log_output, past.log_output)


def test_own_series_must_be_there():
    message, hint, at = first_error(MacroSpec, {"mode": "series"})
    assert message == "mode series has no series to follow"
    assert "flat" in hint
    assert at == ("mode",)
