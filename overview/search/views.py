"""搜索: one box over everything the viewer may see. A GET with a lasting address; htmx only saves the page's frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core import web
from core.access import access
from overview.search.kinds import Kind, kinds, people_rows, sent_by
from teams import seen

#: Rows of each kind where all kinds stand together.
FEW = 5


class SearchForm(forms.Form):
    """The words, and which kind of thing alone."""

    q = forms.CharField(
        label="姓名、拼音、单位、地点或编号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
        error_messages={"max_length": "最多 40 字，写少一点"},
    )
    kind = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    @property
    def text(self) -> str:
        return self.cleaned_data.get("q", "").strip() if self.is_valid() else ""


@dataclass(frozen=True)
class Group:
    """One kind's first rows, and whether there are more: how many is counted where they are gone through."""

    kind: Kind
    rows: list[dict[str, Any]]
    more: bool
    url: str


@access("serving")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """By name, pinyin, place or number: a few of each kind, or one kind page by page, or whom a unit has sent."""
    if request.GET.get("unit"):
        return _unit(request)
    form = SearchForm(request.GET or None)
    text = form.text
    if not text:
        form.fields["q"].widget.attrs["autofocus"] = True
    chosen = form.cleaned_data.get("kind", "") if form.is_bound and form.is_valid() else ""
    known = {each.key: each for each in kinds()}
    context: dict[str, Any] = {"form": form, "text": text, "groups": [], "page": None}
    if text and chosen in known:
        context |= _one(request, known[chosen], text)
    elif text:
        context["groups"] = _all(request, list(known.values()), text)
    found = {chosen} if chosen in known else {group.kind.key for group in context["groups"]}
    context["tabs_of"] = _tabs(text, chosen, [each for each in known.values() if each.key in found])
    template = "overview/search_rows.html" if web.wants_fragment(request) else "overview/search.html"
    return render(request, template, context)


def _address(text: str, kind: str = "") -> str:
    return f"?{urlencode({'q': text, 'kind': kind} if kind else {'q': text})}"


def _one(request: HttpRequest, kind: Kind, text: str) -> dict[str, Any]:
    page = web.page_of(request, kind.found(request.user, text))
    return {"kind": kind, "page": page, "rows": kind.rows(list(page.object_list), request.user)}


def _all(request: HttpRequest, every: list[Kind], text: str) -> list[Group]:
    groups = []
    for kind in every:
        found = kind.found(request.user, text)
        first = list(found[: FEW + 1])
        if first:
            rows = kind.rows(first[:FEW], request.user)
            groups.append(Group(kind, rows, len(first) > FEW, _address(text, kind.key)))
    return groups


def _tabs(text: str, chosen: str, every: list[Kind]) -> list[dict[str, Any]]:
    return [
        {"label": "全部", "url": _address(text), "active": not chosen},
        *(
            {"label": each.label, "url": _address(text, each.key), "active": each.key == chosen}
            for each in every
        ),
    ]


def _unit(request: HttpRequest) -> HttpResponse:
    """Whom one unit has sent, as far as the viewer sees them."""
    asked = request.GET["unit"]
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 12):
        raise Http404
    unit = get_object_or_404(seen.units_seen(request.user), pk=int(asked))
    page = web.page_of(request, sent_by(request.user, unit))
    context = {
        "form": SearchForm(),
        "unit": unit,
        "kind": next(each for each in kinds() if each.key == "people"),
        "page": page,
        "rows": people_rows(list(page.object_list), request.user),
        "groups": [],
        "text": "",
    }
    template = "overview/search_rows.html" if web.wants_fragment(request) else "overview/search.html"
    return render(request, template, context)
