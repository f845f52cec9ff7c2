"""A complex whose firms are told one by one, instead of by a few published figures.

A roster says who stood in a complex in one month, `as_of`. Who is there up to then is known: each
firm from the month it was founded, or from the start, and nobody closes, splits off or comes
besides. Each firm's size is brought back along the macro path, so that its output and workers at
`as_of` are the file's in expectation. From then on firms come and go as anywhere; newcomers are
drawn from the sizes of the roster.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from clustersim import units
from clustersim.economy.knowledge import MOST
from clustersim.economy.population import CUSTOMER, Blueprint, Figures, KnownSizes
from clustersim.economy.state import size_class
from clustersim.errors import UnitError
from clustersim.language import tr
from clustersim.randomness import ids
from clustersim.specs import Kind, Parameter, Spec, bad_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.arrays import FloatArray, IdArray, IntArray
    from clustersim.economy.population import PopulationSpec
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["FIELDS", "Roster", "RosterBlueprint", "RosterColumns", "RosterSpec", "RosterUnits"]

FIELDS: Final = ("id", "sector", "workers", "output", "export_share", "founded", "rd")
"""What is known of a firm, in the order of `RosterSpec.rows`; the last three may be empty."""

_SLOT_BITS: Final = 31
"""The upper half of slots is the anchors'."""


# ---------------------------------------------------------------- what a scenario says


class RosterColumns(Spec):
    """What the columns of the file are called; a column not named here is not read."""

    id: str = "id"
    """What tells firms apart: any text, each once."""

    sector: str = "sector"
    """The firm's sector, in words of the file."""

    workers: str = "workers"
    """Workers at as_of."""

    output: str = "output"
    """Output of the calendar year of as_of, in its own prices."""

    exports: str = ""
    """Output sold abroad in that year; or `export_share`."""

    export_share: str = ""
    """Share of output sold abroad."""

    founded: str = ""
    """Day, month or year in which the firm came; a year alone is its January."""

    rd: str = ""
    """What the firm itself spends on research in that year; 0 where it does none."""

    name: str = ""
    """The firm's name, for completeness: it is not read and not kept."""

    @model_validator(mode="after")
    def _exports_once(self) -> RosterColumns:
        if self.exports and self.export_share:
            raise bad_value(
                tr("exports and their share of output are one thing"),
                tr("name one of the two columns"),
                ("export_share",),
            )
        return self


class RosterUnits(Spec):
    """In what units the columns stand; cells with a unit of their own need none."""

    output: str = ""
    """Such as 백만원, 억원 or M KRW."""

    exports: str = ""
    """The same for exports."""

    rd: str = ""
    """The same for research."""

    export_share: Literal["", "%"] = ""
    """`%` where 35 means 35 %; otherwise 0.35 or '35 %'."""

    @field_validator("output", "exports", "rd")
    @classmethod
    def _money(cls, unit: str) -> str:
        cls.won(unit)
        return unit

    @staticmethod
    def won(unit: str) -> float:
        """Return what one of a unit is in won; 0 where none is named."""
        try:
            return float(units.parse(f"1 {unit}", Kind.MONEY)) if unit else 0.0  # type: ignore[arg-type]
        except UnitError:
            raise bad_value(
                tr("{unit} is no unit of money", unit=units.shown(unit)),
                tr("write for example 백만원, 억원, M KRW or KRW"),
            ) from None


