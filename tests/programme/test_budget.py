from __future__ import annotations

import datetime as dt
import math

import desk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small
from clustersim.errors import ScenarioError
from clustersim.programme.budget import BudgetSpec, run_budget

NATIONAL = {2008: 79.8, 2009: 68.8, 2010: 66.8, 2011: 61.4}
LINES = {"network": {"share": 0.51}, "special": {"share": 0.33}, "rnd": {"share": 0.15}}


def budget(**changes):
    plain = {
        "amount": "47억원",
        "starts": "2008-07-01",
        "path": NATIONAL,
        "lines": LINES,
        "carry_over": 0.0,
    }
    return BudgetSpec(**{**plain, **changes})


def spent(spec, *, until=dt.date(2014, 1, 1), last_year=2013, stops=math.inf):
    team = desk.office(books=False)
    team.stops = stops
    desk.work(team, run_budget(team, spec, last_year), until=until)
    return team


def book(team, entry, year, funder="state"):
    rows = team.ledger.rows()
    return sum(r.amount for r in rows if (r.entry, r.year, r.funder) == (entry, year, funder))


def test_appropriations_follow_the_national_path_to_the_won():
    team = spent(budget())
    for year, national in NATIONAL.items():
        assert book(team, "appropriated", year) == round(4_700_000_000 * national / 79.8)
    assert book(team, "appropriated", 2012) == 0
    noted = [(event.time, event.amount) for event in desk.noted(team, "appropriated")]
    assert [time for time, _ in noted] == [102.0, 108.0, 120.0, 132.0]
    assert [amount for _, amount in noted] == list(budget().years().values())


@given(
    st.integers(0, 10**13),
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda parts: sum(parts) > 0),
)
@settings(max_examples=50, deadline=None)
def test_lines_add_up_to_the_appropriation(amount, parts):
    lines = {str(number): {"share": part} for number, part in enumerate(parts)}
    team = spent(
        budget(amount=f"{amount} KRW", lines=lines, office_share="0 %"), until=dt.date(2009, 2, 1)
    )
    assert book(team, "appropriated", 2008) == amount
    by_line = {
        row.line: row.amount
        for row in team.ledger.rows()
        if (row.entry, row.year) == ("appropriated", 2008)
    }
    for line, part in zip(lines, parts, strict=True):
        # to half a won for each line before; a float of 10^13 won is good to a fiftieth
        assert by_line[line] == pytest.approx(amount * part / sum(parts), abs=len(parts))


def test_the_team_is_paid_by_the_month_out_of_the_network_line():
    team = spent(budget(office_share=0.2, staff_share=0.7))
    budgets = budget().years()
    for year, months in ((2008, 6), (2009, 12), (2011, 12), (2012, 0)):
        year_budget = budgets.get(year, 0)
        monthly = round(year_budget * 0.51 / 0.99 * 0.2 / 12.0)
        assert team.ledger.paid(year=year) == months * monthly
        assert team.ledger.paid(year=year, payee="staff") == months * round(0.7 * monthly)
        assert team.ledger.paid(year=year, line="network") == months * monthly


def test_a_start_within_a_month_pays_the_team_from_the_next():
    spec = budget(starts="2008-11-15")
    monthly = round(4.7e9 * 0.51 / 0.99 * 0.2 / 12.0)
    assert spent(spec).ledger.paid(year=2008) == monthly


@pytest.mark.parametrize("stops", [114.0, 120.0])
def test_once_the_state_has_stopped_free_money_lapses_and_none_is_carried_on(stops):
    team = spent(budget(carry_over=0.3, office_share="0 %"), stops=stops)
    assert book(team, "carried_out", 2008) > 0
    assert book(team, "carried_out", 2009) == 0
    assert book(team, "lapsed", 2009) == book(team, "appropriated", 2009) + book(
        team, "carried_in", 2009
    )


def test_the_carry_over_moves_free_money_and_the_rest_lapses():
    team = spent(budget(carry_over=0.3))
    free = budget().years()[2008] - team.ledger.paid(year=2008)
    carried = book(team, "carried_out", 2008)
    assert carried == book(team, "carried_in", 2009)
    assert free * 0.3 - 3 <= carried <= free * 0.3  # each of three lines is rounded down
    assert book(team, "lapsed", 2008) == free - carried


def test_nothing_is_carried_into_a_year_without_a_budget():
    team = spent(budget(carry_over=1.0))
    assert book(team, "carried_out", 2010) > 0
    assert book(team, "carried_out", 2011) == 0
    assert book(team, "lapsed", 2011) > 0
    gap = spent(budget(carry_over=1.0, path={2008: 1.0, 2010: 1.0}))
    assert book(gap, "carried_out", 2008) == 0
    assert book(gap, "appropriated", 2010) == 4_700_000_000


def test_years_are_closed_to_the_end_even_without_a_budget():
    team = spent(budget())
    assert {row.year for row in team.ledger.rows()} == set(NATIONAL)
    for row in team.ledger.rows():
        assert row.entry not in {"free", "committed"} or row.amount == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("path={2008: 0}", "path: the first year has no budget"),
        ("path={abc: 1}", "path.abc: 'abc' is no year"),
        ("starts=2009-07-01", "starts: the money starts in 2009, its path in 2008"),
    ],
)
def test_a_budget_that_cannot_be_is_refused(change, says):
    with pytest.raises(ScenarioError) as caught:
        small.scenario(f"{small.NOKSAN}.budget.{change}")
    assert f"{small.NOKSAN}.budget.{says}" in str(caught.value)


def test_a_team_without_the_line_that_pays_it_is_refused():
    with pytest.raises(ScenarioError, match=r"lines: the network line.* is missing"):
        small.scenario(f"{small.NOKSAN}.budget.lines.network=~")
    free = small.spec(
        f"{small.NOKSAN}.budget.lines.network=~", f"{small.NOKSAN}.budget.office_share=0 %"
    )
    assert set(free.programme.complexes["noksan"].budget.lines) == {"special", "rnd"}


def test_lines_without_any_share_are_refused():
    none = [f"{small.NOKSAN}.budget.lines.{line}.share=0 %" for line in LINES]
    with pytest.raises(ScenarioError, match="no line has a share"):
        small.scenario(*none)
