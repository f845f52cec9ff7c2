"""Blocks that must agree with one another: every slip told at once, in its place."""

from __future__ import annotations

import pytest

from clustersim.errors import ScenarioError
from clustersim.scenario import catalogue, load

SLIPS = {
    "machinery: 630": (
        "machinary: 630",
        "complexes.noksan.figures.sectors.machinary: unknown sector\n  did you mean 'machinery'?",
    ),
    "as_of: 2007-10": (
        "as_of: 2005-10",
        "complexes.noksan.figures.as_of: the figures are of a month outside the run",
    ),
    "    code: 2\n": (
        "    code: 2\n    anchors: {y: {sector: machinary}}\n",
        "complexes.noksan.anchors.y.sector: unknown sector 'machinary'\n  did you mean",
    ),
    "by: 2011": (
        "by: 2031",
        "targets.noksan_output_20.by: 2031 is outside the run\n  name a year from 2006 to 2018",
    ),
    "    complex: noksan\n    group: all": (
        "    complex: noksam\n    group: all",
        "targets.noksan_output_20.complex: unknown complex 'noksam'\n  did you mean 'noksan'?",
    ),
}


def told(text, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    return str(caught.value)


def noksan():
    return catalogue.path("noksan").read_text(encoding="utf-8")


@pytest.mark.parametrize("right", list(SLIPS))
def test_a_slip_is_told(right, tmp_path):
    wrong, said = SLIPS[right]
    assert right in noksan()
    assert said in told(noksan().replace(right, wrong), tmp_path)


def test_all_slips_are_told_at_once_beside_what_binding_finds(tmp_path):
    text = noksan().replace("firms: 1260", "firms: many")
    for right, (wrong, _) in SLIPS.items():
        text = text.replace(right, wrong)
    message = told(text, tmp_path)
    assert "complexes.noksan.figures.firms:" in message
    for _, said in SLIPS.values():
        assert said in message


def test_a_run_shorter_than_a_year_is_told(tmp_path):
    message = told(noksan().replace("end: 2018-12", "end: 2006-06"), tmp_path)
    assert "end: the run is shorter than a year\n  let it end in 2006-12" in message


def test_a_run_of_cut_years_is_told(tmp_path):
    """Its money would be that of more months than its effects, its first heads of too few."""
    text = noksan().replace("end: 2018-12", "end: 2018-06")
    message = told(text.replace("start: 2006-01", "start: 2006-03"), tmp_path)
    hint = "the run {} in the middle of a year\n  years are told whole: let it"
    assert f"start: {hint.format('starts')} start in 2006-01" in message
    assert f"end: {hint.format('ends')} end in 2018-12" in message


def test_a_year_outside_the_run_cannot_be_a_targets(tmp_path):
    message = told(noksan().replace("end: 2018-12", "end: 2017-12"), tmp_path)
    assert "by: 2018 is outside the run\n  name a year from 2006 to 2017" in message


def test_two_complexes_of_one_code_are_told(tmp_path):
    first, rest = noksan().split("complexes:\n", 1)
    block, rest = rest.split("\nprogramme:", 1)
    twice = f"{first}complexes:\n{block}{block.replace('noksan:', 'other:', 1)}\nprogramme:{rest}"
    message = told(twice, tmp_path)
    assert (
        "complexes.other.code: code 2 is that of noksan\n  give each complex a code of its own"
        in message
    )


def test_a_series_of_its_own_must_last_to_the_end(tmp_path):
    own = """
economy:
  macro:
    mode: series
    prices: {national: {points: [{month: 2018-11, value: 1, tag: assumed}]}}
    output:
      steel: {points: [{month: 2006-01, value: 1, tag: assumed}]}
      machinery: {points: [{month: 2018-12, value: 1, tag: assumed}]}
"""
    message = told(noksan() + own, tmp_path)
    for series, last in (("prices.national", "2018-11"), ("output.steel", "2006-01")):
        said = f"economy.macro.{series}: the series ends in {last}, the run in 2018-12"
        assert f"{said}\n  write a point of 2018-12 or later" in message
    assert "machinery" not in message
    told(noksan().replace("by: 2011", "by: many") + own.replace("series", "hindsight"), tmp_path)


def test_a_target_of_an_unknown_sector_is_told(tmp_path):
    text = noksan().replace("    growth: 20 %", "    growth: 20 %\n    sectors: [steal]")
    assert (
        "targets.noksan_output_20.sectors.0: unknown sector 'steal'\n  did you mean 'steel'?"
        in told(text, tmp_path)
    )
    good = tmp_path / "good.yaml"
    good.write_text(text.replace("steal", "steel"), encoding="utf-8")
    assert load(good).targets["noksan_output_20"].sectors == ("steel",)
