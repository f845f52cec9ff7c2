"""The example package as if it were installed: its module, and what an installer writes beside."""

from __future__ import annotations

import tomllib
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "example_instrument"
PROJECT = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULE = (EXAMPLE / "energy_audit.py").read_text(encoding="utf-8")


def install(folder, module=MODULE, *, project=PROJECT, at=None, file="energy_audit.py"):
    """Put a package into a folder of packages; its entry point may be another one."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(module, encoding="utf-8")
    name = project["name"]
    info = folder / f"{name.replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    lines = []
    for group, points in project["entry-points"].items():
        lines.append(f"[{group}]")
        lines += [f"{each} = {value}" for each, value in (at or points).items()]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
