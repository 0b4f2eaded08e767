"""What the verbs of local rules share: fetching under lock, storing, taking force, and what stands in the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from approvals.models import SignOff
from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from policy.errors import PolicyError
from policy.local_rules import check_local_rule, topics_of
from policy.schema import Pack
from rules.book import new_edition, shipped_book
from rules.desks import Desk, desk_of
from rules.local.plan import confirmers, missing_words
from rules.models import LocalRule, LocalRuleScope
from rules.packs import hash_of, pack_of_rule
from rules.words import topic_words
from teams.models import Region, User

S = LocalRule.State
KIND = "local_rule"


def registered(rule_id: int, user: User) -> tuple[LocalRule, Desk]:
    """The rule under its row lock, for those who register there. Who may only read it is told so; others get 404."""
    rule = (
        LocalRule.objects.select_for_update(of=("self",)).select_related("region").filter(pk=rule_id).first()
    )
    desk = desk_of(user, rule.region) if rule is not None else None
    if rule is not None and desk is not None:
        return rule, desk
    if LocalRule.objects.visible_to(user).filter(pk=rule_id).exists():
        raise Refused("not_registrar", "本地制度由当地主管部门和组织部门登记、修改")
    raise NotYours("not_yours", "没有这一件")


def to_edit(rule_id: int, user: User) -> tuple[LocalRule, Desk]:
    rule, desk = registered(rule_id, user)
    only_editable(rule)
    return rule, desk


def only_editable(rule: LocalRule) -> None:
    if rule.state not in (S.DRAFT, S.RETURNED):
        raise Conflict("wrong_state", f"这一件现在是“{rule.get_state_display()}”，不能修改")


def same_revision(rule: LocalRule, revision: int | None) -> None:
    """Conflict (409) where another page changed the rule since this one was shown."""
    if revision != rule.revision:
        raise Conflict("stale", "另一个页面刚改过这一件，看过最新内容再改")


def set_topics(rule: LocalRule, pack: Pack) -> None:
    rule.topics = list(topics_of(pack))


def store(rule: LocalRule, action: str, user: User, extra: dict[str, Any] | None = None) -> None:
    """Write the rule with its audit event."""
    rule.body_hash = hash_of(rule)
    rule.revision += 1
    rule.updated_at = clock.now()
    rule.save()
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=rule.pk,
        after={"state": rule.state, "hash": rule.body_hash, "revision": rule.revision, **(extra or {})},
    )


# ---- what stands in the way ------------------------------------------------------------------------------


def reach_problems(rule: LocalRule) -> list[Refused]:
    """What the document does not open: each refusal with its article, beside its topic, row and tier."""
    if rule.repeals or not rule.topics:
        return []
    book = shipped_book()
    try:
        pack = pack_of_rule(rule, book)
    except PolicyError as error:
        return [Refused("pack", str(error), field="rules")]
    found = []
    for each in check_local_rule(book.pack(rule.under), pack, book.common):
        place = f"topic:{each.topic}" + (f":{each.row}:{each.tier}" if each.tier is not None else "")
        found.append(Refused("not_open", each.says, field=place))
    return found


def overlap_problems(rule: LocalRule) -> list[Refused]:
    """Another rule holds there for the same people and topic; a new version ends only the one it supersedes."""
    if rule.valid_from is None:
        return []
    before = rule.supersedes
    if before is not None:
        if before.valid_from is not None and rule.valid_from <= before.valid_from:
            first = _chinese(before.valid_from)
            return [Refused("order", f"前一版从 {first}起施行，这一版要晚于那一天", field="valid_from")]
        if before.state != S.CONFIRMED or before.valid_to is not None:
            return [Refused("superseded", "前一版已有别的后一版，撤回这一件再办", field="valid_from")]
    if rule.repeals:
        return []
    others = (
        LocalRuleScope.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=rule.valid_from),
            region__path=rule.region.path,
            team_kind__in=rule.team_kinds,
            topic__in=rule.topics,
            answers=rule.answers,
        )
        .exclude(rule=rule.supersedes_id)
        .select_related("rule")
    )
    clash = others.order_by("topic", "pk").first()
    if clash is None:
        return []
    return [
        Refused(
            "overlap",
            f"{topic_words(clash.topic)}已有《{clash.rule.title}》（{clash.rule.number}），"
            f"从 {_chinese(clash.valid_from)}起施行；要改它，在那一份上出新版本",
            field="valid_from",
        )
    ]


def confirmer_problems(rule: LocalRule) -> list[Refused]:
    """Nobody else is there to confirm: the sentence says whom to appoint."""
    base = shipped_book().packs.get(rule.under)
    if base is None or confirmers(rule, base):
        return []
    return [Refused("nobody_there", missing_words(rule, base), field="confirm")]


# ---- taking force ----------------------------------------------------------------------------------------


def take_force(rule: LocalRule) -> None:
    """From its day on the rule holds, and the one it supersedes no longer does.

    The region's row is the mutex of everything that holds there: of two confirmed at once the second is refused.
    """
    list(Region.objects.select_for_update(of=("self",)).filter(path=rule.region.path).order_by("pk"))
    before = (
        LocalRule.objects.select_for_update(of=("self",)).filter(pk=rule.supersedes_id).first()
        if rule.supersedes_id
        else None
    )
    rule.supersedes = before
    found = [*overlap_problems(rule), *reach_problems(rule)]
    if found:
        raise Conflict(found[0].code, f"{found[0].sentence}。退回修改后再确认")
    assert rule.valid_from is not None
    if before is not None:
        last = rule.valid_from - timedelta(days=1)
        before.valid_to = last
        before.save(update_fields=["valid_to"])
        before.scopes.filter(valid_to__isnull=True).update(valid_to=last)
    if not rule.repeals:
        LocalRuleScope.objects.bulk_create(
            LocalRuleScope(
                rule=rule,
                region_id=rule.region_id,
                team_kind=kind,
                topic=topic,
                answers=rule.answers,
                valid_from=rule.valid_from,
            )
            for kind in rule.team_kinds
            for topic in rule.topics
        )
    new_edition()


def tell_proposer(rule: LocalRule, sign_off: SignOff) -> None:
    words = {S.CONFIRMED: "已确认", S.REFUSED: "未获同意", S.RETURNED: "退回修改"}[S(rule.state)]
    login = getattr(rule.proposer, "user", None)
    notices.tell(
        users=[login.pk] if login is not None and login.is_active else [],
        title=f"您登记的《{rule.title}》{words}"[:120],
        body=sign_off.settled_why,
        url=rule.get_absolute_url(),
        key=f"local_rule:{rule.pk}:{rule.state}:{sign_off.pk}",
        subject_kind=KIND,
        subject_id=rule.pk,
    )


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
