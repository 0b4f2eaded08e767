"""帮助 says each post what it does in a day, with links that open; what people say of the system is read by somebody."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from core import feedback
from core.models import Feedback
from tests.cast import World
from tests.pages import browser, text

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]

DAYS = {
    "liusha_member": ["队员"],
    "liusha_captain": ["队员", "队长"],
    "liusha_secretary": ["乡镇党委负责同志"],
    "liusha_officer": ["乡镇考勤员"],
    "pn_agri_chief": ["县级主管部门"],
    "pn_org_chief": ["组织部门"],
    "pn_unit_chief": ["派出单位"],
    "pn_system": ["系统管理员"],
    "pn_security": ["安全管理员"],
    "pn_auditor": ["审计管理员"],
}


@pytest.mark.parametrize("who", DAYS)
def test_each_finds_his_own_day_and_every_link_of_it_opens(world: World, who: str) -> None:
    client = browser(world, who)
    page = client.get(reverse("overview:help")).text
    assert re.findall(r"<h2>(.+)的一天</h2>", page) == DAYS[who]
    own = page.partition("<h2>请假</h2>")[0]
    links = re.findall(r'<li><a href="([^"]+)"><span>', own.partition('<div class="content')[2] or own)
    inside = [link for link in links if link.startswith("/")]
    assert inside
    assert {link: client.get(link).status_code for link in inside} == dict.fromkeys(inside, 200)


def test_before_signing_in_it_tells_every_day_without_links(client: Client, db) -> None:
    page = client.get(reverse("overview:help")).text
    assert len(re.findall("的一天</h2>", page)) == 10
    assert "/attendance/register/" not in page


def test_what_is_said_is_read_by_the_systems_administrator_of_the_place_alone(world: World) -> None:
    feedback.send(acting_user=world.user("liusha_member"), text="去向能不能记住", page="/leave/new/")
    feedback.send(acting_user=world.user("sc_member"), text="上蔡的意见", page="/")
    address = reverse("overview:feedback_received")
    said = text(browser(world, "pn_system").get(address))
    assert "去向能不能记住 洪队员" in said
    assert "/leave/new/" in said
    assert "上蔡的意见" not in said
    for other in ("liusha_member", "pn_agri_chief", "pn_security", "pn_auditor"):
        assert browser(world, other).get(address).status_code == 404, other


def test_what_was_said_is_answered_once_by_the_administrator_of_the_place(world: World) -> None:
    row = feedback.send(acting_user=world.user("liusha_member"), text="去向能不能记住", page="/leave/new/")
    foreign = feedback.send(acting_user=world.user("sc_member"), text="上蔡的意见")
    admin, address = browser(world, "pn_system"), reverse("overview:feedback_answer", args=[row.pk])
    assert (
        admin.post(reverse("overview:feedback_answer", args=[foreign.pk]), {"answer": "好"}).status_code
        == 404
    )
    for other in ("liusha_member", "pn_agri_chief", "pn_security", "pn_auditor"):
        assert browser(world, other).post(address, {"answer": "好"}).status_code == 404, other
    empty = admin.post(address, {"answer": " "})
    assert (empty.status_code, "写下答复再提交" in text(empty)) == (422, True)
    said = text(admin.post(address, {"answer": "下一版会带出上次的去向"}, follow=True))
    assert "下一版会带出上次的去向" in said
    again = admin.post(address, {"answer": "改口"})
    assert (again.status_code, "已经答复过这一条" in text(again)) == (409, True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=row.pk).update(answer="改口")
    own = browser(world, "liusha_member")
    assert "您提的意见有答复了" in text(own.get(reverse("core:notices")))
    assert "答复 下一版会带出上次的去向" in text(own.get(reverse("core:feedback")))
    assert "下一版会带出" not in text(browser(world, "liusha_mate").get(reverse("core:feedback")))


@pytest.mark.parametrize("who", ["liusha_member", "pn_unit_chief", "pn_system", "pn_auditor"])
def test_every_frame_leads_to_help_and_to_feedback(world: World, who: str) -> None:
    page = browser(world, who).get(reverse("overview:home")).text
    assert 'href="/feedback/?page=/"' in page
    assert 'class="head-help" href="/help/"' in page
