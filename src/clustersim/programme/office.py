"""The promotion team of one complex: what it sees, what it pays, what it writes down."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from clustersim import calendar
from clustersim.economy.channels import CHANNELS
from clustersim.economy.demand import Demand
from clustersim.programme.books import Books
from clustersim.programme.ledger import Ledger

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.arrays import FloatArray, IdArray
    from clustersim.economy.month import Economy
    from clustersim.economy.state import Firms
    from clustersim.programme.clock import Clock
    from clustersim.programme.ledger import Commitment, Payee
    from clustersim.programme.team import Staff
    from clustersim.randomness import Luck

__all__ = ["FIRMS", "OWN", "STATE", "Event", "Grant", "Helper", "Office"]

STATE = "state"
OWN = "own"
"""An organisation that pays without the state."""
FIRMS = "firms"
"""The firms themselves, who pay their own share."""


class Event(NamedTuple):
    """Something that happened: when (months since January 2000), what, to whom, how much."""

    time: float
    kind: str
    complex: str
    instrument: str
    firm: int = 0
    project: int = -1
    amount: int = 0
    detail: float = 0.0


class Grant(NamedTuple):
    """State money and the firm's own share, both committed."""

    state: Commitment
    own: Commitment


class Helper(Protocol):
    """Somebody who helps firms with their applications, while hours last."""

    def help(self, window: float, asking: IdArray) -> IdArray:
        """Return who of those that ask is helped within some months."""
        ...


class _Month:
    """The firms as they stand in a month, for what is asked of them one by one."""

    def __init__(self, economy: Economy, month: int) -> None:
        self.economy = economy
        self.month = month
        self.firms = firms = economy.view()
        self.ids: list[int] = firms.ids.tolist()
        self.alive, self.workers, self.output = firms.alive, firms.workers, firms.output

    def row(self, firm: int) -> int | None:
        """Return the row of a firm, None if it is not here."""
        row = bisect_left(self.ids, firm)
        return row if row < len(self.ids) and self.ids[row] == firm else None

    @cached_property
    def prices(self) -> FloatArray:
        return self.economy.prices(self.month)

    @cached_property
    def lift(self) -> FloatArray:
        return self.firms.lift + Demand.access(self.firms)


