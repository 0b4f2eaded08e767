"""A plan is a fixed list of steps that policy computed or a person made by hand. It has no conditions or loops."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from approvals.models import Filing, Seat
from core.digest import checksum


@dataclass(frozen=True, kw_only=True)
class SeatSpec:
    """One seat to be made. ``upward`` lists (post, body id) of the next tiers, nearest first."""

    party: str
    label: str
    post: str
    body_id: int
    need: str = Seat.Need.ANY
    voice: str = Seat.Voice.DECIDE
    fallback: str = Seat.Fallback.UPWARD
    upward: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FilingSpec:
    """One body to be told when the decision is agreed."""

    kind: str
    party: str
    label: str
    post: str
    body_id: int
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Steps in order, the filings at the end, and where the plan comes from.

    ``source`` is ``policy`` or ``hand``; ``reason`` is required by hand; ``clauses`` are the rule's ids.
    """

    steps: tuple[tuple[SeatSpec, ...], ...]
    filings: tuple[FilingSpec, ...] = ()
    clauses: tuple[str, ...] = ()
    source: str = "policy"
    reason: str = ""
    remarks: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), ensure_ascii=False))


def collapse(seats: Sequence[SeatSpec]) -> tuple[tuple[SeatSpec, ...], tuple[str, ...]]:
    """Seats of one institution become one seat, with the remark the screen shows.

    双签 is never passed through here: its two seats stay two.
    """
    kept: dict[tuple[str, int], SeatSpec] = {}
    remarks = []
    for seat in seats:
        pair = (seat.post, seat.body_id)
        if pair in kept:
            first = kept[pair]
            label = f"{first.label}、{seat.label}" if seat.label not in first.label else first.label
            kept[pair] = SeatSpec(**{**asdict(first), "label": label, "upward": first.upward})
            remarks.append(f"{label}现为同一机构，签一次")
        else:
            kept[pair] = seat
    return tuple(kept.values()), tuple(remarks)


def collapse_filings(filings: Iterable[FilingSpec]) -> tuple[FilingSpec, ...]:
    """One filing per body; a filing named by a clause wins over a courtesy copy."""
    kept: dict[tuple[str, int], FilingSpec] = {}
    for item in sorted(filings, key=lambda spec: spec.kind != Filing.Kind.FILING):
        kept.setdefault((item.post, item.body_id), item)
    return tuple(kept.values())


def content_hash(content: Any, plan: dict[str, Any], round_number: int) -> str:
    """What a signature covers: the subject's content, files included, the plan and the round."""
    return checksum({"content": content, "plan": plan, "round": round_number}, write=str)
