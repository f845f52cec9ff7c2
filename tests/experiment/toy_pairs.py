"""A toy pair of worlds that workers can import by name, and what the tests share about it."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np

from clustersim.experiment.plan import Task, plan, replicates

if TYPE_CHECKING:
    from pathlib import Path

    from clustersim.experiment.shard import Shard

HEADER = {"digest": "0a1b2c3d", "seed": 7, "versions": {"clustersim": "0.1"}}
TASKS = plan(["as_announced", "double-budget"], "no_programme", replicates(4))


def payload(log: Path | None = None, seconds: float = 0.0, **mishaps: str) -> bytes:
    """Return what all tasks share; `mishaps` maps what goes wrong to the task it happens to."""
    told = {"log": str(log) if log else "", "seconds": seconds, **mishaps}
    return json.dumps(told).encode()


def run(data: bytes, task: Task) -> Shard:
    """Run the toy pair, after noting that it was begun."""
    told = json.loads(data)
    if told["log"]:
        handle = os.open(told["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(handle, f"{os.getpid()} {task}\n".encode())
        os.close(handle)
    time.sleep(told["seconds"])
    if told.get("raises") == str(task):
        raise ZeroDivisionError("a toy that breaks")
    if told.get("dies") == str(task):
        os.kill(os.getpid(), signal.SIGKILL)
    if told.get("incomplete") == str(task):
        return {"members": {"id": np.array([1], dtype=np.uint64)}}
    return shard(task)


def threads(data: bytes, _task: Task) -> Shard:
    """Store how many threads linear algebra may use here."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "parameters": {
            "path": np.array(names),
            "value": np.array([float(os.environ.get(name, "nan")) for name in names]),
            "text": np.array([data.decode()] * 3),
        }
    }


def shard(task: Task) -> Shard:
    """Return a shard that depends on the task alone."""
    rng = np.random.default_rng([task.draw, task.luck, len(task.arm)])
    n = 5 + task.draw
    return {
        "groups": {
            "complex": np.array(["녹산"] * n),
            "group": np.array(["all", "supported", "all", "all", "all"] * n)[:n],
            "outcome": np.array(["output"] * n, dtype=object),
            "year": 2008 + np.arange(n),
            "arm_value": rng.normal(size=n),
            "reference_value": np.r_[np.nan, -0.0, rng.normal(size=n - 2)],
            "unit": np.array(["KRW2008"] * n),
        },
        "members": {
            "complex": np.array(["noksan"]),
            "group": np.array(["supported"]),
            "id": np.array([2**64 - 1 - task.draw], dtype=np.uint64),
        },
        "ledger": {
            name: np.array(["x"]) for name in ("complex", "funder", "line", "purpose", "entry")
        }
        | {"year": np.array([2008]), "amount": np.array([-(2**62)])},
    }


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def one_over(number):
    """Work that cannot be done for 0."""
    return 1 / number
