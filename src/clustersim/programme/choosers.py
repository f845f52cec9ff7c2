"""How applicants are ranked: by what a panel sees, by their accounts, or by lot.

The rules that read accounts are those an evaluator fears: support that goes to firms on their way
up, to firms on their way down, or to firms that have just had a bad year will look better or worse
than it is to whoever compares them with the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from clustersim.randomness import samplers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms
    from clustersim.programme.office import Office
    from clustersim.randomness import Stream

__all__ = ["Chooser", "points"]

Chooser = Literal["score", "growers", "sinkers", "dip", "lots"]
"""By what applicants are ranked.

`score`: quality as assessors see it. `growers`: last year's growth over the sector's. `sinkers`:
the opposite of the mean growth of the last two years. `dip`: how far sales fell last year, of firms
that had risen the year before. `lots`: luck alone.
"""


def points(
    chooser: Chooser,
    office: Office,
    firms: Firms,
    stream: Stream,
    month: int,
    *,
    assessors: Sequence[int],
    noise: float,
) -> FloatArray:
    """Return the points of each applicant; who has more comes first.

    A firm whose accounts do not say enough stands in the middle: at the median of those whose do
    or, with `dip`, behind every firm that had one and before all that are known to have had none.

    Parameters
    ----------
    chooser
        By what they are ranked.
    office
        Whose books and luck are used.
    firms
        The applicants, as the office sees them.
    stream
        The luck of this instrument's panel.
    month
        Of the call, which is part of the address of its luck; accounts are read as of now.
    assessors
        Numbers of the assessors: part of the address of their errors.
    noise
        Sd of one assessor's error, in sd of quality.
    """
    if chooser == "score":
        return _scores(office, firms, stream, month, assessors, noise)
    if chooser == "lots":
        return office.luck.uniform(stream, month, firms.ids)
    if chooser == "growers":
        return _middle(office.books.growth(firms))
    if chooser == "sinkers":
        return _middle(-office.books.trend(firms))
    dip = office.books.dip(firms)
    dip[dip == 0.0] = -1.0
    return np.nan_to_num(dip)


def _scores(
    office: Office,
    firms: Firms,
    stream: Stream,
    month: int,
    assessors: Sequence[int],
    noise: float,
) -> FloatArray:
    """Return quality as assessors see it, each with an error of their own."""
    errors = [
        samplers.normal(
            office.luck.uniform(
                stream, month, firms.ids, np.full(len(firms), number, dtype=np.uint64)
            )
        )
        for number in assessors
    ]
    score: FloatArray = firms.quality + noise * sum(errors) / len(assessors)
    return score


def _middle(values: FloatArray) -> FloatArray:
    """Put those that are unknown at the median of those that are known."""
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), np.median(known) if len(known) else 0.0, values)
