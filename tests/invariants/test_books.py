"""Invariant 6: a firm's accounts, in every month of a whole run."""

from __future__ import annotations

import numpy as np
import pytest
from watch import watched

import small


@pytest.mark.parametrize("form", ["elasticity", "rate_of_return"])
def test_invariant_6_accounts_add_up_in_every_month(form):
    checked = []

    def check(firms, before):
        assert not np.isnan(firms.block).any()
        np.testing.assert_allclose(
            firms.output - firms.purchases, firms.value_added, rtol=1e-12, atol=1e-6
        )
        flows = (
            firms.profit - firms.interest - firms.tax + firms.borrowing - firms.payout
            + before["alive"] * (firms.cash_in - firms.rd_in)
        )  # fmt: skip
        size = np.abs(before["cash"]) + firms.output + np.abs(firms.borrowing)
        assert (np.abs(before["cash"] + flows - firms.cash) <= 1e-9 * size).all()
        assert (np.abs(before["debt"] + firms.borrowing - firms.debt) <= 1e-9 * size).all()
        assert (firms.cash >= -1e-9 * size).all()
        closed = before["alive"] == 0.0
        for flow in (firms.output, firms.value_added, firms.profit, firms.borrowing, firms.payout):
            assert not flow[closed].any()
        checked.append(int(closed.sum()))

    spec = small.spec(f"economy.knowledge.form={form}")
    seen = watched(spec, small.luck(), every_booking=check)
    # the average firms of `programme.isolation` close their books too, beside those of the run
    assert len(checked) >= len(seen.states) == spec.end - spec.start + 1
    assert max(checked) > 0


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0])
def test_invariant_6_what_passes_the_door_arrives(scale):
    """In won of 2008, to firms that all live and in a run that sees every project out."""
    run_out = ("economy.turnover.exit=0 % / year", "end=2016-12")
    seen = watched(small.spec(*run_out, f"programme.effect_scale={scale}"), small.luck())
    for channel in ("rd_spending", "knowledge"):
        delivered = sum(amount for through, _, _, amount in seen.flows if through == channel)
        arrived = sum(amount for (through, _), amount in seen.arrived.items() if through == channel)
        assert delivered > 0
        assert arrived == pytest.approx(scale * delivered, rel=1e-12)
