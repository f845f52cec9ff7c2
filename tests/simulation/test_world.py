from __future__ import annotations

import gc

import numpy as np
import pytest

import small
from clustersim.economy.month import Economy
from clustersim.economy.state import SIZE_CLASSES
from clustersim.programme.programme import Programme
from clustersim.scenario import load
from clustersim.simulation import simulate
from clustersim.simulation.collector import uncollected
from clustersim.simulation.recorder import Recorder
from clustersim.simulation.world import World


def test_in_a_month_the_programme_comes_first_then_the_economy_then_the_record(monkeypatch):
    order = []
    for owner, name in ((Programme, "advance"), (Economy, "step"), (Recorder, "month")):
        original = getattr(owner, name)

        def spy(self, month, name=name, original=original):
            order.append((name, month))
            return original(self, month)

        monkeypatch.setattr(owner, name, spy)
    spec = small.spec()
    simulate(spec, small.luck())
    months = range(spec.start, spec.end + 1)
    assert order == [(name, m) for m in months for name in ("advance", "step", "month")]


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_off_in_a_world_and_afterwards_as_it_was(monkeypatch, is_on):
    seen = []
    was_on = gc.isenabled()
    (gc.enable if is_on else gc.disable)()
    try:
        simulate(small.spec(), small.luck(), lambda *_: seen.append(gc.isenabled()))
        assert gc.isenabled() == is_on
        monkeypatch.setattr(Recorder, "month", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            simulate(small.spec(), small.luck())
        assert gc.isenabled() == is_on
    finally:
        (gc.enable if was_on else gc.disable)()
    assert seen
    assert not any(seen)


def test_a_world_makes_hardly_a_cycle_so_the_collector_is_not_missed():
    simulate(small.spec(), small.luck())  # what is only once in a process is no world's
    noksan = load("noksan")
    spec = noksan.at("full_menu", noksan.seed, 0)
    gc.collect()
    with uncollected:
        world = World(spec, small.luck())
        for _ in world.months():
            pass
        lost = gc.collect()  # things in cycles that nobody has any more
    assert 100 * lost < len(world.programme.events)


def test_a_world_is_a_function_of_its_specs_and_its_luck(worlds):
    again = small.run()
    small.assert_same(again.months, worlds.arm.months)
    small.assert_same(again.panel, worlds.arm.panel)
    assert again.events == worlds.arm.events
    assert again.ledgers == worlds.arm.ledgers


def test_another_luck_is_another_world(worlds):
    other = small.run(arm="no_programme", index=1)
    assert other.panel["output"].sum() != worlds.reference.panel["output"].sum()


@pytest.mark.parametrize("arm", ["arm", "reference"])
def test_the_record_covers_the_run(worlds, arm):
    record, spec = getattr(worlds, arm), worlds.spec
    months = np.unique(record.months["month"])
    assert months.tolist() == list(range(spec.start, spec.end + 1))
    cells = len(spec.economy.sectors) * len(SIZE_CLASSES)
    assert len(record.months["month"]) == cells * len(months)
    assert set(record.panel["year"]) == set(range(2007, 2014))
    keys = np.stack([record.panel["id"], record.panel["year"].astype(np.uint64)])
    assert len(np.unique(keys, axis=1).T) == len(record.panel["id"])


def test_every_firm_of_a_world_is_finite_and_operates(worlds):
    for record in (worlds.arm, worlds.reference):
        for name, values in record.panel.items():
            assert np.isfinite(values.astype(np.float64)).all(), name
        for name in ("output", "sales", "value_added", "workers", "firms", "capacity"):
            assert (record.panel[name] > 0).all(), name
        assert (record.panel["firms"] <= 12).all()


def test_figures_are_met_at_their_month_in_the_middle_of_luck():
    """Within 10 %: of 250 firms a few are a good part of the output."""
    spec = small.spec(arm="no_programme")
    figures = spec.complexes["noksan"].figures
    levels = []
    for index in range(8):
        months = small.frame(small.run(arm="no_programme", index=index).months)
        year = months[months["month"] // 12 == 7]
        at = months[months["month"] == figures.as_of]
        levels.append([at["firms"].sum(), at["workers"].sum(), year["sales"].sum()])
    wanted = [figures.firms, figures.workers, figures.output]
    np.testing.assert_allclose(np.median(levels, axis=0), wanted, rtol=0.1)
