"""A small complex like Noksan, to run whole worlds in a fifth of a second."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from clustersim.estimands.contrast import contrast
from clustersim.experiment.pair import world
from clustersim.randomness import Domain, Luck
from clustersim.scenario import Scenario, load
from clustersim.simulation import Record, simulate

SEED = 20080624
CODE = 2

SMALL: dict[str, Any] = {
    "name": "small",
    "title": "A fifth of Noksan, with more of its firms near the band",
    "start": "2007-01",
    "end": "2013-12",
    "seed": SEED,
    "complexes": {
        "noksan": {
            "code": CODE,
            "title": "Noksan",
            "figures": {
                "as_of": "2007-10",
                "firms": 250,
                "workers": 4628,
                "output": "1조 9000억원",
                "share_small": "93 %",
                "export_share": "25 %",
                "sectors": {"machinery": 3, "steel": 1},
            },
        }
    },
    "economy": {
        "sectors": ["machinery", "steel"],
        "macro": {
            "output": {
                "national": {
                    "points": [
                        {"month": "2007-01", "value": 97, "tag": "assumed"},
                        {"month": "2008-06", "value": 102, "tag": "observed"},
                        {"month": "2009-02", "value": 86, "tag": "observed"},
                        {"month": "2010-03", "value": 100, "tag": "observed"},
                    ]
                }
            },
            "prices": {
                "national": {
                    "points": [
                        {"month": "2007-07", "value": 89, "tag": "observed"},
                        {"month": "2008-07", "value": 100, "tag": "observed"},
                        {"month": "2011-07", "value": 109, "tag": "assumed"},
                    ]
                },
                "steel": {
                    "points": [
                        {"month": "2007-07", "value": 80, "tag": "observed"},
                        {"month": "2008-07", "value": 100, "tag": "observed"},
                    ]
                },
            },
        },
    },
    "programme": {
        "complexes": {
            "noksan": {
                "budget": {
                    "amount": "30억원",
                    "starts": "2008-07-01",
                    "path": {2008: 79.8, 2009: 68.8, 2010: 66.8, 2011: 61.4},
                    "lines": {
                        "network": {"share": "51 %"},
                        "special": {"share": "33 %"},
                        "rnd": {"share": "15 %"},
                    },
                },
                "timetable": {"announcement": {"date": "2008-06-24", "label": "announced"}},
                "rnd": {
                    "first": "2008-10-01",
                    "month_of_year": 3,
                    "last_year": 2011,
                    "lines": {"rnd": "100 %", "special": "40 %"},
                },
                "inno_core": {"opens": "2009-03-02", "line": "special"},
            }
        }
    },
    "arms": {
        "double_budget": {
            "title": "twice the money",
            "programme": {"complexes": {"noksan": {"budget": {"amount": "60억원"}}}},
        },
    },
    "targets": {
        "reach_30": {
            "kind": "reach",
            "title": "an Inno-Core firm sells 30 bn won",
            "complex": "noksan",
            "group": "inno_core",
            "sales": "300억원",
            "by": 2013,
        },
        "output_20": {
            "kind": "growth",
            "title": "output per firm 20 % over 2007, nominal",
            "complex": "noksan",
            "group": "all",
            "growth": "20 %",
            "base": 2007,
            "by": 2011,
        },
    },
}
