"""A page for people who decide: what changed, how sure that is, what it hangs on.

One complex has a page of its own for every arm. Several stand side by side, as runs that are
compared do, and what else is said of them has a line each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from clustersim.errors import InputError
from clustersim.evaluation import comparison, names
from clustersim.evaluation.composition import say_composition
from clustersim.evaluation.drivers import caution
from clustersim.evaluation.envelope import explained
from clustersim.evaluation.innocore import THRESHOLDS
from clustersim.evaluation.limits import limits
from clustersim.evaluation.names import part
from clustersim.evaluation.page import (
    Page,
    beside,
    count_text,
    design_text,
    interval_text,
    money_text,
    or_dash,
    p_text,
    percent,
    plain_percent,
    signed,
    three_figures,
    uncounted,
)
from clustersim.evaluation.pipeline import say_pipeline
from clustersim.evaluation.queues import say_queues
from clustersim.evaluation.side_by_side import side_by_side
from clustersim.evaluation.verdicts import say_split, say_targets
from clustersim.evaluation.volumes import combinations, say_volumes
from clustersim.language import LANGUAGES, language, later, tr
from clustersim.problems import did_you_mean
from clustersim.scenario import korean
from clustersim.units import won
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

__all__ = ["Answers", "summary", "written"]

_GROUPS = {
    "all": later("all firms"),
    "all_without_anchors": later("less anchors"),
    "members": later("members"),
    "supported": later("supported"),
    "inno_core": later("Inno-Core"),
    "nation": later("the nation"),
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
    """Return the page as plain text, at most ``width`` columns wide; see `written`."""
    return written(answers, width, place, arm).text()


def written(
    answers: Answers, width: int = 80, place: str | None = None, arm: str | None = None
) -> Page:
    """Return the page; of one complex and arm, if named.

    Raises
    ------
    InputError
        There is no such complex or arm.
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    header = answers.store.header
    page = Page(width, names.run(header) or str(header.get("title") or header["scenario"]))
    effects, targets = answers.effects(wide=True), answers.targets(wide=True)
    places, arms = (list(effects[name].astype(str).unique()) for name in ("complex", "arm"))
    for told, wanted, known in (
        (later("no complex {name}"), place, places),
        (later("no arm {name}"), arm, arms),
    ):
        if wanted is not None and wanted not in known:
            raise InputError(tr(told, name=repr(wanted)), did_you_mean(wanted, known))
    page.say(design_text(answers.store))
    places, arms = [place] if place else places, [arm] if arm else arms
    if len(places) > 1 or (len(arms) > 1 and not place):
        _several(page, answers, places, arms)
    else:
        for each in arms:
            _one(page, answers, places[0], each)
    page.title(tr("What this cannot tell"))
    effects, targets = (
        table.loc[table["complex"].isin(places) & table["arm"].isin(arms)]
        for table in (effects, targets)
    )
    page.say(limits(header, effects, targets))
    return page


def _one(page: Page, answers: Answers, place: str, arm: str) -> None:
    """Write all there is to say of an arm in one complex."""
    header = answers.store.header
    complex_ = part(header, "resolved", "complexes", place)

    def here(table: pd.DataFrame) -> pd.DataFrame:
        return table.loc[(table["arm"] == arm) & (table["complex"] == place)]

    effects = here(answers.effects(wide=True))
    activity = here(answers.mini_clusters())
    references = list(effects["reference"].unique())
    page.title(
        tr(
            "{place}: {arm} compared with {references}",
            place=names.complex_(header, place) or place,
            arm=names.arm(header, arm) or arm,
            references=", ".join(names.arm(header, each) or each for each in references),
        )
    )
    _effects(page, effects, here(answers.shares()), complex_)
    _perimeters(page, effects, here(answers.displaced()), complex_)
    _envelope(page, here(answers.envelope()))
    say_targets(page, here(answers.targets(wide=True)), header)
    say_split(page, here(answers.distances()), header)
    say_composition(page, here(answers.composition()))
    _mini_clusters(page, activity, header)
    if references == ["no_programme"]:
        _own_money(page, activity, header)
    say_queues(page, here(answers.queues()), header)
    _inno_core(page, here(answers.inno_core()))
    say_pipeline(page, here(answers.pipeline()), header)
    _money(page, here(answers.ledger()), here(answers.money()), header)
    year = here(answers.volumes())
    say_volumes(page, year, combinations(year, header))
    _drivers(page, here(answers.drivers()), here(answers.split()), header)


