"""Several runs side by side: their effects over the years, and in a mean year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from matplotlib.figure import Figure

from clustersim.charts import names
from clustersim.charts.fan import OUTCOMES as _OUTCOMES
from clustersim.charts.lettering import fill
from clustersim.charts.save import put_all
from clustersim.charts.style import ARM, MUTED, REFERENCE, bare, canvas, draw_arm, picture, years
from clustersim.errors import InputError
from clustersim.evaluation.comparison import (
    OUTCOMES,
    effect_paths,
    mean_effects,
    mean_shares,
    places,
    window,
)
from clustersim.language import LANGUAGES, language, ntr, tr
from clustersim.problems import did_you_mean

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.arrays import FloatArray
    from clustersim.evaluation.comparison import Compared

__all__ = ["dots", "paths", "save"]

_IN_THE_CORNER: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": 7, "color": MUTED}

DWARFED = 0.2
"""A place whose effects fill less than this share of the common scale has a scale of its own."""

ACROSS = 4
"""The most panels beside each other, where they are not columns of a table."""


@picture
def paths(compared: Compared, outcome: str = "output") -> Figure:
    """Draw the paired effect on an outcome over the years, one small panel per place and arm.

    Parameters
    ----------
    compared
        What `clustersim.compare` returns.
    outcome
        One of the outcomes set side by side: ``output``, ``value_added`` or ``workers``.

    Returns
    -------
    matplotlib.figure.Figure
        Median (line), the middle half and the middle 90 % of replicates (bands), in per cent of the
        reference; in the corner the members' share of the complex's output. The arms of a place
        share one scale, and all places do unless one would be dwarfed by another: then the picture
        says so.

    Raises
    ------
    InputError
        There is no such outcome.
    """
    _known(outcome)
    table = effect_paths(compared, outcome)
    sites = places(table)
    arms = list(dict.fromkeys(table["arm"]))
    panels = [(place, arm) for place in sites for arm in arms]
    across = len(arms) if min(len(sites), len(arms)) > 1 else min(len(panels), ACROSS)
    down = -(-len(panels) // across)
    figure = Figure(figsize=(1 + 2.4 * max(across, 2), 1.2 + 2 * down), layout="constrained")
    axes = [bare(ax) for ax in figure.subplots(down, across, squeeze=False).flat]
    members = {
        (place, row["arm"]): row["share"]
        for place, rows in places(mean_shares(compared)).items()
        for row in rows.to_dict("records")
    }
    limits = _limits({place: rows[["p05", "p95"]].to_numpy() for place, rows in sites.items()})
    for k, ax in enumerate(axes):
        place, arm = panels[k] if k < len(panels) else ("", "")
        rows = sites[place][sites[place]["arm"] == arm] if place else table[:0]
        if rows.empty:  # an arm that this run does not have, or the end of the last line
            ax.set_axis_off()
            continue
        ax.axhline(0, color=REFERENCE, linewidth=1)
        draw_arm(ax, rows, 1.0)
        ax.set_xlim(table["year"].min() - 0.3, table["year"].max() + 0.3)
        low, high = limits[place]
        ax.set_ylim(low, high + 0.12 * (high - low))  # room for the words in the corner
        several = {
            _name(compared, place): len(sites) > 1,
            _arm(compared, arm): len(arms) > 1,
        }
        heads = (fill(text, 32) for text, shown in several.items() if shown)
        ax.set_title("\n".join(heads), fontsize=9)
        years(ax)
        if members.get((place, arm), 0.0) > 0.0:  # none without mini-clusters
            text = tr("members: {share} of output", share=f"{members[place, arm]:.0%}")
            ax.text(0.99, 0.97, text, transform=ax.transAxes, **_IN_THE_CORNER)
    what = tr(_OUTCOMES[outcome])
    what = what.lower() if language() == LANGUAGES[0] else what
    _title(figure, compared, tr("Effect on {outcome}", outcome=what), table)
    figure.supylabel(tr("per cent"), fontsize=9)
    widest = max(limits.values(), key=lambda ends: ends[1] - ends[0])
    apart = [_name(compared, place) for place, ends in limits.items() if ends != widest]
    scale = (
        tr("Mind the scale of {places}.", places=", ".join(apart))
        if apart
        else tr("All panels have one scale.")
    )
    how = tr("Line: median of replicates. Bands: the middle half and the middle 90 %.")
    _note(figure, compared, f"{how} {scale}" if len(panels) > 1 else how)
    return figure


@picture
def dots(compared: Compared, outcome: str = "output", *, ax: Axes | None = None) -> Axes:
    """Draw the effect on an outcome in a mean year, one line per place and arm.

    Parameters
    ----------
    compared
        What `clustersim.compare` returns.
    outcome
        One of the outcomes set side by side: ``output``, ``value_added`` or ``workers``.
    ax
        Axes to draw into; a figure of its own, with a footnote, unless told.

    Returns
    -------
    matplotlib.axes.Axes
        In per cent of the reference: the mean (dot), its 95 % interval (thick line) and the range
        of 90 % of the replicates (thin line); see `evaluation.comparison.mean_effects`.

    Raises
    ------
    InputError
        There is no such outcome.
    """
    _known(outcome)
    table = mean_effects(compared)
    axes = canvas(ax, height=_height(table))
    _dots(axes, compared, table, outcome)
    if ax is None:
        _note(cast("Figure", axes.figure), compared, _legend(compared))
    return axes


def save(compared: Compared, folder: str | os.PathLike[str]) -> list[Path]:
    """Save `paths` and `dots` of all outcomes as PNG (150 dpi) and SVG, and return the paths.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    pictures = {f"effect_on_{outcome}": paths(compared, outcome) for outcome in OUTCOMES}
    pictures["effects_in_a_mean_year"] = _all_dots(compared)
    return put_all(pictures, folder)


