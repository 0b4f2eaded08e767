"""A local rule as the shared machinery knows it: sign-off, files, notices and lists all come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from core import attachments, subjects
from rules.local import services
from rules.local.plan import recused
from rules.local.views.card import show_card
from rules.local.words import tag
from rules.models import LocalRule
from teams.models import User


def content(rule: LocalRule) -> dict[str, Any]:
    """What the confirmation covers: the paper, its rules and its files."""
    return {
        "hash": rule.body_hash,
        "supersedes": rule.supersedes_id,
        "files": attachments.fingerprint(services.KIND, rule.pk),
    }


def summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per rule, one query for all."""
    found = {}
    for rule in LocalRule.objects.for_lists().filter(pk__in=set(ids)):
        kind, label = tag(rule.state)
        found[rule.pk] = {
            "object": rule,
            "kind": "本地制度",
            "person": f"《{rule.title}》",
            "post": f"{rule.region.name}，{rule.proposer.name}登记",
            "what": "废止本地制度" if rule.repeals else "确认本地制度",
            "span": None,
            "number": rule.number,
            "status_kind": kind,
            "status_label": label,
            "url": rule.get_absolute_url(),
        }
    return found


def may_attach(rule: LocalRule, user: User) -> bool:
    """Files are added on the rule's own pages."""
    return False


subjects.register(
    subjects.Subject(
        kind=services.KIND,
        name="本地制度",
        model=LocalRule,
        label=lambda rule: f"{rule.region.name}本地制度《{rule.title}》",
        url=lambda rule: rule.get_absolute_url(),
        visible_to=lambda user: LocalRule.objects.visible_to(user),
        content=content,
        recused=recused,
        settle=services.settle,
        card=show_card,
        summary=summary,
        may_attach=may_attach,
        sees_files=lambda rule, user: True,
        found=lambda rows, text, user: rows.filter(
            Q(title__contains=text) | Q(number__contains=text)
        ).order_by("-pk"),
        related=("region", "proposer__user"),
    )
)
