"""Pairs of worlds of the small complex, run once for all tests."""

from __future__ import annotations

import pytest

import small

# several folders have a conftest of their own; collecting them for doctests would mix them up
collect_ignore_glob = ["*conftest.py"]


@pytest.fixture(scope="session")
def worlds():
    """The programme as announced beside no programme."""
    return small.pair()


@pytest.fixture(scope="session")
def worlds_without_effect():
    """The same with an effect scale of 0."""
    return small.pair("programme.effect_scale=0")


@pytest.fixture(scope="session")
def worlds_with_twice_the_money():
    """Twice the money beside the programme as announced."""
    return small.pair(arm="double_budget", reference="as_announced")
