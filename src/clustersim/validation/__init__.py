"""Simulated statistics beside published ones; nothing here is ever used to set a parameter."""

from __future__ import annotations

__all__: list[str] = []
