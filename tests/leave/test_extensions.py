"""续假: decided by the whole length, its own round, half-days claimed; what was signed before stays as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.models import Deadline
from core.errors import Conflict, NotYours, Refused
from core.models import Notice
from leave.models import LeaveRequest
from leave.tasks import remind_overdue, remind_return
from rules.settings import set_setting
from tests.drive import NEXT_MONDAY, Drive, away_halves, newest, now, route
from tests.pages import beside, browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")
WEDNESDAY = NEXT_MONDAY + timedelta(days=2)


def approved(drive: Drive, days: float = 3, who: str = "liusha_member", **changes) -> LeaveRequest:
    request = drive.ask(who, days, **changes)
    drive.sign("liusha_captain" if days <= 3 else "liusha_secretary", request)
    return now(request)


@pytest.mark.parametrize(
    ("more", "party"),
    [(0.5, "town:party_secretary"), (2, "town:party_secretary"), (2.5, "county:agriculture")],
)
def test_the_whole_length_from_the_first_day_decides(drive: Drive, more: float, party: str) -> None:
    """Three days were the captain's to give; with what is added they are not."""
    first = approved(drive)
    extension = drive.extend("liusha_member", first, more)
    assert route(extension) == [("any", [party])]
    assert now(extension).absence_halves == int(more * 2)
    assert now(extension).routed.total_halves == 6 + int(more * 2)


def test_it_counts_as_one_leave_also_where_touching_leave_is_counted_apart(drive: Drive) -> None:
    set_setting(
        region=drive.world.regions["puning"],
        key="leave.join_touching",
        value=False,
        basis="县委办通知",
        acting_user=None,
    )
    first = approved(drive)
    assert route(drive.extend("liusha_member", first, 1)) == [("any", ["town:party_secretary"])]


def test_so_does_an_extension_of_an_extension(drive: Drive) -> None:
    first = approved(drive)
    second = drive.extend("liusha_member", first, 1)
    drive.sign("liusha_secretary", second)
    third = drive.extend("liusha_member", first, 1.5)
    assert route(third) == [("any", ["county:agriculture"])]
    drive.sign("pn_agri_chief", third)
    first = now(first)
    assert (first.until, first.until_half, first.days) == (NEXT_MONDAY + timedelta(days=5), "am", "5.5")
    assert first.absence_halves == 6


def test_half_days_are_claimed_at_once_and_firm_when_it_is_approved(drive: Drive) -> None:
    first = approved(drive)
    signed = newest(first).content_hash, now(first).decision
    extension = drive.extend("liusha_member", first, 1)
    assert away_halves(extension) == [(202612, 3, "am", False), (202612, 3, "pm", False)]
    assert now(first).until == WEDNESDAY
    drive.sign("liusha_secretary", extension)
    assert [row[3] for row in away_halves(extension)] == [True, True]
    assert (now(first).state, now(first).end, now(first).until) == (
        "approved",
        WEDNESDAY,
        WEDNESDAY + timedelta(days=1),
    )
    assert (newest(first).content_hash, now(first).decision) == signed
    due = Deadline.objects.get(kind="leave.return", met=None)
    assert (due.subject_id, due.due.astimezone().date()) == (first.pk, WEDNESDAY + timedelta(days=1))


@pytest.mark.parametrize("how", ["refuse", "return", "withdraw"])
def test_what_does_not_come_to_be_frees_its_half_days_and_leaves_the_end(drive: Drive, how: str) -> None:
    first = approved(drive)
    extension = drive.extend("liusha_member", first, 2)
    if how == "withdraw":
        drive.withdraw("liusha_member", extension)
    else:
        drive.sign("liusha_secretary", extension, how, "年底人手紧")
    assert away_halves(extension) == []
    assert now(first).until == WEDNESDAY
    again = drive.extend("liusha_member", first, 1)
    assert now(again).state == "pending"


