"""制度库 and 试算: the documents as they are carried, and what they would say about a leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock
from core.access import access
from core.calendar import statutory_calendar
from core.web import wants_fragment
from policy.book import RuleBook
from policy.carries import carries
from rules import library as shelf
from rules import trial as trials
from rules.book import rule_book
from rules.clauses import ROUTED, SHOWN
from rules.forms import TrialForm
from rules.places import document_places, own_packs, own_place, region_places
from teams.models import User
from teams.scope import scope_of


@access("login")
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every document, those of the viewer's own region first."""
    book = rule_book()
    own = own_packs(book, request.user)
    return render(request, "rules/library.html", {"documents": shelf.documents(book, own)})


@access("login")
@require_safe
@carries(*SHOWN)
def pack(request: HttpRequest, pack_id: str) -> HttpResponse:
    """One document: rules by topic with article, way of working, interpretation and where they work."""
    book = rule_book()
    if pack_id not in book.packs:
        raise Http404
    document, topic = book.pack(pack_id), request.GET.get("topic", "")
    if topic and topic not in {clause.topic for clause in document.clause}:
        return redirect("rules:pack", pack_id)
    return render(request, "rules/pack.html", shelf.document(book, document, request.user, topic))


@access("login")
@require_safe
def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """A clause by its id alone: its place in its document."""
    book = rule_book()
    if not book.has_clause(clause_id):
        raise Http404
    return redirect(f"{reverse('rules:pack', args=[book.pack_of(clause_id).id])}#{clause_id}")


@access("login")
@require_safe
@carries(*ROUTED)
def trial(request: HttpRequest) -> HttpResponse:
    """试算: the address holds the question, so every answer is a link. Mistakes stand beside their fields."""
    book, today = rule_book(), clock.today()
    asked = any(name in request.GET for name in TrialForm.base_fields)
    form = TrialForm(
        request.GET if asked else None,
        book=book,
        documents=document_places(book),
        regions=region_places(book, request.user),
        today=today,
        initial=None if asked else _known(book, request.user),
    )
    context: dict[str, Any] = {"form": form, "examples": _examples()}
    if asked and form.is_valid():
        context["answer"] = trials.answer(book, form.question(), statutory_calendar())
    if not wants_fragment(request):
        return render(request, "rules/trial.html", context)
    if "answer" in context and request.htmx.target == "result":  # type: ignore[attr-defined]
        response = render(request, "rules/_result.html", context)
    else:
        # Mistakes stand in the form, so the form comes along; so it does when they have been mended.
        response = render(request, "rules/_trial.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#trial", "outerHTML"
    # Whoever opens the link later lands on the answer, not on the form above it.
    response["HX-Push-Url"] = request.get_full_path() + ("#result" if "answer" in context else "")
    return response


def _known(book: RuleBook, user: User) -> dict[str, Any]:
    """What the system knows about the viewer: where he serves, as what, sent by whom."""
    place, posting = own_place(book, user), scope_of(user).posting
    known: dict[str, Any] = {"place": place.value if place else ""}
    if posting is not None:
        known["role"] = posting.post
        if posting.unit is not None:
            known["dispatched_by"] = posting.unit.origin
    return known


def _examples() -> list[dict[str, str]]:
    """Three questions whose answers differ in kind, from tomorrow on."""
    start = clock.today() + timedelta(days=1)
    return [
        _example("普宁队员，事假 6 天", start, 6, place="puning"),
        _example("驻马店队员，事假 8 天", start, 8, place="zhumadian"),
        _example("新丰队长，事假 2 天", start, 2, place="xinfeng", role="captain"),
    ]


def _example(label: str, start: date, days: int, **asked: str) -> dict[str, str]:
    last = start + timedelta(days=days - 1)
    query = urlencode({"role": "member", **asked, "start": start.isoformat(), "end": last.isoformat()})
    return {"label": label, "url": f"{reverse('rules:trial')}?{query}#result"}
