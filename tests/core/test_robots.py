"""Group robots: three hosts and no other, and a refusal is heard even when it comes with 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import Refused
from core.outbox import robots
from core.outbox.words import Undelivered

TOKEN = "693a91f6-7dfd-4bc4-97a0-0ec2fa5aaa11"
WEBHOOKS = {
    "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}",
}


@pytest.mark.parametrize("provider", WEBHOOKS)
def test_of_a_webhook_the_token_is_taken(provider: str) -> None:
    assert robots.token_of(f" {WEBHOOKS[provider]} ", provider) == TOKEN


@pytest.mark.parametrize("provider", WEBHOOKS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://", "http://"),
        ("https://", "ftp://"),
        ("https://", "https://127.0.0.1/?u=https://"),
        ("https://", "https://user:pw@"),
        (".c", ".c.evil.example/.c"),
        (".c", "@evil.example/.c"),
        ("/", "\\"),
        (TOKEN, "../../etc/passwd"),
        (TOKEN, f"{TOKEN}%0d%0aHost:x"),
        (TOKEN, f"{TOKEN}@evil.example"),
        (TOKEN, ""),
        (TOKEN, "\0" * 20),
        ("https://", "https://[::1]:80:"),
    ],
)
def test_any_other_address_is_refused(provider: str, old: str, new: str) -> None:
    with pytest.raises(Refused, match="整条复制"):
        robots.token_of(WEBHOOKS[provider].replace(old, new, 1 if old == "https://" else -1), provider)


@pytest.mark.parametrize("port", ["8443", "80", "22", "99999", "x"])
def test_no_other_port(port: str) -> None:
    webhook = WEBHOOKS["wecom"].replace(".com/", f".com:{port}/")
    with pytest.raises(Refused):
        robots.token_of(webhook, "wecom")


def test_a_webhook_of_another_provider_is_refused() -> None:
    with pytest.raises(Refused, match="钉钉"):
        robots.token_of(WEBHOOKS["wecom"], "dingtalk")


class Group:
    """A provider of the tests' own: keeps what was posted, answers what it is told to."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.status, self.body, self.headers = 200, b'{"errcode": 0, "code": 0}', {}
        group = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                group.posted.append((self.path, json.loads(self.rfile.read(length))))
                self.send_response(group.status)
                for name, value in group.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(group.body)

            def log_message(self, *args: Any) -> None:
                """Say nothing between the tests' dots."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Group]:
    group = Group()
    settings.ROBOTS_SPEAK = True
    for provider in WEBHOOKS:
        monkeypatch.setitem(robots.BASES, provider, group.url)
    yield group
    group.server.shutdown()
    group.server.server_close()


def test_wecom(group: Group) -> None:
    robots.send("wecom", TOKEN, "", "有 3 件待办")
    assert group.posted == [
        (f"/cgi-bin/webhook/send?key={TOKEN}", {"msgtype": "text", "text": {"content": "有 3 件待办"}})
    ]


def test_dingtalk_signs_with_the_secret(group: Group) -> None:
    robots.send("dingtalk", TOKEN, "SECabc", "有 3 件待办")
    ((path, body),) = group.posted
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert body == {"msgtype": "text", "text": {"content": "有 3 件待办"}}
    wanted = hmac.new(b"SECabc", f"{query['timestamp']}\nSECabc".encode(), hashlib.sha256).digest()
    assert query["sign"] == base64.b64encode(wanted).decode()
    assert query["access_token"] == TOKEN


def test_feishu_signs_in_the_body(group: Group) -> None:
    robots.send("feishu", TOKEN, "abc", "有 3 件待办")
    ((path, body),) = group.posted
    assert path == f"/open-apis/bot/v2/hook/{TOKEN}"
    wanted = hmac.new(f"{body['timestamp']}\nabc".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(wanted).decode()
    assert (body["msg_type"], body["content"]) == ("text", {"text": "有 3 件待办"})


@pytest.mark.parametrize(
    ("provider", "status", "body", "words"),
    [
        ("wecom", 200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000"),
        ("dingtalk", 200, b'{"errcode": 310000, "errmsg": "keywords not in content"}', "310000"),
        ("feishu", 200, b'{"code": 19021, "msg": "sign match fail"}', "19021"),
        ("feishu", 500, b"", "500"),
        ("wecom", 200, b"<html>", "看不懂"),
        ("wecom", 200, b"[]", "没有收下"),
    ],
)
def test_a_refusal_is_heard_also_when_it_says_200(
    group: Group, provider: str, status: int, body: bytes, words: str
) -> None:
    group.status, group.body = status, body
    with pytest.raises(Undelivered, match=words) as refused:
        robots.send(provider, TOKEN, "", "有 3 件待办")
    assert TOKEN not in str(refused.value)


def test_no_redirect_is_followed(group: Group) -> None:
    elsewhere = Group()
    group.status, group.headers = 302, {"Location": f"{elsewhere.url}/metadata"}
    with pytest.raises(Undelivered, match="302"):
        robots.send("wecom", TOKEN, "", "有 3 件待办")
    assert elsewhere.posted == []
    elsewhere.server.server_close()


def test_a_provider_that_cannot_be_reached(group: Group) -> None:
    robots.BASES["wecom"] = "http://127.0.0.1:1"
    with pytest.raises(Undelivered, match="连不上"):
        robots.send("wecom", TOKEN, "", "有 3 件待办")


def test_outside_production_nothing_leaves_the_machine(group: Group, settings: Any, tmp_path: Any) -> None:
    settings.ROBOTS_SPEAK, settings.EMAIL_FILE_PATH = False, tmp_path
    robots.send("wecom", TOKEN, "", "有 3 件待办")
    assert group.posted == []
    (written,) = tmp_path.iterdir()
    assert written.read_text(encoding="utf-8") == "有 3 件待办"
    assert TOKEN not in written.name
