"""The OpenAPI description: in Chinese, with every refusal an operation may answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api import idempotency
from core.api.problems import CONTENT_TYPE, GENERAL, SCHEMAS

ALWAYS = (401, 403, 404, 406, 422, 429, 500)
WITH_BODY = (400, 409, 415)
DONE = {"200": "办成了，或找到了", "201": "已建立", "204": "已删去"}


class Described(AutoSchema):
    """Tag, needed scope and the header of POST, taken from the resource itself."""

    def get_tags(self) -> list[str]:
        return [self.view.tag] if getattr(self.view, "tag", "") else super().get_tags()

    def get_description(self) -> str:
        said = super().get_description()
        needed = self.view.scope_needed() if hasattr(self.view, "scope_needed") else ""
        return f"{said}\n\n令牌需要 `{needed}`。" if needed else said

    def get_override_parameters(self) -> list[Any]:
        if self.method != "POST":
            return super().get_override_parameters()
        header = OpenApiParameter(
            idempotency.HEADER,
            location=OpenApiParameter.HEADER,
            description="可选：同一个键、同一个请求只办一次",
            type={"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"},
        )
        return [*super().get_override_parameters(), header]


def with_problems(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Add to each operation the problems it may answer: spectacular's last step."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(SCHEMAS)
    components["responses"] = {
        f"Problem{status}": {
            "description": title,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, (_, title) in GENERAL.items()
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            for status, response in operation["responses"].items():
                response["description"] = response.get("description") or DONE[status]
            statuses = ALWAYS if method == "get" else (*ALWAYS, *WITH_BODY)
            for status in sorted(statuses):
                operation["responses"].setdefault(
                    str(status), {"$ref": f"#/components/responses/Problem{status}"}
                )
    return result
