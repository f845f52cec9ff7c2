"""The font that comes along has what pictures need, and its own name; lines keep to a width."""

from __future__ import annotations

import re
import warnings
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import TextPath

from architecture import PACKAGE
from clustersim.charts import lettering
from clustersim.charts.fonts import subset
from clustersim.language import CATALOGUES, speaking

FILES = sorted(lettering.FONTS.glob("*.ttf"))
RESERVED = "plex"


def has(file):
    return set(TTFont(file).getBestCmap())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_font_has_every_letter_of_every_korean_text(file):
    with (CATALOGUES / "ko" / "LC_MESSAGES" / "clustersim.po").open("rb") as text:
        messages = read_po(text, locale="ko")
    said = [
        one
        for m in messages
        if m.id
        for one in ([m.string] if isinstance(m.string, str) else m.string)
    ]
    for scenario in (PACKAGE / "scenarios").glob("**/*.yaml"):
        said += re.findall(r"_ko: (.+)", scenario.read_text(encoding="utf-8"))
    assert len(said) > 300
    letters = {letter for text in said for letter in text if letter.isprintable()}
    assert letters - set(map(chr, has(file))) <= set("§")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_font_has_the_syllables_jamo_and_signs_it_promises(file):
    known = has(file)
    assert len([code for code in known if 0xAC00 <= code <= 0xD7A3]) == 2350
    assert set(map(ord, "ㄱㄲㄳㅎㅏㅣ–—·±×≥≤→…₩%−´“”‘’")) - known == {ord("´")}
    assert known <= subset.characters()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_font_has_a_name_of_its_own_and_its_licence(file):
    names = {record.nameID: record.toUnicode() for record in TTFont(file)["name"].names}
    assert names[1] == lettering.FAMILY
    assert not [name for name in names.values() if RESERVED in name.lower()]
    assert names[0].startswith("Copyright")
    assert "SIL Open Font License, Version 1.1" in names[13]
    licence = (file.parent / "OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("Copyright ©")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_font_is_small_and_has_outlines_that_can_be_embedded():
    assert {file.stem for file in FILES} == {"Hangul-Regular", "Hangul-Bold"}
    for file in FILES:
        assert file.stat().st_size < 450_000
        assert "glyf" in TTFont(file)
        assert TTFont(file)["OS/2"].fsType == 0
    assert files("clustersim").joinpath("charts/fonts/OFL.txt").is_file()


# ---------------------------------------------------------------- letters that the font lacks


def write(text, family=("sans-serif",)):
    figure = Figure()
    figure.text(0.1, 0.5, text, fontfamily=list(family))
    lettering.complete(figure)
    return figure


def test_a_letter_of_an_installed_font_is_taken_from_it(tmp_path, monkeypatch):
    """A rare syllable that the font lacks is drawn by any that has it."""
    rare = TTFont(FILES[0])
    for table in rare["cmap"].tables:
        table.cmap = {0xB620: next(iter(table.cmap.values()))}
    for record in rare["name"].names:
        record.string = "Rare" if record.nameID in (1, 4, 6) else record.string
    rare.save(tmp_path / "rare.ttf")
    monkeypatch.setattr(fontManager, "ttflist", list(fontManager.ttflist))
    fontManager.addfont(tmp_path / "rare.ttf")
    assert 0xB620 not in has(FILES[0])
    figure = write("똠")
    assert figure.texts[0].get_fontfamily() == ["sans-serif", "Rare"]
    figure.draw_without_rendering()


def test_a_letter_of_no_font_is_told_once_and_shown_as_a_square():
    with pytest.warns(UserWarning, match="no font here has 龘 뷁: shown as □") as told:
        figure = write("龘 뷁 龘")
    assert len(told) == 1
    assert figure.texts[0].get_text() == "□ □ □"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()


def test_that_is_told_in_korean_too():
    with speaking("ko"), pytest.warns(UserWarning, match="글꼴에 없는 글자 龘"):
        write("龘")


# ---------------------------------------------------------------- lines


def test_wide_letters_count_as_two():
    assert lettering.fill("가나다 라마바 사아자", 13) == "가나다 라마바\n사아자"
    assert lettering.fill("abc def ghi", 7) == "abc def\nghi"
    assert lettering.fill("가나다라마바사", 6) == "가나다\n라마바\n사"
    assert lettering.shorten("가나다 라마바 사아자", 16) == "가나다 라마바 …"


def test_the_font_is_added_again_where_the_list_of_fonts_has_lost_it(monkeypatch):
    with speaking("ko"):
        lettering.families()
        others = [font for font in fontManager.ttflist if font.name != lettering.FAMILY]
        monkeypatch.setattr(fontManager, "ttflist", others)
        assert lettering.families()[0] in {font.name for font in fontManager.ttflist}


def test_no_line_is_wider_than_as_many_letters_of_latin():
    with speaking("ko"):
        family = lettering.families()
    text = "선: 반복의 중앙값. 띠: 가운데 절반과 가운데 90%(사업 없음: 파선). " * 4
    prop = FontProperties(family=family)
    widths = [
        TextPath((0, 0), line, size=10, prop=prop).get_extents().width
        for line in lettering.fill(text, 60).splitlines()
    ]
    assert max(widths) <= 60 * 5.0
    assert max(widths) > 0.75 * 60 * 4.2
