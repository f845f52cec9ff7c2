"""A file to start from: laid over a bundled scenario, with examples of what one may change."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from clustersim import units
from clustersim.errors import InputError
from clustersim.files import put
from clustersim.language import tr
from clustersim.problems import did_you_mean
from clustersim.scenario import catalogue
from clustersim.scenario.json_schema import modeline, scenario_schema, text
from clustersim.scenario.loading import load
from clustersim.units import Kind, shown

if TYPE_CHECKING:
    from pathlib import Path

    from clustersim.scenario.scenario import Scenario

__all__ = ["SCHEMA", "start"]

SCHEMA: Final = "clustersim-schema.json"
"""The schema that is written beside a new file, with the instruments installed here."""

_NAME: Final = re.compile(r"[^\W_][\w-]{0,59}")
"""What may be a file's name on any system, and a word of a command."""


def start(name: str, base: str, folder: Path) -> Path:
    """Write a scenario of one's own that extends a bundled one, and return its path.

    The schema by which editors know such files is written beside it, unless one is there.

    Raises
    ------
    InputError
        The name is none for a file of this folder, it is taken, or there is no such base.
    StoreError
        The folder cannot be written.
    """
    stem = name.removesuffix(".yaml")
    if not _NAME.fullmatch(stem):
        outside = {"/", "\\"} & set(name) or ".." in name
        raise InputError(
            tr("{name} leads out of this folder", name=shown(name))
            if outside
            else tr("{name} is no name", name=shown(name)),
            tr("write letters, digits and '-' alone, such as my-complex"),
        )
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
    amount = units.show(budget.amount, Kind.MONEY)
    home = units.show(base.spec.economy.displacement.home, Kind.SHARE)
    more = units.show(round(1.2 * budget.amount), Kind.MONEY)
    return f"""\
{modeline(SCHEMA)}
# {stem}: a scenario of your own. It is laid over the bundled scenario {base.name}: what stands here
# replaces what stands there, `~` deletes it, and all else stays. What there is to change:
#   clustersim show {base.name}              everything, with what each arm changes
#   clustersim show {base.name} --sources    where each value comes from
# An editor with the YAML language server completes and explains this file by the line at its top;
# `clustersim schema --out {SCHEMA}` renews what it knows.
#
#   clustersim check {stem}.yaml
#   clustersim run {stem}.yaml --arms as_announced,mine
extends: {base.name}

title: "{base.title}: a version of my own"

programme:
  complexes:
    {complex_}:
      budget:
        # First change: a value. Quantities carry their unit: 47억원, 4.7 bn KRW, 5 % / year, 3년.
        source: "assumption: a fifth more than announced; an example, put your reason here"
        amount: {more}  # was {amount}

economy:
  displacement:
    # Second change: a doubt. Each draw of the parameters takes another value from it.
    home:
      triangular: [30 %, {home}, 90 %]  # lowest, most likely, highest
      source: "assumption: an example, put your reason here"

arms:
  # An arm of your own: it changes the programme above and nothing else. Every arm meets the same
  # luck, so that what differs is its effect.
  mine:
    title: half the money, for mini-clusters and R&D alone
    title_ko: 예산 절반, 미니클러스터와 연구개발만
    source: "assumption: an example, put your reason here"
    programme:
      budget_factor: 0.5
      instruments: [networks, rnd]
"""
