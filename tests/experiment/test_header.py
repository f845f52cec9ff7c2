from __future__ import annotations

import pytest

import small
from clustersim.experiment import pair
from clustersim.language import speaking
from clustersim.scenario import load


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("hindsight", "hindsight to 2010 (56% of it between published figures), flat after"),
        ("ex_ante", "known to 2008-06 (6% of it between published figures), chance after"),
        ("flat", "flat"),
    ],
)
def test_a_run_says_where_its_economy_comes_from(mode, said):
    header = pair.header(small.scenario(f"economy.macro.mode={mode}"), small.SEED)
    assert header["macro"] == said


def test_a_series_of_its_own_is_said_to_be_one():
    ends = {"points": [{"month": "2013-12", "value": 1, "tag": "assumed"}]}
    macro = {"mode": "series", "output": {"national": ends}, "prices": {"national": ends}}
    data = small.SMALL | {"economy": small.SMALL["economy"] | {"macro": macro}}
    assert pair.header(small.load(data), small.SEED)["macro"] == "the scenario's own series"


def test_dates_and_the_note_are_told_in_every_language_whichever_is_spoken():
    scenario = load("namdong")
    header = pair.header(scenario, scenario.seed)
    assert header["macro_ko"].startswith("2008-06까지 알려진 경로")
    told = {date["label"]: date["label_ko"] for date in header["dates"]}
    assert (told["announced"], told["exchange system"]) == ("발표", "산학연 교류체계")
    with speaking("ko"):
        assert pair.header(scenario, scenario.seed) == header
