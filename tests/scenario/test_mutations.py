"""Files that went wrong by chance: never a traceback, never a hang, always places that are there.

The small file has one of most things; the bundled ones are large, so fewer of their mutants are
tried. Everything is derandomised: the same mutants each time.
"""

from __future__ import annotations

import json
import re
import signal
import threading
import time
import tracemalloc
from contextlib import contextmanager
from functools import cache
from math import isinf, isnan

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clustersim.errors import ScenarioError
from clustersim.language import LANGUAGES, speaking
from clustersim.problems import MOST
from clustersim.scenario import catalogue, load
from clustersim.scenario.reading import read_text
from korean import assert_korean
from plain_scenario import TEXT

SECONDS = 20.0
"""No file takes nearly as long; of processor time, so that a busy machine changes nothing."""

FUZZ = settings(
    derandomize=True,
    deadline=None,  # `within` is the deadline, and it ends a hang as well
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("mutants") / "mutant.yaml"


@contextmanager
def within(seconds):
    """End what goes on and on, where the system can; measure it everywhere."""

    def stop(*_):
        raise TimeoutError(f"still at it after {seconds} s")

    can = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGPROF, stop) if can else None
    if can:
        signal.setitimer(signal.ITIMER_PROF, seconds)
    began = time.process_time()
    try:
        yield
    finally:
        if can:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
    assert time.process_time() - began < seconds


def problems_of(file, raw, lang=None):
    """Load a file; return what is wrong with it, each problem checked, or none if it is sound.

    Half of the files are told of in Korean, unless told otherwise.
    """
    file.write_bytes(raw)
    lang = lang or LANGUAGES[len(raw) % len(LANGUAGES)]
    problems = ()
    try:
        with within(SECONDS), speaking(lang):
            load(file)
    except ScenarioError as error:
        problems = error.problems
    assert len(problems) <= MOST
    for problem in problems:
        assert_helps(problem, file, raw)
        if lang == "ko":
            assert_korean(f"{problem.message}\n{problem.hint}", str(file), text_of(raw))
    return problems


def assert_helps(problem, file, raw):
    """Two lines that can be read, and a place that is in the file."""
    lines = str(problem).split("\n")
    assert len(lines) == 2, problem
    assert problem.message.strip()
    assert problem.hint.strip()
    assert all(line.isprintable() for line in lines), problem
    assert len(str(problem)) < 2_000, problem
    for jargon in ("Input should", "pydantic", "Traceback", "NoneType", "<class", "object at 0x"):
        assert jargon not in str(problem), problem
    place = problem.place
    if place.file != str(file) or not place.line:  # a block, or more mistakes than are told
        assert place.file.endswith(".yaml")
        return
    written = re.split("\r\n|\r|\n", text_of(raw))
    assert 1 <= place.line <= len(written), problem
    assert 1 <= place.column <= len(written[place.line - 1]) + 1, problem


def text_of(raw):
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # a column of bytes


# ---------------------------------------------------------------- structure

ODD = [
    "many", "", None, True, -1, 0, 1, 1e40, -1e40, float("nan"), float("inf"), 2**63, 10**400,
    1e-320, "47억원", "-47억원", "5 %", "3 % / year", "3 % / month", "연 5%", "-100 %", "5 months",
    "1e999", "2008-02-30", "2008-06-24", "1066-01-01", "9999-12-31", "2008-13", "녹산", "a" * 5_000,
    [], {}, [1, 2], [[[]]], {"a": 1}, {1: 2}, {"": 1}, {"source": "x"}, {"normal": [0, 1]},
    {"uniform": [1, 0]}, {"one_of": []}, {"one_of": [1, {"value": 2, "weight": -1}]},
    {"mixture": [{"weight": 1, "normal": [0, 0]}]}, {"triangular": ["a", "b", "c"]},
    "<<", "*x", "&x", "!!t", "[", "\u200b", "a\nb", "\xa0", "'", '"',
]  # fmt: skip
"""Values that stand in place of another."""

KEYS = ["", None, 0, 2008, -1, True, 1.5, "<<", "a b", "source", "sectors", "noksan", "가", "a\nb"]


