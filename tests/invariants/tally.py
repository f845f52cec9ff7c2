"""A whole programme on a few dozen firms, its money counted a second time beside the ledger.

What is counted here is counted from single postings and single deliveries, with arithmetic of its
own, after every event of the programme's clock; nothing of the code's own checks is used.
"""

from __future__ import annotations

import copy
import math
from collections import Counter, defaultdict
from types import SimpleNamespace

import pytest
from scipy.stats import norm

import networked
import small
from clustersim import calendar
from clustersim.economy.channels import Channels
from clustersim.economy.month import Economy
from clustersim.programme import pipeline
from clustersim.programme.clock import Clock
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.instruments.service import AMOUNT
from clustersim.programme.ledger import PAYEES, SOURCES, USES, Ledger
from clustersim.programme.programme import Programme
from clustersim.randomness.ids import roster_slots
from clustersim.scenario import load
from clustersim.simulation import simulate

TEAM, CLUSTERS, EXCHANGE = "promotion team", "mini-clusters", "exchange"
COUNCIL, CONTACT = "council", "contact_centre"
UPKEEP = {TEAM, CLUSTERS, EXCHANGE, COUNCIL, CONTACT}
GRANTS = {"field_customised_rnd", "joint_research"}
"""Purposes whose state money the firm gets to spend; all others buy it something."""

DATA = copy.deepcopy(networked.DATA)
DATA["complexes"]["noksan"]["figures"] |= {"firms": 40, "workers": 740, "output": "3040억원"}
DATA["complexes"]["noksan"]["sites"]["hill"]["firms"] = 8
DATA["economy"]["macro"] = {"mode": "flat"}
DATA["programme"] |= {
    "mini_clusters": {"meetings": 1},
    "rnd": {"apply": "60 %"},
    "pipeline": {"cost_of_asking": "0 KRW", "asks": "100 %"},  # no event tells what asking has cost
    "inno_core": {"band_low": "30억원", "band_high": "1000억원"},  # of so few, some stand in it
}
DATA["programme"]["complexes"]["noksan"] |= {
    "services": {name: {"opens": "2009-01-01"} for name in SERVICES},
    "council": {"opens": "2009-01-01"},
    "contact_centre": {"opens": "2009-01-01"},
}
DATA["targets"] = {}
DATA["arms"] = {}


