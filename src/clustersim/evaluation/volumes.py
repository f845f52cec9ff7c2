"""How much the programme does in a year, beside ranges read off reports, and what money allows.

Published are three ranges: the part of state money that goes into research, the supported tasks of
a complex, and the size of a grant. Each can be met alone. Whether they can be met together is
arithmetic: what runs the office, mini-clusters and Inno-Core is spent first, and a won in a large
grant is none in a small task.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from clustersim import calendar, units
from clustersim.evaluation.names import part
from clustersim.evaluation.page import count_text, money_text
from clustersim.evaluation.replicates import BLOCKS, KEY, PAIR, per_replicate, sem
from clustersim.language import later, ntr, tr
from clustersim.problems import Problems
from clustersim.programme import building
from clustersim.programme.instruments.registry import SERVICES
from clustersim.scenario.extends import merge
from clustersim.scenario.reading import plain
from clustersim.units import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clustersim.evaluation.page import Page
    from clustersim.evaluation.replicates import Replicate

__all__ = [
    "COLUMNS",
    "COMBINATIONS",
    "EXPECTED",
    "FULL_YEARS",
    "Expected",
    "Room",
    "combinations",
    "say_volumes",
    "volumes",
]

COLUMNS = [
    *PAIR,
    "complex",
    "period",
    "measure",
    "purpose",
    "mean",
    "mc_error",
    "low",
    "high",
    "within",
    "source",
    "unit",
]
"""The columns of `volumes`."""

COMBINATIONS = [
    *PAIR,
    "complex",
    "rd_share",
    "appropriated",
    "running",
    "grant",
    "small_task",
    "rd_grants",
    "small_tasks",
    "tasks",
    "needed_low",
    "needed_high",
    "most_rd_share",
    "by_lines",
]
"""The columns of `combinations`."""

FULL_YEARS = "full years"
"""The period that is the mean of all years with money from January to December."""


class Expected(NamedTuple):
    """A range read off what was published, and where."""

    low: float
    high: float
    source: str


EXPECTED = {
    "rd_share": Expected(30.0, 60.0, "derived: korea_data 7"),
    "tasks": Expected(110.0, 230.0, "derived: korea_data 9"),
    "rd_grants": Expected(10.0, 25.0, "derived: korea_data 9"),
    "rd_grant": Expected(120e6, 156e6, "korea_data 7"),
    "small_task": Expected(5e6, 25e6, "derived: korea_data 9"),
}
"""What a complex's year may be expected to hold: per cent, numbers of tasks, won.

