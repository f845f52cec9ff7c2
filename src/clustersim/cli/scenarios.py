"""``clustersim scenarios``: the bundled scenarios."""

from __future__ import annotations

import click

from clustersim.cli import lang
from clustersim.language import later

__all__ = ["command"]


@click.command(
    "scenarios",
    short_help=later("List the bundled scenarios."),
    help=later("List the bundled scenarios, one a line."),
)
@lang
def command() -> None:
    """Print names and titles."""
    from clustersim.scenario import catalogue  # noqa: PLC0415 - heavy; --help stays quick

    names = catalogue.names()
    width = max(map(len, names), default=0)
    for name in names:
        click.echo(f"{name:{width}}  {catalogue.describe(name)}")
