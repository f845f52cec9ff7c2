"""What a script or a notebook calls: load a scenario, run it, look at the results."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clustersim import scenario as scenarios
from clustersim.errors import InputError, TaskError
from clustersim.experiment import pair
from clustersim.experiment.executors import run_missing
from clustersim.experiment.plan import crossed, plan
from clustersim.experiment.plan import replicates as diagonal
from clustersim.experiment.store import Store
from clustersim.language import ntr, speaking, tr
from clustersim.problems import did_you_mean, unexpected, whole
from clustersim.results import Results
from clustersim.scenario import Scenario
from clustersim.scenario.schema import LARGEST_SEED
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.experiment.plan import Task

__all__ = [
    "DEFAULT_ARMS",
    "DEFAULT_REPLICATES",
    "REFERENCE",
    "default_folder",
    "load",
    "processors",
    "run",
    "texts",
    "wanted",
]

REFERENCE = "no_programme"
"""The arm that others are compared with."""

DEFAULT_ARMS = ("as_announced",)
"""The arms that are run unless told: the file itself."""

DEFAULT_REPLICATES = 20
"""How many replicates are run unless told."""


def load(
    source: str | os.PathLike[str] | dict[str, object],
    set: Sequence[str] = (),  # noqa: A002 - the name of the command line's option
    *,
    lang: str | None = None,
) -> Scenario:
    """Return a scenario from a bundled name, a path or a dict.

    Parameters
    ----------
    source
        ``"noksan"``, ``"my/complex.yaml"``, or the content of such a file. In such content, the
        file of a population can be a DataFrame; a file is looked for in the current folder.
    set
        Changes, each ``"path=value"`` as it would stand in the file.
    lang
        ``"en"`` or ``"ko"``: the language of its mistakes, and of the scenario as it shows itself.

    Raises
    ------
    ScenarioError
        With everything that is wrong in it, each with file, line and column.
    """
    with speaking(lang):
        if isinstance(source, os.PathLike):
            source = Path(source)
        elif not isinstance(source, (str, Mapping)):
            raise InputError(
                tr(
                    "expected {what}, not {value}",
                    what=tr("the name, the path or the content of a scenario"),
                    value=shown(source),
                ),
                tr("write for example {example}", example='"noksan"'),
            )
        return scenarios.load(source, set=texts("set", set))


def run(
    scenario: Scenario | str | os.PathLike[str] | dict[str, object],
    *,
    replicates: int | None = None,
    draws: int | None = None,
    luck: int | None = None,
    arms: Sequence[str] | str | None = None,
    seed: int | None = None,
    workers: int | None = None,
    out: str | os.PathLike[str] | None = None,
    set: Sequence[str] = (),  # noqa: A002 - the name of the command line's option
    progress: bool = True,
    lang: str | None = None,
) -> Results:
    """Run arms of a scenario beside the reference and return the answers.

    The same call again runs only what is missing in the results folder; a larger number of
    replicates extends it.

    Parameters
    ----------
    scenario
        What `load` returns or takes.
    replicates
        How many pairs of worlds per arm, draw k of the parameters with luck k; 20 unless told.
    draws, luck
        Instead: every one of so many draws with every one of so many lucks, which tells doubt
        about parameters and luck apart.
    arms
        Names of arms; ``as_announced`` unless told.
    seed
        All randomness follows from it; the scenario's own unless told.
    workers
        How many processes; as many as this one may use processors, unless told.
    out
        The results folder; ``runs/<scenario>-<digest>`` unless told.
    set
        Changes to the scenario; only where it is not loaded yet.
    progress
        Whether to show a bar on standard error.
    lang
        ``"en"`` or ``"ko"``: the language of mistakes, and of the results as they show themselves;
        that of the scenario unless told.

    Raises
    ------
    InputError
        When an argument or the scenario cannot be used.
    TaskError
        When a pair of worlds failed; the others are kept.
    StoreError
        When the results folder is of another run, or cannot be written.
    KeyboardInterrupt
        With a note of what is kept.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, set=set, lang=lang)  # which refuses all else
    elif set:
        with speaking(lang or scenario.lang):
            raise InputError(
                tr("set: the scenario is loaded already"), tr("give the changes to load() instead")
            )
    with speaking(lang or scenario.lang):
        return _run(
            scenario,
            wanted(scenario, arms=arms, replicates=replicates, draws=draws, luck=luck),
            scenario.seed if seed is None else whole("seed", seed, 0, LARGEST_SEED),
            processors() if workers is None else whole("workers", workers, 1),
            out,
            progress=progress,
        )


