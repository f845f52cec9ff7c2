"""Employment, capacity, value added, profit, cash and debt of a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from clustersim.randomness import Stream, samplers
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from clustersim.arrays import FloatArray
    from clustersim.economy.state import Firms
    from clustersim.randomness import Luck

__all__ = ["Accounts", "AccountsSpec"]

VALUE_ADDED = Stream("accounts.value_added")
MARGIN = Stream("accounts.margin")
LEVERAGE = Stream("accounts.leverage")


class AccountsSpec(Spec):
    """How a firm's books follow its sales."""

    employment_elasticity: Annotated[
        float,
        Parameter(
            "Long-run elasticity of employment to real output.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=1.0,
            source="assumption: the design's central value, swept 0.1-0.7",
            moves="workers",
            doubt=Triangular(0.1, 0.4, 0.7),
        ),
    ] = 0.4
    employment_lag: Annotated[
        float,
        Parameter(
            "Mean time employment takes to follow.",
            Kind.DURATION,
            low=1,
            high=60,
            source="assumption: jobs follow output within about a year",
            moves="workers",
        ),
    ] = 12.0
    capacity_lag: Annotated[
        float,
        Parameter(
            "Mean time capacity takes to follow output.",
            Kind.DURATION,
            low=1,
            high=120,
            source="assumption: the national rate was back to its level two years after the trough"
            " (korea_data 6)",
            moves="utilisation",
        ),
    ] = 24.0
    utilisation: Annotated[
        float,
        Parameter(
            "Output over capacity at which capacity rests.",
            Kind.SHARE,
            low=0.3,
            high=1.0,
            source="korea_data 3: 81.8 % in October 2007",
            moves="utilisation",
        ),
    ] = 0.818
    value_added_ratio: Annotated[
        float,
        Parameter(
            "Mean value added over output.",
            Kind.SHARE,
            low=0.05,
            high=0.9,
            source="korea_data 8: 32.5 % in 2011; SMEs 25 % (from memory) to 38.3 %",
            moves="value_added",
            doubt=Triangular(0.25, 0.325, 0.383),
        ),
    ] = 0.325
    value_added_spread: Annotated[
        float,
        Parameter(
            "Sd of the ratio between firms.",
            Kind.SHARE,
            low=0.0,
            high=0.3,
            source="assumption",
            moves="value_added",
        ),
    ] = 0.06
    pay: Annotated[
        float,
        Parameter(
            "Yearly labour cost of a worker, in won of 2008.",
            Kind.MONEY,
            unit="KRW2008 / head / year",
            low=1e6,
            high=1e9,
            source="korea_data 8: SME manufacturing 2008",
            moves="profit",
        ),
    ] = 23.51e6
    pay_lag: Annotated[
        float,
        Parameter(
            "Mean time in which pay moves with what a worker makes.",
            Kind.DURATION,
            low=1,
            high=240,
            source="assumption: labour's share of value added is constant in the long run; a"
            " recession hits profit first",
            moves="profit",
        ),
    ] = 24.0
    margin: Annotated[
        float,
        Parameter(
            "Mean operating margin.",
            Kind.SHARE,
            low=-0.2,
            high=0.5,
            source="korea_data 8: 5.1-5.6 % in 2008-11",
            moves="profit",
        ),
    ] = 0.054
    margin_spread: Annotated[
        float,
        Parameter(
            "Sd of the operating margin between firms.",
            Kind.SHARE,
            low=0.0,
            high=0.3,
            source="assumption: lasting differences; what sales do in a year comes on top",
            moves="profit",
        ),
    ] = 0.03
    leverage: Annotated[
        float,
        Parameter(
            "Median interest-bearing debt over yearly sales.",
            Kind.SHARE,
            low=0.0,
            high=3.0,
            source="assumption: half of what a debt ratio of 155.6 % (korea_data 8) implies",
            moves="debt",
        ),
    ] = 0.28
    leverage_spread: Annotated[
        float,
        Parameter(
            "Sd of log leverage between firms.",
            Kind.NUMBER,
            unit="1",
            low=0.0,
            high=2.0,
            source="assumption",
            moves="debt",
        ),
    ] = 0.7
    debt_lag: Annotated[
        float,
        Parameter(
            "Mean time in which debt moves to what its sales can bear.",
            Kind.DURATION,
            low=1,
            high=240,
            source="assumption: loans run for some years",
            moves="debt",
        ),
    ] = 24.0
    loan_rate: Annotated[
        float,
        Parameter(
            "Yearly interest on debt, in real terms.",
            Kind.GROWTH,
            low=0.0,
            high=0.3,
            source="korea_data 8: 5.6-7.4 % nominal, less inflation of 2-3 %",
            moves="cash",
        ),
    ] = 0.035
    tax_rate: Annotated[
        float,
        Parameter(
            "Tax on positive profit.",
            Kind.SHARE,
            low=0.0,
            high=0.6,
            source="korea_data 8: between the two rates of 2008, near the lower",
            moves="cash",
        ),
    ] = 0.15
    cash_target: Annotated[
        float,
        Parameter(
            "Cash a firm keeps, in months of wages and research.",
            Kind.DURATION,
            low=0.1,
            high=24,
            source="assumption",
            moves="cash",
        ),
    ] = 3.0
    research_buffer: Annotated[
        float,
        Parameter(
            "Months of wages a firm holds back before it pays for research.",
            Kind.DURATION,
            low=0.0,
            high=24,
            source="assumption: research is cut before wages",
            moves="rd_spending",
        ),
    ] = 1.0


