"""Composition over replicates: means that still add up, and what the programme adds to each."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from clustersim.errors import StoreError
from clustersim.estimands.composition import PARTS
from clustersim.evaluation.composition import COLUMNS, WORLDS, composition, say_composition
from clustersim.evaluation.page import Page

BETWEEN = PARTS[1:6]


def table(tasks, arm, reference, span=(2007, 2011)):
    """``arm(task)`` and ``reference(task)`` give the parts in M won; the rest follows."""
    return pd.DataFrame(
        [
            {
                "arm": t.arm, "reference": t.reference, "draw": t.draw, "luck": t.luck,
                "complex": "noksan", "group": "all", "base": span[0], "year": span[1],
                "measure": "output_per_firm", "part": part, "arm_value": one,
                "reference_value": other, "unit": "KRW2008",
            }
            for t in tasks
            for part, one, other in zip(PARTS, whole(arm(t)), whole(reference(t)), strict=True)
        ]
    )  # fmt: skip


def whole(parts):
    rise = 1e6 * sum(parts)  # none where there is nobody
    return [100e6 + 0 * rise, *(1e6 * part for part in parts), 100e6 + rise, 5e6 + 0 * rise]


def without(task):
    return [10.0 * task.draw, -2.0, -3.0, -1.0, 4.0]


def with_programme(task):
    return [10.0 * task.draw + 1.0 + task.draw, -2.0, -3.0, -1.0, 3.5]


def nobody(_task):
    return [math.nan] * 5


def read(answer, world):
    return answer[answer["world"] == world].set_index("part")["estimate"] / 1e6


def test_means_add_up_and_stand_in_order(make):
    tasks = make.diagonal(3)
    answer = composition(table(tasks, with_programme, without), tasks)
    assert list(answer.columns) == COLUMNS
    assert answer["part"].drop_duplicates().tolist() == list(PARTS)
    assert answer["world"].head(3).tolist() == list(WORLDS)
    for world in WORLDS:
        mean = read(answer, world)
        assert mean[list(BETWEEN)].sum() == pytest.approx(mean["after"] - mean["before"], abs=1e-9)
    assert read(answer, "reference")["survivors"] == pytest.approx(10.0)
    assert read(answer, "programme")["survivors"] == pytest.approx(2.0)
    assert read(answer, "programme")["exits"] == pytest.approx(-0.5)


def test_the_error_of_the_difference_is_that_of_pairs(make):
    tasks = make.diagonal(3)
    answer = composition(table(tasks, with_programme, without), tasks)
    errors = answer[answer["part"] == "survivors"].set_index("world")["mc_error"] / 1e6
    assert errors["reference"] == pytest.approx(10.0 / math.sqrt(3))
    assert errors["programme"] == pytest.approx(1.0 / math.sqrt(3))


def test_the_error_counts_draws_and_lucks_where_they_cross(make):
    tasks = make.crossed(3, 2)

    def of_both(task):
        return [10.0 * task.draw + 4.0 * task.luck, -2.0, -3.0, -1.0, 4.0]

    answer = composition(table(tasks, of_both, of_both), tasks)
    (row,) = answer[(answer["part"] == "survivors") & (answer["world"] == "arm")].to_dict("records")
    assert row["mc_error"] / 1e6 == pytest.approx(math.sqrt(100 / 3 + 8 / 2))


def test_a_missing_part_is_refused(make):
    tasks = make.diagonal(3)
    rows = table(tasks, with_programme, without)
    gone = rows.loc[~((rows["draw"] == 2) & (rows["part"] == "splits"))]
    with pytest.raises(StoreError, match=r"splits is missing .*draw 2"):
        composition(gone, tasks)


def test_a_run_of_one_year_has_no_composition(make):
    rows = table(make.diagonal(1), without, without)
    answer = composition(rows.iloc[:0], make.diagonal(1))
    assert answer.empty
    assert list(answer.columns) == COLUMNS
    page = Page(80)
    say_composition(page, answer)
    assert page.text() == ""


def test_the_page_tells_the_first_span_in_won_and_per_cent(make):
    tasks = make.diagonal(3)
    rows = [
        table(tasks, with_programme, without),
        table(tasks, nobody, nobody, (2007, 2018)),
    ]
    page = Page(80)
    say_composition(page, composition(pd.concat(rows), tasks))
    text = page.text()
    assert max(map(len, text.splitlines())) <= 80
    assert "from 2007 to 2011" in " ".join(text.split())
    (survivors,) = [line for line in text.splitlines() if line.startswith("families that stay")]
    assert survivors.split()[3:] == ["+10", "M", "+10.0", "+2.0", "±", "0.6"]
    (rise,) = [line for line in text.splitlines() if line.startswith("all together")]
    assert rise.split()[2:] == ["+8", "M", "+8.0", "+1.5"]


def test_one_replicate_has_no_error_and_the_page_says_so_with_a_dash(make):
    tasks = make.diagonal(1)
    page = Page(80)
    say_composition(page, composition(table(tasks, with_programme, without), tasks))
    assert "nan" not in page.text()
    assert page.text().count("± –") == len(BETWEEN)


def test_where_nobody_stayed_the_page_says_nothing(make):
    tasks = make.diagonal(2)
    page = Page(80)
    say_composition(page, composition(table(tasks, nobody, nobody), tasks))
    assert page.text() == ""
