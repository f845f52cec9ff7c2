"""A page of plain text for people who decide: what changed, how sure that is, what it hangs on.

One complex has a page of its own for every arm. Several stand side by side, as runs that are
compared do, and what else is said of them has a line each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from clustersim.errors import InputError
from clustersim.evaluation import comparison
from clustersim.evaluation.composition import say_composition
from clustersim.evaluation.drivers import caution
from clustersim.evaluation.envelope import explained
from clustersim.evaluation.limits import limits
from clustersim.evaluation.page import (
    Page,
    beside,
    count_text,
    design_text,
    interval_text,
    money_text,
    or_dash,
    p_text,
    part,
    percent,
    plain_percent,
    signed,
    uncounted,
)
from clustersim.evaluation.pipeline import say_pipeline
from clustersim.evaluation.queues import say_queues
from clustersim.evaluation.side_by_side import side_by_side
from clustersim.evaluation.verdicts import say_split, say_targets
from clustersim.evaluation.volumes import combinations, say_volumes
from clustersim.problems import did_you_mean
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

__all__ = ["Answers", "summary"]

_GROUPS = {
    "all": "all firms",
    "all_without_anchors": "less anchors",
    "members": "members",
    "supported": "supported",
    "inno_core": "Inno-Core",
    "nation": "the nation",
}
_OF_OUTPUT_ALONE = {"supported", "inno_core"}
_DRIVERS_SHOWN = 4


class Answers(comparison.Run, Protocol):
    """What the page is written from: the tables of `clustersim.results.Results`."""

    def effects(self, *, wide: bool = ...) -> pd.DataFrame:
        """See `clustersim.evaluation.effects`."""

    def distances(self) -> pd.DataFrame:
        """See `clustersim.evaluation.distances`."""

    def composition(self) -> pd.DataFrame:
        """See `clustersim.evaluation.composition`."""

    def ledger(self) -> pd.DataFrame:
        """See `clustersim.evaluation.money`."""

    def inno_core(self) -> pd.DataFrame:
        """See `clustersim.evaluation.innocore`."""

    def shares(self) -> pd.DataFrame:
        """See `clustersim.evaluation.perimeters`."""

    def mini_clusters(self) -> pd.DataFrame:
        """See `clustersim.evaluation.mini_clusters`."""

    def queues(self) -> pd.DataFrame:
        """See `clustersim.evaluation.queues`."""

    def pipeline(self) -> pd.DataFrame:
        """See `clustersim.evaluation.pipeline`."""

    def volumes(self) -> pd.DataFrame:
        """See `clustersim.evaluation.volumes`."""

    def envelope(self) -> pd.DataFrame:
        """See `clustersim.evaluation.envelope`."""

    def drivers(self) -> pd.DataFrame:
        """See `clustersim.evaluation.drivers`."""

    def split(self) -> pd.DataFrame:
        """See `clustersim.evaluation.drivers`."""


@dataclass
class _Alone:
    """One run, as `comparison` takes it."""

    runs: Mapping[str, Answers]
    arms: Sequence[str]


def summary(
    answers: Answers, width: int = 80, place: str | None = None, arm: str | None = None
) -> str:
    """Return the page, at most ``width`` columns wide; of one complex and arm, if named.

    Raises
    ------
    InputError
        There is no such complex or arm.
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    page = Page(width)
    header, tasks = answers.store.header, answers.store.tasks()
    effects, targets = answers.effects(wide=True), answers.targets(wide=True)
    places, arms = (list(effects[name].astype(str).unique()) for name in ("complex", "arm"))
    for name, wanted, known in (("complex", place, places), ("arm", arm, arms)):
        if wanted is not None and wanted not in known:
            raise InputError(f"no {name} {wanted!r}", did_you_mean(wanted, known))
    page.say(str(header.get("title") or header["scenario"]))
    page.say(design_text(header, tasks))
    places, arms = [place] if place else places, [arm] if arm else arms
    if len(places) > 1 or (len(arms) > 1 and not place):
        _several(page, answers, places, arms)
    else:
        for each in arms:
            _one(page, answers, places[0], each)
    page.title("What this cannot tell")
    effects, targets = (
        table.loc[table["complex"].isin(places) & table["arm"].isin(arms)]
        for table in (effects, targets)
    )
    page.say(limits(header, effects, targets))
    return page.text()


