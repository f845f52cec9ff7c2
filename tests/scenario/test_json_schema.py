"""The JSON Schema of scenario files, and that it agrees with the loader."""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import re
import time
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from referencing import Registry, Resource

from clustersim import units
from clustersim.errors import ScenarioError, UnitError
from clustersim.scenario import catalogue, json_schema, korean, load
from clustersim.scenario.reading import read
from clustersim.specs import Kind, Parameter
from small import SMALL
from spec_tree import classes

KINDS = [kind for kind in Kind if kind is not Kind.CHOICE]


@cache
def scenario_schema():
    return json_schema.scenario_schema()


@cache
def validator():
    return jsonschema.Draft202012Validator(scenario_schema())


def as_json(data):
    """Data of YAML as an editor hands it to a schema: keys are text."""
    if isinstance(data, dict):
        return {str(key): as_json(item) for key, item in data.items()}
    return [as_json(item) for item in data] if isinstance(data, list) else data


def fits(data):
    return validator().is_valid(as_json(data))


# ---------------------------------------------------------------- where the two may differ

TEXT = "a pattern knows words, not amounts"
ELSEWHERE = "it stands in another place of the scenario"
BLOCK = "values of one block compared or added"

LOADER_ALONE = {
    r"^unknown (complex|sector|site|institution|field|budget line)\b": ELSEWHERE,
    r"^there is no '": "files that are there",
    r"^no such file$": "files that are there",
    r"^nothing to delete$": "what a shared block holds",
    r" is outside its range$": TEXT + "; nor does it know the range of numbers in a doubt",
    r" cannot be an? ": TEXT,
    r" is too large$": TEXT,
    r"^expected a whole number, not '": TEXT + ": 1.5e0",
    r" is not in the calendar$": "29 February comes every fourth year",
    r" is below 0$": TEXT + ": a spread",
    r" is no unit of money$": TEXT,
    r"^the numbers are out of order$": BLOCK,
    r"^all weights are 0$": BLOCK,
    r" outside the run": ELSEWHERE,
    r"^the run is shorter than a year$": BLOCK,
    r"^the run (starts|ends) in the middle of a year$": BLOCK,
    r" is after the run$": ELSEWHERE,
    r"^the money starts in ": BLOCK,
    r"^the last call, in ": BLOCK,
    r"^it opens on ": BLOCK,
    r"^it is paid from ": BLOCK,
    r"^the first year has no budget$": BLOCK,
    r"^nothing is paid from this line$": ELSEWHERE,
    r" is after the run, and the year before has no money$": ELSEWHERE,
    r"^on some systems this is the same file as ": BLOCK,
    r"^no source has the key ": "what the registers hold",
    r"^the network line, which pays ": BLOCK,
    r"^no line has a share$": BLOCK,
    r"^no budget pays for this$": BLOCK,
    r"^nobody pays$": BLOCK,
    r"^the complex has ": BLOCK,
    r"^a population from a file ": BLOCK,
    r"^no sector has a firm$": BLOCK,
    r"^no law of sizes ": BLOCK,
    r"^without the anchors ": BLOCK,
    r"^the anchors have more suppliers ": BLOCK,
    r"^exports and their share ": BLOCK,
    r"^a council has no members ": BLOCK,
    r" does not come after ": BLOCK,
    r"^a series needs a point$": BLOCK,
    r"^mode series has no ": BLOCK,
    r"^the series ends in ": ELSEWHERE,
    r"^packages of the years ": BLOCK,
    r"^a point has a value or a growth$": BLOCK,
    r"^growth over which period": BLOCK,
    r"^the residual is solved ": BLOCK,
    r"^utilisation is solved from ": BLOCK,
    r"^no level is published ": BLOCK,
    r"^unknown size class ": BLOCK,
    r"^code \d+ is that of ": ELSEWHERE,
    r" is not after the base year ": BLOCK,
    r"^the commonest grant ": BLOCK,
    r"^the band ends ": BLOCK,
    r"^these are not rows ": "what loading has written",
}
"""What the loader alone can say, by its message, and why a schema cannot."""


