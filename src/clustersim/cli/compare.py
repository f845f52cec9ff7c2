"""``clustersim compare``: scenarios and results folders side by side, as a page and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import click

from clustersim.cli import lang
from clustersim.language import later, tr

__all__ = ["command"]

_AT_LEAST_1 = click.IntRange(min=1)


@click.command(
    "compare",
    short_help=later("Set scenarios and results folders side by side."),
    help=later(
        "Compare results folders (DIR) and scenarios, which are run where replicates are "
        "missing.\n\n"
        "The page goes to standard output, pictures (PNG and SVG) into a folder."
    ),
)
@click.argument("items", metavar="DIR|SCENARIO...", nargs=-1, required=True)
@click.option(
    "--arms",
    metavar="A,B",
    help=later("Arms to show, in this order.  [default: as_announced of a SCENARIO, all of a DIR]"),
)
@click.option(
    "--replicates",
    type=_AT_LEAST_1,
    metavar="N",
    help=later("Draw k with luck k, k < N.  [default: 20 of a SCENARIO, all of a DIR]"),
)
@click.option(
    "--workers", type=_AT_LEAST_1, metavar="W", help=later("Processes.  [default: all processors]")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=later("Folder for the pictures.  [default: runs/compare-<digest>]"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=later("Write one JSON document instead of a page.")
)
@lang
def command(
    items: tuple[str, ...],
    *,
    arms: str | None,
    replicates: int | None,
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare, save the pictures and print the page."""
    from clustersim import comparison  # noqa: PLC0415 - heavy; --help stays quick

    compared = comparison.compare(
        items,
        arms=None if arms is None else [name.strip() for name in arms.split(",")],
        replicates=replicates,
        workers=workers,
    )
    text = json.dumps(compared.to_json(), allow_nan=False) if as_json else compared.summary()
    paths = compared.save(out)  # first: what cannot be saved leaves nothing half told
    click.echo(text)
    click.echo(tr("pictures: {folder}", folder=paths[0].parent), err=as_json)
