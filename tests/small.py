"""A small complex like Noksan, in which a whole world takes a sixth of a second.

A fifth of Noksan's firms, each as large as there or larger, so that some stand in the band of 15 to
20 bn won; less money than good applications; two sectors whose prices differ.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from clustersim.estimands.contrast import contrast
from clustersim.programme.ledger import SOURCES, USES
from clustersim.randomness import Domain, Luck
from clustersim.scenario import load
from clustersim.simulation import simulate

SEED = 20080624
CODE = 2

SMALL: dict[str, Any] = {
    "name": "small",
    "title": "a fifth of Noksan",
    "start": "2007-01",
    "end": "2013-12",
    "seed": SEED,
    "complexes": {
        "noksan": {
            "code": CODE,
            "title": "Noksan",
            "figures": {
                "as_of": "2007-10",
                "firms": 250,
                "workers": 4628,
                "output": "1조 9000억원",
                "share_small": "93 %",
                "size_spread": 1.05,  # most firms are large enough to apply for something
                "export_share": "25 %",
                "sectors": {"machinery": 3, "steel": 1},
            },
        }
    },
    "economy": {
        "sectors": ["machinery", "steel"],
        "demand": {"exporters": "60 %"},  # of so few firms, some luck leaves none that is large
        "macro": {
            "output": {
                "national": {
                    "points": [
                        {"month": "2007-01", "value": 97, "tag": "assumed"},
                        {"month": "2008-06", "value": 102, "tag": "observed"},
                        {"month": "2009-02", "value": 86, "tag": "observed"},
                        {"month": "2010-03", "value": 100, "tag": "observed"},
                    ]
                }
            },
            "prices": {
                "national": {
                    "points": [
                        {"month": "2007-07", "value": 89, "tag": "observed"},
                        {"month": "2008-07", "value": 100, "tag": "observed"},
                        {"month": "2011-07", "value": 109, "tag": "assumed"},
                    ]
                },
                "steel": {
                    "points": [
                        {"month": "2007-07", "value": 80, "tag": "observed"},
                        {"month": "2008-07", "value": 100, "tag": "observed"},
                    ]
                },
            },
        },
    },
    "programme": {
        "complexes": {
            "noksan": {
                "budget": {
                    "amount": "22억원",
                    "starts": "2008-07-01",
                    "path": {2008: 79.8, 2009: 68.8, 2010: 66.8, 2011: 61.4},
                    "lines": {
                        "network": {"share": "51 %"},
                        "special": {"share": "33 %"},
                        "rnd": {"share": "15 %"},
                    },
                },
                "timetable": {"announcement": {"date": "2008-06-24", "label": "announced"}},
                "rnd": {
                    "first": "2008-10-01",
                    "month_of_year": 3,
                    "last_year": 2011,
                    "lines": {"rnd": "100 %", "special": "40 %"},
                },
                "inno_core": {"opens": "2009-03-02", "line": "special"},
            }
        }
    },
    "arms": {
        "double_budget": {
            "title": "twice the money",
            "programme": {"complexes": {"noksan": {"budget": {"amount": "44억원"}}}},
        },
    },
    "targets": {
        "reach_30": {
            "kind": "reach",
            "title": "an Inno-Core firm sells 30 bn won",
            "complex": "noksan",
            "group": "inno_core",
            "sales": "300억원",
            "by": 2013,
        },
        "output_20": {
            "kind": "growth",
            "title": "output per firm 20 % over 2007, nominal",
            "complex": "noksan",
            "group": "all",
            "growth": "20 %",
            "base": 2007,
            "by": 2011,
        },
    },
}

NOKSAN = "programme.complexes.noksan"


@lru_cache(maxsize=64)
def scenario(*changes):
    """The small scenario with some changes, each `path=value`."""
    return load(SMALL, set=changes)


def spec(*changes, arm="as_announced"):
    """One arm's specs at central values."""
    return scenario(*changes).arms[arm].spec


def luck(index=0):
    return Luck(SEED, index, Domain.LUCK)


def run(*changes, arm="as_announced", index=0):
    """One world at central values."""
    return simulate(spec(*changes, arm=arm), luck(index))


class Pair(NamedTuple):
    """An arm's world and the reference's, with the arm's specs and what `contrast` says."""

    spec: Any
    arm: Any
    reference: Any
    tables: dict[str, pd.DataFrame]


def pair(*changes, arm="as_announced", reference="no_programme", index=0):
    """A pair of worlds at central values."""
    worlds = [run(*changes, arm=name, index=index) for name in (arm, reference)]
    tables = contrast(spec(*changes, arm=arm), *worlds)
    return Pair(spec(*changes, arm=arm), *worlds, {name: frame(t) for name, t in tables.items()})


def frame(columns):
    return pd.DataFrame(dict(columns))


def events(record, *kinds, instrument=None):
    """The events of some kinds, in order."""
    return [
        event
        for event in record.events
        if event.kind in kinds and instrument in {None, event.instrument}
    ]


def with_heirs(firms, record):
    """Some firms and all that split off from them."""
    found = set(firms)
    for old, new in record.splits:
        if old in found:
            found.add(new)
    return found


def ledger(record, complex_="noksan"):
    """The ledger's rows, as anybody can read them."""
    return pd.DataFrame(record.ledgers[complex_])


def paid(record, **where):
    """Won paid, by funder, line, purpose or year."""
    rows = ledger(record)
    rows = rows[rows["entry"] == "paid"]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return int(rows["amount"].sum())


def assert_ledger_adds_up(record, complex_="noksan"):
    """Invariant 4, from the public rows: each book's two sides, and nothing left at the close."""
    rows = ledger(record, complex_)
    books = rows.pivot_table(
        index=["funder", "line", "year"], columns="entry", values="amount", aggfunc="sum"
    ).fillna(0)
    books = books.reindex(columns=[*SOURCES, *USES], fill_value=0).astype(np.int64)
    assert (books >= 0).all(axis=None)
    sources, uses = (books[list(side)].sum(axis=1) for side in (SOURCES, USES))
    assert (sources == uses).all()
    assert not books[["committed", "free"]].any(axis=None)
    onward = books["carried_out"].rename(lambda year: year + 1, level="year")
    last = books.index.get_level_values("year").max()
    onward = onward[onward.index.get_level_values("year") <= last]
    here = books["carried_in"].reindex(onward.index.union(books.index), fill_value=0)
    assert (here == onward.reindex(here.index, fill_value=0)).all()


def assert_same(one, other):
    """Two tables are equal bit for bit."""
    assert list(one) == list(other)
    for name, values in one.items():
        there = other[name]
        assert values.dtype == there.dtype
        assert len(values) == len(there), name
        same = values == there if values.dtype == object else values.tobytes() == there.tobytes()
        assert np.all(same), name
