"""查岗: who may plan one, a draw nobody can choose, kept from those it looks for, and what it leaves in the register."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from PIL import Image

from attendance.absence.models import AbsenceCase
from attendance.derive import standing
from attendance.inspection import planning, results
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.models import Fact
from core import trail
from core.errors import Conflict, NotYours, Refused
from core.models import Attachment, AuditEvent, Notice
from core.months import month_number
from policy.inspection import tickets
from teams.models import Person
from tests import cast
from tests.attendance.inspections import (
    CITY,
    COUNTY,
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
from tests.drive import MONDAY, Clock, Drive
from tests.pages import browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")
#: Who is posted in the two villages.
EVERYBODY = {"上队长", "上队员", "邵队长", "邵队员"}


@pytest.fixture
def w(db: None) -> World:
    return city_world()


def names(check: SpotCheck) -> set[str]:
    return set(check.targets.values_list("posting__person__name", flat=True))


def stands(w: World, who: str, day=TOMORROW) -> dict[str, str]:
    people = Person.objects.filter(pk=w.human(who).pk).values("pk")
    found = standing(people, [month_number(day)]).get(w.human(who).pk)
    return found.values.get(day, {}) if found else {}


@pytest.mark.parametrize("page", ["inspection:check_new"])
def test_only_the_offices_the_document_names(w: World, page: str) -> None:
    for who, office in {
        "sc_org_chief": "sc_org",
        "zhuli_secretary": "zhuli_party",
        "zhuli_officer": "zhuli_party",
        "sc_unit_chief": "sc_unit",
        "pn_agri_chief": "pn_agri",
        "xf_rural_chief": "xf_rural",
    }.items():
        with pytest.raises(NotYours):
            plan(w, who, office)
        assert browser(w, who).get(reverse(page)).status_code == 404, who
    for who, other in {"sc_rural_chief": "zmd_rural", "xp_rural_chief": "sc_rural"}.items():
        with pytest.raises(NotYours):
            plan(w, who, other)
        assert browser(w, who).get(reverse(page)).status_code == 200, who


@pytest.mark.parametrize("clause", ["zhumadian-18-inspection"])
def test_the_county_checks_its_own_towns_and_the_city_all(w: World, clause: str) -> None:
    county = plan(w, COUNTY, clause=clause)
    assert names(county) == EVERYBODY
    assert (county.serial, county.state) == (1, "drawn")
    one_town = plan(w, COUNTY, clause=clause, place_ids=(w.regions["shaodian"].pk,))
    assert (names(one_town), one_town.serial) == ({"邵队长", "邵队员"}, 2)
    with pytest.raises(Refused) as refused:
        plan(w, "xp_rural_chief", "xp_rural", clause=clause)
    assert refused.value.code == "nobody"
    with pytest.raises(Refused) as refused:
        plan(w, COUNTY, clause=clause, place_ids=(w.regions["xiping"].pk,))
    assert refused.value.field == "places"
    page = browser(w, COUNTY).get(county.get_absolute_url())
    assert f"/rules/clause/{clause}/" in page.content.decode()


@pytest.mark.parametrize("clause", ["yongxing-3-4-inspect"])
def test_the_stationing_office_sees_how_many_the_week_wants(world: World, clock: Clock, clause: str) -> None:
    cast.add_yongxing(world)
    client = browser(world, "yx_office_chief")
    assert "本周已查 0 次" in text(client.get(reverse("inspection:checks")))
    check = plan(world, "yx_office_chief", "yx_office", clause=clause, day=MONDAY)
    results.find_rest(acting_user=world.user("yx_office_chief"), check_id=check.pk)
    results.close(acting_user=world.user("yx_office_chief"), check_id=check.pk)
    words = text(client.get(reverse("inspection:checks")))
    assert "本周已查 1 次" in words
    assert "每周 2 次以上" in words


def test_the_names_follow_from_the_seed_alone_and_the_page_draws_again(w: World) -> None:
    check = plan(w, how_many=2)
    assert (check.state, check.targets.count(), len(check.seed)) == ("planned", 0, 32)
    planning.draw(acting_user=w.user(CITY), check_id=check.pk)
    check.refresh_from_db()
    again = tickets(check.seed, check.candidates, 2, by_group=False)
    assert set(check.targets.values_list("code", flat=True)) == {
        each.candidate.code for each in again if each.drawn
    }
    client = browser(w, CITY)
    page = text(client.get(f"{check.get_absolute_url()}?repeat"))
    assert "重算的名单和抽取的一致" in page
    assert f"printf '%s' '{check.seed}|" in page
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("inspection:check_pool", args=[check.pk])).content.decode("utf-8-sig"))))  # fmt: skip
    assert [row["代码"] for row in rows if row["抽中"]] == [
        each.candidate.code for each in again if each.drawn
    ]
    assert not any(name in str(rows) for name in EVERYBODY)


def test_of_each_town_so_many(w: World) -> None:
    check = plan(w, how_many=1, by_town=True)
    planning.draw(acting_user=w.user(CITY), check_id=check.pk)
    places = check.targets.values_list("posting__body__region__path", flat=True)
    assert sorted(places) == sorted([w.regions["zhuli_village"].path, w.regions["houyang"].path])


def test_a_published_figure_is_named_before_written_once_and_drawn_before_the_day(
    w: World, clock: Clock
) -> None:
    with pytest.raises(Refused) as refused:
        plan(w, how_many=1, seed_from="published")
    assert refused.value.field == "seed_basis"
    check = plan(w, how_many=1, seed_from="published", seed_basis="11月23日上证指数收盘点位")
    user = w.user(CITY)
    with pytest.raises(Refused) as refused:
        planning.draw(acting_user=user, check_id=check.pk)
    assert refused.value.code == "seed"
    planning.fix_seed(acting_user=user, check_id=check.pk, seed=" 3456.78 ")
    with pytest.raises(Conflict):
        planning.fix_seed(acting_user=user, check_id=check.pk, seed="3456.79")
    clock.set(TOMORROW)
    with pytest.raises(Refused) as refused:
        planning.draw(acting_user=user, check_id=check.pk)
    assert refused.value.code == "too_late"
    clock.set(MONDAY)
    planning.draw(acting_user=user, check_id=check.pk)
    with pytest.raises(Conflict):
        planning.draw(acting_user=user, check_id=check.pk)
    assert SpotCheck.objects.get().seed == "3456.78"
    with pytest.raises(Refused) as refused:
        plan(w, how_many=1, day=MONDAY)
    assert refused.value.field == "day"


def test_past_the_verbs_the_database_refuses(w: World, clock: Clock) -> None:
    closed(w, clock, absent=["sc_member"])
    for sql in (
        "UPDATE attendance_spotcheck SET seed = 'chosen'",
        "UPDATE attendance_spotcheck SET pool = '[]'",
        "UPDATE attendance_spotcheck SET state = 'planned'",
        "DELETE FROM attendance_spotcheck",
        "DELETE FROM attendance_spottarget",
        "UPDATE attendance_spottarget SET outcome = 'on_post', note = 'x'",
        "UPDATE attendance_spottarget SET code = 'P999999'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_nobody_is_added_to_a_drawn_list(w: World) -> None:
    check = plan(w, place_ids=(w.regions["shaodian"].pk,))
    with pytest.raises(DatabaseError), transaction.atomic():
        SpotTarget.objects.create(check_of=check, posting=w.appointments["sc_member"], code="P1")


#: Whom the city's check looks for, and who would tell them.
OTHERS = (
    "sc_member", "sc_captain", "zhuli_secretary", "zhuli_officer", "sc_rural_chief", "sc_org_chief", "sc_unit_chief",
    "shaodian_officer", "xp_rural_chief",
)  # fmt: skip


def test_until_it_is_closed_nobody_else_sees_it(w: World, clock: Clock) -> None:
    check = plan(w)
    clock.set(TOMORROW)
    one = find(check, w, "sc_member", "absent")
    assert not Fact.objects.exists()
    paths = [reverse(f"inspection:{name}", args=[check.pk]) for name in ("check", "check_pool", "results")]
    verbs = [
        reverse(f"inspection:{name}", args=[check.pk])
        for name in ("check_seed", "check_draw", "check_cancel", "results_rest", "check_close")
    ]
    for who in OTHERS:
        client = browser(w, who)
        assert {client.get(path).status_code for path in paths} == {404}, who
        assert {client.post(path).status_code for path in verbs} == {404}, who
        assert (
            client.post(reverse("inspection:find", args=[one.pk]), {"outcome": "on_post"}).status_code == 404
        )
        assert check not in SpotCheck.objects.visible_to(w.user(who))
        assert not Notice.objects.filter(recipient=w.users[who], title__contains="查岗").exists()
    assert "查岗" not in text(browser(w, "sc_member").get("/"))
    assert "第 1 次" not in text(browser(w, "sc_rural_chief").get(reverse("inspection:checks")))


def test_closed_each_sees_his_own(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member"])
    for who, seen, hidden_ones in (
        ("zhuli_officer", {"上队员", "上队长"}, {"邵队员", "邵队长"}),
        ("shaodian_officer", {"邵队员", "邵队长"}, {"上队员", "上队长"}),
        ("sc_unit_chief", {"上队员"}, {"邵队员"}),
        (COUNTY, EVERYBODY, set()),
    ):
        page = text(browser(w, who).get(check.get_absolute_url()))
        assert [name for name in seen if name not in page] == []
        assert [name for name in hidden_ones if name in page] == []
        assert "认定有因或无故" not in page
    assert "还查了 2 人" in text(browser(w, "zhuli_officer").get(check.get_absolute_url()))
    assert browser(w, "xp_rural_chief").get(check.get_absolute_url()).status_code == 404


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


def test_the_trail_calls_a_check_by_its_name(w: World) -> None:
    plan(w)
    event = AuditEvent.objects.get(action="spot_check.plan")
    assert trail.action_words(event.action) == "安排查岗"
    assert trail.kind_words(event.subject_kind) == "查岗"


def test_called_off_with_a_reason_it_leaves_nothing(w: World, clock: Clock) -> None:
    check = plan(w)
    with pytest.raises(Refused):
        planning.cancel(acting_user=w.user(CITY), check_id=check.pk, why="")
    planning.cancel(acting_user=w.user(CITY), check_id=check.pk, why="大雪封路")
    clock.set(TOMORROW)
    with pytest.raises(Conflict):
        find(check, w, "sc_member", "on_post")
    assert not Fact.objects.exists()


def test_the_form_makes_one_plan_however_often_it_is_sent(w: World) -> None:
    client = browser(w, CITY)
    page = client.get(reverse("inspection:check_new"))
    said = {
        "clause": "zhumadian-18-inspection", "day": TOMORROW.isoformat(), "time": "am", "method": "on_site",
        "checkers": [w.human(CITY).pk], "how_many": "2", "seed_from": "system", "office": hidden(page, "office"),
        "form_key": hidden(page, "form_key"),
    }  # fmt: skip
    wrong = client.post(reverse("inspection:check_new"), {**said, "day": MONDAY.isoformat(), "checkers": []})
    assert wrong.status_code == 422
    assert "选至少一位查岗人" in text(wrong)
    assert 'value="2"' in wrong.content.decode()
    for _ in range(2):
        client.post(reverse("inspection:check_new"), said)
    assert SpotCheck.objects.count() == 1


def test_whatever_is_typed_is_answered_with_a_sentence(w: World, clock: Clock) -> None:
    check, drawn = plan(w), plan(w, how_many=1, seed_from="published", seed_basis="指数")
    clock.set(TOMORROW)
    client = browser(w, CITY)
    one = target(check, w, "sc_member").pk
    names = (
        *(
            "clause",
            "day",
            "time",
            "method",
            "checkers",
            "others",
            "places",
            "how_many",
            "seed_from",
            "seed_basis",
        ),
        *("office", "form_key", "outcome", "note", "verdict", "why", "seed"),
    )
    for nasty in ("\0", "=1+1", "x" * 5000, "<script>alert(1)</script>", "９" * 200):
        fields = dict.fromkeys(names, nasty)
        for path in (
            reverse("inspection:check_new"),
            reverse("inspection:find", args=[one]),
            reverse("inspection:judge", args=[one]),
            reverse("inspection:check_seed", args=[drawn.pk]),
            reverse("inspection:check_cancel", args=[drawn.pk]),
        ):
            assert client.post(path, fields).status_code in (302, 404, 409, 422)
    page = client.get(reverse("inspection:check", args=[drawn.pk])).content.decode()
    assert "<script>alert" not in page


DEVICE = b"HUAWEI Mate 60"


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