Grants are realised means of three regions. The others are read off: the line for R&D was 15 % of
the money of 2008 and research was 56 % of what one region spent; counts are national ones over
complexes.
"""

RESEARCH = {"field_customised_rnd"} | {
    name for name, kind in SERVICES.items() if kind.family == "rnd"
}
"""Instruments, and purposes, that are research."""

RUNNING = {
    "promotion team", "mini-clusters", "exchange", "council", "contact_centre", "master plan",
    "inno_core",
}  # fmt: skip
"""Purposes that are neither research nor tasks and are spent first."""

_SHARES = (30.0, 45.0, 60.0)
_GRANT, _TASK = 130e6, 15e6  # korea_data 7: where a run has none of its own
_UNITS = {
    "rd_share": "per cent",
    "tasks": "tasks",
    "rd_grants": "tasks",
    "small_tasks": "tasks",
}
_SUPPORTED = ["funded", "task_paid"]


class Room(NamedTuple):
    """A year's money, and what a grant and a task cost it; all in won.

    Examples
    --------
    >>> room = Room(appropriated=4e9, running=1.3e9, grant=120e6, task=15e6)
    >>> room.left(30.0)
    (10.0, 100.0)
    >>> round(room.needed(30.0, tasks=110.0))
    4000000000
    >>> round(room.most_research(110.0), 12)
    30.0
    """

    appropriated: float
    running: float
    grant: float
    task: float

    def left(self, rd_share: float) -> tuple[float, float]:
        """Return the grants and the small tasks that fit, with per cent of all money in grants."""
        free = max(self.appropriated - self.running, 0.0)
        research = min(rd_share / 100.0 * self.appropriated, free)
        return research / self.grant, (free - research) / self.task

    def needed(self, rd_share: float, tasks: float) -> float:
        r"""Return the money of a year with so many tasks, grants included.

        Notes
        -----
        All money is spent: :math:`P = F + sP + t (T - sP/g)`, with F what runs the programme, s
        the share of research, g and t the cost of a grant and a task, T the tasks of both kinds.
        Where grants alone are more than T, P is what they and F need.
        """
        share = rd_share / 100.0
        money = (self.running + self.task * tasks) / (1.0 - share + share * self.task / self.grant)
        if share * money / self.grant <= tasks:
            return money
        return self.running + self.grant * tasks

    def most_research(self, tasks: float) -> float:
        """Return the largest per cent of research with which so many tasks fit; NaN if none."""
        free = self.appropriated - self.running
        spare = free / min(self.task, self.grant) - tasks
        if spare < 0.0:
            return float("nan")
        most = 100.0 * free / self.appropriated
        given_up = self.appropriated * (1.0 / self.task - 1.0 / self.grant)
        if given_up <= 0.0:  # a grant is no dearer than a task
            return most
        return min(100.0 * spare / given_up, most)


def volumes(
    ledger: pd.DataFrame,
    events: pd.DataFrame,
    tasks: Iterable[Replicate],
    header: Mapping[str, Any],
) -> pd.DataFrame:
    """Return what each complex's programme did in a year, beside what may be expected.

    Parameters
    ----------
    ledger, events
        The store's tables of those names.
    tasks
        The replicates to use.
    header
        Of the store: the resolved scenario says when a budget ends within a year.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, for every year and, as period `FULL_YEARS`, their mean over the years with money
        from January to December. Measures of the budget's money, in won of the year (a business
        centre has money of its own, which is left out): ``appropriated``;
        ``paid`` by purpose; ``running``, paid for what is neither research nor tasks. Of research
        and of other tasks: ``rd_grants`` and ``small_tasks``, how many were funded, ``tasks``,
        both; ``rd_grant`` and ``small_task``, the mean size; ``rd_share``, per cent of all that was
        paid. The last three are ratios of means, NaN where there is nothing to divide by. Where a
        range may be expected it stands beside, with its source; ``within`` is None where none is.
        No rows without state money.
    """
    tasks = list(tasks)
    cell = ["complex", "year", "item"]
    numbers = pd.concat(
        [
            rows[[*KEY, *cell, "value"]].astype({"year": int, "value": float})
            for rows in (_money(ledger), *_funded(events))
        ],
        ignore_index=True,
    )
    every = per_replicate(numbers, tasks, cell, "value")
    if every.empty:
        return pd.DataFrame(columns=COLUMNS)
    full = _full_years(events, header)
    whole = every.merge(full, on=["arm", "complex", "year"]).assign(period=FULL_YEARS)
    periods = pd.concat([every.assign(period=every["year"].astype(str)), whole])
    cells = [*KEY, *BLOCKS, "complex", "period"]
    years = full.groupby(["arm", "complex"], observed=True).size()
    wide = periods.pivot_table(
        index=cells, columns="item", values="value", aggfunc="sum", fill_value=0.0, observed=True
    ).reset_index()
    items = [name for name in wide.columns if name not in cells]
    count = wide[["arm", "complex"]].join(years.rename("count"), on=["arm", "complex"])["count"]
    wide[items] = wide[items].div(count.where(wide["period"] == FULL_YEARS, 1), axis=0)
    return _rows(wide, items)


def _money(ledger: pd.DataFrame) -> pd.DataFrame:
    wanted = ledger["entry"].isin(["appropriated", "paid"]) & (ledger["funder"] == "state")
    state = ledger.loc[wanted & (ledger["line"] != building.LINE)]
    item = state["entry"].astype(str) + ":" + state["purpose"].fillna("").astype(str)
    return state.assign(item=item, value=state["amount"])


def _funded(events: pd.DataFrame) -> list[pd.DataFrame]:
    funded = events.loc[events["kind"].isin(_SUPPORTED)]
    year = [calendar.year_of(int(time)) for time in funded["time"]]
    kind = np.where(funded["instrument"].isin(list(RESEARCH)), "rd", "small")
    funded = funded.assign(year=year)
    return [
        funded.assign(item=kind + "_number", value=1.0),
        funded.assign(item=kind + "_money", value=funded["amount"]),
    ]


def _full_years(events: pd.DataFrame, header: Mapping[str, Any]) -> pd.DataFrame:
    """Return the (arm, complex, year) with money from the first day to the last."""
    known = ["arm", "complex", "year"]
    given = events.loc[(events["kind"] == "appropriated") & (events["amount"] > 0)]
    given = given.loc[given["time"] % 12 < 1]
    given = given.assign(year=[calendar.year_of(int(time)) for time in given["time"]])
    given = given[known].drop_duplicates().astype({"arm": str, "complex": str})
    until = {arm: _until(header, arm) for arm in given["arm"].unique()}
    last = given["arm"].map(until).astype(float)
    return given.loc[12.0 * (given["year"] - 1999) <= last]


def _until(header: Mapping[str, Any], arm: str) -> float:
    """Return the moment an arm's state money ends: its own, or that of the run."""
    stops = units.parse(_programme(header, arm).get("stops") or "9999-12-31", Kind.DATE)
    run = header.get("end", np.inf) + 1
    return float(min(calendar.moment(stops), run)) if isinstance(stops, dt.date) else run


