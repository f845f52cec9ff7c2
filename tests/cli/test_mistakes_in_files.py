"""Mistakes in a scenario file: whole texts, exit code 2, nothing else said and nothing done."""

from __future__ import annotations

import os
import pathlib
from types import SimpleNamespace

import pytest

import clustersim as cs
from clustersim.cli import main
from clustersim.errors import InputError
from plain_scenario import TEXT

_CHECK = "check its name and permissions"
_BUNDLED = (
    "a path ends in .yaml; bundled are: daebul, five-complexes, namdong, noksan, ochang, seongseo"
)

MISTAKES = {
    "unknown key": (
        "title: Noksan",
        "titles: {a: b}\n    title: Noksan",
        ("7:5: complexes.noksan.titles: unknown key\n  did you mean 'title'?"),
    ),
    "misspelt key": (
        "amount: 47억원",
        "amuont: 47억원",
        ("33:9: programme.complexes.noksan.budget.amuont: unknown key\n  did you mean 'amount'?"),
    ),
    "missing key": (
        "        amount: 47억원\n",
        "",
        (
            "32:7: programme.complexes.noksan.budget.amount: missing\n"
            "  add 'amount', an amount of money such as '4.7 bn KRW' or '47억원'"
        ),
    ),
    "missing list": (
        "  sectors: [machinery, steel]\n",
        "",
        ("24:1: economy.sectors: missing\n  add 'sectors: ...' here"),
    ),
    "missing title": (
        "title: A small complex\n",
        "",
        ("1:1: title: missing\n  add 'title: ...' here"),
    ),
    "key twice": (
        "start: 2007-01",
        "start: 2007-01\nstart: 2008-01",
        ("3:1: start: 'start' stands here twice\n  keep one; the first is in line 2"),
    ),
    "text for a count": (
        "firms: 50",
        "firms: many",
        (
            "19:14: complexes.noksan.figures.firms: expected a whole number, not 'many'\n"
            "  write for example 20"
        ),
    ),
    "true for a count": (
        "firms: 50",
        "firms: true",
        (
            "19:14: complexes.noksan.figures.firms: expected a whole number, not true\n"
            "  write for example 20"
        ),
    ),
    "fraction for a count": (
        "firms: 50",
        "firms: 50.5",
        (
            "19:14: complexes.noksan.figures.firms: expected a whole number, not 50.5\n"
            "  write for example 20"
        ),
    ),
    "list for money": (
        "amount: 47억원",
        "amount: [47억원]",
        (
            "33:17: programme.complexes.noksan.budget.amount: "
            "expected an amount of money, not a list\n"
            "  write for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "word for a block": (
        "macro: {mode: flat}",
        "macro: flat",
        ("28:10: economy.macro: expected keys with values, not 'flat'\n  write its keys below it"),
    ),
    "word for a list": (
        "[machinery, steel]",
        "machinery",
        ("25:12: economy.sectors: expected a list, not 'machinery'\n  write for example [a, b]"),
    ),
    "number for text": (
        "{title: plating,",
        "{title: 3,",
        (
            "38:26: programme.complexes.noksan.mini_clusters.plating.title: "
            "expected text, not 3\n"
            "  put it in quotes"
        ),
    ),
    "word for a choice": (
        "group: all",
        "group: everyone",
        (
            "53:12: targets.more.group: unknown choice 'everyone'\n"
            "  choose from: "
            "all, all_without_anchors, members, supported, inno_core, untreated"
        ),
    ),
    "no value": (
        "amount: 47억원",
        "amount:",
        (
            "33:9: programme.complexes.noksan.budget.amount: a value is missing\n"
            "  write it, or '~' to delete what a shared block says, or '{}' for an empty "
            "block"
        ),
    ),
    "nothing to delete": (
        "amount: 94억원",
        "amuont: ~",
        (
            "47:47: arms.double.programme.complexes.noksan.budget.amuont: nothing to delete\n"
            "  did you mean 'amount'?"
        ),
    ),
    "money without currency": (
        "47억원",
        "47",
        (
            "33:17: programme.complexes.noksan.budget.amount: 47 has no currency\n"
            "  write '47 KRW', or for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "money with a scale alone": (
        "47억원",
        "4.7 bn",
        (
            "33:17: programme.complexes.noksan.budget.amount: '4.7 bn' has no currency\n"
            "  write '4.7 bn KRW', or for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "money of another country": (
        "47억원",
        "4 M USD",
        (
            "33:17: programme.complexes.noksan.budget.amount: "
            "expected an amount of money, not '4 M USD'\n"
            "  write for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "share for money": (
        "47억원",
        "47 %",
        (
            "33:17: programme.complexes.noksan.budget.amount: "
            "expected an amount of money, not '47 %'\n"
            "  write for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "money for a share": (
        "export_share: 35 %",
        "export_share: 35억원",
        (
            "22:21: complexes.noksan.figures.export_share: expected a share, not '35억원'\n"
            "  write for example '35 %' or 0.35"
        ),
    ),
    "duration for a month": (
        "as_of: 2007-10",
        "as_of: 10 months",
        (
            "18:14: complexes.noksan.figures.as_of: expected a month, not '10 months'\n"
            "  write for example '2008-06'"
        ),
    ),
    "year for a day": (
        "starts: 2008-07-01",
        "starts: 2008",
        (
            "34:17: programme.complexes.noksan.budget.starts: expected a date, not 2008\n"
            "  write for example '2008-06-24'"
        ),
    ),
    "rate without period": (
        "15 % / year",
        "15 %",
        (
            "27:29: economy.knowledge.depreciation: '15 %' has no period\n"
            "  write '15 % / year' or '0.15 / year'"
        ),
    ),
    "rate of a decade": (
        "7 % / year",
        "7 % / decade",
        (
            "26:21: economy.turnover.entry: expected a hazard per year, not '7 % / decade'\n"
            "  write for example '0.2 / year' or '20 % / year'"
        ),
    ),
    "money for a rate": (
        "15 % / year",
        "1억원",
        (
            "27:29: economy.knowledge.depreciation: "
            "expected a rate of depreciation, not '1억원'\n"
            "  write for example '15 % / year' or '연 15%'"
        ),
    ),
    "rate for a share": (
        "growth: 20 %",
        "growth: 20 % / year",
        (
            "54:13: targets.more.growth: expected a share, not '20 % / year'\n"
            "  write for example '35 %' or 0.35"
        ),
    ),
    "more lost than there is": (
        "15 % / year",
        "150 % / year",
        (
            "27:29: economy.knowledge.depreciation: "
            "'150 % / year' cannot be a rate of depreciation\n"
            "  it must be at least 0 % / year and at most 100 % / year"
        ),
    ),
    "negative hazard": (
        "7 % / year",
        "-7 % / year",
        (
            "26:21: economy.turnover.entry: '-7 % / year' cannot be a hazard per year\n"
            "  it must be at least 0 % / year"
        ),
    ),
    "spread of a rate by month": (
        "15 % / year",
        "{normal: [15 % / year, 1 % / month]}",
        (
            "27:52: economy.knowledge.depreciation.normal.1: the spread of a rate is yearly\n"
            "  write it '/ year'"
        ),
    ),
    "end before start": (
        "end: 2010-12",
        "end: 2006-12",
        ("3:6: end: the run is shorter than a year\n  let it end in 2007-12"),
    ),
    "due before its base": (
        "by: 2009",
        "by: 2007",
        ("56:9: targets.more.by: 2007 is not after the base year 2007\n  name a later year"),
    ),
    "day that is none": (
        "starts: 2008-07-01",
        "starts: 2008-02-30",
        (
            "34:17: programme.complexes.noksan.budget.starts: "
            "'2008-02-30' is not in the calendar\n"
            "  write for example '2008-06-24'"
        ),
    ),
    "month that is none": (
        "as_of: 2007-10",
        "as_of: 2007-13",
        (
            "18:14: complexes.noksan.figures.as_of: '2007-13' is not in the calendar\n"
            "  write for example '2008-06'"
        ),
    ),
    "day in words": (
        "starts: 2008-07-01",
        "starts: 1 July 2008",
        (
            "34:17: programme.complexes.noksan.budget.starts: "
            "expected a date, not '1 July 2008'\n"
            "  write for example '2008-06-24'"
        ),
    ),
    "figures of before the run": (
        "as_of: 2007-10",
        "as_of: 2005-10",
        (
            "18:14: complexes.noksan.figures.as_of: "
            "the figures are of a month outside the run\n"
            "  start the run earlier, or take later figures"
        ),
    ),
    "money before its year": (
        "path: {2008: 79.8",
        "path: {2007: 79.8",
        (
            "34:17: programme.complexes.noksan.budget.starts: "
            "the money starts in 2008, its path in 2007\n"
            "  let both start in one year"
        ),
    ),
    "launch after the run": (
        "launch: 2008-07-05",
        "launch: 2012-07-05",
        (
            "38:43: programme.complexes.noksan.mini_clusters.plating.launch: "
            "2012-07-05 is after the run\n"
            "  name a day up to 2010-12; it may be before the run"
        ),
    ),
    "calls before the accounts": (
        "first: 2008-10-01",
        "first: 2007-10-01",
        (
            "43:20: programme.complexes.noksan.rnd.first: "
            "2007-10-01 is outside the run or its first year\n"
            "  name a day from 2008-01 to 2010-12"
        ),
    ),
    "service after the run": (
        "opens: 2009-03-02",
        "opens: 2019-03-02",
        (
            "42:28: programme.complexes.noksan.services.prototype.opens: "
            "2019-03-02 is outside the run or its first year\n"
            "  name a day from 2008-01 to 2010-12"
        ),
    ),
    "numbers out of order": (
        "7 % / year",
        "{triangular: [9 % / year, 7 % / year, 8 % / year]}",
        (
            "26:34: economy.turnover.entry.triangular: the numbers are out of order\n"
            "  write low <= mode <= high"
        ),
    ),
    "negative money": (
        "47억원",
        "-47억원",
        (
            "33:17: programme.complexes.noksan.budget.amount: '-47억원' is outside its range\n"
            "  write 0 KRW to 10 tn KRW"
        ),
    ),
    "absurd money": (
        "47억원",
        "47000조원",
        (
            "33:17: programme.complexes.noksan.budget.amount: '47000조원' is outside its range\n"
            "  write 0 KRW to 10 tn KRW"
        ),
    ),
    "money beyond counting": (
        "47억원",
        "1e40 KRW",
        (
            "33:17: programme.complexes.noksan.budget.amount: '1e40 KRW' is too large\n"
            "  write for example '4.7 bn KRW' or '47억원'"
        ),
    ),
    "negative output": (
        "output: 4000억원",
        "output: -4000억원",
        (
            "21:15: complexes.noksan.figures.output: '-4000억원' is outside its range\n"
            "  write 1 M KRW to 10000 tn KRW"
        ),
    ),
    "too few firms": (
        "firms: 50",
        "firms: 1",
        ("19:14: complexes.noksan.figures.firms: 1 is outside its range\n  write 2 to 65000"),
    ),
    "too many firms": (
        "firms: 50",
        "firms: 1000000",
        ("19:14: complexes.noksan.figures.firms: 1000000 is outside its range\n  write 2 to 65000"),
    ),
    "share above its range": (
        "export_share: 35 %",
        "export_share: 135 %",
        (
            "22:21: complexes.noksan.figures.export_share: '135 %' is outside its range\n"
            "  write 0 % to 95 %"
        ),
    ),
    "share that may be per cent": (
        "growth: 20 %",
        "growth: 20",
        (
            "54:13: targets.more.growth: 20 may mean 20 % or 20 times as much\n"
            "  write '20 %' or '2000 %'"
        ),
    ),
    "no number": (
        "79.8",
        ".nan",
        (
            "35:22: programme.complexes.noksan.budget.path.2008: expected a number, not nan\n"
            "  write for example 0.4"
        ),
    ),
    "infinite": (
        "79.8",
        ".inf",
        (
            "35:22: programme.complexes.noksan.budget.path.2008: inf is too large\n"
            "  write for example 0.4"
        ),
    ),
    "start before the calendar": (
        "start: 2007-01",
        "start: 1950-01",
        ("2:8: start: '1950-01' is outside its range\n  write 2001-01 to 2100-01"),
    ),
    "unknown instrument": (
        "prototype:",
        "prototpye:",
        (
            "42:20: programme.complexes.noksan.services.prototpye: "
            "unknown instrument 'prototpye'\n"
            "  did you mean 'prototype'? (or install the package that adds it)"
        ),
    ),
    "unknown sector of figures": (
        "machinery: 3",
        "machinary: 3",
        (
            "23:17: complexes.noksan.figures.sectors.machinary: unknown sector\n"
            "  did you mean 'machinery'?"
        ),
    ),
    "unknown sector of a mini-cluster": (
        "sectors: [steel]",
        "sectors: [steal]",
        (
            "38:65: programme.complexes.noksan.mini_clusters.plating.sectors.0: "
            "unknown sector 'steal'\n"
            "  did you mean 'steel'?"
        ),
    ),
    "unknown sector of an anchor": (
        "sector: steel",
        "sector: steal",
        (
            "11:17: complexes.noksan.anchors.yard.sector: unknown sector 'steal'\n"
            "  did you mean 'steel'?"
        ),
    ),
    "unknown sector of a field": (
        "sectors: [machinery], share",
        "sectors: [machinary], share",
        (
            "40:43: programme.complexes.noksan.fields.moulds.sectors.0: "
            "unknown sector 'machinary'\n"
            "  did you mean 'machinery'?"
        ),
    ),
    "unknown complex of the programme": (
        "    noksan:\n      budget",
        "    noksam:\n      budget",
        (
            "31:5: programme.complexes.noksam: unknown complex\n"
            "  did you mean 'noksan'?\n"
            "47:38: arms.double.programme.complexes.noksan.budget.lines: missing\n"
            "  add 'lines: ...' here\n"
            "47:38: arms.double.programme.complexes.noksan.budget.path: missing\n"
            "  add 'path: ...' here\n"
            "47:38: arms.double.programme.complexes.noksan.budget.starts: missing\n"
            "  add 'starts', a date such as '2008-06-24'"
        ),
    ),
    "unknown complex of a target": (
        "complex: noksan",
        "complex: noksam",
        ("52:14: targets.more.complex: unknown complex 'noksam'\n  did you mean 'noksan'?"),
    ),
    "unknown field": (
        "fields: [moulds]",
        "fields: [mould]",
        (
            "42:72: programme.complexes.noksan.services.prototype.focus.fields.0: "
            "unknown field 'mould'\n"
            "  did you mean 'moulds'?"
        ),
    ),
    "unknown budget line": (
        "line: network",
        "line: netwrok",
        (
            "42:46: programme.complexes.noksan.services.prototype.line: "
            "unknown budget line 'netwrok'\n"
            "  did you mean 'network'?"
        ),
    ),
    "unknown family in an arm": (
        "{complexes: {noksan: {budget: {amount: 94억원}}}}",
        "{instruments: [rdn]}",
        ("47:31: arms.double.programme.instruments.0: unknown choice 'rdn'\n  did you mean 'rnd'?"),
    ),
    "arm of a built-in name": (
        "  double:",
        "  no_programme:",
        ("45:3: arms.no_programme: this arm is built in\n  choose another name"),
    ),
    "arm that changes the economy": (
        "    title: twice the money",
        "    title: twice the money\n    economy: {}",
        (
            "47:5: arms.double.economy: an arm changes the programme alone\n"
            "  use --set for anything else"
        ),
    ),
    "effects scaled in an arm": (
        "{complexes: {noksan",
        "{effect_scale: 0, complexes: {noksan",
        (
            "47:17: arms.double.programme.effect_scale: "
            "effects have one scale for a whole run\n"
            "  set 'programme.effect_scale' outside the arms, or by --set"
        ),
    ),
    "two at once": (
        "firms: 50\n      workers: 1500",
        "firms: many\n      wrokers: 1500",
        (
            "19:14: complexes.noksan.figures.firms: expected a whole number, not 'many'\n"
            "  write for example 20\n"
            "20:7: complexes.noksan.figures.wrokers: unknown key\n"
            "  did you mean 'workers'?"
        ),
    ),
}
"""What stands in the file, what is written instead, and what is said of it."""

FILES = {
    "empty": (
        b"",
        ("my.yaml:1:1: the file is empty\n  write keys with values, such as 'title: ...'"),
    ),
    "blank": (
        b" \n\n",
        ("my.yaml:1:1: the file is empty\n  write keys with values, such as 'title: ...'"),
    ),
    "remark": (
        b"# nothing yet\n",
        ("my.yaml:1:1: the file is empty\n  write keys with values, such as 'title: ...'"),
    ),
    "nothing": (
        b"~\n",
        ("my.yaml:1:1: the file is empty\n  write keys with values, such as 'title: ...'"),
    ),
    "picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00\xff",
        ("my.yaml:1:1: is not UTF-8 text\n  name a text file"),
    ),
    "table": (
        b"PAR1\x15\x04\x00\x00\x00\x00",
        ("my.yaml:1:7: is not a text file\n  save it as UTF-8 text"),
    ),
    "utf-16": (
        b"\xff\xfet\x00i\x00t\x00l\x00e\x00:\x00 \x00y\xb1\xb0\xc0\n\x00",
        ("my.yaml:1:1: is not UTF-8 text\n  save the file as UTF-8 (it looks like UTF-16)"),
    ),
    "cp949": (
        "title: 녹산\n".encode("cp949"),
        (
            "my.yaml:1:8: is not UTF-8 text\n"
            "  save the file as UTF-8 (it looks like CP949, the Korean encoding of older "
            "Windows programs)"
        ),
    ),
    "mark inside": (
        "title: x\n\ufeffstart: 2007-01\n".encode(),
        ("my.yaml:2:1: a character that cannot be seen (U+FEFF)\n  delete it"),
    ),
    "bell": (
        b"title: a\x07b\n",
        ("my.yaml:1:9: a character that cannot be seen (U+0007)\n  delete it"),
    ),
    "two documents": (
        b"title: x\n---\ntitle: y\n",
        ("my.yaml:2:1: a second document starts here\n  remove the '---'"),
    ),
    "deep brackets": (
        b"title: " + b"[" * 100_000,
        ("my.yaml:1:47: nested more than 40 deep\n  flatten it"),
    ),
    "deep braces": (
        b"title: " + b"{a: " * 100_000,
        ("my.yaml:1:164: nested more than 40 deep\n  flatten it"),
    ),
    "deep blocks": (
        "".join(" " * depth + "a:\n" for depth in range(200)).encode(),
        ("my.yaml:41:41: nested more than 40 deep\n  flatten it"),
    ),
    "alias bomb": (
        b"a: &a [x, x]\nb: [*a, *a]\n",
        (
            "my.yaml:1:4: a: anchors ('&name') are not allowed\n"
            "  remove it; quote text that starts with '&'\n"
            "my.yaml:2:5: b: aliases ('*name') are not allowed\n"
            "  write the value out; quote text that starts with '*'\n"
            "my.yaml:2:9: b: aliases ('*name') are not allowed\n"
            "  write the value out; quote text that starts with '*'"
        ),
    ),
    "merge key": (
        b"a: {b: 1}\n<<: {c: 2}\n",
        ("my.yaml:2:1: merge keys ('<<') are not allowed\n  share a block with 'extends'"),
    ),
    "tag": (
        b"title: !!python/object/apply:os.system [ls]\n",
        (
            "my.yaml:1:8: title: tags ('!name') are not allowed\n"
            "  remove it; quote text that starts with '!'"
        ),
    ),
    "own tag": (
        b"title: !thing x\n",
        (
            "my.yaml:1:8: title: tags ('!name') are not allowed\n"
            "  remove it; quote text that starts with '!'"
        ),
    ),
    "directive": (
        b"%YAML 1.1\n---\ntitle: x\n",
        ("my.yaml:2:1: directives ('%...') are not allowed\n  remove them"),
    ),
    "list": (
        b"- a\n",
        (
            "my.yaml:1:1: expected keys with values, not a list\n"
            "  write for example 'title: ...' on a line of its own"
        ),
    ),
    "words": (
        b"hello\n",
        (
            "my.yaml:1:1: expected keys with values, not 'hello'\n"
            "  write for example 'title: ...' on a line of its own"
        ),
    ),
    "tab": (
        b"title: x\ncomplexes:\n\tnoksan: {}\n",
        ("my.yaml:3:1: complexes: a tab\n  indent with spaces"),
    ),
    "open quote": (
        b'title: "x\nstart: 1\n',
        ("my.yaml:1:8: title: a quotation mark is not closed\n  close it"),
    ),
    "open bracket": (
        b"title: x\nsectors: [a, b\n",
        (
            "my.yaml:3:1: sectors: a list or mapping in brackets is not closed\n"
            "  add the ',' or bracket"
        ),
    ),
    "colon": (
        b"title: a: b\n",
        ("my.yaml:1:9: a ':' where no key can stand\n  quote text that holds ': '"),
    ),
    "missing block": (
        b"extends: shared/krea\ntitle: x\n",
        ("my.yaml:1:10: extends: there is no 'shared/krea'\n  did you mean 'shared/korea'?"),
    ),
    "missing file": (
        b"extends: other.yaml\ntitle: x\n",
        ("my.yaml:1:10: extends: there is no 'other.yaml'\n  shared blocks: my.yaml"),
    ),
    "circle": (
        b"extends: my.yaml\ntitle: x\n",
        ("my.yaml:1:10: extends: extends itself: my.yaml -> my.yaml\n  break the circle"),
    ),
    "way out": (
        b"extends: ../outside.yaml\ntitle: x\n",
        (
            "my.yaml:1:10: extends: '../outside.yaml' leads out of the folder\n"
            "  name a file beside this one or below"
        ),
    ),
    "absolute": (
        b"extends: /etc/hosts.yaml\ntitle: x\n",
        (
            "my.yaml:1:10: extends: '/etc/hosts.yaml' leads out of the folder\n"
            "  name a file beside this one or below"
        ),
    ),
    "folder": (
        b"extends: folder.yaml\ntitle: x\n",
        ("my.yaml:1:10: extends: 'folder.yaml' is a folder\n  name a file in it"),
    ),
    "number": (
        b"extends: 3\ntitle: x\n",
        (
            "my.yaml:1:10: extends: expected the name of a shared block, not 3\n"
            "  write for example 'extends: shared/korea'"
        ),
    ),
}
"""What the file holds, and what is said of it."""

CHANGES = {
    "economy.grwoth.sd=0.3": (
        "--set economy.grwoth.sd: economy.grwoth: unknown key\n  did you mean 'growth'?"
    ),
    "programme.complexes.noksan.budget.amuont=1억원": (
        "--set programme.complexes.noksan.budget.amuont: "
        "programme.complexes.noksan.budget.amuont: unknown key\n"
        "  did you mean 'amount'?"
    ),
    "programme.complexes.noksam.budget=~": (
        "--set programme.complexes.noksam.budget: "
        "programme.complexes.noksam.budget: nothing to delete\n"
        "  nothing is there to delete"
    ),
    "economy.knowledge.depreciation=15 %": (
        "--set economy.knowledge.depreciation: "
        "economy.knowledge.depreciation: '15 %' has no period\n"
        "  write '15 % / year' or '0.15 / year'"
    ),
    "seed": (
        "--set: expected path=value, not 'seed'\n"
        "  write path=value, such as programme.budget_factor=2"
    ),
    "=3": (
        "--set: expected path=value, not '=3'\n"
        "  write path=value, such as programme.budget_factor=2"
    ),
    "start=": ("--set start: no value\n  write one, or '~' to delete the key"),
    "sectors=[a": (
        "--set sectors: a list or mapping in brackets is not closed\n  add the ',' or bracket"
    ),
    "title.x=1": ("--set title.x: title: expected text, not a mapping\n  put it in quotes"),
    "economy=~": (
        "--set economy: economy: missing\n  add 'economy: ...' here, or 'extends: noksan'"
    ),
    "start=*x": (
        "--set start: aliases ('*name') are not allowed\n"
        "  write the value out; quote text that starts with '*'"
    ),
}
"""A change on the command line, and what is said of it."""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to work in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def command(capsys):
    """Run the command; return exit code, standard output and standard error."""

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=stop.value.code, out=out, err=err)

    return call


def assert_refused(command, said, source="my.yaml", changes=()):
    """Every way to name a scenario says the same; none leaves anything behind."""
    before = sorted(pathlib.Path().rglob("*"))
    options = [word for change in changes for word in ("--set", change)]
    ways = [["show"], ["run", "--out", "there", "--json"], ["validate"]]
    for name, *others in ways if changes else [*ways, ["check"], ["compare"]]:
        done = command(name, source, *others, *options)
        assert (done.code, done.out, done.err) == (2, "", f"{said}\n"), name
    with pytest.raises(InputError) as caught:
        cs.load(source, set=changes)
    assert str(caught.value) == said
    assert sorted(pathlib.Path().rglob("*")) == before
    lines = said.split("\n")
    assert len(lines) % 2 == 0
    assert all(line.strip() for line in lines)


def test_the_scenario_itself_has_none(desk, command):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    done = command("check", "my.yaml")
    assert (done.code, done.out, done.err) == (0, "my.yaml: no mistakes found\n", "")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_file(mistake, desk, command):
    right, wrong, said = MISTAKES[mistake]
    assert right in TEXT
    (desk / "my.yaml").write_text(TEXT.replace(right, wrong, 1), encoding="utf-8")
    places = said.split("\n")
    places[::2] = [f"my.yaml:{line}" for line in places[::2]]
    assert_refused(command, "\n".join(places))


@pytest.mark.parametrize("mistake", FILES)
def test_a_file_that_is_no_scenario(mistake, desk, command):
    raw, said = FILES[mistake]
    (desk / "my.yaml").write_bytes(raw)
    (desk / "folder.yaml").mkdir()
    (desk.parent / "outside.yaml").write_text("title: x\n")
    assert_refused(command, said)


def test_a_mark_at_the_beginning_is_no_mistake(desk):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8-sig")
    assert cs.load("my.yaml").title == "A small complex"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_cannot_be_made(change, desk, command):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    assert_refused(command, CHANGES[change], changes=[change])


def test_two_blocks_that_extend_each_other(desk, command):
    (desk / "my.yaml").write_text("extends: a.yaml\ntitle: x\n")
    (desk / "a.yaml").write_text("extends: b.yaml\n")
    (desk / "b.yaml").write_text("extends: [a.yaml]\n")
    said = "b.yaml:1:11: extends.0: extends itself: a.yaml -> b.yaml -> a.yaml\n  break the circle"
    assert_refused(command, said)


def test_a_link_that_leads_out(desk, command):
    (desk.parent / "outside.yaml").write_text("title: x\n")
    (desk / "inside.yaml").symlink_to(desk.parent / "outside.yaml")
    (desk / "my.yaml").write_text("extends: inside.yaml\n")
    said = (
        "my.yaml:1:10: extends: 'inside.yaml' leads out of the folder\n"
        "  name a file beside this one or below"
    )
    assert_refused(command, said)


def test_mistakes_of_several_files_are_told_file_by_file(desk, command):
    (desk / "good.yaml").write_text(TEXT, encoding="utf-8")
    (desk / "one.yaml").write_text("title: x\ntitle: y\n")
    (desk / "two.yaml").write_text("- a\n")
    done = command("check", "one.yaml", "good.yaml", "two.yaml", "noksn")
    assert (done.code, done.out) == (2, "good.yaml: no mistakes found\n")
    assert done.err.splitlines() == [
        "one.yaml:2:1: title: 'title' stands here twice",
        "  keep one; the first is in line 1",
        "two.yaml:1:1: expected keys with values, not a list",
        "  write for example 'title: ...' on a line of its own",
        "no bundled scenario 'noksn'",
        "did you mean 'noksan'?",
    ]


# ---------------------------------------------------------------- no file at all


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("folder", "folder: is a folder, not a file\n  name a file in it"),
        ("folder.yaml", "folder.yaml: is a folder, not a file\n  name a file in it"),
        ("mien.yaml", "mien.yaml: no such file\n  did you mean 'mine.yaml'?"),
        ("no/mine.yaml", "no/mine.yaml: no such file\n  there is no folder no"),
        ("a\0.yaml", "'a\\x00.yaml': no such file\n  a name cannot hold this character"),
        ("a" * 300 + ".yaml", f"{'a' * 300}.yaml: cannot be read: file name too long\n  {_CHECK}"),
        ("noksn", "no bundled scenario 'noksn'\ndid you mean 'noksan'?"),
        ("", f"no bundled scenario ''\n{_BUNDLED}"),
        ("busan", f"no bundled scenario 'busan'\n{_BUNDLED}"),
    ],
)
def test_no_such_scenario(source, said, desk, command):
    (desk / "folder").mkdir()
    (desk / "folder.yaml").mkdir()
    (desk / "mine.yaml").write_text(TEXT, encoding="utf-8")
    for words in (["check", source], ["show", source], ["run", source], ["validate", source]):
        done = command(*words)
        assert (done.code, done.out, done.err) == (2, "", f"{said}\n")
    with pytest.raises(InputError) as caught:
        cs.load(source)
    assert str(caught.value) == said
    assert not (desk / "runs").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(desk, command):
    os.mkfifo(desk / "my.yaml")
    assert_refused(command, "my.yaml: is not an ordinary file\n  name a YAML file")


def test_a_file_that_nobody_may_read(desk, command, monkeypatch):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    (desk / "my.yaml").chmod(0)
    if os.access("my.yaml", os.R_OK):  # root may read anything
        opened = pathlib.Path.open

        def refuse(path, *arguments, **options):
            if path.name == "my.yaml":
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *arguments, **options)

        monkeypatch.setattr(pathlib.Path, "open", refuse)
    assert_refused(command, f"my.yaml: cannot be read: permission denied\n  {_CHECK}")


