"""What all pictures share: colours, words, units, labels that keep apart, and the footnote.

Figures are `matplotlib.figure.Figure` objects of their own; nothing here opens a window, needs a
display or touches pyplot. A function given Axes draws into them and adds no footnote: the figure
around them is the caller's.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Protocol, TypeVar

import numpy as np
from matplotlib import rc_context, rcParams, rcParamsDefault
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.optimize import isotonic_regression

from clustersim.calendar import moment, parse_date
from clustersim.charts import names
from clustersim.charts.lettering import complete, families, fill, shorten
from clustersim.errors import InputError
from clustersim.evaluation.bands import Tables
from clustersim.language import LANGUAGES, language, later, ntr, tr
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

__all__ = [
    "ARM",
    "INK",
    "MUTED",
    "NOTHING",
    "PURPOSES",
    "REFERENCE",
    "STYLE",
    "Label",
    "Results",
    "Site",
    "Store",
    "bare",
    "billions",
    "canvas",
    "choose",
    "dates",
    "draw_arm",
    "draw_reference",
    "footnote",
    "heading",
    "label_right",
    "look",
    "mark_dates",
    "money_scale",
    "one",
    "picture",
    "say",
    "sites",
    "years",
]

# Okabe and Ito's palette, which the common kinds of colour blindness keep apart; orange and sky
# blue are darkened a little where they carry text.
ARM = "#0072B2"
REFERENCE = "#B85C00"
INK = "#222222"
MUTED = "#6B6B6B"
PURPOSES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Colours of what money is for."""

STYLE: dict[Any, Any] = {
    "font.size": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
    # The same picture gives the same SVG, byte for byte.
    "svg.hashsalt": "clustersim",
}

BAND = ("p05", "p25", "p50", "p75", "p95")
DASHES = ((1, 2), (4, 2), (5, 1.5), (4, 2), (1, 2))
"""Broken lines for the reference's quantiles: dotted 5-95 %, dashed 25-75 % and median."""

NOTHING = later("No replicate of this run has finished yet.")

_BESIDE = 30
"""The most letters of a line beside the Axes."""

_ROW = 11.5
"""Height of a line of small text, in points."""


class Store(Tables, Protocol):
    """What pictures ask of a store: tables, finished tasks and the header of the run."""

    @property
    def header(self) -> Mapping[str, Any]:
        """Return the header: scenario, seed, dates and the resolved scenario."""


class Results(Protocol):
    """What pictures ask of results: their store."""

    @property
    def store(self) -> Store:
        """Return the store."""


class Label(NamedTuple):
    """A text that belongs to a height in the picture."""

    y: float
    text: str
    color: str


P = ParamSpec("P")
R = TypeVar("R", bound="Axes | Figure | None")


def look() -> dict[Any, Any]:
    """Return the settings in which pictures are drawn, in the language that is spoken.

    Colours that somebody has set, as for a dark ground, are left as they are.
    """
    own = {
        name: rcParams[name]
        for name in STYLE
        if "color" in name and rcParams[name] != rcParamsDefault[name]
    }
    return STYLE | own | {"font.family": families()}


