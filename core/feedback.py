"""意见反馈: people tell what they think of the system, and are answered once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from core import audit, clock, notices
from core.errors import Conflict, NotYours
from core.models import Feedback
from core.texts import written
from core.verbs import verb

KIND = "feedback"
MAX_LENGTH = 1000
#: The same words again within this time are the same tap.
SAME = timedelta(minutes=5)


@verb("feedback.send")
def send(*, acting_user: Any, text: str, page: str = "") -> Feedback:
    """Keep what a person says, with the page he said it on. Refused when empty or too long."""
    text = written(text, field="text", most=MAX_LENGTH, missing="写下意见再提交", label="意见")
    moment = clock.now()
    again = Feedback.objects.filter(author=acting_user, text=text, created_at__gte=moment - SAME).first()
    if again is not None:
        return again
    row = Feedback.objects.create(author=acting_user, text=text, page=page[:200], created_at=moment)
    audit.record(
        action="feedback.send",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=row.pk,
        after={"page": row.page},
    )
    return row


@verb("feedback.answer")
def answer(*, acting_user: Any, feedback_id: int, text: str, within: QuerySet[Feedback]) -> Feedback:
    """Answer what somebody said, once; he gets a message. ``within``: what the acting user's office lets him read.

    Raises NotYours outside of it, Refused when empty or too long, Conflict where it is answered already.
    """
    row = within.select_for_update(of=("self",)).filter(pk=feedback_id).first()
    if row is None:
        raise NotYours("not_yours", "没有这一条")
    if row.answered_at is not None:
        raise Conflict("answered", f"{row.answered_by}已经答复过这一条")
    text = written(text, field="answer", most=MAX_LENGTH, missing="写下答复再提交", label="答复")
    row.answer, row.answered_by, row.answered_at = text, acting_user, clock.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(action="feedback.answer", actor=acting_user, subject_kind=KIND, subject_id=row.pk)
    notices.tell(
        users=[row.author_id],
        title="您提的意见有答复了",
        body=text[:400],
        url=f"{reverse('core:feedback')}#said",
        key=f"{KIND}:{row.pk}:answered",
        subject_kind=KIND,
        subject_id=row.pk,
    )
    return row
