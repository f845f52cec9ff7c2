"""A promotion team's desk with a town of firms that stand still: no economy, no luck but fixed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from clustersim import calendar
from clustersim.economy.state import Firms
from clustersim.programme.clock import Clock
from clustersim.programme.office import Office
from clustersim.randomness import Domain, Luck, ids

CODE = 2
START = 96.0  # January 2008


def firms(count, **columns):
    """Sound firms of 17 bn won a year that do research, but for the columns given."""
    zeros = np.zeros(count, dtype=np.int64)
    names = ids.make(0, CODE, np.arange(1, count + 1))
    town = Firms(names, complex_=zeros + CODE, sector=zeros, born=zeros, birth_class=zeros)
    plain = {
        "alive": 1.0,
        "output": 17e9 / 12.0,
        "workers": 28.0,
        "intensity": 0.03,
        "profit_last_year": 1e8,
        "profit_this_year": 1e8,
        "debt": 1e9,
        "sales_last_year": 17e9,
        "sales_this_year": 17e9,
    }
    for name, values in {**plain, **columns}.items():
        setattr(town, name, np.asarray(values))
    return town


class Door:
    """Writes down what passes."""

    def __init__(self):
        self.flows = []
        self.effects = []

    def flow(self, channel, firm, month, amount, months=1):
        if amount:
            self.flows.append((channel, firm, month, amount, months))

    def effect(self, channel, firm, month, peak, *, months_to_peak, half_life):
        self.effects.append((channel, firm, month, peak, months_to_peak, half_life))

    def effect_each(self, channel, firms, month, peaks, **shape):
        for firm, peak in zip(firms, peaks, strict=True):
            self.effect(channel, firm, month, peak, **shape)

    def of(self, channel, firm=None):
        """The amounts that passed one channel, to one firm or to any."""
        return [f[3] for f in self.flows if f[0] == channel and firm in {None, f[1]}]


class Town:
    """As much of an economy as an office sees."""

    def __init__(self, people, price=1.0):
        self.firms = people
        self.price = price
        self.channels = Door()
        self.blueprints = {"noksan": SimpleNamespace(code=CODE)}
        self.sector_growth = 1.0
        macro = SimpleNamespace(nominal_growth=lambda *_: self.sector_growth)
        accounts = SimpleNamespace(spec=SimpleNamespace(employment_elasticity=0.4))
        self.rules = SimpleNamespace(local=macro, macro_of=lambda _: macro, accounts=accounts)

    def view(self):
        return self.firms.frozen()

    def prices(self, _month):
        return np.broadcast_to(self.price, len(self.firms))

    def close(self, *rows):
        self.firms.alive[list(rows)] = 0.0


class Fixed:
    """Luck that says the same to everybody, by the name of the stream; 0.5 unless told."""

    def __init__(self, **numbers):
        self.numbers = {name.replace("_", "."): number for name, number in numbers.items()}

    def one(self, stream, _month, _id, _id2=0):
        return self.numbers.get(stream.name.replace("_", "."), 0.5)

    def uniform(self, stream, _month, ids_, ids2=None):
        said = self.numbers.get(stream.name.replace("_", "."), 0.5)
        shape = np.broadcast_shapes(np.shape(ids_), np.shape(ids2))
        return np.broadcast_to(np.asarray(said, dtype=np.float64), shape)

    def matrix(self, streams, month, ids_, id2=0):
        return np.array([self.uniform(stream, month, ids_, id2) for stream in streams])


def luck(index=0):
    return Luck(1, index, Domain.LUCK)


def office(people=None, *, chance=None, price=1.0, books=True):
    """A desk; with `books`, every year is closed at its end and free money lapses."""
    town = Town(firms(3) if people is None else people, price)
    team = Office("noksan", town, Clock(START), chance or luck(), [])
    team.clock.start(team.books.keep())
    if books:
        team.clock.start(_keep_books(team))
    return team


def _keep_books(team):
    for year in range(2008, 2020):
        yield team.clock.at((year - 1999) * 12.0)
        team.ledger.close_year(year)


def money(desk, amount, line="rnd", year=2008, funder="state"):
    """Give a line money for one year."""
    desk.ledger.appropriate(max(desk.clock.now, (year - 2000) * 12.0), funder, line, amount)


def work(desk, *processes, until):
    """Let processes run until a date."""
    for key, process in enumerate(processes):
        desk.clock.start(process, key=key)
    desk.clock.advance(calendar.moment(until))


def kinds(desk, *wanted):
    return [event.kind for event in desk.events if not wanted or event.kind in wanted]


def noted(desk, kind):
    return [event for event in desk.events if event.kind == kind]