def _programme(header: Mapping[str, Any], arm: str) -> Mapping[str, Any]:
    """Return an arm's programme as it stands in the resolved scenario."""
    base = dict(part(header, "resolved", "programme"))
    patch = dict(part(header, "resolved", "arms", arm, "programme"))
    merged = merge(plain(base, "run"), plain(patch, arm), Problems()).data
    return {str(key): value for key, value in merged.items()}


def _rows(wide: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Return means of items and ratios of means, with expected ranges beside them."""

    def total(*names: str) -> pd.Series:
        there = [name for name in names if name in wide]
        return wide[there].sum(axis=1) if there else pd.Series(0.0, index=wide.index)

    paid = [name for name in items if name.startswith("paid:")]
    research, running = ([f"paid:{name}" for name in group] for group in (RESEARCH, RUNNING))
    sums: dict[tuple[str, str | None], pd.Series] = {
        ("appropriated", None): total("appropriated:"),
        **{("paid", name.removeprefix("paid:")): wide[name] for name in paid},
        ("running", None): total(*running),
        ("tasks", None): total("rd_number", "small_number"),
        ("rd_grants", None): total("rd_number"),
        ("small_tasks", None): total("small_number"),
    }
    ratios = {
        "rd_share": (100.0 * total(*research), total(*paid)),
        "rd_grant": (total("rd_money"), total("rd_number")),
        "small_task": (total("small_money"), total("small_number")),
    }
    cell = ["complex", "period"]
    parts = []
    for (measure, purpose), values in sums.items():
        rows = _mean(wide, values, cell)
        parts.append(rows.assign(measure=measure, purpose=purpose))
    for measure, (above, below) in ratios.items():
        parts.append(_ratio(wide, above, below, cell).assign(measure=measure, purpose=None))
    answer = pd.concat(parts, ignore_index=True)
    for name, number in (("low", 0), ("high", 1), ("source", 2)):
        nothing = None if name == "source" else float("nan")
        answer[name] = [
            EXPECTED[measure][number] if measure in EXPECTED else nothing
            for measure in answer["measure"]
        ]
    answer["within"] = [
        bool(low <= mean <= high) if np.isfinite(mean) and np.isfinite(low) else None
        for mean, low, high in zip(answer["mean"], answer["low"], answer["high"], strict=True)
    ]
    answer["unit"] = [_UNITS.get(measure, "KRW") for measure in answer["measure"]]
    return answer.sort_values([*PAIR, *cell], kind="stable")[COLUMNS].reset_index(drop=True)


def _mean(wide: pd.DataFrame, values: pd.Series, cell: list[str]) -> pd.DataFrame:
    table = wide.assign(value=values)
    answer = table.groupby([*PAIR, *cell], observed=True).agg(mean=("value", "mean"))
    answer["mc_error"] = sem(table, cell, "value")
    return answer.reset_index()


def _ratio(wide: pd.DataFrame, above: pd.Series, below: pd.Series, cell: list[str]) -> pd.DataFrame:
    """Return a ratio of means; its error is that of the mean of above - ratio x below."""
    table = wide.assign(above=above, below=below)
    by = [*PAIR, *cell]
    means = table.groupby(by, observed=True)[["above", "below"]].mean()
    ratio = (means["above"] / means["below"].where(means["below"] > 0.0)).rename("mean")
    table = table.join(ratio, on=by)
    table["rest"] = table["above"] - table["mean"] * table["below"]
    answer = ratio.to_frame()
    answer["mc_error"] = sem(table, cell, "rest") / means["below"]
    return answer.reset_index()


def combinations(table: pd.DataFrame, header: Mapping[str, Any]) -> pd.DataFrame:
    """Return which combinations of research and tasks fit into a full year's money.

    Parameters
    ----------
    table
        Of `volumes`.
    header
        Of the store: the resolved scenario says which lines pay for research.

    Returns
    -------
    pandas.DataFrame
        `COMBINATIONS`. For ``rd_share`` per cent of all money in research, at the run's own sizes
        of a ``grant`` and a ``small_task`` (those of reports where it has none): the most
        ``rd_grants`` and ``small_tasks`` that are left when ``running`` is paid, and ``tasks``,
        both; the money that the expected numbers of tasks need, ``needed_low`` to
        ``needed_high``. ``most_rd_share``, the largest share with which the lower of them fits,
        NaN where none does; ``by_lines``, the largest that budget lines allow calls for research,
        NaN without calls. No rows where no year is full.
    """
    parts = []
    whole = table.loc[(table["period"] == FULL_YEARS) & table["purpose"].isna()]
    few, many, _ = EXPECTED["tasks"]
    for key, rows in whole.groupby([*PAIR, "complex"], observed=True):
        arm, _, place = key
        mean = rows.set_index("measure")["mean"].fillna({"rd_grant": _GRANT, "small_task": _TASK})
        room = Room(*(mean[name] for name in ("appropriated", "running", "rd_grant", "small_task")))
        lines = _by_lines(_programme(header, str(arm)), str(place))
        for share in _SHARES:
            grants, small = room.left(share)
            needs = (room.needed(share, number) for number in (few, many))
            most = room.most_research(few)
            parts.append([*key, share, *room, grants, small, grants + small, *needs, most, lines])
    return pd.DataFrame(parts, columns=COMBINATIONS)


def _by_lines(programme: Mapping[str, Any], place: str) -> float:
    """Return the largest per cent of a year's money that calls for research may use."""
    budget = part(programme, "complexes", place, "budget", "lines")
    calls = part(programme, "complexes", place, "rnd", "lines")
    shares = {line: _share(told.get("share")) for line, told in budget.items()}
    if not calls or not any(shares.values()):
        return float("nan")
    used = sum(_share(use) * shares.get(line, 0.0) for line, use in calls.items())
    return 100.0 * used / sum(shares.values())


def _share(value: object) -> float:
    number = units.parse(value, Kind.SHARE)
    return float(number) if not isinstance(number, dt.date) else float("nan")


# ---------------------------------------------------------------- in words

_SHOWN = {
    "rd_share": later("R&D, % of state money paid"),
    "tasks": later("supported tasks, R&D included"),
    "rd_grants": later("R&D grants"),
    "rd_grant": later("an R&D grant"),
    "small_task": later("another task"),
}


def say_volumes(page: Page, table: pd.DataFrame, together: pd.DataFrame) -> None:
    """Write a complex's full years beside what may be expected, and what fits together."""
    whole = table.loc[table["period"] == FULL_YEARS]
    if whole.empty or together.empty:
        return
    page.heading(
        tr(
            "A full year of the programme beside what reports lead to expect (mean over replicates)"
        ),
        aside=True,
    )
    by = {row["measure"]: row for row in whole.to_dict("records")}
    heads = (">" + tr("a year"), ">" + tr("expected"), "", "~" + tr("source"))
    rows = page.table("", *heads)
    for measure, name in _SHOWN.items():
        row = by[measure]
        text = money_text if row["unit"] == "KRW" else count_text
        verdict = "–" if row["within"] is None else tr("in") if row["within"] else tr("out")
        ends = tr("{low} to {high}", low=text(row["low"]), high=text(row["high"]))
        rows.add_row(tr(name), text(row["mean"]), ends, verdict, row["source"])
    page.show(rows)
    page.say(" ".join([*_together(together), *_unpaid(whole)]))


def _together(table: pd.DataFrame) -> Iterable[str]:
    """Yield in words what fits together and what does not."""
    records = table.to_dict("records")
    first, last = records[0], records[-1]
    few, many, _ = EXPECTED["tasks"]
    low, high, _ = EXPECTED["rd_share"]
    yield tr(
        "Of {appropriated} a year {running} run the office and what else is paid before tasks "
        "(mini-clusters, exchange, Inno-Core). Of all of it in R&D, {fits}.",
        appropriated=money_text(first["appropriated"]),
        running=money_text(first["running"]),
        fits="; ".join(_fits(row, sizes=row is first) for row in records),
    )
    yield tr(
        "The {few} to {many} tasks that are expected need {first_low} to {first_high} with {low} "
        "% in R&D, {last_low} to {last_high} with {high} %.",
        few=f"{few:.0f}",
        many=f"{many:.0f}",
        low=f"{low:.0f}",
        high=f"{high:.0f}",
        first_low=money_text(first["needed_low"]),
        first_high=money_text(first["needed_high"]),
        last_low=money_text(last["needed_low"]),
        last_high=money_text(last["needed_high"]),
    )
    most, lines = first["most_rd_share"], first["by_lines"]
    if not most >= low:  # NaN too
        yield tr("So the expected ranges of R&D and of tasks do not fit together into this money.")
    elif most < high:
        yield tr(
            "So both expected ranges fit together with {low} to {most} % in R&D alone.",
            low=f"{low:.0f}",
            most=f"{most:.0f}",
        )
    else:
        yield tr("So both expected ranges fit together.")
    if lines < high:
        yield tr(
            "By budget lines calls for R&D, joint research apart, may use up to {lines} % of what "
            "is appropriated.",
            lines=f"{lines:.0f}",
        )


def _unpaid(whole: pd.DataFrame) -> Iterable[str]:
    """Yield why tasks are fewer than expected, if that is not for want of money."""
    means = whole.groupby("measure")["mean"].sum()
    unpaid, few = means["appropriated"] - means["paid"], EXPECTED["tasks"].low
    if means["tasks"] < few and unpaid >= 0.05 * means["appropriated"]:
        yield tr(
            "{unpaid} of the {appropriated} are not paid in the year. It is not money in all that "
            "keeps tasks below {few}: it is what firms are offered and ask for, what managers have "
            "hours to find, and which line may pay for what.",
            unpaid=money_text(unpaid),
            appropriated=money_text(means["appropriated"]),
            few=f"{few:.0f}",
        )


def _fits(row: Mapping[Any, Any], *, sizes: bool) -> str:
    """Return how many grants and tasks fit beside each other; with their sizes, if wanted."""
    numbers = {name: f"{row[name]:.0f}" for name in ("rd_share", "rd_grants", "small_tasks")}
    if not sizes:
        return tr("{rd_share} % for {rd_grants} and {small_tasks}", **numbers)
    grants, tasks = round(row["rd_grants"]), round(row["small_tasks"])
    return tr(
        "{rd_share} % leave room for {grants} and {tasks}",
        rd_share=numbers["rd_share"],
        grants=ntr(
            "{number} grant of {size}",
            "{number} grants of {size}",
            grants,
            size=money_text(row["grant"]),
        ),
        tasks=ntr(
            "{number} task of {size}",
            "{number} tasks of {size}",
            tasks,
            size=money_text(row["small_task"]),
        ),
    )
