"""What a task does: run the arm's world and the reference's, and contrast them.

A pair is a pure function of the header (the resolved scenario and the seed) and the task's key.
"""

from __future__ import annotations

import datetime as dt
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
from clustersim.language import LANGUAGES, language, speaking, tr
from clustersim.programme.instruments import registry
from clustersim.programme.plan import OPENINGS
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustersim.arrays import Columns
    from clustersim.experiment.plan import Task
    from clustersim.experiment.shard import Shard
    from clustersim.programme.mini_clusters import MiniClusterSpec
    from clustersim.programme.plan import ComplexProgramme
    from clustersim.scenario import Scenario
    from clustersim.simulation import Record
    from clustersim.specs import Spec

__all__ = ["WORK", "firms", "header", "made_with", "run_task", "world"]

WORK = "clustersim.experiment.pair:run_task"
"""The name by which workers find the function."""

_LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "pyarrow")


def header(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Return what is stored once a run: all that its worlds depend on, and what pictures need."""
    return {
        "format": FORMAT,
        "scenario": scenario.name,
        "title": scenario.title,
        "seed": seed,
        "digest": scenario.digest(seed),
        **made_with(),
        "resolved": scenario.data,
        "start": scenario.start,
        "end": scenario.end,
        **_told_in_pictures(scenario),
        "targets": {
            name: target.model_dump(mode="json") for name, target in scenario.targets.items()
        },
        "parameters": scenario.about(),
    }


def made_with() -> dict[str, dict[str, str]]:
    """Return what makes worlds now, as a header has it: versions, and instruments added."""
    versions = {"clustersim": f"{__version__}+{_code()}", "python": platform.python_version()}
    versions |= {name: version(name) for name in _LIBRARIES}
    return {"versions": versions, "instruments": registry.versions()}


def _told_in_pictures(scenario: Scenario) -> dict[str, Any]:
    """Return the note on the economy and the dates, in every language: a run is seen in any."""
    endings = {lang: "" if lang == LANGUAGES[0] else f"_{lang}" for lang in LANGUAGES}
    notes, columns = {}, []
    for lang, ending in endings.items():
        with speaking(lang):
            notes[f"macro{ending}"] = _macro_note(scenario)
            columns.append(list(_dates(scenario)))
    names = ["complex", "date", *(f"label{ending}" for ending in endings.values())]
    days: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for told in zip(*columns, strict=True):
        arm, place, date, _ = told[0]
        days[place, date.isoformat(), *(label for *_, label in told)].append(arm)
    dates = [dict(zip(names, day, strict=True)) | {"arms": days[day]} for day in sorted(days)]
    return {**notes, "dates": dates}


def _dates(scenario: Scenario) -> Iterator[tuple[str, str, dt.date, str]]:
    """Yield arm, complex, date and label of what happens in each arm at central values.

    What would come after the day on which an arm stops does not come.
    """
    for name, arm in scenario.arms.items():
        stops = arm.spec.programme.stops or dt.date.max
        for place, plan in arm.spec.programme.plans().items():
            for date, label in _launches(plan.own()):
                yield name, place, date, label
            for date, label in _state_dates(plan):
                if date <= stops:
                    yield name, place, date, label
            if stops < dt.date.max and plan.budget:
                yield name, place, stops, tr("the state's part ends")


def _state_dates(plan: ComplexProgramme) -> Iterator[tuple[dt.date, str]]:
    """Yield the dated events of the state's part of a plan."""
    for name, milestone in plan.timetable.items():
        what = getattr(plan, name) if name in OPENINGS else milestone
        if what is not None:
            yield getattr(what, "opens", milestone.date), _spoken(milestone, "label")
    own = plan.own()
    yield from _launches({n: each for n, each in plan.mini_clusters.items() if n not in own})
    if plan.exchange:
        yield plan.exchange.opens, tr("exchange system")
    if plan.centre:
        title = _spoken(plan.centre, "title")
        yield plan.centre.site, tr("site of {title}", title=title)
        yield plan.centre.opens, tr("{title} opens", title=title)


def _launches(clusters: dict[str, MiniClusterSpec]) -> Iterator[tuple[dt.date, str]]:
    """Yield the launches of mini-clusters; those of one day stand together."""
    launched: defaultdict[dt.date, list[str]] = defaultdict(list)
    for cluster in clusters.values():
        launched[cluster.launch].append(_spoken(cluster, "title"))
    for date, titles in launched.items():
        yield (
            date,
            tr("mini-cluster {title}", title=titles[0])
            if len(titles) == 1
            else tr("{number} mini-clusters", number=len(titles)),
        )


def _spoken(spec: Spec, name: str) -> str:
    """Return a text of a spec in the language that is spoken, or in English."""
    return str(getattr(spec, f"{name}_{language()}", "") or getattr(spec, name))


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
        return tr("flat")
    if macro.mode == "series":
        return tr("the scenario's own series")
    last = max((s.points[-1].month for s in macro.output.values()), default=scenario.start)
    if macro.mode == "ex_ante":
        last = min(last, macro.outlook.known)
    months = np.arange(scenario.start, min(last, scenario.end) + 1, dtype=np.int64)
    tags = [tag for series in macro.output.values() for tag in series.tags(months)]
    assumed = f"{tags.count('assumed') / max(len(tags), 1):.0%}"
    if macro.mode == "ex_ante":
        return tr(
            "a path to {month} ({share} of it assumed), chance after",
            month=calendar.label(last),
            share=assumed,
        )
    return tr(
        "hindsight to {year} ({share} of it assumed), flat after",
        year=calendar.year_of(last),
        share=assumed,
    )
