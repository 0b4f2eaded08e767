"""群机器人: the list, a form to add one, a trial, and taking one out of use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import web
from core.access import access
from core.errors import Refused
from core.outbox.robots import PROVIDERS
from core.outbox.services import HOURS
from teams import robots as verbs
from teams.models import Body


class RobotForm(forms.Form):
    """A robot for the group of an office or team."""

    use_required_attribute = False

    body = forms.ModelChoiceField(
        label="部门或工作队",
        queryset=Body.objects.none(),
        empty_label="选一个",
        error_messages={"required": "选一个部门或工作队", "invalid_choice": "选一个由您管理的部门或工作队"},
    )
    group = forms.CharField(
        label="群名称",
        help_text="好让别人知道发到了哪里",
        max_length=verbs.MOST_GROUP,
        error_messages={"required": "填写群名称", "max_length": f"群名称最多 {verbs.MOST_GROUP} 字"},
    )
    provider = forms.ChoiceField(
        label="软件",
        choices=[(code, each.name) for code, each in PROVIDERS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "选一个软件", "invalid_choice": "从企业微信、钉钉、飞书里选一个"},
    )
    webhook = forms.CharField(
        label="机器人地址（Webhook）",
        help_text="从群机器人设置里整条复制。加密保存，以后不再显示",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "填写机器人地址"},
    )
    secret = forms.CharField(
        label="加签密钥",
        help_text="钉钉、飞书选了“加签”的才填",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    hour = forms.TypedChoiceField(
        label="每天几点发",
        choices=[(hour, f"{hour}:00") for hour in HOURS],
        coerce=int,
        initial=8,
        error_messages={"required": "选一个时间", "invalid_choice": "从 7:00 到 20:00 之间选"},
    )

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["body"]
        field.queryset = verbs.bodies_for(user)  # type: ignore[attr-defined]


@access("robot_keeper")
@sensitive_post_parameters("webhook", "secret")
@require_http_methods(["GET", "HEAD", "POST"])
def robots(request: HttpRequest) -> HttpResponse:
    """The robots in use where the user keeps them, and a form for another."""
    form = RobotForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wish = {**form.cleaned_data, "body_id": form.cleaned_data["body"].pk}
        del wish["body"]
        try:
            verbs.add(acting_user=request.user, **wish)
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            messages.success(request, "机器人已添加，先试发一条")
            return redirect("teams:robots")
    context = {"form": form, "robots": verbs.kept_by(request.user)}
    return render(request, "teams/robots.html", context, status=422 if form.is_bound else 200)


@access("robot_keeper")
@require_POST
def robot_try(request: HttpRequest, pk: int) -> HttpResponse:
    """One sentence into the group."""
    robot = get_object_or_404(verbs.kept_by(request.user), pk=pk)
    verbs.send_trial(acting_user=request.user, robot_id=robot.pk)
    messages.success(request, f"已交给机器人往“{robot.group}”发一句，一分钟内看群里有没有")
    return redirect("teams:robots")


@access("robot_keeper")
@require_http_methods(["GET", "HEAD", "POST"])
def robot_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take the robot out of use."""
    robot = get_object_or_404(verbs.kept_by(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "teams/robot_end.html", {"robot": robot})
    verbs.end(acting_user=request.user, robot_id=robot.pk)
    messages.success(request, f"“{robot.group}”的机器人已停用")
    return redirect("teams:robots")
