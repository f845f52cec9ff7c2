"""Simulated statistics beside published ones; may rerun worlds."""
