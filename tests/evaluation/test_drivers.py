from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from clustersim.evaluation.drivers import COLUMNS, caution, drivers, split

NAN = float("nan")


def parameters(tasks, paths):
    """``paths`` maps a path to a function of the draw, a number or a text."""
    rows = []
    for t in tasks:
        for path, value in paths.items():
            drawn = value(t.draw)
            text = isinstance(drawn, str)
            rows.append(
                [
                    *[t.arm, t.reference, t.draw, t.luck, path],
                    *([NAN, drawn] if text else [drawn, ""]),
                ]
            )
    columns = ["arm", "reference", "draw", "luck", "path", "value", "text"]
    return pd.DataFrame(rows, columns=columns)


def test_rank_correlation_by_draw(make):
    tasks = make.crossed(8, 3)
    noise = [-1, 0, 1]  # cancels within a draw
    groups = make.groups(tasks, lambda t: (t.draw**2 + noise[t.luck], 0), outcome="value_added")
    drawn = parameters(
        tasks, {"a.scale": lambda d: 0.1 * d, "b.life": lambda d: [3, 1, 4, 1, 5, 9, 2, 6][d]}
    )
    table = drivers(groups, drawn, tasks)
    assert list(table.columns) == COLUMNS
    assert table["parameter"].tolist() == ["a.scale", "b.life"]  # the clearest first
    assert table["estimate"].iloc[0] == pytest.approx(1)
    assert table["p_value"].iloc[0] == pytest.approx(2 / 40320)  # of 8! orders two are as perfect
    expected = stats.spearmanr([3, 1, 4, 1, 5, 9, 2, 6], range(8))
    assert table["estimate"].iloc[1] == pytest.approx(expected.statistic)
    assert table["p_value"].iloc[1] == pytest.approx(expected.pvalue)
    assert table["draws"].tolist() == [8, 8]
    # Benjamini and Hochberg by hand: the largest p stays, the smaller is at most doubled.
    assert table["q_value"].iloc[1] == pytest.approx(expected.pvalue)
    assert table["q_value"].iloc[0] == pytest.approx(2 * table["p_value"].iloc[0])


def test_a_text_parameter_gives_a_difference_of_means(make):
    tasks = make.diagonal(6)
    groups = make.groups(tasks, lambda t: (10 * (t.draw % 2) + t.draw, 0), outcome="value_added")
    drawn = parameters(tasks, {"form": lambda d: ["elasticity", "return"][d % 2]})
    (row,) = drivers(groups, drawn, tasks).to_dict("records")
    assert row["category"] == "return"
    assert row["statistic"] == "difference of means"
    assert row["estimate"] == pytest.approx(10 + 1)
    assert row["unit"] == "KRW2008"
    assert row["p_value"] == pytest.approx(stats.mannwhitneyu([11, 13, 15], [0, 2, 4]).pvalue)


