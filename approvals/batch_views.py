"""The pages of 批量同意: read what was picked, agree to all of it, read what came of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals import batch
from approvals.rows import row_of
from core import clock, web
from core.access import access

#: As long as numbers of sign-offs get.
DIGITS = 18


@access("serving")
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """To read what was picked changes nothing; to post it agrees to each, and says what came of it."""
    if request.method == "POST":
        return _outcomes(request)
    picked = _numbers(request.GET.getlist("pick"))
    items = batch.review(request.user, picked)
    if not picked:
        messages.warning(request, "先勾选要同意的，再点“批量同意”")
        return redirect("approvals:todo")
    context = {
        "items": [_shown(item) for item in items],
        "gone": len(picked) - len(items),
        "now": clock.now(),
    }
    return render(request, "approvals/batch.html", context)


def _shown(item: batch.Item) -> dict[str, Any]:
    sign_off = item.task.sign_off
    row = row_of(item.task.summary, due=item.task.due)
    acting = item.task.authority
    rows = list(item.rows)
    if acting.via != "own":
        rows.insert(0, {"label": "以什么身份", "value": acting.capacity})
    return row | {
        "pk": sign_off.pk,
        "page_hash": sign_off.content_hash,
        "request_key": web.form_key(),
        "again": sign_off.round if sign_off.round > 1 else 0,
        "rows": [*rows, {"label": "您同意后", "value": item.then}],
    }


def _outcomes(request: HttpRequest) -> HttpResponse:
    chosen = [
        batch.Chosen(
            pk, request.POST.get(f"page_hash-{pk}", "")[:64], request.POST.get(f"request_key-{pk}", "")[:64]
        )
        for pk in _numbers(request.POST.getlist("item"))
    ]
    found = batch.agree_to_each(acting_user=request.user, chosen=chosen)
    context = {
        "outcomes": [{"row": row_of(each.summary), "done": each.done, "words": each.words} for each in found],
        "done": sum(each.done for each in found),
        "left": sum(not each.done for each in found),
    }
    return render(request, "approvals/batch_done.html", context)


def _numbers(said: list[str]) -> list[int]:
    """What can be a number of a sign-off, each once, in the order given; no more than a batch takes."""
    good = [int(each) for each in said if each.isascii() and each.isdecimal() and len(each) <= DIGITS]
    return list(dict.fromkeys(good))[: batch.MOST]
