"""What an event and a won cost: ``make bench``."""

from __future__ import annotations

from clustersim.programme.clock import Clock
from clustersim.programme.ledger import Ledger

PROJECTS = 100
TRANCHES = 10


def test_a_thousand_events(benchmark):
    def run():
        clock = Clock(0.0)

        def project():
            for _ in range(TRANCHES):
                yield clock.after(1.0)

        for key in range(PROJECTS):
            clock.start(project(), key=key)
        clock.advance(TRANCHES + 1.0)

    benchmark(run)


def test_a_thousand_payments_and_the_audit(benchmark):
    def run():
        ledger = Ledger()
        ledger.appropriate(0.0, "state", "R&D", PROJECTS * TRANCHES)
        for project in range(PROJECTS):
            promise = ledger.commit(
                1.0, "state", "R&D", TRANCHES, purpose="field R&D", project=project
            )
            for _ in range(TRANCHES):
                ledger.pay(2.0, promise, 1, "firms")
        ledger.close_year(2000)

    benchmark(run)
