"""What a scenario file can say: the whole tree of specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from clustersim.economy.month import ComplexSpec, EconomySpec
from clustersim.language import tr
from clustersim.programme.plan import ProgrammeSpec
from clustersim.specs import Key, Kind, Name, Parameter, Spec, bad_value

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "LARGEST_SEED",
    "ArmSpec",
    "GrowthTarget",
    "ReachTarget",
    "ScenarioSpec",
    "TargetSpec",
]


class ReachTarget(Spec):
    """A firm of a group reaches some yearly sales."""

    kind: Literal["reach"]
    """Which target this is."""

    title: str
    """In a few words."""

    title_ko: str = ""
    """The same in Korean."""

    complex: str
    """The complex it is about."""

    group: Literal["all", "all_without_anchors", "members", "supported", "inno_core", "untreated"]
    """Whose firms count."""

    sales: Annotated[
        float,
        Parameter(
            "Nominal sales of a calendar year.",
            Kind.MONEY,
            low=0.0,
            high=1e16,
            source="N17",
            moves="targets",
        ),
    ]
    by: Annotated[
        int,
        Parameter(
            "The last year that counts.",
            Kind.COUNT,
            low=2000,
            high=2100,
            source="A14: ten years",
            moves="targets",
        ),
    ]


class GrowthTarget(Spec):
    """Output of a group grows by some share, in one of the readings of A01, A01b and A01c."""

    kind: Literal["growth"]
    """Which target this is."""

    title: str
    """In a few words."""

    title_ko: str = ""
    """The same in Korean."""

    complex: str
    """The complex it is about."""

    group: Literal["all", "all_without_anchors", "members", "supported", "inno_core", "untreated"]
    """Whose firms count."""

    growth: Annotated[
        float,
        Parameter(
            "Growth asked for, in all.",
            Kind.SHARE,
            low=-1.0,
            high=100.0,
            source="I11",
            moves="targets",
        ),
    ]
    base: Annotated[
        int,
        Parameter(
            "The year it is counted from.",
            Kind.COUNT,
            low=2000,
            high=2100,
            source="A01b",
            moves="targets",
        ),
    ]
    by: Annotated[
        int,
        Parameter(
            "The year it is due.",
            Kind.COUNT,
            low=2000,
            high=2100,
            source="A01b",
            moves="targets",
        ),
    ]
    prices: Literal["nominal", "real"] = "nominal"
    """Korean targets are nominal (A01c)."""

    reading: Literal["per_firm", "total", "cohort", "share_of_firms"] = "per_firm"
    """What grows (A01): the mean of operating firms; the total; the mean of the firms that worked
    all months of both years; or a share of those firms each grows by so much."""

    share: Annotated[
        float,
        Parameter(
            "Share of firms that are to grow by so much, in the reading share_of_firms.",
            Kind.SHARE,
            low=0.0,
            high=1.0,
            source="assumption: A01 gives no share; half is the firm in the middle",
            moves="targets",
        ),
    ] = 0.5
    against: Literal["base", "reference"] = "base"
    """From what growth is counted (A01c): the base year, or the same year in the reference's
    world."""

    sectors: tuple[str, ...] = ()
    """Whose firms count (A01: parts and materials alone); all sectors unless told."""

    @model_validator(mode="after")
    def _due_later(self) -> Self:
        if self.by <= self.base:
            raise bad_value(
                tr("{year} is not after the base year {base}", year=self.by, base=self.base),
                tr("name a later year"),
                ("by",),
            )
        return self


LARGEST_SEED: Final = 2**63 - 1
"""The largest seed of a run."""

TargetSpec = Annotated[ReachTarget | GrowthTarget, Field(discriminator="kind")]


class ArmSpec(Spec):
    """One version of policy: a patch of the programme."""

    title: str
    """In a few words."""

    title_ko: str = ""
    """The same in Korean."""

    programme: dict[str, Any]
    """What differs from the file's own programme; `~` deletes."""


class ScenarioSpec(Spec):
    """A scenario: complexes, the economy's rules, the programme, other arms, targets."""

    name: Name = ""
    """By default that of its file."""

    title: str
    """What it is, in a few words."""

    title_ko: str = ""
    """The same in Korean."""

    description: str = ""
    """What a reader should know; aims without a number stand here."""

    start: Annotated[
        int,
        Parameter(
            "First month: a January, as years are told whole.",
            Kind.MONTH,
            low=12,
            high=1200,
            source="assumption",
            moves="nothing",
        ),
    ]
    end: Annotated[
        int,
        Parameter(
            "Last month: a December.",
            Kind.MONTH,
            low=12,
            high=1200,
            source="assumption",
            moves="nothing",
        ),
    ]
    seed: Annotated[
        int,
        Parameter(
            "The root of all luck unless a run says otherwise.",
            Kind.COUNT,
            low=0,
            high=LARGEST_SEED,
            source="assumption: any number",
            moves="everything, by chance alone",
        ),
    ] = 20080624
    complexes: dict[Name, ComplexSpec] = Field(min_length=1)
    """Industrial complexes by name."""

    economy: EconomySpec
    programme: ProgrammeSpec = ProgrammeSpec()
    arms: dict[Name, ArmSpec] = Field(default_factory=dict)
    """Other versions of policy by name, each a patch of the programme."""

    targets: dict[Key, TargetSpec] = Field(default_factory=dict)
    """Thresholds by a date, by name."""
