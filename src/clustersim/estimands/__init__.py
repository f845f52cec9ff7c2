"""A pair of worlds -> who, what, difference."""