class Accounts:
    """The equations of `AccountsSpec`."""

    def __init__(self, spec: AccountsSpec) -> None:
        self.spec = spec
        self.wage = spec.pay / 12.0
        self.interest = np.expm1(np.log1p(spec.loan_rate) / 12.0)

    def birth(self, firms: Firms, luck: Luck, value_added_per_worker: FloatArray) -> None:
        """Draw cost structure and debt of new firms; at birth every margin is the drawn one.

        Pay rises in step with what a worker makes, against the mean value added a worker of the
        firm's complex, so that wages are one share of value added at birth and no firm is born
        insolvent; what is left after wages, research and margin is overhead.
        """
        spec, sales = self.spec, firms.birth_sales
        z = samplers.normal(luck.uniform(VALUE_ADDED, 0, firms.ids))
        ratio = np.clip(spec.value_added_ratio + spec.value_added_spread * z, 0.05, 0.9)
        z = samplers.normal(luck.uniform(MARGIN, 0, firms.ids))
        margin = np.clip(spec.margin + spec.margin_spread * z, -0.2, 0.5)
        z = samplers.normal(luck.uniform(LEVERAGE, 0, firms.ids))
        firms.leverage = spec.leverage * np.exp(spec.leverage_spread * z)
        firms.value_added_ratio = ratio
        per_worker = ratio * sales / firms.birth_workers
        firms.wage = self.wage * per_worker / value_added_per_worker
        firms.labour_share = self.wage / value_added_per_worker
        firms.capacity = sales / spec.utilisation
        wages = firms.wage * firms.birth_workers
        research = firms.intensity * sales
        firms.overhead = (ratio * sales - wages - research - margin * sales) / firms.capacity
        firms.workers = firms.birth_workers
        firms.debt = firms.leverage * 12.0 * sales
        firms.cash = spec.cash_target * (wages + research)

    def affordable(self, firms: Firms) -> FloatArray:
        """Return the research of its own a month that liquidity allows.

        Cash above the wage buffer; what the programme gave for its research is not the firm's to
        spend on other.
        """
        buffer = self.spec.research_buffer * firms.wage * firms.workers
        meant = np.where(firms.rd_in > 0.0, firms.earmarked + firms.cash_in, 0.0)
        return np.maximum(firms.cash + firms.cash_in - np.maximum(meant, 0.0) - buffer, 0.0)

    def overdue(self, firms: Firms) -> FloatArray:
        """Return debt beyond what the firm steers to, in years of sales.

        Sales are those its capacity is for, so that one bad month is no distress, or what they are
        where they have outgrown it.
        """
        sales = 12.0 * np.maximum(self.spec.utilisation * firms.capacity, firms.output)
        return np.maximum(firms.debt / sales - firms.leverage, 0.0)

    def hire(self, firms: Firms) -> None:
        """Let employment follow output, and pay what a worker makes, each with its lag.

        workers' = workers + (workers at birth x (output / output at birth)^elasticity
                              - workers) / lag
        pay' = pay + (labour share x value added / workers - pay) / pay lag
        """
        growth = firms.output / firms.birth_sales
        target = firms.birth_workers * growth**self.spec.employment_elasticity
        firms.workers += firms.alive * (target - firms.workers) / self.spec.employment_lag
        worth = firms.labour_share * firms.value_added_ratio * firms.output / firms.workers
        firms.wage += firms.alive * (worth - firms.wage) / self.spec.pay_lag

    def build(self, firms: Firms) -> None:
        """Let capacity follow output: capacity' = capacity + (output / u - capacity) / lag."""
        target = firms.output / self.spec.utilisation
        firms.capacity += firms.alive * (target - firms.capacity) / self.spec.capacity_lag

    def book(self, firms: Firms) -> None:
        """Close the month's books; the change of cash is the sum of its flows.

        output - purchases = value added
        profit = value added - wages - overhead - own research
        cash' = cash + profit - interest - tax + borrowing - payout + cash_in - rd_in
        """
        spec, live = self.spec, firms.alive
        firms.value_added = firms.value_added_ratio * firms.output
        firms.purchases = firms.output - firms.value_added
        wages = live * firms.wage * firms.workers
        own_research = (firms.rd_spending - firms.rd_in * live) / (1.0 + firms.other_support)
        firms.profit = (
            firms.value_added - wages - live * firms.overhead * firms.capacity - own_research
        )
        firms.interest = live * self.interest * firms.debt
        firms.tax = spec.tax_rate * np.maximum(firms.profit - firms.interest, 0.0)
        wanted = firms.leverage * 12.0 * firms.output
        firms.borrowing = live * np.maximum(wanted - firms.debt, 0.0) / spec.debt_lag
        before = firms.cash + firms.profit - firms.interest - firms.tax + firms.borrowing
        given = live * (firms.cash_in - firms.rd_in)
        before += given
        # a shortfall is borrowed; a surplus pays back what is owed too much, the rest is paid out
        firms.borrowing += live * np.maximum(-before, 0.0)
        # what the programme gave for research still to be done is nobody's surplus
        held = firms.earmarked + given
        firms.earmarked = np.where(firms.rd_in > 0.0, np.maximum(held, 0.0), 0.0)
        target = spec.cash_target * (wages + own_research) + firms.earmarked
        surplus = live * np.maximum(before - target, 0.0)
        repaid = np.minimum(surplus, np.maximum(firms.debt - wanted, 0.0))
        firms.borrowing -= repaid
        firms.payout = surplus - repaid
        firms.debt += firms.borrowing
        firms.cash = np.where(live > 0.0, np.maximum(before, 0.0) - surplus, before)
