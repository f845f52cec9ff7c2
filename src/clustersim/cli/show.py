"""``clustersim show``: a scenario as it is run, with everything filled in."""

from __future__ import annotations

import click

from clustersim.cli import lang
from clustersim.language import later

__all__ = ["command"]


@click.command(
    "show",
    short_help=later("Print a scenario with everything filled in."),
    help=later(
        "Print SCENARIO as it is run, as YAML: shared blocks, defaults and changes filled in.\n\n"
        "Comments at its end tell what each arm changes. With --sources, each value stands "
        "beside its source, and whether that is a fact, evidence or an assumption."
    ),
)
@click.argument("scenario")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help=later("Change the scenario; repeatable."),
)
@click.option(
    "--sources",
    is_flag=True,
    help=later("Print where each value comes from, in place of the YAML."),
)
@lang
def command(scenario: str, *, changes: tuple[str, ...], sources: bool) -> None:
    """Load the scenario and print it."""
    from clustersim import scenario as scenarios  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.scenario.show import arms_page  # noqa: PLC0415 - heavy; --help stays quick
    from clustersim.scenario.sources import page  # noqa: PLC0415 - heavy; --help stays quick

    loaded = scenarios.load(scenario, set=changes)
    if sources:
        click.echo(page(loaded))
    else:
        click.echo(scenarios.show(loaded).rstrip("\n"))
        click.echo(arms_page(loaded))
