"""Settings of the API: Django REST framework, and the description drf-spectacular makes of it."""

from __future__ import annotations

from typing import Any

#: Requests of one account, per web process.
RATE = "600/min"
DESCRIPTION = """\
驻帮的接口，和页面用同一套办事规则：能看到什么、能办什么，都由您今天的任职决定。

**登录**：浏览器里用登录后的会话（写操作带 `X-CSRFToken`）；程序里用“接口令牌”，在 `Authorization: Bearer …` 里带上。\
令牌在“我的 → 接口令牌”生成，只显示一次，权限不超过您本人；停用账号、改密码或撤销，令牌立即失效。

**出错**：都是 `application/problem+json`（RFC 9457）。程序按 `code` 判断，`title` 给人看，`errors` 按字段列出。\
看不到的和不存在的，一律回答 404。

**重发**：POST 可以带 `Idempotency-Key`。24 小时内同样的请求只办一次，答复相同（带 `Idempotency-Replayed: true`）。

**分页**：`page`、`page_size`（最多 100），顺序固定。"""


def rest_framework(rate: str | None) -> dict[str, Any]:
    """JSON in, JSON out; closed by default; every refusal a problem."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "teams.api_auth.TokenAuthentication",
            "teams.api_auth.SessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.Admitted"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_METADATA_CLASS": None,
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": rate},
        "DEFAULT_PAGINATION_CLASS": "core.api.pages.Paged",
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
        "DEFAULT_SCHEMA_CLASS": "core.api.schema.Described",
        "EXCEPTION_HANDLER": "core.api.problems.handle",
        "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
        "URL_FORMAT_OVERRIDE": None,
        "FORMAT_SUFFIX_KWARG": None,
    }


SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "驻帮接口",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 10**18 - 1}
    },
    "ENUM_NAME_OVERRIDES": {
        "BodyKind": "teams.words.BodyKind",
        "FilingKind": "approvals.models.Filing.Kind",
        "LeaveState": "leave.models.LeaveRequest.State",
        "TripState": "leave.models.OfficialTrip.State",
        "LeavePhase": "leave.models.Phase",
        "TripPhase": "leave.models.TripPhase",
        "SignOffState": "approvals.models.SignOff.State",
        "StepState": "approvals.api.STEP_STATES",
        "Half": "teams.words.Half",
        "CheckState": "attendance.inspection.models.SpotCheck.State",
        "BulletinState": "attendance.inspection.papers.InspectionBulletin.State",
        "CaseState": "attendance.absence.models.AbsenceCase.State",
        "CheckOutcome": "attendance.inspection.models.SpotTarget.Outcome",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.with_problems",
    ],
}
