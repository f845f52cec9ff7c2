"""The contract every instrument keeps, and instruments that break it in one way each."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Annotated, ClassVar

import numpy as np
import pytest

from clustersim.programme.instruments import service
from clustersim.programme.instruments.contract import InstrumentContract, checks
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.instruments.service import Scaled, Support
from clustersim.programme.office import STATE
from clustersim.specs import Kind, Normal, Parameter, Uniform


def broken(instrument):
    """What an instrument does not keep to: the message by the check."""
    case = type("Case", (InstrumentContract,), {"instrument": instrument})()
    found = {}
    for name in checks():
        try:
            getattr(case, name)()
        except AssertionError as error:
            found[name] = str(error)
    return found


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_instrument_keeps_the_contract(name):
    assert broken(SERVICES[name]) == {}


# ---------------------------------------------------------------- one that keeps it


class Plain(Scaled):
    """An instrument with nothing wrong in it."""

    name: ClassVar[str] = "plain"
    family: ClassVar[str] = "advice"
    title: ClassVar[str] = "plain support"
    title_ko: ClassVar[str] = "단순 지원"

    duration: Annotated[float, service.HORIZON.but(source="assumption: short", low=0.1)] = 2.0
    scale: Annotated[float, service.SCALE.but(doubt=Normal(0.01, 0.03))] = 0.01


def test_the_plain_one_keeps_it_too():
    assert broken(Plain) == {}


# ---------------------------------------------------------------- what is wrong with the others


def doing(what):
    """An instrument whose support differs from the plain one's by a class's methods."""

    class Different(Plain):
        def doing(self, desk):
            return what(desk, self)

    return Different


def preparing(what):
    """An instrument that does something on the day it opens."""

    class Prepared(Plain):
        def prepare(self, desk):
            what(self, desk)
            yield from ()

    return Prepared


class Untitled(Plain):
    title_ko: ClassVar[str] = "plain support"


class Unmarked(Plain):
    visits: int = 3


class OffCentre(Plain):
    scale: Annotated[float, service.SCALE.but(doubt=Normal(0.01, 0.03))] = 0.02


class OutOfRange(Plain):
    cost_spread: Annotated[float, service.COST_SPREAD] = 3.0


class NoBlock(Plain):
    rule: Callable[[], str] | None = None


class Mistyped(Plain):
    visits: Annotated[int, Parameter("Visits.", Kind.NUMBER, "N1", "paid", "1", 0, 9)] = 3


class ForNobody(Plain):
    stages: tuple[str, ...] = ()


class ForTheLarger(Plain):
    def takes(self, firms, stage):
        return stage & (firms.workers > np.median(firms.workers))


class ForAll(Plain):
    def takes(self, _firms, stage):
        return np.ones(len(stage), dtype=np.bool_)


class Certain(Plain):
    scale: Annotated[float, service.SCALE] = 0.01


class Sweet(Plain):
    scale: Annotated[float, service.SCALE.but(doubt=Uniform(0.005, 0.015))] = 0.01


class Tiny(Plain):
    cap: Annotated[float, service.CAP.but(low=1.0)] = 5_000.0


class Loud(Support):
    def succeed(self, project):
        super().succeed(project)
        self.desk.office.note("technical", project.name, firm=project.firm, project=project.number)


class Bonus(Support):
    def succeed(self, project):
        super().succeed(project)
        office = self.desk.office
        office.ledger.spend(
            office.clock.now, STATE, project.line, 1_000_000, "firms", purpose=project.name
        )


class LetOff(Support):
    """Firms pay nothing after the first tranche: what they owe is given up."""

    def paid(self, project, state, own):
        super().paid(project, state, own)
        self.desk.office.release(project.grant._replace(state=project.grant.own))


class Generous(Support):
    def paid(self, project, state, _own):
        self.desk.office.cash(project.firm, 2.0 * state)


class Unscaled(Support):
    def __init__(self, desk, terms):
        super().__init__(desk, terms)
        self.chance = 1.0  # as if every task came off


class Silent(Support):
    def succeed(self, project):
        pass


class Sweetened(Plain):
    def total(self, _firm):
        return self.scale + 0.01


class Otherwise(Plain):
    def request(self, firm):
        asked = super().request(firm)
        return type(asked)(2.0 * asked.total, asked.split, asked.shape)


class Meddling(Support):
    def succeed(self, project):
        super().succeed(project)
        self.desk.office.economy.firms.base[0] += 0.01


class ForTheLarge(Support):
    def __init__(self, desk, terms):
        super().__init__(desk, terms)
        felt = desk.felt
        desk.felt = lambda firm: max(felt(firm), 0.01)


class Again(Support):
    def succeed(self, project):
        self.desk.given.clear()
        super().succeed(project)


class Random(Support):
    def succeed(self, project):
        super().succeed(project)
        chance = random.random()  # noqa: S311 - what must not be
        self.desk.office.note("praised", project.name, firm=project.firm, detail=chance)


class Numbered(Support):
    def commercial_chance(self, project):
        return 0.2 + 0.6 * (project.number % 2)


def own_purse(terms, desk):
    office = desk.office
    for does in (office.ledger.appropriate, office.ledger.spend):
        more = {"purpose": terms.name} if does == office.ledger.spend else {}
        payee = ("operations",) if more else ()
        does(office.clock.now, STATE, "special", 1_000_000, *payee, **more)


def upkeep(terms, desk):
    def every_month():
        while True:
            yield desk.office.clock.after(1.0)
            ledger, now = desk.office.ledger, desk.office.clock.now
            if ledger.free(STATE, "special", desk.office.year) > 1_000_000:
                ledger.spend(now, STATE, "special", 1_000_000, "operations", purpose=terms.name)

    desk.office.clock.start(every_month())


BROKEN = {
    Untitled: ("it_has_a_name_a_family_and_titles", "title_ko holds no Korean"),
    Unmarked: ("every_number_says_what_it_is", "visits: a number without a Parameter"),
    OffCentre: (
        "every_default_is_within_its_range_and_at_the_centre_of_its_doubt",
        "the default 0.02 is not the centre 0.01 of its doubt",
    ),
    OutOfRange: (
        "every_default_is_within_its_range_and_at_the_centre_of_its_doubt",
        "the default 3.0 is outside 0.0 to 2.0",
    ),
    NoBlock: ("its_defaults_make_a_block_of_a_file_and_a_schema", "no block of a file"),
    Mistyped: ("it_is_read_from_text", "visits: '3' cannot be read"),
    ForNobody: ("its_stages_are_known", "name some of early, growing, mature"),
    ForTheLarger: ("it_tells_firm_by_firm_who_may_have_it", "hangs on who else is there"),
    ForAll: ("it_tells_firm_by_firm_who_may_have_it", "outside its stages"),
    Certain: ("an_effect_is_in_doubt", "no doubt is stated"),
    Sweet: ("an_effect_is_in_doubt", "its doubt must include zero"),
    Tiny: ("the_state_gives_its_share_up_to_the_cap", "above its cap of 5,000"),
    doing(Loud): ("every_step_is_written_down_in_order", "commercial, technical"),
    doing(Bonus): ("its_money_adds_up", "differs between ledger"),
    doing(LetOff): ("firms_pay_their_own_share", "not the"),
    doing(Generous): ("firms_feel_no_money_but_the_ledgers", "firms' accounts change by"),
    preparing(own_purse): ("without_money_nothing_happens", "0 tasks are funded, 1,000,000 won"),
    preparing(upkeep): ("nothing_is_promised_after_the_programme_stops", "ask `desk.is_over`"),
    doing(Unscaled): ("an_average_firm_alone_shows_the_total", "not 0.010000"),
    doing(Silent): ("an_average_firm_alone_shows_the_total", "no task hands anything over"),
    Otherwise: ("an_average_firm_alone_shows_the_total", "its total is not what `total` says"),
    Sweetened: ("what_has_no_total_is_not_felt", "where scale and side effects are zero"),
    doing(Meddling): ("at_an_effect_scale_of_zero_no_firm_moves", "firms move in month"),
    doing(ForTheLarge): ("large_firms_feel_nothing", "a large firm is handed"),
    doing(Again): ("uses_beyond_the_most_add_nothing", "2 tasks of a firm are felt where 1"),
    doing(Random): ("the_same_luck_makes_the_same_world", "draw by `office.luck`"),
    doing(Numbered): ("a_firms_luck_is_its_own", "never by the project's number"),
}


@pytest.mark.parametrize(
    ("instrument", "check", "says"),
    [(instrument, f"test_{check}", says) for instrument, (check, says) in BROKEN.items()],
    ids=[check for check, _ in BROKEN.values()],
)
def test_what_is_broken_trips_its_check_and_no_other(instrument, check, says):
    found = broken(instrument)
    assert list(found) == [check]
    assert says in found[check]


def test_every_check_is_tripped_by_something():
    assert {f"test_{check}" for check, _ in BROKEN.values()} == set(checks())
