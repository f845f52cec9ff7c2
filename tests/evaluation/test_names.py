"""What things are called: by their names in English, by the scenario's titles in Korean."""

from __future__ import annotations

import pytest

from clustersim.evaluation import names
from clustersim.evaluation.summary import _parameter
from clustersim.language import speaking
from clustersim.scenario import catalogue, korean, load
from clustersim.words import words

CLUSTERS = {"parts": {"title": "parts", "title_ko": "부품"}, "own": {"title": "own idea"}}
HEADER = {
    "resolved": {
        "title": "Noksan",
        "title_ko": "녹산",
        "complexes": {"noksan": {"title": "Noksan", "title_ko": "녹산"}, "other": {}},
        "programme": {"complexes": {"noksan": {"mini_clusters": CLUSTERS}}},
        "arms": {
            "twice": {
                "title": "twice",
                "title_ko": "두 배",
                "programme": {
                    "complexes": {"noksan": {"mini_clusters": {"new": {"title_ko": "신규"}}}}
                },
            },
        },
    },
    "targets": {"goal": {"title": "goal", "title_ko": "목표"}},
}


def said():
    return {
        "run": names.run(HEADER),
        "complex": names.complex_(HEADER, "noksan"),
        "arm": names.arm(HEADER, "twice"),
        "built in": names.arm(HEADER, "no_programme"),
        "target": names.target(HEADER, "goal"),
        "mini-cluster": names.work(HEADER, "a", "noksan", "parts"),
        "of an arm": names.work(HEADER, "twice", "noksan", "new"),
        "in English alone": names.work(HEADER, "a", "noksan", "own"),
        "instrument": names.work(HEADER, "a", "noksan", "prototype"),
        "unknown": names.work(HEADER, "a", "noksan", "zzz"),
        "without a title": names.complex_(HEADER, "other"),
    }


def test_in_english_names_are_shown():
    assert set(said().values()) == {""}


def test_in_korean_titles_are_shown():
    with speaking("ko"):
        assert said() == {
            "run": "녹산", "complex": "녹산", "arm": "두 배", "built in": "사업 없음",
            "target": "목표", "mini-cluster": "부품", "of an arm": "신규",
            "in English alone": "own idea", "instrument": "시제품 제작", "unknown": "",
            "without a title": "",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "of", "english", "korean"),
    [
        ("firms", "", "firms", "기업"),
        ("firms", "outcome", "firms", "기업 수"),
        ("firms", "funder", "firms", "기업 부담"),
        ("no_programme", "arm", "no programme", "사업 없음"),
        ("rd_spending", "outcome", "R&D spending", "연구개발비"),
        ("some_key", "", "some key", "some key"),
        ("", "", "", ""),
        # a text of the catalogue that is no name of the model
        ("total", "", "total", "total"),
    ],
)
def test_words_of_the_model(name, of, english, korean):
    assert words(name, of) == english
    with speaking("ko"):
        assert words(name, of) == korean


@pytest.mark.parametrize("name", catalogue.names())
def test_every_drawn_parameter_has_a_korean_word(name):
    scenario = load(name)
    paths = {path for arm in scenario.arms.values() for path in arm.doubts}
    assert paths
    with speaking("ko"):
        bare = [path for path in paths if _parameter(path, {}).startswith(path)]
    assert bare == []


def test_one_name_in_two_blocks_has_two_words():
    said = [korean.of_path(f"economy.{block}.elasticity") for block in ("knowledge", "spillovers")]
    assert [word for word, _ in said] == ["지식 탄력성", "파급 탄력성"]
    assert korean.of_path("programme.services.audit.half_life") == korean.VALUES["half_life"]
