"""Regressions on simulated firms find the elasticities that were put in.

The worlds are flat and, where the equation has no luck of its own, quiet: splits, exits and what
else would confound are switched off, so that an estimate off the mark is an error of the model.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "economy"))

import small_economy as se

Z = se.Z
STILL = {
    "displacement": {"switch": "off"},
    "spillovers": {"switch": "off"},
    "turnover": {
        "entry": 0.0,
        "relocation": 0.0,
        "split": 0.0,
        "exit": 0.0,
        "newborn_size": 1.0,  # or the young would grow by themselves
    },
}
COLUMNS = ("output", "workers", "stock", "reference_stock", "birth_stock", "pool", "birth_pool")


def rules(**blocks):
    """Quiet rules with some numbers of their blocks set, as they are stored."""
    spec = se.rules()
    for name in STILL | blocks:
        numbers = STILL.get(name, {}) | blocks.get(name, {})
        block = getattr(spec, name).model_copy(update=numbers)
        spec = spec.model_copy(update={name: block})
    return spec


def panel(years, firms=600, noise=0.0, **blocks):
    """Firms month by month: `COLUMNS`, and the stock at the end of the month before."""
    growth = {"sd": noise, "quality_sd": 0.0} | blocks.pop("growth", {})
    place = {"here": se.complex_(firms=firms, workers=round(18.5 * firms), output="20조원")}
    world = se.economy(rules(growth=growth, **blocks), place, end=se.START + 12 * years)
    rows, last = [], world.firms.stock.copy()
    for month in range(12 * years):
        world.step(se.START + month)
        mine = world.firms
        columns = {name: getattr(mine, name).copy() for name in COLUMNS}
        rows.append(pd.DataFrame(columns | {"id": mine.ids, "month": month, "last_stock": last}))
        if month % 12 == 11:  # those that closed leave in January
            mine = mine.take(mine.alive > 0.0)
        last = mine.stock.copy()
    return pd.concat(rows, ignore_index=True)


def within_firms_and_months(frame, *names):
    """Columns less their means by firm and by month; the panel is balanced."""
    found = frame.copy()
    for name in names:
        values = found[name]
        found[name] = (
            values
            - values.groupby(found["id"]).transform("mean")
            - values.groupby(found["month"]).transform("mean")
            + values.mean()
        )
    return found


def fitted(frame, outcome, *causes):
    """Least squares with firm and month effects, errors clustered by firm."""
    data = within_firms_and_months(frame, outcome, *causes)
    model = sm.OLS(data[outcome], data[list(causes)])
    return model.fit(cov_type="cluster", cov_kwds={"groups": frame["id"].to_numpy() % 2**32})


# ---------------------------------------------------------------- knowledge


@pytest.mark.parametrize(("elasticity", "noise"), [(0.03, 0.0), (0.08, 0.0), (0.08, 0.03)])
def test_the_elasticity_of_sales_to_knowledge(elasticity, noise):
    """At the median stock d log sales / d log K is what was put in: half the slope on log(1+K/K0).

    Sales of a month stand on the stock at the end of the one before. Noise is low where there is
    any: lucky firms do more research, so fixed effects find too much where luck is large.
    """
    data = panel(8, noise=noise, knowledge={"elasticity": elasticity, "intensity_spread": 1.2})
    data = data[(data["birth_stock"] > 0.0) & (data["month"] % 12 == 11)]
    data = data.assign(
        log_output=np.log(data["output"]),
        known=np.log1p(data["last_stock"] / data["reference_stock"]),
    )
    found = fitted(data, "log_output", "known")
    error = found.bse["known"]
    if noise:
        assert error < 0.03  # or it would find anything
        assert abs(found.params["known"] - 2 * elasticity) < Z * error
    else:
        assert found.params["known"] == pytest.approx(2 * elasticity, rel=1e-6)


@pytest.mark.parametrize("elasticity", [0.02, 0.06])
def test_the_elasticity_of_sales_to_others_knowledge(elasticity):
    """Own knowledge moves with others' by chance alone, so both stand in the regression."""
    data = panel(
        6,
        spillovers={"switch": "on", "elasticity": elasticity, "nearby": 0.003},
        ties={"formed": 0.5},
    )
    data = data[data["month"] % 12 == 11]
    data = data.assign(
        log_output=np.log(data["output"]),
        reach=np.log1p(data["pool"] / data["reference_stock"]),
        known=np.log1p(data["last_stock"] / data["reference_stock"]),
    )
    found = fitted(data, "log_output", "reach", "known")
    assert data["reach"].std() > 0.1
    assert found.params["reach"] == pytest.approx(2 * elasticity, rel=1e-6)


