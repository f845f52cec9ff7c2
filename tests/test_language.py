"""What people are told, in each language; the catalogues of translations against the code."""

from __future__ import annotations

import io
import re
import string

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import clustersim as cs
from architecture import PACKAGE
from clustersim.cli import main
from clustersim.errors import ClustersimError, InputError
from clustersim.language import CATALOGUES, LANGUAGES, language, ntr, speaking, tr

TRANSLATED = LANGUAGES[1:]
KEYWORDS = {"tr": None, "later": None, "ntr": (1, 2)}


def file(lang, kind="po"):
    return CATALOGUES / lang / "LC_MESSAGES" / f"clustersim.{kind}"


def catalogue(lang):
    with file(lang).open("rb") as text:
        return read_po(text, locale=lang)


def in_code():
    """Every text of the code: the singular of those that count."""
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def fields(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


# ---------------------------------------------------------------- speaking


def test_a_block_speaks_its_language_and_no_longer():
    with speaking("ko"):
        assert language() == "ko"
        with speaking(None):
            assert language() == "ko"
        with speaking("en"):
            assert tr("no command {word}", word=1) == "no command 1"
        assert tr("no command {word}", word=1) == "1: 없는 명령입니다"
    assert language() == "en"


def test_a_language_is_left_when_something_is_raised():
    with pytest.raises(KeyError), speaking("ko"):
        raise KeyError
    assert language() == "en"


def test_a_language_that_is_not_spoken():
    with pytest.raises(InputError) as told, speaking("kr"):
        pass
    assert str(told.value) == "no language 'kr'\nthe languages are: en, ko"


def test_a_text_without_values_may_hold_braces():
    assert tr("{") == "{"


def test_numbers_choose_their_text():
    assert ntr("{number} x", "{number} xs", 1) == "1 x"
    assert ntr("{number} x of {y}", "{number} xs of {y}", 1234, y=2) == "1,234 xs of 2"


# ---------------------------------------------------------------- catalogues


def test_every_text_of_the_code_is_found():
    assert "no command {word}" in in_code()


def test_no_text_hides_within_an_f_string():
    # where it is not found and so never translated
    hidden = re.compile(r"""\{n?tr\(['"]""")
    assert [path for path in PACKAGE.rglob("*.py") if hidden.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_catalogue_has_every_text_and_no_other(lang):
    have = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(lang) if m.id}
    assert have == in_code(), "run 'make translations', then translate what is new"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_text_is_translated(lang):
    texts = [message for message in catalogue(lang) if message.id]
    assert [m.id for m in texts if not all(m.string if m.pluralizable else [m.string])] == []
    assert [m.id for m in texts if m.fuzzy] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_names_the_same_values(lang):
    for message in catalogue(lang):
        ids = message.id if message.pluralizable else (message.id,)
        said = message.string if message.pluralizable else (message.string,)
        for text in said:
            assert fields(text) == fields(ids[-1]), message.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_current(lang):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(lang))
    assert file(lang, "mo").read_bytes() == compiled.getvalue(), "run 'make translations'"


# ---------------------------------------------------------------- asking for a language


def told(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return stop.value.code, capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("option", [["--lang", "ko"], ["--lang=ko"]])
def test_the_option_is_heard_in_mistakes_of_the_command_line(capsys, option):
    code, lines = told(capsys, "lanch", *option)
    assert (code, lines[0]) == (2, "'lanch': 없는 명령입니다")


def test_the_environment_names_a_language_and_the_option_goes_before_it(capsys, monkeypatch):
    monkeypatch.setenv("CLUSTERSIM_LANG", "ko")
    assert told(capsys, "lanch")[1][0] == "'lanch': 없는 명령입니다"
    assert told(capsys, "lanch", "--lang", "en")[1][0] == "no command 'lanch'"
    monkeypatch.setenv("CLUSTERSIM_LANG", "")
    assert told(capsys, "lanch")[1][0] == "no command 'lanch'"


def test_an_environment_with_no_such_language_is_told(capsys, monkeypatch):
    monkeypatch.setenv("CLUSTERSIM_LANG", "kr")
    assert told(capsys, "scenarios") == (2, ["no language 'kr'", "the languages are: en, ko"])


def test_an_option_with_no_such_language_is_told(capsys):
    code, lines = told(capsys, "check", "noksan", "--lang", "kr")
    assert (code, len(lines)) == (2, 2)
    assert "'kr' is not one of 'en', 'ko'" in lines[0]


def test_what_is_loaded_and_run_keeps_its_language():
    assert cs.load("noksan").lang == "en"
    assert cs.load("noksan", lang="ko").lang == "ko"
    with pytest.raises(ClustersimError, match="no language"):
        cs.load("noksan", lang="kr")
    with pytest.raises(ClustersimError, match="no language"):
        cs.run("noksan", lang="kr")
    with pytest.raises(ClustersimError, match="no language"):
        cs.compare(["noksan"], lang="kr")
    assert language() == "en"
