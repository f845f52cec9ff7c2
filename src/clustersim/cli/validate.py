"""``clustersim validate``: simulated patterns beside published ones, a page and pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clustersim.cli import lang
from clustersim.errors import InputError
from clustersim.language import later, tr
from clustersim.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure
    from pandas import DataFrame

    from clustersim.scenario import Scenario

__all__ = ["SECTIONS", "Answer", "Options", "command"]


@dataclass(frozen=True)
class Options:
    """What a section is asked for: how many worlds and processes, and where its files go."""

    replicates: int
    workers: int
    out: Path


@dataclass(frozen=True)
class Answer:
    """What a section gives: text of the page, plain data, and the files it has written."""

    text: str
    data: dict[str, Any]
    files: list[Path] = field(default_factory=list)


def _titles(scenario: Scenario) -> dict[str, str]:
    """Return what complexes are called in a language other than English."""
    from clustersim.evaluation import names  # noqa: PLC0415 - heavy; --help stays quick

    return {name: names.title(each) for name, each in scenario.data["complexes"].items()}


def _patterns(scenario: Scenario, options: Options) -> Answer:
    """Set patterns of simulated firms beside published ones."""
    from clustersim.charts import names  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.charts import validation as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import validate  # noqa: PLC0415 - heavy; --help stays quick

    found = validate(
        scenario, replicates=options.replicates, workers=options.workers, progress=True
    )
    titles = names.complexes(scenario.data)
    files = [*charts.save(found, options.out, titles=titles), found.save(options.out)]
    return Answer(found.summary(titles=_titles(scenario)), found.to_json(), files)


def _fit(scenario: Scenario, options: Options) -> Answer:
    """Set the past of each complex as simulated beside what was published."""
    from clustersim.charts import fit as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import fit  # noqa: PLC0415 - heavy; --help stays quick

    table = fit.fit(scenario, luck=min(options.replicates, 8))
    figures = {f"fit-{name}": charts.fit(table, name) for name in scenario.spec.complexes}
    return _answer(fit.page(table, _WIDTH), {"fit": table}, figures, options)


def _stability(scenario: Scenario, options: Options) -> Answer:
    """Look at thirty years in which nothing grows."""
    from clustersim.charts import names  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.charts import stability as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import stability  # noqa: PLC0415 - heavy; --help stays quick

    table = stability.stability(scenario, luck=min(options.replicates, 4))
    text = stability.page(table, _WIDTH, titles=_titles(scenario))
    figures = {"stability": charts.stability(table, titles=names.complexes(scenario.data))}
    return _answer(text, {"stability": table}, figures, options)


def _isolated(scenario: Scenario, options: Options) -> Answer:
    """Treat one firm alone, and see the same instruments among all firms."""
    from clustersim.charts import isolated as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.charts import names  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import in_economy, isolated, isolated_page  # noqa: PLC0415 - heavy

    alone = isolated.isolated(scenario)
    among = in_economy.in_economy(scenario, luck=min(options.replicates, 6))
    text = isolated_page.section(alone, among, _WIDTH, titles=_titles(scenario))
    titles = names.complexes(scenario.data)
    figures = {"isolated": charts.isolated(alone, among, titles=titles)}
    if (services := charts.services(alone, among, titles=titles)) is not None:
        figures["isolated-services"] = services
    return _answer(text, {"isolated": alone, "in-economy": among}, figures, options)


def _loop(scenario: Scenario, options: Options) -> Answer:
    """Close and open the loop from networks to performance to networks."""
    from clustersim.validation import loop  # noqa: PLC0415 - heavy; --help stays quick

    table = loop.loop(scenario, luck=min(options.replicates, 20))
    tables = {"loop": table, "loop-added": loop.added(table)}
    return _answer(loop.page(table, _WIDTH, titles=_titles(scenario)), tables, {}, options)


def _selection(scenario: Scenario, options: Options) -> Answer:
    """Choose firms by one rule after another, and compare as an evaluator would."""
    from clustersim.charts import names  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.charts import selection as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import selection  # noqa: PLC0415 - heavy; --help stays quick

    table = selection.selection(scenario, luck=min(options.replicates, 10))
    text = selection.page(table, _WIDTH, titles=_titles(scenario))
    figures = {"selection": charts.selection(table, titles=names.complexes(scenario.data))}
    return _answer(text, {"selection": table}, figures, options)


SECTIONS: Final[dict[str, Callable[[Scenario, Options], Answer]]] = {
    "patterns": _patterns,
    "fit": _fit,
    "stability": _stability,
    "isolated": _isolated,
    "loop": _loop,
    "selection": _selection,
}
"""What the command can do, one after the other; a name each in the JSON document."""

_WIDTH: Final = 110


def _wanted(words: str) -> list[str]:
    """Return the sections asked for, in their order.

    Raises
    ------
    InputError
        There is no such section.
    """
    asked = [word.strip() for word in words.split(",")]
    for word in asked:
        if word not in {"all", *SECTIONS}:
            raise InputError(
                tr("--sections: no section {word}", word=repr(word)),
                did_you_mean(word, [*SECTIONS, "all"], otherwise=tr("the sections are")),
            )
    return [name for name in SECTIONS if name in asked or "all" in asked]


def _answer(
    text: str, tables: dict[str, DataFrame], figures: dict[str, Figure], options: Options
) -> Answer:
    """Write tables and figures into the folder, and return all."""
    from clustersim.charts.save import put_all  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation.tables import plain, save  # noqa: PLC0415 - heavy

    files = put_all(figures, options.out)
    files += [save(table, options.out / f"{name}.csv") for name, table in tables.items()]
    return Answer(text, {name: plain(table) for name, table in tables.items()}, files)


@click.command(
    "validate",
    short_help=later("Set simulated firms beside published figures."),
    help=later(
        "Set simulated firms of SCENARIO (five-complexes unless told) beside published "
        "figures.\n\n"
        "patterns: what is out of its band is told with its distance and the likely cause; "
        "nothing was tuned to any of them. fit: the past of each complex, part of which was "
        "solved for. stability: thirty years in which nothing grows. isolated: one treated firm "
        "alone, and among all firms, for every instrument. loop: the virtuous circle from "
        "networks to performance to networks, closed and open. selection: what the choice of "
        "firms does to a naive comparison of funded firms with others."
    ),
)
@click.argument("scenario", default="five-complexes")
@click.option(
    "--replicates",
    type=click.IntRange(min=1),
    default=10,
    metavar="N",
    show_default=True,
    help=later("Worlds, luck k for k < N."),
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="W",
    help=later("Processes.  [default: all processors]"),
)
@click.option(
    "--sections",
    default="patterns,fit",
    metavar="A,B",
    show_default=True,
    help=later("What to do: patterns, fit, stability, isolated, loop, selection, or all."),
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help=later("Change the scenario; repeatable."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=later("Folder for pictures and tables.  [default: runs/validate-<scenario>-<digest>]"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=later("Write one JSON document instead of a page.")
)
@lang
def command(
    scenario: str,
    *,
    replicates: int,
    workers: int | None,
    sections: str,
    changes: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Do every section asked for and print what it gives."""
    from clustersim import api  # noqa: PLC0415 - heavy; --help stays quick

    loaded = api.load(scenario, set=changes)
    folder = out or Path("runs") / f"validate-{loaded.name}-{loaded.digest(loaded.seed)}"
    options = Options(replicates, workers or api.processors(), folder)
    answers = {name: SECTIONS[name](loaded, options) for name in _wanted(sections)}
    if as_json:
        document = {"schema": 1} | {name: answer.data for name, answer in answers.items()}
        click.echo(json.dumps(document, allow_nan=False))
    else:
        click.echo("\n\n".join(answer.text for answer in answers.values()))
    files = [path for answer in answers.values() for path in answer.files]
    click.echo(tr("files: {files}", files=", ".join(map(str, files))), err=as_json)
