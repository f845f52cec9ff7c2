"""The bundled scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.language import language
from clustersim.scenario.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDER", "complex_", "describe", "names", "path"]

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
    return _title(read(path(name)).data)


def complex_(name: str) -> str:
    """Return the title of a complex that has a bundled scenario of its name."""
    return _title(read(path(name)).data["complexes"][name])


def _title(about: Mapping[Any, Any]) -> str:
    return str(about.get(f"title_{language()}") or about["title"])
