"""What the pictures draw is what the tables say, for full, single and empty results."""

from __future__ import annotations

import inspect
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from clustersim import charts
from clustersim.charts import style
from clustersim.errors import InputError, StoreError
from clustersim.evaluation.bands import (
    effect_bands,
    inno_core_bands,
    inno_core_paths,
    money_lapsed,
    money_paid,
    yearly_bands,
)

BN = 1e9


def curves(ax, color):
    """The drawn lines of a colour that run over years, thickest first."""
    lines = [line for line in ax.lines if to_hex(line.get_color()) == color.lower()]
    lines = [line for line in lines if len(line.get_xdata()) > 2]
    return sorted(lines, key=lambda line: -line.get_linewidth())


def texts(ax):
    return [text.get_text() for text in ax.texts]


def edges(ax):
    """Lower and upper edge of each filled band, by year."""
    bands = []
    for collection in ax.collections:
        points = collection.get_paths()[0].vertices
        years = np.unique(points[:, 0])
        bands.append(
            [
                (points[points[:, 0] == x, 1].min(), points[points[:, 0] == x, 1].max())
                for x in years
            ]
        )
    return np.array(bands)


def test_fan_draws_the_quantiles_of_both_worlds(results):
    ax = charts.fan(results)
    table = yearly_bands(results.store, "output_per_firm").set_index("arm_name")
    arm, reference = table.loc["as_announced"], table.loc["no_programme"]
    outer, inner = edges(ax)
    np.testing.assert_allclose(outer, arm[["p05", "p95"]] / BN)
    np.testing.assert_allclose(inner, arm[["p25", "p75"]] / BN)
    (median,) = curves(ax, style.ARM)
    np.testing.assert_allclose(median.get_xdata(), range(2006, 2019))
    np.testing.assert_allclose(median.get_ydata(), arm["p50"] / BN)
    lines = curves(ax, style.REFERENCE)
    assert len(lines) == 5
    drawn = np.sort([line.get_ydata() for line in lines], axis=0)
    np.testing.assert_allclose(drawn.T, reference[["p05", "p25", "p50", "p75", "p95"]] / BN)
    assert ax.get_title(loc="left") == "Output per firm, Noksan: as announced beside no programme"
    assert ax.get_ylabel() == "bn KRW, prices of 2008"
    assert {"as announced", "no programme"} <= set(texts(ax))


def test_dates_stand_at_their_day_and_their_labels_keep_apart(results):
    ax = charts.fan(results)
    ax.figure.draw_without_rendering()
    upright = sorted(
        line.get_xdata()[0]
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] == line.get_xdata()[1]
    )
    assert len(upright) == 7  # the one of 2005 lies outside
    # A year's total stands at its middle: 1 July 2008 is at 2008, whole months are twelfths.
    assert upright[0] == pytest.approx(2006 + 4 / 12 - 0.5)
    assert 2008.0 in upright
    labels = [text for text in ax.texts if text.get_text()[:2] == "20"]
    assert len(labels) == 7
    boxes = [label.get_window_extent() for label in labels]
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :])
    assert min(box.y0 for box in boxes) >= ax.bbox.y1
    assert max(box.y1 for box in boxes) <= ax.figure.bbox.y1


def test_labels_of_equal_heights_keep_apart(results):
    ax = charts.inno_core(results)
    ax.figure.draw_without_rendering()
    # Text's own method, because an annotation's includes its line
    boxes = [Text.get_window_extent(text) for text in ax.texts if "bn" in text.get_text()]
    boxes = [box for box in boxes if box.x0 > ax.bbox.x1]
    assert len(boxes) == 5
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :])


def test_effect_panel_shows_the_paired_difference(results):
    figure = charts.fan_with_effect(results)
    above, below = figure.axes
    table = effect_bands(results.store, "output_per_firm")
    outer, _ = edges(below)
    np.testing.assert_allclose(outer, table[["p05", "p95"]])
    (median,) = curves(below, style.ARM)
    np.testing.assert_allclose(median.get_ydata(), table["p50"])
    assert below.get_ylabel() == "per cent"
    # The doubt of the effect is far below the spread of levels, which would hide it.
    assert np.ptp(outer[-1]) < 0.2 * 100 * np.ptp(edges(above)[0][-1]) / above.get_ylim()[1]


