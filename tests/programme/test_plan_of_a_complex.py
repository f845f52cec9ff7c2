"""What a programme is: words that must be known, dates that move together, families alone."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

import networked
from clustersim.errors import ScenarioError
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.isolation import AverageFirm, Isolation
from clustersim.programme.plan import FAMILIES
from clustersim.scenario import load

HERE = "programme.complexes.noksan"
HEAD = """\
extends: [noksan]
programme:
  complexes:
    noksan:
"""
MOULDS = "      fields: {moulds: {title: moulds, sectors: [machinery]}}\n"


FOCUSED = "      services: {training: {opens: 2009-03-02, focus: {fields: [molds]}}}\n"
WITHOUT = "      mini_clusters: ~\n      anticipation: ~\n      council: {opens: 2008-10-01}\n"
SLIPS = {
    "      services: {prototipe: {opens: 2009-03-02}}\n": (
        "5:29",
        "services.prototipe: unknown instrument 'prototipe'",
        "did you mean 'prototype'? (or install the package that adds it)",
    ),
    "      services: {training: {opens: 2009-03-02, line: speciel}}\n": (
        "5:54",
        "services.training.line: unknown budget line 'speciel'",
        "did you mean 'special'?",
    ),
    MOULDS + FOCUSED: (
        "6:65",
        "services.training.focus.fields.0: unknown field 'molds'",
        "did you mean 'moulds'?",
    ),
    f"{MOULDS}      rnd: {{focus: {{fields: [moulds, plating]}}}}\n": (
        "6:38",
        "rnd.focus.fields.1: unknown field 'plating'",
        "known here: moulds",
    ),
    "      fields: {moulds: {title: moulds, sectors: [machinary]}}\n": (
        "5:50",
        "fields.moulds.sectors.0: unknown sector 'machinary'",
        "did you mean 'machinery'?",
    ),
    "      council: {opens: 2008-10-01, line: netwrk}\n": (
        "5:42",
        "council.line: unknown budget line 'netwrk'",
        "did you mean 'network'?",
    ),
    "      contact_centre: {opens: 2008-10-01, line: netwrk}\n": (
        "5:49",
        "contact_centre.line: unknown budget line 'netwrk'",
        "did you mean 'network'?",
    ),
    WITHOUT: (
        "7:16",
        "council: a council has no members without mini-clusters",
        "add 'mini_clusters' beside it, or leave it out",
    ),
    "      services: {training: {opens: 2009-03-02, tasks: many}}\n": (
        "5:55",
        "services.training.tasks: expected a whole number, not 'many'",
        "write for example",
    ),
}


@pytest.mark.parametrize("text", list(SLIPS))
def test_a_word_that_is_not_known_is_told_with_its_place(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    place, slip, hint = SLIPS[text]
    assert f"mine.yaml:{place}: {HERE}.{slip}\n  {hint}" in str(caught.value)


def test_without_a_budget_nobody_pays_for_services():
    with pytest.raises(ScenarioError, match=r"services: no budget pays for this\n.*add a 'budget'"):
        load(networked.DATA, set=(
            f"{HERE}.services.training={{opens: 2009-03-02}}", f"{HERE}.budget=~",
            f"{HERE}.rnd=~", f"{HERE}.inno_core=~", f"{HERE}.exchange=~",
            f"{HERE}.mini_clusters.parts=~",
        ))  # fmt: skip


# ---------------------------------------------------------------- dates


def plan(*changes, complex_="ochang", arm="as_announced"):
    return load(complex_, set=changes).arms[arm].spec.programme.plans()[complex_]


def test_a_delay_shifts_every_opening_and_its_last_year():
    early, late = plan(), plan("programme.delay=4 months")
    for name, each in early.services.items():
        assert each.opens == dt.date(2008, 10, 1)
        assert late.services[name].opens == dt.date(2009, 2, 1)
        assert (each.last_year, late.services[name].last_year) == (2011, 2012)
    assert (late.council.opens, late.contact_centre.opens) == (dt.date(2009, 2, 1),) * 2
    within = plan("programme.delay=2 months").services["certification"]
    assert (within.opens, within.last_year) == (dt.date(2008, 12, 1), 2011)


def test_a_delay_shifts_the_day_from_which_two_clusters_have_one_head():
    joint = [
        plan(*changes, complex_="seongseo").team.joint.since
        for changes in ((), ("programme.delay=3 months",))
    ]
    assert joint == [dt.date(2008, 7, 15), dt.date(2008, 10, 15)]


def test_without_the_state_there_are_no_services_council_or_centre():
    program = load("ochang").spec.programme.without_state()
    assert program.complexes == {}
    left = load("noksan").arms["full_menu"].spec.programme.without_state().complexes["noksan"]
    assert set(left.mini_clusters) == {"ship_equipment", "plating"}
    assert (left.services, left.council, left.contact_centre, left.rnd) == ({}, None, None, None)


# ---------------------------------------------------------------- families


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_alone_keeps_its_own_instruments(family):
    mine = plan(f"programme.instruments=[{family}]", arm="full_menu")
    every = plan(arm="full_menu")
    wanted = {name for name in every.services if SERVICES[name].family == family}
    assert set(mine.services) == wanted
    assert bool(mine.rnd) == (family == "rnd")
    assert bool(mine.council) == (family == "networks")
    assert bool(mine.contact_centre) == bool(wanted)
    assert bool(mine.mini_clusters) == (family == "networks")
    assert mine.budget == every.budget


def test_every_instrument_is_of_one_of_the_states_families():
    assert {kind.family for kind in SERVICES.values()} == set(FAMILIES) - {"networks", "inno_core"}


# ---------------------------------------------------------------- totals


@pytest.mark.parametrize("exports", [0.0, 0.2, 0.9])
def test_marketing_adds_its_scale_to_exports_alone(exports):
    firm = AverageFirm(1e9, 28.0, exports)
    for name in ("marketing", "joint_marketing"):
        terms = SERVICES[name]().model_copy(update={"scale": 0.08})
        request = terms.request(firm)
        more = (1.0 - exports) + exports * math.exp(0.08)
        assert request.total == pytest.approx(math.log(more))
        assert request.split == {"practices": 0.0, "market_access": 1.0}


def test_certification_hands_over_a_lower_hazard_with_its_total():
    """The average firm sells more by the total, and its hazard is lower."""
    rules = load("noksan").spec.economy
    firm = AverageFirm(1e9, 28.0, 0.3)
    terms = SERVICES["certification"]()
    request = terms.request(firm)
    assert request.beside == {"exit_hazard": -0.22}
    peaks = Isolation(rules, firm).strengths([request])[0] | request.beside

    def deliver(door):
        for channel, peak in peaks.items():
            door.effect(channel, 1, 0, peak, months_to_peak=12, half_life=36.0)

    last = [np.array([f.output[1] / f.output[0], f.exit_hazard[1]]) for f in
            Isolation(rules, firm).run(1, 24, deliver)][-1]  # fmt: skip
    assert math.log(last[0]) == pytest.approx(0.03, rel=1e-3)
    assert last[1] == pytest.approx(-0.22 * 2.0 ** (-12 / 36))
