"""The accounts a team keeps, and who is first by each rule, on a desk."""

from __future__ import annotations

import datetime as dt

import desk
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small
from clustersim.calendar import parse_month as month_of
from clustersim.programme import choosers
from clustersim.programme.choosers import points
from clustersim.programme.inno_core import SCORE, InnoCoreOpening, InnoCoreSpec, run_inno_core
from clustersim.programme.rnd import ASSESSOR, ResearchCalls, ResearchSpec, run_calls
from clustersim.programme.stages import StagesSpec
from clustersim.randomness import samplers
from clustersim.simulation.world import World

PATHS = {  # log sales over the sector's in 2008, 2009, 2010, 2011
    "grower": (0.0, 0.0, 0.0, 0.5),
    "steady": (0.0, 0.0, 0.0, 0.0),
    "sinker": (0.0, 0.0, -0.3, -0.7),
    "dipper": (0.0, 0.0, 0.4, 0.2),
    "deeper": (0.0, 0.0, 0.1, -0.25),
}
NAMES = list(PATHS)


def kept(people, paths, *, sector=1.0, until=2012, chance=None):
    """A desk in March of a year, with books of the years before it."""
    team = desk.office(people, chance=chance or desk.Fixed())
    team.economy.sector_growth = sector
    live(team, paths, sector, until)
    return team


def live(team, paths, sector=1.0, until=2012):
    """Let firms sell, month by month, what their paths say, as the economy writes it down."""
    people, levels = team.economy.firms, np.exp(np.array(paths))
    people.sales_this_year = people.sales_last_year = 0.0
    for year in range(2008, until):
        for month in range(12):
            team.clock.advance(12.0 * (year - 2000) + month + 0.9)
            if month == 0:
                people.sales_last_year = people.sales_this_year
                people.sales_this_year = 0.0
            now = team.clock.now >= people.born
            people.sales_this_year += now * levels[:, year - 2008] * sector ** (year - 2008)
    team.clock.advance(12.0 * (until - 2000) + 0.5)  # the books of the last year are read
    people.sales_last_year = people.sales_this_year
    people.sales_this_year = 0.0
    team.clock.advance(12.0 * (until - 2000) + 2.0)


@pytest.fixture
def team():
    return kept(desk.firms(len(PATHS)), list(PATHS.values()))


# ---------------------------------------------------------------- the books


@given(
    st.lists(st.lists(st.floats(-3.0, 3.0), min_size=4, max_size=4), min_size=1, max_size=5),
    st.floats(0.5, 2.0),
)
@settings(max_examples=30, deadline=None)
def test_growth_is_log_growth_over_the_sectors(paths, sector):
    team = kept(desk.firms(len(paths)), paths, sector=sector)
    firms = team.economy.view()
    steps = np.diff(np.array(paths), axis=1)
    for back in (0, 1, 2):
        np.testing.assert_allclose(
            team.books.growth(firms, back), steps[:, 2 - back], rtol=0, atol=1e-9
        )
    np.testing.assert_allclose(team.books.trend(firms), steps[:, 1:].mean(axis=1), atol=1e-9)
    assert np.isnan(team.books.growth(firms, 3)).all()  # the run met them in 2008


def test_sales_are_those_of_the_year_that_ended(team):
    firms = team.economy.view()
    wanted = 12 * np.exp([path[-1] for path in PATHS.values()])
    np.testing.assert_allclose(team.books.sales(firms), wanted)


def test_a_dip_is_a_fall_after_a_rise(team):
    dips = dict(zip(NAMES, team.books.dip(team.economy.view()).tolist(), strict=True))
    assert dips == pytest.approx(
        {"grower": 0.0, "steady": 0.0, "sinker": 0.0, "dipper": 0.2, "deeper": 0.35}
    )


