from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import LedgerError, RunError
from clustersim.programme.clock import Clock

FIRMS = (2, 3, 5, 7)
ORDERS = list(itertools.permutations(FIRMS))


@pytest.mark.parametrize("order", ORDERS)
def test_a_tie_is_resolved_by_key_whatever_the_order_of_insertion(order):
    clock, seen = Clock(0.0), []

    def process(firm):
        yield clock.at(1.25)
        seen.append(firm)

    for firm in order:
        clock.start(process(firm), key=firm)
    clock.advance(2.0)
    assert seen == sorted(FIRMS)


def test_plain_simpy_would_serve_in_order_of_insertion():
    """The reason for the clock; when SimPy changes this, the clock can go."""
    environment, seen = simpy.Environment(), []

    def process(firm):
        yield environment.timeout(1.25)
        seen.append(firm)

    for firm in reversed(FIRMS):
        environment.process(process(firm))
    environment.run()
    assert seen == list(reversed(FIRMS))


@pytest.mark.parametrize("order", ORDERS)
def test_a_resource_serves_requests_of_one_instant_in_order_of_key(order):
    clock, served = Clock(0.0), []
    desk = simpy.Resource(clock, capacity=1)

    def process(firm):
        yield clock.at(1.0)
        with desk.request() as turn:
            yield turn
            served.append((firm, clock.now))
            yield clock.after(0.5)

    for firm in order:
        clock.start(process(firm), key=firm)
    clock.advance(12.0)
    assert served == [(2, 1.0), (3, 1.5), (5, 2.0), (7, 2.5)]


