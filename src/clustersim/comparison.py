"""Scenarios and results folders side by side: run what is missing, then compare."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from clustersim import api
from clustersim.errors import InputError, StoreError
from clustersim.evaluation import comparison, readable, side_by_side
from clustersim.experiment import pair
from clustersim.experiment.plan import replicates as diagonal
from clustersim.experiment.store import Store
from clustersim.language import language, ntr, speaking, tr
from clustersim.problems import did_you_mean, whole
from clustersim.results import Results
from clustersim.scenario import Scenario, catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clustersim.experiment.plan import Task

__all__ = ["Comparison", "compare"]


def compare(
    items: Sequence[Results | Scenario | str | os.PathLike[str] | dict[str, object]]
    | str
    | os.PathLike[str],
    *,
    arms: Sequence[str] | str | None = None,
    replicates: int | None = None,
    workers: int | None = None,
    progress: bool = True,
    lang: str | None = None,
) -> Comparison:
    """Run scenarios where pairs of worlds are missing and set all results side by side.

    Everything is checked before anything runs.

    Parameters
    ----------
    items
        Each a scenario (what `load` returns or takes), which is run in its default folder, or
        results: what `run` returns, or a results folder, which is read as it is.
    arms
        Names of arms, in the order in which they are shown. Unless told, ``as_announced`` of a
        scenario and all arms of results.
    replicates
        Draw k with luck k for so many k; of a scenario 20 and of results all that the arms have in
        common, unless told.
    workers, progress
        See `clustersim.run`.
    lang
        ``"en"`` or ``"ko"``: the language of mistakes, and of the comparison as it shows itself.

    Raises
    ------
    InputError
        When an item or an argument cannot be used.
    StoreError
        When a folder is no results folder or lacks a replicate that is asked for.
    TaskError
        When a pair of worlds failed.
    """
    alone = isinstance(items, (str, os.PathLike, Mapping)) or not isinstance(items, Iterable)
    items = cast("Sequence[Any]", [items] if alone else items)
    spoken = (item.lang for item in items if isinstance(item, (Results, Scenario)))
    with speaking(lang or next(spoken, None)):
        names = list(api.texts("arms", arms)) if arms else None
        found = [_found(item, names, replicates) for item in items]
        folders = [_folder(each) for each in found]
        if not found:
            raise InputError(
                tr("there is nothing to compare"), tr("name a scenario or a results folder")
            )
        for place in folders:
            if folders.count(place) > 1:
                raise InputError(
                    tr("{place}: this run is named twice", place=place), tr("name each run once")
                )
        how: dict[str, Any] = {"replicates": replicates, "workers": workers, "progress": progress}
        runs = [
            each if isinstance(each, Results) else api.run(each, arms=names, lang=language(), **how)
            for each in found
        ]
        return Comparison(runs, names)


class Comparison:
    """Runs side by side: tables, pictures, a page of text, one JSON document.

    Made by `compare`, and shown in the language that is spoken then.

    Parameters
    ----------
    runs
        The runs, in the order in which they are shown.
    arms
        The arms, in the order in which they are shown; ``as_announced`` first unless told.
    """

    def __init__(self, runs: Sequence[Results], arms: Sequence[str] | None = None) -> None:
        self.lang = language()
        self.runs = dict(zip(_names(runs), runs, strict=True))
        known = dict.fromkeys(arm for run in runs for arm in run.arms)
        usual = sorted(known, key=lambda arm: arm not in api.DEFAULT_ARMS)
        self.arms = list(dict.fromkeys(arms or usual))

    @property
    def folder(self) -> Path:
        """Where its pictures go unless told: a name made of the runs and arms, not of counts."""
        what = [run.header["digest"] for run in self.runs.values()], self.arms
        return Path("runs") / f"compare-{blake2b(repr(what).encode(), digest_size=4).hexdigest()}"

    # ------------------------------------------------------------ tables

    def means(self) -> pd.DataFrame:
        """Return the effects in a mean year; see `clustersim.evaluation.comparison.mean_effects`.

        Unlike a single year's, they favour no arm for working fast.
        """
        return comparison.mean_effects(self)

    def effects(self, *, wide: bool = False) -> pd.DataFrame:
        """Return `Results.effects` of every run, with the column ``run`` before all others."""
        return comparison.together(self, lambda run: run.effects(wide=wide))

    def targets(self, *, wide: bool = False) -> pd.DataFrame:
        """Return `Results.targets` of every run, with the column ``run`` before all others."""
        return comparison.together(self, lambda run: run.targets(wide=wide))

    def ledger(self) -> pd.DataFrame:
        """Return `Results.ledger` of every run, with the column ``run`` before all others."""
        return comparison.together(self, lambda run: run.ledger())

    def money(self) -> pd.DataFrame:
        """Return `Results.money` of every run, with the column ``run`` before all others."""
        return comparison.together(self, lambda run: run.money())

    def displaced(self) -> pd.DataFrame:
        """Return `Results.displaced` of every run, with the column ``run`` before all others."""
        return comparison.together(self, lambda run: run.displaced())

    # ------------------------------------------------------------ faces

    def readable(self, table: pd.DataFrame, *, lang: str | None = None) -> readable.Readable:
        """Return one of these tables, or some rows of it, for reading; see `Results.readable`."""
        with speaking(lang or self.lang):
            headers = {name: run.header for name, run in self.runs.items()}
            return readable.readable(table, headers)

    def paths(self, outcome: str = "output", *, lang: str | None = None) -> Figure:
        """Draw an effect over the years, a panel each; see `charts.comparison.paths`."""
        from clustersim.charts import comparison as charts  # noqa: PLC0415 - matplotlib is slow

        with speaking(lang or self.lang):
            return charts.paths(self, outcome)

    def dots(
        self, outcome: str = "output", *, ax: Axes | None = None, lang: str | None = None
    ) -> Axes:
        """Draw an effect by scenario and arm; see `charts.comparison.dots`."""
        from clustersim.charts import comparison as charts  # noqa: PLC0415 - matplotlib is slow

        with speaking(lang or self.lang):
            return charts.dots(self, outcome, ax=ax)

    def save(
        self, folder: str | os.PathLike[str] | None = None, *, lang: str | None = None
    ) -> list[Path]:
        """Save all pictures as PNG and SVG, in `folder` if told, and return their paths.

        Languages are told apart in the names; see `charts.save.put_all`.
        """
        from clustersim.charts import comparison as charts  # noqa: PLC0415 - matplotlib is slow

        with speaking(lang or self.lang):
            return charts.save(self, folder or self.folder)

    def summary(self, width: int = 80, *, lang: str | None = None) -> str:
        """Return all runs side by side as plain text, at most ``width`` columns wide."""
        with speaking(lang or self.lang):
            return side_by_side.comparison(self, width)

    def to_json(self) -> dict[str, Any]:
        """Return plain data: the document of every run (`Results.to_json`)."""
        return {"schema": 1, "runs": [run.to_json() for run in self.runs.values()]}

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.runs)}: {', '.join(self.arms)}>"

    def _repr_html_(self) -> str:
        with speaking(self.lang):
            return side_by_side.written(self).html(", ".join(self.runs))


def _found(item: Any, arms: Sequence[str] | None, replicates: int | None) -> Results | Scenario:
    """Return a scenario, or results of what is asked for, each checked."""
    bundled = isinstance(item, str) and item in catalogue.names()
    if isinstance(item, (str, os.PathLike)) and not bundled and Path(item).is_dir():
        store = Store.open(item)
        return _part(store, store.tasks(), arms, replicates)
    if isinstance(item, Results):
        store = Store.open(item.store.folder)
        return _part(store, item.store.asked, arms, replicates)
    scenario = item if isinstance(item, Scenario) else api.load(item)
    try:
        api.wanted(scenario, arms=arms, replicates=replicates)
    except InputError as error:
        raise InputError(f"{scenario.name}: {error.what}", error.hint) from None
    return scenario


def _part(
    store: Store, tasks: Sequence[Task], arms: Sequence[str] | None, replicates: int | None
) -> Results:
    """Return results of these arms and replicates alone, which must be among the tasks."""
    known = list(dict.fromkeys(task.arm for task in tasks))
    for arm in arms or ():
        if arm not in known:
            hint = did_you_mean(arm, known, otherwise=tr("it has"))
            raise InputError(tr("{place}: no arm {arm}", place=store.folder, arm=repr(arm)), hint)
    tasks = [task for task in tasks if arms is None or task.arm in arms]
    if not tasks:
        raise StoreError(
            tr("{place}: nothing is done yet", place=store.folder), tr("run the scenario first")
        )
    if replicates is not None:
        pairs = diagonal(whole("replicates", replicates))
        for arm in dict.fromkeys(task.arm for task in tasks):
            lacking = set(pairs) - {(task.draw, task.luck) for task in tasks if task.arm == arm}
            if lacking:
                raise StoreError(
                    ntr(
                        "{place}: {lacking} of {number} replicate of {arm} is not done",
                        "{place}: {lacking} of {number} replicates of {arm} are not done",
                        replicates,
                        place=store.folder,
                        lacking=len(lacking),
                        arm=repr(arm),
                    ),
                    tr("compare fewer replicates, or run the scenario with more"),
                )
        tasks = [task for task in tasks if (task.draw, task.luck) in pairs]
    return Results(store, tasks)


def _folder(each: Results | Scenario) -> Path:
    """Return where a run is or will be."""
    if isinstance(each, Results):
        return Path(each.store.folder).resolve()
    return api.default_folder(pair.header(each, each.seed)).resolve()


def _names(runs: Sequence[Results]) -> list[str]:
    """Return for each run the shortest name that no other has: scenario, folder or path."""
    options = [
        (run.header["scenario"], Path(run.store.folder).name, str(run.store.folder)) for run in runs
    ]
    every = list(zip(*options, strict=True))
    return [
        next((name for name, all_ in zip(option, every, strict=True) if all_.count(name) == 1))
        for option in options
    ]
