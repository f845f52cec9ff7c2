from __future__ import annotations

import numpy as np
import pytest
from by_hand import CODE, ELSEWHERE, ONE, THREE, TWO, event, panel

from clustersim.estimands.groups import Groups
from clustersim.estimands.readings import Reading
from clustersim.estimands.targets import grown, reached
from clustersim.scenario.schema import GrowthTarget, ReachTarget


def reach(group="inno_core", by=2011):
    return ReachTarget(
        kind="reach", title="t", complex="noksan", group=group, sales="300억원", by=by
    )


def growth(share="20 %", **more):
    return GrowthTarget(
        kind="growth",
        title="t",
        complex="noksan",
        **{"group": "all", "growth": share, "base": 2008, "by": 2010, **more},
    )


def judge(target, code, table, groups):
    if isinstance(target, ReachTarget):
        return reached(target, code, table, groups)
    return grown(Reading(target, code, ("machinery",), groups), table, table)


def paths(**firms):
    """Sales in bn won by year from 2008, for firms of given names."""
    names = {"one": ONE, "two": TWO, "three": THREE, "elsewhere": ELSEWHERE}
    return panel(
        *(
            (names[name], 2008 + n, {"sales": bn * 1e9})
            for name, path in firms.items()
            for n, bn in enumerate(path)
        )
    )


CHOSEN = Groups([event("chosen", ONE), event("chosen", TWO), event("chosen", ELSEWHERE)])  # 2009


def test_a_firm_reaches_a_level_in_any_year_up_to_the_last_that_counts():
    table = paths(one=[17, 18, 31, 20], two=[17, 18, 19, 30, 90])
    verdict = judge(reach(), CODE, table, CHOSEN)
    assert (verdict.hit, verdict.count) == (True, 2)
    assert judge(reach(by=2010), CODE, table, CHOSEN).count == 1
    assert judge(reach(by=2009), CODE, table, CHOSEN).hit is False


def test_the_level_itself_is_enough():
    assert judge(reach(), CODE, paths(one=[0, 30]), CHOSEN).hit
    assert not judge(reach(), CODE, paths(one=[0, 29.999]), CHOSEN).hit


def test_what_was_reached_before_the_programme_does_not_count():
    verdict = judge(reach(), CODE, paths(one=[35, 18, 20]), CHOSEN)
    assert (verdict.hit, verdict.distance) == (False, -10e9)


def test_the_distance_is_that_of_the_best_firm_and_year():
    verdict = judge(reach(), CODE, paths(one=[17, 22, 19], two=[17, 18, 27]), CHOSEN)
    assert verdict.distance == -3e9
    assert verdict.unit == "KRW"


def test_other_groups_and_complexes_do_not_count():
    table = paths(three=[0, 90], elsewhere=[0, 90], one=[0, 1])
    assert not judge(reach(), CODE, table, CHOSEN).hit
    assert judge(reach("all"), CODE, table, CHOSEN).count == 1


def test_a_group_without_firms_reaches_nothing_and_has_no_distance():
    verdict = judge(reach(), CODE, paths(one=[1, 90]), Groups([]))
    assert (verdict.hit, verdict.count) == (False, 0)
    assert np.isnan(verdict.distance)


@pytest.mark.parametrize(("share", "hit"), [("49 %", True), ("51 %", False)])
def test_growth_is_of_output_per_firm_between_two_years(share, hit):
    """From (10 + 30) / 2 firms to (40 + 5) / 1.5 firms: +50 %."""
    table = panel(
        (ONE, 2008, {"sales": 10.0}),
        (TWO, 2008, {"sales": 30.0}),
        (ONE, 2009, {"sales": 1.0}),
        (ONE, 2010, {"sales": 40.0}),
        (TWO, 2010, {"sales": 5.0, "firms": 6.0}),
        (ELSEWHERE, 2010, {"sales": 1e9}),
    )
    verdict = judge(growth(share), CODE, table, CHOSEN)
    assert verdict.hit is hit
    assert verdict.count == int(hit)
    assert verdict.distance == pytest.approx(1.0 if hit else -1.0)
    assert verdict.unit == "percentage points"


def test_growth_is_nominal_unless_told():
    table = panel(
        (ONE, 2008, {"sales": 10.0, "output": 10.0}), (ONE, 2010, {"sales": 12.0, "output": 11.0})
    )
    assert judge(growth(), CODE, table, CHOSEN).distance == pytest.approx(0.0)
    real = judge(growth(prices="real"), CODE, table, CHOSEN)
    assert real.distance == pytest.approx(-10.0)