@pytest.mark.parametrize("order", ORDERS)
def test_desks_freed_together_call_their_waiting_firms_in_order_of_key(order):
    """The grant carries the key of who asked, not of who releases."""
    clock, served = Clock(0.0), []
    desks = {firm: simpy.Resource(clock, capacity=1) for firm in FIRMS}

    def office():
        turns = [(desks[firm], desks[firm].request()) for firm in order]
        yield clock.at(2.0)
        for desk, turn in turns:
            desk.release(turn)

    def firm_at(desk, firm):
        yield clock.at(1.0)
        with desk.request() as turn:
            yield turn
            served.append(firm)

    clock.start(office())
    for firm in order:
        clock.start(firm_at(desks[firm], firm), key=firm)
    clock.advance(3.0)
    assert served == sorted(FIRMS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("patient", [(), (3, 7), FIRMS])
def test_those_who_wait_for_one_event_go_on_in_order_of_key(order, patient):
    """Directly, or through a condition, which fires just after what it waits for."""
    clock, seen = Clock(0.0), []
    opening = clock.event()

    def process(firm):
        yield clock.at(order.index(firm) / 10)
        yield opening & clock.at(1.0) if firm in patient else opening
        seen.append(firm)

    def office():
        yield clock.at(4.0)
        opening.succeed()

    for firm in order:
        clock.start(process(firm), key=firm)
    clock.start(office(), key=99)
    clock.advance(6.0)
    assert seen == [*(firm for firm in FIRMS if firm not in patient), *patient]


def test_a_process_hands_its_key_to_its_events_and_a_child_has_its_own():
    clock, seen = Clock(0.0), []

    def child(name):
        yield clock.at(3.0)
        seen.append(name)

    def parent():
        seen.append(clock.key)
        yield clock.at(1.0)
        clock.start(child("nine"), key=9)
        clock.start(child("one"), key=1)
        yield clock.at(3.0)
        seen.append("five")

    clock.start(parent(), key=5)
    clock.advance(4.0)
    assert seen == [5, "one", "five", "nine"]
    assert clock.key == 0


def test_one_firm_more_leaves_the_order_of_the_others():
    def order_of(firms):
        clock, seen = Clock(0.0), []
        desk = simpy.Resource(clock, capacity=len(firms))

        def process(firm):
            with desk.request() as turn:
                yield turn
                yield clock.after(1.0 + firm % 2)
                seen.append(firm)

        for firm in firms:
            clock.start(process(firm), key=firm)
        clock.advance(9.0)
        return seen

    assert [firm for firm in order_of((8, 1, 6, 3, 4)) if firm != 6] == order_of((4, 3, 1, 8))


def test_ids_of_64_bits_are_told_apart_even_when_numpy_made_them():
    clock, seen = Clock(0.0), []
    ids = np.array([2**64 - 1, 2**63, 2**63 + 1, 1], dtype=np.uint64)

    def process(firm):
        yield clock.at(1.0)
        seen.append(int(firm))

    for firm in ids:
        clock.start(process(firm), key=firm)
    clock.advance(2.0)
    assert seen == [1, 2**63, 2**63 + 1, 2**64 - 1]


def test_an_event_on_the_boundary_belongs_to_the_month_that_begins():
    clock, seen = Clock(101.0), []

    def process():
        yield clock.at(102.0)
        seen.append(clock.now)

    clock.start(process())
    clock.advance(102.0)
    assert seen == []
    assert clock.now == 102.0
    clock.advance(math.nextafter(102.0, math.inf))
    assert seen == [102.0]


@given(st.floats(-50, 50), st.floats(50, 400))
def test_a_moment_is_met_to_the_bit(start, moment):
    """Through a delay it would not be: now + (moment - now) is rounded twice."""
    clock, seen = Clock(start), []

    def process():
        yield clock.at(moment)
        seen.append(clock.now)

    clock.start(process())
    clock.advance(moment)
    assert seen == []
    clock.advance(moment + 1)
    assert seen == [moment]


def test_a_process_started_on_the_boundary_starts_in_the_month_that_begins():
    clock, seen = Clock(0.0), []

    def process():
        seen.append(clock.now)
        yield clock.after(1.0)

    clock.start(process())
    clock.advance(0.0)
    assert seen == []
    clock.advance(1.0)
    assert seen == [0.0]


@pytest.mark.parametrize("order", ORDERS)
def test_who_starts_at_a_moment_goes_in_order_of_key_with_those_that_wait_for_it(order):
    clock, seen = Clock(0.0), []

    def visit(firm):
        seen.append((clock.now, clock.key, firm))
        yield clock.after(1.0)

    def waits(firm):
        yield clock.at(2.5)
        yield from visit(firm)

    for firm in order:
        if firm % 3 == 2:
            clock.start(waits(firm), key=firm)
        else:
            clock.start(visit(firm), key=firm, moment=2.5)
    clock.advance(4.0)
    assert seen == [(2.5, firm, firm) for firm in sorted(FIRMS)]


def test_advancing_month_by_month_equals_advancing_at_once():
    def run(stops):
        clock, seen = Clock(0.0), []

        def process(firm):
            for _ in range(6):
                yield clock.after(0.25 * firm)
                seen.append((clock.now, firm))

        for firm in FIRMS:
            clock.start(process(firm), key=firm)
        for stop in stops:
            clock.advance(stop)
        return seen

    assert run(range(1, 13)) == run([12])


@pytest.mark.parametrize(
    "ask",
    [
        lambda clock: clock.at(4.0),
        lambda clock: clock.at(math.nan),
        lambda clock: clock.after(-0.5),
        lambda clock: clock.advance(4.9),
        lambda clock: clock.start((clock.after(1.0) for _ in range(1)), moment=4.9),
        lambda clock: clock.schedule(clock.event(), delay=-1),
    ],
)
def test_the_past_is_an_error_of_two_lines(ask):
    clock = Clock(5.0)
    with pytest.raises(RunError, match=r"already stands at month 5\.0\n.*still to come"):
        ask(clock)


def test_a_negative_key_is_an_error():
    clock = Clock(0.0)
    with pytest.raises(RunError, match="key -1"):
        clock.at(1.0, key=-1)
    with pytest.raises(RunError, match="key -1"):
        clock.start((clock.after(1.0) for _ in range(1)), key=-1)


def test_an_error_inside_a_process_comes_out_as_it_is():
    clock = Clock(0.0)

    def process():
        yield clock.at(0.5)
        raise LedgerError("too much", "pay less")

    clock.start(process(), key=4)
    with pytest.raises(LedgerError, match="too much\npay less"):
        clock.advance(1.0)


def test_simpys_own_run_and_plain_processes_still_work():
    clock, seen = Clock(0.0), []

    def plain():
        yield clock.timeout(1.0)
        seen.append(clock.now)

    clock.process(plain())
    clock.run(until=3.0)
    assert (seen, clock.now) == ([1.0], 3.0)
