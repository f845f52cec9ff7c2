"""Shared blocks: ``extends: shared/korea``, and the one rule by which files are laid over others.

Mappings merge key by key; a scalar, a list or a distribution replaces what was there; ``~``
deletes it. Every value keeps the place of the file it came from.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from clustersim.errors import ScenarioError
from clustersim.language import tr
from clustersim.problems import Problem, Problems, did_you_mean, nearest
from clustersim.scenario.reading import Document, dotted, read
from clustersim.scenario.schema import ScenarioSpec
from clustersim.specs import DISTRIBUTIONS
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustersim.problems import Place
    from clustersim.scenario.reading import Keys

__all__ = ["is_distribution", "merge", "resolve", "without"]

MAX_CHAIN: Final = 20
MAX_BLOCKS: Final = 50

_KEYS: Final = ("extends", *ScenarioSpec.model_fields)
"""What may stand at the top of a file."""


def resolve(document: Document, bundled: Path) -> Document:
    """Return a scenario laid over the shared blocks its ``extends`` names, which is then gone.

    Parameters
    ----------
    document
        A scenario as read. Its ``extends`` is a name or a list of names, the later ones laid over
        the earlier: a file beside the scenario or in a folder below (``local/base.yaml``), or,
        without an ending, a bundled block (``shared/korea``). Blocks may extend others.
    bundled
        The folder of bundled scenarios and blocks.

    Raises
    ------
    ScenarioError
        With the problems of all files: a block that is missing, outside its folder, extends
        itself, or cannot be read; a ``~`` with nothing to delete.
    """
    blocks = _Blocks(bundled)
    resolved = blocks.resolve(document, () if document.file is None else (document.file,))
    blocks.problems.raise_if_any()
    return resolved


def merge(base: Document, over: Document, problems: Problems) -> Document:
    """Return one document laid over another.

    Deleting a key that is not there is noted as a problem: it is a slip of the pen, or the block
    below has changed.

    >>> from clustersim.scenario.reading import plain
    >>> below, above = plain({"a": 1, "b": {"c": 2}}, "x"), plain({"a": None, "b": {"d": 3}}, "y")
    >>> merge(below, above, Problems()).data
    {'b': {'c': 2, 'd': 3}}
    """
    # What stays of the base keeps its places; only what changes is gone through.
    keys, values = dict(base.keys), dict(base.values)
    deleted = dict(base.deleted)

    def place(path: Keys) -> None:
        keys[path], values[path] = over.place(path, key=True), over.place(path)
        deleted.pop(path, None)

    def forget(data: Any, path: Keys) -> None:
        """Forget where a piece of the base stood."""
        keys.pop(path, None)
        values.pop(path, None)
        for step, item in _items(data):
            forget(item, (*path, step))

    def take(data: Any, path: Keys) -> Any:
        """Take a piece of the upper document as it is."""
        place(path)
        for step, item in _items(data):
            take(item, (*path, step))
        return data

    def lay(below: Any, above: Any, path: Keys) -> Any:
        if not isinstance(above, dict) or is_distribution(above):
            forget(below, path)
            return take(above, path)
        if not isinstance(below, dict):
            forget(below, path)
            place(path)
            below = {}
        elif path in over.values:  # what both have stands where the upper one wrote it down
            place(path)
        merged = {}
        for step, item in below.items():
            here = (*path, step)
            if step not in above:
                merged[step] = item
            elif above[step] is not None or _in_patch(path):
                merged[step] = lay(item, above[step], here)
            else:
                forget(item, here)
                deleted[here] = over.place(here, key=True)
        for step, item in above.items():
            here = (*path, step)
            if step not in below and (item is not None or _in_patch(path)):
                merged[step] = lay(None, item, here)
            elif step not in below:
                hint = did_you_mean(str(step), map(str, below), otherwise=tr("there to delete"))
                where = over.place(here, key=True)
                problems.add(where, dotted(here), tr("nothing to delete"), hint)
        return merged

    return Document(over.name, lay(base.data, over.data, ()), keys, values, over.file, deleted)


def _in_patch(path: Keys) -> bool:
    """Tell whether a mapping is part of an arm's patch, whose ``~`` deletes later, in that arm."""
    return path[:1] == ("arms",) and len(path) > 2


def is_distribution(value: object) -> bool:
    """Return whether a value is a distribution such as ``{triangular: [1, 2, 3]}``.

    >>> is_distribution({"normal": [0, 1], "source": "K18"}), is_distribution({"mean": 0})
    (True, False)
    """
    words = value.keys() - {"source"} if isinstance(value, dict) else set()
    return len(words) == 1 and words <= DISTRIBUTIONS.keys()


def without(document: Document, key: str) -> Document:
    """Return a document less one of its top keys."""

    def rest(places: Iterable[tuple[Keys, Place]]) -> dict[Keys, Place]:
        return {path: place for path, place in places if path[:1] != (key,)}

    data = {name: item for name, item in document.data.items() if name != key}
    keys, values = rest(document.keys.items()), rest(document.values.items())
    return replace(document, data=data, keys=keys, values=values)