# ---------------------------------------------------------------- arms and replicates


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--arms", "duoble"], "arms: no arm 'duoble'\ndid you mean 'double'?"),
        (["--arms", ""], "arms: no arm ''\nthe arms are: as_announced, nothing, double"),
        (
            ["--arms", "no_programme"],
            "arms: 'no_programme' is the reference\nleave it out: every arm is compared with it",
        ),
        (["--arms", "double,double"], "arm 'double' is given 2 times\ngive it once"),
        (
            ["--replicates", "2", "--draws", "2"],
            (
                "replicates cannot be given with draws or luck\n"
                "give replicates alone, or draws and luck to cross them"
            ),
        ),
        (
            ["--draws", "2"],
            (
                "draws is given without luck\n"
                "give both to cross them, or replicates to pair draw k with luck k"
            ),
        ),
        (
            ["--luck", "2"],
            (
                "luck is given without draws\n"
                "give both to cross them, or replicates to pair draw k with luck k"
            ),
        ),
    ],
)
def test_arms_and_replicates_that_cannot_be_run(options, said, desk, command):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    done = command("run", "my.yaml", *options)
    assert (done.code, done.out, done.err) == (2, "", f"{said}\n")
    assert [path.name for path in desk.iterdir()] == ["my.yaml"]


@pytest.mark.parametrize(
    "words",
    [
        ["run", "my.yaml", "--replicates", "0"],
        ["run", "my.yaml", "--replicates", "many"],
        ["run", "my.yaml", "--draws", "-1", "--luck", "2"],
        ["run", "my.yaml", "--seed", "-1"],
        ["run", "my.yaml", "--workers", "0"],
        ["run", "my.yaml", "--out", "my.yaml"],
        ["compare", "my.yaml", "--replicates", "0"],
        ["validate", "my.yaml", "--replicates", "0"],
        ["plot", "nowhere"],
        ["plot", "my.yaml"],
    ],
)
def test_an_option_that_cannot_be(words, desk, command):
    (desk / "my.yaml").write_text(TEXT, encoding="utf-8")
    done = command(*words)
    assert (done.code, done.out) == (2, "")
    what, hint = done.err.splitlines()
    assert what.startswith("Invalid value for ")
    assert hint == f"see 'clustersim {words[0]} --help'"
    assert [path.name for path in desk.iterdir()] == ["my.yaml"]
