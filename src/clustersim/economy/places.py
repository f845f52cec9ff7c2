"""Where firms stand: on the ground of a complex and its sites, and among technologies.

The ground is made of square blocks. What passes between two firms by mere nearness, and how easily
they meet, fades with the distance of their blocks and ends at a reach.
"""

from __future__ import annotations

from math import ceil, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Annotated, Final, Literal

import numpy as np
from scipy.special import ndtri

from clustersim.randomness import Stream, ids, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clustersim.arrays import FloatArray, IntArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = [
    "BLOCK",
    "InstitutionSpec",
    "Place",
    "PlacesSpec",
    "SiteSpec",
    "blocks",
    "institution_ids",
    "offset",
]

SITE = Stream("places.site")
GROUND = Stream("places.block")
TECHNOLOGY = Stream("places.technology")

BLOCK: Final = 0.25
"""Side of a block in km; distances are between the middles of blocks."""


class Spot(Spec):
    """Something with a name that stands at some distance from a complex's core."""

    title: str
    """Its name in English."""

    title_ko: str = ""
    """Its name in Korean."""

    distance: Annotated[
        float,
        Parameter(
            "From the middle of the core.",
            Kind.NUMBER,
            unit="km",
            low=0.0,
            high=500.0,
            source="its own",
            moves="ties",
        ),
    ]
    bearing: Annotated[
        float,
        Parameter(
            "Direction from the core, clockwise from the north.",
            Kind.NUMBER,
            unit="degrees",
            low=0.0,
            high=360.0,
            source="its own",
            moves="ties",
        ),
    ] = 0.0


class SiteSpec(Spot):
    """A part of a complex that stands apart from its core, with firms beyond the figures."""

    firms: Annotated[
        int,
        Parameter(
            "Operating firms at as_of, on top of the complex's figures.",
            Kind.COUNT,
            low=1,
            high=65_000,
            source="the site's own",
            moves="firms",
        ),
    ]
    area: Annotated[
        float | None,
        Parameter(
            "Ground; by default as densely settled as economy.places.density says.",
            Kind.NUMBER,
            unit="km2",
            low=0.05,
            high=1000.0,
            source="the site's own",
            moves="ties",
        ),
    ] = None
    counted: Literal["yes", "no"] = "yes"
    """Whether its firms belong to the complex's totals and its group `all`."""


class InstitutionSpec(Spot):
    """A university or an institute: it stands still, and who is tied to it learns from it."""

    kind: Literal["university", "institute"]
    """What it is."""

    knowledge: Annotated[
        float,
        Parameter(
            "What a firm that is tied to it can draw on, as a stock of knowledge in won of 2008.",
            Kind.MONEY,
            low=0.0,
            high=1e13,
            source="assumption: most of what it knows is not about a firm's goods, so half what a"
            " middling research firm knows; work with institutes does less for sales than"
            " projects alone (T32)",
            moves="output",
            doubt=Triangular(0.0, 0.3e9, 1e9),
        ),
    ] = 3e8


class PlacesSpec(Spec):
    """How ground and technologies set firms apart."""

    density: Annotated[
        float,
        Parameter(
            "Firms on a square km where a complex's or site's area is not given.",
            Kind.NUMBER,
            unit="firms / km2",
            low=1.0,
            high=5000.0,
            source="assumption: about 1,260 firms on 7 km2 (Noksan)",
            moves="ties",
        ),
    ] = 180.0
    decay: Annotated[
        float,
        Parameter(
            "Distance over which nearness fades to 37 %.",
            Kind.NUMBER,
            unit="km",
            low=0.1,
            high=50.0,
            source="F19: within 500 m in one industry, to 10 km across industries",
            moves="ties",
        ),
    ] = 1.0
    reach: Annotated[
        float,
        Parameter(
            "Distance beyond which two firms neither meet by themselves nor learn by nearness.",
            Kind.NUMBER,
            unit="km",
            low=0.0,
            high=500.0,
            source="assumption: 14 % of nearness is left there; sites apart are worlds apart",
            moves="ties",
        ),
    ] = 2.0
    technology_spread: Annotated[
        float,
        Parameter(
            "Sd of a firm's technology about its sector's, as a share of the whole circle.",
            Kind.NUMBER,
            unit="1",
            low=0.001,
            high=0.5,
            source="assumption: neighbouring sectors of ten overlap",
            moves="ties",
        ),
    ] = 0.05


