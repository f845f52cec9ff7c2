"""The bundled scenarios."""

from __future__ import annotations

from pathlib import Path

from clustersim.language import language
from clustersim.scenario.reading import read

__all__ = ["FOLDER", "describe", "names", "path"]

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"
"""Where they are; blocks that several share are in its folder ``shared``."""


def names() -> list[str]:
    """Return the names of the bundled scenarios."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def path(name: str) -> Path:
    """Return the file of a bundled scenario."""
    return FOLDER / f"{name}.yaml"


def describe(name: str) -> str:
    """Return a bundled scenario's title, in the language that is spoken."""
    data = read(path(name)).data
    return str(data["title_ko"] if language() == "ko" else data["title"])
