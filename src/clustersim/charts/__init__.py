"""Pictures of the evaluation's tables; no statistics are computed here.

Each function takes results and gives Axes (or a Figure of several), all options by keyword. In a
notebook, ``fan(results).figure`` shows the picture.
"""

from __future__ import annotations

from clustersim.charts.fan import fan, fan_with_effect
from clustersim.charts.inno_core import inno_core
from clustersim.charts.money import money
from clustersim.charts.network import network
from clustersim.charts.save import save_all

__all__ = ["fan", "fan_with_effect", "inno_core", "money", "network", "save_all"]
