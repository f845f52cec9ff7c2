"""What a run cannot tell, in the words that close its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.evaluation.page import money_text, part

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["limits"]

_MACRO = {
    "hindsight": "The economy around the complex follows what was observed later, the same in both "
    "worlds: chances of meeting a target are given that economy, not as seen in 2008.",
    "ex_ante": "Beyond the last known month the economy around the complex is a matter of chance, "
    "the same in both worlds: a chance of meeting a target is over what could have come, with the "
    "sizes assumed for booms, crises and prices.",
    "series": "The economy around the complex follows the scenario's own series, the same in both "
    "worlds: chances of meeting a target are given that economy.",
    "flat": "The economy around the complex does not move: chances of meeting a target leave out "
    "booms and slumps.",
}


_ON = {
    "displacement": "What policy lets firms sell more is partly taken from rivals: firms of the "
    "same complex, and one rival for all others of a sector, which answers to nothing.",
    "spillovers": "Knowledge flows over working ties and by nearness, with a strength that is "
    "judged and drawn, down to nearly none.",
}
_OFF = {
    "displacement": "Displacement is switched off: what firms gain, nobody loses.",
    "spillovers": "Spillovers are switched off: ties carry no knowledge.",
}
"""What is said of a part of the economy."""

_NOT_YET = (
    "Not in this version: firms that rent in a business centre, which is a place to meet alone; "
    "and how an evaluator would see all this, through surveys and estimators. The effects rest on "
    "assumed and published sizes with their doubt, and most services are set to a total that "
    "nobody has measured here: a simulation shows what follows from them, not whether they hold in "
    "this complex."
)


def _past(header: Mapping[str, Any], mode: str) -> str:
    """Return what is said of the complexes' own past, beside their sectors."""
    complexes = part(header, "resolved", "complexes")
    if mode in {"flat", "series"} or not complexes:
        return ""
    without = [name for name in complexes if not part(complexes, name, "residual")]
    says = []
    if len(without) < len(complexes):
        until = " up to the last known month" if mode == "ex_ante" else ""
        says.append(
            f"What firms did beside their sectors{until} is a factor solved from what is published "
            "of their complex, the same in both worlds: that it is met is fit, no evidence."
        )
    if without:
        names = "" if len(without) == len(complexes) else f" of {', '.join(without)}"
        says.append(f"The past{names} follows its sectors alone: no residual is known for it.")
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
            says.append("One replicate shows one possible course and nothing of its chance.")
        else:
            clear = int((last["estimate"].abs() > 2 * last["mc_error"]).sum())
            verdict = (
                f"{'more' if clear else 'less'} than twice its Monte Carlo error "
                f"({money_text(float(last['mc_error'].iloc[0]))}) from zero"
                if len(last) == 1
                else f"more than twice its Monte Carlo error from zero in {clear} of {len(last)} "
                "comparisons"
            )
            says.append(
                f"With {count} replicates the mean effect on output in {year} is {verdict}; "
                "more replicates narrow that error, not the range they spread over."
            )
    if len(targets):
        half = ((targets["probability_high"] - targets["probability_low"]) / 2).max()
        says.append(f"A chance is known to about {100 * half:.0f} percentage points.")
    for name in part(header, "resolved", "complexes"):
        file = part(header, "resolved", "complexes", name, "population")
        if file:
            says.append(
                f"The firms of {name} up to {file.get('as_of')} are those of {file.get('file')}: "
                f"{file.get('found')}. Firms that closed before are not in it, so output before "
                "is that of firms that were still there."
            )
    mode = str(part(header, "resolved", "economy", "macro").get("mode", ""))
    if mode:
        says.append(_MACRO.get(mode, f"The economy around the complex: {mode}."))
        says += [said] if (said := _past(header, mode)) else []
    says += [
        (_OFF if part(header, "resolved", "economy", name).get("switch") == "off" else _ON)[name]
        for name in _ON
    ]
    says.append(_NOT_YET)
    return " ".join(says)
