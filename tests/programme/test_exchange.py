"""The exchange system eases the search while somebody pays for it."""

from __future__ import annotations

import datetime as dt

import desk
import numpy as np
import pytest

import networked
import small
from clustersim.programme.exchange import ExchangeSpec, run_exchange

DAY = dt.date(2008, 3, 16)
INHA = 77


class Door(desk.Door):
    def __init__(self):
        super().__init__()
        self.searches = []

    def search(self, institutions, month, level):
        self.searches.append((institutions.tolist(), month, level))


def held(*money, until=dt.date(2010, 12, 31), **changes):
    """The exchange with 12 M won a year, and money in some years."""
    team = desk.office()
    team.economy.channels = Door()
    team.economy.places = {"noksan": type("Place", (), {"institutions": {"inha": INHA, "inu": 3}})}
    for year, amount in money:
        desk.money(team, amount, "network", year)
    spec = ExchangeSpec(
        **{"opens": DAY, "institutions": ("inha",), "level": 0.7, "running": "12 M KRW", **changes}
    )
    desk.work(team, run_exchange(team, spec), until=until)
    return team


def test_it_opens_for_the_institutions_named_and_closes_when_money_ends():
    team = held((2008, 10**9), (2009, 10**9))
    assert team.economy.channels.searches == [([INHA], 98, 0.7), ([INHA], 120, 0.0)]
    assert desk.kinds(team) == ["exchange_opened", "exchange_closed"]
    assert team.ledger.paid(funder="state", year=2008, payee="institutions") == 10 * 10**6
    assert team.ledger.paid(funder="state", year=2009, payee="institutions") == 12 * 10**6
    team.ledger.audit()


def test_it_waits_for_money_and_opens_when_there_is_some():
    team = held((2009, 10**9), until=dt.date(2009, 6, 1))
    assert team.economy.channels.searches == [([INHA], 108, 0.7)]


def test_when_the_state_stops_it_closes():
    team = desk.office()
    team.economy.channels = Door()
    team.economy.places = {"noksan": type("Place", (), {"institutions": {"inha": INHA}})}
    team.stops = 100.5
    desk.money(team, 10**9, "network")
    spec = ExchangeSpec(opens=DAY, institutions=("inha",))
    desk.work(team, run_exchange(team, spec), until=dt.date(2008, 12, 1))
    assert [search[1:] for search in team.economy.channels.searches] == [(98, 0.7), (101, 0.0)]
    team.ledger.audit()


def test_those_who_ease_a_search_together_ease_it_as_far_as_the_door_goes():
    team = desk.office()
    team.economy.channels = Door()
    houses = np.array([INHA], dtype=np.uint64)
    for who, level in (("exchange", 5.0), ("joint head", 0.05), ("joint head", -1.0)):
        team.ease_search(who, houses, level)
    levels = [level for *_, level in team.economy.channels.searches]
    assert levels == [5.0, 5.0, 4.0]  # what is beyond is not lost when another one ends


def test_the_strongest_exchange_runs_beside_a_shared_head():
    joint = f"{small.NOKSAN}.team.joint={{partner: Gumi, since: 2008-07-15, link: 2}}"
    record = networked.run(f"{small.NOKSAN}.exchange.level=5", joint)
    assert small.events(record, "exchange_opened")


@pytest.fixture(scope="module")
def ties():
    """Ties in the last year with the system paid for and without it."""
    found = []
    for level in ("0", "3"):
        changes = (f"{networked.CLUSTERS}.parts=~", f"{small.NOKSAN}.exchange.level={level}")
        panel = networked.run(*changes, arm="networks").panel
        found.append(panel["ties"][panel["year"] == 2011].sum())
    return np.array(found)


def test_it_brings_ties(ties):
    assert ties[1] > 1.2 * ties[0]
