"""An outcome through the years in both worlds, and the difference the programme makes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from clustersim.charts.style import (
    ARM,
    MUTED,
    NOTHING,
    REFERENCE,
    Label,
    bare,
    canvas,
    choose,
    dates,
    draw_arm,
    draw_reference,
    footnote,
    heading,
    label_right,
    mark_dates,
    money_scale,
    picture,
    say,
    years,
)
from clustersim.errors import InputError
from clustersim.evaluation.bands import effect_bands, yearly_bands
from clustersim.language import later, tr
from clustersim.words import words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.charts.style import Results, Site

__all__ = ["fan", "fan_with_effect"]

OUTCOMES = {
    "output": later("Output"),
    "output_per_firm": later("Output per firm"),
    "workers": later("Workers"),
    "value_added": later("Value added"),
    "firms": later("Operating firms"),
    "rd_spending": later("R&D spending"),
    "ties": later("Ties"),
    "utilisation": later("Capacity utilisation"),
}


@picture
def fan(
    results: Results,
    outcome: str = "output_per_firm",
    *,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
    ax: Axes | None = None,
) -> Axes:
    """Draw an outcome of a complex in both worlds, with its spread over replicates.

    Parameters
    ----------
    results
        The results of a run.
    outcome
        A declared outcome, such as ``output_per_firm`` or ``workers``.
    arm
        The arm; ``as_announced`` or the only one unless told.
    complex
        The complex; the only one unless told.
    ax
        Axes to draw into; a figure of its own, with a footnote, unless told.

    Returns
    -------
    matplotlib.axes.Axes
        Median (line), the middle half and the middle 90 % of replicates (bands) in the arm and in
        its reference, by year, and the arm's dates. The x of a year is its number and stands
        for its middle.

    Raises
    ------
    InputError
        The results hold no such outcome, arm or complex, or several of which one must be named.
    """
    axes = canvas(ax)
    site = choose(results, arm, complex)
    if site is None:
        say(axes, _title(outcome), tr(NOTHING))
    else:
        _levels(axes, results, site, outcome)
    if ax is None:
        footnote(axes.figure, results, site)
    return axes


@picture
def fan_with_effect(
    results: Results,
    outcome: str = "output_per_firm",
    *,
    arm: str | None = None,
    complex: str | None = None,  # noqa: A002 - the project's word for an industrial complex
) -> Figure:
    """Draw `fan` and, under it, the paired difference between the two worlds.

    A programme of a few billion won hardly shows in the output of a whole complex, and the spread
    of levels is not the doubt of the effect: both worlds have the same luck. The lower panel
    therefore has a scale of its own: the difference of each replicate's two worlds in per cent of
    the reference (for utilisation in percentage points), its median and its 5-95 % band.

    Parameters are those of `fan`.
    """
    figure = Figure(figsize=(9, 7.5), layout="constrained")
    site = choose(results, arm, complex)
    if site is None:
        say(figure.add_subplot(), _title(outcome), tr(NOTHING))
    else:
        above, below = map(bare, figure.subplots(2, sharex=True, height_ratios=(5, 3)))
        _levels(above, results, site, outcome)
        _effect(below, results, site, outcome)
    footnote(figure, results, site)
    return figure


def _levels(ax: Axes, results: Results, site: Site, outcome: str) -> None:
    known = sorted(set(results.store.read("groups")["outcome"]))
    if outcome not in known:
        raise InputError(
            f"the results hold no outcome {outcome!r}", f"choose one of: {', '.join(known)}"
        )
    levels = yearly_bands(results.store, outcome)
    levels = levels[levels["complex"] == site.complex]
    first, last = levels["year"].min(), levels["year"].max()
    size, unit = _unit(levels)
    called = site.names(results)
    labels = []
    for name, world, color, draw in (
        (site.arm, "arm", ARM, draw_arm),
        (site.reference, "reference", REFERENCE, draw_reference),
    ):
        rows = levels[levels["arm_name"] == name]
        draw(ax, rows, size)
        labels.append(Label(rows["p50"].iloc[-1] / size, called[world], color))
    ax.set_ylabel(unit)
    if ax.get_ylim()[1] >= 1000:
        ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlim(first - 0.3, last + 0.1)
    ax.set_ylim(ax.get_ylim())
    years(ax)
    label_right(ax, last, labels)
    heading(
        ax,
        site.title(results, _title(outcome)),
        _legend(site, results),
        above=mark_dates(ax, dates(results, site, first, last)),
    )


def _effect(ax: Axes, results: Results, site: Site, outcome: str) -> None:
    # A ratio is compared in points, everything else in per cent.
    percent = outcome != "utilisation"
    measure = "percent" if percent else "level"
    rows = site.rows(effect_bands(results.store, outcome, measure=measure))
    end = rows.iloc[-1]
    ax.axhline(0, color=REFERENCE, linewidth=1)
    draw_arm(ax, rows, 1.0)
    ax.set_ylabel(tr("per cent") if percent else tr("percentage points"))
    ax.set_ylim(ax.get_ylim())
    size = f"{end['p50']:+.2f}"
    text = tr("{size} %", size=size) if percent else tr("{size} points", size=size)
    labels = [Label(end["p50"], text, ARM)]
    if site.replicates(results) > 1:
        labels += [Label(end["p05"], tr("5 %"), MUTED), Label(end["p95"], tr("95 %"), MUTED)]
    label_right(ax, end["year"], labels)
    mark_dates(ax, dates(results, site, rows["year"].min(), end["year"]), labelled=False)
    heading(
        ax,
        tr("Difference: {arm} minus {reference}", **site.names(results)),
        tr("Replicate by replicate: median, the middle half and the middle 90 %. Mind the scale."),
    )


def _title(outcome: str) -> str:
    return tr(OUTCOMES[outcome]) if outcome in OUTCOMES else words(outcome).capitalize()


def _unit(levels: pd.DataFrame) -> tuple[float, str]:
    unit = levels["unit"].iloc[0]
    if unit.startswith("KRW"):
        size, name = money_scale(levels["p50"].median())
        year = unit[3:]
        return size, tr("{unit}, prices of {year}", unit=name, year=year) if year else name
    return 1.0, tr("per cent") if unit == "percent points" else words(unit)


def _legend(site: Site, results: Results) -> str:
    if site.replicates(results) == 1:
        return tr("A single replicate: there is no spread to show.")
    return tr(
        "Line: median of replicates. Bands: the middle half and the middle 90 % "
        "({reference}: broken lines).",
        reference=site.names(results)["reference"],
    )
