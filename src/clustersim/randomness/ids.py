"""Ids: one 64-bit name for every firm that lives, or could have lived, in any arm.

========== ======= =====================================================================
bits       field   meaning
========== ======= =====================================================================
48 to 63   month   of birth, counted from January 2000; 0 for the firms of the start
32 to 47   complex its number, the same whichever complexes a run holds
0 to 31    slot    the birth's number in that month, or the hash of a row of a roster
========== ======= =====================================================================

Slots from `RESERVED` on are never a roster's: they are for what a scenario names, from
`INSTITUTIONS` on universities and institutes, which are no firms but have ties.

So births sort behind the living, a complex simulated alone has the firms it has beside others,
and no id is used twice. The id 0 means no firm.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

from clustersim.errors import InputError
from clustersim.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from clustersim.arrays import IdArray, IntArray

__all__ = [
    "INSTITUTIONS",
    "RESERVED",
    "birth_month",
    "complex_of",
    "make",
    "roster_slots",
    "slot",
]

RESERVED: Final = 0xFFFE_0000
INSTITUTIONS: Final = 0xFFFF_0000


def make(birth_month: ArrayLike, complex_: ArrayLike, slot: ArrayLike) -> IdArray:
    """Return ids from their three fields, which broadcast together.

    Raises
    ------
    ValueError
        When a field does not fit its bits, or an id would be 0.

    Examples
    --------
    >>> make(102, 3, 1)
    np.uint64(28710460509388801)
    >>> make(0, 3, np.arange(1, 4))
    array([12884901889, 12884901890, 12884901891], dtype=uint64)
    """
    month = _field("birth month", birth_month, 16) << np.uint64(48)
    place = _field("complex", complex_, 16) << np.uint64(32)
    ids: IdArray = month | place | _field("slot", slot, 32)
    if not np.all(ids):
        raise ValueError("the id 0 means no firm; count complexes or slots from 1")
    return ids


def birth_month(ids: ArrayLike) -> IntArray:
    """Return the month of birth, counted from January 2000; 0 for the firms of the start.

    >>> birth_month(make(102, 3, [1, 2]))
    array([102, 102])
    """
    return _bits(ids, 48, 0xFFFF)


def complex_of(ids: ArrayLike) -> IntArray:
    """Return the number of the complex.

    >>> complex_of(make(102, 3, [1, 2]))
    array([3, 3])
    """
    return _bits(ids, 32, 0xFFFF)


def slot(ids: ArrayLike) -> IntArray:
    """Return the slot.

    >>> slot(make(102, 3, [1, 2]))
    array([1, 2])
    """
    return _bits(ids, 0, 0xFFFFFFFF)


def roster_slots(texts: Sequence[str], *, bits: int = 32) -> NDArray[np.uint32]:
    """Return a slot for each row of a roster: a hash of its id text, 32 bits or their last few.

    Rows whose hashes collide take the next salt in the order of their texts, so the slots depend
    on the set of texts and never on the order of rows. Slot 0 is not given.

    Raises
    ------
    InputError
        When a text stands twice.

    Examples
    --------
    >>> bool((roster_slots(["a", "b"]) == roster_slots(["b", "a"])[::-1]).all())
    True
    """
    taken = {0}
    slots: dict[str, int] = {}
    for text in sorted(texts):
        if text in slots:
            raise InputError(
                tr("the roster has the id {id} twice", id=repr(text)),
                tr("give every firm an id of its own, or merge the rows"),
            )
        salt = 0
        while (found := _hash(text, salt) & (2**bits - 1)) in taken or found >= RESERVED:
            salt += 1
        taken.add(found)
        slots[text] = found
    return np.array([slots[text] for text in texts], dtype=np.uint32)


def _hash(text: str, salt: int) -> int:
    salted = salt.to_bytes(4, "little")
    digest = blake2b(text.encode(), digest_size=4, salt=salted, person=b"roster").digest()
    return int.from_bytes(digest, "little")


def _bits(ids: ArrayLike, shift: int, mask: int) -> IntArray:
    field = (np.asarray(ids, dtype=np.uint64) >> shift) & mask
    values: IntArray = field.astype(np.int64)[()]
    return values


def _field(name: str, values: ArrayLike, bits: int) -> IdArray:
    array = np.asarray(values)
    if array.size and not (array.dtype.kind in "iu" and array.min() >= 0 and array.max() < 2**bits):
        raise ValueError(f"a {name} must be a whole number from 0 to 2**{bits} - 1")
    field: IdArray = array.astype(np.uint64)[()]
    return field
