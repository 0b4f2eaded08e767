"""Forms about appointments: the list's filters, making, acting, correcting, ending."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from core import clock
from teams.administered import bodies_of, regions_of, units_for
from teams.duplicates import likely_same
from teams.models import Appointment, Body, Person
from teams.registry.fields import DayField, RegistryForm, choice, choose, line, one_of
from teams.words import ACTED_FOR, POSTS_OF, BodyKind, Level

STATES = [("present", "现任"), ("later", "将任"), ("former", "已结束"), ("acting", "代行")]


class PostsFilter(forms.Form):
    """状态, 机构类别, 镇（街）, 姓名; the state lives in the address."""

    state = forms.ChoiceField(
        label="状态",
        choices=STATES,
        required=False,
        error_messages={"invalid_choice": "从列出的状态里选一个"},
    )
    kind = forms.ChoiceField(
        label="机构类别",
        choices=[("", "全部类别"), *BodyKind.choices],
        required=False,
        error_messages={"invalid_choice": "从列出的类别里选一个"},
    )
    town = one_of("镇（街）", empty="全部镇（街）")
    name = forms.CharField(
        label="姓名或拼音",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        choose(self, "town", regions_of(user).filter(level=Level.TOWN, valid_to=None))
        self.full_clean()


class _Dates(RegistryForm):
    valid_from = DayField("任职起", "填写从哪一天起任职")
    valid_to = DayField("任职止", help_text="没有定止期就空着")


class AppointForm(_Dates):
    """A post in a body of one kind: only the posts such a body has, and for a team what a posting names."""

    body = one_of("机构", "选一个机构")
    post = choice("职务", [], "选一个职务")
    title = line("职务全称", 60, help_text="和职务名不同才填，如：镇党委副书记（挂任）")
    unit = one_of("派出单位", help_text="队长和队员必填")
    home_post = line("派出单位职务", 60, help_text="如：副局长")
    stationed_at = one_of("驻点", empty="队伍所在地", help_text="驻在哪个村；不选就是队伍所在地")
    another = forms.BooleanField(label="看过了，不是同一个人，仍要登记任职", required=False)
    told = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)

    field_order = ("body", "post", "title", "unit", "home_post", "stationed_at", "valid_from", "valid_to")

    def __init__(
        self,
        data: Any = None,
        *,
        user: Any,
        person: Person,
        kind: str,
        row: Appointment | None = None,
        **more,
    ) -> None:
        super().__init__(data, **more)
        self.user, self.person = user, person
        self.alike_words: list[str] = []
        bodies = Body.objects.filter(pk=row.body_id) if row else living(bodies_of(user).filter(kind=kind))
        choose(self, "body", bodies.select_related("region"), _body_words)
        self.fields["post"].choices = [
            ("", "选一个职务"),
            *((post.value, post.label) for post in POSTS_OF[kind]),
        ]
        choose(self, "unit", living(units_for(user)).order_by("pinyin", "pk"))
        villages = regions_of(user).filter(level=Level.VILLAGE, valid_to=None).select_related("parent")
        choose(self, "stationed_at", villages, lambda region: f"{region.parent} {region}")
        if kind != BodyKind.TEAM:
            for name in ("unit", "home_post", "stationed_at"):
                del self.fields[name]
        if data is None or row is not None:
            del self.fields["another"]
        if row is not None:
            del self.fields["body"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "another" not in self.fields:
            return data
        found = (
            likely_same(self.user, name=self.person.name, unit=data["unit"], but=self.person.pk)
            if data.get("unit")
            else []
        )
        self.alike_words = [each.words for each in found]
        shown = {int(part) for part in re.findall(r"\d{1,15}", data.get("told", ""))}
        if any(each.person.pk not in shown or not data["another"] for each in found):
            self.add_error("another", "同一单位里可能已登记过他，看过上面的人再决定")
        if not found:
            del self.fields["another"]
        self.data = self.data.copy()
        self.data["told"] = " ".join(str(each.person.pk) for each in found)
        return data

    def said(self) -> dict[str, Any]:
        """What the verbs take."""
        return {key: value for key, value in self.cleaned_data.items() if key not in ("another", "told")}


class ActingForm(_Dates):
    """代行: whose post, and by which paper."""

    acting_for = one_of("代行谁的职务", "选一个职务")
    basis = line("书面依据", 120, "写明书面依据，如会议纪要、批件的名称和文号")

    field_order = ("acting_for", "basis", "valid_from", "valid_to")

    def __init__(self, data: Any = None, *, user: Any, person: Person, **more: Any) -> None:
        super().__init__(data, **more)
        today = clock.today()
        bodies = living(bodies_of(user)).values("pk")
        held = (
            Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
            .filter(body__in=bodies, post__in=ACTED_FOR, acting_for=None, void=False)
            .exclude(person=person)
        )
        rows = held.select_related("person", "body").order_by("body__region__path", "body", "pk")
        choose(self, "acting_for", rows, lambda row: f"{row.capacity} {row.person}")


class CorrectActingForm(_Dates):
    basis = line("书面依据", 120, "写明书面依据，如会议纪要、批件的名称和文号")

    field_order = ("basis", "valid_from", "valid_to")


class EndForm(RegistryForm):
    """At once, or on a day that is known."""

    when = choice(
        "什么时候结束",
        [("now", "马上结束，今天起不再有这个职务"), ("day", "到某一天为止")],
        "选马上结束，或到某一天为止",
        radio=True,
    )
    valid_to = DayField("最后一天", help_text="选“到某一天为止”才填；这一天还在任")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["when"].inline = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and "valid_to" in data and data["valid_to"] is None:
            self.add_error("valid_to", "填写最后一天")
        return data


def living(rows: QuerySet) -> QuerySet:
    """Bodies that have not been merged, renamed or dissolved."""
    return rows.filter(valid_to=None)


def _body_words(body: Body) -> str:
    return f"{body}（{body.region}）" if str(body.region)[:2] not in str(body) else str(body)
