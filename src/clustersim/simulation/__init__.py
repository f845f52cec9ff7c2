"""One world: the order of the month, and what is written down."""

from __future__ import annotations

from clustersim.simulation.record import Record
from clustersim.simulation.world import simulate

__all__ = ["Record", "simulate"]
