"""What is seen of a world, against its record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import small
from clustersim.randomness import ids
from clustersim.simulation import Record
from clustersim.validation.worlds import observe


@pytest.fixture(scope="module")
def record():
    return small.run("economy.macro.mode=hindsight", arm="no_programme")


@pytest.fixture(scope="module")
def seen(record):
    return observe(small.spec("economy.macro.mode=hindsight", arm="no_programme"), record)["noksan"]


def made(rows, splits=()):
    """A record of firm-years made by hand: id, year, and what differs from a plain year."""
    plain = {
        "complex": small.CODE,
        "sector": 0,
        "counted": True,
        "stands": True,
        "output": 12e9,
        "sales": 12e9,
        "value_added": 4e9,
        "workers": 240.0,
        "firms": 12.0,
        "rd_spending": 0.0,
        "capacity": 1.0,
        "macro": 12.0,
        "ties": 0.0,
        "profit": 1.0,
        "wages": 1.0,
        "age": 120.0,
        "export_share": 0.0,
        "anchor": 0.0,
    }
    table = pd.DataFrame([plain | {"id": name, "year": year} | more for name, year, more in rows])
    table["id"] = table["id"].astype(np.uint64)
    panel = {name: table[name].to_numpy() for name in table}
    ties = {
        "month": np.array([95]),
        "first": np.array([1], dtype=np.uint64),
        "second": np.array([2], dtype=np.uint64),
        "made": np.array([False]),
    }
    return Record({}, panel, {}, [], {}, list(splits), ties)


def looked(rows, splits=()):
    return observe(small.spec(), made(rows, splits))["noksan"].firms


def test_growth_is_that_of_two_whole_years_in_a_row():
    one, other = ids.make(0, small.CODE, [1, 2]).tolist()
    firms = looked(
        [
            (one, 2007, {"output": 10e9}),
            (one, 2008, {"output": 20e9}),
            (one, 2009, {"output": 5e9, "firms": 6.0}),
            (other, 2008, {}),
            (other, 2010, {}),  # as if a year were missing
        ]
    )
    growth = firms["growth"].to_numpy()
    assert growth[1] == pytest.approx(np.log(2.0))
    assert np.isnan(growth[[0, 2, 3, 4]]).all()
    assert firms["workers"].tolist() == [20.0, 20.0, 40.0, 20.0, 20.0]  # means of months worked


def test_neighbours_that_one_float_would_take_for_one_firm_are_two():
    names = ids.make(100, small.CODE, [0, 1, 2, 3]).tolist()
    assert len({float(name) for name in names}) < len(names)  # the trap
    firms = looked([(name, 2008 + k, {}) for k, name in enumerate(names)])
    assert firms["growth"].isna().all()


def test_a_firm_that_gave_a_part_away_has_not_shrunk():
    parent, child = ids.make(0, small.CODE, 1), ids.make(102, small.CODE, 1 << 31)  # July 2008
    firms = looked(
        [(int(parent), year, {"output": 1e9 * (2018 - year)}) for year in range(2006, 2012)],
        [(int(parent), int(child))],
    )
    known = firms.set_index("year")["growth"].notna()
    assert known[known].index.tolist() == [2007, 2010, 2011]


def test_how_a_firm_came_is_told_by_its_id(record, seen):
    kinds = seen.firms.drop_duplicates("id")["kind"].value_counts()
    assert set(kinds.index) == {"incumbent", "birth", "relocation", "split"}
    here = set(seen.firms["id"].tolist())
    assert kinds["split"] == len({new for _, new in record.splits} & here)
    born = ids.birth_month(record.panel["id"])
    incumbents = {
        i for i, b in zip(record.panel["id"].tolist(), born.tolist(), strict=True) if not b
    }
    assert kinds["incumbent"] == len(incumbents)


def test_ages_go_on_by_a_year_and_begin_with_birth(seen):
    firms = seen.firms
    again = firms["last_age"].notna()
    assert (firms["age"] - firms["last_age"])[again].to_numpy() == pytest.approx(1.0)
    first = firms[(firms["kind"] == "birth") & (firms["came"] == firms["year"])]
    assert first["age"].between(0.0, 1.0).all()


def test_relative_growth_has_no_mean_in_a_sector_and_year(seen):
    means = seen.firms.groupby(["sector", "year"])["relative"].mean().dropna()
    assert len(means) > 5
    assert means.to_numpy() == pytest.approx(np.zeros(len(means)), abs=1e-12)


def test_anchors_and_sites_that_do_not_count_are_left_out():
    names = ids.make(0, small.CODE, [1, 2, 3]).tolist()
    more = [{}, {"anchor": 1.0, "output": 1e15}, {"counted": False}]
    firms = looked([(name, 2008, each) for name, each in zip(names, more, strict=True)])
    assert firms["id"].tolist() == names[:1]
