"""口头同意 and 代录: one form each; what is written down has the same page as any request."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import clock, web
from core.access import access
from core.errors import Refused
from leave import consents, steps
from leave.consent_forms import PaperForm, VoiceForm


@access("reporter")
@require_http_methods(["GET", "HEAD", "POST"])
def voice(http: HttpRequest) -> HttpResponse:
    """Sudden leave agreed by voice; there only where the region has opened it."""
    postings = steps.answers_for(http.user)
    days = consents.voice_days(postings[0])
    if days == 0:
        raise Http404
    key = http.POST.get("form_key", "")[:64] or web.form_key()
    today = clock.today()
    initial = {
        "person": postings[0].person_id,
        "start": today,
        "start_half": clock.half_now(),
        "end": today,
        "end_half": "pm",
        "going": "county",
        "given_on": today,
        "given_time": clock.now(),
    }
    sent = (http.POST,) if http.method == "POST" else ()
    form = VoiceForm(*sent, postings=postings, initial=initial)
    context: dict[str, Any] = {"form": form, "form_key": key, "note": _note(days)}
    if http.method != "POST":
        return render(http, "leave/voice.html", context)
    if not form.is_valid():
        return render(http, "leave/voice.html", context, status=422)
    try:
        request = consents.record_voice(
            acting_user=http.user,
            person_id=form.cleaned_data["person"],
            wish=form.wish(),
            given=form.given(),
            form_key=key,
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return render(http, "leave/voice.html", context, status=refused.status)
    return redirect(request)


def _note(days: int) -> str:
    return f"登记以后即可离岗，记为“口头同意”，不是电子签字。{days} 天内补办书面手续，逾期会显示出来。"


@access("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def paper(http: HttpRequest) -> HttpResponse:
    """A decision made on paper, written down by the town's clerk with its scan."""
    postings = consents.clerk_of(http.user)
    if not postings:
        return render(http, "leave/paper_nobody.html")
    key = http.POST.get("form_key", "")[:64] or web.form_key()
    initial = {"start_half": "am", "end_half": "pm", "going": "county", "returned_half": "am"}
    sent = (http.POST, http.FILES) if http.method == "POST" else ()
    form = PaperForm(*sent, postings=postings, initial=initial)
    context: dict[str, Any] = {"form": form, "form_key": key}
    if http.method != "POST":
        return render(http, "leave/paper.html", context)
    if not form.is_valid():
        return render(http, "leave/paper.html", context, status=422)
    try:
        request = consents.record_paper(
            acting_user=http.user,
            person_id=form.cleaned_data["person"],
            wish=form.wish(),
            given=form.given(),
            files=form.good_files,
            form_key=key,
            past=form.cleaned_data["past"],
            returned=form.returned(),
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return render(http, "leave/paper.html", context, status=refused.status)
    return redirect(request)
