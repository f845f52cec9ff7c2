"""Mistakes as they are told in Korean: whole texts of every room, and no English left in any."""

from __future__ import annotations

import errno
import json
import pathlib
import shutil
from types import SimpleNamespace

import click
import pytest
from test_mistakes_in_files import CHANGES, FILES, MISTAKES

import clustersim as cs
from clustersim.cli import main
from clustersim.cli.spoken import _SAID, retold
from clustersim.errors import ClustersimError, InputError, RunError, UnitError
from clustersim.experiment import executors
from clustersim.experiment.plan import Task, plan, replicates
from clustersim.files import put
from clustersim.language import speaking
from clustersim.programme.instruments import registry
from clustersim.results import Results
from clustersim.scenario import facts, json_schema, starter
from clustersim.units import Kind, parse
from korean import assert_korean
from plain_scenario import TEXT

# ---------------------------------------------------------------- in files

PLACE = "programme.complexes.noksan"
NAMES = "글자, 숫자, 밑줄로 적고 그 사이에만 붙임표 하나씩, 모두 35자 이하"

TOLD = {
    "unknown key": "7:5: complexes.noksan.titles: 없는 키\n  혹시: 'title'",
    "missing key": (
        f"32:7: {PLACE}.budget.amount: 빠져 있음\n"
        "  'amount' 더하기(금액, 예: '47억원' 또는 '4.7 bn KRW')"
    ),
    "missing list": "24:1: economy.sectors: 빠져 있음\n  여기에 더하기: 'sectors: ...'",
    "key twice": "3:1: start: 'start': 두 번 나옴\n  하나만 남기기. 첫 번째는 2행에 있음",
    "text for a count": (
        "19:14: complexes.noksan.figures.firms: 필요한 값: 정수, 적힌 값: 'many'\n  예: 20"
    ),
    "negative money": (
        f"33:17: {PLACE}.budget.amount: '-47억원': 범위 밖의 값\n  쓸 수 있는 범위: 0원~10조원"
    ),
    "list for money": (
        f"33:17: {PLACE}.budget.amount: 필요한 값: 금액, 적힌 값: 목록\n"
        "  예: '47억원' 또는 '4.7 bn KRW'"
    ),
    "word for a block": (
        "28:10: economy.macro: 필요한 값: 키와 값, 적힌 값: 'flat'\n  그 아래에 키를 적기"
    ),
    "word for a choice": (
        "53:12: targets.more.group: 'everyone': 없는 선택지\n  고를 수 있는 값: "
        "all, all_without_anchors, members, supported, inno_core, untreated"
    ),
    "nothing to delete": (
        f"47:47: arms.double.{PLACE}.budget.amuont: 지울 것이 없음\n  혹시: 'amount'"
    ),
    "money without currency": (
        f"33:17: {PLACE}.budget.amount: 47: 통화 단위 없음\n"
        "  이렇게 적기: '47 KRW', 또는 예: '47억원' 또는 '4.7 bn KRW'"
    ),
    "rate without period": (
        "27:29: economy.knowledge.depreciation: '15 %': 기간 단위 없음\n"
        "  이렇게 적기: '15 % / year' 또는 '0.15 / year'"
    ),
}
"""What is said of some of the mistakes that the English table has."""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to work in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def command(capsys):
    """Run the command in Korean; return exit code, standard output and standard error."""

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--lang=ko"])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=stop.value.code, out=out, err=err)

    return call


def told_of(source, **options):
    """What loading says in English and in Korean, problem by problem."""
    both = []
    for lang in ("en", "ko"):
        with pytest.raises(InputError) as caught:
            cs.load(source, lang=lang, **options)
        both.append(caught.value.problems)
    return zip(*both, strict=True)