@picture
def _all_dots(compared: Compared) -> Figure:
    table = mean_effects(compared)
    figure = Figure(figsize=(10, _height(table)), layout="constrained")
    for ax, outcome in zip(figure.subplots(1, len(OUTCOMES), sharey=True), OUTCOMES, strict=True):
        _dots(bare(ax), compared, table, outcome)
    _title(figure, compared, tr("Effect in a mean year"), table)
    scale = tr("Mind the scale: it differs between outcomes.")
    _note(figure, compared, f"{_legend(compared)} {scale}")
    return figure


def _dots(ax: Axes, compared: Compared, table: pd.DataFrame, outcome: str) -> None:
    rows = table[(table["outcome"] == outcome) & (table["measure"] == "percent")]
    sites, arms = places(rows), rows["arm"].unique()
    labels: list[str] = []
    heads = {_name(compared, place) for place in sites}
    ax.axvline(0, color=REFERENCE, linewidth=1)
    for place, here in sites.items():
        if len(arms) > 1 and len(sites) > 1:
            labels.append(_name(compared, place))
        for row in here.to_dict("records"):
            y = len(labels)
            ax.plot([row["p05"], row["p95"]], [y, y], color=ARM, linewidth=1)
            ax.plot([row["low"], row["high"]], [y, y], color=ARM, linewidth=4, alpha=0.45)
            ax.plot(row["estimate"], y, "o", color=ARM, markersize=5)
            alone = len(arms) == 1
            name = _name(compared, place) if alone else _arm(compared, row["arm"])
            labels.append(fill(name, 32))
    ax.set_yticks(range(len(labels)), labels)
    for label in ax.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() in heads else "normal")
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=MUTED, linewidth=0.3)
    ax.set_xlabel(tr("per cent"))
    ax.set_title(tr(_OUTCOMES[outcome]), fontsize=10)


def _height(table: pd.DataFrame) -> float:
    lines = len(table.drop_duplicates(["run", "complex", "arm"])) + len(places(table))
    return 1.8 + 0.28 * lines


def _limits(extents: Mapping[str, FloatArray]) -> dict[str, tuple[float, float]]:
    """Return the scale of every place: one for all, but that of a dwarfed place is its own."""
    ends = {place: (min(0.0, each.min()), max(0.0, each.max())) for place, each in extents.items()}
    low, high = min(low for low, _ in ends.values()), max(high for _, high in ends.values())
    shared = _roomy(low, high)
    return {
        place: _roomy(*own) if 0 < own[1] - own[0] < DWARFED * (high - low) else shared
        for place, own in ends.items()
    }


def _roomy(low: float, high: float) -> tuple[float, float]:
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def _known(outcome: str) -> None:
    if outcome not in OUTCOMES:
        raise InputError(f"outcome {outcome!r} is not compared", did_you_mean(outcome, OUTCOMES))


def _legend(compared: Compared) -> str:
    first, last = window(compared)
    return tr(
        "Mean of the years {first} to {last}. Dot: mean of replicates. Thick line: its 95 % "
        "interval. Thin line: the middle 90 % of replicates.",
        first=first,
        last=last,
    )


def _name(compared: Compared, place: str) -> str:
    """Return a complex as people write it; the name of a run stays as it is."""
    run, _, complex_ = place.rpartition(": ")
    if not complex_.replace("-", "_").isidentifier():
        return place
    called = names.place(_knowing(compared, "complexes", complex_), complex_)
    if run:
        return f"{run}: {called}"
    return called


def _arm(compared: Compared, name: str) -> str:
    return names.arm(_knowing(compared, "arms", name), name)


def _knowing(compared: Compared, kind: str, name: str) -> Mapping[str, Any]:
    """Return the header of the first run that knows a complex or an arm, empty if none does."""
    headers = (run.store.header for run in compared.runs.values())
    return next((each for each in headers if names.part(each, "resolved", kind, name)), {})


def _title(figure: Figure, compared: Compared, what: str, table: pd.DataFrame) -> None:
    """Write over a figure what it shows, with the place and the arm where there is only one."""
    spots, arms = list(places(table)), list(table["arm"].unique())
    called = [_name(compared, spots[0])] * (len(spots) == 1)
    called += [_arm(compared, arms[0])] * (len(arms) == 1)
    text = ", ".join([what, *called])
    figure.suptitle(text, x=0.01, ha="left", fontsize=12, fontweight="bold")


def _note(figure: Figure, compared: Compared, legend: str) -> None:
    """Write under a figure how it is read and what it shows."""
    runs = [
        ntr(
            "{run}: {number} replicate, seed {seed}",
            "{run}: {number} replicates, seed {seed}",
            len({(task.draw, task.luck) for task in run.store.tasks()}),
            run=name,
            seed=run.store.header["seed"],
        )
        for name, run in compared.runs.items()
    ]
    width = 18 * figure.get_figwidth()
    lines = [fill(text, width) for text in (legend, " · ".join(runs))]
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7.5, color=MUTED)
