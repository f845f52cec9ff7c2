"""The picture of a mini-cluster shows its firms and ties where and as the tables have them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text

from clustersim import charts
from clustersim.charts import style
from clustersim.charts.network import OWN
from clustersim.errors import InputError
from clustersim.language import speaking


@pytest.fixture
def one(build):
    return build(2, networks=("parts",))


def panels(figure):
    return figure.axes[:2]


def lines(ax, color):
    """The drawn ties of a colour, as pairs of points."""
    return [
        np.asarray(segment)
        for group in ax.collections
        if isinstance(group, LineCollection) and to_hex(group.get_color()[0]) == color.lower()
        for segment in group.get_segments()
    ]


def points(ax, face):
    """The drawn points of a colour."""
    return [
        point
        for group in ax.collections
        if isinstance(group, PathCollection) and len(group.get_facecolor())
        if to_hex(group.get_facecolor()[0]) == face.lower()
        for point in group.get_offsets()
    ]


def names(ax):
    return {text.get_text().replace("\n", " ").replace("\u00a0", " "): text for text in ax.texts}


def test_points_are_members_or_join_later(one):
    before, after = panels(charts.network(one))
    assert (len(points(before, "#ffffff")), len(points(before, style.INK))) == (6, 0)
    assert (len(points(after, "#ffffff")), len(points(after, style.INK))) == (0, 6)
    assert len(points(after, style.REFERENCE)) == 2
    drawn = {tuple(np.round(point, 9)) for point in points(after, style.INK)}
    assert {(-0.5, -0.5), (0.75, -0.5), (0.0, 0.25)} <= drawn  # the core is true to scale
    assert len(drawn) == 6  # two on one block are drawn apart
    beside = [p for p in drawn if 0 < np.hypot(p[0] - 0.75, p[1] - 0.5) < 0.125]
    assert len(beside) == 2


def test_lines_are_ties_by_who_made_them(one):
    before, after = panels(charts.network(one))
    assert (len(lines(before, OWN)), len(lines(before, style.ARM))) == (2, 0)
    assert (len(lines(after, OWN)), len(lines(after, style.ARM))) == (3, 3)
    ends = {tuple(np.round(point, 9)) for point in points(after, style.INK)}
    ends |= {tuple(np.round(point, 9)) for point in points(after, style.REFERENCE)}
    for line in [*lines(after, OWN), *lines(after, style.ARM)]:
        assert {tuple(np.round(point, 9)) for point in line} <= ends
    np.testing.assert_allclose(lines(before, OWN)[0], [(-0.5, -0.5), (0.75, -0.5)])


def test_what_is_far_is_drawn_nearer_in_its_direction_and_says_how_far_it_is(one):
    _, after = panels(charts.network(one))
    inha, lab = sorted(points(after, style.REFERENCE), key=lambda point: -point[1])
    assert inha[0] == pytest.approx(0)
    assert 0.5 < inha[1] < 4
    assert lab[1] == pytest.approx(0)
    assert 0.75 < lab[0] <= 3
    (far,) = [point for point in points(after, style.INK) if point[1] < -1]
    assert far[0] == pytest.approx(0)
    assert far[1] > -5
    assert {"Inha 9 km", "Lab 3 km", "Far 20 km"} <= names(after).keys()


def test_both_panels_have_one_scale_and_nothing_runs_into_the_titles(one):
    figure = charts.network(one)
    before, after = panels(figure)
    figure.draw_without_rendering()
    assert before.get_xlim() == after.get_xlim()
    assert before.get_ylim() == after.get_ylim()
    assert before.bbox.size == pytest.approx(after.bbox.size)
    for ax in (before, after):
        title = ax._left_title.get_window_extent()
        below = ax.xaxis.label.get_window_extent()
        for text in ax.texts:
            box = Text.get_window_extent(text)
            assert not box.overlaps(title)
            assert not box.overlaps(below)
        assert title.y1 < figure._suptitle.get_window_extent().y0
        legend = figure.axes[2].get_legend().get_window_extent()
        assert below.y0 > legend.y1 > legend.y0 > figure._supxlabel.get_window_extent().y1


def test_shortened_distances_keep_their_order(one):
    """Sites and institutions alike, in whichever direction they are."""
    nodes = one.store.tables["nodes"]
    away = {90: 6.0, 91: 30.0, 5: 20.0}
    for number, km in away.items():
        east, north = nodes.loc[nodes["id"] == number, ["east", "north"]].to_numpy(float)[0]
        rows = nodes["id"] == number
        nodes.loc[rows, ["east", "north"]] *= km / np.hypot(east, north)
    _, after = panels(charts.network(one))
    near, far = sorted(points(after, style.REFERENCE), key=lambda point: point[0])
    (site,) = [point for point in points(after, style.INK) if point[1] < -1]
    assert np.hypot(*near) < np.hypot(*site) < np.hypot(*far) < 10


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("schools", [True, False])
@pytest.mark.parametrize("title", ["twice", "a title " * 12, "긴 제목이라도 " * 9])
def test_titles_keep_apart_and_begin_at_one_edge(one, lang, schools, title):
    nodes = one.store.tables["nodes"]
    one.store.tables["nodes"] = nodes[schools | (nodes["kind"] == "firm")]
    if not schools:
        ties = one.store.tables["ties"]
        one.store.tables["ties"] = ties[ties["second"] < 90]
    one.store.header["resolved"]["arms"] = {"as_announced": {"title": title}}
    with speaking(lang):
        figure = charts.network(one)
        figure.draw_without_rendering()
    main = figure._suptitle.get_window_extent()
    first, second = (ax._left_title.get_window_extent() for ax in panels(figure))
    assert main.y0 - first.y1 >= 2
    assert first.y0 == pytest.approx(second.y0)
    assert main.x0 == pytest.approx(first.x0, abs=3)
    below = panels(figure)[0].xaxis.label.get_window_extent()
    legend = figure.axes[2].get_legend().get_window_extent()
    assert below.y0 > legend.y1


def test_titles_and_counts_say_what_is_shown(one):
    figure = charts.network(one, replicate=1)
    before, after = panels(figure)
    assert figure.get_suptitle() == ("Mini-cluster “parts of all kinds”, Noksan: as announced")
    assert before.get_title(loc="left") == "Before: end of 2007 (launched 16 June 2008)"
    assert after.get_title(loc="left") == "After: end of 2011"
    assert before.get_xlabel().splitlines() == [
        "6 firms that join later",
        "Ties: 1 of their own · 0 made through mini-clusters · 1 with institutions",
        "The same firms in no programme: 1 · 0 · 1",
    ]
    assert after.get_xlabel().splitlines() == [
        "6 members",
        "Ties: 1 of their own · 3 made through mini-clusters · 2 with institutions",
        "The same firms in no programme: 1 · 1 · 0",
    ]
    assert "replicate 1 (draw 1, luck 1)" in figure.get_supxlabel().replace("\n", " ")
    legend = {text.get_text() for ax in figure.axes[2:] for text in ax.get_legend().get_texts()}
    assert {"member", "joins later", "tie made through mini-clusters"} <= legend


def test_a_replicate_shows_its_own_ties(one):
    ties = one.store.tables["ties"]
    one.store.tables["ties"] = ties[(ties["draw"] == 0) | (ties["made"] == 0)]
    assert len(lines(panels(charts.network(one))[1], style.ARM)) == 3
    assert not lines(panels(charts.network(one, replicate=1))[1], style.ARM)


def test_what_there_is_not_is_an_error_or_said_in_words(build):
    two = build(1, networks=("parts", "plating"))
    with pytest.raises(InputError, match="more than one mini-cluster") as caught:
        charts.network(two)
    assert "parts, plating" in caught.value.hint
    assert "plating" in charts.network(two, "plating").get_suptitle()
    with pytest.raises(InputError, match="no mini-cluster 'platign'"):
        charts.network(two, "platign")
    for replicate in (1, -1):
        with pytest.raises(InputError, match="no replicate") as caught:
            charts.network(two, "parts", replicate=replicate)
        assert "0 to 0" in caught.value.hint
    (ax,) = charts.network(build(1)).axes
    assert "no mini-cluster in the arm as announced" in ax.texts[0].get_text()
    two.store.done = []
    assert charts.network(two).axes[0].texts[0].get_text() == style.NOTHING


@pytest.mark.parametrize("schools", [True, False])
def test_a_network_without_firms_says_so_in_words(one, schools):
    """Nobody has joined, in a complex with and without institutions: nothing says it was there."""
    nodes = one.store.tables["nodes"]
    one.store.tables["nodes"] = nodes[(nodes["kind"] != "firm") & schools]
    one.store.tables["ties"] = one.store.tables["ties"].iloc[:0]
    (ax,) = charts.network(one).axes
    assert ax.get_title(loc="left").startswith("Mini-cluster “parts of all kinds”, Noksan")
    assert "No firm belongs" in ax.texts[0].get_text()


def test_every_mini_cluster_is_saved(build, tmp_path, monkeypatch):
    monkeypatch.setattr("clustersim.charts.save.write", lambda _figure, path: path)
    results = build(1, networks=("parts", "plating"), complexes=("namdong", "noksan"))
    table = results.store.tables["mini_clusters"]
    results.store.tables["mini_clusters"] = table[
        (table["complex"] == "noksan") | (table["mini_cluster"] == "parts")
    ]
    saved = {path.stem for path in charts.save_all(results, tmp_path)}
    assert {name for name in saved if name.startswith("network")} == {
        "network_parts-namdong", "network_parts-noksan", "network_plating-noksan"
    }  # fmt: skip


def test_the_same_picture_is_the_same_file(one, tmp_path):
    paths = [path for path in charts.save_all(one, tmp_path) if "network" in path.name]
    before = [path.read_bytes() for path in paths]
    assert len(before) == 2
    charts.save_all(one, tmp_path)
    assert [path.read_bytes() for path in paths] == before
