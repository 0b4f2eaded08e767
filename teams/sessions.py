"""Where sessions are kept, what a person reads about them, and how all of one account's end at once.

Named by ``SESSION_ENGINE``. Django's own database backend, with two changes: the table holds the SHA-256 of the
key a browser sends, so that who reads the table (or a backup) cannot become somebody; and it knows the account,
so that ending its sessions takes one statement and no look into each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest

from core.context import origin

#: What the session data hold besides Django's own: times by the machine's clock, which no demonstration moves.
STARTED, SEEN, AGENT, ADDRESS = "started_at", "seen_at", "agent", "address"


def hashed(session_key: str | None) -> str:
    """What the table holds in place of a key."""
    return sha256((session_key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Looks up and writes rows by the hash of the key; the key itself lives in the browser's cookie alone."""

    @classmethod
    def get_model_class(cls) -> Any:
        from teams.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        key = hashed(self.session_key)
        now = datetime.fromtimestamp(time.time(), UTC)
        # There is one or none.
        found = next(iter(self.model.objects.filter(session_key=key, expire_date__gt=now).order_by()), None)
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = hashed(row.session_key)
        row.user_id = data.get(SESSION_KEY)
        row.agent = data.get(AGENT, "")
        row.address = data.get(ADDRESS)
        row.started_at, row.seen_at = _moment(data.get(STARTED)), _moment(data.get(SEEN))
        return row

    def delete(self, session_key: str | None = None) -> None:
        if session_key or self.session_key:
            self.model.objects.filter(session_key=hashed(session_key or self.session_key)).delete()

    # Django writes each of these twice.
    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def begin(request: HttpRequest) -> None:
    """Note on a session that has just signed in when, from where and with what."""
    session = request.session
    session[STARTED] = session[SEEN] = time.time()
    session[AGENT] = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:255]
    session[ADDRESS] = origin().address


def cut_off(user: Any, *, keep: str = "") -> int:
    """End at once whatever is signed in as ``user``, except the session whose hash is ``keep``; how many.

    Every verb that disables an account or gives it another password calls this, whatever else may ever
    stand for a sign-in.
    """
    ended, _ = user.sessions.exclude(session_key=keep).delete()
    return ended


@dataclass(frozen=True)
class Device:
    """One line of the list of devices."""

    hash: str
    browser: str
    address: str
    started_at: datetime | None
    seen_at: datetime | None
    here: bool


def devices(request: HttpRequest) -> list[Device]:
    """Where the person is signed in, the present browser first."""
    here = hashed(request.session.session_key)
    now = datetime.fromtimestamp(time.time(), UTC)
    rows = request.user.sessions.filter(expire_date__gt=now)
    return sorted(
        (
            Device(
                hash=row.session_key,
                browser=in_words(row.agent),
                address=row.address or "",
                started_at=row.started_at,
                seen_at=row.seen_at,
                here=row.session_key == here,
            )
            for row in rows
        ),
        key=lambda device: not device.here,
    )


#: Marks in a browser's own description → what people call it. The first that fits counts.
BROWSERS = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("QIHU", "360 浏览器"),
    ("360SE", "360 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Kylin", "麒麟系统电脑"),
    ("UOS", "统信系统电脑"),
    ("Linux", "Linux 电脑"),
)


def in_words(agent: str) -> str:
    """``Windows 电脑上的 Edge`` from what a browser says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{system}上的 {browser}" if browser[0].isascii() else f"{system}上的{browser}"
    return browser or system or "认不出的浏览器"
