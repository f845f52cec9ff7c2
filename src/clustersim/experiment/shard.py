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
        "ties": _NUMBER,
        "knowledge": _NUMBER,
        "cash": _NUMBER,
        "debt": _NUMBER,
    },
    # who belongs to the groups other than all and untreated
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
