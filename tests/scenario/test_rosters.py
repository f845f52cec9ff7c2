"""Files of firms: what they may look like, and what a user reads when one is wrong."""

from __future__ import annotations

import copy
import datetime as dt
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import InputError, ScenarioError, UnitError
from clustersim.evaluation.limits import limits
from clustersim.experiment import pair
from clustersim.randomness import ids
from clustersim.scenario import load, rosters, show
from clustersim.simulation import simulate
from small import SMALL, frame, luck

HEADER = "관리번호,업체명,업종,인원,매출액,수출액,설립일,연구비"
LINES = [
    "A-1,가온,기계,12,1200,0,1998-03-02,0",
    'A-2,나래,주물,"1,050","210,000","30,000",2003.5,"2,100"',
    "A-3,다온,machinery,35명,41억원,-,2007년 2월,",
    "A-4,라온,주물,8,7억5천만원,미상,2001,0",
]
POPULATION = {
    "file": "firms.csv",
    "as_of": "2007-10",
    "columns": {
        "id": "관리번호",
        "name": "업체명",
        "sector": "업종",
        "workers": "인원",
        "output": "매출액",
        "exports": "수출액",
        "founded": "설립일",
        "rd": "연구비",
    },
    "units": {"output": "백만원", "exports": "백만원", "rd": "백만원"},
    "sectors": {"기계": "machinery", "주물": "steel"},
    "missing": ["-", "미상"],
}
MINE = "complexes.noksan.population"


def data(**changes):
    """The small scenario with a file of firms in place of figures."""
    scenario = copy.deepcopy(SMALL)
    place = scenario["complexes"]["noksan"]
    del place["figures"]
    place["population"] = copy.deepcopy(POPULATION) | changes
    return scenario


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file of firms into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(*lines, header=HEADER, name="firms.csv", encoding="utf-8", end="\n"):
        (tmp_path / name).write_bytes(end.join([header, *lines, ""]).encode(encoding))

    return write


def roster(*set_, **changes):
    return load(data(**changes), set=set_).spec.complexes["noksan"].population.roster


def told(**changes):
    with pytest.raises(ScenarioError) as caught:
        load(data(**changes))
    return str(caught.value)


# ---------------------------------------------------------------- what is read


def test_a_file_is_read_in_the_words_and_units_of_its_office(write):
    write(*LINES)
    found = roster()
    assert found.id == ("A-1", "A-2", "A-3", "A-4")
    assert found.sector == ("machinery", "steel", "machinery", "steel")
    assert found.workers.tolist() == [12.0, 1050.0, 35.0, 8.0]
    assert found.output.tolist() == [1.2e9, 2.1e11, 4.1e9, 7.5e8]
    assert np.array_equal(found.export_share, [0.0, 1 / 7, np.nan, np.nan], equal_nan=True)
    assert found.founded.tolist() == [-22.0, 40.0, 85.0, 12.0]
    assert np.array_equal(found.rd, [0.0, 2.1e9, np.nan, 0.0], equal_nan=True)


def test_what_was_found_is_said_in_a_line(write):
    write(*LINES)
    found = load(data()).spec.complexes["noksan"].population.found
    assert found.startswith(
        "4 firms, 1,105 workers, output 216 bn KRW; not known: exports of 2, research of 1 ("
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "euc-kr"])
def test_files_of_korean_offices_are_read(write, encoding):
    write(*LINES, encoding=encoding, end="\r\n")
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    assert roster(encoding=plain).sector[1] == "steel"


def test_columns_called_as_here_need_no_map_and_others_are_not_read(write):
    write(
        "b,steel,20,3000000000,0.2,x",
        "a,machinery,10,1000000000,35 %,y",
        header="id,sector,workers,output,export_share,secret",
    )
    scenario = data(columns={}, units={"output": "원"})
    found = load(scenario).spec.complexes["noksan"].population
    assert found.roster.export_share.tolist() == [0.35, 0.2]
    assert "secret" not in found.rows
    assert ",y" not in found.rows


