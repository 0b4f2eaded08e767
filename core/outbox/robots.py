"""The way out to robots of office groups: 企业微信, 钉钉, 飞书, and no other host.

Of the webhook an administrator pastes only the token is kept; the address is put together from this list, so no
row can lead a request elsewhere. All three answer 200 to what they refuse and say so in the body, which general
notification libraries overlook; hence these few lines of our own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from core.errors import Refused
from core.outbox.words import Undelivered

SECONDS = 5
MOST_ANSWER = 64 * 1024
_TOKEN = re.compile(r"[0-9A-Za-z_-]{8,128}")


@dataclass(frozen=True)
class Provider:
    """One of the three: host and path of its webhooks, where the token stands, and the answer's code for success."""

    name: str
    host: str
    path: str
    parameter: str
    code: str
    signs: bool


PROVIDERS = {
    "wecom": Provider("企业微信", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", "errcode", False),
    "dingtalk": Provider("钉钉", "oapi.dingtalk.com", "/robot/send", "access_token", "errcode", True),
    "feishu": Provider("飞书", "open.feishu.cn", "/open-apis/bot/v2/hook/", "", "code", True),
}


def token_of(webhook: str, provider: str) -> str:
    """The token in a webhook of this provider; Refused for any other address."""
    known = PROVIDERS[provider]
    wrong = Refused(
        "webhook", f"这不是{known.name}群机器人的地址，从群机器人设置里整条复制（https://{known.host}/…）", field="webhook"
    )  # fmt: skip
    try:
        parts = urllib.parse.urlsplit(webhook.strip())
        port = parts.port
    except ValueError:
        raise wrong from None
    if (
        parts.scheme != "https"
        or parts.netloc.lower() not in (known.host, f"{known.host}:443")
        or port not in (None, 443)
    ):
        raise wrong
    if known.parameter:
        values = urllib.parse.parse_qs(parts.query).get(known.parameter, [])
        token = values[0] if parts.path == known.path and len(values) == 1 else ""
    else:
        token = (
            parts.path.removeprefix(known.path).removesuffix("/") if parts.path.startswith(known.path) else ""
        )
    if not _TOKEN.fullmatch(token):
        raise wrong
    return token


def send(provider: str, token: str, secret: str, text: str) -> None:
    """Post one text to the group. Raises Undelivered, also when the provider says 200 and refuses in the body."""
    known = PROVIDERS[provider]
    if not settings.ROBOTS_SPEAK:
        _write_down(provider, text)
        return
    url, body = _request(provider, token, secret, text)
    request = urllib.request.Request(
        url,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            said = json.loads(answer.read(MOST_ANSWER))
    except urllib.error.HTTPError as error:
        error.close()
        raise Undelivered(f"{known.name}没有收下（{error.code}）") from error
    except TimeoutError as error:
        raise Undelivered(f"{known.name}没有应答") from error
    except (OSError, HTTPException) as error:
        raise Undelivered(f"{known.name}连不上") from error
    except ValueError as error:
        raise Undelivered(f"{known.name}的答复看不懂") from error
    code = said.get(known.code) if isinstance(said, dict) else None
    if code != 0:
        raise Undelivered(
            f"{known.name}没有收下（{known.code} {str(code)[:12]}），看群里的机器人是否还在、口令是否改过"
        )


def _write_down(provider: str, text: str) -> None:
    """A file instead, where nothing may leave the machine."""
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{provider}-{uuid.uuid4().hex[:6]}.log").write_text(
        text, encoding="utf-8"
    )


def _request(provider: str, token: str, secret: str, text: str) -> tuple[str, dict[str, Any]]:
    """Where to post, and what, with the signature the provider asks for."""
    known = PROVIDERS[provider]
    base = f"{BASES.get(provider, f'https://{known.host}')}{known.path}"
    if provider == "wecom":
        return f"{base}?key={token}", {"msgtype": "text", "text": {"content": text}}
    if provider == "dingtalk":
        query = {"access_token": token}
        if secret:
            stamp = str(int(time.time() * 1000))
            query |= {"timestamp": stamp, "sign": _sign(secret.encode(), f"{stamp}\n{secret}".encode())}
        return f"{base}?{urllib.parse.urlencode(query)}", {"msgtype": "text", "text": {"content": text}}
    signed: dict[str, Any] = {}
    if secret:
        stamp = str(int(time.time()))
        signed = {"timestamp": stamp, "sign": _sign(f"{stamp}\n{secret}".encode(), b"")}
    return f"{base}{token}", {**signed, "msg_type": "text", "content": {"text": text}}


def _sign(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: it could lead anywhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)
#: Tests put a server of their own in a provider's place; nothing else writes here.
BASES: dict[str, str] = {}
