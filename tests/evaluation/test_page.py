"""One page, two renderings: text whose columns stand in line, and HTML that holds the same."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from clustersim.evaluation.page import (
    Page,
    beside,
    design_text,
    interval_text,
    money_text,
    signed,
)
from clustersim.language import speaking
from reading_html import Reader

HOSTILE = "<script>alert('&')</script> \"x\""


def page(name="A page"):
    made = Page(60, name)
    made.say("A paragraph.")
    made.title("산업단지")
    made.heading("A table")
    table = made.table("기업", ">금액\n(억원)", "~note")
    table.add_row("전체 기업", "1,234", HOSTILE)
    table.add_section()
    table.add_row("all", "5", "")
    made.show(table)
    made.heading("Apart", aside=True)
    made.say("Seen on demand.")
    made.heading("The end")
    return made


def test_text_stands_in_line_where_hangul_is_two_columns_wide():
    lines = page().text().splitlines()
    assert lines[:4] == ["A page", "A paragraph.", "", "산업단지"]
    assert lines[4] == "─" * 8
    rows = [line for line in lines if line.startswith(("전체", "all"))]
    ends = [
        row[: row.index(number) + len(number)]
        for row, number in zip(rows, ["1,234", "5"], strict=True)
    ]
    assert len(set(map(cell_len, ends))) == 1
    assert max(map(cell_len, lines)) <= 60


def test_html_holds_what_the_text_holds_escaped():
    html = page(HOSTILE).html()
    read = Reader(html)
    assert "<script" not in html
    assert read.of("b") == [HOSTILE]
    assert read.of("p") == ["A paragraph.", "Seen on demand."]
    assert read.of("h3", "h4") == ["산업단지", "A table", "The end"]
    assert read.of("th") == ["기업", "금액\n(억원)", "note"]
    assert read.of("td") == ["전체 기업", "1,234", HOSTILE, "all", "5", ""]
    assert [tag for tag, _ in read.texts].count("tbody") == 2


def test_what_is_aside_opens_on_demand_and_nothing_else_is_in_it():
    html = page().html()
    assert html.startswith("<details open><summary><b>A page</b>")
    apart = html[html.index("<details><summary") : html.index("</details>")]
    assert "Apart</summary>" in apart
    assert "Seen on demand." in apart
    assert "The end" not in apart
    last = Page(60)
    last.heading("Apart", aside=True)
    assert Reader(last.html("name")).of("b") == ["name"]


def test_numbers_are_set_to_the_right():
    html = page().html()
    assert "text-align:right'>1,234</td>" in html
    assert "text-align:left'>전체 기업</td>" in html


@pytest.mark.parametrize(
    ("numbers", "english", "korean"),
    [
        ((31.44e9, 6.92e9), "+31.4 ± 6.92 bn", "+314 ± 69.2억원"),
        ((31.44e9, 692e6), "+31.4 bn ± 692 M", "+314 ± 6.92억원"),
        ((1.2e12, 69e9), "+1.2 tn ± 69 bn", "+1.2조원 ± 690억원"),
        ((0.0, 0.0), "0 ± 0", "0 ± 0원"),
    ],
)
def test_a_unit_that_two_amounts_share_stands_once(numbers, english, korean):
    first, second = numbers
    assert beside(signed(first, money_text), "±", money_text(second)) == english
    with speaking("ko"):
        assert beside(signed(first, money_text), "±", money_text(second)) == korean
        assert beside("+3억원", "to", "+17억원") == "+3 ~ +17억원"


def test_an_interval_in_korean():
    row = {"estimate": 2.5, "low": 1.0, "high": 7.25}
    with speaking("ko"):
        assert interval_text(row) == "2.5 (1 ~ 7.25)"
        assert interval_text(row | {"low": float("nan")}) == "2.5 (구간 없음)"


def store(tasks, left_out=0):
    header = {"scenario": "noksan", "seed": 1}
    return SimpleNamespace(header=header, tasks=lambda: tasks, left_out=left_out)


@pytest.mark.parametrize(
    ("draws", "lucks", "says"),
    [
        ([0], [0], "1 replicate."),
        ([0, 1], [0, 1], "2 replicates, each with its own draw of the uncertain parameters."),
        ([0, 0], [0, 1], "2 replicates, all with one draw of the uncertain parameters: ranges,"),
        ([0, 1], [0, 0], "own draw of the uncertain parameters and all with one luck: ranges,"),
        ([0, 0, 1, 1], [0, 1, 0, 1], "4 replicates, 2 draws of the uncertain parameters with 2"),
    ],
)
def test_the_design_says_what_varied(make, draws, lucks, says):
    tasks = [make.Pair("a", "b", *each) for each in zip(draws, lucks, strict=True)]
    assert says in design_text(store(tasks))
    assert "left out" not in design_text(store(tasks))


def test_the_design_says_what_is_left_out(make):
    tasks = make.diagonal(2)
    assert design_text(store(tasks, 1)).endswith(
        "1 more replicate is left out: not all arms have it."
    )
    assert "1,200 more replicates are" in design_text(store(tasks, 1200))
    with speaking("ko"):
        assert design_text(store(tasks, 3)).endswith("3회는 제외했습니다.")
