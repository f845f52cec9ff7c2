"""Noksan's patterns against their bands: what is in stays in, and known misfits are written down.

A misfit that is mended or grows fails here as well, so that the table stays true. Nothing is set by
these patterns and no band is moved. To write the table anew after a change of the model:

    PYTHONPATH=src:tests python tests/validation/test_patterns_held.py
"""

from __future__ import annotations

from clustersim.validation import validate
from clustersim.validation.bands import PATTERNS

WORLDS = 3

MISFITS = {
    "size.tail_workers_5": 0.0117,
    "growth.shape": 0.0528,
    "growth.sd_small": -0.0042,
    "profit.margin": 0.00519,
    "ties.gini": -0.0729,
    "scale_up.age_at_100": -2.1,
}
"""Patterns out of their band and the distance measured in three worlds."""

HELD = [pattern.name for pattern in PATTERNS if pattern.band_at("noksan") is not None]


def test_the_tables_are_of_patterns_that_have_a_band():
    assert set(MISFITS) <= set(HELD)


def test_every_pattern_is_where_it_is_written():
    found = validate("noksan", replicates=WORLDS).table.set_index("pattern").loc[HELD]
    wrong = [text for name, row in found.iterrows() if (text := wrong_with(name, row))]
    assert not wrong, "\n".join(wrong)


def wrong_with(name, row):
    """What is to be said of a pattern that is not where it is written; nothing if it is."""
    told = f"{name}: {row['verdict']}, {row['simulated']:.4g} +- {row['error']:.2g}"
    if name not in MISFITS:
        return "" if row["verdict"] == "in" else f"{told}: it was in its band"
    if row["verdict"] == "in":
        return f"{told}: mended, take it off the table"
    room = max(0.25 * abs(MISFITS[name]), 4.0 * row["error"])
    if abs(row["distance"] - MISFITS[name]) > room:
        return f"{told}: the distance was {MISFITS[name]}, it is {row['distance']:.3g}"
    return "" if row["cause"] else f"{told}: say the likely cause in bands.py"


def test_the_guard_sees_what_leaves_is_mended_or_grows():
    row = {"verdict": "in", "simulated": 1.0, "error": 0.001, "distance": 0.0, "cause": "why"}
    out = row | {"verdict": "out"}
    assert not wrong_with("growth.sd_size", row)
    assert "was in its band" in wrong_with("growth.sd_size", out)
    assert "mended" in wrong_with("growth.shape", row)
    assert not wrong_with("growth.shape", out | {"distance": MISFITS["growth.shape"]})
    for distance in (0.5, 1.5, -1.0):
        worse = out | {"distance": distance * MISFITS["growth.shape"]}
        assert "the distance was" in wrong_with("growth.shape", worse)
    silent = out | {"distance": MISFITS["growth.shape"], "cause": ""}
    assert "say the likely cause" in wrong_with("growth.shape", silent)


if __name__ == "__main__":
    for row in validate("noksan", replicates=WORLDS).table.to_dict("records"):
        if row["verdict"] in {"out", "too few"} and row["pattern"] in HELD:
            print(f'    "{row["pattern"]}": {row["distance"]:.3g},  # {row["verdict"]}')  # noqa: T201
