"""docs/api.md does what it says, and the page that describes the API loads nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from config.assets import PYTHON_FILES
from teams.words import TokenScope
from tests.pages import browser

DOCS = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")


def examples() -> list[tuple[str, int]]:
    """(command, status) of every example, in order."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", DOCS, flags=re.S)).replace("\\\n", " ")
    found = re.findall(r"^(curl .*?)  # → (\d{3})$", blocks, flags=re.M)
    assert len(found) == blocks.count("curl")
    return [(command, int(status)) for command, status in found]


def curl(command: str) -> HttpResponse:
    """The few words of curl that the examples use."""
    method, headers, body, address = "", {}, "", ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client().generic(method or "GET", address, body, content_type=kind, headers=headers)


def test_every_example_is_answered_as_it_says(program) -> None:
    token, made = program("liusha_member").plain, ""
    for command, status in examples():
        answer = curl(command.replace("$TOKEN", token).replace("$SITE", "").replace("$ID", made))
        assert answer.status_code == status, (command, answer.content)
        if status == 201:
            made = str(answer.json()["id"])
    assert made


def test_the_description_is_served_in_chinese_with_every_refusal(program) -> None:
    said = program("liusha_member", "notices:read").get("schema/")
    described = json.loads(said.content)
    assert described["info"]["title"] == "驻帮接口"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert re.search("[一-鿿]", operation["summary"]), path
            assert {"401", "403", "404", "422", "429", "500"} <= set(operation["responses"]), (path, method)


def test_every_action_names_a_scope_that_can_be_ticked() -> None:
    from tests.access import addresses

    actions = [(address.view.cls, action) for address in addresses() for action in address.actions.values()]
    assert len(actions) > 30
    for resource, action in actions:
        view = resource()
        view.action, view.request = action, None
        scopes = {view.reads, view.writes or view.reads, view.scopes.get(action, view.reads)}
        assert scopes <= set(TokenScope.values) or resource.__name__ == "Me"


def test_the_page_brings_everything_along(world, clock) -> None:
    page = browser(world, "liusha_member").get("/api/docs/")
    text = page.content.decode()
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert {"swagger-ui/swagger-ui-bundle.js", "swagger-ui/swagger-ui.css"} <= set(PYTHON_FILES)
    assert "unsafe-inline" not in page["Content-Security-Policy"]


@pytest.mark.parametrize("who", [None, "liusha_member"])
def test_the_page_is_for_whoever_may_sign_in(world, clock, who) -> None:
    client = Client() if who is None else browser(world, who)
    assert client.get("/api/docs/").status_code == (302 if who is None else 200)
    assert client.get("/api/schema/").status_code == (401 if who is None else 200)
