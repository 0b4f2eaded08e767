"""Any verbs in any order by anybody: the request never leaves its table, and the books always agree.

A short run belongs to every test run; ``make proofs`` runs ten thousand sequences.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F, Q
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from approvals import services as sign_offs
from approvals.desk import Desk
from approvals.models import Deadline, Filing, Seat, Signature, SignOff
from core import clock as core_clock
from core.errors import Declined, NotYours
from core.models import Attachment, AuditEvent
from core.months import month_number
from leave import endings, links
from leave import services as leave
from leave.models import LeaveRequest
from leave.routing import actual_span
from policy.days import Half
from teams import people
from teams.models import Appointment, Away, User
from tests.drive import MONDAY, Clock, Drive, key, newest, wish
from tests.leave.machine_words import (
    APPLICANTS,
    DECIDERS,
    IN_TURN,
    LEGAL,
    NEIGHBOURS,
    Form,
    careless,
    number,
    proper,
)


class LeaveMachine(RuleBasedStateMachine):
    """Each sequence runs in a savepoint of its own and is rolled back at the end."""

    drive: ClassVar[Drive]
    clock: ClassVar[Clock]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock.set(MONDAY)
        self.requests: list[int] = []
        self.applicant: dict[int, str] = {}
        self.settled: dict[int, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What people do.

    @initialize(whose=st.lists(st.sampled_from(APPLICANTS), min_size=1, max_size=2, unique=True), form=proper)
    def some_have_asked(self, whose: list[str], form: Form) -> None:
        for who in whose:
            self.keep(who, self.drive.ask(who, form.halves / 2))

    @precondition(lambda self: len(self.requests) < 4)
    @rule(who=st.sampled_from(APPLICANTS), form=careless)
    def somebody_fills_in_a_form(self, who: str, form: Form) -> None:
        request = self.attempt("save", who, None, form)
        if request is not None:
            self.keep(who, request)

    @precondition(lambda self: self.requests)
    @rule(
        later=st.sampled_from([0, 0, 0, 1, 3, 5]),
        rashly=st.sampled_from([False, False, True]),
        number=number,
        data=st.data(),
    )
    def somebody_acts(self, later: int, rashly: bool, number: int, data: st.DataObject) -> None:
        self.clock.set(core_clock.today() + timedelta(days=later), 9)
        turns = self.in_turn()
        if rashly or not turns:
            verb = data.draw(st.sampled_from(sorted(set(LEGAL) - {"save"})))
            who = data.draw(st.sampled_from(APPLICANTS + DECIDERS + NEIGHBOURS))
            request = LeaveRequest.objects.get(pk=self.requests[number % len(self.requests)])
            if verb in ("sign", "assign") and not SignOff.objects.filter(subject_id=request.pk).exists():
                return
        else:
            verb, pk = turns[number % len(turns)]
            request, who = LeaveRequest.objects.get(pk=pk), self.applicant[pk]
            if verb in ("sign", "assign"):
                voice, who = self.open_seat(newest(request))
                verb = "assign" if voice == Seat.Voice.ASSIGN else "sign"
        result = self.attempt(verb, who, request, data.draw(careless if rashly else proper))
        if result is not None and verb in ("extend", "change"):
            self.keep(who, result)

    # What happens meanwhile.

    @rule(what=st.sampled_from(["away", "away", "ended", "read", "read"]), who=st.sampled_from(DECIDERS))
    def meanwhile(self, what: str, who: str) -> None:
        {"away": self.is_away, "ended": self.loses_his_post, "read": self.reads_a_filing}[what](who)

    def is_away(self, who: str) -> None:
        today = core_clock.today()
        taken = Away.objects.filter(
            person=self.drive.world.human(who), month=month_number(today), day=today.day
        )
        if not taken.exists():
            self.drive.is_away(who, today)

    def loses_his_post(self, who: str) -> None:
        appointment = Appointment.objects.get(pk=self.drive.world.appointments[who].pk)
        if appointment.valid_to is None:
            people.end_appointment(
                appointment_id=appointment.pk,
                last_day=core_clock.today() - timedelta(days=1),
                acting_user=None,
            )

    def reads_a_filing(self, who: str) -> None:
        filing = Filing.objects.order_by("pk").first()
        if filing is None:
            return
        told = filing.seen_at
        try:
            sign_offs.acknowledge(filing_id=filing.pk, acting_user=self.drive.world.user(who))
        except NotYours:
            filing.refresh_from_db()
            assert filing.seen_at == told

    # What must hold after each of them.

    @invariant()
    def pending_means_one_open_round(self) -> None:
        open_rounds = Counter(SignOff.objects.filter(state="open").values_list("subject_id", flat=True))
        pending = LeaveRequest.objects.filter(state="pending").values_list("pk", flat=True)
        assert open_rounds == Counter(pending)

    @invariant()
    def half_days_are_held_by_pending_and_approved_leave_only(self) -> None:
        held: dict[int, set[tuple[int, int, str, bool]]] = {}
        rows = Away.objects.filter(kind="leave").values_list("source_id", "month", "day", "half", "firm")
        for request, month, day, half, firm in rows:
            held.setdefault(request, set()).add((month, day, half, firm))
        expected = {}
        for request in LeaveRequest.objects.filter(state__in=["pending", "approved", "back"]):
            span = actual_span(request)
            if span is not None:
                firm = request.state != "pending"
                expected[request.pk] = {(month_number(day), day.day, str(half), firm) for day, half in span}
        # What a change would only take over still stands with the old plan.
        for change in LeaveRequest.objects.filter(state="pending", replaces__isnull=False):
            old = {row[:3] for pk in links.member_ids(change.replaces_id) for row in expected.get(pk, ())}
            expected[change.pk] = {row for row in expected[change.pk] if row[:3] not in old}
        assert held == {pk: rows for pk, rows in expected.items() if rows}

    @invariant()
    def leave_ends_where_its_last_extension_ends(self) -> None:
        for first in LeaveRequest.objects.filter(state__in=["approved", "back"], extends=None):
            last = links.members(first.pk)[-1]
            assert (first.until, first.until_half) == (last.end, last.end_half)

    @invariant()
    def one_link_waits_at_a_time_and_only_on_standing_leave(self) -> None:
        waiting = [
            row.extends or row.replaces
            for row in LeaveRequest.objects.filter(state="pending").exclude(extends=None, replaces=None)
        ]
        assert len({row.pk for row in waiting}) == len(waiting)
        assert all(row.state == "approved" for row in waiting)

    @invariant()
    def nobody_decides_his_own_and_nobody_signs_twice(self) -> None:
        signed = list(Signature.objects.values_list("sign_off", "sign_off__subject_id", "signer"))
        applicants = dict(LeaveRequest.objects.values_list("pk", "applicant"))
        assert all(applicants[request] != signer for _, request, signer in signed)
        assert len({(sign_off, signer) for sign_off, _, signer in signed}) == len(signed)

    @invariant()
    def approved_means_agreed(self) -> None:
        agreed = set(SignOff.objects.filter(state="agreed").values_list("subject_id", flat=True))
        approved = LeaveRequest.objects.filter(state__in=["approved", "back", "cancelled", "changed"])
        assert agreed == set(approved.values_list("pk", flat=True))

    @invariant()
    def clocks_run_for_what_is_open(self) -> None:
        """One for each post that still has to sign, and for each leave one until its person is back."""
        running = Counter(Deadline.objects.filter(met=None).values_list("kind", "subject_id"))
        waiting = Seat.objects.filter(
            sign_off__state="open", step=F("sign_off__step"), signature__isnull=True
        ).values_list("sign_off__subject_id", "post", "body")
        away = LeaveRequest.objects.filter(state="approved", extends__isnull=True).values_list("pk")
        wanted = Counter(("decide", request) for request, _, _ in set(waiting))
        assert running == wanted + Counter(("leave.return", request) for (request,) in away)

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        by_series: dict[str, list[str]] = {}
        for series, each in LeaveRequest.objects.exclude(number="").values_list("series", "number"):
            by_series.setdefault(series, []).append(each)
        for numbers in by_series.values():
            assert sorted(numbers) == [f"2026-{n:04d}" for n in range(1, len(numbers) + 1)]

    @invariant()
    def what_is_settled_never_changes(self) -> None:
        rows = {
            row[0]: row
            for row in SignOff.objects.exclude(state="open").values_list(
                "pk", "state", "settled_at", "content_hash", "step"
            )
        }
        assert all(rows.get(pk) == row for pk, row in self.settled.items())
        self.settled = rows

    # How it is done.

    def keep(self, who: str, request: LeaveRequest) -> None:
        self.requests.append(request.pk)
        self.applicant[request.pk] = who

    def in_turn(self) -> list[tuple[str, int]]:
        states = LeaveRequest.objects.filter(pk__in=self.requests).order_by("pk").values_list("pk", "state")
        return [(verb, pk) for pk, state in states for verb in IN_TURN.get(state, [])]

    def open_seat(self, sign_off: SignOff) -> tuple[str, str]:
        """The voice of the current step, and somebody who may act now; the captain next door if nobody may."""
        signed = set(sign_off.signatures.values_list("seat", flat=True))
        seats = sign_off.seats.filter(step=sign_off.step).exclude(pk__in=signed).prefetch_related("upward")
        desk = Desk(seats)
        people_now = [item.person_id for seat in desk.seats for item in desk.actors(seat)]
        names = {user.person_id: name for name, user in self.drive.world.users.items()}
        return desk.seats[0].voice, names[people_now[0]] if people_now else "lihu_captain"

    def act(self, verb: str, user: User, request: LeaveRequest | None, form: Form) -> Any:
        own = {"acting_user": user, "request_id": request.pk if request else None}
        if verb in ("extend", "change"):
            assert request is not None
            start, half = links.next_half(request)
            if verb == "change":
                start, half = core_clock.today() + timedelta(days=form.start), Half.AM
            asked = wish(form.halves / 2, start=start, half=str(half), type=request.type)
            linked = {"extends_id" if verb == "extend" else "replaces_id": request.pk}
            return leave.save_draft(acting_user=user, wish=replace(asked, **linked), form_key=key())
        if verb in ("save", "edit"):
            day = core_clock.today() + timedelta(days=form.start)
            return leave.save_draft(
                **own,
                wish=wish(form.halves / 2, start=day, reason="" if form.blank else "家中有事"),
                form_key=key(),
                revision=request.revision - form.stale if request else None,
                files=[SimpleUploadedFile("证明.pdf", b"%PDF-1.4 " + key().encode())]
                if form.with_file
                else [],
            )
        assert request is not None
        if verb == "submit":
            return leave.submit(**own, revision=request.revision - form.stale, submit_key=key())
        if verb == "remove_file":
            file = Attachment.objects.filter(subject_kind="leave", subject_id=str(request.pk)).first()
            return leave.remove_file(**own, attachment_id=file.pk if file else 0)
        if verb == "back":
            day = core_clock.today() - timedelta(days=form.ago)
            return endings.report_back(**own, returned_on=day, returned_half=form.half, note=form.note)
        if verb in ("discard", "withdraw", "cancel"):
            return {"discard": leave.discard_draft, "withdraw": leave.withdraw, "cancel": endings.cancel}[
                verb
            ](**own)
        sign_off = newest(request)
        page = {"page_hash": "old" if form.stale else sign_off.content_hash, "request_key": key()}
        if verb == "assign":
            return leave.assign_deciders(
                **own, **page, parties=form.parties, together=form.together, reason=form.note
            )
        return sign_offs.sign(
            sign_off_id=sign_off.pk, acting_user=user, decision=form.decision, note=form.note, **page
        )

    def attempt(self, verb: str, who: str, request: LeaveRequest | None, form: Form) -> Any:
        """Run a verb. A success moves along the table and leaves an event; a refusal changes nothing else."""
        user = self.drive.world.user(who)
        seen = request is None or LeaveRequest.objects.visible_to(user).filter(pk=request.pk).exists()
        before, done, refused = self.books(), self.events("done"), self.events("refused")
        try:
            result = self.act(verb, user, request, form)
        except Declined as refusal:
            result = refusal
        if isinstance(result, Declined):
            assert result.sentence
            assert seen or isinstance(result, NotYours), f"{verb} tells {who} of what he may not see"
            assert self.books() == before
            assert (self.events("done"), self.events("refused")) == (done, refused + 1)
            return None
        assert self.events("done") > done
        assert self.events("refused") == refused
        pk = result.pk if request is None else request.pk
        now_is = self.books()[0]
        old, new = before[0].get(pk, (None, 0))[0], now_is.get(pk, (None, 0))[0]
        assert (old, new) in LEGAL[verb], f"{verb}: {old} → {new}"
        kin = self.kin(pk)
        assert {key: row for key, row in now_is.items() if key not in kin} == {
            key: row for key, row in before[0].items() if key not in kin
        }
        if new is None:
            self.requests.remove(pk)
        return result

    def kin(self, pk: int) -> set[int]:
        """The request, the leave it extends or replaces, and everything that extends or replaces that one."""
        found, before = {pk}, set[int]()
        while found != before:
            before = set(found)
            rows = LeaveRequest.objects.filter(
                Q(pk__in=found) | Q(extends__in=found) | Q(replaces__in=found)
            ).values_list("pk", "extends", "replaces")
            found |= {each for row in rows for each in row if each is not None}
        return found

    def books(self) -> tuple[Any, ...]:
        """Everything a refusal must leave as it was."""
        return (
            {
                pk: (state, revision)
                for pk, state, revision in LeaveRequest.objects.values_list("pk", "state", "revision")
            },
            list(SignOff.objects.order_by("pk").values_list("pk", "state", "step")),
            list(Signature.objects.order_by("pk").values_list("pk", flat=True)),
            list(Away.objects.order_by("pk").values_list("pk", "firm")),
            Attachment.objects.count(),
        )

    def events(self, outcome: str) -> int:
        return AuditEvent.objects.filter(outcome=outcome).count()


@pytest.fixture
def machine(drive: Drive, clock: Clock, settings) -> type[LeaveMachine]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    LeaveMachine.drive, LeaveMachine.clock = drive, clock
    return LeaveMachine


def run(machine: type[LeaveMachine], sequences: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=20,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_sequence_breaks_the_books(machine: type[LeaveMachine]) -> None:
    run(machine, 10)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_ten_thousand_sequences(machine: type[LeaveMachine], part: int) -> None:
    seed(part)(machine)
    run(machine, 1250)
