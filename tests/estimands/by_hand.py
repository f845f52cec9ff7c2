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
    table["stands"] = np.array([row.get("stands", True) for _, _, row in rows], dtype=np.bool_)
    table["site"] = np.zeros(len(rows), dtype=np.int64)
    for name in ("east", "north", "technology"):
        table[name] = np.array([float(row.get(name, 0.0)) for _, _, row in rows])
    for name in (*FLOWS, *STOCKS):
        table[name] = np.array([float(row.get(name, 12.0)) for _, _, row in rows])
    return table


def ties(*rows):
    """Ties as recorded; each row is (month, first, second, made)."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    types = {"month": np.int64, "first": np.uint64, "second": np.uint64, "made": np.bool_}
    return {
        name: np.array(values, dtype=kind)
        for (name, kind), values in zip(types.items(), columns, strict=True)
    }


def event(kind, firm=0, time=110.5, complex_="noksan", **more):
    instrument = "inno_core" if kind in {"chosen", "package"} else "field_customised_rnd"
    return Event(time, kind, complex_, instrument, firm, **more)