@pytest.mark.parametrize(("unit", "share"), [("", "0.4"), ("", "40 %"), ("%", "40"), ("%", "40%")])
def test_a_share_is_a_fraction_or_per_cent_as_told(write, unit, share):
    write(
        f"a,steel,20,30억원,{share}",
        "b,steel,20,30억원,0",
        header="id,sector,workers,output,export_share",
    )
    assert roster(columns={}, units={"export_share": unit}).export_share.tolist() == [0.4, 0.0]


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2003", 36),
        ("2003년", 36),
        ("2003-05", 40),
        ("2003. 5. 12.", 40),
        ("2003/05/12", 40),
        ("20030512", 40),
        ("200305", 40),
        ("2003년 5월 12일", 40),
        ("2003-05-12 00:00:00", 40),
        ("1975-01-02", -300),
    ],
)
def test_dates_are_read_as_offices_write_them(write, written, month):
    write(
        f"a,steel,20,30억원,{written}",
        "b,steel,20,30억원,",
        header="id,sector,workers,output,founded",
    )
    assert roster(columns={}).founded[0] == month


def test_blank_lines_and_breaks_in_quotes_do_not_move_the_count_of_lines(write):
    write(
        LINES[0], "", ",,,,,,,", 'A-9,"두\n줄",기계,3,900,0,2001,0', "A-8,x,기계,many,900,0,2001,0"
    )
    assert told() == (
        "firms.csv:7: column '인원': expected a number, not 'many'\n"
        "  write for example 1,234; where it means not known, add it to 'missing'"
    )


def test_parquet_is_read_with_its_own_types(tmp_path, write):
    write()
    table = pd.DataFrame(
        {
            "id": [1002, 1001],
            "sector": ["steel", "machinery"],
            "workers": [8, 12],
            "output": [Decimal("700.5"), Decimal(1200)],
            "founded": [dt.date(2001, 3, 1), None],
            "rd": [0.0, np.nan],
        }
    )
    table.to_parquet(tmp_path / "firms.parquet")
    found = roster(file="firms.parquet", columns={}, units={"output": "백만원", "rd": "백만원"})
    assert found.id == ("1001", "1002")
    assert found.output.tolist() == [1.2e9, 7.005e8]
    assert np.array_equal(found.founded, [np.nan, 14.0], equal_nan=True)
    assert np.array_equal(found.rd, [np.nan, 0.0], equal_nan=True)


TABLE = pd.DataFrame(
    {
        "id": ["b", "a", "c"],
        "sector": ["steel", "machinery", "steel"],
        "workers": [8.0, 12.0, 30.0],
        "output": [7e8, 1.2e9, 4e9],
        "founded": pd.to_datetime(["2001-03-01", None, "1999-01-01"]),
    }
)
IN_WON = {"columns": {}, "units": {"output": "원"}}


def test_a_dataframe_can_stand_for_a_file():
    given = data(file=TABLE, **IN_WON)
    found = load(given).spec.complexes["noksan"].population
    assert found.roster.id == ("a", "b", "c")
    assert np.array_equal(found.roster.founded, [np.nan, 14.0, -12.0], equal_nan=True)
    assert found.file == "(table)"
    assert (
        given["complexes"]["noksan"]["population"]["file"] is TABLE
    )  # what was given is as it was


def test_rows_of_a_table_are_counted_as_rows():
    odd = TABLE.assign(id=["b", "a", "b"])
    message = told(file=odd, **IN_WON)
    assert message.startswith("(table):3: column 'id': 'b' stands in row 1 too\n")


# ---------------------------------------------------------------- part of the scenario


def test_the_order_of_rows_and_columns_is_nothing(write):
    write(*LINES)
    one = load(data())
    write(*LINES[::-1])
    other = load(data())
    assert one.digest(1) == other.digest(1)
    assert one.notes == other.notes


def test_content_moves_the_digest(write):
    write(*LINES)
    before = load(data()).digest(1)
    write(LINES[0].replace(",12,", ",13,"), *LINES[1:])
    assert load(data()).digest(1) != before


