"""A published total is met by an average firm alone, by the economy's own equations."""

from __future__ import annotations

import numpy as np
import pytest

import small
from clustersim.errors import InputError
from clustersim.programme.inno_core import effect_of_package, shape_of
from clustersim.programme.isolation import AverageFirm, Isolation, Request, Shape

FIRM = AverageFirm(output=17.5e9 / 12.0, workers=76.0, export_share=0.35)
SPLITS = ({"practices": 1.0}, {"market_access": 1.0}, {"practices": 0.3, "market_access": 0.7})
SHAPES = (Shape(12, 36.0, 12), Shape(24, 12.0, 12), Shape(6, 6.0, 18), Shape(12, 240.0, 60))


def economy(form="elasticity", **knowledge):
    changes = [f"economy.knowledge.{name}={value}" for name, value in knowledge.items()]
    return small.spec(f"economy.knowledge.form={form}", *changes).economy


def solved(isolation, total, split, shape):
    """The peaks for one request."""
    return isolation.strengths([Request(total, split, shape)])[0]


def reached(isolation, strengths, shape):
    """Log sales over those of an untreated copy at the horizon."""

    def deliver(door):
        for channel, strength in strengths.items():
            door.effect(
                channel,
                1,
                0,
                strength,
                months_to_peak=shape.months_to_peak,
                half_life=shape.half_life,
            )

    return isolation.response(1, shape.horizon, deliver)[0]


@pytest.mark.parametrize("form", ["elasticity", "rate_of_return"])
@pytest.mark.parametrize("total", [-0.05, -0.003, 0.03, 0.08])
def test_strengths_meet_the_total_at_the_horizon(form, total):
    isolation = Isolation(economy(form), FIRM)
    for split in SPLITS:
        for shape in SHAPES:
            strengths = solved(isolation, total, split, shape)
            assert reached(isolation, strengths, shape)[-1] == pytest.approx(total, rel=1e-3)


def test_many_requests_at_once_are_met_as_each_alone():
    isolation = Isolation(economy(), FIRM)
    requests = [
        Request(total, split, shape)
        for total in (-0.02, 0.0, 0.05)
        for split in SPLITS
        for shape in SHAPES[:2]
    ]
    together = isolation.strengths(requests)
    assert together == [isolation.strengths([request])[0] for request in requests]


@pytest.mark.parametrize("total", [-0.02, 0.0, 0.03])
def test_what_comes_beside_is_part_of_the_total(total):
    isolation, shape = Isolation(economy(lag="6 months"), FIRM), Shape(6, 36.0, 24)
    beside = {"commercialisation": 0.5, "exit_hazard": -0.3}
    (peaks,) = isolation.strengths([Request(total, SPLITS[2], shape, beside)])
    assert set(peaks) == set(SPLITS[2])
    assert reached(isolation, peaks | beside, shape)[-1] == pytest.approx(total, abs=1e-6)
    assert reached(isolation, beside, shape)[-1] > 1e-5  # selling research adds something itself
    assert reached(isolation, {"exit_hazard": -0.3}, shape)[-1] == 0.0


def test_nothing_is_met_by_nothing():
    isolation = Isolation(economy(), FIRM)
    assert solved(isolation, 0.0, SPLITS[2], SHAPES[0]) == {"practices": 0, "market_access": 0}
    none = solved(isolation, 0.05, {"practices": 1.0, "market_access": 0.0}, SHAPES[0])
    assert none["market_access"] == 0.0


def test_the_split_is_of_what_each_channel_brings_alone():
    isolation = Isolation(economy(), FIRM)
    shape = SHAPES[0]
    strengths = solved(isolation, 0.08, {"practices": 0.3, "market_access": 0.7}, shape)
    alone = [
        reached(isolation, {channel: strength}, shape)[-1]
        for channel, strength in strengths.items()
    ]
    assert alone == pytest.approx([0.024, 0.056], rel=0.01)


