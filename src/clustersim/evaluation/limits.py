"""What a run cannot tell, in the words that close its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.evaluation import names
from clustersim.evaluation.names import part
from clustersim.evaluation.page import money_text
from clustersim.language import later, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["limits"]

_MACRO = {
    "hindsight": later(
        "The economy around the complex follows what was observed later, the same in both worlds."
    ),
    "ex_ante": later(
        "Beyond the last known month the economy around the complex is a matter of chance, the "
        "same in both worlds, with the sizes assumed for booms, crises and prices."
    ),
    "series": later(
        "The economy around the complex follows the scenario's own series, the same in both worlds."
    ),
    "flat": later("The economy around the complex does not move."),
}
_CHANCES = {
    "hindsight": later("Chances of meeting a target are given that economy, not as seen in 2008."),
    "ex_ante": later("A chance of meeting a target is over what could have come."),
    "series": later("Chances of meeting a target are given that economy."),
    "flat": later("Chances of meeting a target leave out booms and slumps."),
}


_ON = {
    "displacement": later(
        "What policy lets firms sell more is partly taken from rivals: firms of the same complex, "
        "and one rival for all others of a sector, which answers to nothing."
    ),
    "spillovers": later(
        "Knowledge flows over working ties and by nearness, with a strength that is judged and "
        "drawn, down to nearly none."
    ),
}
_OFF = {
    "displacement": later("Displacement is switched off: what firms gain, nobody loses."),
    "spillovers": later("Spillovers are switched off: ties carry no knowledge."),
}
"""What is said of a part of the economy."""

_NOT_YET = later(
    "Not in this version: firms that rent in a business centre, which is a place to meet alone; "
    "and how an evaluator would see all this, through surveys and estimators. The effects rest on "
    "assumed and published sizes with their doubt, and most services are set to a total that "
    "nobody has measured here: a simulation shows what follows from them, not whether they hold in "
    "this complex."
)


_CLEAR = later(
    "With {count} replicates the mean effect on output in {year} is more than twice its Monte "
    "Carlo error ({error}) from zero; more replicates narrow that error, not the range they spread "
    "over."
)
_UNCLEAR = later(
    "With {count} replicates the mean effect on output in {year} is less than twice its Monte "
    "Carlo error ({error}) from zero; more replicates narrow that error, not the range they spread "
    "over."
)
_IN_SOME = later(
    "With {count} replicates the mean effect on output in {year} is more than twice its Monte "
    "Carlo error from zero in {clear} of {all} comparisons; more replicates narrow that error, not "
    "the range they spread over."
)


def _past(header: Mapping[str, Any], mode: str) -> str:
    """Return what is said of the complexes' own past, beside their sectors."""
    complexes = part(header, "resolved", "complexes")
    if mode in {"flat", "series"} or not complexes:
        return ""
    without = [name for name in complexes if not part(complexes, name, "residual")]
    says = []
    if len(without) < len(complexes):
        says.append(
            tr(
                "What firms did beside their sectors up to the last known month is a factor solved "
                "from what is published of their complex, the same in both worlds: that it is met "
                "is fit, no evidence."
            )
            if mode == "ex_ante"
            else tr(
                "What firms did beside their sectors is a factor solved from what is published of "
                "their complex, the same in both worlds: that it is met is fit, no evidence."
            )
        )
    if len(without) == len(complexes):
        says.append(tr("The past follows its sectors alone: no residual is known for it."))
    elif without:
        says.append(
            tr(
                "The past of {complexes} follows its sectors alone: no residual is known for it.",
                complexes=", ".join(names.complex_(header, name) or name for name in without),
            )
        )
    return " ".join(says)


def limits(header: Mapping[str, Any], effects: pd.DataFrame, targets: pd.DataFrame) -> str:
    """Return in words what a run cannot tell: by its replicates, its economy, this version.

    Parameters
    ----------
    header
        Of the run's store.
    effects, targets
        Tables of `clustersim.evaluation.effects` and, wide, `clustersim.evaluation.targets`.
    """
    rows = effects.loc[
        (effects["outcome"] == "output")
        & (effects["group"] == "all")
        & (effects["measure"] == "level")
    ]
    says = []
    if len(rows):
        last = rows.loc[rows["year"] == rows["year"].max()]
        count, year = int(last["replicates"].max()), int(last["year"].max())
        if last["mc_error"].isna().any():
            says.append(tr("One replicate shows one possible course and nothing of its chance."))
        else:
            clear = int((last["estimate"].abs() > 2 * last["mc_error"]).sum())
            text = _IN_SOME if len(last) > 1 else _CLEAR if clear else _UNCLEAR
            says.append(
                tr(
                    text,
                    count=count,
                    year=year,
                    error=money_text(float(last["mc_error"].iloc[0])),
                    clear=clear,
                    all=len(last),
                )
            )
    if len(targets):
        half = ((targets["probability_high"] - targets["probability_low"]) / 2).max()
        says.append(
            tr("A chance is known to about {points} percentage points.", points=f"{100 * half:.0f}")
        )
    for name in part(header, "resolved", "complexes"):
        file = part(header, "resolved", "complexes", name, "population")
        if file:
            says.append(
                tr(
                    "The firms of {name} up to {as_of} are those of {file}: {found}. Firms that "
                    "closed before are not in it, so output before is that of firms that were "
                    "still there.",
                    name=names.complex_(header, name) or name,
                    as_of=file.get("as_of"),
                    file=file.get("file"),
                    found=file.get("found"),
                )
            )
    mode = str(part(header, "resolved", "economy", "macro").get("mode", ""))
    if mode:
        told = _MACRO.get(mode)
        says.append(tr(told) if told else tr("The economy around the complex: {mode}.", mode=mode))
        if len(targets) and mode in _CHANCES:
            says.append(tr(_CHANCES[mode]))
        says += [said] if (said := _past(header, mode)) else []
    says += [
        tr(
            (_OFF if part(header, "resolved", "economy", name).get("switch") == "off" else _ON)[
                name
            ]
        )
        for name in _ON
    ]
    says.append(tr(_NOT_YET))
    return " ".join(says)
