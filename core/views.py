"""Pages that know nothing of the field: a file, the messages, 意见反馈."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import feedback as feedbacks
from core import notices as notice_verbs
from core import subjects, web
from core.access import access
from core.errors import Refused
from core.models import Attachment, Feedback, Notice


@access("login")
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file, to those whom its subject lets read files; always saved, never opened in the page."""
    attachment = get_object_or_404(Attachment, pk=pk)
    subject = subjects.subject(attachment.subject_kind)
    found = subject.visible_to(request.user).filter(pk=attachment.subject_id).first()
    if found is None or not subject.sees_files(found, request.user):
        raise Http404
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    return FileResponse(
        opened,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@access("login")
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The user's own messages, newest first."""
    page = web.page_of(request, Notice.objects.filter(recipient=request.user))
    context = {"page": page, "waiting": notice_verbs.unread(request.user)}
    return render(request, "core/notices.html", context)


@access("login")
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one message as read and go where it leads, or all of them and stay."""
    wanted = request.POST.get("notice", "")
    if not wanted:
        notice_verbs.mark_read(user=request.user)
        return redirect("core:notices")
    notice = get_object_or_404(
        Notice.objects.filter(recipient=request.user), pk=int(wanted) if wanted.isdecimal() else 0
    )
    notice_verbs.mark_read(user=request.user, notice_ids=[notice.pk])
    return redirect(notice.url or reverse("core:notices"))


class FeedbackForm(forms.Form):
    """One text and the page it is about."""

    use_required_attribute = False

    page = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="您的意见",
        help_text="哪里不好用、哪里和文件不一致、还缺什么，都可以写",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "写下意见再提交"},
    )


@access("login")
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """意见反馈: one text, kept with the page it was said on; below it what one has said before, and the answers."""
    # What one has said oneself, with the answers; few people say much.
    said = Feedback.objects.filter(author=request.user).order_by("-pk")[:20]
    if request.method != "POST":
        form = FeedbackForm(initial={"page": request.GET.get("page", "")})
        return render(request, "core/feedback.html", {"form": form, "said": said})
    form = FeedbackForm(request.POST)
    if form.is_valid():
        try:
            feedbacks.send(acting_user=request.user, **form.cleaned_data)
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            messages.success(request, "意见已收到，谢谢您")
            # The page that says so keeps no draft, so that what has arrived does not come back into the form.
            return redirect(f"{reverse('core:feedback')}?sent")
    return render(request, "core/feedback.html", {"form": form, "said": said}, status=422)