def test_three_texts_are_each_compared_with_the_rest(make):
    tasks = make.diagonal(6)
    groups = make.groups(tasks, lambda t: (t.draw, 0), outcome="value_added")
    drawn = parameters(tasks, {"form": lambda d: "abc"[d // 2]})
    table = drivers(groups, drawn, tasks).set_index("category")
    assert table["estimate"].to_dict() == pytest.approx({"a": -3, "b": 0, "c": 3})


def test_what_does_not_vary_has_no_row(make):
    tasks = make.diagonal(6)
    groups = make.groups(tasks, lambda t: (t.draw, 0), outcome="value_added")
    fixed = parameters(tasks, {"a": lambda _: 1.0, "b": lambda _: "same"})
    assert drivers(groups, fixed, tasks).empty
    still = make.groups(tasks, lambda _: (1, 1), outcome="value_added")
    assert drivers(still, parameters(tasks, {"a": float}), tasks).empty


def test_few_draws_say_nothing_and_say_so(make):
    tasks = make.diagonal(4)
    groups = make.groups(tasks, lambda t: (t.draw, 0), outcome="value_added")
    table = drivers(groups, parameters(tasks, {"a": float}), tasks)
    assert table.empty
    assert caution(table).startswith("too few draws")


def test_caution_counts_what_chance_would_show(make):
    tasks = make.diagonal(20)
    groups = make.groups(tasks, lambda t: (t.draw, 0), outcome="value_added")
    rng = np.random.default_rng(1)
    values = rng.normal(size=(40, 20))
    drawn = parameters(tasks, {f"p{k}": values[k].__getitem__ for k in range(40)})
    text = caution(drivers(groups, drawn, tasks))
    assert text == (
        "with 20 draws, about 2 of 40 uncertain parameters would show p < 0.05 by chance alone; "
        "beyond chance: none"
    )


def test_one_year_or_all(make):
    tasks = make.diagonal(6)
    first = make.groups(tasks, lambda t: (t.draw, 0), outcome="value_added", year=2010)
    second = make.groups(tasks, lambda t: (-3 * t.draw, 0), outcome="value_added", year=2011)
    drawn = parameters(tasks, {"a": float})
    both = pd.concat([first, second])
    assert drivers(both, drawn, tasks, year=2010)["estimate"].tolist() == [1]
    assert drivers(both, drawn, tasks)["estimate"].tolist() == [-1]


def test_a_ratio_is_averaged_over_the_years_in_which_there_is_one(make):
    """Firms are gone in 2011 where the draw is odd, and were never there where it is 6."""
    tasks = make.diagonal(7)
    nan = float("nan")

    def per_firm(year):
        def value(t):
            gone = t.draw == 6 or (year == 2011 and t.draw % 2)
            return (nan, nan) if gone else (10.0 + t.draw, 10.0)

        return make.groups(tasks, value, outcome="output_per_firm", year=year)

    drawn = parameters(tasks, {"a": float})
    table = drivers(pd.concat(map(per_firm, (2010, 2011))), drawn, tasks, outcome="output_per_firm")
    assert table[["estimate", "draws"]].to_numpy().tolist() == [[1.0, 6]]
    crossed = make.crossed(2, 2)
    groups = make.groups(
        crossed, lambda t: (nan if t.draw else 1.0, 0.0), outcome="output_per_firm"
    )
    assert split(groups, crossed, outcome="output_per_firm").empty


def test_split_with_other_numbers_of_draws_and_lucks_by_hand(make):
    """What lucks share is hidden under an error that a mean over many draws takes away."""
    y = np.array([[0.0, 4.0], [1.0, 2.0], [5.0, 9.0], [3.0, 1.0]])
    tasks = make.crossed(4, 2)
    groups = make.groups(tasks, lambda t: (y[t.draw, t.luck], 0), outcome="value_added")
    table = split(groups, tasks).set_index("doubt")["variance"]
    rest = y - y.mean(1, keepdims=True) - y.mean(0) + y.mean()
    error = (rest**2).sum() / 3
    assert table["both"] == pytest.approx(error)
    assert table["parameters"] == pytest.approx(np.var(y.mean(1), ddof=1) - error / 2)
    luck = np.var(y.mean(0), ddof=1) - error / 4
    assert luck > 0
    assert table["luck"] == pytest.approx(luck)


def test_split_recovers_a_purely_additive_world(make):
    tasks = make.crossed(4, 5)
    a, b = [0, 3, 1, 8], [2, 2, 5, 1, 0]
    groups = make.groups(tasks, lambda t: (a[t.draw] + b[t.luck], 0), outcome="value_added")
    table = split(groups, tasks).set_index("doubt")
    assert table.loc["parameters", "variance"] == pytest.approx(np.var(a, ddof=1))
    assert table.loc["luck", "variance"] == pytest.approx(np.var(b, ddof=1))
    assert table.loc["both", "variance"] == pytest.approx(0, abs=1e-12)
    assert table["share"].sum() == pytest.approx(1)


def test_split_is_unbiased_on_average(make):
    rng = np.random.default_rng(7)
    worlds = []
    tasks = make.crossed(6, 6)
    for _ in range(60):
        a, b, e = rng.normal(0, 3, 6), rng.normal(0, 2, 6), rng.normal(0, 1, (6, 6))
        groups = make.groups(
            tasks,
            lambda t, a=a, b=b, e=e: (a[t.draw] + b[t.luck] + e[t.draw, t.luck], 0),
            outcome="value_added",
        )
        worlds.append(split(groups, tasks).set_index("doubt")["variance"])
    mean = pd.concat(worlds, axis=1).mean(axis=1)
    # A variance on 5 degrees of freedom has sd 9 sqrt(2 / 5); 60 worlds: 0.73, times 5.
    assert mean["parameters"] == pytest.approx(9, abs=4)
    assert mean["luck"] == pytest.approx(4, abs=2)
    assert mean["both"] == pytest.approx(1, abs=0.2)


def test_split_needs_crossed_replicates(make):
    for tasks in (make.diagonal(6), make.crossed(1, 6), make.crossed(6, 1)):
        groups = make.groups(tasks, lambda t: (t.draw + t.luck, 0), outcome="value_added")
        assert split(groups, tasks).empty
