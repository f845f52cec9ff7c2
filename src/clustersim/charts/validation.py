"""Patterns of simulated firms beside published ones, in one figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from clustersim.charts.lettering import fill
from clustersim.charts.save import put_all
from clustersim.charts.style import INK, MUTED, PURPOSES, bare, billions, picture
from clustersim.economy.state import SIZE_CLASSES
from clustersim.language import LANGUAGES, language, ntr, tr
from clustersim.validation.curves import AGES, DEGREES, GROWTH_CLASSES
from clustersim.words import words

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.validation.verdicts import Validation

__all__ = ["save", "validation"]

_PUBLISHED: Final[dict[str, Any]] = {
    "color": INK,
    "linestyle": (0, (4, 2)),
    "linewidth": 1.1,
    "zorder": 1,
}
_SHADE: Final[dict[str, Any]] = {"color": MUTED, "alpha": 0.18, "linewidth": 0, "zorder": 0}
_MARKED: Final[dict[str, Any]] = {
    "color": INK,
    "marker": "D",
    "linestyle": "none",
    "markersize": 5,
    "zorder": 4,
}


@picture
def validation(found: Validation, *, titles: Mapping[str, str] | None = None) -> Figure:
    """Draw twelve patterns of simulated firms, a colour for each complex, beside published ones.

    What is published is black, broken or grey; where no figure was found there is none.

    Parameters
    ----------
    found
        What `clustersim.validate` returns.
    titles
        What complexes are called; by their names unless told.
    """
    figure = Figure(figsize=(15, 10.5), layout="constrained")
    found = _titled(found, titles or {})
    colors = dict(zip(dict.fromkeys(found.curves["complex"]), PURPOSES, strict=False))
    for ax, panel in zip(figure.subplots(3, 4).ravel(), _PANELS, strict=True):
        panel(bare(ax), found, colors)
        ax.title.set_fontsize(10)
    figure.suptitle(
        tr("Simulated firms beside published figures, {where}", where=_where(found, colors)),
        x=0.01,
        ha="left",
        fontsize=13,
        fontweight="bold",
    )
    handles = [
        *(Line2D([], [], color=c, label=p, linewidth=2) for p, c in colors.items()),
        Line2D([], [], label=tr("published, or a law for comparison"), **_PUBLISHED),
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False)
    note = ntr(
        "{number} world without the programme, parameters at central values, in the economy as it "
        "came; anchors left out. Grey: published bands. No parameter was tuned to these patterns; "
        "sources stand in the table.",
        "{number} worlds without the programme, parameters at central values, in the economy as it "
        "came; anchors left out. Grey: published bands. No parameter was tuned to these patterns; "
        "sources stand in the table.",
        found.replicates,
    )
    figure.supxlabel(fill(note, 220), x=0.01, ha="left", fontsize=8, color=MUTED)
    return figure


def save(
    found: Validation,
    folder: str | os.PathLike[str],
    *,
    titles: Mapping[str, str] | None = None,
) -> list[Path]:
    """Save the figure as PNG (150 dpi) and SVG, and return the paths.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    return put_all({"validation": validation(found, titles=titles)}, folder)


# ---------------------------------------------------------------- parts

Colors = dict[str, str]


def _where(found: Validation, colors: Colors) -> str:
    """Return what is shown: in English the scenario's name, else the complex or how many."""
    if language() == LANGUAGES[0]:
        return words(found.scenario)
    return next(iter(colors)) if len(colors) == 1 else tr("{number} complexes", number=len(colors))


def _titled(found: Validation, titles: Mapping[str, str]) -> Validation:
    """Return the same with what complexes are called in the place of their names."""
    known = found.curves["complex"].unique()
    called = {name: titles.get(name) or words(name).title() for name in known}
    table, curves = (each.replace({"complex": called}) for each in (found.table, found.curves))
    return replace(found, table=table, curves=curves)


