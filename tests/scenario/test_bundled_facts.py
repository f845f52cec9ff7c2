"""The bundled scenarios against the facts: counts, dates, names, money, leads, targets, sources."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest

from clustersim.calendar import label
from clustersim.economy.population import SizeLaw
from clustersim.scenario import catalogue, load
from clustersim.specs import Triangular

FIVE = ("seongseo", "noksan", "daebul", "ochang", "namdong")
LOADED = {name: load(name) for name in (*FIVE, "five-complexes")}


def complex_of(name):
    return LOADED[name].spec.complexes[name]


def plan_of(name):
    return LOADED[name].spec.programme.complexes[name]


def test_these_scenarios_ship():
    assert catalogue.names() == sorted(LOADED)


# ---------------------------------------------------------------- what each complex is

NAMES = {
    "seongseo": (1, "Seongseo", "성서"),
    "noksan": (2, "Noksan", "녹산"),
    "daebul": (3, "Daebul", "대불"),
    "ochang": (4, "Ochang", "오창"),
    "namdong": (5, "Namdong", "남동"),
}

FIGURES = {  # month, firms, workers, output in bn won, share with 50 workers or fewer, exports
    "seongseo": ("2008-12", 2400, 53_756, 13_000, None, 0.25),
    "noksan": ("2007-10", 1260, 23_326, 5_400, 0.93, 0.35),
    "daebul": ("2008-08", 207, 8_850, 1_340, None, 0.21),
    "ochang": ("2008-12", 107, 9_687, 4_790, None, 0.36),
    "namdong": ("2008-12", 4683, 69_000, 15_000, None, 0.21),
}

PER_FIRM = {  # published means (korea_data 0): output in bn won, workers
    "seongseo": (5.0, 5.5, 21.6, 22.6),
    "noksan": (4.25, 4.35, 18.4, 18.6),
    "daebul": (6.4, 6.6, 42.7, 42.9),
    "ochang": (44.7, 44.9, 90.4, 90.6),
    "namdong": (3.0, 3.3, 13.5, 15.7),
}

SECTORS = {
    "noksan": {
        "machinery": 630,
        "transport_equipment": 155,
        "petrochemical": 141,
        "steel": 115,
        "other": 559,
    },
    "namdong": {
        "machinery": 2622,
        "electrical": 858,
        "petrochemical": 629,
        "steel": 243,
        "transport_equipment": 189,
        "textiles": 53,
        "other": 384 + 265 + 160 + 118,
    },
}


@pytest.mark.parametrize("name", FIVE)
def test_names_and_codes(name):
    complex_ = complex_of(name)
    assert (complex_.code, complex_.title, complex_.title_ko) == NAMES[name]


@pytest.mark.parametrize("name", FIVE)
def test_figures(name):
    f = complex_of(name).figures
    found = (label(f.as_of), f.firms, f.workers, f.output / 1e9, f.share_small, f.export_share)
    assert found == FIGURES[name]


@pytest.mark.parametrize("name", FIVE)
def test_figures_give_the_published_means(name):
    f = complex_of(name).figures
    low, high, fewest, most = PER_FIRM[name]
    assert low <= f.output / f.firms / 1e9 <= high
    assert fewest <= f.workers / f.firms <= most


def test_operating_firms_are_the_published_part_of_residents():
    assert round(4_936 * 6_304 / 6_645) == complex_of("namdong").figures.firms
    assert round(2_484 * 2_703 / 2_786, -2) == complex_of("seongseo").figures.firms


@pytest.mark.parametrize("name", FIVE)
def test_a_law_of_sizes_fits(name):
    f = complex_of(name).figures
    law = SizeLaw(f.workers / f.firms, f.size_spread, f.share_small)
    assert law.fits


@pytest.mark.parametrize("name", SECTORS)
def test_published_counts_of_sectors(name):
    assert complex_of(name).figures.sectors == SECTORS[name]


def share(name, *sectors):
    found = complex_of(name).figures.sectors
    return sum(found[sector] for sector in sectors) / sum(found.values())


def test_published_shares_of_sectors():
    assert sum(SECTORS["namdong"].values()) == 5_521
    assert share("namdong", "machinery") == pytest.approx(0.475, abs=0.0005)
    assert share("namdong", "electrical") == pytest.approx(0.155, abs=0.0005)
    assert share("namdong", "petrochemical") == pytest.approx(0.114, abs=0.0005)
    assert share("daebul", "shipbuilding") == pytest.approx(0.7)
    assert share("ochang", "electrical") == pytest.approx(80 / 150)
    assert share("seongseo", "machinery", "transport_equipment") == pytest.approx(0.5)
    assert share("seongseo", "transport_equipment") == pytest.approx(0.125)
    assert share("seongseo", "machinery", "transport_equipment", "steel") >= 0.6


# ---------------------------------------------------------------- the economy around them


def test_one_list_of_sectors_for_all():
    sectors = {LOADED[name].spec.economy.sectors for name in LOADED}
    assert sectors == {
        (
            "machinery",
            "electrical",
            "transport_equipment",
            "shipbuilding",
            "petrochemical",
            "steel",
            "textiles",
            "other",
        )
    }


def growth_of_2010(sector):
    """A sector's rise from late 2009 to late 2010 over that of the nation."""
    output = LOADED["noksan"].spec.economy.macro.output
    late = np.array([10 * 12 + 8])
    return float(np.exp(output[sector].at(late) - output["national"].at(late))[0])


