"""Every instrument there is: the ones that come along, and those of other packages.

Another package adds one by an entry point of the group `clustersim_instruments`, named as the
instrument and pointing at its class.
"""

from __future__ import annotations

import re
import sys
from hashlib import blake2b
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import create_model

from clustersim.errors import InputError
from clustersim.problems import did_you_mean
from clustersim.programme.instruments.advice import (
    Consulting,
    GroupConsulting,
    TechnicalGuidance,
    Training,
)
from clustersim.programme.instruments.equipment import SharedEquipment
from clustersim.programme.instruments.joint_research import JointResearch
from clustersim.programme.instruments.market import JointMarketing, Marketing
from clustersim.programme.instruments.product import (
    Certification,
    Commercialisation,
    Patents,
    Prototype,
)
from clustersim.programme.instruments.service import Family, Service
from clustersim.specs import Spec
from clustersim.units import shown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "BUILT_IN",
    "GROUP",
    "SERVICES",
    "Services",
    "added",
    "terms_of",
    "unfit",
    "unknown",
    "versions",
]

GROUP = "clustersim_instruments"
"""The group of entry points by which other packages add instruments."""

BUILT_IN: tuple[type[Service], ...] = (
    JointResearch,
    Prototype,
    Patents,
    Certification,
    Commercialisation,
    Marketing,
    JointMarketing,
    Consulting,
    GroupConsulting,
    TechnicalGuidance,
    Training,
    SharedEquipment,
)


_TAKEN = {
    "budget",
    "contact_centre",
    "council",
    "exchange",
    "field_customised_rnd",
    "head",
    "inno_core",
}
"""Who or what else stands in the event table's column of instruments."""


def unfit(instrument: type[Service]) -> str:
    """Return what keeps a class from being an instrument and how to mend it; empty if nothing."""
    name = getattr(instrument, "name", None)
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return f"its name is {name!r}: let it be small letters, such as 'energy_audit'"
    if hasattr(Spec, name) or name in {*Spec.model_fields, *_TAKEN}:
        return f"its name {name!r} means something else here: choose another"
    if getattr(instrument, "family", None) not in get_args(Family):
        return f"its family is none of the five: let it be one of {', '.join(get_args(Family))}"
    for title in ("title", "title_ko"):
        if not isinstance(getattr(instrument, title, None), str) or not getattr(instrument, title):
            return f"it has no {title}: say what it is called, in English and in Korean"
    try:
        instrument()
    except (TypeError, ValueError) as error:
        return (
            f"it cannot be made of its defaults, {_one_line(error).replace(': ', ', ')}: give every"
            " field a default, and define what is abstract"
        )
    return ""


def added() -> dict[str, type[Service]]:
    """Return the instruments of other packages by name.

    Raises
    ------
    InputError
        When one of them cannot be used.
    """
    found: dict[str, type[Service]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        instrument = _loaded(point)
        name = point.name
        if name in found or name in {each.name for each in BUILT_IN}:
            raise InputError(
                f"instrument {name!r} of {_package(point)}: there is one of that name already",
                "remove one of the two packages, or rename the instrument",
            )
        found[name] = instrument
    return found


def versions() -> dict[str, str]:
    """Return what each added instrument is made of: package, version, 8 digits of its code."""
    return {
        point.name: f"{point.dist.name} {point.dist.version}+{_code(_ADDED[point.name])}"
        for point in entry_points(group=GROUP)
        if point.dist and point.name in _ADDED
    }


def _loaded(point: EntryPoint) -> type[Service]:
    what = f"instrument {point.name!r} of {_package(point)}"
    try:
        instrument: Any = point.load()
    except Exception as error:
        raise InputError(
            f"{what} cannot be loaded: {_one_line(error)}", "update that package or remove it"
        ) from error
    if not (isinstance(instrument, type) and issubclass(instrument, Service)):
        raise InputError(
            f"{what} is no instrument: {point.value}",
            "let it point at a subclass of clustersim.programme.instruments.service.Service",
        )
    if getattr(instrument, "name", None) != point.name:
        raise InputError(
            f"{what} calls itself {getattr(instrument, 'name', None)!r}",
            "let the entry point and the class have one name",
        )
    if wrong := unfit(instrument):
        problem, _, hint = wrong.partition(": ")
        raise InputError(f"{what} is unfit: {problem}", hint)
    return instrument


def _package(point: EntryPoint) -> str:
    return f"package {point.dist.name!r}" if point.dist else "some package"


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _code(instrument: type[Service]) -> str:
    """Return 8 hex digits of the source of an instrument's package, or of its one module."""
    top = sys.modules[instrument.__module__.partition(".")[0]]
    file = Path(top.__file__ or "")
    digest = blake2b(digest_size=4)
    for each in sorted(file.parent.rglob("*.py")) if hasattr(top, "__path__") else [file]:
        digest.update(each.read_bytes())
    return digest.hexdigest()


_ADDED = added()

SERVICES: dict[str, type[Service]] = {each.name: each for each in BUILT_IN} | _ADDED
"""Every instrument that firms ask for task by task, by name."""

if TYPE_CHECKING:
    Services = Spec
else:
    Services = create_model(
        "Services",
        __base__=Spec,
        __doc__="The terms of every instrument, by name.",
        **{name: (kind, kind()) for name, kind in SERVICES.items()},
    )


def unknown(name: str) -> tuple[str, str]:
    """Return what is said of an instrument that there is not, and how to mend it."""
    hint = f"{did_you_mean(name, SERVICES)} (or install the package that adds it)"
    return f"unknown instrument {shown(name)}", hint


def terms_of(services: Services, name: str) -> Service:
    """Return the terms of one instrument."""
    terms: Service = getattr(services, name)
    return terms