def _run(
    scenario: Scenario,
    tasks: Sequence[Task],
    seed: int,
    workers: int,
    out: str | os.PathLike[str] | None,
    *,
    progress: bool,
) -> Results:
    """Run what is missing of some tasks and return their answers."""
    header = pair.header(scenario, seed)
    folder = Path(out) if out else default_folder(header)
    store = Store.create(folder, header)
    try:
        outcome = run_missing(
            store,
            tasks,
            pair.WORK,
            json.dumps(header).encode(),
            workers,
            progress=progress,
        )
    except KeyboardInterrupt as stop:
        kept = sum(store.has(task) for task in tasks)
        stop.add_note(
            tr(
                "interrupted: {kept} of {all} pairs of worlds are kept in {folder}; "
                "the same command goes on from there",
                kept=kept,
                all=len(tasks),
                folder=folder,
            )
        )
        raise
    if outcome.failed:
        raise _failure(store, outcome.failed, len(tasks))
    return Results(store, tasks)


def wanted(
    scenario: Scenario,
    *,
    arms: Sequence[str] | str | None = None,
    replicates: int | None = None,
    draws: int | None = None,
    luck: int | None = None,
) -> list[Task]:
    """Return the pairs of worlds that `run` would run or find done, given the same arguments.

    Raises
    ------
    InputError
        When an argument cannot be used.
    """
    return plan(_arms(scenario, arms), REFERENCE, _pairs(replicates, draws, luck))


def default_folder(header: Mapping[str, Any]) -> Path:
    """Return the results folder of a run unless told, from its header."""
    return Path("runs") / f"{header['scenario']}-{header['digest']}"


def _arms(scenario: Scenario, arms: Sequence[str] | str | None) -> list[str]:
    """Return the arms to run, each known and none the reference itself."""
    chosen = list(DEFAULT_ARMS if arms is None else texts("arms", arms))
    known = [name for name in scenario.arms if name != REFERENCE]
    for arm in chosen:
        if arm == REFERENCE:
            raise InputError(
                tr("arms: {arm} is the reference", arm=repr(arm)),
                tr("leave it out: every arm is compared with it"),
            )
        if arm not in known:
            raise InputError(
                tr("arms: no arm {arm}", arm=repr(arm)),
                did_you_mean(arm, known, otherwise=tr("the arms are")),
            )
    return chosen


def texts(what: str, given: Any) -> tuple[str, ...]:
    """Return texts of which one may be given alone.

    Raises
    ------
    InputError
        They are anything but texts.
    """
    texts = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    for text in texts:
        if not isinstance(text, str):
            raise unexpected(what, tr("text"), text, tr("put it in quotes"))
    return texts


def _pairs(replicates: int | None, draws: int | None, luck: int | None) -> list[tuple[int, int]]:
    """Return the (draw, luck) pairs asked for."""
    for what, number in (("replicates", replicates), ("draws", draws), ("luck", luck)):
        if number is not None:
            whole(what, number)
    if draws is None and luck is None:
        return diagonal(DEFAULT_REPLICATES if replicates is None else replicates)
    if replicates is not None:
        raise InputError(
            tr("replicates cannot be given with draws or luck"),
            tr("give replicates alone, or draws and luck to cross them"),
        )
    if draws is None or luck is None:
        given, lacking = ("luck", "draws") if draws is None else ("draws", "luck")
        raise InputError(
            tr("{given} is given without {lacking}", given=given, lacking=lacking),
            tr("give both to cross them, or replicates to pair draw k with luck k"),
        )
    return crossed(draws, luck)


def processors() -> int:
    """Return the number of processors this process may use, at most `_MOST` on Windows."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return min(os.cpu_count() or 1, _MOST)  # macOS has no more


_MOST: Final = 61
"""Processes that one process can wait for on Windows."""

_RAISED: Final = re.compile(r"[A-Za-z_][\w.]*: ", re.ASCII)
"""How a traceback names what was raised."""


def _failure(store: Store, failed: Mapping[Task, str], count: int) -> TaskError:
    task, reason = next(iter(failed.items()))
    lines = reason.strip().splitlines()
    raised = max(i for i, line in enumerate(lines) if i == 0 or _RAISED.match(line))
    last = ": ".join(line.strip() for line in lines[raised:]).partition(": ")[2]
    return TaskError(
        ntr(
            "{failed} of {number} pair of worlds failed; the first, {task}: {last}",
            "{failed} of {number} pairs of worlds failed; the first, {task}: {last}",
            count,
            failed=len(failed),
            task=task,
            last=last,
        ),
        tr(
            "the rest is kept; see {file}; the same command tries again",
            file=store.folder / "tasks" / f"{task}.failed.txt",
        ),
    )