@pytest.mark.parametrize(
    ("sector", "growth"),
    [
        ("petrochemical", 0.285),
        ("electrical", 0.251),
        ("machinery", 0.211),
        ("transport_equipment", 0.128),
    ],
)
def test_sectors_rose_in_2010_as_published(sector, growth):
    assert growth_of_2010(sector) == pytest.approx((1 + growth) / 1.234, abs=0.002)


def test_prices_rose_by_twelve_per_cent_in_2008():
    prices = LOADED["noksan"].spec.economy.macro.prices["national"]
    rise = np.diff(prices.at(np.array([7 * 12 + 6, 8 * 12 + 6])))[0]
    assert np.exp(rise) == pytest.approx(1.12, abs=0.001)


# ---------------------------------------------------------------- money

BUDGETS = {"seongseo": 4.8, "noksan": 4.7, "daebul": 4.8, "ochang": 5.0, "namdong": 5.06}


@pytest.mark.parametrize("name", FIVE)
def test_budgets(name):
    budget = plan_of(name).budget
    assert budget.amount / 1e9 == pytest.approx(BUDGETS[name], rel=1e-12)
    assert budget.starts.year == 2008
    assert budget.path == {"2008": 79.8, "2009": 68.8, "2010": 66.8, "2011": 61.4}


def test_ochangs_budget_is_in_doubt_from_4_to_6_bn():
    doubt, parameter = (
        LOADED["ochang"].arms["as_announced"].doubts["programme.complexes.ochang.budget.amount"]
    )
    assert doubt == Triangular(4e9, 5e9, 6e9)
    assert parameter.source.startswith("assumption")


@pytest.mark.parametrize("name", FIVE)
def test_money_is_split_as_in_2008(name):
    lines = {line: part.share for line, part in plan_of(name).budget.lines.items()}
    if name == "namdong":  # its own: 3.06 bn competitiveness, 2.0 bn special
        assert lines["special"] == pytest.approx(2.0 / 5.06, abs=0.001)
        assert lines["network"] + lines["rnd"] == pytest.approx(3.06 / 5.06, abs=0.001)
        assert lines["network"] / lines["rnd"] == pytest.approx(51 / 15, abs=0.02)
    else:
        assert lines == {"network": 0.51, "special": 0.33, "rnd": 0.15}


def test_inno_core_is_noksans_alone():
    terms = LOADED["noksan"].spec.programme.inno_core
    assert (terms.band_low, terms.band_high) == (15e9, 20e9)
    assert [name for name in FIVE if plan_of(name).inno_core] == ["noksan"]
    assert plan_of("noksan").inno_core.line == "special"


@pytest.mark.parametrize("name", FIVE)
def test_research_is_called_for_after_the_summer_of_2008(name):
    calls = plan_of(name).rnd
    assert calls.first == dt.date(2008, 10, 1)
    assert calls.last_year == 2011


# ---------------------------------------------------------------- dates

DATES = {
    "seongseo": {
        "joint_head": "2008-07-15",
        "team_launch": "2008-07-22",
    },
    "noksan": {
        "proposal": "2005-07-01",
        "joint_head": "2008-07-15",
        "inno_core": "2009-03-02",
    },
    "daebul": {},
    "ochang": {"council": "2008-10-01"},
    "namdong": {},
}

