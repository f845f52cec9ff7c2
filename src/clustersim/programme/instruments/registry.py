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
from clustersim.language import tr
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


def unfit(instrument: type[Service]) -> tuple[str, str] | None:
    """Return what keeps a class from being an instrument and how to mend it; none if nothing."""
    name = getattr(instrument, "name", None)
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return (
            tr("its name is {name}", name=repr(name)),
            tr("let it be small letters, such as 'energy_audit'"),
        )
    if hasattr(Spec, name) or name in {*Spec.model_fields, *_TAKEN}:
        return tr("its name {name} means something else here", name=repr(name)), tr(
            "choose another"
        )
    if getattr(instrument, "family", None) not in get_args(Family):
        return (
            tr("its family is none of the five"),
            tr("let it be one of {names}", names=", ".join(get_args(Family))),
        )
    for title in ("title", "title_ko"):
        if not isinstance(getattr(instrument, title, None), str) or not getattr(instrument, title):
            return (
                tr("it has no {title}", title=title),
                tr("say what it is called, in English and in Korean"),
            )
    try:
        instrument()
    except (TypeError, ValueError) as error:
        return (
            tr("it cannot be made of its defaults, {error}", error=_one_line(error)),
            tr("give every field a default, and define what is abstract"),
        )
    return None


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
                tr(
                    "instrument {name} of {package}: there is one of that name already",
                    **_whose(point),
                ),
                tr("remove one of the two packages, or rename the instrument"),
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
    try:
        instrument: Any = point.load()
    except Exception as error:
        raise InputError(
            tr(
                "instrument {name} of {package} cannot be loaded: {error}",
                **_whose(point),
                error=_one_line(error),
            ),
            tr("update that package or remove it"),
        ) from error
    if not (isinstance(instrument, type) and issubclass(instrument, Service)):
        raise InputError(
            tr(
                "instrument {name} of {package} is no instrument: {value}",
                **_whose(point),
                value=point.value,
            ),
            tr("let it point at a subclass of clustersim.programme.instruments.service.Service"),
        )
    if getattr(instrument, "name", None) != point.name:
        raise InputError(
            tr(
                "instrument {name} of {package} calls itself {other}",
                **_whose(point),
                other=repr(getattr(instrument, "name", None)),
            ),
            tr("let the entry point and the class have one name"),
        )
    if wrong := unfit(instrument):
        problem, hint = wrong
        what = tr(
            "instrument {name} of {package} is unfit: {problem}", **_whose(point), problem=problem
        )
        raise InputError(what, hint)
    return instrument


def _whose(point: EntryPoint) -> dict[str, str]:
    """Return an instrument's name and package, as texts name them."""
    package = tr("some package")
    if point.dist:
        package = tr("package {name}", name=repr(point.dist.name))
    return {"name": repr(point.name), "package": package}


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
    near = did_you_mean(name, SERVICES)
    hint = tr("{near} (or install the package that adds it)", near=near)
    return tr("unknown instrument {name}", name=shown(name)), hint


def terms_of(services: Services, name: str) -> Service:
    """Return the terms of one instrument."""
    terms: Service = getattr(services, name)
    return terms
