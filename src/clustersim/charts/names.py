"""What complexes, arms and others of a scenario are called in pictures.

By the titles that the file gives them in the language that is spoken, or else in English; what has
none by its name, as words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.evaluation.names import part
from clustersim.language import language
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["arm", "complexes", "part", "place", "said", "translated"]


def said(about: Mapping[Any, Any], what: str) -> str:
    """Return a text of a file in the language that is spoken, or in English where it has no other.

    >>> said({"label": "announced", "label_ko": "발표"}, "label")
    'announced'
    """
    return str(about.get(f"{what}_{language()}") or about.get(what) or "")


def place(header: Mapping[str, Any], name: str) -> str:
    """Return what a complex of a run is called.

    >>> complexes = {"mine": {"title": "my complex", "title_ko": "내 단지"}, "noksan": {}}
    >>> [place({"resolved": {"complexes": complexes}}, name) for name in complexes]
    ['my complex', 'Noksan']
    """
    return said(part(header, "resolved", "complexes", name), "title") or words(name).title()


def arm(header: Mapping[str, Any], name: str) -> str:
    """Return what an arm of a run is called."""
    return said(part(header, "resolved", "arms", name), "title") or words(name)


def complexes(resolved: Mapping[str, Any]) -> dict[str, str]:
    """Return what each complex of a scenario is called, from its content as plain data."""
    return {name: place({"resolved": resolved}, name) for name in resolved["complexes"]}


def translated(header: Mapping[str, Any], complex_: str) -> dict[str, str]:
    """Return what a complex's sites and institutions are called, by the titles in tables."""
    about = part(header, "resolved", "complexes", complex_)
    return {
        str(each["title"]): said(each, "title")
        for kind in ("sites", "institutions")
        for each in part(about, kind).values()
        if each.get("title")
    }
