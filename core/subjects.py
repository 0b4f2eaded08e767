"""What can be signed, attached to, told about or found: each room registers its aggregates here.

A right-hand room informs a left-hand one only through this registry or by writing one of its tables, never by a
signal and never by an import hidden in a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse


def _approves(post: str) -> str:
    return "批准"


def _agrees(post: str) -> str:
    return "同意"


@dataclass(frozen=True, kw_only=True)
class Words:
    """How the sign-off of a kind of subject speaks. ``act`` and ``agree`` are asked with the post of a seat.

    asked, again   what began a round, and a later one       asker  who began it, in a sentence
    act            what the seat does: 队长批准               agree  the button, and the signature afterwards
    agreed         what came of it in the end                 withdrawn  the asker took it back
    send_back      the button that sends it back; ``sent_back`` what came of that, ``after_back`` what follows
    refuses        may it be refused, or only sent back       thing  what the page of a reason leads back to
    after          when those it goes to are told: 批准后知会
    """

    asked: str = "提交申请"
    again: str = "重新提交"
    asker: str = "申请人"
    act: Callable[[str], str] = _approves
    agree: Callable[[str], str] = _agrees
    agreed: str = "已批准"
    withdrawn: str = "申请人撤回"
    send_back: str = "退回修改"
    sent_back: str = "已退给申请人"
    after_back: str = "申请人改好后重新提交，从头办理"
    refuses: bool = True
    thing: str = "申请"
    after: str = "批准后"


ORDINARY = Words()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One kind of thing that passes through the shared machinery.

    kind       stable code, e.g. ``"leave"``
    name       the word on screen, e.g. ``"请假"``
    model      its Django model
    label      object → a line that names it to people (no reason, no identifier)
    url        object → the address of its card
    visible_to user → queryset of the objects the user may see today
    content    object → JSON-safe value of everything a signature covers, attachments included
    recused    object → ids of the persons who benefit and so never decide
    settle     (object, outcome, sign_off, acting_user) → carries out a settled sign-off, in its transaction
    card       (request, object, refusal, status) → the object's page, with a refusal shown where it belongs
    summary    objects → {pk: dict} for one row of a list, set-based: title, person, days, span …
    may_attach (object, user) → may the user still add or remove files
    sees_files (object, user) → may the user read its files
    review     (ids, user) → {pk: rows to read before agreeing to several at once}, set-based; None where each is
               to be read on its own page, so that nobody signs it in a batch
    place      object → the path of the place it belongs to, for the audit trail; None where it has none
    found      (objects, text, user) → those whom a search means, the newest first, by nothing the user may not read in
               them; None where nobody looks for them. Asked through ``search``, which shows what is visible alone
    related    relations that the verbs of the shared machinery read, fetched with the object
    words      how its sign-off speaks where it is no application
    """

    kind: str
    name: str
    model: type[models.Model]
    label: Callable[[Any], str]
    url: Callable[[Any], str]
    visible_to: Callable[[Any], models.QuerySet]
    content: Callable[[Any], Any]
    recused: Callable[[Any], Iterable[int]]
    settle: Callable[..., None]
    card: Callable[..., HttpResponse]
    summary: Callable[[Iterable[int]], dict[int, dict[str, Any]]]
    may_attach: Callable[[Any, Any], bool]
    sees_files: Callable[[Any, Any], bool]
    review: Callable[[Iterable[int], Any], dict[int, list[dict[str, Any]]]] | None = None
    place: Callable[[Any], str] | None = None
    found: Callable[[models.QuerySet, str, Any], models.QuerySet] | None = None
    related: tuple[str, ...] = ()
    words: Words = ORDINARY

    def search(self, text: str, user: Any) -> models.QuerySet:
        """What the text means, of what the user may see.

        In this order: a few of a name are soon looked at, all that a city may see is not.
        """
        assert self.found is not None
        meant: Any = self.found(self.model._default_manager.all(), text, user)
        return meant.visible_to(user)

    def locked(self, subject_id: object) -> Any:
        """The object under ``SELECT … FOR UPDATE``; its relations are fetched with it, not locked."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        return rows.select_related(*self.related).get(pk=subject_id)


_REGISTRY: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Called once by each room's AppConfig.ready."""
    _REGISTRY[subject.kind] = subject


def subject(kind: str) -> Subject:
    """The registered subject of ``kind``; KeyError names a programming mistake."""
    return _REGISTRY[kind]


def words(kind: str) -> Words:
    """How the sign-off of ``kind`` speaks; the ordinary way where nobody has registered it."""
    found = _REGISTRY.get(kind)
    return found.words if found is not None else ORDINARY


def place_of(kind: str, subject_id: object) -> str:
    """The path of the place a registered object belongs to; ``""`` for other kinds and what is gone."""
    found = _REGISTRY.get(kind)
    if found is None or found.place is None:
        return ""
    rows = found.model._default_manager.select_related(*found.related)
    obj = rows.filter(pk=subject_id).first()
    return found.place(obj) if obj is not None else ""


def all_subjects() -> list[Subject]:
    return list(_REGISTRY.values())


def show_card(request: HttpRequest, kind: str, obj: Any, refusal: Exception | None = None) -> HttpResponse:
    """Render the object's own page, with ``refusal`` shown and its status code set."""
    return subject(kind).card(request, obj, refusal)