def test_what_was_resolved_needs_the_file_no_more(write, tmp_path):
    write(*LINES)
    scenario = load(data())
    header = pair.header(scenario, 7)
    (tmp_path / "firms.csv").unlink()
    again = load(header["resolved"])
    assert again.digest(7) == scenario.digest(7)
    assert again.spec == scenario.spec


def test_show_prints_what_was_found_and_no_rows(write):
    write(*LINES)
    scenario = load(data())
    text = show(scenario)
    assert "A-1" not in text
    assert "4 firms, 1,105 workers" in text
    Path("shown.yaml").write_text(text, encoding="utf-8")
    assert load("shown.yaml").spec == scenario.spec
    write(*LINES[:3])
    with pytest.raises(ScenarioError) as caught:
        load("shown.yaml")
    assert "complexes.noksan.population.found: now there is: 3 firms, 1,097 workers" in str(
        caught.value
    )
    assert "take 'found' out to go on with this file" in str(caught.value)
    assert "4 firms, 1,105 workers" in scenario._repr_html_()


def test_firms_of_the_file_are_found_in_results_by_their_ids(write):
    write(*[f"A-{k},x,기계,{5 + k},{900 + 90 * k},0,{1990 + k},0" for k in range(18)])
    scenario = load(data(), set=["end=2008-12", "programme=~", "targets=~", "arms=~"])
    table = scenario.roster("noksan").set_index("id")
    assert table.loc["A-3", "workers"] == 8.0
    assert ids.slot(table["firm"].to_numpy()).max() < 2**31
    record = simulate(scenario.spec, luck())
    panel = frame(record.panel)
    whole = panel[panel["year"] == 2007].set_index("id")["workers"] / 12.0
    for name in ("A-3", "A-16"):  # one from the start, one of 2006: before it
        at = whole.loc[table.loc[name, "firm"]]
        assert at == pytest.approx(table.loc[name, "workers"], rel=0.2)
    with pytest.raises(InputError, match="no file tells the firms of 'noksam'"):
        scenario.roster("noksam")


def test_a_run_says_which_firms_it_rests_on(write):
    write(*LINES)
    header = pair.header(load(data()), 7)
    nothing = pd.DataFrame(columns=["outcome", "group", "measure"])
    said = limits(header, nothing, pd.DataFrame())
    assert "The firms of noksan up to 2007-10 are those of firms.csv: 4 firms, 1,105" in said
    assert "Firms that closed before are not in it" in said


# ---------------------------------------------------------------- what is wrong, told at once

WRONG = [
    "A-1,가온,기계,12,1200,0,1998-03-02,0",  # 2
    "A-1,나래,주물,0,2100,0,2003.5,0",  # 3: twice, no workers
    ",다온,기계,,-5,0,2009-01,0",  # 4: no id, no workers, negative, founded too late
    "A-4,라온,압연,8,약 7억,0,어제,0",  # 5: sector, money, date
    "A-5,마루,압연,8,700,900,2001,-3",  # 6: sector again, exports, research
    "A-6,바다,기계,8,1,234,0,2001,0",  # 7: a comma that splits a number
    "A-7,사랑,기계,0.5,700,0,2001-13,0",  # 8
    "A-8,아람,기계,8,0,0,2001,0",  # 9
]
SAID = """\
firms.csv:3: column '관리번호': 'A-1' stands in line 2 too
  give every firm an id of its own, or take one of the two out
firms.csv:3: column '인원': 0 workers cannot be
  write 1 for an owner alone
firms.csv:4: column '관리번호': no value
  write it, or leave such firms out by 'incomplete: leave_out'
firms.csv:4: column '매출액': '-5' cannot be
  write more than 0, and check the unit
firms.csv:4: column '설립일': 2009-01 is after 2007-10, which the file stands for
  check the date and as_of, or leave the firm out
firms.csv:4: column '인원': no value
  write it, or leave such firms out by 'incomplete: leave_out'
firms.csv:5: column '매출액': expected an amount of money, not '약 7억'
  write a number in its unit, or for example 50억원; where it means not known, add it to 'missing'
firms.csv:5: column '설립일': expected a date, not '어제'
  write for example 2003-05-12, 2003.5 or 2003; where it means not known, add it to 'missing'
firms.csv:5: column '업종': unknown sector '압연', here and in 1 more
  the sectors are: machinery, steel; or say what it is below 'sectors'
firms.csv:6: column '연구비': '-3' cannot be
  write 0 or more, and check the unit
firms.csv:7: 9 cells below 8 column names
  put a text with a comma in quotes: "1,234"
firms.csv:8: column '설립일': expected a date, not '2001-13'
  write for example 2003-05-12, 2003.5 or 2003; where it means not known, add it to 'missing'
firms.csv:8: column '인원': 0.5 workers cannot be
  write 1 for an owner alone
firms.csv:9: column '매출액': '0' cannot be
  write more than 0; leave out a firm that does not operate"""