class RosterSpec(Spec):
    """The firms of a complex, one by one, from a file."""

    file: str
    """A CSV or Parquet file beside the scenario or in a folder below."""

    as_of: Annotated[
        int,
        Parameter(
            "The month the file stands for.", Kind.MONTH, source="the file's own", moves="output"
        ),
    ]
    encoding: Literal["utf-8", "cp949", "euc-kr"] = "utf-8"
    """How a CSV file stores its text."""

    columns: RosterColumns = RosterColumns()
    units: RosterUnits = RosterUnits()

    sectors: dict[str, str] = Field(default_factory=dict)
    """The scenario's sector for each word of the file that is not itself one."""

    missing: tuple[str, ...] = ()
    """What a cell holds where a value is not known, besides nothing at all."""

    incomplete: Literal["refuse", "leave_out"] = "refuse"
    """What to do with a firm whose id, sector, workers or output is not known."""

    export_share: Annotated[
        float,
        Parameter(
            "Share of output sold abroad where the file tells of no firm's exports; where it does,"
            " the others and newcomers sell abroad what those firms do.",
            Kind.SHARE,
            low=0.0,
            high=0.95,
            source="korea_data 0: 19 % to 36 % in five complexes",
            moves="exports",
        ),
    ] = 0.25

    found: str = ""
    """What was found in the file, with a hash of it, as loading says; if it stands in a scenario,
    the file must still be that one."""

    rows: str = Field(default="", repr=False)
    """What was read, one firm a line, sorted by id: `FIELDS`, money in won, written by loading."""

    @field_validator("rows")
    @classmethod
    def _can_be_read(cls, rows: str) -> str:
        try:
            Roster.of(rows)
        except (ValueError, UnitError):
            raise bad_value(
                tr("these are not rows as loading a file writes them"),
                tr("leave 'rows' out; it is filled in from the file"),
            ) from None
        return rows

    @property
    def roster(self) -> Roster:
        """The firms."""
        return Roster.of(self.rows)

    def names(self, code: int, start: int) -> IdArray:
        """Return the firms' ids in a run, by a hash of the file's: none depends on the others.

        Who comes after the start has a later id, as anybody that is born.
        """
        came = self.roster.since(start)
        slots = ids.roster_slots(self.roster.id, bits=_SLOT_BITS).astype(np.uint64)
        return np.asarray(ids.make(np.where(came > start, came, 0), code, slots), dtype=np.uint64)

    @property
    def figures(self) -> Figures:
        """What published figures would say of these firms."""
        roster = self.roster
        known = ~np.isnan(roster.export_share)
        share = self.export_share
        if known.any():
            share = float(np.average(roster.export_share[known], weights=roster.output[known]))
        names, counts = np.unique(np.array(roster.sector), return_counts=True)
        # whether a law of sizes fits does not matter: the firms themselves are the law
        return Figures.model_construct(
            as_of=self.as_of,
            firms=len(roster),
            workers=round(float(roster.workers.sum())),
            output=float(roster.output.sum()),
            share_small=float(np.mean(roster.workers < 50.5)),
            export_share=share,
            sectors=dict(zip(names.tolist(), counts.astype(float).tolist(), strict=True)),
        )


@dataclass(frozen=True)
class Roster:
    """Firms one by one, in the order of their ids as text.

    Parameters
    ----------
    id, sector
        Text.
    workers
        Heads.
    output
        Won of the year of as_of, in its own prices.
    export_share
        Share of output sold abroad; NaN where not known.
    founded
        The month it came, below 0 before 2000; NaN where not known.
    rd
        Won a year of own research; NaN where not known.
    """

    id: tuple[str, ...]
    sector: tuple[str, ...]
    workers: FloatArray
    output: FloatArray
    export_share: FloatArray
    founded: FloatArray
    rd: FloatArray

    def __len__(self) -> int:
        return len(self.id)

    def since(self, start: int) -> IntArray:
        """Return from which month on each firm is there, in a run with this first month."""
        came = np.where(np.isnan(self.founded), -np.inf, self.founded)
        return np.maximum(came, start).astype(np.int64)

    @staticmethod
    def text(rows: Sequence[Sequence[Any]]) -> str:
        """Return rows of `FIELDS` as the one text that `of` reads, whatever their order.

        >>> rows = [["b", "steel", 9, 3e9, None, 98, 0], ["a", "steel", 2, 1e8, 0.3, None, None]]
        >>> print(Roster.text(rows), end="")
        a,steel,2.0,100000000.0,0.3,,
        b,steel,9.0,3000000000.0,,2008-03,0.0
        """
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        for name, sector, workers, output, abroad, founded, rd in sorted(rows, key=lambda r: r[0]):
            numbers = [None if n is None else repr(float(n)) for n in (workers, output, abroad, rd)]
            month = None if founded is None else units.show(founded, Kind.MONTH)
            writer.writerow([name, sector, *numbers[:3], month, numbers[3]])
        return lines.getvalue()

    @staticmethod
    @lru_cache(maxsize=32)
    def of(rows: str) -> Roster:
        """Return the firms of a text; the same object for the same text."""
        cells = list(csv.reader(io.StringIO(rows, newline="")))
        columns: Any = list(zip(*cells, strict=True)) or [()] * len(FIELDS)
        name, sector, workers, output, abroad, founded, rd = columns

        def numbers(texts: Sequence[Any]) -> FloatArray:
            found = np.array([float(text) if text != "" else np.nan for text in texts])
            found.flags.writeable = False
            return found

        since = numbers([units.parse(text, Kind.MONTH) if text else "" for text in founded])
        return Roster(
            name, sector, numbers(workers), numbers(output), numbers(abroad), since, numbers(rd)
        )


