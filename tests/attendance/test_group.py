"""整队登记: a team's whole day in one go, by who keeps its register and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from attendance.models import Fact, Source
from rules.settings import set_setting
from tests.attendance.months import mark
from tests.drive import MONDAY, Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")


def captains_enter(drive: Drive) -> None:
    set_setting(
        region=drive.world.regions["puning"], key="attendance.captain_enters", value=True,
        basis="普驻办〔2026〕6号", acting_user=None,
    )  # fmt: skip


def post(drive: Drive, by: str, team: str = "liusha_team", **fields: Any) -> Any:
    """``member_on="on"`` says it of liusha_member."""
    data: dict[str, Any] = {"team": drive.world.bodies[team].pk}
    for name, value in fields.items():
        who, _, field = name.rpartition("_")
        data[f"{field}{drive.world.appointments[f'liusha_{who}'].pk}"] = value
    return browser(drive.world, by).post(reverse("attendance:group"), data, follow=True)


def values(drive: Drive, who: str) -> dict[str, str]:
    rows = Fact.objects.filter(person=drive.world.human(who), day=MONDAY.day).order_by("revision")
    return {fact.part: fact.value for fact in rows}


def test_one_post_enters_the_whole_team_and_again_changes_nothing(drive: Drive) -> None:
    said = {
        "captain_on": "on", "first_on": "on", "member_on": "on", "member_night": "on", "mate_else": "unverified",
        "mate_why": "电话没有打通",
    }  # fmt: skip
    page = post(drive, "liusha_officer", **said).content.decode()
    assert "已登记 4 人" in page
    assert values(drive, "liusha_member") == {"am": "on_post", "pm": "on_post", "night": "village"}
    assert values(drive, "liusha_first") == {"am": "on_post", "pm": "on_post"}
    assert values(drive, "liusha_mate") == {"am": "unverified", "pm": "unverified"}
    facts = Fact.objects.all()
    assert {fact.source for fact in facts} == {Source.REGISTER}
    assert {fact.note for fact in facts if fact.person == drive.world.human("liusha_mate")} == {
        "电话没有打通"
    }
    assert {fact.note for fact in facts if fact.person != drive.world.human("liusha_mate")} == {""}
    number = facts.count()
    del said["mate_why"]
    seen = {f"{who}_seen": Fact.objects.latest("pk").pk for who in ("captain", "first", "member", "mate")}
    assert "没有改动" in post(drive, "liusha_officer", **said, **seen).content.decode()
    assert Fact.objects.count() == number


def test_who_is_not_there_needs_a_sentence_and_nothing_is_half_saved(drive: Drive) -> None:
    answer = post(
        drive, "liusha_officer", captain_on="on", first_on="on", member_on="on", mate_else="unverified"
    )
    assert answer.status_code == 422
    assert "洪队友没有勾在岗，写一句原因" in answer.content.decode()
    assert not Fact.objects.exists()


def test_a_captain_enters_only_where_the_county_lets_him_and_never_himself(drive: Drive) -> None:
    address = reverse("attendance:group")
    captain = browser(drive.world, "liusha_captain")
    assert captain.get(address).status_code == 404
    assert post(drive, "liusha_captain", member_on="on").status_code == 404
    captains_enter(drive)
    page = captain.get(address).content.decode()
    assert "本人的由别人登记" in page
    assert f"on{drive.world.appointments['liusha_captain'].pk}" not in page
    post(drive, "liusha_captain", captain_on="on", first_on="on", member_on="on", mate_on="on")
    assert values(drive, "liusha_member") == {"am": "on_post", "pm": "on_post"}
    assert values(drive, "liusha_captain") == {}
    for who in ("lihu_captain", "lihu_officer", "liusha_member", "pn_agri_chief", "pn_unit_chief"):
        answer = post(drive, who, member_night="on")
        assert answer.status_code in (403, 404)
    assert values(drive, "liusha_member") == {"am": "on_post", "pm": "on_post"}


def test_approved_absence_stands_and_what_changed_meanwhile_is_said(drive: Drive) -> None:
    drive.is_away("liusha_mate", MONDAY)
    page = browser(drive.world, "liusha_officer").get(reverse("attendance:group")).content.decode()
    assert f"on{drive.world.appointments['liusha_mate'].pk}" not in page
    assert "已批准，不用登记" in page
    mark(drive, "liusha_member", MONDAY, "training")
    stale = post(drive, "liusha_officer", captain_on="on", first_on="on", member_on="on", member_seen="0")
    assert stale.status_code == 422
    assert "看过最新的情况再改" in stale.content.decode()
    assert values(drive, "liusha_captain") == {}


def test_nobody_has_to_be_ticked_on_a_rest_day(drive: Drive, clock: Any) -> None:
    clock.set(MONDAY - timedelta(days=1))
    page = browser(drive.world, "liusha_officer").get(reverse("attendance:group")).content.decode()
    assert "今天休息" in page
    assert "checked" not in page
    answer = post(drive, "liusha_officer", captain_else="unverified", member_else="unverified")
    assert "没有改动" in answer.content.decode()
    assert not Fact.objects.exists()