def _lines(ax: Axes, found: Validation, colors: Colors, curve: str, form: str = "-") -> None:
    """Draw a line for each complex; points of size 0 on a logarithmic axis are left out."""
    rows = found.curves[found.curves["curve"] == curve]
    logarithmic = ax.get_yscale() == "log"
    for place, color in colors.items():
        mine = rows[rows["complex"] == place]
        if logarithmic:
            mine = mine[mine["y"] > 0.0]
        ax.plot(mine["x"], mine["y"], form, color=color, linewidth=1.6, markersize=4)


def _dodge(colors: Colors) -> dict[str, float]:
    """Return how far each complex stands beside the middle of a class."""
    steps = np.linspace(-0.25, 0.25, len(colors)) if len(colors) > 1 else np.zeros(1)
    return dict(zip(colors, steps.tolist(), strict=True))


def _by_class(
    ax: Axes, found: Validation, colors: Colors, curve: str, names: tuple[str, ...]
) -> None:
    rows = found.curves[found.curves["curve"] == curve]
    for place, aside in _dodge(colors).items():
        mine = rows[rows["complex"] == place]
        ax.plot(mine["x"] + aside, mine["y"], "o", color=colors[place], markersize=4.5)
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.6, len(names) - 0.4)


def _row(found: Validation, place: str, pattern: str) -> pd.Series:
    rows = found.table
    return rows[(rows["complex"] == place) & (rows["pattern"] == pattern)].iloc[0]


def _shade(ax: Axes, found: Validation, pattern: str, left: float, right: float) -> None:
    """Shade the band of a pattern between two places."""
    row = found.table[found.table["pattern"] == pattern].iloc[0]
    ax.fill_between([left, right], row["band_low"], row["band_high"], **_SHADE)


def _percent(ax: Axes) -> None:
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g}")


# ---------------------------------------------------------------- panels


def _sizes(ax: Axes, found: Validation, colors: Colors) -> None:
    ax.set(xscale="log", yscale="log", ylim=(1e-4, 1.3))
    _lines(ax, found, colors, "sizes")
    at = np.array([20.0, 1000.0])
    ax.plot(at, 0.35 * (at / 20.0) ** -1.06, **_PUBLISHED)
    ax.set_title(tr("Size: firms of so many or more"))
    ax.set_xlabel(tr("workers (broken line: exponent 1.06, from memory)"))
    ax.set_ylabel(tr("share of firms"))


def _growth(ax: Axes, found: Validation, colors: Colors) -> None:
    ax.set(yscale="log", ylim=(5e-5, 1.5))
    _lines(ax, found, colors, "growth")
    x = np.linspace(-5, 5, 201)
    ax.plot(x, np.exp(-np.sqrt(2.0) * np.abs(x)) / np.sqrt(2.0), **_PUBLISHED)
    ax.plot(
        x, np.exp(-x * x / 2.0) / np.sqrt(2.0 * np.pi), color=MUTED, linewidth=0.9, linestyle=":"
    )
    ax.text(3.2, 0.011, tr("Laplace"), fontsize=8)
    ax.text(2.0, 8e-5, tr("normal"), fontsize=8, color=MUTED)
    ax.set_title(tr("Shape of yearly growth of sales"))
    ax.set_xlabel(tr("growth less mean of sector and year, in sd"))
    ax.set_ylabel(tr("density"))


def _spread(ax: Axes, found: Validation, colors: Colors) -> None:
    ax.set(xscale="log", yscale="log")
    size, _ = billions()
    curves = found.curves[found.curves["curve"] == "spread"]
    found = replace(found, curves=curves.assign(x=curves["x"] * (1e9 / size)))
    _lines(ax, found, colors, "spread", "o-")
    rows = found.curves
    if len(rows):
        x = np.geomspace(rows["x"].min(), rows["x"].max(), 20)
        middle, level = np.exp(np.log(rows["x"]).mean()), np.exp(np.log(rows["y"]).mean())
        low, high = (level * (x / middle) ** -slope for slope in (0.10, 0.25))
        ax.fill_between(x, low, high, **_SHADE)
    ticks = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_yticks([], minor=True)
    ax.set_title(tr("Spread of growth by sales"))
    ax.set_xlabel(tr("sales, bn won of 2008 (grey: slope -0.10 to -0.25)"))
    ax.set_ylabel(tr("sd of log growth"))


