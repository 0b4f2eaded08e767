"""What a decider reads of several requests side by side before he agrees to all of them (批量同意)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.models import Attachment
from leave import balance
from leave.balance import Balance
from leave.cautions import cautions_of
from leave.models import LeaveRequest
from leave.steps import KIND
from leave.views import words
from policy.days import format_days
from policy.leave import LeaveDecision
from rules.book import rule_book
from teams.models import Person, User


def review(ids: Iterable[int], user: User) -> dict[int, list[words.Row]]:
    """Rows of ``components/rows.html`` for each request, for somebody whose turn it is; set-based."""
    requests = list(
        LeaveRequest.objects.for_lists().select_related("extends", "replaces").filter(pk__in=set(ids))
    )
    bear = dict(
        zip(
            [row.pk for row in requests],
            cautions_of([(row.posting, row.whole) for row in requests]),
            strict=True,
        )
    )
    away = {mate.person.pk for each in bear.values() for mate in each.coverage.away}
    away |= {row.applicant_id for each in bear.values() for row in each.promised}
    seen = Person.objects.visible_to(user).filter(pk__in=away)
    known = set(seen.values_list("pk", flat=True)) if away else set()
    files = Counter(
        int(pk)
        for pk in Attachment.objects.filter(
            subject_kind=KIND, subject_id__in=[str(row.pk) for row in requests]
        ).values_list("subject_id", flat=True)
    )
    left = {
        (person, each.type, each.year): each
        for year in {row.start.year for row in requests}
        for person, own in balance.of_people([row.posting for row in requests], year).items()
        for each in own
    }
    found = {}
    for row in requests:
        beside = words.coverage_row(bear[row.pk].naming(known))
        found[row.pk] = [
            *_links(row),
            *_left(left.get((row.applicant_id, row.type, row.start.year))),
            {"label": "事由", "value": row.reason, "note": _files(files[row.pk])},
            words.place_row(row),
            words.stand_in_row(row),
            {"label": "同期", "value": beside["text"].removeprefix("同期"), "note": _note(beside)},
            *_why(row.routed),
        ]
    return found


def _links(row: LeaveRequest) -> list[words.Row]:
    rows: list[words.Row] = []
    if row.extends is not None:
        rows.append(
            {
                "label": "续哪一件",
                "value": f"编号 {row.extends.number}",
                "url": row.extends.get_absolute_url(),
            }
        )
    if row.replaces is not None:
        old = f"{row.replaces.type_label} {words.span_words(row.replaces.span)}"
        url = row.replaces.get_absolute_url()
        rows.append({"label": "变更哪一件", "value": f"编号 {row.replaces.number}", "url": url, "note": old})
    if row.charged_halves != row.absence_halves:
        rows.append({"label": "计假", "value": f"{format_days(row.charged_halves)} 天"})
    return rows


def _left(each: Balance | None) -> list[words.Row]:
    """What is left of the year, with what waits counted in: this request among it."""
    if each is None:
        return []
    note = each.warning or ("待批的含本件" if each.pending else "")
    return [{"label": "余额", "value": each.words, "note": note}]


def _files(number: int) -> str:
    return f"附件 {number} 件，点开这一件看" if number else ""


def _note(beside: words.Row) -> str:
    parts = [f"不在岗：{beside['away']}" if beside["away"] else "", beside.get("flood", "")]
    parts += [f"本人答应代{beside['promised']}的岗" if beside["promised"] else ""]
    return "。".join(part for part in parts if part)


def _why(decision: LeaveDecision | None) -> list[words.Row]:
    """The tier and the clause that lead here; touching leave is said."""
    if decision is None:
        return []
    book, said = rule_book(), []
    for clause_id in decision.clauses:
        if book.has_clause(clause_id):
            clause = book.clause(clause_id)
            said.append(f"{clause.article}：{clause.text}")
    joined = ""
    if decision.joined is not None:
        joined = f"与前后的假连起来，按 {format_days(decision.total_halves)} 天定由谁批"
    return [{"label": "依据", "value": "\n".join(dict.fromkeys(said)) or "—", "note": joined}]
