"""批量同意: picked in 待办, read on one page, each signed by itself, each outcome said."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals import services
from approvals.models import Signature
from core import subjects
from core.models import AuditEvent
from leave.models import LeaveRequest
from tests.access import pdf
from tests.drive import Drive, key, newest, now
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
REASON = "肝病复查"


def three(drive: Drive) -> list[LeaveRequest]:
    """Three requests the town's secretary decides."""
    return [drive.ask(who, 4, reason=REASON) for who in ("liusha_member", "liusha_mate", "liusha_captain")]


def review(client: Client, requests: list[LeaveRequest]) -> HttpResponse:
    return client.get(reverse("approvals:batch"), {"pick": [newest(each).pk for each in requests]})


def fields(page: HttpResponse) -> dict[str, list[str]]:
    """What the review page posts."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'name="((?:item|page_hash-\d+|request_key-\d+))" value="([^"]*)"', page.content.decode()
    ):
        found.setdefault(name, []).append(value)
    return found


def agree(client: Client, said: dict[str, list[str]]) -> HttpResponse:
    return client.post(reverse("approvals:batch"), said)


def states(requests: list[LeaveRequest]) -> list[str]:
    return [now(each).state for each in requests]


def test_picked_read_and_agreed_each_with_its_outcome(drive: Drive) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    todo = client.get(reverse("approvals:todo")).content.decode()
    assert todo.count('<input type="checkbox" name="pick"') == 3
    page = review(client, requests)
    said = text(page)
    assert "同意全部 3 件" in said
    for words in (
        "洪队员",
        "事假 4 天",
        "11月30日（周一）至 12月3日（周四）",
        REASON,
        "第六条",
        "您同意后 批准",
    ):
        assert words in said
    assert "同期 本队在岗 1/4 人 不在岗：" in said
    assert "洪队友（队员，11月30日至 12月3日）" in said
    assert states(requests) == ["pending"] * 3
    done = agree(client, fields(page))
    assert "3 件已同意" in text(done)
    assert text(done).count("已同意 · 已批准") == 3
    assert states(requests) == ["approved"] * 3
    assert AuditEvent.objects.filter(action="sign_off.sign", outcome="done").count() == 3


def test_the_same_page_sent_twice_says_the_same_and_signs_once(drive: Drive) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    said = fields(review(client, requests))
    first, second = agree(client, said), agree(client, said)
    assert text(first) == text(second)
    assert Signature.objects.count() == 3


def test_what_changed_meanwhile_is_left_and_the_rest_is_done(drive: Drive) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    said = fields(review(client, requests))
    drive.withdraw("liusha_member", requests[0])
    drive.sign("liusha_secretary", requests[1], "return", "写清去向")
    drive.edit("liusha_mate", requests[1], 4, destination="广州市越秀区")
    drive.submit("liusha_mate", requests[1])
    done = text(agree(client, said))
    assert "1 件已同意，2 件没有办成" in done
    assert "这一件已撤回，您不用再办" in done
    assert states(requests) == ["withdrawn", "pending", "approved"]


def test_content_that_is_not_what_was_shown_is_not_signed(drive: Drive) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    said = fields(review(client, requests))
    said[f"page_hash-{newest(requests[0]).pk}"] = ["0" * 64]
    done = text(agree(client, said))
    assert "内容已有变化，看过最新内容再办" in done
    assert states(requests) == ["pending", "approved", "approved"]


def test_a_failure_in_one_leaves_the_others_done_and_can_be_sent_again(drive: Drive, monkeypatch) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    said = fields(review(client, requests))
    sign, broken = services.sign, newest(requests[1]).pk

    def fails_once(*, sign_off_id: int, **more):
        if sign_off_id == broken:
            raise DatabaseError("disk")
        return sign(sign_off_id=sign_off_id, **more)

    monkeypatch.setattr(services, "sign", fails_once)
    assert "系统没有办成这一件，过一会儿再试" in text(agree(client, said))
    assert states(requests) == ["approved", "pending", "approved"]
    monkeypatch.setattr(services, "sign", sign)
    assert "3 件已同意" in text(agree(client, said))
    assert states(requests) == ["approved"] * 3


def test_in_a_joint_step_it_says_who_is_still_to_sign(drive: Drive) -> None:
    drive.world.person("sc_mate", "上队友", "member", "sc_team", unit=drive.world.bodies["sc_unit"])
    requests = [drive.ask(who, 8) for who in ("sc_member", "sc_mate")]
    client = browser(drive.world, "sc_org_chief")
    page = review(client, requests)
    assert "您同意后 还等县（区）乡村振兴局、派出单位签" in text(page)
    done = text(agree(client, fields(page)))
    assert done.count("已同意 · 还等县（区）乡村振兴局、派出单位签") == 2
    assert states(requests) == ["pending"] * 2


def test_filings_are_said_before_and_after(drive: Drive) -> None:
    drive.world.person("sc_mate", "上队友", "member", "sc_team", unit=drive.world.bodies["sc_unit"])
    requests = [drive.ask(who, 3) for who in ("sc_member", "sc_mate")]
    client = browser(drive.world, "zhuli_secretary")
    page = review(client, requests)
    assert "批准，报县（区）委组织部、县（区）乡村振兴局备案" in text(page)
    assert "已同意 · 已批准，已报县（区）委组织部、县（区）乡村振兴局备案" in text(
        agree(client, fields(page))
    )


def test_only_what_waits_for_oneself_is_shown_and_signed(drive: Drive) -> None:
    own, foreign = drive.ask("liusha_member", 4), drive.ask("lihu_member", 4)
    client = browser(drive.world, "liusha_secretary")
    page = text(review(client, [own, foreign]))
    assert "里队员" not in page
    assert "有几件没有列出" in page
    pk = newest(foreign).pk
    said = {
        "item": [str(pk)],
        f"page_hash-{pk}": [newest(foreign).content_hash],
        f"request_key-{pk}": [key()],
    }
    done = agree(client, said)
    assert "里队员" not in text(done)
    assert "0 件已同意，1 件没有办成" in text(done)
    assert now(foreign).state == "pending"
    for who in ("lihu_secretary", "pn_org_chief"):
        assert "洪队员" not in text(review(browser(drive.world, who), [own]))


def test_what_is_to_be_named_by_hand_has_no_box_and_is_not_signed(drive: Drive) -> None:
    requests = [drive.ask("xf_member", 3), drive.ask("xf_captain", 3)]
    client = browser(drive.world, "xf_rural_chief")
    assert 'name="pick"' not in client.get(reverse("approvals:todo")).content.decode()
    assert "选的几件都不用您办了" in text(review(client, requests))
    pk = newest(requests[0]).pk
    said = {
        "item": [str(pk)],
        f"page_hash-{pk}": [newest(requests[0]).content_hash],
        f"request_key-{pk}": [key()],
    }
    assert "这一步是指定批准人" in text(agree(client, said))
    assert now(requests[0]).state == "pending"


def test_a_kind_that_is_to_be_read_one_by_one_is_never_signed_here(drive: Drive, monkeypatch) -> None:
    requests = three(drive)
    client = browser(drive.world, "liusha_secretary")
    said = fields(review(client, requests))
    leave = subjects.subject("leave")
    monkeypatch.setitem(subjects._REGISTRY, "leave", subjects.Subject(**{**vars(leave), "review": None}))
    assert 'name="pick"' not in client.get(reverse("approvals:todo")).content.decode()
    assert text(agree(client, said)).count("这一类要逐件看过再签") == 3
    assert states(requests) == ["pending"] * 3


def test_one_alone_has_no_box_and_none_picked_leads_back(drive: Drive) -> None:
    drive.ask("liusha_member", 4)
    client = browser(drive.world, "liusha_secretary")
    assert 'name="pick"' not in client.get(reverse("approvals:todo")).content.decode()
    back = client.get(reverse("approvals:batch"), {"pick": ["abc", "9" * 30]}, follow=True)
    assert "先勾选要同意的，再点“批量同意”" in text(back)


def test_certificates_are_counted_and_lead_to_the_card(drive: Drive) -> None:
    first = drive.submit("liusha_member", drive.save("liusha_member", 4, files=[pdf()]))
    page = review(browser(drive.world, "liusha_secretary"), [first, drive.ask("liusha_mate", 4)])
    assert text(page).count("附件 1 件，点开这一件看") == 1
    assert f'href="{first.get_absolute_url()}"' in page.content.decode()


def test_reading_costs_the_same_for_two_and_for_twenty(drive: Drive) -> None:
    client = browser(drive.world, "liusha_secretary")

    def ask(number: int) -> list[LeaveRequest]:
        found = []
        for _ in range(number):
            who = f"extra_{len(drive.world.users)}"
            drive.world.person(who, "增员", "member", "liusha_team", unit=drive.world.bodies["pn_unit"])
            found.append(drive.ask(who, 4))
        return found

    def queries(requests: list[LeaveRequest]) -> int:
        picked = {"pick": [newest(each).pk for each in requests]}
        client.get(reverse("approvals:batch"), picked)
        with CaptureQueriesContext(connection) as caught:
            assert "同意全部" in text(client.get(reverse("approvals:batch"), picked))
        return len(caught)

    requests = ask(2)
    few = queries(requests)
    assert queries(requests + ask(18)) == few
