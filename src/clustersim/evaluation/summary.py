"""A page of plain text for people who decide: what changed, how sure that is, what it hangs on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from clustersim.evaluation.drivers import caution
from clustersim.evaluation.page import (
    Page,
    count_text,
    design_text,
    distance_text,
    money_text,
    or_dash,
    p_text,
    percent,
    plain_percent,
    signed,
)
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from clustersim.evaluation.replicates import Replicate

__all__ = ["Answers", "summary"]

_GROUPS = {"all": "all", "supported": "supported", "inno_core": "Inno-Core"}
_DRIVERS_SHOWN = 6
_MACRO = {
    "hindsight": "The economy around the complex follows what was observed later, the same in both "
    "worlds: chances of meeting a target are given that economy, not as seen in 2008.",
    "ex_ante": "Beyond the last known month the economy around the complex is a matter of chance, "
    "the same in both worlds: a chance of meeting a target is over what could have come, with the "
    "sizes assumed for booms, crises and prices.",
    "series": "The economy around the complex follows the scenario's own series, the same in both "
    "worlds: chances of meeting a target are given that economy.",
    "flat": "The economy around the complex does not move: chances of meeting a target leave out "
    "booms and slumps.",
}


class Store(Protocol):
    """The part of results that knows the replicates."""

    @property
    def header(self) -> Mapping[str, Any]:
        """What was run."""

    def tasks(self) -> Sequence[Replicate]:
        """Return the replicates answered from."""


class Answers(Protocol):
    """What the page is written from: the tables of `clustersim.results.Results`."""

    @property
    def store(self) -> Store:
        """The replicates."""

    def effects(self, *, wide: bool = ...) -> pd.DataFrame:
        """See `clustersim.evaluation.effects`."""

    def targets(self, *, wide: bool = ...) -> pd.DataFrame:
        """See `clustersim.evaluation.targets`."""

    def distances(self) -> pd.DataFrame:
        """See `clustersim.evaluation.distances`."""

    def ledger(self) -> pd.DataFrame:
        """See `clustersim.evaluation.money`."""

    def money(self) -> pd.DataFrame:
        """See `clustersim.evaluation.money`."""

    def inno_core(self) -> pd.DataFrame:
        """See `clustersim.evaluation.innocore`."""

    def envelope(self) -> pd.DataFrame:
        """See `clustersim.evaluation.envelope`."""

    def drivers(self) -> pd.DataFrame:
        """See `clustersim.evaluation.drivers`."""

    def split(self) -> pd.DataFrame:
        """See `clustersim.evaluation.drivers`."""


def summary(answers: Answers, width: int = 80) -> str:
    """Return the page, at most ``width`` columns wide.

    Raises
    ------
    StoreError
        No replicate is finished, or one lacks a number that another has.
    """
    page = Page(width)
    header, tasks = answers.store.header, answers.store.tasks()
    effects, targets = answers.effects(wide=True), answers.targets(wide=True)
    ledger, ratios, steps = answers.ledger(), answers.money(), answers.inno_core()
    distances = answers.distances()
    drivers, split = answers.drivers(), answers.split()
    envelope = answers.envelope()

    page.say(str(header.get("title") or header["scenario"]))
    page.say(design_text(header, tasks))
    parts = effects[["arm", "reference", "complex"]].drop_duplicates()
    for arm, reference, place in parts.itertuples(index=False):

        def here(
            table: pd.DataFrame, arm: str = arm, reference: str = reference, place: str = place
        ) -> pd.DataFrame:
            mine = (table["arm"] == arm) & (table["complex"] == place)
            if "reference" in table:
                mine &= table["reference"] == reference
            return table.loc[mine]

        page.title(f"{place}: {arm} compared with {reference}")
        _effects(page, here(effects))
        _envelope(page, here(envelope))
        _targets(page, here(targets), header)
        _distances(page, here(distances), header)
        _inno_core(page, here(steps))
        _money(page, here(ledger), here(ratios))
        _drivers(page, here(drivers), here(split), header)
    page.title("What this cannot tell")
    page.say(_limits(header, effects, targets))
    return page.text()


# ---------------------------------------------------------------- the parts of the page


def _effects(page: Page, effects: pd.DataFrame) -> None:
    page.heading(
        "What the programme changes, in a year (mean, its Monte Carlo error, and the "
        "range of 90 % of the replicates; money in won of 2008)"
    )
    years = _two_years(effects)
    table = page.table("firms", "year", ">mean", ">error", ">5 % to 95 %", ">per cent")
    shown: dict[str, tuple[str, Callable[[float], str]]] = {
        "output": ("OUTPUT", money_text),
        "workers": ("JOBS", count_text),
        "value_added": ("VALUE ADDED", money_text),
    }
    cell = _by(effects, "outcome", "group", "year", "measure")
    for outcome, (name, text) in shown.items():
        table.add_row(name)
        for group, firms in _GROUPS.items():
            label = f"  {firms}"
            for year in years:
                level = cell.get((outcome, group, year, "level"))
                share = cell.get((outcome, group, year, "percent"))
                if level is None or share is None or share["defined"] == 0:
                    continue
                table.add_row(
                    label,
                    str(year),
                    signed(level["estimate"], text),
                    "± " + text(level["mc_error"]),
                    f"{signed(level['p05'], text)} to {signed(level['p95'], text)}",
                    f"{percent(share['estimate'])} ± {plain_percent(share['mc_error'])}",
                )
                label = ""
        table.add_section()
    page.show(table)
    undefined = effects.loc[
        (effects["measure"] == "percent")
        & effects["group"].isin(list(_GROUPS))
        & effects["outcome"].isin(list(shown))
        & effects["year"].isin(years)
        & (effects["defined"] < 1)
    ]
    for (group,), least in _by(undefined.sort_values("defined", ascending=False), "group").items():
        page.say(
            f"{_GROUPS[group]} firms: per cent is over the {least['defined']:.0%} of replicates in "
            "which there were such firms."
            if least["defined"]
            else f"{_GROUPS[group]} firms: no such firms in any replicate."
        )


def _envelope(page: Page, envelope: pd.DataFrame) -> None:
    for row in envelope.to_dict("records"):
        text = (
            f"Over all years the effect on output of all firms is {money_text(row['simulated'])}; "
            f"the back of the envelope (treated sales x effect x duration) says "
            f"{money_text(row['envelope'])}."
        )
        if math.isfinite(row["ratio"]):
            text = f"{text[:-1]}, a ratio of {row['ratio']:.2f}."
            if not 0.5 <= row["ratio"] <= 2.0:
                text += " That is far apart: look for the reason before you use the number."
        page.say(text)


def _targets(page: Page, targets: pd.DataFrame, header: Mapping[str, Any]) -> None:
    if targets.empty:
        return
    page.heading(
        "Each target: mean distance (below 0: it falls short), chance (95 % interval), and what "
        "the programme adds to the chance"
    )
    table = page.table("~target", ">distance", ">chance", ">interval", ">added, points")
    for row in targets.to_dict("records"):
        table.add_row(
            _title(header, row["target"]),
            distance_text(row),
            f"{row['probability']:.0%}",
            f"{row['probability_low']:.0%} to {row['probability_high']:.0%}",
            f"{100 * row['difference']:+.0f} ± {or_dash(100 * row['difference_mc_error'], '.0f')}",
        )
    page.show(table)


def _distances(page: Page, distances: pd.DataFrame, header: Mapping[str, Any]) -> None:
    for unit, rows in distances.groupby("unit"):
        scale, text = (100.0, "log x 100, about per cent") if unit == "log points" else (1.0, unit)
        page.heading(
            f"What makes up the distance ({text}): mean, and below it half the range of 90 % of "
            "the replicates. Firms: what those that stayed did by themselves; composition: those "
            "that came and went"
        )
        parts = list(rows["part"].unique())
        table = page.table("~target", *(f">{part}" for part in parts))
        for target, here in rows.groupby("target", sort=False):
            half = (here["p95"] - here["p05"]) / 2.0
            means, spread = ((scale * values).tolist() for values in (here["estimate"], half))
            table.add_row(
                _title(header, target),
                *(
                    f"{or_dash(mean, '+.1f')}\n± {or_dash(range_, '.1f')}"
                    for mean, range_ in zip(means, spread, strict=True)
                ),
            )
        page.show(table)


def _inno_core(page: Page, steps: pd.DataFrame) -> None:
    if steps.empty:
        return
    value = _by(steps, "measure")
    eligible, sound, chosen = (value[step,] for step in ("eligible", "sound", "chosen"))
    page.heading("Inno-Core: firms, mean over replicates")
    page.say(
        f"{eligible['arm_value']:.1f} firms eligible by sales, {sound['arm_value']:.1f} of them "
        f"sound, {chosen['arm_value']:.1f} chosen. Of the chosen, with yearly sales that reached:"
    )
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
    value = _by(ratios, "ratio")
    for ratio, text in (
        ("value_added_per_won", "One won of state money bought {} won of value added{}."),
        ("job_years_per_bn_won", "One billion won of it bought {} job-years{}."),
    ):
        row = value[ratio,]
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


def _drivers(
    page: Page, drivers: pd.DataFrame, split: pd.DataFrame, header: Mapping[str, Any]
) -> None:
    page.heading("What the answer hangs on: value added of all firms, summed over the years")
    if not drivers.empty:
        table = page.table("~uncertain parameter", ">relation", ">p")
        about = header.get("parameters", {})
        for row in drivers.head(_DRIVERS_SHOWN).to_dict("records"):
            relation = f"rank corr. {row['estimate']:+.2f}"
            if row["statistic"] != "rank correlation":
                relation = f"with '{row['category']}' {signed(row['estimate'], money_text)}"
            told = about.get(row["parameter"], {})
            text = f"{told.get('doc', '')}\n  {row['parameter']}\n  ({told.get('source', '')})"
            table.add_row(text.strip(), relation, p_text(row["p_value"]))
        page.show(table)
    page.say(f"Caution: {caution(drivers)}.")
    if not split.empty:
        share = split.set_index("doubt")["share"]
        if share.notna().all():
            page.say(
                f"Of its variance {share['parameters']:.0%} is doubt about parameters, "
                f"{share['luck']:.0%} luck, {share['both']:.0%} the two together."
            )


def _limits(header: Mapping[str, Any], effects: pd.DataFrame, targets: pd.DataFrame) -> str:
    rows = effects.loc[
        (effects["outcome"] == "output")
        & (effects["group"] == "all")
        & (effects["measure"] == "level")
    ]
    says = []
    if len(rows):
        last = rows.sort_values("year").to_dict("records")[-1]
        count = int(last["replicates"])
        if math.isnan(last["mc_error"]):
            says.append("One replicate shows one possible course and nothing of its chance.")
        else:
            verdict = "more" if abs(last["estimate"]) > 2 * last["mc_error"] else "less"
            says.append(
                f"With {count} replicates the mean effect on output in {last['year']} is {verdict} "
                f"than twice its Monte Carlo error ({money_text(last['mc_error'])}) from zero; "
                "more replicates narrow that error, not the range they spread over."
            )
    if len(targets):
        half = ((targets["probability_high"] - targets["probability_low"]) / 2).max()
        says.append(f"A chance is known to about {100 * half:.0f} percentage points.")
    mode = _macro_mode(header)
    if mode:
        says.append(_MACRO.get(mode, f"The economy around the complex: {mode}."))
    says.append(
        "Rivals lose nothing to supported firms and knowledge does not spill over to others: "
        "neither is in this version, so effects on the complex are gross. "
        "The effects rest on assumed and published sizes with their doubt; a simulation shows what "
        "follows from them, not whether they hold in this complex."
    )
    return " ".join(says)


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


def _title(header: Mapping[str, Any], target: Any) -> str:
    return str(header.get("targets", {}).get(target, {}).get("title") or target)


def _macro_mode(header: Mapping[str, Any]) -> str:
    economy = header.get("resolved", {}).get("economy", {})
    macro = economy.get("macro", {}) if isinstance(economy, dict) else {}
    return str(macro.get("mode", "")) if isinstance(macro, dict) else ""
