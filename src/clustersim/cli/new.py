"""``clustersim new``: a scenario file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from clustersim.cli import lang
from clustersim.language import later, tr

__all__ = ["command"]


@click.command(
    "new",
    short_help=later("Write a scenario file of your own to start from."),
    help=later(
        "Write NAME.yaml to this folder: a bundled scenario with two changes and an arm of your "
        "own.\n\n"
        "The schema for editors is written beside it. A file that is there is never overwritten."
    ),
)
@click.argument("name")
@click.option(
    "--from",
    "base",
    metavar="SCENARIO",
    default="noksan",
    show_default=True,
    help=later("The bundled scenario that it is laid over."),
)
@lang
def command(name: str, *, base: str) -> None:
    """Write both files and print where."""
    from clustersim.scenario import starter  # noqa: PLC0415 - heavy; --help stays quick

    path = starter.start(name, base, Path())
    click.echo(str(path))
    click.echo(tr("check it with: {command}", command=f"clustersim check {path}"))
