"""备份, for who keeps the whole installation: which there are, whether they are whole, one more now."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import web
from core.access import access
from core.backup import nightly
from core.backup.models import Backup


@access("installation_keeper")
@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """The newest first. Archives are fetched on the machine itself: they hold everything, and no page gives them out."""
    page = web.page_of(request, Backup.objects.select_related("asked_by__person"))
    rows = [
        {"backup": row, "there": bool(row.name) and (nightly.folder() / row.name).exists()}
        for row in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "folder": nightly.folder(),
        "days": settings.BACKUP_DAYS,
        "hour": nightly.HOUR,
        "waiting": Backup.objects.filter(finished_at=None).exists(),
    }
    return render(request, "core/backups.html", context)


@access("installation_keeper")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """One more now."""
    nightly.ask(acting_user=request.user)
    nightly.begin()
    messages.success(request, "已交给后台去做，一般一分钟内做完")
    return redirect("core:backups")
