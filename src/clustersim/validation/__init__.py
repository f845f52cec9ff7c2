"""Simulated statistics beside published ones; nothing here is ever used to set a parameter."""

from __future__ import annotations

from clustersim.validation.verdicts import Validation, validate

__all__ = ["Validation", "validate"]
