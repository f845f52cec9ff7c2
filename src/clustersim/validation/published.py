"""What has been published about each instrument's effect on one firm, to stand beside ours.

Nothing here enters a run. Ranges are those of the sources as they are; where no source measures
what an instrument does, the range is a judgement and says so, or there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

from clustersim.language import later
from clustersim.programme.instruments.advice import Consulting, GroupConsulting
from clustersim.programme.instruments.market import JointMarketing, Marketing
from clustersim.programme.instruments.product import Certification
from clustersim.validation.treatments import INNO_CORE, JOINT_RESEARCH, MINI_CLUSTERS, RND

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PUBLISHED", "Published", "published"]


@dataclass(frozen=True)
class Published:
    """A range for one measure of one instrument.

    Attributes
    ----------
    low, high
        In the measure's unit: log points for sales.
    month
        After treatment began; None is the instrument's horizon, which the source sets.
    source
        Keys of the sources.
    note
        What the range is of, in a few words.
    """

    instrument: str
    measure: str
    low: float
    high: float
    month: int | None
    source: str
    note: str


_CONSULTING = (0.03 - 1.645 * 0.04, 0.03 + 1.645 * 0.04)

PUBLISHED = (
    Published(
        MINI_CLUSTERS,
        "sales",
        0.0,
        log1p(0.081),
        24,
        "T11, T13, T21",
        later(
            "from no effect of taking part to +8.1 % of an experiment with monthly meetings,"
            " measured after a year and lasting another"
        ),
    ),
    Published(
        RND,
        "sales",
        0.015 - 1.645 * 0.03,
        0.015 + 1.645 * 0.03,
        36,
        "C1",
        later(
            "a judgement, mean +1.5 % and sd 3 %; the Korean study finds more inputs and no more"
            " sales (K33)"
        ),
    ),
    Published(
        RND,
        "sales",
        log1p(0.0030),
        log1p(0.0055),
        25,
        "B6",
        later("arithmetic for a grant of 100 M won to the mean research firm, at the first sale"),
    ),
    Published(
        RND,
        "research",
        0.0,
        2.5,
        36,
        "T3, T1, T20",
        later("from no effect to 2.5 won in small firms, by way of 1.41"),
    ),
    Published(
        JOINT_RESEARCH,
        "sales",
        0.0,
        0.015 + 1.645 * 0.03,
        36,
        "T32, C1",
        later(
            "grants for joint projects move research and jobs, sales less than grants for a firm's"
            " own project: a judgement, from nothing to the most of those"
        ),
    ),
    Published(
        Consulting.name,
        "sales",
        *_CONSULTING,
        None,
        "C3: T22 to T24, T31",
        later(
            "a judgement, +3 % and sd 4 %, from experiments and reviews, a few of which found harm"
        ),
    ),
    Published(
        GroupConsulting.name,
        "sales",
        *_CONSULTING,
        None,
        "T23",
        later("practices rose as much in groups as one by one, at a third of the cost"),
    ),
    *(
        Published(
            instrument,
            "exports",
            0.04 - 1.645 * 0.05,
            0.04 + 1.645 * 0.05,
            None,
            "C3: T25 to T27",
            later(
                "a judgement, +4 % and sd 5 %, of export sales alone, from +17.9 % of users to no"
                " faster growth than of like firms"
            ),
        )
        for instrument in (Marketing.name, JointMarketing.name)
    ),
    Published(
        Certification.name,
        "sales",
        0.03 - 1.645 * 0.03,
        0.03 + 1.645 * 0.03,
        None,
        "C3: T28, T29",
        later("a judgement, +3 % and sd 3 %, from matched firms that chose it themselves"),
    ),
    Published(
        Certification.name,
        "exits",
        -0.20,
        0.0,
        None,
        "T28",
        later("20 % fewer exits of matched firms, to none where that is who chose it"),
    ),
    Published(
        INNO_CORE,
        "sales",
        0.03 - 1.645 * 0.04,
        0.03 + 1.645 * 0.04,
        12,
        "C4",
        later(
            "a judgement, +3 points of growth a year and sd 4, from one foreign scheme (T30) and"
            " Korean recipients without a control group (K35)"
        ),
    ),
)
"""Every range there is."""


def published(instrument: str, measure: str) -> Iterator[Published]:
    """Yield the ranges for a measure of an instrument.

    >>> [each.source for each in published("inno_core", "sales")]
    ['C4']
    """
    yield from (
        each for each in PUBLISHED if (each.instrument, each.measure) == (instrument, measure)
    )