def _several(page: Page, answers: Answers, places: list[str], arms: list[str]) -> None:
    """Write of several complexes or arms what can stand side by side."""
    side_by_side(page, _Alone({str(answers.store.header["scenario"]): answers}, arms))
    header = answers.store.header
    activity, drivers = answers.mini_clusters(), answers.drivers()
    for arm in arms:
        mine = activity.loc[activity["arm"] == arm]
        name = names.arm(header, arm) or arm
        _mini_clusters(page, mine, header, f"{name}: " if len(arms) > 1 else "")
    page.heading(
        tr("What each answer hangs on most: value added of all firms, summed over the years")
    )
    clearest = drivers.loc[drivers["arm"].isin(arms)].drop_duplicates(["complex", "arm"])
    if len(clearest):
        table = page.table(
            tr("answer"), "~" + tr("uncertain parameter"), ">" + tr("relation"), ">" + tr("p")
        )
        for row in clearest.to_dict("records"):
            place, arm = str(row["complex"]), str(row["arm"])
            labels = [names.complex_(header, place) or place] * (len(places) > 1)
            labels += [names.arm(header, arm) or arm] * (len(arms) > 1)
            table.add_row(
                "\n".join(labels), row["parameter"], _relation(row), p_text(row["p_value"])
            )
        page.show(table)
    page.say(tr("Caution: {said}.", said=caution(drivers)))
    page.say(
        tr(
            "All there is to say of one: results.summary(complex={place}, arm={arm}), or run one "
            "complex and one arm; alone a complex has the same firms and the same luck.",
            place=repr(places[0]),
            arm=repr(arms[0]),
        )
    )


# ---------------------------------------------------------------- the parts of the page


