"""``Idempotency-Key``: what is posted twice under one key is done once and answered alike for a day.

The key's row, what the request did and its outcome are one transaction. So of two requests at once the second waits
for the first and repeats its answer, and a crash in between leaves nothing behind: the key is free again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.errors import Refused
from core.models import IdempotencyKey

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
KEPT = timedelta(hours=24)
_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")


def key_of(request: Request) -> str:
    """The key of the request, empty where it has none. Raises Refused for one of another make."""
    key = request.headers.get(HEADER, "")
    if key and not _KEY.fullmatch(key):
        raise Refused("bad_idempotency_key", f"{HEADER} 写 1 到 64 位字母、数字、- 或 _")
    return key


def once(request: Request, key: str, act: Callable[[], Response]) -> Any:
    """The outcome of ``act``, or of the first request under this key. An outcome nobody expected is not kept."""
    user, print_of = request.user, fingerprint(request)
    with transaction.atomic():
        forget(user=user, key=key)
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    user=user, key=key, fingerprint=print_of, created_at=clock.now()
                )
        except IntegrityError:
            return _first_outcome(IdempotencyKey.objects.get(user=user, key=key), print_of)
        response = act()
        row.status = response.status_code
        row.content_type = response.content_type or "application/json"
        row.body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
        row.save(update_fields=["status", "content_type", "body"])
        return response


def _first_outcome(row: IdempotencyKey, print_of: str) -> HttpResponse:
    if row.fingerprint != print_of:
        raise Refused("idempotency_key_reused", f"这个 {HEADER} 已用于另一个请求，换一个再发")
    return HttpResponse(
        row.body, status=row.status, content_type=row.content_type, headers={REPEATED: "true"}
    )


def fingerprint(request: Request) -> str:
    """What makes a request the same one: method, address and body."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def forget(**which: Any) -> int:
    """Forget outcomes older than a day, all or those named; returns how many."""
    rows = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT, **which)
    return rows.delete()[0]
