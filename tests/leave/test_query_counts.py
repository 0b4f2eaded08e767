"""How many questions the verbs ask the database: a baseline, and the same among many people and requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import services as sign_offs
from leave import endings
from leave import services as leave
from teams.words import Post
from tests.drive import MONDAY, NEXT_MONDAY, Drive, key, newest, now, wish

pytestmark = pytest.mark.usefixtures("clock")

#: One of each is the stamp by which a process knows that its rule book and calendar are still those in force.
#: Savepoints, which stand for the transaction here, are not questions and not counted.
SAVE, SUBMIT, SIGN, WITHDRAW, BACK = 9, 18, 18, 13, 15


class Counted(CaptureQueriesContext):
    """Counts what is asked; the list is shown when a test fails."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def asked(self) -> list[str]:
        return [query["sql"] for query in self.captured_queries if "SAVEPOINT" not in query["sql"]]


def measure(drive: Drive, who: str, decider: str) -> dict[str, int]:
    """The whole way of one request of four days, counted verb by verb."""
    counts = {}
    start = NEXT_MONDAY
    user = drive.world.user(who)
    with Counted() as save:
        draft = leave.save_draft(acting_user=user, wish=wish(4, start=start), form_key=key())
    counts["save"] = len(save.asked)
    user = drive.world.user(who)
    with Counted() as submit:
        leave.submit(request_id=draft.pk, acting_user=user, revision=draft.revision, submit_key=key())
    counts["submit"] = len(submit.asked)
    sign_off, user = newest(draft), drive.world.user(decider)
    with Counted() as sign:
        sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=user,
            decision="agree",
            page_hash=sign_off.content_hash,
            request_key=key(),
        )
    counts["sign"] = len(sign.asked)
    assert now(draft).state == "approved"
    return counts


def test_the_baseline(drive: Drive) -> None:
    drive.ask("lihu_member", 1)
    assert measure(drive, "liusha_member", "liusha_secretary") == {
        "save": SAVE,
        "submit": SUBMIT,
        "sign": SIGN,
    }


def test_withdrawing_and_coming_back(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 4)
    user = drive.world.user("liusha_member")
    with Counted() as withdraw:
        leave.withdraw(request_id=request.pk, acting_user=user)
    assert len(withdraw.asked) <= WITHDRAW
    request = drive.ask("liusha_member", 4)
    drive.sign("liusha_secretary", request)
    clock.set(NEXT_MONDAY + timedelta(days=4))
    user = drive.world.user("liusha_member")
    with Counted() as back:
        endings.report_back(
            request_id=request.pk,
            acting_user=user,
            returned_on=NEXT_MONDAY + timedelta(days=4),
            returned_half="am",
        )
    assert len(back.asked) <= BACK


def test_the_same_among_many_people_and_requests(drive: Drive) -> None:
    """Forty team-mates with a request each, and ten earlier ones of the applicant's own."""
    for number in range(40):
        name = f"member{number}"
        drive.world.person(
            name, f"员{number}", Post.MEMBER, "liusha_team", unit=drive.world.bodies["pn_unit"]
        )
        drive.ask(name, 4)
    for week in range(10):
        drive.ask("liusha_member", 1, start=MONDAY + timedelta(days=70 + 7 * week))
    assert measure(drive, "liusha_member", "liusha_secretary") == {
        "save": SAVE,
        "submit": SUBMIT,
        "sign": SIGN,
    }


def test_three_joint_deciders_cost_no_more_each(drive: Drive) -> None:
    request = drive.ask("sc_member", 8)
    for who in ("sc_org_chief", "sc_rural_chief", "sc_unit_chief"):
        user = drive.world.user(who)
        with Counted() as sign:
            sign_offs.sign(
                sign_off_id=newest(request).pk,
                acting_user=user,
                decision="agree",
                page_hash=newest(request).content_hash,
                request_key=key(),
            )
        assert len(sign.asked) <= SIGN + 2