def test_phase_reminders_and_return_follow_the_new_end(drive: Drive, clock) -> None:
    first = approved(drive)
    extension = drive.extend("liusha_member", first, 2)
    clock.set(WEDNESDAY)
    assert remind_return() == 1
    drive.sign("liusha_secretary", extension)
    clock.set(WEDNESDAY + timedelta(days=2))
    assert LeaveRequest.objects.with_phase().get(pk=first.pk).phase == "under_way"
    assert LeaveRequest.objects.with_phase().get(pk=extension.pk).phase == "approved"
    assert remind_overdue() == 0
    assert remind_return() == 1
    own = Notice.objects.filter(recipient__username="liusha_member", key__contains=":ends:")
    assert own.count() == 2
    clock.set(WEDNESDAY + timedelta(days=7))
    assert LeaveRequest.objects.with_phase().get(pk=first.pk).phase == "overdue"
    assert remind_overdue() == 1
    monday = WEDNESDAY + timedelta(days=5)
    drive.back("liusha_captain", first, monday, "am", "")
    assert {now(first).state, now(extension).state} == {"back"}
    assert len(away_halves(first)) + len(away_halves(extension)) == 10


def test_back_early_within_the_extension_frees_the_rest_of_it(drive: Drive, clock) -> None:
    first = approved(drive)
    extension = drive.extend("liusha_member", first, 2)
    drive.sign("liusha_secretary", extension)
    clock.set(WEDNESDAY + timedelta(days=1), 15)
    drive.back("liusha_member", extension, WEDNESDAY + timedelta(days=1), "pm")
    assert len(away_halves(first)) == 6
    assert [row[1:3] for row in away_halves(extension)] == [(3, "am")]
    assert "提前 1.5 天" in text(browser(drive.world, "liusha_member").get(first.get_absolute_url()))


def test_who_is_back_withdraws_what_still_waits(drive: Drive, clock) -> None:
    first = approved(drive)
    extension = drive.extend("liusha_member", first, 2)
    clock.set(WEDNESDAY)
    drive.back("liusha_captain", first, WEDNESDAY, "am")
    assert (now(first).state, now(extension).state) == ("back", "withdrawn")
    assert newest(extension).settled_why == "本人已返岗销假"
    with pytest.raises(Conflict):
        drive.sign("liusha_secretary", extension)


def test_no_second_one_while_one_waits(drive: Drive) -> None:
    first = approved(drive)
    waiting = drive.extend("liusha_member", first, 1)
    with pytest.raises(Refused) as refusal:
        drive.extend("liusha_member", first, 2)
    assert refusal.value.code == "link_pending"
    assert waiting.number in refusal.value.sentence