@pytest.mark.parametrize(
    ("born", "sales", "growths"),
    [
        (month_of("2009-01"), True, [True, True, False]),
        (month_of("2009-02"), True, [True, False, False]),
        (month_of("2010-01"), True, [True, False, False]),
        (month_of("2010-02"), True, [False, False, False]),
        (month_of("2011-01"), True, [False, False, False]),
        (month_of("2011-02"), False, [False, False, False]),
    ],
)
def test_full_years_alone_count(born, sales, growths):
    people = desk.firms(2)
    people.born[1] = born
    team = kept(people, np.zeros((2, 4)))
    firms = team.economy.view()
    assert np.isfinite(team.books.sales(firms)).tolist() == [True, sales]
    known = [np.isfinite(team.books.growth(firms, back)[1]) for back in (0, 1, 2)]
    assert known == growths
    assert np.isfinite(team.books.trend(firms)[1]) == all(growths[:2])
    assert np.isfinite(team.books.dip(firms)[1]) == all(growths[:2])


def test_books_that_are_not_yet_kept_say_nothing():
    team = desk.office()
    firms = team.economy.view()
    for read in (team.books.sales, team.books.growth, team.books.trend, team.books.dip):
        assert np.isnan(read(firms)).all()


def year_of(panel, year, firm):
    """Sales of a full year; NaN without one."""
    at = (year, firm)
    return panel.loc[at]["sales"] if at in panel.index and panel.loc[at]["firms"] == 12 else np.nan


def test_in_an_economy_books_agree_with_the_yearly_panel():
    spec = small.spec()
    world = World(spec, small.luck())
    next(month for month in world.months() if month == month_of("2010-02"))
    team = world.programme.offices["noksan"]
    panel = small.frame(small.run().panel).set_index(["year", "id"])
    parents = {old for old, _ in small.run().splits}
    firms = team.firms()
    sales, growth = team.books.sales(firms), team.books.growth(firms)
    compared = 0
    for row, firm in enumerate(firms.ids.tolist()):
        if firm in parents:
            continue
        then, now = (year_of(panel, year, firm) for year in (2008, 2009))
        assert sales[row] == pytest.approx(now, nan_ok=True)
        if then > 0.0 and now > 0.0:
            sector = team.sector_growth(firm, 1)
            assert growth[row] == pytest.approx(np.log(now / then / sector))
            compared += 1
        else:
            assert np.isnan(growth[row])
    assert compared > 100


# ---------------------------------------------------------------- who comes first


def ranked(team, chooser):
    firms = team.economy.view()
    found = points(chooser, team, firms, ASSESSOR, team.month, assessors=[1], noise=1.0)
    return [NAMES[row] for row in np.argsort(-found, kind="stable")]


def test_each_rule_puts_first_whom_it_names(team):
    team.economy.firms.quality = np.array([1.0, 5.0, 4.0, 3.0, 2.0])
    team.luck = desk.Fixed(rnd_assessor=[0.1, 0.2, 0.9, 0.4, 0.3])
    assert ranked(team, "growers") == ["grower", "steady", "dipper", "deeper", "sinker"]
    assert ranked(team, "sinkers") == ["sinker", "deeper", "steady", "dipper", "grower"]
    assert ranked(team, "dip")[:2] == ["deeper", "dipper"]
    assert ranked(team, "lots") == ["sinker", "dipper", "deeper", "steady", "grower"]
    team.luck = desk.Fixed()  # nobody errs
    assert ranked(team, "score") == ["steady", "sinker", "dipper", "deeper", "grower"]


@pytest.mark.parametrize("chooser", ["growers", "sinkers", "dip"])
def test_a_firm_without_accounts_stands_in_the_middle(chooser):
    people = desk.firms(len(PATHS) + 1)
    people.born[-1] = month_of("2011-06")
    team = kept(people, [*PATHS.values(), (0.0, 0.0, 0.0, 3.0)])
    found = points(
        chooser, team, team.economy.view(), ASSESSOR, team.month, assessors=[1], noise=1.0
    )
    known, new = found[:-1], found[-1]
    if chooser == "dip":
        assert [NAMES[row] for row in np.flatnonzero(known > new)] == ["dipper", "deeper"]
        assert (known[:3] < new).all()
    else:
        assert new == np.median(known)


