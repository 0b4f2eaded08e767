"""账号: the system administrator's list of people and accounts, one person's accounts, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import web
from core.access import access
from core.errors import Refused
from teams import account_admin, account_lists, second_step
from teams.models import Person, User
from teams.reauth import recent_password
from teams.words import Duty


class AccountForm(forms.Form):
    """The name of a new account, suggested from the person's pinyin."""

    use_required_attribute = False

    username = forms.CharField(
        label="账号",
        max_length=40,
        help_text=account_admin.USERNAME_RULE,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "填写账号", "max_length": account_admin.USERNAME_RULE},
    )


#: What the form posts for a duty that reaches the whole installation.
WHOLE = "whole"


class DutyForm(AccountForm):
    """Which of 三员, for which place."""

    duty = forms.ChoiceField(
        label="管理职责",
        choices=Duty.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个管理职责", "invalid_choice": "从三个管理职责里选一个"},
    )
    region = forms.TypedChoiceField(
        label="管理范围",
        coerce=lambda value: None if value == WHOLE else int(value),
        error_messages={
            "required": "选一个管理范围",
            "invalid_choice": "这个地方不在您的管理范围，重新选一个",
        },
    )
    field_order = ["duty", "region", "username"]

    def __init__(self, acting_user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = "不填就按姓名的拼音和职责取一个"
        whole = [(WHOLE, "整个系统")] if acting_user.duty_region_id is None else []
        regions = [(region.pk, region.name) for region in account_admin.duty_regions(acting_user)]
        self.fields["region"].choices = whole + regions


class ReasonForm(forms.Form):
    """Why."""

    use_required_attribute = False

    reason = forms.CharField(
        label="原因",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@access("system_admin")
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The people the administrator looks after, with or without an account."""
    form = account_lists.AccountFilter(request.GET, user=request.user)
    page = web.page_of(request, account_lists.people(request.user, form))
    context = {
        "form": form,
        "page": page,
        "lines": account_lists.lines(page.object_list),
        "clear_url": reverse("teams:accounts") if form.narrowed else "",
    }
    name = "rows" if web.wants_fragment(request) else "list"
    return render(request, f"teams/accounts/{name}.html", context)


@access("system_admin")
@require_safe
def account_person(request: HttpRequest, person_pk: int) -> HttpResponse:
    """One person: the own account, and the administrative account the person keeps."""
    person = _person(request, person_pk)
    accounts = account_lists.accounts_of(person)
    own = next((each for each in accounts if not each.duty), None)
    context = {
        "person": person,
        "appointments": account_lists.appointments_of([person]).get(person.pk, []),
        "own": account_lists.card(own, request.user) if own else None,
        "duties": [account_lists.card(each, request.user) for each in accounts if each.duty],
        "may_keep": not any(each.duty and each.is_active for each in accounts),
        "elsewhere": account_admin.serves_elsewhere(person, request.user),
    }
    return render(request, "teams/accounts/person.html", context)


@access("system_admin")
@recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest, person_pk: int) -> HttpResponse:
    """Give a person an account; its first password is shown on the answer, this once."""
    person = _person(request, person_pk)
    suggested = {"username": account_admin.suggest_username(person)}
    form = AccountForm(request.POST) if request.method == "POST" else AccountForm(initial=suggested)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = account_admin.open_account(
                acting_user=request.user, person_id=person.pk, username=form.cleaned_data["username"]
            )
        except Refused as refused:
            return _form(request, person, form, refused)
        return _shown_once(request, person, user, password, "账号已建立")
    return _form(request, person, form)


@access("system_admin")
@recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def duty_new(request: HttpRequest, person_pk: int) -> HttpResponse:
    """Create one of 三员 and name the person who keeps it."""
    person = _person(request, person_pk)
    form = DutyForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user, password = account_admin.open_duty(
                acting_user=request.user,
                person_id=person.pk,
                duty=data["duty"],
                region_id=data["region"],
                username=data["username"] or account_admin.suggest_username(person, data["duty"]),
            )
        except Refused as refused:
            return _form(request, person, form, refused, duty=True)
        return _shown_once(request, person, user, password, f"{user.get_duty_display()}账号已建立")
    return _form(request, person, form, duty=True)


@dataclass(frozen=True)
class Act:
    """What can be done to an account: its words, and whether it asks for a reason."""

    title: str
    button: str
    after: str
    do: Callable[..., Any]
    reason: str = ""
    danger: bool = False


ACTS = {
    "password": Act(
        "发首次密码",
        "发新的首次密码",
        "现在的密码作废，正在登录的全部退出。新的首次密码只显示一次，本人登录后须改",
        account_admin.new_first_password,
    ),
    "off": Act(
        "停用账号",
        "停用账号",
        "立刻不能登录，正在登录的全部退出，打开的表不能再提交。人员、任职和办过的事都保留",
        account_admin.switch_off,
        "停用原因",
        danger=True,
    ),
    "on": Act("启用账号", "启用账号", "同时发新的首次密码，以前的密码不能再用", account_admin.switch_on),
    "sessions": Act(
        "退出全部登录",
        "退出全部登录",
        "在各处的登录立刻退出，密码不变。手机或电脑丢了时用",
        account_admin.end_sessions,
    ),
    "second-step": Act(
        "取消两步验证",
        "取消两步验证",
        "手机和恢复码都丢了时用。职责要求两步验证的，下次登录时重新设置",
        second_step.drop,
        "取消原因",
        danger=True,
    ),
}


@access("system_admin")
@recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def account_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on one account: what it leads to, then the button."""
    user = get_object_or_404(User.objects.administered_by(request.user), pk=pk)
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].label = chosen.reason or "原因"
    context = {"act": chosen, "account": user, "owner": user.person or user.holder, "form": form}
    if request.method != "POST":
        return render(request, "teams/accounts/act.html", context)
    form.is_valid()
    more = {"reason": form.cleaned_data.get("reason", "")} if chosen.reason else {}
    try:
        outcome = chosen.do(acting_user=request.user, user_id=user.pk, **more)
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return render(request, "teams/accounts/act.html", context, status=refused.status)
    if isinstance(outcome, tuple):
        return _shown_once(request, context["owner"], *outcome, heading="首次密码已换新")
    return redirect("teams:account_person", person_pk=context["owner"].pk)


def _person(request: HttpRequest, person_pk: int) -> Person:
    return get_object_or_404(Person.objects.administered_by(request.user), pk=person_pk)


def _form(
    request: HttpRequest,
    person: Person,
    form: forms.Form,
    refused: Refused | None = None,
    *,
    duty: bool = False,
) -> HttpResponse:
    if refused is not None:
        web.refusals_to_form(form, refused)
    status = refused.status if refused else 422 if form.errors else 200
    context = {"person": person, "form": form, "duty": duty}
    return render(request, "teams/accounts/new.html", context, status=status)


def _shown_once(
    request: HttpRequest, person: Person, user: User, password: str, heading: str
) -> HttpResponse:
    context = {"person": person, "account": user, "password": password, "heading": heading}
    return render(request, "teams/accounts/shown_once.html", context)
