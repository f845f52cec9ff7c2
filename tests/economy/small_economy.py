"""Economies of a few hundred firms, and what is read of them."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from clustersim.economy.macro import MacroSpec, Point, Series
from clustersim.economy.month import ComplexSpec, Economy, EconomySpec
from clustersim.economy.population import Figures
from clustersim.economy.state import Firms
from clustersim.economy.ties import TiesSpec
from clustersim.randomness import Domain, Luck

SEED = 20080624
START, AS_OF = 72, 93  # January 2006, October 2007
SECTORS = ("machinery", "steel")
Z = float(stats.norm.isf(0.5e-6))
"""Standard errors that a true mean is off by once in a million."""

FIGURES = {
    "as_of": "2007-10",
    "firms": 300,
    "workers": 5550,
    "output": "1조 3000억원",
    "share_small": "93 %",
    "export_share": "25 %",
    "sectors": {"machinery": 70, "steel": 30},
}


def figures(**changes):
    return Figures.model_validate(FIGURES | changes)


def complex_(code=7, **changes):
    return ComplexSpec(code=code, title="A complex", figures=figures(**changes))


def luck(index=0):
    return Luck(SEED, index, Domain.LUCK)


def series(*points):
    return Series(
        points=tuple(Point(month=month, value=value, tag=tag) for month, value, tag in points)
    )


HINDSIGHT = MacroSpec(
    mode="hindsight",
    output={
        "national": series(
            ("2006-01", 92, "assumed"),
            ("2007-07", 97, "assumed"),
            ("2008-05", 102, "observed"),
            ("2009-02", 85, "observed"),
            ("2010-06", 104, "assumed"),
        ),
        "steel": series(("2006-01", 90, "assumed"), ("2008-05", 108, "observed")),
    },
    prices={
        "national": series(
            ("2006-07", 88, "assumed"), ("2008-07", 100, "observed"), ("2011-07", 109, "assumed")
        )
    },
    size={"300+": series(("2008-10", 100, "assumed"), ("2009-01", 108, "observed"))},
)
FLAT = MacroSpec(mode="flat")


def rules(macro=FLAT, **blocks):
    return EconomySpec(sectors=SECTORS, macro=macro, **blocks)


def tie_rules(**numbers):
    """The rules of ties, rates as plain numbers a year."""
    return TiesSpec().model_copy(update=numbers)


def economy(spec=None, complexes=None, *, index=0, start=START, end=START + 167, scale=1.0):
    return Economy(
        spec or rules(),
        complexes or {"here": complex_()},
        luck(index),
        start=start,
        end=end,
        effect_scale=scale,
    )


def bare(ids, size, **columns):
    """Firms without an economy: born now, in one complex and sector, all columns but these 0."""
    ids = np.asarray(ids, dtype=np.uint64)
    zeros = np.zeros(len(ids), dtype=np.int64)
    firms = Firms(ids, complex_=zeros, sector=zeros, born=zeros, birth_class=zeros)
    firms.birth_workers = firms.workers = size
    firms.alive = 1.0
    for name, value in columns.items():
        setattr(firms, name, value)
    return firms


def outcomes(world, month):
    """The sums of a month, of firms that operated in it."""
    firms = world.firms
    live = firms.output > 0.0
    return {
        "output": firms.output.sum(),
        "sales": np.sum(firms.output * world.prices(month)),
        "firms": live.sum(),
        "workers": firms.workers[live].sum(),
        "value_added": firms.value_added.sum(),
        "rd_spending": firms.rd_spending.sum(),
        "capacity": firms.capacity[live].sum(),
        "profit": firms.profit.sum(),
        "cash": firms.cash[live].sum(),
        "debt": firms.debt[live].sum(),
        "ties": firms.ties[live].sum(),
        "exports": np.sum(firms.output * firms.export_share),
    }


def history(world, last, first=START):
    """Each outcome month by month."""
    rows = []
    for month in range(first, last + 1):
        world.step(month)
        rows.append(outcomes(world, month))
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}


def paths(world, last, first=START, without=()):
    """Every firm's whole block month by month, by id, but for some columns."""
    found = {}
    kept = [row for row, name in enumerate(Firms.columns) if name not in without]
    for month in range(first, last + 1):
        world.step(month)
        for number, id_ in enumerate(world.firms.ids.tolist()):
            found[id_, month] = world.firms.block[kept, number].tobytes()
    return found


def first_error(model, values):
    """What is wrong with values, and where; a validator's message and hint apart."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    detail = caught.value.errors()[0]
    context = detail.get("ctx", {})
    return context.get("message", detail["msg"]), context.get("hint", ""), context.get("at", ())


def within(sample, expected, slack=0.0):
    """Whether the mean of independent numbers is the expected one, but for luck and some slack."""
    sample = np.asarray(sample, dtype=float)
    error = sample.std(ddof=1) / np.sqrt(len(sample))
    return abs(sample.mean() - expected) <= Z * error + slack
