"""Stages of growth: by what support is asked for and given (O15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, get_args

import numpy as np

from clustersim.specs import Kind, Parameter, Spec

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray, IntArray
    from clustersim.economy.state import Firms

__all__ = ["STAGES", "Stage", "StagesSpec", "stages"]

Stage = Literal["early", "growing", "mature"]
"""`early`: young. `growing`: older, and last year faster than its sector. `mature`: the rest."""

STAGES: tuple[str, ...] = get_args(Stage)


class StagesSpec(Spec):
    """Where one stage of growth ends and the next begins."""

    early_below: Annotated[
        float,
        Parameter(
            "Age from which a firm is no longer early.",
            Kind.DURATION,
            low=0.0,
            high=600.0,
            source="assumption: seven years, until which Korean law calls a firm young (from"
            " memory)",
            moves="screened",
        ),
    ] = 84.0
    growing_above: Annotated[
        float,
        Parameter(
            "Growth of sales over the sector's in the last calendar year beyond which an older firm"
            " is growing.",
            Kind.GROWTH,
            low=-1.0,
            high=10.0,
            source="assumption: the best third of firms or so (evidence B2)",
            moves="screened",
        ),
    ] = 0.10


def stages(spec: StagesSpec, firms: Firms, month: int, growth: FloatArray) -> IntArray:
    """Return each firm's stage, an index of `STAGES`.

    Parameters
    ----------
    firms, month
        Who, and when.
    growth
        Last year's log growth over the sector's; a firm without accounts (NaN) is not growing.
    """
    age = month - firms.born + firms.age_at_birth
    grew = np.nan_to_num(growth, nan=-np.inf) > np.log1p(spec.growing_above)
    return np.where(age < spec.early_below, 0, np.where(grew, 1, 2)).astype(np.int64)
