"""The page of answers that the tutorial reads line by line: a real run of this version."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Final

from clustersim import load
from clustersim.experiment import pair

if TYPE_CHECKING:
    from pathlib import Path

COMMAND: Final = ["run", "noksan", "--replicates", "4", "--workers", "1"]


def write(docs: Path) -> None:
    """Run the command, unless this version's page is there already."""
    page = docs / "tutorial" / "generated" / "page.txt"
    stamp = page.with_name("version.txt")
    scenario = load("noksan")
    versions = pair.header(scenario, scenario.seed)["versions"]
    version = versions["clustersim"]  # it changes with the code
    if page.is_file() and stamp.is_file() and stamp.read_text() == version:
        return
    page.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "clustersim", *COMMAND],
            cwd=folder,
            check=False,
            capture_output=True,
            env={**os.environ, "CLUSTERSIM_LANG": "en", "PYTHONUTF8": "1"},
        )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    page.write_bytes(done.stdout)
    stamp.write_text(version)