def test_the_database_too_knows_only_one(drive: Drive) -> None:
    first = approved(drive)
    drive.extend("liusha_member", first, 1)
    other = drive.ask("liusha_mate", 1)
    for column in ("extends_id", "replaces_id"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE leave_leaverequest SET {column} = %s WHERE id = %s", [first.pk, other.pk])


def test_nobody_moves_the_end_past_the_verbs(drive: Drive) -> None:
    first = approved(drive)
    with pytest.raises(DatabaseError), transaction.atomic():
        LeaveRequest.objects.filter(pk=first.pk).update(until=WEDNESDAY + timedelta(days=9))


def test_half_days_that_are_taken_are_named(drive: Drive) -> None:
    first = approved(drive)
    other = drive.ask("liusha_member", 1, start=WEDNESDAY + timedelta(days=2))
    with pytest.raises(Refused) as refusal:
        drive.extend("liusha_member", first, 3)
    assert refusal.value.code == "overlap"
    assert other.number in refusal.value.sentence


def test_only_while_it_is_not_over(drive: Drive, clock) -> None:
    """The working half-day after the leave is the last moment; rest days between do not count."""
    first = approved(drive, 2, start=NEXT_MONDAY + timedelta(days=3))
    clock.set(NEXT_MONDAY + timedelta(days=7), 9)
    drive.save("liusha_member", 3, start=NEXT_MONDAY + timedelta(days=5), extends_id=first.pk)
    clock.set(NEXT_MONDAY + timedelta(days=8), 9)
    with pytest.raises(Refused) as late:
        drive.extend("liusha_member", first, 3)
    assert late.value.code == "expired"


@pytest.mark.parametrize("who", ["liusha_mate", "lihu_member"])
def test_nobody_extends_what_is_anothers(drive: Drive, who: str) -> None:
    first = approved(drive)
    with pytest.raises(NotYours):
        drive.extend(who, first, 1)
    address = reverse("leave:extend", args=[first.pk])
    assert browser(drive.world, who).get(address).status_code == 404


def test_only_the_last_extension_may_be_given_up_and_the_leave_ends_as_before(drive: Drive) -> None:
    first = approved(drive)
    second = drive.extend("liusha_member", first, 1)
    drive.sign("liusha_secretary", second)
    third = drive.extend("liusha_member", first, 1)
    drive.sign("liusha_secretary", third)
    with pytest.raises(Refused) as refusal:
        drive.cancel("liusha_member", second)
    assert refusal.value.code == "not_last"
    drive.cancel("liusha_member", third)
    assert (now(third).state, now(first).until) == ("cancelled", WEDNESDAY + timedelta(days=1))
    assert away_halves(third) == []
    drive.cancel("liusha_member", first)
    assert {now(first).state, now(second).state} == {"cancelled"}
    assert not Deadline.objects.filter(met=None).exists()


def test_on_the_pages_from_the_card_to_the_decision(drive: Drive) -> None:
    first = approved(drive)
    me = browser(drive.world, "liusha_member")
    address = reverse("leave:extend", args=[first.pk])
    assert address in me.get(first.get_absolute_url()).content.decode()
    form = me.get(address)
    assert "批到 12月2日（周三）下午，从 12月3日（周四）上午起续" in text(form)
    said = {"end": "2026-12-04", "end_half": "am", "reason": "手术改期", "stand_in": ""}
    bad = me.post(address, {**said, "end": "2026-12-01", "form_key": hidden(form, "form_key")})
    assert bad.status_code == 422
    assert beside(bad, "end")
    page = me.post(address, {**said, "form_key": hidden(form, "form_key")}, follow=True)
    assert "从第一天（11月30日）起按 4.5 天定由谁批" in text(page)
    assert "提交给镇党委书记" in text(page)
    extension = LeaveRequest.objects.get(extends=first)
    fields = {name: hidden(page, name) for name in ("revision", "submit_key")}
    me.post(reverse("leave:submit", args=[extension.pk]), fields)
    card = text(browser(drive.world, "liusha_secretary").get(extension.get_absolute_url()))
    assert "事假（续假）" in card
    assert f"编号 {first.number}" in card
    assert "连续假共 4.5 天" in card
    drive.sign("liusha_secretary", extension)
    whole = text(me.get(first.get_absolute_url()))
    assert "续到 12月4日（周五）上午，已批准" in whole
    assert "本年累计 0 天" in whole
    assert "4.5 天" in whole
    mine = text(me.get(reverse("leave:mine")))
    assert mine.count("4.5 天") >= 1
    assert "（续假）" not in mine


def test_a_returned_extension_is_taken_up_in_its_own_form(drive: Drive) -> None:
    first = approved(drive)
    extension = drive.extend("liusha_member", first, 2)
    drive.sign("liusha_secretary", extension, "return", "只批到周四")
    me = browser(drive.world, "liusha_member")
    form = me.get(reverse("leave:edit", args=[extension.pk]), follow=True)
    assert form.redirect_chain[-1][0] == reverse("leave:extend", args=[first.pk])
    said = {"end": "2026-12-03", "end_half": "pm", "reason": "手术改期", "stand_in": ""}
    fields = {name: hidden(form, name) for name in ("form_key", "revision")}
    me.post(reverse("leave:extend", args=[first.pk]), {**said, **fields})
    drive.submit("liusha_member", extension)
    assert (now(extension).state, now(extension).days) == ("pending", "1")
