"""Anchors: large firms known by name, and the orders by which their suppliers live.

An anchor is a firm like others, but for its size and, if a path is given, its own demand; it never
closes. A supplier sells a fixed share of what it makes to one anchor and moves with it there. What
is planned of an anchor is known beforehand, so the figures of `as_of` are met with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from clustersim.economy.macro import Series
from clustersim.economy.population import SizeLaw, no_law
from clustersim.economy.state import size_class
from clustersim.language import tr
from clustersim.randomness import ids
from clustersim.specs import Kind, Parameter, Spec, bad_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.macro import Macro
    from clustersim.economy.population import Figures
    from clustersim.economy.state import Firms

__all__ = ["AnchorSpec", "Anchors", "AnchorsSpec", "anchor_ids", "ordinary"]

_FIRST_SLOT = np.uint64(2**31)
"""The upper half of slots is the anchors'; ordinary firms of the start are counted from 0."""


class AnchorSpec(Spec):
    """A large firm known by name."""

    title: str
    """Its name in English."""

    title_ko: str = ""
    """Its name in Korean."""

    sector: str
    """Its sector."""

    site: str = ""
    """Where it stands: empty for the core, whose figures count it, or a site, which is beside."""

    workers: Annotated[
        int,
        Parameter(
            "Workers at as_of.",
            Kind.COUNT,
            low=51,
            high=1_000_000,
            source="korea_data 4, korea_data 5",
            moves="workers",
        ),
    ]
    output: Annotated[
        float,
        Parameter(
            "Output of the calendar year of as_of, in its own prices.",
            Kind.MONEY,
            low=1e6,
            high=1e16,
            source="korea_data 4, korea_data 5",
            moves="output",
        ),
    ]
    export_share: Annotated[
        float,
        Parameter(
            "Share of output sold abroad.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 4, korea_data 5",
            moves="exports",
        ),
    ]
    suppliers: Annotated[
        float,
        Parameter(
            "Share of the complex's firms that sell to it.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="korea_data 4: 45 subcontractors of one shipyard among 207 firms of Daebul",
            moves="output",
        ),
    ]
    dependence: Annotated[
        float,
        Parameter(
            "Share of their sales that those firms make with it at as_of.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: a subcontractor's main customer takes at least half of its sales",
            moves="output",
        ),
    ]
    path: Series | None = None
    """Its real output instead of its sector's; beyond the ends it moves with the sector. What its
    complex did beside the sectors does not reach it."""

    happened: Series | None = None
    """What it came to be instead, in the base of `path`: it holds in hindsight, the plan in all
    else."""


class AnchorsSpec(Spec):
    """What holds for all anchors."""

    switch: Literal["on", "off"] = "on"
    """`off`: anchors' orders move no supplier, which then sells all it makes to its sector."""


def anchor_ids(code: int, names: Sequence[str]) -> IdArray:
    """Return the ids of a complex's anchors: by name, so that none depends on the others.

    >>> anchor_ids(4, ["yard", "dock"])[::-1] == anchor_ids(4, ["dock", "yard"])
    array([ True,  True])
    """
    slots = ids.roster_slots(names).astype(np.uint64) | _FIRST_SLOT
    return np.asarray(ids.make(0, code, slots), dtype=np.uint64)


def ordinary(figures: Figures, anchors: Mapping[str, AnchorSpec]) -> Figures:
    """Return the figures of a complex without its anchors; those at a site are not in them.

    Raises
    ------
    PydanticCustomError
        When what is left is no population of firms.
    """
    core = [anchor for anchor in anchors.values() if not anchor.site]
    if not core:
        return figures
    firms = figures.firms - len(core)
    workers = figures.workers - sum(anchor.workers for anchor in core)
    output = figures.output - sum(anchor.output for anchor in core)
    if firms < 2 or workers < firms or output <= 0.0:
        raise bad_value(
            tr(
                "without the anchors {firms} firms, {workers} workers and {output} won are left",
                firms=firms,
                workers=workers,
                output=f"{output:.3g}",
            ),
            tr("the figures count core anchors; give an anchor outside them a site"),
            ("anchors",),
        )
    exports = figures.export_share * figures.output
    abroad = (exports - sum(anchor.export_share * anchor.output for anchor in core)) / output
    if not 0.0 <= abroad <= 0.95:
        raise bad_value(
            tr(
                "without the anchors {share} of output would be sold abroad",
                share=f"{100 * abroad:.1f} %",
            ),
            tr("change the anchors' export_share, or that of the complex"),
            ("anchors",),
        )
    small = None if figures.share_small is None else figures.share_small * figures.firms / firms
    if (small or 0.0) >= 1.0 or not SizeLaw(workers / firms, figures.size_spread, small).fits:
        raise bad_value(
            tr(
                "{no_law}, which is left without the anchors",
                no_law=no_law(workers / firms, small),
            ),
            tr("check firms, workers and share_small, and the anchors' workers"),
            ("figures",),
        )
    return figures.model_copy(
        update={
            "firms": firms,
            "workers": workers,
            "output": output,
            "export_share": abroad,
            "share_small": small,
        }
    )


