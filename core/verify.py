"""Verification: walk the chain, compute every hash anew and name what does not fit, event by event.

A break is one of: an event changed, an event gone, links gone, links in another order, a link changed, the end cut
off. The end can only be missed against something kept elsewhere: a head somebody wrote down (:func:`compare`), and
the heads that earlier checks saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core import clock
from core.errors import Refused
from core.models import AuditCheck, AuditEvent, AuditSeal
from core.seal import BATCH, COLUMNS, digest, head, link, start, unsealed

#: Breaks that are named; more are only counted, since one rewritten row may break every link after it.
NAMED = 50

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{16,64})")


@dataclass
class Walk:
    """A walk along the chain: where it stands, and the breaks met so far."""

    position: int
    hash: str
    breaks: list[str] = field(default_factory=list)
    links: int = 0

    def note(self, sentence: str) -> None:
        if len(self.breaks) < NAMED:
            self.breaks.append(sentence)
        elif len(self.breaks) == NAMED:
            self.breaks.append(f"断点超过 {NAMED} 处，其余不再列出")

    def step(self, row: AuditSeal, event: dict[str, Any] | None) -> None:
        """Take one link after the present one."""
        if row.position != self.position + 1:
            gone = (
                f"{self.position + 1}"
                if row.position == self.position + 2
                else (f"{self.position + 1} 至 {row.position - 1}")
            )
            self.note(f"位置 {gone} 的封存被删去")
        elif row.previous != self.hash:
            self.note(f"位置 {row.position} 接不上前一环：顺序被调换，或前一环被改过")
        if link(row.position, row.event_id, row.digest, row.previous) != row.hash:
            self.note(f"位置 {row.position} 的封存被改过，或顺序被调换（记录 {row.event_id}）")
        if event is None:
            self.note(f"记录 {row.event_id} 被删去（位置 {row.position}）")
        elif digest(event) != row.digest:
            self.note(f"记录 {row.event_id} 被改过（位置 {row.position}）")
        self.position, self.hash = row.position, row.hash
        self.links += 1


def links_after(position: int, last: int | None = None) -> Iterator[tuple[AuditSeal, dict[str, Any] | None]]:
    """The links after a position with their events; two queries a batch."""
    while True:
        rows = AuditSeal.objects.filter(position__gt=position).order_by("position")
        batch = list((rows.filter(position__lte=last) if last is not None else rows)[:BATCH])
        if not batch:
            return
        ids = [row.event_id for row in batch]
        events = {event["id"]: event for event in AuditEvent.objects.filter(pk__in=ids).values(*COLUMNS)}
        for row in batch:
            yield row, events.get(row.event_id)
        position = batch[-1].position


@dataclass(frozen=True)
class Report:
    """What one walk over the whole chain found."""

    first: int
    last: int
    hash: str
    links: int
    breaks: tuple[str, ...]
    unsealed: int
    unsealed_seconds: int

    @property
    def whole(self) -> bool:
        return not self.breaks


def verify(*, heads: Iterable[tuple[int, str]] = ()) -> Report:
    """Walk everything that is left; ``heads`` are (position, hash) pairs that must still stand."""
    begin, hash_ = start()
    walk = Walk(begin, hash_)
    for row, event in links_after(begin):
        walk.step(row, event)
    for sentence in missing_heads([*heads, *seen_heads()]):
        walk.note(sentence)
    count, seconds = tail()
    return Report(begin + 1, walk.position, walk.hash, walk.links, tuple(walk.breaks), count, seconds)


def tail() -> tuple[int, int]:
    """How many events wait to be sealed, and for how many seconds the oldest of them has."""
    waiting = unsealed()
    oldest = waiting.values_list("at", flat=True).first()
    if oldest is None:
        return 0, 0
    return waiting.count(), max(0, int((clock.now() - oldest).total_seconds()))


def parse_head(text: str) -> tuple[int, str]:
    """``12345:9f86d081884c7d65`` as somebody wrote it down; at least sixteen signs of the hash. Else Refused."""
    found = _HEAD.fullmatch("".join(text.split()).lower().replace("：", ":"))
    if found is None:
        raise Refused(
            "head", "写成“位置:校验码”的样子，校验码至少 16 位，如 12345:9f86d081884c7d65", field="head"
        )
    return int(found.group(1)), found.group(2)


def missing_heads(heads: Iterable[tuple[int, str]]) -> list[str]:
    """A sentence for each head that no longer stands where it was seen."""
    wanted = dict.fromkeys(heads)
    if not wanted:
        return []
    begin, newest = start()[0], head()[0]
    rows = AuditSeal.objects.filter(position__in={position for position, _ in wanted})
    present = {row.position: row.hash for row in rows}
    found = []
    for position, hash_ in wanted:
        if position > newest:
            found.append(f"链尾被截去：记下过位置 {position}，现在只到 {newest}")
        elif position > begin and not present.get(position, "").startswith(hash_):
            found.append(f"位置 {position} 的校验码和记下的不同：从这里或更早起被重写")
    return found


def seen_heads() -> list[tuple[int, str]]:
    """The heads of earlier checks that went to the end without a break."""
    rows = AuditCheck.objects.filter(finished_at__isnull=False, breaks=[], reached__gt=0)
    return list(rows.order_by("-pk").values_list("reached", "reached_hash")[:100])