def refusals(source):
    """The loader's messages about a scenario; none when it is sound."""
    try:
        load(source)
    except ScenarioError as error:
        return [problem.message for problem in error.problems]
    return []


def stated(message, *, extends=False):
    """Whether it is stated above that the loader alone can know this."""
    if extends and message in {"missing", "a mapping is out of bounds"}:
        return True  # what the shared block did not bring, or had all of it deleted
    return any(re.search(pattern, message) for pattern in LOADER_ALONE)


def agree(data):
    """Assert that schema and loader agree about a scenario, up to what the loader alone knows."""
    said, sound = refusals(data), fits(data)
    if not sound:
        assert said, "the schema refuses what the loader takes"
    elif said:
        left = [m for m in said if not stated(m, extends="extends" in data)]
        assert not left, "the loader refuses what the schema takes"


# ---------------------------------------------------------------- the files that ship


def test_it_is_a_schema_whose_references_lead_somewhere():
    jsonschema.Draft202012Validator.check_schema(scenario_schema())
    text = json.dumps(scenario_schema())
    named = set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', text))
    assert named <= set(scenario_schema()["$defs"])
    assert json_schema.text(scenario_schema()) == json_schema.text(json_schema.scenario_schema())


def test_the_schemas_that_ship_are_current():
    for name, made in (
        (json_schema.SCENARIO, scenario_schema()),
        (json_schema.BLOCK, json_schema.block_schema()),
    ):
        shipped = (catalogue.FOLDER / name).read_text(encoding="utf-8")
        assert shipped == json_schema.text(made), "run 'make schema'"


FILES = sorted(f for f in catalogue.FOLDER.rglob("*.yaml") if f.parent.name != "facts")


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: file.relative_to(catalogue.FOLDER).as_posix()
)
def test_a_bundled_file_names_its_schema_and_fits_it(file):
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    prefix, _, target = first.partition("=")
    assert prefix == "# yaml-language-server: $schema"
    path = (file.parent / target).resolve()
    assert path.name == ("schema.json" if file.parent == catalogue.FOLDER else "block.json")

    def retrieve(uri):
        return Resource.from_contents(json.loads((path.parent / Path(uri).name).read_text("utf-8")))

    schema = json.loads(path.read_text(encoding="utf-8"))
    found = jsonschema.Draft202012Validator(schema, registry=Registry(retrieve=retrieve))
    assert found.is_valid(as_json(read(file).data))
    assert not found.is_valid({**as_json(read(file).data), "ecomony": {}})


@pytest.mark.parametrize("name", catalogue.names())
def test_a_bundled_scenario_fits_when_nothing_extends(name):
    data = dict(load(name).data)
    assert "extends" not in data
    assert fits(data)


def test_the_example_of_own_data_fits():
    example = Path(__file__).parents[2] / "examples" / "own-data" / "my-complex.yaml"
    assert fits(read(example).data)


# ---------------------------------------------------------------- text of every kind

TEXTS = [
    *["47억원", "47억", "4.7 bn KRW", "KRW 4.7 bn", "₩4.7bn", "1조 2천억원", "5천만원", "-3억원"],
    *["1,500,000원", "1e6 KRW", "0 KRW", "3억 2조", "2억 3억", "47억 3", "5천", "4.7 bn USD"],
    *["1,00,000원", "억", "47", "4.7 bn", "5천 억원", "  47억원 ", "47억원\n", "−3억원", "+3 KRW"],
    *["5% / year", "연 5%", "연간 5 %", "5 % per year", "0.05 / year", "0.4 % / month", "월 0.4%"],
    *["5 %", "5 % / week", "연 5 % / year", "per year", "5 percent a year", "5 per cent/YR"],
    *["35 %", "35%", "0.35", "35 퍼센트", "35 per cent", "%", "35 % %", ".5", "1.", "1e-3"],
    *["18 months", "3 years", "18개월", "1 year 6 months", "6 months 1 year", "1 year 1 year"],
    *["3", "2 weeks", "10 days", "1년 6개월", "3 Years", "year", "-3 years"],
    *["20", "20.0", "20.5", "2e1", "1,000", "-1", "twenty", "", " ", "x" * 90],
    *["2008-06", "2008-6", "2008-13", "0000-01", "2008-06-24", "2008-06-31", "2008-02-30"],
    *["2008-02-29", "2009-02-29", "24 June 2008", "2008/06/24", "Infinity", "nan", "true"],
]


