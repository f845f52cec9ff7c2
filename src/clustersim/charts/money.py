"""What the state paid, by year and what for, and what lapsed."""

from __future__ import annotations

from itertools import cycle
from math import floor, log10
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clustersim.charts.lettering import fill
from clustersim.charts.style import (
    MUTED,
    NOTHING,
    PURPOSES,
    billions,
    canvas,
    choose,
    footnote,
    heading,
    picture,
    say,
    years,
)
from clustersim.evaluation.bands import money_lapsed, money_paid
from clustersim.language import later, tr
from clustersim.programme import building, contact_centre, council, exchange, inno_core, rnd
from clustersim.programme.budget import TEAM
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.master_plan import PURPOSE
from clustersim.programme.mini_clusters import RUNNING, TASKS
from clustersim.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.charts.style import Results, Site

__all__ = ["money"]

LAPSED = "lapsed"

FAMILIES = (
    later("running the office"),
    "networks",
    "rnd",
    "product",
    "market",
    "advice",
    "equipment",
    inno_core.NAME,
    building.LINE,
)
"""What money is for, in the order of the stack."""

COLOURS = dict(zip(FAMILIES, ("#9A9A9A", *PURPOSES, "#882255"), strict=True))

FAMILY_OF = {
    **dict.fromkeys((TEAM, PURPOSE, contact_centre.NAME), "running the office"),
    **dict.fromkeys((RUNNING, TASKS, council.NAME, exchange.NAME), "networks"),
    rnd.NAME: "rnd",
    **{name: service.family for name, service in SERVICES.items()},
}
"""The family of a purpose; others stand for themselves."""

HATCHED = {"facecolor": "white", "edgecolor": MUTED, "hatch": "////", "linewidth": 0.6}


@picture
def money(
    results: Results,
    *,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
    ax: Axes | None = None,
) -> Axes:
    """Draw the state money paid in each year, stacked by family, and what lapsed on top.

    Parameters
    ----------
    results
        The results of a run.
    arm
        The arm; ``as_announced`` or the only one unless told.
    complex
        The complex; the only one unless told.
    ax
        Axes to draw into; a figure of its own, with a footnote, unless told.

    Returns
    -------
    matplotlib.axes.Axes
        One stack for each year in bn won of the year (Korean: 억원), means over replicates, with
        the sum paid as a number. A family of which one purpose alone has money bears its name, that
        of networks the names of all. What lapsed stands on top, hatched: it was not paid.

    Raises
    ------
    InputError
        The results hold no such arm or complex, or several of which one must be named.
    """
    axes = canvas(ax)
    site = choose(results, arm, complex)
    if site is None:
        say(axes, tr("State money"), tr(NOTHING))
    else:
        _draw(axes, results, site)
    if ax is None:
        footnote(axes.figure, results, site)
    return axes


def _draw(ax: Axes, results: Results, site: Site) -> None:
    paid = site.rows(money_paid(results.store))
    lapsed = site.rows(money_lapsed(results.store)).assign(purpose=LAPSED)
    table = pd.concat([paid, lapsed]).pivot_table(
        "mean", "year", "purpose", aggfunc="sum", fill_value=0.0
    )
    called = site.names(results)
    title = tr("State money paid, {place}: {arm}", place=called["place"], arm=called["arm"])
    if not table.to_numpy().any():
        say(ax, title, tr("The state paid nothing in any replicate, and nothing lapsed."))
        return
    table = table.reindex(range(table.index.min(), table.index.max() + 1), fill_value=0.0)
    purposes = [str(part) for part in table if part != LAPSED and table[part].any()]
    stacked = _families(purposes)
    others = [name for name in stacked if name not in COLOURS]
    colours = COLOURS | dict(zip(others, cycle(PURPOSES), strict=False))
    sums = {name: table[parts].sum(axis=1) for name, parts in stacked.items()}
    if LAPSED in table and table[LAPSED].any():
        sums[LAPSED] = table[LAPSED]
    size, unit = billions()
    table = pd.DataFrame(sums) / size
    year = table.index.to_numpy(float)
    top = np.zeros(len(year))
    for part in sums:
        height = table[part].to_numpy(float)
        look = HATCHED if part == LAPSED else {"facecolor": colours[part]}
        names = stacked.get(part, [part])
        told = names if part == "networks" or len(names) == 1 else [part]
        label = fill(", ".join(map(_called, told)), 30)
        ax.bar(year, height, width=0.7, bottom=top, label=label, **look)
        top += height
    lost = table[LAPSED].to_numpy(float) if LAPSED in table else np.zeros(len(year))
    for x, y, gone in zip(year, top, lost, strict=True):
        given, unpaid = (_figures(amount, top.max()) for amount in (y - gone, gone))
        text = [tr("{amount} paid", amount=given)] * bool(given)
        text += [tr("{amount} lapsed", amount=unpaid)] * bool(unpaid)
        ax.annotate(
            "\n".join(text), (x, y), (0, 4), textcoords="offset points", ha="center", fontsize=8
        )
    ax.set_ylabel(tr("{unit} of the year", unit=unit))
    ax.set_xlim(year[0] - 0.6, year[-1] + 0.6)
    ax.set_ylim(0, 1.15 * top.max())
    years(ax)
    # In the order of the stack; beside the bars, because a thin or absent part cannot be labelled.
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, reverse=True)
    heading(
        ax,
        title,
        tr(
            "Mean of all replicates. What lapsed was not paid: it stands on top.\n"
            "What is carried over stands in the year in which it is paid."
        ),
    )


def _figures(amount: float, largest: float) -> str:
    """Return an amount to two figures of the largest one, or to one of its own.

    What is too low to be seen beside the largest is left out.

    >>> [_figures(amount, 5.6) for amount in (4.12, 0.045, 0.001)]
    ['4.1', '0.04', '']
    """
    if amount < 0.005 * largest:
        return ""
    digits = max(0, 1 - floor(log10(largest)), -floor(log10(amount)))
    return f"{amount:.{digits}f}"


def _called(name: str) -> str:
    return tr(name) if name == FAMILIES[0] else words(name, "purpose")


def _families(purposes: list[str]) -> dict[str, list[str]]:
    """Return purposes by family, in the order of the stack."""
    found: dict[str, list[str]] = {}
    for purpose in purposes:
        found.setdefault(FAMILY_OF.get(purpose, purpose), []).append(purpose)
    known = [name for name in FAMILIES if name in found]
    return {name: found[name] for name in dict.fromkeys([*known, *found])}
