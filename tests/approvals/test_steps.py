"""A plan of several steps: heard first, decided after, each in its turn."""

from __future__ import annotations

import pytest

from approvals import selectors
from approvals.models import Deadline, Seat, Signature
from approvals.plans import Plan, SeatSpec
from core.errors import Conflict, Refused
from core.models import Notice
from leave import routing
from leave.models import LeaveRequest
from tests.drive import Drive, newest, now

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def heard_then_decided(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> LeaveRequest:
    """The captain gives his opinion, then secretary and bureau decide together."""
    bodies = drive.world.bodies

    def seat(label: str, post: str, body: str, **fields) -> SeatSpec:
        fallback = Seat.Fallback.ACTING
        return SeatSpec(
            party=label, label=label, post=post, body_id=bodies[body].pk, fallback=fallback, **fields
        )

    plan = Plan(
        steps=(
            (seat("队长", "captain", "liusha_team", voice=Seat.Voice.OPINION),),
            (
                seat("书记", "party_secretary", "liusha_party", need=Seat.Need.ALL),
                seat("农业农村局", "signer", "pn_agri", need=Seat.Need.ALL),
            ),
        )
    )
    monkeypatch.setattr(routing, "plan_for", lambda decision, directory: plan)
    return drive.ask("liusha_member", 2)


def waits_for(drive: Drive) -> set[str]:
    everybody = ("liusha_captain", "liusha_secretary", "pn_agri_chief")
    return {who for who in everybody if selectors.waiting_for(drive.world.user(who))}


def test_each_step_in_its_turn(drive: Drive, heard_then_decided: LeaveRequest) -> None:
    request = heard_then_decided
    assert waits_for(drive) == {"liusha_captain"}
    with pytest.raises(Conflict) as early:
        drive.sign("liusha_secretary", request)
    assert early.value.code == "not_your_step"
    drive.sign("liusha_captain", request, "opinion", "工作已交接")
    assert waits_for(drive) == {"liusha_secretary", "pn_agri_chief"}
    drive.sign("liusha_secretary", request)
    assert waits_for(drive) == {"pn_agri_chief"}
    drive.sign("pn_agri_chief", request)
    assert now(request).state == "approved"
    said = Signature.objects.order_by("pk").values_list("decision", "note")
    assert list(said) == [("opinion", "工作已交接"), ("agree", ""), ("agree", "")]


def test_an_opinion_is_words_and_never_a_decision(drive: Drive, heard_then_decided: LeaveRequest) -> None:
    for decision in ("agree", "refuse", "return"):
        with pytest.raises(Refused) as wrong:
            drive.sign("liusha_captain", heard_then_decided, decision, "改期")
        assert wrong.value.code == "wrong_voice"
    with pytest.raises(Refused) as silent:
        drive.sign("liusha_captain", heard_then_decided, "opinion", " ")
    assert silent.value.field == "note"


def test_who_gave_the_opinion_does_not_decide(drive: Drive, heard_then_decided: LeaveRequest) -> None:
    drive.world.appoint("liusha_captain", "leader", "pn_agri")
    drive.sign("liusha_captain", heard_then_decided, "opinion", "工作已交接")
    with pytest.raises(Conflict):
        drive.sign("liusha_captain", heard_then_decided)
    assert newest(heard_then_decided).step == 1


def test_every_step_has_its_own_clock_and_message(drive: Drive, heard_then_decided: LeaveRequest) -> None:
    first = Deadline.objects.get(kind="decide", met=None)
    drive.sign("liusha_captain", heard_then_decided, "opinion", "工作已交接")
    first.refresh_from_db()
    assert first.met is not None
    # Either of the two may decide now, so the clock stands with both.
    both = list(Deadline.objects.filter(kind="decide", met=None).order_by("share"))
    assert [row.post for row in both] == ["party_secretary", "signer"]
    assert both[0].due == both[1].due
    told = Notice.objects.filter(title__startswith="待您办理").values_list("recipient__username", flat=True)
    assert sorted(told) == ["liusha_captain", "liusha_secretary", "pn_agri_chief"]


def test_a_refusal_in_the_last_step_ends_it(drive: Drive, heard_then_decided: LeaveRequest) -> None:
    drive.sign("liusha_captain", heard_then_decided, "opinion", "工作已交接")
    drive.sign("pn_agri_chief", heard_then_decided, "return", "写明交接人")
    assert now(heard_then_decided).state == "returned"
    assert waits_for(drive) == set()