@pytest.mark.parametrize("kind", KINDS)
def test_text_fits_its_pattern_when_it_can_be_read(kind):
    for text in TEXTS:
        same_as_read(kind, text)


PIECES = [
    *[*"0123456789.,+-− /%", "  ", "e3", *"천백십조억만원연월년일주", "개월", "연간", "매월"],
    *["krw", "KRW", "won", "₩", "bn", "Million", "percent", "per cent", "퍼센트", "per", "a"],
    *["year", "yr", "month", "mo", "weeks", "day", "2008", "-06", "-24", "1,234", "12.5"],
]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), st.sampled_from(KINDS)
)
def test_any_text_fits_its_pattern_when_it_can_be_read(text, kind):
    same_as_read(kind, text)


def same_as_read(kind, text):
    fitting = len(text) <= 80 and re.search(units.pattern(kind), text) is not None
    said = complaint(text, kind)
    assert fitting or said, text
    assert not fitting or not said or stated(said), (text, said)


def complaint(text, kind):
    try:
        units.parse(text, kind)
    except UnitError as error:
        return error.what
    return ""


def test_a_choice_has_no_pattern():
    with pytest.raises(ValueError, match="no quantity"):
        units.pattern(Kind.CHOICE)


def test_patterns_take_no_time():
    start = time.process_time()
    for kind in KINDS:
        for text in (
            "1" * 80,
            "1천" * 40,
            "1,111" * 16,
            " " * 80,
            "1 " * 40,
            "1조" * 40,
            "1." * 40,
        ):
            re.search(units.pattern(kind), text)
    assert time.process_time() - start < 5.0


# ---------------------------------------------------------------- every parameter


def parameters():
    """One parameter for each kind and range, with where it stands."""
    found = {}
    for spec in classes():
        for name, info in spec.model_fields.items():
            mark = next((m for m in info.metadata if isinstance(m, Parameter)), None)
            if mark and mark.kind is not Kind.CHOICE:
                found.setdefault((mark.kind, mark.low, mark.high), (spec.__name__, name, mark))
    return list(found.values())


@pytest.mark.parametrize(
    ("block", "name", "mark"), parameters(), ids=lambda x: x if isinstance(x, str) else ""
)
def test_a_value_fits_when_its_parameter_takes_it(block, name, mark):
    schema = {"$ref": f"#/$defs/{block}/properties/{name}", "$defs": scenario_schema()["$defs"]}
    fitting = jsonschema.Draft202012Validator(schema)
    ends = [mark.low, mark.high]
    numbers = [0, 1, -1, 0.5, 2, 20.0, 1.5, 1e31, -1e31, math.inf, *ends]
    numbers += [end + step for end in ends for step in (-0.01, 0.01, -1, 1)]
    texts = ["47억원", "5 % / year", "18 months", "35 %", "2008-06", "2008-06-24", "0.4", "soon"]
    texts += [units.show(end, mark.kind) for end in ends if math.isfinite(end)]
    for value in [*numbers, *texts, True, [], [1], {}]:
        try:
            mark.read(value)
        except PydanticCustomError as error:
            said = (error.context or {})["message"]
            number = isinstance(value, (int, float))
            assert not fitting.is_valid(value) or (not number and stated(said)), (value, said)
        else:
            assert fitting.is_valid(value), value


def test_parameters_tell_unit_range_default_doubt_and_source():
    home = scenario_schema()["$defs"]["DisplacementSpec"]["properties"]["home"]
    told = {word: home[word] for word in ("title", "default", "x-range", "x-unit", "x-doubt")}
    assert told == {
        "title": "home · 국내 대체율",
        "default": 0.7,
        "x-range": ["0 %", "100 %"],
        "x-unit": "fraction",
        "x-doubt": "triangular [0 %, 70 %, 100 %]",
    }
    assert home["x-description-ko"] == "늘어난 내수 매출 가운데 국내 경쟁사가 잃는 몫"
    assert home["description"].startswith(
        "Share of additional sales at home that rivals in the country lose. Unit: fraction."
        " Range: 0 % to 100 %. Doubt: triangular [0 %, 70 %, 100 %]. Source: assumption: home"
    )
    amount = scenario_schema()["$defs"]["BudgetSpec"]["properties"]["amount"]
    assert "default" not in amount
    assert amount["x-source"] == "N12, D12, G05"


