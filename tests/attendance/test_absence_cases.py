"""A day nobody accounted for: who may say what it was, what the register shows of it, and taking a finding back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from attendance.absence import selectors
from attendance.absence.models import AbsenceAct, AbsenceCase, How
from attendance.derive import standing
from attendance.models import Fact, Source
from core import clock as core_clock
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent, Notice
from teams.models import Person
from tests.attendance.absences import FRIDAY, explain, find, waiting, withdraw
from tests.attendance.months import mark
from tests.drive import Drive

pytestmark = pytest.mark.usefixtures("clock")


def stands(drive: Drive, who: str = "liusha_member") -> dict[str, str]:
    person = drive.world.human(who)
    known = standing(Person.objects.filter(pk=person.pk).values("pk"), [202611])
    return known[person.pk].values.get(FRIDAY, {}) if person.pk in known else {}


def test_the_towns_keeper_finds_it_with_a_reason_and_the_neighbour_does_not(drive: Drive) -> None:
    case = waiting(drive)
    for outsider in ("lihu_officer", "lihu_captain", "pn_unit2_chief", "xf_rural_chief", "liusha_mate"):
        with pytest.raises(NotYours):
            find(drive, outsider, case)
    for onlooker in ("liusha_member", "liusha_captain", "pn_unit_chief"):
        with pytest.raises(Refused) as refused:
            find(drive, onlooker, case)
        assert refused.value.code == "not_entitled"
    with pytest.raises(Refused) as silent:
        find(drive, "liusha_officer", case, reason="  ")
    assert silent.value.field == "reason"
    assert stands(drive) == {}
    found = find(drive, "liusha_officer", case)
    assert stands(drive) == {"am": "unexcused", "pm": "unexcused"}
    # 普宁's document has no chain: the case ends at the finding, and says so.
    assert found.closed_at is not None
    assert not found.steps.exists()
    assert "没有规定后续处置步骤" in found.remark
    told = Notice.objects.get(recipient=drive.world.users["liusha_member"])
    assert told.title == "您11月20日被认定为无故不在岗"
    with pytest.raises(Conflict):
        find(drive, "pn_agri_chief", case)


def test_nobody_finds_his_own_and_the_database_refuses_it_too(drive: Drive) -> None:
    drive.world.appoint("liusha_captain", "deputy_secretary", "liusha_party")
    case = waiting(drive, "liusha_captain")
    with pytest.raises(Refused):
        find(drive, "liusha_captain", case)
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceCase.objects.filter(pk=case.pk).update(found_by=case.person_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceCase.objects.filter(pk=case.pk).update(state="unexcused")
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(
            person=case.person, month=202611, day=20, part="am", source=Source.REGISTER, revision=1,
            value="unexcused", note="x", entered_by=drive.world.users["liusha_officer"],
            entered_at=core_clock.now(),
        )  # fmt: skip


def test_a_finding_stands_above_the_register_and_goes_with_a_reason(drive: Drive) -> None:
    mark(drive, "liusha_member", FRIDAY, "on_post")
    case = waiting(drive, how=How.SPOT_CHECK, origin=("spot_check", 7), note="上午到村不在")
    find(drive, "liusha_officer", case)
    with pytest.raises(Refused) as above:
        mark(drive, "liusha_member", FRIDAY, "on_post", reason="本人说在")
    assert "缺勤处置" in above.value.sentence
    with pytest.raises(Refused):
        withdraw(drive, "liusha_officer", case, reason="")
    withdraw(drive, "liusha_officer", case)
    assert stands(drive) == {"am": "on_post", "pm": "on_post"}
    case.refresh_from_db()
    assert (case.state, case.round, case.found_by) == ("pending", 1, None)
    said = list(AbsenceAct.objects.filter(case=case).values_list("what", flat=True))
    assert said == ["opened", "found", "withdrawn"]
    done = AuditEvent.objects.filter(action__startswith="absence.", outcome="done")
    assert set(done.values_list("action", flat=True)) == {"absence.open", "absence.find", "absence.withdraw"}
    # Found a second time it is the second finding.
    assert find(drive, "pn_agri_chief", case).round == 2


def test_what_the_county_ruled_the_town_does_not_change(drive: Drive) -> None:
    case = find(drive, "pn_agri_staff", waiting(drive))
    assert case.source == Source.RULING
    with pytest.raises(Refused) as refused:
        withdraw(drive, "liusha_officer", case)
    assert refused.value.code == "above"


def test_leave_explains_only_where_it_stands(drive: Drive) -> None:
    case = waiting(drive)
    with pytest.raises(Refused) as refused:
        explain(drive, "liusha_officer", case, "leave")
    assert refused.value.field == "how"
    explain(drive, "liusha_officer", case)
    assert stands(drive) == {"am": "on_post", "pm": "on_post"}
    case.refresh_from_db()
    assert (case.state, case.explained_with) == ("explained", "correction")
    # A later check opens the same case again; there is never a second one for the day.
    again = waiting(drive, how=How.SPOT_CHECK, note="群众反映不在")
    assert (again.pk, again.state) == (case.pk, "pending")


def test_half_a_day_leaves_the_other_half(drive: Drive) -> None:
    mark(drive, "liusha_member", FRIDAY, "on_post")
    find(drive, "liusha_officer", waiting(drive, halves="am"))
    assert stands(drive) == {"am": "unexcused", "pm": "on_post"}


def test_several_days_are_found_at_once_and_taken_back_at_once(drive: Drive) -> None:
    first, second = waiting(drive), waiting(drive, day=FRIDAY.replace(day=19))
    stranger = waiting(drive, "liusha_mate")
    with pytest.raises(Conflict):
        find(drive, "liusha_officer", first, also=[stranger.pk])
    find(drive, "liusha_officer", first, also=[second.pk])
    second.refresh_from_db()
    assert second.joined_id == first.pk
    assert {each.pk for each in selectors.cases(drive.world.user("liusha_officer"))} == {
        first.pk,
        stranger.pk,
    }
    withdraw(drive, "liusha_officer", first)
    second.refresh_from_db()
    assert (second.state, second.joined) == ("pending", None)


def test_a_unit_sees_its_own_people_and_nobody_the_neighbours(drive: Drive) -> None:
    mine, mates, neighbours = (waiting(drive, who) for who in ("liusha_member", "liusha_mate", "lihu_member"))

    def seen(who: str) -> set[int]:
        return set(selectors.cases(drive.world.user(who)).values_list("pk", flat=True))

    assert seen("pn_unit_chief") == {mine.pk, neighbours.pk}
    assert seen("pn_unit2_chief") == {mates.pk}
    assert seen("liusha_officer") == seen("liusha_captain") == {mine.pk, mates.pk}
    assert seen("liusha_member") == {mine.pk}
    assert seen("pn_finance_chief") == seen("liusha_first") == set()
    assert selectors.waiting_count(drive.world.user("liusha_officer")) == 2
    assert selectors.waiting_count(drive.world.user("liusha_member")) == 0
