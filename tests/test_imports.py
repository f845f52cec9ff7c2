"""What importing costs, and which room may import which."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import architecture

HEAVY = {"matplotlib", "numpy", "pandas", "pyarrow", "pydantic", "ruamel", "scipy", "simpy"}


def loaded(*arguments):
    """The top names of all modules that a fresh interpreter loads."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(re.findall(r"^import time:.*\| +(\w+)", done.stderr, re.MULTILINE))


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "import clustersim"],
        ["-c", "import clustersim; dir(clustersim); clustersim.__version__"],
        ["-m", "clustersim", "--help"],
        ["-m", "clustersim", "--version"],
    ],
)
def test_neither_the_package_nor_its_help_loads_anything_heavy(arguments):
    names = loaded(*arguments)
    assert "clustersim" in names
    assert not names & HEAVY


def test_the_guard_sees_a_heavy_import():
    assert "numpy" in loaded("-c", "import numpy")


def test_a_room_imports_only_itself_and_rooms_listed_before_it():
    assert architecture.upward(architecture.imports(), architecture.rooms()) == []


MAP = """
## The rooms

### ground
| module | what |
|---|---|
| `words.py` | words |

### `low/`
| `low/a.py` | a |

### `high/`
| `high/b.py` | b |
| `high/c.py` | c |

## Flow
| `not/a/module.py` | x |
"""


@pytest.fixture
def building(tmp_path):
    """A small package of three rooms, and a function that finds what is wrong in it."""
    package = tmp_path / "house"
    for path in ("__init__.py", "words.py", "low/__init__.py", "low/a.py"):
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text("")
    for path in ("high/__init__.py", "high/b.py", "high/c.py"):
        (package / path).parent.mkdir(exist_ok=True)
        (package / path).write_text("")

    def wrong(module, text):
        (package / module).write_text(text)
        order = architecture.rooms(MAP) | {"face": ["__init__.py"]}
        return architecture.upward(architecture.imports(package), order)

    return wrong


@pytest.mark.parametrize(
    "text",
    [
        "import house.high.b",
        "from house.high import b",
        "from house.high.b import something",
        "from house import high",
        "from ..high import b",
        "from ..high.b import something",
        "def lazily():\n    import house.high.b",
        "if TYPE_CHECKING:\n    from house.high.b import Something",
        "import_module('house.high.b')",
        "LATER = {'work': 'house.high.b:run'}",
        "import house",
    ],
)
def test_the_guard_sees_an_import_of_a_later_room(building, text):
    (problem,) = building("low/a.py", text)
    assert re.fullmatch(r"low/a\.py:[12] imports (high/(b|__init__)|__init__)\.py", problem)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("high/b.py", "from house.low.a import x\nfrom house import words\nfrom . import c"),
        ("high/__init__.py", "from house.high.b import y\nfrom ..low import a"),
        ("low/a.py", "import housekeeping\nfrom os.path import join\n'see house.high.b for more'"),
        ("__init__.py", "LAZY = {'y': 'house.high.b'}"),
    ],
)
def test_the_guard_lets_all_else_pass(building, module, text):
    assert building(module, text) == []
