"""The catalogue of patterns: what each is, where it was published, and the band it should be in.

A band is written down as its source has it and never moved to let a simulation pass; where a source
gives a value for other firms, or none, the pattern is reported beside it. Sources are keys of the
evidence and of korea_data; "from memory" says that nobody looked the figure up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from clustersim.language import later

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PATTERNS", "THEMES", "Band", "Pattern"]


@dataclass(frozen=True)
class Band:
    """The closed range that a statistic should be in; an end may be open."""

    low: float = -math.inf
    high: float = math.inf

    def distance(self, value: float) -> float:
        """Return how far a value is out of the band, with its sign; 0 within.

        >>> Band(0.9, 1.5).distance(1.75), Band(high=0.0).distance(-1.0)
        (0.25, 0.0)
        """
        return min(value - self.low, 0.0) + max(value - self.high, 0.0)


@dataclass(frozen=True)
class Pattern:
    """One statistic of firms, and what is published of it.

    Attributes
    ----------
    name
        Theme and name, as in `patterns.MEASURES`.
    statistic
        What is computed, in words.
    source
        Where band or published value stand.
    band
        None: the statistic is reported.
    bands
        Bands of single complexes, which go before `band`.
    published
        What was published, where a band does not say it.
    value, values
        The published number itself, or the near end of a range; those of single complexes.
    unit
        Of the number: ``"1"``, ``"%"`` (a share, told in per cent), ``"workers"``, ``"years"``.
    pooled
        How worlds go together: ``mean`` of their numbers; ``ratio`` of the sums of totals and
        cases; ``odds``, a ratio of independent trials, with an exact interval.
    macro
        The economy around the firms: as it came, or standing still.
    cause
        The likely reason where the model is known to miss it.
    """

    name: str
    title: str
    title_ko: str
    statistic: str
    source: str
    band: Band | None = None
    bands: Mapping[str, Band] = field(default_factory=dict)
    published: str = ""
    value: float = math.nan
    values: Mapping[str, float] = field(default_factory=dict)
    unit: Literal["1", "%", "workers", "years"] = "1"
    pooled: Literal["mean", "ratio", "odds"] = "mean"
    macro: Literal["hindsight", "flat"] = "hindsight"
    cause: str = ""

    @property
    def theme(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]

    def band_at(self, complex_: str) -> Band | None:
        """Return the band that holds for a complex."""
        return self.bands.get(complex_, self.band)

    def value_at(self, complex_: str) -> float:
        """Return the number published of a complex."""
        return self.values.get(complex_, self.value)


THEMES: Final = {
    "size": later("Size"),
    "growth": later("Growth"),
    "turnover": later("Who comes and goes"),
    "survival": later("Survival"),
    "exit": later("Odds of closing: logit slopes"),
    "rd": later("Research"),
    "jobs": later("Jobs and output"),
    "productivity": later("Productivity"),
    "exports": later("Exporters"),
    "pay": later("Pay"),
    "profit": later("Profit"),
    "ties": later("Ties"),
    "scale_up": later("Scaling up"),
    "calm": later("Scaling up where the economy stands still"),
}
"""Headings by theme, in the order of the page."""

_ECONOMIES: Final[tuple[tuple[str, Literal["hindsight", "flat"]], ...]] = (
    ("scale_up", "hindsight"),
    ("calm", "flat"),
)
_SCALING_UP: Final = (
    (
        5,
        30,
        later("share of the firms of a base year that sell 30 bn won in one of the 5 years after"),
        "",
    ),
    (
        5,
        50,
        later("share of the firms of a base year that sell 50 bn won in one of the 5 years after"),
        "",
    ),
    (
        5,
        100,
        later("share of the firms of a base year that sell 100 bn won in one of the 5 years after"),
        later("0.000 to 0.63 % (random growth, at the end, none closes)"),
    ),
    (
        10,
        30,
        later("share of the firms of a base year that sell 30 bn won in one of the 10 years after"),
        "",
    ),
    (
        10,
        50,
        later("share of the firms of a base year that sell 50 bn won in one of the 10 years after"),
        "",
    ),
    (
        10,
        100,
        later(
            "share of the firms of a base year that sell 100 bn won in one of the 10 years after"
        ),
        later("0.05 to 5.7 % (random growth, at the end, none closes)"),
    ),
)
"""Years, billions of won, what is computed and what is published of reaching them."""

_TAIL = Band(0.9, 1.5)
_THIN_TAIL = later(
    "where firms are drawn their sizes are lognormal with the spread of a survey, a tail that grows"
    " thinner further out, and growth adds little to it; giants are anchors, left out"
)
_SIZE_ALONE = later(
    "larger firms make more a worker and more often do research or export; but for size, nothing"
    " makes productive firms do either"
)
_YOUNG_GIANTS = later(
    "unless more is known, firms are nine years old in the mean at the start, large ones little"
    " older; and a few come nearly as large"
)

PATTERNS: Final[tuple[Pattern, ...]] = (
    # ------------------------------------------------------------ size
    *(
        Pattern(
            f"size.tail_{what}_{top}",
            f"Tail of {what}, top {top} %",
            f"{korean} 상위 {top}% 꼬리 지수",
            statistic,
            later("evidence B1 (F1, F2)"),
            _TAIL,
            published=later("1.06 (US, workers; from memory)"),
            value=1.06,
            cause=_THIN_TAIL,
        )
        for what, korean, top, statistic in (
            (
                "workers",
                "종업원",
                5,
                later("Hill's exponent of the largest 5 % of firms by workers, mean of years"),
            ),
            (
                "workers",
                "종업원",
                10,
                later("Hill's exponent of the largest 10 % of firms by workers, mean of years"),
            ),
            (
                "sales",
                "매출",
                5,
                later("Hill's exponent of the largest 5 % of firms by sales, mean of years"),
            ),
            (
                "sales",
                "매출",
                10,
                later("Hill's exponent of the largest 10 % of firms by sales, mean of years"),
            ),
        )
    ),
    Pattern(
        "size.skewness",
        "Skewness of log workers",
        "로그 종업원 수의 왜도",
        later("third standardised moment of log workers, mean of years"),
        later("evidence B1 (judgement)"),
        Band(-0.3, 1.0),
    ),
    Pattern(
        "size.median_workers",
        "Median workers",
        "종업원 수 중앙값",
        later("median of workers per firm, mean of years"),
        "K29",
        value=30,
        published=later("about 30 (Namdong 1990, before tenants)"),
        unit="workers",
    ),
    *(
        Pattern(
            f"size.share_{name}",
            f"Firms of {words} workers",
            f"종업원 {words.replace(' to ', '-')}명 기업 비중",
            later("share of firms by workers, mean of years"),
            "K29",
            published=published,
            value=value / 100.0,
            unit="%",
        )
        for name, words, value, published in (
            ("to_10", "1 to 10", 6.6, later("6.6 % (Namdong 1990, before tenants)")),
            ("11_to_50", "11 to 50", 67.4, later("67.4 % (Namdong 1990, before tenants)")),
            ("51_to_100", "51 to 100", 19.8, later("19.8 % (Namdong 1990, before tenants)")),
            ("101_to_250", "101 to 250", 6.2, later("6.2 % (Namdong 1990, before tenants)")),
        )
    ),
    *(
        Pattern(
            f"size.share_{name}",
            f"Firms of {words} workers",
            f"종업원 {korean} 기업 비중",
            later("share of firms by workers, mean of years"),
            later("korea_data 6"),
            published=published,
            value=value / 100.0,
            unit="%",
        )
        for name, words, korean, value, published in (
            (
                "below_50",
                "fewer than 50",
                "50명 미만",
                93.2,
                later("93.2 % (registered factories, 2010)"),
            ),
            (
                "50_to_299",
                "50 to 299",
                "50-299명",
                5.7,
                later("5.7 % (registered factories, 2010)"),
            ),
            (
                "from_300",
                "300 or more",
                "300명 이상",
                1.1,
                later("1.1 % (registered factories, 2010)"),
            ),
        )
    ),
    Pattern(
        "size.top_sales",
        "Sales of the top tenth",
        "상위 10% 기업의 매출 비중",
        later("share of sales made by the largest tenth of firms, mean of years"),
        later("no figure was found"),
        unit="%",
    ),
    Pattern(
        "size.sales_below_10",
        "Sales of firms below 10 workers",
        "10명 미만 기업의 매출 비중",
        later("share of sales made by firms of fewer than ten workers, all years"),
        later("korea_data 1"),
        value=0.106,
        published=later(
            "10.6 % (moulds, plating and like trades, 2013); productivity_size rests on it"
        ),
        unit="%",
    ),
    Pattern(
        "size.age",
        "Old firms over young ones",
        "고령 기업의 상대 규모",
        later("mean workers of firms of ten years or more over that of firms below five"),
        later("Cabral and Mata 2003, from memory"),
        Band(low=1.0),
    ),
    Pattern(
        "size.rank_persistence",
        "Ranks five years later",
        "5년 뒤 매출 순위 상관",
        later("correlation of ranks by sales, five years apart"),
        later("no figure was found"),
    ),
    # ------------------------------------------------------------ growth
    Pattern(
        "growth.shape",
        "Shape of yearly growth",
        "연간 성장률 분포의 모양(Subbotin b)",
        later(
            "Subbotin's b of log sales growth, less the mean of sector and year; 1 Laplace,"
            " 2 normal"
        ),
        later("evidence B2 (F4, F5, F7)"),
        Band(0.6, 1.2),
        cause=later(
            "twelve monthly steps of the permanent part are Laplace, but sales of a year average"
            " over 23 steps, which brings them nearer to the normal"
        ),
    ),
    Pattern(
        "growth.sd_small",
        "Sd of growth, 10 to 49 workers",
        "10-49명 기업의 성장률 표준편차",
        later("sd of log growth of sales, less the mean of sector and year"),
        later("evidence B2, from memory"),
        Band(0.2, 0.35),
        cause=later(
            "0.18 at 28 workers is put in, a judgement below the spread remembered for the band"
        ),
    ),
    Pattern(
        "growth.sd_size",
        "Fall of the spread with sales",
        "매출 규모에 따른 변동성 감소",
        later("minus the slope of log sd of sales growth on log sales, 15 bins"),
        later("evidence B2 (F6, F7)"),
        Band(0.10, 0.25),
    ),
    Pattern(
        "growth.sd_size_workers",
        "Fall of the spread with workers",
        "종업원 규모에 따른 변동성 감소",
        later("minus the slope of log sd of employment growth on log workers, 15 bins"),
        later("evidence B2 (F6, F7)"),
        Band(0.10, 0.25),
    ),
    Pattern(
        "growth.autocorrelation_small",
        "Growth after growth, below 50",
        "50명 미만 성장률 자기상관",
        later("correlation of growth with that of the year before, below 50 workers"),
        later("evidence B2 (F8, F9), size from memory"),
        Band(-0.35, 0.0),
    ),
    Pattern(
        "growth.autocorrelation_large",
        "Growth after growth, 250 and more",
        "250명 이상 성장률 자기상관",
        later("correlation of growth with that of the year before, 250 workers and more"),
        later("evidence B2 (F8, F9), size from memory"),
        Band(-0.05, 0.15),
        cause=later("0.05 is put in, but no more than a handful of firms in a world are as large"),
    ),
    Pattern(
        "growth.autocorrelation_extreme",
        "The same at the 90th percentile",
        "상위 성장 기업의 자기상관 차이",
        later(
            "slope of growth's 90th percentile on growth before, less that of the median, below 50"
        ),
        later("evidence B2 (F8)"),
        Band(high=0.0),
    ),
    Pattern(
        "growth.size",
        "Growth by size (Gibrat)",
        "규모에 따른 성장률(지브라)",
        later("slope of growth on log workers the year before, within sector and year"),
        later("Evans 1987, Hall 1987, from memory"),
        published=later("0 or a little below"),
    ),
    Pattern(
        "growth.age",
        "Growth by age",
        "기업 연령에 따른 성장률",
        later("slope of growth on log age, within sector and year"),
        later("Evans 1987; Haltiwanger, Jarmin and Miranda 2013, from memory"),
        published=later("below 0"),
    ),
    Pattern(
        "growth.sd_age",
        "Spread of young firms over old",
        "젊은 기업의 상대 변동성",
        later("sd of growth of firms below five years over that of ten years or more"),
        later("Evans 1987; Haltiwanger, Jarmin and Miranda 2013, from memory"),
        published=later("above 1"),
    ),
    Pattern(
        "growth.sd_crisis",
        "Spread in 2009 over calm years",
        "2009년 성장률 분산의 상대 크기",
        later(
            "sd of growth in 2009 over the mean of 2007 and 2011, less the mean of sector and year"
        ),
        later("Bloom and others 2018, from memory"),
        published=later("1.3 to 1.6 (US manufacturing)"),
        value=1.3,
        cause=later("the spread of luck does not know the business cycle"),
    ),
    Pattern(
        "growth.shrinking_crisis",
        "Firms with falling output, 2009",
        "2009년 생산 감소 기업 비중",
        later("share of firms whose real output fell"),
        later("no figure was found"),
        unit="%",
    ),
    Pattern(
        "growth.shrinking_calm",
        "Firms with falling output, calm years",
        "평년 생산 감소 기업 비중",
        later("share of firms whose real output fell, 2013 and later"),
        later("no figure was found"),
        unit="%",
    ),
    Pattern(
        "growth.high_growth",
        "High-growth firms",
        "고성장 기업 비중",
        later(
            "share of firms of ten workers or more whose workers grew by 20 % a year for three"
            " years"
        ),
        later("OECD and Eurostat, from memory"),
        published=later("3 to 6 %"),
        value=0.03,
        unit="%",
        pooled="ratio",
        cause=later(
            "workers follow output with an elasticity of 0.4 and two thirds of a year's growth"
        ),
    ),
    # ------------------------------------------------------------ who comes and goes
    Pattern(
        "turnover.entry",
        "Firms that come, a year",
        "연간 진입률",
        later("births, relocations and splits over the firms at the start of the year"),
        later("korea_data 9"),
        Band(0.03, 0.12),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.births",
        "of them founded",
        "창업률",
        later("births over the firms at the start of the year"),
        later("korea_data 6"),
        value=0.087,
        published=later("8.7 % (firms of two or more, 2012)"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.relocations",
        "of them moved in",
        "이전 입주율",
        later("relocations over the firms at the start of the year"),
        later("no figure was found"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.splits",
        "of them split off",
        "분사율",
        later("splits over the firms at the start of the year"),
        later("no figure was found"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.exit",
        "Firms that close, a year",
        "연간 폐업률",
        later("closures over the firms at the start of the year"),
        later("korea_data 9"),
        Band(0.03, 0.10),
        value=0.051,
        published=later("5.1 % (firms of two or more, 2011)"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.exit_from_10",
        "of firms of 10 workers or more",
        "10명 이상 기업의 폐업률",
        later("the same of firms that had ten workers or more"),
        later("evidence B3, from memory"),
        Band(0.02, 0.06),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "turnover.net_growth",
        "Net growth of firms",
        "기업 수 순증가율",
        later("yearly growth of the number of firms, end of 2008 to end of 2012"),
        later("korea_data 6; korea_data 3 for Busan's planned sites"),
        bands={"namdong": Band(0.113, 0.122), "ochang": Band(0.04, 0.08)},
        values={
            "seongseo": 0.033,
            "noksan": 0.058,
            "daebul": 0.14,
            "ochang": 0.06,
            "namdong": 0.117,
        },
        published=later(
            "Seongseo 3.3 %, Busan 5.8 %, Daebul 14 % (2008); national factories 4.3 %"
        ),
        unit="%",
        cause=later(
            "one rate of entry holds everywhere, about what balances exits where nothing grows;"
            " published counts are of residents, tenants of shared plants among them"
        ),
    ),
    Pattern(
        "turnover.entrant_size",
        "Entrants over incumbents, workers",
        "창업 기업의 상대 규모",
        later("mean workers in the first whole year over that of all other firms"),
        later("Dunne, Roberts and Samuelson 1988, from memory"),
        published=later("0.3 to 0.6"),
    ),
    Pattern(
        "turnover.exiter_size",
        "Firms that close over stayers, workers",
        "폐업 기업의 상대 규모",
        later("mean workers the year before over that of firms that stay"),
        later("Dunne, Roberts and Samuelson 1988, from memory"),
        published=later("0.3 to 0.6"),
    ),
    # ------------------------------------------------------------ survival
    Pattern(
        "survival.one_year",
        "One year after founding",
        "1년 생존율",
        later("Kaplan and Meier's share of firms founded here"),
        later("korea_data 6; K2"),
        value=0.688,
        published=later("68.8 % (manufacturing); 72.1 % (corporations)"),
        unit="%",
    ),
    Pattern(
        "survival.five_years",
        "Five years after founding",
        "5년 생존율",
        later("Kaplan and Meier's share of firms founded here"),
        later("korea_data 6; K2"),
        value=0.396,
        published=later("39.6 % (manufacturing); 39.9 % (corporations)"),
        unit="%",
    ),
    Pattern(
        "survival.young_hazard",
        "First year's hazard over the next four",
        "창업 1년차의 상대 폐업 위험",
        later("yearly closures in the first year of life over the mean of the second to fifth"),
        later("evidence B3 (K2)"),
        Band(low=1.0),
        value=2.0,
        published=later("2.0 (corporations)"),
    ),
    Pattern(
        "survival.small_hazard",
        "Hazard below 10 workers over 50 and more",
        "10명 미만의 상대 폐업 위험",
        later("yearly closures of firms below ten workers over those of fifty and more"),
        later("evidence B3 (K2)"),
        Band(low=1.0),
    ),
    *(
        Pattern(
            f"exit.{name}",
            title,
            korean,
            later("logit slope of closing in a year; the four together"),
            source,
            band,
            published=published,
            cause=cause,
        )
        for name, title, korean, source, band, published, cause in (
            (
                "size",
                "on log workers",
                "로그 종업원",
                later("evidence B3 (K2)"),
                Band(high=0.0),
                "",
                "",
            ),
            (
                "age",
                "on log age",
                "로그 연령",
                later("evidence B3 (K2)"),
                Band(high=0.0),
                "",
                later("few firms of a small complex close, fewer of them young"),
            ),
            (
                "growth",
                "on growth the year before",
                "전년 성장률",
                later("Griliches and Regev 1995, from memory"),
                None,
                later("below 0"),
                "",
            ),
            (
                "productivity",
                "on log value added per worker",
                "로그 노동생산성",
                later("evidence G; Foster, Haltiwanger and Syverson 2008, from memory"),
                None,
                later("below 0"),
                "",
            ),
        )
    ),
    # ------------------------------------------------------------ research
    Pattern(
        "rd.participation",
        "Firms that do research",
        "연구개발 수행 기업 비중",
        later("share of firms of 5 to 299 workers with research outlay in a year"),
        later("korea_data 8"),
        Band(0.208, 0.316),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "rd.participation_by_size",
        "50 to 299 workers over 10 to 49",
        "규모별 수행 비중의 비",
        later("share doing research of firms of 50 to 299 workers over that of 10 to 49"),
        later("korea_data 8"),
        Band(low=1.0),
    ),
    Pattern(
        "rd.intensity",
        "Research over sales of those who do it",
        "수행 기업의 연구개발 집약도",
        later("sum of research over sum of output, firms of 5 to 299 workers, all years"),
        later("korea_data 8; K7"),
        Band(0.035, 0.0438),
        unit="%",
        cause=later(
            "it is met at the start; later it hangs on a few firms that spend most, as they grow"
            " or close"
        ),
    ),
    Pattern(
        "rd.intensity_all",
        "Research over sales of all",
        "전체 기업의 연구개발 집약도",
        later("the same over all firms of 5 to 299 workers"),
        later("korea_data 8"),
        value=0.012,
        published=later("about 1.2 % (another survey)"),
        unit="%",
    ),
    Pattern(
        "rd.intensity_by_size",
        "Intensity below 50 over 50 and more",
        "규모별 집약도의 비",
        later("research over sales of those who do it, below 50 workers over 50 to 299"),
        later("from memory"),
        published=later("above 1"),
        cause=later("intensity does not depend on size"),
    ),
    Pattern(
        "rd.doers_workers",
        "Workers of those who do it over all",
        "수행 기업의 상대 종업원 수",
        later("mean workers, firms of 5 to 299 workers"),
        later("korea_data 8"),
        value=1.65,
        published=later("1.65 (31.3 over 19)"),
    ),
    Pattern(
        "rd.doers_sales",
        "Sales of those who do it over all",
        "수행 기업의 상대 매출",
        later("mean sales, firms of 5 to 299 workers"),
        later("korea_data 8; K7"),
        value=2.1,
        published=later("2.1 (8.72 over 4.08 bn won)"),
        cause=_SIZE_ALONE,
    ),
    Pattern(
        "rd.doers_age",
        "Age of those who do it",
        "수행 기업의 평균 연령",
        later("mean age, firms of 5 to 299 workers"),
        "K6",
        value=11.7,
        published=later("11.7 (2008)"),
        unit="years",
    ),
    Pattern(
        "rd.concentration",
        "Research of the top tenth",
        "상위 10% 수행 기업의 비중",
        later("share of research done by the tenth that does most, of those who do it"),
        later("K45 holds the country's giants: not comparable"),
        unit="%",
    ),
    Pattern(
        "rd.persistence",
        "Doing it again next year",
        "연구개발 지속률",
        later("share of firms with research that have it the year after, 5 to 299 workers"),
        later("Peters 2009 (Germany), from memory"),
        published=later("85 to 90 %"),
        value=0.90,
        unit="%",
        pooled="ratio",
        cause=later("who does research is drawn at birth; only want of cash interrupts it"),
    ),
    Pattern(
        "rd.productivity_premium",
        "Value added per worker of those who do it",
        "수행 기업의 생산성 우위",
        later("above that of others within sector and year, 5 to 299 workers"),
        later("korea_data 1"),
        value=0.36,
        published=later("36 % (firms with a lab; moulds, plating and like trades)"),
        unit="%",
        cause=_SIZE_ALONE,
    ),
    # ------------------------------------------------------------ jobs
    Pattern(
        "jobs.yearly",
        "Jobs on output, one year",
        "고용의 생산 탄력성(1년)",
        later("slope of log change of workers on that of output, within sector and year"),
        later("no figure was found"),
    ),
    Pattern(
        "jobs.five_years",
        "Jobs on output, five years",
        "고용의 생산 탄력성(5년)",
        later("the same over five years"),
        later("assumption of the model, 0.1 to 0.7"),
        published=later("0.4 is put in; attenuated by lags"),
    ),
    Pattern(
        "jobs.complex",
        "Jobs of a complex on its sales",
        "단지 고용의 매출 탄력성",
        later(
            "log change of workers over that of nominal output in the first five years, all firms"
        ),
        later("korea_data 9 (twelve complexes, 2004-08); korea_data 3 (Busan)"),
        value=0.22,
        published=later("0.22 to 0.23"),
        cause=later("the number of firms hardly grows, and the crisis falls into these years"),
    ),
    # ------------------------------------------------------------ productivity, exports, pay
    Pattern(
        "productivity.dispersion",
        "Output per worker, p90 over p10",
        "노동생산성 p90/p10",
        later("ratio of quantiles within sector and year"),
        later("Syverson 2004, from memory"),
        value=4.0,
        published=later("about 4 (US)"),
    ),
    Pattern(
        "productivity.persistence",
        "Productivity a year later",
        "노동생산성 지속성",
        later("slope of log value added per worker on the year before's, within sector and year"),
        later("Foster, Haltiwanger and Syverson 2008, from memory"),
        value=0.8,
        published=later("about 0.8"),
        cause=later("differences in output per worker are drawn at birth and last"),
    ),
    Pattern(
        "productivity.size",
        "Productivity by size",
        "규모별 노동생산성",
        later("slope of log value added per worker on log workers, within sector and year"),
        later("korea_data 8"),
        published=later("above 0: SMEs make 27 to 28 % of a large firm's"),
    ),
    Pattern(
        "exports.share",
        "Firms that export",
        "수출 기업 비중",
        later("share of firms that sell abroad"),
        later("no figure was found"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "exports.size_premium",
        "Log workers of exporters",
        "수출 기업의 규모 우위",
        later("above others' within sector and year"),
        later("Bernard and Jensen 1999 (US), from memory"),
        published=later("0.9 to 1.3"),
    ),
    Pattern(
        "exports.productivity_premium",
        "Value added per worker of exporters",
        "수출 기업의 생산성 우위",
        later("above others' within sector and year"),
        later("korea_data 1"),
        value=0.5,
        published=later("50 % (moulds, plating and like trades)"),
        unit="%",
        cause=_SIZE_ALONE,
    ),
    Pattern(
        "pay.size",
        "Pay by size",
        "규모별 임금",
        later("slope of log pay per head on log workers, within sector and year"),
        later("korea_data 8"),
        published=later("above 0: SMEs pay 58 % of large firms"),
    ),
    Pattern(
        "pay.smallest",
        "Pay of 5 to 9 workers over all",
        "5-9명 기업의 상대 임금",
        later("pay per head over that of all firms of five workers or more"),
        later("korea_data 8"),
        value=0.71,
        published=later("0.71 (end of 2009, giants included)"),
    ),
    Pattern(
        "profit.margin",
        "Operating margin",
        "영업이익률",
        later("sum of profit over sum of output, firms of 5 to 299 workers, 2008 to 2011"),
        later("korea_data 8"),
        Band(0.051, 0.0561),
        unit="%",
        cause=later(
            "pay and overhead follow sales with lags: firms that have grown earn more, and weigh"
            " more, and margins of the rebound outweigh those of 2009"
        ),
    ),
    Pattern(
        "profit.persistence",
        "Margin a year later",
        "이익률 지속성",
        later("slope of the margin on the year before's, within sector and year"),
        later("Mueller 1986 and later, from memory"),
        published=later("0.4 to 0.5"),
    ),
    # ------------------------------------------------------------ ties
    Pattern(
        "ties.degree",
        "Partners of a firm",
        "기업당 협력 기업 수",
        later("mean number of firms it works with, ends of years"),
        later("no figure was found"),
    ),
    Pattern(
        "ties.tied",
        "Firms with a partner",
        "협력 관계가 있는 기업 비중",
        later("share of firms tied to another, ends of years"),
        later("evidence B5 (K47), band from memory"),
        Band(0.05, 0.20),
        unit="%",
    ),
    Pattern(
        "ties.gini",
        "Inequality of partners",
        "연결 정도의 지니계수",
        later("Gini coefficient of the number of partners, firms that have one"),
        later("evidence B7, from memory"),
        Band(0.4, 0.7),
        cause=later(
            "pairs tie independently of the ties they have, and outside mini-clusters so sparsely"
            " that nearly all have one; over all firms, those without included, it is the next line"
        ),
    ),
    Pattern(
        "ties.gini_all",
        "the same over all firms",
        "전체 기업 기준 지니계수",
        later("Gini coefficient of the number of partners, all firms"),
        later("no figure was found"),
    ),
    Pattern(
        "ties.clustering",
        "Clustering against random",
        "무작위 대비 군집계수",
        later("closed triples over those of a random network of as many ties"),
        later("evidence B7, from memory"),
        Band(low=3.0),
        pooled="ratio",
        cause=later("too few ties for a triangle where no mini-cluster runs on its own money"),
    ),
    Pattern(
        "ties.largest",
        "Largest component",
        "최대 연결 집단의 비중",
        later("its share of the firms that have a partner"),
        later("evidence B7"),
        published=later("rises with the years of a mini-cluster"),
        unit="%",
    ),
    Pattern(
        "ties.assortativity",
        "Assortativity",
        "연결 정도의 동류성",
        later("correlation of the numbers of partners at the ends of a tie"),
        later("evidence B7, from memory"),
        value=0.0,
        published=later("about 0"),
    ),
    Pattern(
        "ties.institutions",
        "Ties with universities and institutes",
        "대학·연구소와의 관계 비중",
        later("share of all ties, ends of years"),
        later("evidence B7, from memory"),
        Band(0.10, 0.30),
        unit="%",
        cause=later(
            "each institution near by adds a hazard of its own; outside mini-clusters ties"
            " between firms are few"
        ),
    ),
    # ------------------------------------------------------------ scaling up
    *(
        Pattern(
            f"{theme}.to_{sales}_in_{years}",
            f"15-20 bn won to {sales} bn in {years} years",
            f"매출 150-200억원에서 {sales * 10:,}억원 도달({years}년)",
            statistic,
            later("evidence B4 (computed)")
            if published and theme == "scale_up"
            else later("no figure was found"),
            published=published if theme == "scale_up" else "",
            unit="%",
            pooled="odds",
            macro=macro,
        )
        for theme, macro in _ECONOMIES
        for years, sales, statistic, published in _SCALING_UP
    ),
    Pattern(
        "scale_up.age_at_100",
        "Age on reaching 100 bn won",
        "매출 1,000억원 도달 연령",
        later("mean years from founding of firms that sell 100 bn won for the first time"),
        later("evidence B4 (K14, K15, K16)"),
        Band(16.8, 17.5),
        unit="years",
        pooled="ratio",
        cause=_YOUNG_GIANTS,
    ),
    Pattern(
        "scale_up.young_at_100",
        "Reaching 100 bn won within seven years",
        "7년 이내 1,000억원 도달 비중",
        later("share of those firms that are seven years old or less"),
        "K15",
        value=0.015,
        published=later("1.5 % (7 of 474)"),
        unit="%",
        pooled="ratio",
        cause=_YOUNG_GIANTS,
    ),
    Pattern(
        "scale_up.falling_below_100",
        "Falling below 100 bn won again",
        "1,000억원 미만으로 하락",
        later("share of firms above it that are below it the year after"),
        "K16",
        value=0.05,
        published=later("about 5 %"),
        unit="%",
        pooled="ratio",
    ),
    Pattern(
        "scale_up.age_at_300_workers",
        "Age on reaching 300 workers",
        "종업원 300명 도달 연령",
        later("mean years from founding of firms that have 300 workers for the first time"),
        "K17",
        value=19.4,
        published=later("19.4 (firms that outgrew the bounds of an SME)"),
        unit="years",
        pooled="ratio",
    ),
)
"""Every pattern, in the order of the page."""
