"""How far a locality may go by the documents' own clauses, shown by what is decided afterwards."""

from __future__ import annotations

import pytest

from core.errors import Several
from rules.local.sheet import Quota
from teams.words import Post
from tests.drive import Drive, route
from tests.rules.local import (
    CAPTAIN,
    EVERYBODY,
    SECRETARY,
    Registrar,
    paper,
    puning_tiers,
    tables,
    tiers,
    xinfeng_tiers,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize("clause_id", [pytest.param("zhumadian-16-local", id="zhumadian-16-local")])
def test_a_county_makes_its_own_leave_rule_and_nothing_else(drive: Drive, clause_id: str) -> None:
    registrar = Registrar(drive.world)
    ours = tiers(("3", CAPTAIN), ("", ["town:party_committee"]), roles=EVERYBODY)
    quota = tables(ours, under="zhumadian", quotas=[Quota(at_least="18")])
    wide = registrar.draft(
        "sc_rural_chief", paper(under="zhumadian", title="上蔡县办法", tables=quota), region="shangcai"
    )
    with pytest.raises(Several, match="第十六条只开放了请销假") as refused:
        registrar.submit("sc_rural_chief", wide)
    assert [each.field for each in refused.value.refusals] == ["topic:quota"]

    said = paper(ours, under="zhumadian", title="上蔡县办法", number="上驻办〔2026〕4号")
    rule = registrar.confirmed(said, by="sc_rural_chief", other="sc_org_chief", region="shangcai")
    request = drive.ask("sc_member", 8)
    assert route(request) == [("any", ["town:party_committee"])]
    assert clause_id in request.decision["clauses"]
    assert request.decision["pack"] == rule.code


@pytest.mark.parametrize("clause_id", [pytest.param("puning-10-refine", id="puning-10-refine")])
def test_a_rule_that_is_looser_is_refused_and_one_that_is_stricter_decides(
    drive: Drive, clause_id: str
) -> None:
    registrar = Registrar(drive.world)
    loose = paper(tiers(("", SECRETARY)), under="puning", title="普宁细则")
    rule = registrar.draft("pn_agri_chief", loose, region="puning")
    with pytest.raises(Several, match=r"请假 5\.5 天，第六条要市农业农村局，本地制度只要"):
        registrar.submit("pn_agri_chief", rule)
    registrar.edit("pn_agri_chief", rule, paper(puning_tiers(), under="puning", title="普宁细则"))
    registrar.submit("pn_agri_chief", rule)
    registrar.sign("pn_org_chief", rule)
    request = drive.ask("liusha_member", 5)
    assert route(request) == [("any", ["county:agriculture"])]
    assert clause_id in request.decision["clauses"]
    assert route(drive.ask("liusha_captain", 5)) == [("any", ["town:party_secretary"])]


@pytest.mark.parametrize(
    ("add", "base", "region", "asker", "by", "other"),
    [
        ("", "xinfeng", "xinfeng", "xf_member", "xf_rural_chief", "xf_org_chief"),
        ("add_yongxing", "yongxing", "yongxing", "yx_member", "yx_office_chief", "yx_org_chief"),
        ("add_ganzhou", "ganzhou", "rongjiang", "gz_member", "gz_rural_chief", "gz_org_chief"),
    ],
)
def test_what_a_document_leaves_open_a_county_settles(
    drive: Drive, add: str, base: str, region: str, asker: str, by: str, other: str
) -> None:
    """Also a management area (蓉江新区) that has no statistical code."""
    from teams.models import Office
    from teams.words import Function
    from tests import cast

    world = drive.world
    if add:
        getattr(cast, add)(world)
        world.body(f"{region}_org", Office, f"{region}组织部", region, functions=(Function.ORGANIZATION,))
        world.person(other, "某组织", Post.LEADER, f"{region}_org")
    registrar = Registrar(world)
    before = drive.ask(asker, 1)
    assert before.decision["outcome"] == "unspecified"
    drive.withdraw(asker, before)
    ours = xinfeng_tiers() if base == "xinfeng" else tiers(("2", CAPTAIN), ("", SECRETARY), roles=EVERYBODY)
    rule = registrar.confirmed(paper(ours, under=base, title="本地办法"), by=by, other=other, region=region)
    after = drive.ask(asker, 3)
    assert route(after) == [("any", ["town:party_secretary"])]
    assert after.decision["pack"] == rule.code
