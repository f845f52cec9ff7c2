"""What passes the doors of policy: shape, sums, bounds and the one scale."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import START, bare, complex_, descendants, economy, paths, rules

from clustersim.economy.channels import CHANNELS, Channels, ChannelsSpec, profile
from clustersim.economy.displacement import DisplacementSpec
from clustersim.economy.places import InstitutionSpec
from clustersim.errors import RunError
from clustersim.randomness import ids

FLOWS = ("cash", "rd_spending", "knowledge")
EFFECTS = ("practices", "market_access", "commercialisation", "exit_hazard")
LEVELS = (*FLOWS, *EFFECTS)


def door(scale=1.0, cap=0.5):
    return Channels(ChannelsSpec(cap=cap), scale)


def town(**more):
    """A complex with one institution."""
    house = InstitutionSpec(title="A school", kind="university", distance=3.0)
    place = complex_().model_copy(update={"institutions": {"school": house}})
    return economy(None, {"here": place}, **more)


def levels(channels, column, months, firms=None):
    firms = firms or bare([1, 2], 28.0)
    found = []
    for month in months:
        channels.apply(firms, month)
        found.append(getattr(firms, column).copy())
    return np.array(found)


HOUSE = int(ids.make(0, 7, ids.INSTITUTIONS))
"""The institution of the complex that tests use."""


def some(*names):
    return np.array(names, dtype=np.uint64)


def deliver(channels, channel, firm, month, amount):
    if channel == "ties":
        channels.tie(some(firm), some(HOUSE), month, chance=amount, months=24.0)
    elif channel == "partner_search":
        channels.search(some(HOUSE), month, amount)
    elif channel in FLOWS:
        channels.flow(channel, firm, month, amount, months=3)
    else:
        channels.effect(channel, firm, month, amount, months_to_peak=6, half_life=24.0)


def test_every_channel_is_a_flow_or_an_effect_or_about_partners():
    assert set(CHANNELS) == {*LEVELS, "ties", "partner_search"}


# ---------------------------------------------------------------- effects


def test_an_effect_rises_straight_and_halves():
    ages = np.array([-1.0, 0.0, 3.0, 6.0, 30.0, 54.0])
    shape = profile(ages, np.array(6.0), np.array(24.0))
    np.testing.assert_allclose(shape, [0.0, 0.0, 0.5, 1.0, 0.5, 0.25])


@pytest.mark.parametrize("channel", EFFECTS)
def test_an_effect_follows_its_profile_by_the_month(channel):
    channels = door()
    channels.effect(channel, 1, 100, 0.2, months_to_peak=4, half_life=12.0)
    found = levels(channels, channel, (99, 100, 102, 104, 116))
    np.testing.assert_allclose(found[:, 0], [0.0, 0.0, 0.1, 0.2, 0.1])
    assert not found[:, 1].any()


@pytest.mark.parametrize("channel", EFFECTS)
def test_repeated_uses_add_up_to_the_cap_on_both_sides(channel):
    channels = door(cap=0.3)

    def use(firm, month, peak):
        channels.effect(channel, firm, month, peak, months_to_peak=1, half_life=1e9)

    for _ in range(2):
        use(1, 100, 0.1)
    for _ in range(5):
        use(2, 100, -0.1)
    np.testing.assert_allclose(levels(channels, channel, [110])[0], [0.2, -0.3])
    use(1, 110, 0.4)
    np.testing.assert_allclose(levels(channels, channel, [120])[0], [0.3, -0.3])


# ---------------------------------------------------------------- flows


@pytest.mark.parametrize("channel", FLOWS)
@pytest.mark.parametrize("months", [1, 7])
def test_a_flow_sums_to_its_amount_and_ends(channel, months):
    channels = door()
    channels.flow(channel, 1, 100, 7e6, months=months)
    found = levels(channels, CHANNELS[channel].column, range(98, 120))
    assert found[:, 0].sum() == pytest.approx(7e6)
    assert np.count_nonzero(found[:, 0]) == months
    assert found[2, 0] == pytest.approx(7e6 / months)  # the first month is the one named
    assert not found[:, 1].any()


def test_flows_of_one_month_add_up():
    channels = door()
    channels.flow("cash", 2, 100, 1e6)
    channels.flow("cash", 2, 100, 2e6)
    channels.flow("cash", 1, 100, -4e6)
    assert levels(channels, "cash_in", [100])[0].tolist() == [-4e6, 3e6]


# ---------------------------------------------------------------- the door


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("amount", [1.01, -1.01, np.inf, np.nan])
def test_what_is_beyond_the_bound_is_a_wrong_unit(channel, amount):
    with pytest.raises(RunError, match=channel) as caught:
        deliver(door(), channel, 1, 100, amount * CHANNELS[channel].bound)
    assert "wrong unit" in caught.value.hint
    deliver(door(), channel, 1, 100, CHANNELS[channel].bound)


@pytest.mark.parametrize("channel", LEVELS)
def test_the_scale_multiplies_what_passes(channel):
    full, half = door(), door(0.5)
    for channels in (full, half):
        deliver(channels, channel, 1, 100, 0.3)
    column = CHANNELS[channel].column
    whole = levels(full, column, range(100, 110))
    np.testing.assert_allclose(levels(half, column, range(100, 110)), 0.5 * whole)
    assert whole.any()


def test_at_scale_zero_no_firm_moves_by_a_bit():
    plain, scaled = town(), town(scale=0.0)
    for number, id_ in enumerate(scaled.firms.ids.tolist()):
        for channel in CHANNELS:
            sign = 1 if channel == "ties" else -1
            deliver(
                scaled.channels, channel, id_, START + number % 12, 0.4 + sign * (number % 2) / 2
            )
            deliver(scaled.channels, channel, id_, START + 3, sign * 1.0)
    assert paths(plain, START + 35) == paths(scaled, START + 35)


def test_a_delivery_to_a_firm_that_is_gone_is_lost_and_hits_nobody_else():
    channels, firms = door(), bare([5, 9], 28.0)
    for channel in CHANNELS:
        for gone in (1, 7, 2**60):
            deliver(channels, channel, gone, 100, 0.4)
    for channel in LEVELS:
        assert not levels(channels, CHANNELS[channel].column, range(100, 110), firms).any()


def test_a_delivery_to_a_firm_that_closes_changes_no_other_path():
    alone = rules(displacement=DisplacementSpec(switch="off"))
    plain, other = economy(alone), economy(alone)
    ids = plain.firms.ids
    last = ids[plain.firms.threshold < 0.05].tolist()
    assert last
    for id_ in last:
        for channel in (*LEVELS, "ties"):
            deliver(other.channels, channel, id_, START + 60, 0.4)
    first, second = paths(plain, START + 80), paths(other, START + 80)
    assert {key for key in first if first[key] != second[key]} <= {
        (id_, month) for id_ in descendants(plain, *last) for month in range(START + 60, START + 81)
    }


def test_nothing_can_be_delivered_when_all_are_gone():
    channels, nobody = door(), bare([], 28.0)
    deliver(channels, "cash", 1, 100, 1e6)
    channels.apply(nobody, 100)
    assert len(nobody) == 0


# ---------------------------------------------------------------- where it enters

READ = {
    # what is above the target is paid out in the same month, what is missing borrowed, and a firm
    # that is short of it does more of the research it has planned
    "cash'": lambda firms: firms.cash + firms.payout - firms.borrowing + firms.rd_spending,
    "rd_spending": lambda firms: firms.rd_spending,
    "stock'": lambda firms: firms.stock,
    "hazard'": lambda firms: firms.hazard,
    "log output": lambda firms: firms.output,
}


@pytest.mark.parametrize("channel", [CHANNELS[name] for name in LEVELS], ids=LEVELS)
def test_every_channel_moves_what_its_equation_names(channel):
    plain, moved = economy(), economy()
    treated = plain.firms.export_share > 0.1
    for id_ in plain.firms.ids[treated].tolist():
        amount = 0.2 if channel.name in EFFECTS else 1e7
        deliver(moved.channels, channel.name, id_, START - 1, amount)
    # a month's closures are settled before its doors open
    for month in range(START, START + (2 if channel.name == "exit_hazard" else 1)):
        plain.step(month)
        moved.step(month)
    side = channel.equation.split(" = ")[0]
    before, after = (READ[side](world.firms)[: len(treated)] for world in (plain, moved))
    if channel.name == "commercialisation":  # there is nothing to sell without research
        treated &= (plain.firms.in_progress * plain.firms.research_yield)[: len(treated)] > 0.0
    assert np.all(after[treated] > before[treated])
    assert np.array_equal(after[~treated], before[~treated])


def test_cash_lets_firms_do_research_they_could_not_pay_for():
    plain, moved = economy(), economy()
    for world in (plain, moved):
        world.firms.cash = 0.0
    ids = moved.firms.ids.copy()
    for id_ in ids.tolist():
        moved.channels.flow("cash", id_, START, 1e10)
    plain.step(START)
    moved.step(START)
    rows, _ = plain.firms.rows(ids)  # a firm born this month has cash
    assert plain.firms.rd_spending[rows].sum() == 0.0
    assert moved.firms.rd_spending[rows].sum() > 0.0
