"""The pages of leave, walked as people walk them: no script, links and forms only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from leave.models import LeaveRequest
from tests.drive import MONDAY, NEXT_MONDAY, Drive, newest, now, route
from tests.pages import answers, browser, hidden, sign_fields, submit, text

pytestmark = pytest.mark.usefixtures("clock")


def sign_url(request: LeaveRequest) -> str:
    return reverse("approvals:sign", args=[newest(request).pk])


def test_a_member_asks_the_captain_agrees_and_the_member_comes_back(drive: Drive, clock) -> None:
    member, captain = browser(drive.world, "liusha_member"), browser(drive.world, "liusha_captain")
    page = member.post(reverse("leave:new"), answers(3), follow=True)
    assert "提交给队长" in text(page)
    request = LeaveRequest.objects.get()
    done = submit(member, request)
    assert f"已提交，编号 {now(request).number}" in text(done)
    assert "现在由洪队长（队长）办理" in text(done)
    waiting = text(captain.get(reverse("approvals:todo")))
    assert "洪队员" in waiting
    assert "事假 3 天" in waiting
    card = captain.get(request.get_absolute_url())
    assert "为什么到您这里" in text(card)
    after = captain.post(sign_url(request), sign_fields(card, note="路上注意安全"), follow=True)
    assert "您已同意 · 09:00 · 已批准" in text(after)
    assert "路上注意安全" in text(after)
    clock.set(NEXT_MONDAY + timedelta(days=2), hour=18)
    assert "确认返岗（销假）" in text(member.get(request.get_absolute_url()))
    back = member.post(
        reverse("leave:back", args=[request.pk]),
        {"returned_on": (NEXT_MONDAY + timedelta(days=2)).isoformat(), "returned_half": "pm", "note": ""},
        follow=True,
    )
    assert "12月2日（周三）下午返岗" in text(back)
    assert now(request).state == "back"


@pytest.mark.parametrize(
    ("who", "days", "button"),
    [
        ("liusha_member", 3, "提交给队长"),
        ("liusha_member", 4, "提交给镇党委书记"),
        ("liusha_member", 6, "提交给市农业农村局"),
        ("liusha_captain", 5, "提交给镇党委书记"),
        ("sc_member", 7, "提交给镇党委"),
        ("sc_member", 8, "提交给县（区）委组织部、县（区）乡村振兴局、派出单位共同批准"),
        ("xf_member", 2, "提交给县乡村振兴局指定批准人"),
    ],
)
def test_the_button_names_the_decider(drive: Drive, who: str, days: int, button: str) -> None:
    request = drive.save(who, days)
    page = browser(drive.world, who).get(reverse("leave:check", args=[request.pk]))
    assert f">{button}</button>" in page.content.decode()


def test_page_two_counts_day_by_day_and_says_why(drive: Drive) -> None:
    request = drive.save("liusha_member", 6, type="annual", start=NEXT_MONDAY)
    page = text(browser(drive.world, "liusha_member").get(reverse("leave:check", args=[request.pk])))
    assert "12月5日（周六） 周末 不计" in page
    assert "计假 5 天，休息日、节假日不计入余额" in page
    assert "普市农办函〔2024〕4号" in page
    assert "第六条" in page
    assert "批准后知会" in page
    assert "文件没有要求，是本系统的做法" in page


def test_page_two_names_who_is_told_by_the_clause(drive: Drive) -> None:
    request = drive.save("sc_member", 7)
    page = text(browser(drive.world, "sc_member").get(reverse("leave:check", args=[request.pk])))
    assert "批准后报备案 县（区）委组织部、县（区）乡村振兴局 （第十六条）" in page


def test_page_two_says_when_the_calendar_is_an_estimate(drive: Drive, clock) -> None:
    clock.set(MONDAY.replace(year=2030))
    request = drive.save("liusha_member", 2, start=MONDAY.replace(year=2030, day=25))
    page = text(browser(drive.world, "liusha_member").get(reverse("leave:check", args=[request.pk])))
    assert "2030 年的放假安排还没有公布" in page


def test_touching_leave_is_named_with_what_the_tier_alone_would_have_been(drive: Drive) -> None:
    first = drive.ask("liusha_member", 3)
    second = drive.save("liusha_member", 2, start=NEXT_MONDAY + timedelta(days=3))
    page = text(browser(drive.world, "liusha_member").get(reverse("leave:check", args=[second.pk])))
    assert f"11月30日的事假（编号 {first.number}）相连，按 5 天算；单算 2 天由队长批准" in page
    assert "提交给镇党委书记" in page


def test_the_preview_names_days_decider_and_who_is_away(drive: Drive) -> None:
    drive.ask("liusha_mate", 2, start=NEXT_MONDAY)
    member = browser(drive.world, "liusha_member")
    said = text(member.get(reverse("leave:preview"), answers(4)))
    assert "共 4 天" in said
    assert "洪书记" in said
    assert "不在岗：洪队友（队员，11月30日至 12月1日）" in said
    assert "结束日期不能早于开始日期" in text(
        member.get(reverse("leave:preview"), answers(4, end=MONDAY.isoformat()))
    )


def test_the_captain_returns_the_member_mends_and_submits_again(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    member, captain = browser(drive.world, "liusha_member"), browser(drive.world, "liusha_captain")
    card = captain.get(request.get_absolute_url())
    reason_url = reverse("approvals:reason", args=[newest(request).pk, "return"])
    assert reason_url in card.content.decode()
    page = captain.get(reason_url)
    empty = captain.post(sign_url(request), sign_fields(page, "return"))
    assert empty.status_code == 422
    assert "写明退回理由，申请人会看到" in text(empty)
    assert "有错误：" in text(empty)
    captain.post(sign_url(request), sign_fields(empty, "return", note="去向写到县"))
    assert now(request).state == "returned"
    shown = text(member.get(request.get_absolute_url()))
    assert "洪队长：退回修改 去向写到县" in shown
    assert "修改后再提交" in shown
    form = member.get(reverse("leave:edit", args=[request.pk]))
    member.post(
        reverse("leave:edit", args=[request.pk]),
        answers(2, revision=hidden(form, "revision"), destination="普宁市流沙东街道"),
    )
    again = submit(member, request)
    assert "重新提交" in text(again)
    assert "去向写到县" in text(again)
    assert now(request).state == "pending"


def test_refused_leave_can_be_asked_again_with_its_words_carried_over(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2, destination="梅州市梅县区")
    drive.sign("liusha_captain", request, "refuse", "汛期值班")
    member = browser(drive.world, "liusha_member")
    page = member.get(request.get_absolute_url())
    link = f"{reverse('leave:new')}?copy={request.pk}"
    assert link in page.content.decode()
    assert 'value="梅州市梅县区"' in member.get(link).content.decode()


def test_withdraw_and_cancel_leave_their_trace(drive: Drive) -> None:
    member = browser(drive.world, "liusha_member")
    first = drive.ask("liusha_member", 1)
    assert "撤回，不再办理" in text(member.get(first.get_absolute_url()))
    assert "申请人撤回" in text(member.post(reverse("leave:withdraw", args=[first.pk]), follow=True))
    second = drive.ask("liusha_member", 1)
    drive.sign("liusha_captain", second)
    assert "取消，照常在岗" in text(member.get(second.get_absolute_url()))
    assert "申请人取消" in text(member.post(reverse("leave:cancel", args=[second.pk]), follow=True))


def test_a_county_whose_document_is_silent_names_the_decider_by_hand(drive: Drive) -> None:
    request = drive.ask("xf_member", 2)
    office, captain = browser(drive.world, "xf_rural_chief"), browser(drive.world, "xf_captain")
    card = office.get(request.get_absolute_url())
    assert "待您指定批准人" in text(card)
    url = reverse("leave:assign", args=[request.pk])
    bad = office.post(url, sign_fields(card, together="any", reason="", parties=[]))
    assert bad.status_code == 422
    assert "至少指定一位批准人" in text(bad)
    assert "写明指定的理由" in text(bad)
    done = office.post(
        url,
        sign_fields(bad, together="any", reason="两天以内由队长批", parties=["team:captain"]),
        follow=True,
    )
    assert "您已指定批准人" in text(done)
    assert route(request) == [("any", ["team:captain"])]
    card = captain.get(request.get_absolute_url())
    assert "两天以内由队长批" in text(card)
    captain.post(sign_url(request), sign_fields(card))
    assert now(request).state == "approved"


def test_a_joint_decision_shows_each_signer(drive: Drive) -> None:
    request = drive.ask("sc_member", 8)
    first = browser(drive.world, "sc_org_chief")
    card = first.get(request.get_absolute_url())
    assert "同意（还等 2 方签）" in text(card)
    after = text(first.post(sign_url(request), sign_fields(card), follow=True))
    assert "您已同意 · 09:00 · 还等县（区）乡村振兴局、派出单位签" in after
    drive.sign("sc_unit_chief", request)
    last = browser(drive.world, "sc_rural_chief").get(request.get_absolute_url())
    assert "上组织 11月23日 09:00" in text(last)
    assert ">同意</button>" in last.content.decode()


def test_an_acting_holder_reads_for_whom_he_decides(drive: Drive, clock) -> None:
    secretary = drive.world.appointments["liusha_secretary"]
    drive.world.appoint(
        "liusha_officer", "party_secretary", "liusha_party", acting_for=secretary, basis="洪委〔2026〕7号"
    )
    drive.is_away("liusha_secretary", MONDAY)
    request = drive.ask("liusha_member", 4)
    card = text(browser(drive.world, "liusha_officer").get(request.get_absolute_url()))
    assert "您代洪书记" in card
    assert "洪委〔2026〕7号" in card


def test_late_return_needs_a_word_and_the_captain_may_record_it(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    clock.set(NEXT_MONDAY + timedelta(days=4))
    captain = browser(drive.world, "liusha_captain")
    assert "待核（逾期未销假）" in text(captain.get(request.get_absolute_url()))
    late = {"returned_on": (NEXT_MONDAY + timedelta(days=4)).isoformat(), "returned_half": "am", "note": ""}
    url = reverse("leave:back", args=[request.pk])
    refused = captain.post(url, late)
    assert refused.status_code == 422
    assert "晚于批准的日期返岗，写一句原因" in text(refused)
    captain.post(url, {**late, "note": "班车停运"})
    assert now(request).state == "back"


def test_my_leave_puts_what_is_to_be_done_first(drive: Drive) -> None:
    drive.save("liusha_member", 1)
    sent = drive.ask("liusha_member", 2, start=NEXT_MONDAY + timedelta(days=7))
    page = text(browser(drive.world, "liusha_member").get(reverse("leave:mine")))
    assert page.index("要您办的") < page.index("还没有提交") < page.index(sent.number)


def test_a_draft_can_be_thrown_away(drive: Drive) -> None:
    request = drive.save("liusha_member", 1)
    member = browser(drive.world, "liusha_member")
    assert "草稿已删去" in text(member.post(reverse("leave:discard", args=[request.pk]), follow=True))
    assert not LeaveRequest.objects.exists()