MINI_CLUSTERS = {  # launch, title, who pays
    "seongseo": {
        "machinery_metal": ("2008-06-05", "기계·금속소재", "state"),
        "intelligent_vehicle": ("2008-06-05", "지능형자동차", "state"),
        "it_electronics": ("2008-06-05", "IT전자전기", "state"),
        "traditional_convergence": ("2008-06-05", "전통산업융합", "state"),
    },
    "noksan": {
        "ship_equipment": ("2006-05-03", "조선기자재", "own"),
        "plating": ("2007-06-15", "신기술 융합 플레이팅", "own"),
        "parts_and_materials": ("2008-06-15", "부품소재", "state"),
        "transport_parts": ("2008-07-05", "운송장비부품", "state"),
    },
    "daebul": {
        "ship_parts": ("2008-06-24", "조선부품", "state"),
        "leisure_vessels": ("2008-07-04", "해양레저선박", "state"),
        "shipbuilding": ("2008-07-07", "조선", "state"),
    },
    "ochang": {
        "semiconductors": ("2008-09-01", "반도체", "state"),
        "electrical_electronics": ("2008-09-01", "전기·전자", "state"),
        "batteries_materials": ("2008-09-01", "전지·소재", "state"),
    },
    "namdong": {},
}


@pytest.mark.parametrize("name", FIVE)
def test_timetable(name):
    found = {key: str(entry.date) for key, entry in plan_of(name).timetable.items()}
    shared = {
        "designation": "2007-11-15",
        "announcement": "2008-06-24",
        "phase_end": "2011-12-31",
    }
    assert found == DATES[name] | shared


@pytest.mark.parametrize("name", FIVE)
def test_dated_events_have_both_names(name):
    for entry in plan_of(name).timetable.values():
        assert entry.label.isascii()
        assert any("가" <= letter <= "힣" for letter in entry.label_ko)


def mini_clusters(plan):
    return {
        key: (str(each.launch), each.title_ko, each.funder)
        for key, each in plan.mini_clusters.items()
    }


@pytest.mark.parametrize("name", FIVE)
def test_mini_clusters(name):
    assert mini_clusters(plan_of(name)) == MINI_CLUSTERS[name]


@pytest.mark.parametrize("name", FIVE)
def test_mini_clusters_take_firms_that_are_there(name):
    there = {sector for sector, firms in complex_of(name).figures.sectors.items() if firms}
    for plan in (plan_of(name), in_arm(name, "as_happened").complexes[name]):
        for each in plan.mini_clusters.values():
            assert each.sectors
            assert set(each.sectors) <= there


def test_on_the_day_of_the_article_eight_are_launched_and_fourteen_named():
    launches = [each.launch for name in FIVE for each in plan_of(name).mini_clusters.values()]
    assert len(launches) == 14
    assert sum(launch <= dt.date(2008, 6, 24) for launch in launches) == 8
    assert sum(dt.date(2008, 6, 24) < launch < dt.date(2008, 8, 1) for launch in launches) == 3


