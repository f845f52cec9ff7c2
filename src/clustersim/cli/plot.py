"""``clustersim plot``: the pictures of a results folder, as PNG and SVG."""

from __future__ import annotations

from pathlib import Path

import click

from clustersim.cli import lang
from clustersim.errors import StoreError
from clustersim.language import later, tr

__all__ = ["command"]


@click.command(
    "plot",
    short_help=later("Draw the pictures of a results folder."),
    help=later("Draw the pictures of the results in DIR and print the names of their files."),
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=later("Folder for the pictures.  [default: DIR/plots]"),
)
@lang
def command(folder: str, out: Path | None) -> None:
    """Save every picture and print where."""
    from clustersim import charts  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.results import Results  # noqa: PLC0415 - heavy; --help stays quick

    results = Results.open(folder)
    if not results.store.tasks():
        raise StoreError(
            tr("{place}: nothing is done yet", place=folder), tr("run the scenario first")
        )
    for path in charts.save_all(results, out or Path(folder) / "plots"):
        click.echo(str(path))