def test_a_total_is_met_whatever_the_economy_does_besides():
    """Macro is flat for an average firm alone: a recession is not an effect."""
    recession = economy()
    flat = small.spec("economy.macro.mode=flat").economy
    strengths = [
        solved(Isolation(each, FIRM), 0.05, SPLITS[2], SHAPES[0]) for each in (recession, flat)
    ]
    assert strengths[0] == strengths[1]


def test_an_untreated_copy_and_a_treated_one_with_nothing_are_equal():
    isolation = Isolation(economy(), FIRM)
    assert not isolation.response(3, 40, lambda _door: None).any()


def test_an_effect_rises_straight_to_its_peak_and_halves():
    isolation = Isolation(economy(elasticity=0), FIRM)
    path = reached(isolation, {"practices": 0.1}, Shape(10, 20.0, 50))
    ages = np.arange(51)
    wanted = np.where(ages <= 10, ages / 100, 0.1 * 0.5 ** ((ages - 10) / 20))
    np.testing.assert_allclose(path, wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("exports", "split", "shape"),
    [
        (0.0, {"practices": 0.6, "market_access": 0.4}, Shape(12, 36.0, 12)),
        (0.35, {"practices": 1.0}, Shape(12, 6.0, 60)),
    ],
)
def test_a_total_that_no_strength_can_bring_is_an_error(exports, split, shape):
    isolation = Isolation(economy(), AverageFirm(FIRM.output, FIRM.workers, exports))
    with pytest.raises(InputError, match=r"is more than \w+ can carry\nchange its scale"):
        solved(isolation, 0.05, split, shape)


@pytest.mark.parametrize("scale", [-0.05, 0.03])
def test_a_package_of_inno_core_adds_its_scale_to_a_firm_of_the_band(scale):
    terms = small.spec(f"programme.inno_core.scale={scale}").programme.inno_core
    rules = economy()
    peaks = effect_of_package(terms, rules, export_share=0.35, output_per_worker=20e6)
    sales = (terms.band_low + terms.band_high) / 2
    isolation = Isolation(rules, AverageFirm(sales / 12, sales / 230e6, 0.35))
    assert reached(isolation, peaks, shape_of(terms))[-1] == pytest.approx(scale, rel=1e-3)


# ---------------------------------------------------------------- a research grant, alone


class ResearchFirm(Isolation):
    """A firm that spends 395 M won of 8.72 bn a year on research, at its steady stock."""

    research = 395e6

    def _copies(self, rules, number):
        firms = super()._copies(rules, number)
        firms.intensity = self.research / (12.0 * self.firm.output)
        outlay = self.research / 12.0
        firms.in_progress = outlay * self.spec.knowledge.lag
        firms.stock = firms.birth_stock = outlay / (1.0 - rules.knowledge.fade)
        rules.knowledge.median_stock = np.array([[firms.stock[0]]])
        rules.knowledge.refer(firms)
        return firms


def grant_of_100_million(additionality):
    """Log sales over those of an untreated copy, month by month, for a grant that succeeds."""
    rules = economy(elasticity=0.08, depreciation="15 % / year")
    alone = ResearchFirm(rules, AverageFirm(8.72e9 / 12.0, 60.0, 0.35))

    def deliver(door):
        door.flow("cash", 1, 0, 100e6)
        door.flow("rd_spending", 1, 0, additionality * 100e6, 12)
        door.flow("knowledge", 1, 24, additionality * 100e6)

    return alone.response(1, 24 + 60, deliver)[0]


@pytest.mark.parametrize(("additionality", "percent"), [(1.0, 0.32), (1.41, 0.45)])
def test_a_research_grant_of_100_million_adds_what_the_arithmetic_says(additionality, percent):
    """0.08 log(1 + dK / K) is 0.30 to 0.55 % for stocks at zero to 5 % growth (evidence B6)."""
    path = 100.0 * np.expm1(grant_of_100_million(additionality))
    sold = 25  # what a firm learns in a month, it sells from the next
    assert 0.30 <= path[sold] <= 0.55
    assert path[sold] == pytest.approx(percent, abs=0.01)
    assert abs(path[:sold]).max() < 0.002  # before the sale: nothing but what cash moves
    assert path[sold + 12] / path[sold] == pytest.approx(0.85, abs=0.02)  # 15 % a year
