"""What rows of the table are worked out to, below it; and parts of a world measured as in one."""

from __future__ import annotations

import gc

import pytest

from clustersim.simulation.world import uncollected


@pytest.fixture(autouse=True)
def _as_in_a_world():
    """Leave the collector of cycles off, as `simulate` does."""
    gc.collect()
    with uncollected():
        yield


def pytest_terminal_summary(terminalreporter, config):
    for row in config._benchmarksession.benchmarks:  # noqa: SLF001 - it has no other door
        for what, value in row.extra_info.items():
            terminalreporter.write_line(f"{row.name}: {value} {what}")