def _one(page: Page, answers: Answers, place: str, arm: str) -> None:
    """Write all there is to say of an arm in one complex."""
    header = answers.store.header
    complex_ = part(header, "resolved", "complexes", place)
    plan = part(header, "resolved", "programme", "complexes", place)

    def here(table: pd.DataFrame) -> pd.DataFrame:
        return table.loc[(table["arm"] == arm) & (table["complex"] == place)]

    effects = here(answers.effects(wide=True))
    activity = here(answers.mini_clusters())
    references = list(effects["reference"].unique())
    page.title(f"{place}: {arm} compared with {', '.join(references)}")
    _effects(page, effects, here(answers.shares()), complex_)
    _perimeters(page, effects, here(answers.displaced()), complex_)
    _envelope(page, here(answers.envelope()))
    say_targets(page, here(answers.targets(wide=True)), header)
    say_split(page, here(answers.distances()), header)
    say_composition(page, here(answers.composition()))
    _mini_clusters(page, activity)
    if references == ["no_programme"]:
        _own_money(page, activity, plan)
    say_queues(page, here(answers.queues()))
    _inno_core(page, here(answers.inno_core()))
    say_pipeline(page, here(answers.pipeline()))
    _money(page, here(answers.ledger()), here(answers.money()))
    year = here(answers.volumes())
    say_volumes(page, year, combinations(year, header))
    _drivers(page, here(answers.drivers()), here(answers.split()), header)


def _several(page: Page, answers: Answers, places: list[str], arms: list[str]) -> None:
    """Write of several complexes or arms what can stand side by side."""
    side_by_side(page, _Alone({str(answers.store.header["scenario"]): answers}, arms))
    activity, drivers = answers.mini_clusters(), answers.drivers()
    for arm in arms:
        mine = activity.loc[activity["arm"] == arm]
        _mini_clusters(page, mine, f"{arm}: " if len(arms) > 1 else "")
    page.heading("What each answer hangs on most: value added of all firms, summed over the years")
    clearest = drivers.loc[drivers["arm"].isin(arms)].drop_duplicates(["complex", "arm"])
    if len(clearest):
        table = page.table("answer", "~uncertain parameter", ">relation", ">p")
        for row in clearest.to_dict("records"):
            names = [row["complex"]] * (len(places) > 1) + [row["arm"]] * (len(arms) > 1)
            table.add_row(
                "\n".join(names), row["parameter"], _relation(row), p_text(row["p_value"])
            )
        page.show(table)
    page.say(f"Caution: {caution(drivers)}.")
    page.say(
        f"All there is to say of one: results.summary(complex={places[0]!r}, arm={arms[0]!r}), or "
        "run one complex and one arm; alone a complex has the same firms and the same luck."
    )


# ---------------------------------------------------------------- the parts of the page