class Place:
    """The ground of one complex: its blocks, who stands on them, and its institutions.

    Blocks are numbered through the core (site 0) and the sites in the order of their names.

    Parameters
    ----------
    code
        The complex's number.
    firms
        Firms of the core at as_of.
    area
        Ground of the core in km2; None for what the density says.
    shares
        The share of each sector, in the order of their codes.

    Attributes
    ----------
    kernel
        Nearness of two blocks, shape (blocks, blocks): exp(-d / decay), 0 beyond reach.
    settlers
        Firms at as_of that are expected on each block.
    institutions
        Ids by name.
    """

    def __init__(
        self,
        code: int,
        firms: int,
        area: float | None,
        sites: Mapping[str, SiteSpec],
        institutions: Mapping[str, InstitutionSpec],
        spec: PlacesSpec,
        *,
        shares: FloatArray,
    ) -> None:
        self.code = code
        self.spec = spec
        self.shares = shares
        self.sites = dict(sorted(sites.items()))
        grounds = [_ground(area or firms / spec.density)]
        heads = [firms]
        for site in self.sites.values():
            middle = offset(site.distance, site.bearing)
            grounds.append(middle + _ground(site.area or site.firms / spec.density))
            heads.append(site.firms)
        self.heads = np.array(heads, dtype=np.int64)
        self.blocks = np.array([len(ground) for ground in grounds], dtype=np.int64)
        self.middles = np.concatenate(grounds)
        self.settlers = np.repeat(self.heads / self.blocks, self.blocks)
        self.kernel = self.nearness(_distances(self.middles, self.middles))
        self.distances = np.array([0.0, *(site.distance for site in self.sites.values())])
        self.counted = np.array([1.0, *(site.counted == "yes" for site in self.sites.values())])
        named = sorted(institutions.items())
        self.institutions = institution_ids(code, institutions)
        self.knowledge = np.array([each.knowledge for _, each in named])
        spots = np.array([offset(each.distance, each.bearing) for _, each in named]).reshape(-1, 2)
        self.to_institutions = _distances(self.middles, spots)

    def nearness(self, distance: FloatArray) -> FloatArray:
        """Return exp(-d / decay), and 0 beyond reach."""
        return np.where(distance <= self.spec.reach, np.exp(-distance / self.spec.decay), 0.0)

    def settle(self, firms: Firms, luck: Luck, *, evenly: bool) -> None:
        """Draw site, block and technology of new firms; `evenly` gives each site its share."""
        u = luck.uniform(SITE, 0, firms.ids)
        if evenly:
            u = (np.argsort(np.argsort(u, kind="stable"), kind="stable") + 0.5) / len(u)
        ends = np.cumsum(self.heads)[:-1] / self.heads.sum()
        self._stand(firms, luck, np.searchsorted(ends, u, side="right").astype(np.int64))

    def put(self, firms: Firms, luck: Luck, sites: Sequence[str]) -> None:
        """Draw block and technology of firms whose sites are known by name; "" is the core."""
        names = ["", *self.sites]
        self._stand(firms, luck, np.array([names.index(site) for site in sites], dtype=np.int64))

    def _stand(self, firms: Firms, luck: Luck, site: IntArray) -> None:
        first = np.cumsum(self.blocks) - self.blocks
        u = luck.uniform(GROUND, 0, firms.ids)
        firms.site = site.astype(np.float64)
        firms.block_number = (first[site] + np.floor(u * self.blocks[site])).astype(np.float64)
        firms.counted = self.counted[site]
        firms.away = self.distances[site]
        z = samplers.normal(luck.uniform(TECHNOLOGY, 0, firms.ids))
        firms.technology = self._technology(firms.sector, z)

    def ground(self, firms: Firms) -> FloatArray:
        """Return where firms of the complex stand, shape (firms, 2).

        Km east and north of the middle of the core, each firm in the middle of its block.
        """
        spots: FloatArray = self.middles[blocks(firms)]
        return spots

    def near(self, firms: Firms, amounts: FloatArray) -> FloatArray:
        """Return the sum of an amount of each block's neighbourhood, by nearness, by block."""
        here = np.flatnonzero(firms.complex == self.code)
        sums = np.bincount(blocks(firms)[here], weights=amounts[here], minlength=len(self.middles))
        found: FloatArray = self.kernel @ sums
        return found

    def technologies(self) -> tuple[FloatArray, FloatArray]:
        """Return technologies of firms to come, evenly over their law, and their weights."""
        z = ndtri((np.arange(20) + 0.5) / 20)
        sector = np.repeat(np.arange(len(self.shares)), len(z))
        weights = np.repeat(self.shares, len(z)) / len(z)
        return self._technology(sector, np.tile(z, len(self.shares))), weights

    def _technology(self, sector: IntArray, z: FloatArray) -> FloatArray:
        where: FloatArray = np.mod(sector / len(self.shares) + self.spec.technology_spread * z, 1.0)
        return where


def blocks(firms: Firms) -> IntArray:
    """Return the number of the block each firm stands on."""
    return firms.block_number.astype(np.int64)


def institution_ids(code: int, institutions: Iterable[str]) -> dict[str, int]:
    """Return the ids of a complex's institutions by name."""
    slots = enumerate(sorted(institutions), ids.INSTITUTIONS)
    return {name: int(ids.make(0, code, slot)) for slot, name in slots}


def _ground(area: float) -> FloatArray:
    """Return the middles of blocks that fill a square about the origin, row by row from south."""
    number = max(round(area / BLOCK**2), 1)
    side = ceil(sqrt(number))
    cells = np.arange(number)
    middles = np.stack([cells % side, cells // side], axis=1) * BLOCK
    centred: FloatArray = middles - middles.mean(axis=0)
    return centred


def offset(distance: float, bearing: float) -> FloatArray:
    """Return km east and north of the core's middle; the bearing is clockwise from the north."""
    return distance * np.array([sin(radians(bearing)), cos(radians(bearing))])


def _distances(one: FloatArray, other: FloatArray) -> FloatArray:
    gap = one[:, None, :] - other[None, :, :]
    distances: FloatArray = np.sqrt(np.sum(gap * gap, axis=2))
    return distances