def watched(changes, index=0, *, often=True):
    """Run one world and count its money on the way.

    Attributes of what is returned: `spec`, `ledger`, `journal`, `events`; `promises`, every
    commitment as (moment made, funder, line, amount, purpose, project); `paid_from`, the number
    of the promise of each payment in the order of the journal's payments; `passed` and `arrived`,
    won of the day by (firm, month) at the cash door and behind it; `checks`, after how many
    events the books were compared. With `often` that is every event that moved money.
    """
    spec = load(DATA, set=[f"{path}={value}" for path, value in changes.items()]).spec
    seen = SimpleNamespace(spec=spec, promises=[], paid_from=[], passed=Counter(), checks=0)
    seen.arrived, seen.offices, seen.groups, seen.payers = Counter(), {}, {}, {}
    numbers = {}
    counts, booked = defaultdict(Counter), Counter()

    def compare(office):
        postings = office.ledger.journal[booked[office.name] :]
        booked[office.name] += len(postings)
        for posting in postings:
            book = counts[posting.book]
            book[posting.debit] += posting.amount
            book[posting.credit] += posting.amount * (1 if posting.credit in SOURCES else -1)
            if posting.debit == "paid":
                book[posting.payee] += posting.amount
        moved = {posting.book for posting in postings}
        balances(office.ledger, counts, moved, [promise for promise, _ in numbers.values()])
        seen.checks += 1

    def step(self, original=Clock.step):
        original(self)
        for office in seen.offices.values() if often else ():
            if len(office.ledger._journal) > booked[office.name]:
                compare(office)

    def commit(self, moment, funder, line, amount, original=Ledger.commit, **kwargs):
        made = original(self, moment, funder, line, amount, **kwargs)
        numbers[id(made)] = (made, len(seen.promises))
        project = kwargs.get("project", -1)
        seen.promises.append((moment, funder, line, amount, kwargs["purpose"], project))
        return made

    def pay(self, moment, commitment, amount, payee, original=Ledger.pay):
        original(self, moment, commitment, amount, payee)
        seen.paid_from.append(numbers[id(commitment)][1])
        office = next((each for each in seen.offices.values() if each.ledger is self), None)
        if commitment.project in seen.groups:
            group = seen.groups[commitment.project]
            living = [firm for firm in group if office.is_alive(firm)]
            seen.payers[commitment.project, moment] = living

    def flow(self, channel, firm, month, amount, months=1, original=Channels.flow):
        original(self, channel, firm, month, amount, months)
        if channel == "cash":
            seen.passed[firm, month] += amount * seen.price(firm, month)

    def month(self, number, original=Economy.step):
        original(self, number)
        won = self.firms.cash_in * self.prices(number)
        for row in won.nonzero()[0].tolist():
            seen.arrived[int(self.firms.ids[row]), number] += float(won[row])

    def live(office, deal, doing, project, original=pipeline.live):
        seen.groups[project.number] = project.firms
        yield from original(office, deal, doing, project)

    def begin(self, spec, economy, *args, original=Programme.__init__, **kwargs):
        original(self, spec, economy, *args, **kwargs)
        seen.offices = self.offices

        def price(firm, number):
            rows, _ = economy.firms.rows([firm])
            return float(economy.prices(number)[rows[0]])

        seen.price = price

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clock, "step", step)
        patch.setattr(Ledger, "commit", commit)
        patch.setattr(Ledger, "pay", pay)
        patch.setattr(Channels, "flow", flow)
        patch.setattr(Economy, "step", month)
        patch.setattr(Programme, "__init__", begin)
        patch.setattr(pipeline, "live", live)
        seen.luck = small.luck(index)
        seen.events = simulate(spec, seen.luck).events
    (office,) = seen.offices.values()
    compare(office)
    seen.ledger, seen.journal = office.ledger, office.ledger.journal
    seen.plan = spec.programme.plans()["noksan"]
    stops = spec.programme.stops
    seen.stops = calendar.moment(stops) if stops else math.inf
    seen.firm_of = {e.project: e.firm for e in seen.events if e.project >= 0 and e.firm}
    return seen


# ---------------------------------------------------------------- after every event


def balances(ledger, counts, moved, promises):
    """Invariant 4 in the books that moved: by the public table, the postings and the promises."""
    books = defaultdict(Counter)
    for row in ledger.rows():
        books[row.funder, row.line, row.year][row.entry] += row.amount
    owed = Counter()
    for promise in promises:
        owed[promise.book] += promise.left
    assert books.keys() == counts.keys()
    for book in moved:
        entry = books[book]
        assert min(entry.values()) >= 0, book
        assert sum(entry[name] for name in SOURCES) == sum(entry[name] for name in USES), book
        count = counts[book]
        assert all(entry[name] == count[name] for name in SOURCES + USES), book
        assert entry["paid"] == sum(count[payee] for payee in PAYEES), book
        assert entry["committed"] == owed[book], book


# ---------------------------------------------------------------- of a whole run


def entries(seen, *columns, **where):
    """Won by some columns of the journal's payments, or of another debit account."""
    found = Counter()
    debit = where.pop("debit", "paid")
    for posting in seen.journal:
        row = posting._asdict() | posting.book._asdict()
        if posting.debit == debit and all(row[name] == value for name, value in where.items()):
            found[tuple(row[name] for name in columns)] += posting.amount
    return found


def nothing_is_left_at_the_close(seen):
    for row in seen.ledger.rows():
        assert row.entry not in {"committed", "free"} or row.amount == 0, row


