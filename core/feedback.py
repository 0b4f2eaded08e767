"""意见反馈: the one verb by which people tell what they think of the system."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core import audit, clock
from core.errors import Refused
from core.models import Feedback
from core.verbs import verb

MAX_LENGTH = 1000
#: The same words again within this time are the same tap.
SAME = timedelta(minutes=5)


@verb("feedback.send")
def send(*, acting_user: Any, text: str, page: str = "") -> Feedback:
    """Keep what a person says, with the page he said it on. Refused when empty or too long."""
    text = text.strip()
    if not text:
        raise Refused("empty", "写下意见再提交", field="text")
    if len(text) > MAX_LENGTH:
        raise Refused("too_long", f"意见最多 {MAX_LENGTH} 字，现在 {len(text)} 字", field="text")
    moment = clock.now()
    again = Feedback.objects.filter(author=acting_user, text=text, created_at__gte=moment - SAME).first()
    if again is not None:
        return again
    row = Feedback.objects.create(author=acting_user, text=text, page=page[:200], created_at=moment)
    audit.record(
        action="feedback.send",
        actor=acting_user,
        subject_kind="feedback",
        subject_id=row.pk,
        after={"page": row.page},
    )
    return row