def test_every_bad_cell_is_told_at_once(write):
    write(*WRONG)
    assert told() == SAID


def test_gaps_are_told_or_left_out(write):
    gaps = ["A-5,x,기계,,900,0,2001,0", "A-6,x,기계,9,미상,0,2001,0"]
    write(*LINES, *gaps)
    assert told() == (
        "firms.csv:6: column '인원': no value\n"
        "  write it, or leave such firms out by 'incomplete: leave_out'\n"
        "firms.csv:7: column '매출액': no value\n"
        "  write it, or leave such firms out by 'incomplete: leave_out'"
    )
    scenario = load(data(incomplete="leave_out"))
    assert scenario.notes[0].startswith(
        "noksan: firms.csv: 4 firms, 1,105 workers, output 216 bn KRW;"
        " 2 of 6 rows are left out as incomplete; not known: exports of 2"
    )


def test_a_firm_of_after_as_of_and_exports_above_output_are_told(write):
    write(*LINES, "A-5,x,기계,9,900,901,2001,0", "A-6,x,기계,9,900,0,2007-11,0")
    assert told() == (
        "firms.csv:6: column '수출액': more is sold abroad than made\n  check both numbers\n"
        "firms.csv:7: column '설립일': 2007-11 is after 2007-10, which the file stands for\n"
        "  check the date and as_of, or leave the firm out"
    )


def test_many_problems_are_counted(write):
    write(*[f"A-{k},x,기계,many,900,0,2001,0" for k in range(50)])
    message = told()
    assert message.startswith(
        "firms.csv: 50 problems, of which the first 20 are told here\n"
        "  mend these and check again\nfirms.csv:2: "
    )
    assert message.count("expected a number") == 20
    assert "firms.csv:21:" in message


def test_columns_that_are_not_there_are_told_where_the_map_stands(write, tmp_path):
    write(*LINES)
    columns = POPULATION["columns"] | {"workers": "인원수", "rd": "R&D"}
    message = told(columns=columns)
    assert (
        f"{MINE}.columns.workers: firms.csv has no column '인원수'\n  did you mean '인원'?"
        in message
    )
    assert (
        f"{MINE}.columns.rd: firms.csv has no column 'R&D'\n  its columns are: 관리번호," in message
    )
    text = show(load(data())).replace("workers: 인원", "workers: 인원수")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "인원수" in row)
    with pytest.raises(ScenarioError, match=rf"^mine.yaml:{line}:18: {MINE}.columns.workers: "):
        load(tmp_path.joinpath("mine.yaml").name)


def test_a_column_that_stands_twice_is_told(write):
    write(*[f"{line},9" for line in LINES], header=f"{HEADER},매출액")
    assert f"{MINE}.columns.output: firms.csv has the column '매출액' twice" in told()


def test_numbers_without_a_unit_are_told_once(write):
    write(*LINES)
    assert told(units={"exports": "백만원", "rd": "백만원"}) == (
        f"scenario: {MINE}.units.output: the numbers of column '매출액' have no unit"
        " (firms.csv, line 2)\n  write for example 'units: {output: 백만원}'"
    )


