"""The economy: all firms, and one month of their lives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, model_validator

from clustersim import calendar
from clustersim.economy.accounts import Accounts, AccountsSpec
from clustersim.economy.anchors import Anchors, AnchorSpec, AnchorsSpec, ordinary
from clustersim.economy.channels import Channels, ChannelsSpec
from clustersim.economy.demand import Demand, DemandSpec
from clustersim.economy.displacement import Displacement, DisplacementSpec
from clustersim.economy.growth import TRANSITORY, Growth, GrowthSpec
from clustersim.economy.knowledge import Knowledge, KnowledgeSpec
from clustersim.economy.macro import Macro, MacroSpec, Series
from clustersim.economy.observed import ObservedSpec
from clustersim.economy.places import InstitutionSpec, Place, PlacesSpec, SiteSpec
from clustersim.economy.population import Blueprint, Figures, PopulationSpec
from clustersim.economy.roster import RosterBlueprint, RosterSpec
from clustersim.economy.spillovers import Spillovers, SpilloversSpec
from clustersim.economy.ties import Ties, TiesSpec
from clustersim.economy.turnover import Turnover, TurnoverSpec
from clustersim.language import tr
from clustersim.problems import did_you_mean
from clustersim.specs import Key, Kind, Parameter, Spec, bad_value
from clustersim.units import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from clustersim.arrays import BoolArray, Columns, FloatArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["ComplexSpec", "Economy", "EconomySpec"]

_BURN_IN = 36
"""Months of transitory luck and books before the start: the first year is like any other."""


class ComplexSpec(Spec):
    """An industrial complex."""

    code: Annotated[
        int,
        Parameter(
            "The complex's number, part of every firm's id.",
            Kind.COUNT,
            low=1,
            high=60_000,
            source="assumption: any number, once",
            moves="nothing: it only names",
        ),
    ]
    title: str
    """Its name in English."""

    title_ko: str = ""
    """Its name in Korean."""

    figures: Figures | None = None
    """What is published about its core, without sites; or `population`."""

    population: RosterSpec | None = None
    """Its firms one by one, from a file, in place of figures."""

    area: Annotated[
        float | None,
        Parameter(
            "Ground of the core; by default as densely settled as economy.places.density says.",
            Kind.NUMBER,
            unit="km2",
            low=0.05,
            high=1000.0,
            source="the complex's own",
            moves="ties",
        ),
    ] = None
    sites: dict[Key, SiteSpec] = Field(default_factory=dict)
    """Parts that stand apart, by name; their firms are like those of the core."""

    institutions: dict[Key, InstitutionSpec] = Field(default_factory=dict)
    """Universities and institutes that firms can tie themselves to, by name."""

    anchors: dict[Key, AnchorSpec] = Field(default_factory=dict)
    """Large firms known by name; the figures count those of the core."""

    residual: Series | None = None
    """What its firms did beside their sectors, 100 = nothing: found by `experiment.residual`. It
    holds in hindsight, up to the last known month in `ex_ante`, and not in `flat` and `series`."""

    moving_in: Series | None = None
    """Firms that move in a year, per cent of those at as_of, as counts of firms tell: new plants on
    land newly sold. Outside its points, after the last month that is seen, and in `flat` and
    `series`, it is `economy.turnover.relocation`."""

    observed: ObservedSpec = ObservedSpec()
    """What was published of its core in single periods; no equation reads it."""

    @model_validator(mode="after")
    def _firms_are_told_once(self) -> Self:
        if (self.figures is None) == (self.population is None):
            raise bad_value(
                tr("the complex has neither figures nor a population")
                if self.figures is None
                else tr("the complex has both figures and a population"),
                tr(
                    "write figures for a complex known by a few totals, or population for a file of"
                    " its firms"
                ),
            )
        if self.population and self.sites:
            raise bad_value(
                tr("a population from a file stands in one place"),
                tr("leave sites out, or give the complex figures"),
                ("sites",),
            )
        return self

    @model_validator(mode="after")
    def _anchors_leave_a_population(self) -> Self:
        if self.figures:
            ordinary(self.figures, self.anchors)
        for name, anchor in self.anchors.items():
            if anchor.site and anchor.site not in self.sites:
                raise bad_value(
                    tr("unknown site {site}", site=shown(anchor.site)),
                    did_you_mean(anchor.site, self.sites, otherwise=tr("sites are"))
                    if self.sites
                    else tr("add it to sites, or leave site out for the core"),
                    ("anchors", name, "site"),
                )
        if sum(anchor.suppliers for anchor in self.anchors.values()) > 1.0:
            raise bad_value(
                tr("the anchors have more suppliers than there are firms"),
                tr(
                    "a firm sells to one anchor: let their shares of suppliers add up to {most} or"
                    " less",
                    most="100 %",
                ),
                ("anchors",),
            )
        return self

    @property
    def known(self) -> Figures:
        """What is published about its core, or what that would be with these firms."""
        if self.figures is not None:
            return self.figures
        if self.population is None:
            raise AssertionError  # one of the two is there
        return self.population.figures

    def whole(self) -> Figures:
        """Return the figures of core and sites together, anchors apart, in proportion to firms."""
        if self.figures is None:
            return self.known  # anchors are beside the firms of a file
        figures = ordinary(self.figures, self.anchors)
        if not self.sites:
            return figures
        firms = figures.firms + sum(site.firms for site in self.sites.values())
        scale = firms / figures.firms
        return figures.model_copy(
            update={
                "firms": firms,
                "workers": round(scale * figures.workers),
                "output": scale * figures.output,
            }
        )


class EconomySpec(Spec):
    """The rules that hold for all firms."""

    sectors: tuple[Key, ...]
    """All sectors, in a fixed order."""

    population: PopulationSpec = PopulationSpec()
    growth: GrowthSpec = GrowthSpec()
    macro: MacroSpec = MacroSpec()
    demand: DemandSpec = DemandSpec()
    anchors: AnchorsSpec = AnchorsSpec()
    displacement: DisplacementSpec = DisplacementSpec()
    accounts: AccountsSpec = AccountsSpec()
    knowledge: KnowledgeSpec = KnowledgeSpec()
    turnover: TurnoverSpec = TurnoverSpec()
    places: PlacesSpec = PlacesSpec()
    ties: TiesSpec = TiesSpec()
    spillovers: SpilloversSpec = SpilloversSpec()
    channels: ChannelsSpec = ChannelsSpec()

    @model_validator(mode="after")
    def _markets_have_a_sector(self) -> Self:
        for name in self.displacement.markets:
            if name not in self.sectors:
                raise bad_value(
                    tr("unknown sector {sector}", sector=shown(name)),
                    tr("known sectors: {sectors}", sectors=", ".join(self.sectors)),
                    ("displacement", "markets", name),
                )
        return self

    @model_validator(mode="after")
    def _series_have_a_sector(self) -> Self:
        for kind, series in (("output", self.macro.output), ("prices", self.macro.prices)):
            for name in series:
                if name not in {"national", *self.sectors}:
                    raise bad_value(
                        tr("unknown sector {sector}", sector=shown(name)),
                        tr(
                            "known sectors: {sectors}; national stands for the others",
                            sectors=", ".join(self.sectors),
                        ),
                        ("macro", kind, name),
                    )
        return self


class Rules:
    """The equations of all processes with their constants worked out, and what a month does.

    `act` is the half of the month that policy can move; luck and turnover are `Economy`'s.
    """

    def __init__(
        self,
        spec: EconomySpec,
        *,
        start: int,
        end: int,
        luck: Luck | None = None,
        residuals: Mapping[int, Series] | None = None,
    ) -> None:
        self.sectors = tuple(spec.sectors)
        self.macro = Macro.build(spec.macro, self.sectors, start, end, luck)
        self.local = {code: self.macro.of(series) for code, series in (residuals or {}).items()}
        """The index of complexes that have a residual, by code."""
        self.growth = Growth(spec.growth)
        self.demand = Demand(spec.demand)
        self.accounts = Accounts(spec.accounts)
        self.knowledge = Knowledge(spec.knowledge)
        self.spillovers = Spillovers(spec.spillovers)
        self.turnover = Turnover(spec.turnover)

    def act(self, firms: Firms, channels: Channels, month: int) -> None:
        """Let firms meet policy, sell, do research, hire, build and close their books."""
        channels.apply(firms, month)
        reference = self.knowledge.median_stock[firms.complex, firms.sector]
        firms.spillover = self.spillovers.level(firms, reference)
        firms.output = firms.alive * np.exp(self.log_sales(firms, month))
        firms.lift = (
            firms.practices
            + self.knowledge.owed_to_policy(firms)
            + self.spillovers.owed_to_policy(firms, reference)
        )
        self.knowledge.spend(firms, self.accounts.affordable(firms))
        self.knowledge.learn(firms)
        self.keep(firms)
        firms.sales_this_year += firms.output * self.macro.prices(firms.sector, month)
        firms.profit_this_year += firms.profit

    def keep(self, firms: Firms) -> None:
        """Let employment, pay and capacity follow output, and close the month's books."""
        self.accounts.hire(firms)
        self.accounts.build(firms)
        self.accounts.book(firms)

    def macro_of(self, code: int) -> Macro:
        """Return the index of a complex."""
        return self.local.get(code, self.macro)

    def index(self, firms: Firms, month: int) -> FloatArray:
        """Return the log macro index of each firm, that of its complex."""
        index = self.macro.output(firms.sector, firms.birth_class, month)
        for code, macro in self.local.items():
            here = firms.complex == code
            index[here] = macro.output(firms.sector[here], firms.birth_class[here], month)
        return index

    def log_sales(self, firms: Firms, month: int) -> FloatArray:
        """Return log sales: what the firm is, what luck did, what the economy does, what it knows.

        base + macro + permanent + (transitory - centre) + drift + youth
             + knowledge + spillover + practices + log(1 - x + x exp(market access))
             + orders + displaced
        """
        return (
            firms.base
            + self.index(firms, month)
            + firms.permanent
            + (firms.transitory - firms.centre)
            + firms.drift
            + firms.youth
            + firms.knowledge
            + firms.spillover
            + firms.practices
            + self.demand.access(firms)
            + firms.orders
            + firms.displaced
        )


