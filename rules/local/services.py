"""The verbs of local rules. A draft may be incomplete; what is submitted may not, and reaches only as far as the
document lets it; a second person confirms; a later version ends the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from approvals import services as sign_offs
from approvals.models import SignOff
from core import attachments, audit, clock
from core.errors import Conflict, NotYours, Refused, Several
from core.verbs import check_key, verb
from policy.errors import PackError
from policy.write import recoded
from rules.book import shipped_book
from rules.desks import Desk, desks
from rules.local import steps
from rules.local.plan import confirmation_plan
from rules.local.sheet import DRAFT_CODE
from rules.models import LocalRule
from rules.packs import hash_of, pack_of_rule
from teams.models import User

S = LocalRule.State
KIND = steps.KIND
LENGTHS = {"number": 80, "title": 120, "issuer": 120}
LABELS = {"number": "文号", "title": "名称", "issuer": "印发机关"}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a registrar says of the document, and its rules as the tables of a pack.

    Clauses in ``tables`` begin with ``code``; the rule's own id takes its place.
    """

    under: str
    title: str
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    valid_from: date | None = None
    answers: str = ""
    team_kinds: tuple[str, ...] = ()
    tables: dict[str, Any] = field(default_factory=dict)
    code: str = DRAFT_CODE


@verb("local_rule.save")
def save_draft(
    *,
    acting_user: User,
    paper: Paper,
    form_key: str,
    region_id: int | None = None,
    rule_id: int | None = None,
    revision: int | None = None,
) -> LocalRule:
    """Create a draft for a region, or change one (or one that came back). The same ``form_key`` makes one draft.

    Raises NotYours where the user registers nothing, Conflict where another page was faster.
    """
    check_key(form_key)
    rule: LocalRule | None
    if rule_id is not None:
        rule, desk = steps.to_edit(rule_id, acting_user)
        steps.same_revision(rule, revision)
    else:
        desk = _desk(acting_user, region_id)
        rule = LocalRule.objects.select_for_update().filter(form_key=form_key).first()
        if rule is not None and (rule.region.path != desk.region.path or rule.state != S.DRAFT):
            raise Conflict("key_reused", "这个页面已经用过，刷新后再填")
    _check_paper(paper, desk)
    assert acting_user.person is not None
    if rule is None:
        rule = LocalRule(
            form_key=form_key,
            region=desk.region,
            drafted_by=acting_user.person,
            proposer=acting_user.person,
            created_at=clock.now(),
            updated_at=clock.now(),
            revision=0,
            title=paper.title.strip(),
        )
        rule.save()
    _write(rule, paper)
    steps.store(rule, "local_rule.save", acting_user)
    return rule