def _autocorrelation(ax: Axes, found: Validation, colors: Colors) -> None:
    _shade(ax, found, "growth.autocorrelation_small", -0.5, 1.5)
    _shade(ax, found, "growth.autocorrelation_large", 2.5, 3.5)
    ax.axhline(0.0, color=MUTED, linewidth=0.6)
    _by_class(ax, found, colors, "autocorrelation", GROWTH_CLASSES)
    ax.set_title(tr("Autocorrelation of growth by size"))
    ax.set_xlabel(tr("workers"))


def _survival(ax: Axes, found: Validation, colors: Colors) -> None:
    ax.set_ylim(0.0, 1.02)
    _lines(ax, found, colors, "survival")
    place = next(iter(colors))
    known = [_row(found, place, f"survival.{age}") for age in ("one_year", "five_years")]
    ax.plot([1, 5], [row["published_value"] for row in known], **_MARKED)
    ax.annotate(
        tr("all manufacturing"), (5, 0.396), (4, -10), textcoords="offset points", fontsize=8
    )
    _percent(ax)
    ax.set_title(tr("Survival of firms founded here"))
    ax.set_xlabel(tr("years from founding"))
    ax.set_ylabel(tr("per cent"))


def _hazard_by_age(ax: Axes, found: Validation, colors: Colors) -> None:
    names = [f"{a}–{b}" for a, b in pairwise(AGES[:-1])]
    _by_class(ax, found, colors, "hazard_by_age", (*names, f"{AGES[-2]}+"))
    ax.plot([0, 1.5], [0.279, 0.138], **_MARKED)  # evidence B3, computed from K2
    ax.annotate(
        tr("all corporations, years 1 and 2 to 5"),
        (0, 0.279),
        (6, -3),
        textcoords="offset points",
        fontsize=8,
    )
    ax.set_ylim(bottom=0.0)
    _percent(ax)
    ax.set_title(tr("Closures in a year by age"))
    ax.set_xlabel(tr("age at the start of the year, years"))
    ax.set_ylabel(tr("per cent"))


def _hazard_by_size(ax: Axes, found: Validation, colors: Colors) -> None:
    _shade(ax, found, "turnover.exit_from_10", 0.5, 3.5)
    _by_class(ax, found, colors, "hazard_by_size", SIZE_CLASSES)
    ax.set_ylim(bottom=0.0)
    _percent(ax)
    ax.set_title(tr("Closures in a year by size"))
    ax.set_xlabel(tr("workers (grey: 10 or more, from memory)"))
    ax.set_ylabel(tr("per cent"))


def _turnover(ax: Axes, found: Validation, colors: Colors) -> None:
    for at, (place, color) in enumerate(colors.items()):
        bottom = 0.0
        for kind, alpha in (("births", 0.9), ("relocations", 0.55), ("splits", 0.3)):
            rate = _row(found, place, f"turnover.{kind}")["simulated"]
            ax.bar(at, rate, 0.6, bottom=bottom, color=color, alpha=alpha)
            bottom += rate
        ax.bar(
            at,
            -_row(found, place, "turnover.exit")["simulated"],
            0.6,
            color=color,
            hatch="///",
            fill=False,
            edgecolor=color,
        )
        net = _row(found, place, "turnover.net_growth")
        ax.plot(at, net["simulated"], "o", color="white", markeredgecolor=INK, zorder=5)
        ax.plot(at, net["published_value"], **_MARKED)
    ax.axhline(0.0, color=MUTED, linewidth=0.6)
    ax.set_xticks(range(len(colors)), list(colors), fontsize=8)
    _percent(ax)
    ax.set_title(tr("Firms that come and go, a year"))
    ax.set_ylabel(tr("per cent of firms"))
    ax.set_xlabel(
        tr(
            "dark to light: founded, moved in, split off; hatched: closed\n"
            "circle: net growth 2008-12; diamond: published"
        ),
        fontsize=8,
    )