@pytest.mark.parametrize("chooser", ["growers", "sinkers", "dip"])
def test_before_there_are_books_nobody_is_before_another(chooser):
    team = desk.office()
    found = points(
        chooser, team, team.economy.view(), ASSESSOR, team.month, assessors=[1], noise=1.0
    )
    assert found.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("assessors", [[0], [1, 2, 3, 4, 5]])
def test_a_score_is_quality_and_the_mean_of_the_assessors_errors(assessors):
    people = desk.firms(40, quality=np.linspace(-2, 2, 40))
    team = desk.office(people, chance=desk.luck(3))
    found = points("score", team, people, ASSESSOR, 99, assessors=assessors, noise=2.0)
    errors = [
        [
            samplers.normal(np.array([team.luck.one(ASSESSOR, 99, firm, number)]))[0]
            for number in assessors
        ]
        for firm in people.ids.tolist()
    ]
    np.testing.assert_allclose(found, people.quality + 2.0 * np.mean(errors, axis=1))


@pytest.mark.parametrize("chooser", ["lots", "score"])
def test_luck_is_each_firms_own(chooser):
    team = desk.office(desk.firms(9), chance=desk.luck(1))
    everybody = team.economy.view()
    some = everybody.take(np.array([1, 4, 7]))
    both = [
        points(chooser, team, firms, ASSESSOR, 99, assessors=[1, 2], noise=1.0)
        for firms in (everybody, some)
    ]
    assert both[0][[1, 4, 7]].tolist() == both[1].tolist()


# ---------------------------------------------------------------- in use

FIRST = {
    "growers": "grower",
    "sinkers": "sinker",
    "dip": "deeper",
    "lots": "dipper",
    "score": "steady",
}


@pytest.mark.parametrize("chooser", FIRST)
def test_a_call_funds_first_whom_its_rule_names(chooser):
    people = desk.firms(len(PATHS), quality=[1.0, 5.0, 4.0, 3.0, 2.0])
    lots = np.array([0.1, 0.2, 0.4, 0.9, 0.3]) if chooser == "lots" else 0.5
    team = kept(people, list(PATHS.values()), chance=desk.Fixed(rnd_assessor=lots, rnd_apply=0.0))
    desk.money(team, 10**8, year=2012)
    spec = ResearchSpec(
        chooser=chooser,
        apply=1.0,
        pass_mark=4.5,  # above all points but one score, so it would refuse all the others
        **dict.fromkeys(("grant_low", "grant_mode", "grant_high"), "100 M KRW"),
    )
    calls = ResearchCalls(first=dt.date(2012, 3, 1), last_year=2012, lines={"rnd": 1.0})
    desk.work(team, run_calls(team, spec, calls, StagesSpec()), until=dt.date(2012, 12, 1))
    ids = people.ids.tolist()
    funded = [NAMES[ids.index(event.firm)] for event in desk.noted(team, "funded")]
    assert funded == [FIRST[chooser]]
    assert len(desk.noted(team, "waiting")) == (0 if chooser == "score" else 4)


@pytest.mark.parametrize("chooser", FIRST)
def test_inno_core_takes_first_whom_its_rule_names(chooser):
    people = desk.firms(len(PATHS), quality=[1.0, 5.0, 4.0, 3.0, 2.0], debt=0.0)
    lots = np.array([0.1, 0.2, 0.4, 0.9, 0.3]) if chooser == "lots" else 0.5
    team = kept(people, list(PATHS.values()), chance=desk.Fixed(inno_core_score=lots))
    spec = InnoCoreSpec(chooser=chooser, places=1, band_low="0 KRW")
    opening = InnoCoreOpening(opens=dt.date(2012, 3, 2))
    desk.work(team, run_inno_core(team, spec, opening, {}), until=dt.date(2012, 4, 1))
    ids = people.ids.tolist()
    assert [NAMES[ids.index(e.firm)] for e in desk.noted(team, "chosen")] == [FIRST[chooser]]


def test_the_words_are_those_that_are_tested():
    assert set(FIRST) == set(choosers.Chooser.__args__)
    assert SCORE.name == "inno_core.score"
