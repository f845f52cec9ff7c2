"""Invariant 8: every outcome declared is computed, every parameter moves what it says it moves."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from watch import watched

import small
from clustersim.estimands.groups import GROUPS, OUTSIDE, Groups
from clustersim.estimands.outcomes import NATIONAL, OUTCOMES
from clustersim.programme.ledger import PAYEES
from clustersim.scenario.doubt import with_values
from clustersim.specs import parameters_of

# ---------------------------------------------------------------- outcomes


@pytest.mark.parametrize("pair", ["worlds", "worlds_with_twice_the_money"])
def test_invariant_8_every_declared_outcome_is_computed(pair, request):
    worlds = request.getfixturevalue(pair)
    table = worlds.tables["groups"].set_index(["group", "outcome", "year"])
    years = range(2007, 2014)
    own = [group for group in GROUPS if group not in OUTSIDE]
    assert len(table) == (len(own) * len(OUTCOMES) + len(OUTSIDE) * len(NATIONAL)) * len(years)
    for world in ("arm_value", "reference_value"):
        values = table[world]
        for outcome in NATIONAL:
            for year in years:
                both = values["rivals", outcome, year] + values["all", outcome, year]
                assert values["nation", outcome, year] == pytest.approx(both)
        for group in own:
            for year in years:
                firms = values[group, "firms", year]
                for outcome in OUTCOMES:
                    value = values[group, outcome, year]
                    assert np.isfinite(value) == (firms > 0 or outcome in SUMS), (group, outcome)
                    some = value >= 0 if outcome == "ties" else value > 0
                    assert some if firms > 0 else not value > 0
    assert (table["unit"] != "").all()


SUMS = {"output", "workers", "value_added", "firms", "rd_spending", "ties"}


def test_invariant_8_every_target_is_judged_in_both_worlds(worlds):
    table = worlds.tables["targets"]
    assert set(zip(table["target"], table["world"], strict=True)) == {
        (target, world) for target in worlds.spec.targets for world in ("arm", "reference")
    }
    assert set(table["hit"]) <= {0.0, 1.0}
    assert np.isfinite(table["distance"]).all()


# ---------------------------------------------------------------- parameters

# Much happens here, so that each rule bites: many apply, many are stopped, money is short, and
# more firms of the band than places.
BUSY = small.spec(
    "end=2012-12",
    "targets.reach_30=~",
    "targets.output_20=~",
    "programme.rnd.small_below=60",
    "programme.rnd.apply=70 %",
    "programme.rnd.pass_mark=1.2",
    "programme.rnd.milestone=90 %",
    "programme.rnd.grant_low=40 M KRW",
    "programme.inno_core.band_low=60억원",
    "programme.inno_core.gate=-12 % / year",
    "programme.inno_core.leaves=10 %",
    "programme.inno_core.graduates_at=200억원",
    "programme.inno_core.gaming=on",
    "programme.inno_core.gaming_reach=30 %",
    "programme.inno_core.gaming_share=90 %",
    f"{small.NOKSAN}.budget.amount=50억원",
    f"{small.NOKSAN}.budget.path.2012=61.4",
    f"{small.NOKSAN}.inno_core.opens=2008-12-02",
)


def of_kind(*kinds):
    return lambda seen: [
        (event.time, event.firm) for event in seen.record.events if event.kind in kinds
    ]


def of_group(group, column):
    """A column of a group of the world's own events, by year."""

    def read(seen):
        panel = seen.record.panel
        mine = Groups(seen.record.events, seen.record.splits).contains(group, panel["id"])
        return np.bincount(panel["year"][mine] - 2007, panel[column][mine], 6).tolist()

    return read


def paid(funder):
    """Won by line, year and class of payee."""

    def read(seen):
        ledger, budget = seen.offices["noksan"].ledger, BUSY.programme.complexes["noksan"].budget
        return [
            ledger.paid(funder=funder, line=line, year=year, payee=payee)
            for line in budget.lines
            for year in range(2008, 2013)
            for payee in PAYEES
        ]

    return read


MOVED = {
    "applications": of_kind("applied"),
    "cash": of_group("all", "cash"),
    "commercial successes": of_kind("commercial"),
    "delay": lambda seen: Counter(
        (event.kind, event.time) for event in seen.record.events if event.kind != "date"
    ),
    "inno_core firms": of_kind("chosen"),
    "inno_core output": of_group("inno_core", "output"),
    "output": of_group("all", "output"),
    "own share": paid("firms"),
    "paid": paid("state"),
    "rd_spending": of_group("all", "rd_spending"),
    "refunded": lambda seen: [(e.time, e.amount) for e in small.events(seen.record, "stopped")],
    "supported output": of_group("supported", "output"),
    "technical successes": of_kind("technical"),
}
"""What the words of `Parameter.moves` stand for."""

OF_NETWORKS = ("mini_clusters", "team", ".help_", "delay", "stops", "budget_factor", "continues")
"""Their parameters, and settings of the state's part: see `test_door_of_networks` and
`test_institutions`."""
OF_SERVICES = ("programme.pipeline", "programme.services")
"""See `test_every_service`."""

PARAMETERS = {
    path: (parameter, value)
    for path, parameter, value, _ in parameters_of(BUSY.programme, "programme")
    if not any(word in path for word in OF_NETWORKS + OF_SERVICES)
} | {
    f"{small.NOKSAN}.{path}": (None, value)  # of a table by year or line
    for path, value in {
        "budget.path.2009": 68.8,
        "rnd.lines.rnd": 1.0,
        "rnd.lines.special": 0.4,
    }.items()
}

INSTEAD = {  # of half, where half is no value, or none that differs
    f"{small.NOKSAN}.budget.starts": dt.date(2008, 9, 1),
    f"{small.NOKSAN}.rnd.first": dt.date(2008, 8, 1),
    f"{small.NOKSAN}.rnd.last_year": 2010,
    f"{small.NOKSAN}.inno_core.opens": dt.date(2010, 3, 2),
    f"{small.NOKSAN}.inno_core.cohorts": 2,
    f"{small.NOKSAN}.inno_core.priority": 1.0,
    "programme.inno_core.managers": 2,
    "programme.inno_core.band_high": 9e9,
    "programme.rnd.grant_high": 150e6,
}
NOT_HALVED = {
    f"{small.NOKSAN}.timetable.announcement.date": "it is only shown",
}


def seen_with(**changes):
    return watched(with_values(BUSY, changes), small.luck())


@pytest.fixture(scope="module")
def before():
    return seen_with()


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_invariant_8_halving_a_parameter_moves_what_it_says(path, before):
    if path in NOT_HALVED:
        pytest.skip(NOT_HALVED[path])
    parameter, value = PARAMETERS[path]
    half = INSTEAD.get(path, value // 2 if isinstance(value, int) else None)
    half = value / 2 if half is None else half
    assert half != value
    if parameter:
        assert path in INSTEAD or parameter.low <= half <= parameter.high
    outcome = MOVED[parameter.moves if parameter else "paid"]
    assert outcome(before), "nothing of the kind happens at all"
    assert outcome(seen_with(**{path: half})) != outcome(before)


def test_invariant_8_what_is_only_shown_moves_nothing(before):
    path = f"{small.NOKSAN}.timetable.announcement.date"
    moved = seen_with(**{path: dt.date(2009, 1, 5)})
    assert moved.states == before.states
    assert small.events(moved.record, "date") != small.events(before.record, "date")
