"""What complexes, arms and others of a scenario are called in pictures.

In English by their names in the file, as one types them; in another language by the titles that the
file gives them in it, or else by any title they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.language import LANGUAGES, language
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["arm", "complexes", "mini_cluster", "part", "place", "said", "translated"]


def said(about: Mapping[Any, Any], what: str) -> str:
    """Return a text of a file in the language that is spoken, or in English where it has no other.

    >>> said({"label": "announced", "label_ko": "발표"}, "label")
    'announced'
    """
    return str(about.get(f"{what}_{language()}") or about.get(what) or "")


def place(header: Mapping[str, Any], name: str) -> str:
    """Return what a complex of a run is called.

    >>> place({"resolved": {"complexes": {"noksan": {"title_ko": "녹산"}}}}, "noksan")
    'Noksan'
    """
    return _title(header.get("resolved"), "complexes", name) or words(name).title()


def arm(header: Mapping[str, Any], name: str) -> str:
    """Return what an arm of a run is called."""
    return _title(header.get("resolved"), "arms", name) or words(name)


def complexes(resolved: Mapping[str, Any]) -> dict[str, str]:
    """Return what each complex of a scenario is called, from its content as plain data."""
    return {name: place({"resolved": resolved}, name) for name in resolved["complexes"]}


def mini_cluster(header: Mapping[str, Any], of: tuple[str, str], name: str, title: str) -> str:
    """Return the title of a mini-cluster of an arm in a complex; the given one in English."""
    arm_, complex_ = of
    below = ("programme", "complexes", complex_, "mini_clusters", name)
    resolved = header.get("resolved")
    return _title(resolved, "arms", arm_, *below) or _title(resolved, *below) or title


def translated(header: Mapping[str, Any], complex_: str) -> dict[str, str]:
    """Return what a complex's sites and institutions are called, by the titles in tables."""
    about = part(header, "resolved", "complexes", complex_)
    return {
        str(each["title"]): said(each, "title")
        for kind in ("sites", "institutions")
        for each in part(about, kind).values()
        if each.get("title")
    }


def _title(content: Any, *path: str) -> str:
    """Return the title of something in the language that is spoken, none in English."""
    return "" if language() == LANGUAGES[0] else said(part(content, *path), "title")


def part(content: Any, *path: str) -> Mapping[str, Any]:
    """Return a part of plain data, empty where there is none."""
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}
