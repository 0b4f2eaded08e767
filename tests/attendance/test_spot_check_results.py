"""查岗: what the checker finds of each person, where it stands in the register, and what waits to be judged."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from attendance.absence.models import AbsenceCase
from attendance.derive import standing
from attendance.inspection import results
from attendance.inspection.models import SpotTarget
from attendance.models import Fact
from core.errors import Conflict, Refused
from core.models import Attachment, Notice
from core.months import month_number
from teams.models import Person
from tests.attendance.inspections import (
    CITY,
    TOMORROW,
    case_of,
    city_world,
    closed,
    excuse,
    find,
    plan,
    target,
)
from tests.attendance.months import mark
from tests.cast import World
from tests.drive import Clock, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
DEVICE = b"HUAWEI Mate 60"


@pytest.fixture
def w(db: None) -> World:
    return city_world()


def stands(w: World, who: str, day=TOMORROW) -> dict[str, str]:
    people = Person.objects.filter(pk=w.human(who).pk).values("pk")
    found = standing(people, [month_number(day)]).get(w.human(who).pk)
    return found.values.get(day, {}) if found else {}


def test_what_was_found_stands_above_what_the_town_entered(w: World, clock: Clock) -> None:
    check = plan(w, time="pm")
    clock.set(TOMORROW)
    mark(Drive(w), "sc_member", TOMORROW, "village", by="zhuli_officer")
    find(check, w, "sc_member", "absent", note="村部没有人")
    find(check, w, "sc_captain", "on_post")
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    assert stands(w, "sc_member")["pm"] == "on_post"
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert stands(w, "sc_member") == {"am": "on_post", "pm": "unverified", "night": "village"}
    assert stands(w, "sc_captain") == {"pm": "on_post"}
    with pytest.raises(Refused) as refused:
        mark(Drive(w), "sc_member", TOMORROW, "on_post", by="zhuli_officer", reason="我看见他了")
    assert refused.value.code == "above"
    fact = Fact.objects.get(source=50, value="unverified")
    assert (fact.entered_by, fact.note, fact.revision) == (w.users[CITY], "村部没有人", 1)


def test_a_night_in_the_village(w: World, clock: Clock) -> None:
    check = plan(w, time="night")
    clock.set(TOMORROW, 22)
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert stands(w, "houyang_member") == {"night": "village"}


def test_an_approved_absence_is_known_and_none_is_made_up(w: World, clock: Clock) -> None:
    Drive(w).is_away("sc_member", TOMORROW)
    check = plan(w)
    clock.set(TOMORROW)
    with pytest.raises(Refused) as refused:
        find(check, w, "sc_captain", "leave")
    assert refused.value.code == "no_away"
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    assert target(check, w, "sc_member").outcome == "trip"
    assert target(check, w, "sc_captain").outcome == "on_post"
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert not Fact.objects.filter(person=w.human("sc_member").pk).exists()
    assert stands(w, "sc_member")["am"] == "trip"


def test_only_who_was_sent_on_the_day_and_whole(w: World, clock: Clock) -> None:
    check = plan(w)
    with pytest.raises(Refused) as refused:
        find(check, w, "sc_member", "on_post")
    assert refused.value.code == "early"
    clock.set(TOMORROW)
    with pytest.raises(Refused) as refused:
        find(check, w, "sc_member", "on_post", by="zmd_staff")
    assert refused.value.code == "not_sent"
    find(check, w, "sc_member", "on_post")
    find(check, w, "sc_member", "absent", note="又去看了一次")
    with pytest.raises(Refused) as refused:
        results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert "还没有记的：" in refused.value.sentence
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    with pytest.raises(Conflict):
        find(check, w, "sc_member", "on_post")
    with pytest.raises(Conflict):
        results.close(acting_user=w.user(CITY), check_id=check.pk)
    told = Notice.objects.get(recipient=w.users["sc_member"], title__contains="没有找到您")
    assert told.url == "/attendance/mine/?month=2026-11&day=24"
    officer = Notice.objects.get(recipient=w.users["zhuli_officer"], title__contains="不在岗")
    assert officer.body == "上队员"
    assert not Notice.objects.filter(recipient=w.users["shaodian_officer"]).exists()


def test_a_person_says_what_it_comes_to(w: World, clock: Clock) -> None:
    """A case waits for each who was not there; the document's finder finds, on the check's page too."""
    check = closed(w, clock, absent=["sc_member", "houyang_member"])
    case = case_of(w, "sc_member")
    assert (case.how, case.halves, case.state, case.origin_id) == ("spot_check", "am", "pending", check.pk)
    assert not AbsenceCase.objects.filter(person=w.human("sc_captain").pk).exists()
    path = reverse("inspection:judge", args=[target(check, w, "sc_member").pk])
    for who, status in (
        ("zhuli_secretary", 422),
        ("shaodian_officer", 404),
        ("sc_member", 404),
        ("xp_rural_chief", 404),
    ):
        assert browser(w, who).post(path, {"why": "没有看到人"}).status_code == status, who
    client = browser(w, CITY)
    assert "认定无故不在岗" in text(client.get(check.get_absolute_url()))
    silent = client.post(path, {"why": " "})
    assert (silent.status_code, "写明认定的理由和依据" in text(silent)) == (422, True)
    assert client.post(path, {"why": "电话未接"}).status_code == 302
    assert stands(w, "sc_member")["am"] == "unexcused"
    excuse(w, "houyang_member")
    assert stands(w, "houyang_member")["am"] == "on_post"
    assert "认定无故 1 人" in text(client.get(check.get_absolute_url()))


def test_a_night_waits_without_a_case(w: World, clock: Clock) -> None:
    check = plan(w, time="night")
    clock.set(TOMORROW, 22)
    find(check, w, "houyang_member", "absent")
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert stands(w, "houyang_member") == {"night": "unverified"}
    assert not AbsenceCase.objects.exists()
    # It says why: documents count nights, and write their chains for who is away by day.
    assert "不另开缺勤处置" in text(browser(w, CITY).get(check.get_absolute_url()))


def taken(name: str) -> SimpleUploadedFile:
    """A photo as a phone writes it, with its device in the EXIF."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0110] = DEVICE.decode()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    assert DEVICE in out.getvalue()
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_a_photo_is_optional_and_only_the_office_and_the_person_open_it(w: World, clock: Clock) -> None:
    check = plan(w)
    clock.set(TOMORROW)
    picture = taken("村部.jpg")
    one = target(check, w, "sc_member").pk
    client = browser(w, CITY)
    sent = client.post(reverse("inspection:find", args=[one]), {"outcome": "absent", "photos": picture})
    assert sent.status_code == 302
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")
    refused = client.post(reverse("inspection:find", args=[one]), {"outcome": "absent", "photos": bad})
    assert (refused.status_code, "不是可收的文件" in text(refused)) == (422, True)
    fake = SimpleUploadedFile("y.jpg", b"\xff\xd8\xff\xe0" + b"0" * 32, "image/jpeg")
    refused = client.post(reverse("inspection:find", args=[one]), {"outcome": "absent", "photos": fake})
    assert (refused.status_code, "照片读不出来" in text(refused)) == (422, True)
    kept = Attachment.objects.get()
    assert kept.name == "村部.jpg"
    with kept.file.open() as stored:
        content = stored.read()
    assert DEVICE not in content
    with Image.open(io.BytesIO(content)) as opened:
        assert not opened.getexif()
    path = reverse("core:file", args=[kept.pk])
    assert client.get(path).status_code == 200
    assert browser(w, "sc_member").get(path).status_code == 404
    results.find_rest(acting_user=w.user(CITY), check_id=check.pk)
    results.close(acting_user=w.user(CITY), check_id=check.pk)
    assert browser(w, "sc_member").get(path).status_code == 200
    assert browser(w, "zhuli_secretary").get(path).status_code == 404


def test_a_double_tap_is_one_result(w: World, clock: Clock) -> None:
    check = plan(w)
    clock.set(TOMORROW)
    client = browser(w, CITY)
    one = target(check, w, "sc_member").pk
    for _ in range(2):
        answer = client.post(
            reverse("inspection:find", args=[one]), {"outcome": "on_post"}, headers={"HX-Request": "true"}
        )
        assert "还有 3 人没有记" in text(answer)
    assert SpotTarget.objects.exclude(outcome="").count() == 1