def _research(ax: Axes, found: Validation, colors: Colors) -> None:
    _shade(ax, found, "rd.participation", -0.6, 3.6)
    _by_class(ax, found, colors, "research_by_size", SIZE_CLASSES)
    ax.set_ylim(0.0, 1.0)
    _percent(ax)
    ax.set_title(tr("Firms that do research"))
    ax.set_xlabel(tr("workers (grey: firms of 5 to 299 workers, 2005-13)"))
    ax.set_ylabel(tr("per cent"))


def _jobs(ax: Axes, found: Validation, colors: Colors) -> None:
    _lines(ax, found, colors, "jobs", "o-")
    rows = found.curves[found.curves["curve"] == "jobs"]
    if len(rows):
        reach = np.array([rows["x"].min(), rows["x"].max()])
        ax.fill_between(reach, 0.1 * reach, 0.7 * reach, **_SHADE)
    ax.axhline(0.0, color=MUTED, linewidth=0.6)
    ax.set_title(tr("Jobs against output over five years"))
    ax.set_xlabel(tr("log change of output, less mean (grey: slope 0.1 to 0.7)"))
    ax.set_ylabel(tr("log change of workers"))


def _ties(ax: Axes, found: Validation, colors: Colors) -> None:
    ax.set_yscale("log")
    _lines(ax, found, colors, "degrees", "o-")
    ax.set_xticks(range(DEGREES + 1), [*map(str, range(DEGREES)), f"{DEGREES}+"])
    ax.fill_between([-0.3, 0.3], 0.80, 0.95, **_SHADE)
    ax.set_title(tr("Ties: firms by number of partners"))
    ax.set_xlabel(tr("partners among firms (grey: 5 to 20 % have one)"))
    ax.set_ylabel(tr("share of firms"))


def _odds(ax: Axes, found: Validation, colors: Colors) -> None:
    marks = [(sales, years) for years in (5, 10) for sales in (30, 50, 100)]
    floor, scale = 1e-4, 1e9 / billions()[0]
    ax.set_yscale("log")
    for place, aside in _dodge(colors).items():
        for at, (sales, years) in enumerate(marks):
            row = _row(found, place, f"scale_up.to_{sales}_in_{years}")
            if np.isnan(row["simulated"]):
                continue
            ends = [max(row["low"], floor), max(row["high"], floor)]
            ax.plot([at + aside] * 2, ends, color=colors[place], linewidth=1.4)
            if row["simulated"] > 0.0:
                ax.plot(at + aside, row["simulated"], "o", color=colors[place], markersize=4)
    for at, low, high in ((2, floor, 0.0063), (5, 0.0005, 0.057)):
        ax.fill_between([at - 0.4, at + 0.4], low, high, **_SHADE)
    ax.set_ylim(floor, 1.0)
    labels = [
        tr("{sales} bn\nin {years} y", sales=f"{sales * scale:g}", years=years)
        for sales, years in marks
    ]
    ax.set_xticks(range(6), labels, fontsize=8)
    _percent(ax)
    ax.set_title(tr("Odds of 15-20 bn won reaching …"))
    ax.set_ylabel(tr("per cent, exact 95 % intervals"))
    ax.set_xlabel(tr("grey: random growth, computed"), fontsize=8)


_PANELS: Final[tuple[Callable[[Axes, Validation, Colors], None], ...]] = (
    _sizes,
    _growth,
    _spread,
    _autocorrelation,
    _survival,
    _hazard_by_age,
    _hazard_by_size,
    _turnover,
    _research,
    _jobs,
    _ties,
    _odds,
)
