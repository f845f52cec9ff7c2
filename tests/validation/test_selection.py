"""What naive comparisons find: where the answer is known by design, and in small worlds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import small
from clustersim.charts.selection import selection as picture
from clustersim.errors import InputError
from clustersim.evaluation.page import percent
from clustersim.programme.office import Event
from clustersim.programme.rnd import NAME
from clustersim.validation.selection import (
    CHOOSERS,
    COMPARISONS,
    HELPED,
    TRUTH,
    YEARS,
    compared,
    page,
    panel_of,
    selection,
)

CALL = 2010
FIRMS, FUNDED, APPLY = 1500, 150, 600
SPAN = range(CALL - 3, CALL + YEARS + 1)


# ---------------------------------------------------------------- worlds made by hand


def world(rng, rule, *, effect=0.0, persistent=0.0, passing=0.3, memory=0.5):
    """Firms whose sales drift with a trait of theirs and have a part that passes; no economy.

    Of those that apply, at random, the first by a rule are funded in `CALL`.
    """
    years = len(SPAN)
    trait = rng.normal(size=FIRMS)
    steps = rng.normal(0.0, 0.1, (years, FIRMS)) + persistent * trait
    lasting = np.cumsum(steps, axis=0)
    deviation = np.empty((years, FIRMS))
    deviation[0] = rng.normal(0.0, passing, FIRMS)
    for year in range(1, years):
        fresh = rng.normal(0.0, passing * np.sqrt(1 - memory**2), FIRMS)
        deviation[year] = memory * deviation[year - 1] + fresh
    sales = lasting + deviation
    last, before = sales[2] - sales[1], sales[1] - sales[0]
    points = {
        "score": trait,
        "growers": last,
        "sinkers": -(last + before) / 2.0,
        "dip": np.where((before > 0.0) & (last < 0.0), -last, -1.0),
        "lots": rng.uniform(size=FIRMS),
    }[rule]
    applied = rng.permutation(FIRMS)[:APPLY]
    order = applied[np.argsort(-points[applied])]
    sales[3:, order[:FUNDED]] += effect
    ids = np.arange(1, FIRMS + 1, dtype=np.uint64)
    events = [
        Event(12.0 * (CALL - 2000) + 3, kind, "noksan", NAME, firm=int(firm))
        for kind, some in (("funded", order[:FUNDED]), ("refused", order[FUNDED:]))
        for firm in ids[some]
    ]
    count = len(ids)
    panel = {
        "id": np.tile(ids, years),
        "year": np.repeat(list(SPAN), count),
        "complex": np.full(years * count, 2),
        "firms": np.full(years * count, 12),
        "output": np.exp(sales).ravel(),
        "workers": np.full(years * count, 12 * 20.0),
    }
    return SimpleNamespace(panel=panel, events=events)


def errors(rule, comparison, **how):
    """How far estimates are from the effect, in twenty worlds."""
    rng = np.random.default_rng(5)
    effect = how.pop("effect", 0.05)
    return np.array(
        [
            compared(
                panel_of(world(rng, rule, effect=effect, **how), "noksan", 2, 300), comparison
            )[0]
            - effect
            for _ in range(20)
        ]
    )


def off(found):
    """Mean over its standard error."""
    return found.mean() / (found.std(ddof=1) / np.sqrt(len(found)))


@pytest.mark.parametrize("comparison", ["with others", "with refused"])
@pytest.mark.parametrize("how", [{}, {"persistent": 0.05}])
def test_lots_mislead_nobody(comparison, how):
    assert abs(off(errors("lots", comparison, **how))) < 4.0


@pytest.mark.parametrize("comparison", ["with others", "with refused"])
@pytest.mark.parametrize(
    ("rule", "how", "way"),
    [
        ("growers", {}, -1),  # what passes, passes
        ("growers", {"persistent": 0.2, "passing": 0.02}, +1),  # what lasts, goes on
        ("sinkers", {}, +1),
        ("sinkers", {"persistent": 0.2, "passing": 0.02}, -1),
        ("dip", {}, +1),
        ("score", {"persistent": 0.05}, +1),
    ],
)
def test_each_rule_misleads_the_way_it_must(rule, how, way, comparison):
    assert way * off(errors(rule, comparison, **how)) > 5.0


def test_before_and_after_takes_what_all_firms_do_for_an_effect():
    rng = np.random.default_rng(1)
    seen = panel_of(world(rng, "lots"), "noksan", 2, 300)
    seen["after"] += 0.3
    assert compared(seen, "before and after").value == pytest.approx(0.3, abs=0.12)
    assert abs(compared(seen, "with others").value) < 0.12


def test_the_error_an_evaluator_finds_is_that_of_lots():
    rng = np.random.default_rng(2)
    found = [
        compared(panel_of(world(rng, "lots"), "noksan", 2, 300), "with others") for _ in range(60)
    ]
    spread = np.std([each.value for each in found], ddof=1)
    assert np.mean([each.error for each in found]) == pytest.approx(spread, rel=0.3)


def test_too_few_firms_are_no_comparison():
    seen = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "year": CALL,
            "status": ["funded", "funded", "rest"],
            "before": 0.0,
            "after": 1.0,
        }
    )
    assert np.isnan(compared(seen, "with refused").value)
    assert compared(seen, "with others").firms == 2
    assert np.isnan(compared(seen[1:], "with others").value)


# ---------------------------------------------------------------- who is compared


def test_who_is_seen_in_which_year():
    """Funded twice counts once; funded later is nobody's control; large and gone firms are out."""
    years = list(range(2007, 2015))
    ids = np.arange(1, 8, dtype=np.uint64)
    panel = {
        "id": np.repeat(ids, len(years)),
        "year": np.tile(years, len(ids)),
        "complex": np.full(56, 2),
        "firms": np.full(56, 12),
        "output": np.full(56, np.e),
        "workers": np.full(56, 240.0),
    }
    panel["firms"][(panel["id"] == 4) & (panel["year"] == 2012)] = 7
    panel["workers"][panel["id"] == 5] = 12 * 400.0

    def event(kind, year, firm):
        return Event(12.0 * (year - 2000) + 2, kind, "noksan", NAME, firm=firm)

    events = [
        event("funded", 2009, 1),
        event("funded", 2011, 1),
        event("refused", 2009, 2),
        event("waiting", 2009, 3),
        event("funded", 2011, 3),
        event("waiting", 2009, 7),
        event("funded", 2009, 5),
        Event(110.0, "funded", "noksan", "consulting", firm=6),
    ]
    seen = panel_of(SimpleNamespace(panel=panel, events=events), "noksan", 2, 300)
    told = {(row.id, row.year): row.status for row in seen.itertuples()}
    assert told == {
        (1, 2009): "funded",
        (2, 2009): "refused",
        (6, 2009): "rest",
        (7, 2009): "refused",  # who waits for the next call has no grant from this one
        (2, 2011): "rest",
        (3, 2011): "funded",
        (4, 2011): "rest",
        (6, 2011): "rest",
        (7, 2011): "rest",
    }
    assert (seen["before"] == 1.0).all()