def test_members_who_are_no_firms():
    experts = {
        name: [each.experts for each in plan_of(name).mini_clusters.values()] for name in FIVE
    }
    assert experts["seongseo"] == [40] * 4
    assert experts["ochang"] == [(270 - 150) // 3] * 3
    governments = {
        name: [each.local_governments for each in plan_of(name).mini_clusters.values()]
        for name in FIVE
    }
    assert governments["daebul"] == [6] * 3
    assert [name for name in FIVE if any(governments[name])] == ["daebul"]


def test_heads_are_shared_with_gumi_and_changwon():
    shares = {name: plan_of(name).team.head_share for name in FIVE}
    assert shares == dict.fromkeys(FIVE, 1.0) | {"seongseo": 0.5, "noksan": 0.5}


def test_whose_team_it_is_and_with_whom_the_head_is_shared():
    teams = {name: plan_of(name).team for name in FIVE}
    assert {name: team.host for name, team in teams.items()} == dict.fromkeys(FIVE, "KICOX") | {
        "ochang": "technopark"
    }
    assert [name for name in FIVE if "in post" in teams[name].head] == ["seongseo", "ochang"]
    joint = {name: team.joint.partner for name, team in teams.items() if team.joint}
    assert joint == {"seongseo": "Gumi", "noksan": "Changwon"}
    assert str(teams["seongseo"].joint.since) == "2008-07-15"


def test_noksan_alone_looks_forward_to_the_state_from_its_designation_on():
    assert [name for name in FIVE if plan_of(name).anticipation] == ["noksan"]
    plan = plan_of("noksan")
    assert plan.anticipation.since == plan.timetable["designation"].date
    path = "programme.complexes.noksan.anticipation.factor"
    doubt, _ = LOADED["noksan"].arms["as_announced"].doubts[path]
    assert doubt == Triangular(1, 1.2, 2)


# ---------------------------------------------------------------- places and anchors

SITES = {  # name, firms, km from the middle of Daebul
    "samho": ("삼호지방산업단지", 20, 7),
    "sapjin": ("목포삽진지방산업단지", 38, 10),
    "sanjeong": ("목포산정농공단지", 15, 9),
    "hwawon": ("해남화원농공단지", 10, 19),
    "gunnae": ("진도군내농공단지", 5, 27),
    "jido": ("신안지도농공단지", 5, 40),
}


def test_six_satellites_of_daebul():
    sites = complex_of("daebul").sites
    found = {key: (site.title_ko, site.firms, site.distance) for key, site in sites.items()}
    assert found == SITES
    assert {site.counted for site in sites.values()} == {"yes"}


def test_daebul_with_its_satellites_has_the_workers_of_the_wider_area():
    complex_ = complex_of("daebul")
    firms = complex_.figures.firms + sum(site.firms for site in complex_.sites.values())
    assert complex_.figures.workers * firms / complex_.figures.firms == pytest.approx(
        12_900, rel=0.01
    )


def test_firms_near_ochang_may_join_and_do_not_count():
    sites = complex_of("ochang").sites
    assert list(sites) == ["nearby"]
    assert sites["nearby"].counted == "no"
    assert 0.3 <= sites["nearby"].firms / complex_of("ochang").figures.firms <= 0.5


def test_the_shipyard_at_samho():
    yard = complex_of("daebul").anchors["samho_yard"]
    assert (yard.site, yard.sector, yard.workers) == ("samho", "shipbuilding", 6_300)
    assert 3.3e12 <= yard.output <= 3.5e12
    assert yard.suppliers == pytest.approx(45 / 207, abs=0.001)
    was, is_ = np.exp(yard.path.at(np.array([7 * 12 + 6, 8 * 12 + 6])))
    assert yard.output * was / is_ * 0.893 == pytest.approx(2.6e12, rel=0.01)


def test_the_battery_maker_of_ochang():
    complex_, arm = complex_of("ochang"), LOADED["ochang"].arms["as_announced"]
    maker = complex_.anchors["battery_maker"]
    assert (maker.site, maker.sector) == ("", "electrical")
    assert 417 < maker.workers < 1_200
    doubt, _ = arm.doubts["complexes.ochang.anchors.battery_maker.output"]
    assert doubt == Triangular(1.5e12, 2e12, 2.5e12)
    others = (complex_.figures.output - maker.output) / (complex_.figures.firms - 1)
    assert 20e9 <= others <= 30e9
    planned = np.exp(np.diff(maker.path.at(np.array([8 * 12 + 6, 10 * 12 + 6]))))
    assert maker.output * planned == pytest.approx(2.5e12)


def test_no_other_complex_has_sites_or_anchors():
    assert [name for name in FIVE if complex_of(name).sites] == ["daebul", "ochang"]
    assert [name for name in FIVE if complex_of(name).anchors] == ["daebul", "ochang"]


def test_namdong_exchanges_with_its_three_institutions():
    named = {key: each.title_ko for key, each in complex_of("namdong").institutions.items()}
    assert named == {
        "incheon_national": "인천대",
        "inha": "인하대",
        "kitech": "생산기술연구원",
    }
    exchange = plan_of("namdong").exchange
    assert set(exchange.institutions) == set(named)
    assert str(exchange.opens) == "2008-10-01"
    assert [name for name in FIVE if plan_of(name).exchange] == ["namdong"]


def test_institutions_nobody_names_are_assumptions():
    unnamed = [
        each
        for name in FIVE
        for each in complex_of(name).institutions.values()
        if each.title.endswith("of the region")
    ]
    assert len(unnamed) == 7
    for each in unnamed:
        assert each.source[-1].startswith("assumption")


# ---------------------------------------------------------------- leads and aims, in words

WORDS = {
    "seongseo": ("KICOX's Daegu Seongseo cluster promotion team", "Gumi", "19.9 bn", "S21"),
    "noksan": ("KICOX's Southeast headquarters", "Changwon", "15-20 bn", "100 bn"),
    "daebul": ("KICOX's Daebul cluster promotion team", "eleven areas", "Samho", "D11"),
    "ochang": ("Chungbuk Technopark", "Contact Centre", "council", "O16"),
    "namdong": (
        "KICOX's Gyeongin headquarters",
        "Incheon National University",
        "Inha University",
        "Korea Institute of Industrial Technology",
        "moulds and plating",
    ),
}


@pytest.mark.parametrize("name", FIVE)
def test_leads_and_aims_are_told(name):
    for words in WORDS[name]:
        assert words in LOADED[name].spec.description


# ---------------------------------------------------------------- targets

PROMISE = 0.20
PARTS = ("machinery", "electrical", "transport_equipment", "petrochemical", "steel")


def readings(targets, *words):
    return {tuple(getattr(t, word) for word in words) for t in targets.values()}


def test_namdongs_promise_in_every_reading_of_base_year_and_prices():
    targets = LOADED["namdong"].targets
    plain = {
        name: t
        for name, t in targets.items()
        if (t.reading, t.group, t.sectors, t.against) == ("per_firm", "all", (), "base")
    }
    assert readings(plain, "prices", "base", "by") == set(
        product(("nominal", "real"), (2007, 2008), (2011, 2013, 2018))
    )
    for name, t in plain.items():
        assert name == f"namdong_{t.prices}_{t.base}_{t.by}"
    assert next(iter(targets)) == "namdong_nominal_2007_2011"
    assert readings(targets, "kind", "growth", "complex") == {("growth", PROMISE, "namdong")}
    assert all("I11" in t.source for t in targets.values())


def test_namdongs_promise_in_every_reading_of_whose_output():
    targets = {t_name: t for t_name, t in LOADED["namdong"].targets.items() if t.by == 2011}
    for prices in ("nominal", "real"):
        same = {name: t for name, t in targets.items() if t.prices == prices}
        kept = {name: t for name, t in same.items() if t.against == "base"}
        assert readings(kept, "reading", "group", "base", "sectors") == {
            ("per_firm", "all", 2007, ()),
            ("per_firm", "all", 2008, ()),
            ("share_of_firms", "all", 2007, ()),
            ("per_firm", "members", 2007, ()),
            ("total", "all", 2007, ()),
            ("per_firm", "all", 2007, PARTS),
            ("cohort", "all", 2007, ()),
            ("cohort", "all", 2008, ()),
        }
    causal = {name: t for name, t in targets.items() if t.against == "reference"}
    assert readings(causal, "reading", "group") == {
        ("per_firm", "all"),
        ("per_firm", "members"),
        ("share_of_firms", "all"),
    }


@pytest.mark.parametrize("name", [name for name in FIVE if name != "namdong"])
def test_the_same_promise_is_a_yardstick_elsewhere(name):
    targets = LOADED[name].targets
    for key, prices in ((f"{name}_output_20", "nominal"), (f"{name}_output_20_real", "real")):
        t = targets[key]
        assert (t.growth, t.base, t.by, t.prices) == (PROMISE, 2007, 2011, prices)
        assert any("yardstick" in source for source in t.source)


def test_an_inno_core_firm_is_to_reach_100_bn():
    targets = LOADED["noksan"].targets
    found = {t.sales / 1e9: t.by for t in targets.values() if t.kind == "reach"}
    assert found == {30: 2018, 50: 2018, 100: 2018}
    assert targets["inno_core_100"].source == ("N17", "N18")


# ---------------------------------------------------------------- together as alone


@pytest.mark.parametrize("name", FIVE)
def test_a_complex_is_the_same_in_its_own_file_and_among_the_five(name):
    alone, together = LOADED[name].spec, LOADED["five-complexes"].spec
    assert together.complexes[name] == alone.complexes[name]
    assert together.programme.complexes[name] == alone.programme.complexes[name]
    assert together.economy == alone.economy
    assert (together.start, together.end, together.seed) == (alone.start, alone.end, alone.seed)
    for key, target in alone.targets.items():
        assert together.targets[key] == target


def test_the_five_are_nothing_but_the_five():
    together = LOADED["five-complexes"].spec
    assert set(together.complexes) == set(together.programme.complexes) == set(FIVE)
    assert len(together.targets) == sum(len(LOADED[name].targets) for name in FIVE)


def test_the_whole_programme_is_a_little_below_the_announced_range():
    together = LOADED["five-complexes"].spec.programme.complexes.values()
    assert sum(plan.budget.amount for plan in together) / 1e9 == pytest.approx(24.36)


# ---------------------------------------------------------------- arms


def in_arm(name, arm):
    return LOADED[name].arms[arm].spec.programme


@pytest.mark.parametrize("name", LOADED)
def test_what_may_be_asked_of_every_complex(name):
    assert in_arm(name, "double_budget").budget_factor == 2
    assert in_arm(name, "a_year_later").delay == 12
    assert in_arm(name, "cancelled_2008").stops == dt.date(2008, 6, 24)
    assert in_arm(name, "as_outlook").continues == 0.9
    assert in_arm(name, "as_announced").continues == 1.0
    assert in_arm(name, "networking_only").instruments == ("networks",)
    assert in_arm(name, "grants_only").instruments == ("rnd",)
    assert in_arm(name, "inno_core_only").instruments == ("inno_core",)


LAUNCHED = {
    "seongseo": "2008-09-25",
    "noksan": "2008-09-24",
    "daebul": "2008-09-30",
    "ochang": "2008-10-01",
    "namdong": "2008-09-23",
}


@pytest.mark.parametrize("name", FIVE)
def test_teams_were_launched_in_autumn(name):
    for scenario in (name, "five-complexes"):
        plan = in_arm(scenario, "as_happened").complexes[name]
        assert str(plan.timetable["team_launch"].date) == LAUNCHED[name]


def test_the_centre_opened_in_july_2011():
    plan = in_arm("seongseo", "as_happened").complexes["seongseo"]
    assert str(plan.centre.opens) == "2011-07-25"
    assert sum(won for parts in plan.centre.payments().values() for won in parts.values()) == 24.8e9
    assert list(plan.centre.payments()) == [2008, 2009, 2010, 2011]
    assert in_arm("seongseo", "as_announced").complexes["seongseo"].centre == (
        plan_of("seongseo").centre
    )


def test_the_centre_costs_what_was_announced_by_three_funders():
    assert [name for name in FIVE if plan_of(name).centre] == ["seongseo"]
    centre = plan_of("seongseo").centre
    assert (str(centre.site), str(centre.opens)) == ("2008-06-15", "2010-07-01")
    paid = centre.payments()
    by_year = [sum(parts.values()) for parts in paid.values()]
    assert by_year == pytest.approx([0.30 * 19.9e9, 0.35 * 19.9e9, 0.35 * 19.9e9])
    assert sum(by_year) == 19_900_000_000
    assert set(paid[2008]) == {"state", "KICOX", "city"}
    assert sum(parts["state"] for parts in paid.values()) == pytest.approx(
        9.8 / 25.8 * 19.9e9, rel=0.001
    )


def test_daebul_has_a_master_plan_in_its_first_year():
    assert [name for name in FIVE if plan_of(name).master_plan] == ["daebul"]
    plan = plan_of("daebul").master_plan
    assert plan.date.year == 2008
    assert plan.line in plan_of("daebul").budget.lines


def test_ochangs_mini_clusters_came_with_its_team():
    plan = in_arm("ochang", "as_happened").complexes["ochang"]
    assert {launch for launch, _, _ in mini_clusters(plan).values()} == {LAUNCHED["ochang"]}


def test_namdongs_four_mini_clusters_of_autumn():
    plan = in_arm("namdong", "as_happened").complexes["namdong"]
    assert mini_clusters(plan) == {
        "auto_parts": (LAUNCHED["namdong"], "자동차부품", "state"),
        "machine_parts": (LAUNCHED["namdong"], "기계부품", "state"),
        "electrical_electronics": (LAUNCHED["namdong"], "전기·전자", "state"),
        "production_base": (LAUNCHED["namdong"], "생산기반부품", "state"),
    }
    assert {each.experts for each in plan.mini_clusters.values()} == {round(257 / 4 * 0.4)}
    assert plan.team.head_share == 0.5
    assert plan.team.joint.partner == "Banwol-Sihwa"
