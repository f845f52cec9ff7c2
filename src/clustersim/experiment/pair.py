"""What a task does: run the arm's world and the reference's, and contrast them.

A pair is a pure function of the header (the resolved scenario and the seed) and the task's key.
"""

from __future__ import annotations

import json
import platform
from collections import defaultdict
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim import calendar
from clustersim._version import __version__
from clustersim.estimands.contrast import contrast, named_panel
from clustersim.experiment.store import FORMAT
from clustersim.programme.instruments import registry
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from clustersim.arrays import Columns
    from clustersim.experiment.plan import Task
    from clustersim.experiment.shard import Shard
    from clustersim.programme.plan import ComplexProgramme
    from clustersim.scenario import Scenario
    from clustersim.simulation import Record

__all__ = ["WORK", "firms", "header", "run_task", "world"]

WORK = "clustersim.experiment.pair:run_task"
"""The name by which workers find the function."""

_LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "pyarrow")


def header(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Return what is stored once a run: all that its worlds depend on, and what pictures need."""
    dates = [
        (date.isoformat(), label)
        for plan in scenario.spec.programme.complexes.values()
        for date, label in _dates(plan)
    ]
    return {
        "format": FORMAT,
        "scenario": scenario.name,
        "title": scenario.title,
        "seed": seed,
        "digest": scenario.digest(seed),
        "versions": {
            "clustersim": f"{__version__}+{_code()}",
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "instruments": registry.versions(),
        "resolved": scenario.data,
        "start": scenario.start,
        "end": scenario.end,
        "macro": _macro_note(scenario),
        "dates": [{"date": date, "label": label} for date, label in sorted(set(dates))],
        "targets": {
            name: target.model_dump(mode="json") for name, target in scenario.targets.items()
        },
        "parameters": scenario.about(),
    }


def _dates(plan: ComplexProgramme) -> Iterator[tuple[dt.date, str]]:
    """Yield the dated events of a complex; mini-clusters launched on one day stand together."""
    for milestone in plan.timetable.values():
        yield milestone.date, milestone.label
    launched: defaultdict[dt.date, list[str]] = defaultdict(list)
    for cluster in plan.mini_clusters.values():
        launched[cluster.launch].append(cluster.title)
    for date, titles in launched.items():
        one = f"mini-cluster {titles[0]}"
        yield date, one if len(titles) == 1 else f"{len(titles)} mini-clusters"
    if plan.exchange:
        yield plan.exchange.opens, "exchange system"
    if plan.centre:
        yield plan.centre.site, f"site of {plan.centre.title}"
        yield plan.centre.opens, f"{plan.centre.title} opens"


def run_task(payload: bytes, task: Task) -> Shard:
    """Run one pair of worlds and return its shard.

    Parameters
    ----------
    payload
        The header as JSON.
    task
        The key: arm, reference, draw, luck.
    """
    scenario, seed = _told(payload)
    arm = world(scenario, task.arm, task.draw, task.luck, seed)
    reference = world(scenario, task.reference, task.draw, task.luck, seed)
    spec = scenario.at(task.arm, seed, task.draw)
    shard: Shard = contrast(spec, arm, reference)
    # what the arm does not use cannot matter, and would only seem to by chance
    idle = tuple(f"programme.{name}." for name in sorted(spec.programme.idle()))
    drawn = scenario.drawn(seed, task.draw)
    shard["parameters"] = _parameters(
        {path: value for path, value in drawn.items() if not path.startswith(idle)}
    )
    return shard


def world(scenario: Scenario, arm: str, draw: int, luck: int, seed: int) -> Record:
    """Run one world: an arm at a draw with a luck."""
    return simulate(scenario.at(arm, seed, draw), Luck(seed, luck, Domain.LUCK))


@lru_cache(maxsize=1)
def _code() -> str:
    """Return 8 hex digits of the package's own source, so that no run mixes two models."""
    package = Path(__file__).resolve().parent.parent
    digest = blake2b(digest_size=4)
    for file in sorted(package.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def firms(scenario: Scenario, arm: str, draw: int, luck: int, seed: int) -> Columns:
    """Run one world and return its firm-year panel, with names for codes."""
    record = world(scenario, arm, draw, luck, seed)
    return named_panel(scenario.at(arm, seed, draw), record.panel, record.events)


@lru_cache(maxsize=1)
def _told(payload: bytes) -> tuple[Scenario, int]:
    told = json.loads(payload)
    return load(told["resolved"]), int(told["seed"])


def _parameters(values: dict[str, Any]) -> dict[str, np.ndarray]:
    paths = sorted(values)
    texts = [values[path] if isinstance(values[path], str) else "" for path in paths]
    numbers = [np.nan if isinstance(values[path], str) else float(values[path]) for path in paths]
    return {
        "path": np.array(paths, dtype=object),
        "value": np.array(numbers, dtype=np.float64),
        "text": np.array(texts, dtype=object),
    }


def _macro_note(scenario: Scenario) -> str:
    """Return in words where the economy's path comes from."""
    macro = scenario.spec.economy.macro
    if macro.mode == "flat":
        return "flat"
    if macro.mode == "series":
        return "the scenario's own series"
    last = max((s.points[-1].month for s in macro.output.values()), default=scenario.start)
    if macro.mode == "ex_ante":
        last = min(last, macro.outlook.known)
    months = np.arange(scenario.start, min(last, scenario.end) + 1, dtype=np.int64)
    tags = [tag for series in macro.output.values() for tag in series.tags(months)]
    known = sum(tag != "assumed" for tag in tags) / max(len(tags), 1)
    shares = f"({known:.0%} of it between published figures)"
    if macro.mode == "ex_ante":
        return f"known to {calendar.label(last)} {shares}, chance after"
    return f"hindsight to {calendar.year_of(last)} {shares}, flat after"
