"""A page says whether the past of a complex is solved for, and that this is no evidence."""

from __future__ import annotations

import pandas as pd
import pytest

from clustersim.evaluation.limits import limits

EFFECTS = pd.DataFrame(columns=["outcome", "group", "measure", "year", "estimate", "mc_error"])
KNOWN = {"residual": {"points": []}}


def said(mode, **complexes):
    resolved = {"economy": {"macro": {"mode": mode}}, "complexes": complexes}
    return limits({"resolved": resolved}, EFFECTS, pd.DataFrame())


@pytest.mark.parametrize("mode", ["hindsight", "ex_ante"])
def test_a_complex_without_a_residual_is_named(mode):
    text = said(mode, ochang=KNOWN, mine={})
    assert "The past of mine follows its sectors alone" in text
    assert "that it is met is fit, no evidence" in text
    assert "no residual is known" not in said(mode, ochang=KNOWN)
    assert "The past follows its sectors alone" in said(mode, mine={})
    assert "fit" not in said(mode, mine={})


def test_on_the_eve_it_is_known_so_far():
    assert "up to the last known month" in said("ex_ante", ochang=KNOWN)
    assert "up to the last known month" not in said("hindsight", ochang=KNOWN)


@pytest.mark.parametrize("mode", ["flat", "series"])
def test_where_there_is_no_past_nothing_is_said_of_it(mode):
    assert said(mode, ochang=KNOWN) == said(mode, mine={})


@pytest.mark.parametrize("mode", ["hindsight", "ex_ante", "series", "flat"])
def test_chances_are_told_of_where_there_are_targets(mode):
    header = {"resolved": {"economy": {"macro": {"mode": mode}}}}
    targets = pd.DataFrame({"probability_low": [0.1], "probability_high": [0.3]})
    assert "of meeting a target" in limits(header, EFFECTS, targets)
    assert "of meeting a target" not in limits(header, EFFECTS, targets.iloc[:0])


def test_what_is_there_is_not_said_to_be_missing():
    text = said("flat", mine={})
    assert "a total that nobody has measured" in text
    for there in ("equipment", "shared head", "prototypes", "most services ("):
        assert there not in text
