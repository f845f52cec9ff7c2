"""The answers of a run: tidy tables, pictures, a summary, one JSON document."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from clustersim import scenario
from clustersim.calendar import year_of
from clustersim.errors import InputError, StoreError
from clustersim.evaluation import (
    composition,
    distances,
    drivers,
    effects,
    envelope,
    innocore,
    mini_clusters,
    money,
    networks,
    perimeters,
    pipeline,
    queues,
    readable,
    summary,
    targets,
    volumes,
)
from clustersim.evaluation.page import Page
from clustersim.experiment import pair
from clustersim.experiment.plan import shared
from clustersim.experiment.store import Store, made_otherwise
from clustersim.language import language, later, speaking, tr
from clustersim.problems import did_you_mean, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from types import ModuleType

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clustersim.experiment.plan import Task

__all__ = ["Plots", "Results", "Selection"]


class Selection:
    """The tasks of a store that an answer is made of; what is done later does not change it.

    Arms are set side by side, so the answer is over the replicates that all of them have.

    Parameters
    ----------
    store
        The results folder.
    tasks
        The tasks; all that are done now, unless told.

    Raises
    ------
    StoreError
        When the tasks' arms have no replicate in common.
    """

    def __init__(self, store: Store, tasks: Iterable[Task] | None = None) -> None:
        self._store = store
        self.asked = sorted(set(store.tasks() if tasks is None else tasks))
        self._tasks = shared(self.asked)
        if self.asked and not self._tasks:
            arms = ", ".join(dict.fromkeys(task.arm for task in self.asked))
            raise StoreError(
                tr("{place}: no replicate is of all arms: {arms}", place=store.folder, arms=arms),
                tr("compare one of them with --arms, or run all with the same --replicates"),
            )
        self._tables: dict[str, pd.DataFrame] = {}

    @property
    def folder(self) -> os.PathLike[str]:
        """The results folder."""
        return self._store.folder

    @property
    def header(self) -> Mapping[str, Any]:
        """What was run: scenario, seed, versions, the resolved scenario."""
        return self._store.header

    def tasks(self) -> list[Task]:
        """Return the tasks, sorted."""
        return list(self._tasks)

    @property
    def left_out(self) -> int:
        """How many replicates are not answered from, as only some of the arms have them."""
        asked, kept = (
            {(task.draw, task.luck) for task in tasks} for tasks in (self.asked, self._tasks)
        )
        return len(asked - kept)

    def read(self, table: str, arms: Iterable[str] | None = None) -> pd.DataFrame:
        """Return one table of these tasks; see `clustersim.experiment.shard.TABLES`."""
        if table not in self._tables:
            self._tables[table] = self._store.read(table, tasks=self._tasks)
        frame = self._tables[table]
        return frame.copy() if arms is None else frame.loc[frame["arm"].isin(list(arms))]


class Results:
    """The answers of a run.

    Made by `clustersim.run`, or by `Results.open` from a folder.

    Parameters
    ----------
    store
        The results folder.
    tasks
        The tasks to answer from, as far as all their arms have them; all that are done, unless
        told.
    lang
        The language they show themselves in; the one that is spoken now, unless told.
    """

    def __init__(
        self, store: Store, tasks: Iterable[Task] | None = None, lang: str | None = None
    ) -> None:
        self.store = Selection(store, tasks)
        self.lang = lang or language()

    @classmethod
    def open(cls, folder: str | os.PathLike[str], *, lang: str | None = None) -> Results:
        """Return the results in a folder, finished or not, to be shown in a language.

        Raises
        ------
        StoreError
            When it is not a results folder.
        """
        with speaking(lang):
            return cls(Store.open(folder))

    # ------------------------------------------------------------ what was run

    @property
    def header(self) -> Mapping[str, Any]:
        """What was run: scenario, title, seed, versions, the resolved scenario."""
        return self.store.header

    @property
    def arms(self) -> list[str]:
        """The arms answered for, without the reference."""
        return list(dict.fromkeys(task.arm for task in self.store.tasks()))

    @property
    def reference(self) -> str | None:
        """The arm they are compared with."""
        return next((task.reference for task in self.store.tasks()), None)

    @property
    def replicates(self) -> int:
        """The number of (draw, luck) pairs."""
        return len({(task.draw, task.luck) for task in self.store.tasks()})

    # ------------------------------------------------------------ tables

    def effects(self, *, wide: bool = False) -> pd.DataFrame:
        """Return the effect on every outcome of every group and year, with its doubt.

        Columns and arguments are those of `clustersim.evaluation.effects.effects`.
        """
        return effects.effects(self.store.read("groups"), self.store.tasks(), wide=wide)

    def targets(self, *, wide: bool = False) -> pd.DataFrame:
        """Return the chance of every target and what the arm adds to it.

        Columns and arguments are those of `clustersim.evaluation.targets.targets`.
        """
        return targets.targets(self.store.read("targets"), self.store.tasks(), wide=wide)

    def distances(self) -> pd.DataFrame:
        """Return what makes the distance to each target of growth: prices, programme and others.

        Columns are those of `clustersim.evaluation.distances.distances`.
        """
        return distances.distances(self.store.read("distances"), self.store.tasks())

    def composition(self) -> pd.DataFrame:
        """Return what changed output and output per firm: survivors, splits, entry, exit.

        Columns are those of `clustersim.evaluation.composition.composition`.
        """
        return composition.composition(self.store.read("composition"), self.store.tasks())

    def ledger(self) -> pd.DataFrame:
        """Return the programme's money, mean over replicates, won of the year.

        Columns are those of `clustersim.evaluation.money.ledger`.
        """
        return money.ledger(self.store.read("ledger"), self.store.tasks())

    def money(self) -> pd.DataFrame:
        """Return the value added and the job-years that a won of state money buys.

        Columns are those of `clustersim.evaluation.money.ratios`.
        """
        return money.ratios(self.store.read("groups"), self.store.read("money"), self.store.tasks())

    def inno_core(self) -> pd.DataFrame:
        """Return the counts of Inno-Core: eligible, sound, chosen, and who reached which sales.

        Columns are those of `clustersim.evaluation.innocore.inno_core`.
        """
        events, members, panel = map(self.store.read, ("events", "members", "panel"))
        return innocore.inno_core(events, members, panel, self.store.tasks())

    def networks(self) -> pd.DataFrame:
        """Return members and ties of every mini-cluster by year, in both worlds.

        Columns are those of `clustersim.evaluation.networks.networks`.
        """
        return networks.networks(self.store.read("networks"), self.store.tasks())

    def mini_clusters(self) -> pd.DataFrame:
        """Return what each mini-cluster did: members, meetings, tasks, its manager's hours.

        Columns are those of `clustersim.evaluation.mini_clusters.mini_clusters`.
        """
        return mini_clusters.mini_clusters(self.store.read("events"), self.store.tasks())

    def queues(self) -> pd.DataFrame:
        """Return how scarce each one's hours were, year by year: who waits for whom, how long.

        Columns are those of `clustersim.evaluation.queues.queues`.
        """
        return queues.queues(self.store.read("events"), self.store.tasks())

    def pipeline(self) -> pd.DataFrame:
        """Return how often each step from need to result was taken, by instrument and year.

        Columns are those of `clustersim.evaluation.pipeline.pipeline`.
        """
        return pipeline.pipeline(self.store.read("events"), self.store.tasks())

    def events(
        self,
        year: int | None = None,
        *,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
    ) -> pd.DataFrame:
        """Return everything that happened, counted by year, kind and instrument.

        Columns are those of `clustersim.evaluation.pipeline.happened`. Event by event it stands in
        ``results.store.read("events")``.

        Raises
        ------
        InputError
            When nothing happened in such a year, or there is no such complex.
        """
        table = self.store.read("events")
        answer = pipeline.happened(table, self.store.tasks(), year=year, complex=complex)
        if answer.empty and len(table):
            first, last = (
                year_of(int(time)) for time in (table["time"].min(), table["time"].max())
            )
            with speaking(self.lang):
                self._known(later("no complex {name}"), complex, table["complex"])
                raise InputError(
                    tr("nothing happened in {year}", year=year),
                    tr("events are of {first} to {last}", first=first, last=last),
                )
        return answer

    def volumes(self) -> pd.DataFrame:
        """Return what each complex's programme did in a year, beside what was published.

        Columns are those of `clustersim.evaluation.volumes.volumes`.
        """
        ledger, events = map(self.store.read, ("ledger", "events"))
        return volumes.volumes(ledger, events, self.store.tasks(), self.header)

    def feasible(self) -> pd.DataFrame:
        """Return which combinations of research and tasks fit into a full year's money.

        Columns are those of `clustersim.evaluation.volumes.combinations`.
        """
        return volumes.combinations(self.volumes(), self.header)

    def shares(self) -> pd.DataFrame:
        """Return what part of its complex's output each group would make without the programme.

        Columns are those of `clustersim.evaluation.perimeters.shares`.
        """
        return perimeters.shares(self.store.read("groups"), self.store.tasks())

    def displaced(self) -> pd.DataFrame:
        """Return what part of a complex's gain in output rivals outside lose.

        Columns are those of `clustersim.evaluation.perimeters.displaced`.
        """
        return perimeters.displaced(self.store.read("groups"), self.store.tasks())

    def envelope(self) -> pd.DataFrame:
        """Return what simple sums say of the effect on output, beside the simulated one.

        Columns are those of `clustersim.evaluation.envelope.envelope`.
        """
        sums, groups = map(self.store.read, ("envelope", "groups"))
        return envelope.envelope(sums, groups, self.store.tasks())

    def drivers(
        self, outcome: str = "value_added", *, group: str = "all", year: int | None = None
    ) -> pd.DataFrame:
        """Return how an effect moves with each uncertain parameter, the clearest first.

        Columns and arguments are those of `clustersim.evaluation.drivers.drivers`.

        Raises
        ------
        InputError
            When there is no such outcome, group or year.
        """
        groups = self._groups(outcome, group, year)
        parameters = self.store.read("parameters")
        return drivers.drivers(
            groups, parameters, self.store.tasks(), outcome=outcome, group=group, year=year
        )

    def split(
        self, outcome: str = "value_added", *, group: str = "all", year: int | None = None
    ) -> pd.DataFrame:
        """Return how much of an effect's variance is doubt about parameters, and how much luck.

        Empty unless draws and luck are crossed. Columns and arguments are those of
        `clustersim.evaluation.drivers.split`.

        Raises
        ------
        InputError
            When there is no such outcome, group or year.
        """
        groups = self._groups(outcome, group, year)
        return drivers.split(groups, self.store.tasks(), outcome=outcome, group=group, year=year)

    def firms(self, arm: str, luck: int = 0, draw: int | None = None) -> pd.DataFrame:
        """Return the firm-year panel of one world, run again from its key.

        Parameters
        ----------
        arm
            An arm of the scenario, the reference included.
        luck, draw
            The replicate; draw k goes with luck k unless told.

        Raises
        ------
        InputError
            When the scenario has no such arm, or an index is negative.
        StoreError
            When other versions made the run: the world would not be the one answered from.
        """
        with speaking(self.lang):
            luck = whole("luck", luck, 0)
            draw = luck if draw is None else whole("draw", draw, 0)
            if differences := made_otherwise(self.header, pair.made_with()):
                raise StoreError(
                    tr(
                        "{place}: made by other versions: {differences}",
                        place=self.store.folder,
                        differences="; ".join(differences),
                    ),
                    tr("use those versions, or run the scenario again with another --out"),
                )
            resolved = scenario.load(dict(self.header["resolved"]))
        return pd.DataFrame(pair.firms(resolved, arm, draw, luck, self.header["seed"]))

    # ------------------------------------------------------------ faces

    def readable(self, table: pd.DataFrame, *, lang: str | None = None) -> readable.Readable:
        """Return one of these tables, or some rows of it, for reading.

        Headings, names and quantities are in words of a language, errors stand beside estimates;
        ``results.readable(results.targets(), lang="ko")``. It prints and shows well, and goes into
        any file that pandas writes.
        """
        with speaking(lang or self.lang):
            return readable.readable(table, {"": self.header})

    @cached_property
    def plot(self) -> Plots:
        """Pictures: ``results.plot.fan("output_per_firm")`` and others; Axes in, Axes out."""
        return Plots(self)

    def summary(
        self,
        width: int = 80,
        *,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
        arm: str | None = None,
        lang: str | None = None,
    ) -> str:
        """Return the answer as a page of plain text, at most ``width`` columns wide.

        Several complexes or arms stand side by side; one that is named has a page of its own.

        Raises
        ------
        InputError
            When there is no such complex or arm.
        """
        with speaking(lang or self.lang):
            return summary.summary(self, width, complex, arm)

    def to_json(self) -> dict[str, Any]:
        """Return plain data in the form of ``run --json``: no NaN (None), no numpy types."""
        tasks = self.store.tasks()
        return {
            "schema": 1,
            "scenario": self.header["scenario"],
            "seed": self.header["seed"],
            "draws": len({task.draw for task in tasks}),
            "luck": len({task.luck for task in tasks}),
            "reference": self.reference,
            "arms": self.arms,
            "effects": _records(self.effects()),
            "targets": _records(self.targets()),
            "ledger": _records(self.ledger()),
        }

    def __repr__(self) -> str:
        arms = ", ".join(self.arms) or "nothing finished"
        count = f"{self.replicates} replicate{'s' * (self.replicates != 1)}"
        return (
            f"<Results of {self.header['scenario']}: {arms} against {self.reference}, "
            f"{count}, in {self.store.folder}>"
        )

    def _repr_html_(self) -> str:
        if self.store.tasks():
            with speaking(self.lang):
                return summary.written(self).html()
        page = Page(80, str(self.header.get("title") or self.header["scenario"]))
        page.say(repr(self))
        return page.html()

    def _groups(self, outcome: str, group: str, year: int | None) -> pd.DataFrame:
        """Return the table of effects by replicate, if it has what is asked for."""
        table = self.store.read("groups")
        with speaking(self.lang):
            self._known(later("no outcome {name}"), outcome, table["outcome"])
            self._known(later("no group {name}"), group, table["group"])
            if year is not None and year not in set(table["year"]):
                first, last = table["year"].min(), table["year"].max()
                raise InputError(
                    tr("no year {year}", year=year),
                    tr("the run has {first} to {last}", first=first, last=last),
                )
        return table

    @staticmethod
    def _known(told: str, name: str | None, names: Iterable[str]) -> None:
        """Refuse a name that is none of those, as told."""
        known = sorted(set(names))
        if name is not None and name not in known:
            raise InputError(tr(told, name=repr(name)), did_you_mean(name, known))


class Plots:
    """Pictures of one run. Each takes Axes to draw into, or makes its own, and returns them.

    `network` alone has two panels and returns a figure. All are in the language of the results,
    unless told: ``lang="ko"``.
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    def fan(
        self,
        outcome: str = "output_per_firm",
        *,
        arm: str | None = None,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
        ax: Axes | None = None,
        lang: str | None = None,
    ) -> Axes:
        """Draw an outcome in both worlds over the years; see `clustersim.charts.fan`."""
        with self._speaking(lang):
            axes: Axes = _charts().fan(self._results, outcome, arm=arm, complex=complex, ax=ax)
        return axes

    def inno_core(
        self,
        *,
        arm: str | None = None,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
        ax: Axes | None = None,
        lang: str | None = None,
    ) -> Axes:
        """Draw the sales of Inno-Core firms on a log axis; see `clustersim.charts.inno_core`."""
        with self._speaking(lang):
            axes: Axes = _charts().inno_core(self._results, arm=arm, complex=complex, ax=ax)
        return axes

    def money(
        self,
        *,
        arm: str | None = None,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
        ax: Axes | None = None,
        lang: str | None = None,
    ) -> Axes:
        """Draw the state money paid by year and purpose; see `clustersim.charts.money`."""
        with self._speaking(lang):
            axes: Axes = _charts().money(self._results, arm=arm, complex=complex, ax=ax)
        return axes

    def network(
        self,
        mini_cluster: str | None = None,
        *,
        replicate: int = 0,
        arm: str | None = None,
        complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
        lang: str | None = None,
    ) -> Figure:
        """Draw a mini-cluster before and after, two panels; see `clustersim.charts.network`."""
        with self._speaking(lang):
            figure: Figure = _charts().network(
                self._results, mini_cluster, replicate=replicate, arm=arm, complex=complex
            )
        return figure

    def _speaking(self, lang: str | None) -> AbstractContextManager[None]:
        return speaking(lang or self._results.lang)

    def __repr__(self) -> str:
        return "<Plots: fan, inno_core, money, network>"


def _charts() -> ModuleType:
    from clustersim import charts  # noqa: PLC0415 - matplotlib is loaded when a picture is wanted

    return charts


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain data."""
    return [
        {str(column): _plain(row[column]) for column in table.columns}
        for row in table.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """Return a value that JSON has: None for what is no finite number."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
