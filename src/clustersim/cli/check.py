"""``clustersim check``: everything that is wrong in scenario files, each with its place."""

from __future__ import annotations

import click

from clustersim.cli import lang
from clustersim.errors import InputError
from clustersim.language import later, tr

__all__ = ["command"]


@click.command(
    "check",
    short_help=later("Check scenario files and tell every mistake."),
    help=later("Check every SCENARIO: file:line:column, path, what is wrong and how to mend it."),
)
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True)
@lang
def command(scenarios: tuple[str, ...]) -> None:
    """Load every scenario, and exit with 2 when one cannot be."""
    from clustersim import scenario  # noqa: PLC0415 - heavy; --help stays quick

    bad = 0
    for source in scenarios:
        try:
            loaded = scenario.load(source)
        except InputError as error:
            click.echo(str(error), err=True)
            bad += 1
        else:
            click.echo(tr("{source}: no mistakes found", source=source))
            for note in loaded.notes:
                click.echo(f"  {note}")
    if bad:
        click.get_current_context().exit(InputError.exit_code)
