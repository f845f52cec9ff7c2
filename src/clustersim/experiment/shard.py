"""What a pair of worlds leaves behind: the tables of a shard, and the check that it has them.

This is the one list of tables and columns; whoever makes a shard and whoever reads it goes by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from clustersim.errors import TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCHEMAS", "TABLES", "Columns", "Shard", "as_tables"]

Columns = dict[str, npt.NDArray[Any]]
"""One table: arrays of one length by the name of their column."""

Shard = dict[str, Columns]
"""All tables of one pair of worlds; a table left out has no rows."""

_TEXT, _INT, _ID, _NUMBER = "string", "int64", "uint64", "float64"

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    # the outcome of one group of firms in one year, in both worlds; ratios are already divided
    "groups": {
        "complex": _TEXT,
        "group": _TEXT,
        "outcome": _TEXT,
        "year": _INT,
        "arm_value": _NUMBER,
        "reference_value": _NUMBER,
        "unit": _TEXT,
    },
    # monthly sums over all firms of a cell; month counts from January 2000
    "months": {
        "world": _TEXT,  # arm or reference
        "complex": _TEXT,
        "sector": _TEXT,
        "size": _TEXT,
        "month": _INT,
        "output": _NUMBER,
        "sales": _NUMBER,  # nominal; all else in won of 2008
        "value_added": _NUMBER,
        "workers": _NUMBER,
        "firms": _NUMBER,
        "rd_spending": _NUMBER,
        "capacity": _NUMBER,
        "macro": _NUMBER,  # the macro index, in the base of the scenario's series
        "ties": _NUMBER,
    },
    # what happened to whom in the arm's world
    "events": {
        "time": _NUMBER,  # months since January 2000
        "kind": _TEXT,
        "complex": _TEXT,
        "instrument": _TEXT,
        "firm": _ID,  # 0: no firm
        "project": _INT,  # -1: no project
        "amount": _INT,  # won
        "detail": _NUMBER,
    },
    # the programme's accounts in the arm's world
    "ledger": {
        "complex": _TEXT,
        "funder": _TEXT,
        "line": _TEXT,
        "purpose": _TEXT,  # empty unless paid
        "year": _INT,
        "entry": _TEXT,
        "amount": _INT,  # won
    },
    # firms the programme touched, by year, in both worlds
    "panel": {
        "world": _TEXT,  # arm or reference
        "complex": _TEXT,
        "sector": _TEXT,
        "size": _TEXT,
        "id": _ID,
        "year": _INT,
        "output": _NUMBER,
        "sales": _NUMBER,  # nominal; all else in won of 2008
        "value_added": _NUMBER,
        "workers": _NUMBER,
        "firm_months": _NUMBER,
        "rd_spending": _NUMBER,
        "capacity": _NUMBER,
        "macro": _NUMBER,  # sum of the months' macro index
        "ties": _NUMBER,
        "knowledge": _NUMBER,
        "cash": _NUMBER,
        "debt": _NUMBER,
        "meetings": _NUMBER,  # of mini-clusters, attended
        "uses": _NUMBER,  # of mini-clusters
    },
    # mini-clusters of the arm's world, and the months of their pictures
    "mini_clusters": {
        "complex": _TEXT,
        "mini_cluster": _TEXT,
        "title": _TEXT,
        "launch": _NUMBER,  # months since January 2000
        "before": _INT,
        "after": _INT,
    },
    # the firms that ever join them, and the complex's institutions, once for each mini-cluster
    "nodes": {
        "complex": _TEXT,
        "mini_cluster": _TEXT,
        "id": _ID,
        "kind": _TEXT,  # firm, university or institute
        "name": _TEXT,  # of an institution
        "sector": _TEXT,
        "site": _TEXT,  # empty: the core
        "east": _NUMBER,  # km from the core's middle
        "north": _NUMBER,
        "technology": _NUMBER,  # share of a circle
        "joined": _NUMBER,  # months since January 2000
        "stands_before": _INT,  # 0 or 1: operates at the end of that month
        "stands_after": _INT,
    },
    # ties among them in those two months, in both worlds; an institution is the second
    "ties": {
        "world": _TEXT,  # arm or reference
        "complex": _TEXT,
        "mini_cluster": _TEXT,
        "month": _INT,
        "first": _ID,
        "second": _ID,
        "made": _INT,  # 0 or 1: by the programme
    },
    # how their firms are tied at the end of a year, in both worlds
    "networks": {
        "complex": _TEXT,
        "mini_cluster": _TEXT,
        "outcome": _TEXT,
        "year": _INT,
        "arm_value": _NUMBER,
        "reference_value": _NUMBER,
        "unit": _TEXT,
    },
    # who was in a group by what happened to it; who split off from them later is not listed
    "members": {"complex": _TEXT, "group": _TEXT, "id": _ID},
    # targets: was it met, and how far from it
    "targets": {
        "target": _TEXT,
        "complex": _TEXT,
        "world": _TEXT,  # arm or reference
        "hit": _NUMBER,  # 0 or 1
        "firms": _NUMBER,  # how many reached it
        "distance": _NUMBER,
        "unit": _TEXT,
    },
    # what makes the distance to a target of growth; the part `distance` is the sum of the others
    "distances": {
        "target": _TEXT,
        "complex": _TEXT,
        "part": _TEXT,
        "value": _NUMBER,
        "unit": _TEXT,
    },
    # what changed output and output per firm from one year to a later one, in both worlds
    "composition": {
        "complex": _TEXT,
        "group": _TEXT,
        "base": _INT,
        "year": _INT,
        "measure": _TEXT,
        "part": _TEXT,
        "arm_value": _NUMBER,
        "reference_value": _NUMBER,
        "unit": _TEXT,
    },
    # state money paid, in won of 2008
    "money": {"complex": _TEXT, "year": _INT, "funder": _TEXT, "paid_real": _NUMBER},
    # what simple sums say of the effect on output, all years, won of 2008
    "envelope": {"complex": _TEXT, "instrument": _TEXT, "output": _NUMBER},
    # the draw of the uncertain parameters; text for those that are no numbers
    "parameters": {"path": _TEXT, "value": _NUMBER, "text": _TEXT},
}
"""The columns of each table and their types."""

SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    table: pa.schema(
        [pa.field(name, pa.type_for_alias(kind), nullable=False) for name, kind in columns.items()]
    )
    for table, columns in TABLES.items()
}
"""The same as Arrow schemas."""


def as_tables(shard: Mapping[str, Mapping[str, npt.ArrayLike]]) -> dict[str, pa.Table]:
    """Return all tables of a shard as Arrow tables, those without rows included.

    Raises
    ------
    TaskError
        When a table or column is unknown, lacking, of the wrong type or of another length.

    Examples
    --------
    >>> tables = as_tables({"members": {"complex": ["noksan"], "group": ["supported"], "id": [7]}})
    >>> tables["members"].num_rows, tables["ledger"].num_rows
    (1, 0)
    """
    if unknown := shard.keys() - TABLES.keys():
        raise _wrong(f"unknown tables {_listed(unknown)}")
    return {
        name: _as_table(name, shard[name]) if name in shard else schema.empty_table()
        for name, schema in SCHEMAS.items()
    }


def _as_table(name: str, columns: Mapping[str, npt.ArrayLike]) -> pa.Table:
    schema = SCHEMAS[name]
    if lacking := set(schema.names) - columns.keys():
        raise _wrong(f"table {name} lacks {_listed(lacking)}")
    if unknown := columns.keys() - set(schema.names):
        raise _wrong(f"table {name} has unknown columns {_listed(unknown)}")
    arrays = [_as_array(name, field, columns[field.name]) for field in schema]
    if len({len(array) for array in arrays}) > 1:
        raise _wrong(f"the columns of table {name} differ in length")
    return pa.Table.from_arrays(arrays, schema=schema)


def _as_array(table: str, field: pa.Field, values: npt.ArrayLike) -> pa.Array:
    given = np.asarray(values)
    try:
        # an array without rows has a meaningless type: numpy makes it float
        array = pa.array(given if given.size else [], type=field.type, from_pandas=False)
    except pa.ArrowException as error:
        raise _wrong(f"column {field.name} of table {table} is no {field.type}: {error}") from error
    if array.null_count:
        raise _wrong(f"column {field.name} of table {table} has empty cells")
    return array


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _wrong(what: str) -> TaskError:
    return TaskError(f"a shard does not fit: {what}", "tables and columns are listed in shard.py")