def fields():
    """(block, key, what the schema says) of every key of every block."""
    return [
        (name, key, said)
        for name, block in scenario_schema()["$defs"].items()
        if not name.endswith(".whole") and not name.startswith(("doubt.", "text."))
        for key, said in block["properties"].items()
    ]


def test_every_key_is_explained():
    assert [(block, key) for block, key, said in fields() if not said.get("description")] == []


def test_every_key_and_block_is_explained_in_korean():
    untold = [(block, key) for block, key, said in fields() if "x-description-ko" not in said]
    assert untold == []
    names = {spec.__name__ for spec in classes()}
    assert set(korean.BLOCKS) == names


def test_korean_is_about_what_is_there():
    keys = {key for _, key, _ in fields()} | {f"{block}.{key}" for block, key, _ in fields()}
    assert set(korean.VALUES) <= keys
    for word, line in [*korean.BLOCKS.values(), *korean.VALUES.values()]:
        assert re.search("[가-힣]", word)
        assert re.search("[가-힣]", line)
        assert len(word) <= 16


# ---------------------------------------------------------------- whole files

OWN = "assumption: a test"

RICH = {
    **copy.deepcopy(SMALL),
    "title_ko": "작은 단지",
    "source": [OWN, "N12"],
    "arms": {
        "double_budget": {"title": "twice", "programme": {"budget_factor": 2}},
        "other": {
            "title": "other",
            "source": OWN,
            "programme": {
                "delay": "1년",
                "instruments": ["rnd", "networks"],
                "complexes": {"noksan": {"inno_core": None, "timetable": {}}},
            },
        },
    },
}
RICH["complexes"]["noksan"] |= {
    "area": 2,
    "sites": {"annex": {"title": "annex", "distance": 3, "firms": 20}},
    "institutions": {
        "university": {"title": "a university", "kind": "university", "distance": 12, "bearing": 45}
    },
    "observed": {
        "output": [{"period": 2007, "value": "1조 9000억원", "tag": "observed", "solve": "no"}],
        "utilisation": [
            {"period": "2007-H1", "growth": "1 %", "over": "2006-H1", "tag": "derived"}
        ],
    },
}
RICH["economy"] |= {
    "growth": {"sd": {"triangular": [0.15, "0.2", 0.3], "source": "K12"}},
    "displacement": {
        "switch": {"one_of": ["on", {"value": "off", "weight": 1}]},
        "home": {"normal": {"mean": 0.7, "sd": "10 %"}},
        "markets": {"steel": "30조원"},
    },
    "knowledge": {"form": "elasticity", "depreciation": {"uniform": ["10 % / year", "연 20%"]}},
    "outlook": {},
}
del RICH["economy"]["outlook"]
RICH["programme"]["complexes"]["noksan"] |= {
    "mini_clusters": {
        "plating": {
            "title": "plating",
            "launch": "2007-06-15",
            "sectors": ["steel"],
            "funder": "own",
        }
    },
    "services": {"prototype": {"opens": "2009-03-02"}},
    "exchange": {"opens": "2008-09-01", "institutions": ["university"]},
}
RICH["programme"]["services"] = {
    "prototype": {
        "cost": {"one_of": ["2000만원", "30 M KRW"]},
        "scale": {
            "mixture": [{"weight": 1, "normal": [0, 0]}, {"weight": "3", "uniform": [0, 0.1]}]
        },
        "stages": ["early", "growing"],
    }
}


def test_the_rich_scenario_is_sound():
    assert refusals(RICH) == []
    assert fits(RICH)


def at(path, value):
    """The rich scenario with one value replaced (a key removed where it is `GONE`)."""
    data = copy.deepcopy(RICH)
    *steps, last = path.split(".") if isinstance(path, str) else path
    box = data
    for step in steps:
        box = box[int(step) if isinstance(box, list) else step]
    if value is GONE:
        del box[last]
    else:
        box[int(last) if isinstance(box, list) else last] = value
    return data


