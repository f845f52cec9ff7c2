"""Mini-clusters as networks: months, members and ties, counted by hand and in a whole world."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import CODE, ELSEWHERE, FOUR, ONE, THREE, TWO, panel, ties

import networked
import small
from clustersim import calendar
from clustersim.economy.places import institution_ids
from clustersim.estimands.contrast import contrast
from clustersim.estimands.networks import OUTCOMES, networks, used
from clustersim.experiment.shard import as_tables
from clustersim.programme.networks import Uses
from clustersim.programme.office import Event
from clustersim.simulation import Record, simulate

(INHA,) = institution_ids(CODE, ["inha"]).values()
PARTS, PLATING = networked.STATE, networked.OWN
NO_TARGETS = ("targets.reach_30=~", "targets.output_20=~")
DEC = {year: calendar.parse_month(f"{year}-12") for year in range(2007, 2014)}


def joined(firm, when, cluster=PARTS):
    return Event(calendar.parse_month(when) + 0.5, "joined", "noksan", cluster, firm)


def record(rows, tied, events=()):
    return Record({}, panel(*rows), {}, list(events), {}, [], ties(*tied))


def tables(arm, reference, *changes, programme="as_announced"):
    found = networks(networked.spec(*changes, arm=programme), {"arm": arm, "reference": reference})
    return {
        name: small.frame(dict(zip(columns, zip(*rows, strict=True), strict=True)))
        for name, (rows, columns) in found.items()
        if rows
    }


EVERYBODY = [(firm, year, {}) for firm in (ONE, TWO, THREE, FOUR) for year in DEC]
ARM = record(
    [row for row in EVERYBODY if row[:2] < (FOUR, 2012)] + [(FOUR, 2012, {"stands": False})],
    [
        (DEC[2007], ONE, TWO, False),
        (DEC[2007], ONE, INHA, False),
        (DEC[2007], THREE, INHA, False),  # of nobody that ever joins
        (DEC[2011], ONE, TWO, False),
        (DEC[2011], ONE, TWO, True),
        (DEC[2011], ONE, THREE, True),  # one end outside
        (DEC[2011], TWO, FOUR, True),
        (DEC[2011], THREE, ELSEWHERE, False),
        (DEC[2011], FOUR, INHA, False),
        (DEC[2012], ONE, TWO, True),
    ],
    [joined(ONE, "2008-06"), joined(TWO, "2008-07"), joined(FOUR, "2009-02")],
)
REFERENCE = record(EVERYBODY, [(DEC[2011], TWO, FOUR, False)])


def counts(table, year, column="arm_value"):
    rows = table[(table["mini_cluster"] == PARTS) & (table["year"] == year)]
    return rows.set_index("outcome")[column].to_dict()


def test_a_year_counts_members_and_ties_of_all_that_ever_join():
    table = tables(ARM, REFERENCE)["networks"]
    names = ("members", "connected", "firm_ties", "made_ties", "institution_ties")
    assert tuple(OUTCOMES) == names
    assert counts(table, 2007) == dict(zip(names, [0, 2, 1, 0, 1], strict=True))
    assert counts(table, 2008) == dict(zip(names, [2, 0, 0, 0, 0], strict=True))
    assert counts(table, 2011) == dict(zip(names, [3, 3, 1, 2, 1], strict=True))
    assert counts(table, 2012) == dict(zip(names, [2, 2, 0, 1, 0], strict=True))  # one closed
    assert counts(table, 2011, "reference_value") == dict(zip(names, [3, 2, 1, 0, 0], strict=True))
    assert len(table) == 2 * len(OUTCOMES) * len(DEC)


def test_a_picture_has_the_firms_their_ties_and_the_institutions():
    found = tables(ARM, REFERENCE)
    rows = found["mini_clusters"].set_index("mini_cluster")
    assert rows.loc[PARTS, ["before", "after"]].tolist() == [DEC[2007], DEC[2011]]
    nodes = found["nodes"][found["nodes"]["mini_cluster"] == PARTS].set_index("id")
    assert nodes["kind"].to_dict() == {ONE: "firm", TWO: "firm", FOUR: "firm", INHA: "university"}
    assert nodes.loc[INHA, ["east", "north"]].tolist() == pytest.approx([8.0, 0.0])
    seen = {
        tuple(row)
        for row in found["ties"][["world", "month", "first", "second", "made"]].to_numpy().tolist()
    }
    assert seen == {
        ("arm", DEC[2007], ONE, TWO, 0),
        ("arm", DEC[2007], ONE, INHA, 0),
        ("arm", DEC[2011], ONE, TWO, 0),
        ("arm", DEC[2011], ONE, TWO, 1),
        ("arm", DEC[2011], TWO, FOUR, 1),
        ("arm", DEC[2011], FOUR, INHA, 0),
        ("reference", DEC[2011], TWO, FOUR, 0),
    }


def test_who_joins_after_the_picture_is_in_the_counts_alone():
    late = record(
        EVERYBODY, [(DEC[2011], ONE, TWO, False)], [joined(ONE, "2008-06"), joined(TWO, "2012-03")]
    )
    found = tables(late, REFERENCE)
    assert set(found["nodes"].query("mini_cluster == @PARTS and kind == 'firm'")["id"]) == {ONE}
    assert "ties" not in found
    assert counts(found["networks"], 2011)["firm_ties"] == 1


def test_nodes_say_whether_a_firm_stands_at_either_moment():
    """One closed in the year of the picture, one is born after the launch."""
    born = int(np.uint64(ONE) | np.uint64(DEC[2009]) << np.uint64(48))
    rows = [(ONE, year, {"stands": year < 2011}) for year in range(2007, 2012)]
    rows += [(born, year, {}) for year in range(2009, 2014)]
    arm = record(rows, [], [joined(ONE, "2008-06"), joined(born, "2010-01")])
    nodes = tables(arm, REFERENCE)["nodes"].query("mini_cluster == @PARTS").set_index("id")
    stands = nodes[["stands_before", "stands_after"]]
    assert stands.loc[ONE].tolist() == [1, 0]
    assert stands.loc[born].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("arm", "changes", "cluster", "before", "after"),
    [
        ("as_announced", (), PARTS, "2007-12", "2011-12"),
        ("as_announced", (), PLATING, "2007-01", "2011-12"),  # no December before its launch
        ("later", (), PARTS, "2008-12", "2012-12"),
        ("later", (), PLATING, "2007-01", "2012-12"),
        ("stopped", (), PARTS, "2007-12", "2010-12"),
        ("as_announced", ("end=2009-12", *NO_TARGETS), PARTS, "2007-12", "2009-12"),
        ("no_programme", (), PLATING, "2007-01", "2013-12"),  # nobody's money ends
    ],
)
def test_the_months_of_a_picture(arm, changes, cluster, before, after):
    rows = tables(ARM, REFERENCE, *changes, programme=arm)["mini_clusters"].set_index(
        "mini_cluster"
    )
    months = rows.loc[cluster, ["before", "after"]]
    assert [calendar.label(month) for month in months] == [before, after]


def test_what_is_launched_after_the_last_december_has_no_picture():
    rows = tables(ARM, REFERENCE, f"{networked.CLUSTERS}.parts.launch=2013-12-31")["mini_clusters"]
    assert set(rows["mini_cluster"]) == {PARTS, PLATING}


def test_uses_are_counted_by_firm_and_year():
    events = [
        Event(time, kind, "noksan", PARTS, firm)
        for time, kind, firm in [
            (DEC[2008], "attended", ONE), (DEC[2008] + 0.9, "visited", ONE),
            (DEC[2008] + 1.0, "attended", ONE), (DEC[2008], "task_done", TWO),
            (DEC[2008], "brokered", TWO), (DEC[2008], "helped", TWO), (DEC[2008], "joined", TWO),
            (DEC[2008], "tranche", TWO),
        ]
    ]  # fmt: skip
    firms = np.array([ONE, ONE, TWO, THREE], dtype=np.uint64)
    meetings, uses = used(events, firms, np.array([2008, 2009, 2008, 2008]), 4.0)
    assert meetings.tolist() == [1, 1, 0, 0]
    assert uses.tolist() == [2, 1, 6, 0]


# ---------------------------------------------------------------- a whole world


@pytest.fixture(scope="module")
def shard():
    worlds = [networked.run(arm=arm) for arm in ("as_announced", "no_programme")]
    return contrast(networked.spec(), *worlds)


def test_the_tables_fit_a_shard_and_are_small(shard):
    whole = as_tables(shard)
    assert all(whole[name].num_rows for name in ("mini_clusters", "nodes", "ties", "networks"))
    assert sum(whole[name].nbytes for name in ("nodes", "ties", "networks")) < 50_000


def test_the_counts_of_the_pictures_months_are_those_of_its_ties(shard):
    ties_, counted = (small.frame(shard[name]) for name in ("ties", "networks"))
    firms = set(
        small.frame(shard["nodes"]).query("kind == 'firm' and mini_cluster == 'parts'")["id"]
    )
    last = ties_.query("mini_cluster == 'parts' and month == @DEC[2011] and world == 'arm'")
    made = last["made"].sum()
    assert made > 5
    joined_ = small.frame(shard["events"]).query("kind == 'joined' and instrument == 'parts'")
    late = joined_["time"] >= DEC[2011] + 1
    assert not late.any()  # the money has ended, so both are of the same firms
    found = counts(counted, 2011)
    assert found["made_ties"] == made
    assert found["institution_ties"] == (~last["second"].isin(firms)).sum()


def test_uses_in_the_panel_are_those_that_took_effect(monkeypatch):
    seen = {}
    add = Uses.add

    def spy(self, firms, times=1.0):
        for firm in firms:
            key = (firm, calendar.year_of(self.office.month))
            seen[key] = seen.get(key, 0.0) + times
        add(self, firms, times)

    monkeypatch.setattr(Uses, "add", spy)
    spec = networked.spec()
    world = simulate(spec, small.luck())
    rows = small.frame(contrast(spec, world, world)["panel"])
    rows = rows[(rows["world"] == "arm") & (rows["uses"] > 0)]
    found = rows.set_index(["id", "year"])["uses"].to_dict()
    whole = {key: uses for key, uses in seen.items() if key in found}
    assert found == whole
    assert sum(found.values()) > 0.99 * sum(seen.values())  # but for who closed in a January
    assert (rows["uses"] >= rows["meetings"]).all()
