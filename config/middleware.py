"""What every request passes: who really asks, one log line, headers, the two limits of a session."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from core.context import working_from
from teams.sessions import SEEN, STARTED

Handler = Callable[[HttpRequest], HttpResponse]

_requests = logging.getLogger("zhubang.requests")
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def client_address(request: HttpRequest) -> str:
    """The address of the person's machine, after :class:`ClientAddress` has looked behind our own proxies."""
    return request.META.get("REMOTE_ADDR", "")


class ClientAddress:
    """Believe forwarding headers from ``TRUSTED_PROXIES`` only, and throw anyone else's away.

    The address is the last one in X-Forwarded-For that is not itself a trusted proxy: what stands before it
    was written by the client and may be forged.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        try:
            self.proxies = [
                ipaddress.ip_network(entry) for entry in settings.TRUSTED_PROXIES if entry != "unix"
            ]
        except ValueError as error:
            raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error
        self.unix_socket = "unix" in settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if self._trusted(meta.get("REMOTE_ADDR", "")):
            for hop in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
                address = hop.strip()
                if not _is_address(address):
                    break
                meta["REMOTE_ADDR"] = address
                if not self._trusted(address):
                    break
        else:
            for header in (*_FORWARDED, "HTTP_X_REQUEST_ID"):
                meta.pop(header, None)
        return self.get_response(request)

    def _trusted(self, address: str) -> bool:
        if not address:
            # A server behind a Unix socket sees no address at all.
            return self.unix_socket
        return _is_address(address) and any(ipaddress.ip_address(address) in proxy for proxy in self.proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class RequestLine:
    """Give the request an id that logs and audit events carry, and write one line about it.

    The line names the route, not the address: an address may hold a search word, which may be a person's name.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with working_from("web", address=client_address(request) or None, request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            _requests.info(
                "request",
                extra={
                    "method": request.method,
                    "route": match.view_name if match else "",
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                    "user_id": getattr(getattr(request, "_cached_user", None), "pk", None),
                },
            )
        response.headers["X-Request-ID"] = request_id
        return response


class BrowserHeaders:
    """Pages are personal, so no cache keeps them; and no page asks for a camera, a microphone or a payment.

    A position may be asked for by the site itself, because a county may choose it for sign-ins.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"
        )
        return response


class SessionLimits:
    """Sign a person out after half an hour without a request, and twelve hours after signing in at the latest.

    The last request is written once a minute at most, so that reading pages does not write to the database.
    Both limits follow the machine's clock, which no demonstration can move.
    """

    STARTED, SEEN = STARTED, SEEN
    WRITE_EVERY = 60

    def __init__(self, get_response: Handler) -> None:
        if not settings.SESSION_IDLE or not settings.SESSION_ABSOLUTE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.idle = settings.SESSION_IDLE.total_seconds()
        self.absolute = settings.SESSION_ABSOLUTE.total_seconds()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._limit(request)
        return self.get_response(request)

    def _limit(self, request: HttpRequest) -> None:
        now = time.time()
        session = request.session
        started = session.setdefault(self.STARTED, now)
        seen = session.setdefault(self.SEEN, now)
        if now - started >= self.absolute:
            logout(request)
            messages.info(request, "登录已满 12 小时，重新登录后继续")
        elif now - seen >= self.idle:
            logout(request)
            messages.info(request, "30 分钟没有操作，已退出，重新登录后继续")
        elif now - seen >= self.WRITE_EVERY:
            session[self.SEEN] = now