class _Gone:
    def __str__(self):
        return "gone"  # the name of a test, the same in every process


GONE = _Gone()
P, C, E = "programme.complexes.noksan", "complexes.noksan", "economy"

VALID = [
    (f"{P}.budget.amount", "47억원"),
    (f"{P}.budget.amount", {"triangular": ["4 bn KRW", "5 bn KRW", "60억원"]}),
    (f"{P}.budget.path", {2008: 79.8, 2009: {"uniform": [60, 70]}}),
    (f"{P}.budget.starts", {"one_of": ["2008-07-01", "2008-09-01"]}),
    ("programme.stops", "2011-01-01"),
    ("programme.delay", {"mixture": [{"weight": 1, "triangular": ["0 months", "1년", "2 years"]}]}),
    ("programme.continues", "90 %"),
    ("programme.instruments", []),
    ("programme.instruments", [{"one_of": ["rnd", "market"]}]),
    (f"{E}.growth.sd", "0.2"),
    (f"{E}.knowledge.form", {"one_of": [{"value": "rate_of_return", "weight": "50 %"}]}),
    (f"{E}.knowledge.depreciation", "0.01 / month"),
    (f"{C}.residual", None),
    (f"{C}.anchors", {}),
    ("start", "2007-01"),
    ("seed", 7.0),
    ("extends", []),
    ("extends", "observed/noksan"),
    ("extends", ["observed/noksan", "residual/noksan"]),
    ("arms.other.programme.complexes", None),
    ("arms.other.programme.complexes.noksan.rnd", None),
    ("arms.other.programme.complexes.noksan.services", {"prototype": None}),
    ("arms.other.programme.rnd", {"grant_high": "3억원"}),
]

INVALID = [
    ("titel", "x"),
    ("title", GONE),
    ("title", 2008),
    ("title", None),
    ("complexes", {}),
    ("complexes", GONE),
    (f"{C}.code", GONE),
    (f"{C}.code", "one"),
    (f"{C}.code", 1.5),
    (f"{C}.figures.share_small", 93),
    (f"{C}.figures.share_small", 1.2),
    (f"{C}.figures.output", 5e12),
    (f"{C}.figures.as_of", "October 2007"),
    (f"{C}.institutions.university.kind", "school"),
    (f"{C}.observed.output.0.tag", "seen"),
    (f"{C}.observed.output.0.period", "2007-Q5"),
    (f"{C}.observed.output.0.value", None),
    (f"{P}.budget.amount", 47),
    (f"{P}.budget.amount", "47"),
    (f"{P}.budget.amount", "47 bn USD"),
    (f"{P}.budget.amount", None),
    (f"{P}.budget.amount", True),
    (f"{P}.budget.amount", ["47억원"]),
    (f"{P}.budget.amount", {"triangular": ["4 bn KRW", "5 bn KRW"]}),
    (f"{P}.budget.amount", {"trianglar": ["1억", "2억", "3억"]}),
    (f"{P}.budget.amount", {"uniform": ["1억", "2억"], "normal": ["1억", "2억"]}),
    (f"{P}.budget.amount", {"uniform": ["1억", "2억"], "because": "x"}),
    (f"{P}.budget.amount", {"uniform": ["1억", "2억"], "source": 5}),
    (f"{P}.budget.starts", {"uniform": ["2008-07-01", "2008-09-01"]}),
    (f"{P}.budget.starts", "1 July 2008"),
    (f"{P}.budget.path.year", 5),
    (f"{P}.services.prototyp", {"opens": "2009-03-02"}),
    (f"{P}.services.prototype", {}),
    (f"{P}.services.prototype", "yes"),
    (f"{P}.team", None),
    (f"{P}.exchange.institutions", [[]]),
    ("programme.effect_scale", -1),
    ("programme.effect_scale", 11),
    ("programme.effect_scale", "1 bn KRW"),
    ("programme.delay", 12),
    ("programme.delay", {"normal": ["1 year"]}),
    ("programme.instruments", "rnd"),
    ("programme.instruments", ["reserch"]),
    ("programme.services.prototype.stages", ["grown"]),
    (f"{E}.sectors", {}),
    (f"{E}.knowledge.form", "elastisity"),
    (f"{E}.knowledge.form", {"one_of": []}),
    (f"{E}.knowledge.form", {"uniform": ["elasticity", "rate_of_return"]}),
    (f"{E}.knowledge.depreciation", 0.15),
    (f"{E}.knowledge.depreciation", "15 %"),
    (f"{E}.knowledge.depreciation", {"normal": ["15 % / year", "1 % / month"]}),
    (f"{E}.knowledge.depreciation", {"mixture": [{"normal": ["1 % / year", "0 % / year"]}]}),
    (f"{E}.displacement.switch", True),
    (f"{E}.growth.sd", {"normal": {"mean": 0.1, "dev": 0.1}}),
    (f"{E}.growth.sd", {"normal": [0.1, -0.1]}),
    ("seed", 0.5),
    ("start", 2006),
    ("extends", None),
    ("extends", 5),
    ("extends", [None]),
    ("extends", {"a": 1}),
    ("arms.other", "later"),
    ("arms.other.title", GONE),
    ("arms.other.programme", GONE),
    ("arms.other.programme", "none"),
    ("arms.other.programme.effect_scale", 2),
    ("arms.other.programme.delay", 12),
    ("arms.other.programme.dlay", "1년"),
    ("arms.other.economy", {}),
    ("arms.no_programme", {"title": "mine", "programme": {}}),
    ("targets", []),
    ("source", 12),
]