@dataclass
class Office:
    """One complex's programme at work.

    The economy is read through `firms` alone, and reached through its channels alone.
    """

    name: str
    economy: Economy
    clock: Clock
    luck: Luck
    events: list[Event]
    ledger: Ledger = field(default_factory=Ledger)
    projects: int = 0
    kept: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    """The state's won of a line and year that wait for whoever has the first call on them."""
    stops: float = math.inf
    """When the state's part ends: it starts nothing new after that."""
    helpers: list[Helper] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    """Everybody whose hours are scarce; their queues are written down."""
    turnout: float = 1.0
    """What the chance that a member comes to a meeting is multiplied by."""
    team_paid: int = -1
    """The last month for which the promotion team is paid."""
    searches: dict[str, dict[int, float]] = field(default_factory=dict)
    """By how much the search for each institution is eased, by who eases it."""
    books: Books = field(init=False)
    """Yearly accounts of the complex's firms; kept where the process `Books.keep` runs."""

    def __post_init__(self) -> None:
        self.books = Books(self.economy, self.code, self.clock)
        self._seen = _Month(self.economy, self.month)
        self._seen_until = -math.inf

    @property
    def month(self) -> int:
        """The month the clock stands in."""
        return math.floor(self.clock.now)

    @property
    def year(self) -> int:
        """The calendar year the clock stands in."""
        return calendar.year_of(self.month)

    @property
    def is_over(self) -> bool:
        """Whether the state's part has ended."""
        return self.clock.now >= self.stops

    @property
    def code(self) -> int:
        """The complex's number."""
        return self.economy.blueprints[self.name].code

    # ------------------------------------------------------------ what it sees

    def firms(self) -> Firms:
        """Return the complex's operating firms as they stood at the end of last month."""
        firms = self.economy.view()
        return firms.take((firms.complex == self.code) & (firms.alive > 0.0))

    def last_year_sales(self, firms: Firms) -> FloatArray:
        """Return nominal sales of the last calendar year (in January it is not yet rolled over)."""
        january = calendar.month_in_year(self.month) == 1
        return firms.sales_this_year if january else firms.sales_last_year

    def last_year_profit(self, firms: Firms) -> FloatArray:
        """Return operating profit of the last calendar year, in won of 2008."""
        january = calendar.month_in_year(self.month) == 1
        return firms.profit_this_year if january else firms.profit_last_year

    def sector_growth(self, firm: int, years: int) -> float:
        """Return by what factor a firm's sector moved over the years up to the last one."""
        firms = self.economy.view()
        rows, _ = firms.rows(np.array([firm], dtype=np.uint64))
        last = calendar.year_of(self.month) - 1
        return self.economy.rules.macro_of(self.code).nominal_growth(
            int(firms.sector[rows[0]]), last - years, last
        )

    def helped(self, chance: float, firm: int) -> float:
        """Return a chance of selling research, with what policy has done for the firm's selling."""
        seen = self._look()
        row = seen.row(firm)
        more = 0.0 if row is None else float(seen.firms.commercialisation[row])
        return min(chance * math.exp(more), 1.0)

    def workers(self, firm: int) -> float:
        """Return a firm's workers; 0 of one that is gone."""
        return self.size(firm)[0]

    def size(self, firm: int) -> tuple[float, float]:
        """Return a firm's workers and its output in a year; 0 of one that is gone."""
        seen = self._look()
        row = seen.row(firm)
        if row is None or not seen.alive[row]:
            return 0.0, 0.0
        return float(seen.workers[row]), 12.0 * float(seen.output[row])

    @property
    def employment_elasticity(self) -> float:
        """What a firm's workers rise with its output in the long run."""
        return self.economy.rules.accounts.spec.employment_elasticity

    def lift(self) -> FloatArray:
        """Return what policy added to each firm's log sales last month, better access included.

        Of all firms of the economy, in its order.
        """
        return self._look().lift

    def is_alive(self, firm: int) -> bool:
        """Tell whether a firm still operates."""
        seen = self._look()
        row = seen.row(firm)
        return row is not None and bool(seen.alive[row])

    def _look(self) -> _Month:
        """Look once a month at what is asked for firm by firm; firms stand still within it."""
        if self.clock.now >= self._seen_until:
            self._seen = _Month(self.economy, self.month)
            self._seen_until = self.month + 1.0
        return self._seen

    # ------------------------------------------------------------ what it writes down

    def note(
        self,
        kind: str,
        instrument: str,
        *,
        firm: int = 0,
        project: int = -1,
        amount: int = 0,
        detail: float = 0.0,
    ) -> None:
        """Add a row to the event table."""
        row = self.clock.now, kind, self.name, instrument, firm, project, amount, detail
        self.events.append(tuple.__new__(Event, row))  # what Event(...) does; the table is long

    def note_all(self, kind: str, instrument: str, firms: IdArray, details: FloatArray) -> None:
        """Add a row for each firm."""
        for firm, detail in zip(firms.tolist(), details.tolist(), strict=True):
            self.note(kind, instrument, firm=firm, detail=detail)

    def help(self, window: float, asking: IdArray) -> IdArray:
        """Return the firms that are helped with applications within some months.

        Those ask that would apply if they were helped.
        """
        helped = asking[:0]
        for helper in self.helpers:
            helped = np.union1d(helped, helper.help(window, np.setdiff1d(asking, helped)))
        return helped

    # ------------------------------------------------------------ what it makes easier

    def ease_search(self, who: str, institutions: IdArray, level: float) -> None:
        """Let one of several ease the search for partners from now on.

        Their log points add up, to as many as the door takes at most.
        """
        most = CHANNELS["partner_search"].bound
        self.searches[who] = dict.fromkeys(institutions.tolist(), level)
        levels: dict[float, list[int]] = {}
        for institution in institutions.tolist():
            parts = [mine.get(institution, 0.0) for _, mine in sorted(self.searches.items())]
            total = max(min(math.fsum(parts), most), -most)
            levels.setdefault(total, []).append(institution)
        for total, some in levels.items():
            ids = np.array(some, dtype=np.uint64)
            self.economy.channels.search(ids, self.month, total)

    # ------------------------------------------------------------ what it pays

    def wait(self, moment: float, line: str, won: int) -> ProcessGenerator:
        """Wait for a moment, for which some won of the line's money of that year are kept.

        Nothing is kept for a moment after the state's part has ended.
        """
        place = line, calendar.year_of(math.floor(moment))
        won = won if moment < self.stops else 0
        self.kept[place] += won
        yield self.clock.at(moment)
        self.kept[place] -= won

    def new_project(self) -> int:
        """Return the number of a new project, counted from 1 in this complex."""
        self.projects += 1
        return self.projects

    def free(self, line: str) -> int:
        """Return the state's won that can be promised for something new and are kept for nobody."""
        return max(self.there(line) - self.kept[line, self.year], 0)

    def there(self, line: str) -> int:
        """Return the state's won that can be promised for what they are kept for.

        None once its part has ended, and none in a year without an appropriation: what promises of
        an ended budget give back starts nothing again.
        """
        if self.is_over or not self.ledger.appropriated(STATE, line, self.year):
            return 0
        return self.ledger.free(STATE, line, self.year)

    def commit(self, line: str, amount: int, cost: float, purpose: str, project: int) -> Grant:
        """Commit state money and, beside it, the own share: the rest of what it costs in all."""
        own = max(round(cost) - amount, 0)  # the least grant may be more than a tiny task costs
        now = self.clock.now
        state = self.ledger.commit(now, STATE, line, amount, purpose=purpose, project=project)
        self.ledger.appropriate(now, FIRMS, line, own)
        match = self.ledger.commit(now, FIRMS, line, own, purpose=purpose, project=project)
        return Grant(state, match)

    def pay(self, grant: Grant, share: float, payee: Payee) -> int:
        """Pay a share of what is left of a grant, own share alike; return the state's part."""
        state, own = round(grant.state.left * share), round(grant.own.left * share)
        for commitment, amount in ((grant.state, state), (grant.own, own)):
            if amount:  # where the state pays all there is no own share, and no book of it
                self.ledger.pay(self.clock.now, commitment, amount, payee)
        return state

    def release(self, grant: Grant) -> None:
        """Give up what is left of a grant."""
        for commitment in grant:
            self.ledger.release(self.clock.now, commitment)

    def real(self, amount: float, firm: int) -> float:
        """Return money of this month in won of 2008, at the prices of the firm's sector."""
        seen = self._look()
        row = seen.row(firm) or 0  # whoever is gone gets nothing, at whatever prices
        return amount / float(seen.prices[row])

    def cash(self, firm: int, amount: float) -> None:
        """Move money of this month into a firm's accounts (or out, if negative)."""
        self.economy.channels.flow("cash", firm, self.month, self.real(amount, firm))
