"""What firms expect of the state's money before it is there, and whether it comes at all.

Until the day of certainty an overhaul of the programme is under debate: firms do less for what they
cannot count on. On that day the debate ends, and with a chance of `continues` the programme goes
on; else the state's part ends there. From the designation on firms may join in advance what the
state is going to take over.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from clustersim import calendar
from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.programme.networks import NetworkSpec
    from clustersim.randomness import Luck

__all__ = ["AnticipationSpec", "certainty", "goes_on"]

CONTINUES = Stream("programme.continues")


class AnticipationSpec(Spec):
    """Firms of one complex look forward to the state's money."""

    since: Annotated[
        dt.date,
        Parameter(
            "The day from which firms expect the state to take over.",
            Kind.DATE,
            source="N09; T16: effects begin before the money where it is seen coming",
            moves="joined",
        ),
    ]
    factor: Annotated[
        float,
        Parameter(
            "Joining a mini-cluster on its own money from that day on until the state's money is"
            " there, over joining it otherwise.",
            Kind.NUMBER,
            unit="1",
            low=0.1,
            high=10.0,
            source="assumption: a fifth more, perhaps none (N04: the firms had asked for it)",
            moves="joined",
            doubt=Triangular(1.0, 1.2, 2.0),
        ),
    ] = 1.2

    def at(self, moment: float, until: float) -> float:
        """Return by what joining is multiplied at a moment; the state takes over at `until`.

        >>> spec = AnticipationSpec(since=dt.date(2007, 11, 15), factor=1.5)
        >>> [spec.at(month, until=102.0) for month in (94.0, 95.0, 102.0)]
        [1.0, 1.5, 1.0]
        """
        return self.factor if calendar.moment(self.since) <= moment < until else 1.0


def certainty(terms: NetworkSpec, moment: float) -> float:
    """Return what firms do for the state's programme at a moment, over what they do when certain.

    >>> from clustersim.programme.networks import NetworkSpec
    >>> [certainty(NetworkSpec(), month) for month in (101.0, 102.0)]
    [0.5, 1.0]
    """
    return terms.uncertain if moment < calendar.moment(terms.certain_from) else 1.0


def goes_on(luck: Luck, continues: float) -> bool:
    """Tell whether the programme goes on after the debate: once a world, alike in all arms."""
    return luck.one(CONTINUES, 0, 0) < continues
