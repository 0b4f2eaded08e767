"""The life of a local rule: drafted, sent, confirmed by a second person, in force, superseded, repealed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict, NotYours, Refused, Several
from core.models import AuditEvent, Notice
from leave.models import LeaveRequest
from rules.book import rule_book, shipped_book
from rules.local import services
from rules.models import LocalRule
from tests.drive import MONDAY, Drive, key, route
from tests.drive import newest as newest_round
from tests.rules.local import (
    BUREAU,
    CAPTAIN,
    EVERYBODY,
    SECRETARY,
    Registrar,
    fresh,
    later,
    newest,
    paper,
    tiers,
    xinfeng_tiers,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def registrar(world) -> Registrar:
    return Registrar(world)


def refusals(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    found = refused.value.refusals if isinstance(refused.value, Several) else [refused.value]
    return {each.field: each.sentence for each in found}


def test_leave_goes_by_the_local_rule_once_a_second_person_has_confirmed_it(
    registrar: Registrar, drive: Drive
) -> None:
    before = drive.ask("xf_member", 3)
    assert before.decision["outcome"] == "unspecified"
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_chief", rule)
    assert rule_book() is shipped_book()
    registrar.sign("xf_org_chief", rule)

    request = drive.ask("xf_member", 3, start=later(14))
    assert route(request) == [("any", ["town:party_secretary"])]
    assert "新驻办〔2026〕7号第三条（2）" in request.decision["text"]
    assert request.decision["pack"] == rule.code
    drive.sign("meikeng_secretary", request)
    assert LeaveRequest.objects.get(pk=request.pk).state == "approved"
    # What was asked before keeps the decision under which it was routed.
    assert LeaveRequest.objects.get(pk=before.pk).decision["outcome"] == "unspecified"
    assert newest_round(before).seats.get().voice == "assign"


def test_a_rule_holds_from_its_day_on(registrar: Registrar, drive: Drive, clock) -> None:
    registrar.confirmed(paper(xinfeng_tiers(), valid_from=later(1)))
    assert drive.ask("xf_member", 3).decision["outcome"] == "unspecified"
    clock.set(later(1))
    assert drive.ask("xf_member", 3, start=later(14)).decision["outcome"] == "route"


def test_who_registers_never_confirms(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_chief", rule)
    with pytest.raises(Refused, match="由其他人办理"):
        registrar.sign("xf_rural_chief", rule)
    assert fresh(rule).state == "pending"


def test_who_drafted_it_does_not_confirm_what_a_colleague_sent(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_staff", rule)
    with pytest.raises(Refused, match="由其他人办理"):
        registrar.sign("xf_rural_chief", rule)
    registrar.sign("xf_org_chief", rule)
    assert fresh(rule).proposer == registrar.world.human("xf_rural_staff")


def test_a_county_with_one_person_is_told_whom_to_appoint(world) -> None:
    from tests.rules.local import pdf

    chief = world.user("xf_rural_chief")
    rule = services.save_draft(
        acting_user=chief, paper=paper(xinfeng_tiers()), form_key=key(), region_id=world.regions["xinfeng"].pk
    )
    services.add_files(rule_id=rule.pk, acting_user=chief, files=[pdf()])
    with pytest.raises(Several) as refused:
        services.submit(rule_id=rule.pk, acting_user=chief, revision=fresh(rule).revision, submit_key=key())
    assert "给县乡村振兴局或县委组织部登记另一位主要负责人" in refusals(refused)["confirm"]


def test_what_is_incomplete_is_said_field_by_field(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(number="", issuer="", valid_from=None), file=False)
    with pytest.raises(Several) as refused:
        registrar.submit("xf_rural_chief", rule)
    assert set(refusals(refused)) == {"number", "issuer", "valid_from", "attachments", "rules"}
    assert fresh(rule).state == "draft"


@pytest.mark.parametrize(
    "who", ["xf_captain", "meikeng_secretary", "xf_member", "pn_agri_chief", "sc_org_chief"]
)
def test_nobody_else_registers_there(registrar: Registrar, who: str) -> None:
    with pytest.raises(NotYours):
        registrar.draft(who, paper(xinfeng_tiers()))
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    with pytest.raises(NotYours):
        registrar.edit(who, rule, paper(xinfeng_tiers()))
    with pytest.raises(NotYours):
        registrar.submit(who, rule)


def test_a_returned_rule_is_changed_and_sent_again(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_chief", rule)
    registrar.sign("xf_org_chief", rule, "return", "第二档写错了")
    assert fresh(rule).state == "returned"
    assert Notice.objects.filter(
        recipient=registrar.world.users["xf_rural_chief"], title__contains="退回修改"
    ).exists()
    registrar.edit("xf_rural_chief", rule, paper(tiers(("3", CAPTAIN), ("", SECRETARY))))
    registrar.submit("xf_rural_chief", rule)
    registrar.sign("xf_org_chief", rule)
    assert newest(rule).round == 2
    assert [tier.bound for tier in rule_book().pack(rule.code).leave[0].tiers] == [6, None]


def test_a_confirmed_rule_is_never_edited(registrar: Registrar) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    with pytest.raises(Conflict):
        registrar.edit("xf_rural_chief", rule, paper(tiers(("", CAPTAIN))))
    with pytest.raises(Conflict):
        services.withdraw(rule_id=rule.pk, acting_user=registrar.world.user("xf_rural_chief"))
    for change in ({"body": {}}, {"number": "改了"}, {"state": "draft"}, {"valid_from": later(2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LocalRule.objects.filter(pk=rule.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rules_localrule WHERE id = %s", [rule.pk])


def test_the_database_confirms_nothing_that_was_not_signed(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_chief", rule)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalRule.objects.filter(pk=rule.pk).update(state="confirmed")


def test_a_new_version_takes_over_on_its_day_and_the_old_one_stays_readable(
    registrar: Registrar, drive: Drive, clock
) -> None:
    first = registrar.confirmed(paper(xinfeng_tiers()))
    asked = drive.ask("xf_member", 3, start=later(14))
    draft = registrar.next_version("xf_rural_chief", first)
    assert rule_book().pack(first.code).leave[0].tiers[0].bound == 4
    assert draft.body["leave"][0]["tiers"][0]["upto"] == 2
    stricter = tiers(("1", CAPTAIN), ("3", SECRETARY), ("", BUREAU), roles=EVERYBODY)
    registrar.edit("xf_rural_chief", draft, paper(stricter, number="新驻办〔2026〕9号", valid_from=later(7)))
    registrar.attach("xf_rural_chief", draft)
    registrar.submit("xf_rural_chief", draft)
    assert fresh(first).valid_to is None
    registrar.sign("xf_org_chief", draft)

    assert fresh(first).valid_to == later(6)
    assert drive.ask("xf_captain", 2).decision["pack"] == first.code
    clock.set(later(7))
    assert fresh(first).phase == "superseded"
    assert drive.ask("xf_captain", 2, start=later(21)).decision["pack"] == draft.code
    # The request that was asked under the old version is still explained by it.
    drive.sign("meikeng_secretary", asked)
    assert LeaveRequest.objects.get(pk=asked.pk).state == "approved"


def test_a_version_that_begins_no_later_is_refused(registrar: Registrar) -> None:
    first = registrar.confirmed(paper(xinfeng_tiers()))
    draft = registrar.next_version("xf_rural_chief", first)
    registrar.edit("xf_rural_chief", draft, paper(xinfeng_tiers(), valid_from=MONDAY))
    registrar.attach("xf_rural_chief", draft)
    with pytest.raises(Several) as refused:
        registrar.submit("xf_rural_chief", draft)
    assert refusals(refused) == {"valid_from": "前一版从 2026年11月23日起施行，这一版要晚于那一天"}


def test_only_one_next_version_at_a_time(registrar: Registrar) -> None:
    first = registrar.confirmed(paper(xinfeng_tiers()))
    registrar.next_version("xf_rural_chief", first)
    with pytest.raises(Conflict, match="后一版正在登记"):
        registrar.next_version("xf_org_chief", first)


def test_a_second_rule_on_the_same_matter_is_refused_however_it_comes(registrar: Registrar) -> None:
    other = registrar.draft(
        "xf_rural_staff", paper(tiers(("", CAPTAIN)), title="另一份办法", valid_from=later(20))
    )
    registrar.submit("xf_rural_staff", other)
    registrar.confirmed(paper(xinfeng_tiers()))
    late = registrar.draft("xf_rural_staff", paper(tiers(("", CAPTAIN)), title="第三份办法"))
    with pytest.raises(Several) as refused:
        registrar.submit("xf_rural_staff", late)
    assert (
        "请销假已有《新丰县驻镇帮扶工作队请销假办法》（新驻办〔2026〕7号）" in refusals(refused)["valid_from"]
    )
    with pytest.raises(Conflict, match="退回修改后再确认"):
        registrar.sign("xf_org_chief", other)
    assert fresh(other).state == "pending"
    assert newest(other).signatures.count() == 0


def test_a_repealed_rule_ends_and_leave_is_decided_by_hand_again(
    registrar: Registrar, drive: Drive, clock
) -> None:
    first = registrar.confirmed(paper(xinfeng_tiers()))
    notice = registrar.next_version("xf_rural_chief", first, repeals=True)
    registrar.edit(
        "xf_rural_chief", notice, paper(number="新驻办〔2026〕10号", title="废止通知", valid_from=later(7))
    )
    registrar.attach("xf_rural_chief", notice)
    registrar.submit("xf_rural_chief", notice)
    registrar.sign("xf_org_chief", notice)
    assert drive.ask("xf_member", 1).decision["outcome"] == "route"
    clock.set(later(7))
    assert fresh(first).phase == "repealed"
    assert drive.ask("xf_member", 1, start=later(21)).decision["outcome"] == "unspecified"


def test_withdrawing_stops_the_confirmation(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    registrar.submit("xf_rural_chief", rule)
    services.withdraw(rule_id=rule.pk, acting_user=registrar.world.user("xf_rural_staff"))
    with pytest.raises(Conflict):
        registrar.sign("xf_org_chief", rule)
    assert fresh(rule).state == "withdrawn"


def test_one_key_makes_one_draft_and_sends_it_once(registrar: Registrar) -> None:
    chief, region = registrar.world.user("xf_rural_chief"), registrar.world.regions["xinfeng"].pk
    made = [
        services.save_draft(
            acting_user=chief, paper=paper(xinfeng_tiers()), form_key="one-tap", region_id=region, revision=0
        ).pk
        for _ in range(2)
    ]
    assert len(set(made)) == 1
    rule = LocalRule.objects.get(pk=made[0])
    registrar.attach("xf_rural_chief", rule)
    registrar.submit("xf_rural_chief", rule, "one-send")
    registrar.submit("xf_rural_chief", rule, "one-send")
    assert newest(rule).round == 1


def test_another_tab_does_not_overwrite(registrar: Registrar) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    with pytest.raises(Conflict, match="另一个页面刚改过"):
        services.save_draft(
            acting_user=registrar.world.user("xf_rural_chief"),
            paper=paper(xinfeng_tiers(), title="旧页面"),
            form_key=key(),
            rule_id=rule.pk,
            revision=0,
        )


def test_every_step_leaves_its_event(registrar: Registrar) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    events = AuditEvent.objects.filter(subject_kind="local_rule", subject_id=rule.pk, outcome="done")
    said = list(events.order_by("pk").values_list("action", flat=True))
    assert said[0] == "local_rule.save"
    assert set(said) == {
        "local_rule.save",
        "attachment.add",
        "local_rule.submit",
        "sign_off.open",
        "sign_off.sign",
        "local_rule.confirmed",
    }