def _effects(
    page: Page, effects: pd.DataFrame, parts: pd.DataFrame, complex_: Mapping[str, Any]
) -> None:
    page.heading(
        "What the programme changes, in a year (mean ± its Monte Carlo error, and the range of "
        "90 % of the replicates; money in won of 2008; under a group its share of the complex's "
        "output without the programme)"
    )
    years = _two_years(effects)
    table = page.table("firms", "year", ">mean", ">5 % to 95 %", ">per cent", tight=True)
    shown: dict[str, tuple[str, Callable[[float], str]]] = {
        "output": ("OUTPUT", money_text),
        "workers": ("JOBS", count_text),
        "value_added": ("VALUE ADDED", money_text),
    }
    cell = _by(effects, "outcome", "group", "year", "measure")
    share_of = _by(parts, "group", "year")
    groups = [
        group for group in _GROUPS if group != "all_without_anchors" or complex_.get("anchors")
    ]
    for outcome, (name, text) in shown.items():
        table.add_row(name)
        for group in groups:
            if group in _OF_OUTPUT_ALONE and outcome != "output":
                continue
            labels = [f"  {_GROUPS[group]}", ""]
            if (
                outcome == "output"
                and group not in {"all", "nation"}
                and (group, years[-1]) in share_of
            ):
                labels[1] = f"    {share_of[group, years[-1]]['share']:.1%} of output"
            for year, label in zip(years, labels[-len(years) :], strict=False):
                level = cell.get((outcome, group, year, "level"))
                share = cell.get((outcome, group, year, "percent"))
                if level is None or share is None or share["defined"] == 0:
                    continue
                table.add_row(
                    label,
                    str(year),
                    beside(signed(level["estimate"], text), "±", text(level["mc_error"])),
                    beside(signed(level["p05"], text), "to", signed(level["p95"], text)),
                    ""
                    if group == "nation"
                    else f"{percent(share['estimate'])} ± {plain_percent(share['mc_error'])}",
                )
        table.add_section()
    page.show(table)
    _undefined(page, effects.loc[effects["year"].isin(years)])


def _undefined(page: Page, effects: pd.DataFrame) -> None:
    """Say which groups are empty, always or in some replicates."""
    least = effects.loc[(effects["outcome"] == "output") & (effects["measure"] == "percent")]
    defined = least.groupby("group", observed=True)["defined"].min().to_dict()
    some = {name: defined[group] for group, name in _GROUPS.items() if defined.get(group, 1) < 1}
    never = [name for name, share in some.items() if share == 0.0]
    if never:
        page.say(f"No replicate has firms of: {', '.join(never)}.")
    for name, share in some.items():
        if share:
            page.say(f"{name}: per cent is over the {share:.0%} of replicates with such firms.")


def _perimeters(
    page: Page, effects: pd.DataFrame, lost: pd.DataFrame, complex_: Mapping[str, Any]
) -> None:
    """Say where the complex's gain ends: rivals, sites that do not count, ties."""
    for row in lost.to_dict("records"):
        if math.isfinite(row["share"]):
            estimate = {"estimate": row["share"], "low": row["low"], "high": row["high"]}
            page.say(
                "Of what the complex gains in output over all years, the nation does not gain "
                f"{interval_text(estimate, lambda share: f'{100 * share:.0f} %')}: rivals outside "
                "lose it."
            )
    if apart := uncounted(complex_):
        page.say(f"{apart}. They can be members, be supported, and count for the nation.")
    ties = effects.loc[
        (effects["outcome"] == "ties")
        & (effects["group"] == "all")
        & (effects["measure"] == "level")
        & effects["year"].isin(_two_years(effects))
    ]
    if ties["estimate"].any():
        said = [
            f"{signed(row['estimate'], count_text)} ± {count_text(row['mc_error'])} in "
            f"{row['year']}"
            for row in ties.to_dict("records")
        ]
        page.say(f"Working ties of all firms: {', '.join(said)}.")


def _envelope(page: Page, envelope: pd.DataFrame) -> None:
    for row in envelope.to_dict("records"):
        effect = beside(money_text(row["simulated"]), "±", money_text(row["mc_error"]))
        simple = money_text(row["envelope"])
        text = (
            f"Over all years the effect on output of all firms is {effect}; the back of the "
            f"envelope (treated sales x effect x duration) says {simple}"
        )
        if not math.isfinite(row["ratio"]):
            page.say(f"{text}.")
            continue
        page.say(f"{text}, a ratio of {row['ratio']:.2f}. {explained(row)}".strip())


