"""Local rules as rule files: one taken out, one brought in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import web
from core.access import access
from core.errors import Refused
from policy.errors import PolicyError
from policy.write import pack_text
from rules.book import rule_book
from rules.desks import desks
from rules.local import imports
from rules.local.forms import ImportForm
from rules.local.views.card import seen
from rules.packs import pack_of_rule


@access("serving")
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule as a rule file, which ``python -m policy.check`` reads and another county may bring in."""
    rule = seen(request, pk)
    if rule.repeals or not rule.body:
        raise Http404
    try:
        text = pack_text(pack_of_rule(rule, rule_book()))
    except PolicyError as error:
        raise Http404 from error
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{rule.code}.toml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@access("registrar")
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """A rule file becomes a draft, or every line at fault is named and nothing is kept."""
    context = {
        "regions": [desk.region for desk in desks(request.user)],
        "key": request.POST.get("form_key", "")[:64] or web.form_key(),
    }
    if request.method != "POST":
        return render(request, "rules/local/import.html", {**context, "form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            rule = imports.import_rule(
                acting_user=request.user, file=form.cleaned_data["file"], form_key=context["key"]
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(reverse("rules:local_check", args=[rule.pk]))
    return render(request, "rules/local/import.html", {**context, "form": form}, status=422)
