"""The rows of the form as a person edits them: read from a post, added to and taken from by buttons, checked.

Everything a page shows travels in its fields, so adding a row saves nothing and loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from policy.base import ROLE_LABELS
from rules.local.forms import CountingForm, GroupForm, QuotaForm, StepForm, TierForm
from rules.local.sheet import Group, Quota, Sheet, Step, Tier

#: More than any document has; a page that asks for more was not made by us.
MOST = {"groups": 12, "tiers": 10, "steps": 6, "quotas": 12}
_ACT = re.compile(r"(add|drop)-(group|tier|step|quota)(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class Offer:
    """What the lists of the form hold: parties, types of leave, and types whose counting is open."""

    parties: list[tuple[str, str]]
    types: list[tuple[str, str]]
    countable: dict[str, str]
    leave: bool
    quota: bool


# ---- reading ---------------------------------------------------------------------------------------------


def read(post: QueryDict) -> Sheet:
    """The rows of a posted page, as they were typed."""
    return Sheet(
        groups=[
            Group(
                roles=post.getlist(f"g{g}-roles"),
                types=post.getlist(f"g{g}-types"),
                senders=post.getlist(f"g{g}-senders"),
                tiers=[
                    Tier(
                        upto=post.get(f"g{g}-t{t}-upto", "").strip(),
                        article=post.get(f"g{g}-t{t}-article", "").strip(),
                        told=post.getlist(f"g{g}-t{t}-told"),
                        steps=[
                            Step(
                                parties=post.getlist(f"g{g}-t{t}-s{s}-parties"),
                                mode=post.get(f"g{g}-t{t}-s{s}-mode", "any"),
                                voice=post.get(f"g{g}-t{t}-s{s}-voice", "decide"),
                            )
                            for s in _numbers(post, f"g{g}-t{t}-s", MOST["steps"])
                        ],
                    )
                    for t in _numbers(post, f"g{g}-t", MOST["tiers"])
                ],
            )
            for g in _numbers(post, "g", MOST["groups"])
        ],
        counting={
            name.removeprefix("count-count_"): value
            for name, value in post.items()
            if name.startswith("count-count_") and isinstance(value, str) and value
        },
        counting_article=post.get("count-article", "").strip(),
        quotas=[
            Quota(
                **{
                    name: post.get(f"q{q}-{name}", "").strip()
                    for name in ("code", "per", "measure", "on", "at_least", "cap", "part_period", "article")
                },
                count_trip=bool(post.get(f"q{q}-count_trip")),
                exempt=post.getlist(f"q{q}-exempt"),
            )
            for q in _numbers(post, "q", MOST["quotas"])
        ],
    )


def _numbers(post: QueryDict, prefix: str, most: int) -> list[int]:
    """The numbers of the rows of one kind a page has, by their markers, in order."""
    return [number for number in range(most) if f"{prefix}{number}-row" in post]


def act(sheet: Sheet, do: str) -> bool:
    """Add or take away the row a button names; False for a button of another kind."""
    found = _ACT.fullmatch(do)
    if found is None:
        return False
    verb, what = found[1], found[2]
    path = [int(each) for each in found.groups()[2:] if each is not None]
    rows = _rows_of(sheet, what, path if verb == "add" else path[:-1])
    if rows is None:
        return True
    if verb == "add":
        fresh: Any = {"group": Group, "tier": Tier, "step": Step, "quota": Quota}[what]()
        if len(rows) < MOST[f"{what}s"]:
            # The open tier stays the last one.
            rows.insert(len(rows) - 1 if what == "tier" and rows and not rows[-1].upto else len(rows), fresh)
    elif path and path[-1] < len(rows) and (len(rows) > 1 or what in ("group", "quota")):
        del rows[path[-1]]
    return True


def _rows_of(sheet: Sheet, what: str, path: list[int]) -> list[Any] | None:
    try:
        if what in ("group", "quota"):
            return sheet.groups if what == "group" else sheet.quotas
        group = sheet.groups[path[0]]
        return group.tiers if what == "tier" else group.tiers[path[1]].steps
    except IndexError:
        return None


# ---- showing and checking ----------------------------------------------------------------------------------


@dataclass
class TierRows:
    form: TierForm
    steps: list[StepForm]


@dataclass
class GroupRows:
    form: GroupForm
    tiers: list[TierRows]


class SheetForms:
    """The forms of all rows: bound to a post where it is to be checked, otherwise filled with the rows."""

    def __init__(self, sheet: Sheet, offer: Offer, data: QueryDict | None = None) -> None:
        self.sheet, self.offer = sheet, offer
        #: Forms of rows nobody has written anything in.
        self._ignored: set[int] = set()

        def made(form: Any, prefix: str, initial: dict[str, Any], **kwargs: Any) -> Any:
            return form(data, prefix=prefix, initial=initial, **kwargs)

        self.groups = [
            GroupRows(
                made(GroupForm, f"g{g}", asdict(group), types=offer.types),
                [
                    TierRows(
                        made(TierForm, f"g{g}-t{t}", asdict(tier), parties=offer.parties),
                        [
                            made(StepForm, f"g{g}-t{t}-s{s}", asdict(step), parties=offer.parties)
                            for s, step in enumerate(tier.steps)
                        ],
                    )
                    for t, tier in enumerate(group.tiers)
                ],
            )
            for g, group in enumerate(sheet.groups)
        ]
        self.quotas = [made(QuotaForm, f"q{q}", asdict(row)) for q, row in enumerate(sheet.quotas)]
        counting = {f"count_{code}": how for code, how in sheet.counting.items()}
        self.counting = made(
            CountingForm, "count", {**counting, "article": sheet.counting_article}, kinds=offer.countable
        )

    def forms(self) -> Iterator[forms.Form]:
        """Every form, in the order of the page."""
        for group in self.groups:
            yield group.form
            for tier in group.tiers:
                yield tier.form
                yield from tier.steps
        yield self.counting
        yield from self.quotas

    def is_valid(self) -> bool:
        """Each row by itself, then the rows together. Groups nobody has written anything in are left out."""
        kept = [rows for rows, group in zip(self.groups, self.sheet.groups, strict=True) if not group.blank]
        ignored = {id(form) for rows in self.groups if rows not in kept for form in _of_group(rows)}
        bad = [form for form in self.forms() if id(form) not in ignored and not form.is_valid()]
        for rows in kept:
            self._ascending(rows)
        self._one_group_each(kept)
        self._ignored = ignored
        return not bad and not self.errors()

    def checked(self) -> Sheet:
        """The rows after :meth:`is_valid`, as the tables are made from them."""
        groups = []
        for rows, group in zip(self.groups, self.sheet.groups, strict=True):
            if group.blank:
                continue
            said = rows.form.cleaned_data
            tiers = [
                Tier(
                    upto=each.form.cleaned_data["upto"],
                    article=each.form.cleaned_data["article"],
                    told=each.form.cleaned_data["told"],
                    steps=[Step(**step.cleaned_data) for step in each.steps],
                )
                for each in rows.tiers
            ]
            groups.append(Group(said["roles"], said["types"], said["senders"], tiers))
        counting = self.counting.cleaned_data
        return Sheet(
            groups=groups if self.offer.leave else [],
            counting={
                code: counting[f"count_{code}"]
                for code in self.offer.countable
                if self.offer.leave and counting[f"count_{code}"]
            },
            counting_article=counting["article"],
            quotas=[Quota(**form.cleaned_data) for form in self.quotas] if self.offer.quota else [],
        )

    def errors(self) -> list[dict[str, str]]:
        """Every sentence with the anchor of its field, for the summary."""
        return [
            {"text": error, "href": f"#{form[name].auto_id}"}
            for form in self.forms()
            if form.is_bound and id(form) not in self._ignored
            for name, errors in form.errors.items()
            for error in errors
        ]

    def _ascending(self, rows: GroupRows) -> None:
        """Bounds go up and the last tier is open, so gaps and overlaps cannot be entered."""
        below = 0.0
        last = len(rows.tiers) - 1
        for number, tier in enumerate(rows.tiers):
            if "upto" in tier.form.errors:
                return
            upto = tier.form.cleaned_data["upto"]
            if not upto and number != last:
                tier.form.add_error("upto", f"第 {number + 1} 档没有写天数，只有最后一档可以不写")
            elif upto and number == last:
                tier.form.add_error("upto", f"最后一档写了 {upto} 天，超过的没有人批：最后一档不填天数")
            elif upto and float(upto) <= below:
                tier.form.add_error("upto", f"第 {number + 1} 档的 {upto} 天没有大于上一档的 {below:g} 天")
            below = float(upto or below)

    def _one_group_each(self, kept: list[GroupRows]) -> None:
        """Nobody stands in two groups for the same types and dispatchers: it would not be known which one holds."""
        seen: dict[tuple[Any, ...], int] = {}
        for number, rows in enumerate(kept, start=1):
            said = getattr(rows.form, "cleaned_data", {})
            for role in said.get("roles", ()):
                key = (role, tuple(sorted(said.get("types", ()))), tuple(sorted(said.get("senders", ()))))
                if key in seen:
                    sentence = f"{ROLE_LABELS[role]}在第 {seen[key]} 组已经写过，去掉一处"
                    rows.form.add_error("roles", sentence)
                seen.setdefault(key, number)


def _of_group(rows: GroupRows) -> Iterator[forms.Form]:
    yield rows.form
    for tier in rows.tiers:
        yield tier.form
        yield from tier.steps
