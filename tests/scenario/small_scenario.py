"""A scenario of a few lines and its specs, to test how files become specs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from clustersim.problems import Problems
from clustersim.scenario import arms, doubt
from clustersim.scenario.binding import bind
from clustersim.scenario.extends import resolve, without
from clustersim.scenario.reading import read_text
from clustersim.specs import Kind, OneOf, Parameter, Spec, Triangular


def parameter(kind, **more):
    return Parameter("A parameter.", kind, source="N1", moves="output", **more)


class Call(Spec):
    opens: Annotated[dt.date, parameter(Kind.DATE)]
    budget: Annotated[float, parameter(Kind.MONEY, low=0)]
    grants: Annotated[int, parameter(Kind.COUNT, low=1, high=500)] = 20


class Flat(Spec):
    mode: Literal["flat"]


class Series(Spec):
    mode: Literal["series"]
    points: list[Annotated[float, parameter(Kind.NUMBER)]]


class Economy(Spec):
    growth: Annotated[
        float, parameter(Kind.GROWTH, low=-0.5, high=1, doubt=Triangular(0.0, 0.03, 0.06))
    ] = 0.03
    exit: Annotated[float, parameter(Kind.HAZARD)] = 0.04
    share: Annotated[float, parameter(Kind.SHARE, low=0, high=1)] = 0.35
    form: Annotated[
        Literal["elasticity", "return"],
        parameter(Kind.CHOICE, doubt=OneOf(("elasticity", "return"))),
    ] = "elasticity"
    macro: Annotated[Flat | Series, Field(discriminator="mode")] = Flat(mode="flat")


class Programme(Spec):
    effect_scale: Annotated[float, parameter(Kind.SHARE, low=0)] = 1.0
    launch: Annotated[int, parameter(Kind.MONTH)]
    half_life: Annotated[float, parameter(Kind.DURATION, low=6, high=120)] = 36.0
    budget: dict[int, Annotated[float, parameter(Kind.MONEY)]] = {}  # noqa: RUF012 - pydantic copies it
    calls: dict[str, Call] = {}  # noqa: RUF012 - pydantic copies it
    lines: tuple[Literal["network", "special", "rd"], ...] = ()


class Scenario(Spec):
    title: str
    economy: Economy = Economy()
    programme: Programme
    arms: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it


TEXT = """\
title: 녹산
economy:
  growth: 3 % / year
  macro: {mode: series, points: [1, 1.1]}
programme:
  launch: 2008-06
  half_life: 3년
  budget: {2008: 47억원, 2009: 5 bn KRW}
  lines: [network, rd]
  calls:
    spring:
      opens: 2008-04-01
      budget: 1000만원
      source: N12
arms:
  double:
    title: Twice the money
    programme: {budget: {2008: 94억원}}
  uncalled:
    programme: {calls: {spring: ~}}
"""


def problems_of(text, *, name="noksan.yaml", model=Scenario):
    """The problems of a text as lines; reading problems raise instead."""
    problems = Problems()
    document, _ = doubt.extract(read_text(text, name), model, problems)
    bind(document, model, problems)
    return [str(problem) for problem in sorted(problems.found)]


def build(text, bundled, *, sets=(), arm=None):
    """The whole way from a text to a spec and its doubts, as the face goes it."""
    document = arms.assign(resolve(read_text(text, "noksan.yaml"), bundled), sets)
    problems = Problems()
    names = document.data.get("arms")
    document = (
        arms.patch(document, arm, problems)
        if arm and isinstance(names, dict) and arm in names
        else without(document, "arms")
    )
    document, doubts = doubt.extract(document, Scenario, problems)
    spec = bind(document, Scenario, problems)
    problems.raise_if_any()
    return spec, doubts
