"""The back of the envelope of mini-clusters, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import ONE, TWO, event

import networked
import small
from clustersim.estimands.envelope import envelope

OFF = "programme.mini_clusters.size_exponent=0"
SLOW = "programme.mini_clusters.saturation=1000"


def networks(*events, without=(), changes=(OFF, SLOW)):
    spec = networked.spec(*changes)
    return {row[1]: row[2] for row in envelope(spec, events, without)}["networks"]


def at(month, kind, firm=ONE, **more):
    return event(kind, firm)._replace(time=float(month), instrument="parts", **more)


JOINED = at(102, "joined", amount=28, detail=12e9)


def test_two_years_of_uses_add_the_scale_at_the_horizon():
    """24 uses, a month apart, of a firm that sells 12 bn; what they add from then on."""
    spec = networked.spec(OFF, SLOW)
    uses = [at(102 + month, "attended") for month in range(24)]

    def level(age):
        if age < 0:
            return 0.0
        return min(age / 12.0, 1.0) * 0.5 ** (max(age - 12.0, 0.0) / 36.0)

    def total(month):
        return sum(level(month - 102 - k) for k in range(24))

    months = range(102, spec.end + 1)
    wanted = 1e9 * 0.025 / total(126) * sum(total(month) for month in months)
    assert networks(JOINED, *uses) == pytest.approx(wanted, rel=0.005)


def test_members_who_use_nothing_add_nothing():
    assert networks(JOINED) == 0.0


def test_a_task_counts_as_its_uses_and_the_second_firm_by_its_own_output():
    base = networks(JOINED, at(105, "visited"))
    assert networks(JOINED, at(105, "task_done")) == pytest.approx(4.0 * base, rel=0.01)
    both = (JOINED, at(102, "joined", TWO, amount=28, detail=24e9))
    assert networks(*both, at(105, "visited", TWO)) == pytest.approx(2.0 * base)


def test_what_happens_in_the_reference_as_well_is_no_difference():
    own = (JOINED, at(105, "visited"))
    more = at(106, "visited")
    assert networks(*own, without=own) == 0.0
    assert networks(*own, more, without=own) == pytest.approx(networks(*own, more) - networks(*own))


def test_an_arm_that_takes_mini_clusters_away_loses_what_they_would_have_added():
    own = (JOINED, at(105, "visited"))
    nothing = networked.spec(OFF, SLOW, arm="nothing")
    assert envelope(nothing, [], own) == [("noksan", "networks", -networks(*own))]
    assert envelope(nothing, []) == []


def test_the_larger_gain_less_and_uses_saturate():
    large = at(102, "joined", amount=112, detail=12e9)
    falls = ("programme.mini_clusters.size_exponent=0.5",)
    half = networks(large, at(105, "visited"), changes=falls)
    assert half == pytest.approx(0.5 * networks(JOINED, at(105, "visited"), changes=falls))
    once = networks(JOINED, at(105, "visited"), changes=(OFF,))
    often = networks(JOINED, *[at(105, "visited")] * 24, changes=(OFF,))
    assert often == pytest.approx(once * (1 - np.exp(-1)) / (1 - np.exp(-1 / 24)))


def test_a_complex_without_mini_clusters_has_no_such_row():
    assert {row[1] for row in envelope(small.spec(), [])} == {"field_customised_rnd", "inno_core"}


# ---------------------------------------------------------------- the exchange


def test_an_exchange_brings_ties_and_each_adds_what_its_institution_knows():
    """One institution 8 km away, open for a year, at the reference's output per firm."""
    changes = ("economy.knowledge.survey=technology_survey",)
    spec = networked.spec(*changes)
    place, ties = spec.complexes["noksan"], spec.economy.ties
    house = place.institutions["inha"]
    opened, closed = (
        at(month, kind)._replace(firm=0)
        for month, kind in ((110, "exchange_opened"), (122, "exchange_closed"))
    )
    found = {row[1]: row[2] for row in envelope(spec, [opened, closed])}["exchange"]
    output = place.figures.output / place.figures.firms
    stock = 0.044 * output / spec.economy.knowledge.depreciation
    rise = 2.0 * spec.economy.spillovers.elasticity * np.log(1.0 + house.knowledge / stock)
    hazard = ties.with_institution * np.exp(-house.distance / ties.institution_decay)
    doubled = np.exp(spec.programme.complexes["noksan"].exchange.level) - 1.0
    more = place.figures.firms * hazard * doubled / 12.0
    years = sum(3.0 * (1.0 - np.exp(-(spec.end + 1 - month) / 36.0)) for month in range(110, 122))
    assert found == pytest.approx(more * rise * output * years)
    never = {row[1]: row[2] for row in envelope(spec, [])}
    assert never["exchange"] == 0.0
