"""Invariant 8 for what firms ask for task by task: each parameter moves what it says it moves."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from test_every_rule import of_group
from watch import watched

import networked
import small
from clustersim import calendar
from clustersim.programme.instruments.registry import BUILT_IN
from clustersim.scenario import load
from clustersim.scenario.doubt import with_values
from clustersim.specs import parameters_of

SERVICES = "programme.services"


def town(plan, exits="5 % / year", **programme):
    """Some dozens of firms, of which some close, and what they are given."""
    data = copy.deepcopy(networked.DATA) | {"targets": {}, "arms": {}}
    data |= {"start": "2007-01", "end": "2010-12"}
    place = data["complexes"]["noksan"]
    del place["sites"]
    place["figures"] |= {"firms": 40, "workers": 740, "output": "3040억원"}
    data["economy"] |= {"turnover": {"exit": exits}, "channels": {"cap": 2.0}}
    here = data["programme"]["complexes"]["noksan"]
    for name in ("mini_clusters", "exchange", "inno_core", "rnd"):
        del here[name]
    here["budget"] |= {"amount": "100억원", "path": {2008: 80, 2009: 80, 2010: 80}}
    data["programme"] |= programme
    here |= plan
    return data


# ---------------------------------------------------------------- each instrument alone


def alone(kind):
    """One instrument that everybody needs often, and every part of whose terms is used."""
    often = {"need": 6, "milestone": "70 %", "duration": "3 months", "commercial_lag": "1 months"}
    often["stages"] = ["early", "growing", "mature"]
    if kind.name == "joint_research":
        often["duration"] = "4 months"  # half of which is as short as it may be
    if "scale" in kind.model_fields:
        often |= {"commercialisation": 0.2, "exit_hazard": -1, "most": 2}
    plan = {"services": {kind.name: {"opens": "2008-08-01", "last_year": 2010}}}
    asks = {"asks": "100 %", "astray": "0 %", "worth": "100 %"}
    data = town(plan, exits="30 % / year", pipeline=asks, services={kind.name: often})
    return load(data).spec


def of_kind(*kinds):
    return lambda seen: [(e.time, e.firm) for e in small.events(seen.record, *kinds)]


def firms_by_year(seen):
    panel = seen.record.panel
    return np.bincount(panel["year"], panel["firms"]).tolist()


MOVED = {
    "applications": of_kind("found", "applied"),
    "cash": lambda seen: seen.record.panel["cash"].tolist(),
    "commercial successes": of_kind("commercial"),
    "delay": lambda seen: [(e.kind, e.time) for e in seen.record.events],
    "firms": firms_by_year,
    "found": of_kind("found"),
    "own share": lambda seen: small.paid(seen.record, funder="firms"),
    "paid": lambda seen: small.ledger(seen.record).to_numpy().tolist(),
    "rd_spending": lambda seen: seen.record.panel["rd_spending"].tolist(),
    "refunded": lambda seen: [(e.time, e.amount) for e in small.events(seen.record, "stopped")],
    "screened": of_kind("screened"),
    "served in time": lambda seen: [
        (e.time, e.detail) for e in small.events(seen.record, "screened", "funded", "queue")
    ],
    "supported output": of_group("supported", "output"),
    "tasks": of_kind("task_paid", "task_refused"),
    "technical successes": of_kind("technical"),
    "ties": lambda seen: seen.record.panel["ties"].tolist(),
}

ALONE = {kind.name: alone(kind) for kind in BUILT_IN}


def halved(spec, path, value, instead):
    """The spec with one parameter halved; what else is told instead where half is no value."""
    half = instead.get(path, value // 2 if isinstance(value, int) else None)
    half = value / 2 if half is None else half
    assert half != value
    return with_values(spec, {path: half})


def terms(name):
    here = f"{SERVICES}.{name}"
    every = parameters_of(getattr(ALONE[name].programme.services, name), here)
    return {path: (parameter, value) for path, parameter, value, _ in every}


PARAMETERS = {path: pair for name in ALONE for path, pair in terms(name).items()}
ONE_VALUE = {path for path, (p, value) in PARAMETERS.items() if p.low == p.high}
"""Parts of a total that can be nothing else."""


@pytest.fixture(scope="module")
def before():
    """A function (name) -> the town in which there is that instrument, watched."""
    seen = {}

    def read(name):
        if name not in seen:
            seen[name] = watched(ALONE[name], small.luck())
        return seen[name]

    return read


@pytest.mark.parametrize("path", sorted(set(PARAMETERS) - ONE_VALUE))
def test_invariant_8_halving_a_term_of_an_instrument_moves_what_it_says(path, before):
    parameter, value = PARAMETERS[path]
    name = path.split(".")[2]
    outcome = MOVED[parameter.moves]
    assert outcome(before(name)), "nothing of the kind happens at all"
    spec = halved(ALONE[name], path, value, {})
    assert outcome(watched(spec, small.luck())) != outcome(before(name))


def test_what_can_be_nothing_else_is_known():
    assert {path.removeprefix(f"{SERVICES}.") for path in ONE_VALUE} == {
        f"{name}.practices_share" for name in ("marketing", "joint_marketing", "training")
    }


# ---------------------------------------------------------------- all of them together

OPENS = "2008-08-01"
MOULDS = {"title": "moulds", "sectors": ["machinery"], "share": "50 %"}
FOCUS = {"fields": ["moulds"], "odds": 3, "points": 2}
TOGETHER = town(
    pipeline={"asks": "100 %", "pass_mark": -0.6, "patience": "3 months"},
    mini_clusters={
        "founders": 200,
        "visits": 6,
        "tasks_found": "50 %",
        "certain_from": "2009-01-01",
    },
    services={
        "prototype": {"need": 3, "cost": "40 M KRW"},
        "consulting": {"need": 1, "cost": "11 M KRW"},
        "commercialisation": {"need": 2},
    },
    rnd={"apply": "50 %", "apply_without_research": "100 %"},
    plan={
        "mini_clusters": {"parts": {"title": "Parts", "launch": "2008-07-05"}},
        "council": {"opens": "2008-08-05", "groups": 4, "ideas": 4, "group": 4},
        "contact_centre": {"opens": "2009-03-01", "people": 2, "hours": 8},
        "fields": {"moulds": MOULDS},
        "services": {
            "prototype": {"opens": OPENS, "tasks": 4, "focus": FOCUS},
            "consulting": {"opens": OPENS, "last_year": 2009, "tasks": 3},
            "commercialisation": {"opens": OPENS, "line": "network", "last_year": 2010},
            "joint_marketing": {"opens": OPENS, "last_year": 2010},
            "joint_research": {"opens": OPENS, "last_year": 2010},
        },
        "rnd": {
            "first": "2008-10-01",
            "last_year": 2010,
            "lines": {"rnd": "20 %"},
            "focus": FOCUS,
        },
    },
)
BUSY = load(TOGETHER).spec
HERE = small.NOKSAN
MINE = (
    "pipeline",
    f"{HERE}.council",
    f"{HERE}.contact_centre",
    f"{HERE}.fields",
    f"{HERE}.services",
    f"{HERE}.rnd.focus",
    "mini_clusters.referred",
)
BUSY_PARAMETERS = {
    path: (parameter, value)
    for path, parameter, value, _ in parameters_of(BUSY.programme, "programme")
    if any(word in path for word in MINE)
}
LATER = calendar.parse_date("2009-06-15")
INSTEAD = {
    **{path: LATER for path in BUSY_PARAMETERS if path.endswith(".opens")},
    **{path: 2008 for path in BUSY_PARAMETERS if path.endswith(".last_year")},
    "programme.pipeline.small_below": 30,
    "programme.pipeline.pass_mark": -0.3,
    "programme.pipeline.stages.growing_above": -0.5,
    "programme.pipeline.patience": 0.0,
    f"{HERE}.services.joint_marketing.tasks": 0,
    f"{HERE}.services.joint_research.tasks": 1,
    f"{HERE}.services.commercialisation.tasks": 2,
}


@pytest.fixture(scope="module")
def busy():
    return watched(BUSY, small.luck())


@pytest.mark.parametrize("path", sorted(BUSY_PARAMETERS))
def test_invariant_8_halving_a_parameter_of_the_pipeline_moves_what_it_says(path, busy):
    parameter, value = BUSY_PARAMETERS[path]
    outcome = MOVED[parameter.moves]
    assert outcome(busy), "nothing of the kind happens at all"
    assert outcome(watched(halved(BUSY, path, value, INSTEAD), small.luck())) != outcome(busy)