def picture(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in the project's style, with a font for every letter (`lettering.complete`).

    What is looked through for letters without a font are the Axes that were given, or else the
    whole figure.
    """

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with rc_context(look()):
            shown = draw(*args, **kwargs)
            if shown is not None:
                complete(shown if kwargs.get("ax") else shown.figure)
        return shown

    return drawn


def money_scale(amount: float) -> tuple[float, str]:
    """Return the unit that suits an amount of won: its size and its name.

    >>> money_scale(4.3e9)
    (1000000000.0, 'bn KRW')
    """
    for size, name in _SCALES[language() == "ko"]:
        if abs(amount) >= size:
            return size, name
    return 1.0, tr("KRW")


_SCALES = (
    ((1e12, "tn KRW"), (1e9, "bn KRW"), (1e6, "M KRW")),
    ((1e12, "조원"), (1e8, "억원"), (1e4, "만원")),
)
"""Units of money, in English and in Korean, where they are 10,000 apart."""


def billions() -> tuple[float, str]:
    """Return the unit of firms' sales and of budgets, and its name: billions, in Korean 억원."""
    return _SCALES[language() == "ko"][1]


def canvas(ax: Axes | None, *, height: float = 5.0) -> Axes:
    """Return the given Axes, or those of a new figure 9 inches wide."""
    if ax is None:
        ax = Figure(figsize=(9, height), layout="constrained").add_subplot()
    return bare(ax)


def bare(ax: Axes) -> Axes:
    """Take away the frame's top and right, where labels stand."""
    ax.spines[["top", "right"]].set_visible(False)
    if language() != LANGUAGES[0]:  # more ticks may come when it is shown, in other settings
        ax.tick_params(which="both", labelfontfamily=rcParams["font.family"])
    return ax


class Site(NamedTuple):
    """What one picture shows: an arm beside its reference, in one complex."""

    arm: str
    reference: str
    complex: str

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table of pairs that belong here."""
        here = (table[["arm", "reference", "complex"]] == list(self)).all(axis=1)
        return table.loc[here]

    def replicates(self, results: Results) -> int:
        """Return how many finished replicates stand behind the picture."""
        return sum(
            (task.arm, task.reference) == (self.arm, self.reference)
            for task in results.store.tasks()
        )

    def names(self, results: Results) -> dict[str, str]:
        """Return what the ``place``, the ``arm`` and the ``reference`` are called."""
        header = results.store.header
        return {
            "place": names.place(header, self.complex),
            "arm": names.arm(header, self.arm),
            "reference": names.arm(header, self.reference),
        }

    def title(self, results: Results, what: str) -> str:
        """Return a title: what is shown, where, and which worlds."""
        return tr("{what}, {place}: {arm} beside {reference}", what=what, **self.names(results))


def choose(results: Results, arm: str | None, complex_: str | None) -> Site | None:
    """Return the wanted arm and complex, or the obvious ones; None if nothing has finished.

    Obvious are the arm ``as_announced``, the reference ``no_programme``, and whatever is alone.

    Raises
    ------
    InputError
        The results lack what is wanted, or hold several of which one must be named.
    """
    pairs = {(task.arm, task.reference) for task in results.store.tasks()}
    if not pairs:
        return None
    arm = one("arm", {arm for arm, _ in pairs}, arm, "as_announced")
    references = {reference for of, reference in pairs if of == arm}
    reference = "no_programme" if "no_programme" in references else min(references)
    places = set(results.store.read("groups")["complex"])
    return Site(arm, reference, one("complex", places, complex_))


def sites(results: Results) -> list[Site]:
    """Return every arm in every complex, each as `choose` would give it."""
    arms = sorted({task.arm for task in results.store.tasks()})
    places = sorted(set(results.store.read("groups")["complex"])) if arms else []
    found = (choose(results, arm, place) for arm in arms for place in places)
    return [site for site in found if site]


def one(kind: str, known: set[str], wanted: str | None, obvious: str | None = None) -> str:
    """Return what is wanted of what is known; unless told, what is obvious or alone.

    Raises
    ------
    InputError
        What is wanted is not known, or several are and none is obvious.
    """
    listed = ", ".join(sorted(known))
    if wanted is None:
        if obvious in known or len(known) == 1:
            return obvious if obvious in known else min(known)
        raise InputError(f"the results hold more than one {kind}", f"name one of: {listed}")
    if wanted not in known:
        raise InputError(f"the results hold no {kind} {wanted!r}", f"choose one of: {listed}")
    return wanted


def heading(ax: Axes, title: str, subtitle: str, *, above: float = 0.0) -> None:
    """Put a title and a smaller line under it, leaving ``above`` points free over the Axes."""
    # Neither line may widen the Axes' share of a figure, so both are wrapped to its width.
    width = _points(ax.bbox.width, ax)
    small = "\n".join(fill(line, width / 4.2) for line in subtitle.split("\n"))
    pad = above + 8 + (small.count("\n") + 1) * _ROW
    ax.set_title(fill(title, width / 7.2), loc="left", pad=pad)
    ax.annotate(
        small,
        (0, 1),
        (0, above + 6),
        xycoords="axes fraction",
        textcoords="offset points",
        color=MUTED,
        fontsize=8.5,
        linespacing=1.25,
        annotation_clip=False,
    ).set_in_layout(False)


def _points(pixels: float, ax: Axes) -> float:
    return pixels * 72 / ax.figure.dpi


def draw_arm(ax: Axes, rows: pd.DataFrame, size: float) -> None:
    """Draw an arm's quantiles by year, divided by ``size``: two filled bands, the median a line."""
    year, values = rows["year"].to_numpy(float), rows[list(BAND)].to_numpy(float) / size
    ax.fill_between(year, values[:, 0], values[:, 4], color=ARM, alpha=0.16, linewidth=0)
    ax.fill_between(year, values[:, 1], values[:, 3], color=ARM, alpha=0.24, linewidth=0)
    ax.plot(year, values[:, 2], color=ARM, linewidth=2.4)


def draw_reference(ax: Axes, rows: pd.DataFrame, size: float) -> None:
    """Draw the reference's quantiles as broken lines.

    They lie on top of the arm's bands, so that two worlds that nearly agree can both be seen.
    """
    for name, width, dashes in zip(BAND, (0.8, 0.8, 1.5, 0.8, 0.8), DASHES, strict=True):
        ax.plot(
            rows["year"].to_numpy(float),
            rows[name].to_numpy(float) / size,
            color=REFERENCE,
            linewidth=width,
            linestyle=(0, dashes),
        )


def say(ax: Axes, title: str, text: str) -> None:
    """Say in words why there is nothing to draw."""
    ax.set_title(title, loc="left")
    ax.set_axis_off()
    ax.text(
        0.5,
        0.5,
        fill(text, 60),
        ha="center",
        va="center",
        fontsize=11,
        color=MUTED,
        transform=ax.transAxes,
    )


def years(ax: Axes) -> None:
    """Give the Axes whole years as ticks: a year's total stands at its middle, over its number."""
    room = max(2, int(_points(ax.bbox.width, ax) / 32))
    ax.xaxis.set_major_locator(MaxNLocator(room, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter("{x:.0f}")


def dates(results: Results, site: Site, first: float, last: float) -> list[tuple[float, str]]:
    """Return place and text of an arm's dates in a complex between two years, in order of time.

    The place of a date is on an axis on which a year's total stands at the year's middle: 1 July
    2008 is at 2008.
    """
    found = [
        (
            2000 + moment(parse_date(entry["date"])) / 12 - 0.5,
            f"{entry['date']}  {shorten(names.said(entry, 'label'), 50)}",
        )
        for entry in results.store.header.get("dates", ())
        if entry.get("complex") == site.complex and site.arm in entry["arms"]
    ]
    return sorted((x, text) for x, text in found if first - 0.5 <= x <= last + 0.5)


def mark_dates(ax: Axes, marks: Sequence[tuple[float, str]], *, labelled: bool = True) -> float:
    """Draw dates as vertical lines with labels in rows above; return the height of the rows.

    Every label has a row of its own. Labels run to the right, the earliest on top, so that no later
    line crosses them. Those of dates near the right edge run to the left, under the others.

    Returns
    -------
    float
        The height of the rows of labels, in points.
    """
    for x, _ in marks:
        ax.axvline(x, color=MUTED, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    if not labelled or not marks:
        return 0.0
    left, right = ax.get_xlim()
    turn = left + 0.65 * (right - left)
    rightward = [mark for mark in marks if mark[0] <= turn]
    leftward = [mark for mark in marks if mark[0] > turn]
    at: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    line = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
    for row, (x, text) in enumerate([*leftward, *reversed(rightward)]):
        height = 4 + row * _ROW
        ax.annotate(
            "", (x, 1), (0, height + 8), arrowprops=line, annotation_clip=False, **at
        ).set_in_layout(False)
        ax.annotate(
            text,
            (x, 1),
            (3 if x <= turn else -3, height),
            ha="left" if x <= turn else "right",
            fontsize=7.5,
            color=MUTED,
            annotation_clip=False,
            bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 0.5},
            **at,
        ).set_in_layout(False)
    return 4 + len(marks) * _ROW


def label_right(ax: Axes, x: float, labels: Iterable[Label], *, size: float = 8.5) -> None:
    """Put labels to the right of the Axes, each as near to its height as the others allow.

    Long ones are wrapped. The limits of the Axes must be final. Heights are moved apart by isotonic
    regression, the least squares solution under a smallest distance.
    """
    wrapped = (
        label._replace(text="\n".join(fill(line, _BESIDE) for line in label.text.split("\n")))
        for label in labels
    )
    ordered = sorted(wrapped, key=lambda label: label.y)
    if not ordered:
        return
    points = ax.transData.transform([(x, label.y) for label in ordered])[:, 1]
    points = _points(1, ax) * points
    # A layout made later may shrink the Axes, so a little more than a line is kept free.
    heights = np.array([1.45 * size * (label.text.count("\n") + 1) for label in ordered])
    offset = np.concatenate([[0.0], np.cumsum((heights[1:] + heights[:-1]) / 2)])
    placed = isotonic_regression(points - offset).x + offset
    for label, shift in zip(ordered, placed - points, strict=True):
        ax.annotate(
            label.text,
            xy=(x, label.y),
            xytext=(16, shift),
            textcoords="offset points",
            va="center",
            color=label.color,
            fontsize=size,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": label.color,
                "linewidth": 0.6,
                "relpos": (0, 0.5),
                "shrinkA": 0,
                "shrinkB": 2,
            },
        )


def footnote(figure: FigureBase, results: Results, site: Site | None, *more: str) -> None:
    """Write under a figure which run it shows, and what else is to be said of it."""
    header = results.store.header
    count = site.replicates(results) if site else 0
    parts = [
        tr("Scenario {name}", name=header["scenario"]),
        ntr("{number} replicate", "{number} replicates", count),
        tr("seed {seed}", seed=header["seed"]),
        *(
            [tr("economy around the programme: {macro}", macro=macro)]
            if (macro := _macro(header))
            else []
        ),
        *more,
    ]
    figure.supxlabel(fill(" · ".join(parts), 150), x=0.01, ha="left", fontsize=7, color=MUTED)


def _macro(header: Mapping[str, Any]) -> str:
    """Return the macro note of a run: its own words, or the mode of the resolved scenario."""
    mode = names.part(header, "resolved", "economy", "macro").get("mode", "")
    return names.said(header, "macro") or words(str(mode))
