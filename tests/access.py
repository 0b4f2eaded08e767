"""Walking every address of the site as every kind of person."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals.models import Filing
from core.models import Attachment
from tests.drive import NEXT_MONDAY, Drive, newest
from tests.pages import browser

HERE = Path(__file__).parent
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Column of the matrix → the person of the cast who stands for it.
ROLES = {
    "outsider": "lihu_captain",
    "member": "liusha_member",
    "captain": "liusha_captain",
    "secretary": "liusha_secretary",
    "county": "pn_agri_chief",
    "unit": "pn_unit_chief",
    "system": "pn_system",
    "security": "pn_security",
    "auditor": "pn_auditor",
}
REASON = "肝病复查"


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its view and the names of its arguments."""

    name: str
    view: Callable[..., HttpResponse]
    arguments: tuple[str, ...]

    @property
    def audience(self) -> str | None:
        return getattr(self.view, "access", None)

    @property
    def about_one_object(self) -> bool:
        return any(name == "pk" or name.endswith("_pk") for name in self.arguments)


def addresses() -> list[Address]:
    """Every pattern the site answers to."""
    return list(_walk(get_resolver(), ()))


def _walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name or f"without a name: {entry.pattern}"])
            yield Address(name, entry.callback, tuple(entry.pattern.converters))


def whitelist() -> set[str]:
    """Names of addresses that need no audience."""
    lines = (HERE / "access_whitelist.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def matrix() -> list[dict[str, str]]:
    """The checked-in rows: who is answered with what."""
    with (HERE / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Scene:
    """Something behind every address: in 洪阳镇 a request that waits, one decided, a file; requests elsewhere."""

    def __init__(self, drive: Drive) -> None:
        self.world = drive.world
        draft = drive.save("liusha_member", 4, reason=REASON, files=[pdf()])
        self.waiting = drive.submit("liusha_member", draft)
        self.decided = drive.ask("liusha_member", 6, start=NEXT_MONDAY.replace(month=12, day=21))
        drive.sign("pn_agri_chief", self.decided)
        drive.ask("liusha_mate", 1)
        for who, chief in (("lihu_member", "lihu_captain"), ("sc_member", "zhuli_secretary")):
            away = drive.ask(who, 1)
            drive.sign(chief, away)
        drive.ask("xf_member", 1)

    def path(self, address: Address) -> str:
        """The address with this scene's objects in it."""
        return reverse(address.name, kwargs={name: self._value(address, name) for name in address.arguments})

    def _value(self, address: Address, argument: str) -> Any:
        known: dict[tuple[str, str], Callable[[], Any]] = {
            ("leave", "pk"): lambda: self.waiting.pk,
            ("leave", "file_pk"): lambda: self._file().pk,
            ("approvals:acknowledge", "pk"): lambda: (
                Filing.objects.filter(subject_id=self.decided.pk, party="team:captain").get().pk
            ),
            ("approvals", "pk"): lambda: newest(self.waiting).pk,
            ("approvals", "decision"): lambda: "return",
            ("core:file", "pk"): lambda: self._file().pk,
            ("teams:team", "pk"): lambda: self.world.bodies["liusha_team"].pk,
            ("teams:person", "pk"): lambda: self.world.human("liusha_member").pk,
            ("teams:pairing", "region_pk"): lambda: self.world.regions["puning"].pk,
            ("rules", "pack_id"): lambda: "puning",
            ("rules", "clause_id"): lambda: "puning-6-member-3",
        }
        for place in (address.name, address.name.partition(":")[0]):
            if (place, argument) in known:
                return known[place, argument]()
        raise LookupError(
            f"tests/access.py knows no object for {argument} of {address.name}: add one to known"
        )

    def _file(self) -> Attachment:
        return Attachment.objects.get(subject_kind="leave", subject_id=str(self.waiting.pk))

    def client(self, who: str | None) -> Client:
        """The browser of a person, or of a stranger; a crash is an answer of 500, not an exception."""
        client = Client() if who is None else browser(self.world, who)
        client.raise_request_exception = False
        return client

    def ask(
        self, who: str | None, method: str, path: str, fields: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The answer, with everything undone that the request did."""
        with transaction.atomic():
            client = self.client(who)
            send = {"GET": client.get, "POST": client.post}
            filled = fields is not None
            response = send[method](path, fields) if filled else client.generic(method, path)
            if hasattr(response, "streaming_content"):
                list(response.streaming_content)
            transaction.set_rollback(True)
        return response


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("病历.pdf", b"%PDF-1.4 x", "application/pdf")


def names_in(world: Any, *towns: str) -> set[str]:
    """The names of the people of these places, which begin with one sign per place."""
    signs = {"洪阳": "洪", "里湖": "里", "上蔡": "上", "朱里": "朱", "新丰": "新", "梅坑": "梅"}
    wanted = {signs[town] for town in towns}
    people = [user.person.name for user in world.users.values() if user.person is not None]
    return {name for name in people if name[0] in wanted}
