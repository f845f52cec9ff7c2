"""A stand-in for what takes long: one real pair of Noksan's worlds, whatever pair is asked for."""

from __future__ import annotations

import json
from functools import cache

from clustersim.experiment import pair
from clustersim.experiment.plan import Task
from clustersim.scenario import load


def run_task(payload, task):  # noqa: ARG001 - the signature of `task.Work`
    """Return the shard of that pair."""
    return _pair()


@cache
def _pair():
    scenario = load("noksan")
    header = json.dumps(pair.header(scenario, scenario.seed)).encode()
    return pair.run_task(header, Task("as_announced", "no_programme", 0, 0))
