"""``--help`` in Korean: nothing English but names, lines as wide as the page; English unchanged."""

from __future__ import annotations

import re

import click
import pytest
from rich.cells import cell_len

from clustersim.cli import cli, main
from clustersim.cli.spoken import _WRITTEN
from clustersim.cli.validate import SECTIONS
from clustersim.language import speaking
from korean import hangul, words
from translations import TRANSLATED, catalogue

TOP = click.Context(cli, info_name="clustersim", **cli.context_settings)
COMMANDS = {name: cli.get_command(TOP, name) for name in cli.list_commands(TOP)}
ALL = [cli, *COMMANDS.values()]
OPTIONS = [each for command in ALL for each in command.params if isinstance(each, click.Option)]

NAMES = words(
    "clustersim en ko CLUSTERSIM_LANG --help all JSON PNG SVG YAML NAME.yaml schema.json "
    "yaml-language-server: $schema=FILE as_announced no_programme noksan five-complexes "
    "runs/compare runs/validate DIR/plots"
)
"""What is called so in every language; beside commands, options, what stands for their values."""


@pytest.fixture
def page(capsys, monkeypatch):
    """Return the page of help that a command line shows."""

    def shown(*arguments, columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--help"])
        out, err = capsys.readouterr()
        assert (stop.value.code, err) == (0, "")
        return out

    return shown


def known():
    """Return the words that are the same in every language."""
    found = NAMES | words(" ".join([*COMMANDS, *SECTIONS]))
    for command in ALL:
        for each in command.params:
            metavar = each.make_metavar(click.Context(command))
            found |= words(" ".join([*each.opts, metavar]))
    return found


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]], ids=" ".join)
class TestEveryCommand:
    def test_nothing_english_is_left(self, page, command):
        told = page(*command, "--lang=ko")
        assert words(told) - known() == set()
        for part in told.split("\n\n"):
            assert hangul(part)

    def test_every_option_is_told_in_korean(self, page, command):
        options = page(*command, "--lang=ko", columns=200).split("\n옵션:\n")[1].split("\n\n")[0]
        for option in re.split(r"\n  (?=-)", options):
            assert hangul(option), option

    @pytest.mark.parametrize("columns", [52, 60, 80, 100, 200])
    def test_no_line_is_wider_than_the_page(self, page, command, columns):
        told = page(*command, "--lang=ko", columns=columns)
        assert max(map(cell_len, told.splitlines())) <= min(columns, 100) - 2
        assert not re.search(r"\[\d+$", told, re.MULTILINE)  # a short bracket is kept whole
        assert not set(told) & {"\u00a0", "\u115f"}  # what has kept letters together is gone

    @pytest.mark.parametrize("columns", [60, 80, 100])
    def test_english_is_as_click_writes_it(self, page, command, columns):
        told = page(*command, columns=columns)
        (name,) = command or ("clustersim",)
        plain = click.Context(COMMANDS.get(name, cli), TOP if command else None, info_name=name)
        plain.help_option_names, plain.max_content_width = ["-h", "--help"], 100
        assert told == f"{plain.command.get_help(plain)}\n"

    def test_one_process_speaks_both(self, page, command):
        korean, english = page(*command, "--lang=ko"), page(*command)
        assert english.startswith("Usage: ")
        assert not hangul(english)
        assert page(*command, "--lang", "ko") == korean
        assert page("--lang", "ko", *command) == korean
        assert page(*command) == english

    def test_the_environment_is_heard(self, page, command, monkeypatch):
        korean = page(*command, "--lang=ko")
        monkeypatch.setenv("CLUSTERSIM_LANG", "ko")
        assert page(*command) == korean
        assert page(*command, "--lang=en").startswith("Usage: ")


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_help_of_the_code_is_in_the_catalogue(lang):
    known = {message.id for message in catalogue(lang)}
    texts = [command.help for command in ALL]
    texts += [command.short_help for command in COMMANDS.values()]
    texts += [option.help for option in OPTIONS]
    assert [text for text in texts if text not in known] == []
    assert len(set(texts)) > 40


def test_what_click_writes_is_retold(page):
    """Each of the texts is still what click says."""
    told = " ".join([page(columns=100), *(page(name, columns=100) for name in COMMANDS)])
    for text in _WRITTEN:
        assert text.partition("{")[0] in told


def test_defaults_and_ranges_are_told():
    context = click.Context(COMMANDS["validate"], TOP, info_name="validate")
    with speaking("ko"):
        told = COMMANDS["validate"].make_context(
            "validate", ["--help"], TOP, resilient_parsing=True
        )
        lines = told.get_help().splitlines()
    assert any(line.endswith("[기본값: 10; 1 이상]") for line in lines)
    assert any(line.endswith("[기본값: patterns,fit]") for line in lines)
    assert "[default: 10; x>=1]" in context.get_help()


def test_the_sections_are_named():
    (option,) = (each for each in COMMANDS["validate"].params if each.name == "sections")
    assert option.help == f"What to do: {', '.join(SECTIONS)}, or all."
