"""Two worlds small enough to be added up by head: five firms, two complexes, two years."""

from __future__ import annotations

import numpy as np

from clustersim.programme.office import Event
from clustersim.randomness import ids
from clustersim.simulation.recorder import FLOWS, STOCKS

CODE, OTHER = 2, 9
ONE, TWO, THREE, FOUR = (int(ids.make(0, CODE, slot)) for slot in (1, 2, 3, 4))
ELSEWHERE = int(ids.make(0, OTHER, 1))


def panel(*rows):
    """A yearly panel; each row is (firm, year, {column: value}), the rest is 12 months of 1."""
    table = {
        "id": np.array([firm for firm, _, _ in rows], dtype=np.uint64),
        "complex": np.array([ids.complex_of(firm) for firm, _, _ in rows], dtype=np.int64),
        "sector": np.zeros(len(rows), dtype=np.int64),
        "year": np.array([year for _, year, _ in rows], dtype=np.int64),
    }
    table["counted"] = np.ones(len(rows), dtype=np.bool_)
    for name in (*FLOWS, *STOCKS):
        table[name] = np.array([float(row.get(name, 12.0)) for _, _, row in rows])
    return table


def event(kind, firm=0, time=110.5, complex_="noksan", **more):
    instrument = "inno_core" if kind in {"chosen", "package"} else "field_customised_rnd"
    return Event(time, kind, complex_, instrument, firm, **more)
