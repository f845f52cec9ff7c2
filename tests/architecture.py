"""ARCHITECTURE.md and the code, read so that tests can hold the one against the other."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "clustersim"
DOCUMENT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def section(title, document=DOCUMENT):
    """The lines below a heading of the second level, up to the next one."""
    found = re.search(
        rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL
    )
    assert found, f"ARCHITECTURE.md has no section {title!r}"
    return found[1].splitlines()


def table(lines):
    """The cells of the rows that begin with a word in backticks."""
    rows = [line.strip().strip("|").split(" | ") for line in lines if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def rooms(document=DOCUMENT):
    """The modules of every room, in the order of the document: {room: [path, ...]}."""
    found = {}
    for line in section("The rooms", document):
        if line.startswith("### "):
            room = found.setdefault(line.removeprefix("### "), [])
        elif line.startswith("| `"):
            room.append(table([line])[0][0].strip("`"))
    return found


def modules(package=PACKAGE):
    """Every module on disk, as a path within the package; a room's own __init__ is the room."""
    found = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    return sorted(path for path in found if not path.endswith("/__init__.py"))


@dataclass(frozen=True)
class Import:
    """A line of one module that names another one."""

    importer: str
    line: int
    imported: str

    def __str__(self):
        return f"{self.importer}:{self.line} imports {self.imported}"


def imports(package=PACKAGE):
    """Every import of a module of the package by another: on top, lazy, or for types alone.

    A text that is the name of a module counts: it is there to be imported later.
    """
    files = {_dotted(path, package): path for path in sorted(package.rglob("*.py"))}
    for path in files.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in _named(node, path, package):
                while name and name not in files:  # the name of something within a module
                    name = name.rpartition(".")[0]  # noqa: PLW2901 - up to what holds it
                if name and files[name] != path:
                    yield Import(_within(path, package), node.lineno, _within(files[name], package))


def upward(found, order):
    """The imports of rooms that come later; `order` is what `rooms` gives."""
    place = {module: number for number, room in enumerate(order.values()) for module in room}
    for module, number in list(place.items()):
        if "/" in module:  # a room's own __init__ stands where its modules stand
            place[module.split("/")[0] + "/__init__.py"] = number
    return [str(each) for each in found if place[each.imported] > place[each.importer]]


def _named(node, path, package):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            here = path.relative_to(package.parent).parts[: -node.level]
            base = ".".join([*here, *filter(None, [base])])
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        name = node.value.partition(":")[0]
        return [name] if re.fullmatch(rf"{package.name}(\.\w+)+", name) else []
    return []


def _dotted(path, package):
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _within(path, package):
    return path.relative_to(package).as_posix()
