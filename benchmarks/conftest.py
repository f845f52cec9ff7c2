"""What rows of the table are worked out to, below it; and a heap that is not theirs left alone."""

from __future__ import annotations

import gc

import pytest


@pytest.fixture(autouse=True)
def _only_its_own_garbage():
    """Let the collector pass over what was there before: it is none of the benchmark's."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_terminal_summary(terminalreporter, config):
    for row in config._benchmarksession.benchmarks:  # noqa: SLF001 - it has no other door
        for what, value in row.extra_info.items():
            terminalreporter.write_line(f"{row.name}: {value} {what}")
