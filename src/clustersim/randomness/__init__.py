"""One keyed function for all luck, and the distributions made of it.

`Luck` gives a uniform number for an address; `samplers` and `Tent` turn it into what a decision
needs; `ids` says how firms are named; `pair_uniform` is for ties.
"""

from __future__ import annotations

from clustersim.randomness import ids, samplers
from clustersim.randomness.keyed import Domain, Luck, Stream
from clustersim.randomness.pairs import pair_uniform
from clustersim.randomness.tent import Tent

__all__ = [
    "Domain",
    "Luck",
    "Stream",
    "Tent",
    "ids",
    "pair_uniform",
    "samplers",
]
