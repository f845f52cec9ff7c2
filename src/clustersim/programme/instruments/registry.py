"""Every instrument there is: the ones that come along, and those of other packages.

Another package adds one by an entry point of the group `clustersim_instruments`, named as the
instrument and pointing at its class.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from pydantic import create_model

from clustersim.errors import InputError
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
from clustersim.programme.instruments.service import Service
from clustersim.specs import Spec

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["BUILT_IN", "GROUP", "SERVICES", "Services", "terms_of"]

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


def _added() -> dict[str, type[Service]]:
    """Return the instruments of other packages by name."""
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


def _loaded(point: EntryPoint) -> type[Service]:
    try:
        instrument: Any = point.load()
    except Exception as error:
        raise InputError(
            f"instrument {point.name!r} of {_package(point)} cannot be loaded: {error}",
            "update that package or remove it",
        ) from error
    if not (isinstance(instrument, type) and issubclass(instrument, Service)):
        raise InputError(
            f"instrument {point.name!r} of {_package(point)} is no instrument: {point.value}",
            "let it point at a subclass of clustersim.programme.instruments.service.Service",
        )
    if getattr(instrument, "name", None) != point.name:
        raise InputError(
            f"instrument {point.name!r} of {_package(point)} calls itself"
            f" {getattr(instrument, 'name', None)!r}",
            "let the entry point and the class have one name",
        )
    return instrument


def _package(point: EntryPoint) -> str:
    return f"package {point.dist.name!r}" if point.dist else "some package"


SERVICES: dict[str, type[Service]] = {each.name: each for each in BUILT_IN} | _added()
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


def terms_of(services: Services, name: str) -> Service:
    """Return the terms of one instrument."""
    terms: Service = getattr(services, name)
    return terms