def assert_told(source, given, **options):
    """The same problems in the same places as in English, in Korean."""
    for english, korean in told_of(source, **options):
        assert (korean.place, korean.path) == (english.place, english.path)
        assert korean.message != english.message
        assert_korean(f"{korean.message}\n{korean.hint}", given)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_file(mistake, desk, command):
    right, wrong, _ = MISTAKES[mistake]
    text = TEXT.replace(right, wrong, 1)
    (desk / "my.yaml").write_text(text, encoding="utf-8")
    assert_told("my.yaml", text)
    if mistake in TOLD:
        done = command("check", "my.yaml")
        assert (done.code, done.out, done.err) == (2, "", f"my.yaml:{TOLD[mistake]}\n")


@pytest.mark.parametrize("mistake", FILES)
def test_a_file_that_is_no_scenario(mistake, desk):
    raw, _ = FILES[mistake]
    (desk / "my.yaml").write_bytes(raw)
    (desk / "folder.yaml").mkdir()
    (desk.parent / "outside.yaml").write_text("title: x\n")
    assert_told("my.yaml", raw.decode("latin-1") + "shared/korea my.yaml")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_cannot_be_made(change, desk):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    assert_told("my.yaml", TEXT + change, set=[change])


# ---------------------------------------------------------------- across blocks


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "end: 2010-12",
            "end: 2007-06",
            "3:6: end: 실행 기간이 1년보다 짧음\n  2007-12에 끝나게",
        ),
        (
            "complex: noksan",
            "complex: noksam",
            "52:14: targets.more.complex: 'noksam': 없는 단지\n  혹시: 'noksan'",
        ),
        (
            "launch: 2008-07-05",
            "launch: 2011-07-05",
            (
                f"38:43: {PLACE}.mini_clusters.plating.launch: 2011-07-05: 실행 기간보다 뒤임\n"
                "  2010-12까지의 날짜로. 실행 시작 전이어도 됨"
            ),
        ),
        (
            "by: 2009",
            "by: 2007",
            "56:9: targets.more.by: 2007: 기준 연도 2007보다 뒤가 아님\n  더 늦은 해로",
        ),
        (
            "suppliers: 10 %",
            "suppliers: 10 %, odd: 1",
            None,
        ),
        (
            "workers: 100\n",
            "workers: 1500\n",
            None,
        ),
        (
            "{network: {share: 51 %}, rnd",
            "{netwrok: {share: 51 %}, rnd",
            (
                f"36:16: {PLACE}.budget.lines: 추진단 비용을 지급하는 network 항목이 없음\n"
                "  'network: {share: ...}'를 더하거나 office_share를 0 %로\n"
                f"my.yaml:36:17: {PLACE}.budget.lines.netwrok: 이 항목에서 나가는 돈이 없음\n"
                "  혹시: 'network'"
            ),
        ),
        (
            "prototype: {opens",
            "prototpe: {opens",
            (
                f"42:19: {PLACE}.services.prototpe: 'prototpe': 없는 지원사업\n"
                "  혹시: 'prototype' (또는 그것을 더하는 패키지 설치)"
            ),
        ),
        (
            "firms: 50",
            "firms: {triangular: [50, 40, 60]}",
            (
                "19:27: complexes.noksan.figures.firms.triangular: 수의 순서가 맞지 않음\n"
                "  이렇게 적기: low <= mode <= high"
            ),
        ),
    ],
)
def test_blocks_that_do_not_agree(right, wrong, said, desk, command):
    assert right in TEXT
    text = TEXT.replace(right, wrong, 1)
    (desk / "my.yaml").write_text(text, encoding="utf-8")
    assert_told("my.yaml", text)
    if said is not None:
        assert command("check", "my.yaml").err == f"my.yaml:{said}\n"