def years_hand_on_what_they_carry_out(seen):
    """All but the last, whose commitments leave the books."""
    out, into = Counter(), Counter()
    for row in seen.ledger.rows():
        if row.entry == "carried_out":
            out[row.funder, row.line, row.year + 1] += row.amount
        if row.entry == "carried_in":
            into[row.funder, row.line, row.year] += row.amount
    last = calendar.year_of(seen.spec.end)
    assert +into == Counter({book: won for book, won in out.items() if won and book[2] <= last})


def appropriations_are_the_path(seen):
    budget, wanted = seen.plan.budget, {}
    programme = seen.spec.programme
    amount = programme.complexes["noksan"].budget.amount * programme.budget_factor
    first = budget.path[str(budget.starts.year)]
    for year, value in budget.path.items():
        opens = calendar.moment(budget.starts.replace(year=int(year), month=1, day=1))
        if int(year) == budget.starts.year:
            opens = calendar.moment(budget.starts)
        if opens < min(seen.stops, seen.spec.end + 1):
            wanted[int(year),] = round(amount * value / first)
    given = Counter()
    for posting in seen.journal:
        if posting.credit == "appropriated" and posting.book.funder == "state":
            given[posting.book.year,] += posting.amount
    assert +given == +Counter(wanted)


def cost_of(seen, funded):
    """What a funded task costs in all, from the luck of the month it was asked for; 0 of others."""
    if funded.instrument not in SERVICES:
        return 0.0
    asked = max(
        int(e.time)
        for e in seen.events
        if (e.kind, e.firm, e.instrument) == ("found", funded.firm, funded.instrument)
        and e.time <= funded.time
    )
    terms = getattr(seen.spec.programme.services, funded.instrument)
    (number,) = roster_slots([funded.instrument])
    u = seen.luck.one(AMOUNT, asked, funded.firm, int(number))
    return terms.cost * math.exp(terms.cost_spread * norm.ppf(u))


def own_shares_are_what_state_shares_say(seen):
    """Promised and paid, each posting to the won; at the end of a project exactly."""
    terms = seen.spec.programme
    costs = {e.project: cost_of(seen, e) for e in seen.events if e.kind == "funded"}
    shares = {
        "field_customised_rnd": terms.rnd.state_share,
        "inno_core": terms.inno_core.state_share,
        "tasks": terms.mini_clusters.task_share,
        **{name: getattr(terms.services, name).state_share for name in SERVICES},
    }
    promised = defaultdict(Counter)
    for moment, funder, line, amount, purpose, project in seen.promises:
        if purpose in shares and project >= 0:  # machines are bought for all
            promised[project, purpose, line, moment][funder] += amount
    part = {}
    for (project, purpose, _, _), by in promised.items():
        cost = by["state"] / shares[purpose] if purpose not in SERVICES else costs[project]
        assert by["firms"] == max(round(cost) - by["state"], 0)
        part[project] = by["state"] / by.total() if purpose in SERVICES else shares[purpose]
    paid = defaultdict(Counter)
    for posting in seen.journal:
        if posting.debit == "paid" and posting.purpose in shares and posting.project >= 0:
            paid[posting.project, posting.purpose, posting.moment][posting.book.funder] += (
                posting.amount
            )
    for (project, _, _), by in paid.items():
        share = part[project]
        # half a won of rounding on either side, and half of the promise's own
        assert abs(by["firms"] * share - by["state"] * (1.0 - share)) <= 1.0 + 1e-6
    for purpose in shares:
        for funder in {posting.book.funder for posting in seen.journal} - {"state", "firms"}:
            assert not entries(seen, "project", purpose=purpose, funder=funder)


