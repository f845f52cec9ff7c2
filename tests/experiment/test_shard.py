"""The list of tables, and the check that a shard keeps to it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from toy_pairs import TASKS, shard

from clustersim.errors import TaskError
from clustersim.experiment.shard import SCHEMAS, TABLES, as_tables


def test_every_table_is_there_with_its_columns_and_types():
    tables = as_tables(shard(TASKS[0]))
    assert {name: table.schema for name, table in tables.items()} == dict(SCHEMAS)
    assert tables["events"].num_rows == 0
    assert tables["groups"].num_rows == 5


def test_no_column_clashes_with_the_key_of_a_task():
    for columns in TABLES.values():
        assert not columns.keys() & {"arm", "reference", "draw", "luck"}


def test_arrays_without_rows_need_no_type():
    tables = as_tables({"members": {"complex": [], "group": [], "id": []}})
    assert tables["members"].schema.field("id").type == pa.uint64()


def changed(**columns):
    members = shard(TASKS[0])["members"] | columns
    return {"members": {name: column for name, column in members.items() if column is not None}}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"membres": {}}, "unknown tables membres"),
        (changed(id=None), "table members lacks id"),
        (changed(firm=np.array([1])), "table members has unknown columns firm"),
        (changed(id=np.array([1, 2])), "the columns of table members differ in length"),
        (changed(id=np.array([-1])), "column id of table members is no uint64"),
        (changed(id=np.array([0.5])), "column id of table members is no uint64"),
        (changed(id=np.array([np.nan])), "column id of table members is no uint64"),
        (changed(id=np.array(["7"])), "column id of table members is no uint64"),
        (changed(id=np.array([[7]])), "column id of table members is no uint64"),
        (changed(group=np.array([7])), "column group of table members is no string"),
        (changed(group=np.array([None])), "column group of table members has empty cells"),
    ],
)
def test_a_shard_that_does_not_fit_is_refused(wrong, message):
    with pytest.raises(TaskError, match=f"a shard does not fit: {message}.*\ntables and columns"):
        as_tables(wrong)