@pytest.mark.parametrize(("path", "value"), VALID, ids=str)
def test_what_is_right_is_taken_by_both(path, value):
    data = at(path, value)
    assert refusals(data) == []
    assert fits(data)


@pytest.mark.parametrize(("path", "value"), INVALID, ids=str)
def test_what_is_wrong_is_refused_by_both(path, value):
    data = at(path, value)
    assert not fits(data)
    assert refusals(data) != []


CENTRE = {
    "title": "a centre",
    "cost": "100억원",
    "funders": {"state": {"share": 1}},
    "profile": {2008: 1},
    "site": "2008-09-01",
    "opens": "2010-03-01",
}
ANCHOR = {
    "title": "an anchor",
    "sector": "steel",
    "workers": 60,
    "output": "100억원",
    "export_share": 0.2,
    "suppliers": 0.6,
    "dependence": 0.5,
}
POINT = {"period": 2007, "tag": "derived"}
BUDGET = RICH["programme"]["complexes"]["noksan"]["budget"]
OUTPUT = f"{E}.macro.output.national.points"

BEYOND = [
    (f"{P}.mini_clusters.plating.sectors", ["steal"], "unknown sector 'steal'"),
    ("extends", "shared/japan", "there is no 'shared/japan'"),
    (f"{C}.population", {"file": "firms.csv", "as_of": "2007-10"}, "no such file"),
    ("arms.other.programme.rnd", {"grant_high": None}, "nothing to delete"),
    (f"{C}.figures.share_small", "350 %", "'350 %' is outside its range"),
    (
        f"{E}.knowledge.depreciation",
        "-2 % / year",
        "'-2 % / year' cannot be a rate of depreciation",
    ),
    (f"{P}.budget.amount", "1e200 KRW", "'1e200 KRW' is too large"),
    ("seed", "1.5e0", "expected a whole number, not '1.5e0'"),
    (f"{P}.budget.starts", "2009-02-29", "'2009-02-29' is not in the calendar"),
    (f"{E}.growth.sd", {"normal": [0.2, "-0.1"]}, "'-0.1' is below 0"),
    (
        f"{C}.population",
        {"file": "firms.csv", "as_of": "2007-10", "units": {"output": "pyeong"}},
        "'pyeong' is no unit of money",
    ),
    (f"{E}.growth.sd", {"triangular": [0.3, 0.2, 0.1]}, "the numbers are out of order"),
    (f"{E}.growth.sd", {"one_of": [{"value": 0.2, "weight": 0}]}, "all weights are 0"),
    (f"{P}.inno_core.opens", "2030-01-01", "2030-01-01 is outside the run or its first year"),
    ("end", "2007-06", "the run is shorter than a year"),
    ("end", "2011-06", "the run ends in the middle of a year"),
    (f"{P}.mini_clusters.plating.launch", "2030-01-01", "2030-01-01 is after the run"),
    (f"{P}.budget.path", {2010: 1}, "the money starts in 2008, its path in 2010"),
    (
        f"{P}.budget.path",
        {2008: 1, 2030: 1},
        "2030 is after the run, and the year before has no money",
    ),
    (
        f"{P}.budget.lines",
        {"network": {"share": "50 %"}, "rnd": {"share": "5 %"}, "netwrok": {"share": "5 %"}},
        "nothing is paid from this line",
    ),
    (
        "arms.No_Programme",
        {"title": "x", "programme": {}},
        "on some systems this is the same file as 'no_programme'",
    ),
    (f"{P}.budget.source", "B99", "no source has the key 'B99'"),
    (f"{P}.rnd.last_year", 2000, "the last call, in 2000, is before the first"),
    (
        f"{P}.centre",
        {**CENTRE, "opens": "2008-03-01"},
        "it opens on 2008-03-01, before its site is secured",
    ),
    (
        f"{P}.centre",
        {**CENTRE, "profile": {2007: 1}},
        "it is paid from 2007 to 2007, and built from 2008 to 2010",
    ),
    (f"{P}.budget.path", {2008: 0}, "the first year has no budget"),
    (
        f"{P}.budget.lines",
        {"rnd": {"share": 1}},
        "the network line, which pays the promotion team, is missing",
    ),
    (f"{P}.budget.lines", {"network": {"share": 0}}, "no line has a share"),
    (f"{P}.budget", GONE, "no budget pays for this"),
    (f"{P}.centre", {**CENTRE, "funders": {"state": {"share": 0}}}, "nobody pays"),
    (f"{C}.figures", GONE, "the complex has neither figures nor a population"),
    (
        "complexes.other",
        {
            "code": 9,
            "title": "x",
            "population": {"file": "firms.csv", "as_of": "2007-10"},
            "sites": {"annex": {"title": "annex", "distance": 3, "firms": 20}},
        },
        "a population from a file stands in one place",
    ),
    (f"{C}.figures.sectors", {}, "no sector has a firm"),
    (
        f"{C}.figures.firms",
        3,
        "no law of sizes has a mean of 1542.7 workers and 93 % of firms at 50 or fewer",
    ),
    (
        f"{C}.figures.size_spread",
        0.1,
        "no law of sizes has a mean of 18.5 workers and 93 % of firms at 50 or fewer",
    ),
    (
        f"{C}.anchors",
        {"a": {**ANCHOR, "workers": 4628}},
        "without the anchors 249 firms, 0 workers and 1.89e+12 won are left",
    ),
    (
        f"{C}.anchors",
        {"a": ANCHOR, "b": ANCHOR},
        "the anchors have more suppliers than there are firms",
    ),
    (
        f"{C}.population",
        {
            "file": "firms.csv",
            "as_of": "2007-10",
            "columns": {"exports": "a", "export_share": "b"},
        },
        "exports and their share of output are one thing",
    ),
    (
        P,
        {"budget": BUDGET, "council": {"opens": "2009-01-01"}},
        "a council has no members without mini-clusters",
    ),
    (f"{OUTPUT}.1.month", "2006-01", "2006-01 does not come after 2007-01"),
    (OUTPUT, [], "a series needs a point"),
    (f"{E}.macro", {"mode": "series"}, "mode series has no series to follow"),
    (f"{E}.macro.mode", "series", "the series ends in 2010-03, the run in 2013-12"),
    (
        "programme.inno_core",
        {"packages": {2: {"title": "x", "amount": "1억원"}}},
        "packages of the years 2",
    ),
    (f"{C}.observed.output", [POINT], "a point has a value or a growth"),
    (f"{C}.observed.output", [{**POINT, "growth": 0.1}], "growth over which period?"),
    (
        f"{C}.observed.output",
        [{**POINT, "value": "1억원", "solve": "yes", "of": "nation"}],
        "the residual is solved from figures of the whole complex alone",
    ),
    (
        f"{C}.observed.utilisation",
        [{**POINT, "value": 0.8, "solve": "yes"}],
        "utilisation is solved from its moves, not its level",
    ),
    (
        f"{C}.observed.output",
        [{**POINT, "value": "1억원", "solve": "yes", "over": "2006"}],
        "no level is published here for 2006",
    ),
    (
        f"{E}.macro.size",
        {"huge": {"points": [{"month": "2007-01", "value": 1, "tag": "assumed"}]}},
        "unknown size class 'huge'",
    ),
    ("complexes.other", RICH["complexes"]["noksan"], "code 2 is that of noksan"),
    ("targets.output_20.by", 2007, "2007 is not after the base year 2007"),
    (
        "programme.rnd",
        {"grant_mode": "90억원"},
        "the commonest grant is not between the smallest and the largest",
    ),
    (
        "programme.inno_core",
        {"band_low": "300억원", "band_high": "200억원"},
        "the band ends below its beginning",
    ),
    (
        f"{C}.population",
        {"file": "firms.csv", "as_of": "2007-10", "rows": "x"},
        "these are not rows as loading a file writes them",
    ),
]


