"""The small complex with mini-clusters: one of the state's, one on its own money, an exchange."""

from __future__ import annotations

import copy
from functools import lru_cache

import small
from clustersim.scenario import load
from clustersim.simulation import simulate

STATE, OWN = "parts", "plating"

DATA = copy.deepcopy(small.SMALL)
DATA["name"] = "networked"
DATA["complexes"]["noksan"]["institutions"] = {
    "inha": {
        "title": "Inha",
        "kind": "university",
        "distance": 8,
        "bearing": 90,
        "knowledge": "100 bn KRW",
    }
}
DATA["complexes"]["noksan"]["sites"] = {
    "hill": {"title": "Hill", "firms": 40, "distance": 20, "bearing": 0}
}
DATA["programme"]["complexes"]["noksan"] |= {
    "mini_clusters": {
        STATE: {"title": "Parts", "launch": "2008-06-05", "local_governments": 1},
        OWN: {
            "title": "Plating",
            "launch": "2007-06-15",
            "sectors": ["machinery"],
            "funder": "own",
            "experts": 20,
        },
    },
    "exchange": {"opens": "2009-01-15", "institutions": ["inha"]},
}
DATA["arms"] |= {
    "cancelled": {"title": "cancelled", "programme": {"stops": "2008-06-24"}},
    "stopped": {"title": "ended in 2010", "programme": {"stops": "2010-05-20"}},
    "later": {"title": "a year later", "programme": {"delay": "1 year"}},
    "networks": {"title": "networks alone", "programme": {"instruments": ["networks"]}},
    "grants": {"title": "grants alone", "programme": {"instruments": ["rnd"]}},
    "rich": {"title": "twice the money", "programme": {"budget_factor": 2}},
}
CLUSTERS = f"{small.NOKSAN}.mini_clusters"


@lru_cache(maxsize=64)
def scenario(*changes):
    """The scenario with some changes, each `path=value`."""
    return load(DATA, set=changes)


def spec(*changes, arm="as_announced"):
    """One arm's specs at central values."""
    return scenario(*changes).arms[arm].spec


def run(*changes, arm="as_announced", index=0):
    """One world at central values."""
    return simulate(spec(*changes, arm=arm), small.luck(index))
