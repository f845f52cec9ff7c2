"""Every switch does what it says, word by word; a new one fails here until it has its test."""

from __future__ import annotations

import datetime as dt
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

import networked
import small
import spec_tree
from clustersim.scenario import load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "economy"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programme"))

import counter
import desk
import small_economy as se

from clustersim.economy.anchors import AnchorsSpec
from clustersim.economy.knowledge import Knowledge, KnowledgeSpec
from clustersim.economy.macro import Macro, MacroSpec
from clustersim.economy.month import ComplexSpec
from clustersim.economy.outlook import OutlookSpec
from clustersim.economy.places import InstitutionSpec
from clustersim.programme.instruments.registry import SERVICES
from clustersim.programme.rnd import ResearchCalls, ResearchSpec, run_calls
from clustersim.programme.stages import STAGES, StagesSpec
from clustersim.randomness import ids

TESTED = set()
"""The (spec, field) whose words the tests below go through."""


def of(spec, field):
    """Mark a test as that of a switch, run for each of its words."""
    TESTED.add((spec, field))
    return pytest.mark.parametrize("word", spec_tree.switches().get((spec, field), ()))


ELSEWHERE = {
    "Output": "a published point, which no world reads: tests of fit and residual",
    "Heads": "likewise",
    "Share": "likewise",
    "RosterSpec": "how a file of firms is read: tests of rosters",
    "RosterUnits": "likewise",
}
"""Specs whose switches say how data are read, and where their tests stand."""


def test_every_switch_has_a_test_of_every_word():
    assert {at for at in spec_tree.switches() if at[0] not in ELSEWHERE} == TESTED
    assert set(ELSEWHERE) <= {spec for spec, _ in spec_tree.switches()}


# ---------------------------------------------------------------- the economy


@of("MacroSpec", "mode")
def test_mode_of_macro(word):
    known, end = 101, se.START + 60
    spec = se.HINDSIGHT.model_copy(update={"mode": word, "outlook": OutlookSpec(known="2008-06")})
    one, other = (Macro.build(spec, se.SECTORS, se.START, end, se.luck(k)) for k in (0, 1))
    after = known - se.START + 1
    published = se.HINDSIGHT.output["national"].at(np.arange(se.START, end + 1))
    assert np.array_equal(one.log_output[..., :after], other.log_output[..., :after])
    if word == "flat":
        assert not one.log_output.any()
        assert (one.price == 1.0).all()
        return
    np.testing.assert_allclose(one.log_output[0, 0, :after], published[:after])
    if word == "ex_ante":  # chance from there on, and the published path beside it
        assert not np.array_equal(one.log_output[0, 0, after:], published[after:])
        assert not np.array_equal(one.log_output, other.log_output)
        np.testing.assert_allclose(one.published.log_output[0, 0], published)
    else:  # `series` differs from `hindsight` by whose points they are
        np.testing.assert_allclose(one.log_output[0, 0], published)
        assert np.array_equal(one.price, other.price)


def test_series_need_points():
    message, _, at = se.first_error(MacroSpec, {"mode": "series"})
    assert "no series" in message
    assert at == ("mode",)


@of("Point", "tag")
def test_tag_of_a_point(word):
    """It says how a value is known; no number hangs on it."""
    series = se.series(("2006-01", 90, word), ("2006-03", 95, word), ("2008-01", 99, "observed"))
    months = np.arange(72, 97)
    same = se.series(("2006-01", 90, "observed"), ("2006-03", 95, "assumed"), *(), (
        "2008-01", 99, "assumed"
    ))  # fmt: skip
    assert np.array_equal(series.at(months), same.at(months))
    between = "interpolated" if word == "observed" else "assumed"
    assert series.tags(months)[:3] == [word, between, word]


