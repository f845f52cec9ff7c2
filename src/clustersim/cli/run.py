"""``clustersim run``: pairs of worlds, then a page of answers or one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import click

from clustersim.cli import lang
from clustersim.language import later, tr

__all__ = ["command"]

_AT_LEAST_1 = click.IntRange(min=1)


@click.command(
    "run",
    short_help=later("Run a scenario with and without the programme."),
    help=later(
        "Run SCENARIO with and without the programme and print what differs.\n\n"
        "The same command again runs only what is missing; a larger N extends it."
    ),
)
@click.argument("scenario")
@click.option(
    "--arms",
    metavar="A,B",
    help=later("Arms to compare with no_programme.  [default: as_announced]"),
)
@click.option(
    "--replicates",
    type=_AT_LEAST_1,
    metavar="N",
    help=later("Draw k with luck k, k < N.  [default: 20]"),
)
@click.option(
    "--draws",
    type=_AT_LEAST_1,
    metavar="D",
    help=later("Every draw of the parameters, with --luck."),
)
@click.option("--luck", type=_AT_LEAST_1, metavar="L", help=later("Every luck, with --draws."))
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="S",
    help=later("Seed.  [default: the scenario's]"),
)
@click.option(
    "--workers", type=_AT_LEAST_1, metavar="W", help=later("Processes.  [default: all processors]")
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
    help=later("Results folder.  [default: runs/<scenario>-<digest>]"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=later("Write one JSON document instead of a page.")
)
@lang
def command(
    scenario: str,
    *,
    arms: str | None,
    replicates: int | None,
    draws: int | None,
    luck: int | None,
    seed: int | None,
    workers: int | None,
    changes: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run what is missing and print the page."""
    from clustersim import api  # noqa: PLC0415 - heavy; --help stays quick

    results = api.run(
        scenario,
        replicates=replicates,
        draws=draws,
        luck=luck,
        arms=None if arms is None else [name.strip() for name in arms.split(",")],
        seed=seed,
        workers=workers,
        out=out,
        set=changes,
    )
    if as_json:
        click.echo(json.dumps(results.to_json(), allow_nan=False))
    else:
        click.echo(results.summary())
    click.echo(tr("results: {folder}", folder=results.store.folder), err=as_json)
