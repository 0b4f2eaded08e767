"""因公外出: reported in writing, told to captain and town, confirmed where a document says so; on the books as 公."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Conflict, NotYours, Refused, Several
from core.models import Notice
from leave import trips
from leave.models import OfficialTrip
from policy.trips import TripReport
from teams.models import Away
from teams.words import Post
from tests.drive import MONDAY, NEXT_MONDAY, Drive, key
from tests.pages import beside, browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")


def stands(trip: OfficialTrip) -> OfficialTrip:
    return OfficialTrip.objects.get(pk=trip.pk)


def held(trip: OfficialTrip) -> list[tuple[int, str, bool]]:
    rows = Away.objects.filter(kind="trip", source_id=trip.pk).order_by("month", "day", "half")
    return list(rows.values_list("day", "half", "firm"))


def told(trip: OfficialTrip) -> set[str]:
    rows = Notice.objects.filter(subject_kind="trip", subject_id=str(trip.pk))
    return set(rows.values_list("recipient__username", flat=True))


def report(**changes) -> dict[str, str]:
    return {
        "start": NEXT_MONDAY.isoformat(),
        "start_half": "am",
        "end": NEXT_MONDAY.isoformat(),
        "end_half": "pm",
        "sent_by": "普宁市农业农村局",
        "document": "普农函〔2026〕31号",
        "purpose": "参加项目申报会",
        "going": "county",
        "destination": "普宁市流沙",
        **changes,
    }


@pytest.mark.parametrize("clause_id", ["puning-6-official-trip"], ids=["puning-6-official-trip"])
def test_a_trip_is_reported_in_writing_on_one_page(drive: Drive, clause_id: str) -> None:
    me = browser(drive.world, "liusha_member")
    form = me.get(reverse("leave:new_trip"))
    assert "因公外出必须书面报告" in text(form)
    said = report(traveller=hidden(form, "traveller"), form_key=hidden(form, "form_key"))
    page = text(me.post(reverse("leave:new_trip"), said, follow=True))
    trip = OfficialTrip.objects.get()
    assert (trip.clauses, trip.state, trip.number) == ([clause_id], "reported", "公2026-0001")
    for words in ("已报告", "普宁市农业农村局", "普农函〔2026〕31号", "参加项目申报会", "第六条"):
        assert words in page
    assert "文件没有规定由谁确认，知会是本系统的做法" in page
    assert held(trip) == [(30, "am", True), (30, "pm", True)]
    assert told(trip) == {"liusha_captain", "liusha_officer"}
    assert [row["label"] for row in trip.told] == ["队长", "乡镇考勤员"]


def test_what_is_missing_stands_beside_its_field_and_nothing_is_kept(drive: Drive) -> None:
    me = browser(drive.world, "liusha_member")
    said = report(sent_by=" ", purpose="", end=MONDAY.isoformat(), form_key=key())
    page = me.post(reverse("leave:new_trip"), {**said, "traveller": drive.world.human("liusha_member").pk})
    assert page.status_code == 422
    assert beside(page, "sent_by") == "填写派遣单位"
    assert beside(page, "purpose") == "填写事由"
    assert not OfficialTrip.objects.exists()
    with pytest.raises(Several) as refusal:
        drive.travel("liusha_member", 1, start=MONDAY - timedelta(days=9))
    assert [item.field for item in refusal.value.refusals] == ["start"]


def test_a_double_tap_is_one_report(drive: Drive) -> None:
    first = drive.travel("liusha_member", 1)
    user = drive.world.user("liusha_member")
    journey = trips.Journey(
        start=first.start,
        start_half="am",
        end=first.end,
        end_half="pm",
        sent_by="县",
        purpose="会",
        destination="县",
    )
    again = [
        trips.report_trip(
            acting_user=user, person_id=user.person_id, journey=journey, form_key=first.form_key
        )
        for _ in range(2)
    ]
    assert {trip.pk for trip in again} == {first.pk}


def test_a_captain_reports_for_his_people_and_nobody_elses(drive: Drive) -> None:
    trip = drive.travel("liusha_member", 1, by="liusha_captain")
    assert told(trip) == {"liusha_member", "liusha_officer"}
    page = text(browser(drive.world, "liusha_member").get(trip.get_absolute_url()))
    assert "洪队长 代洪队员报告" in page
    for by, who in (
        ("liusha_captain", "lihu_member"),
        ("liusha_mate", "liusha_member"),
        ("liusha_secretary", "liusha_member"),
    ):
        with pytest.raises(NotYours):
            drive.travel(who, 1, by=by, start=NEXT_MONDAY + timedelta(days=3))


def test_leave_during_a_trip_and_a_trip_during_leave_are_refused_and_name_the_other(drive: Drive) -> None:
    trip = drive.travel("liusha_member", 2)
    with pytest.raises(Several) as leave:
        drive.ask("liusha_member", 1, start=NEXT_MONDAY + timedelta(days=1))
    assert leave.value.sentence == f"12月1日已有因公外出（编号 {trip.number}），改日期或先取消那一件"
    request = drive.ask("liusha_mate", 2)
    with pytest.raises(Several) as journey:
        drive.travel("liusha_mate", 1, start=NEXT_MONDAY + timedelta(days=1))
    assert journey.value.sentence == f"12月1日已有请假（编号 {request.number}），改日期或先撤回那一件"


def test_known_of_by_whom_it_went_to_and_by_nobody_else(drive: Drive) -> None:
    trip = drive.travel("liusha_member", 1)
    for who in ("liusha_member", "liusha_secretary", "pn_agri_chief"):
        with pytest.raises(Refused) as refusal:
            trips.acknowledge_trip(trip_id=trip.pk, acting_user=drive.world.user(who))
        assert refusal.value.code == "not_told"
    for who in ("lihu_captain", "lihu_officer", "liusha_mate"):
        with pytest.raises(NotYours):
            trips.acknowledge_trip(trip_id=trip.pk, acting_user=drive.world.user(who))
    captain = browser(drive.world, "liusha_captain")
    assert "知悉" in text(captain.get(trip.get_absolute_url()))
    page = captain.post(reverse("leave:acknowledge_trip", args=[trip.pk]), follow=True)
    assert "洪队长（驻洪阳镇工作队 队长）" in text(page)
    assert stands(trip).state == "acknowledged"
    with pytest.raises(Conflict):
        trips.acknowledge_trip(trip_id=trip.pk, acting_user=drive.world.user("liusha_officer"))


def test_where_a_document_names_who_confirms_it_is_not_firm_before(drive: Drive, monkeypatch) -> None:
    named = TripReport(("puning-6-official-trip",), ("town:party_secretary",), (), "puning")
    monkeypatch.setattr(trips, "trip_report", lambda *_: named)
    trip = drive.travel("liusha_member", 1)
    assert [firm for _, _, firm in held(trip)] == [False, False]
    assert told(trip) == {"liusha_secretary"}
    with pytest.raises(Refused):
        trips.acknowledge_trip(trip_id=trip.pk, acting_user=drive.world.user("liusha_captain"))
    trips.acknowledge_trip(trip_id=trip.pk, acting_user=drive.world.user("liusha_secretary"))
    assert [firm for _, _, firm in held(trip)] == [True, True]


def test_given_up_before_it_begins_and_the_days_are_free(drive: Drive, clock) -> None:
    trip = drive.travel("liusha_member", 1)
    with pytest.raises(Refused) as other:
        trips.cancel_trip(trip_id=trip.pk, acting_user=drive.world.user("liusha_captain"))
    assert other.value.code == "not_traveller"
    trips.cancel_trip(trip_id=trip.pk, acting_user=drive.world.user("liusha_member"))
    assert (stands(trip).state, held(trip)) == ("cancelled", [])
    again = drive.travel("liusha_member", 1)
    clock.set(NEXT_MONDAY)
    with pytest.raises(Refused) as begun:
        trips.cancel_trip(trip_id=again.pk, acting_user=drive.world.user("liusha_member"))
    assert begun.value.code == "begun"


def test_back_early_frees_the_rest_and_late_needs_a_word(drive: Drive, clock) -> None:
    trip, late = drive.travel("liusha_member", 3), drive.travel("liusha_mate", 1)
    clock.set(NEXT_MONDAY + timedelta(days=1), 14)
    me = browser(drive.world, "liusha_member")
    assert "提前返岗的，返岗以后不再算因公外出" in text(me.get(trip.get_absolute_url()))
    said = {"returned_on": "2026-12-01", "returned_half": "pm", "note": "项目已申报"}
    page = text(me.post(reverse("leave:trip_back", args=[trip.pk]), said, follow=True))
    assert "已返岗" in page
    assert "项目已申报" in page
    assert [row[:2] for row in held(trip)] == [(30, "am"), (30, "pm"), (1, "am")]
    clock.set(NEXT_MONDAY + timedelta(days=2), 14)
    url = reverse("leave:trip_back", args=[late.pk])
    refused = browser(drive.world, "liusha_officer").post(
        url, {**said, "returned_on": "2026-12-02", "note": ""}
    )
    assert refused.status_code == 422
    assert "晚于报告的日期返岗，写一句原因" in text(refused)
    browser(drive.world, "liusha_officer").post(url, {**said, "returned_on": "2026-12-02"})
    assert stands(late).return_recorded_by.name == "洪考勤"


def test_on_coverage_home_person_page_and_list(drive: Drive, clock) -> None:
    trip = drive.travel("liusha_member", 1)
    mate = browser(drive.world, "liusha_mate")
    fields = {"type": "personal", "start": trip.start, "start_half": "am", "end": trip.end, "end_half": "pm"}
    assert "洪队员（队员，因公，11月30日）" in text(mate.get(reverse("leave:preview"), fields))
    captain = browser(drive.world, "liusha_captain")
    person = reverse("teams:person", args=[trip.traveller_id])
    assert trip.number in text(captain.get(person))
    assert trip.number in text(captain.get(reverse("leave:trips"), {"name": "洪队员", "phase": "reported"}))
    assert trip.number not in text(captain.get(reverse("leave:trips"), {"phase": "back"}))
    clock.set(NEXT_MONDAY)
    assert "因公外出，到今天" in text(captain.get("/"))
    assert "外出中" in text(captain.get(reverse("leave:trips")))


@pytest.mark.parametrize(
    "who", ["liusha_mate", "lihu_captain", "lihu_officer", "pn_unit2_chief", "sc_member"]
)
def test_neighbours_see_nothing_of_it(drive: Drive, who: str) -> None:
    trip = drive.travel("liusha_member", 1)
    client = browser(drive.world, who)
    assert client.get(trip.get_absolute_url()).status_code == 404
    assert trip.number not in text(client.get(reverse("leave:trips")))


def test_files_are_for_those_who_see_the_trip(drive: Drive, settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    me = browser(drive.world, "liusha_member")
    notice = SimpleUploadedFile("通知.pdf", b"%PDF-1.4 x", "application/pdf")
    said = report(traveller=drive.world.human("liusha_member").pk, form_key=key(), attachments=notice)
    page = me.post(reverse("leave:new_trip"), said, follow=True).content.decode()
    address = page.split("/files/")[1].split('"')[0]
    codes = {
        who: browser(drive.world, who).get(f"/files/{address}").status_code
        for who in ("liusha_captain", "pn_unit_chief", "lihu_captain", "liusha_mate")
    }
    assert codes == {"liusha_captain": 200, "pn_unit_chief": 200, "lihu_captain": 404, "liusha_mate": 404}


def test_the_list_asks_the_same_number_of_questions_for_many(drive: Drive) -> None:
    captain = browser(drive.world, "liusha_captain")
    captain.get(reverse("leave:trips"))
    counts = []
    for number in range(12):
        drive.world.person(
            f"m{number}", f"员{number}", Post.MEMBER, "liusha_team", unit=drive.world.bodies["pn_unit"]
        )
        drive.travel(f"m{number}", 1)
        if number in (0, 11):
            with CaptureQueriesContext(connection) as asked:
                captain.get(reverse("leave:trips"))
            counts.append(len(asked))
    assert counts[0] == counts[1]
