"""What the verbs of leave share: fetching under lock, moving along the table, numbering, telling."""

from __future__ import annotations

from datetime import date

from django.db.models import CharField, Count, Exists, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce

from approvals.models import SignOff
from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.models import Attachment, Sequence
from leave.models import LeaveRequest, LeaveRequestQuerySet
from teams.holders import Holders
from teams.models import Appointment, Person, User
from teams.parties import Directory, Place
from teams.scope import scope_of
from teams.words import REGISTER_POSTS, Level

S = LeaveRequest.State
KIND = "leave"


def own_posting(user: User) -> tuple[Appointment, Directory]:
    """The posting the user asks leave from, with its directory of today; Refused where he has none."""
    posting = scope_of(user).posting
    if posting is None:
        raise Refused("no_posting", "您现在没有驻点任职，不能请假。任职有误时找县管理员")
    return posting, Directory(posting, clock.today())


def answers_for(user: User) -> list[Appointment]:
    """The postings for which the user may report something: his own first, then those of the team he leads."""
    scope = scope_of(user)
    own = [scope.posting] if scope.posting else []
    led = (
        Appointment.objects.on(clock.today())
        .full_time()
        .filter(body__in=scope.team_ids)
        .exclude(person=user.person_id)
        .select_related("person", "body__region", "body__team", "unit")
        .order_by("person__pinyin", "pk")
    )
    return own + (list(led) if scope.team_ids else [])


def _asking(rows: LeaveRequestQuerySet) -> LeaveRequestQuerySet:
    """With ``rounds``, how often it was decided upon before, and ``has_files``, whether it has any."""
    rounds = SignOff.objects.filter(subject_kind=KIND, subject_id=OuterRef("pk")).order_by()
    files = Attachment.objects.filter(
        subject_kind=KIND, subject_id=Cast(OuterRef("pk"), output_field=CharField())
    )
    count = rounds.values("subject_id").annotate(count=Count("pk")).values("count")
    return rows.annotate(rounds=Coalesce(Subquery(count), 0), has_files=Exists(files))


def locked(request_id: int, *, asking: bool = False) -> LeaveRequest:
    """The request under its row lock; NotYours (404) where there is none."""
    rows = LeaveRequest.objects.select_for_update(of=("self",)).select_related("posting__body__region")
    if asking:
        rows = _asking(rows)
    found = next(iter(rows.filter(pk=request_id).order_by()), None)
    if found is None:
        raise NotYours("not_yours", "没有这一件")
    return found


def own(request_id: int, user: User, *, asking: bool = False) -> LeaveRequest:
    """One's own request under its row lock. Who may see it but not act is told so; outsiders get 404.

    ``asking``: with what only a submission asks, see :func:`_asking`.
    """
    request = locked(request_id, asking=asking)
    if request.applicant_id != user.person_id or not user.is_active:
        if LeaveRequest.objects.visible_to(user).filter(pk=request_id).exists():
            raise Refused("not_applicant", "这一件只能由申请人本人办")
        raise NotYours("not_yours", "没有这一件")
    return request


def draft_to_edit(
    user: User, request_id: int | None, revision: int | None, form_key: str
) -> LeaveRequest | None:
    """The request to change: the one named, or the draft this form has already made; None for a new one."""
    if request_id is not None:
        request = own(request_id, user)
        same_revision(request, revision)
        return request
    return LeaveRequest.objects.select_for_update().filter(form_key=form_key, drafted_by=user).first()


def same_revision(request: LeaveRequest, revision: int | None) -> None:
    """Conflict (409) where another page changed the request since this one was shown."""
    if revision != request.revision:
        raise Conflict("stale", "另一个页面刚改过这一件，看过最新内容再改")


def move(request: LeaveRequest, following: str, action: str, user: User, extra: dict | None = None) -> None:
    """Write the next state with its audit event; the table has already allowed it."""
    before = request.state
    request.state = following
    request.updated_at = clock.now()
    request.revision += 1
    if following != S.PENDING:
        request.settled_at = clock.now()
    request.save()
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=request.pk,
        before={"state": before},
        after={"state": following, **(extra or {})},
        place=request.posting.body.region.path,
    )


def next_number(directory: Directory, today: date, *, kind: str = KIND, mark: str = "") -> tuple[str, str]:
    """Numbers run per county and year: ``2026-0247``, those of trips ``公2026-0012``."""
    codes = [region.code for region in directory.regions if region.level == Level.COUNTY]
    series = codes[0] if codes else "0"
    return series, f"{mark}{today.year}-{Sequence.next(f'{kind}:{series}:{today.year}'):04d}"


def register_keeper(directory: Directory) -> Place:
    """Who keeps the register in the town: its attendance officer, or its deputy secretary where there is none."""
    office = directory.place("town:attendance_officer")
    pairs = [(post.value, office.body.pk) for post in REGISTER_POSTS]
    holders = Holders(pairs, directory.on, clock.half_now())
    post = next((pair[0] for pair in pairs if holders.own(pair)), pairs[0][0])
    return Place(office.party, post, office.body)


def login(person: Person) -> list[int]:
    """The person's active login, for notices: a list of one id or none."""
    user = getattr(person, "user", None)
    return [user.pk] if user is not None and user.is_active else []


def users(person_ids: list[int]) -> list[int]:
    """The active logins of these persons."""
    rows = Person.objects.filter(pk__in=person_ids, user__is_active=True)
    return list(rows.values_list("user__pk", flat=True))


def tell_deciders(request: LeaveRequest, words: str, key: str) -> None:
    """Tell those who agreed what has become of the request since."""
    signers = SignOff.objects.filter(
        subject_kind=KIND, subject_id=request.pk, state=SignOff.State.AGREED
    ).values_list("signatures__signer", flat=True)
    notices.tell(
        users=users([pk for pk in signers if pk]),
        title=f"{request.applicant.name}的{request.kind_and_days}{words}",
        url=request.get_absolute_url(),
        key=f"leave:{request.pk}:{key}",
        subject_kind=KIND,
        subject_id=request.pk,
    )
