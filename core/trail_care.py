"""Verbs that care for the trail: check its chain in slices, and purge what the law no longer asks to keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from core import audit, clock
from core.errors import Conflict, Refused
from core.models import AuditAnchor, AuditCheck, AuditEvent, AuditSeal
from core.seal import head, start
from core.verbs import verb
from core.verify import Walk, links_after, missing_heads, seen_heads, tail

#: Links of one slice of a check: well below a second.
SLICE = 5000
#: 网络安全法 asks to keep logs six months; the longest six of a year.
KEPT = timedelta(days=184)


@verb("audit.check")
def start_check(
    *, acting_user: Any, since: datetime | None = None, until: datetime | None = None
) -> AuditCheck:
    """Open a check of the links sealed in a range, or of all; :func:`go_on` walks it.

    Raises Conflict while another check is under way, Refused for a range without links.
    """
    if AuditCheck.objects.filter(finished_at=None).exists():
        raise Conflict("under_way", "上一次校验还没有完成，看下面的进度")
    rows = AuditSeal.objects.order_by("position")
    begin, hash_ = start()
    if since is not None:
        earlier = rows.filter(sealed_at__lt=since).last()
        begin, hash_ = (earlier.position, earlier.hash) if earlier is not None else (begin, hash_)
    last = rows.filter(sealed_at__lt=until).last() if until is not None else rows.last()
    end = last.position if last is not None else begin
    if end <= begin and (since is not None or until is not None):
        raise Refused("no_links", "这几天里没有封存的记录，改日期再校验", field="since")
    check = AuditCheck.objects.create(
        asked_by=acting_user,
        started_at=clock.now(),
        first=begin + 1,
        last=end,
        reached=begin,
        reached_hash=hash_,
    )
    audit.record(
        action="audit.check",
        actor=acting_user,
        subject_kind="audit_check",
        subject_id=check.pk,
        after={"first": check.first, "last": check.last},
    )
    return check


@transaction.atomic
def go_on(check_id: int, links: int = SLICE) -> bool:
    """Walk one more slice of an open check; True once it is finished. What it found then stands for good."""
    rows = AuditCheck.objects.select_for_update().filter(pk=check_id, finished_at=None)
    check = rows.first()
    if check is None:
        return True
    walk = Walk(check.reached, check.reached_hash, list(check.breaks))
    upto = min(check.reached + links, check.last)
    for row, event in links_after(check.reached, upto):
        walk.step(row, event)
    if walk.position < upto:
        walk.note(f"位置 {walk.position + 1} 至 {upto} 的封存被删去")
        walk.position = upto
    check.reached, check.reached_hash = walk.position, walk.hash
    if finished := check.reached >= check.last:
        for sentence in missing_heads(seen_heads()):
            walk.note(sentence)
        check.unsealed, check.unsealed_seconds = tail()
        check.finished_at = clock.now()
        audit.record(
            action="audit.checked",
            actor=None,
            subject_kind="audit_check",
            subject_id=check.pk,
            after={"last": check.last, "breaks": len(walk.breaks), "unsealed": check.unsealed},
        )
    check.breaks = walk.breaks
    check.save()
    return finished


@verb("audit.purge")
def purge(*, before: datetime, acting_user: Any, by: str = "") -> AuditAnchor | None:
    """Remove the oldest part of the chain: every link up to the first one that is not older than ``before``.

    An anchor keeps the last hash that goes, so what stays can still be verified. None where nothing is that old.
    Raises Refused for anything within six months, Conflict where that part of the chain has a break: evidence of
    tampering is not purged.
    """
    if before > clock.machine_now() - KEPT:
        raise Refused("too_young", "审计记录至少保存六个月，日期再早一些", field="before")
    begin, hash_ = start()
    young = AuditEvent.objects.filter(at__gte=before).values("pk")
    staying = AuditSeal.objects.filter(Q(sealed_at__gte=before) | Q(event_id__in=young)).order_by("position")
    first = staying.values_list("position", flat=True).first()
    upto = first - 1 if first is not None else head()[0]
    if upto <= begin:
        return None
    walk = Walk(begin, hash_)
    for row, event in links_after(begin, upto):
        walk.step(row, event)
    if walk.breaks:
        raise Conflict("broken", f"这一段链有断点，查明以前不能清除：{walk.breaks[0]}")
    anchor = AuditAnchor.objects.create(
        position=upto, hash=walk.hash, before=before, events=walk.links, made_at=clock.machine_now()
    )
    going = AuditSeal.objects.filter(position__lte=upto)
    AuditEvent.objects.filter(pk__in=going.values("event_id")).delete()
    going.delete()
    audit.record(
        action="audit.purge",
        actor=acting_user,
        after={"before": before.isoformat(), "events": walk.links, "head": str(anchor), "by": by},
    )
    return anchor