class Anchors:
    """The anchors of one complex, in the order of their ids, and their suppliers' orders.

    Parameters
    ----------
    code
        The complex's number.
    anchors
        By name; there may be none.
    sectors
        All sectors' names, in the order of their codes.
    as_of
        The month in which the anchors' sizes and their suppliers' dependence hold.

    Attributes
    ----------
    ids, sector, size, sites
        Names, sector codes, size classes and sites of the anchors.
    workers, output
        Heads and won of 2008 a month at `as_of`.
    """

    def __init__(
        self,
        spec: AnchorsSpec,
        code: int,
        anchors: Mapping[str, AnchorSpec],
        *,
        sectors: Sequence[str],
        macro: Macro,
        as_of: int,
    ) -> None:
        names = anchor_ids(code, list(anchors))
        order = np.argsort(names)
        specs = [list(anchors.values())[k] for k in order]
        self.on = spec.switch == "on"
        self.sites = [a.site for a in specs]
        self.code, self.macro, self.as_of = code, macro, as_of
        self.ids: IdArray = names[order]
        self.sector = np.array([list(sectors).index(a.sector) for a in specs], dtype=np.int64)
        self.workers = np.array([float(a.workers) for a in specs])
        self.size = size_class(self.workers)
        self.export_share = np.array([a.export_share for a in specs])
        self.suppliers = np.cumsum([a.suppliers for a in specs])
        self.dependence = np.array([0.0, *(a.dependence for a in specs)])
        # sizes at as_of stand on the published path, whatever luck does to the economy later
        known, at = macro.published, as_of - macro.start
        planned, self.path = self._paths(specs, known), self._paths(specs, macro)
        self.path, self._known = self.path - planned[:, [at]], planned - planned[:, [at]]
        self._before = planned[:, max(at - 1, 0)] - planned[:, at]
        year = macro.year(as_of)
        nominal = np.exp(planned[:, year] - planned[:, [at]]) * known.price[self.sector, year]
        self.output = np.array([a.output for a in specs]) / 12.0 / nominal.mean(axis=1)

    def __len__(self) -> int:
        return len(self.ids)

    # ------------------------------------------------------------ who sells to whom

    def customers(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the number of each firm's anchor, from 1 (0: none), and its share of sales."""
        number = np.append(np.arange(1, len(self) + 1), 0)
        customer = number[np.searchsorted(self.suppliers, u, side="right")]
        return customer.astype(np.float64), self.dependence[customer]

    def settle(self, firms: Firms) -> None:
        """Give the anchors, just born, what is known of them."""
        firms.anchor = 1.0
        firms.export_share = self.export_share
        firms.threshold = np.inf
        firms.output = firms.birth_sales

    # ------------------------------------------------------------ orders

    def planned(self, firms: Firms, month: int | IntArray) -> FloatArray:
        """Return the orders of a month if every anchor does as planned: 0 at `as_of`."""
        return self._along(firms, month, self.macro, self.path)

    def published(self, firms: Firms, month: int | IntArray) -> FloatArray:
        """Return the same on the published path, whatever luck does to the economy."""
        return self._along(firms, month, self.macro.published, self._known)

    def order(self, firms: Firms, month: int) -> None:
        """Set this month's orders, which follow what each anchor made last month."""
        if not len(self):
            return
        rows, _ = firms.rows(self.ids)
        plan = np.log(self.output) + self._before
        mine = firms.complex == self.code
        moves = np.append(0.0, np.log(firms.output[rows]) - plan)
        theirs = firms.take(mine)
        move = moves[theirs.customer.astype(np.int64)]
        firms.orders[mine] = self._orders(theirs, month, move, self.macro, self.path)

    def _along(
        self, firms: Firms, month: int | IntArray, macro: Macro, path: FloatArray
    ) -> FloatArray:
        """Return the orders of a month, or of each firm's own, if every anchor keeps to a path."""
        # the first month has none before it
        last = np.maximum(month - 1 - self.macro.start, 0)
        moves = np.vstack([np.zeros(path.shape[1]), path - self._before[:, None]])
        move = moves[firms.customer.astype(np.int64), last]
        return self._orders(firms, month, move, macro, path)

    def _orders(
        self,
        firms: Firms,
        month: int | IntArray,
        move: FloatArray,
        macro: Macro,
        path: FloatArray,
    ) -> FloatArray:
        """Return log points on top of the sector's index, for anchors and for their suppliers.

        Supplier: log(1 - s + s exp(D)), s its share of sales made with the anchor at as_of, D the
        `move` of its anchor since then (output of last month over that planned for the month before
        as_of) less the move of the supplier's own index. Anchor: own path less that index.
        """
        if not len(self):
            return np.zeros(len(firms))
        now = macro.output(firms.sector, firms.birth_class, month)
        then = macro.published.output(firms.sector, firms.birth_class, self.as_of)
        gap = move - (now - then)
        orders = np.log1p(firms.anchor_share * np.expm1(gap)) * (self.on and firms.customer > 0.0)
        rows, here = firms.rows(self.ids)
        months = np.broadcast_to(month, len(firms))[rows[here]]
        orders[rows[here]] = path[here, months - macro.start] - (now - then)[rows[here]]
        return orders

    def _paths(self, anchors: Sequence[AnchorSpec], macro: Macro) -> FloatArray:
        """Return the planned log output of each anchor in all months, in a base of its own."""
        paths = macro.log_output[self.sector, self.size]
        sectors = (macro.nation or macro).log_output[self.sector, self.size]
        months = macro.start + np.arange(paths.shape[1], dtype=np.int64)
        for row, anchor in enumerate(anchors):
            path = (anchor.happened if macro.hindsight else None) or anchor.path
            if path:
                index, points = sectors[row], path.points
                within: IntArray = np.clip(months, points[0].month, points[-1].month)
                there = np.clip(within - macro.start, 0, len(index) - 1)
                paths[row] = path.at(within) + (index - index[there])
        return paths
