"""Stages of growth, and fields of technology with what support favours."""

from __future__ import annotations

import counter
import desk
import numpy as np
import pytest
from scipy.stats import binomtest

from clustersim.programme.fields import Fields, FieldSpec, FocusSpec
from clustersim.programme.stages import STAGES, StagesSpec, stages

P = 1e-6
MONTH = 96
ABOVE = np.log1p(0.10)


def stage(age, growth, **spec):
    people = desk.firms(1)
    people.age_at_birth = np.array([age - MONTH])  # born in month 0
    found = stages(StagesSpec().model_copy(update=spec), people, MONTH, np.array([growth]))
    return STAGES[found[0]]


@pytest.mark.parametrize(
    ("age", "growth", "said"),
    [
        (83.0, 5.0, "early"),
        (83.0, np.nan, "early"),
        (84.0, ABOVE, "mature"),
        (84.0, ABOVE + 1e-9, "growing"),
        (400.0, np.nan, "mature"),
        (400.0, -1.0, "mature"),
    ],
)
def test_a_stage_ends_where_it_says(age, growth, said):
    assert stage(age, growth) == said


def test_the_bounds_are_the_specs():
    assert stage(20.0, 0.0, early_below=20.0, growing_above=-0.5) == "growing"
    assert stage(19.0, 0.0, early_below=20.0, growing_above=-0.5) == "early"


# ---------------------------------------------------------------- fields

MOULDS = FieldSpec(title="moulds", sectors=("machinery",), share=0.3)
PLATING = FieldSpec(title="plating", sectors=("steel", "machinery"), share=0.2)


def fields(people, chance=None, **specs):
    team = desk.office(people, chance=chance)
    team.economy.rules.sectors = ("machinery", "steel")
    return Fields(team, specs or {"moulds": MOULDS, "plating": PLATING})


def of_two_sectors(count):
    people = desk.firms(count)
    people.sector = np.arange(count) % 2
    return people


def test_as_many_firms_of_the_named_sectors_alone_work_in_a_field():
    people = of_two_sectors(8000)
    works = fields(people)
    moulds = works.among(["moulds"], people)
    assert not moulds[people.sector == 1].any()
    assert binomtest(int(moulds.sum()), 4000, 0.3).pvalue > P
    plating = works.among(["plating"], people)
    assert binomtest(int(plating.sum()), 8000, 0.2).pvalue > P
    both = works.among(["moulds", "plating"], people)
    assert np.array_equal(both, moulds | plating)  # and one says nothing of the other:
    assert binomtest(int((moulds & plating).sum()), 4000, 0.06).pvalue > P


def test_a_firm_works_in_its_field_for_life_whoever_else_is_there():
    people = of_two_sectors(500)
    team = desk.office(people)
    team.economy.rules.sectors = ("machinery", "steel")
    works = Fields(team, {"moulds": MOULDS, "plating": PLATING})
    before = works.among(["moulds"], people)
    team.clock.advance(desk.START + 30)
    assert np.array_equal(works.among(["moulds"], people), before)
    few = people.take(np.arange(0, 500, 3))
    assert np.array_equal(works.among(["moulds"], few), before[::3])
    alone = fields(people, moulds=MOULDS)  # whatever other fields there are
    assert np.array_equal(alone.among(["moulds"], people), before)


def test_nobody_is_favoured_without_a_focus():
    people = of_two_sectors(50)
    assert not fields(people).favoured(None, people).any()
    favoured = fields(people).favoured(FocusSpec(fields=("moulds",)), people)
    assert set(favoured.tolist()) == {0.0, 1.0}


def test_a_focus_lifts_the_needs_of_firms_of_its_fields_alone():
    people = of_two_sectors(40)
    focus = FocusSpec(fields=("moulds",), odds=0.7)
    needs = counter.counter(
        people,
        {"training": (counter.terms(need=1.0), {"focus": focus})},
        fields={"moulds": MOULDS},
    )
    needs.team.clock.start(needs.desks["training"].run())
    needs.team.clock.advance(desk.START + 2.5)
    _, rates = needs.pipeline._needs()
    mine = needs.pipeline.fields.among(["moulds"], people)
    assert 2 < mine.sum() < 20
    assert rates[0] == pytest.approx(np.where(mine, np.exp(0.7), 1.0))


@pytest.mark.parametrize("chooser", ["score", "lots"])
def test_a_focus_gives_points_to_scores_alone(chooser):
    """With enough of them all the favoured come first; lots know of no points."""
    people = of_two_sectors(60)
    focus = FocusSpec(fields=("moulds",), odds=0.0, points=10.0)
    at = counter.run(
        counter.counter(
            people,
            {"training": (counter.terms(need=12.0), {"focus": focus, "tasks": 8})},
            counter.ways(fast_lane=0.0, chooser=chooser),
            chance=desk.luck(1),
            fields={"moulds": MOULDS},
        ),
        counter.dt.date(2008, 12, 1),
    )
    mine = set(people.ids[at.pipeline.fields.among(["moulds"], people)].tolist())
    funded = [firm for _, firm, _ in counter.asked(at, "funded")]
    assert len(funded) == 8
    first = [e.firm for e in desk.noted(at.team, "funded") if e.time == funded_first(at)]
    waiting = {e.firm for e in desk.noted(at.team, "waiting") if e.time == funded_first(at)}
    outdone = any(firm not in mine for firm in first) and bool(waiting & mine)
    assert outdone == (chooser == "lots")


def funded_first(at):
    return desk.noted(at.team, "funded")[0].time
