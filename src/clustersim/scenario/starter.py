"""A file to start from: laid over a bundled scenario, with examples of what one may change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from clustersim import units
from clustersim.errors import InputError
from clustersim.files import put
from clustersim.language import tr
from clustersim.problems import did_you_mean
from clustersim.scenario import catalogue
from clustersim.scenario.json_schema import modeline, scenario_schema, text
from clustersim.scenario.loading import load
from clustersim.specs import bad_name
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from pathlib import Path

    from clustersim.scenario.scenario import Scenario

__all__ = ["SCHEMA", "start"]

SCHEMA: Final = "clustersim-schema.json"
"""The schema that is written beside a new file, with the instruments installed here."""


def start(name: str, base: str, folder: Path) -> Path:
    """Write a scenario of one's own that extends a bundled one, and return its path.

    Its comments are in the language that is spoken. The schema by which editors know such files is
    written beside it, unless one is there.

    Raises
    ------
    InputError
        The name is none for a file of this folder, it is taken, or there is no such base.
    StoreError
        The folder cannot be written.
    """
    stem = name.removesuffix(".yaml")
    if bad := bad_name(stem):
        what, hint = bad
        if {"/", "\\"} & set(name) or ".." in name:
            what = tr("{name} leads out of this folder", name=shown(name))
        raise InputError(what, hint)
    known = catalogue.names()
    if stem in known:
        raise InputError(
            tr("{name} is a bundled scenario", name=shown(stem)),
            tr("choose another, such as {name}", name=f"my-{stem}"),
        )
    if base not in known:
        raise InputError(
            tr("no bundled scenario {name}", name=shown(base)),
            did_you_mean(base, known, otherwise=tr("bundled are")),
        )
    path = folder / f"{stem}.yaml"
    if os.path.lexists(path):  # a link that leads nowhere is there as well
        raise InputError(
            tr("{file} is there already", file=path.name),
            tr("choose another name, or remove it first"),
        )
    written = _text(stem, load(base))
    schema = folder / SCHEMA
    if not os.path.lexists(schema):
        put(schema, text(scenario_schema()).encode())
    return put(path, written.encode())


def _text(stem: str, base: Scenario) -> str:
    """Return the starter file of a scenario."""
    complex_, budget = next(
        (name, plan.budget)
        for name, plan in base.spec.programme.complexes.items()
        if plan.budget is not None
    )
    home = units.show(base.spec.economy.displacement.home, Kind.SHARE)
    about = tr(
        "{stem}: a scenario of your own. It is laid over the bundled scenario {base}: what stands\n"
        "here replaces what stands there, `~` deletes it, and all else stays. What there is to\n"
        "change:\n"
        "  clustersim show {base}              everything, with what each arm changes\n"
        "  clustersim show {base} --sources    where each value comes from\n"
        "An editor with the YAML language server completes and explains this file by the line at\n"
        "its top; `clustersim schema --out {schema}` renews what it knows.\n"
        "\n"
        "  clustersim check {stem}.yaml\n"
        "  clustersim run {stem}.yaml --arms as_announced,mine",
        stem=stem,
        base=base.name,
        schema=SCHEMA,
    )
    value = tr(
        "First change: a value. Quantities carry their unit: 47억원, 4.7 bn KRW, 5 % / year, 3년."
    )
    was = tr("was {amount}", amount=units.won(budget.amount))
    doubt = tr("Second change: a doubt. Each draw of the parameters takes another value from it.")
    bounds = tr("lowest, most likely, highest")
    arm = tr(
        "An arm of your own: it changes the programme above and nothing else. Every arm meets the\n"
        "same luck, so that what differs is its effect."
    )
    more = tr("a fifth more than announced; an example, put your reason here")
    example = tr("an example, put your reason here")
    return f"""\
{modeline(SCHEMA)}
{_comment(about)}
extends: {base.name}

title: "{base.title}: a version of my own"
title_ko: "{base.spec.title_ko}: 내가 바꾼 시나리오"

programme:
  complexes:
    {complex_}:
      budget:
{_comment(value, 8)}
        source: "assumption: {more}"
        amount: {units.won(round(1.2 * budget.amount))}  # {was}

economy:
  displacement:
{_comment(doubt, 4)}
    home:
      triangular: [30 %, {home}, 90 %]  # {bounds}
      source: "assumption: {example}"

arms:
{_comment(arm, 2)}
  mine:
    title: half the money, for mini-clusters and R&D alone
    title_ko: 예산 절반, 미니클러스터와 연구개발만
    source: "assumption: {example}"
    programme:
      budget_factor: 0.5
      instruments: [networks, rnd]
"""


def _comment(said: str, column: int = 0) -> str:
    """Return a text as comments that begin at a column."""
    return "\n".join(" " * column + f"# {line}".rstrip() for line in said.splitlines())
