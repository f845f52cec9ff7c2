"""The file to start from."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from clustersim import files
from clustersim.cli import main
from clustersim.errors import InputError, StoreError
from clustersim.language import speaking
from clustersim.scenario import catalogue, load
from clustersim.scenario.reading import read
from clustersim.scenario.show import changes
from clustersim.scenario.starter import SCHEMA, start
from clustersim.specs import Triangular


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return (stop.value.code, *capsys.readouterr())


@pytest.mark.parametrize("base", catalogue.names())
def test_it_is_sound_extends_and_changes_what_it_says(base, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "new", "mine", "--from", base) == (
        0, "mine.yaml\ncheck it with: clustersim check mine.yaml\n", ""
    )  # fmt: skip
    assert sorted(file.name for file in tmp_path.iterdir()) == [SCHEMA, "mine.yaml"]
    assert call(capsys, "check", "mine.yaml") == (0, "mine.yaml: no mistakes found\n", "")
    ours, theirs = load(tmp_path / "mine.yaml"), load(base)
    assert ours.name == "mine"
    assert ours.title == f"{theirs.title}: a version of my own"
    changed = [
        (name, plan.budget.amount / theirs.spec.programme.complexes[name].budget.amount)
        for name, plan in ours.spec.programme.complexes.items()
        if plan.budget != theirs.spec.programme.complexes[name].budget
    ]
    assert [factor for _, factor in changed] == [pytest.approx(1.2, rel=0.005)]
    assert ours.arms["as_announced"].doubts["economy.displacement.home"][0] == Triangular(
        0.3, 0.7, 0.9
    )
    assert ours.arms.keys() - theirs.arms.keys() == {"mine"}
    assert [change.path for change in changes(ours, "mine")] == [
        "programme.budget_factor", "programme.instruments"
    ]  # fmt: skip


def test_its_first_line_names_the_schema_beside_it_which_it_fits(tmp_path):
    path = start("mine", "noksan", tmp_path)
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=clustersim-schema.json"
    schema = json.loads((tmp_path / SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(read(path).data)
    assert "clustersim run mine.yaml --arms as_announced,mine" in rest
    commented = [line for line in rest.splitlines() if re.match(" *#", line)]
    assert len(commented) >= 12


@pytest.mark.parametrize("base", ["noksan", "namdong"])
def test_in_korean_only_comments_and_reasons_differ(base, tmp_path):
    with speaking("ko"):
        korean = start("mine", base, tmp_path / "ko")
    english = start("mine", base, tmp_path / "en")
    for ours, theirs in zip(load(korean).arms.values(), load(english).arms.values(), strict=True):
        assert ours.name == theirs.name
        assert _without(ours.spec.model_dump(), "source") == _without(
            theirs.spec.model_dump(), "source"
        )
        assert {path: doubt for path, (doubt, _) in ours.doubts.items()} == {
            path: doubt for path, (doubt, _) in theirs.doubts.items()
        }
    comments = re.findall(r"# (.*)", korean.read_text(encoding="utf-8"))[1:]
    telling = [line for line in comments if not line.startswith("  clustersim")]
    assert all(re.search("[가-힣]", line) for line in telling)
    assert re.search(r"amount: [\d,.]+억원  # 원래 [\d,.]+억원", korean.read_text("utf-8"))


def _without(part, key):
    return (
        {name: _without(value, key) for name, value in part.items() if name != key}
        if isinstance(part, dict)
        else part
    )


def test_the_names_it_takes(tmp_path):
    assert start("내-단지_2.yaml", "noksan", tmp_path).name == "내-단지_2.yaml"


@pytest.mark.parametrize(
    ("name", "base", "said"),
    [
        ("../mine", "noksan", "'../mine' leads out of this folder\n{letters}"),
        ("/mine", "noksan", "'/mine' leads out of this folder\n{letters}"),
        ("a/b", "noksan", "'a/b' leads out of this folder\n{letters}"),
        ("a\\b", "noksan", "'a\\\\b' leads out of this folder\n{letters}"),
        ("..", "noksan", "'..' leads out of this folder\n{letters}"),
        (".hidden", "noksan", "'.hidden' cannot be a name\n{letters}"),
        ("-x", "noksan", "'-x' cannot be a name\n{letters}"),
        ("", "noksan", "'' cannot be a name\n{letters}"),
        ("a b", "noksan", "'a b' cannot be a name\n{letters}"),
        ("a\n", "noksan", "'a\\n' cannot be a name\n{letters}"),
        ("a" * 61, "noksan", f"'{'a' * 35}…' cannot be a name\n{{letters}}"),
        ("noksan", "noksan", "'noksan' is a bundled scenario\nchoose another, such as my-noksan"),
        ("mine", "noksam", "no bundled scenario 'noksam'\ndid you mean 'noksan'?"),
        (
            "mine",
            "there.yaml",
            "no bundled scenario 'there.yaml'\n{bundled}",
        ),
    ],
)
def test_what_it_refuses(name, base, said, tmp_path):
    with pytest.raises(InputError) as caught:
        start(name, base, tmp_path)
    letters = "use letters, digits and underscores, with single hyphens between them, 35 at most"
    bundled = "bundled are: daebul, five-complexes, namdong, noksan, ochang, seongseo"
    assert str(caught.value) == said.replace("{letters}", letters).replace("{bundled}", bundled)
    assert list(tmp_path.iterdir()) == []


def test_it_never_overwrites(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("title: precious\n", encoding="utf-8")
    assert call(capsys, "new", "mine") == (
        2, "", "mine.yaml is there already\nchoose another name, or remove it first\n"
    )  # fmt: skip
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "title: precious\n"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.yaml"]


def test_not_even_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "mine.yaml").symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(InputError, match=r"mine\.yaml is there already"):
        start("mine", "noksan", tmp_path)
    assert not (tmp_path / "gone.yaml").exists()


def test_a_schema_that_is_there_stays(tmp_path):
    (tmp_path / SCHEMA).write_text("{}", encoding="utf-8")
    start("mine", "noksan", tmp_path)
    assert (tmp_path / SCHEMA).read_text(encoding="utf-8") == "{}"


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    def full(path, _data):
        raise StoreError(f"{path}: cannot be written (no space)", "free some")

    (tmp_path / SCHEMA).write_text("{}", encoding="utf-8")
    monkeypatch.setattr("clustersim.scenario.starter.put", full)
    with pytest.raises(StoreError, match=r"mine\.yaml: cannot be written"):
        start("mine", "noksan", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [SCHEMA]
    assert files.put is not full
