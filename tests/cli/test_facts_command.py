"""``clustersim facts``: the register as a page and as one JSON document."""

from __future__ import annotations

import json
import re

import pytest

from clustersim.cli import main
from clustersim.cli.facts import _COUNTS
from clustersim.columns import widened
from clustersim.scenario.facts import register


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main(["facts", *arguments])
    return stop.value.code


def lines_of(text, key):
    """What stands behind a key, up to the next one."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{key} "))
    rest = (line for line in lines[first + 1 :])
    block = [lines[first].removeprefix(key).strip()]
    for line in rest:
        if not line.startswith("      "):
            break
        block.append(line.strip())
    return block


def test_a_page_of_one_complex(capsys):
    assert run("--complex", "noksan") == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("Noksan\n──────\nN01 ")
    assert lines_of(out, "N16")[0].endswith("(15 to 20 bn KRW, 2008)")
    assert lines_of(out, "N16")[1:] == [
        "programme.inno_core.band_low",
        "programme.inno_core.band_high",
    ]
    assert lines_of(out, "N09")[0].endswith("in November 2007. (2007-11)")
    assert lines_of(out, "N06")[-1].endswith(".ship_equipment.funder")
    assert lines_of(out, "A13")[-1] == "programme.complexes.noksan.inno_core.line"
    assert "Growth and technology" in " ".join(lines_of(out, "A15"))
    assert "I11" not in out


def test_a_page_of_all(capsys):
    assert run() == 0
    out, _ = capsys.readouterr()
    titles = ["The programme as a whole", "Daebul", "Namdong", "Noksan", "Ochang", "Seongseo"]
    assert [line for line in out.splitlines() if line in titles] == titles
    assert "The scenario has another number: A10." in lines_of(out, "G05")
    assert max(map(len, out.splitlines())) <= 100


def test_json_is_one_document(capsys):
    assert run("--complex", "namdong", "--json") == 0
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    document = json.loads(out)
    assert set(document) == {"schema", "facts", "ambiguities"}
    promise = next(fact for fact in document["facts"] if fact["id"] == "I11")
    assert (promise["value"], promise["to"], promise["unit"]) == (20.0, None, "%")
    assert promise["use"] == ["targets.*.growth"]
    assert {each["complex"] for part in ("facts", "ambiguities") for each in document[part]} == {
        "namdong"
    }


def test_no_such_complex(capsys):
    assert run("--complex", "nokasn") == 2
    assert capsys.readouterr() == ("", "nothing was written of 'nokasn'\ndid you mean 'noksan'?\n")


def test_a_page_in_korean(capsys):
    assert run("--complex", "noksan", "--lang", "ko") == 0
    out = capsys.readouterr().out
    assert out.startswith("녹산\n────\nN01 ")
    assert "\n둘 이상으로 해석되는 대목\n" in out
    assert lines_of(out, "N16")[0].endswith("(150 ~ 200억원, 2008)")
    assert lines_of(out, "A14")[0] == "이노코어는 몇 개 기업을 얼마로 얼마 동안 지원하는가?"


def test_nothing_but_paths_and_names_is_english_on_the_korean_page(capsys):
    assert run("--lang", "ko") == 0
    out = capsys.readouterr().out
    names = re.compile(
        r"[A-Z]\d\d[bc]?|R&D|KICOX|IT|as_announced|as_happened|P&P|[\w*]+(\.[\w*]+)+"
    )
    paths = {"complexes", "description", "targets", "arms"}
    words = re.findall(r"[A-Za-z&_.*\d]*[A-Za-z][A-Za-z&_.*\d]*", out)
    assert {word for word in words if not names.fullmatch(word.strip("."))} <= paths
    assert max(len(widened(line)) for line in out.splitlines()) <= 100
    assert "2008-07 초순" in out
    assert "2010 무렵" in out


def test_every_unit_of_the_register_is_known():
    units = {f"{{number}} {fact.unit}" for fact in register()[0]}
    assert units <= {*_COUNTS, "{number} ", "{number} %", "{number} bn KRW"}


def test_bundled_scenarios_are_listed_in_korean(capsys):
    with pytest.raises(SystemExit):
        main(["scenarios", "--lang", "ko"])
    assert "noksan          녹산국가산업단지, 2006-2018" in capsys.readouterr().out.splitlines()
