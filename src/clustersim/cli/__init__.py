"""The command ``clustersim``: one file per subcommand, each loaded only when it is asked for.

Standard output holds the answer and nothing else; progress, notes and errors go to standard
error. It exits with 0 when done, 1 when something failed at run time, 2 on bad input and 130 when
interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from clustersim._version import __version__
from clustersim.cli.spoken import Context, retold
from clustersim.errors import ClustersimError, InputError
from clustersim.files import because
from clustersim.language import LANGUAGES, later, speaking, tr
from clustersim.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cli", "lang", "main"]

_COMMANDS = [
    *["run", "check", "compare", "plot", "scenarios", "show", "new", "schema", "facts"],
    "validate",
]


class _Lazy(click.Group):
    """A group that imports a subcommand's file when the subcommand is used."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"clustersim.cli.{cmd_name}").command
        command.context_class = Context  # where its help finds the language
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if not word.startswith("-") and word not in _COMMANDS:
            hint = did_you_mean(word, _COMMANDS, otherwise=tr("the commands are"))
            raise Mistake(tr("no command {word}", word=repr(word)), hint)
        return super().resolve_command(ctx, args)


_LANGUAGE = "CLUSTERSIM_LANG"
"""The variable of the environment that names a language."""

lang = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,  # spoken before the command line is read, for its own mistakes too
    help=later("Language: English or Korean.  [default: $CLUSTERSIM_LANG, or en]"),
)
"""The option of every command that tells people something."""


class Mistake(click.UsageError):
    """A mistake on the command line, with the way to mend it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


@click.command(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=later(
        "Run the firms of an industrial complex with and without a cluster programme.\n\n"
        "SCENARIO is a path to a YAML file or the name of a bundled scenario; `clustersim "
        "scenarios` lists those."
    ),
)
@lang
@click.version_option(__version__, prog_name="clustersim", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Tell of the commands where none is given."""
    if ctx.invoked_subcommand is None:
        commands = ", ".join(_COMMANDS)
        raise Mistake(
            tr("no command is given"), tr("the commands are: {commands}", commands=commands)
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit; a mistake is told in two lines, never by a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without a sign shows '?'
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with speaking(_wanted(given)):
            code = _code(given)
    except InputError as error:  # the environment names a language that is not spoken
        code = _tell(str(error), code=error.exit_code)
    sys.exit(code)


def _wanted(arguments: list[str]) -> str | None:
    """Return the language asked for; click tells of an option that is not one."""
    found = os.environ.get(_LANGUAGE) or None
    for argument, after in zip_longest(arguments, arguments[1:]):
        if argument == "--lang":
            found = after if after in LANGUAGES else found
        elif argument.startswith("--lang="):
            named = argument.removeprefix("--lang=")
            found = named if named in LANGUAGES else found
    return found


def _code(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    try:
        # Not cli.main(), which has its own way with Ctrl-C and with a closed pipe.
        with cli.make_context("clustersim", arguments) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        return _tell(*_two_lines(error), code=error.exit_code)
    except click.ClickException as error:
        return _tell(retold(error.format_message()), code=error.exit_code)
    except ClustersimError as error:
        return _tell(str(error), code=error.exit_code)
    except KeyboardInterrupt as stop:
        return _tell(*getattr(stop, "__notes__", [tr("interrupted")]), code=130)
    except BrokenPipeError:
        # Whoever reads has seen enough; Python would complain when it closes the pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        what = f"{error.filename or 'clustersim'}: {because(error)}"
        hint = tr("see that the disk has room and that you may write there")
        return _tell(what, hint, code=1)
    return 0


def _two_lines(error: click.UsageError) -> tuple[str, str]:
    """Return what is wrong and how to mend it."""
    if isinstance(error, Mistake):
        return error.format_message(), error.hint
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        near = tr(" or ").join(repr(option) for option in error.possibilities)
        what = tr("no option {option}", option=repr(error.option_name))
        return what, tr("did you mean {word}?", word=near)
    path = error.ctx.command_path if error.ctx else "clustersim"
    return retold(error.format_message()), tr("see {command}", command=f"'{path} --help'")


def _tell(*lines: str, code: int) -> int:
    """Write lines to standard error and return the exit code."""
    click.echo("\n".join(lines), err=True)
    return code