@of("AnchorsSpec", "switch")
def test_switch_of_anchors(word):
    """A shock to an anchor reaches its suppliers, or nobody."""
    yard = {
        "title": "Yard",
        "sector": "machinery",
        "workers": 1200,
        "output": "4000억원",
        "export_share": "60 %",
        "suppliers": "30 %",
        "dependence": "60 %",
    }
    town = ComplexSpec.model_validate(
        {
            "code": 7,
            "title": "A town",
            "figures": se.FIGURES | {"share_small": "95 %"},
            "anchors": {"yard": yard},
        }
    )
    spec = se.rules(anchors=AnchorsSpec(switch=word), spillovers={"switch": "off"})
    plain, shaken = se.economy(spec, {"here": town}), se.economy(spec, {"here": town})
    rows = np.flatnonzero(shaken.firms.anchor == 1.0)
    shaken.firms.base[rows] += 0.5
    for month in range(se.START, se.START + 6):
        plain.step(month)
        shaken.step(month)
    gap = shaken.firms.output - plain.firms.output
    suppliers, others = plain.firms.customer == 1.0, plain.firms.customer + plain.firms.anchor == 0
    assert (gap[rows] > 0.0).all()
    assert not gap[others].any()
    live = plain.firms.output > 0.0
    assert (gap[suppliers & live] > 0.0).all() if word == "on" else not gap[suppliers].any()


@of("DisplacementSpec", "switch")
def test_switch_of_displacement(word):
    """What some firms sell more, others sell less, or nobody does."""
    spec = se.rules(displacement={"switch": word, "market": "4조원"}, spillovers={"switch": "off"})
    plain, helped = se.economy(spec), se.economy(spec)
    treated = helped.firms.ids[::3]
    for id_ in treated.tolist():
        helped.channels.effect("practices", id_, se.START, 0.3, months_to_peak=1, half_life=1e6)
    for month in range(se.START, se.START + 6):
        plain.step(month)
        helped.step(month)
    assert np.array_equal(plain.firms.ids, helped.firms.ids)
    others = ~np.isin(plain.firms.ids, treated) & (plain.firms.output > 0.0)
    gap = (helped.firms.output - plain.firms.output)[others]
    assert (gap < 0.0).all() if word == "on" else not gap.any()
    assert bool(helped.displacement.lost.any()) == (word == "on")


@of("SpilloversSpec", "switch")
def test_switch_of_spillovers(word):
    """A firm's knowledge reaches its neighbours, or stays its own."""
    spec = se.rules(spillovers={"switch": word}, displacement={"switch": "off"})
    plain, wiser = se.economy(spec), se.economy(spec)
    taught = int(wiser.firms.ids[10])
    wiser.channels.flow("knowledge", taught, se.START, 5e11)
    for month in range(se.START, se.START + 4):
        plain.step(month)
        wiser.step(month)
    gap = wiser.firms.output - plain.firms.output
    others = (plain.firms.ids != taught) & (plain.firms.output > 0.0)
    assert gap[plain.firms.ids == taught] > 0.0
    assert (gap[others].max() > 0.0) if word == "on" else not gap[others].any()
    assert bool(wiser.firms.spillover.any()) == (word == "on")


@of("KnowledgeSpec", "survey")
def test_survey_of_knowledge(word):
    """As many do research, at such a share of their sales, as the survey says."""
    share, intensity = {"technology_survey": (0.227, 0.044), "sme_survey": (0.276, 0.020)}[word]
    spec = se.rules(knowledge=KnowledgeSpec(survey=word))
    firms = se.economy(spec, {"x": se.complex_(firms=2000, workers=37_000)}).firms
    firms = firms.take((firms.birth_workers >= 5.0) & (firms.birth_workers < 300.0))  # the asked
    does = firms.intensity > 0.0
    public = Knowledge(spec.knowledge).public
    found = public * np.sum(firms.intensity * firms.birth_sales) / firms.birth_sales[does].sum()
    assert abs(does.mean() - share) < se.Z * np.sqrt(share * (1 - share) / len(firms))
    assert found == pytest.approx(intensity, rel=0.02)  # a few reach the largest share there is


@of("KnowledgeSpec", "form")
def test_form_of_knowledge(word):
    """Twice the stock adds what the form says, and nothing is added to what a firm is born with."""
    knowledge = Knowledge(KnowledgeSpec(form=word, elasticity=0.08, rate_of_return=0.3))
    firms = se.bare([1, 2], 20.0, birth_sales=1e8, reference_stock=4e8, birth_stock=2e8)
    firms.stock = np.array([2e8, 4e8])
    born, grown = knowledge.level(firms)
    assert born == 0.0
    wanted = {
        "elasticity": 2 * 0.08 * np.log(8.0 / 6.0),
        "rate_of_return": np.log1p(0.3 * 2e8 / 1.2e9),
    }
    assert grown == pytest.approx(wanted[word])


# ---------------------------------------------------------------- places


