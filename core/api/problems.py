"""What the API says when it says no: one shape for every refusal (RFC 9457), whoever refuses.

``code`` is stable and for programs, ``title`` is the sentence for the person, ``errors`` has the sentences of single
fields. A foreign object and a missing one are answered alike, to the letter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from core.errors import Refused
from core.web import each_refusal

CONTENT_TYPE = "application/problem+json"
#: What refuses no single request but a whole class of them: status → (code, sentence).
GENERAL = {
    400: ("malformed", "请求读不懂，看接口说明改好再发"),
    401: ("not_authenticated", "先登录，或在 Authorization 里带上接口令牌"),
    403: ("forbidden", "您没有这项权限"),
    404: ("not_found", "没有这一件"),
    405: ("method_not_allowed", "这个地址不接受这种方法，能用的写在 Allow 里"),
    406: ("not_acceptable", "这里只给 application/json"),
    409: ("conflict", "这一件已有变化，看过最新内容再办"),
    415: ("unsupported_media_type", "请求体写成 application/json"),
    422: ("invalid", "内容有误，改好再发"),
    429: ("throttled", "请求太多，过一会儿再发"),
    503: ("unavailable", "系统正在恢复，过一会儿用同一个 Idempotency-Key 再发"),
    500: ("server_error", "系统没有办成这一步，过一会儿再试"),
}
#: Mistakes in single fields, by the code the framework gives them.
MISTAKES = {
    "required": "缺少这一项",
    "null": "不能是 null",
    "blank": "不能留空",
    "empty": "至少要有一项",
    "invalid_choice": "不在可用的值里",
    "max_length": "太长",
    "min_length": "太短",
    "max_string_length": "数字太长",
    "max_value": "数太大",
    "min_value": "数太小",
    "overflow": "数太大",
    "does_not_exist": "没有这个对象",
    "not_a_list": "要写成数组",
    "not_a_dict": "要写成对象",
    "null_characters_not_allowed": "不能含有空字符",
    "surrogate_characters_not_allowed": "含有不成字的字符",
    "date": "要写成日期，不带时间",
    "unknown_field": "没有这一项",
}


#: The shape as OpenAPI writes it.
SCHEMAS: dict[str, Any] = {
    "FieldMistake": {
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "稳定的代号"},
            "message": {"type": "string", "description": "给人看的一句话"},
        },
        "required": ["code", "message"],
    },
    "Problem": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "urn:zhubang:problem: 加代号"},
            "title": {"type": "string", "description": "给人看的一句话"},
            "status": {"type": "integer", "description": "和 HTTP 状态码相同"},
            "code": {"type": "string", "description": "稳定的代号，程序按它判断"},
            "errors": {
                "type": "object",
                "description": "按字段列出的错误，没有时不出现",
                "additionalProperties": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/FieldMistake"},
                },
            },
        },
        "required": ["type", "title", "status", "code"],
    },
}

Mistakes = Mapping[str, list[dict[str, str]]]


def problem(status: int, code: str = "", title: str = "", errors: Mistakes | None = None) -> dict[str, Any]:
    """The body of a refusal; code and sentence default to those of the status."""
    known_code, known_title = GENERAL.get(status, GENERAL[400])
    code = code or known_code
    body: dict[str, Any] = {
        "type": f"urn:zhubang:problem:{code}",
        "title": title or known_title,
        "status": status,
        "code": code,
    }
    return {**body, "errors": dict(errors)} if errors else body


def plain_response(status: int) -> HttpResponse:
    """A refusal from outside the API's views: an address nobody knows, a crash."""
    body = json.dumps(problem(status), ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every exception of an API view as a problem; None for those nobody expected."""
    headers: dict[str, str] = {}
    if isinstance(exc, Http404):
        body = problem(404)
    elif isinstance(exc, Refused):
        body = _of_refusal(exc)
    elif isinstance(exc, PermissionDenied):
        body = problem(403)
    elif isinstance(exc, exceptions.APIException):
        body = _of_framework(exc)
        if getattr(exc, "auth_header", None):
            headers["WWW-Authenticate"] = exc.auth_header
        if getattr(exc, "wait", None) is not None:
            headers["Retry-After"] = str(max(1, int(exc.wait)))
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _of_refusal(refused: Refused) -> dict[str, Any]:
    errors: dict[str, list[dict[str, str]]] = {}
    for each in each_refusal(refused):
        if each.field:
            errors.setdefault(each.field, []).append({"code": each.code, "message": each.sentence})
    return problem(refused.status, refused.code, refused.sentence, errors)


def _of_framework(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return _of_mistakes(exc)
    if isinstance(exc, exceptions.ParseError):
        return problem(400, title="请求体不是能读的 JSON")
    if isinstance(exc, exceptions.Throttled):
        return problem(429)
    own = exc.get_codes()
    if isinstance(own, str) and own != exc.default_code:
        return problem(exc.status_code, own, str(exc.detail))
    return problem(exc.status_code)


def _of_mistakes(exc: exceptions.ValidationError) -> dict[str, Any]:
    errors: dict[str, list[dict[str, str]]] = {}
    for field, detail in _each(exc.detail, ""):
        code = detail.code or "invalid"
        errors.setdefault(field, []).append({"code": code, "message": MISTAKES.get(code, "格式不对")})
    whole = errors.pop("", [])
    if whole and not errors:
        return problem(422, title=f"请求体{whole[0]['message']}")
    return problem(422, title=f"有 {len(errors)} 处要改：{'、'.join(errors)}", errors=errors)


def _each(detail: Any, place: str) -> Iterator[tuple[str, exceptions.ErrorDetail]]:
    """Mistakes with the field they are in, ``parties.0`` for the first of a list."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            whole = name in (api_settings.NON_FIELD_ERRORS_KEY, "__all__")
            yield from _each(inner, place if whole else f"{place}.{name}".strip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _each(inner, place)
    else:
        yield place, detail
