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
    "seongseo": ("2008-12", 2400, 53_756, 13_000, 0.93, 0.25),
    "noksan": ("2007-10", 1260, 23_326, 5_400, 0.93, 0.35),
    "daebul": ("2008-08", 207, 8_850, 1_340, 0.72, 0.21),
    "ochang": ("2008-12", 107, 9_687, 4_790, 0.55, 0.36),
    "namdong": ("2008-12", 4683, 69_000, 15_000, 0.95, 0.21),
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
def test_sizes_spread_as_sizes_of_plants_do(name):
    f = complex_of(name).figures
    law = SizeLaw(f.workers / f.firms, f.share_small)
    assert law.fits
    assert 0.45 <= law.spread <= 1.25  # Namdong's own were 0.8 in 1990


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
        "four_mini_clusters": "2008-06-05",
        "centre_site": "2008-06-15",
        "joint_head": "2008-07-15",
        "team_launch": "2008-07-22",
        "centre_opens": "2010-07-01",
    },
    "noksan": {
        "proposal": "2005-07-01",
        "ship_equipment": "2006-05-03",
        "plating": "2007-06-15",
        "parts_and_materials": "2008-06-15",
        "transport_parts": "2008-07-05",
        "joint_head": "2008-07-15",
        "inno_core": "2009-03-02",
    },
    "daebul": {
        "ship_parts": "2008-06-24",
        "leisure_vessels": "2008-07-04",
        "shipbuilding": "2008-07-07",
    },
    "ochang": {"three_mini_clusters": "2008-09-01", "council": "2008-10-01"},
    "namdong": {"exchange": "2008-10-01"},
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


def test_namdongs_promise_in_every_reading_of_base_year_and_prices():
    targets = LOADED["namdong"].targets
    readings = {(t.prices, t.base, t.by) for t in targets.values()}
    assert readings == set(product(("nominal", "real"), (2007, 2008), (2011, 2013, 2018)))
    assert {(t.kind, t.growth, t.group, t.complex) for t in targets.values()} == {
        ("growth", PROMISE, "all", "namdong")
    }
    for name, t in targets.items():
        assert name == f"namdong_{t.prices}_{t.base}_{t.by}"
        assert "I11" in t.source


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
    assert targets["inno_core_100"].source == ("N17",)


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


@pytest.mark.parametrize("name", FIVE)
def test_twice_the_money_is_twice_the_money_in_every_file(name):
    for scenario in (LOADED[name], LOADED["five-complexes"]):
        once, twice = (
            scenario.arms[arm].spec.programme.complexes[name].budget.years()
            for arm in ("as_announced", "double_budget")
        )
        assert {year: 2 * amount for year, amount in once.items()} == pytest.approx(twice, abs=1)


def test_inno_core_alone_has_no_research_anywhere():
    programme = LOADED["five-complexes"].arms["inno_core_only"].spec.programme
    assert [name for name in FIVE if programme.complexes[name].rnd] == []
    assert programme.complexes["noksan"].inno_core
