"""A local rule's own page, which is also where it is confirmed; and the page on which a draft is checked and sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import flow
from approvals import selectors as sign_offs
from approvals.bar import Bar, decision_bar
from core import attachments, clock, web
from core.access import access
from core.errors import Conflict, Refused
from core.templatetags.zhubang import cn_datetime
from policy.carries import carries
from rules.book import rule_book
from rules.clauses import REGISTERED
from rules.desks import desk_of
from rules.local import services, trial, words
from rules.local.forms import FilesForm, TryForm
from rules.local.plan import confirmers
from rules.models import LocalRule
from teams.scope import scope_of

S = LocalRule.State


def seen(request: HttpRequest, pk: int) -> LocalRule:
    """The rule for whoever sees it; 404 for everybody else."""
    return get_object_or_404(LocalRule.objects.visible_to(request.user).for_lists(), pk=pk)


def own(request: HttpRequest, pk: int) -> LocalRule:
    """The rule for those who register in its place; 404 for everybody else."""
    rule = seen(request, pk)
    if desk_of(request.user, rule.region) is None:
        raise Http404
    return rule


# ---- the card --------------------------------------------------------------------------------------------


@access("serving")
@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one rule; a draft leads to its form."""
    rule = seen(request, pk)
    if rule.state == S.DRAFT:
        return redirect("rules:local_check" if rule.topics or rule.repeals else "rules:local_edit", pk=pk)
    return show_card(request, rule)


def show_card(request: HttpRequest, rule: LocalRule, refusal: Refused | None = None) -> HttpResponse:
    """The present state of a rule, whole or as a fragment; with ``refusal`` its sentence and status code."""
    rule = LocalRule.objects.for_lists().get(pk=rule.pk)
    context = _context(request, rule)
    context["refusal"] = refusal
    context["has_errors"] = refusal is not None and refusal.status == 422
    template = "rules/local/card.html"
    if web.wants_fragment(request):
        context["todo_count"] = (
            sign_offs.count_waiting(request.user) if scope_of(request.user).has_todo else ""
        )
        template = "rules/local/card_fragment.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _context(request: HttpRequest, rule: LocalRule) -> dict[str, Any]:
    state = sign_offs.card(request.user, services.KIND, rule.pk)
    registrar = desk_of(request.user, rule.region) is not None
    kind, label = words.tag(rule.phase)
    if state.mine is not None:
        label = "待您确认"
    signed = state.sign_off.signatures.all() if state.sign_off else []
    confirmed = [row for row in signed if row.decision == "agree"] if rule.state == S.CONFIRMED else []
    ends = rule.successors.filter(state=S.CONFIRMED).first()
    open_next = rule.successors.filter(state__in=[S.DRAFT, S.PENDING, S.RETURNED]).first()
    return {
        **content(rule),
        **tried(request, rule),
        "rule": rule,
        "status_kind": kind,
        "status_label": label,
        "record": words.record_rows(
            rule, f"{confirmed[0].signer}（{confirmed[0].capacity}）" if confirmed else ""
        ),
        "flow": flow.timeline(state, rule.proposer.name, clock.now()),
        "files": _files(rule, remove=False),
        "answer": _answer(state) if registrar and rule.state in (S.RETURNED, S.REFUSED) else None,
        "bar": _bar(request, rule, state, registrar),
        "ended_by": ends,
        "next_version": open_next if registrar else None,
        "can_edit": registrar and rule.state == S.RETURNED,
        "can_withdraw": registrar and rule.state in (S.PENDING, S.RETURNED),
        "can_supersede": registrar
        and rule.state == S.CONFIRMED
        and not rule.repeals
        and rule.valid_to is None
        and open_next is None,
        "submitted": registrar and rule.state == S.PENDING and "submitted" in request.GET,
        "waiting_for": "、".join(confirmers(rule, rule_book().pack(rule.under)))
        if rule.state == S.PENDING
        else "",
        "form_key": web.form_key(),
        "deciding": state.mine is not None,
    }


def content(rule: LocalRule, refusals: list[Refused] | None = None) -> dict[str, Any]:
    """The paper, its rules in words, and what they change."""
    book = rule_book()
    pack, problem = words.pack_or_problem(rule, book)
    labels = dict(trial.leave_kinds(rule))
    sections = words.sections(pack, labels) if pack else []
    if refusals:
        words.place_refusals(sections, refusals)
    lines = trial.changes(rule, pack)
    return {
        "pack": pack,
        "paper": words.paper_rows(rule, book),
        "sections": sections,
        "problem": problem,
        "lines": lines,
        "changed": [line.says for line in lines if line.changed],
        "before_title": f"《{rule.supersedes.title}》"
        if rule.supersedes
        else (f"《{book.pack(rule.under).pack.title}》" if rule.under in book.packs else ""),
    }


def tried(request: HttpRequest, rule: LocalRule) -> dict[str, Any]:
    """试算: the address holds the question."""
    kinds = trial.leave_kinds(rule)
    asked = "try_days" in request.GET
    form = TryForm(
        request.GET if asked else None, types=kinds, initial={"try_role": "member", "try_type": "personal"}
    )
    answer = None
    if asked and form.is_valid():
        pack, _ = words.pack_or_problem(rule, rule_book())
        said = form.cleaned_data
        answer = trial.both(rule, pack, role=said["try_role"], type=said["try_type"], days=said["try_days"])
    return {"try_form": form, "tried": answer}


def _answer(state: sign_offs.Card) -> dict[str, str] | None:
    said = (
        [row for row in state.sign_off.signatures.all() if row.decision in flow.ROW_STATE]
        if state.sign_off
        else []
    )
    return (
        {"title": f"{said[-1].signer}：{said[-1].get_decision_display()}", "note": said[-1].note}
        if said
        else None
    )