def test_without_an_elasticity_none_is_found():
    data = panel(6, noise=0.03, knowledge={"elasticity": 0.0})
    data = data[(data["birth_stock"] > 0.0) & (data["month"] % 12 == 11)]
    data = data.assign(
        log_output=np.log(data["output"]),
        known=np.log1p(data["last_stock"] / data["reference_stock"]),
    )
    found = fitted(data, "log_output", "known")
    assert abs(found.params["known"]) < Z * found.bse["known"]


# ---------------------------------------------------------------- employment


@pytest.mark.parametrize(("elasticity", "lag"), [(0.4, 12.0), (0.7, 6.0)])
def test_the_elasticity_and_lag_of_employment(elasticity, lag):
    """log workers on its own past and on log output: a partial adjustment.

    The equation adjusts workers, not their log, which leaves two per cent.
    """
    data = panel(
        8, firms=300, noise=0.18,
        accounts={"employment_elasticity": elasticity, "employment_lag": lag},
    ).sort_values(["id", "month"])  # fmt: skip
    data["log_workers"], data["log_output"] = np.log(data["workers"]), np.log(data["output"])
    data["before"] = data.groupby("id")["log_workers"].shift()
    found = fitted(data.dropna(), "log_workers", "before", "log_output").params
    assert 1.0 / (1.0 - found["before"]) == pytest.approx(lag, rel=0.02)
    long_run = found["log_output"] / (1.0 - found["before"])
    assert long_run == pytest.approx(elasticity, rel=0.02)


# ---------------------------------------------------------------- growth, exit, participation


@pytest.mark.parametrize("exponent", [-0.18, -0.10])
def test_the_size_exponent_of_the_sd_of_growth(exponent):
    """The slope of log |growth| on log size: the shape of growth hardly changes with size."""
    growth = {"size_exponent": exponent, "autocorrelation_small": -0.1}
    growth["autocorrelation_large"] = -0.1  # one mixture of shocks at all sizes
    data = panel(3, firms=4000, noise=0.18, growth=growth)
    by_year = data.groupby([data["month"] // 12, "id"])["output"].sum()
    change = np.log(by_year[2] / by_year[1])
    size = np.log(data[data["month"] == 0].set_index("id")["workers"].loc[change.index])
    off = np.log((change - change.median()).abs())
    found = sm.OLS(off, sm.add_constant(size)).fit()
    slope, error = found.params["workers"], found.bse["workers"]
    assert error < 0.025
    assert abs(slope - exponent) < Z * error


def test_the_size_exponent_and_level_of_exit():
    """A Poisson regression of exits on log size, months at risk as exposure."""
    put_in = {"exit": 0.12, "exit_size_exponent": -0.25, "young": 0.0}
    data = panel(4, firms=4000, turnover=put_in)
    at_risk = data[data["output"] > 0.0]
    months = at_risk.groupby("id")["month"].agg(["count", "max"])
    gone = (months["max"] < data["month"].max()).astype(float)
    size = np.log(data[data["month"] == 0].set_index("id")["workers"].loc[gone.index] / 28.0)
    model = sm.GLM(
        gone,
        sm.add_constant(size),
        family=sm.families.Poisson(),
        exposure=months["count"].to_numpy() / 12.0,
    )
    found = model.fit()
    assert found.bse["workers"] < 0.04
    assert abs(found.params["workers"] + 0.25) < Z * found.bse["workers"]
    assert abs(found.params["const"] - np.log(0.12)) < Z * found.bse["const"]


@pytest.mark.parametrize(
    ("block", "name", "column"),
    [("knowledge", "participation_slope", "stock"), ("demand", "size_slope", "export_share")],
)
def test_the_slope_of_taking_part_with_size(block, name, column):
    """A logit of doing research, or of exporting, on log workers."""
    firms = se.economy(
        rules(**{block: {name: 0.6}}), {"x": se.complex_(firms=4000, workers=74_000)}
    ).firms
    size = sm.add_constant(np.log(firms.birth_workers))
    found = sm.Logit((getattr(firms, column) > 0.0).astype(float), size).fit(disp=False)
    assert found.bse[1] < 0.05
    assert abs(found.params[1] - 0.6) < Z * found.bse[1]
