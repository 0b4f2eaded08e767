"""Registering: the paper and the rows of its rules on one page. Buttons add and take away rows and save nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import clock, web
from core.access import access
from core.errors import Conflict, Refused
from core.templatetags.zhubang import cn_datetime
from policy.errors import PolicyError
from policy.schema import Pack
from rules.book import rule_book
from rules.desks import Desk, desk_of, desks, reaches
from rules.local import services, trial
from rules.local.forms import PaperForm, RepealForm, TryForm
from rules.local.parties import offered
from rules.local.rows import Offer, SheetForms, act, read
from rules.local.services import Paper
from rules.local.sheet import Group, Sheet, beside, of_body, tables_of
from rules.local.views.card import own, show_card
from rules.models import LocalRule
from rules.packs import pack_of_rule
from rules.words import topic_words

S = LocalRule.State


@access("registrar")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A blank form for one of the places the user registers in (``?region=``)."""
    mine = desks(request.user)
    asked = request.POST.get("region") or request.GET.get("region") or str(mine[0].region.pk)
    desk = next((desk for desk in mine if str(desk.region.pk) == asked), None)
    if desk is None:
        raise Http404
    return Page(request, desk, None, mine).answer()


@access("registrar")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft, or a rule that came back, to be changed."""
    rule = own(request, pk)
    if rule.state not in (S.DRAFT, S.RETURNED):
        return redirect("rules:local_card", pk=pk)
    desk = desk_of(request.user, rule.region)
    assert desk is not None
    return Page(request, desk, rule, [desk]).answer()


class Page:
    """One showing of the form: what is typed, what it means, what is wrong with it."""

    def __init__(self, request: HttpRequest, desk: Desk, rule: LocalRule | None, mine: list[Desk]) -> None:
        self.request, self.desk, self.rule, self.mine = request, desk, rule, mine
        self.repeals = rule is not None and rule.repeals
        self.posted = request.POST if request.method == "POST" else None
        under = (self.posted or {}).get("under") or (rule.under if rule else "")
        self.base: Pack = next((pack for pack in desk.documents if pack.id == under), desk.documents[0])
        self.kept = beside(rule.body) if rule else {}
        self.conflict: Conflict | None = None
        self.tried: dict[str, Any] | None = None

    def answer(self) -> HttpResponse:
        if self.posted is None:
            self._forms(of_body(self.rule.body) if self.rule else Sheet(groups=[Group()]))
            return self.show()
        sheet, do = read(self.posted), self.posted.get("do", "next")
        if act(sheet, do):
            self._forms(sheet, typed=True)
            return self.show()
        self._forms(sheet, bound=True)
        good = self.paper.is_valid() & self.rows.is_valid() & (do != "trial" or self.trying.is_valid())
        if not good:
            return self.show(422)
        try:
            return self._try() if do == "trial" else self._save(do)
        except Conflict as conflict:
            return self._overtaken(conflict)
        except Refused as refused:
            web.refusals_to_form(self.paper, refused)
            return self.show(422)

    def _overtaken(self, conflict: Conflict) -> HttpResponse:
        """Another page was faster: what was typed here stays, and is saved by pressing again."""
        if self.rule is not None:
            self.rule = LocalRule.objects.select_related("region", "supersedes").get(pk=self.rule.pk)
            if self.rule.state not in (S.DRAFT, S.RETURNED):
                return show_card(self.request, self.rule, conflict)
        self.conflict = conflict
        return self.show(409)

    # ---- forms ----

    def _forms(self, sheet: Sheet, *, bound: bool = False, typed: bool = False) -> None:
        """``bound``: to be checked. ``typed``: shown again as typed, without a word about mistakes."""
        data = self.posted if bound else None
        paper = RepealForm if self.repeals else PaperForm
        initial = self._typed_paper() if typed else self._stored_paper()
        self.paper = paper(data, documents=self.desk.documents, initial=initial)
        self.rows = SheetForms(sheet, self._offer(), data)
        self.trying = TryForm(
            self.posted if bound and self.posted and self.posted.get("do") == "trial" else None,
            types=self._kinds(),
            initial={
                "try_role": "member",
                "try_type": "personal",
                **({name: self.posted.get(name, "") for name in TryForm.base_fields} if self.posted else {}),
            },
        )

    def _stored_paper(self) -> dict[str, Any]:
        if self.rule is None:
            return {"under": self.base.id, "team_kinds": list(self.base.pack.team_kinds)}
        names = ("title", "number", "issuer", "issued", "valid_from", "under", "answers", "team_kinds")
        return {name: getattr(self.rule, name) for name in names}

    def _typed_paper(self) -> dict[str, Any]:
        assert self.posted is not None
        said: dict[str, Any] = {name: self.posted.get(name, "") for name in PaperForm.base_fields}
        return {**said, "team_kinds": self.posted.getlist("team_kinds")}

    def _on(self) -> date | None:
        value = (
            (self.posted or {}).get("valid_from", "") if self.posted else (self.rule and self.rule.valid_from)
        )
        try:
            return date.fromisoformat(value) if isinstance(value, str) and value else value or None
        except ValueError:
            return None

    def _kinds(self) -> list[tuple[str, str]]:
        return trial.leave_kinds(self.rule or self._draft({}))

    def _offer(self) -> Offer:
        stored = of_body(self.rule.body) if self.rule else Sheet()
        tiers = [tier for group in stored.groups for tier in group.tiers]
        used = [party for tier in tiers for party in tier.told]
        used += [party for tier in tiers for step in tier.steps for party in step.parties]
        open_to = reaches(self.base, self.desk.region, self._on())
        fixed = {each.code for each in rule_book().common.leave_type if each.fixed}
        kinds = self._kinds()
        answers = bool((self.posted or {}).get("answers") if self.posted else self.rule and self.rule.answers)
        return Offer(
            parties=offered(self.desk.region, self.base, used),
            types=kinds,
            countable={code: label for code, label in kinds if code not in fixed},
            leave=not self.repeals and (answers or open_to["leave"].how != "closed"),
            quota=not self.repeals and not answers and open_to["quota"].how != "closed",
        )

    # ---- what the buttons do ----

    def _draft(self, tables: dict[str, Any]) -> LocalRule:
        """The rule as this page has it, in memory."""
        said = getattr(getattr(self, "paper", None), "cleaned_data", {})
        return LocalRule(
            region=self.desk.region,
            under=self.base.id,
            answers=said.get("answers", ""),
            number=said.get("number", ""),
            title=said.get("title", "草稿"),
            issuer=said.get("issuer", ""),
            valid_from=said.get("valid_from"),
            team_kinds=list(said.get("team_kinds") or self.base.pack.team_kinds),
            body=tables,
            supersedes=self.rule.supersedes if self.rule else None,
            repeals=self.repeals,
        )

    def _tables(self) -> dict[str, Any]:
        if self.repeals:
            return {}
        kept = self.kept
        if self.rule is not None and kept:
            from_code = self.rule.code
            kept = services.recoded(kept, from_code, services.DRAFT_CODE)
        return tables_of(self.rows.checked(), self.base, dict(self._kinds()), kept)

    def _try(self) -> HttpResponse:
        draft, said = self._draft(self._tables()), self.trying.cleaned_data
        try:
            pack = None if self.repeals or not draft.body else pack_of_rule(draft, rule_book())
        except PolicyError as error:
            self.paper.add_error(None, str(error))
            return self.show(422)
        self.tried = trial.both(
            draft, pack, role=said["try_role"], type=said["try_type"], days=said["try_days"]
        )
        return self.show()

    def _save(self, do: str) -> HttpResponse:
        assert self.posted is not None
        said, revision = self.paper.cleaned_data, self.posted.get("revision", "")
        earlier = self.rule if self.repeals else None
        saved = services.save_draft(
            acting_user=self.request.user,
            paper=Paper(
                under=earlier.under if earlier else said["under"],
                answers=earlier.answers if earlier else said.get("answers", ""),
                team_kinds=tuple(earlier.team_kinds if earlier else said["team_kinds"]),
                title=said["title"],
                number=said["number"],
                issuer=said["issuer"],
                issued=said["issued"],
                valid_from=said["valid_from"],
                tables=self._tables(),
            ),
            form_key=self.posted.get("form_key", "")[:64] or web.form_key(),
            region_id=self.desk.region.pk,
            rule_id=self.rule.pk if self.rule else None,
            revision=int(revision) if revision.isdecimal() else None,
        )
        if do == "keep":
            messages.success(self.request, f"已存草稿 {cn_datetime(saved.updated_at, 'clock')}")
            return redirect("rules:local_edit", pk=saved.pk)
        return redirect("rules:local_check", pk=saved.pk)

    # ---- showing ----

    def show(self, status: int = 200) -> HttpResponse:
        here = reverse("rules:local_edit", args=[self.rule.pk]) if self.rule else reverse("rules:local_new")
        open_to = reaches(self.base, self.desk.region, self._on())
        errors = [
            *(
                {"text": error, "href": f"#{form[name].auto_id}" if name != "__all__" else ""}
                for form in (self.paper, self.trying)
                for name, found in (form.errors.items() if form.is_bound else ())
                for error in found
                if name in form.fields or name == "__all__"
            ),
            *(self.rows.errors()),
        ]
        context = {
            "page": self,
            "rule": self.rule,
            "paper": self.paper,
            "rows": self.rows,
            "trying": self.trying,
            "tried": self.tried,
            "errors": errors if status != 200 else [],
            "has_errors": status == 422,
            "conflict": self.conflict,
            "action": here,
            "region": self.desk.region,
            "regions": [desk.region for desk in self.mine],
            "reach": [
                {
                    "topic": topic,
                    "label": topic_words(topic),
                    "says": each.says,
                    "open": each.how != "closed",
                    "how": each.how,
                    "url": f"{reverse('rules:pack', args=[self.base.id])}#{each.clause}"
                    if each.clause
                    else "",
                }
                for topic, each in open_to.items()
            ],
            "kept": sorted(
                topic_words(key) for key in self.kept if key not in ("clause", "parties", "interpretation")
            ),
            "revision": self.rule.revision if self.rule else "",
            "form_key": (self.posted or {}).get("form_key") or web.form_key(),
            "keep": f"local-{self.rule.pk}-{self.rule.revision}" if self.rule else "local-new",
            "today": clock.today(),
        }
        template = "rules/local/_form.html" if web.wants_fragment(self.request) else "rules/local/form.html"
        return render(self.request, template, context, status=status)
