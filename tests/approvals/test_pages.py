"""待办 and signing: for the right people, in the right order, and nothing for the neighbours."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Filing
from leave.models import LeaveRequest
from tests.drive import MONDAY, NEXT_MONDAY, Drive, key, newest, now
from tests.pages import browser, sign_fields, text

pytestmark = pytest.mark.usefixtures("clock")


def many(drive: Drive, number: int) -> list[LeaveRequest]:
    """Requests of ``number`` different members of one team, one day each; the captain has them all."""
    asked = []
    for place in range(number):
        who = f"extra_{len(drive.world.users)}_{place}"
        drive.world.person(who, f"增员{place}", "member", "liusha_team", unit=drive.world.bodies["pn_unit"])
        asked.append(drive.ask(who, 1))
    return asked


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_what_waits_is_shown_with_its_time_and_the_most_urgent_first(drive: Drive, clock) -> None:
    late = drive.ask("liusha_member", 1)
    clock.set(MONDAY + timedelta(days=1), hour=10)
    drive.ask("liusha_mate", 1)
    page = text(browser(drive.world, "liusha_captain").get(reverse("approvals:todo")))
    assert page.index("洪队员") < page.index("洪队友")
    assert "剩 7 小时（11月24日 17:30 前）" in page
    clock.set(MONDAY + timedelta(days=1), hour=18)
    page = text(browser(drive.world, "liusha_captain").get(reverse("approvals:todo")))
    assert "超期" in page
    assert now(late).state == "pending"


def test_nothing_waits_says_when_the_last_was_done(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 1)
    captain = browser(drive.world, "liusha_captain")
    clock.set(MONDAY, hour=11, minute=5)
    drive.sign("liusha_captain", request)
    page = text(captain.get(reverse("approvals:todo")))
    assert "没有待办。上一件 11:05 办完" in page
    assert "您 11月23日 11:05 已同意" in text(captain.get(reverse("approvals:todo"), {"tab": "done"}))


def test_after_one_decision_the_bar_leads_to_the_next(drive: Drive) -> None:
    first, second = drive.ask("liusha_member", 1), drive.ask("liusha_mate", 1)
    captain = browser(drive.world, "liusha_captain")
    card = captain.get(first.get_absolute_url())
    after = captain.post(reverse("approvals:sign", args=[newest(first).pk]), sign_fields(card), follow=True)
    assert "下一件（共 1 件）" in text(after)
    assert f'href="{second.get_absolute_url()}"' in after.content.decode()


def test_a_filing_is_acknowledged_once_by_the_body_that_was_told(drive: Drive) -> None:
    request = drive.ask("sc_member", 7)
    drive.sign("zhuli_secretary", request)
    office = browser(drive.world, "sc_org_chief")
    assert "备案" in text(office.get(reverse("approvals:todo"), {"tab": "told"}))
    card = office.get(request.get_absolute_url())
    assert "知悉备案" in text(card)
    filing = Filing.objects.get(party="county:organization")
    url = reverse("approvals:acknowledge", args=[filing.pk])
    assert browser(drive.world, "pn_org_chief").post(url).status_code == 404
    assert "上组织 已阅" in text(office.post(url, follow=True))


def test_what_i_began_is_one_row_per_request_whatever_its_rounds(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request, "return", "写清去向")
    drive.edit("liusha_member", request, 3)
    drive.submit("liusha_member", request)
    page = browser(drive.world, "liusha_member").get(reverse("approvals:todo"), {"tab": "mine"})
    assert "共 1 件" in text(page)
    assert "事假 3 天" in text(page)


def test_the_list_is_paged_and_the_tab_stays(drive: Drive) -> None:
    for request in many(drive, 21):
        drive.sign("liusha_captain", request)
    captain = browser(drive.world, "liusha_captain")
    first = captain.get(reverse("approvals:todo"), {"tab": "done"})
    assert "第 1 页（共 2 页）" in text(first)
    assert "?tab=done&amp;page=2" in first.content.decode()
    assert text(captain.get(reverse("approvals:todo"), {"tab": "done", "page": 2})).count("已同意") == 1


@pytest.mark.parametrize("tab", ["wait", "done", "told", "mine"])
def test_the_number_of_queries_does_not_grow_with_the_rows(drive: Drive, tab: str) -> None:
    url = f"{reverse('approvals:todo')}?tab={tab}"

    def fill(number: int) -> None:
        if tab == "mine":
            for _ in range(number):
                days = timedelta(days=2 * LeaveRequest.objects.count())
                drive.ask("liusha_captain", 1, start=NEXT_MONDAY + days)
            return
        for request in many(drive, number):
            if tab != "wait":
                drive.sign("liusha_captain", request)
        if tab == "told":
            rows = LeaveRequest.objects.exclude(pk__in=Filing.objects.values("subject_id"))
            Filing.objects.bulk_create(
                Filing(
                    sign_off=newest(row),
                    subject_kind="leave",
                    subject_id=row.pk,
                    kind="copy",
                    party="team:captain",
                    label="队长",
                    post="captain",
                    body=drive.world.bodies["liusha_team"],
                    told_at=row.updated_at,
                )
                for row in rows
            )

    captain = browser(drive.world, "liusha_captain")
    fill(3)
    few = queries(captain, url)
    fill(12)
    assert queries(captain, url) == few


@pytest.mark.parametrize(
    "who", ["lihu_captain", "lihu_secretary", "lihu_member", "liusha_mate", "xf_rural_chief"]
)
def test_the_neighbours_cannot_open_or_sign(drive: Drive, who: str) -> None:
    request = drive.ask("liusha_member", 1)
    sign_off = newest(request)
    outsider = browser(drive.world, who)
    fields = {"decision": "agree", "page_hash": sign_off.content_hash, "request_key": key()}
    assert outsider.post(reverse("approvals:sign", args=[sign_off.pk]), fields).status_code == 404
    assert outsider.get(reverse("approvals:reason", args=[sign_off.pk, "refuse"])).status_code == 404
    assert now(request).state == "pending"


def test_the_applicant_sees_his_request_but_never_decides_it(drive: Drive) -> None:
    request = drive.ask("liusha_captain", 2)
    sign_off = newest(request)
    own = browser(drive.world, "liusha_captain")
    assert 'name="request_key"' not in own.get(request.get_absolute_url()).content.decode()
    fields = {"decision": "agree", "page_hash": sign_off.content_hash, "request_key": key()}
    refused = own.post(reverse("approvals:sign", args=[sign_off.pk]), fields)
    assert refused.status_code == 422
    assert "这一件与您本人有关，由其他人办理" in text(refused)


def test_who_only_looks_on_is_told_it_is_not_his_to_decide(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    sign_off = newest(request)
    onlooker = browser(drive.world, "liusha_secretary")
    fields = {"decision": "agree", "page_hash": sign_off.content_hash, "request_key": key()}
    refused = onlooker.post(reverse("approvals:sign", args=[sign_off.pk]), fields)
    assert refused.status_code == 409
    assert "现在不由您办理" in text(refused)


def test_an_htmx_answer_brings_the_card_the_bar_and_the_badge(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    captain = browser(drive.world, "liusha_captain")
    fields = sign_fields(captain.get(request.get_absolute_url()))
    page = captain.post(
        reverse("approvals:sign", args=[newest(request).pk]), fields, headers={"HX-Request": "true"}
    )
    body = page.content.decode()
    assert page.status_code == 200
    assert "<html" not in body
    assert 'id="card"' in body
    assert re.search(r'id="actions"[^>]* hx-swap-oob="true"', body)
    assert 'hx-swap-oob="innerHTML:.todo-count"' in body
