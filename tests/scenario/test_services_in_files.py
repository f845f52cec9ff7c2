"""A misspelt instrument is told with whatever else is wrong in the file."""

from __future__ import annotations

import pytest

from clustersim.errors import ClustersimError
from clustersim.scenario import load

SERVICES = "programme.complexes.ochang.services"

FILE = """\
extends: ochang
arms: ~
programme:
  complexes:
    ochang:
      services:
        consultng: {opens: 2008-10-01, source: "assumption: x"}
      budgett: 3
"""


def test_an_unknown_instrument_is_told_beside_an_unknown_key(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(FILE, encoding="utf-8")
    with pytest.raises(ClustersimError) as caught:
        load(file)
    told = str(caught.value).replace(f"{tmp_path}/", "")
    assert told.splitlines() == [
        f"mine.yaml:7:20: {SERVICES}.consultng: unknown instrument 'consultng'",
        "  did you mean 'consulting'? (or install the package that adds it)",
        "mine.yaml:8:7: programme.complexes.ochang.budgett: unknown key",
        "  did you mean 'budget'?",
    ]
