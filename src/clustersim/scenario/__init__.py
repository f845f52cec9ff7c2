"""YAML -> a frozen `Scenario`; every mistake of a file told at once, each with its place."""

from __future__ import annotations

from clustersim.scenario.loading import load
from clustersim.scenario.scenario import AS_ANNOUNCED, NO_PROGRAMME, NOTHING, Arm, Scenario
from clustersim.scenario.show import show

__all__ = ["AS_ANNOUNCED", "NOTHING", "NO_PROGRAMME", "Arm", "Scenario", "load", "show"]
