"""本地制度 by place; which rule holds where since when; two versions side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock, web
from core.access import access
from policy.base import TOPIC_LABELS
from policy.book import RuleBook
from policy.compare import compare
from policy.schema import Pack
from rules.book import rule_book
from rules.desks import desks
from rules.local import words
from rules.local.views.card import seen
from rules.models import LocalRule
from rules.places import ASKED_LEVELS, chains_of
from teams.models import Region
from teams.models.dated import in_force
from teams.words import TeamKind

S = LocalRule.State
#: Views of the list, by what the rules are.
VIEWS = {
    "standing": ("现行和待施行", Q(state=S.CONFIRMED)),
    "open": ("登记中", Q(state__in=[S.DRAFT, S.PENDING, S.RETURNED])),
    "past": ("以往的", Q(state__in=[S.REFUSED, S.WITHDRAWN])),
}


@access("serving")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Local rules of the places the viewer knows: those that hold, those being registered, those of the past."""
    today = clock.today()
    chosen = request.GET.get("view", "standing")
    chosen = chosen if chosen in VIEWS else "standing"
    over = Q(valid_to__lt=today) | Q(repeals=True, valid_from__lte=today)
    every = LocalRule.objects.visible_to(request.user).for_lists()
    queries = {name: query for name, (_, query) in VIEWS.items()}
    queries["standing"] &= ~over
    queries["past"] |= Q(state=S.CONFIRMED) & over
    mine = desks(request.user)
    page = web.page_of(request, every.filter(queries[chosen]).order_by("region__path", "-valid_from", "-pk"))
    context = {
        "views": [
            {"label": label, "url": f"{reverse('rules:local_list')}?view={name}", "active": name == chosen}
            for name, (label, _) in VIEWS.items()
            if name == "standing" or mine or name == "past"
        ],
        "page": page,
        "items": [_item(rule) for rule in page.object_list],
        "chosen": chosen,
        "registers": bool(mine),
        "regions": [desk.region for desk in mine],
    }
    return render(request, "rules/local/list.html", context)


def _item(rule: LocalRule) -> dict[str, Any]:
    kind, label = words.tag(rule.phase)
    parent = rule.region.parent
    place = f"{parent.name}{rule.region.name}" if parent and rule.region.level == "town" else rule.region.name
    return {
        "rule": rule,
        "place": place,
        "topics": words.topics_label(rule),
        "status_kind": kind,
        "status_label": label,
        "since": words.day(rule.valid_from),
    }


@access("serving")
@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """哪条制度在哪里从何时起有效: per county and town and topic, the document or the local rule, since when."""
    today, book = clock.today(), rule_book()
    on, problem = today, ""
    if asked := request.GET.get("on", "").strip():
        try:
            on = date.fromisoformat(asked)
        except ValueError:
            problem = "日期写成 2026-11-24 的样子"
    topic = request.GET.get("topic", "")
    topic = topic if topic in TOPIC_LABELS else ""
    regions = Region.objects.visible_to(request.user).filter(in_force(today), level__in=ASKED_LEVELS)
    page = web.page_of(request, regions.order_by("path"))
    visible = set(LocalRule.objects.visible_to(request.user).values_list("pk", flat=True))
    items = [
        row
        for region, codes in chains_of(list(page.object_list))
        for row in _standing(book, region, codes, on, topic, visible)
    ]
    context = {
        "page": page,
        "items": items,
        "on": on,
        "problem": problem,
        "topic": topic,
        "topics": [{"code": code, "label": label} for code, label in TOPIC_LABELS.items() if code != "scope"],
    }
    return render(request, "rules/local/standing.html", context, status=422 if problem else 200)


def _standing(
    book: RuleBook, region: Region, codes: tuple[str, ...], on: date, topic: str, visible: set[int]
) -> list[dict[str, Any]]:
    """One row per source; without a topic, leave and quota and whatever local rules take up."""
    found: dict[tuple[str, bool], dict[str, list[str]]] = {}
    packs: dict[str, Pack | None] = {}
    for kind in TeamKind:
        standing = book.standing(codes, kind.value, on)
        local = [pack for pack in standing if pack.pack.under]
        taken_up = [each for each in TOPIC_LABELS if any(pack.rules(each) for pack in local)]
        for each in [topic] if topic else dict.fromkeys(["leave", "quota", *taken_up]):
            if standing:
                held = book.resolve(each, codes, kind.value, on)
                source = held.pack.id if held.pack else ""
                packs[source] = held.pack
                kinds = found.setdefault((source, not held.rules), {})
                kinds.setdefault(TOPIC_LABELS[each], []).append(str(kind.label))
    rows = []
    for (source, silent), topics in found.items():
        kinds_named = sorted({tuple(kinds) for kinds in topics.values()})
        for kinds in kinds_named:
            rows.append(
                {
                    "place": region.name,
                    "town": region.level == "town",
                    "kind": "、".join(kinds),
                    "topic": "、".join(label for label, each in topics.items() if tuple(each) == kinds),
                    "silent": silent,
                    **_source(packs[source], visible),
                }
            )
    return rows


def _source(pack: Pack | None, visible: set[int]) -> dict[str, Any]:
    if pack is None:
        return {"title": "没有文件", "local": False, "since": "", "url": ""}
    number = int(pack.id.removeprefix("local_")) if pack.pack.under else 0
    url = (
        reverse("rules:local_card", args=[number])
        if number in visible
        else reverse("rules:pack", args=[pack.id])
    )
    return {
        "title": pack.pack.citation,
        "name": pack.pack.title,
        "local": bool(pack.pack.under),
        "since": pack.pack.from_.isoformat() if pack.pack.from_ else "未载明",
        "url": url,
    }


@access("serving")
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule beside another version of it (``?with=``), the one before where none is named: in words and as a table."""
    rule = seen(request, pk)
    others = (
        LocalRule.objects.visible_to(request.user)
        .filter(region__path=rule.region.path, under=rule.under, answers=rule.answers, repeals=False)
        .exclude(pk=rule.pk)
        .order_by("-valid_from", "-pk")
    )
    asked = request.GET.get("with", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 18 else rule.supersedes_id
    other = others.filter(pk=wanted).first() if wanted else None
    if asked and other is None:
        raise Http404
    book = rule_book()
    new, _ = words.pack_or_problem(rule, book)
    old, _ = words.pack_or_problem(other, book) if other else (book.packs.get(rule.under), "")
    lines = [line for line in compare(old, new, book.common) if other or line.topic in rule.topics]
    context = {
        "rule": rule,
        "other": other,
        "others": others,
        "document": book.packs.get(rule.under),
        "lines": lines,
        "changed": [line.says for line in lines if line.changed],
        "paper": _paper_changes(other, rule) if other else [],
    }
    return render(request, "rules/local/versions.html", context)


def _paper_changes(old: LocalRule, new: LocalRule) -> list[dict[str, str]]:
    pairs = [
        ("名称", old.title, new.title),
        ("文号", old.number, new.number),
        ("印发机关", old.issuer, new.issuer),
        ("施行日", words.day(old.valid_from), words.day(new.valid_from)),
        ("适用", old.kinds_label, new.kinds_label),
    ]
    return [{"what": what, "before": was or "未填写", "after": will or "未填写"} for what, was, will in pairs]
