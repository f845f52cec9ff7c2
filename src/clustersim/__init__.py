"""Program evaluation by simulation: firms of an industrial complex with and without a programme.

>>> import clustersim as cs
>>> results = cs.run("noksan", replicates=20)  # doctest: +SKIP
>>> print(results.summary())  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clustersim._version import __version__
from clustersim.errors import ClustersimError

if TYPE_CHECKING:
    from clustersim.api import load, run
    from clustersim.comparison import compare
    from clustersim.results import Results
    from clustersim.scenario import Scenario
    from clustersim.scenario.facts import ambiguities, facts
    from clustersim.validation import validate

__all__ = [
    "ClustersimError",
    "Results",
    "Scenario",
    "__version__",
    "ambiguities",
    "compare",
    "facts",
    "load",
    "run",
    "validate",
]

# Loaded on first use (PEP 562), so that importing the package stays quick.
_LAZY = {
    "Results": "clustersim.results",
    "Scenario": "clustersim.scenario",
    "ambiguities": "clustersim.scenario.facts",
    "compare": "clustersim.comparison",
    "facts": "clustersim.scenario.facts",
    "load": "clustersim.api",
    "run": "clustersim.api",
    "validate": "clustersim.validation",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'clustersim' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LAZY[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