def _bar(request: HttpRequest, rule: LocalRule, state: sign_offs.Card, registrar: bool) -> Bar | None:
    if rule.state == S.RETURNED and registrar:
        return Bar(
            done="已退回修改", next_url=reverse("rules:local_edit", args=[rule.pk]), next_label="修改后再提交"
        )
    return decision_bar(request.user, state, None)


def _files(rule: LocalRule, *, remove: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "url": reverse("core:file", args=[item.pk]),
            "size": item.size,
            "note": cn_datetime(item.added_at),
            "remove_url": reverse("rules:local_remove_file", args=[rule.pk, item.pk]) if remove else "",
        }
        for item in attachments.of(services.KIND, rule.pk)
    ]


# ---- 核对并提交 --------------------------------------------------------------------------------------------


@access("registrar")
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything once more: the rules in words, what they change, what stands in the way, who will confirm."""
    rule = own(request, pk)
    if rule.state not in (S.DRAFT, S.RETURNED):
        return redirect("rules:local_card", pk=pk)
    return _show_check(request, rule)


def _show_check(
    request: HttpRequest,
    rule: LocalRule,
    refused: Refused | None = None,
    *,
    files: FilesForm | None = None,
) -> HttpResponse:
    rule.proposer = request.user.person
    found = services.problems(rule)
    edit_url = reverse("rules:local_edit", args=[rule.pk])
    book = rule_book()
    context = {
        **content(rule, found),
        **tried(request, rule),
        "rule": rule,
        "paper": words.paper_rows(rule, book, edit_url),
        "problems": [{"text": each.sentence, "href": _anchor(each, edit_url)} for each in found],
        "refused": refused,
        "conflict": refused if isinstance(refused, Conflict) else None,
        "files": _files(rule, remove=True),
        "files_form": files or FilesForm(),
        "confirmers": confirmers(rule, book.pack(rule.under)) if rule.under in book.packs else [],
        "submit_key": web.form_key(),
        "edit_url": edit_url,
        "has_errors": refused is not None or bool(files and files.errors),
    }
    status = refused.status if refused else 422 if files and files.errors else 200
    return render(request, "rules/local/check.html", context, status=status)


def _anchor(refused: Refused, edit_url: str) -> str:
    if refused.field == "attachments":
        return "#id_attachments"
    if refused.field.startswith("topic:"):
        parts = refused.field.split(":")[2:]
        return f"{edit_url}#g{parts[0]}-t{parts[1]}" if parts else f"{edit_url}#rules"
    if refused.field in ("confirm", "rules"):
        return f"{edit_url}#rules" if refused.field == "rules" else "#confirm"
    return f"{edit_url}#id_{refused.field}"


@access("registrar")
@require_POST
@carries(*REGISTERED)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it to the second person; the button pressed twice sends once."""
    revision = request.POST.get("revision", "")
    try:
        services.submit(
            rule_id=pk,
            acting_user=request.user,
            revision=int(revision) if revision.isdecimal() else 0,
            submit_key=request.POST.get("submit_key", "")[:64],
        )
    except Refused as refused:
        rule = own(request, pk)
        if rule.state not in (S.DRAFT, S.RETURNED):
            return show_card(request, rule, refused)
        return _show_check(request, rule, refused)
    return redirect(f"{reverse('rules:local_card', args=[pk])}?submitted")


@access("registrar")
@require_POST
def add_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the document itself."""
    rule = own(request, pk)
    if rule.state not in (S.DRAFT, S.RETURNED):
        return redirect("rules:local_card", pk=pk)
    form = FilesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.add_files(rule_id=pk, acting_user=request.user, files=form.cleaned_data["attachments"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{reverse('rules:local_check', args=[pk])}#files")
    return _show_check(request, rule, files=form)


@access("registrar")
@require_http_methods(["GET", "HEAD", "POST"])
def remove_file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Ask first, then take a file off a draft."""
    rule = own(request, pk)
    found = next((item for item in attachments.of(services.KIND, pk) if item.pk == file_pk), None)
    if found is None:
        raise Http404
    if rule.state not in (S.DRAFT, S.RETURNED):
        return redirect("rules:local_card", pk=pk)
    if request.method != "POST":
        return render(request, "rules/local/remove_file.html", {"rule": rule, "file": found})
    try:
        services.remove_file(rule_id=pk, attachment_id=file_pk, acting_user=request.user)
    except Refused as refused:
        return show_card(request, rule, refused)
    return redirect("rules:local_check", pk=pk)


# ---- small verbs -----------------------------------------------------------------------------------------


@access("registrar")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    rule = own(request, pk)
    try:
        services.withdraw(rule_id=pk, acting_user=request.user)
    except Refused as refused:
        return show_card(request, rule, refused)
    return redirect("rules:local_card", pk=pk)


@access("registrar")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    rule = own(request, pk)
    try:
        services.discard(rule_id=pk, acting_user=request.user)
    except Refused as refused:
        return show_card(request, rule, refused)
    return redirect("rules:local_list")


@access("registrar")
@require_POST
def supersede(request: HttpRequest, pk: int) -> HttpResponse:
    """出新版本, or 废止: a draft that takes the rule's place from a later day on."""
    rule = own(request, pk)
    try:
        draft = services.new_version(
            rule_id=pk,
            acting_user=request.user,
            form_key=request.POST.get("form_key", "")[:64],
            repeals=request.POST.get("how") == "repeal",
        )
    except Refused as refused:
        return show_card(request, rule, refused)
    return redirect("rules:local_edit", pk=draft.pk)
