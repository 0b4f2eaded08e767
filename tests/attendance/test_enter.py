"""Entering marks: who may, for which days, against what stands; all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from attendance.derive import standing
from attendance.models import Fact, Source
from attendance.services import Entry, enter
from core.clock import now
from core.errors import Conflict, NotYours, Refused, Several
from core.models import AuditEvent
from core.months import month_number
from rules.settings import set_setting
from teams.models import Away, Person
from teams.people import end_appointment
from teams.words import Post
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.usefixtures("clock")
FRIDAY = MONDAY - timedelta(days=3)
Mark = Callable[..., list[Fact]]


@pytest.fixture
def mark(drive: Drive) -> Mark:
    """``mark("liusha_member", day, "on_post")`` by the town's officer, with what stands now seen unless said otherwise."""

    def enter_one(
        who: str,
        day: date,
        code: str,
        *,
        by: str = "liusha_officer",
        reason: str = "",
        seen: int | None = None,
    ) -> list[Fact]:
        posting = drive.world.appointments[who]
        newest = Fact.objects.filter(person=posting.person_id).order_by("-pk").first()
        known = (newest.pk if newest else 0) if seen is None else seen
        return enter(
            acting_user=drive.world.user(by),
            team_id=posting.body_id,
            month=day.replace(day=1),
            entries=[Entry(posting_id=posting.pk, day=day, mark=code, seen=known)],
            reason=reason,
        )

    return enter_one


def stands(drive: Drive, who: str, day: date) -> dict[str, str]:
    """What stands of a person's day, by part."""
    human = drive.world.human(who)
    found = standing(Person.objects.filter(pk=human.pk).values("pk"), [month_number(day)])
    return found[human.pk].values.get(day, {}) if human.pk in found else {}


WHOLE = {"am": "on_post", "pm": "on_post"}
STAYED = {**WHOLE, "night": "village"}


def test_a_mark_says_the_parts_of_a_day_and_the_trail_says_who(drive: Drive, mark: Mark) -> None:
    mark("liusha_member", MONDAY, "village")
    assert stands(drive, "liusha_member", MONDAY) == STAYED
    event = AuditEvent.objects.get(action="attendance.enter", outcome="done")
    assert (event.actor_name, event.after["month"], event.after["days"]) == ("洪考勤", 202611, 1)
    assert event.place == drive.world.regions["liusha"].path


def test_on_the_day_of_entry_a_change_is_free_and_keeps_what_stood(drive: Drive, mark: Mark) -> None:
    mark("liusha_member", FRIDAY, "village")
    mark("liusha_member", FRIDAY, "on_post")
    assert stands(drive, "liusha_member", FRIDAY) == WHOLE
    nights = Fact.objects.filter(part="night").order_by("revision")
    assert [(fact.source, fact.revision, fact.value) for fact in nights] == [(30, 1, "village"), (30, 2, "")]


def test_an_earlier_entry_is_corrected_with_a_reason(drive: Drive, mark: Mark, clock) -> None:
    mark("liusha_member", MONDAY, "on_post")
    clock.set(MONDAY + timedelta(days=1))
    with pytest.raises(
        Refused, match="现在是在岗（洪考勤 11月23日 09:00 乡镇登记）。要改，写明理由"
    ) as refused:
        mark("liusha_member", MONDAY, "training")
    assert refused.value.field == f"{drive.world.appointments['liusha_member'].pk}:23"
    mark("liusha_member", MONDAY, "training", reason="补交了培训通知")
    assert stands(drive, "liusha_member", MONDAY) == {"am": "training", "pm": "training"}
    assert Fact.objects.filter(source=Source.CORRECTION).count() == 2
    # What is taken back falls to nothing, not to what had been corrected.
    mark("liusha_member", MONDAY, "clear", reason="登记错了人")
    assert stands(drive, "liusha_member", MONDAY) == {}


def test_what_another_source_said_is_corrected_not_cleared(drive: Drive, mark: Mark) -> None:
    human = drive.world.human("liusha_member")
    for part, value in STAYED.items():
        Fact.objects.create(person=human, month=202611, day=23, part=part, source=Source.SIGN_IN, revision=1, value=value,
                            entered_by=None, entered_at=now())  # fmt: skip
    with pytest.raises(Refused, match="这是本人签到，不能清除"):
        mark("liusha_member", MONDAY, "clear", reason="不对")
    with pytest.raises(Refused, match="写明理由"):
        mark("liusha_member", MONDAY, "on_post")
    mark("liusha_member", MONDAY, "on_post", reason="当晚回县城")
    assert stands(drive, "liusha_member", MONDAY) == {**WHOLE, "night": "none"}


def test_what_the_county_found_stands_above_the_town(drive: Drive, mark: Mark) -> None:
    human = drive.world.human("liusha_member")
    Fact.objects.create(person=human, month=202611, day=23, part="am", source=Source.SPOT_CHECK, revision=1,
                        value="unverified", entered_at=now())  # fmt: skip
    with pytest.raises(Refused, match="查岗已有结论"):
        mark("liusha_member", MONDAY, "on_post", reason="在岗")