def test_every_exception_has_an_example():
    said = [message for *_, message in BEYOND]
    assert [p for p in LOADER_ALONE if not any(re.search(p, each) for each in said)] == []


@pytest.mark.parametrize(("path", "value", "said"), BEYOND)
def test_what_the_loader_alone_can_know(path, value, said):
    data = at(path, value)
    assert fits(data)
    assert said in refusals(data)
    assert stated(said)


def test_a_file_that_extends_may_leave_out_and_delete():
    part = {"extends": "noksan", "programme": {"complexes": {"noksan": {"rnd": None}}}}
    assert refusals(part) == []
    assert fits(part)
    assert not fits({key: item for key, item in part.items() if key != "extends"})


@pytest.mark.parametrize("extends", [None, "residual/noksan"])
@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_slip_anywhere_is_seen_by_both_or_is_one_of_those(extends, data):
    scenario = copy.deepcopy(RICH) | ({"extends": extends} if extends else {})
    path = data.draw(st.sampled_from(list(paths(RICH))))
    box = scenario
    for step in path[:-1]:
        box = box[step]
    slip = data.draw(st.sampled_from(["value", "value", "delete", "rename", "add"]))
    if slip == "value" or isinstance(box, list):
        box[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(VALUES)))
    elif slip == "add":
        box["frobnicate"] = 1
    else:
        value = box.pop(path[-1])
        if slip == "rename":
            box[f"{path[-1]}x"] = value
    agree(scenario)