# ---------------------------------------------------------------- what becomes of it


class RosterBlueprint(Blueprint):
    """How the firms of a complex are made that are known one by one.

    Parameters
    ----------
    roster
        The firms.
    how
        All that `Blueprint` takes but the figures, which are those of the roster.
    """

    def __init__(self, code: int, roster: RosterSpec, spec: PopulationSpec, **how: Any) -> None:
        known, sectors = roster.roster, list(how["sectors"])
        super().__init__(code, roster.figures, spec, law=KnownSizes(known.workers), **how)
        self.told_until = roster.as_of
        names = roster.names(code, self.start)
        order = np.argsort(names)
        self.names: IdArray = names[order]
        self.born: IntArray = known.since(self.start)[order]
        self.founded = known.founded[order]
        self.sector = np.array([sectors.index(name) for name in known.sector])[order]
        self.workers = known.workers[order]
        self.output = known.output[order] / 12.0 / self._nominal(roster.as_of)
        self.abroad_known = known.export_share[order]
        self.intensity_known = np.minimum(known.rd[order] / known.output[order], MOST)
        self.output_per_worker = float(self.output.sum() / self.workers.sum())
        self.value_added_per_worker = how["accounts"].value_added_ratio * self.output_per_worker

    def _nominal(self, as_of: int) -> FloatArray:
        """Return each firm's mean sales in the year of as_of over its real output of that month."""
        macro = self.macro.published
        year, at = macro.year(as_of), as_of - macro.start
        paths = macro.log_output[self.sector, size_class(self.workers)]
        index = np.exp(paths[:, year] - paths[:, [at]])
        found: FloatArray = (index * macro.price[self.sector, year]).mean(axis=1)
        return found

    # ------------------------------------------------------------ what is known in place of luck

    def abroad(self, most: float) -> float:
        """Return the share of output sold abroad of firms of which it is not known."""
        share = self.figures.export_share
        # known exports can be those of a few firms that no draw makes as many
        return share if np.isnan(self.abroad_known).all() else min(share, 0.9 * most)

    @property
    def research(self) -> tuple[float, float] | None:
        """Share of firms that do research and their research over sales, where the file tells."""
        known = ~np.isnan(self.intensity_known)
        does = known & (self.intensity_known > 0.0)
        if not does.any():
            return None
        # one who does none would still leave newcomers a chance, and the other way round
        least = 0.5 / float(known.sum())
        share = min(max(float(does.sum() / known.sum()), least), 1.0 - least)
        return share, float(np.average(self.intensity_known[does], weights=self.output[does]))

    def endow(self, firms: Firms) -> bool:
        """Give firms of the roster the exports and the research that the file tells."""
        at = np.minimum(np.searchsorted(self.names, firms.ids), len(self.names) - 1)
        told = self.names[at] == firms.ids
        for column, known in (
            ("export_share", self.abroad_known),
            ("intensity", self.intensity_known),
        ):
            values = np.where(told, known[at], np.nan)
            setattr(firms, column, np.where(np.isnan(values), getattr(firms, column), values))
        return bool(told.any())

    # ------------------------------------------------------------ the firms

    def incumbents(self, luck: Luck) -> Firms:
        """Return all firms of the roster as they stand when they come, sorted by id.

        Those founded after the start have a later month of birth.
        """
        customer = self.anchors.customers(luck.uniform(CUSTOMER, 0, self.names))
        drawn = self.turnover.ages(luck, self.names)
        age = np.where(np.isnan(self.founded), drawn, self.born - self.founded)
        whole: Firms | None = None
        for month in np.unique(self.born).tolist():
            here = self.born == month
            grown = age[here] + (self.told_until - month)
            youth = self.turnover.youth(age[here]), self.turnover.youth(grown)
            firms = self._firms(
                self.names[here],
                self.sector[here],
                self.workers[here],
                self.output[here],
                age[here],
                youth,
                month,
                (customer[0][here], customer[1][here]),
            )
            firms.birth_workers = self.workers[here] / self._staffed(firms, month)
            whole = whole.joined(firms) if whole else firms
        if whole is None:
            raise ValueError("a roster needs firms")
        return whole
