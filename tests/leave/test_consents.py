"""Agreement from outside: by voice it runs at once and the paper is due; a paper is written down with its scan."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from approvals.models import Deadline, SignOff
from core.errors import NotYours, Refused
from core.models import Notice
from leave import consents
from leave.consents import Given
from leave.models import Consent, LeaveRequest
from leave.tasks import remind_overdue, remind_paper
from rules.settings import set_setting
from tests.drive import MONDAY, NEXT_MONDAY, Drive, away_halves, key, newest, now, wish
from tests.pages import browser, hidden, submit, text

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def in_memory(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def opened(drive: Drive) -> None:
    """普宁 has opened it: the paper within three days."""
    set_setting(
        region=drive.world.regions["puning"],
        key="leave.voice_days",
        value=3,
        basis="普驻办〔2026〕3号",
        acting_user=None,
    )


def by_voice(
    drive: Drive, who: str = "liusha_member", *, by: str = "", days: float = 2, **changes: Any
) -> LeaveRequest:
    return consents.record_voice(
        acting_user=drive.world.user(by or who),
        person_id=drive.world.human(who).pk,
        wish=wish(days, **{"start": MONDAY, **changes}),
        given=Given(by="洪书记", post="洪阳镇党委书记", on=MONDAY, time=time(8, 10)),
        form_key=key(),
    )


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("审批单.pdf", b"%PDF-1.4 " + key().encode(), "application/pdf")


def on_paper(
    drive: Drive, by: str = "liusha_officer", who: str = "liusha_member", **changes: Any
) -> LeaveRequest:
    given = {"by": "洪书记", "post": "洪阳镇党委书记", "on": MONDAY - timedelta(days=2)}
    said: dict[str, Any] = {"files": [scan()], "wish": wish(4, contact="")}
    for name in ("files", "past", "returned", "wish"):
        if name in changes:
            said[name] = changes.pop(name)
    return consents.record_paper(
        acting_user=drive.world.user(by),
        person_id=drive.world.human(who).pk,
        given=Given(**{**given, **changes}),
        form_key=key(),
        **said,
    )


def test_by_voice_only_where_the_region_has_opened_it(drive: Drive) -> None:
    with pytest.raises(Refused) as refusal:
        by_voice(drive)
    assert refusal.value.code == "voice_off"
    me = browser(drive.world, "liusha_member")
    assert me.get(reverse("leave:voice")).status_code == 404
    assert "登记口头同意" not in text(me.get(reverse("leave:mine")))
    assert not LeaveRequest.objects.exists()


def test_it_runs_at_once_and_is_no_signature(drive: Drive, opened) -> None:
    request = by_voice(drive)
    assert (request.state, request.paper_due) == ("voice", date(2026, 11, 26))
    assert away_halves(request) == [(202611, day, half, True) for day in (23, 24) for half in ("am", "pm")]
    assert not SignOff.objects.exists()
    due = Deadline.objects.get(met=None)
    assert (due.kind, due.person_id) == ("leave.paper", request.applicant_id)
    page = text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    for words in (
        "口头同意，不是电子签字",
        "洪书记（洪阳镇党委书记）",
        "11月23日 08:10",
        "11月26日（周四）以前补办",
        "事假（口头）",
    ):
        assert words in page
    assert "家中有事" not in page


def test_the_paper_is_the_ordinary_way_and_then_it_is_approved(drive: Drive, opened, clock) -> None:
    request = by_voice(drive)
    clock.set(MONDAY + timedelta(days=2))
    me = browser(drive.world, "liusha_member")
    assert "补办书面手续" in text(me.get(request.get_absolute_url()))
    with pytest.raises(Refused) as refusal:
        drive.edit("liusha_member", request, 3, start=MONDAY)
    assert refusal.value.code == "voice_dates"
    submit(me, request)
    assert now(request).state == "pending"
    assert not Deadline.objects.filter(kind="leave.paper", met=None).exists()
    assert len(away_halves(request)) == 4
    drive.sign("liusha_captain", request)
    assert (now(request).state, now(request).channel) == ("approved", "voice")
    page = text(me.get(request.get_absolute_url()))
    assert "口头同意，不是电子签字；洪队员" in page
    drive.back("liusha_member", request, MONDAY + timedelta(days=2))
    assert now(request).state == "back"


def test_a_returned_paper_keeps_the_days_and_a_refused_one_does_not(drive: Drive, opened) -> None:
    request = by_voice(drive)
    drive.submit("liusha_member", request)
    drive.sign("liusha_captain", request, "return", "附上病历")
    assert len(away_halves(request)) == 4
    due = Deadline.objects.get(kind="leave.paper", met=None)
    assert due.due.astimezone().date() == MONDAY + timedelta(days=1)
    drive.submit("liusha_member", request)
    drive.sign("liusha_captain", request, "refuse", "并没有同意过")
    assert away_halves(request) == []
    assert not Deadline.objects.filter(met=None).exists()


def test_who_forgets_the_paper_is_reminded_and_then_everybody_sees(drive: Drive, opened, clock) -> None:
    request = by_voice(drive)
    clock.set(MONDAY + timedelta(days=2))
    assert (remind_paper(), Notice.objects.filter(key__contains=":paper:").count()) == (0, 0)
    clock.set(MONDAY + timedelta(days=3))
    assert remind_paper() == 0
    clock.set(MONDAY + timedelta(days=4))
    assert (remind_paper(), remind_paper()) == (1, 1)
    told = Notice.objects.filter(key__contains=":paper_late:").values_list("recipient__username", flat=True)
    assert sorted(told) == ["liusha_captain", "liusha_member", "liusha_officer"]
    page = text(browser(drive.world, "liusha_officer").get(reverse("leave:list"), {"phase": "paper_late"}))
    assert "补假逾期" in page
    assert request.number in page


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start": MONDAY + timedelta(days=2)}, "not_sudden"),
        ({"start": MONDAY - timedelta(days=4)}, "past"),
        ({"reason": " "}, "reason"),
    ],
)
def test_only_sudden_leave_with_a_reason(drive: Drive, opened, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        by_voice(drive, **changes)
    assert refusal.value.code == code


def test_a_captain_writes_it_down_for_his_people_alone(drive: Drive, opened) -> None:
    request = by_voice(drive, by="liusha_captain")
    assert Consent.objects.get(request=request).recorded_by.name == "洪队长"
    assert Notice.objects.filter(recipient__username="liusha_member", key__contains=":voice").exists()
    for by, who in (
        ("liusha_captain", "lihu_member"),
        ("liusha_mate", "liusha_first"),
        ("liusha_officer", "liusha_mate"),
    ):
        with pytest.raises(NotYours):
            by_voice(drive, who, by=by)


def test_nobody_agrees_to_his_own(drive: Drive, opened) -> None:
    with pytest.raises(Refused) as voice:
        consents.record_voice(
            acting_user=drive.world.user("liusha_captain"),
            person_id=drive.world.human("liusha_captain").pk,
            wish=wish(1, start=MONDAY),
            given=Given(by="洪队长", post="队长", on=MONDAY, time=time(8)),
            form_key=key(),
        )
    with pytest.raises(Refused) as paper:
        consents.record_paper(
            acting_user=drive.world.user("liusha_officer"),
            person_id=drive.world.human("liusha_captain").pk,
            wish=wish(1),
            given=Given(by=" 洪队长", post="队长", on=MONDAY),
            files=[scan()],
            form_key=key(),
        )
    assert {voice.value.code, paper.value.code} == {"recused"}


def test_on_the_voice_page(drive: Drive, opened) -> None:
    me = browser(drive.world, "liusha_member")
    form = me.get(reverse("leave:voice"))
    assert "不是电子签字。3 天内补办书面手续" in text(form)
    said = {
        "form_key": hidden(form, "form_key"), "person": hidden(form, "person"), "type": "sick", "start": "2026-11-23",
        "start_half": "am", "end": "2026-11-24", "end_half": "pm", "going": "county", "destination": "普宁市人民医院",
        "reason": "急性阑尾炎", "given_by": "洪书记", "given_post": "镇党委书记", "given_on": "2026-11-23",
        "given_time": "10:30",
    }  # fmt: skip
    late = me.post(reverse("leave:voice"), said)
    assert late.status_code == 422
    assert "同意的时间不能晚于现在" in text(late)
    page = me.post(reverse("leave:voice"), {**said, "given_time": "08:30"}, follow=True)
    assert "病假（口头）" in text(page)


def test_a_paper_is_written_down_by_the_clerk_with_its_scan(drive: Drive) -> None:
    with pytest.raises(Refused) as bare:
        on_paper(drive, files=[])
    assert (bare.value.code, bare.value.field) == ("no_scan", "attachments")
    request = on_paper(drive)
    assert (request.state, request.channel, len(away_halves(request))) == ("approved", "paper", 8)
    assert not SignOff.objects.exists()
    assert Deadline.objects.get(met=None).kind == "leave.return"
    page = text(browser(drive.world, "liusha_member").get(request.get_absolute_url()))
    for words in (
        "纸质批准",
        "洪书记（洪阳镇党委书记）",
        "纸质签字，不是电子签字；洪考勤",
        "审批单.pdf",
        "超过 3 天至 5 天",
    ):
        assert words in page
    captain = text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    assert "审批单.pdf" not in captain
    assert Notice.objects.filter(recipient__username="liusha_member", title__contains="代录").exists()


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("lihu_officer", "liusha_member"),
        ("liusha_captain", "liusha_member"),
        ("liusha_secretary", "liusha_member"),
        ("pn_agri_staff", "liusha_member"),
        ("liusha_officer", "lihu_member"),
    ],
)
def test_by_the_clerk_of_his_own_town_and_nobody_else(drive: Drive, by: str, who: str) -> None:
    with pytest.raises(NotYours):
        consents.record_paper(
            acting_user=drive.world.user(by),
            person_id=drive.world.human(who).pk,
            wish=wish(1),
            given=Given(by="洪书记", post="书记", on=MONDAY),
            files=[scan()],
            form_key=key(),
        )


def test_what_is_on_paper_and_what_is_asked_for_here_do_not_overlap(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    with pytest.raises(Refused) as refusal:
        on_paper(drive)
    assert request.number in refusal.value.sentence


def test_past_records_run_no_clock_and_tell_nobody(drive: Drive) -> None:
    last_year = wish(3, start=date(2025, 11, 24), contact="")
    with pytest.raises(Refused) as open_end:
        on_paper(drive, wish=last_year, past=True)
    assert open_end.value.field == "returned_on"
    with pytest.raises(Refused) as running:
        on_paper(drive, past=True, returned=(MONDAY, "am"))
    assert running.value.code == "not_past"
    request = on_paper(
        drive, wish=last_year, past=True, returned=(date(2025, 11, 26), "pm"), on=date(2025, 11, 20)
    )
    assert (request.state, request.number, len(away_halves(request))) == ("back", "补2026-0001", 5)
    assert not Deadline.objects.exists()
    assert not Notice.objects.exists()
    assert remind_overdue() == 0


def test_no_paper_no_approval_past_the_verbs_either(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    request = drive.submit("liusha_member", draft)
    for changes in ({"state": "approved", "channel": "paper"}, {"state": "voice"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LeaveRequest.objects.filter(pk=request.pk).update(**changes)
    kept = on_paper(drive, who="liusha_mate")
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(request=kept).update(given_by="别人")
    assert newest(request).is_open


def test_on_the_clerks_page(drive: Drive) -> None:
    clerk = browser(drive.world, "liusha_officer")
    form = clerk.get(reverse("leave:paper"))
    assert "洪队员" in text(form)
    assert "里队员" not in text(form)
    said = {
        "form_key": hidden(form, "form_key"), "person": drive.world.human("liusha_member").pk, "type": "personal",
        "start": NEXT_MONDAY.isoformat(), "start_half": "am", "end": NEXT_MONDAY.isoformat(), "end_half": "pm",
        "going": "county", "destination": "普宁市占陇镇", "reason": "家中有事", "given_by": "洪队长", "given_post": "队长",
        "given_on": "2026-11-20", "returned_half": "am",
    }  # fmt: skip
    bare = clerk.post(reverse("leave:paper"), said)
    assert bare.status_code == 422
    assert "附上纸质审批单的扫描件或照片" in text(bare)
    page = clerk.post(reverse("leave:paper"), {**said, "attachments": scan()}, follow=True)
    assert "事假（纸质）" in text(page)
    assert "审批单.pdf" in text(page)
    for who in ("liusha_member", "liusha_captain", "liusha_secretary"):
        assert browser(drive.world, who).get(reverse("leave:paper")).status_code == 404


@pytest.mark.parametrize("words", ["\0", "长" * 3000, "9" * 20])
def test_no_text_in_the_clerks_form_is_too_much(drive: Drive, words: str) -> None:
    clerk = browser(drive.world, "liusha_officer")
    names = (
        "person type start start_half end end_half going destination exit_document reason given_by given_post given_on "
        "past returned_on returned_half form_key"
    )
    page = clerk.post(reverse("leave:paper"), dict.fromkeys(names.split(), words))
    assert page.status_code == 422
    assert not LeaveRequest.objects.exists()
