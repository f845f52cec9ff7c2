"""Invariant 4 and the money part of invariant 1: any calendar, any programme, after every event."""

from __future__ import annotations

import datetime as dt
import math
from types import SimpleNamespace

import pytest
import tally
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small
from clustersim.programme import budget, ledger, office, upkeep
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.ledger import Ledger
from clustersim.programme.office import Office
from clustersim.programme.plan import FAMILIES

HERE = small.NOKSAN
ALWAYS = settings(
    max_examples=36,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def percent(low=0, high=100):
    return st.integers(low, high).map("{} %".format)


def won(most):
    """Up to a hundred steps to some amount, and a few won beside them."""
    parts = st.tuples(st.integers(1, 100), st.integers(0, 99))
    return parts.map(lambda many: f"{many[0] * (most // 100) + many[1]} KRW")


def months(low, high):
    """Half months too, so that things happen within a month and on New Year's Day."""
    return st.integers(2 * low, 2 * high).map(lambda n: f"{n / 2} months")


def mostly(value, others):
    """One value in three cases of four."""
    return st.integers(0, 3).flatmap(lambda number: st.just(value) if number else others)


@st.composite
def programmes(draw):
    """Changes to the small programme: a calendar, money and what is done with it."""
    year = draw(st.integers(2010, 2012))
    end = dt.date(year, 12, 28)

    def day(first=dt.date(2008, 1, 1), last=end):
        days = st.dates(first, last)
        return draw(days | days.map(lambda date: max(first, date.replace(month=1, day=1))))

    starts = day(last=dt.date(2009, 12, 31))
    path: dict[int, object] = {starts.year: draw(st.integers(50, 100))}
    for later in range(starts.year + 1, 2014):
        if later > year and later - 1 not in path:  # years after the run follow one another
            break
        if value := draw(st.sampled_from([None, "0", 30, 70, 100, 177])):
            path[later] = value
    path = dict.fromkeys(range(2008, 2012), "~") | path  # those of the file go
    has_network = draw(st.integers(0, 5)) > 0
    lines = ["special", "rnd", *["network"] * has_network]
    line = st.sampled_from(lines)
    team = draw(percent()) if has_network else "0 %"
    first = day(draw(mostly(starts, st.just(dt.date(2008, 1, 1)))))
    shares = {name: draw(percent(1)) for name in lines}
    amounts = draw(st.lists(won(10**8), min_size=1, max_size=5))
    packages = [f"{n}: {{title: x, amount: {each}}}" for n, each in enumerate(amounts, 1)]
    changes = {
        "end": f"{year}-12",
        f"{HERE}.budget.amount": draw(won(2 * 10**10)),
        f"{HERE}.budget.starts": starts,
        f"{HERE}.budget.path": "{" + ", ".join(f"{y}: {v}" for y, v in path.items()) + "}",
        f"{HERE}.budget.lines": "{"
        + ", ".join(f"{name}: {{share: {share}}}" for name, share in shares.items())
        + ("}" if has_network else ", network: ~}"),
        f"{HERE}.budget.office_share": team,
        f"{HERE}.budget.staff_share": draw(percent()),
        f"{HERE}.budget.carry_over": draw(percent()),
        f"{HERE}.rnd.first": first,
        f"{HERE}.rnd.month_of_year": draw(st.integers(1, 12)),
        f"{HERE}.rnd.last_year": draw(st.integers(first.year, 2013)),
        f"{HERE}.rnd.lines": "{rnd: "
        + draw(percent(50))
        + ", special: "
        + draw(percent(50))
        + (", network: " + draw(percent()) if has_network else "")
        + "}",
        f"{HERE}.inno_core.opens": day(draw(mostly(starts, st.just(dt.date(2008, 1, 1))))),
        f"{HERE}.inno_core.line": draw(line),
        f"{HERE}.inno_core.priority": draw(percent()),
        f"{HERE}.exchange.opens": day(),
        f"{HERE}.exchange.line": draw(line),
        f"{HERE}.exchange.running": draw(won(2 * 10**8)),
        "programme.rnd.apply": draw(percent(70)),
        "programme.rnd.apply_without_research": draw(percent()),
        "programme.rnd.cost_of_applying": draw(won(10**7) | st.just("0 KRW")),
        "programme.rnd.state_share": draw(percent(5)),
        "programme.rnd.first_tranche": draw(percent()),
        "programme.rnd.milestone": draw(percent(1)),
        "programme.rnd.clawback": draw(percent()),
        "programme.rnd.duration": draw(months(2, 30)),
        "programme.rnd.window": draw(months(1, 6)),
        "programme.rnd.deciding": draw(months(1, 6)),
        "programme.inno_core.places": draw(st.integers(1, 9)),
        "programme.inno_core.packages": "{" + ", ".join(packages) + "}",
        "programme.inno_core.state_share": draw(percent(5)),
        "programme.inno_core.gate": "-100 % / year",
        "programme.mini_clusters.running": draw(won(2 * 10**8)),
        "programme.mini_clusters.task_money": draw(won(4 * 10**7)),
        "programme.mini_clusters.task_share": draw(percent(5)),
        "programme.mini_clusters.task_months": draw(months(1, 20)),
        "programme.mini_clusters.visits": draw(st.integers(1, 3)),
        "programme.effect_scale": draw(st.sampled_from([0, 0.5, 1, 2])),
        "programme.budget_factor": draw(st.sampled_from([1, 1, 1, 3.7, 0.3, 0])),
        "programme.delay": draw(mostly("0 months", months(0, 30))),
        "programme.instruments": "["
        + ", ".join(draw(mostly(FAMILIES, st.lists(st.sampled_from(FAMILIES), unique=True))))
        + "]",
    }
    grant = sorted(draw(st.lists(st.integers(1, 90), min_size=3, max_size=3)))
    for name, size in zip(("low", "mode", "high"), grant, strict=True):
        changes[f"programme.rnd.grant_{name}"] = f"{size * 10**6 + size} KRW"
    served = draw(st.sets(st.sampled_from(sorted(SERVICES)), max_size=6))
    for name in sorted(SERVICES):
        if name not in served:
            changes[f"{HERE}.services.{name}"] = "~"
            continue
        changes[f"{HERE}.services.{name}.opens"] = day(starts)
        changes[f"{HERE}.services.{name}.line"] = draw(line)
        changes[f"{HERE}.services.{name}.last_year"] = draw(st.integers(2010, 2013))
        changes[f"programme.services.{name}.state_share"] = draw(percent(5))
        changes[f"programme.services.{name}.first_tranche"] = draw(percent())
        changes[f"programme.services.{name}.milestone"] = draw(percent(1))
        changes[f"programme.services.{name}.clawback"] = draw(percent())
        changes[f"programme.services.{name}.duration"] = draw(months(2, 20))
    for body in ("council", "contact_centre"):
        changes[f"{HERE}.{body}.opens"] = day()
        changes[f"{HERE}.{body}.line"] = draw(line)
    for cluster in ("parts", "plating"):
        changes[f"{HERE}.mini_clusters.{cluster}.launch"] = day(dt.date(2006, 1, 1))
        funder = draw(st.sampled_from(["state", "own"])) if has_network else "own"
        changes[f"{HERE}.mini_clusters.{cluster}.funder"] = funder
    if stops := draw(st.none() | st.dates(dt.date(2008, 7, 1), dt.date(2013, 6, 30))):
        changes["programme.stops"] = stops
    return changes


@given(changes=programmes(), index=st.integers(0, 2))
@ALWAYS
def test_invariant_4_money_adds_up_after_every_event_of_any_programme(changes, index):
    seen = tally.watched(changes, index)
    for holds in tally.PROPERTIES:
        holds(seen)


# ---------------------------------------------------------------- one busy programme, always

BUSY = {
    "end": "2011-12",  # with projects under way
    f"{HERE}.budget.starts": "2008-03-17",
    f"{HERE}.budget.amount": "10000000007 KRW",
    f"{HERE}.budget.path": "{2008: 3, 2009: 2, 2010: 0, 2011: 1}",
    f"{HERE}.budget.carry_over": "37 %",
    f"{HERE}.rnd.first": "2008-04-01",
    "programme.rnd.duration": "11 months",
    "programme.rnd.milestone": "50 %",
    "programme.rnd.clawback": "45 %",
    "programme.rnd.state_share": "63 %",
    "programme.inno_core.state_share": "63 %",
    "programme.mini_clusters.task_share": "63 %",
    "programme.stops": "2011-04-12",
    "programme.effect_scale": "0.5",
}
HAPPENS = {
    "appropriated", "applied", "funded", "waiting", "tranche", "stopped", "technical", "package",
    "chosen", "joined", "met", "task_paid", "task_done", "task_unpaid", "exchange_opened",
    "exchange_closed",
}  # fmt: skip


@pytest.fixture(scope="module")
def busy():
    return tally.watched(BUSY)


def test_a_busy_programme_has_all_that_could_go_wrong(busy):
    assert {event.kind for event in busy.events} >= HAPPENS
    assert busy.checks > 100
    held = {posting.debit for posting in busy.journal} | {
        posting.credit for posting in busy.journal
    }
    assert held == {*tally.SOURCES, *tally.USES}
    payees = {posting.payee for posting in busy.journal if posting.debit == "paid"}
    assert payees == set(ledger.PAYEES)


@pytest.mark.parametrize("holds", tally.PROPERTIES, ids=lambda holds: holds.__name__)
def test_money_of_a_busy_programme(busy, holds):
    holds(busy)


@pytest.mark.parametrize("scale", [0, 1, 2])
def test_invariant_1_firms_get_the_ledgers_won_times_the_effect_scale(scale):
    seen = tally.watched(BUSY | {"programme.effect_scale": scale}, often=False)
    tally.firms_get_what_the_ledger_says(seen)
    assert any(seen.arrived.values()) == bool(scale)


# ---------------------------------------------------------------- each property can fail


def floors(module):
    """Amounts of a module are rounded down."""
    return lambda patch: patch.setattr(module, "round", math.floor, raising=False)


def says(owner, name, make):
    """A method, or property, is another one, made from the original."""
    return lambda patch: patch.setattr(owner, name, make(getattr(owner, name)))


def never_is_over(_):
    return property(lambda _: False)


def keeps_what_it_pays_back(original):
    return lambda self, firm, amount: original(self, firm, max(amount, 0.0))


def in_thousands(original):
    return lambda self, firm, amount: original(self, firm, round(amount, -3))


def takes_what_is_there(_):
    return lambda self, line: self.ledger.free("state", line, self.year) * (not self.is_over)


def forgets(_):
    return lambda *_, **__: None


def pays_staff_alone(original):
    return lambda self, moment, promise, amount, payee: original(
        self, moment, promise, amount, "staff" if payee == "operations" else payee
    )


def loses_on_new_years_eve(_):
    def carry_over(self, funder, line, year, amount):
        book = ledger.Book(funder, line, year)
        if amount:
            self._post((year - 1999) * 12.0, book, "carried_out", "free", amount)

    return carry_over


def locks_alone(_):
    return lambda self, _moment, _books, year: setattr(self, "_closed", year)


def tells_a_won_more(original):
    def note(self, kind, *args, amount=0, **kwargs):
        original(self, kind, *args, amount=amount + (kind == "tranche"), **kwargs)

    return note


@pytest.mark.parametrize(
    ("wrong", "holds"),
    [
        (floors(office), tally.own_shares_are_what_state_shares_say),
        (floors(budget), tally.appropriations_are_the_path),
        (floors(budget), tally.administration_is_what_the_spec_says),
        (floors(upkeep), tally.administration_is_what_the_spec_says),
        (says(Ledger, "pay", pays_staff_alone), tally.administration_is_what_the_spec_says),
        (says(upkeep.Upkeep, "stop", forgets), tally.reserves_end_with_their_year),
        (says(Ledger, "refund", forgets), tally.clawbacks_are_within_what_was_paid),
        (says(Ledger, "refund", forgets), tally.firms_get_what_the_ledger_says),
        (says(Office, "cash", keeps_what_it_pays_back), tally.firms_get_what_the_ledger_says),
        (says(Office, "cash", in_thousands), tally.firms_get_what_the_ledger_says),
        (says(Office, "is_over", never_is_over), tally.nothing_new_is_paid_after_the_stop),
        (says(Office, "free", takes_what_is_there),
         tally.nothing_new_is_promised_in_a_year_without_money),
        (says(Ledger, "carry_over", loses_on_new_years_eve),
         tally.years_hand_on_what_they_carry_out),
        (says(Ledger, "_seal", locks_alone), tally.nothing_is_left_at_the_close),
        (says(Office, "note", tells_a_won_more), tally.events_and_ledger_tell_of_the_same_won),
    ],
)  # fmt: skip
def test_money_that_is_wrong_is_caught(monkeypatch, wrong, holds):
    monkeypatch.setattr(Ledger, "_compare", lambda _: None)
    wrong(monkeypatch)
    seen = tally.watched(BUSY, often=False)
    with pytest.raises(AssertionError):
        holds(seen)


def drops_a_won(original):
    """A payment leaves its promise a won larger than it arrives."""

    def move(self, debit, credit, amount, *whom):
        short = debit == "paid" and amount > 0
        original(self, debit, credit, amount - short, *whom)
        self.balance["committed"] -= short

    return move


def forgets_to_count_refunds(original):
    def move(self, debit, credit, amount, *whom):
        original(self, debit, credit, amount, *whom)
        if credit == "refunded":
            self.balance["refunded"] -= amount

    return move


def never_uses_up(original):
    def use(self, moment, commitment, amount, *args):
        original(self, moment, commitment, amount, *args)
        commitment.left += amount

    return use


@pytest.mark.parametrize(
    "wrong",
    [
        says(ledger._Accounts, "move", drops_a_won),
        says(ledger._Accounts, "move", forgets_to_count_refunds),
        says(Ledger, "_use", never_uses_up),
    ],
)
def test_books_that_are_wrong_are_caught_though_the_ledger_looks_away(monkeypatch, wrong):
    monkeypatch.setattr(ledger._Accounts, "agree", lambda _: True)
    monkeypatch.setattr(Ledger, "_compare", lambda _: None)
    tally.watched(BUSY)
    wrong(monkeypatch)
    with pytest.raises(AssertionError):
        tally.watched(BUSY)


def test_a_promise_that_is_overdrawn_is_caught():
    book = ledger.Book("state", "rnd", 2008)
    pays = ledger.Posting(101.0, book, "paid", "committed", 6, "firms", "x", 1)
    seen = SimpleNamespace(promises=[(100.0, "state", "rnd", 11, "x", 1)], paid_from=[0, 0])
    seen.journal = [pays, pays._replace(amount=5)]
    tally.no_promise_is_overdrawn(seen)
    seen.journal = [pays, pays]
    with pytest.raises(AssertionError):
        tally.no_promise_is_overdrawn(seen)
