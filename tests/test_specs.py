from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Literal

import pytest
from pydantic import ValidationError

from clustersim.specs import (
    DISTRIBUTIONS,
    Kind,
    Mixture,
    Normal,
    OneOf,
    Parameter,
    Spec,
    Triangular,
    Uniform,
    bad_value,
    literals,
    parameters_of,
)


def parameter(kind, **more):
    return Parameter("A parameter.", kind, source="N1", moves="output", **more)


class Inner(Spec):
    rate: Annotated[float, parameter(Kind.HAZARD)] = 0.1


class Outer(Spec):
    budget: Annotated[float, parameter(Kind.MONEY, low=1e6, high=1e12)] = 4.7e9
    form: Annotated[Literal["a", "b"], parameter(Kind.CHOICE)] = "a"
    opens: Annotated[dt.date, parameter(Kind.DATE)] = dt.date(2008, 6, 24)
    inner: Inner = Inner()
    many: dict[str, Inner] = {}  # noqa: RUF012 - pydantic copies it


def error_of(**values):
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(values)
    (detail,) = caught.value.errors()
    return detail


def test_a_value_is_read_by_its_kind():
    assert Outer(budget="47억원").budget == 4.7e9
    assert Outer(opens="2008-07-01").opens == dt.date(2008, 7, 1)
    assert Outer(form="b").form == "b"


def test_a_spec_is_frozen_and_closed():
    with pytest.raises(ValidationError, match="frozen"):
        Outer().budget = 1.0
    assert error_of(budgt="1억원")["type"] == "extra_forbidden"
    assert error_of(form="c")["type"] == "literal_error"


def test_a_bad_value_says_how_to_write_it():
    context = error_of(budget=5)["ctx"]
    assert context["message"] == "5 has no currency"
    assert context["hint"].startswith("write '5 KRW'")
    assert error_of(budget=True)["ctx"]["message"] == "expected an amount of money, not true"
    assert error_of(budget=None)["ctx"]["message"] == "expected an amount of money, not nothing"


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0, 1, "write 0 % to 100 %"),
        (0, math.inf, "write 0 % or more"),
        (-math.inf, 1, "write 100 % or less"),
    ],
)
def test_a_range_is_closed_and_told(low, high, says):
    bounded = parameter(Kind.SHARE, low=low, high=high)
    for inside in (max(low, -9), min(high, 9)):
        assert bounded.read(f"{100 * inside} %") == inside
    with pytest.raises(type(bad_value("", ""))) as caught:
        bounded.read(-0.1 if math.isinf(high) else 1.1)
    assert caught.value.context["hint"] == says


def test_a_bare_share_above_one_is_asked_about():
    growth = parameter(Kind.SHARE, low=-1, high=100)
    with pytest.raises(type(bad_value("", ""))) as caught:
        growth.read(20)
    assert caught.value.context["message"] == "20 may mean 20 % or 20 times as much"
    assert caught.value.context["hint"] == "write '20 %' or '2000 %'"
    assert growth.read("20 %") == 0.2


def test_parameters_are_listed_with_their_paths():
    spec = Outer.model_validate({"budget": "1억원", "many": {"x": {"rate": "1 / year"}, "y": {}}})
    found = {path: (value, by_file) for path, _, value, by_file in parameters_of(spec)}
    assert found == {
        "budget": (1e8, True),
        "form": ("a", False),
        "opens": (dt.date(2008, 6, 24), False),
        "inner.rate": (0.1, False),
        "many.x.rate": (1.0, True),
        "many.y.rate": (0.1, False),
    }


def test_sources_stand_alone_or_in_a_list():
    assert Inner(source="N12").source == ("N12",)
    assert Inner(source=["N12", "K18"]).source == ("N12", "K18")
    with pytest.raises(ValidationError):
        Inner(source=[12])


def test_centres_of_distributions():
    assert Normal(3, 1).central == 3
    assert Triangular(0, 1, 5).central == 1
    assert Uniform(1, 3).central == 2
    assert OneOf(("a", "b"), (0.1, 0.9)).central == "a"
    assert Mixture((Normal(0, 0), Uniform(2, 4)), (1, 3)).central == pytest.approx(2.25)
    assert set(DISTRIBUTIONS.values()) == {Normal, Triangular, Uniform, OneOf, Mixture}


def test_units_and_schema_tell_what_a_parameter_is():
    assert parameter(Kind.MONEY).stored_unit == "KRW"
    assert parameter(Kind.MONEY, unit="KRW2008").stored_unit == "KRW2008"
    schema = Outer.model_json_schema()["properties"]["budget"]
    assert schema["x-unit"] == "KRW"
    assert schema["x-source"] == "N1"
    assert schema["x-moves"] == "output"


def test_words_of_a_choice():
    assert literals(Literal["a", "b"]) == ("a", "b")
    assert literals(str) == ()
