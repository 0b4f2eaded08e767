"""Of the whole test run: no full telephone or identity number leaves in an answer, a log line or a job.

The numbers are those of the cast. They may stand in the fields where a person fills in his own leave, on the card of it
as he himself reads it and on his own 账号与安全, in a filled form that comes back to who sent it, and in the answers of the
two forms that show numbers for a reason; nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery.app.base import Celery
from celery.app.task import Task
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.client import ClientHandler

from approvals.models import Filing, SignOff
from config.logs import JsonLines
from leave.models import LeaveRequest
from tests.cast import IDENTITY, PHONE

NUMBERS = (PHONE, IDENTITY)
#: Where a person's own number stands in his own field, or was asked for with a reason.
OWN = frozenset(
    {
        "leave:new",
        "leave:edit",
        "leave:check",
        "leave:submit",
        "leave:preview",
        "leave:change",
        "leave:extend",
    }
)
#: Verbs and pages that answer with the card of a leave; the applicant reads his own number there, and nobody else's.
CARDS = frozenset(
    {
        *(
            f"leave:{name}"
            for name in ("card", "withdraw", "cancel", "back", "assign", "discard", "remove_file")
        ),
        "approvals:sign",
        "approvals:acknowledge",
    }
)
#: Whose row the address of a card names, where it is not the leave itself.
BEHIND = {"approvals:sign": SignOff, "approvals:acknowledge": Filing}
ASKED = frozenset({"teams:numbers", "leave:contact"})


class Canary(logging.Handler):
    """Reads every answer, log line and job of one test."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.found: list[str] = []
        self.answers = 0

    def emit(self, record: logging.LogRecord) -> None:
        self._look(f"log of {record.name}", self.format(record))

    def answer(self, request: HttpRequest, response: HttpResponse) -> None:
        self.answers += 1
        match = request.resolver_match
        view = match.view_name if match else ""
        if view in OWN or (view in ASKED and request.method == "POST") or response.streaming:
            return
        body = response.content.decode(errors="replace")
        shown = [number for number in NUMBERS if number in body]
        if PHONE in shown and (view == "teams:account" or (view in CARDS and _his_own(request))):
            shown.remove(PHONE)
        said = (
            [value for values in request.POST.lists() for value in values[1]]
            if request.method == "POST"
            else []
        )
        said += [value for values in request.GET.lists() for value in values[1]]
        for number in shown:
            if not any(number in value for value in said):
                self.found.append(f"{request.method} {request.path} ({view}) shows {number[:3]}…")

    def job(self, name: str, *payload: Any) -> None:
        self._look(f"job {name}", repr(payload))

    def _look(self, where: str, text: str) -> None:
        self.found += [f"{where}: {number[:3]}…" for number in NUMBERS if number in text]


def _his_own(request: HttpRequest) -> bool:
    """Is it the leave of who reads it? The question is the canary's, and no test counts it as the page's."""
    match = request.resolver_match
    pk = match.kwargs["pk"]
    if behind := BEHIND.get(match.view_name):
        pk = behind.objects.filter(pk=pk, subject_kind="leave").values("subject_id")[:1]
    rows = LeaveRequest.objects.filter(pk=pk, applicant=getattr(request.user, "person_id", None))
    counted, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        return rows.exists()
    finally:
        connection.force_debug_cursor = counted


@pytest.fixture(autouse=True)
def numbers_watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    """Fail the test in which a full number got out."""
    canary = Canary()
    handler, apply, send = ClientHandler.__call__, Task.apply_async, Celery.send_task

    def answering(self: ClientHandler, environ: dict[str, Any]) -> HttpResponse:
        response = handler(self, environ)
        canary.answer(response.wsgi_request, response)
        return response

    def applying(self: Task, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        canary.job(self.name, args, kwargs)
        return apply(self, args, kwargs, *rest, **options)

    def sending(
        self: Celery, name: str, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any
    ) -> Any:
        canary.job(name, args, kwargs)
        return send(self, name, args, kwargs, *rest, **options)

    monkeypatch.setattr(ClientHandler, "__call__", answering)
    monkeypatch.setattr(Task, "apply_async", applying)
    monkeypatch.setattr(Celery, "send_task", sending)
    logging.getLogger().addHandler(canary)
    yield canary
    logging.getLogger().removeHandler(canary)
    assert canary.found == [], canary.found
