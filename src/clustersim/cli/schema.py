"""``clustersim schema``: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from clustersim.cli import lang
from clustersim.language import later

__all__ = ["command"]


@click.command(
    "schema",
    short_help=later("Print the JSON Schema of scenario files, for editors."),
    help=later(
        "Print the JSON Schema (2020-12) of scenario files, with every instrument installed.\n\n"
        "An editor with the YAML language server completes and explains a file that begins with "
        "the line '# yaml-language-server: $schema=FILE'."
    ),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=later("Write it to FILE.  [default: standard output]"),
)
@click.option(
    "--block", is_flag=True, help=later("That of shared blocks; it stands beside schema.json.")
)
@lang
def command(*, out: Path | None, block: bool) -> None:
    """Print the schema, or write it to a file."""
    from clustersim import files  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.scenario import json_schema  # noqa: PLC0415 - heavy; --help stays quick

    made = json_schema.block_schema() if block else json_schema.scenario_schema()
    if out is None:
        click.echo(json_schema.text(made), nl=False)
    else:
        click.echo(str(files.put(out, json_schema.text(made).encode())))
