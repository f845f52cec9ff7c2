"""The loop from networks to performance to networks: closed, open, and at no effect at all."""

from __future__ import annotations

import desk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import networked
import small
from clustersim.programme import networks
from clustersim.programme.networks import NetworkSpec

TERMS = "programme.mini_clusters"
OPEN, STRONG = f"{TERMS}.loop=open", f"{TERMS}.loop_response=5"


# ---------------------------------------------------------------- the equations


@given(
    lift=st.floats(-1.0, 1.0),
    elasticity=st.floats(0.0, 1.0),
    workers=st.floats(5.0, 900.0),
    response=st.floats(-5.0, 5.0),
)
def test_an_open_loop_sees_the_firm_as_it_would_be(lift, elasticity, workers, response):
    """Whatever policy added, the weight is that of a firm to which it added nothing."""
    terms = NetworkSpec(loop="open", loop_response=response, small_below=300)
    plain, quality = np.array([workers]), np.array([0.0])
    grown = plain * np.exp(elasticity * lift)
    assert networks.joins(terms, grown, quality, lift, elasticity) == pytest.approx(
        networks.joins(terms, plain, quality, 0.0, elasticity), rel=1e-9
    ) or abs(workers - 300.0) < 1e-6  # fmt: skip
    assert networks.responds(terms, lift) == 1.0


@given(lift=st.floats(-1.0, 1.0), response=st.floats(-5.0, 5.0))
def test_a_closed_loop_answers_by_so_much(lift, response):
    terms = NetworkSpec(loop_response=response)
    firm = np.array([28.0]), np.array([0.0])
    weight = networks.joins(terms, *firm, lift, 0.4) / networks.joins(terms, *firm, 0.0, 0.4)
    assert np.log(weight) == pytest.approx(response * lift, abs=1e-12)
    assert np.log(networks.responds(terms, lift)) == pytest.approx(response * lift, abs=1e-12)


def test_without_a_lift_both_are_the_same_to_the_bit():
    workers, quality, lift = np.linspace(5.0, 400.0, 50), np.zeros(50), np.zeros(50)
    closed, opened = (
        networks.joins(NetworkSpec(loop=word, loop_response=1.7), workers, quality, lift, 0.37)
        for word in ("closed", "open")
    )
    assert closed.tobytes() == opened.tobytes()


def test_the_lift_is_all_that_policy_adds_to_sales():
    people = desk.firms(2, lift=[0.0, 0.1], export_share=0.5, market_access=[0.0, 0.2])
    assert desk.office(people).lift().tolist() == [
        0.0,
        pytest.approx(0.1 + np.log(1 + 0.5 * np.expm1(0.2))),
    ]


# ---------------------------------------------------------------- in a world


@pytest.mark.parametrize("arm", ["as_announced", "no_programme"])
def test_at_no_effect_the_open_loop_is_the_closed_one_bit_for_bit(arm):
    nothing = "programme.effect_scale=0"
    closed, opened = (networked.run(nothing, STRONG, *more, arm=arm) for more in ((), (OPEN,)))
    assert closed.events == opened.events
    assert closed.ledgers == opened.ledgers
    small.assert_same(closed.panel, opened.panel)
    assert small.events(closed, "joined")


def test_closing_a_strong_loop_brings_more_to_meetings():
    lifted = f"{TERMS}.scale=0.15"
    closed, opened = (networked.run(lifted, STRONG, *more) for more in ((), (OPEN,)))
    came = [len(small.events(record, "attended")) for record in (closed, opened)]
    assert came[0] > 1.05 * came[1]
    early = [
        [e for e in small.events(record, "attended") if e.time < 91.0]
        for record in (closed, opened)
    ]
    assert early[0] == early[1] != []  # nothing had been added to anybody's sales


def test_an_open_loop_does_not_ask_how_strong_it_would_be():
    one, other = (networked.run(OPEN, *more) for more in ((), (STRONG,)))
    assert one.events == other.events
    small.assert_same(one.panel, other.panel)