def nothing_new_is_paid_after_the_stop(seen):
    """Only what the state promised before; it appropriates, promises and carries on nothing."""
    for moment, funder, *_ in seen.promises:
        assert funder != "state" or moment < seen.stops
    payments = [posting for posting in seen.journal if posting.debit == "paid"]
    assert len(payments) == len(seen.paid_from)
    for posting, number in zip(payments, seen.paid_from, strict=True):
        made, funder, line, _, purpose, project = seen.promises[number]
        assert (funder, line, purpose, project) == (
            *posting.book[:2],
            posting.purpose,
            posting.project,
        )
        assert made <= posting.moment
        assert funder != "state" or made < seen.stops
        # running costs end with the state's part; only projects are seen out
        ends = posting.purpose in UPKEEP and funder == "state"
        assert not ends or posting.moment < seen.stops
    for posting in seen.journal:
        if posting.book.funder == "state" and posting.moment >= seen.stops:
            assert posting.credit != "appropriated"
            carried = posting.credit == "carried_in" and posting.debit == "free"
            assert not carried


def nothing_new_is_promised_in_a_year_without_money(seen):
    """What promises of an ended budget give back starts nothing again."""
    given = Counter()
    for posting in seen.journal:
        if posting.credit == "appropriated" and posting.book.funder == "state":
            given[posting.book.year] += posting.amount
    for moment, funder, _, amount, *_ in seen.promises:
        assert funder != "state" or not amount or given[calendar.year_of(math.floor(moment))]


def no_promise_is_overdrawn(seen):
    left = [amount for _, _, _, amount, _, _ in seen.promises]
    payments = [posting for posting in seen.journal if posting.debit == "paid"]
    for posting, number in zip(payments, seen.paid_from, strict=True):
        left[number] -= posting.amount
        assert left[number] >= 0


def clawbacks_are_within_what_was_paid(seen):
    """At any time; and as much as the terms say of the first tranche."""
    paid, back = Counter(), Counter()
    for posting in seen.journal:
        if posting.book.funder == "state" and posting.project >= 0:
            fund = (posting.project, posting.book.line)
            if posting.debit == "paid":
                paid[fund] += posting.amount
            if posting.credit == "refunded":
                back[fund] += posting.amount
                assert back[fund] <= paid[fund]
                terms = seen.spec.programme.rnd
                if posting.purpose in SERVICES:
                    terms = getattr(seen.spec.programme.services, posting.purpose)
                wanted = paid[fund] * terms.clawback
                assert abs(back[fund] - wanted) <= 1.0
    stopped = Counter({e.project: e.amount for e in seen.events if e.kind == "stopped"})
    assert +stopped == +Counter({project: won for (project, _), won in back.items()})


def firms_get_what_the_ledger_says(seen):
    """To the won, firm by firm and month by month, behind the door times the effect scale."""
    wanted = Counter()
    for posting in seen.journal:
        month = math.floor(posting.moment)
        firm = seen.firm_of.get(posting.project)
        if posting.debit == "paid" and posting.payee == "firms":
            funder = posting.book.funder
            if posting.purpose in GRANTS and funder == "state":
                wanted[firm, month] += posting.amount
            if posting.purpose not in GRANTS and funder == "firms":
                group = seen.payers.get((posting.project, posting.moment), [firm])
                for each in group:  # those that are left, in equal parts
                    wanted[each, month] -= posting.amount / len(group)
        if posting.credit == "refunded":
            wanted[firm, month] -= posting.amount
    cost = seen.spec.programme.rnd.cost_of_applying
    for event in seen.events:
        if event.kind == "applied":
            wanted[event.firm, math.floor(event.time)] -= cost * (1.0 - event.detail)
        if event.kind == "other_support":  # of somebody else, whom a refused firm asks next
            wanted[event.firm, math.floor(event.time)] += event.amount
    for found, scale in ((seen.passed, 1.0), (seen.arrived, seen.spec.programme.effect_scale)):
        for key in wanted.keys() | found.keys():
            assert abs(found[key] - scale * wanted[key]) < 0.01, key


