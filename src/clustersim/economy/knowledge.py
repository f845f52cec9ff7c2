"""Research, the stock of knowledge it builds, and what the stock adds to sales.

Who does research and how much comes from one survey pair. The stock is a perpetual inventory of
finished and successful research; success is drawn and mean-preserving. Two forms turn the stock
into sales: an elasticity, or a rate of return on new stock. Which is right is unknown, so a run
draws one of them and reports both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from clustersim import units
from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, OneOf, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Knowledge", "KnowledgeSpec", "ResearchSurvey"]

DOES_RESEARCH = Stream("knowledge.does_research")
INTENSITY = Stream("knowledge.intensity")
SUCCESS = Stream("knowledge.success")
OTHER_SUPPORT = Stream("knowledge.other_support")

MOST = 0.5
"""More research over sales than this, no firm plans."""

_SURVEYS = {"technology_survey": (0.227, 0.044), "sme_survey": (0.276, 0.020)}

ResearchSurvey = Literal["technology_survey", "sme_survey"]


class KnowledgeSpec(Spec):
    """Research and its fruits."""

    survey: Annotated[
        ResearchSurvey,
        Parameter(
            "Which survey pair holds: 22.7 % of firms at 4.4 % of sales, or 27.6 % at 2 %.",
            Kind.CHOICE,
            source="korea_data 8; K6, K7",
            moves="rd_spending",
            doubt=OneOf(("technology_survey", "sme_survey"), (0.5, 0.5)),
        ),
    ] = "technology_survey"
    participation_slope: Annotated[
        float,
        Parameter(
            "Rise of the log odds of doing research with log workers.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=3.0,
            source="assumption: firms that do research have 31.3 workers against 19 (korea_data 8)",
            moves="rd_spending",
        ),
    ] = 0.8
    intensity_spread: Annotated[
        float,
        Parameter(
            "Sd of log R&D intensity among firms that do research.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=2.0,
            source="assumption: research is skewed (K45)",
            moves="rd_spending",
        ),
    ] = 0.8
    depreciation: Annotated[
        float,
        Parameter(
            "Yearly loss of the knowledge stock.",
            Kind.DEPRECIATION,
            low=0.05,
            high=0.5,
            source="F13",
            moves="output",
            doubt=Triangular(0.10, 0.15, 0.35),
        ),
    ] = 0.15
    lag: Annotated[
        float,
        Parameter(
            "Mean time from a firm's own research outlay to knowledge it can sell.",
            Kind.DURATION,
            low=1,
            high=60,
            source="evidence G: from memory",
            moves="output",
            doubt=Triangular(12, 24, 48),
        ),
    ] = 24.0
    attempts: Annotated[
        int,
        Parameter(
            "Research attempts a firm finishes in a year.",
            Kind.COUNT,
            low=1,
            high=50,
            source="korea_data 8: 5.7 in two years",
            moves="output",
        ),
    ] = 3
    success: Annotated[
        float,
        Parameter(
            "Chance that an attempt ends in something sold; the mean of the stock keeps its size.",
            Kind.SHARE,
            low=0.05,
            high=1.0,
            source="korea_data 8: 37.7 % commercialised",
            moves="output",
        ),
    ] = 0.377
    form: Annotated[
        Literal["elasticity", "rate_of_return"],
        Parameter(
            "How the stock enters sales.",
            Kind.CHOICE,
            source="assumption: both forms are in use (F14, F15)",
            moves="output",
            doubt=OneOf(("elasticity", "rate_of_return"), (0.5, 0.5)),
        ),
    ] = "elasticity"
    elasticity: Annotated[
        float,
        Parameter(
            "Elasticity of sales to the stock, at the median stock of the sector.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=0.3,
            source="F14, F15: values from memory",
            moves="output",
            doubt=Triangular(0.03, 0.06, 0.10),
        ),
    ] = 0.06
    rate_of_return: Annotated[
        float,
        Parameter(
            "Yearly sales a won of new stock adds.",
            Kind.NUMBER,
            unit="1 / year",
            low=0.0,
            high=1.0,
            source="F16b: private return",
            moves="output",
            doubt=Triangular(0.05, 0.21, 0.35),
        ),
    ] = 0.21
    other_support_share: Annotated[
        float,
        Parameter(
            "Share of research firms that other public programmes support in a year.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: with the next line, state money is 12 % of SME research"
            " (korea_data 8: 11.3-13.1 %)",
            moves="rd_spending",
        ),
    ] = 0.25
    other_support_size: Annotated[
        float,
        Parameter(
            "Other public support over the firm's own research, where there is any.",
            Kind.SHARE,
            low=0.0,
            high=5.0,
            source="assumption: see the line above",
            moves="rd_spending",
        ),
    ] = 0.55


class Knowledge:
    """The equations of `KnowledgeSpec`.

    `median_stock` (complex, sector) is set once from the first population; where a sector has no
    research firm, the complex's median stands in.
    """

    def __init__(self, spec: KnowledgeSpec) -> None:
        self.spec = spec
        self.fade = 1.0 - units.per_month(spec.depreciation, Kind.DEPRECIATION)
        self.participation, self.intensity = _SURVEYS[spec.survey]
        self.public = 1.0 + spec.other_support_share * spec.other_support_size
        self.median_stock = np.ones((0, 0))

    # ------------------------------------------------------------ who does research

    def centres(
        self, firms: Firms, luck: Luck, pair: tuple[float, float] | None = None
    ) -> tuple[float, float]:
        """Return the two constants at which these firms meet the survey pair, or another one.

        The first is the log odds of doing research at one worker, the second the log of the
        median of what they spend themselves. Research over sales of research firms, with other
        public support, is then the pair's. The surveys asked firms of 5 to 299 workers (where
        there are none, all firms stand in); another pair is of all firms.
        """
        participation, intensity = pair or (self.participation, self.intensity)
        asked = (firms.birth_workers >= 5.0) & (firms.birth_workers < 300.0)
        firms = firms.take(asked) if asked.any() and pair is None else firms
        slope = self.spec.participation_slope * np.log(firms.birth_workers)

        def gap(centre: float) -> float:
            return float(np.mean(expit(centre + slope)) - participation)

        odds = float(brentq(gap, -40.0, 40.0))
        does, spread = self._draw(firms, luck, odds)
        sales = float(np.sum(firms.birth_sales * does))
        research = self.public * float(np.sum(firms.birth_sales * does * spread))
        return odds, float(np.log(intensity * sales / research)) if research else 0.0

    def birth(self, firms: Firms, luck: Luck, odds: float, median: float) -> None:
        """Draw who does research and how much."""
        does, spread = self._draw(firms, luck, odds)
        firms.intensity = np.minimum(does * spread * np.exp(median), MOST)
        self.endow(firms)

    def endow(self, firms: Firms) -> None:
        """Start the stock of new firms where their intensity would keep it."""
        outlay = self.public * firms.intensity * firms.birth_sales
        firms.in_progress = outlay * self.spec.lag
        firms.stock = outlay / (1.0 - self.fade)
        firms.birth_stock = firms.stock
        firms.research_yield = 1.0

    def _draw(self, firms: Firms, luck: Luck, odds: float) -> tuple[FloatArray, FloatArray]:
        chance = expit(odds + self.spec.participation_slope * np.log(firms.birth_workers))
        does = samplers.bernoulli(luck.uniform(DOES_RESEARCH, 0, firms.ids), chance)
        z = samplers.normal(luck.uniform(INTENSITY, 0, firms.ids))
        return does.astype(np.float64), np.exp(self.spec.intensity_spread * z)

    def set_medians(self, firms: Firms, complexes: int, sectors: int) -> None:
        """Set the reference stock K0 of every complex and sector from a population."""
        self.median_stock = np.ones((complexes, sectors))
        for c in np.unique(firms.complex).tolist():
            everyone = firms.stock[(firms.complex == c) & (firms.stock > 0.0)]
            if not len(everyone):  # what an average firm would have that did research
                sales = firms.birth_sales[firms.complex == c].mean(keepdims=True)
                everyone = self.intensity * sales / (1.0 - self.fade)
            for s in range(sectors):
                here = (firms.complex == c) & (firms.sector == s) & (firms.stock > 0.0)
                found = firms.stock[here] if here.any() else everyone
                self.median_stock[c, s] = np.median(found)

    def refer(self, firms: Firms) -> None:
        """Set the stock at which the elasticity holds: the median of complex and sector."""
        firms.reference_stock = self.median_stock[firms.complex, firms.sector]

    # ------------------------------------------------------------ the equations

    def new_year(self, firms: Firms, luck: Luck, month: int) -> None:
        """Draw the year's luck of research and who gets other public support."""
        n, p = self.spec.attempts, self.spec.success
        wins = samplers.binomial(luck.uniform(SUCCESS, month, firms.ids), n, p)
        firms.research_yield = wins.astype(np.float64) / (n * p)
        helped = samplers.bernoulli(
            luck.uniform(OTHER_SUPPORT, month, firms.ids), self.spec.other_support_share
        )
        firms.other_support = self.spec.other_support_size * helped.astype(np.float64)

    def spend(self, firms: Firms, affordable: FloatArray) -> None:
        """Set research outlay: what is planned and affordable, other support, the programme's.

        rd_spending = min(intensity x output, affordable) (1 + other support) + rd_in
        """
        own = np.minimum(firms.intensity * firms.output, affordable)
        firms.rd_spending = firms.alive * (own * (1.0 + firms.other_support) + firms.rd_in)

    def learn(self, firms: Firms) -> None:
        """Move research in progress into the stock and let the stock age.

        finished = in progress / lag
        stock' = (1 - d) stock + yield x finished x more + knowledge_in
        more = min(exp(commercialisation), 1 / success), as no more than all can be sold
        """
        finished = firms.in_progress / self.spec.lag
        firms.in_progress += (firms.rd_spending - firms.alive * firms.rd_in) - finished
        new = firms.research_yield * finished
        helped = new * self.sold_more(firms.commercialisation)
        firms.stock = self.fade * firms.stock + helped + firms.knowledge_in
        firms.policy_stock = self.fade * firms.policy_stock + (helped - new) + firms.knowledge_in
        firms.knowledge = self.level(firms)

    def sold_more(self, commercialisation: FloatArray) -> FloatArray:
        """Return the chance that finished research is sold, over that without policy."""
        return np.minimum(np.exp(commercialisation), 1.0 / self.spec.success)

    def level(self, firms: Firms) -> FloatArray:
        """Return what the stock adds to log sales since birth."""
        return self._level(firms, firms.stock)

    def owed_to_policy(self, firms: Firms) -> FloatArray:
        """Return what the part of the stock that came through the channel adds to log sales."""
        without = self._level(firms, firms.stock - firms.policy_stock)
        return self._level(firms, firms.stock) - without

    def _level(self, firms: Firms, stock: FloatArray) -> FloatArray:
        """Return what a stock would add to log sales since birth.

        Elasticity e at K0: 2 e [log(1 + K / K0) - log(1 + K_birth / K0)], whose slope in log K is e
        at K = K0. Rate of return r: log(1 + r (K - K_birth) / yearly sales at birth).
        """
        if self.spec.form == "elasticity":
            grown = (firms.reference_stock + stock) / (firms.reference_stock + firms.birth_stock)
            return 2.0 * self.spec.elasticity * np.log(grown)
        gain = self.spec.rate_of_return * (stock - firms.birth_stock)
        return np.log1p(np.maximum(gain / (12.0 * firms.birth_sales), -0.9))
