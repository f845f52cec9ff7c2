"""Names of the model as people read them, in tables and pictures."""

from __future__ import annotations

from typing import Final

from clustersim.language import later, tr

__all__ = ["words"]

_ENGLISH: Final = {
    "field_customised_rnd": "field-customised R&D",
    "inno_core": "Inno-Core",
    "rnd": "R&D",
    "rd_spending": "R&D spending",
    "mini-clusters": "mini-clusters",
    "mini_clusters": "mini-clusters",
    "p05": "5 %",
    "p50": "median",
    "p95": "95 %",
}


def words(name: str, of: str = "") -> str:
    """Return a name of the model as plain words.

    ``of`` is the column it stands in, where that makes a difference: `firms` of an ``outcome`` are
    a number of firms, of a ``funder`` those who pay.

    >>> words("no_programme"), words("inno_core"), words("firms", "outcome")
    ('no programme', 'Inno-Core', 'firms')
    """
    for key in (f"{of}.{name}", name):
        if key in _NAMES and (said := tr(key)) != key:
            return said
    return _ENGLISH.get(name) or name.replace("_", " ").replace("-", " ")


_NAMES: Final = frozenset({
    # arms
    later("as_announced"), later("no_programme"), later("nothing"), later("as_happened"),
    later("cancelled_2008"), later("double_budget"), later("a_year_later"), later("full_menu"),
    later("value.nothing"),
    # groups
    later("together"), later("all"), later("all_without_anchors"), later("members"),
    later("supported"),
    later("inno_core"), later("untreated"), later("group.rivals"), later("nation"),
    # outcomes and units
    later("output"), later("output_per_firm"), later("workers"), later("value_added"),
    later("outcome.firms"), later("rd_spending"), later("outcome.ties"), later("utilisation"),
    later("outcome.members"), later("connected"), later("firm_ties"), later("made_ties"),
    later("institution_ties"), later("firms"), later("ties"), later("heads"), later("hours"),
    later("people"), later("times"), later("cases"), later("days"), later("unit.tasks"),
    later("unit.waiting"), later("months"), later("percentage points"), later("log points"),
    # measures
    later("level"), later("percent"), later("measure.members"), later("meetings"),
    later("attended"), later("visits"), later("brokered"), later("helped"), later("tasks_found"),
    later("tasks_done"), later("measure.people"), later("measure.hours"), later("hours_available"),
    later("activity.people"), later("activity.hours"), later("partners"), later("queue.waiting"),
    later("queue.days"), later("sold"),
    later("measure.waiting"), later("wait"), later("gamed"), later("eligible"), later("sound"),
    later("chosen"), later("to_compare"), later("gate_passed"), later("gate_failed"),
    later("graduated"), later("left"), later("closed"), later("completed"), later("chosen_there"),
    later("to_compare_there"), later("reached_30_bn"), later("reached_50_bn"),
    later("reached_100_bn"), later("rd_share"), later("rd_grant"), later("rd_grants"),
    later("small_task"), later("small_tasks"), later("running"), later("full years"),
    later("value_added_per_won"), later("national_value_added_per_won"),
    later("job_years_per_bn_won"),
    later("published.sales"), later("published.exports"), later("published.research"),
    later("published.exits"),
    # parts of a distance and of a rise; worlds
    later("asked"), later("part.firms"), later("macro"), later("prices"), later("composition"),
    later("programme"), later("distance"), later("before"), later("survivors"), later("splits"),
    later("births"), later("relocations"), later("exits"), later("after"), later("cohort"),
    later("arm"), later("reference"), later("nominal"), later("real"),
    # money
    later("state"), later("own"), later("funder.firms"), later("city"), later("KICOX"),
    later("network"), later("special"), later("rnd"), later("business centre"),
    later("appropriated"), later("carried_in"), later("refunded"), later("paid"),
    later("committed"), later("lapsed"), later("carried_out"), later("free"),
    later("promotion team"), later("mini-clusters"), later("mini_clusters"), later("exchange"),
    later("council"), later("contact_centre"), later("master plan"), later("tasks"),
    # instruments, their families, people
    later("field_customised_rnd"), later("joint_research"), later("prototype"), later("patents"),
    later("certification"), later("commercialisation"), later("marketing"),
    later("joint_marketing"), later("consulting"), later("group_consulting"),
    later("technical_guidance"), later("training"), later("shared_equipment"), later("networks"),
    later("product"), later("market"), later("advice"), later("equipment"),
    later("account_manager"), later("head"), later("coordinator"),
    # steps and kinds of events
    later("call"), later("found"), later("screened_out"), later("screened"), later("applied"),
    later("funded"), later("waiting"), later("refused"), later("tranche"), later("stopped"),
    later("failed"), later("technical"), later("unsold"), later("commercial"), later("done"),
    later("date"), later("joined"), later("launched"), later("met"), later("other_support"),
    later("package"), later("queue"), later("task_done"), later("task_found"),
    later("task_paid"), later("task_referred"), later("task_refused"), later("task_screened"),
    later("task_unpaid"), later("there"), later("visited"), later("worked"), later("budget"),
    later("council_met"), later("exchange_opened"), later("exchange_closed"),
    later("contact_centre_opened"), later("contact_centre_closed"), later("master_plan"),
    later("no_money"), later("centre_site"), later("centre_paid"), later("centre_opened"),
    later("equipped"), later("partnered"),
    # how firms are chosen, doubt
    later("score"), later("growers"), later("sinkers"), later("dip"), later("lots"),
    later("rank correlation"), later("difference of means"), later("parameters"), later("luck"),
    later("both"), later("ex_ante"), later("hindsight"), later("flat"), later("series"),
    later("firms.funded"), later("loop.closed"), later("estimate.found"), later("rests.residual"),
    later("rests.figures"), later("rests.moving_in"), later("rests.nothing"),
    # headings of tables
    later("column.arm"), later("column.reference"), later("column.complex"),
    later("column.group"), later("column.outcome"), later("column.measure"),
    later("column.year"), later("column.estimate"), later("column.p05"), later("column.p50"),
    later("column.p95"), later("column.target"), later("column.probability"),
    later("column.difference"), later("column.distance"), later("column.part"),
    later("column.base"), later("column.world"), later("column.funder"), later("column.line"),
    later("column.purpose"), later("column.entry"), later("column.mean"),
    later("column.ratio"), later("column.low"), later("column.high"), later("column.effect"),
    later("column.paid"), later("column.arm_value"), later("column.reference_value"),
    later("column.mini_cluster"), later("column.who"), later("column.instrument"),
    later("column.step"), later("column.count"), later("column.amount"), later("column.each"),
    later("column.kind"), later("column.firms"), later("column.period"),
    later("column.within"), later("column.source"), later("column.share"),
    later("column.envelope"), later("column.simulated"), later("column.untreated"),
    later("column.parameter"), later("column.category"), later("column.statistic"),
    later("column.p_value"), later("column.q_value"), later("column.draws"),
    later("column.doubt"), later("column.variance"), later("column.run"),
    later("column.probability_low"), later("column.probability_high"),
    later("column.difference_low"), later("column.difference_high"),
    later("column.distance_p05"), later("column.distance_p95"), later("column.replicates"),
    later("column.defined"), later("column.rd_share"), later("column.appropriated"),
    later("column.running"), later("column.grant"), later("column.small_task"),
    later("column.rd_grants"), later("column.small_tasks"), later("column.tasks"),
    later("column.needed_low"), later("column.needed_high"), later("column.most_rd_share"),
    later("column.by_lines"),
    later("world.arm"), later("world.reference"), later("world.programme"),
})  # fmt: skip
