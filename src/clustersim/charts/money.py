"""What the state paid, by year and purpose, and what lapsed."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib import rc_context

from clustersim.charts.style import (
    BN,
    MUTED,
    NOTHING,
    PURPOSES,
    STYLE,
    canvas,
    choose,
    footnote,
    heading,
    say,
    years,
)
from clustersim.evaluation.bands import money_lapsed, money_paid
from clustersim.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.charts.style import Results, Site

__all__ = ["money"]

LAPSED = "lapsed"
HATCHED = {"facecolor": "white", "edgecolor": MUTED, "hatch": "////", "linewidth": 0.6}


@rc_context(STYLE)
def money(
    results: Results,
    *,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
    ax: Axes | None = None,
) -> Axes:
    """Draw the state money paid in each year, stacked by purpose, and what lapsed on top.

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
        One stack for each year in bn won of the year: means over replicates, with the sum paid as a
        number. Money that lapsed stands on top, hatched: it was not paid.

    Raises
    ------
    InputError
        The results hold no such arm or complex, or several of which one must be named.
    """
    axes = canvas(ax)
    site = choose(results, arm, complex)
    if site is None:
        say(axes, "State money", NOTHING)
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
    title = f"State money paid, {words(site.complex).title()}: {words(site.arm)}"
    if not table.to_numpy().any():
        say(ax, title, "The state paid nothing in any replicate, and nothing lapsed.")
        return
    table = table.reindex(range(table.index.min(), table.index.max() + 1), fill_value=0.0)
    purposes = [str(part) for part in table if part != LAPSED and table[part].any()]
    colours = dict(zip(purposes, cycle(PURPOSES), strict=False))
    stack = [*purposes, *([LAPSED] if LAPSED in table and table[LAPSED].any() else [])]
    table = table / BN
    year = table.index.to_numpy(float)
    top = np.zeros(len(year))
    for part in stack:
        height = table[part].to_numpy(float)
        look = HATCHED if part == LAPSED else {"facecolor": colours[part]}
        ax.bar(year, height, width=0.7, bottom=top, label=words(part), **look)
        top += height
    lost = table[LAPSED].to_numpy(float) if LAPSED in stack else np.zeros(len(year))
    for x, y, gone in zip(year, top, lost, strict=True):
        text = f"{y - gone:.1f} paid" + (f"\n{gone:.1f} lapsed" if gone >= 0.05 else "")
        ax.annotate(text, (x, y), (0, 4), textcoords="offset points", ha="center", fontsize=8)
    ax.set_ylabel("bn KRW of the year")
    ax.set_xlim(year[0] - 0.6, year[-1] + 0.6)
    ax.set_ylim(0, 1.15 * top.max())
    years(ax)
    # In the order of the stack; beside the bars, because a thin or absent part cannot be labelled.
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, reverse=True)
    heading(ax, title, "Mean of all replicates. What lapsed was not paid: it stands on top.")
