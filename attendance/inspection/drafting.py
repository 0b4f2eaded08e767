"""What a 督查通报 says when it is drafted: its figures, its list and its demands, from what the checks found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attendance.absence.models import AbsenceCase
from attendance.inspection.authority import Desk
from attendance.inspection.models import SpotCheck, SpotTarget, when_words
from attendance.inspection.papers import BulletinItem, InspectionBulletin
from core import clock
from core.months import day_words
from policy.basis import cite
from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.places import codes_of
from teams.models import User
from teams.selectors import Places, region_lookup
from teams.words import Level, TeamKind

C = AbsenceCase.State


def drafted(
    desk: Desk,
    checks: list[SpotCheck],
    form_key: str,
    user: User,
    corrects: InspectionBulletin | None = None,
) -> InspectionBulletin:
    """A bulletin about these checks, whose list has only those of whom 无故不在岗 was found; the verb records it."""
    assert user.person is not None
    targets = list(SpotTarget.objects.filter(check_of__in=checks).select_related("check_of").in_order())
    found = _cases(targets)
    places = region_lookup(target.posting.body.region.path for target in targets)
    book = rule_book()
    named = {
        case.pk: (target, case)
        for target in targets
        if (case := found.get((target.posting.person_id, target.check_of.day))) and case.state == C.UNEXCUSED
    }
    first, last = checks[0].day, checks[-1].day
    title = (
        f"关于{day_words(first)}{'' if first == last else f'至{day_words(last)}'}驻村工作队在岗情况的督查通报"
    )
    bulletin = InspectionBulletin.objects.create(
        form_key=form_key,
        office_id=desk.office.pk,
        clause=desk.bulletin[0].clause,
        corrects=corrects,
        title=f"更正：{corrects.title}"[:80] if corrects else title,
        prefix=corrects.prefix if corrects else _prefix(desk),
        first=first,
        last=last,
        method=_method(checks),
        overall=_overall(targets, found, places),
        demands=corrects.demands if corrects else _demands(desk) if named else "",
        drafted_by=user.person,
        drafted_at=clock.now(),
    )
    bulletin.checks.set(checks)
    BulletinItem.objects.bulk_create(
        BulletinItem(
            bulletin=bulletin,
            order=order,
            case=case,
            town=getattr(places.at(target.posting.body.region.path, Level.TOWN), "name", ""),
            village=getattr(places.at(target.posting.body.region.path, Level.VILLAGE), "name", ""),
            name=target.posting.person.name,
            post=target.posting.post_name,
            unit=target.posting.unit.name if target.posting.unit else "",
            problem=f"{when_words(target.check_of)}查岗时不在岗，认定无故：{case.reason}"[:300],
            basis=cite(book, [target.check_of.clause]),
        )
        for order, (target, case) in enumerate(named.values(), start=1)
    )
    return bulletin


def _prefix(desk: Desk) -> str:
    """The office's letters of its last bulletin; for the first one a guess to be put right."""
    last = InspectionBulletin.objects.filter(office=desk.office.pk).order_by("-pk").first()
    return last.prefix if last else f"{desk.office.region.name[:1]}督通"


def _method(checks: list[SpotCheck]) -> str:
    counts = {
        label: sum(check.method == value for check in checks) for value, label in SpotCheck.Method.choices
    }
    return "，".join(f"{label}查岗 {count} 次" for label, count in counts.items() if count)


def _cases(targets: Iterable[SpotTarget]) -> dict[tuple[int, date], AbsenceCase]:
    """(person, day) → the case, of those not at their posts; one query."""
    absent = {
        (target.posting.person_id, target.check_of.day)
        for target in targets
        if target.outcome == SpotTarget.Outcome.ABSENT
    }
    rows = AbsenceCase.objects.filter(
        person__in={who for who, _ in absent}, day__in={day for _, day in absent}
    )
    return {(row.person_id, row.day): row for row in rows if (row.person_id, row.day) in absent}


def _overall(targets: list[SpotTarget], cases: Mapping[tuple[int, date], AbsenceCase], places: Places) -> str:
    """Figures of all together: no town, unit or person stands above another."""
    towns = len({places.at(each.posting.body.region.path, Level.TOWN) for each in targets} - {None})
    there = sum(target.outcome == SpotTarget.Outcome.ON_POST for target in targets)
    states = [
        getattr(cases.get((each.posting.person_id, each.check_of.day)), "state", C.PENDING)
        for each in targets
        if each.outcome == SpotTarget.Outcome.ABSENT
    ]
    unexcused, waiting = states.count(C.UNEXCUSED), states.count(C.PENDING)
    excused = len(targets) - there - unexcused - waiting
    parts = [f"共查 {len(targets)} 人次，在岗 {there} 人次"]
    if excused:
        parts.append(f"请假、公出和有其他正当事由 {excused} 人次")
    parts.append(f"无故不在岗 {unexcused} 人次" if unexcused else "没有发现无故不在岗")
    if waiting:
        parts.append(f"正在核实 {waiting} 人次，核实以后另行通报")
    return f"涉及 {towns} 个乡镇。" + "，".join(parts) + "。" if towns else "，".join(parts) + "。"


def _demands(desk: Desk) -> str:
    """What the document has the people named do, in its own words; else a plain sentence."""
    chains = [
        each
        for kind in TeamKind.values
        for each in rules_for(
            rule_book(), "chain", Whom(codes_of(desk.office.region), kind), clock.today()
        ).rules
        if each.event == "unexcused_absence"
    ]
    steps = [step.what for each in chains[:1] for step in each.steps if step.form in ("statement", "filing")]
    if steps:
        return f"名单中的人{'；'.join(steps)}。有关乡镇和派出单位查清情况，督促整改。"
    return "有关乡镇和派出单位查清情况，督促整改。"
