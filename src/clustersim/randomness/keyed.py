"""Random numbers by address: u(seed, domain, index; stream, month, id, id2).

Nothing here has a state. A number depends on its address alone, so two worlds that ask for the
same firm, month and stream get the same number, whoever else lives there and whatever was asked
before. The arm is never part of the address: this is what makes a pair of worlds differ by the
programme alone.

An address becomes a number in two steps. BLAKE2b turns seed, domain, index, stream and month into
two 64-bit key words; SplitMix64's finaliser *m*, applied twice, turns those and the ids into a
word::

    word = m(m(id ^ key1) ^ m(id2) ^ key2)        u = ((word >> 12) + 1/2) / 2**52

As m(0) = 0, leaving ``id2`` out is the same as giving 0. The half keeps u off both 0 and 1, where
an inverse distribution function is infinite; a bit more and u could round to 1.

Sources: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", with the
constants of Stafford's variant 13; RFC 7693 for BLAKE2b.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import repeat
from math import ceil
from operator import index
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from clustersim.arrays import FloatArray, IdArray, IntArray

__all__ = ["Domain", "Luck", "Stream"]

BLOCK: Final = 8192
"""Words mixed at a time: 64 kB stay in the processor's cache, which halves the time."""

FEW: Final = 6
"""Up to so many, numbers are quicker one by one than as an array."""

MASK: Final = 2**64 - 1


class Domain(Enum):
    """What a random number is for; the three never share one."""

    LUCK = "luck"
    """Events in a world, numbered by the luck index."""
    DRAW = "draw"
    """Uncertain parameters, numbered by the draw index."""
    ANALYSIS = "analysis"
    """Noise of the analysis, such as a bootstrap."""