def administration_is_what_the_spec_says(seen):
    """The team by the month out of a reserve; managers and the exchange a twelfth each month."""
    budget, plan = seen.plan.budget, seen.plan
    parts = sum(line.share for line in budget.lines.values())
    network = budget.lines["network"].share / parts if "network" in budget.lines else 0.0
    there = Counter()  # free money of the network line when the year opens
    for posting in seen.journal:
        mine = posting.book[:2] == ("state", "network") and posting.debit == "free"
        if mine and posting.credit in {"appropriated", "carried_in"}:
            there[posting.book.year] += posting.amount
    team, staff = Counter(), Counter()
    for year, won in budget.years().items():
        monthly = round(won * network * budget.office_share / 12.0)
        opens = calendar.moment(budget.starts) if year == budget.starts.year else 0.0
        months = range(max(math.ceil(opens), (year - 2000) * 12), (year - 1999) * 12)
        left = min(monthly * len(months), there[year])
        for month in months:
            if month < min(seen.stops, seen.spec.end + 1) and opens < seen.stops:
                due = min(monthly, left)
                left -= due
                team[month] += due
                staff[month] += round(due * budget.staff_share)
    for wanted, payee in ((staff, "staff"), (team - staff, "operations")):
        found = entries(seen, "moment", purpose=TEAM, payee=payee)
        assert {month: won for (month,), won in found.items() if won} == +wanted
    running = round(seen.spec.programme.mini_clusters.running / 12.0)
    launched = [e.time for e in seen.events if e.kind == "launched"]
    for (month, payee), won in entries(seen, "moment", "payee", purpose=CLUSTERS).items():
        assert payee == "operations"
        assert won % running == 0
        assert won // running <= sum(1 for time in launched if time < month)
    own = [c for c in plan.mini_clusters.values() if c.funder == "own"]
    for cluster in own:  # who runs it pays every month, where the state does not
        first = max(math.floor(calendar.moment(cluster.launch)), seen.spec.start) + 1
        months = {month for (month,) in entries(seen, "moment", purpose=CLUSTERS)}
        assert months >= {float(month) for month in range(first, seen.spec.end + 1)}
    if plan.exchange:
        due = round(plan.exchange.running / 12.0)
        for (_, payee), won in entries(seen, "moment", "payee", purpose=EXCHANGE).items():
            assert (payee, won) == ("institutions", due)
    # beyond firms and institutions nobody is paid but these
    for (payee, purpose), won in entries(seen, "payee", "purpose").items():
        machines = (payee, purpose) == ("capital", "shared_equipment")
        running = purpose in UPKEEP - {EXCHANGE} or machines
        assert payee in {"firms", "institutions"} or running or not won


def reserves_end_with_their_year(seen):
    """What running costs are promised for a year is paid or given back within it."""
    left = Counter()
    for moment, funder, line, amount, purpose, _ in seen.promises:
        if purpose in UPKEEP:
            left[funder, line, calendar.year_of(math.floor(moment)), purpose] += amount
    for posting in seen.journal:
        if posting.purpose in UPKEEP and posting.credit == "committed":
            left[*posting.book, posting.purpose] -= posting.amount
    last = calendar.year_of(seen.spec.end)
    assert not {key: won for key, won in left.items() if won and key[2] < last}


def events_and_ledger_tell_of_the_same_won(seen):
    told = defaultdict(Counter)
    kinds = {"package": "inno_core", "task_done": "tasks", "equipped": "shared_equipment"}
    for event in seen.events:
        if event.kind == "tranche":
            told[event.instrument][event.project] += event.amount
        if event.kind in kinds:
            told[kinds[event.kind]][event.project] += event.amount
    for purpose in {*kinds.values(), *GRANTS, *SERVICES}:
        booked = Counter()
        for (project,), won in entries(seen, "project", purpose=purpose, funder="state").items():
            booked[project] += won
        assert +booked == +told[purpose]


PROPERTIES = (
    nothing_is_left_at_the_close,
    years_hand_on_what_they_carry_out,
    appropriations_are_the_path,
    own_shares_are_what_state_shares_say,
    nothing_new_is_paid_after_the_stop,
    nothing_new_is_promised_in_a_year_without_money,
    no_promise_is_overdrawn,
    clawbacks_are_within_what_was_paid,
    firms_get_what_the_ledger_says,
    administration_is_what_the_spec_says,
    reserves_end_with_their_year,
    events_and_ledger_tell_of_the_same_won,
)
