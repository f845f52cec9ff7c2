"""The virtuous circle the programme was announced with (S21), closed and open.

The claim is that networks make firms do better, and that firms that do better network more. Each
luck is lived four times: with the programme and without it, with the circle closed and open. What
closing it adds to the programme's effect is a result; how strongly performance moves networking is
an assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from clustersim.estimands.networks import used
from clustersim.evaluation.money import fieller
from clustersim.evaluation.page import Page, beside, count_text, money_text, signed
from clustersim.language import later, ntr, tr
from clustersim.randomness import Domain, Luck
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME
from clustersim.simulation import simulate
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clustersim.scenario import Scenario
    from clustersim.scenario.schema import ScenarioSpec
    from clustersim.simulation import Record

__all__ = ["OUTCOMES", "added", "loop", "page"]

LOOPS = ("closed", "open")

OUTCOMES = {
    "members": later("memberships"),
    "uses": later("uses of mini-clusters"),
    "ties": later("ties, mean of the months"),
    "output": later("output, won of 2008"),
}
"""What is compared, summed over the run unless told, by name."""


def loop(scenario: Scenario, *, luck: int = 10) -> pd.DataFrame:
    """Return each outcome of each complex in four worlds of every luck.

    Parameters
    ----------
    scenario
        Its arm `as_announced` beside `no_programme`, at central values.
    luck
        How many lucks.

    Returns
    -------
    pandas.DataFrame
        complex, luck, loop (closed or open), outcome, arm_value, reference_value.
    """
    rows = []
    for number in range(luck):
        for word in LOOPS:
            values = [
                _outcomes(spec, simulate(spec, Luck(spec.seed, number, Domain.LUCK)))
                for arm in (AS_ANNOUNCED, NO_PROGRAMME)
                for spec in [_with_loop(scenario.arms[arm].spec, word)]
            ]
            rows += [
                (place, number, word, outcome, *(world[place, outcome] for world in values))
                for place in scenario.spec.complexes
                for outcome in OUTCOMES
            ]
    names = ["complex", "luck", "loop", "outcome", "arm_value", "reference_value"]
    return pd.DataFrame(rows, columns=names)


def _with_loop(spec: ScenarioSpec, word: str) -> ScenarioSpec:
    programme = spec.programme
    terms = programme.mini_clusters.model_copy(update={"loop": word})
    return spec.model_copy(
        update={"programme": programme.model_copy(update={"mini_clusters": terms})}
    )


def _outcomes(spec: ScenarioSpec, record: Record) -> dict[tuple[str, str], float]:
    """Return a world's outcomes by complex and name."""
    months, panel = record.months, record.panel
    found = {}
    _, uses = used(
        record.events, panel["id"], panel["year"], spec.programme.mini_clusters.task_uses
    )
    for place, complex_ in spec.complexes.items():
        here = months["complex"] == place
        joined = sum(event.kind == "joined" and event.complex == place for event in record.events)
        found[place, "members"] = float(joined)
        found[place, "uses"] = float(uses[panel["complex"] == complex_.code].sum())
        found[place, "ties"] = float(months["ties"][here].sum()) / (spec.end - spec.start + 1)
        found[place, "output"] = float(months["output"][here].sum())
    return found


