"""The pages of leave, walked as people walk them: no script, links and forms only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leave.models import LeaveRequest
from tests.drive import NEXT_MONDAY, Drive, key, newest, now

pytestmark = pytest.mark.usefixtures("clock")


def browser(drive: Drive, who: str) -> Client:
    client = Client()
    client.force_login(drive.world.user(who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(days: int = 3, **changes):
    """Page one, filled in."""
    return {
        "type": "personal",
        "start": NEXT_MONDAY.isoformat(),
        "start_half": "am",
        "end": (NEXT_MONDAY + timedelta(days=days - 1)).isoformat(),
        "end_half": "pm",
        "going": "province",
        "destination": "广州市天河区",
        "stand_in": "",
        "contact": "13800138000",
        "reason": "陪父亲复查身体",
        "form_key": key(),
        **changes,
    }


def hidden(page, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, f"no field {name}"
    return found[1]


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_member_asks_and_the_captain_agrees_without_a_script(drive: Drive, clock) -> None:
    member, captain = browser(drive, "liusha_member"), browser(drive, "liusha_captain")
    page = member.post(reverse("leave:new"), answers(), follow=True)
    assert "提交给队长" in text(page)
    request = LeaveRequest.objects.get()
    done = member.post(
        reverse("leave:submit", args=[request.pk]),
        {"revision": hidden(page, "revision"), "submit_key": hidden(page, "submit_key")},
        follow=True,
    )
    assert f"已提交，编号 {now(request).number}" in text(done)
    assert "现在由洪队长（队长）办理" in text(done)
    waiting = captain.get(reverse("approvals:todo"))
    assert "洪队员" in text(waiting) and "事假 3 天" in text(waiting)
    card = captain.get(request.get_absolute_url())
    assert "为什么到您这里" in text(card) and "陪父亲复查身体" in text(card)
    after = captain.post(
        reverse("approvals:sign", args=[newest(request).pk]),
        {
            "decision": "agree",
            "page_hash": hidden(card, "page_hash"),
            "request_key": hidden(card, "request_key"),
        },
        follow=True,
    )
    assert "您已同意 · 09:00 · 已批准" in text(after)
    assert now(request).state == "approved"
    clock.set(NEXT_MONDAY + timedelta(days=2), hour=18)
    card = member.get(request.get_absolute_url())
    assert "确认返岗（销假）" in text(card)
    back = member.post(
        reverse("leave:back", args=[request.pk]),
        {"returned_on": (NEXT_MONDAY + timedelta(days=2)).isoformat(), "returned_half": "pm", "note": ""},
        follow=True,
    )
    assert "已销假" in text(back)
    assert now(request).state == "back"
