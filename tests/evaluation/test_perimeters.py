from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from clustersim.estimands.groups import OUTSIDE
from clustersim.evaluation.money import fieller
from clustersim.evaluation.perimeters import displaced, shares


def test_a_share_is_a_ratio_of_means_in_the_world_without_the_programme(make):
    tasks = make.diagonal(2)
    every = make.groups(tasks, lambda t: (999.0, (100.0, 300.0)[t.draw]))
    members = make.groups(tasks, lambda t: (999.0, (50.0, 30.0)[t.draw]), group="members")
    table = shares(pd.concat([every, members]), tasks).set_index("group")["share"]
    assert table["all"] == 1.0
    assert table["members"] == pytest.approx(80 / 400)  # the mean of the shares would be 0.3


def test_what_rivals_lose_is_summed_over_years_and_seen_beside_the_gain_of_all_firms(make):
    tasks = make.diagonal(3)
    gain, lost = np.array([10.0, 20.0, 60.0]), np.array([4.0, 4.0, 22.0])
    tables = [
        make.groups(tasks, lambda t, g=g: (900 + g[t.draw] / 2, 900.0), group=group, year=year)
        for group, g in (("all", 0.8 * gain), ("rivals", -lost), ("nation", gain - lost))
        for year in (2010, 2011)
    ]
    (row,) = displaced(pd.concat(tables), tasks).to_dict("records")
    assert (row["share"], row["low"], row["high"]) == pytest.approx(
        fieller(lost, gain), nan_ok=True
    )
    assert row["share"] == pytest.approx(30 / 90)


def test_where_draws_and_lucks_cross_the_doubt_of_both_counts(make):
    """What rivals lose differs by draw and by luck; two draws have one degree of freedom."""
    lost = np.array([[4.0, 6.0, 11.0], [7.0, 9.0, 14.0]])

    tasks = make.crossed(2, 3)
    tables = [
        make.groups(tasks, lambda t, g=gain: (100.0 + g - lost[t.draw, t.luck], 100.0), group=group)
        for group, gain in (("rivals", 0.0), ("nation", 20.0))
    ]
    (row,) = displaced(pd.concat(tables), tasks).to_dict("records")
    assert row["share"] == pytest.approx(lost.mean() / 20.0)
    by_draw, by_luck = lost.mean(axis=1), lost.mean(axis=0)
    error = np.sqrt(np.var(by_draw, ddof=1) / 2 + np.var(by_luck, ddof=1) / 3) / 20.0
    half = stats.t.ppf(0.975, 1) * error
    assert (row["low"], row["high"]) == pytest.approx((row["share"] - half, row["share"] + half))


def test_without_a_gain_nothing_is_displaced(make):
    tasks = make.diagonal(2)
    tables = [make.groups(tasks, lambda _: (5.0, 5.0), group=group) for group in OUTSIDE]
    (row,) = displaced(pd.concat(tables), tasks).to_dict("records")
    assert np.isnan(row["share"])
    assert displaced(tables[1], tasks).empty  # nobody looked at the rivals