def _mini_clusters(page: Page, activity: pd.DataFrame, of: str = "") -> None:
    """Write what each mini-cluster did; with the complex where there are several."""
    if activity.empty:
        return
    page.heading(
        f"Mini-clusters, {of}whole run, mean over replicates: firms that ever joined, meetings and "
        "people at one, visits, tasks solved, firms brought together with a partner, and the share "
        "of the manager's paid hours that was used"
    )
    columns = (">members", ">meetings", ">people", ">visits", ">tasks", ">partners", ">hours")
    table = page.table("~mini-cluster", *columns, tight=True)
    several = len(activity["complex"].unique()) > 1
    by = ["complex", "mini_cluster"]
    for (place, name), rows in activity.groupby(by, sort=False, observed=True):
        mean = rows.set_index("measure")["mean"].to_dict()
        met, there = mean.get("meetings", 0.0), mean.get("hours_available", 0.0)
        table.add_row(
            f"{place}: {words(str(name))}" if several else words(str(name)),
            count_text(mean.get("members", 0.0)),
            count_text(met),
            count_text(mean.get("people", 0.0) / met) if met else "–",
            *(count_text(mean.get(each, 0.0)) for each in ("visits", "tasks_done", "brokered")),
            f"{mean.get('hours', 0.0) / there:.0%}" if there else "–",
        )
    page.show(table)


def _own_money(page: Page, activity: pd.DataFrame, plan: Mapping[str, Any]) -> None:
    clusters = plan.get("mini_clusters") or {}
    own = [
        words(name)
        for name in dict.fromkeys(activity["mini_cluster"].astype(str))
        if clusters.get(name, {}).get("funder") == "own"
    ]
    if own:
        page.say(f"Begun on their own money, and so in both worlds: {', '.join(own)}.")


def _inno_core(page: Page, steps: pd.DataFrame) -> None:
    if steps.empty:
        return
    value = _by(steps, "measure")
    mean = {measure: row["arm_value"] for (measure,), row in value.items()}
    page.heading("Inno-Core: firms, mean over replicates")
    page.say(
        f"{mean['eligible']:.1f} firms eligible by sales, {mean['sound']:.1f} of them sound, "
        f"{mean['chosen']:.1f} chosen: {mean['to_compare']:.1f} are left to compare them with. "
        f"When the years of support were over, {mean['chosen_there']:.1f} of the chosen and "
        f"{mean['to_compare_there']:.1f} of the others were still there. Of the chosen, "
        f"{mean['gate_passed']:.1f} passed a gate and {mean['gate_failed']:.1f} failed one, "
        f"{mean['graduated']:.1f} arrived at their goal, {mean['left']:.1f} left, "
        f"{mean['closed']:.1f} closed while supported, and {mean['completed']:.1f} had all their "
        "years."
    )
    if mean["gamed"]:
        page.say(
            f"{mean['gamed']:.1f} of those eligible sold less or more than the band allows, and "
            "reported sales at its edge."
        )
    page.say("Of the chosen, with yearly sales that reached:")
    table = page.table("", ">with", ">without", ">difference")
    for (measure,), row in value.items():
        if not measure.startswith("reached"):
            continue
        _, size, unit = measure.split("_")
        table.add_row(
            f"{size} {unit} KRW",
            f"{row['arm_value']:.2f} ± {or_dash(row['mc_error'], '.2f')}",
            f"{row['reference_value']:.2f}",
            f"{row['difference']:+.2f} ± {or_dash(row['difference_mc_error'], '.2f')}",
        )
    page.show(table)


