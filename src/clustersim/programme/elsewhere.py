"""What refused firms find elsewhere: other public support, with a chance that others do not have.

In every arm some firms that do research have other public support (`economy.knowledge`). Who was
refused here has looked for money and has a proposal ready, so it is likelier to find some. That is
owed to the programme, and makes a comparison of funded firms with refused ones too small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from clustersim.randomness import Stream
from clustersim.specs import Kind, Parameter, Spec, Triangular

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from clustersim.programme.office import Office
    from clustersim.programme.research import ResearchTerms

__all__ = ["ElsewhereSpec", "turn_elsewhere"]

FINDS = Stream("elsewhere.finds")


class ElsewhereSpec(Spec):
    """What refused applicants find elsewhere."""

    chance: Annotated[
        float,
        Parameter(
            "Chance that a refused applicant gets other public support it would not have had.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: who is funded gets 27 % less from others later (K36); read as who"
            " is not gets so much more than the quarter of research firms that have some anyway",
            moves="rd_spending",
            doubt=Triangular(0.0, 0.09, 0.2),
        ),
    ] = 0.09
    size: Annotated[
        float,
        Parameter(
            "What it gets then, over what it asked for here.",
            Kind.SHARE,
            low=0.0,
            high=5.0,
            source="assumption: half; nobody says",
            moves="rd_spending",
        ),
    ] = 0.5


def turn_elsewhere(
    office: Office,
    spec: ElsewhereSpec,
    terms: ResearchTerms,
    name: str,
    *,
    firm: int,
    month: int,
    kind: int = 0,
    asked: int,
) -> None:
    """Let a firm that is refused try elsewhere.

    Parameters
    ----------
    office
        Who refused it; no money of its ledger is used.
    spec
        How likely it finds something, and how much.
    terms
        Of the research it then does.
    name
        The instrument it asked for.
    firm, month, kind
        Who it is, the month it asked in and the instrument's number: the address of its luck.
    asked
        Won it asked for.
    """
    if not office.is_alive(firm) or office.luck.one(FINDS, month, firm, kind) >= spec.chance:
        return
    won = round(asked * spec.size)
    office.note("other_support", name, firm=firm, amount=won)
    office.clock.start(_research(office, terms, firm, won), key=firm)


def _research(office: Office, terms: ResearchTerms, firm: int, won: int) -> ProcessGenerator:
    """Let the money in and the research out, and later what comes of it: the mean of projects."""
    office.cash(firm, float(won))
    research = terms.additionality * office.real(float(won), firm)
    months = max(round(terms.duration), 1)
    office.economy.channels.flow("rd_spending", firm, office.month, research, months)
    yield office.clock.after(terms.duration + terms.commercial_lag)
    if office.is_alive(firm):
        office.economy.channels.flow("knowledge", firm, office.month, research)
