"""The demonstration's local rules: one superseded, the one that took its place, and a draft; all through the verbs."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services as sign_offs
from approvals.models import Signature, SignOff
from core import clock
from rules.book import rule_book, shipped_book
from rules.local import services
from rules.local.sheet import Group, Sheet, Step, Tier, tables_of
from rules.models import LocalRule
from teams.models import Region, User

FILE = Path(__file__).with_suffix(".toml")
#: A page with nothing on it: the demonstration has no paper to scan.
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
HOUR = 10


def load(users: dict[str, User], regions: dict[str, Region], today: date) -> None:
    """Register every rule on its day, with the clock standing on that day."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["rules"]
    for row in rows:
        rule = _register(row, users, regions[row["region"]], today, None)
        if "then" in row:
            _register({**row, **row["then"]}, users, regions[row["region"]], today, rule)


def _register(
    row: dict[str, Any], users: dict[str, User], region: Region, today: date, before: LocalRule | None
) -> LocalRule:
    def user(key: str) -> User:
        return User.objects.select_related("person").get(pk=users[key].pk)

    with clock.standing_on(clock.at(today + timedelta(days=row["registered"]), HOUR)):
        draft = (
            services.new_version(rule_id=before.pk, acting_user=user(row["by"]), form_key=uuid4().hex)
            if before
            else None
        )
        rule = services.save_draft(
            acting_user=user(row["by"]),
            paper=_paper(row, today),
            form_key=uuid4().hex,
            region_id=region.pk,
            rule_id=draft.pk if draft else None,
            revision=draft.revision if draft else None,
        )
        if "confirmed" not in row:
            return rule
        scan = SimpleUploadedFile(f"{row['title']}.pdf", PAPER, "application/pdf")
        services.add_files(rule_id=rule.pk, acting_user=user(row["by"]), files=[scan])
        services.submit(
            rule_id=rule.pk, acting_user=user(row["by"]), revision=rule.revision, submit_key=uuid4().hex
        )
    with clock.standing_on(clock.at(today + timedelta(days=row["confirmed"]), HOUR + 1)):
        sign_off = SignOff.objects.filter(subject_kind=services.KIND, subject_id=rule.pk).latest("round")
        sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=user(row["confirmed_by"]),
            decision=Signature.Decision.AGREE,
            page_hash=sign_off.content_hash,
            request_key=uuid4().hex,
        )
    return rule


def _paper(row: dict[str, Any], today: date) -> services.Paper:
    base = shipped_book().pack(row["under"])
    tiers = [
        Tier(
            upto=tier["upto"],
            article=f"{row['article']}（{number}）",
            told=tier.get("told", []),
            steps=[Step(tier["who"], "all" if tier.get("all") else "any")],
        )
        for number, tier in zip("一二三四五", row["tiers"], strict=False)
    ]
    labels = {each.code: each.label for each in rule_book().common.leave_type}
    first = today + timedelta(days=row["from"]) if "from" in row else None
    return services.Paper(
        under=base.id,
        title=row["title"],
        number=row.get("number", "").format(year=(first or today).year),
        issuer=row["issuer"],
        issued=today + timedelta(days=row["issued"]) if "issued" in row else None,
        valid_from=first,
        team_kinds=base.pack.team_kinds,
        tables=tables_of(Sheet([Group(row["roles"], [], [], tiers)]), base, labels, {}),
    )
