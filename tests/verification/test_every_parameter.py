"""No parameter without a test that halves it, and targets whose numbers move them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import small
import spec_tree
from clustersim.scenario import load

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / folder) for folder in ("economy", "invariants")]

import test_door_of_networks as networks  # noqa: E402 - its folder is found a line above
import test_economy_anchors as anchors  # noqa: E402
import test_economy_parameters as economy  # noqa: E402
import test_every_rule as rules  # noqa: E402
import test_every_service as services  # noqa: E402
import test_institutions as institutions  # noqa: E402

HALVED = [  # (specs, their path, the paths that a test halves)
    (economy.BASE, "", economy.RULES),
    (economy.COMPLEX, "", economy.PLACE),
    (rules.BUSY.programme, "programme", rules.PARAMETERS),
    (networks.BUSY.programme, "programme", networks.parameters()),
    (institutions.BUSY.programme, "programme", institutions.PARAMETERS),
    (services.BUSY.programme, "programme", services.BUSY_PARAMETERS),
    *((spec.programme, "programme", services.PARAMETERS) for spec in services.ALONE.values()),
    (anchors.town().anchors["yard"], "", anchors.NUMBERS),
]
TARGETS = {
    ("GrowthTarget", "base"): ("output_20", 2008),
    ("GrowthTarget", "by"): ("output_20", 2010),
    ("GrowthTarget", "growth"): ("output_20", 0.10),
    ("GrowthTarget", "share"): ("half", 0.25),
    ("ReachTarget", "sales"): ("reach_30", "150억원"),
    ("ReachTarget", "by"): ("reach_30", 2010),
}
"""What to change of which target; a share only matters to a share of firms."""

ELSEWHERE = {
    ("Figures", "sectors"): "a proportion: test_economy_parameters halves one sector",
    ("Point", "value"): "of a series: test_economy_parameters moves the last point",
    ("Point", "month"): "likewise",
    ("Output", "value"): "a published point, which no world reads: tests of fit and residual",
    ("Output", "growth"): "likewise",
    ("Heads", "value"): "likewise",
    ("Heads", "growth"): "likewise",
    ("Share", "value"): "likewise",
    ("Share", "growth"): "likewise",
    ("RosterSpec", "as_of"): "of a file of firms: test_economy_roster",
    ("RosterSpec", "export_share"): "likewise",
    ("DisplacementSpec", "markets"): "of a table: below",
    ("ScenarioSpec", "start"): "moves nothing but which months there are: below",
    ("ScenarioSpec", "end"): "likewise",
    ("ScenarioSpec", "seed"): "moves everything, by chance alone: below",
}
"""Parameters that are not halved as the others are, and where they are tested."""


def test_every_parameter_is_halved_somewhere():
    halved = {
        field
        for spec, path, paths in HALVED
        for at, field in spec_tree.parameters_at(spec, path)
        if any(one == at or one.startswith(f"{at}.") for one in paths)
    }
    told = halved | set(TARGETS) | set(ELSEWHERE)
    assert spec_tree.parameters() - told == set()
    assert (set(TARGETS) | set(ELSEWHERE)) <= spec_tree.parameters()
    assert len(halved) > 150


# ---------------------------------------------------------------- targets


@pytest.fixture(scope="module")
def verdicts():
    half = {
        "kind": "growth",
        "title": "half of the firms",
        "complex": "noksan",
        "group": "all",
        "growth": "10 %",
        "base": 2007,
        "by": 2011,
        "reading": "share_of_firms",
    }
    data = small.SMALL | {"targets": small.SMALL["targets"] | {"half": half}}
    worlds = {}

    def read(*changes):
        scenario = load(data, set=changes)
        specs = [scenario.arms[arm].spec for arm in ("as_announced", "no_programme")]
        if not worlds:  # a target moves no world
            worlds["pair"] = [small.simulate(spec, small.luck()) for spec in specs]
        table = small.frame(small.contrast(specs[0], *worlds["pair"])["targets"])
        return table.set_index(["target", "world"])["distance"]

    return read


@pytest.mark.parametrize("field", sorted(TARGETS), ids=".".join)
def test_a_number_of_a_target_moves_it_and_no_other(field, verdicts):
    target, value = TARGETS[field]
    before, after = verdicts(), verdicts(f"targets.{target}.{field[1]}={value}")
    moved = {name for name, gap in (after - before).items() if abs(gap) > 1e-9}
    assert {name for name, _ in moved} == {target}
    assert (target, "arm") in moved


# ---------------------------------------------------------------- the run itself


def test_a_larger_market_loses_less_to_what_is_displaced():
    """The complex holds less of it, so more is taken outside."""
    lost = {}
    for market in ("4 tn KRW", "40 tn KRW"):
        record = small.run(f"economy.displacement.markets.machinery={market}")
        rivals = record.rivals
        mine = rivals["sector"] == "machinery"
        lost[market] = rivals["output"][mine].max() - rivals["output"][mine].min()
    assert lost["40 tn KRW"] > lost["4 tn KRW"] > 0.0


def test_an_end_later_or_earlier_changes_no_month_before_it():
    long, short = small.run(), small.run("end=2011-12", "targets.reach_30=~", "targets.output_20=~")
    kept = long.panel["year"] <= 2011
    early = {name: values[kept] for name, values in long.panel.items()}
    small.assert_same(early, short.panel)


def test_a_seed_changes_firms_and_not_their_numbers():
    one, other = (load(small.SMALL, set=(f"seed={seed}",)) for seed in (1, 2))
    specs = [scenario.arms["nothing"].spec for scenario in (one, other)]
    panels = [
        small.simulate(spec, small.Luck(spec.seed, 0, small.Domain.LUCK)).panel for spec in specs
    ]
    counts = [np.sum(panel["firms"][panel["year"] == 2007]) / 12.0 for panel in panels]
    assert counts[0] == pytest.approx(counts[1], rel=0.1)
    assert panels[0]["output"][:50].tolist() != panels[1]["output"][:50].tolist()
