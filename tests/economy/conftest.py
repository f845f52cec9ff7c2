"""Panels that several tests read; each is simulated once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from small_economy import HINDSIGHT, START, bare, complex_, economy, history, luck, rules

from clustersim.economy.growth import Growth, GrowthSpec


@pytest.fixture(scope="session")
def grown():
    """Firms that grow by luck alone; `yearly` is log growth by year, size and firm."""
    sizes, each, years = np.array([10.0, 28.0, 250.0, 1000.0]), 5000, 8
    growth = Growth(GrowthSpec())
    firms = bare(np.arange(1, len(sizes) * each + 1), np.repeat(sizes, each))
    growth.birth(firms, luck())
    _, transitory, _ = Growth.streams
    for month in range(-24, 0):  # the transitory part comes to its long-run spread
        growth.revert(firms, luck().uniform(transitory, month, firms.ids))
    sales = np.zeros((years, len(firms)))
    for month in range(12 * years):
        u = luck().matrix(Growth.streams, month, firms.ids)
        growth.step(firms, u, np.full(len(firms), float(month)))
        sales[month // 12] += np.exp(firms.permanent + firms.transitory + firms.drift)
    yearly = np.diff(np.log(sales), axis=0).reshape(years - 1, len(sizes), each)
    return SimpleNamespace(spec=growth.spec, sizes=sizes, firms=firms, yearly=yearly)


@pytest.fixture(scope="session")
def brought_forward():
    """Forty populations from the start to the end of the year of the figures, 22 months on."""

    def one(index):
        world = economy(rules(HINDSIGHT), index=index, end=START + 23)
        sums = history(world, START + 23)
        live = world.firms.output > 0.0
        sums["small"] = np.mean(world.firms.workers[live] <= 50.0)
        sums["steel"] = np.mean(world.firms.sector[live] == 1)
        return sums

    runs = [one(index) for index in range(40)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


@pytest.fixture(scope="session")
def flat_years():
    """Each outcome over thirty years without macro, of six complexes of 1,500 firms.

    The figures are of the start; before them a complex is scaled back along its turnover.
    """
    start = {"as_of": "2006-01", "firms": 1500, "workers": 27_750}
    complexes = {f"c{n}": complex_(n, **start) for n in range(1, 7)}
    return history(economy(rules(), complexes, end=START + 359), START + 359)
