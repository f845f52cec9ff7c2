"""What the choice of firms does to a naive comparison: the truth beside what an evaluator sees.

Grants for research are given by one rule after another. Each rule's worlds are paired with worlds
without the programme, which is the truth. An evaluator sees the world with grants alone, and
compares growth of funded firms with that of others, or with nothing. The difference is the bias
that the rule, with who applies, puts into the comparison.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import pandas as pd
from scipy import stats

from clustersim import calendar
from clustersim.errors import InputError
from clustersim.evaluation.page import Page, percent
from clustersim.language import later, ntr, tr
from clustersim.programme import rnd
from clustersim.programme.choosers import Chooser
from clustersim.randomness import Domain, Luck
from clustersim.simulation import simulate
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clustersim.programme.plan import ProgrammeSpec
    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation import Record

__all__ = [
    "CHOOSERS",
    "COMPARISONS",
    "HELPED",
    "TRUTH",
    "YEARS",
    "compared",
    "page",
    "panel_of",
    "selection",
]

YEARS = 3
"""Years from the grant to the sales that are looked at (evidence C1)."""

CHOOSERS: tuple[Chooser, ...] = get_args(Chooser)

COMPARISONS = {
    later("with others"): later(
        "growth of funded firms less that of all others that could have applied"
    ),
    later("with refused"): later(
        "growth of funded firms less that of firms refused at the same call"
    ),
    later("before and after"): later("growth of funded firms"),
}
"""What an evaluator may do with the world he sees; growth is of real sales."""

HELPED = {
    later("with refused, none of whom finds other support"): 0.0,
    later("with refused, all of whom find other support"): 1.0,
}
"""The comparison with refused firms under other chances that these find support elsewhere."""

TRUTH = later("truth")


class _Estimate(NamedTuple):
    value: float
    error: float
    firms: int


def selection(scenario: Scenario, *, luck: int = 10, seed: int | None = None) -> pd.DataFrame:
    """Return the true effect of research grants and naive estimates of it, by who chooses.

    Parameters
    ----------
    scenario
        Run at central values, as announced, with research grants as the state's one instrument.
    luck
        How many lucks.
    seed
        The scenario's own unless told.

    Returns
    -------
    pandas.DataFrame
        complex, chooser, comparison (`TRUTH`, one of `COMPARISONS` or, for the scenario's own
        chooser, of `HELPED`); estimate, log points of real sales `YEARS` calendar years after the
        year of the grant, as the mean of worlds; mc_error, its standard error over lucks;
        told_error, the mean standard error that the evaluator finds; bias, estimate less truth with
        the same chooser and luck, and bias_error; moved, estimate less that with refused firms as
        the scenario has it, and moved_error; firms, funded ones in a world, and worlds.

    Raises
    ------
    InputError
        No complex of the scenario has calls for research.

    Notes
    -----
    The truth is of funded firms that operate through the last year before the grant and the year
    that is looked at, the latter in both worlds. An evaluator's funded firms are those of the world
    he sees. Both comparisons with other firms are differences in differences: a regression of the
    change of log sales on being funded, with a constant for each year of calls and standard errors
    that allow for a firm being there in several.
    """
    places = [name for name, plan in scenario.spec.programme.plans().items() if plan.rnd]
    if not places:
        raise InputError(
            tr("{name}: no complex has calls for research", name=scenario.name),
            tr("name one that has, as noksan"),
        )
    spec, seed = _cut(scenario.spec), scenario.seed if seed is None else seed
    rows = [
        (place, number, chooser, name, *estimate)
        for number in range(luck)
        for place, chooser, name, estimate in _worlds(spec, places, Luck(seed, number, Domain.LUCK))
    ]
    names = ["complex", "luck", "chooser", "comparison", "value", "error", "firms"]
    table = pd.DataFrame(rows, columns=names)
    key = ["complex", "luck", "chooser"]
    for column, name in (("bias", TRUTH), ("moved", "with refused")):
        other = table.loc[table["comparison"] == name].set_index(key)["value"].rename(column)
        table[column] = table["value"] - table[key].join(other, on=key)[column]
    cells = table.groupby(["complex", "chooser", "comparison"], sort=False)
    return cells.agg(
        estimate=("value", "mean"),
        mc_error=("value", "sem"),
        told_error=("error", "mean"),
        bias=("bias", "mean"),
        bias_error=("bias", "sem"),
        moved=("moved", "mean"),
        moved_error=("moved", "sem"),
        firms=("firms", "mean"),
        worlds=("value", "count"),
    ).reset_index()


def _cut(spec: ScenarioSpec) -> ScenarioSpec:
    """Return the scenario up to the last year that is looked at: what comes later says nothing."""
    last = max(plan.rnd.last_year for plan in spec.programme.plans().values() if plan.rnd)
    return spec.model_copy(update={"end": min(spec.end, 12 * (last + YEARS - 2000) + 11)})


def _worlds(
    spec: ScenarioSpec, places: Sequence[str], luck: Luck
) -> Iterator[tuple[str, str, str, _Estimate]]:
    """Yield the truth and the comparisons of every rule with one luck."""

    def run(programme: ProgrammeSpec) -> Record:
        return simulate(spec.model_copy(update={"programme": programme}), luck)

    def panels(**terms: object) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield what an evaluator knows of each complex where grants alone are given like this."""
        calls = own.model_copy(update=terms)
        arm = run(spec.programme.model_copy(update={"instruments": ("rnd",), "rnd": calls}))
        for place in places:
            yield place, panel_of(arm, place, spec.complexes[place].code, own.small_below)

    own, without = spec.programme.rnd, run(spec.programme.without_state())
    for chooser in CHOOSERS:
        for place, seen in panels(chooser=chooser):
            yield place, chooser, TRUTH, _truth(seen, without)
            for name in COMPARISONS:
                yield place, chooser, name, compared(seen, name)
    for name, chance in HELPED.items():
        other = own.elsewhere.model_copy(update={"chance": chance})
        for place, seen in panels(elsewhere=other):
            yield place, own.chooser, name, compared(seen, "with refused")


