"""``clustersim validate``: simulated patterns beside published ones, a page and pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

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


def _patterns(scenario: Scenario, options: Options) -> Answer:
    """Set patterns of simulated firms beside published ones."""
    from clustersim.charts import validation as charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.validation import validate  # noqa: PLC0415 - heavy; --help stays quick

    found = validate(
        scenario, replicates=options.replicates, workers=options.workers, progress=True
    )
    files = [*charts.save(found, options.out), found.save(options.out)]
    return Answer(found.summary(), found.to_json(), files)


SECTIONS: Final[dict[str, Callable[[Scenario, Options], Answer]]] = {"patterns": _patterns}
"""What the command does, one after the other; a name each in the JSON document."""


@click.command("validate", short_help="Set simulated firms beside published figures.")
@click.argument("scenario", default="five-complexes")
@click.option(
    "--replicates",
    type=click.IntRange(min=1),
    default=10,
    metavar="N",
    show_default=True,
    help="Worlds, luck k for k < N.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="W",
    help="Processes.  [default: all processors]",
)
@click.option(
    "--set", "changes", multiple=True, metavar="PATH=VALUE", help="Change the scenario; repeatable."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for pictures and tables.  [default: runs/validate-<scenario>-<digest>]",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document instead of a page.")
def command(
    scenario: str,
    *,
    replicates: int,
    workers: int | None,
    changes: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Set simulated firms of SCENARIO (five-complexes unless told) beside published figures.

    Nothing is fitted: what is out of its band is told with its distance and the likely cause.
    """
    from clustersim import api  # noqa: PLC0415 - heavy; --help stays quick

    loaded = api.load(scenario, set=changes)
    folder = out or Path("runs") / f"validate-{loaded.name}-{loaded.digest(loaded.seed)}"
    options = Options(replicates, workers or api.processors(), folder)
    answers = {name: section(loaded, options) for name, section in SECTIONS.items()}
    if as_json:
        document = {"schema": 1} | {name: answer.data for name, answer in answers.items()}
        click.echo(json.dumps(document, allow_nan=False))
    else:
        click.echo("\n\n".join(answer.text for answer in answers.values()))
    files = [path for answer in answers.values() for path in answer.files]
    click.echo(f"files: {', '.join(map(str, files))}", err=as_json)
