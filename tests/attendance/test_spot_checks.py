"""查岗: who may plan one, a draw nobody can choose, kept from those it looks for, and what it leaves in the register."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from attendance.inspection import planning, results
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.models import Fact
from core import trail
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent, Notice
from policy.inspection import tickets
from tests import cast
from tests.attendance.inspections import (
    CITY,
    COUNTY,
    TOMORROW,
    city_world,
    closed,
    find,
    plan,
    target,
)
from tests.cast import World
from tests.drive import MONDAY, Clock
from tests.pages import browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")
#: Who is posted in the two villages.
EVERYBODY = {"上队长", "上队员", "邵队长", "邵队员"}


@pytest.fixture
def w(db: None) -> World:
    return city_world()


def names(check: SpotCheck) -> set[str]:
    return set(check.targets.values_list("posting__person__name", flat=True))


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
