"""Ties: who works together with whom.

Every pair of firms that stand within reach has a constant hazard of its first tie, and luck of its
own that says when it comes; a tie lasts for a time drawn at its birth, and former partners start
again at a hazard that does not ask where they stand. Institutions are partners too, on a clock of
their own which the programme can make run faster. So a firm more or less changes nobody else's
ties, and a faster clock only brings ties forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from clustersim.economy.places import blocks
from clustersim.randomness import Stream, pair_uniform, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.channels import Channels, TieOffer
    from clustersim.economy.places import Place
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Standing", "Ties", "TiesSpec"]

FIRST_TIE = Stream("ties.first")
AGAIN = Stream("ties.again")
LIFE = Stream("ties.life")
MADE = Stream("ties.made")
MADE_LIFE = Stream("ties.made_life")


class TiesSpec(Spec):
    """How ties form and end."""

    formed: Annotated[
        float,
        Parameter(
            "Ties with other firms that an average firm forms in a year.",
            Kind.HAZARD,
            low=0.0,
            high=5.0,
            source="assumption: with the lifetime, 15 partners for 100 firms, as 80 to 90 % of"
            " innovation is done in the house (K47)",
            moves="ties",
            doubt=Triangular(0.02, 0.05, 0.08),
        ),
    ] = 0.05
    lifetime: Annotated[
        float,
        Parameter(
            "Mean time a tie lasts.",
            Kind.DURATION,
            low=1,
            high=360,
            source="assumption: about that of a joint project and its sequel",
            moves="ties",
        ),
    ] = 36.0
    again: Annotated[
        float,
        Parameter(
            "Hazard at which former partners start again.",
            Kind.HAZARD,
            low=0.001,
            high=5.0,
            source="assumption: far above that of strangers, as earlier partners are asked first",
            moves="ties",
        ),
    ] = 0.02
    widest: Annotated[
        float,
        Parameter(
            "Distance of technologies, on a circle of 1, at which two firms have nothing to say to"
            " each other.",
            Kind.NUMBER,
            unit="1",
            low=0.02,
            high=0.5,
            source="form F17: most is learned half-way; the distance is an assumption",
            moves="ties",
        ),
    ] = 0.4
    with_institution: Annotated[
        float,
        Parameter(
            "Hazard of a firm's first tie with an institution at its door.",
            Kind.HAZARD,
            low=0.0,
            high=5.0,
            source="assumption: a tenth to a third of ties are with institutions",
            moves="ties",
            doubt=Triangular(0.003, 0.01, 0.03),
        ),
    ] = 0.01
    institution_decay: Annotated[
        float,
        Parameter(
            "Distance over which that hazard fades to 37 %.",
            Kind.NUMBER,
            unit="km",
            low=0.5,
            high=200.0,
            source="F19: to 10 km across industries",
            moves="ties",
        ),
    ] = 10.0


_PAIR = np.dtype(
    [
        ("first", np.uint64),
        ("second", np.uint64),  # the institution, if there is one
        ("clock", np.int64),  # 0: the calendar; above: the institution's number
        ("due", np.float64),  # when they tie, on their clock; infinite while they are tied
        ("until", np.float64),  # when their last tie ends, by the calendar
        ("number", np.int64),  # ties so far
        ("owed", np.float64),  # the part of the last one that is owed to policy
    ]
)

_MADE = np.dtype(
    [
        ("first", np.uint64),
        ("second", np.uint64),
        ("clock", np.int64),
        ("until", np.float64),
        ("weight", np.float64),
    ]
)


@dataclass(frozen=True)
class Standing:
    """The ties that stand in a month, with the rows of their ends among the firms.

    `second` is meaningless where `clock`, the institution's number, is above 0; `owed` is the part
    of a tie that is owed to policy: all of those it made, some of those it hastened.
    """

    first: IntArray
    second: IntArray
    clock: IntArray
    weight: FloatArray
    owed: FloatArray

    def number(self, firms: int) -> FloatArray:
        """Return how many ties each firm has; a tie between two firms counts for both."""
        return self.sums(np.ones(len(self.first)), np.ones(len(self.first)), firms)

    def sums(self, to_first: FloatArray, to_second: FloatArray, firms: int) -> FloatArray:
        """Return what comes to each firm over its ties."""
        mutual = self.clock == 0
        found = np.zeros(firms)  # numpy counts in whole numbers where there are no ties
        found += np.bincount(self.first, weights=to_first, minlength=firms)
        found += np.bincount(self.second[mutual], weights=to_second[mutual], minlength=firms)
        return found


class Ties:
    """The equations of `TiesSpec`, and all pairs that are tied or will be.

    A pair's hazard, a month, is p = formed / 12 x nearness x v(d) / c, where v(d), which is
    4 d / w (1 - d / w), is the inverted U of technology distance d with its end at w = `widest`,
    and c, a constant of the complex's blueprint, the mean over firms of the sum over partners of
    nearness x v.
    """

    def __init__(
        self, spec: TiesSpec, places: Sequence[Place], luck: Luck, *, start: int, end: int
    ) -> None:
        self.spec = spec
        self.luck = luck
        self.end = end
        self.places = {place.code: place for place in places}
        self._rates = {place.code: spec.formed / 12.0 / self.partners(place) for place in places}
        houses = [number for place in places for number in place.institutions.values()]
        self._houses = np.array([0, *houses], dtype=np.uint64)
        self._in_order = np.argsort(self._houses)
        self.knowledge = np.concatenate([[0.0], *(place.knowledge for place in places)])
        self._time = np.full(len(self._houses), float(start))
        self._pace = np.ones(len(self._houses))
        self._pairs = np.zeros(0, dtype=_PAIR)
        self._made = np.zeros(0, dtype=_MADE)

    # ------------------------------------------------------------ the hazard

    def partners(self, place: Place) -> float:
        """Return c: the sum of nearness x v over an average firm's expected partners."""
        where = place.settlers / place.settlers.sum()
        near = where @ place.kernel @ place.settlers
        technology, weights = place.technologies()
        meets = weights @ self.fit(technology[:, None], technology[None, :]) @ weights
        return float(max(near * meets, 1e-9))

    def fit(self, one: FloatArray, other: FloatArray) -> FloatArray:
        """Return v: 0 for the same technology, 1 half-way to `widest`, 0 from there on."""
        apart = np.abs(one - other)
        share = np.minimum(apart, 1.0 - apart) / self.spec.widest
        return np.maximum(4.0 * share * (1.0 - share), 0.0)

    # ------------------------------------------------------------ who can tie

    def enter(self, firms: Firms, newcomers: IdArray, month: int, *, settled: bool = False) -> None:
        """Draw when newcomers to a complex first tie with each other and with those who stand.

        `settled` firms have had their whole age to meet: the wait of a pair began when the younger
        was born, and what tied, ended and began again since then has been. Nearly all pairs are
        told apart by their luck alone: who would not tie within the run even side by side is
        passed over.
        """
        new, _ = firms.rows(newcomers)
        place = self.places[int(firms.complex[new[0]])]
        everyone = np.flatnonzero((firms.complex == place.code) & (firms.alive > 0.0))
        rate = self._rates[place.code]
        age = firms.age_at_birth if settled else np.zeros(len(firms))
        # no pair has had longer to meet than the second oldest
        past = np.sort(age[everyone])[-2:].min() if settled else 0.0
        bound = float(-np.expm1(-rate * (past + self.end + 1 - month)))
        found = []
        for top in range(0, len(new), 256):
            rows = new[top : top + 256]
            # who stands has the lower id, so that of each pair the second is the newcomer
            others = everyone[: np.searchsorted(everyone, rows[-1])]
            j, k, u = self.luck.below(FIRST_TIE, 0, firms.ids[others], firms.ids[rows], bound)
            once = others[j] < rows[k]
            i, j, u = others[j[once]], rows[k[once]], u[once]
            found.append(self._with_firms(firms, i, j, u, place, np.minimum(age[i], age[j])))
        if place.institutions:
            found.append(self._with_institutions(firms, new, place, age[new]))
        waiting = [np.concatenate(column) for column in zip(*found, strict=True)]
        self._pairs = _joined([self._pairs, self._wait(*waiting)])

    def _with_firms(
        self,
        firms: Firms,
        i: IntArray,
        j: IntArray,
        u: FloatArray,
        place: Place,
        since: FloatArray,
    ) -> tuple[NDArray[Any], ...]:
        """Return what `_wait` takes, of pairs of firms."""
        block = blocks(firms)
        near = place.kernel[block[i], block[j]]
        fit = self.fit(firms.technology[i], firms.technology[j])
        hazard = self._rates[place.code] * near * fit
        nobody = np.zeros(len(i), dtype=np.int64)
        return firms.ids[i], firms.ids[j], nobody, u, hazard, since

    def _with_institutions(
        self, firms: Firms, rows: IntArray, place: Place, since: FloatArray
    ) -> tuple[NDArray[Any], ...]:
        """Return the same of firms and the institutions of their complex."""
        houses = self._clock(np.array(list(place.institutions.values()), dtype=np.uint64))
        one, house = np.divmod(np.arange(len(rows) * len(houses)), len(houses))
        first, clock = rows[one], houses[house]
        i, second = firms.ids[first], self._houses[clock]
        u = pair_uniform(self.luck, FIRST_TIE, 0, i, second)
        away = place.to_institutions[blocks(firms)[first], house]
        hazard = self.spec.with_institution / 12.0 * np.exp(-away / self.spec.institution_decay)
        return i, second, clock, u, hazard, since[one]

    def _wait(
        self,
        first: IdArray,
        second: IdArray,
        clock: IntArray,
        u: FloatArray,
        hazard: FloatArray,
        since: FloatArray,
    ) -> NDArray[Any]:
        """Lay out the pairs that wait `since` some months ago, are tied or will be.

        No calendar runs past the end.
        """
        pairs = np.zeros(len(first), dtype=_PAIR)
        pairs["first"], pairs["second"], pairs["clock"] = first, second, clock
        with np.errstate(divide="ignore"):
            pairs["due"] = self._time[clock] - since + samplers.exponential(u) / hazard
        self._catch_up(pairs)
        tied = np.isinf(pairs["due"]) & (pairs["number"] > 0)
        last = np.where(clock > 0, np.finfo(np.float64).max, self.end + 1.0)
        kept: NDArray[Any] = pairs[tied | (pairs["due"] <= last)]
        return kept

    def _catch_up(self, pairs: NDArray[Any]) -> None:
        """Let what was due before now begin and, if its time is over, wait again."""
        now = self._time[pairs["clock"]]
        while len(late := np.flatnonzero(pairs["due"] <= now)):
            begun = self._begin(pairs[late], pairs["due"][late])
            over = begun["until"] <= now[late]
            begun["due"][over] = begun["until"][over] + self._drawn(
                AGAIN, begun[over], 12.0 / self.spec.again
            )
            pairs[late] = begun

    # ------------------------------------------------------------ the month

    def step(self, firms: Firms, channels: Channels, month: int) -> Standing:
        """Let ties end and begin; return those that stand, between firms that are alive.

        A pair ties when its clock comes to its due time, and then is due again by
        Exp(again) after the end. The clock of an institution runs exp(level) times as fast.
        """
        pairs = self._pairs
        over = np.flatnonzero(np.isinf(pairs["due"]) & (pairs["until"] <= month))
        if len(over):
            wait = self._drawn(AGAIN, pairs[over], 12.0 / self.spec.again)
            pairs["due"][over] = self._time[pairs["clock"][over]] + wait
        now = self._time[pairs["clock"]]
        ready = np.flatnonzero(pairs["due"] <= now)
        if len(ready):
            late = (now[ready] - pairs["due"][ready]) / self._pace[pairs["clock"][ready]]
            pairs[ready] = self._begin(pairs[ready], month - late)
        offers = channels.ties_offered(month)
        for at in sorted({offer.month for offer in offers}):
            self._make(at, [offer for offer in offers if offer.month == at])
        for houses, level in channels.searches(month):
            known = self._clock(houses)
            self._pace[known[known > 0]] = np.exp(level)
        self._time += self._pace
        self._made = self._made[self._made["until"] > month]
        return self.standing(firms, month)

    def new_year(self, firms: Firms) -> None:
        """Forget pairs of firms that are gone."""
        pairs = self._pairs
        _, first = firms.rows(pairs["first"])
        _, second = firms.rows(pairs["second"])
        self._pairs = pairs[first & (second | (pairs["clock"] > 0))]

    def _begin(self, pairs: NDArray[Any], at: FloatArray) -> NDArray[Any]:
        pairs["number"] += 1
        pairs["due"] = np.inf
        # of ties that come exp(level) times as fast, so many would not have come
        pairs["owed"] = 1.0 - 1.0 / self._pace[pairs["clock"]]
        pairs["until"] = at + self._drawn(LIFE, pairs, self.spec.lifetime)
        return pairs

    def _drawn(self, stream: Stream, pairs: NDArray[Any], mean: float) -> FloatArray:
        """Return exponential times; the address says the how-manieth tie in place of a month."""
        u = np.empty(len(pairs))
        for number in np.unique(pairs["number"]).tolist():
            some = pairs["number"] == number
            u[some] = pair_uniform(
                self.luck, stream, number, pairs["first"][some], pairs["second"][some]
            )
        return samplers.exponential(u, mean)

    def standing(self, firms: Firms, month: int) -> Standing:
        """Return the ties that stand between firms that are alive."""
        pairs, made = self._pairs[self._pairs["until"] > month], self._made

        def both(name: str) -> NDArray[Any]:
            return np.concatenate([pairs[name], made[name]])

        clock = both("clock")
        first, here = firms.rows(both("first"))
        second, there = firms.rows(both("second"))
        there = (there & (firms.alive[second] > 0.0)) | (clock > 0) if len(firms) else there
        stand = here & there & (firms.alive[first] > 0.0) if len(firms) else here
        weight = np.concatenate([np.ones(len(pairs)), made["weight"]])
        owed = np.concatenate([pairs["owed"], np.ones(len(made))])
        return Standing(first[stand], second[stand], clock[stand], weight[stand], owed[stand])

    def ends(self, standing: Standing, firms: Firms) -> tuple[IdArray, IdArray]:
        """Return the ids of both ends of ties; an institution is the second."""
        clock, second = standing.clock, firms.ids[standing.second]
        return firms.ids[standing.first], np.where(clock > 0, self._houses[clock], second)

    # ------------------------------------------------------------ ties the programme makes

    def _make(self, month: int, offers: Sequence[TieOffer]) -> None:
        """Tie those pairs whose luck is below their chance; a tie that stands is renewed.

        A pair that is brought together more than once in the month has one luck, and the chance
        1 - (1 - p1) (1 - p2) ... that any of its meetings ties it; that tie has the largest weight
        and the longest mean lifetime of those offered.
        """
        one = np.concatenate([offer.first for offer in offers])
        other = np.concatenate([offer.second for offer in offers])
        pairs = [len(offer.first) for offer in offers]
        missed, weight, lifetime = np.repeat(
            [[1.0 - o.chance, o.weight, o.months] for o in offers], pairs, axis=0
        ).T
        ends = np.array([np.minimum(one, other), np.maximum(one, other)])
        order = np.lexsort((missed, *ends))  # a product of the same factors in the same order
        start = _starts(*ends[:, order])
        ends = ends[:, order[start]]
        missed = np.multiply.reduceat(missed[order], start)
        weight, lifetime = (np.maximum.reduceat(x[order], start) for x in (weight, lifetime))
        taken = pair_uniform(self.luck, MADE, month, *ends) < 1.0 - missed
        taken &= ends[0] != ends[1]
        if not taken.any():
            return
        ends = ends[:, taken]
        u = pair_uniform(self.luck, MADE_LIFE, month, *ends)
        new = np.zeros(len(u), dtype=_MADE)
        # the institution stands second, and of two firms the one with the higher id
        clock = self._clock(ends)
        swap = clock[0] > 0
        new["first"], new["second"] = np.where(swap, ends[::-1], ends)
        new["clock"] = np.where(swap, *clock)
        new["until"] = month + samplers.exponential(u, lifetime[taken])
        new["weight"] = weight[taken]
        both = _joined([self._made, new])
        both = both[np.lexsort((both["second"], both["first"]))]
        start = _starts(both["first"], both["second"])
        self._made = both[start]
        for name in ("until", "weight"):
            self._made[name] = np.maximum.reduceat(both[name], start)

    def _clock(self, houses: IdArray) -> IntArray:
        """Return the number of each institution, 0 for a firm."""
        at = self._houses.searchsorted(houses, sorter=self._in_order)
        found = self._in_order[np.minimum(at, len(self._houses) - 1)]
        return np.where(self._houses[found] == houses, found, 0)


def _starts(first: IdArray, second: IdArray) -> IntArray:
    """Return where each pair begins in rows sorted by pairs."""
    fresh = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.flatnonzero(np.append(True, fresh))


def _joined(tables: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return rows one after the other, moved as plain bytes: numpy would copy field by field."""
    row = np.dtype((np.void, tables[0].itemsize))
    return np.concatenate([table.view(row) for table in tables]).view(tables[0].dtype)
