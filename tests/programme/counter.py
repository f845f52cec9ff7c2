"""Where firms of a desk ask for support: a pipeline on which everything comes off unless told."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import desk
import numpy as np

from clustersim.programme.elsewhere import ElsewhereSpec
from clustersim.programme.fields import Fields
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.instruments.service import Desk, Opening
from clustersim.programme.pipeline import Pipeline, PipelineSpec
from clustersim.programme.team import Staff, write_down

OPENS = dt.date(2008, 2, 1)
LATER = dt.date(2011, 12, 1)
MILLION = 10**6


class Door(desk.Door):
    """Also writes down who is tied to whom."""

    def __init__(self):
        super().__init__()
        self.ties = []

    def tie(self, first, second, month, *, chance, months):
        self.ties.append((first.tolist(), second.tolist(), month, chance, months))


def terms(name="training", **changes):
    """An instrument for everybody that costs the state 7.5 M and always comes off at once."""
    plain = {
        "cost": 10e6,
        "cost_spread": 0.0,
        "cap": 1e9,
        "need": 12.0,
        "stages": ("early", "growing", "mature"),
        "state_share": 0.75,
        "duration": 2.0,
        "milestone": 1.0,
        "technical": 1.0,
        "commercial": 1.0,
        "commercial_lag": 0.0,
    }
    kind = SERVICES[name]
    mine = {k: v for k, v in {**plain, **changes}.items() if k in kind.model_fields}
    return kind().model_copy(update=mine)


def ways(**changes):
    """A pipeline in which every firm asks every month, for nothing, and all is read at once."""
    plain = {
        "asks": 1.0,
        "ask_size": 0.0,
        "ask_quality": 0.0,
        "cost_of_asking": 0.0,
        "astray": 0.0,
        "worth": 1.0,
        "screening_hours": 0.0,
        "fast_lane": 1e9,
        "pass_mark": -20.0,
    }
    return PipelineSpec().model_copy(update={**plain, **changes})


def counter(people=None, offers=None, spec=None, *, chance=None, money=10**10, **more):
    """A pipeline with some instruments (terms, opening) and a line of money in every year."""
    team = desk.office(people, chance=chance)
    team.economy.channels = Door()
    team.economy.rules.sectors = ("machinery", "steel")
    houses = {"university": 901, "institute": 900}
    team.economy.places = {"noksan": SimpleNamespace(institutions=houses)}
    if money:
        for year in range(2008, 2012):
            desk.money(team, money, "special", year)
    offers = offers or {"training": (terms(), {})}
    desks = {
        name: Desk(
            team,
            each,
            Opening(opens=OPENS).model_copy(update={"last_year": 2010, "tasks": 10_000, **opening}),
            peaks={"practices": 0.02},
            felt=lambda _: 1.0,
        )
        for name, (each, opening) in offers.items()
    }
    head = Staff(team.clock, 1, more.pop("hours", 1e6), "head")
    team.staff.append(head)
    fields = Fields(team, more.pop("fields", {}))
    centre = more.pop("centre", None)
    at = SimpleNamespace(team=team, desks=desks, head=head, door=team.economy.channels)
    at.centre = centre(team) if centre else None
    at.pipeline = Pipeline(
        team,
        spec or ways(),
        desks,
        head=head,
        certainty=more.pop("certainty", lambda _: 1.0),
        fields=fields,
        elsewhere=more.pop("elsewhere", ElsewhereSpec(chance=0.0)),
        contact=at.centre,
    )
    assert not more
    return at


def run(at, until=LATER, *others):
    """Let everybody work until a day."""
    processes = [each.run() for each in at.desks.values()]
    if at.centre:
        processes.append(at.centre.run())
    desk.work(at.team, write_down(at.team), *processes, *others, at.pipeline.run(), until=until)
    return at


def asked(at, kind="found"):
    """(month, firm, instrument) of the events of a kind."""
    return [(int(e.time), e.firm, e.instrument) for e in desk.noted(at.team, kind)]


def needs_of(terms_, people, growth):
    """Needs a year of one instrument by firm, their growth last year being known."""
    at = counter(people, {terms_.name: (terms_, {"opens": dt.date(2008, 1, 1)})})
    at.team.books.growth = lambda _: np.asarray(growth, dtype=np.float64)
    at.team.clock.start(at.desks[terms_.name].run())
    at.team.clock.advance(desk.START + 0.5)
    return at.pipeline._needs()[1][0]
