"""The small complex looked at in three worlds, once for all tests."""

from __future__ import annotations

import pytest

import small
from clustersim.validation import validate


@pytest.fixture(scope="session")
def looked_at():
    """Patterns of the small complex."""
    return validate(small.scenario(), replicates=3)
