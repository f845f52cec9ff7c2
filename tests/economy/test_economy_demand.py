"""Export shares meet the published one, and market access lifts exports alone."""

from __future__ import annotations

import numpy as np
import pytest
from small_economy import bare, complex_, economy, luck, rules, within

from clustersim.economy.demand import Demand, DemandSpec
from clustersim.errors import InputError

IDS = np.arange(1, 5001)


def test_no_access_is_no_effect_bit_for_bit():
    firms = bare(IDS, 28.0, export_share=np.linspace(0.0, 1.0, len(IDS)))
    assert not Demand.access(firms).any()


def test_access_lifts_exports_and_nothing_else():
    firms = bare([1, 2, 3], 28.0, export_share=np.array([0.0, 0.4, 1.0]), market_access=0.3)
    lifted = np.exp(Demand.access(firms))
    home, abroad = 1.0 - firms.export_share, firms.export_share
    np.testing.assert_allclose(lifted, home + abroad * np.exp(0.3), rtol=1e-12)
    assert lifted[0] == 1.0


def test_exports_over_output_are_the_published_share():
    demand, firms = Demand(DemandSpec()), bare(IDS, np.geomspace(2.0, 500.0, len(IDS)))
    centre = demand.centre(firms, luck(), firms.workers, 0.3)
    demand.birth(firms, luck(), centre)
    assert np.average(firms.export_share, weights=firms.workers) == pytest.approx(0.3, rel=1e-9)
    assert firms.export_share.max() < 1.0


def test_no_exports_are_almost_none():
    demand, firms = Demand(DemandSpec()), bare(IDS, 28.0)
    demand.birth(firms, luck(), demand.centre(firms, luck(), firms.workers, 0.0))
    assert firms.export_share.max() < 1e-3


@pytest.mark.parametrize("size", [28.0, 280.0])
def test_exporters_are_as_many_as_their_size_says(size):
    spec = DemandSpec()
    demand, firms = Demand(spec), bare(IDS, size)
    demand.birth(firms, luck(), 0.0)
    odds = spec.exporters / (1 - spec.exporters) * (size / 28.0) ** spec.size_slope
    assert within(firms.export_share > 0.0, odds / (1.0 + odds))


def test_exporters_that_cannot_sell_so_much_abroad_are_an_error_with_a_remedy():
    demand, firms = Demand(DemandSpec(exporters="20 %")), bare(IDS, 28.0)
    with pytest.raises(InputError, match="too few for 35 %") as caught:
        demand.centre(firms, luck(), firms.workers, 0.35)
    assert "economy.demand.exporters" in caught.value.hint


def test_luck_alone_never_refuses_a_complex():
    """Among 60 firms exporters are often too few by chance; they then sell abroad all they can."""
    small = {"here": complex_(firms=60, workers=1110, export_share="35 %")}
    shares = []
    for index in range(60):
        firms = economy(rules(demand=DemandSpec(exporters=0.35)), small, index=index).firms
        shares.append(np.average(firms.export_share, weights=firms.birth_sales))
    assert min(shares) < 0.34
    assert max(shares) == pytest.approx(0.35)
