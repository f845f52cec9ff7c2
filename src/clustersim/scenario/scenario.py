"""A scenario as loaded: its arms, its doubts, and the specs of any arm at any draw."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError
from clustersim.language import LANGUAGES, speaking, tr
from clustersim.problems import did_you_mean, whole
from clustersim.scenario import doubt, rosters
from clustersim.scenario.schema import LARGEST_SEED
from clustersim.specs import parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from clustersim.scenario.doubt import Doubts
    from clustersim.scenario.schema import ScenarioSpec, TargetSpec

__all__ = ["AS_ANNOUNCED", "NOTHING", "NO_PROGRAMME", "Arm", "Scenario"]

AS_ANNOUNCED = "as_announced"
"""The arm that is the file itself."""

NO_PROGRAMME = "no_programme"
"""The arm without the state's programme: the default reference."""

NOTHING = "nothing"
"""The arm without mini-clusters on their own money either."""


@dataclass(frozen=True)
class Arm:
    """One version of policy: its specs at central values, and what is in doubt."""

    name: str
    title: str
    title_ko: str
    spec: ScenarioSpec
    doubts: Doubts = field(repr=False)


@dataclass(frozen=True)
class Scenario:
    """A scenario, checked and frozen.

    Parameters
    ----------
    name
        The name of its file, or as given in the data.
    _data
        Plain data after `extends` and `--set`.
    arms
        Every arm by name: the file itself, those built in, and those of the file.
    lang
        The language it was loaded in, and shows itself in.
    """

    name: str
    _data: Mapping[str, Any] = field(repr=False)
    arms: Mapping[str, Arm] = field(repr=False)
    lang: str = field(default=LANGUAGES[0], repr=False, compare=False)

    @property
    def data(self) -> dict[str, Any]:
        """Plain data after `extends` and `--set`, as it could be written to a file: a copy."""
        return deepcopy(dict(self._data))

    @property
    def spec(self) -> ScenarioSpec:
        """The file itself at central values."""
        return self.arms[AS_ANNOUNCED].spec

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return self.spec.title

    @property
    def seed(self) -> int:
        """The seed a run takes unless told."""
        return self.spec.seed

    @property
    def start(self) -> int:
        """First month, counted from January 2000."""
        return self.spec.start

    @property
    def end(self) -> int:
        """Last month."""
        return self.spec.end

    @property
    def targets(self) -> Mapping[str, TargetSpec]:
        """Targets by name."""
        return self.spec.targets

    @property
    def notes(self) -> list[str]:
        """What loading has to say of a scenario that is sound: what files of firms held."""
        with speaking(self.lang):
            return [
                f"{name}: {complex_.population.file}: {rosters.in_words(complex_.population)}"
                for name, complex_ in self.spec.complexes.items()
                if complex_.population
            ]

    def roster(self, complex_: str) -> pd.DataFrame:
        """Return the firms that a complex's file told, with the ids they have in all results.

        Columns are `id` (of the file), `firm` (of results), `sector`, `workers`, `output` (won of
        the year of as_of), `export_share`, `founded` (months since January 2000) and `rd` (won a
        year); NaN is not known.

        Raises
        ------
        InputError
            When there is no such complex, or its firms come from figures.
        """
        import pandas as pd  # noqa: PLC0415 - heavy; loading stays quick

        found = self.spec.complexes.get(complex_)
        if found is None or found.population is None:
            known = [name for name, each in self.spec.complexes.items() if each.population]
            with speaking(self.lang):
                hint = did_you_mean(complex_, known, otherwise=tr("complexes with a file are"))
                what = tr("no file tells the firms of {complex}", complex=repr(complex_))
                raise InputError(what, hint)
        return pd.DataFrame(
            {
                "firm": found.population.names(found.code, self.start),
                **vars(found.population.roster),
            }
        )

    def drawn(self, seed: int, draw: int) -> dict[str, Any]:
        """Return the values of one draw by path, for all parameters in doubt in any arm.

        Each depends on seed, draw and its own path alone, so all arms share it.
        """
        everything: Doubts = {}
        for arm in self.arms.values():
            everything |= arm.doubts
        return doubt.draw(everything, seed, draw)

    def at(self, arm: str, seed: int, draw: int) -> ScenarioSpec:
        """Return an arm's specs with the parameters of one draw.

        Raises
        ------
        InputError
            When there is no such arm, seed or draw.
        """
        with speaking(self.lang):
            seed, draw = whole("seed", seed, 0, LARGEST_SEED), whole("draw", draw, 0, LARGEST_SEED)
            if arm not in self.arms:
                hint = did_you_mean(str(arm), self.arms, otherwise=tr("the arms are"))
                raise InputError(tr("no arm {name}", name=repr(arm)), hint)
        chosen = self.arms[arm]
        values = doubt.draw(chosen.doubts, seed, draw)
        return doubt.with_values(chosen.spec, values)

    def digest(self, seed: int) -> str:
        """Return 8 hex digits that change with whatever a result depends on: all arms, the seed."""
        everything = [
            (
                name,
                arm.spec.model_dump(mode="json", exclude={"seed"}),
                [(path, repr(distribution)) for path, (distribution, _) in arm.doubts.items()],
            )
            for name, arm in sorted(self.arms.items())
        ]
        text = json.dumps([everything, seed])  # the order of keys counts: lines, targets
        return blake2b(text.encode(), digest_size=4).hexdigest()

    def about(self) -> dict[str, dict[str, str]]:
        """Return unit, source and meaning of every parameter by path."""
        found = {
            path: {"unit": p.stored_unit, "source": p.source, "doc": p.doc}
            for arm in self.arms.values()
            for path, p, _, _ in parameters_of(arm.spec)
        }
        for path, (_, parameter) in self.arms[AS_ANNOUNCED].doubts.items():
            if parameter is not None and path in found:
                found[path]["source"] = parameter.source
        return found

    def _repr_html_(self) -> str:
        from clustersim.scenario.show import html  # noqa: PLC0415 - only a notebook asks

        with speaking(self.lang):
            return html(self)
