"""One stored pair of worlds: nothing moves by accident.

A change that is meant to move results stores them anew, and says so in its message::

    PYTHONPATH=tests python tests/golden/test_golden.py
"""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

import small
from clustersim.experiment import pair
from clustersim.experiment.plan import Task

STORED = Path(__file__).with_name("small.json")


def machine():
    """Whatever decides the last bit: libraries, and the processor's branch of exp and log."""
    branches = np.lib.introspect.opt_func_info(func_name="^(exp|log)$", signature="float64")
    return {
        **{name: version(name) for name in ("numpy", "scipy", "simpy")},
        "system": " ".join([platform.system(), platform.machine(), *platform.libc_ver()]),
        "branches": {
            name: by_type["current"]
            for name, types in branches.items()
            for by_type in types.values()
        },
    }


def sums():
    """All groups' outcomes, and the sum of each number column of every table, of one pair."""
    header = pair.header(small.scenario(), small.SEED)
    shard = pair.run_task(json.dumps(header).encode(), Task("as_announced", "no_programme", 0, 0))
    groups = small.frame(shard["groups"])
    outcomes = {
        f"{row.group} {row.outcome} {row.year}": [row.arm_value, row.reference_value]
        for row in groups[groups["year"] >= 2012].itertuples()
    }
    tables = {
        table: {"rows": len(next(iter(columns.values())))}
        | {
            name: sum(values.tolist())
            for name, values in sorted(columns.items())
            if values.dtype.kind in "iuf" and not np.isnan(values.astype(np.float64)).any()
        }
        for table, columns in sorted(shard.items())
    }
    return {"outcomes": outcomes, "tables": tables}


def flat(tree, path=""):
    """Numbers by path."""
    if isinstance(tree, dict):
        return {k: v for key, item in tree.items() for k, v in flat(item, f"{path}/{key}").items()}
    if isinstance(tree, list):
        return flat(dict(enumerate(tree)), path)
    return {path: tree}


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED.read_text())


def test_the_stored_pair_of_worlds_is_what_it_was(stored):
    found, wanted = flat(json.loads(json.dumps(sums()))), flat(stored["sums"])
    assert found.keys() == wanted.keys()
    if machine() == stored["machine"]:
        assert found == wanted
    else:  # ids and amounts are whole numbers and must be equal on any machine
        for path, number in wanted.items():
            tolerance = 0 if isinstance(number, int) else 1e-9
            assert found[path] == pytest.approx(number, rel=tolerance, abs=0, nan_ok=True), path


if __name__ == "__main__":
    text = json.dumps({"machine": machine(), "sums": sums()}, indent=1)
    STORED.write_text(text + "\n")