def test_a_unit_that_is_far_off_is_told(write):
    write(*LINES[:2])
    assert told(units={"output": "원", "exports": "원", "rd": "원"}) == (
        "firms.csv: column '매출액': the median firm would make 150 KRW a worker a year\n"
        "  check population.units.output"
    )


def test_a_unit_of_shares_that_is_far_off_is_told(write):
    write(
        "a,steel,20,30억원,0.4", "b,steel,20,30억원,0.1",
        header="id,sector,workers,output,export_share",
    )  # fmt: skip
    assert "no firm would sell more than 1 % abroad" in told(
        columns={}, units={"export_share": "%"}
    )
    write(
        "a,steel,20,30억원,40", "b,steel,20,30억원,0",
        header="id,sector,workers,output,export_share",
    )  # fmt: skip
    assert "'40' is no share of output" in told(columns={}, units={})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "firms.csv: no rows\n  a complex has two firms at least"),
        (LINES[:1], "firms.csv: 1 of 1 rows are whole\n"),
        (["A-1,x,기계,3,900,0,2007,0", LINES[2]], "fewer than two firms were founded by 2007-01"),
    ],
)  # fmt: skip
def test_too_few_firms_are_told(write, lines, said):
    write(*lines)
    assert said in told()


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[0-9,.년월일원억백만% -]{1,12}"),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.decimals(allow_nan=False),
        st.dates(),
        st.datetimes(),
        st.binary(max_size=3),
        st.lists(st.integers(), max_size=2),
    )
)
def test_a_cell_is_read_or_told(cell):
    for read in (rosters._name, rosters._number, rosters._workers, rosters._founded):
        with suppress(UnitError):
            assert isinstance(read(cell), (str, int, float))


@given(st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode)))
def test_a_file_is_read_or_told(raw):
    for encoding in ("utf-8", "cp949", "euc-kr"):
        with suppress(rosters._Unusable):
            assert rosters._csv(raw, "firms.csv", encoding).header


# ---------------------------------------------------------------- the file itself


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "firms.csv: is empty\n"),
        (
            "관리번호,업종\n".encode("cp949"),
            "firms.csv:1: is not UTF-8 text\n  it looks like CP949",
        ),
        ("a,b\n".encode("utf-16"), "firms.csv:1: is not UTF-8 text\n  it looks like UTF-16"),
        (b"PK\x03\x04", "firms.csv: is no CSV file\n"),
        (b"a,b\0\n", "firms.csv: is no CSV file\n  save the sheet as CSV (UTF-8) or Parquet"),
        (b"id;sector;workers\n", "firms.csv:1: cells are not set apart by commas\n"),
        (b'a,b\n1,2\n"x,3\n', "firms.csv:3: is no CSV from here on: unexpected end of data\n"),
    ],
)
def test_what_is_no_csv_is_said_to_be_none(tmp_path, monkeypatch, raw, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firms.csv").write_bytes(raw)
    assert told().startswith(said)


def test_cp949_is_hinted_at_by_the_words_to_write(write):
    write(*LINES, encoding="cp949")
    assert told().endswith("older Windows programs: write 'encoding: cp949'")
    write(*LINES)
    assert told(encoding="cp949") == ("firms.csv: is UTF-8 text, not cp949\n  leave 'encoding' out")


def test_a_letter_that_only_cp949_has_is_told(write):
    write(LINES[0].replace("가온", "똠방"), *LINES[1:], encoding="cp949")
    assert told(encoding="euc-kr") == ("firms.csv:2: is not euc-kr text\n  try 'encoding: cp949'")


def test_what_is_no_parquet_is_said_to_be_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firms.parquet").write_bytes(b"PAR1 no")
    assert told(file="firms.parquet").startswith("firms.parquet: is no Parquet file: ")


def test_a_column_of_another_type_is_told():
    odd = TABLE.assign(workers=[True, False, True])
    assert "column 'workers': expected a number, not true" in told(file=odd, **IN_WON)
    listed = TABLE.assign(output=[[1.0], [2.0], [3.0]])
    assert "column 'output': expected an amount of money, not a list" in told(file=listed, **IN_WON)
    mixed = TABLE.assign(output=["1,200", 3, 4.5])
    assert told(file=mixed, **IN_WON).startswith("(table): cannot be read by Arrow: ")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("../firms.csv", "../firms.csv: leads out of the scenario's folder\n  put it beside"),
        ("/etc/passwd.csv", "/etc/passwd.csv: leads out of the scenario's folder\n"),
        ("link.csv", "link.csv: leads out of the scenario's folder\n"),
        ("firm.csv", "firm.csv: no such file\n  did you mean 'firms.csv'?"),
        ("firms.xlsx", "firms.xlsx: is neither .csv nor .parquet\n  save it as one of the two"),
        ("a\0.csv", "is no name of a file\n"),
        ("(table)", "(table): is gone\n  give the table again in place of 'file'"),
    ],
)
def test_a_file_stands_beside_its_scenario(write, tmp_path, monkeypatch, file, said):
    write(*LINES)
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "firms.csv").rename(inner / "firms.csv")
    (tmp_path / "outside.csv").write_text("x", encoding="utf-8")
    (inner / "link.csv").symlink_to(tmp_path / "outside.csv")
    (inner / "firms.xlsx").write_bytes(b"PK")
    monkeypatch.chdir(inner)
    assert said in told(file=file)


