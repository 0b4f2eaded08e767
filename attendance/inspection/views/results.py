"""On the way with a phone: everybody the check looks for, one tap each; then its end."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance.inspection import results
from attendance.inspection.clauses import CHECKS
from attendance.inspection.forms import FindForm
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices, when_words
from attendance.inspection.views.checks import OUTCOME_TAGS, photos_of, seen, show_check
from core import web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import cn_datetime
from policy.carries import carries
from teams.words import AwayKind

S = SpotCheck.State
Outcome = SpotTarget.Outcome


@access("overseer")
@require_safe
@carries(*CHECKS)
def entry(http: HttpRequest, pk: int) -> HttpResponse:
    """The people of a check, each with what can be said of him."""
    return _show(http, _check(http, pk))


def _check(http: HttpRequest, pk: int) -> SpotCheck:
    """A check of the user's own office that is on, or 404: nobody else fills it in."""
    found = seen(http, pk)
    if found.office_id not in own_offices(http.user) or found.state == S.PLANNED:
        raise Http404
    return found


def _show(http: HttpRequest, found: SpotCheck, refusal: Refused | None = None) -> HttpResponse:
    if found.state != S.DRAWN:
        return show_check(http, found, refusal)
    targets = list(found.targets.in_order())
    away, photos = results.away_at(found), photos_of(targets)
    rows = [_row(each, away.get(each.posting.person_id, ""), photos.get(each.pk, [])) for each in targets]
    context = {
        "check": found,
        "day": when_words(found),
        "rows": rows,
        "left": sum(not each.outcome for each in targets),
        "refusal": refusal,
        "has_errors": refusal is not None,
    }
    return render(http, "inspection/results.html", context, status=refusal.status if refusal else 200)


def _row(target: SpotTarget, away: str, photos: list[dict[str, Any]]) -> dict[str, Any]:
    posting = target.posting
    buttons = [(Outcome.ON_POST.value, "在岗"), (Outcome.ABSENT.value, "不在岗，待核")]
    if away:
        outcome = results.OF_AWAY[away]
        buttons = [(str(outcome), Outcome(outcome).label), (Outcome.ON_POST.value, "在岗")]
    return {
        "row": target,
        "name": posting.person.name,
        "post": f"{posting.body} {posting.post_name}",
        "unit": str(posting.unit) if posting.unit else "",
        "away": AwayKind(away).label if away else "",
        "buttons": buttons,
        "kind": OUTCOME_TAGS[target.outcome],
        "label": target.get_outcome_display() or "还没有记",
        "found": f"{target.found_by} {cn_datetime(target.found_at, 'clock')}" if target.found_at else "",
        "photos": photos,
    }


@access("overseer")
@require_POST
def find(http: HttpRequest, pk: int) -> HttpResponse:
    """One person's result; ``pk`` of the person looked for. As a fragment his row, else the page at his row."""
    target = get_object_or_404(
        SpotTarget.objects.filter(check_of__office__in=own_offices(http.user)).select_related("check_of"),
        pk=pk,
    )
    form = FindForm(http.POST, http.FILES)
    refusal: Refused | None = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            results.find(
                acting_user=http.user,
                target_id=pk,
                outcome=said["outcome"],
                note=said["note"],
                files=said["photos"],
            )
        except Refused as error:
            refusal = error
    else:
        refusal = Refused("form", next(iter(form.errors.values()))[0])
    found = target.check_of
    if web.wants_fragment(http) and (refusal is None or refusal.status == 422):
        target = found.targets.in_order().get(pk=pk)
        away = results.away_at(found).get(target.posting.person_id, "")
        row = _row(target, away, photos_of([target]).get(pk, []))
        if refusal is not None:
            row |= {"refused": refusal.sentence, "note": http.POST.get("note", "")}
        left = found.targets.filter(outcome="").count()
        context = {"row": row, "left": left, "check": found, "fragment": True}
        return render(http, "inspection/result_row.html", context, status=refusal.status if refusal else 200)
    if refusal is not None:
        return _show(http, SpotCheck.objects.for_pages().get(pk=found.pk), refusal)
    return redirect(f"{reverse('inspection:results', args=[found.pk])}#t{pk}")


@access("overseer")
@require_POST
def rest(http: HttpRequest, pk: int) -> HttpResponse:
    """其余的人都在岗."""
    found = _check(http, pk)
    try:
        results.find_rest(acting_user=http.user, check_id=pk)
    except Refused as refused:
        return _show(http, found, refused)
    return redirect("inspection:results", pk)


@access("overseer")
@require_POST
def close(http: HttpRequest, pk: int) -> HttpResponse:
    """结束查岗."""
    found = _check(http, pk)
    try:
        results.close(acting_user=http.user, check_id=pk)
    except Refused as refused:
        return _show(http, found, refused)
    return redirect(f"{found.get_absolute_url()}?closed")
