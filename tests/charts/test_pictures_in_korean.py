"""Pictures in Korean: no English left, a font for every letter, lines wrapped, nothing cut off."""

from __future__ import annotations

import re
import warnings
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.text import Text

import clustersim as cs
from clustersim import charts
from clustersim.charts import lettering, names, stability
from clustersim.comparison import Comparison
from clustersim.language import speaking
from clustersim.results import Results
from clustersim.validation.stability import TITLES

HANGUL = re.compile("[가-힣]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
KEYS = {"noksan", "namdong"}
"""Keys of scenarios stay what they are: they are what one types."""


@pytest.fixture(scope="module")
def korean(build):
    """Results whose header has the titles and dates of the bundled scenarios."""
    results = build(
        3,
        arms=("as_announced", "double_budget"),
        complexes=("noksan", "namdong"),
        networks=("parts",),
    )
    header = results.store.header
    header["resolved"] = deepcopy(dict(cs.load("five-complexes").data))
    header["resolved"]["complexes"]["noksan"]["institutions"] = {
        "inha": {"title": "Inha", "title_ko": "인하대"},
        "lab": {"title": "Lab", "title_ko": "연구소"},
    }
    header["resolved"]["complexes"]["noksan"]["sites"] = {
        "far": {"title": "Far", "title_ko": "먼 곳"}
    }
    parts = {"title": "parts of all kinds", "title_ko": "온갖 부품"}
    for place in ("noksan", "namdong"):
        plan = header["resolved"]["programme"]["complexes"][place]
        plan.setdefault("mini_clusters", {})["parts"] = parts
    purposes = {"firms": "consulting", "institutions": "training", "staff": "promotion team"}
    purposes |= {"operations": "marketing", "capital": "shared_equipment"}
    ledger = results.store.tables["ledger"]
    ledger["purpose"] = ledger["purpose"].replace(purposes)
    header["macro"], header["macro_ko"] = "as observed", "실제 전개"
    for number, date in enumerate(header["dates"]):
        date["label_ko"] = f"{number}번째 일정"
    return results


def pictures(results):
    """Every picture of a run, drawn."""
    of = {"arm": "double_budget", "complex": "noksan"}
    yield charts.fan(results, **of).figure
    yield charts.fan_with_effect(results, "utilisation", **of)
    yield charts.fan_with_effect(results, "workers", **of)
    yield charts.inno_core(results, **of).figure
    yield charts.money(results, **of).figure
    yield charts.network(results, **of)


def drifting(places):
    rows = [
        (place, luck, month, statistic, 1.0 + (statistic == "debt") * month / 100.0 + luck / 50.0)
        for place in places
        for luck in range(2)
        for month in range(36)
        for statistic in TITLES
    ]
    table = pd.DataFrame(rows, columns=["complex", "luck", "month", "statistic", "value"])
    return stability.stability(table, titles={"noksan": "녹산", "namdong": "남동"})


def texts(figure):
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def english(figure):
    """What is neither Korean, nor a number, nor a key."""
    words = {word for text in texts(figure) for word in ENGLISH.findall(text.get_text())}
    return words - KEYS - {"mathdefault"}


def outside(figure):
    """Texts that the figure's edges cut; ticks beyond an axis have numbers that are not drawn."""
    figure.draw_without_rendering()
    edge = figure.bbox.padded(1)
    return [
        text.get_text()
        for text in texts(figure)
        if not re.fullmatch(r"[-−\d.,]+", text.get_text())
        if not all(edge.contains(x, y) for x, y in Text.get_window_extent(text).corners())
    ]


def test_no_english_is_left_and_nothing_is_cut_off(korean):
    with speaking("ko"):
        figures = [*pictures(korean), drifting(["noksan"]), drifting(["noksan", "namdong"])]
        for figure in figures:
            assert english(figure) == set()
            assert any(HANGUL.search(text.get_text()) for text in texts(figure))
            assert outside(figure) == []  # draws: a letter without a font is a warning, an error


def test_in_english_pictures_have_no_korean(korean):
    for figure in pictures(korean):
        assert not [text.get_text() for text in texts(figure) if HANGUL.search(text.get_text())]


def test_names_and_money_are_korean(korean):
    with speaking("ko"):
        fan, *_, inno_core, money, network = pictures(korean)
    assert fan.axes[0].get_title(loc="left") == "녹산 기업당 생산액: 예산 두 배 대 사업 없음"
    assert fan.axes[0].get_ylabel() == "억원, 2008년 불변가격"
    assert "반복 3회" in fan.get_supxlabel()
    assert "실제 전개" in fan.get_supxlabel()
    assert any("번째 일정" in text.get_text() for text in fan.axes[0].texts)
    levels = [line.get_ydata()[0] for line in inno_core.axes[0].lines if len(line.get_xdata()) == 2]
    assert sorted(levels) == [150, 200, 1000]
    tops = max(bar.get_y() + bar.get_height() for bar in money.axes[0].patches)
    assert 40 < tops < 60  # 억원, where English has 4 to 6 bn
    assert "온갖 부품" in network.get_suptitle()
    assert {"인하대", "연구소", "먼 곳"} <= {
        t.get_text().split("\n")[0] for t in network.axes[1].texts
    }


def test_a_run_without_korean_dates_falls_back_to_english(build):
    results = build(1)
    with speaking("ko"):
        labels = [text.get_text() for text in charts.fan(results).texts]
    assert "2007-11-01  designation" in labels


def test_comparisons_are_in_korean(korean, tmp_path):
    run = Results.__new__(Results)
    run.store, run.lang = korean.store, "ko"
    korean.store.folder = tmp_path
    levels = korean.store.tables["groups"]
    extra = levels[levels["outcome"] == "output"].assign(outcome="value_added")
    members = levels[levels["group"] == "supported"].assign(group="members")
    korean.store.tables["groups"] = pd.concat([levels, extra, members], ignore_index=True)
    try:
        with speaking("ko"):
            compared = Comparison([run])
        for figure in (compared.paths(), compared.dots().figure):
            assert english(figure) == set()
            assert outside(figure) == []
        assert {path.name for path in compared.save(tmp_path)} & {"effect_on_output.ko.png"}
        english_title = compared.paths(lang="en").get_suptitle()
        assert english_title == "Effect on output"
    finally:
        korean.store.tables["groups"] = levels


def test_pictures_of_two_languages_keep_apart_in_a_folder(build, tmp_path):
    results = build(1)
    english_files = charts.save_all(results, tmp_path)
    before = {path: path.read_bytes() for path in english_files}
    with speaking("ko"):
        korean_files = charts.save_all(results, tmp_path)
    assert set(english_files).isdisjoint(korean_files)
    assert sorted(tmp_path.iterdir()) == sorted([*english_files, *korean_files])
    assert all(path.name.split(".", 1)[1] in {"ko.png", "ko.svg"} for path in korean_files)
    assert {path: path.read_bytes() for path in english_files} == before
    assert [path.name for path in korean_files] == [
        path.name.replace(".", ".ko.", 1) for path in english_files
    ]


def test_the_face_takes_a_language_and_has_that_of_the_results(korean):
    results = Results.__new__(Results)
    results.store, results.lang = korean.store, "ko"
    of = {"arm": "double_budget", "complex": "noksan"}
    assert "생산액" in results.plot.fan(**of).get_title(loc="left")
    assert "Output" in results.plot.fan(lang="en", **of).get_title(loc="left")
    assert "국비" in results.plot.money(**of).get_title(loc="left")
    assert "Sales" in results.plot.inno_core(lang="en", **of).get_title(loc="left")
    assert "미니클러스터" in results.plot.network(**of).get_suptitle()


def test_given_axes_get_hangul_whatever_they_were_made_with(korean):
    figure = Figure(figsize=(3, 2), facecolor="#111111")
    ax = figure.add_subplot()
    ax.set_title("mine", loc="right")
    with speaking("ko"):
        charts.money(korean, complex="noksan", ax=ax)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    assert lettering.FAMILY in ax._left_title.get_fontfamily()
    assert ax._right_title.get_fontfamily() == ["sans-serif"]


def test_hangul_in_an_english_picture_is_drawn(build):
    results = build(1)
    date = {"complex": "noksan", "arms": ["as_announced"], "date": "2008-05-01"}
    results.store.header["dates"] = [date | {"label": "추진단 출범"}]
    ax = charts.fan(results)
    (label,) = [text for text in ax.texts if "출범" in text.get_text()]
    assert label.get_fontfamily() == ["sans-serif", lettering.FAMILY]
    assert ax._left_title.get_fontfamily() == ["sans-serif"]
    ax.figure.draw_without_rendering()


def test_a_font_of_ones_own_goes_first(build):
    with rc_context({"font.family": ["DejaVu Serif"]}), speaking("ko"):
        title = charts.fan(build(1))._left_title
    assert title.get_fontfamily() == ["DejaVu Serif", lettering.FAMILY]


def test_colours_for_a_dark_ground_are_left_as_they_are(build):
    with rc_context({"text.color": "white", "figure.facecolor": "black"}):
        ax = charts.money(build(1))
    assert {text.get_color() for text in ax.texts if text.get_text()[0].isdigit()} == {"white"}


def test_titles_of_complexes_come_from_the_scenario():
    content = cs.load("five-complexes").data
    assert names.complexes(content)["noksan"] == "Noksan"
    with speaking("ko"):
        assert names.complexes(content)["noksan"] == "녹산"


def test_every_colour_and_curve_is_the_same_in_both_languages(korean):
    """A language changes words and units, never what is drawn."""
    of = {"arm": "double_budget", "complex": "noksan"}
    ours = charts.fan(korean, **of)
    with speaking("ko"):
        theirs = charts.fan(korean, **of)
    for one, other in zip(ours.lines, theirs.lines, strict=True):
        if len(one.get_xdata()) > 2:
            np.testing.assert_allclose(np.multiply(one.get_ydata(), 10), other.get_ydata())