def added(table: pd.DataFrame) -> pd.DataFrame:
    """Return the programme's effects with the loop closed and open, and what closing it adds.

    Returns
    -------
    pandas.DataFrame
        complex, outcome; ``closed`` and ``open``, the programme's effect in the mean of the lucks,
        and ``added``, their difference, each with its Monte Carlo error (``closed_error`` and so
        on); ``percent``, what is added over the effect with the loop open, with ``low`` and
        ``high``, its 95 % interval by Fieller's theorem (NaN where it has no end);
        ``of_reference``, what is added in per cent of what there is without the programme, with
        ``of_reference_error``.
    """
    table = table.assign(effect=table["arm_value"] - table["reference_value"])
    rows = []
    for (place, outcome), mine in table.groupby(["complex", "outcome"], sort=False):
        by_luck = mine.pivot_table(index="luck", columns="loop", values="effect")
        gap = (by_luck["closed"] - by_luck["open"]).to_numpy(float)
        there = mine.loc[mine["loop"] == "open"].set_index("luck")["reference_value"]
        ratio, low, high = fieller(gap, by_luck["open"].to_numpy(float))
        level = float(there.mean())
        rows.append(
            {
                "complex": place,
                "outcome": outcome,
                **{
                    name: value
                    for word in LOOPS
                    for name, value in _mean(word, by_luck[word].to_numpy(float)).items()
                },
                **_mean("added", gap),
                "percent": 100.0 * ratio,
                "low": 100.0 * low,
                "high": 100.0 * high,
                **_mean("of_reference", 100.0 * gap / level if level else gap * np.nan),
            }
        )
    return pd.DataFrame(rows)


def _mean(name: str, values: np.ndarray) -> dict[str, float]:
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
    return {name: float(values.mean()), f"{name}_error": error}


def page(table: pd.DataFrame, width: int = 80, *, titles: Mapping[str, str] | None = None) -> str:
    """Return in plain text what closing the loop adds, complex by complex.

    Complexes are called by their names unless there are titles.
    """
    sheet = Page(width)
    lucks = table["luck"].nunique()
    sheet.title(tr("The virtuous circle: networks, performance, networks"))
    sheet.say(
        ntr(
            "The programme's effects over the whole run with the loop closed and open, means over "
            "{number} luck with their Monte Carlo errors. Closed: members come and join by their "
            "size and by what policy adds to their sales. Open: as if policy had added nothing. "
            "How strong the first is, is an assumption (loop_response), and S21 a claim; what is "
            "added is what follows from the two.",
            "The programme's effects over the whole run with the loop closed and open, means over "
            "{number} lucks with their Monte Carlo errors. Closed: members come and join by their "
            "size and by what policy adds to their sales. Open: as if policy had added nothing. "
            "How strong the first is, is an assumption (loop_response), and S21 a claim; what is "
            "added is what follows from the two.",
            lucks,
        )
    )
    for place, rows in added(table).groupby("complex", sort=False):
        sheet.heading((titles or {}).get(str(place)) or str(place))
        worlds = (words("closed", "loop"), tr("open"), tr("by the loop"))
        shown = sheet.table(tr("the programme adds"), *(f">{world}" for world in worlds))
        for row in rows.to_dict("records"):
            text = money_text if row["outcome"] == "output" else count_text
            shown.add_row(
                tr(OUTCOMES[row["outcome"]]),
                *(
                    beside(signed(row[name], text), "±", text(row[f"{name}_error"]))
                    for name in ("closed", "open", "added")
                ),
            )
        sheet.show(shown)
        (output,) = rows.loc[rows["outcome"] == "output"].to_dict("records")
        sheet.say(_sentence(output, lucks))
    return sheet.text()


def _sentence(row: Mapping[Any, Any], lucks: int) -> str:
    numbers = {
        "share": f"{row['of_reference']:+.4f} ± {row['of_reference_error']:.4f}",
        **{name: f"{row[name]:+.1f}" for name in ("percent", "low", "high")},
    }
    if np.isfinite(row["low"]):
        said = tr(
            "Closing the loop adds {share} % of all output, which is {percent} % of the "
            "programme's effect on it (95 %: {low} to {high} %).",
            **numbers,
        )
    else:
        said = tr(
            "Closing the loop adds {share} % of all output, which is {percent} % of the "
            "programme's effect on it.",
            **numbers,
        )
    if abs(row["added"]) > stats.t.ppf(0.975, lucks - 1) * row["added_error"]:
        return said
    unclear = tr("It cannot be told from nothing with so many lucks.")
    return f"{said} {unclear}"
