"""Random numbers of unordered pairs, so that a tie between two firms has luck of its own.

Shuffling candidates and matching them off changes nearly every tie when one firm is missing; a
number for each pair changes only that firm's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, IdArray
    from clustersim.randomness.keyed import Luck, Stream

__all__ = ["pair_uniform"]


def pair_uniform(luck: Luck, stream: Stream, month: int, i: IdArray, j: IdArray) -> FloatArray:
    """Return one number for each pair {i, j}, whichever of the two is named first.

    Parameters
    ----------
    i, j
        Ids of the two ends; they broadcast, so ``i[:, None]`` and ``j`` give all pairs.

    Examples
    --------
    >>> from clustersim.randomness import Domain, Luck, Stream
    >>> ties, luck = Stream("example.ties"), Luck(1, 0, Domain.LUCK)
    >>> a, b = np.array([4, 5], dtype=np.uint64), np.array([6, 1], dtype=np.uint64)
    >>> (pair_uniform(luck, ties, 0, a, b) == pair_uniform(luck, ties, 0, b, a)).all()
    np.True_
    """
    return luck.uniform(stream, month, np.minimum(i, j), np.maximum(i, j))