def _items(data: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(data, dict):
        return data.items()
    return enumerate(data) if isinstance(data, list) else ()


class _Blocks:
    """The shared blocks of one scenario, each read once."""

    def __init__(self, bundled: Path) -> None:
        self.bundled = bundled
        self.problems = Problems()
        self._read: dict[Path, Document | None] = {}

    def resolve(self, document: Document, chain: tuple[Path, ...]) -> Document:
        own = without(document, "extends")
        blocks = [
            self._block(document, path, entry, chain) for path, entry in self._entries(document)
        ]
        base: Document | None = None
        for block in blocks:
            if block is None:  # noted; deletions would only add noise
                return own
            base = block if base is None else merge(base, block, self.problems)
        return own if base is None else merge(base, own, self.problems)

    def _entries(self, document: Document) -> list[tuple[Keys, str]]:
        """Return what a document extends, in order."""
        if "extends" not in document.data:
            for key in document.data:  # all else depends on it
                if key not in _KEYS and nearest(str(key), _KEYS) == "extends":
                    hint = tr("did you mean {word}?", word="'extends'")
                    where = document.place((key,), key=True)
                    raise ScenarioError([Problem(where, str(key), tr("unknown key"), hint)])
            return []
        written = document.data["extends"]
        entries: list[tuple[Keys, Any]] = (
            [(("extends", number), entry) for number, entry in enumerate(written)]
            if isinstance(written, list)
            else [(("extends",), written)]
        )
        if len(entries) > MAX_BLOCKS:
            what = tr("more than {number} blocks", number=MAX_BLOCKS)
            self._note(document, ("extends",), what, tr("extend fewer blocks"))
            return []
        for path, entry in entries:
            if not isinstance(entry, str):
                self._note(
                    document,
                    path,
                    tr("expected the name of a shared block, not {value}", value=shown(entry)),
                    tr("write for example {example}", example="'extends: shared/korea'"),
                )
        return [(path, entry) for path, entry in entries if isinstance(entry, str)]

    def _block(
        self, document: Document, path: Keys, entry: str, chain: tuple[Path, ...]
    ) -> Document | None:
        """Return a block, itself resolved; none when there is a problem, which is noted."""
        found = self._find(document, path, entry)
        if found is None:
            return None
        file, name = found
        if file in chain:
            loop = " -> ".join(item.name for item in (*chain[chain.index(file) :], file))
            what = tr("extends itself: {loop}", loop=loop)
            self._note(document, path, what, tr("break the circle"))
            return None
        if len(chain) > MAX_CHAIN:
            what = tr("more than {number} blocks deep", number=MAX_CHAIN)
            self._note(document, path, what, tr("extend fewer blocks"))
            return None
        if file not in self._read:
            try:
                self._read[file] = self.resolve(read(file, name=name), (*chain, file))
            except ScenarioError as error:
                self._read[file] = None
                self.problems.found.extend(error.problems)
        return self._read[file]

    def _find(self, document: Document, path: Keys, entry: str) -> tuple[Path, str] | None:
        """Return the file an entry means and how messages call it."""
        beside = PurePosixPath(entry).suffix in {".yaml", ".yml"}
        relative = entry if beside else f"{entry}.yaml"
        name = posixpath.join(posixpath.dirname(document.name), entry) if beside else relative
        if beside and document.file is None:
            what = tr("{block} needs a file to start from", block=shown(entry))
            self._note(document, path, what, tr("save this as a file"))
            return None
        folder = self.bundled if document.file is None or not beside else document.file.parent
        pure = PurePosixPath(relative)
        try:
            file = (folder / pure).resolve()
            inside = file.is_relative_to(folder.resolve())
            there, folded = file.is_file(), file.is_dir()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name no file can have
            inside, there, folded = True, False, False
        if pure.is_absolute() or ".." in pure.parts or "\\" in entry or not inside:
            self._note(
                document,
                path,
                tr("{block} leads out of the folder", block=shown(entry)),
                tr("name a file beside this one or below"),
            )
        elif folded:
            what = tr("{block} is a folder", block=shown(entry))
            self._note(document, path, what, tr("name a file in it"))
        elif not there:
            names = self._names(folder, beside=beside)
            hint = did_you_mean(entry, names, otherwise=tr("shared blocks"))
            if beside and (self.bundled / pure).is_file():  # bundled ones are named without ending
                hint = tr("did you mean {word}?", word=f"'{pure.with_suffix('')}'")
            self._note(document, path, tr("there is no {block}", block=shown(entry)), hint)
        else:
            return file, name
        return None

    @staticmethod
    def _names(folder: Path, *, beside: bool) -> list[str]:
        files = (file for file in sorted(folder.glob("**/*.yaml"))[:200] if file.is_file())
        names = (file.relative_to(folder) for file in files)
        return [(name if beside else name.with_suffix("")).as_posix() for name in names]

    def _note(self, document: Document, path: Keys, message: str, hint: str) -> None:
        self.problems.add(document.place(path), dotted(path), message, hint)
