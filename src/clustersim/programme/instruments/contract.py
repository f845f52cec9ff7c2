"""What every instrument has to keep to, as checks that any package's tests can run.

A test class names the instrument, and each check is a test of its own::

    class TestEnergyAudit(InstrumentContract):
        instrument = EnergyAudit

A check that fails raises an `AssertionError` that says what is wrong and how to mend it. Nothing
but clustersim is needed; pytest, or unittest with `TestCase` as a second base, finds the checks.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, get_args

import numpy as np

from clustersim import units
from clustersim.economy.channels import EffectChannel
from clustersim.programme.instruments.registry import unfit
from clustersim.programme.instruments.service import Scaled, Service
from clustersim.programme.instruments.trial import (
    RULES,
    Ask,
    Delivery,
    Trial,
    Tried,
    average,
    idle,
    town,
)
from clustersim.programme.isolation import Isolation
from clustersim.programme.ledger import SOURCES, USES
from clustersim.programme.office import FIRMS, STATE
from clustersim.programme.stages import STAGES
from clustersim.specs import Kind, Mixture, Normal, OneOf, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from clustersim.economy.channels import Channels
    from clustersim.specs import Distribution

__all__ = ["InstrumentContract", "checks"]

_OPENED = 2
"""Months after the opening until the first ask: machines are bought, panels meet."""

_MANY = (*(Ask(_OPENED, (place,)) for place in range(10)), Ask(_OPENED, (10, 11)))
_OTHERS = tuple(Ask(_OPENED - 1, (place,)) for place in range(12, 19))
_ODDS = (("milestone", 0.7), ("technical", 0.7), ("commercial", 0.7))
"""Odds at which a dozen projects end in every way there is."""

_LARGE = 20
"""So few workers make a firm large, where large ones are looked at."""

_FELT = get_args(EffectChannel)

_LIFE = re.compile(
    "found( closed| refused| screened( waiting)*( refused| closed| funded tranche"
    "( closed| stopped| tranche( closed| failed| technical( closed| unsold| commercial)))))"
)
"""Every way from a need to an end, step by step; here nobody asks for the wrong thing."""

_STEPS = {*re.findall("[a-z]+", _LIFE.pattern), "screened_out"}


class InstrumentContract:
    """The checks, one method each.

    Attributes
    ----------
    instrument
        What is checked; a test class of one's own sets it.
    """

    instrument: ClassVar[type[Service]]

    # ------------------------------------------------------------ what it says of itself

    def test_it_has_a_name_a_family_and_titles(self) -> None:
        """Name, family, and a title in both languages are stated."""
        wrong = unfit(self.instrument)
        _require(wrong is None, ": ".join(wrong or ()))
        _require(
            bool(re.search("[가-힣]", self.instrument.title_ko)),
            "title_ko holds no Korean: write the instrument's name in Korean",
        )

    def test_every_number_says_what_it_is(self) -> None:
        """Every number has a Parameter: a sentence, unit, closed range, source, what it moves."""
        for name, info in self.instrument.model_fields.items():
            if not _is_number(info.annotation):
                continue
            mark = _mark(info)
            if mark is None:
                raise AssertionError(f"{name}: a number without a Parameter; annotate it with one")
            for what, there in {
                "a sentence that says what it is": mark.doc.endswith("."),
                "a unit": mark.stored_unit or mark.kind is Kind.COUNT,
                "a source": mark.source.strip(),
                "the outcome it moves": mark.moves.strip(),
            }.items():
                _require(bool(there), f"{name}: its Parameter lacks {what}")
            if mark.kind not in {Kind.DATE, Kind.CHOICE}:
                _require(
                    math.isfinite(mark.low) and math.isfinite(mark.high) and mark.low <= mark.high,
                    f"{name}: its range {mark.low} to {mark.high} is not closed; set low and high",
                )

    def test_every_default_is_within_its_range_and_at_the_centre_of_its_doubt(self) -> None:
        """What holds unless told is a value that makes sense, and the middle of what is drawn."""
        for name, mark, value in self._parameters():
            if isinstance(value, (int, float)):
                _require(
                    mark.low <= value <= mark.high,
                    f"{name}: the default {value} is outside {mark.low} to {mark.high}",
                )
            if mark.doubt is not None:
                centre = mark.doubt.central
                _require(
                    math.isclose(value, centre, abs_tol=1e-12)
                    if isinstance(value, (int, float))
                    else value == centre,
                    f"{name}: the default {value} is not the centre {centre} of its doubt",
                )

    def test_its_defaults_make_a_block_of_a_file_and_a_schema(self) -> None:
        """It stands in a scenario by its name alone, and in the schema with what it says."""
        try:
            json.dumps(self.instrument().model_dump(mode="json"), allow_nan=False)
            schema = self.instrument.model_json_schema()["properties"]
        except (TypeError, ValueError, RuntimeError) as error:  # pydantic's are of all three
            raise AssertionError(
                f"it makes no block of a file: {error}; let fields be numbers, texts and lists"
            ) from error
        for name, mark, _ in self._parameters():
            _require(
                schema[name].get("description") == mark.doc,
                f"{name}: the schema does not hold its sentence; use Annotated[type, Parameter]",
            )

    def test_it_is_read_from_text(self) -> None:
        """A value as the file shows it is read back as the same value."""
        for name, mark, value in self._parameters():
            if isinstance(value, (int, float)) and not mark.low <= value <= mark.high:
                continue  # no text can say that
            text = units.show(value, mark.kind)
            try:
                again = getattr(self.instrument.model_validate({name: text}), name)
            except ValueError as error:
                raise AssertionError(
                    f"{name}: {text!r} cannot be read; do its type and its Kind agree?"
                ) from error
            _require(again == value, f"{name}: {text!r} is read as {again}, not {value}")

    def test_its_stages_are_known(self) -> None:
        """It is for some stages of growth, each named once."""
        stages = self.instrument().stages
        _require(
            bool(stages) and set(stages) <= set(STAGES) and len(set(stages)) == len(stages),
            f"stages {stages}: name some of {', '.join(STAGES)}, each once",
        )

    def test_it_tells_firm_by_firm_who_may_have_it(self) -> None:
        """Who may have it hangs on the firm, and is nobody outside its stages."""
        terms, firms = self.instrument(), town().firms()
        stage = np.arange(len(firms)) % 3 > 0
        told = terms.takes(firms, stage)
        _require(
            getattr(told, "dtype", None) == np.bool_ and told.shape == stage.shape,
            "takes: return a Boolean for each firm",
        )
        _require(not (told & ~stage).any(), "takes: it takes firms outside its stages")
        for rows in np.array_split(np.arange(len(firms)), 4):
            _require(
                bool(np.array_equal(terms.takes(firms.take(rows), stage[rows]), told[rows])),
                "takes: whether a firm may have it hangs on who else is there",
            )

    def test_an_effect_is_in_doubt(self) -> None:
        """A scale has a doubt, and one that is assumed may be none at all."""
        if not issubclass(self.instrument, Scaled):
            return
        mark = _mark(self.instrument.model_fields["scale"])
        if mark is None or mark.doubt is None:
            raise AssertionError("scale: no doubt is stated; give its Parameter a distribution")
        _require(
            not mark.source.startswith("assumption") or _spans(mark.doubt, 0.0),
            "scale: it is assumed, so its doubt must include zero",
        )

    # ------------------------------------------------------------ money

    def test_the_state_gives_its_share_up_to_the_cap(self) -> None:
        """A grant is whole won, and above neither the cap nor the state's share of the cost."""
        terms = self.instrument()
        desk = Trial(terms, ()).desk()
        for firm in desk.office.firms().ids.tolist():
            cost = desk.cost(desk.office.month, firm)
            won, share = desk.grant(cost), terms.state_share * cost
            _require(type(won) is int and won > 0, f"the state gives {won!r}, no whole won")
            _require(
                won <= min(terms.cap, share),
                f"the state gives {won:,} won, above its cap of {terms.cap:,.0f} or its share of"
                f" {share:,.0f}: let cost and cap be 10,000 won or more",
            )

    def test_every_step_is_written_down_in_order(self) -> None:
        """Whoever asks has a row for every step up to an end, and some are funded."""
        tried = self._try(_MANY, odds=True)
        steps = defaultdict(list)
        for event in tried.events:
            if event.kind in _STEPS:
                steps[event.firm].append(event.kind)
        told = {tried.firms[ask.firms[0]]: ask for ask in _MANY}
        for firm in told:
            _require(
                bool(_LIFE.fullmatch(" ".join(steps[firm]))),
                f"the steps of a task are {', '.join(steps[firm]) or 'none'}: let `work` come to an"
                " end, and leave the notes of steps to the life of a project",
            )
        _require(
            any("funded" in steps[firm] for firm in told),
            "nobody is funded, with money for everybody: does `prepare` come to an end?",
        )

    def test_its_money_adds_up(self) -> None:
        """The ledger balances, and what firms are paid and give back is what events say."""
        tried = self._try(_MANY, odds=True)
        tried.ledger.audit()
        books: dict[tuple[str, str, int], Counter[str]] = defaultdict(Counter)
        for row in tried.ledger.rows():
            books[row.funder, row.line, row.year][row.entry] += row.amount
        for book, won in books.items():
            _require(
                sum(won[each] for each in SOURCES) == sum(won[each] for each in USES)
                and not won["free"]
                and not won["committed"],
                f"the book of {book} does not balance",
            )
        told: dict[str, Counter[int]] = {"tranche": Counter(), "stopped": Counter()}
        for event in tried.events:
            if event.kind in told:
                told[event.kind][event.project] += event.amount
        paid, back = self._booked(tried, STATE)
        for what, booked, noted in (
            ("paid to firms", paid, told["tranche"]),
            ("given back", back, told["stopped"]),
        ):
            _require(
                booked == noted,
                f"what is {what} differs between ledger ({booked.total():,} won) and events"
                f" ({noted.total():,} won): leave paying to the life of a project",
            )

    def test_firms_pay_their_own_share(self) -> None:
        """What the state does not give of the cost firms pay, in step, within a won a posting."""
        tried, desk = self._try(_MANY, odds=True), _trial(self.instrument, (), odds=True).desk()
        state, own = self._booked(tried, STATE)[0], self._booked(tried, FIRMS)[0]
        month = {each.firm: int(each.time) for each in tried.events if each.kind == "found"}
        for each in tried.events:
            if each.kind != "funded":
                continue
            won = state[each.project]
            ratio = max(round(desk.cost(month[each.firm], each.firm)) / each.amount - 1.0, 0.0)
            _require(
                abs(own[each.project] - won * ratio) <= 2.0 * (1.0 + ratio),
                f"firms pay {own[each.project]:,} won beside the state's {won:,}, not the"
                f" {won * ratio:,.0f} that its cost leaves to them",
            )

    def test_firms_feel_no_money_but_the_ledgers(self) -> None:
        """What enters and leaves firms' accounts is what was paid to and by them."""
        tried = self._try(_MANY, odds=True)
        paid, back = (won.total() for won in self._booked(tried, STATE))
        own = self._booked(tried, FIRMS)[0].total()
        came = math.fsum(each.amount for each in tried.deliveries if each.channel == "cash")
        room = float(len(_MANY) * 3)  # a won a posting
        _require(
            -own - back - room <= came <= paid - back + room,
            f"firms' accounts change by {came:,.0f} won, where the state paid {paid:,}, firms paid"
            f" {own:,} and gave back {back:,}: let `paid` move the won it is told of",
        )

    def test_without_money_nothing_happens(self) -> None:
        """A line without money funds, pays and does nothing."""
        tried = self._try(_MANY, has_money=False)
        funded = sum(event.kind == "funded" for event in tried.events)
        paid = sum(row.amount for row in tried.ledger.rows() if row.entry == "paid")
        _require(
            not (funded or paid or tried.deliveries),
            f"without money {funded} tasks are funded, {paid:,} won paid and"
            f" {len(tried.deliveries)} deliveries made: spend what the line has, and no more",
        )

    def test_nothing_is_promised_after_the_programme_stops(self) -> None:
        """What runs is finished; nothing new is begun."""
        tried = self._try((*_MANY, *(Ask(8, (place,)) for place in range(12, 16))), stops=6.0)
        over = Trial(self.instrument(), (), stops=6.0).ends
        late = [
            posting
            for posting in tried.ledger.journal
            if posting.moment >= over
            and (posting.debit, posting.credit) == ("committed", "free")
            and posting.purpose == self.instrument.name
        ]
        _require(
            not late,
            f"{len(late)} promises are made after the programme has stopped: ask `desk.is_over`",
        )

    # ------------------------------------------------------------ effects

    def test_an_average_firm_alone_shows_the_total(self) -> None:
        """What a task hands over, run alone, adds the stated total at the horizon to 1e-6."""
        terms, firm = self.instrument(), average()
        request = terms.request(firm)
        if request is None:
            return
        _require(
            not isinstance(terms, Scaled) or request.total == terms.total(firm),
            "request: its total is not what `total` says",
        )
        handed = [each for each in self._felt(self._try(_MANY, comes_off=True)) if each.felt]
        _require(
            bool(handed) or not request.total,
            "no task hands anything over: does `succeed` deliver what `desk.peaks` says?",
        )
        chance = terms.milestone * terms.technical * terms.commercial
        by_firm = defaultdict(list)
        for each in handed:
            by_firm[each.firm].append(each)

        def deliver(door: Channels) -> None:
            for number, parts in enumerate(by_firm.values(), start=1):
                for each in parts:
                    door.effect(
                        each.channel,  # type: ignore[arg-type]  # one of _FELT
                        number,
                        0,
                        each.amount / each.felt * chance,
                        months_to_peak=each.months_to_peak,
                        half_life=each.half_life,
                    )

        horizon = request.shape.horizon
        for path in Isolation(RULES, firm).response(len(by_firm), horizon, deliver):
            _require(
                abs(path[horizon] - request.total) <= 1e-6,
                f"alone, an average firm shows {path[horizon]:.6f} log points after {horizon}"
                f" months, not {request.total:.6f}: hand over `desk.peaks` by `desk.felt`, divided"
                " by the chance to come off",
            )

    def test_what_has_no_total_is_not_felt(self) -> None:
        """At zero scale, or where there is no scale, no level of sales is moved."""
        terms = self.instrument()
        nothing: dict[str, float] = {}
        if isinstance(terms, Scaled):
            nothing = dict.fromkeys(("scale", "commercialisation", "exit_hazard"), 0.0)
        elif terms.request(average()) is not None:
            return
        tried = self._try(_MANY, comes_off=True, **nothing)
        felt = [each for each in self._felt(tried) if each.amount]
        _require(
            not felt,
            f"{len(felt)} effects are handed over where scale and side effects are zero",
        )

    def test_at_an_effect_scale_of_zero_no_firm_moves(self) -> None:
        """All steps are gone through, and every firm lives as without the programme."""
        tried = self._try(_MANY, comes_off=True, effect_scale=0.0)
        for month, (one, other) in enumerate(
            zip(tried.paths, idle(len(tried.paths) - 1), strict=True), start=1
        ):
            _require(
                one == other,
                f"at an effect scale of 0 firms move in month {month}: touch firms through"
                " `office.cash` and `economy.channels` alone",
            )

    def test_large_firms_feel_nothing(self) -> None:
        """Firms that are no SMEs are handed nothing that they would feel."""
        for each in self._felt(self._try(_MANY, comes_off=True, small_below=_LARGE)):
            _require(
                bool(each.felt) or not each.amount,
                f"a large firm is handed {each.amount:.4f} on {each.channel}: multiply by"
                " `desk.felt`",
            )

    def test_uses_beyond_the_most_add_nothing(self) -> None:
        """A firm that has had as many tasks as count is handed nothing more."""
        terms = self.instrument()
        again = _OPENED + 5 + math.ceil(terms.duration + terms.commercial_lag)
        tried = self._try((Ask(_OPENED, (0,)), Ask(again, (0,))), comes_off=True, most=1)
        felt = {each.month for each in self._felt(tried) if each.amount}
        _require(
            len(felt) <= 1,
            f"{len(felt)} tasks of a firm are felt where 1 counts: ask `desk.given` and `most`",
        )

    # ------------------------------------------------------------ luck

    def test_the_same_luck_makes_the_same_world(self) -> None:
        """Run again, all is equal bit for bit."""
        one, other = self._try(_MANY, odds=True), _trial(self.instrument, _MANY, odds=True).run()
        _require(
            (one.events, one.ledger.journal, one.deliveries, one.paths)
            == (other.events, other.ledger.journal, other.deliveries, other.paths),
            "run twice, it does not do the same: draw by `office.luck`, and keep no state in the"
            " class or the module",
        )

    def test_a_firms_luck_is_its_own(self) -> None:
        """What becomes of a task does not hang on who else asked."""
        alone, among = (
            self._fates(self._try(asks, odds=True)) for asks in (_MANY, (*_OTHERS, *_MANY))
        )
        for firm, fate in alone.items():
            _require(
                among[firm] == fate,
                f"a task ends as {', '.join(map(str, fate))}, and where others asked too as"
                f" {', '.join(map(str, among[firm]))}: draw by the month, the firm and"
                " `project.kind`, never by the project's number",
            )

    # ------------------------------------------------------------ mechanism

    def _parameters(self) -> Iterator[tuple[str, Parameter, Any]]:
        terms = self.instrument()
        for name, info in self.instrument.model_fields.items():
            if (mark := _mark(info)) is not None and getattr(terms, name) is not None:
                yield name, mark, getattr(terms, name)

    def _try(self, asks: tuple[Ask, ...], **more: Any) -> Tried:
        return _tried(self.instrument, asks, tuple(sorted(more.items())))

    def _booked(self, tried: Tried, funder: str) -> tuple[Counter[int], Counter[int]]:
        """Return what a funder paid to firms and got back for this purpose, by project."""
        paid, back = Counter[int](), Counter[int]()
        for posting in tried.ledger.journal:
            if posting.book.funder == funder and posting.purpose == self.instrument.name:
                if posting.debit == "paid" and posting.payee == "firms":
                    paid[posting.project] += posting.amount
                if posting.credit == "refunded":
                    back[posting.project] += posting.amount
        return paid, back

    @staticmethod
    def _felt(tried: Tried) -> list[Delivery]:
        return [each for each in tried.deliveries if each.channel in _FELT]

    @staticmethod
    def _fates(tried: Tried) -> dict[int, list[object]]:
        """Return the steps and amounts of those in `_MANY`, and what an average firm would get."""
        fates: dict[int, list[object]] = {tried.firms[ask.firms[0]]: [] for ask in _MANY}
        for event in tried.events:
            if event.firm in fates and event.kind in _STEPS:
                fates[event.firm] += [event.kind, event.amount]
        for each in tried.deliveries:
            if each.firm in fates and each.channel in _FELT and each.felt:
                fates[each.firm] += [each.channel, round(each.amount / each.felt, 12)]
        return fates


