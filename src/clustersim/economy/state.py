"""Firms as one block of named columns with units."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clustersim.arrays import BoolArray, FloatArray, IdArray, IntArray

__all__ = ["SIZE_CLASSES", "Column", "Firms", "size_class"]

S = TypeVar("S", bound=np.generic)

SIZE_CLASSES = ("1-9", "10-49", "50-299", "300+")
"""Size classes by workers, the cuts of the Korean statistics (korea_data 6)."""


def size_class(workers: FloatArray) -> IntArray:
    """Return the index in `SIZE_CLASSES` of each number of workers."""
    return np.searchsorted([10.0, 50.0, 300.0], workers, side="right").astype(np.int64)


class Column:
    """A named row of the block: reading gives a view, assigning writes into it.

    What `divides` is shared out when a firm splits; the rest is what both are.
    """

    def __init__(self, unit: str, doc: str, *, divides: bool = False) -> None:
        self.unit = unit
        self.doc = doc
        self.divides = divides
        self.index = -1

    def __set_name__(self, owner: type[Firms], name: str) -> None:
        self.index = len(owner.columns)
        owner.columns[name] = self

    @overload
    def __get__(self, firms: None, owner: type[Firms]) -> Column: ...
    @overload
    def __get__(self, firms: Firms, owner: type[Firms]) -> FloatArray: ...
    def __get__(self, firms: Firms | None, owner: type[Firms]) -> Column | FloatArray:
        return self if firms is None else firms.block[self.index]

    def __set__(self, firms: Firms, value: FloatArray | float) -> None:
        firms.block[self.index] = value


class Firms:
    """All firms that live, or lived this year, in the order of their ids.

    `ids`, `complex`, `sector`, `born` and `birth_class` are integers; everything else is a
    `Column` of `block`, an array of shape (columns, firms).
    """

    columns: ClassVar[dict[str, Column]] = {}

    # what luck alone decides: the same in every arm
    base = Column("log KRW2008 / month", "log sales at birth, net of the macro index")
    permanent = Column("log points", "accumulated permanent shocks to sales")
    transitory = Column("log points", "mean-reverting deviation of sales")
    centre = Column("log points", "log of the mean of exp(transitory), taken off again")
    quality = Column("sd", "persistent quality: drives growth, applying and panel scores")
    youth = Column("log points", "what a young firm's sales are below those of a grown one")
    drift = Column("log points", "accumulated growth owed to quality")
    birth_workers = Column(
        "heads", "workers at birth, or at the start for incumbents", divides=True
    )
    age_at_birth = Column("months", "age when the simulation meets the firm")
    sd_permanent = Column("log points / year", "sd of the permanent part of growth")
    sd_transitory = Column("log points", "sd of the transitory deviation")
    mean_permanent = Column("log points / month", "log of the mean of exp of a permanent step")
    mean_transitory = Column("log points / month", "the same of a transitory step")
    threshold = Column("1", "cumulated hazard at which the firm closes, Exp(1)")
    export_share = Column("share", "share of sales made abroad at birth")
    value_added_ratio = Column("share", "value added over output")
    labour_share = Column("share of value added", "what wages are at birth and in the long run")
    overhead = Column("share of capacity / month", "costs that follow capacity, not output")
    leverage = Column("share of yearly sales", "the debt the firm steers to")
    intensity = Column("share", "planned R&D over sales; 0 where none is done")
    research_yield = Column("1", "this year's luck of research, mean 1")
    other_support = Column("1", "this year's other public support over own R&D")
    birth_sales = Column("KRW2008 / month", "output at birth", divides=True)
    birth_stock = Column("KRW2008", "knowledge stock at birth", divides=True)
    reference_stock = Column("KRW2008", "stock at which the elasticity holds", divides=True)
    anchor = Column("0 or 1", "an anchor: a large firm known by name")
    customer = Column("1", "number of the anchor it sells to, from 1; 0 for none")
    anchor_share = Column("share", "share of sales made with that anchor at as_of")
    site = Column("code", "0 the core, above it the sites in the order of their names")
    away = Column("km", "distance of its site from the core")
    block_number = Column("code", "the block of ground it stands on")
    counted = Column("0 or 1", "whether it belongs to its complex's totals")
    technology = Column("share of a circle", "where it stands among technologies")
    birth_pool = Column("KRW2008", "others' knowledge it had around it at birth")

    # what policy can move
    alive = Column("0 or 1", "operating")
    wage = Column("KRW2008 / head / month", "labour cost of a worker")
    hazard = Column("1", "cumulated exit hazard")
    output = Column("KRW2008 / month", "sales from production", divides=True)
    workers = Column("heads", "employment", divides=True)
    capacity = Column(
        "KRW2008 / month", "output at which the firm would be fully used", divides=True
    )
    purchases = Column("KRW2008 / month", "goods and services bought in", divides=True)
    value_added = Column("KRW2008 / month", "output less purchases", divides=True)
    profit = Column(
        "KRW2008 / month", "operating profit after own R&D, before interest and tax", divides=True
    )
    interest = Column("KRW2008 / month", "interest on debt", divides=True)
    tax = Column("KRW2008 / month", "tax on positive profit", divides=True)
    payout = Column("KRW2008 / month", "dividends and investment out of surplus cash", divides=True)
    borrowing = Column("KRW2008 / month", "new debt less repayment", divides=True)
    cash = Column("KRW2008", "cash", divides=True)
    debt = Column("KRW2008", "debt", divides=True)
    earmarked = Column("KRW2008", "cash meant for research under way", divides=True)
    rd_spending = Column("KRW2008 / month", "all research outlay of the firm", divides=True)
    in_progress = Column("KRW2008", "research paid for and not yet finished", divides=True)
    stock = Column("KRW2008", "knowledge stock", divides=True)
    knowledge = Column("log points", "what the knowledge stock adds to sales since birth")
    ties = Column("ties", "partners it works with, firms and institutions")
    pool = Column("KRW2008", "others' knowledge that reaches it")
    policy_pool = Column("KRW2008", "the part of it that ties of the programme add")
    spillover = Column("log points", "what the pool adds to sales since birth")
    orders = Column("log points", "what an anchor's orders, or an anchor's own, add to sales")
    displaced = Column("log points", "sales lost to rivals that policy helped")
    policy_stock = Column(
        "KRW2008", "what of the knowledge stock came through the channel", divides=True
    )
    lift = Column("log points", "what policy added to this month's sales, market access apart")
    sales_this_year = Column("KRW", "nominal sales of the year so far", divides=True)
    sales_last_year = Column("KRW", "nominal sales of the last calendar year", divides=True)
    profit_this_year = Column("KRW2008", "operating profit of the year so far", divides=True)
    profit_last_year = Column("KRW2008", "operating profit of the last calendar year", divides=True)

    # what came in through the channels this month
    practices = Column("log points", "level of sales owed to better practices")
    market_access = Column("log points", "level of export sales owed to better access")
    commercialisation = Column("log points", "rise of the chance that finished research is sold")
    exit_hazard = Column("log points", "rise of the hazard of closing; a fall if negative")
    cash_in = Column("KRW2008 / month", "programme money in, less costs it causes", divides=True)
    rd_in = Column("KRW2008 / month", "research outlay caused by the programme", divides=True)
    knowledge_in = Column(
        "KRW2008 / month", "knowledge delivered by programme projects", divides=True
    )

    def __init__(
        self,
        ids: IdArray,
        *,
        complex_: IntArray,
        sector: IntArray,
        born: IntArray,
        birth_class: IntArray,
        block: FloatArray | None = None,
    ) -> None:
        self.ids = ids
        self.complex = complex_
        self.sector = sector
        self.born = born
        self.birth_class = birth_class
        self.block = np.zeros((len(self.columns), len(ids))) if block is None else block

    def __len__(self) -> int:
        return len(self.ids)

    def frozen(self) -> Firms:
        """Return the same firms, not writeable."""
        return Firms(
            _locked(self.ids),
            complex_=_locked(self.complex),
            sector=_locked(self.sector),
            born=_locked(self.born),
            birth_class=_locked(self.birth_class),
            block=_locked(self.block),
        )

    def take(self, rows: IntArray | BoolArray) -> Firms:
        """Return the firms of some rows, copied."""
        return Firms(
            self.ids[rows],
            complex_=self.complex[rows],
            sector=self.sector[rows],
            born=self.born[rows],
            birth_class=self.birth_class[rows],
            block=self.block[:, rows],
        )

    def renamed(self, ids: IdArray) -> Firms:
        """Return copies of the same firms under other ids."""
        new = self.take(np.arange(len(self)))
        new.ids = ids
        return new

    def joined(self, others: Firms) -> Firms:
        """Return both together in the order of their ids; the same object if nobody joins."""
        if not len(others):
            return self
        both = Firms(
            np.concatenate([self.ids, others.ids]),
            complex_=np.concatenate([self.complex, others.complex]),
            sector=np.concatenate([self.sector, others.sector]),
            born=np.concatenate([self.born, others.born]),
            birth_class=np.concatenate([self.birth_class, others.birth_class]),
            block=np.concatenate([self.block, others.block], axis=1),
        )
        if len(self) and len(others) and others.ids[0] < self.ids[-1]:
            return both.take(np.argsort(both.ids))
        return both

    def rows(self, ids: IdArray) -> tuple[IntArray, BoolArray]:
        """Return the row of each id and whether it is here; a missing one gets some row."""
        rows: IntArray = np.minimum(self.ids.searchsorted(ids), max(len(self) - 1, 0))
        found = self.ids[rows] == ids if len(self) else np.zeros(len(ids), dtype=np.bool_)
        return rows, found

    def row(self, id_: int) -> int | None:
        """Return the row of one id, None if it is not here."""
        row = int(self.ids.searchsorted(np.uint64(id_)))
        return row if row < len(self) and int(self.ids[row]) == id_ else None


def _locked(array: NDArray[S]) -> NDArray[S]:
    view = array.view()
    view.flags.writeable = False
    return view