def test_utilisation_is_compared_in_points(results):
    _, below = charts.fan_with_effect(results, "utilisation").axes
    table = effect_bands(results.store, "utilisation", measure="level")
    np.testing.assert_allclose(curves(below, style.ARM)[0].get_ydata(), table["p50"])
    assert below.get_ylabel() == "percentage points"


def test_a_single_replicate_says_there_is_no_spread(build):
    one = build(1)
    above, below = charts.fan_with_effect(one).axes
    assert np.ptp(edges(above), axis=-1).max() == 0
    assert any("single replicate" in text for text in texts(above))
    assert "95 %" not in texts(below)
    assert "1 replicate ·" in above.figure.get_supxlabel()


def test_inno_core_draws_bands_examples_and_the_lines_of_the_scheme(results):
    ax = charts.inno_core(results)
    assert ax.get_yscale() == "log"
    levels = [line.get_ydata()[0] for line in ax.lines if len(line.get_xdata()) == 2]
    assert sorted(levels) == [15, 20, 100]
    for line in ("15 bn", "20 bn", "100 bn"):
        assert any(text.startswith(line) for text in texts(ax))
    table = inno_core_bands(results.store)
    arm = table[table["world"] == "arm"]
    np.testing.assert_allclose(edges(ax)[0], arm[["p05", "p95"]] / BN)
    blue = curves(ax, style.ARM)
    np.testing.assert_allclose(blue[0].get_ydata(), arm["p50"] / BN)
    paths = inno_core_paths(results.store)
    drawn = {tuple(np.round(line.get_ydata(), 6)) for line in blue[1:]}
    wanted = {
        tuple(np.round(path["sales"] / BN, 6))
        for _, path in paths[paths["world"] == "arm"].groupby(["draw", "id"])
    }
    assert drawn == wanted
    assert len(drawn) == 3
    share = f"{100 * arm['operating'].iloc[-1]:.0f} % still operating"
    assert any(share in text for text in texts(ax))


def test_money_stacks_what_was_paid_and_puts_what_lapsed_on_top(results):
    ax = charts.money(results)
    paid = money_paid(results.store)
    sums = paid.groupby("year")["mean"].sum() / BN
    lapsed = money_lapsed(results.store).set_index("year")["mean"] / BN
    stacks = {bars.get_label(): bars for bars in ax.containers}
    assert list(stacks)[-1] == "lapsed"
    np.testing.assert_allclose([bar.get_y() for bar in stacks["lapsed"]], sums)
    np.testing.assert_allclose([bar.get_height() for bar in stacks["lapsed"]], lapsed)
    assert all(bar.get_hatch() for bar in stacks["lapsed"])
    for purpose, rows in paid.groupby("purpose"):
        heights = {round(b.get_center()[0]): b.get_height() for b in stacks[purpose]}
        for year, mean in zip(rows["year"], rows["mean"], strict=True):
            assert heights[year] == pytest.approx(mean / BN)
    assert f"{sums[2008]:.1f} paid\n{lapsed[2008]:.1f} lapsed" in texts(ax)


def test_money_of_many_purposes_is_told_by_family(results):
    """A family of which one purpose has money bears its name; families have one colour each."""
    names = {"firms": "consulting", "institutions": "training", "staff": "promotion team"}
    names |= {"operations": "marketing", "capital": "shared_equipment"}
    ledger = results.store.tables["ledger"]
    ledger["purpose"] = ledger["purpose"].replace(names)
    bars = {each.get_label(): each for each in charts.money(results).containers}
    assert list(bars) == [
        "promotion team",
        "marketing",
        "advice",
        "shared equipment",
        "lapsed",
    ]
    paid = money_paid(results.store)
    advice = paid[paid["purpose"].isin(["consulting", "training"])].groupby("year")["mean"].sum()
    np.testing.assert_allclose([bar.get_height() for bar in bars["advice"]], advice / BN)
    colours = {each[0].get_facecolor() for each in bars.values()}
    assert len(colours) == len(bars)


def test_a_year_without_money_keeps_its_place(results):
    ledger = results.store.tables["ledger"]
    results.store.tables["ledger"] = ledger[ledger["year"] != 2009]
    ax = charts.money(results)
    assert [round(bar.get_center()[0]) for bar in ax.containers[0]] == [2008, 2009, 2010, 2011]


