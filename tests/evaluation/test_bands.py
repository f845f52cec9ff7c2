"""Bands against hand-made tables whose answers are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from clustersim.errors import StoreError
from clustersim.evaluation import bands


class Task(NamedTuple):
    arm: str
    reference: str
    draw: int
    luck: int


class Store:
    def __init__(self, tasks, **tables):
        self._tasks = tasks
        self._tables = tables

    def read(self, table, /):
        # arm and reference are categorical, as in a store read from disk
        kinds = {"arm": "category", "reference": "category"}
        return self._tables[table].astype(kinds)

    def tasks(self):
        return list(self._tasks)


TASKS = [Task("a", "r", k, k) for k in range(21)]


def groups(tasks):
    return pd.DataFrame(
        {
            **task._asdict(),
            "complex": "noksan",
            "group": group,
            "outcome": "output",
            "year": year,
            "arm_value": 200.0 + task.draw + (year - 2008),
            "reference_value": 200.0 + (year - 2008),
            "unit": "KRW2008",
        }
        for task in tasks
        for group in ("all", "supported")
        for year in (2008, 2009)
    )


def test_levels_are_spread_in_each_world():
    table = bands.yearly_bands(Store(TASKS, groups=groups(TASKS)), "output")
    assert list(table["arm_name"]) == ["a", "a", "r", "r"]
    first = table.iloc[0]
    # 21 values 200..220: the quantiles are whole numbers
    assert list(first[["p05", "p25", "p50", "p75", "p95", "mean"]]) == [
        201,
        205,
        210,
        215,
        219,
        210,
    ]
    assert (table.loc[table["arm_name"] == "r", "p05"] == [200, 201]).all()
    assert (table["unit"] == "KRW2008").all()


def test_a_shared_reference_is_counted_once():
    # Were it counted per pair, the arm with more replicates would weigh on the reference's mean.
    tasks = [*TASKS, Task("b", "r", 0, 0)]
    frame = groups(tasks)
    frame["reference_value"] += frame["draw"]
    table = bands.yearly_bands(Store(tasks, groups=frame), "output").set_index(["arm_name", "year"])
    assert table.loc[("r", 2008), "mean"] == 210


def test_an_effect_is_a_percentage_of_its_own_reference():
    frame = groups(TASKS)
    frame["reference_value"] = 100.0 * (1 + frame["draw"])
    frame["arm_value"] = 101.0 * (1 + frame["draw"])
    store = Store(TASKS, groups=frame)
    percent = bands.effect_bands(store, "output")
    assert np.allclose(percent[["p05", "p95", "mean"]], 1.0)
    assert set(percent["unit"]) == {"percent"}
    level = bands.effect_bands(store, "output", measure="level")
    assert level["p50"].iloc[0] == pytest.approx(11)
    assert set(level["unit"]) == {"KRW2008"}


def test_a_missing_year_or_no_replicate_is_refused():
    frame = groups(TASKS)
    with pytest.raises(StoreError, match="missing"):
        bands.yearly_bands(Store(TASKS, groups=frame.iloc[1:]), "output")
    with pytest.raises(StoreError, match="no finished replicates"):
        bands.effect_bands(Store([], groups=frame), "output")


def firms(rows):
    """Panel rows (draw, world, id, year, sales, firm_months)."""
    names = ["draw", "world", "id", "year", "sales", "firm_months"]
    table = pd.DataFrame(rows, columns=names).astype({"id": "uint64"})
    return table.assign(arm="a", reference="r", luck=table["draw"], complex="noksan")


def entered(pairs, group="inno_core"):
    table = pd.DataFrame(pairs, columns=["draw", "id"]).astype({"id": "uint64"})
    return table.assign(arm="a", reference="r", luck=table["draw"], complex="noksan", group=group)


BIG = 2**63 + 1  # ids use all 64 bits; a float would lose the last ones


def test_dead_firms_drop_out_and_their_share_is_given():
    panel = firms(
        [
            (0, "arm", BIG, 2008, 10.0, 12),
            (0, "arm", BIG, 2009, 1.0, 2),  # closed in February: not a collapse to 1
            (0, "arm", BIG + 1, 2008, 30.0, 12),
            (0, "arm", BIG + 1, 2009, 40.0, 12),
            (0, "arm", BIG + 2, 2008, 999.0, 12),  # supported, never in Inno-Core
            (0, "reference", BIG, 2008, 10.0, 12),
            (0, "reference", BIG, 2009, 12.0, 12),
            (1, "arm", BIG, 2008, 50.0, 12),  # the same id in another replicate, never entered
        ]
    )
    members = pd.concat([entered([(0, BIG), (0, BIG + 1)]), entered([(0, BIG + 2)], "supported")])
    store = Store(TASKS[:2], panel=panel, members=members)
    table = bands.inno_core_bands(store).set_index(["world", "year"])
    assert table.loc[("arm", 2008), "p50"] == 20
    assert table.loc[("arm", 2008), "operating"] == 1
    assert table.loc[("arm", 2009), "p50"] == 40
    assert table.loc[("arm", 2009), "operating"] == 0.5
    assert table.loc[("reference", 2009), "firms"] == 1


def test_examples_are_chosen_by_rank_in_the_arm_and_shown_in_both_worlds():
    rows = [
        (0, world, k, year, 10.0 * k + (world == "arm"), 12)
        for k in range(1, 12)
        for world in ("arm", "reference")
        for year in (2008, 2009)
    ]
    store = Store(TASKS[:1], panel=firms(rows), members=entered([(0, k) for k in range(1, 12)]))
    paths = bands.inno_core_paths(store, ranks=(0, 0.5, 1))
    assert list(paths.drop_duplicates("id")["id"]) == [1, 6, 11]
    assert len(paths) == 3 * 2 * 2
    single = Store(TASKS[:1], panel=firms(rows), members=entered([(0, 4)]))
    assert set(bands.inno_core_paths(single)["id"]) == {4}
    assert len(bands.inno_core_paths(single)) == 4


def test_no_inno_core_firm_gives_empty_tables():
    members = entered([(0, 1)]).iloc[:0]
    store = Store(TASKS[:1], panel=firms([(0, "arm", 1, 2008, 1.0, 12)]), members=members)
    assert bands.inno_core_bands(store).empty
    assert bands.inno_core_paths(store).empty
    assert {"p05", "operating"} <= set(bands.inno_core_bands(store))


def test_money_is_the_mean_over_all_replicates_also_those_that_paid_nothing():
    rows = [
        (0, "state", "paid", "firms", 300),
        (0, "state", "paid", "firms", 100),
        (0, "firms", "paid", "firms", 999),
        (0, "state", "appropriated", "", 999),
        (1, "state", "lapsed", "", 60),
    ]
    ledger = pd.DataFrame(rows, columns=["draw", "funder", "entry", "purpose", "amount"])
    ledger = ledger.assign(
        arm="a", reference="r", luck=ledger["draw"], complex="noksan", line="special", year=2008
    )
    store = Store(TASKS[:4], ledger=ledger)
    paid = bands.money_paid(store)
    assert paid[["complex", "year", "purpose", "mean"]].to_numpy().tolist() == [
        ["noksan", 2008, "firms", 100.0]
    ]
    assert bands.money_lapsed(store)["mean"].tolist() == [15.0]