# ---------------------------------------------------------------- whole worlds

LARGE = (
    "complexes.noksan.figures.firms=1500",
    "complexes.noksan.figures.workers=27768",
    "complexes.noksan.figures.output=11조 4000억원",
)
CALLED = (  # everybody applies, once, for little: the rule alone decides
    "programme.rnd.apply=100 %",
    "programme.rnd.apply_without_research=100 %",
    "programme.rnd.pass_mark=-20",
    "programme.rnd.grant_low=20 M KRW",
    "programme.rnd.grant_mode=20 M KRW",
    "programme.rnd.grant_high=20 M KRW",
    f"{small.NOKSAN}.rnd.first=2010-03-01",
    f"{small.NOKSAN}.rnd.last_year=2010",
    f"{small.NOKSAN}.rnd.lines.special=100 %",
)


@pytest.fixture(scope="module")
def table():
    scenario = small.scenario(*LARGE, *CALLED, f"{small.NOKSAN}.budget.amount=300억원")
    return selection(scenario, luck=2)


def test_every_rule_has_its_truth_and_comparisons(table):
    assert set(zip(table["chooser"], table["comparison"], strict=True)) == {
        (chooser, name) for chooser in CHOOSERS for name in (TRUTH, *COMPARISONS)
    } | {("score", name) for name in HELPED}
    assert (table["worlds"] == 2).all()
    truth = table[table["comparison"] == TRUTH]
    assert (truth["bias"] == 0.0).all()
    assert (truth["estimate"] > 0.0).all()
    assert (truth["estimate"] < 0.01).all()
    assert (table["firms"] > 300).all()


def test_each_rule_misleads_its_own_way_in_the_economy(table):
    """What passes of a year's growth weighs more than what lasts, and quality goes on growing."""
    rows = table[table["comparison"] == "with others"].set_index("chooser")
    error = rows["told_error"].mean() / np.sqrt(2)
    off = rows["bias"] / error
    assert abs(off["lots"]) < 4.0
    assert off["score"] > 3.0
    assert off["sinkers"] > 3.0
    for rule in ("dip", "sinkers"):
        assert off[rule] - off["growers"] > 2.0


def test_without_effect_the_truth_is_nothing_and_comparisons_find_some():
    found = selection(small.scenario(*CALLED, "programme.effect_scale=0"), luck=1)
    truth = found[found["comparison"] == TRUTH]
    assert (truth["estimate"] == 0.0).all()
    assert found.loc[found["comparison"] != TRUTH, "estimate"].abs().min() > 0.0


def helped(*changes):
    """By how much other support moves the comparison with refused firms: nobody has it, all do."""
    found = selection(small.scenario(*LARGE, *CALLED, *changes), luck=2)
    rows = found.set_index("comparison").loc[list(HELPED)]
    return rows["moved"].to_numpy(), rows["moved_error"].to_numpy()


def test_the_more_refused_firms_find_elsewhere_the_smaller_is_the_comparison_with_them():
    much = "programme.rnd.elsewhere.size=500 %"
    (none, every), errors = helped(much)
    assert none > 0.0 > every
    assert every < -0.002
    assert (abs(np.array([none, every])) > 2.0 * errors).all()
    moved, _ = helped(much, "programme.effect_scale=0")
    assert (moved == 0.0).all()  # found, and nothing comes of it


def test_a_scenario_without_calls_is_told():
    with pytest.raises(InputError, match="no complex has calls for research"):
        selection(small.scenario(f"{small.NOKSAN}.rnd=~"), luck=1)


def test_the_page_says_which_way_each_rule_misleads(table):
    text = page(table, 110)
    for chooser in CHOOSERS:
        assert f"{chooser} " in text
    assert "too small with" in text or "not told apart" in text
    assert max(map(len, text.splitlines())) <= 110
    told = " ".join(text.split())
    moved = table.set_index("comparison").loc[list(HELPED), "moved"]
    assert all(percent(100.0 * value) in told.split("if all do,")[1] for value in moved)


def test_the_picture_has_a_row_for_each_rule(table):
    figure = picture(table)
    figure.draw_without_rendering()
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == list(CHOOSERS)
    assert len(ax.containers) == 1 + len(COMPARISONS)
    assert "Means over 2 lucks" in " ".join(figure.get_supxlabel().split())
