"""Places that are added, renamed, merged and moved; and who sees them afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import NotYours, Refused
from rules.settings import set_setting, setting
from teams import people
from teams.mergers import absorb_office
from teams.models import Appointment, Person, Region, Team
from teams.places import merge_region, move_region, rename_region
from teams.words import Duty, Level, Post
from tests.cast import START, World
from tests.drive import MONDAY, Drive
from tests.pages import beside, browser, text

YESTERDAY = MONDAY - timedelta(days=1)
PAPER = "粤民函〔2026〕12号"
pytestmark = pytest.mark.usefixtures("clock")


def villages(world: World) -> tuple[Region, Region]:
    """Two villages of 洪阳镇, and a first secretary in one of them."""
    made = [
        people.add_region(
            parent=world.regions["liusha"], name=name, level=Level.VILLAGE, valid_from=START, acting_user=None
        )
        for name in ("水吼村", "宝镜院村")
    ]
    world.appoint("liusha_mate", Post.FIRST_SECRETARY, "liusha_team", stationed_at=made[0], valid_from=START)
    return made[0], made[1]


def test_a_renamed_place_is_the_same_place(world: World, drive: Drive) -> None:
    puning = world.regions["puning"]
    set_setting(region=puning, key="leave.join_touching", value=False, basis="市里规定", acting_user=None)
    fresh = rename_region(
        region_id=puning.pk,
        name="普宁区",
        code="445204000000",
        first_day=MONDAY,
        document=PAPER,
        acting_user=None,
    )
    assert fresh.path == puning.path
    assert Region.objects.get(pk=puning.pk).successor == fresh
    assert Region.objects.get(pk=world.regions["liusha"].pk).parent == fresh
    assert setting(Region.objects.get(pk=world.regions["liusha"].pk), "leave.join_touching") is False
    assert "洪队员" in set(
        Person.objects.visible_to(world.user("pn_org_chief")).values_list("name", flat=True)
    )
    request = drive.ask("liusha_member", 4)
    drive.sign("liusha_secretary", request)
    keeper = browser(world, "pn_system")
    assert "原名普宁市" in text(keeper.get(reverse("teams:registry_place", args=[fresh.pk])))
    team = browser(world, "liusha_captain").get(reverse("teams:team", args=[world.bodies["liusha_team"].pk]))
    assert "普宁区" in text(team)


def test_two_living_rows_never_share_a_path(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(
            path=world.regions["lihu"].path, level=Level.TOWN, name="冒名镇", valid_from=START
        )


def test_a_merged_village_brings_its_people_and_keeps_its_name_on_old_rows(world: World) -> None:
    old, into = villages(world)
    merge_region(
        region_id=old.pk,
        into_id=into.pk,
        first_day=MONDAY,
        document=PAPER,
        acting_user=world.user("pn_system"),
    )
    rows = Appointment.objects.filter(person=world.human("liusha_mate"), post=Post.FIRST_SECRETARY).order_by(
        "valid_from"
    )
    assert [(str(row.stationed_at), row.valid_to) for row in rows] == [
        ("水吼村", YESTERDAY),
        ("宝镜院村", None),
    ]
    gone = Region.objects.get(pk=old.pk)
    assert (gone.successor, gone.valid_to, gone.document) == (into, YESTERDAY, PAPER)
    page = text(
        browser(world, "pn_system").get(reverse("teams:registry_place", args=[world.regions["liusha"].pk]))
    )
    assert "水吼村并入宝镜院村" in page


def test_a_town_merges_once_its_offices_are_settled_and_nobody_sees_more_by_accident(world: World) -> None:
    town, into = world.regions["liusha"], world.regions["lihu"]
    village, _ = villages(world)

    def merge() -> Region:
        return merge_region(
            region_id=town.pk, into_id=into.pk, first_day=MONDAY, document=PAPER, acting_user=None
        )

    with pytest.raises(Refused, match="中共洪阳镇委员会，先把部门并入或撤销"):
        merge()
    absorb_office(
        office_id=world.bodies["liusha_party"].pk,
        into_id=world.bodies["lihu_party"].pk,
        last_day=YESTERDAY,
        acting_user=None,
    )
    merge()
    teams = {str(team) for team in Team.objects.visible_to(world.user("lihu_secretary"))}
    assert teams == {"驻洪阳镇工作队", "驻里湖镇工作队"}
    assert not Team.objects.visible_to(world.user("liusha_secretary")).exists()
    assert Region.objects.get(pk=village.pk).path.startswith(into.path)


def test_a_place_moved_under_a_management_area_is_seen_from_there_at_once(world: World) -> None:
    area = people.add_region(
        parent=world.regions["jieyang"],
        name="普宁经开区",
        level=Level.COUNTY,
        valid_from=START,
        acting_user=None,
    )
    village, _ = villages(world)
    world.regions["area"] = area
    world.body("area_office", type(world.bodies["pn_agri"]), "经开区农办", "area", functions=("rural_work",))
    world.person("area_chief", "经农办", Post.LEADER, "area_office")
    assert not Team.objects.visible_to(world.user("area_chief")).exists()
    with CaptureQueriesContext(connection) as asked:
        moved = move_region(
            region_id=world.regions["liusha"].pk, parent_id=area.pk, document=PAPER, acting_user=None
        )
    rewritten = [query for query in asked.captured_queries if 'SET "path"' in query["sql"]]
    assert len(rewritten) == 1
    assert (moved.code, moved.parent) == ("445281101000", area)
    assert Region.objects.get(pk=village.pk).path == f"{moved.path}0001"
    assert {str(team) for team in Team.objects.visible_to(world.user("area_chief"))} == {"驻洪阳镇工作队"}
    assert {str(team) for team in Team.objects.visible_to(world.user("pn_org_chief"))} == {"驻里湖镇工作队"}
    assert (
        browser(world, "pn_system")
        .get(reverse("teams:registry_person", args=[world.human("liusha_captain").pk]))
        .status_code
        == 404
    )


def test_a_place_never_moves_below_itself_or_beside_its_level(world: World) -> None:
    village, other = villages(world)
    with pytest.raises(Refused, match="不能移到它自己下面"):
        move_region(
            region_id=world.regions["liusha"].pk, parent_id=village.pk, document=PAPER, acting_user=None
        )
    with pytest.raises(Refused, match="不能在宝镜院村下面"):
        move_region(region_id=village.pk, parent_id=other.pk, document=PAPER, acting_user=None)


@pytest.mark.parametrize("who", ["xf_system", "pn_auditor", "pn_org_chief"])
def test_only_the_places_own_administrator_changes_it(world: World, who: str) -> None:
    with pytest.raises(NotYours):
        rename_region(
            region_id=world.regions["lihu"].pk,
            name="新里湖",
            first_day=MONDAY,
            document=PAPER,
            acting_user=world.user(who),
        )
    with pytest.raises(NotYours):
        people.add_region(
            parent=world.regions["lihu"],
            name="冷美村",
            level=Level.VILLAGE,
            valid_from=START,
            acting_user=world.user(who),
        )


def test_a_county_cannot_be_carried_off_to_another_city(world: World) -> None:
    with pytest.raises(NotYours):
        move_region(
            region_id=world.regions["puning"].pk,
            parent_id=world.regions["shaoguan"].pk,
            document=PAPER,
            acting_user=world.user("pn_system"),
        )


def test_a_village_is_added_and_renamed_on_the_pages(world: World) -> None:
    client = browser(world, "pn_system")
    add = reverse("teams:registry_place_add", args=[world.regions["liusha"].pk])
    said = {
        "name": "水吼 村",
        "level": "village",
        "code": "44528110420",
        "support_class": "",
        "valid_from": "2020-01-01",
    }
    assert "12 位数字" in beside(client.post(add, said), "code")
    assert "已在洪阳镇下面新增 水吼村" in text(client.post(add, {**said, "code": ""}, follow=True))
    assert beside(client.post(add, {**said, "code": ""}), "name") == "洪阳镇已有“水吼村”"
    village = Region.objects.get(name="水吼村")
    rename = reverse("teams:registry_place_change", args=[village.pk, "rename"])
    said = {"name": "水吼社区", "code": "", "first_day": "2026-11-23", "document": PAPER}
    page = text(client.post(rename, said, follow=True))
    assert "水吼村已更名为 水吼社区" in page
    assert f"原名水吼村 2020-01-01 至 2026-11-22，{PAPER}" in page


def test_an_administrator_of_the_whole_installation_starts_at_the_provinces(world: World) -> None:
    world.keeper("root", "总管理", Duty.SYSTEM, None)
    client = browser(world, "root")
    assert "广东省" in text(client.get(reverse("teams:registry_places")))
    assert "洪队长" in text(client.get(reverse("teams:registry_people") + "?name=hdz"))
    assert client.get(reverse("teams:registry_place", args=[world.regions["shangcai"].pk])).status_code == 200
