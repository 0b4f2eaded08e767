"""登录与锁定 and 密码策略: what the security administrator sees and may undo."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import web
from core.access import access
from core.errors import Refused
from teams import account_lists, lockout
from teams.account_admin_views import ReasonForm
from teams.forms import password_rules
from teams.models import User
from teams.reauth import recent_password


class SignInFilter(forms.Form):
    """Whose sign-ins, and which."""

    name = forms.CharField(
        label="姓名或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    only = forms.ChoiceField(
        label="结果",
        required=False,
        choices=(("", "没有登录上的"), ("all", "全部")),
        error_messages={"invalid_choice": "没有这一种，重新选一个"},
    )

    def __init__(self, data: Any) -> None:
        super().__init__({key: data.get(key, "") for key in ("name", "only")})
        self.full_clean()


@access("security_admin")
@require_safe
def logins(request: HttpRequest) -> HttpResponse:
    """What is locked now, and the sign-ins that failed, of the accounts of his place."""
    form = SignInFilter(request.GET)
    rows = account_lists.history(
        account_lists.named(request.user, form.cleaned_data.get("name", "")).values("username"),
        failed_only=form.cleaned_data.get("only") != "all",
    )
    page = web.page_of(request, rows)
    context = {
        "form": form,
        "locks": account_lists.locks(request.user),
        "page": page,
        "lines": account_lists.sign_ins(page.object_list),
        "clear_url": reverse("teams:logins") if any(form.data.values()) else "",
    }
    name = "login_rows" if web.wants_fragment(request) else "logins"
    return render(request, f"teams/security/{name}.html", context)


@access("security_admin")
@require_safe
def login_history(request: HttpRequest, pk: int) -> HttpResponse:
    """The sign-ins of one account."""
    account = get_object_or_404(User.objects.administered_by(request.user), pk=pk)
    page = web.page_of(request, account_lists.history([account.username]))
    context = {"account": account, "page": page, "lines": account_lists.sign_ins(page.object_list)}
    return render(request, "teams/security/history.html", context)


@access("security_admin")
@recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a lock before its time, with a reason."""
    lock = next((each for each in account_lists.locks(request.user) if each.pk == pk), None)
    if lock is None and not (request.method == "POST" and AccessAttempt.objects.filter(pk=pk).exists()):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            lockout.unlock(acting_user=request.user, attempt_id=pk, reason=form.cleaned_data["reason"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect("teams:logins")
    status = 422 if form.errors else 200
    return render(request, "teams/security/unlock.html", {"lock": lock, "form": form}, status=status)


@access("security_admin")
@require_safe
def password_policy(request: HttpRequest) -> HttpResponse:
    """The rules in force, as the settings have them."""
    return render(request, "teams/security/policy.html", {"groups": policy()})


def policy() -> list[tuple[str, list[dict[str, str]]]]:
    """What holds for passwords, locks, sessions and second steps; groups of ``components/rows.html``."""

    def minutes(span: Any) -> str:
        whole = int(span.total_seconds() // 60)
        return f"{whole // 60} 小时" if whole % 60 == 0 and whole >= 60 else f"{whole} 分钟"

    strict = "管理员和资金签字人必须设置，其他人自愿" if settings.STRICT_LOGIN else "各人自愿"
    limit = settings.AXES_FAILURE_LIMIT
    return [
        (
            "密码",
            [
                {"label": "要求", "value": "；".join(password_rules())},
                {"label": "首次密码", "value": "由系统管理员发，只显示一次，本人第一次登录须改"},
                {"label": "保存", "value": "只存加盐的散列（Argon2），任何人看不到原文"},
                {
                    "label": "再填一次",
                    "value": f"建账号、解锁、改两步验证等事，离上次填密码超过 {minutes(settings.PASSWORD_RECENT)}须再填",
                },
            ],
        ),
        (
            "锁定",
            [
                {"label": "条件", "value": f"同一账号在同一网络地址连续输错 {limit} 次"},
                {"label": "时长", "value": f"{minutes(settings.AXES_COOLOFF_TIME)}，锁定中再试不延长"},
                {"label": "范围", "value": "只锁这个账号在这个地址；同事在同一地址照常登录"},
            ],
        ),
        (
            "登录",
            [
                {"label": "没有操作", "value": f"{minutes(settings.SESSION_IDLE)}后退出"},
                {"label": "最长", "value": f"{minutes(settings.SESSION_ABSOLUTE)}后须重新登录"},
                {"label": "立刻失效", "value": "停用账号、改密码、发新的首次密码时，所有登录一起退出"},
            ],
        ),
        ("两步验证", [{"label": "要求", "value": strict}, {"label": "恢复码", "value": "10 个，每个用一次"}]),
    ]
