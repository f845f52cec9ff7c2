"""The documents say what the code does: modules, channels, files and commands."""

from __future__ import annotations

import re

import pytest

import architecture
from clustersim.economy.channels import CHANNELS

DOCUMENTS = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"]


def read(document):
    return (architecture.ROOT / document).read_text(encoding="utf-8")


def test_the_map_names_every_module_once_and_nothing_else():
    named = [module for room in architecture.rooms().values() for module in room]
    assert sorted(named) == architecture.modules()


def test_every_module_stands_in_the_room_of_its_folder():
    for room, modules in architecture.rooms().items():
        folders = {module.partition("/")[0] if "/" in module else "" for module in modules}
        assert len(folders - {""}) <= 1
        assert all(f"`{folder}/`" in room for folder in folders - {""})


def test_every_line_of_the_map_says_what_a_module_is_for():
    rows = architecture.table(architecture.section("The rooms"))
    assert all(len(row) == 2 and len(row[1]) > 10 for row in rows)


def test_the_channels_are_those_of_the_code():
    rows = architecture.table(architecture.section("Channels"))
    assert {row[0].strip("`"): row[1] for row in rows} == {
        name: channel.unit for name, channel in CHANNELS.items()
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_a_document_names_is_there(document):
    named = set(re.findall(r"`((?:[\w.]+/)*[\w.]+\.(?:py|md|toml|txt|yaml))`", read(document)))
    places = [architecture.ROOT, architecture.PACKAGE]
    known = {file for file in named if any((place / file).is_file() for place in places)}
    assert named - known <= {"mine.yaml"}  # the example a reader is told to write


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_a_document_names_is_there(document):
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", read(document), re.MULTILINE)) <= targets


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_command_a_document_names_is_there(document):
    from clustersim.cli import cli

    blocks = re.findall(r"^```sh\n(.*?)^```", read(document), re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"^clustersim (\w+)", "".join(blocks), re.MULTILINE))
    assert named <= set(cli.list_commands(None))