def _effects(
    page: Page, effects: pd.DataFrame, parts: pd.DataFrame, complex_: Mapping[str, Any]
) -> None:
    page.heading(
        tr(
            "What the programme changes, in a year (mean ± its Monte Carlo error, and the range of "
            "90 % of the replicates; money in won of 2008; under a group its share of the "
            "complex's output without the programme)"
        )
    )
    years = _two_years(effects)
    heads = (tr("mean"), tr("5 % to 95 %"), tr("per cent"))
    table = page.table(tr("firms"), tr("year"), *(f">{head}" for head in heads), tight=True)
    shown: dict[str, tuple[str, Callable[[float], str]]] = {
        "output": (tr("OUTPUT"), money_text),
        "workers": (tr("JOBS"), count_text),
        "value_added": (tr("VALUE ADDED"), money_text),
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
            labels = [f"  {tr(_GROUPS[group])}", ""]
            if (
                outcome == "output"
                and group not in {"all", "nation"}
                and (group, years[-1]) in share_of
            ):
                share = f"{share_of[group, years[-1]]['share']:.1%}"
                labels[1] = "    " + tr("{share} of output", share=share)
            for year, label in zip(years, labels[-len(years) :], strict=False):
                level = cell.get((outcome, group, year, "level"))
                per_cent = cell.get((outcome, group, year, "percent"))
                if level is None or per_cent is None or per_cent["defined"] == 0:
                    continue
                table.add_row(
                    label,
                    str(year),
                    beside(signed(level["estimate"], text), "±", text(level["mc_error"])),
                    beside(signed(level["p05"], text), "to", signed(level["p95"], text)),
                    ""
                    if group == "nation"
                    else f"{percent(per_cent['estimate'])} ± {plain_percent(per_cent['mc_error'])}",
                )
        table.add_section()
    page.show(table)
    _undefined(page, effects.loc[effects["year"].isin(years)])


def _undefined(page: Page, effects: pd.DataFrame) -> None:
    """Say which groups are empty, always or in some replicates."""
    least = effects.loc[(effects["outcome"] == "output") & (effects["measure"] == "percent")]
    defined = least.groupby("group", observed=True)["defined"].min().to_dict()
    some = {
        tr(name): defined[group] for group, name in _GROUPS.items() if defined.get(group, 1) < 1
    }
    never = [name for name, share in some.items() if share == 0.0]
    if never:
        page.say(tr("No replicate has firms of: {groups}.", groups=", ".join(never)))
    for name, share in some.items():
        if share:
            page.say(
                tr(
                    "{group}: per cent is over the {share} of replicates with such firms.",
                    group=name,
                    share=f"{share:.0%}",
                )
            )


def _perimeters(
    page: Page, effects: pd.DataFrame, lost: pd.DataFrame, complex_: Mapping[str, Any]
) -> None:
    """Say where the complex's gain ends: rivals, sites that do not count, ties."""
    for row in lost.to_dict("records"):
        if math.isfinite(row["share"]):
            estimate = {"estimate": row["share"], "low": row["low"], "high": row["high"]}
            share = interval_text(
                estimate, lambda share: tr("{number} %", number=f"{100 * share:.0f}")
            )
            page.say(
                tr(
                    "Of what its firms gain in output over all years, rivals outside lose {share}.",
                    share=share,
                )
            )
    if apart := uncounted(complex_):
        page.say(
            tr(
                "Not counted as firms of the complex: {sites}. They can be members and be "
                "supported: that money counts as paid, and what they gain counts for the nation "
                "alone.",
                sites=apart,
            )
        )
    ties = effects.loc[
        (effects["outcome"] == "ties")
        & (effects["group"] == "all")
        & (effects["measure"] == "level")
        & effects["year"].isin(_two_years(effects))
    ]
    if ties["estimate"].any():
        said = [
            tr(
                "{change} ± {error} in {year}",
                change=signed(row["estimate"], count_text),
                error=count_text(row["mc_error"]),
                year=row["year"],
            )
            for row in ties.to_dict("records")
        ]
        page.say(tr("Working ties of all firms: {changes}.", changes=", ".join(said)))


def _envelope(page: Page, envelope: pd.DataFrame) -> None:
    for row in envelope.to_dict("records"):
        effect = beside(money_text(row["simulated"]), "±", money_text(row["mc_error"]))
        simple = money_text(row["envelope"])
        if not math.isfinite(row["ratio"]):
            page.say(
                tr(
                    "Over all years the effect on output of all firms is {effect}; the back of the "
                    "envelope (treated sales x effect x duration) says {simple}.",
                    effect=effect,
                    simple=simple,
                )
            )
            continue
        text = tr(
            "Over all years the effect on output of all firms is {effect}; the back of the "
            "envelope (treated sales x effect x duration) says {simple}, a ratio of {ratio}.",
            effect=effect,
            simple=simple,
            ratio=f"{row['ratio']:.2f}",
        )
        page.say(f"{text} {explained(row)}".strip())


def _mini_clusters(
    page: Page, activity: pd.DataFrame, header: Mapping[str, Any], of: str = ""
) -> None:
    """Write what each mini-cluster did; with the complex where there are several."""
    if activity.empty:
        return
    page.heading(
        tr(
            "Mini-clusters, {of}whole run, mean over replicates: firms that ever joined, meetings "
            "and people at one, visits, tasks solved, firms brought together with a partner, and "
            "the share of the manager's paid hours that was used",
            of=of,
        )
    )
    columns = ("members", "meetings", "people", "visits", "tasks", "partners", "hours")
    heads = [f">{words(column, 'activity')}" for column in columns]
    table = page.table("~" + tr("mini-cluster"), *heads, tight=True)
    several = len(activity["complex"].unique()) > 1
    by = ["arm", "complex", "mini_cluster"]
    for (arm, place, cluster), rows in activity.groupby(by, sort=False, observed=True):
        mean = rows.set_index("measure")["mean"].to_dict()
        met, there = mean.get("meetings", 0.0), mean.get("hours_available", 0.0)
        name = names.work(header, arm, place, cluster) or words(str(cluster))
        table.add_row(
            f"{names.complex_(header, place) or place}: {name}" if several else name,
            count_text(mean.get("members", 0.0)),
            count_text(met),
            count_text(mean.get("people", 0.0) / met) if met else "–",
            *(count_text(mean.get(each, 0.0)) for each in ("visits", "tasks_done", "brokered")),
            f"{mean.get('hours', 0.0) / there:.0%}" if there else "–",
        )
    page.show(table)


def _own_money(page: Page, activity: pd.DataFrame, header: Mapping[str, Any]) -> None:
    own = []
    there = activity[["arm", "complex", "mini_cluster"]].astype(str).drop_duplicates()
    for arm, place, name in there.itertuples(index=False):
        plan = part(header, "resolved", "programme", "complexes", place, "mini_clusters", name)
        if plan.get("funder") == "own":
            own.append(names.work(header, arm, place, name) or words(name))
    if own:
        page.say(
            tr(
                "Begun on their own money, and so in both worlds: {mini_clusters}.",
                mini_clusters=", ".join(own),
            )
        )


def _inno_core(page: Page, steps: pd.DataFrame) -> None:
    if steps.empty:
        return
    value = _by(steps, "measure")
    mean = {measure: row["arm_value"] for (measure,), row in value.items()}
    page.heading(tr("Inno-Core: firms, mean over replicates"))
    numbers = {measure: f"{number:.1f}" for measure, number in mean.items()}
    page.say(
        tr(
            "{eligible} firms eligible by sales, {sound} of them sound, {chosen} chosen: "
            "{to_compare} are left to compare them with. When the years of support were over, "
            "{chosen_there} of the chosen and {to_compare_there} of the others were still there. "
            "Of the chosen, {gate_passed} passed a gate and {gate_failed} failed one, {graduated} "
            "arrived at their goal, {left} left, {closed} closed while supported, and {completed} "
            "had all their years.",
            **numbers,
        )
    )
    if mean["gamed"]:
        page.say(
            tr(
                "{gamed} of those eligible sold less or more than the band allows, and reported "
                "sales at its edge.",
                gamed=numbers["gamed"],
            )
        )
    page.say(tr("Of the chosen, with yearly sales that reached:"))
    table = page.table("", ">" + tr("with"), ">" + tr("without"), ">" + tr("difference"))
    for measure, threshold in THRESHOLDS.items():
        if (measure,) not in value:
            continue
        row = value[measure,]
        table.add_row(
            won(threshold),
            f"{row['arm_value']:.2f} ± {or_dash(row['mc_error'], '.2f')}",
            f"{row['reference_value']:.2f}",
            f"{row['difference']:+.2f} ± {or_dash(row['difference_mc_error'], '.2f')}",
        )
    page.show(table)


def _money(
    page: Page, ledger: pd.DataFrame, ratios: pd.DataFrame, header: Mapping[str, Any]
) -> None:
    paid = ledger.loc[ledger["entry"] == "paid"]
    page.heading(tr("Money paid over the whole run, by purpose (won of the year, mean)"))
    if paid.empty:
        page.say(tr("None was paid."))
    else:
        _paid(page, paid, header)
    state = ledger.loc[ledger["funder"] == "state"]
    given, paid_out, lapsed = (
        money_text(state.loc[state["entry"] == entry, "mean"].sum())
        for entry in ("appropriated", "paid", "lapsed")
    )
    page.say(
        tr(
            "Of {given} that the state appropriated, {paid} were paid and {lapsed} lapsed.",
            given=given,
            paid=paid_out,
            lapsed=lapsed,
        )
    )
    bought = _by(ratios, "ratio")
    for ratio, text in _BOUGHT.items():
        if (ratio,) not in bought:
            continue
        row = bought[ratio,]
        if math.isnan(row["estimate"]):
            page.say(tr("No state money was paid, so there is no value per won."))
            return
        page.say(tr(text, number=three_figures(row["estimate"]), spread=_spread(row)))
    page.say(
        tr(
            "Not discounted, counted to the end of the run; the firms' own money and what refused "
            "firms got elsewhere are left out."
        )
    )
    if (paid["purpose"] == "business centre").any():
        page.say(tr("The state's part of the business centre counts in full; it outlasts the run."))


_BOUGHT = {
    "value_added_per_won": later(
        "One won of state money bought {number} won of value added{spread}."
    ),
    "national_value_added_per_won": later(
        "For the nation, rivals' losses taken off: {number} won{spread}."
    ),
    "job_years_per_bn_won": later("One billion won of it bought {number} job-years{spread}."),
}


def _spread(row: Mapping[Any, Any]) -> str:
    """Return between what a ratio lies, as far as it is known."""
    ends = {name: three_figures(row[name]) for name in ("p05", "p95", "low", "high")}
    said = ""
    if row["p05"] < row["p95"]:
        said = tr(" in the mean; in 90 % of the replicates {p05} to {p95}", **ends)
    if math.isfinite(row["low"]):
        said += tr("; the mean is known to {low} to {high} (95 %)", **ends)
    return said


def _paid(page: Page, paid: pd.DataFrame, header: Mapping[str, Any]) -> None:
    """Write the table of payments of one arm in one complex, by purpose and funder."""
    arm, place = str(paid["arm"].iloc[0]), str(paid["complex"].iloc[0])
    sums = paid.pivot_table(index="purpose", columns="funder", values="mean", aggfunc="sum")
    sums = sums.fillna(0.0)
    funders = sorted(sums.columns, key=lambda name: (name != "state", name))
    heads = (f">{words(str(funder), 'funder')}" for funder in funders)
    table = page.table(tr("purpose"), *heads)
    for purpose, row in sums.to_dict("index").items():
        name = names.work(header, arm, place, str(purpose)) or words(str(purpose), "purpose")
        table.add_row(name, *(money_text(row[funder]) for funder in funders))
    table.add_section()
    table.add_row(tr("total"), *(money_text(sums[funder].sum()) for funder in funders))
    page.show(table)


def _drivers(
    page: Page, drivers: pd.DataFrame, split: pd.DataFrame, header: Mapping[str, Any]
) -> None:
    page.heading(tr("What the answer hangs on: value added of all firms, summed over the years"))
    if not drivers.empty:
        table = page.table("~" + tr("uncertain parameter"), ">" + tr("relation"), ">" + tr("p"))
        for row in drivers.head(_DRIVERS_SHOWN).to_dict("records"):
            table.add_row(
                _parameter(row["parameter"], header), _relation(row), p_text(row["p_value"])
            )
        page.show(table)
    page.say(tr("Caution: {said}.", said=caution(drivers)))
    if not split.empty:
        share = split.set_index("doubt")["share"]
        if share.notna().all():
            page.say(
                tr(
                    "Of its variance {parameters} is doubt about parameters, {luck} luck, {both} "
                    "the two together.",
                    **{doubt: f"{share[doubt]:.0%}" for doubt in ("parameters", "luck", "both")},
                )
            )


def _parameter(path: str, header: Mapping[str, Any]) -> str:
    """Return what a parameter is, its path and its source, a line each."""
    told = header.get("parameters", {}).get(path, {})
    doc, source = told.get("doc", ""), told.get("source", "")
    if language() != LANGUAGES[0]:
        # Docs and reasons are in English: what is known in Korean, and the keys, can be told.
        doc = ": ".join(korean.of_path(path) or ())
        key = source.partition(":")[0]
        source = tr("assumption") if key == "assumption" else key
    return f"{doc}\n  {path}\n  ({source})".strip()


def _relation(row: Mapping[Any, Any]) -> str:
    if row["statistic"] == "rank correlation":
        return tr("rank corr. {number}", number=f"{row['estimate']:+.2f}")
    return tr(
        "with {category} {difference}",
        category=f"'{row['category']}'",
        difference=signed(row["estimate"], money_text),
    )


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
