"""Small hand-made tables whose answers can be worked out on paper."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest


@dataclass(frozen=True, order=True)
class Pair:
    arm: str
    reference: str
    draw: int
    luck: int


def diagonal(count, arm="as_announced"):
    return [Pair(arm, "no_programme", k, k) for k in range(count)]


def crossed(draws, lucks, arm="as_announced"):
    return [Pair(arm, "no_programme", d, k) for d in range(draws) for k in range(lucks)]


def groups_table(tasks, value, *, outcome="output", unit="KRW2008", group="all", year=2010):
    """One row per task; ``value(task)`` gives the arm's and the reference's value."""
    rows = [
        {
            "arm": t.arm,
            "reference": t.reference,
            "draw": t.draw,
            "luck": t.luck,
            "complex": "noksan",
            "group": group,
            "outcome": outcome,
            "year": year,
            "arm_value": float(value(t)[0]),
            "reference_value": float(value(t)[1]),
            "unit": unit,
        }
        for t in tasks
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def make():
    class Make:
        pass

    Make.Pair, Make.diagonal, Make.crossed = Pair, staticmethod(diagonal), staticmethod(crossed)
    Make.groups = staticmethod(groups_table)
    return Make