# ---------------------------------------------------------------- what an evaluator has


def panel_of(world: Record, place: str, code: int, small_below: float) -> pd.DataFrame:
    """Return what an evaluator knows of a world: a row for each firm and year of calls.

    Returns
    -------
    pandas.DataFrame
        id; year of the call; status, `funded` for the first time that year, `refused` that year, or
        `rest`; before and after, log real sales of the year before and of `YEARS` years later.
        Refused and rest are not funded until then. Firms count that operate through both years and
        were small enough to apply.
    """
    told = [e for e in world.events if (e.complex, e.instrument) == (place, rnd.NAME)]
    funded: dict[int, int] = {}
    refused: set[tuple[int, int]] = set()
    for event in told:
        year = calendar.year_of(int(event.time))
        if event.kind == "funded":
            funded.setdefault(event.firm, year)
        elif event.kind in {"refused", "waiting"}:
            refused.add((event.firm, year))
    calls = sorted({calendar.year_of(int(e.time)) for e in told if e.kind == "funded"})
    sales, workers = _full_years(world, code)
    parts = []
    for year in calls:
        if year - 1 not in sales or year + YEARS not in sales:
            continue
        rows = pd.DataFrame({"before": sales[year - 1], "after": sales[year + YEARS]}).dropna()
        rows = rows[workers[year - 1].loc[rows.index] < small_below]
        first = pd.Series(rows.index.map(funded), index=rows.index, dtype=float)
        rows["status"] = [
            "funded" if when == year else "refused" if (firm, year) in refused else "rest"
            for firm, when in first.items()
        ]
        kept = first.isna() | (first == year) | (first > year + YEARS)
        parts.append(rows[kept].assign(year=year).rename_axis("id").reset_index())
    columns = ["id", "year", "status", "before", "after"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def _full_years(world: Record, code: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return log real sales and mean workers of full years, a row for each firm."""
    panel = world.panel
    mine = (panel["complex"] == code) & (panel["firms"] == 12) & (panel["output"] > 0.0)
    names = ("id", "year", "output", "workers")
    table = pd.DataFrame({name: panel[name][mine] for name in names})
    sales, workers = (
        table.pivot_table(index="id", columns="year", values=name) for name in names[2:]
    )
    return sales.map(np.log), workers / 12.0


def compared(seen: pd.DataFrame, comparison: str) -> _Estimate:
    """Return an evaluator's estimate, its standard error, and how many funded firms it is of.

    Parameters
    ----------
    seen
        What `panel_of` returns.
    comparison
        One of `COMPARISONS`.
    """
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 - slow

    controls = {"with others": ("refused", "rest"), "with refused": ("refused",)}
    rows = seen[seen["status"].isin(["funded", *controls.get(comparison, ())])]
    funded = (rows["status"] == "funded").to_numpy(dtype=np.float64)
    count = int(funded.sum())
    if count < 2 or (comparison in controls and count == len(rows)):
        return _Estimate(math.nan, math.nan, count)
    design = funded[:, None]
    if comparison in controls:
        years = pd.get_dummies(rows["year"], dtype=float).to_numpy()
        design = np.column_stack([funded, years])
    change = (rows["after"] - rows["before"]).to_numpy()
    groups = np.unique(rows["id"].to_numpy(), return_inverse=True)[1]
    fitted = OLS(change, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return _Estimate(float(fitted.params[0]), float(fitted.bse[0]), count)


def _truth(seen: pd.DataFrame, without: Record) -> _Estimate:
    """Return the mean difference of log sales of funded firms between the two worlds."""
    mine = seen[seen["status"] == "funded"]
    panel = without.panel
    whole = (panel["firms"] == 12) & (panel["output"] > 0.0)
    there = pd.Series(
        np.log(panel["output"][whole]),
        index=pd.MultiIndex.from_arrays([panel["id"][whole], panel["year"][whole]]),
    )
    other = there.reindex(pd.MultiIndex.from_arrays([mine["id"], mine["year"] + YEARS]))
    gaps = (mine["after"].to_numpy() - other.to_numpy(dtype=np.float64)).astype(np.float64)
    gaps = gaps[~np.isnan(gaps)]
    error = float(gaps.std(ddof=1) / np.sqrt(len(gaps))) if len(gaps) > 1 else math.nan
    return _Estimate(float(gaps.mean()) if len(gaps) else math.nan, error, len(gaps))


# ---------------------------------------------------------------- the page


def page(table: pd.DataFrame, width: int = 80, *, titles: Mapping[str, str] | None = None) -> str:
    """Return the table as a page.

    Parameters
    ----------
    table
        What `selection` returns.
    width
        The most columns a line has.
    titles
        What complexes are called; by their names unless told.
    """
    text = Page(width)
    text.title(tr("What the choice of firms does to a naive comparison"))
    text.say(
        tr(
            "Effect of a research grant on a funded firm's real sales {years} years after the year "
            "of the grant, in hundredths of a log point, ± its standard error over lucks. Truth: "
            "the same firms in worlds without the programme. The rest is what an evaluator finds "
            "who sees the world with grants alone, and its distance from the truth.",
            years=YEARS,
        )
    )
    for name, doing in COMPARISONS.items():
        text.say(f"- {tr(name)}: {tr(doing)}.")
    for place, here in table.groupby("complex", sort=False):
        text.heading((titles or {}).get(str(place)) or words(str(place)).title())
        columns = [f">{tr(name)}" for name in (TRUTH, *COMPARISONS)]
        funded_firms = ">" + words("funded", "firms")
        shown = text.table(tr("firms are chosen by"), funded_firms, "", *columns)
        for chooser, rows in here.groupby("chooser", sort=False):
            cells = rows.set_index("comparison")
            funded = f"{cells['firms'][TRUTH]:.0f}"
            found = [_cell(cells, name) for name in (TRUTH, *COMPARISONS)]
            biases = (_cell(cells, name, "bias") for name in COMPARISONS)
            shown.add_row(words(str(chooser)), funded, words("found", "estimate"), *found)
            shown.add_row("", "", tr("bias"), "", *biases)
        text.show(shown)
        text.say(_verdict(here))
        text.say(_elsewhere(here))
    worlds = int(table["worlds"].max())
    lucks = ntr("{number} luck.", "{number} lucks.", worlds)
    who = tr(
        "Who applies differs from who does not, whatever the rule: firms with research, larger and "
        "better ones apply more often. Accounts are known from the first full year of the run on; "
        "where too few years are, rules that read growth draw lots."
    )
    text.say(f"{lucks} {who}")
    return text.text()


def _cell(cells: pd.DataFrame, name: str, value: str = "estimate") -> str:
    if name not in cells.index:
        return "–"
    error = cells["mc_error" if value == "estimate" else "bias_error"][name]
    return _with_error(cells[value][name], error)


def _with_error(value: float, error: float) -> str:
    if math.isnan(value):
        return "–"
    text = percent(100.0 * value)
    return text if math.isnan(error) else f"{text} ± {100.0 * error:.2f}"


def _verdict(here: pd.DataFrame) -> str:
    """Return in words where a comparison with others misleads, and which way."""
    rows = here[here["comparison"] == "with others"]
    ways: dict[str, list[str]] = {text: [] for text in (_LARGE, _SMALL, _UNSURE)}
    for row in rows.to_dict("records"):
        sure = abs(row["bias"]) > stats.t.ppf(0.975, row["worlds"] - 1) * row["bias_error"]
        way = _UNSURE if not sure else _LARGE if row["bias"] > 0 else _SMALL
        ways[way].append(words(str(row["chooser"])))
    parts = [tr(way, rules=", ".join(rules)) for way, rules in ways.items() if rules]
    return tr(
        "Compared with others, the effect looks, beside the truth: {ways}.", ways="; ".join(parts)
    )


def _elsewhere(here: pd.DataFrame) -> str:
    """Return in words what other support of refused firms does to the comparison with them."""
    none, every = (here[here["comparison"] == name].iloc[0] for name in HELPED)
    return tr(
        "What refused firms find elsewhere moves the comparison with them: chosen by {rule}, it is "
        "{none} if none of them finds anything and {every} if all do, {less} and {more} from what "
        "it is as assumed.",
        rule=words(str(none["chooser"])),
        **{
            key: _with_error(row[value], row[error])
            for key, row, value, error in (
                ("none", none, "estimate", "mc_error"),
                ("every", every, "estimate", "mc_error"),
                ("less", none, "moved", "moved_error"),
                ("more", every, "moved", "moved_error"),
            )
        },
    )


_LARGE = later("too large with {rules}")
_SMALL = later("too small with {rules}")
_UNSURE = later("not told apart from it with {rules}")