def _money(page: Page, ledger: pd.DataFrame, ratios: pd.DataFrame) -> None:
    paid = ledger.loc[ledger["entry"] == "paid"]
    page.heading("Money paid over the whole run, by purpose (won of the year, mean)")
    if paid.empty:
        page.say("None was paid.")
    else:
        sums = paid.pivot_table(index="purpose", columns="funder", values="mean", aggfunc="sum")
        sums = sums.fillna(0.0)
        funders = sorted(sums.columns, key=lambda name: (name != "state", name))
        table = page.table("purpose", *(f">{funder}" for funder in funders))
        for purpose, row in sums.to_dict("index").items():
            table.add_row(words(str(purpose)), *(money_text(row[funder]) for funder in funders))
        table.add_section()
        table.add_row("total", *(money_text(sums[funder].sum()) for funder in funders))
        page.show(table)
    state = ledger.loc[ledger["funder"] == "state"]
    given, paid_out, lapsed = (
        state.loc[state["entry"] == entry, "mean"].sum()
        for entry in ("appropriated", "paid", "lapsed")
    )
    page.say(
        f"Of {money_text(given)} that the state appropriated, {money_text(paid_out)} were paid "
        f"and {money_text(lapsed)} lapsed."
    )
    bought = _by(ratios, "ratio")
    for ratio, text in (
        ("value_added_per_won", "One won of state money bought {} won of value added{}."),
        ("national_value_added_per_won", "For the nation, rivals' losses taken off: {} won{}."),
        ("job_years_per_bn_won", "One billion won of it bought {} job-years{}."),
    ):
        if (ratio,) not in bought:
            continue
        row = bought[ratio,]
        if math.isnan(row["estimate"]):
            page.say("No state money was paid, so there is no value per won.")
            return
        spread = ""
        if row["p05"] < row["p95"]:
            spread = f" in the mean; in 90 % of the replicates {row['p05']:.3g} to {row['p95']:.3g}"
        if math.isfinite(row["low"]):
            spread += f"; the mean is known to {row['low']:.3g} to {row['high']:.3g} (95 %)"
        page.say(text.format(f"{row['estimate']:.3g}", spread))
    page.say("Not discounted, counted to the end of the run, the firms' own money left out.")
    if (paid["purpose"] == "business centre").any():
        page.say("The state's part of the business centre counts in full; it outlasts the run.")


def _drivers(
    page: Page, drivers: pd.DataFrame, split: pd.DataFrame, header: Mapping[str, Any]
) -> None:
    page.heading("What the answer hangs on: value added of all firms, summed over the years")
    if not drivers.empty:
        table = page.table("~uncertain parameter", ">relation", ">p")
        about = header.get("parameters", {})
        for row in drivers.head(_DRIVERS_SHOWN).to_dict("records"):
            told = about.get(row["parameter"], {})
            text = f"{told.get('doc', '')}\n  {row['parameter']}\n  ({told.get('source', '')})"
            table.add_row(text.strip(), _relation(row), p_text(row["p_value"]))
        page.show(table)
    page.say(f"Caution: {caution(drivers)}.")
    if not split.empty:
        share = split.set_index("doubt")["share"]
        if share.notna().all():
            page.say(
                f"Of its variance {share['parameters']:.0%} is doubt about parameters, "
                f"{share['luck']:.0%} luck, {share['both']:.0%} the two together."
            )


def _relation(row: Mapping[Any, Any]) -> str:
    if row["statistic"] == "rank correlation":
        return f"rank corr. {row['estimate']:+.2f}"
    return f"with '{row['category']}' {signed(row['estimate'], money_text)}"


# ---------------------------------------------------------------- numbers as text


def _two_years(effects: pd.DataFrame) -> list[int]:
    """Return the year half-way from the first effect to the last year, and the last year."""
    moved = effects.loc[(effects["measure"] == "level") & (effects["estimate"] != 0), "year"]
    last = int(effects["year"].max())
    first = int(moved.min()) if len(moved) else int(effects["year"].min())
    return sorted({(first + last) // 2, last})


def _by(table: pd.DataFrame, *columns: str) -> dict[tuple[Any, ...], dict[Any, Any]]:
    """Return the rows of a table by the values of some columns; of equals, the last."""
    return {tuple(row[name] for name in columns): row for row in table.to_dict("records")}