@verb("local_rule.new_version")
def new_version(*, rule_id: int, acting_user: User, form_key: str, repeals: bool = False) -> LocalRule:
    """A draft that will take the place of a confirmed rule, with its contents; or that only repeals it."""
    check_key(form_key)
    rule, _ = steps.registered(rule_id, acting_user)
    earlier = LocalRule.objects.filter(form_key=form_key).first()
    if earlier is not None and earlier.supersedes_id == rule.pk:
        return earlier
    if rule.state != S.CONFIRMED or rule.repeals:
        raise Conflict("not_in_force", "只有已确认的制度才能出新版本")
    if rule.valid_to is not None:
        raise Conflict("superseded", "这份制度已有后一版，从后一版再改")
    following = rule.successors.exclude(state__in=[S.REFUSED, S.WITHDRAWN]).first()
    if following is not None:
        raise Conflict("next_exists", f"后一版正在登记（{following.get_state_display()}），在那一件上接着办")
    assert acting_user.person is not None
    draft = LocalRule(
        form_key=form_key,
        region=rule.region,
        under=rule.under,
        answers=rule.answers,
        title=f"关于废止《{rule.title}》的通知"[:120] if repeals else rule.title,
        issuer=rule.issuer,
        team_kinds=rule.team_kinds,
        supersedes=rule,
        repeals=repeals,
        drafted_by=acting_user.person,
        proposer=acting_user.person,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    draft.save()
    if not repeals:
        draft.body = recoded(rule.body, rule.code, draft.code)
        draft.topics = rule.topics
    steps.store(draft, "local_rule.new_version", acting_user, {"supersedes": rule.pk, "repeals": repeals})
    return draft


@verb("local_rule.add_files")
def add_files(*, rule_id: int, acting_user: User, files: list[Any]) -> LocalRule:
    """Attach the document itself to a draft, or to one that came back."""
    rule, _ = steps.to_edit(rule_id, acting_user)
    if not files:
        raise Refused("no_file", "先选文件，再上传", field="attachments")
    attachments.add(subject_kind=KIND, subject_id=rule.pk, files=files, acting_user=acting_user)
    return rule


@verb("local_rule.remove_file")
def remove_file(*, rule_id: int, attachment_id: int, acting_user: User) -> None:
    """Take a file off a draft, or off one that came back."""
    rule, _ = steps.to_edit(rule_id, acting_user)
    found = [item for item in attachments.of(KIND, rule.pk) if item.pk == attachment_id]
    if not found:
        raise NotYours("not_yours", "没有这个附件")
    attachments.remove(attachment=found[0], acting_user=acting_user)


@verb("local_rule.submit")
def submit(*, rule_id: int, acting_user: User, revision: int, submit_key: str) -> LocalRule:
    """Send a draft to a second person. Who submits is its proposer and never confirms it.

    Raises Several with every refusal beside its field (``topic:leave`` beside a topic), Conflict for a stale page.
    """
    rule, _ = steps.registered(rule_id, acting_user)
    if submit_key and rule.submit_key == submit_key and rule.state == S.PENDING:
        return rule
    steps.only_editable(rule)
    check_key(submit_key)
    steps.same_revision(rule, revision)
    assert acting_user.person is not None
    rule.proposer, rule.submit_key = acting_user.person, submit_key
    found = problems(rule)
    if found:
        raise Several(found)
    rule.state, rule.submitted_at, rule.settled_at = S.PENDING, clock.now(), None
    steps.store(rule, "local_rule.submit", acting_user)
    plan = confirmation_plan(rule, shipped_book().pack(rule.under))
    sign_offs.open_sign_off(
        kind="local_rule", subject_kind=KIND, subject=rule, plan=plan, acting_user=acting_user
    )
    return rule


@verb("local_rule.withdraw")
def withdraw(*, rule_id: int, acting_user: User) -> LocalRule:
    """Take back what waits for confirmation, or what came back; a draft is thrown away instead."""
    sign_offs.lock_for(KIND, rule_id)
    rule, _ = steps.registered(rule_id, acting_user)
    if rule.state not in (S.PENDING, S.RETURNED):
        raise Conflict("wrong_state", f"这一件现在是“{rule.get_state_display()}”，不能撤回")
    if rule.state == S.PENDING:
        sign_offs.withdraw(
            subject_kind=KIND, subject_id=rule.pk, acting_user=acting_user, why="登记的部门撤回"
        )
    rule.state, rule.settled_at = S.WITHDRAWN, clock.now()
    steps.store(rule, "local_rule.withdraw", acting_user)
    return rule


@verb("local_rule.discard")
def discard(*, rule_id: int, acting_user: User) -> None:
    """Throw a draft away; only its audit events remain."""
    rule, _ = steps.registered(rule_id, acting_user)
    if rule.state != S.DRAFT:
        raise Conflict("wrong_state", f"这一件现在是“{rule.get_state_display()}”，不能删去")
    for item in attachments.of(KIND, rule.pk):
        attachments.remove(attachment=item, acting_user=acting_user)
    audit.record(
        action="local_rule.discard",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=rule.pk,
        before={"title": rule.title},
    )
    rule.delete()


def settle(*, subject: LocalRule, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """Carry out a settled confirmation, in its transaction."""
    state = {
        SignOff.State.AGREED: S.CONFIRMED,
        SignOff.State.REFUSED: S.REFUSED,
        SignOff.State.RETURNED: S.RETURNED,
    }[SignOff.State(outcome)]
    subject.state, subject.settled_at = state, clock.now()
    if state == S.CONFIRMED:
        steps.take_force(subject)
    steps.store(subject, f"local_rule.{state.value}", acting_user)
    steps.tell_proposer(subject, sign_off)


def problems(rule: LocalRule) -> list[Refused]:
    """Everything that keeps a draft from being submitted by its proposer, each with its field."""
    found = [
        Refused(
            "missing",
            f"填写{LABELS[name]}" + ("，没有文号的写会议纪要编号" if name == "number" else ""),
            field=name,
        )
        for name in ("number", "issuer")
        if not getattr(rule, name)
    ]
    if rule.valid_from is None:
        found.append(Refused("missing", "填写施行日期", field="valid_from"))
    if not attachments.of(KIND, rule.pk):
        found.append(Refused("no_file", "上传文件原件（扫描件或电子版）", field="attachments"))
    if not rule.repeals and not rule.topics:
        found.append(Refused("empty", "还没有写任何规则，至少写一组请假档次或一项出勤要求", field="rules"))
    found += steps.reach_problems(rule)
    found += steps.overlap_problems(rule)
    found += steps.confirmer_problems(rule)
    return found


def _desk(user: User, region_id: int | None) -> Desk:
    desk = next((desk for desk in desks(user) if desk.region.pk == region_id), None)
    if desk is None:
        raise NotYours("not_yours", "您不在这个地方登记本地制度")
    return desk


def _check_paper(paper: Paper, desk: Desk) -> None:
    """What even a draft must have in order."""
    found = []
    if not paper.title.strip():
        found.append(Refused("missing", "填写名称", field="title"))
    for name, most in LENGTHS.items():
        length = len(getattr(paper, name).strip())
        if length > most:
            found.append(Refused("long", f"{LABELS[name]}最多 {most} 字，现在 {length} 字", field=name))
    document = next((pack for pack in desk.documents if pack.id == paper.under), None)
    if document is None:
        found.append(Refused("under", "依据的文件从列表里选", field="under"))
    elif not paper.team_kinds or set(paper.team_kinds) - set(document.pack.team_kinds):
        found.append(Refused("team_kinds", "选适用的工作队", field="team_kinds"))
    elif paper.answers and paper.answers not in {row.target for row in document.yields}:
        found.append(Refused("answers", "从列表里选", field="answers"))
    if paper.valid_from is not None and not 1990 <= paper.valid_from.year <= 2100:
        found.append(Refused("year", "年份要在 1990 到 2100 之间", field="valid_from"))
    if found:
        raise Several(found)


def _write(rule: LocalRule, paper: Paper) -> None:
    rule.under, rule.answers = paper.under, paper.answers
    rule.title, rule.number, rule.issuer = paper.title.strip(), paper.number.strip(), paper.issuer.strip()
    rule.issued, rule.valid_from = paper.issued, paper.valid_from
    rule.team_kinds = list(paper.team_kinds)
    rule.body = {} if rule.repeals else recoded(paper.tables, paper.code, rule.code)
    try:
        steps.set_topics(rule, pack_of_rule(rule, shipped_book()))
    except PackError as error:
        raise Several([Refused("pack", problem.why, field="rules") for problem in error.problems]) from error
    rule.body_hash = hash_of(rule)
