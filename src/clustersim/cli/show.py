"""``clustersim show``: a scenario as it is run, with everything filled in."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("show", short_help="Print a scenario with everything filled in.")
@click.argument("scenario")
@click.option(
    "--set", "changes", multiple=True, metavar="PATH=VALUE", help="Change the scenario; repeatable."
)
def command(scenario: str, changes: tuple[str, ...]) -> None:
    """Print SCENARIO as it is run, as YAML: shared blocks, defaults and changes filled in."""
    from clustersim import scenario as scenarios  # noqa: PLC0415 - heavy; --help stays quick

    click.echo(scenarios.show(scenarios.load(scenario, set=changes)).rstrip("\n"))