def test_nothing_to_draw_is_said_in_words(results):
    store = results.store
    store.tables["members"] = store.tables["members"].iloc[:0]
    ax = charts.inno_core(results)
    assert texts(ax) == ["No firm entered Inno-Core in any replicate."]
    assert not ax.axison
    store.tables["ledger"]["amount"] = 0
    assert any("paid nothing" in text for text in texts(charts.money(results)))
    store.tables["ledger"] = store.tables["ledger"].iloc[:0]
    assert any("paid nothing" in text for text in texts(charts.money(results)))
    store.done = []
    for ax in (charts.fan(results), charts.inno_core(results), charts.money(results)):
        assert texts(ax) == [style.NOTHING]
    assert texts(charts.fan_with_effect(results).axes[0]) == [style.NOTHING]


def test_axes_in_axes_out_without_a_footnote(results):
    figure = Figure()
    for draw, ax in zip(
        (charts.fan, charts.inno_core, charts.money), figure.subplots(1, 3), strict=True
    ):
        assert draw(results, ax=ax) is ax
    assert figure.get_supxlabel() == ""


def test_footnote_names_the_run(results):
    assert charts.fan(results).figure.get_supxlabel() == (
        "Scenario noksan · 20 replicates · seed 1 · economy around the programme: hindsight"
    )
    results.store.header["macro"] = "as observed to 2013, flat after"
    assert "as observed to 2013" in charts.money(results).figure.get_supxlabel()
    del results.store.header["macro"], results.store.header["resolved"]
    assert charts.money(results).figure.get_supxlabel().endswith("seed 1")


def test_several_arms_and_complexes_must_be_told_apart(build):
    results = build(2, arms=("as_announced", "double"), complexes=("noksan", "namdong"))
    with pytest.raises(InputError, match="more than one complex") as caught:
        charts.fan(results)
    assert caught.value.hint == "name one of: namdong, noksan"
    # as_announced is the obvious arm
    ax = charts.fan(results, complex="namdong")
    assert ax.get_title(loc="left") == "Output per firm, Namdong: as announced beside no programme"
    assert "double" in texts(charts.fan(results, arm="double", complex="noksan"))
    with pytest.raises(InputError, match="no arm 'doubel'"):
        charts.money(results, arm="doubel", complex="noksan")
    with pytest.raises(InputError, match="no complex 'busan'"):
        charts.inno_core(results, complex="busan")
    with pytest.raises(InputError, match="no outcome 'outptu'") as caught:
        charts.fan(results, "outptu", complex="noksan")
    assert "output_per_firm" in caught.value.hint


def test_two_arms_without_as_announced_must_be_told_apart(build):
    results = build(1, arms=("double", "half"))
    with pytest.raises(InputError, match="more than one arm"):
        charts.money(results)


def test_save_all_writes_whole_valid_reproducible_files(results, tmp_path):
    folder = tmp_path / "new" / "plots"
    paths = charts.save_all(results, folder)
    names = {"output_per_firm", "inno_core", "money"}
    assert {path.name for path in paths} == {
        f"{n}.{kind}" for n in names for kind in ("png", "svg")
    }
    assert sorted(folder.iterdir()) == sorted(paths)  # and nothing half written beside them
    for path in paths:
        if path.suffix == ".png":
            with Image.open(path) as image:
                image.verify()
                assert image.info["dpi"][0] == pytest.approx(150, abs=0.1)
        else:
            assert ET.parse(path).getroot().tag.endswith("svg")  # noqa: S314 - our own file
    before = {path: path.read_bytes() for path in paths}
    assert charts.save_all(results, folder) == paths
    assert {path: path.read_bytes() for path in paths} == before


def test_save_all_reads_each_table_once(build, tmp_path, monkeypatch):
    monkeypatch.setattr("clustersim.charts.save.write", lambda _figure, path: path)
    results, seen = build(1, arms=("as_announced", "double")), []
    read = results.store.read
    monkeypatch.setattr(results.store, "read", lambda table: seen.append(table) or read(table))
    charts.save_all(results, tmp_path)
    assert sorted(seen) == ["groups", "ledger", "members", "mini_clusters", "panel"]


