"""Every picture of a run, as files."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from matplotlib import rc_context

from clustersim.charts.fan import fan_with_effect
from clustersim.charts.inno_core import inno_core
from clustersim.charts.money import money
from clustersim.charts.network import mini_clusters, network
from clustersim.charts.style import look, sites
from clustersim.files import put
from clustersim.language import LANGUAGES, language

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from clustersim.charts.style import Results

__all__ = ["FORMATS", "put_all", "save_all", "write"]

FORMATS: dict[str, dict[str, Any]] = {
    "png": {"dpi": 150, "metadata": {"Software": "clustersim"}},
    # Without a date the same picture is the same file.
    "svg": {"metadata": {"Date": None, "Creator": "clustersim"}},
}


class _ReadOnce:
    """Results whose tables are read once for all pictures together, and their own store."""

    def __init__(self, results: Results) -> None:
        self.store = self
        self.header = results.store.header
        self.read = functools.cache(results.store.read)
        self.tasks = functools.cache(lambda: tuple(results.store.tasks()))


def save_all(results: Results, folder: str | os.PathLike[str]) -> list[Path]:
    """Save every picture as PNG (150 dpi) and SVG, and return the paths.

    The pictures are ``output_per_firm`` (`fan_with_effect`), ``money``, ``inno_core`` where a firm
    was chosen and, for each mini-cluster, ``network_`` with its name (`network`, the first
    replicate). Results with several arms or complexes give a set for each, told apart in the file
    names, and so are languages: ``money.png`` is in English, ``money.ko.png`` in Korean. A file
    appears whole or not at all; the same results give the same files.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    results = _ReadOnce(results)
    found = sites(results)
    arms, places = {site.arm for site in found}, {site.complex for site in found}
    paths: list[Path] = []
    wanted: list[tuple[str | None, str | None]] = [(site.arm, site.complex) for site in found]
    for arm, place in wanted or [(None, None)]:
        ending = (f"-{arm}" if len(arms) > 1 else "") + (f"-{place}" if len(places) > 1 else "")
        pictures = {
            "output_per_firm": fan_with_effect(results, arm=arm, complex=place),
            "money": money(results, arm=arm, complex=place).figure,
        }
        if _has_inno_core(results, arm, place):
            pictures["inno_core"] = inno_core(results, arm=arm, complex=place).figure
        for name in mini_clusters(results, arm, place):
            pictures[f"network_{name}"] = network(results, name, arm=arm, complex=place)
        paths += put_all(
            {f"{name}{ending}": cast("Figure", each) for name, each in pictures.items()}, folder
        )
    return paths


def put_all(figures: Mapping[str, Figure], folder: str | os.PathLike[str]) -> list[Path]:
    """Save figures under their names as PNG (150 dpi) and SVG, and return the paths.

    The language that is spoken stands before the ending, English apart, so that pictures in two
    languages can be in one folder: ``fit.png``, ``fit.ko.png``.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    spoken = "" if language() == LANGUAGES[0] else f".{language()}"
    return [
        write(figure, Path(folder) / f"{name}{spoken}.{kind}")
        for name, figure in figures.items()
        for kind in FORMATS
    ]


def _has_inno_core(results: Results, arm: str | None, place: str | None) -> bool:
    """Tell whether a firm was chosen: most complexes have no such scheme, and nothing to draw."""
    members = results.store.read("members")
    mine = (members["arm"] == arm) & (members["complex"] == place)
    return bool((members.loc[mine, "group"] == "inno_core").any())


def write(figure: Figure, path: Path) -> Path:
    """Render a picture to memory, then put it in its place whole."""
    buffer = io.BytesIO()
    with rc_context(look()):
        figure.savefig(
            buffer,
            format=path.suffix[1:],
            bbox_inches="tight",
            pad_inches=0.15,
            **FORMATS[path.suffix[1:]],
        )
    return put(path, buffer.getvalue())