class Stream:
    """A named stream of random numbers: one for each decision of the model.

    Declare it once, at module level, beside the equation it feeds. The numbers depend on the name
    alone, so streams may be added, removed and reordered without touching the others.

    Parameters
    ----------
    name
        Dotted, such as ``economy.turnover.exit``.

    Raises
    ------
    ValueError
        When the name is taken: two decisions would share their luck.

    Examples
    --------
    >>> Stream("example.stream")
    Stream('example.stream')
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        if name in _streams:
            raise ValueError(f"stream {name!r} is declared twice; give each decision its own name")
        self.name = name
        _streams[name] = self

    def __repr__(self) -> str:
        return f"Stream({self.name!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        # A copy, or the same stream in a worker process, is the declared one, not a second.
        return _declared, (self.name,)


_streams: dict[str, Stream] = {}


def _declared(name: str) -> Stream:
    return _streams[name]


@dataclass(frozen=True)
class Luck:
    """All random numbers of one domain and index below a seed.

    Parameters
    ----------
    seed
        The seed of the run: any whole number.
    index
        Which luck, draw or analysis.
    domain
        What the numbers are for.

    Examples
    --------
    >>> exits = Stream("example.exits")
    >>> luck = Luck(seed=1, index=0, domain=Domain.LUCK)
    >>> ids = np.array([7, 8, 9], dtype=np.uint64)
    >>> luck.uniform(exits, 102, ids).round(4)
    array([0.9172, 0.0131, 0.4333])

    A firm's number is its own, whatever the company it is asked in:

    >>> luck.uniform(exits, 102, ids)[1] == luck.one(exits, 102, 8)
    np.True_
    """

    seed: int
    index: int
    domain: Domain

    def uniform(
        self, stream: Stream, month: int, ids: IdArray, ids2: ArrayLike | None = None
    ) -> FloatArray:
        """Return one number for each id, or each (id, id2), strictly between 0 and 1.

        Parameters
        ----------
        stream
            The decision.
        month
            Counted from January 2000, never from the start of a run.
        ids, ids2
            Whole numbers of any shape that broadcast together; `ids2` for pairs, or for numbers
            such as the assessor's or the project's. None is the same as 0.

        Raises
        ------
        TypeError
            When ids are not whole numbers, which would silently lose digits.
        """
        first, second = self.key(stream, month)
        if type(ids2) is int:  # the same for all: part of the key
            second, ids2 = second ^ _other(ids2), None
        one, other = _whole(ids), None if ids2 is None else _whole(ids2)
        if one.size <= FEW and (other is None or other.shape == one.shape):
            others = [0] * one.size if other is None else other.ravel().tolist()
            words = map(_word, repeat((first, second)), one.ravel().tolist(), others)
            return np.array([_to_unit(word) for word in words]).reshape(one.shape)
        keys = np.array(first, dtype=np.uint64), np.array(second, dtype=np.uint64)
        return _to_units(_words(keys, one, other))

    def matrix(
        self, streams: Sequence[Stream], month: int, ids: IdArray, id2: int = 0
    ) -> FloatArray:
        """Return the numbers of several streams in one pass.

        Returns
        -------
        Shape (streams, ids): row k equals ``uniform(streams[k], month, ids, id2)`` bit for bit, at
        a fraction of the time when there are few ids.
        """
        keys, other = [self.key(stream, month) for stream in streams], _other(id2)
        return _rows([(first, second ^ other) for first, second in keys], ids)

    def course(self, stream: Stream, months: Iterable[int], ids: IdArray) -> FloatArray:
        """Return the numbers of one stream in several months in one pass.

        Returns
        -------
        Shape (months, ids): row k equals ``uniform(stream, months[k], ids)`` bit for bit.
        """
        return _rows([self.key(stream, month) for month in months], ids)

    def below(
        self, stream: Stream, month: int, ids: IdArray, ids2: IdArray, bound: float
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the pairs of an id with an id2 whose number is below a bound, and the number.

        Of millions of pairs it finds the few that matter, in a fifth of the time that all their
        numbers would take.

        Returns
        -------
        Positions in `ids` and in `ids2`, in the order of ids, and what `uniform` says of the pair,
        bit for bit.
        """
        first, second = np.array(self.key(stream, month), dtype=np.uint64)
        rows = _mix_all(_whole(ids) ^ first) ^ second
        columns = _mix_all(_whole(ids2).copy())
        numbers = min(max(ceil(bound * 2.0**52 - 0.5), 0), 2**52)  # of 52-bit words below it
        step = max(1, 2 * BLOCK // max(1, len(columns)))
        places, words = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        room, spare = np.empty((2, step, len(columns)), dtype=np.uint64)
        for top in range(0, len(rows) if numbers else 0, step):
            here = rows[top : top + step, None]
            block = np.bitwise_xor(here, columns, out=room[: len(here)])
            flat = _mix_all(block, spare[: len(here)]).ravel()
            few = np.flatnonzero(flat <= np.uint64((numbers << 12) - 1))
            places.append(few + top * len(columns))
            words.append(flat[few])
        found = np.concatenate(words)
        i, j = np.divmod(np.concatenate(places), max(1, len(columns)))
        return i, j, _to_units(found)

    def one(self, stream: Stream, month: int, id_: int, id2: int = 0) -> float:
        """Return one number: the bits `uniform` gives, without its overhead for arrays."""
        return _to_unit(_word(_key(self._root, stream.name, month), id_, id2))

    def key(self, stream: Stream, month: int) -> tuple[int, int]:
        """Return the two key words of a stream in a month."""
        return _key(self._root, stream.name, month)

    @cached_property
    def _root(self) -> str:
        # ":d" refuses fractions and writes numpy's whole numbers like Python's
        return f"{self.domain.value}/{self.seed:d}/{self.index:d}"


@lru_cache(maxsize=1 << 14)  # some 40 streams over 30 years; both worlds of a pair ask for the same
def _key(root: str, stream: str, month: int) -> tuple[int, int]:
    # the name stands last, so that no two addresses read alike whatever is in it
    address = f"{root}/{month:d}/{stream}"
    digest = blake2b(address.encode(), digest_size=16, person=b"clustersim").digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


# ---------------------------------------------------------------- plain whole numbers


def _mix(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def _word(key: tuple[int, int], id_: int, id2: int = 0) -> int:
    # index() makes a plain number of numpy's, which would warn of the overflow wanted here.
    first = _mix((index(id_) & MASK) ^ key[0])
    return _mix(first ^ _other(id2) ^ key[1])


@lru_cache(maxsize=1 << 12, typed=True)  # they are few: numbers of instruments and managers
def _other(id2: int) -> int:
    return _mix(index(id2) & MASK)


def _to_unit(word: int) -> float:
    return ((word >> 12) + 0.5) * 2.0**-52


# ---------------------------------------------------------------- the same for arrays


# numpy takes an array of one faster than a number, which it has to look at first
_12, _27, _30, _31 = (np.array(bits, dtype=np.uint64) for bits in (12, 27, 30, 31))
_FACTOR, _OTHER_FACTOR = (
    np.array(factor, dtype=np.uint64) for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_EXPONENT, _LESS = np.array(0x3FF0000000000000, dtype=np.uint64), np.array(1.0 - 2.0**-53)


def _mix_all(words: IdArray, spare: IdArray | None = None) -> IdArray:
    """Mix in place; `spare` is room of the same shape, for those who mix block after block."""
    words ^= np.right_shift(words, _30, out=spare)
    words *= _FACTOR
    words ^= np.right_shift(words, _27, out=spare)
    words *= _OTHER_FACTOR
    words ^= np.right_shift(words, _31, out=spare)
    return words


def _words(keys: tuple[IdArray, IdArray], ids: IdArray, ids2: IdArray | None) -> IdArray:
    """Return the words of ids under a pair of keys, or of many keys; all broadcast together."""
    first, second = keys
    words = _mix_all(np.asarray(ids ^ first))
    if ids2 is not None:
        words = np.asarray(words ^ _mix_all(np.array(ids2)))
    words ^= second
    return _mix_all(words)


def _rows(keys: Sequence[tuple[int, int]], ids: IdArray) -> FloatArray:
    """Return the numbers of ids under each of many keys, row by row."""
    first, second = np.array(keys, dtype=np.uint64).reshape(-1, 2).T[..., None]
    return _to_units(_words((first, second), _whole(ids), None))


def _to_units(words: IdArray) -> FloatArray:
    """Return ((word >> 12) + 1/2) / 2**52 in the place of words that are used up.

    The 52 bits become the fraction of a double between 1 and 2, from which 1 - 2**-53 is taken:
    exact, and faster than to convert whole numbers.
    """
    words >>= _12
    words |= _EXPONENT
    units: FloatArray = words.view(np.float64)
    units -= _LESS
    return units


def _whole(ids: ArrayLike) -> IdArray:
    array = np.asarray(ids)
    if array.dtype.kind not in "iu":
        raise TypeError(f"ids must be whole numbers, not {array.dtype}; use np.uint64")
    return array.astype(np.uint64, copy=False)