HEADER = "id,sector,workers,output"
ROSTER = "title: Noksan\n    population: {file: firms.csv, as_of: 2007-10}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["a,machinery,0.5,1억원", "b,steel,2,2억원", "c,steel,2,2억원"],
            ("firms.csv:2: 열 'workers': 고용 0.5명: 있을 수 없는 값\n  대표 혼자이면 1로 적기"),
        ),
        (
            ["a,machinery,5,1억원", "a,steel,2,2억원"],
            (
                "firms.csv:3: 열 'id': 'a': 2행에도 있음\n"
                "  기업마다 다른 id를 주거나 둘 가운데 하나를 빼기"
            ),
        ),
        (
            ["a,stel,5,1억원", "b,stel,2,2억원"],
            (
                "firms.csv:2: 열 'sector': 'stel': 없는 업종(여기와 다른 1곳)\n"
                "  혹시: 'steel'. 또는 무엇인지 'sectors' 아래에 적기"
            ),
        ),
        (
            ["a,steel,5,1억원"],
            "firms.csv: 행 1개 가운데 1개만 온전함\n  단지에는 기업이 둘 이상 있어야 함",
        ),
        (
            ["a,steel,5"],
            ('firms.csv:2: 열 이름은 4개, 칸은 3개\n  쉼표가 든 글은 따옴표로 묶기: "1,234"'),
        ),
        (
            ["a,steel,5,many", "b,steel,5,"],
            (
                "firms.csv:2: 열 'output': 필요한 값: 금액, 적힌 값: 'many'\n"
                "  정해진 단위의 수로 적기, 또는 예: 50억원."
                " 알 수 없다는 뜻이면 'missing'에 더하기\n"
                "firms.csv:3: 열 'output': 값이 없음\n"
                "  값을 적거나 'incomplete: leave_out'으로 그런 기업을 빼기"
            ),
        ),
    ],
)
def test_a_file_of_firms(lines, said, desk, command):
    (desk / "firms.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    write_roster(desk)
    done = command("check", "my.yaml")
    assert (done.code, done.out, done.err) == (2, "", f"{said}\n")


def write_roster(desk):
    start, end = TEXT.index("title: Noksan"), TEXT.index("economy:")
    (desk / "my.yaml").write_text(f"{TEXT[:start]}{ROSTER}\n{TEXT[end:]}", encoding="utf-8")


def test_what_a_file_of_firms_holds_is_told_but_stored_in_english(desk, command):
    lines = [HEADER, "a,machinery,5,10억원", "b,steel,2,20억원", "c,steel,,20억원", ""]
    (desk / "firms.csv").write_text("\n".join(lines), encoding="utf-8")
    write_roster(desk)
    leave = "complexes.noksan.population.incomplete=leave_out"
    english, korean = (cs.load("my.yaml", set=[leave], lang=lang) for lang in ("en", "ko"))
    assert korean.data == english.data
    assert korean.digest(1) == english.digest(1)
    assert english.notes[0].startswith("noksan: firms.csv: 2 firms, 7 workers, output 3 bn KRW; ")
    assert korean.notes[0].startswith("noksan: firms.csv: 기업 2개, 고용 7명, 생산액 ")
    assert "; 행 3개 가운데 1개는 온전하지 않아 제외" in korean.notes[0]
    (digest,) = {each.notes[0].rpartition(" ")[2] for each in (english, korean)}
    assert english.spec.complexes["noksan"].population.found.endswith(digest)
    text = (desk / "my.yaml").read_text(encoding="utf-8")
    (desk / "my.yaml").write_text(text.replace("2007-10}", "2007-10, incomplete: leave_out}"))
    assert command("check", "my.yaml").out == f"my.yaml: 잘못 없음\n  {korean.notes[0]}\n"


def test_the_schema_is_the_same_whoever_asks():
    english = json_schema.text(json_schema.scenario_schema())
    with speaking("ko"):
        assert json_schema.text(json_schema.scenario_schema()) == english


# ---------------------------------------------------------------- the rooms by themselves


def refuse(*_arguments, **_options):
    raise PermissionError(errno.EACCES, "Permission denied")


CALLS = {
    "a quantity": (
        lambda: parse("5 %", Kind.GROWTH),
        "'5 %': 기간 단위 없음\n이렇게 적기: '5 % / year' 또는 '0.05 / year'",
    ),
    "a bound": (
        lambda: parse("150 % / year", Kind.DEPRECIATION),
        "'150 % / year': 감가율의 값이 될 수 없음\n0 % / year 이상 100 % / year 이하여야 함",
    ),
    "a language": (
        lambda: cs.load("noksan", lang="kr"),
        "'kr': 쓸 수 없는 언어입니다\n쓸 수 있는 언어: en, ko",
    ),
    "a name": (lambda: cs.load("noksam"), "'noksam': 들어 있지 않은 시나리오\n혹시: 'noksan'"),
    "a starter": (
        lambda: starter.start("a/b", "noksan", pathlib.Path()),
        f"'a/b': 이 폴더를 벗어남\n{NAMES}",
    ),
    "a fact": (lambda: facts.facts("noksam"), "'noksam': 적힌 것이 없음\n혹시: 'noksan'"),
    "an arm's name": (
        lambda: Task("a/b", "c", 0, 0),
        f"'a/b': 이름이 될 수 없음\n{NAMES}",
    ),
    "arms twice": (
        lambda: plan(["a", "a"], "b", replicates(1)),
        "대안 'a': 2번 지정됨\n한 번만 지정",
    ),
    "no replicates": (lambda: replicates(0), "replicates: 0: 너무 적음\n1 이상으로 지정"),
    "no workers": (
        lambda: list(executors.run_each(str, [1], 0)),
        "workers: 0: 너무 적음\n1 이상으로 지정",
    ),
    "no results": (
        lambda: Results.open("nowhere"),
        "nowhere: 없는 폴더\n`clustersim run` 명령이 만든 폴더를 지정",
    ),
    "nothing to compare": (
        lambda: cs.compare([]),
        "비교할 것이 없음\n시나리오나 결과 폴더를 지정",
    ),
    "an instrument": (
        lambda: registry._loaded(
            SimpleNamespace(name="x", value="json:loads", dist=None, load=lambda: json.loads)
        ),
        (
            "어떤 패키지의 지원사업 'x': 지원사업이 아님: json:loads\n"
            "clustersim.programme.instruments.service.Service의 하위 클래스를 가리키게"
        ),
    ),
}


@pytest.mark.parametrize("what", CALLS)
def test_a_mistake_of_each_room(what, desk):
    call, said = CALLS[what]
    assert list(desk.iterdir()) == []
    with speaking("ko"), pytest.raises(ClustersimError) as caught:
        call()
    assert str(caught.value) == said


def test_a_disk_that_refuses(desk, monkeypatch):
    monkeypatch.setattr(pathlib.Path, "write_bytes", refuse)
    with speaking("ko"), pytest.raises(RunError) as caught:
        put(pathlib.Path("there"), b"")
    assert str(caught.value) == (
        "there: 쓸 수 없음(권한 없음)\n쓸 수 있는 폴더를 고르고 디스크가 가득 찼는지 확인"
    )
    assert list(desk.iterdir()) == []


def test_the_language_ends_with_the_block():
    with speaking("ko"), pytest.raises(UnitError):
        parse("5 %", Kind.GROWTH)
    with pytest.raises(UnitError, match="has no period"):
        parse("5 %", Kind.GROWTH)


# ---------------------------------------------------------------- a run


RUN = ["run", "my.yaml", "--replicates", "1", "--workers", "1", "--out", "there"]


def test_a_run_that_fails_and_a_folder_of_another(desk, command):
    """One world after another: the reason of a failed pair is told in Korean as well."""
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    few = ["--set", "economy.demand.exporters=1 %", "--set"]
    done = command(*RUN, *few, "complexes.noksan.figures.export_share=90 %")
    *_, what, hint = done.err.splitlines()
    task = "as_announced--no_programme/d0-l0"
    assert (done.code, done.out) == (1, "")
    assert what.startswith(f"세계 쌍 1개 가운데 1개 실패. 첫 번째, {task}: 수출 기업이 너무 적어 ")
    note = pathlib.Path("there/tasks") / f"{task}.failed.txt"
    assert hint == f"나머지는 보관됨. 참고: {note}. 같은 명령이 다시 시도함"
    done = command(*RUN, "--seed", "5")
    what, hint = done.err.splitlines()
    assert what.startswith("there: 다른 실행의 폴더임: 식별값 ")
    assert what.endswith("; 난수 시드 20080624(5 아님)")
    assert hint == "--out으로 이 실행만의 폴더를 지정하거나 저 폴더를 지우기"
    shutil.rmtree("there")
    pathlib.Path("there").mkdir()
    pathlib.Path("there/run.json").write_text('{"format": 9, "digest": "x", "seed": 1}')
    assert command(*RUN).err == (
        "there: 형식 9의 결과. 이 clustersim이 읽는 형식: 1\n"
        "그것을 만든 버전을 쓰거나 다른 --out으로 시나리오를 다시 실행\n"
    )


def test_a_worker_that_dies_is_told_of_in_one_line():
    """The reason of a failure is cut at its first colon."""
    with speaking("ko"):
        assert executors.tr(executors.DIED).count(": ") == 1


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lanch"], "'lanch': 없는 명령입니다\n쓸 수 있는 명령: run, check, compare, plot"),
        (["run"], "빠진 인수: 'SCENARIO'\n참고: 'clustersim run --help'"),
        (["run", "--replicats", "3"], "'--replicats': 없는 옵션\n혹시: '--replicates'"),
        (["run", "x", "--zzz"], "'--zzz': 없는 옵션\n참고: 'clustersim run --help'"),
        (["run", "x", "y"], "남는 인수: y\n참고: 'clustersim run --help'"),
        (["run", "x", "y", "z"], "남는 인수: y z\n참고: 'clustersim run --help'"),
        (
            ["run", "x", "--replicates", "0"],
            "'--replicates': 0: 범위 밖의 값(x>=1)\n참고: 'clustersim run --help'",
        ),
        (
            ["run", "x", "--seed", "many"],
            "'--seed': 'many': 정수가 아님\n참고: 'clustersim run --help'",
        ),
        (["run", "x", "--json=3"], "'--json': 값을 받지 않는 옵션\n참고: 'clustersim"),
        (["plot", "no/such"], "'DIR': 'no/such': 없는 폴더\n참고: 'clustersim plot --help'"),
        (["plot", "file"], "'DIR': 'file': 폴더가 아닌 파일\n참고: 'clustersim plot --help'"),
        (
            ["schema", "--out", "."],
            "'--out': '.': 파일이 아닌 폴더\n참고: 'clustersim schema --help'",
        ),
        (["validate", "--sections", "fitt"], "--sections: 'fitt': 없는 절\n혹시: 'fit'"),
    ],
)
def test_mistakes_on_the_command_line(words, said, desk, command):
    (desk / "file").touch()
    done = command(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 2
    assert done.err.startswith(said)


def test_a_language_that_is_not_spoken_is_told_in_that_of_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("CLUSTERSIM_LANG", "ko")
    with pytest.raises(SystemExit):
        main(["check", "x", "--lang", "kr"])
    said = "'--lang': 'kr': 없는 선택지('en', 'ko' 가운데 하나)\n참고: 'clustersim check --help'\n"
    assert capsys.readouterr().err == said


def test_an_option_without_its_value(capsys):
    with pytest.raises(SystemExit):
        main(["run", "x", "--lang", "ko", "--seed"])
    assert capsys.readouterr().err.startswith("'--seed': 값이 있어야 하는 옵션\n")


def test_what_click_says_is_known_by_its_words():
    class Odd(click.ParamType):
        name = "odd"

    with speaking("ko"):
        assert retold("Nobody has said this.") == "Nobody has said this."
        for text in _SAID:
            assert_korean(retold(text.replace("{", "'").replace("}", "'")), text)
