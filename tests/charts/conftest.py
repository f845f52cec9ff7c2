"""A store of made-up but plausible results of Noksan: 20 replicates, 2006 to 2018."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

YEARS = range(2006, 2019)
SIZE = {  # level in 2007 and effect in the later years
    "output": (5.4e12, "KRW2008"),
    "output_per_firm": (4.3e9, "KRW2008"),
    "workers": (23_326.0, "heads"),
    "utilisation": (78.0, "percent points"),
}
PATH = np.array([0.9, 1.0, 1.06, 0.97, 1.08, 1.16, 1.15, 1.14, 1.14, 1.15, 1.15, 1.16, 1.16])
DATES = [
    ("2005-03-01", "before the start: not shown"),
    ("2006-05-01", "mini-cluster: shipbuilding equipment"),
    ("2007-06-01", "mini-cluster: plating"),
    ("2007-11-01", "designation"),
    ("2008-06-01", "mini-cluster: parts and materials"),
    ("2008-06-24", "budgets and plans announced"),
    ("2008-07-01", "mini-cluster: transport-equipment parts"),
    ("2008-09-24", "launch"),
]


class Task(NamedTuple):
    arm: str
    reference: str
    draw: int
    luck: int


@dataclass
class Store:
    tables: dict[str, pd.DataFrame]
    header: dict[str, Any]
    done: list[Task]

    def read(self, table):
        # arm and reference are categorical, as in a store read from disk
        kinds = {"arm": "category", "reference": "category"}
        return self.tables[table].astype(kinds)

    def tasks(self):
        return list(self.done)


@dataclass
class Results:
    store: Store


PLACES = {  # id: site, km east and north, month of joining
    1: ("", -0.5, -0.5, 102.0),
    2: ("", 0.75, -0.5, 103.0),
    3: ("", 0.75, 0.5, 120.0),
    4: ("", 0.75, 0.5, 120.0),  # on the same block
    5: ("Far", 0.0, -20.0, 130.0),
    6: ("", -0.5, 0.5, 131.0),  # closed by 2011
    7: ("", 0.0, 0.25, 140.0),  # not born in 2007
}
TIES = {  # by world and month
    ("arm", 95): [(1, 2, 0), (1, 90, 0)],
    ("arm", 143): [(1, 2, 0), (1, 3, 1), (2, 5, 1), (4, 7, 1), (3, 90, 0), (2, 91, 0)],
    ("reference", 95): [(1, 2, 0), (1, 90, 0)],
    ("reference", 143): [(1, 2, 0), (3, 4, 1)],
}
SCHOOLS = {90: ("university", "Inha", 0.0, 9.0), 91: ("institute", "Lab", 3.0, 0.0)}


def network_tables(keys, names):
    """The tables behind the pictures of some mini-clusters, all alike."""
    mini_clusters, nodes, ties = [], [], []
    for key in keys:
        for name in names:
            here = {**key, "mini_cluster": name}
            about = {"title": f"{name} of all kinds", "launch": 101.5, "before": 95, "after": 143}
            mini_clusters.append(here | about)
            for number, (site, east, north, joined) in PLACES.items():
                firm = {"id": number, "kind": "firm", "name": "", "sector": "steel", "site": site}
                where = {"east": east, "north": north, "technology": 0.5, "joined": joined}
                stands = {"stands_before": int(number != 7), "stands_after": int(number != 6)}
                nodes.append(here | firm | where | stands)
            for number, (kind, title, east, north) in SCHOOLS.items():
                school = {"id": number, "kind": kind, "name": title, "sector": "", "site": ""}
                where = {"east": east, "north": north, "technology": np.nan, "joined": np.nan}
                nodes.append(here | school | where | {"stands_before": 1, "stands_after": 1})
            ties += [
                {**here, "world": world, "month": month, "first": one, "second": two, "made": made}
                for (world, month), rows in TIES.items()
                for one, two, made in rows
            ]
    lists = {"mini_clusters": mini_clusters, "nodes": nodes, "ties": ties}
    columns = ["arm", "reference", "draw", "luck", "complex", "mini_cluster"]
    return {
        name: pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
        for name, rows in lists.items()
    }


def make(replicates=20, arms=("as_announced",), complexes=("noksan",), seed=1, networks=()):
    rng = np.random.default_rng(seed)
    groups, panel, members, ledger = [], [], [], []
    tasks = [Task(arm, "no_programme", k, k) for arm in arms for k in range(replicates)]
    for task in tasks:
        key = task._asdict()
        for place in complexes:
            for outcome, (size, unit) in SIZE.items():
                noise = np.cumsum(rng.normal(0, 0.006, len(YEARS)))
                reference = size * PATH * np.exp(noise)
                rise = np.interp(YEARS, [2008, 2013, 2018], [0, 1, 0.4]) * rng.normal(0.002, 0.001)
                for group, share in (("all", 1.0), ("supported", 0.1)):
                    groups += [
                        {
                            **key,
                            "complex": place,
                            "group": group,
                            "outcome": outcome,
                            "year": year,
                            "arm_value": share * level * (1 + up / share),
                            "reference_value": share * level,
                            "unit": unit,
                        }
                        for year, level, up in zip(YEARS, reference, rise, strict=True)
                    ]
            for firm in range(8):
                id_ = np.uint64(1000 * task.draw + firm + 1)
                members.append({**key, "complex": place, "group": "inno_core", "id": id_})
                growth = np.cumsum(rng.laplace(0.02, 0.13, len(YEARS)))
                start = rng.uniform(13e9, 18e9)
                lift = np.interp(YEARS, [2008, 2012], [0, rng.uniform(0, 0.5)])
                end = 2019 if rng.random() > 0.2 else int(rng.integers(2012, 2018))
                for world, extra in (("arm", lift), ("reference", 0 * lift)):
                    sales = start * np.exp(growth + extra)
                    panel += [
                        {
                            **key,
                            "world": world,
                            "complex": place,
                            "id": id_,
                            "year": year,
                            "sales": value if year < end else value / 4,
                            "firm_months": 12 if year < end else 3,
                        }
                        for year, value in zip(YEARS, sales, strict=True)
                        if year <= end
                    ]
            budget = {2008: 4.7e9, 2009: 5.2e9, 2010: 5.6e9, 2011: 5.1e9}
            parts = {"firms": 0.62, "institutions": 0.16, "staff": 0.12, "operations": 0.06}
            for year, amount in budget.items():
                paid = amount * rng.uniform(0.7, 0.95)
                entries = [("appropriated", "", amount), ("lapsed", "", (amount - paid) / 3)]
                entries += [("paid", part, paid * share) for part, share in parts.items()]
                if year == 2011:
                    entries.append(("paid", "capital", 0.4e9))
                for entry, purpose, won in entries:
                    for funder, share in (("state", 1.0), ("firms", 0.25)):
                        ledger.append(
                            {
                                **key,
                                "complex": place,
                                "funder": funder,
                                "line": "special",
                                "purpose": purpose,
                                "year": year,
                                "entry": entry,
                                "amount": int(won * share),
                            }
                        )
    header = {
        "format": 1,
        "scenario": "noksan",
        "seed": seed,
        "dates": [
            {"complex": place, "arms": list(arms), "date": date, "label": label}
            for place in complexes
            for date, label in DATES
        ],
        "resolved": {"economy": {"macro": {"mode": "hindsight"}}},
    }
    tables = {
        "groups": pd.DataFrame(groups),
        "panel": pd.DataFrame(panel),
        "members": pd.DataFrame(members),
        "ledger": pd.DataFrame(ledger),
    }
    keys = [task._asdict() | {"complex": place} for task in tasks for place in complexes]
    tables |= network_tables(keys, networks)
    return Results(Store(tables, header, tasks))


@pytest.fixture(scope="session")
def build():
    """Make results to order."""
    return make


@pytest.fixture
def results():
    return make()
