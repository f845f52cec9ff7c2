"""What things of a scenario are called, from the header of its run.

Pages in English call them by their names in the file, as one types them; those in another language
by the titles that the file gives them in it. So every function here returns "" where the name is
to be shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.language import LANGUAGES, language
from clustersim.programme.instruments.registry import SERVICES
from clustersim.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["arm", "complex_", "part", "run", "target", "title", "work"]


def title(about: Mapping[str, Any]) -> str:
    """Return the title of something in the language that is spoken, or in any; none in English.

    >>> from clustersim.language import speaking
    >>> with speaking("ko"):
    ...     title({"title": "Namdong", "title_ko": "남동"}), title({"title": "Namdong"})
    ('남동', 'Namdong')
    >>> title({"title": "Namdong", "title_ko": "남동"})
    ''
    """
    if language() == LANGUAGES[0]:
        return ""
    return str(about.get(f"title_{language()}") or about.get("title") or "")


def part(header: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return a part of a run's header, empty where there is none.

    >>> part({"resolved": {"economy": {"macro": {"mode": "flat"}}}}, "resolved", "economy", "macro")
    {'mode': 'flat'}
    """
    found: Any = header
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def run(header: Mapping[str, Any]) -> str:
    """Return what a run is called."""
    return title(part(header, "resolved"))


def complex_(header: Mapping[str, Any], name: object) -> str:
    """Return what a complex is called."""
    return title(part(header, "resolved", "complexes", str(name)))


def arm(header: Mapping[str, Any], name: str) -> str:
    """Return what an arm is called; those that are built in have words of the model."""
    if language() == LANGUAGES[0]:
        return ""
    return title(part(header, "resolved", "arms", name)) or words(name)


def target(header: Mapping[str, Any], name: str) -> str:
    """Return what a target is called."""
    return title(part(header, "targets", name))


def work(header: Mapping[str, Any], arm: object, place: object, name: object) -> str:
    """Return what a mini-cluster or an instrument is called: who works, and what money is for.

    An arm can have mini-clusters that the scenario itself has not.
    """
    at = ("programme", "complexes", str(place), "mini_clusters", str(name))
    its_own = part(header, "resolved", "arms", str(arm), *at)
    cluster = title({**part(header, "resolved", *at), **its_own})
    if cluster or language() == LANGUAGES[0] or name not in SERVICES:
        return cluster
    return str(getattr(SERVICES[str(name)], f"title_{language()}", ""))
