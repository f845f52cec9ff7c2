"""What rows of the table are worked out to, below it."""


def pytest_terminal_summary(terminalreporter, config):
    for row in config._benchmarksession.benchmarks:  # noqa: SLF001 - it has no other door
        for what, value in row.extra_info.items():
            terminalreporter.write_line(f"{row.name}: {value} {what}")
