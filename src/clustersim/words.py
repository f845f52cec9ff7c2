"""Names of the model as people read them, in tables and pictures."""

from __future__ import annotations

__all__ = ["words"]

_NAMES = {
    "field_customised_rnd": "field-customised R&D",
    "inno_core": "Inno-Core",
    "rnd": "R&D",
    "rd_spending": "R&D spending",
    "mini-clusters": "mini-clusters",
    "mini_clusters": "mini-clusters",
}


def words(name: str) -> str:
    """Return a name of the model as plain words.

    >>> words("no_programme"), words("inno_core")
    ('no programme', 'Inno-Core')
    """
    return _NAMES.get(name) or name.replace("_", " ").replace("-", " ")
