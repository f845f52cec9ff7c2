"""A pair keeps the drawn values that its arm can hang on, and no others."""

from __future__ import annotations

import json

import pytest

from clustersim.experiment.pair import run_task
from clustersim.experiment.plan import Task
from clustersim.programme.instruments.registry import SERVICES
from clustersim.scenario import load


@pytest.mark.parametrize(
    ("arm", "uses"),
    [("as_announced", set()), ("one", {"services.training", "pipeline"}), ("grants_only", {"rnd"})],
)
def test_what_an_arm_does_not_use_is_not_told(arm, uses):
    scenario = load(
        {
            "extends": "noksan",
            "start": "2007-01",
            "end": "2009-12",
            "targets": None,
            "arms": {
                "one": {
                    "source": "assumption: one service",
                    "title": "one service",
                    "programme": {
                        "complexes": {"noksan": {"services": {"training": {"opens": "2008-07-01"}}}}
                    },
                }
            },
        }
    )
    spec = scenario.at(arm, 1, 0).programme
    named = {"mini_clusters", "rnd", "inno_core", "pipeline"} | {f"services.{n}" for n in SERVICES}
    assert uses <= named - spec.idle()
    payload = json.dumps({"resolved": scenario.data, "seed": 1}).encode()
    shard = run_task(payload, Task(arm, "no_programme", 0, 0))
    paths = [path for path in shard["parameters"]["path"] if path.startswith("programme.")]
    assert paths
    told = {name for name in named if any(path.startswith(f"programme.{name}.") for path in paths)}
    assert told.isdisjoint(spec.idle())
    doubted = {path for path in scenario.drawn(1, 0) if path.startswith("programme.")}
    assert {
        path
        for path in doubted
        if not any(path.startswith(f"programme.{name}.") for name in spec.idle())
    } == set(paths)