def test_a_path_starts_from_the_scenarios_own_folder(write, tmp_path, monkeypatch):
    write(*LINES)
    (tmp_path / "sheets").mkdir()
    (tmp_path / "firms.csv").rename(tmp_path / "sheets" / "firms.csv")
    load(data(file="sheets/firms.csv"))
    text = show(load(data(file="sheets/firms.csv")))
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load(tmp_path / "mine.yaml").notes


def test_a_file_too_large_is_not_read(write, monkeypatch):
    write(*LINES)
    monkeypatch.setattr(rosters, "MAX_BYTES", 20)
    assert told().startswith("firms.csv: is larger than 32 MiB\n")


def test_a_file_of_too_many_firms_is_not_read(write, monkeypatch):
    write(*LINES)
    monkeypatch.setattr(rosters, "MAX_FIRMS", 3)
    assert told().startswith("firms.csv: has more than 3 rows\n  keep the firms of one complex")


def test_slips_of_the_block_are_told_beside_those_of_the_file(write):
    write(*WRONG[:2])
    message = told(sectors={"기계": "machinary", "주물": "steel"})
    assert (
        f"{MINE}.sectors.기계: unknown sector 'machinary'\n  did you mean 'machinery'?" in message
    )
    assert "firms.csv:3: column '인원'" in message
    assert f"{MINE}.as_of: the firms are of a month outside the run" in told(as_of="2006-10")
    assert f"{MINE}.incomplete: unknown choice 'skip'" in told(incomplete="skip")
    assert f"{MINE}.columns.worker: unknown key\n  did you mean 'workers'?" in told(
        columns={"worker": "인원"}
    )
    assert f"{MINE}.units.output: 'USD' is no unit of money" in told(units={"output": "USD"})


def test_figures_beside_a_population_are_told(write):
    write(*LINES)
    both = data()
    both["complexes"]["noksan"]["figures"] = SMALL["complexes"]["noksan"]["figures"]
    with pytest.raises(ScenarioError) as caught:
        load(both)
    assert "complexes.noksan: the complex has both figures and a population" in str(caught.value)


def test_a_bundled_complex_can_be_given_firms_of_its_own(write):
    write(*LINES)
    changes = [
        "complexes.noksan.figures=~",
        "complexes.noksan.population.file=firms.csv",
        "complexes.noksan.population.as_of=2007-10",
        "complexes.noksan.population.units={output: 백만원, exports: 백만원, rd: 백만원}",
        "complexes.noksan.population.sectors={기계: machinery, 주물: steel}",
        "complexes.noksan.population.missing=['-', 미상]",
        *(
            f"complexes.noksan.population.columns.{word}={column}"
            for word, column in POPULATION["columns"].items()
        ),
    ]
    assert load("noksan", set=changes).notes == load(data()).notes
