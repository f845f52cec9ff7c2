"""Money that keeps something running: reserved for the rest of a year, paid by the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustersim import calendar
from clustersim.programme.office import OWN, STATE

if TYPE_CHECKING:
    from clustersim.programme.ledger import Commitment, Payee
    from clustersim.programme.office import Office

__all__ = ["Upkeep"]


class Upkeep:
    """What running something costs, and who pays.

    The state pays where it has a budget; an organisation of its own pays whatever is needed.
    A year's need is reserved at once, so that nothing else can use it up.

    Parameters
    ----------
    office
        Whose ledger it is.
    line, purpose, payee
        The budget line that pays, what for, and to which class.
    yearly
        Won a year.
    """

    def __init__(
        self, office: Office, line: str, purpose: str, payee: Payee, yearly: float
    ) -> None:
        self.office = office
        self.line = line
        self.purpose = purpose
        self.payee = payee
        self.due = round(yearly / 12.0)
        self.last_paid = -1
        self._money: Commitment | None = None

    def pay(self, *, state: bool, own: bool = False) -> bool:
        """Pay for this month; tell whether anybody could. The state is asked first, if at all."""
        for funder in [STATE] * (state and not self.office.is_over) + [OWN] * own:
            money = self._reserve(funder)
            if money:
                self.office.ledger.pay(self.office.clock.now, money, self.due, self.payee)
                self.last_paid = self.office.month
                return True
        self.stop()
        return False

    def stop(self) -> None:
        """Give back what is reserved."""
        if self._money is not None:
            self.office.ledger.release(self.office.clock.now, self._money)
            self._money = None

    def _reserve(self, funder: str) -> Commitment | None:
        """Return a funder's money for the rest of the year, if it has so much."""
        ledger, now, year = self.office.ledger, self.office.clock.now, self.office.year
        money = self._money
        if money and money.left and (money.book.funder, money.book.year) == (funder, year):
            return money
        need = self.due * (13 - calendar.month_in_year(self.office.month))
        if funder == OWN:
            ledger.appropriate(now, OWN, self.line, need)
        elif self.office.free(self.line) < need:
            return None
        self.stop()
        self._money = ledger.commit(now, funder, self.line, need, purpose=self.purpose)
        return self._money
