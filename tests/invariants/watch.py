"""A world under watch: what passed the door, what arrived, how every firm stood each month."""

from __future__ import annotations

from hashlib import blake2b
from types import SimpleNamespace

import numpy as np
import pytest

from clustersim.economy.accounts import Accounts
from clustersim.economy.channels import Channels
from clustersim.economy.macro import Macro
from clustersim.economy.month import Economy
from clustersim.programme.office import Office
from clustersim.programme.programme import Programme
from clustersim.simulation import simulate


def watched(spec, luck, *, every_event=None, every_booking=None):
    """Run a world and return its record with what is not in a record.

    Attributes: `record`; `states`, a digest of all columns of all firms by month; `flows`, the
    calls at the door as (channel, firm, month, amount); `arrived`, what came in by channel and
    month (cash in won of the day); `offices`.

    `every_event(office)` is called after each event, `every_booking(firms, before)` after firms
    close their books, with cash and debt as they were before.
    """
    seen = SimpleNamespace(states={}, flows=[], arrived={}, offices={})

    def step(self, month, original=Economy.step):
        original(self, month)
        everything = self.firms.ids.tobytes() + self.firms.block.tobytes()
        seen.states[month] = blake2b(everything, digest_size=8).hexdigest()
        assert np.all(np.diff(self.firms.ids) > 0), "firms stand in the order of their ids"
        seen.arrived["cash", month] = float(np.sum(self.firms.cash_in * self.prices(month)))
        seen.arrived["rd_spending", month] = float(self.firms.rd_in.sum())
        seen.arrived["knowledge", month] = float(self.firms.knowledge_in.sum())

    def flow(self, channel, firm, month, amount, months=1, original=Channels.flow):
        original(self, channel, firm, month, amount, months)
        seen.flows.append((channel, firm, month, amount))

    def close(self, original=Programme.close):
        original(self)
        seen.offices = self.offices

    def note(self, *args, original=Office.note, **kwargs):
        original(self, *args, **kwargs)
        if every_event:
            every_event(self)

    def book(self, firms, original=Accounts.book):
        before = {name: getattr(firms, name).copy() for name in ("cash", "debt", "alive")}
        original(self, firms)
        if every_booking:
            every_booking(firms, before)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Economy, "step", step)
        patch.setattr(Channels, "flow", flow)
        patch.setattr(Programme, "close", close)
        patch.setattr(Office, "note", note)
        patch.setattr(Accounts, "book", book)
        seen.record = simulate(spec, luck)
    return seen


def price_of(spec, record):
    """Return a function (firm, month) -> the price index of the firm's sector."""
    macro = Macro.build(spec.economy.macro, spec.economy.sectors, spec.start, spec.end)
    sector = dict(zip(record.panel["id"].tolist(), record.panel["sector"].tolist(), strict=True))
    return lambda firm, month: float(macro.price[sector[firm], month - spec.start])