def test_firm_absence_locks_its_halves_and_only_these(drive: Drive, mark: Mark) -> None:
    drive.is_away("liusha_member", MONDAY)
    Away.objects.filter(half="pm").delete()
    mark("liusha_member", MONDAY, "village")
    assert stands(drive, "liusha_member", MONDAY) == {"am": "trip", "pm": "on_post", "night": "village"}
    drive.is_away("liusha_mate", MONDAY)
    with pytest.raises(Refused, match="洪队友 11月23日：已批准因公外出，不用登记"):
        mark("liusha_mate", MONDAY, "on_post")
    # Leave that waits locks nothing.
    drive.ask("liusha_first", 1, start=MONDAY)
    mark("liusha_first", MONDAY, "on_post")
    assert stands(drive, "liusha_first", MONDAY) == WHOLE


def test_leave_approved_afterwards_stands_over_the_entry(drive: Drive, mark: Mark) -> None:
    mark("liusha_member", MONDAY, "on_post")
    drive.is_away("liusha_member", MONDAY)
    assert stands(drive, "liusha_member", MONDAY) == {"am": "trip", "pm": "trip"}
    Away.objects.all().delete()
    assert stands(drive, "liusha_member", MONDAY) == WHOLE


def test_no_day_to_come_and_none_outside_the_posting(drive: Drive, mark: Mark) -> None:
    with pytest.raises(Refused, match="还没有到"):
        mark("liusha_member", MONDAY + timedelta(days=1), "on_post")
    drive.world.person("late", "洪新来", Post.MEMBER, "liusha_team", unit=drive.world.bodies["pn_unit"], valid_from=date(2026, 11, 17))  # fmt: skip
    with pytest.raises(Refused, match="这一天不在本队任职"):
        mark("late", date(2026, 11, 16), "on_post")
    mark("late", date(2026, 11, 17), "on_post")
    assert stands(drive, "late", date(2026, 11, 17)) == WHOLE


def test_the_first_of_march_before_eight_belongs_to_march(drive: Drive, mark: Mark, clock) -> None:
    clock.set(date(2026, 3, 1), 7, 50)
    mark("liusha_member", date(2026, 3, 1), "duty")
    assert Fact.objects.filter(month=202603, day=1).count() == 2
    with pytest.raises(Refused, match="还没有到"):
        mark("liusha_member", date(2026, 3, 2), "on_post")


def test_after_a_transfer_each_town_writes_its_own_days(drive: Drive, mark: Mark) -> None:
    end_appointment(
        appointment_id=drive.world.appointments["liusha_member"].pk, last_day=date(2026, 11, 10), acting_user=drive.world.user("pn_system")
    )  # fmt: skip
    drive.world.appointments["moved"] = drive.world.appoint(
        "liusha_member", Post.MEMBER, "lihu_team", unit=drive.world.bodies["pn_unit"], valid_from=date(2026, 11, 11)
    )  # fmt: skip
    mark("liusha_member", date(2026, 11, 10), "on_post")
    mark("moved", date(2026, 11, 11), "village", by="lihu_officer")
    with pytest.raises(Refused, match="这一天不在本队任职"):
        mark("moved", date(2026, 11, 10), "village", by="lihu_officer")
    with pytest.raises(NotYours):
        mark("moved", date(2026, 11, 12), "village", by="liusha_officer")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("lihu_officer", NotYours), ("lihu_captain", NotYours), ("xf_captain", NotYours), ("pn_finance_chief", NotYours),
        ("liusha_secretary", Refused), ("liusha_captain", Refused), ("liusha_member", Refused), ("pn_agri_chief", Refused),
    ],
)  # fmt: skip
def test_nobody_else_writes(drive: Drive, mark: Mark, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        mark("liusha_mate", MONDAY, "on_post", by=who)
    assert not Fact.objects.exists()


def test_a_captain_writes_where_the_county_lets_him_but_not_of_himself(drive: Drive, mark: Mark) -> None:
    set_setting(region=drive.world.regions["puning"], key="attendance.captain_enters", value=True, basis="会议纪要", acting_user=None)  # fmt: skip
    mark("liusha_mate", MONDAY, "on_post", by="liusha_captain")
    with pytest.raises(Refused, match="本人的出勤由别人登记"):
        mark("liusha_captain", MONDAY, "on_post", by="liusha_captain")
    with pytest.raises(NotYours):
        mark("lihu_member", MONDAY, "on_post", by="liusha_captain")


def test_whoever_has_not_seen_the_newest_entry_is_told_what_stands(drive: Drive, mark: Mark) -> None:
    mark("liusha_member", MONDAY, "village")
    with pytest.raises(Conflict, match="洪队员 11月23日：洪考勤 11月23日 09:00 乡镇登记，看过最新的情况再改"):
        mark("liusha_member", MONDAY, "on_post", seen=0)
    # The same again, e.g. after the network was lost, changes nothing and is no conflict.
    assert mark("liusha_member", MONDAY, "village", seen=0) == []
    assert stands(drive, "liusha_member", MONDAY) == STAYED


def test_one_refused_cell_refuses_the_batch(drive: Drive) -> None:
    world = drive.world
    entries = [
        Entry(posting_id=world.appointments[who].pk, day=MONDAY + timedelta(days=ahead), mark="on_post")
        for who, ahead in (("liusha_member", 0), ("liusha_mate", 1), ("liusha_first", 2))
    ]
    with pytest.raises(Several) as refused:
        enter(
            acting_user=world.user("liusha_officer"),
            team_id=world.bodies["liusha_team"].pk,
            month=MONDAY.replace(day=1),
            entries=entries,
        )
    assert [each.code for each in refused.value.refusals] == ["future", "future"]
    assert not Fact.objects.exists()
