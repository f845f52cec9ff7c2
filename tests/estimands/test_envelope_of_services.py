"""The back of the envelope of services, by hand."""

from __future__ import annotations

import pytest
from by_hand import ONE, TWO, event

import small
from clustersim.estimands.envelope import RULES, envelope
from clustersim.programme.instruments.registry import BUILT_IN

OPEN = tuple(f"{small.NOKSAN}.services.{each.name}={{opens: 2009-03-02}}" for each in BUILT_IN)
PLAIN = (*OPEN, "programme.pipeline.size_exponent=0")


def at(month, instrument, firm=ONE, kind="served", **more):
    return event(kind, firm)._replace(time=float(month), instrument=instrument, **more)


def sums(*events, changes=PLAIN, without=()):
    spec = small.spec(*changes)
    return {row[1]: row[2] for row in envelope(spec, events, without)}


SERVED = at(110, "training", amount=28, detail=12e9)


def test_every_instrument_that_comes_along_has_a_rule_and_a_row():
    assert {each.name for each in BUILT_IN} < set(RULES)
    assert {each.name for each in BUILT_IN} < set(sums())
    assert not any(sums().values())
    assert not {each.name for each in BUILT_IN} & set(sums(changes=()))


def test_a_task_lasts_from_its_delivery_to_the_end_and_is_worth_its_total():
    """Training: delivered after two months, at its peak after twelve more, then halving."""
    spec = small.spec(*PLAIN)
    months = range(112, spec.end + 1)
    level = [min((m - 112) / 12.0, 1.0) * 0.5 ** (max(m - 124, 0) / 36.0) for m in months]
    scale = spec.programme.services.training.scale
    peak = scale / 0.5 ** (12.0 / 36.0)  # so that it is the scale after two years
    assert sums(SERVED)["training"] == pytest.approx(1e9 * peak * sum(level), rel=0.01)


def test_it_falls_with_size_and_stops_at_as_many_as_count_and_at_the_end_of_the_run():
    falls = (*OPEN, "programme.pipeline.size_exponent=0.5")
    large = SERVED._replace(amount=112)
    once = sums(SERVED)["training"]
    assert sums(large, changes=falls)["training"] == pytest.approx(once / 2.0)
    assert sums(SERVED._replace(amount=300))["training"] == 0.0
    assert sums(*[SERVED] * 5)["training"] == pytest.approx(3.0 * once)
    both = sums(SERVED, SERVED._replace(firm=TWO))["training"]
    assert both == pytest.approx(2.0 * once)
    last = float(small.spec().end)
    assert sums(SERVED._replace(time=last))["training"] == 0.0


def test_what_is_in_both_worlds_is_no_difference():
    assert sums(SERVED, without=(SERVED,))["training"] == 0.0


def test_marketing_counts_exports_alone():
    share = small.spec().complexes["noksan"].figures.export_share
    marketing = sums(SERVED._replace(instrument="marketing"))["marketing"]
    higher = sums(
        SERVED._replace(instrument="marketing"),
        changes=(*PLAIN, "programme.services.marketing.scale=0.08"),
    )["marketing"]
    assert higher == pytest.approx(2.0 * marketing, rel=0.03)
    consulting = sums(SERVED._replace(instrument="consulting"))["consulting"]
    assert marketing / consulting == pytest.approx(share * 0.04 / 0.03, rel=0.02)


def test_joint_research_is_research_of_which_the_firm_can_use_a_part():
    grant = at(110, "joint_research", kind="funded", amount=100_000_000)
    half = (*PLAIN, "programme.services.joint_research.own_part=0.35")
    found = sums(grant)["joint_research"]
    assert found == pytest.approx(2.0 * sums(grant, changes=half)["joint_research"])
    assert found > 0.0