def test_a_failed_picture_leaves_the_old_one(results, tmp_path, monkeypatch):
    (tmp_path / "output_per_firm.png").write_text("old")

    def full(self, _data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        charts.save_all(results, tmp_path)
    assert "disk" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["output_per_firm.png"]
    assert (tmp_path / "output_per_firm.png").read_text() == "old"


def test_a_folder_that_is_a_file_is_an_error_not_a_traceback(build, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        charts.save_all(build(1), tmp_path / "file")


def test_save_all_tells_arms_apart_in_names(build, tmp_path, monkeypatch):
    monkeypatch.setattr("clustersim.charts.save.write", lambda _figure, path: path)
    results = build(1, arms=("as_announced", "double"))
    names = {path.name for path in charts.save_all(results, tmp_path)}
    assert {"money-as_announced.png", "money-double.png"} <= names
    assert len(names) == 12
    results.store.done = []
    assert len(charts.save_all(results, tmp_path)) == 4  # no firm was chosen, so none is drawn


def test_pyplot_is_never_loaded():
    code = (
        "import sys, clustersim.charts as c; from matplotlib.figure import Figure;"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_leaves_no_global_trace(results):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    charts.fan(results)
    charts.money(results)
    assert dict(mpl.rcParams) == before
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


@pytest.mark.parametrize("name", charts.__all__)
def test_options_are_named_and_listed(name):
    parameters = inspect.signature(getattr(charts, name)).parameters.values()
    assert not [p for p in parameters if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional[0] == "results"
    assert len(positional) <= 2


@pytest.mark.parametrize(
    ("amount", "scaled"),
    [(5.4e12, (1e12, "tn KRW")), (4e9, (1e9, "bn KRW")), (3e6, (1e6, "M KRW")), (9, (1, "KRW"))],
)
def test_money_scale(amount, scaled):
    assert style.money_scale(amount) == scaled


def test_labels_left_of_the_edge_run_inwards(build):
    results = build(1)
    date = {"complex": "noksan", "arms": ["as_announced"], "date": "2018-05-01"}
    results.store.header["dates"] = [date | {"label": "evaluation"}]
    ax = charts.fan(results)
    ax.figure.draw_without_rendering()
    (label,) = [text for text in ax.texts if "evaluation" in text.get_text()]
    assert label.get_window_extent().x1 <= ax.bbox.x1


def test_dates_of_other_arms_and_complexes_are_not_drawn(build):
    results = build(1)
    results.store.header["dates"] = [
        {"complex": place, "arms": [arm], "date": "2010-05-01", "label": f"{arm} {place}"}
        for place in ("noksan", "daebul")
        for arm in ("as_announced", "later")
    ]
    ((_, label),) = style.dates(results, style.choose(results, None, None), 2006, 2018)
    assert label == "2010-05-01  as_announced noksan"


def test_amounts_of_money_have_figures_where_there_is_a_bar_and_none_where_not(results):
    ledger = results.store.tables["ledger"]
    state = ledger["funder"] == "state"
    for year, amount in ((2011, 45e6), (2010, 0)):
        rows = state & (ledger["year"] == year) & (ledger["entry"] == "paid")
        ledger.loc[rows, "amount"] = amount / rows.sum() * 20
    said = texts(charts.money(results))
    assert any(text.startswith("0.04 paid") for text in said)
    assert not any("0.0 " in text for text in said)


def test_the_family_of_networks_is_told_by_what_is_in_it(results):
    ledger = results.store.tables["ledger"]
    names = {"firms": "mini-clusters", "institutions": "tasks"}
    ledger["purpose"] = ledger["purpose"].replace(names)
    assert "mini-clusters, tasks" in [each.get_label() for each in charts.money(results).containers]


def test_what_a_file_calls_its_complex_and_arms_is_drawn_and_wrapped_beside_the_axes(results):
    long = "an arm whose title is longer than there is room for beside a picture"
    header = results.store.header["resolved"]
    header |= {"complexes": {"noksan": {"title": "my complex"}}}
    header |= {"arms": {"as_announced": {"title": long}}}
    ax = charts.fan(results)
    title = ax.get_title(loc="left").replace("\n", " ")
    assert title == f"Output per firm, my complex: {long} beside no programme"
    (label,) = [text for text in texts(ax) if text.startswith("an arm")]
    assert label.replace("\n", " ") == long
    assert max(map(len, label.split("\n"))) <= 30