def paths(data, path=()):
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for step, item in items:
        yield (*path, step)
        if isinstance(item, (dict, list)):
            yield from paths(item, (*path, step))


VALUES = [
    *[
        None,
        True,
        0,
        3,
        -7,
        0.5,
        1.5,
        2008,
        40000.5,
        1e40,
        math.inf,
        "",
        "soon",
        [],
        {},
        [1],
        ["a"],
    ],
    *[
        "47억원",
        "-3억원",
        "5 % / year",
        "월 1 %",
        "18 months",
        "2008-06",
        "2008-06-24",
        "35 %",
        "20",
    ],
    {"triangular": [1, 2, 3]},
    {"normal": ["1 %", "2 %"]},
    {"normal": {"mean": 0.1, "sd": 0.1}},
    {"uniform": ["1 bn KRW", "2 bn KRW"], "source": "K18"},
    {"uniform": ["6 months", "2 years"], "source": ["K18", "T30"]},
    {"one_of": [0.1, 0.2]},
    {"one_of": ["on", "off"]},
    {"one_of": ["2008-06-24"]},
    {"mixture": [{"weight": 1, "normal": [0, 0]}, {"weight": "2", "uniform": ["1 %", "3 %"]}]},
    {"points": []},
]


def test_dates_of_python_are_text_to_both():
    data = at(f"{P}.budget.starts", dt.date(2008, 7, 1))
    assert refusals(data) == []