@of("SiteSpec", "counted")
def test_counted_of_a_site(word):
    """Its firms live the same lives; sums of the complex have them, or leave them out."""
    site = "complexes.noksan.sites.hill"
    record = networked.run(f"{site}.counted='{word}'", arm="nothing")
    panel, months = record.panel, record.months
    hill = panel["site"] == 1
    assert hill.any()
    assert (panel["counted"][hill] == (word == "yes")).all()
    assert panel["counted"][~hill].all()
    whole = np.isin(months["month"] // 12, panel["year"] - 2000)
    kept = panel["output"][panel["counted"]].sum()
    assert months["output"][whole].sum() == pytest.approx(kept)
    other = networked.run(arm="nothing").panel  # counted unless told
    small.assert_same(
        {name: values for name, values in panel.items() if name != "counted"},
        {name: values for name, values in other.items() if name != "counted"},
    )


@of("InstitutionSpec", "kind")
def test_kind_of_an_institution(word):
    """It is a name for the pictures; a university teaches what an institute does."""
    first, second = (
        se.complex_().model_copy(
            update={
                "institutions": {
                    "a": InstitutionSpec(title="A", kind=kind, distance=2.0, knowledge="20 bn KRW")
                }
            }
        )
        for kind in (word, "university")
    )
    one, other = (
        se.paths(se.economy(se.rules(), {"here": place}), se.START + 5) for place in (first, second)
    )
    assert one == other


# ---------------------------------------------------------------- the programme


@of("NetworkSpec", "loop")
def test_loop_of_networking(word):
    """Members come more often as policy lifts their sales, or as if it did not."""
    response = "programme.mini_clusters.loop_response"
    loop = f"programme.mini_clusters.loop={word}"
    came = [
        len(small.events(networked.run(loop, f"{response}={number}"), "attended"))
        for number in (0, 5)
    ]
    assert came[1] > came[0] if word == "closed" else came[1] == came[0]


@of("MiniClusterSpec", "funder")
def test_funder_of_a_mini_cluster(word):
    """The state's is not there without the programme; one on its own money is, and pays itself."""
    change = f"{networked.CLUSTERS}.parts.funder={word}"
    alone = networked.run(change, arm="no_programme")
    assert bool(small.events(alone, "met", instrument="parts")) == (word == "own")
    record = networked.run(change)
    assert small.events(record, "met", instrument="parts")
    rows = small.ledger(record)
    payers = set(rows.loc[rows["purpose"] == "mini-clusters", "funder"])
    assert payers == {"own", "state"}  # there is another one of each kind
    own = small.paid(record, funder="own", purpose="mini-clusters")
    assert (own > small.paid(networked.run(), funder="own", purpose="mini-clusters")) == (
        word == "own"
    )


TAKEN = {
    "rnd": ("funded", "field_customised_rnd"),
    "inno_core": ("chosen", "inno_core"),
    "pipeline": ("funded", "prototype"),
}
"""What befalls those that are taken."""

ASKED = (
    "programme.pipeline.asks=100 %",
    "programme.services.prototype.cost=40 M KRW",  # more than the fast lane decides
    "programme.services.prototype.need=1",
    f"{small.NOKSAN}.services.prototype={{opens: 2008-08-01, tasks: 6}}",
)


@pytest.fixture(scope="module")
def chosen():
    """A function (block, word) -> who is taken where applicants are ranked by that word."""

    @lru_cache
    def read(block, word):
        record = small.run(
            f"programme.{block}.chooser={word}",
            "programme.rnd.apply=70 %",
            "programme.inno_core.band_low=60억원",
            "programme.inno_core.places=2",
            f"{small.NOKSAN}.inno_core.opens=2010-03-02",
            *ASKED * (block == "pipeline"),
        )
        kind, instrument = TAKEN[block]
        taken = small.events(record, kind, instrument=instrument)
        return [event.firm for event in taken if event.time > 122.0]

    return read


@of("ResearchSpec", "chooser")
def test_chooser_of_research(word, chosen):
    """Each word funds firms of its own; `test_books` shows which."""
    others = set(spec_tree.switches()["ResearchSpec", "chooser"]) - {word}
    assert len(chosen("rnd", word)) > 3
    assert all(chosen("rnd", other) != chosen("rnd", word) for other in others)


@of("PipelineSpec", "chooser")
def test_chooser_of_the_pipeline(word, chosen):
    """Each word funds tasks of firms of its own; `test_pipeline` shows which."""
    others = set(spec_tree.switches()["PipelineSpec", "chooser"]) - {word}
    assert len(chosen("pipeline", word)) > 3
    assert all(chosen("pipeline", other) != chosen("pipeline", word) for other in others)


@of("InnoCoreSpec", "chooser")
def test_chooser_of_inno_core(word, chosen):
    """Each word takes firms of its own among the sound ones."""
    others = set(spec_tree.switches()["InnoCoreSpec", "chooser"]) - {word}
    assert len(chosen("inno_core", word)) == 2
    assert all(chosen("inno_core", other) != chosen("inno_core", word) for other in others)


@of("InnoCoreSpec", "gaming")
def test_gaming_of_inno_core(word):
    """Firms just outside the band are in it or not; `test_inno_core` shows what they report."""
    near = ("programme.inno_core.gaming_reach=20 %", "programme.inno_core.gaming_share=100 %")
    record = small.run(f"programme.inno_core.gaming='{word}'", *near)
    plain = small.run()
    eligible, before = (
        {event.firm for event in small.events(each, "eligible")} for each in (record, plain)
    )
    assert bool(eligible - before) == (word == "on")
    assert {event.firm for event in small.events(record, "gamed")} == eligible - before


OFTEN = ("joint_research", "prototype", "marketing", "training", "shared_equipment")
"""An instrument of each family that firms ask for."""

OFFERED = (
    "programme.pipeline.asks=100 %",
    "programme.services.joint_research.need=3",
    *(f"{small.NOKSAN}.services.{name}={{opens: 2008-08-01}}" for name in OFTEN),
)


def of_every_instrument(test):
    """Mark a test as that of the stages an instrument is for, run for each of them."""
    for kind in SERVICES.values():
        TESTED.add((kind.__name__, "stages"))
    cases = [(name, word) for name in sorted(SERVICES) for word in STAGES]
    return pytest.mark.parametrize(("name", "word"), cases)(test)


@of_every_instrument
def test_stages_of_an_instrument(name, word):
    """Firms of that stage alone need it; `test_stages` shows where stages end."""
    people = desk.firms(3)
    people.age_at_birth = np.array([-90.0, 0.0, 0.0])  # the first is young,
    growth = [0.0, 0.5, 0.0]  # the second is growing, the third neither
    needs = counter.needs_of(counter.terms(name, stages=(word,), need=1.0), people, growth)
    assert needs.tolist() == [float(each == word) for each in STAGES]


@of("ResearchSpec", "stages")
def test_stages_of_calls(word):
    """Firms of that stage alone apply."""
    people = desk.firms(3)
    people.age_at_birth = np.array([-90.0, 0.0, 0.0])  # the first is young
    team = desk.office(people)
    team.books.growth = lambda firms: np.array([0.0, 0.5, 0.0])[: len(firms)]
    calls = ResearchCalls(first=dt.date(2008, 10, 1), last_year=2008, lines={"rnd": 1.0})
    terms = ResearchSpec(apply=1.0, apply_without_research=1.0, stages=(word,))
    desk.work(team, run_calls(team, terms, calls, StagesSpec()), until=dt.date(2009, 6, 1))
    asked = [event.firm for event in team.events if event.kind == "applied"]
    assert asked == [people.ids[STAGES.index(word)]]


@of("ProgrammeSpec", "instruments")
def test_instruments_alone(word):
    """One instrument alone leaves the traces of the others out."""
    traces = {
        "networks": {"task_paid", "exchange_opened"},
        "rnd": {"call", "tranche"},
        "inno_core": {"eligible", "chosen"},
    }
    changes = ("programme.inno_core.band_low=60억원", *OFFERED)
    record = networked.run(f"programme.instruments=[{word}]", *changes)
    happened = {event.kind for event in record.events if event.instrument not in SERVICES}
    every = set().union(*traces.values())
    assert happened & every == traces.get(word, set())
    asked = {event.instrument for event in small.events(record, "found")}
    assert asked == {name for name in OFTEN if SERVICES[name].family == word}
    everything = networked.run(*changes).events
    assert {event.kind for event in everything} >= every
    assert {event.instrument for event in everything if event.kind == "found"} == set(OFTEN)


# ---------------------------------------------------------------- targets


@pytest.fixture(scope="module")
def verdict():
    """A function (target) -> distances by world of one pair of worlds of two sectors."""
    pair = small.pair()

    def read(**target):
        data = small.SMALL | {"targets": {"it": {"title": "it", "complex": "noksan", **target}}}
        spec = load(data).arms["as_announced"].spec
        table = small.frame(small.contrast(spec, pair.arm, pair.reference)["targets"])
        return table.set_index("world")["distance"]

    read.pair = pair
    return read


GROWS = {"kind": "growth", "group": "all", "growth": "10 %", "base": 2007, "by": 2011}


def sums(record, *mine):
    """The rows of the panel in both years, of some firms or all."""
    panel = small.frame(record.panel)
    panel = panel[mine[0]] if mine else panel
    return {year: panel[panel["year"] == year].set_index("id") for year in (2007, 2011)}


@of("GrowthTarget", "prices")
def test_prices_of_a_target(word, verdict):
    years = sums(verdict.pair.arm)
    amount = {"nominal": "sales", "real": "output"}[word]
    now, then = (years[year][amount].sum() / years[year]["firms"].sum() for year in (2011, 2007))
    found = verdict(**GROWS, prices=word)["arm"]
    assert found == pytest.approx(100 * (now / then - 1.1))


@of("GrowthTarget", "reading")
def test_reading_of_a_target(word, verdict):
    years = sums(verdict.pair.arm)
    now, then = years[2011], years[2007]
    both = now[now["firms"] == 12].index.intersection(then[then["firms"] == 12].index)
    rose = now.loc[both, "output"] >= 1.1 * then.loc[both, "output"]
    wanted = {
        "per_firm": 100 * ((now["output"].sum() / now["firms"].sum())
                           / (then["output"].sum() / then["firms"].sum()) - 1.1),
        "total": 100 * (now["output"].sum() / then["output"].sum() - 1.1),
        "cohort": 100 * (now.loc[both, "output"].sum() / then.loc[both, "output"].sum() - 1.1),
        "share_of_firms": 100 * (rose.mean() - 0.5),
    }  # fmt: skip
    found = verdict(**GROWS, prices="real", reading=word)["arm"]
    assert found == pytest.approx(wanted[word])
    assert len({round(value, 6) for value in wanted.values()}) == 4


@of("GrowthTarget", "against")
def test_against_what_a_target_is_told(word, verdict):
    mine, other = sums(verdict.pair.arm), sums(verdict.pair.reference)
    then = mine[2007] if word == "base" else other[2011]
    per_firm = [each["output"].sum() / each["firms"].sum() for each in (mine[2011], then)]
    found = verdict(**GROWS, prices="real", against=word)
    assert found["arm"] == pytest.approx(100 * (per_firm[0] / per_firm[1] - 1.1))
    if word == "reference":
        assert found["reference"] == pytest.approx(-10.0)


BY_EVENT = {
    "members": {"joined"},
    "supported": {"tranche", "package", "task_done"},
    "inno_core": {"chosen"},
}


def in_group(pair, group):
    """Rows of the arm's panel that are a group's: by its events, with who split off after them."""
    panel = pair.arm.panel
    if group in {"all", "all_without_anchors"}:  # the small complex has no anchor
        return np.ones(len(panel["id"]), dtype=bool)
    since = {}
    for event in small.events(pair.arm, *BY_EVENT.get(group, set().union(*BY_EVENT.values()))):
        since.setdefault(event.firm, event.time)
    for old, new in pair.arm.splits:
        if since.get(old, np.inf) < ids.birth_month(new) + 1:
            since[new] = since[old]
    touched = np.isin(panel["id"], np.array(list(since), dtype=np.uint64))
    return ~touched if group == "untreated" else touched


@of("GrowthTarget", "group")
def test_group_of_a_target_of_growth(word, verdict):
    years = sums(verdict.pair.arm, in_group(verdict.pair, word))
    found = verdict(**GROWS | {"group": word}, prices="real")["arm"]
    if years[2007].empty:
        assert np.isnan(found)
        return
    now, then = (years[year]["output"].sum() / years[year]["firms"].sum() for year in (2011, 2007))
    assert found == pytest.approx(100 * (now / then - 1.1))


@of("ReachTarget", "group")
def test_group_of_a_target_of_sales(word, verdict):
    found = verdict(kind="reach", group=word, sales="300억원", by=2013)["arm"]
    mine = in_group(verdict.pair, word)
    if not mine.any():
        assert np.isnan(found)
        return
    assert found <= verdict.pair.arm.panel["sales"][mine].max() - 30e9 + 1e-3
    if word.startswith("all"):
        assert found == pytest.approx(verdict.pair.arm.panel["sales"].max() - 30e9)