class Economy:
    """The firms of some complexes, stepped month by month.

    Parameters
    ----------
    spec
        The rules.
    complexes
        The complexes by name.
    luck
        All random events.
    start, end
        First and last month.
    effect_scale
        Multiplies whatever comes through the channels.
    """

    def __init__(
        self,
        spec: EconomySpec,
        complexes: Mapping[str, ComplexSpec],
        luck: Luck,
        *,
        start: int,
        end: int,
        effect_scale: float = 1.0,
    ) -> None:
        self.luck = luck
        self.start = start
        residuals = {each.code: each.residual for each in complexes.values() if each.residual}
        self.rules = Rules(spec, start=start, end=end, luck=luck, residuals=residuals)
        self.channels = Channels(spec.channels, effect_scale)
        in_order = sorted(complexes.items(), key=lambda item: item[1].code)
        self.blueprints = {name: self._blueprint(spec, each) for name, each in in_order}
        self.names = {blueprint.code: name for name, blueprint in self.blueprints.items()}
        self._told_until = np.full(max(self.names, default=0) + 1, -1, dtype=np.int64)
        for blueprint in self.blueprints.values():
            self._told_until[blueprint.code] = blueprint.told_until
        self.splits: list[tuple[int, int]] = []
        self.places = {
            name: Place(
                each.code,
                each.known.firms,
                each.area,
                each.sites,
                each.institutions,
                spec.places,
                shares=self.blueprints[name].shares,
            )
            for name, each in in_order
        }
        self._grounds = list(self.places.values())
        self.ties = Ties(spec.ties, self._grounds, luck, start=start, end=end)
        self._centres: dict[int, tuple[float, float, float]] = {}
        everyone = self._first_firms()
        there = everyone.born == start
        self.firms, self._to_come = everyone.take(there), everyone.take(~there)
        self._seen = self.firms, self.firms.frozen()
        self._first_ties()
        for name, blueprint in self.blueprints.items():
            self._to_come = self._to_come.joined(self._newcomers(name, blueprint, end))
        self._coming = self._to_come  # of these, those of this year, once it has begun
        self.rules.spillovers.birth(self._to_come)
        blueprints = self.blueprints.values()
        self.displacement = Displacement(
            spec.displacement,
            sectors=self.rules.sectors,
            codes=[blueprint.code for blueprint in blueprints],
            present=np.stack([blueprint.present for blueprint in blueprints]),
        )

    def _blueprint(self, spec: EconomySpec, complex_: ComplexSpec) -> Blueprint:
        """Return how a complex's firms are made, its anchors included."""
        rules, macro = self.rules, self.rules.macro_of(complex_.code)
        anchors = Anchors(
            spec.anchors,
            complex_.code,
            complex_.anchors,
            sectors=rules.sectors,
            macro=macro,
            as_of=complex_.known.as_of,
        )
        build = (
            partial(RosterBlueprint, complex_.code, complex_.population)
            if complex_.population
            else partial(Blueprint, complex_.code, complex_.whole())
        )
        return build(
            spec.population,
            sectors=rules.sectors,
            macro=macro,
            turnover=rules.turnover,
            accounts=spec.accounts,
            anchors=anchors,
            start=self.start,
            moving_in=complex_.moving_in,
        )

    # ------------------------------------------------------------ the month

    def step(self, month: int) -> None:
        """Move every firm by one month: who is there, luck, the firms' own acts, who closes."""
        if calendar.month_in_year(month) == 1 or month == self.start:
            self._new_year(month)
        self._enter(month)
        firms, rules = self.firms, self.rules
        u = self.luck.matrix(Growth.streams, month, firms.ids)
        rules.growth.step(firms, u, self._lived(month))
        rules.turnover.mature(firms)
        self._meet(month)
        for blueprint in self.blueprints.values():
            blueprint.anchors.order(firms, month)
        self.displacement.displace(firms)
        rules.act(firms, self.channels, month)
        self.displacement.measure(firms)
        age = self._lived(month) + firms.age_at_birth
        overdue = rules.accounts.overdue(firms)
        rules.turnover.close(firms, age, overdue, free=self._free(month))

    def view(self) -> Firms:
        """Return the firms as others may see them: the same numbers, not writeable."""
        if self._seen[0] is not self.firms:
            self._seen = self.firms, self.firms.frozen()
        return self._seen[1]

    def prices(self, month: int) -> FloatArray:
        """Return each firm's price index, 2008 = 1."""
        return self.rules.macro.prices(self.firms.sector, month)

    def rivals(self) -> dict[str, FloatArray]:
        """Return the sums of the aggregate rivals this month, shape (complexes, sectors).

        A rival is all the country's firms of a sector, less what those outside the complex lost to
        displacement; it makes of a won of output what the complex does, and its employment follows
        output at once with the long-run elasticity.
        """
        market, lost = self.displacement.market, self.displacement.lost
        accounts = self.rules.accounts.spec
        per_worker = np.array([b.output_per_worker for b in self.blueprints.values()])[:, None]
        return {
            "output": market - lost,
            "value_added": accounts.value_added_ratio * (market - lost),
            "workers": (market - accounts.employment_elasticity * lost) / per_worker,
        }

    def macro(self, month: int) -> FloatArray:
        """Return each firm's macro index, in the base of the scenario's series."""
        return np.exp(self.rules.index(self.firms, month))

    def ground(self) -> FloatArray:
        """Return where each firm stands, km east and north of its core, shape (firms, 2)."""
        spots = np.zeros((len(self.firms), 2))
        for place in self._grounds:
            here = self.firms.complex == place.code
            spots[here] = place.ground(self.firms.take(here))
        return spots

    def tied(self, month: int) -> Columns:
        """Return the ties that stand: ids of both ends, and whether the programme made it."""
        standing = self.ties.standing(self.firms, month)
        first, second = self.ties.ends(standing, self.firms)
        return {"first": first, "second": second, "made": standing.owed == 1.0}

    # ------------------------------------------------------------ who is there

    def _new_year(self, month: int) -> None:
        """Drop the firms that closed, and draw what holds for a year."""
        if not self.firms.alive.all():
            self.firms = self.firms.take(self.firms.alive > 0.0)
        firms = self.firms
        firms.sales_last_year = firms.sales_this_year
        firms.sales_this_year = 0.0
        firms.profit_last_year = firms.profit_this_year
        firms.profit_this_year = 0.0
        self.ties.new_year(firms)
        self.rules.growth.scale(firms)
        self.rules.knowledge.new_year(firms, self.luck, month)
        january = month - calendar.month_in_year(month) + 1
        later = self._to_come.born >= january + 12
        self._coming, self._to_come = self._to_come.take(~later), self._to_come.take(later)
        self.rules.knowledge.new_year(self._coming, self.luck, january)

    def _enter(self, month: int) -> None:
        """Let firms split, be founded and move in."""
        parents, new = self.rules.turnover.splits(
            self.firms, self.luck, month, free=self._free(month)
        )
        self.channels.inherit(parents, new.ids)
        self.splits += zip(parents.tolist(), new.ids.tolist(), strict=True)
        self.rules.spillovers.birth(new)
        came = new.joined(self._coming.take(self._coming.born == month))
        self.firms = self.firms.joined(came)
        for place in self._grounds:
            here = came.ids[came.complex == place.code]
            if len(here):
                self.ties.enter(self.firms, here, month)

    def _newcomers(self, complex_: str, blueprint: Blueprint, end: int) -> Firms:
        """Return the firms that will be founded in a complex, and those that will move in.

        Nothing that happens meanwhile moves who they are, so they are known from the start.
        """
        turnover, luck, code = self.rules.turnover, self.luck, blueprint.code
        months = range(max(self.start, blueprint.told_until + 1), end + 1)
        founded = blueprint.per_month(blueprint.births)
        moving = [blueprint.per_month(blueprint.relocations(month)) for month in months]
        born = turnover.births(luck, months, code, founded)
        moved = turnover.relocations(luck, months, code, np.reshape(moving, (-1, len(founded))))
        firms = blueprint.entrants(luck, *born).joined(blueprint.relocated(luck, *moved))
        self.places[complex_].settle(firms, luck, evenly=False)
        self._birth(firms, blueprint, *self._centres[code])
        self.rules.knowledge.refer(firms)
        return firms

    def _free(self, month: int) -> BoolArray:
        """Return whose fate luck decides this month: not firms that a roster knows to stay."""
        return month > self._told_until[self.firms.complex]

    def _first_firms(self) -> Firms:
        whole: Firms | None = None
        for name, blueprint in self.blueprints.items():
            firms = blueprint.incumbents(self.luck)
            self.places[name].settle(firms, self.luck, evenly=True)
            demand = self.rules.demand
            share = blueprint.abroad(demand.most(firms))
            self._centres[blueprint.code] = (
                demand.centre(firms, self.luck, firms.birth_sales, share),
                *self.rules.knowledge.centres(firms, self.luck, blueprint.research),
            )
            self._birth(firms, blueprint, *self._centres[blueprint.code])
            firms = firms.joined(self._leaders(name))
            whole = whole.joined(firms) if whole else firms
        if whole is None:
            raise ValueError("an economy needs a complex")
        self._burn_in(whole)
        codes = max(blueprint.code for blueprint in self.blueprints.values()) + 1
        others = whole.take(whole.anchor == 0.0)
        self.rules.knowledge.set_medians(others, codes, len(self.rules.sectors))
        self.rules.knowledge.refer(whole)
        return whole

    def _leaders(self, complex_: str) -> Firms:
        """Return a complex's anchors as they stand at the start."""
        blueprint = self.blueprints[complex_]
        firms = blueprint.leaders()
        self.places[complex_].put(firms, self.luck, blueprint.anchors.sites)
        self._birth(firms, blueprint, *self._centres[blueprint.code])
        blueprint.anchors.settle(firms)
        return firms

    def _first_ties(self) -> None:
        """Tie the first firms, and measure what they find around them."""
        firms, ties = self.firms, self.ties
        for place in self._grounds:
            ties.enter(firms, firms.ids[firms.complex == place.code], self.start, settled=True)
        standing = ties.standing(firms, self.start)
        self.rules.spillovers.start(firms, self._grounds, standing, ties.knowledge)

    def _meet(self, month: int) -> None:
        """Let ties end and begin, and knowledge flow as it stood at the end of last month."""
        firms = self.firms
        standing = self.ties.step(firms, self.channels, month)
        firms.ties = standing.number(len(firms))
        self.rules.spillovers.gather(firms, self._grounds, standing, self.ties.knowledge)

    def _birth(
        self, firms: Firms, blueprint: Blueprint, exports: float, research: float, median: float
    ) -> None:
        """Give new firms everything that is drawn once."""
        luck = self.luck
        self.rules.turnover.birth(firms, luck)
        self.rules.growth.birth(firms, luck)
        self.rules.demand.birth(firms, luck, exports)
        self.rules.knowledge.birth(firms, luck, research, median)
        if blueprint.endow(firms):
            self.rules.knowledge.endow(firms)
        per_worker = np.full(len(firms), blueprint.value_added_per_worker)
        self.rules.accounts.birth(firms, luck, per_worker)

    def _burn_in(self, firms: Firms) -> None:
        """Bring what follows the transitory deviation to its long-run spread before the start.

        The deviation itself, and of firms that were there already the books: some are short of
        staff, of capacity or of cash in any month, and so in the first. The economy and knowledge
        stand still meanwhile.
        """
        rules = self.rules
        for month in range(self.start - _BURN_IN, self.start):
            rules.growth.revert(firms, self.luck.uniform(TRANSITORY, month, firms.ids))
            firms.alive = np.where(firms.age_at_birth >= self.start - month, 1.0, 0.0)
            firms.output = firms.alive * firms.birth_sales * np.exp(firms.transitory - firms.centre)
            rules.knowledge.spend(firms, rules.accounts.affordable(firms))
            rules.keep(firms)
        firms.alive = 1.0

    def _lived(self, month: int) -> FloatArray:
        """Return the months each firm has been simulated."""
        return (month - self.firms.born).astype(np.float64)