def places(data, path=()):
    """Every path below the top."""
    for key, item in (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    ):
        yield (*path, key)
        yield from places(item, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def copied(data):
    if isinstance(data, dict):
        return {key: copied(item) for key, item in data.items()}
    return [copied(item) for item in data] if isinstance(data, list) else data


def mutate(draw, data):
    """Change one thing: delete, double, retype, move, rename, swap, nest or replace."""
    known = list(places(data))
    path = draw(st.sampled_from(known))
    box, key = at(data, path[:-1]), path[-1]
    other = draw(st.sampled_from(known))
    match draw(
        st.sampled_from(["delete", "double", "odd", "copy", "move", "rename", "swap", "in"])
    ):
        case "delete":
            del box[key]
        case "double":
            box[f"{key}s"] = box[key] if isinstance(box, dict) else None
        case "odd":
            box[key] = copied(draw(st.sampled_from(ODD)))
        case "copy":
            box[key] = copied(at(data, other))
        case "move":
            target = at(data, other)
            taken = box.pop(key)
            if isinstance(target, dict):
                target[key] = copied(taken)
        case "rename":
            box[draw(st.sampled_from(KEYS))] = box.pop(key)
        case "swap":
            box[str(box.pop(key))[:50]] = key
        case "in":
            box[key] = draw(st.sampled_from([[box[key]], {"a": box[key]}, {"noksan": box[key]}]))


@st.composite
def misshapen(draw, data):
    """A file with one to three things changed, as YAML."""
    data = copied(data)
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        try:
            mutate(draw, data)
        except (KeyError, IndexError, TypeError):  # a list has no names to change
            assume(condition=False)
    return written(data).encode("utf-8")


def written(data, indent=0):
    """Data as YAML of several lines; what is not a mapping stands in brackets."""
    if not isinstance(data, dict) or not data:
        return f"{' ' * indent}{flow(data)}\n"
    lines = []
    for key, item in data.items():
        whole = isinstance(item, dict) and item
        below = f"\n{written(item, indent + 2)}" if whole else f" {flow(item)}\n"
        lines.append(f"{' ' * indent}{flow(key)}:{below}")
    return "".join(lines)


def flow(data):
    if isinstance(data, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(flow, data)) + "]"
    if isinstance(data, float) and (isnan(data) or isinf(data)):
        return ".nan" if isnan(data) else ".inf"
    return "~" if data is None else json.dumps(data, ensure_ascii=False)


SMALL = read_text(TEXT, "small").data
BUNDLED = {name: catalogue.path(name).read_text(encoding="utf-8") for name in catalogue.names()}
NOKSAN = read_text(BUNDLED["noksan"], "noksan").data


def test_the_files_are_sound_before_they_are_mutated(file):
    assert problems_of(file, written(SMALL).encode()) == ()
    assert problems_of(file, written(NOKSAN).encode()) == ()


@settings(FUZZ, max_examples=200)
@given(raw=misshapen(SMALL))
def test_a_misshapen_file(file, raw):
    problems_of(file, raw)


@settings(FUZZ, max_examples=30)
@given(raw=misshapen(NOKSAN))
def test_a_misshapen_bundled_file(file, raw):
    problems_of(file, raw)


# ---------------------------------------------------------------- characters

BITS = [
    "[", "]", "{", "}", "&a ", "*a", "!t ", "!!str ", "<<: ", "- ", ": ", ":", ",", "\n", "\n\n",
    "\t", "  ", "#", "'", '"', "%", "@", "`", "|", "> ", "? ", "가", "녹산", "\0", "\x07", "\x1b",
    "\x7f", "\x85", "\u2028", "\ufeff", "\U0001f600", "---\n", "...\n", "\r", "\r\n", "\\", "\\u12",
    "9" * 400, "~", "=",
]  # fmt: skip


@st.composite
def garbled(draw, text):
    """A file with characters taken out, put in or doubled, and perhaps a byte that is wrong."""
    for _ in range(draw(st.sampled_from([1, 1, 2, 4]))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        put = draw(st.sampled_from([*BITS, "", text[start:end] * 2]))
        text = text[:start] + put + text[end if draw(st.booleans()) else start :]
    raw = text.encode("utf-8")
    if raw and draw(st.integers(0, 4)) == 0:
        place = draw(st.integers(0, len(raw) - 1))
        raw = raw[:place] + bytes([draw(st.integers(0, 255))]) + raw[place + 1 :]
    return raw


@settings(FUZZ, max_examples=300)
@given(raw=garbled(TEXT))
def test_a_garbled_file(file, raw):
    problems_of(file, raw)


@settings(FUZZ, max_examples=16)
@given(raw=st.sampled_from(sorted(BUNDLED)).flatmap(lambda name: garbled(BUNDLED[name])))
def test_a_garbled_bundled_file(file, raw):
    problems_of(file, raw)


# ---------------------------------------------------------------- all at once


CHOOSES = ("targets", "more", "kind")
"""Without this word nobody can tell what its block may hold."""

LEAVES = [
    path
    for path in places(SMALL)
    if not isinstance(at(SMALL, path), (dict, list)) and path != CHOOSES
]


def with_odd(*paths):
    """The small file with a mapping in place of some values: wherever one stands, that is told."""
    data = copied(SMALL)
    for path in paths:
        at(data, path[:-1])[path[-1]] = {"odd": {"odd": 1}}
    return written(data).encode()


@cache
def alone(file, path):
    """What is told of one odd value at its own place."""
    stands = ".".join(map(str, path))
    problems = problems_of(file, with_odd(path))
    return {problem.path for problem in problems if problem.path.startswith(stands)}


@settings(FUZZ, max_examples=40)
@given(pair=st.lists(st.sampled_from(LEAVES), min_size=2, max_size=2, unique=True))
def test_two_mistakes_are_both_told(file, pair):
    one, other = (alone(file, path) for path in pair)
    assume(one and other)
    assert {problem.path for problem in problems_of(file, with_odd(*pair))} >= one | other


# ---------------------------------------------------------------- more than anybody writes

MIB = 2**20


def many(count, line):
    return "".join(line.format(number) for number in range(count))


def grown(where, count, line):
    """The small file with many lines more after one of its own."""
    assert where in TEXT
    return TEXT.replace(where, where + many(count, line), 1)


HUGE = {
    "brackets": "title: " + "[" * 100_000,
    "braces": "title: " + "{" * 100_000,
    "dashes": "- " * 100_000,
    "questions": "? " * 100_000,
    "spaces": "title: x" + " " * 900_000,
    "one word": "title: " + "x" * 900_000,
    "one key": "x" * 900_000 + ": 1\n",
    "one number": "seed: " + "9" * 900_000,
    "open quote": 'title: "' + "x\n" * 100_000,
    "anchors": many(40_000, "k{}: &a 1\n"),
    "aliases": "a: &a 1\nb: [" + "*a, " * 100_000 + "1]",
    "bomb": "a: &a [x, x]\n" + many(1_000, "b{}: &b [*a, *a, *b]\n"),
    "unseen": "title: " + "\u2028" * 100_000,
    "the same key": "a: 1\n" * 100_000,
    "keys": many(80_000, "k{}: 1\n"),
    "unknown keys": TEXT + many(8_000, "k{}: 1\n"),
    "unknown keys below": grown("    figures:\n", 8_000, "      k{}: 1\n"),
    "unknown complexes": grown("programme:\n  complexes:\n", 8_000, "    noksam{}: {{}}\n"),
    "empty complexes": grown("\ncomplexes:\n", 4_000, "  noksam{}: {{}}\n"),
    "targets": grown("targets:\n", 3_000, "  t{}: {{kind: reach, complex: nok}}\n"),
    "arms": grown("arms:\n", 3_000, "  arm{}: {{title: x, programme: {{}}}}\n"),
    "sectors": TEXT.replace("[machinery, steel]", f"[{many(4_000, 'sector{}, ')}steel]").replace(
        "{machinery: 3, steel: 1}", f"{{{many(4_000, 'sectir{}: 1, ')}steel: 1}}"
    ),
    "readings": TEXT.replace("7 % / year", f"{{one_of: [{many(8_000, 'x{}, ')}1]}}"),
    "blocks": "extends: [" + "shared/krea, " * 20_000 + "shared/korea]\n",
}


@pytest.mark.parametrize("what", HUGE)
def test_a_huge_file_ends_soon(what, file):
    raw = HUGE[what].encode()
    assert len(raw) < MIB
    assert problems_of(file, raw)


@pytest.mark.parametrize("what", ["brackets", "bomb", "anchors", "one number"])
def test_a_huge_file_needs_little_room(what, file):
    raw = HUGE[what].encode()
    tracemalloc.start()
    try:
        problems_of(file, raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 150 * MIB


def test_problems_end_with_the_word_that_there_are_more(file):
    told = problems_of(file, HUGE["unknown keys"].encode(), "en")
    assert len(told) == MOST
    assert str(told[0]) == (
        f"{file}: there are more mistakes than are told here\n  mend these and check again"
    )
