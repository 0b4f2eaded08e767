"""Driving the verbs of local rules the way people do: draft, attach, submit, confirm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services as sign_offs
from approvals.models import Signature, SignOff
from policy.loader import load_all
from rules.local import services
from rules.local.sheet import Group, Quota, Sheet, Step, Tier, tables_of
from rules.models import LocalRule
from teams.words import Post
from tests.cast import World
from tests.drive import MONDAY, key

CAPTAIN, SECRETARY = ["team:captain"], ["town:party_secretary"]
BUREAU = ["county:rural_revitalization"]
EVERYBODY = ["captain", "member", "first_secretary"]


def tiers(*rows: tuple[str, list[str]], roles: list[str] | None = None, article: str = "第三条") -> Group:
    """Tiers by upper bound in days (empty: open) and the one party who decides."""
    made = [Tier(upto, f"{article}（{n}）", [], [Step(who)]) for n, (upto, who) in enumerate(rows, start=1)]
    return Group(list(roles or ["member"]), [], [], made)


def tables(
    *groups: Group, under: str = "xinfeng", quotas: list[Quota] | None = None, **counting: str
) -> dict[str, Any]:
    """The tables of a pack as the form makes them."""
    book = load_all()
    labels = {each.code: each.label for each in book.common.leave_type}
    return tables_of(Sheet(list(groups), counting, "", quotas or []), book.pack(under), labels, {})


def paper(*groups: Group, under: str = "xinfeng", **changes: Any) -> services.Paper:
    said: dict[str, Any] = {
        "under": under,
        "title": "新丰县驻镇帮扶工作队请销假办法",
        "number": "新驻办〔2026〕7号",
        "issuer": "新丰县乡村振兴局",
        "valid_from": MONDAY,
        "team_kinds": tuple(load_all().pack(under).pack.team_kinds),
        "tables": tables(*groups, under=under) if groups else {},
    }
    return services.Paper(**{**said, **changes})


def pdf(name: str = "办法.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 " + name.encode(), "application/pdf")


def xinfeng_tiers() -> Group:
    return tiers(("2", CAPTAIN), ("5", SECRETARY), ("", BUREAU), roles=EVERYBODY)


def puning_tiers() -> Group:
    """Stricter than 普宁's own: two days to the captain, then the secretary, the bureau from five on."""
    return tiers(("2", CAPTAIN), ("4", SECRETARY), ("", ["county:agriculture"]))


class Registrar:
    """The verbs under short names. 新丰's organization department gets a head, so that somebody can confirm."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.person("xf_org_chief", "新组织", Post.LEADER, "xf_org")
        world.person("xf_rural_staff", "新科员", Post.STAFF, "xf_rural")

    def draft(
        self, who: str, said: services.Paper, *, region: str = "xinfeng", file: bool = True
    ) -> LocalRule:
        rule = services.save_draft(
            acting_user=self.world.user(who),
            paper=said,
            form_key=key(),
            region_id=self.world.regions[region].pk,
        )
        if file:
            self.attach(who, rule)
        return rule

    def attach(self, who: str, rule: LocalRule) -> None:
        services.add_files(rule_id=rule.pk, acting_user=self.world.user(who), files=[pdf()])

    def edit(self, who: str, rule: LocalRule, said: services.Paper) -> LocalRule:
        return services.save_draft(
            acting_user=self.world.user(who),
            paper=said,
            form_key=key(),
            rule_id=rule.pk,
            revision=fresh(rule).revision,
        )

    def submit(self, who: str, rule: LocalRule, submit_key: str | None = None) -> LocalRule:
        return services.submit(
            rule_id=rule.pk,
            acting_user=self.world.user(who),
            revision=fresh(rule).revision,
            submit_key=submit_key or key(),
        )

    def sign(self, who: str, rule: LocalRule, decision: str = "agree", note: str = "") -> Signature:
        sign_off = newest(rule)
        return sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=self.world.user(who),
            decision=decision,
            page_hash=sign_off.content_hash,
            request_key=key(),
            note=note,
        )

    def confirmed(
        self,
        said: services.Paper,
        *,
        by: str = "xf_rural_chief",
        other: str = "xf_org_chief",
        region: str = "xinfeng",
    ) -> LocalRule:
        """Registered by one, confirmed by the other."""
        rule = self.draft(by, said, region=region)
        self.submit(by, rule)
        self.sign(other, rule)
        return fresh(rule)

    def next_version(self, who: str, rule: LocalRule, *, repeals: bool = False) -> LocalRule:
        return services.new_version(
            rule_id=rule.pk, acting_user=self.world.user(who), form_key=key(), repeals=repeals
        )


def fresh(rule: LocalRule) -> LocalRule:
    """The rule as it stands in the database."""
    return LocalRule.objects.select_related("region").get(pk=rule.pk)


def newest(rule: LocalRule) -> SignOff:
    return SignOff.objects.filter(subject_kind="local_rule", subject_id=rule.pk).latest("round")


def later(day: int, month: int = 12) -> date:
    return date(2026, month, day)


def waiting_rule(world: World) -> LocalRule:
    """普宁's own stricter leave rule, registered by its managing office, not confirmed yet."""
    chief = world.user("pn_agri_chief")
    rule = services.save_draft(
        acting_user=chief,
        paper=paper(puning_tiers(), under="puning", title="普宁市驻镇请销假细则"),
        form_key=key(),
        region_id=world.regions["puning"].pk,
    )
    services.add_files(rule_id=rule.pk, acting_user=chief, files=[pdf()])
    return services.submit(
        rule_id=rule.pk, acting_user=chief, revision=fresh(rule).revision, submit_key=key()
    )