def checks() -> list[str]:
    """Return the names of all checks.

    >>> len(checks()) > 20
    True
    """
    return [name for name in vars(InstrumentContract) if name.startswith("test_")]


def _trial(
    instrument: type[Service],
    asks: tuple[Ask, ...],
    *,
    odds: bool = False,
    has_money: bool = True,
    stops: float = math.inf,
    effect_scale: float = 1.0,
    comes_off: bool = False,
    small_below: int = 300,
    **changes: float,
) -> Trial:
    """Return how an instrument is tried, with some of its terms changed."""
    terms = instrument().model_copy(update={**(dict(_ODDS) if odds else {}), **changes})
    return Trial(terms, asks, has_money, stops, effect_scale, comes_off, small_below)


@lru_cache(maxsize=16)
def _tried(
    instrument: type[Service], asks: tuple[Ask, ...], more: tuple[tuple[str, Any], ...]
) -> Tried:
    return _trial(instrument, asks, **dict(more)).run()


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 - as of `assert`
    if not holds:
        raise AssertionError(message)


def _mark(info: FieldInfo) -> Parameter | None:
    return next((mark for mark in info.metadata if isinstance(mark, Parameter)), None)


def _is_number(annotation: Any) -> bool:
    numbers = (int, float, dt.date)
    return (
        annotation in numbers
        if isinstance(annotation, type)
        else any(map(_is_number, get_args(annotation)))
    )


def _spans(doubt: Distribution, value: float) -> bool:
    """Tell whether a distribution has something on both sides of a value, or a mass there."""
    if isinstance(doubt, Normal):
        return doubt.sd > 0.0 or doubt.mean == value
    if isinstance(doubt, OneOf):
        return value in doubt.values
    if isinstance(doubt, Mixture):
        return any(_spans(part, value) for part in doubt.parts)
    return doubt.low <= value <= doubt.high
